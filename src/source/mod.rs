//! Where telemetry comes from: one trait, and a kind of source in each file below.
//!
//! A source runs on a thread of its own and hands over batches; whoever takes them slows it down by taking its time, or ends it.
//! Every source delivers the same records. Must not know windows, nor what becomes of the records.

#[cfg(feature = "aws")]
pub mod aws;
pub mod beside;
pub mod files;
pub mod insights;
pub mod metrics;
pub mod probe;
pub mod recording;
mod spending;
pub mod tail;
pub mod xray;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::telemetry::alarm::Alarm;
use crate::telemetry::log::Chunk;
use crate::telemetry::record::MetricPoint;
use crate::telemetry::trace::Span;
pub use spending::{Paid, Spending};

/// Why a source ended, as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// What was asked for or read is wrong; asking again will not help.
    #[error("{0}")]
    Input(String),
    /// Permission, disk or network.
    #[error("{0}")]
    World(String),
}

/// How a source is doing. It is shown, not logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is not there yet.
    Connecting,
    /// Records come as they happen.
    Live,
    /// It waits before it tries again: why.
    Backoff(String),
    /// It has given up.
    Failed(Failure),
    /// All there was has come.
    Ended,
}

/// From where a source goes on: a text of its own making, kept and handed back by others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub String);

/// Records that came together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Log events, packed.
    pub logs: Chunk,
    /// Points of metrics.
    pub metrics: Vec<MetricPoint>,
    /// Spans of traces.
    pub spans: Vec<Span>,
    /// Where to go on behind them.
    pub cursor: Cursor,
    /// Log events that were seen and are not found stored yet, in place of those that were told before; `None` when they are the same.
    pub head: Option<Chunk>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Its name in the template.
    pub logical: String,
    /// What it is called where it runs.
    pub physical: String,
    /// Its type: `AWS::Lambda::Function`.
    pub kind: String,
}

/// What was found in an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The stack; empty where log groups were named.
    pub stack: String,
    /// Names of log groups, and logical names of the resources that write them, when a stack told.
    pub groups: Vec<(String, Option<String>)>,
    /// Log groups that are not there yet, and logical names of the resources that will write them.
    pub quiet: Vec<(String, String)>,
    /// All resources of the stack; empty where log groups were named.
    pub resources: Vec<Deployed>,
    /// What happened before is not read, in milliseconds since 1970; `None` where nobody says.
    pub from_ms: Option<i64>,
    /// What could not be found out, as sentences.
    pub troubles: Vec<String>,
}

/// What a source hands over.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// How it is doing.
    Link(Link),
    /// Records.
    Records(Batch),
    /// How far it is: bytes done, and of how many.
    Progress(u64, u64),
    /// Log groups that were found.
    Groups(Found),
    /// One more, which was not there before, and the logical name of the resource that writes it: it stands behind those that were found.
    Appeared(String, Option<String>),
    /// How true the picture of each log group is, in the order in which they were found.
    Standings(Vec<tail::Standing>),
    /// What was asked for that must be paid.
    Spending(Spending),
    /// How true the picture of traces is.
    Traces(xray::Standing),
    /// How it stands with metrics, and what they cost.
    Metrics(metrics::Standing),
    /// All alarms of the stack; one that stands there several times changed from one state to the next.
    Alarms(Vec<Alarm>),
    /// Something could not be read, as a sentence; the rest goes on.
    Trouble(String),
    /// Nothing is new. A source that waits hands it over now and then, to hear whether anybody still listens.
    Idle,
}

/// What whoever looks wishes of a source that runs; it may become another at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Logical names of the nodes that are seen; `None` when all are to be looked at.
    pub visible: Option<BTreeSet<String>>,
    /// Nobody sees the window: what costs by the minute may rest.
    pub is_hidden: bool,
}

/// Where a source reads what is wished.
pub type Wishes = tokio::sync::watch::Receiver<Wish>;

/// Who takes what a source hands over. To wait in it slows the source down; to break ends it.
pub trait Outlet {
    /// Takes a delivery.
    fn deliver(&mut self, delivery: Delivery) -> ControlFlow<()>;
}

impl<F: FnMut(Delivery) -> ControlFlow<()>> Outlet for F {
    fn deliver(&mut self, delivery: Delivery) -> ControlFlow<()> {
        self(delivery)
    }
}

/// Something that telemetry comes from.
pub trait Source: Send {
    /// Hands over what comes after `from`, until all has come, the outlet breaks, or it fails.
    fn run(&mut self, from: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure>;
}
