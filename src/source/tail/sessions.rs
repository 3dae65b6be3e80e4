//! The Live Tail sessions: which log groups each one shows, when it is opened, renewed, given up.
//!
//! A session takes at most ten log groups and lasts three hours; an account has fifteen of them (Amazon CloudWatch Logs, `StartLiveTail`).
//! A session is replaced before its time is over, and the old one ends when the new one answers, so that nothing is missed between.
//! One that is refused is halved until the log group that nobody may tail stands alone. While nobody looks, none is open. Must not know events or sweeps.

use super::{Action, Ms, SessionId, Trouble, View, backoff_ms};

/// Most log groups of a session.
pub(super) const MOST_GROUPS: usize = 10;
/// Most sessions of an account.
const MOST_SESSIONS: usize = 15;
/// A session that is so old is replaced: ten minutes before its end.
const RENEW_MS: Ms = (3 * 60 - 10) * 60_000;
/// An open session says something every second; one that is silent so long is given up.
const SILENT_MS: Ms = 10_000;
/// An opening that takes longer has failed.
const OPENING_MS: Ms = 30_000;
/// A session that lived so long has shown that it works: its failures are forgotten.
const WORKS_MS: Ms = 30_000;
/// After a refusal one tries again so much later.
const REFUSED_MS: Ms = 60_000;

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Waiting {
        until_ms: Ms,
        why: Option<Trouble>,
    },
    Opening {
        since_ms: Ms,
    },
    Open {
        since_ms: Ms,
        heard_ms: Ms,
    },
    /// It takes the place of one that is still open.
    Over,
}

#[derive(Clone, Debug)]
struct Session {
    id: SessionId,
    groups: Vec<usize>,
    state: State,
    failures: u32,
    replaces: Option<SessionId>,
}

impl Session {
    /// When something must be done about it, without news.
    fn deadline_ms(&self, is_replaced: bool) -> Ms {
        match self.state {
            State::Waiting { until_ms, .. } => until_ms,
            State::Opening { since_ms } => since_ms + OPENING_MS,
            State::Open { heard_ms, .. } if is_replaced => heard_ms + SILENT_MS,
            State::Open { since_ms, heard_ms } => (heard_ms + SILENT_MS).min(since_ms + RENEW_MS),
            State::Over => Ms::MAX,
        }
    }
}

/// All sessions.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    all: Vec<Session>,
    next: u64,
    seed: u64,
    is_resting: bool,
}

impl Sessions {
    /// Sessions for so many log groups; those that find no place are seen by sweeps only.
    pub(super) fn new(groups: usize, now_ms: Ms, seed: u64) -> Self {
        let mut sessions = Self { all: Vec::new(), next: 0, seed, is_resting: false };
        let numbers: Vec<usize> = (0..groups).collect();
        for part in numbers.chunks(MOST_GROUPS).take(MOST_SESSIONS) {
            sessions.add(part.to_vec(), now_ms, None);
        }
        sessions
    }

    /// Shows one more log group: in a session that has room, which is opened anew, else in one of its own.
    pub(super) fn join(&mut self, group: usize, now_ms: Ms) -> Vec<Action> {
        let has_room = |session: &Session| {
            session.groups.len() < MOST_GROUPS
                && session.failures == 0
                && session.replaces.is_none()
                && !self.is_replaced(session.id)
        };
        let Some(place) = self.all.iter().position(has_room) else {
            if self.all.len() < MOST_SESSIONS {
                self.add(vec![group], if self.is_resting { Ms::MAX } else { now_ms }, None);
            }
            return Vec::new();
        };
        let mut actions = Vec::new();
        let Session { id, mut groups, state, .. } = self.all[place].clone();
        groups.push(group);
        match state {
            State::Waiting { .. } => self.all[place].groups = groups,
            State::Open { .. } if self.count() < MOST_SESSIONS => self.add(groups, now_ms, Some(id)),
            _ => {
                actions.push(Action::Close(id));
                self.all.remove(place);
                self.add(groups, now_ms, None);
            }
        }
        actions
    }

    fn add(&mut self, groups: Vec<usize>, at_ms: Ms, replaces: Option<SessionId>) {
        let id = SessionId(self.next);
        self.next += 1;
        let state = State::Waiting { until_ms: at_ms, why: None };
        self.all.push(Session { id, groups, state, failures: 0, replaces });
    }

    fn is_replaced(&self, id: SessionId) -> bool {
        self.all.iter().any(|session| session.replaces == Some(id))
    }

    /// When the next thing must be done without news.
    pub(super) fn wake_ms(&self) -> Ms {
        let deadlines = self.all.iter().map(|session| session.deadline_ms(self.is_replaced(session.id)));
        deadlines.min().unwrap_or(Ms::MAX)
    }

    /// What must be done now.
    pub(super) fn poll(&mut self, now_ms: Ms) -> Vec<Action> {
        let mut actions = Vec::new();
        for place in 0..self.all.len() {
            let is_replaced = self.is_replaced(self.all[place].id);
            if now_ms >= self.all[place].deadline_ms(is_replaced) {
                self.act(place, now_ms, &mut actions);
            }
        }
        self.all.retain(|session| session.state != State::Over);
        actions
    }

    fn act(&mut self, place: usize, now_ms: Ms, actions: &mut Vec<Action>) {
        let session = &mut self.all[place];
        match session.state {
            State::Waiting { .. } => {
                session.state = State::Opening { since_ms: now_ms };
                actions.push(Action::Open { session: session.id, groups: session.groups.clone() });
            }
            State::Open { heard_ms, .. } if now_ms < heard_ms + SILENT_MS => self.renew(place, now_ms, actions),
            State::Opening { .. } | State::Open { .. } => {
                let id = session.id;
                actions.push(Action::Close(id));
                if self.is_replaced(id) {
                    self.all[place].state = State::Over;
                } else {
                    self.fail(place, now_ms, Trouble::Silent);
                }
            }
            State::Over => {}
        }
    }

    /// Opens a session in place of an old one: beside it while an account may have one more, else after it.
    fn renew(&mut self, place: usize, now_ms: Ms, actions: &mut Vec<Action>) {
        let Session { groups, id, .. } = self.all[place].clone();
        if self.count() < MOST_SESSIONS {
            self.add(groups, now_ms, Some(id));
        } else {
            actions.push(Action::Close(id));
            self.all[place].state = State::Over;
            self.add(groups, now_ms, None);
        }
        self.act(self.all.len() - 1, now_ms, actions);
    }

    /// Ends all sessions, or opens them anew.
    pub(super) fn rest(&mut self, rests: bool, now_ms: Ms) -> Vec<Action> {
        if rests == self.is_resting {
            return Vec::new();
        }
        self.is_resting = rests;
        let is_there = |session: &&Session| matches!(session.state, State::Open { .. } | State::Opening { .. });
        let closed = self.all.iter().filter(is_there).map(|session| Action::Close(session.id)).collect();
        let replaced: Vec<SessionId> = self.all.iter().filter_map(|session| session.replaces).collect();
        self.all.retain(|session| !replaced.contains(&session.id));
        for session in &mut self.all {
            session.state = State::Waiting { until_ms: if rests { Ms::MAX } else { now_ms }, why: None };
            // What is still said of the session that was must not be taken for a word of the next.
            (session.id, session.replaces) = (SessionId(self.next), None);
            self.next += 1;
        }
        closed
    }

    /// A session answers; the one that it replaces ends.
    pub(super) fn opened(&mut self, id: SessionId, now_ms: Ms) -> Vec<Action> {
        let Some(session) = self.all.iter_mut().find(|session| session.id == id) else {
            return vec![Action::Close(id)];
        };
        session.state = State::Open { since_ms: now_ms, heard_ms: now_ms };
        let Some(old) = session.replaces.take() else { return Vec::new() };
        let was_there = self.all.iter().any(|session| session.id == old);
        self.all.retain(|session| session.id != old);
        if was_there { vec![Action::Close(old)] } else { Vec::new() }
    }

    /// A session says something: its log groups, and whether it is one of ours.
    pub(super) fn heard(&mut self, id: SessionId, now_ms: Ms) -> Option<Vec<usize>> {
        let session = self.all.iter_mut().find(|session| session.id == id)?;
        let State::Open { since_ms, heard_ms } = &mut session.state else { return None };
        *heard_ms = now_ms;
        if now_ms - *since_ms >= WORKS_MS {
            session.failures = 0;
        }
        Some(session.groups.clone())
    }

    /// A session has ended, or did not open.
    pub(super) fn ended(&mut self, id: SessionId, now_ms: Ms, why: Trouble) {
        let Some(place) = self.all.iter().position(|session| session.id == id) else { return };
        let is_replaced = self.is_replaced(id);
        if is_replaced {
            self.all.remove(place);
        } else if why.is_refusal() && self.all[place].groups.len() > 1 && self.all.len() < MOST_SESSIONS {
            self.halve(place, now_ms);
        } else {
            self.fail(place, now_ms, why);
        }
    }

    fn fail(&mut self, place: usize, now_ms: Ms, why: Trouble) {
        let session = &mut self.all[place];
        session.failures += 1;
        let seed = self.seed ^ session.id.0;
        let wait_ms = if why.is_refusal() { REFUSED_MS } else { backoff_ms(session.failures, seed) };
        session.state = State::Waiting { until_ms: now_ms + wait_ms, why: Some(why) };
        // A late word of the failed attempt must not be taken for one of the next.
        session.id = SessionId(self.next);
        self.next += 1;
    }

    fn halve(&mut self, place: usize, now_ms: Ms) {
        let Session { groups, replaces, .. } = self.all.remove(place);
        let (left, right) = groups.split_at(groups.len() / 2);
        self.add(left.to_vec(), now_ms, replaces);
        self.add(right.to_vec(), now_ms, None);
    }

    /// How a log group is seen.
    pub(super) fn view(&self, group: usize) -> View {
        let mut of_group = self.all.iter().filter(|session| session.groups.contains(&group));
        let best = of_group.clone().find(|session| matches!(session.state, State::Open { .. }));
        match best.or_else(|| of_group.next()).map(|session| &session.state) {
            Some(_) if self.is_resting => View::Resting,
            Some(State::Open { .. }) => View::Live,
            Some(State::Opening { .. } | State::Waiting { why: None, .. } | State::Over) => View::Opening,
            Some(State::Waiting { why: Some(why), until_ms }) => View::Down { why: why.clone(), until_ms: *until_ms },
            None => View::SweepsOnly,
        }
    }

    /// How many sessions are open or being opened.
    pub(super) fn count(&self) -> usize {
        self.all.iter().filter(|session| matches!(session.state, State::Open { .. } | State::Opening { .. })).count()
    }
}
