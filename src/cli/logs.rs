//! `stratoscope logs`: the log events of files, parsed, filtered, printed.
//!
//! Must not know what a file holds.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::Format;
use super::console::{Console, Stop};
use super::progress::Progress;
use crate::source::files::Files;
use crate::source::{Cursor, Delivery, Source as _};
use crate::telemetry::binding::Binding;
use crate::telemetry::line::parse;
use crate::telemetry::log::{LogStore, Record};
use crate::telemetry::query::{Matcher, Query};
use crate::telemetry::record::LineKind;
use crate::telemetry::time;

/// Records are printed as they come; so much of them is kept at once.
const KEPT_BYTES: usize = 16 << 20;
/// So many ids of requests are kept.
const MOST_REQUESTS: usize = 100_000;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Log files: plain, JSON lines, CloudWatch exports; packed by gzip or not
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which events: words, "phrases", field:value, duration:>500, level:error, /pattern/, -not
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    query: Option<String>,
    /// How to print them; JSON is one object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let query = arguments.query.as_deref().unwrap_or_default().parse::<Query>();
    let query = query.map_err(|mistake| Stop::wrong(format!("Cannot read the query: {mistake}")))?;
    let matcher = Matcher::new(&query, &Binding::default());
    let mut store = LogStore::new(KEPT_BYTES);
    let mut progress = Progress::new("reading", arguments.files.len());
    let mut requests = Requests::default();
    let mut printed = Ok(());
    let mut outlet = |delivery| {
        match delivery {
            Delivery::Records(batch) => {
                let next = store.records().range().end;
                store.append(batch.logs);
                let mut wanted = store.records().from(next).filter(|record| matcher.matches(record));
                progress.clear();
                printed = wanted.try_for_each(|record| print(&record, None, arguments.format, &mut requests, console));
            }
            Delivery::Progress(done, of) => progress.show(done, of),
            _ => {}
        }
        if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let run = Files::new(arguments.files.clone()).run(&Cursor::default(), &mut outlet);
    progress.clear();
    printed?;
    Ok(run?)
}

/// Ids of the requests that run, by the hash that the index has.
#[derive(Default)]
pub(super) struct Requests(BTreeMap<u64, String>);

impl Requests {
    /// The id of a record's request, when it is known.
    fn of(&mut self, record: &Record<'_>, named: Option<&str>) -> Option<String> {
        let Some(named) = named else { return self.0.get(&record.entry.request).cloned() };
        if self.0.len() >= MOST_REQUESTS {
            self.0.clear();
        }
        if record.kind() == LineKind::Start {
            self.0.insert(record.entry.request, named.to_owned());
        }
        Some(named.to_owned())
    }
}

/// Prints a record; `node` is the logical name of who wrote it, when it is known.
pub(super) fn print(
    record: &Record<'_>,
    node: Option<&str>,
    format: Format,
    requests: &mut Requests,
    console: &mut Console,
) -> Result<(), Stop> {
    let text = String::from_utf8_lossy(record.text);
    match format {
        Format::Json => console.json_line(&document(record, node, &text, requests)),
        Format::Text => print_text(record, node, &text, console),
    }
}

/// A record as JSON: its own time only, and the request that it names or that runs around it.
fn document(record: &Record<'_>, node: Option<&str>, text: &str, requests: &mut Requests) -> Value {
    let line = parse(text);
    let own_time = record.own_time_ms();
    let request = requests.of(record, line.request_id);
    let some = |name: &str| (!name.is_empty()).then(|| Value::from(name));
    let members = [
        ("timestamp_ms", own_time.map(Value::from)),
        ("ingestion_ms", record.entry.ingestion_ms().map(Value::from)),
        ("log_group", some(&record.stream.group)),
        ("log_stream", some(&record.stream.name)),
        ("node", node.map(Value::from)),
        ("request_id", request.map(Value::from)),
        ("level", line.level.map(|level| Value::from(level.to_string()))),
        ("type", Some(Value::from(line.kind.to_string()))),
        ("message", Some(Value::from(text))),
        ("report", line.report.and_then(|report| serde_json::to_value(report).ok())),
    ];
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

/// Time, stream and message; the lines of one event stand under one another.
fn print_text(record: &Record<'_>, node: Option<&str>, text: &str, console: &mut Console) -> Result<(), Stop> {
    let when = record.own_time_ms().map_or_else(String::new, time::written);
    let level = record.level().map_or_else(String::new, |level| level.to_string());
    let mut lines = text.trim_end().split(['\n', '\r']).filter(|line| !line.trim().is_empty());
    let node = node.map_or_else(String::new, |node| format!("{node:20}  "));
    console.line(&format!("{when:24}  {level:5}  {node}{}", shown(lines.next().unwrap_or_default())))?;
    let indent = 33 + node.chars().count();
    lines.try_for_each(|line| console.line(&format!("{:indent$}{}", "", shown(line))))
}

/// A line with spaces for tabs and without the codes that colour a terminal.
fn shown(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.trim_end().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => drop(letters.by_ref().find(char::is_ascii_alphabetic)),
            '\t' => plain.push_str("  "),
            letter => plain.push(letter),
        }
    }
    plain
}
