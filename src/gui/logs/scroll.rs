//! A long list of rows of one height: where it stands, in numbers that stay exact for millions of rows, and its scroll bar.
//!
//! Must not know what the rows are.

use std::ops::Range;

use eframe::egui::{EventFilter, Id, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::gui::theme::{colour, tokens};

/// Width of the scroll bar, in points.
pub const BAR: f32 = 12.0;
/// So many marks are painted on the bar at most.
const MOST_MARKS: usize = 400;

/// Where a list stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scroll {
    /// How far its top lies above the view, in points.
    pub offset: f64,
    /// Whether it stays at its end when it grows.
    pub follows: bool,
}

impl Scroll {
    /// Takes wheel and bar in, and gives the rows that are seen.
    pub fn rows(&mut self, ui: &Ui, view: Rect, row: f32, count: usize) -> Range<usize> {
        let most = (count as f64 * f64::from(row) - f64::from(view.height())).max(0.0);
        if ui.rect_contains_pointer(view) {
            let turned = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta.y));
            self.offset -= f64::from(turned);
            // A person who goes back wants to stay there.
            self.follows &= turned <= 0.0;
        }
        self.bar(ui, view, most);
        if self.follows {
            self.offset = most;
        }
        self.offset = self.offset.clamp(0.0, most);
        let first = (self.offset / f64::from(row)) as usize;
        let seen = (view.height() / row).ceil() as usize + 1;
        first..(first + seen).min(count)
    }

    /// Where a row stands.
    #[must_use]
    pub fn rect(&self, view: Rect, row: f32, at: usize) -> Rect {
        let top = view.top() + (at as f64 * f64::from(row) - self.offset) as f32;
        Rect::from_min_size(pos2(view.left(), top), vec2(view.width() - BAR, row))
    }

    /// Brings a row into view.
    pub fn reveal(&mut self, view_height: f32, row: f32, at: usize) {
        let (top, row) = (at as f64 * f64::from(row), f64::from(row));
        let height = f64::from(view_height);
        if top < self.offset || top + row > self.offset + height {
            self.offset = (top - height / 3.0).max(0.0);
            self.follows = false;
        }
    }

    fn bar(&mut self, ui: &Ui, view: Rect, most: f64) {
        if most <= 0.0 {
            return;
        }
        let t = tokens(ui);
        let trough = view.with_min_x(view.right() - BAR);
        let whole = most + f64::from(view.height());
        let length = (f64::from(view.height()) / whole * f64::from(view.height())).max(24.0) as f32;
        let room = trough.height() - length;
        let response = ui.interact(trough, ui.id().with("scroll bar"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::ScrollBar, true, "Scroll bar"));
        if let Some(at) = response.interact_pointer_pos() {
            let share = (at.y - trough.top() - length / 2.0) / room.max(1.0);
            self.offset = f64::from(share.clamp(0.0, 1.0)) * most;
            self.follows = false;
        }
        let top = trough.top() + room * (self.offset / most).clamp(0.0, 1.0) as f32;
        let handle = Rect::from_min_size(pos2(trough.left() + 3.0, top), vec2(BAR - 6.0, length));
        let ink = if response.hovered() || response.dragged() { t.text2 } else { t.control_border };
        ui.painter().rect_filled(handle, 3.0, colour(ink));
    }
}

/// Marks things on the bar by their rows, thinned where they would lie on one another.
pub fn marks(ui: &Ui, view: Rect, things: &[u64], count: usize, row: impl Fn(u64) -> usize) {
    let t = tokens(ui);
    let step = things.len().div_ceil(MOST_MARKS).max(1);
    for thing in things.iter().step_by(step) {
        let share = row(*thing) as f32 / count.max(1) as f32;
        let y = view.top() + share * view.height();
        let mark = Rect::from_min_size(pos2(view.right() - BAR + 1.0, y), vec2(BAR - 2.0, 2.0));
        ui.painter().rect_filled(mark, 0.0, colour(t.warn_fill));
    }
}

/// Moves a cursor by keys while the list has the focus; gives whether it was moved.
pub fn keys(ui: &Ui, id: Id, cursor: &mut usize, count: usize, page: usize) -> bool {
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    if !ui.memory(|memory| memory.has_focus(id)) || count == 0 {
        return false;
    }
    let (before, last) = (*cursor, count - 1);
    ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        for (key, by) in [(Key::ArrowDown, 1), (Key::PageDown, page), (Key::End, last)] {
            *cursor = if pressed(key) { *cursor + by } else { *cursor }.min(last);
        }
        for (key, by) in [(Key::ArrowUp, 1), (Key::PageUp, page), (Key::Home, last)] {
            *cursor = if pressed(key) { cursor.saturating_sub(by) } else { *cursor };
        }
    });
    *cursor != before
}
