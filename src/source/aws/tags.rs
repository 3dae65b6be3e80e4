//! What carries a tag: its resources with their types and names, as a stack would tell them.
//!
//! Must not know log groups.

use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, Tag, TagFilter};

use super::{Account, trouble};
use crate::source::{Deployed, Failure};

/// The tag by which CloudFormation remembers a resource's logical name.
const LOGICAL: &str = "aws:cloudformation:logical-id";

/// Parts of resource names, after the service, with the type that they are of; and whether the whole name is what a resource is called.
const KINDS: &[(&str, &str, &str, bool)] = &[
    ("lambda", "function:", "AWS::Lambda::Function", false),
    ("dynamodb", "table/", "AWS::DynamoDB::Table", false),
    ("apigateway", "/restapis/", "AWS::ApiGateway::RestApi", false),
    ("apigateway", "/apis/", "AWS::ApiGatewayV2::Api", false),
    ("states", "stateMachine:", "AWS::StepFunctions::StateMachine", true),
    ("kinesis", "stream/", "AWS::Kinesis::Stream", false),
    ("firehose", "deliverystream/", "AWS::KinesisFirehose::DeliveryStream", false),
    ("events", "rule/", "AWS::Events::Rule", false),
    ("logs", "log-group:", "AWS::Logs::LogGroup", false),
    ("s3", "", "AWS::S3::Bucket", false),
    ("sns", "", "AWS::SNS::Topic", true),
    ("sqs", "", "AWS::SQS::Queue", false),
];

/// All that carries a tag `key=value`, or `key` with any value.
pub(super) async fn tagged(account: &Account, tag: &str) -> Result<Vec<Deployed>, Failure> {
    let (key, value) = tag.split_once('=').map_or((tag, None), |(key, value)| (key, Some(value)));
    let filter = TagFilter::builder().key(key.trim()).set_values(value.map(|value| vec![value.trim().to_owned()]));
    let client = aws_sdk_resourcegroupstagging::Client::new(&account.config);
    let mut pages = client.get_resources().tag_filters(filter.build()).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let what = format!("look for what carries the tag {tag}");
        let page = page.map_err(|error| trouble::failure(&error, "tag:GetResources", &what))?;
        found.extend(page.resource_tag_mapping_list().iter().filter_map(deployed));
    }
    if found.is_empty() {
        return Err(Failure::Input(format!("Nothing in {} carries the tag {tag}.", account.region)));
    }
    Ok(found)
}

/// A resource by its Amazon resource name and its tags.
fn deployed(mapping: &ResourceTagMapping) -> Option<Deployed> {
    let logical = mapping.tags().iter().find(|tag| tag.key() == LOGICAL).map(Tag::value);
    named(mapping.resource_arn()?, logical)
}

/// "arn:aws:lambda:eu-central-1:123456789012:function:shop-OrdersFn-1AB". One that nobody has given a logical name has its own.
fn named(arn: &str, logical: Option<&str>) -> Option<Deployed> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    let is_it = |kind: &&(&str, &str, &str, bool)| kind.0 == service && resource.starts_with(kind.1);
    let (_, prefix, kind, is_whole) = KINDS.iter().find(is_it)?;
    let name = resource.strip_prefix(prefix)?;
    // What stands below a resource is none of its own: a stage, a version, a stream.
    let is_part = name.is_empty() || (*service != *"logs" && *service != *"events" && name.contains(['/', ':']));
    if is_part {
        return None;
    }
    let name = name.trim_end_matches(":*");
    let physical = if *is_whole { arn } else { name };
    let own: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let (logical, physical) = (logical.unwrap_or(&own).to_owned(), physical.to_owned());
    Some(Deployed { logical, physical, kind: (*kind).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_known_by_their_names() {
        let check = |arn: &str, logical: Option<&str>, expected: Option<[&str; 3]>| {
            let told = named(arn, logical).map(|found| [found.logical, found.physical, found.kind]);
            assert_eq!(told, expected.map(|texts| texts.map(str::to_owned)), "{arn}");
        };
        let own = "arn:aws:lambda:eu-central-1:123456789012:function:shop-orders-1AB";
        check(own, Some("OrdersFn"), Some(["OrdersFn", "shop-orders-1AB", "AWS::Lambda::Function"]));
        check(own, None, Some(["shoporders1AB", "shop-orders-1AB", "AWS::Lambda::Function"]));
        check(&format!("{own}:live"), None, None);
        check("arn:aws:sqs:eu-central-1:123456789012:orders", None, Some(["orders", "orders", "AWS::SQS::Queue"]));
        let topic = "arn:aws:sns:eu-central-1:123456789012:orders";
        check(topic, None, Some(["orders", topic, "AWS::SNS::Topic"]));
        check("arn:aws:s3:::bucket", Some("Files"), Some(["Files", "bucket", "AWS::S3::Bucket"]));
        check("arn:aws:apigateway:eu-central-1::/apis/a1", Some("Api"), Some(["Api", "a1", "AWS::ApiGatewayV2::Api"]));
        check("arn:aws:apigateway:eu-central-1::/apis/a1/stages/prod", Some("Stage"), None);
        let group = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/a";
        check(group, None, Some(["awslambdaa", "/aws/lambda/a", "AWS::Logs::LogGroup"]));
        check("arn:aws:ec2:eu-central-1:123456789012:instance/i-1", None, None);
        check("nonsense", None, None);
    }
}
