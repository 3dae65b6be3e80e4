//! One chart: a curve of every node over the span, which is chosen by dragging and by the wheel.
//!
//! Must not know how values were worked out.

use eframe::egui::{Align2, Id, Rect, Response, Sense, Stroke, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;
use egui_plot::{AxisHints, Line as Drawn, LineStyle, Plot, PlotBounds, PlotPoints, PlotTransform, PlotUi, Points};

use super::{Metrics, axis, ink, tip};
use crate::app::observe::{Attached, Wanted, node_query, time_query};
use crate::app::{Command, Workspace};
use crate::gui::fonts;
use crate::gui::status_bar::counted;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, icon_button, text_line};
use crate::picture::Tokens;
use crate::picture::text::Face;
use crate::telemetry::chart::{Chart, Charts, Curve, Measure, Owner, Subject};
use crate::telemetry::load::MINUTE_MS;

/// Height of the words over a chart, in points.
const HEAD: f32 = 26.0;
/// So near to an end no time is written, in points.
const EDGE: f32 = 18.0;

/// What charts are drawn from.
pub(super) struct Board<'b> {
    pub(super) workspace: &'b Workspace,
    pub(super) attached: &'b Attached,
    pub(super) charts: &'b Charts,
    /// Who has a curve, by name.
    pub(super) owners: &'b [(Owner, String)],
}

/// What people call what a chart is of.
fn title(subject: &Subject, board: &Board<'_>) -> String {
    match subject {
        Subject::Measure(Measure::Invocations) => "Invocations".to_owned(),
        Subject::Measure(Measure::Errors) => "Errors".to_owned(),
        Subject::Measure(Measure::Duration) => format!("Duration {}", board.attached.gauges().stat()),
        Subject::Measure(Measure::Cold) => "Cold invocations".to_owned(),
        Subject::Measure(Measure::Inits) => "Environments prepared".to_owned(),
        Subject::Measure(Measure::Refusals) => "Refused".to_owned(),
        Subject::Measure(Measure::Concurrency) => "Concurrency".to_owned(),
        Subject::Measure(Measure::Backlog) => "Backlog".to_owned(),
        Subject::Measure(Measure::Age) => "Oldest in the backlog".to_owned(),
        Subject::Metric(_, name, statistic) if statistic.is_empty() => name.to_string(),
        Subject::Metric(_, name, statistic) => format!("{name} {statistic}"),
    }
}

impl Metrics {
    /// Shows a chart at a place.
    pub(super) fn chart(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        board: &Board<'_>,
        chart: &Chart,
        commands: &mut Vec<Command>,
    ) {
        let t = tokens(ui);
        let title = title(&chart.subject, board);
        self.head(ui, rect, &title, chart);
        let plot = Rect::from_min_max(rect.min + vec2(6.0, HEAD), rect.max - vec2(8.0, 4.0));
        let span = board.charts.span_ms;
        let shown: Vec<&Curve> = chart.curves.iter().filter(|curve| !self.hidden.contains(&curve.owner)).collect();
        let high = shown.iter().flat_map(|curve| &curve.points).map(|(_, value)| *value).fold(0.0, f64::max);
        let high = if high > 0.0 { high * 1.12 } else { 1.0 };
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [axis::minutes(span.1, span.0), high]);
        let selected = board.workspace.open().and_then(crate::app::Open::one_node);
        let drawn = ui.scope_builder(UiBuilder::new().max_rect(plot).id_salt(("plot", &chart.subject)), |ui| {
            framed(board, chart, plot, t).show(ui, |drawing| {
                drawing.set_plot_bounds(bounds);
                for curve in &shown {
                    let place = board.owners.iter().position(|(owner, _)| *owner == curve.owner).unwrap_or_default();
                    let thick = selected.is_some_and(|node| curve.owner == Owner::Node(node));
                    self::draw(drawing, curve, board.charts, (place, if thick { 2.5 } else { 1.5 }), t);
                }
            })
        });
        let (response, transform) = (drawn.inner.response, drawn.inner.transform);
        response.widget_info(|| {
            let words = format!("Chart {title}, {}", counted(shown.len(), "curve"));
            WidgetInfo::labeled(WidgetType::Image, true, words)
        });
        self.hands(ui, board, chart, &transform, response, commands);
    }

    /// What a chart is of, and the way to more room for it.
    fn head(&mut self, ui: &mut Ui, rect: Rect, title: &str, chart: &Chart) {
        let t = tokens(ui);
        let at = pos2(rect.left() + 12.0, rect.top() + HEAD / 2.0 + 2.0);
        let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(t.text) };
        let room = rect.width() - 60.0;
        let taken = text_line(ui.painter(), at, Align2::LEFT_CENTER, title, room, set);
        let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
        text_line(ui.painter(), at + vec2(taken + 8.0, 0.0), Align2::LEFT_CENTER, &chart.unit, room - taken - 8.0, set);
        let is_large = self.enlarged.as_ref() == Some(&chart.subject);
        let (glyph, label) =
            if is_large { (icon::ARROWS_IN, "Show all charts") } else { (icon::ARROWS_OUT, "Enlarge") };
        let corner = Rect::from_center_size(pos2(rect.right() - 18.0, at.y), vec2(22.0, 22.0));
        let label = format!("{label}: {title}");
        let mut side = ui.new_child(UiBuilder::new().max_rect(corner).id_salt(("enlarge", &chart.subject)));
        if icon_button(&mut side, glyph, 22.0, &label, true).clicked() {
            self.enlarged = if is_large { None } else { Some(chart.subject.clone()) };
        }
    }

    /// A drag chooses a span, the wheel with a key held shows more or less of it, a click leads to the log.
    fn hands(
        &mut self,
        ui: &Ui,
        board: &Board<'_>,
        chart: &Chart,
        transform: &PlotTransform,
        response: Response,
        commands: &mut Vec<Command>,
    ) {
        let (from, to) = board.charts.span_ms;
        let time = |x: f32| {
            let minutes = transform.value_from_position(pos2(x, 0.0)).x;
            from.saturating_add((minutes * MINUTE_MS as f64) as i64).clamp(from, to)
        };
        if response.drag_started() {
            self.dragged_from = ui.input(|input| input.pointer.press_origin()).map(|at| time(at.x));
        }
        if let (Some(start), Some(at)) = (self.dragged_from, response.interact_pointer_pos()) {
            let (low, high) = (start.min(time(at.x)), start.max(time(at.x)));
            if response.dragged() {
                let x = |ms: i64| transform.position_from_point_x(axis::minutes(ms, from));
                let band = Rect::from_x_y_ranges(x(low)..=x(high), transform.frame().y_range());
                ui.painter().rect_filled(band, 0.0, colour(tokens(ui).accent).gamma_multiply(0.25));
            } else if response.drag_stopped() {
                self.dragged_from = None;
                commands.push(Command::LookAtSpan(Some(whole_minutes(low, high))));
            }
        }
        wheel(ui, &response, (from, to), time, commands);
        let Some(at) = response.hover_pos().or(response.interact_pointer_pos()) else { return };
        let step = time(at.x).div_euclid(board.charts.step_ms) * board.charts.step_ms;
        let told = tip::told(board, chart, step, |owner| !self.hidden.contains(owner));
        if response.clicked() {
            let y = |value: f64| transform.position_from_point_y(value);
            let nearest =
                told.iter().min_by(|one, other| (y(one.value) - at.y).abs().total_cmp(&(y(other.value) - at.y).abs()));
            commands.extend(log_at(board, nearest, step));
        }
        let zone = board.workspace.zone();
        let when = format!("{} {}", zone.written(step).get(..16).unwrap_or_default(), zone.name(step));
        if self.dragged_from.is_none() {
            response.on_hover_ui_at_pointer(|ui| tip::ui(ui, &when, &chart.unit, &told));
        }
    }
}

/// The span in minutes that are whole, one at least.
fn whole_minutes(low: i64, high: i64) -> (i64, i64) {
    let down = |ms: i64| ms.div_euclid(MINUTE_MS) * MINUTE_MS;
    (down(low), down(high).saturating_add(MINUTE_MS))
}

/// Shows more or less of the time around the pointer, or what is before or behind.
fn wheel(ui: &Ui, response: &Response, (from, to): (i64, i64), time: impl Fn(f32) -> i64, commands: &mut Vec<Command>) {
    let Some(at) = response.hover_pos() else { return };
    let (factor, across) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta.x));
    let is_turned = (factor - 1.0).abs() > f32::EPSILON;
    if !is_turned && across.abs() < 0.5 {
        return;
    }
    let shift = if is_turned { 0 } else { time(at.x) - time(at.x + across) };
    let around = time(at.x);
    let scaled = |ms: i64| around + ((ms - around) as f64 / f64::from(factor)) as i64 + shift;
    let (low, high) = whole_minutes(scaled(from), scaled(to).saturating_sub(MINUTE_MS));
    if high > low {
        commands.push(Command::LookAtSpan(Some((low, high))));
    }
}

/// The log of a step, of one node when a curve of one was clicked.
fn log_at(board: &Board<'_>, nearest: Option<&tip::Told>, step_ms: i64) -> Option<Command> {
    if !board.workspace.has_logs() {
        return None;
    }
    let span = time_query((step_ms, step_ms.saturating_add(board.charts.step_ms)), board.workspace.zone());
    let of_node = nearest.and_then(|told| match &told.owner {
        Owner::Node(node) => board.workspace.name_of(*node).map(node_query),
        Owner::Other(name) if !name.is_empty() => Some(format!("group:\"{name}\"")),
        Owner::Other(_) => None,
    });
    let query = of_node.map_or_else(|| span.clone(), |node| format!("{node} {span}"));
    Some(Command::ShowLines(Wanted { query, ..Wanted::default() }))
}

/// The empty chart in our measures and colours.
fn framed<'a>(board: &'a Board<'_>, chart: &'a Chart, plot: Rect, t: &Tokens) -> Plot<'a> {
    let ((from, to), zone) = (board.charts.span_ms, board.workspace.zone());
    let font = fonts::font(Face::Regular, 11.0);
    let time = move |mark: egui_plot::GridMark, seen: &std::ops::RangeInclusive<f64>| {
        // At the ends, words would lie on those of the other axis or be cut.
        let edge = (seen.end() - seen.start()) * f64::from(EDGE / plot.width().max(1.0));
        let is_within = (seen.start() + edge..=seen.end() - edge).contains(&mark.value);
        let at = from.saturating_add((mark.value * MINUTE_MS as f64).round() as i64);
        if is_within { axis::words(at, mark.step_size, zone) } else { String::new() }
    };
    let across = AxisHints::new_x().formatter(time).tick_label_color(colour(t.text2)).tick_label_font(font.clone());
    let up = AxisHints::new_y()
        .formatter(|mark, _| axis::short(mark.value))
        .tick_label_color(colour(t.text2))
        .tick_label_font(font)
        .min_thickness(40.0);
    Plot::new(("chart", &chart.subject))
        .width(plot.width())
        .height(plot.height())
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .show_crosshair(true)
        .label_formatter(|_| None)
        .cursor_color(colour(t.text2))
        .grid_color(colour(t.divider))
        .grid_fade(0.0)
        .link_cursor(Id::new("charts"), [true, false])
        .custom_x_axes(vec![across])
        .custom_y_axes(vec![up])
        .x_grid_spacer(move |_| axis::marks((from, to), plot.width() - 50.0, zone))
        .y_grid_spacer(|input| axis::heights(input.bounds))
        .sense(Sense::click_and_drag())
}

/// A curve with its gaps; a value that stands alone is a point, and what the log alone tells so far is dotted.
fn draw(drawing: &mut PlotUi<'_>, curve: &Curve, charts: &Charts, (place, thick): (usize, f32), t: &Tokens) {
    let stroke = Stroke::new(thick, colour(ink(t, place)));
    // Whose colour is another's, too, is dashed.
    let style = if place < t.series.len() { LineStyle::Solid } else { LineStyle::dashed_loose() };
    let parts = curve.points.chunk_by(|(before, _), (after, _)| after - before <= charts.step_ms);
    for part in parts {
        let fresh = curve.fresh_ms.map_or(part.len(), |fresh| part.partition_point(|(time, _)| *time < fresh));
        let (told, rest) = (&part[..fresh], &part[fresh.saturating_sub(1).min(part.len())..]);
        line(drawing, told, charts.span_ms.0, stroke, style);
        if fresh < part.len() {
            line(drawing, rest, charts.span_ms.0, stroke, LineStyle::dotted_dense());
        }
    }
}

fn line(drawing: &mut PlotUi<'_>, part: &[(i64, f64)], from_ms: i64, stroke: Stroke, style: LineStyle) {
    let points: Vec<[f64; 2]> = part.iter().map(|(time, value)| [axis::minutes(*time, from_ms), *value]).collect();
    match points[..] {
        [] => {}
        [only] => {
            let point = Points::new("", vec![only]).radius(2.0 + stroke.width / 2.0).color(stroke.color);
            drawing.points(point.allow_hover(false));
        }
        _ => drawing.line(Drawn::new("", PlotPoints::from(points)).stroke(stroke).style(style).allow_hover(false)),
    }
}
