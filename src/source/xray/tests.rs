//! Schedules of faults in virtual time, and what a person who looks at traces would notice.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::*;
use crate::source::insights::State;
use crate::telemetry::trace::Outcome;

const NOW_MS: Ms = 1_000_000_000;

/// A trace as it happens: its parts, each with when it can be read.
#[derive(Clone, Debug)]
struct Happened {
    id: Arc<str>,
    started_ms: Ms,
    parts: Vec<(Ms, Span)>,
}

impl Happened {
    fn new(number: usize, started_ms: Ms, parts: &[(Ms, bool)]) -> Self {
        let id: Arc<str> = format!("1-{:08x}-{number:024x}", started_ms / 1_000).into();
        let span = |(at, (readable_ms, fault)): (usize, &(Ms, bool))| {
            let start_ns = started_ms * 1_000_000 + at as i64;
            let outcome = Outcome { fault: *fault, ..Outcome::default() };
            let (trace_id, name, span_id) = (Arc::clone(&id), "orders".into(), format!("{number}-{at}").into());
            let end_ns = Some(start_ns + 5);
            (*readable_ms, Span { trace_id, id: span_id, name, start_ns, end_ns, outcome, ..Span::default() })
        };
        let parts = parts.iter().enumerate().map(span).collect();
        Self { id, started_ms, parts }
    }

    fn readable(&self, now_ms: Ms) -> impl Iterator<Item = &Span> {
        self.parts.iter().filter(move |(readable_ms, _)| *readable_ms <= now_ms).map(|(_, span)| span)
    }

    fn summary(&self, now_ms: Ms) -> Option<Summary> {
        let count = self.readable(now_ms).count();
        let fault = self.readable(now_ms).any(|span| span.outcome.fault);
        let outcome = Outcome { fault, ..Outcome::default() };
        let (id, started_ms, revision) = (Arc::clone(&self.id), self.started_ms, count as i32);
        (count > 0).then_some(Summary { id, started_ms, revision, outcome, ..Summary::default() })
    }
}

/// What goes wrong, in a thousand times each.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    throttled: u64,
    dropped: u64,
    unprocessed: u64,
    empty_page: u64,
    query_fails: u64,
}

struct World {
    store: Store,
    happened: Vec<Happened>,
    faults: Faults,
    retrieval: Retrieval,
    now_ms: Ms,
    coming: VecDeque<(Ms, Input)>,
    given: Vec<Span>,
    /// What was asked for documents, in order.
    asked: Vec<Arc<str>>,
    filters: BTreeSet<Option<String>>,
    looks: u32,
    seed: u64,
}

impl World {
    fn new(store: Store, happened: Vec<Happened>, wanted: Wanted, faults: Faults, seed: u64) -> Self {
        let retrieval = Retrieval::new(wanted, NOW_MS);
        let (given, asked, filters, looks) = (Vec::new(), Vec::new(), BTreeSet::new(), 0);
        let (now_ms, coming) = (NOW_MS, VecDeque::new());
        Self { store, happened, faults, retrieval, now_ms, coming, given, asked, filters, looks, seed: seed * 2 + 1 }
    }

    fn dice(&mut self, in_a_thousand: u64) -> bool {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % 1_000 < in_a_thousand
    }

    fn run_until(&mut self, end_ms: Ms) {
        while self.now_ms < end_ms {
            for ask in self.retrieval.poll(self.now_ms) {
                let input = self.answer(ask);
                self.coming.push_back((self.now_ms + 40, input));
            }
            while self.coming.front().is_some_and(|(at_ms, _)| *at_ms <= self.now_ms) {
                let Some((_, input)) = self.coming.pop_front() else { break };
                self.retrieval.take_in(self.now_ms, input);
            }
            self.given.extend(self.retrieval.give());
            let news_ms = self.coming.front().map_or(Ms::MAX, |(at_ms, _)| *at_ms);
            self.now_ms = self.retrieval.wake_ms().min(news_ms).clamp(self.now_ms + 1, end_ms);
        }
    }

    fn answer(&mut self, ask: Ask) -> Input {
        if self.dice(self.faults.throttled) {
            return Input::Failed(ask, Trouble::Throttled);
        }
        if self.dice(self.faults.dropped) {
            return Input::Failed(ask, Trouble::Dropped("500".to_owned()));
        }
        match ask {
            Ask::Store => Input::Store(self.store),
            Ask::Summaries { filter, from_ms, to_ms, token } => {
                self.filters.insert(filter);
                self.summaries(from_ms, to_ms, token)
            }
            Ask::Documents(ids) => self.documents(ids),
            Ask::Query { from_ms, to_ms } => {
                assert!(from_ms <= to_ms && self.store == Store::Spans);
                self.looks = 0;
                Input::Begun(format!("{from_ms}/{to_ms}"))
            }
            Ask::Results { query, token } => self.results(&query, token),
        }
    }

    fn summaries(&mut self, from_ms: Ms, to_ms: Ms, token: Option<String>) -> Input {
        assert!(from_ms <= to_ms);
        // X-Ray is asked, too, while nobody could say where traces are.
        if self.store == Store::Spans {
            return Input::Summaries(Vec::new(), None);
        }
        let (start, empty): (usize, usize) = token.map_or((0, 0), |token| {
            let (start, empty) = token.split_once('/').expect("a token of ours");
            (start.parse().expect("a number"), empty.parse().expect("a number"))
        });
        if empty < 2 && self.dice(self.faults.empty_page) {
            return Input::Summaries(Vec::new(), Some(format!("{start}/{}", empty + 1)));
        }
        let fits = |happened: &&Happened| (from_ms..=to_ms).contains(&happened.started_ms);
        let mut all: Vec<Summary> =
            self.happened.iter().filter(fits).filter_map(|happened| happened.summary(self.now_ms)).collect();
        all.sort_by_key(|summary| std::cmp::Reverse(summary.started_ms));
        let next = (start + 50 < all.len()).then(|| format!("{}/0", start + 50));
        Input::Summaries(all.into_iter().skip(start).take(50).collect(), next)
    }

    fn documents(&mut self, ids: Vec<Arc<str>>) -> Input {
        assert!((1..=5).contains(&ids.len()), "BatchGetTraces takes at most five");
        self.asked.extend(ids.iter().cloned());
        let mut traces = Vec::new();
        for id in &ids {
            if !self.dice(self.faults.unprocessed)
                && let Some(happened) = self.happened.iter().find(|happened| happened.id == *id)
            {
                traces.push((Arc::clone(id), happened.readable(self.now_ms).cloned().collect()));
            }
        }
        Input::Documents { asked: ids, traces }
    }

    fn results(&mut self, query: &str, token: Option<String>) -> Input {
        self.looks += 1;
        let (spans, next) = (Vec::new(), None);
        if self.dice(self.faults.query_fails) {
            return Input::Rows { state: State::Failed, spans, rows: 0, scanned_bytes: 0, next };
        }
        if self.looks < 3 {
            let scanned_bytes = u64::from(self.looks) * 100;
            return Input::Rows { state: State::Running, spans, rows: 0, scanned_bytes, next };
        }
        let (from_ms, to_ms) = query.split_once('/').expect("a query of ours");
        let range = from_ms.parse::<Ms>().expect("a time")..=to_ms.parse().expect("a time");
        let fits = |happened: &&Happened| range.contains(&happened.started_ms);
        let all = self.happened.iter().filter(fits).flat_map(|happened| happened.readable(self.now_ms));
        let start = token.map_or(0, |token| token.parse().expect("a number"));
        let spans: Vec<Span> = all.skip(start).take(50).cloned().collect();
        let next = (spans.len() == 50).then(|| (start + 50).to_string());
        Input::Rows { state: State::Complete, rows: spans.len(), spans, scanned_bytes: 300, next }
    }
}

/// Traces over ten minutes from some time before now on, with parts that come up to half a minute after they began.
fn happen(seed: u64, count: usize) -> Vec<Happened> {
    let pick = |number: usize, most: u64| {
        let mixed =
            (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
        (mixed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20) % most
    };
    let one = |number: usize| {
        let started_ms = NOW_MS - 1_500_000 + pick(number, 1_800_000) as Ms;
        let parts: Vec<(Ms, bool)> = (0..=pick(number + 7, 3) as usize)
            .map(|part| (started_ms + 2_000 + pick(number * 31 + part, 30_000) as Ms, pick(number + part, 10) == 0))
            .collect();
        Happened::new(number, started_ms, &parts)
    };
    (0..count).map(one).collect()
}

fn ids<'s>(spans: impl Iterator<Item = &'s Span>) -> BTreeSet<Arc<str>> {
    spans.map(|span| Arc::clone(&span.id)).collect()
}

#[test]
fn every_part_of_every_trace_comes_whatever_goes_wrong() {
    for seed in 0..400 {
        let store = if seed % 3 == 0 { Store::Spans } else { Store::XRay };
        let some = |shift: u64, most: u64| (seed >> shift & 3) * most / 3;
        let faults = Faults {
            throttled: some(0, 300),
            dropped: some(2, 300),
            unprocessed: some(4, 400),
            empty_page: some(1, 300),
            query_fails: some(3, 200),
        };
        let wanted = Wanted::from(NOW_MS - 1_500_000, BTreeSet::new(), seed);
        let mut world = World::new(store, happen(seed, 60), wanted, faults, seed);
        world.run_until(NOW_MS + 420_000);
        world.faults = Faults::default();
        world.run_until(NOW_MS + 700_000);
        let there = ids(world.happened.iter().flat_map(|happened| happened.parts.iter().map(|(_, span)| span)));
        assert_eq!(ids(world.given.iter()), there, "seed {seed}, {store:?}: {faults:?}");
        let standing = world.retrieval.standing(world.now_ms);
        assert_eq!((standing.left_out, standing.faults()), (0, Vec::new()), "seed {seed}");
        assert!(world.retrieval.is_read_to(NOW_MS + 600_000), "seed {seed}");
    }
}

#[test]
fn what_comes_again_is_asked_again_only_when_more_is_known() {
    let happened = vec![
        Happened::new(0, NOW_MS - 60_000, &[(NOW_MS - 50_000, false)]),
        Happened::new(1, NOW_MS - 60_000, &[(NOW_MS - 50_000, false), (NOW_MS + 300_000, true)]),
    ];
    let wanted = Wanted::from(NOW_MS - 100_000, BTreeSet::new(), 1);
    let mut world = World::new(Store::XRay, happened, wanted, Faults::default(), 1);
    world.run_until(NOW_MS + 500_000);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    world.asked.iter().for_each(|id| *counts.entry(&id[34..]).or_default() += 1);
    assert_eq!(counts, BTreeMap::from([("0", 1), ("1", 2)]));
    assert_eq!(world.retrieval.standing(world.now_ms).spent.retrieved, 3);
}

#[test]
fn a_trace_that_goes_on_is_looked_at_until_it_ends() {
    let mut happened = Happened::new(0, NOW_MS - 60_000, &[(NOW_MS - 50_000, false), (NOW_MS + 840_000, false)]);
    let last = happened.parts[1].1.clone();
    happened.parts[0].1 = Span { end_ns: None, ..last };
    let wanted = Wanted::from(NOW_MS - 100_000, BTreeSet::new(), 1);
    let mut world = World::new(Store::XRay, vec![happened], wanted, Faults::default(), 1);
    world.run_until(NOW_MS + 1_500_000);
    assert!(world.given.iter().any(|span| span.end_ns.is_some()), "it began too long ago for spans of time");
    assert!(world.asked.len() < 12, "and is asked for ever more seldom: {}", world.asked.len());
}

#[test]
fn of_too_many_the_failed_and_the_newest_are_read_and_the_others_counted() {
    let one = |number: usize| {
        let started_ms = NOW_MS - 100_000 + number as Ms * 100;
        Happened::new(number, started_ms, &[(started_ms, number % 100 == 7)])
    };
    let wanted = Wanted { most_waiting: 100, ..Wanted::from(NOW_MS - 200_000, BTreeSet::new(), 1) };
    let mut world = World::new(Store::XRay, (0..900).map(one).collect(), wanted, Faults::default(), 1);
    world.run_until(NOW_MS + 9_000);
    let read = |number: usize| world.asked.contains(&world.happened[number].id);
    assert!((0..9).all(|hundred| read(hundred * 100 + 7)), "every failed one");
    assert!((880..900).all(read), "the newest");
    let standing = world.retrieval.standing(world.now_ms);
    let asked: BTreeSet<_> = world.asked.iter().collect();
    assert_eq!(asked.len() + standing.waiting + standing.left_out as usize, 900);
    assert!(standing.left_out > 500 && standing.faults()[0].contains("traces were left out"), "{standing:?}");
}

#[test]
fn services_are_asked_for_by_name_and_spans_taken_by_it() {
    let parties = ["orders", "pay"].map(|name| Party::Service(name.to_owned())).into();
    let wanted = Wanted::from(NOW_MS - 100_000, parties, 1);
    let mut happened = vec![
        Happened::new(0, NOW_MS - 50_000, &[(NOW_MS, false)]),
        Happened::new(1, NOW_MS - 50_000, &[(NOW_MS, false)]),
    ];
    happened[1].parts[0].1.name = "a stranger".into();
    let mut world = World::new(Store::XRay, happened.clone(), wanted.clone(), Faults::default(), 1);
    world.run_until(NOW_MS + 5_000);
    assert_eq!(world.filters, [Some("service(\"orders\") OR service(\"pay\")".to_owned())].into());
    let mut world = World::new(Store::Spans, happened, wanted, Faults::default(), 1);
    world.run_until(NOW_MS + 50_000);
    assert_eq!(ids(world.given.iter()).len(), 1);
    let standing = world.retrieval.standing(world.now_ms);
    assert!(standing.note().is_some_and(|note| note.contains("Transaction Search is on")));
    assert_eq!(standing.spent.query_bytes % 300, 0, "bytes of a query count once: {:?}", standing.spent);
}

#[test]
fn x_ray_is_read_when_nobody_may_ask_where_traces_are() {
    let happened = vec![Happened::new(0, NOW_MS - 50_000, &[(NOW_MS, false)])];
    let wanted = Wanted::from(NOW_MS - 100_000, BTreeSet::new(), 1);
    let mut world = World::new(Store::XRay, happened, wanted, Faults::default(), 1);
    let refused = Trouble::Refused("the permission xray:GetTraceSegmentDestination is missing".to_owned());
    assert_eq!(world.retrieval.poll(NOW_MS), [Ask::Store]);
    world.retrieval.take_in(NOW_MS, Input::Failed(Ask::Store, refused));
    world.run_until(NOW_MS + 5_000);
    assert_eq!(world.given.len(), 1);
    let faults = world.retrieval.standing(world.now_ms).faults();
    assert!(faults.len() == 1 && faults[0].contains("permission"), "{faults:?}");
}

#[test]
fn a_day_of_traces_is_held_in_steady_memory() {
    let one = |number: usize| {
        let started_ms = NOW_MS + number as Ms * 4_000;
        Happened::new(number, started_ms, &[(started_ms + 3_000, false)])
    };
    let wanted = Wanted::from(NOW_MS, BTreeSet::new(), 1);
    let mut world = World::new(Store::XRay, (0..21_600).map(one).collect(), wanted, Faults::default(), 1);
    let mut most = 0;
    for hour in 1..=24 {
        // What was long ago is asked for no more.
        let floor_ms = world.now_ms - 1_200_000;
        world.happened.retain(|happened| happened.started_ms >= floor_ms);
        world.run_until(NOW_MS + hour * 3_600_000);
        most = most.max(world.retrieval.held());
    }
    assert!(most < 400, "{most} traces are remembered");
    assert!(world.given.len() > 21_590, "{} of 21,600 spans came", world.given.len());
}
