//! Charts of what was measured, worked out and written.
//!
//! Must not know panels.

use std::path::Path;
use std::sync::Arc;

use crate::telemetry::binding::Binding;
use crate::telemetry::chart::{Charts, Owner, Wanted};
use crate::telemetry::observed::Observed;

/// What charts are of.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// All that was observed.
    pub observed: Arc<Observed>,
    /// Which node records are about.
    pub binding: Arc<Binding>,
    /// What is wanted.
    pub wanted: Wanted,
}

impl Gauge {
    /// Works the charts out.
    #[must_use]
    pub fn charts(&self) -> Charts {
        Charts::of(&self.observed, &self.binding, &self.wanted)
    }

    /// Writes their values into a file; gives how many.
    pub(in crate::engine) fn save(&self, path: &Path) -> Result<usize, String> {
        let name = |owner: &Owner| match owner {
            Owner::Node(node) => self.binding.name(*node).unwrap_or_default().to_owned(),
            Owner::Other(name) => name.to_string(),
        };
        let text = self.charts().csv(name);
        let written = std::fs::write(path, &text).map(|()| text.lines().count().saturating_sub(1));
        written.map_err(|error| format!("Cannot write {}: {error}.", path.display()))
    }
}
