//! A stack becomes a project folder in a deployment language, as data: path → text; a diagram becomes a picture.
//!
//! Must not touch files, or know any kind by name. Nothing in a path comes from free text.

pub mod sam;
pub mod difference;
pub mod sheet;
pub mod cloudformation;
mod template;
mod events;
mod texts;
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
use crate::diagram::NodeId;
use crate::stack::{LeftOut, Map, Stack};

/// A folder that can be deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Path inside the folder, with `/` → what stands there.
    pub files: BTreeMap<String, Content>,
    /// Logical id of a resource of the template → the node that it is or serves.
    pub owners: BTreeMap<String, NodeId>,
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

/// The project of a stack in a dialect.
#[must_use]
pub fn export(stack: &Stack, dialect: Dialect) -> Project {
    match dialect {
        Dialect::Sam => sam::sam(stack),
        Dialect::CloudFormation => cloudformation::cloudformation(stack),
    }
}

/// The template of a stack in a dialect alone: its text, whose its resources are, and what it cannot say.
#[must_use]
pub fn template_alone(stack: &Stack, dialect: Dialect) -> (String, BTreeMap<String, NodeId>, Vec<LeftOut>) {
    let (text, template) = match dialect {
        Dialect::Sam => sam::printed(stack),
        Dialect::CloudFormation => cloudformation::printed(stack),
    };
    (text, template.owners, template.left_out)
}

/// The resources that the template of a stack has in a dialect: logical id → type and properties.
#[must_use]
pub fn resources(stack: &Stack, dialect: Dialect) -> BTreeMap<String, (String, Map)> {
    let template = match dialect {
        Dialect::Sam => sam::template(stack).0,
        Dialect::CloudFormation => cloudformation::template(stack),
    };
    template.entries.into_iter().map(|(id, entry)| (id, (entry.type_name, entry.properties))).collect()
}

impl Project {
    fn put(&mut self, path: &str, text: String, ownership: Ownership) {
        self.files.insert(path.to_owned(), Content { text, ownership });
    }

    /// The definitions of workflows, and a start for the code of each function.
    fn put_code(&mut self, stack: &Stack) {
        for (id, definition) in &stack.definitions {
            self.put(&texts::definition_path(id), definition.text.clone(), Ownership::Owned);
        }
        for folder in stack.layers.values() {
            self.put(&format!("{folder}/README.md"), texts::LAYER.to_owned(), Ownership::Starter);
        }
        let wires = stack.wires_by_woken();
        let languages = handlers::languages();
        for (id, code) in &stack.code {
            let feeds = wires.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            for (path, text) in handlers::starter(&languages, stack, (id, code), feeds) {
                self.put(&path, text, Ownership::Starter);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
