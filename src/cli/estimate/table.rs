//! A bill for people.
//!
//! Must not know how it is reckoned.

use super::compare::Comparison;
use crate::cli::console::{Console, Stop};
use crate::cli::inspect::counted;
use crate::cost::{Basis, Estimate, report};

pub(super) fn print(
    bill: &Estimate,
    basis: &Basis<'_>,
    other: Option<&Comparison>,
    console: &mut Console,
) -> Result<(), Stop> {
    let (region, free) = (report::home_region(basis), basis.terms.free_tier);
    let total = report::dollars(bill.total);
    let missing = missing(bill);
    console.line(&format!("{}: {total} USD a month in {region}, free tier {free}{missing}", basis.diagram.name()))?;
    let rows = report::rows(bill, basis);
    if !rows.is_empty() {
        console.line("")?;
        let cells = rows.iter().map(|row| {
            let monthly = format!("{}{}", row.monthly, if row.assumed { " *" } else { "" });
            let quantity = format!("{} {}", row.quantity, row.unit);
            [row.node.clone(), row.component.clone(), quantity, row.unit_price.clone(), monthly, row.formula.clone()]
        });
        let heads = ["NODE", "LINE", "QUANTITY", "USD PER UNIT", "USD A MONTH", "FORMULA"];
        console.table(heads, &cells.collect::<Vec<_>>())?;
    }
    if rows.iter().any(|row| row.assumed) {
        console.line("* with a figure that is assumed")?;
    }
    unknown(bill, basis, console)?;
    unpriced(bill, basis, console)?;
    other.map_or(Ok(()), |other| other.print(console))
}

/// What a total is without, so that nobody takes it for all there is to pay.
fn missing(bill: &Estimate) -> String {
    let count = |lines: usize, what: &str| (lines > 0).then(|| format!("{} {what}", counted(lines, "line")));
    let unknown = count(bill.unknown.len(), "waiting for usage");
    let unpriced = count(bill.unpriced.len(), "without a price");
    let parts: Vec<String> = [unknown, unpriced].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("; not in it: {}", parts.join(", ")) }
}

fn unknown(bill: &Estimate, basis: &Basis<'_>, console: &mut Console) -> Result<(), Stop> {
    if bill.unknown.is_empty() {
        return Ok(());
    }
    console.line("")?;
    let rows = bill.unknown.iter().map(|line| {
        let price = format!("{} USD per {}", line.price.unit_usd().normalize(), line.unit);
        let node = report::name(basis, line.node).to_owned();
        [node, line.component.to_string(), price, line.missing.join(", ")]
    });
    console.table(["DEPENDS ON USAGE", "LINE", "PRICE", "WAITS FOR"], &rows.collect::<Vec<_>>())
}

fn unpriced(bill: &Estimate, basis: &Basis<'_>, console: &mut Console) -> Result<(), Stop> {
    if bill.unpriced.is_empty() {
        return Ok(());
    }
    console.line("")?;
    let rows = bill
        .unpriced
        .iter()
        .map(|line| [report::name(basis, line.node).to_owned(), line.component.to_string(), line.reason.to_string()]);
    console.table(["NOT PRICED", "LINE", "WHY"], &rows.collect::<Vec<_>>())
}
