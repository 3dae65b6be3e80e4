//! A piece of a log: the text of some thousand records one behind the other, and an index beside it.
//!
//! Must not know where records come from, nor the records of other chunks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Record;
use crate::telemetry::line::glance;
use crate::telemetry::record::{Level, LineKind, Mark, Stream};

/// A chunk is full when its text has so many bytes.
const FULL: usize = 1 << 20;
/// A chunk that is smaller is copied into the one before, so that single events do not become chunks.
const SMALL: usize = 64 << 10;
/// In place of a time that is not known.
const NO_TIME: i64 = i64::MIN;
/// In place of a time of ingestion that is not known.
const NO_LAG: u32 = u32::MAX;

/// What the index says of a record: 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    time_ms: i64,
    /// Hash of the request that it belongs to; 0 for none.
    pub request: u64,
    start: u32,
    stream: u32,
    lag_ms: u32,
    /// How grave it is.
    pub level: Option<Level>,
    /// What wrote it.
    pub kind: LineKind,
    /// How surely it stands where it stands.
    pub mark: Mark,
    /// Whether its request is not named in it, but known from the lines around it.
    pub is_inferred: bool,
}

impl Entry {
    /// When it happened, in milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> Option<i64> {
        (self.time_ms != NO_TIME).then_some(self.time_ms)
    }

    /// When the platform took it in, in milliseconds since 1970.
    #[must_use]
    pub fn ingestion_ms(&self) -> Option<i64> {
        (self.lag_ms != NO_LAG).then(|| self.time_ms + i64::from(self.lag_ms))
    }
}

/// What is known of the stream in which a record stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running {
    /// The request that runs; 0 for none.
    request: u64,
    has_ended: bool,
    /// Requests run side by side: then lines without an id belong to none of them for sure.
    is_interleaved: bool,
    last_ms: Option<i64>,
}

impl Running {
    /// Gives `entry` what only its neighbours tell. One that is late in its stream has others around it than those it came with.
    fn correlate(&mut self, entry: &mut Entry, last_ms: &mut Option<i64>) {
        if entry.mark == Mark::Late && entry.time_ms() < self.last_ms {
            return;
        }
        match entry.time_ms() {
            Some(time_ms) => (self.last_ms, *last_ms) = (Some(time_ms), Some(time_ms)),
            None => {
                entry.mark = Mark::Untimed;
                entry.time_ms = self.last_ms.or(*last_ms).unwrap_or(NO_TIME);
            }
        }
        match entry.kind {
            LineKind::Start => self.begin(entry.request),
            LineKind::End => self.has_ended |= self.request == entry.request,
            LineKind::Report if self.request == entry.request => self.request = 0,
            _ if entry.request == 0 && !self.is_interleaved => {
                (entry.request, entry.is_inferred) = (self.request, self.request != 0);
            }
            _ => {}
        }
    }

    fn begin(&mut self, request: u64) {
        self.is_interleaved |= self.request != 0 && self.request != request && !self.has_ended;
        (self.request, self.has_ended) = (request, false);
    }
}

/// A piece of a log. The text of each record ends with a line break that is not its own.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    text: Vec<u8>,
    entries: Vec<Entry>,
    streams: Vec<Arc<Stream>>,
    places: BTreeMap<Arc<Stream>, u32>,
}

impl Chunk {
    /// Whether nothing more should be put in.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.text.len() >= FULL
    }

    /// How many records it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts a record at the end. The trace of a request, on a line of its own, joins the report before it.
    pub fn push(&mut self, stream: &Arc<Stream>, time_ms: Option<i64>, ingestion_ms: Option<i64>, message: &[u8]) {
        let stream = self.stream_place(stream);
        if self.joins_report(stream, message) {
            return self.join(message);
        }
        let glance = glance(message);
        let time_ms = time_ms.or(glance.time_ms).unwrap_or(NO_TIME);
        let lag = ingestion_ms.filter(|_| time_ms != NO_TIME).map(|ingestion| ingestion.saturating_sub(time_ms));
        self.entries.push(Entry {
            time_ms,
            request: glance.request.map_or(0, request_hash),
            start: self.text.len() as u32,
            stream,
            lag_ms: lag.and_then(|lag| u32::try_from(lag).ok()).unwrap_or(NO_LAG),
            level: glance.level,
            kind: glance.kind,
            mark: Mark::InPlace,
            is_inferred: false,
        });
        self.text.extend_from_slice(message);
        self.text.push(b'\n');
    }

    /// Says how surely the last record stands where it stands.
    pub fn mark(&mut self, mark: Mark) {
        self.entries.last_mut().into_iter().for_each(|last| last.mark = mark);
    }

    /// Puts another message to the last record, on a line of its own.
    fn join(&mut self, message: &[u8]) {
        if self.text.ends_with(b"\n\n") {
            self.text.pop();
        }
        self.prolong(message);
    }

    /// Puts one more line to the last record.
    pub(super) fn prolong(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
    }

    fn joins_report(&self, stream: u32, message: &[u8]) -> bool {
        let last = self.entries.last();
        message.starts_with(b"XRAY TraceId: ")
            && last.is_some_and(|last| last.kind == LineKind::Report && last.stream == stream)
    }

    fn stream_place(&mut self, stream: &Arc<Stream>) -> u32 {
        let last = self.entries.last().map(|entry| entry.stream);
        if let Some(last) = last.filter(|last| self.streams[*last as usize] == *stream) {
            return last;
        }
        if let Some(place) = self.places.get(stream) {
            return *place;
        }
        let place = self.streams.len() as u32;
        self.streams.push(Arc::clone(stream));
        self.places.insert(Arc::clone(stream), place);
        place
    }

    /// The record at `place`, numbered from `first`.
    pub(in crate::telemetry) fn record(&self, place: usize, first: u64) -> Option<Record<'_>> {
        let entry = *self.entries.get(place)?;
        let stream = self.streams.get(entry.stream as usize)?;
        Some(Record { number: first + place as u64, entry, stream, text: self.record_text(place) })
    }

    /// The record at `place`, which is its number.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<Record<'_>> {
        self.record(place, 0)
    }

    /// Its records, numbered from 0.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.len()).filter_map(|place| self.record(place, 0))
    }

    /// The text of the record at `place`.
    pub(in crate::telemetry) fn record_text(&self, place: usize) -> &[u8] {
        &self.text[self.start(place)..self.start(place + 1).saturating_sub(1).max(self.start(place))]
    }

    /// Where the text of a record begins; behind the last, where the text ends.
    pub(in crate::telemetry) fn start(&self, place: usize) -> usize {
        self.entries.get(place).map_or(self.text.len(), |entry| entry.start as usize)
    }

    /// The record in whose text a byte stands.
    pub(in crate::telemetry) fn place_at(&self, byte: usize) -> usize {
        self.entries.partition_point(|entry| entry.start as usize <= byte).saturating_sub(1)
    }

    pub(in crate::telemetry) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(in crate::telemetry) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn index_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.streams.len() * 2 * size_of::<Arc<Stream>>()
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.capacity() + self.index_bytes()
    }

    pub(super) fn has_room_for(&self, other: &Self) -> bool {
        !self.is_full() && other.text.len() < SMALL
    }

    /// Takes the records of another chunk behind its own, and says how many more it has now. Where the trace of a request may
    /// join the report before it (`joins`), the first record may go into the last.
    pub(super) fn absorb(&mut self, other: &Self, joins: bool) -> usize {
        let before = self.len();
        for (place, entry) in other.entries.iter().enumerate() {
            let stream = self.stream_place(&other.streams[entry.stream as usize]);
            let text = other.record_text(place);
            if joins && self.joins_report(stream, text) {
                self.join(text);
                continue;
            }
            self.entries.push(Entry { start: self.text.len() as u32, stream, ..*entry });
            self.text.extend_from_slice(text);
            self.text.push(b'\n');
        }
        if self.is_full() {
            self.seal();
        }
        self.len() - before
    }

    /// Gives times and requests to records that only their neighbours tell.
    pub(super) fn correlate(&mut self, running: &mut BTreeMap<Arc<Stream>, Running>, last_ms: &mut Option<i64>) {
        let known = |stream| running.get(stream).copied().unwrap_or_default();
        let mut states: Vec<Running> = self.streams.iter().map(known).collect();
        for entry in &mut self.entries {
            states[entry.stream as usize].correlate(entry, last_ms);
        }
        for (stream, state) in self.streams.iter().zip(states) {
            running.insert(Arc::clone(stream), state);
        }
    }

    /// Gives back what was reserved for more.
    pub(super) fn seal(&mut self) {
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }
}

/// The hash under which the index knows a request; never 0.
#[must_use]
pub fn request_hash(id: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = id.len() as u64;
    for part in id.chunks(8) {
        let mut word = [0; 8];
        word[..part.len()].copy_from_slice(part);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
    }
    (hash ^ hash >> 32).max(1)
}
