//! A trace as a waterfall: a row for each span, as deep as it stands, with its time from left to right.
//!
//! Nothing is clipped: what begins before its parent or goes on beyond it stands where it happened. Must not know how spans
//! are put together.

use std::sync::Arc;

use eframe::egui::{Align2, Rect, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::linked::Linked;
use super::{ms, node, said};
use crate::app::observe::Attached;
use crate::app::{Choose, Command, Workspace};
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::logs::scroll::{BAR, Scroll, keys};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, icon_button, text_line, tile};
use crate::picture::text::{Face, width};
use crate::telemetry::log::request_hash;
use crate::telemetry::trace::{Row, Status, Trace};

/// Height of a row and of the scale, in points.
const ROW: f32 = 24.0;
/// So much further in stands each depth, in points, and at most so many of them.
const INSET: (f32, u32) = (14.0, 12);

/// Room for the words behind a bar that reaches the end, in points.
const WORDS: f32 = 170.0;

/// What the waterfall remembers between two frames.
#[derive(Default)]
pub(super) struct Waterfall {
    scroll: Scroll,
    /// The trace that is shown, and the span that is looked at, by their ids: either may come to stand elsewhere.
    shown: Option<(Arc<str>, Option<Arc<str>>)>,
    /// From where to where time is shown, as shares of the whole.
    window: Option<(f64, f64)>,
}

/// What a row is painted with.
struct Frame<'f> {
    painter: eframe::egui::Painter,
    names: Rect,
    bars: Rect,
    from_ns: f64,
    per_ns: f64,
    trace: &'f Trace,
    linked: &'f Linked,
}

impl Waterfall {
    /// The row that is looked at in a trace.
    pub(super) fn chosen(&self, trace: &Trace) -> Option<usize> {
        let (_, span) = self.shown.as_ref().filter(|(own, _)| *own == trace.id)?;
        span.as_ref().and_then(|span| trace.rows.iter().position(|row| row.span.id == *span))
    }

    /// Buttons that show less or more of the time.
    pub(super) fn zoom_buttons(&mut self, ui: &mut Ui) {
        if icon_button(ui, icon::ARROWS_OUT_LINE_HORIZONTAL, 28.0, "Show the whole time", true).clicked() {
            self.window = None;
        }
        for (glyph, label, factor) in [
            (icon::MAGNIFYING_GLASS_PLUS, "Show less time", 0.5),
            (icon::MAGNIFYING_GLASS_MINUS, "Show more time", 2.0),
        ] {
            if icon_button(ui, glyph, 28.0, label, true).clicked() {
                self.zoom(factor, 0.5);
            }
        }
    }

    /// Shows `factor` times as much time around a place, which is a share of what is shown.
    fn zoom(&mut self, factor: f64, around: f64) {
        let (from, to) = self.window.unwrap_or((0.0, 1.0));
        let (at, wide) = (from + (to - from) * around, ((to - from) * factor).clamp(1e-6, 1.0));
        let from = (at - wide * around).clamp(0.0, 1.0 - wide);
        self.window = (wide < 1.0).then_some((from, from + wide));
    }

    /// Shows it in the space that is left.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        trace: &Trace,
        linked: &Linked,
        commands: &mut Vec<Command>,
    ) {
        if self.shown.as_ref().is_none_or(|(own, _)| *own != trace.id) {
            let asked = asked(attached, trace);
            self.show(trace, asked);
            (self.window, self.scroll) = (None, Scroll::default());
            asked.into_iter().for_each(|row| self.scroll.reveal(ui.available_height(), ROW, row));
        }
        let whole = ui.available_rect_before_wrap();
        let names = (whole.width() * 0.34).clamp(160.0, 380.0);
        let view = whole.with_min_y(whole.top() + ROW);
        let bars = view.with_min_x(view.left() + names).with_max_x(view.right() - BAR - WORDS);
        self.turned(ui, bars);
        let (from, to) = self.window.unwrap_or((0.0, 1.0));
        let took = trace.duration_ns().unwrap_or(1).max(1) as f64;
        let frame = Frame {
            painter: ui.painter_at(whole),
            names: view.with_max_x(bars.left() - 8.0),
            bars,
            from_ns: from * took,
            per_ns: f64::from(bars.width()) / ((to - from) * took),
            trace,
            linked,
        };
        frame.scale(ui, whole);
        let id = ui.id().with("spans");
        let at = self.chosen(trace);
        let mut cursor = at.unwrap_or(0);
        let moved = keys(ui, id, &mut cursor, trace.rows.len(), (view.height() / ROW) as usize);
        if moved {
            self.scroll.reveal(view.height(), ROW, cursor);
        }
        let focus = ui.interact(view.with_max_x(view.right() - BAR), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Spans"));
        let mut chosen = moved.then_some(cursor);
        for place in self.scroll.rows(ui, view, ROW, trace.rows.len()) {
            let Some(row) = trace.rows.get(place) else { break };
            let rect = self.scroll.rect(view, ROW, place);
            if frame.row(ui, (rect, view), workspace, attached, (row, place), at == Some(place)) {
                focus.request_focus();
                chosen = Some(place);
            }
        }
        if let Some(at) = chosen {
            self.show(trace, Some(at));
            let owner = trace.rows.get(at).and_then(|row| node(workspace, attached, &row.span));
            if let Some((node, ..)) = owner {
                commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
                commands.push(Command::Reveal(Element::Node(node)));
            }
        }
        ui.advance_cursor_after_rect(whole);
    }

    /// Looks at a row of a trace.
    fn show(&mut self, trace: &Trace, row: Option<usize>) {
        let span = row.and_then(|row| trace.rows.get(row)).map(|row| Arc::clone(&row.span.id));
        self.shown = Some((Arc::clone(&trace.id), span));
    }

    /// Zooms by the wheel with a key held, and moves sideways.
    fn turned(&mut self, ui: &Ui, bars: Rect) {
        if !ui.rect_contains_pointer(bars) {
            return;
        }
        let (factor, across, at) =
            ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta.x, input.pointer.hover_pos()));
        if (factor - 1.0).abs() > f32::EPSILON {
            let around = at.map_or(0.5, |at| (at.x - bars.left()) / bars.width());
            self.zoom(1.0 / f64::from(factor), f64::from(around.clamp(0.0, 1.0)));
        }
        if let Some((from, to)) = self.window.filter(|_| across.abs() > f32::EPSILON) {
            let by = f64::from(-across / bars.width()) * (to - from);
            let by = by.clamp(-from, 1.0 - to);
            self.window = Some((from + by, to + by));
        }
    }
}

/// The row of the request whose log record is looked at.
fn asked(attached: &Attached, trace: &Trace) -> Option<usize> {
    let record = attached.observed().records.get(attached.shelf().at().0?)?;
    let is_its = |row: &Row| row.span.request().is_some_and(|id| request_hash(id.as_bytes()) == record.entry.request);
    trace.rows.iter().position(is_its)
}

impl Frame<'_> {
    fn x(&self, ns: i64) -> f32 {
        let since = ns.saturating_sub(self.trace.start_ns.unwrap_or_default()) as f64;
        self.bars.left() + ((since - self.from_ns) * self.per_ns).clamp(-1e6, 1e6) as f32
    }

    /// Times along the top, with lines down.
    fn scale(&self, ui: &Ui, whole: Rect) {
        let t = tokens(ui);
        let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
        let shown_ns = f64::from(self.bars.width()) / self.per_ns;
        let wanted = shown_ns / f64::from((self.bars.width() / 90.0).max(1.0));
        let power = 10_f64.powf(wanted.max(1.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| *step >= wanted).unwrap_or(power);
        let mut at = (self.from_ns / step).ceil() * step;
        while at <= self.from_ns + shown_ns {
            let x = self.bars.left() + ((at - self.from_ns) * self.per_ns) as f32;
            self.painter.vline(x, whole.y_range(), line(t.divider));
            let words = pos2(x + 4.0, whole.top() + ROW / 2.0);
            text_line(&self.painter, words, Align2::LEFT_CENTER, &ms(at as i64), 80.0, set);
            at += step;
        }
        self.painter.hline(whole.x_range(), whole.top() + ROW - 0.5, line(t.divider));
    }

    /// Shows a span; gives whether it was clicked.
    fn row(
        &self,
        ui: &Ui,
        (rect, view): (Rect, Rect),
        workspace: &Workspace,
        attached: &Attached,
        (row, at): (&Row, usize),
        chosen: bool,
    ) -> bool {
        let t = tokens(ui);
        let painter = self.painter.with_clip_rect(view);
        let response = ui.interact(rect.intersect(view), ui.id().with(("span", at)), Sense::click());
        if chosen || response.hovered() {
            painter.rect_filled(rect, 0.0, colour(if chosen { t.accent_soft } else { t.row_hover }));
        }
        let inset = INSET.0 * row.depth.min(INSET.1) as f32;
        let mut left = rect.left() + 12.0 + inset;
        let owner = node(workspace, attached, &row.span);
        if let Some((_, _, kind)) = owner {
            tile(&painter, Rect::from_min_size(pos2(left, rect.center().y - 7.0), vec2(14.0, 14.0)), kind, t);
            left += 20.0;
        }
        let face = if row.span.is_segment { Face::Medium } else { Face::Regular };
        let ink = colour(if row.is_critical { t.text } else { t.text2 });
        let is_linked = self.linked.is_linked(at);
        let room = self.names.right() - left - if is_linked { 18.0 } else { 0.0 };
        let set = Line { face, size: 12.0, colour: ink };
        let wide = text_line(&painter, pos2(left, rect.center().y), Align2::LEFT_CENTER, &row.span.name, room, set);
        if is_linked {
            let at = pos2(left + wide + 6.0, rect.center().y);
            painter.text(at, Align2::LEFT_CENTER, icon::LINK_SIMPLE, fonts::icon(12.0), colour(t.text2));
        }
        let words = told(row);
        self.bar(&painter, rect, row, &words, t);
        let owner = owner.map_or("no node", |(_, name, _)| name);
        response.widget_info(|| {
            let linked = if is_linked { ", linked with another trace" } else { "" };
            let label = format!("Span {}, {words}, {owner}{linked}", row.span.name);
            WidgetInfo::selected(WidgetType::SelectableLabel, true, chosen, label)
        });
        response.clicked()
    }

    fn bar(&self, painter: &eframe::egui::Painter, rect: Rect, row: &Row, words: &str, t: &crate::picture::Tokens) {
        let is_open = row.span.end_ns.is_none();
        let end = row.span.end_ns.or(self.trace.end_ns).unwrap_or(row.span.start_ns);
        let (from, to) = (self.x(row.span.start_ns), self.x(end));
        let status = row.span.outcome.status();
        let ink = if status == Status::Ok { t.access } else { said(status, t).1 };
        let bar =
            Rect::from_min_max(pos2(from, rect.center().y - 5.0), pos2(to.max(from + 2.0), rect.center().y + 5.0));
        let within = &painter
            .with_clip_rect(painter.clip_rect().with_min_x(self.bars.left() - 1.0).with_max_x(self.bars.right() + 2.0));
        if is_open || row.span.is_inferred {
            within.rect(bar, 2.0, colour(t.raised), line(ink), StrokeKind::Inside);
        } else {
            within.rect_filled(bar, 2.0, colour(ink));
        }
        let wide = width(words, Face::Regular, 11.0);
        let ink = colour(if status == Status::Ok { t.text2 } else { ink });
        let set = Line { face: Face::Regular, size: 11.0, colour: ink };
        let behind = bar.right().clamp(self.bars.left(), self.bars.right()) + 6.0;
        text_line(painter, pos2(behind, rect.center().y), Align2::LEFT_CENTER, words, wide.min(WORDS), set);
    }
}

/// "67 ms · self 12 ms · fault".
fn told(row: &Row) -> String {
    let span = &row.span;
    let took = span.end_ns.map_or_else(|| "in progress".to_owned(), |end| ms(end.saturating_sub(span.start_ns)));
    let own = span.end_ns.map(|end| end.saturating_sub(span.start_ns)).filter(|took| *took != row.self_ns);
    let own = own.map(|_| format!(" · self {}", ms(row.self_ns))).unwrap_or_default();
    let status = match span.outcome.status() {
        Status::Ok => String::new(),
        status => format!(" · {status}"),
    };
    let inferred = if span.is_inferred { " · inferred" } else { "" };
    let orphan = if row.is_orphan { " · parent missing" } else { "" };
    format!("{took}{own}{status}{inferred}{orphan}")
}
