//! A person's own prices over those that the program ships: one book, what has changed in it, and its text.
//!
//! Must not know where books are kept.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::super::book::COLUMNS;
use super::super::{Book, Price};
use crate::catalog::names::Named as _;

/// How fetched prices differ from those that were there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Prices that are others now.
    pub changed: Vec<Changed>,
    /// How many were not there before.
    pub new: usize,
    /// How many are as they were.
    pub same: usize,
}

/// A price that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Key of the row.
    pub key: Arc<str>,
    /// Its region.
    pub region: Arc<str>,
    /// US dollars a unit, before.
    pub before_usd: Decimal,
    /// US dollars a unit, now.
    pub after_usd: Decimal,
    /// What a unit is.
    pub unit: Arc<str>,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, region, before_usd, after_usd, unit } = self;
        if before_usd == after_usd {
            return write!(f, "{key} in {region} has other tiers, from ${after_usd} a {unit} on.");
        }
        write!(f, "{key} in {region} was ${before_usd} a {unit} and is ${after_usd} now.")
    }
}

/// What is different in `prices` from the book.
#[must_use]
pub fn difference(book: &Book, prices: &[Price]) -> Difference {
    let mut difference = Difference::default();
    for price in prices {
        let before = book.price(&price.key, &price.region).filter(|before| before.region == price.region);
        match before {
            None => difference.new += 1,
            Some(before) if before.tiers == price.tiers => difference.same += 1,
            Some(before) => difference.changed.push(Changed {
                key: Arc::clone(&price.key),
                region: Arc::clone(&price.region),
                before_usd: before.unit_usd(),
                after_usd: price.unit_usd(),
                unit: Arc::clone(&price.unit),
            }),
        }
    }
    difference
}

/// Puts a person's own prices in the place of those with the same key and region.
pub fn lay_over(book: &mut Book, own: &Book) {
    for price in own.prices() {
        book.put(Price::clone(price));
    }
}

/// The clouds that a book has prices of.
#[must_use]
pub fn clouds(book: &Book) -> BTreeSet<&str> {
    book.prices().filter_map(|price| price.key.split('.').next()).collect()
}

/// The prices of one cloud as a file that [`Book::load`] reads as `<cloud>.csv`.
#[must_use]
pub fn text(book: &Book, cloud: &str) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for price in book.prices() {
        let Some(key) = price.key.strip_prefix(cloud).and_then(|rest| rest.strip_prefix('.')) else { continue };
        for tier in &price.tiers {
            let (from, usd) = (tier.from.to_string(), tier.usd.to_string());
            let cells =
                [key, &price.region, &price.unit, &from, &usd, &price.as_of, price.confidence.name(), &price.source];
            text += &(cells.map(quoted).join(",") + "\n");
        }
    }
    text
}

/// A field as spreadsheets write it.
fn quoted(field: &str) -> String {
    if field.contains([',', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}
