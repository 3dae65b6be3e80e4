//! What can be done now: the questions that the rows of the command table ask of the workspace.
//!
//! Must not change anything.

use super::Workspace;
use crate::diagram::Element;

impl Workspace {
    /// A diagram is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The open diagram is not empty.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.open.as_ref().map(|open| open.document.diagram()).is_some_and(|diagram| {
            !diagram.nodes().is_empty() || !diagram.groups().is_empty() || !diagram.notes().is_empty()
        })
    }

    /// The open diagram has nodes.
    #[must_use]
    pub fn has_nodes(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.document.diagram().nodes().is_empty())
    }

    /// The open diagram has anything that a picture would show.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.picture.bounds().is_some())
    }

    /// Something is selected.
    #[must_use]
    pub fn has_selection(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.selection.is_empty())
    }

    /// Something is selected that can be copied: arrows alone cannot.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        let is_part = |element: &Element| !matches!(element, Element::Edge(_));
        self.open.as_ref().is_some_and(|open| open.selection.iter().any(is_part))
    }

    /// Exactly one node is selected, and nothing else.
    #[must_use]
    pub fn has_one_node(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.one_node().is_some())
    }

    /// Exactly one thing is selected, and it has a name or a text.
    #[must_use]
    pub fn has_one_named(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.one_named().is_some())
    }

    /// A group is selected.
    #[must_use]
    pub fn has_groups(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.selection.iter().any(|element| element.group().is_some()))
    }

    /// A note and a node are selected, or a note that is attached.
    #[must_use]
    pub fn has_note_to_attach(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.note_to_attach().is_some())
    }

    /// Two things that have a place are selected, or more.
    #[must_use]
    pub fn has_two(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.placed() >= 2)
    }

    /// Three things that have a place are selected, or more.
    #[must_use]
    pub fn has_three(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.placed() >= 3)
    }

    /// There is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.document.undo_label().is_some())
    }

    /// There is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.document.redo_label().is_some())
    }
}
