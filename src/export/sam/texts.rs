//! What stands around a template: its description, the deployment settings, and a page for people.
//!
//! Must not know what the resources are beyond their names and labels.

use super::super::handlers::one_line;
use crate::stack::{Stack, words};

/// A template's description: what the diagram says of itself, or its name.
pub(super) fn description(stack: &Stack, max_bytes: usize) -> String {
    let said = if stack.description.trim().is_empty() { &stack.name } else { &stack.description };
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut text = one_line(&words.join(" ")).replace("${", "{");
    while text.len() > max_bytes {
        text.pop();
    }
    if text.is_empty() { "Drawn in Stratoscope".to_owned() } else { text }
}

/// The settings that `sam deploy` reads.
pub(super) fn samconfig(stack: &Stack) -> String {
    let name = words::stack_name(&stack.name);
    format!(
        "version = 0.1\n\n\
         [default.global.parameters]\n\
         stack_name = \"{name}\"\n\n\
         [default.deploy.parameters]\n\
         capabilities = \"CAPABILITY_IAM\"\n\
         confirm_changeset = true\n\
         resolve_s3 = true\n"
    )
}

/// A page that says what is here and which commands come next.
pub(super) fn readme(stack: &Stack) -> String {
    let name = words::stack_name(&stack.name);
    let mut parts = vec![format!("# {}\n\n", cell(&stack.name))];
    if !stack.description.trim().is_empty() {
        parts.push(format!("{}\n\n", cell(&stack.description)));
    }
    parts.push("| Resource | Logical id | Type |\n| --- | --- | --- |\n".to_owned());
    let drawn = stack.resources.iter().filter(|(_, resource)| !resource.is_helper);
    parts.extend(
        drawn.map(|(id, resource)| format!("| {} | {id} | {} |\n", cell(&resource.name), cell(&resource.label))),
    );
    parts.push(format!(
        "\n## Deploy\n\n```sh\nsam build\nsam deploy\n```\n\n`samconfig.toml` names the stack `{name}`; its outputs are \
         shown at the end and by `sam list stack-outputs --stack-name {name}`.\n"
    ));
    parts.extend(stack.code.keys().next().map(|function| {
        format!(
            "\n## Try a function\n\n```sh\nsam remote invoke {function} --stack-name {name} --event '{{}}'\n\
             sam logs --name {function} --stack-name {name} --tail\n```\n"
        )
    }));
    parts.push(
        "\n## What is whose\n\nThe next export writes `template.yaml`, `workflows/`, `samconfig.toml` and this page again.\n\
         The code in `src/` is yours: it is written once and then left alone.\n"
            .to_owned(),
    );
    parts.push(format!(
        "\n## Delete\n\n```sh\nsam delete --stack-name {name}\n```\n\nBuckets have to be emptied first; what they and \
         the tables hold is lost.\n"
    ));
    parts.concat()
}

/// A text that stays in its cell of a table: on one line, without what Markdown would take for its own.
fn cell(text: &str) -> String {
    let mut kept = String::new();
    for c in one_line(text).chars() {
        if r"\`*_{}[]<>#|!".contains(c) {
            kept.push('\\');
        }
        kept.push(c);
    }
    kept
}
