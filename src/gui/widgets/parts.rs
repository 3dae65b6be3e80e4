//! Small painted parts: lines of text cut to their room, key caps, tiles, the program's mark, heads of sections.

use eframe::egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Response, Sense, StrokeKind, Ui, WidgetText, pos2, vec2,
};

use crate::catalog::Kind;
use crate::gui::canvas;
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::picture::Tokens;
use crate::picture::text::{self, Face};

/// How a line of text is set.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Face.
    pub face: Face,
    /// Size in points.
    pub size: f32,
    /// Colour.
    pub colour: Color32,
}

/// Paints one line, cut with an ellipsis beyond `max`; returns its width.
pub fn text_line(painter: &Painter, at: Pos2, align: Align2, words: &str, max: f32, set: Line) -> f32 {
    let fitted = text::fitted(words, set.face, set.size, max.max(0.0) + 0.5);
    painter.text(at, align, fitted, fonts::font(set.face, set.size), set.colour).width()
}

/// Whether the words are cut when they have so much room.
#[must_use]
pub fn ellipsis(words: &str, face: Face, size: f32, max: f32) -> bool {
    text::width(words, face, size) > max + 0.5
}

/// Paints the caps of a chord so that they end at `right`; returns where they start.
pub fn key_caps(painter: &Painter, right: Pos2, chord: &str, tokens: &Tokens) -> f32 {
    let words = chord.replace('+', " ");
    let width = text::width(&words, Face::Regular, 11.0) + 10.0;
    let rect = Rect::from_min_size(pos2(right.x - width, right.y - 8.0), vec2(width, 16.0));
    painter.rect_stroke(rect, 4.0, line(tokens.control_border), StrokeKind::Inside);
    painter.text(rect.center(), Align2::CENTER_CENTER, words, fonts::font(Face::Regular, 11.0), colour(tokens.text2));
    rect.left()
}

/// Paints the tile of a kind.
pub fn tile(painter: &Painter, rect: Rect, kind: &Kind, tokens: &Tokens) {
    painter.rect_filled(rect, rect.width() / 5.0, colour(tokens.tile(kind.category)));
    let font = FontId::new(rect.width(), canvas::family());
    let letter = fonts::pictogram(painter.ctx(), &kind.id);
    painter.text(rect.center(), Align2::CENTER_CENTER, letter, font, colour(tokens.on_tile));
}

/// Left and right ends of the mark's three bars, and the middle of each, as shares of its side.
const BARS: [(f32, f32, f32); 3] = [(0.24, 0.76, 0.32), (0.24, 0.62, 0.5), (0.38, 0.76, 0.68)];
/// Thickness of a bar as a share of the side.
const BAR: f32 = 0.1;
/// Radius of the mark's corners as a share of the side.
const MARK_RADIUS: f32 = 0.22;

/// Whether a place of the mark, as shares of its side, belongs to a bar.
#[must_use]
pub fn mark_bar([x, y]: [f32; 2]) -> bool {
    BARS.iter().any(|(left, right, middle)| (*left..*right).contains(&x) && (y - middle).abs() < BAR / 2.0)
}

/// Whether a place, as shares of the side, lies within the mark's rounded corners.
#[must_use]
pub fn mark_tile([x, y]: [f32; 2]) -> bool {
    let inner = |at: f32| at.clamp(MARK_RADIUS, 1.0 - MARK_RADIUS);
    (x - inner(x)).hypot(y - inner(y)) <= MARK_RADIUS
}

/// Paints the program's mark.
pub fn mark(painter: &Painter, rect: Rect, tokens: &Tokens) {
    painter.rect_filled(rect, rect.width() * MARK_RADIUS, colour(tokens.accent_fill));
    let at = |x: f32, y: f32| pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height());
    for (left, right, middle) in BARS {
        let bar = Rect::from_two_pos(at(left, middle - BAR / 2.0), at(right, middle + BAR / 2.0));
        painter.rect_filled(bar, 1.0, colour(tokens.on_accent));
    }
}

/// The head of a section.
pub fn section(ui: &mut Ui, title: &str) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(t.text) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, title, rect.width(), set);
    response.widget_info(|| {
        eframe::egui::WidgetInfo::labeled(eframe::egui::WidgetType::Label, true, WidgetText::from(title).text())
    });
    response
}

/// A turning ring; it alone repaints the window, and only while something is being waited for.
pub fn spinner(ui: &mut Ui, side: f32) {
    ui.add(eframe::egui::Spinner::new().size(side).color(colour(tokens(ui).text2)));
}
