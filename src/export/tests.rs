//! What people get: a template that says what was drawn, handlers that fit what feeds them, paths inside the folder.

mod cases;
mod guards;
mod names;

pub(crate) use cases::{CASES, Case};
use serde_json::{Value, json};

use super::*;
use crate::catalog::client::Input;
use crate::catalog::kind::Hook;
use crate::catalog::names::Named as _;
use crate::catalog::{Catalog, Relation, Wiring};
use crate::diagram::{Diagram, file};
use crate::stack::lower;
use crate::stack::tests::drawn;

fn exported_to(dialect: Dialect, diagram: &Diagram) -> Project {
    let (stack, _) = lower(diagram, &Catalog::builtin());
    export(&stack, dialect)
}

fn exported(diagram: &Diagram) -> Project {
    exported_to(Dialect::Sam, diagram)
}

#[test]
fn every_mechanism_leaves_its_lines_in_every_dialect() {
    for Case { wiring, nodes, arrows, settings, both, sam, plain } in CASES.iter().chain(guards::SETTINGS) {
        let settings: Vec<(&str, Value)> =
            settings.iter().filter_map(|setting| setting.split_once('=')).map(value).collect();
        let diagram = drawn(nodes, arrows, &settings);
        for (dialect, own) in [(Dialect::Sam, sam), (Dialect::CloudFormation, plain)] {
            let text = &exported_to(dialect, &diagram).files["template.yaml"].text;
            for line in both.iter().chain(*own) {
                assert!(text.contains(line), "{wiring} of {arrows:?} should leave `{line}` in {dialect}:\n{text}");
            }
        }
    }
    for (name, wiring) in Wiring::ALL {
        let mut cases = CASES.iter().chain(guards::SETTINGS);
        assert!(cases.any(|case| case.wiring == *wiring), "no case for {name}");
    }
}

fn value<'t>((place, text): (&'t str, &str)) -> (&'t str, Value) {
    (place, serde_json::from_str(text).unwrap_or_else(|_text| json!(text)))
}

#[test]
fn what_was_not_asked_for_is_not_there() {
    let check = |nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)], never: &str| {
        for (name, dialect) in Dialect::ALL {
            let text = &exported_to(*dialect, &drawn(nodes, arrows, settings)).files["template.yaml"].text;
            assert!(!text.contains(never), "{nodes:?} should not leave `{never}` in {name}:\n{text}");
        }
    };
    let workflow = ["Flow step_functions", "Fn lambda_function"];
    check(&workflow, &["Flow > Fn"], &[("Flow.logs", json!(false))], "vendedlogs");
    check(&workflow, &["Flow > Fn"], &[("Flow.logs", json!(false))], "logs:CreateLogDelivery");
    check(&["Api rest_api", "Fn lambda_function"], &["Api > Fn"], &[], "AccessLogSetting");
    let stream = ["Stream kinesis_stream", "Fire firehose", "Files s3_bucket"];
    check(&stream, &["Stream > Fire", "Fire > Files"], &[], "DeliveryStreamEncryptionConfigurationInput");
}

#[test]
fn every_kind_can_be_exported_alone_to_every_dialect() {
    let catalog = Catalog::builtin();
    for kind in catalog.kinds() {
        for (name, dialect) in Dialect::ALL {
            let project = exported_to(*dialect, &drawn(&[&format!("Thing {}", kind.id)], &[], &[]));
            let is_there = project.files["template.yaml"].text.contains("\n  Thing:");
            let reasons: Vec<&str> = project.left_out.iter().map(|left| left.reason.as_str()).collect();
            let is_whole = reasons.is_empty() || reasons.iter().all(|reason| reason.contains("no stage yet"));
            assert_eq!(is_there, is_whole, "{} in {name}: {reasons:?}", kind.id);
        }
    }
}

/// Arrows for which nothing is deployed, by their reason.
const SAID_ONLY: [&str; 3] = ["Nothing is deployed for it", "No address is set", "Devices cannot be subscribed"];

#[test]
fn every_pair_is_printed_in_every_dialect() {
    let catalog = Catalog::builtin();
    let mut pairs = 0;
    for from in catalog.kinds() {
        for to in catalog.kinds() {
            for row in catalog.connections(from, to) {
                let sign = match row.relation {
                    Relation::Triggers => ">",
                    Relation::Accesses => "~",
                    Relation::DeadLetters => "!",
                    Relation::Authorizes => "@",
                };
                let nodes = [format!("One {}", from.id), format!("Other {}", to.id)];
                let arrow = format!("One {sign} Other");
                let (stack, _) = lower(&drawn(&[&nodes[0], &nodes[1]], &[&arrow], &[]), &catalog);
                for (name, dialect) in Dialect::ALL {
                    let lost = export(&stack, *dialect).left_out.into_iter().find(|left| {
                        left.subject.contains('→') && !SAID_ONLY.iter().any(|known| left.reason.starts_with(known))
                    });
                    assert_eq!(lost, None, "{arrow} of {nodes:?} in {name}");
                    names::check_ids(&stack, *dialect).unwrap_or_else(|error| panic!("{arrow} of {nodes:?}: {error}"));
                }
                pairs += 1;
            }
        }
    }
    assert!(pairs > 200, "only {pairs} pairs were tried");
}

#[test]
fn a_plain_template_names_no_type_of_sam_unless_a_node_does() {
    let drawn_function = exported_to(Dialect::CloudFormation, &drawn(&["Fn lambda_function"], &[], &[]));
    assert!(!drawn_function.files["template.yaml"].text.contains("Serverless"));
    let named = json!("AWS::Serverless::Application");
    let named = exported_to(Dialect::CloudFormation, &drawn(&["App generic.resource"], &[], &[("App.type", named)]));
    let text = &named.files["template.yaml"].text;
    assert!(
        text.contains("Transform: AWS::Serverless-2016-10-31") && text.contains("AWS::Serverless::Application"),
        "{text}"
    );
}

#[test]
fn handlers_fit_what_feeds_them() {
    let check = |runtime: &str, source: &str, path: &str, expected: &[&str]| {
        let arrow = format!("Source {} Fn", if source == "lambda_function" { "~" } else { ">" });
        let nodes = [format!("Source {source}"), "Fn lambda_function".to_owned()];
        let project = exported(&drawn(&[&nodes[0], &nodes[1]], &[&arrow], &[("Fn.runtime", json!(runtime))]));
        let text = &project.files[path].text;
        assert_eq!(project.files[path].ownership, Ownership::Starter);
        expected.iter().for_each(|line| assert!(text.contains(line), "{source} should leave `{line}` in:\n{text}"));
    };
    let (python, node) = ("src/fn/app.py", "src/fn/app.mjs");
    check("python3.13", "http_api", python, &["return answer(500, \"Failed\")", "Invoked by Source for ANY /{proxy+}"]);
    check("python3.13", "sqs_queue", python, &["batchItemFailures", "\"eventSource\": \"aws:sqs\""]);
    check("python3.13", "s3_bucket", python, &["A failure is raised, not answered"]);
    check(
        "python3.13",
        "step_functions",
        python,
        &["A failure is raised, not answered", "Invoked by Source as a step"],
    );
    check("nodejs24.x", "http_api", node, &["return answer(500, \"Failed\")"]);
    check("nodejs24.x", "sqs_queue", node, &["batchItemFailures"]);
    check("nodejs24.x", "dynamodb_table", node, &["A failure is thrown, not answered", "\"NewImage\""]);
    check("nodejs24.x", "cognito_user_pool", node, &["return event;", "at the step PostConfirmation"]);
    check("python3.13", "lex_bot", python, &["\"type\": \"Close\"", "for each turn of a conversation"]);
    check("nodejs24.x", "firehose", node, &["result: \"Ok\""]);
    check("python3.13", "sns_topic", python, &["A failure is raised, not answered", "aws:sns"]);
    check("nodejs24.x", "lambda_function", node, &["what the caller sends"]);
    check("nodejs24.x", "rest_api", node, &["return answer(500, \"Failed\")"]);
    let rust = "src/fn/src/main.rs";
    let program = ["run(service_fn(handler)).await", "async fn handler(event: LambdaEvent<Value>)"];
    check("provided.al2023", "sqs_queue", rust, &["batchItemFailures", program[0], program[1]]);
    check("provided.al2023", "http_api", rust, &["return Ok(answer(500, \"Failed\"))", "for ANY /{proxy+}"]);
}

#[test]
fn a_function_that_decides_about_callers_answers_as_its_api_wants() {
    let check = |runtime: &str, api: &str, path: &str, settings: &[(&str, Value)], expected: &[&str]| {
        let nodes = [format!("Api {api}"), "Fn lambda_function".to_owned()];
        let settings = [&[("Fn.runtime", json!(runtime))], settings].concat();
        let text = &exported(&drawn(&[&nodes[0], &nodes[1]], &["Fn @ Api"], &settings)).files[path].text;
        let asked = ["Invoked by Api to decide who may call it"];
        asked.iter().chain(expected).for_each(|line| assert!(text.contains(line), "{api}: no `{line}` in:\n{text}"));
        assert_eq!(
            text.contains("policyDocument"),
            !expected.iter().any(|line| line.contains("isAuthorized")),
            "{text}"
        );
    };
    let (python, node, rust) = ("src/fn/app.py", "src/fn/app.mjs", "src/fn/src/main.rs");
    check("nodejs24.x", "rest_api", node, &[], &["const mayCall = async (event) => false;", "\"type\": \"REQUEST\""]);
    let token = [("Fn>Api.payload", json!("TOKEN"))];
    check(
        "python3.13",
        "rest_api",
        python,
        &token,
        &["    return False", "\"authorizationToken\": \"…\", \"methodArn\""],
    );
    check("python3.13", "http_api", python, &[], &["return {\"isAuthorized\": may_call(event)}", "\"routeArn\""]);
    let policy = [("Fn>Api.simple", json!(false))];
    check("nodejs24.x", "http_api", node, &policy, &["return policy(await mayCall(event), event.routeArn);"]);
    check("provided.al2023", "http_api", rust, &[], &["json!({\"isAuthorized\": may_call(&event).await?})"]);
    check("provided.al2023", "websocket_api", rust, &[], &["Ok(false)", "api/stage/$connect"]);
    check("nodejs24.x", "appsync", node, &[], &["isAuthorized", "\"requestHeaders\""]);
}

#[test]
fn a_function_in_rust_is_laid_out_for_cargo_lambda() {
    let diagram = drawn(&["Fn lambda_function"], &[], &[("Fn.runtime", json!("provided.al2023"))]);
    let sam = exported_to(Dialect::Sam, &diagram);
    assert!(sam.files["src/fn/Cargo.toml"].text.contains("lambda_runtime"), "{:?}", sam.files.keys());
    let template = &sam.files["template.yaml"].text;
    assert!(
        template.contains("BuildMethod: rust-cargolambda") && template.contains("Handler: bootstrap"),
        "{template}"
    );
    let plain = exported_to(Dialect::CloudFormation, &diagram);
    assert!(plain.files["template.yaml"].text.contains("Code: src/fn/target/lambda/handler"));
    assert!(plain.files["README.md"].text.contains("cargo lambda build --release"));
}

#[test]
fn a_handler_stands_where_its_setting_says() {
    let check = |handler: &str, path: &str, line: &str| {
        let project = exported(&drawn(&["Fn lambda_function"], &[], &[("Fn.handler", json!(handler))]));
        let file = project.files.get(path).unwrap_or_else(|| panic!("{path} is missing: {:?}", project.files.keys()));
        assert!(file.text.contains(line), "{}", file.text);
    };
    check("app.handler", "src/fn/app.mjs", "export const handler = async");
    check("orders.take", "src/fn/orders.mjs", "export const take = async");
    check("lib/orders.take", "src/fn/lib/orders.mjs", "export const take = async");
}

#[test]
fn no_secret_stands_in_clear() {
    let raw = json!({
        "Environment": {"Variables": {"STRIPE_API_KEY": "hunter2", "TABLE": "plain", "KEPT": "AKIAIOSFODNN7EXAMPLE"}},
        "DeadLetterSecretArn": "arn:told",
        "Settings": [{"Name": "db-password", "Value": "hunter2"}, {"Name": "size", "Value": "visible"}],
        "MasterUserPassword": "{{resolve:secretsmanager:mine}}",
    });
    let mut text: Value = serde_json::from_str(&file::write(&drawn(&["Fn lambda_function"], &[], &[]))).expect("JSON");
    text["nodes"][0]["raw"] = raw;
    let diagram = file::read(text.to_string().as_bytes(), &Catalog::builtin()).expect("a diagram");
    for (name, dialect) in Dialect::ALL {
        let project = exported_to(*dialect, &diagram);
        let text = &project.files["template.yaml"].text;
        for line in [
            "STRIPE_API_KEY: !Ref FnSTRIPEAPIKEY",
            "KEPT: !Ref FnKEPT",
            "TABLE: plain",
            "DeadLetterSecretArn: arn:told",
            "Value: !Ref FnDbPassword",
            "Value: visible",
            "MasterUserPassword: '{{resolve:secretsmanager:mine}}'",
            "NoEcho: true",
        ] {
            assert!(text.contains(line), "{name} has no `{line}`:\n{text}");
        }
        for (path, content) in &project.files {
            assert!(!content.text.contains("hunter2") && !content.text.contains("AKIA"), "{path}:\n{}", content.text);
        }
        assert!(project.files["README.md"].text.contains("--parameter-overrides FnDbPassword=…"));
    }
}

#[test]
fn a_handler_has_a_client_and_a_call_for_each_right_that_its_arrows_give() {
    let nodes =
        ["Fn lambda_function", "Orders dynamodb_table", "Jobs sqs_queue", "Chat websocket_api", "Brain bedrock_model"];
    let arrows = ["Fn ~ Orders", "Fn ~ Jobs", "Fn ~ Chat", "Fn ~ Brain"];
    let check = |runtime: &str, path: &str, expected: &[&str], without: &[&str]| {
        let settings = [("Fn.runtime", json!(runtime)), ("Fn>Orders.access", json!("read"))];
        let text = &exported(&drawn(&nodes, &arrows, &settings)).files[path].text;
        expected.iter().for_each(|line| assert!(text.contains(line), "no `{line}` in:\n{text}"));
        without.iter().for_each(|line| assert!(!text.contains(line), "`{line}` should not stand in:\n{text}"));
    };
    let node = [
        "import { SQSClient, SendMessageCommand } from \"@aws-sdk/client-sqs\";",
        "const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));",
        "// Orders (DynamoDB table)\nconst getFromOrders = (key) =>",
        "({ endpoint: process.env.CHAT_ENDPOINT });",
        "{ QueueUrl: process.env.JOBS_QUEUE_URL, MessageBody: body }",
        "modelId: \"amazon.nova-lite-v1:0\", body })",
    ];
    check("nodejs24.x", "src/fn/app.mjs", &node, &["putIntoOrders"]);
    let python = [
        "import logging\nimport os\n\nimport boto3\n\nlogger",
        "sqs = boto3.client(\"sqs\")\n",
        "\n\n\n# Jobs (SQS queue)\ndef send_to_jobs(body):\n    return sqs.send_message(",
        "endpoint_url=os.environ[\"CHAT_ENDPOINT\"]",
    ];
    check("python3.13", "src/fn/app.py", &python, &["put_into_orders", "{clients}", "{imports}"]);
    let rust = [
        "use aws_config::{BehaviorVersion, SdkConfig};\nuse lambda_runtime::{Error, LambdaEvent, run, service_fn};\n\
         use serde_json::{Value, json};\nuse std::collections::HashMap;\nuse tokio::sync::OnceCell;\n\n",
        "async fn get_from_orders(\n    key: HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,\n) -> Result<",
        ".queue_url(std::env::var(\"JOBS_QUEUE_URL\")?)\n        .message_body(body)\n        .send()",
        ".data(data.into())",
    ];
    check("provided.al2023", "src/fn/src/main.rs", &rust, &["put_into_orders"]);
    check("provided.al2023", "src/fn/Cargo.toml", &["aws-config = \"1\"", "aws-sdk-sqs = \"1\""], &["aws-sdk-s3"]);
}

#[test]
fn whatever_invokes_a_function_tells_the_shape_of_its_events() {
    let catalog = Catalog::builtin();
    let functions: Vec<_> = catalog.kinds().filter(|kind| kind.hooks.contains(&Hook::Code)).collect();
    for (from, to) in catalog.kinds().flat_map(|from| functions.iter().map(move |to| (from, to))) {
        let invokes = catalog.connections(from, to).any(|row| row.relation == Relation::Triggers);
        assert!(!invokes || from.event.is_some(), "{} invokes {} with an event of unknown shape", from.id, to.id);
    }
    let check = |source: &str, expected: &str| {
        let nodes = [format!("Source {source}"), "Fn lambda_function".to_owned()];
        let text = &exported(&drawn(&[&nodes[0], &nodes[1]], &["Source > Fn"], &[])).files["src/fn/app.mjs"].text;
        assert!(text.contains(expected), "{source} should tell of `{expected}` in:\n{text}");
    };
    check("rest_api", "\"httpMethod\": \"…\", \"path\": \"…\"");
    check("http_api", "\"version\": \"2.0\", \"routeKey\": \"…\"");
    check("s3_bucket", "\"key\": \"… URL-encoded\"");
}

#[test]
fn a_handler_may_be_called_like_what_stands_beside_it() {
    let check = |runtime: &str, handler: &str, path: &str, lines: &[&str]| {
        let settings = [("Fn.runtime", json!(runtime)), ("Fn.handler", json!(handler))];
        let nodes = ["Jobs sqs_queue", "Fn lambda_function"];
        let text = &exported(&drawn(&nodes, &["Jobs > Fn"], &settings)).files[path].text;
        lines.iter().for_each(|line| assert_eq!(text.matches(line).count(), 1, "`{line}` in:\n{text}"));
    };
    let node = ["export const work = async (event) =>", "const work1 = async (event) =>", "await work1(record)"];
    check("nodejs24.x", "app.work", "src/fn/app.mjs", &node);
    let python = ["def check(event, context):", "def check1(event):", "        check1(record)\n"];
    check("python3.13", "app.check", "src/fn/app.py", &python);
    check("provided.al2023", "app.work", "src/fn/src/main.rs", &["async fn handler(", "async fn work("]);
}

#[test]
fn a_bot_is_talked_to_by_its_alias_unless_it_waits_for_who_talks() {
    let nodes = ["Fn lambda_function", "Bot lex_bot", "Other lambda_function"];
    let text = |arrows: &[&str]| exported(&drawn(&nodes, arrows, &[])).files["src/fn/app.mjs"].text.clone();
    let talks = text(&["Fn ~ Bot", "Bot > Other"]);
    for line in
        ["const talkToBot = (sessionId, text) =>", "botAliasId: process.env.BOT_ALIAS_ID", "localeId: \"en_US\""]
    {
        assert!(talks.contains(line), "no `{line}` in:\n{talks}");
    }
    assert!(!text(&["Fn ~ Bot", "Bot > Fn"]).contains("BOT_ALIAS_ID"));
}

#[test]
fn commands_of_the_same_name_are_told_apart() {
    let nodes =
        ["Fn lambda_function", "Clicks kinesis_stream", "Lake firehose", "News sns_topic", "Push push_notification"];
    let arrows = ["Fn ~ Clicks", "Fn ~ Lake", "Fn ~ News", "Fn ~ Push"];
    let text = &exported(&drawn(&nodes, &arrows, &[("Fn.handler", json!("app.sns"))])).files["src/fn/app.mjs"].text;
    for line in
        ["PutRecordCommand as KinesisPutRecordCommand", "new FirehosePutRecordCommand({", "const sns2 = new SNSClient"]
    {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
    assert_eq!(text.matches("new SNSClient").count(), 1, "two nodes share a client:\n{text}");
}

#[test]
fn whatever_a_function_may_call_has_a_client() {
    let catalog = Catalog::builtin();
    let callable = catalog.kinds().filter(|kind| !kind.grants.is_empty());
    let without: Vec<&str> = callable.filter(|kind| kind.calls.is_empty()).map(|kind| kind.id.as_str()).collect();
    assert_eq!(without, [""; 0]);
    for call in catalog.kinds().flat_map(|kind| &kind.calls) {
        let is_nested = call.input.iter().any(|(_, input)| matches!(input, Input::List(_) | Input::Map(_)));
        assert!(!is_nested || call.rust.is_some(), "{} cannot be written in Rust", call.operation);
    }
}

#[test]
fn tags_of_frames_are_those_of_the_deployment() {
    let tags = [("team", "orders"), ("stage", "prod")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    let stack = Stack { tags: tags.into(), ..Stack::default() };
    let config = &export(&stack, Dialect::Sam).files["samconfig.toml"].text;
    assert!(config.contains(r#"tags = "\"stage\"=\"prod\" \"team\"=\"orders\"""#), "{config}");
    let plain = export(&stack, Dialect::CloudFormation);
    assert!(plain.files["README.md"].text.contains("--tags 'stage=prod' 'team=orders'"));
}
