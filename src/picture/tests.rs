//! The pictures of the reference diagrams hold what a person would notice if they did not.

use std::collections::BTreeSet;

use super::*;
use crate::diagram::{Document, NodeId, Point, REFERENCES, file};

mod seen;

fn references() -> Vec<(String, Diagram, Picture)> {
    let catalog = Catalog::builtin();
    let read = |(path, text): &(&str, &str)| {
        let diagram = file::read(text.as_bytes(), &catalog).expect("a reference diagram");
        let picture = Picture::of(&diagram, &catalog);
        ((*path).to_owned(), diagram, picture)
    };
    REFERENCES.iter().map(read).collect()
}

#[test]
fn following_gives_what_drawing_anew_gives() {
    let catalog = Catalog::builtin();
    for (path, diagram, mut picture) in references() {
        let moved: Vec<NodeId> = diagram.nodes().keys().copied().take(2).collect();
        let mut document = Document::new(diagram);
        let before = document.revision();
        document
            .transact(&catalog, "Move", |edit| {
                edit.move_nodes([(moved[0], Point { x: -400, y: 80 }), (moved[1], Point { x: 400, y: 1600 })])?;
                edit.remove(&BTreeSet::from([Element::Node(moved[1])]))
            })
            .expect("a move");
        let touched = document.touched_since(before);
        picture.follow(document.diagram(), &catalog, touched.as_ref());
        let anew = Picture::of(document.diagram(), &catalog);
        assert_eq!(picture.nodes(), anew.nodes(), "{path}");
        assert_eq!(picture.groups(), anew.groups(), "{path}");
        let ends = |picture: &Picture| -> Vec<_> {
            picture
                .edges()
                .values()
                .map(|edge| (edge.id, edge.way.first().copied(), edge.way.last().copied()))
                .collect()
        };
        assert_eq!(ends(&picture).len(), ends(&anew).len(), "{path}");
    }
}

#[test]
fn what_is_drawn_can_be_pointed_at() {
    for (path, _, picture) in references() {
        for node in picture.nodes().values() {
            assert_eq!(picture.at(node.rect.middle(), 6.0), Some(Element::Node(node.id)), "{path}: {}", node.name);
        }
        for edge in picture.edges().values() {
            let line = bend::bent(&edge.way, edge.radius);
            let longest = line.windows(2).max_by(|a, b| a[0].distance(a[1]).total_cmp(&b[0].distance(b[1])));
            let at = longest.map(|leg| leg[0].towards(leg[1], 0.31)).expect("a leg");
            assert!(matches!(picture.at(at, 6.0), Some(Element::Edge(_))), "{path}: {}", edge.told);
        }
        for group in picture.groups().values() {
            assert_eq!(picture.at(group.tag().middle(), 6.0), Some(Element::Group(group.id)), "{path}: {}", group.name);
        }
    }
}
