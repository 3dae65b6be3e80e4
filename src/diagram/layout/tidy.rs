//! Order without moving things far: what stands nearly in a row or column is put in it, and what is too near is parted.
//!
//! What a person has placed keeps its neighbours: left stays left, above stays above. Must not know how nodes are drawn.

use super::{Item, Layout, Placement};
use crate::diagram::model::{Frame, GroupId, Point};

/// Middles that are so near to each other, in canvas units, are meant to be in one line.
const SAME_LINE: f64 = 40.0;

/// Something with a place and a size: `[x, y]` of its middle, and width and height.
#[derive(Clone, Copy, Debug)]
struct Thing {
    middle: [f64; 2],
    size: [f64; 2],
    /// It lines up with others; a container does not.
    lines_up: bool,
}

impl Thing {
    /// How far two things reach into each other along an axis, when they keep `gap` from each other.
    fn reach(&self, other: &Self, axis: usize, gap: f64) -> f64 {
        f64::midpoint(self.size[axis], other.size[axis]) + gap - (self.middle[axis] - other.middle[axis]).abs()
    }
}

impl Layout<'_> {
    /// Tidies what a container holds, inside out; tells where the container has to reach, if it holds anything.
    pub(super) fn tidied(&self, group: Option<GroupId>, placement: &mut Placement) {
        let items = self.children.get(&group).map(Vec::as_slice).unwrap_or_default();
        let mut things = Vec::with_capacity(items.len());
        for item in items {
            if let Item::Group(id) = item {
                self.tidied(Some(*id), placement);
                self.stretch(*id, placement);
            }
            things.push(self.thing(*item, placement));
        }
        let before: Vec<[f64; 2]> = things.iter().map(|thing| thing.middle).collect();
        let apart = Apart { gap: f64::from(self.spacing.row_gap), grid: f64::from(self.spacing.grid) };
        in_lines(&mut things, apart.grid);
        for axis in [0, 1] {
            part_lines(&mut things, axis, apart);
        }
        part(&mut things, apart);
        for ((item, thing), before) in items.iter().zip(&things).zip(&before) {
            self.put(*item, thing, before, placement);
        }
    }

    /// Where something stands and how large it is, as it is so far.
    fn thing(&self, item: Item, placement: &Placement) -> Thing {
        let of = |x: i32, y: i32, width: i32, height: i32, lines_up: bool| Thing {
            middle: [f64::from(x) + f64::from(width) / 2.0, f64::from(y) + f64::from(height) / 2.0],
            size: [f64::from(width), f64::from(height)],
            lines_up,
        };
        match item {
            Item::Node(id) => {
                let (width, height) = (self.size)(id);
                let at = self.diagram.nodes().get(&id).map(|node| node.position).unwrap_or_default();
                of(at.x, at.y, width, height, true)
            }
            Item::Group(id) => {
                let frame = placement.groups.get(&id).copied().unwrap_or_default();
                of(frame.x, frame.y, frame.width, frame.height, false)
            }
        }
    }

    /// Makes a container large enough for what it holds; one that is larger stays so.
    fn stretch(&self, id: GroupId, placement: &mut Placement) {
        let Some(group) = self.diagram.groups().get(&id) else { return };
        let (mut left, mut top) = (group.frame.x, group.frame.y);
        let (mut right, mut bottom) = (left + group.frame.width, top + group.frame.height);
        let spacing = &self.spacing;
        for item in self.children.get(&Some(id)).into_iter().flatten() {
            let (corner, (width, height)) = match item {
                Item::Node(node) => (placement.nodes.get(node).copied().unwrap_or_default(), (self.size)(*node)),
                Item::Group(inner) => {
                    let frame = placement.groups.get(inner).copied().unwrap_or_default();
                    (Point { x: frame.x, y: frame.y }, (frame.width, frame.height))
                }
            };
            left = left.min(corner.x - spacing.padding);
            top = top.min(corner.y - spacing.padding_top);
            right = right.max(corner.x + width + spacing.padding);
            bottom = bottom.max(corner.y + height + spacing.padding_bottom);
        }
        placement.groups.insert(id, Frame { x: left, y: top, width: right - left, height: bottom - top });
    }

    /// Puts something where its middle came to be; what stands in a container goes along.
    fn put(&self, item: Item, thing: &Thing, before: &[f64; 2], placement: &mut Placement) {
        match item {
            Item::Node(id) => {
                let corner = |axis: usize| (thing.middle[axis] - thing.size[axis] / 2.0).round() as i32;
                placement.nodes.insert(id, Point { x: corner(0), y: corner(1) });
            }
            Item::Group(id) => {
                let by = |axis: usize| (thing.middle[axis] - before[axis]).round() as i32;
                self.shift(id, Point { x: by(0), y: by(1) }, placement);
            }
        }
    }

    fn shift(&self, id: GroupId, by: Point, placement: &mut Placement) {
        if by == Point::default() {
            return;
        }
        if let Some(frame) = placement.groups.get_mut(&id) {
            (frame.x, frame.y) = (frame.x + by.x, frame.y + by.y);
        }
        for item in self.children.get(&Some(id)).into_iter().flatten() {
            match item {
                Item::Group(inner) => self.shift(*inner, by, placement),
                Item::Node(node) => {
                    if let Some(at) = placement.nodes.get_mut(node) {
                        *at = Point { x: at.x + by.x, y: at.y + by.y };
                    }
                }
            }
        }
    }
}

/// The things of each line along an axis, in the order of the lines.
fn lines(things: &[Thing], axis: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..things.len()).collect();
    order.sort_by(|a, b| things[*a].middle[axis].total_cmp(&things[*b].middle[axis]).then(a.cmp(b)));
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let thing = &things[index];
        let fits = |line: &&mut Vec<usize>| {
            let first = &things[line[0]];
            first.lines_up && thing.lines_up && thing.middle[axis] - first.middle[axis] <= SAME_LINE
        };
        match lines.last_mut().filter(fits) {
            Some(line) => line.push(index),
            None => lines.push(vec![index]),
        }
    }
    lines
}

/// Puts what is nearly in one line into it, with its corner on the grid.
fn in_lines(things: &mut [Thing], grid: f64) {
    for axis in [0, 1] {
        for line in lines(things, axis) {
            let mean = line.iter().map(|index| things[*index].middle[axis]).sum::<f64>() / line.len() as f64;
            for index in line {
                let thing = &mut things[index];
                let half = thing.size[axis] / 2.0;
                if thing.lines_up {
                    thing.middle[axis] = ((mean - half) / grid).round() * grid + half;
                }
            }
        }
    }
}

/// Parts lines that are too near along an axis: a whole line gives way, so that it stays one.
fn part_lines(things: &mut [Thing], axis: usize, apart: Apart) {
    let lines = lines(things, axis);
    for at in 1..lines.len() {
        let mut by = 0.0_f64;
        for thing in lines[at].iter().map(|index| &things[*index]) {
            for before in lines[..at].iter().flatten().map(|index| &things[*index]) {
                // What stands above each other is parted from top to bottom, not sideways.
                let (along, aside) = (thing.reach(before, axis, apart.gap), thing.reach(before, 1 - axis, 0.0));
                if along > 0.0 && aside > 0.0 && along <= aside + apart.gap {
                    by = by.max(apart.push(thing, before, axis));
                }
            }
        }
        lines[at].iter().for_each(|index| things[*index].middle[axis] += by);
    }
}

/// How far things are to be from each other, in steps of the grid, so that what is parted stays on it.
#[derive(Clone, Copy)]
struct Apart {
    gap: f64,
    grid: f64,
}

impl Apart {
    /// How far something has to go on along an axis to be far enough behind another.
    fn push(self, thing: &Thing, before: &Thing, axis: usize) -> f64 {
        let apart = f64::midpoint(thing.size[axis], before.size[axis]) + self.gap;
        ((before.middle[axis] + apart - thing.middle[axis]) / self.grid).ceil() * self.grid
    }
}

/// Parts what still covers something, downwards.
fn part(things: &mut [Thing], apart: Apart) {
    let mut order: Vec<usize> = (0..things.len()).collect();
    let top = |thing: &Thing| thing.middle[1] - thing.size[1] / 2.0;
    order.sort_by(|a, b| top(&things[*a]).total_cmp(&top(&things[*b])).then(a.cmp(b)));
    for at in 1..order.len() {
        let mut thing = things[order[at]];
        let covers = |thing: &Thing, other: &Thing| (0..2).all(|axis| thing.reach(other, axis, 0.0) > 0.0);
        // It only ever goes down, so that it comes to an end.
        while let Some(before) = order[..at].iter().map(|index| &things[*index]).find(|before| covers(&thing, before)) {
            thing.middle[1] += apart.push(&thing, before, 1);
        }
        things[order[at]] = thing;
    }
}
