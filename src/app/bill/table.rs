//! The lines of a bill in the order and the groups in which a person wants to read them.
//!
//! Lines with a cost, lines that depend on usage and lines without a price never mix: in an order by figures they follow
//! each other. Must not know how a row is drawn.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Bill;
use crate::catalog::names::named;
use crate::catalog::{Catalog, Kind};
use crate::cost::{Money, Span};
use crate::diagram::{Diagram, NodeId};

named! {
    /// What rows go by.
    pub enum Column {
        /// The node's name.
        Node = "Node",
        /// What is paid.
        Line = "Line",
        /// How much of it.
        Quantity = "Quantity a month",
        /// What one costs.
        Price = "Unit price",
        /// What all of it costs.
        Cost = "USD",
    }
}

named! {
    /// Under which heads rows stand.
    pub enum Grouping {
        /// Under none.
        Lines = "Lines",
        /// One for each node.
        Nodes = "By node",
        /// One for each kind.
        Services = "By service",
        /// One for each container.
        Containers = "By container",
    }
}

/// How rows are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// What they go by.
    pub column: Column,
    /// The greatest first.
    pub descending: bool,
    /// Under which heads they stand.
    pub grouping: Grouping,
}

impl Default for Order {
    fn default() -> Self {
        Self { column: Column::Cost, descending: true, grouping: Grouping::Lines }
    }
}

impl Order {
    /// The order after a click on the head of a column: figures start with the greatest, words with the first.
    #[must_use]
    pub fn by(self, column: Column) -> Self {
        let words = matches!(column, Column::Node | Column::Line);
        let descending = if self.column == column { !self.descending } else { !words };
        Self { column, descending, ..self }
    }
}

/// A line of the bill, by its place among those of its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// It has a cost.
    Line(usize),
    /// It depends on usage.
    Unknown(usize),
    /// It has no price.
    Unpriced(usize),
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// What the rows below it have in common.
    Head {
        /// Their node, kind or container.
        title: String,
        /// What they cost together, if any of them has a cost.
        cost: Option<Span<Money>>,
        /// How many there are.
        lines: usize,
    },
    /// A line.
    Entry(Entry),
}

/// What a row is sorted by.
struct Sorted<'b> {
    entry: Entry,
    node: NodeId,
    name: &'b str,
    line: &'b str,
    quantity: Decimal,
    price: Decimal,
    cost: Option<Span<Money>>,
}

impl Bill {
    /// The node that a line is for.
    #[must_use]
    pub fn node_of(&self, entry: Entry) -> Option<NodeId> {
        match entry {
            Entry::Line(at) => self.estimate.lines.get(at).map(|line| line.node),
            Entry::Unknown(at) => self.estimate.unknown.get(at).map(|line| line.node),
            Entry::Unpriced(at) => self.estimate.unpriced.get(at).map(|line| line.node),
        }
    }

    /// Every line in order, under its head.
    #[must_use]
    pub fn rows(&self, diagram: &Diagram, catalog: &Catalog, order: Order) -> Vec<Row> {
        let mut sorted = self.sorted(diagram);
        sorted.sort_by(|a, b| compared(a, b, order).then_with(|| a.entry.cmp(&b.entry)));
        if order.grouping == Grouping::Lines {
            return sorted.into_iter().map(|row| Row::Entry(row.entry)).collect();
        }
        let mut groups: BTreeMap<String, Vec<Sorted<'_>>> = BTreeMap::new();
        for row in sorted {
            groups.entry(head(diagram, catalog, row.node, order.grouping)).or_default().push(row);
        }
        let mut groups: Vec<_> = groups.into_iter().map(|(title, rows)| (title, sum(&rows), rows)).collect();
        if order.column != Column::Node || order.descending {
            groups.sort_by_key(|(_, sum, _)| std::cmp::Reverse(sum.map(|cost| cost.high)));
        }
        let rows = |(title, cost, rows): (String, Option<Span<Money>>, Vec<Sorted<'_>>)| {
            let head = Row::Head { title, cost, lines: rows.len() };
            std::iter::once(head).chain(rows.into_iter().map(|row| Row::Entry(row.entry))).collect::<Vec<_>>()
        };
        groups.into_iter().flat_map(rows).collect()
    }

    fn sorted<'b>(&'b self, diagram: &'b Diagram) -> Vec<Sorted<'b>> {
        let name = |node: NodeId| diagram.nodes().get(&node).map_or("", |node| node.name.as_str());
        let bill = &self.estimate;
        let lines = bill.lines.iter().enumerate().map(|(at, line)| Sorted {
            entry: Entry::Line(at),
            node: line.node,
            name: name(line.node),
            line: &line.component,
            quantity: line.quantity.high,
            price: line.price.unit_usd(),
            cost: Some(line.cost),
        });
        let unknown = bill.unknown.iter().enumerate().map(|(at, line)| Sorted {
            entry: Entry::Unknown(at),
            node: line.node,
            name: name(line.node),
            line: &line.component,
            quantity: Decimal::ZERO,
            price: line.price.unit_usd(),
            cost: None,
        });
        let unpriced = bill.unpriced.iter().enumerate().map(|(at, line)| Sorted {
            entry: Entry::Unpriced(at),
            node: line.node,
            name: name(line.node),
            line: &line.component,
            quantity: Decimal::ZERO,
            price: Decimal::ZERO,
            cost: None,
        });
        lines.chain(unknown).chain(unpriced).collect()
    }
}

fn compared(a: &Sorted<'_>, b: &Sorted<'_>, order: Order) -> Ordering {
    let state = |row: &Sorted<'_>| match row.entry {
        Entry::Line(_) => 0,
        Entry::Unknown(_) => 1,
        Entry::Unpriced(_) => 2,
    };
    let turned = |ordering: Ordering| if order.descending { ordering.reverse() } else { ordering };
    let by_figure = |ordering: Ordering| state(a).cmp(&state(b)).then(turned(ordering));
    match order.column {
        Column::Node => turned(a.name.cmp(b.name)),
        Column::Line => turned(a.line.cmp(b.line)),
        Column::Quantity => by_figure(a.quantity.cmp(&b.quantity)),
        Column::Price => by_figure(a.price.cmp(&b.price)),
        Column::Cost => by_figure(a.cost.map(|cost| cost.high).cmp(&b.cost.map(|cost| cost.high))),
    }
}

fn sum(rows: &[Sorted<'_>]) -> Option<Span<Money>> {
    let add = |sum: Span<Money>, cost: Span<Money>| Span { low: sum.low + cost.low, high: sum.high + cost.high };
    rows.iter().filter_map(|row| row.cost).reduce(add)
}

/// What a node's rows stand under.
fn head(diagram: &Diagram, catalog: &Catalog, node: NodeId, grouping: Grouping) -> String {
    let Some(node) = diagram.nodes().get(&node) else { return String::new() };
    match grouping {
        Grouping::Lines => String::new(),
        Grouping::Nodes => node.name.clone(),
        Grouping::Services => service(catalog.kind(&node.kind)),
        Grouping::Containers => {
            let group = node.group.and_then(|group| diagram.groups().get(&group));
            group.map_or_else(|| "Outside of containers".to_owned(), |group| group.name.clone())
        }
    }
}

/// What people call the service of a kind.
pub(super) fn service(kind: &Kind) -> String {
    kind.label.clone()
}

/// Words of price keys that people write in capitals.
const CAPITALS: [&str; 22] = [
    "acu", "api", "arm", "cdn", "cpu", "cu", "dax", "gb", "http", "https", "kds", "kms", "kpu", "mau", "nat", "ocu",
    "pitr", "rest", "s3", "sms", "ssd", "vpc",
];

/// "Logs ingest lambda", "HTTP requests": what is paid, as people read it.
#[must_use]
pub fn component(name: &str) -> String {
    let word = |(at, word): (usize, &str)| {
        let mut letters = word.chars();
        match letters.next() {
            _ if CAPITALS.contains(&word) => word.to_uppercase(),
            Some(first) if at == 0 => first.to_uppercase().chain(letters).collect(),
            _ => word.to_owned(),
        }
    };
    name.split('_').enumerate().map(word).collect::<Vec<_>>().join(" ")
}
