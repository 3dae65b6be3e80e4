//! `stratoscope estimate`: the monthly bill of a diagram.
//!
//! Must not know any kind by name.

mod compare;
mod document;
mod table;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rust_decimal::Decimal;

use super::console::{Console, Stop};
use super::{open, prices};
use crate::catalog::Catalog;
use crate::cost::usage::Usage;
use crate::cost::{Basis, Book, Estimate, FreeTier, Terms, report};
use crate::diagram::Diagram;
use crate::engine::files::{DiskLayer, contents};
use crate::workload::{Outside, Workload};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagram to price
    file: PathBuf,
    /// How much it is used: a JSON file, node → usage key or setting → value
    #[arg(long, value_name = "FILE")]
    usage: Option<PathBuf>,
    /// Region to price it in; else that of the container that a node is drawn in, else us-east-1
    #[arg(long)]
    region: Option<String>,
    /// Free allowances to take off
    #[arg(long, value_enum, default_value_t)]
    free_tier: Free,
    /// Another version of the diagram, under the same terms: what each node and line costs more or less than there
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// End with status 1 when the month costs more than this
    #[arg(long, value_name = "USD", value_parser = budget)]
    max_monthly: Option<Decimal>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Free {
    /// List prices
    #[default]
    None,
    /// Allowances that never end
    Always,
    /// Also those of an account's first twelve months
    FirstYear,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Aligned for people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// For a spreadsheet
    Csv,
}

fn budget(text: &str) -> Result<Decimal, String> {
    let read = text.parse::<Decimal>().ok().filter(|budget| !budget.is_sign_negative());
    read.ok_or_else(|| "it must be a number of US dollars, zero or more".to_owned())
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let book = prices::open(console)?.book;
    let terms = terms(arguments, &book)?;
    let usage = arguments.usage.as_deref();
    let this = Priced::of(&arguments.file, usage, catalog, &book, &terms)?;
    let other = arguments.compare.as_deref().map(|path| Priced::of(path, usage, catalog, &book, &terms)).transpose()?;
    let (bill, basis) = (&this.bill, this.basis(catalog, &book, &terms));
    let other = other.as_ref().map(|other| compare::Comparison::of(bill, &basis, &other.bill, &other.diagram));
    match arguments.format {
        Format::Table => table::print(bill, &basis, other.as_ref(), console)?,
        Format::Json => console.json(&document::of(bill, &basis, other.as_ref()))?,
        Format::Csv => match &other {
            Some(other) => console.print(&other.csv())?,
            None => console.print(&report::csv(bill, &basis))?,
        },
    }
    match arguments.max_monthly {
        Some(most) if bill.total.low.dollars() > most => {
            let total = report::dollars(bill.total);
            Err(Stop::Unmet(format!("The month costs {total} USD, more than the {most} that --max-monthly allows.")))
        }
        _ => Ok(()),
    }
}

fn terms(arguments: &Arguments, book: &Book) -> Result<Terms, Stop> {
    arguments.region.iter().try_for_each(|code| prices::known_region(code, book))?;
    let free_tier = match arguments.free_tier {
        Free::None => FreeTier::None,
        Free::Always => FreeTier::Always,
        Free::FirstYear => FreeTier::FirstYear,
    };
    Ok(Terms { region: arguments.region.clone(), free_tier, ..Terms::default() })
}

/// A diagram with its bill.
struct Priced {
    diagram: Diagram,
    workload: Workload,
    bill: Estimate,
}

impl Priced {
    fn of(file: &Path, usage: Option<&Path>, catalog: &Catalog, book: &Book, terms: &Terms) -> Result<Self, Stop> {
        let diagram = open(file, catalog)?;
        let (diagram, outside) = match usage {
            None => (diagram, Outside::default()),
            Some(path) => used(path, diagram, catalog)?,
        };
        let workload = Workload::of(catalog, &diagram, &outside);
        let bill = Estimate::of(catalog, &diagram, &workload, book, terms);
        Ok(Self { diagram, workload, bill })
    }

    fn basis<'a>(&'a self, catalog: &'a Catalog, book: &'a Book, terms: &'a Terms) -> Basis<'a> {
        Basis { catalog, diagram: &self.diagram, workload: &self.workload, book, terms }
    }
}

/// The diagram with the settings, and the figures, that a usage file gives.
fn used(path: &Path, diagram: Diagram, catalog: &Catalog) -> Result<(Diagram, Outside), Stop> {
    let wrong = |reason: &str| Stop::wrong(format!("Cannot use {}: {reason}", path.display()));
    let bytes = contents(&mut DiskLayer, path)?;
    let text = String::from_utf8(bytes).map_err(|_bytes| wrong("It is not text."))?;
    let usage = Usage::read(&text, catalog, &diagram).map_err(|refusal| wrong(&refusal.0))?;
    let diagram = usage.applied(catalog, diagram).map_err(|rejected| wrong(&rejected.0))?;
    Ok((diagram, Outside { given: usage.figures, ..Outside::default() }))
}
