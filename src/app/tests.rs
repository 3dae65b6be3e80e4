//! The workspace does what commands say, without a window.

mod along;
mod bill;
mod clip;
mod group;
mod order;
mod running;
mod template;
mod view;
mod watch;
mod preview;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::catalog::{Archetype, KindId};
use crate::diagram::Point;
use crate::engine::protocol::{Event, Loaded, Mark, Request, Ticket, Unopened, Unsaved};

fn workspace() -> Workspace {
    Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark)
}

fn loaded(name: &str) -> Box<Loaded> {
    Loaded::new(Diagram::new(name), Mark::of(name.as_bytes()), &Catalog::builtin()).into()
}

fn act(workspace: &mut Workspace, action: Action) {
    workspace.run(Command::Act(action));
}

fn diagram(workspace: &Workspace) -> &Diagram {
    workspace.open().expect("a diagram is open").document.diagram()
}

/// A workspace with one node of each kind that can be drawn.
fn crowded() -> Workspace {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    let kinds: Vec<KindId> = workspace
        .catalog()
        .kinds()
        .filter(|kind| kind.archetype != Archetype::Container)
        .map(|kind| kind.id.clone())
        .collect();
    for (x, kind) in (0..).zip(kinds) {
        workspace.run(Command::AddNode(kind, Point { x: x * 240, y: 0 }));
    }
    workspace
}

#[test]
fn every_action_has_a_row_and_no_two_share_a_key() {
    let mut chords = BTreeSet::new();
    for action in Action::all() {
        assert_eq!(action.row().action, action);
        assert!(action.row().help.ends_with('.'), "{action}");
        for chord in action.row().chords {
            assert!(chords.insert(*chord), "{chord} stands twice");
        }
    }
}

#[test]
fn every_kind_can_be_added_selected_and_undone() {
    let mut workspace = crowded();
    let count = diagram(&workspace).nodes().len();
    assert_eq!(workspace.open().map(|open| open.selection.len()), Some(1));
    for left in (0..count).rev() {
        act(&mut workspace, Action::Undo);
        assert_eq!(diagram(&workspace).nodes().len(), left);
        assert_eq!(workspace.open().map(|open| open.picture.nodes().len()), Some(left));
    }
    assert!(!workspace.can_undo());
}

#[test]
fn every_action_can_be_given_at_any_time() {
    for mut workspace in [workspace(), crowded()] {
        for action in Action::all().filter(|action| *action != Action::Quit) {
            act(&mut workspace, action);
            if let Some(open) = workspace.open() {
                assert_eq!(
                    crate::diagram::integrity(open.document.diagram(), workspace.catalog()),
                    Vec::<String>::new()
                );
            }
            act(&mut workspace, Action::Escape);
        }
    }
}

#[test]
fn what_is_gone_is_not_selected_by_the_click_that_came_with_it() {
    let mut workspace = crowded();
    let clicked = workspace.open().expect("it is open").selection.clone();
    act(&mut workspace, Action::Delete);
    for how in [Choose::Only, Choose::Add, Choose::Toggle] {
        workspace.run(Command::Select(clicked.clone(), how));
        assert_eq!(workspace.open().map(|open| open.selection.len()), Some(0), "{how:?}");
    }
}

#[test]
fn a_drag_is_one_step() {
    let mut workspace = crowded();
    act(&mut workspace, Action::SelectAll);
    let before = diagram(&workspace).clone();
    workspace.run(Command::BeginMove);
    for x in [3, 17, 40] {
        workspace.run(Command::MoveBy(x, x, Snap::InLine));
    }
    workspace.run(Command::FinishGesture);
    let moved = diagram(&workspace).nodes().values().zip(before.nodes().values());
    assert!(moved.into_iter().all(|(after, before)| after.position.x - before.position.x == 40));
    act(&mut workspace, Action::Undo);
    assert_eq!(diagram(&workspace), &before);
    workspace.run(Command::BeginMove);
    workspace.run(Command::MoveBy(80, 0, Snap::InLine));
    workspace.run(Command::CancelGesture);
    assert_eq!(diagram(&workspace), &before);
    assert!(workspace.can_redo(), "a cancelled drag leaves the history alone");
}

#[test]
fn refusals_are_told_once() {
    let mut workspace = crowded();
    let named = |name: &str| diagram(&workspace).node_named(name).expect(name);
    let (bucket, table) = (named("Bucket"), named("Table"));
    workspace.run(Command::Connect(bucket, table, None));
    assert_eq!(workspace.notices().len(), 1);
    assert!(workspace.notices()[0].text.contains("Put a Lambda function between them."));
    let id = workspace.notices()[0].id;
    workspace.run(Command::Dismiss(id));
    assert!(workspace.notices().is_empty());
}

#[test]
fn changes_are_not_left_behind_without_a_question() {
    let mut workspace = crowded();
    assert!(workspace.run(Command::Act(Action::Quit)).is_empty());
    assert!(matches!(workspace.overlay(), Some(Overlay::Unsaved(_))));
    assert!(!workspace.quitting());
    act(&mut workspace, Action::Escape);
    let requests = workspace.run(Command::SaveFile(PathBuf::from("x.strato.json")));
    let [Request::Save(ticket, ..)] = requests.as_slice() else { panic!("{requests:?}") };
    workspace.absorb(Event::Saved(*ticket, PathBuf::from("x.strato.json"), Ok(Mark::default())));
    act(&mut workspace, Action::Quit);
    assert!(workspace.quitting());
}

#[test]
fn a_change_during_a_save_is_still_unsaved() {
    let mut workspace = crowded();
    let requests = workspace.run(Command::SaveFile(PathBuf::from("x.strato.json")));
    let [Request::Save(ticket, ..)] = requests.as_slice() else { panic!("{requests:?}") };
    act(&mut workspace, Action::NudgeLeft);
    workspace.absorb(Event::Saved(*ticket, PathBuf::from("x.strato.json"), Ok(Mark::default())));
    assert!(workspace.open().is_some_and(|open| open.document.is_edited()));
}

/// A diagram that was opened from a file and edited since.
fn opened() -> Workspace {
    let mut workspace = workspace();
    let requests = workspace.run(Command::OpenFile(PathBuf::from("x")));
    let [Request::Load(ticket, path)] = requests.as_slice() else { panic!("{requests:?}") };
    workspace.absorb(Event::Loaded(*ticket, path.clone(), Ok(loaded("x"))));
    workspace.run(Command::RenameDiagram("mine".to_owned()));
    workspace
}

/// What a save is asked to do: its ticket, where to, and what the file must still hold.
fn save(requests: &[Request]) -> (Ticket, PathBuf, Option<Mark>) {
    let [Request::Save(ticket, _, path, mark)] = requests else { panic!("{requests:?}") };
    (*ticket, path.clone(), *mark)
}

#[test]
fn a_file_that_has_changed_is_asked_about_before_it_is_written_over() {
    let mut workspace = opened();
    let (ticket, path, mark) = save(&workspace.run(Command::Act(Action::Save)));
    assert_eq!(mark, Some(Mark::of(b"x")));
    workspace.absorb(Event::Saved(ticket, path.clone(), Err(Unsaved::Changed)));
    assert_eq!(workspace.overlay(), Some(&Overlay::Changed(path.clone())));
    let (ticket, again, mark) = save(&workspace.run(Command::Overwrite));
    assert_eq!((again, mark, workspace.overlay()), (path.clone(), None, None));
    workspace.absorb(Event::Saved(ticket, path.clone(), Ok(Mark::of(b"mine"))));
    assert!(workspace.open().is_some_and(|open| !open.document.is_edited()));
    workspace.run(Command::RenameDiagram("later".to_owned()));
    let (_, _, mark) = save(&workspace.run(Command::Act(Action::Save)));
    assert_eq!(mark, Some(Mark::of(b"mine")), "the next save looks at what this one has written");
    let (_, _, mark) = save(&workspace.run(Command::SaveFile(PathBuf::from("y"))));
    assert_eq!(mark, None, "the dialog asks about other files");
}

#[test]
fn what_waits_for_a_save_waits_for_the_answer_about_the_file_too() {
    let check = |answer: Command, quits: bool, name: &str| {
        let mut workspace = opened();
        act(&mut workspace, Action::Quit);
        let (ticket, path, _) = save(&workspace.run(Command::SaveThen(Box::new(Command::Act(Action::Quit)))));
        workspace.absorb(Event::Saved(ticket, path.clone(), Err(Unsaved::Changed)));
        assert!(!workspace.quitting());
        match workspace.run(answer).as_slice() {
            [Request::Save(ticket, ..)] => workspace.absorb(Event::Saved(*ticket, path, Ok(Mark::default()))),
            [Request::Load(ticket, _)] => workspace.absorb(Event::Loaded(*ticket, path, Ok(loaded("theirs")))),
            _ => Vec::new(),
        };
        assert_eq!((workspace.quitting(), diagram(&workspace).name()), (quits, name));
        assert_eq!(workspace.overlay(), None);
    };
    check(Command::Overwrite, true, "mine");
    check(Command::Act(Action::Escape), false, "mine");
    check(Command::Discard(Box::new(Command::OpenFile(PathBuf::from("x")))), false, "theirs");
}

#[test]
fn other_windows_are_asked_for_and_told_when_they_fail() {
    let mut workspace = workspace();
    let requests = workspace.run(Command::Act(Action::NewWindow));
    let [Request::Window(ticket, None)] = requests.as_slice() else { panic!("{requests:?}") };
    workspace.absorb(Event::Windowed(*ticket, Ok(())));
    assert!(workspace.notices().is_empty());
    workspace.absorb(Event::Windowed(*ticket, Err("Cannot.".to_owned())));
    assert_eq!(workspace.notices().len(), 1);
}

#[test]
fn an_answer_that_nobody_waits_for_is_dropped() {
    let mut workspace = workspace();
    let first = workspace.run(Command::OpenFile(PathBuf::from("a")));
    let second = workspace.run(Command::OpenFile(PathBuf::from("b")));
    let ticket = |requests: &[Request]| match requests {
        [Request::Load(ticket, _)] => *ticket,
        other => panic!("{other:?}"),
    };
    workspace.absorb(Event::Loaded(ticket(&first), PathBuf::from("a"), Ok(loaded("a"))));
    assert!(!workspace.is_open());
    workspace.absorb(Event::Loaded(ticket(&second), PathBuf::from("b"), Ok(loaded("b"))));
    assert_eq!(diagram(&workspace).name(), "b");
}

/// Asks for order and answers as the engine does.
fn arrange(workspace: &mut Workspace, action: Action) {
    let requests = workspace.run(Command::Act(action));
    let [Request::Arrange(ticket, diagram, how)] = requests.as_slice() else { panic!("{requests:?}") };
    let placement = crate::picture::arrange::arrange(diagram, workspace.catalog(), *how);
    workspace.absorb(Event::Arranged(*ticket, Ok(placement)));
}

#[test]
fn a_layout_of_what_has_changed_meanwhile_is_dropped() {
    let mut workspace = crowded();
    let requests = workspace.run(Command::Act(Action::LayOut));
    let [Request::Arrange(ticket, ..)] = requests.as_slice() else { panic!("{requests:?}") };
    act(&mut workspace, Action::NudgeLeft);
    let before = diagram(&workspace).clone();
    let placement = crate::picture::arrange::arrange(&before, workspace.catalog(), Arrangement::Flow);
    workspace.absorb(Event::Arranged(*ticket, Ok(placement)));
    assert_eq!(diagram(&workspace), &before);
    assert_eq!(workspace.notices().len(), 1, "and that is told");
}

#[test]
fn tidying_leaves_everything_in_its_container() {
    for index in 0..workspace().references().len() {
        let mut workspace = workspace();
        workspace.run(Command::OpenReference(index));
        arrange(&mut workspace, Action::Tidy);
        let open = workspace.open().expect("it is open");
        for (id, node) in open.document.diagram().nodes() {
            if let Some(group) = node.group {
                assert!(open.picture.groups()[&group].rect.holds(&open.picture.nodes()[id].rect), "{}", node.name);
            }
        }
        act(&mut workspace, Action::Undo);
        assert!(workspace.open().is_some_and(|open| !open.document.is_edited()));
    }
}

#[test]
fn files_are_remembered_until_they_are_gone() {
    let mut workspace = workspace();
    let path = |name: &str| std::env::temp_dir().join(name);
    let opened = |workspace: &mut Workspace, name: &str, is_there: bool| {
        let requests = workspace.run(Command::OpenFile(path(name)));
        let [Request::Load(ticket, path)] = requests.as_slice() else { panic!("{requests:?}") };
        let gone =
            Unopened { text: "Cannot open it: it does not exist.".to_owned(), is_gone: true, is_telemetry: false };
        let answer = if is_there { Ok(loaded(name)) } else { Err(gone) };
        workspace.absorb(Event::Loaded(*ticket, path.clone(), answer));
    };
    let names = |workspace: &Workspace| -> Vec<String> {
        workspace.recent().iter().map(|recent| recent.name.clone()).collect()
    };
    for (at, name) in ["a", "b", "a"].into_iter().enumerate() {
        workspace.clock(at as u64 * 3600);
        opened(&mut workspace, name, true);
    }
    assert_eq!(names(&workspace), ["a", "b"], "newest first, none twice");
    assert_eq!(workspace.ago(&workspace.recent()[1]), "1 hour ago");
    opened(&mut workspace, "b", false);
    assert_eq!(names(&workspace), ["a"]);
    assert_eq!(workspace.notices().len(), 1, "that it is gone is told");
    for name in 0..20 {
        opened(&mut workspace, &name.to_string(), true);
    }
    assert_eq!(workspace.recent().len(), 8);
    act(&mut workspace, Action::ClearRecent);
    assert!(!workspace.has_recent());
}
