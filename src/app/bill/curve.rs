//! The bill along an axis, one layer for each service: at other traffic, month by month as it grows, hour by hour of a day.
//!
//! Must not know how it is drawn.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::hours::Profiles;
use super::table::service;
use super::words::{amount, several};
use crate::catalog::Catalog;
use crate::catalog::names::named;
use crate::cost::{Estimate, FreeTier, Money, Terms};
use crate::diagram::Diagram;
use crate::engine::protocol::{Case, Priced};

/// Steps of the traffic: halves up to eight times.
const STEPS: u32 = 16;
/// Months that are looked ahead; free allowances of the first year end in their middle.
const MONTHS: usize = 24;
/// Months of a year.
const YEAR: usize = 12;
/// So many services have a layer of their own; the rest share one.
const LAYERS: usize = 5;

named! {
    /// What a chart of the bill goes along.
    pub enum Axis {
        /// Multiples of the traffic that the document tells.
        Traffic = "traffic",
        /// Months from now on.
        Months = "months",
        /// Hours of a day.
        Day = "day",
    }
}

/// One place on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Under the axis; most places have none.
    pub tick: String,
    /// In words: "At 4 × the traffic".
    pub told: String,
}

/// One layer of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its service.
    pub name: String,
    /// What it costs at each step.
    pub costs: Vec<Money>,
}

/// The whole chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What it goes along.
    pub axis: Axis,
    /// Its places.
    pub steps: Vec<Step>,
    /// The layers, the greatest first; what is left shares the last one.
    pub layers: Vec<Layer>,
    /// What there is to say about it: where tiers bend it, what a year costs, what it leaves out.
    pub notes: Vec<String>,
}

/// What is to be priced for a chart: with how many times the traffic, under which terms.
#[must_use]
pub fn asked(axis: Axis, terms: &Terms, growth_percent: u8) -> Vec<(Decimal, Terms)> {
    match axis {
        Axis::Traffic => times().map(|times| (times, terms.clone())).collect(),
        Axis::Months => months(terms, growth_percent),
        Axis::Day => vec![(Decimal::ONE, terms.clone())],
    }
}

fn times() -> impl Iterator<Item = Decimal> {
    (1..=STEPS).map(|step| Decimal::new(i64::from(step) * 5, 1))
}

fn months(terms: &Terms, growth_percent: u8) -> Vec<(Decimal, Terms)> {
    let growth = Decimal::ONE + Decimal::new(i64::from(growth_percent), 2);
    let mut traffic = Decimal::ONE;
    let month = |at: usize| {
        let ends = at >= YEAR && terms.free_tier == FreeTier::FirstYear;
        let free_tier = if ends { FreeTier::Always } else { terms.free_tier };
        let now = traffic;
        traffic = traffic.saturating_mul(growth).round_dp(9);
        (now, Terms { free_tier, ..terms.clone() })
    };
    (0..MONTHS).map(month).collect()
}

impl Curve {
    /// The chart of bills that belong to what was [`asked`].
    #[must_use]
    pub fn of(axis: Axis, priced: &[Priced], case: &Case, catalog: &Catalog, growth_percent: u8) -> Self {
        let (diagram, hours) = (&case.diagram, case.terms.hours);
        let layers = match (axis, priced.first()) {
            (Axis::Day, Some(priced)) => by_hour(priced, diagram, catalog, hours),
            _ => by_step(priced, diagram, catalog),
        };
        let mut curve = Self { axis, steps: steps(axis), layers, notes: Vec::new() };
        curve.notes = match axis {
            Axis::Traffic => tiers(priced).map(|told| format!("Next tiers: {told}.")).into_iter().collect(),
            Axis::Months => curve.years(growth_percent),
            Axis::Day => vec![
                "An hour of a mean day by the daily curves of the sources; storage, hours and schedules spread evenly."
                    .to_owned(),
            ],
        };
        curve
    }

    /// What everything costs at a step.
    #[must_use]
    pub fn total(&self, step: usize) -> Money {
        self.layers.iter().filter_map(|layer| layer.costs.get(step)).copied().sum()
    }

    /// The step that holds what the document tells now, where one does.
    #[must_use]
    pub fn declared(&self) -> Option<usize> {
        (self.axis == Axis::Traffic).then_some(1)
    }

    fn years(&self, growth_percent: u8) -> Vec<String> {
        let year = |from: usize| (from..from + YEAR).map(|step| self.total(step)).sum::<Money>();
        let told = super::words::dollars;
        let grows = match growth_percent {
            0 => "steady traffic".to_owned(),
            percent => format!("traffic that grows {percent} % a month"),
        };
        vec![format!(
            "First year {}, second {}, with {grows}. What is stored stays as told.",
            told(year(0)),
            told(year(YEAR))
        )]
    }
}

fn steps(axis: Axis) -> Vec<Step> {
    let traffic = |times: Decimal| {
        let times = times.normalize();
        let told = if times == Decimal::ONE {
            "At the declared traffic".to_owned()
        } else {
            format!("At {times} × the traffic")
        };
        Step { tick: if times.fract().is_zero() { format!("×{times}") } else { String::new() }, told }
    };
    let month = |at: usize| {
        let is_marked = at == 0 || (at + 1).is_multiple_of(6);
        Step {
            tick: if is_marked { (at + 1).to_string() } else { String::new() },
            told: format!("In month {}", at + 1),
        }
    };
    let hour = |at: usize| {
        let tick = if at.is_multiple_of(6) { format!("{at}:00") } else { String::new() };
        Step { tick, told: format!("From {at}:00, an hour") }
    };
    match axis {
        Axis::Traffic => times().map(traffic).collect(),
        Axis::Months => (0..MONTHS).map(month).collect(),
        Axis::Day => (0..24).map(hour).collect(),
    }
}

/// What each service costs in each of several bills.
fn by_step(priced: &[Priced], diagram: &Diagram, catalog: &Catalog) -> Vec<Layer> {
    let mut sums: BTreeMap<String, Vec<Money>> = BTreeMap::new();
    for (step, Priced { estimate, .. }) in priced.iter().enumerate() {
        for line in &estimate.lines {
            let Some(node) = diagram.nodes().get(&line.node) else { continue };
            let layer = sums.entry(service(catalog.kind(&node.kind)));
            let costs = layer.or_insert_with(|| vec![Money::ZERO; priced.len()]);
            costs[step] = costs[step] + line.cost.high;
        }
    }
    layered(sums)
}

/// What each service costs in each hour of a mean day.
fn by_hour(Priced { estimate, workload }: &Priced, diagram: &Diagram, catalog: &Catalog, hours: Decimal) -> Vec<Layer> {
    let profiles = Profiles::of(catalog, diagram, workload);
    let mut sums: BTreeMap<String, Vec<Money>> = BTreeMap::new();
    for line in &estimate.lines {
        let Some(node) = diagram.nodes().get(&line.node) else { continue };
        let kind = catalog.kind(&node.kind);
        let costs = sums.entry(service(kind)).or_insert_with(|| vec![Money::ZERO; 24]);
        let mean = line.cost.high.dollars().checked_div(hours).unwrap_or_default();
        for (cost, weight) in costs.iter_mut().zip(profiles.of_line(kind, line)) {
            *cost = *cost + mean.checked_mul(weight).and_then(Money::of).unwrap_or_default();
        }
    }
    layered(sums)
}

/// The layers in order, those that have none of their own together.
fn layered(sums: BTreeMap<String, Vec<Money>>) -> Vec<Layer> {
    let mut layers: Vec<Layer> = sums.into_iter().map(|(name, costs)| Layer { name, costs }).collect();
    let most = |layer: &Layer| layer.costs.iter().copied().max();
    layers.sort_by(|a, b| most(b).cmp(&most(a)).then_with(|| a.name.cmp(&b.name)));
    let rest = layers.split_off(layers.len().min(LAYERS));
    layers.extend(together(rest));
    layers
}

/// The layers that have none of their own.
fn together(mut layers: Vec<Layer>) -> Option<Layer> {
    let mut first = layers.pop()?;
    if !layers.is_empty() {
        "Others".clone_into(&mut first.name);
    }
    for layer in layers {
        first.costs.iter_mut().zip(layer.costs).for_each(|(sum, cost)| *sum = *sum + cost);
    }
    Some(first)
}

/// Where the quantity under a price comes to its next tier, as far as the chart reaches.
fn tiers(priced: &[Priced]) -> Option<String> {
    let quantities = |estimate: &Estimate| {
        let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        for line in &estimate.lines {
            let key = (line.price.key.to_string(), line.price.region.to_string());
            let sum = sums.entry(key).or_default();
            *sum = sum.saturating_add(line.quantity.high);
        }
        sums
    };
    let all: Vec<_> = priced.iter().map(|priced| quantities(&priced.estimate)).collect();
    let mut told = BTreeMap::new();
    for line in &priced.last()?.estimate.lines {
        let key = (line.price.key.to_string(), line.price.region.to_string());
        for tier in line.price.tiers.iter().skip(1) {
            let over = |sums: &BTreeMap<_, Decimal>| sums.get(&key).is_some_and(|sum| *sum > tier.from);
            let Some(step) = all.iter().position(over).filter(|step| *step > 0) else { continue };
            let (before, after) = (all[step - 1].get(&key), all[step].get(&key));
            let at = crossing(step, before.copied().unwrap_or_default(), after.copied().unwrap_or_default(), tier.from);
            let name = key.0.split('.').skip(1).collect::<Vec<_>>().join(" ").replace('_', " ");
            told.insert(
                (at, name.clone()),
                format!("{name} from {} {} (×{at})", amount(tier.from), several(&line.unit)),
            );
        }
    }
    (!told.is_empty()).then(|| told.into_values().collect::<Vec<_>>().join(", "))
}

/// Between which multiples of the traffic a quantity comes to `goal`, with one digit.
fn crossing(step: usize, before: Decimal, after: Decimal, goal: Decimal) -> Decimal {
    let half = Decimal::new(5, 1);
    let share = (goal - before).checked_div(after - before).unwrap_or_default();
    ((Decimal::from(step as u64) + share) * half).round_dp(1).normalize()
}
