//! The key to the curves: whose each colour is. A click leaves curves out or takes them in; another leads to the node.
//!
//! Must not know values.

use eframe::egui::{Align2, Rect, ScrollArea, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::{Metrics, ink};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::Face;
use crate::telemetry::chart::Owner;

/// Height of a row, in points.
const ROW: f32 = 26.0;

impl Metrics {
    /// Shows it in the space that is left.
    pub(super) fn key(
        &mut self,
        ui: &mut Ui,
        workspace: &Workspace,
        owners: &[(Owner, String)],
        commands: &mut Vec<Command>,
    ) {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).id_salt("key").show(ui, |ui| {
            for (place, (owner, name)) in owners.iter().enumerate() {
                if self.row(ui, workspace, place, (owner, name), commands) {
                    self.show_only(owner, owners);
                }
            }
        });
    }

    /// Shows a row; gives whether nothing but its curves is wanted.
    fn row(
        &mut self,
        ui: &mut Ui,
        workspace: &Workspace,
        place: usize,
        (owner, name): (&Owner, &str),
        commands: &mut Vec<Command>,
    ) -> bool {
        let t = tokens(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let is_shown = !self.hidden.contains(owner);
        response
            .widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, is_shown, format!("Curves of {name}")));
        let selected = workspace.open().and_then(crate::app::Open::one_node);
        let node = if let Owner::Node(node) = owner { Some(*node) } else { None };
        if node.is_some() && node == selected {
            ui.painter().rect_filled(rect, 0.0, colour(t.accent_soft));
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, 0.0, colour(t.row_hover));
        }
        let swatch = Rect::from_center_size(pos2(rect.left() + 20.0, rect.center().y), vec2(12.0, 12.0));
        if is_shown {
            ui.painter().rect_filled(swatch, 3.0, colour(ink(t, place)));
        } else {
            ui.painter().rect_stroke(swatch, 3.0, line(t.control_border), StrokeKind::Inside);
        }
        let face = if node.is_some() { Face::Medium } else { Face::Regular };
        let set = Line { face, size: 12.0, colour: colour(if is_shown { t.text } else { t.text2 }) };
        let room = rect.width() - 66.0;
        text_line(ui.painter(), pos2(rect.left() + 34.0, rect.center().y), Align2::LEFT_CENTER, name, room, set);
        if let Some(node) = node {
            way(ui, rect, (node, name), commands);
        }
        let only = ui.input(|input| input.modifiers.command || input.modifiers.shift);
        let response = response
            .on_hover_text(format!("{name}\nClick to leave it out or take it in, Ctrl+click to see nothing else."));
        if response.clicked() && !only && !self.hidden.remove(owner) {
            self.hidden.insert(owner.clone());
        }
        response.clicked() && only
    }

    /// Leaves all others out; all are there again when they are left out already.
    fn show_only(&mut self, owner: &Owner, owners: &[(Owner, String)]) {
        let others = || owners.iter().map(|(other, _)| other).filter(|other| *other != owner);
        if others().all(|other| self.hidden.contains(other)) {
            self.hidden.clear();
        } else {
            self.hidden = others().cloned().collect();
        }
        self.hidden.remove(owner);
    }
}

/// The way to the node on the canvas.
fn way(ui: &Ui, rect: Rect, (node, name): (crate::diagram::NodeId, &str), commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let at = Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), vec2(22.0, 22.0));
    let response = ui.interact(at, ui.id().with(("show", node)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Show {name}")));
    let ink = if response.hovered() { t.text } else { t.text2 };
    ui.painter().text(at.center(), Align2::CENTER_CENTER, icon::CROSSHAIR_SIMPLE, fonts::icon(14.0), colour(ink));
    if response.on_hover_text("Show the node").clicked() {
        commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(node)));
    }
}
