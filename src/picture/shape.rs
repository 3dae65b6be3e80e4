//! What each element of the picture looks like before it is drawn: rectangles, texts and ports in canvas units.
//!
//! Must not know colours or pens.

use super::bend::{bent, nearest};
use super::drawn::{Look, note_frame};
use super::geometry::{CARD_HEIGHT, CARD_WIDTH, Pos, Rect, pos};
use super::route::{NAME_ROOM, Side};
use super::text::{Face, width, wrapped};
use crate::catalog::{Archetype, Catalog, Category, FieldType, KindId, Relation, is_set};
use crate::diagram::{Diagram, EdgeId, Group, GroupId, Node, NodeId, NodeStyle, Note, NoteId};

/// A node.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each port is there or is not, whatever the others are")]
pub struct NodeShape {
    /// Its identifier.
    pub id: NodeId,
    /// Its card; of one that is always a tile, the tile.
    pub rect: Rect,
    /// Drawn as a tile at any zoom, because it has nothing that a card would show.
    pub tile_only: bool,
    /// Its kind; names the pictogram.
    pub kind: KindId,
    /// Colour family.
    pub category: Category,
    /// Its name.
    pub name: String,
    /// The name of its kind.
    pub kind_label: String,
    /// The settings that the card shows, two at most.
    pub chips: Vec<String>,
    /// Whether arrows may arrive.
    pub takes: bool,
    /// Whether triggers or accesses may leave it.
    pub gives: bool,
    /// Whether failures may leave it.
    pub fails: bool,
}

impl NodeShape {
    /// The shape of a node.
    #[must_use]
    pub fn of(id: NodeId, node: &Node, diagram: &Diagram, catalog: &Catalog) -> Self {
        let kind = catalog.kind(&node.kind);
        let tile_only = kind.archetype == Archetype::Client;
        let side = |full: f32| if tile_only { TILE_TILE } else { full };
        let chips = kind.card.iter().filter_map(|key| {
            let field = kind.field(key)?;
            let value = diagram.setting(catalog, id, key).filter(|value| is_set(value))?;
            let shown = field.shown(value);
            Some(if field.field_type == FieldType::Boolean { format!("{} {shown}", field.label) } else { shown })
        });
        let offers = |port: &&str| kind.offers.iter().any(|offer| offer == port);
        Self {
            id,
            rect: Rect::new(node.position.x as f32, node.position.y as f32, side(CARD_WIDTH), side(CARD_HEIGHT)),
            tile_only,
            kind: node.kind.clone(),
            category: kind.category,
            name: node.name.clone(),
            kind_label: if catalog.get(&node.kind).is_some() { kind.label.clone() } else { node.kind.to_string() },
            chips: chips.collect(),
            takes: !kind.accepts.is_empty(),
            gives: !kind.offers.is_empty(),
            fails: catalog
                .capabilities()
                .iter()
                .any(|row| row.relation == Relation::DeadLetters && offers(&row.offers.as_str())),
        }
    }

    /// What arrows keep away from: its card or tile, and the room of the name under its tile.
    #[must_use]
    pub fn solid(&self) -> Rect {
        let mut rect = self.rect;
        rect.max.y += NAME_ROOM;
        rect
    }

    /// Where arrows may be drawn from or to by hand.
    pub fn ports(&self) -> impl Iterator<Item = (Port, Pos)> {
        let takes = self.takes.then_some((Port::In, Side::Left));
        let gives = self.gives.then_some((Port::Out, Side::Right));
        let fails = self.fails.then_some((Port::Failure, Side::Bottom));
        let rect = self.rect;
        takes.into_iter().chain(gives).chain(fails).map(move |(port, side)| (port, side.at(&rect, 0.0)))
    }
}

/// Side of the tile of a node that is never a card, in canvas units.
const TILE_TILE: f32 = 64.0;

/// A place on a node from which arrows are drawn by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Port {
    /// Arrows arrive.
    In,
    /// Triggers and accesses leave.
    Out,
    /// Failures leave.
    Failure,
}

/// Whether nodes are tiles at a zoom; `before` is what they were, so that the style does not flicker at the limit
/// ([`PLAIN`], [`FIGURED`]). Nodes that carry figures stay cards for longer: those are what they are looked at for.
#[must_use]
pub fn draws_tiles(style: NodeStyle, zoom: f32, before: bool, (near, far): (f32, f32)) -> bool {
    match style {
        NodeStyle::Cards => false,
        NodeStyle::Tiles => true,
        NodeStyle::Auto => zoom < if before { near } else { far },
    }
}

/// Zooms between which nodes stay the tiles or cards that they were.
pub const PLAIN: (f32, f32) = (0.66, FULL_CARD);
/// The same where they carry figures.
pub const FIGURED: (f32, f32) = (0.5, COMPACT);
/// Zoom from which on a card has room for more than its name.
pub const FULL_CARD: f32 = 0.62;
/// Zoom from which on a card has room for its name and a row of figures.
pub const COMPACT: f32 = 0.46;

/// An arrow.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeShape {
    /// Its identifier.
    pub id: EdgeId,
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What it says.
    pub relation: Relation,
    /// Corners of its way, from border to border of the cards.
    pub way: Vec<Pos>,
    /// How far its corners are bent, in canvas units.
    pub radius: f32,
    /// Sides through which it leaves and arrives.
    pub sides: (Side, Side),
    /// Step number.
    pub step: Option<u32>,
    /// Words.
    pub label: Option<String>,
    /// Where the middles of badge and label stand, for each of [`Look::kept`].
    pub spots: [Spots; 6],
    /// What it says in words, for people who do not see the picture.
    pub told: String,
}

/// Where the words of an arrow stand; `None`: nowhere without covering something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spots {
    /// The middle of the badge.
    pub badge: Option<Pos>,
    /// The middle of the label.
    pub label: Option<Pos>,
}

impl EdgeShape {
    /// The rectangle around its way.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        Rect::around_all(&self.way)
    }

    /// The way between smaller rectangles than the cards: its ends are drawn on to them.
    #[must_use]
    pub fn way_between(&self, from: &Rect, to: &Rect) -> Vec<Pos> {
        let mut way = self.way.clone();
        let reach = |side: Side, rect: &Rect, at: Pos| match side {
            Side::Left => pos(rect.min.x, at.y.clamp(rect.min.y, rect.max.y)),
            Side::Right => pos(rect.max.x, at.y.clamp(rect.min.y, rect.max.y)),
            Side::Top => pos(at.x.clamp(rect.min.x, rect.max.x), rect.min.y),
            Side::Bottom => pos(at.x.clamp(rect.min.x, rect.max.x), rect.max.y),
        };
        if let [first, .., last] = way.as_mut_slice() {
            let (start, end) = (reach(self.sides.0, from, *first), reach(self.sides.1, to, *last));
            // Two tiles one above the other may leave no room for the name between them.
            let onwards = (end.x - start.x) * (last.x - first.x) + (end.y - start.y) * (last.y - first.y) > 0.0;
            if onwards || self.way.len() > 2 {
                (*first, *last) = (start, end);
            }
        }
        way
    }

    /// Moves it with everything that belongs to it.
    pub(super) fn shift(&mut self, by: Pos) {
        let shift = |at: &mut Pos| *at = pos(at.x + by.x, at.y + by.y);
        self.way.iter_mut().for_each(shift);
        self.spots.iter_mut().flat_map(|spots| [&mut spots.badge, &mut spots.label]).flatten().for_each(shift);
    }

    /// How far a place is from the line of the arrow.
    #[must_use]
    pub fn distance(&self, at: Pos) -> f32 {
        nearest(&bent(&self.way, self.radius), at).distance(at)
    }
}

/// Width of a label's pill, in pixels.
#[must_use]
pub fn label_width(label: &str) -> f32 {
    width(label, Face::Regular, 11.0).min(LABEL_MAX_PX) + 8.0
}

/// Labels are cut beyond this, in pixels.
pub const LABEL_MAX_PX: f32 = 160.0;

/// A container.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupShape {
    /// Its identifier.
    pub id: GroupId,
    /// Its outline.
    pub rect: Rect,
    /// Its kind; names the pictogram of the tag.
    pub kind: KindId,
    /// The name on the tag.
    pub name: String,
    /// The words after the name.
    pub detail: String,
    /// How many groups stand around it.
    pub depth: usize,
    /// No group stands in it, so that it has a ground of its own.
    pub innermost: bool,
}

impl GroupShape {
    /// The shape of a group.
    #[must_use]
    pub fn of(id: GroupId, group: &Group, diagram: &Diagram, catalog: &Catalog) -> Self {
        let frame = group.frame;
        let above = |group: &Group| group.parent.and_then(|parent| diagram.groups().get(&parent));
        let kind = catalog.kind(&group.kind);
        let settings = kind.card.iter().filter_map(|key| {
            let value = group.settings.get(key)?;
            Some(kind.field(key)?.shown(value))
        });
        Self {
            id,
            rect: Rect::new(frame.x as f32, frame.y as f32, frame.width as f32, frame.height as f32),
            kind: group.kind.clone(),
            name: group.name.clone(),
            detail: settings.collect::<Vec<_>>().join(" · "),
            depth: std::iter::successors(above(group), |group| above(group)).take(diagram.groups().len()).count(),
            innermost: !diagram.groups().values().any(|other| other.parent == Some(id)),
        }
    }

    /// The tag, in canvas units at zoom 1.
    #[must_use]
    pub fn tag(&self) -> Rect {
        super::drawn::tag(self, 1.0).rect
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteShape {
    /// Its identifier.
    pub id: NoteId,
    /// Its rectangle.
    pub rect: Rect,
    /// First line.
    pub title: String,
    /// The text, broken into lines at full size.
    pub lines: Vec<String>,
    /// Its rectangle and those that its whole text takes in smaller pictures.
    pub tall: [Rect; 3],
    /// The node that it is about.
    pub attached: Option<NodeId>,
}

/// Height of a line of a note.
pub const NOTE_LINE: f32 = 17.0;
/// Padding of a note: sides, and above and below.
pub const NOTE_PADDING: (f32, f32) = (10.0, 8.0);

impl NoteShape {
    /// The shape of a note.
    #[must_use]
    pub fn of(id: NoteId, note: &Note) -> Self {
        let width = (note.width as f32).max(80.0);
        let lines = wrapped(&note.text, Face::Regular, 12.0, width - 2.0 * NOTE_PADDING.0);
        let titles = usize::from(!note.title.is_empty());
        let height = 2.0 * NOTE_PADDING.1 + NOTE_LINE * (lines.len() + titles) as f32;
        let rect = Rect::new(note.position.x as f32, note.position.y as f32, width, height);
        let mut shape = Self { id, rect, title: note.title.clone(), lines, tall: [rect; 3], attached: note.attached };
        shape.tall = Look::steps().map(|zoom| note_frame(&shape, zoom).0);
        shape
    }
}
