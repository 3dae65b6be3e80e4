//! Definitions of workflows: what their placeholders stand for, and the rights that their steps need.
//!
//! Must not know kinds by name or how a dialect carries a definition.

use std::collections::BTreeMap;

use super::drawn::Drawn;
use super::grants::level_statements;
use super::lower::Lowering;
use super::{Code, Definition, Expression, Severity};
use crate::catalog::Wiring;
use crate::catalog::kind::Hook;
use crate::diagram::{NodeId, edit, workflow};

impl Lowering<'_> {
    /// The definition and the rights of every workflow.
    pub(super) fn workflows(&mut self) {
        for (node, drawn) in self.drawn {
            if drawn.kind.hooks.contains(&Hook::WorkflowDefinition) && drawn.deployed().is_some() {
                self.workflow(*node, drawn);
            }
        }
        for wire in self.stack.wired(Wiring::WorkflowTask).cloned().collect::<Vec<_>>() {
            self.allow_step(&wire.from, &wire.to);
        }
    }

    fn workflow(&mut self, node: NodeId, drawn: &Drawn<'_>) {
        let id = drawn.id;
        let text = self.diagram.files().get(drawn.text(edit::DEFINITION)).cloned();
        let name = self.name(node);
        let Some(text) = text else {
            let message =
                format!("{name} has no definition, so it does nothing; draw an arrow to a function that it runs.");
            self.problem(Severity::Error, Code::IdleWorkflow, node, message);
            let definition = Definition { text: workflow::empty(), substitutions: BTreeMap::new() };
            self.stack.definitions.insert(id.to_owned(), definition);
            return;
        };
        if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
            let message = format!("The definition of {name} is not JSON; mend it, or nothing can deploy.");
            self.problem(Severity::Error, Code::InvalidSetting, node, message);
        }
        let substitutions = self.substitutions(node, &text);
        if substitutions.is_empty() {
            let message = format!("{name} calls nothing; draw an arrow to a function that it runs.");
            self.problem(Severity::Warning, Code::IdleWorkflow, node, message);
        }
        self.stack.definitions.insert(id.to_owned(), Definition { text, substitutions });
    }

    /// Placeholder → ARN, or a plain reference for what has no ARN.
    fn substitutions(&mut self, workflow: NodeId, text: &str) -> BTreeMap<String, Expression> {
        let mut substitutions = BTreeMap::new();
        for name in workflow::calls(text) {
            if self.stack.resources.get(&name).is_some_and(|resource| !resource.is_helper) {
                let value = self.arn(&name).unwrap_or_else(|| Expression::Ref(name.clone()));
                substitutions.insert(name, value);
            } else if let Some(role) = self.role_named(&name) {
                substitutions.insert(name, role);
            } else {
                let message = format!(
                    "The definition of {} calls ${{{name}}}, and no node that is deployed has that name.",
                    self.name(workflow)
                );
                self.problem(Severity::Error, Code::UnknownPlaceholder, workflow, message);
            }
        }
        substitutions
    }

    /// A step may do to its target what the target's first access level allows.
    fn allow_step(&mut self, workflow: &str, target: &str) {
        let Some(drawn) = self.drawn_of(target) else { return };
        let Some(level) = drawn.kind.access_levels().first().copied() else { return };
        self.grant(workflow, level_statements(drawn, level));
    }
}
