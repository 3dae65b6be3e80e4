//! Traces that are linked with the one that is looked at, as across a queue: what it goes on from, and where it goes on.
//!
//! Must not know how links are found.

use std::sync::Arc;

use eframe::egui::{ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::{ms, node, strip};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::gui::widgets::Button;
use crate::telemetry::trace::{Neighbour, Trace, neighbours};

/// The neighbours of one trace.
#[derive(Default)]
pub(super) struct Linked {
    /// Of which version of which trace.
    known: Option<(u64, Arc<str>)>,
    neighbours: Vec<Neighbour>,
}

impl Linked {
    /// Finds them anew when there are other traces or another one is looked at.
    pub(super) fn follow(&mut self, attached: &Attached, trace: &Trace) {
        let key = (attached.version, Arc::clone(&trace.id));
        if self.known.as_ref() != Some(&key) {
            self.neighbours = neighbours(&attached.observed().traces, trace);
            self.known = Some(key);
        }
    }

    /// Whether a row is linked with another trace.
    pub(super) fn is_linked(&self, row: usize) -> bool {
        self.neighbours.iter().any(|neighbour| neighbour.row == row)
    }

    /// A way to each of them; nothing without any.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        trace: &Trace,
        commands: &mut Vec<Command>,
    ) {
        if self.neighbours.is_empty() {
            return;
        }
        ui.push_id("linked", |ui| self.ways(ui, (workspace, attached), trace, commands));
    }

    fn ways(
        &self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        trace: &Trace,
        commands: &mut Vec<Command>,
    ) {
        strip(ui, |ui| {
            ScrollArea::horizontal().show(ui, |ui| {
                for neighbour in &self.neighbours {
                    let label = label(workspace, attached, trace, neighbour);
                    let glyph =
                        if neighbour.is_before { icon::ARROW_BEND_UP_LEFT } else { icon::ARROW_BEND_DOWN_RIGHT };
                    let button = Button::new(&label).icon(glyph).small().enabled(neighbour.place.is_some());
                    if button.show(ui).on_hover_text(&*neighbour.trace_id).clicked() {
                        commands.push(Command::ShowTrace(neighbour.place));
                    }
                }
            });
        });
    }
}

/// "Goes on from PlaceFn, 1.2 s before".
fn label(workspace: &Workspace, attached: &Attached, trace: &Trace, neighbour: &Neighbour) -> String {
    let Some(other) = neighbour.place.and_then(|place| attached.observed().traces.get(place)) else {
        return format!("Goes on from {}, which is not here", neighbour.trace_id);
    };
    let linked = other.rows.iter().find(|row| row.span.id == neighbour.span_id).or(other.rows.first());
    let name = linked
        .map_or("a trace", |row| node(workspace, attached, &row.span).map_or(&*row.span.name, |(_, name, _)| name));
    let apart_ns = other.start_ns.zip(trace.start_ns).map(|(other, own)| own.saturating_sub(other).saturating_abs());
    let apart = apart_ns.map(ms).unwrap_or_default();
    match neighbour.is_before {
        true => format!("Goes on from {name}, {apart} before"),
        false => format!("Goes on in {name}, {apart} later"),
    }
}
