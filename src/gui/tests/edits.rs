//! Nodes and settings, changed by hand.

use serde_json::Value;

use super::*;
use crate::diagram::Element;

/// Selects a node of the reference by walking there.
fn walk_to(window: &mut Harness<'static, Shell>, name: &str) {
    for _ in 0..40 {
        press(window, Modifiers::NONE, Key::Tab);
        if selected(window) == name {
            return;
        }
    }
    panic!("Tab never comes to {name}");
}

fn own_setting(window: &Harness<'static, Shell>, name: &str, key: &str) -> Option<Value> {
    let diagram = workspace(window).open().expect("open").document.diagram();
    diagram.nodes()[&diagram.node_named(name).expect("the node is there")].settings.get(key).cloned()
}

fn fill(window: &mut Harness<'static, Shell>, label: &str, text: &str) {
    click(window, label);
    press(window, Modifiers::COMMAND, Key::A);
    write(window, text);
}

fn undo_label(window: &Harness<'static, Shell>) -> Option<String> {
    workspace(window).open().and_then(|open| open.document.undo_label().map(str::to_owned))
}

#[test]
fn a_node_is_added_by_typing() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    press(&mut window, Modifiers::NONE, Key::A);
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::Add));
    write(&mut window, "lambda");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let open = workspace(&window).open().expect("open");
    let kinds: Vec<&str> = open.document.diagram().nodes().values().map(|node| node.kind.as_str()).collect();
    assert_eq!(kinds, ["aws.lambda_function"]);
    assert!(open.one_node().is_some(), "what was added is selected");
    assert_eq!(workspace(&window).overlay(), None);
}

#[test]
fn a_kind_is_added_by_a_click_in_the_palette() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "SQS queue");
    click(&mut window, "SQS queue");
    let places: std::collections::BTreeSet<_> = workspace(&window)
        .open()
        .expect("open")
        .document
        .diagram()
        .nodes()
        .values()
        .map(|node| node.position)
        .collect();
    assert_eq!(places.len(), 2, "the second does not hide the first");
}

#[test]
fn typing_a_setting_is_one_step_of_undo() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    let before = own_setting(&window, "ValidateFileFn", "memory_mb");
    fill(&mut window, "Memory", "2");
    write(&mut window, "0");
    write(&mut window, "48");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(own_setting(&window, "ValidateFileFn", "memory_mb"), Some(Value::from(2048)));
    assert_eq!(undo_label(&window).as_deref(), Some("Change memory"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(own_setting(&window, "ValidateFileFn", "memory_mb"), before);
    assert_eq!(undo_label(&window), None);
}

#[test]
fn a_refused_value_says_why_and_is_not_applied() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    let before = own_setting(&window, "ValidateFileFn", "memory_mb");
    fill(&mut window, "Memory", "1000");
    write(&mut window, "00");
    let sentence = "Memory must be from 128 to 10,240 MB.";
    assert!(window.query_by_label(sentence).is_some());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(own_setting(&window, "ValidateFileFn", "memory_mb"), before, "not even the numbers on the way there");
    assert_eq!(undo_label(&window), None);
    assert!(window.query_by_label(sentence).is_some(), "it stays to be mended");
    fill(&mut window, "Memory", "640");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(own_setting(&window, "ValidateFileFn", "memory_mb"), Some(Value::from(640)));
    assert!(window.query_by_label(sentence).is_none());
}

#[test]
fn escape_takes_back_what_was_typed() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    fill(&mut window, "Name", "Another");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(selected(&window), "ValidateFileFn");
    assert_eq!(undo_label(&window), None);
}

#[test]
fn letters_belong_to_the_field_that_is_typed_in() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    fill(&mut window, "Name", "Fa");
    press(&mut window, Modifiers::NONE, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(workspace(&window).overlay(), None);
    assert_eq!(selected(&window), "Fa");
}

#[test]
fn a_choice_and_its_way_back_to_the_default() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    click(&mut window, "Architecture: x86_64");
    assert_eq!(own_setting(&window, "ValidateFileFn", "arch"), Some(Value::from("x86_64")));
    click(&mut window, "Reset Architecture to its default");
    assert_eq!(own_setting(&window, "ValidateFileFn", "arch"), None);
}

#[test]
fn enter_goes_to_the_settings_and_escape_back_to_the_canvas() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::COMMAND, Key::A);
    write(&mut window, "Checked");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(selected(&window), "Checked");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Escape);
    let before = selected(&window);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_ne!(selected(&window), before, "Tab walks nodes again");
}

#[test]
fn relations_lead_to_the_other_node_and_to_the_arrow() {
    let mut window = with_reference();
    walk_to(&mut window, "ValidateFileFn");
    click(&mut window, "Show the arrow of UploadFailures");
    let selection = &workspace(&window).open().expect("open").selection;
    assert!(matches!(selection.first(), Some(Element::Edge(_))), "{selection:?}");
    click(&mut window, "UploadFailures, To · SQS queue");
    assert_eq!(selected(&window), "UploadFailures");
}

#[test]
fn connecting_lists_what_fits_and_why_the_rest_does_not() {
    let mut window = with_reference();
    walk_to(&mut window, "UploadFailures");
    press(&mut window, Modifiers::NONE, Key::C);
    assert!(matches!(workspace(&window).overlay(), Some(Overlay::Connect(..))));
    write(&mut window, "ReadDataFn");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).overlay(), None);
    assert_eq!(undo_label(&window).as_deref(), Some("Connect"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    walk_to(&mut window, "UploadFailures");
    press(&mut window, Modifiers::NONE, Key::C);
    write(&mut window, "DocumentsTable");
    let edges = workspace(&window).open().expect("open").document.diagram().edges().len();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(workspace(&window).overlay().is_some(), "what is refused cannot be chosen");
    assert_eq!(workspace(&window).open().expect("open").document.diagram().edges().len(), edges);
}

#[test]
fn the_outline_selects_walks_and_renames() {
    let mut window = with_reference();
    click(&mut window, "Left panel: Outline");
    let rows = |window: &Harness<'static, Shell>| -> Vec<String> {
        let diagram = workspace(window).open().expect("open").document.diagram();
        diagram.nodes().values().map(|node| node.name.clone()).collect()
    };
    let first = rows(&window)[0].clone();
    click(&mut window, "Filter the outline");
    write(&mut window, &first);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(selected(&window), first);
    press(&mut window, Modifiers::NONE, Key::F2);
    assert!(window.query_by_label("Name in the outline").is_some());
    assert!(window.query_by_label("Name of the node").is_none(), "the canvas leaves the key to the outline");
    press(&mut window, Modifiers::COMMAND, Key::A);
    write(&mut window, "Renamed");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(selected(&window), "Renamed");
    click(&mut window, "Filter the outline");
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    press(&mut window, Modifiers::NONE, Key::Enter);
    let mut met = std::collections::BTreeSet::new();
    for _ in 0..rows(&window).len() + 4 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        met.extend(workspace(&window).open().expect("open").one_node());
    }
    assert!(met.len() >= rows(&window).len() - 1, "arrows walk through: {}", met.len());
}
