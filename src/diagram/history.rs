//! A diagram with its history: gestures become transactions, transactions can be undone and redone.
//!
//! Must not know the catalogue or where the document is kept.

use std::collections::{BTreeSet, VecDeque};

use super::change::{Change, Rejected, Subject, apply};
use super::model::{Diagram, EdgeId, GroupId, NodeId, NoteId};

/// So many transactions can be undone.
const MAX_TRANSACTIONS: usize = 10_000;

/// So many touched elements are remembered for those who follow the document.
const MAX_TOUCHED: usize = 4_096;

/// What a person did, as one step of undo.
#[derive(Clone, Debug)]
struct Transaction {
    /// What it did, for people: "Move 3 nodes".
    label: String,
    /// The changes that take it back, in the order of application.
    inverse: Vec<Change>,
    /// The id counter that the diagram gets back.
    next_id: u32,
}

/// A gesture that is not finished.
#[derive(Clone, Debug)]
struct Gesture {
    label: String,
    /// Inverses, first change first.
    inverse: Vec<Change>,
    overwritten: BTreeSet<Subject>,
    next_id: u32,
}

/// An element that a change touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// A node: added, removed, renamed, moved or set.
    Node(NodeId),
    /// An edge.
    Edge(EdgeId),
    /// A group.
    Group(GroupId),
    /// A note.
    Note(NoteId),
    /// Something that concerns the whole document.
    Document,
}

/// A diagram that is being edited.
#[derive(Clone, Debug)]
pub struct Document {
    diagram: Diagram,
    undo: Vec<Transaction>,
    redo: Vec<Transaction>,
    gesture: Option<Gesture>,
    revision: u64,
    /// Ids below this were given out in this session, also those that undo took back.
    high_water: u32,
    /// Length of the undo list when the document was saved; `None` when that state cannot be reached any more.
    saved: Option<usize>,
    touched: VecDeque<(u64, Touched)>,
    /// Changes up to this revision are no longer in `touched`.
    forgotten: u64,
}

impl Document {
    /// A document as it was opened or made, with nothing to undo.
    #[must_use]
    pub fn new(diagram: Diagram) -> Self {
        let high_water = diagram.next_id;
        let (undo, redo, touched) = (Vec::new(), Vec::new(), VecDeque::new());
        Self { diagram, undo, redo, gesture: None, revision: 0, high_water, saved: Some(0), touched, forgotten: 0 }
    }

    /// A document with changes that its file does not have, and that cannot be undone any more.
    #[must_use]
    pub fn recovered(diagram: Diagram) -> Self {
        Self { saved: None, ..Self::new(diagram) }
    }

    /// The diagram as it stands, in the middle of a gesture too.
    #[must_use]
    pub fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// A number that grows with every change, undo and redo included.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether there is something that the file does not have.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        self.saved != Some(self.undo.len()) || self.gesture.as_ref().is_some_and(|gesture| !gesture.inverse.is_empty())
    }

    /// The file has what the document has.
    pub fn mark_saved(&mut self) {
        self.saved = Some(self.undo.len());
    }

    /// The elements touched after `revision`; `None` when that is too long ago and everything must be looked at.
    #[must_use]
    pub fn touched_since(&self, revision: u64) -> Option<BTreeSet<Touched>> {
        let recent = self.touched.iter().rev().take_while(|(at, _)| *at > revision);
        (revision >= self.forgotten).then(|| recent.map(|(_, touched)| *touched).collect())
    }

    /// The next free id. It counts for nodes, edges, groups and notes alike.
    pub(super) fn fresh_id(&mut self) -> u32 {
        let id = self.high_water.max(self.diagram.next_id);
        self.high_water = id + 1;
        id
    }

    /// Starts a gesture; one that was open is finished first.
    pub fn begin(&mut self, label: &str) {
        self.finish();
        let gesture = Gesture {
            label: label.to_owned(),
            inverse: Vec::new(),
            overwritten: BTreeSet::new(),
            next_id: self.diagram.next_id,
        };
        self.gesture = Some(gesture);
    }

    /// Whether a gesture is open.
    #[must_use]
    pub fn in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// Applies one change as part of the open gesture.
    pub(super) fn apply(&mut self, change: Change) -> Result<(), Rejected> {
        if change.is_idle(&self.diagram) {
            return Ok(());
        }
        self.touch(&change);
        let inverse = apply(&mut self.diagram, change)?;
        self.revision += 1;
        let Some(gesture) = &mut self.gesture else {
            return Err(Rejected("A change must be part of a gesture.".to_owned()));
        };
        // A second change of the same thing in one gesture needs no inverse of its own: the first leads back already.
        // Additions and removals stand between what came before and after them, so nothing is merged across one.
        match inverse.overwrites() {
            Some(subject) => {
                if !gesture.overwritten.insert(subject) {
                    return Ok(());
                }
            }
            None => gesture.overwritten.clear(),
        }
        gesture.inverse.push(inverse);
        Ok(())
    }

    /// Ends the gesture as one step of undo; one that changed nothing leaves no trace. Returns whether it left one.
    pub fn finish(&mut self) -> bool {
        let Some(mut gesture) = self.gesture.take() else { return false };
        gesture.inverse.retain(|change| !change.is_idle(&self.diagram));
        if gesture.inverse.is_empty() {
            self.diagram.next_id = gesture.next_id;
            return false;
        }
        gesture.inverse.reverse();
        let Gesture { label, inverse, next_id, .. } = gesture;
        self.undo.push(Transaction { label, inverse, next_id });
        self.redo.clear();
        if self.saved.is_some_and(|saved| saved >= self.undo.len()) {
            self.saved = None;
        }
        if self.undo.len() > MAX_TRANSACTIONS {
            self.undo.remove(0);
            self.saved = self.saved.and_then(|saved| saved.checked_sub(1));
        }
        true
    }

    /// Takes back what the gesture has done so far; it stays open.
    pub fn restart(&mut self) {
        let label = self.gesture.as_ref().map(|gesture| gesture.label.clone());
        self.cancel();
        label.iter().for_each(|label| self.begin(label));
    }

    /// Ends the gesture and takes back what it did.
    pub fn cancel(&mut self) {
        let Some(mut gesture) = self.gesture.take() else { return };
        gesture.inverse.reverse();
        let transaction = Transaction { label: gesture.label, inverse: gesture.inverse, next_id: gesture.next_id };
        self.run(transaction);
    }

    /// Takes back the last step and returns what it was.
    pub fn undo(&mut self) -> Option<String> {
        self.finish();
        let transaction = self.undo.pop()?;
        let label = transaction.label.clone();
        let inverse = self.run(transaction);
        self.redo.push(inverse);
        Some(label)
    }

    /// Does again what was taken back and returns what it was.
    pub fn redo(&mut self) -> Option<String> {
        self.finish();
        let transaction = self.redo.pop()?;
        let label = transaction.label.clone();
        let inverse = self.run(transaction);
        self.undo.push(inverse);
        Some(label)
    }

    /// What undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|transaction| transaction.label.as_str())
    }

    /// What redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|transaction| transaction.label.as_str())
    }

    /// Applies a transaction's changes and returns the transaction that leads back.
    fn run(&mut self, transaction: Transaction) -> Transaction {
        let next_id = self.diagram.next_id;
        let mut inverse = Vec::with_capacity(transaction.inverse.len());
        for change in transaction.inverse {
            self.touch(&change);
            // Inverses fit by construction (a property test holds it); were one refused, the rest must still be applied.
            inverse.extend(apply(&mut self.diagram, change).ok());
        }
        inverse.reverse();
        self.diagram.next_id = transaction.next_id;
        self.revision += 1;
        Transaction { label: transaction.label, inverse, next_id }
    }

    fn touch(&mut self, change: &Change) {
        let touched = match change {
            Change::AddNode(id, _)
            | Change::RemoveNode(id)
            | Change::RenameNode(id, _)
            | Change::MoveNode(id, _)
            | Change::SetNode(id, ..)
            | Change::SetUsage(id, ..)
            | Change::JoinGroup(id, _)
            | Change::SetRaw(id, _) => Touched::Node(*id),
            Change::AddEdge(id, _)
            | Change::RemoveEdge(id)
            | Change::SetEdge(id, ..)
            | Change::NumberEdge(id, _)
            | Change::LabelEdge(id, _) => Touched::Edge(*id),
            Change::PutGroup(id, _) => Touched::Group(*id),
            Change::PutNote(id, _) => Touched::Note(*id),
            Change::PutFile(..) | Change::RenameDiagram(_) | Change::SetView(_) | Change::SetEnvironments(_) => {
                Touched::Document
            }
        };
        self.touched.push_back((self.revision + 1, touched));
        if self.touched.len() > MAX_TOUCHED {
            self.forgotten = self.touched.pop_front().map_or(0, |(revision, _)| revision);
        }
    }
}
