//! Retrieving an account's traces: which spans of time to ask for, which documents, when again, and what to leave out.
//!
//! Like `source/tail`, all of it is decided here and nothing is done: [`Retrieval::poll`] says what to ask, [`Retrieval::take_in`] is
//! told what came of it. An account keeps its traces in X-Ray, or in the log group `aws/spans` once Transaction Search is on; which
//! of both is asked first. Times are the server's, in milliseconds since 1970. Must not know sockets or the clock.

mod queue;
mod spans;
mod terms;
#[cfg(test)]
mod tests;
mod windows;

use super::tail::{Budget, Ms, Trouble, backoff_ms};
use crate::telemetry::trace::Span;
use queue::Queue;
pub use spans::MOST_ROWS;
use spans::Spans;
pub use terms::{Ask, Input, Party, Spent, Standing, Store, Summary, Wanted, span_query};
use windows::{Rhythm, Window, Windows};

/// Traces are there some seconds after they happened, their last parts later; what happened in the last minute is asked for every ten
/// seconds, and once a minute that of the last ten.
const RHYTHM: Rhythm = Rhythm { every_ms: 10_000, overlap_ms: 60_000, audit_every_ms: 60_000, reach_ms: 600_000 };
/// So many summaries of a span of time are read.
const MOST_SUMMARIES: usize = 10_000;
/// So long stands between two requests, which may come four at once.
const REQUEST_MS: Ms = 200;
/// So many requests for documents are under way at once.
const MOST_OUT: usize = 3;
/// So often it is asked in vain where traces are kept.
const TRIES: u32 = 3;

/// A span of time whose summaries are read, page by page.
#[derive(Clone, Debug)]
struct Listing {
    window: Window,
    filter: usize,
    token: Option<String>,
    count: usize,
    is_out: bool,
}

/// Where traces are kept, as far as is known.
#[derive(Clone, Debug)]
struct Place {
    store: Option<Store>,
    /// Whether it need not be asked any more.
    is_settled: bool,
    failures: u32,
    trouble: Option<Trouble>,
    due_ms: Ms,
    is_out: bool,
}

/// An account's traces, as they are retrieved.
#[derive(Clone, Debug)]
pub struct Retrieval {
    wanted: Wanted,
    budget: Budget,
    place: Place,
    windows: Windows,
    listing: Option<Listing>,
    /// Whether summaries were what was asked for last.
    has_listed: bool,
    queue: Queue,
    /// How many requests for documents are under way.
    out: usize,
    /// How often in a row they failed, and before when none goes out.
    documents: (u32, Ms),
    trouble: Option<Trouble>,
    spans: Spans,
    is_cut: bool,
    spent: Spent,
    given: Vec<Span>,
}

impl Retrieval {
    /// Begins.
    #[must_use]
    pub fn new(wanted: Wanted, now_ms: Ms) -> Self {
        let place = Place { store: None, is_settled: false, failures: 0, trouble: None, due_ms: now_ms, is_out: false };
        Self {
            budget: Budget::new(REQUEST_MS, 4, now_ms),
            place,
            windows: Windows::new(RHYTHM, wanted.from_ms, now_ms),
            listing: None,
            has_listed: false,
            queue: Queue::default(),
            out: 0,
            documents: (0, now_ms),
            trouble: None,
            spans: Spans::new(wanted.parties.clone(), wanted.from_ms, now_ms, wanted.seed),
            is_cut: false,
            spent: Spent::default(),
            given: Vec::new(),
            wanted,
        }
    }

    /// What must be asked now.
    pub fn poll(&mut self, now_ms: Ms) -> Vec<Ask> {
        let mut asks = Vec::new();
        while self.due_ms().is_some_and(|due_ms| due_ms <= now_ms) && self.budget.take(now_ms) {
            let Some(ask) = self.next(now_ms) else { break };
            asks.push(ask);
        }
        asks
    }

    /// When [`Retrieval::poll`] should be asked again without news.
    #[must_use]
    pub fn wake_ms(&self) -> Ms {
        self.due_ms().map_or(Ms::MAX, |due_ms| due_ms.max(self.budget.ready_ms()))
    }

    /// When something is to be asked; `None` while answers are awaited.
    fn due_ms(&self) -> Option<Ms> {
        let due = match self.place.store {
            None => [None, None],
            Some(Store::Spans) => [self.spans.due_ms(), None],
            Some(Store::XRay) => [self.listing_due_ms(), self.documents_due_ms()],
        };
        due.into_iter().chain([self.place.due_ms()]).flatten().min()
    }

    fn listing_due_ms(&self) -> Option<Ms> {
        let is_out = self.listing.as_ref().is_some_and(|listing| listing.is_out);
        let due_ms = if self.listing.is_some() { self.windows.wait_ms() } else { self.windows.due_ms() };
        (!is_out).then_some(due_ms)
    }

    fn documents_due_ms(&self) -> Option<Ms> {
        let (_, wait_ms) = self.documents;
        self.queue.due_ms().filter(|_| self.out < MOST_OUT).map(|due_ms| due_ms.max(wait_ms))
    }

    fn next(&mut self, now_ms: Ms) -> Option<Ask> {
        if self.place.due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.place.is_out = true;
            return Some(Ask::Store);
        }
        match self.place.store {
            None => None,
            Some(Store::Spans) => self.spans.ask(now_ms),
            Some(Store::XRay) => {
                let is_due = |due_ms: Option<Ms>| due_ms.is_some_and(|due_ms| due_ms <= now_ms);
                let (lists, reads) = (is_due(self.listing_due_ms()), is_due(self.documents_due_ms()));
                // In turns, so that neither a long list nor many documents hold up the other.
                self.has_listed = lists && !(reads && self.has_listed);
                if self.has_listed { self.list(now_ms) } else { self.read(now_ms) }
            }
        }
    }

    /// The next documents.
    fn read(&mut self, now_ms: Ms) -> Option<Ask> {
        let ids = self.queue.next(now_ms);
        self.out += usize::from(!ids.is_empty());
        (!ids.is_empty()).then_some(Ask::Documents(ids))
    }

    /// The next page of summaries.
    fn list(&mut self, now_ms: Ms) -> Option<Ask> {
        if self.listing.is_none() {
            let window = self.windows.begin(now_ms)?;
            self.listing = Some(Listing { window, filter: 0, token: None, count: 0, is_out: false });
        }
        let listing = self.listing.as_mut()?;
        listing.is_out = true;
        let Window { from_ms, to_ms, .. } = listing.window;
        let filter = self.wanted.filters.get(listing.filter).cloned();
        Some(Ask::Summaries { filter, from_ms, to_ms, token: listing.token.clone() })
    }

    /// Is told what has come.
    pub fn take_in(&mut self, now_ms: Ms, input: Input) {
        match input {
            Input::Store(store) => self.place.told(store),
            Input::Summaries(summaries, next) => self.listed(&summaries, next),
            Input::Documents { asked, traces } => self.came(now_ms, &asked, traces),
            Input::Begun(query) => self.spans.begun(query, now_ms),
            Input::Rows { state, spans, rows, scanned_bytes, next } => {
                let spans = self.spans.rows(now_ms, (state, spans, rows), scanned_bytes, next);
                self.given.extend(spans);
            }
            Input::Failed(ask, trouble) => self.failed(now_ms, ask, trouble),
        }
    }

    fn listed(&mut self, summaries: &[Summary], next: Option<String>) {
        self.windows.heard();
        self.spent.scanned += summaries.len() as u64;
        summaries.iter().for_each(|summary| self.queue.saw(summary, self.wanted.most_waiting));
        let Some(listing) = &mut self.listing else { return };
        listing.is_out = false;
        listing.count += summaries.len();
        let is_too_much = listing.count >= MOST_SUMMARIES && next.is_some();
        self.is_cut |= is_too_much;
        // The same token again would lead round in a circle.
        if next.is_some() && next != listing.token && !is_too_much {
            listing.token = next;
            return;
        }
        (listing.token, listing.count, listing.filter) = (None, 0, listing.filter + 1);
        if listing.filter >= self.wanted.filters.len()
            && let Some(listing) = self.listing.take()
        {
            self.windows.done(listing.window);
            self.queue.forget(self.windows.floor_ms());
        }
    }

    fn came(&mut self, now_ms: Ms, asked: &[std::sync::Arc<str>], traces: Vec<(std::sync::Arc<str>, Vec<Span>)>) {
        self.out = self.out.saturating_sub(1);
        (self.documents, self.trouble) = ((0, now_ms), None);
        self.spent.retrieved += traces.len() as u64;
        for id in asked.iter().filter(|id| !traces.iter().any(|(came, _)| came == *id)) {
            self.queue.missed(id, now_ms);
        }
        for (id, spans) in traces {
            let goes_on = spans.iter().any(|span| span.end_ns.is_none());
            self.queue.came(&id, goes_on, now_ms);
            self.given.extend(spans);
        }
    }

    fn failed(&mut self, now_ms: Ms, ask: Ask, trouble: Trouble) {
        if trouble == Trouble::Throttled {
            self.budget.punish(now_ms, 5 * REQUEST_MS);
        }
        match ask {
            Ask::Store => self.place.failed(now_ms, trouble, self.wanted.seed),
            Ask::Summaries { .. } => {
                self.windows.failed(now_ms, trouble, self.wanted.seed);
                let is_in_vain = self.windows.failures().is_multiple_of(4);
                match &mut self.listing {
                    Some(listing) if !is_in_vain => listing.is_out = false,
                    listing => *listing = None,
                }
            }
            Ask::Documents(ids) => {
                self.out = self.out.saturating_sub(1);
                self.queue.failed(&ids);
                // Several that were under way together have failed once.
                if now_ms >= self.documents.1 {
                    let failures = self.documents.0 + 1;
                    self.documents = (failures, now_ms + windows::pause_ms(&trouble, failures, self.wanted.seed));
                }
                self.trouble = Some(trouble);
            }
            Ask::Query { .. } | Ask::Results { .. } => self.spans.failed(now_ms, trouble),
        }
    }

    /// What happened up to a time is all that is wanted: it is asked for without waiting for its turn.
    pub fn hurry(&mut self, now_ms: Ms, end_ms: Ms) {
        self.windows.hurry(now_ms, end_ms);
        self.spans.hurry(now_ms, end_ms);
    }

    /// Whether all that could be read up to a time was, and nothing is waited for.
    #[must_use]
    pub fn is_read_to(&self, ms: Ms) -> bool {
        match self.place.store {
            None => false,
            Some(Store::Spans) => is_read(self.spans.windows(), ms),
            Some(Store::XRay) => self.queue.waiting() == 0 && is_read(&self.windows, ms),
        }
    }

    /// The spans that have come since the last time.
    pub fn give(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.given)
    }

    /// How true the picture is.
    #[must_use]
    pub fn standing(&self, now_ms: Ms) -> Standing {
        let windows = if self.place.store == Some(Store::Spans) { self.spans.windows() } else { &self.windows };
        Standing {
            store: self.place.store,
            unknown_store: self.place.trouble.clone().filter(|_| self.place.store.is_some()),
            is_catching_up: windows.is_catching_up(now_ms),
            read_ms: windows.read_ms(),
            trouble: windows.trouble().or(self.trouble.as_ref()).or(self.place.pending()).cloned(),
            waiting: self.queue.waiting(),
            left_out: self.queue.left_out(),
            is_cut: self.is_cut || self.spans.is_cut(),
            spent: Spent { query_bytes: self.spans.scanned_bytes(), ..self.spent },
        }
    }

    /// How many traces are known of.
    #[must_use]
    pub fn held(&self) -> usize {
        self.queue.len()
    }
}

fn is_read(windows: &Windows, ms: Ms) -> bool {
    windows.read_ms() >= ms && !windows.has_past()
}

impl Place {
    /// When it is to be asked; `None` when that is known, or an answer awaited.
    fn due_ms(&self) -> Option<Ms> {
        (!self.is_settled && !self.is_out).then_some(self.due_ms)
    }

    fn told(&mut self, store: Store) {
        (self.store, self.is_settled, self.is_out, self.trouble) = (Some(store), true, false, None);
    }

    /// It could not be found out. X-Ray is what most accounts have; unless it may not be asked, it is asked again.
    fn failed(&mut self, now_ms: Ms, trouble: Trouble, seed: u64) {
        self.failures += 1;
        (self.is_out, self.is_settled) = (false, trouble.is_refusal());
        self.due_ms = now_ms + backoff_ms(self.failures, seed);
        if self.is_settled || self.failures >= TRIES {
            self.store = self.store.or(Some(Store::XRay));
        }
        self.trouble = Some(trouble);
    }

    /// What stands in the way while it is not known.
    fn pending(&self) -> Option<&Trouble> {
        self.trouble.as_ref().filter(|_| self.store.is_none())
    }
}
