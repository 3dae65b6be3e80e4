//! Which account to tail: environment, profile, region, stack, tag or log groups, and how far back; whether it lets itself be read,
//! and the permissions that it takes.
//!
//! Credentials are never asked for: they come from where the vendor's own tools have them. Must not know how an account is read.

mod environments;
mod trial;

use eframe::egui::{
    Align, Context, Frame, Id, Key, Label, Layout, Modal, Response, RichText, ScrollArea, TextEdit, Ui, vec2,
};
use egui_phosphor::regular as icon;

use crate::app::{Command, Overlay, Paid, Reach, Workspace};
use crate::catalog::field::Choice;
use crate::diagram::{Environment, Target};
use crate::gui::fonts;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, caption, segmented};
use crate::picture::text::Face;
use crate::telemetry::filter::Filter;
use environments::Environments;
pub(in crate::gui) use environments::switch;

/// Width of the dialog and of its fields, in points.
const WIDTH: (f32, f32) = (560.0, 320.0);
/// What the window keeps above and below the fields, in points.
const AROUND: f32 = 200.0;
/// Between two fields, in points.
const BETWEEN: f32 = 2.0;
/// How far back, in words and in milliseconds.
const BACK: [(&str, i64); 4] = [("Now", 0), ("10 min", 600_000), ("1 hour", 3_600_000), ("1 day", 86_400_000)];

/// What stands in the dialog.
#[derive(Default)]
pub(super) struct Account {
    target: Target,
    /// The environment that it is of, as the document had it.
    known: Option<Environment>,
    back: usize,
    environments: Environments,
    /// What was tried last, and whether what came of it is still to be brought into sight.
    tried: Option<Target>,
    shows_trial: bool,
    shows_policy: bool,
    filter: String,
    /// The field that is filled first has been given the focus.
    is_focused: bool,
}

impl Account {
    /// Starts with what the document says.
    pub(super) fn follow(&mut self, workspace: &Workspace) {
        if workspace.overlay() == Some(&Overlay::Account) {
            let target = std::mem::take(&mut self.target);
            *self = Self { target, back: self.back.max(1), ..Self::default() };
            self.take(workspace);
        }
    }

    /// Takes what the document says of its current environment, when that has become another.
    fn take(&mut self, workspace: &Workspace) {
        let current = workspace.environments().into_iter().find(|one| one.is_current);
        if current == self.known {
            return;
        }
        if let Some(current) = &current {
            let was_empty = self.known.is_none() && current.target == Target::default();
            self.target = if was_empty { std::mem::take(&mut self.target) } else { current.target.clone() };
        }
        self.known = current;
    }

    /// Shows it; returns whether it stays open.
    pub(super) fn ui(&mut self, ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
        self.take(workspace);
        // Whoever writes into a field goes on with Enter; a button that has the focus takes it for itself.
        let enters = ctx.text_edit_focused() && ctx.input(|input| input.key_pressed(Key::Enter));
        let names = self.environments.is_naming();
        let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
        // As high as the window lets it be, so that what is tried has room.
        let area = Modal::default_area(Id::new("account")).default_size([WIDTH.0, ctx.content_rect().height()]);
        let modal = Modal::new(Id::new("account")).area(area).frame(frame).backdrop_color(super::veil(ctx));
        let shown = modal.show(ctx, |ui| {
            ui.set_width(WIDTH.0.min(ui.ctx().content_rect().width() - 64.0));
            let title = RichText::new("Watch an account").font(fonts::font(Face::SemiBold, 15.0));
            ui.add(Label::new(title.color(colour(tokens(ui).text))));
            caption(ui, "Credentials come from the AWS environment, files or single sign-on, and are never kept.");
            ui.add_space(4.0);
            let height = (ui.ctx().content_rect().height() - AROUND).max(120.0);
            ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
                // What scrolls leaves room for its bar.
                ui.set_width(ui.available_width() - 12.0);
                self.contents(ui, workspace, enters && names, commands);
            });
            ui.add_space(8.0);
            super::files::line(ui, |ui| self.answer(ui, workspace, enters && !names, commands))
        });
        let stays = shown.inner && !shown.should_close();
        if !stays && workspace.trial().is_some_and(|tried| !tried.is_over) {
            commands.push(Command::TryAccount(None));
        }
        stays
    }

    fn contents(&mut self, ui: &mut Ui, workspace: &Workspace, enters: bool, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.y = BETWEEN;
        let kept = self.known.as_ref().map(|known| known.target.clone()).unwrap_or_default();
        let mut moves = Vec::new();
        self.environments.ui(ui, workspace, enters, &mut moves);
        if !moves.is_empty() && self.target != kept {
            // What was written for this one is not lost with the step to another.
            commands.push(Command::KeepTarget(Box::new(self.target.clone())));
        }
        commands.extend(moves.into_iter().map(Command::Environment));
        self.fields(ui);
        ui.add_space(4.0);
        let price = workspace.piece_price(Paid::LiveTail, self.target.region.trim());
        caption(ui, &format!("{price} A session of it shows ten log groups."));
        if let Some(tried) = workspace.trial().filter(|_| self.tried.as_ref() == Some(&self.target)) {
            let shown = trial::ui(ui, tried);
            if std::mem::take(&mut self.shows_trial) {
                shown.scroll_to_me(Some(Align::Min));
            }
        }
        ui.add_space(6.0);
        self.policy(ui);
    }

    fn fields(&mut self, ui: &mut Ui) {
        let mistake = self.read().err();
        let Target { profile, region, endpoint, stack, tag, log_groups } = &mut self.target;
        field(ui, "Profile", "Of ~/.aws/config", "default", profile);
        field(ui, "Region", "Else the profile's", "eu-central-1", region);
        let first = field(ui, "Stack", "All that it writes, nested stacks too", "shop-prod", stack);
        if !std::mem::replace(&mut self.is_focused, true) {
            first.request_focus();
        }
        let is_free = stack.is_empty();
        ui.scope(|ui| {
            // Their words step back by colour, so that they can still be read.
            ui.visuals_mut().disabled_alpha = 1.0;
            ui.add_enabled_ui(is_free, |ui| {
                field(ui, "Tag", "Instead of a stack: all that carries it", "app=shop", tag);
            });
            ui.add_enabled_ui(is_free && tag.is_empty(), |ui| {
                field(ui, "Log groups", "Instead of both", "/aws/lambda/orders, /aws/lambda/pay", log_groups);
            });
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

    /// The permissions that it takes, folded until they are asked for.
    fn policy(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let (words, glyph) = if self.shows_policy {
                ("Hide permissions", icon::CARET_UP)
            } else {
                ("Show permissions", icon::CARET_DOWN)
            };
            if Button::new(words).icon(glyph).small().show(ui).clicked() {
                self.shows_policy = !self.shows_policy;
            }
            copy(ui, "Copy policy", "The read-only permissions that it takes.", crate::telemetry::policy::document);
        });
        if self.shows_policy {
            trial::text(ui, &crate::telemetry::policy::document());
        }
    }

    /// The filter pattern, or what is wrong with it.
    fn read(&self) -> Result<&str, String> {
        let text = self.filter.trim();
        text.parse::<Filter>().map(|_| text).map_err(|mistake| mistake.message)
    }

    fn answer(&mut self, ui: &mut Ui, workspace: &Workspace, enters: bool, commands: &mut Vec<Command>) -> bool {
        let (is_named, filter) = (self.target.is_named(), self.read());
        let watch = Button::new("Watch").icon(icon::BROADCAST).primary().enabled(is_named && filter.is_ok()).show(ui);
        let missing = if is_named { "Mend the filter." } else { "Name a stack, a tag or log groups." };
        let is_wanted = watch.on_disabled_hover_text(missing).clicked() || enters && is_named;
        if let (true, Ok(filter)) = (is_wanted, filter) {
            let reach = Reach { since_ms: BACK[self.back].1, filter: filter.to_owned(), ..Reach::default() };
            commands.push(Command::Tail(Box::new(self.target.clone()), reach));
            return true;
        }
        let is_trying = workspace.trial().is_some_and(|tried| !tried.is_over);
        let (words, glyph) = if is_trying { ("Stop", icon::STOP) } else { ("Test", icon::PLUGS_CONNECTED) };
        let help = "Try each permission once. Live Tail is opened for a moment, which counts as a minute.";
        if Button::new(words).icon(glyph).show(ui).on_hover_text(help).clicked() {
            let wanted = (!is_trying).then(|| self.target.clone());
            commands.push(Command::TryAccount(wanted.clone().map(Box::new)));
            self.shows_trial = wanted.is_some();
            self.tried = wanted;
        }
        let kept = self.known.as_ref().map(|known| known.target.clone()).unwrap_or_default();
        let keep = Button::new("Keep").enabled(workspace.is_open() && self.target != kept).show(ui);
        if keep.on_hover_text("Keep it in the document without watching it.").clicked() {
            commands.push(Command::KeepTarget(Box::new(self.target.clone())));
        }
        !Button::new("Close").show(ui).clicked()
    }
}

/// A small button that copies a text.
fn copy(ui: &mut Ui, words: &str, help: &str, text: impl FnOnce() -> String) {
    if Button::new(words).icon(icon::COPY).small().show(ui).on_hover_text(help).clicked() {
        ui.ctx().copy_text(text());
    }
}

fn field(ui: &mut Ui, title: &str, words: &str, hint: &str, text: &mut String) -> Response {
    row(ui, title, words, |ui| edit(ui, title, hint, WIDTH.1, text))
}

fn edit(ui: &mut Ui, title: &str, hint: &str, width: f32, text: &mut String) -> Response {
    let edit = TextEdit::singleline(text)
        .hint_text(hint)
        .margin(eframe::egui::Margin::symmetric(8, 4))
        .min_size(vec2(width, FIELD_HEIGHT))
        .vertical_align(Align::Center)
        .desired_width(width);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(title));
    response
}

/// A field: its name and a few words at the left, its control at the right.
fn row<R>(ui: &mut Ui, title: &str, words: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), 44.0);
    let shown = ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let shown = control(ui);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(4.0);
            let ink = if ui.is_enabled() { tokens(ui).text } else { tokens(ui).disabled };
            let title = RichText::new(title).font(fonts::font(Face::Medium, 13.0)).color(colour(ink));
            ui.add(Label::new(title));
            caption(ui, words);
        });
        shown
    });
    shown.inner
}
