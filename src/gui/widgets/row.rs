//! Rows of lists and menus.

use eframe::egui::{Align2, Rect, Response, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::parts::{Line, ellipsis, key_caps, text_line, tile};
use crate::catalog::Kind;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, line, tokens};
use crate::picture::text::Face;

/// So much of words after a title is worth reading, in points; with less room they are left to the tip.
const DETAIL_LEAST: f32 = 72.0;

/// A row: something at the left, a title, words under or after it, something at the right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row<'t> {
    /// The title; also its name.
    pub title: &'t str,
    /// Words in the second colour: under the title when the row is high, after it when not.
    pub detail: &'t str,
    /// Tile at the left.
    pub kind: Option<&'t Kind>,
    /// Interface icon at the left.
    pub icon: Option<&'static str>,
    /// A small box with words at the right.
    pub chip: &'t str,
    /// Keys at the right.
    pub chord: &'t str,
    /// How much further in it starts.
    pub inset: f32,
    /// How much earlier it ends, so that something else has room.
    pub outset: f32,
    /// It is the chosen one.
    pub chosen: bool,
    /// It cannot be chosen.
    pub disabled: bool,
}

impl Row<'_> {
    /// Shows it over the whole width.
    pub fn show(self, ui: &mut Ui, height: f32, sense: Sense) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), sense);
        let (enabled, chosen) = (!self.disabled, self.chosen);
        let name =
            if self.detail.is_empty() { self.title.to_owned() } else { format!("{}, {}", self.title, self.detail) };
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, enabled, chosen, &name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        self.ground(ui, rect, &response);
        let left = self.paint_left(ui, rect);
        let right = self.paint_right(ui, rect);
        let cut = self.paint_words(ui, rect, left, right);
        if cut { response.on_hover_text(name) } else { response }
    }

    fn ground(&self, ui: &Ui, rect: Rect, response: &Response) {
        let t = tokens(ui);
        if self.chosen {
            ui.painter().rect_filled(rect, 0.0, colour(t.accent_soft));
        } else if !self.disabled && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
        }
        if response.has_focus() {
            let stroke = line(t.accent);
            ui.painter().rect_stroke(rect.shrink(1.0), 4.0, stroke, eframe::egui::StrokeKind::Inside);
        }
    }

    fn paint_left(&self, ui: &Ui, rect: Rect) -> f32 {
        let t = tokens(ui);
        let left = rect.left() + 12.0 + self.inset;
        let middle = rect.center().y;
        if let Some(kind) = self.kind {
            let side = if rect.height() > 32.0 { 24.0 } else { 20.0 };
            let at = Rect::from_center_size(pos2(left + side / 2.0, middle), vec2(side, side));
            tile(ui.painter(), at, kind, t);
            return left + side + 8.0;
        }
        match self.icon {
            Some(icon) => {
                let ink = colour(if self.disabled { t.disabled } else { t.text2 });
                ui.painter().text(pos2(left + 8.0, middle), Align2::CENTER_CENTER, icon, fonts::icon(16.0), ink);
                left + 24.0
            }
            None => left,
        }
    }

    fn paint_right(&self, ui: &Ui, rect: Rect) -> f32 {
        let t = tokens(ui);
        let right = rect.right() - 12.0 - self.outset;
        if !self.chord.is_empty() {
            return key_caps(ui.painter(), pos2(right, rect.center().y), self.chord, t) - 8.0;
        }
        if self.chip.is_empty() {
            return right;
        }
        let width = (crate::picture::text::width(self.chip, Face::Mono, 11.0) + 12.0).min(rect.width() * 0.4);
        let chip = Rect::from_min_size(pos2(right - width, rect.center().y - 10.0), vec2(width, 20.0));
        ui.painter().rect(chip, 4.0, colour(t.raised), line(t.divider), eframe::egui::StrokeKind::Inside);
        let set = Line { face: Face::Mono, size: 11.0, colour: colour(t.text2) };
        text_line(ui.painter(), chip.center(), Align2::CENTER_CENTER, self.chip, width - 8.0, set);
        chip.left() - 8.0
    }

    /// Paints title and detail; returns whether something was cut.
    fn paint_words(&self, ui: &Ui, rect: Rect, left: f32, right: f32) -> bool {
        let t = tokens(ui);
        let room = right - left;
        let ink = |rgb| colour(if self.disabled { t.disabled } else { rgb });
        let middle = rect.center().y;
        let two = rect.height() > 32.0 && !self.detail.is_empty();
        let face = if two { Face::Medium } else { Face::Regular };
        let title = Line { face, size: 13.0, colour: ink(t.text) };
        let detail = Line { face: Face::Regular, size: 11.0, colour: ink(t.text2) };
        let cut = ellipsis(self.title, face, 13.0, room) || two && ellipsis(self.detail, Face::Regular, 11.0, room);
        if two {
            text_line(ui.painter(), pos2(left, middle - 7.5), Align2::LEFT_CENTER, self.title, room, title);
            text_line(ui.painter(), pos2(left, middle + 7.5), Align2::LEFT_CENTER, self.detail, room, detail);
            return cut;
        }
        let width = text_line(ui.painter(), pos2(left, middle), Align2::LEFT_CENTER, self.title, room, title);
        let after = left + width + 12.0;
        let is_whole = !ellipsis(self.detail, Face::Regular, 11.0, right - after);
        if is_whole || right - after >= DETAIL_LEAST {
            text_line(ui.painter(), pos2(right, middle), Align2::RIGHT_CENTER, self.detail, right - after, detail);
        }
        cut || !is_whole
    }
}

/// A row of a menu.
pub fn menu_row(ui: &mut Ui, title: &str, chord: &str, enabled: bool) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    Row { title, chord, disabled: !enabled, ..Row::default() }.show(ui, FIELD_HEIGHT, sense)
}

/// Words in the second colour that may take several lines.
pub fn caption(ui: &mut Ui, words: &str) -> Response {
    let t = tokens(ui);
    let ink = if ui.is_enabled() { t.text2 } else { t.disabled };
    let text = eframe::egui::RichText::new(words).size(12.0).color(colour(ink));
    ui.add(eframe::egui::Label::new(text).wrap())
}

/// A line over the whole width.
pub fn divider(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, line(tokens(ui).divider));
}
