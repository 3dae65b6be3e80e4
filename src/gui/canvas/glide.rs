//! What was sent elsewhere glides there: after layout, aligning, undoing, giving up. What hands move is there at once.
//!
//! Must not know who moved what.

use crate::app::Open;
use crate::picture::Picture;
use crate::picture::glide::Stand;

/// How long it takes, in seconds.
const DURATION_S: f64 = 0.24;
/// Moves that are no farther, in canvas units, are there at once: the steps of the arrow keys follow each other faster.
const LEAST: f32 = 80.0;
/// With more nodes than this everything is there at once.
const MOST: usize = 400;

/// What is on its way.
#[derive(Default)]
pub(super) struct Glide {
    /// Where everything stood in the last frame, and in which document at which revision.
    last: Option<((u64, u64), Stand)>,
    /// Where it started, and when.
    from: Option<(Stand, f64)>,
}

impl Glide {
    /// The picture to draw at `now_s` when it is not the document's own, and how far it has come.
    pub(super) fn follow(&mut self, open: &Open, is_still: bool, now_s: f64) -> Option<(Picture, u32)> {
        let key = (open.serial, open.pictured);
        if self.last.as_ref().is_none_or(|(last, _)| *last != key) {
            self.changed(open, is_still, now_s);
        }
        let (from, start_s) = self.from.as_ref()?;
        let share = eased(((now_s - start_s) / DURATION_S).clamp(0.0, 1.0) as f32);
        if share >= 1.0 {
            self.from = None;
            return None;
        }
        Some((open.picture.on_its_way(from, share), share.to_bits()))
    }

    fn changed(&mut self, open: &Open, is_still: bool, now_s: f64) {
        let stand = (open.picture.nodes().len() <= MOST).then(|| Stand::of(&open.picture));
        let before = std::mem::take(&mut self.last).filter(|((serial, _), _)| *serial == open.serial);
        let is_held = is_still || open.document.in_gesture();
        self.from = match (&stand, before) {
            (Some(stand), Some((_, before))) if !is_held && before.farthest(stand) > LEAST => Some((before, now_s)),
            _ => None,
        };
        self.last = stand.map(|stand| ((open.serial, open.pictured), stand));
    }
}

/// Slow at the end.
fn eased(share: f32) -> f32 {
    1.0 - (1.0 - share).powi(3)
}
