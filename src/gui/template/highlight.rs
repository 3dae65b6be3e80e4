//! What the parts of a line of YAML or JSON are, so that they can be told apart: keys, tags, texts, numbers, comments.
//!
//! One line at a time and without state: a template in block style needs no more. Must not know colours.

use std::ops::Range;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a property, with its colon.
    Key,
    /// A short form of an intrinsic function: `!Ref`.
    Tag,
    /// A text in quotes, or a placeholder.
    Quoted,
    /// A number, or yes and no.
    Literal,
    /// A comment.
    Comment,
    /// Everything else.
    Plain,
}

/// The parts of a line, in order and without gaps.
pub(super) fn parts(line: &str) -> Vec<(Range<usize>, Part)> {
    let mut parts = Vec::new();
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let mut at = start;
    if let Some(end) = key_end(&line[start..]) {
        parts.push((0..start + end, Part::Key));
        at = start + end;
    } else if start > 0 {
        parts.push((0..start, Part::Plain));
    }
    while at < line.len() {
        let (length, part) = next(&line[at..]);
        parts.push((at..at + length, part));
        at += length;
    }
    parts
}

/// Where the key that a text starts with ends, after its colon.
fn key_end(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('"') {
        let end = rest.find('"')? + 2;
        return text[end..].starts_with(':').then_some(end + 1);
    }
    let end = text.find(':')?;
    let is_name = text[..end].chars().all(|c| c.is_alphanumeric() || "_-./:${}".contains(c));
    let ends = text[end + 1..].is_empty() || text[end + 1..].starts_with(' ');
    (end > 0 && is_name && ends).then_some(end + 1)
}

/// How long the next part is, and what it is.
fn next(text: &str) -> (usize, Part) {
    let blank = text.len() - text.trim_start().len();
    if blank > 0 {
        return (blank, Part::Plain);
    }
    let word = text.find(' ').unwrap_or(text.len());
    match text.as_bytes()[0] {
        b'#' => (text.len(), Part::Comment),
        b'!' => (word, Part::Tag),
        quote @ (b'"' | b'\'') => (quoted(text, quote), Part::Quoted),
        _ => {
            let bare = text[..word].trim_end_matches([',', ']', '}']);
            let is_literal = bare.parse::<f64>().is_ok() || matches!(bare, "true" | "false" | "null");
            (word, if is_literal { Part::Literal } else { Part::Plain })
        }
    }
}

/// The length of a text in quotes; one that does not end reaches to the end of the line.
fn quoted(text: &str, quote: u8) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_what_they_look_like() {
        let check = |line: &str, expected: &[(&str, Part)]| {
            let told: Vec<(&str, Part)> = parts(line).into_iter().map(|(range, part)| (&line[range], part)).collect();
            assert_eq!(told, expected);
        };
        check("Resources:", &[("Resources:", Part::Key)]);
        check("  Timeout: 30", &[("  Timeout:", Part::Key), (" ", Part::Plain), ("30", Part::Literal)]);
        let reference = [
            ("  - Bucket:", Part::Key),
            (" ", Part::Plain),
            ("!Ref", Part::Tag),
            (" ", Part::Plain),
            ("B", Part::Plain),
        ];
        check("  - Bucket: !Ref B", &reference);
        check("  - s3:PutObject", &[("  - ", Part::Plain), ("s3:PutObject", Part::Plain)]);
        check("# note: this", &[("# note: this", Part::Comment)][..]);
        check(
            "\"a\": \"b \\\" c\",",
            &[("\"a\":", Part::Key), (" ", Part::Plain), ("\"b \\\" c\"", Part::Quoted), (",", Part::Plain)],
        );
        check("", &[]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(line in "[ -~äß😀!#\"']{0,60}") {
            let mut at = 0;
            for (range, _) in parts(&line) {
                prop_assert_eq!(range.start, at);
                prop_assert!(line.is_char_boundary(range.end) && range.end > range.start);
                at = range.end;
            }
            prop_assert_eq!(at, line.len());
        }
    }
}
