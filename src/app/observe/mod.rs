//! Logs and traces that are attached to the open diagram: what has come, what is looked for in it, and which node it is about.
//!
//! Must not know who reads and searches, nor how anything is shown.

mod act;
mod alarms;
mod attach;
mod bound;
mod environment;
mod fresh;
pub mod insights;
mod jump;
mod live;
mod look;
mod measure;
mod play;
mod spending;
mod truth;
mod used;
mod wish;
mod words;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::Workspace;
use crate::catalog::names::named;
use crate::diagram::{Bindings, NodeId, Target};
use crate::engine::protocol::{Reach, Ticket, Watched};
use crate::telemetry::binding::Binding;
use crate::telemetry::log::{Chunk, Record};
use crate::telemetry::observed::Observed;
use crate::telemetry::query::{Mistake, Query};
pub(super) use act::is_observing;
pub use act::{node_query, time_query};
pub use bound::Unbound;
pub(super) use environment::Trial;
pub use jump::moment;
pub use live::LensKey;
pub use look::{Shelf, Wanted};
pub use measure::Gauges;
pub use spending::WatchingBill;
pub use truth::{Truth, state};
pub use used::{UseKey, Window};

named! {
    /// How records stand in the list of logs.
    pub enum Folding {
        /// One under the other, by time of arrival.
        Lines = "Lines",
        /// Those of one request together, folded.
        Invocations = "Invocations",
    }
}

/// Logs and traces that are attached.
#[derive(Debug)]
pub struct Attached {
    ticket: Ticket,
    /// The files.
    pub paths: Vec<PathBuf>,
    /// The account that is tailed.
    pub target: Option<Target>,
    /// The tail whose place files have taken.
    ended: Option<(Target, Reach)>,
    /// How far its tail has looked back, in milliseconds.
    since_ms: i64,
    /// The pattern that the service lets through; empty for all.
    pub filter: String,
    /// What has come, and how it goes.
    pub watched: Watched,
    /// How often something has come.
    pub version: u64,
    /// Which node records are about, and the revision of the diagram for which it was worked out.
    binding: Arc<Binding>,
    bound_at: Option<u64>,
    /// What a recording tells of which node records are about.
    told: Bindings,
    /// How often that has become another.
    bindings: u64,
    /// What no node is bound to, and of what it was worked out.
    unbound: Vec<Unbound>,
    unbound_at: Option<(u64, u64)>,
    /// Which alarms are about which nodes.
    alarmed: alarms::Alarmed,
    /// What was wished of the account.
    wished: wish::Wished,
    /// Charts of what was measured.
    gauges: Gauges,
    /// What is looked for in the log.
    shelf: Shelf,
    /// The trace that is looked at: its place, and its id, by which it is found again when others come before it.
    trace: Option<(usize, Arc<str>)>,
    /// The span of time that is looked at.
    span_ms: Option<(i64, i64)>,
    /// Whether time goes on, and when it did so last, in seconds.
    playing: (bool, Option<f64>),
    /// What the Live lens shows, and of what.
    live: Option<(live::LiveKey, Arc<live::Live>)>,
}

impl Attached {
    /// What there is.
    #[must_use]
    pub fn observed(&self) -> &Observed {
        &self.watched.observed
    }

    /// What is looked for in the log.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// What was seen live, is not found stored yet, and fits what is looked for: its places in a chunk.
    #[must_use]
    pub fn fresh(&self) -> (&Chunk, Cow<'_, [usize]>) {
        let head = &*self.watched.head;
        match self.shelf.found() {
            // Between a search and the next one it tells which of those it has looked at.
            Some(found) if found.folded.is_none() => (&found.fresh.0, Cow::Borrowed(&found.fresh.1)),
            Some(_) => (head, Cow::default()),
            None => (head, (0..head.len()).collect()),
        }
    }

    /// Which node records are about.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The node that wrote a record.
    #[must_use]
    pub fn node_of(&self, record: &Record<'_>) -> Option<NodeId> {
        self.binding.node_of_group(&record.stream.group)
    }

    /// The trace that is looked at, by its place.
    #[must_use]
    pub fn trace(&self) -> Option<usize> {
        self.trace.as_ref().map(|(place, _)| *place).filter(|place| *place < self.observed().traces.len())
    }

    /// Other traces have come: the one that is looked at may have another place.
    fn follow_trace(&mut self) {
        let Some((place, id)) = self.trace.take() else { return };
        let is_there = self.observed().traces.get(place).is_some_and(|trace| trace.id == id);
        let place = if is_there { Some(place) } else { self.observed().trace_named(&id) };
        self.trace = place.map(|place| (place, id));
    }

    /// Whether all has come that will.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        use crate::engine::protocol::Link;
        matches!(self.watched.link, Link::Ended | Link::Failed(_))
    }
}

impl Workspace {
    /// What is attached to the open diagram.
    #[must_use]
    pub fn attached(&self) -> Option<&Attached> {
        self.attached.as_ref().filter(|_| self.open.is_some())
    }

    /// Something is attached.
    #[must_use]
    pub fn has_attached(&self) -> bool {
        self.attached().is_some()
    }

    /// Log records are there, be it that they were only seen live.
    #[must_use]
    pub fn has_logs(&self) -> bool {
        self.attached()
            .is_some_and(|attached| !(attached.observed().records.is_empty() && attached.watched.head.is_empty()))
    }

    /// Log records are there, or may come.
    #[must_use]
    pub fn awaits_logs(&self) -> bool {
        self.has_logs() || self.attached().is_some_and(|attached| attached.target.is_some())
    }

    /// An account is tailed or was, and its log groups are known.
    #[must_use]
    pub fn has_standings(&self) -> bool {
        self.attached().is_some_and(|attached| attached.standings().next().is_some())
    }

    /// Errors are there.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.attached().is_some_and(|attached| !attached.observed().errors.is_empty())
    }

    /// Traces are there.
    #[must_use]
    pub fn has_traces(&self) -> bool {
        self.attached().is_some_and(|attached| !attached.observed().traces.is_empty())
    }
}

/// What a question in the query line says, or where it is mistaken.
type Read = Result<Query, Mistake>;
