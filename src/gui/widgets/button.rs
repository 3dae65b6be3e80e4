//! Buttons: with words, with an icon, or both.

use eframe::egui::{
    Align2, Color32, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use super::parts::{Line, key_caps, text_line};
use crate::gui::fonts;
use crate::gui::theme::{RADIUS, colour, line, tokens};
use crate::picture::text::{Face, width};

/// How a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The one that is meant to be pressed.
    Primary,
    /// One among others.
    Plain,
    /// Without a frame until the pointer is over it.
    Bare,
}

/// A button.
#[derive(Clone, Copy, Debug)]
pub struct Button<'t> {
    text: &'t str,
    icon: Option<&'static str>,
    chord: Option<&'t str>,
    look: Look,
    size: (Option<f32>, f32),
    enabled: bool,
}

impl<'t> Button<'t> {
    /// A button with words.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text, icon: None, chord: None, look: Look::Plain, size: (None, 32.0), enabled: true }
    }

    /// The one that is meant to be pressed.
    #[must_use]
    pub fn primary(self) -> Self {
        Self { look: Look::Primary, ..self }
    }

    /// Without a frame until the pointer is over it.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { look: Look::Bare, ..self }
    }

    /// An icon before the words.
    #[must_use]
    pub fn icon(self, icon: &'static str) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// Keys at the right.
    #[must_use]
    pub fn chord(self, chord: Option<&'t str>) -> Self {
        Self { chord, ..self }
    }

    /// 28 points high.
    #[must_use]
    pub fn small(self) -> Self {
        Self { size: (self.size.0, 28.0), ..self }
    }

    /// Of a given size; the words start at the left.
    #[must_use]
    pub fn wide(self, width: f32, height: f32) -> Self {
        Self { size: (Some(width), height), ..self }
    }

    /// Whether it can be pressed.
    #[must_use]
    pub fn enabled(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    /// Shows it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let size = if self.size.1 < 32.0 { 12.0 } else { 13.0 };
        let face = if self.size.1 > 32.0 { Face::SemiBold } else { Face::Medium };
        let icon_width = if self.icon.is_some() { 22.0 } else { 0.0 };
        let own = 24.0 + icon_width + width(self.text, face, size);
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let wanted = vec2(self.size.0.unwrap_or(own), self.size.1);
        let (rect, response) = ui.allocate_exact_size(wanted, sense);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, self.enabled, self.text));
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response, Line { face, size, colour: self.ink(ui) });
        }
        response
    }

    fn ink(&self, ui: &Ui) -> Color32 {
        let t = tokens(ui);
        colour(match (self.enabled, self.look) {
            (false, _) => t.disabled,
            (true, Look::Primary) => t.on_accent,
            (true, Look::Plain) => t.text,
            (true, Look::Bare) => t.text2,
        })
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response, set: Line) {
        let t = tokens(ui);
        let painter = ui.painter();
        let over = self.enabled && response.hovered();
        let look = if self.enabled || self.look == Look::Bare { self.look } else { Look::Plain };
        let (fill, border) = match (look, over) {
            (Look::Primary, false) => (colour(t.accent_fill), colour(t.accent_fill)),
            (Look::Primary, true) => (colour(t.accent_fill), colour(t.accent)),
            (Look::Plain, false) => (colour(t.control), colour(t.control_border)),
            (Look::Plain, true) => (colour(t.control_hover), colour(t.control_border)),
            (Look::Bare, false) => (Color32::TRANSPARENT, Color32::TRANSPARENT),
            (Look::Bare, true) => (colour(t.row_hover), Color32::TRANSPARENT),
        };
        let radius = if self.size.1 > 32.0 { 8.0 } else { f32::from(RADIUS) };
        painter.rect(rect, radius, fill, Stroke::new(1.0, border), StrokeKind::Inside);
        focus_ring(ui, rect, response);
        let padding = if self.size.1 > 32.0 { 16.0 } else { 12.0 };
        let mut left = rect.left() + padding;
        if let Some(icon) = self.icon {
            painter.text(pos2(left + 8.0, rect.center().y), Align2::CENTER_CENTER, icon, fonts::icon(16.0), set.colour);
            left += if self.size.1 > 32.0 { 28.0 } else { 22.0 };
        }
        let mut right = rect.right() - padding;
        if let Some(chord) = self.chord {
            right = cap_on(ui, pos2(right, rect.center().y), chord, self.look == Look::Primary) - 8.0;
        }
        text_line(painter, pos2(left, rect.center().y), Align2::LEFT_CENTER, self.text, right - left, set);
    }
}

/// A key cap, in the colour of a primary button's words on one.
fn cap_on(ui: &Ui, right: eframe::egui::Pos2, chord: &str, primary: bool) -> f32 {
    let t = tokens(ui);
    let left = key_caps(ui.painter(), right, chord, t);
    if primary {
        let rect = Rect::from_min_max(pos2(left, right.y - 8.0), pos2(right.x, right.y + 8.0));
        ui.painter().rect(rect, 4.0, colour(t.accent_fill), line(t.on_accent), StrokeKind::Inside);
        let font = fonts::font(Face::Regular, 11.0);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, chord.replace('+', " "), font, colour(t.on_accent));
    }
    left
}

/// The frame of a control that has the focus.
pub(super) fn focus_ring(ui: &Ui, rect: Rect, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, colour(tokens(ui).accent));
        ui.painter().rect_stroke(rect.expand(1.0), f32::from(RADIUS) + 1.0, stroke, StrokeKind::Outside);
    }
}

/// A button that shows an icon only; `label` is its name, shown when the pointer rests on it.
pub fn icon_button(ui: &mut Ui, icon: &str, side: f32, label: &str, enabled: bool) -> Response {
    let t = tokens(ui);
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), sense);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, label));
    if ui.is_rect_visible(rect) {
        if enabled && response.hovered() {
            ui.painter().rect_filled(rect, f32::from(RADIUS).min(side / 4.0), colour(t.control_hover));
        }
        focus_ring(ui, rect, &response);
        let ink = if enabled { t.text } else { t.disabled };
        let ink = colour(ink).gamma_multiply(if enabled { 1.0 } else { 0.6 });
        let size = if side < 24.0 { 12.0 } else { 16.0 };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, fonts::icon(size), ink);
    }
    response.on_hover_text(label)
}
