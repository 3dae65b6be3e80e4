//! The camera: which part of the canvas the window shows, and how zooming keeps what is under the pointer there.
//!
//! Must not know what is drawn.

use super::geometry::{Pos, Rect, pos};

/// Smallest zoom.
pub const ZOOM_MIN: f32 = 0.02;
/// Largest zoom.
pub const ZOOM_MAX: f32 = 4.0;

/// Canvas units to pixels of the canvas panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Pixels per canvas unit.
    pub zoom: f32,
    /// Where the origin of the canvas stands, in pixels from the panel's upper left corner.
    pub pan: Pos,
}

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, pan: pos(0.0, 0.0) }
    }
}

impl Camera {
    /// A place of the canvas in the panel.
    #[must_use]
    pub fn to_screen(&self, at: Pos) -> Pos {
        pos(at.x * self.zoom + self.pan.x, at.y * self.zoom + self.pan.y)
    }

    /// A place of the panel on the canvas.
    #[must_use]
    pub fn to_canvas(&self, at: Pos) -> Pos {
        pos((at.x - self.pan.x) / self.zoom, (at.y - self.pan.y) / self.zoom)
    }

    /// A rectangle of the canvas in the panel.
    #[must_use]
    pub fn rect_to_screen(&self, rect: &Rect) -> Rect {
        Rect { min: self.to_screen(rect.min), max: self.to_screen(rect.max) }
    }

    /// A rectangle of the panel on the canvas.
    #[must_use]
    pub fn rect_to_canvas(&self, rect: &Rect) -> Rect {
        Rect { min: self.to_canvas(rect.min), max: self.to_canvas(rect.max) }
    }

    /// The camera after zooming by `factor` with the place under `pointer` (in the panel) staying where it is.
    #[must_use]
    pub fn zoomed(&self, factor: f32, pointer: Pos) -> Self {
        let zoom = (self.zoom * factor).clamp(ZOOM_MIN, ZOOM_MAX);
        let at = self.to_canvas(pointer);
        Self { zoom, pan: pos(pointer.x - at.x * zoom, pointer.y - at.y * zoom) }
    }

    /// The camera moved by pixels.
    #[must_use]
    pub fn moved(&self, x: f32, y: f32) -> Self {
        Self { zoom: self.zoom, pan: pos(self.pan.x + x, self.pan.y + y) }
    }

    /// The camera that shows `content` whole and in the middle of a panel of the given size, never larger than `most`.
    #[must_use]
    pub fn fitting(content: &Rect, width: f32, height: f32, margin: f32, most: f32) -> Self {
        let (inner_width, inner_height) = ((width - 2.0 * margin).max(1.0), (height - 2.0 * margin).max(1.0));
        let zoom = (inner_width / content.width().max(1.0)).min(inner_height / content.height().max(1.0));
        let zoom = zoom.min(most).clamp(ZOOM_MIN, ZOOM_MAX);
        let middle = content.middle();
        Self { zoom, pan: pos(width / 2.0 - middle.x * zoom, height / 2.0 - middle.y * zoom) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let camera = Camera { zoom: 0.7, pan: pos(30.0, -12.0) };
        let pointer = pos(311.0, 207.0);
        let before = camera.to_canvas(pointer);
        for factor in [0.001, 0.5, 1.1, 3.0, 1000.0] {
            let after = camera.zoomed(factor, pointer).to_canvas(pointer);
            assert!(before.distance(after) < 0.01, "{factor}");
        }
    }

    #[test]
    fn fitting_shows_everything() {
        let content = Rect::new(-100.0, 50.0, 3000.0, 900.0);
        let camera = Camera::fitting(&content, 1000.0, 700.0, 24.0, 1.0);
        assert!(Rect::new(24.0, 24.0, 952.0, 652.0).grown(0.01).holds(&camera.rect_to_screen(&content)));
    }
}
