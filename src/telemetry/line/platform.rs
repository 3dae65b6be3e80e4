//! The platform's lines in text: `START RequestId: …`, `REPORT RequestId: …` and their like, known at the beginning of a line only.
//!
//! Figures are read by name, in any order, with tabs or spaces between them. Must not know JSON.

use memchr::memmem;

use super::{Glance, Report};
use crate::telemetry::record::{Level, LineKind};

/// How the platform's lines begin.
const BEGINNINGS: &[(&[u8], LineKind)] = &[
    (b"START RequestId: ", LineKind::Start),
    (b"END RequestId: ", LineKind::End),
    (b"REPORT RequestId: ", LineKind::Report),
    (b"INIT_START ", LineKind::Init),
    (b"INIT_REPORT ", LineKind::Init),
    (b"RESTORE_START ", LineKind::Restore),
    (b"RESTORE_REPORT ", LineKind::Restore),
    (b"XRAY TraceId: ", LineKind::Xray),
    (b"EXTENSION\t", LineKind::Extension),
    (b"TELEMETRY\t", LineKind::Platform),
    (b"LOGS\t", LineKind::Platform),
    (b"RequestId: ", LineKind::Exit),
];

/// How lines begin that tell of the end of a runtime, one for each runtime.
const DEATHS: &[&[u8]] =
    &[b"fatal error: runtime: out of memory", b"java.lang.OutOfMemoryError", b"MemoryError", b"Traceback (most recent"];

pub(super) fn glance(message: &[u8]) -> Option<Glance<'_>> {
    if !message.first().is_some_and(|first| b"SERIXTLfjMT".contains(first)) {
        return None;
    }
    if DEATHS.iter().any(|beginning| message.starts_with(beginning)) {
        return Some(Glance { level: Some(Level::Error), ..Glance::of(LineKind::App) });
    }
    let (beginning, kind) = BEGINNINGS.iter().find(|(beginning, _)| message.starts_with(beginning))?;
    let request = beginning.ends_with(b"RequestId: ").then(|| word(&message[beginning.len()..]));
    let level = match kind {
        LineKind::Exit => Some(exit_level(message)?),
        LineKind::Report | LineKind::Init | LineKind::Restore if is_failure(message) => Some(Level::Error),
        _ => None,
    };
    Some(Glance { level, request, ..Glance::of(*kind) })
}

/// `RequestId: … Error: Runtime exited with error: exit status 1`, `RequestId: … Process exited before completing request`.
fn exit_level(message: &[u8]) -> Option<Level> {
    let head = &message[..message.len().min(120)];
    let is_exit =
        [&b" Error: "[..], b" Process exited", b" exited "].iter().any(|part| memmem::find(head, part).is_some());
    is_exit.then_some(Level::Error)
}

fn is_failure(message: &[u8]) -> bool {
    memmem::find(message, b"Status: ").is_some_and(|at| !message[at + 8..].starts_with(b"success"))
}

/// The text up to the next white space.
fn word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    &text[..end]
}

/// Reads the figures of a line.
pub(super) fn report(message: &str) -> Option<Report> {
    let mut report = Report::default();
    let mut rest = message;
    // In the failed start of a runtime, what stands behind the first line is the program's own text.
    while let Some((before, after)) = rest.split_once(':') {
        let value = after.trim_start_matches(' ');
        let end = value.find(char::is_whitespace).unwrap_or(value.len());
        let (first, behind) = value.split_at(end);
        let unit = behind.trim_start_matches(' ').split(char::is_whitespace).next().unwrap_or_default();
        rest = if take(&mut report, before, first, unit) { behind } else { after };
    }
    Some(report)
}

/// Takes a value into the field whose label `before` ends with; false when there is none.
fn take(report: &mut Report, before: &str, value: &str, unit: &str) -> bool {
    // The longer labels first, since the shorter are their ends.
    let (field, scaled) = match before {
        label if label.ends_with("Billed Restore Duration") => (&mut report.billed_restore_ms, in_ms(value, unit)),
        label if label.ends_with("Restore Duration") => (&mut report.restore_ms, in_ms(value, unit)),
        label if label.ends_with("Billed Duration") => (&mut report.billed_ms, in_ms(value, unit)),
        label if label.ends_with("Init Duration") => (&mut report.init_ms, in_ms(value, unit)),
        label if label.ends_with("Duration") => (&mut report.duration_ms, in_ms(value, unit)),
        label if label.ends_with("Memory Size") => (&mut report.memory_mb, in_mb(value, unit)),
        label if label.ends_with("Max Memory Used") => (&mut report.max_memory_mb, in_mb(value, unit)),
        label => return take_word(report, label, value),
    };
    *field = field.or(scaled);
    true
}

fn take_word(report: &mut Report, label: &str, value: &str) -> bool {
    let field = match label {
        label if label.ends_with("Error Type") => &mut report.error_type,
        label if label.ends_with("Runtime Version") => &mut report.runtime,
        label if label.ends_with("SegmentId") => &mut report.segment_id,
        label if label.ends_with("TraceId") => &mut report.trace_id,
        label if label.ends_with("Status") => &mut report.status,
        label if label.ends_with("Phase") => &mut report.phase,
        label if label.ends_with("Sampled") => {
            report.sampled = value.parse().ok();
            return true;
        }
        label => return ["RequestId", "Version", "ARN"].iter().any(|known| label.ends_with(known)),
    };
    if field.is_none() && !value.is_empty() {
        *field = Some(value.to_owned());
    }
    true
}

fn in_ms(value: &str, unit: &str) -> Option<f64> {
    let scale = match unit {
        "s" | "sec" | "seconds" => 1000.0,
        "us" | "µs" => 0.001,
        _ => 1.0,
    };
    finite(value).map(|value| value * scale)
}

fn in_mb(value: &str, unit: &str) -> Option<f64> {
    let scale = match unit {
        "GB" => 1024.0,
        "KB" => 1.0 / 1024.0,
        _ => 1.0,
    };
    finite(value).map(|value| value * scale)
}

fn finite(value: &str) -> Option<f64> {
    value.parse().ok().filter(|value: &f64| value.is_finite())
}
