//! What becomes of a bill and of assumptions: a file, a text for the clipboard, a step in the document.
//!
//! Must not know how a bill is written.

use std::path::PathBuf;
use std::sync::Arc;

use super::assume::{Assumptions, is_monthly};
use crate::app::{Action, Command, Copied, Tone, Workspace};
use crate::catalog::usage::{self, Told};
use crate::catalog::{Archetype, Catalog};
use crate::diagram::edit::Edit;
use crate::diagram::{Diagram, Element, Rejected};
use crate::engine::protocol::{Drawn, Request, Ticket};
use crate::workload::Figures;

impl Workspace {
    /// Whether the only selected node is a function.
    #[must_use]
    pub fn selects_function(&self) -> bool {
        let node = self.open.as_ref().and_then(|open| open.document.diagram().nodes().get(&open.one_node()?));
        node.is_some_and(|node| self.catalog.kind(&node.kind).archetype == Archetype::Function)
    }

    /// Actions on the bill; others are on the open diagram.
    pub(in crate::app) fn act_on_bill(&mut self, action: Action) -> Vec<Request> {
        match action {
            Action::CopyBill => return self.hand_on(None),
            Action::ApplyAssumptions => self.apply_assumed(),
            Action::CompareRunning => return self.compare_running(),
            Action::TakeOver => self.ask_to_take_over(),
            Action::DropAssumptions => self.ask_otherwise(Command::Assume(Assumptions::default())),
            other => self.act_open(other),
        }
        Vec::new()
    }

    /// Commands on the bill that carry data; others are on the open diagram.
    pub(in crate::app) fn run_on_bill(&mut self, command: Command) -> Vec<Request> {
        match command {
            Command::Compare(against) => return self.compare(against),
            Command::SaveBill(path) => return self.hand_on(Some(path)),
            Command::TakeOver(figures) => self.take_over(&figures),
            Command::SetTerms(_) | Command::Assume(_) | Command::ShowPane(_) | Command::Grow(_) => {
                self.ask_otherwise(command);
            }
            other => self.run_open(other),
        }
        Vec::new()
    }

    /// Asks for the bill as a file or, without a path, as a text for the clipboard.
    pub(in crate::app) fn hand_on(&mut self, path: Option<PathBuf>) -> Vec<Request> {
        self.overlay = None;
        let Some(open) = &self.open else { return Vec::new() };
        let diagram = Arc::new(open.document.diagram().clone());
        let case = self.case(&diagram);
        let ticket = self.ticket();
        self.bills.handing = Some(ticket);
        vec![Request::Bill(ticket, Arc::clone(&self.bills.book), case, path)]
    }

    pub(in crate::app) fn handed_on(&mut self, ticket: Ticket, result: Result<Drawn, String>) {
        if self.bills.handing.take_if(|current| *current == ticket).is_none() {
            return;
        }
        let (tone, text) = match result {
            Ok(Drawn::File(path)) => (Tone::Done, format!("Saved the bill as {}.", path.display())),
            Ok(Drawn::Text(text)) => {
                self.clipboard.copied = Some(Copied::Text(text));
                (Tone::Done, "Copied the bill as Markdown.".to_owned())
            }
            // No bill is made of pixels.
            Ok(Drawn::Image(_)) => return,
            Err(text) => (Tone::Trouble, text),
        };
        self.say(tone, text, Vec::new());
    }

    /// Writes what is assumed into the document, as one step.
    pub(in crate::app) fn apply_assumed(&mut self) {
        let (catalog, assumed) = (Arc::clone(&self.catalog), self.bills.assumed.clone());
        let Some(open) = &mut self.open else { return };
        let usage = told(&catalog, open.document.diagram(), &assumed);
        let applied = open.document.transact(&catalog, "Apply what is assumed", |edit| write(edit, &assumed, &usage));
        match applied {
            Ok(()) => {
                self.bills.assumed = Assumptions::default();
                self.bills.changes += 1;
            }
            Err(refusal) => self.say(Tone::Trouble, refusal.0, Vec::new()),
        }
    }
}

/// The figures that the document is to tell: those that were moved, and its own by the month so many times with the
/// traffic. A share stays one.
fn told(catalog: &Catalog, diagram: &Diagram, assumed: &Assumptions) -> Figures {
    let mut figures = assumed.usage.clone();
    let Some(times) = assumed.traffic else { return figures };
    for (id, node) in diagram.nodes() {
        let kind = catalog.kind(&node.kind);
        for key in kind.usage.iter().filter(|key| is_monthly(key)) {
            let Some(Told::Number(value)) = node.usage.get(&key.key).and_then(usage::told) else { continue };
            let moved = figures.entry(*id).or_default().entry(key.key.clone());
            moved.or_insert_with(|| value.saturating_mul(times).normalize());
        }
    }
    figures
}

fn write(edit: &mut Edit<'_>, assumed: &Assumptions, figures: &Figures) -> Result<(), Rejected> {
    for (id, settings) in &assumed.settings {
        for (key, value) in settings {
            edit.set(Element::Node(*id), key, Some(value.clone()))?;
        }
    }
    write_usage(edit, figures)
}

/// Writes figures into nodes.
pub(super) fn write_usage(edit: &mut Edit<'_>, figures: &Figures) -> Result<(), Rejected> {
    for (id, keys) in figures {
        for (key, value) in keys {
            // A decimal is written digit by digit, as JSON has it.
            let value = serde_json::from_str(&value.to_string()).ok();
            edit.set_usage(*id, key, value)?;
        }
    }
    Ok(())
}
