//! The AWS Serverless Application Model: one `template.yaml`, definitions, handlers, and what people need around them.
//!
//! Must not know the diagram or any kind by name.

mod events;
mod texts;

use std::collections::BTreeMap;

use super::{Ownership, Project, handlers, yaml};
use crate::catalog::{Dialect, Wiring};
use crate::stack::{Expression, LeftOut, Map, Resource, Stack, words};

/// SAM's own types, which say more than their plain counterparts.
const FUNCTION: &str = "AWS::Serverless::Function";
const STATE_MACHINE: &str = "AWS::Serverless::StateMachine";
const REST_API: &str = "AWS::Serverless::Api";
const HTTP_API: &str = "AWS::Serverless::HttpApi";

/// Longest description of a template, in bytes.
const MAX_DESCRIPTION: usize = 1024;

/// Properties that functions may have in common.
const SHARED: [&str; 6] = ["Runtime", "Handler", "Architectures", "MemorySize", "Timeout", "Tracing"];

/// The SAM project of a stack.
#[must_use]
pub fn sam(stack: &Stack) -> Project {
    let mut sam = Sam { stack, resources: BTreeMap::new(), left_out: stack.left_out.clone() };
    for (id, resource) in &stack.resources {
        sam.resource(id, resource);
    }
    sam.wires();
    let taken = sam.taken_ids();
    sam.left_out.extend(taken);
    let mut project = Project { left_out: sam.left_out.clone(), ..Project::default() };
    project.put("template.yaml", yaml::document(&sam.template()), Ownership::Owned);
    for (id, definition) in &stack.definitions {
        project.put(&definition_path(id), definition.text.clone(), Ownership::Owned);
    }
    for (id, code) in &stack.code {
        let (path, text) = handlers::starter(stack, id, code);
        project.put(&path, text, Ownership::Starter);
    }
    project.put("samconfig.toml", texts::samconfig(stack), Ownership::Owned);
    project.put("README.md", texts::readme(stack), Ownership::Owned);
    project
}

/// A template that is being put together.
struct Sam<'s> {
    stack: &'s Stack,
    /// Logical id → type and properties.
    resources: BTreeMap<String, (String, Map)>,
    left_out: Vec<LeftOut>,
}

impl Sam<'_> {
    fn resource(&mut self, id: &str, resource: &Resource) {
        let Some(type_name) = resource.types.get(&Dialect::Sam) else {
            let reason = format!("SAM has no resource for a {}.", resource.label);
            self.left_out.push(LeftOut { subject: resource.name.clone(), reason });
            return;
        };
        let mut properties = Map::new();
        if let Some(code) = self.stack.code.get(id).filter(|_| type_name == FUNCTION) {
            properties.put("CodeUri", format!("{}/", code.folder));
        }
        if let Some(definition) = self.stack.definitions.get(id).filter(|_| type_name == STATE_MACHINE) {
            properties.put("DefinitionUri", definition_path(id));
            let substitutions = definition.substitutions.iter().map(|(name, value)| (name.as_str(), value.clone()));
            put_unless_empty(&mut properties, "DefinitionSubstitutions", map(substitutions));
        }
        resource.properties.iter().for_each(|(key, value)| properties.put(key, value.clone()));
        if type_name == FUNCTION || type_name == STATE_MACHINE {
            self.put_rights(id, &mut properties);
        }
        self.resources.insert(id.to_owned(), (type_name.clone(), properties));
    }

    /// Variables and policies of a function or workflow.
    fn put_rights(&self, id: &str, properties: &mut Map) {
        let variables = self.stack.variables.get(id).into_iter().flatten();
        let variables = map(variables.map(|(name, variable)| (name.as_str(), variable.value.clone())));
        if !variables.is_empty() {
            properties.put("Environment", Map::new().with("Variables", variables));
        }
        let statements: Vec<Expression> =
            self.stack.grants.get(id).into_iter().flatten().map(|statement| statement.document().into()).collect();
        if !statements.is_empty() {
            let policy = Map::new().with("Version", "2012-10-17").with("Statement", statements);
            properties.put("Policies", vec![policy.into()]);
        }
    }

    fn wires(&mut self) {
        // Authorizers first: a route that asks none has to say so.
        let others = self.stack.wires.iter().filter(|wire| wire.wiring != Wiring::Authorizer);
        for wire in self.stack.wired(Wiring::Authorizer).chain(others) {
            if let Err(reason) = events::wire(&mut self.resources, wire) {
                let name = |id: &str| self.stack.resources.get(id).map_or(id, |resource| &resource.name).to_owned();
                let subject = format!("{} → {}", name(&wire.from), name(&wire.to));
                self.left_out.push(LeftOut { subject, reason });
            }
        }
        for (function, kept) in &self.stack.asynchronous {
            events::keep_failures(&mut self.resources, function, kept);
        }
    }

    /// Logical ids that SAM will make itself and that a node has already.
    fn taken_ids(&self) -> Vec<LeftOut> {
        let mut made: BTreeMap<String, &str> = BTreeMap::new();
        for (id, (type_name, _)) in &self.resources {
            let suffixes: &[&str] = match type_name.as_str() {
                FUNCTION => &["Role", "EventInvokeConfig"],
                STATE_MACHINE => &["Role"],
                REST_API => &["Deployment", "Stage"],
                HTTP_API => &["ApiGatewayDefaultStage", "Stage"],
                _ => &[],
            };
            made.extend(suffixes.iter().map(|suffix| (format!("{id}{suffix}"), id.as_str())));
        }
        let clash = |(id, of): (&String, &&str)| {
            let resource = self.stack.resources.get(id)?;
            let reason =
                format!("SAM makes a resource named {id} for {of} itself, so one of them is lost; rename this node.");
            Some(LeftOut { subject: resource.name.clone(), reason })
        };
        made.iter().filter_map(clash).collect()
    }

    fn template(&mut self) -> Map {
        let shared = self.shared();
        for (_, properties) in self.resources.values_mut().filter(|(type_name, _)| type_name == FUNCTION) {
            shared.iter().for_each(|(key, _)| drop(properties.remove(key)));
        }
        let mut template = Map::new()
            .with("AWSTemplateFormatVersion", "2010-09-09")
            .with("Transform", "AWS::Serverless-2016-10-31")
            .with("Description", texts::description(self.stack, MAX_DESCRIPTION));
        if !shared.is_empty() {
            template.put("Globals", Map::new().with("Function", shared));
        }
        let resources = self.resources.iter().map(|(id, (type_name, properties))| {
            let mut resource = Map::new().with("Type", type_name.as_str());
            let waits = self.stack.resources.get(id).map(|resource| resource.waits_for.as_slice()).unwrap_or_default();
            if !waits.is_empty() {
                resource.put("DependsOn", waits.iter().map(|id| Expression::from(id.as_str())).collect::<Vec<_>>());
            }
            put_unless_empty(&mut resource, "Properties", properties.clone());
            (id.as_str(), resource.into())
        });
        template.put("Resources", map(resources));
        let outputs = self.stack.outputs.iter().map(|(id, output)| {
            let value = Map::new().with("Description", output.description.as_str()).with("Value", output.value.clone());
            (id.as_str(), value.into())
        });
        put_unless_empty(&mut template, "Outputs", map(outputs));
        template
    }

    /// What all of two or more functions have in common.
    fn shared(&self) -> Map {
        let functions: Vec<&Map> = self
            .resources
            .values()
            .filter(|(type_name, _)| type_name == FUNCTION)
            .map(|(_, properties)| properties)
            .collect();
        let mut shared = Map::new();
        if let [first, others @ ..] = functions.as_slice()
            && !others.is_empty()
        {
            for key in SHARED {
                if let Some(value) =
                    first.get(key).filter(|value| others.iter().all(|other| other.get(key) == Some(value)))
                {
                    shared.put(key, value.clone());
                }
            }
        }
        shared
    }
}

fn map<'k>(entries: impl Iterator<Item = (&'k str, Expression)>) -> Map {
    entries.fold(Map::new(), |map, (key, value)| map.with(key, value))
}

fn put_unless_empty(map: &mut Map, key: &str, value: Map) {
    if !value.is_empty() {
        map.put(key, value);
    }
}

/// Where the definition of a workflow stands in the project.
fn definition_path(id: &str) -> String {
    format!("workflows/{}.asl.json", words::folder(id))
}
