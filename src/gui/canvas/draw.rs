//! What the canvas shows, in the order of drawing: ground, groups, arrows, nodes, notes, words, and what the hands hold.
//!
//! Must not know commands or where input comes from.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{self, Shape, Ui, vec2};
use eframe::epaint::Mesh;

use super::far::Far;
use super::hit::{self, Hit, Shown};
use super::lines;
use super::pen::{Ink, area, place};
use super::tools::Tool;
use super::view::{NearEdge, NearNode, View};
use crate::catalog::KindId;
use crate::diagram::{EdgeId, Element, NodeId};
use crate::gui::theme::colour;
use crate::picture::guide::Guide;
use crate::picture::lens::{self, Overlay};
use crate::picture::paint::{self, Dash, Pen as _, State, Stroke};
use crate::picture::{EdgeShape, GroupShape, NodeShape, Picture, Port, Pos, Rect, Tokens};

/// Everything that a frame shows.
pub(super) struct Frame<'f> {
    pub(super) picture: &'f Picture,
    pub(super) selection: &'f BTreeSet<Element>,
    /// What is laid over it.
    pub(super) lens: Option<&'f Overlay>,
    pub(super) tokens: &'f Tokens,
    /// The camera is that of the screen: its pan holds the corner of the panel.
    pub(super) shown: Shown,
    /// The panel on the screen.
    pub(super) panel: egui::Rect,
    pub(super) hover: Hit,
    pub(super) tool: Tool,
    /// What is being moved falls in line with these.
    pub(super) guides: &'f [Guide],
    /// While a wire hangs: which kinds it may end at.
    pub(super) fits: Option<&'f BTreeMap<KindId, bool>>,
    /// A wire hangs over a node at which it may not end.
    pub(super) refused: bool,
    /// A kind that is being dragged in from outside, and where it is.
    pub(super) arriving: Option<(&'f KindId, Pos)>,
}

impl Frame<'_> {
    /// What can be seen, in canvas units, with the room that rings and names take around their nodes.
    fn seen(&self) -> Rect {
        let margin = 40.0 / self.shown.camera.zoom;
        let panel = Rect {
            min: crate::picture::pos(self.panel.min.x, self.panel.min.y),
            max: crate::picture::pos(self.panel.max.x, self.panel.max.y),
        };
        self.shown.camera.rect_to_canvas(&panel).grown(margin)
    }

    fn state(&self, element: Element) -> State {
        State { selected: self.selection.contains(&element), hovered: self.hover.element() == Some(element) }
    }

    /// An arrow stands out together with its ends, too.
    fn edge_state(&self, edge: &EdgeShape) -> State {
        let mut state = self.state(Element::Edge(edge.id));
        state.hovered |= [edge.from, edge.to].iter().any(|end| self.selection.contains(&Element::Node(*end)));
        state
    }

    fn is_dimmed(&self, node: &NodeShape) -> bool {
        let Tool::Wire(from, ..) = self.tool else { return false };
        node.id != from && self.fits.is_some_and(|fits| !fits.get(&node.kind).copied().unwrap_or_default())
    }
}

/// Draws a frame.
pub(super) fn frame(ui: &mut Ui, frame: &Frame<'_>, view: &mut View, far: Option<&Far>, ink: &mut Ink<'_>) {
    let painter = ui.painter_at(frame.panel);
    painter.rect_filled(frame.panel, 0.0, colour(frame.tokens.canvas));
    ground(frame, ink.mesh());
    let seen = frame.seen();
    under(frame, &seen, ink);
    match far {
        Some(far) => {
            ink.push(Shape::mesh(far.mesh(&frame.shown, &seen)));
            painter.extend(ink.take());
            view.load(&[], &[]);
            show(ui, frame, view);
        }
        None => {
            painter.extend(ink.take());
            near(ui, frame, &seen, view, ink);
        }
    }
    over(frame, &seen, ink);
    hands(frame, ink);
    painter.extend(ink.take());
}

/// The dots of the ground.
fn ground(frame: &Frame<'_>, mesh: &mut Mesh) {
    let camera = &frame.shown.camera;
    let Some(pitch) = paint::dot_pitch(camera.zoom) else { return };
    let step = pitch * camera.zoom;
    let first = |pan: f32, from: f32| from + (pan - from).rem_euclid(step);
    let shade = colour(frame.tokens.grid_dot);
    let radius = vec2(0.75, 0.75) * camera.zoom.clamp(0.75, 1.0);
    let mut y = first(camera.pan.y, frame.panel.min.y);
    while y < frame.panel.max.y {
        let mut x = first(camera.pan.x, frame.panel.min.x);
        while x < frame.panel.max.x {
            let at = egui::Rect::from_center_size(egui::pos2(x, y), radius * 2.0);
            lines::quad(mesh, [at.left_top(), at.right_top(), at.right_bottom(), at.left_bottom()], shade);
            x += step;
        }
        y += step;
    }
}

/// Groups and the lines of notes.
fn under(frame: &Frame<'_>, seen: &Rect, ink: &mut Ink<'_>) {
    let camera = &frame.shown.camera;
    let mut groups: Vec<&GroupShape> =
        frame.picture.groups().values().filter(|group| group.rect.overlaps(seen)).collect();
    groups.sort_by_key(|group| group.depth);
    for group in groups {
        paint::group(ink, group, camera, frame.state(Element::Group(group.id)), frame.lens, frame.tokens);
    }
    for note in frame.picture.notes().values() {
        let about = note.attached.and_then(|id| frame.picture.nodes().get(&id));
        if !about.is_some_and(|node| node.rect.union(&note.rect).overlaps(seen)) {
            continue;
        }
        paint::leader(ink, frame.picture, note, camera, frame.shown.tiles, frame.tokens);
    }
}

/// Zoom below which arrows and nodes are drawn without soft edges.
const HARD: f32 = 0.42;

/// Arrows and nodes, through the graph widget.
fn near(ui: &mut Ui, frame: &Frame<'_>, seen: &Rect, view: &mut View, ink: &mut Ink<'_>) {
    let edges: Vec<&EdgeShape> = visible_edges(frame.picture, seen).collect();
    let mut ids = frame.picture.nodes_near(seen);
    ids.extend(edges.iter().flat_map(|edge| [edge.from, edge.to]));
    ids.sort_unstable();
    ids.dedup();
    let nodes: Vec<&NodeShape> = ids.iter().filter_map(|id| frame.picture.nodes().get(id)).collect();
    let loaded = nodes.iter().map(|node| {
        let middle = node.rect.middle();
        let selected = frame.selection.contains(&Element::Node(node.id));
        NearNode { id: node.id, middle: (middle.x, middle.y), selected }
    });
    let joins: Vec<NearEdge> = edges.iter().map(|edge| (edge.id, edge.from, edge.to)).collect();
    view.load(&loaded.collect::<Vec<_>>(), &joins);
    ink.hard = frame.shown.camera.zoom < HARD;
    let dim = frame.fits.map(|_| dimmed(frame.tokens));
    let (camera, tiles) = (&frame.shown.camera, frame.shown.tiles);
    for edge in edges {
        let tokens = dim.as_ref().unwrap_or(frame.tokens);
        let heat = frame.lens.and_then(|lens| lens.edges.get(&edge.id)?.heat);
        if let Some(heat) = heat.filter(|_| dim.is_none()) {
            lens::band(ink, frame.picture, edge, heat, camera, tiles, tokens);
        }
        paint::edge(ink, frame.picture, edge, camera, tiles, frame.edge_state(edge), tokens);
        view.draw_edge(edge.id, ink.take());
    }
    for node in nodes.iter().filter(|node| node.rect.overlaps(seen)) {
        let tokens = dim.as_ref().filter(|_| frame.is_dimmed(node)).unwrap_or(frame.tokens);
        paint::node(ink, node, camera, tiles, frame.state(Element::Node(node.id)), frame.lens, tokens);
        view.draw_node(node.id, ink.take());
    }
    ink.hard = false;
    show(ui, frame, view);
}

fn show(ui: &mut Ui, frame: &Frame<'_>, view: &mut View) {
    let camera = &frame.shown.camera;
    let pan = place(camera.pan) - frame.panel.min;
    view.show(ui, frame.panel, camera.zoom, pan);
}

/// The arrows that a rectangle of the canvas shows.
pub(super) fn visible_edges<'p>(picture: &'p Picture, seen: &Rect) -> impl Iterator<Item = &'p EdgeShape> {
    let seen = *seen;
    let near: Vec<EdgeId> = picture.edges_near(&seen);
    let shapes = near.into_iter().filter_map(|id| picture.edges().get(&id));
    shapes.filter(move |edge| edge.bounds().grown(1.0).overlaps(&seen))
}

/// With more arrows than this in view, a lens lays no words beside them.
const LAID_EDGES: usize = 120;

/// Notes, ports and words.
fn over(frame: &Frame<'_>, seen: &Rect, ink: &mut Ink<'_>) {
    let camera = &frame.shown.camera;
    for note in frame.picture.notes().values().filter(|note| note.rect.overlaps(seen)) {
        let state = frame.state(Element::Note(note.id));
        paint::note(ink, frame.picture, note, camera, frame.shown.tiles, state, frame.tokens);
    }
    // Nearer than this `paint` draws neither ports nor words.
    if frame.shown.far || camera.zoom < 0.4 {
        return;
    }
    let edges: Vec<&EdgeShape> = visible_edges(frame.picture, seen).collect();
    for edge in &edges {
        if !frame.shown.tiles {
            paint::edge_ports(ink, frame.picture, edge, camera, frame.tokens);
        }
        paint::edge_words(ink, frame.picture, edge, camera, frame.shown.tiles, frame.tokens);
    }
    // Finding free places for more than a page of arrows would take longer than a frame.
    if let Some(lens) = frame.lens.filter(|_| edges.len() <= LAID_EDGES) {
        carried(frame, lens, edges, ink);
    }
}

/// What the lens lays beside arrows; where there is little room, the hottest come first.
fn carried(frame: &Frame<'_>, lens: &Overlay, mut edges: Vec<&EdgeShape>, ink: &mut Ink<'_>) {
    let camera = &frame.shown.camera;
    let heat = |edge: &EdgeShape| lens.edges.get(&edge.id).and_then(|carried| carried.heat);
    edges.sort_by_key(|edge| std::cmp::Reverse(heat(edge)));
    let mut beside = lens::Beside::new(frame.picture, lens, camera.zoom, frame.shown.tiles);
    for edge in edges {
        if let Some(carried) = lens.edges.get(&edge.id) {
            beside.draw(ink, frame.picture, edge, carried, camera, frame.tokens);
        }
    }
}

/// What belongs to the hands: ports, the rectangle of a selection, a hanging wire, a kind that arrives.
fn hands(frame: &Frame<'_>, ink: &mut Ink<'_>) {
    if !frame.shown.far {
        let nodes: BTreeSet<NodeId> = ported(frame);
        for node in nodes.iter().filter_map(|id| frame.picture.nodes().get(id)) {
            node_ports(frame, node, ink);
        }
    }
    let tokens = frame.tokens;
    if matches!(frame.tool, Tool::Idle | Tool::Sizing(..)) {
        for (_, _, at) in hit::handles(frame.picture, &frame.shown, frame.selection) {
            ink.rect(&Rect::around(at, 8.0, 8.0), [2.0; 4], Some(tokens.card), Some((1.5, tokens.accent)));
        }
    }
    frame.guides.iter().for_each(|guide| in_line(frame, guide, ink));
    match frame.tool {
        Tool::Band(start, end, _) => {
            let band = frame.shown.camera.rect_to_screen(&Rect::spanning(start, end));
            let fill = colour(tokens.accent).gamma_multiply(0.12);
            ink.push(Shape::rect_filled(area(&band), 0.0, fill));
            ink.rect(&band, [0.0; 4], None, Some((1.0, tokens.accent)));
        }
        Tool::Wire(from, port, end, over) => wire(frame, from, port, end, over, ink),
        _ => {}
    }
    if let Some((_, at)) = frame.arriving {
        let camera = &frame.shown.camera;
        let size = (crate::picture::geometry::CARD_WIDTH, crate::picture::geometry::CARD_HEIGHT);
        let card = Rect::around(at, size.0 * camera.zoom, size.1 * camera.zoom);
        ink.rect(&card, [8.0 * camera.zoom; 4], None, Some((1.5, tokens.accent)));
    }
}

/// Half the length of the ends of a gap, in pixels.
const GAP_END: f32 = 4.0;

/// A guide: a line, or a gap between two ends.
fn in_line(frame: &Frame<'_>, guide: &Guide, ink: &mut Ink<'_>) {
    let stroke = Stroke { width: 1.0, colour: frame.tokens.accent, dash: Dash::Solid };
    let (Guide::Line(from, to) | Guide::Gap(from, to)) = guide;
    let (from, to) = (frame.shown.camera.to_screen(*from), frame.shown.camera.to_screen(*to));
    ink.line(&[from, to], 0.0, stroke);
    if matches!(guide, Guide::Gap(..)) {
        let (x, y) = if (from.y - to.y).abs() < 0.5 { (0.0, GAP_END) } else { (GAP_END, 0.0) };
        for end in [from, to] {
            let ends = [crate::picture::pos(end.x - x, end.y - y), crate::picture::pos(end.x + x, end.y + y)];
            ink.line(&ends, 0.0, stroke);
        }
    }
}

/// Nodes whose ports are shown: under the pointer, selected, or with a wire at them.
fn ported(frame: &Frame<'_>) -> BTreeSet<NodeId> {
    if let Tool::Wire(from, ..) = frame.tool {
        return BTreeSet::from([from]);
    }
    if frame.tool != Tool::Idle {
        return BTreeSet::new();
    }
    let selected =
        frame.selection.iter().filter_map(|element| if let Element::Node(id) = element { Some(*id) } else { None });
    // With many selected nodes their ports would only be in the way.
    let selected = selected.take(if frame.selection.len() > 8 { 0 } else { 8 });
    selected.chain(frame.hover.node()).collect()
}

fn node_ports(frame: &Frame<'_>, node: &NodeShape, ink: &mut Ink<'_>) {
    for (port, at) in hit::ports(node, &frame.shown) {
        let hovered = frame.hover == Hit::Port(node.id, port);
        let rim = if port == Port::Failure { frame.tokens.deadletter } else { frame.tokens.accent };
        let (radius, fill) = if hovered { (5.5, rim) } else { (4.0, frame.tokens.card) };
        ink.circle(at, radius, fill, Some((1.5, rim)));
    }
}

/// How far a wire runs straight out of its port before it turns, in pixels.
const BOW: f32 = 72.0;

fn wire(frame: &Frame<'_>, from: NodeId, port: Port, end: Pos, over: Option<NodeId>, ink: &mut Ink<'_>) {
    let Some(node) = frame.picture.nodes().get(&from) else { return };
    let Some((_, start)) = hit::ports(node, &frame.shown).find(|(other, _)| *other == port) else { return };
    let target = over.and_then(|id| frame.picture.nodes().get(&id));
    let shade = if frame.refused { frame.tokens.danger } else { frame.tokens.accent };
    if let Some(target) = target {
        let ring = hit::node_rect(target, &frame.shown).grown(4.0);
        ink.rect(&ring, [11.0; 4], None, Some((2.0, shade)));
    }
    // More than this would make a wire that runs backwards swing out far.
    let reach = ((end.x - start.x).abs().max((end.y - start.y).abs()) / 2.0).min(BOW);
    let bow = |at: Pos, by: f32| match port {
        Port::Failure => crate::picture::pos(at.x, at.y + by),
        Port::Out => crate::picture::pos(at.x + by, at.y),
        Port::In => crate::picture::pos(at.x - by, at.y),
    };
    let (one, two) = (bow(start, reach), bow(end, -reach));
    let points: Vec<Pos> = (0..=24_u8).map(|step| curve([start, one, two, end], f32::from(step) / 24.0)).collect();
    let dash = if port == Port::Failure { Dash::Dotted } else { Dash::Solid };
    ink.line(&points, 0.0, Stroke { width: 2.0, colour: shade, dash });
    ink.circle(end, 4.0, shade, None);
}

/// A place on a cubic curve.
fn curve(points: [Pos; 4], share: f32) -> Pos {
    let [a, b, c, d] = points;
    let (ab, bc, cd) = (a.towards(b, share), b.towards(c, share), c.towards(d, share));
    ab.towards(bc, share).towards(bc.towards(cd, share), share)
}

/// The tokens of what a wire cannot end at: words stay readable, everything else steps back.
fn dimmed(tokens: &Tokens) -> Tokens {
    let back = |shade: crate::picture::Rgb| shade.over(tokens.card, 0.4);
    let behind = |shade: crate::picture::Rgb| shade.over(tokens.canvas, 0.4);
    Tokens {
        text: tokens.disabled,
        text2: tokens.disabled,
        card_border: tokens.divider,
        category: tokens.category.iter().map(|(category, shade)| (*category, back(*shade))).collect(),
        trigger: behind(tokens.trigger),
        access: behind(tokens.access),
        deadletter: behind(tokens.deadletter),
        ..tokens.clone()
    }
}
