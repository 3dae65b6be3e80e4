//! The log below the canvas: what is looked for, its records, and all that the one that is looked at says.
//!
//! Must not know how records are kept or searched.

mod bar;
mod cells;
mod columns;
mod detail;
mod rows;
pub mod scroll;
mod table;

use eframe::egui::{Align2, Rect, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};

use egui_phosphor::regular as icon;

use super::status_bar::counted;
use super::theme::{colour, line, tokens};
use super::widgets::{Button, Line, icon_button, text_line};
use crate::app::observe::{Attached, Truth};
use crate::app::{Action, Command, Workspace};
use crate::catalog::field::grouped;
use crate::picture::text::{Face, width};
use bar::Bar;
use detail::Detail;
use table::Table;

/// Where there is less room, in points, words are left out.
const NARROW: f32 = 360.0;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Logs {
    bar: Bar,
    table: Table,
    detail: Detail,
}

impl Logs {
    /// Whether the table of records has the focus.
    #[must_use]
    pub fn has_focus(&self) -> bool {
        self.table.has_focus()
    }

    /// Shows it in the space that is left.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(attached) = workspace.attached() else { return };
        let whole = ui.available_rect_before_wrap();
        self.bar.ui(ui, workspace, attached, &mut self.table, commands);
        let rest = ui.available_rect_before_wrap();
        let is_open = attached.shelf().is_open();
        let side = if is_open { (rest.width() * 0.4).clamp(260.0, 560.0) } else { 0.0 };
        let at = rest.right() - side;
        ui.scope_builder(UiBuilder::new().max_rect(rest.with_max_x(at - 1.0)).id_salt("records"), |ui| {
            self.table.ui(ui, workspace, attached, commands);
        });
        if is_open {
            ui.painter().vline(at - 0.5, rest.y_range(), line(tokens(ui).divider));
            ui.scope_builder(UiBuilder::new().max_rect(rest.with_min_x(at)).id_salt("record"), |ui| {
                self.detail.ui(ui, workspace, attached, commands);
            });
        }
        ui.advance_cursor_after_rect(whole);
    }
}

/// What is attached and how it goes, in the strip of tabs.
pub fn told(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let Some(attached) = workspace.attached() else { return };
    let is_narrow = ui.available_width() < NARROW;
    if workspace.is_reading() {
        let stop = if is_narrow {
            icon_button(ui, icon::STOP, 28.0, "Stop", true)
        } else {
            Button::new("Stop").small().show(ui)
        };
        if stop.on_hover_text(Action::StopReading.row().help).clicked() {
            commands.push(Command::Act(Action::StopReading));
        }
        if attached.target.is_none() {
            let (done, of) = attached.watched.progress;
            progress(ui, if of == 0 { 0.0 } else { done as f32 / of as f32 });
        }
    }
    if attached.target.is_some() {
        crate::gui::overlays::switch_environment(ui, workspace, commands);
        spending(ui, workspace);
    }
    unbound(ui, attached, is_narrow, commands);
    let truth = attached.truth(workspace.zone());
    let words = sentence(attached, truth.as_ref());
    let t = tokens(ui);
    let is_whole = truth.as_ref().is_none_or(|truth| truth.is_whole);
    let room = (ui.available_width() - 8.0).max(0.0);
    // Where there is no room for all, how true the picture is comes first.
    let is_cut = width(&words, Face::Regular, 12.0) > room;
    let shown = truth.as_ref().filter(|_| is_cut).map_or(words.as_str(), |truth| &truth.words);
    // Half a word is worth less than the bar at the bottom, which says the same of what is watched.
    let is_told = workspace.is_watching() && width(shown, Face::Regular, 12.0) > room;
    let shown = if is_told { "" } else { shown };
    let wide = width(shown, Face::Regular, 12.0).min(room);
    let (kind, sense) = if workspace.has_standings() {
        (WidgetType::Button, Sense::click())
    } else {
        (WidgetType::Label, Sense::hover())
    };
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 20.0), sense);
    if response.hovered() && kind == WidgetType::Button {
        ui.painter().hline(rect.x_range(), rect.center().y + 8.0, line(t.text2));
    }
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(if is_whole { t.text2 } else { t.warn }) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, shown, wide, set);
    response.widget_info(|| WidgetInfo::labeled(kind, true, &words));
    if response.clicked() {
        commands.push(Command::Act(Action::LogGroups));
    }
    let names = attached.paths.iter().map(|path| path.display().to_string());
    let names: Vec<String> = names.chain(truth.into_iter().flat_map(|truth| truth.details)).collect();
    if !names.is_empty() {
        response.on_hover_text(names.join("\n"));
    }
}

/// What it costs to watch, as it goes on now.
fn spending(ui: &mut Ui, workspace: &Workspace) {
    let Some(bill) = workspace.watching_bill() else { return };
    let t = tokens(ui);
    let wide = width(&bill.words, Face::Medium, 12.0);
    let (rect, response) = ui.allocate_exact_size(vec2(wide + 6.0, 20.0), Sense::hover());
    let set = Line { face: Face::Medium, size: 12.0, colour: colour(t.text) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &bill.words, wide + 2.0, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("Watching costs {}", bill.words)));
    response.on_hover_text(bill.parts.join("\n"));
}

/// How many log groups and services no node is bound to, and the way to bind them.
fn unbound(ui: &mut Ui, attached: &Attached, is_narrow: bool, commands: &mut Vec<Command>) {
    let count = attached.unbound().len();
    if count == 0 {
        return;
    }
    let told = grouped(count as i64) + if is_narrow { "" } else { " unbound" };
    let shown = Button::new(&told).icon(icon::LINK_BREAK).small().show(ui);
    ui.ctx().accesskit_node_builder(shown.id, |node| node.set_label(format!("{} unbound", grouped(count as i64))));
    if shown.on_hover_text("List the log groups and services that no node is bound to, and bind them.").clicked() {
        commands.push(Command::Act(Action::Bindings));
    }
}

fn progress(ui: &mut Ui, share: f32) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(80.0, 6.0), Sense::hover());
    ui.painter().rect_filled(rect, 3.0, colour(t.raised));
    let done = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(done, 3.0, colour(t.accent));
    response.widget_info(|| {
        WidgetInfo::labeled(WidgetType::ProgressIndicator, true, format!("Read {:.0} %", share * 100.0))
    });
}

/// "orders.log: 2,214 records, none dropped"; of an account "shop, live, all is read: 2,214 records, none dropped".
fn sentence(attached: &Attached, truth: Option<&Truth>) -> String {
    let observed = attached.observed();
    let first = attached.paths.first().and_then(|path| path.file_name());
    let first = first.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let files = match (attached.paths.len(), truth, &attached.target) {
        (_, Some(truth), Some(target)) if target.stack.is_empty() && target.tag.is_empty() => {
            format!("Log groups, {}", truth.words)
        }
        (_, Some(truth), Some(target)) if target.stack.is_empty() => format!("{}, {}", target.tag, truth.words),
        (_, Some(truth), Some(target)) => format!("{}, {}", target.stack, truth.words),
        (0 | 1, ..) => first,
        (more, ..) => format!("{first} and {} more", more - 1),
    };
    let dropped = match observed.dropped.records {
        0 => "none dropped".to_owned(),
        some => format!("the oldest {} dropped", grouped(some as i64)),
    };
    let range = observed.records.range();
    let lines = counted((range.end - range.start) as usize, "record");
    if range.is_empty() { files } else { format!("{files}: {lines}, {dropped}") }
}
