//! The palette: every kind that can be added, by group, to be dragged, clicked or found by typing.
//!
//! Must not know how nodes are drawn.

use std::collections::BTreeSet;

use eframe::egui::{
    Align2, Area, CursorIcon, Frame, Id, Key, Margin, Order, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};
use egui_phosphor::regular as icon;

use super::fonts;
use super::theme::{FIELD_HEIGHT, colour, tokens};
use super::widgets::{Line, Row, Search, caption, text_line, tile};
use crate::app::{Command, Workspace};
use crate::catalog::{Archetype, Catalog, Kind, KindId};
use crate::diagram::Point;
use crate::picture::geometry::{CARD_HEIGHT, CARD_WIDTH};
use crate::picture::pos;
use crate::picture::text::Face;

/// The palette.
#[derive(Debug, Default)]
pub struct Palette {
    query: String,
    folded: BTreeSet<String>,
}

impl Palette {
    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(8.0);
        let found: Vec<&Kind> = addable(workspace.catalog()).filter(|kind| fits(kind, &self.query)).collect();
        self.search(ui, workspace, found.first().copied(), commands);
        ui.add_space(8.0);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if found.is_empty() {
                Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
                    caption(ui, "No kind has these letters in its name or help.");
                });
            }
            for group in found.chunk_by(|a, b| a.group == b.group) {
                if self.head(ui, &group[0].group) {
                    group.iter().for_each(|kind| row(ui, workspace, kind, commands));
                }
                ui.add_space(8.0);
            }
        });
    }

    fn search(&mut self, ui: &mut Ui, workspace: &Workspace, best: Option<&Kind>, commands: &mut Vec<Command>) {
        Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
            let field = Search {
                hint: "Find a kind",
                label: "Find a kind",
                chord: Some("A"),
                id: Id::new("palette search"),
                height: FIELD_HEIGHT,
            };
            let shown = field.show(ui, &mut self.query);
            let entered = shown.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if let Some(kind) = best.filter(|_| entered && !self.query.is_empty()) {
                commands.extend(add(workspace, &kind.id));
                self.query.clear();
            }
        });
    }

    /// The head of a group; returns whether it is unfolded. Whoever searches sees every group.
    fn head(&mut self, ui: &mut Ui, group: &str) -> bool {
        let t = tokens(ui);
        let open = !self.query.is_empty() || !self.folded.contains(group);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
        response.widget_info(|| WidgetInfo::selected(WidgetType::CollapsingHeader, true, open, group));
        let caret = if open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let ink = colour(if response.hovered() { t.text } else { t.text2 });
        ui.painter().text(rect.left_center() + vec2(18.0, 0.0), Align2::CENTER_CENTER, caret, fonts::icon(12.0), ink);
        let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(t.text) };
        text_line(ui.painter(), rect.left_center() + vec2(30.0, 0.0), Align2::LEFT_CENTER, group, rect.width(), set);
        if response.clicked() && !self.folded.remove(group) {
            self.folded.insert(group.to_owned());
        }
        open
    }
}

/// The kinds that can be added by hand: containers need a frame that is drawn around things.
pub fn addable(catalog: &Catalog) -> impl Iterator<Item = &Kind> {
    catalog.kinds().filter(|kind| kind.archetype != Archetype::Container)
}

fn fits(kind: &Kind, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    let texts = [&kind.label, &kind.group, &kind.help];
    texts.iter().any(|text| text.to_lowercase().contains(&query))
}

fn row(ui: &mut Ui, workspace: &Workspace, kind: &Kind, commands: &mut Vec<Command>) {
    let row = Row { title: &kind.label, kind: Some(kind), inset: 18.0, ..Row::default() };
    let shown = row.show(ui, FIELD_HEIGHT, Sense::click_and_drag()).on_hover_cursor(CursorIcon::Grab);
    if shown.clicked() {
        commands.extend(add(workspace, &kind.id));
    }
    shown.dnd_set_drag_payload(kind.id.clone());
    if shown.dragged() {
        ghost(ui, kind);
    }
    shown.on_hover_text(&kind.help);
}

/// The tile that hangs on the pointer while a kind is dragged.
fn ghost(ui: &Ui, kind: &Kind) {
    let Some(pointer) = ui.ctx().pointer_interact_pos() else { return };
    let t = tokens(ui);
    let layer = Area::new(Id::new("ghost")).order(Order::Tooltip).fixed_pos(pointer).interactable(false);
    layer.show(ui.ctx(), |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(40.0, 40.0), Sense::hover());
        tile(ui.painter(), Rect::from_center_size(pos2(pointer.x, pointer.y), rect.size()), kind, t);
    });
}

/// Adds a node of a kind in the middle of what is seen.
#[must_use]
pub fn add(workspace: &Workspace, kind: &KindId) -> Option<Command> {
    let open = workspace.open()?;
    let (width, height) = open.panel;
    let middle = open.camera.unwrap_or_default().to_canvas(pos(width / 2.0, height / 2.0));
    let mut at = Point { x: (middle.x - CARD_WIDTH / 2.0) as i32, y: (middle.y - CARD_HEIGHT / 2.0) as i32 };
    // One that is added after another must not lie exactly on it.
    let taken = |at: Point| {
        let near = |a: i32, b: i32| (a - b).abs() < 24;
        open.document.diagram().nodes().values().any(|node| near(node.position.x, at.x) && near(node.position.y, at.y))
    };
    for _ in 0..64 {
        if !taken(at) {
            break;
        }
        (at.x, at.y) = (at.x + 32, at.y + 32);
    }
    Some(Command::AddNode(kind.clone(), at))
}
