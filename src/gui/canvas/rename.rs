//! A node's name being written in place, over its card.
//!
//! Must not know where names are kept.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{self, Area, Id, Key, Margin, Order, TextEdit, Ui};

use super::hit::{Shown, node_rect};
use super::pen::area;
use crate::app::{Command, Open, Workspace};
use crate::diagram::NodeId;
use crate::gui::fonts::font;
use crate::picture::NodeShape;
use crate::picture::text::Face;

/// Height and least width of the field, in pixels.
const HEIGHT: f32 = 24.0;
const LEAST_WIDTH: f32 = 144.0;

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
    let field = field(shape, shown);
    let response = Area::new(Id::new("rename")).order(Order::Middle).fixed_pos(field.min).show(ui.ctx(), |ui| {
        let font = font(Face::SemiBold, 13.0);
        let edit =
            TextEdit::singleline(&mut rename.text).font(font).desired_width(field.width()).min_size(field.size());
        let output = edit.margin(Margin::symmetric(6, 3)).show(ui);
        let id = output.response.response.id;
        ui.ctx().accesskit_node_builder(id, |node| node.set_label("Name of the node"));
        if is_new {
            output.response.response.request_focus();
            let mut state = output.state;
            let end = CCursor::new(rename.text.chars().count());
            state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
            state.store(ui.ctx(), id);
        }
        output.response.response
    });
    let (node, text) = (rename.node, rename.text.trim().to_owned());
    if response.inner.lost_focus() {
        let gave_up = ui.input(|input| input.key_pressed(Key::Escape)) || text.is_empty();
        let name = if gave_up { shape.name.clone() } else { text };
        commands.push(Command::Rename(node, name));
    }
}

/// Where a name is written: over the name of the card, or under the tile; in pixels.
fn field(node: &NodeShape, shown: &Shown) -> egui::Rect {
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
