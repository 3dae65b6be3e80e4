//! When alarms are asked for: all of a stack once a minute, a hundred at a time.
//!
//! Must not know who asks, nor what alarms watch.

use super::span::MINUTE_MS;
use super::terms::Action;
use crate::source::tail::{Ms, Trouble, backoff_ms};
use crate::telemetry::alarm::Alarm;

/// So many names one request may hold.
const MOST_NAMES: usize = 100;

/// The alarms of a stack.
#[derive(Clone, Debug)]
pub(super) struct Alarms {
    names: Vec<String>,
    seed: u64,
    /// The names from this place on are yet to be asked for, from this token on.
    at: (usize, Option<String>),
    is_out: bool,
    due_ms: Ms,
    failures: u32,
    trouble: Option<Trouble>,
    /// What the round has told so far.
    so_far: Vec<Alarm>,
    given: Option<Vec<Alarm>>,
    /// A round is over, or there is nothing to tell.
    is_told: bool,
}

impl Alarms {
    pub(super) fn new(names: Vec<String>, now_ms: Ms, seed: u64) -> Self {
        Self {
            is_told: names.is_empty(),
            names,
            seed,
            at: (0, None),
            is_out: false,
            due_ms: now_ms,
            failures: 0,
            trouble: None,
            so_far: Vec::new(),
            given: None,
        }
    }

    /// What must be asked now.
    pub(super) fn poll(&mut self, now_ms: Ms) -> Option<Action> {
        if now_ms < self.wake_ms() {
            return None;
        }
        self.is_out = true;
        let names = self.names.iter().skip(self.at.0).take(MOST_NAMES).cloned().collect();
        Some(Action::Alarms { names, token: self.at.1.clone() })
    }

    /// When there is something to ask.
    pub(super) fn wake_ms(&self) -> Ms {
        if self.is_out || self.names.is_empty() { Ms::MAX } else { self.due_ms }
    }

    /// A page has come.
    pub(super) fn told(&mut self, now_ms: Ms, alarms: Vec<Alarm>, next: Option<String>) {
        (self.is_out, self.failures, self.trouble) = (false, 0, None);
        self.so_far.extend(alarms);
        let (from, token) = &self.at;
        self.at = if next.is_some() && next != *token { (*from, next) } else { (from + MOST_NAMES, None) };
        self.due_ms = now_ms;
        if self.at.0 >= self.names.len() {
            self.at = (0, None);
            self.due_ms = now_ms + MINUTE_MS;
            let mut all = std::mem::take(&mut self.so_far);
            all.sort_by(|one, other| one.name.cmp(&other.name));
            (self.given, self.is_told) = (Some(all), true);
        }
    }

    /// A page did not come: the round begins anew.
    pub(super) fn failed(&mut self, now_ms: Ms, trouble: Trouble) {
        self.failures += 1;
        self.is_told |= trouble.is_refusal();
        let wait_ms = if trouble.is_refusal() { 10 * MINUTE_MS } else { backoff_ms(self.failures, self.seed) };
        (self.is_out, self.due_ms, self.trouble) = (false, now_ms + wait_ms, Some(trouble));
        (self.at, self.so_far) = ((0, None), Vec::new());
    }

    /// All alarms, when a round is over.
    pub(super) fn give(&mut self) -> Option<Vec<Alarm>> {
        self.given.take()
    }

    /// Whether all were told once, or will not be.
    pub(super) fn is_told(&self) -> bool {
        self.is_told
    }

    /// What stands in the way, in a sentence without a stop.
    pub(super) fn fault(&self) -> Option<String> {
        self.trouble.as_ref().map(|trouble| format!("alarms wait ({trouble})"))
    }
}
