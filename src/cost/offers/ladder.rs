//! The steps of a price as a list has them, in any order, made into tiers of the book.
//!
//! Must not know lists.

use rust_decimal::Decimal;

use super::{Refusal, Tier};

/// One step: a price between two quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// First quantity, in the vendor's units.
    pub(super) from: Decimal,
    /// Where the next one begins; `None` for the last.
    pub(super) to: Option<Decimal>,
    /// US dollars for each of the vendor's units.
    pub(super) usd: Decimal,
}

/// The tiers that the steps make, where the vendor counts `per` units of ours as one.
///
/// Steps at the beginning that cost nothing are the free allowance, which the book has in a file of its own: they are
/// left out, and what follows moves down to zero.
pub(super) fn tiers(mut steps: Vec<Step>, per: u32) -> Result<Vec<Tier>, Refusal> {
    steps.sort_by_key(|step| step.from);
    let begins = steps.first().is_some_and(|step| step.from.is_zero());
    let ends = steps.last().is_some_and(|step| step.to.is_none());
    if !begins || !ends || steps.windows(2).any(|pair| pair[0].to != Some(pair[1].from)) {
        return Err(Refusal::Gap);
    }
    let free = steps.iter().take_while(|step| step.usd.is_zero()).count();
    let paid = &steps[free..];
    if paid.is_empty() || paid.iter().any(|step| step.usd.is_zero()) {
        return Err(Refusal::Zero);
    }
    let per = Decimal::from(per);
    let tier = |step: &Step| {
        let from = step.from.checked_sub(paid[0].from)?.checked_mul(per)?.normalize();
        Some(Tier { from, usd: step.usd.checked_div(per)?.normalize() })
    };
    let tiers = paid.iter().map(|step| tier(step).ok_or_else(|| Refusal::Amount(step.from.to_string())));
    tiers.collect()
}

/// A number as lists write it, exactly: `0.0000166667`, `1.6e-05`.
pub(super) fn amount(text: &str) -> Result<Decimal, Refusal> {
    let read = Decimal::from_str_exact(text).or_else(|_not_plain| Decimal::from_scientific(text));
    let amount = read.ok().filter(|amount| !amount.is_sign_negative() || amount.is_zero());
    amount.ok_or_else(|| Refusal::Amount(text.chars().take(40).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        amount(text).expect("an amount")
    }

    /// Steps as "from-to:usd", and what becomes of them.
    fn check(steps: &str, per: u32, expected: &str) {
        let step = |text: &str| {
            let (range, usd) = text.split_once(':').expect("a price");
            let (from, to) = range.split_once('-').expect("a range");
            Step { from: number(from), to: (to != "Inf").then(|| number(to)), usd: number(usd) }
        };
        let told = match tiers(steps.split_whitespace().map(step).collect(), per) {
            Ok(tiers) => {
                let shown = |tier: &Tier| format!("{}:{}", tier.from, tier.usd);
                tiers.iter().map(shown).collect::<Vec<_>>().join(" ")
            }
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(told, expected, "{steps}");
    }

    #[test]
    fn steps_become_tiers() {
        check("0-Inf:0.0000002000", 1, "0:0.0000002");
        check("10-Inf:2 0-10:3", 1, "0:3 10:2");
        check("0-25:0 25-Inf:0.285", 1, "0:0.285");
        check("25-100:0.3 0-25:0.0000000000 100-Inf:0.2", 1, "0:0.3 75:0.2");
        check("0-Inf:2e-06", 10, "0:0.0000002");
        check("100000-Inf:0.000002 0-100000:0.0", 10, "0:0.0000002");
    }

    #[test]
    fn what_is_no_ladder_is_refused() {
        check("", 1, "its tiers in the list do not join");
        check("5-Inf:1", 1, "its tiers in the list do not join");
        check("0-5:1", 1, "its tiers in the list do not join");
        check("0-5:1 6-Inf:1", 1, "its tiers in the list do not join");
        check("0-5:1 0-5:2 5-Inf:3", 1, "its tiers in the list do not join");
        check("0-Inf:0", 1, "the list has no price above zero");
        check("0-5:1 5-Inf:0", 1, "the list has no price above zero");
        check(
            "0-70000000000000000000:1 70000000000000000000-Inf:2",
            4_000_000_000,
            "`70000000000000000000` in the list is no amount",
        );
    }

    #[test]
    fn amounts_are_exact() {
        let check = |text: &str, expected: &str| assert_eq!(number(text).to_string(), expected);
        check("0.0000166667", "0.0000166667");
        check("1.6e-05", "0.000016");
        check("400000.0", "400000.0");
        check("0.0", "0.0");
        for wrong in ["", "-1", "x", "1e999999999", "0.00000000000000000000000000000000001", "NaN", "1,5"] {
            assert!(matches!(amount(wrong), Err(Refusal::Amount(_))), "{wrong}");
        }
    }
}
