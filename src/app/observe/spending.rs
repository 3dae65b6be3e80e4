//! What it costs to watch an account: what sources count, at the prices of the book.
//!
//! Must not know what a source asks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::insights::gigabytes;
use crate::app::Workspace;
use crate::app::bill::words::{dollars, hourly, quantity, rate, several};
use crate::cost::{Money, Price};
use crate::engine::protocol::{Paid, Spending};

/// What watching costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchingBill {
    /// "$0.60/h".
    pub words: String,
    /// Part by part, a sentence each.
    pub parts: Vec<String>,
}

/// A part of it.
struct Part {
    /// In an hour, if any price is known.
    an_hour: Option<Money>,
    /// Whether the price is that of its own region.
    is_own: bool,
    told: String,
}

impl Workspace {
    /// What watching costs now; `None` where nothing is watched, or nothing of it must be paid.
    #[must_use]
    pub fn watching_bill(&self) -> Option<WatchingBill> {
        let attached = self.attached().filter(|attached| attached.target.is_some())?;
        let spending = &attached.watched.account.as_ref()?.spending;
        let told: Vec<Part> = self.with_questions(spending).values().map(|part| self.part(part)).collect();
        if told.is_empty() {
            return None;
        }
        let an_hour: Money = told.iter().filter_map(|part| part.an_hour).sum();
        let about = if told.iter().all(|part| part.is_own) { "" } else { "≈ " };
        let mut parts: Vec<String> = told.into_iter().map(|part| part.told).collect();
        parts.push("At list prices; what is free each month is not taken off.".to_owned());
        Some(WatchingBill { words: format!("{about}{}", hourly(an_hour)), parts })
    }

    /// What a source has counted, with what questions of a person have scanned and asked for.
    fn with_questions(&self, spending: &BTreeMap<Paid, Spending>) -> BTreeMap<Paid, Spending> {
        let (mut all, spent) = (spending.clone(), self.insights().spent());
        let region = self.insights().region().to_owned();
        for (paid, amount) in [(Paid::Insights, gigabytes(spent.bytes)), (Paid::Metrics, spent.metrics.into())] {
            if !amount.is_zero() {
                let (region, per_hour) = (region.clone(), Decimal::ZERO);
                let none = || Spending { paid, region, so_far: Decimal::ZERO, per_hour, by: String::new() };
                all.entry(paid).or_insert_with(none).so_far += amount;
            }
        }
        all
    }

    fn part(&self, spending: &Spending) -> Part {
        let Spending { paid, region, so_far, per_hour, by } = spending;
        let by = if by.is_empty() { String::new() } else { format!(" ({by})") };
        let Some((price, is_own)) = self.price_of(*paid, region) else {
            return Part { an_hour: None, is_own: false, told: format!("{paid}{by}: no price is known.") };
        };
        let usd = price.unit_usd();
        let cost = |amount: &Decimal| Money::of(amount.checked_mul(usd)?);
        let (an_hour, so_far_usd) = (cost(per_hour), cost(so_far));
        let told = format!(
            "{paid}{by}: {} now, {} so far for {} at {}.{}",
            an_hour.map(hourly).unwrap_or_default(),
            so_far_usd.map(dollars).unwrap_or_default(),
            quantity(*so_far),
            self.rate(price),
            if is_own { String::new() } else { stands_in(price, region) },
        );
        Part { an_hour, is_own, told }
    }

    /// What is paid by the piece, in a sentence: "Live Tail costs $0.01 / minute, of which 1,800 minutes a month are free."
    #[must_use]
    pub fn piece_price(&self, paid: Paid, region: &str) -> String {
        match self.price_of(paid, region) {
            None => format!("No price of {paid} is known."),
            Some((price, is_own)) => {
                let other = if is_own || region.is_empty() { String::new() } else { stands_in(price, region) };
                format!("{paid} costs {}.{other}", self.rate(price))
            }
        }
    }

    /// The price of what is paid, and whether it is that of its own region: better about what it costs than nothing.
    fn price_of(&self, paid: Paid, region: &str) -> Option<(&Arc<Price>, bool)> {
        let (book, key) = (self.book(), paid.price_key());
        let other = || book.prices().find(|price| *price.key == *key).map(|price| (price, false));
        book.price(key, region).map(|own| (own, true)).or_else(other)
    }

    /// A price with what of it is free every month.
    fn rate(&self, price: &Price) -> String {
        rate(price.unit_usd(), &price.unit) + &self.free(&price.key).unwrap_or_default()
    }

    /// What of it is free every month.
    pub(super) fn free(&self, key: &str) -> Option<String> {
        let is_it = |allowance: &&crate::cost::Allowance| allowance.keys.iter().any(|(known, _)| **known == *key);
        let free = self.book().allowances().iter().find(is_it)?;
        Some(format!(", of which {} {} a month are free", quantity(free.monthly), several(&free.unit)))
    }
}

/// That it is another region's price.
fn stands_in(price: &Price, region: &str) -> String {
    format!(" No price is known for {region}: this is that of {}.", price.region)
}
