//! The words of a question to Logs Insights: what is asked of what, what must be done, what has come, and how it goes.
//!
//! Must not know how any of it is decided.

use std::sync::Arc;

use crate::catalog::names::named;
use crate::diagram::Target;
use crate::source::tail::{Ms, Trouble};
use crate::telemetry::insights::estimate::Volume;
use crate::telemetry::insights::table::Table;

named! {
    /// How a question is doing, in the service's own words.
    pub enum State {
        /// It waits for its turn.
        Scheduled = "scheduled",
        /// It goes on; a part of what it finds may be there.
        Running = "running",
        /// All that it has found is there.
        Complete = "complete",
        /// It was not done.
        Failed = "failed",
        /// Somebody has stopped it.
        Cancelled = "cancelled",
        /// It took too long.
        Timeout = "timed out",
        /// The service does not know.
        Unknown = "unknown",
    }
}

impl State {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled | Self::Timeout)
    }
}

/// The span of time that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// So many milliseconds back from the moment at which it is asked.
    Back(Ms),
    /// From the first to the last millisecond.
    Between(Ms, Ms),
}

impl Span {
    /// First and last millisecond, when it is asked now.
    #[must_use]
    pub fn at(self, now_ms: Ms) -> (Ms, Ms) {
        match self {
            Self::Back(ms) => (now_ms - ms, now_ms),
            Self::Between(from_ms, to_ms) => (from_ms, to_ms.max(from_ms + 1)),
        }
    }
}

/// A question, and of what it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The account.
    pub target: Target,
    /// Names of log groups, at most fifty.
    pub groups: Vec<String>,
    /// The span of time.
    pub span: Span,
    /// The question, in the language of Logs Insights.
    pub text: String,
}

/// What is known before a question is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The log groups, by name, and how much each holds.
    pub volumes: Vec<Volume>,
    /// Where they are: `eu-central-1`.
    pub region: String,
    /// So many metrics were asked for, which are paid.
    pub metrics: u64,
    /// Why it is not known what came in, in a sentence.
    pub trouble: Option<String>,
}

/// Something to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begin the question.
    Begin,
    /// What has it found? Its name, and where to go on.
    Look(String, Option<String>),
    /// Stop it.
    Stop(String),
}

/// How much was looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Records that fit.
    pub matched: u64,
    /// Records that were looked at.
    pub scanned: u64,
    /// Bytes that were looked at, which are paid.
    pub scanned_bytes: u64,
}

/// What a question has found so far, or a page of all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How it is doing.
    pub state: State,
    /// How much was looked through.
    pub statistics: Statistics,
    /// Rows of names and values.
    pub rows: Vec<Vec<(String, String)>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Where a question is mistaken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// From which letter on and up to which, where that is told.
    pub at: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
}

/// What has come.
#[derive(Clone, Debug)]
pub enum Input {
    /// The question has begun: its name.
    Begun(String),
    /// It is mistaken.
    Mistaken(Mistake),
    /// What it has found.
    Page(Page),
    /// It was stopped.
    Stopped,
    /// What was asked for did not come.
    Failed(Step, Trouble),
}

/// How a question goes, and what it has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// How it is doing.
    pub state: State,
    /// How much was looked through.
    pub statistics: Statistics,
    /// What it has found, be it a part.
    pub table: Arc<Table>,
    /// More was found than is kept.
    pub is_cut: bool,
    /// Where it is mistaken.
    pub mistake: Option<Mistake>,
    /// What stands in its way, or has ended it.
    pub trouble: Option<Trouble>,
    /// Nothing more will come.
    pub is_over: bool,
}

impl Default for Told {
    fn default() -> Self {
        let (statistics, table) = (Statistics::default(), Arc::default());
        Self { state: State::Scheduled, statistics, table, is_cut: false, mistake: None, trouble: None, is_over: false }
    }
}
