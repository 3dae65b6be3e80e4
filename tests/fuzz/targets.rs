//! What is given odd inputs, and what must hold for all of them.

use std::path::Path;
use std::sync::Arc;

use stratoscope::telemetry::binding::Binding;
use stratoscope::telemetry::calls::Calls;
use stratoscope::telemetry::errors::ErrorGroups;
use stratoscope::telemetry::filter::Filter;
use stratoscope::telemetry::gathered::Gathered;
use stratoscope::telemetry::line::{glance, metrics, parse};
use stratoscope::telemetry::log::{Chunk, LogStore, Style, cut};
use stratoscope::telemetry::query::{Matcher, Query};
use stratoscope::telemetry::record::Stream;
use stratoscope::telemetry::trace::{Read, Sift, Trace};

use super::{fuzz, mutate};

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/observe").join(name);
    std::fs::read_to_string(path).expect("the fixture is there")
}

fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn lines() {
    let (log, tail) = (fixture("orders.log"), fixture("orders.tail.txt"));
    let mut texts: Vec<&str> = log.lines().collect();
    texts.extend([log.as_str(), tail.as_str(), "I, [2026-11-23T08:00:00.1 #8]  INFO x -- : y"]);
    let fresh = ErrorGroups::default();
    fuzz("lines", &seeds(&texts), mutate::bytes, |input| {
        let text = String::from_utf8_lossy(input);
        let line = parse(&text);
        assert_eq!((line.kind, line.level), (glance(text.as_bytes()).kind, glance(text.as_bytes()).level));
        assert!(metrics(&text, 0).iter().all(|point| point.value.is_finite()));
        let piece = cut(input).unwrap_or(input.len());
        assert!(piece <= input.len());
        let (mut store, mut errors) = (LogStore::new(usize::MAX), fresh.clone());
        store.append(Chunk::of_lines(input, Style::of(input), &Stream::new("g", "s")));
        let kept: usize = store.records().from(0).map(|record| record.text.len()).sum();
        assert!(kept <= input.len(), "no record has more than there was");
        store.records().from(0).take(50).for_each(|record| drop(errors.take(&record)));
    });
}

#[test]
fn patterns() {
    let texts = [
        "?ERROR ?WARN",
        "ERROR -\"a b\" %x[0-9]+%",
        "[ip, user, ..., status = 4* && status != 404, bytes > 1000]",
        "{ ($.level = \"ERROR\" || $.took > 1.5e3) && $.a.b[0].* IS NULL }",
        "{ $.x NOT EXISTS }",
        "{ $.[\"a b\"] != %^x% }",
    ];
    let messages = [
        "ERROR a b x17",
        "1.2.3.4 u [a b] \"GET /\" 404 1534",
        "{\"level\":\"ERROR\",\"took\":2000,\"a\":{\"b\":[{\"c\":null}]}}",
        "",
    ];
    fuzz("patterns", &seeds(&texts), mutate::bytes, |input| {
        let text = String::from_utf8_lossy(input);
        match text.parse::<Filter>() {
            Ok(filter) => assert!(messages.iter().filter(|message| filter.matches(message)).count() <= messages.len()),
            Err(mistake) => assert!(mistake.at <= text.len() && !mistake.shown(&text).is_empty()),
        }
    });
}

#[test]
fn queries() {
    let texts = [
        "card OR \"a b\" -level:error",
        "duration:>1.5s memory:1..2GB",
        "/a+b/ time:2026-11-23T08..",
        "item.id:7 state:\"x y\" node:A",
    ];
    let log = fixture("orders.log");
    let mut store = LogStore::new(usize::MAX);
    store.append(Chunk::of_lines(log.as_bytes(), Style::Bare, &Stream::new("g", "s")));
    fuzz("queries", &seeds(&texts), mutate::bytes, |input| {
        let text = String::from_utf8_lossy(input);
        match text.parse::<Query>() {
            Ok(query) => {
                let matcher = Matcher::new(&query, &Binding::default());
                assert!(store.records().from(0).filter(|record| matcher.matches(record)).count() <= 19);
            }
            Err(mistake) => assert!(mistake.at <= text.len() && !mistake.shown(&text).is_empty()),
        }
    });
}

#[test]
fn traces() {
    let (xray, otlp) = (fixture("orders.xray.json"), fixture("orders.otlp.json"));
    let texts = [
        xray.as_str(),
        otlp.as_str(),
        r#"{"id":"a","name":"a","start_time":1.5,"end_time":2,"parent_id":"b","subsegments":[{"id":"b"}]}"#,
        r#"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"f","kind":"CLIENT","startTimeUnixNano":1785331800758000000}"#,
    ];
    fuzz("traces", &seeds(&texts), mutate::json, |input| {
        let Ok(document) = serde_json::from_slice(input) else { return };
        let mut read = Read::default();
        read.take(&document);
        let ids: std::collections::BTreeSet<(Arc<str>, Arc<str>)> =
            read.spans.iter().map(|span| (Arc::clone(&span.trace_id), Arc::clone(&span.id))).collect();
        let traces = read.clone().traces();
        let rows: usize = traces.iter().map(|trace| trace.rows.len()).sum();
        assert_eq!(rows, ids.len(), "every span is a row, once");
        let mut gathered = Gathered::default();
        read.spans.chunks(2).for_each(|spans| gathered.take(Read { spans: spans.to_vec(), ..Read::default() }));
        gathered.take(Read { partial: read.partial, ..Read::default() });
        assert_eq!(
            gathered.list().iter().map(|trace| Trace::clone(trace)).collect::<Vec<_>>(),
            traces,
            "piece by piece, too"
        );
        drop(gathered.map().layers());
        let sift = Sift { text: "a".to_owned(), ..Sift::default() };
        drop(gathered.index().fitting(gathered.list(), &sift, |_| None));
        let calls = Calls::of(&traces);
        let counted: u64 = calls.services().flat_map(|(.., minutes)| minutes.values()).map(|one| one.invocations).sum();
        assert!(counted <= rows as u64, "no row is counted twice");
    });
}
