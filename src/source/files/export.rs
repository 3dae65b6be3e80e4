//! Log events in JSON: answers of `filter-log-events` and `get-log-events`, records of subscriptions, results of Insights, and the
//! lines that this program prints; one document or many behind one another.
//!
//! Documents are walked as they are read and never held whole. Must not know lines of text.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Failure, Opened, Sink};
use crate::telemetry::log::request_hash;
use crate::telemetry::record::Stream;
use crate::telemetry::time;

/// So many ids of events are kept to tell doubles.
const MOST_IDS: usize = 4_000_000;

pub(super) fn run(path: &Path, opened: Opened, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, Failure> {
    let Opened { reader, size_bytes, done, .. } = opened;
    let opened = Opened { head: Vec::new(), reader: Box::new(std::io::empty()), size_bytes, done };
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut events = Events::new(sink, &opened);
    loop {
        match skip_space(&mut reader) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => return Err(super::could_not("read", path, &error)),
        }
        let mut documents = serde_json::Deserializer::from_reader(&mut reader);
        let walked = Walk(&mut events).deserialize(&mut documents);
        if events.is_over {
            return Ok(ControlFlow::Break(()));
        }
        if let Err(error) = walked {
            let _ = events.sink.flush().is_break();
            return Err(Failure::Input(format!("Cannot read {} to its end: {error}.", path.display())));
        }
    }
    Ok(sink.flush())
}

/// Goes over white space, byte order marks and commas between documents; false at the end.
fn skip_space(reader: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        let Some(first) = buffer.first() else { return Ok(false) };
        if !(first.is_ascii_whitespace() || matches!(first, 0xef | 0xbb | 0xbf | b',')) {
            return Ok(true);
        }
        reader.consume(1);
    }
}

/// Takes events as they are read.
pub(super) struct Events<'s, 'o> {
    sink: &'s mut Sink<'o>,
    opened: &'s Opened,
    streams: BTreeMap<(String, String), Arc<Stream>>,
    /// Group and stream of the document around.
    around: (String, String),
    is_over: bool,
}

/// An event as documents tell it, under whatever names.
#[derive(Default)]
pub(super) struct Told {
    message: Option<String>,
    time_ms: Option<i64>,
    ingestion_ms: Option<i64>,
    group: Option<String>,
    stream: Option<String>,
    id: Option<String>,
}

impl Told {
    pub(super) fn take(&mut self, key: &str, value: &Value) {
        let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match key {
            "message" | "@message" => self.message = Some(text()),
            "timestamp" | "@timestamp" | "timestamp_ms" => self.time_ms = moment(value),
            "ingestionTime" | "@ingestionTime" | "ingestion_ms" => self.ingestion_ms = moment(value),
            "logGroup" | "logGroupName" | "logGroupIdentifier" | "@log" | "log_group" => {
                self.group = Some(group(&text()));
            }
            "logStream" | "logStreamName" | "@logStream" | "log_stream" => self.stream = Some(text()),
            "eventId" | "@ptr" => self.id = Some(text()),
            _ => {}
        }
    }

    pub(super) fn is_event(&self) -> bool {
        self.message.is_some()
    }
}

/// Milliseconds since 1970, from a number or a text.
fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| time::epoch_to_ms(number.as_f64()?)),
        Value::String(text) => {
            time::whole(text).or_else(|| text.parse().ok()).or_else(|| text.parse().ok().and_then(time::epoch_to_ms))
        }
        _ => None,
    }
}

/// The name of a group that is written with its account: `123456789012:/aws/lambda/orders`.
fn group(text: &str) -> String {
    match text.split_once(':') {
        Some((account, name)) if account.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
        _ => text.to_owned(),
    }
}

impl<'s, 'o> Events<'s, 'o> {
    pub(super) fn new(sink: &'s mut Sink<'o>, opened: &'s Opened) -> Self {
        Self { sink, opened, streams: BTreeMap::new(), around: <_>::default(), is_over: false }
    }

    /// Takes an event; false when no more are wanted.
    pub(super) fn push(&mut self, told: Told) -> bool {
        let Told { message: Some(message), time_ms, ingestion_ms, group, stream, id } = told else { return true };
        if let Some(id) = id
            && self.sink.seen.len() < MOST_IDS
            && !self.sink.seen.insert(request_hash(id.as_bytes()))
        {
            return true;
        }
        let (group_around, stream_around) = &self.around;
        let place = (group.unwrap_or_else(|| group_around.clone()), stream.unwrap_or_else(|| stream_around.clone()));
        let stream = self.streams.entry(place).or_insert_with_key(|(group, stream)| Stream::new(group, stream));
        self.sink.chunk.push(stream, time_ms, ingestion_ms, message.as_bytes());
        if self.sink.chunk.is_full() {
            self.is_over = self.sink.flush().is_break() || self.sink.progress(self.opened).is_break();
        }
        !self.is_over
    }
}

/// Walks through one value of a document.
struct Walk<'w, 's, 'o>(&'w mut Events<'s, 'o>);

/// What a value was, to the list around it.
enum Was {
    /// A field of an Insights result, and its value.
    Pair(String, Value),
    /// Anything else.
    Other,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, '_> {
    type Value = Was;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Was, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, '_> {
    type Value = Was;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("log events")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Was, A::Error> {
        let Self(events) = self;
        let mut told = Told::default();
        let mut pair = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            if matches!(key.as_str(), "events" | "logEvents" | "results") {
                events.around = (told.group.take().unwrap_or_default(), told.stream.take().unwrap_or_default());
                map.next_value_seed(Walk(events))?;
                continue;
            }
            if key == "searchedLogStreams" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Value = map.next_value()?;
            match key.as_str() {
                "field" => pair.0 = value.as_str().map(str::to_owned),
                "value" => pair.1 = Some(value),
                key => told.take(key, &value),
            }
        }
        if let (Some(field), Some(value)) = pair {
            return Ok(Was::Pair(field, value));
        }
        if events.push(told) { Ok(Was::Other) } else { Err(A::Error::custom("stopped")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Was, A::Error> {
        let Self(events) = self;
        let mut told = Told::default();
        while let Some(was) = seq.next_element_seed(Walk(events))? {
            if let Was::Pair(field, value) = was {
                told.take(&field, &value);
            }
        }
        if events.push(told) { Ok(Was::Other) } else { Err(A::Error::custom("stopped")) }
    }

    fn visit_str<E>(self, _: &str) -> Result<Was, E> {
        Ok(Was::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Was, E> {
        Ok(Was::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Was, E> {
        Ok(Was::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Was, E> {
        Ok(Was::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Was, E> {
        Ok(Was::Other)
    }

    fn visit_unit<E>(self) -> Result<Was, E> {
        Ok(Was::Other)
    }
}
