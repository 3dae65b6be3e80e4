//! Going to a time in the log: what a person writes, and the record that stands there.
//!
//! Must not know what time it is.

use super::Attached;
use crate::app::{Tab, Workspace};
use crate::telemetry::query::{Query, Test};
use crate::telemetry::zone::Zone;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// Spans before the newest record, by their letters.
const UNITS: [(&str, i64); 5] = [("min", 60_000), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", DAY_MS)];

/// The time that is meant, in milliseconds since 1970: `02:14`, `02:14:05`, `2026-11-23 02:14`, or `-15m` before `newest_ms`. Clock
/// times are the last ones before that. The error is a sentence.
pub fn moment(text: &str, zone: &Zone, newest_ms: i64) -> Result<i64, String> {
    let text = text.trim();
    if let Some(span_ms) = text.strip_prefix('-').and_then(span) {
        return Ok(newest_ms.saturating_sub(span_ms));
    }
    let is_clock = text.as_bytes().get(2) == Some(&b':') || text.as_bytes().get(1) == Some(&b':');
    if !is_clock {
        return read(&text.replacen(' ', "T", 1), zone);
    }
    let padded = if text.as_bytes().get(1) == Some(&b':') { format!("0{text}") } else { text.to_owned() };
    let on_day = |ms: i64| {
        let written = zone.written(ms);
        read(&format!("{}T{padded}", written.get(..10).unwrap_or_default()), zone)
    };
    let same_day = on_day(newest_ms)?;
    if same_day > newest_ms { on_day(newest_ms - DAY_MS) } else { Ok(same_day) }
}

/// A span such as `15m` or `1h30m`, in milliseconds.
fn span(text: &str) -> Option<i64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, rest) = (text[..digits].parse::<i64>().ok()?, &text[digits..]);
    let (unit_ms, rest) = UNITS.iter().find_map(|(unit, ms)| Some((*ms, rest.strip_prefix(unit)?)))?;
    let further = if rest.is_empty() { 0 } else { span(rest)? };
    number.checked_mul(unit_ms)?.checked_add(further)
}

/// A date and time, as questions for the log write it.
fn read(text: &str, zone: &Zone) -> Result<i64, String> {
    let query = Query::read(&format!("time:>={text}"), zone).map_err(|mistake| mistake.message);
    let tests = query.iter().flat_map(|query| &query.clauses).flat_map(|clause| &clause.terms);
    let tests: Vec<&Test> = tests.map(|term| &term.test).collect();
    match (tests.as_slice(), &query) {
        ([Test::Time(low_ms, _)], _) => Ok(*low_ms),
        _ => Err("Write a time as 02:14, 02:14:05, 2026-11-23 02:14 or -15m.".to_owned()),
    }
}

impl Attached {
    /// The newest time that something is known of, in milliseconds since 1970.
    #[must_use]
    pub fn newest_ms(&self) -> i64 {
        self.observed().span_ms.map_or(0, |(_, last)| last)
    }

    /// The first of the records that are shown that is not before a time, else the last; by its number.
    fn record_at(&self, ms: i64) -> Option<u64> {
        let records = &self.observed().records;
        let is_behind = |number: &u64| records.get(*number).and_then(|record| record.time_ms()) >= Some(ms);
        let found = self.shelf.found().filter(|found| found.folded.is_some() || self.shelf.wanted().hides_others);
        let Some(found) = found else {
            return records.at(records.row_at(ms)).or_else(|| records.at(records.len().checked_sub(1)?));
        };
        let numbers = found.folded.as_ref().map_or(&found.hits, |folded| &folded.lines);
        numbers.iter().copied().find(is_behind).or_else(|| numbers.last().copied())
    }
}

impl Workspace {
    /// Goes to the record that stands at a time.
    pub(in crate::app) fn go_to_time(&mut self, ms: i64) {
        self.overlay = None;
        let number = self.attached().and_then(|attached| attached.record_at(ms));
        if number.is_some() {
            self.look_at(number, true);
            (self.shown.dock, self.shown.tab) = (true, Tab::Logs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::time;

    #[test]
    fn a_time_is_read_as_people_write_it() {
        let zone = Zone::new(vec![(i64::MIN, 60)]);
        let newest_ms = time::whole("2026-11-23T01:30:00Z").expect("a time");
        let check = |text: &str, expected: &str| {
            let read = moment(text, &zone, newest_ms).map(time::written);
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        };
        check("02:14", "2026-11-23T01:14:00.000Z");
        check("2:14:05", "2026-11-23T01:14:05.000Z");
        check(" 02:14:05.120 ", "2026-11-23T01:14:05.120Z");
        check("23:50", "2026-11-22T22:50:00.000Z");
        check("2026-11-21 02:14", "2026-11-21T01:14:00.000Z");
        check("2026-11-21T02:14:05Z", "2026-11-21T02:14:05.000Z");
        check("2026-11-21", "2026-11-20T23:00:00.000Z");
        check("-15m", "2026-11-23T01:15:00.000Z");
        check("-1h30m", "2026-11-23T00:00:00.000Z");
        check("-90s", "2026-11-23T01:28:30.000Z");
        check("-2d", "2026-11-21T01:30:00.000Z");
        for wrong in ["", "-", "-15", "soon", "25:00", "02:14 OR x", "-99999999999999999999d", "2026-13-01"] {
            let told = moment(wrong, &zone, newest_ms).expect_err(wrong);
            assert!(told.contains("02:14") || told.contains("Write a time"), "{wrong}: {told}");
        }
    }
}
