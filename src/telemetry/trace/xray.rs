//! X-Ray segment documents (schema of the X-Ray developer guide): a segment and its subsegments become spans.
//!
//! Must not know the documents around a segment.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Outcome, Span};
use crate::telemetry::time::seconds_to_ns;

type Object = Map<String, Value>;

/// Reads a segment, or a subsegment that was sent on its own, and all below it.
pub(super) fn read(segment: &Object, trace_id: Option<&str>, spans: &mut Vec<Span>) {
    let own = text(segment, "trace_id").or(trace_id).unwrap_or_default();
    let trace_id: Arc<str> = own.into();
    let mut left: Vec<(&Object, Option<Arc<str>>)> = vec![(segment, None)];
    let first = spans.len();
    while let Some((object, parent)) = left.pop() {
        let is_nested = parent.is_some();
        // A part that has no id is told apart by its place, which is the same when its segment is read again.
        let number = if is_nested { spans.len() - first } else { first };
        let span = span(object, &trace_id, parent, number);
        let children = object.get("subsegments").and_then(Value::as_array).into_iter().flatten();
        let nested = children.filter_map(Value::as_object).map(|child| (child, Some(Arc::clone(&span.id))));
        left.extend(nested);
        let is_segment = !is_nested && text(object, "type") != Some("subsegment");
        spans.push(Span { is_segment, ..span });
    }
}

fn span(object: &Object, trace_id: &Arc<str>, nested_in: Option<Arc<str>>, number: usize) -> Span {
    let name: Arc<str> = text(object, "name").unwrap_or("unnamed").into();
    let start_ns = seconds(object, "start_time").unwrap_or_default();
    let parent = nested_in.or_else(|| text(object, "parent_id").map(Arc::from));
    // A part without an id still has its row.
    let id = text(object, "id")
        .map_or_else(|| format!("{}/{number}", parent.as_deref().unwrap_or_default()).into(), Arc::from);
    let is_open = object.get("in_progress") == Some(&Value::Bool(true));
    Span {
        trace_id: Arc::clone(trace_id),
        id,
        parent,
        name,
        origin: text(object, "origin").unwrap_or_default().into(),
        namespace: text(object, "namespace").unwrap_or_default().into(),
        start_ns,
        end_ns: seconds(object, "end_time").filter(|_| !is_open),
        outcome: Outcome { error: is(object, "error"), fault: is(object, "fault"), throttle: is(object, "throttle") },
        is_inferred: is(object, "inferred"),
        is_segment: false,
        links: links(object),
        attributes: attributes(object),
    }
}

fn text<'v>(object: &'v Object, key: &str) -> Option<&'v str> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn is(object: &Object, key: &str) -> bool {
    object.get(key) == Some(&Value::Bool(true))
}

/// Seconds since 1970 from the number's own text, so that no digit is lost.
fn seconds(object: &Object, key: &str) -> Option<i64> {
    match object.get(key)? {
        Value::Number(number) => seconds_to_ns(&number.to_string()),
        Value::String(text) => seconds_to_ns(text),
        _ => None,
    }
}

fn links(object: &Object) -> Vec<(Arc<str>, Arc<str>)> {
    let listed = object.get("links").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let id = |link: &Object, keys: [&str; 2]| keys.into_iter().find_map(|key| text(link, key)).map(Arc::from);
    listed
        .filter_map(|link| Some((id(link, ["trace_id", "TraceId"])?, id(link, ["id", "SpanId"]).unwrap_or_default())))
        .collect()
}

/// What a person asks about: the request, the resource, the error, annotations.
fn attributes(object: &Object) -> Vec<(Arc<str>, String)> {
    const PATHS: &[(&str, &[&str])] = &[
        ("http.method", &["http", "request", "method"]),
        ("http.url", &["http", "request", "url"]),
        ("http.status", &["http", "response", "status"]),
        ("operation", &["aws", "operation"]),
        ("request.id", &["aws", "request_id"]),
        ("function.arn", &["aws", "function_arn"]),
        ("function.name", &["aws", "function_name"]),
        ("table.name", &["aws", "table_name"]),
        ("bucket.name", &["aws", "bucket_name"]),
        ("queue.url", &["aws", "queue_url"]),
        ("resource.name", &["aws", "resource_names"]),
        ("resource.arn", &["resource_arn"]),
        ("sql", &["sql", "sanitized_query"]),
    ];
    let found = PATHS.iter().filter_map(|(name, path)| {
        let value = path
            .iter()
            .try_fold(object.get(path[0])?, |value, key| if *key == path[0] { Some(value) } else { value.get(*key) });
        Some(((*name).into(), written(value?)?))
    });
    let annotations = object.get("annotations").and_then(Value::as_object).into_iter().flatten();
    let annotated = annotations.filter_map(|(key, value)| Some((key.as_str().into(), written(value)?)));
    found.chain(annotated).chain(exception(object)).collect()
}

fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.first().and_then(Value::as_str).map(str::to_owned),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The first exception; a cause may also be no more than the id of one that stands elsewhere.
fn exception(object: &Object) -> Vec<(Arc<str>, String)> {
    let exceptions = object.get("cause").and_then(|cause| cause.get("exceptions")).and_then(Value::as_array);
    let Some(first) = exceptions.and_then(|list| list.first()).and_then(Value::as_object) else { return Vec::new() };
    let told = [("exception.type", "type"), ("exception.message", "message")];
    told.into_iter().filter_map(|(name, key)| Some((name.into(), text(first, key)?.to_owned()))).collect()
}
