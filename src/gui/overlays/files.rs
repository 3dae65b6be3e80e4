//! Which file to open, which to save to, which folder to export to.
//!
//! Must not read or write anything itself; the dialog lists folders on a thread of its own.

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Context, Frame, Id, Key, Label, Layout, Modal, Popup, RichText, Ui, vec2};
use egui_file_dialog::{DialogState, FileDialog};
use egui_phosphor::regular as icon;

use crate::app::{Command, Overlay, Workspace};
use crate::catalog::Dialect;
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Line, caption, segmented, text_line};
use crate::picture::text::Face;

/// End of the names of our files.
const EXTENSION: &str = "strato.json";

/// The path dialogs.
#[derive(Default)]
pub(super) struct Files {
    dialog: Option<FileDialog>,
    /// Where an export goes.
    folder: Option<PathBuf>,
    dialect: Option<Dialect>,
}

impl Files {
    /// Prepares the dialog for the overlay that has opened.
    pub(super) fn follow(&mut self, workspace: &Workspace, folder: Option<&Path>) {
        let name = workspace.open().map(|open| open.document.diagram().name()).unwrap_or_default();
        let name = if name.is_empty() { "untitled" } else { name };
        self.dialog = match workspace.overlay() {
            Some(Overlay::Open) => {
                let mut dialog = dialog("Open a diagram", folder);
                dialog.pick_file();
                Some(dialog)
            }
            Some(Overlay::SaveAs) => {
                let mut dialog = dialog("Save the diagram", folder).default_file_name(&format!("{name}.{EXTENSION}"));
                dialog.save_file();
                Some(dialog)
            }
            _ => None,
        };
        if matches!(workspace.overlay(), Some(Overlay::Export)) && self.folder.is_none() {
            self.folder = folder.map(|folder| folder.join(name));
        }
    }

    /// Shows it; returns whether it stays open.
    pub(super) fn ui(&mut self, ctx: &Context, overlay: &Overlay, commands: &mut Vec<Command>) -> bool {
        if *overlay == Overlay::Export && self.dialog.is_none() {
            return self.export(ctx, commands);
        }
        let Some(dialog) = &mut self.dialog else { return false };
        // The first press would only leave the field for the name.
        let left = ctx.input(|input| input.key_pressed(Key::Escape)) && !Popup::is_any_open(ctx);
        dialog.update(ctx);
        let picked = dialog.take_picked();
        let closed = left || matches!(dialog.state(), DialogState::Closed | DialogState::Cancelled);
        match (overlay, picked) {
            (Overlay::Export, Some(path)) => {
                self.folder = Some(path);
                self.dialog = None;
            }
            (Overlay::Export, None) if closed => self.dialog = None,
            (Overlay::SaveAs, Some(path)) => commands.push(Command::SaveFile(path)),
            (_, Some(path)) => commands.push(Command::OpenFile(path)),
            (_, None) => return !closed,
        }
        true
    }

    /// What is exported and where to.
    fn export(&mut self, ctx: &Context, commands: &mut Vec<Command>) -> bool {
        let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
        let modal = Modal::new(Id::new("export")).frame(frame).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            ui.set_width(460.0);
            let title = format!("Export a project for {}", label(self.chosen()));
            let title = RichText::new(title).font(fonts::font(Face::SemiBold, 15.0));
            ui.add(Label::new(title.color(colour(tokens(ui).text))));
            caption(ui, "Files that the diagram owns are rewritten; handlers that you changed are kept.");
            ui.add_space(4.0);
            self.dialect(ui);
            self.place(ui);
            ui.add_space(8.0);
            line(ui, |ui| self.answer(ui, commands))
        });
        shown.inner && !shown.should_close()
    }

    fn chosen(&self) -> Dialect {
        self.dialect.unwrap_or(Dialect::Sam)
    }

    fn dialect(&mut self, ui: &mut Ui) {
        let chosen = self.chosen();
        let choice =
            |(name, dialect): &(&str, Dialect)| Choice { value: (*name).to_owned(), label: label(*dialect).to_owned() };
        let choices: Vec<Choice> = Dialect::ALL.iter().map(choice).collect();
        let width = ui.available_width();
        if let Some(index) = segmented(ui, "Language", &choices, chosen.name(), width) {
            self.dialect = Some(Dialect::ALL[index].1);
        }
    }

    fn place(&mut self, ui: &mut Ui) {
        line(ui, |ui| {
            if Button::new("Choose folder…").icon(icon::FOLDER).show(ui).clicked() {
                let mut dialog = dialog("Choose a folder", self.folder.as_deref().and_then(Path::parent));
                dialog.pick_directory();
                self.dialog = Some(dialog);
            }
            let t = tokens(ui);
            let place = self.folder.as_ref().map(|folder| folder.display().to_string());
            let words = place.as_deref().unwrap_or("No folder chosen yet");
            let size = vec2(ui.available_width(), 32.0);
            let (rect, response) = ui.allocate_exact_size(size, eframe::egui::Sense::hover());
            let set = Line { face: Face::Mono, size: 12.0, colour: colour(t.text2) };
            text_line(ui.painter(), rect.left_center(), eframe::egui::Align2::LEFT_CENTER, words, rect.width(), set);
            response.on_hover_text(words);
        });
    }

    /// The buttons; returns whether the dialog stays open.
    fn answer(&self, ui: &mut Ui, commands: &mut Vec<Command>) -> bool {
        let folder = self.folder.clone();
        let go = Button::new("Export").primary().enabled(folder.is_some()).show(ui);
        let dialect = self.chosen();
        if let Some(folder) = folder.filter(|_| go.clicked()) {
            commands.push(Command::ExportTo(dialect, folder));
            return true;
        }
        !Button::new("Cancel").show(ui).clicked()
    }
}

/// One line that is filled from the right.
pub(super) fn line<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), 32.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), contents).inner
}

/// What people call a language.
fn label(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sam => "AWS SAM",
        Dialect::CloudFormation => "CloudFormation",
    }
}

/// A dialog that starts in a folder.
fn dialog(title: &str, folder: Option<&Path>) -> FileDialog {
    let dialog = FileDialog::new()
        .title(title)
        .id("path dialog")
        .anchor(eframe::egui::Align2::CENTER_CENTER, eframe::egui::Vec2::ZERO)
        .default_size([720.0, 460.0])
        // Its search field has a black ground in every theme.
        .show_search(false)
        .add_file_filter_extensions("Diagrams", vec!["json"])
        .default_file_filter("Diagrams")
        .default_file_icon(icon::FILE_TEXT)
        .default_folder_icon(icon::FOLDER)
        .device_icon(icon::HARD_DRIVE)
        .removable_device_icon(icon::HARD_DRIVE)
        .err_icon(icon::WARNING)
        .parent_directory_icon(icon::ARROW_UP)
        .back_icon(icon::ARROW_LEFT)
        .forward_icon(icon::ARROW_RIGHT)
        .new_folder_icon(icon::PLUS)
        .menu_icon(icon::LIST)
        .search_icon(icon::MAGNIFYING_GLASS)
        .path_edit_icon(icon::PENCIL_SIMPLE);
    match folder {
        Some(folder) => dialog.initial_directory(folder.to_owned()),
        None => dialog,
    }
}
