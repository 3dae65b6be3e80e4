//! In which hours of a day the bill of each node comes about: by its own daily curve, or by those of what reaches it.
//!
//! Must not know how it is shown.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::arrows::causes_of;
use crate::catalog::usage::{CURVE, hours};
use crate::catalog::{Catalog, Kind};
use crate::cost::Line;
use crate::diagram::{Diagram, NodeId, graph};
use crate::workload::Workload;

/// How many times the mean each hour is.
pub(super) type Profile = [Decimal; 24];

/// The same at any hour.
const FLAT: Profile = [Decimal::ONE; 24];

/// Those of all nodes.
pub(super) struct Profiles(BTreeMap<NodeId, Profile>);

impl Profiles {
    /// Lets the curves of the sources flow on along the arrows, as the traffic does.
    pub(super) fn of(catalog: &Catalog, diagram: &Diagram, workload: &Workload) -> Self {
        let ids: Vec<NodeId> = diagram.nodes().keys().copied().collect();
        let place = |id: NodeId| ids.binary_search(&id).ok();
        let mut arriving: Vec<Vec<(usize, Decimal)>> = vec![Vec::new(); ids.len()];
        let mut joins = Vec::new();
        for (id, edge) in diagram.edges() {
            let (Some(from), Some(to)) = (place(edge.from), place(edge.to)) else { continue };
            let Some(events) = workload.edge(*id).filter(|events| !events.high.is_zero()) else { continue };
            arriving[to].push((from, events.high));
            joins.push((from, to));
        }
        let mut known: Vec<Profile> = vec![FLAT; ids.len()];
        for at in graph::in_flow_order(ids.len(), &joins).into_iter().flatten() {
            let node = &diagram.nodes()[&ids[at]];
            let has_peaks = catalog.kind(&node.kind).has_peaks();
            let own = node.usage.get(CURVE).filter(|_| has_peaks).and_then(hours).and_then(|own| evened(&own));
            known[at] = own.or_else(|| mixed(&arriving[at], &known)).unwrap_or(FLAT);
        }
        Self(ids.into_iter().zip(known).collect())
    }

    /// When what a line is paid for happens; what no traffic makes, at any hour.
    pub(super) fn of_line(&self, kind: &Kind, line: &Line) -> Profile {
        let follows = !causes_of(kind, line.place).is_empty();
        self.0.get(&line.node).copied().filter(|_| follows).unwrap_or(FLAT)
    }
}

/// The profile of what comes from several nodes.
fn mixed(arriving: &[(usize, Decimal)], known: &[Profile]) -> Option<Profile> {
    let mut sum = [Decimal::ZERO; 24];
    for (from, events) in arriving {
        for (hour, weight) in sum.iter_mut().zip(&known[*from]) {
            *hour = hour.saturating_add(weight.saturating_mul(*events));
        }
    }
    evened(&sum)
}

/// Weights as multiples of their mean.
fn evened(weights: &[Decimal; 24]) -> Option<Profile> {
    let sum = weights.iter().fold(Decimal::ZERO, |sum, weight| sum.saturating_add(*weight));
    let mean = sum / Decimal::from(24);
    let parts = weights.iter().map(|weight| weight.checked_div(mean).map(|part| part.round_dp(9)));
    parts.collect::<Option<Vec<_>>>()?.try_into().ok()
}
