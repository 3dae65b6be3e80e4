//! Cold starts: how often environments are prepared, how often somebody waits for it, how long, and what of it is billed.
//!
//! An initialisation is not always felt: with provisioned concurrency, or ahead of need, nobody waits. So both are counted
//! apart. Must not know prices.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::line::Report;
use super::load::begins_init;
use super::log::Record;
use super::record::{LineKind, Stream};
use super::series::Distribution;

/// So many environments are followed; then all are forgotten.
const MOST_STREAMS: usize = 100_000;
/// An invocation that begins so long after the environment was prepared did not wait for it.
const AHEAD_MS: i64 = 10_000;

/// What is told apart: log group of the function, runtime, memory in megabytes.
pub type Setup = (Arc<str>, String, u32);

/// Cold starts of one setup.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColdStarts {
    /// Invocations that were reported.
    pub invocations: u64,
    /// Invocations that waited for an environment, prepared or restored.
    pub cold: u64,
    /// Environments that were prepared, felt or not.
    pub inits: u64,
    /// Environments that were prepared ahead of need.
    pub ahead: u64,
    /// Environments that failed to come up.
    pub failed: u64,
    /// How long invocations waited, in milliseconds.
    pub waited_ms: Distribution,
    /// How long invocations took, in milliseconds.
    pub duration_ms: Distribution,
    /// Billed milliseconds of preparation.
    pub billed_ms: f64,
    /// Billed gigabyte-seconds of preparation.
    pub billed_gb_s: f64,
}

impl ColdStarts {
    fn merge(&mut self, other: &Self) {
        let Self { invocations, cold, inits, ahead, failed, waited_ms, duration_ms, billed_ms, billed_gb_s } = other;
        self.invocations += invocations;
        self.cold += cold;
        self.inits += inits;
        self.ahead += ahead;
        self.failed += failed;
        self.waited_ms.merge(waited_ms);
        self.duration_ms.merge(duration_ms);
        self.billed_ms += billed_ms;
        self.billed_gb_s += billed_gb_s;
    }

    /// The share of invocations that waited; `None` without invocations.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.invocations > 0).then(|| self.cold as f64 / self.invocations as f64)
    }
}

/// Cold starts by setup, worked out of log records as they come.
#[derive(Clone, Debug, Default)]
pub struct ColdAnalysis {
    setups: BTreeMap<Setup, ColdStarts>,
    streams: BTreeMap<Arc<Stream>, Environment>,
    /// Setups of environments of which only the initialisation was seen, by function.
    waiting: BTreeMap<Arc<str>, ColdStarts>,
}

/// What is known of an environment.
#[derive(Clone, Debug, Default)]
struct Environment {
    runtime: String,
    prepared_ms: Option<i64>,
}

impl ColdAnalysis {
    /// What was found, by setup. Initialisations without a report so far stand under their function, without memory.
    #[must_use]
    pub fn setups(&self) -> BTreeMap<Setup, ColdStarts> {
        let mut all = self.setups.clone();
        self.fold_unknown(&mut all);
        for (function, waiting) in &self.waiting {
            let first = all.keys().find(|(known, ..)| known == function).cloned();
            let target = all.entry(first.unwrap_or((Arc::clone(function), String::new(), 0))).or_default();
            target.inits += waiting.inits;
            target.ahead += waiting.ahead;
            target.failed += waiting.failed;
        }
        all
    }

    /// An environment whose preparation was not seen has the runtime of the others of its function and memory, when they agree.
    fn fold_unknown(&self, all: &mut BTreeMap<Setup, ColdStarts>) {
        for unknown in self.setups.keys().filter(|(_, runtime, _)| runtime.is_empty()) {
            let is_alike = |(function, runtime, memory): &&Setup| {
                !runtime.is_empty() && *function == unknown.0 && *memory == unknown.2
            };
            let alike: Vec<Setup> = self.setups.keys().filter(is_alike).cloned().collect();
            if let [only] = &alike[..]
                && let Some(starts) = all.remove(unknown)
                && let Some(target) = all.get_mut(only)
            {
                target.merge(&starts);
            }
        }
    }

    /// Takes a record in, and the figures in it.
    pub fn take(&mut self, record: &Record<'_>, report: Option<&Report>) {
        match record.kind() {
            LineKind::Init => self.take_init(record, report.cloned().unwrap_or_default()),
            LineKind::Start => self.take_start(record),
            LineKind::Report => self.take_report(record, &report.cloned().unwrap_or_default()),
            _ => {}
        }
    }

    fn take_init(&mut self, record: &Record<'_>, report: Report) {
        let is_start = begins_init(record);
        if self.streams.len() > MOST_STREAMS {
            self.streams.clear();
        }
        let waiting = self.waiting.entry(Arc::clone(&record.stream.group)).or_default();
        waiting.inits += u64::from(is_start);
        waiting.failed += u64::from(report.has_failed());
        let environment = self.streams.entry(Arc::clone(record.stream)).or_default();
        environment.prepared_ms = record.time_ms().filter(|_| is_start).or(environment.prepared_ms);
        environment.runtime = report.runtime.unwrap_or_else(|| std::mem::take(&mut environment.runtime));
    }

    fn take_start(&mut self, record: &Record<'_>) {
        let Some(environment) = self.streams.get_mut(record.stream) else { return };
        let (Some(prepared), Some(now)) = (environment.prepared_ms.take(), record.time_ms()) else { return };
        if now - prepared > AHEAD_MS {
            self.waiting.entry(Arc::clone(&record.stream.group)).or_default().ahead += 1;
        }
    }

    fn take_report(&mut self, record: &Record<'_>, report: &Report) {
        let runtime = self.streams.get(record.stream).map(|known| known.runtime.clone()).unwrap_or_default();
        let memory = report.memory_mb.unwrap_or_default() as u32;
        let starts = self.setups.entry((Arc::clone(&record.stream.group), runtime, memory)).or_default();
        starts.invocations += 1;
        report.duration_ms.into_iter().for_each(|duration| starts.duration_ms.take(duration));
        let Some(waited) = report.init_ms.or(report.restore_ms) else { return };
        starts.cold += 1;
        starts.waited_ms.take(waited);
        let billed = billed_ms(report);
        starts.billed_ms += billed;
        starts.billed_gb_s += billed / 1000.0 * f64::from(memory) / 1024.0;
    }
}

/// Billed milliseconds of preparation: what the report says of a restore, else what is billed beyond the duration itself.
pub(super) fn billed_ms(report: &Report) -> f64 {
    let beyond = report.billed_ms.zip(report.duration_ms).map(|(billed, duration)| billed - duration.ceil());
    report.billed_restore_ms.or_else(|| beyond.filter(|_| report.init_ms.is_some())).unwrap_or_default().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::log::{LogStore, Record};
    use crate::telemetry::record::LogEvent;

    #[test]
    fn inits_and_cold_invocations_are_counted_apart() {
        let (mut store, mut analysis) = (LogStore::new(1 << 20), ColdAnalysis::default());
        let mut push = |time: i64, stream: &str, message: &str| {
            let stream = Stream::new("/aws/lambda/orders", stream);
            store.push(&LogEvent { timestamp_ms: Some(time), ingestion_ms: None, stream, message: message.to_owned() });
        };
        push(0, "a", "INIT_START Runtime Version: nodejs:22.v98\tRuntime Version ARN: arn:x");
        push(500, "a", "START RequestId: 1 Version: $LATEST");
        push(
            600,
            "a",
            "REPORT RequestId: 1\tDuration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 1024 MB\tInit Duration: 413.61 ms",
        );
        push(700, "a", "REPORT RequestId: 2\tDuration: 2.1 ms\tBilled Duration: 3 ms\tMemory Size: 1024 MB");
        push(0, "b", "INIT_START Runtime Version: nodejs:22.v98\tRuntime Version ARN: arn:x");
        push(60_000, "b", "START RequestId: 3 Version: $LATEST");
        push(60_001, "b", "REPORT RequestId: 3\tDuration: 1.0 ms\tBilled Duration: 1 ms\tMemory Size: 1024 MB");
        push(61_000, "old", "REPORT RequestId: 4\tDuration: 1.0 ms\tBilled Duration: 1 ms\tMemory Size: 1024 MB");
        push(70_000, "c", "INIT_REPORT Init Duration: 10009.13 ms\tPhase: init\tStatus: timeout");
        let each = |record: Record<'_>| analysis.take(&record, record.report().as_ref());
        store.records().from(0).for_each(each);
        let setups = analysis.setups();
        let (setup, found) = setups.iter().next().expect("one setup");
        assert_eq!(setup, &("/aws/lambda/orders".into(), "nodejs:22.v98".to_owned(), 1024));
        assert_eq!((found.invocations, found.cold, found.inits, found.ahead, found.failed), (4, 1, 2, 1, 1));
        assert_eq!((found.billed_ms, found.billed_gb_s), (414.0, 0.414));
        assert_eq!(found.share(), Some(0.25));
        assert_eq!(setups.len(), 1);
    }
}
