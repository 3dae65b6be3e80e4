//! Before and beside a tail: environments and their switch, the trial of an account, the policy, a stack that nobody drew, alarms.
//!
//! What needs an account runs in a process of its own, whose environment has the credentials.

use eframe::egui::OutputCommand;

use super::account::cloud::metrics::Bell;
use super::account::cloud::{Cloud, Event as Stored, now_ms};
use super::account::{ORDERS, PAY, fill, happens, is_alone_in, shop, wait, watching};
use super::observe::{click_on, reads};
use super::*;
use crate::app::{Action, Choose, Command, Lens, Tone};
use crate::diagram::{Bound, Element};
use crate::telemetry::policy;

fn is_alone(test: &str) -> bool {
    is_alone_in("connection", test)
}

/// Names and stacks of the document's environments; a star stands before the current one.
fn environments(window: &Harness<'static, Shell>) -> Vec<String> {
    let told = |one: crate::diagram::Environment| {
        format!("{}{} {}", if one.is_current { "*" } else { "" }, one.name, one.target.stack)
    };
    workspace(window).environments().into_iter().map(told).collect()
}

/// What stands in a field of the dialog.
fn field(window: &Harness<'static, Shell>, name: &str) -> String {
    window.get_by_role_and_label(Role::TextInput, name).value().unwrap_or_default()
}

/// Adds an environment by keys.
fn add(window: &mut Harness<'static, Shell>, name: &str) {
    click(window, "Add an environment");
    fill(window, "Name of the environment", name);
    press(window, Modifiers::NONE, Key::Enter);
}

fn switch(window: &mut Harness<'static, Shell>, name: &str) {
    window.get_by_role_and_label(Role::ComboBox, "Environment").click();
    window.run_steps(4);
    click(window, name);
}

#[test]
fn environments_are_added_switched_named_and_removed_and_each_keeps_its_account() {
    let mut window = with_reference();
    press(&mut window, Modifiers::ALT, Key::W);
    add(&mut window, "staging");
    write_stack(&mut window, "shop-staging");
    add(&mut window, "prod");
    assert_eq!(environments(&window), ["staging shop-staging", "*prod "], "what was written is not lost");
    assert_eq!(field(&window, "Stack"), "");
    write_stack(&mut window, "shop-prod");
    click(&mut window, "Keep");
    switch(&mut window, "staging");
    assert_eq!(environments(&window), ["*staging shop-staging", "prod shop-prod"]);
    assert_eq!(field(&window, "Stack"), "shop-staging", "the fields follow");
    switch(&mut window, "prod");
    assert_eq!(field(&window, "Stack"), "shop-prod");
    click(&mut window, "Rename the environment prod");
    fill(&mut window, "Name of the environment", "uction");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(environments(&window), ["staging shop-staging", "*production shop-prod"]);
    click(&mut window, "Remove the environment production");
    assert_eq!(environments(&window), ["*staging shop-staging"]);
    window.state_mut().ask(Command::Act(Action::Escape));
    window.state_mut().ask(Command::Act(Action::Undo));
    assert_eq!(environments(&window), ["staging shop-staging", "*production shop-prod"], "it comes back");
}

fn write_stack(window: &mut Harness<'static, Shell>, stack: &str) {
    window.get_by_role_and_label(Role::TextInput, "Stack").click();
    window.run_steps(2);
    press(window, Modifiers::COMMAND, Key::A);
    write(window, stack);
}

/// What is copied when a button is pressed.
fn copied(window: &mut Harness<'static, Shell>, button: &str) -> String {
    // What scrolls glides there.
    window.get_by_label(button).scroll_to_me();
    window.run_steps(60);
    window.get_by_label(button).click();
    for _ in 0..6 {
        window.step();
        let commands = &window.output().platform_output.commands;
        let mut texts = commands.iter().filter_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = texts.next_back() {
            return text;
        }
    }
    panic!("{button} copies nothing");
}

#[test]
fn the_trial_names_the_permission_that_is_missing_and_hands_over_the_policy() {
    if !is_alone("the_trial_names_the_permission_that_is_missing_and_hands_over_the_policy") {
        return;
    }
    let (cloud, _) = shop();
    cloud.state.lock().expect("nobody failed").denied = vec!["FilterLogEvents"];
    let mut window = window();
    press(&mut window, Modifiers::ALT, Key::W);
    fill(&mut window, "Stack", "shop");
    fill(&mut window, "Endpoint", cloud.url());
    click(&mut window, "Test");
    let all = policy::READS.len();
    wait(&mut window, "all answers", |window| reads(window, &format!("1 of {all} permissions is missing.")));
    assert!(reads(&window, "logs:FilterLogEvents, to read every stored event: missing, "));
    assert!(reads(&window, "is not authorized to perform: FilterLogEvents"), "in the service's own words");
    assert!(reads(&window, "logs:DescribeLogGroups, to look log groups up: there"));
    let missing = policy::allowing(["logs:FilterLogEvents"].into_iter());
    assert!(window.query_by_label(&missing).is_some(), "what would allow it is shown");
    assert_eq!(copied(&mut window, "Copy what is missing"), missing);
    assert!(window.query_by_label(&policy::document()).is_none());
    click(&mut window, "Show permissions");
    assert!(window.query_by_label(&policy::document()).is_some(), "all that it takes");
    assert_eq!(copied(&mut window, "Copy policy"), policy::document());
    cloud.state.lock().expect("nobody failed").denied = Vec::new();
    click(&mut window, "Test");
    wait(&mut window, "other answers", |window| {
        reads(window, "logs:FilterLogEvents, to read every stored event: there")
    });
}

#[test]
fn a_stack_that_nobody_drew_opens_as_nodes_that_are_watched() {
    if !is_alone("a_stack_that_nobody_drew_opens_as_nodes_that_are_watched") {
        return;
    }
    let (cloud, _) = shop();
    let mut window = window();
    press(&mut window, Modifiers::ALT, Key::W);
    fill(&mut window, "Endpoint", cloud.url());
    fill(&mut window, "Stack", "shop");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).overlay(), None, "Enter watches");
    wait(&mut window, "its records", |window| reads(window, "7 records"));
    let open = workspace(&window).open().expect("a diagram is open");
    let nodes = open.document.diagram().nodes();
    let mut named: Vec<(&str, &str)> = nodes.values().map(|node| (node.name.as_str(), node.kind.as_str())).collect();
    named.sort_unstable();
    let function = "aws.lambda_function";
    assert_eq!(named, [("Orders", "aws.dynamodb_table"), ("OrdersFn", function), ("PayFn", function)]);
    let mut places: Vec<_> = nodes.values().map(|node| (node.position.x, node.position.y)).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 3, "each has a place of its own");
    assert_eq!(workspace(&window).lens(), Lens::Live);
    let unbound = workspace(&window).attached().map(|attached| attached.unbound().to_vec());
    assert_eq!(unbound, Some(Vec::new()), "every log group has its node");
    assert!(reads(&window, "OrdersFn, Lambda function, 1 calls, 1 errors"));
}

/// The same shop with alarms of its stack.
fn alarmed(bells: Vec<Bell>) -> Cloud {
    let (cloud, _) = shop();
    let mut state = cloud.state.lock().expect("nobody failed");
    for bell in &bells {
        let kind = if bell.watches.is_ok() { "Alarm" } else { "CompositeAlarm" };
        let logical = format!("The{}", bell.name.replace('-', ""));
        state.stack.push((logical, bell.name.to_owned(), format!("AWS::CloudWatch::{kind}")));
    }
    state.bells = bells;
    drop(state);
    cloud
}

fn bell(name: &'static str, state: &'static str, function: &'static str) -> Bell {
    let watches = Ok(("Errors", ("FunctionName", function)));
    Bell { name, state, reason: "Threshold Crossed: 12 errors", watches }
}

#[test]
fn an_alarm_is_seen_on_its_node_told_once_and_explained() {
    if !is_alone("an_alarm_is_seen_on_its_node_told_once_and_explained") {
        return;
    }
    let bells = vec![
        bell("errors", "ALARM", "shop-OrdersFn-1AB"),
        bell("slow", "OK", "shop-PayFn-2CD"),
        bell("quiet", "INSUFFICIENT_DATA", "shop-PayFn-2CD"),
    ];
    let cloud = alarmed(bells);
    let mut window = watching(&cloud);
    wait(&mut window, "the notice", |window| {
        workspace(window).notices().iter().any(|notice| notice.text.starts_with("The alarm Theerrors in alarm"))
    });
    let told = |window: &Harness<'static, Shell>, name: &str| {
        let node = workspace(window).open().and_then(|open| open.document.diagram().node_named(name));
        workspace(window).told_of(node.expect("it is drawn")).unwrap_or_default().to_owned()
    };
    wait(&mut window, "it on the node", |window| told(window, "OrdersFn").contains("Theerrors in alarm"));
    let pay = told(&window, "PayFn");
    assert!(pay.contains("Theslow ok") && pay.contains("Thequiet no data"), "{pay}");
    assert!(reads(&window, "live, all is read, 1 in alarm"), "the strip counts those that are on");
    let notices = workspace(&window).notices();
    let alarms = notices.iter().filter(|notice| notice.tone == Tone::Trouble && notice.text.contains("alarm"));
    assert_eq!(alarms.count(), 1, "those that are well are not told, {notices:?}");
    for (node, expected) in [("OrdersFn", "Theerrors in alarm"), ("PayFn", "Thequiet no data"), ("PayFn", "Theslow ok")]
    {
        let id = workspace(&window).open().and_then(|open| open.document.diagram().node_named(node)).expect("drawn");
        window.state_mut().ask(Command::Select([Element::Node(id)].into(), Choose::Only));
        window.run_steps(4);
        assert!(reads(&window, expected), "the inspector of {node} says {expected}");
        assert!(reads(&window, "Threshold Crossed: 12 errors"), "and why");
    }
}

/// A line of a log group that no node has.
fn stranger(at: i64) -> Stored {
    let (group, stream) = ("/aws/lambda/biller".to_owned(), "s".to_owned());
    let (id, message) = (format!("{at:056}"), "an invoice was sent".to_owned());
    Stored { group, stream, timestamp_ms: at, ingestion_ms: at, id, message }
}

#[test]
fn a_log_group_is_bound_by_hand_and_a_time_is_gone_to_while_the_tail_goes_on() {
    if !is_alone("a_log_group_is_bound_by_hand_and_a_time_is_gone_to_while_the_tail_goes_on") {
        return;
    }
    let (cloud, at) = shop();
    let mut state = cloud.state.lock().expect("nobody failed");
    state.groups.push("/aws/lambda/biller".to_owned());
    state.stack.push(("Biller".to_owned(), "biller".to_owned(), "AWS::Lambda::Function".to_owned()));
    state.events.push(stranger(at + 1_000));
    drop(state);
    let mut window = watching(&cloud);
    wait(&mut window, "the records", |window| reads(window, "8 records"));
    wait(&mut window, "what has no node", |window| window.query_by_label("1 unbound").is_some());
    click(&mut window, "1 unbound");
    assert!(window.query_by_label("Log group, 1 records").is_some());
    click(&mut window, "Bind /aws/lambda/biller to…");
    write(&mut window, "Pay");
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "Done");
    wait(&mut window, "its node", |window| reads(window, "PayFn") && window.query_by_label("1 unbound").is_none());
    let bindings = workspace(&window).open().expect("open").document.diagram().bindings();
    let bound: Vec<_> = bindings.into_keys().collect();
    assert_eq!(bound, [(Bound::LogGroup, "/aws/lambda/biller".to_owned())]);
    happens(&cloud, ORDERS, 0, "the tail goes on");
    happens(&cloud, PAY, 0, "and on");
    wait(&mut window, "the next lines", |window| reads(window, "10 records"));
    press(&mut window, Modifiers::ALT, Key::G);
    let ago_s = (now_ms() - at) / 1_000 + 60;
    write(&mut window, &format!("-{ago_s}s"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    let first = workspace(&window).attached().and_then(|all| all.observed().records.at(0));
    let looked_at = |window: &Harness<'static, Shell>| workspace(window).attached().and_then(|all| all.shelf().at().0);
    assert!(first.is_some() && looked_at(&window) == first, "before all there is the first record");
    click_on(&mut window, &["an invoice was sent"]);
    assert!(reads(&window, "PayFn"), "what was bound by hand says whose it is");
}
