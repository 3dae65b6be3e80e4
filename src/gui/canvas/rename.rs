//! A node's name being written in place, over its card.
//!
//! Must not know where names are kept.

use eframe::egui::{self, Area, Id, Key, Order, TextEdit, Ui};

use super::hit::{Shown, node_rect};
use super::pen::area;
use crate::app::{Command, Open, Workspace};
use crate::diagram::NodeId;
use crate::gui::fonts::font;
use crate::picture::text::Face;

/// The name of a node while it is being written.
pub(super) struct Rename {
    node: NodeId,
    text: String,
}

/// Shows the field while the workspace says that a name is being written.
pub(super) fn ui(
    rename: &mut Option<Rename>,
    ui: &Ui,
    workspace: &Workspace,
    open: &Open,
    shown: &Shown,
    commands: &mut Vec<Command>,
) {
    let shape = workspace.renaming().and_then(|id| open.picture.nodes().get(&id));
    let Some(shape) = shape else {
        *rename = None;
        return;
    };
    let is_new = rename.as_ref().is_none_or(|rename| rename.node != shape.id);
    if is_new {
        *rename = Some(Rename { node: shape.id, text: shape.name.clone() });
    }
    let Some(rename) = rename else { return };
    let card = area(&node_rect(shape, shown));
    let width = card.width().max(160.0);
    let field = egui::Rect::from_center_size(egui::pos2(card.center().x, card.min.y + 16.0), egui::vec2(width, 28.0));
    let response = Area::new(Id::new("rename")).order(Order::Middle).fixed_pos(field.min).show(ui.ctx(), |ui| {
        let edit = TextEdit::singleline(&mut rename.text).font(font(Face::SemiBold, 13.0)).desired_width(width - 8.0);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Name of the node"));
        if is_new {
            response.request_focus();
        }
        response
    });
    let (node, text) = (rename.node, rename.text.trim().to_owned());
    if response.inner.lost_focus() {
        let gave_up = ui.input(|input| input.key_pressed(Key::Escape)) || text.is_empty();
        let name = if gave_up { shape.name.clone() } else { text };
        commands.push(Command::Rename(node, name));
    }
}
