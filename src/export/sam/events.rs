//! Arrows in SAM: the events of functions, the authorizers of APIs, the destinations of failures.
//!
//! Must not know what the ends of an arrow are beyond their SAM types.

use super::super::events::{GUARDED_ALREADY, arn, issuer, key_filter, queued, reference, streamed};
use super::super::template::Template;
use super::{FUNCTION, HTTP_API, REST_API};
use crate::catalog::Wiring;
use crate::stack::{Asynchronous, Expression, Map, Wire};

/// Name of the authorizer of an API.
const AUTHORIZER: &str = "UserPool";

/// Writes what an arrow needs into the resources at its ends; the error says why SAM cannot.
pub(super) fn wire(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    match wire.wiring {
        Wiring::Route => route(template, wire),
        Wiring::EventSourceMapping => mapping(template, wire),
        Wiring::Notification => notification(template, wire),
        Wiring::Authorizer => authorizer(template, wire),
        Wiring::Subscription => subscription(template, wire),
        Wiring::UserPoolTrigger => sign_in(template, wire),
        // Redrive policies and origins are properties already; steps and calls are rights, substitutions and variables;
        // destinations are written once for each function.
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

/// Adds an event to a function.
fn add_event(template: &mut Template<'_>, wire: &Wire, event: &str, properties: Map) -> Result<(), String> {
    if template.type_of(&wire.to) != FUNCTION {
        return Err("SAM gives events to functions only.".to_owned());
    }
    let Some(function) = template.properties(&wire.to) else {
        return Err("The target is not deployed.".to_owned());
    };
    function.inner("Events").put(&wire.from, Map::new().with("Type", event).with("Properties", properties));
    Ok(())
}

fn route(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    let (event, api) = match template.type_of(&wire.from) {
        REST_API => ("Api", "RestApiId"),
        HTTP_API => ("HttpApi", "ApiId"),
        // A WebSocket API is plain CloudFormation: its routes are resources already.
        "AWS::ApiGatewayV2::Api" => return Ok(()),
        _ => return Err("SAM routes requests of its own REST and HTTP APIs only.".to_owned()),
    };
    let mut properties = Map::new()
        .with(api, reference(&wire.from))
        .with("Method", wire.text("method").to_ascii_lowercase())
        .with("Path", wire.text("path"));
    let is_guarded = template.properties(&wire.from).is_some_and(|properties| guarded(properties));
    if is_guarded && !wire.is_on("authorized") {
        properties.put("Auth", Map::new().with("Authorizer", "NONE"));
    }
    if event == "HttpApi" {
        properties.put("PayloadFormatVersion", "2.0");
    }
    add_event(template, wire, event, properties)
}

/// Whether an API has an authorizer that every route asks unless it says otherwise.
fn guarded(api: &Map) -> bool {
    matches!(api.get("Auth"), Some(Expression::Map(auth)) if auth.get("DefaultAuthorizer").is_some())
}

fn authorizer(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    let is_rest = match template.type_of(&wire.to) {
        REST_API => true,
        HTTP_API => false,
        // A GraphQL API names its user pool among its own properties.
        "AWS::AppSync::GraphQLApi" => return Ok(()),
        _ => return Err("SAM guards its own REST and HTTP APIs only.".to_owned()),
    };
    let source = if is_rest {
        Map::new().with("UserPoolArn", arn(&wire.from))
    } else {
        let client = wire.helper.clone().map(Expression::Ref);
        let audience: Vec<Expression> = client.into_iter().collect();
        let jwt = Map::new().with("issuer", issuer(&wire.from)).with("audience", audience);
        Map::new().with("IdentitySource", "$request.header.Authorization").with("JwtConfiguration", jwt)
    };
    let Some(api) = template.properties(&wire.to) else { return Ok(()) };
    if guarded(api) {
        return Err(GUARDED_ALREADY.to_owned());
    }
    let auth = api.inner("Auth");
    auth.put("DefaultAuthorizer", AUTHORIZER);
    auth.put("Authorizers", Map::new().with(AUTHORIZER, source));
    Ok(())
}

fn mapping(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    let (event, attribute) = match template.type_of(&wire.from) {
        "AWS::SQS::Queue" => {
            return add_event(template, wire, "SQS", queued(wire, Map::new().with("Queue", arn(&wire.from))));
        }
        "AWS::DynamoDB::Table" => ("DynamoDB", "StreamArn"),
        "AWS::Kinesis::Stream" => ("Kinesis", "Arn"),
        _ => return Err("SAM has no event for this source.".to_owned()),
    };
    let stream = Expression::Attribute(wire.from.clone(), attribute.to_owned());
    let mut properties = streamed(wire, Map::new().with("Stream", stream));
    if let Some(queue) = &wire.on_failure {
        properties.put("DestinationConfig", Map::new().with("OnFailure", queue_destination(queue)));
    }
    add_event(template, wire, event, properties)
}

fn queue_destination(queue: &str) -> Map {
    Map::new().with("Type", "SQS").with("Destination", arn(queue))
}

fn notification(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    let mut properties = Map::new().with("Bucket", reference(&wire.from)).with("Events", wire.text("events"));
    key_filter(wire).into_iter().for_each(|filter| properties.put("Filter", filter));
    add_event(template, wire, "S3", properties)
}

/// A subscription of a function; those of queues and people are resources already.
fn subscription(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    if template.type_of(&wire.to) != FUNCTION {
        return Ok(());
    }
    let mut properties = Map::new().with("Topic", reference(&wire.from));
    wire.filter_policy().into_iter().for_each(|policy| properties.put("FilterPolicy", policy));
    if let Some(queue) = &wire.on_failure {
        properties.put("RedrivePolicy", Map::new().with("deadLetterTargetArn", arn(queue)));
    }
    add_event(template, wire, "SNS", properties)
}

fn sign_in(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    let pool = reference(&wire.from);
    add_event(template, wire, "Cognito", Map::new().with("UserPool", pool).with("Trigger", wire.text("trigger")))
}

/// What becomes of asynchronous events at which a function failed.
pub(super) fn keep_failures(template: &mut Template<'_>, function: &str, kept: &Asynchronous) {
    if template.type_of(function) != FUNCTION {
        return;
    }
    let config = Map::new()
        .with("MaximumRetryAttempts", kept.retries)
        .with("MaximumEventAgeInSeconds", kept.max_event_age_s)
        .with("DestinationConfig", Map::new().with("OnFailure", queue_destination(&kept.on_failure)));
    template
        .properties(function)
        .into_iter()
        .for_each(|properties| properties.put("EventInvokeConfig", config.clone()));
}
