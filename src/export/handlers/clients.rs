//! The clients of a function's code, and a helper for each call that its arrows allow, in each language.
//!
//! Must not know services: names, inputs and types come with the calls.

mod lines;
mod rust;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::client::{Client, ClientCall, Input};
use crate::stack::{Reach, words};

/// How a language writes clients and calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Node,
    Python,
    Rust,
}

/// The parts of a handler that call others; empty but for what is always imported when it calls nobody.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Lines among the imports.
    pub(super) imports: String,
    /// Clients, and helpers that call them.
    pub(super) helpers: String,
    /// Lines of a manifest.
    pub(super) dependencies: String,
}

/// Widest line of code that is not broken up.
const WIDTH: usize = 110;

/// The parts for what a function reaches; nothing is named like the function itself.
pub(super) fn clients(reaches: &[Reach], writing: Writing, function: &str) -> Parts {
    if reaches.is_empty() {
        let imports = if writing == Writing::Rust { rust::imports(reaches) } else { String::new() };
        return Parts { imports, ..Parts::default() };
    }
    let mut taken = BTreeSet::from([function.to_owned(), "config".to_owned()]);
    let mut code = Code { writing, reaches, clients: BTreeMap::new(), text: String::new() };
    let mut made = String::new();
    for reach in reaches {
        let wanted = match &reach.client.endpoint {
            Some(_) => format!("{}_of_{}", reach.client.name, snake(&reach.id)),
            None => reach.client.name.clone(),
        };
        if !code.clients.contains_key(&wanted) {
            let name = free(code.named(&wanted), &mut taken);
            made += &code.client(&name, reach);
            code.clients.insert(wanted.clone(), name);
        }
        let client = code.clients[&wanted].clone();
        let mark = if writing == Writing::Python { "#" } else { "//" };
        let (node, label) = (super::one_line(&reach.node), super::one_line(&reach.label));
        code.text += &format!("\n{}{mark} {node} ({label})\n", code.gap());
        for (number, call) in reach.calls.iter().enumerate() {
            let name = free(code.named(&format!("{}_{}", call.verb, snake(&reach.id))), &mut taken);
            let gap = if number == 0 { String::new() } else { format!("\n{}", code.gap()) };
            code.text += &gap;
            let helper = code.helper(&name, &client, reach, call);
            code.text += &helper;
        }
    }
    let helpers = code.around(&made);
    Parts { imports: imports(reaches, writing, &helpers), helpers, dependencies: dependencies(reaches, writing) }
}

/// `name`, or where that is taken, `name` with a number.
fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.clone())).unwrap_or(name)
}

fn imports(reaches: &[Reach], writing: Writing, helpers: &str) -> String {
    match writing {
        Writing::Python if helpers.contains("os.environ") => "import os\n\nimport boto3\n".to_owned(),
        Writing::Python => "\nimport boto3\n".to_owned(),
        Writing::Rust => rust::imports(reaches),
        Writing::Node => node_imports(reaches),
    }
}

fn node_imports(reaches: &[Reach]) -> String {
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for Reach { client, calls, .. } in reaches {
        let own = names.entry(&client.node).or_default();
        own.insert(client.class.clone());
        own.extend(calls.iter().map(|call| {
            let (command, known) = (command(call), command_here(reaches, client, call));
            if command == known { command } else { format!("{command} as {known}") }
        }));
        if let Some((package, class)) = &client.wraps {
            names.entry(package).or_default().insert(class.clone());
        }
    }
    let line = |(package, names): (&str, BTreeSet<String>)| {
        let one = format!("import {{ {} }} from \"{package}\";\n", joined(&names, ", "));
        if one.len() <= WIDTH {
            return one;
        }
        format!("import {{\n  {},\n}} from \"{package}\";\n", joined(&names, ",\n  "))
    };
    names.into_iter().map(line).collect::<String>() + "\n"
}

fn joined(names: &BTreeSet<String>, between: &str) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(between)
}

fn dependencies(reaches: &[Reach], writing: Writing) -> String {
    if writing != Writing::Rust {
        return String::new();
    }
    let mut crates: BTreeSet<&str> = reaches.iter().map(|reach| reach.client.rust.as_str()).collect();
    crates.insert("aws-config");
    crates.into_iter().fold(String::new(), |lines, name| lines + name + " = \"1\"\n")
}

/// The command of the JavaScript client.
fn command(call: &ClientCall) -> String {
    call.node.clone().unwrap_or_else(|| format!("{}Command", call.operation))
}

/// The command under a name of its own, where another package has one of the same name.
fn command_here(reaches: &[Reach], client: &Client, call: &ClientCall) -> String {
    let name = command(call);
    let is_shared = reaches
        .iter()
        .any(|other| other.client.node != client.node && other.calls.iter().any(|call| command(call) == name));
    if is_shared { format!("{}{name}", client.class.trim_end_matches("Client")) } else { name }
}

/// Code that is being written.
struct Code<'r> {
    writing: Writing,
    reaches: &'r [Reach],
    /// Wanted name of a client → the name that it got.
    clients: BTreeMap<String, String>,
    text: String,
}

impl Code<'_> {
    /// A name as the language writes it.
    fn named(&self, name: &str) -> String {
        if self.writing == Writing::Node { camel(name) } else { name.to_owned() }
    }

    /// What stands between two helpers beyond one empty line.
    fn gap(&self) -> &'static str {
        if self.writing == Writing::Python { "\n" } else { "" }
    }

    /// Clients and helpers, with the empty lines that belong around them.
    fn around(&self, made: &str) -> String {
        let text = self.text.trim_start_matches('\n');
        match self.writing {
            Writing::Node => format!("{made}\n{text}\n"),
            Writing::Python => format!("\n{made}\n\n{text}"),
            Writing::Rust => format!("{}{made}{text}\n", rust::CONFIG),
        }
    }

    fn client(&self, name: &str, Reach { client, variables, .. }: &Reach) -> String {
        let endpoint = client.endpoint.as_ref().and_then(|suffix| variables.get(suffix));
        match self.writing {
            Writing::Node => node_client(name, client, endpoint),
            Writing::Python => {
                let place = endpoint.map(|variable| format!(", endpoint_url=os.environ[\"{variable}\"]"));
                format!("{name} = boto3.client(\"{}\"{})\n", client.python, place.unwrap_or_default())
            }
            Writing::Rust => rust::client(name, client, endpoint),
        }
    }

    fn helper(&self, name: &str, client: &str, reach: &Reach, call: &ClientCall) -> String {
        let input = |value: &Input| self.value(value, reach);
        let arguments: Vec<String> = call.arguments().iter().map(|(name, _)| self.named(name)).collect();
        let arguments = arguments.join(", ");
        match self.writing {
            Writing::Node => {
                let passed: Vec<String> = call.input.iter().map(|(key, value)| self.pair(key, &input(value))).collect();
                let command = command_here(self.reaches, &reach.client, call);
                let head = format!("const {name} = ({arguments}) =>");
                let one = format!("{client}.send(new {command}({{ {} }}));\n", passed.join(", "));
                if head.len() + one.len() <= WIDTH {
                    return format!("{head} {one}");
                }
                if one.len() + 2 <= WIDTH {
                    return format!("{head}\n  {one}");
                }
                let lines = passed.iter().fold(String::new(), |lines, pair| lines + "      " + pair + ",\n");
                format!("{head}\n  {client}.send(\n    new {command}({{\n{lines}    }}),\n  );\n")
            }
            Writing::Python => {
                let passed: Vec<String> =
                    call.input.iter().map(|(key, value)| format!("{key}={}", input(value))).collect();
                let called = |passed: &str| format!("    return {client}.{}({passed})\n", snake(&call.operation));
                let one = called(&passed.join(", "));
                let lines = passed.iter().fold(String::new(), |lines, pair| lines + "\n        " + pair + ",");
                let body = if one.len() <= WIDTH { one } else { called(&format!("{lines}\n    ")) };
                format!("def {name}({arguments}):\n{body}")
            }
            Writing::Rust => self.rust_helper(name, client, reach, call),
        }
    }

    /// A value in the language's own words.
    fn value(&self, value: &Input, reach: &Reach) -> String {
        let all = |items: Vec<String>| items.join(", ");
        match value {
            Input::Variable(suffix) => {
                let variable = reach.variables.get(suffix).map(String::as_str).unwrap_or_default();
                match self.writing {
                    Writing::Node => format!("process.env.{variable}"),
                    Writing::Python => format!("os.environ[\"{variable}\"]"),
                    Writing::Rust => format!("std::env::var(\"{variable}\")?"),
                }
            }
            Input::Argument(name, _) => self.named(name),
            Input::Text(text) => self.quoted(text),
            Input::Plain(value) => match (self.writing, value.as_bool()) {
                (Writing::Python, Some(true)) => "True".to_owned(),
                (Writing::Python, Some(false)) => "False".to_owned(),
                _ => value.to_string(),
            },
            Input::List(items) => format!("[{}]", all(items.iter().map(|item| self.value(item, reach)).collect())),
            Input::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, item)| self.pair(key, &self.value(item, reach)));
                let pairs = all(pairs.collect());
                if self.writing == Writing::Python { format!("{{{pairs}}}") } else { format!("{{ {pairs} }}") }
            }
        }
    }

    fn pair(&self, key: &str, value: &str) -> String {
        match self.writing {
            Writing::Python => format!("\"{key}\": {value}"),
            _ if key == value => key.to_owned(),
            _ => format!("{key}: {value}"),
        }
    }

    /// A text as a literal.
    fn quoted(&self, text: &str) -> String {
        match self.writing {
            Writing::Rust => format!("{text:?}"),
            // The escapes of JSON are those of both languages.
            _ => serde_json::Value::from(super::one_line(text)).to_string(),
        }
    }
}

fn node_client(name: &str, client: &Client, endpoint: Option<&String>) -> String {
    let place = endpoint.map(|variable| format!(" endpoint: process.env.{variable} ")).unwrap_or_default();
    match &client.wraps {
        Some((_, inner)) => format!("const {name} = {}.from(new {inner}({{{place}}}));\n", client.class),
        None => format!("const {name} = new {}({{{place}}});\n", client.class),
    }
}

/// `SendMessage` as `send_message`.
fn snake(name: &str) -> String {
    words::words(name).join("_").to_ascii_lowercase()
}

/// `send_to_orders` as `sendToOrders`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |joined, part| {
        let (head, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
        joined + &head.to_ascii_uppercase() + rest
    })
}
