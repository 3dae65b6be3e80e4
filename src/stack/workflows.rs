//! Definitions of workflows: what their placeholders stand for, and the rights that their steps need.
//!
//! Must not know kinds by name or how a dialect carries a definition.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lower::Lowering;
use super::{Code, Definition, Expression, Severity};
use crate::catalog::Wiring;
use crate::catalog::kind::Hook;
use crate::diagram::{NodeId, edit, workflow};

impl Lowering<'_> {
    /// The definition and the rights of every workflow.
    pub(super) fn workflows(&mut self) {
        let nodes: Vec<NodeId> = self.diagram.nodes().keys().copied().collect();
        for node in nodes {
            let defines = self.kind(node).is_some_and(|(_, kind)| kind.hooks.contains(&Hook::WorkflowDefinition));
            if let Some(id) = self.deployed(node).filter(|_| defines).map(str::to_owned) {
                self.workflow(node, &id);
            }
        }
        for wire in self.stack.wired(Wiring::WorkflowTask).cloned().collect::<Vec<_>>() {
            self.allow_step(&wire.from, &wire.to);
        }
    }

    fn workflow(&mut self, node: NodeId, id: &str) {
        let path = self.settings.get(&node).and_then(|settings| settings.get(edit::DEFINITION)?.as_str());
        let text = path.and_then(|path| self.diagram.files().get(path)).cloned();
        let name = self.name(node);
        let Some(text) = text else {
            let message =
                format!("{name} has no definition, so it does nothing; draw an arrow to a function that it runs.");
            self.problem(Severity::Error, Code::IdleWorkflow, node, message);
            let definition = Definition { text: workflow::empty(), substitutions: BTreeMap::new() };
            self.stack.definitions.insert(id.to_owned(), definition);
            return;
        };
        if serde_json::from_str::<Value>(&text).is_err() {
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
        let Some(node) = self.stack.resources.get(target).map(|resource| resource.node) else { return };
        let Some((_, kind)) = self.kind(node) else { return };
        let Some(level) = kind.access_levels().first().copied() else { return };
        let statements = self.level_statements(node, kind, level);
        self.grant(workflow, statements);
    }
}
