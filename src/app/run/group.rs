//! Containers: around what is selected, away again, larger and smaller.
//!
//! Must not know pointers or keys.

use std::collections::BTreeSet;

use super::clip;
use super::drag::snapped;
use crate::app::Open;
use crate::catalog::{Catalog, KindId};
use crate::diagram::{Element, Frame, Group, GroupId, NodeId, Note, Point, Rejected};
use crate::picture::geometry::{GROUP_PADDING, GROUP_PADDING_BOTTOM, GROUP_PADDING_TOP};
use crate::picture::pos;

/// Width and height of a container that stands around nothing, in canvas units.
const EMPTY: (i32, i32) = (320, 200);
/// Smallest width and height of a container, in canvas units.
const LEAST: (i32, i32) = (96, 64);
/// Smallest and largest width of a note, in canvas units.
const NOTE_WIDTHS: (i32, i32) = (80, 1_600);

/// The kind of a container that says nothing.
pub(super) fn plain() -> KindId {
    KindId::new("generic.group")
}

impl Open {
    /// Puts a container around the selection and selects it; it stands where the selection stood.
    pub(super) fn wrap(&mut self, catalog: &Catalog, kind: &KindId) -> Result<(), Rejected> {
        let diagram = self.document.diagram();
        let part = diagram.part(catalog, &self.selection);
        let Some(bounds) = clip::bounds(&part) else { return Ok(()) };
        let nodes: Vec<NodeId> =
            part.nodes().iter().filter(|(_, node)| node.group.is_none()).map(|(id, _)| *id).collect();
        let groups = part.groups().iter().filter(|(_, group)| group.parent.is_none());
        let groups: Vec<GroupId> = groups.map(|(id, _)| *id).collect();
        let around = nodes.iter().map(|id| diagram.nodes()[id].group);
        let around: BTreeSet<Option<GroupId>> =
            around.chain(groups.iter().map(|id| diagram.groups()[id].parent)).collect();
        // Things of several containers can only stand in what is around all of them; that is left to a drag.
        let parent = if around.len() == 1 { around.into_iter().next().flatten() } else { None };
        let corner = Point { x: (bounds.min.x - GROUP_PADDING) as i32, y: (bounds.min.y - GROUP_PADDING_TOP) as i32 };
        let (width, height) =
            (bounds.width() + 2.0 * GROUP_PADDING, bounds.height() + GROUP_PADDING_TOP + GROUP_PADDING_BOTTOM);
        let frame = Frame { x: corner.x, y: corner.y, width: width as i32, height: height as i32 };
        let group = Group {
            kind: kind.clone(),
            name: stem(catalog, kind),
            frame,
            parent,
            settings: std::collections::BTreeMap::new(),
        };
        let made = self.document.transact(catalog, "Group", |edit| {
            let made = edit.add_group(group)?;
            nodes.into_iter().try_for_each(|node| edit.join_group(node, Some(made)))?;
            for id in groups {
                let Some(inner) = edit.diagram().groups().get(&id).cloned() else { continue };
                edit.put_group(id, Group { parent: Some(made), ..inner })?;
            }
            Ok(made)
        })?;
        self.selection = BTreeSet::from([Element::Group(made)]);
        Ok(())
    }

    /// Adds a container that stands around nothing yet.
    pub(super) fn add_container(&mut self, catalog: &Catalog, kind: &KindId, at: Point) -> Result<(), Rejected> {
        let at = snapped(at);
        let frame = Frame { x: at.x, y: at.y, width: EMPTY.0, height: EMPTY.1 };
        let parent = self.picture.group_around(pos((at.x + EMPTY.0 / 2) as f32, (at.y + EMPTY.1 / 2) as f32));
        let settings = std::collections::BTreeMap::new();
        let group = Group { kind: kind.clone(), name: stem(catalog, kind), frame, parent, settings };
        let made = self.document.transact(catalog, "Add", |edit| edit.add_group(group))?;
        self.selection = BTreeSet::from([Element::Group(made)]);
        Ok(())
    }

    /// Takes the selected groups away and selects what stood in them.
    pub(super) fn ungroup(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let groups: BTreeSet<GroupId> = self.selection.iter().filter_map(|element| element.group()).collect();
        let diagram = self.document.diagram();
        let stood = |around: Option<GroupId>| around.is_some_and(|group| groups.contains(&group));
        let nodes = diagram.nodes().iter().filter(|(_, node)| stood(node.group)).map(|(id, _)| Element::Node(*id));
        let nested = diagram.groups().iter().filter(|(id, group)| stood(group.parent) && !groups.contains(id));
        let left: BTreeSet<Element> = nodes.chain(nested.map(|(id, _)| Element::Group(*id))).collect();
        let gone = groups.into_iter().map(Element::Group).collect();
        self.document.transact(catalog, "Ungroup", |edit| edit.remove(&gone))?;
        self.selection = left;
        Ok(())
    }

    /// Makes a group one of another kind; settings that the other kind does not have go.
    pub(super) fn recast(&mut self, catalog: &Catalog, id: GroupId, kind: &KindId) -> Result<(), Rejected> {
        let Some(mut group) = self.document.diagram().groups().get(&id).cloned() else { return Ok(()) };
        let known = catalog.kind(kind);
        group.settings.retain(|key, value| known.field(key).is_some_and(|field| field.refusal(value).is_none()));
        group.kind = kind.clone();
        self.in_gesture(catalog, "Change the kind", |edit| edit.put_group(id, group))
    }

    /// Gives a group another outline or a note another width, inside the gesture that is open or as a step of its own.
    pub(super) fn resize(&mut self, catalog: &Catalog, element: Element, frame: Frame) -> Result<(), Rejected> {
        self.sized = element.group();
        self.in_gesture(catalog, "Resize", |edit| match element {
            Element::Group(id) => {
                let Some(group) = edit.diagram().groups().get(&id).cloned() else { return Ok(()) };
                let frame = Frame { width: frame.width.max(LEAST.0), height: frame.height.max(LEAST.1), ..frame };
                edit.put_group(id, Group { frame, ..group })
            }
            Element::Note(id) => {
                let Some(note) = edit.diagram().notes().get(&id).cloned() else { return Ok(()) };
                edit.put_note(id, Note { width: frame.width.clamp(NOTE_WIDTHS.0, NOTE_WIDTHS.1), ..note })
            }
            Element::Node(_) | Element::Edge(_) => Ok(()),
        })
    }

    /// The nodes that came to stand inside or outside of the group that was resized, each with the group to join.
    pub(super) fn taken_in(&mut self) -> Vec<(NodeId, Option<GroupId>)> {
        let Some(id) = self.sized.take() else { return Vec::new() };
        let diagram = self.document.diagram();
        let Some((group, shape)) = diagram.groups().get(&id).zip(self.picture.groups().get(&id)) else {
            return Vec::new();
        };
        let new_group = |node: &NodeId| {
            let (is_in, around) = (self.picture.nodes().get(node)?.rect.middle(), diagram.nodes().get(node)?.group);
            match shape.rect.contains(is_in) {
                true if around == group.parent && self.picture.group_around(is_in) == Some(id) => {
                    Some((*node, Some(id)))
                }
                false if around == Some(id) => Some((*node, group.parent)),
                _ => None,
            }
        };
        diagram.nodes().keys().filter_map(new_group).collect()
    }
}

/// What a new container is called.
fn stem(catalog: &Catalog, kind: &KindId) -> String {
    catalog.kind(kind).name_stem.clone()
}
