//! What the user drew, in plain data: nodes, edges, groups, notes, texts, with ids of our own that are never reused.
//!
//! Must not know how it is edited, drawn or deployed. Fields can be written inside `diagram` only.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::catalog::{KindId, Relation, names::named};

/// Declares an identifier that is written as a letter and a number.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let number = text.strip_prefix($letter).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
                let number = number.and_then(|digits| digits.parse().ok());
                number.map(Self).ok_or_else(|| format!("`{text}` is not an id such as `{}7`", $letter))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// Identifier of a node.
    NodeId, "n"
);
id!(
    /// Identifier of an edge.
    EdgeId, "e"
);
id!(
    /// Identifier of a group.
    GroupId, "g"
);
id!(
    /// Identifier of a note.
    NoteId, "t"
);

/// A place on the canvas, in canvas units; x grows to the right, y grows down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A rectangle on the canvas, in canvas units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// Places lie within this distance of the origin on both axes.
pub const MAX_COORDINATE: i32 = 1_000_000;

/// A resource, service or client in the diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is; may be a kind that the catalogue does not know.
    pub kind: KindId,
    /// Its logical name, unique in the diagram.
    pub name: String,
    /// Upper left corner of its card.
    pub position: Point,
    /// Field key → value, where it differs from the default.
    pub settings: BTreeMap<String, Value>,
    /// Usage key → value.
    pub usage: BTreeMap<String, Value>,
    /// The group that it stands in.
    pub group: Option<GroupId>,
    /// What no field covers, kept verbatim.
    pub raw: Option<Value>,
}

impl Node {
    /// A node with nothing set.
    #[must_use]
    pub fn new(kind: KindId, name: &str, position: Point) -> Self {
        let (settings, usage) = (BTreeMap::new(), BTreeMap::new());
        Self { kind, name: name.to_owned(), position, settings, usage, group: None, raw: None }
    }
}

/// An arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What it says.
    pub relation: Relation,
    /// Field key → value; `access` holds the access level, `actions` the named actions.
    pub settings: BTreeMap<String, Value>,
    /// Its number in the story of the diagram.
    pub step: Option<u32>,
    /// Words beside it.
    pub label: Option<String>,
}

/// A container: cloud, region, stage, bounded context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is: a kind of the archetype `container`.
    pub kind: KindId,
    /// The text of its tag.
    pub name: String,
    /// Its outline.
    pub frame: Frame,
    /// The group around it.
    pub parent: Option<GroupId>,
    /// Field key → value.
    pub settings: BTreeMap<String, Value>,
}

/// A text on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// First line, emphasised; may be empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Upper left corner.
    pub position: Point,
    /// Width in canvas units; the height follows from the text.
    pub width: i32,
    /// The node that it is about.
    pub attached: Option<NodeId>,
}

/// The template that a document was opened from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Its language.
    pub dialect: String,
    /// Where it was.
    pub path: String,
    /// Its text.
    pub text: String,
}

named! {
    /// How nodes are drawn.
    pub enum NodeStyle {
        /// Cards when near, tiles when far.
        Auto = "auto",
        /// Cards at any zoom.
        Cards = "cards",
        /// Tiles at any zoom.
        Tiles = "tiles",
    }
}

named! {
    /// How arrows run.
    #[derive(Default)]
    pub enum EdgeStyle {
        /// In level and upright legs with rounded corners.
        #[default]
        Orthogonal = "orthogonal",
        /// In curves.
        Curved = "curved",
    }
}

/// How the document wants to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct View {
    /// How nodes are drawn.
    pub nodes: NodeStyle,
    /// How arrows run; orthogonal ones are not written.
    #[serde(skip_serializing_if = "is_orthogonal")]
    pub edges: EdgeStyle,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_orthogonal(style: &EdgeStyle) -> bool {
    *style == EdgeStyle::Orthogonal
}

impl Default for View {
    fn default() -> Self {
        Self { nodes: NodeStyle::Auto, edges: EdgeStyle::default() }
    }
}

/// A whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    pub(super) name: String,
    pub(super) nodes: BTreeMap<NodeId, Node>,
    pub(super) edges: BTreeMap<EdgeId, Edge>,
    pub(super) groups: BTreeMap<GroupId, Group>,
    pub(super) notes: BTreeMap<NoteId, Note>,
    pub(super) files: BTreeMap<String, String>,
    pub(super) workload: Option<Value>,
    pub(super) view: View,
    pub(super) origin: Option<Origin>,
    pub(super) environments: Vec<Value>,
    pub(super) next_id: u32,
}

impl Diagram {
    /// An empty diagram.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), next_id: 1, ..Self::default() }
    }

    /// Its name, without the file's extension.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every node.
    #[must_use]
    pub fn nodes(&self) -> &BTreeMap<NodeId, Node> {
        &self.nodes
    }

    /// Every edge.
    #[must_use]
    pub fn edges(&self) -> &BTreeMap<EdgeId, Edge> {
        &self.edges
    }

    /// Every group.
    #[must_use]
    pub fn groups(&self) -> &BTreeMap<GroupId, Group> {
        &self.groups
    }

    /// Every note.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<NoteId, Note> {
        &self.notes
    }

    /// Texts that the document carries: path → text.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// How it wants to be shown.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// The node with this name.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().find(|(_, node)| node.name == name).map(|(id, _)| *id)
    }

    /// The edges that start or end at a node.
    pub fn edges_of(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges.iter().filter(move |(_, edge)| edge.from == node || edge.to == node).map(|(id, edge)| (*id, edge))
    }

    /// The edges that start at a node.
    pub fn edges_from(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges_of(node).filter(move |(_, edge)| edge.from == node)
    }

    /// The edges that end at a node.
    pub fn edges_to(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges_of(node).filter(move |(_, edge)| edge.to == node)
    }

    /// A node's value for `key`: its own, or the catalogue's default.
    #[must_use]
    pub fn setting<'d>(&'d self, catalog: &'d crate::catalog::Catalog, node: NodeId, key: &str) -> Option<&'d Value> {
        let node = self.nodes.get(&node)?;
        let default = || catalog.kind(&node.kind).field(key).and_then(|field| field.default.as_ref());
        node.settings.get(key).or_else(default)
    }
}
