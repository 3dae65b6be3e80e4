//! The program: hands its arguments, and what opens the window, to the command line.

use std::process::ExitCode;

use stratoscope::cli::{self, OpenWindow};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), window())
}

/// What opens the window.
#[cfg(feature = "gui")]
fn window() -> Option<OpenWindow> {
    Some(|file| stratoscope::gui::run(file).map_err(stratoscope::engine::files::Failure::World))
}

/// This program was built without a window.
#[cfg(not(feature = "gui"))]
fn window() -> Option<OpenWindow> {
    None
}
