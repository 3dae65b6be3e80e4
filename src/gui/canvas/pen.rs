//! The pen of the canvas: what the picture draws becomes shapes of the window, with texts laid out once and kept.
//!
//! Must not know what is drawn.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::epaint::{CircleShape, Mesh, RectShape, TextShape};
use eframe::egui::{self, Context, CornerRadius, FontFamily, FontId, Galley, Pos2, Shape, StrokeKind, pos2};

use super::icons::{self, Icons};
use super::lines;
use crate::catalog::KindId;
use crate::gui::fonts;
use crate::gui::theme::colour;
use crate::picture::paint::{Align, Dash, Pen, Stroke, Words};
use crate::picture::text::{Face, fitted};
use crate::picture::{Pos, Rect, Rgb, bend};

/// Which family a text is laid out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Face(Face),
    Kinds,
}

/// How many texts are kept before those of other zooms are dropped.
const MOST: usize = 20_000;

/// Texts that are laid out, by family and size in pixels; their colour is given when they are drawn.
#[derive(Default)]
pub(super) struct Texts {
    galleys: BTreeMap<(Family, u16), BTreeMap<Box<str>, Arc<Galley>>>,
    count: usize,
    /// egui keeps this one as long as its font texture lasts.
    sentinel: Option<Arc<Galley>>,
    /// Grows when the texture was made anew.
    pub(super) generation: u64,
}

impl Texts {
    /// Forgets everything when the font texture was made anew; call once in each pass.
    pub(super) fn begin(&mut self, ctx: &Context) {
        let now = layout(ctx, "•", FontId::new(11.0, FontFamily::Proportional));
        if self.sentinel.as_ref().is_none_or(|before| !Arc::ptr_eq(before, &now)) || self.count > MOST {
            self.galleys.clear();
            self.count = 0;
            self.generation += 1;
        }
        self.sentinel = Some(now);
    }

    fn get(&mut self, ctx: &Context, text: &str, family: Family, size_px: u16) -> Arc<Galley> {
        let known = self.galleys.entry((family, size_px)).or_default();
        if let Some(galley) = known.get(text) {
            return Arc::clone(galley);
        }
        let name = match family {
            Family::Face(face) => fonts::family(face),
            Family::Kinds => icons::family(),
        };
        let galley = layout(ctx, text, FontId::new(f32::from(size_px), name));
        known.insert(text.into(), Arc::clone(&galley));
        self.count += 1;
        galley
    }
}

fn layout(ctx: &Context, text: &str, font: FontId) -> Arc<Galley> {
    ctx.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER))
}

/// A text that did not fit: where it stands, and all of it.
pub(super) type Cut = (egui::Rect, String);

/// Draws into a list of shapes; coordinates are those of the screen.
pub(super) struct Ink<'i> {
    pub(super) ctx: Context,
    pub(super) texts: &'i mut Texts,
    pub(super) icons: &'i Icons,
    pub(super) cuts: &'i mut Vec<Cut>,
    /// Nothing needs to be drawn outside.
    pub(super) clip: egui::Rect,
    /// Everything is small: edges need not be soft and corners need not be round.
    pub(super) hard: bool,
    shapes: Vec<Shape>,
    /// Lines and triangles that were drawn since the last shape of another sort.
    mesh: Mesh,
}

/// Corners below this radius are cut instead of rounded in small pictures, in pixels.
const HARD_RADIUS: f32 = 4.5;

/// Corners below this radius are not bent in small pictures, in pixels.
const HARD_BEND: f32 = 12.0;

/// The middle of the nearest pixel, where a line of one pixel is sharp.
fn on_pixel(at: Pos2) -> Pos2 {
    pos2(at.x.floor() + 0.5, at.y.floor() + 0.5)
}

impl<'i> Ink<'i> {
    /// A pen with nothing drawn.
    pub(super) fn new(ctx: Context, texts: &'i mut Texts, icons: &'i Icons, cuts: &'i mut Vec<Cut>) -> Self {
        let clip = egui::Rect::EVERYTHING;
        Self { ctx, texts, icons, cuts, clip, hard: false, shapes: Vec::new(), mesh: Mesh::default() }
    }

    /// What was drawn since the last time.
    pub(super) fn take(&mut self) -> Vec<Shape> {
        self.flush();
        std::mem::take(&mut self.shapes)
    }

    /// Adds a shape of egui's own.
    pub(super) fn push(&mut self, shape: Shape) {
        self.flush();
        self.shapes.push(shape);
    }

    /// The mesh for lines; it is drawn before what comes next.
    pub(super) fn mesh(&mut self) -> &mut Mesh {
        &mut self.mesh
    }

    fn broken(&mut self, way: &[Pos2], dash: Dash, look: lines::Look) {
        match dash {
            Dash::Solid => lines::solid(&mut self.mesh, way, look),
            Dash::Dashed => lines::dashed(&mut self.mesh, way, look, &self.clip),
            Dash::Dotted => lines::dotted(&mut self.mesh, way, look),
        }
    }

    fn small_rect(&mut self, rect: &Rect, cut: f32, fill: Rgb, border: Option<(f32, Rgb)>) {
        let rect = area(rect);
        let mut rect = egui::Rect::from_min_max(rect.min.round(), rect.max.round());
        if let Some((width, rgb)) = border {
            lines::cut_rect(&mut self.mesh, &rect, cut, colour(rgb));
            rect = rect.shrink(width.round());
        }
        lines::cut_rect(&mut self.mesh, &rect, cut, colour(fill));
    }

    fn flush(&mut self) {
        if !self.mesh.is_empty() {
            // The next one is mostly as large, and growing it bit by bit would cost more than drawing it.
            let mut next = Mesh::default();
            next.vertices.reserve_exact(self.mesh.vertices.len());
            next.indices.reserve_exact(self.mesh.indices.len());
            self.shapes.push(Shape::mesh(std::mem::replace(&mut self.mesh, next)));
        }
    }
}

/// A place as egui writes it.
pub(super) fn place(at: Pos) -> Pos2 {
    pos2(at.x, at.y)
}

/// A rectangle as egui writes it.
pub(super) fn area(rect: &Rect) -> egui::Rect {
    egui::Rect::from_min_max(place(rect.min), place(rect.max))
}

fn stroke(border: Option<(f32, Rgb)>) -> egui::Stroke {
    border.map_or(egui::Stroke::NONE, |(width, rgb)| egui::Stroke::new(width, colour(rgb)))
}

impl Pen for Ink<'_> {
    fn rect(&mut self, rect: &Rect, radii: [f32; 4], fill: Option<Rgb>, border: Option<(f32, Rgb)>) {
        if let (true, Some(fill)) = (self.hard && radii[0] < HARD_RADIUS, fill) {
            self.small_rect(rect, radii[0] * 0.6, fill, border);
            return;
        }
        let [nw, ne, se, sw] = radii.map(|radius| radius.round() as u8);
        let fill = fill.map_or(egui::Color32::TRANSPARENT, colour);
        let corners = CornerRadius { nw, ne, sw, se };
        self.push(Shape::Rect(RectShape::new(area(rect), corners, fill, stroke(border), StrokeKind::Middle)));
    }

    fn line(&mut self, points: &[Pos], radius: f32, stroke: Stroke) {
        let look = lines::Look { width: stroke.width, colour: colour(stroke.colour), hard: self.hard };
        // From afar rounded corners are not seen; curves are.
        let points: Cow<'_, [Pos]> = if radius < if self.hard { HARD_BEND } else { 1.0 } {
            points.into()
        } else {
            bend::bent(points, radius).into()
        };
        let way = points.iter().copied().map(place);
        if self.hard {
            let look = lines::Look { width: stroke.width.floor(), ..look };
            self.broken(&way.map(on_pixel).collect::<Vec<_>>(), stroke.dash, look);
        } else {
            self.broken(&way.collect::<Vec<_>>(), stroke.dash, look);
        }
    }

    fn triangle(&mut self, points: [Pos; 3], fill: Rgb) {
        lines::triangle(&mut self.mesh, points.map(place), colour(fill));
    }

    fn circle(&mut self, middle: Pos, radius: f32, fill: Rgb, border: Option<(f32, Rgb)>) {
        let (center, fill, stroke) = (place(middle), colour(fill), stroke(border));
        self.push(Shape::Circle(CircleShape { center, radius, fill, stroke }));
    }

    fn words(&mut self, words: Words<'_>) {
        let text = fitted(words.text, words.face, words.size, words.max);
        let galley = self.texts.get(&self.ctx, &text, Family::Face(words.face), words.size.round() as u16);
        let size = galley.size();
        let left = match words.align {
            Align::Left => words.at.x,
            Align::Middle => words.at.x - size.x / 2.0,
            Align::Right => words.at.x - size.x,
        };
        let at = pos2(left, words.at.y - size.y / 2.0);
        if matches!(text, Cow::Owned(_)) {
            self.cuts.push((egui::Rect::from_min_size(at, size), words.text.to_owned()));
        }
        self.push(Shape::Text(TextShape::new(at, galley, colour(words.colour))));
    }

    fn left_out(&mut self, rect: &Rect, text: &str) {
        self.cuts.push((area(rect), text.to_owned()));
    }

    fn icon(&mut self, kind: &KindId, rect: &Rect, rgb: Rgb) {
        let letter = self.icons.letter(kind);
        let mut text = [0; 4];
        let size = rect.width().round().max(1.0);
        let galley = self.texts.get(&self.ctx, letter.encode_utf8(&mut text), Family::Kinds, size as u16);
        let middle = rect.middle();
        self.push(Shape::Text(TextShape::new(pos2(middle.x - size / 2.0, middle.y - size / 2.0), galley, colour(rgb))));
    }
}
