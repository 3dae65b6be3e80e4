//! Errors in groups: the same error of the same function is one row, however often it happens and whatever numbers stand in it.
//!
//! Must not know panels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex::Regex;
use serde_json::Value;

use super::line::parse;
use super::log::Record;
use super::record::{Level, LineKind};

/// What tells an error from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The log group, else the stream, in which it stands.
    pub function: Arc<str>,
    /// Its type: `ValueError`, `Runtime.OutOfMemory`, `Timeout`.
    pub error_type: String,
    /// The first line of its trace of the stack, else its message, without what changes from time to time.
    pub place: String,
}

/// An error that happened once or often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorGroup {
    /// How often it happened.
    pub count: u64,
    /// When it was first seen, in milliseconds since 1970.
    pub first_ms: Option<i64>,
    /// When it was last seen.
    pub last_ms: Option<i64>,
    /// Number of the record that told of it last.
    pub last_record: u64,
    /// Its message, as the last record has it.
    pub message: String,
}

/// So long a message is kept, in letters.
const LONGEST: usize = 500;
/// So many requests are kept of which an error was told, so that the platform's report of it does not count again.
const MOST_REQUESTS: usize = 100_000;

/// All errors, in groups.
#[derive(Clone, Debug)]
pub struct ErrorGroups {
    groups: BTreeMap<Fault, ErrorGroup>,
    told: BTreeSet<u64>,
    named: Regex,
    frame: Regex,
    changing: Regex,
}

/// What a record says of an error.
struct Told {
    error_type: String,
    message: String,
    frame: Option<String>,
}

impl Default for ErrorGroups {
    fn default() -> Self {
        let pattern = |text| Regex::new(text).expect("a fixed pattern can be read");
        Self {
            groups: BTreeMap::new(),
            told: BTreeSet::new(),
            named: pattern(
                r"(?m)(?:^|\s)((?:[A-Za-z_][\w$]*[.:]+)*[A-Za-z_]\w*(?:Error|Exception|Fault|Timeout|Interrupt))(?:: ?(.*))?$",
            ),
            frame: pattern(r#"(?m)^\s*(?:at (.+)|File "([^"]+)", line \d+, in (\S+))\s*$"#),
            changing: pattern(
                r#"[0-9a-fA-F]{8}-[0-9a-zA-Z-]{27}|"[^"]*"|'[^']*'|\b(?:0x)?[0-9a-fA-F]*\d[0-9a-fA-F]{7,}\b|\d+(?:[.,:]\d+)*"#,
            ),
        }
    }
}

impl ErrorGroups {
    /// The groups.
    #[must_use]
    pub fn groups(&self) -> &BTreeMap<Fault, ErrorGroup> {
        &self.groups
    }

    /// Takes a record in, when it tells of an error; gives the group.
    pub fn take(&mut self, record: &Record<'_>) -> Option<Fault> {
        if record.level().is_none_or(|level| level < Level::Error) {
            return None;
        }
        let request = record.entry.request;
        let by_platform = matches!(record.kind(), LineKind::Report | LineKind::Exit | LineKind::RuntimeDone);
        if by_platform && self.told.contains(&request) {
            return None;
        }
        let text = String::from_utf8_lossy(record.text);
        let told = self.told_by(&text, record.kind());
        if request != 0 && self.told.len() < MOST_REQUESTS {
            self.told.insert(request);
        }
        let place = told.frame.as_deref().unwrap_or(&told.message);
        let place = self.changing.replace_all(place, "#").trim().to_owned();
        let fault = Fault { function: record.stream.label().into(), error_type: told.error_type, place };
        let time_ms = record.time_ms();
        let fresh =
            || ErrorGroup { count: 0, first_ms: time_ms, last_ms: None, last_record: 0, message: String::new() };
        let group = self.groups.entry(fault.clone()).or_insert_with(fresh);
        group.count += 1;
        group.first_ms = group.first_ms.min(time_ms).or(group.first_ms).or(time_ms);
        group.last_ms = group.last_ms.max(time_ms);
        group.last_record = record.number;
        group.message = told.message;
        Some(fault)
    }

    fn told_by(&self, text: &str, kind: LineKind) -> Told {
        match kind {
            LineKind::App | LineKind::Emf => self.told_by_app(text),
            LineKind::Timeout => platform("Timeout", text.split_once(" Task").map_or(text, |_| "Task timed out")),
            LineKind::Exit => platform("Runtime.ExitError", text.split_once(" Error: ").map_or(text, |(_, told)| told)),
            _ => {
                let report = parse(text).report.unwrap_or_default();
                let status = report.status.as_deref().unwrap_or("error");
                let by_status = if status == "timeout" { "Timeout" } else { "Error" };
                let what = if kind == LineKind::Init { "The initialisation" } else { "The invocation" };
                let error_type = report.error_type.as_deref().unwrap_or(by_status);
                platform(error_type, &format!("{what} ended with {status}."))
            }
        }
    }

    fn told_by_app(&self, text: &str) -> Told {
        let object = text.find('{').and_then(|at| serde_json::from_str::<Value>(text[at..].trim_end()).ok());
        if let Some(told) = object.as_ref().and_then(|object| self.told_by_json(object)) {
            return told;
        }
        // In the text of Python the error is named before its trace or behind it, and what failed stands last.
        let named = self.named.captures(text);
        let group = |place: usize| named.as_ref().and_then(|found| found.get(place)).map(|found| found.as_str());
        let message = group(2).filter(|message| !message.is_empty()).unwrap_or_else(|| after_head(text));
        Told { error_type: group(1).unwrap_or("Error").to_owned(), message: short(message), frame: self.frame_in(text) }
    }

    fn told_by_json(&self, object: &Value) -> Option<Told> {
        let text = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| object.pointer(key))?;
            found.as_str().map(str::to_owned)
        };
        let message = text(&["/errorMessage", "/error/message", "/err/message", "/message", "/msg"])?;
        let error_type =
            text(&["/errorType", "/exception_name", "/error/type", "/error/name", "/err/type", "/err/name"]);
        let lines = ["/stackTrace", "/stack", "/exception", "/error/stack", "/err/stack"];
        let stack = lines.iter().find_map(|key| object.pointer(key)).map(|stack| match stack {
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
            other => other.as_str().unwrap_or_default().to_owned(),
        });
        let frame = stack.as_deref().and_then(|stack| self.frame_in(stack));
        Some(Told { error_type: error_type.unwrap_or_else(|| "Error".to_owned()), message: short(&message), frame })
    }

    /// The frame in which it happened: the first of Node and Java, the last of Python.
    fn frame_in(&self, text: &str) -> Option<String> {
        let text = text.replace('\r', "\n");
        let mut frames = self.frame.captures_iter(&text);
        let first = frames.next()?;
        if let Some(at) = first.get(1) {
            return Some(short(at.as_str()));
        }
        let last = frames.last().unwrap_or(first);
        Some(short(&format!("{} in {}", last.get(2)?.as_str(), last.get(3)?.as_str())))
    }
}

fn platform(error_type: &str, message: &str) -> Told {
    Told { error_type: error_type.to_owned(), message: short(message.lines().next().unwrap_or_default()), frame: None }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The first line without what loggers put before the message.
fn after_head(text: &str) -> &str {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    first.rsplit('\t').find(|part| !part.trim().is_empty()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::log::LogStore;
    use crate::telemetry::record::{LogEvent, Stream};

    fn grouped(messages: &[&str]) -> Vec<(u64, String, String)> {
        let (mut store, mut errors) = (LogStore::new(1 << 20), ErrorGroups::default());
        let stream = Stream::new("/aws/lambda/orders", "s");
        for (time, message) in (0..).zip(messages) {
            let stream = Arc::clone(&stream);
            store.push(&LogEvent {
                timestamp_ms: Some(time),
                ingestion_ms: None,
                stream,
                message: (*message).to_owned(),
            });
        }
        store.records().from(0).for_each(|record| drop(errors.take(&record)));
        errors
            .groups()
            .iter()
            .map(|(fault, group)| (group.count, fault.error_type.clone(), fault.place.clone()))
            .collect()
    }

    #[test]
    fn the_same_error_is_one_group_whatever_its_numbers() {
        let check = |messages: &[&str], expected: &[(u64, &str, &str)]| {
            let expected: Vec<_> =
                expected.iter().map(|(count, kind, place)| (*count, (*kind).to_owned(), (*place).to_owned())).collect();
            assert_eq!(grouped(messages), expected);
        };
        check(
            &[
                "[ERROR] KeyError: 'id7'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 7, in handler\n    x\n",
                "[ERROR] KeyError: 'id8'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 7, in handler\n    x\n",
            ],
            &[(2, "KeyError", "/var/task/app.py in handler")],
        );
        check(
            &[
                "2025-02-10T07:37:11.523Z\tundefined\tERROR\tUncaught Exception \t{\"errorType\":\"Runtime.UserCodeSyntaxError\",\
               \"errorMessage\":\"SyntaxError: Unexpected end\",\"stack\":[\"x\",\"    at _loadUserApp (file:///var/runtime/index.mjs:1084:17)\"]}",
            ],
            &[(1, "Runtime.UserCodeSyntaxError", "_loadUserApp (file:///var/runtime/index.mjs:#)")],
        );
        check(
            &[
                "2023-10-01T00:00:05.005Z 6f7f0961-f834-4211-8a7a-f6fe80b88d56 Task timed out after 5.00 seconds",
                "REPORT RequestId: 6f7f0961-f834-4211-8a7a-f6fe80b88d56\tDuration: 5000.00 ms\tStatus: timeout",
                "REPORT RequestId: 00000000-f834-4211-8a7a-f6fe80b88d56\tDuration: 9.00 ms\tStatus: timeout",
            ],
            &[(1, "Timeout", "Task timed out"), (1, "Timeout", "The invocation ended with timeout.")],
        );
        check(
            &["ERROR order 17 of customer \"x y\" failed", "ERROR order 18 of customer \"z\" failed", "INFO fine"],
            &[(2, "Error", "ERROR order # of customer # failed")],
        );
        check(
            &[
                "{\"level\":\"ERROR\",\"message\":\"no\",\"exception_name\":\"HTTPError\",\"exception\":\"Traceback\\n  File \\\"a.py\\\", line 5, in f\\nx\"}",
            ],
            &[(1, "HTTPError", "a.py in f")],
        );
    }
}
