//! What a service has told of how much happened, and of which time, so that the log speaks for the rest only.
//!
//! Must not know logs.

use std::collections::BTreeMap;

use super::Heard;
use crate::catalog::figure::Shows;
use crate::telemetry::load::MINUTE_MS;

/// Sums of a service.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    /// By begin of their period, in milliseconds since 1970.
    pub sums: BTreeMap<i64, f64>,
    /// The time of which it told, in milliseconds since 1970; the end is left out.
    pub span_ms: (i64, i64),
}

impl Told {
    /// What was told of this; `None` when nothing was.
    pub(super) fn of(heard: &Heard<'_>, shows: Shows) -> Option<Self> {
        let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
        let is_it = |statistic: &str, own: Shows| statistic == "Sum" && own == shows;
        for (_, series, _) in heard.metrics.iter().filter(|(metric, _, own)| is_it(&metric.statistic, own.shows)) {
            series.points().iter().for_each(|(ms, value)| *sums.entry(*ms).or_default() += value);
        }
        let (first, last) = (*sums.first_key_value()?.0, *sums.last_key_value()?.0);
        Some(Self { sums, span_ms: (first, last.saturating_add(MINUTE_MS)) })
    }

    /// All that was told of a span.
    pub(super) fn sum(&self, (from, to): (i64, i64)) -> f64 {
        if from >= to { 0.0 } else { self.sums.range(from..to).map(|(_, value)| value).sum() }
    }

    /// The parts of a span before, within and after what was told of.
    pub(super) fn parts(&self, (from, to): (i64, i64)) -> [(i64, i64); 3] {
        let (first, end) = self.span_ms;
        [(from, to.min(first)), (from.max(first), to.min(end)), (from.max(end), to)]
    }
}
