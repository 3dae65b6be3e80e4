//! Which file to open, which to save to, where an export or a picture goes.
//!
//! Must not read or write anything itself; the dialogs list folders on threads of their own.

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Context, Layout, Ui, vec2};

use super::chooser::{Ask, Chooser, Chosen, Opener, What};
use super::export::Export;
use super::picture::PictureBox;
use crate::app::bill::compare::Against;
use crate::app::{Command, Overlay, Tab, Workspace};

/// Our files by what people call them, and how their names end.
const DIAGRAMS: (&str, &[&str]) = ("Diagrams", &["strato.json", "json"]);
/// The same for bills.
const BILLS: (&str, &[&str]) = ("Bills", &["csv", "md"]);
/// The same for the values of charts and the rows of answers.
const CHARTS: (&str, &[&str]) = ("Tables", &["csv"]);
/// The same for logs and traces.
const RECORDINGS: (&str, &[&str]) = ("Recordings", &["recording"]);
const LOGS: (&str, &[&str]) = ("Logs and traces", &["log", "json", "jsonl", "ndjson", "csv", "txt", "gz", "recording"]);
/// The same for pictures.
const PICTURES: (&str, &[&str]) = ("Pictures", &["svg", "png", "mmd"]);

/// What a box says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boxed {
    /// It stays open.
    Stays,
    /// It is left.
    Left,
    /// A path is to be chosen.
    Chooses,
}

/// The path dialogs, and the boxes that lead to one.
#[derive(Default)]
pub(super) struct Files {
    chooser: Chooser,
    export: Export,
    picture: PictureBox,
    /// Where dialogs start.
    folder: Option<PathBuf>,
    /// Name of the diagram.
    name: String,
    /// The system's dialogs are wanted.
    system: bool,
}

impl Files {
    /// From now on the system's dialogs are opened by this.
    pub(super) fn open_with(&mut self, opener: Opener) {
        self.chooser.open_with(opener);
    }

    /// Prepares the dialog for the overlay that has opened.
    pub(super) fn follow(&mut self, workspace: &Workspace, folder: Option<&Path>) {
        let name = workspace.open().map(|open| open.document.diagram().name()).unwrap_or_default();
        if name.is_empty() { "untitled" } else { name }.clone_into(&mut self.name);
        self.folder = folder.map(Path::to_owned);
        self.system = workspace.settings().system_dialogs;
        self.chooser.close();
        match workspace.overlay() {
            Some(Overlay::Open) => self.ask("Open a diagram", What::File, DIAGRAMS),
            Some(Overlay::SaveAs) => {
                let what = What::Save(format!("{}.{}", self.name, DIAGRAMS.1[0]));
                self.ask("Save the diagram", what, DIAGRAMS);
            }
            Some(Overlay::CompareFile) => self.ask("Compare with the bill of", What::File, DIAGRAMS),
            Some(Overlay::OpenLogs) => self.ask("Open logs or traces", What::File, LOGS),
            Some(Overlay::SaveLines) => {
                self.ask("Save the log records", What::Save(format!("{}.log", self.name)), LOGS);
            }
            Some(Overlay::SaveCharts) => {
                self.ask("Save the charts", What::Save(format!("{}.metrics.csv", self.name)), CHARTS);
            }
            Some(Overlay::SaveAnswer) => {
                self.ask("Save the answer", What::Save(format!("{}.insights.csv", self.name)), CHARTS);
            }
            Some(Overlay::SaveRecording) => {
                let is_part = workspace.attached().is_some_and(|attached| attached.span_ms().is_some());
                let title = if is_part { "Save the time that is looked at as recording" } else { "Save as recording" };
                self.ask(title, What::Save(format!("{}.recording", self.name)), RECORDINGS);
            }
            Some(Overlay::Bill) => {
                let what = What::Save(format!("{}.csv", self.name));
                self.ask("Save the bill", what, BILLS);
            }
            Some(Overlay::Export) => {
                let shown = workspace.shows(Tab::Template).then(|| workspace.template_dialect());
                self.export.start(folder.map(|folder| folder.join(&self.name)), shown);
            }
            Some(Overlay::Picture) => self.picture.start(workspace),
            _ => {}
        }
    }

    fn ask(&mut self, title: &'static str, what: What, files: (&'static str, &'static [&'static str])) {
        let folder = match what {
            What::Folder => self.export.folder().and_then(Path::parent).map(Path::to_owned),
            What::File | What::Save(_) => self.folder.clone(),
        };
        self.chooser.ask(Ask { title, folder, what, files }, self.system);
    }

    /// Shows it; returns whether it stays open.
    pub(super) fn ui(&mut self, ctx: &Context, overlay: &Overlay, commands: &mut Vec<Command>) -> bool {
        if self.chooser.is_open() {
            return self.choose(ctx, overlay, commands);
        }
        let boxed = match overlay {
            Overlay::Export => self.export.ui(ctx, commands),
            Overlay::Picture => self.picture.ui(ctx, commands),
            _ => Boxed::Left,
        };
        match (boxed, overlay) {
            (Boxed::Chooses, Overlay::Picture) => {
                let what = What::Save(format!("{}.{}", self.name, self.picture.drawing().form));
                self.ask("Save the picture", what, PICTURES);
            }
            (Boxed::Chooses, _) => self.ask("Choose a folder", What::Folder, DIAGRAMS),
            _ => {}
        }
        boxed != Boxed::Left
    }

    fn choose(&mut self, ctx: &Context, overlay: &Overlay, commands: &mut Vec<Command>) -> bool {
        let has_box = matches!(overlay, Overlay::Export | Overlay::Picture);
        match (self.chooser.ui(ctx), overlay) {
            (Chosen::Nothing, _) => {}
            (Chosen::Left, _) => return has_box,
            (Chosen::Path(path), Overlay::Export) => self.export.go_to(path),
            (Chosen::Path(path), Overlay::Picture) => {
                commands.push(Command::Draw(self.picture.drawing(), Some(path)));
            }
            (Chosen::Path(path), Overlay::OpenLogs) => commands.push(Command::AttachFiles(vec![path])),
            (Chosen::Path(path), Overlay::SaveRecording) => commands.push(Command::SaveRecording(path)),
            (Chosen::Path(path), Overlay::SaveLines) => commands.push(Command::SaveLines(path)),
            (Chosen::Path(path), Overlay::SaveAnswer) => commands.push(Command::SaveAnswer(path)),
            (Chosen::Path(path), Overlay::SaveCharts) => commands.push(Command::SaveCharts(path)),
            (Chosen::Path(path), Overlay::Bill) => commands.push(Command::SaveBill(path)),
            (Chosen::Path(path), Overlay::CompareFile) => commands.push(Command::Compare(Against::File(path))),
            (Chosen::Path(path), Overlay::SaveAs) => commands.push(Command::SaveFile(path)),
            (Chosen::Path(path), _) => commands.push(Command::OpenFile(path)),
        }
        true
    }
}

/// One line that is filled from the right.
pub(super) fn line<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), 32.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), contents).inner
}
