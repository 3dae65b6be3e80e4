//! How much the open diagram is used, for whoever shows it: worked out when the diagram has changed, told in words.
//!
//! Must not know how it is shown.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::Workspace;
use crate::catalog::Catalog;
use crate::catalog::field::grouped;
use crate::catalog::formula::{Flowing, Slot};
use crate::catalog::kind::{Kind, UsageKey};
use crate::diagram::{Diagram, EdgeId, NodeId};
use crate::workload::{Amount, Origin, Outside, Workload};

/// In the middle of a gesture, what is used is followed up to so many nodes; its end is soon enough for more.
const FEW: usize = 2000;

/// The workload of the open diagram, and the document and revision that it is of.
#[derive(Debug, Default)]
pub(super) struct Usages {
    known: Option<((u64, u64), Arc<Workload>)>,
}

impl Workspace {
    /// How much the open diagram is used; `None` until it is worked out.
    #[must_use]
    pub fn workload(&self) -> Option<&Workload> {
        self.usages.known.as_ref().map(|(_, workload)| &**workload)
    }

    /// Of which document and revision that is.
    #[must_use]
    pub fn workload_key(&self) -> Option<(u64, u64)> {
        self.usages.known.as_ref().map(|(key, _)| *key)
    }

    /// Works it out anew when the diagram has changed.
    pub(super) fn follow_usage(&mut self) {
        let Some(open) = &self.open else {
            self.usages.known = None;
            return;
        };
        let key = (open.serial, open.document.revision());
        let is_known = self.usages.known.as_ref().is_some_and(|(known, _)| *known == key);
        let is_soon = open.document.in_gesture() && open.document.diagram().nodes().len() > FEW;
        let is_same = self.usages.known.as_ref().is_some_and(|((serial, _), _)| *serial == open.serial);
        if is_known || (is_soon && is_same) {
            return;
        }
        let workload = Workload::of(&self.catalog, open.document.diagram(), &Outside::default());
        self.usages.known = Some((key, Arc::new(workload)));
    }
}

/// A figure as people read it: whole where it is large, with three digits where it is small.
#[must_use]
pub fn figure(value: Decimal) -> String {
    let rounded = if value >= Decimal::ONE_HUNDRED { value.round() } else { value.round_sf(3).unwrap_or(value) };
    let text = rounded.normalize().to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let whole = whole.parse().map_or_else(|_too_large| whole.to_owned(), grouped);
    if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
}

/// A figure or its range.
#[must_use]
pub fn amount(amount: Amount) -> String {
    match amount.value() {
        Some(value) => figure(value),
        None => format!("{} – {}", figure(amount.low), figure(amount.high)),
    }
}

/// A value as a person has typed it.
#[must_use]
pub fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(weights) => weights.iter().map(Value::to_string).collect::<Vec<_>>().join(" "),
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), grouped),
        other => other.to_string(),
    }
}

/// Where a figure comes from, in words.
#[must_use]
pub fn origin(diagram: &Diagram, workload: &Workload, node: NodeId, key: &UsageKey, known: Option<Amount>) -> String {
    match known.map(|amount| amount.origin) {
        None => "Not known".to_owned(),
        Some(Origin::Given) => "Given".to_owned(),
        Some(Origin::Measured) => "Measured".to_owned(),
        Some(Origin::Own) => "Set here".to_owned(),
        Some(Origin::Assumed) => "Assumed".to_owned(),
        Some(Origin::Propagated) => follows(diagram, workload, node, key),
    }
}

fn follows(diagram: &Diagram, workload: &Workload, node: NodeId, key: &UsageKey) -> String {
    let slots = || key.from.iter().flat_map(|from| from.names()).map(|name| name.slot);
    let speaks_of = |is: fn(Flowing) -> bool| slots().any(|slot| matches!(slot, Slot::Flow(flowing) if is(flowing)));
    if speaks_of(|flowing| matches!(flowing, Flowing::Arrivals | Flowing::Arriving(_) | Flowing::Size)) {
        return format!("Flows in from {}", sources(diagram, workload, node).join(", "));
    }
    if speaks_of(|flowing| matches!(flowing, Flowing::Ticks)) {
        return "Follows from its expression".to_owned();
    }
    if speaks_of(|flowing| matches!(flowing, Flowing::Steps)) {
        return "Follows from its definition".to_owned();
    }
    "Follows from its other figures".to_owned()
}

/// Names of what lets traffic into a node, most first; of many the first few.
fn sources(diagram: &Diagram, workload: &Workload, node: NodeId) -> Vec<String> {
    let arrows = diagram.edges_to(node).filter(|(id, _)| workload.carries(*id));
    let much = |id: EdgeId| workload.edge(id).map_or(Decimal::ZERO, |amount| amount.high);
    let mut arrows: Vec<(Decimal, NodeId)> = arrows.map(|(id, edge)| (much(id), edge.from)).collect();
    arrows.sort_by_key(|(much, _)| std::cmp::Reverse(*much));
    let names = arrows.iter().filter_map(|(_, from)| diagram.nodes().get(from)).map(|node| node.name.clone());
    let mut told: Vec<String> = names.take(3).collect();
    if arrows.len() > told.len() {
        told.push(format!("{} more", arrows.len() - told.len()));
    }
    told
}

/// A row of the table of all assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// The node.
    pub node: NodeId,
    /// Place of the figure among those of its kind.
    pub place: usize,
    /// What is known of it.
    pub amount: Option<Amount>,
    /// Where it comes from, in words.
    pub origin: String,
}

impl Assumption {
    /// Its key.
    #[must_use]
    pub fn key<'k>(&self, kind: &'k Kind) -> Option<&'k UsageKey> {
        kind.usage.get(self.place)
    }
}

crate::catalog::names::named! {
    /// What the table of assumptions can be sorted by.
    #[derive(Default)]
    pub enum Column {
        /// Name of the node.
        #[default]
        Node = "Node",
        /// Name of the figure.
        Figure = "Figure",
        /// The figure.
        Value = "Value",
        /// Where it comes from.
        Origin = "Where it comes from",
    }
}

/// Every figure of every node, in order.
#[must_use]
pub fn assumptions(
    catalog: &Catalog,
    diagram: &Diagram,
    workload: &Workload,
    by: Column,
    descending: bool,
) -> Vec<Assumption> {
    let mut rows = Vec::new();
    for (id, node) in diagram.nodes() {
        let kind = catalog.kind(&node.kind);
        let is_shown = |(_, (key, _)): &(usize, (&UsageKey, _))| !key.is_measured || node.usage.contains_key(&key.key);
        for (place, (key, known)) in kind.usage.iter().zip(workload.node(*id)).enumerate().filter(is_shown) {
            let origin = origin(diagram, workload, *id, key, *known);
            rows.push(Assumption { node: *id, place, amount: *known, origin });
        }
    }
    let name = |row: &Assumption| diagram.nodes()[&row.node].name.as_str();
    let label = |row: &Assumption| catalog.kind(&diagram.nodes()[&row.node].kind).usage[row.place].label.as_str();
    let rank = |row: &Assumption| row.amount.map(|amount| amount.origin);
    rows.sort_by(|a, b| {
        let by_column = match by {
            Column::Node => name(a).cmp(name(b)),
            Column::Figure => label(a).cmp(label(b)),
            Column::Value => a.amount.map(|amount| amount.high).cmp(&b.amount.map(|amount| amount.high)),
            Column::Origin => rank(a).cmp(&rank(b)).then_with(|| a.origin.cmp(&b.origin)),
        };
        let ordered = if descending { by_column.reverse() } else { by_column };
        ordered.then_with(|| (name(a), a.place).cmp(&(name(b), b.place)))
    });
    rows
}
