//! What is looked for in the log: the query line, how records stand, and ways through what was found.
//!
//! Must not know how a search works.

use eframe::egui::{Align, Align2, Id, Key, Layout, Modifiers, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::rows::before;
use super::table::Table;
use crate::app::observe::{Attached, Folding, Wanted};
use crate::app::{Action, Command, Workspace};
use crate::catalog::field::{Choice, grouped};
use crate::catalog::names::Named as _;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Line, Search, icon_button, segmented, text_line};
use crate::gui::zone::zone_switch;
use crate::picture::text::{Face, width};

/// Height of the bar, in points.
const BAR: f32 = 40.0;

/// What the bar remembers between two frames.
#[derive(Default)]
pub(super) struct Bar {
    /// What is being written, and what the workspace had when it was begun.
    text: String,
    known: String,
}

impl Bar {
    /// Shows it over the whole width.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        workspace: &Workspace,
        attached: &Attached,
        table: &mut Table,
        commands: &mut Vec<Command>,
    ) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
        let inner = rect.shrink2(vec2(12.0, 4.0));
        let layout = Layout::left_to_right(Align::Center);
        let mut bar = ui.new_child(eframe::egui::UiBuilder::new().max_rect(inner).layout(layout).id_salt("bar"));
        let ui = &mut bar;
        ui.spacing_mut().item_spacing.x = 8.0;
        let wide = (inner.width() * 0.36).clamp(180.0, 520.0);
        self.query(ui, attached, wide, commands);
        error_chip(ui, attached, commands);
        folding(ui, attached, commands);
        only_node(ui, workspace, commands);
        hits(ui, attached, table.looked_at(), commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let selected = table.selected();
            if selected.len() > 1
                && Button::new(&format!("Copy {}", selected.len())).icon(icon::COPY).small().show(ui).clicked()
            {
                commands.push(Command::CopyLines(selected));
            }
            let first_ms = attached.observed().span_ms.map_or(0, |(first, _)| first);
            zone_switch(ui, workspace, first_ms, commands);
            table.columns.menu(ui);
            if icon_button(ui, icon::DOWNLOAD_SIMPLE, 28.0, "Save what is found", true).clicked() {
                commands.push(Command::Act(Action::SaveLines));
            }
            let asks = workspace.has_account();
            if asks && icon_button(ui, icon::DATABASE, 28.0, "Ask Logs Insights for what is not here", true).clicked() {
                commands.push(Command::Act(Action::Insights));
            }
            let follow = if table.follows() { "Pause" } else { "Follow" };
            let glyph = if table.follows() { icon::PAUSE } else { icon::ARROW_LINE_DOWN };
            if Button::new(follow).icon(glyph).small().show(ui).on_hover_text("Stay at the newest record.").clicked() {
                table.follow();
            }
        });
    }

    fn query(&mut self, ui: &mut Ui, attached: &Attached, wide: f32, commands: &mut Vec<Command>) {
        let wanted = attached.shelf().wanted();
        if self.known != wanted.query {
            self.known.clone_from(&wanted.query);
            self.text.clone_from(&wanted.query);
        }
        let mut shown = self.text.clone();
        let response = ui
            .scope(|ui| {
                ui.set_width(wide);
                let search = Search {
                    hint: "timeout  level:error  duration:>500  /5\\d\\d/  -debug",
                    label: "Look for in the log",
                    chord: None,
                    id: Id::new("log query"),
                    height: 28.0,
                };
                search.show(ui, &mut shown)
            })
            .inner;
        if shown != self.text {
            self.text.clone_from(&shown);
            self.known.clone_from(&shown);
            commands.push(Command::Want(Wanted { query: shown, ..wanted.clone() }));
        }
        if let Err(mistake) = attached.shelf().read() {
            let t = tokens(ui);
            // Under the letter where it stands, in the field's own face.
            let before = self.text.get(..mistake.at.min(self.text.len())).unwrap_or(&self.text);
            let left =
                (response.rect.left() + 30.0 + width(before, Face::Regular, 13.0)).min(response.rect.right() - 10.0);
            let mark = Rect::from_min_size(pos2(left, response.rect.bottom() - 4.0), vec2(8.0, 2.0));
            ui.painter().rect_filled(mark, 0.0, colour(t.danger));
            words(ui, &mistake.message, t.danger, 320.0);
        }
    }
}

/// Words that may be cut.
fn words(ui: &mut Ui, text: &str, ink: crate::picture::Rgb, most: f32) {
    let wide = width(text, Face::Regular, 12.0).min(most).min((ui.available_width() - 150.0).max(40.0));
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 20.0), Sense::hover());
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(ink) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, text, wide, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    response.on_hover_text(text);
}

/// The error whose records are shown only; a click shows all again.
fn error_chip(ui: &mut Ui, attached: &Attached, commands: &mut Vec<Command>) {
    let wanted = attached.shelf().wanted();
    let Some((name, _)) = &wanted.error else { return };
    let label = format!("Only {name}");
    let chip = Button::new(&label).icon(icon::X).small().show(ui);
    if chip.on_hover_text("Show all records again.").clicked() {
        commands.push(Command::Want(Wanted { error: None, ..wanted.clone() }));
    }
}

fn folding(ui: &mut Ui, attached: &Attached, commands: &mut Vec<Command>) {
    let wanted = attached.shelf().wanted();
    let choice = |(name, _): &(&str, Folding)| Choice { value: (*name).to_owned(), label: (*name).to_owned() };
    let choices: Vec<Choice> = Folding::ALL.iter().map(choice).collect();
    if let Some(place) = segmented(ui, "Records", &choices, wanted.folding.name(), 176.0) {
        let folding = Folding::ALL[place].1;
        commands.push(Command::Want(Wanted { folding, ..wanted.clone() }));
    }
}

/// Offers the records of the selected node only.
fn only_node(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let Some(name) = workspace.node_with_logs().and_then(|node| workspace.name_of(node)) else { return };
    let query = crate::app::observe::node_query(name);
    let is_so = workspace.attached().is_some_and(|attached| attached.shelf().wanted().query == query);
    if !is_so && Button::new(&format!("Only {name}")).icon(icon::FUNNEL).small().show(ui).clicked() {
        commands.push(Command::Act(Action::NodeLogs));
    }
}

/// How many were found, and the ways from one to the next.
fn hits(ui: &mut Ui, attached: &Attached, at: u64, commands: &mut Vec<Command>) {
    let (shelf, t) = (attached.shelf(), tokens(ui));
    let Some(found) = shelf.found().filter(|_| shelf.read().is_ok()) else { return };
    let count = match found.folded.as_ref() {
        Some(folded) => crate::gui::status_bar::counted(folded.invocations.len(), "invocation"),
        None => format!("{} found", grouped(found.hits.len() as i64)),
    };
    let more = if shelf.is_searching() { " so far…" } else { "" };
    words(ui, &format!("{count}{more}"), t.text2, 200.0);
    let wanted = shelf.wanted();
    if wanted.query.trim().is_empty() || wanted.folding == Folding::Invocations {
        return;
    }
    let (glyph, label) = if wanted.hides_others {
        (icon::ROWS, "Show all records and mark what is found")
    } else {
        (icon::FUNNEL, "Show only what is found")
    };
    if icon_button(ui, glyph, 28.0, label, true).clicked() {
        commands.push(Command::Want(Wanted { hides_others: !wanted.hides_others, ..wanted.clone() }));
    }
    let pressed = |modifiers| ui.input_mut(|input| input.consume_key(modifiers, Key::F3));
    let (back, on) = (pressed(Modifiers::SHIFT), pressed(Modifiers::NONE));
    let place = before(&found.hits, &attached.observed().records, at);
    if icon_button(ui, icon::CARET_UP, 28.0, "Find previous", true).clicked() || back {
        let next = found.hits[..place].last().or(found.hits.last());
        commands.extend(next.map(|number| Command::GoToLine(*number)));
    }
    if icon_button(ui, icon::CARET_DOWN, 28.0, "Find next", true).clicked() || on {
        let behind = place + usize::from(found.hits.get(place) == Some(&at));
        let next = found.hits.get(behind).or(found.hits.first());
        commands.extend(next.map(|number| Command::GoToLine(*number)));
    }
}
