//! Arrows in SAM: the events of functions, the authorizers of APIs, the destinations of failures.
//!
//! Must not know what the ends of an arrow are beyond their SAM types.

use std::collections::BTreeMap;

use super::{FUNCTION, HTTP_API, REST_API};
use crate::catalog::Wiring;
use crate::stack::{Asynchronous, Expression, Map, Wire};

/// Logical id → type and properties.
type Resources = BTreeMap<String, (String, Map)>;

/// Name of the authorizer of an API.
const AUTHORIZER: &str = "UserPool";

/// Writes what an arrow needs into the resources at its ends; the error says why SAM cannot.
pub(super) fn wire(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    match wire.wiring {
        Wiring::Route => route(resources, wire),
        Wiring::EventSourceMapping => mapping(resources, wire),
        Wiring::Notification => notification(resources, wire),
        Wiring::Authorizer => authorizer(resources, wire),
        Wiring::Subscription => subscription(resources, wire),
        Wiring::UserPoolTrigger => sign_in(resources, wire),
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
        | Wiring::RuleAction
        | Wiring::Resolver
        | Wiring::Watch
        | Wiring::AlarmAction
        | Wiring::Crawl
        | Wiring::Query => Ok(()),
    }
}

fn type_of<'r>(resources: &'r Resources, id: &str) -> &'r str {
    resources.get(id).map(|(type_name, _)| type_name.as_str()).unwrap_or_default()
}

/// Adds an event to a function.
fn add_event(resources: &mut Resources, wire: &Wire, event: &str, properties: Map) -> Result<(), String> {
    let Some((type_name, function)) = resources.get_mut(&wire.to) else {
        return Err("The target is not deployed.".to_owned());
    };
    if type_name != FUNCTION {
        return Err("SAM gives events to functions only.".to_owned());
    }
    if let Expression::Null = function.entry("Events") {
        function.put("Events", Map::new());
    }
    if let Expression::Map(events) = function.entry("Events") {
        events.put(&wire.from, Map::new().with("Type", event).with("Properties", properties));
    }
    Ok(())
}

fn route(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    let (event, api) = match type_of(resources, &wire.from) {
        REST_API => ("Api", "RestApiId"),
        HTTP_API => ("HttpApi", "ApiId"),
        // A WebSocket API is plain CloudFormation: its routes are resources already.
        "AWS::ApiGatewayV2::Api" => return Ok(()),
        _ => return Err("SAM routes requests of its own REST and HTTP APIs only.".to_owned()),
    };
    let mut properties = Map::new()
        .with(api, Expression::Ref(wire.from.clone()))
        .with("Method", wire.text("method").to_ascii_lowercase())
        .with("Path", wire.text("path"));
    let is_guarded = resources.get(&wire.from).is_some_and(|(_, properties)| guarded(properties));
    if is_guarded && !wire.is_on("authorized") {
        properties.put("Auth", Map::new().with("Authorizer", "NONE"));
    }
    if event == "HttpApi" {
        properties.put("PayloadFormatVersion", "2.0");
    }
    add_event(resources, wire, event, properties)
}

/// Whether an API has an authorizer that every route asks unless it says otherwise.
fn guarded(api: &Map) -> bool {
    matches!(api.get("Auth"), Some(Expression::Map(auth)) if auth.get("DefaultAuthorizer").is_some())
}

fn authorizer(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    let is_rest = match type_of(resources, &wire.to) {
        REST_API => true,
        HTTP_API => false,
        // A GraphQL API names its user pool among its own properties.
        "AWS::AppSync::GraphQLApi" => return Ok(()),
        _ => return Err("SAM guards its own REST and HTTP APIs only.".to_owned()),
    };
    let source = if is_rest {
        Map::new().with("UserPoolArn", Expression::Attribute(wire.from.clone(), "Arn".to_owned()))
    } else {
        let issuer = format!("https://cognito-idp.${{AWS::Region}}.${{AWS::URLSuffix}}/${{{}}}", wire.from);
        let client = wire.helper.clone().map(Expression::Ref);
        let audience: Vec<Expression> = client.into_iter().collect();
        let jwt = Map::new().with("issuer", Expression::sub(&issuer)).with("audience", audience);
        Map::new().with("IdentitySource", "$request.header.Authorization").with("JwtConfiguration", jwt)
    };
    let Some((_, api)) = resources.get_mut(&wire.to) else { return Ok(()) };
    if guarded(api) {
        return Err("An API has one user pool that checks its callers, and this one has another already.".to_owned());
    }
    if !matches!(api.get("Auth"), Some(Expression::Map(_))) {
        api.put("Auth", Map::new());
    }
    if let Expression::Map(auth) = api.entry("Auth") {
        auth.put("DefaultAuthorizer", AUTHORIZER);
        auth.put("Authorizers", Map::new().with(AUTHORIZER, source));
    }
    Ok(())
}

fn mapping(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    match type_of(resources, &wire.from) {
        "AWS::SQS::Queue" => {
            let properties = Map::new().with("Queue", Expression::Attribute(wire.from.clone(), "Arn".to_owned()));
            let mut properties = batched(wire, properties);
            if let Some(most) = wire.integer("max_concurrency") {
                properties.put("ScalingConfig", Map::new().with("MaximumConcurrency", most));
            }
            properties.put("FunctionResponseTypes", vec![Expression::from("ReportBatchItemFailures")]);
            add_event(resources, wire, "SQS", properties)
        }
        "AWS::DynamoDB::Table" => add_event(resources, wire, "DynamoDB", streamed(wire, "StreamArn")),
        "AWS::Kinesis::Stream" => add_event(resources, wire, "Kinesis", streamed(wire, "Arn")),
        _ => Err("SAM has no event for this source.".to_owned()),
    }
}

/// What a mapping of a stream says: where it reads, and what becomes of batches that fail.
fn streamed(wire: &Wire, attribute: &str) -> Map {
    let stream = Expression::Attribute(wire.from.clone(), attribute.to_owned());
    let mut properties = batched(wire, Map::new().with("Stream", stream).with("StartingPosition", wire.text("start")));
    for (key, property) in [
        ("retries", "MaximumRetryAttempts"),
        ("parallel", "ParallelizationFactor"),
        ("tumbling_window_s", "TumblingWindowInSeconds"),
    ] {
        wire.integer(key).into_iter().for_each(|number| properties.put(property, number));
    }
    if wire.is_on("bisect") {
        properties.put("BisectBatchOnFunctionError", true);
    }
    if let Some(queue) = &wire.on_failure {
        properties.put("DestinationConfig", Map::new().with("OnFailure", queue_destination(queue)));
    }
    properties
}

/// Size and time of batches; a time of zero is what the platform does anyway.
fn batched(wire: &Wire, mut properties: Map) -> Map {
    let size = wire.integer("batch_size").into_iter();
    size.for_each(|size| properties.put("BatchSize", size));
    let window = wire.integer("batch_window_s").filter(|seconds| *seconds > 0).into_iter();
    window.for_each(|seconds| properties.put("MaximumBatchingWindowInSeconds", seconds));
    properties
}

fn queue_destination(queue: &str) -> Map {
    Map::new().with("Type", "SQS").with("Destination", Expression::Attribute(queue.to_owned(), "Arn".to_owned()))
}

fn notification(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    let mut properties =
        Map::new().with("Bucket", Expression::Ref(wire.from.clone())).with("Events", wire.text("events"));
    let rules: Vec<Expression> = ["prefix", "suffix"]
        .iter()
        .filter(|key| !wire.text(key).is_empty())
        .map(|key| Map::new().with("Name", *key).with("Value", wire.text(key)).into())
        .collect();
    if !rules.is_empty() {
        properties.put("Filter", Map::new().with("S3Key", Map::new().with("Rules", rules)));
    }
    add_event(resources, wire, "S3", properties)
}

/// A subscription of a function; those of queues and people are resources already.
fn subscription(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    if type_of(resources, &wire.to) != FUNCTION {
        return Ok(());
    }
    let mut properties = Map::new().with("Topic", Expression::Ref(wire.from.clone()));
    if let Some(policy) = wire.filter_policy() {
        properties.put("FilterPolicy", policy);
    }
    add_event(resources, wire, "SNS", properties)
}

fn sign_in(resources: &mut Resources, wire: &Wire) -> Result<(), String> {
    let pool = Expression::Ref(wire.from.clone());
    add_event(resources, wire, "Cognito", Map::new().with("UserPool", pool).with("Trigger", wire.text("trigger")))
}

/// What becomes of asynchronous events at which a function failed.
pub(super) fn keep_failures(resources: &mut Resources, function: &str, kept: &Asynchronous) {
    let Some((_, properties)) = resources.get_mut(function).filter(|(type_name, _)| type_name == FUNCTION) else {
        return;
    };
    let config = Map::new()
        .with("MaximumRetryAttempts", kept.retries)
        .with("MaximumEventAgeInSeconds", kept.max_event_age_s)
        .with("DestinationConfig", Map::new().with("OnFailure", queue_destination(&kept.on_failure)));
    properties.put("EventInvokeConfig", config);
}
