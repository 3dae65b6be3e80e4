//! A question made ready to be asked of many records: patterns compiled, cheap tests before dear ones.
//!
//! Must not know how records are walked through.

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::{Clause, Order, Query, Term, Test, Value};
use crate::telemetry::binding::Binding;
use crate::telemetry::line;
use crate::telemetry::log::{Record, request_hash};
use crate::telemetry::record::{LineKind, Stream};
use crate::telemetry::scan::{members, unquoted};

/// A question that is ready.
#[derive(Clone, Debug)]
pub struct Matcher {
    clauses: Vec<Vec<Ready>>,
}

/// A term that is ready.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) is_negated: bool,
    pub(super) look: Look,
}

/// What a ready term looks at.
#[derive(Clone, Debug)]
pub(super) enum Look {
    /// The index.
    Index(Test),
    /// The names of the stream.
    Stream(Test),
    /// The log group, which must be one of these.
    Groups(Vec<String>),
    /// A text, exactly.
    Literal(Box<Finder<'static>>),
    /// A pattern.
    Pattern(Regex),
    /// A request by its hash, or where ids are shortened, by its beginning in the text.
    Request(u64),
    /// A field.
    Field(String, Value, Option<Regex>),
}

impl Matcher {
    /// Makes `query` ready; names of nodes are those of `binding`.
    #[must_use]
    pub fn new(query: &Query, binding: &Binding) -> Self {
        let mut clauses: Vec<Vec<Ready>> = query.clauses.iter().map(|clause| ready(clause, binding)).collect();
        clauses.sort_by_key(|clause| clause.iter().map(|ready| ready.look.cost()).max());
        Self { clauses }
    }

    /// Whether a record is what is asked for.
    #[must_use]
    pub fn matches(&self, record: &Record<'_>) -> bool {
        self.clauses.iter().all(|clause| clause.iter().any(|ready| ready.matches(record)))
    }

    /// Whether one term is all that is asked.
    pub(super) fn is_one_term(&self) -> bool {
        matches!(self.clauses.as_slice(), [clause] if clause.len() == 1)
    }

    /// The term that a search can follow through the text: one that stands alone, must be found, and is a text or pattern.
    pub(super) fn lead(&self) -> Option<&Look> {
        let alone = self.clauses.iter().filter_map(|clause| match clause.as_slice() {
            [only] if !only.is_negated => Some(&only.look),
            _ => None,
        });
        let mut leads = alone.filter(|look| matches!(look, Look::Literal(_)) || look.is_free_pattern());
        leads.next()
    }
}

fn ready(clause: &Clause, binding: &Binding) -> Vec<Ready> {
    let mut ready: Vec<Ready> = clause.terms.iter().map(|term| ready_term(term, binding)).collect();
    ready.sort_by_key(|ready| ready.look.cost());
    ready
}

fn ready_term(term: &Term, binding: &Binding) -> Ready {
    let look = match &term.test {
        Test::Text(text) if text.chars().any(char::is_uppercase) || !text.chars().any(char::is_alphabetic) => {
            Look::Literal(Box::new(Finder::new(text.as_bytes()).into_owned()))
        }
        Test::Text(text) => Look::Pattern(pattern(&format!("(?i){}", regex::escape(text)))),
        Test::Pattern(text) => Look::Pattern(pattern(text)),
        Test::Request(id) => Look::Request(request_hash(id.as_bytes())),
        Test::Node(name) => Look::Groups(binding.groups_of_name(name).map(str::to_owned).collect()),
        test @ (Test::Group(_) | Test::Stream(_)) => Look::Stream(test.clone()),
        Test::Field(field, value) => {
            let compiled = match value {
                Value::Pattern(text) => Some(pattern(text)),
                _ => None,
            };
            Look::Field(field.clone(), value.clone(), compiled)
        }
        test => Look::Index(test.clone()),
    };
    Ready { is_negated: term.is_negated, look }
}

/// A pattern in which `^` and `$` are the ends of a line; one that was not read before finds nothing.
fn pattern(text: &str) -> Regex {
    let built = RegexBuilder::new(text).multi_line(true).build();
    built.unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("a pattern that finds nothing is a pattern"))
}

impl Look {
    /// What the test costs, beside others.
    fn cost(&self) -> u8 {
        match self {
            Self::Index(_) | Self::Request(_) => 0,
            Self::Stream(_) | Self::Groups(_) => 1,
            Self::Literal(_) => 2,
            Self::Pattern(_) => 3,
            Self::Field(..) => 4,
        }
    }

    /// Whether it is a pattern that means the same wherever the text before it ends.
    fn is_free_pattern(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if !pattern.as_str().contains("\\A") && !pattern.as_str().contains("\\z"))
    }
}

impl Ready {
    fn matches(&self, record: &Record<'_>) -> bool {
        let found = match &self.look {
            Look::Index(test) => is_indexed(test, record),
            Look::Stream(test) => is_in_stream(test, record.stream),
            Look::Groups(groups) => groups.iter().any(|group| **group == *record.stream.group),
            Look::Literal(finder) => finder.find(record.text).is_some(),
            Look::Pattern(pattern) => pattern.is_match(record.text),
            Look::Request(hash) => record.entry.request == *hash,
            Look::Field(field, value, compiled) => is_field(record, field, value, compiled.as_ref()),
        };
        found != self.is_negated
    }
}

fn is_indexed(test: &Test, record: &Record<'_>) -> bool {
    match test {
        Test::Level(order, level) => record.level().is_some_and(|own| order.holds(&own, level)),
        Test::Kind(kind) => record.kind() == *kind,
        Test::Mark(mark) => record.entry.mark == *mark,
        Test::Time(low, high) => record.time_ms().is_some_and(|time| (*low..=*high).contains(&time)),
        _ => false,
    }
}

fn is_in_stream(test: &Test, stream: &Stream) -> bool {
    match test {
        Test::Group(part) => stream.group.contains(part.as_str()),
        Test::Stream(part) => stream.name.contains(part.as_str()),
        _ => false,
    }
}

fn is_field(record: &Record<'_>, field: &str, value: &Value, compiled: Option<&Regex>) -> bool {
    let Some(found) = field_of(record, field) else { return false };
    match value {
        Value::Any => true,
        Value::Text(text) => fits(text, &found),
        Value::Pattern(_) => compiled.is_some_and(|pattern| pattern.is_match(found.as_bytes())),
        Value::Number(Order::Equal, number) if found.parse() != Ok(*number) => fits(&number.to_string(), &found),
        Value::Number(order, number) => found.parse().is_ok_and(|found: f64| order.holds(&found, number)),
        Value::Between(low, high) => found.parse().is_ok_and(|found: f64| (*low..=*high).contains(&found)),
    }
}

/// Whether a text is the one asked for, whose ends may be open with a star.
fn fits(asked: &str, found: &str) -> bool {
    match (asked.strip_prefix('*'), asked.strip_suffix('*')) {
        (Some(rest), Some(_)) if rest.ends_with('*') => found.contains(rest.trim_end_matches('*')),
        (Some(end), _) => found.ends_with(end),
        (_, Some(beginning)) => found.starts_with(beginning),
        _ => found.eq_ignore_ascii_case(asked),
    }
}

/// A field of a record: a figure of a report, a member of a JSON line by its path, or what stands behind `field=`; else `lag`, the
/// milliseconds between the time at which it happened and that at which the platform took it in.
#[must_use]
pub fn field_of(record: &Record<'_>, field: &str) -> Option<String> {
    let field = field.strip_prefix('@').or_else(|| field.strip_prefix("$.")).unwrap_or(field);
    let is_platform = !matches!(record.kind(), LineKind::App | LineKind::Emf);
    if is_platform && let Some(found) = report_field(record, field) {
        return Some(found);
    }
    let own = if record.text.starts_with(b"{") { member(record.text, field) } else { pair(record.text, field) };
    own.or_else(|| record.lag_ms().filter(|_| field == "lag").map(|lag_ms| lag_ms.to_string()))
}

fn report_field(record: &Record<'_>, field: &str) -> Option<String> {
    let text = String::from_utf8_lossy(record.text);
    let report = line::parse(&text).report?;
    let figure = |figure: Option<f64>| figure.map(|figure| figure.to_string());
    match field {
        "duration" | "duration_ms" => figure(report.duration_ms),
        "billed" | "billed_ms" | "billedDuration" => figure(report.billed_ms),
        "memory" | "memory_mb" | "memorySize" => figure(report.memory_mb),
        "max_memory" | "max_memory_mb" | "maxMemoryUsed" => figure(report.max_memory_mb),
        "init" | "init_ms" | "initDuration" => figure(report.init_ms),
        "restore" | "restore_ms" => figure(report.restore_ms),
        "status" => report.status,
        "error" | "error_type" | "errorType" => report.error_type,
        "trace" | "trace_id" | "xrayTraceId" => report.trace_id,
        "cold" => Some((report.init_ms.is_some() || report.restore_ms.is_some()).to_string()),
        _ => None,
    }
}

/// A member of a JSON object by its path.
fn member(text: &[u8], path: &str) -> Option<String> {
    // A dot may also stand in a name: the whole path is looked for first.
    let of = |text: &[u8], name: &str| {
        members(text).find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value.to_vec())
    };
    let found = of(text, path).or_else(|| path.split('.').try_fold(text.to_vec(), |text, name| of(&text, name)))?;
    Some(String::from_utf8_lossy(unquoted(&found)).into_owned())
}

/// What stands behind `field=` in a text, up to white space or in quotes.
fn pair(text: &[u8], field: &str) -> Option<String> {
    let wanted = format!("{field}=");
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(&text[from..], wanted.as_bytes())?;
        from = at + wanted.len();
        let is_whole = at == 0 || matches!(text[at - 1], b' ' | b'\t' | b',' | b'{' | b'[' | b'(' | b'\n');
        if is_whole {
            let rest = &text[from..];
            let (rest, ends): (&[u8], &[u8]) = match rest.strip_prefix(b"\"") {
                Some(quoted) => (quoted, b"\""),
                None => (rest, b" \t\n,;})]"),
            };
            let end = rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
            return Some(String::from_utf8_lossy(&rest[..end]).into_owned());
        }
    }
}
