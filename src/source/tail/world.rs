//! A CloudWatch of its own for the tests, in virtual time and with every fault that the real one has.
//!
//! A seed decides what happens: which events there are, how late they are readable, and what goes wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::{Action, Given, Input, Ms, Order, SessionId, Stored, Tail, Trouble, Wanted};
use crate::telemetry::record::{LogEvent, Stream};

/// Numbers that follow from a seed.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// At least 0 and below.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        (self.next() % end.max(1) as u64) as i64
    }

    /// So many times in a thousand.
    pub(super) fn is(&mut self, in_a_thousand: i64) -> bool {
        self.below(1_000) < in_a_thousand
    }
}

/// An event of this world.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub event: LogEvent,
    pub id: Box<str>,
    /// When a sweep can read it.
    pub readable_ms: Ms,
}

/// What goes wrong, in a thousand times each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    pub session_breaks: i64,
    pub session_is_silent: i64,
    pub session_samples: i64,
    pub update_loses: i64,
    pub update_doubles: i64,
    pub page_fails: i64,
    pub page_is_empty: i64,
    pub token_is_stale: i64,
    /// Between these times the credentials are no good.
    pub expired_ms: (Ms, Ms),
    /// Between these times nobody looks.
    pub unseen_ms: (Ms, Ms),
    /// This log group may not be tailed.
    pub refused_group: Option<usize>,
}

/// A session that is open.
#[derive(Clone, Debug)]
struct Open {
    groups: Vec<usize>,
    since_ms: Ms,
    seen_ms: Ms,
    silent_until_ms: Ms,
}

/// What is on its way.
#[derive(Clone, Debug)]
enum Coming {
    Tick(SessionId),
    To(Input),
}

/// The world and the tail in it.
pub(super) struct World {
    pub now_ms: Ms,
    pub groups: Vec<Vec<Happened>>,
    pub tail: Tail,
    pub given: Vec<Given>,
    pub faults: Faults,
    /// When log groups appear that were not there at first, the last first.
    appears: Vec<Ms>,
    /// The most that was held at once.
    pub most_held: usize,
    /// Ids of events that Live Tail showed.
    pub shown: BTreeSet<Box<str>>,
    dice: Dice,
    open: BTreeMap<SessionId, Open>,
    coming: BTreeMap<(Ms, u64), Coming>,
    count: u64,
    asked: VecDeque<Ms>,
}

/// Sessions end after three hours.
const SESSION_MS: Ms = 3 * 3_600_000;

impl World {
    pub(super) fn new(groups: Vec<Vec<Happened>>, order: Order, from_ms: Ms, faults: Faults, seed: u64) -> Self {
        let now_ms = 1_000_000;
        let wanted = Wanted { remembered: 20_000, ..Wanted::from(from_ms, order, seed) };
        Self {
            now_ms,
            tail: Tail::new(groups.len(), wanted, now_ms),
            groups,
            given: Vec::new(),
            faults,
            appears: Vec::new(),
            most_held: 0,
            shown: BTreeSet::new(),
            dice: Dice::new(seed ^ 0x5eed),
            open: BTreeMap::new(),
            coming: BTreeMap::new(),
            count: 0,
            asked: VecDeque::new(),
        }
    }

    /// The last log groups are not there at first and appear at these times.
    pub(super) fn appear(&mut self, at_ms: &[Ms]) {
        self.tail = Tail::new(self.groups.len() - at_ms.len(), self.tail.wanted, self.now_ms);
        self.appears = at_ms.to_vec();
        self.appears.sort_by_key(|at_ms| std::cmp::Reverse(*at_ms));
    }

    /// Lets time pass.
    pub(super) fn run_until(&mut self, end_ms: Ms) {
        while self.now_ms < end_ms {
            let is_unseen = (self.faults.unseen_ms.0..self.faults.unseen_ms.1).contains(&self.now_ms);
            let actions = self.tail.take_in(self.now_ms, Input::Unseen(is_unseen));
            self.act(actions);
            while self.appears.pop_if(|at_ms| *at_ms <= self.now_ms).is_some() {
                let actions = self.tail.join(self.now_ms);
                self.act(actions);
            }
            let actions = self.tail.poll(self.now_ms);
            self.act(actions);
            assert!(!is_unseen || self.open.is_empty(), "nothing is open while nobody looks");
            let coming_ms = self.coming.first_key_value().map_or(Ms::MAX, |((at_ms, _), _)| *at_ms);
            let appears_ms = self.appears.last().copied().unwrap_or(Ms::MAX);
            let next_ms = coming_ms.min(self.tail.wake_ms()).min(appears_ms).min(end_ms);
            assert!(next_ms >= self.now_ms, "time goes forward");
            self.now_ms = next_ms;
            while let Some(entry) = self.coming.first_entry()
                && entry.key().0 <= self.now_ms
            {
                let coming = entry.remove();
                self.arrive(coming);
            }
            self.given.extend(self.tail.give());
            self.most_held = self.most_held.max(self.tail.held());
        }
    }

    fn send(&mut self, after_ms: Ms, coming: Coming) {
        self.count += 1;
        self.coming.insert((self.now_ms + after_ms, self.count), coming);
    }

    fn arrive(&mut self, coming: Coming) {
        match coming {
            Coming::Tick(session) => self.tick(session),
            Coming::To(input) => {
                let actions = self.tail.take_in(self.now_ms, input);
                self.act(actions);
            }
        }
    }

    fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Open { session, groups } => self.open(session, groups),
                Action::Close(session) => {
                    self.open.remove(&session);
                }
                Action::Ask { group, from_ms, to_ms, token } => self.page(group, from_ms, to_ms, token.as_deref()),
            }
        }
    }

    fn is_expired(&self) -> bool {
        (self.faults.expired_ms.0..self.faults.expired_ms.1).contains(&self.now_ms)
    }

    fn open(&mut self, session: SessionId, groups: Vec<usize>) {
        assert!((1..=10).contains(&groups.len()), "a session takes one to ten log groups");
        let after_ms = 50 + self.dice.below(400);
        let refused = self.faults.refused_group.filter(|group| groups.contains(group));
        let why = if refused.is_some() {
            Some(Trouble::Refused("Not this log group.".into()))
        } else if self.is_expired() {
            Some(Trouble::Expired("The token is too old.".into()))
        } else if self.open.len() >= 15 {
            panic!("an account has fifteen sessions");
        } else {
            self.dice.is(self.faults.session_breaks).then(|| Trouble::Dropped("reset by peer".into()))
        };
        if let Some(why) = why {
            return self.send(after_ms, Coming::To(Input::Ended(session, why)));
        }
        let (since_ms, seen_ms) = (self.now_ms, self.now_ms);
        self.open.insert(session, Open { groups, since_ms, seen_ms, silent_until_ms: 0 });
        self.send(after_ms, Coming::To(Input::Opened(session)));
        self.send(after_ms + 1_000, Coming::Tick(session));
    }

    /// A second of an open session.
    fn tick(&mut self, session: SessionId) {
        let Some(mut open) = self.open.remove(&session) else { return };
        let is_over = self.now_ms - open.since_ms >= SESSION_MS;
        if is_over || self.dice.is(self.faults.session_breaks) {
            let why = if is_over { Trouble::SessionOver } else { Trouble::Dropped("half a frame".into()) };
            return self.send(5, Coming::To(Input::Ended(session, why)));
        }
        if self.dice.is(self.faults.session_is_silent) {
            open.silent_until_ms = self.now_ms + 12_000;
        }
        if self.now_ms >= open.silent_until_ms {
            let update = self.update(session, &mut open);
            self.send(self.count as i64 % 7, Coming::To(update));
        }
        self.open.insert(session, open);
        self.send(1_000, Coming::Tick(session));
    }

    fn update(&mut self, session: SessionId, open: &mut Open) -> Input {
        let is_sampled = self.dice.is(self.faults.session_samples);
        let mut events = Vec::new();
        for group in &open.groups {
            // Nothing is later than five minutes: the rest need not be looked at.
            let list = &self.groups[*group];
            let first = list.partition_point(|happened| happened.event.timestamp_ms < Some(open.seen_ms - 300_000));
            for happened in list[first..].iter().take_while(|happened| happened.event.timestamp_ms <= Some(self.now_ms))
            {
                let ingestion_ms = happened.event.ingestion_ms.unwrap_or_default();
                let is_new = ingestion_ms > open.seen_ms && ingestion_ms <= self.now_ms;
                if !is_new || self.dice.is(self.faults.update_loses) || (is_sampled && self.dice.is(500)) {
                    continue;
                }
                self.shown.insert(happened.id.clone());
                events.push((*group, happened.event.clone()));
                if self.dice.is(self.faults.update_doubles) {
                    events.push((*group, happened.event.clone()));
                }
            }
        }
        open.seen_ms = self.now_ms;
        // Out of order, as the real one.
        for place in (1..events.len()).rev() {
            events.swap(place, self.dice.below(place as i64 + 1) as usize);
        }
        Input::Update { session, is_sampled, events }
    }

    fn page(&mut self, group: usize, from_ms: Ms, to_ms: Ms, token: Option<&str>) {
        self.asked.push_back(self.now_ms);
        while self.asked.front().is_some_and(|at_ms| *at_ms <= self.now_ms - 1_000) {
            self.asked.pop_front();
        }
        assert!(self.asked.len() <= 5, "FilterLogEvents takes five requests a second");
        assert!(from_ms <= to_ms, "a span has a length: {from_ms} to {to_ms}");
        let after_ms = 20 + self.dice.below(200);
        if let Some(trouble) = self.page_trouble(token.is_some()) {
            return self.send(after_ms, Coming::To(Input::Failed(group, trouble)));
        }
        let page = self.read(group, from_ms, to_ms, token);
        self.send(after_ms, Coming::To(page));
    }

    fn page_trouble(&mut self, goes_on: bool) -> Option<Trouble> {
        if self.is_expired() {
            return Some(Trouble::Expired("The token is too old.".into()));
        }
        if goes_on && self.dice.is(self.faults.token_is_stale) {
            return Some(Trouble::StaleToken);
        }
        let fails = self.dice.is(self.faults.page_fails);
        fails.then(|| if self.dice.is(500) { Trouble::Throttled } else { Trouble::Dropped("500".into()) })
    }

    /// A token tells up to which event, in the order of the group, pages went, and how many of them were empty.
    fn read(&mut self, group: usize, from_ms: Ms, to_ms: Ms, token: Option<&str>) -> Input {
        let (start, empty) = token
            .and_then(|token| token.split_once('/'))
            .map_or((0, 0), |(start, empty)| (start.parse().unwrap_or(0), empty.parse().unwrap_or(0)));
        if empty < 3 && self.dice.is(self.faults.page_is_empty) {
            return Input::Page { group, events: Vec::new(), next: Some(format!("{start}/{}", empty + 1)) };
        }
        let most = 1 + self.dice.below(40) as usize;
        let fits = |happened: &Happened| happened.readable_ms <= self.now_ms;
        let all = &self.groups[group];
        let first = all.partition_point(|happened| happened.event.timestamp_ms < Some(from_ms)).max(start);
        let last = all.partition_point(|happened| happened.event.timestamp_ms <= Some(to_ms));
        let found = all.iter().enumerate().take(last).skip(first).filter(|(_, happened)| fits(happened));
        let page: Vec<_> = found.take(most).collect();
        let next = (page.len() == most).then(|| page.last().map(|(place, _)| format!("{}/0", place + 1))).flatten();
        let stored =
            |(_, happened): &(usize, &Happened)| Stored { id: happened.id.clone(), event: happened.event.clone() };
        Input::Page { group, events: page.iter().map(stored).collect(), next }
    }
}

/// Events of some log groups from `from_ms` on for so long: some alike, some late, in bursts.
pub(super) fn happen(
    dice: &mut Dice,
    groups: usize,
    events: usize,
    from_ms: Ms,
    for_ms: Ms,
    latest_ms: Ms,
) -> Vec<Vec<Happened>> {
    let mut all = Vec::new();
    for group in 0..groups {
        let streams: Vec<_> = (0..3).map(|stream| Stream::new(&format!("/g/{group}"), &format!("s{stream}"))).collect();
        let mut list: Vec<Happened> = Vec::new();
        for number in 0..events {
            let twin = list.last().filter(|_| dice.is(150)).cloned();
            let mut happened = twin.unwrap_or_else(|| happened(dice, &streams, number, from_ms, for_ms, latest_ms));
            happened.id = format!("{:020}{number:06}", happened.event.timestamp_ms.unwrap_or_default()).into();
            list.push(happened);
        }
        list.sort_by(|a, b| {
            (a.event.timestamp_ms, a.event.ingestion_ms, &a.id).cmp(&(
                b.event.timestamp_ms,
                b.event.ingestion_ms,
                &b.id,
            ))
        });
        all.push(list);
    }
    all
}

fn happened(
    dice: &mut Dice,
    streams: &[Arc<Stream>],
    number: usize,
    from_ms: Ms,
    for_ms: Ms,
    latest_ms: Ms,
) -> Happened {
    let timestamp_ms = from_ms + if dice.is(300) { for_ms / 2 } else { dice.below(for_ms) };
    let late_ms = match dice.below(100) {
        0..80 => dice.below(200),
        80..95 => dice.below(latest_ms.min(6_000)),
        _ => dice.below(latest_ms),
    };
    let ingestion_ms = timestamp_ms + late_ms;
    let stream = Arc::clone(&streams[dice.below(streams.len() as i64) as usize]);
    let message = format!("line {}", if dice.is(200) { 0 } else { number });
    let event = LogEvent { timestamp_ms: Some(timestamp_ms), ingestion_ms: Some(ingestion_ms), stream, message };
    Happened { event, id: "".into(), readable_ms: ingestion_ms + dice.below(900) }
}
