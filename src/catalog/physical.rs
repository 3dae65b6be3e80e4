//! What a deployed resource is called by its services, out of its physical id.
//!
//! A physical id is what a plain reference gives in a template: a name, an address, an Amazon resource name, or `bus|rule`.
//! Must not know how it was found out.

use super::kind::{Handle, Signal};

/// A resource where it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Physical<'a> {
    /// Its physical id.
    pub id: &'a str,
    /// The stack that it stands in; empty where none is known.
    pub stack: &'a str,
}

impl<'a> Physical<'a> {
    /// What stands last in its id: the name in an address or an Amazon resource name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.id.rsplit(['/', ':', '|']).next().unwrap_or(self.id)
    }

    /// What a handle comes to.
    ///
    /// Attributes that a service is asked by are names, and a name is the last part of an id that is not the name itself.
    #[must_use]
    pub fn handle(self, handle: &Handle) -> String {
        match handle {
            Handle::Reference => self.id.to_owned(),
            Handle::Text(text) if !self.stack.is_empty() => {
                text.replace("${AWS::StackName}", self.stack).replace("{name}", self.name())
            }
            Handle::Attribute(_) | Handle::Text(_) => self.name().to_owned(),
        }
    }

    /// The dimensions under which it has a metric, sorted by name; nothing for what is none or has none.
    #[must_use]
    pub fn dimensions(self, signal: &'a Signal) -> Vec<(&'a str, String)> {
        let Signal::Metric { dimension, value, within, .. } = signal else { return Vec::new() };
        let parts = self.id.split_once('|').filter(|_| !within.is_empty());
        let mut dimensions = match parts {
            Some((scope, own)) => vec![(within.as_str(), scope.to_owned()), (dimension.as_str(), own.to_owned())],
            None if dimension.is_empty() => Vec::new(),
            None => vec![(dimension.as_str(), self.handle(value))],
        };
        dimensions.sort();
        dimensions
    }
}

/// The name of a stack that may be named by its Amazon resource name: `arn:aws:cloudformation:…:stack/shop/1a2b`.
#[must_use]
pub fn plain_name(stack: &str) -> &str {
    stack.split_once(":stack/").and_then(|(_, rest)| rest.split('/').next()).unwrap_or(stack)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, KindId};

    #[test]
    fn every_service_is_asked_by_the_name_that_it_knows() {
        let catalog = Catalog::builtin();
        let check = |kind: &str, id: &str, metric: &str, expected: &str| {
            let kind = catalog.kind(&KindId::new(&format!("aws.{kind}")));
            let is_it = |signal: &&Signal| matches!(signal, Signal::Metric { name, .. } if name == metric);
            let signal = kind.signals.iter().find(is_it).expect(metric);
            let told = Physical { id, stack: "shop" }.dimensions(signal);
            let told: Vec<String> = told.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(told.join(" "), expected, "{id}");
        };
        check("lambda_function", "shop-Orders-1A", "Errors", "FunctionName=shop-Orders-1A");
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-Inbox-2B.fifo";
        check("sqs_queue", url, "NumberOfMessagesSent", "QueueName=shop-Inbox-2B.fifo");
        check(
            "sns_topic",
            "arn:aws:sns:eu-central-1:123456789012:shop-News-3C",
            "NumberOfMessagesPublished",
            "TopicName=shop-News-3C",
        );
        let machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:Flow-4D";
        check("step_functions", machine, "ExecutionsStarted", &format!("StateMachineArn={machine}"));
        check("http_api", "a1b2c3", "5xx", "ApiId=a1b2c3");
        check("rest_api", "d4e5f6", "5XXError", "ApiName=shop");
        check("kinesis_stream", "shop-Clicks-5E", "IncomingRecords", "StreamName=shop-Clicks-5E");
        check("dynamodb_table", "shop-Orders-6F", "ConsumedReadCapacityUnits", "TableName=shop-Orders-6F");
        check("event_rule", "shop-Nightly-7G", "Invocations", "RuleName=shop-Nightly-7G");
        check("event_rule", "shop-bus|shop-Placed-8H", "Invocations", "EventBusName=shop-bus RuleName=shop-Placed-8H");
        let api = "arn:aws:appsync:eu-central-1:123456789012:apis/abc123";
        check("appsync", api, "5XXError", "GraphQLAPIId=abc123");
    }
}
