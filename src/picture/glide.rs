//! The way from where everything stood to where it stands now: nodes, containers and notes glide, arrows go along
//! without their corners and words.
//!
//! Must not know time, nor who moved what.

use std::collections::BTreeMap;

use super::geometry::{Pos, Rect, pos};
use super::{NodeShape, NoteShape, Picture};
use crate::diagram::{GroupId, NodeId, NoteId};

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stand {
    nodes: BTreeMap<NodeId, Pos>,
    groups: BTreeMap<GroupId, Rect>,
    notes: BTreeMap<NoteId, Pos>,
}

impl Stand {
    /// Where everything of a picture stands.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        Self {
            nodes: picture.nodes.iter().map(|(id, node)| (*id, node.rect.min)).collect(),
            groups: picture.groups.iter().map(|(id, group)| (*id, group.rect)).collect(),
            notes: picture.notes.iter().map(|(id, note)| (*id, note.rect.min)).collect(),
        }
    }

    /// The farthest that anything has to go to another stand, in canvas units.
    #[must_use]
    pub fn farthest(&self, to: &Self) -> f32 {
        let nodes = self.nodes.iter().filter_map(|(id, at)| Some(at.distance(*to.nodes.get(id)?)));
        let notes = self.notes.iter().filter_map(|(id, at)| Some(at.distance(*to.notes.get(id)?)));
        let groups = self.groups.iter().filter_map(|(id, rect)| Some(rect.min.distance(to.groups.get(id)?.min)));
        nodes.chain(notes).chain(groups).fold(0.0, f32::max)
    }
}

impl Picture {
    /// The picture on its way from another stand; at a share of 1 it has arrived. What was not there stands where it is.
    #[must_use]
    pub fn on_its_way(&self, from: &Stand, share: f32) -> Self {
        let mut picture = self.clone();
        let back = |at: Pos, before: Option<&Pos>| {
            before.map_or(Pos::default(), |before| {
                pos((before.x - at.x) * (1.0 - share), (before.y - at.y) * (1.0 - share))
            })
        };
        let by: BTreeMap<NodeId, Pos> =
            self.nodes.iter().map(|(id, node)| (*id, back(node.rect.min, from.nodes.get(id)))).collect();
        for (id, by) in &by {
            if let Some(shape) = self.nodes.get(id).filter(|_| *by != Pos::default()) {
                picture.drop_node(*id);
                picture.put_node(NodeShape { rect: shape.rect.moved(by.x, by.y), ..shape.clone() });
            }
        }
        picture.straighten(&by);
        for (id, group) in &mut picture.groups {
            if let Some(before) = from.groups.get(id) {
                let (min, max) = (before.min.towards(group.rect.min, share), before.max.towards(group.rect.max, share));
                group.rect = Rect { min, max };
            }
        }
        for (id, note) in &mut picture.notes {
            let by = back(note.rect.min, from.notes.get(id));
            let NoteShape { rect, tall, .. } = note;
            std::iter::once(rect).chain(tall).for_each(|rect| *rect = rect.moved(by.x, by.y));
        }
        picture
    }

    /// Takes the corners and words of arrows away whose ends are moved.
    fn straighten(&mut self, by: &BTreeMap<NodeId, Pos>) {
        for (id, edge) in &mut self.edges {
            let [from, to] = [edge.from, edge.to].map(|end| by.get(&end).copied().unwrap_or_default());
            let (Some(first), Some(last)) = (edge.way.first(), edge.way.last()) else { continue };
            if from == Pos::default() && to == Pos::default() {
                continue;
            }
            let way = vec![pos(first.x + from.x, first.y + from.y), pos(last.x + to.x, last.y + to.y)];
            self.edge_grid.remove(*id, &edge.bounds());
            (edge.way, edge.spots) = (way, Default::default());
            self.edge_grid.insert(*id, &edge.bounds());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::diagram::Document;
    use crate::picture::arrange::{Arrangement, arrange};

    #[test]
    fn everything_goes_from_where_it_stood_to_where_it_stands() {
        let catalog = Catalog::builtin();
        for (path, text) in crate::diagram::REFERENCES {
            let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect(path);
            let before = Picture::of(&diagram, &catalog);
            let mut document = Document::new(diagram.clone());
            let placement = arrange(&diagram, &catalog, Arrangement::Flow);
            document.transact(&catalog, "Arrange", |edit| edit.place(placement)).expect("it fits");
            let after = Picture::of(document.diagram(), &catalog);
            let (from, to) = (Stand::of(&before), Stand::of(&after));
            let far = from.farthest(&to);
            assert!(far > 8.0, "{path}");
            assert_eq!(Stand::of(&after.on_its_way(&from, 0.0)), from, "{path}");
            assert_eq!(Stand::of(&after.on_its_way(&from, 1.0)), to, "{path}");
            let half = after.on_its_way(&from, 0.5);
            assert!((Stand::of(&half).farthest(&to) - far / 2.0).abs() < 1.0, "{path}");
            for edge in half.edges().values() {
                let ends = [(edge.from, edge.way.first()), (edge.to, edge.way.last())];
                for (node, at) in ends.into_iter().filter_map(|(end, at)| Some((half.nodes().get(&end)?, at?))) {
                    let is_near = node.rect.grown(1.0).overlaps(&Rect::around(*at, 1.0, 1.0));
                    assert!(is_near, "{path}: the arrow goes along with {}", node.name);
                }
            }
        }
    }
}
