//! What hands do on the canvas: a machine that turns presses, moves and releases into commands.
//!
//! Must not know egui or how anything is drawn.

use std::collections::BTreeSet;

use super::hit::{Hit, Shown, node_rect};
use crate::app::command::joined;
use crate::app::{Action, Choose, Command, Snap};
use crate::diagram::{Element, Frame, NodeId, Point};
use crate::picture::geometry::{CARD_HEIGHT, CARD_WIDTH, GRID};
use crate::picture::{Camera, Picture, Port, Pos, Rect};

/// A button of the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Button {
    /// Left.
    Primary,
    /// Right.
    Secondary,
    /// The wheel.
    Middle,
}

/// Keys that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says what a key that can be held with any other asks for")]
pub(super) struct Keys {
    /// Shift or Ctrl: adds to the selection.
    pub(super) adds: bool,
    /// Space: the next drag moves the camera.
    pub(super) pans: bool,
    /// Alt: a drag takes a copy along.
    pub(super) copies: bool,
    /// Shift, in a drag: it goes along one axis only.
    pub(super) straight: bool,
    /// Ctrl, in a drag: nothing falls in line.
    pub(super) free: bool,
}

/// Where the pointer is and what is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Touch {
    /// In pixels of the panel.
    pub(super) at: Pos,
    /// What stands there.
    pub(super) hit: Hit,
    /// What is held.
    pub(super) keys: Keys,
}

/// What the machine may look at, and the commands that come out.
pub(super) struct Scene<'s> {
    /// The geometry.
    pub(super) picture: &'s Picture,
    /// How it is shown; a pan changes the camera.
    pub(super) shown: &'s mut Shown,
    /// What is selected.
    pub(super) selection: &'s BTreeSet<Element>,
    /// Whether what is dragged falls in line.
    pub(super) snaps: bool,
    /// What is to be done.
    pub(super) commands: &'s mut Vec<Command>,
}

/// What the hands are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Tool {
    /// Nothing.
    #[default]
    Idle,
    /// A button is down and has not moved far.
    Pressed(Touch),
    /// The selection is being moved: from which place of the canvas, and how far that was told.
    Moving(Pos, (i32, i32)),
    /// An edge or corner is being dragged: of what, which, from where, the outline then, the outline that was told.
    Sizing(Element, [i8; 2], Pos, Frame, Frame),
    /// A rectangle is being drawn around elements, in canvas units; with whether it adds.
    Band(Pos, Pos, bool),
    /// The camera is being moved; where the pointer was, in pixels.
    Panning(Pos),
    /// An arrow hangs from a port; where its end is, in pixels, and over which node.
    Wire(NodeId, Port, Pos, Option<NodeId>),
}

/// So far the pointer may move before a press becomes a drag, in pixels.
const SLOP: f32 = 4.0;

impl Tool {
    /// A button went down.
    pub(super) fn press(&mut self, button: Button, touch: Touch, scene: &mut Scene<'_>) {
        if *self != Self::Idle {
            return;
        }
        match button {
            Button::Middle => *self = Self::Panning(touch.at),
            Button::Primary if touch.keys.pans => *self = Self::Panning(touch.at),
            Button::Primary => *self = Self::Pressed(touch),
            Button::Secondary => scene.take_over(touch.hit),
        }
    }

    /// The pointer moved.
    pub(super) fn drag(&mut self, touch: Touch, scene: &mut Scene<'_>) {
        let at = scene.shown.camera.to_canvas(touch.at);
        match self {
            Self::Idle => {}
            Self::Pressed(start) if start.at.distance(touch.at) <= SLOP => {}
            Self::Pressed(start) => {
                *self = Self::begun(*start, scene);
                self.drag(touch, scene);
            }
            Self::Moving(start, told) => {
                let far = distance(*start, at, touch.keys.straight);
                if far != *told {
                    *told = far;
                    let snap = if touch.keys.free || !scene.snaps { Snap::Free } else { Snap::InLine };
                    scene.commands.push(Command::MoveBy(far.0, far.1, snap));
                }
            }
            Self::Sizing(element, sides, start, from, told) => {
                let frame = sized(*from, *sides, (at.x - start.x, at.y - start.y));
                if frame != *told {
                    *told = frame;
                    scene.commands.push(Command::Resize(*element, frame));
                }
            }
            Self::Band(_, end, _) => *end = at,
            Self::Panning(before) => {
                let camera: Camera = scene.shown.camera;
                scene.shown.camera = camera.moved(touch.at.x - before.x, touch.at.y - before.y);
                *before = touch.at;
            }
            Self::Wire(from, _, end, over) => {
                *end = touch.at;
                *over = touch.hit.node().filter(|node| node != from);
            }
        }
    }

    /// What a drag that starts here becomes.
    fn begun(start: Touch, scene: &mut Scene<'_>) -> Self {
        let at = scene.shown.camera.to_canvas(start.at);
        match start.hit {
            Hit::Nothing | Hit::Element(Element::Edge(_)) => Self::Band(at, at, start.keys.adds),
            Hit::Port(node, port) => Self::Wire(node, port, start.at, None),
            Hit::Handle(element, sides) => {
                let Some(frame) = scene.frame(element) else { return Self::Band(at, at, false) };
                scene.commands.push(Command::BeginField("Resize".to_owned()));
                Self::Sizing(element, sides, at, frame, frame)
            }
            Hit::Element(element) => {
                if !scene.selection.contains(&element) {
                    let how = if start.keys.adds { Choose::Add } else { Choose::Only };
                    scene.select(BTreeSet::from([element]), how);
                }
                scene.commands.push(if start.keys.copies { Command::BeginCopy } else { Command::BeginMove });
                Self::Moving(at, (0, 0))
            }
        }
    }

    /// A button went up.
    pub(super) fn release(&mut self, touch: Touch, scene: &mut Scene<'_>) {
        self.drag(touch, scene);
        match std::mem::take(self) {
            Self::Idle | Self::Panning(_) => {}
            Self::Pressed(start) => scene.click(start),
            Self::Moving(..) | Self::Sizing(..) => scene.commands.push(Command::FinishGesture),
            Self::Band(start, end, adds) => {
                let found = scene.inside(&Rect::spanning(start, end));
                scene.select(found, if adds { Choose::Add } else { Choose::Only });
            }
            // On the port itself and on other things nothing is asked: that wire was let go.
            Self::Wire(from, port, end, None) if touch.hit == Hit::Nothing => {
                let at = scene.shown.camera.to_canvas(end);
                let left = if port == Port::In { CARD_WIDTH } else { 0.0 };
                let corner = Point { x: (at.x - left) as i32, y: (at.y - CARD_HEIGHT / 2.0) as i32 };
                scene.commands.push(Command::Offer(from, port, corner));
            }
            Self::Wire(from, port, _, over) => {
                let ends = over.map(|over| joined(from, port, over));
                scene.commands.extend(ends.map(|(from, to, relation)| Command::Connect(from, to, relation)));
            }
        }
    }

    /// Ends what is going on without an effect; whether anything was.
    pub(super) fn cancel(&mut self, commands: &mut Vec<Command>) -> bool {
        let was = std::mem::take(self);
        if matches!(was, Self::Moving(..) | Self::Sizing(..)) {
            commands.push(Command::CancelGesture);
        }
        was != Self::Idle
    }
}

/// How far a drag has come, in whole canvas units; a straight one along the axis on which it has come further.
fn distance(start: Pos, at: Pos, straight: bool) -> (i32, i32) {
    let (x, y) = ((at.x - start.x).round() as i32, (at.y - start.y).round() as i32);
    match straight {
        true if x.abs() >= y.abs() => (x, 0),
        true => (0, y),
        false => (x, y),
    }
}

/// An outline with some edges moved by a distance, on the grid; it keeps a least size.
fn sized(from: Frame, sides: [i8; 2], by: (f32, f32)) -> Frame {
    let along = |start: i32, length: i32, side: i8, by: f32| {
        let by = (by / GRID).round() as i32 * GRID as i32;
        match side {
            0 => (start, length),
            1.. => (start, (length + by).max(LEAST)),
            _ => {
                let by = by.min(length - LEAST);
                (start + by, length - by)
            }
        }
    };
    let (x, width) = along(from.x, from.width, sides[0], by.0);
    let (y, height) = along(from.y, from.height, sides[1], by.1);
    Frame { x, y, width, height }
}

/// Least width and height of what is resized, in canvas units.
const LEAST: i32 = 96;

impl Scene<'_> {
    fn select(&mut self, elements: BTreeSet<Element>, how: Choose) {
        self.commands.push(Command::Select(elements, how));
    }

    /// The outline of a group or note, in canvas units.
    fn frame(&self, element: Element) -> Option<Frame> {
        let rect = match element {
            Element::Group(id) => self.picture.groups().get(&id)?.rect,
            Element::Note(id) => self.picture.notes().get(&id)?.rect,
            Element::Node(_) | Element::Edge(_) => return None,
        };
        let (width, height) = (rect.width() as i32, rect.height() as i32);
        Some(Frame { x: rect.min.x as i32, y: rect.min.y as i32, width, height })
    }

    fn click(&mut self, touch: Touch) {
        let how = if touch.keys.adds { Choose::Toggle } else { Choose::Only };
        match touch.hit.element() {
            Some(element) => self.select(BTreeSet::from([element]), how),
            None if touch.keys.adds => {}
            // Escape would also end an editing that is open elsewhere; here only the selection is meant.
            None => self.select(BTreeSet::new(), Choose::Only),
        }
    }

    /// A menu is about what stands under the pointer, unless it belongs to the selection already.
    fn take_over(&mut self, hit: Hit) {
        match hit.element() {
            Some(element) if self.selection.contains(&element) => {}
            Some(element) => self.select(BTreeSet::from([element]), Choose::Only),
            None => self.select(BTreeSet::new(), Choose::Only),
        }
    }

    /// Nodes and notes that a rectangle touches, and groups that it holds; in canvas units.
    fn inside(&self, band: &Rect) -> BTreeSet<Element> {
        let pixels = self.shown.camera.rect_to_screen(band);
        let near = self.picture.nodes_near(&band.grown(1.0));
        let nodes = near.iter().filter_map(|id| self.picture.nodes().get(id));
        let nodes =
            nodes.filter(|node| node_rect(node, self.shown).overlaps(&pixels)).map(|node| Element::Node(node.id));
        let notes = self.picture.notes().values().filter(|note| note.rect.overlaps(band));
        let groups = self.picture.groups().values().filter(|group| band.holds(&group.rect));
        let notes = notes.map(|note| Element::Note(note.id));
        nodes.chain(notes).chain(groups.map(|group| Element::Group(group.id))).collect()
    }
}

/// The commands of the menu on the canvas, in groups.
pub(super) const MENU: [&[Action]; 8] = [
    &[Action::Rename, Action::Connect, Action::Delete],
    &[Action::Cut, Action::Copy, Action::Paste, Action::Duplicate],
    &[Action::Group, Action::Ungroup, Action::AddNote, Action::Attach],
    &[Action::Add, Action::AddNext, Action::SelectAll],
    &[Action::Fit, Action::FitSelection, Action::ZoomActual],
    &[Action::AlignLeft, Action::AlignCentre, Action::AlignRight, Action::DistributeAcross],
    &[Action::AlignTop, Action::AlignMiddle, Action::AlignBottom, Action::DistributeDown],
    &[Action::Tidy, Action::LayOut],
];

#[cfg(test)]
mod tests;
