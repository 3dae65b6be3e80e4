//! Traces summed up: which service called which, how often, how long, and how it went.
//!
//! Must not know the design; nodes are bound elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Outcome, Row, Trace};
use crate::telemetry::series::Distribution;

/// Name and origin of a service.
pub type Service = (Arc<str>, Arc<str>);

/// What is known of a service, or of the calls from one to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many calls.
    pub count: u64,
    /// How many of them went wrong by the caller's fault.
    pub errors: u64,
    /// How many by the service's fault.
    pub faults: u64,
    /// How many were refused.
    pub throttles: u64,
    /// How long they took, in milliseconds.
    pub took_ms: Distribution,
}

/// Who called whom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceMap {
    /// Services.
    pub nodes: BTreeMap<Service, Tally>,
    /// Calls.
    pub edges: BTreeMap<(Service, Service), Tally>,
    /// Work that goes on in another trace, as behind a queue: how often.
    pub links: BTreeMap<(Service, Service), u64>,
}

impl ServiceMap {
    /// Sums traces up.
    #[must_use]
    pub fn of<'t>(traces: impl IntoIterator<Item = &'t Trace>) -> Self {
        let mut map = Self::default();
        traces.into_iter().for_each(|trace| map.take(trace));
        map
    }

    /// Takes a trace in.
    pub fn take(&mut self, trace: &Trace) {
        for (place, caller) in service_rows(trace) {
            let row = &trace.rows[place];
            self.nodes.entry(service(row)).or_default().take(row);
            if let Some(caller) = caller {
                self.edges.entry((service(&trace.rows[caller]), service(row))).or_default().take(row);
            }
        }
    }

    /// Takes a trace out again that was taken in.
    pub fn give_back(&mut self, trace: &Trace) {
        for (place, caller) in service_rows(trace) {
            let row = &trace.rows[place];
            give_back(&mut self.nodes, service(row), row);
            if let Some(caller) = caller {
                give_back(&mut self.edges, (service(&trace.rows[caller]), service(row)), row);
            }
        }
    }
}

/// Takes a row out of what it was counted in; what has no row any more is gone.
fn give_back<K: Ord>(tallies: &mut BTreeMap<K, Tally>, key: K, row: &Row) {
    let Some(tally) = tallies.get_mut(&key) else { return };
    tally.give_back(row);
    if tally.count == 0 {
        tallies.remove(&key);
    }
}

/// The rows of a trace that stand for work of a service, each with the row of the service that asked for it.
///
/// Calls that the called service told of itself stand there once, not twice.
#[must_use]
pub fn service_rows(trace: &Trace) -> Vec<(usize, Option<usize>)> {
    let rows = &trace.rows;
    let mut is_told = vec![false; rows.len()];
    rows.iter().filter(|row| row.span.is_segment).filter_map(|row| row.parent_row).for_each(|row| is_told[row] = true);
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(rows.len());
    let mut services = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let is_call = !row.span.namespace.is_empty() && !is_told[place];
        let above = row.parent_row.and_then(|parent| owners[parent]);
        let is_service = row.span.is_segment || is_call;
        owners.push(if is_service { Some(place) } else { above });
        if is_service {
            services.push((place, above));
        }
    }
    services
}

/// The service that a row stands for.
#[must_use]
pub fn service(row: &Row) -> Service {
    (row.span.service().into(), Arc::clone(&row.span.origin))
}

impl Tally {
    fn take(&mut self, row: &Row) {
        let Outcome { error, fault, throttle } = row.span.outcome;
        self.count += 1;
        self.errors += u64::from(error);
        self.faults += u64::from(fault);
        self.throttles += u64::from(throttle);
        took_ms(row).into_iter().for_each(|took| self.took_ms.take(took));
    }

    fn give_back(&mut self, row: &Row) {
        let Outcome { error, fault, throttle } = row.span.outcome;
        self.count -= 1;
        self.errors -= u64::from(error);
        self.faults -= u64::from(fault);
        self.throttles -= u64::from(throttle);
        took_ms(row).into_iter().for_each(|took| self.took_ms.give_back(took));
    }
}

/// How long a row took; `None` while it goes on. Documents may name any times at all.
#[must_use]
pub fn took_ms(row: &Row) -> Option<f64> {
    row.span.end_ns.map(|end| end.saturating_sub(row.span.start_ns) as f64 / 1e6)
}
