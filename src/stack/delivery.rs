//! Who may hand events to whom: roles of services, permissions of functions, policies of queues and topics.
//!
//! Must not know which mechanism delivers, or how a dialect writes policies.

use std::collections::BTreeMap;

use super::lower::Lowering;
use super::{Expression, Map, Statement, Wire};
use crate::catalog::{Archetype, Wiring};

/// What the platform does on behalf of whoever reads a queue.
pub const READ_QUEUE: [&str; 3] = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
/// What it does with a stream of records.
pub const READ_STREAM: [&str; 5] = [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
];
/// What it does with the changes of a table.
pub const READ_CHANGES: [&str; 3] = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];

/// Services that deliver in the name of a resource.
#[derive(Default)]
pub(super) struct Deliveries {
    /// Owner → role and the service that takes it.
    roles: BTreeMap<String, (String, String)>,
    /// Queue or topic → services and the ARNs in whose name they deliver.
    senders: BTreeMap<String, Vec<(String, Expression)>>,
}

impl<'d> Lowering<'d> {
    /// The service that acts in the name of a resource, if its kind has one.
    pub(super) fn service(&self, id: &str) -> Option<&'d str> {
        self.drawn_of(id)?.kind.service.as_deref()
    }

    /// The ARN of the role that a service takes in the name of `owner`; its rights are those granted to `owner`.
    pub(super) fn role(&mut self, owner: &str, service: &str) -> Expression {
        let known = self.deliveries.roles.get(owner).map(|(role, _)| role.clone());
        let role = known.unwrap_or_else(|| {
            let role = self.helper(owner, "Role", "AWS::IAM::Role", Map::new());
            self.deliveries.roles.insert(owner.to_owned(), (role.clone(), service.to_owned()));
            role
        });
        Expression::Attribute(role, "Arn".to_owned())
    }

    /// The role of a resource whose kind has a service.
    pub(super) fn own_role(&mut self, owner: &str) -> Option<Expression> {
        let service = self.service(owner)?;
        Some(self.role(owner, service))
    }

    /// Lets the role of `owner` hand something to `target`.
    pub(super) fn may_deliver(&mut self, owner: &str, target: &str) {
        let Some(arn) = self.arn(target) else { return };
        let (actions, resource) = match self.archetype(target) {
            Some(Archetype::Function) => (["lambda:InvokeFunction"].as_slice(), arn),
            Some(Archetype::Queue) => (["sqs:SendMessage"].as_slice(), arn),
            Some(Archetype::Topic) => (["sns:Publish"].as_slice(), arn),
            Some(Archetype::Workflow) => (["states:StartExecution"].as_slice(), arn),
            Some(Archetype::Stream) => (["kinesis:PutRecord", "kinesis:PutRecords"].as_slice(), arn),
            Some(Archetype::Sink) => (["firehose:PutRecord", "firehose:PutRecordBatch"].as_slice(), arn),
            Some(Archetype::Bus) => (["events:PutEvents"].as_slice(), arn),
            Some(Archetype::Table) => (["dynamodb:PutItem"].as_slice(), arn),
            Some(Archetype::Bucket) => (["s3:PutObject"].as_slice(), Expression::sub(&format!("${{{target}.Arn}}/*"))),
            _ => return,
        };
        self.allow(owner, actions, vec![resource]);
    }

    /// Adds a right to `owner`.
    pub(super) fn allow(&mut self, owner: &str, actions: &[&str], resources: Vec<Expression>) {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        self.grant(owner, vec![Statement { actions, resources }]);
    }

    /// Lets a service deliver to `target` in the name of `source` without a role; false where only a role will do.
    pub(super) fn admit(&mut self, source: &str, arn: Expression, service: &str, target: &str) -> bool {
        match self.archetype(target) {
            Some(Archetype::Function) => self.permit(source, arn, service, target),
            Some(Archetype::Queue | Archetype::Topic) => {
                let senders = self.deliveries.senders.entry(target.to_owned()).or_default();
                if !senders.iter().any(|sender| *sender == (service.to_owned(), arn.clone())) {
                    senders.push((service.to_owned(), arn));
                }
            }
            _ => return false,
        }
        true
    }

    /// Lets a service invoke a function in the name of `source`.
    pub(super) fn permit(&mut self, source: &str, arn: Expression, service: &str, function: &str) {
        let permission = Map::new()
            .with("Action", "lambda:InvokeFunction")
            .with("FunctionName", Expression::Attribute(function.to_owned(), "Arn".to_owned()))
            .with("Principal", service)
            .with("SourceArn", arn);
        self.helper(source, &format!("{function}Permission"), "AWS::Lambda::Permission", permission);
    }

    /// Whoever may change a resource that works with a role hands it that role, and has to know it.
    pub(super) fn handed_roles(&mut self) {
        let hands_role = |wire: &&Wire| {
            let takes = self.drawn_of(&wire.to).is_some_and(|drawn| drawn.kind.takes_role);
            wire.wiring == Wiring::Call && takes && self.has_own_role(&wire.from)
        };
        for wire in self.stack.wires.iter().filter(hands_role).cloned().collect::<Vec<_>>() {
            let Some(role) = self.own_role(&wire.to) else { continue };
            self.allow(&wire.from, &["iam:PassRole"], vec![role.clone()]);
            if self.archetype(&wire.from) == Some(Archetype::Function) {
                self.variable(&wire.from, &wire.to, "ROLE_ARN", role);
                let target = self
                    .stack
                    .wires
                    .iter()
                    .find(|other| other.from == wire.to && other.wiring == Wiring::ScheduleTarget);
                // A function learns its own ARN from its context; to name itself would be a circle.
                let target = target.filter(|target| target.to != wire.from);
                if let Some(arn) = target.and_then(|target| self.arn(&target.to)) {
                    self.variable(&wire.from, &wire.to, "TARGET_ARN", arn);
                }
            }
        }
    }

    /// Writes the roles with what was granted to their owners, and the policies of queues and topics.
    pub(super) fn deliveries(&mut self) {
        self.merge_grants();
        let owners = self.stack.grants.keys().filter(|owner| !self.has_own_role(owner));
        let owners: Vec<String> = owners.cloned().collect();
        owners.iter().for_each(|owner| drop(self.own_role(owner)));
        for (owner, (role, service)) in std::mem::take(&mut self.deliveries.roles) {
            let statements = self.stack.grants.remove(&owner).unwrap_or_default();
            if let Some(resource) = self.stack.resources.get_mut(&role) {
                resource.properties = role_properties(&service, &statements);
            }
        }
        for (target, senders) in std::mem::take(&mut self.deliveries.senders) {
            self.policy(&target, &senders);
        }
    }

    /// The ARN of the role with this logical id, if it is one that a service takes.
    pub(super) fn role_named(&self, role: &str) -> Option<Expression> {
        let mut roles = self.deliveries.roles.values();
        roles.any(|(id, _)| id == role).then(|| Expression::Attribute(role.to_owned(), "Arn".to_owned()))
    }

    /// Whether a dialect gives the resource a role by itself.
    fn has_own_role(&self, id: &str) -> bool {
        self.archetype(id).is_some_and(super::lower::has_role)
    }

    fn policy(&mut self, target: &str, senders: &[(String, Expression)]) {
        let Some(arn) = self.arn(target) else { return };
        let is_queue = self.archetype(target) == Some(Archetype::Queue);
        let (action, type_name, key) = if is_queue {
            ("sqs:SendMessage", "AWS::SQS::QueuePolicy", "Queues")
        } else {
            ("sns:Publish", "AWS::SNS::TopicPolicy", "Topics")
        };
        let statement = |(service, source): &(String, Expression)| -> Expression {
            Map::new()
                .with("Effect", "Allow")
                .with("Principal", Map::new().with("Service", service.as_str()))
                .with("Action", action)
                .with("Resource", arn.clone())
                .with("Condition", Map::new().with("ArnEquals", Map::new().with("aws:SourceArn", source.clone())))
                .into()
        };
        let statements: Vec<Expression> = senders.iter().map(statement).collect();
        let document = Map::new().with("Version", "2012-10-17").with("Statement", statements);
        let properties =
            Map::new().with(key, vec![Expression::Ref(target.to_owned())]).with("PolicyDocument", document);
        self.helper(target, "Policy", type_name, properties);
    }
}

/// A role that a service takes for resources of this account only.
fn role_properties(service: &str, statements: &[Statement]) -> Map {
    let account = Map::new().with("aws:SourceAccount", Expression::Ref("AWS::AccountId".to_owned()));
    let trust = Map::new()
        .with("Effect", "Allow")
        .with("Principal", Map::new().with("Service", service))
        .with("Action", "sts:AssumeRole")
        .with("Condition", Map::new().with("StringEquals", account));
    let document = |statements: Vec<Expression>| Map::new().with("Version", "2012-10-17").with("Statement", statements);
    let properties = Map::new().with("AssumeRolePolicyDocument", document(vec![trust.into()]));
    if statements.is_empty() {
        return properties;
    }
    let statements = statements.iter().map(|statement| Expression::from(statement.document())).collect();
    let policy = Map::new().with("PolicyName", "own").with("PolicyDocument", document(statements));
    properties.with("Policies", vec![policy.into()])
}
