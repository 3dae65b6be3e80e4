//! A chart of the bill: one layer for each service, and what each costs where one points.
//!
//! Must not know how the bills were worked out.

use eframe::egui::{
    Align2, EventFilter, Key, Modifiers, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};
use eframe::epaint::Mesh;
use rust_decimal::prelude::ToPrimitive as _;

use super::pane::hint;
use crate::app::bill::curve::{Axis, Curve, Step};
use crate::app::bill::words::{dollars, grouped};
use crate::cost::Money;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::{Face, width};
use crate::picture::{Rgb, Tokens};

/// Room for the words of the axes: at the left and below, in points.
const AXES: (f32, f32) = (56.0, 22.0);
/// Width of the legend with its figures, in points.
const LEGEND: f32 = 176.0;
/// The narrowest chart that has its legend at its side, in points; below that it stands under the chart.
const SIDE: f32 = 400.0;
/// Height of a row of the legend, and of its head where it stands under the chart, in points.
const ROWS: (f32, f32) = (20.0, 22.0);
/// Room for a line of notes, in points.
const NOTE: f32 = 16.0;
/// How much of a layer's colour lies over the ground.
const COVER: f32 = 0.82;
/// So many parts the height has at most.
const TICKS: f32 = 4.0;

/// What the chart remembers between two frames.
#[derive(Default)]
pub(super) struct Chart {
    /// Along what it goes, and the step that one points at.
    at: Option<(Axis, usize)>,
}

/// Where figures stand.
struct Scale {
    plot: Rect,
    most: f32,
    steps: usize,
}

impl Scale {
    fn at(&self, step: usize, value: f32) -> Pos2 {
        let across = step as f32 / (self.steps.max(2) - 1) as f32;
        let up = if self.most > 0.0 { value / self.most } else { 0.0 };
        pos2(self.plot.left() + self.plot.width() * across, self.plot.bottom() - self.plot.height() * up)
    }

    fn step(&self, x: f32) -> usize {
        let across = ((x - self.plot.left()) / self.plot.width().max(1.0)).clamp(0.0, 1.0);
        (across * (self.steps - 1) as f32).round() as usize
    }
}

impl Chart {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, curve: &Curve) {
        if curve.layers.is_empty() {
            hint(ui, "Nothing in the diagram has a cost yet, so there is nothing to show.");
            return;
        }
        let whole = ui.available_rect_before_wrap();
        let (rect, response) = ui.allocate_exact_size(whole.size(), Sense::click_and_drag());
        let notes = noted(curve, rect.width() - 24.0);
        let foot = notes.len() as f32 * NOTE + if notes.is_empty() { 0.0 } else { 6.0 };
        let (plot, legend) = rooms(rect, foot, curve.layers.len());
        if plot.height() < 40.0 || plot.width() < 60.0 {
            return;
        }
        let totals: Vec<f32> = (0..curve.steps.len()).map(|step| size(curve.total(step))).collect();
        let most = totals.iter().copied().fold(0.0, f32::max);
        let tick = nice(most / TICKS);
        let scale = Scale { plot, most: (most / tick).ceil() * tick, steps: curve.steps.len() };
        let at = self.point(ui, &response, &scale, curve);
        axes(ui, &scale, tick, curve);
        layers(ui, &scale, curve);
        marks(ui, &scale, &totals, (at, curve.declared()));
        if legend.width() > SIDE / 2.0 {
            legend_under(ui, legend, curve, at);
        } else {
            legend_beside(ui, legend.min, curve, at);
        }
        let set = Line { face: Face::Regular, size: 11.0, colour: colour(tokens(ui).text2) };
        for (row, note) in notes.iter().enumerate() {
            let at = pos2(rect.left() + 12.0, rect.bottom() - foot + NOTE * (row as f32 + 0.5));
            text_line(ui.painter(), at, Align2::LEFT_CENTER, note, rect.width() - 24.0, set);
        }
        let per = if curve.axis == Axis::Day { "an hour" } else { "a month" };
        let told = format!("Bill by {}: {} {per}, {}", curve.axis, dollars(curve.total(at)), curve.steps[at].told);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Slider, true, &told));
        if notes.iter().any(|note| note.ends_with('…')) {
            response.on_hover_text(curve.notes.join(" "));
        }
    }

    /// Follows the pointer and the arrow keys; returns the step that one points at.
    fn point(&mut self, ui: &Ui, response: &Response, scale: &Scale, curve: &Curve) -> usize {
        let known = self.at.filter(|(axis, _)| *axis == curve.axis).map(|(_, at)| at);
        let mut at = known.or(curve.declared()).unwrap_or_default();
        if let Some(pointer) = response.hover_pos().filter(|pointer| scale.plot.expand(8.0).contains(*pointer)) {
            at = scale.step(pointer.x);
        }
        if response.clicked() {
            response.request_focus();
        }
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            at = at.saturating_add(usize::from(pressed(Key::ArrowRight)));
            at = at.saturating_sub(usize::from(pressed(Key::ArrowLeft)));
            ui.painter().rect_stroke(scale.plot, 2.0, line(tokens(ui).accent), eframe::egui::StrokeKind::Outside);
        }
        at = at.min(scale.steps - 1);
        self.at = Some((curve.axis, at));
        at
    }
}

/// The rooms of the chart and of its legend: beside it or, where it is narrow, under it.
fn rooms(rect: Rect, foot: f32, layers: usize) -> (Rect, Rect) {
    let corner = rect.min + vec2(AXES.0, 8.0);
    if rect.width() > SIDE {
        let plot = Rect::from_min_max(corner, rect.max - vec2(LEGEND + 12.0, AXES.1 + foot));
        return (plot, Rect::from_min_size(pos2(rect.right() - LEGEND, rect.top() + 4.0), vec2(LEGEND, 0.0)));
    }
    let under = ROWS.1 + layers.div_ceil(2) as f32 * ROWS.0 + foot;
    let plot = Rect::from_min_max(corner, rect.max - vec2(12.0, AXES.1 + under));
    let legend = Rect::from_min_max(pos2(rect.left() + 12.0, rect.bottom() - under), rect.max - vec2(12.0, foot));
    (plot, legend)
}

/// What there is to say, in lines that fit; more than two would take the room of the chart.
fn noted(curve: &Curve, room: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in curve.notes.iter().flat_map(|note| note.split(' ')) {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), Face::Regular, 11.0) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > 2 {
        lines.truncate(2);
        lines[1].push_str(" …");
    }
    lines
}

/// What is declared, and where one points.
fn marks(ui: &Ui, scale: &Scale, totals: &[f32], (at, declared): (usize, Option<usize>)) {
    let (t, painter) = (tokens(ui), ui.painter());
    let top = scale.at(at, totals.get(at).copied().unwrap_or_default());
    painter.vline(top.x, scale.plot.y_range(), line(t.text));
    painter.circle(top, 4.0, colour(t.panel), Stroke::new(1.5, colour(t.text)));
    let Some(declared) = declared else { return };
    let x = scale.at(declared, 0.0).x;
    let ends = [pos2(x, scale.plot.top()), pos2(x, scale.plot.bottom())];
    painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour(t.text)), 4.0, 3.0));
    let set = Line { face: Face::Medium, size: 11.0, colour: colour(t.text) };
    text_line(painter, pos2(x + 5.0, scale.plot.top() + 7.0), Align2::LEFT_CENTER, "declared", 80.0, set);
}

/// What each layer costs where one points; the uppermost layer first.
fn legend_beside(ui: &Ui, corner: Pos2, curve: &Curve, at: usize) {
    let (t, painter) = (tokens(ui), ui.painter());
    let set = |face, size, ink| Line { face, size, colour: colour(ink) };
    let place = corner + vec2(0.0, 8.0);
    let told = &curve.steps[at].told;
    text_line(painter, place, Align2::LEFT_CENTER, told, LEGEND, set(Face::Regular, 12.0, t.text2));
    let total = dollars(curve.total(at));
    let place = place + vec2(0.0, 20.0);
    text_line(painter, place, Align2::LEFT_CENTER, &total, LEGEND, set(Face::SemiBold, 15.0, t.text));
    for (row, index) in (0..curve.layers.len()).rev().enumerate() {
        let left = pos2(corner.x, place.y + 26.0 + row as f32 * ROWS.0);
        entry(ui, (left, LEGEND - 12.0), curve, (index, at));
    }
}

/// The same in two columns under a line with the sum.
fn legend_under(ui: &Ui, rect: Rect, curve: &Curve, at: usize) {
    let (t, painter) = (tokens(ui), ui.painter());
    let set = |face, ink| Line { face, size: 12.0, colour: colour(ink) };
    let y = rect.top() + ROWS.1 / 2.0;
    let sum = dollars(curve.total(at));
    let taken =
        text_line(painter, pos2(rect.right(), y), Align2::RIGHT_CENTER, &sum, 120.0, set(Face::SemiBold, t.text));
    let (left, room) = (pos2(rect.left(), y), rect.width() - taken - 8.0);
    text_line(painter, left, Align2::LEFT_CENTER, &curve.steps[at].told, room, set(Face::Regular, t.text2));
    let column = (rect.width() - 16.0) / 2.0;
    for (place, index) in (0..curve.layers.len()).rev().enumerate() {
        let left = rect.left() + (place % 2) as f32 * (column + 16.0);
        let y = rect.top() + ROWS.1 + ((place / 2) as f32 + 0.5) * ROWS.0;
        entry(ui, (pos2(left, y), column), curve, (index, at));
    }
}

/// A layer in the legend: its colour, its name, what it costs.
fn entry(ui: &Ui, (left, room): (Pos2, f32), curve: &Curve, (index, at): (usize, usize)) {
    let (t, painter, layer) = (tokens(ui), ui.painter(), &curve.layers[index]);
    let set = |ink| Line { face: Face::Regular, size: 12.0, colour: colour(ink) };
    let swatch = Rect::from_center_size(left + vec2(5.0, 0.0), vec2(10.0, 10.0));
    painter.rect_filled(swatch, 2.0, colour(shade(t, index)));
    let cost = dollars(layer.costs.get(at).copied().unwrap_or_default());
    let right = pos2(left.x + room, left.y);
    let taken = text_line(painter, right, Align2::RIGHT_CENTER, &cost, 90.0, set(t.text));
    let name = left + vec2(16.0, 0.0);
    text_line(painter, name, Align2::LEFT_CENTER, &layer.name, room - taken - 24.0, set(t.text2));
}

fn size(money: Money) -> f32 {
    money.dollars().to_f32().unwrap_or_default()
}

/// The next round number: one, two or five with zeros.
fn nice(least: f32) -> f32 {
    let least = least.max(0.000_001);
    let power = 10_f32.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= least * 0.999).unwrap_or(least)
}

fn shade(t: &Tokens, index: usize) -> Rgb {
    t.series[index % t.series.len()].over(t.panel, COVER)
}

/// Lines and words of the axes.
fn axes(ui: &Ui, scale: &Scale, tick: f32, curve: &Curve) {
    let (t, painter) = (tokens(ui), ui.painter());
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let mut value = 0.0;
    while value <= scale.most + tick * 0.5 {
        let at = scale.at(0, value);
        painter.hline(scale.plot.x_range(), at.y, line(t.divider));
        let words = if tick < 1.0 { format!("${value:.2}") } else { format!("${}", grouped(&format!("{value:.0}"))) };
        text_line(painter, at - vec2(8.0, 0.0), Align2::RIGHT_CENTER, &words, AXES.0, set);
        value += tick;
    }
    for (step, Step { tick, .. }) in curve.steps.iter().enumerate().filter(|(_, step)| !step.tick.is_empty()) {
        let at = pos2(scale.at(step, 0.0).x, scale.plot.bottom() + 11.0);
        text_line(painter, at, Align2::CENTER_CENTER, tick, 40.0, set);
    }
}

/// The layers, the first at the bottom, with a thin line of the ground between two.
fn layers(ui: &Ui, scale: &Scale, curve: &Curve) {
    let (t, painter) = (tokens(ui), ui.painter());
    let mut below = vec![0.0; scale.steps];
    for (index, layer) in curve.layers.iter().enumerate() {
        let above: Vec<f32> = below.iter().zip(&layer.costs).map(|(below, cost)| below + size(*cost)).collect();
        let mut mesh = Mesh::default();
        let ink = colour(shade(t, index));
        for (step, (low, high)) in below.iter().zip(&above).enumerate() {
            mesh.colored_vertex(scale.at(step, *low), ink);
            mesh.colored_vertex(scale.at(step, *high), ink);
            if step > 0 {
                let last = 2 * step as u32;
                mesh.add_triangle(last - 2, last - 1, last);
                mesh.add_triangle(last - 1, last + 1, last);
            }
        }
        painter.add(Shape::mesh(mesh));
        let top: Vec<Pos2> = above.iter().enumerate().map(|(step, high)| scale.at(step, *high)).collect();
        painter.add(Shape::line(top, Stroke::new(1.0, colour(t.panel))));
        below = above;
    }
}

#[cfg(test)]
mod tests {
    use super::nice;

    #[test]
    fn ticks_are_round_numbers() {
        let check = |least: f32, round: f32| assert!((nice(least) - round).abs() < round * 1e-3, "{least}");
        check(0.0023, 0.005);
        check(1.0, 1.0);
        check(1593.0, 2000.0);
        check(6.1, 10.0);
    }
}
