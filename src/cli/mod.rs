//! The command line: arguments become one command, which prints for people or for machines and ends with a status.
//!
//! Must not know windows: `main` hands in what opens one.

mod console;
mod edit;
mod estimate;
mod export;
mod inspect;
pub mod kinds;
mod logs;
mod pairs;
mod policy;
mod progress;
mod replay;
mod prices;
mod refresh;
mod render;
mod schema;
#[cfg(feature = "aws")]
mod tail;
mod traces;
mod window;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::catalog::Catalog;
use crate::diagram::Diagram;
use crate::engine::files::{DiskLayer, Failure, load};
use console::{Console, Stop};
pub use window::OpenWindow;

/// Draws, checks, prices, exports and watches serverless applications: one graph of event sources, functions and stores.
///
/// Without a command it opens the window. Exit status: 0 fine, 1 the condition asked for failed, 2 wrong arguments or
/// unreadable input, 3 the world failed (network, permission, disk).
#[derive(Debug, Parser)]
#[command(name = "stratoscope", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Diagram (*.strato.json) to open in the window
    file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the graph of a diagram: nodes, arrows, and what is wrong
    Inspect(inspect::Arguments),
    /// Change a diagram by one transaction: all edits, in their order, or none
    Edit(edit::Arguments),
    /// Write a project folder that can be deployed
    Export(export::Arguments),
    /// Write the picture of a diagram
    Render(render::Arguments),
    /// Print the log events of files, parsed and filtered
    Logs(logs::Arguments),
    /// Print the traces of X-Ray or OTLP documents
    Traces(traces::Arguments),
    /// Tail log groups of an AWS account, or all of a stack: each stored event exactly once
    #[cfg(feature = "aws")]
    Tail(tail::Arguments),
    /// Sum up a recording, node by node
    Replay(replay::Arguments),
    /// Show what a diagram costs in a month, line by line
    Estimate(estimate::Arguments),
    /// List the prices that estimates are made of, how old they are and how far they are to be trusted; or fetch them anew
    Prices(prices::Arguments),
    /// Print the policy that live views need: read-only, and the least that will do
    Policy,
    /// Print the JSON Schema of the file format
    Schema,
    /// List what can stand in a diagram: kinds, their settings, access levels and usage figures
    Kinds(kinds::Arguments),
}

/// How a command prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned for people
    #[default]
    Text,
    /// One JSON document
    Json,
}

/// Runs the program with the arguments of the process, its name first; `open_window` is `None` in a program without one.
pub fn run(arguments: impl IntoIterator<Item = OsString>, open_window: Option<OpenWindow>) -> ExitCode {
    let parsed = Arguments::command().try_get_matches_from(arguments).and_then(|matches| {
        let edits = matches.subcommand_matches("edit").map(edit::in_order).unwrap_or_default();
        Ok((Arguments::from_arg_matches(&matches)?, edits))
    });
    let (arguments, edits) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version come as errors too; when not even they can be printed, the status still tells.
            error.print().ok();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut console = Console::of_process();
    let done = dispatch(arguments, &edits, open_window, &mut console);
    console.finish(done)
}

fn dispatch(
    arguments: Arguments,
    edits: &[edit::Verb],
    open_window: Option<OpenWindow>,
    console: &mut Console,
) -> Result<(), Stop> {
    let catalog = Catalog::builtin();
    match arguments.command {
        None => window::run(arguments.file.as_deref(), open_window, &catalog),
        Some(Command::Inspect(arguments)) => inspect::run(&arguments, &catalog, console),
        Some(Command::Edit(arguments)) => edit::run(&arguments, edits, &catalog, console),
        Some(Command::Export(arguments)) => export::run(&arguments, &catalog, console),
        Some(Command::Render(arguments)) => render::run(&arguments, &catalog, console),
        Some(Command::Logs(arguments)) => logs::run(&arguments, console),
        Some(Command::Traces(arguments)) => traces::run(&arguments, console),
        #[cfg(feature = "aws")]
        Some(Command::Tail(arguments)) => tail::run(&arguments, console),
        Some(Command::Replay(arguments)) => replay::run(&arguments, console),
        Some(Command::Estimate(arguments)) => estimate::run(&arguments, &catalog, console),
        Some(Command::Prices(arguments)) => prices::run(&arguments, console),
        Some(Command::Policy) => policy::run(console),
        Some(Command::Schema) => schema::run(&catalog, console),
        Some(Command::Kinds(arguments)) => kinds::run(&arguments, &catalog, console),
    }
}

/// The names of all commands.
fn command_names() -> Vec<String> {
    Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Opens the diagram that a command is about.
fn open(path: &Path, catalog: &Catalog) -> Result<Diagram, Failure> {
    load(&mut DiskLayer, path, catalog)
}
