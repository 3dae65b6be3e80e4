//! Notices in the lower right corner: what went well goes away by itself, what did not stays until it is put away.
//!
//! Must not know what happened.

use std::collections::BTreeMap;
use std::time::Duration;

use eframe::egui::{
    Align, Align2, Area, Context, Frame, Id, Label, Layout, Margin, Order, Response, RichText, ScrollArea, Ui, vec2,
};
use egui_phosphor::{fill, regular as icon};

use super::fonts;
use super::theme::{colour, tokens};
use super::widgets::{Button, icon_button};
use crate::app::{Action, Command, Notice, Tone, Workspace};
use crate::picture::{Rgb, Tokens};

/// A notice of success is shown so long, in seconds.
const SHOWN_S: f64 = 6.0;
/// Width of a notice, in points.
const WIDTH: f32 = 380.0;
/// So many are shown; older ones wait.
const MOST: usize = 4;

/// What the notices remember.
#[derive(Debug, Default)]
pub struct Toasts {
    /// Since when each is shown, in seconds of the window's clock, and whether its details are.
    shown: BTreeMap<usize, (f64, bool)>,
    /// The pointer rests on them.
    held: bool,
}

impl Toasts {
    /// Shows the notices.
    pub fn ui(&mut self, ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) {
        let notices = workspace.notices();
        self.shown.retain(|id, _| notices.iter().any(|notice| notice.id == *id));
        if notices.is_empty() {
            self.held = false;
            return;
        }
        self.pass(ctx, workspace, commands);
        // What asks for an answer lies over them, or they would cover its buttons.
        let order = if workspace.overlay().is_some() { Order::Middle } else { Order::Foreground };
        let area = Area::new(Id::new("notices")).order(order).anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -36.0));
        let shown = area.show(ctx, |ui| {
            ui.set_width(WIDTH);
            for notice in notices.iter().rev().take(MOST).rev() {
                let (_, details) = self.shown.entry(notice.id).or_default();
                toast(ui, notice, offered(notice, workspace), details, commands);
            }
        });
        self.hold(ctx, &shown.response);
    }

    /// While the pointer rests on a notice none goes away, and afterwards each has its whole time again.
    fn hold(&mut self, ctx: &Context, area: &Response) {
        let before = std::mem::replace(&mut self.held, area.contains_pointer());
        if before && !self.held {
            let now = ctx.input(|input| input.time);
            self.shown.values_mut().for_each(|(since, _)| *since = now);
            ctx.request_repaint();
        }
    }

    /// Puts away what has been shown long enough.
    fn pass(&mut self, ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) {
        let now = ctx.input(|input| input.time);
        for notice in workspace.notices() {
            let (since, details) = *self.shown.entry(notice.id).or_insert((now, false));
            // Who reads the details is not done with it.
            if notice.tone == Tone::Trouble || offered(notice, workspace).is_some() || details || self.held {
                continue;
            }
            let left = SHOWN_S - (now - since);
            if left <= 0.0 {
                commands.push(Command::Dismiss(notice.id));
            } else {
                ctx.request_repaint_after(Duration::from_secs_f64(left));
            }
        }
    }
}

/// Icon and colour of a tone.
pub(super) fn sign(tone: Tone, tokens: &Tokens) -> (&'static str, Rgb) {
    match tone {
        Tone::Trouble => (fill::X_CIRCLE, tokens.danger_fill),
        Tone::Done => (fill::CHECK_CIRCLE, tokens.ok_fill),
    }
}

/// What may be done about a notice now.
fn offered(notice: &Notice, workspace: &Workspace) -> Option<Action> {
    notice.way.filter(|way| (way.row().enabled)(workspace))
}

fn toast(ui: &mut Ui, notice: &Notice, way: Option<Action>, details: &mut bool, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let trouble = notice.tone == Tone::Trouble;
    let (sign, ink) = sign(notice.tone, t);
    let border = if trouble { t.danger_fill } else { t.popup_border };
    let frame = Frame::popup(ui.style())
        .inner_margin(Margin { left: 12, right: 8, top: 10, bottom: 10 })
        .stroke(super::theme::line(border));
    frame.show(ui, |ui| {
        ui.set_width(WIDTH - 22.0);
        ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            if icon_button(ui, icon::X, 20.0, "Put the notice away", true).clicked() {
                commands.push(Command::Dismiss(notice.id));
            }
            ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
                let icon = RichText::new(sign).font(fonts::icon_filled(16.0)).color(colour(ink));
                ui.add(Label::new(icon));
                ui.vertical(|ui| {
                    // The line of the text stands as high as the icon's.
                    ui.add_space(1.0);
                    ui.add(Label::new(RichText::new(&notice.text).color(colour(t.text))).wrap());
                });
            });
        });
        if let Some(way) = way {
            ui.add_space(2.0);
            if Button::new(way.row().label).small().show(ui).on_hover_text(way.row().help).clicked() {
                commands.extend([Command::Act(way), Command::Dismiss(notice.id)]);
            }
        }
        if !notice.details.is_empty() || trouble {
            more(ui, notice, details);
        }
    });
}

/// Details on demand, and the whole text for the clipboard.
fn more(ui: &mut Ui, notice: &Notice, details: &mut bool) {
    let t = tokens(ui);
    if *details {
        ScrollArea::vertical().max_height(160.0).auto_shrink([false, true]).show(ui, |ui| {
            for line in &notice.details {
                let text = RichText::new(line).size(12.0).color(colour(t.text2));
                ui.add(Label::new(text).wrap());
            }
        });
    }
    ui.horizontal(|ui| {
        ui.add_space(14.0);
        if !notice.details.is_empty() {
            let words = if *details { "Hide details" } else { "Details" };
            if Button::new(words).small().bare().show(ui).clicked() {
                *details = !*details;
            }
        }
        if Button::new("Copy").icon(icon::COPY).small().bare().show(ui).clicked() {
            ui.ctx().copy_text(notice.whole());
        }
    });
}
