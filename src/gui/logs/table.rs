//! The records: only rows that are seen are laid out, so that millions scroll as well as ten.
//!
//! A record and its node are selected together. Must not know how records are kept or searched.

use std::collections::BTreeSet;

use eframe::egui::{Align2, Color32, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::{fill, regular as icon};

use super::rows::{Row, Rows};
use super::scroll::{BAR, Scroll, keys, marks};
use crate::app::observe::Attached;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::field::grouped;
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::Tokens;
use crate::picture::text::Face;
use crate::telemetry::fold::Invocation;
use crate::telemetry::line::parse;
use crate::telemetry::log::Record;
use crate::telemetry::query::field_of;
use crate::telemetry::record::{Level, LineKind};

/// Height of a row, in points.
pub(super) const ROW: f32 = 22.0;
/// Height of the heads, in points.
const HEAD: f32 = 26.0;
/// So many bytes of a record are looked at to show one line of it.
const GLANCE: usize = 2000;
/// Left edges of time, node, level and message, in points from the table's own.
const COLUMNS: [f32; 4] = [26.0, 126.0, 266.0, 338.0];

/// What the table remembers between two frames.
#[derive(Default)]
pub(super) struct Table {
    scroll: Scroll,
    cursor: usize,
    /// Invocations that are unfolded.
    unfolded: BTreeSet<usize>,
    /// How often the workspace went to a record when the table last followed.
    gone: u64,
    /// The other end of what is selected, for copying.
    anchor: usize,
    /// The record that is looked at, by its number.
    cursor_number: Option<u64>,
}

impl Table {
    /// Whether it stays at the newest record.
    pub(super) fn follows(&self) -> bool {
        self.scroll.follows
    }

    /// Stays at the newest record, or no longer.
    pub(super) fn follow(&mut self) {
        self.scroll.follows = !self.scroll.follows;
    }

    /// The number of the record that is looked at.
    pub(super) fn looked_at(&self) -> u64 {
        self.cursor_number.unwrap_or(0)
    }

    /// Shows heads and rows in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        heads(ui, workspace, attached);
        let view = ui.available_rect_before_wrap();
        let unfolded = std::mem::take(&mut self.unfolded);
        let rows = Rows::of(attached, &unfolded);
        let count = rows.count();
        self.follow_workspace(attached, &rows, view);
        let id = ui.id().with("log records");
        let page = (view.height() / ROW) as usize;
        let moved = keys(ui, id, &mut self.cursor, count, page);
        if moved {
            self.anchor = self.cursor;
            self.scroll.reveal(view.height(), ROW, self.cursor);
        }
        let focus = ui.interact(view.with_max_x(view.right() - BAR), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Log records"));
        let seen = self.scroll.rows(ui, view, ROW, count);
        if let Some(found) = attached.shelf().found().filter(|_| matches!(rows, Rows::All(..))) {
            let range = attached.observed().records.range();
            marks(ui, view, &found.hits, range.start, range.end - range.start);
        }
        let painted = ui.painter_at(view);
        let mut clicked = None;
        for at in seen {
            let Some(row) = rows.get(at) else { break };
            let rect = self.scroll.rect(view, ROW, at);
            let frame = Frame { painter: &painted, workspace, attached, rect, tokens: tokens(ui) };
            if self.row(ui, &frame, at, row, view) {
                clicked = Some(at);
            }
        }
        if count == 0 {
            empty(ui, view, attached);
        }
        if clicked.is_some() {
            focus.request_focus();
        }
        let wanted = clicked.or(moved.then_some(self.cursor)).and_then(|at| rows.get(at));
        let unfolds = ui.memory(|memory| memory.has_focus(id))
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let toggled = match (rows.get(self.cursor), clicked.is_some() || unfolds) {
            (Some(Row::Invocation(place, ..)), true) => Some(place),
            _ => None,
        };
        if let Some(row) = wanted {
            choose(workspace, attached, row, commands);
        }
        self.unfolded = unfolded;
        if let Some(place) = toggled
            && !self.unfolded.remove(&place)
        {
            self.unfolded.insert(place);
        }
        if attached.shelf().found().is_none_or(|found| found.folded.is_none()) {
            self.unfolded.clear();
        }
        ui.advance_cursor_after_rect(view);
    }

    /// Goes where the workspace has gone.
    fn follow_workspace(&mut self, attached: &Attached, rows: &Rows<'_>, view: Rect) {
        let (at, gone) = attached.shelf().at();
        self.cursor_number = at;
        if self.gone != gone
            && let Some(row) = at.and_then(|number| rows.row_of(number))
        {
            self.gone = gone;
            (self.cursor, self.anchor) = (row, row);
            self.scroll.reveal(view.height(), ROW, row);
        }
    }

    /// Shows a row; gives whether it was clicked.
    fn row(&mut self, ui: &Ui, frame: &Frame<'_>, at: usize, row: Row<'_>, view: Rect) -> bool {
        let response = ui.interact(frame.rect.intersect(view), ui.id().with(("record", at)), Sense::CLICK);
        let range = self.anchor.min(self.cursor)..=self.anchor.max(self.cursor);
        let selected = range.contains(&at) && frame.attached.shelf().at().0.is_some();
        frame.ground(selected, &response);
        let told = match row {
            Row::Record(number, is_inner) => frame.record(number, is_inner),
            Row::Invocation(_, invocation, is_open) => frame.invocation(invocation, is_open),
        };
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &told.1));
        let clicked = response.clicked();
        if clicked {
            self.cursor = at;
            if !ui.input(|input| input.modifiers.shift) {
                self.anchor = at;
            }
        }
        if let Some(when) = told.0 {
            response.on_hover_text(when);
        }
        clicked
    }
}

/// Looks at what stands in a row, and selects its node.
fn choose(workspace: &Workspace, attached: &Attached, row: Row<'_>, commands: &mut Vec<Command>) {
    let number = match row {
        Row::Record(number, _) => number,
        Row::Invocation(_, invocation, _) => invocation.telling,
    };
    commands.push(Command::LookAt(Some(number)));
    let node = attached.observed().records.get(number).and_then(|record| attached.node_of(&record));
    let selected = workspace.open().and_then(crate::app::Open::one_node);
    if let Some(node) = node.filter(|node| selected != Some(*node)) {
        commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(node)));
    }
}

fn heads(ui: &mut Ui, workspace: &Workspace, attached: &Attached) {
    let t = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    let first_ms = attached.observed().span_ms.map_or(0, |(first, _)| first);
    let time = format!("Time, {}", workspace.zone().name(first_ms));
    for (left, words) in COLUMNS.iter().zip([time.as_str(), "Node", "Level", "Message"]) {
        text_line(ui.painter(), pos2(rect.left() + left, rect.center().y), Align2::LEFT_CENTER, words, 120.0, set);
    }
}

fn empty(ui: &Ui, view: Rect, attached: &Attached) {
    let is_busy = attached.shelf().is_searching();
    let words = if is_busy { "Searching…" } else { "No record is what is looked for." };
    let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
    text_line(ui.painter(), view.center(), Align2::CENTER_CENTER, words, view.width(), set);
}

/// What a row is painted with.
struct Frame<'f> {
    painter: &'f eframe::egui::Painter,
    workspace: &'f Workspace,
    attached: &'f Attached,
    rect: Rect,
    tokens: &'static Tokens,
}

impl Frame<'_> {
    fn ground(&self, selected: bool, response: &eframe::egui::Response) {
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

    /// Paints a record; gives its whole time and all of it in words.
    fn record(&self, number: u64, is_inner: bool) -> (Option<String>, String) {
        let Some(record) = self.attached.observed().records.get(number) else { return (None, String::new()) };
        let (when, node) = (self.when(&record), self.node(&record, is_inner));
        let (word, ink) = level(&record, self.tokens);
        self.put(COLUMNS[2], word, 66.0, Face::Medium, colour(ink));
        let message = message(&record);
        let inset = if is_inner { 12.0 } else { 0.0 };
        let room = self.rect.width() - COLUMNS[3] - inset - 8.0;
        let grave = record.level().is_some_and(|level| level >= Level::Error);
        let ink = if grave { self.tokens.danger } else { self.tokens.text };
        self.put(COLUMNS[3] + inset, &message, room, Face::Mono, colour(ink));
        let told = format!("{} {node} {word} {message}", when.as_deref().unwrap_or_default());
        (when, told)
    }

    fn when(&self, record: &Record<'_>) -> Option<String> {
        let zone = self.workspace.zone();
        let time = record.time_ms()?;
        let ink = if record.entry.is_untimed { self.tokens.disabled } else { self.tokens.text2 };
        self.put(COLUMNS[0], &zone.clock(time), 90.0, Face::Mono, colour(ink));
        Some(format!("{} {}", zone.written(time), zone.name(time)))
    }

    /// The node that wrote a record, else its log group.
    fn node(&self, record: &Record<'_>, is_inner: bool) -> String {
        let node = self.attached.node_of(record).filter(|_| !is_inner);
        let open = self.workspace.open();
        let node = node.and_then(|id| open?.document.diagram().nodes().get(&id));
        let room = COLUMNS[2] - COLUMNS[1] - 8.0;
        let Some(node) = node else {
            let label = if is_inner { "" } else { record.stream.label() };
            self.put(COLUMNS[1], label, room, Face::Regular, colour(self.tokens.text2));
            return label.to_owned();
        };
        let at = pos2(self.rect.left() + COLUMNS[1], self.rect.center().y - 7.0);
        let kind = self.workspace.catalog().kind(&node.kind);
        tile(self.painter, Rect::from_min_size(at, vec2(14.0, 14.0)), kind, self.tokens);
        self.put(COLUMNS[1] + 20.0, &node.name, room - 20.0, Face::Medium, colour(self.tokens.text));
        node.name.clone()
    }

    /// Paints the head of an invocation.
    fn invocation(&self, invocation: &Invocation, is_open: bool) -> (Option<String>, String) {
        let records = &self.attached.observed().records;
        let folded = self.attached.shelf().found().and_then(|found| found.folded.as_ref());
        let lines = folded.map(|folded| folded.lines_of(invocation)).unwrap_or_default();
        let Some(first) = lines.first().and_then(|number| records.get(*number)) else { return (None, String::new()) };
        let caret = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let at = pos2(self.rect.left() + 14.0, self.rect.center().y);
        self.painter.text(at, Align2::CENTER_CENTER, caret, fonts::icon(12.0), colour(self.tokens.text2));
        let (when, node) = (self.when(&first), self.node(&first, false));
        let (word, glyph, ink) = match invocation.level {
            Some(level) if level >= Level::Error => ("failed", fill::X_CIRCLE, self.tokens.danger),
            _ if invocation.report.is_none() => ("no report", icon::MINUS_CIRCLE, self.tokens.text2),
            _ => ("done", fill::CHECK_CIRCLE, self.tokens.text),
        };
        let font = if invocation.report.is_some() { fonts::icon_filled(12.0) } else { fonts::icon(12.0) };
        let at = pos2(self.rect.left() + COLUMNS[2] + 4.0, self.rect.center().y);
        self.painter.text(at, Align2::CENTER_CENTER, glyph, font, colour(ink));
        self.put(COLUMNS[2] + 14.0, word, 56.0, Face::Medium, colour(ink));
        let took = invocation.report.and_then(|number| took(&records.get(number)?));
        let took = took.map_or_else(String::new, |ms| format!("{} ms", grouped(ms.round() as i64)));
        self.put(COLUMNS[3], &took, 70.0, Face::Regular, colour(self.tokens.text));
        let count = crate::gui::status_bar::counted(lines.len(), "line");
        self.put(COLUMNS[3] + 78.0, &count, 60.0, Face::Regular, colour(self.tokens.text2));
        let telling = records.get(invocation.telling);
        let message = telling.map(|record| message(&record)).unwrap_or_default();
        let room = self.rect.width() - COLUMNS[3] - 150.0;
        self.put(COLUMNS[3] + 142.0, &message, room, Face::Mono, colour(ink));
        (when, format!("Invocation {node} {word} {took} {count} {message}"))
    }
}

/// How long an invocation took, in milliseconds.
fn took(report: &Record<'_>) -> Option<f64> {
    parse(&String::from_utf8_lossy(report.text)).report?.duration_ms
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
