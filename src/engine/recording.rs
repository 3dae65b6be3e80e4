//! Recordings in the window: the one that ships, the design that one holds, and writing what is attached into a new one.
//!
//! Must not know panels.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::files::Failure;
use super::journal;
use super::protocol::{Loaded, Mark};
use crate::catalog::Catalog;
use crate::diagram::{Diagram, NodeId, file};
use crate::source::Batch;
use crate::source::recording::{Recorder, Replay};
use crate::telemetry::alarm::Alarm;
use crate::telemetry::binding::{Binding, Physical};
use crate::telemetry::log::Chunk;
use crate::telemetry::observed::Observed;
use crate::telemetry::record::MetricPoint;

/// Three quarters of an hour of a shop, as the program ships it.
const EXAMPLE: &[u8] = include_bytes!("../../tests/fixtures/observe/night.recording");
/// What its file is called.
const EXAMPLE_NAME: &str = "night.recording";
/// How often it was laid by this process.
static LAID: AtomicU32 = AtomicU32::new(0);
/// So many records are written at once.
const AT_ONCE: usize = 5000;

/// A design out of a recording, and which of its nodes wrote into which log group.
#[derive(Clone, Debug)]
pub struct Design {
    /// The diagram.
    pub loaded: Loaded,
    /// Names of nodes by log groups.
    pub nodes: BTreeMap<String, String>,
    /// The stack that it ran in; empty where none is known.
    pub stack: String,
    /// Physical ids by names of nodes.
    pub physical: Vec<(String, String)>,
}

/// What is to be recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The design.
    pub diagram: Arc<Diagram>,
    /// Logs, metrics and traces.
    pub observed: Arc<Observed>,
    /// Which nodes they are about.
    pub binding: Arc<Binding>,
    /// What nodes are where they run.
    pub physical: Physical,
    /// Only this time, in milliseconds since 1970; `None` for all.
    pub span_ms: Option<(i64, i64)>,
}

/// Lays the recording that ships where it can be read like any other, and says where.
pub(super) fn example() -> Result<PathBuf, String> {
    let folder = journal::folder().map_or_else(std::env::temp_dir, |journal| journal.with_file_name("examples"));
    let path = folder.join(EXAMPLE_NAME);
    if std::fs::read(&path).is_ok_and(|bytes| bytes == EXAMPLE) {
        return Ok(path);
    }
    // Several may lay it at the same moment: each lays its own, and the last one stays.
    let own = format!("{EXAMPLE_NAME}-{}-{}", std::process::id(), LAID.fetch_add(1, Ordering::Relaxed));
    let part = folder.join(own);
    let laid = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&part, EXAMPLE));
    let laid = laid.and_then(|()| std::fs::rename(&part, &path));
    laid.map(|()| path.clone()).map_err(|error| {
        std::fs::remove_file(&part).ok();
        Failure::system("write", &path, &error).to_string()
    })
}

/// The design that a recording holds; `None` when it holds none.
pub(super) fn design(replay: &Replay, path: &Path, catalog: &Catalog) -> Result<Option<Design>, String> {
    let text = replay.design().map_err(|failure| failure.to_string())?;
    if text.is_empty() {
        return Ok(None);
    }
    let diagram = file::read(text.as_bytes(), catalog)
        .map_err(|error| format!("Cannot read the design in {}: {error}", path.display()))?;
    let nodes = replay.nodes().map_err(|failure| failure.to_string())?;
    let (stack, physical) = replay.place().map_err(|failure| failure.to_string())?;
    Ok(Some(Design { loaded: Loaded::new(diagram, Mark::default(), catalog), nodes, stack, physical }))
}

/// Writes a recording, whole or not at all; gives how many log records it has.
pub(super) fn record(recorded: &Recorded, path: &Path) -> Result<usize, String> {
    // Whoever chose the name has said that what stands there may go.
    let part = path.with_extension("recording-part");
    std::fs::remove_file(&part).ok();
    let written = recorded.write(&part);
    let moved = written.and_then(|count| {
        let told = |error| Failure::system("write", path, &error).to_string();
        std::fs::rename(&part, path).map(|()| count).map_err(told)
    });
    if moved.is_err() {
        std::fs::remove_file(&part).ok();
    }
    moved
}

impl Recorded {
    fn write(&self, path: &Path) -> Result<usize, String> {
        let design = file::write(&self.diagram);
        let binding = Binding::clone(&self.binding);
        let mut recorder = Recorder::create(path, &design, "window", binding).map_err(|failure| failure.to_string())?;
        if !self.physical.ids.is_empty() {
            let name = |(node, id): (&NodeId, &String)| Some((self.binding.name(*node)?.to_owned(), id.clone()));
            let names: Vec<_> = self.physical.ids.iter().filter_map(name).collect();
            recorder.place(&self.physical.stack, &names).map_err(|failure| failure.to_string())?;
        }
        recorder.alarms(&self.alarms()).map_err(|failure| failure.to_string())?;
        let mut record = |batch: &Batch| recorder.record(batch).map_err(|failure| failure.to_string());
        let (mut logs, mut count) = (Chunk::default(), 0);
        let records = &self.observed.records;
        let all = (0..records.len()).filter_map(|row| records.get(records.at(row)?));
        for record_in in all.filter(|record| self.is_within(record.time_ms())) {
            logs.push(record_in.stream, record_in.time_ms(), record_in.entry.ingestion_ms(), record_in.text);
            logs.mark(record_in.entry.mark);
            count += 1;
            if logs.len() >= AT_ONCE || logs.is_full() {
                record(&Batch { logs: std::mem::take(&mut logs), ..Batch::default() })?;
            }
        }
        record(&Batch { logs, metrics: self.points(), ..Batch::default() })?;
        for trace in self.observed.traces.iter() {
            let ends = [trace.start_ns, trace.end_ns].map(|ns| ns.map(|ns| ns.div_euclid(1_000_000)));
            if ends.iter().any(|ms| self.is_within(*ms)) {
                let spans = trace.rows.iter().map(|row| row.span.clone()).collect();
                record(&Batch { spans, ..Batch::default() })?;
            }
        }
        Ok(count)
    }

    /// How alarms stood up to the end of what is wanted.
    fn alarms(&self) -> Vec<Alarm> {
        let is_before =
            |alarm: &&Alarm| self.span_ms.is_none_or(|(_, to)| alarm.since_ms.is_none_or(|since| since < to));
        self.observed.alarms.states().filter(is_before).cloned().collect()
    }

    /// Values that no log line carries; what a line carries comes back with it.
    fn points(&self) -> Vec<MetricPoint> {
        let metrics = self.observed.metrics.iter().filter(|((group, _), _)| group.is_none());
        let points = metrics.flat_map(|((_, metric), series)| {
            let point =
                |(ms, value): &(i64, f64)| MetricPoint { metric: Arc::clone(metric), timestamp_ms: *ms, value: *value };
            series.points().iter().map(point)
        });
        points.filter(|point| self.is_within(Some(point.timestamp_ms))).collect()
    }

    /// Whether a time is one of those that are wanted; what has no time is wanted with all.
    fn is_within(&self, ms: Option<i64>) -> bool {
        self.span_ms.is_none_or(|(from, to)| ms.is_some_and(|ms| (from..to).contains(&ms)))
    }
}
