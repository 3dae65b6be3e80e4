//! One editor for each type of setting.
//!
//! Must not know kinds or the diagram: it is told the field, the value, and how to set it.

use eframe::egui::{Align2, ComboBox, CursorIcon, Id, Rect, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;
use serde_json::Value;

use super::draft::{Drafts, Spec};
use crate::app::Command;
use crate::catalog::field::grouped;
use crate::catalog::{Field, FieldType};
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, line, tokens};
use crate::gui::widgets::{Line, icon_button, segmented, switch, text_line};
use crate::picture::text::{Face, width};

/// Width of the names' column, in points.
const LABELS: f32 = 124.0;
/// Width of the slider before a number, in points.
const SLIDER: f32 = 72.0;

/// Something whose settings are edited.
pub(super) struct Subject<'s> {
    /// Tells its fields from those of others.
    pub(super) id: Id,
    /// Sets or clears a value.
    pub(super) set: &'s dyn Fn(&str, Option<Value>) -> Command,
    /// Size of a text that the document carries, in bytes.
    pub(super) file_size: &'s dyn Fn(&str) -> Option<usize>,
}

/// Shows a setting with its name; `own` is what is set, if anything.
pub(super) fn setting(
    ui: &mut Ui,
    subject: &Subject<'_>,
    field: &Field,
    own: Option<&Value>,
    drafts: &mut Drafts,
    commands: &mut Vec<Command>,
) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        if name(ui, field, own.is_some()) {
            commands.push((subject.set)(&field.key, None));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
            editor(ui, subject, field, own, drafts, commands);
            drafts.refusal(ui, subject.id.with(&field.key), &field.label);
        });
    });
}

/// Something with a name before it.
pub(super) fn labelled(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let (rect, _) = ui.allocate_exact_size(vec2(LABELS, FIELD_HEIGHT), Sense::hover());
        let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
        text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, label, LABELS - 8.0, set);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
            contents(ui);
        });
    });
}

/// The name of a field; returns whether it is to go back to its default.
fn name(ui: &mut Ui, field: &Field, changed: bool) -> bool {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(LABELS, FIELD_HEIGHT), Sense::hover());
    let room = LABELS - if changed { 28.0 } else { 6.0 };
    let set = Line { face: if changed { Face::Medium } else { Face::Regular }, size: 13.0, colour: colour(t.text2) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &field.label, room, set);
    response.on_hover_ui(|ui| {
        ui.label(&field.help);
        let default = field.default.as_ref().map_or_else(|| "not set".to_owned(), |value| field.shown(value));
        let small = |text: String| eframe::egui::RichText::new(text).size(11.0).color(colour(t.text2));
        ui.label(small(format!("Default: {default}")));
        if !field.vendor.is_empty() {
            ui.label(small(format!("Vendor's name: {}", field.vendor)));
        }
    });
    if !changed || field.field_type == FieldType::File {
        return false;
    }
    let at = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), vec2(20.0, 20.0));
    let label = format!("Reset {} to its default", field.label);
    let mut corner = ui.new_child(UiBuilder::new().max_rect(at));
    icon_button(&mut corner, icon::ARROW_COUNTER_CLOCKWISE, 20.0, &label, true).clicked()
}

fn editor(
    ui: &mut Ui,
    subject: &Subject<'_>,
    field: &Field,
    own: Option<&Value>,
    drafts: &mut Drafts,
    commands: &mut Vec<Command>,
) {
    let value = own.or(field.default.as_ref());
    match field.field_type {
        FieldType::Boolean => {
            let on = value.and_then(Value::as_bool).unwrap_or_default();
            if switch(ui, &field.label, on) {
                commands.push((subject.set)(&field.key, Some(Value::Bool(!on))));
            }
        }
        FieldType::Choice => choice(ui, subject, field, value, commands),
        FieldType::File => file(ui, subject, value),
        FieldType::Integer if field.min.is_some() && field.max.is_some() => {
            ui.horizontal_top(|ui| {
                slider(ui, subject, field, value, commands);
                ui.vertical(|ui| typed(ui, subject, field, own, drafts, commands));
            });
        }
        FieldType::Integer | FieldType::Decimal | FieldType::Text | FieldType::List => {
            typed(ui, subject, field, own, drafts, commands);
        }
    }
}

/// A value as it is typed: without the unit, which stands beside it.
fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Some(Value::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), grouped),
        Some(other) => other.to_string(),
    }
}

fn typed(
    ui: &mut Ui,
    subject: &Subject<'_>,
    field: &Field,
    own: Option<&Value>,
    drafts: &mut Drafts,
    commands: &mut Vec<Command>,
) {
    let shown = plain(own.or(field.default.as_ref()));
    let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Decimal);
    let is_code = !matches!(field.form, crate::catalog::TextForm::Any);
    let set = if is_code && !is_number { (Face::Mono, 12.0) } else { (Face::Regular, 13.0) };
    let lines = if field.field_type == FieldType::List { shown.lines().count().max(2) } else { 1 };
    let spec = Spec {
        id: subject.id.with(&field.key),
        label: &field.label,
        shown: &shown,
        hint: "not set",
        unit: &field.unit,
        set,
        quiet: false,
        lines,
        restore: (subject.set)(&field.key, own.cloned()),
    };
    let judge = |text: &str| {
        if text.trim().is_empty() && !field.required {
            return Ok((subject.set)(&field.key, None));
        }
        if text.trim().is_empty() {
            return Err("must not be empty".to_owned());
        }
        field.parse(text).map(|value| (subject.set)(&field.key, Some(value)))
    };
    drafts.text(ui, &spec, judge, commands);
}

fn choice(ui: &mut Ui, subject: &Subject<'_>, field: &Field, value: Option<&Value>, commands: &mut Vec<Command>) {
    let chosen = value.and_then(Value::as_str).unwrap_or_default();
    let room = ui.available_width();
    let widest = field.choices.iter().map(|choice| width(&choice.label, Face::SemiBold, 13.0)).fold(0.0, f32::max);
    let needed = (widest + 12.0) * field.choices.len() as f32 + 4.0;
    if (2..=3).contains(&field.choices.len()) && needed <= room {
        if let Some(index) = segmented(ui, &field.label, &field.choices, chosen, room) {
            commands.push((subject.set)(&field.key, Some(Value::from(field.choices[index].value.as_str()))));
        }
        return;
    }
    let options: Vec<(&str, &str)> =
        field.choices.iter().map(|choice| (choice.value.as_str(), choice.label.as_str())).collect();
    if let Some(picked) = select(ui, subject.id.with(&field.key), &field.label, &options, chosen) {
        commands.push((subject.set)(&field.key, Some(Value::from(picked))));
    }
}

/// One of many `(value, words)`; returns the value that was chosen now.
pub(super) fn select(ui: &mut Ui, id: Id, label: &str, options: &[(&str, &str)], chosen: &str) -> Option<String> {
    let words = options.iter().find(|(value, _)| *value == chosen).map_or(chosen, |(_, words)| *words);
    let words = if words.is_empty() { "not set" } else { words };
    let mut picked = None;
    let combo = ComboBox::from_id_salt(id).width(ui.available_width()).selected_text(words).truncate();
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
                for (value, words) in options {
                    if ui.selectable_label(*value == chosen, *words).clicked() && *value != chosen {
                        picked = Some((*value).to_owned());
                    }
                }
            })
        })
        .inner;
    ui.ctx().accesskit_node_builder(shown.response.id, |node| node.set_label(label));
    picked
}

/// The path of a text that the document carries; it is written elsewhere.
fn file(ui: &mut Ui, subject: &Subject<'_>, value: Option<&Value>) {
    let t = tokens(ui);
    let path = value.and_then(Value::as_str).unwrap_or("none");
    let size = (subject.file_size)(path).map(|bytes| format!("{} bytes", grouped(bytes as i64))).unwrap_or_default();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), FIELD_HEIGHT), Sense::hover());
    let detail = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let taken = text_line(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &size, 90.0, detail);
    let set = Line { face: Face::Mono, size: 12.0, colour: colour(t.text) };
    let room = rect.width() - taken - 8.0;
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, path, room, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, path));
    response.on_hover_text(path);
}

/// A slider before a number with limits; it goes by ratios, since such ranges span powers of ten.
fn slider(ui: &mut Ui, subject: &Subject<'_>, field: &Field, value: Option<&Value>, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(SLIDER, FIELD_HEIGHT), Sense::click_and_drag());
    let low = field.min.unwrap_or_default() as f32;
    let span = (field.max.unwrap_or_default() as f32 - low).max(1.0);
    let number = value.and_then(Value::as_i64).map_or(low, |number| number as f32);
    let share = ((number - low).max(0.0) + 1.0).ln() / (span + 1.0).ln();
    let rail = Rect::from_center_size(rect.center(), vec2(rect.width() - 12.0, 4.0));
    let x = rail.left() + share.clamp(0.0, 1.0) * rail.width();
    ui.painter().rect_filled(rail, 2.0, colour(t.control_border));
    let done = Rect::from_min_max(rail.min, pos2(x, rail.max.y));
    ui.painter().rect_filled(done, 2.0, colour(t.accent_fill));
    ui.painter().circle(
        pos2(x, rail.center().y),
        6.0,
        colour(t.panel),
        eframe::egui::Stroke::new(1.5, colour(t.accent)),
    );
    let name = format!("{} slider", field.label);
    response.widget_info(|| WidgetInfo::slider(true, f64::from(number), &name));
    if response.drag_started() {
        commands.push(Command::BeginField(format!("Change {}", field.label.to_lowercase())));
    }
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        let share = ((pointer.x - rail.left()) / rail.width()).clamp(0.0, 1.0);
        let number = low + ((span + 1.0).powf(share) - 1.0);
        commands.push((subject.set)(&field.key, Some(Value::from(rounded(number, low, low + span)))));
    }
    if response.drag_stopped() {
        commands.push(Command::FinishGesture);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 4.0, line(t.accent), eframe::egui::StrokeKind::Inside);
    }
    response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
}

/// A number as a person would choose it: two leading digits, or whole 64ths where the range is one of memory sizes.
fn rounded(number: f32, low: f32, high: f32) -> i64 {
    let step =
        if low >= 64.0 && high >= 1024.0 { 64.0 } else { 10_f32.powf(number.max(1.0).log10().floor() - 1.0).max(1.0) };
    ((number / step).round() * step).clamp(low, high) as i64
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn sliders_stop_at_numbers_that_people_choose() {
        let check = |number: f32, low: f32, high: f32, expected: i64| assert_eq!(rounded(number, low, high), expected);
        check(1000.0, 128.0, 10_240.0, 1024);
        check(100.0, 128.0, 10_240.0, 128);
        check(7.4, 1.0, 900.0, 7);
        check(347.0, 1.0, 900.0, 350);
        check(899.0, 1.0, 900.0, 900);
    }
}
