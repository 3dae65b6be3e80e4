//! Arrows in plain CloudFormation: mappings, permissions, subscriptions, notifications, destinations.
//!
//! Must not know what the ends of an arrow are beyond their types.

use super::super::events::{arn, is_guard, key_filter, queued, reference, streamed};
use super::Plain;
use crate::catalog::Wiring;
use crate::stack::{Asynchronous, Expression, Map, READ_CHANGES, READ_QUEUE, READ_STREAM, Wire};

impl Plain<'_> {
    /// What every arrow needs beside what the stack says of it already.
    pub(super) fn arrows(&mut self) {
        let stack = self.template.stack;
        // Authorizers first: routes have to name theirs.
        let (guards, others): (Vec<&Wire>, Vec<&Wire>) = stack.wires.iter().partition(|wire| is_guard(wire));
        for wire in guards.into_iter().chain(others) {
            if let Err(reason) = self.arrow(wire) {
                self.template.leave_out_wire(wire, reason);
            }
        }
        for (function, kept) in &stack.asynchronous {
            self.keep_failures(function, kept);
        }
    }

    fn arrow(&mut self, wire: &Wire) -> Result<(), String> {
        match wire.wiring {
            Wiring::Route => self.route(wire),
            Wiring::EventSourceMapping => self.mapping(wire),
            Wiring::Notification => self.notification(wire),
            Wiring::Authorizer | Wiring::AuthorizerFunction => self.authorizer(wire),
            Wiring::Subscription => self.subscription(wire),
            Wiring::UserPoolTrigger => self.sign_in(wire),
            // Properties, policies and resources of their own already; destinations are written once for each function.
            Wiring::WorkflowTask
            | Wiring::Origin
            | Wiring::DeadLetter
            | Wiring::Destination
            | Wiring::Call
            | Wiring::RuleSource
            | Wiring::RuleTarget
            | Wiring::ScheduleTarget
            | Wiring::StreamConsumer
            | Wiring::Delivery
            | Wiring::Transform
            | Wiring::BotHook
            | Wiring::PipeEnd
            | Wiring::RuleAction
            | Wiring::Resolver
            | Wiring::Watch
            | Wiring::AlarmAction
            | Wiring::Crawl
            | Wiring::Layer
            | Wiring::Query => Ok(()),
        }
    }

    /// The error of an arrow whose target is no function that was drawn.
    pub(super) fn function<'w>(&self, wire: &'w Wire) -> Result<&'w str, String> {
        let is_drawn = self.functions.contains(&wire.to);
        is_drawn.then_some(wire.to.as_str()).ok_or_else(|| "Only a function that was drawn can be invoked.".to_owned())
    }

    fn mapping(&mut self, wire: &Wire) -> Result<(), String> {
        let function = self.function(wire)?;
        let (actions, attribute) = match self.template.type_of(&wire.from) {
            "AWS::SQS::Queue" => (&READ_QUEUE[..], "Arn"),
            "AWS::Kinesis::Stream" => (&READ_STREAM[..], "Arn"),
            "AWS::DynamoDB::Table" => (&READ_CHANGES[..], "StreamArn"),
            _ => return Err("CloudFormation has no mapping for this source.".to_owned()),
        };
        let source = Expression::Attribute(wire.from.clone(), attribute.to_owned());
        let start = Map::new().with("EventSourceArn", source.clone()).with("FunctionName", reference(function));
        let mut properties = if actions == READ_QUEUE { queued(wire, start) } else { streamed(wire, start) };
        self.allow(function, actions, source);
        if let Some(queue) = wire.on_failure.as_deref().filter(|_| actions != READ_QUEUE) {
            properties.put("DestinationConfig", self.kept(function, queue));
        }
        let stem = format!("{}To{function}", wire.from);
        self.template.add(function, &stem, "AWS::Lambda::EventSourceMapping", properties);
        Ok(())
    }

    /// Where a function's failures go, with the right to send them there.
    fn kept(&mut self, function: &str, queue: &str) -> Map {
        self.allow(function, &["sqs:SendMessage"], arn(queue));
        Map::new().with("OnFailure", Map::new().with("Destination", arn(queue)))
    }

    fn notification(&mut self, wire: &Wire) -> Result<(), String> {
        let function = self.function(wire)?;
        // The bucket checks the permission when it is made, so that one cannot refer to it; the account is ours.
        let limits = Map::new().with("SourceAccount", reference("AWS::AccountId"));
        let permission = self.permit(&wire.from, function, "s3.amazonaws.com", limits);
        let mut configuration = Map::new().with("Event", wire.text("events")).with("Function", arn(function));
        key_filter(wire).into_iter().for_each(|filter| configuration.put("Filter", filter));
        if let Some(bucket) = self.template.entries.get_mut(&wire.from) {
            bucket.waits_for.push(permission);
            let place = bucket.properties.inner("NotificationConfiguration").entry("LambdaConfigurations");
            match place {
                Expression::List(items) => items.push(configuration.into()),
                other => *other = vec![configuration.into()].into(),
            }
        }
        Ok(())
    }

    /// A subscription of a function; those of queues and people are resources already.
    fn subscription(&mut self, wire: &Wire) -> Result<(), String> {
        if wire.helper.is_some() {
            return Ok(());
        }
        let function = self.function(wire)?;
        let topic = reference(&wire.from);
        let mut subscription =
            Map::new().with("TopicArn", topic.clone()).with("Protocol", "lambda").with("Endpoint", arn(function));
        wire.filter_policy().into_iter().for_each(|policy| subscription.put("FilterPolicy", policy));
        if let Some(queue) = &wire.on_failure {
            subscription.put("RedrivePolicy", Map::new().with("deadLetterTargetArn", arn(queue)));
        }
        let stem = format!("{}To{function}", wire.from);
        self.template.add(&wire.from, &stem, "AWS::SNS::Subscription", subscription);
        self.permit(&wire.from, function, "sns.amazonaws.com", Map::new().with("SourceArn", topic));
        Ok(())
    }

    fn sign_in(&mut self, wire: &Wire) -> Result<(), String> {
        let function = self.function(wire)?;
        if let Some(pool) = self.template.properties(&wire.from) {
            pool.inner("LambdaConfig").put(wire.text("trigger").to_owned(), arn(function));
        }
        let limits = Map::new().with("SourceArn", arn(&wire.from));
        self.permit(&wire.from, function, "cognito-idp.amazonaws.com", limits);
        Ok(())
    }

    /// What becomes of asynchronous events at which a function failed.
    fn keep_failures(&mut self, function: &str, kept: &Asynchronous) {
        if !self.functions.contains(function) {
            return;
        }
        let config = Map::new()
            .with("FunctionName", reference(function))
            .with("Qualifier", "$LATEST")
            .with("MaximumRetryAttempts", kept.retries)
            .with("MaximumEventAgeInSeconds", kept.max_event_age_s)
            .with("DestinationConfig", self.kept(function, &kept.on_failure));
        self.template.add(function, &format!("{function}InvokeConfig"), "AWS::Lambda::EventInvokeConfig", config);
    }
}
