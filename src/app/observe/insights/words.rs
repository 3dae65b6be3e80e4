//! What there is to say of a question: what it will scan and cost, how it goes, and what it has cost.
//!
//! Must not know how anything is drawn.

use rust_decimal::Decimal;

use super::{Answer, Insights, Spent};
use crate::app::Workspace;
use crate::app::bill::words::{dollars, quantity, rate};
use crate::catalog::field::grouped;
use crate::cost::{Money, Price};
use crate::engine::protocol::Paid;
use crate::engine::protocol::insights::{MOST_ROWS, State};
use crate::telemetry::insights::estimate::Estimate;

/// Bytes of a gigabyte as scans are billed.
const GB: u64 = 1_000_000_000;

/// What a question will scan and cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// "Scans about 1.2 GB, $0.01".
    pub words: String,
    /// Why it is that much, a sentence a line.
    pub help: Vec<String>,
    /// Something about it is not known.
    pub is_vague: bool,
}

/// Bytes as people say them: "17 kB", "1.2 GB", by powers of a thousand as they are billed.
#[must_use]
pub fn bytes(count: u64) -> String {
    let units = [("TB", 1_000 * GB), ("GB", GB), ("MB", 1_000_000), ("kB", 1_000)];
    match units.iter().find(|(_, size)| count >= *size) {
        Some((unit, size)) => {
            let amount = Decimal::from(count) / Decimal::from(*size);
            let digits = u32::from(amount < Decimal::TEN);
            format!("{} {unit}", grouped_decimal(amount.round_dp(digits)))
        }
        None => format!("{count} B"),
    }
}

fn grouped_decimal(amount: Decimal) -> String {
    quantity(amount.normalize())
}

/// Bytes in the unit of their price.
pub(in crate::app::observe) fn gigabytes(count: u64) -> Decimal {
    Decimal::from(count) / Decimal::from(GB)
}

impl Workspace {
    /// What so many bytes cost where the log groups are, and whether the price is that region's own.
    fn scan_price(&self, count: u64) -> Option<(Money, &Price, bool)> {
        let (book, key) = (self.book(), Paid::Insights.price_key());
        let own = book.price(key, self.insights.region());
        let price = own.or_else(|| book.prices().find(|price| *price.key == *key))?;
        let money = Money::of(gigabytes(count).checked_mul(price.unit_usd())?)?;
        Some((money, price, own.is_some()))
    }

    /// What the question will scan and cost; `None` while that is being found out.
    #[must_use]
    pub fn forecast(&self) -> Option<Forecast> {
        let insights = self.insights();
        if let Some(Err(text)) = insights.survey().filter(|_| !insights.is_surveying()) {
            let words = "How much it scans is not known".to_owned();
            return Some(Forecast { words, help: vec![text.to_owned()], is_vague: true });
        }
        let estimate = self.estimate()?;
        let (words, is_own) = self.cost_of(&estimate);
        let mut help = vec![
            "A query scans all that its log groups took in between its two ends, whatever it looks for.".to_owned(),
        ];
        help.extend(self.basis(&estimate));
        if let (Some((_, price, _)), false) = (self.scan_price(0), is_own) {
            help.push(format!("No price is known for {}: this is that of {}.", insights.region(), price.region));
        }
        Some(Forecast { words, help, is_vague: !estimate.is_counted() })
    }

    /// "Scans about 1.2 GB, $0.01"; and whether the price is the region's own.
    fn cost_of(&self, estimate: &Estimate) -> (String, bool) {
        let about = if estimate.is_counted() { "Scans about " } else { "Scans at most " };
        let size = bytes(estimate.bytes);
        if estimate.unknown > 0 {
            return ("How much it scans is not known".to_owned(), true);
        }
        match self.scan_price(estimate.bytes) {
            None => (format!("{about}{size}, no price is known"), true),
            Some((money, _, true)) => (format!("{about}{size}, {}", dollars(money)), true),
            // Better about what it costs than nothing.
            Some((money, price, false)) => {
                (format!("{about}{size}, {} at the price of {}", dollars(money), price.region), false)
            }
        }
    }

    /// How the estimate came to be.
    fn basis(&self, estimate: &Estimate) -> Vec<String> {
        let trouble = self.insights().survey().and_then(Result::ok).and_then(|survey| survey.trouble.clone());
        let counted = "It is what CloudWatch counted as coming in (IncomingBytes); the last minutes may be missing.";
        let bounded = "For log groups without a count it is all that is stored, as CloudWatch says.";
        let unknown = "Of some log groups nothing is known.";
        let rate = self.scan_price(0).map(|(_, price, _)| {
            let free = self.free(Paid::Insights.price_key()).unwrap_or_default();
            format!("It costs {}{free}.", rate(price.unit_usd(), &price.unit))
        });
        let told = [
            (estimate.bounded == 0 && estimate.unknown == 0).then(|| counted.to_owned()),
            trouble,
            (estimate.bounded > 0).then(|| bounded.to_owned()),
            (estimate.unknown > 0).then(|| unknown.to_owned()),
            rate,
        ];
        told.into_iter().flatten().collect()
    }

    /// How the question goes: "running: 12 rows so far, 3.1 MB scanned, under $0.01"; and whether that is bad news.
    #[must_use]
    pub fn progress(&self) -> Option<(String, bool)> {
        let answer = self.insights().answer()?;
        if let Some(text) = &answer.trouble {
            return Some((text.clone(), true));
        }
        if let Some(mistake) = &answer.told.mistake {
            return Some((format!("The query is mistaken: {}.", mistake.message), true));
        }
        let told = &answer.told;
        let trouble = told
            .trouble
            .as_ref()
            .map(|trouble| if told.is_over { format!(", {trouble}") } else { format!(", tries again ({trouble})") });
        let scanned = told.statistics.scanned_bytes;
        let cost = self.scan_price(scanned).map(|(money, ..)| format!(", {}", dollars(money))).unwrap_or_default();
        let paid = if scanned == 0 { String::new() } else { format!(", {} scanned{cost}", bytes(scanned)) };
        let is_bad = matches!(told.state, State::Failed | State::Timeout) || trouble.is_some();
        Some((format!("{}{paid}{}{}", how(answer), cut(answer), trouble.unwrap_or_default()), is_bad))
    }

    /// What questions have cost in this session: "3 queries, 2.1 GB, $0.01".
    #[must_use]
    pub fn asked_so_far(&self) -> Option<String> {
        let Spent { questions, bytes: scanned, .. } = self.insights().spent();
        let noun = if questions == 1 { "query" } else { "queries" };
        let cost = self.scan_price(scanned).map(|(money, ..)| format!(", {}", dollars(money))).unwrap_or_default();
        (questions > 0).then(|| format!("{questions} {noun}, {}{cost} in this session", bytes(scanned)))
    }
}

/// "running: 12 rows so far".
fn how(answer: &Answer) -> String {
    let (told, count) = (&answer.told, answer.told.table.len());
    let rows = format!("{} row{}", grouped(count as i64), if count == 1 { "" } else { "s" });
    let of = match told.statistics.scanned {
        0 => String::new(),
        scanned => format!(" of {} records", grouped(scanned as i64)),
    };
    match told.state {
        _ if answer.is_stopping && !told.is_over => format!("stopping: {rows} so far"),
        State::Scheduled => "scheduled".to_owned(),
        State::Running => format!("running: {rows} so far{of}"),
        State::Unknown => format!("state unknown: {rows} so far{of}"),
        State::Complete if told.is_over => format!("complete: {rows}{of}"),
        State::Complete => format!("complete, reading: {rows} so far"),
        State::Cancelled => format!("cancelled: {rows} until then"),
        State::Timeout => format!("timed out: {rows} until then"),
        State::Failed => "failed".to_owned(),
    }
}

fn cut(answer: &Answer) -> String {
    match answer.told.is_cut {
        true if answer.told.table.len() >= MOST_ROWS => {
            format!(", no more than {} are read", grouped(MOST_ROWS as i64))
        }
        true => ", there were more than are kept".to_owned(),
        false => String::new(),
    }
}

impl Insights {
    /// Where the question is mistaken: from which byte on and up to which, of the text as it was asked.
    #[must_use]
    pub fn mistaken_at(&self) -> Option<(usize, usize)> {
        let answer = self.answer.as_ref().filter(|answer| answer.asked.text == self.inquiry.text)?;
        let (from, to) = answer.told.mistake.as_ref()?.at?;
        let text = &self.inquiry.text;
        // The service counts letters as Java does.
        let byte = |units: usize| {
            let mut before = 0;
            let is_behind = |(_, letter): &(usize, char)| {
                before += letter.len_utf16();
                before > units
            };
            text.char_indices().find(is_behind).map_or(text.len(), |(byte, _)| byte)
        };
        let (from, to) = (byte(from), byte(to.max(from + 1)));
        // What is missing at the end is marked at the last letter.
        let last = text.char_indices().next_back().map_or(0, |(byte, _)| byte);
        Some((from.min(last), to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_as_they_are_billed() {
        let check = |count: u64, words: &str| assert_eq!(bytes(count), words);
        check(0, "0 B");
        check(999, "999 B");
        check(1_000, "1 kB");
        check(17_499, "17 kB");
        check(1_230_000_000, "1.2 GB");
        check(10_400_000_000, "10 GB");
        check(2_345_000_000_000, "2.3 TB");
        check(u64::MAX, "18,446,744 TB");
    }
}
