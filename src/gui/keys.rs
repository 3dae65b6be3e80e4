//! The chords of the command table as keys of the window: the only place where keys become commands.
//!
//! Must not know what the commands do.

use eframe::egui::{Context, Event, Id, InputState, Key, KeyboardShortcut, Modifiers};

use crate::app::{Action, Command, TABLE, Workspace};

/// The keys that a chord such as "Ctrl+Shift+S" stands for.
#[must_use]
pub fn parse(chord: &str) -> Option<KeyboardShortcut> {
    let (mut modifiers, mut key) = (Modifiers::NONE, None);
    for part in chord.split('+') {
        match part {
            "Ctrl" => modifiers |= Modifiers::COMMAND,
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            name => key = Key::from_name(name),
        }
    }
    key.map(|key| KeyboardShortcut::new(modifiers, key))
}

/// How the last frame ended.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is so or is not, whatever the others are")]
pub struct Before {
    /// A text field had the focus: letters and what edits text belong to it.
    pub typing: bool,
    /// A control other than the canvas had the focus: leaving leads from there to the canvas and no further.
    pub in_control: bool,
    /// A menu was open: leaving closes it and nothing else.
    pub in_menu: bool,
    /// A row of the outline had the focus: it has a way of its own to rename.
    pub in_outline: bool,
    /// The log had it: what is selected there is copied.
    pub in_log: bool,
    /// The widget of the canvas.
    pub canvas: Option<Id>,
}

/// Turns pressed chords into commands, except the one that leaves.
pub fn collect(ctx: &Context, workspace: &Workspace, before: Before, commands: &mut Vec<Command>) {
    // What lies over the window answers to its own keys.
    if workspace.overlay().is_some() {
        return;
    }
    // A key whose command cannot be done now is left to whoever has another use for it.
    for row in TABLE.iter().filter(|row| row.action != Action::Escape && (row.enabled)(workspace)) {
        if before.in_log && row.action == Action::Copy {
            continue;
        }
        let edits_text = edits_text(row.action);
        if !before.typing && heard(ctx, row.action) {
            commands.push(Command::Act(row.action));
        }
        for shortcut in row.chords.iter().filter_map(|chord| parse(chord)) {
            let is_free = !before.typing || shortcut.modifiers.command && !edits_text;
            let is_named = row.action == Action::Rename && before.in_outline;
            let is_walked = is_named || walks(row.action) && another_has_focus(ctx, before.canvas);
            if is_free && !is_walked && ctx.input_mut(|input| pressed(input, shortcut)) {
                commands.push(Command::Act(row.action));
            }
        }
    }
}

/// Actions that text fields have, too.
fn edits_text(action: Action) -> bool {
    use Action::{Copy, Cut, Paste, Redo, SelectAll, Undo};
    matches!(action, Undo | Redo | SelectAll | Cut | Copy | Paste)
}

/// Whether the system said that it is done: systems tell of the clipboard's keys by what they are for.
fn heard(ctx: &Context, action: Action) -> bool {
    let told = match action {
        Action::Cut => Event::Cut,
        Action::Copy => Event::Copy,
        _ => return false,
    };
    ctx.input_mut(|input| {
        let at = input.events.iter().position(|event| *event == told);
        at.map(|at| input.events.remove(at)).is_some()
    })
}

/// Leaves what is going on, when nothing that was shown in this frame has used the key for itself.
pub fn escape(ctx: &Context, before: Before, commands: &mut Vec<Command>) {
    let left = || ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    let is_within = before.typing || before.in_menu;
    if !is_within && left() && !before.in_control {
        commands.push(Command::Act(Action::Escape));
    }
}

/// Whether exactly this chord was pressed; the press is used up.
fn pressed(input: &mut InputState, shortcut: KeyboardShortcut) -> bool {
    // The modifiers of the press itself count: they may be up again when the frame is drawn.
    let is = |event: &Event| match *event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            // Where the plus stands on a keyboard decides whether it needs the shift key.
            let shifted = key == Key::Plus && modifiers.matches_logically(shortcut.modifiers);
            key == shortcut.logical_key && (shifted || modifiers.matches_exact(shortcut.modifiers))
        }
        _ => false,
    };
    let at = input.events.iter().position(is);
    at.map(|at| input.events.remove(at)).is_some()
}

/// Keys that move the focus between controls, too.
fn walks(action: Action) -> bool {
    use Action::{Delete, FarDown, FarLeft, FarRight, FarUp, NextNode, NudgeDown, NudgeLeft, NudgeRight, NudgeUp};
    let moves = matches!(action, NudgeLeft | NudgeRight | NudgeUp | NudgeDown | FarLeft | FarRight | FarUp | FarDown);
    moves || matches!(action, Action::Settings | NextNode | Action::PreviousNode | Delete)
}

/// Whether a control other than the canvas has the focus.
pub(super) fn another_has_focus(ctx: &Context, canvas: Option<Id>) -> bool {
    ctx.memory(|memory| memory.focused().is_some_and(|focused| Some(focused) != canvas))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_chord_is_a_key_and_belongs_to_one_command() {
        let mut taken: BTreeMap<String, Action> = BTreeMap::new();
        for row in TABLE {
            for chord in row.chords {
                let shortcut = parse(chord);
                assert!(shortcut.is_some(), "{chord} of {} is no key", row.label);
                let before = taken.insert(format!("{shortcut:?}"), row.action);
                assert!(before.is_none(), "{chord} belongs to {before:?} and to {:?}", row.action);
            }
        }
    }
}
