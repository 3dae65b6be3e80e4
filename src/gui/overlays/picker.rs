//! A list to choose from by typing: a field, rows that fit what was typed, arrows, Enter, Escape.
//!
//! Must not know what is chosen.

use eframe::egui::{Align, Align2, Context, Frame, Id, Key, Modal, Modifiers, ScrollArea, Sense, Ui, vec2};

use super::fuzzy::score;
use crate::catalog::Kind;
use crate::gui::theme::FIELD_HEIGHT;
use crate::gui::widgets::{Row, Search, caption};

/// Width of a list, in points.
const WIDTH: f32 = 560.0;
/// So far under the top of the window it stands, in points.
const TOP: f32 = 72.0;
/// Height of the rows together, at most.
const ROWS: f32 = 420.0;

/// What a list remembers.
#[derive(Debug, Default)]
pub(super) struct Picker {
    query: String,
    chosen: usize,
    /// The field has been given the focus.
    focused: bool,
    /// What was found last, and of which query and how many items: looking at thousands takes longer than a frame.
    found: Option<(String, usize, Vec<usize>)>,
}

/// So many rows are shown; whoever wants another types a letter more.
const MAX_ROWS: usize = 200;

/// One thing that can be chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Item<'i> {
    /// What it is called; it is found by this.
    pub(super) title: &'i str,
    /// One sentence or a reason; also found by this when no title fits.
    pub(super) detail: std::borrow::Cow<'i, str>,
    /// Its tile.
    pub(super) kind: Option<&'i Kind>,
    /// Its keys.
    pub(super) chord: &'i str,
    /// It cannot be chosen.
    pub(super) disabled: bool,
}

/// What a person did with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    /// Still choosing.
    Nothing,
    /// Chose the item at this place of those that were given.
    Item(usize),
    /// Went away.
    Left,
}

impl Picker {
    /// Shows a list; the best rows come first once something was typed.
    pub(super) fn ui(&mut self, ctx: &Context, label: &str, none: &str, items: &[Item<'_>]) -> Picked {
        let area = Modal::default_area(Id::new("picker")).anchor(Align2::CENTER_TOP, vec2(0.0, TOP));
        // Otherwise egui lays the first frame out in a smaller room and keeps it.
        let area = area.default_size(vec2(WIDTH, ROWS + 200.0));
        let frame = |ctx: &Context| Frame::popup(&ctx.global_style()).inner_margin(0);
        let modal = Modal::new(Id::new("picker")).area(area).frame(frame(ctx)).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            let width = WIDTH.min(ui.ctx().content_rect().width() - 48.0);
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            self.inside(ui, label, none, items)
        });
        if shown.should_close() { Picked::Left } else { shown.inner }
    }

    fn inside(&mut self, ui: &mut Ui, label: &str, none: &str, items: &[Item<'_>]) -> Picked {
        let found = self.found(items);
        let moved = self.keys(ui, found.len());
        let entered = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        Frame::new().inner_margin(8).show(ui, |ui| {
            let field = Search { hint: label, label, chord: None, id: Id::new("picker field"), height: 36.0 };
            let shown = field.show(ui, &mut self.query);
            if shown.changed() {
                self.chosen = 0;
            }
            if !self.focused {
                shown.request_focus();
                self.focused = true;
            }
        });
        let mut picked = Picked::Nothing;
        let height = (ui.ctx().content_rect().height() - TOP - 120.0).clamp(120.0, ROWS);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            if found.is_empty() {
                Frame::new().inner_margin(eframe::egui::Margin::symmetric(16, 12)).show(ui, |ui| caption(ui, none));
            }
            for (place, index) in found.iter().enumerate() {
                let clicked = self.row(ui, &items[*index], place, moved);
                if (clicked || entered && place == self.chosen) && !items[*index].disabled {
                    picked = Picked::Item(*index);
                }
            }
            ui.add_space(8.0);
        });
        picked
    }

    /// The places of the rows that are shown.
    fn found(&mut self, items: &[Item<'_>]) -> Vec<usize> {
        let is_known = |(query, count, _): &(String, usize, Vec<usize>)| *query == self.query && *count == items.len();
        if !self.found.as_ref().is_some_and(is_known) {
            let mut rows = found(&self.query, items);
            rows.truncate(MAX_ROWS);
            self.found = Some((self.query.clone(), items.len(), rows));
        }
        self.found.as_ref().map(|(.., rows)| rows.clone()).unwrap_or_default()
    }

    fn row(&self, ui: &mut Ui, item: &Item<'_>, place: usize, moved: bool) -> bool {
        let row = Row {
            title: item.title,
            detail: &item.detail,
            kind: item.kind,
            chord: item.chord,
            chosen: place == self.chosen,
            disabled: item.disabled,
            ..Row::default()
        };
        let height = if item.detail.is_empty() { FIELD_HEIGHT } else { 44.0 };
        let shown = row.show(ui, height, Sense::CLICK);
        if moved && place == self.chosen {
            shown.scroll_to_me(None::<Align>);
        }
        shown.clicked()
    }

    /// Moves the choice; returns whether it did.
    fn keys(&mut self, ui: &Ui, count: usize) -> bool {
        let last = count.saturating_sub(1);
        let before = self.chosen;
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            if pressed(Key::ArrowDown) {
                self.chosen = if self.chosen >= last { 0 } else { self.chosen + 1 };
            }
            if pressed(Key::ArrowUp) {
                self.chosen = self.chosen.checked_sub(1).unwrap_or(last);
            }
            if pressed(Key::PageDown) {
                self.chosen += 8;
            }
            if pressed(Key::PageUp) {
                self.chosen = self.chosen.saturating_sub(8);
            }
        });
        self.chosen = self.chosen.min(last);
        self.chosen != before
    }
}

/// The places of the items that fit, best first; with nothing typed, all in their order.
fn found(query: &str, items: &[Item<'_>]) -> Vec<usize> {
    let rate = |item: &Item<'_>| {
        let in_detail = || item.detail.to_lowercase().contains(&query.trim().to_lowercase()).then_some(-100);
        score(query, item.title).or_else(in_detail)
    };
    let mut rated: Vec<(i32, usize)> =
        items.iter().enumerate().filter_map(|(index, item)| Some((rate(item)?, index))).collect();
    if !query.trim().is_empty() {
        rated.sort_by_key(|(rate, index)| (items[*index].disabled, -rate, *index));
    }
    rated.into_iter().map(|(_, index)| index).collect()
}
