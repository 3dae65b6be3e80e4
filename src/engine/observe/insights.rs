//! Questions to Logs Insights for the window: what is known before one is asked, how it goes, and its answer in a file.
//!
//! Must not know panels, nor how an account is asked.

use std::path::Path;

use crate::diagram::Target;
use crate::source::insights::{Asked, Span, Survey, Told};
use crate::telemetry::insights::table::Table;

/// What is known of log groups before a question is asked: of these, or of all that a target names.
#[cfg(feature = "aws")]
pub(in crate::engine) fn survey(target: &Target, groups: Vec<String>, span: Span) -> Result<Survey, String> {
    use crate::source::aws::{Watched, survey};

    let (place, whole) = super::account::place(target);
    let watched = if groups.is_empty() { whole } else { Watched::Groups(groups) };
    survey(&place, &watched, span).map_err(|failure| failure.to_string())
}

/// Asks a question and tells how it goes until it is over; the error is a sentence.
#[cfg(feature = "aws")]
pub(in crate::engine) fn ask(
    asked: &Asked,
    is_wanted: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(&Told),
) -> Result<(), String> {
    let place = super::account::place(&asked.target).0;
    let seed = u64::from(std::process::id());
    crate::source::aws::ask(&place, asked, seed, is_wanted, tell).map_err(|failure| failure.to_string())
}

#[cfg(not(feature = "aws"))]
pub(in crate::engine) fn survey(target: &Target, _: Vec<String>, _: Span) -> Result<Survey, String> {
    super::account::no_account(target).map(|()| Survey::default()).map_err(|failure| failure.to_string())
}

#[cfg(not(feature = "aws"))]
pub(in crate::engine) fn ask(asked: &Asked, _: &dyn Fn() -> bool, _: &mut dyn FnMut(&Told)) -> Result<(), String> {
    super::account::no_account(&asked.target).map_err(|failure| failure.to_string())
}

/// Writes the rows of a table into a file, in this order; gives how many.
pub(in crate::engine) fn save(table: &Table, order: Option<&[u32]>, path: &Path) -> Result<usize, String> {
    let text = match order {
        Some(order) => table.csv(order.iter().map(|row| *row as usize)),
        None => table.csv(0..table.len()),
    };
    let written = std::fs::write(path, text).map(|()| table.len());
    written.map_err(|error| format!("Cannot write {}: {error}.", path.display()))
}
