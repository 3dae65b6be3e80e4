//! The inspector: what is selected, in words, and everything about it that can be changed.
//!
//! Must not know the canvas.

mod draft;
mod edge;
mod fields;
mod node;
mod others;
mod relations;

use eframe::egui::{Frame, Margin, ScrollArea, Ui};

use crate::app::{Command, Workspace};
use crate::diagram::Element;
use draft::Drafts;

/// The inspector.
#[derive(Debug, Default)]
pub struct Inspector {
    drafts: Drafts,
    /// How often the settings had been asked for when they were last given.
    asked: u64,
}

impl Inspector {
    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(open) = workspace.open() else { return };
        let selection: Vec<Element> = open.selection.iter().copied().collect();
        self.drafts.about(selection.first().copied().filter(|_| selection.len() == 1), commands);
        if self.asked != workspace.settings_asked() {
            self.asked = workspace.settings_asked();
            self.drafts.focus_next = true;
        }
        let drafts = &mut self.drafts;
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            match *selection {
                [] => others::nothing(ui, workspace, drafts, commands),
                [Element::Node(id)] => node::ui(ui, workspace, id, drafts, commands),
                [Element::Edge(id)] => edge::ui(ui, workspace, id, drafts, commands),
                [Element::Group(id)] => others::group(ui, workspace, id, drafts, commands),
                [Element::Note(id)] => others::note(ui, workspace, id, drafts, commands),
                _ => others::several(ui, &selection, commands),
            }
            ui.add_space(16.0);
        });
    }
}

/// The room of a section.
fn padded<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new().inner_margin(Margin::symmetric(16, 12));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        contents(ui)
    });
    shown.inner
}
