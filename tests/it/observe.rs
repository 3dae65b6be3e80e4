//! `logs` and `traces` as their users run them, on every form of the same log, and on files that no one should have to read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::folder::Folder;

/// Where the log of one function stands in every form that people have.
fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/observe/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Status, output, errors.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    let Output { status, stdout, stderr } = program.args(arguments).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    (status.code().expect("it ends by itself"), text(stdout), text(stderr))
}

fn objects(arguments: &[&str]) -> Vec<Value> {
    let (status, out, err) = run(&[arguments, &["--format", "json"]].concat());
    assert_eq!((status, err.as_str()), (0, ""), "{arguments:?}");
    out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

fn refused(arguments: &[&str], part: &str) {
    let (status, _, err) = run(arguments);
    assert_eq!((status, err.lines().count()), (2, 1), "{arguments:?}: {err}");
    assert!(err.contains(part), "{arguments:?}: {part} is not in {err}");
}

/// Type, level, request and report of each event; what every form of the log tells alike.
fn essence(events: &[Value]) -> Vec<String> {
    let essence = |event: &Value| {
        let message = event["message"].as_str().expect("a message").trim_end();
        format!("{} {} {} {message} {}", event["type"], event["level"], event["request_id"], event["report"])
    };
    events.iter().map(essence).collect()
}

#[test]
fn every_form_of_a_log_tells_the_same() {
    let lines = objects(&["logs", &fixture("orders.log")]);
    assert_eq!(lines.len(), 19, "each event once");
    let forms = [
        "orders.events.json",
        "orders.subscription.gz",
        "orders.insights.csv",
        "orders.insights.json",
        "orders.tail.txt",
    ];
    for form in forms {
        let events = objects(&["logs", &fixture(form)]);
        assert_eq!(essence(&events), essence(&lines), "{form}");
        assert_eq!(events[0]["timestamp_ms"], 1_795_420_800_000_i64, "{form}");
        assert_eq!(events[0]["log_stream"], "2026/11/23/[$LATEST]c0ffee00c0ffee00c0ffee00c0ffee00", "{form}");
    }
    let own = Folder::new().write("own.jsonl", "");
    let (_, out, _) = run(&["logs", &fixture("orders.events.json"), "--format", "json"]);
    std::fs::create_dir_all(own.parent().expect("a folder")).expect("a folder");
    std::fs::write(&own, &out).expect("it can be written");
    let (_, again, _) = run(&["logs", &own.to_string_lossy(), "--format", "json"]);
    assert_eq!(out, again, "what is printed can be read again");
    std::fs::remove_file(own).ok();
}

#[test]
fn an_event_says_what_is_known_and_nothing_else() {
    let events = objects(&["logs", &fixture("orders.events.json")]);
    let expected = serde_json::json!({
        "timestamp_ms": 1_795_420_800_433_i64, "ingestion_ms": 1_795_420_801_283_i64,
        "log_stream": "2026/11/23/[$LATEST]c0ffee00c0ffee00c0ffee00c0ffee00",
        "request_id": "3f1c9a52-6d0e-4b7a-9c11-0a2b3c4d5e01", "type": "report", "message": events[5]["message"],
        "report": {"duration_ms": 21.37, "billed_ms": 433, "memory_mb": 256, "max_memory_mb": 71, "init_ms": 410.92,
            "trace_id": "1-6b03c680-0a1b2c3d4e5f60718293a4b5", "segment_id": "5d6e7f8091a2b3c4", "sampled": true},
    });
    assert_eq!(events[5], expected);
    assert_eq!(events[3]["message"], "basket checked\n", "an application's line passes through");
    assert_eq!(events[3]["request_id"], "3f1c9a52-6d0e-4b7a-9c11-0a2b3c4d5e01", "known from the lines around it");
}

#[test]
fn events_that_two_files_hold_come_once() {
    let (export, subscription) = (fixture("orders.events.json"), fixture("orders.log"));
    assert_eq!(objects(&["logs", &export, &export]).len(), 19);
    assert_eq!(objects(&["logs", &export, &subscription]).len(), 38, "lines have no ids");
}

#[test]
fn a_query_chooses_and_says_where_it_is_wrong() {
    let check = |query: &str, expected: usize| {
        let events = objects(&["logs", &fixture("orders.log"), "--query", query]);
        assert_eq!(events.len(), expected, "{query}");
    };
    check("level:error", 4);
    check("level:>=warn", 5);
    check("duration:>1000", 1);
    check("request:3f1c9a52-6d0e-4b7a-9c11-0a2b3c4d5e01", 5);
    check("item.left:<3", 1);
    check("-type:report -type:start -type:end /[Oo]rder/", 3);
    refused(&["logs", &fixture("orders.log"), "--query", "level:eror"], "did you mean error? (at byte 7)");
}

#[test]
fn text_reads_well() {
    let (status, out, _) = run(&["logs", &fixture("orders.events.json"), "--query", "KeyError -type:report"]);
    assert_eq!(status, 0);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "2026-11-23T08:00:05.010Z  error  [ERROR] KeyError: 'price'");
    assert_eq!(lines[1], format!("{:33}Traceback (most recent call last):", ""));
    let (_, out, _) = run(&["traces", &fixture("orders.xray.json")]);
    assert!(
        out.starts_with(
            "1-6b03c680-0a1b2c3d4e5f60718293a4b5  2026-11-23T08:00:00.001Z  499.0 ms  throttle  cold  partial\n"
        ),
        "{out}"
    );
    assert!(out.contains("      orders "), "children stand below their parents: {out}");
}

#[test]
fn traces_have_every_row_as_it_stands() {
    let traces = objects(&["traces", &fixture("orders.xray.json"), &fixture("orders.otlp.json")]);
    assert_eq!(traces.len(), 2);
    let trace = &traces[0];
    assert_eq!((&trace["status"], &trace["cold"], &trace["partial"]), (&"throttle".into(), &true.into(), &true.into()));
    let rows = trace["rows"].as_array().expect("rows");
    let told: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row["depth"], row["name"].as_str().expect("a name"))).collect();
    let expected = [
        "0 shop/prod",
        "1 Lambda",
        "2 orders",
        "3 orders",
        "4 Initialization",
        "4 Invocation",
        "5 DynamoDB",
        "6 orders-table",
        "0 mail",
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[4]["start_ns"], 1_795_420_800_001_000_000_i64, "before its parent, as the document says");
    assert_eq!(rows[8]["in_progress"], true);
    assert!(rows[8].get("end_ns").is_none() && rows[7]["inferred"] == true);
    assert_eq!(traces[1]["rows"][1]["self_ns"], 7_999_000);
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    let folder = Folder::new();
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    refused(&["logs", &shown(&folder.join("nothing"))], "No such file");
    refused(&["logs", &shown(folder.path())], "it is a folder");
    refused(&["logs", &fixture("orders.xray.json")], "ask for `traces`");
    refused(&["traces", &fixture("orders.log")], "neither X-Ray nor OTLP");
    refused(&["traces", &fixture("orders.events.json")], "neither X-Ray nor OTLP");
    let binary = folder.join("binary");
    std::fs::write(&binary, (0..=255_u8).cycle().take(9000).collect::<Vec<_>>()).expect("it can be written");
    refused(&["logs", &shown(&binary)], "not text");
    std::fs::write(&binary, [0xff, 0xfe, b'a', 0, b'b', 0]).expect("it can be written");
    refused(&["logs", &shown(&binary)], "UTF-16");
    assert_eq!(run(&["logs", &shown(&folder.write("empty", "\n \n"))]), (0, String::new(), String::new()));
}

#[test]
fn files_cut_off_anywhere_end_with_a_sentence() {
    let folder = Folder::new();
    for name in ["orders.events.json", "orders.subscription.gz", "orders.insights.csv", "orders.log"] {
        let whole = std::fs::read(fixture(name)).expect("the fixture is there");
        for part in 1..8 {
            let path = folder.join(name);
            std::fs::write(&path, &whole[..whole.len() * part / 8]).expect("it can be written");
            let (status, _, err) = run(&["logs", &path.to_string_lossy()]);
            assert!(status == 0 || status == 2 && err.lines().count() == 1, "{name} {part}/8: {status} {err}");
        }
    }
}

#[test]
fn huge_files_do_not_take_all_memory_or_time() {
    let folder = Folder::new();
    let sparse = folder.join("sparse");
    File::create(&sparse).and_then(|file| file.set_len(10 << 30)).expect("a file without blocks");
    refused(&["logs", &sparse.to_string_lossy()], "not text");
    let half = folder.join("half");
    let mut file = File::create(&half).expect("a file");
    (0..20_000).for_each(|line| writeln!(file, "line {line}").expect("room"));
    file.set_len(10 << 30).expect("a file without blocks");
    let (status, out, err) = run(&["logs", &half.to_string_lossy()]);
    assert!(status == 2 && err.contains("only zeros") && out.lines().count() >= 20_000, "{status} {err}");
    let long = folder.join("long");
    let line = "é".repeat(5 << 20);
    std::fs::write(&long, format!("first\n{line}\nlast\n")).expect("room");
    let events = objects(&["logs", &long.to_string_lossy()]);
    let pieces: Vec<&str> = events.iter().filter_map(|event| event["message"].as_str()).collect();
    assert_eq!((pieces[0], *pieces.last().expect("some")), ("first", "last"));
    assert!(pieces[1..pieces.len() - 1].concat() == line, "nothing of a long line is lost");
    assert!(pieces.iter().all(|piece| piece.len() <= 2 << 20), "and it comes in pieces");
    assert!(pieces.iter().map(|piece| piece.len()).collect::<BTreeSet<_>>().len() > 1);
}
