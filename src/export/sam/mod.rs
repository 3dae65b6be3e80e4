//! The AWS Serverless Application Model: one `template.yaml`, definitions, handlers, and what people need around them.
//!
//! Must not know the diagram or any kind by name.

mod events;
mod guide;

use std::collections::BTreeMap;

use super::events::is_guard;
use super::template::{Template, put_unless_empty, put_variables, substitutions};
use super::{Ownership, Project, handlers, texts};
use crate::catalog::Dialect;
use crate::stack::{Expression, LeftOut, Map, Stack, Wire};

/// SAM's own types, which say more than their plain counterparts.
const FUNCTION: &str = "AWS::Serverless::Function";
const STATE_MACHINE: &str = "AWS::Serverless::StateMachine";
const REST_API: &str = "AWS::Serverless::Api";
const HTTP_API: &str = "AWS::Serverless::HttpApi";

/// What makes a template one of SAM.
pub(super) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// Properties that functions may have in common.
const SHARED: [&str; 6] = ["Runtime", "Handler", "Architectures", "MemorySize", "Timeout", "Tracing"];

/// The SAM project of a stack.
#[must_use]
pub fn sam(stack: &Stack) -> Project {
    let (text, template) = printed(stack);
    let mut project = Project { left_out: template.left_out, owners: template.owners, ..Project::default() };
    project.put("template.yaml", text, Ownership::Owned);
    project.put_code(stack);
    project.put("samconfig.toml", guide::samconfig(stack), Ownership::Owned);
    project.put("README.md", texts::readme(stack, &guide::guide(stack)), Ownership::Owned);
    project
}

/// The text of the template of a stack, and the rest of the template.
pub(super) fn printed(stack: &Stack) -> (String, Template<'_>) {
    let (mut template, head) = template(stack);
    (template.text(Some(TRANSFORM), head), template)
}

/// The template of a stack, and what stands at its head.
pub(super) fn template(stack: &Stack) -> (Template<'_>, Map) {
    let mut sam = Sam { template: Template::new(stack, Dialect::Sam, "SAM") };
    sam.resources();
    sam.wires();
    let taken = sam.taken_ids();
    sam.template.left_out.extend(taken);
    let head = sam.globals();
    (sam.template, head)
}

/// A template that is being put together.
struct Sam<'s> {
    template: Template<'s>,
}

impl Sam<'_> {
    /// Code, definitions, variables and policies of functions and workflows.
    fn resources(&mut self) {
        let stack = self.template.stack;
        for id in self.template.ids_of(FUNCTION) {
            let start = stack.code.get(&id).map(|code| Map::new().with("CodeUri", format!("{}/", code.folder)));
            self.put_around(&id, start.unwrap_or_default());
            if stack.code.get(&id).is_some_and(handlers::is_compiled)
                && let Some(entry) = self.template.entries.get_mut(&id)
            {
                entry.metadata = Map::new().with("BuildMethod", "rust-cargolambda");
            }
        }
        for id in self.template.ids_of(STATE_MACHINE) {
            let mut start = Map::new();
            if stack.definitions.contains_key(&id) {
                start.put("DefinitionUri", texts::definition_path(&id));
                put_unless_empty(&mut start, "DefinitionSubstitutions", substitutions(stack, &id));
            }
            self.put_around(&id, start);
        }
    }

    /// Puts `start` before the properties of a resource, and its variables and policies behind them.
    fn put_around(&mut self, id: &str, start: Map) {
        let stack = self.template.stack;
        let Some(properties) = self.template.properties(id) else { return };
        *properties = start.with_all(std::mem::take(properties));
        put_variables(properties, stack, id);
        let statements: Vec<Expression> =
            stack.grants.get(id).into_iter().flatten().map(|statement| statement.document().into()).collect();
        if !statements.is_empty() {
            let policy = Map::new().with("Version", "2012-10-17").with("Statement", statements);
            properties.put("Policies", vec![policy.into()]);
        }
    }

    fn wires(&mut self) {
        let stack = self.template.stack;
        for api in stack.mappings.values() {
            // SAM names the stages that it makes by a property of their API.
            self.template.map_domains(api, &Expression::Ref(format!("{api}.Stage")));
        }
        // Authorizers first: a route that asks none has to say so.
        let (guards, others): (Vec<&Wire>, Vec<&Wire>) = stack.wires.iter().partition(|wire| is_guard(wire));
        for wire in guards.into_iter().chain(others) {
            if let Err(reason) = events::wire(&mut self.template, wire) {
                self.template.leave_out_wire(wire, reason);
            }
        }
        for (function, kept) in &stack.asynchronous {
            events::keep_failures(&mut self.template, function, kept);
        }
    }

    /// Logical ids that SAM will make itself and that a node has already.
    fn taken_ids(&self) -> Vec<LeftOut> {
        let mut made: BTreeMap<String, &str> = BTreeMap::new();
        for (id, entry) in &self.template.entries {
            let suffixes: &[&str] = match entry.type_name.as_str() {
                FUNCTION => &["Role", "EventInvokeConfig"],
                STATE_MACHINE => &["Role"],
                REST_API => &["Deployment", "Stage"],
                HTTP_API => &["ApiGatewayDefaultStage", "Stage"],
                _ => &[],
            };
            made.extend(suffixes.iter().map(|suffix| (format!("{id}{suffix}"), id.as_str())));
        }
        let clash = |(id, of): (&String, &&str)| {
            let resource = self.template.stack.resources.get(id)?;
            let reason =
                format!("SAM makes a resource named {id} for {of} itself, so one of them is lost; rename this node.");
            Some(LeftOut { subject: resource.name.clone(), reason })
        };
        made.iter().filter_map(clash).collect()
    }

    /// Moves what all functions have in common to the head of the template.
    fn globals(&mut self) -> Map {
        let shared = self.shared();
        for entry in self.template.entries.values_mut().filter(|entry| entry.type_name == FUNCTION) {
            shared.iter().for_each(|(key, _)| drop(entry.properties.remove(key)));
        }
        if shared.is_empty() {
            return shared;
        }
        Map::new().with("Globals", Map::new().with("Function", shared))
    }

    /// What all of two or more functions have in common.
    fn shared(&self) -> Map {
        let functions = self.template.entries.values().filter(|entry| entry.type_name == FUNCTION);
        let functions: Vec<&Map> = functions.map(|entry| &entry.properties).collect();
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
