//! The signs of a filter pattern, one by one, with their places.
//!
//! Must not know what they mean together.

use regex::Regex;

use super::Text;
use crate::telemetry::query::Mistake;

/// So many patterns may stand in one filter; that is the service's limit.
const MOST_PATTERNS: usize = 2;

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    patterns: usize,
    was_quoted: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, patterns: 0, was_quoted: false }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text from its beginning.
    pub(super) fn whole(&self) -> &'t str {
        self.text
    }

    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    /// Goes over white space; false at the end.
    pub(super) fn skip_space(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        !self.rest().is_empty()
    }

    /// Takes `sign` when it comes, behind white space or not.
    pub(super) fn takes(&mut self, sign: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    /// Takes the letters that are `taken`.
    pub(super) fn word(&mut self, taken: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !taken(letter)).unwrap_or(rest.len());
        self.at += end;
        self.was_quoted = false;
        &rest[..end]
    }

    /// Whether the text that was taken last stood in quotes.
    pub(super) fn was_quoted(&self) -> bool {
        self.was_quoted
    }

    /// Takes a text in quotes or a pattern between percent signs, when one comes.
    pub(super) fn quoted_or_pattern(&mut self) -> Result<Option<Text>, Mistake> {
        let at = self.at;
        match self.peek() {
            Some('"') => self
                .enclosed('"')
                .map(|text| Some(Text::Literal(text)))
                .ok_or_else(|| Mistake::new(at, "The text in quotes has no end; put a \" behind it.")),
            Some('%') => {
                let Some(pattern) = self.enclosed('%') else {
                    return Err(Mistake::new(at, "The pattern has no end; put a % behind it."));
                };
                self.patterns += 1;
                if self.patterns > MOST_PATTERNS {
                    return Err(Mistake::new(at, format!("A filter has {MOST_PATTERNS} patterns at most.")));
                }
                read_pattern(&pattern, at).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Takes what stands between two signs; before the sign a backslash takes its meaning away.
    fn enclosed(&mut self, sign: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((place, letter)) = letters.next() {
            if letter == sign {
                self.at += place + sign.len_utf8();
                self.was_quoted = true;
                return Some(text);
            }
            if letter == '\\' {
                let (_, next) = letters.next()?;
                if next != sign && !(sign == '"' && next == '\\') {
                    text.push('\\');
                }
                text.push(next);
            } else {
                text.push(letter);
            }
        }
        None
    }
}

fn read_pattern(pattern: &str, at: usize) -> Result<Text, Mistake> {
    if pattern.contains(['(', ')']) {
        return Err(Mistake::new(at, "The service takes no groups in a pattern; leave the brackets out."));
    }
    match Regex::new(pattern) {
        Ok(pattern) => Ok(Text::Pattern(pattern)),
        Err(_) => Err(Mistake::new(at, format!("The pattern %{pattern}% cannot be read."))),
    }
}
