//! A line in words and numbers: its formula with what stands in it, and what an unknown one waits for.
//!
//! Must not know where it is shown.

use super::ready::Ready;
use super::site::{Site, region_of};
use super::{Basis, Line};
use crate::catalog::Kind;
use crate::catalog::evaluate::Value;
use crate::catalog::field::grouped_decimal;
use crate::catalog::formula::{Name, Slot};

/// Units that are said beside a number in a formula.
const SAID: [&str; 6] = ["ms", "s", "KB", "MB", "GB", "TB"];

impl Line {
    /// The formula of the quantity with its numbers: "3,000,000 × 120 ms / 1,000 × 512 MB / 1,024". Empty when the diagram
    /// is no longer the one that the line was made of.
    #[must_use]
    pub fn formula(&self, basis: &Basis<'_>) -> String {
        let Basis { catalog, diagram, workload, book, terms } = *basis;
        let Some(node) = diagram.nodes().get(&self.node) else { return String::new() };
        let ready = Ready::of(catalog.kind(&node.kind));
        let Some(line) = ready.kind.costs.get(self.place) else { return String::new() };
        let region = region_of(catalog, diagram, node, book, terms);
        let site = Site::new(node, &ready, workload.node(self.node), region, terms);
        line.quantity.told(&|name| match site.value(name.slot) {
            Some(Value::Number(number)) => {
                let unit = unit(ready.kind, name);
                let ends = [number.low, number.high].map(grouped_decimal);
                let text = if ends[0] == ends[1] { ends[0].clone() } else { ends.join("–") };
                if unit.is_empty() { text } else { format!("{text} {unit}") }
            }
            Some(Value::Text(text)) => format!("'{text}'"),
            Some(Value::Unset) | None => name.text.to_string(),
        })
    }
}

/// The short unit of a name, if it has one.
fn unit<'k>(kind: &'k Kind, name: &Name) -> &'k str {
    let unit = match name.slot {
        Slot::Field(at) => kind.fields.get(at).map(|field| field.unit.as_str()),
        Slot::Usage(at) => kind.usage.get(at).map(|usage| usage.unit.as_str()),
        Slot::Hours => Some("h"),
        Slot::Region | Slot::Flow(_) => None,
    };
    let unit = unit.unwrap_or_default();
    let short = unit.split(" a month").next().unwrap_or_default();
    if SAID.contains(&short) || name.slot == Slot::Hours { short } else { "" }
}
