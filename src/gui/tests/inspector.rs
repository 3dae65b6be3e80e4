//! The inspector, by the names of its controls.

use std::collections::BTreeSet;

use eframe::egui::accesskit::Role;
use serde_json::{Value, json};

use super::*;
use crate::app::{Choose, Command};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Diagram, EdgeId, Element, NodeId};

fn diagram<'h>(window: &'h Harness<'static, Shell>) -> &'h Diagram {
    workspace(window).open().expect("a diagram is open").document.diagram()
}

fn node(window: &Harness<'static, Shell>, name: &str) -> NodeId {
    diagram(window).node_named(name).expect("the node is there")
}

fn edge(window: &Harness<'static, Shell>, from: &str, to: &str) -> EdgeId {
    let ends = (node(window, from), node(window, to));
    let mut edges = diagram(window).edges().iter().filter(|(_, edge)| (edge.from, edge.to) == ends);
    *edges.next().expect("the edge is there").0
}

fn select(window: &mut Harness<'static, Shell>, elements: &[Element]) {
    let elements: BTreeSet<Element> = elements.iter().copied().collect();
    window.state_mut().ask(Command::Select(elements, Choose::Only));
    window.run_steps(4);
}

/// Selects nodes of the reference by their names.
fn select_nodes(window: &mut Harness<'static, Shell>, names: &[&str]) {
    let nodes: Vec<Element> = names.iter().map(|name| Element::Node(node(window, name))).collect();
    select(window, &nodes);
}

fn fill(window: &mut Harness<'static, Shell>, label: &str, text: &str) {
    let is_field = |node: &egui_kittest::Node<'_>| {
        matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput)
    };
    window.get_all_by_label(label).find(is_field).expect("a field has this name").click();
    window.run_steps(4);
    press(window, Modifiers::COMMAND, Key::A);
    write(window, text);
}

fn values(window: &Harness<'static, Shell>, names: &[&str], key: &str) -> Vec<Option<Value>> {
    names.iter().map(|name| diagram(window).nodes()[&node(window, name)].settings.get(key).cloned()).collect()
}

fn steps_back(window: &mut Harness<'static, Shell>) -> usize {
    let mut steps = 0;
    while workspace(window).can_undo() {
        window.state_mut().ask(Command::Act(crate::app::Action::Undo));
        steps += 1;
    }
    steps
}

const FUNCTIONS: [&str; 3] = ["ValidateFileFn", "ReadDataFn", "ConvertFileFn"];

#[test]
fn a_number_is_written_to_all_that_are_selected_in_one_step() {
    let mut window = with_reference();
    let before = values(&window, &FUNCTIONS, "memory_mb");
    select_nodes(&mut window, &FUNCTIONS);
    assert!(window.query_by_label("3 × Lambda function").is_some());
    fill(&mut window, "Memory", "20");
    write(&mut window, "48");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(values(&window, &FUNCTIONS, "memory_mb"), vec![Some(json!(2048)); 3]);
    assert_eq!(steps_back(&mut window), 1);
    assert_eq!(values(&window, &FUNCTIONS, "memory_mb"), before);
}

#[test]
fn what_differs_is_mixed_and_what_is_refused_changes_none() {
    let mut window = with_reference();
    let before = values(&window, &FUNCTIONS, "memory_mb");
    assert!(before.windows(2).any(|pair| pair[0] != pair[1]), "the reference has functions of different sizes");
    select_nodes(&mut window, &FUNCTIONS);
    fill(&mut window, "Memory", "9000");
    write(&mut window, "0");
    assert!(window.query_by_label("Memory must be from 128 to 10,240 MB.").is_some());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(values(&window, &FUNCTIONS, "memory_mb"), before, "each has its own again");
    assert_eq!(steps_back(&mut window), 0);
    select_nodes(&mut window, &FUNCTIONS);
    let first = BTreeSet::from([Element::Node(node(&window, FUNCTIONS[0]))]);
    window.state_mut().ask(Command::Set(first, "arch".to_owned(), Some(json!("x86_64"))));
    window.run_steps(2);
    assert_eq!(window.get_by_label("Architecture").value().as_deref(), Some("mixed"));
    click(&mut window, "Architecture");
    click(&mut window, "x86_64");
    assert_eq!(values(&window, &FUNCTIONS, "arch"), vec![Some(json!("x86_64")); 3]);
}

#[test]
fn kinds_without_a_setting_in_common_can_still_be_put_in_order() {
    let mut window = with_reference();
    let names = ["ValidateFileFn", "DocumentsTable"];
    select_nodes(&mut window, &names);
    assert!(window.query_by_label("Memory").is_none());
    click(&mut window, "Align left");
    let left: BTreeSet<i32> =
        names.iter().map(|name| diagram(&window).nodes()[&node(&window, name)].position.x).collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn all_settings_go_back_to_their_defaults_at_once() {
    let mut window = with_reference();
    select_nodes(&mut window, &["ValidateFileFn"]);
    let own =
        |window: &Harness<'static, Shell>| diagram(window).nodes()[&node(window, "ValidateFileFn")].settings.len();
    let count = own(&window);
    assert!(count > 1, "the reference sets more than one");
    click(&mut window, &format!("Reset all {count}"));
    assert_eq!(own(&window), 0);
    assert_eq!(steps_back(&mut window), 1);
    assert_eq!(own(&window), count);
}

#[test]
fn an_access_level_becomes_named_actions_and_back() {
    let mut window = with_reference();
    let id = edge(&window, "ValidateFileFn", "DocumentsTable");
    select(&mut window, &[Element::Edge(id)]);
    let setting = |window: &Harness<'static, Shell>, key: &str| diagram(window).edges()[&id].settings.get(key).cloned();
    click(&mut window, "Access");
    click(&mut window, "named actions");
    let all = setting(&window, ACTIONS).expect("the actions of the level are named");
    assert!(all.as_array().is_some_and(|all| all.contains(&json!("dynamodb:PutItem"))), "{all}");
    click(&mut window, "dynamodb:PutItem");
    let fewer = setting(&window, ACTIONS).expect("others are left");
    assert_eq!(fewer.as_array().map(Vec::len), all.as_array().map(|all| all.len() - 1));
    fill(&mut window, "Named actions", "dynamodb:DescribeTable");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(setting(&window, ACTIONS), Some(fewer.clone()), "Escape takes it back");
    fill(&mut window, "Named actions", "dynamodb:DescribeTable");
    click(&mut window, "Label");
    assert_eq!(setting(&window, ACTIONS), Some(json!(["dynamodb:DescribeTable"])));
    fill(&mut window, "Named actions", "s3:GetObject");
    let told = "Named actions must be actions on the target such as dynamodb:GetItem, and s3:GetObject is none.";
    assert!(window.query_by_label(told).is_some());
    click(&mut window, "Label");
    assert_eq!(setting(&window, ACTIONS), Some(json!(["dynamodb:DescribeTable"])));
    click(&mut window, "Access");
    click(&mut window, "read");
    assert_eq!((setting(&window, ACTIONS), setting(&window, ACCESS)), (None, Some(json!("read"))));
}

#[test]
fn a_relation_is_added_where_it_belongs() {
    let mut window = with_reference();
    select_nodes(&mut window, &["ValidateFileFn"]);
    let count = diagram(&window).edges().len();
    click(&mut window, "Add to “Accesses”");
    assert!(window.query_by_label("What does ValidateFileFn access?").is_some());
    write(&mut window, "Documents");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(diagram(&window).edges().len(), count + 1);
    let new = diagram(&window).edges().values().next_back().expect("an edge").clone();
    assert_eq!((new.from, new.relation), (node(&window, "ValidateFileFn"), crate::catalog::Relation::Accesses));
    select_nodes(&mut window, &["ReadDataFn"]);
    click(&mut window, "Add to “On failure”");
    write(&mut window, "SQS queue");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let new = diagram(&window).edges().values().next_back().expect("an edge").clone();
    assert_eq!((new.from, new.relation), (node(&window, "ReadDataFn"), crate::catalog::Relation::DeadLetters));
}

#[test]
fn notes_and_containers_have_all_that_they_are_in_the_inspector() {
    let mut window = with_reference();
    let note = *diagram(&window).notes().keys().next().expect("the reference has notes");
    select(&mut window, &[Element::Note(note)]);
    fill(&mut window, "Width", "320");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(diagram(&window).notes()[&note].width, 320);
    click(&mut window, "About");
    window.get_by_role_and_label(Role::Button, "ConvertFileFn").click();
    window.run_steps(4);
    assert_eq!(diagram(&window).notes()[&note].attached, Some(node(&window, "ConvertFileFn")));
    let groups: Vec<_> = diagram(&window).groups().iter().map(|(id, group)| (*id, group.kind.clone())).collect();
    let (region, _) = groups.iter().find(|(_, kind)| kind.as_str() == "aws.region").expect("a Region is drawn").clone();
    select(&mut window, &[Element::Group(region)]);
    fill(&mut window, "Region", "eu-central-1");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(diagram(&window).groups()[&region].settings.get("region"), Some(&json!("eu-central-1")));
    click(&mut window, "Kind");
    // The palette has the kind, too; what lies over it comes last.
    window.get_all_by_label("Bounded context").last().expect("the kind can be chosen").click();
    window.run_steps(4);
    let group = &diagram(&window).groups()[&region];
    assert_eq!((group.kind.as_str(), group.settings.len()), ("generic.context", 0));
}

/// Runs the window until the background has answered.
fn until(window: &mut Harness<'static, Shell>, is_there: impl Fn(&Harness<'static, Shell>) -> bool) {
    for _ in 0..20_000 {
        window.run_steps(1);
        if is_there(window) {
            return;
        }
        std::thread::yield_now();
    }
    panic!("the background never answers");
}

#[test]
fn what_a_node_writes_is_shown_in_words_and_exactly() {
    let mut window = with_reference();
    select_nodes(&mut window, &["ValidateFileFn"]);
    until(&mut window, |window| window.query_by_label("Written by the wiring").is_some());
    assert!(
        window.query_by_label("DOCUMENTS_TABLE_NAME\n!Ref DocumentsTable").is_some(),
        "the short form has variables"
    );
    click(&mut window, "Show: Writes");
    for title in ["Wiring", "Failures", "Policy", "Variables", "Resources", "In the template"] {
        assert!(window.query_by_label(title).is_some(), "{title} is missing");
    }
    assert!(
        window.query_by_label("A notification of Documents invokes ValidateFileFn, which nobody waits for.").is_some()
    );
    assert!(window.query_by_label("ValidateFileFn\nAWS::Serverless::Function").is_some());
    let shown = window.query_all_by_label_contains("dynamodb:PutItem").count();
    assert!(shown > 0, "the statement is shown");
}

#[test]
fn what_an_arrow_writes_follows_its_settings() {
    let mut window = with_reference();
    let id = edge(&window, "ValidateFileFn", "DocumentsTable");
    select(&mut window, &[Element::Edge(id)]);
    click(&mut window, "Show: Writes");
    until(&mut window, |window| window.query_by_label("Policy").is_some());
    let all = |window: &Harness<'static, Shell>, text: &str| window.query_all_by_label_contains(text).count();
    let before = (all(&window, "dynamodb:PutItem"), all(&window, "dynamodb:Query"));
    assert!(before.0 > 0 && before.1 == 0, "it writes: {before:?}");
    window.state_mut().ask(Command::Set([Element::Edge(id)].into(), ACCESS.to_owned(), Some(json!("read"))));
    until(&mut window, |window| all(window, "dynamodb:Query") > 0);
    assert_eq!(all(&window, "dynamodb:PutItem"), 0);
}
