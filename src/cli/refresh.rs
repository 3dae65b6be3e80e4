//! `stratoscope prices --refresh`: fetches price lists, shows how far that is, and tells what has changed.
//!
//! Must not know how a list is written.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};

use serde_json::json;

use super::Format;
use super::console::{Console, Stop};
use super::prices::Arguments;
use crate::engine::background::unix_s;
use crate::engine::files::Failure;
use crate::engine::prices::Servers;
use crate::engine::prices::day_of;
use crate::engine::prices::refresh::{Desk, Progress, Refreshed};

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let mut desk = Desk::usual()?;
    if let Some(server) = &arguments.from {
        desk.servers = Servers::at(server)?;
    }
    let bar = Bar::of_process();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let refreshed = runtime.block_on(desk.refresh(&arguments.region, &day_of(unix_s()), &|step| bar.show(&step)));
    bar.end();
    let refreshed = refreshed?;
    match arguments.format {
        Format::Json => console.json(&document(&refreshed))?,
        Format::Text => text(&refreshed, console)?,
    }
    if refreshed.failed.is_empty() { Ok(()) } else { Err(Failure::World(refreshed.failed.join(" ")).into()) }
}

fn document(refreshed: &Refreshed) -> serde_json::Value {
    let difference = &refreshed.difference;
    let changed = difference.changed.iter().map(|changed| {
        json!({
            "key": changed.key, "region": changed.region, "unit": changed.unit,
            "before": changed.before_usd.to_string(), "after": changed.after_usd.to_string(),
        })
    });
    json!({
        "changed": changed.collect::<Vec<_>>(), "new": difference.new, "same": difference.same,
        "kept": refreshed.kept, "failed": refreshed.failed,
    })
}

fn text(refreshed: &Refreshed, console: &mut Console) -> Result<(), Stop> {
    console.line(&refreshed.summary())?;
    let changed = refreshed.difference.changed.iter().map(ToString::to_string);
    let told = changed.chain(refreshed.kept.iter().cloned());
    told.into_iter().try_for_each(|sentence| console.line(&format!("  {sentence}")))?;
    console.line(&refreshed.unlisted())
}

/// How far it is, on the error output when that is a terminal.
struct Bar {
    is_shown: bool,
    /// How much of the line is written on.
    written: Cell<usize>,
}

/// Cells of the bar.
const WIDTH: usize = 24;

impl Bar {
    fn of_process() -> Self {
        Self { is_shown: std::io::stderr().is_terminal(), written: Cell::new(0) }
    }

    fn show(&self, step: &Progress) {
        let full = WIDTH * step.done / step.of.max(1);
        let bytes = if step.bytes == 0 { String::new() } else { format!(" {} KB", step.bytes / 1024) };
        let bar = format!("[{}{}] {}/{}", "#".repeat(full), ".".repeat(WIDTH - full), step.done, step.of);
        self.write(&format!("{bar} {}{bytes}", step.what));
    }

    fn end(&self) {
        self.write("");
    }

    /// Writes over what stands in the line.
    fn write(&self, text: &str) {
        if !self.is_shown {
            return;
        }
        let before = self.written.replace(text.chars().count());
        // Were nobody there to read it, the work would go on nevertheless.
        write!(std::io::stderr(), "\r{text:before$}\r{text}").ok();
    }
}
