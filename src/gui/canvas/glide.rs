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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::{Action, Command, Workspace};
    use crate::catalog::Catalog;
    use crate::picture::Theme;

    #[test]
    fn what_was_aligned_and_undone_glides_and_what_is_nudged_does_not() {
        let mut workspace = Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark);
        workspace.run(Command::OpenReference(0));
        let mut glide = Glide::default();
        let mut glides = |workspace: &Workspace, is_still: bool, now_s: f64| {
            glide.follow(workspace.open().expect("it is open"), is_still, now_s).is_some()
        };
        assert!(!glides(&workspace, false, 0.0), "the first look");
        workspace.run(Command::Act(Action::SelectAll));
        workspace.run(Command::Act(Action::FarRight));
        assert!(!glides(&workspace, false, 1.0), "a nudge");
        workspace.run(Command::Act(Action::AlignLeft));
        assert!(glides(&workspace, false, 2.0), "aligned");
        assert!(glides(&workspace, false, 2.2));
        assert!(!glides(&workspace, false, 2.25), "it has arrived");
        workspace.run(Command::Act(Action::Undo));
        assert!(!glides(&workspace, true, 3.0), "motion is reduced");
        workspace.run(Command::Act(Action::Redo));
        assert!(glides(&workspace, false, 4.0), "redone");
        workspace.run(Command::Act(Action::Undo));
        workspace.run(Command::Act(Action::Undo));
        assert!(glides(&workspace, false, 5.0), "undone");
        workspace.run(Command::OpenReference(1));
        assert!(!glides(&workspace, false, 5.1), "another document");
    }
}
