//! Two versions of a diagram beside each other: what each line costs more or less.
//!
//! Must not know how bills are reckoned.

use serde_json::{Value, json};

use crate::cli::console::{Console, Stop};
use crate::cost::compare::{Change, changes};
use crate::cost::{Basis, Estimate, Money};
use crate::diagram::Diagram;

/// What a diagram costs more or less than another version of it.
pub(super) struct Comparison {
    other: String,
    before: Money,
    after: Money,
    changes: Vec<Change>,
}

impl Comparison {
    pub(super) fn of(bill: &Estimate, basis: &Basis<'_>, before: &Estimate, other: &Diagram) -> Self {
        Self {
            other: other.name().to_owned(),
            before: before.total.low,
            after: bill.total.low,
            changes: changes((before, other), (bill, basis.diagram)),
        }
    }

    pub(super) fn document(&self) -> Value {
        let line = |change: &Change| {
            json!({
                "node": change.node, "component": change.component, "before": change.before.map(text),
                "after": change.after.map(text), "difference": text(change.difference()),
            })
        };
        json!({
            "name": self.other,
            "monthly_total": text(self.before),
            "difference": text(self.after - self.before),
            "lines": self.changes.iter().map(line).collect::<Vec<_>>(),
        })
    }

    pub(super) fn csv(&self) -> String {
        let line = |change: &Change| {
            let ends = [change.before, change.after].map(|cost| cost.map(text).unwrap_or_default());
            let [before, after] = ends;
            [change.node.clone(), change.component.clone(), before, after, text(change.difference())]
        };
        let heads = ["node", "component", "before", "after", "difference"];
        crate::cost::report::spreadsheet(&heads, self.changes.iter().map(line))
    }

    pub(super) fn print(&self, console: &mut Console) -> Result<(), Stop> {
        let sum = self.after - self.before;
        console.line("")?;
        console.line(&format!("{} USD a month against {} ({})", signed(sum), self.other, self.before))?;
        if self.changes.is_empty() {
            return Ok(());
        }
        let row = |change: &Change| {
            let shown = |cost: Option<Money>| cost.map_or_else(|| "-".to_owned(), text);
            let (before, after) = (shown(change.before), shown(change.after));
            [change.node.clone(), change.component.clone(), before, after, signed(change.difference())]
        };
        let rows: Vec<_> = self.changes.iter().map(row).collect();
        console.table(["NODE", "LINE", "BEFORE", "AFTER", "DIFFERENCE"], &rows)
    }
}

fn text(money: Money) -> String {
    money.to_string()
}

fn signed(money: Money) -> String {
    if money > Money::ZERO { format!("+{money}") } else { money.to_string() }
}
