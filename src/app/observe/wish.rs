//! What the window wishes of the account that is tailed: which nodes are seen, and whether anybody looks.
//!
//! What is not seen need not be asked for, because each question costs. Must not know who asks, nor how anything is drawn.

use std::collections::BTreeSet;

use crate::app::{Lens, Open, Tab, Workspace};
use crate::engine::protocol::{Request, Wish};
use crate::picture::geometry::{Rect, pos};

/// A wish is told so often at most, in seconds.
const EVERY_S: f64 = 1.0;
/// So many seconds a window must be hidden before what costs by the minute rests: who looks elsewhere for a moment misses nothing.
const HIDDEN_S: f64 = 60.0;

/// The wish that was told last, and when, in seconds.
#[derive(Debug, Default)]
pub(super) struct Wished {
    last: Option<(f64, Wish)>,
    /// Since when the window is hidden, in seconds.
    hidden_s: Option<f64>,
}

impl Wished {
    fn is_hidden(&mut self, is_hidden: bool, now_s: f64) -> bool {
        self.hidden_s = if is_hidden { self.hidden_s.or(Some(now_s)) } else { None };
        self.hidden_s.is_some_and(|since_s| now_s - since_s >= HIDDEN_S)
    }
}

impl Workspace {
    /// What is to be told of what is seen, when that has changed.
    pub fn wish(&mut self, now_s: f64, is_hidden: bool) -> Vec<Request> {
        if !self.is_watching() {
            return Vec::new();
        }
        let visible = self.seen_nodes();
        let Some(attached) = &mut self.attached else { return Vec::new() };
        let wish = Wish { visible, is_hidden: attached.wished.is_hidden(is_hidden, now_s) };
        let last = &mut attached.wished.last;
        if last.as_ref().is_some_and(|(at_s, told)| *told == wish || now_s - at_s < EVERY_S) {
            return Vec::new();
        }
        *last = Some((now_s, wish.clone()));
        vec![Request::Wish(attached.ticket, wish)]
    }

    /// Seconds until a wish is told that waits; `None` when none does.
    #[must_use]
    pub fn wish_within_s(&self, now_s: f64) -> Option<f64> {
        let attached = self.attached().filter(|_| self.is_watching())?;
        let (at_s, told) = attached.wished.last.as_ref()?;
        let rests = attached.wished.hidden_s.filter(|_| !told.is_hidden).map(|since_s| HIDDEN_S - (now_s - since_s));
        let looks = (told.visible != self.seen_nodes()).then(|| EVERY_S - (now_s - at_s));
        rests.into_iter().chain(looks).reduce(f64::min).map(|seconds| seconds.max(0.0))
    }

    /// Names of the nodes whose figures are seen; `None` for all of them.
    fn seen_nodes(&self) -> Option<BTreeSet<String>> {
        let figures_are_seen = self.lens() == Lens::Live || self.shows(Tab::Metrics);
        let Some(open) = self.open.as_ref().filter(|_| figures_are_seen) else { return Some(BTreeSet::new()) };
        seen(open)
    }
}

/// Names of the nodes within what the camera shows.
fn seen(open: &Open) -> Option<BTreeSet<String>> {
    let camera = open.camera?;
    let shown = camera.rect_to_canvas(&Rect { min: pos(0.0, 0.0), max: pos(open.panel.0, open.panel.1) });
    let near = open.picture.nodes_near(&shown);
    let shapes = near.iter().filter_map(|id| open.picture.nodes().get(id));
    Some(shapes.filter(|shape| shape.rect.overlaps(&shown)).map(|shape| shape.name.clone()).collect())
}
