//! Spans in OpenTelemetry's JSON (OTLP 1.x), and the flat rows of the log group `aws/spans`.
//!
//! Times are read from their text, since they are larger than a float keeps. Must not know X-Ray's documents.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Outcome, SERVICE, Span};

type Object = Map<String, Value>;

/// Reads an OTLP document.
pub(super) fn read(document: &Object, spans: &mut Vec<Span>) {
    for resource in objects(document, &["resourceSpans"]) {
        let attributes = resource.get("resource").map(attributes).unwrap_or_default();
        for scope in objects(resource, &["scopeSpans", "instrumentationLibrarySpans"]) {
            let read = objects(scope, &["spans"]).filter_map(|object| span(object, &attributes));
            spans.extend(read);
        }
    }
}

/// Reads a span that stands on its own.
pub(super) fn read_row(row: &Object, spans: &mut Vec<Span>) {
    let resource = row.get("resource").map(attributes).unwrap_or_default();
    spans.extend(span(row, &resource));
}

fn objects<'v>(object: &'v Object, keys: &[&str]) -> impl Iterator<Item = &'v Object> {
    let list = keys.iter().find_map(|key| object.get(*key)).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}

fn span(object: &Object, resource: &[(Arc<str>, String)]) -> Option<Span> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut attributes: Vec<(Arc<str>, String)> = object.get("attributes").map(listed).unwrap_or_default();
    attributes.extend(resource.iter().cloned());
    let attribute = |name: &str| attributes.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone());
    // The cloud's own attribute, under whatever prefix.
    let told = attributes.iter().find(|(name, _)| name.ends_with(".xray.origin")).map(|(_, value)| value.clone());
    let is_function = attribute("cloud.platform").as_deref() == Some("aws_lambda");
    let function = || is_function.then(|| "AWS::Lambda::Function".to_owned());
    let origin = told.or_else(function).or_else(|| attribute("service.name"));
    let start_ns = integer(object.get("startTimeUnixNano")?)?;
    let lasted = object.get("durationNano").and_then(integer).map(|lasted| start_ns.saturating_add(lasted));
    let end_ns = object.get("endTimeUnixNano").and_then(integer).filter(|end| *end > 0).or(lasted);
    let kind = object.get("kind").map(|kind| kind.as_str().map_or_else(|| kind.to_string(), str::to_owned));
    let is_server =
        matches!(kind.as_deref(), Some("2" | "5" | "SERVER" | "CONSUMER" | "SPAN_KIND_SERVER" | "SPAN_KIND_CONSUMER"));
    let is_client =
        matches!(kind.as_deref(), Some("3" | "4" | "CLIENT" | "PRODUCER" | "SPAN_KIND_CLIENT" | "SPAN_KIND_PRODUCER"));
    let namespace = if is_client { attribute("rpc.system").map_or("remote", |_| "aws") } else { "" };
    let is_segment = is_server || text("parentSpanId").is_none();
    let own = named(is_segment, &attributes);
    attributes.extend(own);
    Some(Span {
        trace_id: xray_id(text("traceId")?),
        id: text("spanId")?.into(),
        parent: text("parentSpanId").filter(|id| id.bytes().any(|digit| digit != b'0')).map(Arc::from),
        name: text("name").unwrap_or("unnamed").into(),
        origin: origin.unwrap_or_default().into(),
        namespace: namespace.into(),
        start_ns,
        end_ns,
        outcome: outcome(object, &attributes),
        is_inferred: false,
        is_segment,
        links: links(object),
        attributes,
    })
}

/// What a span is about, as X-Ray's documents have it: the service and the function that did it, or the resource that it calls. The
/// cloud's own attributes are known under whatever prefix.
fn named(is_segment: bool, attributes: &[(Arc<str>, String)]) -> Vec<(Arc<str>, String)> {
    const OWN: &[(&str, &str)] = &[(SERVICE, ".local.service"), ("function.name", "faas.name")];
    const CALLED: &[(&str, &str)] = &[("resource.name", ".remote.resource.identifier")];
    let names = if is_segment { OWN } else { CALLED };
    let told = |end: &str| attributes.iter().find(|(name, _)| name.ends_with(end)).map(|(_, value)| value.clone());
    names.iter().filter_map(|(name, end)| Some(((*name).into(), told(end)?))).collect()
}

/// The id in X-Ray's form when it can be one, so that spans of both kinds meet; else as it is.
fn xray_id(id: &str) -> Arc<str> {
    if id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return format!("1-{}-{}", &id[..8], &id[8..]).into();
    }
    id.into()
}

fn outcome(object: &Object, attributes: &[(Arc<str>, String)]) -> Outcome {
    const HTTP: [&str; 2] = ["http.response.status_code", "http.status_code"];
    let code = object.get("status").and_then(|status| status.get("code"));
    let code = code.map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned)).unwrap_or_default();
    let is_error = matches!(code.as_str(), "2" | "ERROR" | "STATUS_CODE_ERROR");
    let http = attributes.iter().find(|(name, _)| HTTP.contains(&&**name)).and_then(|(_, value)| value.parse().ok());
    match http {
        Some(429) => Outcome { error: true, throttle: true, fault: false },
        Some(400..=499) => Outcome { error: true, ..Outcome::default() },
        Some(500..=599) => Outcome { fault: true, ..Outcome::default() },
        _ => Outcome { fault: is_error, ..Outcome::default() },
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn links(object: &Object) -> Vec<(Arc<str>, Arc<str>)> {
    let id = |link: &Object, key: &str| link.get(key).and_then(Value::as_str).map(str::to_owned);
    let read = objects(object, &["links"])
        .filter_map(|link| Some((xray_id(&id(link, "traceId")?), id(link, "spanId")?.into())));
    read.collect()
}

/// Attributes of a resource.
fn attributes(of: &Value) -> Vec<(Arc<str>, String)> {
    of.get("attributes").map(listed).unwrap_or_default()
}

/// Attributes as a list of keys and values, or as a flat object.
fn listed(attributes: &Value) -> Vec<(Arc<str>, String)> {
    match attributes {
        Value::Array(list) => list.iter().filter_map(pair).collect(),
        Value::Object(flat) => flat.iter().map(|(key, value)| (key.as_str().into(), plain(value))).collect(),
        _ => Vec::new(),
    }
}

fn pair(attribute: &Value) -> Option<(Arc<str>, String)> {
    let value = attribute.get("value")?.as_object()?.values().next()?;
    Some((attribute.get("key")?.as_str()?.into(), plain(value)))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
