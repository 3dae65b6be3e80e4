//! The deployable form of a diagram: resources with typed references, wirings, grants, variables, code and definitions.
//!
//! Every dialect prints what this says. Must not know any dialect's syntax, files on disk, or any kind by name.

mod authorizers;
mod clients;
mod conflicts;
mod cycles;
mod delivery;
mod domains;
mod drawn;
mod environments;
pub mod expression;
mod graph;
mod grants;
mod handles;
mod lake;
mod layers;
mod lower;
mod origins;
mod pipes;
pub mod problem;
mod properties;
mod routing;
mod secrets;
mod services;
mod tags;
mod wiring;
pub mod words;
mod workflows;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::catalog::client::{Client, ClientCall};
use crate::catalog::kind::Handles;
use crate::catalog::{Archetype, Dialect, Wiring};
use crate::diagram::{EdgeId, NodeId};

pub use authorizers::{Decision, GUARDED_ALREADY, authorizer_arn, invocation_uri};
pub use delivery::{READ_CHANGES, READ_QUEUE, READ_STREAM};
pub use expression::{Expression, Map};
pub use grants::merged;
pub use lower::lower;
pub use problem::{Code, Problem, Severity};

/// A diagram, ready to be written in any dialect. Keys are logical ids.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// The diagram's name.
    pub name: String,
    /// What the diagram says of itself; may be empty.
    pub description: String,
    /// What is deployed.
    pub resources: BTreeMap<String, Resource>,
    /// Arrows between resources, in the order of the diagram.
    pub wires: Vec<Wire>,
    /// Owner → what its role may do beyond its own running.
    pub grants: BTreeMap<String, Vec<Statement>>,
    /// Function → environment variables by name.
    pub variables: BTreeMap<String, BTreeMap<String, Variable>>,
    /// Function → what its code may call.
    pub reaches: BTreeMap<String, Vec<Reach>>,
    /// Function → its code.
    pub code: BTreeMap<String, CodeFolder>,
    /// Layer → its folder inside the project.
    pub layers: BTreeMap<String, String>,
    /// Workflow → its definition.
    pub definitions: BTreeMap<String, Definition>,
    /// Function → what becomes of asynchronous events at which it failed.
    pub asynchronous: BTreeMap<String, Asynchronous>,
    /// Tags of the stack, which all that is deployed with it gets too.
    pub tags: BTreeMap<String, String>,
    /// What is asked for when the stack is deployed, by logical id.
    pub parameters: BTreeMap<String, Parameter>,
    /// What may hold at a deployment: condition → the parameters that must all be given.
    pub conditions: BTreeMap<String, Vec<String>>,
    /// Names under which the stack is deployed several times, the usual one first.
    pub environments: Vec<String>,
    /// The parameter that asks for one of them, where something in the template depends on it.
    pub environment: Option<String>,
    /// Mapping of a domain → the API to whose stage it leads; the dialect makes the stage.
    pub mappings: BTreeMap<String, String>,
    /// What people need to know of the deployed stack, by logical id.
    pub outputs: BTreeMap<String, Output>,
    /// What no dialect can deploy, in the order of the diagram.
    pub left_out: Vec<LeftOut>,
}

/// One resource of a template.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The node that it is, or that it serves.
    pub node: NodeId,
    /// That node's name.
    pub name: String,
    /// Label of that node's kind: "Lambda function".
    pub label: String,
    /// What it behaves like.
    pub archetype: Archetype,
    /// Whether it only serves another resource and was not drawn.
    pub is_helper: bool,
    /// Its type in each dialect.
    pub types: BTreeMap<Dialect, String>,
    /// Its properties, as far as they are the same in every dialect.
    pub properties: Map,
    /// What code is given that it invokes, for people.
    pub event: Option<Arc<str>>,
    /// How others refer to it.
    pub handles: Arc<Handles>,
    /// What must be there before it, beyond what it refers to.
    pub waits_for: Vec<String>,
    /// The condition under which it is deployed; always, without one.
    pub condition: Option<String>,
}

/// An arrow between two resources.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// The arrow.
    pub edge: EdgeId,
    /// How it is done.
    pub wiring: Wiring,
    /// Logical id of the source.
    pub from: String,
    /// Logical id of the target.
    pub to: String,
    /// Field key → value, defaults filled in.
    pub settings: BTreeMap<String, Value>,
    /// Queue that takes what the target could not process; of a mapping only.
    pub on_failure: Option<String>,
    /// Resource that the mechanism needs beside the two ends: the client of a user pool.
    pub helper: Option<String>,
}

impl Wire {
    /// A setting as text; empty when it is not set.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.settings.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A setting as a whole number.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.settings.get(key).and_then(Value::as_i64)
    }

    /// A setting as yes or no.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.settings.get(key).and_then(Value::as_bool).unwrap_or_default()
    }
}

/// Something that a role may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// IAM actions, sorted.
    pub actions: Vec<String>,
    /// ARNs; `*` where the actions have no resource.
    pub resources: Vec<Expression>,
}

impl Statement {
    /// The statement as policies spell it; what is alone stands without a list.
    #[must_use]
    pub fn document(&self) -> Map {
        let one_or_all = |items: Vec<Expression>| match items.as_slice() {
            [only] => only.clone(),
            _ => Expression::List(items),
        };
        let actions = self.actions.iter().map(|action| Expression::from(action.as_str())).collect();
        Map::new()
            .with("Effect", "Allow")
            .with("Action", one_or_all(actions))
            .with("Resource", one_or_all(self.resources.clone()))
    }
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// What it holds.
    pub value: Expression,
    /// Name of the node that it leads to.
    pub node: String,
    /// Label of that node's kind.
    pub label: String,
    /// Logical id of that node.
    pub id: String,
    /// Which of the node's own variables it is: `QUEUE_URL`.
    pub suffix: String,
}

/// A node that a function's code may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Its logical id.
    pub id: String,
    /// Its name.
    pub node: String,
    /// Label of its kind.
    pub label: String,
    /// The client through which it is called.
    pub client: Arc<Client>,
    /// The calls that the arrows allow, settings of the node filled in.
    pub calls: Vec<ClientCall>,
    /// Suffix of a variable of the node → the variable's name.
    pub variables: BTreeMap<String, String>,
}

/// A function's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFolder {
    /// Folder inside the project: `src/read-data-fn`.
    pub folder: String,
    /// Runtime identifier: `python3.13`.
    pub runtime: String,
    /// File without its extension, which may stand in folders of its own.
    pub module: String,
    /// The function that an invocation calls.
    pub function: String,
}

/// A workflow's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Amazon States Language.
    pub text: String,
    /// Placeholder → ARN.
    pub substitutions: BTreeMap<String, Expression>,
}

/// What becomes of asynchronous events at which a function failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asynchronous {
    /// Logical id of the queue that takes them.
    pub on_failure: String,
    /// How often they are tried again.
    pub retries: i64,
    /// Events older than this are given up, in seconds.
    pub max_event_age_s: i64,
}

/// A text that is asked for when the stack is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is.
    pub description: String,
    /// Whether nobody may read it afterwards.
    pub is_secret: bool,
    /// What counts when nothing is said; without it, something has to be.
    pub default: Option<String>,
    /// What it can be; anything, when this is empty.
    pub choices: Vec<String>,
    /// The node for which it is asked; the whole stack, without one.
    pub node: Option<NodeId>,
}

impl Parameter {
    /// A parameter that may be anything and has to be said.
    #[must_use]
    pub fn new(description: String) -> Self {
        Self { description, is_secret: false, default: None, choices: Vec::new(), node: None }
    }
}

/// A value that the deployed stack shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it is.
    pub description: String,
    /// The value.
    pub value: Expression,
    /// The condition under which it is there; always, without one.
    pub condition: Option<String>,
    /// The node of which it tells; the whole stack, without one.
    pub node: Option<NodeId>,
}

/// Something that a stack or a dialect cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Name of a node, or `A → B` for an arrow.
    pub subject: String,
    /// Why, as a sentence.
    pub reason: String,
}

impl Wire {
    /// The attributes that a message must have, from texts such as `severity=high`; `None` when any will do.
    #[must_use]
    pub fn filter_policy(&self) -> Option<Map> {
        let wanted = self.settings.get("filter")?.as_array()?.iter().filter_map(|item| item.as_str()?.split_once('='));
        let mut policy: BTreeMap<&str, Vec<Expression>> = BTreeMap::new();
        for (name, value) in wanted {
            policy.entry(name.trim()).or_default().push(Expression::from(value.trim()));
        }
        let policy = policy.into_iter().fold(Map::new(), |policy, (name, values)| policy.with(name.to_owned(), values));
        (!policy.is_empty()).then_some(policy)
    }
}

impl Stack {
    /// The node to which a condition belongs: that of the first parameter on which it depends.
    #[must_use]
    pub fn node_of_condition(&self, id: &str) -> Option<NodeId> {
        self.parameters.get(self.conditions.get(id)?.first()?)?.node
    }

    /// The wires of one mechanism.
    pub fn wired(&self, wiring: Wiring) -> impl Iterator<Item = &Wire> {
        self.wires.iter().filter(move |wire| wire.wiring == wiring)
    }

    /// Resource → the wires that wake it, in the order of the diagram.
    #[must_use]
    pub fn wires_by_woken(&self) -> BTreeMap<&str, Vec<&Wire>> {
        let mut wires: BTreeMap<&str, Vec<&Wire>> = BTreeMap::new();
        self.wires.iter().for_each(|wire| wires.entry(wire.woken()).or_default().push(wire));
        wires
    }

    /// The wires that end at a resource.
    pub fn wires_to<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s Wire> {
        self.wires.iter().filter(move |wire| wire.to == id)
    }
}

#[cfg(test)]
pub(crate) mod tests;
