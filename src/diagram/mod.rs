//! What the user drew: model, changes and history, integrity, graph algorithms, automatic layout and the file format.
//!
//! Must not know windows, deployment languages, prices or clouds.

pub mod model;
pub mod change;
pub mod history;
pub mod edit;
pub mod part;
pub mod integrity;
pub mod environment;
pub mod names;
pub mod workflow;
pub mod graph;
pub mod layout;
pub mod file;
pub mod schema;

pub use change::Rejected;
pub use edit::Element;
pub use environment::{Bindings, Bound, Environment, Move, Target};
pub use history::{Document, Touched};
pub use integrity::integrity;
pub use model::{
    Diagram, Edge, EdgeId, EdgeStyle, Frame, Group, GroupId, Node, NodeId, NodeStyle, Note, NoteId, Point, View,
};

/// The reference diagrams that the program ships: `(path, text)`.
pub const REFERENCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded_diagrams.rs"));

#[cfg(test)]
mod tests;
