//! Roles of functions and workflows, with the rights that were drawn and those that their running needs; who may invoke.
//!
//! Must not know which arrow asked for a right.

use std::collections::BTreeMap;

use super::super::events::{arn, reference};
use super::{FUNCTION, Plain, document};
use crate::diagram::NodeId;
use crate::stack::{Expression, Map, Statement, merged};

/// AWS's own policy for functions in a network of one's own: their interfaces have no name beforehand.
const NETWORK_POLICY: &str = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";

/// What sending segments to X-Ray needs; none of it can be confined to a resource.
const SEND_SEGMENTS: [&str; 2] = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
/// What sampling needs beside it, for those who decide what is sampled.
const SAMPLE: [&str; 2] = ["xray:GetSamplingRules", "xray:GetSamplingTargets"];

impl Plain<'_> {
    /// The ARN of the role of a function or workflow; its rights are written last.
    pub(super) fn role_of(&mut self, id: &str) -> Expression {
        let known = self.roles.get(id).cloned();
        let role = known.unwrap_or_else(|| self.template.add(id, &format!("{id}Role"), "AWS::IAM::Role", Map::new()));
        self.roles.insert(id.to_owned(), role.clone());
        arn(&role)
    }

    /// Adds a right to the role of a function or workflow.
    pub(super) fn allow(&mut self, id: &str, actions: &[&str], resource: Expression) {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        let statements = self.statements.entry(id.to_owned()).or_default();
        statements.push(Statement { actions, resources: vec![resource] });
    }

    /// Lets a service invoke a function on behalf of `source`; returns the permission. `limits` say in whose name.
    pub(super) fn permit(&mut self, source: &str, function: &str, service: &str, limits: Map) -> String {
        let permission = Map::new()
            .with("Action", "lambda:InvokeFunction")
            .with("FunctionName", arn(function))
            .with("Principal", service)
            .with_all(limits);
        self.template.add(source, &format!("{source}{function}Permission"), "AWS::Lambda::Permission", permission)
    }

    /// Writes every role, and what lets a function write its logs.
    pub(super) fn roles(&mut self) {
        let stack = self.template.stack;
        let groups = self.log_groups();
        for (id, role) in self.roles.clone() {
            let mut statements = self.statements.remove(&id).unwrap_or_default();
            statements.extend(stack.grants.get(&id).into_iter().flatten().cloned());
            statements.extend(self.tracing(&id));
            let is_function = self.template.type_of(&id) == FUNCTION;
            let service = if is_function { "lambda.amazonaws.com" } else { "states.amazonaws.com" };
            let mut properties = Map::new().with("AssumeRolePolicyDocument", trust(service, !is_function));
            let in_network = self.template.properties(&id).is_some_and(|own| own.get("VpcConfig").is_some());
            if in_network {
                properties.put("ManagedPolicyArns", vec![Expression::sub(NETWORK_POLICY)]);
            }
            let statements: Vec<Expression> =
                merged(statements).iter().map(|statement| statement.document().into()).collect();
            if !statements.is_empty() {
                let policy = Map::new().with("PolicyName", "own").with("PolicyDocument", document(statements));
                properties.put("Policies", vec![policy.into()]);
            }
            self.put(&role, properties);
            // Logs of workflows are delivered to them; functions write their own.
            let own = stack.resources.get(&id).filter(|_| is_function);
            if let Some(group) = own.and_then(|resource| groups.get(&resource.node)) {
                self.logs(&id, &role, group);
            }
        }
    }

    /// Node → the log group that serves it.
    fn log_groups(&self) -> BTreeMap<NodeId, String> {
        let helpers = self.template.stack.resources.iter().filter(|(_, resource)| resource.is_helper);
        let groups = helpers.filter(|(id, _)| self.template.type_of(id) == "AWS::Logs::LogGroup");
        groups.map(|(id, resource)| (resource.node, id.clone())).collect()
    }

    fn tracing(&mut self, id: &str) -> Option<Statement> {
        let own = self.template.properties(id)?;
        let is = |key: &str, part: &str, value: &Expression| matches!(own.get(key), Some(Expression::Map(map)) if map.get(part) == Some(value));
        let actions: Vec<&str> = if is("TracingConfig", "Mode", &"Active".into()) {
            SEND_SEGMENTS.to_vec()
        } else if is("TracingConfiguration", "Enabled", &true.into()) {
            [SAMPLE, SEND_SEGMENTS].concat()
        } else {
            return None;
        };
        Some(Statement { actions: actions.into_iter().map(str::to_owned).collect(), resources: vec!["*".into()] })
    }

    /// The right to write into a function's own log group. The group is named after the function, and the function needs
    /// its role first, so this is a policy of its own; it does not allow making a group, so none without retention appears.
    fn logs(&mut self, id: &str, role: &str, group: &str) {
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"].map(str::to_owned).to_vec();
        let statement = Statement { actions, resources: vec![arn(group)] };
        let policy = Map::new()
            .with("PolicyName", "logs")
            .with("PolicyDocument", document(vec![statement.document().into()]))
            .with("Roles", vec![reference(role)]);
        self.template.add(id, &format!("{id}LogsPolicy"), "AWS::IAM::Policy", policy);
    }
}

/// Who takes a role: a service, for resources of this account where the service says for which it does.
fn trust(service: &str, says_account: bool) -> Map {
    let mut statement = Map::new()
        .with("Effect", "Allow")
        .with("Principal", Map::new().with("Service", service))
        .with("Action", "sts:AssumeRole");
    if says_account {
        let account = Map::new().with("aws:SourceAccount", reference("AWS::AccountId"));
        statement.put("Condition", Map::new().with("StringEquals", account));
    }
    document(vec![statement.into()])
}
