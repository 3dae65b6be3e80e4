//! The list of everything in the diagram: type some letters, press Enter, be there.
//!
//! Must not know how lists are shown.

use eframe::egui::Context;

use super::picker::{Item, Picked, Picker};
use crate::app::{Action, Choose, Command, Open, Workspace};
use crate::catalog::Catalog;
use crate::diagram::Element;

/// Nodes, containers, notes, then arrows; returns whether the list stays open.
pub(super) fn ui(ctx: &Context, picker: &mut Picker, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
    let Some(open) = workspace.open() else { return false };
    let (elements, items): (Vec<Element>, Vec<Item<'_>>) = everything(open, workspace.catalog()).unzip();
    match picker.ui(ctx, "Find a node, arrow, container or note", "Nothing here has these letters.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            // The list goes first: leaving it must not take back what was found.
            commands.push(Command::Act(Action::Escape));
            commands.push(Command::Select([elements[index]].into(), Choose::Only));
            commands.push(Command::Reveal(elements[index]));
            true
        }
    }
}

fn everything<'i>(open: &'i Open, catalog: &'i Catalog) -> impl Iterator<Item = (Element, Item<'i>)> {
    let diagram = open.document.diagram();
    let nodes = diagram.nodes().iter().map(|(id, node)| {
        let kind = catalog.kind(&node.kind);
        let item = Item { title: &node.name, detail: kind.label.as_str().into(), kind: Some(kind), ..Item::default() };
        (Element::Node(*id), item)
    });
    let groups = diagram.groups().iter().map(|(id, group)| {
        let kind = catalog.kind(&group.kind);
        let item = Item { title: &group.name, detail: kind.label.as_str().into(), kind: Some(kind), ..Item::default() };
        (Element::Group(*id), item)
    });
    let notes = diagram.notes().iter().map(|(id, note)| {
        let (title, detail) = if note.title.is_empty() { (&note.text, "Note") } else { (&note.title, &*note.text) };
        (Element::Note(*id), Item { title, detail: detail.into(), ..Item::default() })
    });
    let edges = open.picture.edges().values().map(|edge| {
        let detail = edge.label.as_deref().unwrap_or("Arrow");
        (Element::Edge(edge.id), Item { title: &edge.told, detail: detail.into(), ..Item::default() })
    });
    nodes.chain(groups).chain(notes).chain(edges)
}
