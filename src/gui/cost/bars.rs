//! The bill by node: a bar for each, the longest first.
//!
//! Must not know how a bill is worked out.

use eframe::egui::{Align2, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use rust_decimal::prelude::ToPrimitive as _;

use super::pane::hint;
use crate::app::bill::Bill;
use crate::app::bill::overlay::heat;
use crate::app::bill::words::range;
use crate::app::{Choose, Command, Workspace};
use crate::cost::{Money, Span};
use crate::diagram::{Element, NodeId};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::text::Face;

/// Height of a row, in points.
const ROW: f32 = 26.0;
/// Width of the names and of the figures, in points.
const SIDES: (f32, f32) = (150.0, 92.0);

/// Shows them.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, bill: &Bill, commands: &mut Vec<Command>) {
    let mut nodes: Vec<(NodeId, Span<Money>)> =
        bill.nodes.iter().filter_map(|(id, node)| Some((*id, node.cost?))).collect();
    nodes.sort_by(|a, b| b.1.high.cmp(&a.1.high).then(a.0.cmp(&b.0)));
    let Some(most) = nodes.first().map(|(_, cost)| cost.high) else {
        hint(ui, "Nothing in the diagram has a cost yet.");
        return;
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink(false).id_salt("bill by node").show_rows(ui, ROW, nodes.len(), |ui, rows| {
        for (id, cost) in &nodes[rows] {
            row(ui, workspace, bill, (*id, *cost, most), commands);
        }
    });
}

fn row(
    ui: &mut Ui,
    workspace: &Workspace,
    bill: &Bill,
    (id, cost, most): (NodeId, Span<Money>, Money),
    commands: &mut Vec<Command>,
) {
    let Some((open, node)) = workspace.open().and_then(|open| Some((open, open.document.diagram().nodes().get(&id)?)))
    else {
        return;
    };
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let (selected, words) = (open.selection.contains(&Element::Node(id)), range(cost));
    let told = format!("{}: {words} a month", node.name);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &told));
    if selected {
        ui.painter().rect_filled(rect, 0.0, colour(t.accent_soft));
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
    }
    let y = rect.center().y;
    let set = |face| Line { face, size: 12.0, colour: colour(t.text) };
    let side = Rect::from_min_size(pos2(rect.left() + 12.0, y - 8.0), vec2(16.0, 16.0));
    tile(ui.painter(), side, workspace.catalog().kind(&node.kind), t);
    let left = pos2(rect.left() + 34.0, y);
    text_line(ui.painter(), left, Align2::LEFT_CENTER, &node.name, SIDES.0 - 26.0, set(Face::Regular));
    let right = pos2(rect.right() - 12.0, y);
    text_line(ui.painter(), right, Align2::RIGHT_CENTER, &words, SIDES.1, set(Face::SemiBold));
    let room = rect.width() - SIDES.0 - SIDES.1 - 40.0;
    let share = |money: Money| money.dollars().checked_div(most.dollars()).and_then(|share| share.to_f32());
    let bar = |money: Money| (share(money).unwrap_or_default() * room).max(2.0);
    let at = pos2(rect.left() + SIDES.0 + 16.0, y - 6.0);
    let ink = t.heat[heat(cost.high, bill.estimate.total.high).max(2)];
    if room > 20.0 {
        // The part of a range that may or may not come is paler.
        let faint = colour(ink.over(t.panel, 0.45));
        ui.painter().rect_filled(Rect::from_min_size(at, vec2(bar(cost.high), 12.0)), 3.0, faint);
        ui.painter().rect_filled(Rect::from_min_size(at, vec2(bar(cost.low), 12.0)), 3.0, colour(ink));
    }
    if response.clicked() {
        commands.push(Command::Select([Element::Node(id)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(id)));
    }
}
