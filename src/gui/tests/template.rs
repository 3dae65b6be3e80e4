//! The template below the canvas: it follows every step, and lines and nodes are selected together.

use super::files::{folder, until};
use super::*;
use crate::app::Command;
use crate::catalog::Dialect;
use crate::diagram::Element;
use crate::export::sheet::Mark;

/// A window with the first reference diagram and its template.
fn with_template() -> Harness<'static, Shell> {
    let mut window = with_reference();
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    until(&mut window, "the template", |workspace| workspace.template().is_some_and(|(_, is_current)| is_current));
    window.run_steps(2);
    window
}

fn text(window: &Harness<'static, Shell>) -> String {
    workspace(window).template().map(|(sheet, _)| sheet.text.clone()).expect("a template")
}

/// The lines that the last step changed.
fn changed(window: &Harness<'static, Shell>) -> Vec<String> {
    let (sheet, _) = workspace(window).template().expect("a template");
    let lines = sheet.lines.iter().enumerate().filter(|(_, line)| line.mark != Mark::Same);
    lines.map(|(at, _)| sheet.line(at).trim().to_owned()).collect()
}

fn settled(window: &mut Harness<'static, Shell>) {
    until(window, "the change", |workspace| workspace.template().is_some_and(|(_, is_current)| is_current));
}

fn find(window: &mut Harness<'static, Shell>, name: &str) {
    press(window, Modifiers::COMMAND, Key::F);
    write(window, name);
    press(window, Modifiers::NONE, Key::Enter);
    window.run_steps(20);
}

/// Clicks into a line that begins at a place.
fn click_line(window: &mut Harness<'static, Shell>, at: eframe::egui::Pos2) {
    let (pos, button) = (at + Vec2::new(60.0, 0.0), eframe::egui::PointerButton::Primary);
    window.hover_at(pos);
    for pressed in [true, false] {
        window.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
    }
    window.run_steps(4);
}

#[test]
fn each_step_marks_the_lines_that_it_changed_and_undo_gives_them_back() {
    let mut window = with_template();
    let before = text(&window);
    assert!(before.contains("AWS::Serverless::Function") && changed(&window).is_empty());
    find(&mut window, "ValidateFileFn");
    click(&mut window, "Timeout");
    press(&mut window, Modifiers::COMMAND, Key::A);
    write(&mut window, "47");
    press(&mut window, Modifiers::NONE, Key::Enter);
    settled(&mut window);
    let lines = changed(&window);
    assert!(lines.contains(&"Timeout: 47".to_owned()) && lines.len() <= 3, "{lines:?}");
    // A step that writes nothing leaves the marks of the one before.
    press(&mut window, Modifiers::NONE, Key::Escape);
    find(&mut window, "ReadDataFn");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    settled(&mut window);
    assert_eq!(changed(&window), lines);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    settled(&mut window);
    assert_eq!(text(&window), before);
    click(&mut window, "Next change");
    window.run_steps(4);
    let label = window.get_by(|node| node.label().is_some_and(|label| label.contains("changed: ")));
    assert!(label.rect().height() > 10.0, "the change is in view");
}

#[test]
fn a_node_leads_to_its_lines_and_a_line_to_its_node() {
    let mut window = with_template();
    find(&mut window, "DocumentsTable");
    let shown = |window: &Harness<'static, Shell>, what: &str| {
        window.query_all_by(|node| node.label().is_some_and(|label| label.ends_with(what))).next().is_some()
    };
    assert!(shown(&window, ": DocumentsTable:") || shown(&window, ":   DocumentsTable:"), "its lines are in view");
    find(&mut window, "CreateUploadFn");
    let row = window.get_by(|node| node.label().is_some_and(|label| label.ends_with(":   CreateUploadFn:")));
    let at = row.rect().left_center();
    click_line(&mut window, at);
    assert_eq!(selected(&window), "CreateUploadFn");
    // The cursor goes on by key, until it comes to the lines of another node.
    for _ in 0..200 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        if selected(&window) != "CreateUploadFn" {
            break;
        }
    }
    let open = workspace(&window).open().expect("open");
    assert!(matches!(open.selection.first(), Some(Element::Node(_))));
    assert_ne!(selected(&window), "CreateUploadFn");
}

#[test]
fn the_language_is_switched_and_the_text_copied() {
    let mut window = with_template();
    click(&mut window, "Language: CloudFormation");
    assert_eq!(workspace(&window).template_dialect(), Dialect::CloudFormation);
    settled(&mut window);
    let plain = text(&window);
    assert!(plain.contains("AWS::Lambda::Function") && !plain.contains("AWS::Serverless"));
    click(&mut window, "Copy the template");
    let copied = window
        .output()
        .platform_output
        .commands
        .iter()
        .any(|command| matches!(command, eframe::egui::OutputCommand::CopyText(copied) if *copied == plain));
    assert!(copied || workspace(&window).notices().iter().any(|notice| notice.text == "Copied the template."));
    click(&mut window, "Fold the panel");
    assert!(!workspace(&window).dock_shown());
}

/// Whether a line, counted from 0, is in view.
fn in_view(window: &Harness<'static, Shell>, line: usize) -> bool {
    let start = format!("Line {}", line + 1);
    let is_it = |label: &str| label.strip_prefix(&start).is_some_and(|rest| rest.starts_with([':', ',']));
    window.query_all_by(|node| node.label().is_some_and(|label| is_it(&label))).next().is_some()
}

fn in_cloudformation() -> Harness<'static, Shell> {
    let mut window = with_template();
    click(&mut window, "Language: CloudFormation");
    settled(&mut window);
    window
}

#[test]
fn the_changes_of_a_step_are_walked_forwards_and_backwards_in_every_language() {
    for open in [with_template, in_cloudformation] {
        let mut window = open();
        find(&mut window, "DocumentsTable");
        let id = workspace(&window).open().and_then(crate::app::Open::one_node).expect("a table");
        window.state_mut().ask(Command::Rename(id, "Papers".to_owned()));
        window.run_steps(4);
        settled(&mut window);
        let changes = workspace(&window).template().expect("a template").0.changes.clone();
        let (first, last) = (changes[0], changes[changes.len() - 1]);
        assert!(last - first > 100, "a table is named far and wide: {changes:?}");
        let seen = |window: &Harness<'static, Shell>| [first, last].map(|line| in_view(window, line));
        // From wherever the cursor is, a round comes by every change.
        let round = |window: &mut Harness<'static, Shell>, label: &str| {
            let mut found = [false; 2];
            for _ in &changes {
                click(window, label);
                window.run_steps(4);
                let now = seen(window);
                found = [found[0] | now[0], found[1] | now[1]];
            }
            found
        };
        assert_eq!(round(&mut window, "Next change"), [true, true]);
        assert_eq!(round(&mut window, "Previous change"), [true, true]);
        let at = seen(&window);
        click(&mut window, "Next change");
        click(&mut window, "Previous change");
        window.run_steps(4);
        assert_eq!(seen(&window), at, "there and back again");
    }
}

#[test]
fn a_line_of_the_plain_template_leads_to_its_node_and_back() {
    let mut window = in_cloudformation();
    find(&mut window, "ValidateFileFn");
    let of_node = |window: &Harness<'static, Shell>, name: &str| {
        let open = workspace(window).open().expect("open");
        let node = open.document.diagram().node_named(name).expect("a node");
        workspace(window).template().expect("a template").0.first_of(node).expect("lines of the node")
    };
    // What stands beside a function in plain CloudFormation, such as its role, is the function's, too.
    let line = of_node(&window, "ValidateFileFn");
    assert!(in_view(&window, line), "its lines are in view");
    let (sheet, _) = workspace(&window).template().expect("a template");
    let owned = sheet.lines.iter().filter(|other| other.owner == sheet.lines[line].owner).count();
    assert!(owned > 30, "{owned} lines are the function's");
    let own = sheet.lines[line].owner;
    let before = (line.saturating_sub(2)..line).find(|at| sheet.lines[*at].owner.is_some_and(|node| Some(node) != own));
    let start = format!("Line {}:", before.expect("a line of another node is in view") + 1);
    let row = window.get_by(|node| node.label().is_some_and(|label| label.starts_with(&start)));
    let at = row.rect().left_center();
    click_line(&mut window, at);
    assert_ne!(selected(&window), "ValidateFileFn");
    // The cursor goes back by key into the lines of the function.
    for _ in 0..3 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(selected(&window), "ValidateFileFn");
}

#[test]
fn what_is_shown_is_what_is_saved_and_its_folder_can_be_opened() {
    let is_disabled = |window: &Harness<'static, Shell>| {
        window.get_by_label("Open the exported folder").accesskit_node().is_disabled()
    };
    let mut window = in_cloudformation();
    assert!(is_disabled(&window), "nothing has been exported yet");
    let shown = text(&window);
    click(&mut window, "Export…");
    assert!(window.query_by_label("Export a project for CloudFormation").is_some(), "the language that is shown");
    let folder = folder("saved").join("project");
    window.state_mut().ask(Command::ExportTo(Dialect::CloudFormation, folder.clone()));
    until(&mut window, "the export", Workspace::has_exported);
    assert_eq!(std::fs::read_to_string(folder.join("template.yaml")).expect("written"), shown);
    assert!(!is_disabled(&window));
}
