//! A diagram becomes a project folder on disk: lowered, printed in a dialect, written without touching people's own code.
//!
//! Must not know who asks, or any dialect's syntax.

use std::path::Path;

use super::files::{Failure, FileLayer, Output, Written, write_project};
use super::protocol::Exported;
use crate::catalog::{Catalog, Dialect};
use crate::diagram::Diagram;
use crate::export::{self, Content, Ownership};
use crate::stack::{LeftOut, Problem, lower};

/// What an export did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What became of the files.
    pub files: Written,
    /// What the dialect cannot say, and why.
    pub left_out: Vec<LeftOut>,
    /// What is wrong with the diagram.
    pub problems: Vec<Problem>,
}

/// Writes the project of a diagram into `folder`; files of people's own are kept.
pub fn export(
    layer: &mut dyn FileLayer,
    diagram: &Diagram,
    catalog: &Catalog,
    dialect: Dialect,
    folder: &Path,
) -> Result<Report, Failure> {
    let (stack, problems) = lower(diagram, catalog);
    let project = export::export(&stack, dialect);
    let outputs: Vec<Output<'_>> = project.files.iter().map(|(path, content)| output(path, content)).collect();
    let files = write_project(layer, folder, &outputs)?;
    Ok(Report { files, left_out: project.left_out, problems })
}

fn output<'p>(path: &'p str, content: &'p Content) -> Output<'p> {
    Output { path, text: &content.text, owned: content.ownership == Ownership::Owned }
}

impl From<Report> for Exported {
    fn from(report: Report) -> Self {
        let Report { files, left_out, problems } = report;
        Self {
            written: files.written.len(),
            kept: files.kept,
            left_out: left_out.into_iter().map(|left_out| (left_out.subject, left_out.reason)).collect(),
            problems: problems.into_iter().map(|problem| problem.message).collect(),
        }
    }
}
