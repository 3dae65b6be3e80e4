//! Figures of nodes out of logs, metrics and traces.

use std::sync::Arc;

use super::*;
use crate::catalog::KindId;
use crate::diagram::Bindings;
use crate::diagram::{Document, Point};
use crate::telemetry::binding::Physical;
use crate::telemetry::log::Chunk;
use crate::telemetry::observed::Observer;
use crate::telemetry::record::{MetricPoint, Stream};
use crate::telemetry::trace::Read;
use serde_json::json;

/// A function that a queue calls and that writes to a table, and an API that nothing is known of.
fn drawn(catalog: &Catalog) -> (Diagram, Vec<NodeId>) {
    let mut document = Document::new(Diagram::new("shop"));
    let mut ids = Vec::new();
    let kinds =
        [("lambda_function", "orders"), ("sqs_queue", "inbox"), ("dynamodb_table", "Orders"), ("rest_api", "shop")];
    let done = document.transact(catalog, "Draw", |edit| {
        for (kind, name) in kinds {
            ids.push(edit.add_node(&KindId::new(&format!("aws.{kind}")), Some(name), Point::default())?);
        }
        Ok(())
    });
    done.expect("it can be drawn");
    (document.diagram().clone(), ids)
}

fn point(
    namespace: &str,
    name: &str,
    statistic: &str,
    dimension: (&str, &str),
    minute: i64,
    value: f64,
) -> MetricPoint {
    let metric = Metric {
        namespace: namespace.into(),
        name: name.into(),
        dimensions: vec![(dimension.0.into(), dimension.1.into())],
        statistic: statistic.into(),
        unit: "".into(),
    };
    MetricPoint { metric: Arc::new(metric), timestamp_ms: minute * MINUTE_MS, value }
}

fn observed() -> Observed {
    let mut observer = Observer::new(1 << 20);
    let mut chunk = Chunk::default();
    let stream = Stream::new("/aws/lambda/orders", "s");
    for (time, text) in [
        (60_000, "REPORT RequestId: a\tDuration: 30.0 ms\tBilled Duration: 130 ms\tInit Duration: 99 ms"),
        (61_000, "REPORT RequestId: b\tDuration: 40.0 ms\tBilled Duration: 40 ms"),
        (125_000, "[ERROR] KeyError: 'price'"),
        (126_000, "REPORT RequestId: c\tDuration: 5.0 ms\tBilled Duration: 5 ms"),
    ] {
        chunk.push(&stream, Some(time), None, text.as_bytes());
    }
    observer.take(chunk);
    let queue = ("QueueName", "inbox");
    let waiting =
        |minute, value| point("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", queue, minute, value);
    observer.take_metrics(vec![
        waiting(1, 5.0),
        waiting(2, 61.0),
        point("AWS/SQS", "NumberOfMessagesSent", "Sum", queue, 1, 10.0),
        point("AWS/SQS", "NumberOfMessagesSent", "Sum", queue, 2, 20.0),
        point("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", queue, 2, 240.0),
        // The log tells of the next minute, which this has not told yet.
        point("AWS/Lambda", "Invocations", "Sum", ("FunctionName", "orders"), 1, 77.0),
        point("AWS/Lambda", "Throttles", "Sum", ("FunctionName", "orders"), 1, 4.0),
        // Measured otherwise than the canvas shows it.
        point("AWS/Lambda", "ConcurrentExecutions", "Average", ("FunctionName", "orders"), 1, 9.0),
    ]);
    let mut read = Read::default();
    read.take(&json!({"id": "d", "trace_id": "1-5-6", "name": "orders", "start_time": 60.0, "end_time": 61.0,
        "origin": "AWS::Lambda::Function", "subsegments": [{"id": "e", "name": "DynamoDB", "namespace": "aws",
        "start_time": 60.5, "end_time": 60.6, "throttle": true, "aws": {"table_name": "Orders"}}]}));
    observer.take_traces(read);
    observer.observed()
}

#[test]
fn each_node_has_the_figures_of_its_kind_from_what_tells_best() {
    let (catalog, observed) = (Catalog::builtin(), observed());
    let (diagram, ids) = drawn(&catalog);
    let binding = Binding::of(&catalog, &diagram, &Physical::default(), &Bindings::new());
    let signals = Signals::of(&observed, &binding, &catalog, &diagram);
    let check = |node: usize, span: Option<(i64, i64)>, expected: &str| {
        let seen = signals.seen(span);
        let told = seen.get(&ids[node]).map_or_else(String::new, |seen| {
            let figures: Vec<String> =
                seen.gauges.iter().map(|gauge| format!("{} {:.2}", gauge.figure.word, gauge.value)).collect();
            figures.join(", ")
                + if seen.is_sampled { " sampled" } else { "" }
                + if seen.is_fresh { " fresh" } else { "" }
        });
        assert_eq!(told, expected, "{} in {span:?}", diagram.nodes()[&ids[node]].name);
    };
    check(0, None, "calls 78.00, errors 1.00, throttled 4.00, p95 40.00, cold 0.33, at once 0.00 fresh");
    check(0, Some((120_000, 180_000)), "calls 1.00, errors 1.00, p95 5.00, cold 0.00, at once 0.00 fresh");
    check(0, Some((60_000, 120_000)), "calls 77.00, errors 0.00, throttled 4.00, p95 40.00, cold 0.50, at once 0.00");
    check(1, None, "sent 30.00, waiting 61.00, oldest 240000.00");
    check(1, Some((60_000, 120_000)), "sent 10.00, waiting 5.00");
    check(1, Some((600_000, 660_000)), "");
    check(2, None, "calls 1.00, errors 1.00, p95 99.89 sampled");
    check(3, None, "");
    let between = signals.between(None);
    let told: Vec<_> = between.iter().map(|(pair, happened)| (*pair, happened.invocations)).collect();
    assert_eq!(told, [((ids[0], ids[2]), 1)]);
}

#[test]
fn lines_run_over_all_time() {
    let (catalog, observed) = (Catalog::builtin(), observed());
    let (diagram, ids) = drawn(&catalog);
    let binding = Binding::of(&catalog, &diagram, &Physical::default(), &Bindings::new());
    let signals = Signals::of(&observed, &binding, &catalog, &diagram);
    let told = |most: usize, node: usize| -> Vec<(f64, f64)> {
        signals.ticks(most)[&ids[node]].iter().map(|tick| (tick.height, tick.errors)).collect()
    };
    assert_eq!(told(40, 0), [(77.0, 0.0), (1.0, 1.0)], "the service's count, and then the log's");
    assert_eq!(told(40, 1), [(5.0, 0.0), (61.0, 0.0)], "of a queue what waits");
    assert_eq!(told(1, 0), [(78.0, 1.0)]);
    assert!(!signals.ticks(40).contains_key(&ids[3]));
}
