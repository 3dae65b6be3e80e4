//! Traces as they come: spans find their trace, which alone is put together anew; what is summed up over all traces is corrected, not
//! worked out again.
//!
//! So a few traces more cost little beside twenty thousand. Must not know sources, nor who looks at traces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::calls::Calls;
use super::trace::{Index, Indexed, Outcome, Read, ServiceMap, Span, Trace, assemble, link_edges};

/// Traces stand by begin and id.
pub type Key = (Option<i64>, Arc<str>);

/// Every trace that has come, and what all of them come to.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    traces: BTreeMap<Key, Arc<Indexed>>,
    keys: BTreeMap<Arc<str>, Key>,
    /// Traces of which something was left out, or only a summary came.
    partial: BTreeMap<Arc<str>, Outcome>,
    /// Those that have links.
    linking: BTreeSet<Key>,
    /// Requests that reports say a trace of, by its id.
    reported: BTreeMap<Arc<str>, Vec<u64>>,
    reports: usize,
    list: Arc<Vec<Arc<Indexed>>>,
    index: Arc<Index>,
    map: Arc<ServiceMap>,
    calls: Arc<Calls>,
    requests: Arc<BTreeMap<u64, Key>>,
    dropped: u64,
}

/// So many requests are kept that reports say a trace of.
const MOST_REPORTS: usize = 200_000;

impl Gathered {
    /// Takes in what documents held. A span that comes again takes the place of the one that was there.
    pub fn take(&mut self, read: Read) {
        let mut fresh: BTreeMap<Arc<str>, Vec<Span>> = BTreeMap::new();
        for (id, outcome) in read.partial {
            let noted = self.partial.entry(Arc::clone(&id)).or_default();
            *noted = noted.and(outcome);
            fresh.entry(id).or_default();
        }
        for span in read.spans {
            fresh.entry(Arc::clone(&span.trace_id)).or_default().push(span);
        }
        let is_any = !fresh.is_empty();
        fresh.into_iter().for_each(|(id, spans)| self.put(id, spans));
        if is_any {
            self.settle();
        }
    }

    fn put(&mut self, id: Arc<str>, fresh: Vec<Span>) {
        let known = self.remove(&id);
        let known = known.iter().flat_map(|trace| &trace.rows).map(|row| row.span.clone());
        let mut trace = assemble(id, known.chain(fresh).collect());
        if let Some(outcome) = self.partial.get(&trace.id) {
            trace.note_partial(*outcome);
        }
        let key: Key = (trace.start_ns, Arc::clone(&trace.id));
        let trace = Arc::new(Arc::make_mut(&mut self.index).add(trace));
        Arc::make_mut(&mut self.map).take(&trace);
        Arc::make_mut(&mut self.calls).take(&trace);
        if trace.rows.iter().any(|row| !row.span.links.is_empty()) {
            self.linking.insert(key.clone());
        }
        let requests = Arc::make_mut(&mut self.requests);
        let reported = self.reported.get(&key.1).into_iter().flatten();
        requests.extend(trace.requests().iter().chain(reported).map(|request| (*request, key.clone())));
        self.keys.insert(Arc::clone(&key.1), key.clone());
        self.traces.insert(key, trace);
    }

    fn remove(&mut self, id: &str) -> Option<Arc<Indexed>> {
        let key = self.keys.remove(id)?;
        let trace = self.traces.remove(&key)?;
        Arc::make_mut(&mut self.index).remove(&trace);
        Arc::make_mut(&mut self.map).give_back(&trace);
        Arc::make_mut(&mut self.calls).give_back(&trace);
        self.linking.remove(&key);
        let requests = Arc::make_mut(&mut self.requests);
        let reported = self.reported.get(id).into_iter().flatten();
        for request in trace.requests().iter().chain(reported) {
            if requests.get(request) == Some(&key) {
                requests.remove(request);
            }
        }
        Some(trace)
    }

    /// Drops the first traces beyond `most`.
    pub fn keep(&mut self, most: usize) {
        let gone = self.traces.len().saturating_sub(most);
        if gone == 0 {
            return;
        }
        let first: Vec<Arc<str>> = self.traces.keys().take(gone).map(|(_, id)| Arc::clone(id)).collect();
        for id in &first {
            self.remove(id);
            self.partial.remove(id);
            self.reports -= self.reported.remove(id).map_or(0, |requests| requests.len());
        }
        self.dropped += gone as u64;
        self.settle();
    }

    /// A report says of which trace its request is a part.
    pub fn report(&mut self, request: u64, trace_id: &str) {
        if self.reports >= MOST_REPORTS {
            return;
        }
        let key = self.keys.get(trace_id);
        let id = key.map_or_else(|| trace_id.into(), |(_, id)| Arc::clone(id));
        if let Some(key) = key {
            Arc::make_mut(&mut self.requests).insert(request, key.clone());
        }
        self.reported.entry(id).or_default().push(request);
        self.reports += 1;
    }

    /// Lists the traces anew, and joins the services of those that are linked.
    fn settle(&mut self) {
        self.list = Arc::new(self.traces.values().cloned().collect());
        let find = |id: &str| Some(&***self.traces.get(self.keys.get(id)?)?);
        let linking = self.linking.iter().filter_map(|key| self.traces.get(key));
        let mut links = BTreeMap::new();
        for edge in linking.flat_map(|trace| link_edges(trace, find)) {
            *links.entry(edge).or_default() += 1;
        }
        if self.map.links != links {
            Arc::make_mut(&mut self.map).links = links;
        }
    }

    /// The traces, by begin.
    #[must_use]
    pub fn list(&self) -> &Arc<Vec<Arc<Indexed>>> {
        &self.list
    }

    /// What they are found by.
    #[must_use]
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// Which service called which.
    #[must_use]
    pub fn map(&self) -> &Arc<ServiceMap> {
        &self.map
    }

    /// The load that they tell of.
    #[must_use]
    pub fn calls(&self) -> &Arc<Calls> {
        &self.calls
    }

    /// The trace of a request, by the hash of its id.
    #[must_use]
    pub fn requests(&self) -> &Arc<BTreeMap<u64, Key>> {
        &self.requests
    }

    /// How many traces were dropped, the first first.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// The place of a trace among others, by its key.
#[must_use]
pub fn place(traces: &[Arc<Indexed>], (start_ns, id): &Key) -> Option<usize> {
    let key = |trace: &Trace| (trace.start_ns, Arc::clone(&trace.id));
    traces.binary_search_by(|trace| key(trace).cmp(&(*start_ns, Arc::clone(id)))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::trace::{Trace, neighbours};
    use serde_json::Value;

    /// The documents of a fixture, one after the other.
    fn fixture(name: &str) -> Read {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/observe").join(name);
        let text = std::fs::read_to_string(path).expect("a text");
        let mut read = Read::default();
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        documents.for_each(|document| read.take(&document.expect("JSON")));
        read
    }

    fn gathered(read: Read) -> Gathered {
        let mut gathered = Gathered::default();
        gathered.take(read);
        gathered
    }

    #[test]
    fn what_comes_piece_by_piece_comes_to_the_same_as_all_at_once() {
        for name in ["orders.xray.json", "checkout.xray.json", "queue.xray.json"] {
            let read = fixture(name);
            let whole = gathered(read.clone());
            let mut pieces = Gathered::default();
            // Each part comes twice, as parts of traces do that are read again.
            for span in read.spans.iter().chain(&read.spans) {
                pieces.take(Read { spans: vec![span.clone()], ..Read::default() });
            }
            pieces.take(Read { partial: read.partial, ..Read::default() });
            let traces =
                |gathered: &Gathered| gathered.list().iter().map(|trace| Trace::clone(trace)).collect::<Vec<_>>();
            assert_eq!(traces(&pieces), traces(&whole), "{name}");
            let told = |gathered: &Gathered| {
                let nodes =
                    gathered.map().nodes.iter().map(|(service, tally)| (service.clone(), tally.count, tally.faults));
                let edges = gathered.map().edges.iter().map(|(pair, tally)| (pair.clone(), tally.count));
                let calls = gathered.calls().services().map(|(service, _, minutes)| (service.clone(), minutes.len()));
                (
                    nodes.collect::<Vec<_>>(),
                    edges.collect::<Vec<_>>(),
                    calls.collect::<Vec<_>>(),
                    gathered.map().links.clone(),
                )
            };
            assert_eq!(told(&pieces), told(&whole), "{name}");
            assert_eq!(pieces.requests(), whole.requests(), "{name}");
            pieces.keep(0);
            assert!(
                pieces.map().nodes.is_empty() && pieces.map().edges.is_empty() && pieces.requests().is_empty(),
                "{name}"
            );
            assert_eq!(pieces.calls().services().count(), 0, "{name}");
            assert_eq!(pieces.dropped(), whole.list().len() as u64, "{name}");
        }
    }

    #[test]
    fn a_trace_leads_across_the_queue_and_back() {
        for (name, linked) in [("queue.xray.json", 3), ("queue.spans.json", 1)] {
            let gathered = gathered(fixture(name));
            let traces = gathered.list();
            let (producer, consumer) = (&traces[0], traces.last().expect("a trace"));
            let from = neighbours(traces, consumer);
            let told: Vec<_> = from.iter().map(|neighbour| (neighbour.place, neighbour.is_before)).collect();
            let expected = [(Some(0), true), (Some(1), true), (None, true)];
            assert_eq!(told, expected[..linked].to_vec(), "{name}");
            assert_eq!(&*from[0].span_id, "a000000000000002", "{name}");
            let back = neighbours(traces, producer);
            let told: Vec<_> = back.iter().map(|neighbour| (neighbour.place, neighbour.is_before)).collect();
            assert_eq!(told, [(Some(traces.len() - 1), false)], "{name}");
            assert_eq!(&*producer.rows[back[0].row].span.id, "a000000000000002", "{name}");
            let edges = gathered.map().links.keys().map(|((from, _), (to, _))| format!("{from}>{to}"));
            let edges: Vec<String> = edges.collect();
            assert!(edges.iter().any(|edge| edge.ends_with(">bill")), "{name}: {edges:?}");
            assert!(gathered.map().layers().len() > 1, "{name}: the consumer stands right of the producer");
        }
    }

    #[test]
    fn rows_of_the_spans_log_group_say_which_resource_they_are_about() {
        let gathered = gathered(fixture("queue.spans.json"));
        let rows = gathered.list().iter().flat_map(|trace| &trace.rows);
        let told: Vec<String> = rows
            .map(|row| {
                format!(
                    "{} {} {:?} {}",
                    row.span.service(),
                    row.span.origin,
                    row.span.resource(),
                    row.span.start_ns % 10
                )
            })
            .collect();
        let expected = [
            "place AWS::Lambda::Function Some(\"place\") 7",
            "orders AWS::Lambda::Function Some(\"orders\") 1",
            "bill AWS::Lambda::Function Some(\"bill\") 0",
        ];
        assert_eq!(told, expected);
        assert!(gathered.list()[1].is_cold && gathered.list()[1].outcome.fault);
        assert_eq!(gathered.list()[0].rows[0].span.end_ns, Some(1_762_771_152_420_000_009));
    }
}
