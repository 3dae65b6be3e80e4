//! Carrying many nodes at once: what moves together is shifted as it is, and only arrows that lead out of it are routed
//! anew; once it is put down, everything around it is.
//!
//! A drag shows a new picture in every frame, and routing hundreds of arrows takes longer than one. Must not know hands.

use std::collections::BTreeSet;

use super::Picture;
use super::geometry::{Pos, pos};
use crate::catalog::Catalog;
use crate::diagram::{Diagram, EdgeId, NodeId, Touched};

/// With fewer nodes everything is routed anew at once.
const LEAST: usize = 24;

impl Picture {
    /// Follows a document in the middle of a gesture; [`Self::put_down`] is to be called when the gesture has ended.
    pub fn carry(&mut self, diagram: &Diagram, catalog: &Catalog, touched: Option<&BTreeSet<Touched>>) {
        match touched.and_then(|touched| Some((touched, self.shift_of(diagram, touched)?))) {
            Some((touched, (moved, by))) => {
                let leading_out = self.shift(&moved, by);
                if touched.iter().any(|item| matches!(item, Touched::Group(_) | Touched::Note(_))) {
                    self.put_rest(diagram, catalog);
                }
                self.route(diagram, catalog, &leading_out);
                self.carried.extend(moved);
            }
            None => self.follow(diagram, catalog, touched),
        }
    }

    /// Routes what was carried, and what it came near to, as if it had always stood there.
    pub fn put_down(&mut self, diagram: &Diagram, catalog: &Catalog) {
        if self.carried.is_empty() {
            return;
        }
        let carried = std::mem::take(&mut self.carried);
        let stale = self.stale_edges(&carried);
        self.route(diagram, catalog, &stale);
    }

    /// The nodes that have moved, and how far, when all have moved alike and nothing else has happened to nodes and arrows.
    fn shift_of(&self, diagram: &Diagram, touched: &BTreeSet<Touched>) -> Option<(BTreeSet<NodeId>, Pos)> {
        let mut moved = BTreeSet::new();
        let mut by: Option<Pos> = None;
        for item in touched {
            match item {
                Touched::Node(id) => {
                    let (node, shape) = (diagram.nodes().get(id)?, self.nodes.get(id)?);
                    let corner = shape.rect.min;
                    let own = pos(node.position.x as f32 - corner.x, node.position.y as f32 - corner.y);
                    if *by.get_or_insert(own) != own {
                        return None;
                    }
                    moved.insert(*id);
                }
                Touched::Group(_) | Touched::Note(_) => {}
                Touched::Edge(_) | Touched::Document => return None,
            }
        }
        let by = by.filter(|by| *by != Pos::default() && moved.len() >= LEAST)?;
        Some((moved, by))
    }

    /// Shifts nodes and the arrows between them; returns the arrows that lead out.
    fn shift(&mut self, moved: &BTreeSet<NodeId>, by: Pos) -> BTreeSet<EdgeId> {
        let mut arrows = BTreeSet::new();
        for id in moved {
            let Some(mut shape) = self.nodes.remove(id) else { continue };
            self.node_grid.remove(*id, &shape.solid());
            shape.rect = shape.rect.moved(by.x, by.y);
            self.put_node(shape);
            arrows.extend(self.joined.get(id).into_iter().flatten().copied());
        }
        let (within, leading_out): (BTreeSet<EdgeId>, BTreeSet<EdgeId>) = arrows.into_iter().partition(|id| {
            self.edges.get(id).is_some_and(|edge| moved.contains(&edge.from) && moved.contains(&edge.to))
        });
        for id in within {
            let Some(edge) = self.edges.get_mut(&id) else { continue };
            self.edge_grid.remove(id, &edge.bounds());
            edge.shift(by);
            self.edge_grid.insert(id, &edge.bounds());
        }
        leading_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Document, Point};

    /// Carries all nodes but the first in small steps and puts them down.
    #[test]
    fn what_was_carried_and_put_down_is_drawn_as_if_it_had_been_moved_at_once() {
        let catalog = Catalog::builtin();
        for (path, text) in crate::diagram::REFERENCES {
            let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect(path);
            let mut picture = Picture::of(&diagram, &catalog);
            let mut document = Document::new(diagram.clone());
            let moved: Vec<(NodeId, Point)> =
                diagram.nodes().iter().skip(1).map(|(id, node)| (*id, node.position)).collect();
            for step in 1..=3 {
                let before = document.revision();
                let place = |at: &Point| Point { x: at.x + 80 * step, y: at.y - 40 * step };
                let places: Vec<(NodeId, Point)> = moved.iter().map(|(id, at)| (*id, place(at))).collect();
                document.transact(&catalog, "Move", |edit| edit.move_nodes(places)).expect("a move");
                picture.carry(document.diagram(), &catalog, document.touched_since(before).as_ref());
            }
            let carried = picture.carried.len();
            assert_eq!(carried, if moved.len() >= LEAST { moved.len() } else { 0 }, "{path}");
            picture.put_down(document.diagram(), &catalog);
            let anew = Picture::of(document.diagram(), &catalog);
            assert_eq!(picture.nodes(), anew.nodes(), "{path}");
            let ends = |picture: &Picture| -> Vec<_> {
                picture.edges().values().map(|edge| (edge.id, edge.sides, edge.way.first().copied())).collect()
            };
            assert_eq!(ends(&picture), ends(&anew), "{path}");
        }
    }
}
