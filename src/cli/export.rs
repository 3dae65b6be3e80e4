//! `stratoscope export`: a project folder that can be deployed.
//!
//! Must not know any dialect.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;

use super::console::{Console, Stop};
use super::inspect::counted;
use super::open;
use crate::catalog::names::Named as _;
use crate::catalog::{Catalog, Dialect};
use crate::engine::deploy::{Report, export};
use crate::engine::files::DiskLayer;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagram to export
    file: PathBuf,
    /// Deployment language
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    to: Dialect,
    /// Folder of the project; what the diagram owns in it is rewritten, handlers that exist are kept
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

fn dialects() -> impl clap::builder::TypedValueParser<Value = Dialect> {
    let names = Dialect::ALL.iter().map(|(name, _)| *name);
    PossibleValuesParser::new(names)
        .try_map(|name| Dialect::from_name(&name).ok_or_else(|| format!("there is no dialect {name}")))
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let diagram = open(&arguments.file, catalog)?;
    let Report { files, left_out, problems } =
        export(&mut DiskLayer, &diagram, catalog, arguments.to, &arguments.output)?;
    let folder = arguments.output.display();
    let unchanged = files.unchanged.len();
    let written = counted(files.written.len(), "file");
    let rest = if unchanged == 0 { String::new() } else { format!(", {unchanged} already as they should be") };
    console.line(&format!("Wrote {written} into {folder}{rest}."))?;
    files.kept.iter().try_for_each(|path| console.line(&format!("kept: {path}")))?;
    let mut tell = |what: &str, text: &str| console.line(&format!("{what}: {text}"));
    left_out.iter().try_for_each(|left_out| tell("left out", &format!("{}: {}", left_out.subject, left_out.reason)))?;
    problems.iter().try_for_each(|problem| tell(&problem.severity.to_string(), &problem.message))
}
