//! What runs, beside the estimate: what it costs, and measured usage that is taken over into the document.

use serde_json::json;

use super::files::{folder, until};
use super::observe::reads;
use super::*;
use crate::app::bill::compare::Against;
use crate::app::observe::Attached;
use crate::app::{Action, Command, Tab};
use crate::catalog::KindId;
use crate::diagram::{NodeId, Point};

/// The begin of an hour, in milliseconds since 1970.
const START_MS: i64 = 1_795_420_800_000;
/// So many calls an hour, each of a second with a gigabyte.
const CALLS: i64 = 10_000;

/// A window with a function, beside which an hour of its log is read.
fn watched() -> Harness<'static, Shell> {
    let report = "REPORT RequestId: x\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 1024 MB";
    let event =
        |call: i64| json!({"timestamp": START_MS + call * 3_600_000 / CALLS, "message": report, "logStreamName": "s"});
    let path = folder("running").join("orders.events.json");
    let events: Vec<serde_json::Value> = (0..CALLS).map(event).collect();
    std::fs::write(&path, json!({ "events": events }).to_string()).expect("written");
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    let state = window.state_mut();
    state.ask(Command::AddNode(KindId::new("aws.lambda_function"), Point { x: 100, y: 100 }));
    let node = state.workspace().open().and_then(crate::app::Open::one_node).expect("a node was added");
    state.ask(Command::Rename(node, "orders".to_owned()));
    state.ask(Command::AttachFiles(vec![path]));
    until(&mut window, "all of the log", |workspace| workspace.attached().is_some_and(Attached::is_whole));
    window
}

/// The same with what runs below.
fn compared() -> Harness<'static, Shell> {
    let mut window = watched();
    press(&mut window, Modifiers::COMMAND, Key::K);
    write(&mut window, "what runs");
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "what runs", |workspace| workspace.running().is_some());
    window
}

fn node(window: &Harness<'static, Shell>) -> NodeId {
    let diagram = workspace(window).open().expect("open").document.diagram();
    diagram.node_named("orders").expect("it is there")
}

fn shows(window: &Harness<'static, Shell>, label: &str) -> bool {
    window.query_by_label(label).is_some()
}

#[test]
fn what_runs_opens_and_its_amounts_are_those_of_the_price_list() {
    let mut window = compared();
    assert!(workspace(&window).shows(Tab::Cost) && workspace(&window).against() == Some(&Against::Running));
    // 7,300,000 calls at $0.20 a million, and as many GB-seconds at $13.3334 a million.
    let requests = 7_300_000.0 * 0.20 / 1e6;
    let total = requests + 7_300_000.0 * 13.3334 / 1e6;
    assert_eq!(format!("{total:.2}"), "98.79");
    for label in ["orders: $0.14/h, no cost, $98.79, –", "Total: $0.14/h, $0.00, $98.79, –"] {
        assert!(shows(&window, label), "{label}");
    }
    assert!(reads(&window, "Seen for 60 min; a month is 730 times as long."));
    assert!(reads(&window, "orders runs with 1,024 MB; the diagram says 512 MB."));
    window.state_mut().ask(Command::Act(Action::LiveLens));
    window.run_steps(4);
    assert!(reads(&window, "orders, Lambda function, 10,000 calls, 0 errors"));
    assert!(reads(&window, "$0.14/h"), "the node says what it costs as it runs now");
}

#[test]
fn measured_usage_is_taken_over_into_the_document_as_one_step() {
    let mut window = compared();
    click(&mut window, "Take usage over…");
    let seen = window.query_all_by_label("Seen for 60 min; a month is 730 times as long.").count();
    assert_eq!(seen, 2, "in which window it was measured stands under the bills, and here");
    assert!(shows(&window, "orders, Requests: – (Not known) becomes 7,300,000 requests a month"));
    click(&mut window, "Cancel");
    let own = |window: &Harness<'static, Shell>, key: &str| {
        workspace(window).open().expect("open").document.diagram().nodes()[&node(window)].usage.get(key).cloned()
    };
    assert_eq!(own(&window, "requests"), None, "nothing is written without a yes");
    click(&mut window, "Take usage over…");
    click(&mut window, "Take over");
    assert_eq!(workspace(&window).overlay(), None);
    assert_eq!(own(&window, "requests"), Some(json!(7_300_000)));
    assert_eq!(own(&window, "duration_ms"), Some(json!(1_000)));
    window.state_mut().ask(Command::Act(Action::Undo));
    window.run_steps(4);
    assert_eq!((own(&window, "requests"), own(&window, "duration_ms")), (None, None), "it was one step");
}
