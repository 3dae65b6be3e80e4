//! The pictures of the reference diagrams hold what a person would notice if they did not.

use std::collections::BTreeSet;

use super::*;
use crate::diagram::{Document, NodeId, Point, REFERENCES, file};

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
fn cards_and_notes_overlap_nothing() {
    for (path, _, picture) in references() {
        let cards = picture.nodes().values().map(|node| (node.name.clone(), node.rect));
        let notes = picture.notes().values().map(|note| (note.title.clone(), note.rect));
        let all: Vec<(String, Rect)> = cards.chain(notes).collect();
        for (place, (name, rect)) in all.iter().enumerate() {
            for (other, beside) in &all[place + 1..] {
                assert!(!rect.overlaps(beside), "{path}: {name} and {other}");
            }
        }
    }
}

#[test]
fn containers_hold_their_own() {
    for (path, diagram, picture) in references() {
        for (id, node) in diagram.nodes() {
            for group in picture.groups().values() {
                let inside =
                    std::iter::successors(node.group, |id| diagram.groups()[id].parent).any(|at| at == group.id);
                let rect = picture.nodes()[id].rect;
                assert_eq!(group.rect.holds(&rect), inside, "{path}: {} and {}", node.name, group.name);
                assert!(!group.tag().overlaps(&rect), "{path}: the tag of {} covers {}", group.name, node.name);
            }
        }
    }
}

#[test]
fn arrows_run_through_no_card() {
    for (path, _, picture) in references() {
        for edge in picture.edges().values() {
            let others = picture.nodes().values().filter(|node| node.id != edge.from && node.id != edge.to);
            for node in others {
                let through =
                    edge.way.windows(2).any(|leg| Rect::spanning(leg[0], leg[1]).overlaps(&node.rect.grown(-1.0)));
                assert!(!through, "{path}: “{}” runs through {}", edge.told, node.name);
            }
            let level = |leg: &[Pos]| (leg[0].x - leg[1].x).abs() < 0.5 || (leg[0].y - leg[1].y).abs() < 0.5;
            assert!(edge.way.windows(2).all(level), "{path}: {:?}", edge.way);
        }
    }
}

/// Two legs run on one line for a while, so that they look like one.
fn is_shared(a: &[Pos], b: &[Pos]) -> bool {
    let common =
        |a: &Rect, b: &Rect| (a.max.x.min(b.max.x) - a.min.x.max(b.min.x), a.max.y.min(b.max.y) - a.min.y.max(b.min.y));
    let (a, b) = (Rect::spanning(a[0], a[1]), Rect::spanning(b[0], b[1]));
    let (x, y) = common(&a.grown(2.0), &b.grown(2.0));
    x > 0.0 && y > 0.0 && x.max(y) > 12.0
}

#[test]
fn no_two_arrows_share_a_leg() {
    for (path, _, picture) in references() {
        let edges: Vec<&EdgeShape> = picture.edges().values().collect();
        for (place, edge) in edges.iter().enumerate() {
            for other in &edges[place + 1..] {
                let shared = edge.way.windows(2).any(|a| other.way.windows(2).any(|b| is_shared(a, b)));
                assert!(!shared, "{path}: “{}” and “{}”", edge.told, other.told);
            }
        }
    }
}

#[test]
fn badges_and_words_cover_neither_cards_nor_each_other() {
    for (path, _, picture) in references() {
        let mut words: Vec<(String, Rect)> = Vec::new();
        for edge in picture.edges().values() {
            words.extend(edge.step.map(|(step, at)| (step.to_string(), place::badge_rect(at))));
            words.extend(edge.label.as_ref().map(|(label, at)| (label.clone(), place::label_rect(label, *at))));
        }
        for (place, (name, rect)) in words.iter().enumerate() {
            for (other, beside) in &words[place + 1..] {
                assert!(!rect.overlaps(beside), "{path}: {name} and {other}");
            }
            for node in picture.nodes().values() {
                assert!(!rect.overlaps(&node.rect), "{path}: {name} covers {}", node.name);
            }
        }
    }
}

#[test]
fn names_fit_their_cards() {
    for (path, _, picture) in references() {
        for node in picture.nodes().values().filter(|node| !node.tile_only) {
            let width = text::width(&node.name, text::Face::SemiBold, 13.0);
            assert!(width <= geometry::CARD_WIDTH - 62.0 - 8.0, "{path}: {} is cut", node.name);
        }
    }
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
            let longest = edge.way.windows(2).max_by(|a, b| a[0].distance(a[1]).total_cmp(&b[0].distance(b[1])));
            let at = longest.map(|leg| leg[0].towards(leg[1], 0.31)).expect("a leg");
            assert!(matches!(picture.at(at, 6.0), Some(Element::Edge(_))), "{path}: {}", edge.told);
        }
        for group in picture.groups().values() {
            assert_eq!(picture.at(group.tag().middle(), 6.0), Some(Element::Group(group.id)), "{path}: {}", group.name);
        }
    }
}
