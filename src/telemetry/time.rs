//! Points in time as logs and traces write them: read to milliseconds or nanoseconds since 1970, and written again.
//!
//! Must not know what time it is.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Reads a date and time at the beginning of `text`, and how many bytes it takes: `2026-11-23T08:00:00.123Z`, with a space for
/// the T, slashes for hyphens, a comma for the point, and a zone or none (then it is taken as UTC).
#[must_use]
pub fn leading(text: &[u8]) -> Option<(i64, usize)> {
    let (hyphen, between) = (*text.get(4)?, *text.get(10)?);
    let is_date =
        matches!(hyphen, b'-' | b'/') && text.get(7) == Some(&hyphen) && matches!(between, b'T' | b't' | b' ');
    if !is_date || text.get(13) != Some(&b':') || text.get(16) != Some(&b':') {
        return None;
    }
    let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?);
    let (hour, minute, second) = (digits(text, 11, 2)?, digits(text, 14, 2)?, digits(text, 17, 2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, end) = fraction(text, 19);
    let (offset_minutes, end) = zone(text, end);
    let seconds = (hour * 60 + minute - offset_minutes) * 60 + second;
    Some((days(year, month, day) * DAY_MS + seconds * 1000 + fraction_ms, end))
}

/// Reads a text that is a date and time and nothing else.
#[must_use]
pub fn whole(text: &str) -> Option<i64> {
    let (time_ms, end) = leading(text.as_bytes())?;
    (end == text.len()).then_some(time_ms)
}

/// `2026-11-23T08:00:00.123Z`.
#[must_use]
pub fn written(time_ms: i64) -> String {
    let (year, month, day) = date(time_ms.div_euclid(DAY_MS));
    let rest = time_ms.rem_euclid(DAY_MS);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

/// Seconds since 1970, as a JSON number writes them, in nanoseconds; a float would lose a quarter of a microsecond.
#[must_use]
pub fn seconds_to_ns(number: &str) -> Option<i64> {
    let seconds = number.parse::<Decimal>().ok().or_else(|| Decimal::from_scientific(number).ok())?;
    seconds.checked_mul(Decimal::from(1_000_000_000))?.round().to_i64()
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size, in milliseconds.
#[must_use]
pub fn epoch_to_ms(number: f64) -> Option<i64> {
    let scale = match number.abs() {
        size if !size.is_finite() || size < 1e8 => return None,
        size if size < 1e11 => 1e3,
        size if size < 1e14 => 1.0,
        size if size < 1e17 => 1e-3,
        _ => 1e-6,
    };
    Some((number * scale).round() as i64)
}

fn digits(text: &[u8], from: usize, count: usize) -> Option<i64> {
    let part = text.get(from..from + count)?;
    part.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// The milliseconds behind a point or comma, cut, and where they end.
fn fraction(text: &[u8], at: usize) -> (i64, usize) {
    if !matches!(text.get(at), Some(b'.' | b',')) || !text.get(at + 1).is_some_and(u8::is_ascii_digit) {
        return (0, at);
    }
    let count = text[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digit = |place: usize| if place < count { i64::from(text[at + 1 + place] - b'0') } else { 0 };
    (digit(0) * 100 + digit(1) * 10 + digit(2), at + 1 + count)
}

/// The minutes that a zone is ahead of UTC, and where it ends.
fn zone(text: &[u8], at: usize) -> (i64, usize) {
    let sign = match text.get(at) {
        Some(b'Z' | b'z') => return (0, at + 1),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return (0, at),
    };
    let colon = usize::from(text.get(at + 3) == Some(&b':'));
    match (digits(text, at + 1, 2), digits(text, at + 3 + colon, 2)) {
        (Some(hours), Some(minutes)) => (sign * (hours * 60 + minutes), at + 5 + colon),
        _ => (0, at),
    }
}

/// Days since 1970 of a date in the Gregorian calendar, with years that begin in March, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = (shifted_month + 2) % 12 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_spelling() {
        let check = |text: &str, expected: Option<&str>, length: usize| {
            let read = leading(text.as_bytes());
            assert_eq!(read.map(|(time, _)| written(time)).as_deref(), expected, "{text}");
            assert_eq!(read.map_or(0, |(_, length)| length), length, "{text}");
        };
        check("2019-06-07T19:11:20.563Z\tid", Some("2019-06-07T19:11:20.563Z"), 24);
        check("2021-05-03 11:47:12,494+0000", Some("2021-05-03T11:47:12.494Z"), 28);
        check("2026-11-23T08:00:00.123456+02:30 x", Some("2026-11-23T05:30:00.123Z"), 32);
        check("2020/03/27 03:40:05 EVENT", Some("2020-03-27T03:40:05.000Z"), 19);
        check("1969-12-31T23:59:59.9Z", Some("1969-12-31T23:59:59.900Z"), 22);
        check("2024-02-29T00:00:00-1", Some("2024-02-29T00:00:00.000Z"), 19);
        check("2024-13-01T00:00:00Z", None, 0);
        check("2024-02-29", None, 0);
        check("2024\u{e9}02\u{e9}29T00:00:00", None, 0);
    }

    #[test]
    fn dates_and_days_are_inverse() {
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }

    #[test]
    fn numbers_keep_their_nanoseconds() {
        assert_eq!(seconds_to_ns("1.499473411677E9"), Some(1_499_473_411_677_000_000));
        assert_eq!(seconds_to_ns("1639806385.8332975"), Some(1_639_806_385_833_297_500));
        assert_eq!(seconds_to_ns("1e400"), None);
        assert_eq!(epoch_to_ms(1_656_687_493.0), epoch_to_ms(1_656_687_493_000.0));
        assert_eq!(epoch_to_ms(12.0), None);
    }
}
