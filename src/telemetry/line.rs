//! What one log line says: who wrote it, when, how grave it is, which request it belongs to, and the figures in it.
//!
//! Two looks: [`glance`] costs some hundred nanoseconds and is taken of every line; [`parse`] reads the figures too. Every field
//! is optional and unknown forms pass through as lines of the application. The forms are those of AWS Lambda's platform and
//! runtimes, in text and in JSON (telemetry schema 2022-12-13). Must not know where a line comes from.

mod app;
mod emf;
mod json;
mod platform;

pub use emf::metrics;

use super::record::{Level, LineKind};
use super::time;

/// What a line says at first sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance<'l> {
    /// Who wrote it.
    pub kind: LineKind,
    /// How grave it is.
    pub level: Option<Level>,
    /// Its own time, in milliseconds since 1970.
    pub time_ms: Option<i64>,
    /// The request that it names.
    pub request: Option<&'l [u8]>,
}

impl Glance<'_> {
    /// A line of `kind` that says nothing more.
    const fn of(kind: LineKind) -> Self {
        Self { kind, level: None, time_ms: None, request: None }
    }
}

/// The platform's figures of an invocation, an initialisation or a restore.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(default)]
pub struct Report {
    /// How long the invocation took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub duration_ms: Option<f64>,
    /// How much of it is billed, in milliseconds; initialisation is.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub billed_ms: Option<f64>,
    /// Memory that the function has, in megabytes.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub memory_mb: Option<f64>,
    /// Memory that it took at most, in megabytes.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub max_memory_mb: Option<f64>,
    /// How long the environment was prepared before, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub init_ms: Option<f64>,
    /// How long its snapshot was restored before, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub restore_ms: Option<f64>,
    /// How much of the restore is billed, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figure")]
    pub billed_restore_ms: Option<f64>,
    /// How it ended, when the line says so: `timeout`, `error`, `success`, `failure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What went wrong: `Runtime.OutOfMemory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// What was going on: `init`, `invoke`, `restore`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Version of the runtime, in the platform's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// The trace of the invocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The function's segment in that trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_id: Option<String>,
    /// Whether the trace is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled: Option<bool>,
}

impl Report {
    /// Whether it tells of a failure.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.error_type.is_some() || self.status.as_deref().is_some_and(|status| status != "success")
    }

    fn something(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

/// Writes whole figures without a point.
#[expect(clippy::ref_option, reason = "the form that serde asks for")]
fn figure<S: serde::Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => serializer.serialize_i64(*value as i64),
        Some(value) => serializer.serialize_f64(*value),
        None => serializer.serialize_none(),
    }
}

/// All that a line says.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'l> {
    /// Who wrote it.
    pub kind: LineKind,
    /// How grave it is.
    pub level: Option<Level>,
    /// Its own time, in milliseconds since 1970.
    pub time_ms: Option<i64>,
    /// The request that it names.
    pub request_id: Option<&'l str>,
    /// The figures in it.
    pub report: Option<Report>,
}

/// Looks at a line once.
#[must_use]
pub fn glance(message: &[u8]) -> Glance<'_> {
    let first = message.first().copied().unwrap_or(b' ');
    if first == b'{' {
        return json::glance(message);
    }
    if first.is_ascii_alphabetic()
        && let Some(glance) = platform::glance(message)
    {
        return glance;
    }
    app::glance(message)
}

/// Reads a line, of one line of text or several.
#[must_use]
pub fn parse(message: &str) -> Line<'_> {
    let Glance { kind, level, time_ms, request } = glance(message.as_bytes());
    let report = match kind {
        LineKind::App | LineKind::Emf | LineKind::Timeout | LineKind::End => None,
        _ if message.starts_with('{') => json::report(message.as_bytes()),
        _ => platform::report(message),
    };
    let request_id = request.and_then(|request| std::str::from_utf8(request).ok());
    Line { kind, level, time_ms, request_id, report: report.and_then(Report::something) }
}

/// The level that a word stands for, in any of the spellings of the runtimes.
fn level_word(word: &[u8]) -> Option<Level> {
    const WORDS: &[(&[u8], Level)] = &[
        (b"INFO", Level::Info),
        (b"ERROR", Level::Error),
        (b"WARN", Level::Warn),
        (b"WARNING", Level::Warn),
        (b"DEBUG", Level::Debug),
        (b"TRACE", Level::Trace),
        (b"FATAL", Level::Fatal),
        (b"CRITICAL", Level::Fatal),
        (b"INFORMATION", Level::Info),
        (b"NOTICE", Level::Info),
        (b"ERR", Level::Error),
        (b"FAIL", Level::Error),
        (b"VERBOSE", Level::Debug),
    ];
    if !(3..=11).contains(&word.len()) {
        return None;
    }
    WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, level)| *level)
}

/// Whether a word has the form of a request id; documents hide digits behind other letters.
fn is_request_id(word: &[u8]) -> bool {
    word.len() == 36
        && word.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_alphanumeric(),
        })
}

#[cfg(test)]
mod tests;
