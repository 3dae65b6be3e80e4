//! `stratoscope traces`: the traces of files, put together and printed.
//!
//! Must not know what a document looks like.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Format;
use super::console::{Console, Stop};
use super::progress::Progress;
use crate::source::files::{Held, held, read_traces};
use crate::source::recording::Replay;
use crate::source::{Cursor, Delivery, Failure, Source as _};
use crate::telemetry::time;
use crate::telemetry::trace::{Read, Row, Trace};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// X-Ray or OTLP documents in JSON, packed by gzip or not; recordings
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How to print them; JSON is one trace a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let mut read = Read::default();
    let mut progress = Progress::new("reading", arguments.files.len());
    for file in &arguments.files {
        let done = match held(file)? {
            Held::Recording => replay(file, &mut read),
            _ => read_traces(file, &mut read, |done, of| progress.show(done, of)),
        };
        progress.clear();
        done?;
    }
    let traces = read.traces();
    match arguments.format {
        Format::Json => traces.iter().try_for_each(|trace| console.json_line(&document(trace))),
        Format::Text => traces.iter().try_for_each(|trace| print(trace, console)),
    }
}

/// The traces of a recording.
fn replay(path: &Path, read: &mut Read) -> Result<(), Failure> {
    Replay::open(path)?.run(&Cursor::default(), &mut |delivery| {
        if let Delivery::Records(batch) = delivery {
            read.spans.extend(batch.spans);
        }
        ControlFlow::Continue(())
    })
}

/// An object of the members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

fn text(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::from(text))
}

fn document(trace: &Trace) -> Value {
    object([
        ("trace_id", text(&trace.id)),
        ("start_ns", trace.start_ns.map(Value::from)),
        ("end_ns", trace.end_ns.map(Value::from)),
        ("status", Some(json!(trace.outcome.status()))),
        ("cold", Some(trace.is_cold.into())),
        ("partial", Some(trace.is_partial.into())),
        ("rows", Some(trace.rows.iter().map(row).collect())),
    ])
}

fn row(row: &Row) -> Value {
    let span = &row.span;
    object([
        ("id", Some(Value::from(&*span.id))),
        ("parent", span.parent.as_deref().and_then(text)),
        ("depth", Some(row.depth.into())),
        ("name", Some(Value::from(&*span.name))),
        ("origin", text(&span.origin)),
        ("start_ns", Some(span.start_ns.into())),
        ("end_ns", span.end_ns.map(Value::from)),
        ("self_ns", Some(row.self_ns.into())),
        ("error", Some(span.outcome.error.into())),
        ("fault", Some(span.outcome.fault.into())),
        ("throttle", Some(span.outcome.throttle.into())),
        ("in_progress", Some(span.end_ns.is_none().into())),
        ("inferred", Some(span.is_inferred.into())),
    ])
}

fn print(trace: &Trace, console: &mut Console) -> Result<(), Stop> {
    let id = if trace.id.is_empty() { "trace without an id" } else { &trace.id };
    let when = trace.start_ns.map_or_else(String::new, |start| time::written(start.div_euclid(1_000_000)));
    let took = trace.duration_ns().map_or_else(String::new, ms);
    let marks = [(trace.is_cold, "  cold"), (trace.is_partial, "  partial")];
    let marks: String = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect();
    console.heading(&format!("{id}  {when}  {took}  {}{marks}", trace.outcome.status()))?;
    let rows: Vec<[String; 5]> = trace.rows.iter().map(|row| cells(row, trace.start_ns.unwrap_or_default())).collect();
    if !rows.is_empty() {
        console.table(["NAME", "START", "TOOK", "SELF", "NOTES"], &rows)?;
    }
    console.line("")
}

fn cells(row: &Row, start_ns: i64) -> [String; 5] {
    let span = &row.span;
    let notes = [
        (row.is_orphan, "parent missing"),
        (span.end_ns.is_none(), "in progress"),
        (span.is_inferred, "inferred"),
        (span.outcome.error, "error"),
        (span.outcome.fault, "fault"),
        (span.outcome.throttle, "throttle"),
        (row.is_critical, "critical"),
    ];
    let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note).collect();
    let took = span.end_ns.map_or_else(|| "…".to_owned(), |end| ms(end.saturating_sub(span.start_ns)));
    let indent = "  ".repeat(row.depth.min(40) as usize);
    [
        format!("{indent}{}", span.name),
        ms(span.start_ns.saturating_sub(start_ns)),
        took,
        ms(row.self_ns),
        notes.join(", "),
    ]
}

/// Nanoseconds as milliseconds.
fn ms(ns: i64) -> String {
    format!("{:.1} ms", ns as f64 / 1e6)
}
