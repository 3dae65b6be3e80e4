//! From a diagram and its workload to its bill.
//!
//! Quantities are summed for each price over the whole diagram first, then tiered, then freed of allowances, and what is
//! left is given back to the lines in proportion. Must not know any kind by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::pool::{Pool, costs};
use super::ready::{Ready, ReadyLine};
use super::site::{Site, region_of};
use super::{Book, Estimate, Line, Money, Price, Reason, Span, Terms, Unknown, Unpriced};
use crate::catalog::evaluate::{Lack, condition, number};
use crate::catalog::formula::Formula;
use crate::catalog::kind::CostLine;
use crate::catalog::{Catalog, KindId};
use crate::diagram::{Diagram, NodeId};
use crate::workload::Workload;

impl Estimate {
    /// The bill of `diagram` when it is used as `workload` says.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, workload: &Workload, book: &Book, terms: &Terms) -> Self {
        let mut kinds: BTreeMap<&KindId, Ready<'_>> = BTreeMap::new();
        for node in diagram.nodes().values() {
            kinds.entry(&node.kind).or_insert_with(|| Ready::of(catalog.kind(&node.kind)));
        }
        let lines =
            diagram.nodes().values().filter_map(|node| kinds.get(&node.kind)).map(|ready| ready.lines.len()).sum();
        let mut draft = Draft::with_room(book, lines);
        let mut holds: Vec<bool> = Vec::new();
        for (id, node) in diagram.nodes() {
            let Some(ready) = kinds.get(&node.kind).filter(|ready| !ready.lines.is_empty()) else { continue };
            let region = region_of(catalog, diagram, node, book, terms);
            let site = Site::new(node, ready, workload.node(*id), region, terms);
            let is_possible =
                |when: &&Formula| condition(when, &|slot| site.value(slot)).is_ok_and(|holds| !holds.high.is_zero());
            holds.clear();
            holds.extend(ready.conditions.iter().map(is_possible));
            for (place, (cost, line)) in ready.kind.costs.iter().zip(&ready.lines).enumerate() {
                if line.when.is_none_or(|when| holds[when]) {
                    draft.take(Place { node: *id, place }, cost, line, &site);
                }
            }
        }
        draft.settled(terms)
    }
}

/// A bill whose lines have quantities and no costs yet.
struct Draft<'a> {
    book: &'a Book,
    bill: Estimate,
    /// Every price that a line is under.
    prices: Vec<Arc<Price>>,
    /// For each line of the bill, its price among those.
    pool_of: Vec<usize>,
}

/// Which line of which node.
#[derive(Clone, Copy)]
struct Place {
    node: NodeId,
    place: usize,
}

impl<'a> Draft<'a> {
    fn with_room(book: &'a Book, lines: usize) -> Self {
        let bill = Estimate { lines: Vec::with_capacity(lines), ..Estimate::default() };
        Self { book, bill, prices: Vec::new(), pool_of: Vec::with_capacity(lines) }
    }

    /// Adds one line of one node, in the state that it is in.
    fn take(&mut self, at: Place, cost: &CostLine, ready: &ReadyLine, site: &Site<'_>) {
        let Place { node, place } = at;
        let quantity = number(&ready.quantity, &|slot| site.value(slot));
        let is_nothing = quantity.is_ok_and(|quantity| quantity == Span::default());
        if is_nothing && site.is_idle(&ready.usage) {
            return;
        }
        let component = Arc::clone(&cost.component);
        let pool = match self.pool(place, cost, ready, site) {
            Ok(pool) => pool,
            // Nothing costs nothing in every region.
            Err(_no_price) if is_nothing => return,
            Err(reason) => return self.bill.unpriced.push(Unpriced { node, place, component, reason }),
        };
        let (price, unit) = (Arc::clone(&self.prices[pool]), Arc::clone(&cost.unit));
        match quantity {
            Ok(quantity) => {
                let assumed = ready.usage.iter().any(|at| site.is_assumed(*at));
                let cost = Span::default();
                self.bill.lines.push(Line { node, place, component, unit, price, quantity, cost, assumed });
                self.pool_of.push(pool);
            }
            Err(Lack::Unknown) => {
                let missing = site.missing(&ready.usage);
                self.bill.unknown.push(Unknown { node, place, component, unit, price, missing });
            }
            Err(Lack::Absurd) => {
                self.bill.unpriced.push(Unpriced { node, place, component, reason: Reason::Absurd });
            }
        }
    }

    /// The price of a line among all; the last one of each line is remembered, since most nodes stand in one region.
    fn pool(&mut self, place: usize, cost: &CostLine, ready: &ReadyLine, site: &Site<'_>) -> Result<usize, Reason> {
        let is_steady = ready.key.is_some() && cost.region.is_none();
        if let Some((region, found)) = ready.last.borrow().as_ref().filter(|_| is_steady)
            && **region == *site.region
        {
            return found.clone();
        }
        let region = cost.region.as_ref().map(|region| site.filled(region));
        let region = region.as_deref().unwrap_or(site.region);
        let found = self.looked_up(site.key(place), region, &cost.unit);
        if is_steady {
            *ready.last.borrow_mut() = Some((region.into(), found.clone()));
        }
        found
    }

    fn looked_up(&mut self, key: Arc<str>, region: &str, counted: &Arc<str>) -> Result<usize, Reason> {
        let Some(price) = self.book.price(&key, region) else {
            return Err(Reason::NoPrice { key, region: region.into() });
        };
        if !price.is_per(counted) {
            return Err(Reason::OtherUnit { counted: Arc::clone(counted), priced: Arc::clone(&price.unit) });
        }
        Ok(self.prices.iter().position(|known| Arc::ptr_eq(known, price)).unwrap_or_else(|| {
            self.prices.push(Arc::clone(price));
            self.prices.len() - 1
        }))
    }

    /// Prices all quantities together and gives each line its part.
    fn settled(self, terms: &Terms) -> Estimate {
        let (low, low_total) = self.parts(terms, |span| span.low);
        let is_range = self.bill.lines.iter().any(|line| line.quantity.value().is_none());
        let high = is_range.then(|| self.parts(terms, |span| span.high));
        let mut bill = self.bill;
        let high_total = high.as_ref().map_or(low_total, |(_, total)| *total);
        let high = high.as_ref().map_or(&low, |(high, _)| high);
        let mut is_whole = true;
        for ((line, low), high) in bill.lines.iter_mut().zip(&low).zip(high) {
            match low.zip(*high) {
                Some((low, high)) => line.cost = Span { low, high },
                None => is_whole = false,
            }
        }
        bill.total = Span { low: low_total, high: high_total };
        if !is_whole {
            let counted = |at: usize| low[at].is_some() && high[at].is_some();
            leave_out(&mut bill, counted);
        }
        bill
    }

    /// The cost of each line at one end of its range, `None` where it is too large to count, and of all that can be counted.
    fn parts(&self, terms: &Terms, end: impl Fn(Span<Decimal>) -> Decimal) -> (Vec<Option<Money>>, Money) {
        let pool = |price: &Arc<Price>| Pool { price: Arc::clone(price), quantity: Some(Decimal::ZERO) };
        let mut pools: Vec<Pool> = self.prices.iter().map(pool).collect();
        let mut waiting = vec![0_usize; pools.len()];
        for (line, at) in self.bill.lines.iter().zip(&self.pool_of) {
            let sum = &mut pools[*at].quantity;
            *sum = sum.and_then(|sum| sum.checked_add(end(line.quantity)));
            waiting[*at] += 1;
        }
        let costs = costs(&pools, self.book, terms.free_tier);
        let total = costs.iter().flatten().copied().sum();
        let rate = |(cost, pool): (&Option<Money>, &Pool)| cost.zip(pool.quantity).map(|(cost, all)| cost.rate(all));
        let rates: Vec<Option<Decimal>> = costs.iter().zip(&pools).map(rate).collect();
        let mut left = costs;
        let part = |(line, at): (&Line, &usize)| {
            // What rounding leaves over goes to the last line, so that the parts are the whole.
            waiting[*at] -= 1;
            let rest = left[*at]?;
            let part = if waiting[*at] == 0 { rest } else { Money::part(rates[*at]?, end(line.quantity)) };
            left[*at] = Some(rest - part);
            Some(part)
        };
        (self.bill.lines.iter().zip(&self.pool_of).map(part).collect(), total)
    }
}

/// Takes the lines that cannot be counted out of a bill, and says so.
fn leave_out(bill: &mut Estimate, is_counted: impl Fn(usize) -> bool) {
    let mut at = 0..;
    let (counted, absurd) =
        std::mem::take(&mut bill.lines).into_iter().partition(|_line| at.next().is_some_and(&is_counted));
    let absurd: Vec<Line> = absurd;
    bill.lines = counted;
    bill.unpriced.extend(absurd.into_iter().map(|line| {
        let Line { node, place, component, .. } = line;
        Unpriced { node, place, component, reason: Reason::Absurd }
    }));
    bill.total = bill.lines.iter().fold(Span::default(), |sum: Span<Money>, line| Span {
        low: sum.low + line.cost.low,
        high: sum.high + line.cost.high,
    });
}
