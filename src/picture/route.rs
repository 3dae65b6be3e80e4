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

    /// The side that looks at this one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Top => Self::Bottom,
            Self::Bottom => Self::Top,
        }
    }

    /// What an arrow leaves free at this side before it turns, besides its lane.
    fn room(self) -> f32 {
        if self == Self::Bottom { NAME_ROOM } else { 0.0 }
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

/// Least distance of a lane from a card.
const LEAST_LANE: f32 = 12.0;
/// Distance of a lane from the card that it passes.
const LANE: f32 = 28.0;
/// What an arrow leaves free below a card before it turns, besides its lane: a tile has its name there.
pub(super) const NAME_ROOM: f32 = 28.0;
/// Distance of two lanes.
const LANE_PITCH: f32 = 12.0;
/// Offsets from the middle of a side for `count` ports: so near that they stand at tiles, too.
pub fn port_offsets(count: usize) -> impl Iterator<Item = f32> {
    let pitch = PORT_PITCH.min(2.0 * PORT_REACH / count.saturating_sub(1).max(1) as f32);
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
    /// How many arrows touch this side.
    pub crowd: usize,
}

/// Moves an end that has its side for itself along the side, so that the arrow runs straight where it can.
pub fn straighten(from: &mut End, to: &mut End) {
    if from.side.is_lateral() != to.side.is_lateral() {
        return;
    }
    let slide = |end: &mut End, other: &End| {
        let (at, wanted, low, high) = if end.side.is_lateral() {
            (&mut end.at.y, other.at.y, end.card.min.y, end.card.max.y)
        } else {
            (&mut end.at.x, other.at.x, end.card.min.x, end.card.max.x)
        };
        if (f32::midpoint(low, high) - wanted).abs() <= PORT_REACH {
            *at = wanted;
        }
    };
    let apart = if from.side.is_lateral() { from.at.y - to.at.y } else { from.at.x - to.at.x };
    match [from.crowd, to.crowd] {
        [_, 1] => slide(to, from),
        [1, _] => slide(from, to),
        _ if apart.abs() < JOG => slide(to, from),
        _ => {}
    }
}

/// A step smaller than this looks like a mistake, so that the port moves even on a side that others share.
const JOG: f32 = 7.0;
/// Distance of two ports on one side, where there is room.
const PORT_PITCH: f32 = 20.0;
/// Ports keep this near to the middle of their side, in canvas units.
const PORT_REACH: f32 = 28.0;

/// What is on the canvas already.
pub struct Ground<'g> {
    /// How many cards and notes a rectangle touches.
    pub hits: &'g dyn Fn(&Rect) -> usize,
    /// How many arrows cross a way.
    pub crossings: &'g dyn Fn(&[Pos]) -> usize,
}

/// Length, with a fine for each bend and a heavy one for each card that is run through.
fn cost(way: &[Pos], from: &End, to: &End, ground: &Ground<'_>) -> f32 {
    let mut cost = 0.0;
    let last = way.len().saturating_sub(2);
    for (leg, ends) in way.windows(2).enumerate() {
        let thin = Rect::spanning(ends[0], ends[1]).grown(6.0);
        // The first and last legs touch their own cards; the others must not.
        let own = [(leg == 0, from), (leg == last, to)];
        let mut touched = (ground.hits)(&thin);
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
    let (room, reserve) = (from.side.room(), to.side.room());
    let gap = (q.x - p.x).abs() - room - reserve;
    let lane = LANE.min(gap / 2.0).max(LEAST_LANE);
    let (near, far) = (p.x + sign * (room + lane), q.x - sign * (reserve + lane));
    let mut ways = Vec::new();
    if (p.y - q.y).abs() < 1.0 {
        ways.push(vec![p, q]);
    }
    // Of equal ways the first is taken: a fan spreads out near its root, where its lanes can nest.
    let (first, second) = if to.crowd > from.crowd { (far, near) } else { (near, far) };
    for x in [first, second, f32::midpoint(near, far)] {
        ways.push(vec![p, pos(x, p.y), pos(x, q.y), q]);
    }
    let below = LANE + if swap { 0.0 } else { NAME_ROOM };
    for y in [a.min.y - LANE, a.max.y + below, b.min.y - LANE, b.max.y + below] {
        ways.push(vec![p, pos(near, p.y), pos(near, y), pos(far, y), pos(far, q.y), q]);
    }
    ways.iter_mut().flatten().for_each(|at| *at = turned(*at));
    ways
}

/// Ways from an upper or lower side to a lateral one, and back.
fn turning(from: &End, to: &End) -> Vec<Vec<Pos>> {
    let (p, q) = (from.at, to.at);
    let corner = if from.side.is_lateral() { pos(q.x, p.y) } else { pos(p.x, q.y) };
    let (out, before) = (from.side.out(p, LANE + from.side.room()), to.side.out(q, LANE + to.side.room()));
    let knee = if from.side.is_lateral() { pos(out.x, before.y) } else { pos(before.x, out.y) };
    vec![vec![p, corner, q], vec![p, out, knee, before, q]]
}

/// Ways that leave and arrive at sides that look the same way: beyond both cards.
fn looping(from: &End, to: &End) -> Vec<Vec<Pos>> {
    let (p, q) = (from.at, to.at);
    let beyond = |by: f32| match from.side {
        Side::Left => pos(from.card.min.x.min(to.card.min.x) - by, 0.0),
        Side::Right => pos(from.card.max.x.max(to.card.max.x) + by, 0.0),
        Side::Top => pos(0.0, from.card.min.y.min(to.card.min.y) - by),
        Side::Bottom => pos(0.0, from.card.max.y.max(to.card.max.y) + by),
    };
    let at = beyond(LANE + from.side.room());
    let (one, two) =
        if from.side.is_lateral() { (pos(at.x, p.y), pos(at.x, q.y)) } else { (pos(p.x, at.y), pos(q.x, at.y)) };
    vec![vec![p, one, two, q]]
}

/// The ways that are worth a try between two ends.
fn ways(from: &End, to: &End) -> Vec<Vec<Pos>> {
    if from.side == to.side {
        looping(from, to)
    } else if from.side.is_lateral() == to.side.is_lateral() {
        facing(from, to)
    } else {
        turning(from, to)
    }
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
    /// The cheapest of the ways from one end to another, in lanes of its own, which it takes.
    pub fn route(&mut self, from: &End, to: &End, ground: &Ground<'_>) -> Vec<Pos> {
        let mut ways: Vec<(f32, Vec<Pos>)> =
            ways(from, to).into_iter().map(|way| (cost(&way, from, to, ground), tidied(&way))).collect();
        ways.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f32, Vec<Pos>)> = None;
        for (cost, mut way) in ways {
            // What is left costs more before it has crossed anything.
            if best.as_ref().is_some_and(|(least, _)| *least <= cost) {
                break;
            }
            let fine = CROSSING * self.settle(&mut way, ground) as f32;
            if best.as_ref().is_none_or(|(least, _)| cost + fine < *least) {
                best = Some((cost + fine, way));
            }
        }
        let way = best.map(|(_, way)| way).unwrap_or_default();
        self.take(&way);
        way
    }

    /// Moves the inner legs of a way to lanes where it crosses least and tells how often it crosses there.
    fn settle(&self, way: &mut [Pos], ground: &Ground<'_>) -> usize {
        let mut crossed = None;
        for leg in 1..way.len().saturating_sub(2) {
            let line = Line::of(way, leg);
            let pitch = line.inwards(way) * LANE_PITCH;
            let mut best = (TAKEN, line.at);
            for lane in SHIFTS {
                let at = line.at + f32::from(lane) * pitch;
                let moved = Line { at, ..line };
                if !self.is_free(&moved) || lane != 0 && (ground.hits)(&moved.rect()) > 0 {
                    continue;
                }
                move_leg(way, leg, line.upright, at);
                let crossings = (ground.crossings)(way);
                if crossings < best.0 {
                    best = (crossings, at);
                }
                if crossings == 0 {
                    break;
                }
            }
            move_leg(way, leg, line.upright, best.1);
            crossed = Some(best.0);
        }
        crossed.unwrap_or_else(|| (ground.crossings)(way))
    }

    fn take(&mut self, way: &[Pos]) {
        for leg in 0..way.len().saturating_sub(1) {
            let line = Line::of(way, leg);
            let taken = if line.upright { &mut self.upright } else { &mut self.level };
            taken.entry(bucket(line.at)).or_default().push((line.at, line.start, line.end));
        }
    }

    fn is_free(&self, line: &Line) -> bool {
        let taken = if line.upright { &self.upright } else { &self.level };
        let near = taken.range(bucket(line.at) - 1..=bucket(line.at) + 1).flat_map(|(_, legs)| legs);
        let apart = |(at, start, end): &(f32, f32, f32)| {
            (at - line.at).abs() >= LANE_PITCH - 0.5 || line.end <= *start || *end <= line.start
        };
        near.into_iter().all(apart)
    }
}

/// A leg as a lane sees it.
#[derive(Clone, Copy)]
struct Line {
    upright: bool,
    /// Where it stands across its direction.
    at: f32,
    /// Its ends along its direction, the smaller first.
    start: f32,
    end: f32,
}

impl Line {
    fn of(way: &[Pos], leg: usize) -> Self {
        let (a, b) = (way[leg], way[leg + 1]);
        let upright = (a.x - b.x).abs() < 0.5;
        let (at, start, end) = if upright { (a.x, a.y, b.y) } else { (a.y, a.x, b.x) };
        Self { upright, at, start: start.min(end), end: start.max(end) }
    }

    /// The sign of the direction from the leg to the middle of its way, where cards are far.
    fn inwards(&self, way: &[Pos]) -> f32 {
        let across = |at: &Pos| if self.upright { at.x } else { at.y };
        let ends = way.first().map_or(0.0, across) + way.last().map_or(0.0, across);
        if ends / 2.0 < self.at { -1.0 } else { 1.0 }
    }

    /// Whether two legs cross or touch, or run on the same line for a while.
    fn meets(&self, other: &Self) -> bool {
        if self.upright == other.upright {
            return (self.at - other.at).abs() < SAME_LINE && self.start.max(other.start) < self.end.min(other.end);
        }
        let within = |at: f32, line: &Self| line.start - 0.5 < at && at < line.end + 0.5;
        within(self.at, other) && within(other.at, self)
    }

    /// What has to be free of cards.
    fn rect(&self) -> Rect {
        let place = |along: f32| if self.upright { pos(self.at, along) } else { pos(along, self.at) };
        Rect::spanning(place(self.start), place(self.end)).grown(4.0)
    }
}

/// Parallel legs nearer than this look like one.
const SAME_LINE: f32 = 6.0;
/// Fine for a crossing, in units of length.
const CROSSING: f32 = 30.0;
/// What a leg costs that finds no lane, in crossings.
const TAKEN: usize = 4;
/// Lanes that a leg tries, counted from its own towards the middle of the way.
const SHIFTS: [i8; 7] = [0, 1, -1, 2, -2, 3, -3];

fn move_leg(way: &mut [Pos], leg: usize, upright: bool, at: f32) {
    for place in &mut way[leg..=leg + 1] {
        if upright {
            place.x = at;
        } else {
            place.y = at;
        }
    }
}

/// How often two ways cross, touch or share a piece of a leg.
#[must_use]
pub fn crossings(way: &[Pos], other: &[Pos]) -> usize {
    let lines = |way: &[Pos]| -> Vec<Line> { (1..way.len()).map(|leg| Line::of(way, leg - 1)).collect() };
    let others = lines(other);
    lines(way).iter().map(|line| others.iter().filter(|other| line.meets(other)).count()).sum()
}

fn bucket(at: f32) -> i32 {
    (at / LANE_PITCH).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(card: Rect, side: Side) -> End {
        End { card, side, at: side.at(&card, 0.0), crowd: 1 }
    }

    #[test]
    fn arrows_run_around_cards() {
        let (from, to) = (Rect::new(0.0, 0.0, 208.0, 92.0), Rect::new(544.0, 0.0, 208.0, 92.0));
        let between = Rect::new(272.0, 0.0, 208.0, 92.0);
        let hits = |rect: &Rect| [from, to, between].iter().filter(|card| card.overlaps(rect)).count();
        let ground = Ground { hits: &hits, crossings: &|_| 0 };
        let way = Lanes::default().route(&end(from, Side::Right), &end(to, Side::Left), &ground);
        assert_eq!(way.len(), 6, "{way:?}");
        assert!(way.windows(2).all(|leg| !Rect::spanning(leg[0], leg[1]).grown(1.0).overlaps(&between)), "{way:?}");
    }

    #[test]
    fn a_straight_way_is_straight() {
        let (from, to) = (Rect::new(0.0, 0.0, 208.0, 92.0), Rect::new(272.0, 0.0, 208.0, 92.0));
        let ground = Ground { hits: &|_| 0, crossings: &|_| 0 };
        let way = Lanes::default().route(&end(from, Side::Right), &end(to, Side::Left), &ground);
        assert_eq!(way, [pos(208.0, 46.0), pos(272.0, 46.0)]);
    }

    #[test]
    fn a_fan_nests_in_lanes_of_its_own() {
        let root = Rect::new(0.0, 0.0, 208.0, 92.0);
        let mut lanes = Lanes::default();
        let mut ways: Vec<Vec<Pos>> = Vec::new();
        for (offset, y) in [(12.0, 288.0), (0.0, 144.0)] {
            let from = End { at: Side::Right.at(&root, offset), crowd: 2, ..end(root, Side::Right) };
            let to = end(Rect::new(272.0, y, 208.0, 92.0), Side::Left);
            let crossed = |way: &[Pos]| ways.iter().map(|other| crossings(way, other)).sum();
            let way = lanes.route(&from, &to, &Ground { hits: &|_| 0, crossings: &crossed });
            assert_eq!(crossed(&way), 0, "{way:?}");
            ways.push(way);
        }
        assert!((ways[0][1].x - ways[1][1].x).abs() >= LANE_PITCH - 0.5, "{ways:?}");
    }
}
