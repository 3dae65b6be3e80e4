//! Custom metrics that stand in the log: the embedded metric format of CloudWatch (specification 0.1.0).
//!
//! Must not know how metrics are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::telemetry::record::{Metric, MetricPoint};

/// So many values of one metric may stand in one event.
const MOST_VALUES: usize = 100;

/// The metric points in a line; none when it is not in the format. `time_ms` stands in where the line has no time.
#[must_use]
pub fn metrics(message: &str, time_ms: i64) -> Vec<MetricPoint> {
    let Ok(Value::Object(event)) = serde_json::from_str::<Value>(message) else { return Vec::new() };
    let own = event.get("_aws");
    let time_ms = own.and_then(|own| own.get("Timestamp")).and_then(Value::as_i64).unwrap_or(time_ms);
    let directives = own.and_then(|own| own.get("CloudWatchMetrics")).and_then(Value::as_array);
    directives.into_iter().flatten().flat_map(|directive| points(directive, &event, time_ms)).collect()
}

/// The points of one directive: every metric under every set of dimensions.
fn points(directive: &Value, event: &Map<String, Value>, time_ms: i64) -> Vec<MetricPoint> {
    let list = |key: &str| directive.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let namespace: Arc<str> = directive.get("Namespace").and_then(Value::as_str).unwrap_or_default().into();
    let none = [Value::Array(Vec::new())];
    let sets = if list("Dimensions").is_empty() { &none[..] } else { list("Dimensions") };
    let mut found = Vec::new();
    for set in sets {
        let dimensions = dimensions(set, event);
        for definition in list("Metrics") {
            let Some(name) = definition.get("Name").and_then(Value::as_str) else { continue };
            let unit = definition.get("Unit").and_then(Value::as_str).unwrap_or_default();
            let metric = Arc::new(Metric {
                namespace: Arc::clone(&namespace),
                name: name.into(),
                dimensions: dimensions.clone(),
                statistic: "".into(),
                unit: unit.into(),
            });
            let point = |value| MetricPoint { metric: Arc::clone(&metric), timestamp_ms: time_ms, value };
            found.extend(values(event.get(name)).into_iter().map(point));
        }
    }
    found
}

/// The values of a set of dimensions, sorted by name; those without one are left out.
fn dimensions(set: &Value, event: &Map<String, Value>) -> Vec<(Arc<str>, Arc<str>)> {
    let names = set.as_array().into_iter().flatten().filter_map(Value::as_str);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs: BTreeMap<&str, String> = names.filter_map(|name| Some((name, text(event.get(name)?)))).collect();
    pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn values(value: Option<&Value>) -> Vec<f64> {
    let finite = |value: &Value| value.as_f64().filter(|value| value.is_finite());
    match value {
        Some(Value::Array(values)) => values.iter().take(MOST_VALUES).filter_map(finite).collect(),
        Some(value) => finite(value).into_iter().collect(),
        None => Vec::new(),
    }
}
