//! The outline: containers and nodes as a tree, to be found, walked, selected and renamed without the canvas.
//!
//! Must not know how they are drawn on the canvas.

mod tree;

use std::collections::BTreeSet;

use eframe::egui::{EventFilter, Frame, Id, Key, Margin, Modifiers, Rect, Response, ScrollArea, Sense, Ui, vec2};
use egui_phosphor::regular as icon;

use super::theme::FIELD_HEIGHT;
use super::widgets::{Row, Search, caption};
use crate::app::{Choose, Command, Open, Workspace};
use crate::diagram::{Element, GroupId};
use tree::Entry;

/// How much further in each level starts, in points.
const STEP: f32 = 14.0;

/// The outline.
#[derive(Debug, Default)]
pub struct Outline {
    query: String,
    folded: BTreeSet<GroupId>,
    /// The tree, and what it was made of.
    entries: Vec<Entry>,
    made_of: Option<(u64, u64, String, BTreeSet<GroupId>)>,
    /// The selection that was followed last.
    seen: BTreeSet<Element>,
    /// The row to scroll to, and the one to give the focus to.
    wanted: Option<Element>,
    focus: Option<Element>,
    /// The name that is being written.
    naming: Option<(Element, String)>,
    /// A row has the focus: the keys that walk and rename are its own.
    focused: bool,
}

impl Outline {
    /// Whether one of its rows had the focus when it was shown last.
    #[must_use]
    pub fn has_focus(&self) -> bool {
        self.focused
    }

    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(open) = workspace.open() else { return };
        ui.spacing_mut().item_spacing.y = 0.0;
        self.search(ui, commands);
        self.follow(open, workspace);
        self.focused = false;
        if self.entries.is_empty() {
            Frame::new().inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
                let is_empty = open.document.diagram().nodes().is_empty();
                caption(ui, if is_empty { "Nothing is drawn yet." } else { "No node has these letters." });
            });
        }
        let count = self.entries.len();
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, FIELD_HEIGHT, count, |ui, range| {
            self.scroll(ui, range.start);
            for index in range {
                ui.push_id(self.entries[index].element, |ui| self.row(ui, workspace, open, index, commands));
            }
        });
    }

    fn search(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 0, bottom: 8 }).show(ui, |ui| {
            let (hint, label, id) = ("Find in the diagram", "Filter the outline", Id::new("outline search"));
            let shown = Search { hint, label, chord: None, id, height: FIELD_HEIGHT }.show(ui, &mut self.query);
            let entered = shown.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if let Some(entry) = self.entries.iter().find(|entry| entry.fits).filter(|_| entered) {
                let element = entry.element;
                self.go(element, commands);
            }
        });
    }

    /// Makes the tree anew when the diagram, the filter or what is folded has changed, and follows the selection.
    fn follow(&mut self, open: &Open, workspace: &Workspace) {
        if self.seen != open.selection {
            self.seen.clone_from(&open.selection);
            self.wanted = open.selection.iter().next().copied();
        }
        let made_of = (open.serial, open.pictured, self.query.clone(), self.folded.clone());
        if self.made_of.as_ref() != Some(&made_of) {
            self.entries = tree::entries(open.document.diagram(), workspace.catalog(), &self.query, &self.folded);
            self.made_of = Some(made_of);
        }
    }

    /// Scrolls to the row that is wanted; `first` is the first that is shown, at the top of `ui`.
    fn scroll(&mut self, ui: &Ui, first: usize) {
        let Some(element) = self.wanted.take() else { return };
        if let Some(index) = self.entries.iter().position(|entry| entry.element == element) {
            let top = ui.max_rect().min + vec2(0.0, (index as f32 - first as f32) * FIELD_HEIGHT);
            ui.scroll_to_rect(Rect::from_min_size(top, vec2(1.0, FIELD_HEIGHT)), None);
        }
    }

    fn row(&mut self, ui: &mut Ui, workspace: &Workspace, open: &Open, index: usize, commands: &mut Vec<Command>) {
        let entry = self.entries[index].clone();
        if self.naming.as_ref().is_some_and(|(element, _)| *element == entry.element) {
            self.name(ui, &entry, commands);
            return;
        }
        let kind = workspace.catalog().kind(&entry.kind);
        let detail = if kind.label == entry.name { "" } else { kind.label.as_str() };
        let inset = entry.depth as f32 * STEP;
        let chosen = open.selection.contains(&entry.element);
        let fold = entry.group().map(|id| if self.folded.contains(&id) { icon::CARET_RIGHT } else { icon::CARET_DOWN });
        let tile = if fold.is_none() { Some(kind) } else { None };
        let row = Row { title: &entry.name, detail, kind: tile, icon: fold, inset, chosen, ..Row::default() };
        let shown = row.show(ui, FIELD_HEIGHT, Sense::click());
        if self.focus == Some(entry.element) {
            self.focus = None;
            shown.request_focus();
        }
        if shown.double_clicked() {
            self.naming = Some((entry.element, entry.name));
        } else if shown.clicked() {
            let adds = ui.input(|input| input.modifiers.command);
            let how = if adds { Choose::Toggle } else { Choose::Only };
            commands.push(Command::Select(BTreeSet::from([entry.element]), how));
            commands.push(Command::Reveal(entry.element));
            shown.request_focus();
        }
        if shown.has_focus() {
            self.keys(ui, &shown, index, commands);
        }
    }

    /// The keys of the row that has the focus.
    fn keys(&mut self, ui: &Ui, shown: &Response, index: usize, commands: &mut Vec<Command>) {
        self.focused = true;
        let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(shown.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let entry = self.entries[index].clone();
        let to = if pressed(Key::ArrowDown) {
            self.entries.get(index + 1)
        } else if pressed(Key::ArrowUp) {
            index.checked_sub(1).and_then(|index| self.entries.get(index))
        } else {
            None
        };
        if let Some(element) = to.map(|entry| entry.element) {
            self.go(element, commands);
        }
        if let Some(id) = entry.group() {
            if pressed(Key::ArrowLeft) {
                self.folded.insert(id);
            } else if pressed(Key::ArrowRight) {
                self.folded.remove(&id);
            }
        }
        if pressed(Key::F2) {
            self.naming = Some((entry.element, entry.name));
        }
    }

    /// Selects an element, brings it into view and gives its row the focus.
    fn go(&mut self, element: Element, commands: &mut Vec<Command>) {
        self.wanted = Some(element);
        self.focus = Some(element);
        commands.push(Command::Select(BTreeSet::from([element]), Choose::Only));
        commands.push(Command::Reveal(element));
    }

    /// The field in which a name is written, in the place of its row.
    fn name(&mut self, ui: &mut Ui, entry: &Entry, commands: &mut Vec<Command>) {
        let Some((element, text)) = &mut self.naming else { return };
        let id = Id::new(("outline name", entry.element));
        let is_new = ui.ctx().read_response(id).is_none();
        let width = ui.available_width();
        let edit =
            eframe::egui::TextEdit::singleline(text).id(id).desired_width(width).margin(Margin::symmetric(12, 5));
        let shown = ui.add_sized(vec2(width, FIELD_HEIGHT), edit);
        ui.ctx().accesskit_node_builder(id, |node| node.set_label("Name in the outline"));
        if is_new {
            shown.request_focus();
        }
        if shown.lost_focus() {
            let gave_up = ui.input(|input| input.key_pressed(Key::Escape)) || text.trim().is_empty();
            let name = text.trim().to_owned();
            match *element {
                _ if gave_up || name == entry.name => {}
                Element::Node(id) => commands.push(Command::Rename(id, name)),
                Element::Group(id) => commands.push(Command::RenameGroup(id, name)),
                Element::Edge(_) | Element::Note(_) => {}
            }
            self.naming = None;
            self.focus = Some(entry.element);
        }
    }
}
