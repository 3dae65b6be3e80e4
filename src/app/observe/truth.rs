//! How true the picture of an account is, in a few words: live, sampled, catching up, waiting, a gap.
//!
//! Must not know how an account is read.

use super::Attached;
use super::alarms::told;
use crate::catalog::field::grouped;
use crate::engine::protocol::{Link, Standing, Trouble, View, xray};
use crate::telemetry::alarm::{Alarm, State};
use crate::telemetry::zone::Zone;

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
    pub fn truth(&self, zone: &Zone) -> Option<Truth> {
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
        let faulty = self.standings().filter_map(|(group, standing)| {
            let told = standing.faults();
            (!told.is_empty()).then(|| format!("{group}: {}", told.join("; ")))
        });
        let mut details: Vec<String> = faulty.collect();
        if let Some(quiet) = self.quiet() {
            details.push(format!("No log group yet, read as soon as there is one: {quiet}."));
        } else if self.is_logless() {
            details.push("Nothing in it writes logs: metrics, alarms and traces are shown.".to_owned());
        }
        let faults = account.metrics.iter().flat_map(|metrics| &metrics.faults).cloned();
        details.extend(faults);
        let of_traces = account.traces.as_ref().map(xray::Standing::faults).unwrap_or_default();
        let note = account.traces.as_ref().and_then(xray::Standing::note);
        details.extend(of_traces.iter().map(String::as_str).chain(note).map(|words| format!("Traces: {words}.")));
        let dropped = self.observed().traces_dropped;
        if dropped > 0 {
            details.push(format!("Traces: the oldest {} were dropped to keep newer ones.", grouped(dropped as i64)));
        }
        let has_metrics = account.metrics.as_ref().is_none_or(|metrics| metrics.faults.is_empty());
        let logs_are_whole = account.standings.iter().all(|standing| standing.faults().is_empty());
        let is_whole = logs_are_whole && of_traces.is_empty() && has_metrics;
        let off: Vec<&Alarm> = self.alarms().iter().filter(|alarm| alarm.state == State::Alarm).collect();
        details.extend(off.iter().map(|alarm| format!("Alarm {}", told(alarm, ""))));
        let mut words = if self.is_logless() { "live, no logs".to_owned() } else { words(&account.standings, zone) };
        if !self.filter.is_empty() {
            details.push(format!("Only what fits {} is read.", self.filter));
            words += ", filtered at the source";
        }
        words += match (has_metrics, of_traces.is_empty()) {
            (true, true) => "",
            (false, true) => ", metrics are not whole",
            (true, false) => ", traces are not whole",
            (false, false) => ", metrics and traces are not whole",
        };
        if !off.is_empty() {
            words += &format!(", {} in alarm", off.len());
        }
        Some(Truth { words, details, is_whole })
    }

    /// Names of what has no log group yet.
    #[must_use]
    pub fn quiet(&self) -> Option<String> {
        let quiet = &self.watched.account.as_ref()?.found.quiet;
        let names = quiet.iter().map(|(_, node)| node.as_str()).collect::<Vec<_>>().join(", ");
        Some(names).filter(|names| !names.is_empty())
    }

    /// The account that is tailed has no log group.
    #[must_use]
    pub fn is_logless(&self) -> bool {
        let found = self.watched.account.as_ref().map(|account| &account.found);
        found.is_some_and(|found| found.groups.is_empty() && !found.resources.is_empty())
    }

    /// Each log group of the account with how true its picture is.
    pub fn standings(&self) -> impl Iterator<Item = (&str, &Standing)> {
        let account = self.watched.account.as_deref();
        account
            .into_iter()
            .flat_map(|account| account.found.groups.iter().map(|(group, _)| group.as_str()).zip(&account.standings))
    }
}

/// How bad it is, the worst first, and when something is tried again; `None` when all is as it should be.
fn rank(standing: &Standing) -> Option<(u8, i64)> {
    match (&standing.trouble, &standing.view) {
        _ if standing.gap.is_some() => Some((0, 0)),
        (Some((_, tries_ms)), _) => Some((1, *tries_ms)),
        _ if standing.is_catching_up => Some((2, 0)),
        _ if standing.is_sampled => Some((3, 0)),
        (_, View::Down { until_ms, .. }) => Some((4, *until_ms)),
        (_, View::SweepsOnly) => Some((5, 0)),
        (_, View::Resting) => Some((6, 0)),
        (_, View::Live | View::Opening) => None,
    }
}

/// How true the picture of a log group is, in a few words.
#[must_use]
pub fn state(standing: &Standing, zone: &Zone) -> String {
    let (what, again) = parts(standing, zone);
    what + &again
}

/// The same in two parts: what it is, and when something is tried again.
fn parts(standing: &Standing, zone: &Zone) -> (String, String) {
    let again = |ms: i64| format!(", tries again {}", zone.clock(ms).get(..8).unwrap_or_default());
    let alone = |what: &str| (what.to_owned(), String::new());
    match (&standing.trouble, &standing.view) {
        _ if standing.gap.is_some() => alone(&format!("gap of {} events", standing.gap.unwrap_or_default().0)),
        (Some((why, tries_ms)), _) => (brief(why).to_owned(), again(*tries_ms)),
        _ if standing.is_catching_up => alone("catching up"),
        _ if standing.is_sampled => alone("sampled"),
        (_, View::Down { until_ms, .. }) => ("no live view".to_owned(), again(*until_ms)),
        (_, View::SweepsOnly) => alone("sweeps only"),
        (_, View::Resting) => alone("live view rests"),
        (_, View::Live | View::Opening) => alone("reconciled"),
    }
}

/// Trouble in a word or two.
fn brief(why: &Trouble) -> &'static str {
    match why {
        Trouble::Dropped(_) | Trouble::Silent => "no connection",
        Trouble::Throttled => "throttled",
        Trouble::Expired(_) => "credentials expired",
        Trouble::Refused(_) => "refused",
        Trouble::SessionOver | Trouble::StaleToken => "waiting",
    }
}

/// The worst that holds for any log group.
fn words(standings: &[Standing], zone: &Zone) -> String {
    let worst = standings.iter().filter_map(|standing| Some((rank(standing)?, standing)));
    let Some(((worst, _), standing)) = worst.min_by_key(|(rank, _)| *rank) else {
        return if standings.is_empty() { "connecting" } else { "live, all is read" }.to_owned();
    };
    let alike = standings.iter().filter(|standing| rank(standing).is_some_and(|(rank, _)| rank == worst)).count();
    let (what, again) = parts(standing, zone);
    if alike == standings.len() { what + &again } else { format!("{what} in {alike} of {}{again}", standings.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(words(&standings, &Zone::UTC), expected);
        };
        check(&[], "connecting");
        check(&[&fine, &fine], "live, all is read");
        check(&[&fine, &sampled], "sampled in 1 of 2");
        check(&[&swept], "sweeps only");
        check(&[&swept, &holed, &sampled], "gap of 2 events in 1 of 3");
        let cut = |tries_ms| {
            let trouble = Some((Trouble::Dropped("reset".to_owned()), tries_ms));
            let view = View::Down { why: Trouble::Dropped("reset".to_owned()), until_ms: 9_000 };
            Standing { trouble, view, is_catching_up: true, ..fine.clone() }
        };
        check(&[&cut(65_000), &cut(61_000)], "no connection, tries again 00:01:01");
        let unseen = Standing { view: View::Resting, ..fine.clone() };
        check(&[&unseen, &unseen], "live view rests");
        assert_eq!(fine.faults(), Vec::<String>::new());
        assert_eq!(holed.faults().len(), 2, "everything is said where it is asked for");
    }
}
