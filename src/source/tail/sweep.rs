//! Where the sweeps of one log group are: which span of time is asked for next, page by page.
//!
//! A sweep asks for all that happened from the last place that cannot change any more up to now. Events become readable some time
//! after they happened, so a place cannot change once a sweep began that much (the overlap) after it. A long span is cut into slices,
//! so that memory stays bounded. Must not know events, nor who sends the requests.

use super::{Ms, Trouble, backoff_ms};

/// The first slice.
const SLICE_MS: Ms = 300_000;
/// No slice is longer.
const LONGEST_MS: Ms = 6 * 3_600_000;
/// A slice with more events makes the next one shorter, one with a tenth of it longer.
const MANY: usize = 50_000;
/// So often a page is asked for again before the slice is begun anew.
const TRIES: u32 = 4;

/// A span of time that is being asked for.
#[derive(Clone, Debug)]
struct Asked {
    from_ms: Ms,
    to_ms: Ms,
    began_ms: Ms,
    /// Where the next page begins.
    token: Option<String>,
    events: usize,
    /// Whether an answer is awaited.
    is_out: bool,
}

/// A span that has been read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// Its end.
    pub to_ms: Ms,
    /// When reading it began.
    pub began_ms: Ms,
}

/// What one page is asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub from_ms: Ms,
    pub to_ms: Ms,
    pub token: Option<String>,
}

/// The sweeps of one log group.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    /// All that happened up to here has been read, and no more can come within the overlap.
    complete_ms: Ms,
    /// All that was readable up to here has been read.
    read_ms: Ms,
    slice_ms: Ms,
    asked: Option<Asked>,
    due_ms: Ms,
    failures: u32,
    trouble: Option<Trouble>,
    audited_ms: Ms,
    /// The next sweep looks back as far as this.
    back_to_ms: Option<Ms>,
}

impl Sweep {
    /// Sweeps of what happens from a time on.
    pub(super) fn new(from_ms: Ms, now_ms: Ms) -> Self {
        Self {
            complete_ms: from_ms - 1,
            read_ms: from_ms - 1,
            slice_ms: SLICE_MS,
            asked: None,
            due_ms: now_ms,
            failures: 0,
            trouble: None,
            audited_ms: now_ms,
            back_to_ms: None,
        }
    }

    /// When the next page should be asked for; `None` while an answer is awaited.
    pub(super) fn due_ms(&self) -> Option<Ms> {
        let is_out = self.asked.as_ref().is_some_and(|asked| asked.is_out);
        (!is_out).then_some(self.due_ms)
    }

    /// All that happened up to here has been read for good.
    pub(super) fn complete_ms(&self) -> Ms {
        self.complete_ms
    }

    /// All that was readable up to here has been read.
    pub(super) fn read_ms(&self) -> Ms {
        self.read_ms
    }

    /// What stands in the way, while something does.
    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The next sweep looks back as far as a time.
    pub(super) fn look_back(&mut self, to_ms: Ms) {
        self.back_to_ms = Some(self.back_to_ms.map_or(to_ms, |back_to_ms| back_to_ms.min(to_ms)));
    }

    /// The next page to ask for.
    pub(super) fn ask(&mut self, now_ms: Ms, rules: &Rules) -> Page {
        let begun = self.asked.take();
        let mut asked = begun.unwrap_or_else(|| self.begin(now_ms, rules));
        asked.is_out = true;
        let page = Page { from_ms: asked.from_ms, to_ms: asked.to_ms, token: asked.token.clone() };
        self.asked = Some(asked);
        page
    }

    fn begin(&mut self, now_ms: Ms, rules: &Rules) -> Asked {
        let next_ms = self.complete_ms + 1;
        let is_audit = now_ms - self.audited_ms >= rules.audit_every_ms;
        let back_to_ms = self.back_to_ms.take();
        if is_audit {
            self.audited_ms = now_ms;
        }
        let audit_ms = is_audit.then_some(rules.floor_ms);
        let from_ms = [audit_ms, back_to_ms].into_iter().flatten().fold(next_ms, Ms::min).max(rules.floor_ms);
        let slice_ms = self.slice_ms.max(2 * rules.overlap_ms + 4 * rules.every_ms);
        let to_ms = now_ms.min(next_ms.saturating_add(slice_ms));
        Asked { from_ms, to_ms, began_ms: now_ms, token: None, events: 0, is_out: false }
    }

    /// A page has come with so many events; `next` leads to the one after it. Tells what is read when it was the last.
    pub(super) fn answered(&mut self, now_ms: Ms, events: usize, next: Option<String>, rules: &Rules) -> Option<Read> {
        let asked = self.asked.as_mut()?;
        (self.failures, self.trouble) = (0, None);
        asked.events += events;
        asked.is_out = false;
        self.due_ms = now_ms;
        // The same token again would lead round in a circle.
        if next.is_some() && next != asked.token {
            asked.token = next;
            return None;
        }
        let asked = self.asked.take()?;
        self.fit_slice(asked.events);
        self.read_ms = self.read_ms.max(asked.to_ms);
        self.complete_ms = self.complete_ms.max(asked.to_ms.min(asked.began_ms - rules.overlap_ms));
        if asked.to_ms == asked.began_ms {
            self.due_ms = now_ms.max(asked.began_ms + rules.every_ms);
        }
        Some(Read { to_ms: asked.to_ms, began_ms: asked.began_ms })
    }

    fn fit_slice(&mut self, events: usize) {
        if events > MANY {
            self.slice_ms /= 2;
        } else if events < MANY / 10 {
            self.slice_ms = (self.slice_ms * 2).min(LONGEST_MS);
        }
    }

    /// A page did not come: it is asked for again later, and the slice begun anew when that does not help either.
    pub(super) fn failed(&mut self, now_ms: Ms, trouble: Trouble, rules: &Rules) {
        self.failures += 1;
        let wait_ms = if trouble.is_refusal() { rules.refused_ms } else { backoff_ms(self.failures, rules.seed) };
        self.due_ms = now_ms + wait_ms;
        let is_stale = matches!(trouble, Trouble::StaleToken) || self.failures.is_multiple_of(TRIES);
        self.trouble = Some(trouble);
        let Some(asked) = &mut self.asked else { return };
        asked.is_out = false;
        if is_stale {
            let from_ms = asked.from_ms;
            self.asked = None;
            self.look_back(from_ms);
        }
    }
}

/// What sweeps go by at the moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// An event may become readable so long after it happened.
    pub overlap_ms: Ms,
    /// A sweep begins so long after the one before.
    pub every_ms: Ms,
    /// So often a sweep looks back to the floor.
    pub audit_every_ms: Ms,
    /// No sweep looks back beyond.
    pub floor_ms: Ms,
    /// After a refusal one waits so long.
    pub refused_ms: Ms,
    /// Spreads the waits of many.
    pub seed: u64,
}
