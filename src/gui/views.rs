//! Everything that is seen, in the order in which it takes its place: bars, panels, canvas, and what lies over them.
//!
//! Must not know the engine.

use eframe::egui::accesskit::Role;
use eframe::egui::{CentralPanel, EventFilter, Frame, Id, Margin, Panel, Popup, Ui};

use super::canvas::{Canvas, Icons};
use super::dock::{self, Dock};
use super::inspector::Inspector;
use super::keys::{self, Before};
use super::outline::Outline;
use super::overlays::Overlays;
use super::overlays::chooser::Opener;
use super::palette::Palette;
use super::prefs::{DOCK_HEIGHT, INSPECTOR_WIDTH, PALETTE_WIDTH, Prefs};
use super::theme::{colour, tokens};
use super::toasts::Toasts;
use super::welcome::Welcome;
use super::widgets::segmented;
use super::{drop, status_bar, top_bar};
use crate::app::{Action, Command, Workspace};
use crate::catalog::field::Choice;

/// Height of the bar at the top, in points.
const TOP: f32 = 44.0;
/// Height of the bar at the bottom, in points.
const STATUS: f32 = 24.0;

/// What the panels remember between two frames.
pub struct Views {
    canvas: Canvas,
    palette: Palette,
    outline: Outline,
    inspector: Inspector,
    dock: Dock,
    welcome: Welcome,
    overlays: Overlays,
    toasts: Toasts,
    /// Whether a text field had the focus when the last frame ended.
    typing: bool,
    /// Whether a control other than the canvas had it.
    in_control: bool,
    /// The widget of the canvas.
    canvas_id: Option<Id>,
}

impl Views {
    /// Panels that draw with these pictograms.
    #[must_use]
    pub fn new(icons: Icons) -> Self {
        Self {
            canvas: Canvas::new(icons),
            palette: Palette::default(),
            outline: Outline::default(),
            inspector: Inspector::default(),
            dock: Dock::default(),
            welcome: Welcome::default(),
            overlays: Overlays::default(),
            toasts: Toasts::default(),
            typing: false,
            in_control: false,
            canvas_id: None,
        }
    }

    /// From now on the system's file dialogs are opened by this.
    pub fn open_with(&mut self, opener: Opener) {
        self.overlays.open_with(opener);
    }

    /// Shows the window; what the person wants done is pushed onto `commands`.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, prefs: &mut Prefs, commands: &mut Vec<Command>) {
        let in_menu = Popup::is_any_open(ui.ctx());
        let in_outline = workspace.outline_shown() && self.outline.has_focus();
        let (typing, in_control) = (self.typing, self.in_control);
        let before = Before { typing, in_control, in_menu, in_outline, canvas: self.canvas_id };
        keys::collect(ui.ctx(), workspace, before, commands);
        self.overlays.follow(workspace, prefs.folder.as_deref());
        let bar = |ui: &Ui| Frame::new().fill(colour(tokens(ui).window));
        let frame = bar(ui).inner_margin(Margin::symmetric(12, 0));
        Panel::top("top bar").exact_size(TOP).resizable(false).frame(frame).show(ui, |ui| {
            top_bar::ui(ui, workspace, commands);
        });
        let frame = bar(ui).inner_margin(Margin::symmetric(12, 0));
        Panel::bottom("status bar").exact_size(STATUS).resizable(false).frame(frame).show(ui, |ui| {
            status_bar::ui(ui, workspace, commands);
        });
        if workspace.is_open() {
            self.document(ui, workspace, prefs, commands);
        } else {
            CentralPanel::no_frame().show(ui, |ui| self.welcome.ui(ui, workspace, &mut self.canvas, commands));
        }
        self.overlays.ui(ui.ctx(), workspace, commands);
        self.toasts.ui(ui.ctx(), workspace, commands);
        drop::ui(ui.ctx(), commands);
        keys::escape(ui.ctx(), before, commands);
        self.typing = ui.ctx().text_edit_focused();
        self.in_control = workspace.is_open() && keys::another_has_focus(ui.ctx(), self.canvas_id);
    }

    /// The left panel: what can be added, or what is there.
    fn left(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let choice = |label: &str| Choice { value: label.to_owned(), label: label.to_owned() };
        let choices = [choice("Kinds"), choice("Outline")];
        let chosen = &choices[usize::from(workspace.outline_shown())].value;
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 8 }).show(ui, |ui| {
            let width = ui.available_width();
            if segmented(ui, "Left panel", &choices, chosen, width).is_some() {
                commands.push(Command::Act(Action::Outline));
            }
        });
        if workspace.outline_shown() {
            self.outline.ui(ui, workspace, commands);
        } else {
            self.palette.ui(ui, workspace, commands);
        }
    }

    fn document(&mut self, ui: &mut Ui, workspace: &Workspace, prefs: &mut Prefs, commands: &mut Vec<Command>) {
        let frame = Frame::new().fill(colour(tokens(ui).panel));
        if workspace.inspector_shown() {
            let panel = Panel::right("inspector").default_size(prefs.inspector_width).size_range(INSPECTOR_WIDTH);
            let shown = panel.frame(frame).show(ui, |ui| self.inspector.ui(ui, workspace, commands));
            prefs.inspector_width = shown.response.rect.width();
            name_edge(ui, "inspector", "Width of the inspector");
        }
        if workspace.template_shown() {
            let panel = Panel::bottom("dock").default_size(prefs.dock_height).size_range(DOCK_HEIGHT);
            let shown = panel.frame(dock::frame(ui)).show(ui, |ui| self.dock.ui(ui, workspace, commands));
            prefs.dock_height = shown.response.rect.height();
            name_edge(ui, "dock", "Height of the template");
        }
        if workspace.palette_shown() {
            let panel = Panel::left("palette").default_size(prefs.palette_width).size_range(PALETTE_WIDTH);
            let shown = panel.frame(frame).show(ui, |ui| self.left(ui, workspace, commands));
            prefs.palette_width = shown.response.rect.width();
            name_edge(ui, "palette", "Width of the left panel");
        }
        CentralPanel::no_frame().show(ui, |ui| {
            let id = ui.id().with("canvas");
            self.canvas_id = Some(id);
            self.canvas.ui(ui, workspace, commands);
            if workspace.overlay().is_none() {
                keep_focus(ui, id);
            }
        });
    }
}

/// Names the edge of a panel, which can be dragged.
fn name_edge(ui: &Ui, panel: &str, label: &str) {
    ui.ctx().accesskit_node_builder(Id::new(panel).with("__resize"), |node| {
        node.set_role(Role::Splitter);
        node.set_label(label);
    });
}

/// The canvas has the focus when nothing else has, so that its keys walk nodes and not controls.
fn keep_focus(ui: &Ui, canvas: Id) {
    let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
    ui.memory_mut(|memory| {
        if memory.focused().is_none() {
            memory.request_focus(canvas);
        }
        if memory.has_focus(canvas) {
            memory.set_focus_lock_filter(canvas, filter);
        }
    });
}
