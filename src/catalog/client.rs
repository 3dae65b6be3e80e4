//! How code reaches a kind: the client of each language's SDK, and the calls that a right allows.
//!
//! Must not know what a language looks like; a call's input is told once, in the service's own names.

use serde_json::Value;

use super::reader::Table;

/// The clients through which code reaches a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What code calls it: "sqs".
    pub name: String,
    /// Package of the AWS SDK for JavaScript, version 3.
    pub node: String,
    /// Class in that package.
    pub class: String,
    /// Package and class of the client that this one is made of, where it only wraps another.
    pub wraps: Option<(String, String)>,
    /// Name of the service in boto3.
    pub python: String,
    /// Crate of the AWS SDK for Rust.
    pub rust: String,
    /// End of the variable that holds the client's own address, where each resource has its own.
    pub endpoint: Option<String>,
}

/// A call of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientCall {
    /// The right that it needs, `service:Action`.
    pub action: String,
    /// The operation, in the service's own words: `SendMessage`.
    pub operation: String,
    /// The command of the JavaScript client, where it is not named by the operation.
    pub node: Option<String>,
    /// What the helper does to the resource, before its name: `send_to`.
    pub verb: String,
    /// What is passed.
    pub input: Vec<(String, Input)>,
    /// The same as steps of a builder in Rust, where they cannot be told from the input.
    pub rust: Option<String>,
}

/// A value that a call passes.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// What the variable with this suffix holds: `$QUEUE_URL`.
    Variable(String),
    /// An argument of the helper: `body`, or `body:data` with what it is.
    Argument(String, ArgumentType),
    /// A text, with `{field}` for settings of the node: `=on-{stage}`.
    Text(String),
    /// A number or a truth value.
    Plain(Value),
    /// Several.
    List(Vec<Self>),
    /// By name.
    Map(Vec<(String, Self)>),
}

/// What an argument is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentType {
    /// A text.
    Text,
    /// Bytes.
    Data,
    /// A structure of the service: its name among the types of the SDK for Rust.
    Structure(String),
    /// Attributes by name: the type of one value.
    Attributes(String),
}

impl ClientCall {
    /// The arguments, in the order in which they are passed.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&str, &ArgumentType)> {
        let mut found = Vec::new();
        self.input.iter().for_each(|(_, input)| input.arguments(&mut found));
        found
    }

    /// The call with every text of its input changed by `change`.
    #[must_use]
    pub fn with_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        let input = self.input.iter().map(|(key, input)| (key.clone(), input.with_texts(change))).collect();
        let (action, operation, verb) = (self.action.clone(), self.operation.clone(), self.verb.clone());
        Self { action, operation, verb, input, node: self.node.clone(), rust: self.rust.clone() }
    }

    /// The suffixes of the variables that are passed.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.input.iter().for_each(|(_, input)| input.variables(&mut found));
        found
    }
}

impl Input {
    fn arguments<'i>(&'i self, found: &mut Vec<(&'i str, &'i ArgumentType)>) {
        match self {
            Self::Argument(name, argument) => found.push((name, argument)),
            Self::List(items) => items.iter().for_each(|item| item.arguments(found)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, item)| item.arguments(found)),
            Self::Variable(_) | Self::Text(_) | Self::Plain(_) => {}
        }
    }

    fn variables<'i>(&'i self, found: &mut Vec<&'i str>) {
        match self {
            Self::Variable(suffix) => found.push(suffix),
            Self::List(items) => items.iter().for_each(|item| item.variables(found)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, item)| item.variables(found)),
            Self::Argument(..) | Self::Text(_) | Self::Plain(_) => {}
        }
    }

    /// The input with every text changed by `change`.
    fn with_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Text(text) => Self::Text(change(text)),
            Self::List(items) => Self::List(items.iter().map(|item| item.with_texts(change)).collect()),
            Self::Map(pairs) => {
                Self::Map(pairs.iter().map(|(key, item)| (key.clone(), item.with_texts(change))).collect())
            }
            Self::Variable(_) | Self::Argument(..) | Self::Plain(_) => self.clone(),
        }
    }
}

/// The client under `[client]`.
pub(super) fn client(table: &Table<'_>) -> Client {
    let wraps = table.texts("wraps");
    Client {
        name: table.text("name"),
        node: table.text("node"),
        class: table.text("class"),
        wraps: match wraps.as_slice() {
            [package, class] => Some((package.clone(), class.clone())),
            _ => None,
        },
        python: table.text("python"),
        rust: table.text("rust"),
        endpoint: table.maybe_text("endpoint"),
    }
}

/// One call under `[[call]]`.
pub(super) fn call(table: &Table<'_>) -> Option<ClientCall> {
    let action = table.text("action");
    let named = action.split(':').next_back().unwrap_or_default().to_owned();
    let Some(Input::Map(input)) = table.json("input").map(|value| input(&value)) else {
        table.defect("`input` must be a table");
        return None;
    };
    Some(ClientCall {
        operation: table.maybe_text("operation").unwrap_or(named),
        action,
        node: table.maybe_text("node"),
        verb: table.text("verb"),
        input,
        rust: table.maybe_text("rust"),
    })
}

fn input(value: &Value) -> Input {
    match value {
        Value::String(text) => text_input(text),
        Value::Array(items) => Input::List(items.iter().map(input).collect()),
        Value::Object(pairs) => Input::Map(pairs.iter().map(|(key, value)| (key.clone(), input(value))).collect()),
        other => Input::Plain(other.clone()),
    }
}

fn text_input(text: &str) -> Input {
    if let Some(suffix) = text.strip_prefix('$') {
        return Input::Variable(suffix.to_owned());
    }
    if let Some(text) = text.strip_prefix('=') {
        return Input::Text(text.to_owned());
    }
    let (name, what) = text.split_once(':').unwrap_or((text, ""));
    let argument = match (what, what.strip_prefix("by name ")) {
        ("", _) => ArgumentType::Text,
        ("data", _) => ArgumentType::Data,
        (_, Some(value)) => ArgumentType::Attributes(value.to_owned()),
        (structure, None) => ArgumentType::Structure(structure.to_owned()),
    };
    Input::Argument(name.to_owned(), argument)
}
