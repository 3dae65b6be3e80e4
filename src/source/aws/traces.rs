//! An account's traces: asks what [`Retrieval`] decides, with the SDK, and hands over the spans that come.
//!
//! Must not know how traces are put together or shown.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use aws_sdk_xray::types::{TimeRangeType, Trace, TraceSegmentDestination, TraceSummary};
use aws_smithy_types::DateTime;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::live::{self, Live, Run};
use super::{Account, Place, insights, trouble};
use crate::source::insights::{Page, State};
use crate::source::tail::{Ms, Trouble};
use crate::source::xray::{
    Ask, Input, MOST_ROWS, Party, Retrieval, Spent, Standing, Store, Summary, Wanted, span_query,
};
use crate::source::{Batch, Cursor, Delivery, Deployed, Failure, Found, Outlet, Paid, Source, Spending, Wishes};
use crate::telemetry::trace::{LIMIT_EXCEEDED, Outcome, Read, Span};

/// So many answers wait to be taken in.
const NEWS: usize = 16;
/// Milliseconds of a minute.
const MINUTE_MS: Ms = 60_000;
/// Bytes of a gigabyte as logs are billed.
const GB: u64 = 1_000_000_000;
/// Where spans are kept once Transaction Search is on.
const SPANS: &str = "aws/spans";
/// Resources of these types have segments that bear their names (X-Ray developer guide, Integrating with AWS services).
const TRACED: &[&str] = &[
    "AWS::DynamoDB::Table",
    "AWS::Lambda::Function",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
];

/// An account's traces, as a source.
#[derive(Clone, Debug)]
pub struct LiveTraces {
    /// Where they are.
    pub place: Place,
    /// Who took part in those that are wanted; empty for all traces.
    pub parties: BTreeSet<Party>,
    /// So far it looks back, in milliseconds.
    pub since_ms: Ms,
    /// So long it goes on; `None` until nobody listens.
    pub for_ms: Option<Ms>,
    /// While nobody sees the window, nothing is asked: every trace is paid for.
    pub wishes: Option<Wishes>,
    /// Spreads waits.
    pub seed: u64,
}

impl Source for LiveTraces {
    fn run(&mut self, _: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let (runtime, run) = live::begin("read traces", self.begin())?;
        run.run(&runtime, outlet)
    }
}

/// By what the segments of a resource are known; `None` where it has none.
///
/// Segments of APIs bear names that a stack does not tell, `shop/prod` for a stage, and the resource names of the API's id
/// (Amazon API Gateway developer guide, X-Ray traces for API Gateway APIs; AWS `AppSync` developer guide, Using X-Ray to trace requests).
fn party(resource: &Deployed) -> Option<Party> {
    // Of an address or a resource name, the last part.
    let name = resource.physical.rsplit([':', '/']).next().filter(|name| !name.is_empty())?;
    match resource.kind.as_str() {
        "AWS::ApiGateway::RestApi" => Some(Party::Resource(format!("/restapis/{name}/"))),
        "AWS::AppSync::GraphQLApi" => Some(Party::Resource(format!(":apis/{name}"))),
        kind => TRACED.contains(&kind).then(|| Party::Service(name.to_owned())),
    }
}

impl LiveTraces {
    /// By what the traces of an application are known: by a stack's resources, else by the functions that write its log groups, and
    /// by nothing when one of those is no function's, so that all traces count. `None` when nothing in a stack can be traced.
    #[must_use]
    pub fn parties(found: &Found) -> Option<BTreeSet<Party>> {
        if found.stack.is_empty() {
            let name = |group: &str| Some(Party::Service(group.strip_prefix("/aws/lambda/")?.to_owned()));
            return Some(found.groups.iter().map(|(group, _)| name(group)).collect::<Option<_>>().unwrap_or_default());
        }
        let parties: BTreeSet<Party> = found.resources.iter().filter_map(party).collect();
        (!parties.is_empty()).then_some(parties)
    }

    async fn begin(&self) -> Result<Run<Reading>, Failure> {
        let account = Account::open(&self.place).await?;
        let now_ms = account.clock.now_ms();
        let wanted = Wanted::from(now_ms - self.since_ms, self.parties.clone(), self.seed);
        let (send, news) = mpsc::channel(NEWS);
        let end_ms = self.for_ms.map(|for_ms| now_ms + for_ms);
        let query = Arc::from(span_query(&wanted.parties));
        let desk = Desk { xray: account.xray(), logs: account.logs(), query, send };
        let (retrieval, wishes) = (Retrieval::new(wanted, now_ms), self.wishes.clone());
        let (region, said, clock) = (account.region, Standing::default(), account.clock);
        let live = Reading { retrieval, desk, region, wishes, begun_ms: now_ms, said };
        Ok(Run { live, news, clock, end_ms })
    }
}

/// Traces that are being read.
struct Reading {
    retrieval: Retrieval,
    desk: Desk,
    region: String,
    wishes: Option<Wishes>,
    begun_ms: Ms,
    said: Standing,
}

impl Live for Reading {
    type News = Input;

    fn act(&mut self, now_ms: Ms, end_ms: Option<Ms>) -> Ms {
        if let Some(end_ms) = end_ms.filter(|end_ms| now_ms >= *end_ms) {
            self.retrieval.hurry(now_ms, end_ms);
        }
        if self.wishes.as_ref().is_some_and(|wishes| wishes.borrow().is_hidden) {
            return Ms::MAX;
        }
        self.retrieval.poll(now_ms).into_iter().for_each(|ask| self.desk.ask(ask));
        self.retrieval.wake_ms()
    }

    fn take_in(&mut self, now_ms: Ms, input: Input) -> bool {
        let is_answer = !matches!(input, Input::Failed(..));
        self.retrieval.take_in(now_ms, input);
        is_answer
    }

    fn is_read_to(&self, ms: Ms) -> bool {
        self.retrieval.is_read_to(ms) || self.said.trouble.as_ref().is_some_and(Trouble::is_refusal)
    }

    fn is_whole(&self, _: Ms, end_ms: Ms) -> Result<(), Failure> {
        if self.retrieval.is_read_to(end_ms) {
            return Ok(());
        }
        let why = self.said.trouble.as_ref().map_or_else(|| live::UNANSWERED.to_owned(), ToString::to_string);
        Err(Failure::World(format!("Not all traces could be read: {why}.")))
    }

    fn hand_over(&mut self, now_ms: Ms, _: bool, outlet: &mut dyn Outlet) -> ControlFlow<()> {
        let spans = self.retrieval.give();
        if !spans.is_empty() {
            outlet.deliver(Delivery::Records(Batch { spans, ..Batch::default() }))?;
        }
        let standing = self.retrieval.standing(now_ms);
        if standing.spent != self.said.spent {
            let parts = self.spent(standing.spent, now_ms).into_iter();
            parts.map(Delivery::Spending).try_for_each(|part| outlet.deliver(part))?;
        }
        self.said = standing.clone();
        outlet.deliver(Delivery::Traces(standing))
    }
}

impl Reading {
    /// What was asked for that must be paid. How much it is in an hour is what the time until now tells.
    fn spent(&self, spent: Spent, now_ms: Ms) -> Vec<Spending> {
        let hours = Decimal::from((now_ms - self.begun_ms).max(MINUTE_MS)) / Decimal::from(60 * MINUTE_MS);
        let region = &self.region;
        let part = |paid, so_far: Decimal| {
            let per_hour = (so_far / hours).round_dp(6).normalize();
            (!so_far.is_zero()).then(|| Spending { paid, region: region.clone(), so_far, per_hour, by: String::new() })
        };
        let traces = part(Paid::Traces, Decimal::from(spent.scanned + spent.retrieved));
        let queries = part(Paid::Insights, Decimal::from(spent.query_bytes) / Decimal::from(GB));
        traces.into_iter().chain(queries).collect()
    }
}

/// What sends requests out, and has their answers brought back.
#[derive(Clone)]
struct Desk {
    xray: aws_sdk_xray::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    /// The query for spans.
    query: Arc<str>,
    send: mpsc::Sender<Input>,
}

impl Desk {
    fn ask(&self, ask: Ask) {
        let desk = self.clone();
        tokio::spawn(async move {
            let answer = match &ask {
                Ask::Store => desk.store().await,
                Ask::Summaries { filter, from_ms, to_ms, token } => {
                    desk.summaries(filter.clone(), (*from_ms, *to_ms), token.clone()).await
                }
                Ask::Documents(ids) => desk.documents(ids).await,
                Ask::Query { from_ms, to_ms } => desk.query(*from_ms, *to_ms).await,
                Ask::Results { query, token } => desk.results(query, token.clone()).await,
            };
            let input = answer.unwrap_or_else(|why| Input::Failed(ask, why));
            desk.send.send(input).await.ok();
        });
    }

    async fn store(&self) -> Result<Input, Trouble> {
        let asked = self.xray.get_trace_segment_destination().send().await;
        let told = asked.map_err(|error| trouble::trouble(&error, "xray:GetTraceSegmentDestination"))?;
        let is_spans = told.destination == Some(TraceSegmentDestination::CloudWatchLogs);
        Ok(Input::Store(if is_spans { Store::Spans } else { Store::XRay }))
    }

    async fn summaries(
        &self,
        filter: Option<String>,
        (from_ms, to_ms): (Ms, Ms),
        token: Option<String>,
    ) -> Result<Input, Trouble> {
        let request = self
            .xray
            .get_trace_summaries()
            .start_time(DateTime::from_millis(from_ms))
            // A span of time has a length.
            .end_time(DateTime::from_millis(to_ms.max(from_ms + 1_000)))
            .time_range_type(TimeRangeType::TraceId)
            .set_filter_expression(filter)
            .set_next_token(token);
        let page = request.send().await.map_err(|error| trouble::trouble(&error, "xray:GetTraceSummaries"))?;
        let summaries = page.trace_summaries.unwrap_or_default().iter().filter_map(summary).collect();
        Ok(Input::Summaries(summaries, page.next_token))
    }

    async fn documents(&self, ids: &[Arc<str>]) -> Result<Input, Trouble> {
        let (mut token, mut traces) = (None, Vec::new());
        loop {
            let wanted = ids.iter().map(ToString::to_string).collect();
            let request = self.xray.batch_get_traces().set_trace_ids(Some(wanted)).set_next_token(token);
            let page = request.send().await.map_err(|error| trouble::trouble(&error, "xray:BatchGetTraces"))?;
            traces.extend(page.traces.unwrap_or_default().iter().filter_map(spans));
            token = page.next_token;
            if token.is_none() {
                return Ok(Input::Documents { asked: ids.to_vec(), traces });
            }
        }
    }

    async fn query(&self, from_ms: Ms, to_ms: Ms) -> Result<Input, Trouble> {
        let begun = insights::begin(&self.logs, &[SPANS.to_owned()], (from_ms, to_ms), &self.query, MOST_ROWS).await;
        begun.map(Input::Begun).map_err(|why| why.map_or_else(|trouble| trouble, |it| Trouble::Refused(it.message)))
    }

    async fn results(&self, query: &str, token: Option<String>) -> Result<Input, Trouble> {
        let Page { state, statistics, rows, next } = insights::look(&self.logs, query, token).await?;
        // What comes before the end comes again with it.
        let spans = if state == State::Complete { spans_of(&rows) } else { Vec::new() };
        Ok(Input::Rows { state, spans, rows: rows.len(), scanned_bytes: statistics.scanned_bytes, next })
    }
}

fn summary(told: &TraceSummary) -> Option<Summary> {
    let id: Arc<str> = told.id.as_deref()?.into();
    let start_ms = told.start_time.as_ref().and_then(|time| time.to_millis().ok());
    let is = |told: Option<bool>| told.unwrap_or_default();
    Some(Summary {
        started_ms: start_ms.or_else(|| begun_ms(&id)).unwrap_or_default(),
        id,
        revision: told.revision,
        took_us: (told.duration.unwrap_or_default() * 1e6) as i64,
        outcome: Outcome { error: is(told.has_error), fault: is(told.has_fault), throttle: is(told.has_throttle) },
        is_partial: is(told.is_partial),
    })
}

/// The time that a trace's id tells, in seconds since 1970: `1-58406520-…`.
fn begun_ms(id: &str) -> Option<Ms> {
    Ms::from_str_radix(id.split('-').nth(1)?, 16).ok().map(|seconds| seconds * 1_000)
}

/// The spans of a trace's documents.
fn spans(trace: &Trace) -> Option<(Arc<str>, Vec<Span>)> {
    let id = trace.id.as_deref()?;
    let documents = trace.segments().iter().filter_map(|segment| segment.document.as_deref());
    let documents: Vec<Value> = documents.map(|document| json!({"Document": document})).collect();
    let mut read = Read::default();
    read.take(&json!({"Id": id, "Segments": documents}));
    if trace.limit_exceeded == Some(true)
        && let Some(first) = read.spans.first_mut()
    {
        first.attributes.push((LIMIT_EXCEEDED.into(), "true".to_owned()));
    }
    Some((id.into(), read.spans))
}

/// The spans in a query's rows.
fn spans_of(rows: &[Vec<(String, String)>]) -> Vec<Span> {
    let mut read = Read::default();
    let messages = rows.iter().flatten().filter(|(name, _)| name == "@message");
    messages.filter_map(|(_, text)| serde_json::from_str::<Value>(text).ok()).for_each(|row| read.take(&row));
    read.spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_traced_by_its_resources_names() {
        let resource = |(physical, kind): (&str, &str)| Deployed {
            logical: String::new(),
            physical: physical.into(),
            kind: kind.into(),
        };
        let check = |resources: &[(&str, &str)], names: Option<&[&str]>| {
            let resources = resources.iter().copied().map(resource).collect();
            let found = Found { stack: "shop".into(), resources, ..Found::default() };
            let told = LiveTraces::parties(&found);
            let told = told.map(|parties| parties.iter().map(|party| party.text().to_owned()).collect::<Vec<_>>());
            assert_eq!(told, names.map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>()));
        };
        check(
            &[
                ("orders-dev", "AWS::Lambda::Function"),
                ("https://sqs.eu-central-1.amazonaws.com/123456789012/jobs", "AWS::SQS::Queue"),
                ("arn:aws:states:eu-central-1:123456789012:stateMachine:flow", "AWS::StepFunctions::StateMachine"),
                ("orders-role", "AWS::IAM::Role"),
            ],
            Some(&["flow", "jobs", "orders-dev"]),
        );
        check(
            &[
                ("a1b2c3d4e5", "AWS::ApiGateway::RestApi"),
                ("arn:aws:appsync:eu-central-1:123456789012:apis/f6g7", "AWS::AppSync::GraphQLApi"),
            ],
            Some(&["/restapis/a1b2c3d4e5/", ":apis/f6g7"]),
        );
        check(&[("orders-role", "AWS::IAM::Role")], None);
    }

    #[test]
    fn log_groups_name_their_functions_when_all_do() {
        let check = |groups: &[&str], names: &[&str]| {
            let groups = groups.iter().map(|group| ((*group).to_owned(), None)).collect();
            let told = LiveTraces::parties(&Found { groups, ..Found::default() }).expect("no stack");
            assert_eq!(told.iter().map(Party::text).collect::<Vec<_>>(), names);
        };
        check(&["/aws/lambda/orders", "/aws/lambda/pay"], &["orders", "pay"]);
        check(&["/aws/lambda/orders", "/ecs/web"], &[]);
        assert_eq!(begun_ms("1-58406520-a006649127e371903a2de979"), Some(1_480_615_200_000));
    }
}
