//! The JSON Schema of the file format, with the kinds, settings and limits of a catalogue.
//!
//! Must not know where it is printed.

use serde_json::{Map, Value, json};

use super::environment::Bound;
use super::file::VERSION;
use super::model::MAX_COORDINATE;
use crate::catalog::kind::UsageKey;
use crate::catalog::names::Named as _;
use crate::catalog::usage::{BURST, CURVE, Curve, Per};
use crate::catalog::{Catalog, Field, FieldType, Kind, Relation};

/// The schema, draft 2020-12.
#[must_use]
pub fn schema(catalog: &Catalog) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stratoscope diagram",
        "type": "object",
        "required": ["stratoscope"],
        "additionalProperties": false,
        "properties": {
            "stratoscope": { "const": VERSION, "description": "Version of the format." },
            "name": { "type": "string" },
            "next_id": { "type": "integer", "minimum": 0, "description": "Ids below this were given out." },
            "nodes": { "type": "array", "items": { "$ref": "#/$defs/node" } },
            "edges": { "type": "array", "items": { "$ref": "#/$defs/edge" } },
            "groups": { "type": "array", "items": { "$ref": "#/$defs/group" } },
            "notes": { "type": "array", "items": { "$ref": "#/$defs/note" } },
            "files": {
                "type": "object",
                "description": "Path to text, as a list of its lines.",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            },
            "workload": { "description": "Declared traffic." },
            "view": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "nodes": { "enum": ["auto", "cards", "tiles"] },
                    "edges": { "enum": ["orthogonal", "curved"], "default": "orthogonal" },
                },
            },
            "origin": {
                "type": "object",
                "additionalProperties": false,
                "required": ["dialect", "path", "text"],
                "properties": {
                    "dialect": { "type": "string" }, "path": { "type": "string" }, "text": { "type": "string" },
                },
            },
            "environments": { "type": "array", "items": { "properties": {
                "name": { "type": "string" },
                "current": { "type": "boolean", "description": "The one that is watched; where none is, the first is." },
                "profile": { "type": "string" }, "region": { "type": "string" }, "endpoint": { "type": "string" },
                "stack": { "type": "string" }, "watched_log_groups": { "type": "string" },
                "tag": { "type": "string", "description": "What carries it is watched, where there is no stack: app=shop." },
                "bindings": bindings(),
            } } },
        },
        "$defs": definitions(catalog),
    })
}

/// What a person has bound to nodes, by what it is.
fn bindings() -> Value {
    let named = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/node_id" } });
    let bounds = Bound::ALL.iter().map(|(name, _)| ((*name).to_owned(), named.clone()));
    json!({ "type": "object", "properties": bounds.collect::<Map<_, _>>() })
}

fn definitions(catalog: &Catalog) -> Value {
    let fields = catalog.traffic().fields.iter();
    let traffic: Map<String, Value> = fields.map(|field| (field.key.clone(), of_field(field))).collect();
    json!({
        "point": {
            "type": "object",
            "additionalProperties": false,
            "required": ["x", "y"],
            "properties": { "x": { "$ref": "#/$defs/coordinate" }, "y": { "$ref": "#/$defs/coordinate" } },
        },
        "coordinate": { "type": "integer", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE },
        "node": node(catalog),
        "edge": {
            "type": "object",
            "additionalProperties": false,
            "required": ["id", "from", "to", "relation"],
            "properties": {
                "id": { "$ref": "#/$defs/edge_id" },
                "from": { "$ref": "#/$defs/node_id" },
                "to": { "$ref": "#/$defs/node_id" },
                "relation": { "enum": Relation::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>() },
                "settings": { "type": "object", "properties": traffic },
                "step": { "type": "integer", "minimum": 0 },
                "label": { "type": "string" },
            },
        },
        "group": {
            "type": "object",
            "additionalProperties": false,
            "required": ["id", "kind", "name", "frame"],
            "properties": {
                "id": { "$ref": "#/$defs/group_id" },
                "kind": { "type": "string" },
                "name": { "type": "string" },
                "frame": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["x", "y", "width", "height"],
                    "properties": {
                        "x": { "$ref": "#/$defs/coordinate" }, "y": { "$ref": "#/$defs/coordinate" },
                        "width": { "type": "integer" }, "height": { "type": "integer" },
                    },
                },
                "parent": { "$ref": "#/$defs/group_id" },
                "settings": { "type": "object" },
            },
        },
        "note": note(),
        "node_id": { "type": "string", "pattern": "^n[0-9]+$" },
        "edge_id": { "type": "string", "pattern": "^e[0-9]+$" },
        "group_id": { "type": "string", "pattern": "^g[0-9]+$" },
        "note_id": { "type": "string", "pattern": "^t[0-9]+$" },
    })
}

fn note() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "text", "position", "width"],
        "properties": {
            "id": { "$ref": "#/$defs/note_id" },
            "title": { "type": "string" },
            "text": { "type": "string" },
            "position": { "$ref": "#/$defs/point" },
            "width": { "type": "integer" },
            "attached": { "$ref": "#/$defs/node_id" },
        },
    })
}

fn node(catalog: &Catalog) -> Value {
    let kinds: Vec<Value> = catalog.kinds().map(of_kind).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "kind", "name"],
        "properties": {
            "id": { "$ref": "#/$defs/node_id" },
            "kind": { "type": "string", "description": "A kind of the catalogue; others are kept as they are." },
            "name": { "type": "string", "minLength": 1, "maxLength": super::change::MAX_NAME_LENGTH },
            "position": { "$ref": "#/$defs/point" },
            "settings": { "type": "object" },
            "usage": { "type": "object" },
            "group": { "$ref": "#/$defs/group_id" },
            "raw": { "description": "What no setting covers, kept verbatim." },
        },
        "allOf": kinds,
    })
}

/// "A node of this kind has these settings and usage figures."
fn of_kind(kind: &Kind) -> Value {
    let fields: Map<String, Value> = kind.fields.iter().map(|field| (field.key.clone(), of_field(field))).collect();
    let mut usage: Map<String, Value> = kind.usage.iter().map(|key| (key.key.clone(), of_usage(key))).collect();
    if kind.has_peaks() {
        usage.insert(CURVE.to_owned(), curve());
        usage.insert(BURST.to_owned(), burst());
    }
    json!({
        "if": { "properties": { "kind": { "const": kind.id } } },
        "then": {
            "title": kind.label,
            "description": kind.help,
            "properties": { "settings": { "properties": fields }, "usage": { "properties": usage } },
        },
    })
}

fn of_usage(key: &UsageKey) -> Value {
    let mut forms = vec![json!({ "type": "number", "minimum": 0 })];
    if key.is_rate() {
        let per: Vec<&str> = Per::ALL.iter().map(|(name, _)| *name).collect();
        forms.push(json!({ "type": "string", "pattern": format!("^[0-9][0-9,_.]* ?/ ?({})$", per.join("|")) }));
    }
    if key.share_of.is_some() {
        forms.push(json!({ "type": "string", "pattern": "^[0-9][0-9.]* ?%$" }));
    }
    json!({ "description": format!("{} ({})", key.help, key.unit), "anyOf": forms })
}

fn curve() -> Value {
    let weights =
        json!({ "type": "array", "minItems": 24, "maxItems": 24, "items": { "type": "number", "minimum": 0 } });
    let names: Vec<&str> = Curve::ALL.iter().map(|(name, _)| *name).collect();
    json!({ "description": "How traffic is spread over a day, from midnight.", "anyOf": [{ "enum": names }, weights] })
}

fn burst() -> Value {
    json!({
        "description": "So many times the rest of the day, for so many minutes of it: 5x10.",
        "type": "string",
        "pattern": "^[0-9.]+x[0-9.]+$",
    })
}

fn of_field(field: &Field) -> Value {
    let mut shape = match field.field_type {
        FieldType::Text | FieldType::File => json!({ "type": "string" }),
        FieldType::Integer => json!({ "type": "integer" }),
        FieldType::Decimal => json!({ "type": "number" }),
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Choice => {
            json!({ "enum": field.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>() })
        }
        FieldType::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    let limits = match field.field_type {
        FieldType::Text | FieldType::File => Some(("minLength", "maxLength")),
        FieldType::Integer | FieldType::Decimal => Some(("minimum", "maximum")),
        _ => None,
    };
    if let Some((least, greatest)) = limits {
        field.min.into_iter().for_each(|min| shape[least] = Value::from(min));
        field.max.into_iter().for_each(|max| shape[greatest] = Value::from(max));
    }
    if let Some(default) = &field.default {
        shape["default"] = default.clone();
    }
    shape["description"] = Value::from(format!("{} {}", field.help, field.unit).trim());
    shape
}
