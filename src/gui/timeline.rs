//! The time line under the canvas while the Live lens is looked through: invocations and failures over time, and the span that
//! the figures on the canvas are of.
//!
//! Must not know how figures are worked out.

mod hands;

use eframe::egui::{Align2, Frame, Margin, Panel, Rect, Shape, Ui, UiBuilder, pos2, vec2};
use egui_phosphor::regular as icon;

use super::theme::{colour, line, tokens};
use super::widgets::{Line, icon_button, text_line};
use crate::app::observe::Attached;
use crate::app::{Action, Command, Lens, Workspace};
use crate::picture::text::Face;
use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::zone::Zone;

/// Height of the panel, in points.
const HEIGHT: f32 = 56.0;
/// Width of the words at the right, and of what stands at the left, in points.
const WORDS: f32 = 172.0;
const PLAY: f32 = 40.0;
/// The least width of a bar, in points.
const BAR: f32 = 5.0;

/// The time that is shown, and where.
#[derive(Clone, Copy)]
struct Scale {
    rect: Rect,
    from_ms: i64,
    to_ms: i64,
}

impl Scale {
    fn x(&self, ms: i64) -> f32 {
        let share = (ms - self.from_ms) as f64 / (self.to_ms - self.from_ms) as f64;
        self.rect.left() + (share.clamp(0.0, 1.0) * f64::from(self.rect.width())) as f32
    }

    fn ms(&self, x: f32) -> i64 {
        let share = f64::from((x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0);
        self.from_ms + (share * (self.to_ms - self.from_ms) as f64) as i64
    }
}

/// Takes its place at the bottom of `ui` while there is something to show.
pub(super) fn show(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let Some(attached) = workspace.attached().filter(|_| workspace.lens() == Lens::Live) else { return };
    let Some(whole_ms) = attached.whole_ms() else { return };
    let frame = Frame::new().fill(colour(tokens(ui).panel)).inner_margin(Margin::symmetric(12, 0));
    let panel = Panel::bottom("time line").exact_size(HEIGHT).resizable(false).frame(frame);
    panel.show(ui, |ui| self::ui(ui, (workspace, attached), whole_ms, commands));
}

fn ui(
    ui: &mut Ui,
    (workspace, attached): (&Workspace, &Attached),
    (from_ms, to_ms): (i64, i64),
    commands: &mut Vec<Command>,
) {
    let whole = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(whole);
    play(ui, workspace, whole, commands);
    let min = whole.min + vec2(PLAY, 8.0);
    let rect = Rect::from_min_max(min, pos2(whole.right() - WORDS - 16.0, whole.bottom() - 18.0));
    let scale = Scale { rect, from_ms, to_ms };
    bars(ui, attached, scale);
    span(ui, attached, scale);
    hours(ui, workspace.zone(), scale);
    hands::ui(ui, workspace, attached, scale, commands);
    words(ui, workspace, attached, whole, commands);
}

/// The button that lets time go on.
fn play(ui: &mut Ui, workspace: &Workspace, whole: Rect, commands: &mut Vec<Command>) {
    let rect = Rect::from_center_size(pos2(whole.left() + 12.0, whole.center().y), vec2(32.0, 32.0));
    let mut side = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("play"));
    let (sign, label) = if workspace.is_playing() { (icon::PAUSE, "Pause") } else { (icon::PLAY, "Play") };
    if icon_button(&mut side, sign, 32.0, label, true).clicked() {
        commands.push(Command::Act(Action::PlayTime));
    }
}

/// The span in words, and the way back to all of it.
fn words(ui: &mut Ui, workspace: &Workspace, attached: &Attached, whole: Rect, commands: &mut Vec<Command>) {
    let (t, zone) = (tokens(ui), workspace.zone());
    let Some((from, to)) = attached.span_ms().or(attached.whole_ms()) else { return };
    let told = format!("{} to {}", zone.minute(from), zone.minute(to));
    let (bold, small) = (Face::SemiBold, Face::Regular);
    let set = Line { face: bold, size: 13.0, colour: colour(t.text) };
    text_line(ui.painter(), pos2(whole.right(), whole.top() + 16.0), Align2::RIGHT_CENTER, &told, WORDS, set);
    let pace = if workspace.is_playing() { format!(" · {}× as fast", attached.pace()) } else { String::new() };
    let told = format!("{}{pace} · {}", length(to - from), zone.name(from));
    let set = Line { face: small, size: 11.0, colour: colour(t.text2) };
    let at = pos2(whole.right(), whole.top() + 38.0);
    text_line(ui.painter(), at, Align2::RIGHT_CENTER, &told, WORDS, set);
    if attached.span_ms().is_none() {
        return;
    }
    let rect = Rect::from_min_size(pos2(whole.right() - WORDS, whole.top() + 2.0), vec2(28.0, 28.0));
    let mut side = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("whole"));
    if icon_button(&mut side, icon::ARROWS_OUT_LINE_HORIZONTAL, 28.0, "Whole time", true).clicked() {
        commands.push(Command::LookAtSpan(None));
    }
}

/// "5 min", "2 h 30 min".
fn length(ms: i64) -> String {
    let minutes = (ms as f64 / MINUTE_MS as f64).round().max(1.0) as i64;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Invocations, and failures before them, in bars of the same width.
fn bars(ui: &Ui, attached: &Attached, scale: Scale) {
    let t = tokens(ui);
    let most = ((scale.rect.width() / BAR) as usize).max(1);
    let minutes = ((scale.to_ms - scale.from_ms) / MINUTE_MS).max(1) as usize;
    let per_bar = minutes.div_ceil(most) as i64;
    let mut bars: std::collections::BTreeMap<i64, (u64, u64)> = std::collections::BTreeMap::new();
    for (minute, (calls, failures)) in attached.observed().minutes.iter() {
        let bar = bars.entry((minute - scale.from_ms / MINUTE_MS) / per_bar).or_default();
        (bar.0, bar.1) = (bar.0 + calls, bar.1 + failures);
    }
    let highest = bars.values().map(|(calls, failures)| (*calls).max(*failures)).max().unwrap_or(1).max(1) as f32;
    for (place, (calls, failures)) in bars {
        let from = scale.from_ms + place * per_bar * MINUTE_MS;
        let (left, right) = (scale.x(from), scale.x(from + per_bar * MINUTE_MS));
        for (count, ink) in [(calls, t.control_border), (failures, t.danger_fill)] {
            let high = count as f32 / highest * scale.rect.height();
            let high = if count > 0 { high.max(2.0) } else { 0.0 };
            let min = pos2(left, scale.rect.bottom() - high);
            let max = pos2((right - 1.0).max(left + 1.0), scale.rect.bottom());
            ui.painter().rect_filled(Rect::from_min_max(min, max), 0.0, colour(ink));
        }
    }
    ui.painter().hline(scale.rect.x_range(), scale.rect.bottom(), line(t.divider));
}

/// The span that is looked at: what is outside steps back, and a mark stands at its end, which is the moment that is shown.
fn span(ui: &Ui, attached: &Attached, scale: Scale) {
    let Some((from, to)) = attached.span_ms() else { return };
    let t = tokens(ui);
    let rect = scale.rect.with_min_x(scale.x(from)).with_max_x(scale.x(to)).expand2(vec2(0.0, 4.0));
    let painter = ui.painter();
    let whole = scale.rect.expand2(vec2(0.0, 1.0));
    let veil = colour(t.panel).gamma_multiply(0.6);
    painter.rect_filled(whole.with_max_x(rect.left()), 0.0, veil);
    painter.rect_filled(whole.with_min_x(rect.right()), 0.0, veil);
    painter.rect_filled(rect, 2.0, colour(t.accent).gamma_multiply(0.2));
    painter.vline(rect.left(), rect.y_range(), line(t.accent));
    painter.vline(rect.right(), rect.y_range(), (2.0, colour(t.accent)));
    let (x, top) = (rect.right(), rect.top() - 4.0);
    let mark =
        [(-5.0, 0.0), (5.0, 0.0), (5.0, 6.0), (0.0, 11.0), (-5.0, 6.0)].map(|(by, down)| pos2(x + by, top + down));
    painter.add(Shape::convex_polygon(mark.to_vec(), colour(t.accent), (0.0, colour(t.accent))));
}

/// Minutes between two times under the bars.
const STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
/// The least room for a time, in points.
const HOUR: f32 = 72.0;

/// Times under the bars, at round minutes of the place that is shown.
fn hours(ui: &Ui, zone: &Zone, scale: Scale) {
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(tokens(ui).text2) };
    let most = (scale.rect.width() / HOUR).max(1.0) as i64;
    let minutes = (scale.to_ms - scale.from_ms) / MINUTE_MS;
    let step = STEPS.into_iter().find(|step| minutes / step < most).unwrap_or(minutes / most + 1) * MINUTE_MS;
    let ahead = zone.shifted(scale.from_ms).saturating_sub(scale.from_ms);
    let mut ms = (scale.from_ms + ahead).div_euclid(step) * step - ahead;
    while ms < scale.to_ms {
        // What would stand half outside is left out.
        if ms >= scale.from_ms && scale.x(ms) + 40.0 < scale.rect.right() + 12.0 {
            let at = pos2(scale.x(ms), scale.rect.bottom() + 9.0);
            text_line(ui.painter(), at, Align2::LEFT_CENTER, &zone.minute(ms), 60.0, set);
        }
        ms += step;
    }
}
