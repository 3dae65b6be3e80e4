//! What people need around a SAM template: the settings of `sam deploy`, and the commands that come next.
//!
//! Must not know what the resources are.

use super::super::handlers::is_compiled;
use super::super::texts::Guide;
use crate::stack::{Stack, words};

/// The settings that `sam deploy` reads.
pub(super) fn samconfig(stack: &Stack) -> String {
    let name = words::stack_name(&stack.name);
    // Building Rust is still behind this switch.
    let is_compiled = stack.code.values().any(is_compiled);
    let build = if is_compiled { "[default.build.parameters]\nbeta_features = true\n\n" } else { "" };
    format!(
        "version = 0.1\n\n\
         [default.global.parameters]\n\
         stack_name = \"{name}\"\n\n{build}\
         [default.deploy.parameters]\n\
         capabilities = \"CAPABILITY_IAM\"\n\
         confirm_changeset = true\n\
         resolve_s3 = true\n"
    )
}

/// The commands that come next.
pub(super) fn guide(stack: &Stack) -> Guide {
    let name = words::stack_name(&stack.name);
    Guide {
        deploy: format!(
            "```sh\nsam build\nsam deploy\n```\n\n`samconfig.toml` names the stack `{name}`; its outputs are shown at \
             the end and by `sam list stack-outputs --stack-name {name}`.\n"
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
