//! What stands under the pointer, by what is drawn: cards or tiles, ports, notes, arrows, tags and borders of groups.
//!
//! Must not know egui.

use std::collections::BTreeSet;

use crate::diagram::{Element, NodeId};
use crate::picture::geometry::TILE_SIDE;
use crate::picture::paint::tile_rect;
use crate::picture::route::Side;
use crate::picture::{Camera, EdgeShape, Look, NodeShape, NoteShape, Picture, Port, Pos, Rect, bend, drawn};

/// How the picture is shown at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shown {
    /// Canvas units to pixels.
    pub(super) camera: Camera,
    /// Nodes are tiles.
    pub(super) tiles: bool,
    /// Nodes are plain rectangles, without ports and names.
    pub(super) far: bool,
}

impl Shown {
    /// How the picture is looked at.
    pub(super) fn look(&self) -> Look {
        Look { tiles: self.tiles, zoom: self.camera.zoom }
    }
}

/// What stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Hit {
    /// Ground.
    Nothing,
    /// An element.
    Element(Element),
    /// A port of a node.
    Port(NodeId, Port),
    /// A handle of a group or note: which edges it moves, -1 for left and upper, 1 for right and lower ones.
    Handle(Element, [i8; 2]),
}

impl Hit {
    /// The element, or the node of the port.
    pub(super) fn element(self) -> Option<Element> {
        match self {
            Self::Nothing => None,
            Self::Element(element) | Self::Handle(element, _) => Some(element),
            Self::Port(node, _) => Some(Element::Node(node)),
        }
    }

    /// The node, if it is one or a port of one.
    pub(super) fn node(self) -> Option<NodeId> {
        match self.element() {
            Some(Element::Node(id)) => Some(id),
            _ => None,
        }
    }
}

/// How near the pointer must come to a handle, in pixels.
const HANDLE_REACH: f32 = 7.0;

/// How near the pointer must come to a port and to an arrow, in pixels.
const REACH: (f32, f32) = (12.0, 6.0);

/// The rectangle that a node covers, in pixels.
pub(super) fn node_rect(node: &NodeShape, shown: &Shown) -> Rect {
    if !shown.far && (shown.tiles || node.tile_only) {
        tile_rect(node, &shown.camera)
    } else {
        shown.camera.rect_to_screen(&node.rect)
    }
}

/// The ports of a node and where they are, in pixels.
pub(super) fn ports(node: &NodeShape, shown: &Shown) -> impl Iterator<Item = (Port, Pos)> {
    let rect = node_rect(node, shown);
    node.ports().map(move |(port, _)| {
        let side = match port {
            Port::In => Side::Left,
            Port::Out => Side::Right,
            Port::Failure => Side::Bottom,
        };
        (port, side.at(&rect, 0.0))
    })
}

/// The handles of what is selected, if it is a single group or note, and where they are, in pixels.
pub(super) fn handles(picture: &Picture, shown: &Shown, selection: &BTreeSet<Element>) -> Vec<(Element, [i8; 2], Pos)> {
    let Some(element) = selection.first().filter(|_| selection.len() == 1 && !shown.far) else { return Vec::new() };
    let (rect, sides): (_, &[[i8; 2]]) = match element {
        Element::Group(id) => (picture.groups().get(id).map(|group| group.rect), &AROUND),
        Element::Note(id) => (picture.notes().get(id).map(|note| note.rect), &[[1, 0]]),
        Element::Node(_) | Element::Edge(_) => (None, &[]),
    };
    let Some(rect) = rect.map(|rect| shown.camera.rect_to_screen(&rect)) else { return Vec::new() };
    let along = |from: f32, to: f32, side: i8| from + (to - from) * (f32::from(side) + 1.0) / 2.0;
    let place = |side: [i8; 2]| {
        crate::picture::pos(along(rect.min.x, rect.max.x, side[0]), along(rect.min.y, rect.max.y, side[1]))
    };
    sides.iter().map(|side| (*element, *side, place(*side))).collect()
}

/// Every corner and the middle of every side.
const AROUND: [[i8; 2]; 8] = [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]];

/// What stands at a place, given in pixels; handles of the selection come first.
pub(super) fn at_hand(picture: &Picture, shown: &Shown, selection: &BTreeSet<Element>, place: Pos) -> Hit {
    let mut handles = handles(picture, shown, selection).into_iter();
    let near = handles.find(|(.., at)| at.distance(place) <= HANDLE_REACH);
    near.map_or_else(|| at(picture, shown, place), |(element, side, _)| Hit::Handle(element, side))
}

/// What stands at a place, given in pixels.
pub(super) fn at(picture: &Picture, shown: &Shown, place: Pos) -> Hit {
    let canvas = shown.camera.to_canvas(place);
    let spot = Rect { min: canvas, max: canvas }.grown((REACH.0 + 32.0) / shown.camera.zoom);
    let near: Vec<&NodeShape> = picture.nodes_near(&spot).iter().filter_map(|id| picture.nodes().get(id)).collect();
    if let Some((node, port)) = port_at(&near, shown, place) {
        return Hit::Port(node, port);
    }
    let node = near.iter().rev().find(|node| node_rect(node, shown).contains(place));
    let covers = |note: &&NoteShape| {
        let near = note.tall.iter().any(|rect| rect.contains(canvas));
        near && drawn::note(picture, note, shown.look()).0.contains(canvas)
    };
    let note = || picture.notes().values().rev().find(covers).map(|note| Element::Note(note.id));
    let edge = || edge_at(picture, shown, place).map(Element::Edge);
    let rest =
        || picture.at(canvas, REACH.1 / shown.camera.zoom).filter(|element| matches!(element, Element::Group(_)));
    let element = node.map(|node| Element::Node(node.id)).or_else(note).or_else(edge).or_else(rest);
    element.map_or(Hit::Nothing, Hit::Element)
}

fn port_at(near: &[&NodeShape], shown: &Shown, place: Pos) -> Option<(NodeId, Port)> {
    if shown.far {
        return None;
    }
    let all = near.iter().flat_map(|node| {
        let rect = node_rect(node, shown);
        // On small cards the ports leave room to take the card itself.
        let reach = REACH.0.min(rect.width() / 6.0).min(rect.height() / 5.0);
        ports(node, shown).filter_map(move |(port, at)| {
            let distance = at.distance(place);
            (distance <= reach).then_some((distance, node.id, port))
        })
    });
    all.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node, port)| (node, port))
}

fn edge_at(picture: &Picture, shown: &Shown, place: Pos) -> Option<crate::diagram::EdgeId> {
    let canvas = shown.camera.to_canvas(place);
    let reach = REACH.1 / shown.camera.zoom;
    // Between tiles arrows are longer than between cards.
    let near = picture.edges_near(&Rect { min: canvas, max: canvas }.grown(reach + TILE_SIDE));
    let seen = |edge: &EdgeShape| {
        let line = drawn::line(picture, edge, shown.look());
        (bend::nearest(&line, canvas).distance(canvas), edge.id)
    };
    let distances = near.iter().filter_map(|id| picture.edges().get(id)).map(seen);
    distances.filter(|(distance, _)| *distance <= reach).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}
