//! Reads the bulk files of the AWS Price List: which versions a service has by region, and the prices of one region.
//!
//! Formats: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html>;
//! the files say `beginRange` and `endRange` where that page says otherwise. Must not know where files come from.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ladder::{self, Step, amount};
use super::{Edition, List, Reading, Refusal, Selector, Tier, Unreadable, day};

/// Where the newest file of each region is: the path on the server, by region code.
pub fn versions(text: &[u8]) -> Result<BTreeMap<String, String>, Unreadable> {
    #[derive(Deserialize)]
    struct Index {
        regions: BTreeMap<String, Entry>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Entry {
        current_version_url: String,
    }
    let index: Index = serde_json::from_slice(text)?;
    Ok(index.regions.into_iter().map(|(region, entry)| (region, entry.current_version_url)).collect())
}

/// The file of one service in one region.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    #[serde(rename = "offerCode")]
    service: String,
    publication_date: String,
    products: BTreeMap<String, Product>,
    terms: Terms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    product_family: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Terms {
    /// By product, then by term.
    #[serde(rename = "OnDemand", default)]
    on_demand: BTreeMap<String, BTreeMap<String, Term>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term {
    price_dimensions: BTreeMap<String, Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    begin_range: String,
    #[serde(default)]
    end_range: String,
    #[serde(default)]
    price_per_unit: BTreeMap<String, String>,
}

/// The prices of a file that was fetched from `source`.
pub fn read(text: &[u8], list: &List, region: &str, source: &str) -> Result<Reading, Unreadable> {
    let offer: Offer = serde_json::from_slice(text)?;
    if offer.service != list.service {
        return Err(Unreadable::Service { found: offer.service, wanted: list.service.clone() });
    }
    let as_of = day(&offer.publication_date)?;
    // What is sold in no region, such as the free allowances, stands in the file of each.
    let is_here = |product: &Product| product.attribute("regionCode") == Some(region);
    let products: Vec<(&String, &Product)> = offer.products.iter().filter(|(_, product)| is_here(product)).collect();
    if products.is_empty() {
        return Err(Unreadable::Region(region.to_owned()));
    }
    let edition = Edition { region, as_of, source };
    Ok(edition.read(list, |selector| {
        let taken = products.iter().filter(|(_, product)| selector.takes(|name| product.attribute(name)));
        let terms = taken.flat_map(|(sku, _)| offer.terms.on_demand.get(*sku).into_iter().flat_map(BTreeMap::values));
        terms.map(|term| term.tiers(selector)).collect()
    }))
}

impl Product {
    fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "productFamily" => self.product_family.as_deref(),
            "usagetype" => self.attributes.get(name).map(|usage| without_region(usage)),
            _ => self.attributes.get(name).map(String::as_str),
        }
    }
}

/// A usage type without the prefix of its region: `APS3-Request`, `EU-Request` and `Request` are all `Request`.
fn without_region(usage: &str) -> &str {
    let Some((prefix, rest)) = usage.split_once('-') else { return usage };
    let letters = prefix.trim_end_matches(|last: char| last.is_ascii_digit());
    let is_region = (2..=4).contains(&letters.len())
        && prefix.len() - letters.len() <= 1
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        // "Infrequent access", which is no region.
        && prefix != "IA";
    if is_region { rest } else { usage }
}

impl Term {
    fn tiers(&self, selector: &Selector) -> Result<Vec<Tier>, Refusal> {
        let mut units = self.price_dimensions.values().map(|dimension| dimension.unit.as_str());
        let first = units.next().unwrap_or_default();
        if units.any(|unit| unit != first) {
            return Err(Refusal::Units);
        }
        let steps = self.price_dimensions.values().map(Dimension::step).collect::<Result<Vec<_>, _>>()?;
        ladder::tiers(steps, selector.per)
    }
}

impl Dimension {
    fn step(&self) -> Result<Step, Refusal> {
        let usd = self.price_per_unit.get("USD").ok_or_else(|| {
            let others: Vec<&str> = self.price_per_unit.keys().map(String::as_str).collect();
            Refusal::Currency(if others.is_empty() { "no currency".to_owned() } else { others.join(", ") })
        })?;
        let to = if self.end_range == "Inf" { None } else { Some(amount(&self.end_range)?) };
        Ok(Step { from: amount(&self.begin_range)?, to, usd: amount(usd)? })
    }
}

#[cfg(test)]
mod tests {
    use super::without_region;

    #[test]
    fn usage_types_are_compared_without_their_region() {
        let check = |usage: &str, expected: &str| assert_eq!(without_region(usage), expected);
        check("Request", "Request");
        check("EU-Request", "Request");
        check("APS3-Lambda-GB-Second", "Lambda-GB-Second");
        check("USE1-Event-64K-Chunks", "Event-64K-Chunks");
        check("Lambda-GB-Second-ARM", "Lambda-GB-Second-ARM");
        check("IA-TimedStorage-ByteHrs", "IA-TimedStorage-ByteHrs");
        check("EU-IA-TimedStorage-ByteHrs", "IA-TimedStorage-ByteHrs");
        check("Global-Request", "Global-Request");
        check("", "");
    }
}
