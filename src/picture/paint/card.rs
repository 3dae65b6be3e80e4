//! A node as a card: its tile, its name, and under them its settings or what a lens lays there.
//!
//! Must not know what a pen draws on.

use super::super::camera::Camera;
use super::super::drawn::{self, text_px};
use super::super::geometry::{CARD_RADIUS, Pos, Rect, pos};
use super::super::lens::{self, Gauges, Overlay, Strip};
use super::super::shape::{COMPACT, FULL_CARD, NodeShape};
use super::super::text::{self, Face};
use super::super::tokens::{Rgb, Tokens};
use super::{Align, Pen, State, Words, ring, tile_alone};

/// Draws it.
pub(super) fn card(
    pen: &mut impl Pen,
    node: &NodeShape,
    camera: &Camera,
    state: State,
    lens: Option<&Overlay>,
    tokens: &Tokens,
) {
    let zoom = camera.zoom;
    let strip = lens.and_then(|lens| lens.nodes.get(&node.id));
    let rect = camera.rect_to_screen(&node.rect);
    let radius = CARD_RADIUS * zoom;
    let plain = if state.hovered { tokens.card_hover } else { tokens.card_border };
    let border = strip.and_then(|strip| strip.border(tokens)).unwrap_or(plain);
    let ground = lens::wordless(strip, zoom, tokens).unwrap_or(tokens.card);
    pen.rect(&rect, [radius; 4], Some(ground), Some((1.0, border)));
    if state.selected {
        ring(pen, &rect, radius, tokens);
    }
    let gauged = strip.and_then(|strip| Some((strip, strip.gauges.as_ref()?)));
    if let Some((strip, gauges)) = gauged.filter(|_| (COMPACT..FULL_CARD).contains(&zoom)) {
        compact(pen, node, &rect, strip, gauges, zoom, tokens);
        return;
    }
    // A small card has nothing under its name.
    let top = if zoom < FULL_CARD { (rect.height() - 40.0 * zoom) / 2.0 } else { 12.0 * zoom };
    let left = if zoom < FULL_CARD { 9.0 } else { 12.0 } * zoom;
    let tile = Rect::new(rect.min.x + left, rect.min.y + top, 40.0 * zoom, 40.0 * zoom);
    tile_alone(pen, &node.kind, node.category, &tile, tokens);
    // Below this zoom the words would not fit beside the tile.
    if zoom < 0.42 {
        return;
    }
    let at = pos(tile.max.x + if zoom < FULL_CARD { 7.0 } else { 10.0 } * zoom, tile.middle().y);
    if let Some((strip, gauges)) = gauged.filter(|_| zoom >= FULL_CARD) {
        measured(pen, node, (&rect, &tile), strip, gauges, zoom, tokens);
        return;
    }
    let at = match strip {
        _ if zoom >= FULL_CARD => at,
        Some(_) => pos(at.x, rect.min.y + rect.height() * 0.3),
        None => pos(at.x, rect.middle().y),
    };
    head(pen, node, at, rect.max.x - 3.0 * zoom - at.x, (zoom, strip.is_some()), tokens);
    match strip {
        Some(strip) if zoom >= FULL_CARD => strip.on_card(pen, &rect, rect.min.x + 12.0 * zoom, zoom, tokens),
        Some(strip) => strip.on_small_card(pen, &rect, at.x, zoom, tokens),
        None if zoom >= FULL_CARD && lens.is_none() => chips(pen, node, &rect, zoom, tokens),
        None => {}
    }
}

/// A small card: its name beside a small tile, and figures at the foot.
fn compact(
    pen: &mut impl Pen,
    node: &NodeShape,
    rect: &Rect,
    strip: &Strip,
    gauges: &Gauges,
    zoom: f32,
    tokens: &Tokens,
) {
    let side = 28.0 * zoom;
    let tile = Rect::new(rect.min.x + 8.0 * zoom, rect.min.y + 6.0 * zoom, side, side);
    tile_alone(pen, &node.kind, node.category, &tile, tokens);
    let at = pos(tile.max.x + 4.0, tile.middle().y);
    let mark = if strip.border(tokens).is_some() { 9.0 } else { 0.0 };
    let (text, align, face, colour) = (node.name.as_str(), Align::Left, Face::SemiBold, tokens.text);
    let max = rect.max.x - 3.0 - 1.4 * mark - at.x;
    pen.words(Words { text, at, align, face, size: text_px(13.0, zoom), colour, max });
    gauges.at_foot(pen, rect, zoom, tokens);
    if mark > 0.0 {
        strip.mark(pen, pos(rect.max.x - mark, at.y), 0.8, tokens);
    }
}

/// The name, a line over time under it, and figures at the foot.
fn measured(
    pen: &mut impl Pen,
    node: &NodeShape,
    (rect, tile): (&Rect, &Rect),
    strip: &Strip,
    gauges: &Gauges,
    zoom: f32,
    tokens: &Tokens,
) {
    let (left, size) = (tile.max.x + 10.0 * zoom, text_px(13.0, zoom));
    let mark = if strip.border(tokens).is_some() { 20.0 * zoom } else { 0.0 };
    let at = pos(left, tile.min.y + (8.0 * zoom).max(5.0));
    let max = rect.max.x - 6.0 * zoom - mark - left;
    let (text, align, face, colour) = (node.name.as_str(), Align::Left, Face::SemiBold, tokens.text);
    pen.words(Words { text, at, align, face, size, colour, max });
    let below = Rect { min: pos(left, at.y + (10.0 * zoom).max(7.0)), max: pos(rect.max.x - 12.0 * zoom, tile.max.y) };
    gauges.over_time(pen, &below, zoom, tokens);
    gauges.at_foot(pen, rect, zoom, tokens);
    if mark > 0.0 {
        strip.mark(pen, pos(rect.max.x - 14.0 * zoom, at.y), zoom, tokens);
    }
}

/// Name and kind, with their middle at a place; `has_strip` leaves a small card one line.
fn head(pen: &mut impl Pen, node: &NodeShape, at: Pos, max: f32, (zoom, has_strip): (f32, bool), tokens: &Tokens) {
    let size = text_px(13.0, zoom);
    let mut lines: Vec<(&str, Face, f32, Rgb)> = Vec::with_capacity(2);
    let name = if zoom < FULL_CARD && has_strip {
        vec![node.name.clone()]
    } else {
        drawn::name_lines(&node.name, Face::SemiBold, size, max)
    };
    lines.extend(name.iter().map(|line| (line.as_str(), Face::SemiBold, size, tokens.text)));
    if zoom >= FULL_CARD && lines.len() == 1 {
        lines.push((&node.kind_label, Face::Regular, text_px(11.0, zoom), tokens.text2));
    }
    // Drawn at the least size, two lines keep their distance.
    let half = if lines.len() > 1 { (8.0 * zoom).max(6.5) } else { 0.0 };
    for ((text, face, size, colour), y) in lines.into_iter().zip([at.y - half, at.y + half]) {
        // A name may use the border; what is cut anyway leaves room for ports.
        let max = if face == Face::Regular { max - 5.0 * zoom } else { max };
        pen.words(Words { text, at: pos(at.x, y), align: Align::Left, face, size, colour, max });
    }
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
