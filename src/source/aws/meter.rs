//! How long live tails were open, which is what they cost by.
//!
//! Must not know prices.

use rust_decimal::Decimal;

use crate::source::tail::Ms;
use crate::source::{Paid, Spending};

/// Counts the time of sessions: each costs by the minute.
#[derive(Debug, Default)]
pub(super) struct Meter {
    sessions: usize,
    session_ms: Ms,
    /// When it was read last, and when it was told last.
    last_ms: Ms,
    told_ms: Option<Ms>,
}

/// What was counted is told so often.
const TELL_MS: Ms = 10_000;

impl Meter {
    /// One that counts from now on.
    pub(super) fn new(now_ms: Ms) -> Self {
        Self { last_ms: now_ms, ..Self::default() }
    }

    /// Reads it; gives what there is to tell.
    pub(super) fn read(&mut self, sessions: usize, now_ms: Ms, region: &str) -> Option<Spending> {
        self.session_ms += self.sessions as Ms * (now_ms - self.last_ms).max(0);
        let is_news = sessions != self.sessions || self.told_ms.is_none_or(|told_ms| now_ms - told_ms >= TELL_MS);
        (self.sessions, self.last_ms) = (sessions, now_ms);
        is_news.then(|| {
            self.told_ms = Some(now_ms);
            let minutes = Decimal::from(self.session_ms) / Decimal::from(60_000);
            Spending {
                paid: Paid::LiveTail,
                region: region.to_owned(),
                so_far: minutes.round_dp(2).normalize(),
                per_hour: Decimal::from(sessions * 60),
                by: format!("{sessions} session{}", if sessions == 1 { "" } else { "s" }),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minutes_of_all_sessions_are_counted_and_told_now_and_then() {
        let mut meter = Meter::new(0);
        let mut read = |sessions, now_ms| {
            let told = meter.read(sessions, now_ms, "eu-central-1");
            told.map(|told| (told.so_far.to_string(), told.per_hour.to_string(), told.by))
        };
        let told = |so_far: &str, per_hour: &str, by: &str| Some((so_far.into(), per_hour.into(), by.into()));
        assert_eq!(read(2, 0), told("0", "120", "2 sessions"));
        assert_eq!(read(2, 9_999), None);
        assert_eq!(read(2, 30_000), told("1", "120", "2 sessions"));
        assert_eq!(read(1, 45_000), told("1.5", "60", "1 session"), "a change is told at once");
        assert_eq!(read(1, 75_000), told("2", "60", "1 session"));
    }
}
