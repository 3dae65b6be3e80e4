//! A CloudWatch of its own in virtual time, late and full of faults, and what the poller makes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::source::tail::Trouble;
use crate::telemetry::alarm::State;
use crate::telemetry::record::Metric;

const MINUTE_MS: Ms = 60_000;
/// A time that lies on no minute.
const NOW_MS: Ms = 1_795_000_000_000 + 12_345;

fn wanted(node: &str, name: &str, statistic: &str) -> Wanted {
    let (name, statistic) = (name.into(), statistic.into());
    Wanted { node: node.into(), metric: Arc::new(Metric { name, statistic, ..Metric::default() }) }
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn is(&mut self, in_a_thousand: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) % 1_000 < in_a_thousand
    }
}

/// What a service has of metrics: a value of a minute is there some minutes after it.
struct Cloud {
    poller: Poller,
    now_ms: Ms,
    dice: Dice,
    /// In a thousand times each.
    faults: u64,
    asks: Vec<(Ms, Ask)>,
    given: BTreeMap<(Arc<str>, Ms), f64>,
}

/// How many a minute has, of the metric at a place: some say nothing for long.
fn value(place: usize, minute: i64) -> Option<f64> {
    (place.is_multiple_of(3) || minute % 4 == 1).then_some((minute % 1_000) as f64 + place as f64)
}

impl Cloud {
    fn new(wanted: Vec<Wanted>, back_ms: Ms, faults: u64, seed: u64) -> Self {
        let poller = Poller::new(wanted, Vec::new(), NOW_MS - back_ms, NOW_MS, seed);
        Self { poller, now_ms: NOW_MS, dice: Dice(seed | 1), faults, asks: Vec::new(), given: BTreeMap::new() }
    }

    fn run(&mut self, minutes: i64) {
        let end_ms = self.now_ms + minutes * MINUTE_MS;
        while self.now_ms < end_ms {
            for action in self.poller.poll(self.now_ms) {
                let Action::Values(ask) = action else { panic!("there are no alarms") };
                assert!(ask.metrics.len() <= 500 && ask.from_ms < ask.to_ms && ask.to_ms <= self.now_ms);
                let answer = self.answer(&ask);
                self.asks.push((self.now_ms, ask));
                self.now_ms += 150;
                self.poller.take_in(self.now_ms, answer);
            }
            for point in self.poller.give() {
                self.given.insert((Arc::clone(&point.metric.name), point.timestamp_ms / MINUTE_MS), point.value);
            }
            let wake_ms = self.poller.wake_ms();
            assert!(
                wake_ms >= self.now_ms || !self.poller.poll(self.now_ms).is_empty() || wake_ms == Ms::MAX,
                "it would spin"
            );
            self.now_ms = wake_ms.clamp(self.now_ms + 1, end_ms);
        }
    }

    fn answer(&mut self, ask: &Ask) -> Input {
        if self.dice.is(self.faults) {
            return Input::NoValues(if self.dice.is(500) { Trouble::Throttled } else { Trouble::StaleToken });
        }
        let half = ask.metrics.len() / 2;
        let is_paged = ask.token.is_none() && half > 0 && self.dice.is(3 * self.faults);
        let page = match &ask.token {
            Some(_) => &ask.metrics[half..],
            None if is_paged => &ask.metrics[..half],
            None => &ask.metrics[..],
        };
        let told = page.iter().map(|(place, _)| self.told(*place, ask)).collect();
        Input::Values { told, next: is_paged.then(|| "the rest".to_owned()) }
    }

    fn told(&mut self, place: usize, ask: &Ask) -> Told {
        let late_ms = MINUTE_MS * (1 + place as i64 % 3);
        let minutes = ask.from_ms / MINUTE_MS..ask.to_ms / MINUTE_MS;
        let there = minutes.filter(|minute| minute * MINUTE_MS + MINUTE_MS + late_ms <= self.now_ms);
        let mut points: Vec<(Ms, f64)> =
            there.filter_map(|minute| Some((minute * MINUTE_MS, value(place, minute)?))).collect();
        let mut status = Status::Complete;
        if self.dice.is(self.faults) {
            status = if self.dice.is(500) { Status::Partial } else { Status::Broken };
            points.truncate(points.len() / 2);
        }
        points.reverse();
        Told { place, points, status, words: String::new() }
    }
}

/// Two metrics of each node: one that is counted, one that has a level.
fn nodes(count: usize) -> Vec<Wanted> {
    let of = |node: usize| {
        let statistics = [("Sum", 2 * node), ("Maximum", 2 * node + 1)];
        statistics.map(|(statistic, place)| wanted(&format!("n{node}"), &place.to_string(), statistic))
    };
    (0..count).flat_map(of).collect()
}

#[test]
fn every_value_comes_in_spite_of_faults_and_silence_is_told_as_it_is_meant() {
    for seed in 0..200 {
        let mut cloud = Cloud::new(nodes(4), 30 * MINUTE_MS, if seed % 2 == 0 { 0 } else { 100 }, seed * 77 + 5);
        cloud.run(60);
        // Faults may hold up the last rounds.
        let last = cloud.now_ms / MINUTE_MS - 12;
        for place in 0..8 {
            for minute in (NOW_MS / MINUTE_MS - 29)..last {
                let given = cloud.given.get(&(place.to_string().into(), minute)).copied();
                let silence = (place % 2 == 0).then_some(0.0);
                assert_eq!(given, value(place, minute).or(silence), "seed {seed}: {place} at {minute}");
            }
        }
    }
}

#[test]
fn each_metric_is_asked_for_once_a_minute_and_counted() {
    let mut cloud = Cloud::new(nodes(600), 10 * MINUTE_MS, 0, 3);
    cloud.run(30);
    let asked: usize = cloud.asks.iter().map(|(_, ask)| ask.metrics.len()).sum();
    assert_eq!((cloud.asks.len(), asked), (30 * 3, 30 * 1_200), "1,200 metrics in requests of at most 500");
    let asked = cloud.poller.standing().asked;
    assert_eq!((asked.so_far, asked.an_hour), (36_000, 72_000));
    assert_eq!(cloud.poller.standing().told_ms, Some((cloud.now_ms / MINUTE_MS - 1) * MINUTE_MS));
}

#[test]
fn only_what_is_seen_is_asked_for_and_seldom_while_nobody_looks() {
    let mut cloud = Cloud::new(nodes(3), 10 * MINUTE_MS, 0, 3);
    let seen = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    cloud.poller.look(seen(&["n1"]), false);
    cloud.run(3);
    assert!(cloud.asks.iter().all(|(_, ask)| ask.metrics.iter().map(|(place, _)| *place).eq([2, 3])));
    assert_eq!(cloud.asks.len(), 3);
    cloud.now_ms += 20_000;
    cloud.poller.look(seen(&["n1", "n2"]), false);
    cloud.run(1);
    let (soon, rest) = (&cloud.asks[3], &cloud.asks[4]);
    assert!(soon.1.metrics.iter().map(|(place, _)| *place).eq([4, 5]), "what comes into sight is not waited for");
    assert_eq!(soon.1.to_ms - soon.1.from_ms, 14 * MINUTE_MS, "it is looked back, too");
    assert_eq!(rest.1.metrics.len(), 2);
    let before = cloud.asks.len();
    cloud.poller.look(seen(&["n1", "n2"]), true);
    cloud.run(60);
    let hidden = cloud.asks.len() - before;
    assert!((4..=14).contains(&hidden), "{hidden} requests in an hour that nobody looks");
    let before = cloud.asks.len();
    cloud.poller.look(None, false);
    cloud.run(2);
    assert!(cloud.asks.len() > before, "who looks again is told at once");
    for minute in (NOW_MS / MINUTE_MS - 9)..(cloud.now_ms / MINUTE_MS - 4) {
        assert!(cloud.given.contains_key(&("2".into(), minute)), "no hole is left at {minute}");
    }
}

#[test]
fn what_cannot_be_told_is_said_and_what_never_spoke_is_not_nothing() {
    let metrics =
        vec![wanted("Inbox", "Sent", "Sum"), wanted("Inbox", "Age", "Maximum"), wanted("Dead", "Sent", "Sum")];
    let mut poller = Poller::new(metrics, Vec::new(), NOW_MS - 10 * MINUTE_MS, NOW_MS, 1);
    let told = |place: usize, points: &[(Ms, f64)], status, words: &str| Told {
        place,
        points: points.to_vec(),
        status,
        words: words.to_owned(),
    };
    assert_eq!(poller.poll(NOW_MS).len(), 1);
    assert_eq!(poller.poll(NOW_MS), [], "an answer is awaited");
    let from_ms = (NOW_MS / MINUTE_MS - 10) * MINUTE_MS;
    let page = vec![
        told(0, &[(from_ms, 7.0), (from_ms + MINUTE_MS, f64::NAN)], Status::Complete, ""),
        told(1, &[], Status::Forbidden, "not you."),
        told(2, &[], Status::Complete, ""),
        told(99, &[(0, 1.0)], Status::Complete, ""),
    ];
    poller.take_in(NOW_MS, Input::Values { told: page, next: None });
    let given: Vec<(&str, f64)> =
        poller.give().iter().map(|point| (if point.value == 0.0 { "silent" } else { "told" }, point.value)).collect();
    assert_eq!((given.len(), given[0]), (7, ("told", 7.0)), "ten minutes, of which the last three may still come");
    assert_eq!(poller.standing().faults, ["Age of Inbox: it must not be read (not you)"]);
    let next_ms = NOW_MS + MINUTE_MS;
    let places = |poller: &mut Poller, now_ms| match &poller.poll(now_ms)[..] {
        [Action::Values(ask)] => ask.metrics.iter().map(|(place, _)| *place).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(places(&mut poller, next_ms), [0, 2], "what must not be read rests");
    poller.take_in(next_ms, Input::NoValues(Trouble::Throttled));
    assert_eq!(poller.standing().faults[0], "metrics wait (CloudWatch asks for fewer requests)");
    assert_eq!(poller.poll(next_ms), []);
    assert_eq!(places(&mut poller, next_ms + 5_000), [0, 2]);
    assert_eq!(poller.standing().asked.so_far, 3, "what was not answered costs nothing");
}

#[test]
fn alarms_come_a_hundred_names_at_a_time_and_whole() {
    let names: Vec<String> = (0..150).map(|number| format!("a{number:03}")).collect();
    let mut poller = Poller::new(Vec::new(), names, 0, NOW_MS, 1);
    let mut asked = Vec::new();
    let mut now_ms = NOW_MS;
    let mut fails = true;
    while poller.give_alarms().is_none_or(|alarms| {
        assert_eq!(alarms.iter().filter(|alarm| alarm.state == State::Unknown).count(), 150);
        false
    }) {
        now_ms = now_ms.max(poller.wake_ms());
        let [Action::Alarms { names, token }] = &poller.poll(now_ms)[..] else { panic!("alarms are due") };
        asked.push((names.len(), token.clone()));
        let half = names.len() / 2;
        let page = if token.is_some() { &names[half..] } else { &names[..half] };
        let next = token.is_none().then(|| "more".to_owned());
        let alarms = page.iter().map(|name| Alarm::named(name)).collect();
        let is_second = asked.len() == 2;
        let input = if is_second && std::mem::take(&mut fails) {
            Input::NoAlarms(Trouble::Refused("not you".to_owned()))
        } else {
            Input::Alarms { alarms, next }
        };
        poller.take_in(now_ms, input);
        assert_eq!(poller.standing().faults.len(), usize::from(is_second));
    }
    let more = || Some("more".to_owned());
    let expected = [(100, None), (100, more()), (100, None), (100, more()), (50, None), (50, more())];
    assert_eq!(asked, expected, "after a failure the round begins anew");
    assert_eq!(poller.wake_ms(), now_ms + MINUTE_MS);
}
