//! Lines in JSON: the platform's events (`{"time","type","record"}`), and what runtimes and logging libraries write.
//!
//! Must not know the forms in text.

use super::{Glance, Report, level_word};
use crate::telemetry::record::{Level, LineKind};
use crate::telemetry::scan::{members, number, unquoted};
use crate::telemetry::time;

/// The platform's events; all others that begin with `platform.` pass through.
const TYPES: &[(&[u8], LineKind)] = &[
    (b"platform.start", LineKind::Start),
    (b"platform.report", LineKind::Report),
    (b"platform.end", LineKind::End),
    (b"platform.runtimeDone", LineKind::RuntimeDone),
    (b"platform.initStart", LineKind::Init),
    (b"platform.initRuntimeDone", LineKind::Init),
    (b"platform.initReport", LineKind::Init),
    (b"platform.restoreStart", LineKind::Restore),
    (b"platform.restoreRuntimeDone", LineKind::Restore),
    (b"platform.restoreReport", LineKind::Restore),
    (b"platform.extension", LineKind::Extension),
    (b"platform.logsDropped", LineKind::LogsDropped),
    (b"platform.fault", LineKind::Exit),
];

/// Names under which libraries write the request.
const REQUESTS: &[&[u8]] =
    &[b"requestId", b"request_id", b"function_request_id", b"awsRequestId", b"AWSRequestId", b"aws_request_id"];

/// What the members of a line are, as they are written.
#[derive(Default)]
struct Parts<'l> {
    time: Option<&'l [u8]>,
    level: Option<&'l [u8]>,
    request: Option<&'l [u8]>,
    event: Option<&'l [u8]>,
    record: Option<&'l [u8]>,
    is_emf: bool,
    has_error: bool,
}

impl<'l> Parts<'l> {
    fn of(message: &'l [u8]) -> Self {
        let mut parts = Self::default();
        for (key, value) in members(message) {
            match key {
                b"time" | b"timestamp" | b"@timestamp" | b"ts" => parts.time = parts.time.or(Some(value)),
                b"level" | b"severity" | b"levelname" | b"log_level" | b"logLevel" => parts.level = Some(value),
                b"type" => parts.event = Some(unquoted(value)),
                b"record" => parts.record = Some(value),
                b"_aws" => parts.is_emf = true,
                b"errorType" | b"exception_name" | b"stackTrace" => parts.has_error = true,
                key if REQUESTS.contains(&key) => parts.request = parts.request.or(Some(unquoted(value))),
                _ => {}
            }
        }
        parts
    }

    /// The platform's event and its record, when the line is one.
    fn event(&self) -> Option<(&'l [u8], &'l [u8])> {
        let event = self.event.filter(|event| event.starts_with(b"platform."));
        let own = self.event.filter(|event| matches!(*event, b"function" | b"extension"));
        Some((event.or(own)?, self.record?))
    }
}

pub(super) fn glance(message: &[u8]) -> Glance<'_> {
    let parts = Parts::of(message);
    let time_ms = parts.time.and_then(read_time);
    if let Some((event, record)) = parts.event() {
        return Glance { time_ms, ..event_glance(event, record) };
    }
    let level = parts.level.and_then(read_level).or(parts.has_error.then_some(Level::Error));
    let kind = if parts.is_emf { LineKind::Emf } else { LineKind::App };
    let time_ms = time_ms.or_else(|| parts.is_emf.then(|| emf_time(message)).flatten());
    Glance { kind, level, time_ms, request: parts.request.filter(|request| !request.is_empty()) }
}

fn event_glance<'l>(event: &[u8], record: &'l [u8]) -> Glance<'l> {
    let own = match event {
        b"extension" => LineKind::Extension,
        b"function" => LineKind::App,
        _ => LineKind::Platform,
    };
    let kind = TYPES.iter().find(|(known, _)| *known == event).map_or(own, |(_, kind)| *kind);
    let inner = Parts::of(record);
    let has_failed = members(record).any(|(key, value)| match key {
        b"status" => unquoted(value) != b"success",
        b"errorType" => true,
        _ => false,
    });
    let level = match kind {
        LineKind::App | LineKind::Extension => inner.level.and_then(read_level),
        LineKind::LogsDropped => Some(Level::Warn),
        LineKind::Exit => Some(Level::Error),
        _ => has_failed.then_some(Level::Error),
    };
    Glance { level, request: inner.request, ..Glance::of(kind) }
}

fn emf_time(message: &[u8]) -> Option<i64> {
    let (_, own) = members(message).find(|(key, _)| *key == b"_aws")?;
    let (_, value) = members(own).find(|(key, _)| *key == b"Timestamp")?;
    read_time(value)
}

fn read_time(value: &[u8]) -> Option<i64> {
    match value.first()? {
        b'"' => time::leading(unquoted(value)).map(|(time, _)| time),
        _ => time::epoch_to_ms(number(value)?),
    }
}

const NUMBERED: [Level; 6] = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

/// A level by its word, or by the numbers of the loggers that write numbers (10, 20 … 60).
fn read_level(value: &[u8]) -> Option<Level> {
    if let Some(level) = level_word(unquoted(value)) {
        return Some(level);
    }
    let place = (number(value)? / 10.0) as usize;
    NUMBERED.get(place.checked_sub(1)?).copied()
}

/// Reads the figures of one of the platform's events.
pub(super) fn report(message: &[u8]) -> Option<Report> {
    let (event, record) = Parts::of(message).event()?;
    let text = |value: &[u8]| String::from_utf8(unquoted(value).to_vec()).ok();
    let mut report = Report::default();
    let mut own_ms = None;
    for (key, value) in members(record) {
        match key {
            b"status" => report.status = text(value),
            b"errorType" => report.error_type = text(value),
            b"phase" => report.phase = text(value),
            b"runtimeVersion" => report.runtime = text(value),
            b"metrics" => own_ms = take_metrics(&mut report, value),
            b"tracing" => take_trace(&mut report, value),
            _ => {}
        }
    }
    match event {
        event if event.starts_with(b"platform.init") => report.init_ms = own_ms,
        event if event.starts_with(b"platform.restore") => report.restore_ms = own_ms,
        _ => report.duration_ms = own_ms,
    }
    Some(report)
}

/// Takes what was measured, and gives the duration, which is that of whatever the event is about.
fn take_metrics(report: &mut Report, metrics: &[u8]) -> Option<f64> {
    let mut own_ms = None;
    for (key, value) in members(metrics) {
        let field = match key {
            b"durationMs" => &mut own_ms,
            b"billedDurationMs" => &mut report.billed_ms,
            b"memorySizeMB" => &mut report.memory_mb,
            b"maxMemoryUsedMB" => &mut report.max_memory_mb,
            b"initDurationMs" => &mut report.init_ms,
            b"restoreDurationMs" => &mut report.restore_ms,
            b"billedRestoreDurationMs" => &mut report.billed_restore_ms,
            _ => continue,
        };
        *field = number(value).filter(|value| value.is_finite());
    }
    own_ms
}

/// Takes the trace out of `Root=1-…;Parent=…;Sampled=1`.
fn take_trace(report: &mut Report, tracing: &[u8]) {
    for (key, value) in members(tracing) {
        let Ok(value) = std::str::from_utf8(unquoted(value)) else { continue };
        match key {
            b"spanId" => report.segment_id = Some(value.to_owned()),
            b"value" => {
                let part = |name: &str| value.split(';').find_map(|part| part.strip_prefix(name));
                report.trace_id = part("Root=").map(str::to_owned);
                report.sampled = part("Sampled=").map(|sampled| sampled == "1");
            }
            _ => {}
        }
    }
}
