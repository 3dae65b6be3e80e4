//! Marks of the time axis at round times of the place that is shown, and figures short enough for the other axis.
//!
//! Must not know curves.

use egui_plot::GridMark;

use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::zone::Zone;

/// Room that the words of a mark take, in points.
const ROOM: f32 = 76.0;
/// Distances between marks, in minutes.
const STEPS: [i64; 16] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200];

/// Marks between two times in milliseconds since 1970, for an axis of so many points; their values are minutes after the first.
pub(super) fn marks((from_ms, to_ms): (i64, i64), wide: f32, zone: &Zone) -> Vec<GridMark> {
    let wanted = (wide / ROOM).max(1.0);
    let span = to_ms.saturating_sub(from_ms) / MINUTE_MS;
    let fits = |step: &&i64| (span / **step) as f32 <= wanted;
    let last = STEPS[STEPS.len() - 1];
    let step = STEPS.iter().find(fits).copied().unwrap_or_else(|| last.max(span / wanted as i64));
    let step_ms = step.saturating_mul(MINUTE_MS);
    // Round times are those of the place, so its distance from UTC counts.
    let ahead = zone.shifted(from_ms).saturating_sub(from_ms);
    let first = zone.shifted(from_ms).div_euclid(step_ms).saturating_mul(step_ms).saturating_sub(ahead);
    let all = (0..=wanted as i64 + 2)
        .map(|number| first.saturating_add(number.saturating_mul(step_ms)))
        .filter(|at| (from_ms..=to_ms).contains(at));
    all.map(|at| GridMark { value: minutes(at, from_ms), step_size: step as f64 }).collect()
}

/// Marks of the other axis: four at most, at round figures.
pub(super) fn heights((low, high): (f64, f64)) -> Vec<GridMark> {
    let wanted = (high - low) / 4.0;
    if !wanted.is_finite() || wanted <= 0.0 {
        return Vec::new();
    }
    let power = 10_f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| *step >= wanted).unwrap_or(wanted);
    let first = (low / step).ceil();
    (0..=5)
        .map(|number| (first + f64::from(number)) * step)
        .filter(|value| *value <= high)
        .map(|value| GridMark { value, step_size: step })
        .collect()
}

/// How many minutes a time lies after another.
pub(super) fn minutes(time_ms: i64, from_ms: i64) -> f64 {
    time_ms.saturating_sub(from_ms) as f64 / MINUTE_MS as f64
}

/// What a mark says: the day at midnight and where marks are days apart, else the time.
pub(super) fn words(time_ms: i64, step_minutes: f64, zone: &Zone) -> String {
    let minute = zone.minute(time_ms);
    if step_minutes >= 1440.0 || minute == "00:00" {
        zone.written(time_ms).get(5..10).unwrap_or_default().to_owned()
    } else {
        minute
    }
}

/// A figure in few letters: `1.2k`, `340`, `0.25`.
pub(super) fn short(value: f64) -> String {
    let trimmed = |text: String| {
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match value.abs() {
        size if size >= 1e9 => format!("{}G", trimmed(format!("{:.1}", value / 1e9))),
        size if size >= 1e6 => format!("{}M", trimmed(format!("{:.1}", value / 1e6))),
        size if size >= 1e4 => format!("{}k", trimmed(format!("{:.1}", value / 1e3))),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => trimmed(format!("{value:.1}")),
        0.0 => "0".to_owned(),
        size if size < 0.001 => format!("{value:.0e}"),
        _ => trimmed(format!("{value:.3}")),
    }
}

/// A figure with its unit: `96 ms`, `1.2 s`, `3 a minute`.
pub(super) fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "ms" if value >= 1000.0 => format!("{} s", short(value / 1000.0)),
        "" => short(value),
        unit => format!("{} {unit}", short(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::time;

    #[test]
    fn marks_stand_at_round_times_of_the_place() {
        let at = |text: &str| time::whole(text).expect("a time");
        let span = (at("2026-11-23T08:07:00Z"), at("2026-11-23T09:07:00Z"));
        let told = |zone: &Zone| -> Vec<String> {
            let marks = marks(span, 300.0, zone);
            let time = |mark: &GridMark| span.0 + (mark.value * MINUTE_MS as f64) as i64;
            marks.iter().map(|mark| words(time(mark), mark.step_size, zone)).collect()
        };
        assert_eq!(told(&Zone::UTC), ["08:30", "09:00"]);
        assert_eq!(told(&Zone::new(vec![(0, 350)])), ["14:00", "14:30"]);
        assert!(marks((i64::MIN, i64::MAX), 300.0, &Zone::UTC).len() < 8);
    }

    #[test]
    fn heights_are_round_and_few() {
        let told = |high: f64| heights((0.0, high)).iter().map(|mark| mark.value).collect::<Vec<_>>();
        assert_eq!(told(112.0), [0.0, 50.0, 100.0]);
        assert_eq!(told(1.0), [0.0, 0.5, 1.0]);
        assert!(told(f64::NAN).is_empty() && told(0.0).is_empty());
    }

    #[test]
    fn figures_are_short() {
        let check = |value: f64, expected: &str| assert_eq!(short(value), expected);
        check(0.0, "0");
        check(0.25, "0.25");
        check(0.00004, "4e-5");
        check(7.0, "7");
        check(12.34, "12.3");
        check(1234.0, "1234");
        check(12_345.0, "12.3k");
        check(3_000_000.0, "3M");
        assert_eq!(with_unit(1500.0, "ms"), "1.5 s");
        assert_eq!(with_unit(3.0, "a minute"), "3 a minute");
    }
}
