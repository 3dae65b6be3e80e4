//! How a picture of the diagram is drawn: form, style, theme; into a file or onto the clipboard.
//!
//! Must not know how a file is chosen.

use eframe::egui::{Align, Context, Frame, Id, Label, Layout, Modal, RichText, Ui, vec2};
use egui_phosphor::regular as icon;

use super::files::{Boxed, line};
use crate::app::{Command, Workspace, called};
use crate::catalog::field::Choice;
use crate::catalog::names::Named as _;
use crate::export::drawing::{Drawing, Form};
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, caption, segmented};
use crate::picture::Theme;
use crate::picture::text::Face;

/// Width of a choice, in points.
const CONTROL: f32 = 240.0;

/// The box of the picture.
#[derive(Default)]
pub(super) struct PictureBox {
    /// The form that was chosen last.
    form: Option<Form>,
    drawing: Option<Drawing>,
}

impl PictureBox {
    /// Opens it with what is on screen.
    pub(super) fn start(&mut self, workspace: &Workspace) {
        self.drawing = Some(workspace.as_shown(self.form.unwrap_or(Form::Svg)));
    }

    /// How the picture is drawn.
    pub(super) fn drawing(&self) -> Drawing {
        self.drawing.unwrap_or(Drawing { form: Form::Svg, theme: Theme::Light, tiles: false })
    }

    /// Shows it.
    pub(super) fn ui(&mut self, ctx: &Context, commands: &mut Vec<Command>) -> Boxed {
        let mut drawing = self.drawing();
        let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
        let modal = Modal::new(Id::new("picture")).frame(frame).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            ui.set_width(400.0);
            let title = RichText::new("Save as picture").font(fonts::font(Face::SemiBold, 15.0));
            ui.add(Label::new(title.color(colour(tokens(ui).text))));
            caption(ui, "The whole diagram, whatever part of it is on screen.");
            ui.add_space(4.0);
            choices(ui, &mut drawing);
            ui.add_space(8.0);
            line(ui, |ui| answer(ui, drawing, commands))
        });
        self.form = Some(drawing.form);
        self.drawing = Some(drawing);
        if shown.should_close() { Boxed::Left } else { shown.inner }
    }
}

fn choices(ui: &mut Ui, drawing: &mut Drawing) {
    let forms = Form::ALL.iter().map(|(_, form)| called(*form)).collect::<Vec<_>>();
    if let Some(index) = choice(ui, "Form", &forms, called(drawing.form)) {
        drawing.form = Form::ALL[index].1;
    }
    if drawing.form == Form::Mermaid {
        // Who draws the text chooses its looks.
        return;
    }
    let styles = ["Cards", "Tiles"];
    if let Some(index) = choice(ui, "Style", &styles, styles[usize::from(drawing.tiles)]) {
        drawing.tiles = index == 1;
    }
    let themes = ["Dark", "Light"];
    if let Some(index) = choice(ui, "Ground", &themes, themes[usize::from(drawing.theme == Theme::Light)]) {
        drawing.theme = if index == 1 { Theme::Light } else { Theme::Dark };
    }
}

/// One of few, with its name at the left; returns what was chosen now.
fn choice(ui: &mut Ui, label: &str, values: &[&str], chosen: &str) -> Option<usize> {
    let choices: Vec<Choice> =
        values.iter().map(|value| Choice { value: (*value).to_owned(), label: (*value).to_owned() }).collect();
    let size = vec2(ui.available_width(), FIELD_HEIGHT);
    let shown = ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let picked = segmented(ui, label, &choices, chosen, CONTROL);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.label(label));
        picked
    });
    shown.inner
}

fn answer(ui: &mut Ui, drawing: Drawing, commands: &mut Vec<Command>) -> Boxed {
    let chooses = Button::new("Save…").primary().show(ui).clicked();
    if Button::new("Copy").icon(icon::COPY).show(ui).clicked() {
        commands.push(Command::Draw(drawing, None));
    }
    if chooses {
        Boxed::Chooses
    } else if Button::new("Cancel").show(ui).clicked() {
        Boxed::Left
    } else {
        Boxed::Stays
    }
}
