//! The whole diagram in a corner of the canvas, with what is seen of it; a click or drag there moves the camera.
//!
//! Must not know how the canvas itself is drawn.

use std::sync::Arc;

use eframe::egui::{Color32, CornerRadius, Pos2, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType};
use eframe::egui::{Rect, pos2, vec2};
use eframe::epaint::Mesh;

use super::lines;
use super::pen::area;
use crate::app::{Open, Workspace};
use crate::gui::theme::{colour, tokens};
use crate::picture::{Camera, Picture, Pos, Tokens, pos};

/// Largest width and height of the map, in pixels.
const SIZE: (f32, f32) = (208.0, 140.0);
/// Its distance from the corner of the canvas and from its own border to the diagram, in pixels.
const MARGIN: f32 = 12.0;
const PADDING: f32 = 8.0;
/// On a smaller canvas it would be in the way.
const LEAST_CANVAS: (f32, f32) = (560.0, 400.0);
/// When so much of the diagram is seen, a map would cover more than it tells.
const MOST_SEEN: f32 = 0.8;
/// With more arrows than this, only nodes are drawn.
const MAX_EDGES: usize = 600;
/// Smallest side of a node, in pixels.
const DOT: f32 = 2.0;

/// The map, and what it was drawn of.
pub(super) struct Minimap {
    /// Where it is shown in this frame.
    rect: Option<Rect>,
    /// Canvas units to pixels of the map.
    camera: Camera,
    key: Option<u64>,
    /// Where the diagram stands on the map.
    content: Rect,
    mesh: Arc<Mesh>,
}

impl Default for Minimap {
    fn default() -> Self {
        let (camera, mesh) = (Camera::default(), Arc::new(Mesh::default()));
        Self { rect: None, camera, key: None, content: Rect::NOTHING, mesh }
    }
}

impl Minimap {
    /// Decides whether the map is shown: when it is wanted, there is room, and not everything is seen.
    pub(super) fn place(&mut self, workspace: &Workspace, open: &Open, panel: Rect, camera: &Camera, is_still: bool) {
        self.rect = None;
        let has_room = panel.width() >= LEAST_CANVAS.0 && panel.height() >= LEAST_CANVAS.1;
        if !workspace.minimap_shown() || !has_room {
            return;
        }
        let corner = (panel.max.x.to_bits(), panel.max.y.to_bits());
        let key = super::hashed(&(open.serial, open.pictured, workspace.theme(), corner));
        let is_new = self.key != Some(key);
        // While something is dragged, the map of a moment ago is good enough.
        if is_new && (is_still || self.key.is_none()) {
            self.key = Some(key);
            self.draw(&open.picture, panel, Tokens::of(workspace.theme()));
        }
        if self.mesh.is_empty() {
            return;
        }
        let seen = area(&self.seen(panel, camera)).intersect(self.content);
        let share = if seen.is_positive() { seen.area() / self.content.area().max(1.0) } else { 0.0 };
        self.rect = (share < MOST_SEEN).then(|| room(panel));
    }

    /// Whether the map covers a place of the screen.
    pub(super) fn covers(&self, at: Pos2) -> bool {
        self.rect.is_some_and(|rect| rect.contains(at))
    }

    /// Shows the map; the camera that a person has moved it to, when they did.
    pub(super) fn ui(&self, ui: &Ui, panel: Rect, camera: &Camera) -> Option<Camera> {
        let rect = self.rect?;
        let response = ui.interact(rect, ui.id().with("minimap"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Mini-map"));
        let (t, painter) = (tokens(ui), ui.painter_at(rect));
        let border = Stroke::new(1.0, colour(t.divider));
        painter.rect(rect, CornerRadius::same(8), colour(t.panel), border, StrokeKind::Inside);
        painter.add(Shape::mesh(Arc::clone(&self.mesh)));
        let seen = area(&self.seen(panel, camera)).intersect(rect.shrink(1.0));
        let accent = colour(t.accent);
        painter.rect(seen, CornerRadius::same(2), accent.gamma_multiply(0.12), (1.5, accent), StrokeKind::Inside);
        let at = response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on())?;
        let wanted = self.camera.to_canvas(pos(at.x, at.y));
        let middle = panel.center();
        let pan = pos(middle.x - wanted.x * camera.zoom, middle.y - wanted.y * camera.zoom);
        let moved = Camera { pan, ..*camera };
        (moved != *camera).then_some(moved)
    }

    /// What the canvas shows, in pixels of the screen over the map.
    fn seen(&self, panel: Rect, camera: &Camera) -> crate::picture::Rect {
        let panel = crate::picture::Rect { min: at(panel.min), max: at(panel.max) };
        self.camera.rect_to_screen(&camera.rect_to_canvas(&panel))
    }

    fn draw(&mut self, picture: &Picture, panel: Rect, tokens: &Tokens) {
        let mut mesh = Mesh::default();
        if let Some(bounds) = picture.bounds() {
            let room = room(panel).shrink(PADDING);
            let fitted = Camera::fitting(&bounds, room.width(), room.height(), 0.0, 1.0);
            self.camera = fitted.moved(room.min.x, room.min.y);
            self.content = area(&self.camera.rect_to_screen(&bounds));
            self.draw_all(&mut mesh, picture, room, tokens);
        }
        self.mesh = Arc::new(mesh);
    }

    fn draw_all(&self, mesh: &mut Mesh, picture: &Picture, room: Rect, tokens: &Tokens) {
        let to_map = |at: Pos| {
            let at = self.camera.to_screen(at);
            pos2(at.x, at.y)
        };
        for group in picture.groups().values() {
            let (min, max) = (to_map(group.rect.min), to_map(group.rect.max));
            let corners = [min, pos2(max.x, min.y), max, pos2(min.x, max.y), min];
            corners.windows(2).for_each(|side| leg(mesh, side[0], side[1], colour(tokens.container)));
        }
        if picture.edges().len() <= MAX_EDGES {
            for edge in picture.edges().values() {
                let shade = colour(tokens.edge(edge.relation).over(tokens.panel, 0.6));
                edge.way.windows(2).for_each(|ends| leg(mesh, to_map(ends[0]), to_map(ends[1]), shade));
            }
        }
        // Nodes that fall on the same spot are drawn once: a map has few spots, however many nodes there are.
        let mut taken = vec![false; (SIZE.0 * SIZE.1) as usize];
        for node in picture.nodes().values() {
            let rect = area(&self.camera.rect_to_screen(&node.rect));
            let spot = rect.min - room.min;
            let index = (spot.y / DOT).max(0.0) as usize * SIZE.0 as usize + (spot.x / DOT).max(0.0) as usize;
            if rect.width() < DOT && taken.get_mut(index).is_some_and(|taken| std::mem::replace(taken, true)) {
                continue;
            }
            let rect = Rect::from_center_size(rect.center(), rect.size().max(vec2(DOT, DOT)));
            let shade = colour(tokens.tile(node.category));
            lines::quad(mesh, [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()], shade);
        }
    }
}

fn at(place: Pos2) -> Pos {
    pos(place.x, place.y)
}

/// The map's place: the lower right corner.
fn room(panel: Rect) -> Rect {
    let size = vec2(SIZE.0, SIZE.1);
    Rect::from_min_size(panel.max - size - vec2(MARGIN, MARGIN), size)
}

/// A thin upright or level line.
fn leg(mesh: &mut Mesh, from: Pos2, to: Pos2, shade: Color32) {
    let rect = Rect::from_two_pos(from, to).expand(0.5);
    lines::quad(mesh, [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()], shade);
}
