//! The table of everything that the bill depends on: node, figure, value, where it comes from; edited in place.
//!
//! Must not know how a figure is worked out.

use std::collections::BTreeSet;
use std::ops::Range;

use eframe::egui::{Align2, Id, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::fill as icon;

use super::fonts;
use super::inspector::draft::{Drafts, Spec};
use super::status_bar::counted;
use super::theme::{colour, line, tokens};
use super::widgets::{Line, Search, caption, text_line, tile};
use crate::app::usage::{Assumption, Column, amount, assumptions, typed};
use crate::app::{Choose, Command, Open, Workspace};
use crate::catalog::names::Named as _;
use crate::diagram::Element;
use crate::picture::text::Face;
use crate::workload::Origin;

/// Height of a row and of the heads, in points.
const ROW: f32 = 32.0;
/// Room between two columns, in points.
const GAP: f32 = 12.0;
/// Room between the border of a field and its text, in points.
const FIELD_PADDING: f32 = 8.0;

/// What the table remembers between two frames.
#[derive(Default)]
pub(super) struct UsagePanel {
    by: Column,
    descending: bool,
    query: String,
    key: Option<((u64, u64), Column, bool, String)>,
    rows: Vec<Assumption>,
    drafts: Drafts,
}

impl UsagePanel {
    /// What stands beside the tabs.
    pub(super) fn head(&mut self, ui: &mut Ui) {
        let (hint, label, id) = ("Find a node or figure", "Filter the figures", Id::new("usage filter"));
        ui.allocate_ui(vec2(220.0, 28.0), |ui| {
            Search { hint, label, chord: None, id, height: 28.0 }.show(ui, &mut self.query);
        });
        ui.add_space(8.0);
        caption(ui, &self.summary());
    }

    fn summary(&self) -> String {
        let count = |is: &dyn Fn(&Assumption) -> bool| self.rows.iter().filter(|row| is(row)).count();
        let assumed = count(&|row| row.amount.is_some_and(|amount| amount.origin == Origin::Assumed));
        let open = count(&|row| row.amount.is_none());
        format!("{} · {assumed} assumed · {open} not known", counted(self.rows.len(), "figure"))
    }

    /// Shows heads and rows.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(open) = workspace.open() else { return };
        self.follow(workspace, open);
        let columns = Columns::of(ui.available_rect_before_wrap().x_range());
        self.heads(ui, &columns);
        if self.rows.is_empty() {
            ui.add_space(8.0);
            caption(
                ui,
                if self.query.is_empty() {
                    "Nothing in the diagram is counted yet."
                } else {
                    "No figure has these letters."
                },
            );
        }
        let area = ScrollArea::vertical().auto_shrink(false).id_salt("usage");
        area.show_rows(ui, ROW, self.rows.len(), |ui, rows| {
            for at in rows {
                let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
                self.row(ui, rect, at, &columns, workspace, commands);
            }
        });
    }

    /// Puts the rows in order when something is another; not while a figure is typed, so that its row stays.
    fn follow(&mut self, workspace: &Workspace, open: &Open) {
        let (Some(revision), Some(workload)) = (workspace.workload_key(), workspace.workload()) else { return };
        let key = (revision, self.by, self.descending, self.query.clone());
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let diagram = open.document.diagram();
        let mut fresh = assumptions(workspace.catalog(), diagram, workload, self.by, self.descending);
        let query = self.query.trim().to_lowercase();
        fresh.retain(|row| {
            let node = &diagram.nodes()[&row.node];
            let label = row.key(workspace.catalog().kind(&node.kind)).map_or("", |key| &key.label);
            node.name.to_lowercase().contains(&query) || label.to_lowercase().contains(&query)
        });
        if open.document.in_gesture() {
            let place =
                |row: &Assumption| self.rows.iter().position(|old| (old.node, old.place) == (row.node, row.place));
            fresh.sort_by_key(|row| place(row).unwrap_or(usize::MAX));
        } else {
            self.key = Some(key);
        }
        self.rows = fresh;
    }

    fn heads(&mut self, ui: &mut Ui, columns: &Columns) {
        let t = tokens(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
        for (label, column) in Column::ALL {
            let across = columns.of_column(*column);
            let part = Rect::from_x_y_ranges(across.start..=across.end, rect.y_range());
            let response = ui.interact(part, ui.id().with(("usage head", label)), Sense::click());
            let on = self.by == *column;
            response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, on, format!("Sort by {label}")));
            let (face, ink) = if on { (Face::SemiBold, t.text) } else { (Face::Regular, t.text2) };
            let ink = colour(if response.hovered() { t.text } else { ink });
            // Figures end at the right, where their unit stands.
            let is_right = *column == Column::Value;
            let (place, align) = if is_right {
                (part.right_center() - vec2(FIELD_PADDING, 0.0), Align2::RIGHT_CENTER)
            } else {
                (part.left_center(), Align2::LEFT_CENTER)
            };
            let set = Line { face, size: 12.0, colour: ink };
            let taken = text_line(ui.painter(), place, align, label, part.width() - FIELD_PADDING, set);
            if on {
                let glyph = if self.descending { icon::CARET_DOWN } else { icon::CARET_UP };
                let at = place + vec2(if is_right { -taken - 10.0 } else { taken + 10.0 }, 0.0);
                ui.painter().text(at, Align2::CENTER_CENTER, glyph, fonts::icon_filled(10.0), ink);
            }
            if response.has_focus() {
                ui.painter().rect_stroke(part, 4.0, line(t.accent), eframe::egui::StrokeKind::Inside);
            }
            if response.clicked() {
                self.descending = on && !self.descending;
                self.by = *column;
            }
        }
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        at: usize,
        columns: &Columns,
        workspace: &Workspace,
        commands: &mut Vec<Command>,
    ) {
        let (t, row) = (tokens(ui), &self.rows[at]);
        let Some(open) = workspace.open() else { return };
        let Some(node) = open.document.diagram().nodes().get(&row.node) else { return };
        let kind = workspace.catalog().kind(&node.kind);
        let Some(key) = row.key(kind) else { return };
        let element = Element::Node(row.node);
        let response = ui.interact(rect, ui.id().with(("usage row", row.node, row.place)), Sense::click());
        let chosen = open.selection.contains(&element);
        let value = row.amount.map_or_else(|| "not known".to_owned(), amount);
        let told = format!("{}, {}, {value} {}, {}", node.name, key.label, key.unit, row.origin);
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, chosen, &told));
        let ground = if chosen { Some(t.accent_soft) } else { response.hovered().then_some(t.row_hover) };
        if let Some(ground) = ground {
            ui.painter().rect_filled(rect, 0.0, colour(ground));
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
        if response.clicked() && !chosen {
            commands.push(Command::Select([element].into(), Choose::Only));
            commands.push(Command::Reveal(element));
        }
        let y = rect.center().y;
        tile(ui.painter(), Rect::from_min_size(pos2(columns.node.start, y - 8.0), vec2(16.0, 16.0)), kind, t);
        let set = |face, ink| Line { face, size: 12.0, colour: colour(ink) };
        let words = |across: Range<f32>, words: &str, set| {
            text_line(ui.painter(), pos2(across.start, y), Align2::LEFT_CENTER, words, across.end - across.start, set)
        };
        let is_open = row.amount.is_none_or(|amount| amount.origin == Origin::Assumed);
        words(columns.node.start + 22.0..columns.node.end, &node.name, set(Face::Medium, t.text));
        words(columns.figure.clone(), &key.label, set(Face::Regular, t.text));
        words(columns.unit.clone(), &key.unit, set(Face::Regular, t.text2));
        words(columns.origin.clone(), &row.origin, set(Face::Regular, if is_open { t.text2 } else { t.text }));
        let part = Rect::from_x_y_ranges(columns.value.start..=columns.value.end, rect.y_range().shrink(2.0));
        let own = node.usage.get(&key.key).map(typed).unwrap_or_default();
        let label = format!("{} of {}", key.label, node.name);
        let spec = Spec {
            hint: &value,
            set: (Face::Regular, 12.0),
            quiet: own.is_empty(),
            right: true,
            help: &key.help,
            ..Spec::new(Id::new(("usage cell", row.node, row.place)), &label, &own)
        };
        let id = row.node;
        let put = |value| Command::SetUsage(BTreeSet::from([id]), key.key.clone(), value);
        let judge = |text: &str| match text.trim() {
            "" => Ok(put(None)),
            text => key.parse(text).map(|value| put(Some(value))),
        };
        let mut cell = ui.new_child(UiBuilder::new().max_rect(part));
        cell.spacing_mut().interact_size.y = part.height();
        let shown = self.drafts.text(&mut cell, &spec, judge, commands);
        if let Some(refusal) = self.drafts.refused(spec.id) {
            shown.show_tooltip_text(format!("{} {refusal}.", key.label));
        }
    }

    /// Ends what is typed in a row that is not seen any more, or in the table when it has gone.
    pub(super) fn sweep(&mut self, commands: &mut Vec<Command>) {
        self.drafts.sweep(commands);
    }
}

/// From where to where each column reaches, in points.
struct Columns {
    node: Range<f32>,
    figure: Range<f32>,
    value: Range<f32>,
    unit: Range<f32>,
    origin: Range<f32>,
}

impl Columns {
    fn of(across: eframe::egui::Rangef) -> Self {
        let mut left = across.min + GAP;
        let room = (across.span() - 6.0 * GAP).max(300.0);
        let mut take = |part: f32| {
            let start = left;
            left += room * part + GAP;
            start..start + room * part
        };
        Self { node: take(0.22), figure: take(0.2), value: take(0.14), unit: take(0.16), origin: take(0.28) }
    }

    fn of_column(&self, column: Column) -> Range<f32> {
        match column {
            Column::Node => self.node.clone(),
            Column::Figure => self.figure.clone(),
            Column::Value => self.value.clone(),
            Column::Origin => self.origin.clone(),
        }
    }
}
