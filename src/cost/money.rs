//! Amounts of dollars as decimals on a grid so fine that no price falls through, and so even that sums lose nothing.
//!
//! Must not know prices or lines.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use rust_decimal::{Decimal, RoundingStrategy};

/// Digits after the point that an amount keeps: 10⁻¹² dollars. The smallest price is 10⁻⁸ dollars a unit.
const DIGITS: u32 = 12;

/// The largest amount, in dollars; larger ones are absurd.
const MAX: Decimal = Decimal::from_parts(0x6FC1_0000, 0x0023_86F2, 0, false, 0);

/// US dollars, a multiple of 10⁻¹². Sums of amounts are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(Decimal);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// `dollars` on the grid; `None` beyond ten thousand million million dollars.
    #[must_use]
    pub fn of(dollars: Decimal) -> Option<Self> {
        (dollars.abs() <= MAX).then(|| Self(dollars.round_dp(DIGITS)))
    }

    /// In dollars, unrounded.
    #[must_use]
    pub const fn dollars(self) -> Decimal {
        self.0
    }

    /// In dollars with two digits, half a cent up.
    #[must_use]
    pub fn cents(self) -> Decimal {
        let mut cents = self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        cents.rescale(2);
        cents
    }

    /// Dollars a unit when `quantity` of them cost this much together, a little less where division does not end; nothing
    /// for nothing. It has as many digits as a part of so much can show.
    pub(super) fn rate(self, quantity: Decimal) -> Decimal {
        let rate = self.0.checked_div(quantity).unwrap_or_default();
        let whole_digits = quantity.trunc().mantissa().unsigned_abs().checked_ilog10().unwrap_or_default() + 1;
        rate.round_dp_with_strategy(DIGITS + whole_digits, RoundingStrategy::ToZero)
    }

    /// What `quantity` costs at a rate that was made of more than it.
    pub(super) fn part(rate: Decimal, quantity: Decimal) -> Self {
        // Down, so that what is left over for the last one is never less than nothing.
        let part = rate.checked_mul(quantity).unwrap_or_default();
        Self(part.round_dp_with_strategy(DIGITS, RoundingStrategy::ToZero))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cents())
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_to_the_cent() {
        let check = |dollars: &str, printed: &str| {
            let money = Money::of(dollars.parse().expect(dollars)).expect(dollars);
            assert_eq!(money.to_string(), printed);
        };
        check("0", "0.00");
        check("0.005", "0.01");
        check("0.0049999999", "0.00");
        check("49763.1", "49763.10");
        assert_eq!(MAX.to_string(), "10000000000000000");
        assert_eq!(Money::of(MAX + Decimal::ONE), None);
    }
}
