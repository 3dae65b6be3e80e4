//! Services from left to right: each right of those that call it, as far as no circle forbids it, and near their height.
//!
//! Every service and every call is looked at a few times, however they are joined. Must not know how they are drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::{Service, ServiceMap};

/// Services that wait for a place, and those that have one.
struct Placing<'m> {
    callers: BTreeMap<&'m Service, Vec<&'m Service>>,
    callees: BTreeMap<&'m Service, Vec<&'m Service>>,
    /// How many of its callers have no place yet.
    waiting: BTreeMap<&'m Service, usize>,
    /// Those that wait although somebody who calls them has a place.
    called: BTreeSet<&'m Service>,
    /// How high each stands in its layer, from 0 to 1.
    heights: BTreeMap<&'m Service, f64>,
}

impl ServiceMap {
    /// The services in layers from left to right, those of a layer from top to bottom.
    #[must_use]
    pub fn layers(&self) -> Vec<Vec<&Service>> {
        let mut placing = Placing::of(self);
        let free = placing.waiting.iter().filter(|(_, left)| **left == 0);
        let mut next: Vec<&Service> = free.map(|(service, _)| *service).collect();
        let mut layers = Vec::new();
        while !placing.waiting.is_empty() {
            if next.is_empty() {
                // In a circle, one that is called from outside comes first.
                next.extend(placing.called.first().or_else(|| placing.waiting.keys().next()).copied());
            }
            let layer = placing.ranked(next);
            next = placing.place(&layer);
            layers.push(layer);
        }
        layers
    }
}

impl<'m> Placing<'m> {
    fn of(map: &'m ServiceMap) -> Self {
        let (mut callers, mut callees) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        let joined = map.edges.keys().chain(map.links.keys().filter(|link| !map.edges.contains_key(*link)));
        for (from, to) in joined.filter(|(from, to)| from != to) {
            callers.entry(to).or_default().push(from);
            callees.entry(from).or_default().push(to);
        }
        let count = |service: &'m Service| (service, callers.get(service).map_or(0, Vec::len));
        let waiting = map.nodes.keys().map(count).collect();
        Self { callers, callees, waiting, called: BTreeSet::new(), heights: BTreeMap::new() }
    }

    /// Services of one layer in the order of their callers' heights.
    fn ranked(&self, services: Vec<&'m Service>) -> Vec<&'m Service> {
        let height = |service: &Service| {
            let callers = self.callers.get(service).into_iter().flatten();
            let known: Vec<f64> = callers.filter_map(|caller| self.heights.get(caller).copied()).collect();
            known.iter().sum::<f64>() / known.len().max(1) as f64
        };
        let mut ranked: Vec<(f64, &Service)> = services.into_iter().map(|service| (height(service), service)).collect();
        ranked.sort_by(|one, other| one.0.total_cmp(&other.0).then_with(|| one.1.cmp(other.1)));
        ranked.into_iter().map(|(_, service)| service).collect()
    }

    /// Gives the services of a layer their place; returns those that wait for nobody any more.
    fn place(&mut self, layer: &[&'m Service]) -> Vec<&'m Service> {
        for (row, service) in layer.iter().enumerate() {
            self.waiting.remove(service);
            self.called.remove(service);
            self.heights.insert(service, (row as f64 + 0.5) / layer.len() as f64);
        }
        let mut free = Vec::new();
        let callees = layer.iter().filter_map(|service| self.callees.get(service)).flatten();
        for callee in callees {
            let Some(left) = self.waiting.get_mut(callee) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.called.remove(callee);
                free.push(*callee);
            } else {
                self.called.insert(callee);
            }
        }
        free
    }
}
