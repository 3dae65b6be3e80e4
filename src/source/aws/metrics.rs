//! Metrics and alarms of a stack: does what [`Poller`] decides, with the SDK, and hands over what comes of it.
//!
//! Must not know how points are kept or drawn.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::builders::DimensionBuilder;
use aws_sdk_cloudwatch::types::{
    AlarmType, CompositeAlarm, Dimension, Metric as Named, MetricAlarm, MetricDataQuery, MetricDataResult, MetricStat,
    ScanBy, StateValue, StatusCode,
};
use aws_smithy_types::DateTime;
use tokio::sync::mpsc;

use super::live::{self, Live, Run};
use super::{Account, Place, trouble};
use crate::source::metrics::{Action, Ask, Input, Poller, Standing, Status, Told, Wanted};
use crate::source::tail::{Ms, Trouble};
use crate::source::{Batch, Cursor, Delivery, Deployed, Failure, Outlet, Paid, Source, Spending, Wishes};
use crate::telemetry::alarm::{Alarm, State};
use crate::telemetry::record::Metric;

/// So many answers wait to be taken in; no more are ever awaited.
const NEWS: usize = 2;
/// Types of resources that are alarms.
const ALARMS: [&str; 2] = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];

/// Metrics and alarms of a stack, as a source.
#[derive(Clone, Debug)]
pub struct LiveMetrics {
    /// Where they are.
    pub place: Place,
    /// The metrics that may be asked for.
    pub wanted: Vec<Wanted>,
    /// The resources of the stack, of which some are alarms.
    pub resources: Vec<Deployed>,
    /// So far it looks back, in milliseconds.
    pub since_ms: Ms,
    /// So long it goes on; `None` until nobody listens.
    pub for_ms: Option<Ms>,
    /// What whoever looks wishes; without it all is looked at.
    pub wishes: Option<Wishes>,
    /// Spreads waits.
    pub seed: u64,
}

impl Source for LiveMetrics {
    fn run(&mut self, _: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let (runtime, run) = live::begin("ask for metrics", self.begin())?;
        run.run(&runtime, outlet)
    }
}

impl LiveMetrics {
    async fn begin(&self) -> Result<Run<Asking>, Failure> {
        let account = Account::open(&self.place).await?;
        let now_ms = account.clock.now_ms();
        let alarms = self.resources.iter().filter(|resource| ALARMS.contains(&resource.kind.as_str()));
        let logical: BTreeMap<String, String> =
            alarms.map(|alarm| (alarm.physical.clone(), alarm.logical.clone())).collect();
        let names = logical.keys().cloned().collect();
        let poller = Poller::new(self.wanted.clone(), names, now_ms - self.since_ms, now_ms, self.seed);
        let (send, news) = mpsc::channel(NEWS);
        let desk = Desk { client: account.metrics(), logical: Arc::new(logical), send };
        let (end_ms, wishes) = (self.for_ms.map(|for_ms| now_ms + for_ms), self.wishes.clone());
        let (region, clock, is_told, standing) = (account.region, account.clock, false, Standing::default());
        Ok(Run { live: Asking { poller, desk, region, wishes, is_told, standing }, news, clock, end_ms })
    }
}

/// Questions that go out and answers that come in.
struct Asking {
    poller: Poller,
    desk: Desk,
    region: String,
    wishes: Option<Wishes>,
    /// The poller knows what is wished.
    is_told: bool,
    standing: Standing,
}

impl Live for Asking {
    type News = Input;

    fn act(&mut self, now_ms: Ms, _: Option<Ms>) -> Ms {
        if let Some(wishes) = &mut self.wishes
            && (!self.is_told || wishes.has_changed().unwrap_or(false))
        {
            let wish = wishes.borrow_and_update().clone();
            self.poller.look(wish.visible, wish.is_hidden);
            self.is_told = true;
        }
        for action in self.poller.poll(now_ms) {
            match action {
                Action::Values(ask) => self.desk.values(ask),
                Action::Alarms { names, token } => self.desk.alarms(names, token),
            }
        }
        self.poller.wake_ms()
    }

    fn take_in(&mut self, now_ms: Ms, input: Input) -> bool {
        let is_answer = matches!(input, Input::Values { .. } | Input::Alarms { .. });
        self.poller.take_in(now_ms, input);
        is_answer
    }

    fn is_read_to(&self, _: Ms) -> bool {
        self.poller.is_told()
    }

    fn is_whole(&self, _: Ms, _: Ms) -> Result<(), Failure> {
        if self.poller.is_told() {
            return Ok(());
        }
        let why = self.standing.faults.first().map_or(live::UNANSWERED, String::as_str);
        Err(Failure::World(format!("Not all metrics and alarms could be read: {why}.")))
    }

    fn hand_over(&mut self, _: Ms, _: bool, outlet: &mut dyn Outlet) -> ControlFlow<()> {
        let metrics = self.poller.give();
        if !metrics.is_empty() {
            outlet.deliver(Delivery::Records(Batch { metrics, ..Batch::default() }))?;
        }
        if let Some(alarms) = self.poller.give_alarms() {
            outlet.deliver(Delivery::Alarms(alarms))?;
        }
        let standing = self.poller.standing();
        if standing == self.standing {
            return outlet.deliver(Delivery::Idle);
        }
        if standing.asked != self.standing.asked {
            outlet.deliver(Delivery::Spending(Spending {
                paid: Paid::Metrics,
                region: self.region.clone(),
                so_far: standing.asked.so_far.into(),
                per_hour: standing.asked.an_hour.into(),
                by: String::new(),
            }))?;
        }
        self.standing = standing.clone();
        outlet.deliver(Delivery::Metrics(standing))
    }
}

/// What sends questions out and has their answers brought back.
struct Desk {
    client: Client,
    /// Logical names of alarms.
    logical: Arc<BTreeMap<String, String>>,
    send: mpsc::Sender<Input>,
}

impl Desk {
    fn values(&self, ask: Ask) {
        let queries = ask.metrics.iter().map(|(place, metric)| query(*place, metric, ask.period_s)).collect();
        let request = self
            .client
            .get_metric_data()
            .set_metric_data_queries(Some(queries))
            .start_time(DateTime::from_millis(ask.from_ms))
            .end_time(DateTime::from_millis(ask.to_ms))
            .scan_by(ScanBy::TimestampAscending)
            .set_next_token(ask.token);
        let send = self.send.clone();
        tokio::spawn(async move {
            let input = match request.send().await {
                Ok(page) => {
                    let told = page.metric_data_results.unwrap_or_default().into_iter().filter_map(told).collect();
                    Input::Values { told, next: page.next_token }
                }
                Err(error) => Input::NoValues(stale(trouble::trouble(&error, "cloudwatch:GetMetricData"))),
            };
            send.send(input).await.ok();
        });
    }

    fn alarms(&self, names: Vec<String>, token: Option<String>) {
        let request = self
            .client
            .describe_alarms()
            .set_alarm_names(Some(names))
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_next_token(token);
        let (send, logical) = (self.send.clone(), Arc::clone(&self.logical));
        tokio::spawn(async move {
            let input = match request.send().await {
                Ok(page) => {
                    let plain = page.metric_alarms.unwrap_or_default().into_iter().map(metric_alarm);
                    let composite = page.composite_alarms.unwrap_or_default().into_iter().map(composite_alarm);
                    let named = |alarm: Alarm| {
                        let logical = logical.get(&alarm.name).cloned().unwrap_or_default();
                        Alarm { logical, ..alarm }
                    };
                    Input::Alarms { alarms: plain.chain(composite).map(named).collect(), next: page.next_token }
                }
                Err(error) => Input::NoAlarms(stale(trouble::trouble(&error, "cloudwatch:DescribeAlarms"))),
            };
            send.send(input).await.ok();
        });
    }
}

/// A token that is no longer good is no refusal.
fn stale(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Refused(why) if why.contains("NextToken") || why.contains("next token") => Trouble::StaleToken,
        other => other,
    }
}

pub(super) fn query(place: usize, metric: &Metric, period_s: i32) -> MetricDataQuery {
    let dimensions = metric.dimensions.iter().map(|(name, value)| Dimension::builder().name(&**name).value(&**value));
    let named = Named::builder()
        .namespace(&*metric.namespace)
        .metric_name(&*metric.name)
        .set_dimensions(Some(dimensions.map(DimensionBuilder::build).collect()))
        .build();
    let stat = MetricStat::builder().metric(named).period(period_s).stat(&*metric.statistic).build();
    MetricDataQuery::builder().id(format!("m{place}")).metric_stat(stat).return_data(true).build()
}

/// What was told of a metric; `None` for what nobody asked.
pub(super) fn told(result: MetricDataResult) -> Option<Told> {
    let place = result.id.as_deref()?.strip_prefix('m')?.parse().ok()?;
    let status = match result.status_code {
        None | Some(StatusCode::Complete) => Status::Complete,
        Some(StatusCode::PartialData) => Status::Partial,
        Some(StatusCode::Forbidden) => Status::Forbidden,
        Some(_) => Status::Broken,
    };
    let times = result.timestamps.unwrap_or_default().into_iter().map(|time| ms(&time));
    let points = times.zip(result.values.unwrap_or_default()).filter_map(|(ms, value)| Some((ms?, value)));
    let words: Vec<String> =
        result.messages.unwrap_or_default().into_iter().filter_map(|message| message.value).collect();
    Some(Told { place, points: points.collect(), status, words: words.join(" ") })
}

/// Whether what was told can be counted on, be it that more pages come.
pub(super) fn is_told(told: &Told) -> bool {
    matches!(told.status, Status::Complete | Status::Partial)
}

fn ms(time: &DateTime) -> Option<Ms> {
    time.to_millis().ok()
}

fn state(value: Option<&StateValue>) -> State {
    match value {
        Some(StateValue::Alarm) => State::Alarm,
        Some(StateValue::Ok) => State::Ok,
        _ => State::Unknown,
    }
}

fn metric_alarm(alarm: MetricAlarm) -> Alarm {
    let own = Named::builder()
        .set_namespace(alarm.namespace)
        .set_metric_name(alarm.metric_name)
        .set_dimensions(alarm.dimensions)
        .build();
    let in_formula = alarm.metrics.unwrap_or_default().into_iter().filter_map(|query| query.metric_stat?.metric);
    let all = [own].into_iter().chain(in_formula).filter(|named| named.metric_name.is_some());
    Alarm {
        state: state(alarm.state_value.as_ref()),
        since_ms: alarm.state_transitioned_timestamp.or(alarm.state_updated_timestamp).as_ref().and_then(ms),
        reason: alarm.state_reason.unwrap_or_default(),
        metrics: all.map(metric).collect(),
        ..Alarm::named(&alarm.alarm_name.unwrap_or_default())
    }
}

fn composite_alarm(alarm: CompositeAlarm) -> Alarm {
    Alarm {
        state: state(alarm.state_value.as_ref()),
        since_ms: alarm.state_transitioned_timestamp.or(alarm.state_updated_timestamp).as_ref().and_then(ms),
        reason: alarm.state_reason.unwrap_or_default(),
        rule: alarm.alarm_rule.unwrap_or_default(),
        ..Alarm::named(&alarm.alarm_name.unwrap_or_default())
    }
}

fn metric(named: Named) -> Metric {
    let dimensions = named.dimensions.unwrap_or_default().into_iter();
    let mut dimensions: Vec<_> = dimensions.filter_map(|one| Some((one.name?.into(), one.value?.into()))).collect();
    dimensions.sort();
    Metric {
        namespace: named.namespace.unwrap_or_default().into(),
        name: named.metric_name.unwrap_or_default().into(),
        dimensions,
        ..Metric::default()
    }
}
