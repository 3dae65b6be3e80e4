//! What stands beside the lines of the bill, and the switch between it.
//!
//! Must not know how a bill is worked out.

use eframe::egui::{Align, Frame, Layout, Margin, Ui, vec2};

use super::chart::Chart;
use super::compare::Compare;
use super::what_if::WhatIf;
use super::{TOTAL, bars};
use crate::app::bill::{Bill, Pane};
use crate::app::{Command, Workspace};
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::gui::widgets::{caption, segmented};

/// Width of the switch, in points.
const SWITCH: f32 = 300.0;

/// What it remembers between two frames.
#[derive(Default)]
pub(super) struct Side {
    chart: Chart,
    what_if: WhatIf,
    compare: Compare,
}

impl Side {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, bill: &Bill, commands: &mut Vec<Command>) {
        let size = vec2(ui.available_width(), TOTAL);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(12.0);
            switch(ui, workspace, commands);
        });
        match workspace.pane() {
            Pane::Traffic => match workspace.curve() {
                Some(curve) => self.chart.ui(ui, curve),
                None => waiting(ui),
            },
            Pane::Nodes => bars::ui(ui, workspace, bill, commands),
            Pane::WhatIf => self.what_if.ui(ui, workspace, bill, commands),
            Pane::Compare => self.compare.ui(ui, workspace, commands),
        }
    }
}

fn switch(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let choice = |(name, _): &(&str, Pane)| Choice { value: (*name).to_owned(), label: (*name).to_owned() };
    let choices: Vec<Choice> = Pane::ALL.iter().map(choice).collect();
    let width = SWITCH.min(ui.available_width() - 12.0);
    if let Some(index) = segmented(ui, "Beside the bill", &choices, workspace.pane().name(), width) {
        commands.push(Command::ShowPane(Pane::ALL[index].1));
    }
}

/// An answer is on its way.
pub(super) fn waiting(ui: &mut Ui) {
    Frame::new().inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| caption(ui, "Working out the bills…"));
}
