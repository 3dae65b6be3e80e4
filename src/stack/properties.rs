//! A node's properties: what its settings, its kind's constants and its verbatim rest say.
//!
//! Must not know arrows or dialects.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Code, Expression, Map, Problem, Severity};
use crate::catalog::kind::{PropertyPath, Segment};
use crate::catalog::{Field, FieldType, Kind, is_set};
use crate::diagram::Node;

/// Field key → value.
pub(super) type Settings<'d> = BTreeMap<&'d str, &'d Value>;

/// The settings of a node or an arrow as they count: own values, defaults in place of missing and impossible ones. Problems
/// are about the node `subject` and call what has the settings `told`.
pub(super) fn settings<'d>(
    fields: &'d [Field],
    own: &'d BTreeMap<String, Value>,
    subject: &str,
    told: &dyn Fn() -> String,
    problems: &mut Vec<Problem>,
) -> Settings<'d> {
    let mut settings = BTreeMap::new();
    for field in fields {
        let given = own.get(&field.key).filter(|value| !value.is_null());
        let refusal = given.filter(|value| is_set(value)).and_then(|value| field.refusal(value));
        if let Some(refusal) = &refusal {
            let message = format!("{} of {} {refusal}.", field.label, told());
            problems.push(Problem {
                severity: Severity::Error,
                code: Code::InvalidSetting,
                message,
                subject: subject.to_owned(),
            });
        }
        let value = given.filter(|_| refusal.is_none()).or(field.default.as_ref());
        settings.extend(value.map(|value| (field.key.as_str(), value)));
    }
    for field in fields.iter().filter(|field| field.required) {
        if !settings.get(field.key.as_str()).is_some_and(|value| is_set(value) || value.is_boolean()) {
            let message = format!("{} of {} is empty; a deployment needs it.", field.label, told());
            problems.push(Problem {
                severity: Severity::Error,
                code: Code::MissingSetting,
                message,
                subject: subject.to_owned(),
            });
        }
    }
    settings
}

/// A name that may be anything, short enough for a sentence.
pub(super) fn shown(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.chars().count() <= 80 { plain } else { format!("{}…", plain.chars().take(79).collect::<String>()) }
}

/// The properties of a node.
pub(super) fn properties(kind: &Kind, node: &Node, settings: &Settings<'_>) -> Map {
    let mut properties = Expression::Map(Map::new());
    let counts = |key: &str| settings.get(key).is_some_and(|value| is_set(value));
    for field in kind.fields.iter().filter(|field| field.when.as_deref().is_none_or(counts)) {
        if let Some(value) = settings.get(field.key.as_str()).filter(|value| is_set(value) || value.is_boolean()) {
            let value = typed(field, value);
            field.properties.iter().for_each(|path| put(&mut properties, path, value.clone()));
        }
    }
    for constant in &kind.constants {
        let holds = constant.when.as_ref().is_none_or(|(key, equals)| match equals {
            Some(value) => settings.get(key.as_str()) == Some(&value),
            None => counts(key),
        });
        if holds {
            put(&mut properties, &constant.property, Expression::with_references(&constant.value));
        }
    }
    if let Some(raw) = &node.raw {
        merge_under(&mut properties, Expression::with_references(raw));
    }
    match properties {
        Expression::Map(map) => map,
        _ => Map::new(),
    }
}

/// A choice such as `"30"` stands for a number where all its values are numbers.
fn typed(field: &Field, value: &Value) -> Expression {
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    match value.as_str() {
        Some(text)
            if field.field_type == FieldType::Choice && field.choices.iter().all(|choice| is_number(&choice.value)) =>
        {
            text.parse().map_or_else(|_not| Expression::from(text), Expression::Integer)
        }
        _ => Expression::literal(value),
    }
}

/// Puts `value` at `path`; maps and lists on the way are made.
pub(super) fn put(root: &mut Expression, path: &PropertyPath, value: Expression) {
    let mut place = root;
    for segment in &path.0 {
        place = match segment {
            Segment::Key(key) => key_of(place, key),
            Segment::Index(index) => item_of(place, *index),
        };
    }
    *place = value;
}

fn key_of<'e>(place: &'e mut Expression, key: &str) -> &'e mut Expression {
    if !matches!(place, Expression::Map(_)) {
        *place = Expression::Map(Map::new());
    }
    match place {
        Expression::Map(map) => map.entry(key.to_owned()),
        other => other,
    }
}

fn item_of(place: &mut Expression, index: usize) -> &mut Expression {
    if !matches!(place, Expression::List(_)) {
        *place = Expression::List(Vec::new());
    }
    match place {
        Expression::List(items) => {
            items.resize(items.len().max(index + 1), Expression::Null);
            &mut items[index]
        }
        other => other,
    }
}

/// Adds what `below` has and `above` does not.
fn merge_under(above: &mut Expression, below: Expression) {
    if let (Expression::Map(above), Expression::Map(below)) = (above, below) {
        for (key, value) in below {
            if above.get(&key).is_some() {
                merge_under(above.entry(key), value);
            } else {
                above.put(key, value);
            }
        }
    }
}
