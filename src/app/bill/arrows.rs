//! What of the bill is paid for what flows along each arrow.
//!
//! A line whose quantity follows from what arrives at its node is paid for the arrows that bring it, in proportion to the
//! events that each brings; one that follows from what leaves is paid for the arrows that take it away. What neither makes,
//! such as storage or hours, is on no arrow, and no line is on arrows of both sides. Must not know how it is shown.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::catalog::formula::{Flowing, Formula, Slot};
use crate::catalog::{Catalog, Kind};
use crate::cost::{Estimate, Line, Money, Span};
use crate::diagram::{Diagram, EdgeId, NodeId};
use crate::workload::{Along, Workload};

/// What is paid for what flows along one arrow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArrowBill {
    /// At the node that it starts from.
    pub source: Span<Money>,
    /// At the node that it leads to.
    pub target: Span<Money>,
}

impl ArrowBill {
    /// At both.
    #[must_use]
    pub fn cost(&self) -> Span<Money> {
        added(self.source, self.target)
    }
}

fn added(one: Span<Money>, two: Span<Money>) -> Span<Money> {
    Span { low: one.low + two.low, high: one.high + two.high }
}

/// Arrows that carry traffic, by the node at one of their ends.
type Ends = BTreeMap<NodeId, Vec<(EdgeId, Along)>>;

/// What is paid for each arrow; those for which nothing is paid are left out.
#[must_use]
pub fn by_arrow(
    catalog: &Catalog,
    diagram: &Diagram,
    workload: &Workload,
    estimate: &Estimate,
) -> BTreeMap<EdgeId, ArrowBill> {
    let (mut leaving, mut arriving) = (Ends::new(), Ends::new());
    for (id, edge) in diagram.edges() {
        let Some(along) = workload.along(*id) else { continue };
        leaving.entry(edge.from).or_default().push((*id, along));
        arriving.entry(edge.to).or_default().push((*id, along));
    }
    let mut causes: BTreeMap<(&str, usize), BTreeSet<Flowing>> = BTreeMap::new();
    let mut bills: BTreeMap<EdgeId, ArrowBill> = BTreeMap::new();
    for line in &estimate.lines {
        let Some(node) = diagram.nodes().get(&line.node) else { continue };
        let kind = catalog.kind(&node.kind);
        let flows = causes.entry((kind.id.as_str(), line.place)).or_insert_with(|| causes_of(kind, line.place));
        let is_source = flows.iter().any(leaves);
        let arrows = if is_source { leaving.get(&line.node) } else { arriving.get(&line.node) };
        for (id, part) in shared(line, arrows.map_or(&[], Vec::as_slice), flows) {
            let bill = bills.entry(id).or_default();
            let side = if is_source { &mut bill.source } else { &mut bill.target };
            *side = added(*side, part);
        }
    }
    bills
}

fn leaves(flowing: &Flowing) -> bool {
    matches!(flowing, Flowing::Leaving | Flowing::LeavingBy(_) | Flowing::Consumers)
}

/// The parts of a line's cost that belong to arrows at its node.
fn shared(line: &Line, arrows: &[(EdgeId, Along)], flows: &BTreeSet<Flowing>) -> Vec<(EdgeId, Span<Money>)> {
    let sized = flows.contains(&Flowing::Size) && arrows.iter().all(|(_, along)| along.kb.is_some());
    let weights: Vec<(EdgeId, Decimal)> =
        arrows.iter().map(|(id, along)| (*id, weight(along, flows, sized))).filter(|(_, w)| !w.is_zero()).collect();
    let all = weights.iter().fold(Decimal::ZERO, |sum, (_, weight)| sum.saturating_add(*weight));
    let part = |money: Money, weight: Decimal| Money::of(money.dollars().checked_mul(weight.checked_div(all)?)?);
    let parts = |(id, weight): (EdgeId, Decimal)| {
        Some((id, Span { low: part(line.cost.low, weight)?, high: part(line.cost.high, weight)? }))
    };
    weights.into_iter().filter_map(parts).filter(|(_, part)| part.high > Money::ZERO).collect()
}

/// How much of what makes a line comes along an arrow.
fn weight(along: &Along, flows: &BTreeSet<Flowing>, sized: bool) -> Decimal {
    // Each of those that read the whole stream takes as much of it.
    if flows.contains(&Flowing::Consumers) {
        return Decimal::ONE;
    }
    let is_counted = if flows.iter().any(leaves) {
        flows.contains(&Flowing::Leaving) || along.counted.is_some_and(|way| flows.contains(&Flowing::LeavingBy(way)))
    } else {
        flows.contains(&Flowing::Arrivals) || along.way.is_some_and(|way| flows.contains(&Flowing::Arriving(way)))
    };
    let events = along.events.filter(|_| is_counted).map_or(Decimal::ZERO, |events| events.high);
    if sized { events.saturating_mul(along.kb.unwrap_or(Decimal::ONE)) } else { events }
}

/// What flows through a node of a kind and makes the quantity of one of its lines, through any of its figures.
pub(super) fn causes_of(kind: &Kind, place: usize) -> BTreeSet<Flowing> {
    let (mut flows, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<&Formula> = kind.costs.get(place).map(|cost| &cost.quantity).into_iter().collect();
    while let Some(formula) = open.pop() {
        for name in formula.names() {
            match name.slot {
                Slot::Usage(at) if seen.insert(at) => open.extend(figures(kind, at)),
                Slot::Flow(Flowing::Events) if flows.insert(Flowing::Events) => open.extend(&kind.flow.events),
                Slot::Flow(flowing) => {
                    flows.insert(flowing);
                }
                Slot::Usage(_) | Slot::Field(_) | Slot::Hours | Slot::Region => {}
            }
        }
    }
    flows
}

/// What a figure follows from: its own formula and, told as a share, that of the figure it is a part of.
fn figures(kind: &Kind, at: usize) -> impl Iterator<Item = &Formula> {
    let key = kind.usage.get(at);
    let whole = key.and_then(|key| kind.usage_key(key.share_of.as_deref()?));
    key.into_iter().chain(whole).filter_map(|key| key.from.as_ref())
}
