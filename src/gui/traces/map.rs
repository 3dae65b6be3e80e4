//! Which service called which: a card for each with its calls, failures and p95, from left to right, and arrows between them.
//!
//! A click on a card leads to its node on the canvas. Must not know how traces are summed up.

use std::collections::BTreeMap;

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{
    Align2, Color32, Painter, Pos2, Rect, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};

use super::filters::{Filters, views};
use super::{View, count, ms, strip, words};
use crate::app::observe::Attached;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::field::grouped;
use crate::diagram::{Element, NodeId};
use crate::gui::status_bar::counted;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Button, Line, text_line, tile};
use crate::picture::Tokens;
use crate::picture::text::{Face, width};
use crate::telemetry::trace::{Service, Tally};

/// Width and height of a card, in points.
const CARD: (f32, f32) = (210.0, 58.0);
/// Gaps between cards, across and down, in points; an arrow that passes cards by has room with its words between two rows.
const GAP: (f32, f32) = (136.0, 40.0);
/// Distance from the edges, in points.
const MARGIN: f32 = 16.0;

/// Of which version of the traces, column and row of each service, and how many there are of each.
type Places = (u64, BTreeMap<Service, (usize, f32)>, (usize, usize));

/// What the map remembers between two frames.
#[derive(Default)]
pub(super) struct Map {
    /// Where services stand, and for which traces.
    known: Option<Places>,
    chosen: Option<Service>,
}

impl Map {
    /// Shows it in the space that is left.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        view: &mut View,
        filters: &mut Filters,
        commands: &mut Vec<Command>,
    ) {
        self.follow(attached);
        let map = &attached.observed().map;
        strip(ui, |ui| {
            views(ui, view);
            if let Some(service) = self.chosen.clone().filter(|service| map.nodes.contains_key(service)) {
                let node = attached.binding().node_of_service(&service);
                let name = node.and_then(|node| workspace.name_of(node)).unwrap_or(&service.0).to_owned();
                if Button::new(&format!("Traces of {name}")).small().show(ui).clicked() {
                    filters.only(node, &service.0);
                    *view = View::List;
                }
            }
            let told = format!("{}, {}", counted(map.nodes.len(), "service"), count(attached.observed()));
            words(ui, &told, Face::Regular, colour(tokens(ui).text2));
        });
        let Some((_, places, (columns, rows))) = &self.known else { return };
        let whole = vec2(
            2.0 * MARGIN + *columns as f32 * (CARD.0 + GAP.0) - GAP.0,
            2.0 * MARGIN + *rows as f32 * (CARD.1 + GAP.1),
        );
        let room = ui.available_size();
        let mut clicked = None;
        ScrollArea::both().auto_shrink(false).id_salt("map").show(ui, |ui| {
            let (ground, _) = ui.allocate_exact_size(whole.max(room), Sense::hover());
            let rect = |service: &Service| places.get(service).map(|place| card(ground, *place));
            for ((from, to), count) in map.links.iter().filter(|(link, _)| !map.edges.contains_key(*link)) {
                if let (Some(from), Some(to)) = (rect(from), rect(to))
                    && ui.is_rect_visible(from.union(to).expand(GAP.0))
                {
                    link(ui, from, to, *count);
                }
            }
            for ((from, to), tally) in &map.edges {
                if let (Some(from), Some(to)) = (rect(from), rect(to))
                    && ui.is_rect_visible(from.union(to).expand(GAP.0))
                {
                    arrow(ui, from, to, tally);
                }
            }
            for (service, tally) in &map.nodes {
                let Some(rect) = rect(service).filter(|rect| ui.is_rect_visible(*rect)) else { continue };
                let is_chosen = self.chosen.as_ref() == Some(service);
                if node_card(ui, rect, workspace, attached, (service, tally), is_chosen) {
                    clicked = Some(service.clone());
                }
            }
        });
        if let Some(service) = clicked {
            if let Some(node) = attached.binding().node_of_service(&service) {
                commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
                commands.push(Command::Reveal(Element::Node(node)));
            }
            self.chosen = Some(service);
        }
    }

    /// Places the services anew when there are other traces.
    fn follow(&mut self, attached: &Attached) {
        if self.known.as_ref().is_some_and(|(version, ..)| *version == attached.version) {
            return;
        }
        let layers = attached.observed().map.layers();
        let rows = layers.iter().map(Vec::len).max().unwrap_or_default();
        let mut places = BTreeMap::new();
        for (column, layer) in layers.iter().enumerate() {
            // A short layer stands in the middle.
            let above = (rows - layer.len()) as f32 / 2.0;
            for (row, service) in layer.iter().enumerate() {
                places.insert((*service).clone(), (column, above + row as f32));
            }
        }
        self.known = Some((attached.version, places, (layers.len(), rows)));
    }
}

fn card(ground: Rect, (column, row): (usize, f32)) -> Rect {
    let corner = ground.min + vec2(MARGIN, MARGIN) + vec2(column as f32 * (CARD.0 + GAP.0), row * (CARD.1 + GAP.1));
    Rect::from_min_size(corner, vec2(CARD.0, CARD.1))
}

/// How often it went wrong, in words; empty for never.
fn failures(tally: &Tally) -> String {
    let some = |count: u64, word: &str| (count > 0).then(|| counted(count as usize, word));
    let throttled = (tally.throttles > 0).then(|| format!("{} throttled", grouped(tally.throttles as i64)));
    let told = [some(tally.faults, "fault"), some(tally.errors, "error"), throttled];
    told.into_iter().flatten().collect::<Vec<String>>().join(", ")
}

/// The colour of what went wrong; `None` when nothing did.
fn grave(tally: &Tally, t: &Tokens) -> Option<Color32> {
    match (tally.faults, tally.errors + tally.throttles) {
        (0, 0) => None,
        (0, _) => Some(colour(t.warn)),
        _ => Some(colour(t.danger)),
    }
}

fn p95(tally: &Tally) -> String {
    tally.took_ms.percentile(0.95).map(|took| format!("p95 {}", ms((took * 1e6) as i64))).unwrap_or_default()
}

/// Shows a service; gives whether it was clicked.
fn node_card(
    ui: &Ui,
    rect: Rect,
    workspace: &Workspace,
    attached: &Attached,
    (service, tally): (&Service, &Tally),
    is_chosen: bool,
) -> bool {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.id().with(("service", service)), Sense::click());
    let owner: Option<NodeId> = attached.binding().node_of_service(service);
    let diagram = workspace.open().map(|open| open.document.diagram());
    let node = owner.and_then(|id| diagram?.nodes().get(&id));
    let name = node.map_or(&*service.0, |node| node.name.as_str());
    let calls = counted(tally.count as usize, "call");
    let wrong = failures(tally);
    response.widget_info(|| {
        let words = format!("Service {name}, {}, {calls}, {wrong}, {}", service.1, p95(tally));
        WidgetInfo::selected(WidgetType::SelectableLabel, true, is_chosen, words)
    });
    let painter = ui.painter();
    let ring = if is_chosen { Stroke::new(2.0, colour(t.accent)) } else { line(t.card_border) };
    let fill = colour(if response.hovered() { t.row_hover } else { t.card });
    painter.rect(rect, 8.0, fill, ring, StrokeKind::Inside);
    let mut left = rect.left() + 10.0;
    if let Some(node) = node {
        let side = Rect::from_min_size(pos2(left, rect.top() + 9.0), vec2(20.0, 20.0));
        tile(painter, side, workspace.catalog().kind(&node.kind), t);
        left += 28.0;
    }
    let set = |face, size, ink| Line { face, size, colour: ink };
    let put = |at: Pos2, words: &str, line| {
        text_line(painter, at, Align2::LEFT_CENTER, words, rect.right() - at.x - 8.0, line)
    };
    put(pos2(left, rect.top() + 14.0), name, set(Face::SemiBold, 12.0, colour(t.text)));
    let origin = if service.1.is_empty() { "called" } else { &*service.1 };
    put(pos2(left, rect.top() + 28.0), origin, set(Face::Regular, 11.0, colour(t.text2)));
    let at = pos2(rect.left() + 10.0, rect.bottom() - 13.0);
    let taken = put(at, &calls, set(Face::Medium, 12.0, colour(t.text)));
    let right = pos2(rect.right() - 10.0, at.y);
    let last =
        text_line(painter, right, Align2::RIGHT_CENTER, &p95(tally), 90.0, set(Face::Regular, 12.0, colour(t.text2)));
    if let Some(ink) = grave(tally, t) {
        let (at, room) = (at + vec2(taken + 8.0, 0.0), CARD.0 - 36.0 - taken - last);
        text_line(painter, at, Align2::LEFT_CENTER, &wrong, room, set(Face::Medium, 12.0, ink));
    }
    let words =
        format!("{}\n{origin}\n{calls}, {wrong}{}{}", service.0, if wrong.is_empty() { "" } else { ", " }, p95(tally));
    response.on_hover_text(words).clicked()
}

/// The calls from one service to another.
fn arrow(ui: &Ui, from: Rect, to: Rect, tally: &Tally) {
    let t = tokens(ui);
    let ink = grave(tally, t).unwrap_or_else(|| colour(t.access));
    let path = Path::between(from, to);
    let stroke = Stroke::new(1.5, ink);
    ui.painter().add(CubicBezierShape::from_points_stroke(path.points, false, Color32::TRANSPARENT, stroke));
    head(ui.painter(), path.points[3], path.is_under, ink);
    path.plate(ui, &format!("{} · {}", grouped(tally.count as i64), p95(tally)), &failures(tally), ink);
}

/// Work that goes on in another trace.
fn link(ui: &Ui, from: Rect, to: Rect, count: u64) {
    let ink = colour(tokens(ui).access);
    let path = Path::between(from, to);
    let curve = path.curve().flatten(Some(0.5));
    ui.painter().extend(Shape::dashed_line(&curve, Stroke::new(1.5, ink), 5.0, 4.0));
    head(ui.painter(), path.points[3], path.is_under, ink);
    path.plate(ui, &format!("{} linked", grouped(count as i64)), "", ink);
}

/// The way from one card to another: straight on, or under the cards where it leads back or past others.
struct Path {
    points: [Pos2; 4],
    is_under: bool,
}

impl Path {
    fn between(from: Rect, to: Rect) -> Self {
        let is_back = to.left() <= from.right();
        let is_past = to.left() - from.right() > GAP.0 + 1.0 && (to.top() - from.top()).abs() < CARD.1;
        let is_under = is_back || is_past;
        let (start, end) = match (is_back, is_past) {
            (true, _) => (from.left_bottom() + vec2(40.0, 0.0), to.right_bottom() - vec2(40.0, 0.0)),
            (_, true) => (from.right_bottom() - vec2(40.0, 0.0), to.left_bottom() + vec2(40.0, 0.0)),
            _ => (from.right_center(), to.left_center()),
        };
        let bend = if is_under { vec2(0.0, GAP.1) } else { vec2((end.x - start.x) / 2.0, 0.0) };
        Self { points: [start, start + bend, if is_under { end + bend } else { end - bend }, end], is_under }
    }

    fn curve(&self) -> CubicBezierShape {
        CubicBezierShape::from_points_stroke(self.points, false, Color32::TRANSPARENT, Stroke::NONE)
    }

    /// What is told of it, in its middle.
    fn plate(&self, ui: &Ui, told: &str, wrong: &str, ink: Color32) {
        let (t, painter) = (tokens(ui), ui.painter());
        let middle = self.curve().sample(0.5);
        let wide = width(told, Face::Regular, 11.0).max(width(wrong, Face::Regular, 11.0)).min(GAP.0 - 16.0) + 8.0;
        let lines = if wrong.is_empty() { 1.0 } else { 2.0 };
        let plate = Rect::from_center_size(middle, vec2(wide, 2.0 + 14.0 * lines));
        painter.rect_filled(plate, 3.0, colour(t.panel));
        let set = |ink| Line { face: Face::Regular, size: 11.0, colour: ink };
        let first = pos2(middle.x, plate.top() + 8.0);
        text_line(painter, first, Align2::CENTER_CENTER, told, wide, set(colour(t.text2)));
        text_line(painter, first + vec2(0.0, 14.0), Align2::CENTER_CENTER, wrong, wide, set(ink));
    }
}

/// The head of an arrow that ends at a place.
fn head(painter: &Painter, end: Pos2, is_under: bool, ink: Color32) {
    let points = if is_under {
        vec![end, end + vec2(-4.0, 8.0), end + vec2(4.0, 8.0)]
    } else {
        vec![end, end + vec2(-8.0, -4.0), end + vec2(-8.0, 4.0)]
    };
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}
