//! What a person assumes beside the document: more or less traffic, other figures and settings of single nodes.
//!
//! The document stays as it is until somebody takes the assumptions over. Must not know where a slider stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::catalog::Catalog;
use crate::catalog::formula::Slot;
use crate::catalog::kind::UsageKey;
use crate::catalog::{Field, Kind};
use crate::diagram::{Diagram, Document, Element, NodeId};
use crate::engine::protocol::Case;
use crate::workload::{Amount, Figures, Origin, Outside, Workload};

/// Assumptions of the moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    /// How many times the traffic that the document tells; `None` is once.
    pub traffic: Option<Decimal>,
    /// Other figures of nodes.
    pub usage: Figures,
    /// Other settings of nodes.
    pub settings: BTreeMap<NodeId, BTreeMap<String, Value>>,
}

/// Something that a slider may move because a node's bill depends on it.
#[derive(Clone, Copy, Debug)]
pub enum Lever<'k> {
    /// A figure of use.
    Usage(&'k UsageKey),
    /// A setting.
    Field(&'k Field),
}

impl Assumptions {
    /// Whether nothing is assumed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.traffic.is_none() && self.usage.is_empty() && self.settings.is_empty()
    }

    /// What is left when nodes are gone.
    pub(super) fn without_gone(mut self, diagram: &Diagram) -> Self {
        self.usage.retain(|id, _| diagram.nodes().contains_key(id));
        self.settings.retain(|id, _| diagram.nodes().contains_key(id));
        self
    }

    /// The diagram with the assumed settings.
    #[must_use]
    pub fn settled(&self, catalog: &Catalog, diagram: &Arc<Diagram>) -> Arc<Diagram> {
        if self.settings.is_empty() {
            return Arc::clone(diagram);
        }
        let mut scratch = Document::new(Diagram::clone(diagram));
        // A setting that the document would refuse is not assumed either.
        for (id, settings) in &self.settings {
            for (key, value) in settings {
                let set =
                    |edit: &mut crate::diagram::edit::Edit<'_>| edit.set(Element::Node(*id), key, Some(value.clone()));
                scratch.transact(catalog, "Assume", set).ok();
            }
        }
        Arc::new(scratch.diagram().clone())
    }

    /// What is to be priced, with so many times the assumed traffic.
    #[must_use]
    pub fn case(&self, catalog: &Catalog, diagram: &Arc<Diagram>, times: Decimal, case: Case) -> Case {
        let diagram = self.settled(catalog, diagram);
        let traffic = self.traffic.unwrap_or(Decimal::ONE).saturating_mul(times);
        let given = self.usage.clone();
        let outside = Outside { given, ..Outside::default() };
        let outside = if traffic == Decimal::ONE {
            outside
        } else {
            Outside { given: scaled(catalog, &diagram, &outside, traffic), ..outside }
        };
        Case { diagram, outside, ..case }
    }
}

/// Every figure that somebody has told by the month, so many times; what follows from it is found by the workload. What
/// runs by a clock stays as it is.
fn scaled(catalog: &Catalog, diagram: &Diagram, outside: &Outside, times: Decimal) -> Figures {
    let workload = Workload::of(catalog, diagram, outside);
    let mut given = outside.given.clone();
    for (id, node) in diagram.nodes() {
        let kind = catalog.kind(&node.kind);
        for (key, amount) in kind.usage.iter().zip(workload.node(*id)) {
            let told = amount.as_ref().filter(|amount| is_monthly(key) && amount.origin < Origin::Propagated);
            if let Some(value) = told.and_then(Amount::value).and_then(|value| value.checked_mul(times)) {
                given.entry(*id).or_default().insert(key.key.clone(), value);
            }
        }
    }
    given
}

/// Whether a figure grows with the traffic: it comes by the month.
#[must_use]
pub fn is_monthly(key: &UsageKey) -> bool {
    key.unit.ends_with(" a month")
}

/// What the bill of a kind depends on, in the order of its settings and figures.
#[must_use]
pub fn levers(kind: &Kind) -> Vec<Lever<'_>> {
    let formulas = kind.costs.iter().flat_map(|cost| [Some(&cost.quantity), cost.when.as_ref()]).flatten();
    let names: Vec<Slot> = formulas.flat_map(|formula| formula.names().into_iter().map(|name| name.slot)).collect();
    let fields = kind.fields.iter().enumerate();
    let fields = fields.filter(|(at, field)| names.contains(&Slot::Field(*at)) || chooses(kind, *at, field));
    let is_asked = |(at, key): &(usize, &UsageKey)| !key.is_measured && names.contains(&Slot::Usage(*at));
    let usage = kind.usage.iter().enumerate().filter(is_asked);
    fields.map(|(_, field)| Lever::Field(field)).chain(usage.map(|(_, key)| Lever::Usage(key))).collect()
}

/// Whether a setting decides which price holds.
#[must_use]
pub fn chooses(kind: &Kind, place: usize, field: &Field) -> bool {
    let in_key = format!("{{{}}}", field.key);
    kind.costs.iter().any(|cost| {
        let asked = cost.when.as_ref().is_some_and(|when| when.names().iter().any(|n| n.slot == Slot::Field(place)));
        asked || cost.price.contains(&in_key)
    })
}
