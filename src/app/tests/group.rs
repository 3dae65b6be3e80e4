//! Groups and notes: made, changed, taken away, each as one step.

use super::*;
use crate::diagram::{Frame, Group, GroupId, NoteId};

fn whole(workspace: &Workspace) {
    assert_eq!(crate::diagram::integrity(diagram(workspace), workspace.catalog()), Vec::<String>::new());
}

fn select(workspace: &mut Workspace, elements: impl IntoIterator<Item = Element>) {
    workspace.run(Command::Select(elements.into_iter().collect(), Choose::Only));
}

/// Two nodes in a group of their own, both selected before.
fn grouped() -> (Workspace, GroupId) {
    let mut workspace = crowded();
    let two: Vec<Element> = diagram(&workspace).nodes().keys().take(2).map(|id| Element::Node(*id)).collect();
    select(&mut workspace, two);
    act(&mut workspace, Action::Group);
    let id = only_group(&workspace);
    (workspace, id)
}

fn only_group(workspace: &Workspace) -> GroupId {
    let selected = &workspace.open().expect("open").selection;
    selected.first().and_then(|element| element.group()).expect("the new group is selected")
}

fn group(workspace: &Workspace, id: GroupId) -> &Group {
    &diagram(workspace).groups()[&id]
}

fn members(workspace: &Workspace, id: GroupId) -> usize {
    diagram(workspace).nodes().values().filter(|node| node.group == Some(id)).count()
}

#[test]
fn a_group_stands_around_what_was_selected() {
    let (mut workspace, id) = grouped();
    assert_eq!(members(&workspace, id), 2);
    let open = workspace.open().expect("open");
    let inside = open.document.diagram().nodes().iter().filter(|(_, node)| node.group == Some(id));
    assert!(
        inside.into_iter().all(|(node, _)| open.picture.groups()[&id].rect.holds(&open.picture.nodes()[node].rect))
    );
    act(&mut workspace, Action::Group);
    let outer = only_group(&workspace);
    assert_eq!(group(&workspace, id).parent, Some(outer), "a group can be grouped again");
    whole(&workspace);
    select(&mut workspace, [Element::Group(id)]);
    act(&mut workspace, Action::Ungroup);
    assert_eq!(members(&workspace, outer), 2, "what stood in it stands in what was around it");
    assert_eq!(workspace.open().map(|open| open.selection.len()), Some(2));
    for _ in 0..3 {
        act(&mut workspace, Action::Undo);
    }
    assert!(diagram(&workspace).groups().is_empty());
}

#[test]
fn a_group_that_is_dropped_into_another_stands_in_it() {
    let (mut workspace, small) = grouped();
    let kind = group(&workspace, small).kind.clone();
    workspace.run(Command::AddNode(kind, Point { x: -4000, y: -4000 }));
    let large = only_group(&workspace);
    let frame = Frame { x: -4000, y: -4000, width: 2000, height: 1600 };
    workspace.run(Command::Resize(Element::Group(large), frame));
    select(&mut workspace, [Element::Group(small)]);
    workspace.run(Command::BeginMove);
    workspace.run(Command::MoveBy(-3600, -3600, Snap::InLine));
    workspace.run(Command::FinishGesture);
    assert_eq!(group(&workspace, small).parent, Some(large));
    assert_eq!(members(&workspace, small), 2, "what stands in it comes along");
    whole(&workspace);
    act(&mut workspace, Action::Undo);
    assert_eq!(group(&workspace, small).parent, None);
}

#[test]
fn a_group_takes_in_what_its_new_outline_holds() {
    let (mut workspace, id) = grouped();
    let frame = group(&workspace, id).frame;
    for (width, expected) in [(frame.width + 240, 3), (240, 1), (frame.width, 2)] {
        workspace.run(Command::BeginField("Resize".to_owned()));
        workspace.run(Command::Resize(Element::Group(id), Frame { width, ..frame }));
        workspace.run(Command::FinishGesture);
        assert_eq!(members(&workspace, id), expected, "{width} wide");
    }
    whole(&workspace);
    for _ in 0..3 {
        act(&mut workspace, Action::Undo);
    }
    assert_eq!(group(&workspace, id).frame, frame);
}

#[test]
fn every_container_can_be_added_and_put_around_something() {
    let containers = |workspace: &Workspace| -> Vec<KindId> {
        let kinds = workspace.catalog().kinds().filter(|kind| kind.archetype == Archetype::Container);
        kinds.map(|kind| kind.id.clone()).collect()
    };
    for kind in containers(&workspace()) {
        let mut workspace = crowded();
        workspace.run(Command::AddNode(kind.clone(), Point { x: 0, y: 2000 }));
        let empty = only_group(&workspace);
        assert_eq!(group(&workspace, empty).kind, kind);
        workspace.run(Command::Wrap(kind.clone()));
        assert_eq!(group(&workspace, empty).parent, Some(only_group(&workspace)));
        whole(&workspace);
    }
}

fn the_note(workspace: &Workspace) -> NoteId {
    let selected = &workspace.open().expect("open").selection;
    selected.iter().find_map(|element| element.note()).expect("the note is selected")
}

#[test]
fn a_note_is_added_written_attached_and_made_wider() {
    let mut workspace = crowded();
    let node = workspace.open().and_then(Open::one_node).expect("the last node is selected");
    act(&mut workspace, Action::AddNote);
    let id = the_note(&workspace);
    let attached = |workspace: &Workspace| diagram(workspace).notes()[&id].attached;
    assert_eq!(attached(&workspace), Some(node));
    assert_eq!(workspace.renaming(), Some(Element::Note(id)), "it can be written at once");
    workspace.run(Command::WriteNote(id, String::new(), "Ask the team.".to_owned()));
    assert_eq!(workspace.renaming(), None);
    act(&mut workspace, Action::Attach);
    assert_eq!(attached(&workspace), None, "alone, it is detached");
    select(&mut workspace, [Element::Note(id), Element::Node(node)]);
    act(&mut workspace, Action::Attach);
    assert_eq!(attached(&workspace), Some(node));
    for (asked, expected) in [(400, 400), (3, 80)] {
        let frame = Frame { x: 0, y: 0, width: asked, height: 96 };
        workspace.run(Command::Resize(Element::Note(id), frame));
        assert_eq!(diagram(&workspace).notes()[&id].width, expected);
    }
    whole(&workspace);
    for _ in 0..6 {
        act(&mut workspace, Action::Undo);
    }
    assert!(diagram(&workspace).notes().is_empty(), "each was one step");
}
