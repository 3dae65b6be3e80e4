//! Topics, rules, schedules and device rules: what each adds to the resources for one of its arrows.
//!
//! Must not know how a dialect says a mechanism.

use super::drawn::Drawn;
use super::lower::Lowering;
use super::pipes::PIPES;
use super::properties::put;
use super::{Code, Expression, Map, Severity, Wire};
use crate::catalog::Archetype;
use crate::catalog::kind::PropertyPath;

/// The service behind event rules.
const EVENTS: &str = "events.amazonaws.com";
/// Most targets of one event rule.
const MOST_TARGETS: usize = 5;
/// The service behind topics.
const TOPICS: &str = "sns.amazonaws.com";
/// The service behind rules about messages of devices.
const DEVICES: &str = "iot.amazonaws.com";

impl Lowering<'_> {
    /// Puts a value at a path such as `Target.Arn` into the properties of a resource.
    pub(super) fn set(&mut self, id: &str, path: &str, value: impl Into<Expression>) {
        if let Some(path) = PropertyPath::parse(path) {
            self.put_at(id, &path, value.into());
        }
    }

    /// Puts a value at a place among the properties of a resource.
    pub(super) fn put_at(&mut self, id: &str, path: &PropertyPath, value: Expression) {
        if let Some(resource) = self.stack.resources.get_mut(id) {
            let mut properties = Expression::Map(std::mem::take(&mut resource.properties));
            put(&mut properties, path, value);
            if let Expression::Map(map) = properties {
                resource.properties = map;
            }
        }
    }

    /// Adds a value to the list at a path of one or two keys.
    pub(super) fn push(&mut self, id: &str, path: &[&str], value: Expression) {
        let Some(resource) = self.stack.resources.get_mut(id) else { return };
        let mut place = resource.properties.entry(path[0].to_owned());
        for key in &path[1..] {
            if !matches!(place, Expression::Map(_)) {
                *place = Map::new().into();
            }
            let Expression::Map(map) = place else { return };
            place = map.entry((*key).to_owned());
        }
        match place {
            Expression::List(items) => items.push(value),
            other => *other = vec![value].into(),
        }
    }

    fn property(&self, id: &str, key: &str) -> Option<&Expression> {
        self.stack.resources.get(id)?.properties.get(key)
    }

    /// Whether a queue or topic keeps the order of its messages.
    pub(super) fn is_fifo(&self, id: &str) -> bool {
        let properties = self.stack.resources.get(id).map(|resource| &resource.properties);
        let on = |key| properties.and_then(|map| map.get(key)) == Some(&Expression::Bool(true));
        on("FifoQueue") || on("FifoTopic")
    }

    // --- topics ---

    /// A queue subscribes by a resource of its own; a function by an event that the dialect writes.
    pub(super) fn subscription(&mut self, wire: &Wire) {
        if self.archetype(&wire.to) != Some(Archetype::Queue) {
            return;
        }
        if self.is_fifo(&wire.to) && !self.is_fifo(&wire.from) {
            let (topic, queue) = (self.name_of(&wire.from), self.name_of(&wire.to));
            let message =
                format!("{topic} is a standard topic and cannot feed the FIFO queue {queue}; make both FIFO.");
            self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
        }
        let Some(endpoint) = self.arn(&wire.to) else { return };
        let mut subscription = Map::new()
            .with("TopicArn", Expression::Ref(wire.from.clone()))
            .with("Protocol", "sqs")
            .with("Endpoint", endpoint)
            .with("RawMessageDelivery", wire.is_on("raw"));
        if let Some(policy) = wire.filter_policy() {
            subscription.put("FilterPolicy", policy);
        }
        let id = self.helper(&wire.from, &format!("To{}", wire.to), "AWS::SNS::Subscription", subscription);
        self.helper_of(wire, &id);
        let topic = Expression::Ref(wire.from.clone());
        self.admit(&wire.from, topic, TOPICS, &wire.to);
    }

    /// Remembers the resource that a wire needs beside its ends.
    pub(super) fn helper_of(&mut self, wire: &Wire, id: &str) {
        let same = self.stack.wires.iter_mut().find(|other| other.edge == wire.edge);
        same.into_iter().for_each(|other| other.helper = Some(id.to_owned()));
    }

    /// People are subscribed where the arrow says an address; otherwise somebody has to do it while the stack runs.
    pub(super) fn people(&mut self, from: &Drawn<'_>, to: &Drawn<'_>, settings: &Wire) {
        let Some(topic) = from.deployed() else { return };
        let (protocol, address) = (settings.text("protocol"), settings.text("address"));
        if address.is_empty() {
            let reason = if protocol == "application" {
                "Devices cannot be subscribed before they are there; the app does it when it starts."
            } else {
                "No address is set, so nobody is subscribed yet; set one, or subscribe people while it runs."
            };
            return self.leave_out(from, to, reason.to_owned());
        }
        let mut subscription = Map::new()
            .with("TopicArn", Expression::Ref(topic.to_owned()))
            .with("Protocol", protocol)
            .with("Endpoint", address);
        if let Some(policy) = settings.filter_policy() {
            subscription.put("FilterPolicy", policy);
        }
        self.helper(topic, "Subscription", "AWS::SNS::Subscription", subscription);
    }

    // --- rules ---

    /// A rule listens to a bus, or to what a bucket tells the account's own bus.
    pub(super) fn rule_source(&mut self, wire: &Wire) {
        if self.archetype(&wire.from) != Some(Archetype::Bucket) {
            self.set(&wire.to, "EventBusName", Expression::Ref(wire.from.clone()));
            return;
        }
        self.set(&wire.from, "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", true);
        let bucket = Map::new().with("name", vec![Expression::Ref(wire.from.clone())]);
        let mut detail = Map::new().with("bucket", bucket);
        if let Some(key) = key_pattern(wire.text("prefix"), wire.text("suffix")) {
            detail.put("object", Map::new().with("key", vec![key.into()]));
        }
        let pattern = Map::new()
            .with("source", vec!["aws.s3".into()])
            .with("detail-type", vec![wire.text("detail_type").into()])
            .with("detail", detail);
        self.set(&wire.to, "EventPattern", pattern);
    }

    /// A rule's target; a bus has a rule of its own for each of its arrows.
    pub(super) fn rule_target(&mut self, wire: &Wire) {
        let is_rule = self.service(&wire.from).is_some();
        let rule = if is_rule { wire.from.clone() } else { self.rule_between(wire) };
        let Some(arn) = self.arn(&wire.to) else { return };
        let mut target = Map::new().with("Id", wire.to.as_str()).with("Arn", arn);
        let own = Expression::Attribute(rule.clone(), "Arn".to_owned());
        if !self.admit(&rule, own, EVENTS, &wire.to) {
            target.put("RoleArn", self.role(&rule, EVENTS));
            self.may_deliver(&rule, &wire.to);
        }
        if self.is_fifo(&wire.to) {
            target.put("SqsParameters", Map::new().with("MessageGroupId", wire.from.as_str()));
        }
        self.push(&rule, &["Targets"], target.into());
    }

    fn rule_between(&mut self, wire: &Wire) -> String {
        let texts =
            |key: &str| wire.settings.get(key).and_then(serde_json::Value::as_array).filter(|all| !all.is_empty());
        let mut pattern = Map::new();
        for (key, name) in [("sources", "source"), ("detail_types", "detail-type")] {
            let items = texts(key).into_iter().map(|items| items.iter().map(Expression::literal).collect::<Vec<_>>());
            items.for_each(|items| pattern.put(name, items));
        }
        let pattern = if pattern.is_empty() { every_event() } else { pattern };
        let rule = Map::new().with("EventBusName", Expression::Ref(wire.from.clone())).with("EventPattern", pattern);
        let id = self.helper(&wire.from, &format!("To{}", wire.to), "AWS::Events::Rule", rule);
        self.helper_of(wire, &id);
        id
    }

    /// A rule that says nothing of its events takes them all; one that hands them to nobody does nothing.
    pub(super) fn rules(&mut self) {
        let rules: Vec<String> = self
            .stack
            .resources
            .iter()
            .filter(|(id, resource)| {
                resource.archetype == Archetype::Bus && !resource.is_helper && self.service(id).is_some()
            })
            .map(|(id, _)| id.clone())
            .collect();
        for rule in rules {
            match self.service(&rule) {
                Some(EVENTS) => self.rule(&rule),
                Some(DEVICES) => self.device_rule(&rule),
                _ => {}
            }
        }
    }

    fn rule(&mut self, rule: &str) {
        if self.property(rule, "EventPattern").is_none() {
            self.set(rule, "EventPattern", every_event());
        }
        match self.property(rule, "Targets") {
            Some(Expression::List(targets)) if targets.len() > MOST_TARGETS => {
                let why = format!("has {} targets, and can have {MOST_TARGETS}; draw a second rule.", targets.len());
                self.idle(rule, &why);
            }
            Some(_) => {}
            None => self.idle(rule, "hands events to nobody; draw an arrow to a target."),
        }
    }

    fn device_rule(&mut self, rule: &str) {
        let payload = self.property(rule, "TopicRulePayload");
        if !matches!(payload, Some(Expression::Map(payload)) if payload.get("Actions").is_some()) {
            self.set(rule, "TopicRulePayload.Actions", Vec::new());
            self.idle(rule, "hands messages to nobody; draw an arrow to a target.");
        }
    }

    pub(super) fn idle(&mut self, id: &str, why: &str) {
        let message = format!("{} {why}", self.name_of(id));
        self.problem_of(Severity::Error, Code::MissingSetting, id, message);
    }

    // --- schedules ---

    /// A schedule has one target; those of a group get theirs when they are made.
    pub(super) fn schedule_target(&mut self, wire: &Wire) {
        let Some(role) = self.own_role(&wire.from) else { return };
        self.may_deliver(&wire.from, &wire.to);
        if self.drawn_of(&wire.from).is_some_and(|drawn| drawn.kind.takes_role) {
            return;
        }
        if matches!(self.property(&wire.from, "Target"), Some(Expression::Map(target)) if target.get("Arn").is_some()) {
            let message =
                format!("{} runs two targets, and can run one; draw a second schedule.", self.name_of(&wire.from));
            self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
            return;
        }
        let Some(arn) = self.arn(&wire.to) else { return };
        self.set(&wire.from, "Target.Arn", arn);
        self.set(&wire.from, "Target.RoleArn", role);
        if self.is_fifo(&wire.to) {
            self.set(&wire.from, "Target.SqsParameters.MessageGroupId", wire.from.as_str());
        }
        match self.archetype(&wire.to) {
            Some(Archetype::Stream) => {
                self.set(&wire.from, "Target.KinesisParameters.PartitionKey", wire.from.as_str());
            }
            Some(Archetype::Bus) => {
                let event = Map::new().with("Source", wire.text("source")).with("DetailType", wire.text("detail_type"));
                self.set(&wire.from, "Target.EventBridgeParameters", event);
            }
            _ => {}
        }
    }

    /// A schedule without a target cannot be made.
    pub(super) fn schedules(&mut self) {
        let idle: Vec<String> = self
            .stack
            .resources
            .iter()
            .filter(|(_, resource)| resource.archetype == Archetype::Schedule && !resource.is_helper)
            .filter(|(_, resource)| {
                matches!(resource.properties.get("Target"), Some(Expression::Map(target)) if target.get("Arn").is_none())
            })
            .map(|(id, _)| id.clone())
            .collect();
        idle.iter().for_each(|id| self.idle(id, "runs nothing; draw an arrow to what it runs."));
    }

    // --- devices ---

    /// What a rule about messages of devices does with them.
    pub(super) fn rule_action(&mut self, wire: &Wire) {
        let to = |id: &str| Expression::Ref(id.to_owned());
        let Some(arn) = self.arn(&wire.to) else { return };
        let archetype = self.archetype(&wire.to);
        if archetype == Some(Archetype::Function) {
            let own = Expression::Attribute(wire.from.clone(), "Arn".to_owned());
            self.permit(&wire.from, own, DEVICES, &wire.to);
            let action = Map::new().with("Lambda", Map::new().with("FunctionArn", arn));
            self.push(&wire.from, &["TopicRulePayload", "Actions"], action.into());
            return;
        }
        let part = |key: &str| Expression::from(wire.text(key));
        let (name, action) = match archetype {
            Some(Archetype::Queue) => ("Sqs", Map::new().with("QueueUrl", to(&wire.to)).with("UseBase64", false)),
            Some(Archetype::Topic) => ("Sns", Map::new().with("TargetArn", arn).with("MessageFormat", "RAW")),
            Some(Archetype::Stream) => {
                ("Kinesis", Map::new().with("StreamName", to(&wire.to)).with("PartitionKey", part("partition_key")))
            }
            Some(Archetype::Sink) => {
                ("Firehose", Map::new().with("DeliveryStreamName", to(&wire.to)).with("Separator", "\n"))
            }
            Some(Archetype::Table) => {
                ("DynamoDBv2", Map::new().with("PutItem", Map::new().with("TableName", to(&wire.to))))
            }
            Some(Archetype::Bucket) => ("S3", Map::new().with("BucketName", to(&wire.to)).with("Key", part("key"))),
            Some(Archetype::Workflow) => {
                let name = Expression::Attribute(wire.to.clone(), "Name".to_owned());
                ("StepFunctions", Map::new().with("StateMachineName", name))
            }
            _ => return,
        };
        let role = self.role(&wire.from, DEVICES);
        self.may_deliver(&wire.from, &wire.to);
        let action = Map::new().with(name, action.with("RoleArn", role));
        self.push(&wire.from, &["TopicRulePayload", "Actions"], action.into());
    }

    // --- what could not be delivered ---

    /// What a topic could not deliver is kept for each of its subscribers; without one, nothing is.
    fn check_subscribers(&mut self, wire: &Wire) {
        let feeds = |other: &&Wire| other.from == wire.from;
        if self.stack.wired(crate::catalog::Wiring::Subscription).find(feeds).is_none() {
            let (topic, queue) = (self.name_of(&wire.from), self.name_of(&wire.to));
            let message = format!(
                "{topic} delivers to no function or queue, so nothing ever reaches {queue}; draw an arrow to a subscriber."
            );
            self.problem_of(Severity::Warning, Code::IdleArrow, &wire.from, message);
        }
    }

    /// Where rules, schedules and topics keep what they could not deliver.
    pub(super) fn undelivered(&mut self, wire: &Wire) {
        let Some(arn) = self.arn(&wire.to) else { return };
        match self.archetype(&wire.from) {
            Some(Archetype::Schedule) => {
                self.own_role(&wire.from);
                self.may_deliver(&wire.from, &wire.to);
                self.set(&wire.from, "Target.DeadLetterConfig.Arn", arn);
            }
            Some(Archetype::Topic) => {
                self.admit(&wire.from, Expression::Ref(wire.from.clone()), TOPICS, &wire.to);
                let fed =
                    |other: &&mut Wire| other.from == wire.from && other.wiring == crate::catalog::Wiring::Subscription;
                let mut helpers = Vec::new();
                for other in self.stack.wires.iter_mut().filter(fed) {
                    other.on_failure = Some(wire.to.clone());
                    helpers.extend(other.helper.clone());
                }
                helpers.iter().for_each(|id| self.set(id, "RedrivePolicy.deadLetterTargetArn", arn.clone()));
                self.check_subscribers(wire);
            }
            // What a pipe keeps depends on its source, which is not known yet.
            _ if self.service(&wire.from) == Some(PIPES) => {}
            _ => {
                let own = Expression::Attribute(wire.from.clone(), "Arn".to_owned());
                self.admit(&wire.from, own, EVENTS, &wire.to);
                let Some(rule) = self.stack.resources.get_mut(&wire.from) else { return };
                let Expression::List(targets) = rule.properties.entry("Targets") else { return };
                for target in targets {
                    if let Expression::Map(target) = target {
                        target.put("DeadLetterConfig", Map::new().with("Arn", arn.clone()));
                    }
                }
            }
        }
    }
}

/// A pattern that every event of the account matches.
fn every_event() -> Map {
    Map::new().with("account", vec![Expression::Ref("AWS::AccountId".to_owned())])
}

/// What the key of an object must look like; `None` when it may be anything.
fn key_pattern(prefix: &str, suffix: &str) -> Option<Map> {
    let literal = |text: &str| text.replace('\\', "\\\\").replace('*', "\\*");
    match (prefix, suffix) {
        ("", "") => None,
        (prefix, "") => Some(Map::new().with("prefix", prefix)),
        ("", suffix) => Some(Map::new().with("suffix", suffix)),
        (prefix, suffix) => Some(Map::new().with("wildcard", format!("{}*{}", literal(prefix), literal(suffix)))),
    }
}
