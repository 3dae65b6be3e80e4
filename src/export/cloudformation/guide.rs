//! The commands that come after the export of a plain template, for people.
//!
//! Must not know what the resources are.

use super::super::handlers::is_compiled;
use super::super::texts::Guide;
use crate::stack::{Expression, Stack, words};

/// The commands that come next.
pub(super) fn guide(stack: &Stack) -> Guide {
    let name = words::stack_name(&stack.name);
    let deploy = if stack.code.is_empty() && stack.definitions.is_empty() {
        format!(
            "```sh\naws cloudformation deploy --template-file template.yaml --stack-name {name} --capabilities \
             CAPABILITY_IAM\n```\n"
        )
    } else {
        format!(
            "CloudFormation takes code and definitions from S3 only, and `template.yaml` names the folders and files \
             beside it. The first command puts them into a bucket of yours, in the Region of the stack, and writes a \
             template that names them there; the second deploys that one.\n\n```sh\n\
             aws cloudformation package --template-file template.yaml --s3-bucket BUCKET --output-template-file packaged.yaml\n\
             aws cloudformation deploy --template-file packaged.yaml --s3-bucket BUCKET --stack-name {name} --capabilities CAPABILITY_IAM\n\
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
            "{build}{deploy}\nThe outputs of the stack:\n\n```sh\naws cloudformation describe-stacks --stack-name {name} --query \
             'Stacks[0].Outputs' --output table\n```\n"
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

/// The flag for the processor that a function runs on.
fn target(stack: &Stack, function: &str) -> &'static str {
    let processors = stack.resources.get(function).and_then(|resource| resource.properties.get("Architectures"));
    let is_intel = processors == Some(&Expression::List(vec!["x86_64".into()]));
    if is_intel { "--x86-64" } else { "--arm64" }
}
