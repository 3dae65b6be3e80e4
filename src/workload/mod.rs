//! How much a diagram is used: for each node the figures that its kind names (`requests`, `duration_ms` …), each with the
//! place that it comes from, so that nobody takes a guess for a measurement; and what flows along each arrow.
//!
//! Must not know prices, a simulation's clock, or any kind by name.

mod flow;
mod net;
mod schedule;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::catalog::evaluate::Span;
use crate::catalog::{Catalog, names::named};
use crate::diagram::{Diagram, EdgeId, NodeId};

pub use crate::catalog::usage::decimal;

named! {
    /// Where a figure comes from, best first: one that stands higher beats those below it.
    pub enum Origin {
        /// A usage file or a question of the moment ("what if").
        Given = "given",
        /// Telemetry of the deployed node.
        Measured = "measured",
        /// The node's own usage in the document.
        Own = "own",
        /// What flows in along the arrows, or what follows from the node's settings and other figures.
        Propagated = "propagated",
        /// The kind's default; nobody has touched it.
        Assumed = "assumed",
    }
}

/// A figure, between two bounds that are equal where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// At least this.
    pub low: Decimal,
    /// At most this.
    pub high: Decimal,
    /// Where it comes from.
    pub origin: Origin,
}

impl Amount {
    /// A figure that is known.
    #[must_use]
    pub const fn exactly(value: Decimal, origin: Origin) -> Self {
        Self { low: value, high: value, origin }
    }

    /// Its value, unless it is a range.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        (self.low == self.high).then_some(self.low)
    }

    const fn propagated(span: Span<Decimal>) -> Self {
        Self { low: span.low, high: span.high, origin: Origin::Propagated }
    }

    const fn span(&self) -> Span<Decimal> {
        Span { low: self.low, high: self.high }
    }
}

/// Figures from outside the document: node → usage key → value.
pub type Figures = BTreeMap<NodeId, BTreeMap<String, Decimal>>;

/// What stands above the document's own figures.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Of a usage file, or of a question of the moment.
    pub given: Figures,
    /// Measured by telemetry.
    pub measured: Figures,
}

/// The busiest time of a node, by the curves and bursts of the sources that reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak {
    /// Events a second then.
    pub per_second: Decimal,
    /// Events at work at the same time then; `None` where nothing tells how long one takes.
    pub concurrency: Option<Decimal>,
}

/// Arrows that lead back to where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The nodes that reach each other, by id.
    pub nodes: Vec<NodeId>,
    /// How many events each event in the loop makes in the next round; below one, the loop ends by itself.
    pub gain: Decimal,
    /// Whether it never ends. Its figures are then those of the first round.
    pub is_endless: bool,
}

/// What flows along an arrow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Along {
    /// Events a month that reach its end, a batch as one; `None` when that is not known.
    pub events: Option<Amount>,
    /// KB of one of them, where somebody tells.
    pub kb: Option<Decimal>,
    /// In which of its kind's ways they arrive at the target.
    pub way: Option<usize>,
    /// As which of the ways that the source's kind counts they leave.
    pub counted: Option<usize>,
}

/// How much every node of a diagram is used in a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// Nodes, sorted, each with where its figures start.
    nodes: Vec<(NodeId, usize)>,
    amounts: Vec<Option<Amount>>,
    /// Arrows along which traffic flows, sorted.
    edges: Vec<(EdgeId, Along)>,
    peaks: Vec<Option<Peak>>,
    loops: Vec<Loop>,
}

impl Workload {
    /// Works it out.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, outside: &Outside) -> Self {
        let net = net::Net::of(catalog, diagram);
        let flown = flow::Flown::through(&net, catalog, diagram, outside);
        let nodes = net.nodes.iter().map(|node| (node.id, node.figures)).collect();
        let mut edges: Vec<(EdgeId, Along)> =
            net.links.iter().enumerate().map(|(at, link)| (link.id, flown.along(at, link))).collect();
        edges.sort_unstable_by_key(|(id, _)| *id);
        let flow::Flown { amounts, peaks, loops, .. } = flown;
        Self { nodes, amounts, edges, peaks, loops }
    }

    /// A node's figures in the order of its kind's usage keys; `None` where nothing is known of one.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &[Option<Amount>] {
        let Some(at) = self.place(node) else { return &[] };
        let end = self.nodes.get(at + 1).map_or(self.amounts.len(), |(_, start)| *start);
        self.amounts.get(self.nodes[at].1..end).unwrap_or_default()
    }

    /// Events a month that reach the end of an arrow, a batch as one; `None` when that is not known, or when the arrow
    /// carries no traffic.
    #[must_use]
    pub fn edge(&self, edge: EdgeId) -> Option<Amount> {
        self.along(edge)?.events
    }

    /// What flows along an arrow; `None` when it carries no traffic.
    #[must_use]
    pub fn along(&self, edge: EdgeId) -> Option<Along> {
        let at = self.edges.binary_search_by_key(&edge, |(id, _)| *id).ok()?;
        Some(self.edges[at].1)
    }

    /// Whether an arrow is one along which traffic flows.
    #[must_use]
    pub fn carries(&self, edge: EdgeId) -> bool {
        self.along(edge).is_some()
    }

    /// A node's busiest time; `None` when nothing is known of its traffic.
    #[must_use]
    pub fn peak(&self, node: NodeId) -> Option<Peak> {
        self.peaks[self.place(node)?]
    }

    /// Every loop, by its first node.
    #[must_use]
    pub fn loops(&self) -> &[Loop] {
        &self.loops
    }

    fn place(&self, node: NodeId) -> Option<usize> {
        self.nodes.binary_search_by_key(&node, |(id, _)| *id).ok()
    }
}

#[cfg(test)]
mod tests;
