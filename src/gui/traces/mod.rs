//! Traces below the canvas: a list of them, a map of who called whom, and the one that is looked at as a waterfall.
//!
//! Must not know how spans are put together.

mod filters;
mod linked;
mod list;
mod map;
mod span;
mod waterfall;

use eframe::egui::{Align, Align2, Color32, Layout, Rect, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use super::status_bar::counted;
use super::theme::{colour, line, tokens};
use super::widgets::{Line, icon_button, text_line};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::catalog::field::grouped;
use crate::catalog::names::named;
use crate::diagram::NodeId;
use crate::picture::text::{Face, width};
use crate::picture::{Rgb, Tokens};
use crate::telemetry::observed::Observed;
use crate::telemetry::trace::{Span, Status, Trace};
use filters::Filters;
use linked::Linked;
use list::List;
use map::Map;
use waterfall::Waterfall;

/// Height of the bar over list and waterfall, in points.
const BAR: f32 = 40.0;

named! {
    /// How traces are shown while none is looked at.
    #[derive(Default)]
    pub enum View {
        /// One under the other.
        #[default]
        List = "List",
        /// Summed up: who called whom.
        Map = "Map",
    }
}

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Traces {
    view: View,
    filters: Filters,
    list: List,
    map: Map,
    waterfall: Waterfall,
    linked: Linked,
}

impl Traces {
    /// Shows it in the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(attached) = workspace.attached() else { return };
        let trace_at = |place: usize| Some((place, &***attached.observed().traces.get(place)?));
        let chosen: Option<(usize, &Trace)> = attached.trace().and_then(trace_at);
        self.list.follow(workspace, attached, &self.filters.sift);
        let Some((place, trace)) = chosen else {
            return self.all(ui, workspace, attached, commands);
        };
        self.head(ui, attached, place, trace, commands);
        self.linked.follow(attached, trace);
        self.linked.ui(ui, (workspace, attached), trace, commands);
        let rest = ui.available_rect_before_wrap();
        let row = self.waterfall.chosen(trace).and_then(|at| trace.rows.get(at));
        let side = if row.is_some() { (rest.width() * 0.28).clamp(240.0, 360.0) } else { 0.0 };
        let at = rest.right() - side;
        ui.scope_builder(UiBuilder::new().max_rect(rest.with_max_x(at - 1.0)).id_salt("spans"), |ui| {
            self.waterfall.ui(ui, (workspace, attached), trace, &self.linked, commands);
        });
        if let Some(row) = row {
            ui.painter().vline(at - 0.5, rest.y_range(), line(tokens(ui).divider));
            ui.scope_builder(UiBuilder::new().max_rect(rest.with_min_x(at)).id_salt("span"), |ui| {
                span::ui(ui, workspace, attached, (trace, row), commands);
            });
        }
        ui.advance_cursor_after_rect(rest);
    }

    /// Shows the list or the map.
    fn all(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        let Self { view, filters, list, map, .. } = self;
        match *view {
            View::Map => map.ui(ui, (workspace, attached), view, filters, commands),
            View::List => {
                filters.ui(ui, (workspace, attached), view, list.count(), commands);
                list.ui(ui, workspace, attached, commands);
            }
        }
    }

    /// The way back to the list, the neighbours, and what the trace is.
    fn head(&mut self, ui: &mut Ui, attached: &Attached, place: usize, trace: &Trace, commands: &mut Vec<Command>) {
        strip(ui, |ui| {
            if icon_button(ui, icon::LIST, 28.0, "All traces", true).clicked() {
                commands.push(Command::ShowTrace(None));
            }
            let (before, after) = self.list.beside(place, attached.observed().traces.len());
            for (glyph, label, to) in
                [(icon::CARET_LEFT, "Previous trace", before), (icon::CARET_RIGHT, "Next trace", after)]
            {
                if icon_button(ui, glyph, 28.0, label, to.is_some()).clicked() {
                    commands.push(Command::ShowTrace(to));
                }
            }
            let t = tokens(ui);
            words(ui, &trace.id, Face::Mono, colour(t.text));
            let (word, ink) = status(trace, t);
            words(ui, word, Face::Medium, colour(ink));
            words(ui, &sentence(attached, trace), Face::Regular, colour(t.text2));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.waterfall.zoom_buttons(ui));
        });
    }
}

/// A bar that is filled from the left.
fn strip<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    let inner = rect.shrink2(vec2(12.0, 4.0));
    let layout = Layout::left_to_right(Align::Center);
    let mut bar = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout).id_salt("bar"));
    bar.spacing_mut().item_spacing.x = 8.0;
    contents(&mut bar)
}

fn words(ui: &mut Ui, text: &str, face: Face, ink: Color32) {
    let wide = width(text, face, 12.0).min((ui.available_width() - 120.0).max(0.0));
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 20.0), Sense::hover());
    text_line(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        text,
        wide,
        Line { face, size: 12.0, colour: ink },
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
}

/// "437 ms, 12 spans on 3 nodes, cold, something is missing".
fn sentence(attached: &Attached, trace: &Trace) -> String {
    let nodes: std::collections::BTreeSet<NodeId> =
        trace.rows.iter().filter_map(|row| attached.binding().node_of_span(&row.span)).collect();
    let took = trace.duration_ns().map(ms).unwrap_or_default();
    let cold = if trace.is_cold { ", cold" } else { "" };
    let partial = if trace.is_partial { ", something is missing" } else { "" };
    format!("{took}, {} on {}{cold}{partial}", counted(trace.rows.len(), "span"), counted(nodes.len(), "node"))
}

/// "20,000 traces, the oldest 7 dropped".
fn count(observed: &Observed) -> String {
    let gone = match observed.traces_dropped {
        0 => String::new(),
        some => format!(", the oldest {} dropped", grouped(some as i64)),
    };
    counted(observed.traces.len(), "trace") + &gone
}

/// Nanoseconds in the unit that reads best.
fn ms(ns: i64) -> String {
    let ms = ns as f64 / 1e6;
    match ms {
        ms if ms >= 10_000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 1_000.0 => format!("{:.2} s", ms / 1000.0),
        ms if ms >= 10.0 => format!("{ms:.0} ms"),
        ms => format!("{ms:.1} ms"),
    }
}

/// How a trace went, in a word and a colour.
fn status(trace: &Trace, t: &Tokens) -> (&'static str, Rgb) {
    said(trace.outcome.status(), t)
}

fn said(status: Status, t: &Tokens) -> (&'static str, Rgb) {
    match status {
        Status::Ok => ("ok", t.text2),
        Status::Error => ("error", t.warn),
        Status::Throttle => ("throttled", t.warn),
        Status::Fault => ("fault", t.danger),
    }
}

/// Name and picture of the node that did the work of a span.
fn node<'w>(
    workspace: &'w Workspace,
    attached: &Attached,
    span: &Span,
) -> Option<(NodeId, &'w str, &'w crate::catalog::Kind)> {
    let id = attached.binding().node_of_span(span)?;
    let node = workspace.open()?.document.diagram().nodes().get(&id)?;
    Some((id, node.name.as_str(), workspace.catalog().kind(&node.kind)))
}

/// A rectangle within another, by left edge and width.
fn column(rect: Rect, left: f32, wide: f32) -> Rect {
    Rect::from_min_size(eframe::egui::pos2(rect.left() + left, rect.top()), vec2(wide, rect.height()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_that_were_dropped_are_counted_with_those_that_are_there() {
        let check = |traces_dropped, told: &str| {
            assert_eq!(count(&Observed { traces_dropped, ..Observed::default() }), told);
        };
        check(0, "0 traces");
        check(1_234, "0 traces, the oldest 1,234 dropped");
    }
}
