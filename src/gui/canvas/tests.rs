//! The canvas as a person uses it: by the names of what is shown, with pointer and keys, without a screen.

use std::sync::Arc;

use eframe::egui::accesskit::Toggled;
use eframe::egui::{self, Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Ui, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::Action;
use crate::diagram::{Element, Point};
use crate::gui::fonts;
use crate::picture::Theme;

/// A window with nothing but the canvas.
struct Desk {
    workspace: Workspace,
    canvas: Option<Canvas>,
    /// Draws something left of the canvas, as the palette does.
    side: f32,
}

impl Desk {
    fn ui(&mut self, ui: &mut Ui) {
        let Some(canvas) = &mut self.canvas else {
            self.canvas = Some(Canvas::new(fonts::install(ui.ctx(), self.workspace.catalog())));
            ui.ctx().request_repaint();
            return;
        };
        let mut commands = Vec::new();
        let rect = ui.available_rect_before_wrap();
        let rest = egui::Rect::from_min_max(rect.min + vec2(self.side, 0.0), rect.max);
        ui.scope_builder(egui::UiBuilder::new().max_rect(rest), |ui| canvas.ui(ui, &self.workspace, &mut commands));
        for command in commands {
            self.workspace.run(command);
        }
    }

    fn open(&self) -> &Open {
        self.workspace.open().expect("a diagram is open")
    }

    fn camera(&self) -> Camera {
        self.open().camera.expect("the canvas has fitted the diagram")
    }
}

type Window = Harness<'static, Desk>;

fn window(start: Command) -> Window {
    let mut workspace = Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark);
    workspace.run(start);
    let desk = Desk { workspace, canvas: None, side: 0.0 };
    let builder = Harness::builder().with_size(vec2(1400.0, 900.0)).with_step_dt(1.0 / 60.0).with_max_steps(40);
    let mut window = builder.build_ui_state(|ui, desk: &mut Desk| desk.ui(ui), desk);
    window.run();
    window
}

/// A window with the reference diagram of uploads.
fn uploads() -> Window {
    window(Command::OpenReference(0))
}

const VALIDATE: &str = "ValidateFileFn, Lambda function";

fn selected(window: &Window) -> Vec<String> {
    let open = window.state().open();
    let name = |element: &Element| match element {
        Element::Node(id) => open.document.diagram().nodes()[id].name.clone(),
        other => format!("{other:?}"),
    };
    open.selection.iter().map(name).collect()
}

fn place(window: &Window, name: &str) -> Point {
    let diagram = window.state().open().document.diagram();
    diagram.nodes()[&diagram.node_named(name).expect("a node")].position
}

fn button(window: &Window, at: Pos2, button: PointerButton, pressed: bool) {
    window.event(Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
}

/// Presses at one place and releases at another, with a stop between.
fn sweep(window: &mut Window, from: Pos2, to: Pos2, with: PointerButton) {
    window.hover_at(from);
    button(window, from, with, true);
    window.hover_at(from + (to - from) / 2.0);
    window.hover_at(to);
    button(window, to, with, false);
    window.run();
}

fn drag(window: &mut Window, from: &str, to: &str) {
    let (from, to) = (window.get_by_label(from).rect().center(), window.get_by_label(to).rect().center());
    sweep(window, from, to, PointerButton::Primary);
}

#[test]
fn everything_that_is_shown_has_a_name() {
    for index in 0..crate::diagram::REFERENCES.len() {
        let window = window(Command::OpenReference(index));
        let open = window.state().open();
        for node in open.picture.nodes().values() {
            let kind = window.state().workspace.catalog().kind(&node.kind);
            window.get_by_label(&format!("{}, {}", node.name, kind.label));
            for (port, _) in node.ports() {
                window.get_by_label(&format!("{}, {} port", node.name, names::told(port)));
            }
        }
        for edge in open.picture.edges().values() {
            assert!(window.query_all_by_label(&edge.told).next().is_some(), "{}", edge.told);
        }
    }
}

#[test]
fn a_click_selects_and_says_so() {
    let mut window = uploads();
    window.get_by_label(VALIDATE).click();
    window.run();
    assert_eq!(selected(&window), ["ValidateFileFn"]);
    assert_eq!(window.get_by_label(VALIDATE).accesskit_node().toggled(), Some(Toggled::True));
    window.get_by_label("Documents, S3 bucket").click_modifiers(Modifiers::SHIFT);
    window.run();
    assert_eq!(selected(&window), ["Documents", "ValidateFileFn"]);
    let edge = window.state().open().picture.edges().values().next().map(|edge| edge.told.clone()).expect("an arrow");
    window.get_by_label(&edge).click();
    window.run();
    assert!(matches!(window.state().open().selection.first(), Some(Element::Edge(_))));
}

#[test]
fn a_drag_is_one_step_and_escape_takes_it_back() {
    let mut window = uploads();
    let before = place(&window, "ValidateFileFn");
    let zoom = window.state().camera().zoom;
    let from = window.get_by_label(VALIDATE).rect().center();
    let by = vec2(-200.0, 104.0) * zoom;
    sweep(&mut window, from, from + by, PointerButton::Primary);
    assert_eq!(place(&window, "ValidateFileFn"), Point { x: before.x - 200, y: before.y + 104 });
    assert_eq!(window.state().open().document.undo_label(), Some("Move"));
    window.state_mut().workspace.run(Command::Act(Action::Undo));
    window.run();
    assert_eq!(place(&window, "ValidateFileFn"), before);
    assert_eq!(window.state().open().document.undo_label(), None, "one drag is one step");

    let from = window.get_by_label(VALIDATE).rect().center();
    window.hover_at(from);
    button(&window, from, PointerButton::Primary, true);
    window.hover_at(from + by);
    window.run();
    assert_ne!(place(&window, "ValidateFileFn"), before);
    window.key_press(egui::Key::Escape);
    window.run();
    button(&window, from + by, PointerButton::Primary, false);
    window.run();
    assert_eq!(place(&window, "ValidateFileFn"), before);
}

#[test]
fn ports_are_joined_by_hand_and_impossible_ends_say_why() {
    let mut window = uploads();
    let edges = |window: &Window| window.state().open().document.diagram().edges().len();
    let before = edges(&window);
    drag(&mut window, "CreateUploadFn, out port", "DocumentsTable, DynamoDB table");
    assert_eq!(edges(&window), before + 1);
    assert!(matches!(window.state().open().selection.first(), Some(Element::Edge(_))));

    let from = window.get_by_label("DocumentsTable, out port").rect().center();
    let to = window.get_by_label("DocumentMail, SES identity").rect().center();
    window.hover_at(from);
    button(&window, from, PointerButton::Primary, true);
    window.hover_at(to - vec2(20.0, 0.0));
    window.hover_at(to);
    window.run();
    assert!(window.query_by_label_contains("cannot be joined to").is_some(), "the reason stands at the pointer");
    button(&window, to, PointerButton::Primary, false);
    window.run();
    assert_eq!(edges(&window), before + 1);
    assert!(window.state().workspace.notices().iter().any(|notice| notice.text.contains("cannot be joined to")));
}

#[test]
fn a_node_joins_the_group_that_it_is_dropped_in() {
    let mut window = uploads();
    let group = |window: &Window| {
        let diagram = window.state().open().document.diagram();
        diagram.nodes()[&diagram.node_named("Client").expect("a node")].group
    };
    assert_eq!(group(&window), None);
    let client = window.get_by_label("Client, Client").rect().center();
    let inside = window.get_by_label(VALIDATE).rect().center() + vec2(0.0, 110.0);
    sweep(&mut window, client, inside, PointerButton::Primary);
    assert!(group(&window).is_some(), "it stands in the region now");
    window.state_mut().workspace.run(Command::Act(Action::Undo));
    assert_eq!(group(&window), None, "joining is part of the same step");
}

#[test]
fn a_rectangle_selects_what_it_touches() {
    let mut window = uploads();
    let card = window.get_by_label(VALIDATE).rect();
    sweep(&mut window, card.min - vec2(12.0, 24.0), card.max - vec2(60.0, 20.0), PointerButton::Primary);
    assert_eq!(selected(&window), ["ValidateFileFn"]);
}

#[test]
fn a_double_click_renames_in_place() {
    for (key, expected) in [(egui::Key::Enter, "CheckFileFn"), (egui::Key::Escape, "ValidateFileFn")] {
        let mut window = uploads();
        window.get_by_label(VALIDATE).click();
        window.get_by_label(VALIDATE).click();
        window.run();
        let field = window.get_by_label("Name of the node");
        assert!(field.is_focused());
        window.key_press_modifiers(Modifiers::COMMAND, egui::Key::A);
        window.get_by_label("Name of the node").type_text("CheckFileFn");
        window.run();
        window.key_press(key);
        window.run();
        assert!(window.state().open().document.diagram().node_named(expected).is_some(), "{key:?}");
        assert_eq!(window.state().workspace.renaming(), None);
    }
}

#[test]
fn the_wheel_zooms_to_the_pointer() {
    let mut window = uploads();
    let at = window.get_by_label(VALIDATE).rect().center();
    let seen = |window: &Window| window.state().camera().to_canvas(pos(at.x, at.y));
    let (before, zoom) = (seen(&window), window.state().camera().zoom);
    window.hover_at(at);
    window.run();
    for (notches, grows) in [(1.0, true), (-2.0, false)] {
        let delta = vec2(0.0, notches);
        let (unit, phase, modifiers) = (MouseWheelUnit::Line, TouchPhase::Move, Modifiers::NONE);
        window.event(Event::MouseWheel { unit, delta, phase, modifiers });
        window.run();
        assert_eq!(window.state().camera().zoom > zoom, grows);
        assert!(seen(&window).distance(before) < 12.0, "what is under the pointer stays there");
    }
}

#[test]
fn the_camera_follows_the_middle_button_and_keeps_its_middle_when_a_panel_folds() {
    let mut window = uploads();
    let start = window.state().camera();
    sweep(&mut window, Pos2::new(60.0, 60.0), Pos2::new(100.0, 90.0), PointerButton::Middle);
    let moved = window.state().camera();
    assert!((moved.pan.x - start.pan.x - 40.0).abs() < 0.1 && (moved.pan.y - start.pan.y - 30.0).abs() < 0.1);
    window.state_mut().side = 200.0;
    window.run();
    let narrow = window.state().camera();
    assert!((narrow.pan.x - moved.pan.x + 100.0).abs() < 0.1, "the middle of the world stays in the middle");
    window.state_mut().workspace.run(Command::Act(Action::Fit));
    window.run();
    let open = window.state().open();
    let shown = narrow_panel(&window);
    assert!(shown.holds(&window.state().camera().rect_to_screen(&open.picture.bounds().expect("bounds"))));
}

fn narrow_panel(window: &Window) -> crate::picture::Rect {
    let panel = window.state().open().panel;
    crate::picture::Rect::new(0.0, 0.0, panel.0, panel.1)
}

#[test]
fn a_kind_that_is_dropped_becomes_a_node_under_the_pointer() {
    let mut window = window(Command::Act(Action::New));
    let at = Pos2::new(700.0, 450.0);
    window.hover_at(at - vec2(30.0, 0.0));
    button(&window, at, PointerButton::Primary, true);
    window.step();
    egui::DragAndDrop::set_payload(&window.ctx, KindId::new("aws.sqs_queue"));
    window.hover_at(at);
    window.step();
    button(&window, at, PointerButton::Primary, false);
    window.run();
    assert_eq!(selected(&window).len(), 1, "the new node is selected");
    let open = window.state().open();
    let card = open.picture.nodes().values().next().expect("a node").rect;
    let camera = window.state().camera();
    assert!(camera.rect_to_screen(&card).middle().distance(pos(at.x - 8.0, at.y - 8.0)) < 12.0);
}

#[test]
fn the_menu_is_about_what_was_clicked() {
    let mut window = uploads();
    window.get_by_label(VALIDATE).click_secondary();
    window.run();
    assert_eq!(selected(&window), ["ValidateFileFn"]);
    window.get_by_label_contains("Delete").click();
    window.run();
    assert_eq!(window.state().open().document.diagram().node_named("ValidateFileFn"), None);
}

#[test]
fn far_away_nothing_is_named_and_clicks_still_select() {
    let mut window = uploads();
    let node = window.state().open().picture.nodes().values().next().expect("a node").rect.middle();
    let camera = Camera { zoom: 0.1, pan: pos(400.0, 400.0) };
    window.state_mut().workspace.run(Command::SetCamera(camera));
    window.run();
    assert!(window.query_by_label(VALIDATE).is_none());
    let origin = window.get_by_label("Canvas").rect().min;
    let at = camera.to_screen(node);
    let at = origin + Vec2::new(at.x, at.y);
    sweep(&mut window, at, at, PointerButton::Primary);
    assert_eq!(selected(&window).len(), 1);
}

#[test]
fn a_still_canvas_draws_what_it_drew_before() {
    let mut window = uploads();
    let shapes = |window: &Window| window.output().shapes.len();
    let before = shapes(&window);
    assert!(before > 100);
    window.run();
    assert_eq!(shapes(&window), before);
    assert!(window.state().canvas.as_ref().is_some_and(|canvas| canvas.replay.shapes.is_some()));
}

#[test]
fn a_wire_that_ends_on_empty_ground_asks_what_to_add() {
    let mut window = uploads();
    let from = window.get_by_label("ValidateFileFn, out port").rect().center();
    sweep(&mut window, from, egui::pos2(1380.0, 880.0), PointerButton::Primary);
    let overlay = window.state().workspace.overlay();
    assert!(matches!(overlay, Some(crate::app::Overlay::Offer(_, crate::picture::Port::Out, _))), "{overlay:?}");
}
