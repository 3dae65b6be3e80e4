//! How traffic goes through a kind: what it makes of what arrives, and what leaves at its ports, as formulas.
//!
//! Names that such formulas may use beside fields, usage keys and `hours`: the accepted ports and access levels of the
//! kind (events that arrive in that way), `arrivals` (all of them), `kb` (their mean size), `events` (how often the node is at
//! work), `leaving` (events that reach what its arrows lead to), `to_…` (those of one way), `consumers` (arrows along which
//! traffic leaves), `ticks` (runs of its expression), `steps` (of its definition). Must not know any diagram.

use std::cell::RefCell;

use super::field::Field;
use super::formula::{Flowing, Formula, Slot};
use super::kind::UsageKey;
use super::reader::Table;

/// How traffic goes through a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// Ways in which events arrive: accepted ports, then access levels.
    pub ways: Vec<String>,
    /// Ways in which events arrive at others that its formulas count.
    pub counted: Vec<String>,
    /// How often it is at work in a month.
    pub events: Option<Formula>,
    /// Place of the usage key that tells how long one event keeps it at work, in ms.
    pub busy_ms: Option<usize>,
    /// KB of an event that leaves; `None` where they do not tell the next one's size.
    pub kb: Option<Formula>,
    /// Places of the usage keys that follow from what arrives, and of those that follow from what leaves; each stands behind
    /// those that it needs.
    pub order: [Vec<usize>; 2],
    /// Port → events that leave there in a month.
    pub leaves: Vec<(String, Formula)>,
}

/// Reads the names of a kind's formulas.
pub(super) struct Names<'n> {
    /// Its fields.
    pub(super) fields: &'n [Field],
    /// Its usage keys.
    pub(super) keys: &'n [String],
    /// Its ways to arrive; empty where formulas speak of the bill.
    pub(super) ways: &'n [String],
    /// Ways to leave that were named so far.
    pub(super) counted: RefCell<Vec<String>>,
}

impl Names<'_> {
    /// Where the value of a name in a formula of the bill stands.
    pub(super) fn of_bill(&self, name: &str) -> Option<Slot> {
        match name {
            "hours" => Some(Slot::Hours),
            "region" => Some(Slot::Region),
            _ => {
                let field = self.fields.iter().position(|field| field.key == name).map(Slot::Field);
                field.or_else(|| self.keys.iter().position(|key| key == name).map(Slot::Usage))
            }
        }
    }

    /// Where the value of a name in a formula of traffic stands.
    pub(super) fn of_flow(&self, name: &str) -> Option<Slot> {
        let flowing = match name {
            "arrivals" => Some(Flowing::Arrivals),
            "kb" => Some(Flowing::Size),
            "events" => Some(Flowing::Events),
            "leaving" => Some(Flowing::Leaving),
            "consumers" => Some(Flowing::Consumers),
            "ticks" => Some(Flowing::Ticks),
            "steps" => Some(Flowing::Steps),
            _ => name.strip_prefix("to_").map(|way| self.counted_way(way)),
        };
        let way = || self.ways.iter().position(|way| way == name).map(Flowing::Arriving);
        self.of_bill(name).or_else(|| flowing.or_else(way).map(Slot::Flow))
    }

    fn counted_way(&self, way: &str) -> Flowing {
        let mut counted = self.counted.borrow_mut();
        let known = counted.iter().position(|known| known == way);
        Flowing::LeavingBy(known.unwrap_or_else(|| {
            counted.push(way.to_owned());
            counted.len() - 1
        }))
    }
}

/// Reads `[flow]`; `ports` are those that the kind offers and accepts. At what it accepts, traffic leaves towards whoever is
/// asked before it is at work.
pub(super) fn flow(table: &Table<'_>, names: &Names<'_>, ports: [&[String]; 2], usage: &[UsageKey]) -> Flow {
    let mut flow = table.table("flow", |table| read(table, names, ports)).unwrap_or_default();
    flow.ways = names.ways.to_vec();
    flow.counted.clone_from(&names.counted.borrow());
    flow.order = order(usage);
    flow
}

fn read(table: &Table<'_>, names: &Names<'_>, ports: [&[String]; 2]) -> Flow {
    let formula = |key: &'static str, text: &str| {
        Formula::parse(text, &|name| names.of_flow(name)).map_err(|error| table.defect_at(key, &error)).ok()
    };
    let one = |key: &'static str| table.maybe_text(key).and_then(|text| formula(key, &text));
    let busy = table.maybe_text("busy_ms");
    let busy_ms = busy.as_ref().and_then(|key| names.keys.iter().position(|known| known == key));
    if busy.is_some() && busy_ms.is_none() {
        table.defect_at("busy_ms", "it is the name of a usage key");
    }
    let leaves = table.pairs("leaves").into_iter().filter_map(|(port, text)| {
        if !ports.iter().any(|ports| ports.contains(&port)) {
            table.defect_at("leaves", &format!("`{port}` is no port of the kind"));
        }
        let formula = formula("leaves", &text)?;
        if counts_leaving(&formula) {
            table.defect_at("leaves", &format!("what leaves at `{port}` cannot depend on what has left"));
        }
        Some((port, formula))
    });
    let leaves = leaves.collect();
    Flow { events: one("events"), busy_ms, kb: one("kb"), leaves, ..Flow::default() }
}

/// The keys that follow from others, each behind those that it needs; of keys that need each other the first comes first.
fn order(usage: &[UsageKey]) -> [Vec<usize>; 2] {
    let needs = |from: &Formula| {
        let needed = |name: &super::formula::Name| if let Slot::Usage(at) = name.slot { Some(at) } else { None };
        from.names().into_iter().filter_map(needed).collect::<Vec<_>>()
    };
    let following = usage.iter().enumerate().filter_map(|(at, key)| Some((at, key.from.as_ref()?)));
    let (late, early): (Vec<_>, Vec<_>) = following.partition(|(_, from)| counts_leaving(from));
    [early, late].map(|mut open| {
        let mut sorted = Vec::with_capacity(open.len());
        while !open.is_empty() {
            let is_free =
                |(_, from): &(usize, &Formula)| !needs(from).iter().any(|at| open.iter().any(|(other, _)| other == at));
            let next = open.iter().position(is_free).unwrap_or(0);
            sorted.push(open.remove(next).0);
        }
        sorted
    })
}

/// Whether a formula needs to know what leaves.
fn counts_leaving(formula: &Formula) -> bool {
    let late = |slot| matches!(slot, Slot::Flow(Flowing::Leaving | Flowing::LeavingBy(_)));
    formula.names().into_iter().any(|name| late(name.slot))
}

/// Reads what `text` says a figure follows from.
pub(super) fn from(table: &Table<'_>, names: &Names<'_>, key: &UsageKey, text: &str) -> Option<Formula> {
    let parsed = Formula::parse(text, &|name| names.of_flow(name));
    parsed.map_err(|error| table.defect_at("usage", &format!("`from` of `{}`: {error}", key.key))).ok()
}
