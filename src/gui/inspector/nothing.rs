//! Nothing is selected: the diagram as a whole, and what can be done next.
//!
//! Must not know settings.

use eframe::egui::{Id, Ui};

use super::draft::Spec;
use super::{Desk, padded};
use crate::app::Command;
use crate::gui::status_bar::counted;
use crate::gui::widgets::{caption, divider, section};
use crate::picture::text::Face;

/// Shows it.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let diagram = desk.open.document.diagram();
    padded(ui, |ui| {
        section(ui, "Diagram");
        let spec = Spec::new(Id::new("diagram name"), "Diagram name", diagram.name());
        let spec = Spec { set: (Face::SemiBold, 15.0), ..spec };
        desk.drafts.text(ui, &spec, |text| Ok(Command::RenameDiagram(text.trim().to_owned())), desk.commands);
        ui.add_space(4.0);
        let counts = [
            counted(diagram.nodes().len(), "node"),
            counted(diagram.edges().len(), "edge"),
            counted(diagram.groups().len(), "container"),
            counted(diagram.notes().len(), "note"),
        ];
        caption(ui, &counts.join(" · "));
        if let Some(path) = &desk.open.path {
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
