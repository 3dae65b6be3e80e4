//! The camera's way to where it was sent: it flies there in a fifth of a second instead of jumping.
//!
//! Must not know who sent it.

use crate::picture::{Camera, Pos, pos};

/// How long a flight takes, in seconds.
const DURATION_S: f64 = 0.2;

/// A camera that follows the one of the workspace.
#[derive(Default)]
pub(super) struct Flight {
    /// Where it started, and when.
    from: Option<(Camera, f64)>,
    /// Which document it shows, and how often that document's camera was sent somewhere.
    sent: Option<(u64, u64)>,
    /// Where it was in the last frame.
    last: Camera,
}

impl Flight {
    /// Where the camera is at `now_s`. It flies when `sent` has changed within the same document, and else is at `target`.
    pub(super) fn follow(&mut self, target: Camera, sent: (u64, u64), now_s: f64, size: (f32, f32)) -> Camera {
        let before = self.sent.replace(sent);
        if before.is_some_and(|(document, times)| document == sent.0 && times != sent.1) {
            self.from = Some((self.last, now_s));
        } else if before.is_some_and(|(document, _)| document != sent.0) {
            self.from = None;
        }
        let share = self.from.map_or(1.0, |(_, start_s)| ((now_s - start_s) / DURATION_S).clamp(0.0, 1.0));
        self.last = match self.from {
            Some((from, _)) if share < 1.0 => between(from, target, eased(share as f32), size),
            _ => {
                self.from = None;
                target
            }
        };
        self.last
    }

    /// Whether it is on its way.
    pub(super) fn is_flying(&self) -> bool {
        self.from.is_some()
    }

    /// Ends where it is: hands have taken the camera over.
    pub(super) fn end(&mut self) {
        self.from = None;
    }
}

/// Slow at both ends.
fn eased(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}

/// A camera on the way: its zoom changes by equal factors, the middle of what it shows moves straight.
fn between(from: Camera, to: Camera, share: f32, (width, height): (f32, f32)) -> Camera {
    let middle = pos(width / 2.0, height / 2.0);
    let zoom = (from.zoom.ln() + (to.zoom.ln() - from.zoom.ln()) * share).exp();
    let (start, end): (Pos, Pos) = (from.to_canvas(middle), to.to_canvas(middle));
    let at = start.towards(end, share);
    Camera { zoom, pan: pos(middle.x - at.x * zoom, middle.y - at.y * zoom) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f32, f32) = (1000.0, 700.0);

    fn near(a: Camera, b: Camera) -> bool {
        (a.zoom - b.zoom).abs() < 1e-3 && a.pan.distance(b.pan) < 0.1
    }

    #[test]
    fn a_camera_that_was_sent_flies_and_arrives() {
        let (here, there) = (Camera::default(), Camera { zoom: 0.25, pan: pos(300.0, -40.0) });
        let mut flight = Flight::default();
        assert_eq!(flight.follow(here, (1, 0), 0.0, SIZE), here, "the first look does not fly");
        let start = flight.follow(there, (1, 1), 1.0, SIZE);
        assert!(near(start, here) && flight.is_flying());
        let middle = flight.follow(there, (1, 1), 1.1, SIZE);
        assert!((middle.zoom - 0.5).abs() < 1e-3, "half of the way is the middle of the factors: {}", middle.zoom);
        assert_eq!(flight.follow(there, (1, 1), 1.25, SIZE), there);
        assert!(!flight.is_flying());
    }

    #[test]
    fn hands_and_other_documents_do_not_fly() {
        let (here, there) = (Camera::default(), Camera { zoom: 2.0, pan: pos(9.0, 9.0) });
        let mut flight = Flight::default();
        flight.follow(here, (1, 0), 0.0, SIZE);
        assert_eq!(flight.follow(there, (1, 0), 0.0, SIZE), there, "it was not sent");
        assert_eq!(flight.follow(here, (2, 7), 0.0, SIZE), here, "another document");
        flight.follow(there, (2, 8), 0.0, SIZE);
        flight.end();
        assert_eq!(flight.follow(there, (2, 8), 0.01, SIZE), there);
    }
}
