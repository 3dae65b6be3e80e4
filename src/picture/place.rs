//! Where step badges and labels stand: on their own arrow, away from nodes, notes, tags and each other. And arrows in words.
//!
//! Must not know colours.

use super::drawn::{self, Look};
use super::geometry::{BADGE_PX, Pos, Rect, pos};
use super::shape::{EdgeShape, label_width};
use super::{Picture, bend};
use crate::catalog::{Catalog, Relation};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Diagram, Edge, EdgeId};

/// Height of a label's pill, in pixels.
pub const LABEL_PX: f32 = 16.0;
/// What labels and badges keep free around them, in pixels.
const AIR: f32 = 4.0;
/// What stands between a badge and a label beside it, in pixels.
const BESIDE: f32 = 5.0;
/// How far a label stands above the badge of a short arrow, middle to middle, in pixels.
const ABOVE: f32 = f32::midpoint(LABEL_PX, BADGE_PX) + BESIDE;
/// What an arrow shows at least before its words and after them, in pixels.
const SHOWN: f32 = 14.0;
/// How far around an arrow its words may stand, in canvas units.
const NEAR: f32 = 200.0;

/// A way's leg that words may stand at.
struct Leg {
    a: Pos,
    b: Pos,
    level: bool,
}

/// One arrow whose words look for places, and what is around it.
pub(super) struct Words<'p> {
    picture: &'p Picture,
    look: Look,
    /// Which of the kept looks it is.
    index: usize,
    legs: Vec<Leg>,
    line: Vec<Pos>,
    /// Words that have their places.
    taken: Vec<Rect>,
    others: Vec<Vec<Pos>>,
}

impl<'p> Words<'p> {
    /// The words of an arrow, looked at so.
    pub(super) fn of(picture: &'p Picture, edge: &'p EdgeShape, index: usize) -> Self {
        let look = Look::kept()[index];
        let way = drawn::way(picture, edge, look);
        let mut legs: Vec<Leg> =
            way.windows(2).map(|leg| Leg { a: leg[0], b: leg[1], level: (leg[0].y - leg[1].y).abs() < 0.5 }).collect();
        legs.sort_by(|one, two| two.a.distance(two.b).total_cmp(&one.a.distance(one.b)));
        let around: Vec<EdgeId> = picture.edges_near(&edge.bounds().grown(NEAR));
        let near: Vec<&EdgeShape> = around.iter().filter_map(|id| picture.edges.get(id)).collect();
        let taken = near.iter().flat_map(|edge| rects(edge, index)).collect();
        let others = near.iter().filter(|other| other.id != edge.id);
        let others = others.map(|other| drawn::line(picture, other, look)).collect();
        let line = bend::bent(&way, edge.radius);
        Self { picture, look, index, legs, line, taken, others }
    }

    /// A length in pixels in canvas units.
    fn px(&self, length: f32) -> f32 {
        length / self.look.zoom
    }

    /// A place for the words: on a level leg that is long enough, beside an upright one, or above a short one.
    /// `numbered` tells that a badge stands beside them.
    pub(super) fn label(&self, label: &str, numbered: bool) -> Option<Pos> {
        self.best(&self.places(label, numbered), |at| label_rect(label, at, self.look))
    }

    /// Where words may stand, the best place first.
    fn places(&self, label: &str, numbered: bool) -> Vec<Pos> {
        let width = label_width(label);
        let badge = if numbered { BADGE_PX + BESIDE } else { 0.0 };
        let mut places = Vec::new();
        for leg in self.legs.iter().filter(|leg| leg.level) {
            let length = leg.a.distance(leg.b);
            if length >= self.px(width + badge + 2.0 * SHOWN) {
                let room = 1.0 - self.px(width + badge + 2.0 * SHOWN) / length;
                let shares = [0.5, 0.5 - room / 4.0, 0.5 + room / 4.0, 0.5 - room / 2.0, 0.5 + room / 2.0];
                let on = |share: f32| self.on_line(leg.a.towards(leg.b, share));
                places.extend(shares.map(on).map(|at| pos(at.x + self.px(badge / 2.0), at.y)));
            }
        }
        let aside = width / 2.0 + if numbered { BADGE_PX / 2.0 + BESIDE } else { 2.0 * AIR };
        for leg in self.legs.iter().filter(|leg| !leg.level) {
            for share in [0.5, 0.35, 0.65, 0.2, 0.8] {
                let at = self.on_line(leg.a.towards(leg.b, share));
                places.extend([aside, -aside].map(|by| pos(at.x + self.px(by), at.y)));
            }
        }
        let above = if numbered { ABOVE } else { LABEL_PX / 2.0 + AIR };
        for leg in self.legs.iter().filter(|leg| leg.level) {
            let at = self.on_line(leg.a.towards(leg.b, 0.5));
            places.extend([-above, above].map(|by| pos(at.x, at.y + self.px(by))));
        }
        places
    }

    /// A place for more words, where they cover nothing at all, and what they take there; `more` is taken as well.
    pub(super) fn free(&self, words: &str, more: &[Rect]) -> Option<(Pos, Rect)> {
        let rect = |at: &Pos| label_rect(words, *at, self.look);
        let is_free = |rect: &Rect| {
            let near = rect.grown(self.px(1.0));
            self.covered(rect) == 0 && !more.iter().any(|other| other.overlaps(&near))
        };
        // On the line first, then farther from it than a badge that stands in the middle.
        let places = self.places(words, false).into_iter().chain(self.places(words, true));
        places.map(|at| (at, rect(&at))).find(|(_, rect)| is_free(rect))
    }

    /// A place for the badge: beside the label where they share a leg, else on the longest leg that has room.
    pub(super) fn badge(&self, label: Option<(&str, Pos)>) -> Option<Pos> {
        let mut places = Vec::new();
        if let Some((label, at)) = label {
            let aside = self.px(label_width(label) / 2.0 + BESIDE + BADGE_PX / 2.0);
            let shifts = [pos(at.x - aside, at.y), pos(at.x + aside, at.y), pos(at.x, at.y + self.px(ABOVE))];
            let on_it = |at: &Pos| bend::nearest(&self.line, *at).distance(*at) < self.px(3.0);
            places.extend(shifts.into_iter().filter(on_it));
        }
        for share in [0.5, 0.38, 0.62, 0.27, 0.73] {
            places.extend(self.legs.iter().map(|leg| self.on_line(leg.a.towards(leg.b, share))));
        }
        for leg in &self.legs {
            let (at, by) = (self.on_line(leg.a.towards(leg.b, 0.5)), self.px(BADGE_PX / 2.0 + AIR));
            let beside = if leg.level {
                [pos(at.x, at.y - by), pos(at.x, at.y + by)]
            } else {
                [pos(at.x + by, at.y), pos(at.x - by, at.y)]
            };
            places.extend(beside);
        }
        self.best(&places, |at| badge_rect(at, self.look))
    }

    fn on_line(&self, at: Pos) -> Pos {
        bend::nearest(&self.line, at)
    }

    /// The place that covers least, the first of those. From afar, words that would cover something are left out.
    fn best(&self, places: &[Pos], rect: impl Fn(Pos) -> Rect) -> Option<Pos> {
        let mut best: Option<(usize, Pos)> = None;
        for place in places {
            let covered = self.covered(&rect(*place));
            if best.is_none_or(|(least, _)| covered < least) {
                best = Some((covered, *place));
            }
            if covered == 0 {
                break;
            }
        }
        best.filter(|(covered, _)| *covered == 0 || self.look.is_near()).map(|(_, place)| place)
    }

    fn covered(&self, rect: &Rect) -> usize {
        let near = rect.grown(self.px(AIR));
        let words = self.taken.iter().filter(|other| other.overlaps(&near)).count();
        let solid = self.picture.covers(&rect.grown(self.px(2.0)), self.look, self.index);
        let crossed = self.others.iter().filter(|line| bend::meets(line, &near)).count();
        // A card under a word hides it; a line under a word only runs behind it.
        COVERS * (words + usize::from(solid)) + crossed
    }
}

/// What covering a word or a node weighs, in lines that run behind.
const COVERS: usize = 10;

/// What the words of an arrow cover in one of the kept looks.
pub(super) fn rects(edge: &EdgeShape, index: usize) -> impl Iterator<Item = Rect> + '_ {
    let look = Look::kept()[index];
    let spots = edge.spots[index];
    let badge = edge.step.and(spots.badge).map(|at| badge_rect(at, look));
    let label = edge.label.as_ref().zip(spots.label).map(|(label, at)| label_rect(label, at, look));
    badge.into_iter().chain(label)
}

/// The rectangle of a badge.
fn badge_rect(at: Pos, look: Look) -> Rect {
    Rect::around(at, BADGE_PX / look.zoom, BADGE_PX / look.zoom)
}

/// The rectangle of a label.
fn label_rect(label: &str, at: Pos, look: Look) -> Rect {
    Rect::around(at, label_width(label) / look.zoom, LABEL_PX / look.zoom)
}

/// An arrow in words: "`Documents` invokes `ValidateFileFn`".
pub(super) fn told(edge: &Edge, diagram: &Diagram, catalog: &Catalog) -> String {
    let (Some(from), Some(to)) = (diagram.nodes().get(&edge.from), diagram.nodes().get(&edge.to)) else {
        return String::new();
    };
    let capability = catalog.connection(catalog.kind(&from.kind), catalog.kind(&to.kind), Some(edge.relation));
    let verb = capability.map_or_else(|_| edge.relation.to_string(), |row| row.verb.clone());
    let mut told = format!("{} {verb} {}", from.name, to.name);
    let level = edge.settings.get(ACCESS).and_then(|value| value.as_str());
    let level = level.filter(|_| edge.relation == Relation::Accesses && !edge.settings.contains_key(ACTIONS));
    if let Some(level) = level {
        told.extend([" (", &level.replace('_', " and "), ")"]);
    }
    told
}
