//! `stratoscope edit`: changes a diagram by one transaction, or not at all.
//!
//! Must not know how a change is made; that is `diagram::edit`.

mod diff;
mod names;
mod place;
mod verbs;

use std::path::PathBuf;

use clap::ArgMatches;

use super::console::{Console, Stop};
use super::inspect::counted;
use super::open;
use crate::catalog::Catalog;
use crate::diagram::{Diagram, Document, file};
use crate::engine::files::{DiskLayer, FileLayer as _, save};
pub(super) use verbs::Verb;

#[derive(Debug, clap::Args)]
#[command(override_usage = "stratoscope edit <FILE> <EDIT>… [--diff] [-o <OUT>]", after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Diagram to change; with --add it may be one that does not exist yet
    file: PathBuf,
    #[command(flatten)]
    edits: Edits,
    /// Print what would change in the file and write nothing, unless -o says where
    #[arg(long)]
    diff: bool,
    /// Write the changed diagram here and leave FILE as it is
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// The edits; they are run in the order in which they stand on the command line.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Edits {
    /// Add a node (or a container); without a name it gets one
    #[arg(long, value_name = "KIND[:NAME]")]
    add: Vec<String>,
    /// Remove a node with its arrows (or a container, without what stands in it)
    #[arg(long, value_name = "NAME")]
    remove: Vec<String>,
    /// Give a node another name
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,
    /// Change a setting of a node, a figure of its use (NODE.usage.KEY=40/s), or a setting of an arrow (FROM>TO.FIELD=VALUE); an empty VALUE takes the default
    #[arg(long, value_name = "NODE.FIELD=VALUE")]
    set: Vec<String>,
    /// Draw an arrow: wiring, rights and variables follow
    #[arg(long, value_name = "FROM:TO[:ACCESS]")]
    connect: Vec<String>,
    /// Take the arrows from one node to another away, or the one of a relation
    #[arg(long, value_name = "FROM:TO[:RELATION]")]
    disconnect: Vec<String>,
}

const AFTER_HELP: &str = "\
The edits are one transaction: they are run in the order given, and when one of them is refused the file stays as it was.
ACCESS is an access level of the target (read), a relation (dead_letters), or actions joined by + (dynamodb:GetItem+dynamodb:Query).
Names may hold dots, colons, > and =: of several ways to read an edit, the one with the longest existing name counts.
Kinds, settings and access levels: stratoscope kinds [KIND].

Example: stratoscope edit orders.strato.json --add aws.sqs_queue:Jobs --connect Jobs:Worker --set 'Jobs>Worker.batch_size=5' --diff";

/// The edits in the order of the command line.
pub(super) fn in_order(matches: &ArgMatches) -> Vec<Verb> {
    let mut found: Vec<(usize, Verb)> = Vec::new();
    for (option, verb) in verbs::VERBS {
        let indices = matches.indices_of(option).into_iter().flatten();
        let values = matches.get_many::<String>(option).into_iter().flatten();
        found.extend(indices.zip(values).map(|(index, value)| (index, verb(value.clone()))));
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, verb)| verb).collect()
}

pub(super) fn run(arguments: &Arguments, edits: &[Verb], catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let (before, is_new) = start(arguments, catalog)?;
    let mut document = Document::new(before.clone());
    let mut places = place::Places::beside(&before);
    let changed = document.transact(catalog, "Edit", |edit| {
        edits.iter().try_for_each(|verb| verb.apply(edit, catalog, &mut places))?;
        if is_new { place::lay_out(edit) } else { Ok(()) }
    });
    changed.map_err(|rejected| Stop::wrong(rejected.to_string()))?;
    let (old, new) = (if is_new { String::new() } else { file::write(&before) }, file::write(document.diagram()));
    if arguments.diff {
        let name = arguments.file.display().to_string();
        console.print(&diff::unified(if is_new { "/dev/null" } else { &name }, &name, &old, &new))?;
    }
    let target = match &arguments.output {
        None if arguments.diff => return Ok(()),
        None if old == new => return console.line("Nothing changed."),
        None => &arguments.file,
        Some(output) => output,
    };
    save(&mut DiskLayer, target, &new)?;
    if arguments.diff {
        return Ok(());
    }
    let (nodes, arrows) = (document.diagram().nodes().len(), document.diagram().edges().len());
    console.line(&format!("Wrote {}: {}, {}.", target.display(), counted(nodes, "node"), counted(arrows, "arrow")))
}

/// The diagram to change, and whether it is a new one: a file that does not exist is one when something is added.
fn start(arguments: &Arguments, catalog: &Catalog) -> Result<(Diagram, bool), Stop> {
    let is_missing = matches!(DiskLayer.look(&arguments.file), Ok(None));
    if is_missing && !arguments.edits.add.is_empty() {
        let name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.strip_suffix(".strato.json").or_else(|| name.strip_suffix(".json")).unwrap_or(&name);
        return Ok((Diagram::new(stem), true));
    }
    Ok((open(&arguments.file, catalog)?, false))
}
