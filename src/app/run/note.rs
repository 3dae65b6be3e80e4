//! Notes: new ones, and which node they are about.
//!
//! Must not know pointers or keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::clip::{NOTE_WIDTH, room_for};
use crate::app::{Open, Workspace};
use crate::catalog::Catalog;
use crate::diagram::{Element, NodeId, Note, NoteId, Rejected};
use crate::picture::geometry::{CARD_HEIGHT, GRID};
use crate::picture::{NoteShape, pos};

/// What stands in a note until a person writes.
const START: &str = "Write here.";

impl Workspace {
    /// Adds a note, about the selected node if there is one, and starts writing it.
    pub(super) fn add_note(&mut self) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let result = open.put_new_note(&catalog).map(|note| self.renaming = Some(Element::Note(note)));
        self.told(result);
    }
}

impl Open {
    fn put_new_note(&mut self, catalog: &Catalog) -> Result<NoteId, Rejected> {
        let attached = self.one_node();
        let card = attached.and_then(|id| self.picture.nodes().get(&id)).map(|node| node.rect);
        let middle = match card {
            Some(card) => pos(card.middle().x, card.max.y + CARD_HEIGHT / 2.0),
            None => self.camera.unwrap_or_default().to_canvas(pos(self.panel.0 / 2.0, self.panel.1 / 2.0)),
        };
        let (title, position) = (String::new(), crate::diagram::Point::default());
        let mut note = Note { title, text: START.to_owned(), position, width: NOTE_WIDTH, attached };
        let bounds = NoteShape::of(NoteId(0), &note).rect.grown(GRID);
        note.position = room_for(&self.picture, &bounds, Some(middle));
        let made = self.document.transact(catalog, "Add a note", |edit| edit.add_note(note))?;
        self.selection = BTreeSet::from([Element::Note(made)]);
        Ok(made)
    }

    /// The selected note and the node that it is to be attached to; without a node, an attached note is to be detached.
    pub(in crate::app) fn note_to_attach(&self) -> Option<(NoteId, Option<NodeId>)> {
        let mut notes = self.selection.iter().filter_map(|element| element.note());
        let mut nodes = self.selection.iter().filter_map(|element| element.node());
        let (note, node) = (notes.next()?, nodes.next());
        let is_attached = self.document.diagram().notes().get(&note)?.attached.is_some();
        let is_one = notes.next().is_none() && nodes.next().is_none();
        (is_one && (node.is_some() || is_attached)).then_some((note, node))
    }

    pub(super) fn attach(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let Some((id, attached)) = self.note_to_attach() else { return Ok(()) };
        self.attach_to(catalog, id, attached)
    }

    /// Attaches a note to a node, or detaches it.
    pub(super) fn attach_to(
        &mut self,
        catalog: &Catalog,
        id: NoteId,
        attached: Option<NodeId>,
    ) -> Result<(), Rejected> {
        let label = if attached.is_some() { "Attach" } else { "Detach" };
        self.document.transact(catalog, label, |edit| {
            let Some(note) = edit.diagram().notes().get(&id).cloned() else { return Ok(()) };
            edit.put_note(id, Note { attached, ..note })
        })
    }
}
