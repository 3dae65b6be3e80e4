//! Traces: every span is a row with its own times, whatever is missing or runs in circles.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn traces(document: &Value) -> Vec<Trace> {
    let mut read = Read::default();
    read.take(document);
    read.traces()
}

/// Depth and name of each row, and what is marked.
fn told(trace: &Trace) -> Vec<String> {
    let row = |row: &Row| {
        let marks = [
            (row.is_orphan, " orphan"),
            (row.span.is_inferred, " inferred"),
            (row.span.end_ns.is_none(), " open"),
            (row.twin.is_some(), " twin"),
            (row.is_critical, " critical"),
        ];
        let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
        format!(
            "{} {} {}+{}{marks}",
            row.depth,
            row.span.name,
            row.span.start_ns / 1_000_000_000,
            row.self_ns / 1_000_000_000
        )
    };
    trace.rows.iter().map(row).collect()
}

fn segments(segments: &[Value]) -> Value {
    let documents: Vec<Value> = segments.iter().map(|segment| json!({"Document": segment.to_string()})).collect();
    json!({"Traces": [{"Id": "1-5f84c7a1-0123456789abcdef01234567", "Segments": documents}]})
}

#[test]
fn children_keep_their_own_times() {
    let document = segments(&[
        json!({"id": "a", "name": "api", "start_time": 10, "end_time": 20, "origin": "X", "subsegments": [
            {"id": "b", "name": "call", "start_time": 11, "end_time": 15, "namespace": "aws"},
            {"id": "n", "name": "short", "start_time": 16, "end_time": 17}]}),
        json!({"id": "c", "name": "fn", "start_time": 12, "end_time": 25, "parent_id": "b", "subsegments": [
            {"id": "d", "name": "Initialization", "start_time": 9, "end_time": 11}]}),
        json!({"id": "e", "name": "table", "start_time": 11, "end_time": 15, "parent_id": "b", "inferred": true, "fault": true}),
        json!({"id": "f", "name": "lost", "start_time": 13, "end_time": 14, "parent_id": "nobody"}),
        json!({"id": "g", "name": "runs", "start_time": 18, "in_progress": true, "parent_id": "a"}),
    ]);
    let found = &traces(&document)[0];
    let expected = [
        "0 api 10+3 critical",
        "1 call 11+0",
        "2 table 11+4 inferred twin",
        "2 fn 12+13",
        "3 Initialization 9+2",
        "1 short 16+1 critical",
        "1 runs 18+7 open critical",
        "0 lost 13+1 orphan",
    ];
    let mut told = told(found);
    // Which of the equal ends is critical is told below.
    told.sort();
    let mut wanted: Vec<String> = expected.iter().map(|row| (*row).to_owned()).collect();
    wanted.sort();
    for (row, wanted) in told.iter().zip(&wanted) {
        assert_eq!(row.replace(" critical", ""), wanted.replace(" critical", ""));
    }
    assert_eq!((found.start_ns, found.end_ns), (Some(9_000_000_000), Some(25_000_000_000)));
    assert!(found.is_cold && found.is_partial && found.outcome.status() == Status::Fault);
}

#[test]
fn the_critical_path_goes_back_from_the_last_end() {
    let document = segments(&[json!({"id": "a", "name": "a", "start_time": 0, "end_time": 10, "subsegments": [
        {"id": "b", "name": "b", "start_time": 0, "end_time": 4}, {"id": "c", "name": "c", "start_time": 1, "end_time": 3},
        {"id": "d", "name": "d", "start_time": 4, "end_time": 9}, {"id": "e", "name": "e", "start_time": 5, "end_time": 8}]})]);
    assert_eq!(
        told(&traces(&document)[0]),
        ["0 a 0+1 critical", "1 b 0+4 critical", "1 c 1+2", "1 d 4+5 critical", "1 e 5+3"]
    );
}

#[test]
fn circles_are_opened_and_doubles_joined() {
    let document = segments(&[
        json!({"id": "a", "name": "a", "start_time": 2, "end_time": 3, "parent_id": "b"}),
        json!({"id": "b", "name": "b", "start_time": 1, "end_time": 4, "parent_id": "a"}),
        json!({"id": "s", "name": "s", "start_time": 5, "end_time": 6, "parent_id": "s"}),
        json!({"id": "t", "name": "old", "start_time": 7, "in_progress": true}),
        json!({"id": "t", "name": "new", "start_time": 7, "end_time": 8}),
    ]);
    let rows = told(&traces(&document)[0]);
    assert_eq!(rows, ["0 b 1+2 orphan", "1 a 2+1", "0 s 5+1 orphan", "0 new 7+1 critical"]);
}

#[test]
fn open_telemetry_is_read_too() {
    let span = json!({"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "parentSpanId": "",
        "name": "GET /", "kind": 2, "startTimeUnixNano": "1785331800758000001", "endTimeUnixNano": 1_785_331_800_759_000_003_u64,
        "attributes": [{"key": "http.response.status_code", "value": {"intValue": "503"}}], "status": {"code": 2},
        "links": [{"traceId": "5b8efff798038103d269b633813fc60d", "spanId": "e"}]});
    let document = json!({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
        "scopeSpans": [{"spans": [span]}]}]});
    let found = &traces(&document)[0];
    assert_eq!(&*found.id, "1-5b8efff7-98038103d269b633813fc60c");
    let row = &found.rows[0].span;
    assert_eq!((row.start_ns, row.end_ns), (1_785_331_800_758_000_001, Some(1_785_331_800_759_000_003)));
    assert_eq!(
        (&*row.origin, row.is_segment, row.links.len(), found.outcome.status()),
        ("shop", true, 1, Status::Fault)
    );
    let flat = json!({"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "f", "parentSpanId": "eee19b7ec3c1b174", "kind": "CLIENT",
        "name": "put", "startTimeUnixNano": 1_785_331_800_758_000_000_u64, "durationNano": 5, "status": {"code": "OK"},
        "attributes": {"aws.xray.origin": "AWS::S3"}, "resource": {"attributes": {"service.name": "x"}}});
    let both = &traces(&json!([document, flat]))[0];
    assert_eq!(both.rows.iter().map(|row| row.depth).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_map_counts_a_call_once_however_many_tell_of_it() {
    let document = segments(&[
        json!({"id": "a", "name": "api", "origin": "Api", "start_time": 0, "end_time": 9, "subsegments": [
            {"id": "b", "name": "Lambda", "namespace": "aws", "start_time": 1, "end_time": 8},
            {"id": "c", "name": "DynamoDB", "namespace": "aws", "start_time": 8, "end_time": 9, "aws": {"resource_names": ["orders"]}}]}),
        json!({"id": "d", "name": "fn", "origin": "Fn", "start_time": 2, "end_time": 8, "parent_id": "b", "fault": true}),
    ]);
    let map = ServiceMap::of(&traces(&document));
    let nodes: Vec<String> = map.nodes.iter().map(|((name, _), tally)| format!("{name} {}", tally.count)).collect();
    assert_eq!(nodes, ["api 1", "fn 1", "orders 1"]);
    let edges: Vec<String> =
        map.edges.iter().map(|(((from, _), (to, _)), tally)| format!("{from}>{to} {}", tally.faults)).collect();
    assert_eq!(edges, ["api>fn 1", "api>orders 0"]);
    let layers: Vec<Vec<&str>> =
        map.layers().iter().map(|layer| layer.iter().map(|(name, _)| &**name).collect()).collect();
    assert_eq!(layers, [vec!["api"], vec!["fn", "orders"]]);
    let fn_ms = map.nodes.iter().find(|((name, _), _)| &**name == "fn").and_then(|(_, tally)| tally.took_ms.max());
    assert_eq!(fn_ms, Some(6000.0));
}

#[test]
fn services_that_call_in_a_circle_have_a_place_each() {
    let service = |name: &str| (name.into(), "".into());
    let mut map = ServiceMap::default();
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "b"), ("c", "c")] {
        map.nodes.entry(service(from)).or_default();
        map.nodes.entry(service(to)).or_default();
        map.edges.entry((service(from), service(to))).or_default();
    }
    let layers: Vec<usize> = map.layers().iter().map(Vec::len).collect();
    assert_eq!(layers, [1, 1, 1]);
}

/// How many segments and subsegments stand in a document, counted without the reader.
fn ids(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with('{') => ids(&serde_json::from_str(text).expect("JSON"), found),
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        Value::Object(object) => {
            if object.contains_key("start_time") {
                found.insert(object["id"].as_str().expect("an id").to_owned());
            }
            object.values().for_each(|value| ids(value, found));
        }
        _ => {}
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a test says that it had nothing to read")]
fn every_segment_of_the_corpus_is_a_row_as_it_stands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/traces");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: the traces are not beside the project");
        return;
    };
    let mut rows = 0;
    for file in files.flatten().filter(|file| file.file_name() != "INDEX.json") {
        let text = std::fs::read_to_string(file.path()).expect("a text");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let mut wanted = BTreeSet::new();
        ids(&document, &mut wanted);
        let found = traces(&document);
        let shown: BTreeSet<String> =
            found.iter().flat_map(|trace| &trace.rows).map(|row| row.span.id.to_string()).collect();
        assert_eq!(shown, wanted, "{}", file.path().display());
        rows += shown.len();
        for trace in &found {
            let first = trace.rows.iter().map(|row| row.span.start_ns).min();
            assert_eq!(trace.start_ns, first, "nothing is clipped");
            assert!(trace.rows.iter().all(|row| row.self_ns >= 0));
        }
    }
    assert!(rows > 300, "only {rows} rows");
}

proptest! {
    #[test]
    fn every_span_has_one_row_below_its_parent(spans in prop::collection::vec((0_u8..20, 0_u8..25, -50_i64..50, 0_i64..60), 0..40)) {
        let spans: Vec<Span> = spans.iter().map(|(id, parent, start_ns, took)| Span {
            id: id.to_string().into(),
            parent: (*parent < 22).then(|| parent.to_string().into()),
            start_ns: *start_ns,
            end_ns: (*took < 55).then_some(start_ns + took),
            ..Span::default()
        }).collect();
        let wanted: BTreeSet<_> = spans.iter().map(|span| span.id.clone()).collect();
        let trace = assemble("t".into(), spans);
        let found: Vec<_> = trace.rows.iter().map(|row| row.span.id.clone()).collect();
        prop_assert_eq!(found.len(), wanted.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
        for (place, row) in trace.rows.iter().enumerate() {
            match row.parent_row {
                Some(parent) => prop_assert!(parent < place && trace.rows[parent].depth + 1 == row.depth),
                None => prop_assert_eq!(row.depth, 0),
            }
        }
    }
}
