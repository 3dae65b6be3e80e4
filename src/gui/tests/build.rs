//! The web-application backend, built from nothing: with the keyboard alone, and with the pointer alone.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{Event, PointerButton, Pos2};
use serde_json::Value;

use super::*;
use crate::app::Command;
use crate::catalog::{Archetype, Catalog, Field, FieldType, Relation};
use crate::diagram::edit::ACCESS;
use crate::diagram::{Diagram, Edge, Node, NodeId};

/// What is built.
fn wanted() -> Diagram {
    let named = |(path, _): &&(&str, &str)| path.contains("web-application-backend");
    let (path, text) = crate::diagram::REFERENCES.iter().find(named).expect("it ships");
    crate::diagram::file::read(text.as_bytes(), &Catalog::builtin()).expect(path)
}

fn built<'h>(window: &'h Harness<'static, Shell>) -> &'h Diagram {
    workspace(window).open().expect("a diagram is open").document.diagram()
}

/// Each arrow by what its ends are called.
fn arrows(diagram: &Diagram, called: fn(&Node) -> &str) -> Vec<(&str, &str, Relation)> {
    let end = |id: &NodeId| called(&diagram.nodes()[id]);
    let mut arrows: Vec<_> =
        diagram.edges().values().map(|edge| (end(&edge.from), end(&edge.to), edge.relation)).collect();
    arrows.sort_unstable();
    arrows
}

/// How often each thing is there.
fn counted<'d>(things: impl Iterator<Item = &'d str>) -> BTreeMap<&'d str, usize> {
    things.fold(BTreeMap::new(), |mut counts, thing| {
        *counts.entry(thing).or_default() += 1;
        counts
    })
}

fn kinds(diagram: &Diagram) -> BTreeMap<&str, usize> {
    let nodes = diagram.nodes().values().map(|node| node.kind.as_str());
    counted(nodes.chain(diagram.groups().values().map(|group| group.kind.as_str())))
}

/// Takes everything back, does it again, and finds the same each time.
fn undone_and_redone(window: &mut Harness<'static, Shell>, mut step: impl FnMut(&mut Harness<'static, Shell>, bool)) {
    let whole = built(window).clone();
    while workspace(window).can_undo() {
        step(window, true);
    }
    let left = built(window);
    assert!(left.nodes().is_empty() && left.edges().is_empty() && left.groups().is_empty() && left.notes().is_empty());
    while workspace(window).can_redo() {
        step(window, false);
    }
    assert_eq!(built(window), &whole);
}

/// Saves, goes to the welcome page, opens the file from there, and finds the same. Where the file is to be is asked in a
/// dialog of the system's, so it is given here.
fn saved_and_reopened(
    window: &mut Harness<'static, Shell>,
    name: &str,
    reopen: impl FnOnce(&mut Harness<'static, Shell>),
) {
    let path = files::folder(name).join("built.strato.json");
    window.state_mut().ask(Command::SaveFile(path));
    files::until(window, "the save", Workspace::has_recent);
    let whole = built(window).clone();
    reopen(window);
    let serial =
        |workspace: &Workspace| workspace.open().map(|open| (open.serial, open.document.undo_label().is_none()));
    files::until(window, "the diagram", |workspace| serial(workspace).is_some_and(|(_, is_fresh)| is_fresh));
    assert_eq!(built(window), &whole);
}

/// Goes to something by its name.
fn find(window: &mut Harness<'static, Shell>, name: &str) {
    press(window, Modifiers::COMMAND, Key::F);
    write(window, name);
    press(window, Modifiers::NONE, Key::Enter);
}

/// Adds a kind by typing.
fn add(window: &mut Harness<'static, Shell>, label: &str) {
    press(window, Modifiers::NONE, Key::A);
    write(window, label);
    press(window, Modifiers::NONE, Key::Enter);
}

fn add_named(window: &mut Harness<'static, Shell>, label: &str, name: &str) {
    add(window, label);
    press(window, Modifiers::NONE, Key::F2);
    write(window, name);
    press(window, Modifiers::NONE, Key::Enter);
}

/// Joins the selected node to another by typing; of several things that an arrow can say, the one that is wanted.
fn connect(window: &mut Harness<'static, Shell>, diagram: &Diagram, edge: &Edge) {
    let catalog = Catalog::builtin();
    let kind = |id: &NodeId| catalog.kind(&diagram.nodes()[id].kind);
    let mut ways: Vec<Relation> = Vec::new();
    for way in catalog.connections(kind(&edge.from), kind(&edge.to)) {
        if !ways.contains(&way.relation) {
            ways.push(way.relation);
        }
    }
    find(window, &diagram.nodes()[&edge.from].name);
    press(window, Modifiers::NONE, Key::C);
    write(window, &diagram.nodes()[&edge.to].name);
    for _ in ways.iter().take_while(|way| **way != edge.relation) {
        press(window, Modifiers::NONE, Key::ArrowDown);
    }
    press(window, Modifiers::NONE, Key::Enter);
}

fn has_focus(node: &egui_kittest::kittest::AccessKitNode<'_>) -> bool {
    node.is_focused()
}

/// What has the focus is called.
fn focused(window: &Harness<'static, Shell>) -> String {
    let mut focused = window.query_all_by(has_focus);
    focused.next().and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

/// What stands in it.
fn value(window: &Harness<'static, Shell>) -> String {
    let mut focused = window.query_all_by(has_focus);
    focused.next().and_then(|node| node.accesskit_node().value()).unwrap_or_default()
}

/// Presses Tab until one of these has the focus, and tells which; at the end of the inspector it turns back.
fn walk_to(window: &mut Harness<'static, Shell>, names: &[&str]) -> String {
    let (mut met, mut modifiers) = (Vec::new(), Modifiers::NONE);
    for _ in 0..80 {
        let name = focused(window);
        if names.contains(&name.as_str()) {
            return name;
        }
        if name == "Width of the inspector" {
            modifiers = Modifiers::SHIFT;
        }
        met.push(name);
        press(window, modifiers, Key::Tab);
    }
    panic!("Tab never comes to {names:?}: {met:?}");
}

/// How a value is given.
enum Given {
    Typed(String),
    Chosen(String),
    Switched,
}

/// How a person gives a field its value.
fn given(field: &Field, value: &Value) -> Given {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match field.field_type {
        FieldType::Boolean => Given::Switched,
        FieldType::Choice => {
            let choice = field.choices.iter().find(|choice| choice.value == text);
            Given::Chosen(choice.expect("it can be chosen").label.clone())
        }
        _ => Given::Typed(text),
    }
}

/// Gives a value to a field of what is selected.
fn set(window: &mut Harness<'static, Shell>, label: &str, given: Given) {
    press(window, Modifiers::NONE, Key::Enter);
    match given {
        Given::Switched => {
            walk_to(window, &[label]);
            press(window, Modifiers::NONE, Key::Space);
        }
        Given::Chosen(option) => {
            // Few choices stand beside each other, many hang below each other.
            let beside = format!("{label}: {option}");
            if walk_to(window, &[label, &beside]) == beside {
                press(window, Modifiers::NONE, Key::Space);
            } else {
                press(window, Modifiers::NONE, Key::Home);
                while value(window) != option {
                    press(window, Modifiers::NONE, Key::ArrowDown);
                }
            }
        }
        Given::Typed(text) => {
            walk_to(window, &[label]);
            press(window, Modifiers::COMMAND, Key::A);
            write(window, &text);
            press(window, Modifiers::NONE, Key::Enter);
        }
    }
    if focused(window) != "Canvas" {
        press(window, Modifiers::NONE, Key::Escape);
    }
}

/// Tells how much flows along the selected arrow, as far as the diagram says it.
fn set_traffic(window: &mut Harness<'static, Shell>, fields: &[Field], settings: &BTreeMap<String, Value>) {
    let told: Vec<_> = fields.iter().filter_map(|field| Some((field, settings.get(&field.key)?))).collect();
    if told.is_empty() {
        return;
    }
    press(window, Modifiers::NONE, Key::Enter);
    walk_to(window, &["Show: Usage"]);
    press(window, Modifiers::NONE, Key::Space);
    for (field, value) in told {
        walk_to(window, &[&field.label]);
        press(window, Modifiers::COMMAND, Key::A);
        write(window, &value.to_string());
        press(window, Modifiers::NONE, Key::Enter);
    }
    if focused(window) != "Canvas" {
        press(window, Modifiers::NONE, Key::Escape);
    }
}

/// Gives the selected arrow everything that it has in the diagram that is wanted.
fn set_edge(window: &mut Harness<'static, Shell>, diagram: &Diagram, edge: &Edge) {
    let catalog = Catalog::builtin();
    let kind = |id: &NodeId| catalog.kind(&diagram.nodes()[id].kind);
    let row = catalog.connection(kind(&edge.from), kind(&edge.to), Some(edge.relation)).expect("it can be joined");
    for (field, value) in row.fields.iter().filter_map(|field| Some((field, edge.settings.get(&field.key)?))) {
        set(window, &field.label, given(field, value));
    }
    if let Some(level) = edge.settings.get(ACCESS).and_then(Value::as_str) {
        set(window, "Access", Given::Chosen(level.replace('_', " and ")));
    }
    if let Some(step) = edge.step {
        set(window, "Step", Given::Typed(step.to_string()));
    }
    if let Some(label) = &edge.label {
        set(window, "Label", Given::Typed(label.clone()));
    }
    set_traffic(window, &catalog.traffic().fields, &edge.settings);
}

/// What people have said of each node, and of each arrow.
fn said(diagram: &Diagram) -> (BTreeMap<&str, &BTreeMap<String, Value>>, BTreeSet<String>) {
    let nodes = diagram.nodes().values().map(|node| (node.name.as_str(), &node.settings));
    let name = |id: &NodeId| &diagram.nodes()[id].name;
    let edge = |edge: &Edge| {
        let (from, to, settings) = (name(&edge.from), name(&edge.to), &edge.settings);
        format!("{from} {to} {settings:?} {:?} {:?}", edge.step, edge.label)
    };
    (nodes.collect(), diagram.edges().values().map(edge).collect())
}

#[test]
fn the_keyboard_alone_builds_the_web_application_backend() {
    let (wanted, catalog) = (wanted(), Catalog::builtin());
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    let is_client = |node: &Node| catalog.kind(&node.kind).archetype == Archetype::Client;
    let (clients, resources): (Vec<&Node>, Vec<&Node>) = wanted.nodes().values().partition(|node| is_client(node));
    for node in resources {
        let kind = catalog.kind(&node.kind);
        add_named(&mut window, &kind.label, &node.name);
        // In the order of the fields: some show only when one before them is set.
        for (field, value) in kind.fields.iter().filter_map(|field| Some((field, node.settings.get(&field.key)?))) {
            set(&mut window, &field.label, given(field, value));
        }
    }
    // A container comes around what is selected, the innermost first.
    press(&mut window, Modifiers::COMMAND, Key::A);
    for group in wanted.groups().values().rev() {
        add(&mut window, &catalog.kind(&group.kind).label);
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    for node in clients {
        add_named(&mut window, &catalog.kind(&node.kind).label, &node.name);
        let outside = |window: &Harness<'static, Shell>| {
            let id = built(window).node_named(&node.name).expect("it was added");
            built(window).nodes()[&id].group.is_none()
        };
        while !outside(&window) {
            press(&mut window, Modifiers::SHIFT, Key::ArrowLeft);
        }
    }
    for edge in wanted.edges().values() {
        connect(&mut window, &wanted, edge);
        set_edge(&mut window, &wanted, edge);
    }
    for note in wanted.notes().values() {
        press(&mut window, Modifiers::NONE, Key::N);
        write(&mut window, &note.text);
        press(&mut window, Modifiers::COMMAND, Key::Enter);
    }
    let made = built(&window);
    assert_eq!(kinds(made), kinds(&wanted));
    assert_eq!(arrows(made, |node| &node.name), arrows(&wanted, |node| &node.name));
    let inside = |diagram: &Diagram| diagram.nodes().values().filter(|node| node.group.is_some()).count();
    assert_eq!(inside(made), inside(&wanted));
    assert_eq!(made.notes().len(), wanted.notes().len());
    assert_eq!(said(made), said(&wanted));
    undone_and_redone(&mut window, |window, back| {
        let modifiers = if back { Modifiers::COMMAND } else { Modifiers::COMMAND | Modifiers::SHIFT };
        press(window, modifiers, Key::Z);
    });
    saved_and_reopened(&mut window, "keyboard", |window| {
        press(window, Modifiers::COMMAND, Key::K);
        write(window, "welcome page");
        press(window, Modifiers::NONE, Key::Enter);
        while !focused(window).starts_with("untitled, ") {
            press(window, Modifiers::NONE, Key::Tab);
        }
        press(window, Modifiers::NONE, Key::Enter);
    });
}

fn button(pressed: bool, pos: Pos2) -> Event {
    Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE }
}

/// Drags from one place to another.
fn drag(window: &mut Harness<'static, Shell>, from: Pos2, to: Pos2) {
    window.hover_at(from);
    window.run_steps(2);
    window.event(button(true, from));
    window.run_steps(1);
    window.hover_at(from + (to - from) / 2.0);
    window.run_steps(2);
    window.hover_at(to);
    window.run_steps(2);
    window.event(button(false, to));
    window.run_steps(4);
}

/// Turns the wheel over the palette until a row is seen, and tells where it is.
fn row(window: &mut Harness<'static, Shell>, label: &str) -> Pos2 {
    let seen = 150.0..940.0;
    for _ in 0..200 {
        let row = window.get_by_label(label).rect().center();
        if seen.contains(&row.y) {
            return row;
        }
        window.hover_at(Pos2::new(row.x, 500.0));
        let delta = Vec2::new(0.0, if row.y < seen.start { 1.0 } else { -1.0 });
        let unit = eframe::egui::MouseWheelUnit::Line;
        let phase = eframe::egui::TouchPhase::Move;
        window.event(Event::MouseWheel { unit, delta, phase, modifiers: Modifiers::NONE });
        window.run_steps(20);
    }
    panic!("{label} cannot be scrolled to");
}

#[test]
fn the_pointer_alone_builds_the_web_application_backend() {
    let (wanted, catalog) = (wanted(), Catalog::builtin());
    let mut window = window();
    click(&mut window, "New diagram");
    for _ in 0..3 {
        click(&mut window, "Zoom out");
    }
    window.run_steps(20);
    let canvas = window.get_by_label("Canvas").rect();
    // Places of the reference, as seen at the zoom that is.
    let zoom = workspace(&window).open().and_then(|open| open.camera).expect("it is shown").zoom;
    let at =
        |node: &Node| canvas.min + Vec2::new(node.position.x as f32 + 320.0, node.position.y as f32 + 160.0) * zoom;
    let mut made: BTreeMap<NodeId, String> = BTreeMap::new();
    for (id, node) in wanted.nodes() {
        let row = row(&mut window, &catalog.kind(&node.kind).label);
        drag(&mut window, row, at(node));
        made.insert(*id, selected(&window));
    }
    for edge in wanted.edges().values() {
        let port = if edge.relation == Relation::DeadLetters { "failure" } else { "out" };
        let from = window.get_by_label(&format!("{}, {port} port", made[&edge.from])).rect().center();
        let to = catalog.kind(&wanted.nodes()[&edge.to].kind);
        let to = window.get_by_label(&format!("{}, {}", made[&edge.to], to.label)).rect().center();
        drag(&mut window, from, to);
    }
    // A rectangle around everything but the clients, and a container from the palette around that, twice.
    let resources = wanted.nodes().values().filter(|node| catalog.kind(&node.kind).archetype != Archetype::Client);
    let around = resources.map(|node| eframe::egui::Rect::from_center_size(at(node), Vec2::new(220.0, 120.0) * zoom));
    let around = around.reduce(eframe::egui::Rect::union).expect("there are resources");
    drag(&mut window, around.min, around.max);
    for group in wanted.groups().values().rev() {
        let row = row(&mut window, &catalog.kind(&group.kind).label);
        drag(&mut window, row, row);
    }
    let made = built(&window);
    assert_eq!(kinds(made), kinds(&wanted));
    assert_eq!(arrows(made, |node| node.kind.as_str()), arrows(&wanted, |node| node.kind.as_str()));
    let inside = |diagram: &Diagram| diagram.nodes().values().filter(|node| node.group.is_some()).count();
    assert_eq!(inside(made), inside(&wanted));
    undone_and_redone(&mut window, |window, back| {
        let wanted = if back { "Undo" } else { "Redo" };
        window.get_by(|node| node.label().is_some_and(|label| label.starts_with(wanted))).click();
        window.run_steps(4);
    });
    saved_and_reopened(&mut window, "pointer", |window| {
        let menu = window.get_by_label("File menu of untitled").rect().center();
        drag(window, menu, menu);
        click(window, "Welcome page");
        window.get_by(|node| node.label().is_some_and(|label| label.starts_with("untitled, "))).click();
        window.run_steps(4);
    });
}
