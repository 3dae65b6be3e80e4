//! The list of traces, with what it is narrowed to.
//!
//! Only rows that are seen are laid out. Must not know spans.

use eframe::egui::{Align2, Id, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::{column, ms, node, status, strip, words};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::catalog::field::Choice;
use crate::gui::logs::scroll::{BAR, Scroll};
use crate::gui::status_bar::counted;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Button, Line, Search, segmented, text_line, tile};
use crate::picture::text::Face;
use crate::telemetry::trace::{Status, Trace};

/// Height of a row and of the heads, in points.
const ROW: f32 = 26.0;

/// Which traces are listed.
const SORTS: [&str; 4] = ["All", "Failed", "Cold", "Slowest"];

/// What the list remembers between two frames.
#[derive(Default)]
pub(super) struct List {
    scroll: Scroll,
    text: String,
    sort: usize,
    /// For what the places are, and those of the traces that are listed.
    known: Option<(u64, String, usize)>,
    places: Vec<usize>,
}

impl List {
    /// The traces before and after one, in the order of the list.
    pub(super) fn beside(&self, place: usize, count: usize) -> (Option<usize>, Option<usize>) {
        match self.places.iter().position(|own| *own == place) {
            Some(at) => (at.checked_sub(1).map(|at| self.places[at]), self.places.get(at + 1).copied()),
            None => (place.checked_sub(1), Some(place + 1).filter(|next| *next < count)),
        }
    }

    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        self.filters(ui, workspace, attached);
        self.follow(workspace, attached);
        heads(ui, workspace, attached);
        let view = ui.available_rect_before_wrap();
        let seen = self.scroll.rows(ui, view, ROW, self.places.len());
        for at in seen {
            let Some(place) = self.places.get(at).copied() else { break };
            let Some(trace) = attached.observed().traces.get(place) else { break };
            let rect = self.scroll.rect(view, ROW, at);
            if row(ui, (rect, view), workspace, attached, (place, trace)) {
                commands.push(Command::ShowTrace(Some(place)));
            }
        }
        ui.advance_cursor_after_rect(view);
    }

    fn filters(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached) {
        strip(ui, |ui| {
            let wide = (ui.available_width() * 0.36).clamp(180.0, 420.0);
            ui.scope(|ui| {
                ui.set_width(wide);
                let (hint, label) = ("Node, name or id", "Filter the traces");
                Search { hint, label, chord: None, id: Id::new("trace filter"), height: 28.0 }.show(ui, &mut self.text);
            });
            let choices = SORTS.map(|name| Choice { value: name.to_owned(), label: name.to_owned() });
            if let Some(sort) = segmented(ui, "Traces", &choices, SORTS[self.sort], 300.0) {
                self.sort = sort;
            }
            let selected = workspace.open().and_then(crate::app::Open::one_node);
            if let Some(name) = selected.and_then(|node| workspace.name_of(node)).filter(|name| *name != self.text)
                && Button::new(&format!("Only {name}")).icon(icon::FUNNEL).small().show(ui).clicked()
            {
                name.clone_into(&mut self.text);
            }
            let all = attached.observed().traces.len();
            let of = if self.places.len() == all { String::new() } else { format!("{} of ", self.places.len()) };
            let told = format!("{of}{}", counted(all, "trace"));
            words(ui, &told, Face::Regular, colour(tokens(ui).text2));
        });
    }

    /// Lists anew when there are other traces or other ones are wanted.
    fn follow(&mut self, workspace: &Workspace, attached: &Attached) {
        let key = (attached.version, self.text.clone(), self.sort);
        if self.known.as_ref() == Some(&key) {
            return;
        }
        let text = self.text.trim().to_lowercase();
        let traces = &attached.observed().traces;
        let fits = |trace: &Trace| {
            let is_wanted = match self.sort {
                1 => trace.outcome.status() != Status::Ok,
                2 => trace.is_cold,
                _ => true,
            };
            is_wanted && (text.is_empty() || has(workspace, attached, trace, &text))
        };
        let fitting = traces.iter().enumerate().filter(|(_, trace)| fits(trace));
        let mut places: Vec<usize> = fitting.map(|(place, _)| place).collect();
        if self.sort == 3 {
            places.sort_by_key(|place| std::cmp::Reverse(traces[*place].duration_ns()));
        }
        (self.known, self.places) = (Some(key), places);
    }
}

/// Whether a text stands in the id of a trace, or in the name of one of its spans or nodes.
fn has(workspace: &Workspace, attached: &Attached, trace: &Trace, text: &str) -> bool {
    let is_in = |name: &str| name.to_lowercase().contains(text);
    is_in(&trace.id)
        || trace.rows.iter().any(|row| {
            is_in(&row.span.name) || node(workspace, attached, &row.span).is_some_and(|(_, name, _)| is_in(name))
        })
}

/// Left edges of time, name, status, duration, spans and id.
const COLUMNS: [f32; 6] = [12.0, 196.0, 480.0, 570.0, 660.0, 740.0];

fn heads(ui: &mut Ui, workspace: &Workspace, attached: &Attached) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    let first_ns = attached.observed().traces.first().and_then(|trace| trace.start_ns).unwrap_or_default();
    let started = format!("Started, {}", workspace.zone().name(first_ns.div_euclid(1_000_000)));
    for (left, head) in COLUMNS.iter().zip([started.as_str(), "Name", "Status", "Duration", "Spans", "Trace"]) {
        let at = pos2(rect.left() + left, rect.center().y);
        text_line(ui.painter(), at, Align2::LEFT_CENTER, head, rect.right() - at.x, set);
    }
}

/// Shows a trace; gives whether it was clicked.
fn row(
    ui: &Ui,
    (rect, view): (Rect, Rect),
    workspace: &Workspace,
    attached: &Attached,
    (place, trace): (usize, &Trace),
) -> bool {
    let (t, painter) = (tokens(ui), ui.painter_at(view));
    let response = ui.interact(rect.intersect(view), ui.id().with(("trace", place)), Sense::click());
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 0.0, colour(t.row_hover));
    }
    let when = trace.start_ns.map(|ns| workspace.zone().written(ns.div_euclid(1_000_000))).unwrap_or_default();
    let name = trace.rows.first().map_or("summary only", |row| &*row.span.name);
    let (word, ink) = status(trace, t);
    let took = trace.duration_ns().map(ms).unwrap_or_default();
    let cold = if trace.is_cold { " · cold" } else { "" };
    response.widget_info(|| {
        WidgetInfo::labeled(WidgetType::Button, true, format!("Trace {name}, {word}{cold}, {took}, {}", trace.id))
    });
    let put = |at: usize, words: &str, face, ink, inset: f32| {
        let end = COLUMNS.get(at + 1).copied().unwrap_or(rect.width() - BAR);
        let part = column(rect, COLUMNS[at] + inset, end - COLUMNS[at] - inset - 8.0);
        let set = Line { face, size: 12.0, colour: colour(ink) };
        text_line(&painter, part.left_center(), Align2::LEFT_CENTER, words, part.width(), set);
    };
    put(0, &when, Face::Mono, t.text2, 0.0);
    let mut inset = 0.0;
    if let Some((_, _, kind)) = trace.rows.first().and_then(|row| node(workspace, attached, &row.span)) {
        let at = pos2(rect.left() + COLUMNS[1], rect.center().y - 7.0);
        tile(&painter, Rect::from_min_size(at, vec2(14.0, 14.0)), kind, t);
        inset = 20.0;
    }
    put(1, name, Face::Medium, t.text, inset);
    put(2, &format!("{word}{cold}"), Face::Medium, ink, 0.0);
    put(3, &took, Face::Regular, t.text, 0.0);
    put(4, &trace.rows.len().to_string(), Face::Regular, t.text2, 0.0);
    put(5, &trace.id, Face::Mono, t.text2, 0.0);
    response.clicked()
}
