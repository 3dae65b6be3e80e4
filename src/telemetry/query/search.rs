//! A search through many records in small steps, so that whoever runs it can stop, show what was found, and go on.
//!
//! The text of a whole chunk is searched at once; only where something is found is the record looked at. Must not know who
//! waits for it.

use std::ops::Range;

use super::matcher::Look;
use super::{Matcher, Query};
use crate::telemetry::binding::Binding;
use crate::telemetry::log::{Chunk, Records};

/// A search under way.
#[derive(Clone, Debug)]
pub struct Search {
    matcher: Matcher,
    next: u64,
    hits: Vec<u64>,
}

impl Search {
    /// Begins to look for `query`.
    #[must_use]
    pub fn new(query: &Query, binding: &Binding) -> Self {
        Self { matcher: Matcher::new(query, binding), next: 0, hits: Vec::new() }
    }

    /// Looks through `budget_bytes` more of the text, at least one record; true when it has come to the end. When records
    /// have come since, it goes on with them.
    pub fn step(&mut self, records: &Records, budget_bytes: usize) -> bool {
        self.forget_before(records.range().start);
        let mut left = budget_bytes.max(1);
        for (first, chunk) in records.chunks() {
            let end = first + chunk.len() as u64;
            if end <= self.next {
                continue;
            }
            if left == 0 {
                return false;
            }
            let from = self.next.saturating_sub(first) as usize;
            let to = chunk.place_at(chunk.start(from).saturating_add(left)).max(from) + 1;
            let to = to.min(chunk.len());
            left = left.saturating_sub(chunk.start(to) - chunk.start(from));
            let hits = &mut self.hits;
            self.matcher.scan(chunk, from..to, |place| hits.push(first + place as u64));
            self.next = first + to as u64;
            if to < chunk.len() {
                return false;
            }
        }
        true
    }

    /// Forgets what was found in records that are no longer there.
    fn forget_before(&mut self, first: u64) {
        let gone = self.hits.partition_point(|hit| *hit < first);
        self.hits.drain(..gone);
        self.next = self.next.max(first);
    }

    /// What is looked for.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// Numbers of the records that were found so far, ascending.
    #[must_use]
    pub fn hits(&self) -> &[u64] {
        &self.hits
    }

    /// Number of the first record that was not looked at.
    #[must_use]
    pub fn searched_to(&self) -> u64 {
        self.next
    }
}

impl Matcher {
    /// Tells the places of the records in `places` of a chunk that are what is asked for.
    pub fn scan(&self, chunk: &Chunk, places: Range<usize>, mut found: impl FnMut(usize)) {
        let check = |place: usize| chunk.record(place, 0).is_some_and(|record| self.matches(&record));
        let Some(lead) = self.lead() else {
            places.filter(|place| check(*place)).for_each(found);
            return;
        };
        let is_alone = self.is_one_term();
        let (text, end) = (chunk.text(), chunk.start(places.end));
        let mut at = chunk.start(places.start);
        while let Some((from, to)) = lead.find(&text[..end], at) {
            let place = chunk.place_at(from);
            let next = chunk.start(place + 1);
            // What crosses the end of a record may still stand in it in another way.
            let fits = if to < next && is_alone { true } else { check(place) };
            if fits && place < places.end {
                found(place);
            }
            at = next;
            if at >= end {
                break;
            }
        }
    }
}

impl Look {
    /// The first place of a text or pattern, from `at` on.
    fn find(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        match self {
            Self::Literal(finder) => {
                let from = at + finder.find(&text[at..])?;
                Some((from, from + finder.needle().len()))
            }
            Self::Pattern(pattern) => pattern.find_at(text, at).map(|found| (found.start(), found.end())),
            _ => None,
        }
    }
}
