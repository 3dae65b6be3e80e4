//! The environments of the document: which one is watched, and ways to add, name and remove them.
//!
//! Must not know what an account is.

use eframe::egui::{Id, Layout, Ui, vec2};
use egui_phosphor::regular as icon;

use super::{WIDTH, edit, row};
use crate::app::{Command, Workspace};
use crate::diagram::{Environment, Move};
use crate::gui::inspector::controls::Select;
use crate::gui::theme::FIELD_HEIGHT;
use crate::gui::widgets::{Button, icon_button};

/// Width of the switch beside the records, and of what is told beside it, in points.
const SWITCH: f32 = 128.0;
const TOLD: f32 = 240.0;

/// What is being named.
#[derive(Default)]
pub(super) struct Environments {
    /// The place of the one that is named, none for a new one; and its name so far.
    naming: Option<(Option<usize>, String)>,
}

impl Environments {
    /// One is being named.
    pub(super) fn is_naming(&self) -> bool {
        self.naming.is_some()
    }

    /// Shows them; what is to be done is put into `moves`. With Enter the name that is written is taken.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, enters: bool, moves: &mut Vec<Move>) {
        if !workspace.is_open() {
            return;
        }
        let all = workspace.environments();
        row(ui, "Environment", "Each has an account of its own", |ui| match &mut self.naming {
            Some(_) => self.name(ui, enters, moves),
            None => self.choose(ui, &all, moves),
        });
    }

    fn choose(&mut self, ui: &mut Ui, all: &[Environment], moves: &mut Vec<Move>) {
        let current = all.iter().find(|one| one.is_current);
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, icon::PLUS, 28.0, "Add an environment", true).clicked() {
            self.naming = Some((None, String::new()));
        }
        if let Some(current) = current {
            if icon_button(ui, icon::TRASH, 28.0, &format!("Remove the environment {}", current.name), true).clicked() {
                moves.push(Move::Remove(current.place));
            }
            if icon_button(ui, icon::PENCIL_SIMPLE, 28.0, &format!("Rename the environment {}", current.name), true)
                .clicked()
            {
                self.naming = Some((Some(current.place), current.name.clone()));
            }
        }
        let taken = if current.is_some() { 3.0 * 32.0 } else { 32.0 };
        moves.extend(select(ui, "Environment", all, WIDTH.1 - taken));
    }

    fn name(&mut self, ui: &mut Ui, enters: bool, moves: &mut Vec<Move>) {
        let Some((place, name)) = &mut self.naming else { return };
        ui.spacing_mut().item_spacing.x = 4.0;
        let is_named = !name.trim().is_empty();
        let leaves = icon_button(ui, icon::X, 28.0, "Leave the name as it is", true).clicked();
        let taken = Button::new(if place.is_some() { "Rename" } else { "Add" }).enabled(is_named).show(ui).clicked();
        let takes = taken || enters && is_named;
        edit(ui, "Name of the environment", "production", WIDTH.1 - 112.0, name);
        if takes {
            let name = name.trim().to_owned();
            moves.push(place.map_or_else(|| Move::Add(name.clone()), |place| Move::Rename(place, name.clone())));
        }
        if takes || leaves {
            self.naming = None;
        }
    }
}

/// The switch between environments, where there are several and there is room for more than it.
pub(in crate::gui) fn switch(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let all = workspace.environments();
    if all.len() > 1 && ui.available_width() > SWITCH + TOLD {
        commands.extend(select(ui, "Watched environment", &all, SWITCH).map(Command::Environment));
    }
}

fn select(ui: &mut Ui, label: &str, all: &[Environment], width: f32) -> Option<Move> {
    let places: Vec<String> = all.iter().map(|one| one.place.to_string()).collect();
    let options: Vec<(&str, &str)> =
        places.iter().map(String::as_str).zip(all.iter().map(|one| one.name.as_str())).collect();
    let chosen = all.iter().position(|one| one.is_current).map_or("", |at| places[at].as_str());
    let help = "Which environment is watched. A tail that runs goes on in the other account.";
    let select = Select { id: Id::new(label), label, help, options: &options, chosen, none: "none yet" };
    let layout = Layout::top_down(eframe::egui::Align::Min);
    let picked = ui.allocate_ui_with_layout(vec2(width, FIELD_HEIGHT), layout, |ui| select.show(ui)).inner;
    picked.and_then(|place| place.parse().ok()).map(Move::Switch)
}
