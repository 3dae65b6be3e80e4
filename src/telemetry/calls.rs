//! The load that traces tell of, minute by minute: how often each service was called, how long it took, and by whom.
//!
//! Traces are samples, so that these are the least there was. Must not know nodes; who asks binds services to them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::load::{Happened, MINUTE_MS, Minutes, minutes_of, summed};
use super::trace::{Row, Service, Span, Trace, service, service_rows, took_ms};

/// What is known of one service.
#[derive(Clone, Debug, Default)]
struct Called {
    /// The first of its spans, to find its node by.
    example: Span,
    minutes: Minutes,
}

/// The load of every service that traces name.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    services: BTreeMap<Service, Called>,
    between: BTreeMap<(Service, Service), Minutes>,
}

impl Calls {
    /// The load of these traces.
    #[must_use]
    pub fn of(traces: &[Trace]) -> Self {
        let mut calls = Self::default();
        traces.iter().for_each(|trace| calls.take(trace));
        calls
    }

    /// Takes a trace in.
    pub fn take(&mut self, trace: &Trace) {
        for (row, caller) in told(trace) {
            let (minute, happened) = (minute(row), happened(row));
            let called = self
                .services
                .entry(service(row))
                .or_insert_with(|| Called { example: row.span.clone(), minutes: Minutes::default() });
            called.minutes.entry(minute).or_default().merge(&happened);
            if let Some(caller) = caller {
                let minutes = self.between.entry((service(caller), service(row))).or_default();
                minutes.entry(minute).or_default().merge(&happened);
            }
        }
    }

    /// Takes a trace out again that was taken in.
    pub fn give_back(&mut self, trace: &Trace) {
        for (row, caller) in told(trace) {
            let key = service(row);
            if let Some(called) = self.services.get_mut(&key) {
                give_back(&mut called.minutes, row);
                if called.minutes.is_empty() {
                    self.services.remove(&key);
                }
            }
            let Some(caller) = caller else { continue };
            let key = (service(caller), key);
            if let Some(minutes) = self.between.get_mut(&key) {
                give_back(minutes, row);
                if minutes.is_empty() {
                    self.between.remove(&key);
                }
            }
        }
    }

    /// Every service, with a span of its own and its minutes.
    pub fn services(&self) -> impl Iterator<Item = (&Service, &Span, &Minutes)> {
        self.services.iter().map(|(service, called)| (service, &called.example, &called.minutes))
    }

    /// How often one service called another, in a span of milliseconds since 1970.
    pub fn between(&self, span_ms: Range<i64>) -> impl Iterator<Item = (&Service, &Service, Happened)> {
        let sum = move |minutes: &Minutes| summed(minutes_of(minutes, span_ms.clone()).map(|(_, happened)| happened));
        self.between.iter().map(move |((from, to), minutes)| (from, to, sum(minutes)))
    }
}

/// Rows that count as calls, each with that of who called.
fn told(trace: &Trace) -> impl Iterator<Item = (&Row, Option<&Row>)> {
    let rows = service_rows(trace).into_iter();
    let rows = rows.map(|(place, caller)| (&trace.rows[place], caller.map(|caller| &trace.rows[caller])));
    // What the platform tells of a service, and what that tells of itself, is one call.
    rows.filter(|(row, caller)| {
        !caller.is_some_and(|caller| caller.span.is_segment && caller.span.name == row.span.name)
    })
}

fn minute(row: &Row) -> i64 {
    row.span.start_ns.div_euclid(MINUTE_MS * 1_000_000)
}

/// Takes a call out of its minute; what has no call any more is gone.
fn give_back(minutes: &mut Minutes, row: &Row) {
    let minute = minute(row);
    let Some(known) = minutes.get_mut(&minute) else { return };
    known.give_back(&happened(row), took_ms(row));
    if known.invocations == 0 {
        minutes.remove(&minute);
    }
}

/// What one call comes to.
fn happened(row: &Row) -> Happened {
    let outcome = row.span.outcome;
    let mut happened = Happened {
        invocations: 1,
        failures: u64::from(outcome.error || outcome.fault || outcome.throttle),
        ..Happened::default()
    };
    took_ms(row).into_iter().for_each(|took| happened.duration_ms.take(took));
    happened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::trace::Read;
    use serde_json::json;

    #[test]
    fn what_platform_and_service_tell_of_one_call_counts_once() {
        let mut read = Read::default();
        read.take(&json!({"id": "a", "trace_id": "1-5-6", "name": "shop/prod", "origin": "AWS::ApiGateway::Stage",
            "start_time": 60.0, "end_time": 62.0,
            "subsegments": [{"id": "b", "name": "Lambda", "namespace": "aws", "start_time": 60.1, "end_time": 61.9}]}));
        read.take(&json!({"id": "c", "trace_id": "1-5-6", "parent_id": "b", "name": "orders", "origin": "AWS::Lambda",
            "start_time": 60.2, "end_time": 61.8, "fault": true}));
        read.take(&json!({"id": "d", "trace_id": "1-5-6", "parent_id": "c", "name": "orders", "start_time": 60.3,
            "origin": "AWS::Lambda::Function", "end_time": 61.7, "subsegments": [{"id": "e", "name": "DynamoDB",
            "namespace": "aws", "start_time": 60.5, "end_time": 60.6, "aws": {"table_name": "Orders"}}]}));
        let calls = Calls::of(&read.traces());
        let told: Vec<(String, u64, u64)> = calls
            .services()
            .map(|((name, origin), _, minutes)| {
                let all = summed(minutes.values());
                (format!("{name} {origin}"), all.invocations, all.failures)
            })
            .collect();
        let expected = [("Orders ", 1, 0), ("orders AWS::Lambda", 1, 1), ("shop/prod AWS::ApiGateway::Stage", 1, 0)];
        assert_eq!(told, expected.map(|(name, calls, failures)| (name.to_owned(), calls, failures)));
        let pairs = |span: Range<i64>| -> Vec<(String, u64)> {
            let counted = calls.between(span).map(|(from, to, sum)| (format!("{} {}", from.0, to.0), sum.invocations));
            counted.collect()
        };
        assert_eq!(pairs(60_000..120_000), [("orders Orders".to_owned(), 1), ("shop/prod orders".to_owned(), 1)]);
        assert!(pairs(0..60_000).iter().all(|(_, count)| *count == 0));
    }
}
