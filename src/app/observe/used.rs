//! How much what is attached was used, and in which window that was seen: what the bill of what runs is worked out from.
//!
//! Must not know prices.

use rust_decimal::Decimal;

use super::Attached;
use super::words::time;
use crate::app::Workspace;
use crate::app::bill::running::Measurement;
use crate::catalog::field::grouped;
use crate::engine::protocol::Standing;
use crate::telemetry::seen::Signals;

/// What is measured anew no more often while time goes on, in milliseconds.
const STEP_MS: i64 = 10_000;
/// So far back load is known, in milliseconds.
const KEPT_MS: i64 = 24 * 3_600_000;
/// A shorter window says little of a month, in milliseconds.
const SHORT_MS: i64 = 3_600_000;

/// Tells one state of what was measured from another: document, revision, bindings, window, and how far all is read.
pub type UseKey = ((u64, u64), u64, Option<(i64, i64)>, (i64, i64), bool);

/// The time in which use was measured, in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// What is looked at.
    pub wanted_ms: (i64, i64),
    /// The part of it that was read.
    pub seen_ms: (i64, i64),
    /// What is missing in it, in sentences.
    pub notes: Vec<String>,
}

impl Window {
    /// How long it was, and what that makes of a month of so many hours.
    #[must_use]
    pub fn told(&self, hours: Decimal) -> Vec<String> {
        let (seen, wanted) = (self.seen_ms.1 - self.seen_ms.0, self.wanted_ms.1 - self.wanted_ms.0);
        if seen <= 0 {
            return Vec::new();
        }
        let share = (seen as f64 / wanted.max(1) as f64 * 100.0).min(100.0);
        let part = if share > 99.5 { String::new() } else { format!(", {share:.0} % of the time looked at") };
        let times = (hours * Decimal::from(3_600_000) / Decimal::from(seen)).round();
        let times = i64::try_from(times).map(grouped).unwrap_or_default();
        let short = if seen < SHORT_MS { " A longer window says more." } else { "" };
        vec![format!("Seen for {}{part}; a month is {times} times as long.{short}", time(seen as f64))]
    }
}

impl Attached {
    /// The time of which all is known that there is to know; of files, from the first record to the last.
    fn read_ms(&self) -> Option<(i64, i64)> {
        let account = self.watched.account.as_ref();
        let is_readable = |standing: &&Standing| !standing.trouble.as_ref().is_some_and(|(why, _)| why.is_refusal());
        let told = account.and_then(|account| {
            let to_ms = account.standings.iter().filter(is_readable).map(|standing| standing.read_ms).min()?;
            Some((account.found.from_ms?, to_ms))
        });
        let (from_ms, to_ms) = told.or_else(|| self.whole_ms())?;
        Some((from_ms.max(to_ms.saturating_sub(KEPT_MS)), to_ms))
    }

    fn window(&self) -> Option<Window> {
        let read_ms = self.read_ms()?;
        let wanted_ms = self.minutes_ms().unwrap_or(read_ms);
        let seen_ms = (wanted_ms.0.max(read_ms.0), wanted_ms.1.min(read_ms.1));
        (seen_ms.0 < seen_ms.1).then(|| Window { wanted_ms, seen_ms, notes: self.missing() })
    }

    /// What of the account's logs is not there.
    fn missing(&self) -> Vec<String> {
        let Some(account) = &self.watched.account else { return Vec::new() };
        let is_holed = |standing: &&Standing| standing.gap.is_some() || standing.trouble.is_some();
        match account.standings.iter().filter(is_holed).count() {
            0 => Vec::new(),
            1 => vec!["Of one log group not all could be read: its use is at least this.".to_owned()],
            more => vec![format!("Of {more} log groups not all could be read: their use is at least this.")],
        }
    }
}

impl Workspace {
    /// Which state of what was measured there is.
    pub(in crate::app) fn use_key(&self) -> Option<UseKey> {
        let (open, attached) = (self.open.as_ref()?, self.attached()?);
        let document = (open.serial, open.document.revision());
        let (from_ms, to_ms) = attached.read_ms().unwrap_or_default();
        let read = (from_ms, to_ms.div_euclid(STEP_MS));
        Some((document, attached.bindings, attached.minutes_ms(), read, attached.is_whole()))
    }

    /// Measures how much nodes were used in the window that is looked at.
    pub(in crate::app) fn measure_use(&self) -> Option<Measurement> {
        let (open, attached) = (self.open.as_ref()?, self.attached()?);
        let window = attached.window()?;
        let diagram = open.document.diagram();
        let signals = Signals::of(attached.observed(), attached.binding(), &self.catalog, diagram);
        Some(Measurement { used: signals.used(&self.catalog, diagram, window.seen_ms), window })
    }
}
