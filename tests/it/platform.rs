//! Cold starts, restored snapshots and timeouts of a tail: what the platform's lines say of them comes out of `tail` as it is, and the
//! figures that are made of them are right. An emulator prints none of these lines; the cloud here does.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::{Value, json};
use stratoscope::source::recording::Replay;
use stratoscope::source::{Cursor, Delivery, Source as _};
use stratoscope::telemetry::observed::{Observed, Observer};

use crate::cloud::{Cloud, Event, Faults, now_ms};
use crate::folder::Folder;
use crate::tail::tail;

const ORDERS: &str = "/aws/lambda/orders";
const QUOTES: &str = "/aws/lambda/quotes";
const SLOW: &str = "/aws/lambda/slow";
const TRACE: &str = "XRAY TraceId: 1-6b0518aa-0123456789abcdef01234567\tSegmentId: 0123456789abcdef\tSampled: true\t";

/// Log group, stream, line, and of a report what must be told of it.
type Line = (&'static str, &'static str, String, Option<Value>);

fn plain(group: &'static str, stream: &'static str, line: &str) -> Line {
    (group, stream, line.to_owned(), None)
}

fn told(group: &'static str, stream: &'static str, line: &str, report: Value) -> Line {
    (group, stream, line.to_owned(), Some(report))
}

fn lines() -> Vec<Line> {
    [prepared(), restored(), timed_out()].concat()
}

/// Prepared while somebody waited; what comes after finds it warm.
fn prepared() -> Vec<Line> {
    vec![
        plain(
            ORDERS,
            "a",
            "INIT_START Runtime Version: python:3.12.mainlinev2.v43\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:0a",
        ),
        plain(ORDERS, "a", "START RequestId: 00000000-0000-0000-0000-000000000001 Version: $LATEST"),
        plain(ORDERS, "a", "END RequestId: 00000000-0000-0000-0000-000000000001"),
        told(
            ORDERS,
            "a",
            &format!(
                "REPORT RequestId: 00000000-0000-0000-0000-000000000001\tDuration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tInit Duration: 413.61 ms\t\n{TRACE}"
            ),
            json!({"duration_ms": 2.46, "billed_ms": 417.0, "memory_mb": 128.0, "max_memory_mb": 60.0, "init_ms": 413.61,
                "trace_id": "1-6b0518aa-0123456789abcdef01234567"}),
        ),
        plain(ORDERS, "a", "START RequestId: 00000000-0000-0000-0000-000000000002 Version: $LATEST"),
        told(
            ORDERS,
            "a",
            "REPORT RequestId: 00000000-0000-0000-0000-000000000002\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 128 MB\tMax Memory Used: 61 MB\t",
            json!({"duration_ms": 12.0, "billed_ms": 12.0}),
        ),
    ]
}

/// Restored from a snapshot, in both forms that a log may have.
fn restored() -> Vec<Line> {
    vec![
        plain(
            QUOTES,
            "a",
            "RESTORE_START Runtime Version: java:21.v20\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:0b",
        ),
        plain(QUOTES, "a", "START RequestId: 00000000-0000-0000-0000-000000000003 Version: 4"),
        told(
            QUOTES,
            "a",
            "REPORT RequestId: 00000000-0000-0000-0000-000000000003\tDuration: 469.40 ms\tBilled Duration: 545 ms\tMemory Size: 1024 MB\tMax Memory Used: 121 MB\tRestore Duration: 474.16 ms\tBilled Restore Duration: 75 ms\t",
            json!({"duration_ms": 469.4, "billed_ms": 545.0, "restore_ms": 474.16}),
        ),
        told(
            QUOTES,
            "b",
            r#"{"time":"2026-11-26T02:14:05.000Z","type":"platform.report","record":{"requestId":"00000000-0000-0000-0000-000000000004","status":"success","metrics":{"durationMs":147.156,"billedDurationMs":201,"memorySizeMB":512,"maxMemoryUsedMB":91,"restoreDurationMs":500.795,"billedRestoreDurationMs":53}}}"#,
            json!({"duration_ms": 147.156, "billed_ms": 201.0, "restore_ms": 500.795, "status": "success"}),
        ),
    ]
}

/// Timed out: told by a line and the report, by the report alone, and before it began.
fn timed_out() -> Vec<Line> {
    vec![
        plain(SLOW, "a", "START RequestId: 00000000-0000-0000-0000-000000000005 Version: $LATEST"),
        plain(
            SLOW,
            "a",
            "2026-11-26T02:14:05.123Z 00000000-0000-0000-0000-000000000005 Task timed out after 3.00 seconds",
        ),
        told(
            SLOW,
            "a",
            "REPORT RequestId: 00000000-0000-0000-0000-000000000005\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tStatus: timeout",
            json!({"duration_ms": 3000.0, "billed_ms": 3000.0, "status": "timeout"}),
        ),
        told(
            SLOW,
            "b",
            "REPORT RequestId: 00000000-0000-0000-0000-000000000006\tDuration: 600000.00 ms\tBilled Duration: 600000 ms\tMemory Size: 128 MB\tMax Memory Used: 41 MB\tStatus: timeout",
            json!({"duration_ms": 600_000.0, "status": "timeout"}),
        ),
        told(
            SLOW,
            "c",
            "INIT_REPORT Init Duration: 10008.12 ms\tPhase: init\tStatus: timeout",
            json!({"init_ms": 10_008.12, "status": "timeout"}),
        ),
    ]
}

/// What was recorded, as the window would have it.
fn observed(recording: &Path) -> Observed {
    let mut observer = Observer::new(1 << 20).by_time();
    let mut replay = Replay::open(recording).expect("it was just written");
    let mut take = |delivery| {
        if let Delivery::Records(batch) = delivery {
            observer.take(batch.logs);
        }
        ControlFlow::Continue(())
    };
    replay.run(&Cursor::default(), &mut take).expect("it can be read");
    observer.observed()
}

#[test]
fn cold_starts_restored_snapshots_and_timeouts_are_told_and_counted() {
    let (lines, at) = (lines(), now_ms() - 4_000);
    let event = |(number, (group, stream, message, _)): (usize, &(&str, &str, String, Option<Value>))| Event {
        group: (*group).to_owned(),
        stream: format!("2026/11/26/[$LATEST]{stream}"),
        timestamp_ms: at + number as i64 * 10,
        ingestion_ms: at + number as i64 * 10 + 40,
        id: format!("{number:056}"),
        message: message.clone(),
    };
    let events = lines.iter().enumerate().map(event).collect();
    let cloud = Cloud::start(&[ORDERS, QUOTES, SLOW], events, Faults::default(), 12);
    let home = Folder::new();
    let recording = home.path().join("cold.recording");
    let named = [ORDERS, QUOTES, SLOW].iter().flat_map(|group| ["--log-group", group]);
    let more = ["--since", "4m", "--for", "2s", "--format", "json", "--record", recording.to_str().expect("text")];
    let arguments: Vec<&str> = named.chain(more).collect();
    let (status, out, err) = tail(&cloud, &home, &arguments);
    assert_eq!(status, 0, "{err}");
    let told: BTreeMap<String, Value> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("one object a line"))
        .map(|told| (told["message"].as_str().expect("a message").to_owned(), told))
        .collect();
    assert_eq!(told.len(), lines.len(), "{out}");
    for (_, _, message, report) in &lines {
        for (figure, expected) in report.iter().filter_map(Value::as_object).flatten() {
            let own = &told[message]["report"][figure];
            let is_same = own.as_f64().is_some() && own.as_f64() == expected.as_f64() || own == expected;
            assert!(is_same, "{figure} of {message}: {own} and not {expected}");
        }
    }
    let observed = observed(&recording);
    let check = |group: &str, expected: (u64, u64, u64, u64, f64)| {
        let figures = &observed.figures[group];
        let own = (figures.invocations, figures.failures, figures.cold, figures.inits, figures.billed_ms);
        assert_eq!(own, expected, "{group}: calls, failures, cold, prepared, billed");
    };
    check(ORDERS, (2, 0, 1, 1, 429.0));
    check(QUOTES, (2, 0, 2, 0, 746.0));
    check(SLOW, (2, 2, 0, 0, 603_000.0));
    let cold: Vec<(u64, u64)> = observed.cold.values().map(|starts| (starts.invocations, starts.cold)).collect();
    assert_eq!(cold.iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1)), (6, 3), "{:?}", observed.cold);
    let failed: u64 = observed.cold.values().map(|starts| starts.failed).sum();
    assert_eq!(failed, 1, "an environment that never came up");
}
