//! How the document wants to be shown is part of it: drawn at once, saved, and undone.

use super::*;
use crate::diagram::{EdgeStyle, NodeStyle, REFERENCES, file};
use crate::picture::geometry::CORNER_RADIUS;

fn reference() -> Workspace {
    let catalog = Catalog::builtin();
    let diagram = file::read(REFERENCES[0].1.as_bytes(), &catalog).expect("a reference diagram");
    let mut workspace = workspace();
    let requests = workspace.run(Command::OpenFile("one.strato.json".into()));
    let Some(Request::Load(ticket, path, ..)) = requests.into_iter().next() else { panic!("it is loaded") };
    let loaded = Loaded::new(diagram, Mark::of(b""), &catalog);
    workspace.absorb(Event::Loaded(ticket, path, Ok(Box::new(loaded))));
    workspace
}

/// How many arrows swing farther than a rounded corner.
fn swung(workspace: &Workspace) -> usize {
    let picture = &workspace.open().expect("open").picture;
    picture.edges().values().filter(|edge| edge.radius > CORNER_RADIUS).count()
}

#[test]
fn arrows_are_curved_where_the_document_says_so() {
    let mut workspace = reference();
    assert_eq!(swung(&workspace), 0);
    let before = file::write(diagram(&workspace));
    act(&mut workspace, Action::EdgesCurved);
    assert!(swung(&workspace) > 10);
    let text = file::write(diagram(&workspace));
    assert!(text.contains("\"edges\": \"curved\""), "{text}");
    let again = file::read(text.as_bytes(), &Catalog::builtin()).expect("it can be read");
    assert_eq!(again.view().edges, EdgeStyle::Curved);
    // The other half of the view stays as it was.
    act(&mut workspace, Action::StyleTiles);
    assert_eq!(
        (diagram(&workspace).view().edges, diagram(&workspace).view().nodes),
        (EdgeStyle::Curved, NodeStyle::Tiles)
    );
    act(&mut workspace, Action::StyleAuto);
    act(&mut workspace, Action::EdgesOrthogonal);
    assert_eq!((swung(&workspace), file::write(diagram(&workspace))), (0, before));
    act(&mut workspace, Action::Undo);
    assert!(swung(&workspace) > 10);
}
