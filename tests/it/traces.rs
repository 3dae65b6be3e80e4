//! Traces of an account, recorded beside its logs, against the cloud of our own that fails as X-Ray does.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::cloud::queries::Begun;
use crate::cloud::traces::Traced;
use crate::cloud::{Cloud, Faults, State, now_ms};
use crate::folder::Folder;
use crate::tail::enter;

/// A cloud with a stack of one function, and with what else is put in.
fn cloud(faults: Faults, seed: u64, put: impl FnOnce(&mut State)) -> Cloud {
    let cloud = Cloud::start(&["/aws/lambda/orders"], Vec::new(), faults, seed);
    let mut state = cloud.state.lock().expect("nobody failed");
    state.stack = vec![["OrdersFn", "orders", "AWS::Lambda::Function"].map(str::to_owned).into()];
    put(&mut state);
    drop(state);
    cloud
}

/// What `tail --record` says, and the traces of what it has recorded.
fn recorded(cloud: &Cloud, lasts: &str) -> (String, Vec<Value>) {
    let home = Folder::new();
    let recording = home.path().join("traces.recording");
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
        program.args(arguments).arg(&recording).env_clear();
        enter(&mut program, cloud, home.path());
        let done = program.output().expect("it starts");
        let err = String::from_utf8(done.stderr).expect("text");
        assert!(done.status.success(), "{arguments:?}: {err}");
        (String::from_utf8(done.stdout).expect("text"), err)
    };
    let (_, said) = run(&["tail", "--stack", "shop", "--since", "20m", "--for", lasts, "--record"]);
    let (out, _) = run(&["traces", "--format", "json"]);
    (said, out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect())
}

/// Ids of all rows; none stands there twice.
fn ids(traces: &[Value]) -> BTreeSet<String> {
    let rows = traces.iter().flat_map(|trace| trace["rows"].as_array().expect("rows"));
    let all: Vec<String> = rows.map(|row| row["id"].as_str().expect("an id").to_owned()).collect();
    let ids: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(ids.len(), all.len(), "each row once");
    ids
}

/// A trace with an id of its time, whose documents are given without one.
fn traced(number: usize, started_ms: i64, documents: Vec<(i64, Value)>) -> Traced {
    let id = format!("1-{:08x}-{number:024x}", started_ms / 1_000);
    let named = |(readable_ms, mut document): (i64, Value)| {
        document["trace_id"] = json!(id);
        (readable_ms, document)
    };
    Traced { documents: documents.into_iter().map(named).collect(), id: id.clone() }
}

/// A segment of the function and one of its callers', which begin so many milliseconds after 1970.
fn documents(number: usize, at_ms: i64, readable_ms: i64) -> Vec<(i64, Value)> {
    let seconds = |ms: i64| ms as f64 / 1e3;
    let (start, end) = (seconds(at_ms), seconds(at_ms + 200));
    let own = json!({"id": format!("f{number}"), "name": "orders", "start_time": start, "end_time": end,
        "origin": "AWS::Lambda::Function", "parent_id": format!("a{number}"), "fault": number % 4 == 1,
        "subsegments": [{"id": format!("s{number}"), "name": "DynamoDB", "start_time": start, "end_time": end}]});
    let api = json!({"id": format!("a{number}"), "name": "shop/prod", "start_time": start, "end_time": end});
    // The caller's segment comes later, as it does.
    vec![(readable_ms, own), (readable_ms + 1_500, api)]
}

#[test]
fn every_segment_is_recorded_whatever_goes_wrong() {
    let run = |seed: u64| {
        let faults = Faults {
            throttled: seed * 50,
            broken: (seed % 3) * 60,
            unprocessed: (seed % 2) * 300,
            empty_page: 0,
            ..Faults::default()
        };
        let start = now_ms();
        let cloud = cloud(faults, seed + 1, |state| {
            let old = (0..14).map(|number| (number, start - 1_100_000 + number as i64 * 70_000));
            let new = (14..18).map(|number| (number, start + number as i64 * 100));
            let made = |(number, at_ms)| traced(number, at_ms, documents(number, at_ms, at_ms + 300));
            state.traces = old.chain(new).map(made).collect();
            let stranger = json!({"id": "x", "name": "elsewhere", "start_time": start as f64 / 1e3, "end_time": start as f64 / 1e3});
            state.traces.push(traced(99, start, vec![(start, stranger)]));
        });
        let (said, traces) = recorded(&cloud, "5s");
        let wanted: BTreeSet<String> =
            (0..18).flat_map(|number| ["a", "f", "s"].map(|part| format!("{part}{number}"))).collect();
        assert_eq!(ids(&traces), wanted, "seed {seed}: {said}");
        let faulty = traces.iter().filter(|trace| trace["status"] == "fault").count();
        assert_eq!(faulty, 5, "numbers 1, 5, 9, 13 and 17");
    };
    std::thread::scope(|scope| {
        for seed in 0..6 {
            let work = move || run(seed);
            std::thread::Builder::new().name(format!("schedule {seed}")).spawn_scoped(scope, work).expect("a thread");
        }
    });
}

#[test]
fn a_trace_that_goes_on_is_read_again_when_it_has_grown() {
    let start = now_ms();
    let goes_on = json!({"id": "f", "name": "orders", "start_time": start as f64 / 1e3, "in_progress": true});
    let ended =
        json!({"id": "f", "name": "orders", "start_time": start as f64 / 1e3, "end_time": start as f64 / 1e3 + 2.0});
    let cloud = cloud(Faults::default(), 3, |state| {
        state.traces = vec![traced(1, start, vec![(start, goes_on), (start + 2_000, ended)])];
    });
    let (said, traces) = recorded(&cloud, "8s");
    assert_eq!(ids(&traces).len(), 1, "{said}");
    assert_eq!((&traces[0]["rows"][0]["in_progress"], &traces[0]["partial"]), (&json!(false), &json!(false)), "{said}");
}

#[test]
fn a_trace_that_touches_nothing_but_an_api_is_found() {
    let at = now_ms() - 30_000;
    let document = |id: &str, api: &str| {
        json!({"id": id, "name": "Storefront/prod", "origin": "AWS::ApiGateway::Stage", "start_time": at as f64 / 1e3,
            "end_time": at as f64 / 1e3 + 0.02, "error": true,
            "resource_arn": format!("arn:aws:apigateway:eu-central-1::/restapis/{api}/stages/prod")})
    };
    let cloud = cloud(Faults::default(), 8, |state| {
        state.stack.push(["Api", "a1b2", "AWS::ApiGateway::RestApi"].map(str::to_owned).into());
        state.traces = vec![
            traced(1, at, vec![(at, document("00000000000000a1", "a1b2"))]),
            traced(2, at, vec![(at, document("00000000000000a2", "of-others"))]),
        ];
    });
    let (said, traces) = recorded(&cloud, "2s");
    assert_eq!((ids(&traces).len(), traces.len()), (1, 1), "{said}");
}

#[test]
fn with_transaction_search_spans_come_from_the_log_group() {
    let at_ns = |ms: i64| ms * 1_000_000 + 7;
    let start = now_ms() - 100_000;
    let span = |number: i64, trace: i64, service: &str| {
        json!({"traceId": format!("{:08x}{trace:024x}", start / 1_000), "spanId": format!("{number:016x}"), "name": "handler",
            "parentSpanId": if number % 2 == 0 { String::new() } else { format!("{:016x}", number - 1) },
            "kind": if number % 2 == 0 { "SERVER" } else { "CLIENT" }, "startTimeUnixNano": at_ns(start + number),
            "durationNano": 5_000_001, "status": {"code": "OK"}, "attributes": {"rpc.system": "aws-api"},
            "resource": {"attributes": {"service.name": service, "faas.name": service}}})
    };
    let cloud = cloud(Faults { throttled: 200, ..Faults::default() }, 5, |state| {
        let rows = (0..24).map(|number| span(number, number / 4, if number < 20 { "orders" } else { "elsewhere" }));
        state.spans = Some(rows.collect());
    });
    let (said, traces) = recorded(&cloud, "3s");
    assert_eq!((ids(&traces).len(), traces.len()), (20, 5), "{said}");
    let starts: BTreeSet<i64> = traces.iter().filter_map(|trace| trace["rows"][0]["start_ns"].as_i64()).collect();
    assert!(starts.iter().all(|ns| ns % 1_000_000 == 7), "every digit of a time is kept: {starts:?}");
    assert!(
        said.contains("Transaction Search is on: spans that name what is watched are read from aws/spans"),
        "{said}"
    );
    let state = cloud.state.lock().expect("nobody failed");
    assert!(!state.asked.contains_key("TraceSummaries") && !state.asked.contains_key("Logs_20140328.StopQuery"));
    let is_so =
        |query: &Begun| query.groups == ["aws/spans"] && query.text.starts_with("filter @message like \"orders\" | ");
    assert!(state.queries.iter().all(is_so), "{:?}", state.queries);
}
