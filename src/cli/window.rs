//! `stratoscope [FILE]`, a diagram or what is attached to one: checks what a window needs before one is opened, so that its absence is a sentence and no crash.
//!
//! Must not know how a window is made.

use std::path::{Path, PathBuf};

use super::console::Stop;
use super::{command_names, open};
use crate::catalog::{Catalog, names};
use crate::engine::files::Failure;
use crate::source::files::{Held, held};

/// Opens the window, with a diagram in it if a path is given, and returns when it is closed.
pub type OpenWindow = fn(Option<PathBuf>) -> Result<(), Failure>;

pub(super) fn run(file: Option<&Path>, open_window: Option<OpenWindow>, catalog: &Catalog) -> Result<(), Stop> {
    if let Some(path) = file {
        check(path, catalog)?;
    }
    let Some(open_window) = open_window else {
        let message = format!("This program was built without its window (the feature gui). {}", without());
        return Err(Failure::World(message).into());
    };
    if !has_display() {
        let message =
            format!("There is no display to open a window on: DISPLAY and WAYLAND_DISPLAY are not set. {}", without());
        return Err(Failure::World(message).into());
    }
    Ok(open_window(file.map(Path::to_owned))?)
}

/// What somebody without a window can do.
fn without() -> String {
    format!("What works without one: stratoscope {}.", command_names().join(", "))
}

/// Refuses what is neither a diagram nor holds logs or traces before a window appears, and recognises a slip in the name of a command.
fn check(path: &Path, catalog: &Catalog) -> Result<(), Stop> {
    if held(path).is_ok_and(Held::is_telemetry) {
        return Ok(());
    }
    let Err(failure) = open(path, catalog) else { return Ok(()) };
    let commands = command_names();
    let slip = path.to_str().filter(|_| !path.exists());
    match slip.and_then(|slip| names::nearest(slip, commands.iter().map(String::as_str))) {
        Some(command) => Err(Stop::wrong(format!("{failure} Did you mean the command {command}?"))),
        None => Err(failure.into()),
    }
}

/// Whether there is a display. Only Linux tells by its environment.
fn has_display() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET")
}
