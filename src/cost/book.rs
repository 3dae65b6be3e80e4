//! The price book: for each key and region one price with its tiers, the day it was read and how far it is to be trusted;
//! and the allowances that are free.
//!
//! Must not know diagrams, nor how a price is fetched: a book is a value built from texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::csv;
use crate::catalog::names::{Named as _, named};

/// The book that is compiled into the program: `(path, text)`, comma-separated.
pub const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded_prices.rs"));

/// The region of what is sold in no region.
pub const GLOBAL: &str = "global";

/// The first line of a file of prices.
pub(super) const COLUMNS: [&str; 8] = ["key", "region", "unit", "from", "usd", "as_of", "confidence", "source"];

/// The first line of the file of regions.
const REGION_COLUMNS: [&str; 3] = ["region", "cloud", "name"];

/// The first line of the file of allowances.
const FREE_COLUMNS: [&str; 6] = ["key", "kind", "scope", "monthly", "unit", "source"];

named! {
    /// How far a price is to be trusted.
    pub enum Confidence {
        /// Read from the vendor's own list or page.
        High = "high",
        /// Read elsewhere, or in part.
        Medium = "medium",
        /// Remembered, and to be verified.
        Low = "low",
    }
}

named! {
    /// For how long an allowance is free.
    pub enum FreeKind {
        /// Without end.
        Always = "always",
        /// Twelve months from the opening of an account.
        FirstYear = "first_year",
    }
}

named! {
    /// Over what an allowance is counted.
    pub enum Scope {
        /// All regions of an account together.
        Account = "account",
        /// Each region by itself.
        Region = "region",
    }
}

/// A price from a quantity on, until the next tier's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Quantity a month from which it holds.
    pub from: Decimal,
    /// US dollars a unit.
    pub usd: Decimal,
}

/// What one unit costs in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Cloud, service and dimension, joined by points.
    pub key: Arc<str>,
    /// Region code; [`GLOBAL`] for what is sold in none.
    pub region: Arc<str>,
    /// What a unit is, in the vendor's words.
    pub unit: Arc<str>,
    /// By quantity, the first one from zero.
    pub tiers: Vec<Tier>,
    /// Day, month or year on which it was read; empty: never verified.
    pub as_of: Arc<str>,
    /// How far it is to be trusted.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Arc<str>,
}

impl Price {
    /// US dollars for the first unit that is not free, as price lists quote it.
    #[must_use]
    pub fn unit_usd(&self) -> Decimal {
        self.tiers.iter().map(|tier| tier.usd).find(|usd| !usd.is_zero()).unwrap_or_default()
    }

    /// Whether it is the price of such units. The vendor's words may say more of them: "request (64 KB chunks)".
    #[must_use]
    pub fn is_per(&self, unit: &str) -> bool {
        self.unit.strip_prefix(unit).is_some_and(|more| more.is_empty() || more.starts_with(' '))
    }
}

/// A quantity that is free every month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The price keys that share it, each with the only region that it counts in, if there is one.
    pub keys: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// For how long.
    pub kind: FreeKind,
    /// Over what.
    pub scope: Scope,
    /// How much a month.
    pub monthly: Decimal,
    /// What a unit is.
    pub unit: Arc<str>,
    /// Where it was read.
    pub source: Arc<str>,
}

/// A line of a price file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{path}, line {line}: {message}")]
pub struct Defect {
    /// The file.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, a sentence.
    pub message: String,
}

/// Every price by key and region, and every allowance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    prices: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Arc<Price>>>,
    allowances: Vec<Allowance>,
    regions: Vec<Region>,
}

/// A region of a cloud, whether the book has prices for it or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its code: "eu-west-1".
    pub code: Arc<str>,
    /// The cloud that it belongs to.
    pub cloud: Arc<str>,
    /// Its name for people: "Ireland".
    pub name: Arc<str>,
}

impl Book {
    /// The built-in book. A test holds that it has no defect.
    #[must_use]
    pub fn builtin() -> Self {
        Self::load(BUILTIN.iter().copied()).0
    }

    /// Builds a book from `(path, text)` pairs: `…/<cloud>.csv`, `…/free.csv` and `…/regions.csv`. Every defect of every file is returned;
    /// a line that cannot be read is left out.
    pub fn load<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> (Self, Vec<Defect>) {
        let (mut book, mut defects) = (Self::default(), Vec::new());
        for (path, text) in texts {
            let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".csv");
            for (line, fields) in csv::rows(text) {
                let read = match stem {
                    "free" => book.take_allowance(line, &fields),
                    "regions" => book.take_region(line, fields),
                    cloud => book.take_tier(cloud, line, fields),
                };
                defects.extend(read.err().map(|message| Defect { path: path.to_owned(), line, message }));
            }
        }
        (book, defects)
    }

    /// The price of a key in a region, or of a key that is sold in no region; never another region's.
    #[must_use]
    pub fn price(&self, key: &str, region: &str) -> Option<&Arc<Price>> {
        let regions = self.prices.get(key)?;
        regions.get(region).or_else(|| regions.get(GLOBAL))
    }

    /// Every price, by key and region.
    pub fn prices(&self) -> impl Iterator<Item = &Arc<Price>> {
        self.prices.values().flat_map(BTreeMap::values)
    }

    /// Every allowance, in the order of the file.
    #[must_use]
    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// Every region, by cloud; the first of a cloud is the one to assume.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The cloud that a region belongs to.
    #[must_use]
    pub fn cloud_of(&self, region: &str) -> Option<&str> {
        self.regions.iter().find(|known| *known.code == *region).map(|known| &*known.cloud)
    }

    /// The region to assume in a cloud.
    #[must_use]
    pub fn first_region(&self, cloud: &str) -> Option<&str> {
        self.regions.iter().find(|known| *known.cloud == *cloud).map(|known| &*known.code)
    }

    /// Puts a price in the place of the one with the same key and region, which is returned.
    pub fn put(&mut self, price: Price) -> Option<Arc<Price>> {
        let regions = self.prices.entry(Arc::clone(&price.key)).or_default();
        regions.insert(Arc::clone(&price.region), Arc::new(price))
    }

    fn take_tier(&mut self, cloud: &str, line: usize, fields: Vec<String>) -> Result<(), String> {
        if line == 1 {
            return head(&fields, &COLUMNS);
        }
        let [key, region, unit, from, usd, as_of, confidence, source] = exactly(fields)?;
        let tier = Tier { from: amount("from", &from)?, usd: amount("usd", &usd)? };
        let regions = self.prices.entry(format!("{cloud}.{key}").into()).or_default();
        if let Some(price) = regions.get_mut(region.as_str()) {
            let last = price.tiers.last().map(|last| last.from);
            if last.is_some_and(|last| last >= tier.from) {
                return Err(format!("`{key}` has its price from {from} twice, or out of order, in {region}."));
            }
            Arc::make_mut(price).tiers.push(tier);
            return Ok(());
        }
        if !tier.from.is_zero() {
            return Err(format!("The first price of `{key}` in {region} starts at {from} instead of 0."));
        }
        let confidence = Confidence::from_name(&confidence)
            .ok_or_else(|| format!("`{confidence}` is no confidence: high, medium or low."))?;
        let key = format!("{cloud}.{key}").into();
        let region: Arc<str> = region.into();
        let (unit, as_of, source) = (unit.into(), as_of.into(), source.into());
        let price = Price { key, region: Arc::clone(&region), unit, tiers: vec![tier], as_of, confidence, source };
        regions.insert(region, Arc::new(price));
        Ok(())
    }

    fn take_region(&mut self, line: usize, fields: Vec<String>) -> Result<(), String> {
        if line == 1 {
            return head(&fields, &REGION_COLUMNS);
        }
        let [code, cloud, name] = exactly(fields)?;
        self.regions.push(Region { code: code.into(), cloud: cloud.into(), name: name.into() });
        Ok(())
    }

    fn take_allowance(&mut self, line: usize, fields: &[String]) -> Result<(), String> {
        if line == 1 {
            return head(fields, &FREE_COLUMNS);
        }
        let [keys, kind, scope, monthly, unit, source] = exactly(fields.to_vec())?;
        let key = |text: &str| match text.split_once('@') {
            Some((key, region)) => (key.into(), Some(region.into())),
            None => (text.into(), None),
        };
        self.allowances.push(Allowance {
            keys: keys.split('+').map(key).collect(),
            kind: FreeKind::from_name(&kind).ok_or_else(|| format!("`{kind}` is neither always nor first_year."))?,
            scope: Scope::from_name(&scope).ok_or_else(|| format!("`{scope}` is neither account nor region."))?,
            monthly: amount("monthly", &monthly)?,
            unit: unit.into(),
            source: source.into(),
        });
        Ok(())
    }
}

fn head(fields: &[String], columns: &[&str]) -> Result<(), String> {
    if fields == columns { Ok(()) } else { Err(format!("The first line must be {}.", columns.join(","))) }
}

fn exactly<const N: usize>(fields: Vec<String>) -> Result<[String; N], String> {
    let found = fields.len();
    fields.try_into().map_err(|_more| format!("The line has {found} fields instead of {N}."))
}

fn amount(column: &str, text: &str) -> Result<Decimal, String> {
    let read = text.parse::<Decimal>().ok().filter(|number| !number.is_sign_negative());
    read.ok_or_else(|| format!("`{text}` in the column {column} is no decimal of zero or more."))
}
