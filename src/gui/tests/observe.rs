//! Logs and traces beside the diagram: from a failing group to its record, its trace, its node, and back.

use std::path::PathBuf;

use super::files::until;
use super::*;
use crate::app::observe::{Folding, Wanted};
use crate::app::{Command, Tab};
use crate::catalog::KindId;
use crate::diagram::Point;

pub(super) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/observe").join(name)
}

/// A window with one function called `orders`, its log and its traces.
pub(super) fn observed() -> Harness<'static, Shell> {
    beside(&[("aws.lambda_function", "orders")], &["orders.events.json", "orders.xray.json"])
}

/// A window with nodes of these kinds and names, beside which files are read.
pub(super) fn beside(nodes: &[(&str, &str)], files: &[&str]) -> Harness<'static, Shell> {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    let state = window.state_mut();
    for (place, (kind, name)) in nodes.iter().enumerate() {
        state.ask(Command::AddNode(KindId::new(kind), Point { x: 100 + 300 * place as i32, y: 100 }));
        let node = state.workspace().open().and_then(crate::app::Open::one_node).expect("a node was added");
        state.ask(Command::Rename(node, (*name).to_owned()));
    }
    state.ask(Command::Select([].into(), crate::app::Choose::Only));
    state.ask(Command::AttachFiles(files.iter().map(|name| fixture(name)).collect()));
    until(&mut window, "all of the files", |workspace| {
        workspace.attached().is_some_and(crate::app::observe::Attached::is_whole)
    });
    window.run_steps(4);
    window
}

/// What the log shows: numbers of records that are found.
pub(super) fn found(window: &Harness<'static, Shell>) -> Option<Vec<u64>> {
    workspace(window).attached().and_then(|attached| attached.shelf().found()).map(|found| found.hits.clone())
}

pub(super) fn look_for(window: &mut Harness<'static, Shell>, query: &str) {
    let wanted = Wanted { query: query.to_owned(), ..Wanted::default() };
    window.state_mut().ask(Command::Want(wanted));
    until(window, "an answer", |workspace| workspace.attached().is_some_and(|all| !all.shelf().is_searching()));
    window.run_steps(4);
    until(window, "an answer", |workspace| workspace.attached().is_some_and(|all| !all.shelf().is_searching()));
}

/// The first control whose name holds all of these words.
pub(super) fn click_on(window: &mut Harness<'static, Shell>, words: &[&str]) {
    let all = window.get_all_by(|node| node.label().is_some_and(|label| words.iter().all(|word| label.contains(word))));
    let first = all.into_iter().next().expect("a control");
    first.click();
    window.run_steps(6);
}

/// Whether anything that is shown holds these words.
pub(super) fn reads(window: &Harness<'static, Shell>, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn from_the_failing_group_to_invocation_trace_node_and_back() {
    let mut window = observed();
    assert!(workspace(&window).shows(Tab::Logs), "what was attached is shown");
    press(&mut window, Modifiers::COMMAND, Key::Num8);
    assert!(workspace(&window).shows(Tab::Errors));
    click_on(&mut window, &["KeyError", "in orders"]);
    assert!(workspace(&window).shows(Tab::Logs));
    assert_eq!(selected(&window), "orders", "the node of the error is selected");
    until(&mut window, "its records", |workspace| {
        workspace.attached().and_then(|attached| attached.shelf().found()).is_some_and(|found| found.hits.len() == 1)
    });
    assert!(reads(&window, "Traceback"), "the whole record is read");
    let number = found(&window).expect("one record")[0];
    click(&mut window, "Its invocation");
    until(&mut window, "its invocation", |workspace| {
        workspace.attached().and_then(|attached| attached.shelf().found()).is_some_and(|found| found.hits.len() >= 4)
    });
    assert!(found(&window).is_some_and(|hits| hits.contains(&number)));
    click_on(&mut window, &["orders", "REPORT"]);
    assert!(reads(&window, "Error Type: KeyError"));
}

#[test]
fn from_a_record_to_its_trace_to_its_node_and_to_its_records() {
    let mut window = observed();
    look_for(&mut window, "type:report duration:>20 init:*");
    click_on(&mut window, &["orders", "REPORT"]);
    assert!(reads(&window, "1-6b03c680"), "the record names its trace");
    click(&mut window, "Its trace");
    assert!(workspace(&window).shows(Tab::Traces));
    assert!(window.query_by_label("1-6b03c680-0a1b2c3d4e5f60718293a4b5").is_some());
    window.state_mut().ask(Command::Select([].into(), crate::app::Choose::Only));
    click_on(&mut window, &["Span orders", "orders"]);
    assert_eq!(selected(&window), "orders", "a span leads to its node");
    click(&mut window, "Its log records");
    until(&mut window, "its records", |workspace| {
        workspace.attached().and_then(|all| all.shelf().found()).is_some_and(|found| !found.hits.is_empty())
    });
    assert!(workspace(&window).shows(Tab::Logs));
    click(&mut window, "Tab: Traces");
    click(&mut window, "All traces");
    assert!(reads(&window, "Trace shop/prod"));
    click(&mut window, "Traces: Failed");
    click(&mut window, "Traces: All");
    click(&mut window, "Only orders");
    click_on(&mut window, &["Trace ", "1-6b03c680"]);
    assert!(workspace(&window).attached().and_then(crate::app::observe::Attached::trace).is_some());
}

#[test]
fn a_time_is_gone_to() {
    let mut window = observed();
    let at = |window: &Harness<'static, Shell>| workspace(window).attached().and_then(|all| all.shelf().at().0);
    let mut check = |text: &str, expected: Option<u64>| {
        press(&mut window, Modifiers::ALT, Key::G);
        write(&mut window, text);
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(at(&window), expected, "{text}");
        press(&mut window, Modifiers::NONE, Key::Escape);
    };
    check("soon", None);
    check("-0s", Some(18));
    check("-300d", Some(0));
}

#[test]
fn json_is_read_member_by_member() {
    let mut window = observed();
    look_for(&mut window, "stock");
    click_on(&mut window, &["WARN", "stock is low"]);
    assert!(reads(&window, "\"left\": 2"), "the JSON stands on lines of its own");
}

#[test]
fn a_mistake_in_the_question_is_told_and_costs_nothing() {
    let mut window = observed();
    look_for(&mut window, "level:error");
    let before = found(&window).map(|hits| hits.len());
    assert!(before.is_some_and(|count| count > 0));
    look_for(&mut window, "\"open");
    assert!(reads(&window, "The phrase has no end"));
    look_for(&mut window, "");
    assert_eq!(found(&window), None, "all records stand there again");
}

#[test]
fn invocations_are_folded_and_unfold() {
    let mut window = observed();
    let wanted = Wanted { folding: Folding::Invocations, ..Wanted::default() };
    window.state_mut().ask(Command::Want(wanted));
    until(&mut window, "invocations", |workspace| {
        workspace.attached().and_then(|all| all.shelf().found()).is_some_and(|found| found.folded.is_some())
    });
    assert!(!reads(&window, "START RequestId"));
    click_on(&mut window, &["Invocation orders failed", "KeyError"]);
    assert!(reads(&window, "START"), "its lines stand under it");
}

#[test]
fn nothing_of_it_is_there_before_and_after() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(window.query_by_label("Tab: Logs").is_none());
    let mut window = observed();
    assert!(window.query_by_label("Tab: Logs").is_some());
    window.state_mut().ask(Command::Act(crate::app::Action::CloseLogs));
    window.run_steps(4);
    assert!(window.query_by_label("Tab: Logs").is_none() && workspace(&window).tab() == Tab::Template);
}

#[test]
fn nodes_carry_what_happened_in_the_span_that_is_looked_at() {
    let mut window = observed();
    assert!(window.query_by_label("Time line").is_none());
    press(&mut window, Modifiers::ALT, Key::Num3);
    window.run_steps(4);
    assert!(reads(&window, "orders, Lambda function, 4 calls, 2 errors"), "all of it");
    let span = workspace(&window).attached().and_then(|attached| attached.observed().span_ms).expect("times");
    window.state_mut().ask(Command::LookAtSpan(Some((span.1 + 120_000, span.1 + 180_000))));
    window.run_steps(4);
    assert!(reads(&window, "orders, Lambda function, 0 calls, 0 errors"), "nothing happened then");
    click(&mut window, "Whole time");
    assert!(reads(&window, "orders, Lambda function, 4 calls, 2 errors"));
    window.state_mut().ask(Command::Act(crate::app::Action::CloseLogs));
    window.run_steps(4);
    assert!(window.query_by_label("Time line").is_none() && window.query_by_label("Lens: Live").is_none());
}

#[test]
fn a_recording_brings_logs_and_traces() {
    let mut window = window();
    window.state_mut().ask(Command::AttachFiles(vec![fixture("orders.recording")]));
    until(&mut window, "all of the recording", |workspace| {
        workspace.attached().is_some_and(crate::app::observe::Attached::is_whole)
    });
    assert!(workspace(&window).has_logs() && workspace(&window).has_traces());
}

#[test]
fn a_trace_leads_across_a_queue_to_the_one_that_sent_and_back() {
    let mut window = beside(&[("aws.lambda_function", "bill")], &["queue.xray.json"]);
    let shown =
        |window: &Harness<'static, Shell>| workspace(window).attached().and_then(crate::app::observe::Attached::trace);
    window.state_mut().ask(Command::ShowTrace(Some(2)));
    window.run_steps(4);
    assert!(window.query_by_label("Goes on from 1-6911c0aa-000000000000000000000fff, which is not here").is_some());
    assert!(
        window
            .query_all_by(|node| node.label().is_some_and(|label| label.contains("linked with another trace")))
            .count()
            == 1
    );
    click_on(&mut window, &["Goes on from SQS", "2.50 s before"]);
    assert_eq!(shown(&window), Some(0));
    click_on(&mut window, &["Goes on in bill", "later"]);
    assert_eq!(shown(&window), Some(2));
}
