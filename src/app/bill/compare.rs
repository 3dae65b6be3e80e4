//! The bill beside another one: of a saved version, another file, another region, other processors, other memory.
//!
//! Everything is priced as a whole and then told by node, so that tiers and allowances are those of the whole bill.
//! Must not know how it is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::assume::{Assumptions, chooses};
use super::words::{grouped, quantity};
use crate::catalog::field::grouped as grouped_whole;
use crate::catalog::{Archetype, Catalog, Field, FieldType, Kind};
use crate::cost::{Estimate, Money, Span, Terms};
use crate::diagram::{Diagram, NodeId};
use crate::engine::protocol::Case;
use crate::workload::{Outside, Workload};

/// What the bill is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// What the diagram's own file holds.
    Saved,
    /// Another diagram.
    File(PathBuf),
    /// The same in another region.
    Region(String),
    /// The same with each processor that functions can have.
    Processors,
    /// One function with other memory.
    Memory(NodeId),
    /// What runs, as it was measured.
    Running,
}

/// One column of bills.
#[derive(Clone, Debug)]
struct Side {
    name: String,
    diagram: Arc<Diagram>,
    case: Case,
    /// What a row of its own is called, in a sweep.
    row: Option<[String; 2]>,
}

/// Everything that is to be priced for a comparison.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    sides: Vec<Side>,
    /// In a sweep, the node of which each side is a row.
    swept: Option<NodeId>,
    notes: Vec<String>,
}

/// A row of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// A node's name, or a size of memory.
    pub name: String,
    /// What it costs on each side, nothing where it is not there; `None` where it has no cost.
    pub costs: Vec<Option<Span<Money>>>,
    /// Whether no line has a cost on one side and none on another, so that a difference says something.
    pub is_fair: bool,
    /// Words in columns before the costs.
    pub words: Vec<String>,
}

/// A comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Heads of the columns after the name.
    pub heads: Vec<String>,
    /// The sums of all rows; empty in a sweep.
    pub totals: Vec<Span<Money>>,
    /// Words in columns before the sums.
    pub total_words: Vec<String>,
    /// The rows, those that differ most first.
    pub rows: Vec<Compared>,
    /// What is assumed, and what cannot be compared.
    pub notes: Vec<String>,
    /// In a sweep, the cheapest row of each column of costs.
    pub best: Vec<Option<usize>>,
}

/// From what a comparison is planned.
pub(super) struct Ground<'g> {
    pub(super) catalog: &'g Catalog,
    pub(super) diagram: &'g Arc<Diagram>,
    /// The diagram of another file.
    pub(super) other: Option<&'g Arc<Diagram>>,
    pub(super) terms: &'g Terms,
    pub(super) assumed: &'g Assumptions,
}

impl Ground<'_> {
    fn case(&self, diagram: &Arc<Diagram>, assumed: &Assumptions, terms: Terms) -> Case {
        let case = Case { diagram: Arc::clone(diagram), outside: Outside::default(), terms };
        assumed.case(self.catalog, diagram, Decimal::ONE, case)
    }

    fn side(&self, name: &str, diagram: &Arc<Diagram>, assumed: &Assumptions, terms: &Terms) -> Side {
        let case = self.case(diagram, assumed, terms.clone());
        Side { name: name.to_owned(), diagram: Arc::clone(diagram), case, row: None }
    }

    /// What is to be priced; `None` while another file is being read, or where there is nothing to compare.
    pub(super) fn plan(&self, against: &Against) -> Option<Plan> {
        let own = |name: &str| self.side(name, self.diagram, self.assumed, self.terms);
        match against {
            Against::Saved | Against::File(_) => {
                let name = if *against == Against::Saved { "Saved" } else { "Other file" };
                let other = self.side(name, self.other?, &Assumptions::default(), self.terms);
                Some(Plan { sides: vec![own("Now"), other], swept: None, notes: Vec::new() })
            }
            Against::Region(region) => {
                let terms = Terms { region: Some(region.clone()), ..self.terms.clone() };
                let other = self.side(region, self.diagram, self.assumed, &terms);
                let name = self.terms.region.clone().unwrap_or_else(|| "As drawn".to_owned());
                let note = "A line without a price in a region is left out there; no other region's price is taken.";
                Some(Plan { sides: vec![own(&name), other], swept: None, notes: vec![note.to_owned()] })
            }
            Against::Processors => self.processors(),
            Against::Memory(node) => self.memory(*node),
            // It is worked out by itself, since the canvas shows it as well.
            Against::Running => None,
        }
    }

    /// One side for each value of the choice that the price of functions goes by.
    fn processors(&self) -> Option<Plan> {
        let functions: Vec<(NodeId, &Kind)> = self.functions().collect();
        let field = functions.iter().find_map(|(_, kind)| priced_choice(kind))?;
        let side = |choice: &crate::catalog::field::Choice| {
            let mut assumed = self.assumed.clone();
            for (id, kind) in &functions {
                if priced_choice(kind).is_some_and(|own| own.key == field.key) {
                    let value = Value::String(choice.value.clone());
                    assumed.settings.entry(*id).or_default().insert(field.key.clone(), value);
                }
            }
            self.side(&choice.label, self.diagram, &assumed, self.terms)
        };
        let note =
            "Every function has the same processor and takes the same time on each; measure yours before you move.";
        Some(Plan { sides: field.choices.iter().map(side).collect(), swept: None, notes: vec![note.to_owned()] })
    }

    fn functions(&self) -> impl Iterator<Item = (NodeId, &Kind)> {
        let nodes = self.diagram.nodes().iter().map(|(id, node)| (*id, self.catalog.kind(&node.kind)));
        nodes.filter(|(_, kind)| kind.archetype == Archetype::Function)
    }

    /// Two sides for each size of memory: the duration as it is, and shorter by as much as there is more processor.
    fn memory(&self, id: NodeId) -> Option<Plan> {
        let (_, kind) = self.functions().find(|(other, _)| *other == id)?;
        let key = kind.parameters.get("memory_mb")?;
        let diagram = self.assumed.settled(self.catalog, self.diagram);
        let now = diagram.setting(self.catalog, id, key).and_then(Value::as_i64).filter(|now| *now > 0)?;
        let duration = self.duration(&diagram, id, kind)?;
        let mut sides = Vec::new();
        for size in sizes(kind.field(key)?, now) {
            let bound = duration_at(duration, now, size);
            for time in [duration, bound] {
                let mut assumed = self.assumed.clone();
                assumed.settings.entry(id).or_default().insert(key.clone(), Value::from(size));
                assumed.usage.entry(id).or_default().insert(DURATION.to_owned(), time);
                let side = self.side("", self.diagram, &assumed, self.terms);
                let mark = if size == now { " · now" } else { "" };
                let row = [format!("{} MB{mark}", grouped_whole(size)), format!("{} ms", quantity(bound))];
                sides.push(Side { row: Some(row), ..side });
            }
        }
        let note = format!(
            "CPU-bound: the time shrinks as memory grows, up to {} MB, which is one whole processor; waiting for \
             others does not shrink. Measure before you move.",
            grouped_whole(WHOLE_CPU_MB)
        );
        Some(Plan { sides, swept: Some(id), notes: vec![note] })
    }

    fn duration(&self, diagram: &Arc<Diagram>, id: NodeId, kind: &Kind) -> Option<Decimal> {
        let case = self.case(diagram, self.assumed, self.terms.clone());
        let workload = Workload::of(self.catalog, &case.diagram, &case.outside);
        let at = kind.usage.iter().position(|usage| usage.key == DURATION)?;
        workload.node(id).get(at)?.as_ref()?.value()
    }
}

/// The figure that says how long one invocation takes.
const DURATION: &str = "duration_ms";
/// Memory with which a function has one whole processor, in MB (AWS Lambda, "Configure memory").
const WHOLE_CPU_MB: i64 = 1769;
/// Sizes of memory that are compared, in MB.
const SIZES_MB: [i64; 9] = [128, 256, 512, 768, 1024, 1769, 3008, 5120, 10_240];

/// The choice that a kind's prices go by.
fn priced_choice(kind: &Kind) -> Option<&Field> {
    let fields = kind.fields.iter().enumerate().filter(|(_, field)| field.field_type == FieldType::Choice);
    fields.into_iter().find(|(at, field)| chooses(kind, *at, field)).map(|(_, field)| field)
}

fn sizes(field: &Field, now: i64) -> Vec<i64> {
    let fits = |size: &i64| field.min.is_none_or(|min| *size >= min) && field.max.is_none_or(|max| *size <= max);
    let mut sizes: Vec<i64> = SIZES_MB.into_iter().chain([now]).filter(fits).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// How long it takes with another size of memory when all of it is work of one processor.
fn duration_at(duration_ms: Decimal, now_mb: i64, size_mb: i64) -> Decimal {
    let whole = |mb: i64| Decimal::from(mb.min(WHOLE_CPU_MB));
    (duration_ms * whole(now_mb)).checked_div(whole(size_mb)).unwrap_or(duration_ms).round_dp(3).normalize()
}

impl Plan {
    /// What is to be priced.
    pub(super) fn cases(&self) -> Vec<Case> {
        self.sides.iter().map(|side| side.case.clone()).collect()
    }

    /// What came out.
    pub(super) fn compared(&self, estimates: &[Estimate]) -> Comparison {
        match self.swept {
            Some(node) => self.sweep(node, estimates),
            None => {
                let names: Vec<&str> = self.sides.iter().map(|side| side.name.as_str()).collect();
                let sides = self.sides.iter().map(|side| &*side.diagram).zip(estimates);
                let mut compared = side_by_side(&names, &sides.collect::<Vec<_>>());
                compared.notes.splice(0..0, self.notes.clone());
                compared
            }
        }
    }

    fn sweep(&self, node: NodeId, estimates: &[Estimate]) -> Comparison {
        let costs: Vec<_> = estimates.iter().map(|estimate| estimate.by_node().get(&node).copied()).collect();
        let sides = self.sides.iter().step_by(2);
        let row = |(side, costs): (&Side, &[Option<Span<Money>>])| {
            let [name, time] = side.row.clone().unwrap_or_default();
            Compared { name, words: vec![time], costs: costs.to_vec(), is_fair: true }
        };
        let rows: Vec<Compared> = sides.zip(costs.chunks(2)).map(row).collect();
        let cheapest = |column: usize| {
            let known =
                rows.iter().enumerate().filter_map(|(at, row)| Some((row.costs.get(column)?.as_ref()?.high, at)));
            known.min().map(|(_, at)| at)
        };
        let best = vec![cheapest(0), cheapest(1)];
        let heads = ["CPU-bound time", "Same time", "CPU-bound"].map(str::to_owned).to_vec();
        Comparison { heads, rows, notes: self.notes.clone(), best, ..Comparison::default() }
    }
}

/// The bills of some diagrams beside one another, by node; the nodes that differ most come first.
pub(super) fn side_by_side(names: &[&str], sides: &[(&Diagram, &Estimate)]) -> Comparison {
    let sums: Vec<_> = sides.iter().map(|(diagram, bill)| by_name(diagram, bill)).collect();
    let nodes: BTreeSet<&str> = sums.iter().flat_map(|side| side.keys().copied()).collect();
    let mut rows: Vec<Compared> = nodes.into_iter().map(|name| compared(name, &sums)).collect();
    rows.sort_by(|a, b| spread(b).cmp(&spread(a)).then_with(|| a.name.cmp(&b.name)));
    let mut notes = Vec::new();
    for (name, (_, estimate)) in names.iter().zip(sides) {
        let left_out = estimate.unknown.len() + estimate.unpriced.len();
        if left_out > 0 {
            let lines = grouped(&left_out.to_string());
            notes.push(format!("{name}: {lines} lines have no cost and are not counted."));
        }
    }
    if rows.iter().any(|row| !row.is_fair) {
        notes.push("Where a line has a cost on one side only, no difference is told or counted.".to_owned());
    }
    let heads = names.iter().map(|name| (*name).to_owned()).collect();
    let totals = sides.iter().map(|(_, estimate)| estimate.total).collect();
    Comparison { heads, totals, rows, notes, ..Comparison::default() }
}

/// A node on one side.
#[derive(Clone, Debug, Default)]
struct Sum {
    /// What it costs, when any of its lines has a cost.
    cost: Option<Span<Money>>,
    /// Its lines that have one.
    counted: BTreeSet<usize>,
    /// Its lines that have none.
    uncounted: BTreeSet<usize>,
}

/// The sums of every node that has a line of any sort, by its name.
fn by_name<'d>(diagram: &'d Diagram, bill: &Estimate) -> BTreeMap<&'d str, Sum> {
    let name = |id: &NodeId| diagram.nodes().get(id).map_or("", |node| node.name.as_str());
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for (id, cost) in bill.by_node() {
        sums.entry(name(&id)).or_default().cost = Some(cost);
    }
    for line in &bill.lines {
        sums.entry(name(&line.node)).or_default().counted.insert(line.place);
    }
    let unknown = bill.unknown.iter().map(|line| (line.node, line.place));
    for (id, place) in unknown.chain(bill.unpriced.iter().map(|line| (line.node, line.place))) {
        sums.entry(name(&id)).or_default().uncounted.insert(place);
    }
    sums
}

/// A row. A difference says nothing where a line has a cost on one side and none on another; that one side pays under another
/// line, such as that of another processor, is what is asked for.
fn compared(name: &str, sides: &[BTreeMap<&str, Sum>]) -> Compared {
    let nothing = Sum { cost: Some(Span::exactly(Money::ZERO)), ..Sum::default() };
    let found: Vec<Option<&Sum>> = sides.iter().map(|side| side.get(name)).collect();
    let costs = found.iter().map(|sum| sum.unwrap_or(&nothing).cost).collect();
    let there = || found.iter().flatten();
    let is_missed = |place: &usize| there().any(|sum| sum.uncounted.contains(place));
    let is_fair = there().all(|sum| sum.cost.is_some() && !sum.counted.iter().any(is_missed));
    Compared { name: name.to_owned(), costs, is_fair, words: Vec::new() }
}

impl Comparison {
    /// How much more the second side costs, as far as both can be compared.
    #[must_use]
    pub fn difference(&self) -> Money {
        self.rows.iter().filter_map(Compared::difference).sum()
    }
}

impl Compared {
    /// How much more the second side costs; `None` where that would not be fair.
    #[must_use]
    pub fn difference(&self) -> Option<Money> {
        match self.costs.as_slice() {
            [Some(one), Some(two)] if self.is_fair => Some(two.high - one.high),
            _ => None,
        }
    }
}

/// How far the sides of a row are apart.
fn spread(row: &Compared) -> Money {
    let costs = row.costs.iter().map(|cost| cost.map_or(Money::ZERO, |cost| cost.high));
    let (least, most) = (costs.clone().min(), costs.max());
    most.unwrap_or_default() - least.unwrap_or_default()
}
