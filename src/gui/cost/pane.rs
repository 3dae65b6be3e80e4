//! What stands beside the lines of the bill, and the switch between it.
//!
//! Must not know how a bill is worked out.

use eframe::egui::{Align, Frame, Layout, Margin, Ui, vec2};

use super::chart::Chart;
use super::compare::Compare;
use super::head::select;
use super::what_if::WhatIf;
use super::{TOTAL, bars};
use crate::app::bill::{Bill, Pane};
use crate::app::{Command, Workspace};
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::gui::theme::FIELD_HEIGHT;
use crate::gui::widgets::{caption, segmented};

/// Width of the switch, and that of the choice that stands for it where there is no room, in points.
const SWITCH: (f32, f32) = (408.0, 116.0);
/// Width of the choice of growth, in points.
const GROWTH_WIDTH: f32 = 172.0;
/// Growth that can be looked at, in percent a month.
const GROWTH: [(&str, &str); 6] = [
    ("0", "steady"),
    ("2", "grows 2 % a month"),
    ("5", "grows 5 % a month"),
    ("10", "grows 10 % a month"),
    ("20", "grows 20 % a month"),
    ("50", "grows 50 % a month"),
];

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
        let (size, grows) = (vec2(ui.available_width(), TOTAL), workspace.pane() == Pane::Months);
        // Where a list stands for the switch there is room beside it.
        let is_narrow = size.x - 24.0 < SWITCH.0;
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(12.0);
            switch(ui, workspace, commands);
            if is_narrow && grows {
                growth(ui, workspace, commands);
            }
        });
        if grows && !is_narrow {
            let size = vec2(size.x, FIELD_HEIGHT + 8.0);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.add_space(12.0);
                caption(ui, "Traffic");
                growth(ui, workspace, commands);
            });
        }
        match workspace.pane() {
            Pane::Traffic | Pane::Months | Pane::Day => match workspace.curve() {
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
    let room = ui.available_width() - 12.0;
    let now = workspace.pane().name();
    let picked = if room < SWITCH.0 {
        let options: Vec<(&str, &str)> = Pane::ALL.iter().map(|(name, _)| (*name, *name)).collect();
        let width = SWITCH.1.min(room);
        select(ui, width, "Beside the bill", "What stands beside the lines of the bill.", &options, now)
    } else {
        let choice = |(name, _): &(&str, Pane)| Choice { value: (*name).to_owned(), label: (*name).to_owned() };
        let choices: Vec<Choice> = Pane::ALL.iter().map(choice).collect();
        segmented(ui, "Beside the bill", &choices, now, SWITCH.0).map(|index| Pane::ALL[index].0.to_owned())
    };
    commands.extend(picked.and_then(|name| Pane::from_name(&name)).map(Command::ShowPane));
}

/// How fast traffic grows.
fn growth(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let now = workspace.growth_percent().to_string();
    let help = "How fast traffic grows from month to month.";
    let width = GROWTH_WIDTH.min(ui.available_width() - 12.0);
    let picked = select(ui, width, "Growth of traffic", help, &GROWTH, &now);
    commands.extend(picked.and_then(|percent| percent.parse().ok()).map(Command::Grow));
}

/// An answer is on its way.
pub(super) fn waiting(ui: &mut Ui) {
    hint(ui, "Working out the bills…");
}

/// A sentence in the place of something that is not there.
pub(super) fn hint(ui: &mut Ui, words: &str) {
    Frame::new().inner_margin(Margin::symmetric(12, 4)).show(ui, |ui| caption(ui, words));
}
