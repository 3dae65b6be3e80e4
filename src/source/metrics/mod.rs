//! Asking CloudWatch for metrics and alarms of a stack: few questions, because each metric that is asked for costs.
//!
//! All of it is decided here and nothing is done: [`Poller::poll`] says what to ask, [`Poller::take_in`] is told what came of it.
//! So a test can run an hour in a moment. Times are the server's, in milliseconds since 1970. Must not know sockets,
//! credentials or the clock.

mod alarms;
mod rounds;
mod span;
mod terms;
mod wanted;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::tail::Ms;
use crate::telemetry::alarm::Alarm;
use crate::telemetry::record::MetricPoint;
use alarms::Alarms;
use rounds::Rounds;
pub use span::counted_span;
pub use terms::{Action, Ask, Asked, Input, Standing, Status, Told, Wanted};
pub use wanted::wanted;

/// What asks for the metrics and alarms of a stack.
#[derive(Clone, Debug)]
pub struct Poller {
    rounds: Rounds,
    alarms: Alarms,
}

impl Poller {
    /// Asks for these metrics from a time on, and for alarms of these names.
    #[must_use]
    pub fn new(wanted: Vec<Wanted>, alarms: Vec<String>, from_ms: Ms, now_ms: Ms, seed: u64) -> Self {
        Self { rounds: Rounds::new(wanted, from_ms, now_ms, seed), alarms: Alarms::new(alarms, now_ms, seed) }
    }

    /// Is told which nodes are seen, by logical name, `None` for all; and whether nobody looks at the window.
    pub fn look(&mut self, seen: Option<BTreeSet<String>>, is_hidden: bool) {
        self.rounds.look(seen, is_hidden);
    }

    /// What must be asked now; nothing while an answer to the like is awaited.
    pub fn poll(&mut self, now_ms: Ms) -> Vec<Action> {
        let values = self.rounds.poll(now_ms).map(Action::Values);
        values.into_iter().chain(self.alarms.poll(now_ms)).collect()
    }

    /// When [`Poller::poll`] should be asked again without news.
    #[must_use]
    pub fn wake_ms(&self) -> Ms {
        self.rounds.wake_ms().min(self.alarms.wake_ms())
    }

    /// Is told what has come.
    pub fn take_in(&mut self, now_ms: Ms, input: Input) {
        match input {
            Input::Values { told, next } => self.rounds.told(now_ms, told, next),
            Input::NoValues(trouble) => self.rounds.failed(now_ms, trouble),
            Input::Alarms { alarms, next } => self.alarms.told(now_ms, alarms, next),
            Input::NoAlarms(trouble) => self.alarms.failed(now_ms, trouble),
        }
    }

    /// The points that have come since the last time; one of a time that was given before takes the other's place.
    pub fn give(&mut self) -> Vec<MetricPoint> {
        self.rounds.give()
    }

    /// All alarms, when they have been told anew.
    pub fn give_alarms(&mut self) -> Option<Vec<Alarm>> {
        self.alarms.give()
    }

    /// Whether everything was asked for once, and what of it may be told has been.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.rounds.is_told() && self.alarms.is_told()
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let mut faults = self.rounds.faults();
        faults.extend(self.alarms.fault());
        Standing { asked: self.rounds.asked(), faults, told_ms: self.rounds.told_ms() }
    }
}
