//! The bill of the open diagram: who works it out, what is dropped, and that its three states never mix.

use super::*;
use crate::app::bill::table::{Column, Entry, Grouping, Order, Row};
use crate::app::bill::{Bill, Pane};
use crate::catalog::names::Named as _;
use crate::cost::{Money, Terms};
use crate::engine::protocol::Case;
use crate::picture::lens::Ground;

/// Answers a question as the background does.
fn answered(workspace: &Workspace, request: &Request) -> Event {
    let Request::Price(ticket, book, cases) = request else { panic!("{request:?}") };
    Event::Priced(*ticket, Ok(cases.iter().map(|case: &Case| case.priced(workspace.catalog(), book)).collect()))
}

fn large() -> Workspace {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    let kind = KindId::new("aws.lambda_function");
    for at in 0..1001 {
        workspace.run(Command::AddNode(kind.clone(), Point { x: at * 240, y: 0 }));
    }
    workspace
}

fn known(workspace: &Workspace) -> &Bill {
    workspace.bill().expect("a bill")
}

#[test]
fn nothing_is_worked_out_until_it_is_seen() {
    let mut workspace = crowded();
    assert!(workspace.price().is_empty() && workspace.bill().is_none());
    act(&mut workspace, Action::CostLens);
    assert!(workspace.price().is_empty());
    assert!(known(&workspace).nodes.len() > 10 && workspace.laid_over().is_some());
    act(&mut workspace, Action::DesignLens);
    assert!(workspace.laid_over().is_none());
}

#[test]
fn a_large_diagram_is_asked_about_once_and_old_answers_are_dropped() {
    let mut workspace = large();
    act(&mut workspace, Action::CostLens);
    let first = workspace.price();
    assert_eq!((first.len(), workspace.price().len()), (1, 0), "one question at a time");
    let old = answered(&workspace, &first[0]);
    workspace.absorb(old.clone());
    let before = workspace.bill_key();
    assert!(before.is_some());
    workspace.run(Command::SetTerms(Terms { hours: 744.into(), ..Terms::default() }));
    let second = workspace.price();
    workspace.absorb(old);
    assert_eq!(workspace.bill_key(), before, "the answer to the first question comes too late");
    workspace.absorb(answered(&workspace, &second[0]));
    assert_ne!(workspace.bill_key(), before);
    act(&mut workspace, Action::Welcome);
    workspace.run(Command::Discard(Box::new(Command::Act(Action::New))));
    assert!(workspace.bill().is_none(), "another diagram has another bill");
}

#[test]
fn a_refused_question_is_not_asked_again_at_once() {
    let mut workspace = large();
    act(&mut workspace, Action::CostLens);
    let asked = workspace.price();
    workspace.absorb(asked[0].clone().refused("Too much is waiting."));
    assert_eq!((workspace.lens(), workspace.notices().len()), (Lens::Design, 1));
    assert!(workspace.price().is_empty());
}

#[test]
fn what_is_not_known_is_never_told_as_a_figure() {
    let mut workspace = workspace();
    for index in 0..workspace.references().len() {
        workspace.run(Command::OpenReference(index));
        act(&mut workspace, Action::CostLens);
        workspace.price();
        let bill = known(&workspace);
        for (id, node) in &bill.nodes {
            let strip = &bill.overlay.nodes[id];
            let is_figure = matches!(strip.ground, Ground::Heat(_));
            assert_eq!(is_figure, node.cost.is_some(), "{index} {strip:?}");
            assert_eq!(strip.figure.ends_with(" +"), is_figure && node.is_partial(), "{index} {strip:?}");
            assert!(is_figure || !strip.figure.starts_with('$'), "{index} {strip:?}");
        }
    }
}

#[test]
fn every_order_has_every_line_once() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    act(&mut workspace, Action::CostLens);
    workspace.price();
    let bill = known(&workspace);
    let all = bill.estimate.lines.len() + bill.estimate.unknown.len() + bill.estimate.unpriced.len();
    for (_, column) in Column::ALL {
        for (_, grouping) in Grouping::ALL {
            for descending in [false, true] {
                let order = Order { column: *column, descending, grouping: *grouping };
                let rows = bill.rows(diagram(&workspace), workspace.catalog(), order);
                let entries: BTreeSet<Entry> = rows
                    .iter()
                    .filter_map(|row| if let Row::Entry(entry) = row { Some(*entry) } else { None })
                    .collect();
                assert_eq!(entries.len(), all, "{order:?}");
                let sums = rows.iter().filter_map(|row| if let Row::Head { cost, .. } = row { *cost } else { None });
                let sum: Money = sums.map(|cost| cost.high).sum();
                assert!(*grouping == Grouping::Lines || sum == bill.estimate.total.high, "{order:?}");
            }
        }
    }
}

#[test]
fn the_curve_passes_through_the_bill() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    act(&mut workspace, Action::Cost);
    assert_eq!(workspace.pane(), Pane::Traffic);
    workspace.price();
    let curve = workspace.curve().expect("a curve");
    assert_eq!(curve.total(1), known(&workspace).estimate.total.high);
    assert!((1..curve.steps.len()).all(|step| curve.total(step - 1) <= curve.total(step)));
}
