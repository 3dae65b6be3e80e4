//! What stands around the canvas: pictures to take along, dialogs of the system.

use std::path::PathBuf;

use eframe::egui::OutputCommand;

use super::files::{edited, folder, until};
use super::*;
use crate::app::{Action, Command, Tone};
use crate::gui::overlays::chooser::{Answer, Ask, What};

/// Draws until something is copied.
fn copied(window: &mut Harness<'static, Shell>, action: Action) -> OutputCommand {
    window.state_mut().ask(Command::Act(action));
    for _ in 0..20_000 {
        window.step();
        let commands = &window.output().platform_output.commands;
        let is_copy =
            |command: &&OutputCommand| matches!(command, OutputCommand::CopyText(_) | OutputCommand::CopyImage(_));
        if let Some(command) = commands.iter().find(is_copy) {
            return command.clone();
        }
        std::thread::yield_now();
    }
    panic!("nothing was copied");
}

#[test]
fn the_diagram_is_copied_in_every_form_and_said_so() {
    let mut window = with_reference();
    let OutputCommand::CopyText(svg) = copied(&mut window, Action::CopySvg) else { panic!("SVG is text") };
    assert!(svg.starts_with("<svg") && svg.contains("ValidateFileFn"), "{svg}");
    let OutputCommand::CopyText(chart) = copied(&mut window, Action::CopyMermaid) else { panic!("so is Mermaid") };
    assert!(chart.contains("flowchart LR") && chart.contains("ValidateFileFn"), "{chart}");
    let OutputCommand::CopyImage(image) = copied(&mut window, Action::CopyPng) else { panic!("pixels are none") };
    let colours: std::collections::BTreeSet<[u8; 4]> =
        image.pixels.iter().map(eframe::egui::Color32::to_array).collect();
    assert!(image.size[0] > 1000 && colours.len() > 100, "{:?} {}", image.size, colours.len());
    window.run_steps(4);
    assert!(window.query_by_label("Copied the diagram as PNG.").is_some());
}

#[test]
fn a_picture_is_drawn_as_it_is_shown() {
    let mut window = with_reference();
    let ground = |window: &mut Harness<'static, Shell>| match copied(window, Action::CopyPng) {
        OutputCommand::CopyImage(image) => (image.pixels[0], image.size),
        other => panic!("{other:?}"),
    };
    window.state_mut().ask(Command::Act(Action::StyleTiles));
    let (dark, tiles) = ground(&mut window);
    window.state_mut().ask(Command::Act(Action::StyleCards));
    window.state_mut().ask(Command::Act(Action::Theme));
    let (light, cards) = ground(&mut window);
    assert_ne!(dark, light);
    assert_ne!(tiles, cards);
}

#[test]
fn a_picture_is_saved_by_its_extension() {
    let mut window = edited();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::Picture));
    click(&mut window, "Ground: Light");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(workspace(&window).overlay(), None);
    for (name, start) in [("a.svg", "<svg"), ("a.PNG", "\u{fffd}PNG"), ("a.mmd", "---\ntitle")] {
        let path = folder("picture").join(name);
        let drawing = workspace(&window).as_shown(crate::export::drawing::Form::Svg);
        let before = workspace(&window).notices().len();
        window.state_mut().ask(Command::Draw(drawing, Some(path.clone())));
        until(&mut window, name, |workspace| workspace.notices().len() > before);
        let bytes = std::fs::read(&path).expect("it is written");
        assert!(String::from_utf8_lossy(&bytes).starts_with(start), "{name}");
    }
    let drawing = workspace(&window).as_shown(crate::export::drawing::Form::Svg);
    window.state_mut().ask(Command::Draw(drawing, Some(folder("picture").join("a.gif"))));
    assert_eq!(workspace(&window).notices().last().map(|notice| notice.tone), Some(Tone::Trouble));
}

/// A system that has no dialogs.
fn nobody(_: &Ask) -> Answer {
    Box::pin(std::future::ready(None))
}

/// A person who takes what is proposed, in a folder of this test.
fn agrees(ask: &Ask) -> Answer {
    let What::Save(name) = &ask.what else { panic!("it saves") };
    let path: PathBuf = folder("system").join(name);
    Box::pin(std::future::ready(Some(path)))
}

/// A person who thinks for ever.
fn waits(_: &Ask) -> Answer {
    Box::pin(std::future::pending())
}

#[test]
fn a_system_without_dialogs_leaves_the_programs_own() {
    let mut window = edited();
    window.state_mut().open_with(nobody);
    for _ in 0..2 {
        press(&mut window, Modifiers::COMMAND, Key::S);
        window.run_steps(4);
        assert_eq!(workspace(&window).overlay(), Some(&Overlay::SaveAs));
        assert!(window.query_by_label("Save the diagram").is_some(), "its own dialog stands there");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(workspace(&window).overlay(), None);
    }
}

#[test]
fn a_dialog_of_the_system_is_used_and_can_be_left() {
    let mut window = edited();
    window.state_mut().open_with(agrees);
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "the save", |workspace| workspace.open().is_some_and(|open| open.path.is_some()));
    assert!(folder("system").join("untitled.strato.json").exists());
    window.state_mut().open_with(waits);
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.run_steps(8);
    click(&mut window, "Cancel");
    assert_eq!(workspace(&window).overlay(), None);
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.event(eframe::egui::Event::WindowFocused(false));
    window.run_steps(8);
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::Open));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(workspace(&window).overlay(), None);
}

/// A file from the system's file manager.
#[derive(Debug)]
struct Dropped(PathBuf);

impl eframe::egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no files".to_owned())
    }
}

fn dropped(window: &mut Harness<'static, Shell>, paths: &[PathBuf]) {
    let file = |path: &PathBuf| -> eframe::egui::DroppedFileHandle { std::sync::Arc::new(Dropped(path.clone())) };
    window.input_mut().dropped_files = paths.iter().map(file).collect();
    window.run_steps(4);
}

/// A file with a diagram of this name.
fn file(name: &str) -> PathBuf {
    let path = folder("drop").join(format!("{name}.strato.json"));
    std::fs::write(&path, crate::diagram::file::write(&crate::diagram::Diagram::new(name))).expect("written");
    path
}

#[test]
fn a_file_that_is_dropped_is_opened_and_unsaved_changes_are_asked_about() {
    let path = file("dropped");
    let mut welcome = window();
    let hovering = eframe::egui::HoveredFile { path: Some(path.clone()), ..Default::default() };
    welcome.input_mut().hovered_files = vec![hovering];
    welcome.run_steps(2);
    assert!(welcome.query_by_value("Drop to open dropped.strato.json").is_some());
    welcome.input_mut().hovered_files.clear();
    dropped(&mut welcome, std::slice::from_ref(&path));
    let is_open = |workspace: &Workspace| workspace.open().is_some_and(|open| open.path.as_ref() == Some(&path));
    until(&mut welcome, "the diagram", is_open);
    let mut busy = edited();
    dropped(&mut busy, std::slice::from_ref(&path));
    until(&mut busy, "the question", |workspace| matches!(workspace.overlay(), Some(Overlay::Unsaved(_))));
    click(&mut busy, "Don't save");
    until(&mut busy, "the diagram", is_open);
}

#[test]
fn others_that_are_dropped_want_windows_of_their_own() {
    let mut window = window();
    dropped(&mut window, &[file("first"), file("second"), file("third")]);
    // This window has no program to start for them, and says so for each.
    until(&mut window, "both refusals", |workspace| workspace.notices().len() == 2);
    until(&mut window, "the first", Workspace::is_open);
    assert_eq!(workspace(&window).open().expect("open").document.diagram().name(), "first");
    assert!(workspace(&window).notices()[0].text.starts_with("Cannot open another window"));
}

#[test]
fn a_file_that_changed_in_another_window_is_asked_about() {
    let check = |answer: &str, expected: &str| {
        let path = file(&format!("both-{answer}"));
        let mut window = window_with(Some(path.clone()));
        until(&mut window, "the diagram", Workspace::is_open);
        window.state_mut().ask(Command::RenameDiagram("mine".to_owned()));
        std::fs::write(&path, crate::diagram::file::write(&crate::diagram::Diagram::new("theirs"))).expect("written");
        press(&mut window, Modifiers::COMMAND, Key::S);
        until(&mut window, "the question", |workspace| workspace.overlay().is_some());
        assert_eq!(workspace(&window).overlay(), Some(&Overlay::Changed(path.clone())));
        click(&mut window, answer);
        until(&mut window, answer, |workspace| workspace.open().is_some_and(|open| !open.document.is_edited()));
        assert_eq!(workspace(&window).open().expect("open").document.diagram().name(), expected);
        assert!(std::fs::read_to_string(&path).expect("there").contains(expected), "{answer}");
    };
    check("Overwrite", "mine");
    check("Reload", "theirs");
}

#[test]
fn what_was_told_can_be_read_again_and_copied() {
    let mut window = window();
    window.state_mut().ask(Command::OpenFile(folder("told").join("nothing.strato.json")));
    until(&mut window, "a notice", |workspace| !workspace.notices().is_empty());
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(workspace(&window).notices().is_empty(), "leaving puts it away");
    click(&mut window, "1 error, show messages");
    assert!(window.query_by_label_contains("nothing.strato.json: it does not exist").is_some());
    window.get_by_label("Copy the message").click();
    let copied = (0..8).any(|_| {
        window.step();
        let commands = &window.output().platform_output.commands;
        let is_it =
            |command: &OutputCommand| matches!(command, OutputCommand::CopyText(text) if text.contains("nothing"));
        commands.iter().any(is_it)
    });
    assert!(copied);
    click(&mut window, "Done");
    assert_eq!(workspace(&window).overlay(), None);
}

#[test]
fn a_notice_stays_while_the_pointer_rests_on_it() {
    let mut window = with_reference();
    copied(&mut window, Action::CopySvg);
    window.run_steps(2);
    let notice = window.get_by_label("Copied the diagram as SVG.").rect().center();
    window.event(Event::PointerMoved(notice));
    window.run_steps(600);
    assert_eq!(workspace(&window).notices().len(), 1);
    window.event(Event::PointerMoved(pos2(400.0, 400.0)));
    window.run_steps(200);
    assert_eq!(workspace(&window).notices().len(), 1, "it has its whole time again");
    window.run_steps(300);
    assert!(workspace(&window).notices().is_empty());
}

#[test]
fn recent_files_say_what_has_become_of_them_and_open_in_windows_of_their_own() {
    let (path, mut window) = (folder("recents").join("shop.strato.json"), edited());
    window.state_mut().ask(Command::SaveFile(path.clone()));
    until(&mut window, "the save", Workspace::has_recent);
    window.state_mut().ask(Command::Act(Action::Welcome));
    window.run_steps(4);
    let label = |end: &str| format!("untitled, {}, {end}", path.display());
    window.get_by_label(&label("diagram just now")).click_modifiers(Modifiers::COMMAND);
    window.run_steps(4);
    let is_told = |workspace: &Workspace| workspace.notices().iter().any(|notice| notice.text.contains("window"));
    until(&mut window, "that there is no program for it", is_told);
    assert!(!workspace(&window).is_open());
    std::fs::remove_file(&path).expect("it can be removed");
    window.get_by_label(&label("diagram just now")).click();
    until(&mut window, "that it is gone", |workspace| !workspace.has_recent());
    window.state_mut().ask(Command::OpenReference(0));
    window.state_mut().ask(Command::SaveFile(path.clone()));
    until(&mut window, "the save", Workspace::has_recent);
    std::fs::remove_file(&path).expect("it can be removed");
    window.state_mut().ask(Command::Act(Action::Welcome));
    until(&mut window, "the look", |workspace| workspace.is_missing(&workspace.recent()[0]));
    assert!(window.query_by_label_contains(", not found").is_some());
}
