//! What lies over the window and asks for an answer: lists to choose from, the question about unsaved changes, paths.
//!
//! Must not know the panels.

mod account;
mod bindings;
mod changed;
pub mod chooser;
mod connect;
mod export;
mod files;
mod find;
pub mod fuzzy;
mod lists;
mod log_groups;
mod messages;
mod picker;
mod picture;
mod recover;
mod settings;
mod take_over;
mod time;
mod unsaved;

use std::path::Path;

use eframe::egui::Context;

use super::theme::{colour, tokens_of};
use crate::app::{Action, Command, Overlay, Workspace};
use account::Account;
pub(super) use account::switch as switch_environment;
use chooser::Opener;
use files::Files;
use picker::Picker;
use time::Time;

/// What overlays remember while they are open.
#[derive(Default)]
pub struct Overlays {
    shown: Option<Overlay>,
    picker: Picker,
    files: Files,
    account: Account,
    time: Time,
}

impl Overlays {
    /// From now on the system's file dialogs are opened by this.
    pub fn open_with(&mut self, opener: Opener) {
        self.files.open_with(opener);
    }

    /// Starts afresh when another overlay has opened; `folder` is where paths start.
    pub fn follow(&mut self, workspace: &Workspace, folder: Option<&Path>) {
        if self.shown.as_ref() == workspace.overlay() {
            return;
        }
        self.shown = workspace.overlay().cloned();
        self.picker = Picker::default();
        self.files.follow(workspace, folder);
        self.account.follow(workspace);
        self.time.follow();
    }

    /// Shows the one that is open.
    pub fn ui(&mut self, ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(overlay) = workspace.overlay() else { return };
        let open = match overlay {
            Overlay::Commands => lists::commands(ctx, &mut self.picker, workspace, commands),
            Overlay::Add => lists::kinds(ctx, &mut self.picker, workspace, commands),
            Overlay::Offer(from, port, at) => {
                lists::fitting(ctx, &mut self.picker, workspace, (*from, *port, *at), commands)
            }
            Overlay::Connect(from, port, relation) => {
                connect::ui(ctx, &mut self.picker, workspace, (*from, *port, *relation), commands)
            }
            Overlay::Find => find::ui(ctx, &mut self.picker, workspace, commands),
            Overlay::Unsaved(next) => unsaved::ui(ctx, workspace, next, commands),
            Overlay::Changed(path) => changed::ui(ctx, path, commands),
            Overlay::Recover(orphans) => recover::ui(ctx, orphans, commands),
            Overlay::Messages => messages::ui(ctx, workspace),
            Overlay::Settings => settings::ui(ctx, workspace, commands),
            Overlay::Account => self.account.ui(ctx, workspace, commands),
            Overlay::TakeOver(figures, seen) => take_over::ui(ctx, workspace, (figures, seen), commands),
            Overlay::LogGroups => log_groups::ui(ctx, workspace),
            Overlay::GoToTime => self.time.ui(ctx, workspace, commands),
            Overlay::Bindings => bindings::ui(ctx, workspace, commands),
            Overlay::BindTo(bound, name) => {
                bindings::choose(ctx, &mut self.picker, workspace, (*bound, name), commands)
            }
            Overlay::Open
            | Overlay::SaveAs
            | Overlay::Export
            | Overlay::Picture
            | Overlay::Bill
            | Overlay::OpenLogs
            | Overlay::SaveLines
            | Overlay::SaveCharts
            | Overlay::SaveAnswer
            | Overlay::SaveRecording
            | Overlay::CompareFile => self.files.ui(ctx, overlay, commands),
        };
        if !open {
            commands.push(Command::Act(Action::Escape));
        }
    }
}

/// What dims the window behind an overlay.
fn veil(ctx: &Context) -> eframe::egui::Color32 {
    let style = ctx.global_style();
    colour(tokens_of(&style.visuals).shadow).gamma_multiply(0.4)
}
