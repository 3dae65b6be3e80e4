//! Reads a question, in one pass from left to right.
//!
//! Must not know records.

use super::{Clause, Mistake, Order, Query, Term, Test, Value};
use crate::catalog::names::nearest;
use crate::telemetry::time;
use crate::telemetry::zone::Zone;

/// So long a question may be, in bytes.
const LONGEST: usize = 10_000;

struct Reader<'q> {
    text: &'q str,
    at: usize,
    /// In which times are written.
    zone: &'q Zone,
}

/// A term as it is written: sign, field, value.
enum Written {
    Phrase(String),
    Pattern(String),
    Bare(String),
}

pub(super) fn query(text: &str, zone: &Zone) -> Result<Query, Mistake> {
    if text.len() > LONGEST {
        return Err(Mistake::new(LONGEST, format!("A question has {LONGEST} bytes at most.")));
    }
    let mut reader = Reader { text, at: 0, zone };
    let mut query = Query::default();
    let mut or_at = None;
    loop {
        reader.skip_space();
        if reader.rest().is_empty() {
            break;
        }
        let from = reader.at;
        if reader.takes_or() {
            if or_at.is_some() || query.clauses.is_empty() {
                return Err(Mistake::new(from, "OR stands between two terms; put one before it."));
            }
            or_at = Some(from);
            continue;
        }
        let term = reader.term()?;
        match query.clauses.last_mut() {
            Some(clause) if or_at.take().is_some() => clause.terms.push(term),
            _ => query.clauses.push(Clause { terms: vec![term] }),
        }
    }
    match or_at {
        Some(at) => Err(Mistake::new(at, "OR stands between two terms; put one behind it.")),
        None => Ok(query),
    }
}

impl<'q> Reader<'q> {
    fn rest(&self) -> &'q str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Whether `OR` comes, as a word of its own.
    fn takes_or(&mut self) -> bool {
        let found =
            self.rest().strip_prefix("OR").is_some_and(|rest| rest.starts_with(char::is_whitespace) || rest.is_empty());
        if found {
            self.at += 2;
        }
        found
    }

    fn takes(&mut self, sign: char) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    fn term(&mut self) -> Result<Term, Mistake> {
        let from = self.at;
        let is_negated = self.takes('-');
        if self.rest().is_empty() || self.rest().starts_with(char::is_whitespace) {
            return Err(Mistake::new(from, "Put a term behind the minus, without a space: -debug."));
        }
        let field = self.field();
        let value_at = self.at;
        let written = self.written()?;
        let test = match field {
            Some(field) => field_test(field, &written, (from, value_at), self.zone)?,
            None => plain_test(written, value_at)?,
        };
        Ok(Term { is_negated, test })
    }

    /// Takes `name:` when it comes.
    fn field(&mut self) -> Option<&'q str> {
        let rest = self.rest();
        let end =
            rest.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '-' | '$')))?;
        let is_field = end > 0 && rest[end..].starts_with(':') && !rest[end..].starts_with("://");
        let is_followed = rest[end..].chars().nth(1).is_some_and(|next| !next.is_whitespace());
        (is_field && is_followed).then(|| {
            self.at += end + 1;
            &rest[..end]
        })
    }

    fn written(&mut self) -> Result<Written, Mistake> {
        let from = self.at;
        if self.takes('"') {
            return self
                .until('"')
                .map(Written::Phrase)
                .ok_or_else(|| Mistake::new(from, "The phrase has no end; put a \" behind it."));
        }
        // A path begins with a slash too, but has no other at its end.
        if self.rest().starts_with('/') {
            self.at += 1;
            let inside = self.at;
            if let Some(pattern) = self.until('/')
                && self.rest().chars().next().is_none_or(char::is_whitespace)
            {
                return match regex::bytes::Regex::new(&pattern) {
                    Ok(_) => Ok(Written::Pattern(pattern)),
                    Err(error) => Err(Mistake::new(inside, pattern_fault(&error))),
                };
            }
            self.at = from;
        }
        let rest = self.rest();
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        self.at += word.len();
        Ok(Written::Bare(word.to_owned()))
    }

    /// Takes the text up to `end`, before which a backslash takes its meaning away.
    fn until(&mut self, end: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((place, letter)) = letters.next() {
            if letter == end {
                self.at += place + end.len_utf8();
                return Some(text);
            }
            if letter == '\\' {
                let (_, next) = letters.next()?;
                if next != end {
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

fn pattern_fault(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "The pattern is too large; make its repetitions smaller.".to_owned(),
        other => {
            let told = other.to_string();
            let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("The pattern cannot be read: {reason}.")
        }
    }
}

fn plain_test(written: Written, at: usize) -> Result<Test, Mistake> {
    match written {
        Written::Pattern(pattern) => Ok(Test::Pattern(pattern)),
        Written::Bare(text) | Written::Phrase(text) if !text.is_empty() => Ok(Test::Text(text)),
        _ => Err(Mistake::new(at, "An empty phrase is found everywhere; put a text between the quotes.")),
    }
}

fn field_test(field: &str, written: &Written, (from, at): (usize, usize), zone: &Zone) -> Result<Test, Mistake> {
    let text = match written {
        Written::Bare(text) | Written::Phrase(text) => text.as_str(),
        Written::Pattern(pattern) => return Ok(Test::Field(field.to_owned(), Value::Pattern(pattern.clone()))),
    };
    let owned = text.to_owned();
    Ok(match field {
        "level" => level_test(text, at)?,
        "type" => Test::Kind(named(text, at, "type")?),
        "is" => Test::Mark(named(text, at, "mark")?),
        "request" | "requestId" | "request_id" | "@requestId" => Test::Request(owned),
        "node" => Test::Node(owned),
        "group" | "log_group" | "@log" => Test::Group(owned),
        "stream" | "log_stream" | "@logStream" => Test::Stream(owned),
        "time" | "timestamp" | "@timestamp" => time_test(text, at, zone)?,
        _ if matches!(written, Written::Phrase(_)) => Test::Field(field.to_owned(), Value::Text(owned)),
        _ => Test::Field(field.to_owned(), value(text, from, at)?),
    })
}

fn level_test(text: &str, at: usize) -> Result<Test, Mistake> {
    let (order, word) = order(text);
    Ok(Test::Level(order.unwrap_or(Order::Equal), named(&word.to_lowercase(), at + text.len() - word.len(), "level")?))
}

/// Reads the name of one of a closed set.
fn named<T: crate::catalog::names::Named>(text: &str, at: usize, what: &str) -> Result<T, Mistake> {
    T::from_name(text).ok_or_else(|| {
        let names = || T::ALL.iter().map(|(name, _)| *name);
        let hint = match nearest(text, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("it is one of {}.", names().collect::<Vec<_>>().join(", ")),
        };
        Mistake::new(at, format!("There is no {what} {text}; {hint}"))
    })
}

/// Takes the sign of a comparison off.
fn order(text: &str) -> (Option<Order>, &str) {
    const SIGNS: &[(&str, Order)] =
        &[(">=", Order::AtLeast), ("<=", Order::AtMost), (">", Order::More), ("<", Order::Less), ("=", Order::Equal)];
    let found = SIGNS.iter().find_map(|(sign, order)| Some((Some(*order), text.strip_prefix(sign)?)));
    found.unwrap_or((None, text))
}

fn value(text: &str, from: usize, at: usize) -> Result<Value, Mistake> {
    if text == "*" {
        return Ok(Value::Any);
    }
    if let Some((low, high)) = text.split_once("..")
        && let (Some(low_value), Some(high_value)) = (number(low), number(high))
    {
        if low_value > high_value {
            return Err(Mistake::new(at, format!("The range ends before it begins; write {high}..{low}.")));
        }
        return Ok(Value::Between(low_value, high_value));
    }
    match order(text) {
        (None, text) => {
            Ok(number(text).map_or_else(|| Value::Text(text.to_owned()), |number| Value::Number(Order::Equal, number)))
        }
        (Some(order), rest) => match number(rest) {
            Some(number) => Ok(Value::Number(order, number)),
            None if order == Order::Equal && !rest.is_empty() => Ok(Value::Text(rest.to_owned())),
            None => {
                let at = at + text.len() - rest.len();
                debug_assert!(at >= from);
                Err(Mistake::new(at, "A comparison needs a number: duration:>500, duration:>1.5s."))
            }
        },
    }
}

/// A number, with a unit of time or memory that brings it to milliseconds or megabytes.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    const UNITS: &[(&str, f64)] =
        &[("ms", 1.0), ("min", 60_000.0), ("s", 1000.0), ("GB", 1024.0), ("MB", 1.0), ("", 1.0)];
    let scaled = UNITS.iter().find_map(|(unit, scale)| {
        let digits = text.strip_suffix(unit)?;
        let begins = digits.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '.'));
        let number: f64 = digits.parse().ok().filter(|_| begins)?;
        Some(number * scale)
    });
    scaled.filter(|number| number.is_finite())
}

fn time_test(text: &str, at: usize, zone: &Zone) -> Result<Test, Mistake> {
    if let Some((from, to)) = text.split_once("..") {
        let low = if from.is_empty() { i64::MIN } else { moment(from, at, zone)?.0 };
        let high = if to.is_empty() { i64::MAX } else { moment(to, at + from.len() + 2, zone)?.1 };
        return Ok(Test::Time(low, high));
    }
    let (order, rest) = order(text);
    let (low, high) = moment(rest, at + text.len() - rest.len(), zone)?;
    Ok(match order.unwrap_or(Order::Equal) {
        Order::Equal => Test::Time(low, high),
        Order::More => Test::Time(high.saturating_add(1), i64::MAX),
        Order::AtLeast => Test::Time(low, i64::MAX),
        Order::Less => Test::Time(i64::MIN, low.saturating_sub(1)),
        Order::AtMost => Test::Time(i64::MIN, high),
    })
}

/// First and last millisecond of a time that may be a day, a minute, a second or a number of milliseconds since 1970; of the
/// zone where it names none.
fn moment(text: &str, at: usize, zone: &Zone) -> Result<(i64, i64), Mistake> {
    const FORMS: &[(usize, &str, i64)] =
        &[(10, "T00:00:00", 86_400_000), (13, ":00:00", 3_600_000), (16, ":00", 60_000)];
    let bare = text.trim_end_matches('Z');
    let form = FORMS.iter().find(|(length, ..)| bare.len() == *length);
    let read = match form {
        Some((_, rest, width)) => time::whole(&format!("{bare}{rest}")).map(|low| (low, low + width - 1)),
        None => time::whole(text).map(|low| (low, if bare.len() == 19 { low + 999 } else { low })),
    };
    let is_own = text.ends_with('Z') || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
    let read = read.map(|(low, high)| if is_own { (low, high) } else { (zone.unshifted(low), zone.unshifted(high)) });
    let number = || text.parse().ok().and_then(time::epoch_to_ms).map(|time| (time, time));
    read.or_else(number).ok_or_else(|| Mistake::new(at, "Write a time as 2026-11-23T08:00:00, or shorter."))
}
