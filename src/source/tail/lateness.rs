//! How late events become readable after they happened, from what was seen: the overlap of sweeps follows it.
//!
//! Must not know log groups or requests.

use super::Ms;

/// Each bucket reaches a quarter further than the one before.
const STEP: f64 = 1.25;
/// The last bucket begins beyond an hour.
const BUCKETS: usize = 70;
/// Old sightings count half when so many have come.
const HALVE_AT: u64 = 200_000;

/// Counts of sightings by lateness.
#[derive(Clone, Debug)]
pub(super) struct Lateness {
    counts: [u64; BUCKETS],
    total: u64,
}

impl Default for Lateness {
    fn default() -> Self {
        Self { counts: [0; BUCKETS], total: 0 }
    }
}

impl Lateness {
    /// Counts one sighting.
    pub(super) fn saw(&mut self, late_ms: Ms) {
        let bucket = (late_ms.max(1) as f64).log(STEP).ceil() as usize;
        self.counts[bucket.min(BUCKETS - 1)] += 1;
        self.total += 1;
        if self.total >= HALVE_AT {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.total = self.counts.iter().sum();
        }
    }

    /// 999 of 1,000 events were at most so late, in milliseconds; 0 before anything was seen.
    pub(super) fn p999_ms(&self) -> Ms {
        let rank = self.total - self.total / 1_000;
        let mut below = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank && self.total > 0 {
                return STEP.powi(bucket as i32).ceil() as Ms;
            }
        }
        0
    }
}
