//! The outline: containers, nodes, arrows and notes as a tree, to be found, walked, selected and renamed without the canvas.
//!
//! Must not know how they are drawn on the canvas.

mod keys;
mod tree;

use std::collections::BTreeSet;

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Frame, Id, Key, Margin, Rect, Response, ScrollArea, Sense, Ui, pos2, vec2};
use egui_phosphor::regular as icon;

use super::fonts;
use super::theme::{FIELD_HEIGHT, colour, tokens};
use super::widgets::{Row, Search, caption};
use crate::app::{Choose, Command, Open, Workspace};
use crate::diagram::Element;
use tree::Entry;

/// How much further in each level starts, in points.
const STEP: f32 = 14.0;
/// Room for the sign that opens and closes, in points.
const CARET: f32 = 12.0;

/// The outline.
#[derive(Debug, Default)]
pub struct Outline {
    query: String,
    /// Containers that are closed and nodes that are open.
    toggled: BTreeSet<Element>,
    /// The tree, and what it was made of.
    entries: Vec<Entry>,
    made_of: Option<(u64, u64, String, BTreeSet<Element>)>,
    /// The selection that was followed last.
    seen: BTreeSet<Element>,
    /// Where a range of rows starts.
    anchor: Option<Element>,
    /// The row to scroll to, and the one to give the focus to.
    wanted: Option<Element>,
    focus: Option<Element>,
    /// The row that has the focus, or has it next.
    at: Option<Element>,
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
                caption(ui, if is_empty { "Nothing is drawn yet." } else { "Nothing has these letters." });
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
                self.go(element, Choose::Only, commands);
            }
        });
    }

    /// Makes the tree anew when the diagram, the filter or what is open has changed, and follows the selection.
    fn follow(&mut self, open: &Open, workspace: &Workspace) {
        if self.seen != open.selection {
            self.seen.clone_from(&open.selection);
            self.wanted = open.selection.iter().next().copied();
        }
        let is_same = |(serial, pictured, query, toggled): &(u64, u64, String, BTreeSet<Element>)| {
            (*serial, *pictured) == (open.serial, open.pictured) && *query == self.query && *toggled == self.toggled
        };
        if !self.made_of.as_ref().is_some_and(is_same) {
            self.entries = tree::entries(open.document.diagram(), workspace.catalog(), &self.query, &self.toggled);
            self.made_of = Some((open.serial, open.pictured, self.query.clone(), self.toggled.clone()));
            // Rows that have moved are other widgets, and the focus has to move with its row.
            if self.focused && self.focus.is_none() {
                self.focus = self.at;
            }
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
            self.name(ui, open, &entry, commands);
            return;
        }
        let shown = show(ui, workspace, &entry, open.selection.contains(&entry.element));
        if self.focus == Some(entry.element) {
            self.focus = None;
            shown.request_focus();
            // The key that led here is not one of the row's own.
            self.focused = true;
            self.at = Some(entry.element);
            return;
        }
        let caret_right = shown.rect.left() + 12.0 + entry.depth as f32 * STEP + CARET;
        let on_caret = shown.interact_pointer_pos().is_some_and(|at| at.x < caret_right);
        if shown.double_clicked() && !on_caret {
            self.naming = Some((entry.element, entry.text));
        } else if shown.clicked() && on_caret && entry.is_open.is_some() {
            self.toggle(entry.element, entry.is_open);
        } else if shown.clicked() {
            self.clicked(ui, index, commands);
            shown.request_focus();
        }
        if shown.has_focus() {
            self.keys(ui, &shown, index, commands);
        }
    }

    /// Selects a row, adds it, or selects all from the last one to this.
    fn clicked(&mut self, ui: &Ui, index: usize, commands: &mut Vec<Command>) {
        let element = self.entries[index].element;
        let (adds, ranges) = ui.input(|input| (input.modifiers.command, input.modifiers.shift));
        let start = self.entries.iter().position(|entry| Some(entry.element) == self.anchor).filter(|_| ranges);
        if let Some(start) = start {
            let range = start.min(index)..=start.max(index);
            let elements = self.entries[range].iter().map(|entry| entry.element).collect();
            commands.push(Command::Select(elements, Choose::Only));
            return;
        }
        self.anchor = Some(element);
        let how = if adds { Choose::Toggle } else { Choose::Only };
        commands.push(Command::Select(BTreeSet::from([element]), how));
        commands.push(Command::Reveal(element));
    }

    /// The field in which a name is written, in the place of its row.
    fn name(&mut self, ui: &mut Ui, open: &Open, entry: &Entry, commands: &mut Vec<Command>) {
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
            let gave_up = ui.input(|input| input.key_pressed(Key::Escape));
            let name = text.trim().to_owned();
            if !gave_up && name != entry.text {
                commands.extend(renamed(open, *element, name));
            }
            self.naming = None;
            self.focus = Some(entry.element);
        }
    }
}

/// What gives an element another name, an arrow other words, or a note another title.
fn renamed(open: &Open, element: Element, name: String) -> Option<Command> {
    match element {
        Element::Edge(id) => Some(Command::LabelEdge(id, name)),
        Element::Note(id) => {
            let note = open.document.diagram().notes().get(&id)?;
            Some(Command::WriteNote(id, name, note.text.clone()))
        }
        Element::Node(_) | Element::Group(_) if name.is_empty() => None,
        Element::Node(id) => Some(Command::Rename(id, name)),
        Element::Group(id) => Some(Command::RenameGroup(id, name)),
    }
}

/// Shows a row with its tile or sign, and the caret of what can be opened.
fn show(ui: &mut Ui, workspace: &Workspace, entry: &Entry, chosen: bool) -> Response {
    let sign = match entry.element {
        Element::Edge(_) => Some(icon::ARROW_ELBOW_DOWN_RIGHT),
        Element::Note(_) => Some(icon::NOTE),
        Element::Node(_) | Element::Group(_) => None,
    };
    let kind = entry.kind.as_ref().map(|kind| workspace.catalog().kind(kind));
    let left = entry.depth as f32 * STEP;
    let (title, detail) = (entry.name.as_str(), entry.detail.as_str());
    let row = Row { title, detail, kind, icon: sign, inset: left + CARET - 2.0, chosen, ..Row::default() };
    let shown = row.show(ui, FIELD_HEIGHT, Sense::click());
    if let Some(is_open) = entry.is_open {
        let caret = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let at = pos2(shown.rect.left() + 13.0 + left, shown.rect.center().y);
        ui.painter().text(at, Align2::CENTER_CENTER, caret, fonts::icon(12.0), colour(tokens(ui).text2));
    }
    ui.ctx().accesskit_node_builder(shown.id, |node| {
        node.set_role(Role::TreeItem);
        node.set_level(entry.depth + 1);
        if let Some(is_open) = entry.is_open {
            node.set_expanded(is_open);
        }
    });
    shown
}
