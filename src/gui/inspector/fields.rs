//! One editor for each type of setting, with its name, its unit, its help, and the way back to its default.
//!
//! Must not know kinds or the diagram: it is told the field, what is set, and how to set it.

use eframe::egui::{Align2, Id, Rect, RichText, Sense, Ui, UiBuilder, pos2, vec2};
use egui_phosphor::regular as icon;
use serde_json::Value;

use super::controls::{Select, Slid, Slider, file};
use super::draft::{Drafts, Spec};
use crate::app::Command;
use crate::app::fields::CommonField;
use crate::catalog::field::grouped;
use crate::catalog::{Field, FieldType, TextForm};
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Line, icon_button, segmented, switch, text_line};
use crate::picture::text::{Face, width};

/// Least and greatest width of the names' column, in points.
const LABELS: (f32, f32) = (124.0, 148.0);

/// Words in the place of values that differ.
pub(super) const MIXED: &str = "mixed";

/// Something whose settings are edited.
pub(super) struct Subject<'s> {
    /// Tells its fields from those of others.
    pub(super) id: Id,
    /// Sets or clears a value.
    pub(super) set: &'s dyn Fn(&str, Option<Value>) -> Command,
    /// Size of a text that the document carries, in bytes.
    pub(super) file_size: &'s dyn Fn(&str) -> Option<usize>,
    /// Width of the names' column, in points.
    pub(super) column: f32,
    /// What each dialect calls the resource: "SAM" and `AWS::Serverless::Function`.
    pub(super) types: &'s [(String, String)],
}

/// Width of a column in which the names of all of these stand, as far as there is room.
pub(super) fn column(fields: &[CommonField]) -> f32 {
    let widest = fields.iter().map(|common| width(&common.field.label, Face::Regular, 13.0)).fold(0.0, f32::max);
    (widest + 8.0).clamp(LABELS.0, LABELS.1)
}

/// Shows a setting with its name.
pub(super) fn setting(
    ui: &mut Ui,
    subject: &Subject<'_>,
    common: &CommonField,
    drafts: &mut Drafts,
    commands: &mut Vec<Command>,
) {
    let field = &common.field;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        if name(ui, subject, common) {
            commands.push((subject.set)(&field.key, None));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
            editor(ui, subject, common, drafts, commands);
            drafts.refusal(ui, subject.id.with(&field.key), &field.label);
        });
    });
}

/// Something with a name before it.
pub(super) fn labelled(ui: &mut Ui, label: &str, column: f32, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let (rect, _) = ui.allocate_exact_size(vec2(column, FIELD_HEIGHT), Sense::hover());
        let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
        text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, label, column - 8.0, set);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
            contents(ui);
        });
    });
}

/// The name of a field; returns whether it is to go back to its default.
pub(super) fn name(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField) -> bool {
    let t = tokens(ui);
    let (field, changed) = (&common.field, common.is_changed());
    let (rect, response) = ui.allocate_exact_size(vec2(subject.column, FIELD_HEIGHT), Sense::hover());
    let room = subject.column - if changed { 26.0 } else { 6.0 };
    let (face, ink) = if changed { (Face::Medium, t.text) } else { (Face::Regular, t.text2) };
    let set = Line { face, size: 13.0, colour: colour(ink) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &field.label, room, set);
    response.on_hover_ui(|ui| told(ui, field, subject.types));
    if !changed || field.field_type == FieldType::File {
        return false;
    }
    // A dot in the margin, a bolder name and the way back: seen without colour.
    ui.painter().circle_filled(pos2(rect.left() - 7.0, rect.center().y), 2.5, colour(t.text));
    let at = Rect::from_center_size(pos2(rect.right() - 15.0, rect.center().y), vec2(20.0, 20.0));
    let label = match field.default.as_ref().map(|value| field.shown(value)) {
        Some(_) => format!("Reset {} to its default", field.label),
        None => format!("Clear {}", field.label),
    };
    let mut corner = ui.new_child(UiBuilder::new().max_rect(at));
    icon_button(&mut corner, icon::ARROW_COUNTER_CLOCKWISE, 20.0, &label, true).clicked()
}

/// What there is to know about a field.
fn told(ui: &mut Ui, field: &Field, types: &[(String, String)]) {
    let t = tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(RichText::new(&field.label).strong());
    ui.label(&field.help);
    let mut small = |text: String| drop(ui.label(RichText::new(text).size(11.0).color(colour(t.text2))));
    let default = field.default.as_ref().map_or_else(|| "not set".to_owned(), |value| field.shown(value));
    small(format!("Default: {default}"));
    let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Decimal);
    if is_number && (field.min.is_some() || field.max.is_some()) {
        small(format!("Allowed: {}", field.limits()));
    }
    if field.properties.is_empty() && !field.vendor.is_empty() {
        small(format!("Vendor's name: {}", field.vendor));
    }
    for property in &field.properties {
        for (dialect, type_name) in types {
            small(format!("{dialect}: {type_name} · {property}"));
        }
    }
}

fn editor(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let field = &common.field;
    match field.field_type {
        FieldType::Boolean if common.is_mixed() => {
            let options = [("true", "on"), ("false", "off")];
            if let Some(picked) = select(ui, subject, common, &options) {
                commands.push((subject.set)(&field.key, Some(Value::Bool(picked == "true"))));
            }
        }
        FieldType::Boolean => {
            let on = common.value().and_then(Value::as_bool).unwrap_or_default();
            if switch(ui, &field.label, on) {
                commands.push((subject.set)(&field.key, Some(Value::Bool(!on))));
            }
        }
        FieldType::Choice => choice(ui, subject, common, commands),
        FieldType::File => {
            let path = common.value().and_then(Value::as_str).unwrap_or("none");
            file(ui, path, (subject.file_size)(path));
        }
        FieldType::Integer => {
            ui.horizontal_top(|ui| {
                slider(ui, subject, common, commands);
                ui.vertical(|ui| typed(ui, subject, common, drafts, commands));
            });
        }
        FieldType::Decimal | FieldType::Text | FieldType::List => typed(ui, subject, common, drafts, commands),
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

fn typed(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let field = &common.field;
    let shown = plain(common.value());
    let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Decimal);
    let is_code = field.form != TextForm::Any && !is_number;
    let spec = Spec {
        hint: if common.is_mixed() { MIXED } else { "not set" },
        unit: &field.unit,
        set: if is_code { (Face::Mono, 12.0) } else { (Face::Regular, 13.0) },
        lines: if field.field_type == FieldType::List { shown.lines().count().max(2) } else { 1 },
        help: &field.help,
        ..Spec::new(subject.id.with(&field.key), &field.label, &shown)
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

fn choice(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField, commands: &mut Vec<Command>) {
    let field = &common.field;
    let chosen = common.value().and_then(Value::as_str).unwrap_or_default();
    let room = ui.available_width();
    let widest = field.choices.iter().map(|choice| width(&choice.label, Face::SemiBold, 13.0)).fold(0.0, f32::max);
    let needed = (widest + 12.0) * field.choices.len() as f32 + 4.0;
    let picked = if (2..=3).contains(&field.choices.len()) && needed <= room && !common.is_mixed() {
        segmented(ui, &field.label, &field.choices, chosen, room).map(|index| field.choices[index].value.clone())
    } else {
        let options: Vec<(&str, &str)> =
            field.choices.iter().map(|choice| (choice.value.as_str(), choice.label.as_str())).collect();
        select(ui, subject, common, &options)
    };
    commands.extend(picked.map(|value| (subject.set)(&field.key, Some(Value::from(value)))));
}

fn select(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField, options: &[(&str, &str)]) -> Option<String> {
    let field = &common.field;
    let none = if common.is_mixed() { MIXED } else { "not set" };
    let chosen = common.value().and_then(Value::as_str).unwrap_or_default();
    let id = subject.id.with(&field.key);
    Select { id, label: &field.label, help: &field.help, options, chosen, none }.show(ui)
}

fn slider(ui: &mut Ui, subject: &Subject<'_>, common: &CommonField, commands: &mut Vec<Command>) {
    let field = &common.field;
    let Some(range) = Slider::suits(field.min, field.max) else { return };
    let number = common.value().and_then(Value::as_i64).unwrap_or(range.0);
    Slider { label: &field.label, range, number }.show(ui, |slid| {
        commands.push(match slid {
            Slid::Begin => Command::BeginField(format!("Change {}", field.label.to_lowercase())),
            Slid::To(number) => (subject.set)(&field.key, Some(Value::from(number))),
            Slid::End => Command::FinishGesture,
        });
    });
}
