//! The primitive changes of a diagram. Applying one returns its inverse, so undo and redo are the same function.
//!
//! Must not know gestures, history or the catalogue.

use serde_json::Value;

use super::model::{Diagram, Edge, EdgeId, Group, GroupId, MAX_COORDINATE, Node, NodeId, Note, NoteId, Point, View};

/// One primitive change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Adds a node under an id that is free.
    AddNode(NodeId, Box<Node>),
    /// Removes a node that nothing refers to any more.
    RemoveNode(NodeId),
    /// Gives a node another name.
    RenameNode(NodeId, String),
    /// Moves a node.
    MoveNode(NodeId, Point),
    /// Sets or clears a setting of a node.
    SetNode(NodeId, String, Option<Value>),
    /// Sets or clears a figure of a node's use.
    SetUsage(NodeId, String, Option<Value>),
    /// Puts a node into a group, or out of all.
    JoinGroup(NodeId, Option<GroupId>),
    /// Sets or clears what a node keeps verbatim.
    SetRaw(NodeId, Option<Value>),
    /// Adds an edge under an id that is free.
    AddEdge(EdgeId, Box<Edge>),
    /// Removes an edge.
    RemoveEdge(EdgeId),
    /// Sets or clears a setting of an edge.
    SetEdge(EdgeId, String, Option<Value>),
    /// Numbers an edge in the story.
    NumberEdge(EdgeId, Option<u32>),
    /// Writes words beside an edge.
    LabelEdge(EdgeId, Option<String>),
    /// Adds, replaces or removes a group.
    PutGroup(GroupId, Option<Box<Group>>),
    /// Adds, replaces or removes a note.
    PutNote(NoteId, Option<Box<Note>>),
    /// Adds, replaces or removes a text that the document carries.
    PutFile(String, Option<String>),
    /// Renames the document.
    RenameDiagram(String),
    /// Changes how the document wants to be shown.
    SetView(View),
    /// Changes where it is deployed.
    SetEnvironments(Vec<Value>),
}

/// Why a change cannot be applied, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Rejected(pub String);

fn reject<T>(message: String) -> Result<T, Rejected> {
    Err(Rejected(message))
}

/// Applies `change` and returns the change that undoes it; a rejected change leaves the diagram as it was.
pub(super) fn apply(diagram: &mut Diagram, change: Change) -> Result<Change, Rejected> {
    match change {
        Change::AddNode(id, node) => add_node(diagram, id, *node),
        Change::RemoveNode(id) => remove_node(diagram, id),
        Change::RenameNode(id, name) => {
            check_name(diagram, Some(id), &name)?;
            let node = node_mut(diagram, id)?;
            Ok(Change::RenameNode(id, std::mem::replace(&mut node.name, name)))
        }
        Change::MoveNode(id, to) => {
            check_point(to)?;
            let node = node_mut(diagram, id)?;
            Ok(Change::MoveNode(id, std::mem::replace(&mut node.position, to)))
        }
        Change::SetNode(id, key, value) => {
            let settings = &mut node_mut(diagram, id)?.settings;
            Ok(Change::SetNode(id, key.clone(), put(settings, key, value)))
        }
        Change::SetUsage(id, key, value) => {
            let usage = &mut node_mut(diagram, id)?.usage;
            Ok(Change::SetUsage(id, key.clone(), put(usage, key, value)))
        }
        Change::JoinGroup(id, group) => {
            check_group(diagram, group)?;
            let node = node_mut(diagram, id)?;
            Ok(Change::JoinGroup(id, std::mem::replace(&mut node.group, group)))
        }
        Change::SetRaw(id, raw) => {
            let node = node_mut(diagram, id)?;
            Ok(Change::SetRaw(id, std::mem::replace(&mut node.raw, raw)))
        }
        Change::AddEdge(id, edge) => add_edge(diagram, id, *edge),
        Change::RemoveEdge(id) => match diagram.edges.remove(&id) {
            Some(edge) => Ok(Change::AddEdge(id, Box::new(edge))),
            None => reject(format!("There is no edge {id}.")),
        },
        Change::SetEdge(id, key, value) => {
            let settings = &mut edge_mut(diagram, id)?.settings;
            Ok(Change::SetEdge(id, key.clone(), put(settings, key, value)))
        }
        Change::NumberEdge(id, step) => {
            let edge = edge_mut(diagram, id)?;
            Ok(Change::NumberEdge(id, std::mem::replace(&mut edge.step, step)))
        }
        Change::LabelEdge(id, label) => {
            let edge = edge_mut(diagram, id)?;
            Ok(Change::LabelEdge(id, std::mem::replace(&mut edge.label, label)))
        }
        other => apply_to_rest(diagram, other),
    }
}

/// Groups, notes, files and the document itself.
fn apply_to_rest(diagram: &mut Diagram, change: Change) -> Result<Change, Rejected> {
    match change {
        Change::PutGroup(id, group) => put_group(diagram, id, group),
        Change::PutNote(id, note) => {
            if let Some(note) = &note {
                check_point(note.position)?;
                if let Some(node) = note.attached.filter(|node| !diagram.nodes.contains_key(node)) {
                    return reject(format!("There is no node {node} to attach a note to."));
                }
                claim(diagram, id.0);
            }
            Ok(Change::PutNote(id, put(&mut diagram.notes, id, note.map(|note| *note)).map(Box::new)))
        }
        Change::PutFile(path, text) => {
            let before = put(&mut diagram.files, path.clone(), text);
            Ok(Change::PutFile(path, before))
        }
        Change::RenameDiagram(name) => Ok(Change::RenameDiagram(std::mem::replace(&mut diagram.name, name))),
        Change::SetView(view) => Ok(Change::SetView(std::mem::replace(&mut diagram.view, view))),
        Change::SetEnvironments(all) => Ok(Change::SetEnvironments(std::mem::replace(&mut diagram.environments, all))),
        _ => unreachable!("nodes and edges are applied by the caller"),
    }
}

fn put<K: Ord, V>(map: &mut std::collections::BTreeMap<K, V>, key: K, value: Option<V>) -> Option<V> {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// Ids that were given out are never given out again.
fn claim(diagram: &mut Diagram, id: u32) {
    diagram.next_id = diagram.next_id.max(id.saturating_add(1));
}

fn node_mut(diagram: &mut Diagram, id: NodeId) -> Result<&mut Node, Rejected> {
    diagram.nodes.get_mut(&id).ok_or_else(|| Rejected(format!("There is no node {id}.")))
}

fn edge_mut(diagram: &mut Diagram, id: EdgeId) -> Result<&mut Edge, Rejected> {
    diagram.edges.get_mut(&id).ok_or_else(|| Rejected(format!("There is no edge {id}.")))
}

fn check_point(point: Point) -> Result<(), Rejected> {
    let inside = |at: i32| (-MAX_COORDINATE..=MAX_COORDINATE).contains(&at);
    if inside(point.x) && inside(point.y) {
        return Ok(());
    }
    reject(format!("The place {}, {} is off the canvas, which reaches {MAX_COORDINATE} units.", point.x, point.y))
}

/// Longest name of a node, in characters.
pub const MAX_NAME_LENGTH: usize = 300;

/// Whether `name` can be the name of the node `id`, or of a new one.
pub(super) fn check_name(diagram: &Diagram, id: Option<NodeId>, name: &str) -> Result<(), Rejected> {
    if name.trim().is_empty() {
        return reject("A node needs a name.".to_owned());
    }
    if name.chars().count() > MAX_NAME_LENGTH {
        return reject(format!("A name has {MAX_NAME_LENGTH} characters at most."));
    }
    match diagram.node_named(name) {
        Some(other) if Some(other) != id => {
            reject(format!("There is already a node named {name}; choose another name."))
        }
        _ => Ok(()),
    }
}

fn check_group(diagram: &Diagram, group: Option<GroupId>) -> Result<(), Rejected> {
    match group.filter(|group| !diagram.groups.contains_key(group)) {
        Some(missing) => reject(format!("There is no group {missing}.")),
        None => Ok(()),
    }
}

fn add_node(diagram: &mut Diagram, id: NodeId, node: Node) -> Result<Change, Rejected> {
    if diagram.nodes.contains_key(&id) {
        return reject(format!("The id {id} is taken."));
    }
    check_name(diagram, None, &node.name)?;
    check_point(node.position)?;
    check_group(diagram, node.group)?;
    diagram.nodes.insert(id, node);
    claim(diagram, id.0);
    Ok(Change::RemoveNode(id))
}

fn remove_node(diagram: &mut Diagram, id: NodeId) -> Result<Change, Rejected> {
    if let Some((edge, _)) = diagram.edges_of(id).next() {
        return reject(format!("The node {id} still has the edge {edge}."));
    }
    if let Some((note, _)) = diagram.notes.iter().find(|(_, note)| note.attached == Some(id)) {
        return reject(format!("The note {note} is attached to the node {id}."));
    }
    match diagram.nodes.remove(&id) {
        Some(node) => Ok(Change::AddNode(id, Box::new(node))),
        None => reject(format!("There is no node {id}.")),
    }
}

fn add_edge(diagram: &mut Diagram, id: EdgeId, edge: Edge) -> Result<Change, Rejected> {
    if diagram.edges.contains_key(&id) {
        return reject(format!("The id {id} is taken."));
    }
    for end in [edge.from, edge.to] {
        if !diagram.nodes.contains_key(&end) {
            return reject(format!("There is no node {end} to join."));
        }
    }
    let same = |other: &&Edge| (other.from, other.to, other.relation) == (edge.from, edge.to, edge.relation);
    if diagram.edges.values().any(|other| same(&other)) {
        let name = |id: NodeId| diagram.nodes[&id].name.clone();
        return reject(format!("{} and {} are already joined that way.", name(edge.from), name(edge.to)));
    }
    diagram.edges.insert(id, edge);
    claim(diagram, id.0);
    Ok(Change::RemoveEdge(id))
}

fn put_group(diagram: &mut Diagram, id: GroupId, group: Option<Box<Group>>) -> Result<Change, Rejected> {
    match &group {
        Some(group) => {
            check_group(diagram, group.parent)?;
            check_point(Point { x: group.frame.x, y: group.frame.y })?;
            if inside_itself(diagram, id, group.parent) {
                return reject(format!("The group {id} cannot stand inside itself."));
            }
            claim(diagram, id.0);
        }
        None => {
            let node_inside = diagram.nodes.values().any(|node| node.group == Some(id));
            if node_inside || diagram.groups.values().any(|other| other.parent == Some(id)) {
                return reject(format!("The group {id} is not empty."));
            }
        }
    }
    Ok(Change::PutGroup(id, put(&mut diagram.groups, id, group.map(|group| *group)).map(Box::new)))
}

/// Whether a group whose parent is `parent` would be among its own ancestors.
fn inside_itself(diagram: &Diagram, id: GroupId, parent: Option<GroupId>) -> bool {
    let mut above = parent;
    for _ in 0..=diagram.groups.len() {
        match above {
            None => return false,
            Some(group) if group == id => return true,
            Some(group) => above = diagram.groups.get(&group).and_then(|group| group.parent),
        }
    }
    true
}

/// What a change is about: two changes with the same subject overwrite each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A node: name, place, setting …; the text tells which.
    Node(NodeId, String),
    /// An edge.
    Edge(EdgeId, String),
    /// A group.
    Group(GroupId),
    /// A note.
    Note(NoteId),
    /// A text.
    File(String),
    /// The document.
    Document(&'static str),
}

impl Change {
    /// What the change overwrites; `None` for additions and removals, which are never merged.
    pub(super) fn overwrites(&self) -> Option<Subject> {
        let node = |id: &NodeId, what: &str| Some(Subject::Node(*id, what.to_owned()));
        let edge = |id: &EdgeId, what: &str| Some(Subject::Edge(*id, what.to_owned()));
        match self {
            Self::AddNode(..) | Self::RemoveNode(_) | Self::AddEdge(..) | Self::RemoveEdge(_) => None,
            Self::RenameNode(id, _) => node(id, "@name"),
            Self::MoveNode(id, _) => node(id, "@position"),
            Self::SetNode(id, key, _) => node(id, key),
            Self::SetUsage(id, key, _) => node(id, &format!("@usage.{key}")),
            Self::JoinGroup(id, _) => node(id, "@group"),
            Self::SetRaw(id, _) => node(id, "@raw"),
            Self::SetEdge(id, key, _) => edge(id, key),
            Self::NumberEdge(id, _) => edge(id, "@step"),
            Self::LabelEdge(id, _) => edge(id, "@label"),
            // A group or note that did not exist before is an addition: its inverse must stay where it stands.
            Self::PutGroup(id, before) => before.is_some().then_some(Subject::Group(*id)),
            Self::PutNote(id, before) => before.is_some().then_some(Subject::Note(*id)),
            Self::PutFile(path, before) => before.is_some().then(|| Subject::File(path.clone())),
            Self::RenameDiagram(_) => Some(Subject::Document("name")),
            Self::SetView(_) => Some(Subject::Document("view")),
            Self::SetEnvironments(_) => Some(Subject::Document("environments")),
        }
    }

    /// Whether applying the change would alter nothing.
    pub(super) fn is_idle(&self, diagram: &Diagram) -> bool {
        match self {
            Self::AddNode(..) | Self::RemoveNode(_) | Self::AddEdge(..) | Self::RemoveEdge(_) => false,
            Self::RenameNode(id, name) => diagram.nodes.get(id).is_some_and(|node| node.name == *name),
            Self::MoveNode(id, to) => diagram.nodes.get(id).is_some_and(|node| node.position == *to),
            Self::SetNode(id, key, value) => {
                diagram.nodes.get(id).is_some_and(|node| node.settings.get(key) == value.as_ref())
            }
            Self::SetUsage(id, key, value) => {
                diagram.nodes.get(id).is_some_and(|node| node.usage.get(key) == value.as_ref())
            }
            Self::JoinGroup(id, group) => diagram.nodes.get(id).is_some_and(|node| node.group == *group),
            Self::SetRaw(id, raw) => diagram.nodes.get(id).is_some_and(|node| node.raw == *raw),
            Self::SetEdge(id, key, value) => {
                diagram.edges.get(id).is_some_and(|edge| edge.settings.get(key) == value.as_ref())
            }
            Self::NumberEdge(id, step) => diagram.edges.get(id).is_some_and(|edge| edge.step == *step),
            Self::LabelEdge(id, label) => diagram.edges.get(id).is_some_and(|edge| edge.label == *label),
            Self::PutGroup(id, group) => diagram.groups.get(id) == group.as_deref(),
            Self::PutNote(id, note) => diagram.notes.get(id) == note.as_deref(),
            Self::PutFile(path, text) => diagram.files.get(path) == text.as_ref(),
            Self::RenameDiagram(name) => diagram.name == *name,
            Self::SetView(view) => diagram.view == *view,
            Self::SetEnvironments(all) => diagram.environments == *all,
        }
    }
}
