//! `stratoscope kinds`: the catalogue, for people who write diagrams or usage files by hand and for programs that do.
//!
//! Must not know any kind by name.

use serde_json::{Map, Value, json};

use super::Format;
use super::console::{Console, Stop};
use super::pairs;
use crate::catalog::kind::UsageKey;
use crate::catalog::names::{Named as _, nearest};
use crate::catalog::{Catalog, Field, FieldType, Kind, KindId};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only this kind, with its settings; all kinds in a table when left out
    kind: Option<String>,
    /// Every pair of kinds that an arrow can join, and what each writes when it is exported to CloudFormation
    #[arg(long, conflicts_with = "kind")]
    pairs: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    if arguments.pairs {
        return pairs::run(arguments.format, catalog, console);
    }
    let only = arguments.kind.as_deref().map(|wanted| find(wanted, catalog)).transpose()?;
    match (arguments.format, only) {
        (Format::Json, None) => console.json(&listing(catalog)),
        (Format::Json, Some(kind)) => console.json(&json!({ "kinds": [document(kind, catalog)] })),
        (Format::Text, None) => {
            let row = |kind: &Kind| [kind.id.to_string(), kind.label.clone(), kind.group.clone(), kind.help.clone()];
            console.table(["KIND", "NAME", "GROUP", "FOR"], &catalog.kinds().map(row).collect::<Vec<_>>())
        }
        (Format::Text, Some(kind)) => text(kind, catalog, console),
    }
}

/// Every kind of a catalogue, as `kinds --format json` prints it.
#[must_use]
pub fn listing(catalog: &Catalog) -> Value {
    let kinds: Vec<Value> = catalog.kinds().map(|kind| document(kind, catalog)).collect();
    json!({ "kinds": kinds })
}

fn find<'c>(wanted: &str, catalog: &'c Catalog) -> Result<&'c Kind, Stop> {
    catalog.get(&KindId::new(wanted)).ok_or_else(|| {
        let hint = nearest(wanted, catalog.kinds().map(|kind| kind.id.as_str()));
        let hint = hint.map_or_else(String::new, |known| format!(" Did you mean {known}?"));
        Stop::wrong(format!("There is no kind {wanted}.{hint}"))
    })
}

fn document(kind: &Kind, catalog: &Catalog) -> Value {
    let access: Vec<Value> = kind
        .access_levels()
        .into_iter()
        .map(|level| json!({"level": level, "actions": actions(kind, level)}))
        .collect();
    let target = |(kind, relations): (&Kind, Vec<&str>)| json!({"kind": kind.id, "relations": relations});
    let targets: Vec<Value> = targets(kind, catalog).into_iter().map(target).collect();
    json!({
        "kind": kind.id,
        "label": kind.label,
        "help": kind.help,
        "cloud": kind.cloud(),
        "group": kind.group,
        "archetype": kind.archetype,
        "types": types(kind),
        "offers": kind.offers,
        "accepts": kind.accepts,
        "targets": targets,
        "fields": kind.fields.iter().map(field_document).collect::<Vec<_>>(),
        "access": access,
        "usage": kind.usage.iter().map(usage_document).collect::<Vec<_>>(),
    })
}

/// Every action of an access level, sorted.
fn actions<'k>(kind: &'k Kind, level: &'k str) -> Vec<&'k str> {
    let mut actions: Vec<&str> = kind.grants_of(level).flat_map(|grant| &grant.actions).map(String::as_str).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// What an arrow from this kind can end at, and what such an arrow can be, best first.
fn targets<'c>(kind: &'c Kind, catalog: &'c Catalog) -> Vec<(&'c Kind, Vec<&'static str>)> {
    let to = |target: &'c Kind| {
        let mut relations = Vec::new();
        for relation in catalog.connections(kind, target).map(|capability| capability.relation.name()) {
            if !relations.contains(&relation) {
                relations.push(relation);
            }
        }
        (!relations.is_empty()).then_some((target, relations))
    };
    catalog.kinds().filter_map(to).collect()
}

/// The type of a kind in each dialect.
fn types(kind: &Kind) -> Map<String, Value> {
    kind.types.iter().map(|(dialect, name)| (dialect.name().to_owned(), Value::from(name.as_str()))).collect()
}

fn field_document(field: &Field) -> Value {
    let mut document = json!({
        "key": field.key, "label": field.label, "type": field.field_type, "unit": field.unit,
        "default": field.default, "required": field.required, "help": field.help, "vendor": field.vendor,
    });
    for (key, limit) in [("min", field.min), ("max", field.max)] {
        if let Some(limit) = limit {
            document[key] = Value::from(limit);
        }
    }
    if field.field_type == FieldType::Choice {
        document["choices"] = field.choices.iter().map(|choice| Value::from(choice.value.as_str())).collect();
    }
    document
}

fn usage_document(usage: &UsageKey) -> Value {
    json!({"key": usage.key, "label": usage.label, "unit": usage.unit, "default": usage.default, "help": usage.help})
}

fn text(kind: &Kind, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    console.line(&format!("{} ({}): {}", kind.id, kind.label, kind.help))?;
    if !kind.fields.is_empty() {
        console.line("")?;
        let rows: Vec<_> = kind.fields.iter().map(field_row).collect();
        console.table(["SETTING", "VALUE", "DEFAULT", "VENDOR'S NAME", "FOR"], &rows)?;
    }
    if !kind.grants.is_empty() {
        console.line("")?;
        let row = |level: &str| [level.to_owned(), actions(kind, level).join(" ")];
        console.table(["ACCESS", "ACTIONS"], &kind.access_levels().into_iter().map(row).collect::<Vec<_>>())?;
    }
    if !kind.usage.is_empty() {
        console.line("")?;
        let row = |usage: &UsageKey| {
            [usage.key.clone(), usage.unit.clone(), shown(usage.default.as_ref()), usage.help.clone()]
        };
        console.table(["USAGE", "UNIT", "DEFAULT", "FOR"], &kind.usage.iter().map(row).collect::<Vec<_>>())?;
    }
    let row = |(target, relations): (&Kind, Vec<&str>)| [target.id.to_string(), relations.join(", ")];
    let targets: Vec<_> = targets(kind, catalog).into_iter().map(row).collect();
    if targets.is_empty() {
        return Ok(());
    }
    console.line("")?;
    console.table(["ARROWS TO", "RELATION"], &targets)
}

fn field_row(field: &Field) -> [String; 5] {
    let value = match field.field_type {
        FieldType::Choice => field.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(" | "),
        FieldType::Integer | FieldType::Decimal => field.limits(),
        other => other.to_string(),
    };
    [field.key.clone(), value, shown(field.default.as_ref()), field.vendor.clone(), field.help.clone()]
}

/// A value as it is typed; nothing when there is none.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
