//! The list of every command, and the list of kinds to add.
//!
//! Must not know how lists are shown.

use eframe::egui::Context;

use super::picker::{Item, Picked, Picker};
use crate::app::{Command, TABLE, Workspace};
use crate::catalog::Kind;
use crate::diagram::{NodeId, Point};
use crate::gui::palette::{add, addable};
use crate::picture::Port;

/// Every command; returns whether the list stays open.
pub(super) fn commands(ctx: &Context, picker: &mut Picker, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
    let item = |row: &'static crate::app::Row| Item {
        title: row.label,
        detail: row.help.into(),
        chord: row.chords.first().copied().unwrap_or_default(),
        disabled: !(row.enabled)(workspace),
        ..Item::default()
    };
    let items: Vec<Item<'_>> = TABLE.iter().map(item).collect();
    match picker.ui(ctx, "Search or run a command", "No command has these letters.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            // The list goes first, so that a command that opens another overlay is not closed with it.
            commands.push(Command::Act(crate::app::Action::Escape));
            commands.push(Command::Act(TABLE[index].action));
            true
        }
    }
}

/// Every kind; returns whether the list stays open.
pub(super) fn kinds(ctx: &Context, picker: &mut Picker, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
    let kinds: Vec<&Kind> = addable(workspace.catalog()).collect();
    let label = "Add a node: type what it is";
    choice(ctx, picker, label, &kinds, |kind| commands.extend(add(workspace, &kind.id)))
}

/// The kinds that can be joined to a port of a node, to stand at a place; returns whether the list stays open.
pub(super) fn fitting(
    ctx: &Context,
    picker: &mut Picker,
    workspace: &Workspace,
    (from, port, at): (NodeId, Port, Point),
    commands: &mut Vec<Command>,
) -> bool {
    let kinds: Vec<&Kind> = workspace.fitting(from, port).collect();
    let label = "Add and join: type what it is";
    choice(ctx, picker, label, &kinds, |kind| commands.push(Command::AddJoined(kind.id.clone(), from, port, at)))
}

/// A list of kinds; `chosen` is told which one was taken.
fn choice(ctx: &Context, picker: &mut Picker, label: &str, kinds: &[&Kind], chosen: impl FnOnce(&Kind)) -> bool {
    let items: Vec<Item<'_>> = kinds
        .iter()
        .map(|kind| Item {
            title: &kind.label,
            detail: kind.help.as_str().into(),
            kind: Some(*kind),
            ..Item::default()
        })
        .collect();
    match picker.ui(ctx, label, "No kind has these letters.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            chosen(kinds[index]);
            true
        }
    }
}
