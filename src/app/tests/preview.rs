//! When the workspace asks what a node or an arrow writes, and what it does with the answers.

use super::*;
use crate::app::Seen;
use crate::diagram::{Element, NodeId};
use crate::engine::protocol::Ticket;
use crate::export::preview::preview;

/// A workspace with two functions, the second of which is selected.
fn two() -> (Workspace, [NodeId; 2]) {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    for x in [0, 400] {
        workspace.run(Command::AddNode(KindId::new("aws.lambda_function"), Point { x, y: 0 }));
    }
    let ids: Vec<NodeId> = diagram(&workspace).nodes().keys().copied().collect();
    (workspace, [ids[0], ids[1]])
}

/// Answers a question as the background does.
fn answered(workspace: &mut Workspace, requests: Vec<Request>) -> Option<Element> {
    let request = requests.into_iter().next()?;
    let Request::Preview(ticket, diagram, dialect, about) = request else { panic!("{request:?}") };
    let shown = preview(&diagram, workspace.catalog(), dialect, about);
    workspace.absorb(Event::Previewed(ticket, Ok(Arc::new(shown))));
    about
}

fn select(workspace: &mut Workspace, id: NodeId) {
    workspace.run(Command::Select([Element::Node(id)].into(), crate::app::Choose::Only));
}

fn is_current(workspace: &Workspace, id: NodeId) -> Option<bool> {
    match workspace.written(Element::Node(id)) {
        Seen::Written { is_current, .. } => Some(is_current),
        Seen::Nothing | Seen::Refused(_) => None,
    }
}

#[test]
fn what_is_selected_is_asked_for_once_and_anew_when_it_changes() {
    let (mut workspace, [_, second]) = two();
    let requests = workspace.preview();
    assert_eq!(requests.len(), 1);
    assert!(workspace.preview().is_empty(), "one question at a time");
    assert_eq!(is_current(&workspace, second), None);
    assert_eq!(answered(&mut workspace, requests), Some(Element::Node(second)));
    assert_eq!(is_current(&workspace, second), Some(true));
    assert!(workspace.preview().is_empty(), "the answer is there");
    workspace.run(Command::Set([Element::Node(second)].into(), "memory_mb".to_owned(), Some(1024.into())));
    assert_eq!(is_current(&workspace, second), Some(false), "it is shown until the next answer");
    let requests = workspace.preview();
    answered(&mut workspace, requests);
    assert_eq!(is_current(&workspace, second), Some(true));
}

#[test]
fn an_answer_about_something_else_is_not_shown() {
    let (mut workspace, [first, second]) = two();
    let late = workspace.preview();
    select(&mut workspace, first);
    answered(&mut workspace, late);
    assert_eq!(is_current(&workspace, first), None);
    let requests = workspace.preview();
    assert_eq!(answered(&mut workspace, requests), Some(Element::Node(first)));
    assert_eq!((is_current(&workspace, first), is_current(&workspace, second)), (Some(true), None));
    workspace.absorb(Event::Previewed(Ticket(0), Err("Nobody asked.".to_owned())));
    assert_eq!(is_current(&workspace, first), Some(true));
}

#[test]
fn nothing_is_asked_in_a_gesture_without_an_inspector_or_about_many_things() {
    let (mut workspace, _) = two();
    workspace.run(Command::BeginField("Change memory".to_owned()));
    assert!(workspace.preview().is_empty());
    workspace.run(Command::FinishGesture);
    act(&mut workspace, Action::Inspector);
    assert!(workspace.preview().is_empty());
    act(&mut workspace, Action::Inspector);
    act(&mut workspace, Action::SelectAll);
    assert!(workspace.preview().is_empty());
    act(&mut workspace, Action::Escape);
    assert!(workspace.preview().is_empty());
}

#[test]
fn a_refusal_is_shown_and_not_asked_again() {
    let (mut workspace, [_, second]) = two();
    let Some(Request::Preview(ticket, ..)) = workspace.preview().into_iter().next() else { panic!("it is asked") };
    workspace.absorb(Event::Previewed(ticket, Err("Too much is waiting.".to_owned())));
    assert_eq!(workspace.written(Element::Node(second)), Seen::Refused("Too much is waiting."));
    assert!(workspace.preview().is_empty());
}
