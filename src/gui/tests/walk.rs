//! A bad night, as one walk: from an export of the log to the failing group, its invocation, its JSON, its trace, its node, and
//! back again.

use super::files::until;
use super::observe::{beside, click_on, found, reads};
use super::*;
use crate::app::Tab;

/// Waits until so many records are found, or more.
fn finds(window: &mut Harness<'static, Shell>, least: usize) {
    until(window, "its records", |workspace| {
        let found = workspace.attached().and_then(|attached| attached.shelf().found());
        found.is_some_and(|found| found.is_whole && found.hits.len() >= least)
    });
}

#[test]
fn an_export_leads_from_the_failing_group_to_invocation_json_trace_and_node_and_back() {
    let nodes = [("aws.lambda_function", "checkout"), ("aws.dynamodb_table", "Orders")];
    let mut window = beside(&nodes, &["checkout.events.json", "checkout.xray.json"]);
    assert!(workspace(&window).shows(Tab::Logs), "an export is shown as soon as it is read");

    press(&mut window, Modifiers::COMMAND, Key::Num8);
    click_on(&mut window, &["CardDeclined: the bank refused the card", "2 times in checkout"]);
    assert!(workspace(&window).shows(Tab::Logs));
    assert_eq!(selected(&window), "checkout", "the canvas shows whose error it is");
    finds(&mut window, 2);
    assert_eq!(found(&window).map(|hits| hits.len()), Some(2), "both times it happened, and nothing else");
    assert!(reads(&window, "\"id\": \"A-1043\""), "the last one is read, member by member");

    click(&mut window, "Its invocation");
    finds(&mut window, 5);
    let invocation = found(&window).expect("the invocation");
    assert_eq!(invocation.len(), 5, "START, two lines, END, REPORT");
    assert!(reads(&window, "basket priced"));

    click(&mut window, "Its trace");
    assert!(workspace(&window).shows(Tab::Traces));
    assert!(window.query_by_label("1-6b05180a-aaaaaaaaaaaaaaaaaaaaaaa3").is_some());
    assert!(window.query_by_label("Show checkout").is_some(), "the span of that request is looked at");
    click_on(&mut window, &["Span DynamoDB", "Orders"]);
    assert_eq!(selected(&window), "Orders", "a span leads to its node");
    assert!(window.query_by_label("Show Orders").is_some());

    click(&mut window, "Its log records");
    finds(&mut window, 5);
    assert!(workspace(&window).shows(Tab::Logs));
    assert_eq!(found(&window), Some(invocation), "a call within leads back to the invocation that made it");
    click_on(&mut window, &["checkout", "ERROR", "the bank refused the card"]);
    assert_eq!(selected(&window), "checkout");
    press(&mut window, Modifiers::COMMAND, Key::Num8);
    assert!(reads(&window, "2 times in checkout"), "and back where it began");
}
