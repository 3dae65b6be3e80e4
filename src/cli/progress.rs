//! How far long work is, on the error output when that is a terminal.
//!
//! Must not know what the work is.

use std::io::{self, IsTerminal as _, Write as _};

/// Cells of the bar.
const CELLS: u64 = 30;

/// A bar that is drawn over itself.
pub(super) struct Progress {
    doing: &'static str,
    is_terminal: bool,
    /// What is drawn, in cells; `None` when nothing is.
    drawn: Option<u64>,
    /// Number of the file that is read, and of how many.
    files: (usize, usize),
    /// Bytes that were done last; fewer mean the next file.
    last: u64,
}

impl Progress {
    /// A bar for so many files.
    pub(super) fn new(doing: &'static str, files: usize) -> Self {
        Self { doing, is_terminal: io::stderr().is_terminal(), drawn: None, files: (1, files), last: 0 }
    }

    /// Shows that `done` of `of` bytes of a file are done.
    pub(super) fn show(&mut self, done: u64, of: u64) {
        if done < self.last {
            self.files.0 += 1;
        }
        self.last = done;
        let cells = (done.min(of) * CELLS).checked_div(of).unwrap_or(CELLS);
        if !self.is_terminal || self.drawn == Some(cells) {
            return;
        }
        self.drawn = Some(cells);
        let bar: String = (0..CELLS).map(|cell| if cell < cells { '█' } else { '░' }).collect();
        let (file, files) = self.files;
        // A bar that cannot be drawn is no reason to stop.
        write!(io::stderr(), "\r{} {bar} {:3} % of file {file} of {files}", self.doing, cells * 100 / CELLS).ok();
    }

    /// Takes the bar away, so that something else can be printed.
    pub(super) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            write!(io::stderr(), "\r\x1b[2K").ok();
        }
    }
}
