//! The recording that ships: three quarters of an hour of a shop whose courier stops answering, told minute by minute.
//!
//! Everything follows from one seed, so that it can be made again. `STRATOSCOPE_BLESS=1 cargo test --test it night` writes it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use stratoscope::catalog::Catalog;
use stratoscope::diagram::Bindings;
use stratoscope::diagram::file;
use stratoscope::source::Batch;
use stratoscope::source::recording::{Recorder, Replay};
use stratoscope::telemetry::binding::{Binding, Physical};
use stratoscope::telemetry::log::Chunk;
use stratoscope::telemetry::record::{Metric, MetricPoint, Stream};
use stratoscope::telemetry::time::written;
use stratoscope::telemetry::trace::Read;

use crate::folder::Folder;
use crate::recording::{Given, all};

/// 22:00 on the 22nd of November 2026, in milliseconds since 1970.
const START_MS: i64 = 1_795_384_800_000;
const MINUTES: i64 = 45;
/// The minute in which the courier stops answering.
const BREAKS: i64 = 27;
/// So often a message is tried.
const TRIES: u32 = 5;

/// A function that the API calls: how often a minute, how long it takes, and the table that it uses.
struct Served {
    name: &'static str,
    path: &'static str,
    per_minute: u64,
    took_ms: u64,
    table: &'static str,
    told: &'static str,
}

const SERVED: [Served; 3] = [
    Served {
        name: "ProductsFn",
        path: "GET /products",
        per_minute: 5,
        took_ms: 38,
        table: "ProductsTable",
        told: "listed products",
    },
    Served { name: "CartFn", path: "PUT /cart", per_minute: 3, took_ms: 61, table: "CartTable", told: "cart changed" },
    Served {
        name: "OrdersFn",
        path: "POST /orders",
        per_minute: 2,
        took_ms: 124,
        table: "OrdersTable",
        told: "order taken",
    },
];

/// What is told of the night as it goes on.
struct Night {
    seed: u64,
    lines: Vec<(i64, Arc<Stream>, String)>,
    points: Vec<MetricPoint>,
    read: Read,
    /// Orders that wait, with how often they were tried and since when they wait.
    queue: VecDeque<(u64, u32, i64)>,
    failed: u64,
    orders: u64,
    requests: u64,
    /// When each function got its environment.
    warm: Vec<(&'static str, Arc<Stream>)>,
}

/// One invocation.
struct Call<'c> {
    name: &'static str,
    at_ms: i64,
    took_ms: u64,
    lines: Vec<(u64, String)>,
    /// What went wrong.
    error: Option<&'c str>,
    /// The trace that it belongs to, and its parent there.
    trace: Option<(String, String)>,
}

impl Night {
    fn new() -> Self {
        Self {
            seed: 20_261_122,
            lines: Vec::new(),
            points: Vec::new(),
            read: Read::default(),
            queue: VecDeque::new(),
            failed: 0,
            orders: 1040,
            requests: 0,
            warm: Vec::new(),
        }
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below
    }

    fn id(&mut self, digits: usize) -> String {
        let id = format!("{:08x}{:08x}{:08x}", self.random(1 << 32), self.random(1 << 32), self.random(1 << 32));
        id[..digits].to_owned()
    }

    fn tell(mut self) -> Batch {
        for minute in 0..MINUTES {
            self.minute(minute);
        }
        self.lines.sort_by_key(|(time, ..)| *time);
        let mut logs = Chunk::default();
        for (time, stream, text) in &self.lines {
            logs.push(stream, Some(*time), Some(time + 900), text.as_bytes());
        }
        let mut spans = self.read.spans;
        spans.sort_by(|left, right| left.start_ns.cmp(&right.start_ns).then_with(|| left.id.cmp(&right.id)));
        Batch { logs, metrics: self.points, spans, ..Batch::default() }
    }

    fn minute(&mut self, minute: i64) {
        let start_ms = START_MS + minute * 60_000;
        let (mut requests, mut sent) = (0, 0);
        for served in &SERVED {
            let count = served.per_minute + self.random(3);
            requests += count;
            for _ in 0..count {
                let at_ms = start_ms + self.random(59_000) as i64;
                self.serve(served, at_ms);
                if served.name == "OrdersFn" {
                    sent += 1;
                    self.queue.push_back((self.orders, 0, at_ms));
                }
            }
            let used = [("ConsumedReadCapacityUnits", count * 2), ("ConsumedWriteCapacityUnits", count / 2)];
            for (metric, value) in used {
                self.point("AWS/DynamoDB", metric, "Sum", ("TableName", served.table), start_ms, value as f64);
            }
        }
        self.fulfil(minute, start_ms);
        let refused = u64::from(self.random(6) == 0);
        let api = ("ApiName", "ShopApi");
        self.point("AWS/ApiGateway", "Count", "Sum", api, start_ms, requests as f64);
        self.point("AWS/ApiGateway", "4XXError", "Sum", api, start_ms, refused as f64);
        self.point("AWS/ApiGateway", "5XXError", "Sum", api, start_ms, 0.0);
        let latency = 96.0 + self.random(50) as f64;
        self.point("AWS/ApiGateway", "Latency", "p95", api, start_ms, latency);
        let queue = ("QueueName", "OrderQueue");
        let oldest = self.queue.front().map_or(0, |(_, _, since)| (start_ms + 60_000 - since) / 1000);
        self.point("AWS/SQS", "NumberOfMessagesSent", "Sum", queue, start_ms, f64::from(sent));
        self.point(
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            "Maximum",
            queue,
            start_ms,
            self.queue.len() as f64,
        );
        self.point("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", queue, start_ms, oldest as f64);
        let failures = ("QueueName", "FulfilFailures");
        self.point("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", failures, start_ms, self.failed as f64);
    }

    /// What the queue's function does in a minute: as much as there is time for.
    fn fulfil(&mut self, minute: i64, start_ms: i64) {
        let worst = (40 + (minute - BREAKS) * 12).clamp(0, 95) as u64;
        let (mut at_ms, mut lost) = (start_ms + 2000, 0);
        while at_ms < start_ms + 56_000 {
            let Some((order, tried, since)) = self.queue.pop_front() else { break };
            let fails = minute >= BREAKS && self.random(100) < worst;
            let took_ms = if fails { 2900 + self.random(90) } else { 210 + self.random(160) };
            self.ship(order, tried + 1, at_ms, took_ms, fails);
            at_ms += 9000 + self.random(9000) as i64;
            match fails {
                true if tried + 1 >= TRIES => lost += 1,
                // It is seen again before those that came later.
                true => self.queue.insert(self.queue.len().min(2), (order, tried + 1, since)),
                false => {}
            }
        }
        self.failed += lost;
        self.point("AWS/SQS", "NumberOfMessagesSent", "Sum", ("QueueName", "FulfilFailures"), start_ms, lost as f64);
    }

    fn serve(&mut self, served: &Served, at_ms: i64) {
        self.requests += 1;
        self.orders += u64::from(served.name == "OrdersFn");
        let took_ms = served.took_ms + self.random(served.took_ms) + if self.random(40) == 0 { 400 } else { 0 };
        let line = json!({"level": "INFO", "message": served.told, "route": served.path, "order": format!("A-{}", self.orders)});
        let trace = self.requests.is_multiple_of(6).then(|| self.stage(served, at_ms, took_ms));
        let lines = vec![(took_ms / 2, line.to_string())];
        self.invoke(Call { name: served.name, at_ms, took_ms, lines, error: None, trace }, Some(served.table));
    }

    fn ship(&mut self, order: u64, tried: u32, at_ms: i64, took_ms: u64, fails: bool) {
        let asked =
            json!({"level": "INFO", "message": "asking the courier", "order": format!("A-{order}"), "attempt": tried});
        let mut lines = vec![(12, asked.to_string())];
        if fails {
            let text = "[ERROR] CourierTimeout: no answer from courier.example within 2.9 s\nTraceback (most recent call last):\n  \
                        File \"/var/task/fulfil.py\", line 41, in handler\n    label = courier.book(order)\n  \
                        File \"/var/task/courier.py\", line 17, in book\n    raise CourierTimeout(host, limit)";
            lines.push((took_ms - 1, text.to_owned()));
        } else {
            let done =
                json!({"level": "INFO", "message": "label printed", "order": format!("A-{order}"), "attempt": tried});
            lines.push((took_ms - 8, done.to_string()));
        }
        let is_traced = fails || order.is_multiple_of(4);
        let trace = is_traced.then(|| (self.trace_id(at_ms), String::new()));
        let error = fails.then_some("CourierTimeout");
        self.invoke(Call { name: "FulfilFn", at_ms, took_ms, lines, error, trace }, Some("OrdersTable"));
    }

    fn trace_id(&mut self, at_ms: i64) -> String {
        format!("1-{:08x}-{}", at_ms / 1000, self.id(24))
    }

    /// The segment of the API; gives the trace and what its function stands under.
    fn stage(&mut self, served: &Served, at_ms: i64, took_ms: u64) -> (String, String) {
        let (trace, stage, call) = (self.trace_id(at_ms), self.id(16), self.id(16));
        let (from, to) = (seconds(at_ms - 9), seconds(at_ms + took_ms as i64 + 6));
        let (method, path) = served.path.split_once(' ').unwrap_or_default();
        self.read.take(&json!({"id": stage, "trace_id": trace, "name": "ShopApi/prod", "origin": "AWS::ApiGateway::Stage",
            "start_time": from, "end_time": to, "http": {"request": {"method": method, "url": path}, "response": {"status": 200}},
            "subsegments": [{"id": call, "name": "Lambda", "namespace": "aws", "start_time": seconds(at_ms - 4),
                "end_time": seconds(at_ms + took_ms as i64 + 3)}]}));
        (trace, call)
    }

    fn invoke(&mut self, call: Call<'_>, table: Option<&str>) {
        let Call { name, at_ms, took_ms, lines, error, trace } = call;
        let known = self.warm.iter().find(|(known, _)| *known == name).map(|(_, stream)| Arc::clone(stream));
        // Now and then an environment is given up.
        let warm = known.filter(|_| self.random(60) != 0);
        let init_ms = if warm.is_some() { 0 } else { 280 + self.random(260) };
        let stream = warm.unwrap_or_else(|| self.environment(name));
        let id = self.id(24);
        let request = format!("{}-{}-4{}-a{}-{}", &id[..8], &id[8..12], &id[12..15], &id[15..18], self.id(12));
        let mut line = |by: u64, text: String| self.lines.push((at_ms + by as i64, Arc::clone(&stream), text));
        line(0, format!("START RequestId: {request} Version: $LATEST"));
        for (by, text) in lines {
            line(by, marked(text, &request, at_ms + by as i64));
        }
        line(took_ms, format!("END RequestId: {request}"));
        let init = if init_ms > 0 { format!("Init Duration: {init_ms}.40 ms\t") } else { String::new() };
        let status = error.map(|error| format!("Status: error\tError Type: {error}")).unwrap_or_default();
        let xray = trace
            .as_ref()
            .map(|(trace, _)| format!("\nXRAY TraceId: {trace}\tSegmentId: 0a1b2c3d4e5f6071\tSampled: true"));
        line(
            took_ms,
            format!(
                "REPORT RequestId: {request}\tDuration: {took_ms}.{:02} ms\tBilled Duration: {} ms\tMemory Size: 256 MB\tMax Memory Used: {} MB\t{init}{status}{}",
                took_ms % 97,
                took_ms + init_ms + 1,
                84 + took_ms % 30,
                xray.unwrap_or_default()
            ),
        );
        if let Some((trace, parent)) = trace {
            self.segments(name, (at_ms, took_ms), (&trace, &parent), &request, error.is_some(), table);
        }
    }

    /// A new environment of a function: a stream of its own.
    fn environment(&mut self, name: &'static str) -> Arc<Stream> {
        let stream =
            Stream::new(&format!("/aws/lambda/{name}"), &format!("2026/11/22/[$LATEST]{}{}", self.id(24), self.id(8)));
        self.warm.retain(|(known, _)| *known != name);
        self.warm.push((name, Arc::clone(&stream)));
        stream
    }

    fn segments(
        &mut self,
        name: &str,
        (at_ms, took_ms): (i64, u64),
        (trace, parent): (&str, &str),
        request: &str,
        fails: bool,
        table: Option<&str>,
    ) {
        let ids = [self.id(16), self.id(16), self.id(16), self.id(16)];
        let (from, to) = (seconds(at_ms), seconds(at_ms + took_ms as i64));
        let mut parts = Vec::new();
        if let Some(table) = table {
            parts.push(json!({"id": ids[2], "name": "DynamoDB", "namespace": "aws", "start_time": seconds(at_ms + 5),
                "end_time": seconds(at_ms + 14), "aws": {"operation": "GetItem", "table_name": table}}));
        }
        if name == "FulfilFn" {
            parts.push(json!({"id": ids[3], "name": "courier.example", "namespace": "remote", "start_time": seconds(at_ms + 18),
                "end_time": to, "fault": fails, "http": {"request": {"method": "POST", "url": "https://courier.example/labels"}}}));
        }
        let mut service = json!({"id": ids[0], "trace_id": trace, "name": name, "origin": "AWS::Lambda", "start_time": from,
            "end_time": to, "fault": fails, "aws": {"request_id": request}});
        if !parent.is_empty() {
            service["parent_id"] = parent.into();
        }
        self.read.take(&service);
        self.read.take(&json!({"id": ids[1], "trace_id": trace, "parent_id": ids[0], "name": name, "origin": "AWS::Lambda::Function",
            "start_time": from, "end_time": to, "fault": fails, "aws": {"request_id": request}, "subsegments": parts}));
    }

    fn point(
        &mut self,
        namespace: &str,
        name: &str,
        statistic: &str,
        dimension: (&str, &str),
        timestamp_ms: i64,
        value: f64,
    ) {
        let metric = Metric {
            namespace: namespace.into(),
            name: name.into(),
            dimensions: vec![(dimension.0.into(), dimension.1.into())],
            statistic: statistic.into(),
            unit: "".into(),
        };
        self.points.push(MetricPoint { metric: Arc::new(metric), timestamp_ms, value });
    }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// A line with its time and request, where it is JSON.
fn marked(text: String, request: &str, ms: i64) -> String {
    let Ok(Value::Object(mut line)) = serde_json::from_str::<Value>(&text) else { return text };
    line.insert("timestamp".to_owned(), written(ms).into());
    line.insert("requestId".to_owned(), request.into());
    Value::Object(line).to_string()
}

#[test]
fn the_night_that_ships_is_the_one_that_is_told_here() {
    let catalog = Catalog::builtin();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let design = std::fs::read(root.join("diagrams/05-web-application-backend.strato.json")).expect("it is shipped");
    let diagram = file::read(&design, &catalog).expect("it can be read");
    let binding = Binding::of(&catalog, &diagram, &Physical::default(), &Bindings::new());
    let mut night = Night::new().tell();
    // Points come back by time.
    night.metrics.sort_by_key(|point| point.timestamp_ms);
    let folder = Folder::new();
    let path: PathBuf = folder.join("night.recording");
    let mut recorder = Recorder::create(&path, &file::write(&diagram), "made up", binding).expect("there is room");
    recorder.record(&night).expect("there is room");
    drop(recorder);
    let shipped = root.join("tests/fixtures/observe/night.recording");
    if std::env::var_os("STRATOSCOPE_BLESS").is_some() {
        std::fs::copy(&path, &shipped).expect("it can be written");
    }
    let told = all(&mut Given(vec![night]));
    assert!(
        told.0.len() > 1500 && told.1.len() > 500 && told.2.len() > 300,
        "{} {} {}",
        told.0.len(),
        told.1.len(),
        told.2.len()
    );
    let mut replay = Replay::open(&shipped).expect("it is shipped; run again with STRATOSCOPE_BLESS=1");
    assert!(replay.design().expect("it is there").contains("FulfilFn"));
    assert_eq!(all(&mut replay), told, "run again with STRATOSCOPE_BLESS=1");
}
