//! What people need around a SAM template: the settings of `sam deploy`, and the commands that come next.
//!
//! Must not know what the resources are.

use super::super::handlers::is_compiled;
use super::super::texts::{Guide, stack_name, stack_name_in, tags};
use crate::stack::Stack;

/// The settings that `sam deploy` reads: the usual environment first, and one section for each.
pub(super) fn samconfig(stack: &Stack) -> String {
    let others = stack.environments.iter().map(|name| section(stack, name, Some(name)));
    let usual = section(stack, "default", stack.environments.first());
    let sections: Vec<String> = std::iter::once(usual).chain(others.skip(1)).collect();
    format!("version = 0.1\n\n{}", sections.join("\n"))
}

fn section(stack: &Stack, title: &str, environment: Option<&String>) -> String {
    let name = stack_name_in(stack, environment);
    // Building Rust is still behind this switch.
    let is_compiled = stack.code.values().any(is_compiled);
    let build =
        if is_compiled { format!("[{title}.build.parameters]\nbeta_features = true\n\n") } else { String::new() };
    let tags: Vec<String> =
        tags(stack, environment).iter().map(|(key, value)| format!("\\\"{key}\\\"=\\\"{value}\\\"")).collect();
    let tags = if tags.is_empty() { String::new() } else { format!("tags = \"{}\"\n", tags.join(" ")) };
    let said = stack.environment.iter().zip(environment);
    let said: Vec<String> = said.map(|(name, value)| format!("parameter_overrides = \"{name}={value}\"\n")).collect();
    let said = said.concat();
    format!(
        "[{title}.global.parameters]\n\
         stack_name = \"{name}\"\n\n{build}\
         [{title}.deploy.parameters]\n\
         capabilities = \"CAPABILITY_IAM\"\n\
         confirm_changeset = true\n\
         resolve_s3 = true\n{said}{tags}"
    )
}

/// The commands that come next.
pub(super) fn guide(stack: &Stack) -> Guide {
    let name = stack_name(stack);
    let others = stack.environments.iter().skip(1).map(|other| format!("sam deploy --config-env {other}\n"));
    let others: String = others.collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("\nThis is the environment `{}`. The others:\n\n```sh\n{others}```\n", stack.environments[0])
    };
    Guide {
        deploy: format!(
            "```sh\nsam build\nsam deploy\n```\n\n`samconfig.toml` names the stack `{name}`; its outputs are shown at \
             the end and by `sam list stack-outputs --stack-name {name}`.\n{others}"
        ),
        try_out: stack.code.keys().next().map(|function| {
            format!(
                "```sh\nsam remote invoke {function} --stack-name {name} --event '{{}}'\n\
                 sam logs --name {function} --stack-name {name} --tail\n```\n"
            )
        }),
        owned: "`template.yaml`, `workflows/`, `samconfig.toml`",
        delete: format!("```sh\nsam delete --stack-name {name}\n```\n"),
    }
}
