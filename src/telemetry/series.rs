//! Values over time: kept in order, drawn from as many buckets as there are pixels; and distributions that give percentiles.
//!
//! Must not know what is measured.

use std::collections::BTreeMap;

/// Values in the order of their time, the oldest dropped beyond a budget and counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    points: Vec<(i64, f64)>,
    dropped: u64,
}

/// What the values in a span of time come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its begin, in milliseconds since 1970.
    pub start_ms: i64,
    /// How many values.
    pub count: u64,
    /// All together.
    pub sum: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Series {
    /// Takes a value in, where its time belongs. A value for a time that is there takes its place, as late metrics do.
    pub fn set(&mut self, time_ms: i64, value: f64) {
        match self.place(time_ms) {
            Ok(place) => self.points[place].1 = value,
            Err(place) => self.points.insert(place, (time_ms, value)),
        }
    }

    /// Takes a value in beside others of the same time, as events do.
    pub fn add(&mut self, time_ms: i64, value: f64) {
        let place = self.points.partition_point(|(time, _)| *time <= time_ms);
        self.points.insert(place, (time_ms, value));
    }

    fn place(&self, time_ms: i64) -> Result<usize, usize> {
        self.points.binary_search_by_key(&time_ms, |(time, _)| *time)
    }

    /// Drops the oldest beyond `most` values.
    pub fn keep(&mut self, most: usize) {
        let gone = self.points.len().saturating_sub(most);
        self.points.drain(..gone);
        self.dropped += gone as u64;
    }

    /// How many values were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The values, by time.
    #[must_use]
    pub fn points(&self) -> &[(i64, f64)] {
        &self.points
    }

    /// First and last time of any value, in milliseconds since 1970.
    #[must_use]
    pub fn ends_ms(&self) -> Option<(i64, i64)> {
        Some((self.points.first()?.0, self.points.last()?.0))
    }

    /// The values from `from_ms` up to `to_ms` in `count` buckets of the same width; those without a value are left out, so
    /// that a gap stays a gap.
    #[must_use]
    pub fn buckets(&self, from_ms: i64, to_ms: i64, count: usize) -> Vec<Bucket> {
        let span = i128::from(to_ms) - i128::from(from_ms);
        if span <= 0 || count == 0 {
            return Vec::new();
        }
        let at = |time: i64| self.points.partition_point(|(own, _)| *own < time);
        let mut buckets: Vec<Bucket> = Vec::new();
        for (time, value) in &self.points[at(from_ms)..at(to_ms)] {
            let number = (i128::from(*time) - i128::from(from_ms)) * count as i128 / span;
            let start_ms = (i128::from(from_ms) + (number * span).div_euclid(count as i128)) as i64;
            match buckets.last_mut().filter(|last| last.start_ms == start_ms) {
                Some(last) => last.take(*value),
                None => buckets.push(Bucket { start_ms, count: 1, sum: *value, min: *value, max: *value }),
            }
        }
        buckets
    }
}

impl Bucket {
    fn take(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// The mean of its values.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }
}

/// A distribution of positive values in classes of one percent, so that it can be added to another and stays small.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    classes: BTreeMap<i32, u64>,
    count: u64,
    sum: f64,
    max: f64,
}

/// How much wider each class is than the one before: a percentile is off by one percent at most.
const WIDTH: f64 = 1.02;

impl Distribution {
    /// Takes a value in; what is not positive counts as the least class.
    pub fn take(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        *self.classes.entry(Self::class(value)).or_default() += 1;
        self.count += 1;
        self.sum += value;
        self.max = self.max.max(value);
    }

    /// Takes a value out again that was taken in.
    pub fn give_back(&mut self, value: f64) {
        let class = Self::class(value);
        let Some(count) = self.classes.get_mut(&class).filter(|_| value.is_finite()) else { return };
        *count -= 1;
        if *count == 0 {
            self.classes.remove(&class);
        }
        self.count -= 1;
        self.sum = if self.count == 0 { 0.0 } else { self.sum - value };
        if self.count == 0 || value >= self.max {
            // The next greatest is known by its class.
            let last = self.classes.last_key_value().map_or(i32::MIN, |(class, _)| *class);
            self.max = if last == i32::MIN { 0.0 } else { WIDTH.powf(f64::from(last) + 1.0).min(self.max) };
        }
    }

    fn class(value: f64) -> i32 {
        if value <= 0.0 { i32::MIN } else { (value.ln() / WIDTH.ln()).floor() as i32 }
    }

    /// Takes all values of another in.
    pub fn merge(&mut self, other: &Self) {
        other.classes.iter().for_each(|(class, count)| *self.classes.entry(*class).or_default() += count);
        self.count += other.count;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    /// How many values it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All values together.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Their mean; `None` without values.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// The greatest of them; `None` without values.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// How many values there are in each of `count` steps from `low` to `high`, of which each is wider than the one before by
    /// the same share; what lies outside counts in the first and the last.
    #[must_use]
    pub fn histogram(&self, low: f64, high: f64, count: usize) -> Vec<u64> {
        let mut steps = vec![0; count];
        let (low, high) = (low.max(f64::MIN_POSITIVE).ln(), high.max(f64::MIN_POSITIVE).ln());
        for (class, number) in self.classes.iter().filter(|_| count > 0) {
            let middle = (f64::from(*class) + 0.5) * WIDTH.ln();
            let share = if high > low { (middle - low) / (high - low) } else { 0.0 };
            let step = (share.max(0.0) * count as f64) as usize;
            steps[step.min(count - 1)] += number;
        }
        steps
    }

    /// The value that a share of all (0.95 for p95) does not exceed; `None` without values.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let wanted = ((self.count as f64 * share).ceil() as u64).clamp(1, self.count.max(1));
        let mut before = 0;
        self.classes.iter().find_map(|(class, count)| {
            before += count;
            (before >= wanted)
                .then(|| if *class == i32::MIN { 0.0 } else { WIDTH.powf(f64::from(*class) + 0.5).min(self.max) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_order_and_gaps_stay_gaps() {
        let mut series = Series::default();
        [(30, 3.0), (10, 1.0), (95, 9.0), (20, 2.0)].into_iter().for_each(|(time, value)| series.set(time, value));
        series.set(20, 5.0);
        assert_eq!(series.points(), [(10, 1.0), (20, 5.0), (30, 3.0), (95, 9.0)]);
        let buckets = series.buckets(0, 100, 4);
        let told: Vec<_> = buckets.iter().map(|b| (b.start_ms, b.count, b.sum, b.min, b.max)).collect();
        assert_eq!(told, [(0, 2, 6.0, 1.0, 5.0), (25, 1, 3.0, 3.0, 3.0), (75, 1, 9.0, 9.0, 9.0)]);
        assert_eq!(series.buckets(20, 20, 4), []);
        assert_eq!(series.buckets(i64::MIN, i64::MAX, 1)[0].count, 4);
        series.keep(1);
        assert_eq!((series.points(), series.dropped()), (&[(95, 9.0)][..], 3));
    }

    #[test]
    fn percentiles_are_near() {
        let mut all = Distribution::default();
        let mut other = Distribution::default();
        for value in 1..=1000 {
            if value % 2 == 0 { &mut all } else { &mut other }.take(f64::from(value));
        }
        all.merge(&other);
        for (share, exact) in [(0.5, 500.0), (0.95, 950.0), (0.99, 990.0), (1.0, 1000.0)] {
            let found = all.percentile(share).expect("there are values");
            assert!((found / exact - 1.0).abs() < 0.011, "{share}: {found}");
        }
        assert_eq!((all.count(), all.mean(), all.max()), (1000, Some(500.5), Some(1000.0)));
        let steps = all.histogram(1.0, 1000.0, 3);
        assert_eq!(steps.iter().sum::<u64>(), 1000);
        assert!(steps[0].abs_diff(9) < 3 && steps[1].abs_diff(90) < 8, "ten times as wide each: {steps:?}");
        assert_eq!(Distribution::default().percentile(0.5), None);
    }

    #[test]
    fn what_is_given_back_counts_no_more() {
        let mut all = Distribution::default();
        [1.0, 50.0, 50.0, 9_000.0, 0.0].into_iter().for_each(|value| all.take(value));
        all.give_back(9_000.0);
        all.give_back(7.0);
        all.give_back(0.0);
        let near = |found: Option<f64>, exact: f64| assert!((found.expect("a value") / exact - 1.0).abs() < 0.03);
        near(all.percentile(1.0), 50.0);
        near(all.max(), 50.0);
        assert_eq!((all.count(), all.sum()), (3, 101.0));
        [1.0, 50.0, 50.0].into_iter().for_each(|value| all.give_back(value));
        assert_eq!(all, Distribution::default());
    }
}
