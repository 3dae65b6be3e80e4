//! How often an expression of a schedule comes true in a month: rates and cron expressions of six fields.
//!
//! A month is a twelfth of a year of 365 days, as 730 hours are. Vendor rules: EventBridge Scheduler, "Schedule types" (fields
//! minutes, hours, day of month, month, day of week, year; one of the two days is `?`). Must not know diagrams.

use rust_decimal::Decimal;

/// Runs a month; `None` when the expression cannot be read. One that runs once counts as once.
pub(super) fn runs_a_month(expression: &str) -> Option<Decimal> {
    let (form, rest) = expression.trim().split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    match form {
        "rate" => rate(inside),
        "cron" => cron(inside),
        "at" => Some(Decimal::ONE),
        _ => None,
    }
}

fn rate(text: &str) -> Option<Decimal> {
    let mut parts = text.split_whitespace();
    let count: u32 = parts.next()?.parse().ok().filter(|count| *count > 0)?;
    let minutes = match parts.next()?.trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 1440,
        _ => return None,
    };
    Decimal::from(43_800).checked_div(Decimal::from(count).checked_mul(Decimal::from(minutes))?)
}

const DAYS_OF_MONTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

fn cron(text: &str) -> Option<Decimal> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, day, month, weekday, _year] = fields.as_slice() else { return None };
    let times = values(minutes, 0, 59, &[])?.len() * values(hours, 0, 23, &[])?.len();
    let months = values(month, 1, 12, &MONTHS)?;
    let days: Option<Vec<Decimal>> = months.iter().map(|month| days(*month, day, weekday)).collect();
    let days: Decimal = days?.into_iter().sum();
    Decimal::from(times).checked_mul(days)?.checked_div(Decimal::from(12))
}

/// On how many days of a month an expression comes true, on the mean of all years.
fn days(month: u32, day: &str, weekday: &str) -> Option<Decimal> {
    let length = DAYS_OF_MONTHS[usize::try_from(month).ok()?.checked_sub(1)?];
    match (day, weekday) {
        ("?" | "*", "?" | "*") => Some(Decimal::from(length)),
        (day, "?" | "*") if day.contains(['L', 'W']) => Some(Decimal::ONE),
        (day, "?" | "*") => {
            let days = values(day, 1, 31, &[])?;
            Some(Decimal::from(days.iter().filter(|day| **day <= length).count()))
        }
        ("?" | "*", weekday) => weekdays(weekday, length),
        _ => None,
    }
}

fn weekdays(text: &str, length: u32) -> Option<Decimal> {
    if let Some((_, which)) = text.split_once('#') {
        let which: u32 = which.parse().ok().filter(|which| (1..=5).contains(which))?;
        let fifth = Decimal::from(length - 28) / Decimal::from(7);
        return Some(if which == 5 { fifth } else { Decimal::ONE });
    }
    if text.len() > 1 && text.ends_with('L') {
        return Some(Decimal::ONE);
    }
    let days = values(text, 1, 7, &WEEKDAYS)?;
    Some(Decimal::from(days.len()) * Decimal::from(length) / Decimal::from(7))
}

/// The values that a field of a cron expression lists.
fn values(text: &str, first: u32, last: u32, names: &[&str]) -> Option<Vec<u32>> {
    let mut all = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let one = |text: &str| {
            let named = names.iter().position(|name| *name == text).and_then(|at| u32::try_from(at).ok());
            let value = named.map(|at| at + first).or_else(|| text.parse().ok());
            value.filter(|value| (first..=last).contains(value))
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (one(from)?, one(to)?),
            None if range == "*" || range == "?" => (first, last),
            None => (one(range)?, if step.is_some() { last } else { one(range)? }),
        };
        // A range may run over the end: FRI-MON.
        let circle = last - first + 1;
        let count = (to + circle - from) % circle + 1;
        all.extend((0..count).step_by(step.unwrap_or(1) as usize).map(|at| (from - first + at) % circle + first));
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_come_true_so_often() {
        let check = |text: &str, expected: Option<&str>| {
            let expected = expected.map(|text| text.parse().expect("a number"));
            assert_eq!(runs_a_month(text).map(|runs| runs.round_dp(4).normalize()), expected, "{text}");
        };
        check("rate(5 minutes)", Some("8760"));
        check("rate(1 hour)", Some("730"));
        check("rate(1 day)", Some("30.4167"));
        check("cron(0 2 * * ? *)", Some("30.4167"));
        check("cron(0/15 8-17 ? * MON-FRI *)", Some("869.0476"));
        check("cron(0 3 ? * SUN *)", Some("4.3452"));
        check("cron(0 3 1,15 * ? *)", Some("2"));
        check("cron(0 3 31 * ? *)", Some("0.5833"));
        check("cron(0 3 L * ? *)", Some("1"));
        check("cron(0 3 3W * ? *)", Some("1"));
        check("cron(0 3 ? * 6#3 *)", Some("1"));
        check("cron(0 3 ? * 6L *)", Some("1"));
        check("cron(0 0 1 JAN ? *)", Some("0.0833"));
        check("cron(0 0 ? * FRI-MON *)", Some("17.381"));
        check("cron(*/10 * * * ? *)", Some("4380"));
        check("at(2027-01-31T08:00:00)", Some("1"));
        for wrong in [
            "",
            "rate(0 minutes)",
            "rate(5 weeks)",
            "cron(0 2 * *)",
            "cron(61 2 * * ? *)",
            "cron(0 2 1 * MON *)",
            "daily",
        ] {
            check(wrong, None);
        }
    }
}
