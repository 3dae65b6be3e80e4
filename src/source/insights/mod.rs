//! A question to Logs Insights: when to begin it, when to look what it has found, page by page, and how to stop it.
//!
//! Like `source/tail`, all of it is decided here and nothing is done: [`Run::poll`] says what to ask, [`Run::take_in`] is told what
//! came of it. Whatever it costs is paid once it has begun, so a question is begun once: where it is not known whether it has,
//! nobody begins it again. Times are in milliseconds. Must not know sockets or the clock.

mod terms;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::tail::{Ms, Trouble, backoff_ms};
use crate::telemetry::insights::table::Table;
pub use terms::{Asked, Input, Mistake, Page, Span, State, Statistics, Step, Survey, Told};

/// A question takes so many log groups (API reference of `StartQuery`).
pub const MOST_GROUPS: usize = 50;
/// It gives so many rows at most, a tenth of them in one page (API reference of `GetQueryResults`).
pub const MOST_ROWS: usize = 100_000;
/// Texts of so many bytes are kept of them.
const MOST_BYTES: usize = 256 << 20;
/// It is looked at after so long, and then each time after twice as long, up to a second.
const LOOK_MS: Ms = 200;
/// The service ends a question after an hour; one that it says nothing of any more is given up then.
const LONGEST_MS: Ms = 65 * 60_000;
/// So often in a row something may fail before it is given up.
const TRIES: u32 = 6;
/// What was stopped is looked at so often for its last words.
const LAST_LOOKS: u32 = 5;

/// How long to wait before a question is looked at that was looked at so often.
#[must_use]
pub fn look_after_ms(looks: u32) -> Ms {
    (LOOK_MS << looks.min(3)).min(1_000)
}

/// A question that is asked.
#[derive(Clone, Debug)]
pub struct Run {
    told: Told,
    /// Its name, once it has begun.
    query: Option<String>,
    /// The next page of all that it has found.
    token: Option<String>,
    begun_ms: Ms,
    due_ms: Ms,
    is_out: bool,
    looks: u32,
    failures: u32,
    stop: Stop,
    seed: u64,
}

/// How far the stop of a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// Nobody wants it.
    No,
    /// It is to be stopped.
    Wanted,
    /// It was, and was looked at so often since.
    Done(u32),
}

impl Run {
    /// One that is to begin; `seed` spreads waits.
    #[must_use]
    pub fn new(now_ms: Ms, seed: u64) -> Self {
        let (query, token, stop) = (None, None, Stop::No);
        let told = Told::default();
        Self { told, query, token, begun_ms: now_ms, due_ms: now_ms, is_out: false, looks: 0, failures: 0, stop, seed }
    }

    /// What is to be asked now.
    pub fn poll(&mut self, now_ms: Ms) -> Option<Step> {
        if self.told.is_over || self.is_out || now_ms < self.due_ms {
            return None;
        }
        let step = match (&self.query, self.stop) {
            (None, Stop::No) => Step::Begin,
            (None, _) => {
                self.end(State::Cancelled);
                return None;
            }
            (Some(query), Stop::Wanted) => Step::Stop(query.clone()),
            (Some(query), _) => Step::Look(query.clone(), self.token.clone()),
        };
        self.is_out = true;
        Some(step)
    }

    /// When there is something to ask, if nothing comes before.
    #[must_use]
    pub fn wake_ms(&self) -> Option<Ms> {
        (!self.told.is_over && !self.is_out).then_some(self.due_ms)
    }

    /// It is to be stopped, as soon as it can be.
    pub fn stop(&mut self, now_ms: Ms) {
        if self.stop == Stop::No {
            (self.stop, self.due_ms) = (Stop::Wanted, now_ms);
        }
    }

    /// Is told what has come.
    pub fn take_in(&mut self, now_ms: Ms, input: Input) {
        self.is_out = false;
        match input {
            Input::Begun(query) => {
                (self.query, self.failures, self.told.trouble) = (Some(query), 0, None);
                self.due_ms = if self.stop == Stop::No { now_ms + look_after_ms(0) } else { now_ms };
            }
            Input::Mistaken(mistake) => {
                self.told.mistake = Some(mistake);
                self.end(State::Failed);
            }
            Input::Page(page) => self.page(now_ms, page),
            Input::Stopped => (self.stop, self.due_ms) = (Stop::Done(0), now_ms),
            Input::Failed(step, trouble) => self.failed(now_ms, &step, trouble),
        }
    }

    fn page(&mut self, now_ms: Ms, page: Page) {
        let Page { state, statistics, rows, next } = page;
        (self.failures, self.told.trouble) = (0, None);
        (self.told.state, self.told.statistics) = (state, statistics);
        // What comes before the end comes again with it; of the end, one page comes after the other.
        match self.token.take() {
            None => self.told.table = Arc::new(Table::of(rows)),
            Some(_) => Arc::make_mut(&mut self.told.table).extend(rows),
        }
        let is_enough = self.told.table.len() >= MOST_ROWS || self.told.table.bytes() >= MOST_BYTES;
        match (state, next) {
            (State::Complete, Some(next)) if !is_enough => (self.token, self.due_ms) = (Some(next), now_ms),
            (state, next) if state.is_over() => {
                self.told.is_cut = state == State::Complete && (next.is_some() || self.told.table.len() >= MOST_ROWS);
                self.end(state);
            }
            _ => self.look_again(now_ms),
        }
    }

    /// It goes on.
    fn look_again(&mut self, now_ms: Ms) {
        self.looks += 1;
        self.due_ms = now_ms + look_after_ms(self.looks);
        match self.stop {
            Stop::Done(looks) if looks >= LAST_LOOKS => self.end(State::Cancelled),
            Stop::Done(looks) => self.stop = Stop::Done(looks + 1),
            _ if now_ms - self.begun_ms > LONGEST_MS => self.end(State::Timeout),
            _ => {}
        }
    }

    fn failed(&mut self, now_ms: Ms, step: &Step, trouble: Trouble) {
        self.failures += 1;
        // A beginning whose answer got lost may have been one.
        let is_final = match (&trouble, step) {
            (Trouble::Throttled, _) => self.failures >= TRIES,
            (_, Step::Begin) | (Trouble::Refused(_) | Trouble::Expired(_), _) => true,
            _ if self.stop == Stop::No => self.failures >= TRIES,
            // Who has stopped it does not want to wait for its words.
            _ => self.failures > 1,
        };
        let is_stop = matches!(step, Step::Stop(_));
        self.told.trouble = (!is_stop).then_some(trouble);
        if is_stop && is_final {
            // It may have ended by itself: its last words tell.
            (self.stop, self.due_ms, self.failures) = (Stop::Done(0), now_ms, 0);
        } else if is_final {
            self.end(if self.stop == Stop::No { State::Failed } else { State::Cancelled });
        } else {
            self.due_ms = now_ms + backoff_ms(self.failures, self.seed);
        }
    }

    fn end(&mut self, state: State) {
        (self.told.state, self.told.is_over) = (state, true);
    }

    /// What there is to tell.
    #[must_use]
    pub fn told(&self) -> &Told {
        &self.told
    }
}
