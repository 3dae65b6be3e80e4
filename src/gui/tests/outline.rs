//! The outline, with keys and with the pointer.

use std::collections::BTreeSet;

use super::*;
use crate::app::{Choose, Command};
use crate::diagram::Element;

/// A window that shows the outline, with its first row chosen and in focus.
fn at_first_row() -> Harness<'static, Shell> {
    let mut window = with_reference();
    click(&mut window, "Left panel: Outline");
    click(&mut window, "Filter the outline");
    press(&mut window, Modifiers::NONE, Key::Enter);
    window
}

fn selection(window: &Harness<'static, Shell>) -> BTreeSet<Element> {
    workspace(window).open().expect("a diagram is open").selection.clone()
}

/// The rows that are read, with their levels.
fn rows(window: &Harness<'static, Shell>) -> Vec<(String, usize)> {
    let all = window.get_all_by_role(Role::TreeItem);
    all.map(|row| {
        let row = row.accesskit_node();
        (row.label().unwrap_or_default(), row.data().level().unwrap_or_default())
    })
    .collect()
}

fn counts(window: &Harness<'static, Shell>) -> (usize, usize) {
    let diagram = workspace(window).open().expect("open").document.diagram();
    (diagram.nodes().len(), diagram.edges().len())
}

#[test]
fn arrows_walk_open_and_close() {
    let mut window = at_first_row();
    let before = rows(&window);
    assert!(before.iter().any(|(_, level)| *level > 1), "containers are open: {before:?}");
    press(&mut window, Modifiers::NONE, Key::End);
    let last = selection(&window);
    press(&mut window, Modifiers::NONE, Key::Home);
    assert_ne!(selection(&window), last);
    let mut met = BTreeSet::new();
    for _ in 0..before.len() + 2 {
        met.extend(selection(&window));
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(met.len(), before.len(), "Down comes to every row");
    assert_eq!(selection(&window), last, "and stays at the last");
    // To a function with arrows: Right opens it, Right again goes in, Left comes back and closes it.
    let validate =
        workspace(&window).open().expect("open").document.diagram().node_named("ValidateFileFn").expect("it");
    window.state_mut().ask(Command::Select([Element::Node(validate)].into(), Choose::Only));
    click(&mut window, "Filter the outline");
    write(&mut window, "ValidateFileFn");
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "Filter the outline");
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    window.get_by_role_and_label(Role::TreeItem, "ValidateFileFn, Lambda function").click();
    window.run_steps(4);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(rows(&window).len() > before.len(), "its arrows are shown");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(matches!(selection(&window).first(), Some(Element::Edge(_))));
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(selection(&window), [Element::Node(validate)].into());
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(rows(&window), before);
}

#[test]
fn several_are_selected_with_shift_and_with_the_command_key() {
    let mut window = at_first_row();
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(selection(&window).len(), 3);
    press(&mut window, Modifiers::NONE, Key::Home);
    let names: Vec<String> = rows(&window).into_iter().map(|(name, _)| name).collect();
    let click_with = |window: &mut Harness<'static, Shell>, modifiers: Modifiers, name: &str| {
        window.get_by_role_and_label(Role::TreeItem, name).click_modifiers(modifiers);
        window.run_steps(4);
    };
    click_with(&mut window, Modifiers::NONE, &names[2]);
    click_with(&mut window, Modifiers::SHIFT, &names[5]);
    assert_eq!(selection(&window).len(), 4);
    click_with(&mut window, Modifiers::COMMAND, &names[3]);
    assert_eq!(selection(&window).len(), 3);
}

#[test]
fn what_is_chosen_is_deleted_and_the_keys_go_on() {
    let mut window = at_first_row();
    let (nodes, edges) = counts(&window);
    window.get_by_role_and_label(Role::TreeItem, "UploadFailures, SQS queue").click();
    window.run_steps(4);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(counts(&window), (nodes - 1, edges - 1));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(selection(&window).len(), 1, "a row has the focus still");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(counts(&window), (nodes, edges));
}

#[test]
fn an_arrow_gets_words_and_a_note_a_title_in_place() {
    let mut window = at_first_row();
    window.get_by_role_and_label(Role::TreeItem, "UploadApi, HTTP API").click();
    window.run_steps(4);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    let Some(Element::Edge(edge)) = selection(&window).first().copied() else { panic!("an arrow stands under it") };
    press(&mut window, Modifiers::NONE, Key::F2);
    write(&mut window, "one file");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let diagram = workspace(&window).open().expect("open").document.diagram();
    assert_eq!(diagram.edges()[&edge].label.as_deref(), Some("one file"));
    let (note, title) = diagram.notes().iter().next().map(|(id, note)| (*id, note.title.clone())).expect("a note");
    window.get_by_role_and_label(Role::TreeItem, &format!("{title}, Note")).click();
    window.run_steps(4);
    press(&mut window, Modifiers::NONE, Key::F2);
    press(&mut window, Modifiers::COMMAND, Key::A);
    write(&mut window, "In short");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).open().expect("open").document.diagram().notes()[&note].title, "In short");
}
