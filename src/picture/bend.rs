//! How ways bend at their corners: rounded, or swung so far that the whole way is a curve. Every pen bends alike.
//!
//! Must not know what the ways join.

use super::geometry::{Pos, Rect};

/// A corner of a way: a curve from `start` to `end` that is drawn towards `at`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    /// Where the way leaves its leg.
    pub start: Pos,
    /// Where the legs would meet.
    pub at: Pos,
    /// Where it joins the next leg.
    pub end: Pos,
}

/// What stays straight at both ends of a way: room for a port and for the head of an arrow.
const STRAIGHT: f32 = 8.0;

/// The corners of a way, each taking `radius` of its legs at most. Inner legs are shared by their two corners.
pub fn corners(way: &[Pos], radius: f32) -> impl Iterator<Item = Corner> {
    let last = way.len().saturating_sub(2);
    way.windows(3).enumerate().map(move |(index, points)| {
        let [before, at, after] = [points[0], points[1], points[2]];
        let along = |to: Pos, is_end: bool| {
            let length = at.distance(to).max(0.001);
            let most = if is_end { (length - STRAIGHT).max(length / 2.0) } else { length / 2.0 };
            at.towards(to, radius.min(most) / length)
        };
        Corner { start: along(before, index == 0), at, end: along(after, index + 1 == last) }
    })
}

/// The points of a way with its corners bent.
#[must_use]
pub fn bent(way: &[Pos], radius: f32) -> Vec<Pos> {
    let (Some(first), Some(last)) = (way.first(), way.last()) else { return Vec::new() };
    let mut points = Vec::with_capacity(way.len() * 5);
    points.push(*first);
    for corner in corners(way, radius) {
        let reach = corner.start.distance(corner.at).max(corner.at.distance(corner.end));
        if reach < 1.0 {
            points.push(corner.at);
            continue;
        }
        let steps = (reach.sqrt() * 1.7).clamp(2.0, 24.0) as u8;
        // Two corners that share a leg may meet on it.
        let first = u8::from(points.last().is_some_and(|last| last.distance(corner.start) < 0.1));
        points.extend((first..=steps).map(|step| {
            let share = f32::from(step) / f32::from(steps);
            corner.start.towards(corner.at, share).towards(corner.at.towards(corner.end, share), share)
        }));
    }
    points.push(*last);
    points
}

/// The place on a line through points that is nearest to `at`.
#[must_use]
pub fn nearest(points: &[Pos], at: Pos) -> Pos {
    let legs = points.windows(2).map(|leg| {
        let length = leg[0].distance(leg[1]).max(0.001);
        let along = (at.x - leg[0].x) * (leg[1].x - leg[0].x) + (at.y - leg[0].y) * (leg[1].y - leg[0].y);
        leg[0].towards(leg[1], (along / (length * length)).clamp(0.0, 1.0))
    });
    legs.min_by(|a, b| a.distance(at).total_cmp(&b.distance(at))).unwrap_or(at)
}

/// Whether a line through points runs through a rectangle.
#[must_use]
pub fn meets(points: &[Pos], rect: &Rect) -> bool {
    points.windows(2).any(|leg| leg_meets(leg[0], leg[1], rect))
}

/// Whether a straight leg runs through a rectangle: what is left of it when each side has cut off what lies beyond.
fn leg_meets(a: Pos, b: Pos, rect: &Rect) -> bool {
    if !Rect::spanning(a, b).grown(0.01).overlaps(rect) {
        return false;
    }
    let axes = [(a.x, b.x - a.x, rect.min.x, rect.max.x), (a.y, b.y - a.y, rect.min.y, rect.max.y)];
    let (mut from, mut until) = (0.0_f32, 1.0_f32);
    for (start, step, low, high) in axes {
        if step.abs() < 1e-4 {
            continue;
        }
        let (one, two) = ((low - start) / step, (high - start) / step);
        (from, until) = (from.max(one.min(two)), until.min(one.max(two)));
    }
    from < until
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::pos;

    const STEP: [Pos; 4] = [pos(0.0, 0.0), pos(40.0, 0.0), pos(40.0, 100.0), pos(90.0, 100.0)];

    #[test]
    fn corners_stay_within_their_legs() {
        for radius in [0.0, 12.0, f32::INFINITY] {
            let points = bent(&STEP, radius);
            assert_eq!((points[0], points[points.len() - 1]), (STEP[0], STEP[3]));
            let outline = Rect::around_all(&STEP);
            assert!(points.iter().all(|at| outline.contains(*at)), "{radius}: {points:?}");
        }
        assert!(bent(&STEP[..1], 12.0).len() <= 2 && bent(&[], 12.0).is_empty());
    }

    #[test]
    fn a_curve_has_no_corner() {
        let points = bent(&STEP, f32::INFINITY);
        let turns = points.windows(3).map(|at| {
            let angle = |a: Pos, b: Pos| (b.y - a.y).atan2(b.x - a.x);
            (angle(at[1], at[2]) - angle(at[0], at[1])).abs()
        });
        assert!(turns.fold(0.0, f32::max) < 0.3, "{points:?}");
    }

    #[test]
    fn a_slanted_leg_meets_only_what_it_runs_through() {
        let slanted = [pos(0.0, 0.0), pos(100.0, 100.0)];
        assert!(meets(&slanted, &Rect::new(40.0, 40.0, 20.0, 20.0)));
        assert!(!meets(&slanted, &Rect::new(60.0, 10.0, 30.0, 30.0)));
        assert!(meets(&STEP, &Rect::new(30.0, 50.0, 20.0, 1.0)));
        assert_eq!(nearest(&slanted, pos(0.0, 100.0)), pos(50.0, 50.0));
    }
}
