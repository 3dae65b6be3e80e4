//! Logs Insights below the canvas: the question with what it will cost at the left, how it goes and its answer at the right.
//!
//! Must not know how a question is asked or priced.

mod answer;
mod cells;
mod groups;
mod question;

use eframe::egui::{Ui, UiBuilder};

use super::theme::{line, tokens};
use crate::app::{Command, Workspace};
use answer::Answer;
use question::Question;

/// Widths that the question may have, in points, and the part of the panel that it takes between them.
const LEAST: f32 = 300.0;
const MOST: f32 = 520.0;
const PART: f32 = 0.36;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Insights {
    question: Question,
    answer: Answer,
}

impl Insights {
    /// Shows it in the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let whole = ui.available_rect_before_wrap();
        let at = whole.left() + (whole.width() * PART).clamp(LEAST, MOST);
        ui.scope_builder(UiBuilder::new().max_rect(whole.with_max_x(at - 1.0)).id_salt("question"), |ui| {
            self.question.ui(ui, workspace, commands);
        });
        ui.painter().vline(at - 0.5, whole.y_range(), line(tokens(ui).divider));
        ui.scope_builder(UiBuilder::new().max_rect(whole.with_min_x(at)).id_salt("answer"), |ui| {
            self.answer.ui(ui, workspace, commands);
        });
        ui.advance_cursor_after_rect(whole);
    }
}
