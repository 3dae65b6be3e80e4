//! Bills to hand on: comma-separated for spreadsheets or Markdown, into a file or to take along.
//!
//! Must not know the window.

use std::path::{Path, PathBuf};

use super::files::{DiskLayer, write_file};
use super::protocol::{Case, Drawn};
use crate::catalog::Catalog;
use crate::cost::{Book, report};

/// Writes a bill into a file in the form that its name ends with or, without a path, returns it as Markdown.
pub(super) fn write(catalog: &Catalog, book: &Book, case: &Case, path: Option<PathBuf>) -> Result<Drawn, String> {
    let priced = case.priced(catalog, book);
    let basis = case.basis(catalog, &priced.workload, book);
    let Some(path) = path else { return Ok(Drawn::Text(report::markdown(&priced.estimate, &basis))) };
    let text = match extension(&path).as_deref() {
        Some("csv") => report::csv(&priced.estimate, &basis),
        Some("md" | "markdown") => report::markdown(&priced.estimate, &basis),
        _ => return Err("Cannot tell the form of the bill: name a file that ends in .csv or .md.".to_owned()),
    };
    write_file(&mut DiskLayer, &path, text.as_bytes()).map_err(|failure| failure.to_string())?;
    Ok(Drawn::File(path))
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}
