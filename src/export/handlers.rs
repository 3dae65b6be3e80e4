//! Starters for the code of functions: what the platform expects around work that is still to be written.
//!
//! A language is a text of sections, put together by what feeds the function. Must not know dialects.

mod clients;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Archetype, Wiring};
use crate::stack::{CodeFolder, Decision, Expression, Map, Stack, Wire};

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

/// A language, its text cut into sections.
pub(super) struct Sections {
    language: &'static Language,
    /// Their texts by name.
    texts: BTreeMap<&'static str, &'static str>,
    /// What they define.
    defined: BTreeSet<&'static str>,
}

/// Every language, its text cut into sections.
pub(super) fn languages() -> Vec<Sections> {
    let defines = |line: &'static str| {
        let name = line.strip_prefix("const ").or_else(|| line.strip_prefix("def "))?;
        Some(name.split([' ', '(']).next().unwrap_or(name))
    };
    let sections = |language: &'static Language| Sections {
        language,
        texts: cut(language.sections),
        defined: language.sections.lines().filter_map(defines).collect(),
    };
    LANGUAGES.iter().map(sections).collect()
}

/// Paths and texts of the files that a function starts with.
pub(super) fn starter(
    languages: &[Sections],
    stack: &Stack,
    (id, code): (&str, &CodeFolder),
    wires: &[&Wire],
) -> Vec<(String, String)> {
    let own = languages.iter().find(|own| code.runtime.starts_with(own.language.runtime));
    let Sections { language, texts, defined } = own.unwrap_or(&languages[0]);
    let mut text = head(stack, id, wires, language);
    let reaches = stack.reaches.get(id).map(Vec::as_slice).unwrap_or_default();
    // The platform starts a program by the program's own name.
    let function = if is_compiled(code) { "handler" } else { &code.function };
    let own = clients::clients(reaches, language.writing, function);
    let is_taken = defined.contains(function);
    for name in sections(&feeds(stack, wires)) {
        let section = texts.get(name).copied().unwrap_or_default();
        let section: Cow<'_, str> = if is_taken { renamed(section, function).into() } else { section.into() };
        let section = section.replace("{function}", function);
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

/// A section in which what it defines under this name has another, since the function that is invoked is called so.
fn renamed(section: &str, name: &str) -> String {
    let called = |open: &str| (format!("{name}{open}"), format!("{name}1{open}"));
    [called("("), called(" = ")].iter().fold(section.to_owned(), |text, (old, new)| text.replace(old, new))
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
    let variables = variables(stack, id);
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

/// What each variable of a function holds, in the order of their names.
fn variables(stack: &Stack, id: &str) -> Vec<String> {
    let inner = |map: &'_ Map, key: &str| match map.get(key) {
        Some(Expression::Map(inner)) => inner.clone(),
        _ => Map::new(),
    };
    let own = stack.resources.get(id).map(|own| inner(&inner(&own.properties, "Environment"), "Variables"));
    let own = own.unwrap_or_default();
    let asked = |value: &Expression| match value {
        Expression::Ref(parameter) => Some(stack.parameters.get(parameter)?.description.clone()),
        _ => None,
    };
    let mut told: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in own.iter() {
        told.insert(name, asked(value).unwrap_or_else(|| "as the template says.".to_owned()));
    }
    for (name, variable) in stack.variables.get(id).into_iter().flatten() {
        told.insert(name, format!("leads to {} ({})", variable.node, variable.label));
    }
    told.into_iter().map(|(name, what)| format!("  {name}: {what}")).collect()
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
fn told<'s>(stack: &'s Stack, wire: &Wire) -> Option<(String, &'s str)> {
    if wire.wiring == Wiring::AuthorizerFunction {
        return Some((format!("{} to decide who may call it", name_of(stack, &wire.to)), decided(wire.decision())));
    }
    let cause = cause(stack, wire)?;
    let shape = stack.resources.get(&wire.from).and_then(|from| from.event.as_deref()).unwrap_or("{…}");
    Some((format!("{}{cause}", name_of(stack, &wire.from)), shape))
}

/// At what a resource invokes a function, after its name.
fn cause(stack: &Stack, wire: &Wire) -> Option<String> {
    let text = |key: &str| wire.text(key);
    let cause = match wire.wiring {
        Wiring::Route if !text("route_key").is_empty() => format!(" for messages of the route {}", text("route_key")),
        Wiring::Route => format!(" for {} {}", text("method"), text("path")),
        Wiring::EventSourceMapping => match archetype(stack, &wire.from) {
            Some(Archetype::Queue) => " with batches of messages".to_owned(),
            Some(Archetype::Stream) => " with batches of records".to_owned(),
            _ => " with batches of changed items".to_owned(),
        },
        Wiring::Notification => format!(" for {} {}", text("events"), text("prefix")).trim_end().to_owned(),
        Wiring::WorkflowTask => " as a step".to_owned(),
        Wiring::Call => String::new(),
        Wiring::Subscription => " for each message".to_owned(),
        Wiring::RuleTarget => " for each event that matches".to_owned(),
        Wiring::ScheduleTarget => " when its time has come".to_owned(),
        Wiring::RuleAction => " for each message that matches".to_owned(),
        Wiring::Transform => " with batches of records to change".to_owned(),
        Wiring::UserPoolTrigger => format!(" at the step {}", text("trigger")),
        Wiring::BotHook => " for each turn of a conversation".to_owned(),
        Wiring::PipeEnd => " with batches of what it reads".to_owned(),
        Wiring::Resolver if text("field").is_empty() => String::new(),
        Wiring::Resolver => format!(" for the field {}", text("field")),
        Wiring::Authorizer
        | Wiring::AuthorizerFunction
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
        | Wiring::Query => return None,
    };
    Some(cause)
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
