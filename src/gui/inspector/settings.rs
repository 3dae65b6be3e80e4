//! The section of settings: those that all of what is selected have, a filter where there are many, the way back.
//!
//! Must not know what is selected.

use std::collections::BTreeSet;

use eframe::egui::{Align, Id, Label, Layout, RichText, Ui, vec2};
use serde_json::Value;

use super::fields::{Subject, column, setting};
use super::{Desk, padded};
use crate::app::Command;
use crate::catalog::FieldType;
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, Search, caption, section};
use crate::picture::text::Face;

/// So many settings are seen at a glance; more get a filter.
const GLANCE: usize = 12;

/// Shows the settings; `types` is what each dialect calls what is selected.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, elements: &[Element], types: &[(String, String)]) {
    head(ui, desk, elements);
    ui.add_space(4.0);
    let query = filter(ui, desk);
    let whole: BTreeSet<Element> = elements.iter().copied().collect();
    let set = |key: &str, value: Option<Value>| Command::Set(whole.clone(), key.to_owned(), value);
    let diagram = desk.open.document.diagram();
    let file_size = |path: &str| diagram.files().get(path).map(String::len);
    let id = Id::new(("settings", elements.first()));
    let subject = Subject { id, set: &set, file_size: &file_size, column: column(desk.fields), types };
    let fits = |label: &str| label.to_lowercase().contains(&query);
    let fields = desk.fields.iter().filter(|common| fits(&common.field.label) || fits(&common.field.vendor));
    let mut is_empty = true;
    for common in fields {
        is_empty = false;
        setting(ui, &subject, common, desk.drafts, desk.commands);
    }
    if is_empty && !desk.fields.is_empty() {
        caption(ui, "No setting has these letters.");
    }
}

fn head(ui: &mut Ui, desk: &mut Desk<'_>, elements: &[Element]) {
    let can_reset =
        |field: &&crate::app::fields::CommonField| field.is_changed() && field.field.field_type != FieldType::File;
    let changed = desk.fields.iter().filter(can_reset).count();
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 24.0), Layout::right_to_left(Align::Center), |ui| {
        if changed > 1 {
            let label = format!("Reset all {changed}");
            let button = Button::new(&label).bare().small().show(ui);
            if button.on_hover_text("Give every setting back to its default.").clicked() {
                desk.commands.push(Command::Reset(elements.iter().copied().collect()));
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| section(ui, "Settings"));
    });
}

fn filter(ui: &mut Ui, desk: &mut Desk<'_>) -> String {
    if desk.fields.len() <= GLANCE {
        return String::new();
    }
    let (hint, label, id) = ("Find a setting", "Filter the settings", Id::new("settings filter"));
    Search { hint, label, chord: None, id, height: FIELD_HEIGHT }.show(ui, desk.query);
    ui.add_space(4.0);
    desk.query.trim().to_lowercase()
}

/// What no field covers, as text.
pub(super) fn kept(ui: &mut Ui, raw: &Value) {
    padded(ui, |ui| {
        section(ui, "Kept as it is");
        caption(ui, "The catalogue has no fields for this; it is exported as it stands.");
        let text = serde_json::to_string_pretty(raw).unwrap_or_default();
        let text = RichText::new(text).font(fonts::font(Face::Mono, 12.0)).color(colour(tokens(ui).text2));
        ui.add(Label::new(text).wrap().selectable(true));
    });
}
