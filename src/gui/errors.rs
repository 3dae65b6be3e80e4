//! Errors in groups, below the canvas: how often, since when, and the way to their records.
//!
//! Must not know how errors are told apart.

use eframe::egui::{Align, Align2, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::fill as icon;

use super::fonts;
use super::status_bar::counted;
use super::theme::{colour, line, tokens};
use super::widgets::{Line, text_line, tile};
use super::zone::zone_switch;
use crate::app::observe::{Attached, Wanted};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::{Element, NodeId};
use crate::picture::text::Face;
use crate::telemetry::observed::ErrorRow;

/// Height of a row, in points.
const ROW: f32 = 40.0;
/// Height of the heads, in points.
const HEAD: f32 = 26.0;
/// Width of the column of a sparkline, in points.
const SPARK: f32 = 132.0;
/// Bars of a sparkline.
const BARS: usize = 24;

/// Shows them in the space that is left.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let Some(attached) = workspace.attached() else { return };
    ui.spacing_mut().item_spacing.y = 0.0;
    heads(ui, workspace, attached, commands);
    let errors = &attached.observed().errors;
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("errors");
    area.show_rows(ui, ROW, errors.len(), |ui, rows| {
        for row in rows.filter_map(|at| errors.get(at)) {
            self::row(ui, workspace, attached, row, commands);
        }
    });
}

/// What the columns are, and in which time.
fn heads(ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    let right = rect.right() - 12.0;
    let put = |left: f32, words: &str| {
        text_line(ui.painter(), pos2(left, rect.center().y), Align2::LEFT_CENTER, words, 200.0, set);
    };
    put(rect.left() + 36.0, "Error, node, place");
    put(right - 190.0 - SPARK, "Over the whole time");
    let first_ms = attached.observed().span_ms.map_or(0, |(first, _)| first);
    let end = rect.with_max_x(right + 8.0).with_min_x(right - 170.0);
    let layout = Layout::right_to_left(Align::Center);
    let mut side = ui.new_child(UiBuilder::new().max_rect(end).layout(layout).id_salt("heads"));
    zone_switch(&mut side, workspace, first_ms, commands);
}

/// The node that an error is of.
fn node_of(attached: &Attached, row: &ErrorRow) -> Option<NodeId> {
    let record = attached.observed().records.get(row.group.last_record)?;
    attached.node_of(&record)
}

fn row(ui: &mut Ui, workspace: &Workspace, attached: &Attached, row: &ErrorRow, commands: &mut Vec<Command>) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let node = node_of(attached, row);
    let name = node.and_then(|node| workspace.name_of(node)).unwrap_or(&row.fault.function);
    let count = counted(row.group.count as usize, "time");
    let told = format!("{}: {}, {count} in {name}", row.fault.error_type, row.group.message);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &told));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let t = tokens(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    paint(ui, rect, &Told { workspace, attached, row, node, name });
    if response.on_hover_text("Show its records in the log.").clicked() {
        open(row, node, commands);
    }
}

/// What there is to say of an error.
struct Told<'t> {
    workspace: &'t Workspace,
    attached: &'t Attached,
    row: &'t ErrorRow,
    node: Option<NodeId>,
    name: &'t str,
}

fn paint(ui: &Ui, rect: Rect, told: &Told<'_>) {
    let (t, painter) = (tokens(ui), ui.painter());
    let Told { attached, row, .. } = told;
    let set = |face, size, ink| Line { face, size, colour: colour(ink) };
    let (upper, lower) = (rect.center().y - 8.0, rect.center().y + 8.0);
    let sign = pos2(rect.left() + 20.0, upper);
    painter.text(sign, Align2::CENTER_CENTER, icon::X_CIRCLE, fonts::icon_filled(14.0), colour(t.danger));
    let (left, right) = (rect.left() + 36.0, rect.right() - 12.0);
    let figures = right - 190.0 - SPARK;
    let put = |at, words: &str, end: f32, line| text_line(painter, at, Align2::LEFT_CENTER, words, end - at.x, line);
    let (end, red) = (figures - 12.0, set(Face::SemiBold, 13.0, t.danger));
    let kind = put(pos2(left, upper), &row.fault.error_type, end, red);
    put(pos2(left + kind + 10.0, upper), &row.group.message, end, set(Face::Mono, 12.0, t.text));
    let mut at = left;
    let diagram = told.workspace.open().map(|open| open.document.diagram());
    if let Some(node) = told.node.and_then(|id| diagram?.nodes().get(&id)) {
        let side = Rect::from_min_size(pos2(at, lower - 7.0), vec2(14.0, 14.0));
        tile(painter, side, told.workspace.catalog().kind(&node.kind), t);
        at += 20.0;
    }
    let wide = put(pos2(at, lower), told.name, at + 200.0, set(Face::Medium, 12.0, t.text));
    put(pos2(at + wide + 10.0, lower), &row.fault.place, end, set(Face::Regular, 12.0, t.text2));
    spark(ui, attached, row, Rect::from_min_size(pos2(figures, rect.top() + 8.0), vec2(SPARK - 16.0, ROW - 16.0)));
    let count = counted(row.group.count as usize, "time");
    let set_right = |y, words: &str, line| text_line(painter, pos2(right, y), Align2::RIGHT_CENTER, words, 180.0, line);
    set_right(upper, &count, set(Face::SemiBold, 13.0, t.text));
    let clock = |ms: Option<i64>| ms.map(|ms| told.workspace.zone().clock(ms)).unwrap_or_default();
    let short = |text: String| text.get(..8).unwrap_or_default().to_owned();
    let when = format!("{} to {}", short(clock(row.group.first_ms)), short(clock(row.group.last_ms)));
    set_right(lower, &when, set(Face::Regular, 12.0, t.text2));
}

/// When it happened, over the time of the whole log.
fn spark(ui: &Ui, attached: &Attached, row: &ErrorRow, rect: Rect) {
    let Some((first, last)) = attached.observed().span_ms.filter(|(first, last)| first < last) else { return };
    let t = tokens(ui);
    let mut bars = [0_u32; BARS];
    let step = row.records.len().div_ceil(2000).max(1);
    for number in row.records.iter().step_by(step) {
        let Some(time) = attached.observed().records.get(*number).and_then(|record| record.time_ms()) else { continue };
        let place = i128::from(time - first) * BARS as i128 / (i128::from(last - first) + 1);
        bars[(place.max(0) as usize).min(BARS - 1)] += 1;
    }
    let most = bars.iter().copied().max().unwrap_or(1).max(1) as f32;
    let wide = rect.width() / BARS as f32;
    ui.painter().hline(rect.x_range(), rect.bottom(), line(t.divider));
    for (place, count) in bars.iter().enumerate().filter(|(_, count)| **count > 0) {
        let high = (*count as f32 / most * rect.height()).max(2.0);
        let at = pos2(rect.left() + place as f32 * wide, rect.bottom() - high);
        ui.painter().rect_filled(Rect::from_min_size(at, vec2((wide - 1.0).max(1.0), high)), 0.0, colour(t.danger));
    }
}

/// Shows the records of an error, and selects its node.
fn open(row: &ErrorRow, node: Option<NodeId>, commands: &mut Vec<Command>) {
    let error = Some((row.fault.error_type.clone(), std::sync::Arc::clone(&row.records)));
    commands.push(Command::ShowLines(Wanted { error, ..Wanted::default() }));
    commands.push(Command::GoToLine(row.group.last_record));
    if let Some(node) = node {
        commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(node)));
    }
}
