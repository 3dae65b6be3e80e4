//! The application's own lines: level, time and request in the first words, where runtimes and loggers put them.
//!
//! Must not change a line; what is not recognised passes through.

use super::{Glance, is_request_id, level_word, time};
use crate::telemetry::record::{Level, LineKind};

/// So many words may stand before the message.
const WORDS: usize = 7;
const ESCAPE: u8 = 0x1b;

pub(super) fn glance(message: &[u8]) -> Glance<'_> {
    let mut glance = Glance::of(LineKind::App);
    let mut at = 0;
    for _ in 0..WORDS {
        at = skip(message, at);
        let rest = &message[at..];
        if glance.time_ms.is_none()
            && let Some((time_ms, length)) = time::leading(unbracketed(rest))
        {
            glance.time_ms = Some(time_ms);
            at += length + rest.len() - unbracketed(rest).len();
            continue;
        }
        let word = word(rest);
        if word.is_empty() || !take(&mut glance, word) {
            break;
        }
        at += word.len();
    }
    if glance.request.is_some() && message.get(at..).is_some_and(|rest| rest.trim_ascii_start().starts_with(TIMEOUT)) {
        return Glance { kind: LineKind::Timeout, level: Some(Level::Error), ..glance };
    }
    glance
}

const TIMEOUT: &[u8] = b"Task timed out after";

/// Takes what a word before the message tells; false when the message has begun.
fn take<'l>(glance: &mut Glance<'l>, word: &'l [u8]) -> bool {
    if glance.request.is_none() && is_request_id(word) {
        glance.request = Some(word);
        return true;
    }
    let bare = bare(word);
    let level = level_word(bare).filter(|_| is_level_spelling(word, bare));
    if glance.level.is_none() && level.is_some() {
        glance.level = level;
        return true;
    }
    // `undefined` is Node's request while it starts; Ruby writes a letter and its process before the level.
    let is_fixed = matches!(word, b"undefined" | b"-" | b"---" | b"--" | b":");
    let is_ruby = word.len() == 2 && word[1] == b',';
    is_fixed || is_ruby || word.starts_with(b"[") || word.ends_with(b"]") || is_clock(word)
}

/// A level is in capitals, in brackets, or follows `level=`; "Error" in a sentence is none.
fn is_level_spelling(word: &[u8], bare: &[u8]) -> bool {
    bare.iter().all(u8::is_ascii_uppercase) || word.len() > bare.len() + 1 && word[0] != b'('
}

/// A word without brackets, colons, bars, and `level=`.
fn bare(word: &[u8]) -> &[u8] {
    let word = word.strip_prefix(b"level=").unwrap_or(word);
    let is_edge = |byte: &u8| b"[]():|<>\"*".contains(byte);
    let from = word.iter().take_while(|byte| is_edge(byte)).count();
    let to = word.len() - word[from..].iter().rev().take_while(|byte| is_edge(byte)).count();
    &word[from..to.max(from)]
}

/// A time of day without a date.
fn is_clock(word: &[u8]) -> bool {
    word.len() >= 8 && word[2] == b':' && word[5] == b':' && word[..2].iter().all(u8::is_ascii_digit)
}

/// What stands in a bracket, or after `time=`.
fn unbracketed(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"time=").unwrap_or(text);
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    text.strip_prefix(b"[").unwrap_or(text)
}

/// Goes over white space and the codes that colour a terminal.
fn skip(message: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = message.get(at) {
        match byte {
            &ESCAPE => {
                let code = message[at..].iter().position(u8::is_ascii_alphabetic);
                at = code.map_or(message.len(), |end| at + end + 1);
            }
            byte if byte.is_ascii_whitespace() || *byte == b'"' => at += 1,
            _ => break,
        }
    }
    at.min(message.len())
}

/// The text up to white space or a colour.
fn word(text: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == ESCAPE;
    let head = &text[..text.len().min(64)];
    &head[..head.iter().position(is_end).unwrap_or(head.len())]
}
