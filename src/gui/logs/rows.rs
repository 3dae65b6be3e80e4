//! The rows of the log: which record or invocation stands in which row.
//!
//! Must not know how a row is painted.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::app::observe::Attached;
use crate::telemetry::fold::{Folded, Invocation};
use crate::telemetry::log::{Chunk, Record, Records};

/// What stands in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Row<'r> {
    /// A record, by its number, and whether it stands under its invocation.
    Record(u64, bool),
    /// An invocation, and whether it is unfolded.
    Invocation(usize, &'r Invocation, bool),
    /// What was seen live and is not found stored yet, by its place.
    Fresh(usize),
}

impl Row<'_> {
    /// Number of the record that tells most of it; what is not stored has none.
    pub(super) fn telling(&self) -> Option<u64> {
        match self {
            Self::Record(number, _) => Some(*number),
            Self::Invocation(_, invocation, _) => Some(invocation.telling),
            Self::Fresh(_) => None,
        }
    }

    /// Numbers of all its records.
    pub(super) fn numbers(&self, attached: &Attached) -> Vec<u64> {
        match self {
            Self::Fresh(_) => Vec::new(),
            Self::Record(number, _) => vec![*number],
            Self::Invocation(_, invocation, _) => {
                let folded = attached.shelf().found().and_then(|found| found.folded.as_ref());
                folded.map(|folded| folded.lines_of(invocation).to_vec()).unwrap_or_default()
            }
        }
    }

    /// Number of its first record.
    pub(super) fn first(&self, attached: &Attached) -> Option<u64> {
        self.numbers(attached).first().copied().or_else(|| self.telling())
    }
}

/// All rows: what is stored, and behind it what was only seen live.
pub(super) struct Rows<'r> {
    pub(super) stored: Stored<'r>,
    fresh: (&'r Chunk, Cow<'r, [usize]>),
}

impl<'r> Rows<'r> {
    /// The rows of what is wanted.
    pub(super) fn of(attached: &'r Attached, unfolded: &'r BTreeSet<usize>) -> Self {
        Self { stored: Stored::of(attached, unfolded), fresh: attached.fresh() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.stored.count() + self.fresh.1.len()
    }

    /// What stands in a row.
    pub(super) fn get(&self, at: usize) -> Option<Row<'r>> {
        match at.checked_sub(self.stored.count()) {
            Some(behind) => self.fresh.1.get(behind).map(|place| Row::Fresh(*place)),
            None => self.stored.get(at),
        }
    }

    /// What was only seen live, by its place.
    pub(super) fn fresh(&self, place: usize) -> Option<Record<'r>> {
        self.fresh.0.at(place)
    }
}

/// The rows of what is stored.
#[derive(Clone, Copy)]
pub(super) enum Stored<'r> {
    /// All records.
    All(&'r Records),
    /// Records by their numbers, in the order in which they stand.
    Hits(&'r [u64], &'r Records),
    /// Invocations, of which some are unfolded.
    Folded(&'r Folded, &'r BTreeSet<usize>),
}

impl<'r> Stored<'r> {
    fn of(attached: &'r Attached, unfolded: &'r BTreeSet<usize>) -> Self {
        let (records, shelf) = (&attached.observed().records, attached.shelf());
        match shelf.found() {
            Some(found) if found.folded.is_some() => {
                found.folded.as_ref().map_or(Self::Hits(&[], records), |folded| Self::Folded(folded, unfolded))
            }
            Some(found) if shelf.wanted().hides_others => {
                // What was dropped since it was found is no longer there.
                let gone = found.hits.partition_point(|hit| *hit < records.range().start);
                Self::Hits(&found.hits[gone..], records)
            }
            _ => Self::All(records),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::All(records) => records.len(),
            Self::Hits(hits, _) => hits.len(),
            Self::Folded(folded, unfolded) => folded.invocations.len() + shown_lines(folded, unfolded),
        }
    }

    /// What stands in a row.
    pub(super) fn get(&self, at: usize) -> Option<Row<'r>> {
        match self {
            Self::All(records) => records.at(at).map(|number| Row::Record(number, false)),
            Self::Hits(hits, _) => hits.get(at).map(|number| Row::Record(*number, false)),
            Self::Folded(folded, unfolded) => of_folded(folded, unfolded, at),
        }
    }

    /// In which row a record stands, or the one behind it.
    pub(super) fn row_near(&self, number: u64) -> usize {
        match self {
            Self::All(records) => records.row_near(number),
            Self::Hits(hits, records) => before(hits, records, number),
            Self::Folded(..) => self.row_of(number).unwrap_or_default(),
        }
    }

    /// In which row a record stands.
    pub(super) fn row_of(&self, number: u64) -> Option<usize> {
        match self {
            Self::All(records) => records.range().contains(&number).then(|| records.row_near(number)),
            Self::Hits(hits, records) => {
                Some(before(hits, records, number)).filter(|row| hits.get(*row) == Some(&number))
            }
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

/// How many of these stand before a record.
pub(super) fn before(hits: &[u64], records: &Records, number: u64) -> usize {
    let place = records.place(number);
    hits.partition_point(|hit| records.place(*hit) < place)
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
    use crate::telemetry::log::LogStore;
    use crate::telemetry::record::Stream;

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
        let rows = Stored::Folded(&folded, &unfolded);
        let told: Vec<String> = (0..rows.count())
            .filter_map(|at| rows.get(at))
            .map(|row| match row {
                Row::Record(number, _) => format!("{number}"),
                Row::Invocation(place, ..) => format!("#{place}"),
                Row::Fresh(place) => format!("*{place}"),
            })
            .collect();
        assert_eq!(told, ["#0", "0", "3", "#1", "#2", "2", "4"]);
        assert_eq!((rows.row_of(3), rows.row_of(1), rows.row_of(4)), (Some(2), Some(3), Some(6)));
        assert_eq!(rows.get(7), None);
    }
    #[test]
    fn what_comes_late_stands_where_it_belongs() {
        let mut store = LogStore::new(1 << 20).by_time();
        let stream = Stream::new("/g", "s");
        for heap in [&[10, 20, 30][..], &[15, 40], &[5]] {
            let mut chunk = Chunk::default();
            heap.iter().for_each(|time| chunk.push(&stream, Some(*time), None, b"line"));
            store.append(chunk);
        }
        let records = store.records();
        let numbers =
            |rows: &Stored<'_>| -> Vec<u64> { (0..rows.count()).filter_map(|at| rows.get(at)?.telling()).collect() };
        let rows = Stored::All(records);
        assert_eq!(numbers(&rows), [5, 0, 3, 1, 2, 4]);
        assert_eq!((rows.row_of(3), rows.row_of(9), rows.row_near(5)), (Some(2), None, 0));
        let mut hits = vec![1, 4, 5, 3];
        records.arrange(&mut hits, 2);
        let rows = Stored::Hits(&hits, records);
        assert_eq!(numbers(&rows), [5, 3, 1, 4]);
        assert_eq!((rows.row_of(1), rows.row_of(2), rows.row_near(2)), (Some(2), None, 3));
    }
}
