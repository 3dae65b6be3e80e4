//! What the templates of all dialects have in common: resources by logical id, what must be there first, outputs.
//!
//! Must not know what any type of resource means.

use std::collections::{BTreeMap, BTreeSet};

use super::{texts, yaml};
use crate::catalog::Dialect;
use crate::diagram::NodeId;
use crate::stack::{Expression, LeftOut, Map, Resource, Stack, Wire, words};

/// A template that is being put together.
pub(super) struct Template<'s> {
    /// What is printed.
    pub(super) stack: &'s Stack,
    /// Logical id → resource.
    pub(super) entries: BTreeMap<String, Entry>,
    /// Logical id → the node that the resource is or serves.
    pub(super) owners: BTreeMap<String, NodeId>,
    /// What the dialect cannot say, and why.
    pub(super) left_out: Vec<LeftOut>,
    /// Logical ids in lower case: CloudFormation tells capitals apart, people do not.
    taken: BTreeSet<String>,
}

/// One resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) type_name: String,
    pub(super) properties: Map,
    /// What must be there before it, beyond what it refers to.
    pub(super) waits_for: Vec<String>,
    /// The condition under which it is deployed.
    pub(super) condition: Option<String>,
    /// What tools read of it; may be empty.
    pub(super) metadata: Map,
}

impl<'s> Template<'s> {
    /// A template with what the stack has in this dialect, each resource as the stack has it.
    pub(super) fn new(stack: &'s Stack, dialect: Dialect, language: &str) -> Self {
        let taken = stack.resources.keys().chain(stack.parameters.keys()).map(|id| id.to_ascii_lowercase()).collect();
        let entry = |resource: &Resource| {
            Some(Entry {
                type_name: resource.types.get(&dialect)?.clone(),
                properties: resource.properties.clone(),
                waits_for: resource.waits_for.clone(),
                condition: resource.condition.clone(),
                metadata: Map::new(),
            })
        };
        let mut left_out = stack.left_out.clone();
        for resource in stack.resources.values().filter(|resource| !resource.types.contains_key(&dialect)) {
            let reason = format!("{language} has no resource for a {}.", resource.label);
            left_out.push(LeftOut { subject: resource.name.clone(), reason });
        }
        let resources = stack.resources.iter();
        let entries: BTreeMap<String, Entry> =
            resources.filter_map(|(id, resource)| Some((id.clone(), entry(resource)?))).collect();
        let owners = entries.keys().filter_map(|id| Some((id.clone(), stack.resources.get(id)?.node))).collect();
        Self { stack, entries, owners, left_out, taken }
    }

    /// The type of a resource; empty when it is not in the template.
    pub(super) fn type_of(&self, id: &str) -> &str {
        self.entries.get(id).map(|entry| entry.type_name.as_str()).unwrap_or_default()
    }

    /// The logical ids of one type, in order.
    pub(super) fn ids_of(&self, type_name: &str) -> Vec<String> {
        self.entries.iter().filter(|(_, entry)| entry.type_name == type_name).map(|(id, _)| id.clone()).collect()
    }

    /// The properties of a resource.
    pub(super) fn properties(&mut self, id: &str) -> Option<&mut Map> {
        self.entries.get_mut(id).map(|entry| &mut entry.properties)
    }

    /// Adds a resource that was not drawn and that serves the resource `of`, under `stem` or, where that is taken, `stem`
    /// with a number; returns its id.
    pub(super) fn add(&mut self, of: &str, stem: &str, type_name: &str, properties: Map) -> String {
        let stem = words::shortened(stem, words::MAX_STEM);
        let numbered = (2..).map(|number| format!("{stem}{number}"));
        let id = std::iter::once(stem.clone())
            .chain(numbered)
            .find(|id| self.taken.insert(id.to_ascii_lowercase()))
            .unwrap_or_default();
        let entry = Entry { type_name: type_name.to_owned(), properties, ..Entry::default() };
        self.entries.insert(id.clone(), entry);
        if let Some(owner) = self.owners.get(of).copied() {
            self.owners.insert(id.clone(), owner);
        }
        id
    }

    /// Says that the dialect cannot express something of a resource.
    pub(super) fn leave_out(&mut self, id: &str, reason: String) {
        self.left_out.push(LeftOut { subject: self.name(id), reason });
    }

    /// Says that the dialect cannot express an arrow.
    pub(super) fn leave_out_wire(&mut self, wire: &Wire, reason: String) {
        let subject = format!("{} → {}", self.name(&wire.from), self.name(&wire.to));
        self.left_out.push(LeftOut { subject, reason });
    }

    fn parameters(&self) -> Map {
        let parameters = self.stack.parameters.iter().map(|(id, parameter)| {
            let mut value = Map::new().with("Type", "String").with("Description", parameter.description.as_str());
            parameter.default.iter().for_each(|default| value.put("Default", default.as_str()));
            if !parameter.choices.is_empty() {
                let choices = parameter.choices.iter().map(|choice| Expression::from(choice.as_str()));
                value.put("AllowedValues", choices.collect::<Vec<_>>());
            }
            if parameter.is_secret {
                value.put("NoEcho", true);
            }
            (id.clone(), value.into())
        });
        parameters.collect()
    }

    /// Takes away what would lead domains to an API that has no stage.
    pub(super) fn unmap_domains(&mut self, api: &str) {
        let mappings = self.stack.mappings.iter().filter(|(_, mapped)| *mapped == api);
        for (mapping, _) in mappings {
            self.entries.remove(mapping);
            self.owners.remove(mapping);
        }
    }

    fn conditions(&self) -> Map {
        let conditions = self.stack.conditions.iter();
        conditions.map(|(id, given)| (id.clone(), Expression::Given(given.clone()))).collect()
    }

    /// Leads the domains that are mapped to an API to its stage.
    pub(super) fn map_domains(&mut self, api: &str, stage: &Expression) {
        let mappings = self.stack.mappings.iter().filter(|(_, mapped)| *mapped == api);
        for (mapping, _) in mappings {
            self.properties(mapping).into_iter().for_each(|properties| properties.put("Stage", stage.clone()));
        }
    }

    fn name(&self, id: &str) -> String {
        self.stack.resources.get(id).map_or(id, |resource| &resource.name).to_owned()
    }

    /// The text of the template; `head` stands between its description and its resources.
    pub(super) fn text(&mut self, transform: Option<&str>, head: Map) -> String {
        let mut template = Map::new().with("AWSTemplateFormatVersion", "2010-09-09");
        transform.into_iter().for_each(|transform| template.put("Transform", transform));
        template.put("Description", texts::description(self.stack));
        put_unless_empty(&mut template, "Parameters", self.parameters());
        put_unless_empty(&mut template, "Conditions", self.conditions());
        template = template.with_all(head);
        let entries = std::mem::take(&mut self.entries);
        let resources = entries.into_iter().map(|(id, entry)| (id, entry.value().into()));
        template.put("Resources", resources.collect::<Map>());
        let outputs = self.stack.outputs.iter().map(|(id, output)| {
            let mut value =
                Map::new().with("Description", output.description.as_str()).with("Value", output.value.clone());
            output.condition.iter().for_each(|condition| value.put("Condition", condition.as_str()));
            (id.clone(), value.into())
        });
        put_unless_empty(&mut template, "Outputs", outputs.collect());
        yaml::document(&template)
    }
}

impl Entry {
    fn value(self) -> Map {
        let mut value = Map::new().with("Type", self.type_name);
        self.condition.into_iter().for_each(|condition| value.put("Condition", condition));
        if !self.waits_for.is_empty() {
            value.put("DependsOn", self.waits_for.into_iter().map(Expression::from).collect::<Vec<_>>());
        }
        put_unless_empty(&mut value, "Metadata", self.metadata);
        put_unless_empty(&mut value, "Properties", self.properties);
        value
    }
}

/// Puts a map under `key` when there is something in it.
pub(super) fn put_unless_empty(map: &mut Map, key: &'static str, value: Map) {
    if !value.is_empty() {
        map.put(key, value);
    }
}

/// Puts the variables of a function beside those that its properties have already.
pub(super) fn put_variables(properties: &mut Map, stack: &Stack, id: &str) {
    for (name, variable) in stack.variables.get(id).into_iter().flatten() {
        properties.inner("Environment").inner("Variables").put(name.clone(), variable.value.clone());
    }
}

/// What the placeholders of a workflow's definition stand for.
pub(super) fn substitutions(stack: &Stack, id: &str) -> Map {
    let substitutions = stack.definitions.get(id).into_iter().flat_map(|definition| &definition.substitutions);
    substitutions.map(|(name, value)| (name.clone(), value.clone())).collect()
}
