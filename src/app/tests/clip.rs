//! Copies come out whole and stand where there is room.

use super::*;

/// The first reference with everything selected.
fn reference() -> Workspace {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(0));
    act(&mut workspace, Action::SelectAll);
    workspace
}

fn counts(workspace: &Workspace) -> [usize; 4] {
    let diagram = diagram(workspace);
    [diagram.nodes().len(), diagram.edges().len(), diagram.groups().len(), diagram.notes().len()]
}

fn whole(workspace: &Workspace) {
    assert_eq!(crate::diagram::integrity(diagram(workspace), workspace.catalog()), Vec::<String>::new());
}

#[test]
fn a_copy_goes_from_window_to_window() {
    let mut from = reference();
    act(&mut from, Action::Copy);
    let Some(Copied::Text(text)) = from.take_copied() else { panic!("something was copied") };
    assert_eq!(from.take_copied(), None, "it is handed over once");
    let mut to = workspace();
    act(&mut to, Action::New);
    to.run(Command::Paste(text, None));
    assert_eq!(counts(&to), counts(&from));
    whole(&to);
    act(&mut to, Action::Undo);
    assert_eq!(counts(&to), [0; 4]);
}

#[test]
fn a_duplicate_is_one_step_and_covers_nothing() {
    let mut workspace = reference();
    let before = counts(&workspace);
    act(&mut workspace, Action::Duplicate);
    assert_eq!(counts(&workspace), before.map(|count| 2 * count));
    whole(&workspace);
    let open = workspace.open().expect("it is open");
    let is_copy = |id: &NodeId| open.selection.contains(&Element::Node(*id));
    for (id, copy) in open.picture.nodes().iter().filter(|(id, _)| is_copy(id)) {
        let covered = open.picture.nodes().iter().find(|(other, node)| *other != id && node.rect.overlaps(&copy.rect));
        assert_eq!(covered.map(|(_, node)| &node.name), None, "{}", copy.name);
    }
    act(&mut workspace, Action::Undo);
    assert_eq!(counts(&workspace), before);
}

#[test]
fn a_cut_takes_groups_with_what_is_inside() {
    let mut workspace = reference();
    let before = counts(&workspace);
    let groups = diagram(&workspace).groups().keys().map(|id| Element::Group(*id)).collect();
    workspace.run(Command::Select(groups, Choose::Only));
    act(&mut workspace, Action::Cut);
    let Some(Copied::Text(text)) = workspace.take_copied() else { panic!("it is on the clipboard") };
    assert!(diagram(&workspace).groups().is_empty());
    assert!(diagram(&workspace).nodes().len() < before[0]);
    workspace.run(Command::Paste(text, None));
    assert_eq!([counts(&workspace)[0], counts(&workspace)[2]], [before[0], before[2]]);
    whole(&workspace);
}

#[test]
fn what_is_pasted_is_a_diagram_or_a_note_or_refused() {
    let long = "x".repeat(5_001);
    let cases = [
        ("Ask the team about retries", Ok("Ask the team about retries")),
        ("  two\r\nlines\n", Ok("two\nlines")),
        ("{\"a\": 1}", Err("is not a Stratoscope diagram")),
        ("{\"stratoscope\": 99}", Err("format version 99")),
        ("{ broken", Err("nothing that can be pasted")),
        ("", Err("no text")),
        (long.as_str(), Err("5,000 characters")),
    ];
    for (text, expected) in cases {
        let mut workspace = workspace();
        act(&mut workspace, Action::New);
        workspace.run(Command::Paste(text.to_owned(), Some(Point { x: 400, y: 80 })));
        let written = diagram(&workspace).notes().values().next().map(|note| note.text.as_str());
        match expected {
            Ok(expected) => assert_eq!(written, Some(expected)),
            Err(reason) => {
                assert_eq!(written, None);
                assert!(workspace.notices()[0].text.contains(reason), "{}", workspace.notices()[0].text);
            }
        }
    }
}

#[test]
fn a_paste_at_the_pointer_stands_there() {
    let mut workspace = crowded();
    act(&mut workspace, Action::Copy);
    let Some(Copied::Text(text)) = workspace.take_copied() else { panic!("the last node was selected") };
    workspace.run(Command::Paste(text, Some(Point { x: 4000, y: 4000 })));
    let open = workspace.open().expect("it is open");
    let pasted = open.one_node().expect("what was pasted is selected");
    assert!(open.picture.nodes()[&pasted].rect.contains(crate::picture::pos(4000.0, 4000.0)));
}
