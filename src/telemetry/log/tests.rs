//! The store: what goes in comes out, in order, under numbers that stay; what the budget drops is counted.

use proptest::prelude::*;

use super::*;
use crate::telemetry::record::Mark;

fn event(time: Option<i64>, stream: &str, message: &str) -> LogEvent {
    LogEvent {
        timestamp_ms: time,
        ingestion_ms: time.map(|time| time + 7),
        stream: Stream::new("g", stream),
        message: message.into(),
    }
}

fn texts(store: &LogStore) -> Vec<String> {
    store.records().from(0).map(|record| String::from_utf8_lossy(record.text).into_owned()).collect()
}

fn of_lines(text: &str, style: Style) -> LogStore {
    let mut store = LogStore::new(usize::MAX);
    store.append(Chunk::of_lines(text.as_bytes(), style, &Stream::new("", "file")));
    store
}

#[test]
fn an_entry_has_32_bytes() {
    assert_eq!(size_of::<Entry>(), 32);
}

#[test]
fn events_come_out_as_they_went_in() {
    let mut store = LogStore::new(usize::MAX);
    let events = [
        event(Some(5), "a", "one\n"),
        event(Some(3), "b", "ERROR two\nlines"),
        event(None, "a", "three"),
        event(Some(9), "a", ""),
    ];
    events.iter().for_each(|event| store.push(event));
    assert_eq!(texts(&store), ["one\n", "ERROR two\nlines", "three", ""]);
    let third = store.records().get(2).expect("it is there");
    assert_eq!((third.time_ms(), third.entry.mark, &*third.stream.name), (Some(5), Mark::Untimed, "a"));
    let second = store.records().get(1).expect("it is there");
    assert_eq!((second.entry.ingestion_ms(), second.level()), (Some(10), Some(Level::Error)));
    assert!(store.records().get(4).is_none());
}

#[test]
fn a_trace_joins_the_report_before_it_in_its_stream() {
    let mut store = LogStore::new(usize::MAX);
    let report = "REPORT RequestId: 1\tDuration: 2 ms\t\n";
    let xray = "XRAY TraceId: 1-2\tSegmentId: 3";
    [("a", report), ("a", xray), ("a", report), ("b", xray)]
        .iter()
        .for_each(|(stream, text)| store.push(&event(Some(1), stream, text)));
    assert_eq!(texts(&store), [&format!("{report}{xray}"), report, xray]);
}

#[test]
fn lines_of_an_invocation_know_their_request_unless_others_run_beside_it() {
    let requests = |messages: &[&str]| -> Vec<bool> {
        let mut store = LogStore::new(usize::MAX);
        messages.iter().for_each(|message| store.push(&event(Some(1), "a", message)));
        store.records().from(0).map(|record| record.entry.request != 0).collect()
    };
    let (one, two) = ("START RequestId: 1 Version: 1", "START RequestId: 2 Version: 1");
    assert_eq!(
        requests(&["x", one, "x", "END RequestId: 1", "x", "REPORT RequestId: 1\t", "x"]),
        [false, true, true, true, true, true, false]
    );
    assert_eq!(requests(&[one, two, "x"]), [true, true, false], "two at once");
    assert_eq!(requests(&[one, "END RequestId: 1", two, "x"]), [true, true, true, true], "one after the other");
}

#[test]
fn lines_become_records() {
    let check = |text: &str, style: Style, expected: &[&str]| {
        assert_eq!(Style::of(text.as_bytes()), style, "{text}");
        let store = of_lines(text, style);
        assert_eq!(texts(&store), expected, "{text}");
    };
    check("one\r\n\r\ntwo\n", Style::Bare, &["one", "two"]);
    check("EVENT: {\n  \"a\": 1\n\n}\nnext", Style::Bare, &["EVENT: {\n  \"a\": 1\n\n}", "next"]);
    check(
        "[ERROR] KeyError: 1\nTraceback (most recent call last):\n  File \"a\", line 1, in f\n    x\nKeyError: 1\nnext\n",
        Style::Bare,
        &[
            "[ERROR] KeyError: 1\nTraceback (most recent call last):\n  File \"a\", line 1, in f\n    x\nKeyError: 1",
            "next",
        ],
    );
    check(
        "REPORT RequestId: 1\tDuration: 1 ms\t\n\nXRAY TraceId: 2\nEND RequestId: 1",
        Style::Bare,
        &["REPORT RequestId: 1\tDuration: 1 ms\t\n\nXRAY TraceId: 2", "END RequestId: 1"],
    );
    check(
        "2026-11-23T08:00:00.000Z START RequestId: 1 Version: 2\n2026-11-23T08:00:00.001Z two\nmore\n",
        Style::Timed,
        &["START RequestId: 1 Version: 2", "two\nmore"],
    );
    check(
        "2026-11-23T08:00:00.000000+00:00 2026/11/23/[$LATEST]01 START RequestId: 1 Version: 2\n",
        Style::TimedStream,
        &["START RequestId: 1 Version: 2"],
    );
    check("2026/11/23/[$LATEST]01 2026-11-23T08:00:00.5 END RequestId: 1\n", Style::StreamTimed, &["END RequestId: 1"]);
    check("2026-11-23T08:00:00.000Z INFO start\n", Style::Bare, &["2026-11-23T08:00:00.000Z INFO start"]);
    let store = of_lines("2026/11/23/[$LATEST]01 2026-11-23T08:00:00.5 END RequestId: 1\n", Style::StreamTimed);
    assert_eq!(
        store.records().get(0).map(|record| record.stream.name.to_string()).as_deref(),
        Some("2026/11/23/[$LATEST]01")
    );
}

#[test]
fn pieces_are_cut_between_records() {
    let check = |text: &str, expected: Option<usize>| assert_eq!(cut(text.as_bytes()), expected, "{text}");
    check("one\ntwo\nthr", Some(4));
    check("one\n", Some(4));
    check("one\ntwo\n\tat x\n", Some(4));
    check("no break", None);
    check("\n", Some(1));
}

#[test]
fn the_oldest_is_dropped_and_counted() {
    let mut store = LogStore::new(3 << 20);
    for time in 0..60_000 {
        store.push(&event(Some(time), "a", &format!("{time:0100}")));
    }
    let (records, dropped) = (store.records(), store.dropped());
    let range = records.range();
    assert_eq!((range.end, range.start), (60_000, dropped.records));
    assert!(dropped.records > 10_000, "{dropped:?}");
    let (text, index) = store.size();
    assert!(text + index <= (3 << 20) + (3 << 19), "{text} and {index} bytes");
    assert!(records.get(range.start - 1).is_none());
    assert_eq!(records.from(0).count() as u64, range.end - range.start);
    assert_eq!(records.get(range.start).and_then(|record| record.time_ms()), Some(range.start as i64));
}

proptest! {
    #[test]
    fn however_events_are_grouped_they_come_out_the_same(messages in prop::collection::vec(("[abX\n ]{0,30}", 0_usize..3), 1..60), group in 1_usize..9) {
        let (mut single, mut grouped) = (LogStore::new(usize::MAX), LogStore::new(usize::MAX));
        for part in messages.chunks(group) {
            let mut chunk = Chunk::default();
            for (message, stream) in part {
                let event = event(None, ["a", "b", "c"][*stream], message);
                single.push(&event);
                chunk.push(&event.stream, None, None, message.as_bytes());
            }
            grouped.append(chunk);
        }
        let all: Vec<&str> = messages.iter().map(|(message, _)| message.as_str()).collect();
        prop_assert_eq!(texts(&single), all);
        prop_assert_eq!(texts(&single), texts(&grouped));
        for (left, right) in single.records().from(0).zip(grouped.records().from(0)) {
            prop_assert_eq!((left.number, &left.stream.name), (right.number, &right.stream.name));
        }
    }
}
