//! Commands on the open diagram that need nothing else of the workspace: choosing, adding, walking, zooming, writing.
//!
//! Must not know files, dialogs or the background.

use std::collections::BTreeSet;

use super::clip;
use super::drag::snapped;
use crate::app::command::joined;
use crate::app::fields::fields_of;
use crate::app::{Choose, Command, Open, Overlay};
use crate::catalog::{Archetype, Catalog, FieldType, KindId};
use crate::diagram::edit::Edit;
use crate::diagram::{Element, Group, NodeId, Note, Point, Rejected};
use crate::picture::geometry::GRID;
use crate::picture::{Port, pos};

impl Open {
    pub(super) fn everything(&self) -> BTreeSet<Element> {
        let diagram = self.document.diagram();
        let nodes = diagram.nodes().keys().map(|id| Element::Node(*id));
        let groups = diagram.groups().keys().map(|id| Element::Group(*id));
        nodes.chain(groups).chain(diagram.notes().keys().map(|id| Element::Note(*id))).collect()
    }

    pub(super) fn choose(&mut self, elements: BTreeSet<Element>, how: Choose) {
        match how {
            Choose::Only => self.selection = elements,
            Choose::Add => self.selection.extend(elements),
            Choose::Toggle => self.selection = &self.selection ^ &elements,
        }
        // A key may have deleted in the same frame what was clicked.
        self.unselect_gone();
    }

    pub(super) fn delete(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let elements = std::mem::take(&mut self.selection);
        self.document.transact(catalog, "Delete", |edit| edit.remove(&elements))
    }

    pub(super) fn add(&mut self, catalog: &Catalog, kind: &KindId, at: Point) -> Result<(), Rejected> {
        if catalog.kind(kind).archetype == Archetype::Container {
            return self.add_container(catalog, kind, at);
        }
        let at = snapped(at);
        let group = self.picture.group_around(pos(at.x as f32 + GRID, at.y as f32 + GRID));
        let added = self.document.transact(catalog, "Add", |edit| {
            let id = edit.add_node(kind, None, at)?;
            edit.join_group(id, group)?;
            Ok(id)
        })?;
        self.selection = BTreeSet::from([Element::Node(added)]);
        Ok(())
    }

    /// What asks for a kind to join to the selected node, where there is room behind it.
    pub(super) fn offer_beside(&self) -> Option<Overlay> {
        let id = self.one_node()?;
        Some(Overlay::Offer(id, Port::Out, self.room_beside(id, Port::Out)?))
    }

    /// Where there is room for a node that is to be joined to a port of another.
    #[must_use]
    pub fn room_beside(&self, id: NodeId, port: Port) -> Option<Point> {
        let card = self.picture.nodes().get(&id)?.rect;
        let middle = match port {
            Port::Out => pos(card.max.x + card.width(), card.middle().y),
            Port::In => pos(card.min.x - card.width(), card.middle().y),
            Port::Failure => pos(card.middle().x, card.max.y + card.height()),
        };
        let by = clip::room_for(&self.picture, &card, Some(middle));
        Some(Point { x: card.min.x as i32 + by.x, y: card.min.y as i32 + by.y })
    }

    /// Adds a node and joins it to a port of another, as one step.
    pub(super) fn add_joined(
        &mut self,
        catalog: &Catalog,
        kind: &KindId,
        (from, port): (NodeId, Port),
        at: Point,
    ) -> Result<(), Rejected> {
        let at = snapped(at);
        let group = self.picture.group_around(pos(at.x as f32 + GRID, at.y as f32 + GRID));
        let added = self.document.transact(catalog, "Add", |edit| {
            let id = edit.add_node(kind, None, at)?;
            edit.join_group(id, group)?;
            let (from, to, relation) = joined(from, port, id);
            edit.connect(from, to, relation)?;
            Ok(id)
        })?;
        self.selection = BTreeSet::from([Element::Node(added)]);
        Ok(())
    }

    /// Selects the node that comes `by` places after the selected one, in reading order.
    pub(super) fn walk(&mut self, by: isize) -> Result<(), Rejected> {
        let mut nodes: Vec<(i32, i32, NodeId)> =
            self.document.diagram().nodes().iter().map(|(id, node)| (node.position.x, node.position.y, *id)).collect();
        nodes.sort_unstable();
        let at = self.one_node().and_then(|id| nodes.iter().position(|(.., node)| *node == id));
        let count = nodes.len() as isize;
        let next = at.map_or(if by > 0 { 0 } else { count - 1 }, |at| (at as isize + by).rem_euclid(count.max(1)));
        if let Some((.., id)) = usize::try_from(next).ok().and_then(|next| nodes.get(next)) {
            self.selection = BTreeSet::from([Element::Node(*id)]);
        }
        Ok(())
    }

    pub(super) fn zoom(&mut self, to: impl Fn(f32) -> f32) -> Result<(), Rejected> {
        let middle = pos(self.panel.0 / 2.0, self.panel.1 / 2.0);
        if let Some(camera) = &mut self.camera {
            self.sent += 1;
            *camera = camera.zoomed(to(camera.zoom) / camera.zoom, middle);
        }
        Ok(())
    }

    /// Commands that write a value.
    pub(super) fn write(&mut self, catalog: &Catalog, command: Command) -> Result<(), Rejected> {
        match command {
            Command::Set(elements, key, value) => {
                let first = elements.first().and_then(|element| fields_of(self.document.diagram(), catalog, *element));
                let field = first.and_then(|(fields, _)| fields.iter().find(|field| field.key == key));
                let label = field.map_or_else(|| key.replace('_', " "), |field| field.label.to_lowercase());
                self.in_gesture(catalog, &format!("Change {label}"), |edit| {
                    elements.iter().try_for_each(|element| edit.set(*element, &key, value.clone()))
                })
            }
            Command::SetUsage(nodes, key, value) => {
                let first = nodes.first().and_then(|id| self.document.diagram().nodes().get(id));
                let label =
                    first.and_then(|node| catalog.kind(&node.kind).usage_key(&key)).map(|key| key.label.to_lowercase());
                self.in_gesture(catalog, &format!("Change {}", label.unwrap_or_else(|| key.clone())), |edit| {
                    nodes.iter().try_for_each(|node| edit.set_usage(*node, &key, value.clone()))
                })
            }
            Command::Reset(elements) => self.reset(catalog, &elements),
            Command::NumberEdge(id, step) => self.in_gesture(catalog, "Number", |edit| edit.number_edge(id, step)),
            Command::LabelEdge(id, text) => self.in_gesture(catalog, "Label", |edit| edit.label_edge(id, Some(&text))),
            Command::RenameGroup(id, name) => self.in_gesture(catalog, "Rename", |edit| {
                let Some(group) = edit.diagram().groups().get(&id).cloned() else { return Ok(()) };
                edit.put_group(id, Group { name, ..group })
            }),
            Command::RecastGroup(id, kind) => self.recast(catalog, id, &kind),
            Command::WriteNote(id, title, text) => self.in_gesture(catalog, "Write", |edit| {
                let Some(note) = edit.diagram().notes().get(&id).cloned() else { return Ok(()) };
                edit.put_note(id, Note { title, text, ..note })
            }),
            Command::AttachNote(id, attached) => self.attach_to(catalog, id, attached),
            Command::RenameDiagram(name) => self.in_gesture(catalog, "Rename", |edit| edit.rename_diagram(&name)),
            _ => Ok(()),
        }
    }

    /// Gives every setting back to its default; texts that the document carries stay.
    fn reset(&mut self, catalog: &Catalog, elements: &BTreeSet<Element>) -> Result<(), Rejected> {
        let mut changed = Vec::new();
        for element in elements {
            let Some((fields, settings)) = fields_of(self.document.diagram(), catalog, *element) else { continue };
            let fields = fields.iter().filter(|field| field.field_type != FieldType::File);
            let set = fields.filter(|field| settings.contains_key(&field.key));
            changed.extend(set.map(|field| (*element, field.key.clone())));
        }
        self.in_gesture(catalog, "Reset settings", |edit| {
            changed.iter().try_for_each(|(element, key)| edit.set(*element, key, None))
        })
    }

    /// Runs a change inside the gesture that is open, or as a step of its own.
    pub(super) fn in_gesture<T>(
        &mut self,
        catalog: &Catalog,
        label: &str,
        verbs: impl FnOnce(&mut Edit<'_>) -> Result<T, Rejected>,
    ) -> Result<(), Rejected> {
        let result = if self.document.in_gesture() {
            self.document.gesture(catalog, verbs)
        } else {
            self.document.transact(catalog, label, verbs)
        };
        result.map(drop)
    }
}
