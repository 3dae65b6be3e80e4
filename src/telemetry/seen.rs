//! What is seen of each node in a span of time: figures out of the logs, metrics and traces that its kind declares.
//!
//! What a service has counted goes on with what its log tells, which is there some minutes sooner; traces, which are samples, come last. Must not know how figures are shown.

mod told;
mod used;

use std::collections::{BTreeMap, BTreeSet};

use super::binding::Binding;
use super::load::{Happened, MINUTE_MS, Minutes, minutes_of, summed};
use super::observed::Observed;
use super::record::Metric;
use super::series::Series;
use crate::catalog::Catalog;
use crate::catalog::figure::{Figure, Shows};
use crate::catalog::kind::Signal;
use crate::diagram::{Diagram, NodeId};
use told::Told;
pub use used::Used;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pieces.
    Count,
    /// Milliseconds.
    Ms,
    /// A share of the calls, from 0 to 1.
    Share,
}

/// A figure of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// What it is about.
    pub figure: Figure,
    /// Its value.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
}

/// What is seen of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Its figures, in the order of [`Shows`].
    pub gauges: Vec<Gauge>,
    /// Whether its calls are known from traces only, which are samples.
    pub is_sampled: bool,
    /// Whether its last minutes are known from its log only, because its service has not told them yet.
    pub is_fresh: bool,
}

impl Seen {
    /// All of its figures of a sort together; `None` without any.
    #[must_use]
    pub fn value(&self, shows: Shows) -> Option<f64> {
        let mut values = self.gauges.iter().filter(|gauge| gauge.figure.shows == shows).map(|gauge| gauge.value);
        values.next().map(|first| first + values.sum::<f64>())
    }
}

/// A step of a line over all time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tick {
    /// Calls, or what waits.
    pub height: f64,
    /// What went wrong.
    pub errors: f64,
}

/// What tells of one node.
#[derive(Debug, Default)]
struct Heard<'o> {
    groups: Vec<&'o str>,
    metrics: Vec<(&'o Metric, &'o Series, Figure)>,
    services: Vec<&'o Minutes>,
}

/// What tells of every node that anything tells of.
#[derive(Debug)]
pub struct Signals<'o> {
    observed: &'o Observed,
    binding: &'o Binding,
    nodes: BTreeMap<NodeId, Heard<'o>>,
}

impl<'o> Signals<'o> {
    /// Finds out what tells of which node.
    #[must_use]
    pub fn of(observed: &'o Observed, binding: &'o Binding, catalog: &Catalog, diagram: &Diagram) -> Self {
        let mut nodes: BTreeMap<NodeId, Heard<'o>> = BTreeMap::new();
        for group in observed.figures.keys() {
            if let Some(node) = binding.node_of_group(group) {
                nodes.entry(node).or_default().groups.push(group);
            }
        }
        for ((_, metric), series) in observed.metrics.iter() {
            let Some(node) = binding.node_of_metric(metric) else { continue };
            let Some(kind) = diagram.nodes().get(&node).map(|node| catalog.kind(&node.kind)) else { continue };
            if let Some(figure) = kind.signals.iter().find_map(|signal| figure_of(signal, metric)) {
                nodes.entry(node).or_default().metrics.push((metric, series, figure));
            }
        }
        for (_, example, minutes) in observed.calls.services() {
            if let Some(node) = binding.node_of_span(example) {
                nodes.entry(node).or_default().services.push(minutes);
            }
        }
        Self { observed, binding, nodes }
    }

    /// The figures of every node in a span of milliseconds since 1970; `None` for all time.
    #[must_use]
    pub fn seen(&self, span_ms: Option<(i64, i64)>) -> BTreeMap<NodeId, Seen> {
        self.nodes.iter().map(|(node, heard)| (*node, self.seen_of(heard, span_ms))).collect()
    }

    fn seen_of(&self, heard: &Heard<'_>, span_ms: Option<(i64, i64)>) -> Seen {
        let (from, to) = span_ms.or(self.observed.span_ms).unwrap_or_default();
        let mut seen = Seen::default();
        if !heard.groups.is_empty() {
            seen.gauges = self.logged(&heard.groups, span_ms, to - from);
            seen.is_fresh = self.join(heard, &mut seen.gauges, span_ms);
        }
        let mut known: BTreeSet<Shows> = seen.gauges.iter().map(|gauge| gauge.figure.shows).collect();
        for gauge in heard.metrics.iter().filter_map(|heard| measured(heard, span_ms)) {
            if known.contains(&gauge.figure.shows) {
                continue;
            }
            match seen.gauges.iter_mut().find(|other| other.figure == gauge.figure) {
                Some(same) => same.value += gauge.value,
                None => seen.gauges.push(gauge),
            }
        }
        known.extend(seen.gauges.iter().map(|gauge| gauge.figure.shows));
        if !heard.services.is_empty() {
            let range = span_ms.map_or(i64::MIN..i64::MAX, |(from, to)| from..to);
            let minutes = heard.services.iter().flat_map(|minutes| minutes_of(minutes, range.clone()));
            let traced = summed(minutes.map(|(_, happened)| happened));
            let traced = gauges(&traced, traced.failures);
            seen.is_sampled = !known.contains(&Shows::Calls);
            seen.gauges.extend(traced.into_iter().filter(|gauge| !known.contains(&gauge.figure.shows)));
        }
        seen.gauges.sort_by_key(|gauge| gauge.figure.shows);
        seen
    }

    /// Takes what a service has told into figures out of logs; tells whether some of them are of a time that it has not told yet.
    fn join(&self, heard: &Heard<'_>, gauges: &mut [Gauge], span_ms: Option<(i64, i64)>) -> bool {
        let span_ms = span_ms.unwrap_or((i64::MIN, i64::MAX));
        let mut is_fresh = false;
        for gauge in gauges {
            let shows = gauge.figure.shows;
            let Some(told) = Told::of(heard, shows) else { continue };
            let logged = told.parts(span_ms).map(|part| self.count(&heard.groups, shows, part));
            let [before, within, after] = logged;
            let Some(within) = within.map(|within| match shows {
                // A line that says error need not end an invocation, and an invocation may fail without a line.
                Shows::Errors => within.max(told.sum(span_ms)),
                _ => told.sum(span_ms),
            }) else {
                continue;
            };
            gauge.value = before.unwrap_or_default() + within + after.unwrap_or_default();
            is_fresh |= after.unwrap_or_default() > 0.0;
        }
        is_fresh
    }

    /// How much of what can be counted logs tell of a span; `None` for what cannot.
    fn count(&self, groups: &[&str], shows: Shows, (from, to): (i64, i64)) -> Option<f64> {
        let count: fn(&Observed, &str, (i64, i64)) -> u64 = match shows {
            Shows::Calls => |observed, group, (from, to)| observed.load.of(group, from..to).invocations,
            Shows::Errors => |observed, group, span| observed.errors_of(group, Some(span)),
            _ => return None,
        };
        let all = groups.iter().filter(|_| from < to).map(|group| count(self.observed, group, (from, to)));
        Some(all.sum::<u64>() as f64)
    }

    /// Figures out of logs; `length_ms` is how long the span is.
    fn logged(&self, groups: &[&str], span_ms: Option<(i64, i64)>, length_ms: i64) -> Vec<Gauge> {
        let mut all = Happened::default();
        let mut errors = 0;
        for group in groups {
            match (span_ms, self.observed.figures.get(*group)) {
                (None, Some(whole)) => all.merge(whole),
                (Some((from, to)), _) => all.merge(&self.observed.load.of(group, from..to)),
                _ => {}
            }
            errors += self.observed.errors_of(group, span_ms);
        }
        let mut figures = gauges(&all, errors);
        let share = all.cold as f64 / all.invocations.max(1) as f64;
        figures.push(gauge(Shows::Cold, share, Unit::Share));
        figures.push(gauge(Shows::Concurrency, all.concurrency(length_ms.max(MINUTE_MS)), Unit::Count));
        figures
    }

    /// How often one node called another, as far as traces tell.
    #[must_use]
    pub fn between(&self, span_ms: Option<(i64, i64)>) -> BTreeMap<(NodeId, NodeId), Happened> {
        let range = span_ms.map_or(i64::MIN..i64::MAX, |(from, to)| from..to);
        let services = self.observed.calls.services();
        let nodes: BTreeMap<_, NodeId> =
            services.filter_map(|(service, example, _)| Some((service, self.binding.node_of_span(example)?))).collect();
        let mut between: BTreeMap<(NodeId, NodeId), Happened> = BTreeMap::new();
        for (from, to, happened) in self.observed.calls.between(range) {
            if let (Some(from), Some(to)) = (nodes.get(from), nodes.get(to)) {
                between.entry((*from, *to)).or_default().merge(&happened);
            }
        }
        between
    }

    /// A line over all time for every node, of at most so many steps; none is shorter than a minute.
    #[must_use]
    pub fn ticks(&self, most: usize) -> BTreeMap<NodeId, Vec<Tick>> {
        let Some((first, last)) = self.observed.span_ms else { return BTreeMap::new() };
        let first = first.div_euclid(MINUTE_MS) * MINUTE_MS;
        // A document may name any times at all.
        let minutes = last.saturating_sub(first).div_euclid(MINUTE_MS).unsigned_abs() as usize + 1;
        let wide = minutes.div_ceil(most.max(1));
        let place = |ms: i64| ms.saturating_sub(first).div_euclid(MINUTE_MS) as usize / wide;
        let ticks = |heard| self.ticks_of(heard, place, minutes.div_ceil(wide));
        self.nodes.iter().map(|(node, heard)| (*node, ticks(heard))).collect()
    }

    fn ticks_of(&self, heard: &Heard<'_>, place: impl Fn(i64) -> usize, count: usize) -> Vec<Tick> {
        let mut ticks = vec![Tick::default(); count];
        let mut put = |ms: i64, calls: f64, errors: f64| {
            if let Some(tick) = ticks.get_mut(place(ms)) {
                tick.height += calls;
                tick.errors += errors;
            }
        };
        let is_told = |shows: Shows| heard.metrics.iter().any(|(.., figure)| figure.shows == shows);
        let height = if is_told(Shows::Backlog) { Shows::Backlog } else { Shows::Calls };
        if !heard.groups.is_empty() {
            let told = Told::of(heard, Shows::Calls);
            let is_told = |ms: i64| told.as_ref().is_some_and(|told| (told.span_ms.0..told.span_ms.1).contains(&ms));
            told.iter().flat_map(|told| &told.sums).for_each(|(ms, value)| put(*ms, *value, 0.0));
            for group in &heard.groups {
                let minutes = self.observed.load.minutes(group, i64::MIN..i64::MAX).filter(|(ms, _)| !is_told(*ms));
                minutes.for_each(|(ms, happened)| put(ms, happened.invocations as f64, 0.0));
                let errors = self.observed.error_minutes.get(*group).into_iter().flatten();
                errors.for_each(|(minute, count)| put(minute * MINUTE_MS, 0.0, *count as f64));
            }
        } else if is_told(height) {
            for (_, series, figure) in &heard.metrics {
                let part = |value| match figure.shows {
                    shows if shows == height => (value, 0.0),
                    Shows::Errors => (0.0, value),
                    _ => (0.0, 0.0),
                };
                series.points().iter().map(|(ms, value)| (ms, part(*value))).for_each(|(ms, (calls, errors))| {
                    put(*ms, calls, errors);
                });
            }
        } else {
            for (minute, happened) in heard.services.iter().flat_map(|minutes| minutes.iter()) {
                put(minute * MINUTE_MS, happened.invocations as f64, happened.failures as f64);
            }
        }
        ticks
    }
}

/// The figure as which a signal shows a metric.
fn figure_of(signal: &Signal, metric: &Metric) -> Option<Figure> {
    let Signal::Metric { namespace, name, statistic, figure, .. } = signal else { return None };
    let is_it = *namespace == *metric.namespace && *name == *metric.name;
    // What was measured otherwise is another figure.
    let is_so = metric.statistic.is_empty() || *statistic == *metric.statistic;
    figure.clone().filter(|_| is_it && is_so)
}

fn gauge(shows: Shows, value: f64, unit: Unit) -> Gauge {
    Gauge { figure: Figure::usual(shows), value, unit }
}

/// Calls, errors and p95 of what happened.
fn gauges(happened: &Happened, errors: u64) -> Vec<Gauge> {
    let p95 = happened.duration_ms.percentile(0.95).map(|p95| gauge(Shows::Duration, p95, Unit::Ms));
    let counts = [(Shows::Calls, happened.invocations), (Shows::Errors, errors)];
    counts.map(|(shows, count)| gauge(shows, count as f64, Unit::Count)).into_iter().chain(p95).collect()
}

/// The figure of a metric in a span: sums are added up, of extremes the worst counts, of what waits the last.
fn measured((metric, series, figure): &(&Metric, &Series, Figure), span_ms: Option<(i64, i64)>) -> Option<Gauge> {
    let (from, to) = span_ms.unwrap_or((i64::MIN, i64::MAX));
    let points = series.points();
    let at = |time: i64| points.partition_point(|(own, _)| *own < time);
    let values: Vec<f64> = points[at(from)..at(to)].iter().map(|(_, value)| *value).collect();
    let last = values.last()?;
    let value = match (figure.shows, &*metric.statistic) {
        (Shows::Backlog, _) => *last,
        (_, "Average") => values.iter().sum::<f64>() / values.len() as f64,
        (Shows::Duration | Shows::Age | Shows::Concurrency, _) | (_, "Maximum" | "Minimum") => {
            values.iter().copied().fold(0.0, f64::max)
        }
        _ => values.iter().sum(),
    };
    let is_time = matches!(figure.shows, Shows::Duration | Shows::Age);
    let factor = match &*metric.unit {
        "Seconds" => 1000.0,
        "Microseconds" => 0.001,
        // Ages without a unit are in seconds, unless their name says otherwise.
        "" if figure.shows == Shows::Age && !metric.name.ends_with("Milliseconds") => 1000.0,
        _ => 1.0,
    };
    let (value, unit) = if is_time { (value * factor, Unit::Ms) } else { (value, Unit::Count) };
    Some(Gauge { figure: figure.clone(), value, unit })
}

#[cfg(test)]
mod tests;
