//! From a diagram and its workload to its bill.
//!
//! Quantities are summed for each price over the whole diagram first, then tiered, then freed of allowances, and what is
//! left is given back to the lines in proportion. Must not know any kind by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::pool::{Pool, costs};
use super::{Book, Estimate, Line, Money, Price, Reason, Span, Terms, Unknown, Unpriced};
use crate::catalog::evaluate::{Lack, Value, condition, number};
use crate::catalog::formula::{Formula, Slot};
use crate::catalog::kind::CostLine;
use crate::catalog::{Catalog, Kind};
use crate::diagram::{Diagram, Node, NodeId};
use crate::workload::{Amount, Origin, Workload, decimal};

impl Estimate {
    /// The bill of `diagram` when it is used as `workload` says.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, workload: &Workload, book: &Book, terms: &Terms) -> Self {
        let mut bill = Self::default();
        for (id, node) in diagram.nodes() {
            let kind = catalog.kind(&node.kind);
            let region = region_of(catalog, diagram, node, book, terms);
            let at = Site { id: *id, node, kind, region, amounts: workload.node(*id), terms, book };
            for (place, cost) in kind.costs.iter().enumerate() {
                at.take(place, cost, &mut bill);
            }
        }
        bill.settle(book, terms);
        bill
    }

    /// Prices all quantities together and gives each line its part.
    fn settle(&mut self, book: &Book, terms: &Terms) {
        let mut places: BTreeMap<*const Price, usize> = BTreeMap::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let pool = *places.entry(Arc::as_ptr(&line.price)).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[pool].push(at);
        }
        let low = settled(&self.lines, &members, book, terms, |span| span.low);
        let high = settled(&self.lines, &members, book, terms, |span| span.high);
        let mut absurd = Vec::new();
        for (line, (low, high)) in self.lines.drain(..).zip(low.into_iter().zip(high)).collect::<Vec<_>>() {
            match (low, high) {
                (Some(low), Some(high)) => {
                    let total = self.total;
                    self.total = Span { low: total.low + low, high: total.high + high };
                    self.lines.push(Line { cost: Span { low, high }, ..line });
                }
                _ => absurd.push(line),
            }
        }
        self.unpriced.extend(absurd.into_iter().map(|line| Unpriced {
            node: line.node,
            place: line.place,
            component: line.component,
            reason: Reason::Absurd,
        }));
    }
}

/// The cost of each line at one end of its range.
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
        let (Some(mut left), Some(all)) = (cost, pool.quantity) else { continue };
        let whole = left;
        for (index, at) in members.iter().enumerate() {
            let is_last = index + 1 == members.len();
            let part = if is_last { left } else { whole.part(quantity(at), all) };
            left = left - part;
            parts[*at] = Some(part);
        }
    }
    parts
}

/// A node with all that its formulas may ask for.
struct Site<'a> {
    id: NodeId,
    node: &'a Node,
    kind: &'a Kind,
    region: &'a str,
    amounts: &'a [Option<Amount>],
    terms: &'a Terms,
    book: &'a Book,
}

impl<'a> Site<'a> {
    fn take(&self, place: usize, cost: &'a CostLine, bill: &mut Estimate) {
        let value_of = |slot| self.value(slot);
        let applies =
            cost.when.as_ref().is_none_or(|when| condition(when, &value_of).is_ok_and(|holds| !holds.high.is_zero()));
        if !applies {
            return;
        }
        let component = Arc::clone(&cost.component);
        let quantity = number(&cost.quantity, &value_of);
        let assumed =
            self.names(&cost.quantity, |amount| amount.is_some_and(|amount| amount.origin == Origin::Assumed));
        if quantity == Ok(Span::default())
            && !assumed.is_empty()
            && assumed.len() == self.names(&cost.quantity, |_| true).len()
        {
            return;
        }
        let key = format!("{}.{}", self.kind.cloud(), self.filled(&cost.price));
        let region = cost.region.as_ref().map_or_else(|| self.region.to_owned(), |region| self.filled(region));
        let Some(price) = self.book.price(&key, &region).map(Arc::clone) else {
            let reason = Reason::NoPrice { key, region };
            bill.unpriced.push(Unpriced { node: self.id, place, component, reason });
            return;
        };
        let unit = Arc::clone(&cost.unit);
        match quantity {
            Ok(quantity) => {
                let cost = Span::default();
                let assumed = !assumed.is_empty() || quantity.value().is_none();
                bill.lines.push(Line { node: self.id, place, component, unit, price, quantity, cost, assumed });
            }
            Err(Lack::Unknown) => {
                let missing = self.names(&cost.quantity, |amount| amount.is_none());
                bill.unknown.push(Unknown { node: self.id, place, component, unit, price, missing });
            }
            Err(Lack::Absurd) => {
                bill.unpriced.push(Unpriced { node: self.id, place, component, reason: Reason::Absurd });
            }
        }
    }

    /// The usage keys of a formula whose amounts are `wanted`.
    fn names(&self, formula: &Formula, wanted: impl Fn(Option<Amount>) -> bool) -> Vec<Arc<str>> {
        let found = formula.names().into_iter().filter(|name| match name.slot {
            Slot::Usage(at) => wanted(self.amounts.get(at).copied().flatten()),
            _ => false,
        });
        found.map(|name| Arc::clone(&name.text)).collect()
    }

    fn value(&self, slot: Slot) -> Option<Value<'_>> {
        match slot {
            Slot::Field(at) => Some(self.setting(at)),
            Slot::Usage(at) => match self.amounts.get(at).copied().flatten() {
                Some(amount) => Some(Value::Number(Span { low: amount.low, high: amount.high })),
                None => {
                    let bound = self.kind.usage.get(at)?.at_most.as_ref()?;
                    let high = number(bound, &|slot| self.value(slot)).ok()?.high;
                    Some(Value::Number(Span { low: Decimal::ZERO, high }))
                }
            },
            Slot::Hours => Some(Value::Number(Span::exactly(self.terms.hours))),
            Slot::Region => Some(Value::Text(self.region)),
            // No formula of the bill names traffic: the workload has made figures of it.
            Slot::Flow(_) => None,
        }
    }

    fn setting(&self, at: usize) -> Value<'_> {
        let Some(field) = self.kind.fields.get(at) else { return Value::Unset };
        match self.node.settings.get(&field.key).or(field.default.as_ref()) {
            Some(Json::Bool(yes)) => Value::Number(Span::exactly(Decimal::from(u8::from(*yes)))),
            Some(Json::String(text)) => Value::Text(text),
            Some(value) => decimal(value).map_or(Value::Unset, |number| Value::Number(Span::exactly(number))),
            None => Value::Unset,
        }
    }

    /// `text` with the value of each `{field}`.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            let at = self.kind.fields.iter().position(|field| field.key == key);
            if let Some(Value::Text(text)) = at.map(|at| self.setting(at)) {
                filled.push_str(text);
            }
            rest = after;
        }
        filled + rest
    }
}

/// The region that a node is priced in.
fn region_of<'a>(
    catalog: &'a Catalog,
    diagram: &'a Diagram,
    node: &'a Node,
    book: &'a Book,
    terms: &'a Terms,
) -> &'a str {
    let cloud = catalog.kind(&node.kind).cloud();
    if let Some(region) = terms.region.as_deref().filter(|region| book.cloud_of(region).is_none_or(|own| own == cloud))
    {
        return region;
    }
    let mut group = node.group.and_then(|group| diagram.groups().get(&group));
    while let Some(around) = group {
        let key = catalog.kind(&around.kind).parameters.get("region");
        let region = key.and_then(|key| around.settings.get(key)).and_then(Json::as_str);
        if let Some(region) = region.filter(|region| book.cloud_of(region).is_none_or(|own| own == cloud)) {
            return region;
        }
        group = around.parent.and_then(|parent| diagram.groups().get(&parent));
    }
    book.first_region(cloud).unwrap_or_default()
}
