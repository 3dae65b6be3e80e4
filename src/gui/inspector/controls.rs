//! Controls of settings that are more than a text: a choice of many, a path, a slider.
//!
//! Must not know fields or the diagram.

use eframe::egui::{
    Align, Align2, ComboBox, CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Stroke, StrokeKind,
    Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::catalog::field::grouped;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::Face;

/// So many rows of a long list are in view: a part of the last one shows that it goes on.
const ROWS: f32 = 8.5;
/// Width of the slider before a number, in points.
const SLIDER: f32 = 72.0;
/// Width that it becomes at least in a narrow panel, and what the number beside it needs, in points.
const LEAST_SLIDER: f32 = 32.0;
/// As above.
const NUMBER: f32 = 92.0;

/// One of many.
pub(in crate::gui) struct Select<'s> {
    /// Its identity.
    pub(in crate::gui) id: Id,
    /// Its name.
    pub(in crate::gui) label: &'s str,
    /// One sentence about it.
    pub(in crate::gui) help: &'s str,
    /// What can be chosen: value and words.
    pub(in crate::gui) options: &'s [(&'s str, &'s str)],
    /// The value that is chosen.
    pub(in crate::gui) chosen: &'s str,
    /// Words in the place of a value that is not there.
    pub(in crate::gui) none: &'s str,
}

impl Select<'_> {
    /// Shows it over the whole width; returns the value that was chosen now.
    pub(in crate::gui) fn show(self, ui: &mut Ui) -> Option<String> {
        let Self { id, label, help, options, chosen, none } = self;
        let words = options.iter().find(|(value, _)| *value == chosen).map_or(chosen, |(_, words)| *words);
        let words = if words.is_empty() { none } else { words };
        let mut picked = None;
        let combo = ComboBox::from_id_salt(id).width(ui.available_width()).selected_text(words).truncate();
        let combo = combo.height(ROWS * (ui.spacing().interact_size.y + ui.spacing().item_spacing.y));
        let combo = combo.icon(|ui, rect, _, _| {
            let ink = colour(tokens(ui).text2);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon::CARET_UP_DOWN, fonts::icon(12.0), ink);
        });
        let shown = ui
            .scope(|ui| {
                ui.spacing_mut().button_padding.x = 8.0;
                let t = tokens(ui);
                ui.visuals_mut().widgets.inactive.weak_bg_fill = colour(t.field);
                combo.show_ui(ui, |ui| {
                    // Of a long list it is seen that it goes on.
                    for (value, words) in options {
                        let row = ui.selectable_label(*value == chosen, *words);
                        if *value == chosen && ui.is_sizing_pass() {
                            row.scroll_to_me(Some(Align::Center));
                        }
                        if row.clicked() && *value != chosen {
                            picked = Some((*value).to_owned());
                        }
                    }
                })
            })
            .inner;
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_label(label);
            node.set_value(words);
            node.set_description(help);
        });
        picked.or_else(|| stepped(ui, &shown.response, options, chosen))
    }
}

/// The option that the arrows go to from the one that is chosen: above or below it, the first or the last.
fn stepped(ui: &Ui, response: &Response, options: &[(&str, &str)], chosen: &str) -> Option<String> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let at = options.iter().position(|(value, _)| *value == chosen);
    let last = options.len().checked_sub(1)?;
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let to = if pressed(Key::ArrowDown) {
        at.map_or(0, |at| (at + 1).min(last))
    } else if pressed(Key::ArrowUp) {
        at.map_or(last, |at| at.saturating_sub(1))
    } else if pressed(Key::Home) {
        0
    } else if pressed(Key::End) {
        last
    } else {
        return None;
    };
    options.get(to).filter(|_| Some(to) != at).map(|(value, _)| (*value).to_owned())
}

/// The path of a text that the document carries; it is written elsewhere.
pub(super) fn file(ui: &mut Ui, path: &str, bytes: Option<usize>) {
    let t = tokens(ui);
    let size = bytes.map(|bytes| format!("{} bytes", grouped(bytes as i64))).unwrap_or_default();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), FIELD_HEIGHT), Sense::hover());
    let detail = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let taken = text_line(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &size, 90.0, detail);
    let set = Line { face: Face::Mono, size: 12.0, colour: colour(t.text) };
    let room = rect.width() - taken - 8.0;
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, path, room, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, path));
    response.on_hover_text(path);
}

/// What a person does with a slider.
pub(in crate::gui) enum Slid {
    /// A drag starts.
    Begin,
    /// It stands at this number now.
    To(i64),
    /// The drag has ended.
    End,
}

/// A range that a person slides along.
pub(in crate::gui) struct Slider<'s> {
    /// Its name.
    pub(in crate::gui) label: &'s str,
    /// Least and greatest number.
    pub(in crate::gui) range: (i64, i64),
    /// Where it stands.
    pub(in crate::gui) number: i64,
}

impl Slider<'_> {
    /// Whether sliding along a range makes sense: a step of the hand must be a step that means something.
    pub(super) fn suits(min: Option<i64>, max: Option<i64>) -> Option<(i64, i64)> {
        min.zip(max).filter(|(min, max)| *min > 0 && *max >= 4 * min && *max <= 100 * min)
    }

    /// Shows it; it goes by ratios, since such ranges span powers of ten.
    pub(in crate::gui) fn show(&self, ui: &mut Ui, mut told: impl FnMut(Slid)) {
        let width = (ui.available_width() - NUMBER).clamp(LEAST_SLIDER, SLIDER);
        let (rect, response) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::click_and_drag());
        let rail = Rect::from_center_size(rect.center(), vec2(rect.width() - 12.0, 4.0));
        self.paint(ui, &rail, &response);
        let name = format!("{} slider", self.label);
        response.widget_info(|| WidgetInfo::slider(true, self.number as f64, &name));
        if response.drag_started() {
            told(Slid::Begin);
        }
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
            told(Slid::To(self.at((pointer.x - rail.left()) / rail.width())));
        }
        if response.drag_stopped() {
            told(Slid::End);
        }
        if response.has_focus() {
            self.keys(ui, &response, told);
        }
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    }

    fn paint(&self, ui: &Ui, rail: &Rect, response: &Response) {
        let t = tokens(ui);
        let (low, span) = self.low_and_span();
        let share = (((self.number as f32 - low).max(0.0) + 1.0).ln() / (span + 1.0).ln()).clamp(0.0, 1.0);
        let x = rail.left() + share * rail.width();
        ui.painter().rect_filled(*rail, 2.0, colour(t.control_border));
        ui.painter().rect_filled(Rect::from_min_max(rail.min, pos2(x, rail.max.y)), 2.0, colour(t.accent_fill));
        let knob = pos2(x, rail.center().y);
        ui.painter().circle(knob, 6.0, colour(t.panel), Stroke::new(1.5, colour(t.accent)));
        if response.has_focus() {
            ui.painter().rect_stroke(response.rect, 4.0, line(t.accent), StrokeKind::Inside);
        }
    }

    /// Arrows go to the next number that a person would choose.
    fn keys(&self, ui: &Ui, response: &Response, mut told: impl FnMut(Slid)) {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let step = step(self.number as f32, self.low_and_span().0, self.range.1 as f32) as i64;
        for (key, by) in [(Key::ArrowLeft, -step), (Key::ArrowRight, step)] {
            if pressed(key) {
                told(Slid::To((self.number + by).clamp(self.range.0, self.range.1)));
            }
        }
    }

    fn low_and_span(&self) -> (f32, f32) {
        (self.range.0 as f32, (self.range.1 - self.range.0).max(1) as f32)
    }

    fn at(&self, share: f32) -> i64 {
        let (low, span) = self.low_and_span();
        rounded(low + ((span + 1.0).powf(share.clamp(0.0, 1.0)) - 1.0), low, low + span)
    }
}

/// What people go by: two leading digits, or whole 64ths where the range is one of memory sizes.
fn step(number: f32, low: f32, high: f32) -> f32 {
    if low >= 64.0 && high >= 1024.0 { 64.0 } else { 10_f32.powf(number.max(1.0).log10().floor() - 1.0).max(1.0) }
}

/// A number as a person would choose it.
fn rounded(number: f32, low: f32, high: f32) -> i64 {
    let step = step(number, low, high);
    ((number / step).round() * step).clamp(low, high) as i64
}

#[cfg(test)]
mod tests {
    use super::{Slider, rounded};

    #[test]
    fn sliders_stop_at_numbers_that_people_choose() {
        let check = |number: f32, low: f32, high: f32, expected: i64| assert_eq!(rounded(number, low, high), expected);
        check(1000.0, 128.0, 10_240.0, 1024);
        check(100.0, 128.0, 10_240.0, 128);
        check(7.4, 1.0, 900.0, 7);
        check(347.0, 1.0, 900.0, 350);
        check(899.0, 1.0, 900.0, 900);
    }

    #[test]
    fn memory_slides_and_a_timeout_does_not() {
        assert_eq!(Slider::suits(Some(128), Some(10_240)), Some((128, 10_240)));
        assert_eq!(Slider::suits(Some(1), Some(900)), None);
        assert_eq!(Slider::suits(Some(0), Some(10)), None);
        assert_eq!(Slider::suits(Some(1), None), None);
    }
}
