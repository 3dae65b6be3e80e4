//! Where arrows run: sides and ports, orthogonal legs around cards, and lanes so that no two share a leg.
//!
//! Must not know relations or colours.

use super::geometry::{Pos, Rect, pos};

/// A side of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Upper.
    Top,
    /// Lower.
    Bottom,
}

impl Side {
    /// Whether the side faces left or right.
    #[must_use]
    pub fn is_lateral(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// The place on this side of `rect`, `offset` from its middle.
    #[must_use]
    pub fn at(self, rect: &Rect, offset: f32) -> Pos {
        let middle = rect.middle();
        match self {
            Self::Left => pos(rect.min.x, middle.y + offset),
            Self::Right => pos(rect.max.x, middle.y + offset),
            Self::Top => pos(middle.x + offset, rect.min.y),
            Self::Bottom => pos(middle.x + offset, rect.max.y),
        }
    }

    /// The place `by` away from `at`, straight out of the side.
    #[must_use]
    pub fn out(self, at: Pos, by: f32) -> Pos {
        match self {
            Self::Left => pos(at.x - by, at.y),
            Self::Right => pos(at.x + by, at.y),
            Self::Top => pos(at.x, at.y - by),
            Self::Bottom => pos(at.x, at.y + by),
        }
    }
}

/// Two cards that stand nearer than this side by side are joined through their upper and lower sides.
const LEAST_GAP: f32 = 16.0;
/// Distance of a lane from the card that it passes.
const LANE: f32 = 28.0;
/// Distance of two lanes.
const LANE_PITCH: f32 = 12.0;
/// Distance of two ports on one side, where there is room.
const PORT_PITCH: f32 = 24.0;

/// The sides through which an arrow leaves and arrives; `falls` makes it leave downwards when it can.
#[must_use]
pub fn sides(from: &Rect, to: &Rect, falls: bool) -> (Side, Side) {
    let right = to.min.x >= from.max.x + LEAST_GAP;
    let left = to.max.x + LEAST_GAP <= from.min.x;
    let below = to.min.y >= from.max.y + LEAST_GAP;
    match (right, left) {
        (true, _) if falls && below => (Side::Bottom, Side::Left),
        (_, true) if falls && below => (Side::Bottom, Side::Right),
        (true, _) => (Side::Right, Side::Left),
        (_, true) => (Side::Left, Side::Right),
        _ if to.middle().y >= from.middle().y => (Side::Bottom, Side::Top),
        _ => (Side::Top, Side::Bottom),
    }
}

/// Offsets from the middle of a side of the given length for `count` ports.
pub fn port_offsets(count: usize, length: f32) -> impl Iterator<Item = f32> {
    let pitch = PORT_PITCH.min((length - 20.0) / count.max(1) as f32);
    let first = -pitch * (count.saturating_sub(1)) as f32 / 2.0;
    (0..count).map(move |place| first + pitch * place as f32)
}

/// One end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// The card.
    pub card: Rect,
    /// Where the arrow touches it.
    pub side: Side,
    /// The place there.
    pub at: Pos,
}

/// Moves an end that has its side for itself along the side, so that the arrow runs straight where it can. `crowds` tells
/// how many arrows share the sides of the two ends.
pub fn straighten(from: &mut End, to: &mut End, crowds: [usize; 2]) {
    if from.side.is_lateral() != to.side.is_lateral() {
        return;
    }
    let slide = |end: &mut End, other: &End| {
        let (at, wanted, low, high) = if end.side.is_lateral() {
            (&mut end.at.y, other.at.y, end.card.min.y, end.card.max.y)
        } else {
            (&mut end.at.x, other.at.x, end.card.min.x, end.card.max.x)
        };
        if (low + PORT_MARGIN..=high - PORT_MARGIN).contains(&wanted) {
            *at = wanted;
        }
    };
    match crowds {
        [_, 1] => slide(to, from),
        [1, _] => slide(from, to),
        _ => {}
    }
}

/// Ports keep this far from the corners of a card.
const PORT_MARGIN: f32 = 12.0;

/// The cheapest of the ways from one end to another; `hits` tells how many cards a rectangle touches.
#[must_use]
pub fn route(from: &End, to: &End, hits: &dyn Fn(&Rect) -> usize) -> Vec<Pos> {
    let ways = if from.side.is_lateral() == to.side.is_lateral() { facing(from, to) } else { turning(from, to) };
    let cost = |way: &Vec<Pos>| cost(way, from, to, hits);
    let best = ways.into_iter().map(|way| (cost(&way), way)).min_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, way)| tidied(&way)).unwrap_or_default()
}

/// Length, with a fine for each bend and a heavy one for each card that is run through.
fn cost(way: &[Pos], from: &End, to: &End, hits: &dyn Fn(&Rect) -> usize) -> f32 {
    let mut cost = 0.0;
    let last = way.len().saturating_sub(2);
    for (leg, ends) in way.windows(2).enumerate() {
        let thin = Rect::spanning(ends[0], ends[1]).grown(6.0);
        // The first and last legs touch their own cards; the others must not.
        let own = [(leg == 0, from), (leg == last, to)];
        let mut touched = hits(&thin);
        for (is_own, end) in own {
            touched = touched.saturating_sub(usize::from(is_own && end.card.overlaps(&thin)));
        }
        cost += ends[0].distance(ends[1]) + 2000.0 * touched as f32;
    }
    let bends = tidied(way).len().saturating_sub(2);
    cost + 40.0 * bends as f32
}

/// Ways between two lateral sides, or between an upper and a lower one: with the middle leg at several places, or
/// around through a channel beside one of the cards.
fn facing(from: &End, to: &End) -> Vec<Vec<Pos>> {
    let swap = !from.side.is_lateral();
    let turned = |at: Pos| if swap { pos(at.y, at.x) } else { at };
    let turned_rect = |rect: &Rect| Rect { min: turned(rect.min), max: turned(rect.max) };
    let (p, q) = (turned(from.at), turned(to.at));
    let (a, b) = (turned_rect(&from.card), turned_rect(&to.card));
    let forward = matches!(from.side, Side::Right | Side::Bottom);
    let sign = if forward { 1.0 } else { -1.0 };
    let lane = LANE.min((q.x - p.x).abs() / 2.0).max(LEAST_GAP);
    let (near, far) = (p.x + sign * lane, q.x - sign * lane);
    let mut ways = Vec::new();
    if (p.y - q.y).abs() < 1.0 {
        ways.push(vec![p, q]);
    }
    for x in [near, far, f32::midpoint(near, far)] {
        ways.push(vec![p, pos(x, p.y), pos(x, q.y), q]);
    }
    for y in [a.min.y - LANE, a.max.y + LANE, b.min.y - LANE, b.max.y + LANE] {
        ways.push(vec![p, pos(near, p.y), pos(near, y), pos(far, y), pos(far, q.y), q]);
    }
    ways.iter_mut().flatten().for_each(|at| *at = turned(*at));
    ways
}

/// Ways from an upper or lower side to a lateral one, and back.
fn turning(from: &End, to: &End) -> Vec<Vec<Pos>> {
    let (p, q) = (from.at, to.at);
    let corner = if from.side.is_lateral() { pos(q.x, p.y) } else { pos(p.x, q.y) };
    let (out, before) = (from.side.out(p, LANE), to.side.out(q, LANE));
    let knee = if from.side.is_lateral() { pos(out.x, before.y) } else { pos(before.x, out.y) };
    vec![vec![p, corner, q], vec![p, out, knee, before, q]]
}

/// Without points that lie on the way between their neighbours.
fn tidied(way: &[Pos]) -> Vec<Pos> {
    let mut points: Vec<Pos> = Vec::with_capacity(way.len());
    for at in way {
        if points.last().is_some_and(|last| last.distance(*at) < 0.5) {
            continue;
        }
        while let [.., a, b] = points.as_slice()
            && ((a.x - b.x).abs() < 0.5 && (b.x - at.x).abs() < 0.5
                || (a.y - b.y).abs() < 0.5 && (b.y - at.y).abs() < 0.5)
        {
            points.pop();
        }
        points.push(*at);
    }
    points
}

/// Legs that are already taken, by which later ones are moved aside.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    upright: std::collections::BTreeMap<i32, Vec<(f32, f32, f32)>>,
    level: std::collections::BTreeMap<i32, Vec<(f32, f32, f32)>>,
}

impl Lanes {
    /// Moves the inner legs of a way to lanes of their own and takes these; `hits` as in [`route`].
    pub fn settle(&mut self, way: &mut [Pos], hits: &dyn Fn(&Rect) -> usize) {
        for leg in 1..way.len().saturating_sub(2) {
            let (a, b) = (way[leg], way[leg + 1]);
            let upright = (a.x - b.x).abs() < 0.5;
            let (line, start, end) = if upright { (a.x, a.y, b.y) } else { (a.y, a.x, b.x) };
            let (start, end) = (start.min(end), start.max(end));
            let taken = if upright { &mut self.upright } else { &mut self.level };
            let shifts = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0].map(|lanes| lanes * LANE_PITCH);
            let legal = |shift: &f32| {
                let at = line + shift;
                let thin = if upright {
                    Rect::spanning(pos(at, start), pos(at, end))
                } else {
                    Rect::spanning(pos(start, at), pos(end, at))
                };
                is_free(taken, at, start, end) && (*shift == 0.0 || hits(&thin.grown(4.0)) == 0)
            };
            let shift = shifts.into_iter().find(legal).unwrap_or(0.0);
            let at = line + shift;
            taken.entry(bucket(at)).or_default().push((at, start, end));
            for place in [leg, leg + 1] {
                if upright {
                    way[place].x = at;
                } else {
                    way[place].y = at;
                }
            }
        }
    }
}

fn bucket(at: f32) -> i32 {
    (at / LANE_PITCH).floor() as i32
}

fn is_free(taken: &std::collections::BTreeMap<i32, Vec<(f32, f32, f32)>>, at: f32, start: f32, end: f32) -> bool {
    let near = taken.range(bucket(at) - 1..=bucket(at) + 1).flat_map(|(_, legs)| legs);
    near.into_iter().all(|(line, from, to)| (line - at).abs() >= LANE_PITCH - 0.5 || end <= *from || *to <= start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(card: Rect, side: Side) -> End {
        End { card, side, at: side.at(&card, 0.0) }
    }

    #[test]
    fn arrows_run_around_cards() {
        let (from, to) = (Rect::new(0.0, 0.0, 208.0, 92.0), Rect::new(544.0, 0.0, 208.0, 92.0));
        let between = Rect::new(272.0, 0.0, 208.0, 92.0);
        let hits = |rect: &Rect| [from, to, between].iter().filter(|card| card.overlaps(rect)).count();
        let way = route(&end(from, Side::Right), &end(to, Side::Left), &hits);
        assert_eq!(way.len(), 6, "{way:?}");
        assert!(way.windows(2).all(|leg| !Rect::spanning(leg[0], leg[1]).grown(1.0).overlaps(&between)), "{way:?}");
    }

    #[test]
    fn a_straight_way_is_straight() {
        let (from, to) = (Rect::new(0.0, 0.0, 208.0, 92.0), Rect::new(272.0, 0.0, 208.0, 92.0));
        assert_eq!(sides(&from, &to, false), (Side::Right, Side::Left));
        let way = route(&end(from, Side::Right), &end(to, Side::Left), &|_| 0);
        assert_eq!(way, [pos(208.0, 46.0), pos(272.0, 46.0)]);
    }

    #[test]
    fn legs_take_lanes_of_their_own() {
        let mut lanes = Lanes::default();
        let mut ways = [
            vec![pos(0.0, 0.0), pos(30.0, 0.0), pos(30.0, 100.0), pos(60.0, 100.0)],
            vec![pos(0.0, 20.0), pos(30.0, 20.0), pos(30.0, 140.0), pos(60.0, 140.0)],
        ];
        ways.iter_mut().for_each(|way| lanes.settle(way, &|_| 0));
        assert!((ways[0][1].x - ways[1][1].x).abs() >= LANE_PITCH - 0.5);
    }
}
