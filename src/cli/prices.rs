//! `stratoscope prices`: the price book with the age of each price and how far it is to be trusted.
//!
//! Must not know how prices are fetched.

use serde_json::{Value, json};

use super::Format;
use super::console::{Console, Stop};
use crate::cost::{Allowance, Book, Price, Tier};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let book = Book::builtin();
    match arguments.format {
        Format::Json => console.json(&document(&book)),
        Format::Text => text(&book, console),
    }
}

fn document(book: &Book) -> Value {
    json!({
        "currency": "USD",
        "prices": book.prices().map(|price| price_document(price)).collect::<Vec<_>>(),
        "free": book.allowances().iter().map(allowance_document).collect::<Vec<_>>(),
    })
}

fn price_document(price: &Price) -> Value {
    let tier = |tier: &Tier| json!({"from": tier.from.to_string(), "usd": tier.usd.to_string()});
    json!({
        "key": &*price.key, "region": &*price.region, "unit": &*price.unit,
        "tiers": price.tiers.iter().map(tier).collect::<Vec<_>>(),
        "as_of": &*price.as_of, "confidence": price.confidence, "source": &*price.source,
    })
}

fn allowance_document(allowance: &Allowance) -> Value {
    json!({
        "keys": keys(allowance), "kind": allowance.kind, "scope": allowance.scope,
        "monthly": allowance.monthly.to_string(), "unit": &*allowance.unit, "source": &*allowance.source,
    })
}

/// The keys that share an allowance, each with its region after an `@`.
fn keys(allowance: &Allowance) -> Vec<String> {
    let key = |(key, region): &(std::sync::Arc<str>, Option<std::sync::Arc<str>>)| match region {
        Some(region) => format!("{key}@{region}"),
        None => key.to_string(),
    };
    allowance.keys.iter().map(key).collect()
}

fn text(book: &Book, console: &mut Console) -> Result<(), Stop> {
    let row = |price: &std::sync::Arc<Price>| {
        let tier = |tier: &Tier| {
            if tier.from.is_zero() { tier.usd.to_string() } else { format!("{} from {}", tier.usd, tier.from) }
        };
        let tiers: Vec<String> = price.tiers.iter().map(tier).collect();
        let as_of = if price.as_of.is_empty() { "never verified" } else { &price.as_of };
        [
            price.key.to_string(),
            price.region.to_string(),
            tiers.join(", "),
            price.unit.to_string(),
            as_of.to_owned(),
            price.confidence.to_string(),
        ]
    };
    console.table(
        ["PRICE", "REGION", "USD", "UNIT", "AS OF", "CONFIDENCE"],
        &book.prices().map(row).collect::<Vec<_>>(),
    )?;
    console.line("")?;
    let row = |allowance: &Allowance| {
        let amount = format!("{} {}", allowance.monthly, allowance.unit);
        [keys(allowance).join(", "), amount, allowance.kind.to_string(), allowance.scope.to_string()]
    };
    console.table(["FREE", "A MONTH", "KIND", "COUNTED OVER"], &book.allowances().iter().map(row).collect::<Vec<_>>())
}
