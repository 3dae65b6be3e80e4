//! Which span of time a metric is asked for, and in which periods.
//!
//! CloudWatch keeps periods of a minute for 15 days, of five minutes for 63 days, of an hour for 455 days, and answers fastest
//! when both ends lie on a period's begin (API reference of `GetMetricData`). Must not know metrics.

use crate::source::tail::Ms;

/// A minute.
pub(super) const MINUTE_MS: Ms = 60_000;
const DAY_MS: Ms = 86_400_000;
/// Values come one to three minutes late; what is older by this is there.
pub(super) const LATE_MS: Ms = 3 * MINUTE_MS;
/// Each round asks so much again of what was told before: late values replace what was told.
const AGAIN_MS: Ms = 5 * MINUTE_MS;
/// So many values come in one answer at most.
const MOST_POINTS: i64 = 100_800;
/// So many metrics one request may name.
const MOST_METRICS: i64 = 500;

/// A span and its periods.
#[expect(clippy::struct_field_names, reason = "times say their unit")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from_ms: Ms,
    pub to_ms: Ms,
    pub period_ms: Ms,
}

impl Span {
    /// The span for a metric that is wanted from a time on and was told of a span before; `None` while no period is over.
    pub(super) fn of(from_ms: Ms, told: Option<Self>, now_ms: Ms) -> Option<Self> {
        // A value for a longer period gives way to those for shorter ones within it.
        let again_ms = |told: Self| told.to_ms - AGAIN_MS.max(told.period_ms);
        let from_ms = told.map_or(from_ms, |told| again_ms(told).max(from_ms)).max(0);
        let period_ms = match now_ms - from_ms {
            age if age <= 15 * DAY_MS => MINUTE_MS,
            age if age <= 63 * DAY_MS => 5 * MINUTE_MS,
            _ => 60 * MINUTE_MS,
        };
        let down = |ms: Ms| ms.div_euclid(period_ms) * period_ms;
        let span = Self { from_ms: down(from_ms), to_ms: down(now_ms), period_ms };
        (span.from_ms < span.to_ms).then_some(span)
    }

    /// So many metrics fit into one request over it.
    pub(super) fn most(self) -> usize {
        (MOST_POINTS / ((self.to_ms - self.from_ms) / self.period_ms).max(1)).clamp(1, MOST_METRICS) as usize
    }

    /// Begins of its periods.
    pub(super) fn periods(self) -> impl Iterator<Item = Ms> {
        (self.from_ms..self.to_ms).step_by(self.period_ms.max(1) as usize)
    }
}

/// So many periods one sum over time is put together of at most.
const MOST_PERIODS: i64 = 1_440;

/// First and last millisecond, and the length of periods in seconds, over which something is counted that happened between two
/// times; `None` while no period is over. Both ends lie on a period's begin, so that a little too much is counted.
#[must_use]
pub fn counted_span((from_ms, to_ms): (Ms, Ms), now_ms: Ms) -> Option<(Ms, Ms, i32)> {
    let kept_ms = Span::of(from_ms, None, now_ms)?.period_ms;
    let is_fit = |period_ms: &Ms| *period_ms >= kept_ms && (to_ms - from_ms) / period_ms <= MOST_PERIODS;
    let period_ms = [1, 5, 60].map(|minutes| minutes * MINUTE_MS).into_iter().find(is_fit).unwrap_or(DAY_MS);
    let down = |ms: Ms| ms.div_euclid(period_ms) * period_ms;
    let (first_ms, last_ms) = (down(from_ms.max(0)), down(to_ms + period_ms - 1).min(down(now_ms)));
    (first_ms < last_ms).then_some((first_ms, last_ms, (period_ms / 1_000) as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_reaches_over_both_ends_in_as_few_periods_as_there_need_be() {
        let now_ms = 1_000 * DAY_MS + 90_500;
        let check = |ago: (Ms, Ms), expected: Option<(Ms, Ms, i32)>| {
            let told = counted_span((now_ms - ago.0, now_ms - ago.1), now_ms);
            assert_eq!(told.map(|(from, to, period)| (now_ms - from, now_ms - to, period)), expected, "{ago:?}");
        };
        check((15 * MINUTE_MS, 0), Some((15 * MINUTE_MS + 30_500, 30_500, 60)));
        check((15 * MINUTE_MS, 5 * MINUTE_MS), Some((15 * MINUTE_MS + 30_500, 4 * MINUTE_MS + 30_500, 60)));
        check((2 * DAY_MS, 0), Some((2 * DAY_MS + 90_500, 90_500, 300)));
        check((20 * DAY_MS, 20 * DAY_MS - MINUTE_MS), Some((20 * DAY_MS + 90_500, 20 * DAY_MS - 209_500, 300)));
        check((30 * DAY_MS, 0), Some((30 * DAY_MS + 90_500, 90_500, 3_600)));
        check((400 * DAY_MS, 0), Some((400 * DAY_MS + 90_500, 90_500, 86_400)));
        check((10_000, 0), None);
    }

    #[test]
    fn spans_lie_on_their_periods() {
        let now_ms = 1_795_000_000_000 + 12_345;
        let check = |back_ms: Ms, told_back_ms: Option<Ms>, expected: Option<(i64, i64, usize)>| {
            let told = told_back_ms.and_then(|back_ms| Span::of(now_ms - 2 * DAY_MS, None, now_ms - back_ms));
            let span = Span::of(now_ms - back_ms, told, now_ms);
            let told = span.map(|span| {
                assert_eq!((span.from_ms % span.period_ms, span.to_ms % span.period_ms), (0, 0));
                assert!(
                    span.to_ms <= now_ms && span.to_ms > now_ms - span.period_ms,
                    "the period that runs is not over"
                );
                (span.period_ms / 1_000, span.periods().count() as i64, span.most())
            });
            assert_eq!(told, expected, "{back_ms}");
        };
        check(0, None, None);
        check(10 * MINUTE_MS, None, Some((60, 10, 500)));
        check(3 * DAY_MS, None, Some((60, 4_320, 23)));
        check(3 * DAY_MS, Some(MINUTE_MS), Some((60, 6, 500)));
        check(10 * MINUTE_MS, Some(20 * MINUTE_MS), Some((60, 10, 500)));
        check(15 * DAY_MS, None, Some((60, 21_600, 4)));
        check(16 * DAY_MS, None, Some((300, 4_608, 21)));
        check(100 * DAY_MS, None, Some((3_600, 2_400, 42)));
    }
}
