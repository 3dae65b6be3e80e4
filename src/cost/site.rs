//! A node as its formulas see it: settings, figures, hours and region.
//!
//! Must not know prices.

use std::cell::OnceCell;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::ready::{Ready, value};
use super::{Book, Terms};
use crate::catalog::Catalog;
use crate::catalog::evaluate::{Span, Value, number};
use crate::catalog::formula::Slot;
use crate::diagram::{Diagram, Node};
use crate::workload::{Amount, Origin};

/// A node with all that its formulas may ask for.
pub(super) struct Site<'a> {
    node: &'a Node,
    ready: &'a Ready<'a>,
    amounts: &'a [Option<Amount>],
    hours: Decimal,
    /// The region that it is priced in.
    pub(super) region: &'a str,
    /// Its settings, as far as they differ from the kind's; made when the first one is asked for.
    own: OnceCell<Vec<(usize, Value<'a>)>>,
}

impl<'a> Site<'a> {
    pub(super) fn new(
        node: &'a Node,
        ready: &'a Ready<'a>,
        amounts: &'a [Option<Amount>],
        region: &'a str,
        terms: &Terms,
    ) -> Self {
        Self { node, ready, amounts, hours: terms.hours, region, own: OnceCell::new() }
    }

    /// The value of a name; `None` of an unknown figure that nothing bounds.
    pub(super) fn value(&self, slot: Slot) -> Option<Value<'a>> {
        match slot {
            Slot::Field(at) => Some(self.setting(at)),
            Slot::Usage(at) => self.figure(at).map(Value::Number),
            Slot::Hours => Some(Value::Number(Span::exactly(self.hours))),
            Slot::Region => Some(Value::Text(self.region)),
            // No formula of the bill names traffic: the workload has made figures of it.
            Slot::Flow(_) => None,
        }
    }

    /// A figure: known, or between nothing and its bound.
    fn figure(&self, at: usize) -> Option<Span<Decimal>> {
        if let Some(amount) = self.amount(at) {
            return Some(Span { low: amount.low, high: amount.high });
        }
        let bound = self.ready.kind.usage.get(at)?.at_most.as_ref()?;
        let high = number(bound, &|slot| self.value(slot)).ok()?.high;
        Some(Span { low: Decimal::ZERO, high })
    }

    fn setting(&self, at: usize) -> Value<'a> {
        let own = self.own.get_or_init(|| {
            let place = |key: &str| self.ready.kind.fields.iter().position(|field| field.key == *key);
            let settings = self.node.settings.iter();
            settings.filter_map(|(key, set): (&String, &'a Json)| Some((place(key)?, value(set)))).collect()
        });
        let set = own.iter().find(|(place, _)| *place == at).map(|(_, value)| *value);
        set.or_else(|| self.ready.defaults.get(at).copied()).unwrap_or(Value::Unset)
    }

    pub(super) fn amount(&self, at: usize) -> Option<Amount> {
        self.amounts.get(at).copied().flatten()
    }

    /// Whether a figure is one that nobody has told: the kind's default, or only its bound.
    pub(super) fn is_assumed(&self, at: usize) -> bool {
        self.amount(at).is_none_or(|amount| amount.origin == Origin::Assumed)
    }

    /// The keys of those of some figures that are not known.
    pub(super) fn missing(&self, usage: &[usize]) -> Vec<Arc<str>> {
        let unknown = usage.iter().filter(|at| self.amount(**at).is_none());
        unknown.filter_map(|at| self.ready.kind.usage.get(*at)).map(|usage| usage.key.as_str().into()).collect()
    }

    /// Whether nobody has said that there is any of something: of the figures, those that are nothing are assumed to be.
    pub(super) fn is_idle(&self, usage: &[usize]) -> bool {
        let is_nothing = |at: &&usize| self.amount(**at).is_some_and(|amount| amount.high.is_zero());
        let mut nothing = usage.iter().filter(is_nothing).peekable();
        nothing.peek().is_some() && nothing.all(|at| self.is_assumed(*at))
    }

    /// `text` with the value of each `{field}`.
    pub(super) fn filled(&self, text: &str) -> String {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            let at = self.ready.kind.fields.iter().position(|field| field.key == key);
            if let Some(Value::Text(text)) = at.map(|at| self.setting(at)) {
                filled.push_str(text);
            }
            rest = after;
        }
        filled + rest
    }

    /// The full price key of a line.
    pub(super) fn key(&self, place: usize) -> Arc<str> {
        if let Some(key) = self.ready.lines.get(place).and_then(|line| line.key.clone()) {
            return key;
        }
        let price = self.ready.kind.costs.get(place).map(|line| self.filled(&line.price)).unwrap_or_default();
        format!("{}.{price}", self.ready.kind.cloud()).into()
    }
}

/// The region that a node is priced in: that of the terms, where it is one of the node's cloud; that of the innermost
/// container that names one; the first of the cloud.
pub(super) fn region_of<'a>(
    catalog: &'a Catalog,
    diagram: &'a Diagram,
    node: &'a Node,
    book: &'a Book,
    terms: &'a Terms,
) -> &'a str {
    let cloud = catalog.kind(&node.kind).cloud();
    let fits = |region: &&str| book.cloud_of(region).is_none_or(|owner| owner == cloud);
    if let Some(region) = terms.region.as_deref().filter(fits) {
        return region;
    }
    let mut group = node.group.and_then(|group| diagram.groups().get(&group));
    while let Some(around) = group {
        let key = catalog.kind(&around.kind).parameters.get("region");
        let region = key.and_then(|key| around.settings.get(key)).and_then(Json::as_str);
        if let Some(region) = region.filter(fits) {
            return region;
        }
        group = around.parent.and_then(|parent| diagram.groups().get(&parent));
    }
    book.first_region(cloud).unwrap_or_default()
}
