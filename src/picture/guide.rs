//! Where something that is being moved falls in line with what stands around it: edges, middles and equal gaps.
//!
//! Must not know what is moved or how guides are drawn.

use super::geometry::{Pos, Rect, pos};

/// A line that shows what falls in line, in canvas units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guide {
    /// Edges or middles lie on it.
    Line(Pos, Pos),
    /// A gap that is as wide as another.
    Gap(Pos, Pos),
}

/// Places are whole units, so that middles may be half a unit apart.
const SAME: f32 = 0.51;

/// How far `moved` is to go on so that it falls in line with one of `others`, from left to right and from top to bottom;
/// `None` where nothing is within `reach`. All in canvas units.
#[must_use]
pub fn pull(moved: &Rect, others: &[Rect], reach: f32) -> (Option<f32>, Option<f32>) {
    let along = |across: bool| {
        let lines = others.iter().flat_map(|other| meetings(moved, other, across));
        let gaps = neighbours(moved, others, across).map(|near| near.wishes(moved, across)).unwrap_or_default();
        let near = lines.chain(gaps).filter(|by| by.abs() <= reach);
        near.min_by(|a, b| a.abs().total_cmp(&b.abs())).map(f32::round)
    };
    (along(true), along(false))
}

/// The guides that hold for `moved` where it stands.
#[must_use]
pub fn guides(moved: &Rect, others: &[Rect]) -> Vec<Guide> {
    let mut guides = Vec::new();
    for across in [true, false] {
        let lines = stops(moved, across).map(|at| line(moved, others, across, at));
        // Where both edges are in line, so is the middle, and a third line would only cross out what it joins.
        let hides_middle = lines[0].is_some() && lines[2].is_some();
        guides.extend(
            lines.into_iter().enumerate().filter(|(at, _)| *at != 1 || !hides_middle).filter_map(|(_, line)| line),
        );
        guides.extend(neighbours(moved, others, across).map(|near| near.gaps(moved, across)).unwrap_or_default());
    }
    guides
}

/// The line at a place along the axis, from the first to the last thing on it; `None` when nothing else is on it.
fn line(moved: &Rect, others: &[Rect], across: bool, at: f32) -> Option<Guide> {
    let on_line = others.iter().filter(|other| stops(other, across).iter().any(|stop| (stop - at).abs() < SAME));
    let around = on_line.fold(None, |all: Option<Rect>, other| Some(all.unwrap_or(*moved).union(other)));
    let (from, to) = around?.span(!across);
    Some(Guide::Line(place(across, at, from), place(across, at, to)))
}

/// A place `at` along the axis and `aside` beside it.
fn place(across: bool, at: f32, aside: f32) -> Pos {
    if across { pos(at, aside) } else { pos(aside, at) }
}

/// First edge, middle and last edge.
fn stops(rect: &Rect, across: bool) -> [f32; 3] {
    let (start, end) = rect.span(across);
    [start, f32::midpoint(start, end), end]
}

/// How far edges are from edges and the middle from the middle.
fn meetings(moved: &Rect, other: &Rect, across: bool) -> [f32; 5] {
    let ([start, middle, end], [other_start, other_middle, other_end]) = (stops(moved, across), stops(other, across));
    [other_start - start, other_end - end, other_middle - middle, other_end - start, other_start - end]
}

/// What stands before and after something in its row or column: nearest first.
struct Neighbours {
    before: Vec<Rect>,
    after: Vec<Rect>,
}

fn neighbours(moved: &Rect, others: &[Rect], across: bool) -> Option<Neighbours> {
    let (low, high) = moved.span(!across);
    let beside = |other: &&Rect| {
        let (from, to) = other.span(!across);
        from < high && low < to
    };
    let middle = stops(moved, across)[1];
    let in_row = || others.iter().filter(beside).copied();
    let mut before: Vec<Rect> = in_row().filter(|other| other.span(across).1 <= middle).collect();
    let mut after: Vec<Rect> = in_row().filter(|other| other.span(across).0 >= middle).collect();
    before.sort_by(|a, b| b.span(across).1.total_cmp(&a.span(across).1));
    after.sort_by(|a, b| a.span(across).0.total_cmp(&b.span(across).0));
    (!before.is_empty() || !after.is_empty()).then_some(Neighbours { before, after })
}

impl Neighbours {
    /// How far the moved thing is from places with equal gaps.
    fn wishes(&self, moved: &Rect, across: bool) -> Vec<f32> {
        let (start, end) = moved.span(across);
        let mut wishes = Vec::new();
        if let (Some(before), Some(after)) = (self.before.first(), self.after.first()) {
            wishes.push((before.span(across).1 + after.span(across).0 - start - end) / 2.0);
        }
        wishes.extend(gap_of(&self.before, across).map(|gap| self.before[0].span(across).1 + gap - start));
        wishes.extend(gap_of(&self.after, across).map(|gap| self.after[0].span(across).0 - gap - end));
        wishes
    }

    /// The equal gaps that the moved thing has part in.
    fn gaps(&self, moved: &Rect, across: bool) -> Vec<Guide> {
        let (start, end) = moved.span(across);
        let aside = stops(moved, !across)[1];
        let gap = |from: f32, to: f32| Guide::Gap(place(across, from, aside), place(across, to, aside));
        let before = self.before.first().map(|rect| (rect.span(across).1, start));
        let after = self.after.first().map(|rect| (end, rect.span(across).0));
        let mut found = Vec::new();
        let mut take = |one: Option<(f32, f32)>, two: Option<(f32, f32)>| {
            let (Some(one), Some(two)) = (one, two) else { return };
            let (width, other) = (one.1 - one.0, two.1 - two.0);
            // Half a unit is lost on each side when the room between two things is odd.
            if width > 0.0 && (width - other).abs() < 2.0 * SAME {
                found.extend([gap(one.0, one.1), gap(two.0, two.1)]);
            }
        };
        take(before, after);
        take(before, inner(&self.before, across));
        take(after, inner(&self.after, across));
        found
    }
}

/// The gap between the two nearest, from where to where.
fn inner(near: &[Rect], across: bool) -> Option<(f32, f32)> {
    let (first, second) = (near.first()?.span(across), near.get(1)?.span(across));
    let (from, to) = if first.0 > second.0 { (second.1, first.0) } else { (first.1, second.0) };
    (to > from).then_some((from, to))
}

fn gap_of(near: &[Rect], across: bool) -> Option<f32> {
    inner(near, across).map(|(from, to)| to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(x: f32, y: f32) -> Rect {
        Rect::new(x, y, 200.0, 90.0)
    }

    #[test]
    fn things_are_pulled_in_line_within_reach_only() {
        let check = |moved: Rect, others: &[Rect], expected: (Option<f32>, Option<f32>)| {
            assert_eq!(pull(&moved, others, 6.0), expected, "{moved:?}");
        };
        // Left edges, and middles of rows.
        check(card(4.0, 303.0), &[card(0.0, 0.0)], (Some(-4.0), None));
        check(card(404.0, 3.0), &[card(0.0, 0.0)], (None, Some(-3.0)));
        check(card(407.0, 107.0), &[card(0.0, 0.0)], (None, None));
        // The right edge meets a left one.
        check(card(98.0, 300.0), &[card(300.0, 0.0)], (Some(2.0), None));
        // In the middle between two, and as far after the second as that is after the first.
        check(card(303.0, 200.0), &[card(0.0, 210.0), card(600.0, 170.0)], (Some(-3.0), None));
        check(card(525.0, 200.0), &[card(0.0, 210.0), card(260.0, 170.0)], (Some(-5.0), None));
        check(card(-265.0, 200.0), &[card(0.0, 210.0), card(260.0, 170.0)], (Some(5.0), None));
    }

    #[test]
    fn guides_show_what_is_in_line_and_which_gaps_are_equal() {
        let (left, right) = (card(0.0, 0.0), card(600.0, 0.0));
        let shown = guides(&card(300.0, 0.0), &[left, right]);
        let gaps: Vec<&Guide> = shown.iter().filter(|guide| matches!(guide, Guide::Gap(..))).collect();
        assert_eq!(
            gaps,
            [&Guide::Gap(pos(200.0, 45.0), pos(300.0, 45.0)), &Guide::Gap(pos(500.0, 45.0), pos(600.0, 45.0))]
        );
        assert!(shown.contains(&Guide::Line(pos(0.0, 0.0), pos(800.0, 0.0))), "{shown:?}");
        assert_eq!(guides(&card(301.0, 203.0), &[left, right]), []);
    }
}
