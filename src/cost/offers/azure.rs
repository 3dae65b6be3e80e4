//! Reads the pages of the Azure Retail Prices API: the prices of one service in one region.
//!
//! Format: <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices>. Prices in US dollars
//! are the only ones that are meant to be exact. Must not know where pages come from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::ladder::{self, Step, amount};
use super::{Edition, List, Reading, Refusal, Selector, Tier, Unreadable};

/// One page of an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Page {
    billing_currency: String,
    items: Vec<Item>,
    /// Where the next page is; `None` on the last.
    #[serde(default)]
    pub next_page_link: Option<String>,
}

/// A price of a meter from a quantity on.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
struct Item(BTreeMap<String, Value>);

impl Item {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A number as it is written, not as a float would have it.
    fn amount(&self, name: &str) -> Result<rust_decimal::Decimal, Refusal> {
        match self.0.get(name) {
            Some(Value::Number(number)) => amount(&number.to_string()),
            other => Err(Refusal::Amount(other.map_or_else(String::new, Value::to_string))),
        }
    }
}

/// One page of an answer.
pub fn page(text: &[u8]) -> Result<Page, Unreadable> {
    let page: Page = serde_json::from_slice(text)?;
    let mut currencies = page.items.iter().filter_map(|item| item.text("currencyCode"));
    match currencies.find(|currency| *currency != "USD") {
        Some(other) => Err(Unreadable::Currency(other.to_owned())),
        None if page.billing_currency != "USD" => Err(Unreadable::Currency(page.billing_currency)),
        None => Ok(page),
    }
}

/// The prices of all pages of an answer, which was fetched from `source` on the day `as_of`: the answer is the list as it
/// stands on that day, and bears no date of its own.
pub fn read(pages: &[Page], list: &List, region: &str, as_of: &str, source: &str) -> Result<Reading, Unreadable> {
    let items: Vec<&Item> = pages.iter().flat_map(|page| &page.items).collect();
    let service = |item: &Item| item.text("serviceName").unwrap_or_default().to_owned();
    if let Some(other) = items.iter().map(|item| service(item)).find(|found| *found != list.service) {
        return Err(Unreadable::Service { found: other, wanted: list.service.clone() });
    }
    let is_here = |item: &&Item| item.text("armRegionName") == Some(region) && item.text("type") == Some("Consumption");
    let items: Vec<&Item> = items.into_iter().filter(is_here).collect();
    if items.is_empty() {
        return Err(Unreadable::Region(region.to_owned()));
    }
    let edition = Edition { region, as_of, source };
    Ok(edition.read(list, |selector| {
        let mut meters: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in items.iter().filter(|item| selector.takes(|name| item.text(name))) {
            meters.entry(item.text("meterId").unwrap_or_default()).or_default().push(item);
        }
        meters.into_values().map(|items| tiers(&items, selector)).collect()
    }))
}

/// The tiers of one meter: each item holds from its own quantity to the next one's.
fn tiers(items: &[&Item], selector: &Selector) -> Result<Vec<Tier>, Refusal> {
    let read = |item: &&Item| Ok((item.amount("tierMinimumUnits")?, item.amount("retailPrice")?));
    let mut steps = items.iter().map(read).collect::<Result<Vec<_>, Refusal>>()?;
    steps.sort_unstable();
    steps.dedup();
    let same = steps.windows(2).filter(|pair| pair[0].0 == pair[1].0).count();
    if same > 0 {
        return Err(Refusal::Several(same + 1));
    }
    let next = |at: usize| steps.get(at + 1).map(|(from, _)| *from);
    let steps = steps.iter().enumerate().map(|(at, (from, usd))| Step { from: *from, to: next(at), usd: *usd });
    ladder::tiers(steps.collect(), selector.per)
}
