//! What the Live lens lays over the canvas: invocations, errors, p95 and cold share on nodes, rates beside arrows, of a span of
//! time.
//!
//! Must not know how records are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Attached;
use crate::app::bill::Told;
use crate::app::{Lens, Workspace};
use crate::catalog::field::grouped;
use crate::diagram::{Diagram, EdgeId, NodeId};
use crate::picture::lens::{Ground, Overlay, Strip};
use crate::telemetry::load::{Happened, MINUTE_MS};

/// What is shown of the load.
#[derive(Debug)]
pub(super) struct Live {
    overlay: Overlay,
    told: BTreeMap<NodeId, Told>,
}

/// What is seen of a node.
#[derive(Clone, Debug, Default)]
struct Seen {
    happened: Happened,
    /// Errors that its log tells of.
    errors: u64,
}

/// What the load that is shown is of: what has come, the diagram's revision, and the span.
pub(super) type LiveKey = (u64, u64, Option<(i64, i64)>);

/// Tells one state of what a lens shows from another.
pub type LensKey = (Lens, (u64, u64, u64), Option<(i64, i64)>);

impl Attached {
    /// The span of time that is looked at, in milliseconds since 1970; `None` for all of it.
    #[must_use]
    pub fn span_ms(&self) -> Option<(i64, i64)> {
        self.span_ms
    }

    /// What happened in the span that is looked at, by node.
    fn load(&self) -> BTreeMap<NodeId, Seen> {
        let observed = self.observed();
        let mut load: BTreeMap<NodeId, Seen> = BTreeMap::new();
        for (group, whole) in observed.figures.iter() {
            let Some(node) = self.binding.node_of_group(group) else { continue };
            let part = self.span_ms.map(|(from, to)| observed.load.of(group, from..to));
            let errors = observed.errors_of(group, self.span_ms);
            load.insert(node, Seen { happened: part.unwrap_or_else(|| whole.clone()), errors });
        }
        load
    }

    /// How many minutes are looked at.
    fn minutes(&self) -> f64 {
        let (from, to) = self.span_ms.or(self.observed().span_ms).unwrap_or_default();
        ((to - from) as f64 / MINUTE_MS as f64).max(1.0)
    }
}

impl Workspace {
    /// Whether there is load to be shown.
    #[must_use]
    pub fn has_live(&self) -> bool {
        self.attached().is_some_and(|attached| !attached.observed().figures.is_empty())
    }

    /// Looks at a span of time; `None` for all of it.
    pub(in crate::app) fn look_at_span(&mut self, span_ms: Option<(i64, i64)>) {
        if let Some(attached) = &mut self.attached {
            attached.span_ms = span_ms;
        }
    }

    /// Works out anew what the Live lens shows, while it is looked through.
    pub fn follow_load(&mut self) {
        if self.lens() != Lens::Live {
            return;
        }
        let (Some(open), Some(attached)) = (&self.open, &mut self.attached) else { return };
        let key = (attached.version, open.document.revision(), attached.span_ms);
        if attached.live.as_ref().is_some_and(|(known, _)| *known == key) {
            return;
        }
        let (load, minutes) = (attached.load(), attached.minutes());
        let nodes = load.iter().map(|(id, seen)| (*id, strip(seen))).collect();
        let edges = rates(open.document.diagram(), &load, minutes);
        let edges = edges.into_iter().map(|(id, words)| (id, words.into())).collect();
        let told = load.iter().map(|(id, seen)| (*id, told(seen))).collect();
        attached.live =
            Some((key, Arc::new(Live { overlay: Overlay { nodes, groups: BTreeMap::new(), edges }, told })));
    }

    fn live(&self) -> Option<&(LiveKey, Arc<Live>)> {
        self.attached()?.live.as_ref()
    }

    /// What the Live lens lays over the canvas.
    pub(in crate::app) fn live_overlay(&self) -> Option<&Overlay> {
        self.live().map(|(_, live)| &live.overlay)
    }

    /// Tells one state of what a lens shows from another.
    #[must_use]
    pub fn lens_key(&self) -> Option<LensKey> {
        match self.lens() {
            Lens::Design => None,
            Lens::Cost => self.bill_key().map(|key| (Lens::Cost, key, None)),
            Lens::Live => {
                self.live().map(|((version, revision, span), _)| (Lens::Live, (*version, *revision, 0), *span))
            }
        }
    }

    /// What the lens says of a node, in words.
    #[must_use]
    pub fn told_of(&self, node: NodeId) -> Option<&str> {
        let told = match self.lens() {
            Lens::Design => None,
            Lens::Cost => self.bill()?.told.get(&node),
            Lens::Live => self.live()?.1.told.get(&node),
        };
        told.map(|Told(words)| words.as_str())
    }
}

/// Milliseconds, short.
fn short(ms: f64) -> String {
    match ms {
        ms if ms >= 1000.0 => format!("{:.1} s", ms / 1000.0),
        ms => format!("{ms:.0} ms"),
    }
}

/// How many waited for an environment: "6.8 %".
fn cold(happened: &Happened) -> Option<String> {
    let share = happened.cold as f64 * 100.0 / happened.invocations.max(1) as f64;
    (happened.cold > 0).then(|| format!("{share:.1} %"))
}

fn strip(Seen { happened, errors }: &Seen) -> Strip {
    let calls = grouped(happened.invocations as i64);
    let aside = happened.duration_ms.percentile(0.95).map(|p95| format!("p95 {}", short(p95))).unwrap_or_default();
    if *errors > 0 {
        let errors = grouped(*errors as i64);
        let figure = format!("{calls} · {errors} err");
        return Strip { short: format!("{errors} err"), figure, aside, ground: Ground::Alarm };
    }
    let figure = if happened.invocations == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
    Strip { short: calls, figure, aside, ground: Ground::Calm }
}

fn told(Seen { happened, errors }: &Seen) -> Told {
    let calls = format!("{} invocations, {errors} errors", happened.invocations);
    let p95 = happened.duration_ms.percentile(0.95).map(|p95| format!(", p95 {}", short(p95))).unwrap_or_default();
    let cold = cold(happened).map(|share| format!(", {share} cold")).unwrap_or_default();
    Told(calls + &p95 + &cold)
}

/// Rates beside arrows: where one arrow alone leads to a node, all its invocations come that way.
fn rates(diagram: &Diagram, load: &BTreeMap<NodeId, Seen>, minutes: f64) -> BTreeMap<EdgeId, String> {
    let mut into: BTreeMap<NodeId, Vec<EdgeId>> = BTreeMap::new();
    for (id, edge) in diagram.edges() {
        into.entry(edge.to).or_default().push(*id);
    }
    let rate = |(node, edges): (&NodeId, &Vec<EdgeId>)| {
        let [only] = edges[..] else { return None };
        let rate = load.get(node)?.happened.invocations as f64 / minutes;
        Some((only, if rate >= 10.0 { format!("{rate:.0}/min") } else { format!("{rate:.1}/min") }))
    };
    into.iter().filter_map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_seen_at_once() {
        let mut happened = Happened { invocations: 1742, cold: 17, ..Happened::default() };
        happened.duration_ms.take(96.0);
        let mut seen = Seen { happened, errors: 0 };
        let calm = strip(&seen);
        assert_eq!(
            (calm.figure.as_str(), calm.aside.as_str(), calm.ground),
            ("1,742 calls", "p95 96 ms", Ground::Calm)
        );
        seen.errors = 23;
        let alarm = strip(&seen);
        assert_eq!(
            (alarm.figure.as_str(), alarm.short.as_str(), alarm.ground),
            ("1,742 · 23 err", "23 err", Ground::Alarm)
        );
        assert_eq!(told(&seen).0, "1742 invocations, 23 errors, p95 96 ms, 1.0 % cold");
    }
}
