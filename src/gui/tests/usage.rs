//! How much is used, by the names of what shows it.

use eframe::egui::accesskit::Role;
use serde_json::{Value, json};

use super::*;
use crate::app::{Action, Choose, Command, Tab};
use crate::diagram::{Element, NodeId};

fn node(window: &Harness<'static, Shell>, name: &str) -> NodeId {
    let diagram = workspace(window).open().expect("open").document.diagram();
    diagram.node_named(name).expect("the node is there")
}

fn own(window: &Harness<'static, Shell>, name: &str, key: &str) -> Option<Value> {
    let id = node(window, name);
    workspace(window).open().expect("open").document.diagram().nodes()[&id].usage.get(key).cloned()
}

fn select(window: &mut Harness<'static, Shell>, names: &[&str]) {
    let nodes = names.iter().map(|name| Element::Node(node(window, name))).collect();
    window.state_mut().ask(Command::Select(nodes, Choose::Only));
    window.run_steps(4);
}

fn fill(window: &mut Harness<'static, Shell>, label: &str, text: &str) {
    let is_field = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::TextInput;
    window.get_all_by_label(label).find(is_field).expect("a field has this name").click();
    window.run_steps(4);
    press(window, Modifiers::COMMAND, Key::A);
    write(window, text);
    press(window, Modifiers::NONE, Key::Enter);
}

#[test]
fn a_figure_says_where_it_comes_from_and_is_set_in_one_step() {
    let mut window = with_reference();
    select(&mut window, &["CreateUploadFn"]);
    click(&mut window, "Show: Usage");
    assert!(window.query_by_label("Flows in from UploadApi").is_some());
    assert!(window.query_all_by_label("Assumed").next().is_some(), "the time of an initialisation is");
    fill(&mut window, "Requests", "5/s");
    assert_eq!(own(&window, "CreateUploadFn", "requests"), Some(json!("5/s")));
    assert!(window.query_by_label("Set here · 13,140,000").is_some());
    window.state_mut().ask(Command::Act(Action::Undo));
    window.run_steps(4);
    assert_eq!(own(&window, "CreateUploadFn", "requests"), None, "it was one step");
    assert!(window.query_by_label("Flows in from UploadApi").is_some());
    click(&mut window, "Clear Duration");
    assert_eq!(own(&window, "CreateUploadFn", "duration_ms"), None);
}

#[test]
fn what_is_no_figure_is_refused_and_several_are_set_together() {
    let mut window = with_reference();
    let names = ["ReadDataFn", "ConvertFileFn"];
    select(&mut window, &names);
    click(&mut window, "Show: Usage");
    fill(&mut window, "Duration", "-3");
    assert!(window.query_by_label("Duration must be a number from 0.").is_some());
    let before: Vec<_> = names.iter().map(|name| own(&window, name, "duration_ms")).collect();
    assert_ne!(before[0], before[1]);
    select(&mut window, &["Client"]);
    select(&mut window, &names);
    fill(&mut window, "Duration", "700");
    for name in names {
        assert_eq!(own(&window, name, "duration_ms"), Some(json!(700)), "{name}");
    }
}

#[test]
fn the_table_of_all_figures_selects_and_sets() {
    let mut window = with_reference();
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(workspace(&window).shows(Tab::Usage));
    click(&mut window, "Filter the figures");
    write(&mut window, "requests");
    fill(&mut window, "Requests of Client", "10/s");
    assert_eq!(own(&window, "Client", "requests"), Some(json!("10/s")));
    let open = workspace(&window).open().expect("open");
    let workload = workspace(&window).workload().expect("it is worked out");
    let api = workload.node(node(&window, "UploadApi"))[0].expect("a figure follows");
    assert_eq!(api.low, rust_decimal::Decimal::from(13_140_000), "{}", open.document.revision());
    click(&mut window, "Sort by Where it comes from");
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(!workspace(&window).shows(Tab::Usage));
}
