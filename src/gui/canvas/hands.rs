//! Reads the pointer and the keys for the tools, and shows what belongs to the pointer: cursor, tips, menu.
//!
//! Must not know how a tool works.

use std::collections::BTreeMap;

use eframe::egui::{self, CursorIcon, Event, Key, MouseWheelUnit, PointerButton, PopupAnchor, Response, Tooltip, Ui};

use super::hit::{self, Hit, Shown};
use super::tools::{Button, Keys, MENU, Scene, Tool, Touch};
use super::{Canvas, rename};
use crate::app::command::joined;
use crate::app::{Action, Choose, Command, Open, Workspace};
use crate::catalog::{Catalog, KindId};
use crate::diagram::{Edge, Element, NodeId, Point};
use crate::gui::theme::{colour, tokens};
use crate::picture::geometry::{CARD_HEIGHT, CARD_WIDTH};
use crate::picture::{Port, pos};

/// How much a pixel of scrolling zooms: one notch of a wheel is a tenth to a fifth, as systems differ.
const ZOOM_PER_PX: f32 = 0.0025;
/// So near the border of the canvas a drag takes the camera along, in pixels.
const BORDER: f32 = 24.0;
/// How far the camera goes in a second for each pixel beyond that.
const BEYOND_SPEED: f32 = 24.0;

impl Canvas {
    /// Gives the tools what happened since the last frame.
    pub(super) fn hands(
        &mut self,
        ui: &Ui,
        response: &Response,
        workspace: &Workspace,
        shown: &mut Shown,
        commands: &mut Vec<Command>,
    ) {
        let Some(open) = workspace.open() else { return };
        // Someone else may have ended the gesture, with a key for instance.
        if matches!(self.tool, Tool::Moving(_, told) if told != (0, 0)) && !open.document.in_gesture() {
            self.tool = Tool::Idle;
        }
        let events = ui.input(|input| input.events.clone());
        for event in &events {
            self.event(ui, response, workspace, event, shown, commands);
        }
        if matches!(self.tool, Tool::Wire(..)) {
            self.judge(open, workspace.catalog());
        } else {
            (self.fits, self.refusal) = (None, None);
        }
        if response.contains_pointer() {
            scroll(ui, self.wheel, shown);
        }
        self.follow_beyond(ui, response.rect, workspace, shown, commands);
        let pointer = ui.input(|input| input.pointer.latest_pos()).filter(|_| response.contains_pointer());
        let pointer = pointer.filter(|at| !self.minimap.covers(*at));
        if self.tool == Tool::Idle || matches!(self.tool, Tool::Wire(..)) {
            self.hover =
                pointer.map_or(Hit::Nothing, |at| hit::at_hand(&open.picture, shown, &open.selection, pos(at.x, at.y)));
        }
        let renames = response.double_clicked() || response.triple_clicked();
        if let Some(element) = self.hover.element().filter(|_| renames) {
            commands.push(Command::Select([element].into(), Choose::Only));
            commands.push(Command::Act(Action::Rename));
        }
        if let Some(kind) = response.dnd_release_payload::<KindId>()
            && let Some(at) = pointer
        {
            let at = shown.camera.to_canvas(pos(at.x, at.y));
            let corner = Point { x: (at.x - CARD_WIDTH / 2.0) as i32, y: (at.y - CARD_HEIGHT / 2.0) as i32 };
            commands.push(Command::AddNode((*kind).clone(), corner));
        }
    }

    fn event(
        &mut self,
        ui: &Ui,
        response: &Response,
        workspace: &Workspace,
        event: &Event,
        shown: &mut Shown,
        commands: &mut Vec<Command>,
    ) {
        let Some(open) = workspace.open() else { return };
        // The input is locked while it is read: asking the context for anything else there would wait for ever.
        let is_typing = ui.ctx().text_edit_focused();
        let held = ui.input(|input| (input.modifiers, input.key_down(Key::Space) && !is_typing));
        let keys = |held_with: egui::Modifiers| keys(held_with, held.1);
        let touch = |shown: &Shown, at: egui::Pos2, modifiers| {
            let at = pos(at.x, at.y);
            Touch { at, hit: hit::at_hand(&open.picture, shown, &open.selection, at), keys: keys(modifiers) }
        };
        match *event {
            Event::PointerMoved(at) if self.tool != Tool::Idle => {
                let touch = touch(shown, at, held.0);
                self.tool.drag(touch, &mut scene(workspace, open, shown, commands));
            }
            Event::PointerButton { pos: at, button, pressed, modifiers } => {
                let Some(button) = known(button) else { return };
                let touch = touch(shown, at, modifiers);
                let scene = &mut scene(workspace, open, shown, commands);
                if !pressed {
                    self.tool.release(touch, scene);
                } else if response.contains_pointer() && response.rect.contains(at) && !self.minimap.covers(at) {
                    self.tool.press(button, touch, scene);
                }
            }
            Event::Key { key: Key::Escape, pressed: true, .. } if self.tool.cancel(commands) => {
                ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
            }
            Event::Paste(ref text) if !ui.ctx().text_edit_focused() => {
                let pointer = ui.input(|input| input.pointer.latest_pos()).filter(|_| response.contains_pointer());
                let at = pointer.map(|at| shown.camera.to_canvas(pos(at.x, at.y)));
                let at = at.map(|at| Point { x: at.x as i32, y: at.y as i32 });
                commands.push(Command::Paste(text.clone(), at));
            }
            Event::MouseWheel { unit, .. } => self.wheel = unit,
            Event::WindowFocused(false) => {
                self.tool.cancel(commands);
            }
            _ => {}
        }
    }

    /// What is dragged to the border of the canvas takes the camera along, the faster the further it is beyond.
    fn follow_beyond(
        &mut self,
        ui: &Ui,
        panel: egui::Rect,
        workspace: &Workspace,
        shown: &mut Shown,
        commands: &mut Vec<Command>,
    ) {
        let is_dragging = matches!(self.tool, Tool::Moving(..) | Tool::Sizing(..) | Tool::Band(..) | Tool::Wire(..));
        let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|_| is_dragging) else { return };
        let Some(open) = workspace.open() else { return };
        let by = egui::vec2(beyond(at.x, panel.min.x, panel.max.x), beyond(at.y, panel.min.y, panel.max.y));
        if by == egui::Vec2::ZERO {
            return;
        }
        let step = by.clamp(egui::Vec2::splat(-BORDER), egui::Vec2::splat(BORDER)) * BEYOND_SPEED;
        let step = step * ui.input(|input| input.stable_dt.min(0.1));
        shown.camera = shown.camera.moved(-step.x, -step.y);
        let at = pos(at.x, at.y);
        let hit = hit::at_hand(&open.picture, shown, &open.selection, at);
        let touch = Touch { at, hit, keys: keys(ui.input(|input| input.modifiers), false) };
        self.tool.drag(touch, &mut scene(workspace, open, shown, commands));
        ui.ctx().request_repaint();
    }

    /// Finds out where a hanging wire may end, and why not where it is.
    fn judge(&mut self, open: &Open, catalog: &Catalog) {
        let Tool::Wire(from, port, _, over) = self.tool else { return };
        let nodes = open.document.diagram().nodes();
        let Some(source) = nodes.get(&from).map(|node| catalog.kind(&node.kind)) else { return };
        let wanted = joined(from, port, from).2;
        if self.fits.is_none() {
            let mut fits: BTreeMap<KindId, bool> = BTreeMap::new();
            for node in nodes.values() {
                fits.entry(node.kind.clone()).or_insert_with(|| {
                    let other = catalog.kind(&node.kind);
                    let (from, to) = if port == Port::In { (other, source) } else { (source, other) };
                    catalog.connections(from, to).any(|row| wanted.is_none_or(|relation| row.relation == relation))
                });
            }
            self.fits = Some(fits);
        }
        let known = self.refusal.as_ref().map(|(node, _)| *node);
        if known != over {
            self.refusal = over.and_then(|over| Some((over, refused(open, catalog, from, port, over)?)));
        }
    }

    /// What lies over the canvas: the name that is being written, the menu, tips, the cursor.
    pub(super) fn overlays(
        &mut self,
        ui: &Ui,
        response: &Response,
        workspace: &Workspace,
        shown: &Shown,
        commands: &mut Vec<Command>,
    ) {
        let Some(open) = workspace.open() else { return };
        rename::ui(&mut self.rename, ui, workspace, open, shown, commands);
        response.context_menu(|ui| menu(ui, workspace, commands));
        self.tips(ui, response, workspace);
        if open.picture.nodes().is_empty() && open.picture.groups().is_empty() && open.picture.notes().is_empty() {
            hint(ui, response.rect);
        }
        if response.contains_pointer() {
            let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
            if let Some(icon) = self.cursor(space) {
                ui.ctx().set_cursor_icon(icon);
            }
        }
    }

    fn tips(&self, ui: &Ui, response: &Response, workspace: &Workspace) {
        if let Some((_, text)) = &self.refusal {
            let tip = Tooltip::always_open(ui.ctx().clone(), response.layer_id, response.id, PopupAnchor::Pointer);
            tip.gap(16.0).show(|ui| ui.label(text));
            return;
        }
        let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|_| self.tool == Tool::Idle);
        let cut = pointer.and_then(|at| self.replay.cuts.iter().find(|(rect, _)| rect.contains(at)));
        if let Some((_, text)) = cut.filter(|_| response.contains_pointer()) {
            response.clone().on_hover_text_at_pointer(text);
        } else if let Hit::Element(Element::Edge(id)) = self.hover
            && let Some(told) = workspace.told_of_arrow(id).filter(|_| self.tool == Tool::Idle)
        {
            response.clone().on_hover_text_at_pointer(told);
        }
    }

    fn cursor(&self, space: bool) -> Option<CursorIcon> {
        match (self.tool, self.hover) {
            (Tool::Panning(_), _) => Some(CursorIcon::Grabbing),
            (Tool::Moving(..), _) => Some(CursorIcon::Move),
            (Tool::Sizing(_, sides, ..), _) | (Tool::Idle, Hit::Handle(_, sides)) => Some(resizing(sides)),
            (Tool::Wire(..), _) if self.refusal.is_some() => Some(CursorIcon::NotAllowed),
            (Tool::Wire(..), _) | (Tool::Idle, Hit::Port(..)) => Some(CursorIcon::Crosshair),
            (Tool::Idle, _) if space => Some(CursorIcon::Grab),
            (Tool::Idle, Hit::Element(_)) => Some(CursorIcon::PointingHand),
            _ => None,
        }
    }
}

/// The cursor over a handle.
fn resizing(sides: [i8; 2]) -> CursorIcon {
    match sides {
        [_, 0] => CursorIcon::ResizeHorizontal,
        [0, _] => CursorIcon::ResizeVertical,
        [x, y] if x == y => CursorIcon::ResizeNwSe,
        _ => CursorIcon::ResizeNeSw,
    }
}

fn known(button: PointerButton) -> Option<Button> {
    match button {
        PointerButton::Primary => Some(Button::Primary),
        PointerButton::Secondary => Some(Button::Secondary),
        PointerButton::Middle => Some(Button::Middle),
        _ => None,
    }
}

/// The wheel of a mouse zooms to the pointer; two fingers on a pad move the camera, as they do elsewhere, and pinch to
/// zoom. With Ctrl both zoom.
fn scroll(ui: &Ui, wheel: MouseWheelUnit, shown: &mut Shown) {
    let (scrolled, pinched, at) =
        ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.pointer.hover_pos()));
    let Some(at) = at else { return };
    let on_pad = wheel == MouseWheelUnit::Point;
    let factor = if on_pad { pinched } else { (scrolled.y * ZOOM_PER_PX).exp() * pinched };
    if (factor - 1.0).abs() > f32::EPSILON {
        shown.camera = shown.camera.zoomed(factor, pos(at.x, at.y));
    }
    let (x, y) = (scrolled.x, if on_pad { scrolled.y } else { 0.0 });
    if x.abs().max(y.abs()) > f32::EPSILON {
        shown.camera = shown.camera.moved(x, y);
    }
}

fn keys(held: egui::Modifiers, space: bool) -> Keys {
    let (shift, command) = (held.shift, held.command);
    Keys { adds: shift || command, pans: space, copies: held.alt, straight: shift, free: command }
}

fn scene<'s>(
    workspace: &'s Workspace,
    open: &'s Open,
    shown: &'s mut Shown,
    commands: &'s mut Vec<Command>,
) -> Scene<'s> {
    Scene { picture: &open.picture, shown, selection: &open.selection, snaps: workspace.snaps(), commands }
}

/// How far a place stands beyond a range that leaves room at its ends; nothing inside.
fn beyond(at: f32, from: f32, to: f32) -> f32 {
    (at - (to - BORDER)).max(0.0) + (at - (from + BORDER)).min(0.0)
}

/// Why a wire from a port may not end at a node, in sentences; `None`: it may.
fn refused(open: &Open, catalog: &Catalog, from: NodeId, port: Port, over: NodeId) -> Option<String> {
    let (from, to, relation) = joined(from, port, over);
    let diagram = open.document.diagram();
    let (source, target) = (diagram.nodes().get(&from)?, diagram.nodes().get(&to)?);
    let relation = match catalog.connection(catalog.kind(&source.kind), catalog.kind(&target.kind), relation) {
        Ok(row) => row.relation,
        Err(refusal) => return Some(refusal.to_string()),
    };
    let is_same = |edge: &Edge| (edge.from, edge.to, edge.relation) == (from, to, relation);
    let is_there = diagram.edges_of(from).any(|(_, edge)| is_same(edge));
    is_there.then(|| format!("{} and {} are already joined that way.", source.name, target.name))
}

fn menu(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    // Order is brought into several things; with fewer, its rows would only make the menu long.
    let belongs = |actions: &&&[Action]| {
        workspace.has_two() || !actions.contains(&Action::AlignLeft) && !actions.contains(&Action::AlignTop)
    };
    for (index, actions) in MENU.iter().filter(belongs).enumerate() {
        if index > 0 {
            ui.separator();
        }
        for row in actions.iter().map(|action| action.row()) {
            let button = egui::Button::new(row.label).shortcut_text(row.chords.first().copied().unwrap_or_default());
            if ui.add_enabled((row.enabled)(workspace), button).clicked() {
                commands.push(Command::Act(row.action));
                ui.close();
            }
        }
    }
}

/// What to do with an empty canvas.
fn hint(ui: &Ui, panel: egui::Rect) {
    use crate::gui::fonts::font;
    use crate::picture::text::Face;
    let tokens = tokens(ui);
    let lines = [
        ("Nothing is drawn yet", Face::SemiBold, 15.0, tokens.text),
        ("Press A and type what you need, or drag it here from the palette.", Face::Regular, 13.0, tokens.text2),
        ("Ctrl+K lists every command.", Face::Regular, 13.0, tokens.text2),
    ];
    let painter = ui.painter_at(panel);
    for (line, (text, face, size, shade)) in lines.into_iter().enumerate() {
        let at = panel.center() + egui::vec2(0.0, (line as f32 - 1.0) * 24.0);
        painter.text(at, egui::Align2::CENTER_CENTER, text, font(face, size), colour(shade));
    }
}
