//! A bill as the JSON document that `estimate --format json` prints.
//!
//! Must not know how it is reckoned.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::compare::Comparison;
use crate::cost::{Basis, Estimate, Line, Money, Span, TierPart, Unknown, Unpriced, report};

pub(super) fn of(bill: &Estimate, basis: &Basis<'_>, other: Option<&Comparison>) -> Value {
    let region = report::home_region(basis);
    let mut document = json!({
        "currency": "USD",
        "region": region,
        "free_tier": basis.terms.free_tier,
        "monthly_total": bill.total.low.to_string(),
    });
    ranged(&mut document, bill.total, false);
    document["lines"] = bill.lines.iter().map(|line| self::line(line, bill, basis, &region)).collect();
    document["unknown"] = bill.unknown.iter().map(|line| unknown(line, basis)).collect();
    document["unpriced"] = bill.unpriced.iter().map(|line| unpriced(line, basis)).collect();
    if let Some(other) = other {
        document["compare"] = other.document();
    }
    document
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// `low` and `high` of what is a range, or of a line whose usage is one.
fn ranged(document: &mut Value, cost: Span<Money>, is_range: bool) {
    if is_range || cost.value().is_none() {
        document["low"] = Value::from(cost.low.to_string());
        document["high"] = Value::from(cost.high.to_string());
    }
}

fn line(line: &Line, bill: &Estimate, basis: &Basis<'_>, home: &str) -> Value {
    let price = &line.price;
    let mut document = json!({
        "node": report::name(basis, line.node),
        "component": &*line.component,
        "quantity": plain(line.quantity.low),
        "unit": &*line.unit,
        "unit_price": plain(price.unit_usd()),
        "formula": line.formula(basis),
        "price_key": &*price.key,
        "as_of": &*price.as_of,
        "confidence": price.confidence,
        "source": &*price.source,
        "assumed": line.assumed,
        "monthly": line.cost.low.to_string(),
    });
    if *price.region != *home {
        document["region"] = Value::from(&*price.region);
    }
    let is_range = line.quantity.value().is_none();
    if is_range {
        document["quantity_high"] = Value::from(plain(line.quantity.high));
    }
    ranged(&mut document, line.cost, is_range);
    let tiers = bill.tiers(line);
    if tiers.len() > 1 {
        document["tiers"] = tiers.iter().map(tier).collect();
    }
    document
}

fn tier(part: &TierPart) -> Value {
    json!({
        "from": plain(part.tier.from), "quantity": plain(part.quantity.round_dp(6)), "unit_price": plain(part.tier.usd),
        "monthly": part.cost.to_string(),
    })
}

fn unknown(line: &Unknown, basis: &Basis<'_>) -> Value {
    json!({
        "node": report::name(basis, line.node),
        "component": &*line.component,
        "unit": &*line.unit,
        "unit_price": plain(line.price.unit_usd()),
        "missing": line.missing.iter().map(|key| &**key).collect::<Vec<_>>(),
    })
}

fn unpriced(line: &Unpriced, basis: &Basis<'_>) -> Value {
    json!({
        "node": report::name(basis, line.node),
        "component": &*line.component,
        "reason": line.reason.to_string(),
    })
}
