//! How true the picture of an account is, in a few words: live, sampled, catching up, waiting, a gap.
//!
//! Must not know how an account is read.

use rust_decimal::Decimal;

use super::Attached;
use super::alarms::told;
use crate::engine::protocol::metrics::Spending;
use crate::engine::protocol::{Link, Standing, View};
use crate::telemetry::alarm::{Alarm, State};

/// What there is to say of an account that is tailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// In a few words.
    pub words: String,
    /// Log group by log group; empty when all is as it should be.
    pub details: Vec<String>,
    /// Whether all is as it should be.
    pub is_whole: bool,
}

impl Attached {
    /// How true the picture of the account is; `None` where files are read.
    #[must_use]
    pub fn truth(&self) -> Option<Truth> {
        self.target.as_ref()?;
        let fine = |words: &str| Truth { words: words.to_owned(), details: Vec::new(), is_whole: true };
        let account = match (&self.watched.link, &self.watched.account) {
            (Link::Failed(failure), _) => {
                let details = vec![failure.to_string()];
                return Some(Truth { words: "not connected".to_owned(), details, is_whole: false });
            }
            (Link::Ended, _) => return Some(fine("stopped")),
            (_, None) => return Some(fine("connecting")),
            (_, Some(account)) => account,
        };
        let groups = account.found.groups.iter().map(|(group, _)| group).zip(&account.standings);
        let faulty = groups.filter_map(|(group, standing)| {
            let told = standing.faults();
            (!told.is_empty()).then(|| format!("{group}: {}", told.join("; ")))
        });
        let mut details: Vec<String> = faulty.collect();
        if !account.found.quiet.is_empty() {
            details.push(format!("No log group yet: {}", account.found.quiet.join(", ")));
        }
        let faults = account.metrics.iter().flat_map(|metrics| &metrics.faults).cloned();
        details.extend(faults);
        let is_whole = account.standings.iter().all(|standing| standing.faults().is_empty())
            && account.metrics.as_ref().is_none_or(|metrics| metrics.faults.is_empty());
        let off: Vec<&Alarm> = account.alarms.iter().filter(|alarm| alarm.state == State::Alarm).collect();
        details.extend(off.iter().map(|alarm| format!("Alarm {}", told(alarm, ""))));
        details.extend(account.metrics.as_ref().map(|metrics| cost(metrics.spending)));
        let mut words = words(&account.standings);
        if !off.is_empty() {
            words += &format!(", {} in alarm", off.len());
        }
        Some(Truth { words, details, is_whole })
    }
}

/// What asking for metrics costs: "Metrics: $0.04 so far, $0.24 an hour".
#[must_use]
pub fn cost(spending: Spending) -> String {
    let told = |usd: Decimal| match usd {
        usd if usd > Decimal::ZERO && usd < Decimal::new(5, 3) => "under $0.01".to_owned(),
        usd => format!("${usd:.2}"),
    };
    format!("Metrics: {} so far, {} an hour", told(spending.so_far_usd()), told(spending.an_hour_usd()))
}

/// The worst that holds for any log group.
fn words(standings: &[Standing]) -> String {
    let any = |is: fn(&Standing) -> bool| standings.iter().filter(|standing| is(standing)).count();
    let sorts: [(&str, usize); 5] = [
        ("gap", any(|standing| standing.gap.is_some())),
        ("waiting", any(|standing| standing.trouble.is_some())),
        ("catching up", any(|standing| standing.is_catching_up)),
        ("sampled", any(|standing| standing.is_sampled)),
        ("without live view", any(|standing| !matches!(standing.view, View::Live | View::Opening))),
    ];
    match sorts.into_iter().find(|(_, count)| *count > 0) {
        _ if standings.is_empty() => "connecting".to_owned(),
        None => "live, all is read".to_owned(),
        Some((sort, count)) if count == standings.len() => sort.to_owned(),
        Some((sort, count)) => format!("{sort}: {count} of {}", standings.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_metrics_cost_is_told_in_dollars() {
        let check = |asked: u64, an_hour: u64, expected: &str| {
            assert_eq!(cost(Spending { asked, an_hour }), format!("Metrics: {expected}"));
        };
        check(4_000, 24_000, "$0.04 so far, $0.24 an hour");
        check(0, 0, "$0.00 so far, $0.00 an hour");
        check(30, 1_800, "under $0.01 so far, $0.02 an hour");
    }

    #[test]
    fn the_worst_that_holds_is_told() {
        let fine = Standing {
            view: View::Live,
            is_sampled: false,
            is_catching_up: false,
            read_ms: 0,
            reconciled_ms: 0,
            trouble: None,
            late: 0,
            gap: None,
            unconfirmed: 0,
            overlap_ms: 0,
        };
        let sampled = Standing { is_sampled: true, ..fine.clone() };
        let swept = Standing { view: View::SweepsOnly, ..fine.clone() };
        let holed = Standing { gap: Some((2, 0, 9)), is_sampled: true, ..fine.clone() };
        let check = |standings: &[&Standing], expected: &str| {
            let standings: Vec<_> = standings.iter().map(|standing| (*standing).clone()).collect();
            assert_eq!(words(&standings), expected);
        };
        check(&[], "connecting");
        check(&[&fine, &fine], "live, all is read");
        check(&[&fine, &sampled], "sampled: 1 of 2");
        check(&[&swept], "without live view");
        check(&[&swept, &holed, &sampled], "gap: 1 of 3");
        assert_eq!(fine.faults(), Vec::<String>::new());
        assert_eq!(holed.faults().len(), 2, "everything is said where it is asked for");
    }
}
