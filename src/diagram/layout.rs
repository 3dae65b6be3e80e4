//! Automatic layout: columns from left to right by data flow, containers laid out inside out, nothing overlapping.
//!
//! Must not know how nodes are drawn: sizes and gaps are given.

mod pack;
mod tidy;

use std::collections::{BTreeMap, BTreeSet};

use super::graph;
use super::model::{Diagram, Frame, GroupId, NodeId, NoteId, Point};

/// Distances between what is laid out, in canvas units.
#[derive(Clone, Copy, Debug)]
pub struct Spacing {
    /// Between two columns.
    pub column_gap: i32,
    /// Between two rows.
    pub row_gap: i32,
    /// Between the sides of a container and what is in it.
    pub padding: i32,
    /// Between the upper edge of a container and what is in it; its tag stands there.
    pub padding_top: i32,
    /// Between what is in a container and its lower edge; the names of tiles stand there.
    pub padding_bottom: i32,
    /// Places are multiples of this.
    pub grid: i32,
}

/// Where everything goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Upper left corners of nodes.
    pub nodes: BTreeMap<NodeId, Point>,
    /// Outlines of groups.
    pub groups: BTreeMap<GroupId, Frame>,
    /// Upper left corners of notes that move.
    pub notes: BTreeMap<NoteId, Point>,
}

/// What a container holds: nodes and containers, laid out alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Node(NodeId),
    Group(GroupId),
}

/// Lays out the whole diagram from the origin; `size` gives the width and height of a node.
#[must_use]
pub fn arrange(diagram: &Diagram, size: &dyn Fn(NodeId) -> (i32, i32), spacing: Spacing) -> Placement {
    let layout = Layout { diagram, size, spacing, children: children(diagram) };
    layout.inside(None).0
}

/// Brings order into what stands where a person has put it: nearly straight rows and columns become straight, what is too
/// near is parted, containers grow around what they hold, and everything stays in the order in which it was.
#[must_use]
pub fn tidy(diagram: &Diagram, size: &dyn Fn(NodeId) -> (i32, i32), spacing: Spacing) -> Placement {
    let layout = Layout { diagram, size, spacing, children: children(diagram) };
    let mut placement = Placement::default();
    layout.tidied(None, &mut placement);
    placement
}

fn children(diagram: &Diagram) -> BTreeMap<Option<GroupId>, Vec<Item>> {
    let mut children: BTreeMap<Option<GroupId>, Vec<Item>> = BTreeMap::new();
    for (id, node) in diagram.nodes() {
        children.entry(node.group).or_default().push(Item::Node(*id));
    }
    for (id, group) in diagram.groups() {
        children.entry(group.parent).or_default().push(Item::Group(*id));
    }
    children
}

struct Layout<'d> {
    diagram: &'d Diagram,
    size: &'d dyn Fn(NodeId) -> (i32, i32),
    spacing: Spacing,
    children: BTreeMap<Option<GroupId>, Vec<Item>>,
}

impl Layout<'_> {
    /// Lays out what a container holds, from the origin, and tells how large it is.
    fn inside(&self, group: Option<GroupId>) -> (Placement, (i32, i32)) {
        let items = self.children.get(&group).map(Vec::as_slice).unwrap_or_default();
        let mut inner = BTreeMap::new();
        let mut sizes = Vec::with_capacity(items.len());
        for item in items {
            sizes.push(match item {
                Item::Node(id) => (self.size)(*id),
                Item::Group(id) => {
                    let (placement, (width, height)) = self.inside(Some(*id));
                    inner.insert(*id, placement);
                    let Spacing { padding, padding_top, padding_bottom, .. } = self.spacing;
                    (width + 2 * padding, height + padding_top + padding_bottom)
                }
            });
        }
        let places = pack::place(&sizes, &self.edges_between(items), self.spacing);
        let mut placement = Placement::default();
        for ((item, place), (width, height)) in items.iter().zip(&places).zip(&sizes) {
            match item {
                Item::Node(id) => drop(placement.nodes.insert(*id, *place)),
                Item::Group(id) => {
                    placement.groups.insert(*id, Frame { x: place.x, y: place.y, width: *width, height: *height });
                    let by = Point { x: place.x + self.spacing.padding, y: place.y + self.spacing.padding_top };
                    placement.take(inner.remove(id).unwrap_or_default(), by);
                }
            }
        }
        let extent = |at: fn(&Point) -> i32, side: fn(&(i32, i32)) -> i32| {
            places.iter().zip(&sizes).map(|(place, size)| at(place) + side(size)).max().unwrap_or(0)
        };
        (placement, (extent(|p| p.x, |s| s.0), extent(|p| p.y, |s| s.1)))
    }

    /// The arrows between items, whatever depth they start and end at.
    fn edges_between(&self, items: &[Item]) -> Vec<(usize, usize)> {
        let index: BTreeMap<Item, usize> = items.iter().copied().zip(0..).collect();
        let item_of = |id: NodeId| {
            let mut item = Item::Node(id);
            let mut group = self.diagram.nodes().get(&id)?.group;
            loop {
                if let Some(found) = index.get(&item) {
                    return Some(*found);
                }
                let above = group?;
                item = Item::Group(above);
                group = self.diagram.groups().get(&above)?.parent;
            }
        };
        let pairs = self.diagram.edges().values().filter_map(|edge| Some((item_of(edge.from)?, item_of(edge.to)?)));
        pairs.filter(|(from, to)| from != to).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Placement {
    /// Takes over another placement, moved.
    fn take(&mut self, other: Self, by: Point) {
        let moved = |at: Point| Point { x: at.x + by.x, y: at.y + by.y };
        self.nodes.extend(other.nodes.into_iter().map(|(id, at)| (id, moved(at))));
        self.groups.extend(
            other.groups.into_iter().map(|(id, frame)| (id, Frame { x: frame.x + by.x, y: frame.y + by.y, ..frame })),
        );
    }
}

/// So often the columns are gone through to shorten arrows.
const SWEEPS: usize = 8;

/// Places boxes in columns by flow; returns their upper left corners, the least of which are 0.
fn columns(sizes: &[(i32, i32)], edges: &[(usize, usize)], spacing: Spacing) -> Vec<Point> {
    let layer = graph::layers(sizes.len(), edges);
    let mut filled = vec![Vec::new(); layer.iter().max().map_or(0, |last| last + 1)];
    for (item, layer) in layer.iter().enumerate() {
        filled[*layer].push(item);
    }
    let (incoming, outgoing) = graph::neighbours(sizes.len(), edges);
    let neighbours: Vec<Vec<usize>> = incoming.into_iter().zip(outgoing).map(|(i, o)| [i, o].concat()).collect();
    let mut middle = vec![0.0; sizes.len()];
    filled.iter().for_each(|column| stack(column, sizes, spacing, &mut middle));
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let mut order: Vec<usize> = (0..filled.len()).collect();
        if !forward {
            order.reverse();
        }
        for column in order {
            settle(&mut filled[column], sizes, &neighbours, spacing, &mut middle);
        }
    }
    corners(&filled, sizes, spacing, &middle)
}

/// Stacks a column from the top.
fn stack(column: &[usize], sizes: &[(i32, i32)], spacing: Spacing, middle: &mut [f64]) {
    let mut top = 0.0;
    for item in column {
        let height = f64::from(sizes[*item].1);
        middle[*item] = top + height / 2.0;
        top += height + f64::from(spacing.row_gap);
    }
}

/// Orders a column by where its neighbours stand and moves each box as near to them as the others let it.
fn settle(column: &mut [usize], sizes: &[(i32, i32)], neighbours: &[Vec<usize>], spacing: Spacing, middle: &mut [f64]) {
    let wish = |item: usize| match neighbours[item].as_slice() {
        [] => middle[item],
        near => near.iter().map(|other| middle[*other]).sum::<f64>() / near.len() as f64,
    };
    let mut wishes: Vec<(f64, usize)> = column.iter().map(|item| (wish(*item), *item)).collect();
    wishes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Distances that must be kept are taken out, the wishes are made rising, and the distances are put back.
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut offset = 0.0;
    for (place, (_, item)) in wishes.iter().enumerate() {
        let half = f64::from(sizes[*item].1) / 2.0;
        offset += if place == 0 { 0.0 } else { half };
        offsets.push(offset);
        offset += half + f64::from(spacing.row_gap);
    }
    let reduced: Vec<f64> = wishes.iter().zip(&offsets).map(|((wish, _), offset)| wish - offset).collect();
    for (((slot, (_, item)), value), offset) in column.iter_mut().zip(&wishes).zip(rising(&reduced)).zip(&offsets) {
        *slot = *item;
        middle[*item] = value + offset;
    }
}

/// The rising sequence nearest to `values` (pool adjacent violators).
fn rising(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for value in values {
        pools.push((*value, 1));
        while let [.., (before, before_count), (last, last_count)] = pools.as_slice()
            && before > last
        {
            let count = before_count + last_count;
            let mean = (before * *before_count as f64 + last * *last_count as f64) / count as f64;
            pools.truncate(pools.len() - 2);
            pools.push((mean, count));
        }
    }
    pools.into_iter().flat_map(|(value, count)| std::iter::repeat_n(value, count)).collect()
}

fn corners(columns: &[Vec<usize>], sizes: &[(i32, i32)], spacing: Spacing, middle: &[f64]) -> Vec<Point> {
    let snapped = |at: i32| at.div_euclid(spacing.grid) * spacing.grid;
    let mut places = vec![Point::default(); sizes.len()];
    let mut left = 0;
    for column in columns {
        let width = column.iter().map(|item| sizes[*item].0).max().unwrap_or(0);
        let mut below = i32::MIN;
        for item in column {
            let (own_width, height) = sizes[*item];
            let wanted = snapped((middle[*item] - f64::from(height) / 2.0).round() as i32);
            let y = wanted.max(below);
            places[*item] = Point { x: snapped(left + (width - own_width) / 2), y };
            // Rounding to the grid must not eat the gap.
            below = snapped(y + height + spacing.row_gap + spacing.grid - 1);
        }
        left = snapped(left + width + spacing.column_gap + spacing.grid - 1);
    }
    let top = places.iter().map(|place| place.y).min().unwrap_or(0);
    places.iter_mut().for_each(|place| place.y -= top);
    places
}
