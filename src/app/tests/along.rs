//! The bill along something: arrows, months, hours of a day; and the terms that are kept.

use rust_decimal::Decimal;
use serde_json::json;

use super::*;
use crate::app::bill::habits::Habits;
use crate::app::bill::{Bill, Pane};
use crate::cost::{FreeTier, Money, Span};
use crate::diagram::{EdgeId, NodeId};

/// A reference diagram with its bill, and this beside it.
fn reference(at: usize, pane: Pane) -> Workspace {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(at));
    act(&mut workspace, Action::Cost);
    workspace.run(Command::ShowPane(pane));
    workspace.price();
    workspace
}

fn known(workspace: &Workspace) -> &Bill {
    workspace.bill().expect("a bill")
}

fn node(workspace: &Workspace, name: &str) -> NodeId {
    diagram(workspace).node_named(name).expect(name)
}

fn arrow(workspace: &Workspace, from: &str, to: &str) -> EdgeId {
    let (from, to) = (node(workspace, from), node(workspace, to));
    let found = diagram(workspace).edges_from(from).find(|(_, edge)| edge.to == to);
    found.map(|(id, _)| id).expect("they are joined")
}

/// What arrows have together at their sources and at their targets, by node.
fn at_ends(workspace: &Workspace) -> BTreeMap<NodeId, Money> {
    let mut sums: BTreeMap<NodeId, Money> = BTreeMap::new();
    for (id, bill) in &known(workspace).arrows {
        let edge = &diagram(workspace).edges()[id];
        for (end, part) in [(edge.from, bill.source), (edge.to, bill.target)] {
            let sum = sums.entry(end).or_default();
            *sum = *sum + part.high;
        }
    }
    sums
}

#[test]
fn no_arrow_is_paid_for_more_than_its_ends_cost() {
    let grain = Money::of(Decimal::new(1, 6)).expect("small");
    for at in 0..crate::diagram::REFERENCES.len() {
        let workspace = reference(at, Pane::Nodes);
        let costs = known(&workspace).estimate.by_node();
        for (id, sum) in at_ends(&workspace) {
            let cost = costs.get(&id).map_or(Money::ZERO, |cost: &Span<Money>| cost.high);
            assert!(sum <= cost + grain, "{at}: {} {sum} {cost}", diagram(&workspace).nodes()[&id].name);
        }
        let seen = known(&workspace).overlay.edges.values();
        assert!(seen.clone().all(|carried| carried.heat.is_some() != carried.words.is_empty()));
        assert!(seen.clone().all(|carried| carried.told.ends_with('.')));
        assert!(seen.into_iter().any(|carried| carried.heat.is_some()), "{at}: something is paid for traffic");
    }
}

#[test]
fn what_follows_from_traffic_is_on_arrows_and_what_is_stored_is_not() {
    let workspace = reference(3, Pane::Nodes);
    let bill = known(&workspace);
    let api = arrow(&workspace, "Browser", "CollectApi");
    let cost = bill.estimate.by_node()[&node(&workspace, "CollectApi")];
    assert_eq!(bill.arrows[&api].cost().high.cents(), cost.high.cents(), "every request comes along that arrow");
    let carried = &bill.overlay.edges[&api];
    assert_eq!(carried.words, crate::app::bill::words::range(bill.arrows[&api].cost()));
    assert!(carried.told.contains("at CollectApi") && carried.told.contains("of the bill"), "{}", carried.told);
    let lake = arrow(&workspace, "ClickArchive", "Lake");
    assert!(bill.arrows[&lake].target.high < Money::of(Decimal::ONE).expect("a dollar"), "not what it stores");
    // One that writes twice as much is paid for twice as much.
    let both = [("IngestFn", "Clicks"), ("IoTRule", "Clicks")].map(|(from, to)| arrow(&workspace, from, to));
    let events = both.map(|id| bill.workload.edge(id).expect("known").high);
    let parts = both.map(|id| bill.arrows[&id].target.high.dollars());
    assert_eq!((events[0] < events[1], parts[0] < parts[1]), (true, true), "{events:?} {parts:?}");
}

#[test]
fn months_grow_and_the_first_year_ends() {
    let mut workspace = reference(3, Pane::Months);
    workspace.run(Command::Grow(0));
    workspace.price();
    let steady = workspace.curve().expect("months").clone();
    let total = known(&workspace).estimate.total.high;
    assert!((0..steady.steps.len()).all(|month| steady.total(month) == total));
    workspace.run(Command::Grow(10));
    workspace.price();
    let growing = workspace.curve().expect("months").clone();
    assert!((1..growing.steps.len()).all(|month| growing.total(month - 1) < growing.total(month)));
    let mut terms = workspace.terms().clone();
    terms.free_tier = FreeTier::FirstYear;
    workspace.run(Command::SetTerms(terms));
    workspace.run(Command::Grow(0));
    workspace.price();
    let free = workspace.curve().expect("months").clone();
    assert_eq!(free.total(0), free.total(11));
    assert!(free.total(11) < free.total(12) && free.total(12) == free.total(23), "allowances of the first year end");
}

#[test]
fn the_hours_of_a_day_are_its_part_of_the_month_and_follow_the_curve() {
    for at in 0..crate::diagram::REFERENCES.len() {
        let workspace = reference(at, Pane::Day);
        let curve = workspace.curve().expect("a day").clone();
        let day: Money = (0..24).map(|hour| curve.total(hour)).sum();
        let month = day.dollars() * Decimal::from(730) / Decimal::from(24);
        let apart = (month - known(&workspace).estimate.total.high.dollars()).abs();
        assert!(apart < Decimal::new(1, 2), "{at}: {month}");
    }
    let mut workspace = reference(3, Pane::Day);
    let mut noon = [0; 24];
    noon[12] = 1;
    let sources = ["Browser", "Devices"].map(|name| node(&workspace, name));
    workspace.run(Command::SetUsage(sources.into(), "curve".to_owned(), Some(json!(noon))));
    workspace.price();
    let curve = workspace.curve().expect("a day").clone();
    assert!((0..24).all(|hour| hour == 12 || curve.total(hour) == curve.total(0)), "what is stored costs at any hour");
    assert!(curve.total(12) > curve.total(0));
}

#[test]
fn terms_are_kept_and_what_cannot_be_used_is_as_at_first() {
    let kept = Habits {
        region: Some("eu-west-1".to_owned()),
        free_tier: FreeTier::Always,
        hours: 744,
        pane: Pane::WhatIf,
        growth_percent: 20,
    };
    let workspace = workspace().used_to(&kept);
    assert_eq!(workspace.habits(), kept);
    let wrong = Habits { region: Some("atlantis-1".to_owned()), hours: 1, growth_percent: 255, ..kept };
    let workspace = super::workspace().used_to(&wrong);
    let terms = workspace.terms();
    assert_eq!((terms.region.as_deref(), terms.hours), (None, Decimal::from(730)));
    assert!(workspace.growth_percent() <= 100);
}
