//! A name or a note's text being written in place, over what it belongs to.
//!
//! Must not know where names are kept.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{self, Area, Id, Key, Margin, Modifiers, Order, TextEdit, Ui};

use super::hit::{Shown, node_rect};
use super::pen::area;
use crate::app::{Command, Open, Workspace};
use crate::diagram::Element;
use crate::gui::fonts::font;
use crate::picture::NodeShape;
use crate::picture::text::Face;

/// Height and least width of the field, in pixels.
const HEIGHT: f32 = 24.0;
const LEAST_WIDTH: f32 = 144.0;

/// A name or text while it is being written.
pub(super) struct Rename {
    element: Element,
    text: String,
}

/// Shows the field while the workspace says that something is being written.
pub(super) fn ui(
    rename: &mut Option<Rename>,
    ui: &Ui,
    workspace: &Workspace,
    open: &Open,
    shown: &Shown,
    commands: &mut Vec<Command>,
) {
    let found = workspace.renaming().and_then(|element| Some((element, written(open, element)?)));
    let Some((element, before)) = found else {
        *rename = None;
        return;
    };
    let Some(field) = field(open, element, shown) else { return };
    let is_new = rename.as_ref().is_none_or(|rename| rename.element != element);
    if is_new {
        *rename = Some(Rename { element, text: before.clone() });
    }
    let Some(rename) = rename else { return };
    let shown = Area::new(Id::new("rename")).order(Order::Middle).fixed_pos(field.min);
    let response = shown.show(ui.ctx(), |ui| edit(ui, rename, field, is_new));
    if response.inner.lost_focus() {
        let text = rename.text.trim();
        let gave_up = ui.input(|input| input.key_pressed(Key::Escape)) || text.is_empty();
        commands.extend(told(open, element, if gave_up { &before } else { text }));
    }
}

/// What is there to be written over.
fn written(open: &Open, element: Element) -> Option<String> {
    let diagram = open.document.diagram();
    match element {
        Element::Node(id) => diagram.nodes().get(&id).map(|node| node.name.clone()),
        Element::Group(id) => diagram.groups().get(&id).map(|group| group.name.clone()),
        Element::Note(id) => diagram.notes().get(&id).map(|note| note.text.clone()),
        Element::Edge(_) => None,
    }
}

/// What is done with what was written.
fn told(open: &Open, element: Element, text: &str) -> Option<Command> {
    let text = text.to_owned();
    match element {
        Element::Node(id) => Some(Command::Rename(id, text)),
        Element::Group(id) => Some(Command::RenameGroup(id, text)),
        Element::Note(id) => {
            let title = open.document.diagram().notes().get(&id)?.title.clone();
            Some(Command::WriteNote(id, title, text))
        }
        Element::Edge(_) => None,
    }
}

/// The field itself; a note's takes several lines and is left with Ctrl+Enter.
fn edit(ui: &mut Ui, rename: &mut Rename, field: egui::Rect, is_new: bool) -> egui::Response {
    let is_note = rename.element.note().is_some();
    let left = is_note && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    let (face, label) = match rename.element {
        Element::Note(_) => (Face::Regular, "Text of the note"),
        Element::Group(_) => (Face::SemiBold, "Name of the group"),
        _ => (Face::SemiBold, "Name of the node"),
    };
    let text = &mut rename.text;
    let edit = if is_note { TextEdit::multiline(text).desired_rows(1) } else { TextEdit::singleline(text) };
    let edit = edit.font(font(face, 13.0)).desired_width(field.width()).min_size(field.size());
    let output = edit.margin(Margin::symmetric(6, 3)).show(ui);
    let id = output.response.response.id;
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(label));
    if is_new {
        output.response.response.request_focus();
        let mut state = output.state;
        let end = CCursor::new(rename.text.chars().count());
        state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
        state.store(ui.ctx(), id);
    }
    if left {
        output.response.response.surrender_focus();
    }
    output.response.response
}

/// Where something is written, in pixels: over a card's name, a group's tag or a note.
fn field(open: &Open, element: Element, shown: &Shown) -> Option<egui::Rect> {
    let picture = &open.picture;
    match element {
        Element::Node(id) => picture.nodes().get(&id).map(|node| name_field(node, shown)),
        Element::Group(id) => {
            let tag = area(&shown.camera.rect_to_screen(&picture.groups().get(&id)?.tag()));
            Some(egui::Rect::from_min_size(tag.min, egui::vec2(tag.width().max(LEAST_WIDTH), HEIGHT)))
        }
        Element::Note(id) => {
            let rect = area(&shown.camera.rect_to_screen(&picture.notes().get(&id)?.rect));
            let size = egui::vec2(rect.width().max(LEAST_WIDTH), rect.height().max(HEIGHT));
            Some(egui::Rect::from_min_size(rect.min, size))
        }
        Element::Edge(_) => None,
    }
}

/// Where a node's name is written: over the name of the card, or under the tile; in pixels.
fn name_field(node: &NodeShape, shown: &Shown) -> egui::Rect {
    let (rect, zoom) = (area(&node_rect(node, shown)), shown.camera.zoom);
    if shown.far || shown.tiles || node.tile_only {
        let middle = egui::pos2(rect.center().x, rect.max.y + HEIGHT / 2.0 + 2.0);
        return egui::Rect::from_center_size(middle, egui::vec2(LEAST_WIDTH, HEIGHT));
    }
    let left = rect.min.x + 56.0 * zoom;
    let width = (rect.max.x - 4.0 - left).max(LEAST_WIDTH);
    let top = rect.min.y + 24.0 * zoom - HEIGHT / 2.0;
    egui::Rect::from_min_size(egui::pos2(left, top), egui::vec2(width, HEIGHT))
}
