//! The grammar of CloudWatch's filter patterns, asked of records here: `?a -b "c d"`, `[w1, w2 = ERROR*]`, `{ $.level = "x" }`.
//!
//! Case counts, as it does there. Optional terms (`?`) beside others are ignored, as they are there. Reading is iterative and
//! nesting is limited. Source: CloudWatch Logs user guide, "Filter pattern syntax". Must not know the query language.

mod columns;
mod expression;
mod json;
mod lex;

use memchr::memmem;
use regex::Regex;

use super::query::Mistake;
use columns::Columns;
use expression::Expression;
use json::Selected;
use lex::Lexer;

/// So long a pattern may be, in bytes; that is the service's limit.
const LONGEST: usize = 1024;

/// A filter pattern.
#[derive(Clone, Debug)]
pub struct Filter(Form);

#[derive(Clone, Debug)]
enum Form {
    /// Terms anywhere in the text.
    Terms(Vec<Term>),
    /// Conditions on what stands between spaces.
    Columns(Columns),
    /// Conditions on members of a JSON object.
    Json(Expression<Selected>),
}

/// What a term is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Needed,
    Optional,
    Excluded,
}

#[derive(Clone, Debug)]
struct Term {
    role: Role,
    text: Text,
}

/// A text to be found, or a pattern between percent signs.
#[derive(Clone, Debug)]
enum Text {
    Literal(String),
    Pattern(Regex),
}

impl Text {
    /// Whether it stands anywhere in `text`.
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => memmem::find(text.as_bytes(), literal.as_bytes()).is_some(),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// Whether it is the whole of `text`; a star stands for anything.
    fn is_all(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => wildcard(literal, text),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

/// Whether `text` is what `asked` says, in which a star stands for anything.
fn wildcard(asked: &str, text: &str) -> bool {
    let mut parts = asked.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl std::str::FromStr for Filter {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        if text.len() > LONGEST {
            return Err(Mistake::new(LONGEST, format!("A filter pattern has {LONGEST} bytes at most.")));
        }
        let at = text.len() - text.trim_start().len();
        let trimmed = text.trim_end();
        Ok(Self(match text.as_bytes().get(at) {
            Some(b'{') => Form::Json(json::read(trimmed, at)?),
            Some(b'[') => Form::Columns(columns::read(trimmed, at)?),
            _ => Form::Terms(terms(text)?),
        }))
    }
}

impl Filter {
    /// Whether a message passes.
    #[must_use]
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Form::Terms(terms) => terms_match(terms, message),
            Form::Columns(columns) => columns.matches(message),
            Form::Json(expression) => match serde_json::from_str(message.trim()) {
                Ok(document) => expression.holds(|selected| selected.holds(&document)),
                Err(_) => false,
            },
        }
    }
}

fn terms(text: &str) -> Result<Vec<Term>, Mistake> {
    let mut lexer = Lexer::new(text, 0);
    let mut terms = Vec::new();
    while lexer.skip_space() {
        let at = lexer.at();
        let role = match lexer.peek() {
            Some('?') => Role::Optional,
            Some('-') => Role::Excluded,
            _ => Role::Needed,
        };
        if role != Role::Needed {
            lexer.bump();
        }
        let text = match lexer.quoted_or_pattern()? {
            Some(text) => text,
            None => Text::Literal(lexer.word(|letter| !letter.is_whitespace() && letter != '"').to_owned()),
        };
        match &text {
            Text::Literal(literal) if literal.is_empty() => {
                return Err(Mistake::new(at, "Put a term behind the sign, without a space."));
            }
            Text::Literal(literal) if !lexer.was_quoted() && !literal.chars().all(is_plain) => {
                return Err(Mistake::new(
                    at,
                    format!("Put \"{literal}\" in quotes: it has other signs than letters and digits."),
                ));
            }
            _ => terms.push(Term { role, text }),
        }
    }
    Ok(terms)
}

/// Signs that a term may have without quotes.
fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '*')
}

fn terms_match(terms: &[Term], message: &str) -> bool {
    let of = |role| terms.iter().filter(move |term| term.role == role);
    let needed = of(Role::Needed).all(|term| term.text.is_in(message));
    let excluded = of(Role::Excluded).any(|term| term.text.is_in(message));
    let is_optional = terms.iter().all(|term| term.role == Role::Optional) && !terms.is_empty();
    let optional = !is_optional || terms.iter().any(|term| term.text.is_in(message));
    needed && !excluded && optional
}

#[cfg(test)]
mod tests;
