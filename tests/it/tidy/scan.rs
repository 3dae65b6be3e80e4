//! Takes a Rust text apart: code without comments and texts, the texts, the paths that it names, where tests start.
//!
//! Must not know any rule.

/// A Rust file, taken apart.
pub(super) struct Source {
    /// The text with comments and the insides of texts blanked out; lines stay where they are.
    pub(super) code: String,
    /// Line (from 1) and content of every text.
    pub(super) texts: Vec<(usize, String)>,
    /// Lines from this one on are tests; `usize::MAX` when there are none.
    pub(super) tests_from: usize,
}

/// A path such as `crate::catalog::Kind`, with groups spelled out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Line, from 1.
    pub(super) line: usize,
    /// Its parts.
    pub(super) parts: Vec<String>,
}

impl Source {
    pub(super) fn of(text: &str) -> Self {
        let mut scanner = Scanner { rest: text, line: 1, code: String::new(), texts: Vec::new() };
        while scanner.step() {}
        let Scanner { code, texts, .. } = scanner;
        let is_test_module =
            |(line, next): (&str, &str)| line == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{');
        let mut pairs = code.lines().zip(code.lines().skip(1));
        let tests_from = pairs.position(is_test_module).map_or(usize::MAX, |at| at + 1);
        Self { code, texts, tests_from }
    }

    /// Every path of two and more parts, and every name that stands alone.
    pub(super) fn paths(&self) -> Vec<Named> {
        let tokens = tokens(&self.code);
        let mut paths = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            at = if is_name(tokens[at].1) { read_path(&tokens, at, &[], &mut paths) } else { at + 1 };
        }
        paths
    }

    /// How many inline modules are open at `line`, by the indentation that the formatter gives.
    pub(super) fn inline_depth(&self, line: usize) -> usize {
        let mut open: Vec<usize> = Vec::new();
        for text in self.code.lines().take(line) {
            let indent = text.len() - text.trim_start().len();
            let head = text.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            if head.starts_with("mod ") && text.trim_end().ends_with('{') {
                open.push(indent);
            } else if head.starts_with('}') && open.last() == Some(&indent) {
                open.pop();
            }
        }
        open.len()
    }
}

struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    code: String,
    texts: Vec<(usize, String)>,
}

impl Scanner<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if self.rest.starts_with("//") {
            self.blank(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.blank(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
        } else if let Some(hashes) = self.raw_text() {
            self.text(hashes + 2, &format!("\"{}", "#".repeat(hashes)), false);
        } else if first == '"' {
            self.text(1, "\"", true);
        } else if let Some(length) = self.letter() {
            self.blank(length);
        } else {
            self.keep(first.len_utf8());
        }
        true
    }

    /// The number of `#` of a raw text that starts here.
    fn raw_text(&self) -> Option<usize> {
        let inside_a_word = self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !self.code.ends_with('b');
        let after = self.rest.strip_prefix('r').filter(|_| !inside_a_word)?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after[hashes..].starts_with('"').then_some(hashes)
    }

    /// The length of a character literal that starts here; lifetimes are none.
    fn letter(&self) -> Option<usize> {
        let inside = self.rest.strip_prefix('\'')?;
        if inside.starts_with('\\') {
            return inside[2..].find('\'').map(|end| end + 4);
        }
        let letter = inside.chars().next()?;
        inside[letter.len_utf8()..].starts_with('\'').then(|| letter.len_utf8() + 2)
    }

    fn text(&mut self, opening: usize, closing: &str, escapes: bool) {
        let start = self.line;
        let body = &self.rest[opening..];
        let mut end = body.len();
        let mut escaped = false;
        for (at, letter) in body.char_indices() {
            if !escaped && body[at..].starts_with(closing) {
                end = at;
                break;
            }
            escaped = escapes && letter == '\\' && !escaped;
        }
        self.texts.push((start, body[..end].to_owned()));
        self.code.push_str("\"\"");
        self.skip((opening + end + closing.len()).min(self.rest.len()));
    }

    fn blank(&mut self, length: usize) {
        self.code.push(' ');
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let newlines = self.rest[..length].matches('\n').count();
        self.code.extend(std::iter::repeat_n('\n', newlines));
        self.line += newlines;
        self.rest = &self.rest[length..];
    }

    fn keep(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.code.push_str(&self.rest[..length]);
        self.rest = &self.rest[length..];
    }
}

type Token<'c> = (usize, &'c str);

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let length = if word > 0 {
                word
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                tokens.push((number + 1, &rest[..length]));
            }
            rest = &rest[length..];
        }
    }
    tokens
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads the path that starts at `at`, with what stands before its group, and returns the place after it.
fn read_path(tokens: &[Token<'_>], mut at: usize, prefix: &[String], paths: &mut Vec<Named>) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", |token| token.1);
    let line = tokens[at].0;
    let mut parts = prefix.to_vec();
    parts.push(token(at).to_owned());
    at += 1;
    while token(at) == "::" && is_name(token(at + 1)) {
        parts.push(token(at + 1).to_owned());
        at += 2;
    }
    if token(at) == "::" && token(at + 1) == "{" {
        at += 2;
        while at < tokens.len() && token(at) != "}" {
            at = if is_name(token(at)) { read_path(tokens, at, &parts, paths) } else { at + 1 };
        }
        return at + 1;
    }
    paths.push(Named { line, parts });
    at
}
