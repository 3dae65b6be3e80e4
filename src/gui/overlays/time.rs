//! Which time of the log to go to.
//!
//! Must not know which record stands there.

use eframe::egui::{Align2, Context, Frame, Id, Key, Label, Modal, Modifiers, RichText, Ui, vec2};

use crate::app::observe::moment;
use crate::app::{Command, Workspace};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Search, caption};

/// Width of the box, and how far under the top of the window it stands, in points.
const WIDTH: f32 = 480.0;
const TOP: f32 = 72.0;

/// What the box remembers.
#[derive(Default)]
pub(super) struct Time {
    text: String,
    is_focused: bool,
}

impl Time {
    /// Starts anew.
    pub(super) fn follow(&mut self) {
        *self = Self::default();
    }

    /// Shows it; returns whether it stays open.
    pub(super) fn ui(&mut self, ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
        let area = Modal::default_area(Id::new("time")).anchor(Align2::CENTER_TOP, vec2(0.0, TOP));
        let frame = Frame::popup(&ctx.global_style()).inner_margin(12);
        let modal = Modal::new(Id::new("time")).area(area).frame(frame).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            ui.set_width(WIDTH);
            self.inside(ui, workspace, commands);
        });
        !shown.should_close()
    }

    fn inside(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(attached) = workspace.attached() else { return };
        let entered = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let label = "Go to a time";
        let hint = "02:14   02:14:05   2026-11-23 02:14   -15m";
        let field =
            Search { hint, label, chord: None, id: Id::new("time field"), height: 36.0 }.show(ui, &mut self.text);
        if !self.is_focused {
            field.request_focus();
            self.is_focused = true;
        }
        ui.add_space(6.0);
        if self.text.trim().is_empty() {
            caption(ui, "Clock times are the last before the newest record; -15m is so long before it.");
            return;
        }
        let zone = workspace.zone();
        match moment(&self.text, zone, attached.newest_ms()) {
            Ok(ms) => {
                caption(ui, &format!("Goes to {} {}", zone.written(ms), zone.name(ms)));
                if entered {
                    commands.push(Command::GoToTime(ms));
                }
            }
            Err(mistake) => {
                ui.add(Label::new(RichText::new(mistake).size(12.0).color(colour(tokens(ui).danger))));
            }
        }
    }
}
