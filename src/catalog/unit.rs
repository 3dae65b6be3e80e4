//! What a quantity counts, as far as a formula can be wrong about it: data, time, or neither. A formula of a bill is refused
//! when it counts something else than its unit says.
//!
//! Must not know prices.

use std::fmt;

use rust_decimal::Decimal;

use super::formula::{Formula, Function, Name, Operator};

/// How often data and time are factors of a quantity: "GB-second" is both once, "request" is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    data: i32,
    time: i32,
}

/// Words for data.
const DATA: [&str; 6] = ["KB", "MB", "GB", "GiB", "TB", "TiB"];
/// Words for time. A month is none: every quantity is that of a month.
const TIME: [&str; 13] =
    ["ms", "s", "second", "seconds", "min", "minute", "minutes", "h", "hour", "hours", "day", "days", "week"];

impl Measure {
    /// That of a unit for people: of "5 KB messages a month" the messages count.
    pub(super) fn of_unit(unit: &str) -> Self {
        let counted = unit.split(" a ").next().unwrap_or_default();
        let counted = counted.split(" (").next().unwrap_or_default();
        let words = counted.split_whitespace().last().unwrap_or_default().split('-');
        words.fold(Self::default(), |measure, word| Self {
            data: measure.data + i32::from(DATA.contains(&word)),
            time: measure.time + i32::from(TIME.contains(&word)),
        })
    }

    /// That of what a formula comes to; `None` where a bare number decides, which may stand for anything. The error is a
    /// sum or choice of what cannot be compared.
    pub(super) fn of(formula: &Formula, named: &dyn Fn(&Name) -> Self) -> Result<Option<Self>, String> {
        match formula {
            Formula::Number(_) | Formula::Text(_) => Ok(None),
            Formula::Name(name) => Ok(Some(named(name))),
            Formula::Binary(operator, left, right) => Self::of_two(*operator, left, right, named),
            Formula::Call(Function::Ceil, arguments) => {
                arguments.first().map_or(Ok(None), |first| Self::of(first, named))
            }
            Formula::Call(Function::If, arguments) => Self::same(arguments.iter().skip(1), named),
            Formula::Call(Function::Min | Function::Max, arguments) => Self::same(arguments.iter(), named),
        }
    }

    fn of_two(
        operator: Operator,
        left: &Formula,
        right: &Formula,
        named: &dyn Fn(&Name) -> Self,
    ) -> Result<Option<Self>, String> {
        let (of_left, of_right) = (Self::of(left, named)?, Self::of(right, named)?);
        Ok(match (operator, left, right) {
            // Numbers only convert, save the one that steps are counted by.
            (Operator::Divide, left, Formula::Number(step)) if steps(left) == Some(*step) => Some(Self::default()),
            (Operator::Multiply | Operator::Divide, _, Formula::Number(_)) => of_left,
            (Operator::Multiply, Formula::Number(_), _) => of_right,
            (Operator::Multiply, ..) => of_left.zip(of_right).map(|(left, right)| left.times(right, 1)),
            (Operator::Divide, ..) => {
                let left = if matches!(left, Formula::Number(_)) { Some(Self::default()) } else { of_left };
                left.zip(of_right).map(|(left, right)| left.times(right, -1))
            }
            (Operator::Add | Operator::Subtract, ..) => return Self::same([left, right].into_iter(), named),
            _ => Some(Self::default()),
        })
    }

    fn times(self, other: Self, power: i32) -> Self {
        Self { data: self.data + power * other.data, time: self.time + power * other.time }
    }

    /// What all of some formulas have in common.
    fn same<'f>(
        parts: impl Iterator<Item = &'f Formula>,
        named: &dyn Fn(&Name) -> Self,
    ) -> Result<Option<Self>, String> {
        let mut common: Option<(Self, &Formula)> = None;
        for part in parts {
            let Some(measure) = Self::of(part, named)? else { continue };
            match common {
                Some((known, first)) if known != measure => {
                    return Err(format!(
                        "`{first}` is {known} and `{part}` is {measure}, which cannot be taken together"
                    ));
                }
                _ => common = Some((measure, part)),
            }
        }
        Ok(common.map(|(measure, _)| measure))
    }
}

/// The step to which a formula rounds up.
fn steps(formula: &Formula) -> Option<Decimal> {
    match formula {
        Formula::Call(Function::Ceil, arguments) => match arguments.get(1) {
            Some(Formula::Number(step)) => Some(*step),
            _ => None,
        },
        Formula::Call(_, arguments) => arguments.iter().find_map(steps),
        _ => None,
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factor = |name: &str, power: i32| match power {
            0 => None,
            1 => Some(name.to_owned()),
            _ => Some(format!("{name}^{power}")),
        };
        let factors: Vec<String> =
            [factor("data", self.data), factor("time", self.time)].into_iter().flatten().collect();
        if factors.is_empty() { f.write_str("a number") } else { f.write_str(&factors.join(" × ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::formula::Slot;

    #[test]
    fn units_are_read_as_they_are_said() {
        let check = |unit: &str, expected: &str| assert_eq!(Measure::of_unit(unit).to_string(), expected, "{unit}");
        for unit in ["request", "5 KB message", "requests a month", "units a second", "GHz", "", "dashboard-month"] {
            check(unit, "a number");
        }
        for unit in ["GB", "GB-month", "GB-months", "GiB a month", "KB", "GB (record rounded up to 1 KB)"] {
            check(unit, "data");
        }
        for unit in ["ms", "s a month", "vCPU-second", "100 RU/s-hour", "hours a month", "minute"] {
            check(unit, "time");
        }
        check("GB-second", "data × time");
    }

    #[test]
    fn formulas_count_what_their_names_count() {
        let check = |text: &str, expected: &str| {
            let formula = Formula::parse(text, &|_name| Some(Slot::Hours)).expect(text);
            let of = |name: &Name| Measure::of_unit(name.text.split('_').next_back().unwrap_or_default());
            let found = match Measure::of(&formula, &of) {
                Ok(measure) => measure.map_or("anything".to_owned(), |measure| measure.to_string()),
                Err(error) => error,
            };
            assert_eq!(found, expected, "{text}");
        };
        check("requests * ceil(duration_ms, 1) / 1000 * memory_MB / 1024", "data × time");
        check("requests * max(ceil(message_KB, 64) / 64, 1)", "a number");
        check("requests * message_KB / 1048576", "data");
        check("stored_GB * 0.15 * kept_days * 24 / month_h", "data");
        check("month_h * 3600000 / duration_ms", "a number");
        check("1 / duration_ms", "time^-1");
        check("if(shards > 0, shards, 1) * month_h", "time");
        check("if(shards > 2, 14, 7) * month_h", "anything");
        check("a + b_GB", "`a` is a number and `b_GB` is data, which cannot be taken together");
        check("max(a_s, 5, b_GB)", "`a_s` is time and `b_GB` is data, which cannot be taken together");
    }
}
