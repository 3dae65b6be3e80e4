//! Charts of what was measured: for each measure a curve of every node, in as many steps as can be told apart.
//!
//! What a service has summed up of a node goes on with what its log tells, which is there some minutes sooner. Must not know
//! pixels, colours or what nodes are called.

mod combine;
mod join;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::binding::Binding;
use super::load::{Happened, MINUTE_MS};
use super::observed::Observed;
use super::record::Metric;
use super::series::Distribution;
use crate::catalog::figure::Shows;
use crate::catalog::names::named;
use crate::diagram::NodeId;
use combine::Combine;
use join::Told;

named! {
    /// What stands for many durations.
    pub enum Stat {
        /// Half of them took no longer.
        P50 = "p50",
        /// Nine in ten.
        P90 = "p90",
        /// Nineteen in twenty.
        P95 = "p95",
        /// All but one in a hundred.
        P99 = "p99",
        /// The longest.
        Max = "max",
    }
}

impl Stat {
    /// The share of all that it does not exceed.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Self::P50 => 0.5,
            Self::P90 => 0.9,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
            Self::Max => 1.0,
        }
    }

    fn of(self, all: &Distribution) -> Option<f64> {
        if self == Self::Max { all.max() } else { all.percentile(self.share()) }
    }
}

named! {
    /// What can be said of nodes of several kinds, whatever each service calls it.
    pub enum Measure {
        /// How much work came.
        Invocations = "invocations",
        /// What went wrong.
        Errors = "errors",
        /// How long it took.
        Duration = "duration",
        /// How often somebody waited for an environment.
        Cold = "cold",
        /// How often an environment was prepared, felt or not.
        Inits = "inits",
        /// What was turned away.
        Refusals = "refusals",
        /// How much ran at once.
        Concurrency = "concurrency",
        /// How much waits.
        Backlog = "backlog",
        /// How long the oldest has waited.
        Age = "age",
    }
}

impl Measure {
    /// The measure of what a metric is shown as on the canvas; `None` for what only kinds of their own have.
    #[must_use]
    pub fn of(shows: Shows) -> Option<Self> {
        match shows {
            Shows::Calls => Some(Self::Invocations),
            Shows::Errors => Some(Self::Errors),
            Shows::Refusals => Some(Self::Refusals),
            Shows::Duration => Some(Self::Duration),
            Shows::Concurrency => Some(Self::Concurrency),
            Shows::Backlog => Some(Self::Backlog),
            Shows::Age => Some(Self::Age),
            Shows::Cold | Shows::Amount => None,
        }
    }
}

/// What a chart is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Something that nodes of several kinds have.
    Measure(Measure),
    /// A metric, by namespace, name and statistic.
    Metric(Arc<str>, Arc<str>, Arc<str>),
}

/// Whose a curve is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A node's.
    Node(NodeId),
    /// Of what no node is bound to, by its name.
    Other(Arc<str>),
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Whose it is.
    pub owner: Owner,
    /// What tells it from others of the same owner; empty for nothing.
    pub detail: String,
    /// Begin of a step and its value, by time. A step without a value is a gap.
    pub points: Vec<(i64, f64)>,
    /// The first step that the node's log tells and its service has not told yet; `None` where one of them tells all.
    pub fresh_ms: Option<i64>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is of.
    pub subject: Subject,
    /// The unit of its values: `ms`, `a minute`; empty for none.
    pub unit: String,
    /// Its curves, the highest first.
    pub curves: Vec<Curve>,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// The span, in milliseconds since 1970; `None` for all there is.
    pub span_ms: Option<(i64, i64)>,
    /// What stands for many durations.
    pub stat: Stat,
    /// So many steps at most.
    pub most_steps: i64,
}

/// All charts of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charts {
    /// Begin and end of the span, in milliseconds since 1970.
    pub span_ms: (i64, i64),
    /// Width of a step, in milliseconds.
    pub step_ms: i64,
    /// The charts: measures, then metrics by name.
    pub charts: Vec<Chart>,
}

/// Widths that steps have, in minutes.
const STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440];

/// Curves by what they are of.
type Curves = BTreeMap<Subject, (String, Vec<Curve>)>;

impl Charts {
    /// Works them out.
    #[must_use]
    pub fn of(observed: &Observed, binding: &Binding, wanted: &Wanted) -> Self {
        let Some(span_ms) = wanted.span_ms.or_else(|| whole_ms(observed)).filter(|(from, to)| from < to) else {
            return Self::default();
        };
        let frame = Frame { span_ms, step_ms: step_ms(span_ms, wanted.most_steps), stat: wanted.stat };
        let mut curves = Curves::new();
        frame.logs(observed, binding, &mut curves);
        frame.metrics(observed, binding, &mut curves);
        let charts = curves.into_iter().filter(|(subject, (_, curves))| says_something(subject, curves));
        let charts = charts.map(|(subject, (unit, mut curves))| {
            curves.sort_by(|one, other| peak(other).total_cmp(&peak(one)).then_with(|| one.owner.cmp(&other.owner)));
            Chart { subject, unit, curves }
        });
        Self { span_ms, step_ms: frame.step_ms, charts: charts.collect() }
    }

    /// The charts as comma-separated values, a value a line; `name` tells what an owner is called.
    pub fn csv(&self, name: impl Fn(&Owner) -> String) -> String {
        let mut text = "time,chart,of,detail,unit,value\n".to_owned();
        for chart in &self.charts {
            let subject = quoted(&chart.subject.to_string());
            for curve in &chart.curves {
                let (owner, detail) = (quoted(&name(&curve.owner)), quoted(&curve.detail));
                for (time_ms, value) in &curve.points {
                    let when = super::time::written(*time_ms);
                    text += &format!("{when},{subject},{owner},{detail},{},{value}\n", quoted(&chart.unit));
                }
            }
        }
        text
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Measure(measure) => measure.fmt(f),
            Self::Metric(namespace, name, statistic) if statistic.is_empty() => write!(f, "{namespace} {name}"),
            Self::Metric(namespace, name, statistic) => write!(f, "{namespace} {name} {statistic}"),
        }
    }
}

/// A value as it stands between commas.
pub(in crate::telemetry) fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// All the time of which anything is known.
#[must_use]
pub fn whole_ms(observed: &Observed) -> Option<(i64, i64)> {
    let minutes =
        || Some((observed.minutes.first_key_value()?.0 * MINUTE_MS, observed.minutes.last_key_value()?.0 * MINUTE_MS));
    let ends = [minutes(), observed.metrics.span_ms()];
    let whole = ends.into_iter().flatten().reduce(|(from, to), (first, last)| (from.min(first), to.max(last)));
    whole.map(|(from, to)| (from, to.saturating_add(MINUTE_MS)))
}

/// The least width that makes no more than so many steps.
fn step_ms((from, to): (i64, i64), most: i64) -> i64 {
    let span = to.saturating_sub(from);
    let steps = STEPS.iter().map(|minutes| minutes * MINUTE_MS);
    let day = 1440 * MINUTE_MS;
    let days = (span / most.max(1)).div_euclid(day).saturating_add(1).saturating_mul(day);
    steps.into_iter().find(|step| span / step <= most.max(1)).unwrap_or(days)
}

fn peak(curve: &Curve) -> f64 {
    curve.points.iter().map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max)
}

/// Whether a chart is worth its room: that there were no errors is, that there were no throttles is not.
fn says_something(subject: &Subject, curves: &[Curve]) -> bool {
    let always = matches!(subject, Subject::Measure(Measure::Invocations | Measure::Errors));
    let is_seen = |curve: &Curve| curve.points.iter().any(|(_, value)| *value != 0.0);
    curves.iter().any(|curve| if always { !curve.points.is_empty() } else { is_seen(curve) })
}

/// The unit of what is counted.
const A_MINUTE: &str = "a minute";

/// Span, steps and what stands for many.
struct Frame {
    span_ms: (i64, i64),
    step_ms: i64,
    stat: Stat,
}

impl Frame {
    /// Begin of the step that a time lies in.
    fn step(&self, time_ms: i64) -> i64 {
        time_ms.div_euclid(self.step_ms).saturating_mul(self.step_ms)
    }

    fn minutes(&self) -> f64 {
        self.step_ms as f64 / MINUTE_MS as f64
    }

    /// Curves of what the logs tell.
    fn logs(&self, observed: &Observed, binding: &Binding, curves: &mut Curves) {
        let known = observed.span_ms.map(|(from, to)| (from.max(self.span_ms.0), to.min(self.span_ms.1)));
        let (first, last) = known.unwrap_or(self.span_ms);
        let reporting: BTreeSet<Owner> = observed.load.groups().map(|group| owner_of_group(binding, group)).collect();
        for (owner, steps) in self.happened(observed, binding) {
            let none = (Happened::default(), 0);
            let all = || (self.step(first)..=self.step(last)).step_by(self.step_ms as usize);
            let rate = |count: fn(&(Happened, u64)) -> u64| -> Vec<(i64, f64)> {
                all().map(|step| (step, count(steps.get(&step).unwrap_or(&none)) as f64 / self.minutes())).collect()
            };
            let mut put = |measure, unit: &str, points| {
                let entry = curves.entry(Subject::Measure(measure)).or_insert_with(|| (unit.to_owned(), Vec::new()));
                entry.1.push(Curve { owner: owner.clone(), detail: String::new(), points, fresh_ms: None });
            };
            put(Measure::Errors, A_MINUTE, rate(|(_, errors)| *errors));
            // A log without reports tells of errors alone.
            if !reporting.contains(&owner) {
                continue;
            }
            put(Measure::Invocations, A_MINUTE, rate(|(happened, _)| happened.invocations));
            put(Measure::Cold, A_MINUTE, rate(|(happened, _)| happened.cold));
            put(Measure::Inits, A_MINUTE, rate(|(happened, _)| happened.inits));
            let took =
                |(step, (happened, _)): (&i64, &(Happened, u64))| Some((*step, self.stat.of(&happened.duration_ms)?));
            put(Measure::Duration, "ms", steps.iter().filter_map(took).collect());
            let ran = |step| (step, steps.get(&step).map_or(0.0, |(happened, _)| happened.concurrency(self.step_ms)));
            put(Measure::Concurrency, "at once", all().map(ran).collect());
        }
    }

    /// What happened, and errors that were told, by owner and step.
    fn happened(&self, observed: &Observed, binding: &Binding) -> BTreeMap<Owner, BTreeMap<i64, (Happened, u64)>> {
        let mut all: BTreeMap<Owner, BTreeMap<i64, (Happened, u64)>> = BTreeMap::new();
        let (from, to) = self.span_ms;
        for group in observed.load.groups() {
            let steps = all.entry(owner_of_group(binding, group)).or_default();
            for (minute, happened) in observed.load.minutes(group, from..to) {
                steps.entry(self.step(minute)).or_default().0.merge(happened);
            }
        }
        let minutes = from.div_euclid(MINUTE_MS)..to.saturating_add(MINUTE_MS - 1).div_euclid(MINUTE_MS);
        for (group, errors) in observed.error_minutes.iter() {
            let steps = all.entry(owner_of_group(binding, group)).or_default();
            for (minute, count) in errors.range(minutes.clone()) {
                steps.entry(self.step(minute * MINUTE_MS)).or_default().1 += count;
            }
        }
        all
    }

    /// Curves of metrics; what the log of a node tells, too, goes on with it.
    fn metrics(&self, observed: &Observed, binding: &Binding, curves: &mut Curves) {
        for ((group, metric), series) in observed.metrics.iter() {
            let owner = owner_of_metric(binding, group.as_deref(), metric);
            let measure = binding.measure_of(metric);
            let subject = measure.map_or_else(|| subject_of(metric), Subject::Measure);
            let combine = Combine::of(metric, self.stat);
            let mut points = combine.points(series.points(), self.span_ms, self.step_ms);
            let (factor, unit) = scaled(measure, &metric.unit);
            points.iter_mut().for_each(|(_, value)| *value *= factor);
            let is_own = |curve: &&mut Curve| curve.owner == owner && curve.detail.is_empty();
            let logged = curves.get_mut(&subject).and_then(|(_, curves)| curves.iter_mut().find(is_own));
            if let Some((measure, curve)) = measure.zip(logged) {
                let ends_ms = series.ends_ms().filter(|_| group.is_none());
                if let Some(ends_ms) = ends_ms.filter(|_| join::tells_the_same(measure, metric, self.stat)) {
                    join::join(curve, &Told { points: &points, ends_ms }, measure, self.step_ms);
                }
                continue;
            }
            if points.is_empty() {
                continue;
            }
            let unit = if combine == Combine::Rate { A_MINUTE.to_owned() } else { unit };
            let detail = if measure.is_some() { metric.name.to_string() } else { dimensions(metric) };
            curves.entry(subject).or_insert_with(|| (unit, Vec::new())).1.push(Curve {
                owner,
                detail,
                points,
                fresh_ms: None,
            });
        }
    }
}

fn owner_of_group(binding: &Binding, group: &str) -> Owner {
    binding.node_of_group(group).map_or_else(|| Owner::Other(group.into()), Owner::Node)
}

/// The node that a metric is about, else whose log it stands in, else its dimensions.
fn owner_of_metric(binding: &Binding, group: Option<&str>, metric: &Metric) -> Owner {
    match (binding.node_of_metric(metric), group) {
        (Some(node), _) => Owner::Node(node),
        (None, Some(group)) => owner_of_group(binding, group),
        (None, None) => Owner::Other(match dimensions(metric) {
            none if none.is_empty() => Arc::clone(&metric.namespace),
            told => told.into(),
        }),
    }
}

fn subject_of(metric: &Metric) -> Subject {
    Subject::Metric(Arc::clone(&metric.namespace), Arc::clone(&metric.name), Arc::clone(&metric.statistic))
}

/// The dimensions in words: "Queue tasks, Region eu-west-1".
fn dimensions(metric: &Metric) -> String {
    let told: Vec<String> = metric.dimensions.iter().map(|(name, value)| format!("{name} {value}")).collect();
    told.join(", ")
}

/// By what values are multiplied and in which unit they are then: one measure has one unit, whatever each service uses.
fn scaled(measure: Option<Measure>, unit: &str) -> (f64, String) {
    match (measure, unit) {
        (Some(Measure::Age), "Milliseconds") => (1e-3, "s".to_owned()),
        (Some(Measure::Duration), "Seconds") => (1e3, "ms".to_owned()),
        _ => (1.0, short(unit)),
    }
}

/// The platform's words for a unit, shorter.
fn short(unit: &str) -> String {
    match unit {
        "Milliseconds" => "ms",
        "Microseconds" => "µs",
        "Seconds" => "s",
        "Percent" => "%",
        "Count" | "None" => "",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
