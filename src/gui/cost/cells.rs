//! What the cells of a row of the bill say.
//!
//! Must not know how they are drawn.

use rust_decimal::prelude::ToPrimitive as _;

use crate::app::bill::Bill;
use crate::app::bill::overlay::heat;
use crate::app::bill::table::{Entry, component};
use crate::app::bill::words::{per_mille, quantities, range, rate, several, share};
use crate::catalog::{Catalog, Kind};
use crate::cost::{Confidence, Price};
use crate::diagram::{Diagram, NodeId};

/// How far a figure can be trusted, where that must be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Its price has no dated source.
    Price,
    /// It is counted with figures that nobody has touched.
    Assumed,
}

impl Doubt {
    /// In a word or two.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Price => "low confidence",
            Self::Assumed => "assumed",
        }
    }
}

/// A row.
#[derive(Debug)]
pub(super) struct Cells<'c> {
    pub(super) node: NodeId,
    pub(super) name: &'c str,
    pub(super) kind: &'c Kind,
    pub(super) line: String,
    pub(super) doubt: Option<Doubt>,
    pub(super) quantity: String,
    pub(super) unit: String,
    pub(super) price: String,
    pub(super) cost: String,
    /// Whether `cost` is one, and not words in its place.
    pub(super) is_cost: bool,
    /// The share of the bill: from 0 to 1, in words, and its step of the heat scale.
    pub(super) share: Option<(f32, String, usize)>,
}

impl<'c> Cells<'c> {
    /// The cells of a line; `None` when its node is gone.
    pub(super) fn of(bill: &Bill, entry: Entry, diagram: &'c Diagram, catalog: &'c Catalog) -> Option<Self> {
        let node = bill.node_of(entry)?;
        let shown = diagram.nodes().get(&node)?;
        let plain = Self {
            node,
            name: &shown.name,
            kind: catalog.kind(&shown.kind),
            line: String::new(),
            doubt: None,
            quantity: String::new(),
            unit: String::new(),
            price: String::new(),
            cost: String::new(),
            is_cost: false,
            share: None,
        };
        Some(match entry {
            Entry::Line(at) => plain.line(bill, at),
            Entry::Unknown(at) => plain.unknown(bill, at),
            Entry::Unpriced(at) => plain.unpriced(bill, at),
        })
    }

    fn line(self, bill: &Bill, at: usize) -> Self {
        let (line, total) = (&bill.estimate.lines[at], bill.estimate.total);
        let part = per_mille(line.cost.high, total.high).and_then(|share| share.to_f32()).unwrap_or_default() / 1000.0;
        let doubt = if is_doubtful(&line.price) { Some(Doubt::Price) } else { line.assumed.then_some(Doubt::Assumed) };
        Self {
            line: component(&line.component),
            doubt,
            quantity: quantities(line.quantity),
            unit: several(&line.unit),
            price: rate_alone(&line.price, &line.unit),
            cost: range(line.cost),
            is_cost: true,
            share: Some((part, share(line.cost.high, total.high), heat(line.cost.high, total.high))),
            ..self
        }
    }

    fn unknown(self, bill: &Bill, at: usize) -> Self {
        let line = &bill.estimate.unknown[at];
        let missing: Vec<&str> = line.missing.iter().map(|key| self.usage(key)).collect();
        Self {
            line: component(&line.component),
            doubt: is_doubtful(&line.price).then_some(Doubt::Price),
            quantity: format!("not told: {}", missing.join(", ")),
            price: rate_alone(&line.price, &line.unit),
            cost: "depends".to_owned(),
            ..self
        }
    }

    fn unpriced(self, bill: &Bill, at: usize) -> Self {
        let line = &bill.estimate.unpriced[at];
        Self {
            line: component(&line.component),
            quantity: line.reason.to_string(),
            cost: "no price".to_owned(),
            ..self
        }
    }

    /// What people call a figure of the node's kind.
    fn usage<'k>(&'k self, key: &'k str) -> &'k str {
        self.kind.usage.iter().find(|usage| usage.key == key).map_or(key, |usage| &usage.label)
    }

    /// The whole row in words.
    pub(super) fn told(&self) -> String {
        let quantity = format!("{} {}", self.quantity, self.unit);
        let share = self.share.as_ref().map_or("", |(_, words, _)| words);
        let doubt = self.doubt.map_or("", Doubt::word);
        let parts = [self.name, &self.line, quantity.trim(), &self.price, &self.cost, share, doubt];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// Whether a price has no dated source.
pub(super) fn is_doubtful(price: &Price) -> bool {
    price.as_of.is_empty() || price.confidence == Confidence::Low
}

/// The price without its unit, which stands beside the quantity; by the million where it is small.
fn rate_alone(price: &Price, unit: &str) -> String {
    let rate = rate(price.unit_usd(), unit);
    let is_plain = rate.ends_with(&format!(" / {unit}"));
    let (alone, _) = rate.split_once(" / ").unwrap_or((&rate, ""));
    if is_plain { alone.to_owned() } else { format!("{alone} / M") }
}
