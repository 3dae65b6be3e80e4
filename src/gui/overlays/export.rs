//! What is exported and where to.
//!
//! Must not know how a folder is chosen.

use std::path::{Path, PathBuf};

use eframe::egui::{Align2, Context, Frame, Id, Label, Modal, RichText, Sense, Ui, vec2};
use egui_phosphor::regular as icon;

use super::files::{Boxed, line};
use crate::app::Command;
use crate::catalog::Dialect;
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Line, caption, segmented, text_line};
use crate::picture::text::Face;

/// The box of the export.
#[derive(Default)]
pub(super) struct Export {
    /// Where it goes.
    folder: Option<PathBuf>,
    dialect: Option<Dialect>,
}

impl Export {
    /// Opens it; `folder` is proposed where none was chosen before, and `shown` is the language that is looked at.
    pub(super) fn start(&mut self, folder: Option<PathBuf>, shown: Option<Dialect>) {
        self.folder = self.folder.take().or(folder);
        self.dialect = shown.or(self.dialect);
    }

    /// Where it goes.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// This folder was chosen.
    pub(super) fn go_to(&mut self, folder: PathBuf) {
        self.folder = Some(folder);
    }

    /// Shows it.
    pub(super) fn ui(&mut self, ctx: &Context, commands: &mut Vec<Command>) -> Boxed {
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
            let chooses = self.place(ui);
            ui.add_space(8.0);
            let answered = line(ui, |ui| self.answer(ui, commands));
            if chooses { Boxed::Chooses } else { answered }
        });
        if shown.should_close() { Boxed::Left } else { shown.inner }
    }

    fn chosen(&self) -> Dialect {
        self.dialect.unwrap_or(Dialect::Sam)
    }

    fn dialect(&mut self, ui: &mut Ui) {
        let chosen = self.chosen();
        let choice = |dialect: &Dialect| Choice { value: dialect.name().to_owned(), label: label(*dialect).to_owned() };
        let choices: Vec<Choice> = Dialect::ALL.iter().map(|(_, dialect)| choice(dialect)).collect();
        let width = ui.available_width();
        if let Some(index) = segmented(ui, "Language", &choices, chosen.name(), width) {
            self.dialect = Some(Dialect::ALL[index].1);
        }
    }

    /// Where it goes; returns whether another folder is to be chosen.
    fn place(&self, ui: &mut Ui) -> bool {
        line(ui, |ui| {
            let chooses = Button::new("Choose folder…").icon(icon::FOLDER).show(ui).clicked();
            let t = tokens(ui);
            let place = self.folder.as_ref().map(|folder| folder.display().to_string());
            let words = place.as_deref().unwrap_or("No folder chosen yet");
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
            let set = Line { face: Face::Mono, size: 12.0, colour: colour(t.text2) };
            text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, words, rect.width(), set);
            response.on_hover_text(words);
            chooses
        })
    }

    fn answer(&self, ui: &mut Ui, commands: &mut Vec<Command>) -> Boxed {
        let folder = self.folder.clone();
        let go = Button::new("Export").primary().enabled(folder.is_some()).show(ui);
        let dialect = self.chosen();
        if let Some(folder) = folder.filter(|_| go.clicked()) {
            commands.push(Command::ExportTo(dialect, folder));
            return Boxed::Stays;
        }
        if Button::new("Cancel").show(ui).clicked() { Boxed::Left } else { Boxed::Stays }
    }
}

/// What people call a language.
fn label(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sam => "AWS SAM",
        Dialect::CloudFormation => "CloudFormation",
    }
}
