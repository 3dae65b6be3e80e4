//! The words of tailing: what is wanted, what must be done, what has come, what is given out, and how true it is.
//!
//! Must not know how any of it is decided.

use crate::telemetry::record::{LogEvent, Mark};

/// A time of the server, or a span, in milliseconds.
pub type Ms = i64;

/// A Live Tail session that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// Why something did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Too many requests.
    #[error("CloudWatch asks for fewer requests")]
    Throttled,
    /// The connection broke, or the other side failed: the words of whoever knows.
    #[error("the connection broke: {0}")]
    Dropped(String),
    /// Nothing was heard for too long.
    #[error("nothing was heard for ten seconds")]
    Silent,
    /// The three hours of a session are over.
    #[error("the session's time was over")]
    SessionOver,
    /// The credentials are no longer valid.
    #[error("the credentials have expired: {0}")]
    Expired(String),
    /// Not allowed, not there, or not possible for this log group.
    #[error("{0}")]
    Refused(String),
    /// The place from which to go on is no longer valid.
    #[error("the next page is no longer there")]
    StaleToken,
}

impl Trouble {
    /// Whether asking again soon would be in vain.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// An event as it is stored, with the id that it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// `eventId` of `FilterLogEvents`; empty when none is told.
    pub id: Box<str>,
    /// The event; its times are known.
    pub event: LogEvent,
}

/// What must be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open a session over log groups, which are told by their places.
    Open {
        /// Its name from now on.
        session: SessionId,
        /// The log groups, at most ten.
        groups: Vec<usize>,
    },
    /// End a session; it may have ended already.
    Close(SessionId),
    /// Ask a log group for a page of stored events.
    Ask {
        /// The log group.
        group: usize,
        /// First millisecond.
        from_ms: Ms,
        /// Last millisecond.
        to_ms: Ms,
        /// Where to go on, as the page before said.
        token: Option<String>,
    },
}

/// What has come.
#[derive(Clone, Debug)]
pub enum Input {
    /// A session is open.
    Opened(SessionId),
    /// A session tells what it sees, be it nothing.
    Update {
        /// The session.
        session: SessionId,
        /// Whether it says that it leaves events out.
        is_sampled: bool,
        /// Log group and event.
        events: Vec<(usize, LogEvent)>,
    },
    /// A session ended, or did not open.
    Ended(SessionId, Trouble),
    /// A page of stored events.
    Page {
        /// The log group.
        group: usize,
        /// The events.
        events: Vec<Stored>,
        /// Where the next page begins; `None` after the last.
        next: Option<String>,
    },
    /// A page did not come.
    Failed(usize, Trouble),
    /// Nobody sees what is shown, or somebody does again: sessions cost by the minute, and sweeps alone lose nothing.
    Unseen(bool),
}

/// An event that is given out, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its id; empty when it is not confirmed.
    pub id: Box<str>,
    /// The event.
    pub event: LogEvent,
    /// Whether it stands in its place.
    pub mark: Mark,
    /// Its number in the order in which its log group was read.
    pub(super) read: u64,
}

/// How Live Tail sees a log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// The session is being opened.
    Opening,
    /// Events are shown as they come.
    Live,
    /// The session is down, and is tried again.
    Down {
        /// Why.
        why: Trouble,
        /// When it is tried again.
        until_ms: Ms,
    },
    /// There are more log groups than sessions show.
    SweepsOnly,
    /// Nobody sees it.
    Resting,
}

/// How true the picture of a log group is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The fast view.
    pub view: View,
    /// Live Tail has left events out since the last sweep.
    pub is_sampled: bool,
    /// Sweeps are not up to now yet.
    pub is_catching_up: bool,
    /// All that was readable up to here has been read.
    pub read_ms: Ms,
    /// All that happened up to here is there for good.
    pub reconciled_ms: Ms,
    /// What stands in the way of sweeps, and when they are tried again.
    pub trouble: Option<(Trouble, Ms)>,
    /// Events that came after others that they belong before.
    pub late: u64,
    /// Events that were seen too late to be read for sure, and between when: a gap.
    pub gap: Option<(u64, Ms, Ms)>,
    /// Events that were seen and never found stored.
    pub unconfirmed: u64,
    /// Sweeps look back so far.
    pub overlap_ms: Ms,
}

impl Standing {
    /// What is not as it should be, in sentences without a stop; nothing, when all is.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some((count, ..)) = self.gap {
            told.push(format!("gap: {count} events came too late to be read"));
        }
        if let Some((trouble, _)) = &self.trouble {
            told.push(format!("sweeps wait ({trouble})"));
        }
        if self.is_sampled {
            told.push("the live view leaves events out, sweeps bring them".to_owned());
        }
        match &self.view {
            View::Live | View::Opening => {}
            View::Down { why, .. } => told.push(format!("no live view ({why}), events come by sweeps")),
            View::Resting => told.push("no live view while the window is hidden, events come by sweeps".to_owned()),
            View::SweepsOnly => told.push("no live view (too many log groups), events come by sweeps".to_owned()),
        }
        told
    }
}

/// When stored events are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As soon as a sweep has them: those that come late are marked.
    AsRead,
    /// When nothing can come before them within the overlap, over all log groups.
    Settled,
}

/// Four of the five requests a second that an account has.
pub const REQUEST_EVERY_MS: Ms = 250;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// From when on.
    pub from_ms: Ms,
    /// When events are given out.
    pub order: Order,
    /// A log group is swept again so long after its last sweep.
    pub every_ms: Ms,
    /// So long stands between two requests, over all log groups.
    pub request_every_ms: Ms,
    /// So many events that were given out are remembered for each log group.
    pub remembered: usize,
    /// Spreads waits.
    pub seed: u64,
}

impl Wanted {
    /// The usual.
    #[must_use]
    pub fn from(from_ms: Ms, order: Order, seed: u64) -> Self {
        Self { from_ms, order, every_ms: 3_000, request_every_ms: REQUEST_EVERY_MS, remembered: 1_000_000, seed }
    }
}
