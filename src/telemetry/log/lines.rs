//! Plain text cut into records: which line begins one, which goes on with the one before, and what tools put before a line.
//!
//! A trace of the stack, a dumped object, the second line of a report belong to the record before. Must not know files.

use std::sync::Arc;

use super::Chunk;
use crate::telemetry::record::{Level, LineKind, Stream};
use crate::telemetry::{line, time};

/// What stands before each line of a text; told by the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing: lines as the program wrote them.
    Bare,
    /// A time: CloudWatch's export to a bucket, `aws logs tail --format short`.
    Timed,
    /// A time and a stream: `aws logs tail`.
    TimedStream,
    /// A stream and a time: `sam logs`.
    StreamTimed,
}

/// A line without what a tool put before it.
struct Stripped<'l> {
    time_ms: Option<i64>,
    stream: Option<&'l [u8]>,
    message: &'l [u8],
}

impl Style {
    /// The style of a text, by its first lines: a tool's when a line of the platform stands behind what it would put before.
    #[must_use]
    pub fn of(sample: &[u8]) -> Self {
        let is_platform =
            |message: &[u8]| !matches!(line::glance(message).kind, LineKind::App | LineKind::Timeout | LineKind::Emf);
        let tools = [Self::TimedStream, Self::StreamTimed, Self::Timed];
        let lines = || sample.split(|byte| *byte == b'\n').take(1000);
        let fits = |style: &Self| lines().any(|line| style.strip(line).is_some_and(|line| is_platform(line.message)));
        tools.into_iter().find(fits).unwrap_or(Self::Bare)
    }

    /// Takes off what stands before a line; `None` when it is not there, so that the line goes on with the one before.
    fn strip(self, line: &[u8]) -> Option<Stripped<'_>> {
        let stamp = |text: &'_ [u8]| {
            let (time_ms, length) = time::leading(text)?;
            (text.get(length) == Some(&b' ')).then_some((time_ms, length + 1))
        };
        let stream_end = |text: &[u8]| {
            let end = memchr::memchr(b' ', text)?;
            is_stream(&text[..end]).then_some(end)
        };
        match self {
            Self::Bare => Some(Stripped { time_ms: None, stream: None, message: line }),
            Self::Timed => {
                let (time_ms, from) = stamp(line)?;
                Some(Stripped { time_ms: Some(time_ms), stream: None, message: &line[from..] })
            }
            Self::TimedStream => {
                let (time_ms, from) = stamp(line)?;
                let end = from + stream_end(&line[from..])?;
                Some(Stripped { time_ms: Some(time_ms), stream: Some(&line[from..end]), message: &line[end + 1..] })
            }
            Self::StreamTimed => {
                let end = stream_end(line)?;
                let (time_ms, length) = stamp(&line[end + 1..])?;
                let message = &line[end + 1 + length..];
                Some(Stripped { time_ms: Some(time_ms), stream: Some(&line[..end]), message })
            }
        }
    }
}

/// Whether a word is the name of a function's stream: `2026/11/23/[$LATEST]0123…`.
fn is_stream(word: &[u8]) -> bool {
    word.len() > 12 && word[4] == b'/' && memchr::memmem::find(word, b"/[").is_some() && word.contains(&b']')
}

/// Whether a line goes on with the record before it, whatever that is.
fn goes_on(line: &[u8]) -> bool {
    match line.first() {
        None | Some(b' ' | b'\t' | b'}' | b']' | b')' | b'\r') => true,
        Some(b'C') => line.starts_with(b"Caused by:"),
        Some(b'X') => line.starts_with(b"XRAY TraceId: "),
        Some(b'.') => line.starts_with(b"... "),
        _ => false,
    }
}

/// Where to cut a piece of text so that no record is torn: before a line that begins one, or behind the last line break.
/// `None` when there is no line break.
#[must_use]
pub fn cut(text: &[u8]) -> Option<usize> {
    let last = memchr::memrchr(b'\n', text)? + 1;
    let line_start = |end: usize| memchr::memrchr(b'\n', &text[..end]).map_or(0, |at| at + 1);
    let mut end = last;
    // A trace of a hundred lines is cut through rather than looked at for ever.
    for _ in 0..100 {
        let from = line_start(end - 1);
        if from == 0 {
            break;
        }
        let before = line_start(from - 1);
        if !goes_on(&text[from..end - 1]) && !goes_on(&text[before..from - 1]) {
            return Some(from);
        }
        end = from;
    }
    Some(last)
}

impl Chunk {
    /// Cuts a text into records.
    #[must_use]
    pub fn of_lines(text: &[u8], style: Style, stream: &Arc<Stream>) -> Self {
        let mut chunk = Self::default();
        let mut own = Arc::clone(stream);
        let (mut is_traceback, mut blank_lines) = (false, 0);
        for line in split(text.strip_suffix(b"\n").unwrap_or(text)) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                blank_lines += 1;
                continue;
            }
            let stripped = style.strip(line);
            let is_bare = style == Style::Bare;
            let joins = stripped.is_none()
                || is_bare && (goes_on(line) || explains(line, &chunk) || is_traceback && names_error(line));
            let line = stripped.as_ref().filter(|_| !joins).map_or(line, |stripped| stripped.message);
            if joins && !chunk.is_empty() {
                (0..blank_lines).for_each(|_| chunk.prolong(b""));
                chunk.prolong(line);
            } else {
                let time_ms = stripped.as_ref().and_then(|stripped| stripped.time_ms);
                if let Some(name) = stripped.and_then(|stripped| stripped.stream) {
                    own = same_or_new(own, name);
                }
                chunk.push(&own, time_ms, None, line);
            }
            // A trace of Python has indented lines, then one that names the error.
            is_traceback = line.starts_with(TRACEBACK) || is_traceback && line.starts_with(b" ");
            blank_lines = 0;
        }
        chunk.seal();
        chunk
    }
}

/// Whether a line names an error as the last of a trace does: `ValueError: no such order`.
fn names_error(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

const TRACEBACK: &[u8] = b"Traceback (most recent";

/// Whether a line begins a trace of the stack for the error in the record before it.
fn explains(line: &[u8], chunk: &Chunk) -> bool {
    line.starts_with(TRACEBACK) && chunk.entries().last().is_some_and(|last| last.level == Some(Level::Error))
}

/// The stream of a name, in the group of another.
fn same_or_new(stream: Arc<Stream>, name: &[u8]) -> Arc<Stream> {
    if stream.name.as_bytes() == name {
        return stream;
    }
    Stream::new(&stream.group, &String::from_utf8_lossy(name))
}

/// The lines of a text.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut breaks = memchr::memchr_iter(b'\n', text);
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let end = breaks.next();
        from = end.map(|end| end + 1);
        Some(&text[start..end.unwrap_or(text.len())])
    })
}
