//! Schedules of faults in virtual time, and what a person at the tail would notice.

use std::collections::BTreeMap;

use super::world::{Dice, Faults, Happened, World, happen};
use super::{Given, Ms, Order, Trouble, View};
use crate::telemetry::record::{LogEvent, Mark, Stream};

const NOW_MS: Ms = 1_000_000;

/// Faults of every sort, as a seed has them.
fn faults(dice: &mut Dice, groups: usize) -> Faults {
    let mut some = |most: i64| if dice.is(500) { dice.below(most) } else { 0 };
    let (breaks, silent, samples) = (some(100), some(40), some(300));
    let (loses, doubles, fails, empty, stale) = (some(400), some(300), some(300), some(400), some(200));
    let expired_ms = if some(2) > 0 { (NOW_MS + some(40_000), NOW_MS + 40_000 + some(30_000)) } else { (0, 0) };
    let unseen_ms = if some(2) > 0 { (NOW_MS + some(30_000), NOW_MS + 30_000 + some(60_000)) } else { (0, 0) };
    let refused_group = (some(3) > 0).then(|| some(groups as i64) as usize);
    Faults {
        session_breaks: breaks,
        session_is_silent: silent,
        session_samples: samples,
        update_loses: loses,
        update_doubles: doubles,
        page_fails: fails,
        page_is_empty: empty,
        token_is_stale: stale,
        expired_ms,
        unseen_ms,
        refused_group,
    }
}

/// How often there is each event, by log group and id.
fn counted<'a>(all: impl Iterator<Item = (&'a LogEvent, &'a str)>) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    all.for_each(|(event, id)| *counts.entry((event.stream.group.to_string(), id.to_owned())).or_default() += 1);
    counts
}

fn ids(groups: &[Vec<Happened>]) -> BTreeMap<(String, String), usize> {
    counted(groups.iter().flatten().map(|happened| (&happened.event, &*happened.id)))
}

fn given_ids(given: &[Given]) -> BTreeMap<(String, String), usize> {
    counted(given.iter().map(|given| (&given.event, &*given.id)))
}

/// What was given in its place is in order, for each log group at least.
fn assert_in_order(given: &[Given], seed: u64) {
    let mut last: BTreeMap<String, Option<Ms>> = BTreeMap::new();
    for given in given.iter().filter(|given| given.mark == Mark::InPlace) {
        let before = last.insert(given.event.stream.group.to_string(), given.event.timestamp_ms);
        assert!(before.flatten() <= given.event.timestamp_ms, "seed {seed}: {given:?} after {before:?}");
    }
}

/// The same where no event has an id: what is alike cannot be told apart, and must still be there as often.
fn messages<'a>(all: impl Iterator<Item = &'a LogEvent>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    all.for_each(|event| *counts.entry(format!("{event:?}")).or_default() += 1);
    counts
}

#[test]
fn events_without_ids_are_told_apart_by_their_number() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let mut happened = happen(&mut dice, 2, 40, NOW_MS, 30_000, 10_000);
        happened.iter_mut().flatten().for_each(|happened| happened.id = "".into());
        let faults = faults(&mut dice, 2);
        let mut world = World::new(happened, Order::AsRead, NOW_MS, faults, seed);
        world.run_until(NOW_MS + 60_000);
        world.faults = Faults { refused_group: world.faults.refused_group, ..Faults::default() };
        world.run_until(NOW_MS + 250_000);
        let there = world.groups.iter().flatten().map(|happened| &happened.event);
        assert_eq!(messages(world.given.iter().map(|given| &given.event)), messages(there), "seed {seed}: {faults:?}");
    }
}

/// One schedule: everything that can go wrong does for 80 seconds, then it gets quiet.
fn run(seed: u64) -> World {
    let mut dice = Dice::new(seed);
    let most_groups = if dice.is(100) { 24 } else { 4 };
    let groups = 1 + dice.below(most_groups) as usize;
    let events = 1 + dice.below(60) as usize;
    let (from_ms, for_ms) = (NOW_MS - dice.below(30_000), 60_000);
    let happened = happen(&mut dice, groups, events, from_ms, for_ms, 20_000);
    let order = if dice.is(500) { Order::AsRead } else { Order::Settled };
    let faults = faults(&mut dice, groups);
    let mut world = World::new(happened, order, from_ms, faults, seed);
    if groups > 1 && dice.is(300) {
        let appearing = 1 + dice.below(groups as i64 - 1);
        world.appear(&(0..appearing).map(|_| NOW_MS + dice.below(70_000)).collect::<Vec<_>>());
    }
    world.run_until(NOW_MS + 80_000);
    world.faults = Faults { refused_group: world.faults.refused_group, ..Faults::default() };
    world.run_until(NOW_MS + 330_000);
    world
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice_whatever_goes_wrong() {
    for seed in 0..10_000 {
        let world = run(seed);
        assert_eq!(given_ids(&world.given), ids(&world.groups), "seed {seed}: {:?}", world.faults);
        assert_in_order(&world.given, seed);
        assert!(world.tail.head().is_empty(), "seed {seed}: nothing waits for ever");
    }
}

/// A world of one log group with these events: when they happened, when they can be read.
fn world_of(events: &[(Ms, Ms)], order: Order, faults: Faults) -> World {
    let stream = Stream::new("/g/0", "s");
    let happened = events.iter().enumerate().map(|(number, (timestamp_ms, ingestion_ms))| {
        let event = LogEvent {
            timestamp_ms: Some(*timestamp_ms),
            ingestion_ms: Some(*ingestion_ms),
            stream: stream.clone(),
            message: format!("line {number}"),
        };
        Happened { event, id: format!("{number:04}").into(), readable_ms: *ingestion_ms }
    });
    let mut list: Vec<_> = happened.collect();
    list.sort_by_key(|happened| happened.event.timestamp_ms);
    World::new(vec![list], order, NOW_MS - 1_000, faults, 7)
}

fn standing(world: &World) -> super::Standing {
    world.tail.standing(0, world.now_ms).expect("there is a log group")
}

#[test]
fn what_comes_later_than_sweeps_look_back_is_counted_as_a_gap() {
    let late_ms = 200_000;
    let mut world = world_of(
        &[(NOW_MS + 5_000, NOW_MS + 5_100), (NOW_MS + 6_000, NOW_MS + 6_000 + late_ms)],
        Order::Settled,
        Faults::default(),
    );
    world.run_until(NOW_MS + 100_000);
    assert_eq!(standing(&world).gap, None);
    world.run_until(NOW_MS + 300_000);
    assert_eq!(world.given.len(), 1);
    assert_eq!(standing(&world).gap, Some((1, NOW_MS + 6_000, NOW_MS + 6_000)));
}

#[test]
fn what_comes_later_than_the_overlap_is_put_in_with_a_mark() {
    for order in [Order::AsRead, Order::Settled] {
        let mut world =
            world_of(&[(NOW_MS + 5_000, NOW_MS + 30_000), (NOW_MS + 6_000, NOW_MS + 6_100)], order, Faults::default());
        world.run_until(NOW_MS + 120_000);
        let told: Vec<_> = world.given.iter().map(|given| (&*given.event.message, given.mark)).collect();
        assert_eq!(told, [("line 1", Mark::InPlace), ("line 0", Mark::Late)], "{order:?}");
        assert_eq!(standing(&world).late, 1);
    }
}

#[test]
fn what_is_seen_live_is_shown_before_it_is_stored_and_a_twin_waits_for_the_sweep() {
    let doubled = Faults { update_doubles: 1_000, page_fails: 1_000, ..Faults::default() };
    let mut world = world_of(&[(NOW_MS + 2_000, NOW_MS + 2_100)], Order::Settled, doubled);
    world.run_until(NOW_MS + 6_000);
    let head: Vec<_> = world.tail.head().into_iter().map(|(event, stored)| (event.message.clone(), stored)).collect();
    assert_eq!(head, [("line 0".to_owned(), 0)]);
    assert!(world.given.is_empty());
    world.faults = Faults::default();
    world.run_until(NOW_MS + 120_000);
    assert_eq!(world.given.len(), 1);
}

#[test]
fn the_standing_says_what_happened() {
    let mut world = world_of(
        &[(NOW_MS + 2_000, NOW_MS + 2_100)],
        Order::Settled,
        Faults { session_breaks: 1_000, ..Faults::default() },
    );
    world.run_until(NOW_MS + 5_000);
    assert!(
        matches!(standing(&world).view, View::Down { why: Trouble::Dropped(_), .. } | View::Opening),
        "{:?}",
        standing(&world)
    );
    world.faults = Faults { session_samples: 1_000, page_fails: 1_000, ..Faults::default() };
    world.run_until(NOW_MS + 60_000);
    let now = standing(&world);
    assert_eq!(now.view, View::Live);
    assert!(now.is_sampled && now.is_catching_up && now.trouble.is_some(), "{now:?}");
    world.faults = Faults::default();
    world.run_until(NOW_MS + 200_000);
    let now = standing(&world);
    assert!(!now.is_sampled && !now.is_catching_up && now.trouble.is_none(), "{now:?}");
    assert!(now.reconciled_ms >= NOW_MS + 170_000, "{now:?}");
}

#[test]
fn no_session_is_open_while_nobody_looks_and_nothing_is_lost() {
    let mut dice = Dice::new(9);
    let happened = happen(&mut dice, 12, 30, NOW_MS, 90_000, 5_000);
    let faults = Faults { unseen_ms: (NOW_MS + 20_000, NOW_MS + 60_000), ..Faults::default() };
    let mut world = World::new(happened, Order::AsRead, NOW_MS, faults, 9);
    let check = |world: &mut World, until_ms: Ms, view: View, sessions: usize| {
        world.run_until(NOW_MS + until_ms);
        assert_eq!((standing(world).view, world.tail.session_count()), (view, sessions), "{until_ms}");
    };
    check(&mut world, 19_000, View::Live, 2);
    check(&mut world, 40_000, View::Resting, 0);
    check(&mut world, 63_000, View::Live, 2);
    world.run_until(NOW_MS + 200_000);
    assert_eq!(given_ids(&world.given), ids(&world.groups));
}

#[test]
fn a_log_group_that_nobody_may_tail_does_not_hide_the_others() {
    let mut dice = Dice::new(3);
    let happened = happen(&mut dice, 10, 20, NOW_MS, 30_000, 5_000);
    let faults = Faults { refused_group: Some(6), ..Faults::default() };
    let mut world = World::new(happened, Order::AsRead, NOW_MS, faults, 3);
    world.run_until(NOW_MS + 20_000);
    for group in 0..10 {
        let view = world.tail.standing(group, world.now_ms).expect("it is there").view;
        let is_live = view == View::Live;
        assert_eq!(is_live, group != 6, "{group}: {view:?}");
    }
    world.run_until(NOW_MS + 120_000);
    assert_eq!(given_ids(&world.given), ids(&world.groups));
}

#[test]
fn log_groups_without_end_are_swept_where_sessions_do_not_reach() {
    let mut dice = Dice::new(4);
    let happened = happen(&mut dice, 160, 3, NOW_MS, 30_000, 5_000);
    let mut world = World::new(happened, Order::AsRead, NOW_MS, Faults::default(), 4);
    world.run_until(NOW_MS + 240_000);
    assert_eq!(world.tail.session_count(), 15);
    assert_eq!(world.tail.standing(155, world.now_ms).map(|standing| standing.view), Some(View::SweepsOnly));
    assert_eq!(given_ids(&world.given), ids(&world.groups));
}

#[test]
fn a_day_of_tailing_needs_no_more_memory_than_an_hour() {
    let mut dice = Dice::new(5);
    let hour_ms = 3_600_000;
    let happened = happen(&mut dice, 2, 12_000, NOW_MS, 24 * hour_ms, 10_000);
    let faults = Faults { session_breaks: 1, page_fails: 10, update_loses: 50, ..Faults::default() };
    let mut world = World::new(happened, Order::Settled, NOW_MS, faults, 5);
    world.run_until(NOW_MS + hour_ms);
    let (hour, mut most) = (world.most_held, 0);
    for passed in 2..=24 {
        world.most_held = 0;
        world.run_until(NOW_MS + passed * hour_ms);
        // Half a day in, a third of all events happens in one moment.
        most = if passed == 12 || passed == 13 { most } else { most.max(world.most_held) };
    }
    world.run_until(NOW_MS + 24 * hour_ms + 300_000);
    assert_eq!(given_ids(&world.given), ids(&world.groups));
    assert!(most <= 2 * hour, "{most} held, {hour} in the first hour");
}
