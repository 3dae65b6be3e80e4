//! Tailing log groups without a lost or a doubled line: Live Tail shows an event at once, sweeps with `FilterLogEvents` find what is
//! really stored, and both are merged.
//!
//! All of it is decided here and nothing is done: [`Tail::poll`] says which sessions to open and which pages to ask for,
//! [`Tail::take_in`] is told what came of it. So a test can run a day of tailing in a moment. Times are the server's, in
//! milliseconds since 1970. Must not know sockets, credentials or the clock.

mod budget;
mod lateness;
mod merge;
mod sessions;
mod sweep;
mod terms;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

use crate::telemetry::record::{LogEvent, Mark};
pub(in crate::source) use budget::Budget;
use lateness::Lateness;
use merge::{Merge, Sighting, UNNAMED};
use sessions::Sessions;
use sweep::{Rules, Sweep};
pub use terms::{
    Action, Given, Input, Ms, Order, REQUEST_EVERY_MS, SessionId, Standing, Stored, Trouble, View, Wanted,
};

/// Sweeps overlap by this at least: lines come up to 15 s after their time.
const OVERLAP_MS: Ms = 15_000;
/// And by this at most.
const LONGEST_OVERLAP_MS: Ms = 300_000;
/// So many overlaps back an audit looks, and so far ids are remembered.
const REACH: Ms = 6;
/// So often an audit looks back.
const AUDIT_EVERY_MS: Ms = 60_000;
/// After a refusal one asks again so much later.
const REFUSED_MS: Ms = 60_000;
/// An update with so many events is full: there may be more.
const FULL_UPDATE: usize = 500;
/// A log group that is so far behind holds up the others no longer.
const STALLED_MS: Ms = 60_000;

/// Waits before the next try: a second, doubled each time up to a minute, spread by a quarter.
pub(in crate::source) fn backoff_ms(failures: u32, seed: u64) -> Ms {
    let wait_ms = (1_000_i64 << failures.saturating_sub(1).min(6)).min(60_000);
    let spread = (seed.wrapping_add(u64::from(failures)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as Ms;
    wait_ms + spread % (wait_ms / 4).max(1)
}

#[derive(Clone, Debug)]
struct Group {
    sweep: Sweep,
    merge: Merge,
    lateness: Lateness,
    /// When Live Tail last left something out.
    sampled_ms: Option<Ms>,
    late: u64,
    unconfirmed: u64,
    gap: Option<(u64, Ms, Ms)>,
}

impl Group {
    fn new(wanted: &Wanted, now_ms: Ms) -> Self {
        Self {
            sweep: Sweep::new(wanted.from_ms, now_ms),
            merge: Merge::new(wanted.from_ms, wanted.remembered),
            lateness: Lateness::default(),
            sampled_ms: None,
            late: 0,
            unconfirmed: 0,
            gap: None,
        }
    }

    fn overlap_ms(&self) -> Ms {
        self.lateness.p999_ms().clamp(OVERLAP_MS, LONGEST_OVERLAP_MS)
    }

    /// Before this nothing is asked for any more.
    fn floor_ms(&self) -> Ms {
        (self.sweep.complete_ms() + 1 - REACH * self.overlap_ms()).max(self.merge.floor_ms())
    }

    fn widen_gap(&mut self, timestamp_ms: Ms) {
        let (count, from_ms, to_ms) = self.gap.unwrap_or((0, timestamp_ms, timestamp_ms));
        self.gap = Some((count + 1, from_ms.min(timestamp_ms), to_ms.max(timestamp_ms)));
    }

    fn count(&mut self, given: &[Given]) {
        self.late += given.iter().filter(|given| given.mark == Mark::Late).count() as u64;
        self.unconfirmed += given.iter().filter(|given| given.mark == Mark::Unconfirmed).count() as u64;
    }
}

/// A tail of log groups.
#[derive(Clone, Debug)]
pub struct Tail {
    wanted: Wanted,
    groups: Vec<Group>,
    sessions: Sessions,
    budget: Budget,
    given: Vec<Given>,
    /// How often something may have become another in what is shown and not given out yet.
    head_changes: u64,
}

impl Tail {
    /// A tail of so many log groups.
    #[must_use]
    pub fn new(groups: usize, wanted: Wanted, now_ms: Ms) -> Self {
        Self {
            wanted,
            groups: vec![Group::new(&wanted, now_ms); groups],
            sessions: Sessions::new(groups, now_ms, wanted.seed),
            budget: Budget::new(wanted.request_every_ms, 1, now_ms),
            given: Vec::new(),
            head_changes: 0,
        }
    }

    /// One more log group is there, and is tailed from where the tail began; gives what must be done at once.
    pub fn join(&mut self, now_ms: Ms) -> Vec<Action> {
        let mut group = Group::new(&self.wanted, now_ms);
        if let (Order::Settled, Some(mark_ms)) =
            (self.wanted.order, self.groups.iter().map(|group| group.merge.mark_ms()).max())
        {
            group.merge.follow(mark_ms);
        }
        self.groups.push(group);
        self.sessions.join(self.groups.len() - 1, now_ms)
    }

    /// What must be done now.
    pub fn poll(&mut self, now_ms: Ms) -> Vec<Action> {
        let mut actions = self.sessions.poll(now_ms);
        while let Some(group) = self.most_due(now_ms) {
            if !self.budget.take(now_ms) {
                break;
            }
            let rules = self.rules(group);
            let page = self.groups[group].sweep.ask(now_ms, &rules);
            if page.token.is_none() {
                self.groups[group].merge.begin();
            }
            actions.push(Action::Ask { group, from_ms: page.from_ms, to_ms: page.to_ms, token: page.token });
        }
        actions
    }

    /// When [`Tail::poll`] should be asked again without news.
    #[must_use]
    pub fn wake_ms(&self) -> Ms {
        let due = self.groups.iter().filter_map(|group| group.sweep.due_ms()).min();
        let ask_ms = due.map_or(Ms::MAX, |due_ms| due_ms.max(self.budget.ready_ms()));
        ask_ms.min(self.sessions.wake_ms())
    }

    /// The log group that has waited longest.
    fn most_due(&self, now_ms: Ms) -> Option<usize> {
        let due = self.groups.iter().enumerate().filter_map(|(place, group)| Some((group.sweep.due_ms()?, place)));
        due.min().filter(|(due_ms, _)| *due_ms <= now_ms).map(|(_, place)| place)
    }

    fn rules(&self, group: usize) -> Rules {
        Rules {
            overlap_ms: self.groups[group].overlap_ms(),
            every_ms: self.wanted.every_ms,
            audit_every_ms: AUDIT_EVERY_MS,
            floor_ms: self.groups[group].floor_ms(),
            refused_ms: REFUSED_MS,
            seed: self.wanted.seed ^ group as u64,
        }
    }

    /// Is told what has come; gives what must be done at once.
    pub fn take_in(&mut self, now_ms: Ms, input: Input) -> Vec<Action> {
        match input {
            Input::Opened(session) => return self.sessions.opened(session, now_ms),
            Input::Update { session, is_sampled, events } => self.update(now_ms, session, is_sampled, events),
            Input::Ended(session, why) => self.sessions.ended(session, now_ms, why),
            Input::Page { group, events, next } => self.page(now_ms, group, events, next),
            Input::Failed(group, trouble) => self.failed(now_ms, group, trouble),
            Input::Unseen(is_so) => return self.sessions.rest(is_so, now_ms),
        }
        Vec::new()
    }

    fn update(&mut self, now_ms: Ms, session: SessionId, is_sampled: bool, events: Vec<(usize, LogEvent)>) {
        let Some(groups) = self.sessions.heard(session, now_ms) else { return };
        if is_sampled || events.len() >= FULL_UPDATE {
            for group in groups {
                self.groups[group].sampled_ms = Some(now_ms);
            }
        }
        self.head_changes += u64::from(!events.is_empty());
        for (place, event) in events {
            let Some(group) = self.groups.get_mut(place) else { continue };
            let timestamp_ms = event.timestamp_ms.unwrap_or_default();
            if timestamp_ms < self.wanted.from_ms {
                continue;
            }
            match group.merge.seen(event) {
                Sighting::Taken => {}
                Sighting::Behind => group.sweep.look_back(timestamp_ms),
                Sighting::TooLate => group.widen_gap(timestamp_ms),
            }
        }
    }

    fn page(&mut self, now_ms: Ms, place: usize, events: Vec<Stored>, next: Option<String>) {
        let rules = self.rules(place);
        let Some(group) = self.groups.get_mut(place) else { return };
        let count = events.len();
        for stored in events {
            let times = stored.event.timestamp_ms.zip(stored.event.ingestion_ms);
            if group.merge.stored(stored)
                && let Some((timestamp_ms, ingestion_ms)) = times
            {
                group.lateness.saw(ingestion_ms - timestamp_ms);
            }
        }
        let Some(read) = group.sweep.answered(now_ms, count, next, &rules) else { return };
        group.sampled_ms = group.sampled_ms.filter(|sampled_ms| *sampled_ms >= read.began_ms);
        match self.wanted.order {
            Order::AsRead => self.settle(place, read.to_ms),
            Order::Settled => self.settle_all(now_ms),
        }
    }

    fn failed(&mut self, now_ms: Ms, place: usize, trouble: Trouble) {
        if trouble == Trouble::Throttled {
            self.budget.punish(now_ms, 4 * self.wanted.request_every_ms);
        }
        let rules = self.rules(place);
        if let Some(group) = self.groups.get_mut(place) {
            group.sweep.failed(now_ms, trouble, &rules);
        }
    }

    /// Gives out what stands before anything that can still come, over all log groups that are not stalled.
    fn settle_all(&mut self, now_ms: Ms) {
        let is_stalled = |group: &&Group| {
            group.sweep.trouble().is_some() && now_ms - group.sweep.complete_ms() > STALLED_MS + group.overlap_ms()
        };
        let complete = |group: &Group| group.sweep.complete_ms();
        let going = self.groups.iter().filter(|group| !is_stalled(group)).map(complete).min();
        let Some(mark_ms) = going else { return };
        (0..self.groups.len()).for_each(|place| self.settle(place, mark_ms));
    }

    fn settle(&mut self, place: usize, mark_ms: Ms) {
        let group = &mut self.groups[place];
        let given = group.merge.settle(mark_ms, group.floor_ms(), self.wanted.order);
        group.count(&given);
        self.head_changes += u64::from(!given.is_empty());
        self.given.extend(given);
    }

    /// What is given out since the last time, in order.
    pub fn give(&mut self) -> Vec<Given> {
        let mut given = std::mem::take(&mut self.given);
        // Ids of one batch are numbers in ascending order, a longer one is larger. Without ids they stand as they were read.
        given.sort_by(|a, b| {
            let times = |given: &Given| (given.event.timestamp_ms, given.event.ingestion_ms);
            let id = |given: &Given| {
                if given.id.starts_with(UNNAMED) { (0, "".into()) } else { (given.id.len(), given.id.clone()) }
            };
            times(a).cmp(&times(b)).then_with(|| id(a).cmp(&id(b))).then(a.read.cmp(&b.read))
        });
        given
    }

    /// A number that stays while what is shown and not given out yet does.
    #[must_use]
    pub fn head_changes(&self) -> u64 {
        self.head_changes
    }

    /// What Live Tail has shown and is not given out yet, in order, with how many of each are stored; 0 when that is not known yet.
    #[must_use]
    pub fn head(&self) -> Vec<(&LogEvent, usize)> {
        let mut head: Vec<_> = self.groups.iter().flat_map(|group| group.merge.head()).collect();
        head.sort_by_key(|(event, _)| (event.timestamp_ms, event.ingestion_ms));
        head
    }

    /// How true the picture of a log group is.
    #[must_use]
    pub fn standing(&self, place: usize, now_ms: Ms) -> Option<Standing> {
        let group = self.groups.get(place)?;
        let behind_ms = now_ms - group.sweep.read_ms();
        Some(Standing {
            view: self.sessions.view(place),
            is_sampled: group.sampled_ms.is_some(),
            is_catching_up: behind_ms > 4 * self.wanted.every_ms + group.overlap_ms(),
            read_ms: group.sweep.read_ms(),
            reconciled_ms: group.sweep.complete_ms(),
            trouble: group.sweep.trouble().map(|why| (why.clone(), group.sweep.due_ms().unwrap_or(now_ms))),
            late: group.late,
            gap: group.gap,
            unconfirmed: group.unconfirmed,
            overlap_ms: group.overlap_ms(),
        })
    }

    /// All that was readable up to here has been read, of every log group that can be read.
    #[must_use]
    pub fn read_ms(&self) -> Ms {
        let readable = self.groups.iter().filter(|group| !group.sweep.trouble().is_some_and(Trouble::is_refusal));
        readable.map(|group| group.sweep.read_ms()).min().unwrap_or(Ms::MAX)
    }

    /// How many sessions are open or being opened: each one costs by the minute.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.sessions.count()
    }

    /// How many events are held or remembered.
    #[must_use]
    pub fn held(&self) -> usize {
        self.groups.iter().map(|group| group.merge.len()).sum()
    }
}
