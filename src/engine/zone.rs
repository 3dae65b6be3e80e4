//! Which time the system's clocks show, and when that changes.
//!
//! Must not know what times are shown.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::telemetry::zone::Zone;

/// So many changes are looked at: twice a year for two centuries.
const MOST_CHANGES: usize = 400;

/// The system's zone; UTC where none is found.
#[must_use]
pub fn local() -> Zone {
    TimeZone::try_system().map_or(Zone::UTC, |zone| of(&zone))
}

fn of(zone: &TimeZone) -> Zone {
    let start = Timestamp::UNIX_EPOCH;
    let minutes = |seconds: i32| seconds.div_euclid(60);
    let first = (i64::MIN, minutes(zone.to_offset(start).seconds()));
    let changes = zone.following(start).take(MOST_CHANGES);
    let changes = changes.map(|change| (change.timestamp().as_millisecond(), minutes(change.offset().seconds())));
    Zone::new(std::iter::once(first).chain(changes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_and_winter_are_told_apart() {
        // The rule of central Europe, as a system without a database has it.
        let zone = of(&TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule"));
        let check = |when: &str, name: &str| {
            assert_eq!(zone.name(crate::telemetry::time::whole(when).expect("a time")), name, "{when}");
        };
        check("2026-01-01T00:00:00Z", "UTC+01:00");
        check("2026-03-29T00:59:59Z", "UTC+01:00");
        check("2026-03-29T01:00:00Z", "UTC+02:00");
        check("2026-10-25T01:00:00Z", "UTC+01:00");
        assert!(of(&TimeZone::UTC).is_utc());
    }
}
