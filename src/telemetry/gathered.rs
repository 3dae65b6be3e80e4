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
