//! What is bought under one price: summed over the whole diagram, then tiered, then freed of its allowance.
//!
//! Must not know nodes or formulas.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Allowance, Book, FreeTier, Money, Price, Tier};
use crate::cost::book::{FreeKind, Scope};

/// A quantity under one price.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    /// The price.
    pub(super) price: Arc<Price>,
    /// How much a month; `None` when it is too large to count.
    pub(super) quantity: Option<Decimal>,
}

/// What each pool costs, after tiers and allowances; `None` where it is too large to count.
pub(super) fn costs(pools: &[Pool], book: &Book, free_tier: FreeTier) -> Vec<Option<Money>> {
    let free = free_quantities(pools, book, free_tier);
    let cost = |(pool, free): (&Pool, Decimal)| {
        let all = tiered(&pool.price, pool.quantity?)?;
        Some(Money::of(all)? - Money::of(tiered(&pool.price, free)?)?)
    };
    pools.iter().zip(free).map(cost).collect()
}

/// What falls into each tier, the first one first; empty tiers at the end are left out.
pub(super) fn parts(price: &Price, quantity: Decimal) -> impl Iterator<Item = (Tier, Decimal)> {
    let ends = price.tiers.iter().skip(1).map(|next| next.from).chain([Decimal::MAX]);
    let reached = price.tiers.iter().zip(ends).take_while(move |(tier, _)| tier.from < quantity);
    reached.map(move |(tier, end)| (*tier, end.min(quantity).saturating_sub(tier.from)))
}

/// US dollars for `quantity`, each part at the price of its tier.
fn tiered(price: &Price, quantity: Decimal) -> Option<Decimal> {
    parts(price, quantity).try_fold(Decimal::ZERO, |sum, (tier, part)| sum.checked_add(part.checked_mul(tier.usd)?))
}

/// How much of each pool is free.
fn free_quantities(pools: &[Pool], book: &Book, free_tier: FreeTier) -> Vec<Decimal> {
    let mut free = vec![Decimal::ZERO; pools.len()];
    let counts = |allowance: &&Allowance| match free_tier {
        FreeTier::None => false,
        FreeTier::Always => allowance.kind == FreeKind::Always,
        FreeTier::FirstYear => true,
    };
    for allowance in book.allowances().iter().filter(counts) {
        let mut members: Vec<usize> = (0..pools.len()).filter(|at| shares(allowance, &pools[*at].price)).collect();
        match allowance.scope {
            Scope::Account => give(allowance.monthly, members, pools, &mut free),
            Scope::Region => {
                members.sort_by(|a, b| pools[*a].price.region.cmp(&pools[*b].price.region));
                for region in members.chunk_by(|a, b| pools[*a].price.region == pools[*b].price.region) {
                    give(allowance.monthly, region.to_vec(), pools, &mut free);
                }
            }
        }
    }
    free
}

fn shares(allowance: &Allowance, price: &Price) -> bool {
    let holds = |(key, only): &(Arc<str>, Option<Arc<str>>)| {
        *key == price.key && only.as_ref().is_none_or(|region| *region == price.region)
    };
    allowance.keys.iter().any(holds)
}

/// Frees the dearest pools first, as it is best for who pays; equally dear ones by what they have.
fn give(mut left: Decimal, mut members: Vec<usize>, pools: &[Pool], free: &mut [Decimal]) {
    members.sort_by(|a, b| pools[*b].price.unit_usd().cmp(&pools[*a].price.unit_usd()));
    for equals in members.chunk_by(|a, b| pools[*a].price.unit_usd() == pools[*b].price.unit_usd()) {
        let had = |at: &usize| pools[*at].quantity.unwrap_or_default();
        let all = equals.iter().map(had).fold(Decimal::ZERO, Decimal::saturating_add);
        let given = left.min(all);
        if given.is_zero() {
            continue;
        }
        for at in equals {
            let part = had(at).checked_div(all).and_then(|share| share.checked_mul(given));
            free[*at] = part.unwrap_or_default().min(had(at));
        }
        left -= given;
    }
}
