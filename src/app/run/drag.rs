//! Moves what is selected, by drag or by key, and sees to it that nodes belong to the group in which they stand.
//!
//! Must not know pointers or keys.

use std::collections::BTreeSet;

use crate::app::{Command, Open};
use crate::catalog::Catalog;
use crate::diagram::edit::Edit;
use crate::diagram::{Element, Group, GroupId, NodeId, Point, Rejected};
use crate::picture::Rect;
use crate::picture::geometry::GRID;

impl Open {
    /// Starts a gesture, starts it anew, or takes it back.
    pub(super) fn hold(&mut self, command: &Command) {
        match command {
            Command::BeginMove => self.take_up("Move"),
            Command::BeginField(label) => self.document.begin(label),
            Command::RestartGesture => self.document.restart(),
            _ => self.cancel(),
        }
    }

    /// Starts a gesture that moves the selection with what stands in its groups.
    pub(super) fn take_up(&mut self, label: &str) {
        self.document.begin(label);
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
                put(edit, *element, snapped(Point { x: from.x + x, y: from.y + y }))?;
            }
            Ok(())
        })
    }

    /// Ends a gesture; nodes and groups that were moved join the group in which they stand now,
    /// unless they went along with theirs.
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
        let mut landed: Vec<(NodeId, Option<GroupId>)> = landed.collect();
        let nested: Vec<(GroupId, Option<GroupId>)> = moved
            .iter()
            .filter_map(|(element, from)| {
                let id = element.group()?;
                let group = self.document.diagram().groups().get(&id)?;
                let is_moved = (group.frame.x, group.frame.y) != (from.x, from.y);
                let around = self.around(id);
                (is_moved && around != group.parent && !went_along(group.parent)).then_some((id, around))
            })
            .collect();
        landed.extend(self.taken_in());
        let result = if landed.is_empty() && nested.is_empty() {
            Ok(())
        } else {
            self.document.gesture(catalog, |edit| {
                landed.into_iter().try_for_each(|(id, group)| edit.join_group(id, group))?;
                for (id, parent) in nested {
                    let Some(group) = edit.diagram().groups().get(&id).cloned() else { continue };
                    edit.put_group(id, Group { parent, ..group })?;
                }
                Ok(())
            })
        };
        self.document.finish();
        result
    }

    /// Takes back what is going on.
    pub(super) fn cancel(&mut self) {
        self.sized = None;
        self.document.cancel();
    }

    /// The innermost larger group around the middle of a group, except those that stand in it.
    fn around(&self, id: GroupId) -> Option<GroupId> {
        let own = self.picture.groups().get(&id)?.rect;
        let within = self.document.diagram().inside([id]);
        let area = |rect: &Rect| rect.width() * rect.height();
        let others = self.picture.groups().values().filter(|other| {
            other.id != id && !within.contains(&Element::Group(other.id)) && area(&other.rect) > area(&own)
        });
        let around = others.filter(|other| other.rect.contains(own.middle()));
        around.max_by_key(|other| other.depth).map(|other| other.id)
    }

    pub(super) fn moved_at_once(&mut self, catalog: &Catalog, command: &Command) -> Result<(), Rejected> {
        let Command::MoveBy(x, y) = command else { return Ok(()) };
        self.take_up("Move");
        let result = self.move_by(catalog, *x, *y);
        self.refresh(catalog);
        result.and(self.land(catalog))
    }
}

/// Moves an element that has a place; what stands in a group stays.
pub(super) fn put(edit: &mut Edit<'_>, element: Element, to: Point) -> Result<(), Rejected> {
    match element {
        Element::Node(id) => edit.move_nodes([(id, to)]),
        Element::Group(id) => {
            let Some(mut group) = edit.diagram().groups().get(&id).cloned() else { return Ok(()) };
            (group.frame.x, group.frame.y) = (to.x, to.y);
            edit.put_group(id, group)
        }
        Element::Note(id) => {
            let Some(mut note) = edit.diagram().notes().get(&id).cloned() else { return Ok(()) };
            note.position = to;
            edit.put_note(id, note)
        }
        Element::Edge(_) => Ok(()),
    }
}

/// The nearest place on the grid.
pub(super) fn snapped(at: Point) -> Point {
    let grid = GRID as i32;
    let snap = |at: i32| (at + grid / 2).div_euclid(grid) * grid;
    Point { x: snap(at.x), y: snap(at.y) }
}
