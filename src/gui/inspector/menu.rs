//! The menu of commands for what is selected.
//!
//! Must not know what a command does.

use eframe::egui::{Popup, PopupCloseBehavior, RectAlign, Ui};
use egui_phosphor::regular as icon;

use crate::app::{Action, Command, Workspace};
use crate::gui::widgets::{divider, icon_button, menu_row};

/// What can be done to a node, in groups.
pub(super) const OF_NODE: &[&[Action]] = &[
    &[Action::Rename, Action::Connect, Action::AddNext, Action::AddNote],
    &[Action::Cut, Action::Copy, Action::Duplicate, Action::Group],
    &[Action::Delete],
];
/// What can be done to an arrow.
pub(super) const OF_EDGE: &[&[Action]] = &[&[Action::Delete]];
/// What can be done to a container.
pub(super) const OF_GROUP: &[&[Action]] =
    &[&[Action::Rename, Action::Ungroup], &[Action::Cut, Action::Copy, Action::Duplicate], &[Action::Delete]];
/// What can be done to a note.
pub(super) const OF_NOTE: &[&[Action]] =
    &[&[Action::Rename, Action::Attach], &[Action::Cut, Action::Copy, Action::Duplicate], &[Action::Delete]];
/// What can be done to several things.
pub(super) const OF_SEVERAL: &[&[Action]] = &[
    &[Action::Group, Action::Ungroup, Action::Attach],
    &[Action::Cut, Action::Copy, Action::Duplicate],
    &[Action::Delete],
];

/// A button with the menu behind it.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, groups: &[&[Action]], commands: &mut Vec<Command>) {
    let button = icon_button(ui, icon::DOTS_THREE, 24.0, "More commands", true);
    let popup = Popup::menu(&button).align(RectAlign::BOTTOM_END).width(240.0);
    popup.close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (at, actions) in groups.iter().enumerate() {
            if at > 0 {
                divider(ui);
            }
            for row in actions.iter().map(|action| action.row()) {
                let chord = row.chords.first().copied().unwrap_or_default();
                if menu_row(ui, row.label, chord, (row.enabled)(workspace)).clicked() {
                    commands.push(Command::Act(row.action));
                }
            }
        }
    });
}
