//! `stratoscope kinds --pairs`: every two kinds that an arrow can join, and what it writes, found by drawing each once.
//!
//! Must not know any kind by name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Format;
use super::console::{Console, Stop};
use crate::catalog::names::Named as _;
use crate::catalog::{Capability, Catalog, Dialect, Kind};
use crate::diagram::{Diagram, Document, Point};
use crate::export;
use crate::stack::{Expression, Stack, lower};

/// Names of the two nodes that are drawn.
const ENDS: [&str; 2] = ["From", "To"];

/// What an arrow writes beyond its two ends.
struct Pair<'c> {
    from: &'c Kind,
    to: &'c Kind,
    row: &'c Capability,
    /// Types of the resources that it adds.
    types: Vec<String>,
    /// Actions that somebody may do because of it.
    actions: Vec<String>,
    /// Variables that it gives to the source.
    variables: Vec<String>,
}

pub(super) fn run(format: Format, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let pairs = pairs(catalog);
    if format == Format::Json {
        return console.json(&json!({ "pairs": pairs.iter().map(document).collect::<Vec<_>>() }));
    }
    let row = |pair: &Pair<'_>| {
        [
            pair.from.id.to_string(),
            pair.to.id.to_string(),
            pair.row.relation.to_string(),
            pair.row.wiring.to_string(),
            pair.variables.join(" "),
            pair.types.join(" "),
            // The longest comes last, where nothing has to be lined up behind it.
            pair.actions.join(" "),
        ]
    };
    let heads = ["FROM", "TO", "RELATION", "WIRING", "VARIABLES", "ADDS", "ACTIONS"];
    console.table(heads, &pairs.iter().map(row).collect::<Vec<_>>())
}

fn document(pair: &Pair<'_>) -> Value {
    json!({
        "from": pair.from.id,
        "to": pair.to.id,
        "relation": pair.row.relation,
        "wiring": pair.row.wiring,
        "verb": pair.row.verb,
        "settings": pair.row.fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(),
        "access": if pair.row.wiring.name() == "call" { pair.to.access_levels() } else { Vec::new() },
        "adds": pair.types,
        "actions": pair.actions,
        "variables": pair.variables,
    })
}

/// Every pair, in the order of the catalogue; an arrow of each relation once, as a plain one would be drawn. Where no template
/// holds either end, nothing is written, so nothing is said.
fn pairs(catalog: &Catalog) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for from in catalog.kinds() {
        for to in catalog.kinds().filter(|to| !(from.types.is_empty() && to.types.is_empty())) {
            let mut relations = BTreeSet::new();
            let rows = catalog.connections(from, to).filter(|row| relations.insert(row.relation.name()));
            pairs.extend(rows.filter_map(|row| pair(catalog, from, to, row)));
        }
    }
    pairs
}

/// `None` when the arrow cannot be drawn after all.
fn pair<'c>(catalog: &Catalog, from: &'c Kind, to: &'c Kind, row: &'c Capability) -> Option<Pair<'c>> {
    let apart = written(&drawn(catalog, from, to, None)?);
    let joined = drawn(catalog, from, to, Some(row))?;
    let (types, actions) = written(&joined);
    let beyond = |all: Vec<String>, known: &[String]| {
        let mut known = known.to_vec();
        let is_new = |item: &String| known.iter().position(|other| other == item).map(|at| known.remove(at)).is_none();
        all.into_iter().filter(is_new).collect::<Vec<_>>()
    };
    let variables = joined.variables.values().flat_map(|own| own.keys().cloned()).collect();
    let (types, mut actions) = (beyond(types, &apart.0), beyond(actions, &apart.1));
    actions.dedup();
    Some(Pair { from, to, row, types, actions, variables })
}

/// Two nodes, joined or not, as a stack.
fn drawn(catalog: &Catalog, from: &Kind, to: &Kind, row: Option<&Capability>) -> Option<Stack> {
    let mut document = Document::new(Diagram::new("pair"));
    let result = document.transact(catalog, "Draw", |edit| {
        let one = edit.add_node(&from.id, Some(ENDS[0]), Point::default())?;
        let other = edit.add_node(&to.id, Some(ENDS[1]), Point::default())?;
        row.map_or(Ok(()), |row| edit.connect(one, other, Some(row.relation)).map(|_| ()))
    });
    result.ok()?;
    Some(lower(document.diagram(), catalog).0)
}

/// The types of all resources, and all actions that policies and permissions allow, both sorted.
fn written(stack: &Stack) -> (Vec<String>, Vec<String>) {
    let (mut types, mut actions) = (Vec::new(), Vec::new());
    for (type_name, properties) in export::resources(stack, Dialect::CloudFormation).into_values() {
        allowed(&Expression::Map(properties), &mut actions);
        types.push(type_name);
    }
    actions.retain(|action| action != "sts:AssumeRole");
    types.sort();
    actions.sort();
    (types, actions)
}

/// What stands under `Action` anywhere inside a value.
fn allowed(value: &Expression, actions: &mut Vec<String>) {
    match value {
        Expression::Map(map) => {
            actions.extend(map.get("Action").into_iter().flat_map(texts));
            map.iter().for_each(|(_, inner)| allowed(inner, actions));
        }
        Expression::List(items) => items.iter().for_each(|item| allowed(item, actions)),
        _ => {}
    }
}

fn texts(value: &Expression) -> Vec<String> {
    match value {
        Expression::Text(text) => vec![text.clone()],
        Expression::List(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
