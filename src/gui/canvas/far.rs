//! The picture from far away: a rectangle for each node and thin legs for each arrow, in one mesh.
//!
//! Must not know egui's widgets or what is selected why.

use std::collections::BTreeSet;

use eframe::egui::{Color32, Pos2, pos2};
use eframe::epaint::Mesh;

use super::hit::Shown;
use super::lines;
use crate::diagram::Element;
use crate::gui::theme::colour;
use crate::picture::geometry::TILE_MIN_PX;
use crate::picture::lens::Overlay;
use crate::picture::{Picture, Rect, Tokens};

/// Colours and places in canvas units, made anew when the document, the selection or the theme changes.
#[derive(Default)]
pub(super) struct Far {
    key: Option<u64>,
    legs: Vec<(Rect, Color32)>,
    boxes: Vec<(Rect, Color32)>,
}

/// Zoom below which cards are drawn as plain rectangles, and few tiles as well.
const CARDS: f32 = 0.2;
/// The same for many tiles: where they would become smaller than they may.
const TILES: f32 = TILE_MIN_PX / crate::picture::geometry::TILE_SIDE;

/// With no more nodes than this, tiles stay until they would touch each other.
const FEW: usize = 400;

/// Whether a zoom is far away.
pub(super) fn is_far(zoom: f32, tiles: bool, nodes: usize) -> bool {
    zoom < if tiles && nodes > FEW { TILES } else { CARDS }
}

impl Far {
    /// Makes colours and places anew when `key` is not that of the last time.
    pub(super) fn update(
        &mut self,
        key: u64,
        picture: &Picture,
        selection: &BTreeSet<Element>,
        lens: Option<&Overlay>,
        tokens: &Tokens,
    ) {
        if self.key == Some(key) {
            return;
        }
        self.key = Some(key);
        self.legs.clear();
        self.boxes.clear();
        let accent = colour(tokens.accent);
        for edge in picture.edges().values() {
            let ends = [Element::Edge(edge.id), Element::Node(edge.from), Element::Node(edge.to)];
            let emphasised = ends.iter().any(|element| selection.contains(element));
            // Thousands of lines at full strength would hide the nodes.
            let faint = colour(tokens.edge(edge.relation).over(tokens.canvas, 0.55));
            let shade = if emphasised { accent } else { faint };
            self.legs.extend(edge.way.windows(2).map(|leg| (Rect::spanning(leg[0], leg[1]), shade)));
        }
        for node in picture.nodes().values() {
            let selected = selection.contains(&Element::Node(node.id));
            let plain = if lens.is_some() { tokens.card } else { tokens.tile(node.category) };
            let laid = lens.and_then(|lens| lens.nodes.get(&node.id)?.inks(tokens).0);
            self.boxes.push((node.rect, if selected { accent } else { colour(laid.unwrap_or(plain)) }));
        }
    }

    /// The mesh of what `view` (in canvas units) shows.
    pub(super) fn mesh(&self, shown: &Shown, view: &Rect) -> Mesh {
        let mut mesh = Mesh::default();
        let (zoom, pan) = (shown.camera.zoom, shown.camera.pan);
        let at = |x: f32, y: f32| pos2(x * zoom + pan.x, y * zoom + pan.y);
        let visible = |rect: &Rect| {
            rect.min.x <= view.max.x && view.min.x <= rect.max.x && rect.min.y <= view.max.y && view.min.y <= rect.max.y
        };
        for (leg, shade) in self.legs.iter().filter(|(leg, _)| visible(leg)) {
            let (min, max) = (at(leg.min.x, leg.min.y), at(leg.max.x, leg.max.y));
            lines::quad(&mut mesh, corners(pos2(min.x - 0.5, min.y - 0.5), pos2(max.x + 0.5, max.y + 0.5)), *shade);
        }
        for (rect, shade) in self.boxes.iter().filter(|(rect, _)| visible(rect)) {
            // Smaller than this a node could not be seen.
            let (min, max) = (at(rect.min.x, rect.min.y), at(rect.max.x, rect.max.y));
            let least = pos2(max.x.max(min.x + 2.0), max.y.max(min.y + 2.0));
            lines::quad(&mut mesh, corners(min, least), *shade);
        }
        mesh
    }
}

fn corners(min: Pos2, max: Pos2) -> [Pos2; 4] {
    [min, pos2(max.x, min.y), max, pos2(min.x, max.y)]
}
