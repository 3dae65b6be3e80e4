//! A line in words and numbers: its formula with what stands in it.
//!
//! Must not know where it is shown.

use rust_decimal::Decimal;

use super::ready::Ready;
use super::site::{Site, region_of};
use super::{Basis, Line};
use crate::catalog::Kind;
use crate::catalog::evaluate::{Value, condition};
use crate::catalog::field::grouped_decimal;
use crate::catalog::formula::{Formula, Function, Name, Operator, Slot};
use crate::workload::Origin;

/// Units that are the same for one and for many.
const SHORT: [&str; 3] = ["ms", "s", "h"];

/// Digits after the point of a number in a formula; of a smaller one, digits that are not zero.
const DIGITS: u32 = 6;

impl Line {
    /// The formula of the quantity with its numbers: "3,000,000 requests × 120 ms / 1,000 × 512 MB / 1,024". What decides
    /// nothing is left out, and a figure that follows from others of its node is told by them. Empty when the diagram is no
    /// longer the one that the line was made of.
    #[must_use]
    pub fn formula(&self, basis: &Basis<'_>) -> String {
        let Basis { catalog, diagram, workload, book, terms } = *basis;
        let Some(node) = diagram.nodes().get(&self.node) else { return String::new() };
        let ready = Ready::of(catalog.kind(&node.kind));
        let Some(line) = ready.kind.costs.get(self.place) else { return String::new() };
        let region = region_of(catalog, diagram, node, book, terms);
        let site = Site::new(node, &ready, workload.node(self.node), region, terms);
        plain(&line.quantity, ready.kind, &site, 0).told(&|name| said(name, ready.kind, &site))
    }
}

/// Figures follow from others no deeper than this.
const DEPTH: usize = 4;

/// A formula in which choices are made, nothing is not added, and figures stand as the formulas that they follow from.
fn plain(formula: &Formula, kind: &Kind, site: &Site<'_>, depth: usize) -> Formula {
    let inner = |formula: &Formula| plain(formula, kind, site, depth);
    match formula {
        Formula::Name(name) => match source(name, kind, site).filter(|_| depth < DEPTH) {
            Some(from) => plain(from, kind, site, depth + 1),
            None => formula.clone(),
        },
        Formula::Binary(Operator::Add, left, right) if is_nothing(right, site) => inner(left),
        Formula::Binary(Operator::Add, left, right) if is_nothing(left, site) => inner(right),
        Formula::Binary(operator, left, right) => {
            Formula::Binary(*operator, Box::new(inner(left)), Box::new(inner(right)))
        }
        Formula::Call(Function::If, arguments) => match arguments.as_slice() {
            [when, then, otherwise] => {
                match condition(when, &|slot| site.value(slot)).ok().and_then(|holds| holds.value()) {
                    Some(no) if no.is_zero() => inner(otherwise),
                    Some(_) => inner(then),
                    None => formula.clone(),
                }
            }
            _ => formula.clone(),
        },
        Formula::Call(function, arguments) => Formula::Call(*function, arguments.iter().map(inner).collect()),
        Formula::Number(_) | Formula::Text(_) => formula.clone(),
    }
}

/// What a figure follows from, where that is told by other figures and settings of the node alone.
fn source<'k>(name: &Name, kind: &'k Kind, site: &Site<'_>) -> Option<&'k Formula> {
    let Slot::Usage(at) = name.slot else { return None };
    site.amount(at).filter(|amount| amount.origin == Origin::Propagated)?;
    let from = kind.usage.get(at)?.from.as_ref()?;
    from.names().iter().all(|name| site.value(name.slot).is_some()).then_some(from)
}

fn is_nothing(formula: &Formula, site: &Site<'_>) -> bool {
    let Formula::Name(name) = formula else { return false };
    matches!(site.value(name.slot), Some(Value::Number(number)) if number.low.is_zero() && number.high.is_zero())
}

/// What stands in the place of a name.
fn said(name: &Name, kind: &Kind, site: &Site<'_>) -> String {
    let unit = unit(kind, name);
    match site.value(name.slot) {
        Some(Value::Number(span)) => {
            let ends = [span.low, span.high].map(number);
            let text = if ends[0] == ends[1] { ends[0].clone() } else { ends.join("–") };
            with_unit(text, unit, span.high)
        }
        // A choice among numbers is written as text.
        Some(Value::Text(text)) => match text.parse() {
            Ok(chosen) => with_unit(number(chosen), unit, chosen),
            Err(_words) => format!("'{text}'"),
        },
        Some(Value::Unset) | None => name.text.to_string(),
    }
}

fn number(number: Decimal) -> String {
    let rounded = number.round_dp(DIGITS);
    let shown = if rounded.is_zero() { number.round_sf(DIGITS).unwrap_or(number) } else { rounded };
    grouped_decimal(shown)
}

fn with_unit(text: String, unit: &str, amount: Decimal) -> String {
    let is_one = amount == Decimal::ONE && !SHORT.contains(&unit);
    let unit = if is_one { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

/// What the value of a name counts; all figures are those of a month.
fn unit<'k>(kind: &'k Kind, name: &Name) -> &'k str {
    let unit = match name.slot {
        Slot::Field(at) => kind.fields.get(at).map(|field| field.unit.as_str()),
        Slot::Usage(at) => kind.usage.get(at).map(|usage| usage.unit.as_str()),
        Slot::Hours => Some("h"),
        Slot::Region | Slot::Flow(_) => None,
    };
    let unit = unit.unwrap_or_default();
    unit.strip_suffix(" a month").unwrap_or(unit)
}
