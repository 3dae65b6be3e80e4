//! Automatic layout of what is drawn: the sizes and distances of the picture, and where notes go along.
//!
//! Must not know who asks for it.

use super::geometry::{GRID, GROUP_PADDING, GROUP_PADDING_BOTTOM, GROUP_PADDING_TOP, Rect};
use super::shape::{NodeShape, NoteShape};
use crate::catalog::Catalog;
use crate::catalog::names::named;
use crate::diagram::layout::{self, Placement, Spacing};
use crate::diagram::{Diagram, NodeId, Note, NoteId, Point};

named! {
    /// A way to bring a whole diagram in order.
    pub enum Arrangement {
        /// What a person has placed keeps its order; rows and columns become straight.
        Tidy = "tidy",
        /// Everything is placed anew, from left to right by data flow.
        Flow = "flow",
    }
}

/// The least distance of two things that tidying leaves, in canvas units.
const TIDY_GAP: i32 = 32;

/// Where everything goes.
#[must_use]
pub fn arrange(diagram: &Diagram, catalog: &Catalog, how: Arrangement) -> Placement {
    let shape = |id: NodeId| diagram.nodes().get(&id).map(|node| NodeShape::of(id, node, diagram, catalog).rect);
    let size = |id: NodeId| shape(id).map(|rect| (rect.width() as i32, rect.height() as i32)).unwrap_or_default();
    let mut placement = match how {
        Arrangement::Tidy => layout::tidy(diagram, &size, spacing(TIDY_GAP)),
        Arrangement::Flow => layout::arrange(diagram, &size, spacing(48)),
    };
    let mut taken: Vec<Rect> = placement
        .nodes
        .iter()
        .map(|(id, at)| {
            let (width, height) = size(*id);
            Rect::new(at.x as f32, at.y as f32, width as f32, height as f32)
        })
        .collect();
    for (id, note) in diagram.notes() {
        let at = beside(*id, note, diagram, &placement, &taken);
        taken.push(rect_at(*id, note, at));
        placement.notes.insert(*id, at);
    }
    placement
}

/// The distances of automatic layout.
fn spacing(row_gap: i32) -> Spacing {
    let [padding, padding_top, padding_bottom] =
        [GROUP_PADDING, GROUP_PADDING_TOP, GROUP_PADDING_BOTTOM].map(|padding| padding as i32);
    Spacing { column_gap: 64, row_gap, padding, padding_top, padding_bottom, grid: GRID as i32 }
}

/// Where a note goes: along with the node that it is about, or with the group that it stands in; where that is taken, it
/// goes below everything.
fn beside(id: NoteId, note: &Note, diagram: &Diagram, placement: &Placement, taken: &[Rect]) -> Point {
    let by = by_node(note, diagram, placement).or_else(|| by_group(id, note, diagram, placement)).unwrap_or_default();
    let at = Point { x: note.position.x + by.x, y: note.position.y + by.y };
    let is_free = |at: Point| taken.iter().all(|rect| !rect.overlaps(&rect_at(id, note, at).grown(GRID)));
    if is_free(at) {
        return at;
    }
    let groups = placement.groups.values().map(|frame| frame.y + frame.height);
    let bottom = taken.iter().map(|rect| rect.max.y as i32).chain(groups).max().unwrap_or_default();
    Point { x: at.x, y: bottom + TIDY_GAP }
}

fn rect_at(id: NoteId, note: &Note, position: Point) -> Rect {
    NoteShape::of(id, &Note { position, ..note.clone() }).rect
}

fn by_node(note: &Note, diagram: &Diagram, placement: &Placement) -> Option<Point> {
    let node = note.attached?;
    let (from, to) = (diagram.nodes().get(&node)?.position, placement.nodes.get(&node)?);
    Some(Point { x: to.x - from.x, y: to.y - from.y })
}

fn by_group(id: NoteId, note: &Note, diagram: &Diagram, placement: &Placement) -> Option<Point> {
    let middle = rect_at(id, note, note.position).middle();
    let (x, y) = (middle.x as i32, middle.y as i32);
    let around = diagram.groups().iter().filter(|(_, group)| {
        let frame = group.frame;
        (frame.x..frame.x + frame.width).contains(&x) && (frame.y..frame.y + frame.height).contains(&y)
    });
    // The smallest around it is the innermost.
    let (group, from) = around.min_by_key(|(_, group)| i64::from(group.frame.width) * i64::from(group.frame.height))?;
    let to = placement.groups.get(group)?;
    Some(Point { x: to.x - from.frame.x, y: to.y - from.frame.y })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::names::Named as _;
    use crate::picture::Picture;

    fn placed(diagram: &Diagram, catalog: &Catalog, how: Arrangement) -> (Diagram, Picture) {
        let placement = arrange(diagram, catalog, how);
        let mut document = crate::diagram::Document::new(diagram.clone());
        document.transact(catalog, "Arrange", |edit| edit.place(placement)).expect("it fits");
        let picture = Picture::of(document.diagram(), catalog);
        (document.diagram().clone(), picture)
    }

    #[test]
    fn nothing_covers_anything_and_all_stays_in_its_container() {
        let catalog = Catalog::builtin();
        for (path, text) in crate::diagram::REFERENCES {
            let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect(path);
            for (name, how) in Arrangement::ALL {
                let (after, picture) = placed(&diagram, &catalog, *how);
                let nodes: Vec<&NodeShape> = picture.nodes().values().collect();
                for (index, node) in nodes.iter().enumerate() {
                    let over = nodes[index + 1..].iter().find(|other| other.rect.overlaps(&node.rect));
                    assert!(over.is_none(), "{path}, {name}: {} covers {}", node.name, over.expect("one").name);
                    let group = after.nodes()[&node.id].group.map(|group| picture.groups()[&group].rect);
                    assert!(group.is_none_or(|group| group.holds(&node.solid())), "{path}, {name}: {}", node.name);
                    let note = picture.notes().values().find(|note| note.rect.overlaps(&node.rect));
                    assert!(note.is_none(), "{path}, {name}: a note covers {}", node.name);
                }
            }
        }
    }

    #[test]
    fn tidying_keeps_the_order_of_what_was_placed_and_does_not_go_on() {
        let catalog = Catalog::builtin();
        for (path, text) in crate::diagram::REFERENCES {
            let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect(path);
            let (tidied, picture) = placed(&diagram, &catalog, Arrangement::Tidy);
            let before = Picture::of(&diagram, &catalog);
            for (a, b) in before.nodes().keys().flat_map(|a| before.nodes().keys().map(move |b| (a, b))) {
                if diagram.nodes()[a].group != diagram.nodes()[b].group {
                    continue;
                }
                let left = |picture: &Picture| picture.nodes()[a].rect.max.x <= picture.nodes()[b].rect.min.x;
                assert!(!left(&before) || left(&picture), "{path}: {a} was left of {b}");
            }
            let (again, _) = placed(&tidied, &catalog, Arrangement::Tidy);
            for (id, node) in again.nodes() {
                assert_eq!(node.position, tidied.nodes()[id].position, "{path}: {} is tidy and stays", node.name);
            }
            assert!(again == tidied, "{path}: what is tidy stays");
        }
    }
}
