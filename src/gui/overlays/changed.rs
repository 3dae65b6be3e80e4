//! The question what to do when the file has been changed by something else since it was opened or saved.
//!
//! Must not know how it is found out.

use std::path::Path;

use eframe::egui::{Context, Frame, Id, Label, Modal, RichText, Ui};

use crate::app::{Action, Command};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption};
use crate::picture::text::Face;

/// Asks; returns whether the question stays open.
pub(super) fn ui(ctx: &Context, path: &Path, commands: &mut Vec<Command>) -> bool {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let modal = Modal::new(Id::new("changed")).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(460.0);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = RichText::new(format!("{name} has changed on disk")).font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(text.color(colour(tokens(ui).text))).wrap());
        caption(ui, "Another window or program has saved it since it was opened or saved here.");
        caption(ui, "Overwriting keeps the other version beside it, with ~ behind its name.");
        ui.add_space(8.0);
        super::files::line(ui, |ui| answer(ui, path))
    });
    let closes = shown.should_close();
    match shown.inner {
        Some(Answer::Do(command)) => commands.push(command),
        Some(Answer::Stay) => return false,
        None => {}
    }
    !closes
}

/// What a person can answer.
enum Answer {
    Do(Command),
    Stay,
}

fn answer(ui: &mut Ui, path: &Path) -> Option<Answer> {
    let save_as = Button::new("Save as…").primary().show(ui);
    if ui.memory(|memory| memory.focused().is_none()) {
        save_as.request_focus();
    }
    if save_as.clicked() {
        return Some(Answer::Do(Command::Act(Action::SaveAs)));
    }
    if Button::new("Cancel").show(ui).clicked() {
        return Some(Answer::Stay);
    }
    if Button::new("Overwrite").show(ui).clicked() {
        return Some(Answer::Do(Command::Overwrite));
    }
    let reload = Button::new("Reload").show(ui).on_hover_text("Open what the file holds; your changes are lost.");
    reload.clicked().then(|| Answer::Do(Command::Discard(Box::new(Command::OpenFile(path.to_owned())))))
}
