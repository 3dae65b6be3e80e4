//! Moves what is selected, by drag or by key, and sees to it that nodes belong to the group in which they stand.
//!
//! Must not know pointers or keys.

use std::collections::BTreeSet;

use crate::app::{Command, Open};
use crate::catalog::Catalog;
use crate::diagram::{Element, GroupId, NodeId, Point, Rejected};
use crate::picture::geometry::GRID;

impl Open {
    pub(super) fn begin_move(&mut self) {
        self.document.begin("Move");
        let mut moved: BTreeSet<Element> = self.selection.clone();
        let diagram = self.document.diagram();
        moved.extend(diagram.inside(self.selection.iter().filter_map(|element| element.group())));
        let place = |element: Element| match element {
            Element::Node(id) => diagram.nodes().get(&id).map(|node| node.position),
            Element::Group(id) => diagram.groups().get(&id).map(|group| Point { x: group.frame.x, y: group.frame.y }),
            Element::Note(id) => diagram.notes().get(&id).map(|note| note.position),
            Element::Edge(_) => None,
        };
        self.drag = moved.into_iter().filter_map(|element| Some((element, place(element)?))).collect();
    }

    /// Moves what is dragged to where it started plus a distance, on the grid.
    pub(super) fn move_by(&mut self, catalog: &Catalog, x: i32, y: i32) -> Result<(), Rejected> {
        let places = self.drag.clone();
        self.document.gesture(catalog, |edit| {
            for (element, from) in &places {
                let to = snapped(Point { x: from.x + x, y: from.y + y });
                match element {
                    Element::Node(id) => edit.move_nodes([(*id, to)])?,
                    Element::Group(id) => {
                        let Some(mut group) = edit.diagram().groups().get(id).cloned() else { continue };
                        (group.frame.x, group.frame.y) = (to.x, to.y);
                        edit.put_group(*id, group)?;
                    }
                    Element::Note(id) => {
                        let Some(mut note) = edit.diagram().notes().get(id).cloned() else { continue };
                        note.position = to;
                        edit.put_note(*id, note)?;
                    }
                    Element::Edge(_) => {}
                }
            }
            Ok(())
        })
    }

    /// Ends a gesture; nodes that were moved join the group in which they stand now, unless they went along with theirs.
    pub(super) fn land(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let moved = std::mem::take(&mut self.drag);
        let went_along = |group: Option<GroupId>| {
            group.is_some_and(|id| moved.iter().any(|(element, _)| *element == Element::Group(id)))
        };
        let landed = moved.iter().filter_map(|(element, from)| {
            let Element::Node(id) = *element else { return None };
            let node = self.document.diagram().nodes().get(&id).filter(|node| node.position != *from)?;
            let around = self.picture.group_around(self.picture.nodes().get(&id)?.rect.middle());
            (around != node.group && !went_along(node.group)).then_some((id, around))
        });
        let landed: Vec<(NodeId, Option<GroupId>)> = landed.collect();
        let result = if landed.is_empty() {
            Ok(())
        } else {
            let join = |(id, group)| move |edit: &mut crate::diagram::edit::Edit<'_>| edit.join_group(id, group);
            landed.into_iter().try_for_each(|place| self.document.gesture(catalog, join(place)))
        };
        self.document.finish();
        result
    }

    pub(super) fn moved_at_once(&mut self, catalog: &Catalog, command: &Command) -> Result<(), Rejected> {
        let Command::MoveBy(x, y) = command else { return Ok(()) };
        self.begin_move();
        let result = self.move_by(catalog, *x, *y);
        self.refresh(catalog);
        result.and(self.land(catalog))
    }
}

/// The nearest place on the grid.
pub(super) fn snapped(at: Point) -> Point {
    let grid = GRID as i32;
    let snap = |at: i32| (at + grid / 2).div_euclid(grid) * grid;
    Point { x: snap(at.x), y: snap(at.y) }
}
