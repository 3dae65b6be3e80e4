//! Two bills beside each other, line by line, by the names of their nodes.
//!
//! Must not know which of two versions somebody wants.

use std::collections::BTreeMap;

use super::{Estimate, Money};
use crate::diagram::Diagram;

/// A line that costs more or less than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the node.
    pub node: String,
    /// What is paid.
    pub component: String,
    /// What it cost; `None` when there was no such line.
    pub before: Option<Money>,
    /// What it costs; `None` when there is no such line any more.
    pub after: Option<Money>,
}

impl Change {
    /// What it costs more, or less when it is negative. Of a range, the lower end is taken.
    #[must_use]
    pub fn difference(&self) -> Money {
        self.after.unwrap_or_default() - self.before.unwrap_or_default()
    }
}

/// Every line that costs something else in `after`, the largest difference first.
#[must_use]
pub fn changes(before: (&Estimate, &Diagram), after: (&Estimate, &Diagram)) -> Vec<Change> {
    let mut lines: BTreeMap<(&str, &str), [Option<Money>; 2]> = BTreeMap::new();
    for (at, (bill, diagram)) in [before, after].into_iter().enumerate() {
        for line in &bill.lines {
            let node = diagram.nodes().get(&line.node).map_or("", |node| node.name.as_str());
            let sum = &mut lines.entry((node, &line.component)).or_default()[at];
            *sum = Some(sum.unwrap_or_default() + line.cost.low);
        }
    }
    let change = |((node, component), [before, after]): ((&str, &str), [Option<Money>; 2])| Change {
        node: node.to_owned(),
        component: component.to_owned(),
        before,
        after,
    };
    let mut changes: Vec<Change> = lines.into_iter().map(change).filter(|line| line.before != line.after).collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.difference().dollars().abs()));
    changes
}
