//! Alarms that watch metrics in an account, and how it stands with each.
//!
//! Must not know nodes, nor how alarms are asked for.

use std::collections::BTreeMap;

use super::record::Metric;
use crate::catalog::names::named;

named! {
    /// How it stands with an alarm, the worst first.
    pub enum State {
        /// What it watches is beyond its bounds.
        Alarm = "ALARM",
        /// It does not know enough to tell.
        Unknown = "INSUFFICIENT_DATA",
        /// All is well.
        Ok = "OK",
    }
}

impl State {
    /// In a word or two, as a person would say it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Alarm => "in alarm",
            Self::Unknown => "no data",
            Self::Ok => "ok",
        }
    }
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What it is called in its account.
    pub name: String,
    /// Its name in the stack's template.
    pub logical: String,
    /// How it stands.
    pub state: State,
    /// Since when, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Why, in the service's words.
    pub reason: String,
    /// What it watches; nothing for an alarm of alarms.
    pub metrics: Vec<Metric>,
    /// The rule of an alarm of alarms: `ALARM("orders-errors") OR ALARM(inbox-age)`; empty for others.
    pub rule: String,
}

impl Alarm {
    /// An alarm of which nothing is known but its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let (name, logical) = (name.to_owned(), String::new());
        let (reason, metrics, rule) = (String::new(), Vec::new(), String::new());
        Self { name, logical, state: State::Unknown, since_ms: None, reason, metrics, rule }
    }

    /// What people call it: by its name in the template where there is one.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.logical.is_empty() { &self.name } else { &self.logical }
    }

    /// Whether nothing has happened to it since another telling of it.
    #[must_use]
    pub fn stands_as(&self, other: &Self) -> bool {
        (self.state, self.since_ms) == (other.state, other.since_ms)
    }

    /// Whether its rule names another: by its name or its Amazon resource name, in quotes or without.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        let named = self.rule.split('(').skip(1).filter_map(|part| part.split(')').next());
        let mut named = named.map(|name| name.trim().trim_matches('"'));
        named.any(|name| name == other.name || name.rsplit_once(":alarm:").is_some_and(|(_, name)| name == other.name))
    }
}

/// Alarms as they were told last, and how they stood before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    now: Vec<Alarm>,
    before: Vec<Alarm>,
}

/// So many earlier states are kept.
const MOST_STATES: usize = 10_000;

impl Alarms {
    /// All alarms are told, by name. One that is told several times changed from one state to the next.
    pub fn take(&mut self, told: Vec<Alarm>) {
        let mut known: BTreeMap<String, Alarm> = self.now.drain(..).map(|alarm| (alarm.name.clone(), alarm)).collect();
        let mut now: BTreeMap<String, Alarm> = BTreeMap::new();
        for alarm in told {
            let before = now.insert(alarm.name.clone(), alarm.clone()).or_else(|| known.remove(&alarm.name));
            self.before.extend(before.filter(|before| !before.stands_as(&alarm)));
        }
        self.now = now.into_values().collect();
        self.before.drain(..self.before.len().saturating_sub(MOST_STATES));
    }

    /// Each alarm as it stands, by name.
    #[must_use]
    pub fn now(&self) -> &[Alarm] {
        &self.now
    }

    /// Every state that is known, each alarm's in the order in which they were told.
    pub fn states(&self) -> impl Iterator<Item = &Alarm> {
        self.before.iter().chain(&self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_alarm_was_before_is_kept() {
        let alarm = |name: &str, state, since_ms| Alarm { state, since_ms: Some(since_ms), ..Alarm::named(name) };
        let mut alarms = Alarms::default();
        let mut check = |told: &[Alarm], now: &[&str], states: usize| {
            alarms.take(told.to_vec());
            let told: Vec<String> =
                alarms.now().iter().map(|alarm| format!("{} {}", alarm.name, alarm.state)).collect();
            assert_eq!(
                (told.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), alarms.states().count()),
                (now, states)
            );
        };
        let (ok, off) = (alarm("a", State::Ok, 1), alarm("a", State::Alarm, 5));
        check(&[alarm("b", State::Ok, 1), ok.clone()], &["a OK", "b OK"], 2);
        check(&[ok.clone(), alarm("b", State::Ok, 1)], &["a OK", "b OK"], 2);
        check(std::slice::from_ref(&off), &["a ALARM"], 2);
        check(&[ok, off, alarm("a", State::Alarm, 9)], &["a ALARM"], 5);
        check(&[], &[], 4);
    }

    #[test]
    fn a_rule_names_alarms_in_every_spelling() {
        let check = |rule: &str, other: &str, expected: bool| {
            let alarm = Alarm { rule: rule.to_owned(), ..Alarm::named("all") };
            assert_eq!(alarm.names(&Alarm::named(other)), expected, "{rule} {other}");
        };
        let rule =
            "ALARM(\"too many errors\") OR (NOT OK(inbox-age) AND ALARM(arn:aws:cloudwatch:eu-west-1:1:alarm:old))";
        check(rule, "too many errors", true);
        check(rule, "inbox-age", true);
        check(rule, "old", true);
        check(rule, "errors", false);
        check("TRUE", "TRUE", false);
        check("", "", false);
    }
}
