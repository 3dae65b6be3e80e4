//! The rows of the log: which record or invocation stands in which row.
//!
//! Must not know how a row is painted.

use std::collections::BTreeSet;

use crate::app::observe::Attached;
use crate::telemetry::fold::{Folded, Invocation};

/// What stands in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Row<'r> {
    /// A record, by its number, and whether it stands under its invocation.
    Record(u64, bool),
    /// An invocation, and whether it is unfolded.
    Invocation(usize, &'r Invocation, bool),
}

impl Row<'_> {
    /// Number of the record that tells most of it.
    pub(super) fn telling(&self) -> u64 {
        match self {
            Self::Record(number, _) => *number,
            Self::Invocation(_, invocation, _) => invocation.telling,
        }
    }

    /// Numbers of all its records.
    pub(super) fn numbers(&self, attached: &Attached) -> Vec<u64> {
        match self {
            Self::Record(number, _) => vec![*number],
            Self::Invocation(_, invocation, _) => {
                let folded = attached.shelf().found().and_then(|found| found.folded.as_ref());
                folded.map(|folded| folded.lines_of(invocation).to_vec()).unwrap_or_default()
            }
        }
    }

    /// Number of its first record.
    pub(super) fn first(&self, attached: &Attached) -> u64 {
        self.numbers(attached).first().copied().unwrap_or_else(|| self.telling())
    }
}

/// All rows.
#[derive(Clone, Copy)]
pub(super) enum Rows<'r> {
    /// Records with numbers one behind the other.
    All(u64, u64),
    /// Records by their numbers, ascending.
    Hits(&'r [u64]),
    /// Invocations, of which some are unfolded.
    Folded(&'r Folded, &'r BTreeSet<usize>),
}

impl<'r> Rows<'r> {
    /// The rows of what is wanted.
    pub(super) fn of(attached: &'r Attached, unfolded: &'r BTreeSet<usize>) -> Self {
        let (range, shelf) = (attached.observed().records.range(), attached.shelf());
        match shelf.found() {
            Some(found) if found.folded.is_some() => {
                found.folded.as_ref().map_or(Self::Hits(&[]), |folded| Self::Folded(folded, unfolded))
            }
            Some(found) if shelf.wanted().hides_others => {
                // What was dropped since it was found is no longer there.
                Self::Hits(&found.hits[found.hits.partition_point(|hit| *hit < range.start)..])
            }
            _ => Self::All(range.start, range.end),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::All(first, end) => (end - first) as usize,
            Self::Hits(hits) => hits.len(),
            Self::Folded(folded, unfolded) => folded.invocations.len() + shown_lines(folded, unfolded),
        }
    }

    /// What stands in a row.
    pub(super) fn get(&self, at: usize) -> Option<Row<'r>> {
        match self {
            Self::All(first, end) => (first + (at as u64) < *end).then(|| Row::Record(first + at as u64, false)),
            Self::Hits(hits) => hits.get(at).map(|number| Row::Record(*number, false)),
            Self::Folded(folded, unfolded) => of_folded(folded, unfolded, at),
        }
    }

    /// In which row a record stands, or the one behind it.
    pub(super) fn row_near(&self, number: u64) -> usize {
        match self {
            Self::All(first, end) => (number.clamp(*first, *end) - first) as usize,
            Self::Hits(hits) => hits.partition_point(|hit| *hit < number),
            Self::Folded(..) => self.row_of(number).unwrap_or_default(),
        }
    }

    /// In which row a record stands.
    pub(super) fn row_of(&self, number: u64) -> Option<usize> {
        match self {
            Self::All(first, end) => (*first..*end).contains(&number).then(|| (number - first) as usize),
            Self::Hits(hits) => hits.binary_search(&number).ok(),
            Self::Folded(folded, unfolded) => {
                let place = folded.lines.iter().position(|line| *line == number)?;
                let owner = folded.invocations.partition_point(|own| own.lines.end <= place);
                let above: usize =
                    unfolded.range(..owner).filter_map(|open| folded.invocations.get(*open)).map(lines).sum();
                let head = owner + above;
                let within = place - folded.invocations.get(owner)?.lines.start;
                Some(if unfolded.contains(&owner) { head + 1 + within } else { head })
            }
        }
    }
}

fn lines(invocation: &Invocation) -> usize {
    invocation.lines.len()
}

fn shown_lines(folded: &Folded, unfolded: &BTreeSet<usize>) -> usize {
    unfolded.iter().filter_map(|open| folded.invocations.get(*open)).map(lines).sum()
}

fn of_folded<'r>(folded: &'r Folded, unfolded: &BTreeSet<usize>, at: usize) -> Option<Row<'r>> {
    let mut above = 0;
    for open in unfolded {
        let invocation = folded.invocations.get(*open)?;
        let head = open + above;
        if at <= head {
            break;
        }
        if at <= head + lines(invocation) {
            return folded.lines_of(invocation).get(at - head - 1).map(|number| Row::Record(*number, true));
        }
        above += lines(invocation);
    }
    let place = at - above;
    folded.invocations.get(place).map(|invocation| Row::Invocation(place, invocation, unfolded.contains(&place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_unfolded_invocations_stand_under_them() {
        let invocation = |start: usize, end: usize| Invocation {
            request: 1,
            lines: start..end,
            level: None,
            report: None,
            telling: 0,
        };
        let folded = Folded {
            invocations: vec![invocation(0, 2), invocation(2, 3), invocation(3, 5)],
            lines: vec![0, 3, 1, 2, 4],
        };
        let unfolded = BTreeSet::from([0, 2]);
        let rows = Rows::Folded(&folded, &unfolded);
        let told: Vec<String> = (0..rows.count())
            .filter_map(|at| rows.get(at))
            .map(|row| match row {
                Row::Record(number, _) => format!("{number}"),
                Row::Invocation(place, ..) => format!("#{place}"),
            })
            .collect();
        assert_eq!(told, ["#0", "0", "3", "#1", "#2", "2", "4"]);
        assert_eq!((rows.row_of(3), rows.row_of(1), rows.row_of(4)), (Some(2), Some(3), Some(6)));
        assert_eq!(rows.get(7), None);
        let hits = [2, 5, 9];
        assert_eq!((Rows::Hits(&hits).row_near(4), Rows::All(10, 20).row_near(3)), (1, 0));
        assert_eq!((Rows::Hits(&hits).row_of(5), Rows::Hits(&hits).row_of(6)), (Some(1), None));
        assert_eq!(Rows::All(10, 20).row_of(12), Some(2));
    }
}
