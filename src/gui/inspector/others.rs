//! What the inspector shows when no single node or arrow is selected: the diagram, a container, a note, or several things.
//!
//! Must not know settings.

use eframe::egui::{Id, Ui};
use egui_phosphor::regular as icon;

use super::draft::{Drafts, Spec};
use super::edge::heading;
use super::padded;
use crate::app::{Action, Command, Workspace};
use crate::diagram::{Element, GroupId, NoteId};
use crate::gui::status_bar::counted;
use crate::gui::widgets::{Button, caption, divider, section};
use crate::picture::text::Face;

fn plain<'s>(id: Id, label: &'s str, shown: &'s str, restore: Command) -> Spec<'s> {
    Spec { id, label, shown, hint: "", unit: "", set: (Face::Regular, 13.0), quiet: false, lines: 1, restore }
}

/// Nothing is selected: the diagram as a whole, and what can be done next.
pub(super) fn nothing(ui: &mut Ui, workspace: &Workspace, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let Some(open) = workspace.open() else { return };
    let diagram = open.document.diagram();
    padded(ui, |ui| {
        section(ui, "Diagram");
        let spec = plain(
            Id::new("diagram name"),
            "Diagram name",
            diagram.name(),
            Command::RenameDiagram(diagram.name().to_owned()),
        );
        let spec = Spec { set: (Face::SemiBold, 15.0), ..spec };
        drafts.text(ui, &spec, |text| Ok(Command::RenameDiagram(text.trim().to_owned())), commands);
        ui.add_space(4.0);
        let counts = [
            counted(diagram.nodes().len(), "node"),
            counted(diagram.edges().len(), "edge"),
            counted(diagram.groups().len(), "container"),
            counted(diagram.notes().len(), "note"),
        ];
        caption(ui, &counts.join(" · "));
        if let Some(path) = &open.path {
            caption(ui, &path.display().to_string());
        }
    });
    divider(ui);
    padded(ui, |ui| {
        section(ui, if diagram.nodes().is_empty() { "Where to start" } else { "Nothing is selected" });
        caption(ui, "Press A and type what you need, or drag a kind from the palette.");
        caption(ui, "Drag from a port to join two nodes, or select one and press C.");
        caption(ui, "Select a node or an arrow to see and change its settings here.");
    });
}

/// A container.
pub(super) fn group(ui: &mut Ui, workspace: &Workspace, id: GroupId, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let Some(open) = workspace.open() else { return };
    let diagram = open.document.diagram();
    let Some(group) = diagram.groups().get(&id) else { return };
    padded(ui, |ui| {
        let kind = workspace.catalog().kind(&group.kind);
        heading(ui, &kind.label, &kind.help);
        ui.add_space(4.0);
        let restore = Command::RenameGroup(id, group.name.clone());
        let spec = plain(Id::new(("group name", id.0)), "Container name", &group.name, restore);
        drafts.text(ui, &spec, |text| Ok(Command::RenameGroup(id, text.to_owned())), commands);
        let inside = diagram.nodes().values().filter(|node| node.group == Some(id)).count();
        caption(ui, &format!("{} stand in it.", counted(inside, "node")));
    });
    delete(ui, commands);
}

/// A note.
pub(super) fn note(ui: &mut Ui, workspace: &Workspace, id: NoteId, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let Some(note) = workspace.open().and_then(|open| open.document.diagram().notes().get(&id)) else { return };
    let (title, text) = (note.title.clone(), note.text.clone());
    let restore = Command::WriteNote(id, title.clone(), text.clone());
    padded(ui, |ui| {
        heading(ui, "Note", "A text on the canvas; it is not exported.");
        ui.add_space(4.0);
        let spec = plain(Id::new(("note title", id.0)), "Title", &title, restore.clone());
        let write = |typed: &str| Ok(Command::WriteNote(id, typed.to_owned(), text.clone()));
        drafts.text(ui, &Spec { hint: "no title", ..spec }, write, commands);
        let spec = plain(Id::new(("note text", id.0)), "Text", &text, restore);
        let write = |typed: &str| Ok(Command::WriteNote(id, title.clone(), typed.to_owned()));
        drafts.text(ui, &Spec { lines: 5, ..spec }, write, commands);
    });
    delete(ui, commands);
}

/// Several things.
pub(super) fn several(ui: &mut Ui, selection: &[Element], commands: &mut Vec<Command>) {
    let count = |is: fn(&Element) -> bool| selection.iter().filter(|element| is(element)).count();
    let counts = [
        (count(|element| matches!(element, Element::Node(_))), "node"),
        (count(|element| matches!(element, Element::Edge(_))), "edge"),
        (count(|element| matches!(element, Element::Group(_))), "container"),
        (count(|element| matches!(element, Element::Note(_))), "note"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
    padded(ui, |ui| {
        heading(ui, &format!("{} selected", selection.len()), &told.join(" · "));
        caption(ui, "Drag one of them to move all; arrow keys move them by the grid.");
    });
    delete(ui, commands);
}

fn delete(ui: &mut Ui, commands: &mut Vec<Command>) {
    divider(ui);
    padded(ui, |ui| {
        if Button::new("Delete").icon(icon::TRASH).small().show(ui).clicked() {
            commands.push(Command::Act(Action::Delete));
        }
    });
}
