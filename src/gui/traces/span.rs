//! All that one span says, and the ways from it to its node and its log records.
//!
//! Must not know how spans are put together.

use eframe::egui::{Frame, Label, RichText, ScrollArea, Ui, vec2};
use egui_phosphor::regular as icon;

use super::{ms, node, said};
use crate::app::observe::{Attached, Wanted};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::{Bound, Element};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::Button;
use crate::telemetry::trace::{Row, Trace};

/// Shows it in the space that is left.
pub(super) fn ui(
    ui: &mut Ui,
    workspace: &Workspace,
    attached: &Attached,
    (trace, row): (&Trace, &Row),
    commands: &mut Vec<Command>,
) {
    let t = tokens(ui);
    let span = &row.span;
    ScrollArea::vertical().auto_shrink(false).id_salt(("span", &*span.id)).show(ui, |ui| {
        Frame::new().inner_margin(12).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            ui.add(Label::new(RichText::new(&*span.name).size(14.0).strong().color(colour(t.text))).wrap());
            ui.horizontal_wrapped(|ui| {
                if let Some((node, name, _)) = node(workspace, attached, span)
                    && Button::new(&format!("Show {name}")).icon(icon::CROSSHAIR_SIMPLE).small().show(ui).clicked()
                {
                    commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
                    commands.push(Command::Reveal(Element::Node(node)));
                }
                if span.is_service()
                    && attached.binding().node_of_span(span).is_none()
                    && Button::new("Bind to…").icon(icon::LINK_SIMPLE).small().show(ui).clicked()
                {
                    commands.push(Command::AskBind(Bound::Service, span.service().to_owned()));
                }
                if workspace.has_logs() && Button::new("Its log records").icon(icon::ROWS).small().show(ui).clicked() {
                    commands.push(Command::ShowLines(Wanted { query: query(trace, row), ..Wanted::default() }));
                }
            });
            ui.spacing_mut().item_spacing.y = 3.0;
            facts(workspace, row).iter().for_each(|(name, value)| fact(ui, name, value, t.text));
            let (word, ink) = said(span.outcome.status(), t);
            fact(ui, "Status", word, ink);
            span.attributes.iter().for_each(|(name, value)| fact(ui, name, value, t.text));
        });
    });
}

/// The question for the log records of a span: those of its request, else those that name its trace.
fn query(trace: &Trace, row: &Row) -> String {
    // The request that a call names is one of the service that was called, whose log is not here.
    let above = std::iter::successors(Some(row), |row| trace.rows.get(row.parent_row?));
    let mut above = above.filter(|row| row.span.namespace.is_empty());
    let request = above.find_map(|row| row.span.request());
    request.map_or_else(|| format!("\"{}\"", trace.id), |request| format!("request:{request}"))
}

fn facts(workspace: &Workspace, row: &Row) -> Vec<(&'static str, String)> {
    let span = &row.span;
    let (zone, started_ms) = (workspace.zone(), span.start_ns.div_euclid(1_000_000));
    let mut facts = vec![("Started", format!("{} {}", zone.written(started_ms), zone.name(started_ms)))];
    let took = span.end_ns.map(|end| ms(end.saturating_sub(span.start_ns)));
    facts.push(("Duration", took.unwrap_or_else(|| "in progress".to_owned())));
    facts.push(("Self time", ms(row.self_ns)));
    let notes = [(span.is_inferred, "told by its caller"), (row.is_orphan, "its parent is missing")];
    let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note).collect();
    if !notes.is_empty() {
        facts.push(("Notes", notes.join(", ")));
    }
    if !span.origin.is_empty() {
        facts.push(("Origin", span.origin.to_string()));
    }
    facts
}

fn fact(ui: &mut Ui, name: &str, value: &str, ink: crate::picture::Rgb) {
    let t = tokens(ui);
    ui.horizontal_top(|ui| {
        let layout = eframe::egui::Layout::left_to_right(eframe::egui::Align::Min);
        ui.allocate_ui_with_layout(vec2(100.0, 16.0), layout, |ui| {
            ui.set_min_width(100.0);
            ui.add(Label::new(RichText::new(name).size(12.0).color(colour(t.text2))).truncate());
        });
        ui.add(Label::new(RichText::new(value).size(12.0).color(colour(ink))).wrap().selectable(true));
    });
}
