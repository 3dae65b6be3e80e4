//! The language that asks for records: words and "phrases", `field:value`, ranges, `/patterns/`, `-not`, `OR`.
//!
//! ```text
//! timeout -level:debug            both must hold; a word is found anywhere, in any case unless it has a capital
//! "card declined" OR /5\d\d/      one of them
//! level:>=warn  type:report  request:8d5958b5…  node:OrdersFn  group:/aws/lambda/orders  stream:abc
//! duration:>500  init:*  memory:512..1024  time:2026-11-23T08:00..2026-11-23T09:00
//! order.id:17  status:/5../       members of JSON lines, and key=value pairs
//! is:late  is:unconfirmed  lag:>10s        how surely a tailed record stands in its place, and how long it was on its way
//! ```
//!
//! There are no brackets, so nothing nests and reading is one pass. Must not know the store's chunks; see [`search`].

mod matcher;
mod read;
pub mod search;

use std::fmt;

pub use matcher::{Matcher, field_of};
pub use read::number;

use super::record::{Level, LineKind, Mark};
use super::zone::Zone;

/// A question: every clause must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold.
    pub clauses: Vec<Clause>,
}

/// Terms of which one must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clause {
    /// The terms.
    pub terms: Vec<Term>,
}

/// A test and whether it must fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whether a record must not be so.
    pub is_negated: bool,
    /// What is looked at.
    pub test: Test,
}

/// What is looked at in a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Whether a text stands in it.
    Text(String),
    /// Whether a pattern is found in it.
    Pattern(String),
    /// How grave it is; a record without a level is never so.
    Level(Order, Level),
    /// What wrote it.
    Kind(LineKind),
    /// How surely it stands where it stands.
    Mark(Mark),
    /// Which request it belongs to, named or inferred.
    Request(String),
    /// Which node its log group is bound to; ignores case.
    Node(String),
    /// What stands in the name of its log group.
    Group(String),
    /// What stands in the name of its stream.
    Stream(String),
    /// When it happened, in milliseconds since 1970, both included.
    Time(i64, i64),
    /// A field of the record.
    Field(String, Value),
}

/// What a field must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// There.
    Any,
    /// This text, or with a star at either end, a part of it.
    Text(String),
    /// Such that a pattern is found in it.
    Pattern(String),
    /// A number that stands so to another.
    Number(Order, f64),
    /// A number between two, both included.
    Between(f64, f64),
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Equal.
    Equal,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// More.
    More,
    /// More or equal.
    AtLeast,
}

impl Order {
    /// Whether `left` stands so to `right`.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// Why a question cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Byte in the question at which the mistake stands.
    pub at: usize,
    /// What is wrong and what to do, as a sentence.
    pub message: String,
}

impl Mistake {
    /// A mistake at a place.
    pub(in crate::telemetry) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// The question with a mark under the mistake.
    #[must_use]
    pub fn shown(&self, question: &str) -> String {
        let before = question.get(..self.at.min(question.len())).unwrap_or(question);
        format!("{question}\n{}^ {}", " ".repeat(before.chars().count()), self.message)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.at + 1)
    }
}

impl std::error::Error for Mistake {}

impl Query {
    /// Reads a question whose times are those of a place, where they name no zone of their own.
    pub fn read(text: &str, zone: &Zone) -> Result<Self, Mistake> {
        read::query(text, zone)
    }
}

impl std::str::FromStr for Query {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        read::query(text, &Zone::UTC)
    }
}

#[cfg(test)]
mod tests;
