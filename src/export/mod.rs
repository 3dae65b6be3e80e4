//! A stack becomes a project folder in a deployment language, as data: path → text; a diagram becomes a picture.
//!
//! Must not touch files, or know any kind by name. Nothing in a path comes from free text.

pub mod sam;
pub mod difference;
pub mod sheet;
mod handlers;
pub mod excerpt;
pub mod preview;
pub mod yaml;
pub mod drawing;
pub mod svg;
pub mod png;
pub mod mermaid;

use std::collections::BTreeMap;

use crate::catalog::Dialect;
use crate::stack::{LeftOut, Stack};

/// A folder that can be deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Path inside the folder, with `/` → what stands there.
    pub files: BTreeMap<String, Content>,
    /// What the dialect cannot say, and why.
    pub left_out: Vec<LeftOut>,
}

/// One file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The text.
    pub text: String,
    /// Whose it is.
    pub ownership: Ownership,
}

/// What a second export does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Written anew each time: it says what the diagram says.
    Owned,
    /// Written when it is not there: a start for code that people write.
    Starter,
}

/// A dialect that has no exporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This version cannot export {0}; it exports sam.")]
pub struct Unsupported(pub Dialect);

/// The dialects that this version exports.
pub const EXPORTED: &[Dialect] = &[Dialect::Sam];

/// The project of a stack in a dialect.
pub fn export(stack: &Stack, dialect: Dialect) -> Result<Project, Unsupported> {
    match dialect {
        Dialect::Sam => Ok(sam::sam(stack)),
        Dialect::CloudFormation => Err(Unsupported(dialect)),
    }
}

impl Project {
    fn put(&mut self, path: &str, text: String, ownership: Ownership) {
        self.files.insert(path.to_owned(), Content { text, ownership });
    }
}

#[cfg(test)]
pub(crate) mod tests;
