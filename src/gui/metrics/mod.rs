//! What was measured, below the canvas: charts with a curve of every node, and cold starts by function, runtime and memory.
//!
//! The time that is shown is that of the time line, both ways. Must not know how anything is worked out.

mod axis;
mod bar;
mod chart;
mod cold;
mod key;
mod tip;

use std::collections::BTreeSet;

use eframe::egui::{Align2, Rect, ScrollArea, Ui, UiBuilder, vec2};

use super::theme::{colour, line, tokens};
use super::widgets::{Line, text_line};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::catalog::names::named;
use crate::picture::text::Face;
use crate::picture::{Rgb, Tokens};
use crate::telemetry::chart::{Charts, Owner, Subject};

named! {
    /// What the panel shows.
    pub enum View {
        /// Values over time.
        Charts = "Charts",
        /// How often and how long somebody waited for an environment.
        Cold = "Cold starts",
    }
}

/// The least width and height of a chart, in points.
const CELL: (f32, f32) = (320.0, 138.0);
/// Widths of the key to the curves, in points.
const KEY: std::ops::RangeInclusive<f32> = 150.0..=240.0;

/// What the panel remembers between two frames.
pub struct Metrics {
    view: View,
    /// Whose curves are left out.
    hidden: BTreeSet<Owner>,
    /// The chart that has all the room.
    enlarged: Option<Subject>,
    /// Where a drag began, in milliseconds since 1970.
    dragged_from: Option<i64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { view: View::Charts, hidden: BTreeSet::new(), enlarged: None, dragged_from: None }
    }
}

impl Metrics {
    /// Shows it in the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(attached) = workspace.attached() else { return };
        self.bar(ui, workspace, attached, commands);
        let rest = ui.available_rect_before_wrap();
        match (self.view, attached.gauges().charts()) {
            (View::Cold, _) => cold::ui(ui, workspace, attached, commands),
            (View::Charts, Some(charts)) if !charts.charts.is_empty() => {
                self.charts(ui, workspace, attached, charts, commands);
            }
            (View::Charts, known) => {
                let words =
                    if known.is_none() { "Working out the charts…" } else { "Nothing was measured in this span." };
                say(ui, rest, words);
            }
        }
        ui.advance_cursor_after_rect(rest);
    }

    fn charts(
        &mut self,
        ui: &mut Ui,
        workspace: &Workspace,
        attached: &Attached,
        charts: &Charts,
        commands: &mut Vec<Command>,
    ) {
        let rest = ui.available_rect_before_wrap();
        let owners = owners(workspace, charts);
        let wide = (rest.width() * 0.16).clamp(*KEY.start(), *KEY.end());
        ui.scope_builder(UiBuilder::new().max_rect(rest.with_max_x(rest.left() + wide)).id_salt("key"), |ui| {
            self.key(ui, workspace, &owners, commands);
        });
        ui.painter().vline(rest.left() + wide, rest.y_range(), line(tokens(ui).divider));
        let room = rest.with_min_x(rest.left() + wide + 1.0);
        let shown: Vec<&crate::telemetry::chart::Chart> = match &self.enlarged {
            Some(subject) if charts.charts.iter().any(|chart| chart.subject == *subject) => {
                charts.charts.iter().filter(|chart| chart.subject == *subject).collect()
            }
            _ => charts.charts.iter().collect(),
        };
        let columns = ((room.width() / CELL.0) as usize).clamp(1, shown.len());
        let rows = shown.len().div_ceil(columns);
        let cell = vec2(room.width() / columns as f32 - 0.1, (room.height() / rows as f32).max(CELL.1));
        let board = chart::Board { workspace, attached, charts, owners: &owners };
        ui.scope_builder(UiBuilder::new().max_rect(room).id_salt("charts"), |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let (whole, _) =
                    ui.allocate_exact_size(vec2(room.width(), cell.y * rows as f32), eframe::egui::Sense::hover());
                for (place, chart) in shown.into_iter().enumerate() {
                    let corner = whole.min + vec2((place % columns) as f32 * cell.x, (place / columns) as f32 * cell.y);
                    let rect = Rect::from_min_size(corner, cell);
                    if ui.is_rect_visible(rect) {
                        self.chart(ui, rect, &board, chart, commands);
                    }
                }
            });
        });
    }
}

/// Everybody who has a curve, in the order of their names, with those names.
fn owners(workspace: &Workspace, charts: &Charts) -> Vec<(Owner, String)> {
    let all: BTreeSet<&Owner> =
        charts.charts.iter().flat_map(|chart| &chart.curves).map(|curve| &curve.owner).collect();
    let mut named: Vec<(Owner, String)> =
        all.into_iter().map(|owner| (owner.clone(), name(workspace, owner))).collect();
    named.sort_by(|(one, first), (other, second)| first.cmp(second).then_with(|| one.cmp(other)));
    named
}

fn name(workspace: &Workspace, owner: &Owner) -> String {
    match owner {
        Owner::Node(node) => workspace.name_of(*node).unwrap_or_default().to_owned(),
        Owner::Other(name) if name.is_empty() => "no log group".to_owned(),
        // "FunctionName shop-orders": which one it is matters more than what it is.
        Owner::Other(name) => match name.split_once(' ') {
            Some((_, value)) if !value.contains(' ') => value.to_owned(),
            _ => name.to_string(),
        },
    }
}

/// The colour of the curves of the owner at a place.
fn ink(t: &Tokens, place: usize) -> Rgb {
    t.series[place % t.series.len()]
}

/// A sentence in the middle of a place.
fn say(ui: &Ui, rect: Rect, words: &str) {
    let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
    text_line(ui.painter(), rect.center(), Align2::CENTER_CENTER, words, rect.width(), set);
}
