//! The query language: what is found, what cannot be read and where, and that a search in steps finds what single looks find.

use std::sync::Arc;

use proptest::prelude::*;

use super::search::Search;
use super::*;
use crate::telemetry::binding::Binding;
use crate::telemetry::log::LogStore;
use crate::telemetry::record::{LogEvent, Stream};

const LINES: &[(&str, &str)] = &[
    ("orders", "INFO order 17 placed by Anna"),
    ("orders", "ERROR card declined\n    at pay (/var/task/pay.js:3)"),
    (
        "orders",
        "REPORT RequestId: 8d5958b5-559f-43f3-b278-b71dd7dd0e01\tDuration: 620.5 ms\tMemory Size: 512 MB\tInit Duration: 99 ms",
    ),
    ("stock", "{\"level\":\"WARN\",\"message\":\"low\",\"item\":{\"id\":7,\"name\":\"Rope\"},\"took\":1500}"),
    ("stock", "took=45 state=\"half full\" url=https://x/y"),
    ("stock", "2026-11-23T08:00:05.500Z\t8d5958b5-559f-43f3-b278-b71dd7dd0e01\tDEBUG\tdone 50%"),
];

fn store() -> LogStore {
    let mut store = LogStore::new(usize::MAX);
    for (group, message) in LINES {
        let stream = Stream::new(&format!("/aws/lambda/{group}"), "s");
        let timestamp_ms = (!message.starts_with("2026")).then_some(1_795_420_800_000);
        store.push(&LogEvent { timestamp_ms, ingestion_ms: None, stream, message: (*message).to_owned() });
    }
    store
}

fn found(query: &str) -> Vec<u64> {
    let query: Query = query.parse().unwrap_or_else(|mistake: Mistake| panic!("{}", mistake.shown(query)));
    let store = store();
    let mut search = Search::new(&query, &Binding::default());
    while !search.step(store.records(), 1) {}
    let matcher = Matcher::new(&query, &Binding::default());
    let single: Vec<u64> =
        store.records().from(0).filter(|record| matcher.matches(record)).map(|record| record.number).collect();
    assert_eq!(search.hits(), single, "in steps and one by one");
    single
}

#[test]
fn what_is_asked_for_is_found() {
    let check = |query: &str, expected: &[u64]| assert_eq!(found(query), expected, "{query}");
    check("", &[0, 1, 2, 3, 4, 5]);
    check("anna", &[0]);
    check("ANNA", &[]);
    check("Anna order", &[0]);
    check("order -anna", &[]);
    check("\"card declined\"", &[1]);
    check("card OR rope", &[1, 3]);
    check("card OR rope level:error", &[1]);
    check("-card -rope", &[0, 2, 4, 5]);
    check("/order \\d+/", &[0]);
    check("/^    at /", &[1]);
    check("-/\\d/", &[]);
    check("level:error", &[1]);
    check("level:>=warn", &[1, 3]);
    check("level:<info", &[5]);
    check("type:report", &[2]);
    check("request:8d5958b5-559f-43f3-b278-b71dd7dd0e01", &[2, 5]);
    check("group:stock", &[3, 4, 5]);
    check("duration:>500", &[2]);
    check("duration:>1s", &[]);
    check("memory:256..512MB init:*", &[2]);
    check("item.id:7", &[3]);
    check("item.name:R*", &[3]);
    check("took:>40", &[3, 4]);
    check("took:1500", &[3]);
    check("state:\"half full\"", &[4]);
    check("message:/^lo/", &[3]);
    check("time:2026-11-23T08:00:05", &[5]);
    check("time:..2026-11-23T08:00:01", &[0, 1, 2, 3, 4]);
    check("@timestamp:>2026-11-23T08:00:00", &[5]);
    check("https://x/y", &[4]);
    check("/var/task/pay.js", &[1]);
    check("50%", &[5]);
    check("node:Orders", &[]);
}

#[test]
fn mistakes_point_to_their_place() {
    let check = |query: &str, at: usize, part: &str| {
        let mistake = query.parse::<Query>().expect_err(query);
        assert_eq!(mistake.at, at, "{query}: {mistake}");
        assert!(mistake.message.contains(part), "{query}: {mistake}");
    };
    check("level:eror", 6, "did you mean error?");
    check("a \"b", 2, "no end");
    check("a /(/", 3, "cannot be read");
    check("a OR", 2, "behind it");
    check("OR a", 0, "before it");
    check("- a", 0, "without a space");
    check("duration:>x", 10, "needs a number");
    check("duration:5..1", 9, "ends before it begins");
    check("time:yesterday", 5, "Write a time as");
    check("type:nothing", 5, "it is one of");
    check(&"a".repeat(10_001), 10_000, "at most");
    let shown = "é level:x".parse::<Query>().expect_err("x").shown("é level:x");
    assert_eq!(shown.lines().nth(1).and_then(|line| line.find('^')), Some(8), "under the letter, not the byte");
}

#[test]
fn a_search_goes_on_with_what_came_since() {
    let mut store = store();
    let mut search = Search::new(&"order".parse().expect("a query"), &Binding::default());
    assert!(search.step(store.records(), usize::MAX));
    assert_eq!(search.hits(), [0]);
    let stream = Stream::new("g", "s");
    store.push(&LogEvent {
        timestamp_ms: None,
        ingestion_ms: None,
        stream: Arc::clone(&stream),
        message: "order".into(),
    });
    assert!(search.step(store.records(), usize::MAX));
    assert_eq!((search.hits(), search.searched_to()), (&[0, 6][..], 7));
}

proptest! {
    #[test]
    fn a_search_through_text_finds_what_single_looks_find(
        messages in prop::collection::vec("[ab\n ]{0,12}", 1..40),
        query in prop::sample::select(vec!["a", "\"a b\"", "/a+\\s*b/", "/\\s/", "/^b/", "/b$/", "/[^a]+/", "/x*/", "a -b", "/\\Aa/", "\"a\nb\""]),
        budget in 1_usize..40,
    ) {
        let mut store = LogStore::new(usize::MAX);
        for message in &messages {
            store.push(&LogEvent { timestamp_ms: None, ingestion_ms: None, stream: Stream::new("", ""), message: message.clone() });
        }
        let query: Query = query.parse().expect("a query");
        let matcher = Matcher::new(&query, &Binding::default());
        let single: Vec<u64> = store.records().from(0).filter(|record| matcher.matches(record)).map(|record| record.number).collect();
        let mut search = Search::new(&query, &Binding::default());
        while !search.step(store.records(), budget) {}
        prop_assert_eq!(search.hits(), single);
    }
}
