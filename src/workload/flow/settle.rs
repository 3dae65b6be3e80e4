//! Loops: lets what is in one go round, and finds where it comes to rest.
//!
//! What a loop carries is a sum without end. Where it adds up it is found as the solution of equations, one for each way into
//! a node that closes the loop: so much of one more event comes back there. Batches bend these equations, so a solution is
//! put in and checked until a round changes nothing. Must not know how arrows became links.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Carried, Flown, MOST, Sum, rounded};
use crate::catalog::evaluate::Span;
use crate::diagram::{NodeId, graph};
use crate::workload::Loop;
use crate::workload::net::Net;

/// Rounds before each attempt to find the rest. The first ones reach every arrow; growth that batches end takes longer.
const ROUNDS: [usize; 5] = [1, 7, 8, 16, 32];

/// Times that a solution is put in and bettered.
const STEPS: usize = 8;

/// So many more events are tried first.
const MANY: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// With more equations than this, rounds are added up instead.
const EQUATIONS: usize = 64;

/// From this gain on a loop counts as endless: it would take a thousand rounds.
const ENDLESS: Decimal = Decimal::from_parts(999, 0, 0, false, 3);

/// Digits after the point to which a solution is found. Division leaves more, of which none is an event.
const DIGITS: u32 = 9;

/// Differences no greater than this are none; of large sums, no greater than a part of them.
const GRAIN: Decimal = Decimal::from_parts(1, 0, 0, false, DIGITS);
const GRAIN_PART: Decimal = Decimal::from_parts(1, 0, 0, false, 18);

/// Where a loop is after some rounds.
enum Found {
    /// At rest; each event makes so many in the next round.
    Rest(Decimal),
    /// It grows.
    Growing(Decimal),
    /// That cannot be told.
    Open,
}

/// What decides the next round: for each closing link what it carries, its size, and the peak of its source.
type State = Vec<(Carried, Option<Decimal>, Decimal)>;

impl Flown {
    /// Lets what is in a loop go round until it is at rest.
    pub(super) fn settle(&mut self, net: &Net<'_>, set: &[usize]) {
        let ring = Ring::of(net, set);
        let rest = self.rest(net, &ring);
        if rest.is_err() {
            ring.links.iter().for_each(|at| self.carried[*at] = Carried::Unset);
            self.round(net, &ring);
        }
        for at in ring.order {
            self.gather(net, &net.nodes[at]);
            self.peaks[at] = self.peak(net, at);
        }
        let (Ok(gain) | Err(gain)) = rest;
        self.found(net, set, gain, rest.is_err());
    }

    /// Lets it go round until it is at rest, and tells its gain; that of a loop which grows is an error.
    fn rest(&mut self, net: &Net<'_>, ring: &Ring) -> Result<Decimal, Decimal> {
        let mut growing = None;
        for rounds in ROUNDS {
            (0..rounds).for_each(|_| self.round(net, ring));
            match self.close(net, ring) {
                Found::Rest(gain) => return Ok(gain),
                Found::Growing(gain) => growing = growing.max(Some(gain)),
                Found::Open => {}
            }
        }
        growing.map_or_else(|| self.add_up(net, ring), Err)
    }

    fn round(&mut self, net: &Net<'_>, ring: &Ring) {
        ring.order.iter().for_each(|at| self.visit(net, *at));
    }

    /// Solves the loop's equations, from where it is.
    fn close(&mut self, net: &Net<'_>, ring: &Ring) -> Found {
        let mut known_gain = None;
        for step in 0..STEPS {
            let known = |links: &&Vec<usize>| self.arriving(links).is_some();
            let ways: Vec<&Vec<usize>> = ring.closing.iter().filter(known).collect();
            let (before, state) = (self.arriving_by(&ways), self.state(net, ring));
            self.round(net, ring);
            let (Some(before), Some(after)) = (before, self.arriving_by(&ways)) else { return Found::Open };
            if after.iter().any(|sum| sum.high >= MOST) {
                return Found::Growing(known_gain.unwrap_or(Decimal::ONE));
            }
            let is_still = before.iter().zip(&after).all(|(before, after)| is_near_span(*before, *after));
            if let Some(gain) = known_gain.filter(|_| is_still) {
                if self.is_quiet(net, ring, state) {
                    return Found::Rest(gain);
                }
                continue;
            }
            // Many more are counted more finely, and one more more closely.
            let more = if step == 0 { MANY } else { Decimal::ONE };
            let Some((solution, gain)) = self.solution(net, ring, &ways, (&state, before, after), more) else {
                return Found::Open;
            };
            self.restore(net, ring, &state);
            if gain >= ENDLESS {
                match step {
                    0 => continue,
                    _ => return Found::Growing(gain),
                }
            }
            known_gain = Some(gain);
            ways.iter().zip(solution).for_each(|(links, sum)| self.bring_to(links, sum));
        }
        Found::Open
    }

    /// What arrives along closing links of one way; `None` where that is not known.
    fn arriving(&self, links: &[usize]) -> Option<Span<Decimal>> {
        let mut sum = Sum::default();
        links.iter().for_each(|at| sum.add(self.carried[*at]));
        let is_set = links.iter().any(|at| self.carried[*at] != Carried::Unset);
        sum.known().filter(|_| is_set)
    }

    fn arriving_by(&self, ways: &[&Vec<usize>]) -> Option<Vec<Span<Decimal>>> {
        ways.iter().map(|links| self.arriving(links)).collect()
    }

    /// Lets so much arrive along some links; which of them brings it, the next round finds out.
    fn bring_to(&mut self, links: &[usize], sum: Span<Decimal>) {
        let Some(now) = self.arriving(links) else { return };
        let first = links.iter().find(|at| matches!(self.carried[**at], Carried::Known(_)));
        if let Some(carried) = first.map(|at| &mut self.carried[*at])
            && let Carried::Known(span) = carried
        {
            span.low = span.low.saturating_add(sum.low.saturating_sub(now.low));
            span.high = span.high.saturating_add(sum.high.saturating_sub(now.high));
        }
    }

    /// What arrives in each way when the loop is at rest, and how much of an event comes back; nothing arrives in the
    /// solution of a loop that grows.
    fn solution(
        &mut self,
        net: &Net<'_>,
        ring: &Ring,
        ways: &[&Vec<usize>],
        (state, before, after): (&State, Vec<Span<Decimal>>, Vec<Span<Decimal>>),
        more: Decimal,
    ) -> Option<(Vec<Span<Decimal>>, Decimal)> {
        if ways.len() > EQUATIONS {
            return None;
        }
        let mut with_more = Vec::with_capacity(ways.len());
        for (links, before) in ways.iter().zip(&before) {
            self.restore(net, ring, state);
            let more = |end: Decimal| end.saturating_add(more);
            self.bring_to(links, Span { low: more(before.low), high: more(before.high) });
            self.round(net, ring);
            with_more.push(self.arriving_by(ways)?);
        }
        let equations = Equations { before, after, with_more, more };
        let (low, gain_low) = equations.solved(|span| span.low)?;
        if !equations.are_ranges() {
            return Some((low.into_iter().map(Span::exactly).collect(), gain_low));
        }
        let (high, gain_high) = equations.solved(|span| span.high)?;
        let ends = low.into_iter().zip(high).map(|(low, high)| Span { low: low.min(high), high });
        Some((ends.collect(), gain_low.max(gain_high)))
    }

    fn state(&self, net: &Net<'_>, ring: &Ring) -> State {
        let of = |at: &usize| (self.carried[*at], self.sizes[*at], self.peak_factors[net.links[*at].from]);
        ring.closing.iter().flatten().map(of).collect()
    }

    fn restore(&mut self, net: &Net<'_>, ring: &Ring, state: &State) {
        for (at, (carried, size, peak)) in ring.closing.iter().flatten().zip(state) {
            (self.carried[*at], self.sizes[*at]) = (*carried, *size);
            self.peak_factors[net.links[*at].from] = *peak;
        }
    }

    /// Whether sizes and peaks are at rest as well; if not, they get some rounds.
    fn is_quiet(&mut self, net: &Net<'_>, ring: &Ring, mut before: State) -> bool {
        for round in 0..STEPS {
            let after = self.state(net, ring);
            if is_near_state(&before, &after) {
                return round == 0;
            }
            before = after;
            self.round(net, ring);
        }
        false
    }

    /// Adds what all further rounds would bring, each `gain` times the one before; the gain of what grows is an error.
    fn add_up(&mut self, net: &Net<'_>, ring: &Ring) -> Result<Decimal, Decimal> {
        let mut volumes = [Decimal::ZERO; 3];
        let mut earlier: Vec<Carried> = Vec::new();
        for volume in &mut volumes {
            earlier = ring.links.iter().map(|at| self.carried[*at]).collect();
            self.round(net, ring);
            *volume = self.volume(ring);
        }
        let [first, second, third] = volumes;
        let gain = (third - second).checked_div(second - first).map_or(Decimal::ZERO, rounded).max(Decimal::ZERO);
        if gain >= ENDLESS {
            return Err(gain);
        }
        let rest = gain.checked_div(Decimal::ONE - gain).unwrap_or_default();
        for (at, earlier) in ring.links.iter().zip(earlier) {
            let (Carried::Known(old), Carried::Known(new)) = (earlier, self.carried[*at]) else { continue };
            let far = |old: Decimal, new: Decimal| rounded((new - old).saturating_mul(rest).saturating_add(new));
            self.carried[*at] = Carried::Known(Span { low: far(old.low, new.low), high: far(old.high, new.high) });
        }
        self.round(net, ring);
        Ok(gain)
    }

    fn volume(&self, ring: &Ring) -> Decimal {
        ring.links.iter().fold(Decimal::ZERO, |sum, at| match self.carried[*at] {
            Carried::Known(span) => sum.saturating_add(span.high.min(MOST)),
            Carried::Unset | Carried::Unknown => sum,
        })
    }

    fn found(&mut self, net: &Net<'_>, set: &[usize], gain: Decimal, is_endless: bool) {
        // Arrows may lead back where traffic does not: who reads a bucket puts nothing into it.
        if gain.is_zero() {
            return;
        }
        let mut nodes: Vec<NodeId> = set.iter().map(|at| net.nodes[*at].id).collect();
        nodes.sort_unstable();
        self.loops.push(Loop { nodes, gain, is_endless });
    }
}

fn is_near(a: Decimal, b: Decimal) -> bool {
    a == b || (a - b).abs() <= GRAIN.max(a.abs() * GRAIN_PART)
}

fn is_near_span(a: Span<Decimal>, b: Span<Decimal>) -> bool {
    is_near(a.low, b.low) && is_near(a.high, b.high)
}

fn is_near_state(before: &State, after: &State) -> bool {
    let is_near_carried = |pair: (Carried, Carried)| match pair {
        (Carried::Known(a), Carried::Known(b)) => is_near_span(a, b),
        (a, b) => a == b,
    };
    let is_near_size = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).map_or(a == b, |(a, b)| is_near(a, b));
    before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .all(|(a, b)| is_near_carried((a.0, b.0)) && is_near_size(a.1, b.1) && is_near(a.2, b.2))
}

/// How what arrives in each way depends on what has arrived in all of them.
struct Equations {
    before: Vec<Span<Decimal>>,
    /// A round later.
    after: Vec<Span<Decimal>>,
    /// A round later, if so many more had arrived in this way.
    with_more: Vec<Vec<Span<Decimal>>>,
    more: Decimal,
}

impl Equations {
    fn are_ranges(&self) -> bool {
        let all = self.before.iter().chain(&self.after).chain(self.with_more.iter().flatten());
        all.into_iter().any(|span| span.value().is_none())
    }

    /// What arrives in each way at one end of the ranges when a round changes nothing, and how much of one more event
    /// comes back in the way where that is most. Both are found by elimination, whose pivots are what does not come back: a
    /// loop grows when one of them is nothing or less. `None`: too large to count.
    fn solved(&self, end: impl Fn(&Span<Decimal>) -> Decimal) -> Option<(Vec<Decimal>, Decimal)> {
        let count = self.before.len();
        let mut rows: Vec<Vec<Decimal>> = (0..count).map(|way| self.row(way, &end)).collect::<Option<_>>()?;
        let mut gain = Decimal::ZERO;
        for at in 0..count {
            let (done, below) = rows.split_at_mut(at + 1);
            let pivot = &done[at];
            gain = gain.max(rounded(Decimal::ONE - pivot[at]));
            if gain >= ENDLESS {
                return Some((vec![Decimal::ZERO; count], gain));
            }
            for row in below.iter_mut().filter(|row| !row[at].is_zero()) {
                let factor = row[at].checked_div(pivot[at])?;
                for (cell, above) in row.iter_mut().zip(pivot).skip(at) {
                    *cell = cell.checked_sub(factor.checked_mul(*above)?)?;
                }
            }
        }
        let mut more = vec![Decimal::ZERO; count];
        for at in (0..count).rev() {
            let later = (at + 1..count)
                .try_fold(Decimal::ZERO, |sum, later| sum.checked_add(rows[at][later].checked_mul(more[later])?))?;
            more[at] = rows[at][count].checked_sub(later)?.checked_div(rows[at][at])?;
        }
        let solution = self.before.iter().zip(more);
        let whole =
            |before: Decimal, more: Decimal| Some(before.checked_add(more)?.max(Decimal::ZERO).round_dp(DIGITS));
        Some((solution.map(|(before, more)| whole(end(before), more)).collect::<Option<_>>()?, gain))
    }

    /// For one way: what of one more event in each way does not come back in it, and by how much a round changes it.
    fn row(&self, way: usize, end: impl Fn(&Span<Decimal>) -> Decimal) -> Option<Vec<Decimal>> {
        let after = end(&self.after[way]);
        let kept = |(at, sums): (usize, &Vec<Span<Decimal>>)| {
            let back = end(&sums[way]).checked_sub(after)?.checked_div(self.more)?;
            Decimal::from(u8::from(at == way)).checked_sub(back)
        };
        let cells = self.with_more.iter().enumerate().map(kept);
        cells.chain([after.checked_sub(end(&self.before[way]))]).collect()
    }
}

/// The arrows of a loop, and its nodes in the order of a round.
struct Ring {
    order: Vec<usize>,
    links: Vec<usize>,
    /// Links that lead back in that order, by the way in which they arrive.
    closing: Vec<Vec<usize>>,
}

impl Ring {
    fn of(net: &Net<'_>, set: &[usize]) -> Self {
        let members: BTreeSet<usize> = set.iter().copied().collect();
        let leaving = members.iter().flat_map(|at| net.nodes[*at].leaving.clone());
        let links: Vec<usize> = leaving.filter(|link| members.contains(&net.links[*link].to)).collect();
        // Those that are reached from outside come first.
        let arriving = |node: usize| &net.arriving[net.nodes[node].arriving.clone()];
        let from_outside = |node: usize| arriving(node).iter().any(|link| !members.contains(&net.links[*link].from));
        let mut sorted: Vec<usize> = members.iter().copied().collect();
        sorted.sort_by_key(|node| !from_outside(*node));
        let place: BTreeMap<usize, usize> = sorted.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let edges: Vec<(usize, usize)> =
            links.iter().map(|link| (place[&net.links[*link].from], place[&net.links[*link].to])).collect();
        let layers = graph::layers(sorted.len(), &edges);
        let mut order: Vec<(usize, usize)> = layers.into_iter().zip(sorted).collect();
        order.sort_by_key(|(layer, _)| *layer);
        let order: Vec<usize> = order.into_iter().map(|(_, node)| node).collect();
        let closing = Self::closing(net, &order, &links);
        Self { order, links, closing }
    }

    fn closing(net: &Net<'_>, order: &[usize], links: &[usize]) -> Vec<Vec<usize>> {
        let turn: BTreeMap<usize, usize> = order.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let mut ways: BTreeMap<(usize, Option<usize>), Vec<usize>> = BTreeMap::new();
        for at in links {
            let link = &net.links[*at];
            if turn[&link.from] >= turn[&link.to] {
                ways.entry((link.to, link.way)).or_default().push(*at);
            }
        }
        ways.into_values().collect()
    }
}
