//! How much a diagram is used: for each node the figures that its kind names (`requests`, `duration_ms` …), each with the
//! place that it comes from, so that nobody takes a guess for a measurement.
//!
//! Must not know prices, a simulation's clock, or any kind by name.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::catalog::{Catalog, kind::UsageKey, names::named};
use crate::diagram::{Diagram, Node, NodeId};

named! {
    /// Where a figure comes from, best first: one that stands higher beats those below it.
    pub enum Origin {
        /// A usage file or a question of the moment ("what if").
        Given = "given",
        /// Telemetry of the deployed node.
        Measured = "measured",
        /// The node's own usage in the document.
        Own = "own",
        /// What flows in along the arrows.
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

/// How much every node of a diagram is used in a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    nodes: BTreeMap<NodeId, Vec<Option<Amount>>>,
}

impl Workload {
    /// Works it out.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, outside: &Outside) -> Self {
        let amounts = |(id, node): (&NodeId, &Node)| {
            let kind = catalog.kind(&node.kind);
            (*id, kind.usage.iter().map(|key| amount(key, *id, node, outside)).collect())
        };
        Self { nodes: diagram.nodes().iter().map(amounts).collect() }
    }

    /// A node's figures in the order of its kind's usage keys; `None` where nothing is known of one.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &[Option<Amount>] {
        self.nodes.get(&node).map_or(&[], Vec::as_slice)
    }
}

fn amount(key: &UsageKey, id: NodeId, node: &Node, outside: &Outside) -> Option<Amount> {
    let of = |figures: &Figures| figures.get(&id).and_then(|keys| keys.get(&key.key)).copied();
    let found = [
        (of(&outside.given), Origin::Given),
        (of(&outside.measured), Origin::Measured),
        (node.usage.get(&key.key).and_then(decimal), Origin::Own),
        (key.default.as_ref().and_then(decimal), Origin::Assumed),
    ];
    found.into_iter().find_map(|(value, origin)| Some(Amount::exactly(value?, origin)))
}

/// A JSON number as a decimal, exactly as it is written.
#[must_use]
pub fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}
