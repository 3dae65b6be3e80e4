//! Draws the picture with any pen: what is drawn, in which order and in which colours, once for canvas, thumbnails and files.
//!
//! Coordinates given to a pen are pixels. Must not know what a pen draws on.

use super::camera::Camera;
use super::geometry::{BADGE_PX, CARD_RADIUS, CORNER_RADIUS, DOT_PITCH, Pos, Rect, TAG_HEIGHT, pos, tile_px};
use super::shape::{
    EdgeShape, GroupShape, LABEL_MAX_PX, NOTE_LINE, NOTE_PADDING, NodeShape, NoteShape, TILE_NAME_PX, label_width,
};
use super::text::Face;
use super::tokens::{Rgb, Tokens};
use super::{Picture, text};
use crate::catalog::{Category, KindId, Relation};

/// How a line is broken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// Unbroken: triggers.
    Solid,
    /// Dashes of 5 with gaps of 4: accesses.
    Dashed,
    /// Round dots: dead letters.
    Dotted,
}

/// A line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Width in pixels.
    pub width: f32,
    /// Colour.
    pub colour: Rgb,
    /// How it is broken up.
    pub dash: Dash,
}

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It starts there.
    Left,
    /// Its middle is there.
    Middle,
    /// It ends there.
    Right,
}

/// One line of text.
#[derive(Clone, Copy, Debug)]
pub struct Words<'t> {
    /// The text, cut with an ellipsis where it would be wider than `max`.
    pub text: &'t str,
    /// Where; the vertical middle of the line.
    pub at: Pos,
    /// How it stands there.
    pub align: Align,
    /// Face.
    pub face: Face,
    /// Size in pixels.
    pub size: f32,
    /// Colour.
    pub colour: Rgb,
    /// Greatest width in pixels.
    pub max: f32,
}

/// Something that draws.
pub trait Pen {
    /// A rectangle with one radius for each corner: upper left, upper right, lower right, lower left.
    fn rect(&mut self, rect: &Rect, radii: [f32; 4], fill: Option<Rgb>, border: Option<(f32, Rgb)>);
    /// A line through points, with its corners rounded.
    fn line(&mut self, points: &[Pos], radius: f32, stroke: Stroke);
    /// A filled triangle.
    fn triangle(&mut self, points: [Pos; 3], fill: Rgb);
    /// A circle.
    fn circle(&mut self, middle: Pos, radius: f32, fill: Rgb, border: Option<(f32, Rgb)>);
    /// A line of text.
    fn words(&mut self, words: Words<'_>);
    /// A kind's pictogram over the whole rectangle of its tile.
    fn icon(&mut self, kind: &KindId, rect: &Rect, colour: Rgb);
}

/// What an element is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// It is selected.
    pub selected: bool,
    /// The pointer is over it.
    pub hovered: bool,
}

/// Text that would be smaller is drawn at this size, in pixels.
const MIN_TEXT: f32 = 11.0;

fn text_px(size: f32, zoom: f32) -> f32 {
    (size * zoom).round().max(MIN_TEXT)
}

/// A node, as a card or as a tile.
pub fn node(pen: &mut impl Pen, node: &NodeShape, camera: &Camera, tiles: bool, state: State, tokens: &Tokens) {
    if tiles || node.tile_only {
        tile_with_name(pen, node, camera, state, tokens);
    } else {
        card(pen, node, camera, state, tokens);
    }
}

fn ring(pen: &mut impl Pen, rect: &Rect, radius: f32, tokens: &Tokens) {
    pen.rect(&rect.grown(4.0), [radius + 3.0; 4], None, Some((2.0, tokens.accent)));
}

fn card(pen: &mut impl Pen, node: &NodeShape, camera: &Camera, state: State, tokens: &Tokens) {
    let zoom = camera.zoom;
    let rect = camera.rect_to_screen(&node.rect);
    let radius = CARD_RADIUS * zoom;
    let border = if state.hovered { tokens.card_hover } else { tokens.card_border };
    pen.rect(&rect, [radius; 4], Some(tokens.card), Some((1.0, border)));
    if state.selected {
        ring(pen, &rect, radius, tokens);
    }
    let tile = Rect::new(rect.min.x + 12.0 * zoom, rect.min.y + 12.0 * zoom, 40.0 * zoom, 40.0 * zoom);
    tile_alone(pen, &node.kind, node.category, &tile, tokens);
    // Below this zoom the words would not fit beside the tile.
    if zoom < 0.42 {
        return;
    }
    let at = pos(tile.max.x + 10.0 * zoom, tile.middle().y);
    let max = rect.max.x - 8.0 * zoom - at.x;
    let words = |text, y, face, size, colour| Words {
        text,
        at: pos(at.x, y),
        align: Align::Left,
        face,
        size: text_px(size, zoom),
        colour,
        max,
    };
    if zoom < 0.62 {
        pen.words(words(&node.name, at.y, Face::SemiBold, 13.0, tokens.text));
        return;
    }
    // Drawn at the least size, the two lines keep their distance.
    let half = (8.0 * zoom).max(6.5);
    let (above, below) = (at.y - half, at.y + half);
    pen.words(words(&node.name, above, Face::SemiBold, 13.0, tokens.text));
    pen.words(words(&node.kind_label, below, Face::Regular, 11.0, tokens.text2));
    chips(pen, node, &rect, zoom, tokens);
}

fn chips(pen: &mut impl Pen, node: &NodeShape, rect: &Rect, zoom: f32, tokens: &Tokens) {
    let size = text_px(11.0, zoom);
    let (height, padding) = (20.0 * zoom, 6.0 * zoom);
    let mut left = rect.min.x + 12.0 * zoom;
    let right = rect.max.x - 12.0 * zoom;
    let top = rect.max.y - 10.0 * zoom - height;
    for (index, chip) in node.chips.iter().enumerate() {
        let room = right - left - 2.0 * padding;
        // The last chip takes what is left; an earlier one leaves half of it.
        let share = if index + 1 < node.chips.len() { 0.6 } else { 1.0 };
        let max = room * share;
        if max < 3.0 * size {
            break;
        }
        let width = text::width(chip, Face::Mono, size).min(max) + 2.0 * padding;
        let pill = Rect::new(left, top, width, height);
        pen.rect(&pill, [4.0 * zoom; 4], None, Some((1.0, tokens.divider)));
        pen.words(Words {
            text: chip,
            at: pos(left + padding, pill.middle().y),
            align: Align::Left,
            face: Face::Mono,
            size,
            colour: tokens.text2,
            max: max + 0.5,
        });
        left += width + 6.0 * zoom;
    }
}

/// A tile with its pictogram.
pub fn tile_alone(pen: &mut impl Pen, kind: &KindId, category: Category, rect: &Rect, tokens: &Tokens) {
    pen.rect(rect, [rect.width() / 5.0; 4], Some(tokens.tile(category)), None);
    pen.icon(kind, rect, tokens.on_tile);
}

/// The tile of a node in the far style, in pixels.
#[must_use]
pub fn tile_rect(node: &NodeShape, camera: &Camera) -> Rect {
    let side = if node.tile_only { node.rect.width() * camera.zoom } else { tile_px(camera.zoom) };
    Rect::around(
        camera.to_screen(node.rect.middle()),
        side.max(super::geometry::TILE_MIN_PX),
        side.max(super::geometry::TILE_MIN_PX),
    )
}

fn tile_with_name(pen: &mut impl Pen, node: &NodeShape, camera: &Camera, state: State, tokens: &Tokens) {
    let rect = tile_rect(node, camera);
    tile_alone(pen, &node.kind, node.category, &rect, tokens);
    if state.selected {
        ring(pen, &rect, rect.width() / 5.0, tokens);
    } else if state.hovered {
        pen.rect(&rect.grown(2.0), [rect.width() / 5.0 + 2.0; 4], None, Some((1.0, tokens.card_hover)));
    }
    let side = rect.width();
    if side < 28.0 {
        return;
    }
    let size = if side >= 40.0 { text_px(12.0, camera.zoom.min(1.0)) } else { MIN_TEXT };
    // Tiles stand this far apart at least, so that a name never runs into the next.
    let max = 124.0_f32.min(250.0 * camera.zoom).max(side);
    let lines = name_lines(&node.name, size, max);
    for (index, line) in lines.iter().enumerate() {
        let y = rect.max.y + 4.0 + size * 0.65 + index as f32 * (size + 4.0);
        let at = pos(rect.middle().x, y);
        pen.words(Words { text: line, at, align: Align::Middle, face: Face::Medium, size, colour: tokens.text, max });
    }
}

/// A name in two lines at most, broken where a new word starts inside it.
fn name_lines(name: &str, size: f32, max: f32) -> Vec<String> {
    if text::width(name, Face::Medium, size) <= max {
        return vec![name.to_owned()];
    }
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let breaks =
        letters.windows(2).filter(|pair| pair[1].1.is_uppercase() && !pair[0].1.is_uppercase() || pair[0].1 == ' ');
    let fits = |at: &usize| text::width(name[..*at].trim_end(), Face::Medium, size) <= max;
    match breaks.map(|pair| pair[1].0).rfind(fits) {
        Some(at) => vec![name[..at].trim_end().to_owned(), name[at..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// Line and head of an arrow; `tiles` draws its ends on to the tiles.
pub fn edge(
    pen: &mut impl Pen,
    picture: &Picture,
    edge: &EdgeShape,
    camera: &Camera,
    tiles: bool,
    state: State,
    tokens: &Tokens,
) {
    let (Some(from), Some(to)) = (picture.nodes().get(&edge.from), picture.nodes().get(&edge.to)) else { return };
    let side = tile_px(camera.zoom) / camera.zoom;
    let mut way: Vec<Pos> = if tiles {
        edge.way_between(&from.tile(side), &to.tile(side), TILE_NAME_PX / camera.zoom)
    } else {
        edge.way.clone()
    };
    way.iter_mut().for_each(|at| *at = camera.to_screen(*at));
    let [.., before, tip] = way.as_slice() else { return };
    let (before, tip) = (*before, *tip);
    let emphasised = state.selected || state.hovered;
    let plain = tokens.edge(edge.relation);
    let colour = if emphasised && edge.relation != Relation::DeadLetters { tokens.accent } else { plain };
    let width = if emphasised { 2.0 } else { 1.5 };
    let dash = match edge.relation {
        Relation::Triggers => Dash::Solid,
        Relation::Accesses | Relation::Authorizes => Dash::Dashed,
        Relation::DeadLetters => Dash::Dotted,
    };
    let length = before.distance(tip).max(0.001);
    let head = 8.0_f32.min(length);
    let unit = pos((tip.x - before.x) / length, (tip.y - before.y) / length);
    let base = pos(tip.x - unit.x * head, tip.y - unit.y * head);
    if let Some(last) = way.last_mut() {
        *last = pos(tip.x - unit.x * head * 0.75, tip.y - unit.y * head * 0.75);
    }
    pen.line(&way, CORNER_RADIUS * camera.zoom.min(1.0), Stroke { width, colour, dash });
    let (across, half) = (pos(-unit.y, unit.x), head / 2.0);
    let wing = |side: f32| pos(base.x + across.x * half * side, base.y + across.y * half * side);
    pen.triangle([tip, wing(1.0), wing(-1.0)], colour);
}

/// Step badge and words of an arrow; drawn after the cards.
pub fn edge_words(pen: &mut impl Pen, edge: &EdgeShape, camera: &Camera, ground: Rgb, tokens: &Tokens) {
    // Far out they would cover the arrows that they are about.
    if camera.zoom < 0.4 {
        return;
    }
    if let Some((label, at)) = &edge.label {
        let pill = Rect::around(camera.to_screen(*at), label_width(label), 16.0);
        pen.rect(&pill, [4.0; 4], Some(ground), None);
        let (at, max) = (pill.middle(), LABEL_MAX_PX + 0.5);
        let (face, size, colour) = (Face::Regular, MIN_TEXT, tokens.text2);
        pen.words(Words { text: label, at, align: Align::Middle, face, size, colour, max });
    }
    if let Some((step, at)) = edge.step {
        let middle = camera.to_screen(at);
        pen.circle(middle, BADGE_PX / 2.0, tokens.badge, None);
        let (text, face, colour) = (step.to_string(), Face::SemiBold, tokens.on_badge);
        let (align, size, max) = (Align::Middle, MIN_TEXT, BADGE_PX);
        pen.words(Words { text: &text, at: middle, align, face, size, colour, max });
    }
}

/// Zoom from which on containers have their tags.
const TAG_ZOOM: f32 = 0.4;

/// A container with its tag.
pub fn group(pen: &mut impl Pen, group: &GroupShape, camera: &Camera, state: State, tokens: &Tokens) {
    let rect = camera.rect_to_screen(&group.rect);
    let radius = if group.depth == 0 { 12.0 } else { 10.0 } * camera.zoom.min(1.0);
    let fill = group.innermost.then_some(tokens.container_fill);
    let border = if state.selected {
        (2.0, tokens.accent)
    } else {
        (1.0, if state.hovered { tokens.card_hover } else { tokens.container })
    };
    pen.rect(&rect, [radius; 4], fill, Some(border));
    // Farther out the tag would stand on what is inside.
    if rect.width() < 90.0 || camera.zoom < TAG_ZOOM {
        return;
    }
    let scale = camera.zoom.clamp(0.85, 1.0);
    let width = (group.tag_width() * scale.max(MIN_TEXT / 12.0) + 4.0).min(rect.width());
    let tag = Rect::new(rect.min.x, rect.min.y, width, TAG_HEIGHT * scale);
    pen.rect(&tag, [radius, 0.0, 8.0, 0.0], Some(tokens.container_tag), Some((1.0, tokens.container)));
    let size = text_px(12.0, scale);
    let middle = tag.middle().y;
    pen.icon(&group.kind, &Rect::around(pos(tag.min.x + 18.0, middle), 22.0, 22.0), tokens.text2);
    let left = tag.min.x + 32.0;
    let name_max = tag.max.x - 6.0 - left;
    let words =
        |text, x, face, colour, max| Words { text, at: pos(x, middle), align: Align::Left, face, size, colour, max };
    pen.words(words(&group.name, left, Face::SemiBold, tokens.text, name_max));
    let after = left + text::width(&group.name, Face::SemiBold, size) + 6.0;
    if !group.detail.is_empty() && tag.max.x - 6.0 - after > 20.0 {
        pen.words(words(&group.detail, after, Face::Regular, tokens.text2, tag.max.x - 6.0 - after));
    }
}

/// A note, with a line to the node that it is about.
pub fn note(pen: &mut impl Pen, note: &NoteShape, camera: &Camera, state: State, tokens: &Tokens) {
    let rect = camera.rect_to_screen(&note.rect);
    let zoom = camera.zoom;
    let border = if state.hovered { tokens.card_hover } else { tokens.note_border };
    pen.rect(&rect, [6.0 * zoom.min(1.0); 4], Some(tokens.note), Some((1.0, border)));
    if state.selected {
        ring(pen, &rect, 6.0, tokens);
    }
    let size = text_px(12.0, zoom.max(0.01));
    let line = NOTE_LINE * zoom.max(MIN_TEXT / 12.0);
    let (left, max) = (rect.min.x + NOTE_PADDING.0 * zoom, rect.width() - 2.0 * NOTE_PADDING.0 * zoom);
    let room = ((rect.height() - NOTE_PADDING.1 * zoom) / line) as usize;
    let mut texts: Vec<(std::borrow::Cow<'_, str>, Face, Rgb)> = Vec::new();
    if !note.title.is_empty() {
        texts.push((note.title.as_str().into(), Face::SemiBold, tokens.text));
    }
    if size > 12.0 * zoom {
        // Drawn smaller, the text keeps the least size and is cut where the frame ends.
        let lines = text::wrapped(&note.lines.join(" "), Face::Regular, size, max.max(1.0));
        texts.extend(lines.into_iter().map(|line| (line.into(), Face::Regular, tokens.text2)));
    } else {
        texts.extend(note.lines.iter().map(|line| (line.as_str().into(), Face::Regular, tokens.text2)));
    }
    let cut = texts.len() > room;
    texts.truncate(room);
    if cut && let Some((last, ..)) = texts.last_mut() {
        last.to_mut().push('…');
    }
    let mut y = rect.min.y + (NOTE_PADDING.1 * zoom + line / 2.0).min(rect.height() / 2.0);
    for (text, face, colour) in &texts {
        pen.words(Words {
            text,
            at: pos(left, y),
            align: Align::Left,
            face: *face,
            size,
            colour: *colour,
            max: max + 1.0,
        });
        y += line;
    }
}

/// The line from a note to the node that it is about.
pub fn leader(pen: &mut impl Pen, picture: &Picture, note: &NoteShape, camera: &Camera, tiles: bool, tokens: &Tokens) {
    let Some(node) = note.attached.and_then(|id| picture.nodes().get(&id)) else { return };
    let near = |rect: &Rect, to: Pos| pos(to.x.clamp(rect.min.x, rect.max.x), to.y.clamp(rect.min.y, rect.max.y));
    let start = near(&note.rect, node.rect.middle());
    let mut about = node.rect;
    if tiles {
        about = node.tile(tile_px(camera.zoom) / camera.zoom);
        about.max.y += TILE_NAME_PX / camera.zoom;
    }
    let end = near(&about, start);
    let (start, end) = (camera.to_screen(start), camera.to_screen(end));
    pen.line(&[start, end], 0.0, Stroke { width: 1.0, colour: tokens.text2, dash: Dash::Solid });
    pen.circle(end, 3.0, tokens.text2, None);
}

/// Small circles where arrows touch the cards, in the colours of the arrows.
pub fn edge_ports(pen: &mut impl Pen, edge: &EdgeShape, camera: &Camera, tokens: &Tokens) {
    if camera.zoom < 0.5 {
        return;
    }
    if let Some(first) = edge.way.first() {
        pen.circle(camera.to_screen(*first), 3.5, tokens.card, Some((1.5, tokens.edge(edge.relation))));
    }
}

/// Distance of the ground's dots in canvas units at a zoom; `None`: no dots.
#[must_use]
pub fn dot_pitch(zoom: f32) -> Option<f32> {
    match zoom {
        zoom if zoom < 0.25 => None,
        zoom if zoom < 0.5 => Some(2.0 * DOT_PITCH),
        _ => Some(DOT_PITCH),
    }
}

/// Everything in the order of drawing, with nothing selected.
pub fn picture(pen: &mut impl Pen, picture: &Picture, camera: &Camera, tiles: bool, tokens: &Tokens) {
    let still = State::default();
    let mut groups: Vec<&GroupShape> = picture.groups().values().collect();
    groups.sort_by_key(|group| group.depth);
    groups.into_iter().for_each(|shape| group(pen, shape, camera, still, tokens));
    picture.notes().values().for_each(|shape| leader(pen, picture, shape, camera, tiles, tokens));
    picture.edges().values().for_each(|shape| edge(pen, picture, shape, camera, tiles, still, tokens));
    picture.nodes().values().for_each(|shape| node(pen, shape, camera, tiles, still, tokens));
    picture.notes().values().for_each(|shape| note(pen, shape, camera, still, tokens));
    for shape in picture.edges().values() {
        if !tiles {
            edge_ports(pen, shape, camera, tokens);
        }
        edge_words(pen, shape, camera, ground_at(picture, shape, tokens), tokens);
    }
}

/// The colour of the ground under the words of an arrow.
#[must_use]
pub fn ground_at(picture: &Picture, edge: &EdgeShape, tokens: &Tokens) -> Rgb {
    let place = edge.label.as_ref().map(|(_, at)| *at);
    let group = place.and_then(|at| picture.group_around(at)).and_then(|id| picture.groups().get(&id));
    if group.is_some_and(|group| group.innermost) { tokens.container_fill } else { tokens.canvas }
}
