//! Which span of time is asked for next: what happens now again and again, each time overlapping the last, and between that the past,
//! from now backwards in slices.
//!
//! Parts of a trace come some time after they happened, so a span of time is asked for until that long after it. Must not know traces.

use crate::source::tail::{Ms, Trouble, backoff_ms};

/// The newest span of time that is asked for at first, and each slice of the past.
const SLICE_MS: Ms = 600_000;
/// Slices of the past overlap by so much: a trace has a length.
const SEAM_MS: Ms = 30_000;
/// No span of time that is asked for is longer.
const LONGEST_MS: Ms = 3_600_000;
/// After a refusal one asks again so much later.
const REFUSED_MS: Ms = 60_000;

/// How long to wait before the next try.
pub(super) fn pause_ms(trouble: &Trouble, failures: u32, seed: u64) -> Ms {
    if trouble.is_refusal() { REFUSED_MS } else { backoff_ms(failures, seed) }
}

/// What windows go by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    /// What happens now is asked for so often.
    pub every_ms: Ms,
    /// And overlaps by so much.
    pub overlap_ms: Ms,
    /// So often it reaches further back.
    pub audit_every_ms: Ms,
    /// As far as this.
    pub reach_ms: Ms,
}

/// A span of time that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub from_ms: Ms,
    pub to_ms: Ms,
    began_ms: Ms,
    is_past: bool,
}

/// Spans of time, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    rhythm: Rhythm,
    from_ms: Ms,
    /// Nothing new can come of what happened up to here.
    complete_ms: Ms,
    /// All that could be read up to here was.
    read_ms: Ms,
    /// The past is still to be asked for from here backwards.
    past_ms: Ms,
    due_ms: Ms,
    /// When no request may go out before.
    wait_ms: Ms,
    audited_ms: Ms,
    failures: u32,
    trouble: Option<Trouble>,
}

impl Windows {
    pub(super) fn new(rhythm: Rhythm, from_ms: Ms, now_ms: Ms) -> Self {
        let first_ms = from_ms.max(now_ms - SLICE_MS);
        Self {
            rhythm,
            from_ms,
            complete_ms: first_ms - 1,
            read_ms: first_ms - 1,
            past_ms: first_ms,
            due_ms: now_ms,
            wait_ms: now_ms,
            audited_ms: now_ms,
            failures: 0,
            trouble: None,
        }
    }

    /// When the next window can be begun.
    pub(super) fn due_ms(&self) -> Ms {
        let next_ms = if self.past_ms > self.from_ms { Ms::MIN } else { self.due_ms };
        next_ms.max(self.wait_ms)
    }

    /// Before this no request may go out.
    pub(super) fn wait_ms(&self) -> Ms {
        self.wait_ms
    }

    /// The next window, when one is due.
    pub(super) fn begin(&mut self, now_ms: Ms) -> Option<Window> {
        if now_ms < self.wait_ms {
            return None;
        }
        if now_ms >= self.due_ms {
            let is_audit = now_ms - self.audited_ms >= self.rhythm.audit_every_ms;
            if is_audit {
                self.audited_ms = now_ms;
            }
            let back_ms = if is_audit { self.rhythm.reach_ms } else { 0 };
            let from_ms = (self.complete_ms + 1 - back_ms).max(self.from_ms.min(now_ms));
            let to_ms = now_ms.min(from_ms + LONGEST_MS);
            return Some(Window { from_ms, to_ms, began_ms: now_ms, is_past: false });
        }
        (self.past_ms > self.from_ms).then(|| Window {
            from_ms: (self.past_ms - SLICE_MS).max(self.from_ms),
            to_ms: self.past_ms + SEAM_MS,
            began_ms: now_ms,
            is_past: true,
        })
    }

    /// A window was read to its end.
    pub(super) fn done(&mut self, window: Window) {
        self.heard();
        if window.is_past {
            self.past_ms = window.from_ms;
            return;
        }
        self.read_ms = self.read_ms.max(window.to_ms);
        self.complete_ms = self.complete_ms.max(window.to_ms - self.rhythm.overlap_ms);
        // After a long time of rest, one catches up without waiting.
        let is_up = window.to_ms == window.began_ms;
        self.due_ms = if is_up { window.began_ms + self.rhythm.every_ms } else { window.began_ms };
    }

    /// An answer has come.
    pub(super) fn heard(&mut self) {
        (self.failures, self.trouble) = (0, None);
    }

    /// None has.
    pub(super) fn failed(&mut self, now_ms: Ms, trouble: Trouble, seed: u64) {
        self.failures += 1;
        self.wait_ms = now_ms + pause_ms(&trouble, self.failures, seed);
        self.trouble = Some(trouble);
    }

    /// How often in a row none has come.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// What happened up to a time is asked for at once, unless it was.
    pub(super) fn hurry(&mut self, now_ms: Ms, end_ms: Ms) {
        if self.read_ms < end_ms {
            self.due_ms = self.due_ms.min(now_ms);
        }
    }

    /// All that could be read up to here was.
    pub(super) fn read_ms(&self) -> Ms {
        self.read_ms
    }

    /// What began before is not asked for any more, unless it is of the past that is still to be read.
    pub(super) fn floor_ms(&self) -> Ms {
        self.complete_ms + 1 - self.rhythm.reach_ms
    }

    /// The past has not been read, or what happens now not for long.
    pub(super) fn is_catching_up(&self, now_ms: Ms) -> bool {
        self.past_ms > self.from_ms || now_ms - self.read_ms > 3 * self.rhythm.every_ms
    }

    /// The past has been read.
    pub(super) fn has_past(&self) -> bool {
        self.past_ms > self.from_ms
    }
}
