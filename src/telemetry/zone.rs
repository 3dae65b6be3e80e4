//! How far a place is ahead of UTC, and when that changes; times as people there read them.
//!
//! Whoever knows the system finds the changes out and hands them in. Must not know what time it is or where it is.

use super::time;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// A place's time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// From when on, in milliseconds since 1970, it is so many minutes ahead of UTC; ascending.
    changes: Vec<(i64, i32)>,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { changes: Vec::new() };

    /// A place that is so many minutes ahead of UTC from these times on, in milliseconds since 1970; the first holds before, too.
    #[must_use]
    pub fn new(mut changes: Vec<(i64, i32)>) -> Self {
        changes.sort_unstable();
        changes.dedup_by_key(|(_, minutes)| *minutes);
        let is_utc = changes.iter().all(|(_, minutes)| *minutes == 0);
        Self { changes: if is_utc { Vec::new() } else { changes } }
    }

    /// Whether it is never other than UTC.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many minutes ahead of UTC at a time.
    #[must_use]
    pub fn minutes(&self, time_ms: i64) -> i32 {
        let after = self.changes.partition_point(|(from, _)| *from <= time_ms);
        self.changes.get(after.saturating_sub(1)).map_or(0, |(_, minutes)| *minutes)
    }

    /// A time as the place's clocks show it, in milliseconds as if since 1970 there.
    #[must_use]
    pub fn shifted(&self, time_ms: i64) -> i64 {
        time_ms.saturating_add(i64::from(self.minutes(time_ms)) * MINUTE_MS)
    }

    /// The time at which the place's clocks show this; where they show it twice, one of both.
    #[must_use]
    pub fn unshifted(&self, shown_ms: i64) -> i64 {
        let ahead = |ms: i64| i64::from(self.minutes(ms)) * MINUTE_MS;
        shown_ms.saturating_sub(ahead(shown_ms.saturating_sub(ahead(shown_ms))))
    }

    /// `2026-11-23 09:00:00.123`.
    #[must_use]
    pub fn written(&self, time_ms: i64) -> String {
        let text = time::written(self.shifted(time_ms)).replace('T', " ");
        text.trim_end_matches('Z').to_owned()
    }

    /// `09:00:00.123`.
    #[must_use]
    pub fn clock(&self, time_ms: i64) -> String {
        let text = self.written(time_ms);
        text.split_once(' ').map_or(text.as_str(), |(_, clock)| clock).to_owned()
    }

    /// `09:00`.
    #[must_use]
    pub fn minute(&self, time_ms: i64) -> String {
        self.clock(time_ms).get(..5).unwrap_or_default().to_owned()
    }

    /// What its times are called: `UTC`, `UTC+01:00`.
    #[must_use]
    pub fn name(&self, time_ms: i64) -> String {
        match self.minutes(time_ms) {
            0 => "UTC".to_owned(),
            minutes => {
                let (sign, ahead) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
                format!("UTC{sign}{:02}:{:02}", ahead / 60, ahead % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_place_before_and_after_a_change() {
        let noon = time::whole("2026-03-29T00:59:59Z").expect("a time");
        let zone = Zone::new(vec![(i64::MIN, 60), (noon + 1000, 120), (noon + 2000, 120)]);
        let check = |zone: &Zone, time: i64, clock: &str, name: &str| {
            assert_eq!((zone.clock(time), zone.name(time)), (clock.to_owned(), name.to_owned()));
        };
        check(&zone, noon, "01:59:59.000", "UTC+01:00");
        check(&zone, noon + 1000, "03:00:00.000", "UTC+02:00");
        check(&Zone::new(vec![(0, -210)]), noon, "21:29:59.000", "UTC-03:30");
        check(&Zone::UTC, noon, "00:59:59.000", "UTC");
        assert_eq!(Zone::new(vec![(0, -210)]).written(noon), "2026-03-28 21:29:59.000");
        assert_eq!(
            (zone.minute(noon).as_str(), zone.is_utc(), Zone::new(vec![(5, 0)]).is_utc()),
            ("01:59", false, true)
        );
        assert_eq!(zone.shifted(i64::MAX), i64::MAX);
        for time in [noon - 7_200_000, noon, noon + 1000, noon + 7_200_000] {
            assert_eq!(zone.unshifted(zone.shifted(time)), time);
        }
    }
}
