//! What the window wishes of the account that is tailed while it is.
//!
//! Must not know what becomes of it.

use super::Attached;
use crate::app::Workspace;
use crate::engine::protocol::{Request, Wish};

/// So many seconds a window must be hidden before what costs by the minute rests: who looks elsewhere for a moment misses nothing.
const HIDDEN_S: u64 = 60;

impl Attached {
    /// What is wished when the window is hidden since a time, or seen.
    fn wish(&self, hidden_s: Option<u64>, now_s: u64) -> Wish {
        Wish {
            is_hidden: hidden_s.is_some_and(|since_s| now_s.saturating_sub(since_s) >= HIDDEN_S),
            ..self.wish.clone()
        }
    }
}

impl Workspace {
    /// The window is hidden or seen: tells whoever tails when that is something new.
    pub fn wish(&mut self, is_hidden: bool) -> Vec<Request> {
        let now_s = self.now_s;
        let is_watching = self.is_watching();
        let Some(attached) = self.attached.as_mut().filter(|_| is_watching) else { return Vec::new() };
        attached.hidden_s = if is_hidden { attached.hidden_s.or(Some(now_s)) } else { None };
        let wish = attached.wish(attached.hidden_s, now_s);
        if wish == attached.wish {
            return Vec::new();
        }
        attached.wish = wish.clone();
        vec![Request::Wish(attached.ticket, wish)]
    }
}
