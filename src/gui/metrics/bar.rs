//! The bar over charts and cold starts: which of them, what stands for many durations, the span that is shown.
//!
//! Must not know curves.

use eframe::egui::{Align, Align2, Layout, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use super::{Metrics, View};
use crate::app::observe::Attached;
use crate::app::{Action, Command, Workspace};
use crate::catalog::field::Choice;
use crate::catalog::names::Named;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Line, icon_button, segmented, text_line};
use crate::gui::zone::zone_switch;
use crate::picture::text::{Face, width};
use crate::telemetry::load::MINUTE_MS;

/// Height of the bar, in points.
const BAR: f32 = 40.0;

impl Metrics {
    /// Shows it over the whole width.
    pub(super) fn bar(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
        let layout = Layout::left_to_right(Align::Center);
        let inner = rect.shrink2(vec2(12.0, 4.0));
        let mut bar = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout).id_salt("bar"));
        let ui = &mut bar;
        ui.spacing_mut().item_spacing.x = 8.0;
        if let Some(view) = chosen(ui, "Metrics", self.view, 196.0) {
            self.view = view;
        }
        if self.view == View::Charts {
            if let Some(stat) = chosen(ui, "Duration", attached.gauges().stat(), 250.0) {
                commands.push(Command::MeasureBy(stat));
            }
            if self.enlarged.is_some() && Button::new("All charts").icon(icon::SQUARES_FOUR).small().show(ui).clicked()
            {
                self.enlarged = None;
            }
            span(ui, workspace, attached, commands);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if self.view == View::Charts
                && icon_button(ui, icon::DOWNLOAD_SIMPLE, 28.0, "Save the charts as CSV", true).clicked()
            {
                commands.push(Command::Act(Action::SaveCharts));
            }
            zone_switch(ui, workspace, attached.charts_time_ms(), commands);
        });
    }
}

impl Attached {
    /// A time that the charts show.
    fn charts_time_ms(&self) -> i64 {
        self.gauges().charts().map_or(0, |charts| charts.span_ms.0)
    }
}

/// One of a closed set, side by side; gives the one that was chosen now.
fn chosen<T: Named + PartialEq>(ui: &mut Ui, label: &str, now: T, wide: f32) -> Option<T> {
    let choice = |(name, _): &(&str, T)| Choice { value: (*name).to_owned(), label: (*name).to_owned() };
    let choices: Vec<Choice> = T::ALL.iter().map(choice).collect();
    segmented(ui, label, &choices, now.name(), wide).map(|place| T::ALL[place].1)
}

/// The span that is shown in words, and ways to see more of it.
fn span(ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
    let Some(charts) = attached.gauges().charts().filter(|charts| charts.step_ms > 0) else { return };
    let zone = workspace.zone();
    let (from, to) = charts.span_ms;
    let day = |ms: i64| zone.written(ms).get(..10).unwrap_or_default().to_owned();
    let end = if day(from) == day(to) { zone.minute(to) } else { format!("{} {}", day(to), zone.minute(to)) };
    let told = format!("{} {} to {end}, {}", day(from), zone.minute(from), step(charts.step_ms));
    let is_part = attached.span_ms().is_some();
    if is_part && Button::new("Whole time").icon(icon::ARROWS_OUT_LINE_HORIZONTAL).small().show(ui).clicked() {
        commands.push(Command::LookAtSpan(None));
    }
    let room = (ui.available_width() - 150.0).max(0.0);
    let wide = width(&told, Face::Regular, 12.0).min(room);
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 20.0), Sense::hover());
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(tokens(ui).text2) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &told, wide, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
}

/// "steps of 5 minutes".
fn step(ms: i64) -> String {
    match ms / MINUTE_MS {
        1 => "minute by minute".to_owned(),
        minutes if minutes % 1440 == 0 => format!("steps of {} d", minutes / 1440),
        minutes if minutes % 60 == 0 => format!("steps of {} h", minutes / 60),
        minutes => format!("steps of {minutes} minutes"),
    }
}
