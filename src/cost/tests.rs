//! The bill as a whole: what it adds up to, and what it never does.

mod properties;
mod told;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::*;
use crate::catalog::KindId;
use crate::diagram::{Document, Point, REFERENCES, file};
use crate::workload::{Figures, Outside};

/// Nodes, each with its kind, settings and figures.
type Nodes<'n> = [(&'n str, &'n [(&'n str, Value)], &'n [(&'n str, Decimal)])];

/// A diagram of `nodes` without arrows, and how much they are used.
fn drawn(catalog: &Catalog, nodes: &Nodes<'_>) -> (Diagram, Workload) {
    let mut document = Document::new(Diagram::new("test"));
    let mut given = Figures::new();
    let drawn = document.transact(catalog, "Draw", |edit| {
        for (kind, settings, figures) in nodes {
            let id = edit.add_node(&KindId::new(kind), None, Point::default())?;
            settings.iter().try_for_each(|(key, value)| edit.set_node(id, key, Some(value.clone())))?;
            given.insert(id, figures.iter().map(|(key, figure)| ((*key).to_owned(), *figure)).collect());
        }
        Ok(())
    });
    drawn.expect("the nodes can be drawn");
    let diagram = document.diagram().clone();
    let workload = Workload::of(catalog, &diagram, &Outside { given, measured: BTreeMap::new() });
    (diagram, workload)
}

fn terms(region: &str, free_tier: FreeTier) -> Terms {
    Terms { region: Some(region.to_owned()), free_tier, ..Terms::default() }
}

/// The built-in catalogue and book, read once.
static BUILTIN: LazyLock<(Catalog, Book)> = LazyLock::new(|| (Catalog::builtin(), Book::builtin()));

fn billed(nodes: &Nodes<'_>, terms: &Terms) -> Estimate {
    let (catalog, book) = &*BUILTIN;
    let (diagram, workload) = drawn(catalog, nodes);
    Estimate::of(catalog, &diagram, &workload, book, terms)
}

/// What the lines of a component cost together.
fn of(bill: &Estimate, component: &str) -> Money {
    bill.lines.iter().filter(|line| *line.component == *component).map(|line| line.cost.low).sum()
}

/// The kind of a function, named once: this room knows no kinds.
fn function(catalog: &Catalog) -> String {
    let is_function = |kind: &&crate::catalog::Kind| kind.usage.iter().any(|usage| usage.key == "init_ms");
    catalog.kinds().find(is_function).map(|kind| kind.id.to_string()).expect("a function")
}

#[test]
fn the_built_in_book_has_no_defect() {
    let (book, defects) = Book::load(book::BUILTIN.iter().copied());
    assert_eq!(defects, []);
    assert!(book.prices().count() > 280);
    for allowance in book.allowances() {
        for (key, region) in &allowance.keys {
            let known = |price: &&Arc<Price>| price.key == *key && region.as_ref().is_none_or(|at| *at == price.region);
            assert!(book.prices().any(|price| known(&price)), "{key} is free and has no price");
        }
    }
}

#[test]
fn broken_price_files_say_where() {
    let head = "key,region,unit,from,usd,as_of,confidence,source\n";
    let check = |rows: &str, line: usize, part: &str| {
        let (_, defects) = Book::load([("prices/x.csv", format!("{head}{rows}").as_str())]);
        let told = defects.first().map(ToString::to_string).unwrap_or_default();
        assert!(told.contains(&format!("prices/x.csv, line {line}: ")) && told.contains(part), "{rows}: {told}");
    };
    check("a,r,u,0,1", 2, "5 fields instead of 8");
    check("a,r,u,0,1,,high,s\na,r,u,0,1,,high,s", 3, "twice, or out of order");
    check("a,r,u,5,1,,high,s", 2, "starts at 5 instead of 0");
    check("a,r,u,0,-1,,high,s", 2, "no decimal of zero or more");
    check("a,r,u,0,much,,high,s", 2, "no decimal of zero or more");
    check("a,r,u,0,1,,sure,s", 2, "no confidence");
    let (_, defects) = Book::load([("prices/free.csv", "key,kind\n")]);
    assert!(defects[0].message.contains("The first line must be key,kind,scope"), "{defects:?}");
}

#[test]
fn allowances_are_shared_before_anything_is_given_back() {
    let kind = function(&BUILTIN.0);
    let used = [("requests", Decimal::from(800_000)), ("duration_ms", Decimal::from(1000))];
    let settings = |arch: &str| [("memory_mb", Value::from(512)), ("arch", Value::from(arch))];
    let (x86, arm) = (settings("x86_64"), settings("arm64"));
    let nodes: &Nodes<'_> = &[(&kind, &x86, &used), (&kind, &arm, &used)];
    // 400,000 GB-seconds on each architecture; one allowance of as many, taken off the dearer one.
    let bill = billed(nodes, &terms("us-east-1", FreeTier::Always));
    assert_eq!(of(&bill, "compute").to_string(), "5.33");
    assert_eq!(of(&bill, "requests").to_string(), "0.12");
    let bill = billed(nodes, &terms("us-east-1", FreeTier::None));
    assert_eq!(of(&bill, "compute").to_string(), "12.00");
}

#[test]
fn tiers_are_filled_by_all_nodes_together() {
    let kind = function(&BUILTIN.0);
    let settings = [("memory_mb", Value::from(1024)), ("arch", Value::from("x86_64"))];
    let used = [("requests", Decimal::from(4_000_000_000_u64)), ("duration_ms", Decimal::from(1000))];
    let bill = billed(&[(&kind, &settings, &used), (&kind, &settings, &used)], &terms("us-east-1", FreeTier::None));
    // 6 000 million at the first price, 2 000 million at the second.
    assert_eq!(of(&bill, "compute").to_string(), "130000.20");
    let line = bill.lines.iter().find(|line| *line.component == *"compute").expect("a line");
    let parts: Vec<Decimal> = bill.tiers(line).iter().map(|part| part.quantity).collect();
    assert_eq!(parts, [Decimal::from(3_000_000_000_u64), Decimal::from(1_000_000_000)]);
}

#[test]
fn a_figure_that_is_only_bounded_gives_a_range() {
    let kind = function(&BUILTIN.0);
    let settings = [("reserved_concurrency", Value::from(2)), ("memory_mb", Value::from(1024))];
    let used = [("duration_ms", Decimal::from(1000))];
    let bill = billed(&[(&kind, &settings, &used)], &terms("us-east-1", FreeTier::None));
    let line = bill.lines.iter().find(|line| *line.component == *"compute").expect("a line");
    assert_eq!(line.quantity, Span { low: Decimal::ZERO, high: Decimal::from(2 * 2_628_000) });
    assert!(line.assumed && bill.total.low == Money::ZERO && bill.total.high > Money::ZERO);
    let open = billed(&[(&kind, &[], &used)], &terms("us-east-1", FreeTier::None));
    assert!(open.lines.is_empty());
    assert_eq!(open.unknown[0].missing, ["requests".into()]);
}

#[test]
fn numbers_beyond_counting_are_told() {
    let kind = function(&BUILTIN.0);
    let used = [("requests", Decimal::MAX), ("duration_ms", Decimal::MAX)];
    let bill = billed(&[(&kind, &[], &used)], &terms("us-east-1", FreeTier::None));
    assert_eq!((bill.lines.len(), bill.total), (0, Span::default()));
    assert!(bill.unpriced.iter().all(|line| line.reason == Reason::Absurd));
}

#[test]
fn every_price_is_one_of_what_its_line_counts() {
    let (catalog, book) = &*BUILTIN;
    for kind in catalog.kinds() {
        for line in kind.costs.iter().filter(|line| !line.price.contains('{')) {
            let key = format!("{}.{}", kind.cloud(), line.price);
            for price in book.prices().filter(|price| *price.key == *key) {
                let (counted, of) = (&line.unit, &price.unit);
                assert!(price.is_per(counted), "{} {}: {counted}, but {key} is per {of}", kind.id, line.component);
            }
        }
    }
}

#[test]
fn a_price_of_something_else_is_never_taken() {
    let (catalog, book) = &*BUILTIN;
    let kind = function(catalog);
    let (diagram, workload) = drawn(catalog, &[(&kind, &[], &[("requests", Decimal::from(10))])]);
    let mut other = book.clone();
    let compute =
        book.prices().find(|price| price.is_per("GB-second") && &*price.region == "us-east-1").expect("a price");
    let mine = Estimate::of(catalog, &diagram, &workload, book, &terms("us-east-1", FreeTier::None));
    let line = mine.lines.iter().find(|line| line.price.is_per("request")).expect("a line of requests");
    other.put(Price { key: Arc::clone(&line.price.key), ..Price::clone(compute) });
    let bill = Estimate::of(catalog, &diagram, &workload, &other, &terms("us-east-1", FreeTier::None));
    let told: Vec<String> = bill.unpriced.iter().map(|line| line.reason.to_string()).collect();
    assert_eq!(told, ["the price in the book is per GB-second, not per request"]);
    assert_eq!(bill.lines.len() + 1, mine.lines.len());
}

#[test]
fn nodes_of_the_references_add_up_to_the_total() {
    let (catalog, book) = &*BUILTIN;
    for (path, text) in REFERENCES {
        let diagram = file::read(text.as_bytes(), catalog).expect("a reference diagram");
        let workload = Workload::of(catalog, &diagram, &Outside::default());
        let bill = Estimate::of(catalog, &diagram, &workload, book, &Terms::default());
        assert_eq!(bill.by_node().values().map(|cost| cost.low).sum::<Money>(), bill.total.low, "{path}");
    }
}
