//! Price lists of the vendors, read into rows of the price book. Which product is which row is data:
//! `assets/prices/selectors.toml`.
//!
//! Readers are pure: texts in, prices out, and the reason for each row that stays as it is. Must not know how lists are
//! fetched or where books are kept.

pub mod aws;
pub mod azure;
mod ladder;
pub mod overlay;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{Confidence, Price, Tier};
use crate::catalog::names::named;

/// The lists that can be fetched.
const SELECTORS: &str = include_str!("../../../assets/prices/selectors.toml");

named! {
    /// How a vendor writes its price lists.
    pub enum Format {
        /// The bulk files of the AWS Price List: products and terms, a file for each service and region.
        Aws = "aws",
        /// The answers of the Azure Retail Prices API: items on pages.
        Azure = "azure",
    }
}

/// The price list of one service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// How it is written.
    pub format: Format,
    /// The vendor's code of the service.
    pub service: String,
    /// Name of the service for people.
    pub label: String,
    /// The rows that are taken from it.
    #[serde(rename = "price")]
    pub selectors: Vec<Selector>,
}

/// Which products of a list are a row of the book.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// Key of the row.
    pub key: Arc<str>,
    /// Unit of the row.
    pub unit: Arc<str>,
    /// How many of these units the vendor counts as one.
    #[serde(default = "one")]
    per: u32,
    /// The values that each of these attributes may have.
    #[serde(rename = "where")]
    conditions: BTreeMap<String, Vec<String>>,
}

fn one() -> u32 {
    1
}

impl Selector {
    /// Whether a product with these attributes is meant.
    fn takes<'p>(&self, attribute: impl Fn(&str) -> Option<&'p str>) -> bool {
        let holds = |(name, values): (&String, &Vec<String>)| {
            attribute(name).is_some_and(|found| values.iter().any(|value| value == found))
        };
        self.conditions.iter().all(holds)
    }
}

/// The lists that can be fetched, in the order in which they are.
///
/// # Panics
///
/// Never: a test reads the file that is compiled in.
#[must_use]
pub fn lists() -> Vec<List> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        list: Vec<List>,
    }
    toml::from_str::<File>(SELECTORS).map(|file| file.list).unwrap_or_default()
}

/// A service that has prices in a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Cloud and service, as keys of prices begin.
    pub name: String,
    /// The newest day on which one of its prices was read; empty: never verified.
    pub as_of: String,
    /// Whether its list can be fetched.
    pub is_listed: bool,
}

/// The services of these prices, by name.
pub fn services<'p>(prices: impl IntoIterator<Item = &'p Price>) -> Vec<Service> {
    let mut newest: BTreeMap<String, &str> = BTreeMap::new();
    for price in prices {
        let date = newest.entry(service(&price.key)).or_default();
        *date = (*date).max(&*price.as_of);
    }
    let lists = lists();
    let listed: Vec<String> =
        lists.iter().flat_map(|list| &list.selectors).map(|selector| service(&selector.key)).collect();
    let told = |(name, as_of): (String, &str)| {
        let is_listed = listed.contains(&name);
        Service { name, as_of: as_of.to_owned(), is_listed }
    };
    newest.into_iter().map(told).collect()
}

/// Cloud and service of a price key.
fn service(key: &str) -> String {
    key.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// What a list had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// New prices.
    pub prices: Vec<Price>,
    /// Rows that stay as they are.
    pub kept: Vec<Kept>,
}

/// A row that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} in {region} stays as it is: {reason}.")]
pub struct Kept {
    /// Key of the row.
    pub key: Arc<str>,
    /// Its region.
    pub region: Arc<str>,
    /// Why.
    #[source]
    pub reason: Refusal,
}

/// Why a list has no price for a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No product matches.
    #[error("no product of the list matches")]
    Nothing,
    /// Products match that have different prices.
    #[error("{0} different prices of the list match")]
    Several(usize),
    /// A price of zero above what is free; vendors publish it where they do not know.
    #[error("the list has no price above zero")]
    Zero,
    /// Ranges overlap, leave a gap, or do not begin at zero or end.
    #[error("its tiers in the list do not join")]
    Gap,
    /// A number that is none, or a negative one.
    #[error("`{0}` in the list is no amount")]
    Amount(String),
    /// A price in another currency.
    #[error("the list has its price in {0} and not in USD")]
    Currency(String),
    /// Tiers that count different things.
    #[error("its tiers in the list are counted in different units")]
    Units,
}

/// Why a whole list is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is cut off, or something else.
    #[error("it is no whole price list ({0})")]
    Json(String),
    /// It is about another service.
    #[error("it is the list of {found} and not of {wanted}")]
    Service {
        /// The service that it is about.
        found: String,
        /// The service that was asked for.
        wanted: String,
    },
    /// It has nothing in the region that was asked for.
    #[error("it has no product in {0}")]
    Region(String),
    /// Its prices are in another currency.
    #[error("its prices are in {0} and not in USD")]
    Currency(String),
    /// It does not say when it was published.
    #[error("`{0}` is no day of publication")]
    Date(String),
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// What every price of a list has in common.
struct Edition<'e> {
    region: &'e str,
    as_of: &'e str,
    source: &'e str,
}

impl Edition<'_> {
    /// One price a row, or the row stays: `found` gives for each product that matches its tiers.
    fn read(&self, list: &List, found: impl Fn(&Selector) -> Vec<Result<Vec<Tier>, Refusal>>) -> Reading {
        let mut reading = Reading::default();
        let (region, as_of, source) = (Arc::from(self.region), Arc::from(self.as_of), Arc::from(self.source));
        for selector in &list.selectors {
            let (key, unit) = (Arc::clone(&selector.key), Arc::clone(&selector.unit));
            let (region, as_of, source) = (Arc::clone(&region), Arc::clone(&as_of), Arc::clone(&source));
            match only(found(selector)) {
                Ok(tiers) => {
                    let confidence = Confidence::High;
                    reading.prices.push(Price { key, region, unit, tiers, as_of, confidence, source });
                }
                Err(reason) => reading.kept.push(Kept { key, region, reason }),
            }
        }
        reading
    }
}

/// The tiers that all products have in common.
fn only(found: Vec<Result<Vec<Tier>, Refusal>>) -> Result<Vec<Tier>, Refusal> {
    let mut distinct: Vec<Vec<Tier>> = Vec::new();
    for tiers in found {
        let tiers = tiers?;
        if !distinct.contains(&tiers) {
            distinct.push(tiers);
        }
    }
    match distinct.len() {
        0 => Err(Refusal::Nothing),
        1 => Ok(distinct.swap_remove(0)),
        several => Err(Refusal::Several(several)),
    }
}

/// The day at the beginning of a moment as the vendors write it: `2026-09-19T00:23:59Z`.
fn day(moment: &str) -> Result<&str, Unreadable> {
    let is_day = |day: &&str| {
        day.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    };
    moment.get(..10).filter(is_day).ok_or_else(|| Unreadable::Date(moment.chars().take(40).collect()))
}

#[cfg(test)]
mod tests;
