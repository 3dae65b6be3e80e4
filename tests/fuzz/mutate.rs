//! Random changes of seeds: bytes, pieces of others, words that mean something; and of JSON by its values.
//!
//! Must not know what reads them.

use serde_json::Value;

/// Random numbers that are the same in every run (xorshift).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; 0 when there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Words that mean something to readers of logs, patterns and traces.
const WORDS: &[&str] = &[
    "REPORT RequestId: ",
    "XRAY TraceId: ",
    "START RequestId: ",
    "\tDuration: ",
    " ms",
    "\t",
    "\n",
    "\r\n",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\\",
    "%",
    "$.",
    "&&",
    "||",
    "!=",
    "= ",
    "*",
    "...",
    "?",
    "-",
    ":",
    ",",
    "/",
    "IS NULL",
    "NOT EXISTS",
    "level:",
    "time:",
    "..",
    "2026-11-23T08:00:00.000Z",
    "[ERROR]",
    "\u{1b}[31m",
    "\u{0}",
    "é",
    "\u{2028}",
    "1e309",
    "-0",
    "9223372036854775808",
    "null",
    "\"record\":",
    "\"type\":\"platform.report\"",
    "\"time\":",
    "OR ",
];

/// Changes one of the seeds in a few places.
pub(super) fn bytes(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        let to = (at + random.below(20)).min(input.len());
        match random.below(7) {
            0 => drop(input.splice(at..to, [])),
            1 => drop(input.splice(at..at, WORDS[random.below(WORDS.len())].bytes())),
            2 => drop(input.splice(at..to, WORDS[random.below(WORDS.len())].bytes())),
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let piece = &other[from..(from + random.below(60)).min(other.len())];
                drop(input.splice(at..to, piece.iter().copied()));
            }
            4 => {
                let piece: Vec<u8> = input[at..to].repeat(random.below(40));
                drop(input.splice(at..at, piece));
            }
            5 => input.truncate(at),
            _ => input.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.next() as u8),
        }
    }
    input.truncate(20_000);
    input
}

/// Changes a JSON seed by its values, so that most inputs are still JSON.
pub(super) fn json(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let seed = &seeds[random.below(seeds.len())];
    let Ok(mut document) = serde_json::from_slice::<Value>(seed) else { return bytes(random, seeds) };
    if random.below(8) == 0 {
        return bytes(random, seeds);
    }
    for _ in 0..=random.below(6) {
        change(random, &mut document);
    }
    document.to_string().into_bytes()
}

/// Goes down at random and changes what it comes to.
fn change(random: &mut Random, document: &mut Value) {
    let mut at = document;
    for _ in 0..random.below(12) {
        if let Value::String(text) = at
            && let Ok(mut inner @ Value::Object(_)) = serde_json::from_str(text)
        {
            change(random, &mut inner);
            *text = inner.to_string();
            return;
        }
        let inside = at.as_array().map(Vec::len).or(at.as_object().map(serde_json::Map::len)).unwrap_or(0);
        if inside == 0 {
            break;
        }
        let place = random.below(inside);
        at = match at {
            Value::Array(items) => &mut items[place],
            Value::Object(members) => members.values_mut().nth(place).expect("it was counted"),
            _ => return,
        };
    }
    match at {
        Value::Array(items) => {
            let place = random.below(items.len());
            let copy = items.get(place).cloned().unwrap_or(Value::Null);
            if random.below(2) == 0 { items.push(copy) } else { items.truncate(place) }
        }
        Value::Object(members) => {
            let place = random.below(members.len());
            let (keys, value) = (members.keys().cloned().collect::<Vec<_>>(), odd(random));
            if let Some(key) = keys.get(place) {
                if random.below(2) == 0 { drop(members.remove(key)) } else { drop(members.insert(key.clone(), value)) }
            }
        }
        other => *other = odd(random),
    }
}

/// A value that nobody expects.
fn odd(random: &mut Random) -> Value {
    const ODD: &[&str] = &[
        "null",
        "true",
        "\"\"",
        "-1",
        "1e308",
        "-9223372036854775808",
        "18446744073709551615",
        "0.1e-300",
        "[]",
        "{}",
        "\"1e400\"",
        "[{\"id\":\"a\",\"name\":\"a\",\"start_time\":1,\"parent_id\":\"a\"}]",
        "\"{\\\"id\\\":\\\"b\\\"}\"",
        "1784000000.123456789",
    ];
    serde_json::from_str(ODD[random.below(ODD.len())]).expect("the values are JSON")
}
