//! The list of nodes that the selected one can be joined to.
//!
//! Must not know how lists are shown.

use eframe::egui::Context;

use super::picker::{Item, Picked, Picker};
use crate::app::{Command, Workspace};
use crate::catalog::Relation;
use crate::catalog::connect::Capability;
use crate::diagram::NodeId;

/// A node that an arrow may end at, what the arrow would say, and how that is shown.
type Target<'t> = (NodeId, Option<Relation>, Item<'t>);

/// Every other node: those that can be joined with each thing that an arrow can say, the rest with the reason why not.
pub(super) fn ui(
    ctx: &Context,
    picker: &mut Picker,
    workspace: &Workspace,
    from: NodeId,
    commands: &mut Vec<Command>,
) -> bool {
    let Some(open) = workspace.open() else { return false };
    let (nodes, catalog) = (open.document.diagram().nodes(), workspace.catalog());
    let Some(source) = nodes.get(&from) else { return false };
    let source_kind = catalog.kind(&source.kind);
    let mut targets: Vec<Target<'_>> = Vec::new();
    for (id, node) in nodes.iter().filter(|(id, _)| **id != from) {
        let kind = catalog.kind(&node.kind);
        let item = |detail: String, disabled| Item {
            title: &node.name,
            detail: detail.into(),
            kind: Some(kind),
            disabled,
            ..Item::default()
        };
        // Of several ways with the same relation only the best can be drawn.
        let mut ways: Vec<&Capability> = Vec::new();
        for way in catalog.connections(source_kind, kind) {
            if ways.iter().all(|other| other.relation != way.relation) {
                ways.push(way);
            }
        }
        if let (true, Err(refusal)) = (ways.is_empty(), catalog.connection(source_kind, kind, None)) {
            targets.push((*id, None, item(refusal.to_string(), true)));
        }
        let told = |way: &Capability| format!("{} {} it", source.name, way.verb.trim_end_matches(','));
        targets.extend(ways.iter().map(|way| (*id, Some(way.relation), item(told(way), false))));
    }
    // Sorting keeps the best of several ways to one node first.
    targets.sort_by(|a, b| (a.2.disabled, a.2.title, a.0).cmp(&(b.2.disabled, b.2.title, b.0)));
    let items: Vec<Item<'_>> = targets.iter().map(|(.., item)| item.clone()).collect();
    let label = format!("Connect {} to", source.name);
    match picker.ui(ctx, &label, "There is no such node to connect to. Press A to add one.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            let (to, relation, _) = targets[index];
            commands.push(Command::Connect(from, to, relation));
            true
        }
    }
}
