//! Recordings: what was recorded is played again, the shipped one is what the fixtures make, and a damaged one ends with a sentence.
//!
//! `STRATOSCOPE_BLESS=1 cargo test --test it recording` writes the shipped one anew.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use stratoscope::catalog::{Catalog, KindId};
use stratoscope::diagram::{Diagram, Document, Point, file};
use stratoscope::source::files::{Files, read_traces};
use stratoscope::source::recording::{Recorder, Replay};
use stratoscope::source::{Batch, Cursor, Delivery, Source};
use stratoscope::telemetry::alarm::{Alarm, State};
use stratoscope::telemetry::binding::{Binding, Physical};
use stratoscope::telemetry::line::metrics;
use stratoscope::telemetry::log::Chunk;
use stratoscope::telemetry::record::{Mark, Metric, MetricPoint, Stream};
use stratoscope::telemetry::trace::{Read, Span};

use crate::folder::Folder;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/observe").join(name)
}

/// Everything that a source hands over: message of each event with its stream and time, points, spans.
pub(crate) fn all(source: &mut dyn Source) -> (Vec<String>, Vec<MetricPoint>, Vec<Span>) {
    let mut taken = (Vec::new(), Vec::new(), Vec::new());
    let mut take = |delivery| {
        if let Delivery::Records(batch) = delivery {
            let told = |record: stratoscope::telemetry::log::Record<'_>| {
                let text = String::from_utf8_lossy(record.text).into_owned();
                format!("{:?} {:?} {:?} {text}", record.time_ms(), record.entry.ingestion_ms(), record.stream)
            };
            taken.0.extend(batch.logs.records().map(told));
            taken.1.extend(batch.metrics);
            taken.2.extend(batch.spans);
        }
        ControlFlow::Continue(())
    };
    source.run(&Cursor::default(), &mut take).expect("it can be read");
    taken
}

/// Records the fixtures as one function of a small design.
fn record(path: &Path) -> (Vec<String>, Vec<MetricPoint>, Vec<Span>) {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("orders"));
    let add = document.transact(&catalog, "Add", |edit| {
        edit.add_node(&KindId::new("aws.lambda_function"), Some("OrdersFn"), Point::default())
    });
    let id = document.diagram().node_named("OrdersFn").expect("it was added");
    assert!(add.is_ok());
    let binding = Binding::of(
        &catalog,
        document.diagram(),
        &Physical { stack: String::new(), ids: [(id, "orders".to_owned())].into() },
        &stratoscope::diagram::Bindings::new(),
    );
    let mut recorder =
        Recorder::create(path, &file::write(document.diagram()), "files", binding).expect("there is room");
    let mut batches = Vec::new();
    let mut take = |delivery| {
        if let Delivery::Records(batch) = delivery {
            batches.push(batch);
        }
        ControlFlow::Continue(())
    };
    Files::new(vec![fixture("orders.subscription.gz")]).run(&Cursor::default(), &mut take).expect("it can be read");
    let mut read = Read::default();
    read_traces(&fixture("orders.xray.json"), &mut read, |_, _| {}).expect("it can be read");
    read.spans.sort_by(|left, right| left.start_ns.cmp(&right.start_ns).then_with(|| left.id.cmp(&right.id)));
    let records = || batches.iter().flat_map(|batch| batch.logs.records());
    let points = records().flat_map(|record| metrics(&String::from_utf8_lossy(record.text), 0)).collect();
    batches.push(Batch { metrics: points, spans: read.spans, ..Batch::default() });
    batches.iter().for_each(|batch| recorder.record(batch).expect("there is room"));
    all(&mut Given(batches))
}

/// Batches as a source.
pub(crate) struct Given(pub(crate) Vec<Batch>);

impl Source for Given {
    fn run(
        &mut self,
        _: &Cursor,
        outlet: &mut dyn stratoscope::source::Outlet,
    ) -> Result<(), stratoscope::source::Failure> {
        let given = self.0.drain(..).try_for_each(|batch| outlet.deliver(Delivery::Records(batch)));
        assert!(given.is_continue());
        Ok(())
    }
}

#[test]
fn what_was_recorded_is_played_again() {
    let folder = Folder::new();
    let path = folder.join("orders.recording");
    let recorded = record(&path);
    assert_eq!((recorded.0.len(), recorded.1.len(), recorded.2.len()), (19, 1, 9));
    let mut replay = Replay::open(&path).expect("it was just written");
    assert_eq!(all(&mut replay), recorded);
    assert!(replay.design().expect("it is there").contains("OrdersFn"));
    let shipped = fixture("orders.recording");
    if std::env::var_os("STRATOSCOPE_BLESS").is_some() {
        std::fs::copy(&path, &shipped).expect("it can be written");
    }
    let mut shipped = Replay::open(&shipped).expect("it is shipped; run again with STRATOSCOPE_BLESS=1");
    assert_eq!(all(&mut shipped), recorded, "run again with STRATOSCOPE_BLESS=1");
}

/// Messages with their marks, and each state of alarms, of a recording.
fn told(path: &Path) -> (Vec<String>, Vec<Alarm>) {
    let (mut marks, mut alarms) = (Vec::new(), Vec::new());
    let mut take = |delivery| {
        match delivery {
            Delivery::Records(batch) => marks.extend(batch.logs.records().map(|record| {
                format!("{} {} {:?}", String::from_utf8_lossy(record.text), record.entry.mark, record.lag_ms())
            })),
            Delivery::Alarms(told) => alarms.extend(told),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    let mut replay = Replay::open(path).expect("it was just written");
    replay.run(&Cursor::default(), &mut take).expect("it can be read");
    (marks, alarms)
}

#[test]
fn marks_and_alarms_are_kept_and_recordings_without_them_are_read() {
    let folder = Folder::new();
    let path = folder.join("late.recording");
    let mut logs = Chunk::default();
    let stream = Stream::new("/aws/lambda/orders", "s");
    for (time_ms, text, mark) in [(20, "one", Mark::InPlace), (10, "two", Mark::Late), (30, "three", Mark::Unconfirmed)]
    {
        logs.push(&stream, Some(time_ms), Some(50), text.as_bytes());
        logs.mark(mark);
    }
    let errors = Metric {
        namespace: "AWS/Lambda".into(),
        name: "Errors".into(),
        dimensions: vec![("FunctionName".into(), "orders".into())],
        statistic: "Sum".into(),
        unit: "".into(),
    };
    let alarm = |state, since_ms| Alarm {
        logical: "OrdersErrors".into(),
        state,
        since_ms: Some(since_ms),
        reason: "Threshold Crossed: it's \"3\"".into(),
        metrics: vec![errors.clone()],
        rule: "ALARM(other)".into(),
        ..Alarm::named("orders-errors")
    };
    let (fine, off) = (alarm(State::Ok, 1), alarm(State::Alarm, 25));
    let mut recorder = Recorder::create(&path, "", "test", Binding::default()).expect("there is room");
    recorder.record(&Batch { logs, ..Batch::default() }).expect("there is room");
    for told in [&fine, &fine, &off, &off] {
        recorder.alarms(std::slice::from_ref(told)).expect("there is room");
    }
    drop(recorder);
    let marks = ["one in_place Some(30)", "two late Some(40)", "three unconfirmed Some(20)"];
    assert_eq!(told(&path), (marks.map(str::to_owned).to_vec(), vec![fine, off]), "a state is written once");
    let (status, out, err) = replay(&path);
    let summary: serde_json::Value = serde_json::from_str(&out).expect("one document");
    let states = summary["alarms"][0]["states"].as_array().map(Vec::len);
    assert_eq!((status, err.as_str(), states), (0, "", Some(2)));
    let early = "ALTER TABLE log DROP COLUMN mark; DROP TABLE alarm;";
    rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(early)).expect("it can be changed");
    let marks = ["one in_place Some(30)", "two in_place Some(40)", "three in_place Some(20)"];
    assert_eq!(told(&path), (marks.map(str::to_owned).to_vec(), Vec::new()));
    assert_eq!(replay(&path).0, 0);
}

fn replay(path: &Path) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    let done = program.arg("replay").arg(path).args(["--format", "json"]).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    (done.status.code().expect("it ends by itself"), text(done.stdout), text(done.stderr))
}

#[test]
fn a_recording_is_summed_up_by_node() {
    let (status, out, err) = replay(&fixture("orders.recording"));
    assert_eq!((status, err.as_str()), (0, ""));
    let summary: serde_json::Value = serde_json::from_str(&out).expect("one document");
    let node = &summary["nodes"][0];
    let told = ["node", "events", "invocations", "failures", "cold"].map(|key| node[key].to_string());
    assert_eq!(told, ["\"OrdersFn\"", "19", "4", "2", "1"]);
    assert_eq!((&summary["traces"], &summary["points"]), (&1.into(), &1.into()));
    let errors = summary["errors"].as_array().expect("a list");
    let told: Vec<String> = errors.iter().map(|error| format!("{} {}", error["error_type"], error["count"])).collect();
    assert_eq!(told, ["\"KeyError\" 1", "\"Timeout\" 1"]);
}

#[test]
fn a_damaged_recording_ends_with_a_sentence() {
    let folder = Folder::new();
    let whole = std::fs::read(fixture("orders.recording")).expect("it is shipped");
    let path = folder.join("cut");
    for part in 0..4 {
        std::fs::write(&path, &whole[..whole.len() * part / 4 + part % 3]).expect("room");
        let (status, out, err) = replay(&path);
        assert_eq!((status, out.as_str(), err.lines().count()), (2, "", 1), "{part}/4: {err}");
    }
    let (status, _, err) = replay(&fixture("orders.log"));
    assert!(status == 2 && err.contains("it is no recording of Stratoscope"), "{err}");
    assert_eq!(replay(&folder.join("nothing")).0, 2);
}

/// What reading a file as a recording comes to: how many log events, or the sentence.
fn read(path: &Path) -> Result<usize, String> {
    let mut count = 0;
    let mut take = |delivery| {
        if let Delivery::Records(batch) = delivery {
            count += batch.logs.len();
        }
        ControlFlow::Continue(())
    };
    let played = Replay::open(path).and_then(|mut replay| replay.run(&Cursor::default(), &mut take));
    played.map(|()| count).map_err(|failure| failure.to_string())
}

#[test]
fn a_recording_that_is_cut_off_at_any_byte_says_so() {
    let folder = Folder::new();
    let path = folder.join("cut");
    std::fs::copy(fixture("orders.recording"), &path).expect("it is shipped");
    assert_eq!(read(&path), Ok(19));
    let file = std::fs::OpenOptions::new().write(true).open(&path).expect("it was just written");
    let length = file.metadata().expect("it is there").len();
    for rest in (0..length).rev() {
        file.set_len(rest).expect("it can be cut");
        let told = read(&path).expect_err("a part is no recording");
        assert!(told.starts_with("Cannot read ") && told.lines().count() == 1, "{rest} of {length}: {told}");
    }
}

#[test]
fn a_recording_with_wrong_bytes_is_read_or_refused() {
    let folder = Folder::new();
    let path = folder.join("wrong");
    let whole = std::fs::read(fixture("orders.recording")).expect("it is shipped");
    let mut refused = 0;
    for step in 0..600_usize {
        let mut bytes = whole.clone();
        // Heads of pages first, where the most can be broken, then anywhere.
        let at = if step < 200 { step % 10 * 4096 + step / 10 } else { step * 7919 };
        let length = bytes.len();
        bytes[at % length] ^= [0xff, 0x01, 0x80][step % 3];
        std::fs::write(&path, &bytes).expect("room");
        match read(&path) {
            Ok(count) => assert!(count <= 19 * 2, "{step}: {count}"),
            Err(told) => {
                assert!(told.starts_with("Cannot ") && !told.trim_end().contains('\n'), "{step}: {told}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused} of 600");
}
