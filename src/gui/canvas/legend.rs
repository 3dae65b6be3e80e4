//! What the colours of a lens mean, in the upper right corner of the canvas.
//!
//! Must not know where figures come from.

use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::lens::{Ground, HEAT, Overlay};
use crate::picture::text::{Face, width};

/// What the colours of the bill hold for.
const HEAT_HELP: &str =
    "On a node stands what it costs in a month, on an arrow what is paid at its ends for what it carries.";
/// What the marks of the load hold for.
const LIVE_HELP: &str = "What was seen in the time that the time line shows.";
/// Width and height of a swatch, in points.
const SWATCH: (f32, f32) = (18.0, 10.0);
/// Room between a swatch and its word, and between two entries, in points.
const GAPS: (f32, f32) = (6.0, 14.0);
/// Distance of the legend from the borders of the canvas and of its words from its own, in points.
const MARGINS: (f32, f32) = (8.0, 10.0);

/// The widest part of the canvas that a whole legend takes.
const PART: f32 = 0.6;

/// How an entry of a legend is marked.
#[derive(Clone, Copy)]
enum Mark {
    /// A field of a colour.
    Swatch(Color32),
    /// A frame of a colour.
    Frame(Color32),
    /// A dot.
    Dot(Color32),
}

/// The shares of the bill.
pub(super) fn heat(ui: &Ui, panel: Rect) {
    let heat = tokens(ui).heat;
    let entries = HEAT.iter().zip(heat).map(|((_, word), heat)| (Mark::Swatch(colour(heat)), *word));
    legend(ui, panel, ("Share of the bill", HEAT_HELP), &entries.collect::<Vec<_>>(), true);
}

/// What is seen of the load; only what there is to be seen.
pub(super) fn live(ui: &Ui, panel: Rect, overlay: Option<&Overlay>) {
    let Some(overlay) = overlay.filter(|overlay| !overlay.nodes.is_empty()) else { return };
    let t = tokens(ui);
    let has = |ground| overlay.nodes.values().any(|strip| strip.ground == ground);
    let flows = overlay.flows.values();
    let mut entries = Vec::new();
    let mut put = |is_there: bool, mark, word| entries.extend(is_there.then_some((mark, word)));
    put(has(Ground::Alarm), Mark::Frame(colour(t.danger)), "errors");
    put(has(Ground::Warn), Mark::Frame(colour(t.warn)), "refused or throttled");
    put(!overlay.flows.is_empty(), Mark::Dot(colour(t.flow)), "calls");
    put(flows.clone().any(|flow| flow.bad > 0.0), Mark::Dot(colour(t.danger_fill)), "failed calls");
    legend(ui, panel, ("In this time", LIVE_HELP), &entries, false);
}

/// Shows a legend; on a narrow canvas only the first and the last entry of a scale have words, and where there is not even room
/// for those it is left out.
fn legend(ui: &Ui, panel: Rect, (title, help): (&str, &str), entries: &[(Mark, &str)], is_scale: bool) {
    let t = tokens(ui);
    let words = |text: &str| width(text, Face::Regular, 11.0);
    let is_end = |at: usize| at == 0 || at + 1 == entries.len();
    let wide = |all: bool| {
        let entry = |(at, (_, word)): (usize, &(Mark, &str))| {
            SWATCH.0 + if all || is_end(at) { GAPS.0 + words(word) + GAPS.1 } else { GAPS.0 }
        };
        words(title) + entries.iter().enumerate().map(entry).sum::<f32>() + 2.0 * MARGINS.1
    };
    let is_whole = !is_scale || wide(true) < PART * panel.width();
    let wide = wide(is_whole);
    if entries.is_empty() || wide + 2.0 * MARGINS.0 > panel.width() {
        return;
    }
    let corner = pos2(panel.right() - MARGINS.0 - wide, panel.top() + MARGINS.0);
    let rect = Rect::from_min_size(corner, vec2(wide, 24.0));
    let painter = ui.painter_at(panel);
    painter.rect(rect, 6.0, colour(t.canvas), line(t.divider), StrokeKind::Inside);
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let mut at = pos2(rect.left() + MARGINS.1, rect.center().y);
    at.x += text_line(&painter, at, Align2::LEFT_CENTER, title, wide, set) + GAPS.1;
    for (place, (mark, word)) in entries.iter().enumerate() {
        mark.draw(&painter, at + vec2(SWATCH.0 / 2.0, 0.0), colour(t.control_border));
        at.x += SWATCH.0 + GAPS.0;
        if is_whole || is_end(place) {
            at.x += text_line(&painter, at, Align2::LEFT_CENTER, word, wide, set) + GAPS.1;
        }
    }
    let response = ui.interact(rect, ui.id().with("legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, title));
    response.on_hover_text(help);
}

impl Mark {
    fn draw(self, painter: &Painter, middle: Pos2, border: Color32) {
        let swatch = Rect::from_center_size(middle, vec2(SWATCH.0, SWATCH.1));
        match self {
            Self::Swatch(fill) => drop(painter.rect(swatch, 3.0, fill, (1.0, border), StrokeKind::Inside)),
            Self::Frame(shade) => drop(painter.rect_stroke(swatch, 3.0, (1.5, shade), StrokeKind::Inside)),
            Self::Dot(fill) => drop(painter.circle_filled(middle, 3.5, fill)),
        }
    }
}
