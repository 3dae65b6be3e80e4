//! Money and quantities as people read them.
//!
//! Rounding happens here and nowhere before. Must not know where a figure comes from.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::cost::{Money, Span};

/// A cent, in dollars.
const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// "$1,234.56"; "under $0.01" for what is there but smaller.
#[must_use]
pub fn dollars(money: Money) -> String {
    let amount = money.dollars();
    if amount > Decimal::ZERO && amount < CENT {
        return "under $0.01".to_owned();
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}${}", grouped(&money.cents().abs().to_string()))
}

/// What something costs in an hour, however little: "$1.20/h", "$0.00012/h".
#[must_use]
pub fn hourly(money: Money) -> String {
    let amount = money.dollars();
    match amount {
        amount if amount.is_zero() => "$0/h".to_owned(),
        amount if amount < Decimal::ONE => format!("${}/h", amount.round_sf(2).unwrap_or(amount).normalize()),
        _ => format!("{}/h", dollars(money)),
    }
}

/// A figure or a range: "$3.20", "$3 – $40"; ends of a range that are not small leave their cents out.
#[must_use]
pub fn range(span: Span<Money>) -> String {
    if span.low.cents() == span.high.cents() {
        return dollars(span.low);
    }
    let ten = Decimal::TEN;
    let end = |money: Money| match money.dollars() {
        amount if amount >= ten => format!("${}", grouped(&whole(amount).to_string())),
        _ => dollars(money),
    };
    format!("{} – {}", end(span.low), end(span.high))
}

/// A share of a whole in percent with one digit: "12.3 %"; "under 0.1 %" for what is there but smaller.
#[must_use]
pub fn share(part: Money, whole: Money) -> String {
    match per_mille(part, whole) {
        None => String::new(),
        Some(share) if share < Decimal::ONE && part > Money::ZERO => "under 0.1 %".to_owned(),
        Some(share) => format!("{} %", digits(share / Decimal::TEN, 1)),
    }
}

/// A share of a whole in thousandths; of nothing there is none.
#[must_use]
pub fn per_mille(part: Money, whole: Money) -> Option<Decimal> {
    let thousandths = part.dollars().checked_mul(Decimal::ONE_THOUSAND)?;
    thousandths.checked_div(whole.dollars())
}

/// A price of one unit: "$0.029", "$0.0000166667", "$1.00"; never fewer than two digits.
#[must_use]
pub fn unit_price(usd: Decimal) -> String {
    let usd = usd.normalize();
    let text = if usd.scale() < 2 { digits(usd, 2) } else { usd.to_string() };
    format!("${}", grouped(&text))
}

/// What is bought at a price too small to be read, is priced by the million.
const MILLION: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// A price with what it buys: "$0.029 / GB"; small prices by the million, as vendors quote them: "$0.20 / M requests".
#[must_use]
pub fn rate(usd: Decimal, unit: &str) -> String {
    match usd.checked_mul(MILLION) {
        Some(millions) if usd < Decimal::new(1, 3) && !usd.is_zero() => {
            format!("{} / M {}", unit_price(millions.round_dp(4)), several(unit))
        }
        _ => format!("{} / {unit}", unit_price(usd)),
    }
}

/// "requests" of "request"; units that are written in capitals stay.
#[must_use]
pub fn several(unit: &str) -> String {
    match unit.chars().last() {
        Some(last) if last.is_lowercase() && last != 's' => format!("{unit}s"),
        _ => unit.to_owned(),
    }
}

/// A quantity: thousands are separated, small ones keep three digits that say something.
#[must_use]
pub fn quantity(amount: Decimal) -> String {
    let scale = match amount.abs() {
        size if size >= Decimal::ONE_HUNDRED => 0,
        size if size >= Decimal::TEN => 1,
        size if size >= Decimal::ONE => 2,
        size if size.is_zero() => 0,
        size => size.scale().min(3 + zeros(size)),
    };
    let rounded = amount.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero).normalize();
    grouped(&rounded.to_string())
}

/// A quantity of so many millions that nobody reads its digits: "175.2 M"; smaller ones as [`quantity`] tells them.
#[must_use]
pub fn amount(amount: Decimal) -> String {
    if amount.abs() < MILLION {
        return quantity(amount);
    }
    let millions = (amount / MILLION).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    format!("{} M", grouped(&millions.normalize().to_string()))
}

/// A quantity or a range of it.
#[must_use]
pub fn quantities(span: Span<Decimal>) -> String {
    match span.value() {
        Some(value) => amount(value),
        None => format!("{} – {}", amount(span.low), amount(span.high)),
    }
}

/// The same with every digit that says something, for those who want to count again.
#[must_use]
pub fn quantities_whole(span: Span<Decimal>) -> String {
    let whole = |amount: Decimal| grouped(&amount.round_dp(6).normalize().to_string());
    match span.value() {
        Some(value) => whole(value),
        None => format!("{} – {}", whole(span.low), whole(span.high)),
    }
}

/// How many zeros stand between the point and the first other digit.
fn zeros(size: Decimal) -> u32 {
    let text = size.to_string();
    text.split_once('.').map_or(0, |(_, digits)| digits.chars().take_while(|digit| *digit == '0').count() as u32)
}

fn whole(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

fn digits(amount: Decimal, scale: u32) -> String {
    let mut amount = amount.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(scale);
    amount.to_string()
}

/// Thousands separated by commas, before the point only.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, rest) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match rest {
        Some(rest) => format!("{text}.{rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    fn money(text: &str) -> Money {
        Money::of(decimal(text)).expect(text)
    }

    #[test]
    fn money_is_told_to_the_cent_and_never_as_nothing() {
        let check = |amount: &str, told: &str| assert_eq!(dollars(money(amount)), told);
        check("0", "$0.00");
        check("0.000001", "under $0.01");
        check("0.01", "$0.01");
        check("1234567.895", "$1,234,567.90");
        check("-1234.5", "-$1,234.50");
    }

    #[test]
    fn a_range_is_told_by_its_ends() {
        let check = |low: &str, high: &str, told: &str| {
            assert_eq!(range(Span { low: money(low), high: money(high) }), told);
        };
        check("3.2", "3.2", "$3.20");
        check("3.2", "3.2001", "$3.20");
        check("3.2", "40.4", "$3.20 – $40");
        check("1300.6", "40000", "$1,301 – $40,000");
        check("0", "0.5", "$0.00 – $0.50");
    }

    #[test]
    fn shares_quantities_and_prices_keep_what_says_something() {
        let shared = |part: &str, told: &str| assert_eq!(share(money(part), money("853.69")), told);
        shared("105.12", "12.3 %");
        shared("0.5", "under 0.1 %");
        shared("0", "0.0 %");
        assert_eq!(share(money("1"), Money::ZERO), "");
        let amount = |text: &str, told: &str| assert_eq!(quantity(decimal(text)), told);
        amount("1016160000", "1,016,160,000");
        amount("4845.4", "4,845");
        amount("12.345", "12.3");
        amount("1.2345", "1.23");
        amount("0.000123456", "0.000123");
        amount("0", "0");
        let priced = |text: &str, told: &str| assert_eq!(unit_price(decimal(text)), told);
        priced("0.0000166667", "$0.0000166667");
        priced("1", "$1.00");
        priced("0.0290", "$0.029");
        priced("1600", "$1,600.00");
        let rated = |usd: &str, unit: &str, told: &str| assert_eq!(rate(decimal(usd), unit), told);
        rated("0.0000002", "request", "$0.20 / M requests");
        rated("0.0000166667", "GB-second", "$16.6667 / M GB-seconds");
        rated("0.000000705", "WRU", "$0.705 / M WRU");
        rated("0.029", "GB", "$0.029 / GB");
        rated("0", "GB", "$0.00 / GB");
    }
}
