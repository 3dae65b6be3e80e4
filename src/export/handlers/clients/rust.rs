//! Clients and helpers in Rust.
//!
//! Must not know services: types come with the calls, and a structure that cannot be told from the input does, too.

use super::lines::{Place, WIDTH, laid_out};
use super::{Code, snake};
use crate::catalog::client::{ArgumentType, Client, ClientCall, Input};
use crate::stack::Reach;

/// What every handler imports.
const IMPORTS: [&str; 2] =
    ["use lambda_runtime::{Error, LambdaEvent, run, service_fn};", "use serde_json::{Value, json};"];

/// How clients learn their region and credentials, once.
pub(super) const CONFIG: &str = "async fn config() -> &'static SdkConfig {
    static CONFIG: OnceCell<SdkConfig> = OnceCell::const_new();
    let load = async || aws_config::load_defaults(BehaviorVersion::latest()).await;
    CONFIG.get_or_init(load).await
}

";

/// The imports, in the order of rustfmt.
pub(super) fn imports(reaches: &[Reach]) -> String {
    let mut lines = IMPORTS.to_vec();
    if !reaches.is_empty() {
        lines.extend(["use aws_config::{BehaviorVersion, SdkConfig};", "use tokio::sync::OnceCell;"]);
    }
    let is_map = |call: &ClientCall| {
        call.arguments().iter().any(|(_, argument)| matches!(argument, ArgumentType::Attributes(_)))
    };
    if reaches.iter().flat_map(|reach| &reach.calls).any(is_map) {
        lines.push("use std::collections::HashMap;");
    }
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

/// The function that makes a client when it is first asked for.
pub(super) fn client(name: &str, client: &Client, endpoint: Option<&String>) -> String {
    let library = library(client);
    let head = signature(name, &[], &format!("&'static {library}::Client"));
    let made = match endpoint {
        None => format!("    let make = async || {library}::Client::new(config().await);\n"),
        Some(variable) => {
            let place = Place { indent: 8, used: 22, after: 1 };
            let address = laid_out(&format!("std::env::var(\"{variable}\").unwrap_or_default()"), place);
            format!(
                "    let make = async || {{\n        let address = {address};\n        \
                 let own = {library}::config::Builder::from(config().await);\n        \
                 {library}::Client::from_conf(own.endpoint_url(address).build())\n    }};\n"
            )
        }
    };
    format!(
        "{head}\n    static CLIENT: OnceCell<{library}::Client> = OnceCell::const_new();\n{made}    \
         CLIENT.get_or_init(make).await\n}}\n\n"
    )
}

fn library(client: &Client) -> String {
    client.rust.replace('-', "_")
}

/// The first line of a function, or as many as it takes.
fn signature(name: &str, arguments: &[String], output: &str) -> String {
    let one = format!("async fn {name}({}) -> {output}", arguments.join(", "));
    let width = one.chars().count();
    if width + " {".len() <= WIDTH {
        return format!("{one} {{");
    }
    if arguments.is_empty() {
        // A column more than anywhere else.
        let fits = width <= WIDTH + 1;
        return if fits { format!("{one}\n{{") } else { format!("async fn {name}()\n-> {output} {{") };
    }
    let lines = arguments.iter().fold(String::new(), |lines, argument| lines + "    " + argument + ",\n");
    let end = format!(") -> {output} {{");
    let broken = || output.strip_prefix("Result<")?.strip_suffix(", Error>");
    match broken().filter(|_| end.chars().count() > WIDTH) {
        Some(inner) => format!("async fn {name}(\n{lines}) -> Result<\n    {inner},\n    Error,\n> {{"),
        None => format!("async fn {name}(\n{lines}{end}"),
    }
}

impl Code<'_> {
    /// A function that makes one call.
    pub(super) fn rust_helper(&self, name: &str, client: &str, reach: &Reach, call: &ClientCall) -> String {
        let (library, operation) = (library(&reach.client), snake(&call.operation));
        let typed = call.arguments().into_iter().map(|(name, argument)| {
            let rust = match argument {
                ArgumentType::Text => "&str".to_owned(),
                ArgumentType::Data => "Vec<u8>".to_owned(),
                ArgumentType::Structure(name) => format!("{library}::types::{name}"),
                ArgumentType::Attributes(name) => format!("HashMap<String, {library}::types::{name}>"),
            };
            format!("{name}: {rust}")
        });
        let typed: Vec<String> = typed.collect();
        let output = format!("Result<{library}::operation::{operation}::{}Output, Error>", call.operation);
        let steps = self.rust_steps(reach, call);
        let chain = format!("{client}().await.{operation}(){steps}.send().await?");
        let place = Place { indent: 4, used: "    let output = ".len(), after: 1 };
        format!(
            "#[allow(dead_code)] // until the work calls it\n{}\n    let output = {};\n    Ok(output)\n}}\n",
            signature(name, &typed, &output),
            laid_out(&chain, place)
        )
    }

    /// What is passed, as steps of a builder.
    fn rust_steps(&self, reach: &Reach, call: &ClientCall) -> String {
        let is_told = |key: &str| call.rust.as_ref().is_some_and(|told| told.contains(&format!(".{}(", snake(key))));
        let told = call.input.iter().filter(|(key, _)| !is_told(key)).map(|(key, value)| match value {
            Input::Map(_) | Input::List(_) => String::new(),
            Input::Argument(name, ArgumentType::Data) => format!(".{}({name}.into())", snake(key)),
            Input::Argument(name, ArgumentType::Attributes(_)) => format!(".set_{}(Some({name}))", snake(key)),
            _ => format!(".{}({})", snake(key), self.value(value, reach)),
        });
        let steps: String = told.collect();
        let own =
            reach.variables.iter().rev().fold(call.rust.clone().unwrap_or_default(), |step, (suffix, variable)| {
                step.replace(&format!("${suffix}"), &format!("std::env::var(\"{variable}\")?"))
            });
        steps + &own
    }
}
