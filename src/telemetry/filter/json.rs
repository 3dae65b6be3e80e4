//! Conditions on the members of a JSON line: `{ $.user.id = 1 && ($.level = "WARN" || $.items[0] NOT EXISTS) }`.
//!
//! Must not know terms and columns.

use serde_json::Value;

use super::expression::{Comparison, Expression};
use super::lex::Lexer;
use crate::telemetry::query::Mistake;

/// So many steps a selector may have.
const LONGEST: usize = 50;

/// A condition on what a selector finds.
#[derive(Clone, Debug)]
pub(super) struct Selected {
    path: Vec<Step>,
    asks: Asks,
}

#[derive(Clone, Debug)]
enum Step {
    Member(String),
    Item(usize),
    Every,
}

#[derive(Clone, Debug)]
enum Asks {
    Compares(Comparison),
    Exists(bool),
    Is(Value),
}

pub(super) fn read(text: &str, at: usize) -> Result<Expression<Selected>, Mistake> {
    let Some(inner) = text.strip_suffix('}') else {
        return Err(Mistake::new(text.len(), "Put a } at the end of the conditions."));
    };
    let mut lexer = Lexer::new(inner, at + 1);
    Expression::read(&mut lexer, &[], condition)
}

fn condition(lexer: &mut Lexer<'_>) -> Result<Selected, Mistake> {
    let path = selector(lexer)?;
    let words: [(&str, Asks); 6] = [
        ("IS NULL", Asks::Is(Value::Null)),
        ("IS TRUE", Asks::Is(Value::Bool(true))),
        ("IS FALSE", Asks::Is(Value::Bool(false))),
        ("NOT EXISTS", Asks::Exists(false)),
        ("EXISTS", Asks::Exists(true)),
        ("= null", Asks::Is(Value::Null)),
    ];
    if let Some((_, asks)) = words.into_iter().find(|(word, _)| lexer.takes(word)) {
        return Ok(Selected { path, asks });
    }
    let at = lexer.at();
    match Comparison::read(lexer, &['}'])? {
        Some(comparison) => Ok(Selected { path, asks: Asks::Compares(comparison) }),
        None => Err(Mistake::new(at, "Put =, !=, <, >, IS NULL or NOT EXISTS behind the member.")),
    }
}

/// Reads `$.user["first name"].items[0].*`.
fn selector(lexer: &mut Lexer<'_>) -> Result<Vec<Step>, Mistake> {
    lexer.skip_space();
    let at = lexer.at();
    if !lexer.takes("$") {
        return Err(Mistake::new(at, "A condition begins with a member: $.level."));
    }
    let mut path = Vec::new();
    loop {
        let at = lexer.at();
        if lexer.rest().starts_with('.') {
            lexer.bump();
            let name = lexer.word(|letter| letter.is_alphanumeric() || "_-@/:*".contains(letter));
            match name {
                "*" => path.push(Step::Every),
                // `$.["a b"]` is allowed too.
                "" if lexer.rest().starts_with('[') => {}
                "" => return Err(Mistake::new(at, "Put the name of a member behind the point.")),
                name => path.push(Step::Member(name.to_owned())),
            }
        } else if lexer.rest().starts_with('[') {
            lexer.bump();
            path.push(bracket(lexer)?);
        } else {
            break;
        }
        if path.len() > LONGEST {
            return Err(Mistake::new(at, format!("A selector has {LONGEST} steps at most.")));
        }
    }
    Ok(path)
}

fn bracket(lexer: &mut Lexer<'_>) -> Result<Step, Mistake> {
    let at = lexer.at();
    let step = match lexer.quoted_or_pattern()? {
        Some(super::Text::Literal(name)) => Some(Step::Member(name)),
        Some(super::Text::Pattern(_)) => None,
        None => match lexer.word(|letter| letter != ']' && !letter.is_whitespace()) {
            "*" => Some(Step::Every),
            quoted if quoted.len() > 1 && quoted.starts_with('\'') && quoted.ends_with('\'') => {
                Some(Step::Member(quoted[1..quoted.len() - 1].to_owned()))
            }
            number => number.parse().ok().map(Step::Item),
        },
    };
    match step {
        Some(step) if lexer.takes("]") => Ok(step),
        _ => Err(Mistake::new(at, "Between brackets stands a number, a star, or a name in quotes, and then a ].")),
    }
}

impl Selected {
    /// Whether it holds in a document; of a star, whether any does.
    pub(super) fn holds(&self, document: &Value) -> bool {
        let mut found = vec![document];
        for step in &self.path {
            found = found.into_iter().flat_map(|value| step.from(value)).collect();
        }
        match &self.asks {
            Asks::Exists(wanted) => found.is_empty() != *wanted,
            Asks::Is(wanted) => found.contains(&wanted),
            Asks::Compares(comparison) => found.into_iter().any(|value| compares(comparison, value)),
        }
    }
}

impl Step {
    fn from<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Member(name), Value::Object(members)) => members.get(name).into_iter().collect(),
            (Self::Item(place), Value::Array(items)) => items.get(*place).into_iter().collect(),
            (Self::Every, Value::Array(items)) => items.iter().collect(),
            (Self::Every, Value::Object(members)) => members.values().collect(),
            _ => Vec::new(),
        }
    }
}

fn compares(comparison: &Comparison, value: &Value) -> bool {
    match value {
        Value::String(text) => comparison.holds(text, text.parse().ok()),
        Value::Number(number) => comparison.holds(&number.to_string(), number.as_f64()),
        Value::Bool(truth) => comparison.holds(&truth.to_string(), None),
        _ => false,
    }
}
