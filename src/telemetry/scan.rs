//! A look at the members of a JSON object without parsing it whole, for lines that are read by the million.
//!
//! Lenient: of a line that was cut, what stands before the cut is found. Must not know which members matter.

/// The members of the object that `text` begins with, in their order: key and value as they are written.
pub(crate) struct Members<'t> {
    text: &'t [u8],
    at: usize,
}

/// Looks at the members of the object in `text`; of anything else there are none.
pub(crate) fn members(text: &[u8]) -> Members<'_> {
    let at = skip_space(text, 0);
    let at = if text.get(at) == Some(&b'{') { at + 1 } else { text.len() };
    Members { text, at }
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t [u8], &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        let key_from = skip_space(text, self.at);
        if text.get(key_from) != Some(&b'"') {
            return None;
        }
        let key_to = string_end(text, key_from)?;
        let colon = skip_space(text, key_to);
        if text.get(colon) != Some(&b':') {
            return None;
        }
        let from = skip_space(text, colon + 1);
        let to = value_end(text, from);
        let next = skip_space(text, to);
        self.at = if text.get(next) == Some(&b',') { next + 1 } else { text.len() };
        Some((&text[key_from + 1..key_to - 1], &text[from..to]))
    }
}

/// What stands between the quotes of a string value, not unescaped; of other values, all.
pub(crate) fn unquoted(value: &[u8]) -> &[u8] {
    let inner = value.strip_prefix(b"\"").unwrap_or(value);
    inner.strip_suffix(b"\"").unwrap_or(inner)
}

/// Reads a value that is a number, or a string that holds one.
pub(crate) fn number(value: &[u8]) -> Option<f64> {
    std::str::from_utf8(unquoted(value)).ok()?.parse().ok()
}

fn skip_space(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Just behind the string that begins at `from`.
fn string_end(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Just behind the value that begins at `from`; the end of the text when it was cut.
fn value_end(text: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => match string_end(text, at) {
                Some(end) if depth == 0 => return end,
                Some(end) => at = end,
                None => return text.len(),
            },
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            byte if depth == 0 && byte.is_ascii_whitespace() => return at,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_whole_or_cut() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<(String, String)> = members(text.as_bytes())
                .map(|(key, value)| (String::from_utf8_lossy(key).into(), String::from_utf8_lossy(value).into()))
                .collect();
            let expected: Vec<(String, String)> =
                expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(r#" { "a" : 1 , "b":"x\"}" }"#, &[("a", "1"), ("b", r#""x\"}""#)]);
        check(r#"{"a":{"b":["}",1]},"c":null}"#, &[("a", r#"{"b":["}",1]}"#), ("c", "null")]);
        check(r#"{"level":"INFO","message":"xxx"#, &[("level", "\"INFO\""), ("message", "\"xxx")]);
        check(r#"{"a":"\"#, &[("a", "\"\\")]);
        check("{}", &[]);
        check("[1]", &[]);
        check("{\"a\"", &[]);
    }
}
