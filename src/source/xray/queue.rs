//! Which traces' documents are asked for next: those that failed and the newest first, again when more is known of them.
//!
//! Must not know spans of time, nor what stands in documents.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::terms::Summary;
use crate::source::tail::Ms;
use crate::telemetry::trace::{Outcome, Status};

/// So many traces are asked for at once (API reference of BatchGetTraces).
pub(super) const AT_ONCE: usize = 5;
/// A trace that goes on is looked at again after so long, and then each time after twice as long.
const AGAIN_MS: Ms = 5_000;
/// But no more when it began so long ago.
const GIVE_UP_MS: Ms = 1_800_000;
/// What was not given is asked for again so often.
const TRIES: u32 = 8;

/// What tells that more is known of a trace.
type Mark = (i32, i64, Outcome, bool);

/// How it stands with the documents of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// They are to be asked for.
    Waiting,
    /// They are asked for, as much as was known then.
    Asked(Mark),
    /// They are here.
    Here(Mark),
    /// They will not be asked for.
    LeftOut,
}

#[derive(Clone, Debug)]
struct Known {
    started_ms: Ms,
    mark: Mark,
    state: State,
    /// When it is asked for later.
    later_ms: Option<Ms>,
    /// How often it was asked for in vain, or while it went on.
    tries: u32,
}

/// Failed ones first, then the newest.
type Rank = (bool, Reverse<Ms>, Arc<str>);

/// Traces that are known of.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    known: BTreeMap<Arc<str>, Known>,
    ready: BTreeSet<Rank>,
    /// Those that are asked for later, by when.
    later: BTreeSet<(Ms, Arc<str>)>,
    left_out: u64,
}

impl Queue {
    /// A summary tells of a trace; no more than `most` wait.
    pub(super) fn saw(&mut self, summary: &Summary, most: usize) {
        let mark = (summary.revision, summary.took_us, summary.outcome, summary.is_partial);
        let known = self.known.entry(Arc::clone(&summary.id)).or_insert_with(|| Known {
            started_ms: summary.started_ms,
            mark,
            state: State::Waiting,
            later_ms: None,
            tries: 0,
        });
        // It may be another one that failed now.
        self.ready.remove(&rank(&summary.id, known));
        known.mark = mark;
        match known.state {
            State::Here(of) if of == mark => return,
            State::Asked(_) => return,
            State::LeftOut => self.left_out -= 1,
            State::Here(_) | State::Waiting => {}
        }
        if let Some(due_ms) = known.later_ms.take() {
            self.later.remove(&(due_ms, Arc::clone(&summary.id)));
        }
        known.state = State::Waiting;
        self.ready.insert(rank(&summary.id, known));
        self.leave_out(most);
    }

    /// Leaves the oldest out that went well, beyond as many as may wait.
    fn leave_out(&mut self, most: usize) {
        while self.ready.len() > most {
            let Some((.., id)) = self.ready.pop_last() else { break };
            if let Some(known) = self.known.get_mut(&id) {
                known.state = State::LeftOut;
                self.left_out += 1;
            }
        }
    }

    /// The next traces to ask for.
    pub(super) fn next(&mut self, now_ms: Ms) -> Vec<Arc<str>> {
        while let Some((_, id)) = self.later.first().filter(|(due_ms, _)| *due_ms <= now_ms).cloned() {
            self.later.pop_first();
            if let Some(known) = self.known.get_mut(&id) {
                (known.state, known.later_ms) = (State::Waiting, None);
                self.ready.insert(rank(&id, known));
            }
        }
        let mut next = Vec::new();
        while next.len() < AT_ONCE
            && let Some((.., id)) = self.ready.pop_first()
        {
            if let Some(known) = self.known.get_mut(&id) {
                known.state = State::Asked(known.mark);
                next.push(id);
            }
        }
        next
    }

    /// When there is something to ask for.
    pub(super) fn due_ms(&self) -> Option<Ms> {
        if self.ready.is_empty() { self.later.first().map(|(due_ms, _)| *due_ms) } else { Some(Ms::MIN) }
    }

    /// Documents of a trace have come; it may still go on.
    pub(super) fn came(&mut self, id: &Arc<str>, goes_on: bool, now_ms: Ms) {
        let Some(known) = self.known.get_mut(id) else { return };
        let State::Asked(of) = known.state else { return };
        known.state = State::Here(of);
        if known.mark != of {
            known.state = State::Waiting;
            self.ready.insert(rank(id, known));
        } else if (goes_on || known.mark.3) && now_ms - known.started_ms < GIVE_UP_MS {
            let due_ms = now_ms + (AGAIN_MS << known.tries.min(6));
            (known.tries, known.later_ms) = (known.tries + 1, Some(due_ms));
            self.later.insert((due_ms, Arc::clone(id)));
        } else {
            known.tries = 0;
        }
    }

    /// Documents of a trace have not come, though they were asked for.
    pub(super) fn missed(&mut self, id: &Arc<str>, now_ms: Ms) {
        let Some(known) = self.known.get_mut(id) else { return };
        known.tries += 1;
        if known.tries > TRIES {
            known.state = State::LeftOut;
            self.left_out += 1;
            return;
        }
        let due_ms = now_ms + (1_000 << known.tries.min(5));
        known.later_ms = Some(due_ms);
        self.later.insert((due_ms, Arc::clone(id)));
    }

    /// Nothing came at all: these are asked for again as if they had not been.
    pub(super) fn failed(&mut self, ids: &[Arc<str>]) {
        for id in ids {
            if let Some(known) = self.known.get_mut(id) {
                known.state = State::Waiting;
                self.ready.insert(rank(id, known));
            }
        }
    }

    /// Forgets what began before a time and is not waited for.
    pub(super) fn forget(&mut self, floor_ms: Ms) {
        self.known.retain(|_, known| {
            let is_done = matches!(known.state, State::Here(_) | State::LeftOut) && known.later_ms.is_none();
            known.started_ms >= floor_ms || !is_done
        });
    }

    /// How many traces have documents that were asked for or will be at once.
    pub(super) fn waiting(&self) -> usize {
        let is_asked = |known: &&Known| matches!(known.state, State::Waiting | State::Asked(_));
        self.known.values().filter(is_asked).count()
    }

    /// How many were left out.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many traces are known of.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}

fn rank(id: &Arc<str>, known: &Known) -> Rank {
    (known.mark.2.status() == Status::Ok, Reverse(known.started_ms), Arc::clone(id))
}
