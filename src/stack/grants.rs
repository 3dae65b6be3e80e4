//! Arrows that call: what the caller's role may do, and the variables that tell it where.
//!
//! Must not know how a dialect writes policies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::drawn::Drawn;
use super::lower::{Lowering, filled, has_role, with_settings};
use super::wiring::told;
use super::{Code, Expression, Severity, Statement, Variable, handles, words};
use crate::catalog::kind::{Grant, Hook};
use crate::catalog::{Archetype, Relation};
use crate::diagram::{Edge, edit};

impl<'d> Lowering<'d> {
    /// Rights and variables for the caller of an arrow; clients have no role and get neither.
    pub(super) fn call(&mut self, edge: &Edge, from: &'d Drawn<'d>, to: &Drawn<'_>) {
        let Some(owner) = from.deployed() else { return };
        if !has_role(from.kind.archetype) && from.kind.service.is_none() {
            return;
        }
        let (statements, unknown) = statements(edge, to);
        if let Some(level) = unknown {
            let (told, levels) = (told(from, to), to.kind.access_levels().join(", "));
            let message = format!("{told} has the access {level}, and a {} has {levels}.", to.kind.label);
            self.problem(Severity::Error, Code::InvalidSetting, edge.from, message);
        } else if statements.is_empty() && !to.kind.grants.is_empty() {
            let message = format!("{} gives no right: choose an access level or name actions.", told(from, to));
            self.problem(Severity::Warning, Code::IdleArrow, edge.from, message);
        }
        if to.deployed().is_none() && to.kind.no_resource.is_none() {
            self.leave_out(from, to, format!("{} is not deployed.", to.node.name));
        }
        if from.kind.archetype == Archetype::Function {
            self.variables(owner, to);
            self.reach(owner, edge.to, &statements);
        }
        self.grant(owner, statements);
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

    fn variables(&mut self, owner: &str, to: &Drawn<'_>) {
        let Some(id) = to.deployed() else { return };
        for variable in &to.kind.variables {
            let value = handles::value(&with_settings(&variable.value, &to.settings), id, "");
            // Two arrows to one node, such as a call and a read, need the variable once.
            let mut known = self.stack.variables.get(owner).into_iter().flatten();
            if !known.any(|(_, known)| known.value == value && known.id == id) {
                self.variable(owner, id, &variable.suffix, value);
            }
        }
    }

    /// One more variable that tells `owner` about the resource `about`.
    pub(super) fn variable(&mut self, owner: &str, about: &str, suffix: &str, value: Expression) {
        let Some(resource) = self.stack.resources.get(about) else { return };
        let (node, label) = (resource.name.clone(), resource.label.clone());
        let variables = self.stack.variables.entry(owner.to_owned()).or_default();
        let name = words::variable(about, suffix, &|name| variables.contains_key(name));
        let variable = Variable { value, node, label, id: about.to_owned(), suffix: suffix.to_owned() };
        variables.insert(name, variable);
    }
}

/// The statements of an arrow, and its access level when the target has no such level.
fn statements(edge: &Edge, to: &Drawn<'_>) -> (Vec<Statement>, Option<String>) {
    let named: Vec<&str> = match edge.settings.get(edit::ACTIONS).and_then(Value::as_array) {
        Some(actions) => actions.iter().filter_map(Value::as_str).collect(),
        None => Vec::new(),
    };
    if !named.is_empty() {
        return (named_statements(to, &named), None);
    }
    let given = edge.settings.get(edit::ACCESS).and_then(Value::as_str);
    let levels = to.kind.access_levels();
    let level = given.or(levels.first().copied().filter(|_| edge.relation == Relation::Accesses));
    match level {
        Some(level) if !levels.contains(&level) => (Vec::new(), Some(level.to_owned())),
        Some(level) => (level_statements(to, level), None),
        None => (Vec::new(), None),
    }
}

/// The statements of an access level.
pub(super) fn level_statements(to: &Drawn<'_>, level: &str) -> Vec<Statement> {
    to.kind.grants_of(level).filter_map(|grant| statement(to, grant, &grant.actions)).collect()
}

/// The statements of actions that were named; the grants of the kind know what such an action is done to.
fn named_statements(to: &Drawn<'_>, named: &[&str]) -> Vec<Statement> {
    let whole = Grant { access: Vec::new(), actions: Vec::new(), suffixes: Some(vec![String::new()]), on: None };
    let one = |action: &&str| {
        let grant = to.kind.grants.iter().find(|grant| grant.actions.iter().any(|known| known == action));
        statement(to, grant.unwrap_or(&whole), &[(*action).to_owned()])
    };
    named.iter().filter(|action| is_action(action)).filter_map(one).collect()
}

fn statement(to: &Drawn<'_>, grant: &Grant, actions: &[String]) -> Option<Statement> {
    let resources = match (&grant.suffixes, grant.on.as_ref().or(to.kind.handles.arn.as_ref())) {
        (None, _) => vec![Expression::from("*")],
        (Some(suffixes), Some(arn)) => {
            let id = match to.deployed() {
                Some(id) => id,
                None if to.kind.no_resource.is_some() && !to.kind.hooks.contains(&Hook::Raw) => "",
                None => return None,
            };
            let arn = with_settings(arn, &to.settings);
            suffixes.iter().map(|suffix| handles::value(&arn, id, &filled(suffix, &to.settings))).collect()
        }
        (Some(_), None) => return None,
    };
    Some(Statement { actions: actions.to_vec(), resources })
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
