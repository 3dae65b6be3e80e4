//! How true the picture of each log group of an account is: its state, how far it is read, what came late or is missing.
//!
//! Must not know how an account is read.

use eframe::egui::{
    Align2, Context, Frame, Id, Label, Modal, Rect, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::observe::{Attached, state};
use crate::app::{Standing, Workspace};
use crate::catalog::field::grouped;
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Button, Line, caption, text_line};
use crate::picture::text::Face;

/// Width of the list, in points.
const WIDTH: f32 = 1080.0;
/// Height of a row, and of all together at most.
const ROW: f32 = 44.0;
const ROWS: f32 = 520.0;
/// Heads, and the right edge of each column from the right end of the list, in points; the first two stand at the left.
const FIGURES: [(&str, f32); 4] = [("Read to", 248.0), ("For good to", 158.0), ("Late", 92.0), ("Overlap", 14.0)];
/// Where the state begins, as a share of the width.
const STATE: f32 = 0.43;

/// Shows it; returns whether it stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace) -> bool {
    let Some(attached) = workspace.attached() else { return false };
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let area = Modal::default_area(Id::new("log groups")).default_size([WIDTH, ROWS + 160.0]);
    let modal = Modal::new(Id::new("log groups")).area(area).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
        let title = RichText::new("Log groups").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(title.color(colour(tokens(ui).text))));
        caption(ui, "Live Tail shows events at once; sweeps read what is stored, so that nothing is lost and nothing stands twice.");
        ui.add_space(8.0);
        heads(ui);
        let height = (ui.ctx().content_rect().height() - 240.0).clamp(120.0, ROWS);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            attached.standings().for_each(|(group, standing)| row(ui, workspace, attached, (group, standing)));
        });
        quiet(ui, attached);
        ui.add_space(8.0);
        super::files::line(ui, |ui| !Button::new("Done").primary().show(ui).clicked())
    });
    shown.inner && !shown.should_close()
}

/// Puts words into a row: where, from which side, and how much room there is.
fn put(ui: &Ui, rect: Rect, (left, up): (f32, f32), align: Align2, words: &str, room: f32, set: Line) {
    text_line(ui.painter(), pos2(rect.left() + left, rect.center().y + up), align, words, room, set);
}

fn heads(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(tokens(ui).text2) };
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(tokens(ui).divider));
    put(ui, rect, (0.0, 0.0), Align2::LEFT_CENTER, "Log group and node", 200.0, set);
    put(ui, rect, (rect.width() * STATE, 0.0), Align2::LEFT_CENTER, "State", 200.0, set);
    for (head, right) in FIGURES {
        put(ui, rect, (rect.width() - right, 0.0), Align2::RIGHT_CENTER, head, 90.0, set);
    }
}

fn row(ui: &mut Ui, workspace: &Workspace, attached: &Attached, (group, standing): (&str, &Standing)) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let node = attached.binding().node_of_group(group).and_then(|node| workspace.name_of(node)).unwrap_or("no node");
    let (state, faults) = (state(standing, workspace.zone()), standing.faults());
    let bold = |ink| Line { face: Face::Medium, size: 13.0, colour: colour(ink) };
    let small = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    let (left, room) = (rect.width() * STATE, rect.width() * (1.0 - STATE) - FIGURES[0].1 - 70.0);
    put(ui, rect, (0.0, -9.0), Align2::LEFT_CENTER, group, left - 12.0, bold(t.text));
    put(ui, rect, (0.0, 9.0), Align2::LEFT_CENTER, node, left - 12.0, small);
    let ink = if faults.is_empty() { t.text } else { t.warn };
    put(ui, rect, (left, -9.0), Align2::LEFT_CENTER, &state, room, bold(ink));
    put(ui, rect, (left, 9.0), Align2::LEFT_CENTER, &faults.join("; "), room, small);
    let figures = figures(workspace, standing);
    for ((_, right), words) in FIGURES.iter().zip(&figures) {
        let set = Line { face: Face::Regular, size: 13.0, colour: colour(t.text) };
        put(ui, rect, (rect.width() - right, 0.0), Align2::RIGHT_CENTER, words, 90.0, set);
    }
    let told = FIGURES.iter().zip(&figures).map(|((head, _), words)| format!("{head} {words}"));
    let told = format!("{group}, {node}, {state}, {}", told.collect::<Vec<_>>().join(", "));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let faults = if faults.is_empty() { "All is read and in its place.".to_owned() } else { faults.join(".\n") + "." };
    response.on_hover_text(format!("{group}\n{faults}"));
}

/// How far it is read, how far for good, how many came late, how far sweeps look back.
fn figures(workspace: &Workspace, standing: &Standing) -> [String; 4] {
    let clock = |ms: i64| workspace.zone().clock(ms).get(..8).unwrap_or_default().to_owned();
    [
        clock(standing.read_ms),
        clock(standing.reconciled_ms),
        grouped(standing.late as i64),
        format!("{} s", standing.overlap_ms / 1_000),
    ]
}

/// What has no log group yet.
fn quiet(ui: &mut Ui, attached: &Attached) {
    if let Some(quiet) = attached.quiet() {
        ui.add_space(8.0);
        caption(ui, &format!("No log group yet, read as soon as there is one: {quiet}"));
    }
}
