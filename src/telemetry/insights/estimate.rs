//! How much a question will scan, before it is asked: what came into its log groups in its span of time, as CloudWatch has counted it.
//!
//! A question scans what its log groups took in between its two ends, uncompressed, whatever it asks for. CloudWatch counts that as
//! the metric `IncomingBytes`, by when records came, which is seconds after they were written. Where it is not known, nothing less
//! than all that is stored can be said. Must not know prices.

/// From so many bytes on a person is asked first: five cents in most regions.
pub const ASKS_FROM_BYTES: u64 = 10_000_000_000;

/// What is known of how much a log group holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// The log group.
    pub group: String,
    /// Logical name of the resource that writes it, where a stack told.
    pub node: Option<String>,
    /// So many bytes are stored in all, as the service says; it may be a day old.
    pub stored_bytes: Option<u64>,
    /// So many bytes came in the span of time; `None` where that is not known.
    pub came_bytes: Option<u64>,
}

/// How much a question will scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// So many bytes.
    pub bytes: u64,
    /// Log groups for which all that is stored had to be taken, because nothing better is known.
    pub bounded: usize,
    /// Log groups of which nothing at all is known.
    pub unknown: usize,
}

impl Estimate {
    /// The estimate for these log groups.
    #[must_use]
    pub fn of<'v>(volumes: impl IntoIterator<Item = &'v Volume>) -> Self {
        volumes.into_iter().fold(Self::default(), |sum, volume| {
            let bytes = volume.came_bytes.or(volume.stored_bytes);
            Self {
                bytes: sum.bytes.saturating_add(bytes.unwrap_or_default()),
                bounded: sum.bounded + usize::from(volume.came_bytes.is_none() && bytes.is_some()),
                unknown: sum.unknown + usize::from(bytes.is_none()),
            }
        })
    }

    /// Whether a person is to be asked before so much is scanned, or where it is not known how much that is.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.bytes >= ASKS_FROM_BYTES || self.unknown > 0
    }

    /// Whether every log group was counted.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.bounded + self.unknown == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_taken_and_else_all_that_is_stored() {
        let check = |volumes: &[(Option<u64>, Option<u64>)], expected: (u64, usize, usize), asks: bool| {
            let volume = |(stored_bytes, came_bytes): &(Option<u64>, Option<u64>)| Volume {
                stored_bytes: *stored_bytes,
                came_bytes: *came_bytes,
                ..Volume::default()
            };
            let all: Vec<Volume> = volumes.iter().map(volume).collect();
            let told = Estimate::of(&all);
            assert_eq!((told.bytes, told.bounded, told.unknown), expected, "{volumes:?}");
            assert_eq!((told.asks(), told.is_counted()), (asks, expected.1 + expected.2 == 0), "{volumes:?}");
        };
        check(&[], (0, 0, 0), false);
        check(&[(Some(900), Some(20)), (Some(70), Some(0))], (20, 0, 0), false);
        check(&[(Some(900), None), (None, Some(3))], (903, 1, 0), false);
        check(&[(None, None), (None, Some(3))], (3, 0, 1), true);
        check(&[(Some(ASKS_FROM_BYTES), None)], (ASKS_FROM_BYTES, 1, 0), true);
        check(&[(None, Some(ASKS_FROM_BYTES - 1))], (ASKS_FROM_BYTES - 1, 0, 0), false);
        check(&[(Some(u64::MAX), None), (Some(1), None)], (u64::MAX, 2, 0), true);
    }
}
