//! Work that goes on in another trace, as it does behind a queue: from the span that sent to the span that received.
//!
//! A link stands with whoever wrote it down, most often with the consumer; of two traces, the one that began first has sent. Must not
//! know where traces are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Indexed, Row, Service, Trace, service, service_rows};

/// A trace that is linked with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its id.
    pub trace_id: Arc<str>,
    /// Its span that is linked; empty when only the trace is told.
    pub span_id: Arc<str>,
    /// The row that it is linked with.
    pub row: usize,
    /// Its place among the traces; `None` when it is not here.
    pub place: Option<usize>,
    /// Whether it sent what this trace received, and not the other way round.
    pub is_before: bool,
}

/// The traces that are linked with one, by begin; those that are not here last.
#[must_use]
pub fn neighbours(traces: &[Arc<Indexed>], trace: &Trace) -> Vec<Neighbour> {
    let mut found: BTreeMap<(Arc<str>, usize), Neighbour> = BTreeMap::new();
    for (row, (trace_id, span_id)) in links(trace).filter(|(_, (id, _))| *id != trace.id) {
        let (trace_id, span_id) = (Arc::clone(trace_id), Arc::clone(span_id));
        let neighbour = Neighbour { trace_id: Arc::clone(&trace_id), span_id, row, place: None, is_before: true };
        found.entry((trace_id, row)).or_insert(neighbour);
    }
    let mut here = Vec::new();
    for (place, other) in traces.iter().enumerate().filter(|(_, other)| other.id != trace.id) {
        let is_before = is_before(other, trace);
        let own: Vec<_> = found.range((Arc::clone(&other.id), 0)..=(Arc::clone(&other.id), usize::MAX)).collect();
        here.extend(own.iter().map(|(_, known)| Neighbour { place: Some(place), is_before, ..(*known).clone() }));
        if own.is_empty() {
            let told = links(other).filter(|(_, (id, _))| *id == trace.id);
            here.extend(told.map(|(at, (_, span_id))| Neighbour {
                trace_id: Arc::clone(&other.id),
                span_id: Arc::clone(&other.rows[at].span.id),
                row: trace.rows.iter().position(|row| row.span.id == *span_id).unwrap_or(0),
                place: Some(place),
                is_before,
            }));
        }
    }
    let is_here = |id: &str| here.iter().any(|neighbour| *neighbour.trace_id == *id);
    let absent: Vec<Neighbour> = found.into_values().filter(|neighbour| !is_here(&neighbour.trace_id)).collect();
    here.extend(absent);
    here
}

/// The links that stand in a trace, each with its row.
fn links(trace: &Trace) -> impl Iterator<Item = (usize, &(Arc<str>, Arc<str>))> {
    let rows = trace.rows.iter().enumerate();
    rows.flat_map(|(place, row)| row.span.links.iter().map(move |link| (place, link)))
}

/// The edges between services for the links that stand in one trace; `other` finds a trace by its id.
pub fn link_edges<'t>(
    trace: &'t Trace,
    other: impl Fn(&str) -> Option<&'t Trace>,
) -> impl Iterator<Item = (Service, Service)> {
    links(trace).filter_map(move |(place, (trace_id, span_id))| {
        let linked = other(trace_id).filter(|linked| linked.id != trace.id)?;
        let at = linked.rows.iter().position(|row| row.span.id == *span_id);
        let (here, there) = (service_of(trace, Some(place))?, service_of(linked, at)?);
        let pair = if is_before(linked, trace) { (there, here) } else { (here, there) };
        Some((service(pair.0), service(pair.1)))
    })
}

/// Whether a trace began before another.
fn is_before(trace: &Trace, other: &Trace) -> bool {
    (trace.start_ns, &trace.id) < (other.start_ns, &other.id)
}

/// The row of the service that did the work of a row; the first of all when the row is not known.
fn service_of(trace: &Trace, row: Option<usize>) -> Option<&Row> {
    let services: Vec<usize> = service_rows(trace).into_iter().map(|(place, _)| place).collect();
    let above = std::iter::successors(row, |row| trace.rows.get(*row)?.parent_row);
    let own = above.into_iter().find(|row| services.contains(row));
    own.or(services.first().copied()).and_then(|place| trace.rows.get(place))
}
