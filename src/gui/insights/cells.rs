//! The cells of an answer: how wide its columns are, what stands in them, and which of them lead somewhere.
//!
//! Must not know which rows are seen.

use eframe::egui::{Align2, CursorIcon, Painter, Rect, Response, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::Workspace;
use crate::app::observe::insights::To;
use crate::gui::theme::colour;
use crate::gui::widgets::{Line, ellipsis, text_line};
use crate::picture::Tokens;
use crate::picture::text::{Face, width};
use crate::telemetry::insights::table::{Holds, Table, log_group, time_ms};

/// Room at both sides of a cell, in points.
pub(super) const PADDING: f32 = 8.0;
/// Widths that a column may have, in points.
const LEAST: f32 = 64.0;
const MOST: f32 = 900.0;
/// So many rows are looked at to know how wide a column is to be.
const GLANCE: usize = 120;
/// So many letters of a cell are looked at.
const LETTERS: usize = 2_000;

/// How wide the columns are.
#[derive(Default)]
pub(super) struct Columns {
    /// Left edges and widths, from the table's left edge.
    across: Vec<(f32, f32)>,
    /// Of what they were worked out: columns, rows, room.
    about: (usize, usize, f32),
}

impl Columns {
    /// Makes them fit what stands in them and the room that there is.
    pub(super) fn follow(&mut self, workspace: &Workspace, table: &Table, room: f32) {
        let about = (table.columns().len(), table.len().min(GLANCE), room);
        if self.about.0 == about.0 && self.about.1 == about.1 && (self.about.2 - about.2).abs() < 0.5 {
            return;
        }
        self.about = about;
        let own = (0..table.columns().len()).map(|column| (wanted(workspace, table, column), is_firm(table, column)));
        let mut left = 0.0;
        let across = fitted(&own.collect::<Vec<_>>(), room).into_iter().map(|wide| {
            left += wide;
            (left - wide, wide)
        });
        self.across = across.collect();
    }

    /// Where the cell of a column is in a row.
    pub(super) fn rect(&self, row: Rect, column: usize) -> Rect {
        let (left, wide) = self.across.get(column).copied().unwrap_or((0.0, LEAST));
        Rect::from_min_size(pos2(row.left() + left, row.top()), vec2(wide, row.height()))
    }
}

/// How wide a column would like to be.
fn wanted(workspace: &Workspace, table: &Table, column: usize) -> f32 {
    let face = face(table, column);
    let cells = (0..table.len().min(GLANCE)).map(|row| width(&shown(workspace, table, row, column), face, 12.0));
    let head = width(&table.columns()[column].name, Face::SemiBold, 12.0) + 14.0;
    (cells.fold(head, f32::max) + 2.0 * PADDING).clamp(LEAST, MOST)
}

/// Whether cells of a column say nothing when they are cut: times and numbers.
fn is_firm(table: &Table, column: usize) -> bool {
    matches!(table.columns()[column].holds, Holds::Time(_) | Holds::Number)
}

/// Widths within the room that there is: what is firm or narrow stays so, the others share what is left; what is over goes to the
/// last.
fn fitted(wanted: &[(f32, bool)], room: f32) -> Vec<f32> {
    let firm: f32 = wanted.iter().filter(|(_, is_firm)| *is_firm).map(|(wide, _)| wide).sum();
    let mut sorted: Vec<f32> = wanted.iter().filter(|(_, is_firm)| !is_firm).map(|(wide, _)| *wide).collect();
    sorted.sort_by(f32::total_cmp);
    let (mut left, mut share) = (room - firm, f32::INFINITY);
    for (place, wide) in sorted.iter().enumerate() {
        let even = left / (sorted.len() - place) as f32;
        if *wide > even {
            share = even;
            break;
        }
        left -= wide;
    }
    let own = |(wide, is_firm): &(f32, bool)| if *is_firm { *wide } else { wide.min(share).max(LEAST) };
    let mut widths: Vec<f32> = wanted.iter().map(own).collect();
    let over = room - widths.iter().sum::<f32>();
    if let Some(last) = widths.last_mut().filter(|_| over > 0.0) {
        *last += over;
    }
    widths
}

fn face(table: &Table, column: usize) -> Face {
    match table.columns()[column].holds {
        Holds::LogGroup | Holds::Number => Face::Regular,
        _ => Face::Mono,
    }
}

/// What is shown of a cell: times as the window tells them, of a log group the last part of its name.
fn shown(workspace: &Workspace, table: &Table, row: usize, column: usize) -> String {
    let cell = table.cell(row, column);
    match table.columns()[column].holds {
        Holds::Time(_) => time_ms(cell).map_or_else(|| cell.to_owned(), |ms| workspace.zone().written(ms)),
        // What all log groups begin with tells none from another.
        Holds::LogGroup => log_group(cell).rsplit('/').next().unwrap_or_default().to_owned(),
        _ => cell.chars().take(LETTERS).map(|letter| if letter.is_control() { ' ' } else { letter }).collect(),
    }
}

/// What rows are painted with.
pub(super) struct Frame<'f> {
    pub(super) painter: &'f Painter,
    pub(super) workspace: &'f Workspace,
    pub(super) table: &'f Table,
    pub(super) columns: &'f Columns,
    pub(super) tokens: &'static Tokens,
}

impl Frame<'_> {
    /// Paints what is behind the words.
    pub(super) fn ground(&self, rect: Rect, is_chosen: bool, response: &Response) {
        if is_chosen {
            self.painter.rect_filled(rect, 0.0, colour(self.tokens.accent_soft));
        } else if response.hovered() {
            self.painter.rect_filled(rect, 0.0, colour(self.tokens.row_hover));
        }
    }

    /// Paints a cell; gives where it leads, when it was clicked.
    pub(super) fn cell(&self, ui: &Ui, (rect, view): (Rect, Rect), row: usize, column: usize) -> Option<To> {
        let words = shown(self.workspace, self.table, row, column);
        if words.is_empty() {
            return None;
        }
        let (part, face) = (self.columns.rect(rect, column), face(self.table, column));
        let room = part.width() - 2.0 * PADDING;
        let leads = self.workspace.leads_to(row, column);
        let ink = if leads.is_some() { self.tokens.accent } else { self.tokens.text };
        let set = Line { face, size: 12.0, colour: colour(ink) };
        let taken = if self.table.columns()[column].holds == Holds::Number {
            let at = part.right_center() - vec2(PADDING, 0.0);
            text_line(self.painter, at, Align2::RIGHT_CENTER, &words, room, set)
        } else {
            let at = part.left_center() + vec2(PADDING, 0.0);
            text_line(self.painter, at, Align2::LEFT_CENTER, &words, room, set)
        };
        let is_cut = ellipsis(&words, face, 12.0, room);
        let sense = if leads.is_some() { Sense::click() } else { Sense::hover() };
        let is_group = self.table.columns()[column].holds == Holds::LogGroup;
        if leads.is_none() && !is_cut && !is_group {
            return None;
        }
        let place = Rect::from_min_size(part.min + vec2(PADDING, 0.0), vec2(taken, part.height())).intersect(view);
        let response = ui.interact(place, ui.id().with(("answer cell", row, column)), sense);
        let whole = if is_cut || is_group { self.table.cell(row, column) } else { "" };
        let Some(to) = leads else {
            response.on_hover_text(whole.chars().take(LETTERS).collect::<String>());
            return None;
        };
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Link, true, &words));
        if response.hovered() {
            let y = part.center().y + 7.0;
            self.painter.hline(place.x_range(), y, eframe::egui::Stroke::new(1.0, colour(ink)));
        }
        let help = if whole.is_empty() { to.help().to_owned() } else { format!("{whole}\n{}", to.help()) };
        let clicked = response.clicked();
        response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(help);
        clicked.then_some(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_narrow_stays_and_the_others_share_the_room() {
        let check = |wanted: &[(f32, bool)], room: f32, expected: &[f32]| assert_eq!(fitted(wanted, room), expected);
        check(&[(100.0, false), (100.0, false)], 300.0, &[100.0, 200.0]);
        check(&[(100.0, false), (900.0, false), (900.0, false)], 500.0, &[100.0, 200.0, 200.0]);
        check(&[(900.0, false), (70.0, false)], 400.0, &[330.0, 70.0]);
        check(&[(180.0, true), (900.0, false), (900.0, false)], 500.0, &[180.0, 160.0, 160.0]);
        check(&[(80.0, false), (80.0, false), (80.0, true)], 90.0, &[LEAST, LEAST, 80.0]);
        check(&[], 90.0, &[]);
    }
}
