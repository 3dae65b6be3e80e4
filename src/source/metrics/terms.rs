//! The words of asking for metrics: what may be asked for, what must be asked, what has come, how it stands.
//!
//! Must not know how any of it is decided.

use std::sync::Arc;

use crate::source::tail::{Ms, Trouble};
use crate::telemetry::alarm::Alarm;
use crate::telemetry::record::Metric;

/// A metric that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Logical name of the resource that it is about.
    pub node: Arc<str>,
    /// The metric.
    pub metric: Arc<Metric>,
}

/// What must be asked for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Values of metrics.
    Values(Ask),
    /// How it stands with alarms of these names, at most a hundred.
    Alarms {
        /// The names.
        names: Vec<String>,
        /// Where to go on, as the page before said.
        token: Option<String>,
    },
}

/// Values of at most 500 metrics in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Places of the metrics, and what they are.
    pub metrics: Vec<(usize, Arc<Metric>)>,
    /// Begin of the first period.
    pub from_ms: Ms,
    /// End of the last period.
    pub to_ms: Ms,
    /// Length of a period, in seconds.
    pub period_s: i32,
    /// Where to go on, as the page before said.
    pub token: Option<String>,
}

/// What became of one metric of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All values have come.
    Complete,
    /// There are more.
    Partial,
    /// The service could not tell.
    Broken,
    /// It must not be read.
    Forbidden,
}

/// What was told of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its place.
    pub place: usize,
    /// Begins of periods and values, in any order.
    pub points: Vec<(Ms, f64)>,
    /// What became of it.
    pub status: Status,
    /// What the service says to it; may be empty.
    pub words: String,
}

/// What has come.
#[derive(Clone, Debug)]
pub enum Input {
    /// A page of values; `next` leads to the one after it.
    Values {
        /// By metric.
        told: Vec<Told>,
        /// Where the next page begins; `None` after the last.
        next: Option<String>,
    },
    /// Values did not come.
    NoValues(Trouble),
    /// A page of alarms.
    Alarms {
        /// The alarms.
        alarms: Vec<Alarm>,
        /// Where the next page begins; `None` after the last.
        next: Option<String>,
    },
    /// Alarms did not come.
    NoAlarms(Trouble),
}

/// How many metrics were asked for, which is what asking costs by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// So many until now, each time that they were.
    pub so_far: u64,
    /// So many in an hour at this rate.
    pub an_hour: u64,
}

/// How it stands with the metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many were asked for.
    pub asked: Asked,
    /// What is not as it should be, in sentences without a stop.
    pub faults: Vec<String>,
    /// All that was asked for has come up to here; `None` before the first round is over.
    pub told_ms: Option<Ms>,
}
