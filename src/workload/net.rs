//! The arrows along which traffic flows, with their ends as places in lists: what is worked out once before anything flows.
//!
//! Must not know amounts.

use std::collections::BTreeMap;
use std::ops::Range;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::catalog::kind::Kind;
use crate::catalog::usage::{Told, decimal, told};
use crate::catalog::{Capability, Catalog, KindId, Relation, Wiring};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Diagram, Edge, EdgeId, Node, NodeId};

/// A node.
pub(super) struct Stop<'d> {
    pub(super) id: NodeId,
    pub(super) node: &'d Node,
    pub(super) kind: &'d Kind,
    /// Place of what is the same for all nodes of its kind.
    model: usize,
    /// Where its figures start.
    pub(super) figures: usize,
    /// Its links that arrive, as places in [`Net::arriving`].
    pub(super) arriving: Range<usize>,
    /// Its links that leave.
    pub(super) leaving: Range<usize>,
}

/// What is the same for all nodes of a kind.
pub(super) struct Model<'d> {
    /// Usage keys by name, each with its place.
    keys: Vec<(&'d str, usize)>,
    /// What is told of each while nobody says better.
    pub(super) defaults: Vec<Option<Told>>,
    /// Places of the figures that may be told as shares.
    pub(super) shares: Vec<usize>,
}

impl<'d> Model<'d> {
    fn of(kind: &'d Kind) -> Self {
        let usage = || kind.usage.iter().enumerate();
        let mut keys: Vec<(&str, usize)> = usage().map(|(at, key)| (key.key.as_str(), at)).collect();
        keys.sort_unstable();
        let shares = usage().filter(|(_, key)| key.share_of.is_some()).map(|(at, _)| at).collect();
        Self { keys, defaults: usage().map(|(_, key)| key.default.as_ref().and_then(told)).collect(), shares }
    }

    /// Hands on the place of each usage key that stands in `figures`, with its value; both are sorted.
    pub(super) fn each<'f, T>(&self, figures: &'f BTreeMap<String, T>, mut take: impl FnMut(usize, &'f T)) {
        let mut keys = self.keys.iter().peekable();
        for (key, value) in figures {
            while keys.next_if(|(known, _)| *known < key.as_str()).is_some() {}
            if let Some((_, at)) = keys.next_if(|(known, _)| known == key) {
                take(*at, value);
            }
        }
    }
}

/// How events become invocations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batches {
    /// Most events in one.
    pub(super) largest: Decimal,
    /// How long the platform gathers, in seconds.
    pub(super) window_s: Decimal,
    /// Lanes that are gathered for themselves.
    pub(super) lanes: Decimal,
    /// Events in one on the mean, where somebody tells.
    pub(super) mean: Option<Decimal>,
}

/// An arrow along which traffic flows.
pub(super) struct Link {
    pub(super) id: EdgeId,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Place of the port among those at which the source lets traffic leave.
    pub(super) leaf: usize,
    /// Place among the ways in which events arrive at the target; `None` when none of its figures speaks of it.
    pub(super) way: Option<usize>,
    /// Place among the ways that the source counts.
    pub(super) counted: Option<usize>,
    /// What reaches the target for each event that leaves, batches aside.
    pub(super) factor: Decimal,
    pub(super) batches: Option<Batches>,
    /// KB of one event, where somebody tells.
    pub(super) kb: Option<Decimal>,
}

/// All of it.
pub(super) struct Net<'d> {
    pub(super) nodes: Vec<Stop<'d>>,
    models: Vec<Model<'d>>,
    /// Sorted by source.
    pub(super) links: Vec<Link>,
    /// Places of links, sorted by target.
    pub(super) arriving: Vec<usize>,
    /// How many figures there are.
    pub(super) figures: usize,
}

/// What is the same for all arrows between nodes of two kinds.
#[derive(Clone, Copy)]
struct Row<'c> {
    capability: &'c Capability,
    leaf: usize,
    is_divided: bool,
}

impl<'d> Net<'d> {
    pub(super) fn of(catalog: &'d Catalog, diagram: &'d Diagram) -> Self {
        let mut figures = 0;
        let mut nodes = Vec::with_capacity(diagram.nodes().len());
        let mut kinds: BTreeMap<&KindId, (&Kind, usize)> = BTreeMap::new();
        let mut models = Vec::new();
        for (id, node) in diagram.nodes() {
            let (kind, model) = *kinds.entry(&node.kind).or_insert_with(|| {
                let kind = catalog.kind(&node.kind);
                models.push(Model::of(kind));
                (kind, models.len() - 1)
            });
            nodes.push(Stop { id: *id, node, kind, model, figures, arriving: 0..0, leaving: 0..0 });
            figures += kind.usage.len();
        }
        let mut net = Self { nodes, models, links: Vec::new(), arriving: Vec::new(), figures };
        net.link(catalog, diagram);
        net
    }

    pub(super) fn model(&self, stop: &Stop<'_>) -> &Model<'d> {
        &self.models[stop.model]
    }

    fn link(&mut self, catalog: &'d Catalog, diagram: &'d Diagram) {
        let mut rows: BTreeMap<(*const Kind, *const Kind, Relation), Option<Row<'d>>> = BTreeMap::new();
        let place = |id: NodeId| self.nodes.binary_search_by_key(&id, |stop| stop.id).ok();
        let mut links: Vec<(Link, Declared)> = Vec::with_capacity(diagram.edges().len());
        for (id, edge) in diagram.edges() {
            let (Some(from), Some(to)) = (place(edge.from), place(edge.to)) else { continue };
            let (source, target) = (&self.nodes[from], &self.nodes[to]);
            let key = (std::ptr::from_ref(source.kind), std::ptr::from_ref(target.kind), edge.relation);
            let row = rows.entry(key).or_insert_with(|| row(catalog, source.kind, target.kind, edge.relation));
            if let Some(row) = row {
                let ends = ((from, source), (to, target));
                let (giver, taker) = if is_asked(row.capability) { (ends.1, ends.0) } else { ends };
                links.push(link(*id, edge, giver, taker, *row));
            }
        }
        links.sort_by_key(|(link, _)| (link.from, link.leaf));
        divide(&mut links);
        self.links = links.into_iter().map(|(link, _)| link).collect();
        self.arriving = (0..self.links.len()).collect();
        self.arriving.sort_by_key(|at| self.links[*at].to);
        let (mut left, mut arrived) = (0, 0);
        for (at, stop) in self.nodes.iter_mut().enumerate() {
            let (left_from, arrived_from) = (left, arrived);
            while self.links.get(left).is_some_and(|link| link.from == at) {
                left += 1;
            }
            while self.arriving.get(arrived).is_some_and(|link| self.links[*link].to == at) {
                arrived += 1;
            }
            (stop.leaving, stop.arriving) = (left_from..left, arrived_from..arrived);
        }
    }
}

/// The share that an arrow declares, and what counts where it declares none.
struct Declared {
    share: Option<Decimal>,
    fan_out: Decimal,
    is_divided: bool,
    relation: Relation,
}

/// Gives every link its factor: arrows of a divided port that declare no share have equal parts of what the others leave.
fn divide(links: &mut [(Link, Declared)]) {
    for port in links.chunk_by_mut(|(a, _), (b, _)| (a.from, a.leaf) == (b.from, b.leaf)) {
        let divided = |declared: &Declared| declared.is_divided && declared.relation != Relation::DeadLetters;
        let taken = port.iter().filter(|(_, declared)| divided(declared)).filter_map(|(_, declared)| declared.share);
        let taken = taken.fold(Decimal::ZERO, |sum, share| sum + share).min(Decimal::ONE);
        let open = port.iter().filter(|(_, declared)| divided(declared) && declared.share.is_none()).count();
        let rest = (Decimal::ONE - taken).checked_div(Decimal::from(open)).unwrap_or_default();
        for (link, declared) in port {
            let usual = match declared.relation {
                // Nothing fails until somebody says so.
                Relation::DeadLetters => Decimal::ZERO,
                _ if declared.is_divided => rest,
                _ => Decimal::ONE,
            };
            link.factor = declared.share.unwrap_or(usual) * declared.fan_out;
        }
    }
}

fn row<'c>(catalog: &'c Catalog, source: &'c Kind, target: &'c Kind, relation: Relation) -> Option<Row<'c>> {
    // Without asking why two cannot be joined, which takes long to tell.
    let capability = catalog.connections(source, target).find(|row| row.relation == relation)?;
    let (giver, leaves_at) =
        if is_asked(capability) { (target, &capability.accepts) } else { (source, &capability.offers) };
    let leaf = giver.flow.leaves.iter().position(|(port, _)| port == leaves_at)?;
    let is_divided = catalog.traffic().divided.contains(&capability.offers);
    Some(Row { capability, leaf, is_divided })
}

/// Whether traffic goes against the arrow: who decides about callers is asked by what they call.
fn is_asked(capability: &Capability) -> bool {
    capability.wiring == Wiring::AuthorizerFunction
}

fn link(
    id: EdgeId,
    edge: &Edge,
    (from, source): (usize, &Stop<'_>),
    (to, target): (usize, &Stop<'_>),
    row: Row<'_>,
) -> (Link, Declared) {
    let number = |key: &str| edge.settings.get(key).and_then(decimal).filter(|number| *number >= Decimal::ZERO);
    let way = way(edge, target.kind, row.capability);
    let place = |ways: &[String]| way.and_then(|way| ways.iter().position(|known| known == way));
    let link = Link {
        id,
        from,
        to,
        leaf: row.leaf,
        way: place(&target.kind.flow.ways),
        counted: place(&source.kind.flow.counted),
        factor: Decimal::ONE,
        batches: batches(edge, source, row.capability),
        kb: number("payload_kb"),
    };
    let relation = row.capability.relation;
    let share = number("share").map(|share| share.min(Decimal::ONE));
    let fan_out = number("fan_out").unwrap_or(Decimal::ONE).min(Decimal::from(1_000_000));
    (link, Declared { share, fan_out, is_divided: row.is_divided, relation })
}

/// In which way events arrive: by a choice of the arrow, by its access, or at the port.
fn way<'w>(edge: &'w Edge, target: &'w Kind, row: &'w Capability) -> Option<&'w str> {
    if let Some(chosen) = row.fields.iter().find_map(|field| {
        let value = edge.settings.get(&field.key).or(field.default.as_ref())?;
        row.arrives.get(value.as_str()?)
    }) {
        return Some(chosen);
    }
    if row.relation != Relation::Accesses || row.wiring != Wiring::Call {
        return Some(&row.accepts);
    }
    if let Some(Value::Array(actions)) = edge.settings.get(ACTIONS) {
        return level_of(target, actions);
    }
    let first = || target.grants.iter().flat_map(|grant| &grant.access).map(String::as_str).next();
    edge.settings.get(ACCESS).and_then(Value::as_str).or_else(first).or(Some(&row.accepts))
}

/// The narrowest access level that allows all of some actions.
fn level_of<'k>(target: &'k Kind, actions: &[Value]) -> Option<&'k str> {
    let is_allowed = |level: &str, action: &Value| {
        let mut allowed = target.grants_of(level).flat_map(|grant| &grant.actions);
        allowed.any(|allowed| Some(allowed.as_str()) == action.as_str())
    };
    let levels = target.access_levels().into_iter();
    let fitting = levels.filter(|level| actions.iter().all(|action| is_allowed(level, action)));
    fitting.min_by_key(|level| target.grants_of(level).map(|grant| grant.actions.len()).sum::<usize>())
}

fn batches(edge: &Edge, source: &Stop<'_>, row: &Capability) -> Option<Batches> {
    let poll_s = Decimal::from(row.poll_s?);
    let setting = |key: &str| {
        let default = || row.field(key).and_then(|field| field.default.as_ref());
        edge.settings.get(key).or_else(default).and_then(decimal)
    };
    let lanes = source.kind.parameters.get("shards").and_then(|key| value_of(source, key)).and_then(decimal);
    Some(Batches {
        largest: setting("batch_size").unwrap_or(Decimal::ONE).max(Decimal::ONE),
        window_s: setting("batch_window_s").unwrap_or_default().max(poll_s),
        lanes: lanes.unwrap_or(Decimal::ONE).max(Decimal::ONE),
        mean: setting("mean_batch").filter(|mean| *mean >= Decimal::ONE),
    })
}

/// A node's value for a field, its own or the default.
pub(super) fn value_of<'s>(stop: &'s Stop<'_>, key: &str) -> Option<&'s Value> {
    let default = || stop.kind.field(key).and_then(|field| field.default.as_ref());
    stop.node.settings.get(key).or_else(default)
}
