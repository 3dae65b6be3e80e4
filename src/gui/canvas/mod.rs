//! The canvas: shows the open diagram and lets hands work on it. It looks at the workspace and sends commands.
//!
//! The camera, the selection and the document belong to the workspace; what is kept here is the view's own session
//! state. Must not know files, threads or other panels.

mod draw;
mod far;
mod flight;
mod flow;
mod font;
mod glide;
mod hands;
mod hit;
mod icons;
mod legend;
mod lines;
mod minimap;
mod names;
mod pen;
mod rename;
mod thumbnail;
mod tools;
mod view;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::Arc;

use eframe::egui::{self, Context, Event, Sense, Ui};

pub use icons::{Icons, family};

use crate::app::{Command, Lens, Open, Workspace};
use crate::catalog::{Catalog, KindId};
use crate::picture::shape::{FIGURED, PLAIN, draws_tiles};
use crate::picture::{Camera, Picture, Pos, Tokens, pos};
use far::{Far, is_far};
use flight::Flight;
use flow::Flows;
use glide::Glide;
use hit::{Hit, Shown};
use minimap::Minimap;
use pen::{Cut, Ink, Texts};
use tools::Tool;
use view::View;

/// Gives egui the pictograms of the kinds as a font, from the next pass on; call once, when the window is made.
#[must_use]
pub fn install_icons(ctx: &Context, catalog: &Catalog) -> Icons {
    Icons::install(ctx, catalog)
}

/// The largest zoom that fitting chooses.
const FIT_MOST: f32 = 1.0;
/// Room that fitting leaves around the diagram, in pixels: this part of the panel's shorter side, within bounds.
const FIT_MARGIN: (f32, f32) = (8.0, 32.0);
const FIT_SHARE: f32 = 0.024;

/// Session state of the canvas.
pub struct Canvas {
    icons: Icons,
    texts: Texts,
    view: View,
    far: Far,
    tool: Tool,
    /// What the pointer is over.
    hover: Hit,
    /// While a wire hangs: which kinds it may end at.
    fits: Option<BTreeMap<KindId, bool>>,
    /// Why the wire may not end where the pointer is.
    refusal: Option<(crate::diagram::NodeId, String)>,
    /// The name that is being written.
    rename: Option<rename::Rename>,
    /// The document that is shown, and the size of the panel then.
    shown: Option<(u64, egui::Vec2)>,
    tiles: bool,
    replay: Replay,
    flight: Flight,
    glide: Glide,
    /// What turned last: the wheel of a mouse, or fingers on a pad.
    wheel: egui::MouseWheelUnit,
    minimap: Minimap,
    flows: Flows,
}

/// What was drawn last, so that it can be drawn again without looking at it.
#[derive(Default)]
struct Replay {
    /// What the last frame showed.
    key: Option<u64>,
    /// Its shapes, once it was drawn twice: while things move, keeping them would only cost time.
    shapes: Option<Vec<egui::Shape>>,
    cuts: Vec<Cut>,
}

impl Canvas {
    /// A canvas that draws with these pictograms.
    #[must_use]
    pub fn new(icons: Icons) -> Self {
        Self {
            icons,
            texts: Texts::default(),
            view: View::default(),
            far: Far::default(),
            tool: Tool::Idle,
            hover: Hit::Nothing,
            fits: None,
            refusal: None,
            rename: None,
            shown: None,
            tiles: false,
            replay: Replay::default(),
            flight: Flight::default(),
            glide: Glide::default(),
            wheel: egui::MouseWheelUnit::Line,
            minimap: Minimap::default(),
            flows: Flows::default(),
        }
    }

    /// The pictograms of the kinds.
    #[must_use]
    pub fn icons(&self) -> &Icons {
        &self.icons
    }

    /// Fills the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let before = commands.len();
        let panel = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(panel);
        let response = ui.interact(panel, ui.id().with("canvas"), Sense::click_and_drag());
        let Some(open) = workspace.open() else { return };
        self.texts.begin(ui.ctx());
        let camera = self.camera(open, panel.size(), commands);
        let seen = self.flown(ui, workspace, open, camera, panel.size());
        let limits = if workspace.sees_live() { FIGURED } else { PLAIN };
        let mut shown = self.show_as(open, seen.moved(panel.min.x, panel.min.y), limits);
        let found = shown.camera;
        // Not on the way: what is seen when it has arrived decides.
        let arrived = camera.moved(panel.min.x, panel.min.y);
        self.minimap.place(workspace, open, panel, &arrived, self.tool == Tool::Idle);
        self.hands(ui, &response, workspace, &mut shown, commands);
        let moved = shown.camera != found;
        if moved || open.camera != Some(camera) {
            let camera = if moved { shown.camera.moved(-panel.min.x, -panel.min.y) } else { camera };
            commands.push(Command::SetCamera(camera));
            shown = self.show_as(open, shown.camera, limits);
        }
        if moved {
            self.flight.end();
        }
        self.draw(ui, panel, workspace, &shown);
        self.flows.ui(ui, panel, workspace, &shown);
        if let Some(sent) = self.minimap.ui(ui, panel, &shown.camera) {
            commands.push(Command::SetCamera(sent.moved(-panel.min.x, -panel.min.y)));
        }
        match workspace.lens() {
            Lens::Cost if workspace.laid_over().is_some() => legend::heat(ui, panel),
            Lens::Live => legend::live(ui, panel, workspace.laid_over()),
            _ => {}
        }
        names::tell(ui, &response, workspace, &shown);
        self.overlays(ui, &response, workspace, &shown, commands);
        if commands.len() > before {
            ui.ctx().request_repaint();
        }
    }

    /// The camera of this frame: the workspace's, fitted when it has none. When the panel has another size, what was fitted is
    /// fitted again, and else the middle stays.
    fn camera(&mut self, open: &Open, size: egui::Vec2, commands: &mut Vec<Command>) -> Camera {
        let before = self.shown.replace((open.serial, size));
        if before != self.shown {
            commands.push(Command::SetPanel(size.x, size.y));
        }
        let Some(camera) = open.camera else { return fitted(open, size) };
        match before {
            Some((serial, old)) if serial == open.serial && old != size => {
                if camera == fitted(open, old) {
                    return fitted(open, size);
                }
                camera.moved((size.x - old.x) / 2.0, (size.y - old.y) / 2.0)
            }
            _ => camera,
        }
    }

    /// Where the camera is on its way to where the workspace has it.
    fn flown(&mut self, ui: &Ui, workspace: &Workspace, open: &Open, to: Camera, size: egui::Vec2) -> Camera {
        let pressed =
            ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Key { pressed: true, .. })));
        if self.flight.is_flying() && (pressed || workspace.reduces_motion()) {
            self.flight.end();
        }
        let now_s = ui.input(|input| input.time);
        let seen = self.flight.follow(to, (open.serial, open.sent()), now_s, (size.x, size.y));
        if self.flight.is_flying() {
            ui.ctx().request_repaint();
        }
        seen
    }

    fn show_as(&mut self, open: &Open, camera: Camera, limits: (f32, f32)) -> Shown {
        self.tiles = draws_tiles(open.document.diagram().view().nodes, camera.zoom, self.tiles, limits);
        Shown { camera, tiles: self.tiles, far: is_far(camera.zoom, self.tiles, open.picture.nodes().len()) }
    }

    /// The picture on the way to the document's own, and how far it has come.
    fn glided(&mut self, ui: &Ui, workspace: &Workspace, open: &Open, shown: &Shown) -> Option<(Picture, u32)> {
        let is_still = shown.far || workspace.reduces_motion();
        let gliding = self.glide.follow(open, is_still, ui.input(|input| input.time));
        if gliding.is_some() {
            ui.ctx().request_repaint();
        }
        gliding
    }

    /// Draws the frame, or what was drawn last when nothing has changed since.
    fn draw(&mut self, ui: &mut Ui, panel: egui::Rect, workspace: &Workspace, shown: &Shown) {
        let Some(open) = workspace.open() else { return };
        let arriving = arriving(ui, panel);
        let gliding = self.glided(ui, workspace, open, shown);
        let picture = gliding.as_ref().map_or(&open.picture, |(picture, _)| picture);
        let share = gliding.as_ref().map(|(_, share)| *share);
        let lens = workspace.laid_over().and_then(|_| workspace.lens_key());
        let looks = (open.serial, open.pictured, workspace.theme(), &open.selection, lens);
        let sight = (bits(shown.camera.pan), shown.camera.zoom.to_bits(), shown.tiles, ui.pixels_per_point().to_bits());
        let corners = (bits(pos(panel.min.x, panel.min.y)), bits(pos(panel.max.x, panel.max.y)));
        let held = format!("{:?}{:?}{}", self.tool, open.guides(), self.refusal.is_some());
        let hands = (self.hover, held, arriving.as_ref().map(|(_, at)| bits(*at)));
        let key = hashed(&(looks, sight, corners, hands, share, self.texts.generation));
        let is_still = self.replay.key == Some(key);
        if let Some(shapes) = self.replay.shapes.as_ref().filter(|_| is_still) {
            ui.painter_at(panel).extend(shapes.iter().cloned());
            return;
        }
        let tokens = Tokens::of(workspace.theme());
        if shown.far {
            self.far.update(hashed(&looks), &open.picture, &open.selection, workspace.laid_over(), tokens);
        }
        let frame = draw::Frame {
            picture,
            selection: &open.selection,
            lens: workspace.laid_over(),
            tokens,
            shown: *shown,
            panel,
            hover: self.hover,
            tool: self.tool,
            guides: open.guides(),
            fits: self.fits.as_ref(),
            refused: self.refusal.is_some(),
            arriving: arriving.as_ref().map(|(kind, at)| (&**kind, *at)),
        };
        self.replay.cuts.clear();
        let start = count(ui);
        let mut ink = Ink::new(ui.ctx().clone(), &mut self.texts, &self.icons, &mut self.replay.cuts);
        ink.clip = panel;
        draw::frame(ui, &frame, &mut self.view, shown.far.then_some(&self.far), &mut ink);
        self.replay.shapes = is_still.then(|| drawn(ui, start));
        // A pass that is thrown away may have drawn with fonts that are gone in the next.
        self.replay.key = (!ui.ctx().will_discard()).then_some(key);
    }
}

/// The camera that shows everything.
fn fitted(open: &Open, size: egui::Vec2) -> Camera {
    // In a low panel every point makes cards say more.
    let margin = (size.min_elem() * FIT_SHARE).clamp(FIT_MARGIN.0, FIT_MARGIN.1);
    match open.picture.bounds() {
        Some(bounds) => Camera::fitting(&bounds, size.x, size.y, margin, FIT_MOST),
        None => Camera { zoom: 1.0, pan: pos(size.x / 2.0, size.y / 2.0) },
    }
}

/// A kind that is being dragged over the canvas from the palette, and where the pointer is.
fn arriving(ui: &Ui, panel: egui::Rect) -> Option<(Arc<KindId>, Pos)> {
    let kind = egui::DragAndDrop::payload::<KindId>(ui.ctx())?;
    let at = ui.input(|input| input.pointer.hover_pos()).filter(|at| panel.contains(*at))?;
    Some((kind, pos(at.x, at.y)))
}

/// How many shapes the layer of `ui` holds.
fn count(ui: &Ui) -> usize {
    let layer = ui.layer_id();
    ui.ctx().graphics(|graphics| graphics.get(layer).map(|list| list.all_entries().len()).unwrap_or_default())
}

/// What the layer of `ui` holds from the `start`th shape on.
fn drawn(ui: &Ui, start: usize) -> Vec<egui::Shape> {
    let layer = ui.layer_id();
    ui.ctx().graphics(|graphics| {
        let shapes = graphics.get(layer).map(|list| list.all_entries().skip(start).map(|entry| entry.shape.clone()));
        shapes.map(Iterator::collect).unwrap_or_default()
    })
}

fn bits(at: Pos) -> (u32, u32) {
    (at.x.to_bits(), at.y.to_bits())
}

fn hashed(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
