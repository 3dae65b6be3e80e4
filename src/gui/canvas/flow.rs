//! Dots that travel along arrows at the rate at which work comes: closer together the more there is, red where it goes wrong.
//!
//! They stand still while time does, and then cost nothing. Must not know where rates come from.

use std::time::Duration;

use eframe::egui::{self, Pos2, Shape, Ui};
use eframe::epaint::Mesh;

use super::draw::visible_edges;
use super::hit::Shown;
use super::lines;
use super::pen::place;
use crate::app::Workspace;
use crate::gui::theme::{colour, tokens};
use crate::picture::drawn::{self, Look};
use crate::picture::geometry::BADGE_PX;
use crate::picture::lens::Flow;
use crate::picture::place::LABEL_PX;
use crate::picture::pos;
use crate::picture::shape::label_width;
use crate::picture::{Camera, EdgeShape, Rect};

/// How far a dot travels in a second, in pixels.
const SPEED: f32 = 56.0;
/// The least and the most room between two dots, in pixels.
const ROOM: (f32, f32) = (16.0, 150.0);
/// Radius of a dot, in pixels, and of the ground around it.
const RADIUS: (f32, f32) = (2.75, 4.25);
/// Dots take a step so often.
const STEP: Duration = Duration::from_millis(33);
/// On more arrows than this at once nobody can follow dots.
const MOST: usize = 400;
/// Dots are larger than what they would travel along below this zoom.
const LEAST_ZOOM: f32 = 0.3;

/// How far the dots have come.
#[derive(Default)]
pub(super) struct Flows {
    way: f32,
    /// When they took their last step, in seconds.
    at_s: Option<f64>,
}

impl Flows {
    /// Draws the dots, and asks for the next step while they move.
    pub(super) fn ui(&mut self, ui: &Ui, panel: egui::Rect, workspace: &Workspace, shown: &Shown) {
        let (Some(open), Some(overlay)) = (workspace.open(), workspace.laid_over()) else { return };
        if overlay.flows.is_empty() || shown.far || shown.camera.zoom < LEAST_ZOOM {
            self.at_s = None;
            return;
        }
        let moves = self.go_on(ui, workspace);
        let seen = Rect { min: pos(panel.min.x, panel.min.y), max: pos(panel.max.x, panel.max.y) };
        let seen = shown.camera.rect_to_canvas(&seen);
        let look = Look { tiles: shown.tiles, zoom: shown.camera.zoom };
        let mut mesh = Mesh::default();
        for edge in visible_edges(&open.picture, &seen).take(MOST) {
            let Some(flow) = overlay.flows.get(&edge.id) else { continue };
            let way: Vec<Pos2> = drawn::line(&open.picture, edge, look)
                .into_iter()
                .map(|at| place(shown.camera.to_screen(at)))
                .collect();
            let covered = covered(edge, look, &shown.camera);
            self.along(ui, &mut mesh, &way, &covered, *flow);
        }
        let has_dots = !mesh.is_empty();
        ui.painter_at(panel).add(Shape::mesh(mesh));
        if moves && has_dots {
            ui.ctx().request_repaint_after(STEP);
        }
    }

    /// Takes a step when it is time; tells whether there will be another.
    fn go_on(&mut self, ui: &Ui, workspace: &Workspace) -> bool {
        let moves = workspace.flows_move();
        let now_s = ui.input(|input| input.time);
        let before = self.at_s.replace(now_s).filter(|_| moves);
        // A window that was hidden goes on where it was.
        let seconds = before.map_or(0.0, |before| (now_s - before).clamp(0.0, 0.25));
        self.way += seconds as f32 * SPEED;
        moves
    }

    fn along(&self, ui: &Ui, mesh: &mut Mesh, way: &[Pos2], covered: &[Rect], flow: Flow) {
        let t = tokens(ui);
        let (room, every) = (room(flow.per_minute), if flow.bad > 0.0 { (1.0 / flow.bad).round() as i64 } else { 0 });
        let (first, mut number) = ((self.way % room), -((self.way / room) as i64));
        let (mut next, mut before) = (first, 0.0);
        for leg in way.windows(2) {
            let length = leg[0].distance(leg[1]);
            while next <= before + length {
                let at = leg[0] + (leg[1] - leg[0]) * ((next - before) / length.max(0.001));
                let is_bad = every > 0 && number.rem_euclid(every) == 0;
                if !covered.iter().any(|rect| rect.contains(pos(at.x, at.y))) {
                    lines::dot(mesh, at, RADIUS.1, colour(t.canvas));
                    lines::dot(mesh, at, RADIUS.0, colour(if is_bad { t.danger_fill } else { t.flow }));
                }
                next += room;
                number += 1;
            }
            before += length;
        }
    }
}

/// Where the words of an arrow stand on it, in pixels: dots pass behind them.
fn covered(edge: &EdgeShape, look: Look, camera: &Camera) -> Vec<Rect> {
    let Some(spots) = look.index().map(|index| edge.spots[index]) else { return Vec::new() };
    let around = |at, width, height| Rect::around(camera.to_screen(at), width, height).grown(RADIUS.1);
    let badge = spots.badge.filter(|_| edge.step.is_some()).map(|at| around(at, BADGE_PX, BADGE_PX));
    let label = edge.label.as_ref().zip(spots.label);
    badge.into_iter().chain(label.map(|(label, at)| around(at, label_width(label), LABEL_PX))).collect()
}

/// The room between two dots, in pixels: ten times the work halves it, more or less.
fn room(per_minute: f32) -> f32 {
    (ROOM.1 / (1.0 + (1.0 + per_minute).log10())).clamp(ROOM.0, ROOM.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_there_is_the_closer_the_dots() {
        let rooms = [0.0, 0.5, 3.0, 40.0, 900.0, 1e6, 1e12].map(room);
        assert!(rooms.windows(2).all(|pair| pair[0] >= pair[1]), "{rooms:?}");
        assert!(rooms[0] <= ROOM.1 && rooms[6] >= ROOM.0, "{rooms:?}");
    }
}
