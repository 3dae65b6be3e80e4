//! Numbers of records in the order of their times, whatever the order in which the records came.
//!
//! They stand in blocks, so that one that belongs far back moves few others, and so that a copy costs a pointer a block. Must not
//! know what a record says.

use std::sync::Arc;

/// A block with twice as many numbers is parted.
const BLOCK: usize = 1024;

/// Where a record stands: its time in milliseconds since 1970, and of those at the same time its number.
pub type Place = (i64, u64);

#[derive(Clone, Debug)]
struct Block {
    places: Vec<Place>,
    /// The least number in it.
    least: u64,
}

impl Block {
    fn of(places: Vec<Place>) -> Self {
        let least = places.iter().map(|(_, number)| *number).min().unwrap_or(u64::MAX);
        Self { places, least }
    }

    fn first(&self) -> Place {
        self.places.first().copied().unwrap_or((i64::MIN, 0))
    }
}

/// Records in the order of their times.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    blocks: Vec<Arc<Block>>,
    /// How many numbers stand before each block.
    starts: Vec<usize>,
}

impl Timeline {
    /// Puts records in where they belong.
    pub(super) fn insert(&mut self, places: impl Iterator<Item = Place>) {
        let mut changed = self.blocks.len();
        for place in places {
            let at = self.block_of(place);
            changed = changed.min(at);
            let Some(block) = self.blocks.get_mut(at) else {
                self.blocks.push(Arc::new(Block::of(vec![place])));
                continue;
            };
            let block = Arc::make_mut(block);
            let within = block.places.partition_point(|own| *own < place);
            block.places.insert(within, place);
            block.least = block.least.min(place.1);
            let is_last = at + 1 == self.blocks.len();
            self.part(at, is_last);
        }
        self.count_from(changed);
    }

    /// Parts a block that has become too large; the last is left full, since what comes goes behind it.
    fn part(&mut self, at: usize, is_last: bool) {
        let Some(block) = self.blocks.get_mut(at).filter(|block| block.places.len() >= 2 * BLOCK) else { return };
        let keeps = if is_last { 2 * BLOCK - 1 } else { BLOCK };
        let block = Arc::make_mut(block);
        let rest = block.places.split_off(keeps);
        *block = Block::of(std::mem::take(&mut block.places));
        self.blocks.insert(at + 1, Arc::new(Block::of(rest)));
    }

    /// The block in which a place is, or would be.
    fn block_of(&self, place: Place) -> usize {
        self.blocks.partition_point(|block| block.first() <= place).saturating_sub(1)
    }

    fn count_from(&mut self, changed: usize) {
        self.starts.truncate(changed);
        let mut next = match changed.checked_sub(1).map(|before| (self.starts.get(before), self.blocks.get(before))) {
            Some((Some(start), Some(block))) => start + block.places.len(),
            _ => 0,
        };
        for block in self.blocks.iter().skip(changed) {
            self.starts.push(next);
            next += block.places.len();
        }
    }

    /// Takes the records before a number out.
    pub(super) fn forget_before(&mut self, first: u64) {
        for block in self.blocks.iter_mut().filter(|block| block.least < first) {
            let left = block.places.iter().copied().filter(|(_, number)| *number >= first);
            *block = Arc::new(Block::of(left.collect()));
        }
        self.blocks.retain(|block| !block.places.is_empty());
        self.count_from(0);
    }

    /// The number of the record in a row.
    pub(super) fn at(&self, row: usize) -> Option<u64> {
        let at = self.starts.partition_point(|start| *start <= row).checked_sub(1)?;
        self.blocks.get(at)?.places.get(row - self.starts[at]).map(|(_, number)| *number)
    }

    /// The row of a place, or of the one behind it.
    pub(super) fn row_near(&self, place: Place) -> usize {
        let at = self.block_of(place);
        let Some(block) = self.blocks.get(at) else { return 0 };
        self.starts[at] + block.places.partition_point(|own| *own < place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_stand_by_their_times_however_they_came(times in prop::collection::vec(0_i64..400, 1..6000), gone in 0_u64..3000) {
            let mut timeline = Timeline::default();
            // They come in heaps, and mostly in order.
            let came: Vec<Place> = times.iter().enumerate().map(|(n, time)| (time + n as i64 / 4, n as u64)).collect();
            came.chunks(700).for_each(|heap| timeline.insert(heap.iter().copied()));
            timeline.forget_before(gone);
            let mut expected: Vec<Place> = came.into_iter().filter(|(_, number)| *number >= gone).collect();
            expected.sort_unstable();
            for (row, place) in expected.iter().enumerate() {
                prop_assert_eq!((timeline.at(row), timeline.row_near(*place)), (Some(place.1), row));
            }
            prop_assert_eq!(timeline.at(expected.len()), None);
        }
    }
}
