//! The window, driven by the names of its controls, with keys and with the pointer.

#[cfg(feature = "aws")]
mod account;
mod build;
#[cfg(feature = "aws")]
mod connection;
mod around;
mod cost;
mod edits;
mod files;
mod hands;
mod template;
mod usage;
#[cfg(feature = "aws")]
mod insights;
mod inspector;
mod live;
mod metrics;
mod names;
mod observe;
mod outline;
mod payer;
mod running;
mod walk;

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::Shell;
use super::prefs::Prefs;
use crate::app::{Overlay, TABLE, Workspace};
use crate::picture::Theme;

/// A window as it opens for the first time.
fn window() -> Harness<'static, Shell> {
    window_with(None)
}

fn window_with(file: Option<std::path::PathBuf>) -> Harness<'static, Shell> {
    let builder = Harness::builder().with_size(Vec2::new(1600.0, 1000.0)).with_step_dt(1.0 / 60.0).with_max_steps(60);
    let mut window =
        builder.build_eframe(|cc| Shell::bare(cc, file, None, None).expect("a window needs only a thread"));
    window.run_steps(4);
    window
}

/// A window with the first reference diagram.
fn with_reference() -> Harness<'static, Shell> {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(workspace(&window).is_open(), "Enter opens the marked reference");
    window
}

fn workspace<'h>(window: &'h Harness<'static, Shell>) -> &'h Workspace {
    window.state().workspace()
}

fn press(window: &mut Harness<'static, Shell>, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_steps(4);
}

fn write(window: &mut Harness<'static, Shell>, text: &str) {
    window.event(eframe::egui::Event::Text(text.to_owned()));
    window.run_steps(4);
}

fn click(window: &mut Harness<'static, Shell>, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(4);
}

/// The name of the one node that is selected.
fn selected(window: &Harness<'static, Shell>) -> String {
    let open = workspace(window).open().expect("a diagram is open");
    let id = open.one_node().expect("one node is selected");
    open.document.diagram().nodes()[&id].name.clone()
}

#[test]
fn a_reference_opens_by_key_and_by_pointer() {
    let by_key = with_reference();
    let name = |window: &Harness<'static, Shell>| {
        workspace(window).open().map(|open| open.document.diagram().name().to_owned())
    };
    let references = workspace(&by_key).references();
    assert_eq!(name(&by_key).as_deref(), Some(references[0].name()));
    let second = references[1].name().to_owned();
    let mut by_arrow = window();
    press(&mut by_arrow, Modifiers::NONE, Key::ArrowRight);
    press(&mut by_arrow, Modifiers::NONE, Key::Enter);
    assert_eq!(name(&by_arrow).as_deref(), Some(second.as_str()));
    let mut by_pointer = window();
    click(&mut by_pointer, &second);
    assert_eq!(name(&by_pointer).as_deref(), Some(second.as_str()));
}

#[test]
fn references_are_found_by_name_and_by_service() {
    let mut window = window();
    let (first, second) = (workspace(&window).references()[0].clone(), workspace(&window).references()[1].clone());
    click(&mut window, "Filter the reference diagrams");
    write(&mut window, second.name());
    assert!(window.query_by_label(first.name()).is_none());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).open().expect("open").document.diagram().name(), second.name());
}

#[test]
fn every_command_stands_in_the_list_and_runs_from_it() {
    let mut window = with_reference();
    press(&mut window, Modifiers::COMMAND, Key::K);
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::Commands));
    for row in TABLE {
        let label = format!("{}, {}", row.label, row.help);
        assert!(window.query_by_label(&label).is_some(), "{label} cannot be reached");
    }
    write(&mut window, "switch theme");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).theme(), Theme::Light);
    assert_eq!(workspace(&window).overlay(), None);
}

#[test]
fn the_list_of_commands_leaves_with_escape_wherever_it_opens() {
    for open in [window, with_reference] {
        let mut window = open();
        press(&mut window, Modifiers::COMMAND, Key::K);
        assert!(workspace(&window).overlay().is_some());
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(workspace(&window).overlay(), None);
    }
}

#[test]
fn the_theme_is_switched_and_kept() {
    let mut window = window();
    click(&mut window, "Settings");
    click(&mut window, "Theme: Light");
    assert_eq!(workspace(&window).theme(), Theme::Light);
    let mut prefs = Prefs::default();
    prefs.follow(workspace(&window));
    assert_eq!(prefs.settings.theme, Some(Theme::Light));
    click(&mut window, "Theme: System");
    assert_eq!(workspace(&window).settings().theme, None);
    click(&mut window, "Done");
    assert_eq!(workspace(&window).overlay(), None);
}

#[test]
fn panels_fold_by_key() {
    let mut window = with_reference();
    assert!(window.query_by_label("Find a kind").is_some());
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(window.query_by_label("Find a kind").is_none());
    assert!(window.query_by_label("Diagram name").is_some());
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(window.query_by_label("Diagram name").is_none());
}

#[test]
fn a_still_window_is_not_drawn_again() {
    for open in [window, with_reference] {
        let mut window = open();
        window.run_steps(8);
        let delay = window.output().viewport_output.values().map(|output| output.repaint_delay).min();
        assert_eq!(delay, Some(std::time::Duration::MAX));
    }
}
#[test]
fn the_theme_switches_by_key_with_a_diagram() {
    let mut window = with_reference();
    let before = workspace(&window).theme();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    assert_ne!(workspace(&window).theme(), before);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    assert_eq!(workspace(&window).theme(), before);
}

#[test]
fn the_interface_scales_and_its_keys_zoom_the_canvas_only() {
    let mut window = with_reference();
    let zoom = |window: &Harness<'static, Shell>| {
        let camera = workspace(window).open().and_then(|open| open.camera);
        (camera.expect("fitted").zoom, window.ctx.zoom_factor())
    };
    let (before, factor) = zoom(&window);
    press(&mut window, Modifiers::COMMAND, Key::Equals);
    assert!(zoom(&window).0 > before && (zoom(&window).1 - factor).abs() < 1e-6, "{:?}", zoom(&window));
    press(&mut window, Modifiers::COMMAND, Key::Minus);
    assert!((zoom(&window).1 - factor).abs() < 1e-6, "{:?}", zoom(&window));
    let before = zoom(&window).0;
    window.event(Event::PointerMoved(pos2(800.0, 500.0)));
    let (delta, modifiers) = (vec2(0.0, 1.0), Modifiers::COMMAND);
    window.event_modifiers(
        Event::MouseWheel { unit: MouseWheelUnit::Line, delta, phase: TouchPhase::Move, modifiers },
        modifiers,
    );
    window.run_steps(8);
    assert!(zoom(&window).0 > before && (zoom(&window).1 - factor).abs() < 1e-6, "{:?}", zoom(&window));
    press(&mut window, Modifiers::COMMAND, Key::Comma);
    for _ in 0..5 {
        click(&mut window, "Larger interface");
    }
    assert!((zoom(&window).1 - 1.5).abs() < 1e-6, "{:?}", zoom(&window));
    let bar = window.get_by_label("Done").rect();
    assert!(window.ctx.content_rect().contains_rect(bar), "{bar:?}");
    click(&mut window, "150 %");
    click(&mut window, "Smaller interface");
    assert_eq!(workspace(&window).settings().scale_percent, 90);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(workspace(&window).overlay(), None);
}

#[test]
fn reduced_motion_reaches_the_widgets() {
    let mut window = window();
    click(&mut window, "Settings");
    assert!(window.ctx.global_style().animation_time > 0.0);
    window.get_by_role_and_label(Role::CheckBox, "Reduce motion").click();
    window.run_steps(4);
    assert!(workspace(&window).reduces_motion());
    assert!(window.ctx.global_style().animation_time.abs() < f32::EPSILON);
}
