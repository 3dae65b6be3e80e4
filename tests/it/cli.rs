//! The program as its users run it: arguments in, text or JSON and a status out.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use stratoscope::catalog::{Archetype, Catalog, Kind};

use crate::bad_input;
use crate::folder::Folder;

/// The fixture of this file: every way in which arrows give access.
const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/orders.strato.json");

/// What a run gave.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(variable);
    }
    // Prices are those of the program, whatever this person has fetched.
    command.env("XDG_DATA_HOME", std::env::temp_dir().join("stratoscope-no-such-home"));
    let Output { status, stdout, stderr } = command.args(arguments).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    Run { status: status.code().expect("the program ends by itself"), out: text(stdout), err: text(stderr) }
}

/// Runs what must work, and gives what it printed.
pub(crate) fn fine(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{arguments:?}: {}", run.out);
    run.out
}

/// Runs what must be refused with `status` and one line that holds `part`.
pub(crate) fn refused(arguments: &[&str], status: i32, part: &str) {
    let run = run(arguments);
    assert_eq!(run.status, status, "{arguments:?}: {}{}", run.out, run.err);
    assert!(run.err.contains(part), "{arguments:?}: {part} is not in {}", run.err);
    assert_eq!((run.out.as_str(), run.err.lines().count()), ("", 1), "{arguments:?}: {}", run.err);
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

pub(crate) fn shown(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

#[test]
fn kinds_lists_every_pair_with_what_its_arrow_writes() {
    let document = json(&fine(&["kinds", "--pairs", "--format", "json"]));
    let pairs = document["pairs"].as_array().expect("a list");
    assert!(pairs.len() > 200, "only {} pairs", pairs.len());
    let told = |from: &str, to: &str, key: &str| {
        let pair = pairs.iter().find(|pair| pair["from"] == from && pair["to"] == to).expect("the pair is listed");
        pair[key].to_string()
    };
    let check = |from, to, key, part: &str| {
        let told = told(from, to, key);
        assert!(told.contains(part), "{key} of {from} to {to}: {told} has no {part}");
    };
    check("aws.lambda_function", "aws.dynamodb_table", "actions", "dynamodb:GetItem");
    check("aws.lambda_function", "aws.dynamodb_table", "variables", "TO_TABLE_NAME");
    check("aws.lambda_function", "aws.dynamodb_table", "access", "read_write");
    check("aws.sqs_queue", "aws.lambda_function", "adds", "AWS::Lambda::EventSourceMapping");
    check("aws.sqs_queue", "aws.lambda_function", "actions", "sqs:ReceiveMessage");
    check("aws.sns_topic", "aws.sqs_queue", "adds", "AWS::SQS::QueuePolicy");
    check("aws.http_api", "aws.lambda_function", "adds", "AWS::ApiGatewayV2::Route");
    check("aws.appsync", "aws.event_bus", "actions", "events:PutEvents");
    check("aws.cognito_user_pool", "aws.rest_api", "wiring", "authorizer");
    let text = fine(&["kinds", "--pairs"]);
    assert_eq!(text.lines().count(), pairs.len() + 1, "one line each under a head");
    assert_eq!(run(&["kinds", "aws.sqs_queue", "--pairs"]).status, 2, "one kind or all pairs");
}

#[test]
fn inspect_prints_the_graph() {
    let expected = serde_json::json!({
        "name": "orders",
        "nodes": [
            {"id": "n1", "name": "Api", "kind": "aws.http_api", "type": "AWS::Serverless::HttpApi"},
            {"id": "n2", "name": "OrdersFn", "kind": "aws.lambda_function", "type": "AWS::Serverless::Function"},
            {"id": "n3", "name": "OrdersTable", "kind": "aws.dynamodb_table", "type": "AWS::DynamoDB::Table"},
            {"id": "n4", "name": "Jobs: new", "kind": "aws.sqs_queue", "type": "AWS::SQS::Queue"},
            {"id": "n5", "name": "WorkFn", "kind": "aws.lambda_function", "type": "AWS::Serverless::Function"},
            {"id": "n6", "name": "Failures", "kind": "aws.sqs_queue", "type": "AWS::SQS::Queue"},
            {"id": "n7", "name": "Stranger", "kind": "moon.base", "type": null},
            {"id": "n8", "name": "Topic", "kind": "generic.resource", "type": "AWS::SNS::Topic"},
        ],
        "edges": [
            {"from": "Api", "to": "OrdersFn", "relation": "triggers"},
            {"from": "OrdersFn", "to": "OrdersTable", "relation": "accesses", "access": "write"},
            {"from": "OrdersFn", "to": "Jobs: new", "relation": "accesses", "access": "write"},
            {"from": "Jobs: new", "to": "WorkFn", "relation": "triggers"},
            {"from": "WorkFn", "to": "OrdersTable", "relation": "accesses", "access": "read",
             "actions": ["dynamodb:GetItem", "dynamodb:Query"]},
            {"from": "WorkFn", "to": "Failures", "relation": "dead_letters"},
        ],
        "left_out": [{"subject": "Stranger", "reason": "The catalogue does not know this kind."}],
    });
    let mut found = json(&fine(&["inspect", ORDERS, "--format", "json"]));
    let problems = found.as_object_mut().and_then(|found| found.remove("problems")).expect("there are problems");
    assert_eq!(found, expected);
    let about: Vec<(&str, &str)> = problems
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| {
            (problem["severity"].as_str().unwrap_or_default(), problem["subject"].as_str().unwrap_or_default())
        })
        .collect();
    let strange = about.iter().filter(|(_, subject)| *subject == "Stranger");
    assert_eq!(strange.count(), 1, "that nobody knows its kind is all that can be said: {problems}");
    assert!(about.iter().all(|(severity, _)| ["error", "warning", "note"].contains(severity)), "{problems}");
    assert!(
        problems
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["message"].is_string() && one["code"].is_string()))
    );
}

#[test]
fn inspect_prints_a_table() {
    let text = fine(&["inspect", ORDERS]);
    let starts = |start: &str| text.lines().any(|line| line.starts_with(start));
    assert!(starts("orders: 8 nodes, 6 arrows"), "{text}");
    assert!(starts("OrdersTable  aws.dynamodb_table   AWS::DynamoDB::Table"), "{text}");
    assert!(starts("WorkFn     accesses      OrdersTable  dynamodb:GetItem, dynamodb:Query"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours are for terminals: {text}");
}

/// The commands that the help lists.
fn commands_of(help: &str) -> impl Iterator<Item = &str> {
    let list = help.split("Commands:").nth(1).unwrap_or_default().trim_start_matches('\n');
    list.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next())
}

#[test]
fn every_command_refuses_what_is_no_diagram() {
    let folder = Folder::new();
    let bad = bad_input::all(&folder);
    let before = folder.files();
    let (out, picture) = (folder.join("out"), folder.join("out.svg"));
    let commands: [&[&str]; 7] = [
        &["inspect"],
        &["inspect", "--format", "json"],
        &["edit", "--remove", "A"],
        &["export", "--to", "sam", "-o", shown(&out)],
        &["render", "-o", shown(&picture)],
        &["estimate"],
        &[],
    ];
    let told = fine(&["--help"]);
    // These read no diagram.
    let others = ["schema", "kinds", "prices", "logs", "tail", "policy", "traces", "replay", "help"];
    for command in commands_of(&told).filter(|command| !others.contains(command)) {
        assert!(commands.iter().any(|known| known.first() == Some(&command)), "{command} is not tried");
    }
    for (path, part) in &bad {
        for command in commands {
            let arguments: Vec<&str> = command.iter().copied().chain([shown(path)]).collect();
            refused(&arguments, 2, part);
        }
    }
    assert_eq!(folder.files(), before);
}

#[test]
fn a_diagram_is_made_and_changed_in_the_order_of_the_edits() {
    let folder = Folder::new();
    let path = folder.join("new.strato.json");
    let file = shown(&path);
    fine(&[
        "edit",
        file,
        "--add",
        "aws.lambda_function:A",
        "--rename",
        "A=B",
        "--add",
        "aws.sqs_queue:A",
        "--connect",
        "A:B",
    ]);
    let graph = json(&fine(&["inspect", file, "--format", "json"]));
    assert_eq!(graph["name"], "new");
    assert_eq!(graph["edges"], serde_json::json!([{"from": "A", "to": "B", "relation": "triggers"}]));
    fine(&["edit", file, "--set", "A>B.batch_size=5", "--set", "B.memory_mb=768", "--set", "B.memory_mb="]);
    assert!(folder.read("new.strato.json").contains("\"batch_size\": 5"));
    assert!(!folder.read("new.strato.json").contains("memory_mb"), "an empty value takes the default");
    fine(&["edit", file, "--disconnect", "A:B", "--remove", "A"]);
    let graph = json(&fine(&["inspect", file, "--format", "json"]));
    assert_eq!((graph["nodes"].as_array().map(Vec::len), graph["edges"].as_array().map(Vec::len)), (Some(1), Some(0)));
    assert_eq!(folder.files(), ["new.strato.json", "new.strato.json~"]);
}

#[test]
fn a_refused_edit_changes_nothing() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(ORDERS).expect("the fixture is there");
    let path = folder.write("orders.strato.json", &text);
    let check = |edits: &[&str], part: &str| {
        let arguments: Vec<&str> =
            ["edit", shown(&path), "--rename", "Api=Entry"].iter().chain(edits).copied().collect();
        refused(&arguments, 2, part);
    };
    check(&["--add", "aws.lamda_function:X"], "Did you mean aws.lambda_function?");
    check(&["--add", "aws.sqs_queue:OrdersFn"], "already a node named OrdersFn");
    check(&["--remove", "OrdersFm"], "Did you mean OrdersFn?");
    check(&["--rename", "Nobody=X"], "There is no node Nobody.");
    check(&["--rename", "OrdersFn"], "write OLD=NEW");
    check(&["--rename", "OrdersFn="], "needs a name");
    check(&["--set", "OrdersFn.memory=512"], "has no setting memory");
    check(&["--set", "OrdersFn.memory_md=512"], "Did you mean memory_mb?");
    check(&["--set", "OrdersFn.memory_mb=12"], "from 128 to");
    check(&["--set", "OrdersFn.memory_mb=much"], "whole number");
    check(&["--set", "OrdersFn.memory_mb"], "has no `=`");
    check(&["--set", "OrdersFn>Api.path=/x"], "There is no node Api.");
    check(&["--set", "OrdersFn>Entry.path=/x"], "There is one the other way round.");
    check(&["--set", "OrdersFn>OrdersTable.acess=read"], "Did you mean access?");
    check(&["--set", "OrdersFn>OrdersTable.access=raed"], "is one of read");
    check(&["--connect", "OrdersTable:Entry"], "can be joined to an HTTP API.");
    check(&["--connect", "OrdersFn:OrdersTable:raed"], "Did you mean read?");
    check(&["--connect", "Entry:OrdersFn"], "already joined");
    check(&["--connect", "Entry:Jobs: old"], "There is no node Jobs.");
    check(&["--disconnect", "Entry:OrdersTable"], "There is no arrow from Entry to OrdersTable.");
    check(&["--disconnect", "Entry:OrdersFn:accesses"], "no arrow of the relation accesses");
    assert_eq!(folder.read("orders.strato.json"), text);
    assert_eq!(folder.files(), ["orders.strato.json"]);
    refused(&["edit", shown(&folder.join("none.strato.json")), "--remove", "X"], 2, "does not exist");
}

#[test]
fn a_difference_is_shown_and_not_written() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(ORDERS).expect("the fixture is there");
    let path = folder.write("orders.strato.json", &text);
    let diff = fine(&["edit", shown(&path), "--set", "OrdersFn.memory_mb=768", "--diff"]);
    assert!(diff.starts_with("--- "), "{diff}");
    assert!(diff.lines().any(|line| line.starts_with('+') && line.contains("\"memory_mb\": 768")), "{diff}");
    assert_eq!(fine(&["edit", shown(&path), "--set", "OrdersFn.memory_mb=", "--diff"]), "");
    assert_eq!(folder.read("orders.strato.json"), text);
    let out = folder.join("out.strato.json");
    assert_eq!(fine(&["edit", shown(&path), "--set", "OrdersFn.memory_mb=768", "--diff", "-o", shown(&out)]), diff);
    assert!(folder.read("out.strato.json").contains("\"memory_mb\": 768"));
    assert_eq!(folder.read("orders.strato.json"), text);
    let new = fine(&["edit", shown(&folder.join("new.strato.json")), "--add", "aws.sqs_queue", "--diff"]);
    assert!(new.starts_with("--- /dev/null\n"), "{new}");
    assert_eq!(folder.files(), ["orders.strato.json", "out.strato.json"]);
}

#[test]
fn every_kind_can_be_added_joined_and_exported() {
    let folder = Folder::new();
    let path = folder.join("all.strato.json");
    let catalog = Catalog::builtin();
    let name = |kind: &Kind| kind.id.as_str().replace('.', "-");
    let adds = catalog.kinds().flat_map(|kind| ["--add".to_owned(), format!("{}:{}", kind.id, name(kind))]);
    let pairs = catalog.kinds().flat_map(|from| catalog.kinds().map(move |to| (from, to)));
    let pairs: Vec<_> =
        pairs.filter(|(from, to)| from.id != to.id && catalog.connections(from, to).next().is_some()).collect();
    let connects = pairs.iter().flat_map(|(from, to)| ["--connect".to_owned(), format!("{}:{}", name(from), name(to))]);
    let arguments: Vec<String> =
        ["edit", shown(&path)].iter().map(ToString::to_string).chain(adds).chain(connects).collect();
    fine(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let graph = json(&fine(&["inspect", shown(&path), "--format", "json"]));
    let nodes = catalog.kinds().filter(|kind| kind.archetype != Archetype::Container).count();
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(nodes));
    assert_eq!(graph["edges"].as_array().map(Vec::len), Some(pairs.len()));
    fine(&["export", shown(&path), "--to", "sam", "-o", shown(&folder.join("project"))]);
    assert!(folder.files().contains(&"project/template.yaml".to_owned()));
}

#[test]
fn an_export_keeps_handlers_and_lists_what_it_leaves_out() {
    let folder = Folder::new();
    let project = folder.join("project");
    let export = ["export", ORDERS, "--to", "sam", "-o", shown(&project)];
    let first = fine(&export);
    assert!(first.contains("left out: Stranger: "), "{first}");
    let handler = folder.files().into_iter().find(|path| path.starts_with("project/src/")).expect("there is a handler");
    folder.write(&handler, "mine");
    let second = fine(&export);
    let kept = handler.strip_prefix("project/").unwrap_or_default();
    assert!(second.contains(&format!("kept: {kept}\n")), "{second}");
    assert_eq!(folder.read(&handler), "mine");
    let blocked = folder.write("file", "x");
    refused(&["export", ORDERS, "--to", "sam", "-o", shown(&blocked)], 2, "it is a file and no folder");
}

#[test]
fn the_catalogue_and_the_schema_are_printed() {
    let catalog = Catalog::builtin();
    let kinds = json(&fine(&["kinds", "--format", "json"]));
    let kinds = kinds["kinds"].as_array().expect("a list");
    assert_eq!(kinds.len(), catalog.kinds().count());
    for (printed, kind) in kinds.iter().zip(catalog.kinds()) {
        assert_eq!(printed["kind"], kind.id.as_str());
        let keys = |list: &str, key: &str| -> Vec<String> {
            let items = printed[list].as_array().into_iter().flatten();
            items.map(|item| item[key].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(keys("fields", "key"), kind.fields.iter().map(|field| field.key.clone()).collect::<Vec<_>>());
        assert_eq!(keys("usage", "key"), kind.usage.iter().map(|usage| usage.key.clone()).collect::<Vec<_>>());
        assert_eq!(keys("access", "level"), kind.access_levels());
    }
    let table = fine(&["kinds"]);
    assert!(catalog.kinds().all(|kind| table.contains(kind.id.as_str())), "{table}");
    assert!(fine(&["kinds", "aws.sqs_queue"]).contains("visibility_timeout_s"));
    refused(&["kinds", "aws.sqs_queu"], 2, "Did you mean aws.sqs_queue?");
    assert_eq!(json(&fine(&["schema"]))["title"], "Stratoscope diagram");
}

#[test]
fn without_a_display_the_window_says_what_works() {
    for arguments in [&[][..], &[ORDERS]] {
        let run = run(arguments);
        assert_eq!((run.status, run.out.as_str(), run.err.lines().count()), (3, "", 1), "{}", run.err);
        for command in ["inspect", "edit", "export"] {
            assert!(run.err.contains(command), "{}", run.err);
        }
    }
    refused(&["inspct"], 2, "Did you mean the command inspect?");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    let done = command.args(["inspect", ORDERS]).stdout(full).output().expect("the program starts");
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&done.stderr).starts_with("error: Cannot write the output: "), "{done:?}");
}

#[test]
fn wrong_arguments_are_told_from_help() {
    let check = |arguments: &[&str], status: i32| assert_eq!(run(arguments).status, status, "{arguments:?}");
    check(&["--help"], 0);
    check(&["edit", "--help"], 0);
    check(&["--version"], 0);
    check(&["--no-such-option"], 2);
    check(&["inspect"], 2);
    check(&["inspect", ORDERS, "--format", "xml"], 2);
    check(&["edit", ORDERS], 2);
    check(&["export", ORDERS, "--to", "nothing", "-o", "x"], 2);
}
