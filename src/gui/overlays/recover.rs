//! The question what is to become of changes that a crash has left in the journal.
//!
//! Must not know where the journal is.

use std::path::Path;

use eframe::egui::{Context, Frame, Id, Label, Modal, RichText};

use crate::app::{Command, Orphan};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption};
use crate::picture::text::Face;

/// Asks; returns whether the question stays open. Left open, it is asked again at the next start.
pub(super) fn ui(ctx: &Context, orphans: &[Orphan], commands: &mut Vec<Command>) -> bool {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let modal = Modal::new(Id::new("recover")).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(440.0);
        let text = RichText::new("Recover unsaved changes?").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(text.color(colour(tokens(ui).text))).wrap());
        caption(ui, "The program ended before they were saved. They are kept until you decide.");
        for orphan in orphans {
            ui.add_space(8.0);
            let name = RichText::new(orphan.diagram.name()).font(fonts::font(Face::SemiBold, 13.0));
            ui.add(Label::new(name.color(colour(tokens(ui).text))).truncate());
            caption(ui, &origin(orphan));
            super::files::line(ui, |ui| {
                if Button::new("Recover").primary().show(ui).clicked() {
                    commands.push(Command::Recover(orphan.name.clone()));
                }
                if Button::new("Discard").show(ui).clicked() {
                    commands.push(Command::Forget(orphan.name.clone()));
                }
            });
        }
    });
    !shown.should_close()
}

/// What it is and where it came from.
fn origin(orphan: &Orphan) -> String {
    let count = orphan.diagram.nodes().len();
    let nodes = if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") };
    let file =
        orphan.path.as_deref().map_or_else(|| "never saved".to_owned(), |path: &Path| path.display().to_string());
    format!("{nodes} · {file}")
}
