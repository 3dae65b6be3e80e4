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
use crate::workload::Figures;

/// Width of the list, in points.
const WIDTH: f32 = 680.0;
/// Height of the rows together, at most.
const ROWS: f32 = 420.0;
/// Height of a row, in points.
const ROW: f32 = 40.0;

/// Shows it; returns whether it stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace, figures: &Figures, commands: &mut Vec<Command>) -> bool {
    let taken = workspace.taken(figures);
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let area = Modal::default_area(Id::new("take over")).default_size([WIDTH, ROWS + 160.0]);
    let modal = Modal::new(Id::new("take over")).area(area).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
        let title = RichText::new("Take measured usage over").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(title.color(colour(tokens(ui).text))));
        caption(
            ui,
            "These figures are written into the nodes, scaled to a month; the estimate works with them from then on.",
        );
        ui.add_space(8.0);
        let height = (ui.ctx().content_rect().height() - 240.0).clamp(120.0, ROWS);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for one in &taken {
                row(ui, workspace, one);
            }
            if taken.is_empty() {
                caption(ui, "Nothing was measured in the time that is looked at.");
            }
        });
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

/// "OrdersFn · Requests", where it comes from, "12,000 → 48,000".
fn row(ui: &mut Ui, workspace: &Workspace, taken: &Taken) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let name = workspace.name_of(taken.node).unwrap_or_default();
    let Taken { label, unit, old: (old, origin), new, .. } = taken;
    response.widget_info(|| {
        WidgetInfo::labeled(WidgetType::Label, true, format!("{name}, {label}: {old} ({origin}) becomes {new} {unit}"))
    });
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let middle = rect.left() + rect.width() * 0.5;
    let words = |face, size, ink| Line { face, size, colour: colour(ink) };
    let at = |rect: Rect, y: f32| pos2(rect.left(), rect.top() + y);
    let room = rect.width() * 0.5 - 12.0;
    text_line(painter, at(rect, 13.0), Align2::LEFT_CENTER, name, room, words(Face::Medium, 13.0, t.text));
    text_line(painter, at(rect, 29.0), Align2::LEFT_CENTER, label, room, words(Face::Regular, 12.0, t.text2));
    let right = rect.with_min_x(middle);
    let both = format!("{old} → {new} {unit}");
    text_line(
        painter,
        at(right, 13.0),
        Align2::LEFT_CENTER,
        &both,
        right.width() - 8.0,
        words(Face::Medium, 13.0, t.text),
    );
    let now = format!("Now: {}", lowered(origin));
    text_line(
        painter,
        at(right, 29.0),
        Align2::LEFT_CENTER,
        &now,
        right.width() - 8.0,
        words(Face::Regular, 12.0, t.text2),
    );
}

/// Within a sentence.
fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
