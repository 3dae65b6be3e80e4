//! Time that goes on: the span that is looked at slides over what was recorded, as if it happened now.
//!
//! Whoever shows it says what time it is. Must not know clocks.

use super::Attached;
use crate::app::Workspace;
use crate::telemetry::load::MINUTE_MS;

/// Recorded milliseconds that go by in a second, at least.
const LEAST_PACE: i64 = MINUTE_MS;
/// So many seconds the whole takes at most.
const MOST_S: i64 = 60;
/// The part of the whole that is looked at when nothing was chosen.
const PART: i64 = 12;

impl Attached {
    /// How much faster than it happened time goes by.
    #[must_use]
    pub fn pace(&self) -> i64 {
        let (first, last) = self.whole_ms().unwrap_or_default();
        ((last - first) / MOST_S).max(LEAST_PACE) / 1000
    }

    /// The span to begin with: what is chosen, unless its end has come.
    fn beginning(&self) -> Option<(i64, i64)> {
        let (first, last) = self.whole_ms()?;
        let usual = ((last - first) / PART).div_euclid(MINUTE_MS).max(1) * MINUTE_MS;
        let width = self.span_ms.map_or(usual, |(from, to)| to - from).min(last - first);
        match self.span_ms {
            Some(span) if span.1 < last => Some(span),
            _ => Some((first, first + width)),
        }
    }

    /// The span a moment later; `None` when the end has come.
    fn later(&self, seconds: f64) -> Option<(i64, i64)> {
        let ((from, to), (_, last)) = (self.span_ms?, self.whole_ms()?);
        let by = (seconds * self.pace() as f64 * 1000.0) as i64;
        let by = by.min(last - to);
        (by > 0).then_some((from + by, to + by))
    }
}

impl Workspace {
    /// Whether time goes on.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.attached().is_some_and(|attached| attached.playing.0)
    }

    /// Whether dots travel along arrows: while time goes on, for who likes things to move.
    #[must_use]
    pub fn flows_move(&self) -> bool {
        self.is_playing() && !self.reduces_motion()
    }

    /// Lets time go on, or stops it.
    pub(in crate::app) fn play_or_pause(&mut self) {
        let Some(attached) = &mut self.attached else { return };
        if !std::mem::take(&mut attached.playing).0 {
            attached.span_ms = attached.beginning();
            attached.playing = (attached.span_ms.is_some(), None);
        }
    }

    /// It is so late now, in seconds since any beginning: while time goes on, the span slides.
    pub fn play(&mut self, now_s: f64) {
        let Some(attached) = &mut self.attached else { return };
        if !attached.playing.0 {
            return;
        }
        let before = attached.playing.1.replace(now_s);
        // After a window was hidden time goes on where it was.
        let seconds = before.map_or(0.0, |before| (now_s - before).clamp(0.0, 0.25));
        if seconds <= 0.0 {
            return;
        }
        match attached.later(seconds) {
            Some(span) => attached.span_ms = Some(span),
            None => attached.playing = (false, None),
        }
    }
}
