//! Charts of what was measured, worked out in the background while they are seen.
//!
//! What is shown stays until there is a newer answer. Must not know who works them out, nor how they are drawn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Attached;
use crate::app::{Tab, Tone, Workspace};
use crate::engine::protocol::{Charts, Gauge, Request, Ticket};
use crate::telemetry::chart::{Stat, Wanted};

/// So many steps a chart has at most: more than that cannot be told apart side by side.
const MOST_STEPS: i64 = 100;

/// What charts are of: what has come, how it is bound, and what is wanted of it.
type Key = (u64, u64, Option<(i64, i64)>, Stat);

/// Charts, and what is asked of them.
#[derive(Debug)]
pub struct Gauges {
    stat: Stat,
    waiting: Option<(Ticket, Key)>,
    known: Option<(Key, Arc<Charts>)>,
    saving: Option<Ticket>,
}

impl Default for Gauges {
    fn default() -> Self {
        Self { stat: Stat::P95, waiting: None, known: None, saving: None }
    }
}

impl Gauges {
    /// What stands for many durations.
    #[must_use]
    pub fn stat(&self) -> Stat {
        self.stat
    }

    /// The charts that were worked out last.
    #[must_use]
    pub fn charts(&self) -> Option<&Arc<Charts>> {
        self.known.as_ref().map(|(_, charts)| charts)
    }
}

impl Attached {
    /// Charts of what was measured.
    #[must_use]
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }

    /// How often records have come to be about other nodes.
    #[must_use]
    pub fn bindings(&self) -> u64 {
        self.bindings
    }

    fn key(&self) -> Key {
        (self.version, self.bindings, self.minutes_ms(), self.gauges.stat)
    }

    fn gauge(&self) -> Arc<Gauge> {
        let span_ms = self.minutes_ms().or(self.whole_ms());
        let wanted = Wanted { span_ms, stat: self.gauges.stat, most_steps: MOST_STEPS };
        let (observed, binding) = (Arc::clone(&self.watched.observed), Arc::clone(&self.binding));
        Arc::new(Gauge { observed, binding, wanted })
    }
}

impl Workspace {
    /// Something was measured.
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        let measured = |attached: &Attached| {
            let observed = attached.observed();
            !observed.figures.is_empty() || !observed.metrics.is_empty()
        };
        self.attached().is_some_and(measured)
    }

    /// What is to be worked out at this moment.
    pub fn measure(&mut self) -> Vec<Request> {
        if !self.shows(Tab::Metrics) {
            return Vec::new();
        }
        let Some(attached) = self.attached() else { return Vec::new() };
        let (key, gauges) = (attached.key(), attached.gauges());
        if gauges.waiting.is_some() || gauges.known.as_ref().is_some_and(|(known, _)| *known == key) {
            return Vec::new();
        }
        let gauge = attached.gauge();
        let ticket = self.ticket();
        if let Some(attached) = &mut self.attached {
            attached.gauges.waiting = Some((ticket, key));
        }
        vec![Request::Measure(ticket, gauge)]
    }

    pub(in crate::app) fn measured(&mut self, ticket: Ticket, result: Result<Arc<Charts>, String>) {
        let Some(gauges) = self.attached.as_mut().map(|attached| &mut attached.gauges) else { return };
        let Some((_, key)) = gauges.waiting.take_if(|(own, _)| *own == ticket) else { return };
        match result {
            Ok(charts) => gauges.known = Some((key, charts)),
            Err(text) => {
                // It is not asked for again until something else is wanted.
                gauges.known = Some((key, Arc::default()));
                self.say(Tone::Trouble, text, Vec::new());
            }
        }
    }

    pub(in crate::app) fn measure_by(&mut self, stat: Stat) {
        if let Some(attached) = &mut self.attached {
            attached.gauges.stat = stat;
        }
    }

    pub(in crate::app) fn save_charts(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let Some(gauge) = self.attached().map(Attached::gauge) else { return Vec::new() };
        let ticket = self.ticket();
        if let Some(attached) = &mut self.attached {
            attached.gauges.saving = Some(ticket);
        }
        vec![Request::SaveCharts(ticket, gauge, path)]
    }

    pub(in crate::app) fn charts_saved(&mut self, ticket: Ticket, path: &Path, result: Result<usize, String>) {
        let gauges = self.attached.as_mut().map(|attached| &mut attached.gauges);
        if gauges.and_then(|gauges| gauges.saving.take_if(|own| *own == ticket)).is_none() {
            return;
        }
        match result {
            Ok(count) => self.say(Tone::Done, format!("Saved {count} values as {}.", path.display()), Vec::new()),
            Err(text) => self.say(Tone::Trouble, text, Vec::new()),
        }
    }
}
