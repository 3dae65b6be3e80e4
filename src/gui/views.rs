//! Everything that is seen, in the order in which it takes its place: bars, panels, canvas, and what lies over them.
//!
//! Must not know the engine.

use std::ops::RangeInclusive;

use eframe::egui::accesskit::Role;
use eframe::egui::containers::panel::PanelState;
use eframe::egui::{CentralPanel, EventFilter, Frame, Id, Margin, Panel, Popup, Ui};

use super::canvas::{Canvas, Icons};
use super::dock::Dock;
use super::inspector::Inspector;
use super::keys::{self, Before};
use super::outline::Outline;
use super::overlays::Overlays;
use super::overlays::chooser::Opener;
use super::palette::Palette;
use super::prefs::{INSPECTOR_WIDTH, PALETTE_WIDTH, Prefs};
use super::theme::{colour, tokens};
use super::toasts::Toasts;
use super::welcome::Welcome;
use super::widgets::segmented;
use super::{drop, status_bar, timeline, top_bar};
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
        let before = Before {
            typing,
            in_control,
            in_menu,
            in_outline,
            in_log: self.dock.has_log_focus(workspace),
            canvas: self.canvas_id,
        };
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
        let window = ui.available_width();
        if workspace.inspector_shown() {
            let side = Side { name: "inspector", widths: INSPECTOR_WIDTH, most: inspector_most(window) };
            let panel = side.sized(ui, Panel::right(side.name), prefs.inspector_width);
            let shown = panel.frame(frame).show(ui, |ui| self.inspector.ui(ui, workspace, commands));
            side.remember(ui, shown.response.rect.width(), &mut prefs.inspector_width);
            name_edge(ui, "inspector", "Width of the inspector");
        }
        self.dock.show(ui, workspace, prefs, commands);
        timeline::show(ui, workspace, commands);
        if workspace.palette_shown() {
            let side = Side { name: "palette", widths: PALETTE_WIDTH, most: palette_most(window) };
            let panel = side.sized(ui, Panel::left(side.name), prefs.palette_width);
            let shown = panel.frame(frame).show(ui, |ui| self.left(ui, workspace, commands));
            side.remember(ui, shown.response.rect.width(), &mut prefs.palette_width);
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

/// The widest that the inspector may be in a window of this width, in points: the canvas keeps the larger part.
fn inspector_most(window: f32) -> f32 {
    (264.0 + (window - 1000.0) * 0.45).clamp(*INSPECTOR_WIDTH.start(), *INSPECTOR_WIDTH.end())
}

/// The same for the palette.
fn palette_most(window: f32) -> f32 {
    (160.0 + (window - 1000.0) * 0.3).clamp(148.0, *PALETTE_WIDTH.end())
}

/// A panel at a side, which gives way when the window is narrow and comes back when it is wide.
struct Side {
    name: &'static str,
    /// Widths that a person can give it, in points.
    widths: RangeInclusive<f32>,
    /// The widest that the window has room for, in points.
    most: f32,
}

impl Side {
    fn is_dragged(&self, ui: &Ui) -> bool {
        ui.ctx().is_being_dragged(Id::new(self.name).with("__resize"))
    }

    /// The panel as wide as a person wants it and the window lets it.
    fn sized(&self, ui: &Ui, panel: Panel, wanted: f32) -> Panel {
        let width = wanted.min(self.most);
        let stands = PanelState::load(ui.ctx(), Id::new(self.name)).map(|state| state.size().x);
        if !self.is_dragged(ui) && stands.is_none_or(|stands| (stands - width).abs() > 0.5) {
            return panel.exact_size(width);
        }
        panel.size_range(self.widths.start().min(self.most)..=self.most)
    }

    /// Keeps the width that a person drags it to; what the window takes away is not kept.
    fn remember(&self, ui: &Ui, width: f32, wanted: &mut f32) {
        if self.is_dragged(ui) {
            *wanted = width.clamp(*self.widths.start(), *self.widths.end());
        }
    }
}

/// Names the edge of a panel, which can be dragged.
pub(super) fn name_edge(ui: &Ui, panel: &str, label: &str) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canvas_keeps_the_larger_part_of_a_narrow_window() {
        let usual = Prefs::default();
        for window in (900..2600_u16).map(f32::from) {
            let palette = palette_most(window).min(usual.palette_width);
            let inspector = inspector_most(window).min(usual.inspector_width);
            assert!(palette + inspector <= window * 0.5, "{palette} and {inspector} of {window}");
            assert!(inspector >= *INSPECTOR_WIDTH.start(), "its fields need {inspector}");
        }
        assert!(palette_most(1600.0) >= *PALETTE_WIDTH.end() && inspector_most(1600.0) >= *INSPECTOR_WIDTH.end());
    }
}
