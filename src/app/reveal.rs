//! Brings an element into view with the least surprise: what is seen already stays where it is.
//!
//! Must not know who looks for it.

use super::Open;
use crate::diagram::Element;
use crate::picture::{Rect, pos};

/// Room that is left around what is brought into view, in pixels.
const MARGIN: f32 = 24.0;

impl Open {
    /// Where an element stands, in canvas units.
    #[must_use]
    pub fn place_of(&self, element: Element) -> Option<Rect> {
        match element {
            Element::Node(id) => self.picture.nodes().get(&id).map(|node| node.rect),
            Element::Group(id) => self.picture.groups().get(&id).map(|group| group.rect),
            Element::Note(id) => self.picture.notes().get(&id).map(|note| note.rect),
            Element::Edge(id) => self.picture.edges().get(&id).map(crate::picture::EdgeShape::bounds),
        }
    }

    /// Moves the camera so that an element is seen, unless it is.
    pub(super) fn reveal(&mut self, element: Element) {
        let (Some(rect), Some(camera)) = (self.place_of(element), self.camera) else { return };
        let shown = camera.rect_to_screen(&rect);
        let (width, height) = self.panel;
        let panel = Rect::new(0.0, 0.0, width, height).grown(-MARGIN);
        if !panel.holds(&shown) {
            let (from, to) = (shown.middle(), pos(width / 2.0, height / 2.0));
            self.camera = Some(camera.moved(to.x - from.x, to.y - from.y));
        }
    }
}
