//! The list of nodes that one can be joined to, and of kinds that could be added and joined.
//!
//! Must not know how lists are shown.

use eframe::egui::Context;

use super::picker::{Item, Picked, Picker};
use crate::app::{Command, Open, Workspace};
use crate::catalog::{Capability, Catalog, Kind, Relation};
use crate::diagram::{Node, NodeId};
use crate::picture::Port;

/// What is looked for: the other end of an arrow at a port of a node, and what the arrow is to say.
type Wish = (NodeId, Port, Option<Relation>);

/// Every other node: those that can be joined with what the arrow would say, then kinds that could be added, and the
/// rest of the nodes with the reason why not.
pub(super) fn ui(
    ctx: &Context,
    picker: &mut Picker,
    workspace: &Workspace,
    wish: Wish,
    commands: &mut Vec<Command>,
) -> bool {
    let Some(open) = workspace.open() else { return false };
    let (nodes, catalog) = (open.document.diagram().nodes(), workspace.catalog());
    let (id, port, relation) = wish;
    let Some(node) = nodes.get(&id) else { return false };
    let own = catalog.kind(&node.kind);
    let mut found: Vec<(Command, Item<'_>)> = Vec::new();
    for (other, end) in nodes.iter().filter(|(other, _)| **other != id) {
        let (from, to) = if port == Port::In { (*other, id) } else { (id, *other) };
        let ways = ways(catalog, (node, own), end, (port, relation));
        found.extend(ways.into_iter().map(|(says, item)| (Command::Connect(from, to, says), item)));
    }
    found.extend(kinds(workspace, open, wish));
    // Sorting keeps the best of several ways to one node first.
    found.sort_by(|(_, a), (_, b)| (a.disabled, is_new(a), a.title).cmp(&(b.disabled, is_new(b), b.title)));
    let items: Vec<Item<'_>> = found.iter().map(|(_, item)| item.clone()).collect();
    match picker.ui(ctx, &question(&node.name, port, relation), "There is nothing to join with these letters.", &items)
    {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            commands.push(found[index].0.clone());
            true
        }
    }
}

fn question(name: &str, port: Port, relation: Option<Relation>) -> String {
    match (port, relation) {
        (Port::In, Some(Relation::Authorizes)) => format!("Who authorizes {name}?"),
        (Port::In, Some(Relation::Accesses)) => format!("What accesses {name}?"),
        (Port::In, Some(Relation::DeadLetters)) => format!("Whose failures does {name} take?"),
        (Port::In, _) => format!("What triggers {name}?"),
        (_, Some(Relation::Accesses)) => format!("What does {name} access?"),
        (_, Some(Relation::DeadLetters)) => format!("Where do failures of {name} go?"),
        (_, Some(Relation::Authorizes)) => format!("What does {name} authorize?"),
        (_, Some(Relation::Triggers)) => format!("What does {name} trigger?"),
        (_, None) => format!("Connect {name} to"),
    }
}

/// Each thing that an arrow to or from another node can say, best first; or why none can be drawn.
fn ways<'i>(
    catalog: &'i Catalog,
    (node, own): (&'i Node, &'i Kind),
    end: &'i Node,
    (port, relation): (Port, Option<Relation>),
) -> Vec<(Option<Relation>, Item<'i>)> {
    let kind = catalog.kind(&end.kind);
    let (from, to) = if port == Port::In { (kind, own) } else { (own, kind) };
    let subject = if port == Port::In { &end.name } else { &node.name };
    let object = if port == Port::In { node.name.as_str() } else { "it" };
    let item = |detail: String, disabled| Item {
        title: &end.name,
        detail: detail.into(),
        kind: Some(kind),
        disabled,
        ..Item::default()
    };
    // Of several ways with the same relation only the best can be drawn.
    let mut ways: Vec<&Capability> = Vec::new();
    for way in catalog.connections(from, to).filter(|way| relation.is_none_or(|wanted| wanted == way.relation)) {
        if ways.iter().all(|other| other.relation != way.relation) {
            ways.push(way);
        }
    }
    if let (true, Err(refusal)) = (ways.is_empty(), catalog.connection(from, to, relation)) {
        return vec![(None, item(refusal.to_string(), true))];
    }
    let told = |way: &Capability| format!("{subject} {} {object}", way.verb);
    ways.iter().map(|way| (Some(way.relation), item(told(way), false))).collect()
}

/// Kinds that could be added and joined so.
fn kinds<'i>(workspace: &'i Workspace, open: &Open, (id, port, relation): Wish) -> Vec<(Command, Item<'i>)> {
    // An arrow to a new node says what such arrows say by themselves, so only kinds whose arrow says the wanted are there.
    let port = if relation == Some(Relation::DeadLetters) && port == Port::Out { Port::Failure } else { port };
    let (Some(at), Some(node)) = (open.room_beside(id, port), open.document.diagram().nodes().get(&id)) else {
        return Vec::new();
    };
    let (catalog, own) = (workspace.catalog(), workspace.catalog().kind(&node.kind));
    let says = |kind: &Kind| {
        let (from, to) = if port == Port::In { (kind, own) } else { (own, kind) };
        let wanted = if port == Port::Failure { relation } else { None };
        catalog.connection(from, to, wanted).ok().map(|row| row.relation)
    };
    let fits = workspace.fitting(id, port).filter(|kind| relation.is_none() || says(kind) == relation);
    let item = |kind: &'i Kind| Item { title: &kind.label, detail: NEW.into(), kind: Some(kind), ..Item::default() };
    fits.map(|kind| (Command::AddJoined(kind.id.clone(), id, port, at), item(kind))).collect()
}

/// What is said of kinds, which nodes of the diagram are not.
const NEW: &str = "Add a new one and join it.";

fn is_new(item: &Item<'_>) -> bool {
    item.detail == NEW
}
