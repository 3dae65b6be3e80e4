//! How much each node was used in a span of time, as the figures of its kind's bill: out of reports of invocations, and out of
//! metrics where there are none.
//!
//! What traces tell is not taken: they are samples. Must not know prices.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::{Heard, Signals};
use crate::catalog::kind::Signal;
use crate::catalog::usage::{Measured, Reported};
use crate::catalog::{Catalog, Kind};
use crate::diagram::{Diagram, NodeId};
use crate::telemetry::load::{Happened, MINUTE_MS, summed};
use crate::telemetry::record::Metric;

/// How much a node was used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used {
    /// Figures of its bill.
    pub figures: Vec<Measured>,
    /// Memory that it runs with, in MB, as far as reports tell.
    pub memory_mb: Option<u32>,
    /// Whether its log reports no invocation, though its kind's would: the platform's own lines are switched off.
    pub is_unreported: bool,
}

/// A span of milliseconds since 1970.
type Span = (i64, i64);

impl Signals<'_> {
    /// How much every node was used in a span; nodes of which nothing tells are left out.
    #[must_use]
    pub fn used(&self, catalog: &Catalog, diagram: &Diagram, span_ms: Span) -> BTreeMap<NodeId, Used> {
        let told_ms = self.metrics_ms(span_ms);
        let kind = |node: &NodeId| diagram.nodes().get(node).map(|node| catalog.kind(&node.kind));
        let mut all: BTreeMap<NodeId, Used> = BTreeMap::new();
        for (node, heard) in &self.nodes {
            let Some(kind) = kind(node) else { continue };
            let mut used = self.logged_use(kind, heard, span_ms);
            let known = |used: &Used, key: &str| used.figures.iter().any(|figure| figure.key == key);
            let told = told_ms.map(|told_ms| told(kind, heard, told_ms)).unwrap_or_default();
            for figure in told {
                if !known(&used, &figure.key) {
                    used.figures.push(figure);
                }
            }
            if used != Used::default() {
                all.insert(*node, used);
            }
        }
        for node in self.observed.groups.keys().filter_map(|group| self.unreported(group)) {
            if kind(&node).is_some_and(|kind| reported(kind).is_some()) {
                all.entry(node).or_default().is_unreported = true;
            }
        }
        all
    }

    /// The node of a log group in which no invocation is reported.
    fn unreported(&self, group: &str) -> Option<NodeId> {
        let is_silent = self.observed.figures.get(group).is_none_or(|happened| happened.invocations == 0);
        self.binding.node_of_group(group).filter(|_| is_silent)
    }

    fn logged_use(&self, kind: &Kind, heard: &Heard<'_>, (from_ms, to_ms): Span) -> Used {
        let Some(keys) = reported(kind) else { return Used::default() };
        let is_reported =
            |group: &&&str| self.observed.figures.get(**group).is_some_and(|happened| happened.invocations > 0);
        let groups: Vec<&&str> = heard.groups.iter().filter(is_reported).collect();
        if groups.is_empty() {
            return Used::default();
        }
        let minutes = groups.iter().flat_map(|group| self.observed.load.minutes(group, from_ms..to_ms));
        let all = summed(minutes.map(|(_, happened)| happened));
        let figure = |(reported, key): (&Reported, &String)| {
            let (amount, over_ms) = reported_amount(*reported, &all, to_ms - from_ms)?;
            Some(Measured { key: key.clone(), amount, over_ms })
        };
        let memory_mb = (all.memory_mb > 0.0).then_some(all.memory_mb as u32);
        Used { figures: keys.iter().filter_map(figure).collect(), memory_mb, is_unreported: false }
    }

    /// The part of a span of which metrics tell: they come late.
    fn metrics_ms(&self, (from_ms, to_ms): Span) -> Option<Span> {
        let (first, last) = self.observed.metrics.span_ms()?;
        let (from_ms, to_ms) = (from_ms.max(first), to_ms.min(last.saturating_add(MINUTE_MS)));
        (from_ms < to_ms).then_some((from_ms, to_ms))
    }
}

/// The usage keys that reports of invocations tell of a kind.
fn reported(kind: &Kind) -> Option<&BTreeMap<Reported, String>> {
    kind.signals.iter().find_map(|signal| match signal {
        Signal::Logs { usage, .. } if !usage.is_empty() => Some(usage),
        _ => None,
    })
}

/// How much that is, and in which time it came together; `None` where nothing tells.
fn reported_amount(reported: Reported, all: &Happened, over_ms: i64) -> Option<(Decimal, Option<i64>)> {
    let mean = |ms: f64, count: u64| Decimal::from_f64(ms.max(0.0))?.checked_div(Decimal::from(count));
    let billed = || mean(all.billed_ms - all.prepared_ms, all.invocations).filter(|_| all.billed_ms > 0.0);
    match reported {
        Reported::Invocations => Some((Decimal::from(all.invocations), Some(over_ms))),
        Reported::Billed => billed().map(|mean| (mean, None)),
        Reported::Duration => billed().map(|mean| (mean.round().max(Decimal::ONE), None)),
        Reported::Cold => Some((Decimal::from(all.cold), Some(over_ms))),
        Reported::Init => mean(all.prepared_ms, all.cold).map(|mean| (mean, None)),
    }
}

/// The figures that metrics tell in a span.
fn told(kind: &Kind, heard: &Heard<'_>, (from_ms, to_ms): Span) -> Vec<Measured> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (metric, series, _) in &heard.metrics {
        let Some(key) = kind.signals.iter().find_map(|signal| usage_of(signal, metric)) else { continue };
        let points = series.points();
        let at = |time: i64| points.partition_point(|(own, _)| *own < time);
        *sums.entry(key).or_default() += points[at(from_ms)..at(to_ms)].iter().map(|(_, value)| *value).sum::<f64>();
    }
    let figure = |(key, sum): (&str, f64)| {
        let amount = Decimal::from_f64(sum)?;
        Some(Measured { key: key.to_owned(), amount, over_ms: Some(to_ms - from_ms) })
    };
    sums.into_iter().filter_map(figure).collect()
}

/// The usage key of which a signal says that a metric is it.
fn usage_of<'k>(signal: &'k Signal, metric: &Metric) -> Option<&'k str> {
    let Signal::Metric { namespace, name, usage, .. } = signal else { return None };
    let is_it = *namespace == *metric.namespace && *name == *metric.name;
    let is_sum = matches!(&*metric.statistic, "" | "Sum" | "SampleCount");
    usage.as_deref().filter(|_| is_it && is_sum)
}
