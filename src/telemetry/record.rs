//! The records that every source delivers, alike: log events, metric points. (Spans stand with the traces.)
//!
//! Must not know how they are kept or shown.

use std::sync::Arc;

use crate::catalog::names::named;

named! {
    /// How grave a line is, by its own word.
    pub enum Level {
        /// Finest.
        Trace = "trace",
        /// For developers.
        Debug = "debug",
        /// The normal course.
        Info = "info",
        /// Odd.
        Warn = "warn",
        /// Something failed.
        Error = "error",
        /// The end of a process.
        Fatal = "fatal",
    }
}

named! {
    /// What wrote a line, and what it tells.
    pub enum LineKind {
        /// The application.
        App = "app",
        /// An invocation begins.
        Start = "start",
        /// An invocation ended.
        End = "end",
        /// The platform's figures of an invocation.
        Report = "report",
        /// An environment is prepared, or was.
        Init = "init",
        /// A snapshot is restored, or was.
        Restore = "restore",
        /// The runtime is done with an invocation.
        RuntimeDone = "runtime_done",
        /// An extension says what it does.
        Extension = "extension",
        /// The trace of the invocation before.
        Xray = "xray",
        /// Figures in the embedded metric format.
        Emf = "emf",
        /// An invocation took too long.
        Timeout = "timeout",
        /// The runtime ended on its own.
        Exit = "exit",
        /// Lines were lost on their way.
        LogsDropped = "logs_dropped",
        /// Something else that the platform says.
        Platform = "platform",
    }
}

named! {
    /// How surely a record stands where it stands.
    pub enum Mark {
        /// In its place, by a time of its own.
        InPlace = "in_place",
        /// Its time was taken from the record before.
        Untimed = "untimed",
        /// It came after others that it belongs before.
        Late = "late",
        /// It was seen live and never found stored.
        Unconfirmed = "unconfirmed",
    }
}

/// Where lines stand together: a stream of a log group. Empty names are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    /// Log group: `/aws/lambda/orders`.
    pub group: Arc<str>,
    /// Stream within the group; of a function, one for each environment.
    pub name: Arc<str>,
}

impl Stream {
    /// A stream of a group.
    #[must_use]
    pub fn new(group: &str, name: &str) -> Arc<Self> {
        Arc::new(Self { group: group.into(), name: name.into() })
    }

    /// What it is called for people: the group, else the stream.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.group.is_empty() { &self.name } else { &self.group }
    }
}

/// One log event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened, in milliseconds since 1970; `None` when only its neighbours tell.
    pub timestamp_ms: Option<i64>,
    /// When the platform took it in.
    pub ingestion_ms: Option<i64>,
    /// Where it stands.
    pub stream: Arc<Stream>,
    /// Its text, of one line or many.
    pub message: String,
}

/// What a metric measures.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Metric {
    /// Namespace: `AWS/Lambda`.
    pub namespace: Arc<str>,
    /// Name: `Errors`.
    pub name: Arc<str>,
    /// Dimensions, sorted by name.
    pub dimensions: Vec<(Arc<str>, Arc<str>)>,
    /// Statistic: `Sum`, `p95`; empty for single values.
    pub statistic: Arc<str>,
    /// Unit in the platform's words; empty when none is said.
    pub unit: Arc<str>,
}

/// One value of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricPoint {
    /// What is measured.
    pub metric: Arc<Metric>,
    /// Start of its period, in milliseconds since 1970.
    pub timestamp_ms: i64,
    /// The value, in the metric's unit.
    pub value: f64,
}
