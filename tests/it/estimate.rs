//! The bill as its readers get it: worked examples of vendors and of other tools to the cent, the bills of the reference
//! diagrams as they were last agreed, and what is refused.
//!
//! `tests/fixtures/cost_cases.json` holds cases; more of the same kind are read where they stand beside the project.

#![expect(clippy::print_stderr, reason = "who runs the tests is told which files were not there")]

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use stratoscope::catalog::{Catalog, KindId};
use stratoscope::diagram::{Diagram, Document, Point, REFERENCES, file};

use crate::cli::{fine, json, refused, run, shown};
use crate::folder::Folder;
use crate::golden::{agrees, golden};

/// Line of a case → components of the bill.
type Components = &'static [(&'static str, &'static [&'static str])];

/// Service of a case → kind, inputs that only explain others, and lines.
const SERVICES: &[(&str, &str, &[&str], Components)] = &[
    ("apigateway", "aws.rest_api", &[], &[]),
    ("cloudwatch", "aws.cloudwatch_dashboard", &[], &[]),
    (
        "data_transfer",
        "aws.data_transfer",
        &[],
        &[("internet", &["internet_out"]), ("intra", &["cross_az"]), ("other", &["inter_region_out"])],
    ),
    (
        "dynamodb",
        "aws.dynamodb_table",
        &[],
        &[
            ("wru", &["on_demand_write"]),
            ("rru", &["on_demand_read"]),
            ("storage", &["storage_standard"]),
            ("pitr", &["pitr_storage"]),
            ("backup", &["backup_on_demand"]),
            ("streams", &["streams_read"]),
        ],
    ),
    (
        "kinesis",
        "aws.kinesis_stream",
        &["records_per_sec", "record_kb", "consumers", "derived_shards", "month_seconds"],
        &[("shard_hours", &["shard_hour"]), ("put_units", &["put_payload_units"])],
    ),
    (
        "lambda",
        "aws.lambda_function",
        &[
            "requests_per_minute",
            "executions",
            "compute_seconds_per_exec",
            "invocations_per_exec",
            "durable_ops_per_exec",
            "data_written_gb",
            "retained_gb_month_terms",
        ],
        &[
            ("tenant_isolation", &["tenant_isolation_env"]),
            ("operations", &["durable_operations"]),
            ("data_written", &["durable_data_written"]),
            ("data_retained", &["durable_data_retained"]),
        ],
    ),
    (
        "lambda-microvm",
        "aws.lambda_microvm",
        &["images"],
        &[("peak", &["peak_vcpu", "peak_memory"]), ("baseline", &["baseline_vcpu", "baseline_memory"])],
    ),
    ("lambda@edge", "aws.edge_function", &[], &[("compute", &["edge_duration"]), ("requests", &["edge_requests"])]),
    (
        "s3",
        "aws.s3_bucket",
        &[],
        &[("storage", &["storage_standard"]), ("put", &["put_copy_post_list"]), ("get", &["get_and_other"])],
    ),
    (
        "sns",
        "aws.sns_topic",
        &[],
        &[
            ("requests", &["publish"]),
            ("http", &["delivery_http"]),
            ("email", &["delivery_email"]),
            ("sqs", &["delivery_sqs"]),
        ],
    ),
    ("sqs", "aws.sqs_queue", &[], &[("requests", &["standard_requests"])]),
    ("stepfunctions", "aws.step_functions", &[], &[("transitions", &["standard_transitions"])]),
    (
        "xray",
        "aws.xray",
        &["requests_per_hour", "hours", "days", "sampling"],
        &[("recorded", &["traces_recorded"]), ("retrieved_scanned", &["traces_retrieved_scanned"])],
    ),
    ("functions", "azure.function", &["hours"], &[("vcpu", &["premium_vcpu"]), ("memory", &["premium_memory"])]),
    ("pubsub", "gcp.pubsub", &[], &[("data", &["throughput"])]),
];

/// The kind of a case: a service with two kinds of API is told by its inputs.
fn kind_of<'k>(kind: &'k str, inputs: &Map<String, Value>) -> &'k str {
    if inputs.contains_key("http_requests") { "aws.http_api" } else { kind }
}

/// The inputs of a case as usage of a node.
fn usage_of(inputs: &Map<String, Value>, explained: &[&str]) -> Map<String, Value> {
    let number = |key: &str| inputs.get(key).and_then(Value::as_f64);
    let mut usage = inputs.clone();
    usage.retain(|key, _| !explained.contains(&key.as_str()));
    let mut put = |key: &str, value: Option<f64>| {
        usage.extend(value.map(|value| (key.to_owned(), json!(value))));
    };
    if let Some(executions) = number("executions").filter(|_| explained.contains(&"executions")) {
        let invocations = number("invocations_per_exec").expect("a durable execution invokes");
        put("requests", Some(executions * invocations));
        put("duration_ms", number("compute_seconds_per_exec").map(|seconds| seconds * 1000.0 / invocations));
        put("durable_operations", number("durable_ops_per_exec").map(|operations| operations * executions));
        put("durable_written_gb", number("data_written_gb"));
        let terms = inputs["retained_gb_month_terms"].as_array().expect("terms");
        let months = |term: &Value| {
            let [gb, days, month] = [0, 1, 2].map(|at| term[at].as_f64().expect("a number"));
            gb * days / month
        };
        put("durable_retained_gb", Some(terms.iter().map(months).sum()));
    }
    if let Some(shards) = inputs.get("derived_shards") {
        put("put_units", number("records_per_sec").zip(number("month_seconds")).map(|(rate, month)| rate * month));
        usage.insert("shards".to_owned(), shards.clone());
        usage.insert("mode".to_owned(), json!("PROVISIONED"));
    }
    if let Some(images) = inputs.get("images").and_then(Value::as_array) {
        usage.insert("images_gb".to_owned(), json!(images.iter().filter_map(Value::as_f64).sum::<f64>()));
    }
    usage
}

/// A diagram of one node.
fn alone(kind: &str) -> Diagram {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("case"));
    let added =
        document.transact(&catalog, "Add", |edit| edit.add_node(&KindId::new(kind), Some("It"), Point::default()));
    added.expect(kind);
    document.diagram().clone()
}

/// Runs `estimate` on one node.
fn bill(folder: &Folder, kind: &str, usage: &Map<String, Value>, region: &str, free_tier: &str) -> Value {
    let (diagram, used) = (folder.path().join("case.strato.json"), folder.path().join("usage.json"));
    fs::write(&diagram, file::write(&alone(kind))).expect("it can be written");
    fs::write(&used, json!({ "It": usage }).to_string()).expect("it can be written");
    let mut arguments = vec!["estimate", shown(&diagram), "--usage", shown(&used), "--format", "json"];
    arguments.extend(["--free-tier", free_tier]);
    if region != "global" {
        arguments.extend(["--region", region]);
    }
    json(&fine(&arguments))
}

fn dollars(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).expect("an amount as text")
}

/// What a line of a case costs in a bill: the tier that it names, or its components together.
fn line(bill: &Value, name: &str, components: &[&str]) -> Option<f64> {
    let lines = bill["lines"].as_array().expect("lines");
    if let Some(tier) = name.strip_prefix('t').and_then(|number| number.parse::<usize>().ok()) {
        return lines.iter().find_map(|line| line["tiers"].get(tier - 1)).map(|tier| dollars(&tier["monthly"]));
    }
    let found = lines.iter().filter(|line| components.iter().any(|component| line["component"] == *component));
    let found: Vec<f64> = found.map(|line| dollars(&line["monthly"])).collect();
    (!found.is_empty()).then(|| found.iter().sum())
}

fn check_case(case: &Value, folder: &Folder) {
    let (id, service) = (case["id"].as_str().expect("an id"), case["service"].as_str().expect("a service"));
    let (_, kind, explained, lines) =
        SERVICES.iter().find(|row| row.0 == service).unwrap_or_else(|| panic!("{id}: no kind for {service}"));
    let inputs = case["inputs"].as_object().expect("inputs");
    let free = if case["free_tier_applied"] == true { "always" } else { "none" };
    let usage = usage_of(inputs, explained);
    let bill = bill(folder, kind_of(kind, inputs), &usage, case["region"].as_str().expect("a region"), free);
    let tolerance = case["tolerance_usd"].as_f64().expect("a tolerance");
    let near = |what: &str, found: f64, expected: f64, within: f64| {
        assert!((found - expected).abs() <= within + 1e-9, "{id}: {what} is {found} instead of {expected}\n{bill:#}");
    };
    near(
        "the total",
        dollars(&bill["monthly_total"]),
        case["expected"]["total_usd"].as_f64().expect("a total"),
        tolerance,
    );
    for (name, expected) in case["expected"]["lines"].as_object().expect("lines") {
        let own = [name.as_str()];
        let components = lines.iter().find(|(line, _)| line == name).map_or(&own[..], |(_, components)| components);
        let found = line(&bill, name, components).unwrap_or_else(|| panic!("{id}: no line {name}\n{bill:#}"));
        near(name, found, expected.as_f64().expect("an amount"), 0.01);
    }
}

#[test]
fn worked_examples_come_out_to_the_cent() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new();
    for path in ["tests/fixtures/cost_cases.json", "../shared/facts/cost_cases.json"] {
        let Ok(text) = fs::read_to_string(root.join(path)) else {
            eprintln!("{path} is not there; its cases are skipped");
            continue;
        };
        let cases = json(&text);
        cases.as_array().expect("a list of cases").iter().for_each(|case| check_case(case, &folder));
    }
}

/// A diagram whose figures all are known: `tests/fixtures/orders.strato.json` has functions, tables and queues.
const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/orders.strato.json");

#[test]
fn reference_diagrams_cost_what_was_agreed() {
    let folder = Folder::new();
    for (path, text) in REFERENCES {
        let name = path.rsplit('/').next().unwrap_or(path).replace(".strato.json", "");
        let file = folder.write(&format!("{name}.strato.json"), text);
        let own = fine(&["estimate", shown(&file)]);
        let listed = fine(&["estimate", shown(&file), "--region", "us-east-1"]);
        agrees(&golden(&format!("{name}.bill.txt")), &format!("{own}\n----\n\n{listed}"));
    }
}

#[test]
fn what_cannot_be_priced_is_refused_in_one_line() {
    let folder = Folder::new();
    let check = |usage: &str, part: &str| {
        let file = folder.write("usage.json", usage);
        refused(&["estimate", ORDERS, "--usage", shown(&file)], 2, part);
    };
    check("", "It is not JSON");
    check("[]", "must hold an object");
    check("{\"OrderFn\": {}}", "There is no node OrderFn. Did you mean");
    check("{\"OrdersFn\": {\"request\": 1}}", "Did you mean requests?");
    check("{\"OrdersFn\": {\"requests\": -5}}", "must not be negative");
    check("{\"OrdersFn\": {\"requests\": 1e99}}", "larger than anything");
    check("{\"OrdersFn\": {\"memory_mb\": 1}}", "must be from 128");
    refused(&["estimate", ORDERS, "--usage", shown(&folder.join("none.json"))], 2, "does not exist");
    refused(&["estimate", ORDERS, "--region", "eu-wst-1"], 2, "Did you mean eu-west-1?");
    let over = run(&["estimate", ORDERS, "--max-monthly", "-1"]);
    assert_eq!((over.status, over.out.as_str()), (2, ""), "{}", over.err);
}

#[test]
fn a_budget_and_another_version_are_compared_with() {
    let folder = Folder::new();
    let usage = folder.write("usage.json", "{\"OrdersFn\": {\"requests\": 100000000, \"duration_ms\": 200}}");
    let priced = ["estimate", ORDERS, "--region", "us-east-1", "--usage", shown(&usage)];
    let with = |more: &[&str]| run(&[&priced[..], more].concat());
    let over = with(&["--max-monthly", "10"]);
    assert_eq!((over.status, over.err.lines().count()), (1, 1), "{}", over.err);
    assert!(over.out.contains("OrdersFn"), "the bill is printed all the same");
    assert_eq!(with(&["--max-monthly", "100000"]).status, 0);
    let same = json(&with(&["--compare", ORDERS, "--format", "json"]).out);
    assert_eq!((same["compare"]["difference"].as_str(), &same["compare"]["lines"]), (Some("0.00"), &json!([])));
    let text = fs::read_to_string(ORDERS).expect("the fixture");
    let other = folder.write("other.strato.json", &text);
    fine(&["edit", shown(&other), "--set", "OrdersFn.memory_mb=3072"]);
    let dearer = json(&with(&["--compare", shown(&other), "--format", "json"]).out);
    let line = &dearer["compare"]["lines"][0];
    assert_eq!((line["node"].as_str(), line["component"].as_str()), (Some("OrdersFn"), Some("compute")));
    assert!(dollars(&line["difference"]) < 0.0, "the other has more memory: {line}");
    let sheet = with(&["--format", "csv"]).out;
    assert!(
        sheet.starts_with("node,component,quantity,") && sheet.contains("\nOrdersFn,requests,100000000,"),
        "{sheet}"
    );
}

#[test]
fn the_book_is_listed_with_its_dates() {
    let text = fine(&["prices"]);
    assert!(text.contains("never verified") && text.contains("aws.lambda.requests"), "{text}");
    let book = json(&fine(&["prices", "--format", "json"]));
    let prices = book["prices"].as_array().expect("prices");
    assert!(prices.len() > 280 && book["free"].as_array().is_some_and(|free| free.len() > 60));
    assert!(prices.iter().all(|price| price["source"].as_str().is_some_and(|source| !source.is_empty())));
}

#[test]
fn no_row_of_the_price_table_is_lost() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/prices.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("{} is not there; the book is compared with nothing", path.display());
        return;
    };
    let book = stratoscope::cost::Book::builtin();
    for row in json(&text).as_array().expect("rows") {
        let cell = |key: &str| row[key].as_str().expect("a text");
        let key = format!("{}.{}.{}", cell("provider"), cell("service"), cell("dimension"));
        for region in regions(cell("region")) {
            let price = book.price(&key, &region).unwrap_or_else(|| panic!("no {key} in {region}"));
            let tiers = row["tiers"].as_array().expect("tiers");
            let exact = |value: &Value| {
                let text = value.to_string();
                let read = rust_decimal::Decimal::from_scientific(&text).or_else(|_plain| text.parse());
                read.unwrap_or_else(|error| panic!("{text}: {error}"))
            };
            let expected: Vec<_> = tiers.iter().map(|tier| (exact(&tier["from"]), exact(&tier["usd"]))).collect();
            let found: Vec<_> = price.tiers.iter().map(|tier| (tier.from, tier.usd)).collect();
            assert_eq!(found, expected, "{key} in {region}");
            assert_eq!(
                (&*price.unit, price.confidence.to_string().as_str()),
                (cell("unit"), cell("confidence")),
                "{key}"
            );
            assert!(cell("as_of").starts_with(&*price.as_of), "{key}: {}", price.as_of);
            assert_eq!(price.as_of.is_empty(), cell("as_of") == "unverified", "{key}");
            let free = exact(&row["free_monthly"]);
            let is_listed = book
                .allowances()
                .iter()
                .any(|allowance| allowance.monthly == free && allowance.keys.iter().any(|(own, _)| **own == *key));
            assert!(free.is_zero() || is_listed || price.tiers[0].usd.is_zero(), "{key} lost its {free} free");
        }
    }
}

/// The regions of the book that a row of the table stands for.
fn regions(told: &str) -> Vec<String> {
    match told.strip_suffix(" edge") {
        Some(places) => places.split('/').map(|place| format!("{}-edge", place.to_lowercase())).collect(),
        None => vec![told.split(" (").next().unwrap_or(told).to_owned()],
    }
}
