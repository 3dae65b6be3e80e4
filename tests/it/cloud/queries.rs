//! Logs Insights of the cloud of our own: a query is scheduled, runs with a part of what it finds, and is complete; it can be stopped.

use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Event, Faults, Talk, send};

/// A query that was begun.
#[derive(Clone, Debug)]
pub(crate) struct Begun {
    pub groups: Vec<String>,
    pub text: String,
    /// From when to when, in seconds since 1970.
    pub span_s: (i64, i64),
    /// How often it was looked at.
    pub looks: usize,
    pub is_stopped: bool,
}

impl Talk {
    pub(super) fn queried(&self, stream: &mut TcpStream, target: &str, question: &Value) -> std::io::Result<()> {
        let faults = self.state(|state| state.faults);
        if self.failing(target, Faults { broken: 0, ..faults }).is_some() {
            return send(stream, 400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#);
        }
        match target {
            "Logs_20140328.StartQuery" => self.begin(stream, question),
            _ => match self.known(question) {
                // Whoever tries a permission asks for a query that nobody has begun.
                None => send(
                    stream,
                    400,
                    r#"{"__type": "ResourceNotFoundException", "message": "There is no such query."}"#,
                ),
                Some(place) if target == "Logs_20140328.GetQueryResults" => {
                    send(stream, 200, &self.results(place, question["nextToken"].as_str()).to_string())
                }
                Some(place) => {
                    self.state(|state| state.queries[place].is_stopped = true);
                    send(stream, 200, r#"{"success": true}"#)
                }
            },
        }
    }

    /// The place of a query that was begun.
    fn known(&self, question: &Value) -> Option<usize> {
        let place = question["queryId"].as_str()?.parse().ok()?;
        self.state(|state| (place < state.queries.len()).then_some(place))
    }

    fn begin(&self, stream: &mut TcpStream, question: &Value) -> std::io::Result<()> {
        let text = question["queryString"].as_str().expect("a query");
        if let Some((before, _)) = text.split_once("bogus") {
            let at = before.encode_utf16().count();
            let location = json!({"startCharOffset": at, "endCharOffset": at + 5});
            let error = json!({"location": location, "message": "unexpected symbol found bogus"});
            let body = json!({"__type": "MalformedQueryException", "message": "unexpected symbol found bogus at line 1",
                "queryCompileError": error});
            return send(stream, 400, &body.to_string());
        }
        let Some(names) = question["logGroupNames"].as_array() else {
            // Whoever tries the permission names a group that nobody has.
            let body = r#"{"__type": "ResourceNotFoundException", "message": "There is no such log group."}"#;
            return send(stream, 400, body);
        };
        let groups = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let time = |name: &str| question[name].as_i64().expect("whole seconds");
        let span_s = (time("startTime"), time("endTime"));
        assert!(span_s.0 < span_s.1 && question["limit"].as_i64().is_some_and(|limit| limit <= 100_000), "{question}");
        let begun = Begun { groups, text: text.to_owned(), span_s, looks: 0, is_stopped: false };
        let number = self.state(|state| {
            state.queries.push(begun);
            state.queries.len() - 1
        });
        send(stream, 200, &json!({"queryId": number.to_string()}).to_string())
    }

    /// Two rows a page once it is complete, when it is one of a person; a token tells how many were before.
    fn results(&self, place: usize, token: Option<&str>) -> Value {
        let (begun, is_held) = self.state(|state| {
            state.queries[place].looks += 1;
            (state.queries[place].clone(), state.queries_last)
        });
        let rows =
            if begun.groups.iter().any(|group| group == "aws/spans") { self.rows(&begun) } else { self.found(&begun) };
        let (status, seen) = match begun.looks {
            _ if begun.is_stopped => ("Cancelled", rows.len() / 2),
            1 => ("Scheduled", 0),
            2 => ("Running", rows.len() / 2),
            _ if is_held => ("Running", rows.len() / 2),
            _ => ("Complete", rows.len()),
        };
        let scanned = 1_000.0 * seen as f64;
        let statistics = json!({"recordsMatched": seen as f64, "recordsScanned": seen as f64, "bytesScanned": scanned});
        if status != "Complete" || begun.groups.iter().any(|group| group == "aws/spans") {
            return json!({"status": status, "results": rows[..seen], "statistics": statistics});
        }
        let first = token.map_or(0, |token| token.parse().expect("a token of ours"));
        let end = (first + 2).min(rows.len());
        let page = json!({"status": status, "results": rows[first..end], "statistics": statistics});
        if end == rows.len() { page } else { paged(page, end) }
    }

    fn rows(&self, begun: &Begun) -> Vec<Value> {
        let span = begun.span_s.0 * 1_000_000_000..begun.span_s.1 * 1_000_000_000;
        let is_its = |row: &&Value| row["startTimeUnixNano"].as_i64().is_some_and(|at| span.contains(&at));
        let row =
            |row: &Value| json!([{"field": "@message", "value": row.to_string()}, {"field": "@ptr", "value": "p"}]);
        self.state(|state| state.spans.iter().flatten().filter(is_its).map(row).collect())
    }

    fn found(&self, begun: &Begun) -> Vec<Value> {
        let span = begun.span_s.0 * 1_000..=begun.span_s.1 * 1_000;
        let is_its = |event: &&Event| begun.groups.contains(&event.group) && span.contains(&event.timestamp_ms);
        let field = |field: &str, value: &str| json!({"field": field, "value": value});
        let row = |event: &Event| {
            let log = format!("123456789012:{}", event.group);
            json!([
                field("@timestamp", &event.timestamp_ms.to_string()),
                field("@message", &event.message),
                field("@log", &log),
                field("@logStream", &event.stream),
                field("@requestId", word_after(&event.message, "RequestId: ")),
                field("@xrayTraceId", word_after(&event.message, "XRAY TraceId: ")),
                field("bytes", &event.message.len().to_string()),
                field("@ptr", "p")
            ])
        };
        self.state(|state| state.events.iter().filter(is_its).map(row).collect())
    }
}

fn paged(mut page: Value, end: usize) -> Value {
    page["nextToken"] = json!(end.to_string());
    page
}

/// The word behind another in a line.
fn word_after<'l>(line: &'l str, head: &str) -> &'l str {
    line.split_once(head).and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or_default()
}
