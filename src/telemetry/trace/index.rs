//! What traces are found by: names, ids, nodes, how they went, how long they took.
//!
//! Names are few and traces many, so names are looked at once and not in every trace. Must not know the design; whoever asks
//! tells which node a span is of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Span, Status, Trace};
use crate::diagram::NodeId;

/// What traces are wanted; a field that is empty wants all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sift {
    /// Part of an id, or of the name of a span or a node, whose case does not count.
    pub text: String,
    /// A node that took part.
    pub node: Option<NodeId>,
    /// How they went, one of these.
    pub statuses: BTreeSet<Status>,
    /// How long they took at least, in milliseconds.
    pub from_ms: Option<f64>,
    /// How long they took at most, in milliseconds.
    pub to_ms: Option<f64>,
    /// An environment was prepared for them.
    pub is_cold: bool,
}

/// Spans that are alike, as far as names go, and the places of the traces that have one.
#[derive(Clone, Debug, PartialEq)]
struct Alike {
    /// One of them, without times.
    sample: Span,
    traces: Vec<usize>,
}

/// What tells spans apart by their names: name, origin, whether it is a segment, the resource of a call.
type Names<'s> = (Arc<str>, Arc<str>, bool, Option<&'s str>);

/// Which names stand in which traces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    alike: Vec<Alike>,
}

impl Index {
    /// The index of traces.
    #[must_use]
    pub fn of(traces: &[Trace]) -> Self {
        let mut places: BTreeMap<Names<'_>, Alike> = BTreeMap::new();
        for (place, trace) in traces.iter().enumerate() {
            for span in trace.rows.iter().map(|row| &row.span) {
                let key = (Arc::clone(&span.name), Arc::clone(&span.origin), span.is_segment, span.resource());
                let alike = places.entry(key).or_insert_with(|| Alike { sample: sample(span), traces: Vec::new() });
                if alike.traces.last() != Some(&place) {
                    alike.traces.push(place);
                }
            }
        }
        Self { alike: places.into_values().collect() }
    }

    /// Places of the traces that are wanted, ascending; `node` tells the node of a span and what it is called.
    pub fn fitting<'n>(
        &self,
        traces: &[Trace],
        sift: &Sift,
        node: impl Fn(&Span) -> Option<(NodeId, &'n str)>,
    ) -> Vec<usize> {
        let text = sift.text.trim().to_lowercase();
        let has = |name: &str| name.to_lowercase().contains(&text);
        let named = |span: &Span| has(&span.name) || node(span).is_some_and(|(_, name)| has(name));
        let by_text = (!text.is_empty()).then(|| self.marked(traces.len(), named));
        let by_node =
            sift.node.map(|wanted| self.marked(traces.len(), |span| node(span).is_some_and(|(id, _)| id == wanted)));
        let is_marked = |marks: &Option<Vec<bool>>, place: usize| marks.as_ref().is_none_or(|marks| marks[place]);
        let fits = |(place, trace): &(usize, &Trace)| {
            let is_named = is_marked(&by_text, *place) || trace.id.to_lowercase().contains(&text);
            is_named && is_marked(&by_node, *place) && sift.suits(trace)
        };
        traces.iter().enumerate().filter(fits).map(|(place, _)| place).collect()
    }

    /// Which traces have a span that is wanted.
    fn marked(&self, count: usize, wanted: impl Fn(&Span) -> bool) -> Vec<bool> {
        let mut marks = vec![false; count];
        let alike = self.alike.iter().filter(|alike| wanted(&alike.sample));
        alike.flat_map(|alike| &alike.traces).filter(|place| **place < count).for_each(|place| marks[*place] = true);
        marks
    }
}

impl Sift {
    /// Whether all are wanted.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a trace went and took as is wanted.
    fn suits(&self, trace: &Trace) -> bool {
        let took_ms = trace.duration_ns().map(|ns| ns as f64 / 1e6);
        let is_within = |bound: Option<f64>, holds: fn(f64, f64) -> bool| {
            bound.is_none_or(|bound| took_ms.is_some_and(|took| holds(took, bound)))
        };
        (!self.is_cold || trace.is_cold)
            && (self.statuses.is_empty() || self.statuses.contains(&trace.outcome.status()))
            && is_within(self.from_ms, |took, from| took >= from)
            && is_within(self.to_ms, |took, to| took <= to)
    }
}

/// What names a span.
fn sample(span: &Span) -> Span {
    let resource = span.resource().map(|resource| ("resource.name".into(), resource.to_owned()));
    Span {
        name: Arc::clone(&span.name),
        origin: Arc::clone(&span.origin),
        namespace: Arc::clone(&span.namespace),
        is_segment: span.is_segment,
        attributes: resource.into_iter().collect(),
        ..Span::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::trace::{Outcome, assemble};

    #[test]
    fn traces_are_found_by_all_that_is_asked_of_them() {
        let span = |name: &str, took_ms: i64, fault: bool| Span {
            name: name.into(),
            id: name.into(),
            is_segment: true,
            end_ns: Some(took_ms * 1_000_000),
            outcome: Outcome { fault, ..Outcome::default() },
            ..Span::default()
        };
        let mut traces = vec![
            assemble("1-aa".into(), vec![span("Api", 50, false), span("Orders", 40, true)]),
            assemble("1-bb".into(), vec![span("Api", 500, false)]),
            assemble("1-cc".into(), vec![span("Orders", 900, false)]),
        ];
        traces[2].is_cold = true;
        let index = Index::of(&traces);
        let node = |span: &Span| (&*span.name == "Orders").then_some((NodeId(7), "OrdersFn"));
        let check =
            |sift: Sift, expected: &[usize]| assert_eq!(index.fitting(&traces, &sift, node), expected, "{sift:?}");
        check(Sift::default(), &[0, 1, 2]);
        check(Sift { text: "api".to_owned(), ..Sift::default() }, &[0, 1]);
        check(Sift { text: "ordersfn".to_owned(), ..Sift::default() }, &[0, 2]);
        check(Sift { text: "1-BB".to_owned(), ..Sift::default() }, &[1]);
        check(Sift { node: Some(NodeId(7)), ..Sift::default() }, &[0, 2]);
        check(Sift { node: Some(NodeId(8)), ..Sift::default() }, &[]);
        check(Sift { statuses: BTreeSet::from([Status::Fault]), ..Sift::default() }, &[0]);
        check(Sift { from_ms: Some(100.0), to_ms: Some(600.0), ..Sift::default() }, &[1]);
        check(Sift { is_cold: true, ..Sift::default() }, &[2]);
    }
}
