//! The bill line by line: in order, in groups, each line bound to its node on the canvas.
//!
//! A line and its node are selected together, both ways; only rows that are seen are laid out. Must not know how a bill is
//! worked out.

use eframe::egui::{
    Align2, EventFilter, Key, Modifiers, Rect, Response, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType,
    pos2, vec2,
};
use egui_phosphor::fill as icon;

use super::TOTAL;
use super::card;
use super::cells::{Cells, Doubt};
use super::columns::{Columns, heads};
use super::head::select;
use super::pane::hint;
use crate::app::bill::Bill;
use crate::app::bill::table::{Entry, Grouping, Order, Row};
use crate::app::bill::words::range;
use crate::app::{Choose, Command, Open, Workspace};
use crate::catalog::names::Named as _;
use crate::diagram::{Element, NodeId};
use crate::gui::fonts;
use crate::gui::status_bar::counted;
use crate::gui::theme::{FIELD_HEIGHT, colour, line, tokens};
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::text::{Face, width};

/// Height of a row, in points.
const ROW: f32 = 28.0;
/// Width of the choice of groups, in points.
pub(super) const GROUPING: f32 = 118.0;

/// What the table remembers between two frames.
#[derive(Default)]
pub(super) struct Table {
    pub(super) order: Order,
    /// Of which bill and in which order the rows are.
    key: Option<((u64, u64, u64), Order)>,
    rows: Vec<Row>,
    /// The row that the cursor is in.
    cursor: usize,
    /// The line whose card stays open.
    pinned: Option<Entry>,
    /// The node that was selected when the table last went to its lines.
    gone_to: Option<NodeId>,
    /// A row that is to be brought into view.
    wanted: Option<usize>,
}

impl Table {
    /// Shows under what heads rows stand, at the end of the line with the total.
    pub(super) fn grouping(&mut self, ui: &mut Ui, lines: Rect) {
        let corner = pos2(lines.right() - GROUPING - 12.0, lines.top() + (TOTAL - FIELD_HEIGHT) / 2.0);
        let place = Rect::from_min_size(corner, vec2(GROUPING, FIELD_HEIGHT));
        let options: Vec<(&str, &str)> = Grouping::ALL.iter().map(|(name, _)| (*name, *name)).collect();
        let help = "Under which heads the lines stand.";
        let chosen = self.order.grouping.name();
        let picked = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            select(ui, GROUPING, "Group lines", help, &options, chosen)
        });
        if let Some(grouping) = picked.inner.and_then(|picked| Grouping::from_name(&picked)) {
            self.order.grouping = grouping;
        }
    }

    /// Shows heads and rows in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, bill: &Bill, commands: &mut Vec<Command>) {
        let Some(open) = workspace.open() else { return };
        self.follow(workspace, bill, open);
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let across = ui.available_rect_before_wrap().x_range();
        let columns = Columns::of(across.min..across.max);
        if let Some(order) = heads(ui, &columns, self.order) {
            self.order = order;
        }
        if self.rows.is_empty() {
            hint(ui, "What you draw is priced here, line by line.");
        }
        let id = ui.id().with("bill lines");
        let focused = ui.memory(|memory| memory.has_focus(id));
        let moved = focused && self.keys(ui);
        let area = ScrollArea::vertical().auto_shrink(false).id_salt("bill");
        let area = match self.wanted.take() {
            Some(row) => area.vertical_scroll_offset((row as f32 * ROW - ui.available_height() / 3.0).max(0.0)),
            None => area,
        };
        let mut clicked = None;
        let output = area.show_rows(ui, ROW, self.rows.len(), |ui, rows| {
            for at in rows {
                let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
                let cursor = focused && self.cursor == at;
                if self.row(ui, rect, (at, cursor), &columns, workspace, bill) {
                    clicked = Some(at);
                }
            }
        });
        let response = ui.interact(output.inner_rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Bill lines"));
        if let Some(at) = clicked {
            self.cursor = at;
            response.request_focus();
        }
        if moved || clicked.is_some() {
            self.select(bill, commands);
        }
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }

    /// Puts the rows in order when the bill or the order is another, and goes to the lines of a node that was selected
    /// elsewhere.
    fn follow(&mut self, workspace: &Workspace, bill: &Bill, open: &Open) {
        let key = workspace.bill_key().map(|key| (key, self.order));
        if self.key != key {
            self.rows = bill.rows(open.document.diagram(), workspace.catalog(), self.order);
            self.key = key;
            self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        }
        let selected = open.one_node();
        if self.gone_to == selected {
            return;
        }
        self.gone_to = selected;
        let owner = |row: &Row| if let Row::Entry(entry) = row { bill.node_of(*entry) } else { None };
        let is_there = self.rows.get(self.cursor).and_then(owner) == selected;
        let first = self.rows.iter().position(|row| owner(row) == selected && selected.is_some());
        if let Some(first) = first.filter(|_| !is_there) {
            (self.cursor, self.wanted) = (first, Some(first));
        }
    }

    /// Selects the node whose line the cursor is in.
    fn select(&mut self, bill: &Bill, commands: &mut Vec<Command>) {
        let Some(Row::Entry(entry)) = self.rows.get(self.cursor) else { return };
        if let Some(node) = bill.node_of(*entry).filter(|node| self.gone_to != Some(*node)) {
            self.gone_to = Some(node);
            commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
            commands.push(Command::Reveal(Element::Node(node)));
        }
    }

    /// Moves the cursor, opens and closes cards; returns whether the cursor was moved.
    fn keys(&mut self, ui: &Ui) -> bool {
        let (before, last) = (self.cursor, self.rows.len().saturating_sub(1));
        let page = (ui.available_height() / ROW) as usize;
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            for (key, by) in [(Key::ArrowDown, 1), (Key::PageDown, page), (Key::End, last)] {
                self.cursor = if pressed(key) { self.cursor + by } else { self.cursor }.min(last);
            }
            for (key, by) in [(Key::ArrowUp, 1), (Key::PageUp, page), (Key::Home, last)] {
                self.cursor = if pressed(key) { self.cursor.saturating_sub(by) } else { self.cursor };
            }
            if pressed(Key::Enter) {
                self.pin(self.cursor);
            }
        });
        if self.cursor != before {
            (self.wanted, self.pinned) = (Some(self.cursor), None);
        }
        self.cursor != before
    }

    /// Opens the card of a row, or closes it.
    fn pin(&mut self, at: usize) {
        let entry = if let Some(Row::Entry(entry)) = self.rows.get(at) { Some(*entry) } else { None };
        self.pinned = entry.filter(|_| self.pinned != entry);
    }

    /// One row; returns whether it was clicked.
    fn row(
        &mut self,
        ui: &Ui,
        rect: Rect,
        (at, cursor): (usize, bool),
        columns: &Columns,
        workspace: &Workspace,
        bill: &Bill,
    ) -> bool {
        let Some(open) = workspace.open() else { return false };
        let entry = match &self.rows[at] {
            Row::Head { title, cost, lines } => {
                let cost = cost.map(range).unwrap_or_default();
                group(ui, rect, columns, (title, &cost, *lines));
                return false;
            }
            Row::Entry(entry) => *entry,
        };
        let Some(cells) = Cells::of(bill, entry, open.document.diagram(), workspace.catalog()) else { return false };
        let response = ui.interact(rect, ui.id().with(("bill line", at)), Sense::CLICK);
        let selected = open.selection.contains(&Element::Node(cells.node));
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, cells.told()));
        ground(ui, rect, &response, (selected, cursor));
        paint(ui, rect, columns, &cells);
        let clicked = response.clicked();
        if clicked {
            self.pin(at);
        }
        let told = card::Told { workspace, bill, entry, cells: &cells };
        if self.pinned == Some(entry) {
            if card::pinned(&response, &told) {
                self.pinned = None;
            }
        } else {
            response.on_hover_ui(|ui| card::ui(ui, &told));
        }
        clicked
    }
}

fn ground(ui: &Ui, rect: Rect, response: &Response, (selected, cursor): (bool, bool)) {
    let t = tokens(ui);
    if selected {
        ui.painter().rect_filled(rect, 0.0, colour(t.accent_soft));
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    if cursor {
        ui.painter().rect_stroke(rect.shrink(1.0), 4.0, line(t.accent), eframe::egui::StrokeKind::Inside);
    }
}

/// The head of a group.
fn group(ui: &Ui, rect: Rect, columns: &Columns, (title, cost, lines): (&str, &str, usize)) {
    let t = tokens(ui);
    ui.painter().rect_filled(rect, 0.0, colour(t.raised));
    let set = |face, ink| Line { face, size: 12.0, colour: colour(ink) };
    let (left, right) = (pos2(columns.node.start, rect.center().y), pos2(columns.cost.end, rect.center().y));
    let words = text_line(ui.painter(), left, Align2::LEFT_CENTER, title, 280.0, set(Face::SemiBold, t.text));
    let count = counted(lines, "line");
    let after = left + vec2(words + 8.0, 0.0);
    text_line(ui.painter(), after, Align2::LEFT_CENTER, &count, 80.0, set(Face::Regular, t.text2));
    text_line(ui.painter(), right, Align2::RIGHT_CENTER, cost, 160.0, set(Face::SemiBold, t.text));
    let response = ui.interact(rect, ui.id().with(("group", title)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{title}, {count}, {cost}")));
}

fn paint(ui: &Ui, rect: Rect, columns: &Columns, cells: &Cells<'_>) {
    let (t, painter, y) = (tokens(ui), ui.painter(), rect.center().y);
    let set = |face, ink| Line { face, size: 12.0, colour: colour(ink) };
    let plain = set(Face::Regular, if cells.is_cost { t.text } else { t.text2 });
    let side = Rect::from_min_size(pos2(columns.node.start, y - 8.0), vec2(16.0, 16.0));
    tile(painter, side, cells.kind, t);
    let name = pos2(columns.node.start + 22.0, y);
    text_line(painter, name, Align2::LEFT_CENTER, cells.name, columns.node.end - name.x, set(Face::Medium, t.text));
    let across = columns.line.end - columns.line.start;
    let taken = text_line(painter, pos2(columns.line.start, y), Align2::LEFT_CENTER, &cells.line, across, plain);
    if let Some(doubt) = cells.doubt {
        let ink = if doubt == Doubt::Price { t.warn } else { t.text2 };
        let at = pos2(columns.line.start + taken + 4.0, y);
        let room = across - taken - 4.0;
        let words = format!("· {}", doubt.word());
        if room > width(&words, Face::Regular, 12.0) {
            text_line(painter, at, Align2::LEFT_CENTER, &words, room, set(Face::Regular, ink));
        } else if doubt == Doubt::Price && room > 14.0 {
            let at = pos2(columns.line.end - 7.0, y);
            painter.text(at, Align2::CENTER_CENTER, icon::WARNING, fonts::icon_filled(12.0), colour(t.warn_fill));
        }
    }
    quantity(ui, y, columns, cells, plain);
    if !columns.price.is_empty() {
        let wide = columns.price.end - columns.price.start;
        text_line(
            painter,
            pos2(columns.price.end, y),
            Align2::RIGHT_CENTER,
            &cells.price,
            wide,
            set(Face::Regular, t.text2),
        );
    }
    let face = if cells.is_cost { Face::SemiBold } else { Face::Regular };
    let wide = columns.cost.end - columns.cost.start;
    text_line(painter, pos2(columns.cost.end, y), Align2::RIGHT_CENTER, &cells.cost, wide, Line { face, ..plain });
    if let Some((share, words, heat)) = cells.share.as_ref().filter(|_| !columns.share.is_empty()) {
        bar(ui, columns, y, (*share, words, *heat));
    }
}

/// The quantity with its unit, right-aligned; words in its place may take the price's room as well.
fn quantity(ui: &Ui, y: f32, columns: &Columns, cells: &Cells<'_>, plain: Line) {
    if columns.quantity.is_empty() {
        return;
    }
    let (painter, t) = (ui.painter(), tokens(ui));
    let mut right = columns.quantity.end;
    if !cells.is_cost && cells.price.is_empty() && !columns.price.is_empty() {
        right = columns.price.end;
    }
    let room = right - columns.quantity.start;
    let unit = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    let own = crate::picture::text::width(&cells.quantity, Face::Regular, 12.0);
    let left = room - own - 4.0;
    let taken = if left > 16.0 && !cells.unit.is_empty() {
        text_line(painter, pos2(right, y), Align2::RIGHT_CENTER, &cells.unit, left, unit) + 4.0
    } else {
        0.0
    };
    text_line(painter, pos2(right - taken, y), Align2::RIGHT_CENTER, &cells.quantity, room - taken, plain);
}

fn bar(ui: &Ui, columns: &Columns, y: f32, (share, words, heat): (f32, &str, usize)) {
    let (t, painter) = (tokens(ui), ui.painter());
    let trough = Rect::from_min_size(pos2(columns.share.start, y - 3.0), vec2(64.0, 6.0));
    painter.rect_filled(trough, 3.0, colour(t.raised));
    let filled = Rect::from_min_size(trough.min, vec2((trough.width() * share.clamp(0.0, 1.0)).max(2.0), 6.0));
    // The first steps would not be seen on the ground of the panel.
    painter.rect_filled(filled, 3.0, colour(t.heat[heat.max(2)]));
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    text_line(painter, pos2(columns.share.end, y), Align2::RIGHT_CENTER, words, 66.0, set);
}
