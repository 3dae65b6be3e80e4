//! What holds for the whole program: theme, scale, motion, file dialogs.
//!
//! Must not know where it is kept.

use eframe::egui::{Align, Context, Frame, Id, Label, Layout, Modal, RichText, ScrollArea, Ui, vec2};
use egui_phosphor::regular as icon;

use crate::app::{Command, SCALE_STEP, SCALES, Settings, Workspace};
use crate::catalog::field::Choice;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption, icon_button, segmented, switch};
use crate::picture::Theme;
use crate::picture::text::Face;

/// Width of the dialog, in points.
const WIDTH: f32 = 480.0;
/// Width of a setting's control, in points.
const CONTROL: f32 = 220.0;

/// The themes by what a person calls them.
const THEMES: [(&str, Option<Theme>); 3] =
    [("System", None), ("Dark", Some(Theme::Dark)), ("Light", Some(Theme::Light))];

/// Shows them; what is changed holds at once. Returns whether the dialog stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
    let before = workspace.settings();
    let mut settings = before;
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let modal = Modal::new(Id::new("settings")).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH);
        let title = RichText::new("Settings").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(title.color(colour(tokens(ui).text))));
        ui.add_space(4.0);
        let height = (ui.ctx().content_rect().height() - 180.0).max(120.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| rows(ui, &mut settings));
        ui.add_space(8.0);
        super::files::line(ui, |ui| {
            let done = Button::new("Done").primary().show(ui).clicked();
            let fresh = settings == Settings::default();
            if Button::new("Reset to defaults").enabled(!fresh).show(ui).clicked() {
                settings = Settings::default();
            }
            !done
        })
    });
    if settings != before {
        commands.push(Command::SetUp(settings));
    }
    shown.inner && !shown.should_close()
}

fn rows(ui: &mut Ui, settings: &mut Settings) {
    row(ui, "Theme", "Also Ctrl+Shift+T.", |ui| {
        let choices = THEMES.map(|(label, _)| Choice { value: label.to_owned(), label: label.to_owned() });
        let chosen = THEMES.iter().find(|(_, theme)| *theme == settings.theme).map_or("System", |(label, _)| label);
        if let Some(index) = segmented(ui, "Theme", &choices, chosen, CONTROL) {
            settings.theme = THEMES[index].1;
        }
    });
    row(ui, "Interface scale", "The canvas has a zoom of its own.", |ui| scale(ui, &mut settings.scale_percent));
    row(ui, "Reduce motion", "Nothing glides or fades.", |ui| {
        settings.reduce_motion ^= switch(ui, "Reduce motion", settings.reduce_motion);
    });
    row(ui, "Times in UTC", "Else as the system's clocks show them.", |ui| {
        settings.utc ^= switch(ui, "Times in UTC", settings.utc);
    });
    row(ui, "Snap", "What is dragged falls in line and on the grid.", |ui| {
        settings.snaps ^= switch(ui, "Snap", settings.snaps);
    });
    let words = "Where the system has none, the program's own are used.";
    row(ui, "Use the system's file dialogs", words, |ui| {
        settings.system_dialogs ^= switch(ui, "Use the system's file dialogs", settings.system_dialogs);
    });
}

/// A setting: its name and a sentence at the left, its control at the right.
fn row(ui: &mut Ui, title: &str, words: &str, control: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 48.0), Layout::right_to_left(Align::Center), |ui| {
        control(ui);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(4.0);
            let title = RichText::new(title).font(fonts::font(Face::Medium, 13.0)).color(colour(tokens(ui).text));
            ui.add(Label::new(title).wrap());
            caption(ui, words);
        });
    });
}

/// Larger, smaller; laid out from the right.
fn scale(ui: &mut Ui, percent: &mut u16) {
    ui.spacing_mut().item_spacing.x = 4.0;
    if icon_button(ui, icon::PLUS, 28.0, "Larger interface", *percent < *SCALES.end()).clicked() {
        *percent = (*percent + SCALE_STEP).min(*SCALES.end());
    }
    let words = format!("{percent} %");
    if Button::new(&words).small().show(ui).on_hover_text("Back to 100 %").clicked() {
        *percent = 100;
    }
    if icon_button(ui, icon::MINUS, 28.0, "Smaller interface", *percent > *SCALES.start()).clicked() {
        *percent = percent.saturating_sub(SCALE_STEP).max(*SCALES.start());
    }
}
