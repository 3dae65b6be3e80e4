//! Which account to tail: profile, region, stack or log groups, and how far back; and the permissions that it takes.
//!
//! Credentials are never asked for: they come from where the vendor's own tools have them. Must not know how an account is read.

use eframe::egui::{Align, Context, Frame, Id, Label, Layout, Modal, RichText, TextEdit, Ui, vec2};
use egui_phosphor::regular as icon;

use crate::app::{Command, Overlay, Reach, Workspace};
use crate::catalog::field::Choice;
use crate::diagram::Target;
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, caption, segmented};
use crate::picture::text::Face;
use crate::telemetry::filter::Filter;

/// Width of the dialog and of its fields, in points.
const WIDTH: (f32, f32) = (520.0, 300.0);
/// How far back, in words and in milliseconds.
const BACK: [(&str, i64); 4] = [("Now", 0), ("10 min", 600_000), ("1 hour", 3_600_000), ("1 day", 86_400_000)];

/// What stands in the dialog.
#[derive(Default)]
pub(super) struct Account {
    target: Target,
    back: usize,
    filter: String,
}

impl Account {
    /// Starts with what the document says.
    pub(super) fn follow(&mut self, workspace: &Workspace) {
        if workspace.overlay() == Some(&Overlay::Account) {
            let kept = workspace.open().and_then(|open| open.document.diagram().target());
            self.target = kept.unwrap_or_else(|| std::mem::take(&mut self.target));
            self.back = self.back.max(1);
        }
    }

    /// Shows it; returns whether it stays open.
    pub(super) fn ui(&mut self, ctx: &Context, _: &Workspace, commands: &mut Vec<Command>) -> bool {
        let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
        let modal = Modal::new(Id::new("account")).frame(frame).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            ui.set_width(WIDTH.0);
            let title = RichText::new("Watch an account").font(fonts::font(Face::SemiBold, 15.0));
            ui.add(Label::new(title.color(colour(tokens(ui).text))));
            caption(ui, "Credentials come from the AWS environment, files or single sign-on; they are not asked for and not kept.");
            ui.add_space(8.0);
            self.fields(ui);
            ui.add_space(4.0);
            caption(ui, "Live Tail costs about a cent a minute beyond its free 1,800 minutes a month.");
            ui.add_space(8.0);
            super::files::line(ui, |ui| self.answer(ui, commands))
        });
        shown.inner && !shown.should_close()
    }

    fn fields(&mut self, ui: &mut Ui) {
        let mistake = self.read().err();
        let Target { profile, region, endpoint, stack, log_groups } = &mut self.target;
        field(ui, "Profile", "Of ~/.aws/config", "default", profile);
        field(ui, "Region", "Else the profile's", "eu-central-1", region);
        field(ui, "Stack", "All that it writes, nested stacks too", "shop-prod", stack);
        let is_free = stack.is_empty();
        ui.add_enabled_ui(is_free, |ui| {
            field(ui, "Log groups", "Where there is no stack", "/aws/lambda/orders, /aws/lambda/pay", log_groups);
        });
        field(ui, "Filter", "Only what fits, at the source", "?ERROR ?timeout -debug", &mut self.filter);
        if let Some(mistake) = mistake {
            let told = RichText::new(mistake).size(12.0).color(colour(tokens(ui).danger));
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| ui.add(Label::new(told)));
        }
        field(ui, "Endpoint", "Another address than AWS", "http://127.0.0.1:4566", endpoint);
        row(ui, "From", "How far to look back", |ui| {
            let choices = BACK.map(|(label, _)| Choice { value: label.to_owned(), label: label.to_owned() });
            if let Some(index) = segmented(ui, "From", &choices, BACK[self.back].0, WIDTH.1) {
                self.back = index;
            }
        });
    }

    /// The filter pattern, or what is wrong with it.
    fn read(&self) -> Result<&str, String> {
        let text = self.filter.trim();
        text.parse::<Filter>().map(|_| text).map_err(|mistake| mistake.message)
    }

    fn answer(&self, ui: &mut Ui, commands: &mut Vec<Command>) -> bool {
        let is_named = !self.target.stack.trim().is_empty() || !self.target.log_groups.trim().is_empty();
        let filter = self.read();
        let watch = Button::new("Watch").icon(icon::BROADCAST).primary().enabled(is_named && filter.is_ok()).show(ui);
        let missing = if is_named { "Mend the filter." } else { "Name a stack or log groups." };
        if let (true, Ok(filter)) = (watch.on_disabled_hover_text(missing).clicked(), filter) {
            let reach = Reach { since_ms: BACK[self.back].1, filter: filter.to_owned(), ..Reach::default() };
            commands.push(Command::Tail(Box::new(self.target.clone()), reach));
            return true;
        }
        if Button::new("Copy policy")
            .icon(icon::COPY)
            .show(ui)
            .on_hover_text("The read-only permissions that it takes.")
            .clicked()
        {
            ui.ctx().copy_text(crate::telemetry::policy::document());
        }
        !Button::new("Cancel").show(ui).clicked()
    }
}

fn field(ui: &mut Ui, title: &str, words: &str, hint: &str, text: &mut String) {
    row(ui, title, words, |ui| {
        let edit = TextEdit::singleline(text)
            .hint_text(hint)
            .margin(eframe::egui::Margin::symmetric(8, 4))
            .min_size(vec2(WIDTH.1, FIELD_HEIGHT))
            .vertical_align(Align::Center)
            .desired_width(WIDTH.1);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(title));
    });
}

/// A field: its name and a few words at the left, its control at the right.
fn row(ui: &mut Ui, title: &str, words: &str, control: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 44.0), Layout::right_to_left(Align::Center), |ui| {
        control(ui);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(4.0);
            let title = RichText::new(title).font(fonts::font(Face::Medium, 13.0)).color(colour(tokens(ui).text));
            ui.add(Label::new(title));
            caption(ui, words);
        });
    });
}
