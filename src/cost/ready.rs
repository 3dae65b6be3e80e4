//! A kind made ready for many nodes: the numbers of its defaults, what its lines ask, which figures each uses, and its price
//! keys.
//!
//! Must not know nodes.

use std::cell::RefCell;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Reason;
use crate::catalog::Kind;
use crate::catalog::evaluate::{Span, Value};
use crate::catalog::formula::{Formula, Slot};
use crate::catalog::kind::CostLine;
use crate::workload::decimal;

/// A kind with what its lines need over and over.
pub(super) struct Ready<'a> {
    pub(super) kind: &'a Kind,
    /// The value of each field that is not set.
    pub(super) defaults: Vec<Value<'a>>,
    /// When lines are there at all, each condition once.
    pub(super) conditions: Vec<&'a Formula>,
    /// In the order of the kind's lines.
    pub(super) lines: Vec<ReadyLine>,
}

/// The place of a price, or why there is none.
pub(super) type Found = Result<usize, Reason>;

/// A line with what does not change from node to node.
pub(super) struct ReadyLine {
    /// Place of the condition under which it is there.
    pub(super) when: Option<usize>,
    /// Its quantity, as a computer likes it.
    pub(super) quantity: Formula,
    /// Places of the figures in its formula.
    pub(super) usage: Vec<usize>,
    /// Its price key, if no setting stands in it.
    pub(super) key: Option<Arc<str>>,
    /// The region that it was looked up for last, and the place of the price that was found, or why there is none.
    pub(super) last: RefCell<Option<(Box<str>, Found)>>,
}

impl<'a> Ready<'a> {
    pub(super) fn of(kind: &'a Kind) -> Self {
        let default = |default: Option<&'a Json>| default.map_or(Value::Unset, value);
        let mut conditions: Vec<&Formula> = Vec::new();
        let line = |line: &'a CostLine| ReadyLine {
            when: line.when.as_ref().map(|when| {
                conditions.iter().position(|known| *known == when).unwrap_or_else(|| {
                    conditions.push(when);
                    conditions.len() - 1
                })
            }),
            quantity: line.quantity.multiplied(),
            usage: figures(kind, &line.quantity),
            key: (!line.price.contains('{')).then(|| format!("{}.{}", kind.cloud(), line.price).into()),
            last: RefCell::default(),
        };
        let lines = kind.costs.iter().map(line).collect();
        let defaults = kind.fields.iter().map(|field| default(field.default.as_ref())).collect();
        Self { kind, defaults, conditions, lines }
    }
}

/// A setting as formulas take it.
pub(super) fn value(value: &Json) -> Value<'_> {
    match value {
        Json::Bool(yes) => Value::Number(Span::exactly(Decimal::from(u8::from(*yes)))),
        Json::String(text) => Value::Text(text),
        other => decimal(other).map_or(Value::Unset, |number| Value::Number(Span::exactly(number))),
    }
}

/// The places of the figures in a formula, without those that nobody is asked for.
fn figures(kind: &Kind, formula: &Formula) -> Vec<usize> {
    let is_asked = |at: &usize| kind.usage.get(*at).is_none_or(|key| !key.is_measured);
    let place = |slot| if let Slot::Usage(at) = slot { Some(at).filter(is_asked) } else { None };
    formula.names().into_iter().filter_map(|name| place(name.slot)).collect()
}
