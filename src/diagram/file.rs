//! The file format `*.strato.json`: JSON in stable order, versioned, read strictly and written so that diffs read well.
//!
//! The shapes here are the file's, kept apart from the model's so that either can change alone. Must not touch files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::{Diagram, Edge, EdgeId, Frame, Group, GroupId, Node, NodeId, Note, NoteId, Origin, Point, View};
use super::{edit, integrity};
use crate::catalog::{Catalog, KindId, Relation};

/// The version that is written.
pub const VERSION: u64 = 1;

/// The largest file that is read, in bytes.
pub const MAX_SIZE_BYTES: u64 = 64 * 1024 * 1024;

/// Why a text is not a diagram, as a sentence about "it".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`MAX_SIZE_BYTES`].
    #[error("it is {} MB large, and a diagram has {} MB at most", .size_bytes / 1_000_000, MAX_SIZE_BYTES / 1_000_000)]
    TooLarge {
        /// Its size.
        size_bytes: u64,
    },
    /// Bytes that are no text.
    #[error("it is not a text file")]
    NotText,
    /// No JSON, or JSON of another shape.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader expected.
        message: String,
    },
    /// JSON, but not ours.
    #[error("it is not a Stratoscope diagram: the number `stratoscope`, its format version, is missing")]
    NotADiagram,
    /// From a newer program.
    #[error("it has format version {found}, and this program reads versions up to {VERSION}; update Stratoscope")]
    Newer {
        /// Its version.
        found: u64,
    },
    /// It contradicts itself.
    #[error("it contradicts itself: {0}")]
    Broken(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    stratoscope: u64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    next_id: u32,
    #[serde(default)]
    nodes: Vec<NodeShape>,
    #[serde(default)]
    edges: Vec<EdgeShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteShape>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<String, Lines>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workload: Option<Value>,
    #[serde(default)]
    view: View,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    environments: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeShape {
    id: NodeId,
    kind: KindId,
    name: String,
    #[serde(default)]
    position: Point,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    usage: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeShape {
    id: EdgeId,
    from: NodeId,
    to: NodeId,
    relation: Relation,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupShape {
    id: GroupId,
    kind: KindId,
    name: String,
    frame: Frame,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<GroupId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteShape {
    id: NoteId,
    #[serde(default)]
    title: String,
    text: String,
    position: Point,
    width: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attached: Option<NodeId>,
}

/// A text as a list of its lines, so that a change of one line is a change of one line.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Lines(Vec<String>);

/// Only what is needed to tell what the rest may look like.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    stratoscope: Option<Value>,
}

/// The document as the text of its file.
#[must_use]
pub fn write(diagram: &Diagram) -> String {
    let shape = to_shape(diagram);
    // Writing plain data to memory cannot fail; were it to, an empty text would be refused by `read` and by the saver.
    serde_json::to_string_pretty(&shape).map(|text| text + "\n").unwrap_or_default()
}

/// Reads the bytes of a file.
pub fn read(bytes: &[u8], catalog: &Catalog) -> Result<Diagram, Unreadable> {
    let size_bytes = bytes.len() as u64;
    if size_bytes > MAX_SIZE_BYTES {
        return Err(Unreadable::TooLarge { size_bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|_bad| Unreadable::NotText)?;
    if text.contains('\0') {
        return Err(Unreadable::NotText);
    }
    let head: Head = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    let version = head.stratoscope.as_ref().and_then(Value::as_u64).ok_or(Unreadable::NotADiagram)?;
    let shape = match version {
        VERSION => serde_json::from_str(text).map_err(|error| malformed(&error))?,
        found if found > VERSION => return Err(Unreadable::Newer { found }),
        older => migrate(older, text)?,
    };
    let mut diagram = from_shape(shape)?;
    edit::draw_workflows(&mut diagram, catalog);
    match integrity::integrity(&diagram, catalog).into_iter().next() {
        Some(problem) => Err(Unreadable::Broken(problem.trim_end_matches('.').to_owned())),
        None => Ok(diagram),
    }
}

/// Lifts a file of an older version to the present shape. There is no older version yet: each step will stand here,
/// from its version to the next.
fn migrate(version: u64, _text: &str) -> Result<FileShape, Unreadable> {
    Err(Unreadable::Broken(format!("there is no format version {version}")))
}

fn malformed(error: &serde_json::Error) -> Unreadable {
    let text = error.to_string();
    // serde_json ends its sentences with the place, which is told in front here.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned();
    Unreadable::Malformed { line: error.line(), column: error.column(), message }
}

fn to_shape(diagram: &Diagram) -> FileShape {
    let d = diagram.clone();
    FileShape {
        stratoscope: VERSION,
        name: d.name,
        next_id: d.next_id,
        nodes: d.nodes.into_iter().map(|(id, node)| node_shape(id, node)).collect(),
        edges: d.edges.into_iter().map(|(id, edge)| edge_shape(id, edge)).collect(),
        groups: d.groups.into_iter().map(|(id, group)| group_shape(id, group)).collect(),
        notes: d.notes.into_iter().map(|(id, note)| note_shape(id, note)).collect(),
        files: d.files.into_iter().map(|(path, text)| (path, lines(&text))).collect(),
        workload: d.workload,
        view: d.view,
        origin: d.origin,
        environments: d.environments,
    }
}

fn lines(text: &str) -> Lines {
    Lines(text.split('\n').map(str::to_owned).collect())
}

fn node_shape(id: NodeId, node: Node) -> NodeShape {
    let Node { kind, name, position, settings, usage, group, raw } = node;
    NodeShape { id, kind, name, position, settings, usage, group, raw }
}

fn edge_shape(id: EdgeId, edge: Edge) -> EdgeShape {
    let Edge { from, to, relation, settings, step, label } = edge;
    EdgeShape { id, from, to, relation, settings, step, label }
}

fn group_shape(id: GroupId, group: Group) -> GroupShape {
    let Group { kind, name, frame, parent, settings } = group;
    GroupShape { id, kind, name, frame, parent, settings }
}

fn note_shape(id: NoteId, note: Note) -> NoteShape {
    let Note { title, text, position, width, attached } = note;
    NoteShape { id, title, text, position, width, attached }
}

fn from_shape(shape: FileShape) -> Result<Diagram, Unreadable> {
    let nodes = shape.nodes.into_iter().map(|NodeShape { id, kind, name, position, settings, usage, group, raw }| {
        (id, Node { kind, name, position, settings, usage, group, raw })
    });
    let edges = shape.edges.into_iter().map(|EdgeShape { id, from, to, relation, settings, step, label }| {
        (id, Edge { from, to, relation, settings, step, label })
    });
    let groups = shape.groups.into_iter().map(|GroupShape { id, kind, name, frame, parent, settings }| {
        (id, Group { kind, name, frame, parent, settings })
    });
    let notes = shape.notes.into_iter().map(|NoteShape { id, title, text, position, width, attached }| {
        (id, Note { title, text, position, width, attached })
    });
    let (nodes, edges, groups, notes) = (by_id(nodes)?, by_id(edges)?, by_id(groups)?, by_id(notes)?);
    let ids = nodes.keys().map(|id| id.0).chain(edges.keys().map(|id| id.0));
    let highest = ids.chain(groups.keys().map(|id| id.0)).chain(notes.keys().map(|id| id.0)).max().unwrap_or(0);
    Ok(Diagram {
        name: shape.name,
        nodes,
        edges,
        groups,
        notes,
        files: shape.files.into_iter().map(|(path, text)| (path, text.0.join("\n"))).collect(),
        workload: shape.workload,
        view: shape.view,
        origin: shape.origin,
        environments: shape.environments,
        next_id: shape.next_id.max(highest.saturating_add(1)),
    })
}

fn by_id<I: Ord + std::fmt::Display, T>(items: impl Iterator<Item = (I, T)>) -> Result<BTreeMap<I, T>, Unreadable> {
    let mut map = BTreeMap::new();
    for (id, item) in items {
        match map.entry(id) {
            std::collections::btree_map::Entry::Occupied(entry) => {
                return Err(Unreadable::Broken(format!("the id {} stands twice", entry.key())));
            }
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(item),
        };
    }
    Ok(map)
}
