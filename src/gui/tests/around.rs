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
    let colours: std::collections::BTreeSet<[u8; 4]> = image.pixels.iter().map(|pixel| pixel.to_array()).collect();
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
