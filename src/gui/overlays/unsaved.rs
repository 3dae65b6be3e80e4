//! The question what is to become of changes that the file does not have.
//!
//! Must not know how the diagram is saved.

use eframe::egui::{Context, Frame, Id, Label, Modal, RichText, Ui};

use crate::app::{Action, Command, Workspace};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption};
use crate::picture::text::Face;

/// Asks; returns whether the question stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace, next: &Command, commands: &mut Vec<Command>) -> bool {
    let name = workspace.open().map(|open| open.document.diagram().name()).unwrap_or_default();
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let modal = Modal::new(Id::new("unsaved")).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(400.0);
        let text = RichText::new(format!("Save the changes to {name}?")).font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(text.color(colour(tokens(ui).text))).wrap());
        caption(ui, why(next));
        ui.add_space(8.0);
        buttons(ui)
    });
    match shown.inner {
        Some(Answer::Save) => commands.push(Command::SaveThen(Box::new(next.clone()))),
        Some(Answer::Discard) => commands.push(Command::Discard(Box::new(next.clone()))),
        Some(Answer::Stay) => return false,
        None => {}
    }
    !shown.should_close()
}

/// What a person can answer.
#[derive(Clone, Copy)]
enum Answer {
    Save,
    Discard,
    Stay,
}

fn buttons(ui: &mut Ui) -> Option<Answer> {
    super::files::line(ui, |ui| {
        let save = Button::new("Save").primary().show(ui);
        if ui.memory(|memory| memory.focused().is_none()) {
            save.request_focus();
        }
        if save.clicked() {
            return Some(Answer::Save);
        }
        if Button::new("Cancel").show(ui).clicked() {
            return Some(Answer::Stay);
        }
        Button::new("Don't save").show(ui).clicked().then_some(Answer::Discard)
    })
}

/// What would happen to them otherwise.
fn why(next: &Command) -> &'static str {
    match next {
        Command::Act(Action::Quit) => "They are lost when the program ends without saving.",
        Command::OpenFile(_) | Command::OpenReference(_) => "They are lost when another diagram is opened instead.",
        _ => "They are lost when this diagram is left without saving.",
    }
}
