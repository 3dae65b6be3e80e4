//! The name of the time that is shown, beside times: a click goes from the system's time to UTC and back.
//!
//! Must not know where the zone comes from.

use eframe::egui::{Align2, Sense, Ui, WidgetInfo, WidgetType, vec2};

use super::theme::{colour, tokens};
use super::widgets::{Line, text_line};
use crate::app::{Action, Command, Workspace};
use crate::picture::text::{Face, width};

/// Shows which time is shown, as it is called at `time_ms`.
pub(super) fn zone_switch(ui: &mut Ui, workspace: &Workspace, time_ms: i64, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let words = workspace.zone().name(time_ms);
    let sense = if workspace.has_zone() { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(width(&words, Face::Regular, 12.0) + 16.0, 24.0), sense);
    let told = format!("Times in {words}");
    let kind = if workspace.has_zone() { WidgetType::Button } else { WidgetType::Label };
    response.widget_info(|| WidgetInfo::labeled(kind, true, &told));
    if workspace.has_zone() && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 4.0, colour(t.row_hover));
    }
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    text_line(ui.painter(), rect.center(), Align2::CENTER_CENTER, &words, rect.width(), set);
    let help = if workspace.settings().utc { "Show the system's time" } else { "Show UTC" };
    if workspace.has_zone() && response.on_hover_text(help).clicked() {
        commands.push(Command::Act(Action::TimeZone));
    }
}
