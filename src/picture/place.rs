//! Where step badges and labels stand: on their own arrow, away from cards, notes and each other. And arrows in words.
//!
//! Must not know colours.

use std::collections::BTreeSet;

use super::Picture;
use super::geometry::{BADGE_PX, Pos, Rect, pos};
use super::route::Side;
use super::shape::{EdgeShape, label_width};
use crate::catalog::{Catalog, Relation};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Diagram, Edge, EdgeId};

/// Height of a label's pill.
const LABEL_HEIGHT: f32 = 16.0;
/// What a label and a badge keep free around them; a badge fits between two lanes.
const LABEL_AIR: f32 = 5.0;
/// As above.
const BADGE_AIR: f32 = 1.5;

/// Rectangles of badges and labels that are set already.
pub(super) struct Taken {
    words: Vec<Rect>,
}

impl Taken {
    /// What the arrows other than `anew` have taken.
    pub(super) fn of(picture: &Picture, anew: &BTreeSet<EdgeId>) -> Self {
        let mut words = Vec::new();
        for shape in picture.edges.values().filter(|shape| !anew.contains(&shape.id)) {
            words.extend(shape.step.map(|(_, at)| badge_rect(at)));
            words.extend(shape.label.as_ref().map(|(label, at)| label_rect(label, *at)));
        }
        Self { words }
    }

    /// A place for the badge of an arrow: on it.
    pub(super) fn badge(&mut self, picture: &Picture, edge: &EdgeShape) -> Pos {
        let mut places = on_legs(edge, &[0.5, 0.35, 0.65, 0.2, 0.8], |_| true);
        places.insert(0, longest_first(edge).first().map_or_else(Pos::default, |leg| resting(edge, leg)));
        self.set(picture, edge, &places, BADGE_AIR, badge_rect)
    }

    /// A place for the words of an arrow: on it, or beside it where it is too short.
    /// `numbered` tells that a badge needs room beside them.
    pub(super) fn label(&mut self, picture: &Picture, edge: &EdgeShape, label: &str, numbered: bool) -> Pos {
        let width = label_width(label);
        let badge = if numbered { BADGE_PX + 16.0 } else { 0.0 };
        let aside = width / 2.0 + 14.0;
        // On a short leg the words would hide the arrow, or stand on the names of tiles at its ends; a badge stands beside
        // words in the middle of a level leg.
        let needed = |leg: &[Pos]| if is_level(leg) { width + 32.0 + 2.0 * badge } else { 72.0 + badge };
        let room = |leg: &&[Pos]| leg[0].distance(leg[1]) >= needed(leg);
        let mut places = on_legs(edge, &[0.5, 0.3, 0.7, 0.15, 0.85], room);
        for leg in longest_first(edge) {
            let middle = resting(edge, leg);
            // A level leg that carries a badge has the words above the badge, an upright one beside it.
            let shifts = if is_level(leg) { [(0.0, -28.0), (0.0, 28.0)] } else { [(aside, 0.0), (-aside, 0.0)] };
            places.extend(shifts.map(|(x, y)| pos(middle.x + x, middle.y + y)));
        }
        self.set(picture, edge, &places, LABEL_AIR, |at| label_rect(label, at))
    }

    /// Takes the place that covers least, the first of those.
    fn set(
        &mut self,
        picture: &Picture,
        edge: &EdgeShape,
        places: &[Pos],
        air: f32,
        rect: impl Fn(Pos) -> Rect,
    ) -> Pos {
        let mut best: Option<(usize, Pos)> = None;
        for place in places {
            let covered = self.covered(picture, edge, &rect(*place), air);
            if best.is_none_or(|(least, _)| covered < least) {
                best = Some((covered, *place));
            }
            if covered == 0 {
                break;
            }
        }
        let place = best.map_or_else(|| edge.way.first().copied().unwrap_or_default(), |(_, place)| place);
        self.words.push(rect(place));
        place
    }

    fn covered(&self, picture: &Picture, edge: &EdgeShape, rect: &Rect, air: f32) -> usize {
        // Words keep their size when the picture is drawn smaller, so they keep more distance than it takes at full size.
        let words = self.words.iter().filter(|other| other.overlaps(&rect.grown(8.0))).count();
        let near = rect.grown(air);
        let others = picture.edges_near(&near).into_iter().filter(|id| *id != edge.id);
        let crossed = others.filter(|id| crosses(&picture.edges[id].way, &near)).count();
        // A card under a word hides it; a line under a word only runs behind its pill.
        10 * words + 10 * picture.hits(&rect.grown(2.0)) + crossed
    }
}

/// The middle of a leg; lower where the leg is short and ends under a card, since a tile has its name and the arrow's head
/// there.
fn resting(edge: &EdgeShape, leg: &[Pos]) -> Pos {
    let is_last = edge.way.last() == leg.last();
    let crowded = is_last && edge.sides.1 == Side::Bottom && leg[0].distance(leg[1]) < 72.0;
    leg[0].towards(leg[1], if crowded { 0.32 } else { 0.5 })
}

fn longest_first(edge: &EdgeShape) -> Vec<&[Pos]> {
    let mut legs: Vec<&[Pos]> = edge.way.windows(2).collect();
    legs.sort_by(|a, b| b[0].distance(b[1]).total_cmp(&a[0].distance(a[1])));
    legs
}

fn is_level(leg: &[Pos]) -> bool {
    (leg[0].y - leg[1].y).abs() < 0.5
}

/// Places along the legs that have room.
fn on_legs(edge: &EdgeShape, shares: &[f32], room: impl Fn(&&[Pos]) -> bool) -> Vec<Pos> {
    longest_first(edge)
        .iter()
        .filter(|leg| room(leg))
        .flat_map(|leg| shares.iter().map(|share| leg[0].towards(leg[1], *share)))
        .collect()
}

fn crosses(way: &[Pos], rect: &Rect) -> bool {
    way.windows(2).any(|leg| Rect::spanning(leg[0], leg[1]).grown(1.0).overlaps(rect))
}

/// The rectangle of a badge.
#[must_use]
pub(super) fn badge_rect(at: Pos) -> Rect {
    Rect::around(at, BADGE_PX, BADGE_PX)
}

/// The rectangle of a label.
#[must_use]
pub(super) fn label_rect(label: &str, at: Pos) -> Rect {
    Rect::around(at, label_width(label), LABEL_HEIGHT)
}

/// An arrow in words: "`Documents` invokes `ValidateFileFn`".
pub(super) fn told(edge: &Edge, diagram: &Diagram, catalog: &Catalog) -> String {
    let (Some(from), Some(to)) = (diagram.nodes().get(&edge.from), diagram.nodes().get(&edge.to)) else {
        return String::new();
    };
    let capability = catalog.connection(catalog.kind(&from.kind), catalog.kind(&to.kind), Some(edge.relation));
    let verb = capability.map_or_else(|_| edge.relation.to_string(), |row| row.verb.trim_end_matches(',').to_owned());
    let mut told = format!("{} {verb} {}", from.name, to.name);
    let level = edge.settings.get(ACCESS).and_then(|value| value.as_str());
    let level = level.filter(|_| edge.relation == Relation::Accesses && !edge.settings.contains_key(ACTIONS));
    if let Some(level) = level {
        told.extend([" (", &level.replace('_', " and "), ")"]);
    }
    told
}
