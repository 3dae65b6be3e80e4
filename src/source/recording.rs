//! Recordings: one SQLite file with the design and the logs, metrics and traces of a window of time, which any SQLite tool reads.
//!
//! ```text
//! recording(key, value)      'design': the diagram's JSON; 'source': where it was recorded; 'stack': its name;
//!                            'physical': [[node, physical id], …] as JSON
//! stream(id, log_group, log_stream, node)
//! log(id, stream, timestamp_ms, ingestion_ms, level, type, request_id, message, mark)       in the order in which they stood;
//!      mark: late, unconfirmed, untimed, or null
//! metric(id, namespace, name, dimensions, statistic, unit, node)      dimensions: [[name, value], …] as JSON
//! point(metric, timestamp_ms, value)
//! span(trace_id, id, parent, name, origin, namespace, start_ns, end_ns, error, fault, throttle, inferred, segment, links,
//!      attributes, node)      links: [[trace, span], …], attributes: [[name, value], …] as JSON; end_ns is null while it goes on
//! alarm(id, name, logical, state, since_ms, reason, metrics, rule, nodes)      a row for each state that an alarm had
//! ```
//!
//! The header says `application_id` 0x5354524f and `user_version` 1. Recordings of earlier programs have no `mark` and no `alarm`;
//! those programs read what has them and pass them over. Must not know panels.

mod alarms;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, params};

use super::{Batch, Cursor, Delivery, Failure, Link, Outlet, Source};
use crate::catalog::names::Named as _;
use crate::telemetry::alarm::Alarm;
use crate::telemetry::binding::Binding;
use crate::telemetry::line::parse;
use crate::telemetry::log::Chunk;
use crate::telemetry::record::{Mark, Metric, MetricPoint, Stream};
use crate::telemetry::trace::{Outcome, Span};

const APPLICATION: i64 = 0x5354_524f;
const VERSION: i64 = 1;

/// The comments go into the file with it: any SQLite tool shows them with the schema.
const SCHEMA: &str = "
CREATE TABLE recording ( -- What the recording is of.
    key TEXT PRIMARY KEY, -- 'design': the diagram as a .strato.json document; 'source': where it was recorded;
    -- 'stack': the stack that it ran in; 'physical': [[node, physical id], ...] as JSON.
    value TEXT NOT NULL);
CREATE TABLE stream ( -- Where log lines stand.
    id INTEGER PRIMARY KEY, log_group TEXT NOT NULL, log_stream TEXT NOT NULL,
    node TEXT); -- Name of the node of the design that writes there; null when none is known.
CREATE TABLE log ( -- Log events, in the order in which they stood.
    id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES stream,
    timestamp_ms INTEGER, ingestion_ms INTEGER, -- Milliseconds since 1970, UTC.
    level TEXT, type TEXT NOT NULL, request_id TEXT, -- Read out of the message, for queries.
    message TEXT NOT NULL,
    mark TEXT); -- 'late': it came after others that it belongs before; 'unconfirmed': seen live, never found stored;
    -- 'untimed': its time is that of the line before; null for all others.
CREATE TABLE metric ( -- What was measured.
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL,
    dimensions TEXT NOT NULL, -- [[name, value], ...] as JSON, sorted by name.
    statistic TEXT NOT NULL, unit TEXT NOT NULL, node TEXT);
CREATE TABLE point ( -- Values, at the start of their periods.
    metric INTEGER NOT NULL REFERENCES metric, timestamp_ms INTEGER NOT NULL, value REAL NOT NULL);
CREATE TABLE span ( -- Segments and subsegments of traces.
    trace_id TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, name TEXT NOT NULL, origin TEXT NOT NULL, namespace TEXT NOT NULL,
    start_ns INTEGER NOT NULL, end_ns INTEGER, -- Nanoseconds since 1970; no end while it goes on.
    error INTEGER NOT NULL, fault INTEGER NOT NULL, throttle INTEGER NOT NULL, -- 4xx, 5xx, 429.
    inferred INTEGER NOT NULL, segment INTEGER NOT NULL,
    links TEXT NOT NULL, -- [[trace, span], ...] as JSON.
    attributes TEXT NOT NULL, -- [[name, value], ...] as JSON.
    node TEXT);
CREATE INDEX log_by_time ON log (timestamp_ms);
CREATE INDEX span_by_trace ON span (trace_id);
";

/// Writes a recording.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    connection: Connection,
    binding: Binding,
    streams: BTreeMap<Arc<Stream>, i64>,
    metrics: BTreeMap<Arc<Metric>, i64>,
    alarms: alarms::Known,
}

impl Recorder {
    /// Begins a recording at `path`, where no file may be. `design` is the diagram's JSON; `source` says where from.
    pub fn create(path: &Path, design: &str, source: &str, binding: Binding) -> Result<Self, Failure> {
        let told = |error| failure("write", path, &error);
        if path.exists() {
            return Err(Failure::Input(format!("Cannot write {}: the file is there already.", path.display())));
        }
        let connection = Connection::open(path).map_err(told)?;
        let head = format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; {SCHEMA}{}",
            alarms::SCHEMA
        );
        connection.execute_batch(&head).map_err(told)?;
        let (path, streams, metrics, alarms) = (path.to_owned(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let recorder = Self { path, connection, binding, streams, metrics, alarms };
        recorder.remember(&[("design", design), ("source", source)])?;
        Ok(recorder)
    }

    /// Writes where it was recorded: the stack, and the physical ids of nodes by their names.
    pub fn place(&self, stack: &str, physical: &[(String, String)]) -> Result<(), Failure> {
        self.remember(&[("stack", stack), ("physical", &json(physical))])
    }

    fn remember(&self, pairs: &[(&str, &str)]) -> Result<(), Failure> {
        for (key, value) in pairs {
            let written = self.connection.execute("INSERT INTO recording VALUES (?1, ?2)", params![key, value]);
            written.map_err(|error| failure("write", &self.path, &error))?;
        }
        Ok(())
    }

    /// Writes what came, whole or not at all.
    pub fn record(&mut self, batch: &Batch) -> Result<(), Failure> {
        let Self { path, connection, binding, streams, metrics, .. } = self;
        let written = (|| {
            let work = connection.transaction()?;
            logs(&work, &batch.logs, binding, streams)?;
            points(&work, &batch.metrics, binding, metrics)?;
            spans(&work, &batch.spans, binding)?;
            work.commit()
        })();
        written.map_err(|error| failure("write", path, &error))
    }

    /// Writes how alarms stand, each once for every state that it has.
    pub fn alarms(&mut self, told: &[Alarm]) -> Result<(), Failure> {
        let Self { path, connection, binding, alarms, .. } = self;
        alarms::write(connection, told, binding, alarms).map_err(|error| failure("write", path, &error))
    }
}

fn logs(
    work: &Connection,
    chunk: &Chunk,
    binding: &Binding,
    streams: &mut BTreeMap<Arc<Stream>, i64>,
) -> rusqlite::Result<()> {
    let mut insert = work.prepare(
        "INSERT INTO log (stream, timestamp_ms, ingestion_ms, level, type, request_id, message, mark)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for record in chunk.records() {
        let stream = match streams.get(record.stream) {
            Some(id) => *id,
            None => {
                let node = binding.node_of_group(&record.stream.group).and_then(|node| binding.name(node));
                work.execute(
                    "INSERT INTO stream (log_group, log_stream, node) VALUES (?1, ?2, ?3)",
                    params![&*record.stream.group, &*record.stream.name, node],
                )?;
                let id = work.last_insert_rowid();
                streams.insert(Arc::clone(record.stream), id);
                id
            }
        };
        let text = String::from_utf8_lossy(record.text);
        let line = parse(&text);
        let level = line.level.map(|level| level.to_string());
        let times = (record.time_ms(), record.entry.ingestion_ms());
        let mark = Some(record.entry.mark).filter(|mark| *mark != Mark::InPlace).map(Mark::name);
        insert.execute(params![stream, times.0, times.1, level, line.kind.name(), line.request_id, &*text, mark])?;
    }
    Ok(())
}

fn points(
    work: &Connection,
    points: &[MetricPoint],
    binding: &Binding,
    metrics: &mut BTreeMap<Arc<Metric>, i64>,
) -> rusqlite::Result<()> {
    for MetricPoint { metric, timestamp_ms, value } in points {
        let id = match metrics.get(metric) {
            Some(id) => *id,
            None => {
                let node = binding.node_of_metric(metric).and_then(|node| binding.name(node));
                work.execute(
                    "INSERT INTO metric (namespace, name, dimensions, statistic, unit, node) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        &*metric.namespace,
                        &*metric.name,
                        json(&metric.dimensions),
                        &*metric.statistic,
                        &*metric.unit,
                        node
                    ],
                )?;
                let id = work.last_insert_rowid();
                metrics.insert(Arc::clone(metric), id);
                id
            }
        };
        work.execute("INSERT INTO point VALUES (?1, ?2, ?3)", params![id, timestamp_ms, value])?;
    }
    Ok(())
}

fn spans(work: &Connection, spans: &[Span], binding: &Binding) -> rusqlite::Result<()> {
    let mut insert = work
        .prepare("INSERT INTO span VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")?;
    for span in spans {
        let node = binding.node_of_span(span).and_then(|node| binding.name(node));
        insert.execute(params![
            &*span.trace_id,
            &*span.id,
            span.parent.as_deref(),
            &*span.name,
            &*span.origin,
            &*span.namespace,
            span.start_ns,
            span.end_ns,
            span.outcome.error,
            span.outcome.fault,
            span.outcome.throttle,
            span.is_inferred,
            span.is_segment,
            json(&span.links),
            json(&span.attributes),
            node
        ])?;
    }
    Ok(())
}

/// Pairs as a JSON list.
fn json<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    let pairs: Vec<[&str; 2]> = pairs.iter().map(|(key, value)| [key.as_ref(), value.as_ref()]).collect();
    serde_json::to_string(&pairs).unwrap_or_default()
}

/// Pairs out of a JSON list; what is none is left out.
fn pairs<V: From<String>>(text: &str) -> Vec<(Arc<str>, V)> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).unwrap_or_default();
    pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}

/// A recording that is played again.
#[derive(Debug)]
pub struct Replay {
    path: PathBuf,
    connection: Connection,
    /// It was written by a program that kept no marks and no alarms.
    is_early: bool,
}

/// So many rows are handed over at once.
const ROWS: usize = 5000;

impl Replay {
    /// Opens a recording, to read it only.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let told = |error| failure("read", path, &error);
        if is_cut(path).map_err(|error| unread(path, &error))? {
            return Err(Failure::Input(format!("Cannot read {}: its end is missing.", path.display())));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(told)?;
        // A file from elsewhere may bring views and triggers of its own.
        connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;").map_err(told)?;
        let number =
            |name| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).map_err(told);
        if number("application_id")? != APPLICATION {
            return Err(Failure::Input(format!("Cannot read {}: it is no recording of Stratoscope.", path.display())));
        }
        if number("user_version")? > VERSION {
            let newer = format!("Cannot read {}: it is from a newer version of the program.", path.display());
            return Err(Failure::Input(newer));
        }
        let table = "SELECT count(*) FROM sqlite_master WHERE name = 'alarm'";
        let count: i64 = connection.query_row(table, [], |row| row.get(0)).map_err(told)?;
        Ok(Self { path: path.to_owned(), connection, is_early: count == 0 })
    }

    /// The diagram's JSON; empty when it was recorded without one.
    pub fn design(&self) -> Result<String, Failure> {
        self.told("design")
    }

    /// The stack that it was recorded in, and the physical ids of nodes by their names; empty where none are known.
    pub fn place(&self) -> Result<(String, Vec<(String, String)>), Failure> {
        let physical = pairs(&self.told("physical")?).into_iter();
        Ok((self.told("stack")?, physical.map(|(node, id): (Arc<str>, String)| (node.to_string(), id)).collect()))
    }

    /// The names of the nodes that each alarm watches, by its name.
    pub fn alarm_nodes(&self) -> Result<BTreeMap<String, Vec<String>>, Failure> {
        if self.is_early {
            return Ok(BTreeMap::new());
        }
        alarms::nodes(&self.connection).map_err(|error| failure("read", &self.path, &error))
    }

    /// The nodes that metrics were bound to, by name.
    pub fn metric_nodes(&self) -> Result<BTreeMap<Metric, String>, Failure> {
        let read = || {
            let mut asked = self.connection.prepare(
                "SELECT namespace, name, dimensions, statistic, unit, node FROM metric WHERE node IS NOT NULL",
            )?;
            asked.query_map([], |row| Ok((read_metric(row)?, row.get(5)?)))?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| failure("read", &self.path, &error))
    }

    fn told(&self, key: &str) -> Result<String, Failure> {
        let query = "SELECT value FROM recording WHERE key = ?1";
        let asked = self.connection.query_row(query, [key], |row| row.get(0));
        asked.optional().map(Option::unwrap_or_default).map_err(|error| failure("read", &self.path, &error))
    }

    /// The node of each log group, by name, as it was bound when it was recorded.
    pub fn nodes(&self) -> Result<BTreeMap<String, String>, Failure> {
        let read = || {
            let mut asked = self.connection.prepare("SELECT log_group, node FROM stream WHERE node IS NOT NULL")?;
            let rows = asked.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| failure("read", &self.path, &error))
    }

    fn play(&self, from: i64, outlet: &mut dyn Outlet) -> rusqlite::Result<()> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        let mut streams: BTreeMap<(String, String), Arc<Stream>> = BTreeMap::new();
        let mark = if self.is_early { "NULL" } else { "mark" };
        let mut asked = self.connection.prepare(&format!(
            "SELECT log.id, timestamp_ms, ingestion_ms, message, log_group, log_stream, {mark} FROM log
             JOIN stream ON stream.id = stream WHERE log.id > ?1 ORDER BY log.id"
        ))?;
        let (mut rows, mut chunk, mut last) = (asked.query([from])?, Chunk::default(), from);
        loop {
            let row = rows.next()?;
            if chunk.len() >= ROWS || chunk.is_full() || row.is_none() {
                let batch =
                    Batch { logs: std::mem::take(&mut chunk), cursor: Cursor(last.to_string()), ..Batch::default() };
                let progress = Delivery::Progress(last.unsigned_abs(), count.unsigned_abs());
                if outlet.deliver(Delivery::Records(batch)).is_break() || outlet.deliver(progress).is_break() {
                    return Ok(());
                }
            }
            let Some(row) = row else { break };
            let place: (String, String) = (row.get(4)?, row.get(5)?);
            let stream = streams.entry(place).or_insert_with_key(|(group, name)| Stream::new(group, name));
            chunk.push(stream, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?.as_bytes());
            let mark = row.get::<_, Option<String>>(6)?.and_then(|mark| Mark::from_name(&mark));
            mark.into_iter().for_each(|mark| chunk.mark(mark));
            last = row.get(0)?;
        }
        let batch = Batch {
            metrics: self.metrics()?,
            spans: self.spans()?,
            cursor: Cursor(last.to_string()),
            ..Batch::default()
        };
        let alarms = if self.is_early { Vec::new() } else { alarms::read(&self.connection)? };
        let is_wanted = outlet.deliver(Delivery::Records(batch)).is_continue();
        if is_wanted && outlet.deliver(Delivery::Alarms(alarms)).is_continue() {
            // Nobody need take the last word.
            let _ = outlet.deliver(Delivery::Link(Link::Ended)).is_break();
        }
        Ok(())
    }

    fn metrics(&self) -> rusqlite::Result<Vec<MetricPoint>> {
        let mut asked = self.connection.prepare(
            "SELECT namespace, name, dimensions, statistic, unit, timestamp_ms, value FROM point JOIN metric ON metric.id = metric
             ORDER BY timestamp_ms, metric.id",
        )?;
        let mut known: BTreeMap<Metric, Arc<Metric>> = BTreeMap::new();
        let rows = asked.query_map([], |row| {
            let metric = known.entry(read_metric(row)?).or_insert_with_key(|metric| Arc::new(metric.clone()));
            Ok(MetricPoint { metric: Arc::clone(metric), timestamp_ms: row.get(5)?, value: row.get(6)? })
        })?;
        rows.collect()
    }

    fn spans(&self) -> rusqlite::Result<Vec<Span>> {
        let mut asked = self.connection.prepare("SELECT * FROM span ORDER BY start_ns, id")?;
        asked.query_map([], read_span)?.collect()
    }
}

fn read_metric(row: &Row<'_>) -> rusqlite::Result<Metric> {
    let text = |column| row.get::<_, String>(column);
    Ok(Metric {
        namespace: text(0)?.into(),
        name: text(1)?.into(),
        dimensions: pairs(&text(2)?),
        statistic: text(3)?.into(),
        unit: text(4)?.into(),
    })
}

fn read_span(row: &Row<'_>) -> rusqlite::Result<Span> {
    let text = |column: &str| row.get::<_, String>(column);
    let shared = |column: &str| text(column).map(Arc::from);
    Ok(Span {
        trace_id: shared("trace_id")?,
        id: shared("id")?,
        parent: row.get::<_, Option<String>>("parent")?.map(Arc::from),
        name: shared("name")?,
        origin: shared("origin")?,
        namespace: shared("namespace")?,
        start_ns: row.get("start_ns")?,
        end_ns: row.get("end_ns")?,
        outcome: Outcome { error: row.get("error")?, fault: row.get("fault")?, throttle: row.get("throttle")? },
        is_inferred: row.get("inferred")?,
        is_segment: row.get("segment")?,
        links: pairs(&text("links")?),
        attributes: pairs(&text("attributes")?),
    })
}

impl Source for Replay {
    /// A cursor names the last log row that came.
    fn run(&mut self, from: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let from = from.0.parse().unwrap_or(0);
        self.play(from, outlet).map_err(|error| failure("read", &self.path, &error))
    }
}

/// Whether a database has fewer pages than its head says; SQLite notices only when it needs the missing ones.
fn is_cut(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    let mut file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    (&mut file).take(32).read_to_end(&mut head)?;
    let number =
        |from: usize, to: usize| head.get(from..to).into_iter().flatten().fold(0, |n, byte| n << 8 | u64::from(*byte));
    // A size of 1 stands for 65,536, which has no room in two bytes.
    let page_bytes = if number(16, 18) == 1 { 1 << 16 } else { number(16, 18) };
    Ok(head.starts_with(b"SQLite format 3\0") && size_bytes < page_bytes * number(28, 32))
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    let sentence = format!("Cannot read {}: {error}.", path.display());
    if error.kind() == io::ErrorKind::NotFound { Failure::Input(sentence) } else { Failure::World(sentence) }
}

/// Says what SQLite says: a file that is damaged or none of its kind is the file's fault, all else the world's.
fn failure(doing: &str, path: &Path, error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode;
    let sentence = format!("Cannot {doing} {}: {error}.", path.display());
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull | ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure) => {
            Failure::World(sentence)
        }
        Some(ErrorCode::NotADatabase) => {
            Failure::Input(format!("Cannot {doing} {}: it is no recording of Stratoscope.", path.display()))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::World(sentence),
        _ => Failure::Input(sentence),
    }
}
