//! Points and rectangles in canvas units or pixels, and the measures that the picture is drawn with.
//!
//! Must not know what is drawn.

/// A place; x grows to the right, y grows down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pos {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// A place.
#[must_use]
pub const fn pos(x: f32, y: f32) -> Pos {
    Pos { x, y }
}

impl Pos {
    /// Distance to another place.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The place `share` of the way to another.
    #[must_use]
    pub fn towards(self, other: Self, share: f32) -> Self {
        pos(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Upper left corner.
    pub min: Pos,
    /// Lower right corner.
    pub max: Pos,
}

impl Rect {
    /// From the upper left corner and the size.
    #[must_use]
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { min: pos(x, y), max: pos(x + width, y + height) }
    }

    /// From the middle and the size.
    #[must_use]
    pub fn around(middle: Pos, width: f32, height: f32) -> Self {
        Self::new(middle.x - width / 2.0, middle.y - height / 2.0, width, height)
    }

    /// From two opposite corners in any order.
    #[must_use]
    pub fn spanning(a: Pos, b: Pos) -> Self {
        Self { min: pos(a.x.min(b.x), a.y.min(b.y)), max: pos(a.x.max(b.x), a.y.max(b.y)) }
    }

    /// The smallest around all places; empty at the origin when there are none.
    #[must_use]
    pub fn around_all(places: &[Pos]) -> Self {
        let first = places.first().copied().unwrap_or_default();
        places.iter().fold(Self { min: first, max: first }, |rect, at| rect.union(&Self { min: *at, max: *at }))
    }

    /// Width.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.max.x - self.min.x
    }

    /// Height.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.max.y - self.min.y
    }

    /// The middle.
    #[must_use]
    pub fn middle(&self) -> Pos {
        self.min.towards(self.max, 0.5)
    }

    /// Where it starts and ends from left to right (`across`), or from top to bottom.
    #[must_use]
    pub fn span(&self, across: bool) -> (f32, f32) {
        if across { (self.min.x, self.max.x) } else { (self.min.y, self.max.y) }
    }

    /// The rectangle, moved.
    #[must_use]
    pub fn moved(&self, x: f32, y: f32) -> Self {
        Self { min: pos(self.min.x + x, self.min.y + y), max: pos(self.max.x + x, self.max.y + y) }
    }

    /// Whether a place lies inside or on the border.
    #[must_use]
    pub fn contains(&self, at: Pos) -> bool {
        (self.min.x..=self.max.x).contains(&at.x) && (self.min.y..=self.max.y).contains(&at.y)
    }

    /// Whether another rectangle lies inside.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }

    /// Whether two rectangles share more than a border.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min.x < other.max.x && other.min.x < self.max.x && self.min.y < other.max.y && other.min.y < self.max.y
    }

    /// The rectangle that is `by` larger on each side.
    #[must_use]
    pub fn grown(&self, by: f32) -> Self {
        Self { min: pos(self.min.x - by, self.min.y - by), max: pos(self.max.x + by, self.max.y + by) }
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            min: pos(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: pos(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }
}

/// Width of a card, in canvas units.
pub const CARD_WIDTH: f32 = 208.0;
/// Height of a card, in canvas units.
pub const CARD_HEIGHT: f32 = 92.0;
/// Side of a tile in the far style, in canvas units.
pub const TILE_SIDE: f32 = 88.0;
/// What a tile and its name may take together, in canvas units, and what the name takes of it, in pixels: a small tile
/// leaves room for its name, which keeps its size.
const TILE_ROOM: (f32, f32) = (144.0, 32.0);
/// Smallest tile on the screen, in pixels.
pub const TILE_MIN_PX: f32 = 24.0;
/// Places snap to this grid, in canvas units.
pub const GRID: f32 = 8.0;
/// Distance of the dots of the ground, in canvas units.
pub const DOT_PITCH: f32 = 24.0;
/// Radius of a card's corners.
pub const CARD_RADIUS: f32 = 8.0;
/// Radius of the corners of arrows.
pub const CORNER_RADIUS: f32 = 12.0;
/// Padding of a container at its sides.
pub const GROUP_PADDING: f32 = 24.0;
/// Padding of a container above its first row; its tag stands there.
pub const GROUP_PADDING_TOP: f32 = 44.0;
/// Padding of a container under its last row, where the names of tiles reach below their cards.
pub const GROUP_PADDING_BOTTOM: f32 = 40.0;
/// Side of a step badge, in pixels at any zoom.
pub const BADGE_PX: f32 = 18.0;

/// Side of a tile in the far style, in pixels.
#[must_use]
pub fn tile_px(zoom: f32) -> f32 {
    (TILE_SIDE * zoom).min(TILE_ROOM.0 * zoom - TILE_ROOM.1).round().max(TILE_MIN_PX)
}
