//! The value of a formula at one node, between two ends when a figure is a range.
//!
//! Must not know prices. Nothing here panics: what overflows or divides by nothing is [`Lack::Absurd`].

use rust_decimal::{Decimal, RoundingStrategy};

use super::formula::{Formula, Function, Operator, Slot};

/// Two ends, equal where one figure is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span<T> {
    /// When every figure that is a range stands at its lower end.
    pub low: T,
    /// When every figure that is a range stands at its upper end.
    pub high: T,
}

impl<T: Copy + PartialEq> Span<T> {
    /// Both ends the same.
    #[must_use]
    pub const fn exactly(value: T) -> Self {
        Self { low: value, high: value }
    }

    /// The figure, unless it is a range.
    #[must_use]
    pub fn value(&self) -> Option<T> {
        (self.low == self.high).then_some(self.low)
    }
}

/// The value of a name or of a part of a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'v> {
    /// A number.
    Number(Span<Decimal>),
    /// A text: a choice, or the region.
    Text(&'v str),
    /// A setting that is not set and has no default.
    Unset,
}

/// Why a formula has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A figure is not known.
    Unknown,
    /// It overflows or divides by nothing.
    Absurd,
}

/// The value of `formula` where `value_of` tells the values of names; `None` of a name is an unknown figure.
pub fn evaluate<'v>(formula: &'v Formula, value_of: &impl Fn(Slot) -> Option<Value<'v>>) -> Result<Value<'v>, Lack> {
    match formula {
        Formula::Number(number) => Ok(Value::Number(Span::exactly(*number))),
        Formula::Text(text) => Ok(Value::Text(text)),
        Formula::Name(name) => value_of(name.slot).ok_or(Lack::Unknown),
        Formula::Binary(operator, left, right) => {
            binary(*operator, evaluate(left, value_of)?, evaluate(right, value_of)?)
        }
        Formula::Call(function, arguments) => call(*function, arguments, value_of),
    }
}

/// The number of `formula`.
pub fn number<'v>(formula: &'v Formula, value_of: &impl Fn(Slot) -> Option<Value<'v>>) -> Result<Span<Decimal>, Lack> {
    if let Some(exactly) = exact(formula, value_of) {
        return Ok(Span::exactly(exactly));
    }
    as_number(evaluate(formula, value_of)?)
}

/// The number of a formula in which every figure is known and nothing is chosen, as most are: much faster. `None`: the long
/// way has to be gone.
fn exact<'v>(formula: &'v Formula, value_of: &impl Fn(Slot) -> Option<Value<'v>>) -> Option<Decimal> {
    match formula {
        Formula::Number(number) => Some(*number),
        Formula::Name(name) => match value_of(name.slot)? {
            Value::Number(span) => span.value(),
            Value::Text(_) | Value::Unset => None,
        },
        Formula::Binary(operator, left, right) => {
            let (left, right) = (exact(left, value_of)?, exact(right, value_of)?);
            match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide => left.checked_div(right),
                _ => None,
            }
        }
        Formula::Call(function, arguments) => {
            let mut numbers = arguments.iter().map(|argument| exact(argument, value_of));
            let first = numbers.next()??;
            match function {
                Function::If => None,
                Function::Ceil => ceil(first, numbers.next()??),
                Function::Min => numbers.try_fold(first, |least, next| Some(least.min(next?))),
                Function::Max => numbers.try_fold(first, |most, next| Some(most.max(next?))),
            }
        }
        Formula::Text(_) => None,
    }
}

fn as_number(value: Value<'_>) -> Result<Span<Decimal>, Lack> {
    match value {
        Value::Number(number) => Ok(number),
        // A choice among numbers is written as text.
        Value::Text(text) => text.parse().map(Span::exactly).map_err(|_words| Lack::Unknown),
        Value::Unset => Err(Lack::Unknown),
    }
}

fn binary<'v>(operator: Operator, left: Value<'v>, right: Value<'v>) -> Result<Value<'v>, Lack> {
    let number = match operator {
        Operator::Add => ends(as_number(left)?, as_number(right)?, Decimal::checked_add)?,
        Operator::Multiply => ends(as_number(left)?, as_number(right)?, Decimal::checked_mul)?,
        Operator::Subtract => ends(as_number(left)?, turned(as_number(right)?), Decimal::checked_sub)?,
        Operator::Divide => ends(as_number(left)?, turned(as_number(right)?), Decimal::checked_div)?,
        Operator::Equal => equal(left, right),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            return compared(operator, left, right).map(Value::Number);
        }
    };
    Ok(Value::Number(number))
}

/// `count` of both ends, once where they are equal.
fn ends(
    left: Span<Decimal>,
    right: Span<Decimal>,
    count: impl Fn(Decimal, Decimal) -> Option<Decimal>,
) -> Result<Span<Decimal>, Lack> {
    let low = count(left.low, right.low).ok_or(Lack::Absurd)?;
    if left.low == left.high && right.low == right.high {
        return Ok(Span::exactly(low));
    }
    let high = count(left.high, right.high).ok_or(Lack::Absurd)?;
    Ok(Span { low: low.min(high), high: low.max(high) })
}

/// Its ends exchanged: what is taken away or divided by makes least where it is most.
fn turned(span: Span<Decimal>) -> Span<Decimal> {
    Span { low: span.high, high: span.low }
}

/// Whether something is certain, and whether it is possible, as 1 or 0.
fn truth([certain, possible]: [bool; 2]) -> Span<Decimal> {
    Span { low: Decimal::from(u8::from(certain)), high: Decimal::from(u8::from(possible)) }
}

fn equal(left: Value<'_>, right: Value<'_>) -> Span<Decimal> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let overlap = left.low <= right.high && right.low <= left.high;
            truth([left == right && left.low == left.high, overlap])
        }
        (Value::Text(left), Value::Text(right)) => truth([left == right, left == right]),
        _ => truth([false, false]),
    }
}

fn compared(operator: Operator, left: Value<'_>, right: Value<'_>) -> Result<Span<Decimal>, Lack> {
    if left == Value::Unset || right == Value::Unset {
        return Ok(truth([false, false]));
    }
    let (left, right) = (as_number(left)?, as_number(right)?);
    Ok(match operator {
        Operator::Less => truth([left.high < right.low, left.low < right.high]),
        Operator::LessOrEqual => truth([left.high <= right.low, left.low <= right.high]),
        Operator::Greater => truth([left.low > right.high, left.high > right.low]),
        _ => truth([left.low >= right.high, left.high >= right.low]),
    })
}

fn call<'v>(
    function: Function,
    arguments: &'v [Formula],
    value_of: &impl Fn(Slot) -> Option<Value<'v>>,
) -> Result<Value<'v>, Lack> {
    match (function, arguments) {
        (Function::If, [condition, then, otherwise]) => match self::condition(condition, value_of)?.value() {
            Some(known) if known.is_zero() => evaluate(otherwise, value_of),
            Some(_) => evaluate(then, value_of),
            None => {
                let (then, otherwise) = (number(then, value_of)?, number(otherwise, value_of)?);
                let (low, high) = (then.low.min(otherwise.low), then.high.max(otherwise.high));
                Ok(Value::Number(Span { low, high }))
            }
        },
        (Function::Ceil, [amount, step]) => {
            ends(number(amount, value_of)?, number(step, value_of)?, ceil).map(Value::Number)
        }
        (Function::Min, _) => folded(arguments, value_of, Decimal::min),
        _ => folded(arguments, value_of, Decimal::max),
    }
}

/// Whether a condition holds: 1, 0, or between both; a setting that is not set does not.
pub fn condition<'v>(
    formula: &'v Formula,
    value_of: &impl Fn(Slot) -> Option<Value<'v>>,
) -> Result<Span<Decimal>, Lack> {
    match evaluate(formula, value_of)? {
        Value::Number(number) => Ok(number),
        Value::Text(text) => Ok(truth([!text.is_empty(), !text.is_empty()])),
        Value::Unset => Ok(truth([false, false])),
    }
}

/// `amount` rounded up to a multiple of `step`.
fn ceil(amount: Decimal, step: Decimal) -> Option<Decimal> {
    if step == Decimal::ONE {
        return Some(if amount.scale() == 0 { amount } else { amount.ceil() });
    }
    let steps = amount.checked_div(step)?.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity);
    steps.checked_mul(step)
}

fn folded<'v>(
    arguments: &'v [Formula],
    value_of: &impl Fn(Slot) -> Option<Value<'v>>,
    chosen: fn(Decimal, Decimal) -> Decimal,
) -> Result<Value<'v>, Lack> {
    let mut numbers = arguments.iter().map(|argument| number(argument, value_of));
    let first = numbers.next().ok_or(Lack::Unknown)??;
    let all = numbers.try_fold(first, |so_far, next| {
        let next = next?;
        Ok(Span { low: chosen(so_far.low, next.low), high: chosen(so_far.high, next.high) })
    });
    all.map(Value::Number)
}
