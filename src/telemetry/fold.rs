//! Records folded to invocations: those of one request together, in the order in which requests were seen first.
//!
//! Must not know panels.

use std::collections::BTreeMap;
use std::ops::Range;

use super::log::Records;
use super::record::{Level, LineKind};

/// The records of one request, or one record that belongs to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// Hash of the request; 0 for none.
    pub request: u64,
    /// Where its lines stand in [`Folded::lines`].
    pub lines: Range<usize>,
    /// The gravest level of its lines.
    pub level: Option<Level>,
    /// Number of the platform's report, when it is among the lines.
    pub report: Option<u64>,
    /// Number of the line that tells most: the gravest, of several the last; else the last of the application.
    pub telling: u64,
}

/// Records folded to invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The invocations.
    pub invocations: Vec<Invocation>,
    /// Numbers of their lines, those of one invocation together.
    pub lines: Vec<u64>,
}

impl Folded {
    /// Folds these records.
    #[must_use]
    pub fn of(records: &Records, numbers: impl Iterator<Item = u64>) -> Self {
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        let mut members: Vec<(u64, Vec<u64>)> = Vec::new();
        for number in numbers {
            let Some(request) = records.get(number).map(|record| record.entry.request) else { continue };
            let fresh = members.len();
            let place = if request == 0 { fresh } else { *places.entry(request).or_insert(fresh) };
            if place == fresh {
                members.push((request, Vec::new()));
            }
            members[place].1.push(number);
        }
        let mut folded = Self::default();
        for (request, numbers) in members {
            let start = folded.lines.len();
            let lines = start..start + numbers.len();
            folded.invocations.push(invocation(records, request, &numbers, lines));
            folded.lines.extend(numbers);
        }
        folded
    }

    /// The lines of an invocation.
    #[must_use]
    pub fn lines_of(&self, invocation: &Invocation) -> &[u64] {
        self.lines.get(invocation.lines.clone()).unwrap_or_default()
    }
}

fn invocation(records: &Records, request: u64, numbers: &[u64], lines: Range<usize>) -> Invocation {
    let all = || numbers.iter().filter_map(|number| records.get(*number));
    let report = all().find(|record| record.kind() == LineKind::Report).map(|record| record.number);
    let level = all().filter_map(|record| record.level()).max();
    let weight = |kind: LineKind| usize::from(matches!(kind, LineKind::App | LineKind::Timeout));
    let telling = all().max_by_key(|record| {
        let grave = record.level().filter(|level| *level >= Level::Warn);
        (weight(record.kind()), grave)
    });
    Invocation { request, lines, level, report, telling: telling.map_or(numbers[0], |record| record.number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::log::{Chunk, LogStore};
    use crate::telemetry::record::Stream;

    #[test]
    fn requests_that_run_side_by_side_are_parted() {
        let (mut store, mut chunk) = (LogStore::new(1 << 20), Chunk::default());
        for (stream, text) in [
            ("a", "INIT_START Runtime Version: x"),
            ("a", "START RequestId: 1 Version: 1"),
            ("b", "START RequestId: 2 Version: 1"),
            ("a", "[ERROR] no"),
            ("b", "fine"),
            ("a", "REPORT RequestId: 1\tDuration: 1.0 ms"),
            ("b", "REPORT RequestId: 2\tDuration: 1.0 ms"),
        ] {
            chunk.push(&Stream::new("g", stream), Some(1), None, text.as_bytes());
        }
        store.append(chunk);
        let folded = Folded::of(store.records(), 0..7);
        let told: Vec<_> = folded
            .invocations
            .iter()
            .map(|invocation| (folded.lines_of(invocation).to_vec(), invocation.report, invocation.telling))
            .collect();
        assert_eq!(told, [(vec![0], None, 0), (vec![1, 3, 5], Some(5), 3), (vec![2, 4, 6], Some(6), 4)]);
        assert_eq!(folded.invocations[1].level, Some(Level::Error));
    }
}
