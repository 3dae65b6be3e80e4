//! Arrows in SAM: the events of functions, the authorizers of APIs, the destinations of failures.
//!
//! Must not know what the ends of an arrow are beyond their SAM types.

use super::super::events::{arn, issuer, key_filter, queued, reference, streamed};
use super::super::template::Template;
use super::{FUNCTION, HTTP_API, REST_API};
use crate::catalog::Wiring;
use crate::stack::{Asynchronous, Decision, Expression, GUARDED_ALREADY, Map, Wire};

/// Name of the authorizer of an API that reads the tokens of a user pool.
const AUTHORIZER: &str = "UserPool";

/// Writes what an arrow needs into the resources at its ends; the error says why SAM cannot.
pub(super) fn wire(template: &mut Template<'_>, wire: &Wire) -> Result<(), String> {
    match wire.wiring {
        Wiring::Route => route(template, wire),
        Wiring::EventSourceMapping => mapping(template, wire),
        Wiring::Notification => notification(template, wire),
        Wiring::Authorizer | Wiring::AuthorizerFunction => authorizer(template, wire),
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
    function.inner("Events").put(wire.from.clone(), Map::new().with("Type", event).with("Properties", properties));
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
        // A GraphQL API says it among its own properties; that of a WebSocket API is a resource already.
        "AWS::AppSync::GraphQLApi" | "AWS::ApiGatewayV2::Api" => return Ok(()),
        _ => return Err("SAM guards its own REST and HTTP APIs only.".to_owned()),
    };
    let (name, source) = if wire.wiring == Wiring::AuthorizerFunction {
        (wire.from.as_str(), decision(wire))
    } else {
        (AUTHORIZER, token(wire, is_rest))
    };
    let Some(api) = template.properties(&wire.to) else { return Ok(()) };
    if guarded(api) {
        return Err(GUARDED_ALREADY.to_owned());
    }
    let auth = api.inner("Auth");
    auth.put("DefaultAuthorizer", name);
    auth.put("Authorizers", Map::new().with(name.to_owned(), source));
    Ok(())
}

/// How an API reads the tokens of a user pool.
fn token(wire: &Wire, is_rest: bool) -> Map {
    if is_rest {
        Map::new().with("UserPoolArn", arn(&wire.from))
    } else {
        let client = wire.helper.clone().map(Expression::Ref);
        let audience: Vec<Expression> = client.into_iter().collect();
        let jwt = Map::new().with("issuer", issuer(&wire.from)).with("audience", audience);
        Map::new().with("IdentitySource", "$request.header.Authorization").with("JwtConfiguration", jwt)
    }
}

/// How an API asks a function about a request. SAM adds the right to ask, to HTTP APIs only when it is told so.
fn decision(wire: &Wire) -> Map {
    let asked = Map::new().with("FunctionArn", arn(&wire.from));
    let lists = [("headers", "Headers"), ("query_strings", "QueryStrings")].into_iter().map(|(key, property)| {
        let names: Vec<Expression> = wire.texts(key).into_iter().map(Expression::from).collect();
        (property, names)
    });
    let mut identity = Map::new();
    if wire.decision() == Decision::OfToken {
        identity.put("Header", wire.token_header());
    } else {
        lists.filter(|(_, names)| !names.is_empty()).for_each(|(property, names)| identity.put(property, names));
    }
    identity.put("ReauthorizeEvery", wire.integer("ttl_s").unwrap_or_default());
    let asked = match wire.decision() {
        Decision::OfRoute { is_plain } => asked
            .with("AuthorizerPayloadFormatVersion", "2.0")
            .with("EnableSimpleResponses", is_plain)
            .with("EnableFunctionDefaultPermissions", true),
        Decision::OfToken => asked.with("FunctionPayloadType", "TOKEN"),
        _ => asked.with("FunctionPayloadType", "REQUEST"),
    };
    asked.with("Identity", identity)
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
