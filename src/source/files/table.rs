//! Log events as comma-separated values: what the console and Insights save, with quotes around texts of several lines.
//!
//! Must not know JSON.

use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;

use super::export::{Events, Told};
use super::{Failure, Opened, Sink, could_not};

/// So long a row may be, in bytes.
const LONGEST: usize = 8 << 20;

pub(super) fn run(path: &Path, opened: Opened, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, Failure> {
    let Opened { reader, size_bytes, done, .. } = opened;
    let opened = Opened { head: Vec::new(), reader: Box::new(std::io::empty()), size_bytes, done };
    let mut rows = Rows { reader: BufReader::with_capacity(1 << 16, reader), line: 0 };
    let fault = |fault| match fault {
        Fault::World(error) => could_not("read", path, &error),
        Fault::Open(line) => {
            Failure::Input(format!("Cannot read {} to its end: a quote in line {line} is not closed.", path.display()))
        }
    };
    let Some(names) = rows.next().map_err(fault)? else { return Ok(ControlFlow::Continue(())) };
    let names: Vec<String> = names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let mut events = Events::new(sink, &opened);
    while let Some(row) = rows.next().map_err(fault)? {
        let mut told = Told::default();
        for (name, cell) in names.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            told.take(name, &Value::String(cell));
        }
        if told.is_event() && !events.push(told) {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(sink.flush())
}

enum Fault {
    World(std::io::Error),
    Open(usize),
}

struct Rows<R> {
    reader: BufReader<R>,
    line: usize,
}

impl<R: std::io::Read> Rows<R> {
    /// The cells of the next row; a quoted cell may have several lines.
    fn next(&mut self) -> Result<Option<Vec<String>>, Fault> {
        let first = self.line + 1;
        let mut text = Vec::new();
        loop {
            let before = text.len();
            let limit = (LONGEST + 1).saturating_sub(before) as u64;
            let count =
                std::io::Read::take(&mut self.reader, limit).read_until(b'\n', &mut text).map_err(Fault::World)?;
            if count == 0 && before == 0 {
                return Ok(None);
            }
            self.line += 1;
            let is_whole = memchr::memchr_iter(b'"', &text).count().is_multiple_of(2);
            if is_whole && (text.ends_with(b"\n") || count == 0 || text.len() <= LONGEST) {
                return Ok(Some(cells(&String::from_utf8_lossy(&text))));
            }
            if count == 0 || text.len() > LONGEST {
                return Err(Fault::Open(first));
            }
        }
    }
}

fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = row.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            letter => cell.push(letter),
        }
    }
    cells
}
