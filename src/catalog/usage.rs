//! Figures of use as people tell them: a number a month, a rate ("40/s"), a share ("2%"), a daily curve, a burst.
//!
//! Must not know any diagram or what the figures are for.

use rust_decimal::Decimal;
use serde_json::Value;

use super::kind::{Kind, UsageKey};
use super::names::{Named as _, named, nearest};

/// Hours of a month: those of a year, divided by twelve.
pub const HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// Seconds of such a month.
pub const SECONDS: Decimal = Decimal::from_parts(2_628_000, 0, 0, false, 0);

/// The largest figure that is taken for meant.
pub const MOST: Decimal = Decimal::from_parts(0xA764_0000, 0x0DE0_B6B3, 0, false, 0);

/// Key under which a source's daily curve stands among its figures.
pub const CURVE: &str = "curve";
/// Key under which its burst stands.
pub const BURST: &str = "burst";

named! {
    /// What a rate is told per.
    pub enum Per {
        /// A second.
        Second = "s",
        /// A minute.
        Minute = "min",
        /// An hour.
        Hour = "h",
        /// A day.
        Day = "day",
        /// A month of 730 hours.
        Month = "month",
    }
}

impl Per {
    /// A rate per this, as a figure a month.
    fn a_month(self, rate: Decimal) -> Option<Decimal> {
        match self {
            Self::Second => rate.checked_mul(SECONDS),
            Self::Minute => rate.checked_mul(Decimal::from(43_800)),
            Self::Hour => rate.checked_mul(HOURS),
            // The product first, so that 24 a day are 730 a month and no fraction of it.
            Self::Day => rate.checked_mul(HOURS).map(|month| month / Decimal::from(24)),
            Self::Month => Some(rate),
        }
    }
}

/// A figure as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// So much, in the unit of the key.
    Number(Decimal),
    /// A part of another figure, from 0 to 1.
    Share(Decimal),
}

/// Reads a figure; `None` when it is no figure or below zero.
#[must_use]
pub fn told(value: &Value) -> Option<Told> {
    match value {
        Value::Number(_) => decimal(value).map(Told::Number),
        Value::String(text) => told_in_words(text),
        _ => None,
    }
    .filter(|told| matches!(told, Told::Number(number) | Told::Share(number) if *number >= Decimal::ZERO))
}

fn told_in_words(text: &str) -> Option<Told> {
    if let Some(percent) = text.trim().strip_suffix('%') {
        return number(percent).map(|percent| Told::Share(percent / Decimal::ONE_HUNDRED));
    }
    let (rate, per) = text.split_once('/')?;
    Per::from_name(per.trim())?.a_month(number(rate)?).map(Told::Number)
}

fn number(text: &str) -> Option<Decimal> {
    text.trim().replace([',', '_'], "").parse().ok()
}

/// A JSON number as a decimal, exactly as it is written.
#[must_use]
pub fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.as_str();
    let whole = || text.parse::<i64>().ok().map(Decimal::from);
    whole().or_else(|| text.parse().ok()).or_else(|| Decimal::from_scientific(text).ok())
}

named! {
    /// How traffic is spread over a day.
    pub enum Curve {
        /// The same at any hour.
        Flat = "flat",
        /// From nine to five, with a dip at noon.
        Business = "business",
        /// Most after work.
        Evening = "evening",
    }
}

impl Curve {
    /// Weights of the 24 hours, from midnight.
    #[must_use]
    pub const fn weights(self) -> [u32; 24] {
        match self {
            Self::Flat => [1; 24],
            Self::Business => [1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 7, 9, 10, 10, 8, 5, 3, 2, 2, 1, 1, 1],
            Self::Evening => [3, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 5, 4, 4, 4, 5, 7, 9, 10, 10, 9, 7, 5],
        }
    }
}

/// The weights of the 24 hours of a curve, from midnight: those of a named one, or its own; `None` when it is no curve.
#[must_use]
pub fn hours(curve: &Value) -> Option<[Decimal; 24]> {
    let weights: [Decimal; 24] = match curve {
        Value::String(name) => Curve::from_name(name)?.weights().map(Decimal::from),
        Value::Array(weights) => weights.iter().map(decimal).collect::<Option<Vec<_>>>()?.try_into().ok()?,
        _ => return None,
    };
    let is_weight = |weight: &Decimal| (Decimal::ZERO..=MOST).contains(weight);
    let is_curve = weights.iter().all(is_weight) && weights.iter().any(|weight| !weight.is_zero());
    is_curve.then_some(weights)
}

/// How many times the mean the busiest hour of a curve is; `None` when it is no curve.
#[must_use]
pub fn busiest_hour(curve: &Value) -> Option<Decimal> {
    let weights = hours(curve)?;
    let sum = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
    let highest = weights.into_iter().max()?;
    highest.checked_mul(Decimal::from(24))?.checked_div(sum)
}

/// A curve as a person types it: a name, or 24 weights with commas or spaces between them.
fn typed_curve(typed: &str) -> Value {
    let words = typed.trim_matches(['[', ']']).split([',', ' ']).filter(|word| !word.is_empty());
    let weights: Option<Vec<Value>> = words.map(|word| serde_json::from_str(word).ok()).collect();
    weights.filter(|weights| weights.len() > 1).map_or_else(|| Value::from(typed), Value::Array)
}

/// How many times the mean a burst is: "5x10" is five times the rest for ten minutes a day. `None` when it is no burst.
#[must_use]
pub fn burst(burst: &Value) -> Option<Decimal> {
    let (factor, minutes) = burst.as_str()?.split_once('x')?;
    let (factor, minutes) = (number(factor)?, number(minutes)?);
    let day = Decimal::from(1440);
    if factor < Decimal::ONE || minutes <= Decimal::ZERO || minutes > day {
        return None;
    }
    // The month's sum stays what it is, so the rest of the day gets less.
    let mean = (factor - Decimal::ONE).checked_mul(minutes)?.checked_div(day)?.checked_add(Decimal::ONE)?;
    factor.checked_div(mean)
}

named! {
    /// What reports of invocations tell together.
    pub enum Reported {
        /// How many there were.
        Invocations = "invocations",
        /// Billed milliseconds of one on average, without those of preparation.
        Billed = "billed_ms",
        /// The same in whole milliseconds, as a duration by which one would be billed alike.
        Duration = "duration_ms",
        /// How many waited for an environment.
        Cold = "cold_starts",
        /// Billed milliseconds of one preparation on average.
        Init = "init_ms",
    }
}

/// A figure that was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Its usage key.
    pub key: String,
    /// How much there was.
    pub amount: Decimal,
    /// In how many milliseconds that came together; `None` of a mean, which is the same in any time.
    pub over_ms: Option<i64>,
}

impl Measured {
    /// What it comes to in a month of so many hours, when it goes on like this.
    #[must_use]
    pub fn a_month(&self, hours: Decimal) -> Option<Decimal> {
        let Some(over_ms) = self.over_ms else { return Some(self.amount) };
        // The product first, so that what divides evenly stays exact.
        let product = self.amount.checked_mul(hours)?.checked_mul(Decimal::from(3_600_000))?;
        product.checked_div(Decimal::from(over_ms))
    }
}

impl UsageKey {
    /// Whether it counts something over a month, so that it may be told as a rate.
    #[must_use]
    pub fn is_rate(&self) -> bool {
        self.unit.ends_with(" a month")
    }

    /// Why a value cannot be this figure, as what it "must be".
    #[must_use]
    pub fn refusal(&self, value: &Value) -> Option<String> {
        let is_fitting = match (value, told(value)) {
            (_, Some(Told::Number(number))) if number > MOST => {
                return Some("is larger than anything that could be meant".to_owned());
            }
            (_, Some(Told::Share(share))) => self.share_of.is_some() && share <= Decimal::ONE,
            (Value::String(_), Some(Told::Number(_))) => self.is_rate(),
            (_, told) => told.is_some(),
        };
        (!is_fitting).then(|| format!("must be {}", self.forms()))
    }

    fn forms(&self) -> &'static str {
        match (self.is_rate(), self.share_of.is_some()) {
            (true, true) => "a number from 0, a rate such as 40/s, or a share such as 1%",
            (true, false) => "a number from 0, or a rate such as 40/s, 500/min, 2000/h or 10000/day",
            _ => "a number from 0",
        }
    }

    /// Reads what a person typed.
    pub fn parse(&self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        let plain = serde_json::from_str::<serde_json::Number>(&typed.replace([',', '_'], "")).map(Value::Number);
        let value = plain.unwrap_or_else(|_words| Value::from(typed));
        self.refusal(&value).map_or(Ok(value), Err)
    }
}

impl Kind {
    /// Its usage key of this name.
    #[must_use]
    pub fn usage_key(&self, key: &str) -> Option<&UsageKey> {
        self.usage.iter().find(|usage| usage.key == key)
    }

    /// Whether traffic goes through it, so that its peaks may be told.
    #[must_use]
    pub fn has_peaks(&self) -> bool {
        self.flow.events.is_some()
    }

    /// Reads what a person typed for a key of a node's figures, or says in a sentence why it cannot stand there.
    pub fn parse_usage(&self, key: &str, typed: &str) -> Result<Value, String> {
        let value = match self.usage_key(key) {
            Some(usage) => return usage.parse(typed).map_err(|refusal| format!("{} {refusal}.", usage.label)),
            None if key == CURVE => typed_curve(typed.trim()),
            None => Value::from(typed.trim()),
        };
        self.usage_refusal(key, Some(&value)).map_or(Ok(value), Err)
    }

    /// Why a value cannot stand under a key of a node's figures, as a sentence.
    #[must_use]
    pub fn usage_refusal(&self, key: &str, value: Option<&Value>) -> Option<String> {
        let peaks = |wanted: &str| self.has_peaks().then(|| wanted.to_owned());
        let refusal =
            |label: &str, is_fine: bool, wanted: &str| (!is_fine).then(|| format!("{label} must be {wanted}."));
        match (key, value) {
            (CURVE, value) if self.has_peaks() => {
                let is_fine = value.is_none_or(|value| busiest_hour(value).is_some());
                refusal("The curve", is_fine, "flat, business, evening, or 24 weights from 0 of which one is more")
            }
            (BURST, value) if self.has_peaks() => {
                let is_fine = value.is_none_or(|value| burst(value).is_some());
                refusal("The burst", is_fine, "a factor and minutes a day, such as 5x10")
            }
            _ => {
                let Some(known) = self.usage_key(key) else {
                    let keys = self.usage.iter().map(|usage| usage.key.as_str());
                    let peak_keys = [peaks(CURVE), peaks(BURST)].into_iter().flatten().collect::<Vec<_>>();
                    let hint = nearest(key, keys.chain(peak_keys.iter().map(String::as_str)));
                    let hint = hint.map(|known| format!(" Did you mean {known}?")).unwrap_or_default();
                    return Some(format!("{} has no figure {key}.{hint}", self.label));
                };
                value.and_then(|value| known.refusal(value)).map(|refusal| format!("{} {refusal}.", known.label))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_read_as_they_are_told() {
        let check = |value: Value, expected: Option<Told>| assert_eq!(told(&value), expected, "{value}");
        let number = |text: &str| Some(Told::Number(text.parse().expect("a number")));
        check(json!(1.5), number("1.5"));
        check(json!("40/s"), number("105120000"));
        check(json!("1,000 / min"), number("43800000"));
        check(json!("10/h"), number("7300"));
        check(json!("24/day"), number("730"));
        check(json!("7/month"), number("7"));
        check(json!("2%"), Some(Told::Share("0.02".parse().expect("a number"))));
        for wrong in
            [json!(-1), json!("-1/s"), json!("4/week"), json!("many"), json!("1e999/s"), json!([1]), json!(true)]
        {
            check(wrong, None);
        }
    }

    #[test]
    fn peaks_stand_above_the_mean_of_the_same_sum() {
        let check = |found: Option<Decimal>, expected: Option<&str>| {
            assert_eq!(found.map(|found| found.round_dp(3)), expected.map(|text| text.parse().expect("a number")));
        };
        check(busiest_hour(&json!("flat")), Some("1"));
        check(busiest_hour(&json!("business")), Some("2.222"));
        let mut only_noon = [0; 24];
        only_noon[12] = 5;
        check(busiest_hour(&json!(only_noon)), Some("24"));
        check(busiest_hour(&json!([1, 2])), None);
        check(busiest_hour(&typed_curve("0 0 0 0 0 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0 0 0 0 0")), Some("24"));
        check(busiest_hour(&typed_curve("[1,1,1,1,1,1,1,1,1,1,1,1,3,1,1,1,1,1,1,1,1,1,1, 1.0]")), Some("2.769"));
        check(busiest_hour(&typed_curve("evening")), Some("2.264"));
        let mut absurd = vec![json!(1); 24];
        for weight in [json!(-1), serde_json::from_str("1e27").expect("a number"), json!("1")] {
            absurd[3] = weight;
            check(busiest_hour(&json!(absurd)), None);
        }
        check(busiest_hour(&json!(vec![0; 24])), None);
        check(burst(&json!("5x10")), Some("4.865"));
        check(burst(&json!("2x1440")), Some("1"));
        for wrong in ["", "x", "0x5", "5x0", "5x1441"] {
            check(burst(&json!(wrong)), None);
        }
    }
}
