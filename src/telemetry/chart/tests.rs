//! Charts out of a small log and a few points.

use super::*;
use crate::catalog::{Catalog, KindId};
use crate::diagram::{Bindings, Diagram, Document, Point};
use crate::telemetry::binding::Physical;
use crate::telemetry::log::Chunk;
use crate::telemetry::observed::Observer;
use crate::telemetry::record::{MetricPoint, Stream};

/// A function and a queue, and what was seen of them.
fn seen() -> (Observed, Binding, Vec<NodeId>) {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("shop"));
    let mut ids = Vec::new();
    let drawn = document.transact(&catalog, "Draw", |edit| {
        for (kind, name) in [("aws.lambda_function", "orders"), ("aws.sqs_queue", "tasks")] {
            ids.push(edit.add_node(&KindId::new(kind), Some(name), Point::default())?);
        }
        Ok(())
    });
    drawn.expect("it can be drawn");
    let binding = Binding::of(&catalog, document.diagram(), &Physical::default(), &Bindings::default());
    let mut observer = Observer::new(1 << 20);
    let mut chunk = Chunk::default();
    let mut push = |group: &str, minute: i64, text: &str| {
        chunk.push(&Stream::new(group, "s"), Some(minute * MINUTE_MS), None, text.as_bytes());
    };
    for (minute, took) in [(0, 10.0), (0, 30.0), (2, 50.0)] {
        push(
            "/aws/lambda/orders",
            minute,
            &format!("REPORT RequestId: a{took}\tDuration: {took} ms\tBilled Duration: 9 ms"),
        );
    }
    push("/aws/lambda/orders", 2, "[ERROR] KeyError: 'price'");
    push("/own/group", 1, "REPORT RequestId: b\tDuration: 5 ms\tBilled Duration: 9 ms\tInit Duration: 80 ms");
    push(
        "/aws/lambda/orders",
        1,
        r#"{"_aws":{"Timestamp":60000,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["Service"]],"Metrics":[{"Name":"Paid","Unit":"Count"}]}]},"Service":"orders","Paid":4}"#,
    );
    observer.take(chunk);
    let metric = |namespace: &str, name: &str, dimension: (&str, &str), statistic: &str| {
        let dimensions = vec![(dimension.0.into(), dimension.1.into())];
        Arc::new(Metric {
            namespace: namespace.into(),
            name: name.into(),
            dimensions,
            statistic: statistic.into(),
            unit: "Count".into(),
        })
    };
    let point = |metric: &Arc<Metric>, minute: i64, value| MetricPoint {
        metric: Arc::clone(metric),
        timestamp_ms: minute * MINUTE_MS,
        value,
    };
    let waiting = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName", "tasks"), "Maximum");
    let calls = metric("AWS/Lambda", "Invocations", ("FunctionName", "orders"), "Sum");
    observer.take_metrics(vec![point(&waiting, 0, 7.0), point(&waiting, 2, 9.0), point(&calls, 0, 99.0)]);
    (observer.observed(), binding, ids)
}

fn charts(wanted: Wanted) -> (Charts, Vec<NodeId>) {
    let (observed, binding, ids) = seen();
    (Charts::of(&observed, &binding, &wanted), ids)
}

const ALL: Wanted = Wanted { span_ms: None, stat: Stat::Max, most_steps: 100 };

#[test]
fn every_measure_has_a_curve_of_every_node_that_tells_of_it() {
    let (charts, ids) = charts(ALL);
    assert_eq!((charts.span_ms, charts.step_ms), ((0, 3 * MINUTE_MS), MINUTE_MS));
    let check = |subject: Subject, owner: Owner, expected: &[(i64, f64)]| {
        let chart = charts
            .charts
            .iter()
            .find(|chart| chart.subject == subject)
            .unwrap_or_else(|| panic!("{subject} is not among {:?}", charts.charts));
        let curve = chart.curves.iter().find(|curve| curve.owner == owner).expect("the curve is there");
        let told: Vec<(i64, f64)> = curve.points.iter().map(|(time, value)| (time / MINUTE_MS, *value)).collect();
        assert_eq!(told, expected, "{subject}");
    };
    let (orders, tasks, other) = (Owner::Node(ids[0]), Owner::Node(ids[1]), Owner::Other("/own/group".into()));
    check(Subject::Measure(Measure::Invocations), orders.clone(), &[(0, 99.0), (1, 0.0), (2, 1.0)]);
    check(Subject::Measure(Measure::Invocations), other.clone(), &[(0, 0.0), (1, 1.0), (2, 0.0)]);
    check(Subject::Measure(Measure::Errors), orders.clone(), &[(0, 0.0), (1, 0.0), (2, 1.0)]);
    check(Subject::Measure(Measure::Duration), orders.clone(), &[(0, 30.0), (2, 50.0)]);
    check(Subject::Measure(Measure::Cold), other, &[(0, 0.0), (1, 1.0), (2, 0.0)]);
    check(Subject::Measure(Measure::Backlog), tasks, &[(0, 7.0), (2, 9.0)]);
    check(Subject::Metric("Shop".into(), "Paid".into(), "".into()), orders.clone(), &[(1, 4.0)]);
    let invocations = &charts.charts[0];
    let of_orders = invocations.curves.iter().filter(|curve| curve.owner == orders);
    let fresh: Vec<Option<i64>> = of_orders.map(|curve| curve.fresh_ms).collect();
    assert_eq!(fresh, [Some(MINUTE_MS)], "one curve, from the log where the service has not told yet");
    assert!(!charts.charts.iter().any(|chart| chart.subject == Subject::Measure(Measure::Refusals)));
}

#[test]
fn a_span_shows_its_part_and_long_ones_have_wide_steps() {
    let (part, ids) = charts(Wanted { span_ms: Some((2 * MINUTE_MS, 3 * MINUTE_MS)), ..ALL });
    let own = part.charts[0].curves.iter().find(|curve| curve.owner == Owner::Node(ids[0]));
    assert_eq!(own.map(|curve| curve.points.clone()), Some(vec![(2 * MINUTE_MS, 1.0)]));
    let (wide, _) = charts(Wanted { most_steps: 1, ..ALL });
    assert_eq!(wide.step_ms, 2 * MINUTE_MS);
    for span in [(0, 1), (0, i64::MAX), (i64::MIN, i64::MAX), (5, 5)] {
        let (all, _) = charts(Wanted { span_ms: Some(span), stat: Stat::P95, most_steps: 200 });
        assert!(all.step_ms > 0 || span.0 == span.1, "{span:?}");
    }
    assert_eq!(Charts::of(&Observed::default(), &Binding::default(), &ALL), Charts::default());
}

#[test]
fn a_table_has_a_line_for_every_value() {
    let (charts, _) = charts(ALL);
    let text = charts.csv(|owner| if matches!(owner, Owner::Node(_)) { "a, \"b\"".to_owned() } else { String::new() });
    assert!(text.starts_with(
        "time,chart,of,detail,unit,value\n1970-01-01T00:00:00.000Z,invocations,\"a, \"\"b\"\"\",,a minute,99\n"
    ));
    let values: usize = charts.charts.iter().flat_map(|chart| &chart.curves).map(|curve| curve.points.len()).sum();
    assert_eq!(text.lines().count(), values + 1);
}
