//! The canvas: the diagram, drawn and edited by hand.
//!
//! Must not know panels.

mod font;
pub mod icons;

use eframe::egui::{Align2, EventFilter, Id, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::fonts;
use super::theme::{colour, tokens};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::Element;
use crate::picture::Camera;
use crate::picture::text::Face;

/// The canvas.
#[derive(Debug, Default)]
pub struct Canvas;

impl Canvas {
    /// Shows the diagram in what is left of the window.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let t = tokens(ui);
        let Some(open) = workspace.open() else { return };
        let rect = ui.available_rect_before_wrap();
        ui.painter().rect_filled(rect, 0.0, colour(t.canvas));
        let response = ui.interact(rect, Id::new("canvas"), Sense::click_and_drag());
        if ui.memory(|memory| memory.focused().is_none()) && workspace.overlay().is_none() {
            response.request_focus();
        }
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        if response.clicked() {
            commands.push(Command::Select(std::collections::BTreeSet::new(), Choose::Only));
        }
        let bounds = open.picture.bounds().unwrap_or_default();
        let fit = Camera::fitting(&bounds, rect.width(), rect.height(), 24.0, 1.0);
        let camera = open.camera.unwrap_or(fit);
        if open.camera.is_none() && !open.picture.nodes().is_empty() {
            commands.push(Command::SetCamera(camera));
        }
        for (id, node) in open.picture.nodes() {
            let at = camera.rect_to_screen(&node.rect);
            let at = Rect::from_min_max(pos2(at.min.x, at.min.y), pos2(at.max.x, at.max.y)).translate(rect.min.to_vec2());
            ui.painter().rect_filled(at, 8.0, colour(t.card));
            ui.painter().text(at.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, &node.name, fonts::font(Face::SemiBold, 13.0), colour(t.text));
            let selected = open.selection.contains(&Element::Node(*id));
            let card = ui.interact(at, Id::new(("node", id.0)), Sense::click());
            card.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &node.name));
            if card.clicked() {
                commands.push(Command::Select([Element::Node(*id)].into(), Choose::Only));
            }
        }
    }
}

/// Width and height of the canvas, in points.
#[must_use]
pub fn size(_: &crate::app::Open) -> (f32, f32) {
    (1072.0, 900.0)
}

/// A small picture of a diagram.
pub fn thumbnail(_: &Ui, _: Rect, _: &crate::picture::Picture, _: &crate::picture::Tokens) {}
