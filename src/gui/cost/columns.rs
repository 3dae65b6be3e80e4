//! The columns of the bill's table: where each stands, and its head that puts the rows in order.
//!
//! Must not know bills.

use std::ops::Range;

use eframe::egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::fill as icon;

use crate::app::bill::table::{Column, Order};
use crate::catalog::names::Named as _;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::{Face, width};

/// Height of the heads, in points.
pub(super) const HEAD: f32 = 28.0;
/// Room at the left and right of the table and between two columns, in points.
const GAP: f32 = 12.0;

/// From where to where each column reaches, in points; one for which there is no room is empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) node: Range<f32>,
    pub(super) line: Range<f32>,
    pub(super) quantity: Range<f32>,
    pub(super) price: Range<f32>,
    pub(super) cost: Range<f32>,
    /// The bar and the words of the share.
    pub(super) share: Range<f32>,
}

impl Columns {
    /// The columns of a table that reaches over `across`.
    pub(super) fn of(across: Range<f32>) -> Self {
        let wide = across.end - across.start;
        let mut right = across.end - GAP;
        let mut take = |wanted: f32, is_there: bool| {
            let end = right;
            right -= if is_there { wanted + GAP } else { 0.0 };
            end - if is_there { wanted } else { 0.0 }..end
        };
        let share = take(132.0, wide > 840.0);
        let cost = take(84.0, true);
        let price = take(128.0, wide > 640.0);
        // What is paid is worth more than how much of it, which the card of a line tells as well.
        let quantity = take(140.0, wide > 540.0);
        let node = across.start + GAP..across.start + GAP + (wide * 0.21).clamp(96.0, 200.0);
        let line = node.end + GAP..right.max(node.end + GAP);
        Self { node, line, quantity, price, cost, share }
    }

    fn of_column(&self, column: Column) -> Range<f32> {
        match column {
            Column::Node => self.node.clone(),
            Column::Line => self.line.clone(),
            Column::Quantity => self.quantity.clone(),
            Column::Price => self.price.clone(),
            Column::Cost => self.cost.clone(),
        }
    }
}

/// Shows the heads; returns the order that was asked for now.
pub(super) fn heads(ui: &mut Ui, columns: &Columns, order: Order) -> Option<Order> {
    let (t, mut asked) = (tokens(ui), None);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    for (label, column) in Column::ALL {
        let across = columns.of_column(*column);
        if across.is_empty() {
            continue;
        }
        let part = Rect::from_x_y_ranges(across.start..=across.end, rect.y_range());
        let response = ui.interact(part, ui.id().with(("head", label)), Sense::click());
        let on = order.column == *column;
        let told = match (on, order.descending) {
            (false, _) => format!("Sort by {label}"),
            (true, true) => format!("Sort by {label}, descending"),
            (true, false) => format!("Sort by {label}, ascending"),
        };
        response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, on, &told));
        let (face, ink) = if on { (Face::SemiBold, t.text) } else { (Face::Regular, t.text2) };
        let ink = colour(if response.hovered() { t.text } else { ink });
        let is_left = matches!(column, Column::Node | Column::Line);
        let (at, align) = if is_left {
            (part.left_center(), Align2::LEFT_CENTER)
        } else {
            (part.right_center(), Align2::RIGHT_CENTER)
        };
        text_line(ui.painter(), at, align, label, part.width(), Line { face, size: 12.0, colour: ink });
        if on {
            let words = width(label, face, 12.0) + 8.0;
            let at = pos2(if is_left { at.x + words } else { at.x - words }, at.y);
            let glyph = if order.descending { icon::CARET_DOWN } else { icon::CARET_UP };
            ui.painter().text(at, Align2::CENTER_CENTER, glyph, crate::gui::fonts::icon_filled(10.0), ink);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(part, 4.0, line(t.accent), eframe::egui::StrokeKind::Inside);
        }
        if response.clicked() {
            asked = Some(order.by(*column));
        }
    }
    if !columns.share.is_empty() {
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
        let at = pos2(columns.share.start, rect.center().y);
        text_line(ui.painter(), at, Align2::LEFT_CENTER, "Share", 60.0, set);
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_never_overlap_and_words_keep_their_room() {
        for wide in (300..1600_u16).map(f32::from) {
            let Columns { node, line, quantity, price, cost, share } = Columns::of(0.0..wide);
            let there = [node.clone(), line.clone(), quantity, price, cost, share];
            let there: Vec<_> = there.into_iter().filter(|column| !column.is_empty()).collect();
            assert!(there.windows(2).all(|two| two[0].end <= two[1].start), "{wide}: {there:?}");
            assert!(node.end - node.start >= 96.0 && line.end - line.start >= 60.0, "{wide}: {line:?}");
            assert!(there.last().is_some_and(|last| last.end <= wide));
        }
    }
}
