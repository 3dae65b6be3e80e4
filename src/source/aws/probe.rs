//! Trying an account: each permission by the cheapest question that needs it.
//!
//! A question that is refused for what it asks for was allowed to be asked: the service looks at permissions first. Must not know
//! what the permissions are for.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricStat};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::task::JoinSet;

use super::groups::{self, LogGroup};
use super::tail::Watched;
use super::{Account, Place, role, trouble};
use crate::source::Failure;
use crate::source::probe::{Answer, Reader, Tried};
use crate::source::tail::Trouble;
use crate::telemetry::policy::READS;

/// Each question may take so long.
const PATIENCE: Duration = Duration::from_secs(15);
/// The one who listens is asked so often whether it still does.
const LOOK: Duration = Duration::from_millis(200);
/// Names that nothing has.
const NO_GROUP: &str = "/stratoscope/is-there-access";
const NO_STACK: &str = "stratoscope-is-there-access";
const NO_QUERY: &str = "00000000-0000-0000-0000-000000000000";
const NO_TRACE: &str = "1-00000000-000000000000000000000000";

/// What questions are about.
struct Subject {
    account: Account,
    /// A log group to ask about.
    group: Option<LogGroup>,
    stack: String,
    now_s: i64,
}

impl Subject {
    fn group(&self) -> &str {
        self.group.as_ref().map_or(NO_GROUP, |group| &group.name)
    }

    fn ago(&self, seconds: i64) -> DateTime {
        DateTime::from_secs(self.now_s - seconds)
    }

    /// The begin of a minute, so many before this one: values are asked for by whole ones.
    fn minute(&self, before: i64) -> DateTime {
        DateTime::from_secs((self.now_s.div_euclid(60) - before) * 60)
    }

    /// The host that a service is asked at.
    fn host(&self, service: &str) -> String {
        let region = &self.account.region;
        let elsewhere = self.account.config.endpoint_url().map(str::to_owned);
        elsewhere.unwrap_or_else(|| format!("{service}.{region}.amazonaws.com"))
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// A permission, the host that knows it, and the question that tries it.
struct Probe {
    permission: &'static str,
    service: &'static str,
    ask: for<'a> fn(&'a Subject) -> Asked<'a>,
}

macro_rules! probe {
    ($permission:literal at $service:literal: |$on:ident| $request:expr) => {
        Probe {
            permission: $permission,
            service: $service,
            ask: |$on| Box::pin(async move { answer($request.send().await, $permission, &$on.host($service)) }),
        }
    };
}

/// Every permission that is known how to try. Only those that are needed are.
const PROBES: &[Probe] = &[
    probe!("cloudformation:ListStackResources" at "cloudformation": |on|
        on.account.stacks().list_stack_resources().stack_name(&on.stack)),
    probe!("cloudformation:GetTemplate" at "cloudformation": |on|
        on.account.stacks().get_template().stack_name(&on.stack)),
    probe!("logs:DescribeLogGroups" at "logs": |on| on.account.logs().describe_log_groups().limit(1)),
    probe!("logs:FilterLogEvents" at "logs": |on|
        on.account.logs().filter_log_events().log_group_name(on.group()).start_time(on.now_s * 1_000).end_time(on.now_s * 1_000).limit(1)),
    Probe { permission: "logs:StartLiveTail", service: "stream-logs", ask: |on| Box::pin(live_tail(on)) },
    // A group that nobody has is never searched, so that nothing is scanned or paid.
    probe!("logs:StartQuery" at "logs": |on| on.account.logs().start_query().log_group_names(NO_GROUP).limit(1)
        .start_time(on.now_s - 60).end_time(on.now_s).query_string("fields @timestamp | limit 1")),
    probe!("logs:GetQueryResults" at "logs": |on| on.account.logs().get_query_results().query_id(NO_QUERY)),
    probe!("logs:StopQuery" at "logs": |on| on.account.logs().stop_query().query_id(NO_QUERY)),
    probe!("cloudwatch:GetMetricData" at "monitoring": |on|
        aws_sdk_cloudwatch::Client::new(&on.account.config).get_metric_data()
            .metric_data_queries(calls()).start_time(on.minute(2)).end_time(on.minute(1))),
    probe!("cloudwatch:DescribeAlarms" at "monitoring": |on|
        aws_sdk_cloudwatch::Client::new(&on.account.config).describe_alarms().max_records(1)),
    probe!("xray:GetTraceSummaries" at "xray": |on|
        aws_sdk_xray::Client::new(&on.account.config).get_trace_summaries().start_time(on.ago(2)).end_time(on.ago(1))),
    probe!("xray:BatchGetTraces" at "xray": |on|
        aws_sdk_xray::Client::new(&on.account.config).batch_get_traces().trace_ids(NO_TRACE)),
    probe!("xray:GetTraceSegmentDestination" at "xray": |on|
        aws_sdk_xray::Client::new(&on.account.config).get_trace_segment_destination()),
    probe!("tag:GetResources" at "tagging": |on|
        aws_sdk_resourcegroupstagging::Client::new(&on.account.config).get_resources().resources_per_page(1)),
];

/// A single value of one metric.
fn calls() -> MetricDataQuery {
    let metric = Metric::builder().namespace("AWS/Lambda").metric_name("Invocations").build();
    let stat = MetricStat::builder().metric(metric).period(60).stat("Sum").build();
    MetricDataQuery::builder().id("calls").metric_stat(stat).build()
}

/// Opens a live tail and ends it at once. It is billed by the minute, and needs a log group that is there.
async fn live_tail(on: &Subject) -> Answer {
    let Some(group) = &on.group else {
        return Answer::Untried("there is no log group to try it with".to_owned());
    };
    let request = on.account.logs().start_live_tail().log_group_identifiers(&group.arn);
    answer(request.send().await, "logs:StartLiveTail", &on.host("stream-logs"))
}

/// Codes of services that do not know who asks.
const STRANGERS: &[&str] =
    &["UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch", "AuthFailure", "OptInRequired"];
/// Codes of addresses behind which something else answers than the service.
const OTHERS: &[&str] = &["UnknownOperationException", "UnknownOperation", "InvalidAction", "NotImplemented"];

fn answer<T, E, R>(result: Result<T, SdkError<E, R>>, permission: &str, host: &str) -> Answer
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug + 'static,
{
    let Err(error) = result else { return Answer::Allowed };
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
    match trouble::trouble(&error, permission) {
        _ if STRANGERS.contains(&code.as_str()) => {
            Answer::Untried("the service does not accept the credentials".to_owned())
        }
        _ if OTHERS.contains(&code.as_str()) => Answer::Untried(format!("{host} does not know this question")),
        Trouble::Refused(why) if code.is_empty() => Answer::Untried(format!("{why} ({host})")),
        Trouble::Refused(why) if why.contains("permission") => Answer::Missing(trouble::words(&error)),
        Trouble::Refused(_) | Trouble::StaleToken | Trouble::SessionOver | Trouble::Silent => Answer::Allowed,
        Trouble::Throttled => Answer::Untried("the service is asked too much; try again in a minute".to_owned()),
        Trouble::Expired(why) => Answer::Untried(format!("the credentials have expired ({why})")),
        Trouble::Dropped(why) => Answer::Unreachable(host.to_owned(), why),
    }
}

/// Tries every permission that is needed, and tells what is known again and again; it ends when nobody listens.
pub fn try_account(
    place: &Place,
    watched: &Watched,
    tell: &mut dyn FnMut(&Tried) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::World(format!("Cannot begin to try: {error}.")))?;
    let mut tried = Tried::default();
    let (account, reader) = runtime.block_on(found(place))?;
    tried.reader = Some(reader);
    if tell(&tried).is_break() {
        return Ok(());
    }
    let subject = runtime.block_on(subject(account, watched));
    if let (Some(group), Some(reader)) = (&subject.group, &mut tried.reader) {
        reader.account = reader.account.take().or_else(|| group.arn.split(':').nth(4).map(str::to_owned));
    }
    let mut asked = runtime.block_on(async { all(subject) });
    // Whoever is told may wait, and must not wait within the runtime.
    while !asked.is_empty() {
        let next = async { tokio::time::timeout(LOOK, asked.join_next()).await };
        if let Ok(Some(Ok((permission, answer)))) = runtime.block_on(next) {
            tried.answers.insert(permission, answer);
        }
        if tell(&tried).is_break() {
            return Ok(());
        }
    }
    tried.is_over = true;
    let _ = tell(&tried).is_break();
    Ok(())
}

/// Asks all questions that are needed at once.
fn all(subject: Subject) -> JoinSet<(&'static str, Answer)> {
    let (mut asked, subject) = (JoinSet::new(), Arc::new(subject));
    for probe in PROBES.iter().filter(|probe| READS.iter().any(|(needed, _)| *needed == probe.permission)) {
        let subject = Arc::clone(&subject);
        asked.spawn(async move {
            let late = || Answer::Unreachable(subject.host(probe.service), "no answer came in time".to_owned());
            let answer = tokio::time::timeout(PATIENCE, (probe.ask)(&subject)).await;
            (probe.permission, answer.unwrap_or_else(|_elapsed| late()))
        });
    }
    asked
}

/// Finds credentials and says where they were found.
async fn found(place: &Place) -> Result<(Account, Reader), Failure> {
    let account = Account::open(place).await?;
    let provider = account.config.credentials_provider();
    let credentials = match provider {
        Some(provider) => provider.provide_credentials().await.ok(),
        None => None,
    };
    let features = credentials.as_ref().and_then(|found| found.get_property::<Vec<Feature>>().cloned());
    let features = features.unwrap_or_default();
    let role = role::of(&features, place.profile.as_deref()).await;
    let own = credentials.and_then(|found| found.account_id().map(|id| id.as_str().to_owned()));
    let reader = Reader {
        from: told(&features, place),
        region: account.region.clone(),
        account: own.or_else(|| role.as_deref().and_then(role::account)),
        role,
        endpoint: account.config.endpoint_url().map(str::to_owned),
    };
    Ok((account, reader))
}

/// Where credentials come from, in words.
fn told(features: &[Feature], place: &Place) -> String {
    let has = |wanted: &[Feature]| features.iter().any(|feature| wanted.contains(feature));
    let named = place.profile.clone().or_else(|| std::env::var("AWS_PROFILE").ok()).filter(|name| !name.is_empty());
    let profile = format!("profile {}", named.as_deref().unwrap_or("default"));
    match () {
        () if has(&[Feature::CredentialsProfileSso, Feature::CredentialsSso]) => format!("single sign-on of {profile}"),
        () if has(&[Feature::CredentialsProfileProcess, Feature::CredentialsProcess]) => {
            format!("the process that {profile} names")
        }
        () if has(&[Feature::CredentialsEnvVarsStsWebIdToken]) => "a web identity of the environment".to_owned(),
        () if has(&[Feature::CredentialsEnvVars]) && place.profile.is_none() => {
            "the environment's variables".to_owned()
        }
        () if has(&[Feature::CredentialsImds]) => "this machine's metadata service".to_owned(),
        () if has(&[Feature::CredentialsHttp]) => "this container's credentials".to_owned(),
        () => profile,
    }
}

/// What questions are to be about: a log group of those that are watched, or any.
async fn subject(account: Account, watched: &Watched) -> Subject {
    let now_s = account.clock.now_ms() / 1_000;
    let (stack, groups) = match watched {
        Watched::Stack(stack) => (stack.clone(), groups::of_stack(&account, stack).await.map(|(groups, _)| groups)),
        Watched::Tag(tag) => (NO_STACK.to_owned(), groups::of_tag(&account, tag).await.map(|(groups, _)| groups)),
        Watched::Groups(names) => (NO_STACK.to_owned(), groups::named(&account, names).await),
    };
    let group = match groups.unwrap_or_default().into_iter().next() {
        Some(group) => Some(group),
        None => groups::any(&account).await,
    };
    Subject { account, group, stack, now_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_is_needed_is_tried() {
        for (needed, _) in READS {
            assert!(PROBES.iter().any(|probe| probe.permission == *needed), "{needed} has no probe");
        }
    }

    #[test]
    fn where_credentials_come_from_is_told_in_words() {
        let named = Place { profile: Some("ops".into()), ..Place::default() };
        let check = |features: &[Feature], place: &Place, words: &str| assert_eq!(told(features, place), words);
        check(&[Feature::CredentialsEnvVars], &Place::default(), "the environment's variables");
        check(&[Feature::CredentialsProfile], &named, "profile ops");
        check(&[Feature::CredentialsProfileSso], &named, "single sign-on of profile ops");
        check(&[Feature::CredentialsProfileProcess], &named, "the process that profile ops names");
    }
}
