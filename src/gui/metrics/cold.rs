//! Cold starts as a table: how often environments were prepared, how often and how long somebody waited, what that is billed.
//!
//! Must not know how they are found out.

use eframe::egui::{Align2, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::axis::with_unit;
use crate::app::bill::words::dollars;
use crate::app::observe::Attached;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::field::grouped;
use crate::cost::Money;
use crate::diagram::{Element, NodeId};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::text::Face;
use crate::telemetry::cold::{ColdStarts, Setup};

/// Height of a row and of the heads, in points.
const ROW: f32 = 30.0;
/// Bars of a distribution.
const BARS: usize = 24;
/// Heads and widths of the columns behind the function, in points; figures stand at the right of theirs.
const COLUMNS: [(&str, f32); 12] = [
    ("Runtime", 110.0),
    ("Memory", 70.0),
    ("Invocations", 82.0),
    ("Cold", 54.0),
    ("Share", 60.0),
    ("Prepared", 70.0),
    ("Ahead", 54.0),
    ("Failed", 54.0),
    ("p50", 64.0),
    ("p95", 64.0),
    ("Longest", 66.0),
    ("Waited", 112.0),
];
/// Width of the last column, in points.
const COST: f32 = 168.0;
/// The least width of the column of functions, in points.
const NAME: f32 = 176.0;

/// Shows the table in the space that is left.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
    let setups = &attached.observed().cold;
    if setups.is_empty() {
        let rect = ui.available_rect_before_wrap();
        super::say(ui, rect, "The log tells of no environment that was prepared, and of no invocation.");
        return;
    }
    let mut rows: Vec<(&Setup, &ColdStarts)> = setups.iter().collect();
    rows.sort_by(|(_, one), (_, other)| {
        other.cold.cmp(&one.cold).then_with(|| other.invocations.cmp(&one.invocations))
    });
    let span = span(rows.iter().map(|(_, starts)| *starts));
    ui.spacing_mut().item_spacing.y = 0.0;
    let room: f32 = COLUMNS.iter().map(|(_, wide)| wide).sum::<f32>() + COST + NAME;
    ScrollArea::both().auto_shrink(false).id_salt("cold").show(ui, |ui| {
        ui.set_min_width(room);
        let name = (ui.available_width() - room + NAME).clamp(NAME, 320.0);
        heads(ui, name);
        for (setup, starts) in rows {
            row(ui, workspace, attached, (setup, starts), (name, span), commands);
        }
    });
}

/// From the shortest to the longest that anybody waited, in milliseconds.
fn span<'s>(all: impl Iterator<Item = &'s ColdStarts> + Clone) -> (f64, f64) {
    let low = all.clone().filter_map(|starts| starts.waited_ms.percentile(0.0)).fold(f64::INFINITY, f64::min);
    let high = all.filter_map(|starts| starts.waited_ms.max()).fold(0.0, f64::max);
    (low.min(high).max(1.0), high.max(2.0))
}

fn heads(ui: &mut Ui, name: f32) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW - 4.0), Sense::hover());
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let y = rect.center().y;
    text_line(ui.painter(), pos2(rect.left() + 12.0, y), Align2::LEFT_CENTER, "Function", name, set);
    let mut left = rect.left() + 12.0 + name;
    for (place, (head, wide)) in COLUMNS.iter().enumerate() {
        put(ui, Rect::from_min_size(pos2(left, rect.top()), vec2(*wide, rect.height())), place, head, set);
        left += wide;
    }
    let last = Rect::from_min_size(pos2(left, rect.top()), vec2(COST - 24.0, rect.height()));
    text_line(ui.painter(), last.right_center(), Align2::RIGHT_CENTER, "Billed for preparing", COST, set);
}

/// Words stand at the left of their column, figures at the right.
fn put(ui: &Ui, rect: Rect, place: usize, words: &str, set: Line) {
    let is_word = place == 0 || place == COLUMNS.len() - 1;
    let inset = if place == COLUMNS.len() - 1 { 14.0 } else { 0.0 };
    let (at, align) = if is_word {
        (rect.left_center() + vec2(inset, 0.0), Align2::LEFT_CENTER)
    } else {
        (rect.right_center(), Align2::RIGHT_CENTER)
    };
    text_line(ui.painter(), at, align, words, rect.width() - 8.0, set);
}

fn row(
    ui: &mut Ui,
    workspace: &Workspace,
    attached: &Attached,
    (setup, starts): (&Setup, &ColdStarts),
    (name, span): (f32, (f64, f64)),
    commands: &mut Vec<Command>,
) {
    let (group, runtime, memory) = setup;
    let node = attached.binding().node_of_group(group);
    let nameless = if group.is_empty() { "Lines without a log group" } else { group };
    let called = node.and_then(|node| workspace.name_of(node)).unwrap_or(nameless);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let share = starts.share().map_or_else(String::new, |share| format!("{:.1} %", share * 100.0));
    let ms = |value: Option<f64>| value.map_or_else(String::new, |value| with_unit(value, "ms"));
    let waited = |share| ms(starts.waited_ms.percentile(share));
    let count = |count: u64| grouped(count as i64);
    let cells = [
        runtime.clone(),
        if *memory == 0 { String::new() } else { format!("{memory} MB") },
        count(starts.invocations),
        count(starts.cold),
        share.clone(),
        count(starts.inits),
        count(starts.ahead),
        count(starts.failed),
        waited(0.5),
        waited(0.95),
        ms(starts.waited_ms.max()),
    ];
    response.widget_info(|| {
        let words = format!("{called} {runtime} {memory} MB, {} cold of {}, {share}", starts.cold, starts.invocations);
        WidgetInfo::labeled(WidgetType::Button, true, words)
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let t = tokens(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    function(ui, rect, workspace, (node, called), name);
    let mut left = rect.left() + 12.0 + name;
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text) };
    for (place, words) in cells.iter().enumerate() {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(COLUMNS[place].1, rect.height()));
        put(ui, cell, place, words, set);
        left += COLUMNS[place].1;
    }
    let wide = COLUMNS[COLUMNS.len() - 1].1;
    bars(ui, Rect::from_min_size(pos2(left + 14.0, rect.top() + 5.0), vec2(wide - 20.0, ROW - 10.0)), starts, span);
    let right = pos2(left + wide + COST - 24.0, rect.center().y);
    text_line(ui.painter(), right, Align2::RIGHT_CENTER, &billed(workspace, node, starts), COST, set);
    if response
        .on_hover_text(format!("{group}\nOf the whole log, whatever span is looked at. Click to show the node."))
        .clicked()
        && let Some(node) = node
    {
        commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(node)));
    }
}

/// The function's node, else its log group.
fn function(ui: &Ui, rect: Rect, workspace: &Workspace, (node, called): (Option<NodeId>, &str), wide: f32) {
    let t = tokens(ui);
    let mut at = pos2(rect.left() + 12.0, rect.center().y);
    let diagram = workspace.open().map(|open| open.document.diagram());
    if let Some(node) = node.and_then(|id| diagram?.nodes().get(&id)) {
        let side = Rect::from_center_size(at + vec2(7.0, 0.0), vec2(14.0, 14.0));
        tile(ui.painter(), side, workspace.catalog().kind(&node.kind), t);
        at.x += 20.0;
    }
    let set = Line { face: Face::Medium, size: 12.0, colour: colour(t.text) };
    text_line(ui.painter(), at, Align2::LEFT_CENTER, called, wide - 28.0, set);
}

/// How long invocations waited: shorter at the left, longer at the right, on a scale that all rows share.
fn bars(ui: &Ui, rect: Rect, starts: &ColdStarts, (low, high): (f64, f64)) {
    let t = tokens(ui);
    let steps = starts.waited_ms.histogram(low, high, BARS);
    let most = steps.iter().copied().max().unwrap_or(0).max(1) as f32;
    let wide = rect.width() / BARS as f32;
    ui.painter().hline(rect.x_range(), rect.bottom(), line(t.divider));
    for (place, count) in steps.iter().enumerate().filter(|(_, count)| **count > 0) {
        let high = (*count as f32 / most * rect.height()).max(2.0);
        let min = pos2(rect.left() + place as f32 * wide, rect.bottom() - high);
        ui.painter().rect_filled(Rect::from_min_size(min, vec2((wide - 1.0).max(1.0), high)), 0.0, colour(t.series[0]));
    }
}

/// "414 ms · $0.0000069": what was billed for preparing, and what that costs at the price of the node's bill.
fn billed(workspace: &Workspace, node: Option<NodeId>, starts: &ColdStarts) -> String {
    if starts.billed_ms <= 0.0 {
        return String::new();
    }
    let took = with_unit(starts.billed_ms, "ms");
    let cost = node.and_then(|node| price(workspace, node)).and_then(|usd| {
        let dollars = Decimal::from_f64(starts.billed_gb_s)?.checked_mul(usd)?;
        Money::of(dollars)
    });
    match cost {
        Some(cost) => format!("{took} · {}", dollars(cost)),
        None => format!("{took} · {:.2} GB-s", starts.billed_gb_s),
    }
}

/// What a gigabyte-second of a node costs.
fn price(workspace: &Workspace, node: NodeId) -> Option<Decimal> {
    const UNIT: &str = "GB-second";
    let estimate = &workspace.bill()?.estimate;
    let known = estimate.lines.iter().filter(|line| line.node == node && &*line.unit == UNIT).map(|line| &line.price);
    let asked = estimate.unknown.iter().filter(|line| line.node == node && &*line.unit == UNIT).map(|line| &line.price);
    known.chain(asked).next().map(|price| price.unit_usd())
}
