//! One curve out of what a node's log tells and what its service has summed up.
//!
//! The service's figure stands once it is there; until then, some minutes, the log's does. Must not know whose curve it is.

use super::{Curve, Measure, Stat};
use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::record::Metric;

/// Whether a metric tells the same as the log does: lines that say error and invocations that failed are no longer counted apart.
pub(super) fn tells_the_same(measure: Measure, metric: &Metric, stat: Stat) -> bool {
    match measure {
        Measure::Invocations | Measure::Errors => &*metric.statistic == "Sum",
        Measure::Duration => *metric.statistic == *stat.to_string(),
        _ => false,
    }
}

/// What a service has told.
pub(super) struct Told<'p> {
    /// Steps and values.
    pub points: &'p [(i64, f64)],
    /// Begins of the first and the last period of which it told, in milliseconds since 1970.
    pub ends_ms: (i64, i64),
}

/// Lays what a service has told over the curve of a log. Of a step that it has not told the end of, the log knows more.
pub(super) fn join(curve: &mut Curve, told: &Told<'_>, measure: Measure, step_ms: i64) {
    let (first, last) = told.ends_ms;
    let end = last.saturating_add(MINUTE_MS);
    let is_told = |step: i64| first <= step && step.saturating_add(step_ms) <= end;
    for (step, value) in told.points.iter().copied().filter(|(step, _)| is_told(*step)) {
        match curve.points.binary_search_by_key(&step, |(own, _)| *own) {
            // A line that says error need not end an invocation, and an invocation may fail without a line: neither is to be hidden.
            Ok(place) if measure == Measure::Errors => curve.points[place].1 = curve.points[place].1.max(value),
            Ok(place) => curve.points[place].1 = value,
            Err(place) => curve.points.insert(place, (step, value)),
        }
    }
    let fresh = curve.points.iter().map(|(step, _)| *step).find(|step| *step >= first && !is_told(*step));
    curve.fresh_ms = curve.fresh_ms.max(fresh);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::chart::Owner;
    use Measure::{Errors, Invocations};

    #[test]
    fn the_service_stands_where_it_has_told_and_the_log_where_it_has_not() {
        let check =
            |measure: Measure, wide: i64, told: &[(i64, f64)], ends: (i64, i64), expected: &[(i64, f64)], fresh| {
                let minutes = |points: &[(i64, f64)]| -> Vec<(i64, f64)> {
                    points.iter().map(|(minute, value)| (minute * MINUTE_MS, *value)).collect()
                };
                let log = minutes(&[(2, 20.0), (4, 40.0), (6, 60.0), (8, 80.0)]);
                let mut curve =
                    Curve { owner: Owner::Other("a".into()), detail: String::new(), points: log, fresh_ms: None };
                let points = minutes(told);
                let told = Told { points: &points, ends_ms: (ends.0 * MINUTE_MS, ends.1 * MINUTE_MS) };
                join(&mut curve, &told, measure, wide * MINUTE_MS);
                assert_eq!(curve.points, minutes(expected));
                assert_eq!(curve.fresh_ms, Option::<i64>::map(fresh, |minute| minute * MINUTE_MS));
            };
        let told = [(0, 1.0), (2, 25.0), (4, 35.0)];
        let joined = [(0, 1.0), (2, 25.0), (4, 35.0), (6, 60.0), (8, 80.0)];
        check(Invocations, 2, &told, (0, 5), &joined, Some(6));
        check(Errors, 2, &told, (0, 5), &[(0, 1.0), (2, 25.0), (4, 40.0), (6, 60.0), (8, 80.0)], Some(6));
        let half = [(0, 1.0), (2, 25.0), (4, 40.0), (6, 60.0), (8, 80.0)];
        check(Invocations, 2, &told, (0, 4), &half, Some(4));
        check(Invocations, 2, &[(8, 81.0)], (8, 9), &[(2, 20.0), (4, 40.0), (6, 60.0), (8, 81.0)], None);
        check(Invocations, 2, &[], (8, 8), &[(2, 20.0), (4, 40.0), (6, 60.0), (8, 80.0)], Some(8));
    }
}
