//! Figures of the Live lens in words: counts, times and shares as a person would say them.
//!
//! Must not know what they are of.

use crate::catalog::field::grouped;
use crate::telemetry::seen::{Gauge, Seen, Unit};

/// A count, short: "0.3", "1,284", "128k", "1.3M".
pub(super) fn short(count: f64) -> String {
    match count {
        count if count >= 9_999_500.0 => format!("{:.0}M", count / 1e6),
        count if count >= 999_500.0 => format!("{:.1}M", count / 1e6),
        count if count >= 99_999.5 => format!("{:.0}k", count / 1e3),
        count if count < 10.0 && count.fract() > 0.04 && count.fract() < 0.96 => format!("{count:.1}"),
        count => grouped(count.round() as i64),
    }
}

/// Milliseconds, as a person would say them: "96 ms", "1.9 s", "4 min", "3 h".
pub(super) fn time(ms: f64) -> String {
    match ms {
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 9950.0 => format!("{:.1} s", ms / 1e3),
        ms if ms < 99_500.0 => format!("{:.0} s", ms / 1e3),
        ms if ms < 5_970_000.0 => format!("{:.0} min", ms / 6e4),
        ms => format!("{:.0} h", ms / 3.6e6),
    }
}

/// The value of a figure with its unit.
pub(super) fn value(gauge: &Gauge) -> String {
    match gauge.unit {
        Unit::Count => short(gauge.value),
        Unit::Ms => time(gauge.value),
        Unit::Share if gauge.value <= 0.0 || gauge.value >= 0.9995 => format!("{:.0} %", gauge.value * 100.0),
        Unit::Share => format!("{:.1} %", gauge.value * 100.0),
    }
}

/// All figures of a node, in a sentence.
pub(super) fn told(seen: &Seen) -> String {
    let told: Vec<String> = seen.gauges.iter().map(|gauge| format!("{} {}", value(gauge), gauge.figure.word)).collect();
    let how = match (seen.is_sampled, seen.is_fresh) {
        (true, _) => ", from traces",
        (_, true) => ", the last minutes from the log",
        _ => "",
    };
    told.join(", ") + how
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_as_people_say_them() {
        let check = |count: f64, expected: &str| assert_eq!(short(count), expected, "{count}");
        check(0.0, "0");
        check(0.3, "0.3");
        check(0.01, "0");
        check(9.98, "10");
        check(12.4, "12");
        check(1284.0, "1,284");
        check(99_999.0, "99,999");
        check(128_300.0, "128k");
        check(999_499.0, "999k");
        check(1_300_000.0, "1.3M");
        check(42_000_000.0, "42M");
        let check = |ms: f64, expected: &str| assert_eq!(time(ms), expected, "{ms}");
        check(96.2, "96 ms");
        check(999.6, "1.0 s");
        check(9960.0, "10 s");
        check(240_000.0, "4 min");
        check(10_800_000.0, "3 h");
    }
}
