//! What traces are found by: names, ids, nodes, how they went, how long they took.
//!
//! Names are few and traces many, so names are looked at once and not in every trace. Must not know the design; whoever asks
//! tells which node a span is of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use super::{Span, Status, Trace};
use crate::diagram::NodeId;
use crate::telemetry::log::request_hash;

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

/// A trace, and what it is found by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Indexed {
    trace: Trace,
    /// Numbers of the names that stand in it, ascending.
    names: Vec<u32>,
    /// Hashes of the requests that it tells of.
    requests: Vec<u64>,
}

impl Indexed {
    /// Hashes of the requests that it tells of.
    #[must_use]
    pub fn requests(&self) -> &[u64] {
        &self.requests
    }
}

impl Deref for Indexed {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        &self.trace
    }
}

/// Spans that are alike, as far as names go.
#[derive(Clone, Debug, Default)]
struct Alike {
    /// One of them, without times.
    sample: Span,
    /// How many traces have one.
    traces: usize,
}

/// What tells spans apart by their names: name, origin, whether it is a segment, the resource of a call.
type Names = (Arc<str>, Arc<str>, bool, Option<Box<str>>);

/// The names that stand in traces, each with a number.
#[derive(Clone, Debug, Default)]
pub struct Index {
    alike: Vec<Alike>,
    numbers: BTreeMap<Names, u32>,
    /// Numbers that nothing has any more.
    free: Vec<u32>,
}

impl Index {
    /// Takes a trace in.
    pub fn add(&mut self, trace: Trace) -> Indexed {
        let numbers: BTreeSet<u32> = trace.rows.iter().map(|row| self.number(&row.span)).collect();
        numbers.iter().for_each(|number| self.alike[*number as usize].traces += 1);
        let requests = trace.rows.iter().filter_map(|row| row.span.request());
        let requests = requests.map(|request| request_hash(request.as_bytes())).collect();
        Indexed { trace, names: numbers.into_iter().collect(), requests }
    }

    /// Forgets a trace.
    pub fn remove(&mut self, trace: &Indexed) {
        for number in &trace.names {
            let alike = &mut self.alike[*number as usize];
            alike.traces = alike.traces.saturating_sub(1);
            if alike.traces == 0 {
                self.numbers.remove(&names(&alike.sample));
                self.free.push(*number);
            }
        }
    }

    fn number(&mut self, span: &Span) -> u32 {
        let names = names(span);
        if let Some(number) = self.numbers.get(&names) {
            return *number;
        }
        let alike = Alike { sample: sample(span), traces: 0 };
        let number = self.free.pop().unwrap_or(self.alike.len() as u32);
        match self.alike.get_mut(number as usize) {
            Some(free) => *free = alike,
            None => self.alike.push(alike),
        }
        self.numbers.insert(names, number);
        number
    }

    /// Places of the traces that are wanted, ascending; `node` tells the node of a span and what it is called.
    pub fn fitting<'n>(
        &self,
        traces: &[Arc<Indexed>],
        sift: &Sift,
        node: impl Fn(&Span) -> Option<(NodeId, &'n str)>,
    ) -> Vec<usize> {
        let text = sift.text.trim().to_lowercase();
        let has = |name: &str| name.to_lowercase().contains(&text);
        let named = |span: &Span| has(&span.name) || node(span).is_some_and(|(_, name)| has(name));
        let by_text = (!text.is_empty()).then(|| self.marked(named));
        let by_node = sift.node.map(|wanted| self.marked(|span| node(span).is_some_and(|(id, _)| id == wanted)));
        let is_marked = |marks: &Option<Vec<bool>>, trace: &Indexed| {
            marks.as_ref().is_none_or(|marks| trace.names.iter().any(|number| marks[*number as usize]))
        };
        let fits = |(_, trace): &(usize, &Arc<Indexed>)| {
            let is_named = is_marked(&by_text, trace) || trace.id.to_lowercase().contains(&text);
            is_named && is_marked(&by_node, trace) && sift.suits(trace)
        };
        traces.iter().enumerate().filter(fits).map(|(place, _)| place).collect()
    }

    /// Which names are wanted.
    fn marked(&self, wanted: impl Fn(&Span) -> bool) -> Vec<bool> {
        self.alike.iter().map(|alike| alike.traces > 0 && wanted(&alike.sample)).collect()
    }
}

/// What tells a span apart by its names.
fn names(span: &Span) -> Names {
    (Arc::clone(&span.name), Arc::clone(&span.origin), span.is_segment, span.resource().map(Into::into))
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
        let cold = Trace { is_cold: true, ..assemble("1-cc".into(), vec![span("Orders", 900, false)]) };
        let mut index = Index::default();
        let gone = index.add(assemble("1-dd".into(), vec![span("Api", 50, false), span("Mail", 1, false)]));
        let traces = [
            assemble("1-aa".into(), vec![span("Api", 50, false), span("Orders", 40, true)]),
            assemble("1-bb".into(), vec![span("Api", 500, false)]),
            cold,
        ];
        let traces = traces.map(|trace| Arc::new(index.add(trace)));
        index.remove(&gone);
        let node = |span: &Span| (&*span.name == "Orders").then_some((NodeId(7), "OrdersFn"));
        let check =
            |sift: Sift, expected: &[usize]| assert_eq!(index.fitting(&traces, &sift, node), expected, "{sift:?}");
        check(Sift::default(), &[0, 1, 2]);
        check(Sift { text: "api".to_owned(), ..Sift::default() }, &[0, 1]);
        check(Sift { text: "ordersfn".to_owned(), ..Sift::default() }, &[0, 2]);
        check(Sift { text: "mail".to_owned(), ..Sift::default() }, &[]);
        check(Sift { text: "1-BB".to_owned(), ..Sift::default() }, &[1]);
        check(Sift { node: Some(NodeId(7)), ..Sift::default() }, &[0, 2]);
        check(Sift { node: Some(NodeId(8)), ..Sift::default() }, &[]);
        check(Sift { statuses: BTreeSet::from([Status::Fault]), ..Sift::default() }, &[0]);
        check(Sift { from_ms: Some(100.0), to_ms: Some(600.0), ..Sift::default() }, &[1]);
        check(Sift { is_cold: true, ..Sift::default() }, &[2]);
    }
}
