//! All that one record says: its text or JSON in full, the platform's figures, and the ways from it to node, request and trace.
//!
//! Must not know how records are kept.

use eframe::egui::{Frame, Label, RichText, ScrollArea, Ui};
use egui_phosphor::regular as icon;
use serde_json::Value;

use super::cells::{level, span};
use crate::app::observe::{Attached, Wanted};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::{Bound, Element};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption, icon_button};
use crate::telemetry::line::parse;
use crate::telemetry::log::{Record, request_hash};
use crate::telemetry::record::Mark;
use crate::telemetry::zone::Zone;

/// So many bytes of a record are shown.
const SHOWN: usize = 64 << 10;

/// What was read of the record that is shown.
#[derive(Default)]
pub(super) struct Detail {
    known: Option<Known>,
}

struct Known {
    about: About,
    text: String,
    /// Name and value of figures and facts.
    facts: Vec<(String, String)>,
    request: Option<String>,
}

/// Tells one record and what is known around it from another: its number or, where it was only seen live, the hash of its text; what
/// has come, and in which zone its time is told.
type About = (Result<u64, u64>, u64, bool);

fn about(zone: &Zone, attached: &Attached, record: &Record<'_>) -> About {
    let is_fresh = attached.looks_at_fresh(record);
    let what = if is_fresh { Err(request_hash(record.text)) } else { Ok(record.number) };
    (what, attached.version, zone.is_utc())
}

impl Known {
    fn of(zone: &Zone, attached: &Attached, record: &Record<'_>) -> Self {
        let whole = String::from_utf8_lossy(&record.text[..record.text.len().min(SHOWN)]);
        let line = parse(&whole);
        let mut facts: Vec<(String, String)> = Vec::new();
        let mut tell = |name: &str, value: Option<String>| facts.extend(value.map(|value| (name.to_owned(), value)));
        tell("Time", record.time_ms().map(|time| format!("{} {}", zone.written(time), zone.name(time))));
        let late = record.lag_ms().filter(|_| record.entry.mark == Mark::Late);
        tell("Taken in", late.map(|ms| format!("{} after it happened", span(ms))));
        let about = about(zone, attached, record);
        tell("Stored", truth(about.0.is_err(), record.entry.mark).map(str::to_owned));
        tell("Log group", Some(record.stream.group.to_string()).filter(|name| !name.is_empty()));
        tell("Stream", Some(record.stream.name.to_string()).filter(|name| !name.is_empty()));
        let report = line.report.as_ref().and_then(|report| serde_json::to_value(report).ok());
        for (name, value) in report.as_ref().and_then(Value::as_object).into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            tell(&name.replace('_', " "), Some(text));
        }
        let request = line.request_id.map(str::to_owned).or_else(|| request_before(attached, record));
        Self { about, text: pretty(&whole), facts, request }
    }
}

/// How sure it is that a record is stored; nothing where it is.
fn truth(is_fresh: bool, mark: Mark) -> Option<&'static str> {
    match mark {
        _ if is_fresh => Some("not yet confirmed: Live Tail shows it; the next sweep is to find it stored"),
        Mark::Unconfirmed => Some("never found: Live Tail showed it, no sweep has found it stored"),
        Mark::InPlace | Mark::Untimed | Mark::Late => None,
    }
}

/// The request that runs where a record stands without naming it: a record before it does.
fn request_before(attached: &Attached, record: &Record<'_>) -> Option<String> {
    if record.entry.request == 0 {
        return None;
    }
    let records = &attached.observed().records;
    // What is not stored yet stands behind all that is.
    let end = if attached.looks_at_fresh(record) { records.range().end } else { record.number };
    let before = (records.range().start..end).rev().take(2000).filter_map(|number| records.get(number));
    let mut same = before.filter(|before| before.entry.request == record.entry.request);
    same.find_map(|before| parse(&String::from_utf8_lossy(before.text)).request_id.map(str::to_owned))
}

/// The text; where JSON stands in it, with a line for each member.
fn pretty(text: &str) -> String {
    let Some(at) = text.find('{') else { return text.trim_end().to_owned() };
    let (head, json) = text.split_at(at);
    match serde_json::from_str::<Value>(json.trim_end()).and_then(|value| serde_json::to_string_pretty(&value)) {
        Ok(pretty) if head.trim().is_empty() => pretty,
        Ok(pretty) => format!("{}\n{pretty}", head.trim_end()),
        Err(_) => text.trim_end().to_owned(),
    }
}

impl Detail {
    /// Shows a record in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        let Some(record) = attached.looked_at() else {
            Frame::new().inner_margin(12).show(ui, |ui| caption(ui, "The record was dropped to keep newer ones."));
            return;
        };
        let about = about(workspace.zone(), attached, &record);
        if self.known.as_ref().is_none_or(|known| known.about != about) {
            self.known = Some(Known::of(workspace.zone(), attached, &record));
        }
        let Some(known) = &self.known else { return };
        ScrollArea::vertical().auto_shrink(false).id_salt(("record", about.0)).show(ui, |ui| {
            Frame::new().inner_margin(12).show(ui, |ui| {
                ways(ui, workspace, attached, &record, known, commands);
                facts(ui, &record, known);
                text(ui, known, record.text.len());
            });
        });
    }
}

/// Ways from the record to its node, its invocation and its trace.
fn ways(
    ui: &mut Ui,
    workspace: &Workspace,
    attached: &Attached,
    record: &Record<'_>,
    known: &Known,
    commands: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = eframe::egui::vec2(6.0, 6.0);
        if let Some((node, name)) = attached.node_of(record).and_then(|node| Some((node, workspace.name_of(node)?)))
            && Button::new(&format!("Show {name}")).icon(icon::CROSSHAIR_SIMPLE).small().show(ui).clicked()
        {
            commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
            commands.push(Command::Reveal(Element::Node(node)));
        }
        if let Some(request) = &known.request
            && Button::new("Its invocation").icon(icon::ROWS).small().show(ui).clicked()
        {
            commands.push(Command::ShowLines(Wanted { query: format!("request:{request}"), ..Wanted::default() }));
            if known.about.0.is_ok() {
                commands.push(Command::GoToLine(record.number));
            }
        }
        if let Some(place) = attached.observed().trace_of(record.entry.request)
            && Button::new("Its trace").icon(icon::TREE_STRUCTURE).small().show(ui).clicked()
        {
            commands.push(Command::ShowTrace(Some(place)));
        }
        if icon_button(ui, icon::COPY, 28.0, "Copy the record", true).clicked() {
            commands.push(Command::CopyLine);
        }
        if icon_button(ui, icon::X, 28.0, "Close the record", true).clicked() {
            commands.push(Command::LookAt(None));
        }
    });
    bind(ui, workspace, attached, record, commands);
    ui.add_space(6.0);
}

/// Lets a person say which node a log group that no node declares is about.
fn bind(ui: &mut Ui, workspace: &Workspace, attached: &Attached, record: &Record<'_>, commands: &mut Vec<Command>) {
    let selected = workspace.open().and_then(crate::app::Open::one_node);
    if attached.node_of(record).is_some() {
        return;
    }
    let group = if record.stream.group.is_empty() { "lines without a log group" } else { &*record.stream.group };
    match selected.and_then(|node| Some((node, workspace.name_of(node)?))) {
        Some((node, name)) => {
            let label = format!("Bind to {name}");
            let shown = Button::new(&label).icon(icon::LINK_SIMPLE).small().show(ui);
            if shown.on_hover_text(format!("From now on, {group} are about {name}.")).clicked() {
                commands.push(Command::Bind(Bound::LogGroup, record.stream.group.to_string(), Some(node)));
            }
        }
        None => {
            let shown = Button::new("Bind to…").icon(icon::LINK_SIMPLE).small().show(ui);
            if shown.on_hover_text(format!("Say which node {group} are about.")).clicked() {
                commands.push(Command::AskBind(Bound::LogGroup, record.stream.group.to_string()));
            }
        }
    }
}

fn facts(ui: &mut Ui, record: &Record<'_>, known: &Known) {
    let t = tokens(ui);
    let (word, ink) = level(record, t);
    ui.spacing_mut().item_spacing.y = 3.0;
    let mut row = |name: &str, value: &str, ink| {
        ui.horizontal_top(|ui| {
            let name = RichText::new(name).size(12.0).color(colour(t.text2));
            ui.allocate_ui_with_layout(
                eframe::egui::vec2(112.0, 16.0),
                eframe::egui::Layout::left_to_right(eframe::egui::Align::Min),
                |ui| {
                    ui.set_min_width(112.0);
                    ui.add(Label::new(name).truncate());
                },
            );
            ui.add(Label::new(RichText::new(value).size(12.0).color(colour(ink))).wrap().selectable(true));
        });
    };
    if !word.is_empty() {
        row("Level", word, ink);
    }
    if let Some(request) = &known.request {
        row("Request", request, t.text);
    }
    known.facts.iter().for_each(|(name, value)| row(name, value, t.text));
    ui.add_space(6.0);
}

fn text(ui: &mut Ui, known: &Known, bytes: usize) {
    let t = tokens(ui);
    Frame::new().fill(colour(t.field)).inner_margin(8).corner_radius(6).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        let words = RichText::new(&known.text).monospace().size(12.0).color(colour(t.text));
        ui.add(Label::new(words).wrap().selectable(true));
    });
    if bytes > SHOWN {
        caption(ui, "Only the first 64 KB are shown; copying takes all.");
    }
}
