//! Watching an account over real sockets, engine and all, as an on-call engineer does: connect, find the failing function, its error,
//! its trace, its line; and what the window says while the network is gone, late or slow.
//!
//! Each walk runs in a process of its own, whose environment has the credentials.

#[path = "../../../tests/it/cloud.rs"]
pub(super) mod cloud;

use std::process::Command as Process;
use std::time::Duration;

use super::files::folder;
use super::observe::{click_on, reads};
use super::*;
use crate::app::observe::{Attached, Wanted};
use crate::app::{Choose, Command, Tab, Tone};
use crate::catalog::KindId;
use crate::diagram::Point;
use cloud::metrics::Figure;
use cloud::traces::Traced;
use cloud::{Cloud, Event as Stored, Faults, now_ms};
use serde_json::json;

/// Set in the process in which a walk runs.
const ALONE: &str = "STRATOSCOPE_TEST_ALONE";
pub(super) const ORDERS: &str = "/aws/lambda/shop-OrdersFn-1AB";
pub(super) const PAY: &str = "/aws/lambda/shop-PayFn-2CD";

fn is_alone(test: &str) -> bool {
    is_alone_in("account", test)
}

/// Runs a test of a room again in a process with credentials; tells whether this is that process.
pub(super) fn is_alone_in(room: &str, test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let mut process = Process::new(std::env::current_exe().expect("a program runs"));
    process.args(["--exact", &format!("gui::tests::{room}::{test}"), "--nocapture"]).env(ALONE, "yes");
    process.env_remove("AWS_PROFILE").env_remove("AWS_ENDPOINT_URL").env("AWS_EC2_METADATA_DISABLED", "true");
    process.env("HOME", folder(test)).env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
    let status = process.env("AWS_REGION", "eu-central-1").status().expect("it starts");
    assert!(status.success(), "{test}: see above");
    false
}

/// Draws until something is so; sockets take their time, and what failed is tried again a minute later.
pub(super) fn wait(window: &mut Harness<'static, Shell>, what: &str, is: impl Fn(&Harness<'static, Shell>) -> bool) {
    for _ in 0..30_000 {
        if is(window) {
            window.run_steps(2);
            return;
        }
        window.step();
        std::thread::park_timeout(Duration::from_millis(10));
    }
    let told: Vec<String> =
        window.query_all_by_label_contains("").filter_map(|node| node.accesskit_node().label()).collect();
    panic!("never came: {what}; the window says {told:#?}");
}

fn event(group: &str, timestamp_ms: i64, late_ms: i64, message: &str) -> Stored {
    let (stream, ingestion_ms) = ("2026/11/26/[$LATEST]0123456789abcdef".to_owned(), timestamp_ms + late_ms);
    let id = format!("{timestamp_ms:020}{:036}", message.len());
    Stored { group: group.to_owned(), stream, timestamp_ms, ingestion_ms, id, message: message.to_owned() }
}

/// The trace of the calls that begin at a time.
pub(super) fn trace_of(at: i64) -> String {
    format!("1-{:08x}-0123456789abcdef01234567", at / 1_000)
}

/// What X-Ray has of the call that fails.
fn traced(at: i64) -> Traced {
    let (id, start) = (trace_of(at), at as f64 / 1e3);
    let call = json!({"id": "00000000000000c1", "name": "DynamoDB", "namespace": "aws", "aws": {"table_name": "shop-Orders-3EF", "operation": "PutItem"}, "start_time": start, "end_time": start + 0.012});
    let document = json!({
        "trace_id": id, "id": "00000000000000f1", "name": "shop-OrdersFn-1AB", "origin": "AWS::Lambda::Function", "fault": true,
        "aws": {"request_id": "8d5958b5-559f-43f3-9a1c-000000000001"},
        "start_time": start, "end_time": start + 0.021, "subsegments": [call],
    });
    Traced { id, documents: vec![(at + 50, document)] }
}

/// A call of the orders function that fails, and one of the other that does not; both are over.
fn calls(at: i64) -> Vec<Stored> {
    let trace = trace_of(at);
    let told = |request: &str| {
        let id = format!("8d5958b5-559f-43f3-9a1c-{request:0>12}");
        [
            format!("START RequestId: {id} Version: $LATEST"),
            format!(
                "[ERROR] KeyError: 'price'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 7, in handler\nRequestId: {id}"
            ),
            format!("END RequestId: {id}"),
            format!(
                "REPORT RequestId: {id}\tDuration: 21.40 ms\tBilled Duration: 22 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\nXRAY TraceId: {trace}\tSegmentId: 0123456789abcdef\tSampled: true"
            ),
        ]
    };
    let failing = told("1").into_iter().zip(0..).map(|(line, place)| event(ORDERS, at + place, 40, &line));
    let fine = told("2").into_iter().enumerate().filter(|(place, _)| *place != 1);
    let fine = fine.map(|(place, line)| event(PAY, at + place as i64, 40, &line));
    failing.chain(fine).collect()
}

/// A shop in the cloud: two functions and a table; and when its calls begin.
pub(super) fn shop() -> (Cloud, i64) {
    let at = now_ms() - 5_000;
    let cloud = Cloud::start(&[ORDERS, PAY], calls(at), Faults::default(), 11);
    let stack = [
        ("OrdersFn", "shop-OrdersFn-1AB", "AWS::Lambda::Function"),
        ("PayFn", "shop-PayFn-2CD", "AWS::Lambda::Function"),
        ("Orders", "shop-Orders-3EF", "AWS::DynamoDB::Table"),
    ];
    let owned =
        |(logical, physical, kind): (&str, &str, &str)| (logical.to_owned(), physical.to_owned(), kind.to_owned());
    let mut state = cloud.state.lock().expect("nobody failed");
    (state.stack, state.traces) = (stack.map(owned).to_vec(), vec![traced(at)]);
    drop(state);
    (cloud, at)
}

pub(super) fn fill(window: &mut Harness<'static, Shell>, field: &str, text: &str) {
    window.get_by_role_and_label(Role::TextInput, field).click();
    window.run_steps(2);
    write(window, text);
}

/// A window in which the shop was drawn by hand, and which watches it now.
pub(super) fn watching(cloud: &Cloud) -> Harness<'static, Shell> {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    let nodes =
        [("aws.lambda_function", "OrdersFn"), ("aws.lambda_function", "PayFn"), ("aws.dynamodb_table", "Orders")];
    for (place, (kind, name)) in nodes.into_iter().enumerate() {
        let state = window.state_mut();
        state.ask(Command::AddNode(KindId::new(kind), Point { x: 100 + 300 * place as i32, y: 100 }));
        let node = state.workspace().open().and_then(crate::app::Open::one_node).expect("a node was added");
        state.ask(Command::Rename(node, name.to_owned()));
    }
    window.state_mut().ask(Command::Select([].into(), Choose::Only));
    press(&mut window, Modifiers::ALT, Key::W);
    fill(&mut window, "Stack", "shop");
    fill(&mut window, "Endpoint", cloud.url());
    click(&mut window, "Watch");
    wait(&mut window, "the account", |window| reads(window, "live, all is read"));
    window
}

/// Messages of all stored records, as they stand.
fn lines(window: &Harness<'static, Shell>) -> Vec<String> {
    let records = &workspace(window).attached().expect("it is tailed").observed().records;
    let all = (0..records.len()).filter_map(|row| records.get(records.at(row)?));
    all.map(|record| String::from_utf8_lossy(record.text).into_owned()).collect()
}

/// Something happens in the cloud now.
pub(super) fn happens(cloud: &Cloud, group: &str, ago_ms: i64, message: &str) {
    let event = event(group, now_ms() - ago_ms, ago_ms, message);
    cloud.state.lock().expect("nobody failed").events.push(event);
}

/// Waits until somebody would be shown live what happens now.
fn tailed(window: &mut Harness<'static, Shell>, cloud: &Cloud) {
    wait(window, "a live tail", |_| cloud.state.lock().expect("nobody failed").tailing > 0);
}

fn fail(cloud: &Cloud, faults: Faults) {
    cloud.state.lock().expect("nobody failed").faults = faults;
}

/// From the record of an error to its trace as X-Ray has it, to the node of a span, and back to the log.
fn its_trace(window: &mut Harness<'static, Shell>, trace: &str) {
    click(window, "Its invocation");
    wait(window, "the invocation", |window| reads(window, "REPORT"));
    click_on(window, &["OrdersFn", "REPORT"]);
    wait(window, "the report, which names its trace", |window| reads(window, trace));
    wait(window, "the trace", |window| window.query_by_label("Its trace").is_some());
    click(window, "Its trace");
    wait(window, "it", |window| workspace(window).shows(Tab::Traces) && window.query_by_label(trace).is_some());
    click_on(window, &["Span ", "OrdersFn"]);
    assert_eq!(selected(window), "OrdersFn", "a span leads to its node");
    click(window, "Its log records");
    wait(window, "its records", |window| reads(window, "4 found"));
}

#[test]
fn an_account_leads_from_the_failing_function_to_its_error_its_trace_and_its_line() {
    if !is_alone("an_account_leads_from_the_failing_function_to_its_error_its_trace_and_its_line") {
        return;
    }
    let (cloud, at) = shop();
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    wait(&mut window, "every log group and service at its node", |window| {
        workspace(window).attached().is_some_and(|attached| attached.unbound().is_empty())
    });
    wait(&mut window, "the failing function", |window| reads(window, "OrdersFn, Lambda function, 1 calls, 1 errors"));
    wait(&mut window, "the other one", |window| reads(window, "PayFn, Lambda function, 1 calls, 0 errors"));
    press(&mut window, Modifiers::COMMAND, Key::Num8);
    click_on(&mut window, &["KeyError: 'price'", "in OrdersFn"]);
    assert_eq!(selected(&window), "OrdersFn", "the canvas shows whose error it is");
    wait(&mut window, "its record", |window| reads(window, "1 found"));
    its_trace(&mut window, &trace_of(at));
    click_on(&mut window, &["OrdersFn", "ERROR", "KeyError"]);
    assert!(reads(&window, "line 7, in handler"), "the line that says why");
    press(&mut window, Modifiers::COMMAND, Key::K);
    write(&mut window, "log groups");
    press(&mut window, Modifiers::NONE, Key::Enter);
    wait(&mut window, "how true a log group is", |window| reads(window, &format!("{ORDERS}, OrdersFn, reconciled")));
}

#[test]
fn the_network_goes_and_comes_back_and_nothing_is_lost() {
    if !is_alone("the_network_goes_and_comes_back_and_nothing_is_lost") {
        return;
    }
    let (cloud, _) = shop();
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    fail(&cloud, Faults { no_network: true, ..Faults::default() });
    wait(&mut window, "word of it", |window| reads(window, "no connection, tries again "));
    click_on(&mut window, &["no connection, tries again "]);
    wait(&mut window, "word of each", |window| reads(window, &format!("{PAY}, PayFn, no connection, tries again ")));
    press(&mut window, Modifiers::NONE, Key::Escape);
    (0..20).for_each(|number| happens(&cloud, [ORDERS, PAY][number % 2], 0, &format!("while it was gone {number}")));
    window.run_steps(20);
    assert!(reads(&window, "7 records"), "what was read is still there");
    fail(&cloud, Faults::default());
    wait(&mut window, "the network", |window| reads(window, "live, all is read: 27 records"));
    happens(&cloud, PAY, 0, "after it came back");
    wait(&mut window, "the next line", |window| reads(window, "28 records"));
    let told = lines(&window);
    let often = |line: &str| told.iter().filter(|own| *own == line).count();
    let missed = (0..20).filter(|number| often(&format!("while it was gone {number}")) != 1);
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<i32>::new(), "every stored event once");
    assert_eq!(told.last().map(String::as_str), Some("after it came back"));
}

/// Where the row of a record stands, from the top.
fn row(window: &Harness<'static, Shell>, words: &str) -> f32 {
    window.get_by_label_contains(words).rect().top()
}

#[test]
fn what_is_seen_live_is_shown_until_it_is_confirmed_and_what_is_late_stands_in_its_place() {
    if !is_alone("what_is_seen_live_is_shown_until_it_is_confirmed_and_what_is_late_stands_in_its_place") {
        return;
    }
    let (cloud, _) = shop();
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    // Sweeps are refused for a while: there is nothing but the live view.
    fail(&cloud, Faults { throttled: 1_000, ..Faults::default() });
    wait(&mut window, "word of it", |window| reads(window, "throttled, tries again "));
    tailed(&mut window, &cloud);
    let seen_at = now_ms();
    happens(&cloud, ORDERS, 5, "seen live, a first time");
    happens(&cloud, PAY, 0, "seen live, a second time");
    wait(&mut window, "both", |window| {
        reads(window, "a first time, not yet confirmed") && reads(window, "a second time, not yet confirmed")
    });
    assert!(reads(&window, "7 records"), "they are not stored");
    let before = row(&window, "a second time");
    click_on(&mut window, &["a second time, not yet confirmed"]);
    assert!(reads(&window, "not yet confirmed: Live Tail shows it") && reads(&window, "Show PayFn"), "it opens");
    assert_eq!(selected(&window), "PayFn");
    click(&mut window, "Copy the record");
    let wanted = Wanted { query: "second node:PayFn".to_owned(), ..Wanted::default() };
    window.state_mut().ask(Command::Want(wanted));
    wait(&mut window, "what fits", |window| !reads(window, "a first time") && reads(window, "a second time, not yet"));
    window.state_mut().ask(Command::Want(Wanted::default()));
    fail(&cloud, Faults::default());
    wait(&mut window, "the sweep", |window| reads(window, "9 records") && !reads(window, "not yet confirmed"));
    assert!((row(&window, "PayFn  seen live, a second time") - before).abs() < 1.0, "its row stays where it was");
    let open = workspace(&window).attached().and_then(Attached::looked_at).map(|record| record.text.to_vec());
    assert_eq!(open.as_deref(), Some(&b"seen live, a second time"[..]), "what is looked at stays in sight");
    assert!(reads(&window, "Close the record") && !reads(&window, "not yet confirmed"), "and is confirmed");
    click(&mut window, "Close the record");
    // Later than what is stored, however long the sweep took on a busy machine.
    happens(&cloud, PAY, now_ms() - seen_at + 4_000, "came late");
    wait(&mut window, "it", |window| reads(window, "came late, came "));
    assert!(row(&window, "came late, came ") < row(&window, "a first time"), "it stands where it belongs");
    let wanted = Wanted { query: "is:late".to_owned(), ..Wanted::default() };
    window.state_mut().ask(Command::Want(wanted));
    wait(&mut window, "what is late", |window| reads(window, "1 found") && !reads(window, "a first time"));
}

#[test]
fn what_writes_no_logs_is_watched_by_its_metrics() {
    if !is_alone("what_writes_no_logs_is_watched_by_its_metrics") {
        return;
    }
    let (cloud, at) = shop();
    let points = vec![(at / 60_000 * 60_000 - 120_000, 3.0)];
    let figure = Figure { name: "ConsumedWriteCapacityUnits", dimension: ("TableName", "shop-Orders-3EF"), points };
    {
        let mut state = cloud.state.lock().expect("nobody failed");
        state.stack.retain(|(logical, ..)| logical == "Orders");
        state.figures = vec![figure];
        state.events.clear();
    }
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    press(&mut window, Modifiers::ALT, Key::W);
    fill(&mut window, "Stack", "shop");
    fill(&mut window, "Endpoint", cloud.url());
    click(&mut window, "Watch");
    wait(&mut window, "the account", |window| reads(window, "shop, live, no logs"));
    wait(&mut window, "its metrics", |window| workspace(window).shows(Tab::Metrics));
    let drawn = workspace(&window).open().map(|open| open.document.diagram().nodes().len());
    assert_eq!(drawn, Some(1), "the table is drawn");
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    assert!(reads(&window, "shop, live, no logs"), "it is said where logs would be");
}

#[test]
fn what_has_come_is_recorded_while_the_tail_goes_on() {
    if !is_alone("what_has_come_is_recorded_while_the_tail_goes_on") {
        return;
    }
    let (cloud, _) = shop();
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    happens(&cloud, PAY, 60_000, "came late");
    wait(&mut window, "what is late", |window| reads(window, "came late, came "));
    let path = folder("tailed").join("shop.recording");
    window.state_mut().ask(Command::SaveRecording(path.clone()));
    wait(&mut window, "the recording", |window| {
        workspace(window).notices().iter().any(|notice| notice.tone == Tone::Done)
    });
    happens(&cloud, PAY, 0, "the tail goes on");
    wait(&mut window, "the next line", |window| reads(window, "live, all is read: 9 records"));
    let mut again = window_with(Some(path));
    wait(&mut again, "the recording", |window| workspace(window).attached().is_some_and(Attached::is_whole));
    assert!(workspace(&again).shows(Tab::Logs));
    assert_eq!(lines(&again), lines(&window)[..8]);
    assert!(reads(&again, "came late, came "), "it is marked in the recording, too");
    window.state_mut().ask(Command::AttachFiles(vec![folder("tailed").join("shop.recording")]));
    wait(&mut window, "word of it", |window| reads(window, "The tail has ended"));
    click(&mut window, "Watch again");
    wait(&mut window, "the tail", |window| reads(window, "live, all is read") && !reads(window, "The tail has ended"));
    for query in ["is:late", "lag:>50s"] {
        let wanted = Wanted { query: query.to_owned(), ..Wanted::default() };
        again.state_mut().ask(Command::Want(wanted));
        wait(&mut again, query, |window| reads(window, "1 found") && reads(window, "came late, came "));
    }
    wait(&mut again, "its nodes' records", |window| reads(window, "OrdersFn, Lambda function, 1 calls, 1 errors"));
}

#[test]
fn a_log_group_that_appears_is_tailed_too() {
    if !is_alone("a_log_group_that_appears_is_tailed_too") {
        return;
    }
    let (cloud, _) = shop();
    let refund = "/aws/lambda/shop-RefundFn-3GH";
    let told = ("RefundFn".to_owned(), "shop-RefundFn-3GH".to_owned(), "AWS::Lambda::Function".to_owned());
    cloud.state.lock().expect("nobody failed").stack.push(told);
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    let quiet = |window: &Harness<'static, Shell>| workspace(window).attached().and_then(Attached::quiet);
    assert_eq!(quiet(&window).as_deref(), Some("RefundFn"));
    // It runs for the first time.
    happens(&cloud, refund, 0, "the first line of all");
    cloud.state.lock().expect("nobody failed").groups.push(refund.to_owned());
    wait(&mut window, "its line", |window| reads(window, "the first line of all") && reads(window, "8 records"));
    assert_eq!(quiet(&window), None);
    happens(&cloud, refund, 0, "the next line");
    wait(&mut window, "the next line", |window| reads(window, "9 records"));
    let told = lines(&window);
    assert_eq!(told.iter().filter(|line| line.contains("the first line")).count(), 1);
}
