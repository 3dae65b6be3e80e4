//! Arrows that call: what the caller's role may do, and the variables that tell it where.
//!
//! Must not know how a dialect writes policies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lower::{Lowering, filled, has_role};
use super::{Code, Expression, LeftOut, Severity, Statement, Variable, handles, words};
use crate::catalog::kind::{Grant, Handle, Hook, Kind};
use crate::catalog::{Archetype, Relation};
use crate::diagram::{Edge, NodeId, edit};

impl Lowering<'_> {
    /// Rights and variables for the caller of an arrow; clients have no role and get neither.
    pub(super) fn call(&mut self, edge: &Edge, told: &str) {
        let (Some((_, from)), Some((target, to))) = (self.kind(edge.from), self.kind(edge.to)) else { return };
        let Some(owner) = self.deployed(edge.from).map(str::to_owned) else { return };
        if !has_role(from.archetype) && from.service.is_none() {
            return;
        }
        let (statements, unknown) = self.statements(edge, to);
        if let Some(level) = unknown {
            let message =
                format!("{told} has the access {level}, and a {} has {}.", to.label, to.access_levels().join(", "));
            self.problem(Severity::Error, Code::InvalidSetting, edge.from, message);
        } else if statements.is_empty() && !to.grants.is_empty() {
            let message = format!("{told} gives no right: choose an access level or name actions.");
            self.problem(Severity::Warning, Code::IdleArrow, edge.from, message);
        }
        let is_lost = self.deployed(edge.to).is_none() && to.no_resource.is_none();
        if is_lost {
            let reason = format!("{} is not deployed.", target.name);
            self.stack.left_out.push(LeftOut { subject: told.to_owned(), reason });
        }
        if from.archetype == Archetype::Function {
            self.variables(&owner, edge.to, to);
            self.reach(&owner, edge.to, &statements);
        }
        self.grant(&owner, statements);
    }

    /// Adds rights to the role of `owner`.
    pub(super) fn grant(&mut self, owner: &str, statements: Vec<Statement>) {
        if !statements.is_empty() {
            self.stack.grants.entry(owner.to_owned()).or_default().extend(statements);
        }
    }

    /// Makes one statement of all that an owner may do to the same resources.
    pub(super) fn merge_grants(&mut self) {
        self.stack.grants.values_mut().for_each(|granted| *granted = merged(std::mem::take(granted)));
    }

    /// The statements of an arrow, and its access level when the target has no such level.
    fn statements(&self, edge: &Edge, to: &Kind) -> (Vec<Statement>, Option<String>) {
        let named: Vec<&str> = match edge.settings.get(edit::ACTIONS).and_then(Value::as_array) {
            Some(actions) => actions.iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        if !named.is_empty() {
            return (self.named_statements(edge.to, to, &named), None);
        }
        let given = edge.settings.get(edit::ACCESS).and_then(Value::as_str);
        let levels = to.access_levels();
        let level = given.or(levels.first().copied().filter(|_| edge.relation == Relation::Accesses));
        match level {
            Some(level) if !levels.contains(&level) => (Vec::new(), Some(level.to_owned())),
            Some(level) => (self.level_statements(edge.to, to, level), None),
            None => (Vec::new(), None),
        }
    }

    /// The statements of an access level.
    pub(super) fn level_statements(&self, node: NodeId, kind: &Kind, level: &str) -> Vec<Statement> {
        kind.grants_of(level).filter_map(|grant| self.statement(node, kind, grant, &grant.actions)).collect()
    }

    /// The statements of actions that were named; the grants of the kind know what such an action is done to.
    fn named_statements(&self, node: NodeId, kind: &Kind, named: &[&str]) -> Vec<Statement> {
        let whole = Grant { access: Vec::new(), actions: Vec::new(), suffixes: Some(vec![String::new()]), on: None };
        let statement = |action: &&str| {
            let grant = kind.grants.iter().find(|grant| grant.actions.iter().any(|known| known == action));
            self.statement(node, kind, grant.unwrap_or(&whole), &[(*action).to_owned()])
        };
        named.iter().filter(|action| is_action(action)).filter_map(statement).collect()
    }

    fn statement(&self, node: NodeId, kind: &Kind, grant: &Grant, actions: &[String]) -> Option<Statement> {
        let resources = match (&grant.suffixes, grant.on.as_ref().or(kind.handles.arn.as_ref())) {
            (None, _) => vec![Expression::from("*")],
            (Some(suffixes), Some(arn)) => {
                let settings = self.settings.get(&node)?;
                let id = match self.deployed(node) {
                    Some(id) => id,
                    None if kind.no_resource.is_some() && !kind.hooks.contains(&Hook::Raw) => "",
                    None => return None,
                };
                let arn = match arn {
                    Handle::Text(text) => Handle::Text(filled(text, settings)),
                    other => other.clone(),
                };
                suffixes.iter().map(|suffix| handles::value(&arn, id, &filled(suffix, settings))).collect()
            }
            (Some(_), None) => return None,
        };
        Some(Statement { actions: actions.to_vec(), resources })
    }

    fn variables(&mut self, owner: &str, node: NodeId, kind: &Kind) {
        let Some(id) = self.deployed(node).map(str::to_owned) else { return };
        let name = self.diagram.nodes().get(&node).map(|node| node.name.clone()).unwrap_or_default();
        let settings = self.settings.get(&node);
        let variables: &mut BTreeMap<String, Variable> = self.stack.variables.entry(owner.to_owned()).or_default();
        for variable in &kind.variables {
            let handle = match &variable.value {
                Handle::Text(text) => Handle::Text(settings.map_or_else(|| text.clone(), |own| filled(text, own))),
                other => other.clone(),
            };
            let value = handles::value(&handle, &id, "");
            // Two arrows to one node, such as a call and a read, need the variable once.
            if variables.values().any(|known| known.value == value && known.node == name) {
                continue;
            }
            let taken: BTreeSet<String> = variables.keys().cloned().collect();
            let key = words::variable(&id, &variable.suffix, &taken);
            variables.insert(
                key,
                Variable {
                    value,
                    node: name.clone(),
                    label: kind.label.clone(),
                    id: id.clone(),
                    suffix: variable.suffix.clone(),
                },
            );
        }
        if variables.is_empty() {
            self.stack.variables.remove(owner);
        }
    }

    /// One more variable that tells `owner` about the resource `about`.
    pub(super) fn variable(&mut self, owner: &str, about: &str, suffix: &str, value: Expression) {
        let Some(resource) = self.stack.resources.get(about) else { return };
        let (node, label) = (resource.name.clone(), resource.label.clone());
        let variables = self.stack.variables.entry(owner.to_owned()).or_default();
        let taken: BTreeSet<String> = variables.keys().cloned().collect();
        let variable = Variable { value, node, label, id: about.to_owned(), suffix: suffix.to_owned() };
        variables.insert(words::variable(about, suffix, &taken), variable);
    }
}

/// Whether a text is one action in full; a wildcard is none.
fn is_action(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text.split_once(':').is_some_and(|(service, name)| is_word(service) && is_word(name))
}

/// Statements sorted, each action once; those about the same resources are one, and those of the same actions too.
#[must_use]
pub fn merged(statements: Vec<Statement>) -> Vec<Statement> {
    let mut by_resources: BTreeMap<Vec<Expression>, BTreeSet<String>> = BTreeMap::new();
    for Statement { actions, resources } in statements {
        by_resources.entry(resources).or_default().extend(actions);
    }
    let mut by_actions: BTreeMap<Vec<String>, Vec<Expression>> = BTreeMap::new();
    for (resources, actions) in by_resources {
        let known = by_actions.entry(actions.into_iter().collect()).or_default();
        known.extend(resources.into_iter().filter(|resource| !known.contains(resource)).collect::<Vec<_>>());
    }
    by_actions.into_iter().map(|(actions, resources)| Statement { actions, resources }).collect()
}
