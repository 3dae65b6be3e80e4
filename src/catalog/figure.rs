//! What a metric tells of a node while it is watched: the figures that stand on the canvas.
//!
//! Must not know where values come from.

use std::sync::Arc;

use super::names::named;

named! {
    /// What a figure is about, in the order in which figures stand on a node.
    pub enum Shows {
        /// How much work came.
        Calls = "calls",
        /// What waits to be worked off.
        Backlog = "backlog",
        /// What went wrong.
        Errors = "errors",
        /// What was turned away: the caller's fault, or too much at once.
        Refusals = "refusals",
        /// How long all but one in twenty took at most.
        Duration = "p95",
        /// The share that waited for an environment.
        Cold = "cold",
        /// How long the oldest has waited.
        Age = "age",
        /// Something else that is counted.
        Amount = "amount",
        /// How many ran at once.
        Concurrency = "concurrency",
    }
}

impl Shows {
    /// What it is called under its figure where the kind has no word of its own.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Backlog => "waiting",
            Self::Errors => "errors",
            Self::Refusals => "refused",
            Self::Duration => "p95",
            Self::Cold => "cold",
            Self::Age => "oldest",
            Self::Amount => "in all",
            Self::Concurrency => "at once",
        }
    }
}

/// What a metric is shown as on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is about.
    pub shows: Shows,
    /// The word under it; metrics with the same word are added up.
    pub word: Arc<str>,
}

impl Figure {
    /// A figure with the usual word.
    #[must_use]
    pub fn usual(shows: Shows) -> Self {
        Self { shows, word: shows.word().into() }
    }
}
