//! The words of retrieving traces: what is wanted, what must be asked, what has come, and how true the picture is.
//!
//! Must not know how any of it is decided.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::insights::State;
use crate::source::tail::{Ms, Trouble};
use crate::telemetry::trace::{Outcome, Span};

/// Where an account keeps its traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// X-Ray: summaries of a span of time, and documents by id.
    XRay,
    /// The log group `aws/spans`, since Transaction Search is on: X-Ray has a small part at most.
    Spans,
}

/// Something to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Where the account keeps its traces.
    Store,
    /// A page of summaries of the traces that began in a span of time.
    Summaries {
        /// Only those that an expression fits.
        filter: Option<String>,
        /// First millisecond.
        from_ms: Ms,
        /// Last millisecond.
        to_ms: Ms,
        /// Where to go on, as the page before said.
        token: Option<String>,
    },
    /// The documents of traces, at most five.
    Documents(Vec<Arc<str>>),
    /// Begin a query for the spans of a span of time.
    Query {
        /// First millisecond.
        from_ms: Ms,
        /// Last millisecond.
        to_ms: Ms,
    },
    /// What a query has found.
    Results {
        /// Its name.
        query: String,
        /// Where to go on, as the page before said.
        token: Option<String>,
    },
}

/// What is said of a trace before its documents are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Its id.
    pub id: Arc<str>,
    /// When it began.
    pub started_ms: Ms,
    /// Grows when more is known of it; 0 where that is not told.
    pub revision: i32,
    /// How long it took, in microseconds.
    pub took_us: i64,
    /// How it went.
    pub outcome: Outcome,
    /// Parts of it have not come yet.
    pub is_partial: bool,
}

/// What has come.
#[derive(Clone, Debug)]
pub enum Input {
    /// Where the account keeps its traces.
    Store(Store),
    /// A page of summaries, and where the next one begins.
    Summaries(Vec<Summary>, Option<String>),
    /// Documents.
    Documents {
        /// What was asked for.
        asked: Vec<Arc<str>>,
        /// Traces that came: their spans.
        traces: Vec<(Arc<str>, Vec<Span>)>,
    },
    /// A query has begun: its name.
    Begun(String),
    /// What a query has found so far, or a page of all of it.
    Rows {
        /// How it is doing.
        state: State,
        /// The spans.
        spans: Vec<Span>,
        /// How many rows there were, also those that are no spans.
        rows: usize,
        /// So many bytes were looked through until now.
        scanned_bytes: u64,
        /// Where the next page begins.
        next: Option<String>,
    },
    /// What was asked for did not come.
    Failed(Ask, Trouble),
}

/// What was used that is paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Traces that summaries told of: X-Ray bills each as scanned.
    pub scanned: u64,
    /// Traces whose documents were read: X-Ray bills each as retrieved.
    pub retrieved: u64,
    /// Bytes that queries of Logs Insights looked through.
    pub query_bytes: u64,
}

/// How true the picture of an account's traces is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Where they are kept; `None` until that is known.
    pub store: Option<Store>,
    /// Why it could not be found out.
    pub unknown_store: Option<Trouble>,
    /// What is asked for is not up to now yet.
    pub is_catching_up: bool,
    /// All that could be read up to here was asked for.
    pub read_ms: Ms,
    /// What stands in the way.
    pub trouble: Option<Trouble>,
    /// Traces whose documents have not come yet.
    pub waiting: usize,
    /// Traces that were left out, since there were more than are read.
    pub left_out: u64,
    /// There were more summaries or spans in a span of time than are asked for, and nobody knows how many.
    pub is_cut: bool,
    /// What it cost.
    pub spent: Spent,
}

impl Standing {
    /// What is not as it should be, in sentences without a stop; nothing, when all is.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(trouble) = &self.trouble {
            told.push(format!("traces wait ({trouble})"));
        }
        if let Some(trouble) = &self.unknown_store {
            told.push(format!("whether Transaction Search is on could not be found out ({trouble}), X-Ray is read"));
        }
        match (self.left_out, self.is_cut) {
            (0, false) => {}
            (0, true) => told.push("there were more traces than are read; the newest are here".to_owned()),
            (count, _) => told.push(format!("{count} traces were left out; those that failed and the newest are here")),
        }
        told
    }

    /// What there is to know beside: where traces are kept, when that is not X-Ray.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        let is_spans = self.store == Some(Store::Spans);
        is_spans.then_some("Transaction Search is on: spans that name what is watched are read from aws/spans through Logs Insights, which costs by all that is looked through")
    }
}

/// By what a trace tells that something took part in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Its segments bear this name.
    Service(String),
    /// Its segments carry a resource name with this in it: what they are called is not known.
    Resource(String),
}

impl Party {
    /// What stands in expressions and queries for it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Service(text) | Self::Resource(text) => text,
        }
    }

    /// Whether it can stand between quotes.
    fn is_plain(&self) -> bool {
        !self.text().contains(['"', '\\'])
    }

    /// A term of a filter expression (X-Ray developer guide, Using filter expressions).
    fn term(&self) -> String {
        match self {
            Self::Service(name) => format!("service(\"{name}\")"),
            Self::Resource(part) => format!("resource.arn CONTAINS \"{part}\""),
        }
    }

    /// Whether a span is of it, or calls it.
    pub(super) fn touches(&self, span: &Span) -> bool {
        let mut values = span.attributes.iter().map(|(_, value)| value.as_str());
        match self {
            Self::Service(own) => {
                *own == *span.name || span.resource() == Some(own) || values.any(|value| value == own)
            }
            Self::Resource(part) => values.any(|value| value.contains(part.as_str())),
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// From when on.
    pub from_ms: Ms,
    /// Only traces that one of these expressions fits, each no longer than X-Ray takes; all, when there are none.
    pub filters: Vec<String>,
    /// Who stands in these expressions: of spans that X-Ray does not select, those are taken whose trace has one of them.
    pub parties: BTreeSet<Party>,
    /// So many traces wait for their documents at most.
    pub most_waiting: usize,
    /// Spreads waits.
    pub seed: u64,
}

/// An expression is no longer (API reference of `GetTraceSummaries`), in characters.
const LONGEST_FILTER: usize = 2_000;

impl Wanted {
    /// Traces from a time on in which one of these took part; all, when none is named.
    #[must_use]
    pub fn from(from_ms: Ms, parties: BTreeSet<Party>, seed: u64) -> Self {
        Self { from_ms, filters: filters(&parties), parties, most_waiting: 2_000, seed }
    }
}

/// A query is no longer (API reference of `StartQuery`), in characters.
const LONGEST_QUERY: usize = 10_000;

/// The query for the newest spans that name one of these; for all, when there are none or too many to be named. What a query costs goes
/// by what it looks through, so that it costs the same, and fewer rows stand between a trace and the most that are read.
#[must_use]
pub fn span_query(parties: &BTreeSet<Party>) -> String {
    let named: Vec<String> = parties.iter().map(|party| format!("@message like \"{}\"", party.text())).collect();
    let filter = format!("filter {} | ", named.join(" or "));
    let rest = "fields @message | sort @timestamp desc";
    let fits = parties.iter().all(Party::is_plain) && filter.len() + rest.len() <= LONGEST_QUERY;
    if fits && !parties.is_empty() { filter + rest } else { rest.to_owned() }
}

/// As few expressions as name all of these.
fn filters(parties: &BTreeSet<Party>) -> Vec<String> {
    let mut filters: Vec<String> = Vec::new();
    for party in parties.iter().filter(|party| party.is_plain()) {
        let term = party.term();
        match filters.last_mut().filter(|last| last.len() + term.len() + 4 <= LONGEST_FILTER) {
            Some(last) => last.push_str(&format!(" OR {term}")),
            None => filters.push(term),
        }
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_need_several_expressions_of_which_none_is_too_long() {
        let names: BTreeSet<Party> =
            (0..200).map(|number| Party::Service(format!("orders-production-{number:04}"))).collect();
        let filters = filters(&names);
        assert!(filters.len() > 3 && filters.iter().all(|filter| filter.len() <= LONGEST_FILTER));
        let terms: usize = filters.iter().map(|filter| filter.split(" OR ").count()).sum();
        assert_eq!(terms, 200);
        assert_eq!(Wanted::from(0, BTreeSet::new(), 0).filters, Vec::<String>::new());
    }

    #[test]
    fn spans_are_asked_for_by_who_took_part() {
        let parties = |count: usize| -> BTreeSet<Party> {
            let named = (0..count).map(|number| Party::Service(format!("orders-{number}")));
            named.chain([Party::Resource("/restapis/a1b2/".to_owned())]).collect()
        };
        let all = "fields @message | sort @timestamp desc";
        let expected = format!("filter @message like \"orders-0\" or @message like \"/restapis/a1b2/\" | {all}");
        assert_eq!(span_query(&parties(1)), expected);
        assert_eq!(filters(&parties(1)), ["service(\"orders-0\") OR resource.arn CONTAINS \"/restapis/a1b2/\""]);
        assert_eq!(span_query(&BTreeSet::new()), all);
        assert_eq!(span_query(&parties(1_000)), all, "what is too long to be asked is asked for as a whole");
        assert_eq!(span_query(&[Party::Service("a\"b".to_owned())].into()), all);
    }

    #[test]
    fn what_is_left_out_is_said() {
        let check = |standing: Standing, told: &[&str]| assert_eq!(standing.faults(), told);
        check(Standing::default(), &[]);
        check(
            Standing { left_out: 7, is_cut: true, ..Standing::default() },
            &["7 traces were left out; those that failed and the newest are here"],
        );
        let trouble = Some(Trouble::Throttled);
        check(
            Standing { trouble, is_cut: true, ..Standing::default() },
            &[
                "traces wait (CloudWatch asks for fewer requests)",
                "there were more traces than are read; the newest are here",
            ],
        );
    }
}
