//! Through which sides arrows leave and arrive: triggers run across, accesses turn once where that is free, failures fall.
//!
//! Must not know lanes or what is drawn.

use super::geometry::{Pos, Rect, pos};
use super::route::{NAME_ROOM, Side};
use crate::catalog::Relation;

/// Two cards that stand nearer than this side by side are joined through their upper and lower sides.
const LEAST_GAP: f32 = 16.0;
/// What a turn needs free beside it.
const AIR: f32 = 8.0;
/// How far beyond the cards an arrow runs that loops around others.
const LOOP: f32 = 28.0;

/// Where two cards stand to each other.
struct Pair<'c> {
    from: &'c Rect,
    to: &'c Rect,
    /// The side of the first that looks at the second, where one is wholly beside the other.
    across: Option<Side>,
    /// The same where one is wholly above the other.
    upright: Option<Side>,
}

impl<'c> Pair<'c> {
    fn of(from: &'c Rect, to: &'c Rect) -> Self {
        let side = |after: bool, before: bool, [one, two]: [Side; 2]| {
            if after { Some(one) } else { before.then_some(two) }
        };
        let (right, left) = (to.min.x >= from.max.x + LEAST_GAP, to.max.x + LEAST_GAP <= from.min.x);
        let (below, above) = (to.min.y >= from.max.y + LEAST_GAP, to.max.y + LEAST_GAP <= from.min.y);
        let across = side(right, left, [Side::Right, Side::Left]);
        Self { from, to, across, upright: side(below, above, [Side::Bottom, Side::Top]) }
    }

    /// The usual sides: across where one card is beside the other, else upright.
    fn usual(&self) -> (Side, Side) {
        let below = self.to.middle().y >= self.from.middle().y;
        let side = self.across.unwrap_or(if below { Side::Bottom } else { Side::Top });
        (side, side.opposite())
    }

    /// The corner of the way that leaves and arrives at the middles of two sides and turns once.
    fn corner(&self, out: Side, into: Side) -> Pos {
        let (p, q) = (out.at(self.from, 0.0), into.at(self.to, 0.0));
        if out.is_lateral() { pos(q.x, p.y) } else { pos(p.x, q.y) }
    }

    /// Whether the way with one turn is free of other cards.
    fn turns_freely(&self, (out, into): (Side, Side), hits: &dyn Fn(&Rect) -> usize) -> bool {
        let corner = self.corner(out, into);
        let leg = |at: Pos, own: &Rect| {
            let leg = Rect::spanning(at, corner).grown(AIR);
            (hits)(&leg) <= usize::from(own.overlaps(&leg))
        };
        leg(out.at(self.from, 0.0), self.from) && leg(into.at(self.to, 0.0), self.to)
    }

    /// Whether the way with two turns, the leg between them in the middle, is free of other cards.
    fn steps_freely(&self, side: Side, hits: &dyn Fn(&Rect) -> usize) -> bool {
        let (p, q) = (side.at(self.from, 0.0), side.opposite().at(self.to, 0.0));
        let middle = p.towards(q, 0.5);
        let (a, b) = if side.is_lateral() {
            (pos(middle.x, p.y), pos(middle.x, q.y))
        } else {
            (pos(p.x, middle.y), pos(q.x, middle.y))
        };
        let touched = |a: Pos, b: Pos| (hits)(&Rect::spanning(a, b).grown(AIR));
        touched(p, a) <= 1 && touched(a, b) == 0 && touched(b, q) <= 1
    }

    /// Whether the straight way between facing sides is free.
    fn runs_freely(&self, side: Side, hits: &dyn Fn(&Rect) -> usize) -> bool {
        let way = Rect::spanning(side.at(self.from, 0.0), side.opposite().at(self.to, 0.0)).grown(AIR);
        (hits)(&way) <= 2
    }

    /// The side beyond which an arrow loops around what stands between two cards of one column or row.
    fn loops(&self, sides: [Side; 2], hits: &dyn Fn(&Rect) -> usize) -> Option<(Side, Side)> {
        let around = self.from.union(self.to);
        let free = sides.into_iter().find(|side| {
            let lane = Rect::spanning(
                side.at(&around, -around_half(&around, *side)),
                side.at(&around, around_half(&around, *side)),
            );
            let by = if *side == Side::Bottom { LOOP + NAME_ROOM } else { LOOP };
            let lane = Rect { min: side.out(lane.min, by), max: side.out(lane.max, by) };
            (hits)(&lane.grown(AIR)) == 0
        });
        free.map(|side| (side, side))
    }
}

fn around_half(rect: &Rect, side: Side) -> f32 {
    if side.is_lateral() { rect.height() / 2.0 } else { rect.width() / 2.0 }
}

/// The sides through which an arrow leaves and arrives; `hits` tells how many cards and notes a rectangle touches.
#[must_use]
pub fn sides(from: &Rect, to: &Rect, relation: Relation, hits: &dyn Fn(&Rect) -> usize) -> (Side, Side) {
    let pair = Pair::of(from, to);
    let usual = pair.usual();
    match (relation, pair.across, pair.upright) {
        (Relation::DeadLetters, Some(across), Some(Side::Bottom)) => (Side::Bottom, across.opposite()),
        (Relation::DeadLetters, Some(_), None) => (Side::Bottom, Side::Bottom),
        (Relation::Accesses, Some(across), Some(upright)) => {
            let turns = [(upright, across.opposite()), (across, upright.opposite())];
            // An access that runs back against the flow steps up or down first.
            let steps = if across == Side::Left { [upright, across] } else { [across, upright] };
            let step = || steps.into_iter().find(|side| pair.steps_freely(*side, hits));
            let turn = turns.into_iter().find(|turn| pair.turns_freely(*turn, hits));
            turn.or_else(|| step().map(|side| (side, side.opposite()))).unwrap_or(usual)
        }
        (Relation::Accesses, Some(across), None) if !pair.runs_freely(across, hits) => {
            pair.loops([Side::Top, Side::Bottom], hits).unwrap_or(usual)
        }
        (_, None, Some(upright)) if !pair.runs_freely(upright, hits) => {
            pair.loops([Side::Right, Side::Left], hits).unwrap_or(usual)
        }
        _ => usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Rect = Rect::new(0.0, 0.0, 208.0, 92.0);

    fn at(column: f32, row: f32) -> Rect {
        Rect::new(column * 272.0, row * 144.0, 208.0, 92.0)
    }

    fn chosen(to: Rect, relation: Relation, others: &[Rect]) -> (Side, Side) {
        let hits = |rect: &Rect| [CARD, to].iter().chain(others).filter(|card| card.overlaps(rect)).count();
        sides(&CARD, &to, relation, &hits)
    }

    #[test]
    fn each_relation_has_its_sides() {
        use Relation::{Accesses, DeadLetters, Triggers};
        use Side::{Bottom, Left, Right, Top};
        for (to, relation, others, expected) in [
            (at(1.0, 0.0), Triggers, vec![], (Right, Left)),
            (at(1.0, 1.0), Triggers, vec![], (Right, Left)),
            (at(-1.0, 1.0), Triggers, vec![], (Left, Right)),
            (at(0.0, 1.0), Triggers, vec![], (Bottom, Top)),
            (at(0.0, -1.0), Accesses, vec![], (Top, Bottom)),
            (at(1.0, 0.0), Accesses, vec![], (Right, Left)),
            (at(1.0, 1.0), Accesses, vec![], (Bottom, Left)),
            (at(1.0, 1.0), Accesses, vec![at(0.0, 1.0)], (Right, Top)),
            (at(1.0, 1.0), Accesses, vec![at(0.0, 1.0), at(1.0, 0.0)], (Right, Left)),
            (at(0.0, 2.0), Accesses, vec![at(0.0, 1.0)], (Right, Right)),
            (at(2.0, 0.0), Accesses, vec![at(1.0, 0.0)], (Top, Top)),
            (at(1.0, 1.0), DeadLetters, vec![], (Bottom, Left)),
            (at(-1.0, 1.0), DeadLetters, vec![], (Bottom, Right)),
            (at(1.0, 0.0), DeadLetters, vec![], (Bottom, Bottom)),
        ] {
            assert_eq!(chosen(to, relation, &others), expected, "{relation} to {to:?} beside {others:?}");
        }
    }
}
