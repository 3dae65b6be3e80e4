//! What a lens lays over the picture: a strip on each node, words in the tags of containers and beside arrows.
//!
//! Everything stays where it stands: a lens fills the room that cards have under their heads. Must not know what the
//! words mean or how they were worked out.

mod gauges;

use std::collections::BTreeMap;

use super::camera::Camera;
use super::drawn::{self, Look, MIN_TEXT, text_px};
use super::geometry::{Pos, Rect, pos};
use super::paint::{Align, Dash, Pen, Stroke, Words, ground_at};
use super::shape::{EdgeShape, GroupShape, label_width};
use super::text::{Face, width};
use super::tokens::{Rgb, Tokens};
use super::{Picture, bend, place};
use crate::diagram::{EdgeId, GroupId, NodeId};

pub use gauges::{Gauges, Reading, Tone};

/// What a strip stands on, so that states are never told by words alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A step of the heat scale, from 0 to 4.
    Heat(usize),
    /// A dashed box: a figure that is not known.
    Dashed,
    /// An unbroken thin box: nothing can be said.
    Plain,
    /// The card itself: all is well.
    Calm,
    /// The ground of what is odd.
    Warn,
    /// The ground of what went wrong.
    Alarm,
}

/// The steps of the heat scale: the least share of the whole that belongs to each, in thousandths, and what it is called.
///
/// They are shares, not ranks, so that a colour means the same in every diagram.
pub const HEAT: [(u32, &str); 5] =
    [(0, "under 1.5 %"), (15, "to 6 %"), (60, "to 12 %"), (120, "to 20 %"), (200, "over 20 %")];

/// Words over the lower part of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// The figure.
    pub figure: String,
    /// Beside it at the right; may be empty.
    pub aside: String,
    /// The figure in a word or two, where there is little room.
    pub short: String,
    /// What they stand on.
    pub ground: Ground,
    /// Figures side by side and a line over time, which take the place of the strip where a card has room for them.
    pub gauges: Option<Gauges>,
}

impl Strip {
    /// The same, with what it costs told beside its figures.
    #[must_use]
    pub fn costing(mut self, words: Option<String>) -> Self {
        let (Some(words), Some(gauges)) = (words, &mut self.gauges) else { return self };
        gauges.aside = if gauges.aside.is_empty() { words } else { format!("{} · {words}", gauges.aside) };
        self
    }
}

/// What flows along an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// How much in a minute.
    pub per_minute: f32,
    /// The share of it that goes wrong, from 0 to 1.
    pub bad: f32,
}

/// All that a lens lays over a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Strips of nodes; a node without one carries nothing.
    pub nodes: BTreeMap<NodeId, Strip>,
    /// Words in the tags of containers.
    pub groups: BTreeMap<GroupId, String>,
    /// What arrows carry.
    pub edges: BTreeMap<EdgeId, Carried>,
    /// What flows along arrows.
    pub flows: BTreeMap<EdgeId, Flow>,
}

/// What a lens lays beside an arrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// A figure in a word or two; may be empty.
    pub words: String,
    /// Its step of the heat scale, in which the arrow is then marked, too.
    pub heat: Option<usize>,
    /// All there is to say, shown where the pointer is.
    pub told: String,
}

impl From<String> for Carried {
    fn from(words: String) -> Self {
        Self { words, ..Self::default() }
    }
}

/// Height of a strip on a card, its distance from the borders and to its words, in canvas units.
const STRIP: (f32, f32, f32) = (24.0, 8.0, 8.0);
/// Height of a strip that is as small as it may be, in pixels.
const SMALL: f32 = 15.0;
/// How far such a strip reaches out of a tile, in pixels: to the name under it; on a tile that is smaller than this it
/// reaches farther, so that the heads of arrows at its sides are seen.
const OUT: (f32, f32, f32) = (3.0, 5.0, 36.0);
/// The part of its square that a pictogram takes.
const GLYPH: f32 = 0.75;
/// Radius of a dot in the place of a strip, in pixels.
const DOT: f32 = 5.5;
/// Width of the band under an arrow that is marked by its heat, in pixels, and how much of its colour covers the ground.
const BAND: (f32, f32) = (7.0, 0.6);
/// Radius of a strip's corners, in canvas units.
const RADIUS: f32 = 5.0;
/// Zoom below which a card has no room for words: it is all strip.
const WORDLESS: f32 = 0.42;

impl Strip {
    /// A strip that says nothing yet.
    #[must_use]
    pub fn bare() -> Self {
        let (figure, aside, short) = (String::new(), String::new(), String::new());
        Self { figure, aside, short, ground: Ground::Calm, gauges: None }
    }

    /// The colours of its ground, its figure and what stands beside it.
    #[must_use]
    pub fn inks(&self, tokens: &Tokens) -> (Option<Rgb>, Rgb, Rgb) {
        match self.ground {
            Ground::Heat(step) => {
                let step = step.min(tokens.heat.len() - 1);
                (Some(tokens.heat[step]), tokens.on_heat[step], tokens.on_heat[step])
            }
            Ground::Dashed | Ground::Plain => (None, tokens.text2, tokens.text2),
            Ground::Calm => (Some(tokens.raised), tokens.text, tokens.text2),
            Ground::Warn => (Some(tokens.warn_soft), tokens.warn, tokens.text2),
            Ground::Alarm => (Some(tokens.danger_soft), tokens.danger, tokens.text2),
        }
    }

    /// The border of a card on which something is to be seen at once.
    pub(super) fn border(&self, tokens: &Tokens) -> Option<Rgb> {
        match self.ground {
            Ground::Alarm => Some(tokens.danger),
            Ground::Warn => Some(tokens.warn),
            _ => None,
        }
    }

    /// A mark that says the same as the border without colour: a disc for what went wrong, a triangle for what is odd.
    pub(super) fn mark(&self, pen: &mut impl Pen, middle: Pos, zoom: f32, tokens: &Tokens) {
        let Some(fill) = self.border(tokens) else { return };
        let half = 7.0 * zoom;
        let (mut at, size) = (middle, 11.0 * zoom);
        if self.ground == Ground::Alarm {
            pen.circle(middle, half, fill, None);
        } else {
            let low = middle.y + half * 0.85;
            pen.triangle([pos(middle.x, middle.y - half), pos(middle.x + half, low), pos(middle.x - half, low)], fill);
            at.y += half * 0.2;
        }
        let (align, face, colour) = (Align::Middle, Face::SemiBold, tokens.card);
        pen.words(Words { text: "!", at, align, face, size, colour, max: 2.0 * half });
    }

    /// Fills the room under the head of a card, from `left` on.
    pub(super) fn on_card(&self, pen: &mut impl Pen, card: &Rect, left: f32, zoom: f32, tokens: &Tokens) {
        let bottom = card.max.y - STRIP.1 * zoom;
        let max = pos(card.max.x - 12.0 * zoom, bottom);
        let rect = Rect { min: pos(left, bottom - (STRIP.0 * zoom).max(SMALL)), max };
        self.filled(pen, &rect, zoom, text_px(if self.is_figure() { 13.0 } else { 11.0 }, zoom), tokens);
    }

    /// The same on a card that has room for two lines, from `left` on.
    pub(super) fn on_small_card(&self, pen: &mut impl Pen, card: &Rect, left: f32, zoom: f32, tokens: &Tokens) {
        let bottom = card.max.y - 5.0 * zoom;
        let rect = Rect { min: pos(left - 2.0, bottom - SMALL), max: pos(card.max.x - 5.0 * zoom, bottom) };
        self.filled(pen, &rect, zoom, MIN_TEXT, tokens);
    }

    fn is_figure(&self) -> bool {
        !matches!(self.ground, Ground::Dashed | Ground::Plain)
    }

    fn filled(&self, pen: &mut impl Pen, rect: &Rect, zoom: f32, size: f32, tokens: &Tokens) {
        self.ground(pen, rect, RADIUS * zoom, tokens);
        let (_, ink, faint) = self.inks(tokens);
        let padding = STRIP.2 * zoom;
        let face = if self.is_figure() { Face::SemiBold } else { Face::Regular };
        let aside = text_px(11.0, zoom);
        let (room, taken) = (rect.width() - 2.0 * padding, width(&self.aside, Face::Regular, aside));
        // Where both do not fit, the figure is worth more.
        let has_aside = !self.aside.is_empty() && width(&self.figure, face, size) + taken + 6.0 <= room;
        let middle = rect.middle().y;
        let max = if has_aside { room - taken - 6.0 } else { room };
        let at = pos(rect.min.x + padding, middle);
        let is_whole = width(&self.figure, face, size) <= max + 1.0;
        let text = if is_whole { &self.figure } else { &self.short };
        pen.words(Words { text, at, align: Align::Left, face, size, colour: ink, max: max + 1.0 });
        if !is_whole && self.short != self.figure {
            pen.left_out(rect, &self.figure);
        }
        if has_aside {
            let (at, face) = (pos(rect.max.x - padding, middle), Face::Regular);
            let text = &self.aside;
            pen.words(Words { text, at, align: Align::Right, face, size: aside, colour: faint, max: taken + 1.0 });
        }
    }

    /// Stands on the lower edge of a tile: below it are arrows, badges and the name.
    pub(super) fn on_tile(&self, pen: &mut impl Pen, tile: &Rect, tokens: &Tokens) {
        let face = if self.is_figure() { Face::SemiBold } else { Face::Regular };
        let wide = width(&self.short, face, MIN_TEXT) + 10.0;
        let rect = Rect::new(tile.middle().x - wide / 2.0, tile.max.y + out(tile) - SMALL, wide, SMALL);
        if !self.is_figure() {
            pen.rect(&rect, [3.0; 4], Some(tokens.card), None);
        }
        self.ground(pen, &rect, 3.0, tokens);
        let (at, colour) = (rect.middle(), self.inks(tokens).1);
        pen.words(Words { text: &self.short, at, align: Align::Middle, face, size: MIN_TEXT, colour, max: wide });
        if self.short != self.figure {
            pen.left_out(&rect, &self.figure);
        }
    }

    /// A dot at the corner of a tile that has no room for words; only a figure has a colour.
    pub(super) fn on_dot(&self, pen: &mut impl Pen, tile: &Rect, tokens: &Tokens) {
        // So small, a soft ground could not be seen; where all is well there is nothing to see.
        let fill = match self.ground {
            Ground::Heat(_) => self.inks(tokens).0,
            Ground::Warn => Some(tokens.warn_fill),
            Ground::Alarm => Some(tokens.danger_fill),
            Ground::Calm | Ground::Dashed | Ground::Plain => None,
        };
        if let Some(fill) = fill {
            pen.circle(pos(tile.max.x - 2.0, tile.min.y + 2.0), DOT, fill, Some((1.5, tokens.canvas)));
        }
        pen.left_out(tile, &self.figure);
    }

    fn ground(&self, pen: &mut impl Pen, rect: &Rect, radius: f32, tokens: &Tokens) {
        match self.ground {
            Ground::Heat(_) | Ground::Calm | Ground::Warn | Ground::Alarm => {
                pen.rect(rect, [radius; 4], self.inks(tokens).0, None);
            }
            Ground::Plain => pen.rect(rect, [radius; 4], None, Some((1.0, tokens.divider))),
            Ground::Dashed => {
                let stroke = Stroke { width: 1.0, colour: tokens.access, dash: Dash::Dashed };
                // It starts in the middle of a side, so that every corner is one to be bent.
                let top = pos(rect.middle().x, rect.min.y);
                let corners = [top, pos(rect.max.x, rect.min.y), rect.max, pos(rect.min.x, rect.max.y), rect.min, top];
                pen.line(&bend::bent(&corners, radius), 0.0, stroke);
            }
        }
    }
}

fn out(tile: &Rect) -> f32 {
    if tile.height() < OUT.2 { OUT.1 } else { OUT.0 }
}

/// The square of a tile's pictogram above a strip on the tile's lower edge, so that nothing of it is covered.
pub(super) fn above_strip(tile: &Rect) -> Rect {
    let room = tile.height() - (SMALL - out(tile));
    let side = (room * 0.9 / GLYPH).min(tile.width());
    let middle = pos(tile.middle().x, tile.min.y + room * 0.53);
    Rect::around(middle, side, side)
}

/// A band under an arrow in the colour of its heat; the least heat leaves none.
pub fn band(
    pen: &mut impl Pen,
    picture: &Picture,
    edge: &EdgeShape,
    heat: usize,
    camera: &Camera,
    tiles: bool,
    tokens: &Tokens,
) {
    if heat == 0 {
        return;
    }
    let way: Vec<Pos> = drawn::way(picture, edge, Look { tiles, zoom: camera.zoom });
    let way: Vec<Pos> = way.into_iter().map(|at| camera.to_screen(at)).collect();
    let colour = tokens.heat[heat.min(tokens.heat.len() - 1)].over(tokens.canvas, BAND.1);
    pen.line(&way, edge.radius * camera.zoom, Stroke { width: BAND.0, colour, dash: Dash::Solid });
}

/// The words beside arrows: each finds a place where it covers nothing, not the words before it either.
#[derive(Debug)]
pub struct Beside {
    /// Which of the kept looks holds.
    index: Option<usize>,
    /// What is taken, in canvas units.
    taken: Vec<Rect>,
}

impl Beside {
    /// Nothing but what the lens writes into tags is there yet.
    #[must_use]
    pub fn new(picture: &Picture, overlay: &Overlay, zoom: f32, tiles: bool) -> Self {
        let groups = picture.groups().values();
        let tag = |group: &GroupShape| {
            let words = overlay.groups.get(&group.id)?;
            let tag = drawn::tag(group, zoom).rect;
            Some(Rect::new(tag.max.x, tag.min.y, (width(words, Face::SemiBold, 12.0) + 16.0) / zoom, tag.height()))
        };
        Self { index: Look { tiles, zoom }.index(), taken: groups.filter_map(tag).collect() }
    }

    /// Writes those of one arrow.
    pub fn draw(
        &mut self,
        pen: &mut impl Pen,
        picture: &Picture,
        edge: &EdgeShape,
        carried: &Carried,
        camera: &Camera,
        tokens: &Tokens,
    ) {
        let Some(index) = self.index.filter(|_| !carried.words.is_empty()) else { return };
        let words = &carried.words;
        let Some((at, covered)) = place::Words::of(picture, edge, index).free(words, &self.taken) else { return };
        self.taken.push(covered);
        let middle = camera.to_screen(at);
        let pill = Rect::around(middle, label_width(words), place::LABEL_PX);
        let (fill, colour, face) = match carried.heat {
            Some(step) => {
                let step = step.min(tokens.heat.len() - 1);
                (tokens.heat[step], tokens.on_heat[step], Face::SemiBold)
            }
            None => (ground_at(picture, at, tokens), tokens.text2, Face::Medium),
        };
        pen.rect(&pill, [4.0; 4], Some(fill), None);
        pen.words(Words {
            text: words,
            at: middle,
            align: Align::Middle,
            face,
            size: MIN_TEXT,
            colour,
            max: pill.width(),
        });
    }
}

/// The ground of a card without room for words.
pub(super) fn wordless(strip: Option<&Strip>, zoom: f32, tokens: &Tokens) -> Option<Rgb> {
    strip.filter(|_| zoom < WORDLESS).and_then(|strip| strip.inks(tokens).0)
}

/// Words that follow a container's tag, on ground of their own.
pub(super) fn in_tag(pen: &mut impl Pen, words: &str, tag: &Rect, limit: f32, tokens: &Tokens) {
    let size = (tag.height() * 0.47).clamp(MIN_TEXT, 12.0);
    let wide = width(words, Face::SemiBold, size) + 16.0;
    if tag.max.x + wide > limit {
        pen.left_out(tag, words);
        return;
    }
    let rect = Rect::new(tag.max.x, tag.min.y, wide, tag.height());
    pen.rect(&rect, [0.0, 0.0, 8.0, 0.0], Some(tokens.card), Some((1.0, tokens.container)));
    let (at, align, colour) = (rect.middle(), Align::Middle, tokens.text);
    pen.words(Words { text: words, at, align, face: Face::SemiBold, size, colour, max: wide });
}
