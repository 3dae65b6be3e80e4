//! What arrows say in the same words in every dialect: batches of mappings, filters of notifications.
//!
//! Must not know which property of which resource carries it.

use crate::catalog::Wiring;
use crate::stack::{Expression, Map, Wire};

/// Whether a wire checks the callers of an API, so that it counts before the routes.
pub(super) fn is_guard(wire: &Wire) -> bool {
    matches!(wire.wiring, Wiring::Authorizer | Wiring::AuthorizerFunction)
}

/// Size and time of batches; a time of zero is what the platform does anyway.
pub(super) fn batched(wire: &Wire, mut properties: Map) -> Map {
    let size = wire.integer("batch_size").into_iter();
    size.for_each(|size| properties.put("BatchSize", size));
    let window = wire.integer("batch_window_s").filter(|seconds| *seconds > 0).into_iter();
    window.for_each(|seconds| properties.put("MaximumBatchingWindowInSeconds", seconds));
    properties
}

/// What a mapping of a queue says: its batches, how many at a time, and that messages fail one by one.
pub(super) fn queued(wire: &Wire, properties: Map) -> Map {
    let mut properties = batched(wire, properties);
    if let Some(most) = wire.integer("max_concurrency") {
        properties.put("ScalingConfig", Map::new().with("MaximumConcurrency", most));
    }
    properties.put("FunctionResponseTypes", vec![Expression::from("ReportBatchItemFailures")]);
    properties
}

/// What a mapping of a stream says: where it starts, and how batches that fail are tried again.
pub(super) fn streamed(wire: &Wire, properties: Map) -> Map {
    let mut properties = batched(wire, properties.with("StartingPosition", wire.text("start")));
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
    properties
}

/// The rules about keys of a bucket's notification; `None` when every object counts.
pub(super) fn key_filter(wire: &Wire) -> Option<Map> {
    let rules: Vec<Expression> = ["prefix", "suffix"]
        .iter()
        .filter(|key| !wire.text(key).is_empty())
        .map(|key| Map::new().with("Name", *key).with("Value", wire.text(key)).into())
        .collect();
    (!rules.is_empty()).then(|| Map::new().with("S3Key", Map::new().with("Rules", rules)))
}

/// The ARN of a resource that has one as attribute.
pub(super) fn arn(id: &str) -> Expression {
    Expression::Attribute(id.to_owned(), "Arn".to_owned())
}

/// A plain reference.
pub(super) fn reference(id: &str) -> Expression {
    Expression::Ref(id.to_owned())
}

/// Who signs the tokens of a user pool.
pub(super) fn issuer(pool: &str) -> Expression {
    Expression::sub(&format!("https://cognito-idp.${{AWS::Region}}.${{AWS::URLSuffix}}/${{{pool}}}"))
}
