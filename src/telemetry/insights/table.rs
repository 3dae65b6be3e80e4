//! The table that answers a question: columns in the order in which they first come, what each holds, rows of texts.
//!
//! Must not know which node or trace a cell is about.

use std::cmp::Ordering;

use crate::telemetry::chart::quoted;
use crate::telemetry::time;

/// A reference into the service's own store, of no use to people.
const POINTER: &str = "@ptr";

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Any text.
    Text,
    /// Numbers.
    Number,
    /// Times; each stands for so many milliseconds from there on, or for none.
    Time(i64),
    /// Log groups, behind the number of their account.
    LogGroup,
    /// Names of requests.
    Request,
    /// Names of traces.
    Trace,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name: a field, an alias or a formula.
    pub name: String,
    /// What its cells are.
    pub holds: Holds,
}

/// Rows of texts under columns; a cell that a row does not have is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Box<str>>>,
    bytes: usize,
}

impl Table {
    /// A table of rows of names and values.
    pub fn of(rows: impl IntoIterator<Item = Vec<(String, String)>>) -> Self {
        let mut table = Self::default();
        table.extend(rows);
        table
    }

    /// Puts more rows at the end.
    pub fn extend(&mut self, rows: impl IntoIterator<Item = Vec<(String, String)>>) {
        rows.into_iter().for_each(|row| self.push(row));
        for place in 0..self.columns.len() {
            self.columns[place].holds = self.held(place);
        }
    }

    fn push(&mut self, row: Vec<(String, String)>) {
        let mut cells: Vec<Box<str>> = vec![Box::default(); self.columns.len()];
        for (name, value) in row.into_iter().filter(|(name, _)| name != POINTER) {
            let known = self.columns.iter().position(|column| column.name == name);
            let place = known.unwrap_or_else(|| {
                self.columns.push(Column { name, holds: Holds::Text });
                cells.push(Box::default());
                self.columns.len() - 1
            });
            self.bytes += value.len();
            cells[place] = value.into();
        }
        self.bytes += cells.len() * size_of::<Box<str>>();
        self.rows.push(cells);
    }

    /// What the cells of a column are: some by the column's name, others when all look alike.
    fn held(&self, place: usize) -> Holds {
        let name = self.columns[place].name.as_str();
        match name {
            "@timestamp" | "@ingestionTime" => return Holds::Time(0),
            "@log" => return Holds::LogGroup,
            "@xrayTraceId" => return Holds::Trace,
            _ if name.trim_start_matches('@').rsplit('.').next() == Some("requestId") => return Holds::Request,
            _ => {}
        }
        if let Some(width_ms) = name.strip_prefix("bin(").and_then(width_ms) {
            return Holds::Time(width_ms);
        }
        let mut filled = self.rows.iter().map(|row| cell_of(row, place)).filter(|cell| !cell.is_empty());
        let is_number = |cell: &str| number(cell).is_some();
        let are_numbers = filled.next().is_some_and(is_number) && filled.all(is_number);
        if are_numbers { Holds::Number } else { Holds::Text }
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How much room its texts take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What stands in a row under a column; nothing, where there is none.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).map_or("", |row| cell_of(row, column))
    }

    /// What stands in a row under the first column that holds this.
    #[must_use]
    pub fn first(&self, row: usize, wanted: impl Fn(Holds) -> bool) -> Option<&str> {
        let column = self.columns.iter().position(|column| wanted(column.holds))?;
        Some(self.cell(row, column)).filter(|cell| !cell.is_empty())
    }

    /// The places of all rows, sorted by a column: numbers by size, all else as texts; empty cells stand last.
    #[must_use]
    pub fn sorted(&self, (column, is_falling): (usize, bool)) -> Vec<u32> {
        let is_number = self.columns.get(column).is_some_and(|column| column.holds == Holds::Number);
        let mut places: Vec<u32> = (0..self.rows.len() as u32).collect();
        let cell = |place: &u32| self.cell(*place as usize, column);
        if is_number {
            let keys: Vec<Option<f64>> = places.iter().map(|place| number(cell(place))).collect();
            let key = |place: &u32| keys[*place as usize];
            places.sort_by(|one, other| turned(key(one), key(other), is_falling, f64::total_cmp));
        } else {
            let text = |place: &u32| Some(cell(place)).filter(|cell| !cell.is_empty());
            places.sort_by(|one, other| turned(text(one), text(other), is_falling, Ord::cmp));
        }
        places
    }

    /// Rows as comma-separated values, in this order, below the names of the columns.
    #[must_use]
    pub fn csv(&self, order: impl IntoIterator<Item = usize>) -> String {
        let mut text = String::with_capacity(self.bytes / 2);
        line(&mut text, self.columns.iter().map(|column| column.name.as_str()));
        for row in order.into_iter().filter_map(|place| self.rows.get(place)) {
            line(&mut text, (0..self.columns.len()).map(|column| cell_of(row, column)));
        }
        text
    }
}

/// Rows that came early have no cells under columns that came later.
fn cell_of(row: &[Box<str>], column: usize) -> &str {
    row.get(column).map_or("", |cell| cell)
}

fn turned<K>(one: Option<K>, other: Option<K>, is_falling: bool, by: impl Fn(&K, &K) -> Ordering) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if is_falling => by(&other, &one),
        (Some(one), Some(other)) => by(&one, &other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn line<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&quoted(cell));
    }
    text.push_str("\r\n");
}

fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// How long a bin is, of what stands behind `bin(`, in milliseconds: `5m)`.
fn width_ms(text: &str) -> Option<i64> {
    let text = text.strip_suffix(')')?.trim();
    let (digits, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit())?);
    let unit_ms = match unit.trim() {
        "ms" | "msec" => 1,
        "s" | "sec" => 1_000,
        "m" | "min" => 60_000,
        "h" | "hr" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(unit_ms)
}

/// The time that a cell tells, in milliseconds since 1970: `2026-11-26 02:14:05.120`, which is UTC, or a number.
#[must_use]
pub fn time_ms(cell: &str) -> Option<i64> {
    time::whole(cell).or_else(|| cell.parse().ok())
}

/// The log group that a cell tells: the service puts the account's number before its name.
#[must_use]
pub fn log_group(cell: &str) -> &str {
    let is_account = |part: &str| part.len() == 12 && part.bytes().all(|letter| letter.is_ascii_digit());
    cell.split_once(':').filter(|(account, _)| is_account(account)).map_or(cell, |(_, group)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[(&str, &str)]]) -> Table {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Table::of(rows.iter().map(|row| row.iter().map(owned).collect()))
    }

    fn column(table: &Table, column: usize) -> Vec<&str> {
        (0..table.len()).map(|row| table.cell(row, column)).collect()
    }

    #[test]
    fn columns_stand_as_they_first_come_and_cells_may_be_missing() {
        let told = table(&[&[("a", "1"), ("@ptr", "x")], &[("b", "y"), ("a", "2")], &[("b", "z")]]);
        let names: Vec<&str> = told.columns().iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["a", "b"], "what the service keeps for itself is not shown");
        assert_eq!((column(&told, 0), column(&told, 1)), (vec!["1", "2", ""], vec!["", "y", "z"]));
        assert_eq!((told.cell(9, 0), told.cell(0, 9)), ("", ""));
    }

    #[test]
    fn what_a_column_holds_is_told_by_its_name_and_its_cells() {
        let check = |name: &str, cells: &[&str], holds: Holds| {
            let rows: Vec<Vec<(String, String)>> =
                cells.iter().map(|cell| vec![(name.to_owned(), (*cell).to_owned())]).collect();
            assert_eq!(Table::of(rows).columns()[0].holds, holds, "{name} {cells:?}");
        };
        check("@timestamp", &["2026-11-26 02:14:05.120"], Holds::Time(0));
        check("bin(5m)", &["2026-11-26 02:10:00.000"], Holds::Time(300_000));
        check("bin(30 s)", &["2026-11-26 02:10:00.000"], Holds::Time(30_000));
        check("bin(fortnight)", &["x"], Holds::Text);
        check("@log", &["123456789012:/aws/lambda/pay"], Holds::LogGroup);
        check("@requestId", &["17"], Holds::Request);
        check("record.requestId", &["17"], Holds::Request);
        check("@xrayTraceId", &["1-0-0"], Holds::Trace);
        check("n", &["1", "6.7E7", "", "-0.5"], Holds::Number);
        check("n", &["1", "NaN"], Holds::Text);
        check("n", &["", ""], Holds::Text);
    }

    #[test]
    fn rows_are_sorted_by_size_or_as_texts_and_empty_cells_stand_last() {
        let told = table(&[&[("n", "10"), ("t", "b")], &[("n", "9.5")], &[("n", "6.7E7"), ("t", "a")], &[("t", "c")]]);
        assert_eq!(told.sorted((0, false)), [1, 0, 2, 3]);
        assert_eq!(told.sorted((0, true)), [2, 0, 1, 3]);
        assert_eq!(told.sorted((1, false)), [2, 0, 3, 1]);
        assert_eq!(told.sorted((1, true)), [3, 0, 2, 1]);
    }

    #[test]
    fn comma_separated_values_keep_what_is_in_a_cell() {
        let told = table(&[&[("a", "plain"), ("b", "1,5")], &[("a", "two\nlines"), ("b", "a \"word\"")]]);
        assert_eq!(told.csv([1, 0]), "a,b\r\n\"two\nlines\",\"a \"\"word\"\"\"\r\nplain,\"1,5\"\r\n");
    }

    #[test]
    fn cells_tell_times_and_log_groups() {
        assert_eq!(time_ms("1970-01-01 00:01:00.500"), Some(60_500));
        assert_eq!(time_ms("1764120000000"), Some(1_764_120_000_000));
        assert_eq!(time_ms("soon"), None);
        assert_eq!(log_group("123456789012:/aws/lambda/pay"), "/aws/lambda/pay");
        assert_eq!(log_group("team:pay"), "team:pay");
    }
}
