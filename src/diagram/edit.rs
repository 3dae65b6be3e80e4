//! The only writer: verbs that turn what a person wants into changes of one transaction, checked against the catalogue.
//!
//! Must not know windows, command lines or files.

mod arrows;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Rejected};
use super::environment::{self, Bound, Move, Target};
use super::history::Document;
use super::integrity::workflow_edges;
use super::layout::Placement;
use super::model::{Diagram, Edge, EdgeId, Group, GroupId, Node, NodeId, Note, NoteId, Point, View};
use super::{names, workflow};
use crate::catalog::connect::{capitalised, with_article};
use crate::catalog::kind::Hook;
use crate::catalog::{Catalog, Kind, KindId, Relation};

pub use arrows::is_action;

/// Key of the setting that holds an arrow's access level.
pub const ACCESS: &str = "access";
/// Key of the setting that holds an arrow's named actions; they take the place of the level.
pub const ACTIONS: &str = "actions";
/// Key of the setting that holds the path of a workflow's definition.
pub const DEFINITION: &str = "definition";

/// Anything on the canvas that can be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A node.
    Node(NodeId),
    /// An edge.
    Edge(EdgeId),
    /// A group.
    Group(GroupId),
    /// A note.
    Note(NoteId),
}

impl Element {
    /// The node, if it is one.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        if let Self::Node(id) = self { Some(id) } else { None }
    }

    /// The group, if it is one.
    #[must_use]
    pub fn group(self) -> Option<GroupId> {
        if let Self::Group(id) = self { Some(id) } else { None }
    }

    /// The note, if it is one.
    #[must_use]
    pub fn note(self) -> Option<NoteId> {
        if let Self::Note(id) = self { Some(id) } else { None }
    }
}

/// A document in the middle of a gesture.
pub struct Edit<'e> {
    document: &'e mut Document,
    catalog: &'e Catalog,
    /// Whether a change so far can have altered what workflow definitions call.
    names_or_arrows_changed: bool,
}

impl Document {
    /// Runs `verbs` as one transaction; when one of them fails, nothing of it stays.
    pub fn transact<T>(
        &mut self,
        catalog: &Catalog,
        label: &str,
        verbs: impl FnOnce(&mut Edit<'_>) -> Result<T, Rejected>,
    ) -> Result<T, Rejected> {
        self.begin(label);
        let result = self.gesture(catalog, verbs);
        if result.is_ok() {
            self.finish();
        } else {
            self.cancel();
        }
        result
    }

    /// Runs `verbs` inside the gesture that is open; it stays open.
    pub fn gesture<T>(
        &mut self,
        catalog: &Catalog,
        verbs: impl FnOnce(&mut Edit<'_>) -> Result<T, Rejected>,
    ) -> Result<T, Rejected> {
        let mut edit = Edit { document: self, catalog, names_or_arrows_changed: false };
        let result = verbs(&mut edit)?;
        edit.sync_workflows()?;
        Ok(result)
    }
}

impl Edit<'_> {
    /// The diagram as the changes so far have made it.
    #[must_use]
    pub fn diagram(&self) -> &Diagram {
        self.document.diagram()
    }

    /// The kinds.
    pub(super) fn catalog(&self) -> &Catalog {
        self.catalog
    }

    /// The next free id.
    pub(super) fn fresh_id(&mut self) -> u32 {
        self.document.fresh_id()
    }

    pub(super) fn apply(&mut self, change: Change) -> Result<(), Rejected> {
        self.names_or_arrows_changed |= match &change {
            Change::AddNode(..)
            | Change::RemoveNode(_)
            | Change::RenameNode(..)
            | Change::AddEdge(..)
            | Change::RemoveEdge(_)
            | Change::PutFile(..) => true,
            Change::SetNode(_, key, _) => key == DEFINITION,
            _ => false,
        };
        self.document.apply(change)
    }

    /// Draws the arrows that workflow definitions say, and no others.
    fn sync_workflows(&mut self) -> Result<(), Rejected> {
        if !self.names_or_arrows_changed {
            return Ok(());
        }
        let (missing, surplus) = workflow_edges(self.diagram(), self.catalog);
        for id in surplus {
            self.apply(Change::RemoveEdge(id))?;
        }
        for (from, to) in missing {
            let id = EdgeId(self.document.fresh_id());
            self.apply(Change::AddEdge(id, Box::new(task_edge(from, to))))?;
        }
        Ok(())
    }

    /// Replaces a text that the document carries; arrows follow when it is a workflow's definition.
    pub fn set_file(&mut self, path: &str, text: Option<String>) -> Result<(), Rejected> {
        self.apply(Change::PutFile(path.to_owned(), text))
    }

    pub(super) fn node(&self, id: NodeId) -> Result<&Node, Rejected> {
        self.diagram().nodes().get(&id).ok_or_else(|| Rejected(format!("There is no node {id}.")))
    }

    pub(super) fn edge(&self, id: EdgeId) -> Result<&Edge, Rejected> {
        self.diagram().edges().get(&id).ok_or_else(|| Rejected(format!("There is no edge {id}.")))
    }

    pub(super) fn kind_of(&self, id: NodeId) -> Result<&Kind, Rejected> {
        Ok(self.catalog.kind(&self.node(id)?.kind))
    }

    /// Adds a node; without a name it gets the kind's own with a number if needed.
    pub fn add_node(&mut self, kind: &KindId, name: Option<&str>, at: Point) -> Result<NodeId, Rejected> {
        let Some(known) = self.catalog.get(kind) else {
            let hint = crate::catalog::names::nearest(kind.as_str(), self.catalog.kinds().map(|kind| kind.id.as_str()));
            let hint = hint.map(|known| format!(" Did you mean {known}?")).unwrap_or_default();
            return Err(Rejected(format!("There is no kind {kind}.{hint}")));
        };
        let name = name.map_or_else(|| names::free_name(self.diagram(), &known.name_stem), str::to_owned);
        let has_definition = known.hooks.contains(&Hook::WorkflowDefinition);
        let id = NodeId(self.document.fresh_id());
        self.keeping_placeholders(|edit| {
            edit.apply(Change::AddNode(id, Box::new(Node::new(kind.clone(), &name, at))))
        })?;
        if has_definition {
            let path = format!("workflows/{id}.asl.json");
            self.apply(Change::PutFile(path.clone(), Some(workflow::empty())))?;
            self.apply(Change::SetNode(id, DEFINITION.to_owned(), Some(Value::from(path))))?;
        }
        Ok(id)
    }

    /// Removes elements, together with the arrows of removed nodes; notes of removed nodes stay, unattached, and what
    /// stood in a removed group moves to the group around it.
    pub fn remove(&mut self, elements: &BTreeSet<Element>) -> Result<(), Rejected> {
        for element in elements {
            match *element {
                Element::Edge(id) if self.diagram().edges().contains_key(&id) => self.disconnect(id)?,
                Element::Node(id) => self.remove_node(id)?,
                Element::Group(id) => self.remove_group(id)?,
                Element::Note(id) => self.apply(Change::PutNote(id, None))?,
                Element::Edge(_) => {}
            }
        }
        Ok(())
    }

    fn remove_node(&mut self, id: NodeId) -> Result<(), Rejected> {
        let arrows: Vec<EdgeId> = self.diagram().edges_of(id).map(|(edge, _)| edge).collect();
        for edge in arrows {
            self.disconnect(edge)?;
        }
        let attached: Vec<(NoteId, Note)> = self.attached_notes(id);
        for (note, content) in attached {
            self.apply(Change::PutNote(note, Some(Box::new(Note { attached: None, ..content }))))?;
        }
        let definition = self.definition_path(id);
        self.keeping_placeholders(|edit| edit.apply(Change::RemoveNode(id)))?;
        match definition {
            Some(path) if !self.is_definition_of_another(&path) => self.apply(Change::PutFile(path, None)),
            _ => Ok(()),
        }
    }

    fn attached_notes(&self, id: NodeId) -> Vec<(NoteId, Note)> {
        let notes = self.diagram().notes().iter().filter(|(_, note)| note.attached == Some(id));
        notes.map(|(id, note)| (*id, note.clone())).collect()
    }

    fn is_definition_of_another(&self, path: &str) -> bool {
        self.diagram().nodes().keys().any(|id| self.definition_path(*id).as_deref() == Some(path))
    }

    fn remove_group(&mut self, id: GroupId) -> Result<(), Rejected> {
        let parent = self.diagram().groups().get(&id).and_then(|group| group.parent);
        let inside: Vec<NodeId> =
            self.diagram().nodes().iter().filter(|(_, node)| node.group == Some(id)).map(|(id, _)| *id).collect();
        for node in inside {
            self.apply(Change::JoinGroup(node, parent))?;
        }
        let nested: Vec<(GroupId, Group)> = self.nested(id);
        for (group, content) in nested {
            self.apply(Change::PutGroup(group, Some(Box::new(Group { parent, ..content }))))?;
        }
        self.apply(Change::PutGroup(id, None))
    }

    fn nested(&self, id: GroupId) -> Vec<(GroupId, Group)> {
        let groups = self.diagram().groups().iter().filter(|(_, group)| group.parent == Some(id));
        groups.map(|(id, group)| (*id, group.clone())).collect()
    }

    /// Gives a node another name, in workflow definitions too.
    pub fn rename(&mut self, id: NodeId, name: &str) -> Result<(), Rejected> {
        self.keeping_placeholders(|edit| edit.apply(Change::RenameNode(id, name.trim().to_owned())))
    }

    /// Runs a change of names and then rewrites the placeholders whose logical name became another.
    pub(super) fn keeping_placeholders(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        let paths: Vec<String> = self.diagram().nodes().keys().filter_map(|id| self.definition_path(*id)).collect();
        if paths.is_empty() {
            return change(self);
        }
        let before = names::logical_names(self.diagram());
        change(self)?;
        let after = names::logical_names(self.diagram());
        let changed: Vec<(&str, &str)> = before
            .iter()
            .filter_map(|(id, old)| after.get(id).filter(|new| *new != old).map(|new| (old.as_str(), new.as_str())))
            .collect();
        for path in paths.into_iter().filter(|_| !changed.is_empty()) {
            let Some(text) = self.diagram().files().get(&path).cloned() else { continue };
            let text = workflow::all_renamed(&text, &changed);
            self.apply(Change::PutFile(path, Some(text)))?;
        }
        Ok(())
    }

    /// Sets or clears a setting of whatever has settings.
    pub fn set(&mut self, element: Element, key: &str, value: Option<Value>) -> Result<(), Rejected> {
        match element {
            Element::Node(id) => self.set_node(id, key, value),
            Element::Edge(id) => self.set_edge(id, key, value),
            Element::Group(id) => self.set_group(id, key, value),
            Element::Note(_) => Err(Rejected(format!("A note has no setting {key}."))),
        }
    }

    /// Sets or clears a setting of a node; a value that the field refuses is rejected, the default is not stored.
    pub fn set_node(&mut self, id: NodeId, key: &str, value: Option<Value>) -> Result<(), Rejected> {
        let value = checked(self.kind_of(id)?, key, value)?;
        self.apply(Change::SetNode(id, key.to_owned(), value))
    }

    /// Sets or clears a figure of a node's use; what the kind does not have, or what is no figure, is rejected.
    pub fn set_usage(&mut self, id: NodeId, key: &str, value: Option<Value>) -> Result<(), Rejected> {
        // What stands there, whatever it is, can be cleared.
        let is_there = self.node(id)?.usage.contains_key(key);
        match self.kind_of(id)?.usage_refusal(key, value.as_ref()) {
            Some(refusal) if value.is_some() || !is_there => Err(Rejected(refusal)),
            _ => self.apply(Change::SetUsage(id, key.to_owned(), value)),
        }
    }

    /// Sets or clears a setting of a container, as [`Self::set_node`] does.
    pub fn set_group(&mut self, id: GroupId, key: &str, value: Option<Value>) -> Result<(), Rejected> {
        let group = self.diagram().groups().get(&id).cloned();
        let mut group = group.ok_or_else(|| Rejected(format!("There is no group {id}.")))?;
        match checked(self.catalog.kind(&group.kind), key, value)? {
            Some(value) => drop(group.settings.insert(key.to_owned(), value)),
            None => drop(group.settings.remove(key)),
        }
        self.put_group(id, group)
    }

    /// Moves nodes to places of their own.
    pub fn move_nodes(&mut self, places: impl IntoIterator<Item = (NodeId, Point)>) -> Result<(), Rejected> {
        places.into_iter().try_for_each(|(id, at)| self.apply(Change::MoveNode(id, at)))
    }

    /// Puts everything where a layout says.
    pub fn place(&mut self, placement: Placement) -> Result<(), Rejected> {
        self.move_nodes(placement.nodes)?;
        for (id, frame) in placement.groups {
            let Some(group) = self.diagram().groups().get(&id).cloned() else { continue };
            self.put_group(id, Group { frame, ..group })?;
        }
        for (id, position) in placement.notes {
            let Some(note) = self.diagram().notes().get(&id).cloned() else { continue };
            self.put_note(id, Note { position, ..note })?;
        }
        Ok(())
    }

    /// Puts a node into a group, or out of all.
    pub fn join_group(&mut self, id: NodeId, group: Option<GroupId>) -> Result<(), Rejected> {
        self.apply(Change::JoinGroup(id, group))
    }

    /// Adds a group.
    pub fn add_group(&mut self, group: Group) -> Result<GroupId, Rejected> {
        let id = GroupId(self.document.fresh_id());
        self.put_group(id, group)?;
        Ok(id)
    }

    /// Replaces a group.
    pub fn put_group(&mut self, id: GroupId, group: Group) -> Result<(), Rejected> {
        self.apply(Change::PutGroup(id, Some(Box::new(group))))
    }

    /// Adds a note.
    pub fn add_note(&mut self, note: Note) -> Result<NoteId, Rejected> {
        let id = NoteId(self.document.fresh_id());
        self.put_note(id, note)?;
        Ok(id)
    }

    /// Replaces a note.
    pub fn put_note(&mut self, id: NoteId, note: Note) -> Result<(), Rejected> {
        self.apply(Change::PutNote(id, Some(Box::new(note))))
    }

    /// Renames the document.
    pub fn rename_diagram(&mut self, name: &str) -> Result<(), Rejected> {
        self.apply(Change::RenameDiagram(name.trim().to_owned()))
    }

    /// Changes how the document wants to be shown.
    pub fn set_view(&mut self, view: View) -> Result<(), Rejected> {
        self.apply(Change::SetView(view))
    }

    /// Binds a log group or service to a node, or to none.
    pub fn bind(&mut self, bound: Bound, name: &str, node: Option<NodeId>) -> Result<(), Rejected> {
        if let Some(node) = node.filter(|node| !self.diagram().nodes().contains_key(node)) {
            return Err(Rejected(format!("There is no node {node} to bind {name} to.")));
        }
        let environments = environment::with(&self.diagram().environments, bound, name, node);
        self.apply(Change::SetEnvironments(environments))
    }

    /// Adds, names, removes or switches environments.
    pub fn move_environment(&mut self, step: &Move) -> Result<(), Rejected> {
        let environments = environment::moved(&self.diagram().environments, step).map_err(Rejected)?;
        self.apply(Change::SetEnvironments(environments))
    }

    /// Says in which account the document is watched.
    pub fn set_target(&mut self, target: Target) -> Result<(), Rejected> {
        let environments = environment::at(&self.diagram().environments, target);
        self.apply(Change::SetEnvironments(environments))
    }
}

/// The value as a kind stores it: one that its field allows, nothing where it is the default.
fn checked(kind: &Kind, key: &str, value: Option<Value>) -> Result<Option<Value>, Rejected> {
    let Some(field) = kind.field(key) else {
        let hint = crate::catalog::names::nearest(key, kind.fields.iter().map(|field| field.key.as_str()));
        let hint = hint.map(|known| format!(" Did you mean {known}?")).unwrap_or_default();
        let subject = capitalised(&with_article(&kind.label));
        return Err(Rejected(format!("{subject} has no setting {key}.{hint}")));
    };
    check_value(field, value.as_ref())?;
    Ok(value.filter(|value| field.default.as_ref() != Some(value)))
}

fn check_value(field: &crate::catalog::Field, value: Option<&Value>) -> Result<(), Rejected> {
    match value.and_then(|value| field.refusal(value)) {
        Some(refusal) => Err(Rejected(format!("{} {refusal}.", field.label))),
        None => Ok(()),
    }
}

/// The arrow that a step of a workflow draws.
fn task_edge(from: NodeId, to: NodeId) -> Edge {
    Edge { from, to, relation: Relation::Triggers, settings: BTreeMap::new(), step: None, label: None }
}

/// Draws the arrows that the definitions of an opened diagram say, and takes away those that they do not.
pub(super) fn draw_workflows(diagram: &mut Diagram, catalog: &Catalog) {
    let (missing, surplus) = workflow_edges(diagram, catalog);
    diagram.edges.retain(|id, _| !surplus.contains(id));
    for (from, to) in missing {
        diagram.edges.insert(EdgeId(diagram.next_id), task_edge(from, to));
        diagram.next_id += 1;
    }
}

/// The path of the text that defines a workflow node; `None` for other nodes.
#[must_use]
pub fn definition_path(diagram: &Diagram, catalog: &Catalog, id: NodeId) -> Option<String> {
    let node = diagram.nodes().get(&id)?;
    let defines = catalog.kind(&node.kind).hooks.contains(&Hook::WorkflowDefinition);
    let path = node.settings.get(DEFINITION).and_then(Value::as_str);
    path.filter(|_| defines).map(str::to_owned)
}
