//! Questions to Logs Insights over real sockets: what one will cost, its answer as it comes, the way from a row to its node, to
//! the log and to a trace; a stop, a mistake, and the question whether so much is to be scanned.
//!
//! Each walk runs in a process of its own, whose environment has the credentials.

use super::account::cloud::Cloud;
use super::account::cloud::metrics::Figure;
use super::account::cloud::now_ms;
use super::account::{ORDERS, PAY, is_alone_in, shop, trace_of, wait, watching};
use super::files::folder;
use super::observe::{click_on, reads};
use super::*;
use crate::app::observe::insights::{Inquiry, Lookback};
use crate::app::{Action, Command, Tab};

/// So many bytes came into the log group of orders a while ago.
fn came(cloud: &Cloud, bytes: f64) {
    let minute = (now_ms() - 600_000) / 60_000 * 60_000;
    let figure = Figure { name: "IncomingBytes", dimension: ("LogGroupName", ORDERS), points: vec![(minute, bytes)] };
    cloud.state.lock().expect("nobody failed").figures.push(figure);
}

/// Queries find no more than half, or go on to their end.
fn hold(cloud: &Cloud, holds: bool) {
    cloud.state.lock().expect("nobody failed").queries_last = holds;
}

/// Of each query that was begun, whether it was stopped.
fn stopped(cloud: &Cloud) -> Vec<bool> {
    cloud.state.lock().expect("nobody failed").queries.iter().map(|query| query.is_stopped).collect()
}

/// A shop that is watched, with its question in sight and what it will cost.
fn asking(cloud: &Cloud, forecast: &str) -> Harness<'static, Shell> {
    let mut window = watching(cloud);
    wait(&mut window, "the records", |window| reads(window, "7 records"));
    press(&mut window, Modifiers::ALT, Key::I);
    assert!(workspace(&window).shows(Tab::Insights));
    wait(&mut window, "what it will cost", |window| reads(window, forecast));
    window
}

fn inquire(window: &mut Harness<'static, Shell>, change: impl FnOnce(&mut Inquiry)) {
    let mut inquiry = workspace(window).insights().inquiry().clone();
    change(&mut inquiry);
    window.state_mut().ask(Command::Inquire(inquiry));
    window.run_steps(4);
}

#[test]
fn a_question_tells_its_price_is_answered_part_by_part_and_leads_to_nodes_log_and_trace() {
    let test = "a_question_tells_its_price_is_answered_part_by_part_and_leads_to_nodes_log_and_trace";
    if !is_alone_in("insights", test) {
        return;
    }
    let (cloud, at) = shop();
    came(&cloud, 2.5e6);
    hold(&cloud, true);
    let mut window = asking(&cloud, "Scans about 2.5 MB, under $0.01 at the price of us-east-1");
    assert!(reads(&window, "All 2 log groups"));
    click(&mut window, "Run");
    wait(&mut window, "a part", |window| reads(window, "Running: 3 rows so far of 3 records, 3 kB scanned"));
    hold(&cloud, false);
    wait(&mut window, "all of it", |window| reads(window, "Complete: 7 rows of 7 records, 7 kB scanned, under $0.01"));
    assert!(reads(&window, "1 query, 7 kB, under $0.01 in this session"));
    click_on(&mut window, &[PAY, "END RequestId"]);
    assert_eq!(selected(&window), "PayFn", "a row leads to its node");
    click_on(&mut window, &["/aws/lambda/shop-OrdersFn-1AB", "KeyError"]);
    assert_eq!(selected(&window), "OrdersFn");
    window.get_all_by_role_and_label(Role::Link, "shop-PayFn-2CD").next().expect("a link").click();
    window.run_steps(6);
    assert_eq!(selected(&window), "PayFn", "so does the name of its log group");
    let path = folder("answer").join("answer.csv");
    window.state_mut().ask(Command::SaveAnswer(path.clone()));
    wait(&mut window, "the file", |window| reads(window, "Saved 7 rows as"));
    let saved = std::fs::read_to_string(path).expect("it was written");
    assert!(saved.starts_with("@timestamp,@message,@log,@logStream,@requestId,@xrayTraceId,bytes\r\n"), "{saved}");
    assert_eq!(saved.matches("123456789012:/aws/lambda/shop-").count(), 7, "{saved}");
    click(&mut window, "Sort by bytes");
    let (first, last) = (workspace(&window).insights().row_at(0), workspace(&window).insights().row_at(6));
    let message = |row: usize| workspace(&window).insights().table().expect("rows").cell(row, 1);
    assert!(message(first).starts_with("REPORT") && message(last).starts_with("END"), "the longest stands first");
    wait(&mut window, "the trace", |window| workspace(window).has_traces());
    window.get_all_by_role_and_label(Role::Link, &trace_of(at)).next().expect("a link").click();
    window.run_steps(6);
    assert!(workspace(&window).shows(Tab::Traces) && window.query_by_label(&trace_of(at)).is_some());
    press(&mut window, Modifiers::ALT, Key::I);
    let time = workspace(&window).zone().written(at);
    window.get_all_by_role_and_label(Role::Link, &time).next().expect("a link").click();
    window.run_steps(6);
    assert!(workspace(&window).shows(Tab::Logs), "a time leads to the log");
    let looked_at = workspace(&window).attached().and_then(|attached| attached.shelf().at().0);
    assert!(looked_at.is_some(), "and to the record that stands there");
}

#[test]
fn a_question_is_stopped_by_hand_and_when_its_account_is_left() {
    if !is_alone_in("insights", "a_question_is_stopped_by_hand_and_when_its_account_is_left") {
        return;
    }
    let (cloud, _) = shop();
    hold(&cloud, true);
    let mut window = asking(&cloud, "Scans about 0 B, $0.00");
    click(&mut window, "Run");
    wait(&mut window, "a part", |window| reads(window, "Running: 3 rows so far"));
    click(&mut window, "Cancel");
    wait(&mut window, "the end", |window| reads(window, "Cancelled: 3 rows until then, 3 kB scanned"));
    assert_eq!(stopped(&cloud), [true], "it is stopped in the account, too");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    wait(&mut window, "a part", |window| reads(window, "Running: 3 rows so far"));
    window.state_mut().ask(Command::Act(Action::CloseLogs));
    wait(&mut window, "the end", |_| stopped(&cloud) == [true, true]);
    wait(&mut window, "its word", |window| reads(window, "Cancelled: 3 rows until then"));
    // The account is the document's own now, and can be asked without being watched.
    assert!(workspace(&window).attached().is_none() && workspace(&window).has_account());
    wait(&mut window, "what it will cost", |window| reads(window, "Scans about 0 B, $0.00"));
    hold(&cloud, false);
    click(&mut window, "Run");
    wait(&mut window, "all of it", |window| reads(window, "Complete: 7 rows"));
    click_on(&mut window, &[PAY, "END RequestId"]);
    assert_eq!(selected(&window), "PayFn", "a row leads to its node without a tail, too");
    hold(&cloud, true);
    click(&mut window, "Run");
    wait(&mut window, "a part", |window| reads(window, "Running: 3 rows so far"));
    drop(window);
    assert_eq!(stopped(&cloud), [true, true, false, true], "nor does it go on when the window is closed");
}

#[test]
fn what_is_dear_is_asked_about_and_what_is_mistaken_is_marked() {
    if !is_alone_in("insights", "what_is_dear_is_asked_about_and_what_is_mistaken_is_marked") {
        return;
    }
    let (cloud, _) = shop();
    came(&cloud, 124e9);
    let mut window = asking(&cloud, "Scans about 124 GB, $0.62");
    click(&mut window, "Run");
    assert!(
        reads(&window, "Scans about 124 GB, $0.62 at the price of us-east-1. Run it all the same?"),
        "nobody burns money by accident"
    );
    click(&mut window, "Not now");
    assert!(window.query_by_label("Run all the same").is_none() && stopped(&cloud).is_empty());
    inquire(&mut window, |inquiry| inquiry.groups = Some([PAY.to_owned()].into()));
    assert!(reads(&window, "Scans about 0 B, $0.00"), "other log groups cost less");
    inquire(&mut window, |inquiry| "fields é, bogus".clone_into(&mut inquiry.text));
    click(&mut window, "Run");
    wait(&mut window, "the mistake", |window| reads(window, "The query is mistaken: unexpected symbol found bogus"));
    let text = "fields é, bogus";
    let at = workspace(&window).insights().mistaken_at().expect("a place");
    assert_eq!(&text[at.0..at.1], "bogus");
    inquire(&mut window, |inquiry| "fields a".clone_into(&mut inquiry.text));
    assert_eq!(workspace(&window).insights().mistaken_at(), None, "another text is not mistaken there");
    inquire(&mut window, |inquiry| (inquiry.groups, inquiry.lookback) = (None, Lookback::Day));
    wait(&mut window, "what it will cost", |window| reads(window, "Scans about 124 GB, $0.62"));
    click(&mut window, "Run");
    click(&mut window, "Run all the same");
    let asked = |cloud: &Cloud| cloud.state.lock().expect("nobody failed").queries[0].text.clone();
    wait(&mut window, "all of it", |window| reads(window, "Complete: 7 rows"));
    assert_eq!(asked(&cloud), "fields a");
}
