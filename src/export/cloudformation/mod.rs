//! Plain CloudFormation: one `template.yaml` that says all of what SAM would add by itself — roles, permissions, mappings,
//! stages, deployments — with definitions, handlers, and a page that says how code gets to where it is deployed from.
//!
//! Must not know the diagram or any kind by name.

mod apis;
mod arrows;
mod guards;
mod guide;
mod http;
mod rest;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use super::sam::TRANSFORM;
use super::template::{Template, put_unless_empty, put_variables, substitutions};
use super::{Ownership, Project, handlers, texts};
use crate::catalog::Dialect;
use crate::stack::{Expression, Map, Stack, Statement};

const FUNCTION: &str = "AWS::Lambda::Function";
const STATE_MACHINE: &str = "AWS::StepFunctions::StateMachine";
const REST_API: &str = "AWS::ApiGateway::RestApi";
const SOCKET_OR_HTTP_API: &str = "AWS::ApiGatewayV2::Api";

/// Properties of a function that SAM alone acts on; the events and rights that were drawn are resources here.
const ONLY_SAM_FUNCTION: [&str; 20] = [
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CodeUri",
    "Connectors",
    "DeadLetterQueue",
    "DeploymentPreference",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "ImageUri",
    "InlineCode",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "RolePath",
    "Tags",
    "VersionDescription",
];

/// Properties of a workflow that SAM alone acts on.
const ONLY_SAM_STATE_MACHINE: [&str; 11] = [
    "AutoPublishAlias",
    "Definition",
    "DefinitionUri",
    "DeploymentPreference",
    "Events",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "RolePath",
    "Tags",
    "UseAliasAsEventTarget",
];

/// The CloudFormation project of a stack.
#[must_use]
pub fn cloudformation(stack: &Stack) -> Project {
    let (text, template) = printed(stack);
    let mut project = Project { left_out: template.left_out, owners: template.owners, ..Project::default() };
    project.put("template.yaml", text, Ownership::Owned);
    project.put_code(stack);
    project.put("README.md", texts::readme(stack, &guide::guide(stack)), Ownership::Owned);
    project
}

/// The text of the template of a stack, and the rest of the template.
pub(super) fn printed(stack: &Stack) -> (String, Template<'_>) {
    let mut template = template(stack);
    // Somebody named a type of SAM in full; CloudFormation takes it with this line, and not without.
    let transform = template.entries.values().any(|entry| entry.type_name.starts_with("AWS::Serverless::"));
    (template.text(transform.then_some(TRANSFORM), Map::new()), template)
}

/// The template of a stack.
pub(super) fn template(stack: &Stack) -> Template<'_> {
    let mut plain = Plain::new(stack);
    plain.functions();
    plain.workflows();
    plain.apis();
    plain.arrows();
    plain.deployments();
    plain.roles();
    plain.template
}

/// A template that is being put together.
struct Plain<'s> {
    template: Template<'s>,
    /// The functions that this dialect gives code and a role.
    functions: BTreeSet<String>,
    /// Function or workflow → its role.
    roles: BTreeMap<String, String>,
    /// Function or workflow → what its role may do.
    statements: BTreeMap<String, Vec<Statement>>,
    /// API of requests → what is known of it so far.
    apis: BTreeMap<String, apis::Api>,
}

impl<'s> Plain<'s> {
    fn new(stack: &'s Stack) -> Self {
        Self {
            template: Template::new(stack, Dialect::CloudFormation, "CloudFormation"),
            functions: BTreeSet::new(),
            roles: BTreeMap::new(),
            statements: BTreeMap::new(),
            apis: BTreeMap::new(),
        }
    }

    /// Code, role and environment of the functions that were drawn.
    fn functions(&mut self) {
        let stack = self.template.stack;
        for (id, code) in &stack.code {
            if self.template.type_of(id) != FUNCTION {
                continue;
            }
            let role = self.role_of(id);
            let own = self.taken_over(id, &ONLY_SAM_FUNCTION);
            let place = if handlers::is_compiled(code) { handlers::built(code) } else { code.folder.clone() };
            let mut properties = Map::new().with("Code", place).with("Role", role);
            for (key, value) in own {
                match &*key {
                    "Tracing" => properties.put("TracingConfig", Map::new().with("Mode", value)),
                    _ => properties.put(key, value),
                }
            }
            put_variables(&mut properties, stack, id);
            self.functions.insert(id.clone());
            self.put(id, properties);
        }
    }

    /// Definition and role of the workflows that were drawn.
    fn workflows(&mut self) {
        let stack = self.template.stack;
        for id in stack.definitions.keys() {
            if self.template.type_of(id) != STATE_MACHINE {
                continue;
            }
            let role = self.role_of(id);
            let own = self.taken_over(id, &ONLY_SAM_STATE_MACHINE);
            let mut properties = Map::new().with("DefinitionS3Location", texts::definition_path(id));
            put_unless_empty(&mut properties, "DefinitionSubstitutions", substitutions(stack, id));
            properties.put("RoleArn", role);
            for (key, value) in own {
                let key = match &*key {
                    "Name" => "StateMachineName".into(),
                    "Type" => "StateMachineType".into(),
                    "Tracing" => "TracingConfiguration".into(),
                    "Logging" => "LoggingConfiguration".into(),
                    _ => key,
                };
                properties.put(key, value);
            }
            self.put(id, properties);
        }
    }

    fn put(&mut self, id: &str, properties: Map) {
        if let Some(place) = self.template.properties(id) {
            *place = properties;
        }
    }

    /// The properties of a resource without those that only SAM knows, each of which is told.
    fn taken_over(&mut self, id: &str, only_sam: &[&str]) -> Map {
        let Some(properties) = self.template.properties(id) else { return Map::new() };
        let mut own = std::mem::take(properties);
        for key in only_sam {
            if own.remove(key).is_some() {
                self.only_sam(id, key);
            }
        }
        own
    }

    fn only_sam(&mut self, id: &str, key: &str) {
        let reason =
            format!("{key} is a property that SAM alone acts on; write what it stands for into the template by hand.");
        self.template.leave_out(id, reason);
    }
}

/// A policy document of these statements.
fn document(statements: Vec<Expression>) -> Map {
    Map::new().with("Version", "2012-10-17").with("Statement", statements)
}
