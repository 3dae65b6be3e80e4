//! The panel below the canvas: what the template of the diagram says, and what can be done with it.
//!
//! Must not know how a template is made.

use eframe::egui::{Align, Frame, Layout, Margin, RichText, Ui, vec2};
use egui_phosphor::regular as icon;

use super::fonts;
use super::template::Template;
use super::theme::{colour, tokens};
use super::widgets::{caption, divider, icon_button, segmented};
use crate::app::{Action, Command, Workspace};
use crate::catalog::Dialect;
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::export::sheet::Sheet;
use crate::picture::text::Face;

/// Height of the tab strip, in points.
const STRIP: f32 = 36.0;
/// Width of the switch of languages, in points.
const LANGUAGES: f32 = 248.0;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Dock {
    template: Template,
}

impl Dock {
    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        // A panel becomes as small as what is in it, and would stay so.
        ui.take_available_space();
        ui.spacing_mut().item_spacing.y = 0.0;
        let known = workspace.template();
        Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
            let size = vec2(ui.available_width(), STRIP);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new("Template").font(fonts::font(Face::SemiBold, 13.0));
                ui.label(title.color(colour(tokens(ui).text)));
                ui.add_space(8.0);
                languages(ui, workspace, commands);
                ui.add_space(8.0);
                if let Some((sheet, is_current)) = known {
                    caption(ui, &told(sheet, is_current));
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.tools(ui, workspace, commands));
            });
        });
        divider(ui);
        let Some((open, (sheet, _))) = workspace.open().zip(known) else {
            Frame::new().inner_margin(12).show(ui, |ui| caption(ui, "Working out the template…"));
            return;
        };
        self.template.ui(ui, sheet, open, commands);
    }

    /// What can be done, from the right.
    fn tools(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, icon::CARET_DOWN, 28.0, "Hide the template", true).clicked() {
            commands.push(Command::Act(Action::Template));
        }
        ui.add_space(4.0);
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
                self.template.go_to_change(sheet, forwards);
            }
        }
    }
}

/// How long the template is, and how much of it has changed.
fn told(sheet: &Sheet, is_current: bool) -> String {
    let lines = super::status_bar::counted(sheet.lines.len(), "line");
    match (is_current, sheet.changes.len()) {
        (false, _) => format!("{lines} · working out the change…"),
        (true, 0) => lines,
        (true, changes) => format!("{lines} · {} by the last step", super::status_bar::counted(changes, "change")),
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

/// The ground of the panel.
pub fn frame(ui: &Ui) -> Frame {
    Frame::new().fill(colour(tokens(ui).panel))
}
