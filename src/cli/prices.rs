//! `stratoscope prices`: the price book with its dates and sources, and which services a refresh can fetch.
//!
//! Must not know how prices are fetched.

use serde_json::{Value, json};

use super::Format;
use super::console::{Console, Stop};
use super::refresh;
use crate::catalog::names::{Named as _, nearest};
use crate::cost::offers::{self, Service};
use crate::cost::{Book, Price};
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
    let books = Books::open(&mut DiskLayer, prices::folder().as_deref());
    arguments.region.iter().try_for_each(|code| is_known(&books.book, code))?;
    if arguments.refresh {
        return refresh::run(arguments, console);
    }
    books.problems.iter().try_for_each(|problem| console.warn(problem))?;
    let is_wanted = |price: &Price| {
        let region = &*price.region;
        arguments.region.is_empty() || arguments.region.iter().any(|wanted| wanted == region)
    };
    let rows: Vec<&Price> = books.book.prices().map(|price| &**price).filter(|price| is_wanted(price)).collect();
    match arguments.format {
        Format::Json => {
            let services = offers::services(rows.iter().copied());
            let services = services.iter().map(service_document);
            let prices: Vec<Value> = rows.iter().map(|price| document(price, &books)).collect();
            console.json(&json!({ "currency": "USD", "prices": prices, "services": services.collect::<Vec<_>>() }))
        }
        Format::Text => {
            let rows_of_text: Vec<[String; 7]> = rows.iter().map(|price| row(price, &books)).collect();
            console.table(["KEY", "REGION", "USD", "UNIT", "AS OF", "CONFIDENCE", "FROM"], &rows_of_text)?;
            console.line("")?;
            let services: Vec<[String; 3]> = offers::services(rows.iter().copied()).iter().map(service_row).collect();
            console.table(["SERVICE", "AS OF", "REFRESH"], &services)
        }
    }
}

/// A region that no cloud has is a slip.
fn is_known(book: &Book, code: &str) -> Result<(), Stop> {
    if book.cloud_of(code).is_some() {
        return Ok(());
    }
    let hint = nearest(code, book.regions().iter().map(|region| &*region.code));
    let hint = hint.map_or_else(String::new, |known| format!(" Did you mean {known}?"));
    Err(Stop::wrong(format!("There is no region {code}.{hint}")))
}

/// Whether a price is of the person's own book.
fn is_own(price: &Price, books: &Books) -> bool {
    books.own.price(&price.key, &price.region).is_some_and(|own| own.region == price.region)
}

fn document(price: &Price, books: &Books) -> Value {
    let tier = |tier: &crate::cost::Tier| json!({"from": tier.from.to_string(), "usd": tier.usd.to_string()});
    json!({
        "key": price.key, "region": price.region, "unit": price.unit,
        "tiers": price.tiers.iter().map(tier).collect::<Vec<_>>(),
        "as_of": price.as_of, "confidence": price.confidence, "source": price.source,
        "refreshed": is_own(price, books),
    })
}

fn row(price: &Price, books: &Books) -> [String; 7] {
    let tiers = match price.tiers.len() {
        1 => price.unit_usd().to_string(),
        count => format!("{} ({count} tiers)", price.unit_usd()),
    };
    let (key, region, unit) = (price.key.to_string(), price.region.to_string(), price.unit.to_string());
    let from = if is_own(price, books) { "refreshed" } else { "built in" };
    [key, region, tiers, unit, dated(&price.as_of), price.confidence.name().to_owned(), from.to_owned()]
}

fn dated(as_of: &str) -> String {
    if as_of.is_empty() { "never verified".to_owned() } else { as_of.to_owned() }
}

fn service_document(service: &Service) -> Value {
    json!({"service": service.name, "as_of": service.as_of, "refreshable": service.is_listed})
}

fn service_row(service: &Service) -> [String; 3] {
    let refresh = if service.is_listed { "yes" } else { "not refreshable yet" };
    [service.name.clone(), dated(&service.as_of), refresh.to_owned()]
}
