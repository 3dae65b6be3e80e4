//! What a file holds, told by its beginning.
//!
//! Must not look at its name.

use crate::telemetry::log::Style;
use crate::telemetry::scan::members;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing.
    Empty,
    /// A recording of this program, or another SQLite file.
    Recording,
    /// Something that is not text.
    Binary,
    /// Text of two bytes a letter.
    Wide,
    /// Lines.
    Lines(Style),
    /// Log events in JSON: answers of the CloudWatch calls, subscription records, Insights results, our own lines.
    Export,
    /// Log events as comma-separated values with a head.
    Table,
    /// Traces.
    Traces,
}

const TRACES: &[&[u8]] = &[
    b"Traces",
    b"Segments",
    b"TraceSummaries",
    b"resourceSpans",
    b"spanId",
    b"start_time",
    b"Document",
    b"UnprocessedTraceIds",
];
const LISTS: &[&[u8]] =
    &[b"events", b"logEvents", b"results", b"messageType", b"nextForwardToken", b"searchedLogStreams"];
/// Beside a message, these tell that an object is an event and not a line of an application.
const EVENT: &[&[u8]] = &[
    b"ingestionTime",
    b"eventId",
    b"logStreamName",
    b"logGroupIdentifier",
    b"@message",
    b"@ptr",
    b"timestamp_ms",
    b"ingestion_ms",
    b"log_stream",
];

impl Content {
    pub(super) fn of(head: &[u8]) -> Self {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Self::Wide;
        }
        if head.starts_with(b"SQLite format 3\0") {
            return Self::Recording;
        }
        if is_binary(text) {
            return Self::Binary;
        }
        let text = text.trim_ascii_start();
        match text.first() {
            None => Self::Empty,
            Some(b'{' | b'[') => of_json(text).unwrap_or_else(|| Self::Lines(Style::of(text))),
            Some(_) if is_table(text) => Self::Table,
            Some(_) => Self::Lines(Style::of(text)),
        }
    }
}

/// Whether a text is one JSON document over several lines or all on one, and not a line of a log after the other.
pub(super) fn is_document(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if !matches!(first.first(), Some(b'{' | b'[')) {
        return false;
    }
    // A diagram may be written on one line.
    let is_diagram = members(text).take(200).any(|(key, _)| key == b"stratoscope");
    is_diagram || serde_json::from_slice::<serde::de::IgnoredAny>(first).is_err() && !is_bracketed(first)
}

/// Whether there is a single line.
pub(super) fn is_one_line(head: &[u8]) -> bool {
    !head.trim_ascii().contains(&b'\n')
}

/// A line that begins with a time, a level or a name in brackets.
fn is_bracketed(line: &[u8]) -> bool {
    line.first() == Some(&b'[') && line.get(1).is_some_and(u8::is_ascii_alphanumeric) && line.contains(&b']')
}

/// Whether more than a few bytes are none of a text. Logs may have a stray zero.
fn is_binary(text: &[u8]) -> bool {
    let is_odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    text.iter().filter(is_odd).count() * 20 > text.len()
}

/// What a JSON text is, by the members of its first object.
fn of_json(text: &[u8]) -> Option<Content> {
    let opens = text.iter().take_while(|byte| **byte == b'[' || byte.is_ascii_whitespace()).count();
    let mut first = &text[opens..];
    // The daemon of X-Ray has a line of its own before each segment.
    if first.starts_with(b"{\"format\"") {
        first = first.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default();
    }
    let keys: Vec<&[u8]> = members(first).map(|(key, _)| key).take(200).collect();
    let any = |known: &[&[u8]]| keys.iter().any(|key| known.contains(key));
    let is_pair = keys.contains(&&b"field"[..]) && keys.contains(&&b"value"[..]);
    let is_event =
        any(EVENT) && any(&[b"message", b"@message"]) || opens > 0 && any(&[b"message"]) && any(&[b"timestamp"]);
    match () {
        () if any(TRACES) => Some(Content::Traces),
        () if any(LISTS) || is_pair || is_event => Some(Content::Export),
        () => None,
    }
}

/// The head that the console and Insights write.
fn is_table(text: &[u8]) -> bool {
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let head = String::from_utf8_lossy(first);
    let names: Vec<&str> = head.split(',').map(|name| name.trim().trim_matches('"')).collect();
    let has = |name: &str| names.contains(&name);
    names.len() > 1 && (has("@message") || has("message") && has("timestamp"))
}
