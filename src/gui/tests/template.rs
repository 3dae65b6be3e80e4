//! The template below the canvas: it follows every step, and lines and nodes are selected together.

use super::files::until;
use super::*;
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
    let place = row.rect().left_center() + Vec2::new(60.0, 0.0);
    window.hover_at(place);
    for pressed in [true, false] {
        let button = eframe::egui::PointerButton::Primary;
        window.event(Event::PointerButton { pos: place, button, pressed, modifiers: Modifiers::NONE });
    }
    window.run_steps(4);
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
