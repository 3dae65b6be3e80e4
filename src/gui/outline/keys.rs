//! The keys of a row of the outline that has the focus.
//!
//! Must not know how rows look.

use std::collections::BTreeSet;

use eframe::egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::Outline;
use super::tree::Entry;
use crate::app::{Action, Choose, Command};
use crate::diagram::Element;

impl Outline {
    /// Does what a key asks for.
    pub(super) fn keys(&mut self, ui: &Ui, shown: &Response, index: usize, commands: &mut Vec<Command>) {
        self.focused = true;
        self.at = Some(self.entries[index].element);
        let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(shown.id, filter));
        if let Some((to, how)) = self.walked(ui, index) {
            self.go(self.entries[to].element, how, commands);
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let entry = &self.entries[index];
        if pressed(Key::F2) {
            self.naming = Some((entry.element, entry.text.clone()));
        } else if pressed(Key::Delete) || pressed(Key::Backspace) {
            // The row that comes into its place has the focus next, so that the keys go on.
            let next = self.entries.get(index + 1).or_else(|| self.entries.get(index.checked_sub(1)?));
            self.at = next.map(|entry| entry.element);
            commands.push(Command::Act(Action::Delete));
        } else if pressed(Key::Enter) {
            commands.push(Command::Act(Action::Settings));
        }
    }

    /// The row that an arrow leads to, and whether it is added to the selection.
    fn walked(&mut self, ui: &Ui, index: usize) -> Option<(usize, Choose)> {
        let last = self.entries.len().checked_sub(1)?;
        // With Shift first: a key without modifiers is heard with Shift, too.
        for (modifiers, how) in [(Modifiers::SHIFT, Choose::Add), (Modifiers::NONE, Choose::Only)] {
            let pressed = |key| ui.input_mut(|input| input.consume_key(modifiers, key));
            for (key, to) in [
                (Key::ArrowDown, (index + 1).min(last)),
                (Key::ArrowUp, index.saturating_sub(1)),
                (Key::Home, 0),
                (Key::End, last),
            ] {
                if pressed(key) {
                    return Some((to, how));
                }
            }
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let entry = &self.entries[index];
        let (element, is_open) = (entry.element, entry.is_open);
        if pressed(Key::ArrowRight) {
            if is_open == Some(true) {
                return Some((index + 1, Choose::Only));
            }
            self.toggle(element, is_open);
        } else if pressed(Key::ArrowLeft) {
            if is_open != Some(true) {
                return Entry::parent(&self.entries, index).map(|parent| (parent, Choose::Only));
            }
            self.toggle(element, is_open);
        }
        None
    }

    /// Opens what is closed and closes what is open.
    pub(super) fn toggle(&mut self, element: Element, is_open: Option<bool>) {
        if is_open.is_some() && !self.toggled.remove(&element) {
            self.toggled.insert(element);
        }
    }

    /// Selects an element, brings it into view and gives its row the focus.
    pub(super) fn go(&mut self, element: Element, how: Choose, commands: &mut Vec<Command>) {
        self.wanted = Some(element);
        self.focus = Some(element);
        if how == Choose::Only {
            self.anchor = Some(element);
        }
        commands.push(Command::Select(BTreeSet::from([element]), how));
        commands.push(Command::Reveal(element));
    }
}
