//! Moves what is selected, by drag or by key, and sees to it that nodes belong to the group in which they stand.
//!
//! Must not know pointers or keys.

use std::collections::BTreeSet;

use crate::app::{Action, Command, Drag, Open, Snap};
use crate::catalog::Catalog;
use crate::diagram::edit::Edit;
use crate::diagram::{Element, Group, GroupId, NodeId, Point, Rejected};
use crate::picture::geometry::GRID;
use crate::picture::{Rect, guide};

/// How near things must come to fall in line, in pixels.
const PULL_PX: f32 = 6.0;
/// The same in canvas units, at most: far away a pixel is many units.
const MAX_PULL: f32 = 24.0;
/// Steps of the grid of a far move.
const FAR: i32 = 10;
/// With so many things around, more of them would only pull everywhere.
const MAX_AROUND: usize = 2_000;

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
        self.take_along();
    }

    /// Remembers where the selection, and what stands in its groups, is.
    fn take_along(&mut self) {
        let mut moved: BTreeSet<Element> = self.selection.clone();
        let diagram = self.document.diagram();
        moved.extend(diagram.inside(self.selection.iter().filter_map(|element| element.group())));
        let place = |element: Element| match element {
            Element::Node(id) => diagram.nodes().get(&id).map(|node| node.position),
            Element::Group(id) => diagram.groups().get(&id).map(|group| Point { x: group.frame.x, y: group.frame.y }),
            Element::Note(id) => diagram.notes().get(&id).map(|note| note.position),
            Element::Edge(_) => None,
        };
        let from: Vec<(Element, Point)> =
            moved.iter().filter_map(|element| Some((*element, place(*element)?))).collect();
        let rects = from.iter().filter_map(|(element, _)| self.place_of(*element));
        let bounds = rects.reduce(|all, rect| all.union(&rect)).unwrap_or_default();
        self.drag = Drag { from, bounds, around: self.around_drag(&moved), guides: Vec::new() };
    }

    /// The rectangles of what is seen and does not move.
    fn around_drag(&self, moved: &BTreeSet<Element>) -> Vec<Rect> {
        let Some(camera) = self.camera else { return Vec::new() };
        let seen = camera.rect_to_canvas(&Rect::new(0.0, 0.0, self.panel.0, self.panel.1));
        let nodes = self.picture.nodes_near(&seen).into_iter().map(Element::Node);
        let groups = self.picture.groups().keys().map(|id| Element::Group(*id));
        let notes = self.picture.notes().keys().map(|id| Element::Note(*id));
        let still = nodes.chain(groups).chain(notes).filter(|element| !moved.contains(element));
        let seen = still.filter_map(|element| self.place_of(element)).filter(|rect| rect.overlaps(&seen));
        seen.take(MAX_AROUND).collect()
    }

    /// Puts a copy of the selection where it stands and takes the copy up.
    pub(super) fn begin_copy(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let part = self.document.diagram().part(catalog, &self.selection);
        self.document.begin("Duplicate");
        self.selection = self.document.gesture(catalog, |edit| edit.insert(&part, Point::default()))?;
        self.refresh(catalog);
        self.take_along();
        Ok(())
    }

    /// Moves what is dragged to where it started plus a distance, in line with what is near or on the grid.
    pub(super) fn move_by(&mut self, catalog: &Catalog, by: Point, snap: Snap) -> Result<(), Rejected> {
        let by = match snap {
            Snap::InLine => self.in_line(by),
            Snap::Free => by,
        };
        let at = self.drag.bounds.moved(by.x as f32, by.y as f32);
        self.drag.guides = if snap == Snap::InLine { guide::guides(&at, &self.drag.around) } else { Vec::new() };
        self.shift(catalog, by)
    }

    /// Moves what is dragged to where it started plus exactly a distance.
    fn shift(&mut self, catalog: &Catalog, by: Point) -> Result<(), Rejected> {
        let Self { document, drag, .. } = self;
        document.gesture(catalog, |edit| {
            let place = |from: &Point| Point { x: from.x + by.x, y: from.y + by.y };
            drag.from.iter().try_for_each(|(element, from)| put(edit, *element, place(from)))
        })
    }

    /// The distance that puts what is dragged in line with what is near, or on the grid where nothing is.
    fn in_line(&self, by: Point) -> Point {
        let reach = self.camera.map_or(0.0, |camera| PULL_PX / camera.zoom).min(MAX_PULL);
        let moved = self.drag.bounds.moved(by.x as f32, by.y as f32);
        let (x, y) = guide::pull(&moved, &self.drag.around, reach);
        let on_grid = self.on_grid(by);
        let pulled = |pull: Option<f32>, by: i32, on_grid: i32| pull.map_or(on_grid, |pull| by + pull as i32);
        Point { x: pulled(x, by.x, on_grid.x), y: pulled(y, by.y, on_grid.y) }
    }

    /// The distance that puts the corner of what is dragged on the grid; what is dragged together keeps its order.
    fn on_grid(&self, by: Point) -> Point {
        let corner = self.drag.bounds.min;
        let (left, top) = (corner.x.round() as i32, corner.y.round() as i32);
        let place = snapped(Point { x: left + by.x, y: top + by.y });
        Point { x: place.x - left, y: place.y - top }
    }

    /// Ends a gesture; nodes and groups that were moved join the group in which they stand now,
    /// unless they went along with theirs.
    pub(super) fn land(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let moved = std::mem::take(&mut self.drag).from;
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
        self.drag = Drag::default();
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

    /// Moves the selection as an action says, as a step of undo of its own.
    pub(super) fn nudge(&mut self, catalog: &Catalog, action: Action) -> Result<(), Rejected> {
        let Some((x, y)) = step_of(action) else { return Ok(()) };
        self.take_up("Move");
        let by = self.on_grid(Point { x: x * GRID as i32, y: y * GRID as i32 });
        let result = self.shift(catalog, by);
        self.refresh(catalog);
        result.and(self.land(catalog))
    }
}

/// How many steps of the grid to the right and down an action moves the selection.
pub(super) fn step_of(action: Action) -> Option<(i32, i32)> {
    match action {
        Action::NudgeLeft => Some((-1, 0)),
        Action::NudgeRight => Some((1, 0)),
        Action::NudgeUp => Some((0, -1)),
        Action::NudgeDown => Some((0, 1)),
        Action::FarLeft => Some((-FAR, 0)),
        Action::FarRight => Some((FAR, 0)),
        Action::FarUp => Some((0, -FAR)),
        Action::FarDown => Some((0, FAR)),
        _ => None,
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
