//! What a line says of itself: worked out by hand, its formula is its quantity.

use super::*;
use crate::catalog::evaluate::number;
use crate::catalog::formula::Formula;

/// A formula as a calculator takes it: without units, and without commas in numbers.
fn bare(told: &str) -> String {
    let words = told.replace(", ", " , ").replace('(', " ( ").replace(')', " ) ").replace('×', "*");
    let is_function = |word: &str| ["ceil", "max", "min"].contains(&word);
    let is_part = |word: &&str| is_function(word) || !word.starts_with(char::is_alphabetic);
    words
        .split_whitespace()
        .filter(is_part)
        .map(|word| if word == "," { ",".to_owned() } else { word.replace(',', "") })
        .collect()
}

fn worked_out(told: &str) -> Option<Decimal> {
    let formula = Formula::parse(&bare(told), &|_name| None).ok()?;
    number(&formula, &|_slot| None).ok().map(|span| span.low)
}

/// Whether two figures are the same as far as six digits tell.
fn is_near(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= (a.abs() * Decimal::new(1, 4)).max(Decimal::new(2, 6))
}

/// Every line of a bill with its formula.
fn told(diagram: &Diagram, workload: &Workload, terms: &Terms) -> Vec<(Line, String)> {
    let (catalog, book) = &*BUILTIN;
    let bill = Estimate::of(catalog, diagram, workload, book, terms);
    let basis = Basis { catalog, diagram, workload, book, terms };
    bill.lines.into_iter().map(|line| (line.clone(), line.formula(&basis))).collect()
}

fn check(line: &Line, formula: &str, what: &str) {
    let found =
        worked_out(formula).unwrap_or_else(|| panic!("{what} {}: {formula} cannot be worked out", line.component));
    assert!(
        is_near(found, line.quantity.low),
        "{what} {}: {formula} is {found}, not {:?}",
        line.component,
        line.quantity
    );
}

#[test]
fn formulas_worked_out_by_hand_are_the_quantities() {
    let (catalog, _) = &*BUILTIN;
    for (path, text) in REFERENCES {
        let diagram = file::read(text.as_bytes(), catalog).expect("a reference diagram");
        let workload = Workload::of(catalog, &diagram, &Outside::default());
        for (line, formula) in told(&diagram, &workload, &Terms::default()) {
            check(&line, &formula, path);
        }
    }
}

#[test]
fn formulas_of_every_kind_can_be_worked_out() {
    let (catalog, book) = &*BUILTIN;
    for kind in catalog.kinds().filter(|kind| !kind.costs.is_empty()) {
        let used: Vec<(&str, Decimal)> =
            kind.usage.iter().enumerate().map(|(at, key)| (key.key.as_str(), Decimal::from(37 * (at + 3)))).collect();
        for field in kind.fields.iter().filter(|field| !field.choices.is_empty()) {
            for choice in &field.choices {
                let settings = [(field.key.as_str(), Value::from(choice.value.as_str()))];
                let (diagram, workload) = drawn(catalog, &[(kind.id.as_str(), &settings, &used)]);
                let region = book.first_region(kind.cloud()).map(str::to_owned);
                for (line, formula) in told(&diagram, &workload, &Terms { region, ..Terms::default() }) {
                    check(&line, &formula, kind.id.as_str());
                }
            }
        }
    }
}

#[test]
fn formulas_say_what_their_numbers_count() {
    let kind = function(&BUILTIN.0);
    let (catalog, _) = &*BUILTIN;
    let check = |settings: &[(&str, Value)], used: &[(&str, Decimal)], component: &str, expected: &str| {
        let (diagram, workload) = drawn(catalog, &[(&kind, settings, used)]);
        let lines = told(&diagram, &workload, &terms("us-east-1", FreeTier::None));
        let found = lines.iter().find(|(line, _)| *line.component == *component).map(|(_, formula)| formula.as_str());
        assert_eq!(found, Some(expected));
    };
    let number = |text: &str| text.parse::<Decimal>().expect("a number");
    let used = [("requests", number("3000000")), ("duration_ms", number("120")), ("log_kb", number("2"))];
    check(&[], &used, "requests", "3,000,000 requests");
    check(
        &[],
        &used,
        "compute",
        "(3,000,000 requests × ceil(120 ms, 1) + 0 cold starts × 400 ms) / 1,000 × 512 MB / 1,024",
    );
    check(&[], &used, "logs_ingest_lambda", "3,000,000 requests × 2 KB / 1,048,576");
    check(&[], &used, "logs_storage", "3,000,000 requests × 2 KB / 1,048,576 × 0.15 × 30 days × 24 / 730 h");
    let week = [("log_retention_days", Value::from("7"))];
    check(
        &week,
        &[("log_gb", number("0.000000123456789"))],
        "logs_storage",
        "0.000000123457 GB × 0.15 × 7 days × 24 / 730 h",
    );
    // Of a range both ends are said.
    let bounded = [("reserved_concurrency", Value::from(1)), ("memory_mb", Value::from(1024))];
    check(&bounded, &[("duration_ms", number("1000"))], "requests", "0–2,628,000 requests");
}
