//! Arrows that contradict each other, so that the cloud would refuse the whole: found before anybody deploys.
//!
//! Must not know how a dialect says a mechanism.

use std::collections::BTreeMap;

use super::lower::Lowering;
use super::{Code, Severity, Wire};
use crate::catalog::{Archetype, Wiring};

/// Most messages of one batch that a queue hands over without waiting for more.
const BATCH_WITHOUT_WINDOW: i64 = 10;

impl Lowering<'_> {
    /// Says which arrows cannot be deployed together.
    pub(super) fn conflicts(&mut self) {
        let wires = std::mem::take(&mut self.stack.wires);
        let mut before: BTreeMap<(&str, Wiring), Vec<&Wire>> = BTreeMap::new();
        for wire in &wires {
            let rivals = before.entry((&wire.from, wire.wiring)).or_default();
            for other in rivals.iter() {
                self.routes(other, wire);
                self.notifications(other, wire);
            }
            rivals.push(wire);
            self.batch(wire);
        }
        self.stack.wires = wires;
    }

    fn both(&self, one: &Wire, other: &Wire) -> String {
        let name = |id: &str| self.resource_name(id).unwrap_or_default();
        format!("{} and {}", name(&one.to), name(&other.to))
    }

    fn routes(&mut self, one: &Wire, other: &Wire) {
        // A route of an open connection has a key, one of requests a method and a path.
        let route = |wire: &Wire| ["route_key", "method", "path"].map(|key| wire.text(key).to_owned());
        if one.wiring == Wiring::Route && route(one) == route(other) {
            let route = route(one).join(" ");
            let message =
                format!("{} both take {}; give one of them another route.", self.both(one, other), route.trim());
            self.problem_of(Severity::Error, Code::ConflictingArrow, &one.from, message);
        }
    }

    /// A bucket refuses two notifications that one object could be meant by.
    fn notifications(&mut self, one: &Wire, other: &Wire) {
        let same = |key: &str, meets: fn(&str, &str) -> bool| {
            meets(one.text(key), other.text(key)) || meets(other.text(key), one.text(key))
        };
        let overlap = one.text("events") == other.text("events")
            && same("prefix", |long, short| long.starts_with(short))
            && same("suffix", |long, short| long.ends_with(short));
        if one.wiring == Wiring::Notification && overlap {
            let message = format!(
                "{} would both be told of the same objects, which a bucket refuses; give them prefixes or suffixes that differ.",
                self.both(one, other)
            );
            self.problem_of(Severity::Error, Code::ConflictingArrow, &one.from, message);
        }
    }

    fn batch(&mut self, wire: &Wire) {
        let size = wire.integer("batch_size").unwrap_or_default();
        let waits = wire.integer("batch_window_s").unwrap_or_default() > 0;
        let is_queue = self.archetype(&wire.from) == Some(Archetype::Queue);
        if wire.wiring == Wiring::EventSourceMapping && is_queue && size > BATCH_WITHOUT_WINDOW && !waits {
            let name = self.resource_name(&wire.from).unwrap_or_default();
            let message = format!(
                "Batches of {size} messages of {name} need a batch window of 1 s or more; up to {BATCH_WITHOUT_WINDOW} go without."
            );
            self.problem_of(Severity::Error, Code::InvalidSetting, &wire.from, message);
        }
    }
}
