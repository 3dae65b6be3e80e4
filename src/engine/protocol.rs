//! What the window asks the background thread for, and what comes back: closed sets of plain data.
//!
//! Must not know who asks or who answers.

use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::Dialect;
use crate::diagram::{Diagram, Element};
use crate::export::preview::Preview;

/// Tells which request an event answers. An answer whose ticket is no longer current is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// Something to do in the background.
#[derive(Clone, Debug)]
pub enum Request {
    /// Read a diagram.
    Load(Ticket, PathBuf),
    /// Write a diagram.
    Save(Ticket, Arc<Diagram>, PathBuf),
    /// Write a deployable project into a folder.
    Export(Ticket, Arc<Diagram>, Dialect, PathBuf),
    /// Show what a diagram will be once it is exported, and what one of its nodes or arrows writes.
    Preview(Ticket, Arc<Diagram>, Dialect, Option<Element>),
    /// Keep a diagram with unsaved changes, and the file that it came from, in the journal.
    Keep(Ticket, Arc<Diagram>, Option<PathBuf>),
    /// Empty the journal: there are no unsaved changes any more.
    Unkeep(Ticket),
    /// Look for what windows that are gone have left.
    Orphans(Ticket),
    /// Remove what a window that is gone has left, by its name.
    Forget(Ticket, String),
}

impl Request {
    /// The answer to a request that cannot be done.
    #[must_use]
    pub fn refused(self, reason: &str) -> Event {
        let reason = reason.to_owned();
        match self {
            Self::Load(ticket, path) => Event::Loaded(ticket, path, Err(Unopened { text: reason, is_gone: false })),
            Self::Save(ticket, _, path) => Event::Saved(ticket, path, Err(reason)),
            Self::Export(ticket, _, _, path) => Event::Exported(ticket, path, Err(reason)),
            Self::Preview(ticket, ..) => Event::Previewed(ticket, Err(reason)),
            Self::Keep(ticket, ..) | Self::Unkeep(ticket) | Self::Forget(ticket, _) => Event::Kept(ticket, Err(reason)),
            Self::Orphans(ticket) => Event::Orphans(ticket, Vec::new()),
        }
    }
}

/// Something that was done or went wrong. Texts are sentences for people.
#[derive(Clone, Debug)]
pub enum Event {
    /// A diagram was read, or why not.
    Loaded(Ticket, PathBuf, Result<Arc<Diagram>, Unopened>),
    /// A diagram was written, or why not.
    Saved(Ticket, PathBuf, Result<(), String>),
    /// A project was written, or why not.
    Exported(Ticket, PathBuf, Result<Exported, String>),
    /// What a diagram will be once it is exported, or why that cannot be shown.
    Previewed(Ticket, Result<Arc<Preview>, String>),
    /// The journal is as it was asked for, or why not.
    Kept(Ticket, Result<(), String>),
    /// What windows that are gone have left.
    Orphans(Ticket, Vec<Orphan>),
}

/// Why a diagram was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unopened {
    /// A sentence.
    pub text: String,
    /// There is no such file any more.
    pub is_gone: bool,
}

/// A diagram with unsaved changes whose window is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Orphan {
    /// Name of its entry in the journal.
    pub name: String,
    /// The file that it came from.
    pub path: Option<PathBuf>,
    /// The diagram.
    pub diagram: Arc<Diagram>,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many files were written.
    pub written: usize,
    /// Files of people's own that were kept.
    pub kept: Vec<String>,
    /// What the dialect cannot say: subject and reason.
    pub left_out: Vec<(String, String)>,
    /// What to look at: sentences.
    pub problems: Vec<String>,
}
