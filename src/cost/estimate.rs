//! From a diagram and its workload to its bill.
//!
//! Quantities are summed for each price over the whole diagram first, then tiered, then freed of allowances, and what is
//! left is given back to the lines in proportion. Must not know any kind by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::pool::{Pool, costs};
use super::ready::Ready;
use super::site::{Site, region_of};
use super::{Book, Estimate, Line, Money, Price, Reason, Span, Terms, Unknown, Unpriced};
use crate::catalog::evaluate::{Lack, condition, number};
use crate::catalog::kind::CostLine;
use crate::catalog::{Catalog, KindId};
use crate::diagram::{Diagram, NodeId};
use crate::workload::Workload;

impl Estimate {
    /// The bill of `diagram` when it is used as `workload` says.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, workload: &Workload, book: &Book, terms: &Terms) -> Self {
        let mut bill = Self::default();
        let mut kinds: BTreeMap<&KindId, Ready<'_>> = BTreeMap::new();
        for node in diagram.nodes().values() {
            kinds.entry(&node.kind).or_insert_with(|| Ready::of(catalog.kind(&node.kind)));
        }
        for (id, node) in diagram.nodes() {
            let Some(ready) = kinds.get(&node.kind).filter(|ready| !ready.lines.is_empty()) else { continue };
            let region = region_of(catalog, diagram, node, book, terms);
            let site = Site::new(node, ready, workload.node(*id), region, terms);
            for (place, cost) in ready.kind.costs.iter().enumerate() {
                bill.take(*id, place, cost, ready, &site, book);
            }
        }
        bill.settle(book, terms);
        bill
    }

    /// Adds one line of one node, in the state that it is in.
    fn take(&mut self, node: NodeId, place: usize, cost: &CostLine, ready: &Ready<'_>, site: &Site<'_>, book: &Book) {
        let value_of = |slot| site.value(slot);
        let holds = |when| condition(when, &value_of).is_ok_and(|holds| !holds.high.is_zero());
        if !cost.when.as_ref().is_none_or(holds) {
            return;
        }
        let usage = &ready.lines[place].usage;
        let quantity = number(&cost.quantity, &value_of);
        let is_nothing = quantity.is_ok_and(|quantity| quantity == Span::default());
        if is_nothing && site.is_idle(usage) {
            return;
        }
        let component = Arc::clone(&cost.component);
        let region = cost.region.as_ref().map(|region| site.filled(region));
        let region = region.as_deref().unwrap_or(site.region);
        let key = site.key(place);
        let Some(price) = book.price(&key, region).map(Arc::clone) else {
            // Nothing costs nothing in every region.
            if !is_nothing {
                let reason = Reason::NoPrice { key: key.to_string(), region: region.to_owned() };
                self.unpriced.push(Unpriced { node, place, component, reason });
            }
            return;
        };
        let unit = Arc::clone(&cost.unit);
        match quantity {
            Ok(quantity) => {
                let assumed = usage.iter().any(|at| site.is_assumed(*at));
                let cost = Span::default();
                self.lines.push(Line { node, place, component, unit, price, quantity, cost, assumed });
            }
            Err(Lack::Unknown) => {
                let keys = usage.iter().filter(|at| site.amount(**at).is_none());
                let missing = keys.filter_map(|at| ready.kind.usage.get(*at)).map(|usage| usage.key.as_str().into());
                self.unknown.push(Unknown { node, place, component, unit, price, missing: missing.collect() });
            }
            Err(Lack::Absurd) => self.unpriced.push(Unpriced { node, place, component, reason: Reason::Absurd }),
        }
    }

    /// Prices all quantities together and gives each line its part.
    fn settle(&mut self, book: &Book, terms: &Terms) {
        let members = by_price(&self.lines);
        let low = settled(&self.lines, &members, book, terms, |span| span.low);
        let is_range = self.lines.iter().any(|line| line.quantity.value().is_none());
        let high = is_range.then(|| settled(&self.lines, &members, book, terms, |span| span.high));
        let lines = std::mem::take(&mut self.lines);
        for (at, line) in lines.into_iter().enumerate() {
            let Some((low, high)) = low[at].zip(high.as_ref().map_or(low[at], |high| high[at])) else {
                let Line { node, place, component, .. } = line;
                self.unpriced.push(Unpriced { node, place, component, reason: Reason::Absurd });
                continue;
            };
            self.total = Span { low: self.total.low + low, high: self.total.high + high };
            self.lines.push(Line { cost: Span { low, high }, ..line });
        }
    }
}

/// The places of the lines under each price.
fn by_price(lines: &[Line]) -> Vec<Vec<usize>> {
    let mut prices: BTreeMap<*const Price, usize> = BTreeMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let pool = *prices.entry(Arc::as_ptr(&line.price)).or_insert(members.len());
        if pool == members.len() {
            members.push(Vec::new());
        }
        members[pool].push(at);
    }
    members
}

/// The cost of each line at one end of its range; `None` where it is too large to count.
fn settled(
    lines: &[Line],
    members: &[Vec<usize>],
    book: &Book,
    terms: &Terms,
    end: impl Fn(Span<Decimal>) -> Decimal,
) -> Vec<Option<Money>> {
    let quantity = |at: &usize| end(lines[*at].quantity);
    let pool = |members: &Vec<usize>| Pool {
        price: Arc::clone(&lines[members[0]].price),
        quantity: members.iter().map(quantity).try_fold(Decimal::ZERO, Decimal::checked_add),
    };
    let pools: Vec<Pool> = members.iter().map(pool).collect();
    let mut parts = vec![None; lines.len()];
    for ((members, pool), cost) in members.iter().zip(&pools).zip(costs(&pools, book, terms.free_tier)) {
        let (Some(whole), Some(all)) = (cost, pool.quantity) else { continue };
        // What rounding leaves over goes to the last line, so that the parts are the whole.
        let mut left = whole;
        for (index, at) in members.iter().enumerate() {
            let is_last = index + 1 == members.len();
            let part = if is_last { left } else { whole.part(quantity(at), all) };
            left = left - part;
            parts[*at] = Some(part);
        }
    }
    parts
}
