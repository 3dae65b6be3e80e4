//! What is looked for in the log, and what was found.
//!
//! One question at a time; what is shown stays until there is an answer. Must not know who searches.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Attached, Folding, Read, bound};
use crate::app::{Copied, Tab, Tone, Workspace};
use crate::engine::protocol::{Found, Question, Recorded, Request, Ticket};
use crate::telemetry::log::Chunk;
use crate::telemetry::query::Query;
use crate::telemetry::zone::Zone;

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The question, as it is written.
    pub query: String,
    /// Only the records of one error, by its place in the list, and what it is called.
    pub error: Option<(String, Arc<Vec<u64>>)>,
    /// Whether only what is found is shown, and not all with marks.
    pub hides_others: bool,
    /// How records stand.
    pub folding: Folding,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { query: String::new(), error: None, hides_others: true, folding: Folding::Lines }
    }
}

impl Wanted {
    /// Whether all records are wanted as they are.
    fn is_all(&self) -> bool {
        self.query.trim().is_empty() && self.error.is_none()
    }
}

/// What is looked for, what was found, and the record that is looked at.
#[derive(Debug)]
pub struct Shelf {
    wanted: Wanted,
    read: Read,
    /// How often another thing was wanted.
    changes: u64,
    /// The question that waits: its ticket, and what it is about.
    waiting: Option<(Ticket, (u64, u64))>,
    /// What was found, and for what.
    found: Option<((u64, u64), Arc<Found>)>,
    /// The record that is looked at, and how often one was gone to.
    pub(super) at: (Option<u64>, u64),
    /// What is looked at in place of it, before it is found stored.
    pub(super) fresh: Option<Chunk>,
    saving: Option<Ticket>,
}

impl Default for Shelf {
    fn default() -> Self {
        let wanted = Wanted::default();
        let (read, at) = (Ok(Query::default()), (None, 0));
        Self { wanted, read, changes: 0, waiting: None, found: None, at, fresh: None, saving: None }
    }
}

impl Shelf {
    /// What is looked for.
    #[must_use]
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// What the question says, or where it is mistaken.
    pub fn read(&self) -> &Read {
        &self.read
    }

    /// What was found; `None` when all records are wanted as they are.
    #[must_use]
    pub fn found(&self) -> Option<&Arc<Found>> {
        let is_plain = self.wanted.is_all() && self.wanted.folding == Folding::Lines;
        self.found.as_ref().filter(|_| !is_plain).map(|(_, found)| found)
    }

    /// Whether an answer is waited for.
    #[must_use]
    pub fn is_searching(&self) -> bool {
        self.waiting.is_some()
    }

    /// A record is looked at.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.at.0.is_some() || self.fresh.is_some()
    }

    /// The stored record that is looked at, and how often one was gone to from elsewhere.
    #[must_use]
    pub fn at(&self) -> (Option<u64>, u64) {
        self.at
    }

    /// The same question may have another answer now.
    pub(super) fn changed(&mut self) {
        self.changes += 1;
        (self.waiting, self.found) = (None, self.found.take().map(|((_, version), found)| ((0, version), found)));
    }
}

impl Workspace {
    /// Looks for something else.
    pub(in crate::app) fn want(&mut self, wanted: Wanted) {
        let zone = if self.settings.utc { &Zone::UTC } else { &self.local };
        let Some(attached) = &mut self.attached else { return };
        let shelf = &mut attached.shelf;
        if shelf.wanted == wanted {
            return;
        }
        let is_same_search = shelf.wanted.query == wanted.query
            && shelf.wanted.error == wanted.error
            && shelf.wanted.folding == wanted.folding;
        if shelf.wanted.query != wanted.query {
            shelf.read = Query::read(&wanted.query, zone);
        }
        shelf.wanted = wanted;
        if !is_same_search {
            shelf.changed();
        }
    }

    /// The question is read anew: other times are shown now.
    pub(in crate::app) fn reread(&mut self) {
        let zone = self.zone().clone();
        if let Some(attached) = &mut self.attached {
            attached.shelf.read = Query::read(&attached.shelf.wanted.query, &zone);
            attached.shelf.changed();
            // Times stand in what it says.
            attached.live = None;
        }
    }

    /// Shows the log with what is wanted in it.
    pub(in crate::app) fn show_lines(&mut self, wanted: Wanted) {
        self.want(wanted);
        if self.has_logs() {
            (self.shown.dock, self.shown.tab) = (true, Tab::Logs);
        }
    }

    /// Looks at a record.
    pub(in crate::app) fn look_at(&mut self, number: Option<u64>, goes_there: bool) {
        if let Some(attached) = &mut self.attached {
            let (at, gone) = &mut attached.shelf.at;
            *at = number;
            *gone += u64::from(goes_there);
            attached.shelf.fresh = None;
        }
    }

    /// What is to be searched at this moment.
    pub fn search_logs(&mut self) -> Vec<Request> {
        self.bind();
        let Some(attached) = &self.attached else { return Vec::new() };
        let shelf = &attached.shelf;
        let is_plain = shelf.wanted.is_all() && shelf.wanted.folding == Folding::Lines;
        let about = (shelf.changes, attached.version);
        let is_known = shelf.found.as_ref().is_some_and(|(known, found)| *known == about && found.is_whole);
        if is_plain || is_known || shelf.waiting.is_some() || shelf.read.is_err() {
            return Vec::new();
        }
        let Some(question) = question(attached) else { return Vec::new() };
        let ticket = self.ticket();
        if let Some(attached) = &mut self.attached {
            attached.shelf.waiting = Some((ticket, about));
        }
        vec![Request::Search(ticket, Arc::new(question))]
    }

    /// Takes in what was found so far.
    pub(in crate::app) fn found(&mut self, ticket: Ticket, result: Result<Arc<Found>, String>) {
        let Some(shelf) = self.attached.as_mut().map(|attached| &mut attached.shelf) else { return };
        let Some((_, about)) = shelf.waiting.filter(|(current, _)| *current == ticket) else { return };
        match result {
            Ok(found) => {
                if found.is_whole {
                    shelf.waiting = None;
                }
                // What is not yet folded would not be what is shown.
                if found.is_whole || shelf.wanted.folding == Folding::Lines {
                    shelf.found = Some((about, found));
                }
            }
            Err(text) => {
                shelf.waiting = None;
                shelf.wanted = Wanted::default();
                self.say(Tone::Trouble, text, Vec::new());
            }
        }
    }

    /// Asks for what is found to be written into a file.
    pub(in crate::app) fn save_lines(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let question = self.attached().and_then(question);
        let Some(question) = question else { return Vec::new() };
        let ticket = self.ticket();
        if let Some(attached) = &mut self.attached {
            attached.shelf.saving = Some(ticket);
        }
        vec![Request::SaveLines(ticket, Arc::new(Question { folds: false, ..question }), path)]
    }

    /// Asks for what is attached to be recorded, as far as it is looked at.
    pub(in crate::app) fn save_recording(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let ticket = self.ticket();
        let (Some(open), Some(attached)) = (&self.open, &mut self.attached) else { return Vec::new() };
        let recorded = Recorded {
            diagram: Arc::new(open.document.diagram().clone()),
            observed: Arc::clone(&attached.watched.observed),
            binding: Arc::clone(&attached.binding),
            physical: bound::physical(open.document.diagram(), attached),
            span_ms: attached.span_ms,
        };
        attached.shelf.saving = Some(ticket);
        vec![Request::Record(ticket, Arc::new(recorded), path)]
    }

    pub(in crate::app) fn lines_saved(
        &mut self,
        ticket: Ticket,
        path: &std::path::Path,
        result: Result<usize, String>,
    ) {
        let saving = self.attached.as_mut().and_then(|attached| attached.shelf.saving.take_if(|own| *own == ticket));
        if saving.is_none() {
            return;
        }
        match result {
            Ok(count) => self.say(Tone::Done, format!("Saved {count} records as {}.", path.display()), Vec::new()),
            Err(text) => self.say(Tone::Trouble, text, Vec::new()),
        }
    }

    /// Copies the text of records.
    pub(in crate::app) fn copy_lines(&mut self, numbers: &[u64]) {
        let Some(attached) = self.attached() else { return };
        let mut numbers = numbers.to_vec();
        attached.observed().records.arrange(&mut numbers, 0);
        let records = numbers.iter().filter_map(|number| attached.observed().records.get(*number));
        let texts: Vec<String> = records.map(|record| String::from_utf8_lossy(record.text).into_owned()).collect();
        self.clipboard.copied = Some(Copied::Text(texts.join("\n")));
    }

    /// Copies the text of the record that is looked at.
    pub(in crate::app) fn copy_line(&mut self) {
        let record = self.attached().and_then(Attached::looked_at);
        if let Some(text) = record.map(|record| String::from_utf8_lossy(record.text).into_owned()) {
            self.clipboard.copied = Some(Copied::Text(text));
        }
    }
}

/// What is to be asked for what is wanted; `None` while it is mistaken.
fn question(attached: &Attached) -> Option<Question> {
    let shelf = &attached.shelf;
    let query = shelf.read.as_ref().ok()?.clone();
    let so_far = shelf.found.as_ref().filter(|((changes, _), _)| *changes == shelf.changes);
    Some(Question {
        records: attached.observed().records.clone(),
        head: Arc::clone(&attached.watched.head),
        query,
        binding: Arc::clone(&attached.binding),
        only: shelf.wanted.error.as_ref().map(|(_, numbers)| Arc::clone(numbers)),
        folds: shelf.wanted.folding == Folding::Invocations,
        so_far: so_far.map(|(_, found)| Arc::clone(found)),
    })
}
