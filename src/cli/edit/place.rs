//! Where new nodes go: on the grid, beside what is there, overlapping nothing.
//!
//! Must not know what the nodes are.

use crate::diagram::edit::Edit;
use crate::diagram::layout::{Spacing, arrange};
use crate::diagram::model::MAX_COORDINATE;
use crate::diagram::{Diagram, Frame, Point, Rejected};
use crate::picture::{NoteShape, geometry};

/// Places are multiples of this, in canvas units.
const GRID: i32 = geometry::GRID as i32;

/// Size of a card.
const CARD: (i32, i32) = (geometry::CARD_WIDTH as i32, geometry::CARD_HEIGHT as i32);

/// Size of a new container.
const CONTAINER: (i32, i32) = (320, 240);

/// Distance between neighbours.
const GAP: (i32, i32) = (72, 52);

/// Nodes in a column at least, before the next one is begun.
const MIN_ROWS: i32 = 4;

/// Gives out free places, column by column.
#[derive(Clone, Debug)]
pub(super) struct Places {
    next: Point,
    top: i32,
    bottom: i32,
    column_width: i32,
}

impl Places {
    /// Free places to the right of all that is in `diagram`; below it where the canvas ends on the right.
    pub(super) fn beside(diagram: &Diagram) -> Self {
        let cards = diagram.nodes().values().map(|node| frame(node.position, CARD));
        let notes = diagram.notes().iter().map(|(id, note)| {
            let shape = NoteShape::of(*id, note).rect;
            frame(note.position, (shape.width() as i32, shape.height().ceil() as i32))
        });
        let taken: Vec<Frame> = cards.chain(notes).chain(diagram.groups().values().map(|group| group.frame)).collect();
        let Some(outline) = taken.into_iter().reduce(around) else {
            return Self::from(Point::default(), 0);
        };
        let right = snapped(outline.x.saturating_add(outline.width).saturating_add(GAP.0));
        if right < MAX_COORDINATE / 2 {
            return Self::from(Point { x: right, y: snapped(outline.y) }, outline.height);
        }
        let below = snapped(outline.y.saturating_add(outline.height).saturating_add(GAP.1));
        Self::from(Point { x: snapped(outline.x), y: below }, 0)
    }

    fn from(corner: Point, height: i32) -> Self {
        let least = MIN_ROWS * (CARD.1 + GAP.1);
        Self { next: corner, top: corner.y, bottom: corner.y.saturating_add(height.max(least)), column_width: 0 }
    }

    /// The upper left corner of a new card.
    pub(super) fn node(&mut self) -> Point {
        self.take(CARD)
    }

    /// The outline of a new container.
    pub(super) fn container(&mut self) -> Frame {
        frame(self.take(CONTAINER), CONTAINER)
    }

    fn take(&mut self, (width, height): (i32, i32)) -> Point {
        let reaches_below = self.next.y.saturating_add(height) > self.bottom;
        if reaches_below && self.next.y > self.top {
            let right = self.next.x.saturating_add(self.column_width).saturating_add(GAP.0);
            self.next = Point { x: snapped(right), y: self.top };
            self.column_width = 0;
        }
        let place = self.next;
        self.column_width = self.column_width.max(width);
        self.next.y = snapped(place.y.saturating_add(height).saturating_add(GAP.1));
        place
    }
}

/// Lays out a document that was just made; where there are containers, it stays as it was added.
pub(super) fn lay_out(edit: &mut Edit<'_>) -> Result<(), Rejected> {
    if !edit.diagram().groups().is_empty() {
        return Ok(());
    }
    let [padding, padding_top, padding_bottom] =
        [geometry::GROUP_PADDING, geometry::GROUP_PADDING_TOP, geometry::GROUP_PADDING_BOTTOM].map(|side| side as i32);
    let spacing = Spacing { column_gap: GAP.0, row_gap: GAP.1, padding, padding_top, padding_bottom, grid: GRID };
    let placement = arrange(edit.diagram(), &|_| CARD, spacing);
    edit.move_nodes(placement.nodes)
}

fn frame(corner: Point, (width, height): (i32, i32)) -> Frame {
    Frame { x: corner.x, y: corner.y, width, height }
}

fn around(a: Frame, b: Frame) -> Frame {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let far = |at: i32, size: i32| at.saturating_add(size);
    let (right, bottom) = (far(a.x, a.width).max(far(b.x, b.width)), far(a.y, a.height).max(far(b.y, b.height)));
    Frame { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
}

/// The next multiple of the grid.
fn snapped(at: i32) -> i32 {
    at.saturating_add(GRID - 1).div_euclid(GRID) * GRID
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_on_the_grid_and_apart() {
        let mut places = Places::from(Point { x: 16, y: -24 }, 700);
        let mut taken: Vec<Frame> = Vec::new();
        for number in 0..40 {
            taken.push(if number % 7 == 3 { places.container() } else { frame(places.node(), CARD) });
        }
        for (index, a) in taken.iter().enumerate() {
            assert_eq!((a.x.rem_euclid(GRID), a.y.rem_euclid(GRID)), (0, 0), "{a:?}");
            for b in &taken[..index] {
                let apart =
                    a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
                assert!(apart, "{a:?} overlaps {b:?}");
            }
        }
    }
}
