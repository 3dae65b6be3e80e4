//! Readers of price lists against small lists of our own, against what could be wrong in them, and against samples of the
//! real ones where they are at hand.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::azure::{self, Page};
use super::overlay;
use super::*;
use crate::cost::Book;

const LAMBDA: &str = include_str!("../../../tests/fixtures/prices/lambda.json");
const DYNAMODB: &str = include_str!("../../../tests/fixtures/prices/dynamodb.json");
const FUNCTIONS: &str = include_str!("../../../tests/fixtures/prices/functions.json");

fn list(service: &str) -> List {
    lists().into_iter().find(|list| list.service == service).expect("the list is known")
}

/// Reads the list of a service as the format of that list wants it.
fn read(service: &str, region: &str, text: &str) -> Result<Reading, Unreadable> {
    let list = list(service);
    match list.format {
        Format::Aws => aws::read(text.as_bytes(), &list, region, "a list"),
        Format::Azure => azure::read(&[azure::page(text.as_bytes())?], &list, region, "2026-11-03", "a list"),
    }
}

/// Everything that a list says of the rows whose key ends with `of`; a line each.
fn told(reading: &Reading, of: &str) -> String {
    let tiers = |price: &Price| {
        let tiers: Vec<String> = price.tiers.iter().map(|tier| format!("{}:{}", tier.from, tier.usd)).collect();
        format!("{} {}", price.as_of, tiers.join(" "))
    };
    let prices = reading.prices.iter().filter(|price| price.key.ends_with(of)).map(tiers);
    let kept = reading.kept.iter().filter(|kept| kept.key.ends_with(of)).map(|kept| kept.reason.to_string());
    prices.chain(kept).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_selector_is_a_row_of_the_book() {
    let book = Book::builtin();
    let mut keys = BTreeSet::new();
    for list in lists() {
        for selector in &list.selectors {
            let price = book.prices().find(|price| price.key == selector.key);
            let price = price.unwrap_or_else(|| panic!("{} is not in the book", selector.key));
            assert_eq!(price.unit, selector.unit, "{}", selector.key);
            assert!(selector.per > 0 && !selector.conditions.is_empty(), "{}", selector.key);
            assert!(keys.insert(Arc::clone(&selector.key)), "{} is there twice", selector.key);
        }
    }
    assert!(keys.len() >= 20, "the lists lost their rows");
}

#[test]
fn lists_become_prices() {
    let check = |service: &str, region: &str, text: &str, of: &str, expected: &str| {
        assert_eq!(told(&read(service, region, text).expect("a list"), of), expected, "{service} {of}");
    };
    let lambda = |of, expected| check("AWSLambda", "eu-west-1", LAMBDA, of, expected);
    lambda("lambda.requests", "2026-11-01 0:0.00000021");
    lambda("lambda.duration_x86", "2026-11-01 0:0.0000166667 6000000000:0.000015");
    lambda("lambda.duration_arm64", "no product of the list matches");
    let dynamodb = |of, expected| check("AmazonDynamoDB", "eu-west-1", DYNAMODB, of, expected);
    dynamodb("storage_standard", "2026-11-02 0:0.29");
    dynamodb("provisioned_write", "2026-11-02 0:0.000735");
    let functions = |of, expected| check("Functions", "eastus", FUNCTIONS, of, expected);
    functions("consumption_duration", "2026-11-03 0:0.000017");
    functions("consumption_executions", "2026-11-03 0:0.0000002");
    functions("alwaysready_baseline", "the list has no price above zero");
}

#[test]
fn every_row_is_a_price_or_stays_with_a_reason() {
    let cases = [("AWSLambda", "eu-west-1", LAMBDA), ("Functions", "eastus", FUNCTIONS)];
    for (service, region, text) in cases {
        let reading = read(service, region, text).expect("a list");
        assert_eq!(reading.prices.len() + reading.kept.len(), list(service).selectors.len());
        assert!(reading.prices.iter().all(|price| price.confidence == Confidence::High && &*price.region == region));
    }
}

/// What the row whose key ends with `of` comes to once `from` says `to` in a list.
fn check_row(text: &str, (from, to): (&str, &str), of: &str, expected: &str) {
    let (service, region) = if text == FUNCTIONS { ("Functions", "eastus") } else { ("AWSLambda", "eu-west-1") };
    assert!(text.contains(from), "{from}");
    let reading = read(service, region, &text.replacen(from, to, 1)).expect("a list");
    assert_eq!(told(&reading, of), expected, "{from} → {to}");
}

#[test]
fn a_row_that_is_not_clear_stays() {
    let row = |from, to, expected| check_row(LAMBDA, (from, to), "lambda.requests", expected);
    row("0.00000021\"", "0.00000022\"", "2 different prices of the list match");
    row("{\"USD\":\"0.0000002100\"", "{\"CNY\":\"0.0000002100\"", "the list has its price in CNY and not in USD");
    row("{\"USD\":\"0.0000002100\"}", "{}", "the list has its price in no currency and not in USD");
    row("0.0000002100", "-1", "`-1` in the list is no amount");
    row("0.0000002100", "0", "the list has no price above zero");
    row("\"beginRange\":\"0\",\"endRange\":\"Inf\"", "\"beginRange\":\"0\"", "`` in the list is no amount");
    let tiers = |from, to, expected| check_row(LAMBDA, (from, to), "lambda.duration_x86", expected);
    tiers(
        "\"6000000000\",\"endRange\":\"Inf\"",
        "\"6000000001\",\"endRange\":\"Inf\"",
        "its tiers in the list do not join",
    );
    tiers(
        "Lambda-GB-Second\",\"beginRange\"",
        "Request\",\"beginRange\"",
        "its tiers in the list are counted in different units",
    );
    let azure = |from, to, expected| check_row(FUNCTIONS, (from, to), "consumption_executions", expected);
    azure("2e-06", "2.5e-06", "2026-11-03 0:0.00000025");
    azure("2e-06", "\"2e-06\"", "`\"2e-06\"` in the list is no amount");
    azure("\"10\",\"type\"", "\"1M\",\"type\"", "its tiers in the list do not join");
    azure("100000.0", "0.0", "2 different prices of the list match");
    azure("\"meterId\":\"runs\"", "\"meterId\":\"other\"", "the list has no price above zero");
}

#[test]
fn a_list_that_is_another_is_refused() {
    let check = |service: &str, region: &str, text: &str, expected: &str| {
        let refused = read(service, region, text).expect_err("it is another").to_string();
        assert!(refused.contains(expected), "{refused}");
    };
    check("AWSLambda", "eu-west-1", DYNAMODB, "it is the list of AmazonDynamoDB and not of AWSLambda");
    check("AWSLambda", "us-east-1", LAMBDA, "it has no product in us-east-1");
    check("AWSLambda", "eu-west-1", &LAMBDA.replace("2026-11-01T", "soon"), "`soon09:00:00Z` is no day");
    check("AWSLambda", "eu-west-1", "<html>not found</html>", "it is no whole price list (expected value at line 1");
    check("AWSLambda", "eu-west-1", "[]", "it is no whole price list");
    check("Functions", "eastus", &FUNCTIONS.replacen("USD", "EUR", 1), "its prices are in EUR and not in USD");
    check("Functions", "eastus", &FUNCTIONS.replace(":\"USD\",\"tier", ":\"AUD\",\"tier"), "its prices are in AUD");
    check("Functions", "westus", FUNCTIONS, "it has no product in westus");
    let other = FUNCTIONS.replacen("serviceName\":\"Functions", "serviceName\":\"Storage", 1);
    check("Functions", "eastus", &other, "it is the list of Storage and not of Functions");
}

#[test]
fn a_list_that_is_cut_anywhere_is_refused() {
    for (service, region, text) in [
        ("AWSLambda", "eu-west-1", LAMBDA),
        ("AmazonDynamoDB", "eu-west-1", DYNAMODB),
        ("Functions", "eastus", FUNCTIONS),
    ] {
        for end in 0..text.trim_end().len() {
            let cut = text.get(..end).expect("plain text");
            assert!(matches!(read(service, region, cut), Err(Unreadable::Json(_))), "{service} cut at {end}");
        }
    }
}

#[test]
fn an_index_says_where_the_newest_list_of_a_region_is() {
    let index = include_str!("../../../tests/fixtures/prices/region_index.json");
    let versions = aws::versions(index.as_bytes()).expect("an index");
    let expected = "/offers/v1.0/aws/AWSLambda/20261101090000/eu-west-1/index.json";
    assert_eq!(versions.get("eu-west-1").map(String::as_str), Some(expected));
    assert_eq!(versions.len(), 1);
    assert!(matches!(aws::versions(&index.as_bytes()[..90]), Err(Unreadable::Json(_))));
}

#[test]
fn pages_make_one_answer() {
    let half = |wanted: &str| -> Page {
        let mut value: serde_json::Value = serde_json::from_str(FUNCTIONS).expect("JSON");
        let items = value["Items"].as_array_mut().expect("items");
        items.retain(|item| item["tierMinimumUnits"].as_number().is_some_and(|number| number.as_str() == wanted));
        azure::page(value.to_string().as_bytes()).expect("a page")
    };
    let pages = [half("100000.0"), half("0.0"), half("400000.0")];
    let reading = azure::read(&pages, &list("Functions"), "eastus", "2026-11-03", "a list").expect("a list");
    assert_eq!(Ok(reading), read("Functions", "eastus", FUNCTIONS));
}

#[test]
fn fetched_prices_go_over_those_that_are_shipped() {
    let reading = read("AWSLambda", "eu-west-1", LAMBDA).expect("a list");
    let mut book = Book::builtin();
    let rows = book.prices().count();
    let difference = overlay::difference(&book, &reading.prices);
    let changed: Vec<String> = difference.changed.iter().map(ToString::to_string).collect();
    let expected = [
        "aws.lambda.requests in eu-west-1 was $0.0000002 a request and is $0.00000021 now.",
        "aws.lambda.duration_x86 in eu-west-1 has other tiers, from $0.0000166667 a GB-second on.",
    ];
    assert_eq!((changed.as_slice(), difference.new), (&expected.map(str::to_owned)[..], 0));
    let mut own = Book::default();
    reading.prices.into_iter().for_each(|price| drop(own.put(price)));
    let text = overlay::text(&own, "aws");
    let (again, defects) = Book::load([("aws.csv", text.as_str())]);
    assert_eq!((&again, defects), (&own, Vec::new()), "the text of a book is the book");
    overlay::lay_over(&mut book, &own);
    assert_eq!(book.prices().count(), rows);
    let price = book.price("aws.lambda.requests", "eu-west-1").expect("a price");
    assert_eq!((&*price.as_of, &*price.source), ("2026-11-01", "a list"));
    assert_eq!(overlay::clouds(&own).into_iter().collect::<Vec<_>>(), ["aws"]);
}

/// Samples of the real lists; read in place where they are at hand.
#[test]
#[expect(clippy::print_stdout, reason = "what is skipped is told")]
fn real_lists_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts");
    let check = |name: &str, service: &str, region: &str, of: &str, expected: &str| match std::fs::read_to_string(
        folder.join(name),
    ) {
        Ok(text) => assert_eq!(told(&read(service, region, &text).expect("a list"), of), expected, "{of}"),
        Err(_) => println!("skipped: {name} is not at hand"),
    };
    let lambda = |of, expected| check("sample_aws_offer_lambda.json", "AWSLambda", "ap-south-1", of, expected);
    lambda("lambda.requests", "2026-09-19 0:0.0000002");
    lambda("lambda.duration_arm64", "2026-09-19 0:0.0000133334 7500000000:0.0000120001 18750000000:0.0000106667");
    lambda("provisioned_concurrency_x86", "2026-09-19 0:0.0000041667");
    lambda("lambda.duration_x86", "no product of the list matches");
    let dynamodb = |of, expected| check("sample_aws_offer_dynamodb.json", "AmazonDynamoDB", "ap-south-1", of, expected);
    dynamodb("storage_standard", "2026-09-11 0:0.285");
    dynamodb("on_demand_write", "2026-09-11 0:0.00000071");
    let functions = |of, expected| check("sample_azure_retail.json", "Functions", "eastus", of, expected);
    functions("consumption_duration", "2026-11-03 0:0.000016");
    functions("consumption_executions", "2026-11-03 0:0.0000002");
    functions("flex_ondemand_executions", "2026-11-03 0:0.0000004");
    functions("flex_alwaysready_executions", "2026-11-03 0:0.0000004");
}

proptest! {
    /// Lists come from a network: whatever is in them, they are read or refused.
    #[test]
    fn nothing_in_a_list_breaks_a_reader(
        which in 0..3_usize, at in 0..4000_usize, end in 0..4000_usize, put in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let (service, region, text) =
            [("AWSLambda", "eu-west-1", LAMBDA), ("AmazonDynamoDB", "eu-west-1", DYNAMODB), ("Functions", "eastus", FUNCTIONS)][which];
        let mut bytes = text.as_bytes().to_vec();
        let at = at % bytes.len();
        let end = at + end % 8;
        bytes.splice(at..end.min(bytes.len()), put);
        let list = list(service);
        let reading = match list.format {
            Format::Aws => aws::read(&bytes, &list, region, "a list"),
            Format::Azure => azure::page(&bytes).and_then(|page| azure::read(&[page], &list, region, "2026-11-03", "a list")),
        };
        aws::versions(&bytes).ok();
        if let Ok(reading) = reading {
            prop_assert_eq!(reading.prices.len() + reading.kept.len(), list.selectors.len());
            let tiers = reading.prices.iter().flat_map(|price| &price.tiers);
            prop_assert!(tiers.into_iter().all(|tier| tier.usd > rust_decimal::Decimal::ZERO));
        }
    }
}
