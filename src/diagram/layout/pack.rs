//! What no arrow joins stands beside each other when it would make a tower above each other.
//!
//! Must not know nodes and containers: it places boxes.

use super::{Spacing, columns};
use crate::diagram::graph;
use crate::diagram::model::Point;

/// So many times as high as wide a layout may be before its parts stand beside each other.
const TOWER: i32 = 2;
/// Width to height of what is packed: that of a screen.
const SCREEN: f64 = 1.6;

/// Places boxes in columns by flow, each part of them by itself when together they would be a tower.
pub(super) fn place(sizes: &[(i32, i32)], edges: &[(usize, usize)], spacing: Spacing) -> Vec<Point> {
    let together = columns(sizes, edges, spacing);
    let (width, height) = extent(&together, sizes);
    let parts = if height > TOWER * width { parts(sizes.len(), edges) } else { Vec::new() };
    if parts.len() < 2 { together } else { packed(&parts, sizes, edges, spacing) }
}

/// How far boxes reach from the origin.
fn extent(places: &[Point], sizes: &[(i32, i32)]) -> (i32, i32) {
    let reach = places.iter().zip(sizes).map(|(place, size)| (place.x + size.0, place.y + size.1));
    reach.fold((0, 0), |most, reach| (most.0.max(reach.0), most.1.max(reach.1)))
}

/// The boxes that arrows join, in the order of their first ones.
fn parts(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let (incoming, outgoing) = graph::neighbours(count, edges);
    let mut is_taken = vec![false; count];
    let mut parts = Vec::new();
    for first in 0..count {
        let (mut part, mut open) = (Vec::new(), vec![first]);
        while let Some(item) = open.pop() {
            if !std::mem::replace(&mut is_taken[item], true) {
                part.push(item);
                open.extend(incoming[item].iter().chain(&outgoing[item]));
            }
        }
        if !part.is_empty() {
            part.sort_unstable();
            parts.push(part);
        }
    }
    parts
}

/// Stacks the parts in columns of nearly the height of a screen.
fn packed(parts: &[Vec<usize>], sizes: &[(i32, i32)], edges: &[(usize, usize)], spacing: Spacing) -> Vec<Point> {
    let snapped = |at: i32| (at + spacing.grid - 1).div_euclid(spacing.grid) * spacing.grid;
    let mut places = vec![Point::default(); sizes.len()];
    let mut extents = Vec::with_capacity(parts.len());
    for part in parts {
        let own: Vec<(i32, i32)> = part.iter().map(|item| sizes[*item]).collect();
        let index = |item: usize| part.binary_search(&item).ok();
        let joins: Vec<(usize, usize)> =
            edges.iter().filter_map(|(from, to)| Some((index(*from)?, index(*to)?))).collect();
        let within = columns(&own, &joins, spacing);
        let (width, height) = extent(&within, &own);
        extents.push((snapped(width + 2 * spacing.column_gap), snapped(height + spacing.row_gap)));
        part.iter().zip(within).for_each(|(item, at)| places[*item] = at);
    }
    let area: f64 = extents.iter().map(|(width, height)| f64::from(*width) * f64::from(*height)).sum();
    let most = (area / SCREEN).sqrt() as i32;
    let (mut left, mut top, mut widest) = (0, 0, 0);
    for (part, (width, height)) in parts.iter().zip(&extents) {
        if top > 0 && top + height > most {
            (left, top, widest) = (left + widest, 0, 0);
        }
        for item in part {
            places[*item] = Point { x: places[*item].x + left, y: places[*item].y + top };
        }
        (top, widest) = (top + height, widest.max(*width));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: Spacing =
        Spacing { column_gap: 64, row_gap: 48, padding: 24, padding_top: 44, padding_bottom: 40, grid: 8 };

    #[test]
    fn many_small_parts_make_no_tower() {
        let sizes = vec![(208, 92); 200];
        let edges: Vec<(usize, usize)> = (0..100).map(|pair| (2 * pair, 2 * pair + 1)).collect();
        assert_eq!(parts(200, &edges).len(), 100);
        let places = place(&sizes, &edges, SPACING);
        let (width, height) = extent(&places, &sizes);
        assert!(width > height && width < 3 * height, "{width} × {height}");
        for (from, to) in edges {
            assert_eq!((places[to].x - places[from].x, places[to].y), (272, places[from].y), "a pair stays one");
        }
        for (index, a) in places.iter().enumerate() {
            let near = places[index + 1..].iter().find(|b| (a.x - b.x).abs() < 272 && (a.y - b.y).abs() < 140);
            assert_eq!(near, None, "{a:?}");
        }
    }

    #[test]
    fn a_few_rows_stay_one_under_the_other() {
        let sizes = vec![(208, 92); 6];
        let edges = [(0, 1), (1, 2), (3, 4), (4, 5)];
        assert_eq!(parts(6, &edges), [[0, 1, 2], [3, 4, 5]]);
        assert_eq!(place(&sizes, &edges, SPACING), columns(&sizes, &edges, SPACING));
    }
}
