//! A bill to hand on: rows with every figure as text, comma-separated text for spreadsheets, and Markdown.
//!
//! Must not know where it is written.

use rust_decimal::Decimal;

use super::site::region_of;
use super::{Basis, Estimate, Line, Money, Span};
use crate::catalog::field::grouped_decimal;
use crate::diagram::NodeId;

/// One line of a bill in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name of the node.
    pub node: String,
    /// What is paid.
    pub component: String,
    /// How much of it, grouped for reading.
    pub quantity: String,
    /// Unit of the quantity.
    pub unit: String,
    /// US dollars a unit.
    pub unit_price: String,
    /// The formula with its numbers.
    pub formula: String,
    /// What it costs in a month, to the cent.
    pub monthly: String,
    /// Key in the price book.
    pub price_key: String,
    /// Region of the price.
    pub region: String,
    /// When the price was read; empty: never verified.
    pub as_of: String,
    /// How far it is to be trusted.
    pub confidence: String,
    /// Where it was read.
    pub source: String,
    /// Whether a figure in it is a default.
    pub assumed: bool,
}

/// The heads of [`Row`] in a spreadsheet.
const COLUMNS: [&str; 13] = [
    "node",
    "component",
    "quantity",
    "unit",
    "unit_price",
    "monthly",
    "formula",
    "price_key",
    "region",
    "as_of",
    "confidence",
    "assumed",
    "source",
];

/// The region that most readers mean when they ask where a diagram is priced: that of the terms, or of its first node
/// that has a price.
#[must_use]
pub fn home_region(basis: &Basis<'_>) -> String {
    if let Some(region) = &basis.terms.region {
        return region.clone();
    }
    let is_priced = |node: &&crate::diagram::Node| !basis.catalog.kind(&node.kind).costs.is_empty();
    let first = basis.diagram.nodes().values().find(is_priced);
    let region = first.map(|node| region_of(basis.catalog, basis.diagram, node, basis.book, basis.terms));
    let fallback = || basis.book.regions().first().map(|region| &*region.code);
    region.or_else(fallback).unwrap_or_default().to_owned()
}

/// The name of a node; empty when it is gone.
#[must_use]
pub fn name<'d>(basis: &Basis<'d>, node: NodeId) -> &'d str {
    basis.diagram.nodes().get(&node).map_or("", |node| node.name.as_str())
}

/// Every line of a bill in words.
#[must_use]
pub fn rows(bill: &Estimate, basis: &Basis<'_>) -> Vec<Row> {
    bill.lines.iter().map(|line| row(line, basis)).collect()
}

fn row(line: &Line, basis: &Basis<'_>) -> Row {
    let price = &line.price;
    Row {
        node: name(basis, line.node).to_owned(),
        component: line.component.to_string(),
        quantity: ends(line.quantity, |quantity| grouped_decimal(quantity.round_dp(6))),
        unit: line.unit.to_string(),
        unit_price: price.unit_usd().normalize().to_string(),
        formula: line.formula(basis),
        monthly: dollars(line.cost),
        price_key: price.key.to_string(),
        region: price.region.to_string(),
        as_of: price.as_of.to_string(),
        confidence: price.confidence.to_string(),
        source: price.source.to_string(),
        assumed: line.assumed,
    }
}

/// To the cent, thousands grouped; both ends of a range.
#[must_use]
pub fn dollars(cost: Span<Money>) -> String {
    ends(cost, |money| {
        let text = money.to_string();
        let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
        let whole = whole.parse::<Decimal>().map_or_else(|_long| whole.to_owned(), grouped_decimal);
        format!("{whole}.{cents}")
    })
}

fn ends<T: Copy + PartialEq>(span: Span<T>, told: impl Fn(T) -> String) -> String {
    let (low, high) = (told(span.low), told(span.high));
    if low == high { low } else { format!("{low}–{high}") }
}

/// The lines of a bill as comma-separated text.
#[must_use]
pub fn csv(bill: &Estimate, basis: &Basis<'_>) -> String {
    let plain = |number: &str| number.replace(',', "");
    let cells = rows(bill, basis).into_iter().map(|row| {
        let (quantity, monthly, assumed) = (plain(&row.quantity), plain(&row.monthly), row.assumed.to_string());
        [
            row.node,
            row.component,
            quantity,
            row.unit,
            row.unit_price,
            monthly,
            row.formula,
            row.price_key,
            row.region,
            row.as_of,
            row.confidence,
            assumed,
            row.source,
        ]
    });
    spreadsheet(&COLUMNS, cells)
}

/// Comma-separated text in which no cell can become a formula of a spreadsheet.
pub fn spreadsheet<const N: usize>(heads: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = heads.join(",") + "\n";
    for cells in rows {
        text += &cells.map(|cell| harmless(&cell)).join(",");
        text.push('\n');
    }
    text
}

/// A cell that a spreadsheet takes as text or number, never as a formula, on one line.
fn harmless(cell: &str) -> String {
    let is_number = cell.parse::<Decimal>().is_ok();
    let starts = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(char::is_control);
    let starts_formula = starts && !is_number;
    let mut text = String::from(if starts_formula { "'" } else { "" });
    text.extend(cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
    if text.contains([',', '"', '\'', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The bill as a Markdown document.
#[must_use]
pub fn markdown(bill: &Estimate, basis: &Basis<'_>) -> String {
    let (region, free) = (home_region(basis), basis.terms.free_tier);
    let mut text = format!("# {}: {} USD a month\n\n", escaped(basis.diagram.name()), dollars(bill.total));
    text += &format!("Priced in {region}, free tier {free}, {} hours a month.\n", basis.terms.hours.normalize());
    let rows = rows(bill, basis);
    if !rows.is_empty() {
        text += "\n| node | component | quantity | unit price | USD a month |\n| --- | --- | ---: | ---: | ---: |\n";
    }
    for row in &rows {
        let mark = if row.assumed { " \\*" } else { "" };
        let (node, component) = (escaped(&row.node), escaped(&row.component));
        let quantity = format!("{} {}", row.quantity, escaped(&row.unit));
        text += &format!("| {node} | {component} | {quantity} | {} | {}{mark} |\n", row.unit_price, row.monthly);
    }
    if rows.iter().any(|row| row.assumed) {
        text += "\n\\* with a figure that is assumed.\n";
    }
    let unknown = bill.unknown.iter().map(|line| {
        let price = line.price.unit_usd().normalize();
        format!("- {} {}: {price} USD per {}\n", escaped(name(basis, line.node)), escaped(&line.component), line.unit)
    });
    section(&mut text, "Depends on usage", unknown);
    let unpriced = bill
        .unpriced
        .iter()
        .map(|line| format!("- {} {}: {}\n", escaped(name(basis, line.node)), escaped(&line.component), line.reason));
    section(&mut text, "Without a price", unpriced);
    text
}

fn section(text: &mut String, head: &str, lines: impl Iterator<Item = String>) {
    let lines: String = lines.collect();
    if !lines.is_empty() {
        *text += &format!("\n## {head}\n\n{lines}");
    }
}

/// `text` on one line, without what Markdown would take for more than text.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if "\\|`*_[]<>#".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_becomes_a_formula() {
        let check = |cell: &str, expected: &str| assert_eq!(harmless(cell), expected);
        check("=1+1", "\"'=1+1\"");
        check(" @x", "\"' @x\"");
        check("-2", "-2");
        check("-2+3", "\"'-2+3\"");
        check("\t=1", "\"' =1\"");
        check("plain", "plain");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("a\nb", "a b");
    }
}
