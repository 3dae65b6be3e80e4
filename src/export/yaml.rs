//! Prints values as YAML for templates: block style, short tags for references, and quotes wherever a reader would
//! otherwise see something else than the text.
//!
//! Must not know what a template is.

use crate::stack::{Expression, Map};

/// Bytes that most documents fit into.
const TYPICAL_SIZE: usize = 64 * 1024;

/// A document whose root is a map; ends with a line break.
#[must_use]
pub fn document(root: &Map) -> String {
    let mut text = String::with_capacity(TYPICAL_SIZE);
    for (key, value) in root.iter() {
        // Sections of a template stand apart; short ones at the top do not need it.
        if !text.is_empty() && matches!(value, Expression::Map(_)) {
            text.push('\n');
        }
        entry(&mut text, key, value, 0);
    }
    text
}

/// A value on one line, as it stands after a key.
#[must_use]
pub fn inline(value: &Expression) -> String {
    let mut text = String::new();
    flow(&mut text, value, false);
    text
}

fn entry(out: &mut String, key: &str, value: &Expression, depth: usize) {
    indent(out, depth);
    scalar(out, key, false);
    out.push(':');
    block(out, value, depth, false);
}

fn indent(out: &mut String, depth: usize) {
    const SPACES: &str = "                                ";
    let width = 2 * depth;
    match SPACES.get(..width) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', width)),
    }
}

/// Prints a value after `key:` or `-`, with the line break that ends it.
fn block(out: &mut String, value: &Expression, depth: usize, in_list: bool) {
    match value {
        Expression::Map(map) if !map.is_empty() => map_block(out, map, depth + 1, in_list),
        Expression::List(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                indent(out, depth + 1);
                out.push('-');
                block(out, item, depth + 1, true);
            }
        }
        Expression::Sub(text, local) if !local.is_empty() => {
            out.push_str(" !Sub\n");
            item(out, text, depth + 1);
            indent(out, depth + 1);
            out.push('-');
            map_block(out, local, depth + 2, true);
        }
        Expression::Choice { condition, then, otherwise } => {
            out.push_str(" !If\n");
            item(out, condition, depth + 1);
            for value in [then, otherwise] {
                indent(out, depth + 1);
                out.push('-');
                block(out, value, depth + 1, true);
            }
        }
        other => {
            out.push(' ');
            flow(out, other, false);
            out.push('\n');
        }
    }
}

/// A scalar as an item of a list.
fn item(out: &mut String, text: &str, depth: usize) {
    indent(out, depth);
    out.push_str("- ");
    scalar(out, text, false);
    out.push('\n');
}

/// The entries of a map; the first stands on the line of its dash.
fn map_block(out: &mut String, map: &Map, depth: usize, in_list: bool) {
    out.push(if in_list { ' ' } else { '\n' });
    for (at, (key, value)) in map.iter().enumerate() {
        if in_list && at == 0 {
            scalar(out, key, false);
            out.push(':');
            block(out, value, depth, false);
        } else {
            entry(out, key, value, depth);
        }
    }
}

/// A value on one line; `inside` brackets some characters mean more.
fn flow(out: &mut String, value: &Expression, inside: bool) {
    match value {
        Expression::Null => out.push_str("null"),
        Expression::Text(text) => scalar(out, text, inside),
        Expression::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Expression::Integer(number) => out.push_str(&number.to_string()),
        Expression::Decimal(number) => out.push_str(&decimal(number)),
        Expression::List(items) => list(out, items),
        Expression::Map(map) => pairs(out, map),
        Expression::Ref(id) => tagged(out, "!Ref ", id, inside),
        Expression::Attribute(id, name) => tagged(out, "!GetAtt ", &[id, ".", name].concat(), inside),
        Expression::Sub(text, local) if local.is_empty() => tagged(out, "!Sub ", text, inside),
        Expression::Sub(text, local) => {
            tagged(out, "!Sub [", text, true);
            out.push_str(", ");
            pairs(out, local);
            out.push(']');
        }
        Expression::Join(separator, items) => {
            tagged(out, "!Join [", separator, true);
            out.push_str(", ");
            list(out, items);
            out.push(']');
        }
        Expression::Part { index, separator, of } => {
            out.push_str(&format!("!Select [{index}, "));
            tagged(out, "!Split [", separator, true);
            out.push_str(", ");
            flow(out, of, true);
            out.push_str("]]");
        }
        Expression::Choice { condition, then, otherwise } => {
            tagged(out, "!If [", condition, true);
            for value in [then, otherwise] {
                out.push_str(", ");
                flow(out, value, true);
            }
            out.push(']');
        }
        Expression::Given(parameters) => given(out, parameters),
    }
}

/// Whether parameters are given, as a condition says it.
fn given(out: &mut String, parameters: &[String]) {
    let one = |out: &mut String, id: &String| {
        tagged(out, "!Not [!Equals [!Ref ", id, true);
        out.push_str(", '']]");
    };
    match parameters {
        [only] => one(out, only),
        all => {
            out.push_str("!And ");
            bracketed(out, ['[', ']'], all, one);
        }
    }
}

fn list(out: &mut String, items: &[Expression]) {
    bracketed(out, ['[', ']'], items, |out, item| flow(out, item, true));
}

fn pairs(out: &mut String, map: &Map) {
    bracketed(out, ['{', '}'], map.iter(), |out, (key, value)| {
        scalar(out, key, true);
        out.push_str(": ");
        flow(out, value, true);
    });
}

/// Items in brackets, with commas between them.
fn bracketed<I>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = I>,
    print: impl Fn(&mut String, I),
) {
    out.push(open);
    for (at, item) in items.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        print(out, item);
    }
    out.push(close);
}

/// A scalar after a tag.
fn tagged(out: &mut String, tag: &str, text: &str, inside: bool) {
    out.push_str(tag);
    scalar(out, text, inside);
}

/// A number in a form that readers of YAML 1.1 take for one: an exponent needs a fraction and a sign.
fn decimal(number: &str) -> String {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else { return number.to_owned() };
    let fraction = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['+', '-']) { "" } else { "+" };
    format!("{mantissa}{fraction}e{sign}{exponent}")
}

/// A text as a scalar: plain where that is safe in every reader, else in quotes.
fn scalar(out: &mut String, text: &str, inside: bool) {
    if is_plain(text, inside) {
        out.push_str(text);
    } else if text.chars().all(is_printable) {
        out.extend(["'", &text.replace('\'', "''"), "'"]);
    } else {
        let escaped: String = text.chars().map(escape).collect();
        out.extend(["\"", &escaped, "\""]);
    }
}

/// Whether a text can stand without quotes: it starts like a word, holds nothing that means something, and is no word
/// that YAML 1.1 or 1.2 reads as a truth value, null or number.
fn is_plain(text: &str, inside: bool) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '/');
    let means_nothing = |c: u8| match c {
        b' ' | b'$' | b'/' | b'_' | b'-' | b'.' | b':' | b'*' | b'(' | b')' | b'+' | b'=' | b';' => true,
        b'{' | b'}' | b',' | b'@' => !inside,
        _ => c.is_ascii_alphanumeric(),
    };
    let hidden = || {
        let pairs = text.as_bytes().windows(2);
        text.ends_with([' ', ':']) || pairs.into_iter().any(|pair| matches!(pair, b": " | b" #" | b"  "))
    };
    starts && text.bytes().all(means_nothing) && !hidden() && !is_word_of_yaml(text)
}

fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a character may stand in single quotes on one line.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn escape(c: char) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        c if is_printable(c) => c.to_string(),
        c if u32::from(c) <= 0xffff => format!("\\u{:04x}", u32::from(c)),
        c => format!("\\U{:08x}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests;
