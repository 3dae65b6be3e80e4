//! Spans of an account that keeps them in the log group `aws/spans`: one query after the other, and what each has found.
//!
//! Must not know the language of queries.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::terms::{Ask, Party};
use super::windows::{Rhythm, Window, Windows};
use crate::source::insights::{State, look_after_ms};
use crate::source::tail::{Ms, Trouble};
use crate::telemetry::trace::Span;

/// A query gives so many rows at most (API reference of `StartQuery`: its default).
pub const MOST_ROWS: usize = 10_000;
/// Queries cost by what they look through, so that there are fewer of them.
const RHYTHM: Rhythm = Rhythm { every_ms: 30_000, overlap_ms: 60_000, audit_every_ms: Ms::MAX, reach_ms: 60_000 };

/// What is going on.
#[derive(Clone, Debug)]
struct Going {
    window: Window,
    /// The query's name, once it has begun.
    query: Option<String>,
    token: Option<String>,
    looks: u32,
    rows: usize,
    /// How much was counted already.
    scanned_bytes: u64,
    due_ms: Ms,
    is_out: bool,
}

/// Queries for spans, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    windows: Windows,
    going: Option<Going>,
    parties: BTreeSet<Party>,
    /// Traces that one of these took part in, and spans that were given out, by begin.
    touched: BTreeSet<(Ms, Arc<str>)>,
    seen: BTreeSet<(Ms, u64)>,
    is_cut: bool,
    scanned_bytes: u64,
    seed: u64,
}

impl Spans {
    pub(super) fn new(parties: BTreeSet<Party>, from_ms: Ms, now_ms: Ms, seed: u64) -> Self {
        Self {
            windows: Windows::new(RHYTHM, from_ms, now_ms),
            going: None,
            parties,
            touched: BTreeSet::new(),
            seen: BTreeSet::new(),
            is_cut: false,
            scanned_bytes: 0,
            seed,
        }
    }

    pub(super) fn windows(&self) -> &Windows {
        &self.windows
    }

    pub(super) fn hurry(&mut self, now_ms: Ms, end_ms: Ms) {
        self.windows.hurry(now_ms, end_ms);
    }

    /// More spans were found than a query gives.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn scanned_bytes(&self) -> u64 {
        self.scanned_bytes
    }

    /// When there is something to ask; `None` while an answer is awaited.
    pub(super) fn due_ms(&self) -> Option<Ms> {
        match &self.going {
            None => Some(self.windows.due_ms()),
            Some(going) => (!going.is_out).then_some(going.due_ms),
        }
    }

    /// What is to be asked.
    pub(super) fn ask(&mut self, now_ms: Ms) -> Option<Ask> {
        if self.going.is_none() {
            let window = self.windows.begin(now_ms)?;
            let (query, token) = (None, None);
            let going =
                Going { window, query, token, looks: 0, rows: 0, scanned_bytes: 0, due_ms: now_ms, is_out: false };
            self.going = Some(going);
        }
        let going = self.going.as_mut().filter(|going| !going.is_out && going.due_ms <= now_ms)?;
        going.is_out = true;
        let Window { from_ms, to_ms, .. } = going.window;
        Some(match going.query.clone() {
            None => Ask::Query { from_ms, to_ms },
            Some(query) => Ask::Results { query, token: going.token.clone() },
        })
    }

    /// The query has begun.
    pub(super) fn begun(&mut self, query: String, now_ms: Ms) {
        let Some(going) = &mut self.going else { return };
        (going.query, going.is_out, going.due_ms) = (Some(query), false, now_ms + look_after_ms(0));
        self.windows.heard();
    }

    /// What it has found so far, or a page of all; gives the spans that are wanted and new.
    pub(super) fn rows(
        &mut self,
        now_ms: Ms,
        (state, spans, rows): (State, Vec<Span>, usize),
        scanned_bytes: u64,
        next: Option<String>,
    ) -> Vec<Span> {
        let Some(going) = &mut self.going else { return Vec::new() };
        self.scanned_bytes += scanned_bytes.saturating_sub(going.scanned_bytes);
        going.scanned_bytes = going.scanned_bytes.max(scanned_bytes);
        going.is_out = false;
        match state {
            state if !state.is_over() => {
                going.looks += 1;
                going.due_ms = now_ms + look_after_ms(going.looks);
                self.windows.heard();
                return Vec::new();
            }
            State::Complete => {}
            _ => {
                self.going = None;
                let why = Trouble::Dropped("a query for spans was not done".to_owned());
                self.windows.failed(now_ms, why, self.seed);
                return Vec::new();
            }
        }
        going.rows += rows;
        if next.is_some() && next != going.token {
            (going.token, going.due_ms) = (next, now_ms);
        } else if let Some(going) = self.going.take() {
            self.is_cut |= going.rows >= MOST_ROWS;
            self.windows.done(going.window);
        }
        self.wanted(spans)
    }

    /// Spans that are new, of traces that one of those who are wanted took part in.
    fn wanted(&mut self, mut spans: Vec<Span>) -> Vec<Span> {
        if !self.parties.is_empty() {
            let touching = spans.iter().filter(|span| self.parties.iter().any(|party| party.touches(span)));
            self.touched.extend(touching.map(|span| (began_ms(span), Arc::clone(&span.trace_id))));
            let touched: BTreeSet<&str> = self.touched.iter().map(|(_, id)| &**id).collect();
            spans.retain(|span| touched.contains(&*span.trace_id));
        }
        spans.retain(|span| self.seen.insert((began_ms(span), mark(span))));
        // Traces of the past are still to be read: what is older than the newest window is forgotten when that is done.
        if !self.windows.has_past() {
            let floor_ms = self.windows.floor_ms();
            self.seen = self.seen.split_off(&(floor_ms, 0));
            self.touched = self.touched.split_off(&(floor_ms, "".into()));
        }
        spans
    }

    /// What was asked for did not come.
    pub(super) fn failed(&mut self, now_ms: Ms, trouble: Trouble) {
        self.windows.failed(now_ms, trouble, self.seed);
        let is_in_vain = self.windows.failures().is_multiple_of(4);
        let Some(going) = &mut self.going else { return };
        // The same page is asked for again; at last the query is begun anew.
        (going.is_out, going.due_ms) = (false, self.windows.wait_ms());
        if going.query.is_none() || is_in_vain {
            self.going = None;
        }
    }
}

fn began_ms(span: &Span) -> Ms {
    span.start_ns.div_euclid(1_000_000)
}

/// Tells spans apart; one that has gone on since is another.
fn mark(span: &Span) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&span.trace_id, &span.id, span.end_ns).hash(&mut hasher);
    hasher.finish()
}
