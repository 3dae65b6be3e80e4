//! The commands that come after the export of a plain template, for people.
//!
//! Must not know what the resources are.

use super::super::handlers::is_compiled;
use super::super::texts::{Guide, stack_name, tags};
use crate::stack::{Expression, Stack};

/// The commands that come next.
pub(super) fn guide(stack: &Stack) -> Guide {
    let name = stack_name(stack);
    let tags = flags(stack);
    let deploy = if stack.code.is_empty() && stack.definitions.is_empty() {
        format!(
            "```sh\naws cloudformation deploy --template-file template.yaml --stack-name {name} --capabilities \
             CAPABILITY_IAM{tags}\n```\n"
        )
    } else {
        format!(
            "CloudFormation takes code and definitions from S3 only, and `template.yaml` names the folders and files \
             beside it. The first command puts them into a bucket of yours, in the Region of the stack, and writes a \
             template that names them there; the second deploys that one.\n\n```sh\n\
             aws cloudformation package --template-file template.yaml --s3-bucket BUCKET --output-template-file packaged.yaml\n\
             aws cloudformation deploy --template-file packaged.yaml --s3-bucket BUCKET --stack-name {name} --capabilities CAPABILITY_IAM{tags}\n\
             ```\n\n`aws s3 mb s3://BUCKET` makes such a bucket. Folders are taken as they are: install what the code \
             needs beside it first (`npm install`, `pip install --target .`).\n"
        )
    };
    let compiled = stack.code.iter().filter(|(_, code)| is_compiled(code));
    let built: Vec<String> = compiled
        .map(|(id, code)| {
            format!("cargo lambda build --release {} --manifest-path {}/Cargo.toml\n", target(stack, id), code.folder)
        })
        .collect();
    let build = if built.is_empty() {
        String::new()
    } else {
        format!("Rust is built first:\n\n```sh\n{}```\n\n", built.concat())
    };
    Guide {
        deploy: format!(
            "{build}{deploy}{}\nThe outputs of the stack:\n\n```sh\naws cloudformation describe-stacks --stack-name {name} --query \
             'Stacks[0].Outputs' --output table\n```\n",
            others(stack)
        ),
        try_out: stack.code.keys().next().map(|function| {
            format!(
                "```sh\nname=$(aws cloudformation describe-stack-resource --stack-name {name} --logical-resource-id \
                 {function} --query StackResourceDetail.PhysicalResourceId --output text)\n\
                 aws lambda invoke --function-name \"$name\" --cli-binary-format raw-in-base64-out --payload '{{}}' answer.json\n\
                 aws logs tail \"/aws/lambda/$name\" --follow\n```\n"
            )
        }),
        owned: "`template.yaml`, `workflows/`",
        delete: format!("```sh\naws cloudformation delete-stack --stack-name {name}\n```\n"),
    }
}

/// What the command that deploys says of the usual environment and of tags.
fn flags(stack: &Stack) -> String {
    let usual = stack.environments.first();
    let said = stack.environment.iter().zip(usual);
    let said: Vec<String> = said.map(|(name, value)| format!(" --parameter-overrides {name}={value}")).collect();
    let tags: Vec<String> = tags(stack, usual).iter().map(|(key, value)| format!(" '{key}={value}'")).collect();
    let (said, tags) = (said.concat(), tags.concat());
    if tags.is_empty() { said } else { format!("{said} --tags{tags}") }
}

/// How the other environments are deployed.
fn others(stack: &Stack) -> String {
    match stack.environments.as_slice() {
        [usual, others @ ..] if !others.is_empty() => {
            let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
            format!("\nThis is the environment `{usual}`; for {} write that name in its place.\n", others.join(", "))
        }
        _ => String::new(),
    }
}

/// The flag for the processor that a function runs on.
fn target(stack: &Stack, function: &str) -> &'static str {
    let processors = stack.resources.get(function).and_then(|resource| resource.properties.get("Architectures"));
    let is_intel = processors == Some(&Expression::List(vec!["x86_64".into()]));
    if is_intel { "--x86-64" } else { "--arm64" }
}
