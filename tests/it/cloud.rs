//! A CloudWatch of our own that speaks the real wire form, and fails as a test wants: JSON 1.1 for questions, event-stream frames
//! for live tails, the query protocol for stacks. One thread a connection, nothing but the standard library.
//!
//! What it may be asked is written down: anything but reads and live tails fails the test.

#![expect(clippy::disallowed_types, reason = "a server of many threads, and no window that would wait for it")]

// Others take this file in from elsewhere.
#[path = "cloud/cbor.rs"]
mod cbor;
#[path = "cloud/metrics.rs"]
pub(crate) mod metrics;
#[path = "cloud/queries.rs"]
pub(crate) mod queries;
#[path = "cloud/stacks.rs"]
mod stacks;
#[path = "cloud/traces.rs"]
pub(crate) mod traces;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// A question fails so often in a row.
const MOST_FAILURES: usize = 4;

/// How a question fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failing {
    Throttled,
    Broken,
}

/// An event that this cloud has.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub group: String,
    pub stream: String,
    pub timestamp_ms: i64,
    /// When it is there: live tails and questions know nothing of it before.
    pub ingestion_ms: i64,
    pub id: String,
    pub message: String,
}

/// What goes wrong, in a thousand times each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// A live tail breaks in the middle of a frame.
    pub half_frame: u64,
    /// A live tail ends without a word.
    pub hang_up: u64,
    /// A live tail says that its time is over.
    pub time_over: u64,
    /// A live tail says nothing for twelve seconds.
    pub silence: u64,
    /// An update leaves half of the events out and says so.
    pub sampled: u64,
    /// An event is sent twice.
    pub doubled: u64,
    /// A question is answered with "too many".
    pub throttled: u64,
    /// A question is answered with 500.
    pub broken: u64,
    /// A page is empty and leads to another.
    pub empty_page: u64,
    /// The credentials are too old.
    pub expired: u64,
    /// Nobody may tail.
    pub no_tail: bool,
    /// Metrics and alarms may not be read.
    pub no_metrics: u64,
    /// A page of metrics leads to another.
    pub paged: u64,
    /// Half of a metric's values are left out, and it is said.
    pub partial: u64,
    /// This metric may not be read.
    pub forbidden: Option<&'static str>,
    /// A trace that was asked for is not given this time.
    pub unprocessed: u64,
    /// Every connection breaks.
    pub no_network: bool,
}

/// What the cloud has, and what it was asked.
#[derive(Default)]
pub(crate) struct State {
    pub groups: Vec<String>,
    pub events: Vec<Event>,
    /// Logical name, physical name and type of a stack's resources.
    pub stack: Vec<(String, String, String)>,
    pub figures: Vec<metrics::Figure>,
    pub bells: Vec<metrics::Bell>,
    pub faults: Faults,
    /// What nobody may ask: the last part of its name.
    pub denied: Vec<&'static str>,
    /// The stack's template.
    pub template: String,
    /// Names of resources that carry a tag, and their tags, whichever was asked for.
    pub tagged: Vec<(String, Vec<(&'static str, String)>)>,
    /// Traces of X-Ray.
    pub traces: Vec<traces::Traced>,
    /// Rows of `aws/spans`, when Transaction Search is on.
    pub spans: Option<Vec<Value>>,
    /// How many live tails are open.
    pub tailing: usize,
    /// Queries that were begun.
    pub queries: Vec<queries::Begun>,
    /// For so long, queries go on and find no more than half.
    pub queries_last: bool,
    /// What was asked, and how often.
    pub asked: BTreeMap<String, usize>,
    /// How often each question failed in a row.
    failed: BTreeMap<String, usize>,
    /// Everything that came, to look for what must not be in it.
    pub heard: Vec<u8>,
}

/// A cloud that answers until it is dropped.
pub(crate) struct Cloud {
    address: String,
    pub state: Arc<Mutex<State>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Now, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "what this cloud holds happens now")]
pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis() as i64
}

impl Cloud {
    pub(crate) fn start(groups: &[&str], events: Vec<Event>, faults: Faults, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        let state = State { groups, events, faults, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let ends = Arc::new(AtomicBool::new(false));
        let (shared, end, dice) = (Arc::clone(&state), Arc::clone(&ends), Arc::new(AtomicU64::new(seed | 1)));
        let serve = move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                if shared.lock().expect("nobody has failed with it in hand").faults.no_network {
                    continue;
                }
                let talk = Talk { state: Arc::clone(&shared), dice: Arc::clone(&dice), ends: Arc::clone(&end) };
                spawn(move || talk.answer(stream).unwrap_or_default());
            }
        };
        Self { address, state, ends, thread: Some(spawn(serve)) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.address
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address.trim_start_matches("http://")).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new().name("cloud".to_owned()).spawn(work).expect("a thread")
}

#[expect(clippy::disallowed_methods, reason = "a server that is slow is slow in real time")]
fn wait(pause: Duration) {
    std::thread::sleep(pause);
}

/// One connection.
struct Talk {
    state: Arc<Mutex<State>>,
    dice: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
}

impl Talk {
    /// So many times in a thousand.
    fn is(&self, in_a_thousand: u64) -> bool {
        let next = |seed: u64| {
            let seed = seed ^ seed << 13;
            let seed = seed ^ seed >> 7;
            seed ^ seed << 17
        };
        let seed = self.dice.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |seed| Some(next(seed))).unwrap_or(1);
        next(seed).wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16 & 0xffff_ffff < in_a_thousand * 0xffff_ffff / 1_000
    }

    /// By what a question fails, if it does. Unless it always does, it has no such bad luck that it fails ever again.
    fn failing(&self, target: &str, faults: Faults) -> Option<Failing> {
        let throttled = self.is(faults.throttled).then_some(Failing::Throttled);
        let failing = throttled.or_else(|| self.is(faults.broken).then_some(Failing::Broken));
        let most = if faults.throttled.max(faults.broken) >= 1_000 { usize::MAX } else { MOST_FAILURES };
        self.state(|state| {
            let row = state.failed.entry(target.to_owned()).or_default();
            let failing = failing.filter(|_| *row < most);
            *row = if failing.is_some() { *row + 1 } else { 0 };
            failing
        })
    }

    fn state<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.state.lock().expect("nobody has failed with it in hand"))
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut is_rpc = false;
        let (mut head, mut target, mut length) = (Vec::new(), String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            head.extend_from_slice(line.as_bytes());
            if let Some((_, operation)) = line.split_once("/operation/") {
                operation.split(' ').next().unwrap_or_default().clone_into(&mut target);
                is_rpc = true;
                continue;
            }
            if let Some(path) = line.strip_prefix("POST /").and_then(|line| line.split(' ').next()) {
                path.clone_into(&mut target);
            }
            let Some((name, value)) = line.split_once(':').filter(|_| !line.trim().is_empty()) else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "x-amz-target" => value.trim().clone_into(&mut target),
                "content-length" => length = value.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let text = String::from_utf8_lossy(&body).into_owned();
        if target.is_empty() && text.contains("Action=") {
            let action = text.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
            action.clone_into(&mut target);
        }
        self.state(|state| {
            *state.asked.entry(target.clone()).or_default() += 1;
            state.heard.extend_from_slice(&head);
            state.heard.extend_from_slice(&body);
        });
        if is_rpc {
            return self.rpc(&mut stream, &target, &cbor::read(&body));
        }
        let question = serde_json::from_str(&text).unwrap_or(Value::Null);
        self.reply(stream, &target, &question)
    }

    fn reply(&self, mut stream: TcpStream, target: &str, question: &Value) -> std::io::Result<()> {
        let faults = self.state(|state| state.faults);
        let failure = |code: &str, words: &str| json!({"__type": code, "message": words}).to_string();
        if self.is(faults.expired) {
            return send(&mut stream, 400, &failure("ExpiredTokenException", "The security token is too old."));
        }
        let action = target.rsplit('.').next().unwrap_or_default();
        if self.state(|state| state.denied.contains(&action)) {
            return deny(&mut stream, target, action);
        }
        match target {
            "ResourceGroupsTaggingAPI_20170126.GetResources" => send(&mut stream, 200, &self.tagged()),
            "GetTemplate" => self.template(&mut stream),
            "AssumeRole" => stacks::assume(&mut stream),
            "Logs_20140328.DescribeLogGroups" => send(&mut stream, 200, &self.groups(question)),
            "Logs_20140328.FilterLogEvents" => match self.failing(target, faults) {
                Some(Failing::Throttled) => send(&mut stream, 400, &failure("ThrottlingException", "Rate exceeded")),
                Some(Failing::Broken) => send(&mut stream, 500, "{}"),
                None => send(&mut stream, 200, &self.page(question, faults)),
            },
            "Logs_20140328.StartLiveTail" if faults.no_tail => {
                let words = "User: somebody is not authorized to perform: logs:StartLiveTail.";
                send(&mut stream, 400, &failure("AccessDeniedException", words))
            }
            "Logs_20140328.StartLiveTail" => self.live(&mut stream, question),
            "ListStackResources" => self.stack(&mut stream),
            "TraceSummaries" | "Traces" | "GetTraceSegmentDestination" => self.traced(&mut stream, target, question),
            "Logs_20140328.StartQuery" | "Logs_20140328.GetQueryResults" | "Logs_20140328.StopQuery" => {
                self.queried(&mut stream, target, question)
            }
            other => panic!("{other} is no read"),
        }
    }

    fn groups(&self, question: &Value) -> String {
        let prefix = question["logGroupNamePrefix"].as_str().unwrap_or_default().to_owned();
        let groups = self.state(|state| state.groups.clone());
        let fitting = groups.iter().filter(|group| group.starts_with(&prefix));
        let told = fitting
            .map(|group| json!({"logGroupName": group, "arn": format!("{}:*", arn(group)), "logGroupArn": arn(group), "storedBytes": 7_000_000}));
        json!({"logGroups": told.collect::<Vec<_>>()}).to_string()
    }

    /// Pages of three events; a token tells how many were before.
    fn page(&self, question: &Value, faults: Faults) -> String {
        let token: (usize, usize) = question["nextToken"].as_str().map_or((0, 0), |token| {
            let (start, empty) = token.split_once('/').expect("a token of ours");
            (start.parse().expect("a number"), empty.parse().expect("a number"))
        });
        if token.1 < 3 && self.is(faults.empty_page) {
            return json!({"events": [], "nextToken": format!("{}/{}", token.0, token.1 + 1)}).to_string();
        }
        let (from, to) =
            (question["startTime"].as_i64().expect("a start"), question["endTime"].as_i64().expect("an end"));
        let group = question["logGroupName"].as_str().expect("a log group");
        let now = now_ms();
        let fits = |event: &&Event| {
            event.group == group && (from..=to).contains(&event.timestamp_ms) && event.ingestion_ms <= now
        };
        let mut all: Vec<Event> = self.state(|state| state.events.iter().filter(fits).cloned().collect());
        all.sort_by_key(|event| (event.timestamp_ms, event.ingestion_ms, event.id.clone()));
        let page: Vec<Value> = all.iter().skip(token.0).take(3).map(stored).collect();
        let next = (token.0 + 3 < all.len()).then(|| format!("{}/0", token.0 + 3));
        match next {
            Some(next) => json!({"events": page, "nextToken": next, "searchedLogStreams": []}).to_string(),
            None => json!({"events": page, "searchedLogStreams": []}).to_string(),
        }
    }

    /// A live tail: a start, and then an update each 200 ms; the real one sends one a second.
    fn live(&self, stream: &mut TcpStream, question: &Value) -> std::io::Result<()> {
        let groups: Vec<String> =
            question["logGroupIdentifiers"].as_array().expect("log groups").iter().map(name_of).collect();
        assert!((1..=10).contains(&groups.len()), "a live tail takes one to ten log groups");
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        chunk(
            stream,
            &frame("event", "sessionStart", &json!({"sessionId": "s", "logGroupIdentifiers": []}).to_string()),
        )?;
        // What is there already is not told.
        let mut told = BTreeSet::new();
        self.fresh(&groups, &mut told);
        self.state(|state| state.tailing += 1);
        let ended = self.updates(stream, &groups, told);
        self.state(|state| state.tailing -= 1);
        ended
    }

    fn updates(&self, stream: &mut TcpStream, groups: &[String], mut told: BTreeSet<usize>) -> std::io::Result<()> {
        while !self.ends.load(Ordering::SeqCst) {
            wait(Duration::from_millis(200));
            let faults = self.state(|state| state.faults);
            let update = frame("event", "sessionUpdate", &self.update(self.fresh(groups, &mut told), faults));
            if self.is(faults.half_frame) {
                return chunk(stream, &update[..update.len() / 2]);
            } else if faults.no_network || self.is(faults.hang_up) {
                return Ok(());
            } else if self.is(faults.time_over) {
                return chunk(stream, &frame("exception", "SessionTimeoutException", r#"{"message":"over"}"#));
            } else if self.is(faults.silence) {
                wait(Duration::from_secs(12));
            }
            chunk(stream, &update)?;
        }
        Ok(())
    }

    /// What has come to some log groups beside what was told already, however long ago that was.
    fn fresh(&self, groups: &[String], told: &mut BTreeSet<usize>) -> Vec<Event> {
        self.state(|state| {
            let now = now_ms();
            let is_there = |event: &Event| groups.contains(&event.group) && event.ingestion_ms <= now;
            let all = state.events.iter().enumerate();
            all.filter(|(place, event)| is_there(event) && told.insert(*place))
                .map(|(_, event)| event.clone())
                .collect()
        })
    }

    fn update(&self, mut events: Vec<Event>, faults: Faults) -> String {
        let is_sampled = self.is(faults.sampled);
        if is_sampled {
            events.truncate(events.len() / 2);
        }
        if let Some(event) = events.first().filter(|_| self.is(faults.doubled)).cloned() {
            events.push(event);
        }
        events.reverse();
        let told = events.iter().map(|event| {
            let mut told = stored(event);
            told["logGroupIdentifier"] = json!(format!("123456789012:{}", event.group));
            told
        });
        json!({"sessionMetadata": {"sampled": is_sampled}, "sessionResults": told.collect::<Vec<_>>()}).to_string()
    }
}

/// Nobody may ask this.
fn deny(stream: &mut TcpStream, target: &str, action: &str) -> std::io::Result<()> {
    let words = format!("User: arn:aws:iam::123456789012:user/ops is not authorized to perform: {action}");
    if target.contains('.') {
        return send(stream, 400, &json!({"__type": "AccessDeniedException", "message": words}).to_string());
    }
    let error = format!("<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{words}</Message></Error>");
    send(
        stream,
        403,
        &format!(
            "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">{error}</ErrorResponse>"
        ),
    )
}

/// An event as it stands in answers; live tails say no id.
fn stored(event: &Event) -> Value {
    json!({
        "logStreamName": event.stream, "timestamp": event.timestamp_ms, "ingestionTime": event.ingestion_ms,
        "message": event.message, "eventId": event.id,
    })
}

fn arn(group: &str) -> String {
    format!("arn:aws:logs:eu-central-1:123456789012:log-group:{group}")
}

fn name_of(arn: &Value) -> String {
    let arn = arn.as_str().expect("a name");
    assert!(arn.starts_with("arn:") && !arn.ends_with('*'), "live tails take resource names without a star: {arn}");
    arn.rsplit_once("log-group:").expect("of a log group").1.to_owned()
}

fn send(stream: &mut TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn chunk(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    write!(stream, "{:x}\r\n", bytes.len())?;
    stream.write_all(bytes)?;
    stream.write_all(b"\r\n")?;
    stream.flush()
}

/// A frame of `application/vnd.amazon.eventstream`: lengths and their sum, headers, text, sum of all.
fn frame(kind: &str, name: &str, text: &str) -> Vec<u8> {
    let name_header = if kind == "event" { ":event-type" } else { ":exception-type" };
    let mut headers = Vec::new();
    for (header, value) in [(":message-type", kind), (name_header, name), (":content-type", "application/json")] {
        headers.push(header.len() as u8);
        headers.extend_from_slice(header.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = 16 + headers.len() + text.len();
    let mut frame = Vec::with_capacity(total);
    frame.extend_from_slice(&(total as u32).to_be_bytes());
    frame.extend_from_slice(&(headers.len() as u32).to_be_bytes());
    let sum = checksum(&frame);
    frame.extend_from_slice(&sum);
    frame.extend_from_slice(&headers);
    frame.extend_from_slice(text.as_bytes());
    let sum = checksum(&frame);
    frame.extend_from_slice(&sum);
    frame
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_be_bytes()
}
