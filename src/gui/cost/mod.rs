//! The bill below the canvas: its total, its lines, and beside them what changes it.
//!
//! Must not know how a bill is worked out.

mod bars;
mod card;
mod cells;
mod chart;
mod columns;
mod compare;
mod head;
mod pane;
mod table;
mod what_if;

use eframe::egui::{Align2, Frame, Rect, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};
use egui_phosphor::fill as icon;

use super::fonts;
use super::status_bar::counted;
use super::theme::{colour, line, tokens};
use super::widgets::{Line, caption, text_line};
use crate::app::bill::words::range;
use crate::app::bill::{Bill, Pane};
use crate::app::{Command, Workspace};
use crate::picture::text::{Face, width};
use pane::Side;
use table::Table;

/// Height of the line with the total, in points.
const TOTAL: f32 = 44.0;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct CostPanel {
    table: Table,
    side: Side,
}

impl CostPanel {
    /// Shows it in the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(bill) = workspace.bill() else {
            Frame::new().inner_margin(12).show(ui, |ui| caption(ui, "Working out the bill…"));
            return;
        };
        let whole = ui.available_rect_before_wrap();
        let (lines, side) = parts(whole, workspace.pane());
        // Rooms of their own, so that what is in them never makes the panel higher.
        let room = |ui: &mut Ui, rect: Rect, name: &str| {
            let mut room = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(name));
            room.shrink_clip_rect(rect);
            room
        };
        let mut left = room(ui, lines, "lines");
        total(&mut left, workspace, bill);
        self.table.grouping(&mut left, lines);
        self.table.ui(&mut left, workspace, bill, commands);
        if let Some(side) = side {
            ui.painter().vline(side.left() - 0.5, whole.y_range(), line(tokens(ui).divider));
            self.side.ui(&mut room(ui, side, "side"), workspace, bill, commands);
        }
        ui.advance_cursor_after_rect(whole);
    }
}

/// The narrowest panel that has room for something beside the lines, in points.
const LEAST: f32 = 520.0;
/// The part of the panel beside the lines, and that of figures side by side, which are more than one.
const BESIDE: (f32, f32) = (0.42, 0.6);
/// The least width of figures side by side, in points.
const COMPARED: f32 = 470.0;

/// The rooms of the lines and of what stands beside them; in a very narrow panel the lines take all.
fn parts(whole: Rect, pane: Pane) -> (Rect, Option<Rect>) {
    if whole.width() < LEAST {
        return (whole, None);
    }
    let usual = (whole.width() * BESIDE.0).clamp(324.0, 620.0).min(whole.width() / 2.0);
    let side = if pane == Pane::Compare { usual.max((whole.width() * BESIDE.1).min(COMPARED)) } else { usual };
    let at = whole.right() - side;
    (whole.with_max_x(at - 1.0), Some(whole.with_min_x(at)))
}

/// The total, how much is in it, and what is not.
fn total(ui: &mut Ui, workspace: &Workspace, bill: &Bill) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), TOTAL), Sense::hover());
    let estimate = &bill.estimate;
    let sum = range(estimate.total);
    let mut at = rect.left_center() + vec2(12.0, 0.0);
    // What the rows are grouped by is chosen at the end of the line.
    let room = |at: eframe::egui::Pos2| rect.right() - 24.0 - table::GROUPING - at.x;
    let put = |at: &mut eframe::egui::Pos2, words: &str, face, size, ink, gap: f32| {
        let set = Line { face, size, colour: colour(ink) };
        let left = room(*at);
        if left > 40.0 {
            at.x += text_line(ui.painter(), *at, Align2::LEFT_CENTER, words, left, set) + gap;
        }
    };
    put(&mut at, &sum, Face::SemiBold, 24.0, t.text, 8.0);
    put(&mut at, "a month", Face::Regular, 13.0, t.text2, 16.0);
    let names = uncounted(workspace, bill);
    let left_out = (!names.is_empty())
        .then(|| format!("{} not wholly counted: {}", counted(names.len(), "node"), names.join(", ")));
    let priced = bill.nodes.values().filter(|node| node.cost.is_some()).count();
    let lines = format!("{} on {}", counted(estimate.lines.len(), "line"), counted(priced, "node"));
    let wide = width(&lines, Face::Regular, 12.0);
    // What is missing in the sum is worth more than how many lines it has.
    if room(at) > wide + if left_out.is_some() { 180.0 } else { 0.0 } {
        put(&mut at, &lines, Face::Regular, 12.0, t.text2, 16.0);
    }
    if let Some(words) = left_out.as_ref().filter(|_| room(at) > 14.0) {
        let sign = fonts::icon_filled(14.0);
        ui.painter().text(at + vec2(7.0, 0.0), Align2::CENTER_CENTER, icon::WARNING, sign, colour(t.warn_fill));
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
        let (at, short) = (at + vec2(20.0, 0.0), format!("{} not counted", names.len()));
        let words = if room(at) > 160.0 { words } else { &short };
        if room(at) > width(&short, Face::Regular, 12.0) {
            text_line(ui.painter(), at, Align2::LEFT_CENTER, words, room(at), set);
        }
    }
    let told = format!("{sum} a month, {lines}{}", left_out.map(|words| format!(", {words}")).unwrap_or_default());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    response.on_hover_text(told);
}

/// The nodes of which something is not in the total.
fn uncounted<'w>(workspace: &'w Workspace, bill: &Bill) -> Vec<&'w str> {
    let Some(open) = workspace.open() else { return Vec::new() };
    let partial = bill.nodes.iter().filter(|(_, node)| node.is_partial());
    partial.filter_map(|(id, _)| open.document.diagram().nodes().get(id)).map(|node| node.name.as_str()).collect()
}
