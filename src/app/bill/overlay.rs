//! What the Cost lens lays over the canvas: dollars and their share on nodes and arrows, sums in the tags of containers.
//!
//! A cost, a figure that depends on usage and a missing price are never mixed. Must not know how a bill is worked out.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Told;
use super::arrows::ArrowBill;
use super::words::{dollars, per_mille, quantities, range, rate, share};
use crate::cost::{Estimate, Money, Span, Unknown};
use crate::diagram::{Diagram, Edge, EdgeId, GroupId, NodeId};
use crate::picture::lens::{Carried, Ground, HEAT, Overlay, Strip};
use crate::workload::{Amount, Workload};

/// What there is to say about one node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeBill {
    /// What it costs, when any of its lines has a cost.
    pub cost: Option<Span<Money>>,
    /// Lines that depend on usage that nobody has told.
    pub unknown: usize,
    /// The price of the first of them: "$5.00 / TB".
    pub depends: Option<String>,
    /// Lines without a price.
    pub unpriced: usize,
}

impl NodeBill {
    /// Whether something of it is not counted.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.unknown + self.unpriced > 0
    }
}

/// What there is to say about every node that has a line of any sort.
pub(super) fn by_node(estimate: &Estimate) -> BTreeMap<NodeId, NodeBill> {
    let nothing = || NodeBill { cost: None, unknown: 0, depends: None, unpriced: 0 };
    let mut nodes: BTreeMap<NodeId, NodeBill> = BTreeMap::new();
    for (node, cost) in estimate.by_node() {
        nodes.entry(node).or_insert_with(nothing).cost = Some(cost);
    }
    for line in &estimate.unknown {
        let bill = nodes.entry(line.node).or_insert_with(nothing);
        bill.unknown += 1;
        bill.depends.get_or_insert_with(|| priced(line));
    }
    for line in &estimate.unpriced {
        nodes.entry(line.node).or_insert_with(nothing).unpriced += 1;
    }
    // What costs nothing only because its usage is not known, depends on it.
    for bill in nodes.values_mut().filter(|bill| bill.unknown > 0) {
        bill.cost = bill.cost.filter(|cost| cost.high > Money::ZERO);
    }
    nodes
}

/// "$5.00 / TB".
fn priced(line: &Unknown) -> String {
    rate(line.price.unit_usd(), &line.unit)
}

/// The step of the heat scale for a part of a whole; ranges go by their upper ends.
#[must_use]
pub fn heat(part: Money, whole: Money) -> usize {
    let share = per_mille(part, whole).unwrap_or_default();
    HEAT.iter().rposition(|(least, _)| share >= Decimal::from(*least)).unwrap_or(0)
}

/// The strip on a node.
pub(super) fn strip(bill: &NodeBill, total: Span<Money>) -> Strip {
    let more = if bill.is_partial() { " +" } else { "" };
    match (bill.cost, &bill.depends) {
        (Some(cost), _) => {
            let aside = if cost.low == cost.high { share(cost.high, total.high) } else { String::new() };
            let figure = format!("{}{more}", range(cost));
            let short = figure.replace("under ", "< ");
            Strip { short, figure, aside, ground: Ground::Heat(heat(cost.high, total.high)), gauges: None }
        }
        (None, Some(price)) => {
            let (figure, short) = (format!("depends · {price}"), "depends".to_owned());
            Strip { figure, aside: String::new(), short, ground: Ground::Dashed, gauges: None }
        }
        (None, None) => {
            let (figure, short) = ("no price known".to_owned(), "no price".to_owned());
            Strip { figure, aside: String::new(), short, ground: Ground::Plain, gauges: None }
        }
    }
}

/// Everything that the lens shows.
pub(super) fn overlay(
    diagram: &Diagram,
    workload: &Workload,
    nodes: &BTreeMap<NodeId, NodeBill>,
    arrows: &BTreeMap<EdgeId, ArrowBill>,
    total: Span<Money>,
) -> Overlay {
    let edge = |(id, edge): (&EdgeId, &Edge)| {
        let events = workload.along(*id)?.events;
        let bill = arrows.get(id).copied().unwrap_or_default();
        Some((*id, carried(diagram, edge, events, bill, total)))
    };
    Overlay {
        nodes: nodes.iter().map(|(id, bill)| (*id, strip(bill, total))).collect(),
        groups: sums(diagram, nodes),
        edges: diagram.edges().iter().filter_map(edge).collect(),
        flows: BTreeMap::new(),
    }
}

/// What an arrow carries: what is paid for its traffic, and how much that is.
fn carried(diagram: &Diagram, edge: &Edge, events: Option<Amount>, bill: ArrowBill, total: Span<Money>) -> Carried {
    let cost = bill.cost();
    let is_seen = cost.high.cents() > Decimal::ZERO;
    let words = if is_seen { range(cost) } else { String::new() };
    let heat = is_seen.then(|| heat(cost.high, total.high));
    Carried { words, heat, told: told_of_arrow(diagram, edge, events, bill, total) }
}

/// What is paid for an arrow's traffic in whole sentences: how much, at which end, for how many events.
#[must_use]
pub fn told_of_arrow(
    diagram: &Diagram,
    edge: &Edge,
    events: Option<Amount>,
    bill: ArrowBill,
    total: Span<Money>,
) -> String {
    let events = match events {
        Some(Amount { low, high, .. }) => format!("{} events a month.", quantities(Span { low, high })),
        None => return "How much flows along it is not known.".to_owned(),
    };
    let name = |id| diagram.nodes().get(&id).map_or("", |node| node.name.as_str());
    let ends = [(bill.source, edge.from), (bill.target, edge.to)];
    let paid: Vec<String> = ends
        .into_iter()
        .filter(|(cost, _)| cost.high > Money::ZERO)
        .map(|(cost, id)| format!("{} at {}", range(cost), name(id)))
        .collect();
    if paid.is_empty() {
        return format!("{events} Nothing of the bill follows from them.");
    }
    let share = share(bill.cost().high, total.high);
    format!("{events} Paid for them in a month: {}; {share} of the bill.", paid.join(" and "))
}

/// What stands in each container, with a plus where something in it is not counted.
fn sums(diagram: &Diagram, nodes: &BTreeMap<NodeId, NodeBill>) -> BTreeMap<GroupId, String> {
    let mut sums: BTreeMap<GroupId, (Option<Span<Money>>, bool)> = BTreeMap::new();
    for (id, bill) in nodes {
        let mut around = diagram.nodes().get(id).and_then(|node| node.group);
        // Groups nest and never in a circle, which `integrity` holds.
        while let Some((group, shape)) = around.and_then(|id| Some((id, diagram.groups().get(&id)?))) {
            let (sum, is_partial) = sums.entry(group).or_default();
            if let Some(cost) = bill.cost {
                let so_far = sum.get_or_insert_with(Span::default);
                *so_far = Span { low: so_far.low + cost.low, high: so_far.high + cost.high };
            }
            *is_partial |= bill.is_partial();
            around = shape.parent;
        }
    }
    let told = |(sum, is_partial): (Option<Span<Money>>, bool)| {
        Some(format!("{}{}", range(sum?), if is_partial { " +" } else { "" }))
    };
    sums.into_iter().filter_map(|(id, sum)| Some((id, told(sum)?))).collect()
}

/// A node's bill in words, for people who do not see the picture.
pub(super) fn told(bill: &NodeBill, total: Span<Money>) -> Told {
    let counted = match (bill.cost, &bill.depends) {
        (Some(cost), _) if cost.low == cost.high => {
            let of = share(cost.high, total.high);
            let of = if of.is_empty() { String::new() } else { format!(", {of} of the bill") };
            format!("{} a month{of}", dollars(cost.low))
        }
        (Some(cost), _) => format!("{} a month", range(cost)),
        (None, Some(price)) => format!("depends on usage, {price}"),
        (None, None) => "no price known".to_owned(),
    };
    let uncounted = match (bill.cost.is_some(), bill.unknown, bill.unpriced) {
        (true, 0, 0) | (false, ..) => String::new(),
        (true, unknown, 0) => format!(", without {} that depend on usage", lines(unknown)),
        (true, 0, unpriced) => format!(", without {} that have no price", lines(unpriced)),
        (true, unknown, unpriced) => {
            format!(", without {} that depend on usage and {} that have no price", lines(unknown), lines(unpriced))
        }
    };
    Told(counted + &uncounted)
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}
