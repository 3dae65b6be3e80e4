//! Brings an element into view with the least surprise: what is seen already stays where it is.
//!
//! Must not know who looks for it.

use super::Open;
use crate::diagram::Element;
use crate::picture::{Camera, Rect, pos};

/// Room that is left around what is brought into view, in pixels.
const MARGIN: f32 = 24.0;
/// Zoom of a small selection.
const CLOSEST: f32 = 1.5;

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

    /// Sends the camera to where everything is seen; the canvas knows how much that is.
    pub(super) fn fit(&mut self) {
        self.camera = None;
        self.sent += 1;
    }

    /// Sends the camera to where the selection is seen, as large as it may be.
    pub(super) fn fit_selection(&mut self) {
        let places = self.selection.iter().filter_map(|element| self.place_of(*element));
        let Some(around) = places.reduce(|all, rect| all.union(&rect)) else { return };
        let (width, height) = self.panel;
        self.camera = Some(Camera::fitting(&around, width, height, 2.0 * MARGIN, CLOSEST));
        self.sent += 1;
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
            self.sent += 1;
        }
    }
}
