//! Alarms that watch metrics in an account, and how it stands with each.
//!
//! Must not know nodes, nor how alarms are asked for.

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

    /// Whether its rule names another: by its name or its Amazon resource name, in quotes or without.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        let named = self.rule.split('(').skip(1).filter_map(|part| part.split(')').next());
        let mut named = named.map(|name| name.trim().trim_matches('"'));
        named.any(|name| name == other.name || name.rsplit_once(":alarm:").is_some_and(|(_, name)| name == other.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
