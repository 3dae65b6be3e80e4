//! When unsaved changes go to the journal, and what becomes of those that a crash has left.
//!
//! Time is passed in, in seconds of any clock that does not go backwards. Must not know where the journal is.

use std::sync::Arc;

use super::{Orphan, Overlay, Tone, Workspace};
use crate::diagram::{Diagram, Document};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::Picture;

/// Unsaved changes are written at most so long after they were made, in seconds.
const KEEP_AFTER_S: f64 = 1.0;

/// What the journal has.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The diagram and its revision that were written last; `None`: nothing.
    written: Option<(u64, u64)>,
    /// When it was written last.
    at_s: f64,
    /// The writing that is under way.
    waiting: Option<Ticket>,
    /// A failure is told once, not every second.
    told: bool,
}

impl Workspace {
    /// What is to be done for the journal at this moment. Ask again after [`Self::keep_within_s`] seconds at the latest.
    pub fn keep(&mut self, now_s: f64) -> Vec<Request> {
        if self.kept.waiting.is_some() || !self.is_due(now_s) {
            return Vec::new();
        }
        let ticket = self.ticket();
        let edited = self.open.as_ref().filter(|open| open.document.is_edited());
        let request = match edited {
            Some(open) => {
                self.kept.written = Some((open.serial, open.document.revision()));
                Request::Keep(ticket, Arc::new(open.document.diagram().clone()), open.path.clone(), open.mark)
            }
            None => {
                self.kept.written = None;
                Request::Unkeep(ticket)
            }
        };
        self.kept.at_s = now_s;
        self.kept.waiting = Some(ticket);
        vec![request]
    }

    /// In how many seconds the journal has to be looked after again; `None` when it has everything.
    #[must_use]
    pub fn keep_within_s(&self, now_s: f64) -> Option<f64> {
        self.is_behind().then(|| (self.kept.at_s + KEEP_AFTER_S - now_s).clamp(0.05, KEEP_AFTER_S))
    }

    fn is_due(&self, now_s: f64) -> bool {
        // What is no longer wanted goes at once; what is wanted waits for more to come.
        let unwanted = self.unsaved().is_none();
        self.is_behind() && (unwanted || now_s >= self.kept.at_s + KEEP_AFTER_S)
    }

    fn is_behind(&self) -> bool {
        self.unsaved() != self.kept.written
    }

    fn unsaved(&self) -> Option<(u64, u64)> {
        let edited = self.open.as_ref().filter(|open| open.document.is_edited());
        edited.map(|open| (open.serial, open.document.revision()))
    }

    pub(super) fn journal_kept(&mut self, ticket: Ticket, result: Result<(), String>) {
        if self.kept.waiting == Some(ticket) {
            self.kept.waiting = None;
        }
        if let Err(text) = result
            && !std::mem::replace(&mut self.kept.told, true)
        {
            let advice = "Unsaved changes are not kept for a crash; save often.".to_owned();
            self.say(Tone::Trouble, text, vec![advice]);
        }
    }

    /// Asks for what windows that are gone have left.
    pub fn look_for_orphans(&mut self) -> Vec<Request> {
        vec![Request::Orphans(self.ticket())]
    }

    pub(super) fn offer(&mut self, orphans: Vec<Orphan>) {
        if !orphans.is_empty() {
            self.overlay = Some(Overlay::Recover(orphans));
        }
    }

    /// Opens what was left; it leaves the journal of the window that is gone and comes into that of this one.
    pub(super) fn recover(&mut self, name: &str) -> Vec<Request> {
        let Some(Overlay::Recover(orphans)) = self.overlay.take() else { return Vec::new() };
        let Some(orphan) = orphans.into_iter().find(|orphan| orphan.name == name) else { return Vec::new() };
        self.show_drawn(Diagram::clone(&orphan.diagram), Picture::clone(&orphan.picture));
        if let Some(open) = &mut self.open {
            (open.path, open.mark) = (orphan.path, orphan.mark);
            open.document = Document::recovered(Diagram::clone(&orphan.diagram));
        }
        let kept = self.keep(f64::INFINITY);
        self.kept.at_s = 0.0;
        // The old entry goes only after the new one is asked for, so that there is always one.
        kept.into_iter().chain([Request::Forget(self.ticket(), name.to_owned())]).collect()
    }

    pub(super) fn forget(&mut self, name: &str) -> Vec<Request> {
        if let Some(Overlay::Recover(orphans)) = &mut self.overlay {
            orphans.retain(|orphan| orphan.name != name);
            if orphans.is_empty() {
                self.overlay = None;
            }
        }
        vec![Request::Forget(self.ticket(), name.to_owned())]
    }
}
