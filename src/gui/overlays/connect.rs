//! The list of nodes that the selected one can be joined to.
//!
//! Must not know how lists are shown.

use eframe::egui::Context;

use super::picker::{Item, Picked, Picker};
use crate::app::{Command, Workspace};
use crate::diagram::{Node, NodeId};

/// Every other node: those that can be joined with what the arrow would say, the rest with the reason why not.
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
    let mut targets: Vec<(NodeId, &Node, Item<'_>)> = Vec::new();
    for (id, node) in nodes.iter().filter(|(id, _)| **id != from) {
        let kind = catalog.kind(&node.kind);
        let (detail, disabled) = match catalog.connection(source_kind, kind, None) {
            Ok(row) => (format!("{} {} it", source.name, row.verb.trim_end_matches(',')), false),
            Err(refusal) => (refusal.to_string(), true),
        };
        let item = Item { title: &node.name, detail: detail.into(), kind: Some(kind), disabled, ..Item::default() };
        targets.push((*id, node, item));
    }
    targets.sort_by(|a, b| (a.2.disabled, &a.1.name).cmp(&(b.2.disabled, &b.1.name)));
    let items: Vec<Item<'_>> = targets.iter().map(|(.., item)| item.clone()).collect();
    let label = format!("Connect {} to", source.name);
    match picker.ui(ctx, &label, "There is no such node to connect to. Press A to add one.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            commands.push(Command::Connect(from, targets[index].0, None));
            true
        }
    }
}
