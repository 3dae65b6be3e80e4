//! A grid over the canvas that answers "what is near here" without looking at everything.
//!
//! Must not know what the items are.

use std::collections::BTreeMap;

use super::geometry::Rect;

/// Side of a cell, in canvas units: a few cards.
const CELL: f32 = 512.0;

/// Items by the cells that their rectangles touch.
#[derive(Clone, Debug)]
pub struct Grid<T> {
    cells: BTreeMap<(i32, i32), Vec<T>>,
}

impl<T> Default for Grid<T> {
    fn default() -> Self {
        Self { cells: BTreeMap::new() }
    }
}

impl<T: Copy + Ord> Grid<T> {
    /// Adds an item.
    pub fn insert(&mut self, item: T, rect: &Rect) {
        for cell in cells(rect) {
            self.cells.entry(cell).or_default().push(item);
        }
    }

    /// Removes an item that was added with the same rectangle.
    pub fn remove(&mut self, item: T, rect: &Rect) {
        for cell in cells(rect) {
            if let Some(items) = self.cells.get_mut(&cell) {
                items.retain(|other| *other != item);
            }
        }
    }

    /// The items whose cells touch `rect`, each once, sorted; some may lie beside it.
    #[must_use]
    pub fn near(&self, rect: &Rect) -> Vec<T> {
        let (left, top) = (cell(rect.min.x), cell(rect.min.y));
        let (right, bottom) = (cell(rect.max.x), cell(rect.max.y));
        let columns = self.cells.range((left, i32::MIN)..=(right, i32::MAX));
        let mut found: Vec<T> = columns
            .filter(|((_, row), _)| (top..=bottom).contains(row))
            .flat_map(|(_, items)| items.iter().copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether `found` holds for an item whose cells touch `rect`; an item may be asked about more than once.
    pub fn any(&self, rect: &Rect, mut found: impl FnMut(T) -> bool) -> bool {
        cells(rect).any(|cell| self.cells.get(&cell).is_some_and(|items| items.iter().any(|item| found(*item))))
    }
}

fn cell(at: f32) -> i32 {
    (at / CELL).floor() as i32
}

fn cells(rect: &Rect) -> impl Iterator<Item = (i32, i32)> {
    let rows = cell(rect.min.y)..=cell(rect.max.y);
    (cell(rect.min.x)..=cell(rect.max.x)).flat_map(move |column| rows.clone().map(move |row| (column, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_where_they_are() {
        let mut grid = Grid::default();
        for item in 0..100_i32 {
            grid.insert(item, &Rect::new(item as f32 * 240.0, 0.0, 208.0, 92.0));
        }
        let found = grid.near(&Rect::new(1000.0, 10.0, 300.0, 10.0));
        assert!(found.contains(&4) && found.contains(&5) && !found.contains(&20));
        grid.remove(5, &Rect::new(5.0 * 240.0, 0.0, 208.0, 92.0));
        assert!(!grid.near(&Rect::new(1000.0, 10.0, 300.0, 10.0)).contains(&5));
    }
}
