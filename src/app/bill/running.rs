//! What runs, beside the estimate: usage that was measured in a window, scaled to a month and put through the same bill.
//!
//! Must not know how usage is measured, nor how it is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::assume::Assumptions;
use super::compare::{Against, Compared, Comparison, side_by_side};
use super::words::{dollars, hourly, share};
use crate::app::observe::{UseKey, Window};
use crate::app::{Tab, Workspace};
use crate::catalog::Catalog;
use crate::catalog::field::grouped;
use crate::catalog::formula::{Formula, Slot};
use crate::catalog::kind::Kind;
use crate::cost::{Money, Terms};
use crate::diagram::{Diagram, NodeId};
use crate::engine::protocol::{Case, Priced, Request};
use crate::telemetry::seen::Used;
use crate::workload::{Amount, Figures, Origin, Outside};

/// What was measured, and in which window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// How much nodes were used.
    pub used: BTreeMap<NodeId, Used>,
    /// The window.
    pub window: Window,
}

/// The bill of what runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Running {
    /// The estimate and what runs, side by side.
    pub comparison: Comparison,
    /// What each measured node costs in an hour.
    pub hourly: BTreeMap<NodeId, Money>,
    /// Measured figures by the month.
    pub figures: Figures,
}

/// What was measured last, and how often that has become another.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// Of which state of what is attached.
    key: Option<UseKey>,
    pub(super) known: Measurement,
    pub(super) changes: u64,
}

impl Workspace {
    /// Shows the bill of what runs beside the estimate.
    pub(super) fn compare_running(&mut self) -> Vec<Request> {
        (self.shown.dock, self.shown.tab) = (true, Tab::Cost);
        self.compare(Against::Running)
    }

    /// Measures anew when something has come, or another window is looked at.
    pub(super) fn follow_use(&mut self) {
        let key = self.use_key();
        if key.is_none() || self.bills.measured.key == key {
            return;
        }
        let measured = self.measure_use().unwrap_or_default();
        let bills = &mut self.bills.measured;
        bills.key = key;
        if bills.known != measured {
            bills.known = measured;
            bills.changes += 1;
        }
    }
}

impl Measurement {
    /// The figures by the month of so many hours.
    #[must_use]
    pub fn figures(&self, hours: Decimal) -> Figures {
        let of = |used: &Used| {
            let figures = used.figures.iter();
            figures.filter_map(|figure| Some((figure.key.clone(), figure.a_month(hours)?))).collect::<BTreeMap<_, _>>()
        };
        let all = self.used.iter().map(|(node, used)| (*node, of(used)));
        all.filter(|(_, figures)| !figures.is_empty()).collect()
    }

    /// The bill of the diagram as it is drawn, and of what runs.
    pub(super) fn cases(&self, catalog: &Catalog, diagram: &Arc<Diagram>, terms: &Terms) -> Vec<Case> {
        let drawn = Case { diagram: Arc::clone(diagram), outside: Outside::default(), terms: terms.clone() };
        let settings = self
            .memory(catalog, diagram)
            .map(|(node, key, _, runs)| (node, BTreeMap::from([(key.to_owned(), Value::from(runs))])));
        let deployed = Assumptions { settings: settings.collect(), ..Assumptions::default() };
        let outside = Outside { measured: self.figures(terms.hours), ..Outside::default() };
        let runs = Case { diagram: deployed.settled(catalog, diagram), outside, ..drawn.clone() };
        vec![drawn, runs]
    }

    /// Nodes that run with other memory than is drawn: the setting, what is drawn, what runs.
    fn memory<'c>(
        &'c self,
        catalog: &'c Catalog,
        diagram: &'c Diagram,
    ) -> impl Iterator<Item = (NodeId, &'c str, i64, i64)> {
        self.used.iter().filter_map(|(id, used)| {
            let key = catalog.kind(&diagram.nodes().get(id)?.kind).parameters.get("memory_mb")?;
            let (drawn, runs) = (diagram.setting(catalog, *id, key)?.as_i64()?, i64::from(used.memory_mb?));
            (drawn != runs).then_some((*id, key.as_str(), drawn, runs))
        })
    }

    /// What is known only in part, in sentences.
    fn notes(&self, catalog: &Catalog, diagram: &Diagram) -> Vec<String> {
        let name = |node: &NodeId| diagram.nodes().get(node).map_or("", |node| node.name.as_str());
        let silent: Vec<&str> =
            self.used.iter().filter(|(_, used)| used.is_unreported).map(|(id, _)| name(id)).collect();
        let mut notes = self.window.notes.clone();
        if !silent.is_empty() {
            let names = silent.join(", ");
            notes.push(format!("No invocation is reported in the logs of {names}: with system logs switched off, billed time is not known."));
        }
        for (id, _, drawn, runs) in self.memory(catalog, diagram) {
            let (drawn, runs) = (grouped(drawn), grouped(runs));
            notes.push(format!("{} runs with {runs} MB; the diagram says {drawn} MB.", name(&id)));
        }
        notes
    }
}

impl Running {
    /// What came out.
    pub(super) fn of(measurement: &Measurement, catalog: &Catalog, cases: &[Case], priced: &[Priced]) -> Option<Self> {
        let ([drawn, runs], [estimate, running]) = (cases, priced) else { return None };
        let sides = [(&*drawn.diagram, &estimate.estimate), (&*runs.diagram, &running.estimate)];
        let mut comparison = side_by_side(&["Estimate", "Running"], &sides);
        let hours = runs.terms.hours;
        let an_hour = |money: Money| Money::of(money.dollars().checked_div(hours)?);
        let by_name: BTreeMap<&str, Money> = running
            .estimate
            .by_node()
            .iter()
            .filter_map(|(id, cost)| Some((runs.diagram.nodes().get(id)?.name.as_str(), an_hour(cost.high)?)))
            .collect();
        let now =
            |row: &Compared| by_name.get(row.name.as_str()).map_or_else(|| "–".to_owned(), |money| hourly(*money));
        for row in &mut comparison.rows {
            row.words = vec![now(row)];
        }
        comparison.heads.insert(0, "An hour".to_owned());
        comparison.total_words = vec![an_hour(running.estimate.total.high).map(hourly).unwrap_or_default()];
        let figures = measurement.figures(hours);
        comparison.notes.insert(0, told(measured(catalog, runs, running), running.estimate.total.high));
        comparison.notes.splice(0..0, measurement.window.told(hours));
        comparison.notes.extend(measurement.notes(catalog, &drawn.diagram));
        let costs = running.estimate.by_node();
        let hourly = figures.keys().filter_map(|node| Some((*node, an_hour(costs.get(node)?.high)?))).collect();
        Some(Self { comparison, hourly, figures })
    }
}

/// How much of the bill of what runs follows from something that was measured.
fn measured(catalog: &Catalog, case: &Case, running: &Priced) -> Money {
    let is_measured = |line: &&crate::cost::Line| {
        let Some(node) = case.diagram.nodes().get(&line.node) else { return false };
        let kind = catalog.kind(&node.kind);
        let formula = kind.costs.get(line.place).map(|cost| &cost.quantity);
        formula.is_some_and(|formula| follows(kind, formula, running.workload.node(line.node)))
    };
    running.estimate.lines.iter().filter(is_measured).map(|line| line.cost.high).sum()
}

/// Whether a measured figure stands in a formula, or in one that a figure in it follows from.
fn follows(kind: &Kind, formula: &Formula, amounts: &[Option<Amount>]) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![formula]);
    while let Some(formula) = open.pop() {
        for name in formula.names() {
            let Slot::Usage(at) = name.slot else { continue };
            match amounts.get(at).copied().flatten().map(|amount| amount.origin) {
                Some(Origin::Measured) => return true,
                Some(Origin::Propagated) if seen.insert(at) => {
                    open.extend(kind.usage.get(at).and_then(|key| key.from.as_ref()));
                }
                _ => {}
            }
        }
    }
    false
}

fn told(measured: Money, all: Money) -> String {
    if all == Money::ZERO {
        return "What runs costs nothing so far.".to_owned();
    }
    let (part, whole) = (share(measured, all), dollars(all));
    format!("{part} of {whole} a month follows from what was measured; the rest is as the diagram says or assumed.")
}
