//! `stratoscope prices`: the price book with the age of each price and how far it is to be trusted, what is free, and which
//! services a refresh can fetch.
//!
//! Must not know how prices are fetched.

use serde_json::{Value, json};

use super::Format;
use super::console::{Console, Stop};
use super::refresh;
use crate::catalog::names::nearest;
use crate::cost::offers::{self, Service};
use crate::cost::{Allowance, Book, Price, Tier};
use crate::engine::files::DiskLayer;
use crate::engine::prices::{self, Books};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Fetch the price lists of AWS Lambda, Amazon DynamoDB and Azure Functions into a price book of your own, which stands
    /// over the one that ships
    #[arg(long)]
    pub(super) refresh: bool,
    /// Only prices of this region; with --refresh, fetch this region as well. May be given several times
    #[arg(long)]
    pub(super) region: Vec<String>,
    /// Fetch from this server instead of the vendors' own
    #[arg(long, value_name = "URL", hide = true, requires = "refresh")]
    pub(super) from: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    if arguments.refresh {
        let book = Book::builtin();
        arguments.region.iter().try_for_each(|code| known_region(code, &book))?;
        return refresh::run(arguments, console);
    }
    let books = open(console)?;
    arguments.region.iter().try_for_each(|code| known_region(code, &books.book))?;
    let is_wanted =
        |price: &Price| arguments.region.is_empty() || arguments.region.iter().any(|wanted| *wanted == *price.region);
    let rows: Vec<&Price> = books.book.prices().map(|price| &**price).filter(|price| is_wanted(price)).collect();
    match arguments.format {
        Format::Json => console.json(&document(&rows, &books)),
        Format::Text => text(&rows, &books, console),
    }
}

/// The price book of this person; what cannot be used of it is told and the prices that ship hold.
pub(super) fn open(console: &mut Console) -> Result<Books, Stop> {
    let books = Books::open(&mut DiskLayer, prices::folder().as_deref());
    books.problems.iter().try_for_each(|problem| console.warn(problem))?;
    Ok(books)
}

/// A region that no cloud has is a slip.
pub(super) fn known_region(code: &str, book: &Book) -> Result<(), Stop> {
    if book.cloud_of(code).is_some() {
        return Ok(());
    }
    let hint = nearest(code, book.regions().iter().map(|region| &*region.code));
    let hint = hint.map_or_else(String::new, |known| format!(" Did you mean {known}?"));
    Err(Stop::wrong(format!("There is no region {code}.{hint}")))
}

fn document(rows: &[&Price], books: &Books) -> Value {
    json!({
        "currency": "USD",
        "prices": rows.iter().map(|price| price_document(price, books)).collect::<Vec<_>>(),
        "free": books.book.allowances().iter().map(allowance_document).collect::<Vec<_>>(),
        "services": offers::services(rows.iter().copied()).iter().map(service_document).collect::<Vec<_>>(),
    })
}

fn price_document(price: &Price, books: &Books) -> Value {
    let tier = |tier: &Tier| json!({"from": tier.from.to_string(), "usd": tier.usd.to_string()});
    json!({
        "key": &*price.key, "region": &*price.region, "unit": &*price.unit,
        "tiers": price.tiers.iter().map(tier).collect::<Vec<_>>(),
        "as_of": &*price.as_of, "confidence": price.confidence, "source": &*price.source,
        "refreshed": books.is_own(price),
    })
}

fn allowance_document(allowance: &Allowance) -> Value {
    json!({
        "keys": keys(allowance), "kind": allowance.kind, "scope": allowance.scope,
        "monthly": allowance.monthly.to_string(), "unit": &*allowance.unit, "source": &*allowance.source,
    })
}

fn service_document(service: &Service) -> Value {
    json!({"service": service.name, "as_of": service.as_of, "refreshable": service.is_listed})
}

/// The keys that share an allowance, each with its region after an `@`.
fn keys(allowance: &Allowance) -> Vec<String> {
    let key = |(key, region): &(std::sync::Arc<str>, Option<std::sync::Arc<str>>)| match region {
        Some(region) => format!("{key}@{region}"),
        None => key.to_string(),
    };
    allowance.keys.iter().map(key).collect()
}

fn text(rows: &[&Price], books: &Books, console: &mut Console) -> Result<(), Stop> {
    let heads = ["PRICE", "REGION", "USD", "UNIT", "AS OF", "CONFIDENCE", "FROM"];
    console.table(heads, &rows.iter().map(|price| price_row(price, books)).collect::<Vec<_>>())?;
    console.line("")?;
    let row = |allowance: &Allowance| {
        let amount = format!("{} {}", allowance.monthly, allowance.unit);
        [keys(allowance).join(", "), amount, allowance.kind.to_string(), allowance.scope.to_string()]
    };
    let allowances: Vec<_> = books.book.allowances().iter().map(row).collect();
    console.table(["FREE", "A MONTH", "KIND", "COUNTED OVER"], &allowances)?;
    console.line("")?;
    let services: Vec<_> = offers::services(rows.iter().copied()).iter().map(service_row).collect();
    console.table(["SERVICE", "AS OF", "REFRESH"], &services)
}

fn price_row(price: &Price, books: &Books) -> [String; 7] {
    let tier = |tier: &Tier| {
        if tier.from.is_zero() { tier.usd.to_string() } else { format!("{} from {}", tier.usd, tier.from) }
    };
    let tiers: Vec<String> = price.tiers.iter().map(tier).collect();
    [
        price.key.to_string(),
        price.region.to_string(),
        tiers.join(", "),
        price.unit.to_string(),
        dated(&price.as_of),
        price.confidence.to_string(),
        if books.is_own(price) { "refresh" } else { "program" }.to_owned(),
    ]
}

fn service_row(service: &Service) -> [String; 3] {
    let refresh = if service.is_listed { "yes" } else { "not refreshable yet" };
    [service.name.clone(), dated(&service.as_of), refresh.to_owned()]
}

fn dated(as_of: &str) -> String {
    if as_of.is_empty() { "never verified".to_owned() } else { as_of.to_owned() }
}
