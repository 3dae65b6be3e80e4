//! The environments of the document: which one is watched, and whether its account lets itself be read.
//!
//! Must not know how an account is read.

use std::sync::Arc;

use crate::app::Workspace;
use crate::diagram::{Environment, Move, Target};
use crate::engine::protocol::{Reach, Request, Ticket, Tried};

/// An account that is being tried, or was.
#[derive(Debug, Default)]
pub(in crate::app) struct Trial {
    ticket: Ticket,
    tried: Option<Tried>,
}

impl Workspace {
    /// The environments of the open document.
    #[must_use]
    pub fn environments(&self) -> Vec<Environment> {
        self.open.as_ref().map(|open| open.document.diagram().environments()).unwrap_or_default()
    }

    /// Adds, names, removes or switches environments; what is tailed becomes that of the current one.
    pub(in crate::app) fn move_environment(&mut self, step: &Move) -> Vec<Request> {
        let catalog = Arc::clone(&self.catalog);
        let label = match step {
            Move::Add(_) => "Add an environment",
            Move::Rename(..) => "Rename an environment",
            Move::Remove(_) => "Remove an environment",
            Move::Switch(_) => "Switch the environment",
        };
        let Some(open) = &mut self.open else { return Vec::new() };
        let before = open.document.diagram().target();
        let moved = open.document.transact(&catalog, label, |edit| edit.move_environment(step));
        let now = open.document.diagram().target();
        self.told(moved);
        if !self.is_watching() || before == now {
            return Vec::new();
        }
        let reach = self.attached.as_ref().map(|attached| (attached.since_ms, attached.filter.clone()));
        let (since_ms, filter) = reach.unwrap_or_default();
        let overlay = self.overlay.take();
        let requests = match now.filter(Target::is_named) {
            Some(target) => self.tail(target, Reach { since_ms, filter }),
            None => self.stop_reading(),
        };
        self.overlay = overlay;
        requests
    }

    /// The document keeps which account it is watched in.
    pub(in crate::app) fn keep_target(&mut self, target: Target) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        if open.document.diagram().target().unwrap_or_default() != target {
            let kept = open.document.transact(&catalog, "Watch an account", |edit| edit.set_target(target));
            self.told(kept);
        }
    }

    /// Tries which permissions there are in an account; `None` ends it.
    pub(in crate::app) fn try_account(&mut self, target: Option<Box<Target>>) -> Vec<Request> {
        let ticket = self.ticket();
        let was_trying = self.trial.tried.as_ref().is_some_and(|tried| !tried.is_over);
        self.trial = Trial { ticket, tried: target.is_some().then(Tried::default) };
        if target.is_none() && !was_trying { Vec::new() } else { vec![Request::Try(ticket, target)] }
    }

    pub(in crate::app) fn tried(&mut self, ticket: Ticket, tried: Tried) {
        if self.trial.ticket == ticket {
            self.trial.tried = Some(tried);
        }
    }

    /// What is known of the account that was tried last.
    #[must_use]
    pub fn trial(&self) -> Option<&Tried> {
        self.trial.tried.as_ref()
    }
}
