//! The list of traces, in the order that is chosen by its heads.
//!
//! Only rows that are seen are laid out. Must not know spans.

use eframe::egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::{column, ms, node, status};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::gui::logs::scroll::{BAR, Scroll};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line, tile};
use crate::picture::text::{Face, width};
use crate::telemetry::trace::{Sift, Trace};

/// Height of a row and of the heads, in points.
const ROW: f32 = 26.0;
/// Left edges of time, name, status, duration, spans and id in a list of this width: names give way, and ids before them.
fn columns(wide: f32) -> [f32; 6] {
    let status = 196.0 + (wide - 716.0).clamp(150.0, 460.0);
    [12.0, 196.0, status, status + 90.0, status + 180.0, status + 260.0]
}

/// By what traces are ordered.
#[derive(Clone, Copy, Default, PartialEq)]
enum Order {
    /// The first first.
    #[default]
    Started,
    /// The longest first.
    Longest,
    /// Those with most spans first.
    Largest,
}

/// What the list remembers between two frames.
#[derive(Default)]
pub(super) struct List {
    scroll: Scroll,
    order: Order,
    /// For what the places are, and those of the traces that are listed.
    known: Option<(u64, u64, Sift, Order)>,
    places: Vec<usize>,
}

impl List {
    /// How many are listed.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// The traces before and after one, in the order of the list.
    pub(super) fn beside(&self, place: usize, count: usize) -> (Option<usize>, Option<usize>) {
        match self.places.iter().position(|own| *own == place) {
            Some(at) => (at.checked_sub(1).map(|at| self.places[at]), self.places.get(at + 1).copied()),
            None => (place.checked_sub(1), Some(place + 1).filter(|next| *next < count)),
        }
    }

    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        self.heads(ui, workspace, attached);
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
        if self.places.is_empty() {
            let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
            let words = "No trace is what is looked for.";
            text_line(ui.painter(), view.center(), Align2::CENTER_CENTER, words, view.width(), set);
        }
        ui.advance_cursor_after_rect(view);
    }

    /// Lists anew when there are other traces or other ones are wanted.
    pub(super) fn follow(&mut self, workspace: &Workspace, attached: &Attached, sift: &Sift) {
        let key = (attached.version, attached.bindings(), sift.clone(), self.order);
        if self.known.as_ref() == Some(&key) {
            return;
        }
        let observed = attached.observed();
        let of = |span: &crate::telemetry::trace::Span| node(workspace, attached, span).map(|(id, name, _)| (id, name));
        self.places = observed.index.fitting(&observed.traces, sift, of);
        let traces = &observed.traces;
        match self.order {
            Order::Started => {}
            Order::Longest => self.places.sort_by_key(|place| std::cmp::Reverse(traces[*place].duration_ns())),
            Order::Largest => self.places.sort_by_key(|place| std::cmp::Reverse(traces[*place].rows.len())),
        }
        self.known = Some(key);
    }

    /// The heads; some of them order the list.
    fn heads(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached) {
        let t = tokens(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
        let first_ns = attached.observed().traces.first().and_then(|trace| trace.start_ns).unwrap_or_default();
        let started = format!("Started, {}", workspace.zone().name(first_ns.div_euclid(1_000_000)));
        let orders = [Some(Order::Started), None, None, Some(Order::Longest), Some(Order::Largest), None];
        let lefts = columns(rect.width());
        let heads = [started.as_str(), "Name", "Status", "Duration", "Spans", "Trace"];
        for (place, (head, order)) in heads.into_iter().zip(orders).enumerate() {
            let end = lefts.get(place + 1).copied().unwrap_or(rect.width());
            let part = column(rect, lefts[place], end - lefts[place] - 8.0);
            let is_on = order == Some(self.order);
            let (face, ink) = if is_on { (Face::SemiBold, t.text) } else { (Face::Regular, t.text2) };
            let head = if is_on && place > 0 { format!("{head} ↓") } else { head.to_owned() };
            let set = Line { face, size: 12.0, colour: colour(ink) };
            text_line(ui.painter(), part.left_center(), Align2::LEFT_CENTER, &head, part.width(), set);
            let Some(order) = order else { continue };
            let response = ui.interact(part, ui.id().with(("order", place)), Sense::click());
            response.widget_info(|| {
                WidgetInfo::selected(
                    WidgetType::RadioButton,
                    true,
                    is_on,
                    format!("Order traces: {}", heads_name(place)),
                )
            });
            if response.on_hover_text("Order by this.").clicked() {
                self.order = order;
            }
        }
    }
}

/// What an order is called.
fn heads_name(place: usize) -> &'static str {
    match place {
        0 => "first",
        3 => "longest",
        _ => "largest",
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
    let lefts = columns(rect.width() + BAR);
    let put = |at: usize, words: &str, face, ink, inset: f32| {
        let end = lefts.get(at + 1).copied().unwrap_or(rect.width());
        let part = column(rect, lefts[at] + inset, end - lefts[at] - inset - 8.0);
        let set = Line { face, size: 12.0, colour: colour(ink) };
        text_line(&painter, part.left_center(), Align2::LEFT_CENTER, words, part.width(), set);
    };
    put(0, &when, Face::Mono, t.text2, 0.0);
    let mut inset = 0.0;
    let mut called = name;
    if let Some((_, own, kind)) = trace.rows.first().and_then(|row| node(workspace, attached, &row.span)) {
        let at = pos2(rect.left() + lefts[1], rect.center().y - 7.0);
        tile(&painter, Rect::from_min_size(at, vec2(14.0, 14.0)), kind, t);
        inset = 20.0;
        // Of a long name in the account only the ends would be left.
        let room = lefts[2] - lefts[1] - inset - 8.0;
        called = if width(name, Face::Medium, 12.0) > room { own } else { name };
    }
    put(1, called, Face::Medium, t.text, inset);
    put(2, &format!("{word}{cold}"), Face::Medium, ink, 0.0);
    put(3, &took, Face::Regular, t.text, 0.0);
    put(4, &trace.rows.len().to_string(), Face::Regular, t.text2, 0.0);
    put(5, &trace.id, Face::Mono, t.text2, 0.0);
    response.clicked()
}
