//! The alarms of a node, as far as the account that it runs in is watched or recorded: how each stands, since when and why.
//!
//! Must not know how they are asked for.

use eframe::egui::{Align2, Sense, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use super::{Desk, padded};
use crate::diagram::NodeId;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, caption, divider, section, text_line};
use crate::picture::text::{Face, width};
use crate::telemetry::alarm::{Alarm, State};

/// Shows them; nothing where there are none.
pub(super) fn ui(ui: &mut Ui, desk: &Desk<'_>, node: NodeId) {
    let Some(attached) = desk.workspace.attached() else { return };
    let alarms: Vec<&Alarm> = attached.alarms_of(node).collect();
    if alarms.is_empty() {
        return;
    }
    padded(ui, |ui| {
        section(ui, "Alarms");
        for alarm in alarms {
            row(ui, alarm, &desk.workspace.since(alarm));
        }
    });
    divider(ui);
}

fn row(ui: &mut Ui, alarm: &Alarm, since: &str) {
    let t = tokens(ui);
    let (glyph, ink) = match alarm.state {
        State::Alarm => (icon::BELL_RINGING, t.danger),
        State::Unknown => (icon::QUESTION, t.text2),
        State::Ok => (icon::CHECK_CIRCLE, t.ok),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let at = rect.left_center();
    ui.painter().text(at + vec2(8.0, 0.0), Align2::CENTER_CENTER, glyph, fonts::icon(15.0), colour(ink));
    let word = alarm.state.word();
    let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(ink) };
    let taken = width(word, Face::SemiBold, 12.0);
    text_line(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, word, taken + 1.0, set);
    let set = Line { face: Face::Regular, size: 13.0, colour: colour(t.text) };
    let room = rect.width() - 22.0 - taken - 10.0;
    text_line(ui.painter(), at + vec2(22.0, 0.0), Align2::LEFT_CENTER, alarm.called(), room, set);
    let told = format!("{} {word} {since}", alarm.called());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, told.trim()));
    response.on_hover_text(&alarm.name);
    let why = [since, alarm.reason.as_str()].iter().filter(|words| !words.is_empty()).copied().collect::<Vec<_>>();
    if !why.is_empty() {
        caption(ui, &why.join(" · "));
    }
}
