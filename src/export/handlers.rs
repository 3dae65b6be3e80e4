//! Starters for the code of functions: what the platform expects around work that is still to be written.
//!
//! A language is a text of sections, put together by what feeds the function. Must not know dialects.

mod clients;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Archetype, Wiring};
use crate::stack::{CodeFolder, Decision, Stack, Wire};

/// A language that functions are written in.
pub(super) struct Language {
    /// How its runtimes' identifiers start.
    runtime: &'static str,
    /// Extension of its files.
    extension: &'static str,
    /// How a line of comment starts.
    comment: &'static str,
    /// How a variable of the environment is read.
    environment: &'static str,
    /// How it writes clients and calls.
    writing: clients::Writing,
    /// Its sections, each after a line `== name`.
    sections: &'static str,
}

const LANGUAGES: [Language; 3] = [
    Language {
        runtime: "nodejs",
        extension: "mjs",
        comment: "//",
        environment: "process.env",
        writing: clients::Writing::Node,
        sections: include_str!("handlers/node.txt"),
    },
    Language {
        runtime: "python",
        extension: "py",
        comment: "#",
        environment: "os.environ",
        writing: clients::Writing::Python,
        sections: include_str!("handlers/python.txt"),
    },
    Language {
        runtime: COMPILED,
        extension: "rs",
        comment: "//",
        environment: "std::env::var",
        writing: clients::Writing::Rust,
        sections: include_str!("handlers/rust.txt"),
    },
];

/// How the identifiers of runtimes start that run a program of one's own.
const COMPILED: &str = "provided";

/// Whether a function is a program that has to be built first, by cargo-lambda.
pub(super) fn is_compiled(code: &CodeFolder) -> bool {
    code.runtime.starts_with(COMPILED)
}

/// The folder with the program of a function that was built.
pub(super) fn built(code: &CodeFolder) -> String {
    format!("{}/target/lambda/handler", code.folder)
}

/// A language, and the texts of its sections by name.
pub(super) type Sections = (&'static Language, BTreeMap<&'static str, &'static str>);

/// Every language, its text cut into sections.
pub(super) fn languages() -> Vec<Sections> {
    LANGUAGES.iter().map(|language| (language, cut(language.sections))).collect()
}

/// Paths and texts of the files that a function starts with.
pub(super) fn starter(
    languages: &[Sections],
    stack: &Stack,
    (id, code): (&str, &CodeFolder),
    wires: &[&Wire],
) -> Vec<(String, String)> {
    let (language, texts) =
        languages.iter().find(|(language, _)| code.runtime.starts_with(language.runtime)).unwrap_or(&languages[0]);
    let mut text = head(stack, id, wires, language);
    let reaches = stack.reaches.get(id).map(Vec::as_slice).unwrap_or_default();
    let own = clients::clients(reaches, language.writing, &code.function);
    for name in sections(&feeds(stack, wires)) {
        let section = texts.get(name).copied().unwrap_or_default().replace("{function}", &code.function);
        match name {
            "start" => {
                text.push_str(&section.replace("{imports}\n", &own.imports).replace("{clients}\n", &own.helpers));
            }
            _ => text.push_str(&section),
        }
    }
    if is_compiled(code) {
        let manifest = include_str!("handlers/Cargo.txt").to_owned() + &own.dependencies;
        let manifest = (format!("{}/Cargo.toml", code.folder), manifest);
        return vec![manifest, (format!("{}/src/main.{}", code.folder, language.extension), text)];
    }
    vec![(format!("{}/{}.{}", code.folder, code.module, language.extension), text)]
}

/// What kinds of event reach a function.
#[derive(Default)]
struct Feeds {
    /// Somebody waits for an HTTP answer.
    requests: bool,
    /// Batches of messages, each of which can fail alone.
    messages: bool,
    /// Events that are delivered again when the work fails, or whose sender handles the failure.
    retried: bool,
    /// Batches of a pipe, as an array.
    piped: Option<&'static str>,
    /// Sections for events that the sender wants back in a form of its own.
    handed_back: BTreeSet<&'static str>,
    /// Sections with what deciding about callers needs.
    deciding: BTreeSet<&'static str>,
}

impl Feeds {
    /// Callers are decided about; the section is put before what is for events of other kinds.
    fn decide(&mut self, decision: Decision) {
        let section = match decision {
            Decision::OfToken | Decision::OfRequest | Decision::OfConnection => "decided_method",
            Decision::OfRoute { is_plain: false } => "decided_route",
            Decision::OfRoute { is_plain: true } => "decided_route_plainly",
            Decision::OfQuery => "decided_query",
        };
        self.handed_back.insert(section);
        self.deciding.insert("decides");
        self.deciding.extend(matches!(section, "decided_method" | "decided_route").then_some("policy"));
    }
}

fn feeds(stack: &Stack, wires: &[&Wire]) -> Feeds {
    let mut feeds = Feeds::default();
    for wire in wires {
        match wire.wiring {
            Wiring::Route => feeds.requests = true,
            Wiring::EventSourceMapping if archetype(stack, &wire.from) == Some(Archetype::Queue) => {
                feeds.messages = true;
            }
            Wiring::EventSourceMapping
            | Wiring::Notification
            | Wiring::WorkflowTask
            | Wiring::Call
            | Wiring::Subscription
            | Wiring::RuleTarget
            | Wiring::ScheduleTarget
            | Wiring::RuleAction
            | Wiring::Resolver => feeds.retried = true,
            Wiring::PipeEnd => {
                feeds.retried = true;
                let is_on_the_way = wire.text("part") == "enrichment";
                feeds.piped = Some(if is_on_the_way { "enriched" } else { "piped" });
            }
            Wiring::Transform => drop(feeds.handed_back.insert("records")),
            Wiring::UserPoolTrigger => drop(feeds.handed_back.insert("sign_in")),
            Wiring::BotHook => drop(feeds.handed_back.insert("turn")),
            Wiring::AuthorizerFunction => feeds.decide(wire.decision()),
            Wiring::Authorizer
            | Wiring::Origin
            | Wiring::DeadLetter
            | Wiring::Destination
            | Wiring::RuleSource
            | Wiring::StreamConsumer
            | Wiring::Delivery
            | Wiring::Watch
            | Wiring::AlarmAction
            | Wiring::Crawl
            | Wiring::Layer
            | Wiring::Query => {}
        }
    }
    feeds
}

fn archetype(stack: &Stack, id: &str) -> Option<Archetype> {
    stack.resources.get(id).map(|resource| resource.archetype)
}

/// The sections that such a function is made of, in order.
fn sections(feeds: &Feeds) -> Vec<&'static str> {
    let mut names = vec!["start"];
    names.extend(&feeds.deciding);
    names.extend(feeds.messages.then_some("queue"));
    names.push("handler");
    names.extend(feeds.piped);
    names.push("checked");
    names.extend(feeds.messages.then_some("batch"));
    names.extend(&feeds.handed_back);
    match (feeds.retried, feeds.requests) {
        (true, false) => names.push("retried"),
        (true, true) => names.extend(["mixed", "answered"]),
        (false, _) => names.push("answered"),
    }
    names
}

/// Name of each section → its lines.
fn cut(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    let starts = text.match_indices("== ").filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
    let starts: Vec<usize> = starts.map(|(at, _)| at).chain([text.len()]).collect();
    let sections = starts.windows(2).filter_map(|ends| text[ends[0]..ends[1]].strip_prefix("== ")?.split_once('\n'));
    sections.collect()
}

/// What wakes the function with which event, and what its variables lead to.
fn head(stack: &Stack, id: &str, wires: &[&Wire], language: &Language) -> String {
    let mut lines = vec![name_of(stack, id), String::new()];
    for wire in wires {
        if let Some((cause, shape)) = told(stack, wire) {
            lines.push(format!("Invoked by {cause}. The event:"));
            lines.push(format!("  {shape}"));
        }
    }
    if lines.len() == 2 {
        lines.push("Nothing in the diagram invokes it; the event is what its caller sends.".to_owned());
    }
    let variables: Vec<String> = stack
        .variables
        .get(id)
        .into_iter()
        .flatten()
        .map(|(name, variable)| format!("  {name}: leads to {} ({})", variable.node, variable.label))
        .collect();
    if !variables.is_empty() {
        lines.push(String::new());
        lines.push(format!("Its variables ({}):", language.environment));
        lines.extend(variables);
    }
    let mut text = String::new();
    for line in &lines {
        text.extend([language.comment, if line.is_empty() { "" } else { " " }, one_line(line).trim_end(), "\n"]);
    }
    text + "\n"
}

fn name_of(stack: &Stack, id: &str) -> String {
    stack.resources.get(id).map(|resource| resource.name.clone()).unwrap_or_default()
}

/// A text that stays on its line in a comment of every language.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if text.contains(ends_line) { text.replace(ends_line, " ").into() } else { text.into() }
}

/// What wakes the function, and the shape of the event; `None` for arrows that wake nothing.
fn told(stack: &Stack, wire: &Wire) -> Option<(String, &'static str)> {
    let from = name_of(stack, &wire.from);
    match wire.wiring {
        Wiring::Route if !wire.text("route_key").is_empty() => {
            let shape = r#"{"requestContext": {"routeKey": "…", "connectionId": "…"}, "body": "…"}"#;
            Some((format!("{from} for messages of the route {}", wire.text("route_key")), shape))
        }
        Wiring::Route => {
            let shape = r#"{"body": "…", "pathParameters": {…}, "queryStringParameters": {…}, "requestContext": {…}}"#;
            Some((format!("{from} for {} {}", wire.text("method"), wire.text("path")), shape))
        }
        Wiring::EventSourceMapping if archetype(stack, &wire.from) == Some(Archetype::Queue) => {
            let shape =
                r#"{"Records": [{"messageId": "…", "body": "…", "attributes": {…}, "eventSource": "aws:sqs"}]}"#;
            Some((format!("{from} with batches of messages"), shape))
        }
        Wiring::EventSourceMapping if archetype(stack, &wire.from) == Some(Archetype::Stream) => {
            let shape = r#"{"Records": [{"eventID": "…", "kinesis": {"partitionKey": "…", "data": "… in base64"}}]}"#;
            Some((format!("{from} with batches of records"), shape))
        }
        Wiring::EventSourceMapping => {
            let shape = r#"{"Records": [{"eventName": "INSERT|MODIFY|REMOVE", "dynamodb": {"Keys": {…}, "NewImage": {…}, "OldImage": {…}}}]}"#;
            Some((format!("{from} with batches of changed items"), shape))
        }
        Wiring::Notification => {
            let shape = r#"{"Records": [{"eventName": "…", "s3": {"bucket": {"name": "…"}, "object": {"key": "…", "size": 0}}}]}"#;
            Some((format!("{from} for {} {}", wire.text("events"), wire.text("prefix")).trim_end().to_owned(), shape))
        }
        Wiring::WorkflowTask => Some((format!("{from} as a step"), "{…}, the input of the step")),
        Wiring::Call => Some((from, "{…}, what the caller sends")),
        Wiring::AuthorizerFunction => {
            Some((format!("{} to decide who may call it", name_of(stack, &wire.to)), decided(wire.decision())))
        }
        Wiring::Subscription
        | Wiring::RuleTarget
        | Wiring::ScheduleTarget
        | Wiring::RuleAction
        | Wiring::Transform
        | Wiring::UserPoolTrigger
        | Wiring::BotHook
        | Wiring::PipeEnd
        | Wiring::Resolver => Some(told_of_service(wire, &from)),
        Wiring::Authorizer
        | Wiring::Origin
        | Wiring::DeadLetter
        | Wiring::Destination
        | Wiring::RuleSource
        | Wiring::StreamConsumer
        | Wiring::Delivery
        | Wiring::Watch
        | Wiring::AlarmAction
        | Wiring::Crawl
        | Wiring::Layer
        | Wiring::Query => None,
    }
}

/// What a function is shown that decides about callers.
fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::OfToken => {
            r#"{"type": "TOKEN", "authorizationToken": "…", "methodArn": "arn:…:api/stage/METHOD/path"}"#
        }
        Decision::OfRequest => {
            r#"{"type": "REQUEST", "methodArn": "arn:…:api/stage/METHOD/path", "headers": {…}, "queryStringParameters": {…}, "requestContext": {…}}"#
        }
        Decision::OfRoute { .. } => {
            r#"{"version": "2.0", "type": "REQUEST", "routeArn": "arn:…:api/stage/METHOD/path", "identitySource": ["…"], "headers": {…}, "requestContext": {…}}"#
        }
        Decision::OfConnection => {
            r#"{"type": "REQUEST", "methodArn": "arn:…:api/stage/$connect", "headers": {…}, "queryStringParameters": {…}, "requestContext": {"connectionId": "…"}}"#
        }
        Decision::OfQuery => {
            r#"{"authorizationToken": "…", "requestContext": {"apiId": "…", "queryString": "…", "variables": {…}}, "requestHeaders": {…}}"#
        }
    }
}

/// What a service tells a function that it invokes by itself.
fn told_of_service(wire: &Wire, from: &str) -> (String, &'static str) {
    let (cause, shape) = match wire.wiring {
        Wiring::Subscription => (
            " for each message".to_owned(),
            r#"{"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "…", "MessageAttributes": {…}}}]}"#,
        ),
        Wiring::RuleTarget => {
            (" for each event that matches".to_owned(), r#"{"source": "…", "detail-type": "…", "detail": {…}}"#)
        }
        Wiring::ScheduleTarget => (" when its time has come".to_owned(), "{…}, the input of the schedule"),
        Wiring::RuleAction => (" for each message that matches".to_owned(), "{…}, what the query selects"),
        Wiring::Transform => (
            " with batches of records to change".to_owned(),
            r#"{"records": [{"recordId": "…", "data": "… in base64"}]}"#,
        ),
        Wiring::UserPoolTrigger => (
            format!(" at the step {}", wire.text("trigger")),
            r#"{"triggerSource": "…", "userName": "…", "request": {"userAttributes": {…}}, "response": {}}"#,
        ),
        Wiring::BotHook => (
            " for each turn of a conversation".to_owned(),
            r#"{"sessionState": {"intent": {"name": "…", "slots": {…}}}, "inputTranscript": "…"}"#,
        ),
        Wiring::PipeEnd => (
            " with batches of what it reads".to_owned(),
            r#"[{"eventSource": "aws:sqs|aws:kinesis|aws:dynamodb", …}, …]"#,
        ),
        Wiring::Resolver => (
            format!(" for the field {}", wire.text("field")).trim_end_matches(" for the field ").to_owned(),
            r#"{"arguments": {…}, "identity": {…}, "info": {"fieldName": "…", "parentTypeName": "…"}}"#,
        ),
        _ => (String::new(), "{…}"),
    };
    (format!("{from}{cause}"), shape)
}
