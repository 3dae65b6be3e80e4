//! What stands around the template of any dialect: its description, the paths of definitions, and a page for people.
//!
//! Must not know what the resources are beyond their names and labels.

use std::collections::BTreeMap;

use super::handlers::one_line;
use crate::stack::{Parameter, Stack, words};

/// Longest description of a template, in bytes.
const MAX_DESCRIPTION: usize = 1024;

/// What stands in the folder of a layer until somebody puts code there.
pub(super) const LAYER: &str = "# What functions share

What stands in this folder is found under `/opt` while a function runs:

- `nodejs/node_modules/`: packages for Node.js (`npm install --prefix nodejs`)
- `python/`: packages for Python (`pip install --target python`)
- `bin/`, `lib/`: programs and libraries for every language
";

/// What the page for people says of one dialect.
pub(super) struct Guide {
    /// How the project is deployed, as Markdown.
    pub(super) deploy: String,
    /// How a function is tried, as Markdown; `None` without a function.
    pub(super) try_out: Option<String>,
    /// The files, beside this page, that the next export writes again.
    pub(super) owned: &'static str,
    /// How the stack is deleted, as Markdown.
    pub(super) delete: String,
}

/// A template's description: what the diagram says of itself, or its name.
pub(super) fn description(stack: &Stack) -> String {
    let said = if stack.description.trim().is_empty() { &stack.name } else { &stack.description };
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut text = one_line(&words.join(" ")).replace("${", "{");
    while text.len() > MAX_DESCRIPTION {
        text.pop();
    }
    if text.is_empty() { "Drawn in Stratoscope".to_owned() } else { text }
}

/// Where the definition of a workflow stands in the project.
pub(super) fn definition_path(id: &str) -> String {
    format!("workflows/{}.asl.json", words::folder(id))
}

/// A page that says what is here and which commands come next.
pub(super) fn readme(stack: &Stack, guide: &Guide) -> String {
    let mut parts = vec![format!("# {}\n\n", cell(&stack.name))];
    if !stack.description.trim().is_empty() {
        parts.push(format!("{}\n\n", cell(&stack.description)));
    }
    parts.push("| Resource | Logical id | Type |\n| --- | --- | --- |\n".to_owned());
    let drawn = stack.resources.iter().filter(|(_, resource)| !resource.is_helper);
    parts.extend(
        drawn.map(|(id, resource)| format!("| {} | {id} | {} |\n", cell(&resource.name), cell(&resource.label))),
    );
    parts.push(format!("\n## Deploy\n\n{}", guide.deploy));
    parts.push(asked(stack));
    parts.extend(guide.try_out.iter().map(|commands| format!("\n## Try a function\n\n{commands}")));
    parts.push(format!(
        "\n## What is whose\n\nThe next export writes {} and this page again.\n\
         The code in {} is yours: it is written once and then left alone.\n",
        guide.owned,
        if stack.layers.is_empty() { "`src/`" } else { "`src/` and `layers/`" }
    ));
    parts.push(format!(
        "\n## Delete\n\n{}\nBuckets have to be emptied first; what they and the tables hold is lost.\n",
        guide.delete
    ));
    parts.concat()
}

/// What has to be said at a deployment, and what may be.
fn asked(stack: &Stack) -> String {
    // Whoever says one parameter says all: what is set beforehand no longer counts then.
    let environment =
        stack.environment.iter().filter_map(|name| Some(format!("{name}={}", stack.environments.first()?)));
    let environment: Vec<String> = environment.collect();
    let list = |must: bool| {
        let own = stack.parameters.iter().filter(|(name, _)| Some(*name) != stack.environment.as_ref());
        let own: Vec<(&String, &Parameter)> = own.filter(|(_, one)| one.default.is_none() == must).collect();
        let said = environment.iter().cloned().chain(own.iter().map(|(name, _)| format!("{name}=…")));
        let item =
            |(name, parameter): &(&String, &Parameter)| format!("- `{name}`: {}\n", cell(&parameter.description));
        (said.collect::<Vec<_>>().join(" "), own.iter().map(item).collect::<String>())
    };
    let mut text = String::new();
    let (must, items) = list(true);
    if !items.is_empty() {
        text.push_str(&format!("\nAdd `--parameter-overrides {must}` to the command that deploys:\n\n{items}"));
    }
    let (_, items) = list(false);
    if !items.is_empty() {
        text.push_str(&format!("\nWhat may be said by `--parameter-overrides NAME=…`, too:\n\n{items}"));
    }
    text
}

/// Name of the stack of the usual environment, or of the only one.
pub(super) fn stack_name(stack: &Stack) -> String {
    stack_name_in(stack, stack.environments.first())
}

/// Name of the stack of an environment.
pub(super) fn stack_name_in(stack: &Stack, environment: Option<&String>) -> String {
    let name = words::stack_name(&stack.name);
    environment.map_or_else(|| name.clone(), |environment| format!("{name}-{environment}"))
}

/// The tags of a deployment: those of the stack, and the environment.
pub(super) fn tags(stack: &Stack, environment: Option<&String>) -> BTreeMap<String, String> {
    let own = environment.map(|environment| ("Environment".to_owned(), environment.clone()));
    own.into_iter().chain(stack.tags.clone()).collect()
}

/// A text that stays in its cell of a table: on one line, without what Markdown would take for its own.
fn cell(text: &str) -> String {
    let mut kept = String::new();
    for c in one_line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '!') {
            kept.push('\\');
        }
        kept.push(c);
    }
    kept
}
