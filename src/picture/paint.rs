//! Draws the picture with any pen: what is drawn, in which order and in which colours, once for canvas, thumbnails and files.
//!
//! Coordinates given to a pen are pixels. Must not know what a pen draws on.

use super::camera::Camera;
use super::drawn::{self, Look, MIN_TEXT, NoteText};
use super::geometry::{BADGE_PX, DOT_PITCH, Pos, Rect, pos};
use super::lens::{self, Overlay};
use super::shape::{EdgeShape, GroupShape, LABEL_MAX_PX, NOTE_PADDING, NodeShape, NoteShape, label_width};
use super::text::Face;
use super::tokens::{Rgb, Tokens};
use super::{Picture, TAG_ZOOM, place, text};
use crate::catalog::{Category, KindId, Relation};

mod card;

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
    /// A line through points, with its corners bent as [`super::bend`] says.
    fn line(&mut self, points: &[Pos], radius: f32, stroke: Stroke);
    /// A filled triangle.
    fn triangle(&mut self, points: [Pos; 3], fill: Rgb);
    /// A circle.
    fn circle(&mut self, middle: Pos, radius: f32, fill: Rgb, border: Option<(f32, Rgb)>);
    /// A line of text.
    fn words(&mut self, words: Words<'_>);
    /// A text that is not drawn, because there is no room for it, and what stands for it.
    fn left_out(&mut self, _rect: &Rect, _text: &str) {}
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

/// A node, as a card or as a tile.
pub fn node(
    pen: &mut impl Pen,
    node: &NodeShape,
    camera: &Camera,
    tiles: bool,
    state: State,
    lens: Option<&Overlay>,
    tokens: &Tokens,
) {
    if tiles || node.tile_only {
        tile_with_name(pen, node, camera, state, lens, tokens);
    } else {
        card::card(pen, node, camera, state, lens, tokens);
    }
}

fn ring(pen: &mut impl Pen, rect: &Rect, radius: f32, tokens: &Tokens) {
    pen.rect(&rect.grown(4.0), [radius + 3.0; 4], None, Some((2.0, tokens.accent)));
}

/// A tile with its pictogram.
pub fn tile_alone(pen: &mut impl Pen, kind: &KindId, category: Category, rect: &Rect, tokens: &Tokens) {
    tile_around(pen, kind, category, (rect, rect), tokens);
}

/// A tile whose pictogram takes a square of its own.
fn tile_around(pen: &mut impl Pen, kind: &KindId, category: Category, (tile, icon): (&Rect, &Rect), tokens: &Tokens) {
    pen.rect(tile, [tile.width() / 5.0; 4], Some(tokens.tile(category)), None);
    pen.icon(kind, icon, tokens.on_tile);
}

/// The tile of a node in the far style, in pixels.
#[must_use]
pub fn tile_rect(node: &NodeShape, camera: &Camera) -> Rect {
    camera.rect_to_screen(&drawn::tile(node, camera.zoom))
}

fn tile_with_name(
    pen: &mut impl Pen,
    node: &NodeShape,
    camera: &Camera,
    state: State,
    lens: Option<&Overlay>,
    tokens: &Tokens,
) {
    let rect = tile_rect(node, camera);
    let strip = lens.and_then(|lens| lens.nodes.get(&node.id));
    let name = drawn::name_under(node, camera.zoom);
    let icon = if strip.is_some() && name.is_some() { lens::above_strip(&rect) } else { rect };
    tile_around(pen, &node.kind, node.category, (&rect, &icon), tokens);
    if state.selected {
        ring(pen, &rect, rect.width() / 5.0, tokens);
    } else if state.hovered {
        pen.rect(&rect.grown(2.0), [rect.width() / 5.0 + 2.0; 4], None, Some((1.0, tokens.card_hover)));
    }
    let Some(name) = name else {
        strip.into_iter().for_each(|strip| strip.on_dot(pen, &rect, tokens));
        return;
    };
    let covered = camera.rect_to_screen(&name.rect);
    let line = covered.height() / name.lines.len() as f32;
    for (index, text) in name.lines.iter().enumerate() {
        let at = pos(covered.middle().x, covered.min.y + line * (index as f32 + 0.5));
        let (align, face, size, colour, max) =
            (Align::Middle, Face::Medium, name.size, tokens.text, covered.width() + 1.0);
        pen.words(Words { text, at, align, face, size, colour, max });
    }
    strip.into_iter().for_each(|strip| strip.on_tile(pen, &rect, tokens));
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
    let mut way = drawn::way(picture, edge, Look { tiles, zoom: camera.zoom });
    way.iter_mut().for_each(|at| *at = camera.to_screen(*at));
    let emphasised = state.selected || state.hovered;
    let plain = tokens.edge(edge.relation);
    let colour = if emphasised && edge.relation != Relation::DeadLetters { tokens.accent } else { plain };
    let width = if emphasised { 2.0 } else { edge_px(edge.relation) };
    let dash = dash(edge.relation);
    arrow(pen, &mut way, edge.radius * camera.zoom, Stroke { width, colour, dash });
}

/// How an arrow of a relation is broken up, so that it can be told without colour.
#[must_use]
pub fn dash(relation: Relation) -> Dash {
    match relation {
        Relation::Triggers => Dash::Solid,
        Relation::Accesses | Relation::Authorizes => Dash::Dashed,
        Relation::DeadLetters => Dash::Dotted,
    }
}

/// Width of an arrow's line, in pixels: dots need more than a line.
fn edge_px(relation: Relation) -> f32 {
    if relation == Relation::DeadLetters { 1.75 } else { 1.5 }
}

/// A line with a head at its end, where it stops a little before the tip.
fn arrow(pen: &mut impl Pen, way: &mut [Pos], radius: f32, stroke: Stroke) {
    let [.., before, tip] = way else { return };
    let (before, tip_at) = (*before, *tip);
    let length = before.distance(tip_at).max(0.001);
    let head = 8.0_f32.min(length);
    let unit = pos((tip_at.x - before.x) / length, (tip_at.y - before.y) / length);
    let base = pos(tip_at.x - unit.x * head, tip_at.y - unit.y * head);
    *tip = pos(tip_at.x - unit.x * head * 0.75, tip_at.y - unit.y * head * 0.75);
    pen.line(way, radius, stroke);
    let (across, half) = (pos(-unit.y, unit.x), head / 2.0);
    let wing = |side: f32| pos(base.x + across.x * half * side, base.y + across.y * half * side);
    pen.triangle([tip_at, wing(1.0), wing(-1.0)], stroke.colour);
}

/// What the arrows of a legend are called, in its order.
const LEGEND: [(Relation, &str); 3] =
    [(Relation::Triggers, "triggers"), (Relation::Accesses, "accesses"), (Relation::DeadLetters, "failures")];
/// Length of an arrow in a legend, what stands between it and its word, and between two entries, in pixels.
const LEGEND_PX: (f32, f32, f32) = (36.0, 8.0, 24.0);

/// The entries of a picture's legend; none where all arrows are alike.
#[must_use]
pub fn legend_entries(picture: &Picture) -> Vec<(Relation, &'static str)> {
    let looks = |relation: Relation| picture.edges().values().any(|edge| dash(edge.relation) == dash(relation));
    let entries: Vec<_> = LEGEND.into_iter().filter(|(relation, _)| looks(*relation)).collect();
    if entries.len() < 2 { Vec::new() } else { entries }
}

/// Width of a legend, in pixels.
#[must_use]
pub fn legend_width(entries: &[(Relation, &str)]) -> f32 {
    let words = entries.iter().map(|(_, word)| text::width(word, Face::Regular, MIN_TEXT));
    words.map(|word| LEGEND_PX.0 + LEGEND_PX.1 + word + LEGEND_PX.2).sum::<f32>() - LEGEND_PX.2
}

/// What the lines of arrows mean, from `at` to the right.
pub fn legend(pen: &mut impl Pen, entries: &[(Relation, &str)], at: Pos, tokens: &Tokens) {
    let mut left = at.x;
    for (relation, word) in entries {
        let stroke = Stroke { width: edge_px(*relation), colour: tokens.edge(*relation), dash: dash(*relation) };
        arrow(pen, &mut [pos(left, at.y), pos(left + LEGEND_PX.0, at.y)], 0.0, stroke);
        left += LEGEND_PX.0 + LEGEND_PX.1;
        let max = text::width(word, Face::Regular, MIN_TEXT);
        let (face, size, colour) = (Face::Regular, MIN_TEXT, tokens.text2);
        pen.words(Words { text: word, at: pos(left, at.y), align: Align::Left, face, size, colour, max });
        left += max + LEGEND_PX.2;
    }
}

/// Step badge and words of an arrow; drawn after the cards.
pub fn edge_words(
    pen: &mut impl Pen,
    picture: &Picture,
    edge: &EdgeShape,
    camera: &Camera,
    tiles: bool,
    tokens: &Tokens,
) {
    let Some(index) = (Look { tiles, zoom: camera.zoom }).index() else { return };
    let spots = edge.spots[index];
    let badge = spots.badge.map(|at| Rect::around(camera.to_screen(at), BADGE_PX, BADGE_PX));
    if let Some(label) = &edge.label {
        if let Some(at) = spots.label {
            let pill = Rect::around(camera.to_screen(at), label_width(label), place::LABEL_PX);
            pen.rect(&pill, [4.0; 4], Some(ground_at(picture, at, tokens)), None);
            let (at, max) = (pill.middle(), LABEL_MAX_PX + 0.5);
            let (face, size, colour) = (Face::Regular, MIN_TEXT, tokens.text2);
            pen.words(Words { text: label, at, align: Align::Middle, face, size, colour, max });
        } else if let Some(badge) = &badge {
            pen.left_out(badge, label);
        }
    }
    if let (Some(step), Some(badge)) = (edge.step, badge) {
        pen.circle(badge.middle(), BADGE_PX / 2.0, tokens.badge, None);
        let (text, face, colour) = (step.to_string(), Face::SemiBold, tokens.on_badge);
        let (align, size, max) = (Align::Middle, MIN_TEXT, BADGE_PX);
        pen.words(Words { text: &text, at: badge.middle(), align, face, size, colour, max });
    }
}

/// A container with its tag.
pub fn group(
    pen: &mut impl Pen,
    group: &GroupShape,
    camera: &Camera,
    state: State,
    lens: Option<&Overlay>,
    tokens: &Tokens,
) {
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
    if rect.width() < 60.0 || camera.zoom < TAG_ZOOM {
        return;
    }
    let tag = drawn::tag(group, camera.zoom);
    let area = camera.rect_to_screen(&tag.rect);
    pen.rect(&area, [radius, 0.0, 8.0, 0.0], Some(tokens.container_tag), Some((1.0, tokens.container)));
    let middle = area.middle().y;
    let icon = Rect::around(pos(area.min.x + 7.0 + tag.icon / 2.0, middle), tag.icon, tag.icon);
    pen.icon(&group.kind, &icon, tokens.text2);
    let (left, size) = (area.min.x + tag.left, tag.size);
    let words =
        |text, x, face, colour, max| Words { text, at: pos(x, middle), align: Align::Left, face, size, colour, max };
    pen.words(words(&group.name, left, Face::SemiBold, tokens.text, area.max.x - 4.0 - left));
    let after = left + text::width(&group.name, Face::SemiBold, size) + 6.0;
    if tag.has_detail {
        pen.words(words(&group.detail, after, Face::Regular, tokens.text2, area.max.x - after));
    } else if !group.detail.is_empty() {
        pen.left_out(&area, &group.detail);
    }
    if let Some(words) = lens.and_then(|lens| lens.groups.get(&group.id)) {
        lens::in_tag(pen, words, &area, rect.max.x, tokens);
    }
}

/// A note: all of it, or its title, or a mark that there is one.
pub fn note(
    pen: &mut impl Pen,
    picture: &Picture,
    note: &NoteShape,
    camera: &Camera,
    tiles: bool,
    state: State,
    tokens: &Tokens,
) {
    let zoom = camera.zoom;
    let (frame, text) = drawn::note(picture, note, Look { tiles, zoom });
    let rect = camera.rect_to_screen(&frame);
    let border = if state.hovered { tokens.card_hover } else { tokens.note_border };
    let radius = (6.0 * zoom.min(1.0)).max(4.0);
    pen.rect(&rect, [radius; 4], Some(tokens.note), Some((1.0, border)));
    if state.selected {
        ring(pen, &rect, radius, tokens);
    }
    let words = |text, at: Pos, face, size, colour| {
        let max = (rect.max.x - at.x).max(1.0);
        Words { text, at, align: Align::Left, face, size, colour, max }
    };
    match text {
        NoteText::Whole(titles, lines, size, line) => {
            let titles = titles.iter().map(|text| (text, Face::SemiBold, tokens.text));
            let lines = titles.chain(lines.iter().map(|text| (text, Face::Regular, tokens.text2)));
            let (left, top) = (rect.min.x + NOTE_PADDING.0 * zoom, rect.min.y + NOTE_PADDING.1 * zoom);
            for (index, (text, face, colour)) in lines.enumerate() {
                pen.words(words(text, pos(left, top + line * (index as f32 + 0.5)), face, size, colour));
            }
        }
        NoteText::Title => {
            pen.words(words(
                &note.title,
                pos(rect.min.x + 7.0, rect.middle().y),
                Face::SemiBold,
                MIN_TEXT,
                tokens.text,
            ));
            pen.left_out(&rect, &note.lines.join(" "));
        }
        NoteText::Mark => {
            for (share, length) in [(0.3, 0.7), (0.5, 0.7), (0.7, 0.45)] {
                let at = |x: f32| pos(rect.min.x + rect.width() * x, rect.min.y + rect.height() * share);
                let stroke = Stroke { width: 1.0, colour: tokens.text2, dash: Dash::Solid };
                pen.line(&[at(0.25), at(0.25 + length * 0.7)], 0.0, stroke);
            }
            pen.left_out(&rect, &format!("{}\n{}", note.title, note.lines.join(" ")));
        }
    }
}

/// Radius of the dot at the end of a note's line, in pixels.
const LEADER_DOT: f32 = 3.0;

/// The line from a note to the node that it is about.
pub fn leader(pen: &mut impl Pen, picture: &Picture, note: &NoteShape, camera: &Camera, tiles: bool, tokens: &Tokens) {
    let Some(node) = note.attached.and_then(|id| picture.nodes().get(&id)) else { return };
    let look = Look { tiles, zoom: camera.zoom };
    let near = |rect: &Rect, to: Pos| pos(to.x.clamp(rect.min.x, rect.max.x), to.y.clamp(rect.min.y, rect.max.y));
    let (frame, _) = drawn::note(picture, note, look);
    let start = near(&frame, node.rect.middle());
    // Its dot stands beside what it is about, not on a name.
    let covered = drawn::footprint(node, look).into_iter();
    let about = covered.reduce(|tile, name| if start.y > tile.max.y { tile.union(&name) } else { tile });
    let end = near(&about.unwrap_or(node.rect).grown(LEADER_DOT / camera.zoom), start);
    let (start, end) = (camera.to_screen(start), camera.to_screen(end));
    pen.line(&[start, end], 0.0, Stroke { width: 1.0, colour: tokens.text2, dash: Dash::Solid });
    pen.circle(end, LEADER_DOT, tokens.text2, None);
}

/// Small circles where arrows touch the cards, in the colours of the arrows.
pub fn edge_ports(pen: &mut impl Pen, picture: &Picture, edge: &EdgeShape, camera: &Camera, tokens: &Tokens) {
    if camera.zoom < 0.5 {
        return;
    }
    let is_tile = picture.nodes().get(&edge.from).is_some_and(|node| node.tile_only);
    if let Some(first) = edge.way.first().filter(|_| !is_tile) {
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
    groups.into_iter().for_each(|shape| group(pen, shape, camera, still, None, tokens));
    picture.notes().values().for_each(|shape| leader(pen, picture, shape, camera, tiles, tokens));
    picture.edges().values().for_each(|shape| edge(pen, picture, shape, camera, tiles, still, tokens));
    picture.nodes().values().for_each(|shape| node(pen, shape, camera, tiles, still, None, tokens));
    picture.notes().values().for_each(|shape| note(pen, picture, shape, camera, tiles, still, tokens));
    for shape in picture.edges().values() {
        if !tiles {
            edge_ports(pen, picture, shape, camera, tokens);
        }
        edge_words(pen, picture, shape, camera, tiles, tokens);
    }
}

/// The colour of the ground at a place.
pub(super) fn ground_at(picture: &Picture, at: Pos, tokens: &Tokens) -> Rgb {
    let group = picture.group_around(at).and_then(|id| picture.groups().get(&id));
    if group.is_some_and(|group| group.innermost) { tokens.container_fill } else { tokens.canvas }
}
