//! How many requests may go out: a bucket that all log groups of an account and region share.
//!
//! `FilterLogEvents` allows 5 requests a second for each account and region (Amazon CloudWatch Logs quotas), and other people
//! and tools live there, too. Must not know what the requests ask.

use super::Ms;

/// A bucket of permits that fills with time.
#[derive(Clone, Debug)]
pub(in crate::source) struct Budget {
    every_ms: Ms,
    most: Ms,
    /// Permits, in milliseconds of filling.
    filled_ms: Ms,
    last_ms: Ms,
}

impl Budget {
    /// A full bucket: one permit more every so many milliseconds, at most so many at once.
    pub(in crate::source) fn new(every_ms: Ms, most: Ms, now_ms: Ms) -> Self {
        Self { every_ms, most, filled_ms: every_ms * most, last_ms: now_ms }
    }

    /// Takes a permit, when there is one.
    pub(in crate::source) fn take(&mut self, now_ms: Ms) -> bool {
        let passed_ms = (now_ms - self.last_ms).max(0);
        self.filled_ms = self.filled_ms.saturating_add(passed_ms).min(self.every_ms * self.most);
        self.last_ms = self.last_ms.max(now_ms);
        let is_there = self.filled_ms >= self.every_ms;
        if is_there {
            self.filled_ms -= self.every_ms;
        }
        is_there
    }

    /// Empties the bucket, and keeps it empty for a while: the other side said that it was too much.
    pub(in crate::source) fn punish(&mut self, now_ms: Ms, for_ms: Ms) {
        self.last_ms = self.last_ms.max(now_ms);
        self.filled_ms = self.filled_ms.min(-for_ms);
    }

    /// When the next permit is there.
    pub(in crate::source) fn ready_ms(&self) -> Ms {
        self.last_ms + (self.every_ms - self.filled_ms).max(0)
    }
}
