//! `stratoscope inspect`: the graph of a diagram.
//!
//! Must not know where diagrams are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::console::{Console, Stop};
use super::{Format, open};
use crate::catalog::kind::Hook;
use crate::catalog::{Catalog, Dialect, Kind, Relation};
use crate::diagram::{Diagram, Edge, Node, NodeId, edit};
use crate::stack::lower;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagram to show
    file: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let diagram = open(&arguments.file, catalog)?;
    match arguments.format {
        Format::Json => console.json(&document(&diagram, catalog)),
        Format::Text => text(&diagram, catalog, console),
    }
}

fn document(diagram: &Diagram, catalog: &Catalog) -> Value {
    let nodes: Vec<Value> = diagram
        .nodes()
        .iter()
        .map(|(id, node)| json!({"id": id, "name": node.name, "kind": node.kind, "type": template_type(node, catalog)}))
        .collect();
    let edges: Vec<Value> = diagram.edges().values().map(|edge| edge_document(diagram, edge, catalog)).collect();
    let (stack, problems) = lower(diagram, catalog);
    let left_out: Vec<Value> =
        stack.left_out.iter().map(|left| json!({"subject": left.subject, "reason": left.reason})).collect();
    json!({"name": diagram.name(), "nodes": nodes, "edges": edges, "left_out": left_out, "problems": problems})
}

fn edge_document(diagram: &Diagram, edge: &Edge, catalog: &Catalog) -> Value {
    let name = |id: NodeId| diagram.nodes().get(&id).map(|node| node.name.as_str());
    let mut document = json!({"from": name(edge.from), "to": name(edge.to), "relation": edge.relation});
    if let Some(access) = access(diagram, edge, catalog) {
        document["access"] = Value::from(access);
    }
    if let Some(actions) = actions(edge) {
        document["actions"] = Value::from(actions);
    }
    document
}

/// The type of a node in a SAM template; `None` when it is not deployed or its kind is not known.
fn template_type(node: &Node, catalog: &Catalog) -> Option<String> {
    let kind = catalog.get(&node.kind)?;
    if kind.hooks.contains(&Hook::Raw) {
        return node.settings.get("type").and_then(Value::as_str).map(str::to_owned);
    }
    kind.types.get(&Dialect::Sam).cloned()
}

/// The named actions of an arrow; an empty list is none, so that the level counts.
fn actions(edge: &Edge) -> Option<Vec<&str>> {
    let actions = edge.settings.get(edit::ACTIONS)?.as_array()?;
    let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
    (!actions.is_empty()).then_some(actions)
}

/// The access level of an arrow; with named actions, the level that is nearest to them.
fn access(diagram: &Diagram, edge: &Edge, catalog: &Catalog) -> Option<String> {
    let target = catalog.kind(&diagram.nodes().get(&edge.to)?.kind);
    if let Some(actions) = actions(edge) {
        return nearest_level(target, &actions.into_iter().collect());
    }
    match edge.settings.get(edit::ACCESS) {
        Some(level) => level.as_str().map(str::to_owned),
        None if edge.relation == Relation::Accesses => target.access_levels().first().map(|level| (*level).to_owned()),
        None => None,
    }
}

/// The level whose actions differ least from `actions`; of several, the first.
fn nearest_level(kind: &Kind, actions: &BTreeSet<&str>) -> Option<String> {
    let levels = kind.access_levels().into_iter();
    let nearest = levels.min_by_key(|level| {
        let granted: BTreeSet<&str> =
            kind.grants_of(level).flat_map(|grant| &grant.actions).map(String::as_str).collect();
        granted.symmetric_difference(actions).count()
    });
    nearest.map(str::to_owned)
}

fn text(diagram: &Diagram, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let (nodes, edges) = (diagram.nodes(), diagram.edges());
    console.line(&format!(
        "{}: {}, {}",
        diagram.name(),
        counted(nodes.len(), "node"),
        counted(edges.len(), "arrow")
    ))?;
    if !nodes.is_empty() {
        let row = |node: &Node| {
            let own_type = template_type(node, catalog).unwrap_or_else(|| "-".to_owned());
            [node.name.clone(), node.kind.to_string(), own_type]
        };
        console.line("")?;
        console.table(["NODE", "KIND", "TYPE"], &nodes.values().map(row).collect::<Vec<_>>())?;
    }
    if !edges.is_empty() {
        let names: BTreeMap<NodeId, &str> = nodes.iter().map(|(id, node)| (*id, node.name.as_str())).collect();
        let name = |id: NodeId| names.get(&id).copied().unwrap_or_default().to_owned();
        let row = |edge: &Edge| {
            [name(edge.from), edge.relation.to_string(), name(edge.to), access_told(diagram, edge, catalog)]
        };
        console.line("")?;
        console.table(["FROM", "RELATION", "TO", "ACCESS"], &edges.values().map(row).collect::<Vec<_>>())?;
    }
    let (_, problems) = lower(diagram, catalog);
    if !problems.is_empty() {
        console.line("")?;
    }
    problems.iter().try_for_each(|problem| console.line(&format!("{}: {}", problem.severity, problem.message)))
}

/// The actions when they are named, else the level.
fn access_told(diagram: &Diagram, edge: &Edge, catalog: &Catalog) -> String {
    match actions(edge) {
        Some(actions) => actions.join(", "),
        None => access(diagram, edge, catalog).unwrap_or_default(),
    }
}

/// "1 node", "2 nodes".
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
