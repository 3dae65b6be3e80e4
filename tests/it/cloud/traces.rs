//! X-Ray of the cloud of our own, in REST and JSON: summaries by pages, documents as texts, traces that grow, and where segments go.

use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Failing, Talk, now_ms, send};

/// A trace: its documents, each with when it can be read.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub id: String,
    pub documents: Vec<(i64, Value)>,
}

impl Traced {
    fn readable(&self) -> Vec<&Value> {
        let now = now_ms();
        self.documents.iter().filter(|(readable_ms, _)| *readable_ms <= now).map(|(_, document)| document).collect()
    }

    fn summary(&self) -> Option<Value> {
        let documents = self.readable();
        let starts = documents.iter().filter_map(|document| document["start_time"].as_f64());
        let start = starts.min_by(f64::total_cmp)?;
        let has_fault = documents.iter().any(|document| document["fault"] == true);
        let goes_on = documents.iter().any(|document| document["in_progress"] == true);
        Some(json!({"Id": self.id, "StartTime": start, "Duration": 0.5, "HasFault": has_fault, "HasError": false,
            "HasThrottle": false, "IsPartial": goes_on, "Revision": documents.len()}))
    }
}

impl Talk {
    pub(super) fn traced(&self, stream: &mut TcpStream, target: &str, question: &Value) -> std::io::Result<()> {
        let faults = self.state(|state| state.faults);
        match self.failing(target, faults) {
            Some(Failing::Throttled) => {
                return send(stream, 429, r#"{"__type": "ThrottledException", "Message": "Rate exceeded"}"#);
            }
            Some(Failing::Broken) => return send(stream, 500, "{}"),
            None => {}
        }
        let answer = match target {
            "TraceSummaries" => self.summaries(question),
            "Traces" => self.documents(question, faults.unprocessed),
            _ => {
                let place = self.state(|state| if state.spans.is_some() { "CloudWatchLogs" } else { "XRay" });
                json!({"Destination": place, "Status": "ACTIVE"})
            }
        };
        send(stream, 200, &answer.to_string())
    }

    /// Pages of three, the newest first; a token tells how many were before.
    fn summaries(&self, question: &Value) -> Value {
        let time = |name: &str| question[name].as_f64().expect("a time");
        let (from, to) = (time("StartTime"), time("EndTime"));
        assert!(from < to && to - from <= 21_600.0, "a span of time has a length of at most six hours");
        let fits = |summary: &Value| summary["StartTime"].as_f64().is_some_and(|start| (from..=to).contains(&start));
        let wanted = question["FilterExpression"].as_str().map(str::to_owned);
        assert!(
            wanted.as_ref().is_none_or(|wanted| wanted.len() <= 2_000),
            "an expression has at most 2,000 characters"
        );
        let is_wanted = |trace: &&Traced| {
            let Some(wanted) = &wanted else { return true };
            let parts: Vec<&str> = wanted.split("resource.arn CONTAINS \"").skip(1).collect();
            let mut parts = parts.iter().filter_map(|rest| rest.split('"').next());
            trace.documents.iter().any(|(_, document)| {
                let is_named =
                    document["name"].as_str().is_some_and(|name| wanted.contains(&format!("service(\"{name}\")")));
                let arn = document["resource_arn"].as_str().unwrap_or_default();
                is_named || parts.any(|part| arn.contains(part))
            })
        };
        let mut all: Vec<Value> = self
            .state(|state| state.traces.iter().filter(is_wanted).filter_map(Traced::summary).filter(fits).collect());
        all.sort_by(|one, other| other["StartTime"].as_f64().partial_cmp(&one["StartTime"].as_f64()).expect("times"));
        let start = question["NextToken"].as_str().map_or(0, |token| token.parse().expect("a token of ours"));
        let next = (start + 3 < all.len()).then(|| (start + 3).to_string());
        let page: Vec<&Value> = all.iter().skip(start).take(3).collect();
        json!({"TraceSummaries": page, "TracesProcessedCount": all.len(), "ApproximateTime": to, "NextToken": next})
    }

    fn documents(&self, question: &Value, unprocessed: u64) -> Value {
        let ids: Vec<&str> = question["TraceIds"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
        assert!((1..=5).contains(&ids.len()), "BatchGetTraces takes one to five");
        let (mut traces, mut left) = (Vec::new(), Vec::new());
        for id in ids {
            let trace = self.state(|state| state.traces.iter().find(|trace| trace.id == id).cloned());
            match trace.filter(|_| !self.is(unprocessed)) {
                None => left.push(id),
                Some(trace) => {
                    let segment = |document: &&Value| json!({"Id": document["id"], "Document": document.to_string()});
                    let segments: Vec<Value> = trace.readable().iter().map(segment).collect();
                    traces.push(json!({"Id": id, "Duration": 0.5, "LimitExceeded": false, "Segments": segments}));
                }
            }
        }
        json!({"Traces": traces, "UnprocessedTraceIds": left})
    }
}
