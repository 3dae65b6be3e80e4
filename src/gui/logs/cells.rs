//! What stands in the cells of a record and of an invocation.
//!
//! Must not know which rows there are.

use eframe::egui::{Align2, Color32, Rect, Response, pos2, vec2};
use egui_phosphor::{fill, regular as icon};

use super::columns::{Columns, FIELD, FIGURES, LEFT, TELLING};
use crate::app::Workspace;
use crate::app::observe::Attached;
use crate::catalog::connect::capitalised;
use crate::catalog::field::grouped;
use crate::gui::fonts;
use crate::gui::theme::colour;
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::text::Face;
use crate::picture::{Rgb, Tokens};
use crate::telemetry::fold::Invocation;
use crate::telemetry::line::Report;
use crate::telemetry::log::Record;
use crate::telemetry::query::field_of;
use crate::telemetry::record::{Level, LineKind, Mark};

/// So many bytes of a record are looked at to show one line of it.
const GLANCE: usize = 2000;

/// What a row says beside what is painted.
#[derive(Default)]
pub(super) struct Told {
    /// All of it, for who hears it.
    pub(super) words: String,
    /// What is read when the pointer rests on it.
    pub(super) tip: String,
}

/// What a row is painted with.
pub(super) struct Frame<'f> {
    pub(super) painter: &'f eframe::egui::Painter,
    pub(super) workspace: &'f Workspace,
    pub(super) attached: &'f Attached,
    pub(super) rect: Rect,
    pub(super) tokens: &'static Tokens,
    pub(super) columns: &'f Columns,
}

impl Frame<'_> {
    /// Paints what is behind the words.
    pub(super) fn ground(&self, selected: bool, response: &Response) {
        if selected {
            self.painter.rect_filled(self.rect, 0.0, colour(self.tokens.accent_soft));
        } else if response.hovered() {
            self.painter.rect_filled(self.rect, 0.0, colour(self.tokens.row_hover));
        }
    }

    fn put(&self, left: f32, words: &str, max: f32, face: Face, ink: Color32) {
        let at = pos2(self.rect.left() + left, self.rect.center().y);
        text_line(self.painter, at, Align2::LEFT_CENTER, words, max, Line { face, size: 12.0, colour: ink });
    }

    /// Paints a record that is stored.
    pub(super) fn record(&self, number: u64, is_inner: bool) -> Told {
        let Some(record) = self.attached.observed().records.get(number) else { return Told::default() };
        let mark = match record.entry.mark {
            Mark::Late => {
                let came =
                    record.lag_ms().map_or_else(|| "came late".to_owned(), |ms| format!("came {} late", span(ms)));
                Some((icon::CLOCK_COUNTER_CLOCKWISE, self.tokens.text2, came, "It stands where it belongs."))
            }
            Mark::Unconfirmed => {
                let why = "Live Tail showed it; no sweep has found it stored.";
                Some((icon::QUESTION, self.tokens.warn, "never found stored".to_owned(), why))
            }
            Mark::InPlace | Mark::Untimed => None,
        };
        self.line(&record, is_inner, mark)
    }

    /// Paints what was seen live and is not found stored yet.
    pub(super) fn fresh(&self, record: &Record<'_>) -> Told {
        let why = "Live Tail shows it; the next sweep is to find it stored.";
        let mark = (icon::CIRCLE_DASHED, self.tokens.text2, "not yet confirmed".to_owned(), why);
        self.line(record, false, Some(mark))
    }

    /// Paints a record with its mark: sign, ink, what it means, and why.
    fn line(&self, record: &Record<'_>, is_inner: bool, mark: Option<(&str, Rgb, String, &str)>) -> Told {
        let (when, node) = (self.when(record), self.node(record, is_inner));
        let (word, ink) = level(record, self.tokens);
        self.put(LEFT[2], word, 66.0, Face::Medium, colour(ink));
        let message = message(record);
        let inset = if is_inner { 12.0 } else { 0.0 };
        let fields = if is_inner { &[] } else { self.columns.fields() };
        for (place, field) in fields.iter().enumerate() {
            let value = field_of(record, field).unwrap_or_default();
            let left = LEFT[3] + FIELD * place as f32;
            self.put(left, &value, FIELD - 8.0, Face::Mono, colour(self.tokens.text2));
        }
        let left = if is_inner { LEFT[3] + inset } else { self.columns.message() };
        let room = self.rect.width() - left - 8.0;
        let grave = record.level().is_some_and(|level| level >= Level::Error);
        let ink = if grave { self.tokens.danger } else { self.tokens.text };
        self.put(left, &message, room, Face::Mono, colour(ink));
        let mut told = Told { words: format!("{when} {node} {word} {message}"), tip: when };
        if let Some((sign, ink, means, why)) = mark {
            let at = pos2(self.rect.left() + 14.0, self.rect.center().y);
            self.painter.text(at, Align2::CENTER_CENTER, sign, fonts::icon(12.0), colour(ink));
            told.words += &format!(", {means}");
            told.tip += &format!("\n{}: {why}", capitalised(&means));
        }
        told
    }

    /// Paints when it happened; gives the whole of it.
    fn when(&self, record: &Record<'_>) -> String {
        let zone = self.workspace.zone();
        let Some(time) = record.time_ms() else { return String::new() };
        let ink = if record.entry.mark == Mark::Untimed { self.tokens.disabled } else { self.tokens.text2 };
        self.put(LEFT[0], &zone.clock(time), 90.0, Face::Mono, colour(ink));
        format!("{} {}", zone.written(time), zone.name(time))
    }

    /// The node that wrote a record, else its log group.
    fn node(&self, record: &Record<'_>, is_inner: bool) -> String {
        let node = self.attached.node_of(record).filter(|_| !is_inner);
        let open = self.workspace.open();
        let node = node.and_then(|id| open?.document.diagram().nodes().get(&id));
        let room = LEFT[2] - LEFT[1] - 8.0;
        let Some(node) = node else {
            let label = if is_inner { "" } else { record.stream.label() };
            // What all log groups begin with tells none from another.
            let own = label.rsplit('/').next().unwrap_or_default();
            self.put(LEFT[1], own, room, Face::Regular, colour(self.tokens.text2));
            return label.to_owned();
        };
        let at = pos2(self.rect.left() + LEFT[1], self.rect.center().y - 7.0);
        let kind = self.workspace.catalog().kind(&node.kind);
        tile(self.painter, Rect::from_min_size(at, vec2(14.0, 14.0)), kind, self.tokens);
        self.put(LEFT[1] + 20.0, &node.name, room - 20.0, Face::Medium, colour(self.tokens.text));
        node.name.clone()
    }

    /// Paints the head of an invocation.
    pub(super) fn invocation(&self, invocation: &Invocation, is_open: bool) -> Told {
        let records = &self.attached.observed().records;
        let folded = self.attached.shelf().found().and_then(|found| found.folded.as_ref());
        let lines = folded.map(|folded| folded.lines_of(invocation)).unwrap_or_default();
        let Some(first) = lines.first().and_then(|number| records.get(*number)) else { return Told::default() };
        let caret = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let at = pos2(self.rect.left() + 14.0, self.rect.center().y);
        self.painter.text(at, Align2::CENTER_CENTER, caret, fonts::icon(12.0), colour(self.tokens.text2));
        let (when, node) = (self.when(&first), self.node(&first, false));
        let (word, glyph, ink) = match invocation.level {
            Some(level) if level >= Level::Error => ("failed", fill::X_CIRCLE, self.tokens.danger),
            _ if invocation.report.is_none() => ("no report", icon::MINUS_CIRCLE, self.tokens.text2),
            _ => ("done", fill::CHECK_CIRCLE, self.tokens.ok),
        };
        let words = if ink == self.tokens.ok { self.tokens.text } else { ink };
        let font = if invocation.report.is_some() { fonts::icon_filled(12.0) } else { fonts::icon(12.0) };
        let at = pos2(self.rect.left() + LEFT[2] + 4.0, self.rect.center().y);
        self.painter.text(at, Align2::CENTER_CENTER, glyph, font, colour(ink));
        self.put(LEFT[2] + 14.0, word, 56.0, Face::Medium, colour(words));
        let report = invocation.report.and_then(|number| records.get(number)?.report()).unwrap_or_default();
        let count = lines.len();
        let figures = figures(&report, count);
        for ((_, right), words) in FIGURES.iter().zip(&figures) {
            let at = pos2(self.rect.left() + right, self.rect.center().y);
            let set = Line { face: Face::Regular, size: 12.0, colour: colour(self.tokens.text) };
            text_line(self.painter, at, Align2::RIGHT_CENTER, words, 72.0, set);
        }
        let took = &figures[0];
        let telling = records.get(invocation.telling);
        let message = telling.map(|record| message(&record)).unwrap_or_default();
        self.put(TELLING, &message, self.rect.width() - TELLING - 8.0, Face::Mono, colour(words));
        let count = crate::gui::status_bar::counted(count, "line");
        Told { words: format!("Invocation {node} {word} {took} {count} {message}"), tip: when }
    }
}

/// "0.4 s", "12 s", "3 min".
pub(super) fn span(ms: i64) -> String {
    match ms {
        ms if ms < 9_950 => format!("{:.1} s", ms as f64 / 1e3),
        ms if ms < 120_000 => format!("{} s", ms / 1_000),
        ms => format!("{} min", ms / 60_000),
    }
}

/// Duration, what is billed, the most memory, and how many lines.
fn figures(report: &Report, lines: usize) -> [String; 4] {
    let told = |value: Option<f64>, unit: &str| {
        value.map_or_else(String::new, |value| format!("{} {unit}", grouped(value.round() as i64)))
    };
    [
        told(report.duration_ms, "ms"),
        told(report.billed_ms, "ms"),
        told(report.max_memory_mb, "MB"),
        grouped(lines as i64),
    ]
}

/// What a record says, on one line: of JSON its message, of a text its first line without what has a column of its own.
fn message(record: &Record<'_>) -> String {
    let is_json = record.kind() == LineKind::App && record.text.starts_with(b"{") && record.text.len() < GLANCE * 8;
    let told = ["message", "msg", "errorMessage"].into_iter().filter(|_| is_json).find_map(|key| field_of(record, key));
    let line = told.map_or_else(|| first_line(record.text), |told| first_line(told.as_bytes()));
    without_head(&line, record).to_owned()
}

/// The first line that says anything, with spaces for tabs.
fn first_line(text: &[u8]) -> String {
    let head = &text[..text.len().min(GLANCE)];
    let head = String::from_utf8_lossy(head);
    let line = head.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.replace('\t', " ")
}

/// The message without time, request and level before it, which have columns of their own.
fn without_head<'m>(message: &'m str, record: &Record<'_>) -> &'m str {
    if record.kind() != LineKind::App || message.starts_with('{') {
        return message;
    }
    let is_head = |word: &str| {
        let bare = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let is_level = matches!(bare, "INFO" | "WARN" | "WARNING" | "ERROR" | "DEBUG" | "TRACE" | "FATAL");
        is_level
            || bare.len() >= 20 && bare.bytes().filter(u8::is_ascii_digit).count() >= 8 && bare.contains(['-', 'T'])
    };
    let mut rest = message;
    while let Some((word, after)) = rest.split_once(' ') {
        if !word.is_empty() && !is_head(word) {
            break;
        }
        rest = after;
    }
    rest
}

/// The level as a word, or what wrote the record, and in which colour.
pub(super) fn level(record: &Record<'_>, t: &Tokens) -> (&'static str, crate::picture::Rgb) {
    match (record.level(), record.kind()) {
        (Some(Level::Error), _) => ("ERROR", t.danger),
        (Some(Level::Fatal), _) => ("FATAL", t.danger),
        (Some(Level::Warn), _) => ("WARN", t.warn),
        (Some(Level::Info), LineKind::App) => ("INFO", t.text2),
        (Some(Level::Debug), LineKind::App) => ("DEBUG", t.text2),
        (Some(Level::Trace), LineKind::App) => ("TRACE", t.text2),
        (_, LineKind::Start) => ("START", t.text2),
        (_, LineKind::End) => ("END", t.text2),
        (_, LineKind::Report) => ("REPORT", t.text2),
        (_, LineKind::Init) => ("INIT", t.text2),
        (_, LineKind::App) => ("", t.text2),
        (_, LineKind::Emf) => ("METRIC", t.text2),
        _ => ("PLATFORM", t.text2),
    }
}
