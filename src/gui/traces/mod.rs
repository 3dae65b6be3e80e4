//! Traces below the canvas: a list of them, and the one that is looked at as a waterfall.
//!
//! Must not know how spans are put together.

use eframe::egui::Ui;

use crate::app::{Command, Workspace};

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Traces {}

impl Traces {
    /// Shows it in the space that is left.
    pub fn ui(&mut self, _ui: &mut Ui, _workspace: &Workspace, _commands: &mut Vec<Command>) {}
}
