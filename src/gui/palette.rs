//! The palette: every kind that can be added, by group, to be dragged, clicked or found by typing.
//!
//! Must not know how nodes are drawn.

use std::collections::BTreeSet;

use eframe::egui::{
    Align2, Area, CursorIcon, Frame, Id, Key, Margin, Order, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::fonts;
use super::theme::{FIELD_HEIGHT, colour, tokens};
use super::widgets::{Line, Row, Search, caption, text_line, tile};
use crate::app::{Command, Workspace};
use crate::catalog::{Archetype, Catalog, Kind, KindId};
use crate::diagram::Point;
use crate::picture::geometry::{CARD_HEIGHT, CARD_WIDTH, GRID};
use crate::picture::text::Face;
use crate::picture::{Pos, Rect, pos};

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

/// The kinds that can be added by hand.
pub fn addable(catalog: &Catalog) -> impl Iterator<Item = &Kind> {
    catalog.kinds()
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
        tile(ui.painter(), eframe::egui::Rect::from_center_size(pos2(pointer.x, pointer.y), rect.size()), kind, t);
    });
}

/// Adds a node of a kind beside the selected one, or in the middle of what is seen, where nothing stands yet; a
/// container comes around what is selected.
#[must_use]
pub fn add(workspace: &Workspace, kind: &KindId) -> Option<Command> {
    let open = workspace.open()?;
    if workspace.catalog().kind(kind).archetype == Archetype::Container && workspace.has_parts() {
        return Some(Command::Wrap(kind.clone()));
    }
    let shapes = open.picture.nodes();
    let wanted = match open.one_node().and_then(|id| shapes.get(&id)) {
        Some(beside) => pos(beside.rect.min.x + COLUMN, beside.rect.middle().y - CARD_HEIGHT / 2.0),
        None => {
            let middle = open.camera.unwrap_or_default().to_canvas(pos(open.panel.0 / 2.0, open.panel.1 / 2.0));
            pos(middle.x - CARD_WIDTH / 2.0, middle.y - CARD_HEIGHT / 2.0)
        }
    };
    let is_free = |at: Pos| {
        let card = Rect::new(at.x, at.y, CARD_WIDTH, CARD_HEIGHT).grown(GRID);
        open.picture.nodes_near(&card).iter().all(|id| !shapes[id].rect.overlaps(&card))
    };
    let at = around(wanted).into_iter().find(|at| is_free(*at)).unwrap_or(wanted);
    Some(Command::AddNode(kind.clone(), Point { x: at.x as i32, y: at.y as i32 }))
}

/// Distance of the left edges of two cards side by side, in canvas units.
const COLUMN: f32 = 272.0;
/// How far apart the places are that are tried, and how many in each direction.
const STEPS: (f32, f32, i32) = (COLUMN / 2.0, 64.0, 8);

/// Places around one, nearest first; itself at the head.
fn around(wanted: Pos) -> Vec<Pos> {
    let (across, down, reach) = STEPS;
    let grid = (-reach..=reach).flat_map(|x| (-reach..=reach).map(move |y| (x as f32 * across, y as f32 * down)));
    let mut places: Vec<Pos> = grid.map(|(x, y)| pos(wanted.x + x, wanted.y + y)).collect();
    places.sort_by(|a, b| a.distance(wanted).total_cmp(&b.distance(wanted)));
    places
}
