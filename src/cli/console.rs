//! What a command prints on, and how its end becomes an exit status.
//!
//! Must not know any command.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::process::ExitCode;

use serde_json::Value;

use crate::engine::files::Failure;
use crate::source;

/// Why a command ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something failed.
    Failed(Failure),
    /// All is printed, and the condition that was asked for does not hold.
    Unmet(String),
    /// Nobody reads the output any more.
    Unread,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<source::Failure> for Stop {
    fn from(failure: source::Failure) -> Self {
        Self::Failed(match failure {
            source::Failure::Input(sentence) => Failure::Input(sentence),
            source::Failure::World(sentence) => Failure::World(sentence),
        })
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(Failure::World(format!("Cannot write the output: {error}."))),
        }
    }
}

impl Stop {
    /// Arguments that make no sense.
    pub(super) fn wrong(message: impl Into<String>) -> Self {
        Self::Failed(Failure::Input(message.into()))
    }
}

/// Where a command prints.
pub(super) struct Console {
    out: Box<dyn Write>,
    is_coloured: bool,
}

impl Console {
    /// The standard output; coloured on a terminal unless `NO_COLOR` is set.
    pub(super) fn of_process() -> Self {
        let out = io::stdout();
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_coloured = out.is_terminal() && !is_plain;
        Self { out: Box::new(BufWriter::new(out)), is_coloured }
    }

    /// Prints text as it is.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Stop> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Prints a line; what would move the cursor is replaced.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Stop> {
        Ok(writeln!(self.out, "{}", harmless(text))?)
    }

    /// Prints one JSON document.
    pub(super) fn json(&mut self, value: &Value) -> Result<(), Stop> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// Prints one JSON document on one line.
    pub(super) fn json_line(&mut self, value: &Value) -> Result<(), Stop> {
        serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// Prints a heading.
    pub(super) fn heading(&mut self, text: &str) -> Result<(), Stop> {
        let text = harmless(text);
        let (bold, plain) = if self.is_coloured { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        Ok(writeln!(self.out, "{bold}{text}{plain}")?)
    }

    /// Prints rows with their columns aligned, below a heading.
    pub(super) fn table<const N: usize>(&mut self, heads: [&str; N], rows: &[[String; N]]) -> Result<(), Stop> {
        let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| harmless(cell))).collect();
        let width = |text: &str| text.chars().count();
        let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
        let widths: [usize; N] = std::array::from_fn(|column| widest(column).max(width(heads[column])));
        let joined = |cells: &[&str]| {
            let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.heading(&joined(&heads))?;
        rows.iter().try_for_each(|row| self.line(&joined(&row.each_ref().map(String::as_str))))
    }

    /// Hands on what was printed so far: more may come much later.
    #[cfg(feature = "aws")]
    pub(super) fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.out.flush()?)
    }

    /// Says on the error output what is to be looked at and stops nothing.
    pub(super) fn warn(&mut self, text: &str) -> Result<(), Stop> {
        self.out.flush()?;
        // Were the error output gone, the output would still be right.
        writeln!(io::stderr(), "warning: {}", harmless(text)).ok();
        Ok(())
    }

    /// Prints what is left, says what failed, and gives the exit status.
    pub(super) fn finish(mut self, done: Result<(), Stop>) -> ExitCode {
        let done = done.and_then(|()| Ok(self.out.flush()?));
        let (status, sentence) = match done {
            Ok(()) | Err(Stop::Unread) => return ExitCode::SUCCESS,
            Err(Stop::Unmet(sentence)) => {
                self.out.flush().ok();
                (1, sentence)
            }
            Err(Stop::Failed(Failure::Input(sentence))) => (2, sentence),
            Err(Stop::Failed(Failure::World(sentence))) => (3, sentence),
        };
        // Were the error output gone too, the status would still tell.
        writeln!(io::stderr(), "error: {}", harmless(&sentence)).ok();
        ExitCode::from(status)
    }
}

/// `text` on one line and without control characters, which in a terminal could do anything.
fn harmless(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
