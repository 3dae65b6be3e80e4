//! Logs Insights of the cloud of our own: a query is scheduled, runs with a part of what it finds, and is complete; it can be stopped.

use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Event, Faults, Talk, send};

/// A query that was begun.
#[derive(Clone, Debug)]
pub(crate) struct Begun {
    pub groups: Vec<String>,
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
            "Logs_20140328.GetQueryResults" => send(stream, 200, &self.results(question).to_string()),
            _ => {
                self.state(|state| state.queries[place(question)].is_stopped = true);
                send(stream, 200, r#"{"success": true}"#)
            }
        }
    }

    fn begin(&self, stream: &mut TcpStream, question: &Value) -> std::io::Result<()> {
        let text = question["queryString"].as_str().expect("a query");
        if let Some(at) = text.find("bogus") {
            let location = json!({"startCharOffset": at, "endCharOffset": at + 5});
            let error = json!({"location": location, "message": "unexpected symbol found bogus"});
            let body = json!({"__type": "MalformedQueryException", "message": "unexpected symbol found bogus at line 1",
                "queryCompileError": error});
            return send(stream, 400, &body.to_string());
        }
        let names = question["logGroupNames"].as_array().expect("log groups");
        let groups = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let time = |name: &str| question[name].as_i64().expect("whole seconds");
        let span_s = (time("startTime"), time("endTime"));
        let begun = Begun { groups, span_s, looks: 0, is_stopped: false };
        let number = self.state(|state| {
            state.queries.push(begun);
            state.queries.len() - 1
        });
        send(stream, 200, &json!({"queryId": number.to_string()}).to_string())
    }

    fn results(&self, question: &Value) -> Value {
        let place = place(question);
        let begun = self.state(|state| {
            state.queries[place].looks += 1;
            state.queries[place].clone()
        });
        let rows =
            if begun.groups.iter().any(|group| group == "aws/spans") { self.rows(&begun) } else { self.found(&begun) };
        let (status, seen) = match begun.looks {
            _ if begun.is_stopped => ("Cancelled", rows.len() / 2),
            1 => ("Scheduled", 0),
            2 => ("Running", rows.len() / 2),
            _ => ("Complete", rows.len()),
        };
        let scanned = 1_000.0 * seen as f64;
        json!({"status": status, "results": rows[..seen], "statistics":
            {"recordsMatched": seen as f64, "recordsScanned": seen as f64, "bytesScanned": scanned}})
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
                field("@ptr", "p")
            ])
        };
        self.state(|state| state.events.iter().filter(is_its).map(row).collect())
    }
}

fn place(question: &Value) -> usize {
    question["queryId"].as_str().and_then(|id| id.parse().ok()).expect("a query of ours")
}
