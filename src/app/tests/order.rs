//! A selection is aligned and distributed, groups with what stands in them.

use super::*;
use crate::picture::Rect;

/// Where an edge or the middle of something lies.
type Edge = fn(&Rect) -> f32;

/// Four nodes in disorder, the last two in a group, and the three things selected.
fn disorder() -> Workspace {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    for (x, y) in [(0, 40), (328, 0), (1040, 304), (1304, 504)] {
        workspace.run(Command::AddNode(KindId::new("aws.sqs_queue"), Point { x, y }));
    }
    let nodes: Vec<Element> = diagram(&workspace).nodes().keys().map(|id| Element::Node(*id)).collect();
    workspace.run(Command::Select(nodes[2..].iter().copied().collect(), Choose::Only));
    act(&mut workspace, Action::Group);
    workspace.run(Command::Select(nodes[..2].iter().copied().collect(), Choose::Add));
    workspace
}

fn rects(workspace: &Workspace) -> Vec<Rect> {
    let open = workspace.open().expect("open");
    let nodes = open.selection.iter().filter_map(|element| element.node()).map(|id| open.picture.nodes()[&id].rect);
    nodes.chain(open.picture.groups().values().map(|group| group.rect)).collect()
}

#[test]
fn a_selection_comes_into_one_line() {
    let edges: [(Action, Edge); 6] = [
        (Action::AlignLeft, |rect| rect.min.x),
        (Action::AlignCentre, |rect| rect.middle().x),
        (Action::AlignRight, |rect| rect.max.x),
        (Action::AlignTop, |rect| rect.min.y),
        (Action::AlignMiddle, |rect| rect.middle().y),
        (Action::AlignBottom, |rect| rect.max.y),
    ];
    for (action, edge) in edges {
        let mut workspace = disorder();
        let before = diagram(&workspace).clone();
        act(&mut workspace, action);
        let lines: Vec<f32> = rects(&workspace).iter().map(edge).collect();
        assert!(lines.iter().all(|line| (line - lines[0]).abs() <= 1.0), "{action}: {lines:?}");
        act(&mut workspace, Action::Undo);
        assert_eq!(diagram(&workspace), &before, "{action} is one step");
    }
}

#[test]
fn gaps_become_equal() {
    for (action, across) in [(Action::DistributeAcross, true), (Action::DistributeDown, false)] {
        let mut workspace = disorder();
        act(&mut workspace, action);
        let span = |rect: &Rect| if across { (rect.min.x, rect.max.x) } else { (rect.min.y, rect.max.y) };
        let mut spans: Vec<(f32, f32)> = rects(&workspace).iter().map(span).collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let gaps: Vec<f32> = spans.windows(2).map(|pair| pair[1].0 - pair[0].1).collect();
        assert!((gaps[0] - gaps[1]).abs() <= 2.0, "{action}: {gaps:?}");
    }
}

#[test]
fn a_group_takes_along_what_stands_in_it() {
    let mut workspace = disorder();
    act(&mut workspace, Action::AlignTop);
    let open = workspace.open().expect("open");
    let (id, group) = open.picture.groups().iter().next().expect("the group");
    let inside: Vec<_> = open.document.diagram().nodes().iter().filter(|(_, node)| node.group == Some(*id)).collect();
    assert_eq!(inside.len(), 2);
    assert!(inside.iter().all(|(node, _)| group.rect.holds(&open.picture.nodes()[node].rect)));
}

#[test]
fn what_is_offered_at_a_port_can_be_joined_there() {
    use crate::picture::Port;
    let mut workspace = crowded();
    let nodes: Vec<NodeId> = diagram(&workspace).nodes().keys().copied().collect();
    for (node, port) in nodes.iter().flat_map(|node| [Port::In, Port::Out, Port::Failure].map(|port| (*node, port))) {
        let kinds: Vec<KindId> = workspace.fitting(node, port).map(|kind| kind.id.clone()).collect();
        for kind in kinds {
            let before = diagram(&workspace).clone();
            workspace.run(Command::AddJoined(kind.clone(), node, port, Point { x: 0, y: 4000 }));
            let added = workspace.open().and_then(Open::one_node).expect("what was added is selected");
            let found = diagram(&workspace).edges_of(added).next().map(|(_, edge)| (edge.from, edge.to));
            let expected = command::joined(node, port, added);
            assert_eq!(found, Some((expected.0, expected.1)), "{kind} at {port:?}");
            act(&mut workspace, Action::Undo);
            assert_eq!(diagram(&workspace), &before, "{kind} is one step");
        }
    }
    assert!(workspace.notices().is_empty(), "nothing that is offered is refused");
}

#[test]
fn a_drag_falls_in_line_with_what_is_near_or_on_the_grid_and_keeps_its_order() {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    for (x, y) in [(0, 0), (403, 301), (700, 611)] {
        workspace.run(Command::AddNode(KindId::new("aws.lambda_function"), Point { x, y }));
    }
    workspace.run(Command::SetPanel(1600.0, 1000.0));
    workspace.run(Command::SetCamera(crate::picture::Camera::default()));
    let ids: Vec<NodeId> = diagram(&workspace).nodes().keys().copied().collect();
    let mut check = |selected: &[usize], by: (i32, i32), snap, expected: (i32, i32), guided: bool| {
        let elements = selected.iter().map(|index| Element::Node(ids[*index])).collect();
        workspace.run(Command::Select(elements, Choose::Only));
        let place = |workspace: &Workspace, index: usize| diagram(workspace).nodes()[&ids[index]].position;
        let before: Vec<Point> = selected.iter().map(|index| place(&workspace, *index)).collect();
        workspace.run(Command::BeginMove);
        workspace.run(Command::MoveBy(by.0, by.1, snap));
        let guides = workspace.open().map(|open| !open.guides().is_empty());
        assert_eq!(guides, Some(guided), "{by:?}");
        for (index, from) in selected.iter().zip(before) {
            let at = place(&workspace, *index);
            assert_eq!((at.x - from.x, at.y - from.y), expected, "{by:?}");
        }
        workspace.run(Command::CancelGesture);
        assert!(workspace.open().is_some_and(|open| open.guides().is_empty()));
    };
    // The second stands at (400, 304) by the grid. Its left edge comes near that of the first.
    check(&[1], (-397, 13), Snap::InLine, (-400, 16), true);
    check(&[1], (-397, 13), Snap::Free, (-397, 13), false);
    // Nothing is near: the grid holds.
    check(&[1], (77, 83), Snap::InLine, (80, 80), false);
    check(&[1, 2], (77, 83), Snap::InLine, (80, 80), false);
}

#[test]
fn a_copy_is_dragged_away_in_one_step_and_an_unfinished_one_leaves_nothing() {
    let mut workspace = crowded();
    act(&mut workspace, Action::SelectAll);
    let before = diagram(&workspace).clone();
    for finish in [Command::FinishGesture, Command::CancelGesture] {
        workspace.run(Command::BeginCopy);
        workspace.run(Command::MoveBy(0, 400, Snap::Free));
        workspace.run(finish.clone());
        if finish == Command::FinishGesture {
            assert_eq!(diagram(&workspace).nodes().len(), 2 * before.nodes().len());
            let places =
                |diagram: &Diagram| diagram.nodes().values().map(|node| node.position.y).collect::<BTreeSet<_>>();
            assert_eq!(places(diagram(&workspace)), BTreeSet::from([0, 400]), "the originals stay");
            act(&mut workspace, Action::Undo);
        }
        assert_eq!(diagram(&workspace), &before);
        act(&mut workspace, Action::SelectAll);
    }
}
