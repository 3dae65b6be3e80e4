//! Pipes: what each reads, by which rights, what may change it on the way, and where it goes.
//!
//! Must not know how a dialect carries the result.

use super::lower::Lowering;
use super::{Code, Expression, Map, READ_CHANGES, READ_QUEUE, READ_STREAM, Severity, Wire};
use crate::catalog::{Archetype, Wiring};

/// The service behind pipes.
pub(super) const PIPES: &str = "pipes.amazonaws.com";
/// What the part of an arrow says that leads to the enrichment of a pipe.
const ENRICHMENT: &str = "enrichment";

/// How a pipe reads one kind of source.
struct Source {
    arn: Expression,
    actions: &'static [&'static str],
    /// The property that its settings stand in.
    property: &'static str,
    /// What tells its records apart, as a path into each.
    key: &'static str,
}

impl Lowering<'_> {
    /// Every pipe, once all arrows are known.
    pub(super) fn pipes(&mut self) {
        let pipes = self.stack.resources.iter().filter(|(_, resource)| !resource.is_helper).map(|(id, _)| id.clone());
        let pipes: Vec<String> = pipes.filter(|id| self.service(id) == Some(PIPES)).collect();
        pipes.iter().for_each(|pipe| self.pipe(pipe));
    }

    fn pipe(&mut self, pipe: &str) {
        let Some(role) = self.own_role(pipe) else { return };
        self.set(pipe, "RoleArn", role);
        let ends: Vec<Wire> = self.stack.wired(Wiring::PipeEnd).cloned().collect();
        let sources = ends.iter().filter(|wire| wire.to == pipe).collect();
        let (enrichments, targets) =
            ends.iter().filter(|wire| wire.from == pipe).partition(|wire| wire.text("part") == ENRICHMENT);
        let source = self.only(pipe, sources, "two sources");
        let key = source.and_then(|wire| self.pipe_source(wire));
        if key.is_none() {
            self.idle(pipe, "reads nothing; draw an arrow to it from a queue, a stream or a table.");
        }
        if let Some(wire) = self.only(pipe, enrichments, "two enrichments") {
            self.hand_on(wire, "Enrichment");
        }
        match self.only(pipe, targets, "two targets") {
            Some(wire) => {
                self.hand_on(wire, "Target");
                self.target_parameters(wire, key.unwrap_or("$.id"));
            }
            None => self.idle(pipe, "hands on to nobody; draw an arrow to a target."),
        }
        self.filters(pipe);
    }

    /// The only one of several arrows that a pipe can have; it is told when there are more.
    fn only<'w>(&mut self, pipe: &str, wires: Vec<&'w Wire>, what: &str) -> Option<&'w Wire> {
        if wires.len() > 1 {
            let name = self.name_of(pipe);
            let message = format!("{name} has {what}, and can have one; draw a second pipe.");
            self.problem_of(Severity::Error, Code::ConflictingArrow, pipe, message);
        }
        wires.into_iter().next()
    }

    /// What a pipe reads; returns what tells its records apart.
    fn pipe_source(&mut self, wire: &Wire) -> Option<&'static str> {
        let source = self.source(&wire.from)?;
        let pipe = wire.to.as_str();
        let mut own = Map::new();
        for (key, property) in [
            ("batch_size", "BatchSize"),
            ("batch_window_s", "MaximumBatchingWindowInSeconds"),
            ("retries", "MaximumRetryAttempts"),
        ] {
            wire.integer(key).filter(|number| *number > 0).into_iter().for_each(|number| own.put(property, number));
        }
        if !wire.text("start").is_empty() {
            own.put("StartingPosition", wire.text("start"));
        }
        self.allow(pipe, source.actions, vec![source.arn.clone()]);
        self.set(pipe, "Source", source.arn);
        self.set(pipe, &format!("SourceParameters.{}", source.property), own);
        self.lost_from(pipe, &wire.from, source.property);
        Some(source.key)
    }

    fn source(&mut self, id: &str) -> Option<Source> {
        let (actions, property, key) = match self.archetype(id)? {
            Archetype::Queue => (&READ_QUEUE[..], "SqsQueueParameters", "$.messageId"),
            Archetype::Stream => (&READ_STREAM[..], "KinesisStreamParameters", "$.partitionKey"),
            Archetype::Table => {
                self.add_stream(id);
                let arn = Expression::Attribute(id.to_owned(), "StreamArn".to_owned());
                let (property, key) = ("DynamoDBStreamParameters", "$.eventID");
                return Some(Source { arn, actions: &READ_CHANGES, property, key });
            }
            _ => return None,
        };
        Some(Source { arn: self.arn(id)?, actions, property, key })
    }

    /// Where a pipe keeps records of a stream that it could not hand on; a queue keeps its own.
    fn lost_from(&mut self, pipe: &str, source: &str, property: &str) {
        let kept = self.stack.wired(Wiring::DeadLetter).find(|wire| wire.from == pipe).map(|wire| wire.to.clone());
        let Some(kept) = kept else { return };
        if self.archetype(source) == Some(Archetype::Queue) {
            let (name, source) = (self.name_of(pipe), self.name_of(source));
            let message = format!("{name} leaves in {source} what it could not hand on; draw the arrow from {source}.");
            return self.problem_of(Severity::Warning, Code::IdleArrow, pipe, message);
        }
        let Some(arn) = self.arn(&kept) else { return };
        self.may_deliver(pipe, &kept);
        self.set(pipe, &format!("SourceParameters.{property}.DeadLetterConfig.Arn"), arn);
    }

    fn hand_on(&mut self, wire: &Wire, property: &str) {
        let Some(arn) = self.arn(&wire.to) else { return };
        self.may_deliver(&wire.from, &wire.to);
        self.set(&wire.from, property, arn);
    }

    /// What a target has to be told beside the records.
    fn target_parameters(&mut self, wire: &Wire, key: &str) {
        let (property, own) = match self.archetype(&wire.to) {
            // Standard workflows cannot be waited for.
            Some(Archetype::Workflow) => {
                ("StepFunctionStateMachineParameters", Map::new().with("InvocationType", "FIRE_AND_FORGET"))
            }
            Some(Archetype::Stream) => ("KinesisStreamParameters", Map::new().with("PartitionKey", key)),
            Some(Archetype::Queue) if self.is_fifo(&wire.to) => {
                ("SqsQueueParameters", Map::new().with("MessageGroupId", wire.from.as_str()))
            }
            Some(Archetype::Bus) => {
                let event = Map::new().with("Source", wire.text("source")).with("DetailType", wire.text("detail_type"));
                ("EventBridgeEventBusParameters", event)
            }
            _ => return,
        };
        self.set(&wire.from, &format!("TargetParameters.{property}"), own);
    }

    fn filters(&mut self, pipe: &str) {
        let mut filters: Vec<Expression> = Vec::new();
        for text in self.texts_of(pipe, "filters") {
            if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).is_ok() {
                filters.push(Map::new().with("Pattern", text).into());
                continue;
            }
            let name = self.name_of(pipe);
            let message = format!("A filter of {name} is no pattern: write an object of JSON such as {{\"body\": …}}.");
            self.problem_of(Severity::Error, Code::InvalidSetting, pipe, message);
        }
        if !filters.is_empty() {
            self.set(pipe, "SourceParameters.FilterCriteria.Filters", filters);
        }
    }
}
