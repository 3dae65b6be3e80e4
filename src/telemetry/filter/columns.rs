//! Conditions on what stands between spaces: `[ip, user, ..., status = 4*, bytes > 1000]`.
//!
//! What stands in quotes or in square brackets is one column. Must not know terms and JSON.

use super::expression::{Comparison, Expression};
use super::lex::Lexer;
use crate::telemetry::query::Mistake;

/// So many columns a pattern may name.
const MOST: usize = 100;

/// Columns, some with conditions.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    before: Vec<Column>,
    /// Columns behind `...`; `None` without it, then a line has as many as are named.
    behind: Option<Vec<Column>>,
}

/// A column: its condition, if it has one.
#[derive(Clone, Debug)]
struct Column(Option<Expression<Comparison>>);

pub(super) fn read(text: &str, at: usize) -> Result<Columns, Mistake> {
    let Some(inner) = text.strip_suffix(']') else {
        return Err(Mistake::new(text.len(), "Put a ] at the end of the columns."));
    };
    let mut lexer = Lexer::new(inner, at + 1);
    let mut columns = Columns { before: Vec::new(), behind: None };
    loop {
        lexer.skip_space();
        let at = lexer.at();
        if lexer.takes("...") {
            if columns.behind.replace(Vec::new()).is_some() {
                return Err(Mistake::new(at, "The dots stand once at most."));
            }
        } else {
            let column = column(&mut lexer)?;
            columns.behind.as_mut().unwrap_or(&mut columns.before).push(column);
        }
        if !lexer.takes(",") {
            break;
        }
        if columns.before.len() > MOST {
            return Err(Mistake::new(at, format!("A pattern names {MOST} columns at most.")));
        }
    }
    if lexer.skip_space() {
        return Err(Mistake::new(lexer.at(), "Part columns with commas."));
    }
    Ok(columns)
}

fn column(lexer: &mut Lexer<'_>) -> Result<Column, Mistake> {
    let from = lexer.at();
    let name = lexer.word(is_name).to_owned();
    lexer.skip_space();
    if !name.is_empty() && lexer.peek().is_none_or(|next| next == ',') {
        return Ok(Column(None));
    }
    // From the beginning again: a condition names its column itself.
    let mut again = Lexer::new(lexer.whole(), from);
    let read = Expression::read(&mut again, &[','], |lexer| {
        lexer.skip_space();
        let at = lexer.at();
        let own = lexer.word(is_name);
        if own.is_empty() || !name.is_empty() && own != name {
            return Err(Mistake::new(at, format!("The conditions of a column are about that column, {name}.")));
        }
        let at = lexer.at();
        Comparison::read(lexer, &[','])?.ok_or_else(|| Mistake::new(at, "Put =, !=, < or > behind the column."))
    });
    let expression = read?;
    lexer.go_to(again.at());
    Ok(Column(Some(expression)))
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

impl Columns {
    pub(super) fn matches(&self, message: &str) -> bool {
        let found = split(message);
        let Some(behind) = &self.behind else {
            return found.len() == self.before.len() && hold(&self.before, &found);
        };
        found.len() >= self.before.len() + behind.len()
            && hold(&self.before, &found)
            && hold(behind, &found[found.len() - behind.len()..])
    }
}

fn hold(columns: &[Column], found: &[&str]) -> bool {
    columns.iter().zip(found).all(|(Column(condition), text)| {
        condition
            .as_ref()
            .is_none_or(|condition| condition.holds(|comparison| comparison.holds(text, text.parse().ok())))
    })
}

/// The columns of a line.
fn split(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = message.trim();
    while !rest.is_empty() {
        let close = match rest.as_bytes()[0] {
            b'"' => Some('"'),
            b'[' => Some(']'),
            _ => None,
        };
        let enclosed = close.and_then(|close| rest[1..].find(close)).map(|end| (&rest[1..=end], &rest[end + 2..]));
        let (column, behind) = enclosed.unwrap_or_else(|| {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest.split_at(end)
        });
        found.push(column);
        rest = behind.trim_start();
    }
    found
}
