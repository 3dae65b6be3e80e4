//! Rounds of questions for values: which metrics, of which span, when.
//!
//! A metric is asked for while its node is seen, at most once a minute, and seldom while nobody looks. What its service counts
//! and says nothing of was nothing; a level that it says nothing of is not known. Must not know who asks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::span::{LATE_MS, MINUTE_MS, Span};
use super::terms::{Ask, Asked, Status, Told, Wanted};
use crate::source::tail::{Ms, Trouble, backoff_ms};
use crate::telemetry::record::MetricPoint;

/// A node that comes into sight is asked for so long after the last question, not with the next round.
const SOON_MS: Ms = 5_000;
/// While nobody looks, rounds come twice as seldom each time, down to this.
const SELDOM_MS: Ms = 15 * MINUTE_MS;
/// What must not be read is tried again so much later.
const REFUSED_MS: Ms = 10 * MINUTE_MS;
/// So many faults are told.
const MOST_FAULTS: usize = 8;

/// A metric and what is known of it.
#[derive(Clone, Debug)]
struct Known {
    wanted: Wanted,
    /// The span that was asked for last, of which all was told.
    told: Option<Span>,
    /// It has been asked for.
    is_asked: bool,
    /// It is left out until then, and why something is wrong with it.
    rests_until_ms: Ms,
    fault: Option<String>,
}

/// A request that waits or is out.
#[derive(Clone, Debug)]
struct Batch {
    span: Span,
    places: Vec<usize>,
    token: Option<String>,
    /// What was told so far, by place.
    heard: BTreeMap<usize, Heard>,
}

/// What was told of a metric in the pages of a request.
#[derive(Clone, Debug, Default)]
struct Heard {
    /// The periods that have a value.
    periods: BTreeSet<Ms>,
    /// What became of it, as the last page says.
    status: Option<Status>,
    words: String,
}

/// The rounds of a stack's metrics.
#[derive(Clone, Debug)]
pub(super) struct Rounds {
    metrics: Vec<Known>,
    from_ms: Ms,
    seed: u64,
    /// Logical names of the nodes that are seen; `None` for all.
    seen: Option<BTreeSet<String>>,
    is_hidden: bool,
    /// The nodes of which anything was ever told: of others it is not known whether there is anything to tell.
    speaking: BTreeSet<Arc<str>>,
    waiting: VecDeque<Batch>,
    out: Option<Batch>,
    round_ms: Ms,
    every_ms: Ms,
    ready_ms: Ms,
    failures: u32,
    trouble: Option<Trouble>,
    given: Vec<MetricPoint>,
    asked: u64,
}

impl Rounds {
    pub(super) fn new(wanted: Vec<Wanted>, from_ms: Ms, now_ms: Ms, seed: u64) -> Self {
        let known = |wanted| Known { wanted, told: None, is_asked: false, rests_until_ms: Ms::MIN, fault: None };
        Self {
            metrics: wanted.into_iter().map(known).collect(),
            from_ms,
            seed,
            seen: None,
            is_hidden: false,
            speaking: BTreeSet::new(),
            waiting: VecDeque::new(),
            out: None,
            round_ms: now_ms,
            every_ms: MINUTE_MS,
            ready_ms: now_ms,
            failures: 0,
            trouble: None,
            given: Vec::new(),
            asked: 0,
        }
    }

    /// Which nodes are seen, `None` for all, and whether anybody looks at all.
    pub(super) fn look(&mut self, seen: Option<BTreeSet<String>>, is_hidden: bool) {
        self.seen = seen;
        if self.is_hidden && !is_hidden {
            let began_ms = self.round_ms - self.every_ms;
            self.every_ms = MINUTE_MS;
            self.round_ms = began_ms + MINUTE_MS;
        }
        self.is_hidden = is_hidden;
    }

    /// What must be asked now.
    pub(super) fn poll(&mut self, now_ms: Ms) -> Option<Ask> {
        if self.out.is_some() || now_ms < self.ready_ms {
            return None;
        }
        if self.waiting.is_empty() {
            self.begin(now_ms);
        }
        let batch = self.waiting.pop_front()?;
        let metric = |place: &usize| (*place, Arc::clone(&self.metrics[*place].wanted.metric));
        let ask = Ask {
            metrics: batch.places.iter().map(metric).collect(),
            from_ms: batch.span.from_ms,
            to_ms: batch.span.to_ms,
            period_s: (batch.span.period_ms / 1_000) as i32,
            token: batch.token.clone(),
        };
        self.out = Some(batch);
        Some(ask)
    }

    /// Begins a round, or asks for what has just come into sight.
    fn begin(&mut self, now_ms: Ms) {
        let is_round = now_ms >= self.round_ms;
        let due = |(_, known): &(usize, &Known)| {
            self.is_seen(known) && now_ms >= known.rests_until_ms && (is_round || !known.is_asked)
        };
        let due: Vec<usize> = self.metrics.iter().enumerate().filter(due).map(|(place, _)| place).collect();
        if is_round {
            self.every_ms = if self.is_hidden { (self.every_ms * 2).min(SELDOM_MS) } else { MINUTE_MS };
            self.round_ms = now_ms + self.every_ms;
        }
        let mut spans: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
        for place in due {
            self.metrics[place].is_asked = true;
            if let Some(span) = Span::of(self.from_ms, self.metrics[place].told, now_ms) {
                spans.entry(span).or_default().push(place);
            }
        }
        for (span, places) in spans {
            let batch = |places: &[usize]| Batch { span, places: places.to_vec(), token: None, heard: BTreeMap::new() };
            self.waiting.extend(places.chunks(span.most()).map(batch));
        }
    }

    fn is_seen(&self, known: &Known) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.contains(&*known.wanted.node))
    }

    /// When there may be something to ask.
    pub(super) fn wake_ms(&self) -> Ms {
        if self.out.is_some() || self.metrics.is_empty() {
            return Ms::MAX;
        }
        let is_new = |known: &Known| !known.is_asked && self.is_seen(known);
        let is_soon = !self.waiting.is_empty() || self.metrics.iter().any(is_new);
        if is_soon { self.ready_ms } else { self.ready_ms.max(self.round_ms) }
    }

    /// A page of values has come.
    pub(super) fn told(&mut self, now_ms: Ms, told: Vec<Told>, next: Option<String>) {
        let Some(mut batch) = self.out.take() else { return };
        (self.failures, self.trouble) = (0, None);
        self.asked += batch.places.len() as u64;
        for Told { place, points, status, words } in told {
            let Some(known) = self.metrics.get(place).filter(|_| batch.places.contains(&place)) else { continue };
            let heard = batch.heard.entry(place).or_default();
            (heard.status, heard.words) = (Some(status), words);
            if !points.is_empty() {
                self.speaking.insert(Arc::clone(&known.wanted.node));
            }
            for (timestamp_ms, value) in points.into_iter().filter(|(_, value)| value.is_finite()) {
                heard.periods.insert(timestamp_ms);
                self.given.push(MetricPoint { metric: Arc::clone(&known.wanted.metric), timestamp_ms, value });
            }
        }
        // The same token again would lead round in a circle.
        if next.is_some() && next != batch.token {
            batch.token = next;
            self.ready_ms = now_ms;
            self.waiting.push_front(batch);
            return;
        }
        self.ready_ms = if self.waiting.is_empty() { now_ms + SOON_MS } else { now_ms };
        self.over(now_ms, batch);
    }

    /// All pages of a request have come.
    fn over(&mut self, now_ms: Ms, batch: Batch) {
        for (place, Heard { periods, status, words }) in batch.heard {
            let Some((known, status)) = self.metrics.get_mut(place).zip(status) else { continue };
            if status == Status::Complete {
                known.told = Some(batch.span);
                if &*known.wanted.metric.statistic == "Sum" && self.speaking.contains(&known.wanted.node) {
                    // What may still come is not nothing yet.
                    let over_ms = now_ms - LATE_MS - batch.span.period_ms;
                    let silent = batch.span.periods().filter(|ms| !periods.contains(ms) && *ms <= over_ms);
                    let metric = &known.wanted.metric;
                    let nothing = |ms| MetricPoint { metric: Arc::clone(metric), timestamp_ms: ms, value: 0.0 };
                    self.given.extend(silent.map(nothing));
                }
            } else if status == Status::Forbidden {
                known.rests_until_ms = now_ms + REFUSED_MS;
            }
            known.fault = fault(&known.wanted, status, &words);
        }
    }

    /// A page did not come.
    pub(super) fn failed(&mut self, now_ms: Ms, trouble: Trouble) {
        let Some(mut batch) = self.out.take() else { return };
        self.failures += 1;
        let wait_ms = if trouble.is_refusal() { MINUTE_MS } else { backoff_ms(self.failures, self.seed) };
        self.ready_ms = now_ms + wait_ms;
        if trouble == Trouble::StaleToken {
            batch.token = None;
        }
        self.trouble = Some(trouble);
        // A round that is over before this one has come takes its place.
        if now_ms + wait_ms < self.round_ms {
            self.waiting.push_front(batch);
        } else {
            self.waiting.clear();
        }
    }

    pub(super) fn give(&mut self) -> Vec<MetricPoint> {
        std::mem::take(&mut self.given)
    }

    pub(super) fn asked(&self) -> Asked {
        let seen = self.metrics.iter().filter(|known| self.is_seen(known)).count() as u64;
        Asked { so_far: self.asked, an_hour: seen * (3_600_000 / self.every_ms).unsigned_abs() }
    }

    /// Whether everything was asked for once, and what of it may be told has been.
    pub(super) fn is_told(&self) -> bool {
        let is_awaited = self.out.is_some() || !self.waiting.is_empty();
        let is_hindered = self.trouble.as_ref().is_some_and(|trouble| !trouble.is_refusal());
        !is_awaited && !is_hindered && self.metrics.iter().all(|known| known.is_asked || !self.is_seen(known))
    }

    /// All that was asked for has come up to here.
    pub(super) fn told_ms(&self) -> Option<Ms> {
        self.metrics.iter().filter_map(|known| Some(known.told?.to_ms)).max()
    }

    /// What stands in the way, in sentences without a stop.
    pub(super) fn faults(&self) -> Vec<String> {
        let trouble = self.trouble.iter().map(|trouble| format!("metrics wait ({trouble})"));
        let mut faults: Vec<String> = trouble.collect();
        let of_metrics: BTreeSet<&String> = self.metrics.iter().filter_map(|known| known.fault.as_ref()).collect();
        faults.extend(of_metrics.iter().take(MOST_FAULTS).map(|fault| (*fault).clone()));
        if of_metrics.len() > MOST_FAULTS {
            faults.push(format!("{} more metrics are not told", of_metrics.len() - MOST_FAULTS));
        }
        faults
    }
}

/// What is wrong with a metric.
fn fault(Wanted { node, metric }: &Wanted, status: Status, words: &str) -> Option<String> {
    let why = match status {
        Status::Complete => return None,
        Status::Partial => "only a part of it has come",
        Status::Broken => "CloudWatch could not tell it",
        Status::Forbidden => "it must not be read",
    };
    let words = words.trim().trim_end_matches('.');
    let words = if words.is_empty() { String::new() } else { format!(" ({words})") };
    Some(format!("{} of {node}: {why}{words}", metric.name))
}
