//! The verbs of arrows: joining, parting, setting what one says, and the steps that workflow definitions take from them.
//!
//! Must not know windows, command lines or files.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ACCESS, ACTIONS, Edit, check_value, definition_path};
use crate::catalog::connect::with_article;
use crate::catalog::{Kind, Relation, Wiring};
use crate::diagram::change::{Change, Rejected};
use crate::diagram::model::{Edge, EdgeId, NodeId};
use crate::diagram::{names, workflow};

impl Edit<'_> {
    /// Joins two nodes by the best way, or the best of the asked relation; refused with the reason and a possible way.
    pub fn connect(&mut self, from: NodeId, to: NodeId, relation: Option<Relation>) -> Result<EdgeId, Rejected> {
        if from == to {
            return Err(Rejected("A node cannot be joined to itself; put another between.".to_owned()));
        }
        let (source, target) = (self.kind_of(from)?, self.kind_of(to)?);
        let capability =
            self.catalog.connection(source, target, relation).map_err(|refusal| Rejected(refusal.to_string()))?;
        let (relation, wiring) = (capability.relation, capability.wiring);
        let mut settings = BTreeMap::new();
        if wiring == Wiring::Call
            && let Some(level) = target.access_levels().first()
            && relation == Relation::Accesses
        {
            settings.insert(ACCESS.to_owned(), Value::from(*level));
        }
        if wiring == Wiring::WorkflowTask {
            self.add_step(from, to)?;
        }
        let id = EdgeId(self.document.fresh_id());
        let edge = Edge { from, to, relation, settings, step: None, label: None };
        self.apply(Change::AddEdge(id, Box::new(edge)))?;
        Ok(id)
    }

    /// Takes an arrow away; one that a workflow definition draws is taken out of the definition as well.
    pub fn disconnect(&mut self, id: EdgeId) -> Result<(), Rejected> {
        let edge = self.edge(id)?;
        let (from, to, relation) = (edge.from, edge.to, edge.relation);
        if relation == Relation::Triggers
            && let Some(path) = self.definition_path(from)
        {
            let name = self.logical_name(to)?;
            let text = self.definition(from, &path)?;
            let shorter = workflow::without_call(&text, &name).map_err(|error| self.bad_definition(from, &error))?;
            self.apply(Change::PutFile(path, Some(shorter)))?;
        }
        self.apply(Change::RemoveEdge(id))
    }

    fn add_step(&mut self, from: NodeId, to: NodeId) -> Result<(), Rejected> {
        let Some(path) = self.definition_path(from) else { return Ok(()) };
        let name = self.logical_name(to)?;
        let text = self.definition(from, &path)?;
        if workflow::calls(&text).contains(&name) {
            return Ok(());
        }
        let longer = workflow::with_call(&text, &name).map_err(|error| self.bad_definition(from, &error))?;
        self.apply(Change::PutFile(path, Some(longer)))
    }

    pub(super) fn bad_definition(&self, id: NodeId, error: &str) -> Rejected {
        let name = self.node(id).map(|node| node.name.clone()).unwrap_or_default();
        Rejected(format!("The definition of {name} {error}; mend it first."))
    }

    pub(super) fn definition_path(&self, id: NodeId) -> Option<String> {
        definition_path(self.diagram(), self.catalog, id)
    }

    pub(super) fn definition(&self, id: NodeId, path: &str) -> Result<String, Rejected> {
        let text = self.diagram().files().get(path).cloned();
        text.ok_or_else(|| self.bad_definition(id, &format!("is missing ({path})")))
    }

    pub(super) fn logical_name(&self, id: NodeId) -> Result<String, Rejected> {
        self.node(id)?;
        Ok(names::logical_names(self.diagram()).remove(&id).unwrap_or_default())
    }

    /// Sets or clears a setting of an arrow: one of its capability, the access level, or the named actions.
    pub fn set_edge(&mut self, id: EdgeId, key: &str, value: Option<Value>) -> Result<(), Rejected> {
        let edge = self.edge(id)?;
        let (source, target) = (self.kind_of(edge.from)?, self.kind_of(edge.to)?);
        let capability = self.catalog.connection(source, target, Some(edge.relation)).ok();
        let traffic = || self.catalog.traffic().field(key);
        let value = match capability.and_then(|capability| capability.field(key)).or_else(traffic) {
            Some(field) => {
                check_value(field, value.as_ref())?;
                value.filter(|value| field.default.as_ref() != Some(value))
            }
            None => {
                check_access(target, key, value.as_ref())?;
                value
            }
        };
        // Named actions take the place of the level, so whoever chooses a level gives them up.
        if key == ACCESS && value.is_some() {
            self.apply(Change::SetEdge(id, ACTIONS.to_owned(), None))?;
        }
        self.apply(Change::SetEdge(id, key.to_owned(), value))
    }

    /// Numbers an arrow in the story.
    pub fn number_edge(&mut self, id: EdgeId, step: Option<u32>) -> Result<(), Rejected> {
        self.apply(Change::NumberEdge(id, step))
    }

    /// Writes words beside an arrow.
    pub fn label_edge(&mut self, id: EdgeId, label: Option<&str>) -> Result<(), Rejected> {
        let label = label.map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned);
        self.apply(Change::LabelEdge(id, label))
    }
}

/// The access level must be one that the target grants; named actions must be actions.
fn check_access(target: &Kind, key: &str, value: Option<&Value>) -> Result<(), Rejected> {
    let levels = target.access_levels();
    match (key, value) {
        (ACCESS | ACTIONS, None) => Ok(()),
        (ACCESS, Some(value)) => match value.as_str() {
            Some(level) if levels.contains(&level) => Ok(()),
            _ => {
                Err(Rejected(format!("The access to {} is one of {}.", with_article(&target.label), levels.join(", "))))
            }
        },
        (ACTIONS, Some(Value::Array(actions))) if actions.iter().all(|action| is_action(target, action)) => Ok(()),
        (ACTIONS, Some(_)) => {
            Err(Rejected(format!("Actions on {} are texts such as {}.", with_article(&target.label), example(target))))
        }
        (key, _) => Err(Rejected(format!("Such an arrow has no setting {key}."))),
    }
}

/// Whether an action is named in full and belongs to a service that the target's own grants name.
#[must_use]
pub fn is_action(target: &Kind, action: &Value) -> bool {
    let service = |action: &str| action.split_once(':').map(|(service, _)| service.to_owned());
    let Some((prefix, name)) = action.as_str().and_then(|action| action.split_once(':')) else { return false };
    let known =
        target.grants.iter().flat_map(|grant| &grant.actions).any(|action| service(action).as_deref() == Some(prefix));
    known && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn example(target: &Kind) -> &str {
    target.grants.iter().flat_map(|grant| &grant.actions).next().map_or("service:Action", String::as_str)
}
