//! Spans out of JSON documents, told by what stands in them: X-Ray's answers and segments, OTLP, rows of `aws/spans`.
//!
//! Walks with a list of what is left, so that depth costs nothing. Must not know files.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Outcome, Span, Trace, assemble, otlp, xray};

/// What documents held.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Spans, in the order in which they were found.
    pub spans: Vec<Span>,
    /// Traces of which something was left out, or only a summary came: id and how it went.
    pub partial: BTreeMap<Arc<str>, Outcome>,
    /// Objects that are no part of a trace.
    pub strangers: usize,
}

impl Read {
    /// Reads one more document.
    pub fn take(&mut self, document: &Value) {
        let mut left = vec![(document, None)];
        while let Some((value, trace_id)) = left.pop() {
            match value {
                Value::Array(items) => left.extend(items.iter().rev().map(|item| (item, trace_id))),
                Value::Object(object) => self.take_object(object, trace_id, &mut left),
                _ => self.strangers += 1,
            }
        }
    }

    fn take_object<'v>(
        &mut self,
        object: &'v Map<String, Value>,
        trace_id: Option<&'v str>,
        left: &mut Vec<(&'v Value, Option<&'v str>)>,
    ) {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let lists = ["Traces", "traces", "Segments", "TraceSummaries"].map(|key| object.get(key));
        if let Some(document) = object.get("Document").or_else(|| object.get("document")) {
            self.take_document(document, trace_id);
        } else if object.contains_key("resourceSpans") {
            otlp::read(object, &mut self.spans);
        } else if object.contains_key("start_time") && object.contains_key("name") {
            xray::read(object, trace_id, &mut self.spans);
        } else if object.contains_key("traceId") && object.contains_key("spanId") {
            otlp::read_row(object, &mut self.spans);
        } else if lists.iter().any(Option::is_some) {
            let own = text("Id").or(trace_id);
            if object.get("LimitExceeded") == Some(&Value::Bool(true)) {
                self.note_partial(own, Outcome::default());
            }
            left.extend(lists.into_iter().flatten().map(|list| (list, own)));
        } else if object.contains_key("HasFault") || object.contains_key("ResponseTime") {
            let is = |key: &str| object.get(key) == Some(&Value::Bool(true));
            let outcome = Outcome { error: is("HasError"), fault: is("HasFault"), throttle: is("HasThrottle") };
            self.note_partial(text("Id"), outcome);
        } else if !(object.contains_key("format") && object.contains_key("version")) {
            self.strangers += 1;
        }
    }

    /// Takes a segment that stands as a text, or as it is.
    fn take_document(&mut self, document: &Value, trace_id: Option<&str>) {
        let parsed = document.as_str().map(serde_json::from_str::<Value>);
        match (parsed, document) {
            (Some(Ok(Value::Object(object))), _) => xray::read(&object, trace_id, &mut self.spans),
            (None, Value::Object(object)) => xray::read(object, trace_id, &mut self.spans),
            _ => self.strangers += 1,
        }
    }

    fn note_partial(&mut self, id: Option<&str>, outcome: Outcome) {
        let Some(id) = id else { return };
        let noted = self.partial.entry(id.into()).or_default();
        *noted = noted.and(outcome);
    }

    /// Puts all that was read together: one trace for each id, by begin.
    #[must_use]
    pub fn traces(self) -> Vec<Trace> {
        let mut by_id: BTreeMap<Arc<str>, Vec<Span>> =
            self.partial.keys().map(|id| (Arc::clone(id), Vec::new())).collect();
        for span in self.spans {
            by_id.entry(Arc::clone(&span.trace_id)).or_default().push(span);
        }
        let mut traces: Vec<Trace> = by_id.into_iter().map(|(id, spans)| assemble(id, spans)).collect();
        for trace in &mut traces {
            if let Some(outcome) = self.partial.get(&trace.id) {
                trace.note_partial(*outcome);
            }
        }
        traces.sort_by(|left, right| left.start_ns.cmp(&right.start_ns).then_with(|| left.id.cmp(&right.id)));
        traces
    }
}

/// The spans of one document.
#[must_use]
pub fn spans(document: &Value) -> Vec<Span> {
    let mut read = Read::default();
    read.take(document);
    read.spans
}
