//! What the colours of a lens mean, in the upper right corner of the canvas.
//!
//! Must not know where figures come from.

use eframe::egui::{Align2, Rect, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::lens::HEAT;
use crate::picture::text::{Face, width};

/// What the legend is about.
const TITLE: &str = "Share of the bill";
/// What it holds for.
const HELP: &str =
    "On a node stands what it costs in a month, on an arrow what is paid at its ends for what it carries.";
/// Width and height of a swatch, in points.
const SWATCH: (f32, f32) = (18.0, 10.0);
/// Room between a swatch and its word, and between two entries, in points.
const GAPS: (f32, f32) = (6.0, 14.0);
/// Distance of the legend from the borders of the canvas and of its words from its own, in points.
const MARGINS: (f32, f32) = (8.0, 10.0);

/// The widest part of the canvas that the whole legend takes.
const PART: f32 = 0.6;

/// Shows it; on a narrow canvas only its first and its last step have words, and where there is not even room for those it
/// is left out.
pub(super) fn heat(ui: &Ui, panel: Rect) {
    let t = tokens(ui);
    let words = |text: &str| width(text, Face::Regular, 11.0);
    let last = HEAT.len() - 1;
    let wide = |all: bool| {
        let entry = |(at, (_, word)): (usize, &(u32, &str))| {
            SWATCH.0 + if all || at == 0 || at == last { GAPS.0 + words(word) + GAPS.1 } else { GAPS.0 }
        };
        words(TITLE) + GAPS.1 + HEAT.iter().enumerate().map(entry).sum::<f32>() + 2.0 * MARGINS.1 - GAPS.1
    };
    let is_whole = wide(true) < PART * panel.width();
    let wide = wide(is_whole);
    if wide + 2.0 * MARGINS.0 > panel.width() {
        return;
    }
    let corner = pos2(panel.right() - MARGINS.0 - wide, panel.top() + MARGINS.0);
    let rect = Rect::from_min_size(corner, vec2(wide, 24.0));
    let painter = ui.painter_at(panel);
    painter.rect(rect, 6.0, colour(t.canvas), line(t.divider), StrokeKind::Inside);
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let mut at = pos2(rect.left() + MARGINS.1, rect.center().y);
    at.x += text_line(&painter, at, Align2::LEFT_CENTER, TITLE, wide, set) + GAPS.1;
    for (step, ((_, word), heat)) in HEAT.iter().zip(t.heat).enumerate() {
        let swatch = Rect::from_center_size(at + vec2(SWATCH.0 / 2.0, 0.0), vec2(SWATCH.0, SWATCH.1));
        painter.rect(swatch, 3.0, colour(heat), line(t.control_border), StrokeKind::Inside);
        at.x += SWATCH.0 + GAPS.0;
        if is_whole || step == 0 || step == last {
            at.x += text_line(&painter, at, Align2::LEFT_CENTER, word, wide, set) + GAPS.1;
        }
    }
    let response = ui.interact(rect, ui.id().with("legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, TITLE));
    response.on_hover_text(HELP);
}
