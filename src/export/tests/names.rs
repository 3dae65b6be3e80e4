//! Whatever people call things, what comes out is valid, unique and inside the folder, in every dialect.

use std::collections::BTreeSet;
use std::io::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::super::template::Template;
use super::super::{cloudformation, export, sam};
use crate::catalog::names::Named as _;
use crate::catalog::{Catalog, Dialect};
use crate::diagram::{Diagram, Document, NodeId};
use crate::stack::tests::drawn;
use crate::stack::{Expression, Stack, lower};

/// How many diagrams are tried, each in every dialect.
const TRIED: u32 = 256;

/// Longest name of a stack, in characters.
const LONGEST_STACK_NAME: usize = 128;

/// Names that have broken out of something before.
const NASTY: &[&str] = &[
    "../../etc/passwd",
    "..\\..\\windows",
    "/",
    ".",
    "~",
    "a\nResources:\n  Evil:\n    Type: AWS::IAM::User",
    "x'\"`$(rm -rf ~)",
    "${AWS::AccountId}",
    "${Fn.Arn}",
    "!Ref Fn",
    "{{resolve:secretsmanager:x}}",
    "*/ eval('1') /*",
    "\"\"\" import os",
    "\u{2028}process.exit()",
    "\u{202e}gnp.exe",
    "😀🏴\u{e0067}",
    "名前",
    "Ω≈ç√",
    "null",
    "true",
    "No",
    "1e3",
    "0x10",
    "~",
    "con",
    "AUX",
    "lpt1",
    "__proto__",
    "Role",
    "Stage",
    "LogGroup",
    "AWS",
    "lambda",
    "class",
    "| --- |",
    "# Title",
    "<script>alert(1)</script>",
    "%s%n",
    "\u{0}",
    "\t",
    " ",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(NASTY).prop_map(str::to_owned),
        1 => "[\\PC\\n\\r\\t\u{2028}\u{85}./${}\"'#*|`-]{1,300}",
        1 => "[a-zA-Z]{250,300}",
    ]
}

const NODES: &[&str] = &[
    "Rest rest_api",
    "Http http_api",
    "Socket websocket_api",
    "Fn lambda_function",
    "Other lambda_function",
    "Docs s3_bucket",
    "Work sqs_queue",
    "Lost sqs_queue",
    "Table dynamodb_table",
    "News sns_topic",
    "Users cognito_user_pool",
    "Flow step_functions",
    "Bus event_bus",
    "Rule event_rule",
    "Night schedule",
    "Graph appsync",
];

const ARROWS: &[&str] = &[
    "Rest > Fn",
    "Http > Fn",
    "Socket > Fn",
    "Users @ Rest",
    "Users @ Http",
    "Users > Other",
    "Docs > Fn",
    "Fn ~ Docs",
    "Work > Fn",
    "Work ! Lost",
    "Table > Other",
    "Other ! Lost",
    "News > Fn",
    "News > Work",
    "Flow > Other",
    "Bus > Rule",
    "Rule > Fn",
    "Bus > Work",
    "Night > Flow",
    "Graph > Table",
    "Fn ~ Table",
];

/// The diagram with every node called something else; a name that is refused leaves the one before.
fn renamed(names: &[String]) -> Diagram {
    let catalog = Catalog::builtin();
    let logged = ["Rest.access_logs", "Socket.access_logs"].map(|setting| (setting, true.into()));
    let mut document = Document::new(drawn(NODES, ARROWS, &logged));
    let ids: Vec<NodeId> = document.diagram().nodes().keys().copied().collect();
    for (id, name) in ids.into_iter().zip(names) {
        document.transact(&catalog, "Rename", |edit| edit.rename(id, name)).ok();
    }
    document.transact(&catalog, "Name", |edit| edit.rename_diagram(&names[0])).ok();
    document.diagram().clone()
}

fn template(stack: &Stack, dialect: Dialect) -> Template<'_> {
    match dialect {
        Dialect::Sam => sam::template(stack).0,
        Dialect::CloudFormation => cloudformation::template(stack),
    }
}

fn is_plain(path: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    path.split('/').all(is_part)
}

/// Whether a name can be that of a log group, once references have been filled in.
fn is_group(name: &str) -> bool {
    let mut parts = name.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('}').map_or("", |(_, rest)| rest));
    let written: String = std::iter::once(first.as_str()).chain(rest).collect();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
    written.chars().all(is_allowed) && written.len() + LONGEST_STACK_NAME <= 512
}

/// Logical ids are letters and digits, of which no two are alike, and every reference leads to one.
pub(super) fn check_ids(stack: &Stack, dialect: Dialect) -> Result<(), TestCaseError> {
    let template = template(stack, dialect);
    let ids: Vec<&String> = template.entries.keys().chain(stack.parameters.keys()).collect();
    for id in ids.iter().copied().chain(stack.outputs.keys()) {
        let is_valid = (1..=255).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        prop_assert!(is_valid, "{} has the logical id {}", dialect, id);
    }
    for (id, entry) in template.entries.iter().filter(|(_, entry)| entry.type_name == "AWS::Logs::LogGroup") {
        let Some(Expression::Sub(name, _)) = entry.properties.get("LogGroupName") else {
            return Err(TestCaseError::fail(format!("{id} has no name of its own")));
        };
        prop_assert!(is_group(name), "{} names {} {}", dialect, id, name);
    }
    let distinct: BTreeSet<String> = ids.iter().map(|id| id.to_ascii_lowercase()).collect();
    prop_assert_eq!(distinct.len(), ids.len());
    let mut named: Vec<String> = template.entries.values().flat_map(|entry| entry.waits_for.clone()).collect();
    let values = template.entries.values().flat_map(|entry| entry.properties.iter().map(|(_, value)| value));
    values.chain(stack.outputs.values().map(|output| &output.value)).for_each(|value| value.references(&mut named));
    for name in named.iter().filter(|name| !name.starts_with("AWS::")) {
        prop_assert!(ids.contains(&name), "{} refers to {}, which is not there", dialect, name);
    }
    Ok(())
}

/// Files stand in the folder, and in none of them does a name leave its line.
fn check_files(stack: &Stack, dialect: Dialect) -> Result<(), TestCaseError> {
    let project = export(stack, dialect);
    let lower: BTreeSet<String> = project.files.keys().map(|path| path.to_ascii_lowercase()).collect();
    prop_assert_eq!(lower.len(), project.files.len(), "two files differ in capitals only");
    for (path, content) in &project.files {
        prop_assert!(is_plain(path), "{}", path);
        let is_code = path.starts_with("src/");
        let mut head = content.text.lines().take_while(|line| is_code && !line.is_empty());
        prop_assert!(head.all(|line| line.starts_with("//") || line.starts_with('#')), "{}", content.text);
    }
    let text = &project.files["template.yaml"].text;
    prop_assert!(!text.contains("\n  Evil:") && !text.contains(['\u{0}', '\u{2028}', '\r']), "{}", text);
    if let Some(config) = project.files.get("samconfig.toml") {
        let name = config.text.lines().nth(3).unwrap_or_default();
        prop_assert!(name.starts_with("stack_name = \"") && name.ends_with('"'), "{}", config.text);
    }
    Ok(())
}

#[test]
fn no_name_breaks_out_in_any_dialect() {
    let config = ProptestConfig { cases: TRIED, failure_persistence: None, ..ProptestConfig::default() };
    let catalog = Catalog::builtin();
    let mut names = BTreeSet::new();
    let tried = std::cell::RefCell::new((0, &mut names));
    let result = TestRunner::new(config).run(&prop::collection::vec(name(), NODES.len()), |chosen| {
        let (stack, _) = lower(&renamed(&chosen), &catalog);
        for (_, dialect) in Dialect::ALL {
            check_ids(&stack, *dialect)?;
            check_files(&stack, *dialect)?;
        }
        let mut tried = tried.borrow_mut();
        tried.0 += 1;
        tried.1.extend(chosen);
        Ok(())
    });
    let (diagrams, names) = tried.into_inner();
    let told = format!("{diagrams} diagrams with {} names, each to {} dialects\n", names.len(), Dialect::ALL.len());
    std::io::stdout().write_all(told.as_bytes()).expect("the number of cases can be told");
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
