//! What hands do becomes the commands that a person would expect.

use super::*;
use crate::app::Workspace;
use crate::catalog::{Catalog, Relation};
use crate::picture::{Theme, pos};

/// A workspace with two functions and a table, and a machine on it.
struct Hands {
    workspace: Workspace,
    tool: Tool,
    shown: Shown,
    selection: BTreeSet<Element>,
}

impl Hands {
    fn new() -> Self {
        let mut workspace = Workspace::new(std::sync::Arc::new(Catalog::builtin()), Theme::Dark);
        workspace.run(Command::Act(Action::New));
        for (kind, x) in [("aws.lambda_function", 0), ("aws.dynamodb_table", 400), ("aws.lambda_function", 800)] {
            workspace.run(Command::AddNode(crate::catalog::KindId::new(kind), Point { x, y: 0 }));
        }
        let shown = Shown { camera: Camera::default(), tiles: false, far: false };
        Self { workspace, tool: Tool::Idle, shown, selection: BTreeSet::new() }
    }

    /// Does something at a place (in pixels and, at zoom 1, canvas units) and returns the commands.
    fn at(&mut self, x: f32, y: f32, keys: Keys, what: impl Fn(&mut Tool, Touch, &mut Scene<'_>)) -> Vec<Command> {
        let picture = &self.workspace.open().expect("a diagram").picture;
        let touch = Touch { at: pos(x, y), hit: super::super::hit::at(picture, &self.shown, pos(x, y)), keys };
        let mut commands = Vec::new();
        let (selection, snaps) = (&self.selection, true);
        let mut scene = Scene { picture, shown: &mut self.shown, selection, snaps, commands: &mut commands };
        what(&mut self.tool, touch, &mut scene);
        for command in &commands {
            if let Command::Select(elements, _) = command {
                self.selection.clone_from(elements);
            }
        }
        commands
    }

    fn press(&mut self, x: f32, y: f32, keys: Keys) -> Vec<Command> {
        self.at(x, y, keys, |tool, touch, scene| tool.press(Button::Primary, touch, scene))
    }

    fn drag(&mut self, x: f32, y: f32) -> Vec<Command> {
        self.drag_with(x, y, PLAIN)
    }

    fn drag_with(&mut self, x: f32, y: f32, keys: Keys) -> Vec<Command> {
        self.at(x, y, keys, Tool::drag)
    }

    fn release(&mut self, x: f32, y: f32) -> Vec<Command> {
        self.at(x, y, Keys::default(), Tool::release)
    }

    /// Presses at one place and releases at another.
    fn sweep(&mut self, from: (f32, f32), to: (f32, f32), keys: Keys) -> Vec<Command> {
        let mut commands = self.press(from.0, from.1, keys);
        commands.extend(self.drag_with(f32::midpoint(from.0, to.0), f32::midpoint(from.1, to.1), keys));
        commands.extend(self.at(to.0, to.1, keys, Tool::release));
        commands
    }
}

const PLAIN: Keys = Keys { adds: false, pans: false, copies: false, straight: false, free: false };
const ADDS: Keys = Keys { adds: true, ..PLAIN };
const PANS: Keys = Keys { pans: true, ..PLAIN };
const COPIES: Keys = Keys { copies: true, ..PLAIN };
const STRAIGHT: Keys = Keys { straight: true, ..PLAIN };
const FREE: Keys = Keys { free: true, ..PLAIN };

fn only(ids: &[u32]) -> BTreeSet<Element> {
    ids.iter().map(|id| Element::Node(NodeId(*id))).collect()
}

#[test]
fn sweeps_do_what_they_look_like() {
    let node = |id| Element::Node(NodeId(id));
    let check = |from, to, keys, expected: &[Command]| {
        assert_eq!(Hands::new().sweep(from, to, keys), expected, "{from:?} to {to:?} with {keys:?}");
    };
    let select = |ids: &[u32], how| Command::Select(only(ids), how);
    // Clicks.
    check((100.0, 50.0), (101.0, 50.0), PLAIN, &[select(&[1], Choose::Only)]);
    check((100.0, 50.0), (101.0, 50.0), ADDS, &[select(&[1], Choose::Toggle)]);
    check((300.0, 300.0), (300.0, 300.0), PLAIN, &[select(&[], Choose::Only)]);
    check((300.0, 300.0), (300.0, 300.0), ADDS, &[]);
    // A drag takes the card along, in one gesture.
    let moved = [
        Command::Select([node(1)].into(), Choose::Only),
        Command::BeginMove,
        Command::MoveBy(20, 10, Snap::InLine),
        Command::MoveBy(40, 20, Snap::InLine),
        Command::FinishGesture,
    ];
    check((100.0, 50.0), (140.0, 70.0), PLAIN, &moved);
    // With Alt a copy goes along, with Shift one axis only, with Ctrl nothing is pulled in line.
    check(
        (100.0, 50.0),
        (140.0, 70.0),
        COPIES,
        &[moved[0].clone(), Command::BeginCopy, moved[2].clone(), moved[3].clone(), Command::FinishGesture],
    );
    let by = |x, y, snap| Command::MoveBy(x, y, snap);
    let (straight, free) =
        ([by(20, 0, Snap::InLine), by(40, 0, Snap::InLine)], [by(20, 10, Snap::Free), by(40, 20, Snap::Free)]);
    for (keys, [half, whole]) in [(STRAIGHT, straight), (FREE, free)] {
        let expected = [moved[0].clone(), Command::BeginMove, half, whole, Command::FinishGesture];
        check((100.0, 50.0), (140.0, 70.0), keys, &expected);
    }
    // A rectangle selects what it touches.
    check((-50.0, -50.0), (420.0, 200.0), PLAIN, &[select(&[1, 2], Choose::Only)]);
    check((420.0, 200.0), (-50.0, -50.0), ADDS, &[select(&[1, 2], Choose::Add)]);
    // The camera is no business of the document.
    check((100.0, 50.0), (140.0, 70.0), PANS, &[]);
}

#[test]
fn wires_join_in_the_direction_of_their_ports() {
    let check = |from, to, expected: Option<Command>| {
        assert_eq!(Hands::new().sweep(from, to, PLAIN), Vec::from_iter(expected), "{from:?} to {to:?}");
    };
    let (function, table, second) = (NodeId(1), NodeId(2), NodeId(3));
    check((208.0, 46.0), (500.0, 50.0), Some(Command::Connect(function, table, None)));
    check((400.0, 46.0), (100.0, 50.0), Some(Command::Connect(function, table, None)));
    check((104.0, 92.0), (500.0, 50.0), Some(Command::Connect(function, table, Some(Relation::DeadLetters))));
    check((800.0, 46.0), (500.0, 50.0), Some(Command::Connect(table, second, None)));
    let offer = Command::Offer(function, Port::Out, Point { x: 300, y: 254 });
    check((208.0, 46.0), (300.0, 300.0), Some(offer));
    check((208.0, 46.0), (150.0, 50.0), None);
}

#[test]
fn a_selected_node_takes_the_whole_selection_along() {
    let mut hands = Hands::new();
    hands.selection = only(&[1, 2]);
    let commands = hands.sweep((100.0, 50.0), (140.0, 50.0), PLAIN);
    assert_eq!(commands.first(), Some(&Command::BeginMove), "the selection must stay");
    assert_eq!(hands.selection, only(&[1, 2]));
}

#[test]
fn panning_moves_the_camera_with_the_pointer() {
    let mut hands = Hands::new();
    hands.sweep((100.0, 50.0), (160.0, 20.0), PANS);
    assert_eq!(hands.shown.camera.pan, pos(60.0, -30.0));
}

#[test]
fn a_cancelled_move_is_taken_back_and_its_release_does_nothing() {
    let mut hands = Hands::new();
    hands.press(100.0, 50.0, PLAIN);
    hands.drag(200.0, 50.0);
    let mut commands = Vec::new();
    assert!(hands.tool.cancel(&mut commands));
    assert_eq!(commands, [Command::CancelGesture]);
    assert_eq!(hands.release(200.0, 50.0), []);
    assert!(!hands.tool.cancel(&mut commands), "nothing goes on any more");
}

#[test]
fn a_menu_is_about_what_is_under_the_pointer() {
    let check = |selected: &[u32], at: (f32, f32), expected: Option<&[u32]>| {
        let mut hands = Hands::new();
        hands.selection = only(selected);
        let commands = hands.at(at.0, at.1, PLAIN, |tool, touch, scene| tool.press(Button::Secondary, touch, scene));
        let expected = expected.map(|ids| Command::Select(only(ids), Choose::Only));
        assert_eq!(commands, Vec::from_iter(expected), "{selected:?} at {at:?}");
    };
    check(&[], (100.0, 50.0), Some(&[1]));
    check(&[1, 2], (100.0, 50.0), None);
    check(&[2], (100.0, 50.0), Some(&[1]));
    check(&[2], (300.0, 300.0), Some(&[]));
}
