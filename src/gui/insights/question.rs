//! The question: ready ones to begin with, which log groups and time it is about, its text, what it will scan and cost, and the
//! ways to ask and to stop it.
//!
//! Must not know how much anything scans.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align, Galley, Id, Label, Layout, Margin, Popup, RectAlign, RichText, ScrollArea, Sense, Stroke, TextBuffer,
    TextEdit, Ui, UiBuilder, vec2,
};
use egui_phosphor::regular as icon;

use super::groups;
use crate::app::observe::insights::{Inquiry, Lookback};
use crate::app::{Action, Command, Workspace};
use crate::catalog::names::Named as _;
use crate::gui::fonts;
use crate::gui::inspector::controls::Select;
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, Row, caption, icon_button, spinner};
use crate::picture::text::Face;
use crate::telemetry::insights::ready::READY;

/// Room around, and between the lines, in points.
const AROUND: f32 = 12.0;
const GAP: f32 = 6.0;
/// Height of what stands below the text, in points: the forecast and the buttons. The question whether to go on takes the
/// forecast's place.
const FOOT: f32 = 64.0;
const ASKING: f32 = 36.0;
const FORECAST: f32 = 22.0;
/// Width of the list of ready questions, height of one, and of all at most, in points.
const READY_WIDTH: f32 = 460.0;
const READY_ROW: f32 = 38.0;
const READY_MOST: f32 = 420.0;

/// What is said while it is being found out.
const UNKNOWN: &str = "How much it scans is not known yet";

/// What is being written.
#[derive(Default)]
pub(super) struct Question {
    text: String,
    /// What the workspace had when it was begun.
    known: String,
}

impl Question {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let room = ui.available_rect_before_wrap().shrink2(vec2(AROUND, 8.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(room).layout(Layout::top_down(Align::Min)));
        let ui = &mut ui;
        ui.spacing_mut().item_spacing = vec2(8.0, GAP);
        let inquiry = workspace.insights().inquiry();
        let half = (ui.available_width() - 8.0) / 2.0;
        ui.horizontal(|ui| {
            ready(ui, half, inquiry, commands);
            lookback(ui, half, workspace, inquiry, commands);
        });
        groups::ui(ui, workspace, inquiry, commands);
        let asks = workspace.insights().asks();
        let foot = FOOT + if asks { ASKING - FORECAST } else { 0.0 };
        let high = (ui.available_height() - foot - GAP).max(48.0);
        self.editor(ui, workspace, high, commands);
        if !asks {
            forecast(ui, workspace, commands);
        }
        buttons(ui, workspace, commands);
    }

    fn editor(&mut self, ui: &mut Ui, workspace: &Workspace, high: f32, commands: &mut Vec<Command>) {
        let inquiry = workspace.insights().inquiry();
        if self.known != inquiry.text {
            self.known.clone_from(&inquiry.text);
            self.text.clone_from(&inquiry.text);
        }
        let wrong = workspace.insights().mistaken_at().map(|(from, to)| from..to);
        let wide = ui.available_width();
        let mut shown = self.text.clone();
        let mut layouter = |ui: &Ui, text: &dyn TextBuffer, wrap: f32| laid_out(ui, text.as_str(), wrap, wrong.clone());
        ScrollArea::vertical().id_salt("query").max_height(high).min_scrolled_height(high).show(ui, |ui| {
            let edit = TextEdit::multiline(&mut shown)
                .id(Id::new("insights query"))
                .margin(Margin::symmetric(8, 6))
                .min_size(vec2(wide, high))
                .desired_width(wide)
                .hint_text("fields @timestamp, @message | filter … | stats … by bin(5m)")
                .layouter(&mut layouter);
            let response = ui.add(edit);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Query"));
        });
        if shown != self.text {
            self.text.clone_from(&shown);
            self.known.clone_from(&shown);
            commands.push(Command::Inquire(Inquiry { text: shown, ..inquiry.clone() }));
        }
    }
}

/// The text in its face; what is mistaken is underlined.
fn laid_out(ui: &Ui, text: &str, wrap: f32, wrong: Option<Range<usize>>) -> Arc<Galley> {
    let t = tokens(ui);
    let plain = TextFormat::simple(fonts::font(Face::Mono, 12.0), colour(t.text));
    let bad = TextFormat {
        color: colour(t.danger),
        underline: Stroke::new(1.5, colour(t.danger)),
        background: colour(t.danger_soft),
        ..plain.clone()
    };
    let wrong = wrong.filter(|wrong| text.get(wrong.clone()).is_some()).unwrap_or(0..0);
    let mut job = LayoutJob::default();
    job.wrap.max_width = wrap;
    for (part, format) in [(0..wrong.start, &plain), (wrong.clone(), &bad), (wrong.end..text.len(), &plain)] {
        job.append(&text[part], 0.0, format.clone());
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// The questions that are ready.
fn ready(ui: &mut Ui, wide: f32, inquiry: &Inquiry, commands: &mut Vec<Command>) {
    let button = Button::new("Ready-made").icon(icon::LIST_MAGNIFYING_GLASS).wide(wide, FIELD_HEIGHT).show(ui);
    let button = button.on_hover_text("Queries that are ready to be asked.");
    Popup::menu(&button).align(RectAlign::TOP_START).width(READY_WIDTH).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().max_height(READY_MOST).show(ui, |ui| {
            for one in READY {
                let chosen = inquiry.text == one.text;
                let row = Row { title: one.name, detail: one.help, chosen, ..Row::default() };
                if row.show(ui, READY_ROW, Sense::click()).clicked() {
                    commands.push(Command::Inquire(Inquiry { text: one.text.to_owned(), ..inquiry.clone() }));
                }
            }
        });
    });
}

/// The span of time.
fn lookback(ui: &mut Ui, wide: f32, workspace: &Workspace, inquiry: &Inquiry, commands: &mut Vec<Command>) {
    let options: Vec<(&str, &str)> = workspace.lookbacks().map(|one| (one.name(), one.name())).collect();
    let (label, help) = ("Time of the query", "Which time is asked about; the longer it is, the more is scanned.");
    let chosen = inquiry.lookback.name();
    let select = Select { id: Id::new(label), label, help, options: &options, chosen, none: "" };
    let layout = Layout::top_down(Align::Min);
    let picked = ui.allocate_ui_with_layout(vec2(wide, FIELD_HEIGHT), layout, |ui| select.show(ui)).inner;
    if let Some(lookback) = picked.and_then(|name| Lookback::from_name(&name)) {
        commands.push(Command::Inquire(Inquiry { lookback, ..inquiry.clone() }));
    }
}

/// What it will scan and cost.
fn forecast(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), FORECAST), Layout::left_to_right(Align::Center), |ui| {
        let t = tokens(ui);
        let Some(forecast) = workspace.forecast() else {
            if workspace.insights().is_surveying() {
                spinner(ui, 14.0);
                caption(ui, "Finding out how much it scans…");
            }
            return;
        };
        let ink = if forecast.is_vague { t.warn } else { t.text };
        let label = Label::new(RichText::new(&forecast.words).font(fonts::font(Face::Medium, 12.0)).color(colour(ink)))
            .truncate();
        let room = (ui.available_width() - 32.0).max(40.0);
        ui.allocate_ui(vec2(room, 22.0), |ui| ui.add(label).on_hover_text(forecast.help.join("\n")));
        if icon_button(ui, icon::ARROW_CLOCKWISE, 22.0, "Find out anew how much it scans", true).clicked() {
            commands.push(Command::SurveyAgain);
        }
    });
}

/// Asks or stops it; what is dear is asked about first.
fn buttons(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let insights = workspace.insights();
    if insights.asks() {
        let words = workspace.forecast().map_or_else(|| UNKNOWN.to_owned(), |it| it.words);
        let text = RichText::new(format!("{words}. Run it all the same?")).size(12.0);
        ui.allocate_ui(vec2(ui.available_width(), ASKING - GAP), |ui| {
            ui.add(Label::new(text.color(colour(tokens(ui).warn))).wrap());
        });
    }
    ui.horizontal(|ui| {
        let act = |action| Command::Act(action);
        if workspace.can_stop_asking() {
            let cancel = Button::new("Cancel").icon(icon::STOP).show(ui);
            if cancel.on_hover_text(Action::StopInsights.row().help).clicked() {
                commands.push(act(Action::StopInsights));
            }
            return;
        }
        let words = if insights.asks() { "Run all the same" } else { "Run" };
        let run = Button::new(words).icon(icon::PLAY).primary().enabled(workspace.can_ask()).show(ui);
        if run
            .on_hover_text(format!("{} ({})", Action::AskInsights.row().help, Action::AskInsights.row().chords[0]))
            .clicked()
        {
            commands.push(act(Action::AskInsights));
        }
        if insights.asks() && Button::new("Not now").show(ui).clicked() {
            commands.push(Command::Inquire(insights.inquiry().clone()));
        }
        if let Some(words) = workspace.asked_so_far().filter(|_| !insights.asks()) {
            ui.add(Label::new(RichText::new(words).size(12.0).color(colour(tokens(ui).text2))).truncate());
        }
    });
}
