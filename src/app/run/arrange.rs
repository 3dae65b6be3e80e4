//! Brings order: automatic layout.
//!
//! Must not know pointers or keys.

use crate::app::Open;
use crate::catalog::Catalog;
use crate::diagram::layout::{Spacing, arrange};
use crate::diagram::{Group, NodeId, Rejected};
use crate::picture::geometry::{GRID, GROUP_PADDING, GROUP_PADDING_TOP};

impl Open {
    pub(super) fn tidy(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let size = |id: NodeId| {
            let rect = self.picture.nodes().get(&id).map(|node| node.rect).unwrap_or_default();
            (rect.width() as i32, rect.height() as i32)
        };
        let placement = arrange(self.document.diagram(), &size, spacing());
        self.camera = None;
        self.document.transact(catalog, "Tidy up", |edit| {
            edit.move_nodes(placement.nodes)?;
            for (id, frame) in placement.groups {
                let Some(group) = edit.diagram().groups().get(&id).cloned() else { continue };
                edit.put_group(id, Group { frame, ..group })?;
            }
            Ok(())
        })
    }
}

/// The distances of automatic layout.
fn spacing() -> Spacing {
    Spacing {
        column_gap: 64,
        row_gap: 48,
        padding: GROUP_PADDING as i32,
        padding_top: GROUP_PADDING_TOP as i32,
        grid: GRID as i32,
    }
}
