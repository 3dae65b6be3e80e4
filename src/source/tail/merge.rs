//! One log group's two views made one: what Live Tail shows at once, and what `FilterLogEvents` has stored.
//!
//! Live Tail names no event ids, may send an event twice, and may leave events out; the stored ones have ids and are the truth.
//! So an event that was only seen live is shown, but given out when a sweep has it. A second identical event waits for the sweep
//! that tells whether there are two. Must not know sessions, requests or the clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Given, Ms, Order, Stored};
use crate::telemetry::log::request_hash;
use crate::telemetry::record::{LogEvent, Mark, Stream};

/// What the ids begin with that events without one are given here.
pub(super) const UNNAMED: char = '~';

/// What two views of an event have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    timestamp_ms: Ms,
    ingestion_ms: Ms,
    message: u64,
    stream: Arc<Stream>,
}

impl Key {
    fn of(event: &LogEvent) -> Self {
        Self {
            timestamp_ms: event.timestamp_ms.unwrap_or_default(),
            ingestion_ms: event.ingestion_ms.unwrap_or_default(),
            message: request_hash(event.message.as_bytes()),
            stream: Arc::clone(&event.stream),
        }
    }

    /// Before every key of that time.
    fn at(timestamp_ms: Ms) -> Self {
        Self { timestamp_ms, ingestion_ms: Ms::MIN, message: 0, stream: Arc::default() }
    }
}

/// An event that was not given out yet; without ids it was only seen live.
#[derive(Clone, Debug)]
struct Pending {
    event: LogEvent,
    /// Whether Live Tail has shown it.
    is_seen: bool,
    /// Ids, and the number of each in the order in which they were read.
    ids: Vec<(Box<str>, u64)>,
}

/// What became of an event that was seen live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sighting {
    /// It is shown until a sweep has it, or was known.
    Taken,
    /// It belongs where sweeps have been: one must look there again.
    Behind,
    /// It belongs where no sweep looks again.
    TooLate,
}

/// The events of one log group, from the first sight until they are forgotten.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    pending: BTreeMap<Key, Pending>,
    /// Ids of those that were given out, so that they are known again.
    given: BTreeMap<Key, Vec<Box<str>>>,
    /// Events up to here were given out.
    mark_ms: Ms,
    /// The last event that was given out happened then.
    last_ms: Ms,
    /// Events before were forgotten.
    floor_ms: Ms,
    /// How many were read.
    count: u64,
    /// How many of each kind without an id this sweep has read.
    unnamed: BTreeMap<Key, usize>,
    /// So many are remembered.
    most: usize,
}

impl Merge {
    /// Events from a time on; so many that were given out are remembered.
    pub(super) fn new(from_ms: Ms, most: usize) -> Self {
        let (pending, given) = (BTreeMap::new(), BTreeMap::new());
        Self {
            pending,
            given,
            mark_ms: from_ms - 1,
            last_ms: from_ms,
            floor_ms: from_ms,
            count: 0,
            unnamed: BTreeMap::new(),
            most,
        }
    }

    /// Its events up to a time belong where other log groups have given out theirs.
    pub(super) fn follow(&mut self, mark_ms: Ms) {
        self.mark_ms = self.mark_ms.max(mark_ms);
    }

    /// Events up to here were given out.
    pub(super) fn mark_ms(&self) -> Ms {
        self.mark_ms
    }

    /// Before this nothing is asked for any more.
    pub(super) fn floor_ms(&self) -> Ms {
        self.floor_ms
    }

    /// How many events are held or remembered.
    pub(super) fn len(&self) -> usize {
        self.pending.len() + self.given.len()
    }

    /// Takes an event that Live Tail shows.
    pub(super) fn seen(&mut self, event: LogEvent) -> Sighting {
        let key = Key::of(&event);
        if key.timestamp_ms < self.floor_ms {
            return Sighting::TooLate;
        }
        let is_behind = key.timestamp_ms <= self.mark_ms && !self.given.contains_key(&key);
        if !self.given.contains_key(&key) {
            let fresh = || Pending { event, is_seen: true, ids: Vec::new() };
            self.pending.entry(key).or_insert_with(fresh).is_seen = true;
        }
        if is_behind { Sighting::Behind } else { Sighting::Taken }
    }

    /// A sweep begins, which reads all that is stored at any time within it.
    pub(super) fn begin(&mut self) {
        self.unnamed.clear();
    }

    /// Takes an event that is stored; tells whether it was not known as stored. One without an id is known by how many like it
    /// the sweep has read before: some that speak CloudWatch's language leave ids out.
    pub(super) fn stored(&mut self, mut stored: Stored) -> bool {
        let key = Key::of(&stored.event);
        if stored.id.is_empty() {
            let count = self.unnamed.entry(key.clone()).or_default();
            *count += 1;
            stored.id = format!("{UNNAMED}{count}").into();
        }
        let is_given = self.given.get(&key).is_some_and(|ids| ids.contains(&stored.id));
        if is_given || key.timestamp_ms < self.floor_ms {
            return false;
        }
        let fresh = || Pending { event: stored.event, is_seen: false, ids: Vec::new() };
        let pending = self.pending.entry(key).or_insert_with(fresh);
        let is_new = pending.ids.iter().all(|(id, _)| *id != stored.id);
        if is_new {
            self.count += 1;
            pending.ids.push((stored.id, self.count));
        }
        is_new
    }

    /// Gives out what is stored up to a time, in order; then forgets what lies before `floor_ms`.
    ///
    /// Late is what happened before the last event that was given out; and when events are given out settled, what belongs where other
    /// log groups have given out theirs.
    pub(super) fn settle(&mut self, mark_ms: Ms, floor_ms: Ms, order: Order) -> Vec<Given> {
        let late_ms = match order {
            Order::AsRead => self.last_ms - 1,
            Order::Settled => self.mark_ms,
        };
        let mark_ms = mark_ms.max(self.mark_ms);
        let rest = self.pending.split_off(&Key::at(mark_ms.saturating_add(1)));
        let due = std::mem::replace(&mut self.pending, rest);
        let mut given = Vec::new();
        for (key, pending) in due {
            let mark = if key.timestamp_ms <= late_ms { Mark::Late } else { Mark::InPlace };
            self.give(key, pending, floor_ms, mark, &mut given);
        }
        self.mark_ms = mark_ms;
        self.forget(floor_ms);
        given
    }

    fn give(&mut self, key: Key, pending: Pending, floor_ms: Ms, mark: Mark, into: &mut Vec<Given>) {
        if pending.ids.is_empty() && key.timestamp_ms >= floor_ms {
            self.pending.insert(key, pending);
            return;
        }
        let Pending { event, ids, .. } = pending;
        if ids.is_empty() {
            into.push(Given { id: "".into(), event, mark: Mark::Unconfirmed, read: 0 });
            return;
        }
        self.last_ms = self.last_ms.max(key.timestamp_ms);
        let given = |(id, read): &(Box<str>, u64)| Given { id: id.clone(), event: event.clone(), mark, read: *read };
        into.extend(ids.iter().map(given));
        self.given.entry(key).or_default().extend(ids.into_iter().map(|(id, _)| id));
    }

    fn forget(&mut self, floor_ms: Ms) {
        self.floor_ms = floor_ms.max(self.floor_ms);
        self.given = self.given.split_off(&Key::at(self.floor_ms));
        while self.given.len() > self.most {
            let Some((key, _)) = self.given.pop_first() else { return };
            self.floor_ms = key.timestamp_ms + 1;
            self.given = self.given.split_off(&Key::at(self.floor_ms));
        }
    }

    /// What Live Tail has shown and is not given out yet, with how many of each are stored; 0 when that is not known yet.
    pub(super) fn head(&self) -> impl Iterator<Item = (&LogEvent, usize)> {
        self.pending.values().filter(|pending| pending.is_seen).map(|pending| (&pending.event, pending.ids.len()))
    }
}
