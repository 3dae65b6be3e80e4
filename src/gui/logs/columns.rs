//! The columns of the log: those that are always there, and those of fields that a person has chosen.
//!
//! Must not know rows.

use std::collections::BTreeSet;

use eframe::egui::{
    Align2, Popup, PopupCloseBehavior, Rect, RectAlign, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use crate::app::Workspace;
use crate::app::observe::Attached;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, caption, icon_button, menu_row, text_line};
use crate::picture::text::Face;
use crate::telemetry::log::Record;
use crate::telemetry::scan::members;

/// Height of the heads, in points.
const HEAD: f32 = 26.0;
/// Width of the column of a field, in points.
pub(super) const FIELD: f32 = 132.0;
/// Left edges of time, node and level or result, and of what comes behind them, in points from the table's own.
pub(super) const LEFT: [f32; 4] = [26.0, 126.0, 266.0, 338.0];
/// Heads of an invocation's figures, and the right edge of each, in points.
pub(super) const FIGURES: [(&str, f32); 4] =
    [("Duration", 404.0), ("Billed", 480.0), ("Memory", 556.0), ("Lines", 612.0)];
/// Where an invocation's telling line begins, in points.
pub(super) const TELLING: f32 = 628.0;
/// So many fields may have a column.
const MOST: usize = 6;
/// Fields of the platform's reports, and how long a record was on its way.
const REPORTED: [&str; 7] = ["duration", "billed", "memory", "max_memory", "init", "status", "lag"];

/// The fields that have a column.
#[derive(Default)]
pub(super) struct Columns {
    fields: Vec<String>,
    /// Fields of the records that are seen, for the menu.
    known: BTreeSet<String>,
}

impl Columns {
    /// The fields, from left to right.
    pub(super) fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Where the message begins, in points.
    pub(super) fn message(&self) -> f32 {
        LEFT[3] + FIELD * self.fields.len() as f32
    }

    /// Remembers which fields a record has that is seen.
    pub(super) fn learn(&mut self, record: &Record<'_>) {
        const ENOUGH: usize = 60;
        if !record.text.starts_with(b"{") || self.known.len() >= ENOUGH {
            return;
        }
        for (name, _) in members(record.text).take(ENOUGH) {
            if let Ok(name) = std::str::from_utf8(name)
                && !self.known.contains(name)
            {
                self.known.insert(name.to_owned());
            }
        }
    }

    /// The button behind which fields are chosen.
    pub(super) fn menu(&mut self, ui: &mut Ui) {
        let button = icon_button(ui, icon::COLUMNS, 28.0, "Columns by field", true);
        let popup = Popup::menu(&button).align(RectAlign::BOTTOM_END).width(240.0);
        popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            caption(ui, "A column for each of these fields:");
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                let known = REPORTED.iter().map(|name| (*name).to_owned()).chain(self.known.iter().cloned());
                let all: BTreeSet<String> = known.chain(self.fields.iter().cloned()).collect();
                for name in all {
                    let has = self.fields.contains(&name);
                    let sign = if has { "✓" } else { "" };
                    if menu_row(ui, &name, sign, has || self.fields.len() < MOST).clicked() {
                        self.switch(&name);
                    }
                }
            });
        });
    }

    /// Gives a field a column, or takes it away.
    fn switch(&mut self, name: &str) {
        match self.fields.iter().position(|field| field == name) {
            Some(place) => drop(self.fields.remove(place)),
            None if self.fields.len() < MOST => self.fields.push(name.to_owned()),
            None => {}
        }
    }

    /// Shows the heads over the whole width.
    pub(super) fn heads(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, is_folded: bool) {
        let t = tokens(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
        let put = |left: f32, words: &str, align: Align2, max: f32| {
            text_line(ui.painter(), pos2(rect.left() + left, rect.center().y), align, words, max, set);
        };
        let first_ms = attached.observed().span_ms.map_or(0, |(first, _)| first);
        put(LEFT[0], &workspace.zone().name(first_ms), Align2::LEFT_CENTER, LEFT[1] - LEFT[0]);
        put(LEFT[1], "Node", Align2::LEFT_CENTER, LEFT[2] - LEFT[1]);
        put(LEFT[2], if is_folded { "Result" } else { "Level" }, Align2::LEFT_CENTER, LEFT[3] - LEFT[2]);
        if is_folded {
            FIGURES.iter().for_each(|(head, right)| put(*right, head, Align2::RIGHT_CENTER, 70.0));
            put(TELLING, "Last line", Align2::LEFT_CENTER, 200.0);
            return;
        }
        put(self.message(), "Message", Align2::LEFT_CENTER, 120.0);
        let mut gone = None;
        for (place, field) in self.fields.iter().enumerate() {
            let left = LEFT[3] + FIELD * place as f32;
            let part = Rect::from_min_size(pos2(rect.left() + left, rect.top()), vec2(FIELD - 8.0, HEAD));
            let response = ui.interact(part, ui.id().with(("column", place)), Sense::click());
            response
                .widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Take the column {field} away")));
            let words = if response.hovered() { format!("{field}  ×") } else { field.clone() };
            put(left, &words, Align2::LEFT_CENTER, FIELD - 8.0);
            if response.on_hover_text("Click to take the column away.").clicked() {
                gone = Some(place);
            }
        }
        gone.into_iter().for_each(|place| drop(self.fields.remove(place)));
    }
}
