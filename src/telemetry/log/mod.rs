//! A store of log records by the million: text in chunks that are only ever appended to, 32 bytes of index beside each record,
//! the oldest dropped by budget and counted.
//!
//! Records have numbers that never change, in the order of their arrival; a store may keep beside them in which order they happened. A
//! copy of [`Records`] costs a few pointers, so that a search can run elsewhere while the store grows. Must not know files, threads or who asks.

mod chunk;
mod lines;
mod timeline;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub use chunk::{Chunk, Entry, request_hash};
pub use lines::{Style, cut};
pub use timeline::Place;

use super::line::{Report, parse};
use super::record::{Level, LineKind, LogEvent, Mark, Stream};
use chunk::Running;
use timeline::Timeline;

/// So many streams are followed; then all are forgotten, and lines know their request from the next START on.
const MOST_STREAMS: usize = 100_000;

/// What was dropped because the budget was used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// How many records.
    pub records: u64,
    /// How many bytes of text.
    pub bytes: u64,
}

/// One record, as the store has it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'s> {
    /// Its number.
    pub number: u64,
    /// What the index says.
    pub entry: Entry,
    /// Where it stands.
    pub stream: &'s Arc<Stream>,
    /// Its text.
    pub text: &'s [u8],
}

impl Record<'_> {
    /// When it happened, in milliseconds since 1970; of a record without a time, that of the one before in its stream.
    #[must_use]
    pub fn time_ms(&self) -> Option<i64> {
        self.entry.time_ms()
    }

    /// The time that it has of its own.
    #[must_use]
    pub fn own_time_ms(&self) -> Option<i64> {
        self.time_ms().filter(|_| self.entry.mark != Mark::Untimed)
    }

    /// How long the platform took it in after it happened, in milliseconds.
    #[must_use]
    pub fn lag_ms(&self) -> Option<i64> {
        Some(self.entry.ingestion_ms()? - self.time_ms()?)
    }

    /// How grave it is.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.entry.level
    }

    /// What wrote it.
    #[must_use]
    pub fn kind(&self) -> LineKind {
        self.entry.kind
    }

    /// The event that it tells of.
    #[must_use]
    pub fn event(&self) -> LogEvent {
        LogEvent {
            timestamp_ms: self.own_time_ms(),
            ingestion_ms: self.entry.ingestion_ms(),
            stream: Arc::clone(self.stream),
            message: String::from_utf8_lossy(self.text).into_owned(),
        }
    }

    /// The platform's figures in it.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let may_have = matches!(self.kind(), LineKind::Report | LineKind::Init);
        may_have.then(|| parse(&String::from_utf8_lossy(self.text)).report).flatten()
    }
}

/// Records in chunks. To clone it costs one pointer a chunk.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Number of the first record of each chunk, and the chunk.
    chunks: VecDeque<(u64, Arc<Chunk>)>,
    /// Number of the first record that is there.
    first: u64,
    /// Number that the next record gets.
    next: u64,
    /// The order of their times, where they stand in that.
    timeline: Option<Timeline>,
}

impl Records {
    /// Numbers of the records that are there.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<u64> {
        self.first..self.next
    }

    /// The record with a number; `None` when it was dropped or has not come.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<Record<'_>> {
        if !self.range().contains(&number) {
            return None;
        }
        let (first, chunk) = self.chunks.get(self.chunk_of(number))?;
        chunk.record((number - first) as usize, *first)
    }

    /// The records from `number` on.
    pub fn from(&self, number: u64) -> impl Iterator<Item = Record<'_>> {
        let number = number.max(self.first);
        let chunks = self.chunks.iter().skip(self.chunk_of(number));
        let all = chunks.flat_map(|(first, chunk)| (0..chunk.len()).filter_map(|place| chunk.record(place, *first)));
        all.skip_while(move |record| record.number < number)
    }

    /// How many are there.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.next - self.first) as usize
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.next == self.first
    }

    /// Whether they stand in the order of their times.
    #[must_use]
    pub fn is_by_time(&self) -> bool {
        self.timeline.is_some()
    }

    /// The number of the record in a row: rows stand in the order of times where that is kept, else of arrival.
    #[must_use]
    pub fn at(&self, row: usize) -> Option<u64> {
        match &self.timeline {
            Some(timeline) => timeline.at(row),
            None => Some(self.first + row as u64).filter(|number| *number < self.next),
        }
    }

    /// The row of the first record that happened at a time or later, in milliseconds since 1970.
    #[must_use]
    pub fn row_at(&self, ms: i64) -> usize {
        let behind = |record: Record<'_>| record.time_ms().is_some_and(|time_ms| time_ms >= ms);
        match &self.timeline {
            Some(timeline) => timeline.row_near((ms, 0)),
            None => self.from(self.first).position(behind).unwrap_or(self.len()),
        }
    }

    /// The row in which a record stands, or the one behind it.
    #[must_use]
    pub fn row_near(&self, number: u64) -> usize {
        match &self.timeline {
            Some(timeline) => timeline.row_near(self.place(number)),
            None => (number.clamp(self.first, self.next) - self.first) as usize,
        }
    }

    /// What tells which of two records stands before the other.
    #[must_use]
    pub fn place(&self, number: u64) -> Place {
        let time_ms = self.timeline.as_ref().and_then(|_| self.get(number)?.time_ms());
        // What was dropped was the oldest.
        (time_ms.unwrap_or(if self.timeline.is_some() { i64::MIN } else { 0 }), number)
    }

    /// Puts numbers in the order in which their records stand; those before `new` are in order already.
    pub fn arrange(&self, numbers: &mut Vec<u64>, new: usize) {
        if self.timeline.is_none() || new >= numbers.len() {
            return;
        }
        let mut fresh: Vec<Place> = numbers.split_off(new).into_iter().map(|number| self.place(number)).collect();
        let least = fresh.iter().min().copied().unwrap_or_default();
        let from = numbers.partition_point(|number| self.place(*number) < least);
        fresh.extend(numbers.split_off(from).into_iter().map(|number| self.place(number)));
        fresh.sort_unstable();
        numbers.extend(fresh.into_iter().map(|(_, number)| number));
    }

    /// The chunks, with the number of the first record of each.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, &Arc<Chunk>)> {
        self.chunks.iter().map(|(first, chunk)| (*first, chunk))
    }

    /// Place of the chunk in which a number stands.
    fn chunk_of(&self, number: u64) -> usize {
        self.chunks.partition_point(|(first, _)| *first <= number).saturating_sub(1)
    }
}

/// A store of log records.
#[derive(Clone, Debug)]
pub struct LogStore {
    records: Records,
    bytes: usize,
    budget_bytes: usize,
    dropped: Dropped,
    running: BTreeMap<Arc<Stream>, Running>,
    last_ms: Option<i64>,
}

impl LogStore {
    /// A store that keeps so many bytes of text and index, and drops the oldest beyond.
    #[must_use]
    pub fn new(budget_bytes: usize) -> Self {
        Self {
            records: Records::default(),
            bytes: 0,
            budget_bytes,
            dropped: Dropped::default(),
            running: BTreeMap::new(),
            last_ms: None,
        }
    }

    /// The same, whose records stand in the order of their times.
    #[must_use]
    pub fn by_time(mut self) -> Self {
        self.records.timeline = Some(Timeline::default());
        self
    }

    /// The records that are there.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// What was dropped.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// Bytes of text and of the index beside it.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let chunks = || self.records.chunks.iter().map(|(_, chunk)| chunk);
        (chunks().map(|chunk| chunk.text_len()).sum(), chunks().map(|chunk| chunk.index_bytes()).sum())
    }

    /// Takes one event in. The trace of a request, in an event of its own, joins the report before it.
    pub fn push(&mut self, event: &LogEvent) {
        let mut chunk = Chunk::default();
        chunk.push(&event.stream, event.timestamp_ms, event.ingestion_ms, event.message.as_bytes());
        self.put(chunk, true);
    }

    /// Takes a chunk in, in the order of its records: gives times and requests to those that only their neighbours tell.
    pub fn append(&mut self, chunk: Chunk) {
        self.put(chunk, false);
    }

    fn put(&mut self, mut chunk: Chunk, joins: bool) {
        if self.running.len() > MOST_STREAMS {
            self.running.clear();
        }
        chunk.correlate(&mut self.running, &mut self.last_ms);
        let next = self.records.next;
        let room = self.records.chunks.back_mut().filter(|(_, last)| last.has_room_for(&chunk));
        let before = room.as_ref().map_or(0, |(_, last)| last.bytes());
        let count = match room {
            Some((_, last)) => Arc::make_mut(last).absorb(&chunk, joins),
            None if chunk.is_empty() => return,
            None => {
                let count = chunk.len();
                self.records.chunks.push_back((self.records.next, Arc::new(chunk)));
                count
            }
        };
        self.records.next += count as u64;
        self.bytes += self.records.chunks.back().map_or(0, |(_, last)| last.bytes());
        self.bytes -= before;
        self.put_in_time(next);
        self.drop_oldest();
    }

    fn put_in_time(&mut self, next: u64) {
        let Some(mut timeline) = self.records.timeline.take() else { return };
        timeline.insert(self.records.from(next).map(|record| (record.time_ms().unwrap_or(i64::MIN), record.number)));
        self.records.timeline = Some(timeline);
    }

    fn drop_oldest(&mut self) {
        let first = self.records.first;
        while self.bytes > self.budget_bytes && self.records.chunks.len() > 1 {
            let Some((first, chunk)) = self.records.chunks.pop_front() else { break };
            self.bytes -= chunk.bytes();
            self.records.first = first + chunk.len() as u64;
            self.dropped.records += chunk.len() as u64;
            self.dropped.bytes += chunk.text_len() as u64;
        }
        if self.records.first > first
            && let Some(timeline) = &mut self.records.timeline
        {
            timeline.forget_before(self.records.first);
        }
    }
}

#[cfg(test)]
mod tests;
