//! What the window is to do with the system's clipboard.
//!
//! Must not know what is on it.

use std::sync::Arc;

use super::Workspace;
use crate::export::drawing::Image;

/// Something for the system's clipboard.
#[derive(Clone, Debug, PartialEq)]
pub enum Copied {
    /// A text.
    Text(String),
    /// A picture.
    Image(Arc<Image>),
}

/// What the window is to do with the system's clipboard.
#[derive(Debug, Default)]
pub(super) struct Clipboard {
    /// What is for it.
    pub(super) copied: Option<Copied>,
    /// Its text is asked for.
    pub(super) wanted: bool,
}

impl Workspace {
    /// What is to go to the system's clipboard, once.
    #[must_use]
    pub fn take_copied(&mut self) -> Option<Copied> {
        self.clipboard.copied.take()
    }

    /// Whether the text of the system's clipboard is asked for as a [`super::Command::Paste`], once.
    #[must_use]
    pub fn take_paste_wish(&mut self) -> bool {
        std::mem::take(&mut self.clipboard.wanted)
    }
}
