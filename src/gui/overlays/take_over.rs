//! Measured usage before it is written into the nodes: figure by figure, what it is now and what it would be.
//!
//! Must not know how usage is measured.

use eframe::egui::{
    Align2, Context, Frame, Id, Label, Modal, Rect, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::app::bill::Taken;
use crate::app::{Command, Workspace};
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Button, Line, caption, text_line};
use crate::picture::text::Face;
use crate::picture::{Rgb, Tokens};
use crate::workload::Figures;

/// Width of the list, in points.
const WIDTH: f32 = 760.0;
/// Height of the rows together, at most.
const ROWS: f32 = 448.0;
/// Height of a row, in points.
const ROW: f32 = 28.0;
/// Where columns stand, as shares of the width: the figure, the right end of what it is now, where that comes from, the right end
/// of what was measured, its unit.
const FIGURE: f32 = 0.25;
const NOW: f32 = 0.51;
const ORIGIN: f32 = 0.53;
const MEASURED: f32 = 0.83;
const UNIT: f32 = 0.84;

/// Shows it; returns whether it stays open. `seen` tells in which window the figures were measured.
pub(super) fn ui(
    ctx: &Context,
    workspace: &Workspace,
    (figures, seen): (&Figures, &str),
    commands: &mut Vec<Command>,
) -> bool {
    let taken = workspace.taken(figures);
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let area = Modal::default_area(Id::new("take over")).default_size([WIDTH, ROWS + 200.0]);
    let modal = Modal::new(Id::new("take over")).area(area).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
        let title = RichText::new("Take measured usage over").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(title.color(colour(tokens(ui).text))));
        caption(
            ui,
            "These figures are written into the nodes, scaled to a month; the estimate goes by them from then on.",
        );
        caption(ui, seen);
        ui.add_space(4.0);
        rows(ui, workspace, &taken);
        ui.add_space(8.0);
        super::files::line(ui, |ui| {
            if Button::new("Take over").icon(icon::CHECK).primary().enabled(!taken.is_empty()).show(ui).clicked() {
                commands.push(Command::TakeOver(figures.clone()));
                return true;
            }
            !Button::new("Cancel").show(ui).clicked()
        })
    });
    shown.inner && !shown.should_close()
}

/// Heads, and a row for each figure; those of a node stand together under its name.
fn rows(ui: &mut Ui, workspace: &Workspace, taken: &[Taken]) {
    if taken.is_empty() {
        caption(ui, "Nothing was measured in the time that is looked at.");
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let set = words(ui, Face::Regular, |t| t.text2);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(tokens(ui).divider));
    put(ui, rect, (0.0, FIGURE), "Node", set);
    put(ui, rect, (FIGURE, NOW), "Figure", set);
    put_right(ui, rect, (FIGURE, NOW), "Now", set);
    put_right(ui, rect, (ORIGIN, MEASURED), "Measured", set);
    let height = (ui.ctx().content_rect().height() - 280.0).clamp(120.0, ROWS);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for (place, one) in taken.iter().enumerate() {
            let is_first = place == 0 || taken[place - 1].node != one.node;
            row(ui, workspace, one, is_first);
        }
    });
}

/// A figure: node and name, what it is now and where that comes from, what was measured.
fn row(ui: &mut Ui, workspace: &Workspace, taken: &Taken, is_first: bool) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let name = workspace.name_of(taken.node).unwrap_or_default();
    let Taken { label, unit, old: (old, origin), new, .. } = taken;
    let told = format!("{name}, {label}: {old} ({origin}) becomes {new} {unit}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let (plain, bold) = (words(ui, Face::Regular, |t| t.text), words(ui, Face::SemiBold, |t| t.text));
    let quiet = words(ui, Face::Regular, |t| t.text2);
    if is_first {
        ui.painter().hline(rect.x_range(), rect.top() - 0.5, line(tokens(ui).divider));
        put(ui, rect, (0.0, FIGURE), name, bold);
    }
    put(ui, rect, (FIGURE, NOW - 0.1), label, plain);
    put_right(ui, rect, (FIGURE, NOW), old, plain);
    put(ui, rect, (ORIGIN, MEASURED - 0.1), &lowered(origin), quiet);
    put_right(ui, rect, (ORIGIN, MEASURED), new, bold);
    put(ui, rect, (UNIT, 1.0), unit, quiet);
    response.on_hover_text(told);
}

fn words(ui: &Ui, face: Face, ink: impl FnOnce(&Tokens) -> Rgb) -> Line {
    Line { face, size: 12.0, colour: colour(ink(tokens(ui))) }
}

/// Puts words at the left end of a part of a row.
fn put(ui: &Ui, rect: Rect, (from, to): (f32, f32), words: &str, set: Line) {
    let (at, room) = (pos2(rect.left() + rect.width() * from, rect.center().y), rect.width() * (to - from) - 8.0);
    text_line(ui.painter(), at, Align2::LEFT_CENTER, words, room, set);
}

/// Puts words at the right end of a part of a row.
fn put_right(ui: &Ui, rect: Rect, (from, to): (f32, f32), words: &str, set: Line) {
    let (at, room) = (pos2(rect.left() + rect.width() * to, rect.center().y), rect.width() * (to - from));
    text_line(ui.painter(), at, Align2::RIGHT_CENTER, words, room, set);
}

/// Within a sentence.
fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
