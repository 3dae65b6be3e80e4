//! What a diagram costs in a month: lines of a bill, each with its formula, price, source and date.
//!
//! Three states are never mixed: a [`Line`] has a cost, an [`Unknown`] depends on usage that nobody has told, an
//! [`Unpriced`] has no price in the book for its region, and another region's price is never taken instead.
//! Must not know any kind by name, how prices are fetched, or where usage comes from.

pub mod money;
pub mod book;
mod csv;
mod estimate;
pub mod compare;
pub mod offers;
mod pool;
mod ready;
mod site;
pub mod report;
mod told;
pub mod usage;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::catalog::Catalog;
use crate::catalog::names::named;
use crate::diagram::{Diagram, NodeId};
use crate::workload::Workload;

pub use crate::catalog::evaluate::Span;
pub use book::{Allowance, Book, Confidence, Defect, Price, Tier};
pub use money::Money;

/// Hours of a month, as the calculators of the vendors count: 365 × 24 / 12.
pub const HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

named! {
    /// Which free allowances are taken off.
    #[derive(Default)]
    pub enum FreeTier {
        /// None: list prices.
        #[default]
        None = "none",
        /// Those that never end.
        Always = "always",
        /// Also those of an account's first twelve months.
        FirstYear = "first-year",
    }
}

/// Under which terms a diagram is priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The region in which everything of that region's cloud is priced. `None`: each node in the region that it is drawn
    /// in, or in the first one of its cloud.
    pub region: Option<String>,
    /// Which free allowances are taken off.
    pub free_tier: FreeTier,
    /// Hours of a month.
    pub hours: Decimal,
}

impl Default for Terms {
    fn default() -> Self {
        Self { region: None, free_tier: FreeTier::None, hours: HOURS }
    }
}

/// What a bill is made of.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'b> {
    /// The kinds.
    pub catalog: &'b Catalog,
    /// What is priced.
    pub diagram: &'b Diagram,
    /// How much it is used.
    pub workload: &'b Workload,
    /// The prices.
    pub book: &'b Book,
    /// Under which terms.
    pub terms: &'b Terms,
}

/// One line of the bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The node that it is for.
    pub node: NodeId,
    /// Place of its formula among the cost lines of the node's kind.
    pub place: usize,
    /// What is paid: the price's dimension.
    pub component: Arc<str>,
    /// Unit of the quantity.
    pub unit: Arc<str>,
    /// Its row of the price book.
    pub price: Arc<Price>,
    /// How much of it, in a month.
    pub quantity: Span<Decimal>,
    /// What that costs, after tiers and allowances over the whole diagram.
    pub cost: Span<Money>,
    /// Whether a figure in it is a default that nobody has touched.
    pub assumed: bool,
}

/// A line that depends on usage that nobody has told.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The node that it is for.
    pub node: NodeId,
    /// Place of its formula among the cost lines of the node's kind.
    pub place: usize,
    /// What is paid: the price's dimension.
    pub component: Arc<str>,
    /// Unit of the quantity.
    pub unit: Arc<str>,
    /// Its row of the price book.
    pub price: Arc<Price>,
    /// Keys of the figures that are missing.
    pub missing: Vec<Arc<str>>,
}

/// A line that cannot be priced.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpriced {
    /// The node that it is for.
    pub node: NodeId,
    /// Place of its formula among the cost lines of the node's kind.
    pub place: usize,
    /// What is paid: the price's dimension.
    pub component: Arc<str>,
    /// Why not.
    pub reason: Reason,
}

/// Why a line has no cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The book has no price of this key for the region.
    NoPrice {
        /// Key that was looked up.
        key: Arc<str>,
        /// Region that it was looked up for.
        region: Arc<str>,
    },
    /// The price in the book is one of something else than the line counts.
    OtherUnit {
        /// What the line counts.
        counted: Arc<str>,
        /// What the price is of.
        priced: Arc<str>,
    },
    /// The figures are too large to be counted with, or divide by nothing.
    Absurd,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrice { region, .. } => write!(f, "no price in the book for {region}"),
            Self::OtherUnit { counted, priced } => {
                write!(f, "the price in the book is per {priced}, not per {counted}")
            }
            Self::Absurd => f.write_str("the usage is too large, or zero where it divides"),
        }
    }
}

/// The monthly bill of a diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// What has a cost, by node and in the order of its kind's lines.
    pub lines: Vec<Line>,
    /// What depends on usage that nobody has told.
    pub unknown: Vec<Unknown>,
    /// What has no price.
    pub unpriced: Vec<Unpriced>,
    /// The sum of all lines before rounding.
    pub total: Span<Money>,
}

/// What of a line falls into one tier of its price, before allowances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierPart {
    /// The tier.
    pub tier: Tier,
    /// How much of the line's quantity, at its lower end.
    pub quantity: Decimal,
    /// What that costs at list price.
    pub cost: Money,
}

impl Estimate {
    /// How a line's quantity falls into the tiers of its price, which all lines under that price fill together. Nothing
    /// where there is a single tier.
    #[must_use]
    pub fn tiers(&self, line: &Line) -> Vec<TierPart> {
        let same = self.lines.iter().filter(|other| Arc::ptr_eq(&other.price, &line.price));
        let all = same.map(|other| other.quantity.low).fold(Decimal::ZERO, Decimal::saturating_add);
        if line.price.tiers.len() == 1 || all.is_zero() {
            return Vec::new();
        }
        let part = |(tier, part): (Tier, Decimal)| {
            let quantity = part.checked_mul(line.quantity.low)?.checked_div(all)?;
            Some(TierPart { tier, quantity, cost: Money::of(quantity.checked_mul(tier.usd)?)? })
        };
        pool::parts(&line.price, all).filter_map(part).collect()
    }

    /// What each node costs; nodes without a line are left out.
    #[must_use]
    pub fn by_node(&self) -> BTreeMap<NodeId, Span<Money>> {
        let mut nodes: BTreeMap<NodeId, Span<Money>> = BTreeMap::new();
        for line in &self.lines {
            let sum = nodes.entry(line.node).or_default();
            *sum = Span { low: sum.low + line.cost.low, high: sum.high + line.cost.high };
        }
        nodes
    }
}

#[cfg(test)]
mod tests;
