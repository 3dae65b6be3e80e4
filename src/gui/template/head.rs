//! What stands beside the tabs while the template is shown: its language, its length, and what can be done with it.
//!
//! Must not know how a template is made.

use eframe::egui::{Align, Layout, Ui};
use egui_phosphor::regular as icon;

use super::Template;
use crate::app::{Action, Command, Workspace};
use crate::catalog::Dialect;
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::export::sheet::Sheet;
use crate::gui::status_bar::counted;
use crate::gui::widgets::{caption, icon_button, segmented};

/// Width of the switch of languages, in points.
const LANGUAGES: f32 = 248.0;
/// So much room the words need beside the buttons, in points.
const WORDS: f32 = 330.0;

impl Template {
    /// Shows it in what is left of the strip.
    pub fn head(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        languages(ui, workspace, commands);
        ui.add_space(8.0);
        if let Some((sheet, is_current)) = workspace.template().filter(|_| ui.available_width() > WORDS) {
            caption(ui, &told(sheet, is_current));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.tools(ui, workspace, commands));
    }

    /// What can be done, from the right.
    fn tools(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (action, glyph) in [
            (Action::OpenFolder, icon::FOLDER_OPEN),
            (Action::Export, icon::EXPORT),
            (Action::CopyTemplate, icon::COPY),
        ] {
            let row = action.row();
            if icon_button(ui, glyph, 28.0, row.label, (row.enabled)(workspace)).clicked() {
                commands.push(Command::Act(action));
            }
        }
        ui.add_space(4.0);
        let Some((sheet, _)) = workspace.template() else { return };
        for (forwards, glyph, label) in
            [(true, icon::ARROW_DOWN, "Next change"), (false, icon::ARROW_UP, "Previous change")]
        {
            if icon_button(ui, glyph, 28.0, label, !sheet.changes.is_empty()).clicked() {
                self.go_to_change(sheet, forwards);
            }
        }
    }
}

/// How long the template is, and how much of it has changed.
fn told(sheet: &Sheet, is_current: bool) -> String {
    let lines = counted(sheet.lines.len(), "line");
    match (is_current, sheet.changes.len()) {
        (false, _) => format!("{lines} · working out the change…"),
        (true, 0) => lines,
        (true, changes) => format!("{lines} · {} by the last step", counted(changes, "change")),
    }
}

fn languages(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let label = |dialect: Dialect| if dialect == Dialect::Sam { "AWS SAM" } else { "CloudFormation" };
    let choice =
        |(name, dialect): &(&str, Dialect)| Choice { value: (*name).to_owned(), label: label(*dialect).to_owned() };
    let choices: Vec<Choice> = Dialect::ALL.iter().map(choice).collect();
    let chosen = workspace.template_dialect();
    if let Some(index) = segmented(ui, "Language", &choices, chosen.name(), LANGUAGES) {
        commands.push(Command::ShowDialect(Dialect::ALL[index].1));
    }
}
