//! CBOR, as far as the RPC protocol of Smithy needs it (RFC 8949): JSON values in it and out of it, with times as numbers of
//! seconds under the tag 1, which stand in JSON as `{"time": 1.5}`.

use serde_json::{Map, Value, json};

/// Writes a value.
pub(super) fn write(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(value, &mut bytes);
    bytes
}

fn head(major: u8, count: u64, bytes: &mut Vec<u8>) {
    let major = major << 5;
    match count {
        0..24 => bytes.push(major | count as u8),
        24..256 => bytes.extend([major | 0x18, count as u8]),
        _ => {
            bytes.push(major | 0x1b);
            bytes.extend(count.to_be_bytes());
        }
    }
}

fn put(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0xf6),
        Value::Bool(is) => bytes.push(if *is { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => head(0, whole, bytes),
            None => {
                bytes.push(0xfb);
                bytes.extend(number.as_f64().unwrap_or_default().to_be_bytes());
            }
        },
        Value::String(text) => {
            head(3, text.len() as u64, bytes);
            bytes.extend(text.as_bytes());
        }
        Value::Array(items) => {
            head(4, items.len() as u64, bytes);
            items.iter().for_each(|item| put(item, bytes));
        }
        Value::Object(pairs) if pairs.len() == 1 && pairs.contains_key("time") => {
            head(6, 1, bytes);
            put(&pairs["time"], bytes);
        }
        Value::Object(pairs) => {
            head(5, pairs.len() as u64, bytes);
            for (key, value) in pairs {
                put(&Value::from(key.as_str()), bytes);
                put(value, bytes);
            }
        }
    }
}

/// Reads a value; what is no CBOR fails the test.
pub(super) fn read(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    take(&mut rest)
}

fn byte(rest: &mut &[u8]) -> u8 {
    let (first, after) = rest.split_first().expect("there is more");
    *rest = after;
    *first
}

fn number(rest: &mut &[u8], bytes: usize) -> u64 {
    (0..bytes).fold(0, |sum, _| sum << 8 | u64::from(byte(rest)))
}

/// Whether the end of something of unknown length has come.
fn is_end(rest: &mut &[u8], left: &mut Option<u64>) -> bool {
    match left {
        Some(0) => true,
        Some(left) => {
            *left -= 1;
            false
        }
        None if rest.first() == Some(&0xff) => {
            byte(rest);
            true
        }
        None => false,
    }
}

fn take(rest: &mut &[u8]) -> Value {
    let first = byte(rest);
    let (major, small) = (first >> 5, first & 0x1f);
    let mut count = match small {
        0..24 => Some(u64::from(small)),
        24..28 => Some(number(rest, 1 << (small - 24))),
        _ => None,
    };
    match major {
        0 => Value::from(count.expect("a number")),
        1 => Value::from(-1 - count.expect("a number") as i64),
        2 | 3 => {
            let text = |rest: &mut &[u8], length: u64| {
                let (text, after) = rest.split_at(length as usize);
                *rest = after;
                String::from_utf8_lossy(text).into_owned()
            };
            match count {
                Some(length) => Value::from(text(rest, length)),
                None => {
                    let mut whole = String::new();
                    while !is_end(rest, &mut None) {
                        whole += take(rest).as_str().expect("a piece of text");
                    }
                    Value::from(whole)
                }
            }
        }
        4 => {
            let mut items = Vec::new();
            while !is_end(rest, &mut count) {
                items.push(take(rest));
            }
            Value::from(items)
        }
        5 => {
            let mut pairs = Map::new();
            while !is_end(rest, &mut count) {
                let key = take(rest).as_str().expect("a name").to_owned();
                pairs.insert(key, take(rest));
            }
            Value::Object(pairs)
        }
        6 => json!({"time": take(rest)}),
        _ => match small {
            20 | 21 => Value::from(small == 21),
            26 => Value::from(f64::from(f32::from_bits(count.expect("a number") as u32))),
            27 => Value::from(f64::from_bits(count.expect("a number"))),
            _ => Value::Null,
        },
    }
}

#[test]
fn what_is_written_is_read_again() {
    let value = json!({"a": [1, 300, 1.5, true, null, "ä"], "at": {"time": 1_795_000_000.5}, "none": {}});
    assert_eq!(read(&write(&value)), value);
    let indefinite = [0xbf, 0x61, b'a', 0x9f, 0x01, 0x20, 0xff, 0xff];
    assert_eq!(read(&indefinite), json!({"a": [1, -1]}), "lengths need not be told before");
}
