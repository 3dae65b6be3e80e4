//! Lets traffic flow: node by node from the sources on, around loops until they are at rest.
//!
//! Must not know how arrows became links.

mod settle;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use super::net::{Batches, Link, Model, Net, Stop, value_of};
use super::schedule::runs_a_month;
use super::{Along, Amount, Loop, Origin, Outside, Peak};
use crate::catalog::Catalog;
use crate::catalog::evaluate::{self, Span, number};
use crate::catalog::formula::{Flowing, Formula, Slot};
use crate::catalog::kind::Hook;
use crate::catalog::usage::{BURST, CURVE, HOURS, SECONDS, Told, burst, busiest_hour, decimal, told};
use crate::diagram::edit::definition_path;
use crate::diagram::{Diagram, NodeId, graph, workflow};

/// What flows along a link.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Carried {
    /// Nothing has come so far; in the end: nothing says how much.
    Unset,
    /// It cannot be known.
    Unknown,
    /// So many events a month.
    Known(Span<Decimal>),
}

/// Events that arrive at a node, or leave it, in one way.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    events: Span<Decimal>,
    is_unknown: bool,
}

impl Sum {
    fn add(&mut self, carried: Carried) {
        match carried {
            Carried::Unset => {}
            Carried::Unknown => self.is_unknown = true,
            Carried::Known(span) => {
                self.events.low = self.events.low.saturating_add(span.low);
                self.events.high = self.events.high.saturating_add(span.high);
            }
        }
    }

    fn known(self) -> Option<Span<Decimal>> {
        (!self.is_unknown).then_some(self.events)
    }
}

/// What arrives at a node that is being visited.
#[derive(Debug, Default)]
struct Inflow {
    /// By way.
    ways: Vec<Sum>,
    all: Sum,
    /// Whether an arrow has brought something so far.
    is_reached: bool,
    /// Events whose size is known, and their KB.
    sized: (Decimal, Decimal),
    /// Events, and the same times the peak of their source.
    peaked: (Decimal, Decimal),
}

/// What leaves it.
#[derive(Debug, Default)]
struct Outflow {
    ways: Vec<Sum>,
    all: Sum,
}

/// A figure before anything flows.
#[derive(Clone, Copy, Debug)]
struct Base {
    told: Told,
    origin: Origin,
}

impl Base {
    /// What it tells by itself.
    fn amount(self) -> Option<Amount> {
        match self.told {
            Told::Number(number) => Some(Amount::exactly(number, self.origin)),
            Told::Share(_) => None,
        }
    }
}

/// All that flows.
pub(super) struct Flown {
    pub(super) amounts: Vec<Option<Amount>>,
    pub(super) peaks: Vec<Option<Peak>>,
    pub(super) loops: Vec<Loop>,
    bases: Vec<Option<Base>>,
    carried: Vec<Carried>,
    /// KB of one event of each link.
    sizes: Vec<Option<Decimal>>,
    /// How many times the mean the peak of each node is, where it tells that itself.
    own_peaks: Vec<Option<Decimal>>,
    /// How many times the mean the peak of each node is.
    peak_factors: Vec<Decimal>,
    /// What only the document tells: steps of a definition.
    steps: BTreeMap<NodeId, Decimal>,
    inflow: Inflow,
    outflow: Outflow,
}

impl Flown {
    /// Works everything out.
    pub(super) fn through(net: &Net<'_>, catalog: &Catalog, diagram: &Diagram, outside: &Outside) -> Self {
        let mut bases = Vec::with_capacity(net.figures);
        net.nodes.iter().for_each(|stop| bases_of(stop, net.model(stop), outside, &mut bases));
        let mut flown = Self {
            amounts: bases.iter().map(|base| base.and_then(Base::amount)).collect(),
            peaks: vec![None; net.nodes.len()],
            loops: Vec::new(),
            bases,
            own_peaks: net.nodes.iter().map(own_peak).collect(),
            carried: vec![Carried::Unset; net.links.len()],
            sizes: vec![None; net.links.len()],
            peak_factors: vec![Decimal::ONE; net.nodes.len()],
            steps: steps(net, catalog, diagram),
            inflow: Inflow::default(),
            outflow: Outflow::default(),
        };
        let edges: Vec<(usize, usize)> = net.links.iter().map(|link| (link.from, link.to)).collect();
        for set in graph::in_flow_order(net.nodes.len(), &edges) {
            let is_loop = set.len() > 1 || net.nodes[set[0]].leaving.clone().any(|link| net.links[link].to == set[0]);
            if is_loop {
                flown.settle(net, &set);
            } else {
                flown.visit(net, set[0]);
                flown.peaks[set[0]] = flown.peak(net, set[0]);
            }
        }
        flown.loops.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        flown
    }

    /// What flows along a link.
    pub(super) fn along(&self, at: usize, link: &Link) -> Along {
        let events = match self.carried[at] {
            Carried::Known(span) => Some(Amount::propagated(span)),
            Carried::Unset | Carried::Unknown => None,
        };
        Along { events, kb: self.sizes[at], way: link.way, counted: link.counted }
    }

    fn visit(&mut self, net: &Net<'_>, at: usize) {
        let stop = &net.nodes[at];
        self.gather(net, stop);
        self.figures(stop, &net.model(stop).shares, false);
        self.peak_factors[at] = self.own_peaks[at].unwrap_or_else(|| self.arriving_peak());
        self.let_leave(net, stop);
        self.figures(stop, &net.model(stop).shares, true);
    }

    /// Adds up what arrives.
    fn gather(&mut self, net: &Net<'_>, stop: &Stop<'_>) {
        let mut inflow = std::mem::take(&mut self.inflow);
        inflow.ways.clear();
        inflow.ways.resize(stop.kind.flow.ways.len(), Sum::default());
        (inflow.all, inflow.is_reached) = (Sum::default(), false);
        (inflow.sized, inflow.peaked) = ((Decimal::ZERO, Decimal::ZERO), (Decimal::ZERO, Decimal::ZERO));
        for at in &net.arriving[stop.arriving.clone()] {
            let (link, carried) = (&net.links[*at], self.carried[*at]);
            inflow.is_reached |= carried != Carried::Unset;
            inflow.all.add(carried);
            if let Some(way) = link.way {
                inflow.ways[way].add(carried);
            }
            let Carried::Known(span) = carried else { continue };
            inflow.peaked.0 = inflow.peaked.0.saturating_add(span.high);
            inflow.peaked.1 = inflow.peaked.1.saturating_add(span.high.saturating_mul(self.peak_factors[link.from]));
            if let Some(kb) = self.sizes[*at] {
                inflow.sized.0 = inflow.sized.0.saturating_add(span.high);
                inflow.sized.1 = inflow.sized.1.saturating_add(span.high.saturating_mul(kb));
            }
        }
        self.inflow = inflow;
    }

    /// Works out the figures of a node, those that do not depend on what leaves or those that do. All others stay as they
    /// were told.
    fn figures(&mut self, stop: &Stop<'_>, shares: &[usize], late: bool) {
        let following = &stop.kind.flow.order;
        if !late {
            for at in following.iter().flatten().chain(shares) {
                self.amounts[stop.figures + *at] = self.base(stop, *at);
            }
        }
        for at in &following[usize::from(late)] {
            let Some(from) = &stop.kind.usage[*at].from else { continue };
            let known = self.amounts[stop.figures + *at];
            if known.is_none_or(|amount| amount.origin > Origin::Propagated)
                && let Some(span) = self.value(stop, from)
            {
                self.amounts[stop.figures + *at] = Some(Amount::propagated(span));
            }
        }
        // Shares of what is known only now.
        for at in shares {
            if matches!(self.bases[stop.figures + at], Some(Base { told: Told::Share(_), .. })) {
                self.amounts[stop.figures + at] = self.base(stop, *at);
            }
        }
    }

    /// A figure that is told, or the kind's default.
    fn base(&self, stop: &Stop<'_>, at: usize) -> Option<Amount> {
        let base = self.bases[stop.figures + at]?;
        match base.told {
            Told::Number(_) => base.amount(),
            Told::Share(share) => {
                let whole = stop.kind.usage[at].share_of.as_ref()?;
                let whole = stop.kind.usage.iter().position(|key| key.key == *whole)?;
                let whole = self.amounts[stop.figures + whole]?;
                let (low, high) = (whole.low.checked_mul(share)?, whole.high.checked_mul(share)?);
                Some(Amount { low, high, origin: base.origin })
            }
        }
    }

    fn value(&self, stop: &Stop<'_>, formula: &Formula) -> Option<Span<Decimal>> {
        let span = number(formula, &|slot| self.slot(stop, slot)).ok()?;
        let fit = |value: Decimal| rounded(value.max(Decimal::ZERO));
        Some(Span { low: fit(span.low), high: fit(span.high) })
    }

    fn slot<'s>(&'s self, stop: &'s Stop<'_>, slot: Slot) -> Option<evaluate::Value<'s>> {
        let span = match slot {
            Slot::Field(at) => return Some(setting(value_of(stop, &stop.kind.fields[at].key))),
            Slot::Usage(at) => self.amounts[stop.figures + at]?.span(),
            Slot::Hours => Span::exactly(HOURS),
            Slot::Region => return None,
            Slot::Flow(flowing) => self.flowing(stop, flowing)?,
        };
        Some(evaluate::Value::Number(span))
    }

    fn flowing(&self, stop: &Stop<'_>, flowing: Flowing) -> Option<Span<Decimal>> {
        let reached = |sum: Sum| sum.known().filter(|_| self.inflow.is_reached);
        match flowing {
            Flowing::Arrivals => reached(self.inflow.all),
            Flowing::Arriving(way) => reached(self.inflow.ways[way]),
            Flowing::Leaving => self.outflow.all.known(),
            Flowing::LeavingBy(way) => self.outflow.ways[way].known(),
            Flowing::Consumers => Some(Span::exactly(Decimal::from(stop.leaving.len()))),
            Flowing::Size => {
                let (events, kb) = self.inflow.sized;
                kb.checked_div(events).map(rounded).map(Span::exactly)
            }
            Flowing::Events => stop.kind.flow.events.as_ref().and_then(|events| self.value(stop, events)),
            Flowing::Ticks => {
                let expression = value_of(stop, stop.kind.parameters.get("expression")?)?;
                runs_a_month(expression.as_str()?).map(Span::exactly)
            }
            Flowing::Steps => self.steps.get(&stop.id).copied().map(Span::exactly),
        }
    }

    /// Sends on what leaves at the node's ports.
    fn let_leave(&mut self, net: &Net<'_>, stop: &Stop<'_>) {
        let mut outflow = std::mem::take(&mut self.outflow);
        outflow.ways.clear();
        outflow.ways.resize(stop.kind.flow.counted.len(), Sum::default());
        outflow.all = Sum::default();
        let kb = stop.kind.flow.kb.as_ref().and_then(|kb| self.value(stop, kb)).map(|kb| kb.high);
        let has_input = self.inflow.is_reached || stop.arriving.is_empty();
        let mut port: Option<(usize, Option<Span<Decimal>>)> = None;
        for at in stop.leaving.clone() {
            let link = &net.links[at];
            let leaving = match port {
                Some((leaf, leaving)) if leaf == link.leaf => leaving,
                _ => self.value(stop, &stop.kind.flow.leaves[link.leaf].1),
            };
            port = Some((link.leaf, leaving));
            let carried = match leaving.and_then(|leaving| carried(leaving, link)) {
                Some(span) => Carried::Known(span),
                None if has_input => Carried::Unknown,
                None => Carried::Unset,
            };
            (self.carried[at], self.sizes[at]) = (carried, link.kb.or(kb));
            outflow.all.add(carried);
            outflow.all.is_unknown |= carried == Carried::Unset;
            if let Some(way) = link.counted {
                outflow.ways[way].add(carried);
                outflow.ways[way].is_unknown |= carried == Carried::Unset;
            }
        }
        self.outflow = outflow;
    }

    /// How many times the mean the peak of what arrives is.
    fn arriving_peak(&self) -> Decimal {
        let (events, peaks) = self.inflow.peaked;
        if peaks == events { Decimal::ONE } else { peaks.checked_div(events).map_or(Decimal::ONE, rounded) }
    }

    /// The busiest time of the node that was visited last.
    fn peak(&self, net: &Net<'_>, at: usize) -> Option<Peak> {
        let (stop, factor) = (&net.nodes[at], self.peak_factors[at]);
        let events = self.value(stop, stop.kind.flow.events.as_ref()?)?;
        let per_second = events.high.checked_mul(factor)?.checked_div(SECONDS).map(rounded)?;
        let busy = stop.kind.flow.busy_ms.and_then(|at| self.amounts[stop.figures + at]);
        let concurrency =
            busy.and_then(|busy| per_second.checked_mul(busy.high)).map(|ms| rounded(ms / Decimal::ONE_THOUSAND));
        Some(Peak { per_second, concurrency })
    }
}

/// No figure grows beyond this in a loop, so that sums of them can be told.
const MOST: Decimal = Decimal::from_parts(0, 0, 100_000, false, 0);

/// What reaches the end of a link when so much leaves.
fn carried(leaving: Span<Decimal>, link: &Link) -> Option<Span<Decimal>> {
    let reach = |events: Decimal| {
        let events = rounded(events.saturating_mul(link.factor)).min(MOST);
        link.batches.map_or(Some(events), |batches| invocations(events, batches))
    };
    let low = reach(leaving.low)?;
    let high = if leaving.low == leaving.high { low } else { reach(leaving.high)? };
    Some(Span { low, high })
}

/// Invocations for so many events a month. While the platform gathers, each lane makes a batch of what comes in the time.
fn invocations(events: Decimal, batches: Batches) -> Option<Decimal> {
    let gathered = || events.checked_mul(batches.window_s)?.checked_div(SECONDS)?.checked_div(batches.lanes);
    let mean = batches.mean.or_else(gathered)?.clamp(Decimal::ONE, batches.largest.max(Decimal::ONE));
    events.checked_div(mean).map(rounded)
}

/// Without digits that only division made.
fn rounded(value: Decimal) -> Decimal {
    if value.scale() > 12 { value.round_dp(12).normalize() } else { value }
}

fn setting(value: Option<&Value>) -> evaluate::Value<'_> {
    match value {
        Some(Value::Bool(flag)) => evaluate::Value::Number(Span::exactly(Decimal::from(u8::from(*flag)))),
        Some(Value::String(text)) => evaluate::Value::Text(text),
        Some(number) => {
            decimal(number).map_or(evaluate::Value::Unset, |number| evaluate::Value::Number(Span::exactly(number)))
        }
        None => evaluate::Value::Unset,
    }
}

/// The peak that a node's own curve and burst tell.
fn own_peak(stop: &Stop<'_>) -> Option<Decimal> {
    let usage = Some(&stop.node.usage).filter(|usage| !usage.is_empty())?;
    let curve = usage.get(CURVE).and_then(busiest_hour);
    let burst = usage.get(BURST).and_then(burst);
    (curve.is_some() || burst.is_some())
        .then(|| rounded(curve.unwrap_or(Decimal::ONE).saturating_mul(burst.unwrap_or(Decimal::ONE))))
}

/// The figures of a node that somebody tells, and the kind's defaults for the others.
fn bases_of(stop: &Stop<'_>, model: &Model<'_>, outside: &Outside, bases: &mut Vec<Option<Base>>) {
    let start = bases.len();
    let assumed = |told: &Option<Told>| told.map(|told| Base { told, origin: Origin::Assumed });
    bases.extend(model.defaults.iter().map(assumed));
    let bases = &mut bases[start..];
    model.each(&stop.node.usage, |at, value| {
        bases[at] = told(value).map(|told| Base { told, origin: Origin::Own }).or(bases[at]);
    });
    for (figures, origin) in [(&outside.measured, Origin::Measured), (&outside.given, Origin::Given)] {
        let Some(figures) = figures.get(&stop.id) else { continue };
        model.each(figures, |at, number| bases[at] = Some(Base { told: Told::Number(*number), origin }));
    }
}

/// How many steps the definition of each workflow has.
fn steps(net: &Net<'_>, catalog: &Catalog, diagram: &Diagram) -> BTreeMap<NodeId, Decimal> {
    let workflows = net.nodes.iter().filter(|stop| stop.kind.hooks.contains(&Hook::WorkflowDefinition));
    let counted = workflows.filter_map(|stop| {
        let text = diagram.files().get(&definition_path(diagram, catalog, stop.id)?)?;
        Some((stop.id, Decimal::from(workflow::steps(text))))
    });
    counted.collect()
}
