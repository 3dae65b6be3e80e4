//! Points of metrics as they come: by whom they were told and what they measure.
//!
//! Must not know nodes, nor how anything is drawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::record::{Metric, MetricPoint};
use super::series::Series;

/// So many metrics are kept.
const MOST_METRICS: usize = 5000;
/// So many points of each are kept, and a quarter more until the oldest are dropped together.
const MOST_POINTS: usize = 100_000;

/// The log group whose lines carry a metric, or none when a service has told it; and the metric.
pub type Told = (Option<Arc<str>>, Arc<Metric>);

/// All points that have come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    series: BTreeMap<Told, Arc<Series>>,
    refused: u64,
}

impl Metrics {
    /// Takes a point in that a line of a log group carries, or that a service has told.
    pub fn take(&mut self, group: Option<&Arc<str>>, point: MetricPoint) {
        let MetricPoint { metric, timestamp_ms, value } = point;
        let told = (group.cloned(), metric);
        if !self.series.contains_key(&told) && self.series.len() >= MOST_METRICS {
            self.refused += 1;
            return;
        }
        let series = Arc::make_mut(self.series.entry(told).or_default());
        // What a service has summed up it may tell again; single values stand beside one another.
        if group.is_none() {
            series.set(timestamp_ms, value);
        } else {
            series.add(timestamp_ms, value);
        }
        if series.points().len() > MOST_POINTS + MOST_POINTS / 4 {
            series.keep(MOST_POINTS);
        }
    }

    /// Every metric with its points.
    pub fn iter(&self) -> impl Iterator<Item = (&Told, &Series)> {
        self.series.iter().map(|(told, series)| (told, &**series))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// How many points were not taken in, because there are too many metrics.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// First and last time of any point, in milliseconds since 1970.
    #[must_use]
    pub fn span_ms(&self) -> Option<(i64, i64)> {
        let ends = self.series.values().filter_map(|series| series.ends_ms());
        ends.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_take_the_place_of_those_told_before_and_values_stand_beside_one_another() {
        let mut metrics = Metrics::default();
        let group: Arc<str> = "g".into();
        let point = |value| MetricPoint {
            metric: Arc::new(Metric { name: "Errors".into(), ..Metric::default() }),
            timestamp_ms: 60_000,
            value,
        };
        for (group, value) in [(None, 1.0), (None, 2.0), (Some(&group), 1.0), (Some(&group), 2.0)] {
            metrics.take(group, point(value));
        }
        let told: Vec<_> = metrics.iter().map(|(_, series)| series.points().to_vec()).collect();
        assert_eq!(told, [vec![(60_000, 2.0)], vec![(60_000, 1.0), (60_000, 2.0)]]);
        assert_eq!((metrics.span_ms(), metrics.refused()), (Some((60_000, 60_000)), 0));
    }
}
