//! Which log groups a stack's template lets its resources write: functions with a group of their own choice, stages of APIs with
//! access logs, workflows.
//!
//! A template is read line by line by how far lines are indented, which is the same for YAML and for JSON that is laid out; what is
//! not understood tells nothing. Must not know how a template is fetched.

use std::collections::BTreeMap;

use crate::source::Deployed;

/// Properties that name a log group.
const NAMING: &[&str] = &["LoggingConfig", "AccessLogSettings", "AccessLogSetting", "LoggingConfiguration"];

/// Where a stack is, to fill its names in.
pub(super) struct Site<'s> {
    /// The stack's name.
    pub stack: &'s str,
    /// Its region.
    pub region: &'s str,
    /// All of its own resources.
    pub resources: &'s [Deployed],
}

impl Site<'_> {
    /// Names of log groups, each with the logical name of the resource that writes it.
    pub(super) fn written(&self, template: &str) -> BTreeMap<String, String> {
        let json = serde_json::from_str::<serde_json::Value>(template).ok();
        let laid_out = json.and_then(|json| serde_json::to_string_pretty(&json).ok());
        let lines: Vec<&str> = laid_out.as_deref().unwrap_or(template).lines().collect();
        let mut written = BTreeMap::new();
        let Some(resources) = under(&lines, "Resources") else { return written };
        for (logical, block) in children(resources) {
            let Some(resource) = self.resources.iter().find(|resource| resource.logical == logical) else { continue };
            let Some(naming) = NAMING.iter().find_map(|key| anywhere(block, key)) else { continue };
            if let Some(group) = self.group(naming) {
                written.insert(group, self.writer(resource, block).to_owned());
            }
        }
        written
    }

    /// The log group that a property names: one of the stack's own, else a name that is written out.
    fn group(&self, naming: &[&str]) -> Option<String> {
        let own = |resource: &&Deployed| {
            resource.kind == "AWS::Logs::LogGroup"
                && naming.iter().any(|line| words(line).any(|word| word == resource.logical))
        };
        if let Some(own) = self.resources.iter().find(own) {
            return Some(own.physical.clone());
        }
        let line = naming.iter().find(|line| key_of(line) == Some("LogGroup"))?;
        let (_, value) = line.split_once(':')?;
        let value = value.trim().trim_end_matches(',').trim_start_matches("!Sub").trim().trim_matches(['"', '\'']);
        let filled = self.filled(value)?;
        (!filled.is_empty() && !filled.contains(['!', '{', '}', ' '])).then_some(filled)
    }

    /// A text with the names in `${…}` filled in; `None` when one is not known.
    fn filled(&self, text: &str) -> Option<String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(match name {
                "AWS::StackName" => self.stack,
                "AWS::Region" => self.region,
                _ => &self.resources.iter().find(|resource| resource.logical == name)?.physical,
            });
            rest = after;
        }
        Some(filled + rest)
    }

    /// Who writes: for a stage the API that it is one of.
    fn writer<'r>(&'r self, resource: &'r Deployed, block: &[&str]) -> &'r str {
        let is_api = |other: &&Deployed| {
            matches!(other.kind.as_str(), "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api")
                && block.iter().any(|line| words(line).any(|word| word == other.logical))
        };
        let api = self.resources.iter().filter(|_| resource.kind.ends_with("::Stage")).find(is_api);
        &api.unwrap_or(resource).logical
    }
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
    Some(key.trim_matches('"')).filter(|key| !key.is_empty())
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// The lines under one of the least depth with this key.
fn under<'l, 't>(lines: &'l [&'t str], key: &str) -> Option<&'l [&'t str]> {
    let at = lines.iter().position(|line| key_of(line) == Some(key) && depth(line) <= 2)?;
    Some(block(lines, at))
}

/// A line with this key and those under it, wherever it stands.
fn anywhere<'l, 't>(lines: &'l [&'t str], key: &str) -> Option<&'l [&'t str]> {
    let at = lines.iter().position(|line| key_of(line) == Some(key))?;
    let length = block(lines, at).len();
    lines.get(at..=at + length)
}

/// The lines that are indented further than the one at `at`.
fn block<'l, 't>(lines: &'l [&'t str], at: usize) -> &'l [&'t str] {
    let (rest, own) = (&lines[at + 1..], depth(lines[at]));
    let end = rest.iter().position(|line| !line.trim().is_empty() && depth(line) <= own).unwrap_or(rest.len());
    &rest[..end]
}

/// The keys of least depth, each with the lines under it.
fn children<'l, 't>(lines: &'l [&'t str]) -> Vec<(&'t str, &'l [&'t str])> {
    let is_told = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let Some(least) = lines.iter().filter(is_told).map(|line| depth(line)).min() else { return Vec::new() };
    let places = lines.iter().enumerate().filter(|(_, line)| depth(line) == least && !line.trim().is_empty());
    places.filter_map(|(at, line)| Some((key_of(line)?, block(lines, at)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Resources:
  # What the shop runs.
  OrdersFn:
    Type: AWS::Lambda::Function
    Properties:
      LoggingConfig:
        LogFormat: JSON
        LogGroup: !Ref OrdersLogs
  PayFn:
    Type: AWS::Lambda::Function
    Properties:
      LoggingConfig: {LogGroup: !Ref PayLogs}
  MailFn:
    Type: AWS::Lambda::Function
    Properties:
      LoggingConfig:
        LogGroup: !Sub '/shop/${AWS::StackName}/mail'
  PlainFn:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
  ApiStage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Api
      AccessLogSettings:
        DestinationArn: !GetAtt ApiLogs.Arn
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      LoggingConfiguration:
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: !Sub ${FlowLogs.Arn}
Outputs:
  Url:
    Value: !Ref Api
"#;

    const JSON: &str = r#"{"Resources":{"OrdersFn":{"Type":"AWS::Lambda::Function","Properties":{"LoggingConfig":
        {"LogGroup":{"Ref":"OrdersLogs"}}}},"MailFn":{"Type":"AWS::Lambda::Function","Properties":{"LoggingConfig":
        {"LogFormat":"JSON","LogGroup":"/shop/mail"}}},"ApiStage":{"Properties":{"AccessLogSetting":{"DestinationArn":
        {"Fn::GetAtt":["ApiLogs","Arn"]}},"RestApiId":{"Ref":"RestApi"}}}}}"#;

    #[test]
    fn log_groups_find_who_writes_them() {
        let resource = |(logical, kind): (&str, &str)| Deployed {
            logical: logical.to_owned(),
            physical: format!("shop-{logical}"),
            kind: kind.to_owned(),
        };
        let functions = ["OrdersFn", "PayFn", "MailFn", "PlainFn"].map(|name| (name, "AWS::Lambda::Function"));
        let groups = ["OrdersLogs", "PayLogs", "ApiLogs", "FlowLogs"].map(|name| (name, "AWS::Logs::LogGroup"));
        let others = [
            ("Api", "AWS::ApiGatewayV2::Api"),
            ("RestApi", "AWS::ApiGateway::RestApi"),
            ("ApiStage", "AWS::ApiGatewayV2::Stage"),
            ("Flow", "AWS::StepFunctions::StateMachine"),
        ];
        let resources: Vec<Deployed> = functions.into_iter().chain(groups).chain(others).map(resource).collect();
        let site = Site { stack: "shop", region: "eu-central-1", resources: &resources };
        let check = |template: &str, expected: &[(&str, &str)]| {
            let expected = expected.iter().map(|(group, writer)| ((*group).to_owned(), (*writer).to_owned()));
            assert_eq!(site.written(template), expected.collect(), "{template}");
        };
        let all = [
            ("shop-OrdersLogs", "OrdersFn"),
            ("shop-PayLogs", "PayFn"),
            ("/shop/shop/mail", "MailFn"),
            ("shop-ApiLogs", "Api"),
            ("shop-FlowLogs", "Flow"),
        ];
        check(YAML, &all);
        check(JSON, &[("shop-OrdersLogs", "OrdersFn"), ("/shop/mail", "MailFn"), ("shop-ApiLogs", "RestApi")]);
        check("", &[]);
        check("Resources:\n  - 7", &[]);
        check("Resources:\n  MailFn:\n    LoggingConfig:\n      LogGroup: !ImportValue elsewhere", &[]);
    }
}
