//! Alarms of the account that is tailed, or was when it was recorded: which nodes they are about, what is said of them, and that one has gone off.
//!
//! Must not know how they are asked for, nor how anything is drawn.

use std::collections::BTreeMap;

use super::Attached;
use crate::app::{Tone, Workspace};
use crate::diagram::{Diagram, NodeId};
use crate::picture::lens::{Ground, Reading, Strip, Tone as Ink};
use crate::telemetry::alarm::{Alarm, State};
use crate::telemetry::binding::Binding;
use crate::telemetry::zone::Zone;

/// Alarms by the nodes that they watch, or as which they are drawn: their places, the worst first.
pub(super) type Alarmed = BTreeMap<NodeId, Vec<usize>>;

/// So many alarms a notice names.
const MOST_NAMES: usize = 3;

impl Attached {
    /// All alarms of the account's stack, as they stand or stood when they were recorded.
    #[must_use]
    pub fn alarms(&self) -> &[Alarm] {
        self.observed().alarms.now()
    }

    /// The alarms that watch a node, or as which it is drawn, the worst first.
    pub fn alarms_of(&self, node: NodeId) -> impl Iterator<Item = &Alarm> {
        let places = self.alarmed.get(&node).into_iter().flatten();
        places.filter_map(|place| self.alarms().get(*place))
    }

    pub(super) fn find_alarmed(&mut self, diagram: &Diagram) {
        self.alarmed = alarmed(self.alarms(), &self.binding, diagram);
    }
}

fn alarmed(alarms: &[Alarm], binding: &Binding, diagram: &Diagram) -> Alarmed {
    let mut alarmed = Alarmed::new();
    for (place, alarm) in alarms.iter().enumerate() {
        let mut nodes = binding.nodes_of_alarm(alarm, alarms);
        if let Some(own) = diagram.node_named(&alarm.logical).filter(|_| !alarm.logical.is_empty()) {
            // Only what an alarm watches leads to it.
            nodes.extend(diagram.edges_of(own).filter(|(_, edge)| edge.to == own).map(|(_, edge)| edge.from));
            nodes.insert(own);
        }
        nodes.into_iter().for_each(|node| alarmed.entry(node).or_default().push(place));
    }
    alarmed.values_mut().for_each(|places| places.sort_by_key(|place| alarms.get(*place).map(|alarm| alarm.state)));
    alarmed
}

impl Workspace {
    /// Tells, once, of alarms that have gone off since it stood like this, or were so when they were first seen.
    pub(super) fn tell_alarms(&mut self, before: &[Alarm]) {
        // What a recording tells went off long ago.
        let Some(attached) = self.attached().filter(|attached| attached.target.is_some()) else { return };
        let known = |alarm: &Alarm| before.iter().find(|known| known.name == alarm.name);
        let is_off = |alarm: &Alarm| alarm.state == State::Alarm;
        let is_new = |alarm: &&Alarm| is_off(alarm) && !known(alarm).is_some_and(is_off);
        let fresh: Vec<&Alarm> = attached.alarms().iter().filter(is_new).collect();
        let went_off = fresh.iter().all(|alarm| known(alarm).is_some());
        let text = match fresh[..] {
            [] => return,
            [only] if went_off => format!("The alarm {} went off. {}", only.called(), only.reason),
            [only] => format!("The alarm {}", told(only, &self.since(only))),
            _ => format!("{} alarms {}: {}.", fresh.len(), if went_off { "went off" } else { "are on" }, names(&fresh)),
        };
        let more = if fresh.len() > 1 { &fresh[..] } else { &[] };
        let details = more.iter().map(|alarm| told(alarm, &self.since(alarm))).collect();
        self.say(Tone::Trouble, text.trim().to_owned(), details);
    }

    /// Since when an alarm stands as it does, as a person would say it; empty where that is not known.
    #[must_use]
    pub fn since(&self, alarm: &Alarm) -> String {
        alarm.since_ms.map_or_else(String::new, |ms| since(ms, self.now_s.saturating_mul(1000) as i64, self.zone()))
    }
}

/// "orders-errors, cart-slow, queue-age and 2 more".
fn names(alarms: &[&Alarm]) -> String {
    let (first, more) = alarms.split_at(alarms.len().min(MOST_NAMES));
    let first = first.iter().map(|alarm| alarm.called()).collect::<Vec<_>>().join(", ");
    if more.is_empty() { first } else { format!("{first} and {} more", more.len()) }
}

/// "since 14:02"; of another day "since 2026-11-23 14:02".
fn since(ms: i64, now_ms: i64, zone: &Zone) -> String {
    let (then, now) = (zone.written(ms), zone.written(now_ms));
    let is_today = then.get(..10) == now.get(..10);
    format!("since {}", if is_today { zone.minute(ms) } else { then.get(..16).unwrap_or_default().to_owned() })
}

/// An alarm in a sentence: "orders-errors in alarm since 14:02: Threshold Crossed".
pub(super) fn told(alarm: &Alarm, since: &str) -> String {
    let reason = if alarm.reason.is_empty() { String::new() } else { format!(": {}", alarm.reason) };
    format!("{} {} {since}", alarm.called(), alarm.state.word()).trim_end().to_owned() + &reason
}

/// Lays alarms that watch a node over what its strip says: those that have gone off are counted among its figures.
pub(super) fn sound(strip: &mut Strip, alarms: &[&Alarm]) {
    let count = alarms.iter().filter(|alarm| alarm.state == State::Alarm).count();
    if count == 0 {
        return;
    }
    let word = if count == 1 { "alarm" } else { "alarms" };
    let reading = Reading { value: count.to_string(), word: word.to_owned(), tone: Ink::Bad };
    let said = format!("{count} {word}");
    let gauges = strip.gauges.get_or_insert_default();
    let first = gauges.readings.first().map(|first| format!("{} · ", first.value)).unwrap_or_default();
    gauges.readings.insert(gauges.readings.len().min(1), reading);
    (strip.figure, strip.short, strip.ground) = (first + &said, said, Ground::Alarm);
}

/// The strip of a node that is an alarm.
pub(super) fn strip(alarm: &Alarm, since: &str) -> Strip {
    let (ground, tone) = match alarm.state {
        State::Alarm => (Ground::Alarm, Ink::Bad),
        State::Unknown | State::Ok => (Ground::Calm, Ink::Plain),
    };
    let word = alarm.state.word().to_owned();
    let readings = vec![Reading { value: word.clone(), word: since.to_owned(), tone }];
    let gauges = Some(crate::picture::lens::Gauges { readings, ..Default::default() });
    Strip { figure: word.clone(), aside: since.to_owned(), short: word, ground, gauges }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_off_is_seen_on_the_node_whatever_else_is() {
        let alarm = |name: &str, state| Alarm { state, ..Alarm::named(name) };
        let (off, ok) = (alarm("a", State::Alarm), alarm("b", State::Ok));
        let calm = || Strip {
            figure: "12 calls".into(),
            aside: String::new(),
            short: "12".into(),
            ground: Ground::Calm,
            gauges: Some(crate::picture::lens::Gauges {
                readings: vec![Reading { value: "12".into(), word: "calls".into(), tone: Ink::Plain }],
                ..Default::default()
            }),
        };
        let check = |alarms: &[&Alarm], figure: &str, ground: Ground| {
            let mut strip = calm();
            sound(&mut strip, alarms);
            assert_eq!((strip.figure.as_str(), strip.ground), (figure, ground));
        };
        check(&[], "12 calls", Ground::Calm);
        check(&[&ok], "12 calls", Ground::Calm);
        check(&[&off, &ok], "12 · 1 alarm", Ground::Alarm);
        check(&[&off, &off], "12 · 2 alarms", Ground::Alarm);
        let own = strip(&off, "since 14:02");
        assert_eq!((own.figure.as_str(), own.aside.as_str(), own.ground), ("in alarm", "since 14:02", Ground::Alarm));
        let reason = Alarm { reason: "Threshold Crossed".into(), ..off };
        assert_eq!(told(&reason, "since 14:02"), "a in alarm since 14:02: Threshold Crossed");
        assert_eq!(told(&ok, ""), "b ok");
        let day_ms = 86_400_000;
        assert_eq!(since(60_000, 120_000, &Zone::UTC), "since 00:01");
        assert_eq!(since(60_000, 120_000 + day_ms, &Zone::UTC), "since 1970-01-01 00:01");
    }
}
