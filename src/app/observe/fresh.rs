//! What was seen live and is looked at before it is found stored: it stays in sight while it becomes so.
//!
//! Must not know how it is shown.

use super::Attached;
use crate::app::Workspace;
use crate::telemetry::log::{Chunk, Record};
use crate::telemetry::record::LogEvent;

impl Attached {
    /// The record that is looked at, be it that it was only seen live; `None` as well when it was dropped.
    #[must_use]
    pub fn looked_at(&self) -> Option<Record<'_>> {
        let stored = |number: u64| self.observed().records.get(number);
        self.shelf.at.0.and_then(stored).or_else(|| self.shelf.fresh.as_ref()?.at(0))
    }

    /// Whether this is looked at, and not found stored yet.
    #[must_use]
    pub fn looks_at_fresh(&self, record: &Record<'_>) -> bool {
        let looked_at = self.shelf.fresh.as_ref().and_then(|fresh| fresh.at(0));
        looked_at.is_some_and(|own| is_same(&own, record))
    }

    /// Looks at what was seen live where it is stored, once it is.
    pub(super) fn follow_fresh(&mut self) {
        let Some(own) = self.shelf.fresh.as_ref().and_then(|fresh| fresh.at(0)) else { return };
        let Some(time_ms) = own.time_ms() else { return };
        let records = &self.watched.observed.records;
        let rows = (records.row_at(time_ms)..records.len()).map_while(|row| records.get(records.at(row)?));
        let mut same = rows.take_while(|record| record.time_ms() == Some(time_ms));
        if let Some(number) = same.find(|record| is_same(&own, record)).map(|record| record.number) {
            (self.shelf.fresh, self.shelf.at.0) = (None, Some(number));
        }
    }
}

/// Live Tail gives events no ids.
fn is_same(one: &Record<'_>, other: &Record<'_>) -> bool {
    (one.time_ms(), one.stream, one.text) == (other.time_ms(), other.stream, other.text)
}

impl Workspace {
    /// Looks at what was seen live and is not found stored yet.
    pub(in crate::app) fn look_at_fresh(&mut self, event: &LogEvent) {
        let Some(attached) = &mut self.attached else { return };
        let mut fresh = Chunk::default();
        fresh.push(&event.stream, event.timestamp_ms, event.ingestion_ms, event.message.as_bytes());
        (attached.shelf.at.0, attached.shelf.fresh) = (None, Some(fresh));
        // What is shown may be older than what has come.
        attached.follow_fresh();
    }
}
