//! Questions to Logs Insights: does what [`Run`] decides, with the SDK; and what is known before one is asked.
//!
//! Must not know how results are shown.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::start_query::StartQueryError;
use aws_sdk_cloudwatchlogs::types::error::MalformedQueryException;
use aws_sdk_cloudwatchlogs::types::{QueryStatus, ResultField};
use aws_smithy_types::DateTime;

use super::groups::LogGroup;
use super::tail::Watched;
use super::{Account, Place, groups, metrics, trouble};
use crate::source::Failure;
use crate::source::insights::{
    Asked, Input, MOST_ROWS, Mistake, Page, Run, Span, State, Statistics, Step, Survey, Told,
};
use crate::source::metrics::counted_span;
use crate::source::tail::{Ms, Trouble};
use crate::telemetry::insights::estimate::Volume;
use crate::telemetry::record::Metric;

/// Whoever asked is asked so often whether it still wants the answer.
const LOOK: Duration = Duration::from_millis(100);
/// So many metrics one request may name (API reference of `GetMetricData`).
const MOST_METRICS: usize = 500;
/// So long an answer is waited for that nobody wants any more.
const LAST: Duration = Duration::from_secs(5);

/// What is known of log groups before a question is asked about a span of time.
pub fn survey(place: &Place, watched: &Watched, span: Span) -> Result<Survey, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::World(format!("Cannot begin to look: {error}.")))?;
    runtime.block_on(surveyed(place, watched, span))
}

async fn surveyed(place: &Place, watched: &Watched, span: Span) -> Result<Survey, Failure> {
    let account = Account::open(place).await?;
    let groups = match watched {
        Watched::Stack(stack) => groups::of_stack(&account, stack).await?.0,
        Watched::Tag(tag) => groups::of_tag(&account, tag).await?.0,
        Watched::Groups(names) => groups::named(&account, names).await?,
    };
    let (came, trouble) = match came(&account, &groups, span).await {
        Ok(came) => (came, None),
        Err(trouble) => (BTreeMap::new(), Some(format!("What came in was not counted: {trouble}."))),
    };
    let metrics = groups.len() as u64;
    let volume = |(place, LogGroup { name, node, stored_bytes, .. }): (usize, LogGroup)| Volume {
        group: name,
        node,
        stored_bytes,
        came_bytes: came.get(&place).copied(),
    };
    let volumes = groups.into_iter().enumerate().map(volume).collect();
    Ok(Survey { volumes, region: account.region, metrics, trouble })
}

/// How many bytes came into log groups in a span of time, by their places: of those that were counted to the end.
async fn came(account: &Account, groups: &[LogGroup], span: Span) -> Result<BTreeMap<usize, u64>, Trouble> {
    let now_ms = account.clock.now_ms();
    let Some((from_ms, to_ms, period_s)) = counted_span(span.at(now_ms), now_ms) else { return Ok(BTreeMap::new()) };
    let incoming: Vec<Metric> = groups.iter().map(|group| incoming(&group.name)).collect();
    let (mut came, client) = (BTreeMap::new(), account.metrics());
    for (first, part) in incoming.chunks(MOST_METRICS).enumerate().map(|(at, part)| (at * MOST_METRICS, part)) {
        let mut token = None;
        loop {
            let queries =
                part.iter().enumerate().map(|(at, metric)| metrics::query(first + at, metric, period_s)).collect();
            let request = client
                .get_metric_data()
                .set_metric_data_queries(Some(queries))
                .start_time(DateTime::from_millis(from_ms))
                .end_time(DateTime::from_millis(to_ms))
                .set_next_token(token);
            let page = request.send().await.map_err(|error| trouble::trouble(&error, "cloudwatch:GetMetricData"))?;
            let told = page.metric_data_results.unwrap_or_default().into_iter().filter_map(metrics::told);
            for told in told.filter(metrics::is_told) {
                let bytes: f64 = told.points.iter().map(|(_, value)| value.max(0.0)).sum();
                *came.entry(told.place).or_default() += bytes as u64;
            }
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(came)
}

/// What CloudWatch counts of a log group (CloudWatch Logs user guide, Monitoring with CloudWatch metrics).
fn incoming(group: &str) -> Metric {
    let dimensions = vec![("LogGroupName".into(), group.into())];
    let (namespace, name, statistic) = ("AWS/Logs".into(), "IncomingBytes".into(), "Sum".into());
    Metric { namespace, name, dimensions, statistic, ..Metric::default() }
}

/// Asks a question and tells how it goes until it is over; what nobody wants any more is stopped in the account, too.
pub fn ask(
    place: &Place,
    asked: &Asked,
    seed: u64,
    is_wanted: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(&Told),
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::World(format!("Cannot begin to ask: {error}.")))?;
    let account = runtime.block_on(Account::open(place))?;
    let desk = Desk { client: account.logs(), asked, span_ms: asked.span.at(account.clock.now_ms()) };
    let mut run = Run::new(account.clock.now_ms(), seed);
    tell(run.told());
    // Whoever is told may wait, and must not wait within the runtime.
    while !run.told().is_over {
        if !is_wanted() {
            run.stop(account.clock.now_ms());
        }
        if runtime.block_on(step(&mut run, &desk, &account, is_wanted)) {
            tell(run.told());
        }
    }
    Ok(())
}

/// Does what is due, or waits a moment; tells whether anything has come.
async fn step(run: &mut Run, desk: &Desk<'_>, account: &Account, is_wanted: &dyn Fn() -> bool) -> bool {
    let now_ms = account.clock.now_ms();
    let Some(step) = run.poll(now_ms) else {
        let wait_ms = run.wake_ms().map_or(0, |due_ms| (due_ms - now_ms).max(0));
        tokio::time::sleep(Duration::from_millis(wait_ms as u64).min(LOOK)).await;
        // A stop before anything has begun ends it without a word from anybody.
        return run.told().is_over;
    };
    let input = answered(desk, &step, is_wanted).await;
    run.take_in(account.clock.now_ms(), input);
    true
}

/// What comes of a step; whoever does not want it any more does not wait long for it.
async fn answered(desk: &Desk<'_>, step: &Step, is_wanted: &dyn Fn() -> bool) -> Input {
    let (mut done, mut left) = (std::pin::pin!(desk.done(step)), LAST);
    loop {
        match tokio::time::timeout(LOOK, &mut done).await {
            Ok(input) => return input,
            Err(_elapsed) if !is_wanted() => left = left.saturating_sub(LOOK),
            Err(_elapsed) => {}
        }
        if left.is_zero() {
            return Input::Failed(step.clone(), Trouble::Dropped("no answer came in time".to_owned()));
        }
    }
}

/// What asks one question.
struct Desk<'a> {
    client: Client,
    asked: &'a Asked,
    span_ms: (Ms, Ms),
}

impl Desk<'_> {
    async fn done(&self, step: &Step) -> Input {
        let failed = |trouble| Input::Failed(step.clone(), trouble);
        match step {
            Step::Begin => {
                let begun = begin(&self.client, &self.asked.groups, self.span_ms, &self.asked.text, MOST_ROWS).await;
                begun.map_or_else(|why| why.map_or_else(failed, Input::Mistaken), Input::Begun)
            }
            Step::Look(query, token) => look(&self.client, query, token.clone()).await.map_or_else(failed, Input::Page),
            Step::Stop(query) => {
                let stopped = self.client.stop_query().query_id(query).send().await;
                let stopped = stopped.map_err(|error| trouble::trouble(&error, "logs:StopQuery"));
                stopped.map_or_else(failed, |_| Input::Stopped)
            }
        }
    }
}

/// Begins a question and gives its name, or says where it is mistaken or what stands in the way.
pub(super) async fn begin(
    client: &Client,
    groups: &[String],
    (from_ms, to_ms): (Ms, Ms),
    text: &str,
    most_rows: usize,
) -> Result<String, Result<Mistake, Trouble>> {
    let request = client
        .start_query()
        .set_log_group_names(Some(groups.to_vec()))
        .start_time(from_ms.div_euclid(1_000))
        .end_time(to_ms.div_euclid(1_000) + 1)
        .query_string(text)
        .limit(most_rows as i32);
    let begun = request.send().await.map_err(|error| match error.as_service_error() {
        Some(StartQueryError::MalformedQueryException(malformed)) => Ok(mistake(malformed)),
        _ => Err(trouble::trouble(&error, "logs:StartQuery")),
    })?;
    begun.query_id.ok_or_else(|| Err(Trouble::Dropped("a query has no name".to_owned())))
}

fn mistake(malformed: &MalformedQueryException) -> Mistake {
    let told = malformed.query_compile_error.as_ref();
    let place = |offset: Option<i32>| offset.and_then(|offset| usize::try_from(offset).ok());
    let location = told.and_then(|told| told.location());
    let at = location.and_then(|at| place(at.start_char_offset).zip(place(at.end_char_offset)));
    let message = told.and_then(|told| told.message()).or(malformed.message());
    Mistake { at, message: message.unwrap_or("the query is not understood").trim_end_matches('.').to_owned() }
}

/// What a question has found so far, or a page of all of it.
pub(super) async fn look(client: &Client, query: &str, token: Option<String>) -> Result<Page, Trouble> {
    let request = client.get_query_results().query_id(query).set_next_token(token);
    let found = request.send().await.map_err(|error| trouble::trouble(&error, "logs:GetQueryResults"))?;
    let told = found.statistics.as_ref();
    let statistics = told.map_or_else(Statistics::default, |told| Statistics {
        matched: told.records_matched.max(0.0) as u64,
        scanned: told.records_scanned.max(0.0) as u64,
        scanned_bytes: told.bytes_scanned.max(0.0) as u64,
    });
    let cell = |field: ResultField| field.field.map(|name| (name, field.value.unwrap_or_default()));
    let row = |row: Vec<ResultField>| row.into_iter().filter_map(cell).collect();
    let rows = found.results.unwrap_or_default().into_iter().map(row).collect();
    Ok(Page { state: state(found.status.as_ref()), statistics, rows, next: found.next_token })
}

fn state(status: Option<&QueryStatus>) -> State {
    match status {
        Some(QueryStatus::Scheduled) => State::Scheduled,
        Some(QueryStatus::Running) => State::Running,
        Some(QueryStatus::Complete) => State::Complete,
        Some(QueryStatus::Failed) => State::Failed,
        Some(QueryStatus::Cancelled) => State::Cancelled,
        Some(QueryStatus::Timeout) => State::Timeout,
        _ => State::Unknown,
    }
}
