//! The bill at other traffic: one layer for each service, the declared traffic marked, and what it costs where one points.
//!
//! Must not know how the bills were worked out.

use eframe::egui::{
    Align2, EventFilter, Key, Modifiers, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};
use eframe::epaint::Mesh;
use rust_decimal::prelude::ToPrimitive as _;

use crate::app::bill::curve::Curve;
use crate::app::bill::words::{dollars, grouped};
use crate::cost::Money;
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, caption, text_line};
use crate::picture::text::Face;
use crate::picture::{Rgb, Tokens};

/// Room for the words of the axes: at the left and below, in points.
const AXES: (f32, f32) = (56.0, 22.0);
/// Width of the legend with its figures, in points.
const LEGEND: f32 = 176.0;
/// Room below for the words about bends, in points.
const BENDS: f32 = 20.0;
/// How much of a layer's colour lies over the ground.
const COVER: f32 = 0.82;
/// So many parts the height has at most.
const TICKS: f32 = 4.0;

/// What the chart remembers between two frames.
pub(super) struct Chart {
    /// The step that one points at.
    at: usize,
}

impl Default for Chart {
    fn default() -> Self {
        // Once the declared traffic.
        Self { at: 1 }
    }
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
            caption(ui, "Nothing in the diagram has a cost yet, so there is nothing to grow.");
            return;
        }
        let whole = ui.available_rect_before_wrap();
        let (rect, response) = ui.allocate_exact_size(whole.size(), Sense::click_and_drag());
        let legend = if rect.width() > 400.0 { LEGEND } else { 0.0 };
        let plot = Rect::from_min_max(
            rect.min + vec2(AXES.0, 8.0),
            rect.max - vec2(legend + 12.0, AXES.1 + if curve.bends.is_empty() { 0.0 } else { BENDS }),
        );
        if plot.height() < 40.0 || plot.width() < 60.0 {
            return;
        }
        let totals: Vec<f32> = (0..curve.times.len()).map(|step| size(curve.total(step))).collect();
        let most = totals.iter().copied().fold(0.0, f32::max);
        let tick = nice(most / TICKS);
        let scale = Scale { plot, most: (most / tick).ceil() * tick, steps: curve.times.len() };
        self.point(ui, &response, &scale);
        axes(ui, &scale, tick, curve);
        layers(ui, &scale, curve);
        self.marks(ui, &scale, &totals);
        if legend > 0.0 {
            self.legend(ui, pos2(rect.right() - LEGEND, rect.top() + 4.0), curve);
        }
        bends(ui, rect, curve);
        let (times, total) = (curve.times[self.at], dollars(curve.total(self.at)));
        let told = format!("Bill by traffic: {total} a month at {times} times the traffic");
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Slider, true, &told));
    }

    /// Follows the pointer and the arrow keys.
    fn point(&mut self, ui: &Ui, response: &Response, scale: &Scale) {
        if let Some(at) = response.hover_pos().filter(|at| scale.plot.expand(8.0).contains(*at)) {
            self.at = scale.step(at.x);
        }
        if response.clicked() {
            response.request_focus();
        }
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            self.at = self.at.saturating_add(usize::from(pressed(Key::ArrowRight)));
            self.at = self.at.saturating_sub(usize::from(pressed(Key::ArrowLeft)));
            ui.painter().rect_stroke(scale.plot, 2.0, line(tokens(ui).accent), eframe::egui::StrokeKind::Outside);
        }
        self.at = self.at.min(scale.steps - 1);
    }

    /// The declared traffic, and where one points.
    fn marks(&self, ui: &Ui, scale: &Scale, totals: &[f32]) {
        let (t, painter) = (tokens(ui), ui.painter());
        let declared = scale.at(1, 0.0).x;
        let ends = [pos2(declared, scale.plot.top()), pos2(declared, scale.plot.bottom())];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour(t.text)), 4.0, 3.0));
        let set = Line { face: Face::Medium, size: 11.0, colour: colour(t.text) };
        let words = pos2(declared + 5.0, scale.plot.top() + 7.0);
        text_line(painter, words, Align2::LEFT_CENTER, "declared", 80.0, set);
        let top = scale.at(self.at, totals.get(self.at).copied().unwrap_or_default());
        painter.vline(top.x, scale.plot.y_range(), line(t.text));
        painter.circle(top, 4.0, colour(t.panel), Stroke::new(1.5, colour(t.text)));
    }

    /// What each layer costs where one points; the uppermost layer first.
    fn legend(&self, ui: &Ui, corner: Pos2, curve: &Curve) {
        let (t, painter) = (tokens(ui), ui.painter());
        let set = |face, size, ink| Line { face, size, colour: colour(ink) };
        let right = corner.x + LEGEND - 12.0;
        let times = curve.times.get(self.at).map(|times| times.normalize().to_string()).unwrap_or_default();
        let title =
            if times == "1" { "At the declared traffic".to_owned() } else { format!("At {times} × the traffic") };
        let at = corner + vec2(0.0, 8.0);
        text_line(painter, at, Align2::LEFT_CENTER, &title, LEGEND, set(Face::Regular, 12.0, t.text2));
        let total = dollars(curve.total(self.at));
        let at = at + vec2(0.0, 20.0);
        text_line(painter, at, Align2::LEFT_CENTER, &total, LEGEND, set(Face::SemiBold, 15.0, t.text));
        for (row, (index, layer)) in curve.layers.iter().enumerate().rev().enumerate() {
            let y = at.y + 26.0 + row as f32 * 20.0;
            let swatch = Rect::from_center_size(pos2(corner.x + 5.0, y), vec2(10.0, 10.0));
            painter.rect_filled(swatch, 2.0, colour(shade(t, index)));
            let cost = layer.costs.get(self.at).copied().unwrap_or_default();
            let (words, place) = (dollars(cost), pos2(right, y));
            let taken = text_line(painter, place, Align2::RIGHT_CENTER, &words, 90.0, set(Face::Regular, 12.0, t.text));
            let (left, room) = (pos2(corner.x + 16.0, y), right - taken - 8.0 - corner.x - 16.0);
            text_line(painter, left, Align2::LEFT_CENTER, &layer.name, room, set(Face::Regular, 12.0, t.text2));
        }
    }
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
    for (step, times) in curve.times.iter().enumerate().filter(|(_, times)| times.fract().is_zero()) {
        let at = pos2(scale.at(step, 0.0).x, scale.plot.bottom() + 11.0);
        text_line(painter, at, Align2::CENTER_CENTER, &format!("×{}", times.normalize()), 40.0, set);
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

/// Where a next tier begins.
fn bends(ui: &Ui, rect: Rect, curve: &Curve) {
    if curve.bends.is_empty() {
        return;
    }
    let words = format!("Next tiers: {}.", curve.bends.join(", "));
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(tokens(ui).text2) };
    let at = pos2(rect.left() + 12.0, rect.bottom() - BENDS / 2.0);
    text_line(ui.painter(), at, Align2::LEFT_CENTER, &words, rect.width() - 24.0, set);
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
