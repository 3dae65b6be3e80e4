//! Conditions joined by `&&`, `||` and brackets, kept in the order in which they are worked out, so that nothing recurses.
//!
//! Must not know what a condition is about.

use super::Text;
use super::lex::Lexer;
use crate::telemetry::query::{Mistake, Order};

/// So deep brackets may stand in one another.
const DEEPEST: usize = 32;

/// Conditions and how they are joined: each operator stands behind its two sides.
#[derive(Clone, Debug)]
pub(super) struct Expression<T> {
    steps: Vec<Step<T>>,
}

#[derive(Clone, Debug)]
enum Step<T> {
    Condition(T),
    Join(Join),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

/// What waits on the stack while an expression is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Open(usize),
    Join(Join),
}

impl<T> Expression<T> {
    /// Reads an expression up to `ends`, whose conditions `condition` reads.
    pub(super) fn read(
        lexer: &mut Lexer<'_>,
        ends: &[char],
        mut condition: impl FnMut(&mut Lexer<'_>) -> Result<T, Mistake>,
    ) -> Result<Self, Mistake> {
        let mut steps = Vec::new();
        let mut waiting: Vec<Waiting> = Vec::new();
        loop {
            while lexer.takes("(") {
                waiting.push(Waiting::Open(lexer.at() - 1));
                if waiting.len() > DEEPEST {
                    return Err(Mistake::new(
                        lexer.at() - 1,
                        format!("Brackets stand in one another {DEEPEST} deep at most."),
                    ));
                }
            }
            steps.push(Step::Condition(condition(lexer)?));
            while lexer.takes(")") {
                if !close(&mut waiting, &mut steps) {
                    return Err(Mistake::new(lexer.at() - 1, "This bracket closes none; take it out."));
                }
            }
            lexer.skip_space();
            let join = match () {
                () if lexer.takes("&&") => Join::And,
                () if lexer.takes("||") => Join::Or,
                () if lexer.peek().is_none_or(|next| ends.contains(&next)) => break,
                () => return Err(Mistake::new(lexer.at(), "Join conditions with && or ||.")),
            };
            push(&mut waiting, &mut steps, join);
        }
        while let Some(top) = waiting.pop() {
            match top {
                Waiting::Join(join) => steps.push(Step::Join(join)),
                Waiting::Open(at) => return Err(Mistake::new(at, "This bracket is not closed; put a ) behind it.")),
            }
        }
        Ok(Self { steps })
    }

    /// Whether it holds, where `condition` tells whether a condition does.
    pub(super) fn holds(&self, condition: impl Fn(&T) -> bool) -> bool {
        let mut values: Vec<bool> = Vec::new();
        for step in &self.steps {
            let value = match step {
                Step::Condition(inner) => condition(inner),
                Step::Join(join) => {
                    let (right, left) = (values.pop().unwrap_or(false), values.pop().unwrap_or(false));
                    if *join == Join::And { left && right } else { left || right }
                }
            };
            values.push(value);
        }
        values.pop().unwrap_or(true)
    }
}

/// Puts an operator on the stack; what binds as strongly or more is worked out before.
fn push<T>(waiting: &mut Vec<Waiting>, steps: &mut Vec<Step<T>>, join: Join) {
    while let Some(Waiting::Join(top)) = waiting.last().copied() {
        if join == Join::And && top == Join::Or {
            break;
        }
        waiting.pop();
        steps.push(Step::Join(top));
    }
    waiting.push(Waiting::Join(join));
}

/// Works out what stands since the last open bracket; false when there is none.
fn close<T>(waiting: &mut Vec<Waiting>, steps: &mut Vec<Step<T>>) -> bool {
    while let Some(top) = waiting.pop() {
        match top {
            Waiting::Join(join) => steps.push(Step::Join(join)),
            Waiting::Open(_) => return true,
        }
    }
    false
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(super) enum Comparison {
    /// A number.
    Number(Order, f64),
    /// A text, in which a star stands for anything; negated with `!=`.
    Text(bool, Text),
    /// A number, unequal.
    NotNumber(f64),
}

impl Comparison {
    /// Reads an operator and a value; `None` when no operator comes.
    pub(super) fn read(lexer: &mut Lexer<'_>, ends: &[char]) -> Result<Option<Self>, Mistake> {
        const SIGNS: [(&str, Option<Order>); 6] = [
            ("!=", None),
            (">=", Some(Order::AtLeast)),
            ("<=", Some(Order::AtMost)),
            (">", Some(Order::More)),
            ("<", Some(Order::Less)),
            ("=", Some(Order::Equal)),
        ];
        let Some((_, order)) = SIGNS.iter().find(|(sign, _)| lexer.takes(sign)) else { return Ok(None) };
        lexer.skip_space();
        let at = lexer.at();
        let is_ordered = !matches!(order, None | Some(Order::Equal));
        if let Some(text) = lexer.quoted_or_pattern()? {
            if is_ordered {
                return Err(Mistake::new(at, "Only numbers are less or more; compare a text with = or !=."));
            }
            return Ok(Some(Self::Text(order.is_none(), text)));
        }
        let word = lexer.word(|letter| !letter.is_whitespace() && !ends.contains(&letter) && !"()&|,".contains(letter));
        let number =
            word.parse().ok().filter(|number: &f64| number.is_finite() && !word.starts_with(['i', 'n', 'I', 'N']));
        match (number, order) {
            (Some(number), Some(order)) => Ok(Some(Self::Number(*order, number))),
            (Some(number), None) => Ok(Some(Self::NotNumber(number))),
            (None, _) if word.is_empty() => Err(Mistake::new(at, "Put a value behind the sign.")),
            (None, _) if is_ordered => {
                Err(Mistake::new(at, "Only numbers are less or more; compare a text with = or !=."))
            }
            (None, order) => Ok(Some(Self::Text(order.is_none(), Text::Literal(word.to_owned())))),
        }
    }

    /// Whether a value of that text and number is so.
    pub(super) fn holds(&self, text: &str, number: Option<f64>) -> bool {
        match self {
            Self::Number(order, wanted) => number.is_some_and(|number| order.holds(&number, wanted)),
            Self::NotNumber(wanted) => number.is_none_or(|number| number.total_cmp(wanted).is_ne()),
            Self::Text(is_negated, wanted) => wanted.is_all(text) != *is_negated,
        }
    }
}
