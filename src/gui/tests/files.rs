//! Files through the engine: what cannot be opened, what is not saved.

use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::app::{Command, Tone};

pub(super) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("stratoscope-window-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
}

/// Draws until something is so; the engine answers from its own thread.
pub(super) fn until(window: &mut Harness<'static, Shell>, what: &str, is: impl Fn(&Workspace) -> bool) {
    for _ in 0..60_000 {
        if is(workspace(window)) {
            window.run_steps(2);
            return;
        }
        window.step();
        // On a busy machine the engine needs the time more than the window.
        std::thread::park_timeout(Duration::from_millis(1));
    }
    panic!("never came: {what}");
}

/// A window with one node that no file has.
pub(super) fn edited() -> Harness<'static, Shell> {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "S3 bucket");
    assert!(window.query_by_label("Edited").is_some());
    window
}

#[test]
fn a_file_that_is_no_diagram_is_told_once_and_stays_told() {
    let path = folder("bad").join("bad.strato.json");
    std::fs::write(&path, "{ this is no diagram").expect("written");
    let mut window = window_with(Some(path));
    until(&mut window, "a notice", |workspace| !workspace.notices().is_empty());
    let [notice] = workspace(&window).notices() else { panic!("one notice") };
    assert_eq!(notice.tone, Tone::Trouble);
    let text = notice.text.clone();
    assert!(text.contains("bad.strato.json"), "{text}");
    window.run_steps(600);
    assert!(window.query_by_label(&text).is_some(), "a trouble stays");
    click(&mut window, "Put the notice away");
    assert!(workspace(&window).notices().is_empty());
}

#[test]
fn unsaved_changes_are_asked_about() {
    let check = |answer: &str, stays: bool| {
        let mut window = edited();
        press(&mut window, Modifiers::COMMAND, Key::N);
        assert!(matches!(workspace(&window).overlay(), Some(Overlay::Unsaved(_))));
        click(&mut window, answer);
        let nodes = workspace(&window).open().expect("open").document.diagram().nodes().len();
        assert_eq!(nodes == 1, stays, "{answer}");
        assert_eq!(workspace(&window).overlay(), None, "{answer}");
    };
    check("Cancel", true);
    check("Don't save", false);
}

#[test]
fn saving_first_goes_on_with_what_was_asked() {
    let path = folder("guard").join("guard.strato.json");
    let mut window = edited();
    window.state_mut().ask(Command::SaveFile(path.clone()));
    until(&mut window, "the first save", |workspace| workspace.open().is_some_and(|open| open.path.is_some()));
    click(&mut window, "SQS queue");
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "Save");
    until(&mut window, "a fresh diagram", |workspace| !workspace.has_nodes());
    assert!(std::fs::read_to_string(&path).expect("saved").contains("aws.sqs_queue"));
}

#[test]
fn a_diagram_without_a_file_asks_for_one_before_it_is_left() {
    let mut window = edited();
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "Save");
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::SaveAs));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until(&mut window, "no dialog", |workspace| workspace.overlay().is_none());
    assert!(workspace(&window).has_nodes(), "who gives up saving stays");
}

#[test]
fn an_export_writes_a_project_and_says_so() {
    let folder = folder("export").join("project");
    let mut window = with_reference();
    window.state_mut().ask(Command::ExportTo(crate::catalog::Dialect::Sam, folder.clone()));
    until(&mut window, "a notice", |workspace| !workspace.notices().is_empty());
    assert_eq!(workspace(&window).notices()[0].tone, Tone::Done, "{:?}", workspace(&window).notices());
    assert!(folder.join("template.yaml").exists());
    click(&mut window, "Put the notice away");
}

#[test]
fn the_export_dialog_offers_every_dialect() {
    let mut window = with_reference();
    press(&mut window, Modifiers::COMMAND, Key::E);
    assert!(window.query_by_label("Export a project for AWS SAM").is_some());
    click(&mut window, "Language: CloudFormation");
    assert!(window.query_by_label("Export a project for CloudFormation").is_some());
}

#[test]
fn the_welcome_page_opens_files_of_last_time_until_they_are_gone() {
    let path = folder("recent").join("recent.strato.json");
    let mut window = edited();
    window.state_mut().ask(Command::SaveFile(path.clone()));
    until(&mut window, "the save", Workspace::has_recent);
    window.state_mut().ask(Command::Act(crate::app::Action::Welcome));
    window.run_steps(4);
    let click_row = |window: &mut Harness<'static, Shell>| {
        window.get_by(|node| node.label().is_some_and(|label| label.starts_with("untitled, "))).click();
        window.run_steps(4);
    };
    click_row(&mut window);
    until(&mut window, "the diagram", Workspace::is_open);
    window.state_mut().ask(Command::Act(crate::app::Action::Welcome));
    std::fs::remove_file(&path).expect("removed");
    window.run_steps(4);
    click_row(&mut window);
    until(&mut window, "a notice", |workspace| !workspace.has_recent());
    let told = workspace(&window).notices().last().map(|notice| notice.text.clone());
    assert!(told.is_some_and(|text| text.contains("does not exist")), "{:?}", workspace(&window).notices());
    assert!(window.query_by_label("Recent").is_none());
}
