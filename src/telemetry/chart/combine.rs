//! How points that fall into one step come to one value: sums are added, maxima compared, single values ranked.
//!
//! Must not know whose points they are.

use super::Stat;
use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::record::Metric;

/// How points of a step come to one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Combine {
    /// Added, and told for a minute.
    Rate,
    /// Their mean.
    Mean,
    /// The least.
    Least,
    /// The greatest.
    Greatest,
    /// The one that a share of them does not exceed.
    Ranked(Stat),
}

impl Combine {
    /// How points of a metric are combined: by its statistic; single values by their unit.
    pub(super) fn of(metric: &Metric, stat: Stat) -> Self {
        match (&*metric.statistic, &*metric.unit) {
            ("", "Count") | ("Sum" | "SampleCount", _) => Self::Rate,
            ("", _) => Self::Ranked(stat),
            ("Average", _) => Self::Mean,
            ("Minimum", _) => Self::Least,
            _ => Self::Greatest,
        }
    }

    /// A value for every step of a span in which there are points.
    pub(super) fn points(self, points: &[(i64, f64)], (from, to): (i64, i64), step_ms: i64) -> Vec<(i64, f64)> {
        let place = |time: i64| points.partition_point(|(own, _)| *own < time);
        let within = &points[place(from)..place(to)];
        let step = |time: i64| time.div_euclid(step_ms).saturating_mul(step_ms);
        let steps = within.chunk_by(|(one, _), (other, _)| step(*one) == step(*other));
        steps.filter_map(|chunk| Some((step(chunk.first()?.0), self.value(chunk, step_ms)))).collect()
    }

    fn value(self, points: &[(i64, f64)], step_ms: i64) -> f64 {
        let values = || points.iter().map(|(_, value)| *value);
        match self {
            Self::Rate => values().sum::<f64>() / (step_ms as f64 / MINUTE_MS as f64),
            Self::Mean => values().sum::<f64>() / points.len() as f64,
            Self::Least => values().fold(f64::INFINITY, f64::min),
            Self::Greatest => values().fold(f64::NEG_INFINITY, f64::max),
            Self::Ranked(stat) => {
                let mut sorted: Vec<f64> = values().collect();
                sorted.sort_by(f64::total_cmp);
                let rank = (sorted.len() as f64 * stat.share()).ceil() as usize;
                sorted[rank.clamp(1, sorted.len()) - 1]
            }
        }
    }
}
