//! What elements cover when they are drawn: words keep a least size, so that it depends on zoom and on the style of nodes.
//!
//! Places and rectangles are in canvas units, sizes of texts in pixels. Must not know colours or pens.

use super::geometry::{Pos, Rect, TILE_MIN_PX, pos, tile_px};
use super::route::Side;
use super::shape::{EdgeShape, GroupShape, NOTE_LINE, NOTE_PADDING, NodeShape, NoteShape};
use super::text::{Face, width, wrapped};
use super::{Picture, bend};

/// Text that would be smaller is drawn at this size, in pixels.
pub const MIN_TEXT: f32 = 11.0;

/// The size at which a text is drawn, in pixels.
#[must_use]
pub fn text_px(size: f32, zoom: f32) -> f32 {
    (size * zoom).round().max(MIN_TEXT)
}

/// How nodes are drawn, and how near: what badges and labels of arrows have room for depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Nodes are tiles.
    pub tiles: bool,
    /// Pixels per canvas unit.
    pub zoom: f32,
}

/// The smallest zooms at which the words of arrows have places of their own. Below the last they are not drawn.
const STEPS: [f32; 3] = [0.9, 0.62, 0.44];

impl Look {
    /// Every look for which places of words are kept, at the zoom where words are largest beside what they name.
    #[must_use]
    pub fn kept() -> [Self; 6] {
        let look = |tiles: bool, step: usize| Self { tiles, zoom: STEPS[step] };
        [look(false, 0), look(false, 1), look(false, 2), look(true, 0), look(true, 1), look(true, 2)]
    }

    /// The zooms of the kept looks.
    pub(super) fn steps() -> [f32; 3] {
        STEPS
    }

    /// Which of the kept looks holds for this one; `None`: no words are drawn.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        let step = STEPS.iter().position(|least| self.zoom >= *least)?;
        Some(step + if self.tiles { STEPS.len() } else { 0 })
    }

    /// Nodes are so large that words must be drawn, even where there is little room.
    #[must_use]
    pub fn is_near(self) -> bool {
        self.zoom >= STEPS[0]
    }
}

/// A text of one or two lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Its lines.
    pub lines: Vec<String>,
    /// Size in pixels.
    pub size: f32,
    /// What it covers.
    pub rect: Rect,
}

/// Distance of a name from its tile, in pixels.
const NAME_GAP: f32 = 3.0;
/// What a line of a name takes more than its size, in pixels.
const NAME_LEADING: f32 = 3.0;
/// Widest name under a tile, in canvas units: tiles stand this far apart at least.
const NAME_MAX: f32 = 236.0;
/// Zoom below which tiles have no names: the smallest tile and two lines take all the room of a row.
const NAMED: f32 = 0.39;

/// The tile of a node.
#[must_use]
pub fn tile(node: &NodeShape, zoom: f32) -> Rect {
    let side = if node.tile_only { (node.rect.width() * zoom).max(TILE_MIN_PX) } else { tile_px(zoom) };
    Rect::around(node.rect.middle(), side / zoom, side / zoom)
}

/// The name under a tile, where it has one.
#[must_use]
pub fn name_under(node: &NodeShape, zoom: f32) -> Option<Name> {
    let tile = tile(node, zoom);
    if zoom < NAMED || node.name.is_empty() {
        return None;
    }
    let size = text_px(12.0, zoom);
    let max = NAME_MAX * zoom;
    let lines = name_lines(&node.name, Face::Medium, size, max);
    let widest = lines.iter().map(|line| width(line, Face::Medium, size)).fold(0.0, f32::max).min(max);
    let height = lines.len() as f32 * (size + NAME_LEADING);
    let (middle, top) = (tile.middle().x, tile.max.y + NAME_GAP / zoom);
    let rect = Rect::new(middle - widest / zoom / 2.0, top, widest / zoom, height / zoom);
    Some(Name { lines, size, rect })
}

/// A name in two lines at most, broken where a new word starts inside it.
pub(super) fn name_lines(name: &str, face: Face, size: f32, max: f32) -> Vec<String> {
    if width(name, face, size) <= max {
        return vec![name.to_owned()];
    }
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let breaks =
        letters.windows(2).filter(|pair| pair[1].1.is_uppercase() && !pair[0].1.is_uppercase() || pair[0].1 == ' ');
    let breaks: Vec<usize> = breaks.map(|pair| pair[1].0).collect();
    let fits = |text: &str| width(text.trim(), face, size) <= max;
    // Where both halves fit they do; otherwise the first is as long as it may be.
    let both = breaks.iter().rfind(|at| fits(&name[..**at]) && fits(&name[**at..]));
    match both.or_else(|| breaks.iter().rfind(|at| fits(&name[..**at]))) {
        Some(at) => vec![name[..*at].trim_end().to_owned(), name[*at..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// What a node covers: its card, or its tile and the name under it.
#[must_use]
pub fn footprint(node: &NodeShape, look: Look) -> Vec<Rect> {
    if !look.tiles && !node.tile_only {
        return vec![node.rect];
    }
    let name = name_under(node, look.zoom).map(|name| name.rect);
    std::iter::once(tile(node, look.zoom)).chain(name).collect()
}

/// What arrows touch at a side of a node: below a tile they start under its name.
fn touched(node: &NodeShape, side: Side, look: Look) -> Rect {
    if !look.tiles && !node.tile_only {
        return node.rect;
    }
    let mut rect = tile(node, look.zoom);
    if side == Side::Bottom
        && let Some(name) = name_under(node, look.zoom)
    {
        rect.max.y = name.rect.max.y;
    }
    rect
}

/// The corners of an arrow's way from where it leaves to where its head ends.
#[must_use]
pub fn way(picture: &Picture, edge: &EdgeShape, look: Look) -> Vec<Pos> {
    let (Some(from), Some(to)) = (picture.nodes().get(&edge.from), picture.nodes().get(&edge.to)) else {
        return edge.way.clone();
    };
    if !look.tiles && !from.tile_only && !to.tile_only {
        return edge.way.clone();
    }
    edge.way_between(&touched(from, edge.sides.0, look), &touched(to, edge.sides.1, look))
}

/// The line of an arrow as it is seen, bent.
#[must_use]
pub fn line(picture: &Picture, edge: &EdgeShape, look: Look) -> Vec<Pos> {
    bend::bent(&way(picture, edge, look), edge.radius)
}

/// A container's tag; lengths inside it are in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tag {
    /// What it covers.
    pub rect: Rect,
    /// Side of the pictogram.
    pub icon: f32,
    /// Where the name starts.
    pub left: f32,
    /// Size of the texts.
    pub size: f32,
    /// There is room for the words after the name.
    pub has_detail: bool,
}

/// Height of a tag at full size, and the least at which its text can be read, in pixels.
const TAG_PX: (f32, f32) = (26.0, 16.0);
/// Room of a tag before its pictogram, between pictogram, name and detail, and at its end, in pixels.
const TAG_ROOM: (f32, f32, f32) = (7.0, 4.0, 8.0);

/// The tag of a container.
#[must_use]
pub fn tag(group: &GroupShape, zoom: f32) -> Tag {
    let height = (TAG_PX.0 * zoom).clamp(TAG_PX.1, TAG_PX.0);
    let (icon, size) = ((height - 2.0).min(22.0), text_px(12.0, zoom.min(1.0)));
    let left = TAG_ROOM.0 + icon + TAG_ROOM.1;
    let room = group.rect.width() * zoom;
    let named = left + width(&group.name, Face::SemiBold, size) + TAG_ROOM.2;
    let detailed = named + TAG_ROOM.1 + 2.0 + width(&group.detail, Face::Regular, size);
    let has_detail = !group.detail.is_empty() && detailed <= room;
    let width = (if has_detail { detailed } else { named }).min(room);
    let rect = Rect::new(group.rect.min.x, group.rect.min.y, width / zoom, height / zoom);
    Tag { rect, icon, left, size, has_detail }
}

/// What is drawn of a note.
#[derive(Clone, Debug, PartialEq)]
pub enum NoteText {
    /// All of it: the lines of title and text, and their size and height in pixels.
    Whole(Vec<String>, Vec<String>, f32, f32),
    /// The title, because all of it would cover something.
    Title,
    /// Only that there is one.
    Mark,
}

/// Smallest zoom at which a note has the lines and the frame of its full size.
const NOTE_ZOOM: f32 = MIN_TEXT / 12.0;

/// The frame in which the whole text of a note stands: smaller pictures need a higher one, since texts do not shrink on.
#[must_use]
pub fn note_frame(note: &NoteShape, zoom: f32) -> (Rect, NoteText) {
    let size = text_px(12.0, zoom);
    let line = NOTE_LINE * zoom.max(NOTE_ZOOM);
    let titles = |max: f32| -> Vec<String> {
        if note.title.is_empty() { Vec::new() } else { wrapped(&note.title, Face::SemiBold, size, max) }
    };
    let max = (note.rect.width() - 2.0 * NOTE_PADDING.0) * zoom;
    if zoom >= NOTE_ZOOM - 0.001 {
        return (note.rect, NoteText::Whole(titles(f32::INFINITY), note.lines.clone(), size, line));
    }
    let (titles, lines) = (titles(max.max(1.0)), wrapped(&note.lines.join(" "), Face::Regular, size, max.max(1.0)));
    let height = 2.0 * NOTE_PADDING.1 * zoom + line * (titles.len() + lines.len()) as f32;
    let rect = Rect::new(note.rect.min.x, note.rect.min.y, note.rect.width(), height / zoom);
    (rect, NoteText::Whole(titles, lines, size, line))
}

/// Zoom below which notes about nodes are told by their titles: each says the same of its node, so all look alike.
const CALLOUT_ZOOM: f32 = 0.62;

/// A note as it is drawn: whole where that covers nothing, else its title, else a mark.
#[must_use]
pub fn note(picture: &Picture, note: &NoteShape, look: Look) -> (Rect, NoteText) {
    if look.zoom >= CALLOUT_ZOOM || note.attached.is_none() || note.title.is_empty() {
        let whole = note_frame(note, look.zoom);
        if whole.0 == note.rect || picture.has_room(note, &whole.0, look) {
            return whole;
        }
    }
    let corner = note.rect.min;
    let height = (MIN_TEXT + 8.0) / look.zoom;
    let titled = (width(&note.title, Face::SemiBold, MIN_TEXT) + 14.0) / look.zoom;
    let frame = Rect::new(corner.x, corner.y, titled, height);
    if !note.title.is_empty() && picture.has_room(note, &frame, look) {
        return (frame, NoteText::Title);
    }
    (Rect { min: corner, max: pos(corner.x + height, corner.y + height) }, NoteText::Mark)
}
