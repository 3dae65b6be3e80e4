//! Fields: search, a choice between two or three, a switch.

use eframe::egui::{Align2, Id, Rect, Response, Sense, StrokeKind, TextEdit, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::button::focus_ring;
use super::parts::{Line, key_caps, text_line};
use crate::catalog::field::Choice;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, RADIUS, colour, line, tokens};
use crate::picture::text::Face;

/// A field to search in something.
pub struct Search<'t> {
    /// What stands in it while it is empty.
    pub hint: &'t str,
    /// Its name.
    pub label: &'t str,
    /// A key that leads to it or does the same.
    pub chord: Option<&'t str>,
    /// Its identity.
    pub id: Id,
    /// Its height in points.
    pub height: f32,
}

impl Search<'_> {
    /// Shows it over the whole width.
    pub fn show(self, ui: &mut Ui, text: &mut String) -> Response {
        let t = tokens(ui);
        let width = ui.available_width();
        let margin =
            eframe::egui::Margin { left: 30, right: if self.chord.is_some() { 30 } else { 8 }, top: 4, bottom: 4 };
        let edit = TextEdit::singleline(text)
            .id(self.id)
            .hint_text(self.hint)
            .margin(margin)
            .min_size(vec2(width, self.height))
            .vertical_align(eframe::egui::Align::Center)
            .desired_width(width);
        let response = ui.add(edit);
        let name = self.label;
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
        let at = pos2(response.rect.left() + 18.0, response.rect.center().y);
        let ink = colour(t.text2);
        ui.painter().text(at, Align2::CENTER_CENTER, icon::MAGNIFYING_GLASS, fonts::icon(16.0), ink);
        if let Some(chord) = self.chord.filter(|_| text.is_empty()) {
            key_caps(ui.painter(), pos2(response.rect.right() - 7.0, response.rect.center().y), chord, t);
        }
        response
    }
}

/// One of two or three, side by side. Returns the one that was chosen now.
pub fn segmented(ui: &mut Ui, label: &str, choices: &[Choice], chosen: &str, width: f32) -> Option<usize> {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::hover());
    ui.painter().rect(rect, f32::from(RADIUS), colour(t.field), line(t.divider), StrokeKind::Inside);
    let step = (rect.width() - 4.0) / choices.len().max(1) as f32;
    let mut picked = None;
    for (index, choice) in choices.iter().enumerate() {
        let corner = rect.min + vec2(2.0 + index as f32 * step, 2.0);
        let part = Rect::from_min_size(corner, vec2(step, rect.height() - 4.0));
        let response = ui.interact(part, ui.id().with((label, index)), Sense::click());
        let on = choice.value == chosen;
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("{label}: {}", choice.label))
        });
        if on {
            ui.painter().rect(part, 5.0, colour(t.control), line(t.control_border), StrokeKind::Inside);
        }
        focus_ring(ui, part, &response);
        let (face, ink) = if on { (Face::SemiBold, t.text) } else { (Face::Regular, t.text2) };
        let ink = if response.hovered() { t.text } else { ink };
        let set = Line { face, size: 13.0, colour: colour(ink) };
        text_line(ui.painter(), part.center(), Align2::CENTER_CENTER, &choice.label, part.width() - 6.0, set);
        if response.clicked() && !on {
            picked = Some(index);
        }
    }
    picked
}

/// On or off. Returns whether it was switched now.
pub fn switch(ui: &mut Ui, label: &str, on: bool) -> bool {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(36.0, FIELD_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, label));
    let trough = Rect::from_center_size(rect.center(), vec2(32.0, 18.0));
    let (ground, border) = if on { (t.accent_fill, t.accent_fill) } else { (t.field, t.control_border) };
    ui.painter().rect(trough, 9.0, colour(ground), line(border), StrokeKind::Inside);
    focus_ring(ui, trough, &response);
    let x = if on { trough.right() - 9.0 } else { trough.left() + 9.0 };
    let knob = if on { t.on_accent } else { t.text2 };
    ui.painter().circle_filled(pos2(x, trough.center().y), 6.0, colour(knob));
    response.clicked()
}
