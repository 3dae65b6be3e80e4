//! Copies, cuts, pastes and duplicates: parts of a diagram as the text of its file format.
//!
//! Must not know the system's clipboard.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::drag::snapped;
use crate::app::{Copied, Open, Tone, Workspace};
use crate::catalog::Catalog;
use crate::diagram::edit::Edit;
use crate::diagram::file::{self, Unreadable};
use crate::diagram::{Diagram, Element, Group, Note, Point, Rejected};
use crate::picture::geometry::{CARD_HEIGHT, CARD_WIDTH, GRID};
use crate::picture::{NoteShape, Picture, Pos, Rect, pos};

/// Width of a note that is made of a text, in canvas units.
pub(super) const NOTE_WIDTH: i32 = 240;
/// Longest text that becomes a note, in characters.
const MAX_NOTE_LENGTH: usize = 5_000;
/// Room between a copy and its original, in canvas units.
const GAP: f32 = 4.0 * GRID;
/// How many places are tried in each direction.
const REACH: i32 = 12;

impl Workspace {
    pub(super) fn copy(&mut self) {
        let part = self.open.as_ref().map(|open| open.document.diagram().part(&self.catalog, &open.selection));
        if let Some(part) = part {
            self.clipboard.copied = Some(Copied::Text(file::write(&part)));
        }
    }

    pub(super) fn cut(&mut self) {
        self.copy();
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let groups = open.selection.iter().filter_map(|element| element.group());
        let inside = open.document.diagram().inside(groups);
        let elements: BTreeSet<Element> = std::mem::take(&mut open.selection).into_iter().chain(inside).collect();
        let result = open.document.transact(&catalog, "Cut", |edit| edit.remove(&elements));
        self.told(result);
    }

    pub(super) fn duplicate(&mut self) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let part = open.document.diagram().part(&catalog, &open.selection);
        let result = open.put(&catalog, "Duplicate", &part, None);
        self.told(result);
    }

    /// Puts in a part, or a plain text as a note; what is neither is refused.
    pub(super) fn paste(&mut self, text: &str, at: Option<Point>) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let part = match file::read(text.as_bytes(), &catalog) {
            Ok(part) => part,
            Err(reason) => match note_of(text, &reason) {
                Ok(part) => part,
                Err(refusal) => return self.say(Tone::Trouble, refusal, Vec::new()),
            },
        };
        let place = at.map(|at| pos(at.x as f32, at.y as f32)).or_else(|| open.middle_unless_seen(&part));
        let result = open.put(&catalog, "Paste", &part, place);
        self.told(result);
    }
}

/// A diagram with nothing but a note of a text; refused with a sentence when the text is something else.
fn note_of(text: &str, reason: &Unreadable) -> Result<Diagram, String> {
    let is_other = text.trim_start().starts_with('{') || !matches!(reason, Unreadable::Malformed { .. });
    if is_other {
        return Err(format!("The clipboard holds nothing that can be pasted: {reason}."));
    }
    if text.trim().is_empty() {
        return Err("The clipboard holds no text.".to_owned());
    }
    if text.chars().count() > MAX_NOTE_LENGTH {
        return Err("The text in the clipboard is too long for a note, which has 5,000 characters at most.".to_owned());
    }
    let text = text.trim().replace("\r\n", "\n");
    let note = Note { title: String::new(), text, position: Point::default(), width: NOTE_WIDTH, attached: None };
    Ok(Diagram::with_note(note))
}

impl Open {
    /// Puts a part in with its middle at or near a place, or beside where it came from, and selects it.
    fn put(&mut self, catalog: &Catalog, label: &str, part: &Diagram, middle: Option<Pos>) -> Result<(), Rejected> {
        let Some(bounds) = bounds(part) else {
            return Err(Rejected("The clipboard holds an empty diagram.".to_owned()));
        };
        let by = room_for(&self.picture, &bounds, middle);
        let picture = &self.picture;
        let put = self.document.transact(catalog, label, |edit| {
            let put = edit.insert(part, by)?;
            put.iter().try_for_each(|element| settle(edit, picture, *element))?;
            Ok(put)
        })?;
        self.selection = put;
        Ok(())
    }

    /// The middle of what is seen, unless the place that a part came from is seen.
    fn middle_unless_seen(&self, part: &Diagram) -> Option<Pos> {
        let (camera, bounds) = (self.camera?, bounds(part)?);
        let seen = camera.rect_to_canvas(&Rect::new(0.0, 0.0, self.panel.0, self.panel.1));
        (!seen.overlaps(&bounds)).then(|| seen.middle())
    }
}

/// Puts an element that stands in no group into the one in which it came to stand.
fn settle(edit: &mut Edit<'_>, picture: &Picture, element: Element) -> Result<(), Rejected> {
    match element {
        Element::Node(id) => {
            let Some(node) = edit.diagram().nodes().get(&id).filter(|node| node.group.is_none()) else { return Ok(()) };
            let group = picture.group_around(card(node.position).middle());
            edit.join_group(id, group)
        }
        Element::Group(id) => {
            let group = edit.diagram().groups().get(&id).filter(|group| group.parent.is_none()).cloned();
            let Some(group) = group else { return Ok(()) };
            let parent = picture.group_around(frame(&group).middle());
            edit.put_group(id, Group { parent, ..group })
        }
        Element::Edge(_) | Element::Note(_) => Ok(()),
    }
}

fn card(at: Point) -> Rect {
    Rect::new(at.x as f32, at.y as f32, CARD_WIDTH, CARD_HEIGHT)
}

pub(super) fn frame(group: &Group) -> Rect {
    let frame = group.frame;
    Rect::new(frame.x as f32, frame.y as f32, frame.width as f32, frame.height as f32)
}

/// The rectangle around the nodes, groups and notes; `None` when there are none.
pub(super) fn bounds(part: &Diagram) -> Option<Rect> {
    let nodes = part.nodes().values().map(|node| card(node.position));
    let groups = part.groups().values().map(frame);
    let notes = part.notes().iter().map(|(id, note)| NoteShape::of(*id, note).rect);
    nodes.chain(groups).chain(notes).reduce(|all, rect| all.union(&rect))
}

/// How far something is to be moved so that it stands near a place, or near where it is, and covers nothing.
pub(super) fn room_for(picture: &Picture, bounds: &Rect, middle: Option<Pos>) -> Point {
    let from = middle.map_or(pos(0.0, 0.0), |at| pos(at.x - bounds.middle().x, at.y - bounds.middle().y));
    let (across, down) = (bounds.width() + GAP, bounds.height() + GAP);
    let grid = (-REACH..=REACH).flat_map(|x| (-REACH..=REACH).map(move |y| (x as f32 * across, y as f32 * down)));
    let mut steps: Vec<(f32, f32)> = grid.collect();
    // Of places that are equally near, the one to the right and then the one below.
    let rank = |step: &(f32, f32)| (step.0.hypot(step.1), -step.0, -step.1);
    steps.sort_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap_or(std::cmp::Ordering::Equal));
    let by = |(x, y): (f32, f32)| snapped(Point { x: (from.x + x) as i32, y: (from.y + y) as i32 });
    let is_free = |by: &Point| {
        let (x, y) = (by.x as f32, by.y as f32);
        covers_nothing(picture, &bounds.moved(x, y))
    };
    steps.into_iter().map(by).find(is_free).unwrap_or(by((GAP, GAP)))
}

/// Whether a rectangle covers no card and no note, and no border of a group runs through it.
fn covers_nothing(picture: &Picture, rect: &Rect) -> bool {
    let nodes = picture.nodes_near(rect);
    let covers = |other: &Rect| other.overlaps(rect);
    let mut groups = picture.groups().values();
    nodes.iter().filter_map(|id| picture.nodes().get(id)).all(|node| !covers(&node.rect))
        && picture.notes().values().all(|note| !covers(&note.rect))
        && groups.all(|group| !covers(&group.rect) || group.rect.holds(rect))
}
