//! The geometry of a diagram: cards, ports, routes, labels, containers, notes. Canvas, thumbnails, SVG and PNG all draw it.
//!
//! Must not know windows, pens' back ends or files.

pub mod geometry;
pub mod text;
pub mod tokens;
pub mod camera;
pub mod grid;
pub mod bend;
pub mod guide;
pub mod route;
pub mod sides;
pub mod shape;
pub mod drawn;
pub mod place;
pub mod arrange;
pub mod glide;
mod carry;
pub mod paint;
pub mod lens;

use std::collections::{BTreeMap, BTreeSet};

pub use camera::Camera;
pub use drawn::Look;
pub use geometry::{Pos, Rect, pos};
pub use shape::{EdgeShape, GroupShape, NodeShape, NoteShape, Port};
pub use tokens::{Rgb, Theme, Tokens};

use grid::Grid;
use route::{End, Ground, Lanes, Side};

use crate::catalog::Catalog;
use crate::diagram::{Diagram, Edge, EdgeId, EdgeStyle, Element, GroupId, NodeId, NoteId, Touched};

/// A diagram's geometry, kept up to date with its document.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    nodes: BTreeMap<NodeId, NodeShape>,
    edges: BTreeMap<EdgeId, EdgeShape>,
    groups: BTreeMap<GroupId, GroupShape>,
    notes: BTreeMap<NoteId, NoteShape>,
    /// The edges of each node.
    joined: BTreeMap<NodeId, BTreeSet<EdgeId>>,
    node_grid: Grid<NodeId>,
    edge_grid: Grid<EdgeId>,
    note_grid: Grid<NoteId>,
    /// The tags of containers, as large as they become.
    tag_grid: Grid<GroupId>,
    /// How arrows run.
    style: EdgeStyle,
    /// Nodes that are being carried: what is around them is routed when they are put down.
    carried: BTreeSet<NodeId>,
}

/// Zoom below which the tags of containers are not drawn.
pub const TAG_ZOOM: f32 = 0.4;

/// The order in which arrows choose their ways: those that run straight, those that turn once and so have no choice, then
/// the longest, since an arrow of a fan that goes further turns nearer to its root.
fn by_need(ends: &BTreeMap<EdgeId, (End, End)>) -> Vec<EdgeId> {
    let bent = |(from, to): &(End, End)| {
        let (x, y) = ((from.at.x - to.at.x).abs(), (from.at.y - to.at.y).abs());
        if x.min(y) < 1.0 {
            return f32::INFINITY;
        }
        let turns_once = from.side.is_lateral() != to.side.is_lateral();
        x + y + if turns_once { MAX_WAY } else { 0.0 }
    };
    let mut order: Vec<(f32, EdgeId)> = ends.iter().map(|(id, ends)| (bent(ends), *id)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, id)| id).collect()
}

/// Radii that the corners of a curved arrow try.
const SWINGS: [f32; 3] = [f32::INFINITY, 64.0, 28.0];

/// Arrows make way for a node that moves, and come back behind it, while no more than so many things change at once.
const YIELDS: usize = 32;
/// How near to a node an arrow passes that has made way for it, in canvas units.
const PASSED: f32 = 40.0;

/// How far names reach beyond their cards at most, in canvas units.
const NAME_REACH: f32 = 64.0;

/// Where along a side an arrow to another card leaves: the more it goes sideways for what it goes away, the farther out.
fn along(side: Side, card: &Rect, other: &Rect) -> f32 {
    let (at, to) = (card.middle(), other.middle());
    let (sideways, away) = if side.is_lateral() { (to.y - at.y, to.x - at.x) } else { (to.x - at.x, to.y - at.y) };
    sideways / away.abs().max(1.0)
}

/// Longer than any way.
const MAX_WAY: f32 = 1e7;

/// An arrow's end on a side: where the other end stands along the side, which arrow, and whether it starts here.
type PortWish = (f32, EdgeId, bool);

impl Picture {
    /// The geometry of a whole diagram.
    #[must_use]
    pub fn of(diagram: &Diagram, catalog: &Catalog) -> Self {
        let mut picture = Self { style: diagram.view().edges, ..Self::default() };
        for (id, node) in diagram.nodes() {
            picture.put_node(NodeShape::of(*id, node, diagram, catalog));
        }
        picture.put_rest(diagram, catalog);
        for (id, edge) in diagram.edges() {
            picture.join(*id, edge);
        }
        let all: BTreeSet<EdgeId> = diagram.edges().keys().copied().collect();
        picture.route(diagram, catalog, &all);
        picture
    }

    /// Follows the document: `touched` is what changed since the picture was made or last followed; `None` is everything.
    pub fn follow(&mut self, diagram: &Diagram, catalog: &Catalog, touched: Option<&BTreeSet<Touched>>) {
        let Some(touched) = touched.filter(|_| self.style == diagram.view().edges) else {
            *self = Self::of(diagram, catalog);
            return;
        };
        let mut ends = BTreeSet::new();
        let mut yielding = BTreeSet::new();
        let few = touched.len() <= YIELDS;
        for item in touched {
            match item {
                Touched::Node(id) => {
                    ends.insert(*id);
                    let before = self.nodes.get(id).filter(|_| few).map(NodeShape::solid);
                    yielding.extend(before.map(|rect| self.passing(&rect.grown(PASSED))).into_iter().flatten());
                    self.drop_node(*id);
                    if let Some(node) = diagram.nodes().get(id) {
                        let shape = NodeShape::of(*id, node, diagram, catalog);
                        yielding.extend(few.then(|| self.passing(&shape.solid())).into_iter().flatten());
                        self.put_node(shape);
                    }
                }
                Touched::Edge(id) => {
                    ends.extend(self.part(*id));
                    if let Some(edge) = diagram.edges().get(id) {
                        self.join(*id, edge);
                        ends.extend([edge.from, edge.to]);
                    }
                }
                Touched::Group(_) | Touched::Note(_) | Touched::Document => {}
            }
        }
        if touched.iter().any(|item| matches!(item, Touched::Group(_) | Touched::Note(_))) {
            self.put_rest(diagram, catalog);
        }
        let mut stale = self.stale_edges(&ends);
        stale.extend(yielding.into_iter().filter(|id| self.edges.contains_key(id)));
        self.route(diagram, catalog, &stale);
    }

    /// The arrows that run through a rectangle.
    fn passing(&self, rect: &Rect) -> Vec<EdgeId> {
        let mut near = self.edge_grid.near(rect);
        near.retain(|id| self.edges.get(id).is_some_and(|edge| bend::meets(&edge.way, rect)));
        near
    }

    /// The edges of the nodes, and those that share a side with one of them, since ports make room for each other.
    fn stale_edges(&self, ends: &BTreeSet<NodeId>) -> BTreeSet<EdgeId> {
        let own: BTreeSet<EdgeId> = ends.iter().filter_map(|id| self.joined.get(id)).flatten().copied().collect();
        let others = own.iter().filter_map(|id| self.edges.get(id)).flat_map(|edge| [edge.from, edge.to]);
        let shared: Vec<EdgeId> = others.filter_map(|id| self.joined.get(&id)).flatten().copied().collect();
        own.into_iter().chain(shared).collect()
    }

    fn put_node(&mut self, shape: NodeShape) {
        self.node_grid.insert(shape.id, &shape.solid());
        self.nodes.insert(shape.id, shape);
    }

    fn drop_node(&mut self, id: NodeId) {
        if let Some(shape) = self.nodes.remove(&id) {
            self.node_grid.remove(id, &shape.solid());
        }
    }

    fn put_rest(&mut self, diagram: &Diagram, catalog: &Catalog) {
        let groups = diagram.groups().iter().map(|(id, group)| (*id, GroupShape::of(*id, group, diagram, catalog)));
        self.groups = groups.collect();
        self.notes = diagram.notes().iter().map(|(id, note)| (*id, NoteShape::of(*id, note))).collect();
        self.note_grid = Grid::default();
        for note in self.notes.values() {
            self.note_grid.insert(note.id, &note.tall.iter().fold(note.rect, |all, rect| all.union(rect)));
        }
        self.tag_grid = Grid::default();
        for group in self.groups.values() {
            self.tag_grid.insert(group.id, &drawn::tag(group, TAG_ZOOM).rect);
        }
    }

    fn join(&mut self, id: EdgeId, edge: &Edge) {
        for end in [edge.from, edge.to] {
            self.joined.entry(end).or_default().insert(id);
        }
    }

    /// Forgets an edge and returns the nodes that it joined.
    fn part(&mut self, id: EdgeId) -> Vec<NodeId> {
        let Some(shape) = self.edges.remove(&id) else { return Vec::new() };
        self.edge_grid.remove(id, &shape.bounds());
        for end in [shape.from, shape.to] {
            if let Some(edges) = self.joined.get_mut(&end) {
                edges.remove(&id);
            }
        }
        vec![shape.from, shape.to]
    }

    /// Routes the given edges anew and sets their badges and labels.
    fn route(&mut self, diagram: &Diagram, catalog: &Catalog, edges: &BTreeSet<EdgeId>) {
        for id in edges {
            if let Some(shape) = self.edges.remove(id) {
                self.edge_grid.remove(*id, &shape.bounds());
            }
        }
        let ends = self.ends(diagram, edges);
        let mut lanes = Lanes::default();
        for id in &by_need(&ends) {
            let (Some(edge), Some((from, to))) = (diagram.edges().get(id), ends.get(id)) else { continue };
            let ground = Ground { hits: &|rect| self.hits(rect), crossings: &|way| self.crossings(way) };
            let way = lanes.route(from, to, &ground);
            let mut shape = EdgeShape {
                id: *id,
                from: edge.from,
                to: edge.to,
                relation: edge.relation,
                way,
                radius: geometry::CORNER_RADIUS,
                sides: (from.side, to.side),
                step: edge.step,
                label: edge.label.clone(),
                spots: Default::default(),
                told: place::told(edge, diagram, catalog),
            };
            if self.style == EdgeStyle::Curved {
                shape.radius = self.swing(&shape);
            }
            self.edge_grid.insert(*id, &shape.bounds());
            self.edges.insert(*id, shape);
        }
        self.set_words(edges);
    }

    /// How far the corners of an arrow can be bent without running through anything.
    fn swing(&self, edge: &EdgeShape) -> f32 {
        let free = |radius: &f32| {
            let line = bend::bent(&edge.way, *radius);
            line.windows(2).all(|leg| {
                let thin = Rect::spanning(leg[0], leg[1]).grown(4.0);
                let own = [edge.from, edge.to].into_iter().filter_map(|id| self.nodes.get(&id));
                self.hits(&thin) <= own.filter(|node| node.solid().overlaps(&thin)).count()
            })
        };
        SWINGS.into_iter().find(free).unwrap_or(geometry::CORNER_RADIUS)
    }

    /// Sets the badges and labels of arrows, for each way of looking at them.
    fn set_words(&mut self, edges: &BTreeSet<EdgeId>) {
        let worded = |id: &&EdgeId| self.edges.get(id).is_some_and(|edge| edge.step.is_some() || edge.label.is_some());
        let edges: Vec<EdgeId> = edges.iter().filter(worded).copied().collect();
        for index in 0..Look::kept().len() {
            // Labels choose first, since badges find a place more easily.
            for id in &edges {
                let Some(edge) = self.edges.get(id) else { continue };
                let Some(label) = &edge.label else { continue };
                let spot = place::Words::of(self, edge, index).label(label, edge.step.is_some());
                self.set_spot(*id, index, |spots| spots.label = spot);
            }
            for id in &edges {
                let Some(edge) = self.edges.get(id).filter(|edge| edge.step.is_some()) else { continue };
                let label = edge.label.as_deref().zip(edge.spots[index].label);
                let spot = place::Words::of(self, edge, index).badge(label);
                self.set_spot(*id, index, |spots| spots.badge = spot);
            }
        }
    }

    fn set_spot(&mut self, id: EdgeId, index: usize, set: impl FnOnce(&mut shape::Spots)) {
        if let Some(edge) = self.edges.get_mut(&id) {
            set(&mut edge.spots[index]);
        }
    }

    /// How often a way crosses the arrows that are routed already.
    fn crossings(&self, way: &[Pos]) -> usize {
        let near = self.edge_grid.near(&Rect::around_all(way));
        near.iter().filter_map(|id| self.edges.get(id)).map(|edge| route::crossings(way, &edge.way)).sum()
    }

    /// How many cards, notes and tags a rectangle touches.
    fn hits(&self, rect: &Rect) -> usize {
        // Few cards touch one leg, so that a list is faster than a set.
        let mut cards: Vec<NodeId> = Vec::new();
        self.node_grid.any(rect, |id| {
            if self.nodes.get(&id).is_some_and(|node| node.solid().overlaps(rect)) && !cards.contains(&id) {
                cards.push(id);
            }
            false
        });
        let note = self.note_grid.any(rect, |id| self.notes.get(&id).is_some_and(|note| note.rect.overlaps(rect)));
        cards.len() + usize::from(note) + usize::from(self.covers_tag(rect, TAG_ZOOM))
    }

    fn covers_tag(&self, rect: &Rect, zoom: f32) -> bool {
        let tag = |id| self.groups.get(&id).map(|group| drawn::tag(group, zoom).rect);
        self.tag_grid.any(rect, |id| tag(id).is_some_and(|tag| tag.overlaps(rect)))
    }

    /// Whether a rectangle touches a node, a note or a tag as they are drawn in one of the kept looks.
    fn covers(&self, rect: &Rect, look: Look, index: usize) -> bool {
        // Names reach below cards and beside them.
        let wide = rect.grown(NAME_REACH);
        let touches = |node: &NodeShape| drawn::footprint(node, look).iter().any(|covered| covered.overlaps(rect));
        self.node_grid.any(&wide, |id| self.nodes.get(&id).is_some_and(touches))
            || self.note_grid.any(rect, |id| {
                self.notes.get(&id).is_some_and(|note| note.tall[index % note.tall.len()].overlaps(rect))
            })
            || self.covers_tag(rect, look.zoom)
    }

    /// Whether a note can take a rectangle without covering anything else or leaving its container.
    fn has_room(&self, note: &NoteShape, rect: &Rect, look: Look) -> bool {
        let wide = rect.grown(NAME_REACH);
        let touches = |node: &NodeShape| drawn::footprint(node, look).iter().any(|covered| covered.overlaps(rect));
        let crosses = |edge: &EdgeShape| bend::meets(&drawn::line(self, edge, look), rect);
        let around = |group: &GroupShape| group.rect.overlaps(rect) && !group.rect.grown(-4.0).holds(rect);
        !self.node_grid.any(&wide, |id| self.nodes.get(&id).is_some_and(touches))
            && !self
                .note_grid
                .any(rect, |id| id != note.id && self.notes.get(&id).is_some_and(|other| other.rect.overlaps(rect)))
            && !self.edge_grid.any(rect, |id| self.edges.get(&id).is_some_and(crosses))
            && !self.groups.values().any(around)
            && !self.covers_tag(rect, look.zoom)
    }

    /// Sides and ports of the given edges. The ports of one side stand in the order of where their arrows go.
    fn ends(&self, diagram: &Diagram, edges: &BTreeSet<EdgeId>) -> BTreeMap<EdgeId, (End, End)> {
        let mut by_side: BTreeMap<(NodeId, Side), Vec<PortWish>> = BTreeMap::new();
        let mut all = edges.clone();
        let nodes = edges.iter().filter_map(|id| diagram.edges().get(id)).flat_map(|edge| [edge.from, edge.to]);
        all.extend(nodes.filter_map(|id| self.joined.get(&id)).flatten().copied());
        for id in &all {
            let Some(edge) = diagram.edges().get(id) else { continue };
            let (Some(from), Some(to)) = (self.nodes.get(&edge.from), self.nodes.get(&edge.to)) else { continue };
            // An arrow that stays where it was keeps its sides.
            let (out, into) = self.edges.get(id).map_or_else(
                || sides::sides(&from.rect, &to.rect, edge.relation, &|rect| self.hits(rect)),
                |edge| edge.sides,
            );
            by_side.entry((edge.from, out)).or_default().push((along(out, &from.rect, &to.rect), *id, true));
            by_side.entry((edge.to, into)).or_default().push((along(into, &to.rect, &from.rect), *id, false));
        }
        let mut ends: BTreeMap<EdgeId, (Option<End>, Option<End>)> = BTreeMap::new();
        for ((node, side), mut ports) in by_side {
            let card = self.nodes[&node].rect;
            ports.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let crowd = ports.len();
            for ((_, id, starts), offset) in ports.iter().zip(route::port_offsets(crowd)) {
                let end = Some(End { card, side, at: side.at(&card, offset), crowd });
                let slot = ends.entry(*id).or_default();
                if *starts { slot.0 = end } else { slot.1 = end }
            }
        }
        let both = |(id, (from, to)): (EdgeId, (Option<End>, Option<End>))| {
            let (mut from, mut to) = (from?, to?);
            route::straighten(&mut from, &mut to);
            Some((id, (from, to)))
        };
        ends.into_iter().filter(|(id, _)| edges.contains(id)).filter_map(both).collect()
    }

    /// Every node.
    #[must_use]
    pub fn nodes(&self) -> &BTreeMap<NodeId, NodeShape> {
        &self.nodes
    }

    /// Every edge.
    #[must_use]
    pub fn edges(&self) -> &BTreeMap<EdgeId, EdgeShape> {
        &self.edges
    }

    /// Every group, by identifier; draw them by depth.
    #[must_use]
    pub fn groups(&self) -> &BTreeMap<GroupId, GroupShape> {
        &self.groups
    }

    /// Every note.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<NoteId, NoteShape> {
        &self.notes
    }

    /// The nodes in or near a rectangle.
    #[must_use]
    pub fn nodes_near(&self, rect: &Rect) -> Vec<NodeId> {
        self.node_grid.near(rect)
    }

    /// The edges in or near a rectangle.
    #[must_use]
    pub fn edges_near(&self, rect: &Rect) -> Vec<EdgeId> {
        self.edge_grid.near(rect)
    }

    /// The rectangle around everything; `None` for an empty picture.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let nodes = self.nodes.values().map(|node| {
            let name = drawn::name_under(node, 1.0).filter(|_| node.tile_only).map(|name| name.rect);
            name.map_or(node.rect, |name| node.rect.union(&name))
        });
        let rest = self.groups.values().map(|group| group.rect).chain(self.notes.values().map(|note| note.rect));
        let edges = self.edges.values().map(EdgeShape::bounds);
        nodes.chain(rest).chain(edges).reduce(|all, rect| all.union(&rect))
    }

    /// What stands at a place of the canvas, topmost first: nodes, notes, edges within `reach`, tags and borders of groups.
    #[must_use]
    pub fn at(&self, place: Pos, reach: f32) -> Option<Element> {
        let spot = Rect { min: place, max: place };
        let nodes = self.nodes_near(&spot);
        let node = nodes.into_iter().rev().find(|id| self.nodes[id].rect.contains(place)).map(Element::Node);
        let note =
            || self.notes.values().rev().find(|note| note.rect.contains(place)).map(|note| Element::Note(note.id));
        node.or_else(note).or_else(|| self.edge_at(place, reach)).or_else(|| self.group_at(place, reach))
    }

    fn edge_at(&self, place: Pos, reach: f32) -> Option<Element> {
        let near = self.edges_near(&Rect { min: place, max: place }.grown(reach));
        let distances = near.into_iter().map(|id| (self.edges[&id].distance(place), id));
        let nearest = distances.filter(|(distance, _)| *distance <= reach).min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.map(|(_, id)| Element::Edge(id))
    }

    fn group_at(&self, place: Pos, reach: f32) -> Option<Element> {
        let mut groups: Vec<&GroupShape> = self.groups.values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.depth));
        let touched = |group: &&&GroupShape| {
            let on_border = group.rect.grown(reach).contains(place) && !group.rect.grown(-reach).contains(place);
            on_border || group.tag().contains(place)
        };
        groups.iter().find(touched).map(|group| Element::Group(group.id))
    }

    /// The innermost group around a place.
    #[must_use]
    pub fn group_around(&self, place: Pos) -> Option<GroupId> {
        let around = self.groups.values().filter(|group| group.rect.contains(place));
        around.max_by_key(|group| group.depth).map(|group| group.id)
    }
}

#[cfg(test)]
mod tests;
