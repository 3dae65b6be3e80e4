//! A daily curve as 24 bars that are drawn with the pointer or set by key; what is drawn over a ready-made curve becomes one's
//! own.
//!
//! Must not know whose curve it is.

use eframe::egui::{
    Align2, CursorIcon, EventFilter, Key, Modifiers, Rect, Response, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use crate::app::usage::figure;
use crate::catalog::usage::{Curve, busiest_hour, hours};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, caption, text_line};
use crate::picture::text::Face;

/// Height of the bars and of the hours under them, in points.
const HEIGHTS: (f32, f32) = (64.0, 16.0);
/// The highest weight that can be drawn; a curve that was written by hand may go higher.
const HIGHEST: u32 = 10;

/// What a person does with the bars.
pub(super) enum Drawn {
    /// A drag starts.
    Begin,
    /// The weights are these now.
    To(Value),
    /// The drag has ended.
    End,
}

/// One's own curve as it starts: that of the ready-made one that was chosen.
pub(super) fn own(chosen: Option<&Value>) -> Value {
    let flat = Curve::Flat.weights().map(Decimal::from);
    written(&chosen.and_then(hours).unwrap_or(flat))
}

/// Shows the bars of a curve.
pub(super) fn ui(ui: &mut Ui, curve: &Value, mut told: impl FnMut(Drawn)) {
    let Some(mut now) = hours(curve) else { return };
    let wide = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(wide, HEIGHTS.0 + HEIGHTS.1), Sense::click_and_drag());
    let bars = rect.with_max_y(rect.top() + HEIGHTS.0);
    let most = now.iter().copied().max().unwrap_or_default().ceil().max(HIGHEST.into());
    let id = response.id.with("hour");
    let before: usize = ui.data(|data| data.get_temp(id)).unwrap_or(9);
    let hour = pointed(&response, &bars).unwrap_or(before);
    let hour = if response.has_focus() { keys(ui, &response, hour, &mut now, most, &mut told) } else { hour };
    ui.data_mut(|data| data.insert_temp(id, hour));
    if response.drag_started() {
        told(Drawn::Begin);
    }
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        let share = ((bars.bottom() - at.y) / bars.height()).clamp(0.0, 1.0);
        let weight = Decimal::from_f32_retain(share).unwrap_or_default().saturating_mul(most).round();
        put(&mut now, hour, weight, &mut told);
    }
    if response.drag_stopped() {
        told(Drawn::End);
    }
    if response.clicked() {
        response.request_focus();
    }
    paint(ui, &response, &bars, (&now, most), hour);
    let words = format!("Daily curve, {hour}:00, weight {}", figure(now[hour]));
    response.widget_info(|| WidgetInfo::slider(true, now[hour].to_f64().unwrap_or_default(), &words));
    let tip = format!("{hour}:00 · weight {}. Draw over the bars, or use the arrow keys.", figure(now[hour]));
    response.on_hover_text_at_pointer(tip).on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
    if let Some(peak) = busiest_hour(&written(&now)) {
        caption(ui, &format!("The busiest hour has {} times the mean.", figure(peak)));
    }
}

/// The hour under the pointer.
fn pointed(response: &Response, bars: &Rect) -> Option<usize> {
    let at = response.interact_pointer_pos().or(response.hover_pos())?;
    let share = (at.x - bars.left()) / bars.width().max(1.0);
    Some(((share * 24.0).floor().max(0.0) as usize).min(23))
}

/// Arrows go from hour to hour and change the weight; returns the hour.
fn keys(
    ui: &Ui,
    response: &Response,
    hour: usize,
    now: &mut [Decimal; 24],
    most: Decimal,
    told: &mut impl FnMut(Drawn),
) -> usize {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let mut hour = hour;
    for (key, to) in [
        (Key::ArrowRight, (hour + 1).min(23)),
        (Key::ArrowLeft, hour.saturating_sub(1)),
        (Key::Home, 0),
        (Key::End, 23),
    ] {
        if pressed(key) {
            hour = to;
        }
    }
    let weight = now[hour];
    for (key, to) in [
        (Key::ArrowUp, weight + Decimal::ONE),
        (Key::ArrowDown, weight - Decimal::ONE),
        (Key::PageUp, most),
        (Key::PageDown, Decimal::ZERO),
    ] {
        if pressed(key) {
            put(now, hour, to.clamp(Decimal::ZERO, most), told);
        }
    }
    hour
}

/// Gives an hour another weight; a day needs at least one hour with some.
fn put(now: &mut [Decimal; 24], hour: usize, weight: Decimal, told: &mut impl FnMut(Drawn)) {
    let mut next = *now;
    next[hour] = weight;
    if next != *now && next.iter().any(|weight| !weight.is_zero()) {
        *now = next;
        told(Drawn::To(written(now)));
    }
}

/// Weights as a document has them, digit by digit.
fn written(weights: &[Decimal; 24]) -> Value {
    let number = |weight: &Decimal| serde_json::from_str(&weight.normalize().to_string()).unwrap_or_else(|_| 0.into());
    Value::Array(weights.iter().map(number).collect())
}

fn paint(ui: &Ui, response: &Response, bars: &Rect, (now, most): (&[Decimal; 24], Decimal), hour: usize) {
    let (t, painter) = (tokens(ui), ui.painter());
    let step = bars.width() / 24.0;
    painter.rect(*bars, 4.0, colour(t.field), line(t.control_border), StrokeKind::Inside);
    let is_near = response.has_focus() || response.hovered() || response.dragged();
    for (at, weight) in now.iter().enumerate() {
        let share = weight.checked_div(most).and_then(|share| share.to_f32()).unwrap_or_default();
        let left = bars.left() + at as f32 * step;
        let top = bars.bottom() - 1.0 - (bars.height() - 4.0) * share;
        let bar = Rect::from_min_max(
            pos2(left + 1.5, top.min(bars.bottom() - 2.0)),
            pos2(left + step - 1.5, bars.bottom() - 1.0),
        );
        let ink = if is_near && at == hour { t.accent } else { t.series[0] };
        painter.rect_filled(bar, 1.5, colour(ink));
    }
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    for (at, align) in
        [(0, Align2::LEFT_CENTER), (6, Align2::CENTER_CENTER), (12, Align2::CENTER_CENTER), (18, Align2::CENTER_CENTER)]
    {
        let place = pos2(bars.left() + at as f32 * step, bars.bottom() + HEIGHTS.1 / 2.0);
        text_line(painter, place, align, &format!("{at}:00"), 40.0, set);
    }
    let end = pos2(bars.right(), bars.bottom() + HEIGHTS.1 / 2.0);
    text_line(painter, end, Align2::RIGHT_CENTER, "24:00", 40.0, set);
    if response.has_focus() {
        painter.rect_stroke(bars.expand(2.0), 5.0, line(t.accent), StrokeKind::Outside);
    }
}
