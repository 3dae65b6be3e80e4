//! Arrows become wires: what each mechanism adds to the resources, and what it means for failures.
//!
//! Must not know how a dialect says a mechanism.

use super::drawn::Drawn;
use super::lower::Lowering;
use super::properties::{settings, shown};
use super::{Asynchronous, Code, Expression, LeftOut, Map, Severity, Wire, handles};
use crate::catalog::{Archetype, Wiring};
use crate::diagram::{Edge, EdgeId, NodeId};

impl Lowering<'_> {
    /// Every arrow, then what follows from several of them.
    pub(super) fn arrows(&mut self) {
        for (id, edge) in self.diagram.edges() {
            self.arrow(*id, edge);
        }
        for at in 0..self.stack.wires.len() {
            if !is_complete(&self.stack.wires[at]) {
                self.wire(&self.stack.wires[at].clone());
            }
        }
        // What is lost can be kept only once it is known what goes where.
        let kept = |wire: &&Wire| matches!(wire.wiring, Wiring::DeadLetter | Wiring::Destination);
        for wire in self.stack.wires.iter().filter(kept).cloned().collect::<Vec<_>>() {
            match wire.wiring {
                Wiring::DeadLetter if self.archetype(&wire.from) == Some(Archetype::Queue) => {
                    self.redrive(&wire.from, &wire);
                }
                Wiring::DeadLetter => self.undelivered(&wire),
                Wiring::Destination => self.destination(&wire),
                _ => {}
            }
        }
    }

    /// What one arrow adds by itself.
    fn wire(&mut self, wire: &Wire) {
        match wire.wiring {
            Wiring::Route => self.socket_route(wire),
            Wiring::EventSourceMapping => self.mapping(wire),
            Wiring::Authorizer => self.client_of(wire),
            Wiring::AuthorizerFunction => self.check_identity(wire),
            Wiring::Subscription => self.subscription(wire),
            Wiring::RuleSource => self.rule_source(wire),
            Wiring::RuleTarget => self.rule_target(wire),
            Wiring::ScheduleTarget => self.schedule_target(wire),
            Wiring::StreamConsumer => self.stream_consumer(wire),
            Wiring::Delivery => self.delivery(wire),
            Wiring::Transform => self.transform(wire),
            Wiring::RuleAction => self.rule_action(wire),
            Wiring::AlarmAction => self.alarm_action(wire),
            Wiring::Crawl => self.crawl(wire),
            Wiring::Layer => self.uses_layer(wire),
            Wiring::Notification
            | Wiring::WorkflowTask
            | Wiring::Origin
            | Wiring::DeadLetter
            | Wiring::Destination
            | Wiring::Call
            | Wiring::UserPoolTrigger
            | Wiring::BotHook
            | Wiring::PipeEnd
            | Wiring::Resolver
            | Wiring::Watch
            | Wiring::Query => {}
        }
    }

    /// What was drawn and does nothing.
    pub(super) fn idle_resources(&mut self) {
        self.rules();
        self.schedules();
        self.destinations();
        self.alarms();
    }

    fn arrow(&mut self, id: EdgeId, edge: &Edge) {
        let (Some(from), Some(to)) = (self.drawn(edge.from), self.drawn(edge.to)) else { return };
        let capability = match self.catalog.connection(from.kind, to.kind, Some(edge.relation)) {
            Ok(capability) => capability,
            Err(refusal) => {
                self.problem(Severity::Error, Code::ImpossibleArrow, edge.from, refusal.to_string());
                return self.leave_out(from, to, refusal.to_string());
            }
        };
        let told = || told(from, to);
        let settings = settings(&capability.fields, &edge.settings, &from.node.name, &told, &mut self.problems);
        if capability.wiring == Wiring::Call {
            self.call(edge, from, to);
        }
        let owned = |id: Option<&str>| id.map(str::to_owned).unwrap_or_default();
        let wire = Wire {
            edge: id,
            wiring: capability.wiring,
            from: owned(from.deployed()),
            to: owned(to.deployed()),
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect(),
            on_failure: None,
            helper: None,
        };
        self.beyond(edge, from, to, &wire);
        if from.deployed().is_some() && to.deployed().is_some() {
            self.stack.wires.push(wire);
        }
    }

    /// What an arrow says whose other end may not be deployed.
    fn beyond(&mut self, edge: &Edge, from: &Drawn<'_>, to: &Drawn<'_>, wire: &Wire) {
        match wire.wiring {
            Wiring::Subscription if to.deployed().is_none() => self.people(from, to, wire),
            Wiring::Watch => self.watch(edge, wire),
            Wiring::Query => {
                let reason = "Nothing is deployed for it: who asks for the rows needs the right to read them.";
                self.leave_out(from, to, reason.to_owned());
            }
            _ => {}
        }
    }

    /// Says why an arrow is not deployed.
    pub(super) fn leave_out(&mut self, from: &Drawn<'_>, to: &Drawn<'_>, reason: String) {
        self.stack.left_out.push(LeftOut { subject: told(from, to), reason });
    }

    pub(super) fn archetype(&self, id: &str) -> Option<Archetype> {
        self.stack.resources.get(id).map(|resource| resource.archetype)
    }

    /// The node that a resource is, or that it serves.
    pub(super) fn node_of(&self, id: &str) -> Option<NodeId> {
        self.stack.resources.get(id).map(|resource| resource.node)
    }

    /// A setting that the archetype of a node gives a meaning to, such as `timeout_s`.
    fn parameter(&self, id: &str, parameter: &str) -> Option<i64> {
        let drawn = self.drawn_of(id)?;
        drawn.settings.get(drawn.kind.parameters.get(parameter)?.as_str())?.as_i64()
    }

    /// A mapping asks something of its source: a table must have a stream, a queue must wait long enough.
    fn mapping(&mut self, wire: &Wire) {
        match self.archetype(&wire.from) {
            Some(Archetype::Table) => self.add_stream(&wire.from),
            Some(Archetype::Queue) => self.check_visibility(wire),
            _ => {}
        }
    }

    pub(super) fn add_stream(&mut self, table: &str) {
        if let Some(resource) = self.stack.resources.get_mut(table)
            && resource.properties.get("StreamSpecification").is_none()
        {
            let view = Map::new().with("StreamViewType", "NEW_AND_OLD_IMAGES");
            resource.properties.put("StreamSpecification", view);
        }
    }

    fn check_visibility(&mut self, wire: &Wire) {
        let visible = self.parameter(&wire.from, "visibility_timeout_s");
        let timeout = self.parameter(&wire.to, "timeout_s");
        let (Some(visible_s), Some(timeout_s)) = (visible, timeout) else { return };
        if visible_s >= timeout_s {
            return;
        }
        let (Some(queue), Some(function)) = (self.resource_name(&wire.from), self.resource_name(&wire.to)) else {
            return;
        };
        let message = format!(
            "{queue} gives a message out again after {visible_s} s, while {function} may still work on it for {timeout_s} s; \
             raise the visibility timeout to {} s or more.",
            6 * timeout_s
        );
        self.problem_of(Severity::Warning, Code::VisibilityTimeout, &wire.from, message);
    }

    pub(super) fn resource_name(&self, id: &str) -> Option<String> {
        self.node_of(id).map(|node| self.name(node))
    }

    /// A queue keeps what nobody could process in another queue.
    fn redrive(&mut self, queue: &str, wire: &Wire) {
        self.check_order(queue, &wire.to);
        let receives = wire.integer("max_receive_count").unwrap_or(5);
        let target = Expression::Attribute(wire.to.clone(), "Arn".to_owned());
        let target = self.arn(&wire.to).unwrap_or(target);
        let policy = Map::new().with("deadLetterTargetArn", target.clone()).with("maxReceiveCount", receives);
        let Some(resource) = self.stack.resources.get_mut(queue) else { return };
        let before = resource.properties.get("RedrivePolicy").cloned();
        let Some(Expression::Map(before)) = before else { return resource.properties.put("RedrivePolicy", policy) };
        if before.get("deadLetterTargetArn") != Some(&target) {
            let name = self.resource_name(queue).unwrap_or_default();
            let message =
                format!("{name} has two queues for what nobody could process, and can have one; take one arrow away.");
            self.problem_of(Severity::Error, Code::ConflictingArrow, queue, message);
        }
    }

    /// What a FIFO queue could not hand over is kept in a FIFO queue, and nothing else is.
    fn check_order(&mut self, queue: &str, kept: &str) {
        let (source, target) = (self.is_fifo(queue), self.is_fifo(kept));
        if source != target && self.archetype(kept) == Some(Archetype::Queue) {
            let (queue_name, kept_name) = (self.name_of(queue), self.name_of(kept));
            let (is, must) = if source { ("FIFO", "FIFO") } else { ("standard", "standard") };
            let message = format!(
                "{queue_name} is a {is} queue, so {kept_name}, which keeps its failures, must be a {must} queue too."
            );
            self.problem_of(Severity::Error, Code::ConflictingArrow, kept, message);
        }
    }

    /// The ARN of a resource.
    pub(super) fn arn(&self, id: &str) -> Option<Expression> {
        let handle = self.stack.resources.get(id)?.handles.arn.as_ref()?;
        Some(handles::value(handle, id, ""))
    }

    /// Where a function's failures go depends on what feeds it: its queue, its mapping, or the platform's own retries.
    fn destination(&mut self, wire: &Wire) {
        let mappings: Vec<Wire> =
            self.stack.wires_to(&wire.from).filter(|feed| feed.wiring == Wiring::EventSourceMapping).cloned().collect();
        for feed in &mappings {
            if self.archetype(&feed.from) == Some(Archetype::Queue) {
                self.redrive(&feed.from, wire);
            } else {
                let same = self.stack.wires.iter_mut().find(|other| other.edge == feed.edge);
                same.into_iter().for_each(|other| other.on_failure = Some(wire.to.clone()));
            }
        }
        let feeds: Vec<Wiring> = self.stack.wires_to(&wire.from).map(|feed| feed.wiring).collect();
        let is_asynchronous = feeds.iter().any(|wiring| waits_for_nobody(*wiring));
        if is_asynchronous || mappings.is_empty() {
            self.keep_asynchronous(wire);
        }
        if !is_asynchronous && mappings.is_empty() && !feeds.is_empty() {
            let (Some(name), Some(queue)) = (self.resource_name(&wire.from), self.resource_name(&wire.to)) else {
                return;
            };
            let message = format!(
                "{name} is only invoked by callers who wait for the answer, so nothing ever reaches {queue}; let a queue or \
                 an event feed it, or take the arrow away."
            );
            self.problem_of(Severity::Warning, Code::IdleArrow, &wire.from, message);
        }
    }

    fn keep_asynchronous(&mut self, wire: &Wire) {
        let kept = Asynchronous {
            on_failure: wire.to.clone(),
            retries: wire.integer("retries").unwrap_or(2),
            max_event_age_s: wire.integer("max_event_age_s").unwrap_or(21_600),
        };
        if self.stack.asynchronous.insert(wire.from.clone(), kept).is_some() {
            let name = self.resource_name(&wire.from).unwrap_or_default();
            let message = format!(
                "{name} has two queues for the events at which it failed, and can have one; take one arrow away."
            );
            self.problem_of(Severity::Error, Code::ConflictingArrow, &wire.from, message);
        }
    }
}

/// An arrow as sentences show it.
pub(super) fn told(from: &Drawn<'_>, to: &Drawn<'_>) -> String {
    format!("{} → {}", shown(&from.node.name), shown(&to.node.name))
}

/// Whether an arrow asks nothing of the resources at its ends.
fn is_complete(wire: &Wire) -> bool {
    match wire.wiring {
        Wiring::Route => wire.text("route_key").is_empty(),
        Wiring::Call | Wiring::Notification | Wiring::WorkflowTask | Wiring::Origin | Wiring::Query => true,
        _ => false,
    }
}

/// Whether the platform tries an invocation again by itself, because nobody waits for its answer.
fn waits_for_nobody(wiring: Wiring) -> bool {
    matches!(
        wiring,
        Wiring::Notification
            | Wiring::Call
            | Wiring::Subscription
            | Wiring::RuleTarget
            | Wiring::ScheduleTarget
            | Wiring::RuleAction
    )
}
