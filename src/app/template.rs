//! The template below the canvas: in which language, when it is asked for, and what the last change did to it.
//!
//! One question at a time; what is shown stays until there is an answer. Must not know who works it out.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Copied, Tab, Tone, Workspace};
use crate::catalog::Dialect;
use crate::engine::protocol::{Request, Ticket};
use crate::export::sheet::Sheet;

/// What a question is about: the diagram, its revision, and the language.
type About = (u64, u64, Dialect);

/// What was asked and what was answered last.
#[derive(Debug)]
pub(super) struct Templates {
    dialect: Dialect,
    waiting: Option<(Ticket, About)>,
    known: Option<(About, Arc<Sheet>)>,
    /// Where the last export went.
    pub(super) exported: Option<PathBuf>,
}

impl Default for Templates {
    fn default() -> Self {
        Self { dialect: Dialect::Sam, waiting: None, known: None, exported: None }
    }
}

impl Workspace {
    /// The language in which it is shown.
    #[must_use]
    pub fn template_dialect(&self) -> Dialect {
        self.templates.dialect
    }

    /// The template of the open diagram, and whether nothing has changed since; `None` until it was worked out.
    #[must_use]
    pub fn template(&self) -> Option<(&Sheet, bool)> {
        let (open, (about, sheet)) = self.open.as_ref().zip(self.templates.known.as_ref())?;
        let is_same = (about.0, about.2) == (open.serial, self.templates.dialect);
        is_same.then(|| (&**sheet, about.1 == open.document.revision()))
    }

    /// The template is there to be copied.
    #[must_use]
    pub fn has_template(&self) -> bool {
        self.template().is_some()
    }

    /// Something was exported since the program was started.
    #[must_use]
    pub fn has_exported(&self) -> bool {
        self.templates.exported.is_some()
    }

    /// What is to be asked at this moment. In the middle of a gesture nothing is: its end is soon enough.
    pub fn ask_for_template(&mut self) -> Vec<Request> {
        let is_asked = self.templates.waiting.is_some() || !self.shows(Tab::Template);
        let Some(open) = self.open.as_ref().filter(|open| !is_asked && !open.document.in_gesture()) else {
            return Vec::new();
        };
        let about = (open.serial, open.document.revision(), self.templates.dialect);
        let known = self.templates.known.as_ref();
        if known.is_some_and(|(known, _)| *known == about) {
            return Vec::new();
        }
        // Only what is about the same can have changed.
        let before = known.filter(|(known, _)| (known.0, known.2) == (about.0, about.2));
        let before = before.map(|(_, sheet)| Arc::clone(sheet));
        let diagram = Arc::new(open.document.diagram().clone());
        let ticket = self.ticket();
        self.templates.waiting = Some((ticket, about));
        vec![Request::Sheet(ticket, diagram, about.2, before)]
    }

    /// Takes in an answer; one that nobody waits for any more is dropped.
    pub(super) fn take_template(&mut self, ticket: Ticket, result: Result<Arc<Sheet>, String>) {
        let Some((_, about)) = self.templates.waiting.take_if(|(current, _)| *current == ticket) else { return };
        match result {
            Ok(sheet) => self.templates.known = Some((about, sheet)),
            Err(text) => {
                self.shown.dock = false;
                self.say(Tone::Trouble, text, Vec::new());
            }
        }
    }

    pub(super) fn show_dialect(&mut self, dialect: Dialect) {
        self.templates.dialect = dialect;
        self.templates.waiting = None;
    }

    pub(super) fn copy_template(&mut self) {
        if let Some(text) = self.template().map(|(sheet, _)| sheet.text.clone()) {
            self.clipboard.copied = Some(Copied::Text(text));
            self.say(Tone::Done, "Copied the template.".to_owned(), Vec::new());
        }
    }

    /// Asks for the folder of the last export to be shown.
    pub(super) fn show_exported(&mut self) -> Vec<Request> {
        let ticket = self.ticket();
        self.templates.exported.clone().map(|folder| Request::Folder(ticket, folder)).into_iter().collect()
    }
}
