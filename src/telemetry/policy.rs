//! What a live view may do in an account: the least that it needs, and nothing that changes anything.
//!
//! Must not know how it is asked for.

use serde_json::json;

/// Permissions, and what each is for.
pub const READS: &[(&str, &str)] = &[
    ("cloudformation:GetTemplate", "find log groups that functions name themselves"),
    ("cloudformation:ListStackResources", "find what a stack has, and the stacks in it"),
    ("cloudwatch:DescribeAlarms", "show alarms on what they watch"),
    ("cloudwatch:GetMetricData", "draw what services count"),
    ("logs:DescribeLogGroups", "look log groups up"),
    ("logs:FilterLogEvents", "read every stored event"),
    ("logs:GetQueryResults", "read what a query has found"),
    ("logs:StartLiveTail", "show events at once"),
    ("logs:StartQuery", "begin a query, of yours or for spans where Transaction Search is on"),
    ("logs:StopQuery", "stop a query of yours"),
    ("tag:GetResources", "find what carries a tag"),
    ("xray:BatchGetTraces", "read the documents of traces"),
    ("xray:GetTraceSegmentDestination", "know whether Transaction Search is on"),
    ("xray:GetTraceSummaries", "find the traces of a span of time"),
];

/// The policy that allows them, as JSON.
#[must_use]
pub fn document() -> String {
    allowing(READS.iter().map(|(action, _)| *action))
}

/// The policy that allows these actions, as JSON.
#[must_use]
pub fn allowing<'a>(actions: impl Iterator<Item = &'a str>) -> String {
    let actions: Vec<&str> = actions.collect();
    // None of these can be narrowed before it is known which stack is looked at; all of them only read.
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "StratoscopeReads", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    });
    format!("{document:#}")
}
