//! What was taken in from a source so far: records, errors in groups, load, traces, and what leads from one to another.
//!
//! An [`Observer`] takes in, an [`Observed`] is what it has at a moment and costs little to hand over. Must not know threads,
//! sources or panels.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alarm::{Alarm, Alarms};
use super::calls::Calls;
use super::cold::{ColdAnalysis, ColdStarts, Setup};
use super::errors::{ErrorGroup, ErrorGroups, Fault};
use super::gathered::{Gathered, Key, place};
use super::line;
use super::load::{Happened, Load, MINUTE_MS};
use super::log::{Chunk, Dropped, LogStore, Record, Records};
use super::metrics::Metrics;
use super::record::{LineKind, MetricPoint};
use super::trace::{Index, Indexed, Read, ServiceMap, Status};

/// Times from 1970 to the end of the year 9999.
const CALENDAR_MS: std::ops::Range<i64> = 0..253_402_300_800_000;
/// All time.
const EVER: std::ops::Range<i64> = i64::MIN..i64::MAX;

/// An error with the records that tell of it.
#[derive(Clone, Debug)]
pub struct ErrorRow {
    /// What tells it from others.
    pub fault: Fault,
    /// How often and when.
    pub group: ErrorGroup,
    /// Numbers of its records, ascending.
    pub records: Arc<Vec<u64>>,
}

/// How many there were in each minute since 1970.
pub type Counts = BTreeMap<i64, u64>;

/// What there is at a moment.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The log.
    pub records: Records,
    /// What of it was dropped.
    pub dropped: Dropped,
    /// Errors, the most frequent first.
    pub errors: Arc<Vec<ErrorRow>>,
    /// The load of log groups.
    pub load: Arc<Load>,
    /// What happened in each log group, over all time.
    pub figures: Arc<BTreeMap<Arc<str>, Happened>>,
    /// Errors of each log group in each minute since 1970.
    pub error_minutes: Arc<BTreeMap<Arc<str>, Counts>>,
    /// Invocations and errors in each minute since 1970, of everything.
    pub minutes: Arc<BTreeMap<i64, (u64, u64)>>,
    /// Points of metrics.
    pub metrics: Arc<Metrics>,
    /// Cold starts, by function, runtime and memory.
    pub cold: Arc<BTreeMap<Setup, ColdStarts>>,
    /// Traces, by begin.
    pub traces: Arc<Vec<Arc<Indexed>>>,
    /// How many of them were dropped, the first first.
    pub traces_dropped: u64,
    /// The load that they tell of.
    pub calls: Arc<Calls>,
    /// What they are found by.
    pub index: Arc<Index>,
    /// Which service called which.
    pub map: Arc<ServiceMap>,
    /// Begin and id of traces, by the hash of a request that they tell of.
    pub trace_of_request: Arc<BTreeMap<u64, Key>>,
    /// Alarms.
    pub alarms: Arc<Alarms>,
    /// How many records each log group has; lines without one stand under an empty name.
    pub groups: BTreeMap<Arc<str>, u64>,
    /// First and last time of records, spans and values, in milliseconds since 1970.
    pub span_ms: Option<(i64, i64)>,
}

impl Observed {
    /// How many errors a log group has, in a span of milliseconds since 1970 or in all.
    #[must_use]
    pub fn errors_of(&self, group: &str, span_ms: Option<(i64, i64)>) -> u64 {
        let Some(minutes) = self.error_minutes.get(group) else { return 0 };
        let (from, to) = span_ms.unwrap_or((i64::MIN, i64::MAX));
        let (from, to) = (from.div_euclid(MINUTE_MS), to.div_euclid(MINUTE_MS));
        minutes.range(from..to.max(from)).map(|(_, count)| count).sum()
    }

    /// The place of a request's trace, by the hash of its id.
    #[must_use]
    pub fn trace_of(&self, request: u64) -> Option<usize> {
        place(&self.traces, self.trace_of_request.get(&request)?)
    }

    /// The place of a trace with this id.
    #[must_use]
    pub fn trace_named(&self, id: &str) -> Option<usize> {
        self.traces.iter().position(|trace| *trace.id == *id)
    }
}

/// Takes in what a source delivers.
#[derive(Debug)]
pub struct Observer {
    store: LogStore,
    errors: ErrorGroups,
    told: BTreeMap<Fault, Arc<Vec<u64>>>,
    load: Load,
    cold: ColdAnalysis,
    metrics: Metrics,
    error_minutes: BTreeMap<Arc<str>, Counts>,
    groups: BTreeMap<Arc<str>, u64>,
    span_ms: Option<(i64, i64)>,
    traces: Gathered,
    alarms: Arc<Alarms>,
}

impl Observer {
    /// One that keeps so many bytes of log, and drops the oldest beyond.
    #[must_use]
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            store: LogStore::new(budget_bytes),
            errors: ErrorGroups::default(),
            told: BTreeMap::new(),
            load: Load::default(),
            cold: ColdAnalysis::default(),
            metrics: Metrics::default(),
            error_minutes: BTreeMap::new(),
            groups: BTreeMap::new(),
            span_ms: None,
            traces: Gathered::default(),
            alarms: Arc::default(),
        }
    }

    /// The same, whose records stand in the order of their times, in whatever order they come.
    #[must_use]
    pub fn by_time(self) -> Self {
        Self { store: self.store.by_time(), ..self }
    }

    /// Takes records in.
    pub fn take(&mut self, chunk: Chunk) {
        let next = self.store.records().range().end;
        self.store.append(chunk);
        let records = self.store.records().clone();
        records.from(next).for_each(|record| self.look_at(&record));
    }

    fn look_at(&mut self, record: &Record<'_>) {
        match self.groups.get_mut(&record.stream.group) {
            Some(count) => *count += 1,
            None => drop(self.groups.insert(Arc::clone(&record.stream.group), 1)),
        }
        record.time_ms().into_iter().for_each(|time| self.spread(time));
        let report = record.report();
        self.load.take(record, report.as_ref());
        self.cold.take(record, report.as_ref());
        self.look_for_metrics(record);
        if let Some(fault) = self.errors.take(record) {
            let minutes = self.error_minutes.entry(Arc::clone(&record.stream.group)).or_default();
            let minute = record.time_ms().unwrap_or_default().div_euclid(MINUTE_MS);
            *minutes.entry(minute).or_default() += 1;
            Arc::make_mut(self.told.entry(fault).or_default()).push(record.number);
        }
        if record.kind() == LineKind::Report
            && let Some(trace) = report.and_then(|report| report.trace_id)
        {
            self.traces.report(record.entry.request, &trace);
        }
    }

    /// Takes the points of metrics that stand in a record.
    fn look_for_metrics(&mut self, record: &Record<'_>) {
        let Some(time_ms) = record.time_ms().filter(|_| record.kind() == LineKind::Emf) else { return };
        let points = line::metrics(&String::from_utf8_lossy(record.text), time_ms);
        self.take_points(Some(&record.stream.group), points);
    }

    /// Takes values of metrics in that a service has summed up.
    pub fn take_metrics(&mut self, points: Vec<MetricPoint>) {
        self.take_points(None, points);
    }

    fn take_points(&mut self, group: Option<&Arc<str>>, points: Vec<MetricPoint>) {
        for point in points {
            self.spread(point.timestamp_ms);
            self.metrics.take(group, point);
        }
    }

    /// Takes in how alarms stand.
    pub fn take_alarms(&mut self, told: Vec<Alarm>) {
        Arc::make_mut(&mut self.alarms).take(told);
    }

    /// Takes spans in, beside those that were there; one that comes again takes the place of what it was.
    pub fn take_traces(&mut self, read: Read) {
        for span in &read.spans {
            let ends = [Some(span.start_ns), span.end_ns];
            ends.into_iter().flatten().for_each(|ns| self.spread(ns.div_euclid(1_000_000)));
        }
        self.traces.take(read);
    }

    /// Drops the first traces beyond `most`.
    pub fn keep_traces(&mut self, most: usize) {
        self.traces.keep(most);
    }

    /// Something is known of this time. A document may name any time at all; what is outside of the calendar is no time.
    fn spread(&mut self, ms: i64) {
        if !CALENDAR_MS.contains(&ms) {
            return;
        }
        let (first, last) = self.span_ms.unwrap_or((ms, ms));
        self.span_ms = Some((first.min(ms), last.max(ms)));
    }

    /// What there is now.
    #[must_use]
    pub fn observed(&self) -> Observed {
        Observed {
            records: self.store.records().clone(),
            dropped: self.store.dropped(),
            errors: Arc::new(self.error_rows()),
            load: Arc::new(self.load.clone()),
            figures: Arc::new(self.load.groups().map(|group| (group.into(), self.load.of(group, EVER))).collect()),
            error_minutes: Arc::new(self.error_minutes.clone()),
            minutes: Arc::new(self.minutes()),
            metrics: Arc::new(self.metrics.clone()),
            cold: Arc::new(self.cold.setups()),
            traces: Arc::clone(self.traces.list()),
            traces_dropped: self.traces.dropped(),
            calls: Arc::clone(self.traces.calls()),
            index: Arc::clone(self.traces.index()),
            map: Arc::clone(self.traces.map()),
            trace_of_request: Arc::clone(self.traces.requests()),
            alarms: Arc::clone(&self.alarms),
            groups: self.groups.clone(),
            span_ms: self.span_ms,
        }
    }

    /// Work and errors in each minute: invocations that logs report, else traces.
    fn minutes(&self) -> BTreeMap<i64, (u64, u64)> {
        let mut minutes: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for (start_ms, happened) in self.load.groups().flat_map(|group| self.load.minutes(group, EVER)) {
            minutes.entry(start_ms.div_euclid(MINUTE_MS)).or_default().0 += happened.invocations;
        }
        if minutes.is_empty() {
            for trace in self.traces.list().iter() {
                let Some(start_ns) = trace.start_ns else { continue };
                let minute = minutes.entry(start_ns.div_euclid(MINUTE_MS * 1_000_000)).or_default();
                minute.0 += 1;
                minute.1 += u64::from(trace.outcome.status() != Status::Ok);
            }
        }
        for (minute, count) in self.error_minutes.values().flatten() {
            minutes.entry(*minute).or_default().1 += count;
        }
        minutes
    }

    fn error_rows(&self) -> Vec<ErrorRow> {
        let row = |(fault, group): (&Fault, &ErrorGroup)| ErrorRow {
            fault: fault.clone(),
            group: group.clone(),
            records: self.told.get(fault).cloned().unwrap_or_default(),
        };
        let mut rows: Vec<ErrorRow> = self.errors.groups().iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.group.count));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::log::request_hash;
    use crate::telemetry::record::Stream;
    use serde_json::json;

    #[test]
    fn errors_lead_to_their_records_and_requests_to_their_traces() {
        let mut observer = Observer::new(1 << 20);
        let mut chunk = Chunk::default();
        let stream = Stream::new("/aws/lambda/orders", "s");
        for (time, text) in [
            (10, "START RequestId: r1 Version: 1"),
            (20, "[ERROR] KeyError: 'price'"),
            (30, "REPORT RequestId: r1\tDuration: 3.00 ms\tBilled Duration: 3 ms\nXRAY TraceId: 1-5-6\tSegmentId: 1"),
            (40, "[ERROR] KeyError: 'weight'"),
        ] {
            chunk.push(&stream, Some(time), None, text.as_bytes());
        }
        observer.take(chunk);
        let mut read = Read::default();
        read.take(&json!({"id": "a", "trace_id": "1-5-6", "name": "orders", "start_time": 1.0, "end_time": 2.0}));
        read.take(&json!({"id": "b", "trace_id": "1-5-7", "name": "orders", "start_time": 3.0, "end_time": 4.0, "aws": {"request_id": "r9"}}));
        observer.take_traces(read);
        let observed = observer.observed();
        let rows: Vec<_> = observed.errors.iter().map(|row| (row.group.count, row.records.to_vec())).collect();
        assert_eq!(rows, [(2, vec![1, 3])]);
        assert_eq!(observed.trace_of(request_hash(b"r1")), Some(0));
        assert_eq!(observed.trace_of(request_hash(b"r9")), Some(1));
        assert_eq!(observed.trace_of(request_hash(b"r2")), None);
        assert_eq!(observed.span_ms, Some((10, 4000)), "traces count, too");
        assert_eq!(observed.groups, BTreeMap::from([("/aws/lambda/orders".into(), 4)]));
    }
}
