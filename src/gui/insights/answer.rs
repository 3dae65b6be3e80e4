//! The answer: how the question goes, and its rows, of which only those that are seen are laid out.
//!
//! A row selects its node; a cell leads to the log, a trace or a node. Must not know where cells lead.

use eframe::egui::{
    Align, Align2, Id, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::{fill, regular as icon};

use super::cells::{Columns, Frame, PADDING};
use crate::app::observe::insights::To;
use crate::app::{Action, Command, Open, Workspace};
use crate::gui::fonts;
use crate::gui::logs::scroll::{BAR, Scroll, keys};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, icon_button, spinner, text_line};
use crate::gui::zone::zone_switch;
use crate::picture::text::Face;
use crate::telemetry::insights::table::{Holds, Table};

/// Heights of what stands above the rows, of the heads and of a row, in points.
const TOP: f32 = 36.0;
const HEAD: f32 = 26.0;
const ROW: f32 = 22.0;

/// What the answer remembers between two frames.
#[derive(Default)]
pub(super) struct Answer {
    scroll: Scroll,
    cursor: usize,
    columns: Columns,
}

impl Answer {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        top(ui, workspace, commands);
        let view = ui.available_rect_before_wrap();
        let Some(table) = workspace.insights().table().filter(|table| !table.columns().is_empty()) else {
            say(ui, view, nothing(workspace));
            return;
        };
        self.columns.follow(workspace, table, view.width() - BAR);
        self.heads(ui, workspace, table, commands);
        self.rows(ui, workspace, table, commands);
    }

    fn heads(&self, ui: &mut Ui, workspace: &Workspace, table: &Table, commands: &mut Vec<Command>) {
        let t = tokens(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
        let sorted = workspace.insights().sort();
        for (place, column) in table.columns().iter().enumerate() {
            let part = self.columns.rect(rect, place);
            let by = sorted.filter(|(own, _)| *own == place);
            let sense = if workspace.insights().sorts() { Sense::click() } else { Sense::hover() };
            let response = ui.interact(part, ui.id().with(("answer head", place)), sense);
            let label = format!("Sort by {}", column.name);
            response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, by.is_some(), &label));
            let (face, ink) = if by.is_some() { (Face::SemiBold, t.text) } else { (Face::Regular, t.text2) };
            let set = Line { face, size: 12.0, colour: colour(if response.hovered() { t.text } else { ink }) };
            let is_right = column.holds == Holds::Number;
            let (at, align) = if is_right {
                (part.right_center() - vec2(PADDING, 0.0), Align2::RIGHT_CENTER)
            } else {
                (part.left_center() + vec2(PADDING, 0.0), Align2::LEFT_CENTER)
            };
            let room = part.width() - 2.0 * PADDING - if by.is_some() { 14.0 } else { 0.0 };
            let taken = text_line(ui.painter(), at, align, &column.name, room, set);
            if let Some((_, is_falling)) = by {
                let glyph = if is_falling { fill::CARET_DOWN } else { fill::CARET_UP };
                let away = if is_right { -taken - 8.0 } else { taken + 8.0 };
                let at = at + vec2(away, 0.0);
                ui.painter().text(at, Align2::CENTER_CENTER, glyph, fonts::icon_filled(10.0), set.colour);
            }
            if response.on_hover_text(&column.name).clicked() {
                commands.push(Command::SortAnswer(place));
            }
        }
    }

    fn rows(&mut self, ui: &mut Ui, workspace: &Workspace, table: &Table, commands: &mut Vec<Command>) {
        let view = ui.available_rect_before_wrap();
        let (id, count) = (Id::new("answer rows"), table.len());
        self.cursor = self.cursor.min(count.saturating_sub(1));
        let moved = keys(ui, id, &mut self.cursor, count, (view.height() / ROW) as usize);
        if moved {
            self.scroll.reveal(view.height(), ROW, self.cursor);
        }
        let focus = ui.interact(view.with_max_x(view.right() - BAR), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Rows of the answer"));
        let seen = self.scroll.rows(ui, view, ROW, count);
        let painter = ui.painter_at(view);
        let mut chosen = moved.then_some(self.cursor);
        for place in seen {
            let row = workspace.insights().row_at(place);
            let rect = self.scroll.rect(view, ROW, place);
            let response = ui.interact(rect.intersect(view), ui.id().with(("answer row", place)), Sense::CLICK);
            let is_chosen = place == self.cursor && focus.has_focus();
            let words = (0..table.columns().len()).map(|column| table.cell(row, column)).collect::<Vec<_>>().join(", ");
            response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_chosen, &words));
            let frame = Frame { painter: &painter, workspace, table, columns: &self.columns, tokens: tokens(ui) };
            frame.ground(rect, is_chosen, &response);
            let mut led = None;
            for column in 0..table.columns().len() {
                led = frame.cell(ui, (rect, view), row, column).or(led);
            }
            if let Some(to) = led {
                commands.extend(To::commands(to));
            } else if response.clicked() {
                (self.cursor, chosen) = (place, Some(place));
                focus.request_focus();
            }
        }
        if let Some(place) = chosen {
            choose(workspace, workspace.insights().row_at(place), commands);
        }
        if count == 0 {
            say(ui, view, nothing(workspace));
        }
        ui.advance_cursor_after_rect(view);
    }
}

/// Selects the node that a row is about.
fn choose(workspace: &Workspace, row: usize, commands: &mut Vec<Command>) {
    let selected = workspace.open().and_then(Open::one_node);
    if let Some(node) = workspace.node_of_answer(row).filter(|node| selected != Some(*node)) {
        commands.extend(To::Node(node).commands());
    }
}

/// How the question goes, and what can be done with its rows.
fn top(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TOP), Sense::hover());
    let inner = rect.shrink2(vec2(12.0, 4.0));
    let layout = Layout::right_to_left(Align::Center);
    let mut bar = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout).id_salt("top"));
    let ui = &mut bar;
    ui.spacing_mut().item_spacing.x = 4.0;
    let (saves, copies) = (workspace.has_answer(), workspace.can_copy_answer());
    if icon_button(ui, icon::DOWNLOAD_SIMPLE, 28.0, "Save the rows as CSV", saves).clicked() && saves {
        commands.push(Command::Act(Action::SaveAnswer));
    }
    let help = if saves && !copies { "There are too many rows for the clipboard" } else { "Copy the rows as CSV" };
    if icon_button(ui, icon::COPY, 28.0, help, copies).clicked() && copies {
        commands.push(Command::Act(Action::CopyAnswer));
    }
    let newest_ms = workspace.attached().map_or(0, crate::app::observe::Attached::newest_ms);
    zone_switch(ui, workspace, newest_ms, commands);
    let Some((words, is_bad)) = workspace.progress() else { return };
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if workspace.insights().answer().is_some_and(|answer| !answer.is_over()) {
            spinner(ui, 14.0);
        }
        let t = tokens(ui);
        let text = RichText::new(crate::catalog::connect::capitalised(&words)).size(12.0);
        let text = text.color(colour(if is_bad { t.danger } else { t.text }));
        ui.add(Label::new(text).truncate());
    });
}

/// What to say where there is no row.
fn nothing(workspace: &Workspace) -> &'static str {
    match workspace.insights().answer() {
        None => "Choose a query, see what it will cost, run it.",
        Some(answer) if !answer.is_over() => "Nothing is found yet…",
        Some(answer) if answer.trouble.is_some() || answer.told.mistake.is_some() => "",
        Some(_) => "No row is what the query asks for.",
    }
}

fn say(ui: &Ui, view: Rect, words: &str) {
    let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
    let at = pos2(view.center().x, view.center().y);
    text_line(ui.painter(), at, Align2::CENTER_CENTER, words, view.width() - 24.0, set);
}
