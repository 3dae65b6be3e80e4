//! What the Live lens lays over the canvas: what is seen of each node in a span of time, and what flows along arrows.
//!
//! Must not know how records are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::words::{short, told, value};
use super::{Attached, alarms};
use crate::app::bill::{Told, words};
use crate::app::{Lens, Workspace};
use crate::catalog::Relation;
use crate::catalog::figure::Shows;
use crate::cost::Money;
use crate::diagram::{Diagram, Edge, EdgeId, NodeId};
use crate::picture::lens::{Flow, Gauges, Ground, Overlay, Reading, Strip, Tone};
use crate::telemetry::alarm::{Alarm, State};
use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::seen::{Gauge, Seen, Signals, Tick};

/// A span of milliseconds since 1970; `None` for all time.
type Span = Option<(i64, i64)>;

/// What is shown of the load.
#[derive(Debug)]
pub(super) struct Live {
    overlay: Overlay,
    told: BTreeMap<NodeId, Told>,
}

/// What the load that is shown is of: what has come, the diagram's revision, the span, and what it costs.
pub(super) type LiveKey = (u64, u64, Option<(i64, i64)>, u64);

/// Tells one state of what a lens shows from another.
pub type LensKey = (Lens, (u64, u64, u64), Option<(i64, i64)>);

/// So many steps a line over time has at most.
const TICKS: usize = 36;

impl Attached {
    /// The span of time that is looked at, in milliseconds since 1970; `None` for all of it.
    #[must_use]
    pub fn span_ms(&self) -> Option<(i64, i64)> {
        self.span_ms
    }

    /// All the time that something is known of, in whole minutes, in milliseconds since 1970.
    #[must_use]
    pub fn whole_ms(&self) -> Option<(i64, i64)> {
        let (first, last) = self.observed().span_ms?;
        let down = |ms: i64| ms.div_euclid(MINUTE_MS).saturating_mul(MINUTE_MS);
        Some((down(first), down(last).saturating_add(MINUTE_MS)))
    }

    /// The same in whole minutes, so that what slides does not have everything worked out for each step.
    pub(super) fn minutes_ms(&self) -> Option<(i64, i64)> {
        let near = |ms: i64| (ms.saturating_add(MINUTE_MS / 2)).div_euclid(MINUTE_MS) * MINUTE_MS;
        let (from, to) = self.span_ms?;
        Some((near(from), near(to).max(near(from) + MINUTE_MS)))
    }
}

impl Workspace {
    /// Whether there is load to be shown.
    #[must_use]
    pub fn has_live(&self) -> bool {
        self.attached().is_some_and(|attached| {
            let observed = attached.observed();
            !(observed.figures.is_empty() && observed.metrics.is_empty() && observed.traces.is_empty())
        })
    }

    /// Whether there is load to be shown, or an account is tailed whose load may come: what is not looked at is not asked for.
    #[must_use]
    pub fn awaits_live(&self) -> bool {
        self.has_live() || self.is_watching()
    }

    /// Whether it is looked at.
    #[must_use]
    pub fn sees_live(&self) -> bool {
        self.lens() == Lens::Live
    }

    /// Looks at a span of time; `None` for all of it.
    pub(in crate::app) fn look_at_span(&mut self, span_ms: Option<(i64, i64)>) {
        if let Some(attached) = &mut self.attached {
            attached.span_ms = span_ms;
        }
    }

    /// Works out anew what the Live lens shows, while it is looked through.
    pub fn follow_load(&mut self) {
        if self.lens() != Lens::Live {
            return;
        }
        let costs = self.running_key();
        let hourly = self.running().map(|running| running.hourly.clone()).unwrap_or_default();
        let (Some(open), Some(attached)) = (&self.open, &self.attached) else { return };
        let key = (attached.version, open.document.revision(), attached.minutes_ms(), costs);
        if attached.live.as_ref().is_some_and(|(known, _)| *known == key) {
            return;
        }
        let diagram = open.document.diagram();
        let signals = Signals::of(&attached.watched.observed, &attached.binding, &self.catalog, diagram);
        let mut live = Live::of(&signals, diagram, (key.2, attached.whole_ms()), &hourly);
        let nodes: Vec<NodeId> = attached.alarmed.keys().copied().collect();
        nodes.into_iter().for_each(|node| self.sound(&mut live, node));
        if let Some(attached) = &mut self.attached {
            attached.live = Some((key, Arc::new(live)));
        }
    }

    /// Lays the alarms of a node over what is shown of it.
    fn sound(&self, live: &mut Live, node: NodeId) {
        let Some(attached) = &self.attached else { return };
        let alarms: Vec<&Alarm> = attached.alarms_of(node).collect();
        let own = alarms.iter().find(|alarm| self.name_of(node) == Some(alarm.logical.as_str()));
        let nodes = &mut live.overlay.nodes;
        match own {
            Some(own) => drop(nodes.insert(node, alarms::strip(own, &self.since(own)))),
            None if alarms.iter().all(|alarm| alarm.state != State::Alarm) => {}
            None => alarms::sound(nodes.entry(node).or_insert_with(Strip::bare), &alarms),
        }
        let said = alarms.iter().map(|alarm| alarms::told(alarm, &self.since(alarm)));
        let before = live.told.remove(&node).map(|Told(words)| words);
        let all: Vec<String> = before.into_iter().filter(|words| !words.is_empty()).chain(said).collect();
        live.told.insert(node, Told(all.join("; ")));
    }

    fn live(&self) -> Option<&(LiveKey, Arc<Live>)> {
        self.attached()?.live.as_ref()
    }

    /// What the Live lens lays over the canvas.
    pub(in crate::app) fn live_overlay(&self) -> Option<&Overlay> {
        self.live().map(|(_, live)| &live.overlay)
    }

    /// Tells one state of what a lens shows from another.
    #[must_use]
    pub fn lens_key(&self) -> Option<LensKey> {
        match self.lens() {
            Lens::Design => None,
            Lens::Cost => self.bill_key().map(|key| (Lens::Cost, key, None)),
            Lens::Live => self
                .live()
                .map(|((version, revision, span, costs), _)| (Lens::Live, (*version, *revision, *costs), *span)),
        }
    }

    /// What the lens says of a node, in words.
    #[must_use]
    pub fn told_of(&self, node: NodeId) -> Option<&str> {
        let told = match self.lens() {
            Lens::Design => None,
            Lens::Cost => self.bill()?.told.get(&node),
            Lens::Live => self.live()?.1.told.get(&node),
        };
        told.map(|Told(words)| words.as_str())
    }
}

impl Live {
    /// What there is to show of a span, and of all time.
    fn of(
        signals: &Signals<'_>,
        diagram: &Diagram,
        (span_ms, whole_ms): (Span, Span),
        hourly: &BTreeMap<NodeId, Money>,
    ) -> Self {
        let seen = signals.seen(span_ms);
        let mut ticks = signals.ticks(TICKS);
        let part = span_ms.zip(whole_ms).map(|((from, to), (first, last))| {
            let share = |ms: i64| ((ms - first) as f64 / (last - first).max(1) as f64).clamp(0.0, 1.0) as f32;
            (share(from), share(to))
        });
        let strip = |(id, seen): (&NodeId, &Seen)| {
            let is_failure = |edge: &Edge| edge.to == *id && edge.relation == Relation::DeadLetters;
            let is_failure_store = diagram.edges().values().any(is_failure);
            let ticks = line(&ticks.remove(id).unwrap_or_default());
            (*id, strip(seen, is_failure_store, ticks, part).costing(hourly.get(id).map(|money| words::hourly(*money))))
        };
        let nodes = seen.iter().map(strip).collect();
        let (from, to) = span_ms.or(whole_ms).unwrap_or_default();
        let minutes = ((to - from) as f64 / MINUTE_MS as f64).max(1.0);
        let rates = rates(diagram, &seen, signals, span_ms);
        let edges = rates.iter().map(|(id, rate)| (*id, rate.told(minutes).into())).collect();
        let flows = rates.iter().filter(|(_, rate)| rate.calls > 0.0).map(|(id, rate)| (*id, rate.flow(minutes)));
        let overlay = Overlay { nodes, groups: BTreeMap::new(), edges, flows: flows.collect() };
        let costing =
            |id: &NodeId| hourly.get(id).map_or_else(String::new, |money| format!(", {}", words::hourly(*money)));
        let told = seen.iter().map(|(id, seen)| (*id, Told(told(seen) + &costing(id)))).collect();
        Self { overlay, told }
    }
}

/// A line as high as its highest step.
fn line(ticks: &[Tick]) -> Vec<(f32, f32)> {
    let highest = ticks.iter().map(|tick| tick.height.max(tick.errors)).fold(0.0, f64::max).max(1e-9);
    ticks.iter().map(|tick| ((tick.height / highest) as f32, (tick.errors / highest) as f32)).collect()
}

/// Refusals are odd from this share of all calls on: a few are part of every day.
const ODD: f64 = 0.05;

fn tone(gauge: &Gauge, seen: &Seen, is_failure_store: bool) -> Tone {
    match gauge.figure.shows {
        _ if gauge.value <= 0.0 => Tone::Plain,
        Shows::Errors => Tone::Bad,
        Shows::Backlog if is_failure_store => Tone::Bad,
        Shows::Refusals if gauge.value >= ODD * seen.value(Shows::Calls).unwrap_or_default() => Tone::Odd,
        _ => Tone::Plain,
    }
}

fn strip(seen: &Seen, is_failure_store: bool, ticks: Vec<(f32, f32)>, part: Option<(f32, f32)>) -> Strip {
    let is_aside = |gauge: &&Gauge| gauge.figure.shows == Shows::Concurrency;
    // What was not refused need not be told on a card.
    let is_shown = |gauge: &&Gauge| gauge.figure.shows != Shows::Refusals || gauge.value > 0.0;
    let reading = |gauge: &Gauge| {
        let is_sampled = seen.is_sampled && gauge.figure.shows == Shows::Calls;
        let word = if is_sampled { "traced".to_owned() } else { gauge.figure.word.to_string() };
        Reading { value: value(gauge), word, tone: tone(gauge, seen, is_failure_store) }
    };
    let readings: Vec<Reading> =
        seen.gauges.iter().filter(|gauge| !is_aside(gauge)).filter(is_shown).map(reading).collect();
    let worst = readings.iter().map(|reading| reading.tone).min().unwrap_or(Tone::Plain);
    let ground = match worst {
        Tone::Bad => Ground::Alarm,
        Tone::Odd => Ground::Warn,
        Tone::Plain => Ground::Calm,
    };
    let aside = seen.gauges.iter().find(is_aside).filter(|gauge| gauge.value >= 0.05);
    let aside = aside.map(|gauge| format!("{} {}", value(gauge), gauge.figure.word)).unwrap_or_default();
    let waits = seen.value(Shows::Backlog).is_some_and(|waiting| waiting > 0.0);
    let (figure, brief) = brief(&readings, worst, waits);
    let p95 = seen.gauges.iter().find(|gauge| gauge.figure.shows == Shows::Duration);
    let p95 = p95.map(|p95| format!("p95 {}", value(p95))).unwrap_or_default();
    Strip { figure, aside: p95, short: brief, ground, gauges: Some(Gauges { readings, ticks, part, aside }) }
}

/// All in a line, and in a word or two: the first figure, and what is worst. Of a queue, what waits comes before what came.
fn brief(readings: &[Reading], worst: Tone, waits: bool) -> (String, String) {
    let Some(first) = readings.first() else { return (String::new(), String::new()) };
    let words = |reading: &Reading| {
        let word = if reading.word == "errors" { "err" } else { &reading.word };
        format!("{} {word}", reading.value)
    };
    let bad = readings.iter().find(|reading| reading.tone == worst && worst != Tone::Plain);
    match bad {
        Some(bad) if bad != first => (format!("{} · {}", first.value, words(bad)), words(bad)),
        Some(_) => (words(first), words(first)),
        None if waits && readings.len() > 1 => (words(&readings[1]), words(&readings[1])),
        None => (words(first), first.value.clone()),
    }
}

/// What comes along an arrow in a span.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    calls: f64,
    bad: f64,
    /// Known from traces only: the least there was.
    is_sampled: bool,
}

impl Rate {
    fn told(&self, minutes: f64) -> String {
        let rate = self.calls / minutes;
        let least = if self.is_sampled { "≥ " } else { "" };
        least.to_owned() + &short(rate) + "/min"
    }

    fn flow(&self, minutes: f64) -> Flow {
        Flow { per_minute: (self.calls / minutes) as f32, bad: (self.bad / self.calls).clamp(0.0, 1.0) as f32 }
    }
}

/// What comes along each arrow: where one alone leads to a node, all its calls; else what traces tell.
fn rates(
    diagram: &Diagram,
    seen: &BTreeMap<NodeId, Seen>,
    signals: &Signals<'_>,
    span_ms: Option<(i64, i64)>,
) -> BTreeMap<EdgeId, Rate> {
    let mut into: BTreeMap<NodeId, usize> = BTreeMap::new();
    // Who lets in brings nothing.
    let brings = |edge: &Edge| edge.relation != Relation::Authorizes;
    diagram.edges().values().filter(|edge| brings(edge)).for_each(|edge| *into.entry(edge.to).or_default() += 1);
    let between = signals.between(span_ms);
    let rate = |(id, edge): (&EdgeId, &Edge)| {
        let all = seen.get(&edge.to).filter(|seen| !seen.is_sampled && brings(edge) && into.get(&edge.to) == Some(&1));
        let all = all.and_then(|seen| Some((seen.value(Shows::Calls)?, seen.value(Shows::Errors).unwrap_or_default())));
        if let Some((calls, errors)) = all {
            // What is lost for good is bad, however well it is stored.
            let bad = if edge.relation == Relation::DeadLetters { calls } else { errors };
            return Some((*id, Rate { calls, bad, is_sampled: false }));
        }
        let traced = between.get(&(edge.from, edge.to))?;
        let (calls, bad) = (traced.invocations as f64, traced.failures as f64);
        Some((*id, Rate { calls, bad, is_sampled: true }))
    };
    diagram.edges().iter().filter_map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::figure::Figure;
    use crate::telemetry::seen::Unit;

    fn count(shows: Shows, value: f64) -> Gauge {
        Gauge { figure: Figure::usual(shows), value, unit: Unit::Count }
    }

    #[test]
    fn failures_are_seen_at_once() {
        let mut seen = Seen {
            gauges: vec![
                count(Shows::Calls, 1742.0),
                count(Shows::Errors, 0.0),
                Gauge { unit: Unit::Ms, ..count(Shows::Duration, 96.2) },
                Gauge { unit: Unit::Share, ..count(Shows::Cold, 0.01) },
                count(Shows::Concurrency, 2.8),
            ],
            is_sampled: false,
            is_fresh: false,
        };
        let told_of = |seen: &Seen, is_failure_store: bool| {
            let strip = strip(seen, is_failure_store, Vec::new(), None);
            let gauges = strip.gauges.unwrap_or_default();
            let readings: Vec<String> =
                gauges.readings.iter().map(|one| format!("{} {}", one.value, one.word)).collect();
            (
                format!("{} | {} | {}", strip.figure, strip.short, strip.aside),
                strip.ground,
                readings.join(", "),
                gauges.aside,
            )
        };
        let calm = told_of(&seen, false);
        assert_eq!((calm.0.as_str(), calm.1), ("1,742 calls | 1,742 | p95 96 ms", Ground::Calm));
        assert_eq!((calm.2.as_str(), calm.3.as_str()), ("1,742 calls, 0 errors, 96 ms p95, 1.0 % cold", "2.8 at once"));
        seen.gauges[1].value = 23.0;
        let alarm = told_of(&seen, false);
        assert_eq!((alarm.0.as_str(), alarm.1), ("1,742 · 23 err | 23 err | p95 96 ms", Ground::Alarm));
        seen.gauges[1].value = 0.0;
        seen.gauges.push(count(Shows::Refusals, 87.0));
        assert_eq!(told_of(&seen, false).1, Ground::Calm, "a few are part of every day");
        seen.gauges[5].value = 88.0;
        assert_eq!(told_of(&seen, false).1, Ground::Warn);
        let queue = Seen { gauges: vec![count(Shows::Backlog, 61.0)], is_sampled: false, is_fresh: false };
        assert_eq!((told_of(&queue, false).1, told_of(&queue, true).1), (Ground::Calm, Ground::Alarm));
        assert_eq!(told_of(&queue, true).0, "61 waiting | 61 waiting | ");
        let sampled = Seen { gauges: vec![count(Shows::Calls, 3.0)], is_sampled: true, is_fresh: false };
        assert_eq!(told_of(&sampled, false).2, "3 traced");
        assert_eq!(told_of(&Seen::default(), false).0, " |  | ");
    }

    #[test]
    fn a_line_fills_its_height() {
        let tick = |height, errors| Tick { height, errors };
        assert_eq!(line(&[tick(2.0, 0.0), tick(4.0, 1.0)]), [(0.5, 0.0), (1.0, 0.25)]);
        assert_eq!(line(&[tick(0.0, 0.0)]), [(0.0, 0.0)]);
    }
}
