//! What people get: a template that says what was drawn, handlers that fit what feeds them, paths inside the folder.

mod cases;

pub(crate) use cases::{CASES, Case};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::catalog::names::Named as _;
use crate::catalog::{Catalog, Wiring};
use crate::diagram::Diagram;
use crate::stack::lower;
use crate::stack::tests::drawn;

fn exported(diagram: &Diagram) -> Project {
    let (stack, _) = lower(diagram, &Catalog::builtin());
    export(&stack, Dialect::Sam).expect("SAM can be exported")
}

fn template(nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)]) -> String {
    exported(&drawn(nodes, arrows, settings)).files["template.yaml"].text.clone()
}

#[test]
fn every_mechanism_leaves_its_lines() {
    for Case { wiring, nodes, arrows, settings, lines } in CASES {
        let settings: Vec<(&str, Value)> =
            settings.iter().filter_map(|setting| setting.split_once('=')).map(value).collect();
        let text = template(nodes, arrows, &settings);
        for line in *lines {
            assert!(text.contains(line), "{wiring} of {arrows:?} should leave `{line}` in:\n{text}");
        }
    }
    for (name, wiring) in Wiring::ALL {
        assert!(CASES.iter().any(|case| case.wiring == *wiring), "no case for {name}");
    }
}

fn value<'t>((place, text): (&'t str, &str)) -> (&'t str, Value) {
    (place, serde_json::from_str(text).unwrap_or_else(|_text| json!(text)))
}

#[test]
fn every_kind_can_be_exported_alone() {
    let catalog = Catalog::builtin();
    for kind in catalog.kinds() {
        let project = exported(&drawn(&[&format!("Thing {}", kind.id)], &[], &[]));
        let is_there = project.files["template.yaml"].text.contains("\n  Thing:");
        assert_eq!(is_there, project.left_out.is_empty(), "{}: {:?}", kind.id, project.left_out);
    }
}

#[test]
fn a_dialect_without_an_exporter_is_refused_in_a_sentence() {
    let (stack, _) = lower(&Diagram::new("x"), &Catalog::builtin());
    let refusal = export(&stack, Dialect::CloudFormation).expect_err("there is no such exporter yet");
    assert_eq!(refusal.to_string(), "This version cannot export cloudformation; it exports sam.");
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

/// How many diagrams with an odd name the property below tries.
const TRIED: u32 = 256;

proptest! {
    #![proptest_config(ProptestConfig { cases: TRIED, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_leads_out_of_the_folder_or_out_of_its_line(name in "[\\PC\\n\\r\\t\u{2028}\u{85}./${}\"'#*|`-]{1,300}") {
        prop_assume!(!name.trim().is_empty());
        let diagram = drawn(&["Docs s3_bucket", "Fn lambda_function"], &["Docs > Fn", "Fn ~ Docs"], &[]);
        let catalog = Catalog::builtin();
        let mut document = crate::diagram::Document::new(diagram);
        for (old, new) in [("Fn", format!("{name}1")), ("Docs", format!("{name}2"))] {
            let id = document.diagram().node_named(old).expect("it was drawn");
            let renamed = document.transact(&catalog, "Rename", |edit| edit.rename(id, &new));
            prop_assume!(renamed.is_ok());
        }
        document.transact(&catalog, "Name", |edit| edit.rename_diagram(&name)).expect("a diagram may be called anything");
        let project = exported(document.diagram());
        for path in project.files.keys() {
            let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            prop_assert!(path.split('/').all(is_plain), "{}", path);
        }
        let code = project.files.iter().find(|(path, _)| path.starts_with("src/")).expect("a function has code");
        let head = code.1.text.lines().take_while(|line| !line.is_empty());
        prop_assert!(head.into_iter().all(|line| line.starts_with("//")), "{}", code.1.text);
        let config = &project.files["samconfig.toml"].text;
        prop_assert!(config.lines().nth(3).is_some_and(|line| line.starts_with("stack_name = \"") && line.ends_with('"')), "{}", config);
    }
}
