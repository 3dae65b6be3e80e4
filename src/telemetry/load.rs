//! The load of functions out of their logs, minute by minute: invocations, failures, durations, cold starts — fresh before any
//! metric has them.
//!
//! Must not know nodes; who asks binds log groups to them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::line::Report;
use super::log::Record;
use super::record::{Level, LineKind};
use super::series::Distribution;

/// Width of what is kept, in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// So many minutes of one group are kept.
const MOST_MINUTES: usize = 24 * 60;
/// So many requests are kept that have failed, so that each counts once.
const MOST_REQUESTS: usize = 100_000;

/// What happened in a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Happened {
    /// Invocations that were reported.
    pub invocations: u64,
    /// Invocations that failed: by an error, by time, by the end of their runtime.
    pub failures: u64,
    /// Invocations that waited for an environment.
    pub cold: u64,
    /// Environments that were prepared, whether anybody waited or not.
    pub inits: u64,
    /// How long they took, in milliseconds.
    pub duration_ms: Distribution,
    /// How much was billed, in milliseconds.
    pub billed_ms: f64,
    /// How much of that for the preparation of environments.
    pub prepared_ms: f64,
    /// Memory that was reported last, in megabytes; 0 when none was.
    pub memory_mb: f64,
}

impl Happened {
    /// Takes all of another span in.
    pub(super) fn merge(&mut self, other: &Self) {
        let Self { invocations, failures, cold, inits, duration_ms, billed_ms, prepared_ms, memory_mb } = other;
        self.invocations += invocations;
        self.failures += failures;
        self.cold += cold;
        self.inits += inits;
        self.duration_ms.merge(duration_ms);
        self.billed_ms += billed_ms;
        self.prepared_ms += prepared_ms;
        self.memory_mb = if *memory_mb > 0.0 { *memory_mb } else { self.memory_mb };
    }

    /// Takes a call out again, which took so long.
    pub(super) fn give_back(&mut self, call: &Self, took_ms: Option<f64>) {
        self.invocations = self.invocations.saturating_sub(call.invocations);
        self.failures = self.failures.saturating_sub(call.failures);
        took_ms.into_iter().for_each(|took| self.duration_ms.give_back(took));
    }

    /// How many ran at once on average in a span of so many milliseconds.
    #[must_use]
    pub fn concurrency(&self, span_ms: i64) -> f64 {
        self.duration_ms.sum() / span_ms.max(1) as f64
    }
}

/// Whether a record tells that an environment begins to be prepared.
#[must_use]
pub(super) fn begins_init(record: &Record<'_>) -> bool {
    let is_json = || memchr::memmem::find(record.text, b"\"platform.initStart\"").is_some();
    record.kind() == LineKind::Init && (record.text.starts_with(b"INIT_START") || is_json())
}

/// What happened in each minute since 1970.
pub type Minutes = BTreeMap<i64, Happened>;

/// All of it together.
pub fn summed<'h>(happened: impl Iterator<Item = &'h Happened>) -> Happened {
    let mut all = Happened::default();
    happened.for_each(|happened| all.merge(happened));
    all
}

/// The minutes that a span of milliseconds since 1970 touches, by their begin.
pub fn minutes_of(minutes: &Minutes, span_ms: Range<i64>) -> impl Iterator<Item = (i64, &Happened)> {
    let from = span_ms.start.div_euclid(MINUTE_MS);
    let to = span_ms.end.saturating_add(MINUTE_MS - 1).div_euclid(MINUTE_MS).max(from);
    minutes.range(from..to).map(|(minute, happened)| (minute * MINUTE_MS, happened))
}

/// The load of every log group.
#[derive(Clone, Debug, Default)]
pub struct Load {
    groups: BTreeMap<Arc<str>, Minutes>,
    failed: BTreeSet<u64>,
}

impl Load {
    /// Takes a record in, and the figures in it.
    pub fn take(&mut self, record: &Record<'_>, report: Option<&Report>) {
        let is_report = record.kind() == LineKind::Report;
        let may_fail = is_report || matches!(record.kind(), LineKind::Timeout | LineKind::Exit);
        let begins_init = begins_init(record);
        let Some(time_ms) = record.time_ms().filter(|_| may_fail || begins_init) else { return };
        let is_grave = may_fail && record.level().is_some_and(|level| level >= Level::Error);
        let has_failed = is_grave && self.is_first_failure(record);
        let minutes = self.groups.entry(Arc::clone(&record.stream.group)).or_default();
        let happened = minutes.entry(time_ms.div_euclid(MINUTE_MS)).or_default();
        happened.failures += u64::from(has_failed);
        happened.inits += u64::from(begins_init);
        happened.invocations += u64::from(is_report);
        if let Some(report) = report.filter(|_| is_report) {
            happened.cold += u64::from(report.init_ms.or(report.restore_ms).is_some());
            happened.billed_ms += report.billed_ms.unwrap_or_default();
            happened.prepared_ms += super::cold::billed_ms(report);
            happened.memory_mb = report.memory_mb.unwrap_or(happened.memory_mb);
            report.duration_ms.into_iter().for_each(|duration| happened.duration_ms.take(duration));
        }
        while minutes.len() > MOST_MINUTES {
            minutes.pop_first();
        }
    }

    fn is_first_failure(&mut self, record: &Record<'_>) -> bool {
        let request = record.entry.request;
        if self.failed.len() >= MOST_REQUESTS {
            self.failed.clear();
        }
        request == 0 || self.failed.insert(request)
    }

    /// The log groups with load.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(AsRef::as_ref)
    }

    /// What happened in a group in the minutes of a span of milliseconds since 1970.
    #[must_use]
    pub fn of(&self, group: &str, span_ms: Range<i64>) -> Happened {
        summed(self.minutes(group, span_ms).map(|(_, happened)| happened))
    }

    /// The minutes of a span in which something happened, by their begin.
    pub fn minutes(&self, group: &str, span_ms: Range<i64>) -> impl Iterator<Item = (i64, &Happened)> {
        self.groups.get(group).into_iter().flat_map(move |minutes| minutes_of(minutes, span_ms.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::log::LogStore;
    use crate::telemetry::record::{LogEvent, Stream};

    #[test]
    fn each_invocation_counts_once_in_its_minute() {
        let (mut store, mut load) = (LogStore::new(1 << 20), Load::default());
        let mut push = |time: i64, message: &str| {
            let stream = Stream::new("/aws/lambda/orders", "s");
            store.push(&LogEvent { timestamp_ms: Some(time), ingestion_ms: None, stream, message: message.to_owned() });
        };
        let id = "6f7f0961-f834-4211-8a7a-f6fe80b88d56";
        push(1000, "REPORT RequestId: a\tDuration: 30.0 ms\tBilled Duration: 130 ms\tInit Duration: 99 ms");
        push(2000, &format!("1970-01-01T00:00:02.000Z {id} Task timed out after 3.00 seconds"));
        push(2001, &format!("REPORT RequestId: {id}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout"));
        push(61_000, "REPORT RequestId: b\tDuration: 5.0 ms\tBilled Duration: 5 ms");
        push(61_001, "ERROR something that the function coped with");
        push(61_002, "INIT_START Runtime Version: nodejs:22.v98\tRuntime Version ARN: arn:x");
        store.records().from(0).for_each(|record| load.take(&record, record.report().as_ref()));
        let told = |span: Range<i64>| {
            let happened = load.of("/aws/lambda/orders", span);
            (happened.invocations, happened.failures, happened.cold, happened.billed_ms)
        };
        assert_eq!(told(0..60_000), (2, 1, 1, 3130.0));
        assert_eq!(told(0..60_001), (3, 1, 1, 3135.0));
        assert_eq!(told(120_000..180_000), (0, 0, 0, 0.0));
        assert_eq!(load.of("/aws/lambda/orders", 0..120_000).inits, 1);
        assert_eq!(
            load.minutes("/aws/lambda/orders", 0..200_000).map(|(minute, _)| minute).collect::<Vec<_>>(),
            [0, 60_000]
        );
        assert_eq!(load.groups().collect::<Vec<_>>(), ["/aws/lambda/orders"]);
        assert!((load.of("/aws/lambda/orders", 0..60_000).concurrency(60_000) - 0.0505).abs() < 1e-9);
    }
}
