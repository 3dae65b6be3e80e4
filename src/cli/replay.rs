//! `stratoscope replay`: what a recording holds, node by node.
//!
//! Must not know how a recording is kept.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Format;
use super::console::{Console, Stop};
use super::progress::Progress;
use crate::source::recording::Replay;
use crate::source::{Cursor, Delivery, Source as _};
use crate::telemetry::alarm::Alarm;
use crate::telemetry::errors::ErrorGroups;
use crate::telemetry::load::{Happened, Load};
use crate::telemetry::log::LogStore;
use crate::telemetry::metrics::{Metrics, Told};
use crate::telemetry::record::Metric;
use crate::telemetry::series::Series;
use crate::telemetry::time;
use crate::telemetry::trace::Read;

/// Records are summed up as they come; so much of them is kept at once.
const KEPT_BYTES: usize = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Recording to sum up
    recording: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What a recording comes to.
#[derive(Default)]
struct Summary {
    /// First and last time of a log event.
    window_ms: Option<(i64, i64)>,
    /// Events of each log group.
    events: BTreeMap<String, u64>,
    /// The node of each log group.
    nodes: BTreeMap<String, String>,
    load: Load,
    errors: ErrorGroups,
    traces: usize,
    points: usize,
    metrics: Metrics,
    /// The node of each metric.
    measured: BTreeMap<Metric, String>,
    /// Every state of each alarm, by its name.
    alarms: BTreeMap<String, Vec<Alarm>>,
    /// The nodes that each alarm watches.
    alarmed: BTreeMap<String, Vec<String>>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let mut replay = Replay::open(&arguments.recording)?;
    let (nodes, measured, alarmed) = (replay.nodes()?, replay.metric_nodes()?, replay.alarm_nodes()?);
    let mut summary = Summary { nodes, measured, alarmed, ..Summary::default() };
    let mut store = LogStore::new(KEPT_BYTES);
    let mut read = Read::default();
    let mut progress = Progress::new("reading", 1);
    let done = replay.run(&Cursor::default(), &mut |delivery| {
        match delivery {
            Delivery::Records(batch) => {
                let next = store.records().range().end;
                store.append(batch.logs);
                store.records().from(next).for_each(|record| summary.take(&record));
                summary.points += batch.metrics.len();
                batch.metrics.into_iter().for_each(|point| summary.metrics.take(None, point));
                read.spans.extend(batch.spans);
            }
            Delivery::Alarms(alarms) => {
                alarms.into_iter().for_each(|alarm| summary.alarms.entry(alarm.name.clone()).or_default().push(alarm));
            }
            Delivery::Progress(done, of) => progress.show(done, of),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    progress.clear();
    done?;
    summary.traces = read.traces().len();
    match arguments.format {
        Format::Json => console.json(&summary.document()),
        Format::Text => summary.print(console),
    }
}

impl Summary {
    fn take(&mut self, record: &crate::telemetry::log::Record<'_>) {
        if let Some(time_ms) = record.time_ms() {
            let (from, to) = self.window_ms.unwrap_or((time_ms, time_ms));
            self.window_ms = Some((from.min(time_ms), to.max(time_ms)));
        }
        *self.events.entry(record.stream.group.to_string()).or_default() += 1;
        self.load.take(record, record.report().as_ref());
        self.errors.take(record);
    }

    /// What happened in a group in all the time.
    fn happened(&self, group: &str) -> Happened {
        let (from, to) = self.window_ms.unwrap_or_default();
        self.load.of(group, from..to.saturating_add(1))
    }

    fn document(&self) -> Value {
        let nodes = self.events.iter().map(|(group, events)| {
            let happened = self.happened(group);
            let percentile = |share| happened.duration_ms.percentile(share).map(figure);
            json!({"node": self.nodes.get(group), "log_group": group, "events": events, "invocations": happened.invocations,
                "failures": happened.failures, "cold": happened.cold, "billed_ms": figure(happened.billed_ms),
                "duration_ms": {"p50": percentile(0.5), "p95": percentile(0.95), "p99": percentile(0.99)}})
        });
        let errors = self.errors.groups().iter().map(|(fault, group)| {
            json!({"log_group": &*fault.function, "node": self.nodes.get(&*fault.function), "error_type": fault.error_type,
                "place": fault.place, "count": group.count, "first_ms": group.first_ms, "last_ms": group.last_ms,
                "message": group.message})
        });
        let (from, to) = self.window_ms.unzip();
        json!({"from_ms": from, "to_ms": to, "traces": self.traces, "points": self.points,
            "nodes": nodes.collect::<Vec<_>>(), "errors": errors.collect::<Vec<_>>(), "metrics": self.measured(), "alarms": self.alarms()})
    }

    /// Every metric with the node that it is about, how many values it has, and all of them together.
    fn measured(&self) -> Vec<Value> {
        let metric = |((_, metric), series): (&Told, &Series)| {
            let dimensions: BTreeMap<&str, &str> =
                metric.dimensions.iter().map(|(name, value)| (&**name, &**value)).collect();
            let values = || series.points().iter().map(|(_, value)| *value);
            json!({"node": self.measured.get(&**metric), "namespace": &*metric.namespace, "name": &*metric.name,
                "statistic": &*metric.statistic, "dimensions": dimensions, "points": series.points().len(),
                "sum": figure(values().sum()), "max": values().reduce(f64::max).map(figure)})
        };
        self.metrics.iter().map(metric).collect()
    }

    /// Every alarm with the nodes that it watches and the states that it had.
    fn alarms(&self) -> Vec<Value> {
        let state = |alarm: &Alarm| json!({"state": alarm.state, "since_ms": alarm.since_ms, "reason": alarm.reason});
        let alarm = |(name, states): (&String, &Vec<Alarm>)| {
            let states: Vec<Value> = states.iter().map(state).collect();
            json!({"name": name, "nodes": self.alarmed.get(name), "states": states})
        };
        self.alarms.iter().map(alarm).collect()
    }

    fn print(&self, console: &mut Console) -> Result<(), Stop> {
        if let Some((from, to)) = self.window_ms {
            let traces = format!("{} trace{}", self.traces, if self.traces == 1 { "" } else { "s" });
            console.line(&format!("{} to {}, {traces}", time::written(from), time::written(to)))?;
        }
        let told = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.0} ms"));
        let rows = self.events.iter().map(|(group, events)| {
            let happened = self.happened(group);
            let p95 = told(happened.duration_ms.percentile(0.95));
            let node = self.nodes.get(group).unwrap_or(group).clone();
            let counts =
                [*events, happened.invocations, happened.failures, happened.cold].map(|count| count.to_string());
            let [events, invocations, failures, cold] = counts;
            [node, events, invocations, failures, cold, p95]
        });
        console.line("")?;
        console.table(["NODE", "EVENTS", "INVOCATIONS", "FAILURES", "COLD", "P95"], &rows.collect::<Vec<_>>())?;
        let errors = self.errors.groups().iter().map(|(fault, group)| {
            let node = self.nodes.get(&*fault.function).map_or(&*fault.function, String::as_str).to_owned();
            [node, fault.error_type.clone(), group.count.to_string(), fault.place.clone()]
        });
        part(console, ["NODE", "ERROR", "COUNT", "PLACE"], &errors.collect::<Vec<_>>())?;
        let alarms = self.alarms.values().flatten().map(|alarm| {
            let since = alarm.since_ms.map_or_else(|| "-".to_owned(), time::written);
            [alarm.called().to_owned(), alarm.state.word().to_owned(), since, alarm.reason.clone()]
        });
        part(console, ["ALARM", "STATE", "SINCE", "REASON"], &alarms.collect::<Vec<_>>())
    }
}

/// A table below what was printed; nothing when it has no rows.
fn part(console: &mut Console, heads: [&str; 4], rows: &[[String; 4]]) -> Result<(), Stop> {
    if rows.is_empty() {
        return Ok(());
    }
    console.line("")?;
    console.table(heads, rows)
}

/// A figure to two decimals, whole ones without a point: percentiles are no more exact.
fn figure(value: f64) -> Value {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { Value::from(rounded as i64) } else { Value::from(rounded) }
}
