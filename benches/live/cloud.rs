//! A CloudWatch that has as much as the real one can give: 60,000 events a second in 150 log groups, in pages of `FilterLogEvents` of
//! 10,000 events or 1 MB, and in live tails of 500 events a second each.
//!
//! What a log group has at a time follows from the time alone, so nothing is kept. One thread a connection.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::lines::line;
use crate::window::{FUNCTIONS, pause};

/// So many log groups: as many as fifteen live tails show.
pub(crate) const GROUPS: usize = 150;
/// Half milliseconds from one event of a log group to the next.
const STEP: i64 = 5;
/// Events of a log group in a second.
pub(crate) const PER_GROUP: usize = 400;
/// An event can be read so long after it happened, in milliseconds.
const LATE_MS: i64 = 40;
/// Most events of a page, and most bytes of their messages.
const PAGE: (usize, usize) = (10_000, 1 << 20);
/// Most events of an update of a live tail.
const UPDATE: usize = 500;

/// When events begin and how long they last, in milliseconds; what was asked.
#[derive(Debug)]
pub(crate) struct Cloud {
    begin_ms: AtomicI64,
    for_ms: i64,
    pub(crate) pages: AtomicU64,
    pub(crate) read: AtomicU64,
    pub(crate) shown: AtomicU64,
}

#[expect(clippy::disallowed_methods, reason = "what this cloud has happens now")]
pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis() as i64
}

/// The name of a log group: the first are those of the functions that are drawn.
pub(crate) fn name(group: usize) -> String {
    FUNCTIONS.get(group).map_or_else(|| format!("/aws/lambda/worker-{group:03}"), |name| format!("/aws/lambda/{name}"))
}

impl Cloud {
    /// A cloud in which nothing happens yet, and its address.
    pub(crate) fn start(for_ms: i64) -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let zero = || AtomicU64::new(0);
        let cloud = Self { begin_ms: AtomicI64::new(i64::MAX), for_ms, pages: zero(), read: zero(), shown: zero() };
        let cloud = Arc::new(cloud);
        let shared = Arc::clone(&cloud);
        spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = Arc::clone(&shared);
                spawn(move || own.answer(&stream).unwrap_or_default());
            }
        });
        (cloud, address)
    }

    /// Events happen from this time on.
    pub(crate) fn begin(&self, begin_ms: i64) {
        self.begin_ms.store(begin_ms, Ordering::SeqCst);
    }

    /// The events of every log group that happen from a time on and can be read now, by their numbers.
    fn events(&self, from_ms: i64, to_ms: i64) -> std::ops::Range<i64> {
        let begin_ms = self.begin_ms.load(Ordering::SeqCst);
        if begin_ms == i64::MAX {
            return 0..0;
        }
        let end_ms = (to_ms + 1).min(now_ms() - LATE_MS).min(begin_ms + self.for_ms);
        // The first that does not happen before a time.
        let first = |ms: i64| ((ms - begin_ms).max(0) * 2 + STEP - 1) / STEP;
        first(from_ms)..first(end_ms)
    }

    fn event(&self, text: &mut String, group: usize, number: i64, more: &str) -> usize {
        let timestamp_ms = self.begin_ms.load(Ordering::SeqCst) + number * STEP / 2;
        let number = number as u32 * GROUPS as u32 + group as u32;
        let message = line(number / GROUPS as u32, number).replace('\t', "\\t");
        write!(
            text,
            "{{\"logStreamName\":\"2026/11/26/[$LATEST]{:032}\",\"timestamp\":{timestamp_ms},\"ingestionTime\":{},\"message\":\"{message}\",{more}}},",
            number % 3,
            timestamp_ms + LATE_MS
        )
        .expect("a text takes what is written");
        message.len()
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut target, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else {
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
        let question = serde_json::from_slice(&body).unwrap_or(Value::Null);
        match target.rsplit('.').next().unwrap_or_default() {
            "DescribeLogGroups" => send(stream, &groups(&question)),
            "FilterLogEvents" => send(stream, &self.page(&question)),
            "StartLiveTail" => self.live(stream, &question),
            _ => Ok(()),
        }
    }

    fn page(&self, question: &Value) -> String {
        let time = |name: &str| question[name].as_i64().unwrap_or_default();
        let all = self.events(time("startTime"), time("endTime"));
        let from = question["nextToken"].as_str().and_then(|token| token.parse().ok()).unwrap_or(all.start);
        let group = (0..GROUPS).find(|group| question["logGroupName"] == name(*group)).unwrap_or_default();
        let (mut text, mut bytes, mut number) = (String::from("{\"events\":["), 0, from);
        while number < all.end && ((number - from) as usize) < PAGE.0 && bytes < PAGE.1 {
            bytes += self.event(&mut text, group, number, &format!("\"eventId\":\"{number:056}\""));
            number += 1;
        }
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.read.fetch_add((number - from) as u64, Ordering::Relaxed);
        let text = text.trim_end_matches(',');
        if number < all.end { format!("{text}],\"nextToken\":\"{number}\"}}") } else { format!("{text}]}}") }
    }

    fn live(&self, mut stream: &TcpStream, question: &Value) -> std::io::Result<()> {
        let named = question["logGroupIdentifiers"].as_array().cloned().unwrap_or_default();
        let own: Vec<usize> = (0..GROUPS).filter(|group| named.iter().any(|arn| *arn == arn_of(*group))).collect();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        chunk(stream, &frame("sessionStart", "{}"))?;
        let mut seen_ms = now_ms();
        loop {
            pause(Duration::from_secs(1));
            let (from_ms, to_ms) = (seen_ms, now_ms());
            seen_ms = to_ms;
            let events = self.events(from_ms - LATE_MS, to_ms - LATE_MS - 1);
            let (mut text, share) = (String::new(), UPDATE / own.len().max(1));
            for group in &own {
                for number in events.clone().rev().take(share) {
                    self.event(&mut text, *group, number, &format!("\"logGroupIdentifier\":\"{}\"", name(*group)));
                    self.shown.fetch_add(1, Ordering::Relaxed);
                }
            }
            let sampled = events.count() > share;
            let text = text.trim_end_matches(',');
            let update = format!("{{\"sessionMetadata\":{{\"sampled\":{sampled}}},\"sessionResults\":[{text}]}}");
            chunk(stream, &frame("sessionUpdate", &update))?;
        }
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().name("cloud".to_owned()).spawn(work).expect("a thread");
}

fn arn_of(group: usize) -> String {
    format!("arn:aws:logs:eu-central-1:123456789012:log-group:{}", name(group))
}

fn groups(question: &Value) -> String {
    let prefix = question["logGroupNamePrefix"].as_str().unwrap_or_default();
    let fitting = (0..GROUPS).filter(|group| name(*group).starts_with(prefix));
    let told = fitting.map(|group| json!({"logGroupName": name(group), "logGroupArn": arn_of(group)}));
    json!({"logGroups": told.collect::<Vec<_>>()}).to_string()
}

fn send(mut stream: &TcpStream, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn chunk(mut stream: &TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    write!(stream, "{:x}\r\n", bytes.len())?;
    stream.write_all(bytes)?;
    stream.write_all(b"\r\n")?;
    stream.flush()
}

/// A frame of `application/vnd.amazon.eventstream`.
fn frame(name: &str, text: &str) -> Vec<u8> {
    let mut headers = Vec::new();
    for (header, value) in [(":message-type", "event"), (":event-type", name), (":content-type", "application/json")] {
        headers.push(header.len() as u8);
        headers.extend_from_slice(header.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = 16 + headers.len() + text.len();
    let mut frame = [(total as u32).to_be_bytes(), (headers.len() as u32).to_be_bytes()].concat();
    frame.extend_from_slice(&checksum(&frame));
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
