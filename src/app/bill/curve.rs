//! The bill at other traffic: one sum for each service at each step, and where tiers bend it.
//!
//! Must not know how it is drawn.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::table::service;
use super::words::{amount, several};
use crate::catalog::Catalog;
use crate::cost::{Estimate, Money};
use crate::diagram::Diagram;

/// Steps of the curve: halves up to eight times the traffic.
const STEPS: u32 = 16;
/// So many services have a layer of their own; the rest share one.
const LAYERS: usize = 5;

/// One layer of the curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its service.
    pub name: String,
    /// What it costs at each step.
    pub costs: Vec<Money>,
}

/// The whole curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// How many times the declared traffic.
    pub times: Vec<Decimal>,
    /// The layers, the greatest first; what is left shares the last one.
    pub layers: Vec<Layer>,
    /// Where a next tier begins, in words.
    pub bends: Vec<String>,
}

/// How many times the declared traffic each step has.
#[must_use]
pub fn times() -> Vec<Decimal> {
    (1..=STEPS).map(|step| Decimal::new(i64::from(step) * 5, 1)).collect()
}

impl Curve {
    /// The curve of bills that belong to [`times`].
    #[must_use]
    pub fn of(estimates: &[Estimate], diagram: &Diagram, catalog: &Catalog) -> Self {
        let mut sums: BTreeMap<String, Vec<Money>> = BTreeMap::new();
        for (step, estimate) in estimates.iter().enumerate() {
            for line in &estimate.lines {
                let Some(node) = diagram.nodes().get(&line.node) else { continue };
                let layer = sums.entry(service(catalog.kind(&node.kind)));
                let costs = layer.or_insert_with(|| vec![Money::ZERO; estimates.len()]);
                costs[step] = costs[step] + line.cost.high;
            }
        }
        let mut layers: Vec<Layer> = sums.into_iter().map(|(name, costs)| Layer { name, costs }).collect();
        layers.sort_by(|a, b| b.costs.last().cmp(&a.costs.last()).then_with(|| a.name.cmp(&b.name)));
        let rest = layers.split_off(layers.len().min(LAYERS));
        layers.extend(together(rest));
        Self { times: times(), layers, bends: bends(estimates) }
    }

    /// What everything costs at a step.
    #[must_use]
    pub fn total(&self, step: usize) -> Money {
        self.layers.iter().filter_map(|layer| layer.costs.get(step)).copied().sum()
    }
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

/// Where the quantity under a price comes to its next tier, as far as the curve reaches.
fn bends(estimates: &[Estimate]) -> Vec<String> {
    let quantities = |estimate: &Estimate| {
        let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        for line in &estimate.lines {
            let key = (line.price.key.to_string(), line.price.region.to_string());
            let sum = sums.entry(key).or_default();
            *sum = sum.saturating_add(line.quantity.high);
        }
        sums
    };
    let all: Vec<_> = estimates.iter().map(quantities).collect();
    let Some(last) = estimates.last() else { return Vec::new() };
    let mut told = BTreeMap::new();
    for line in &last.lines {
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
    told.into_values().collect()
}

/// Between which multiples of the traffic a quantity comes to `goal`, with one digit.
fn crossing(step: usize, before: Decimal, after: Decimal, goal: Decimal) -> Decimal {
    let half = Decimal::new(5, 1);
    let share = (goal - before).checked_div(after - before).unwrap_or_default();
    ((Decimal::from(step as u64) + share) * half).round_dp(1).normalize()
}
