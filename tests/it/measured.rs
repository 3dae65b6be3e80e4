//! Metrics and alarms of a stack beside its logs, against a cloud of our own: `tail --record` asks for them, `replay` tells them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cloud::metrics::{Bell, Figure};
use crate::cloud::{Cloud, Faults, now_ms};
use crate::folder::Folder;
use crate::tail::{events, tail};

const MINUTE_MS: i64 = 60_000;
const FUNCTION: (&str, &str) = ("FunctionName", "shop-orders-1AB");
const QUEUE: (&str, &str) = ("QueueName", "shop-inbox-2CD");

/// A minute, so many before the one that runs.
fn minute(before: i64) -> i64 {
    (now_ms() / MINUTE_MS - before) * MINUTE_MS
}

/// A stack with a function, two queues of which one is silent, and two alarms.
fn shop(faults: Faults, seed: u64) -> Cloud {
    let groups = ["/aws/lambda/shop-orders-1AB"];
    let cloud = Cloud::start(&groups, events(&groups, 6, 20), faults, seed);
    let address = "https://sqs.eu-central-1.amazonaws.com/123456789012";
    let stack = [
        ("OrdersFn", "shop-orders-1AB".to_owned(), "AWS::Lambda::Function"),
        ("Inbox", format!("{address}/shop-inbox-2CD"), "AWS::SQS::Queue"),
        ("Silent", format!("{address}/shop-silent-3EF"), "AWS::SQS::Queue"),
        ("OrdersErrors", "orders-errors".to_owned(), "AWS::CloudWatch::Alarm"),
        ("AnyErrors", "any-errors".to_owned(), "AWS::CloudWatch::CompositeAlarm"),
    ];
    let figure = |name, dimension, points| Figure { name, dimension, points };
    let mut state = cloud.state.lock().expect("nobody failed");
    state.stack = stack.map(|(logical, physical, kind)| (logical.to_owned(), physical, kind.to_owned())).to_vec();
    state.figures = vec![
        figure("Invocations", FUNCTION, (5..15).map(|before| (minute(before), before as f64)).collect()),
        figure("Duration", FUNCTION, vec![(minute(9), 120.5)]),
        figure("ApproximateNumberOfMessagesVisible", QUEUE, vec![(minute(8), 3.0), (minute(7), 61.0)]),
    ];
    let bell = |name, state, reason, watches| Bell { name, state, reason, watches };
    state.bells = vec![
        bell("orders-errors", "ALARM", "Threshold Crossed: 3 datapoints", Ok(("Errors", FUNCTION))),
        bell("any-errors", "INSUFFICIENT_DATA", "", Err("ALARM(orders-errors)")),
        bell("of-somebody-else", "ALARM", "", Ok(("Errors", ("FunctionName", "other")))),
    ];
    drop(state);
    cloud
}

/// What `tail` says, and what `replay` tells of the metrics that it has recorded.
fn recorded(cloud: &Cloud, lasts: &str) -> (String, Vec<Value>) {
    let (said, document) = replayed(cloud, lasts);
    (said, document["metrics"].as_array().expect("metrics").clone())
}

/// What `tail` says, and what `replay` tells of what it has recorded.
fn replayed(cloud: &Cloud, lasts: &str) -> (String, Value) {
    let home = Folder::new();
    let recording = home.path().join("shop.recording");
    let path = recording.to_str().expect("text");
    let (status, out, err) = tail(
        cloud,
        &home,
        &["--stack", "shop", "--since", "20m", "--for", lasts, "--format", "json", "--record", path],
    );
    assert_eq!((status, out.lines().count()), (0, 6), "{err}");
    (err, summed_up(&recording))
}

/// What `replay` tells of a recording.
fn summed_up(recording: &Path) -> Value {
    let mut replay = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    let replayed = replay.arg("replay").arg(recording).args(["--format", "json"]).output().expect("it starts").stdout;
    serde_json::from_slice(&replayed).expect("a JSON document")
}

/// `OrdersFn Invocations Sum: 20 points, 95 in all, 14 at most`.
fn told(metrics: &[Value], name: &str) -> String {
    let Some(metric) = metrics.iter().find(|metric| metric["name"] == name) else { return String::new() };
    let text = |key: &str| metric[key].as_str().unwrap_or("?").to_owned();
    let (points, sum, max) = (&metric["points"], &metric["sum"], &metric["max"]);
    format!("{} {} {}: {points} points, {sum} in all, {max} at most", text("node"), name, text("statistic"))
}

fn assert_all_told(metrics: &[Value], said: &str) {
    let sums = |name: &str| {
        let told = told(metrics, name);
        let (before, rest) = told.split_once(": ").unwrap_or_else(|| panic!("{name} was not told: {said}"));
        let (points, rest) = rest.split_once(" points").expect("points");
        // One more for each minute that a busy machine needs; what has not come yet is not nothing.
        assert!((16..=30).contains(&points.parse::<i64>().expect("a number")), "{told}");
        format!("{before}{rest}")
    };
    assert_eq!(sums("Invocations"), "OrdersFn Invocations Sum, 95 in all, 14 at most");
    assert_eq!(sums("Errors"), "OrdersFn Errors Sum, 0 in all, 0 at most", "what was not counted was nothing");
    assert_eq!(told(metrics, "Duration"), "OrdersFn Duration p95: 1 points, 120.5 in all, 120.5 at most");
    let waiting = "Inbox ApproximateNumberOfMessagesVisible Maximum: 2 points, 64 in all, 61 at most";
    assert_eq!(
        told(metrics, "ApproximateNumberOfMessagesVisible"),
        waiting,
        "a level is not nothing where it is not told"
    );
    let silent = metrics.iter().filter(|metric| metric["dimensions"]["QueueName"] == "shop-silent-3EF");
    assert_eq!(silent.count(), 0, "of what never spoke nothing is known");
}

#[test]
fn what_a_stack_counts_is_recorded_with_its_nodes_and_alarms_are_said() {
    let cloud = shop(Faults::default(), 1);
    let (said, document) = replayed(&cloud, "2s");
    assert_all_told(document["metrics"].as_array().expect("metrics"), &said);
    let alarms = document["alarms"].as_array().expect("alarms").iter();
    let alarms = alarms.map(|alarm| format!("{} {} {}", alarm["name"], alarm["nodes"], alarm["states"][0]["state"]));
    let expected = [r#""any-errors" ["OrdersFn"] "INSUFFICIENT_DATA""#, r#""orders-errors" ["OrdersFn"] "ALARM""#];
    assert_eq!(alarms.collect::<Vec<_>>(), expected, "alarms are recorded with what they watch");
    assert!(said.contains("alarm orders-errors: in alarm (Threshold Crossed: 3 datapoints)"), "{said}");
    assert!(said.contains("alarm any-errors: no data") && !said.contains("somebody"), "{said}");
    assert!(said.contains("metrics: asked for 15 times"), "{said}");
    let asked = cloud.state.lock().expect("nobody failed").asked.clone();
    let count = |target: &str| asked.get(target).copied().unwrap_or_default();
    assert_eq!((count("GetMetricData"), count("DescribeAlarms")), (1, 1), "{asked:?}");
}

#[test]
fn what_writes_no_logs_is_watched_all_the_same() {
    let cloud = shop(Faults::default(), 7);
    {
        let mut state = cloud.state.lock().expect("nobody failed");
        state.groups.clear();
        state.events.clear();
        state.stack.retain(|(logical, ..)| logical != "OrdersFn");
    }
    let home = Folder::new();
    let (status, out, said) = tail(&cloud, &home, &["--stack", "shop", "--for", "600s"]);
    assert_eq!((status, out.as_str()), (0, ""), "{said}");
    assert!(said.contains("shop has no log groups, so that there are no logs to print\n"), "{said}");
    let recording = home.path().join("silent.recording");
    let path = recording.to_str().expect("text");
    let arguments = ["--stack", "shop", "--since", "20m", "--for", "2s", "--record", path];
    let (status, out, said) = tail(&cloud, &home, &arguments);
    assert_eq!((status, out.as_str()), (0, ""), "{said}");
    assert!(said.contains("there are no logs to print; metrics, alarms and traces are recorded"), "{said}");
    let replayed = summed_up(&recording);
    let metrics = replayed["metrics"].as_array().expect("metrics");
    assert!(told(metrics, "ApproximateNumberOfMessagesVisible").starts_with("Inbox"), "{replayed}");
    assert_eq!(replayed["alarms"].as_array().map(Vec::len), Some(2));
}

#[test]
fn every_value_comes_in_spite_of_pages_throttling_and_failures() {
    std::thread::scope(|scope| {
        for seed in 0..8 {
            let work = move || {
                let faults = Faults { throttled: 80, broken: 50, paged: 800, ..Faults::default() };
                let (said, metrics) = recorded(&shop(faults, seed * 13 + 3), "15s");
                assert_all_told(&metrics, &said);
            };
            std::thread::Builder::new().name(format!("schedule {seed}")).spawn_scoped(scope, work).expect("a thread");
        }
    });
}

#[test]
fn what_cannot_be_told_is_said_and_the_rest_goes_on() {
    let check = |faults: Faults, part: &str, is_told: bool| {
        let (said, metrics) = recorded(&shop(faults, 5), "2s");
        assert!(said.contains(part), "{said}");
        assert_eq!(!told(&metrics, "Duration").is_empty(), is_told, "{said}");
    };
    let forbidden = Faults { forbidden: Some("Errors"), ..Faults::default() };
    check(forbidden, "Errors of OrdersFn: it must not be read (This account may not be read)", true);
    let partial = Faults { partial: 1_000, ..Faults::default() };
    check(partial, "Duration of OrdersFn: only a part of it has come", false);
    let refused = || Faults { no_metrics: 1_000, ..Faults::default() };
    check(refused(), "metrics wait (the permission cloudwatch:GetMetricData is missing", false);
    check(refused(), "alarms wait (the permission cloudwatch:DescribeAlarms is missing", false);
}

#[test]
fn nobody_is_asked_for_metrics_that_nobody_keeps() {
    let cloud = shop(Faults::default(), 6);
    let (status, ..) = tail(&cloud, &Folder::new(), &["--stack", "shop", "--since", "1m", "--for", "2s"]);
    let asked = cloud.state.lock().expect("nobody failed").asked.clone();
    assert!(status == 0 && !asked.contains_key("GetMetricData"), "{asked:?}");
}
