//! Taking measured usage over as the document's own: what would be written is shown first, and is one step.
//!
//! Must not know how usage is measured.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::hand_on::write_usage;
use crate::app::usage::{amount, figure, origin};
use crate::app::{Overlay, Tone, Workspace};
use crate::catalog::kind::UsageKey;
use crate::diagram::NodeId;
use crate::workload::Figures;

/// A figure of a node that would be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The node.
    pub node: NodeId,
    /// What the figure is called.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// What it is now, and where that comes from.
    pub old: (String, String),
    /// What it would be.
    pub new: String,
}

/// Figures from this on are whole.
const WHOLE: Decimal = Decimal::ONE_HUNDRED;
/// Digits of those below.
const DIGITS: u32 = 3;

fn rounded(value: Decimal) -> Decimal {
    let digits = if value >= WHOLE { 0 } else { DIGITS };
    value.round_dp(digits).normalize()
}

impl Workspace {
    /// Asks whether what was measured is to be written into the nodes.
    pub(in crate::app) fn ask_to_take_over(&mut self) {
        self.follow_use();
        let Some(open) = &self.open else { return };
        let (catalog, diagram) = (&self.catalog, open.document.diagram());
        let mut figures = self.bills.measured.known.figures(self.bills.terms.hours);
        figures.retain(|node, figures| {
            let Some(kind) = diagram.nodes().get(node).map(|node| catalog.kind(&node.kind)) else { return false };
            let is_asked = |key: &UsageKey| !key.is_measured;
            figures.retain(|key, _| kind.usage_key(key).is_some_and(is_asked));
            figures.values_mut().for_each(|value| *value = rounded(*value));
            !figures.is_empty()
        });
        let seen = self.bills.measured.known.window.told(self.bills.terms.hours).join(" ");
        self.overlay = Some(Overlay::TakeOver(figures, seen));
    }

    /// What would be written, node by node.
    #[must_use]
    pub fn taken(&self, figures: &Figures) -> Vec<Taken> {
        let (Some(open), Some(workload)) = (&self.open, self.workload()) else { return Vec::new() };
        let diagram = open.document.diagram();
        let of = |id: NodeId, key: &str, value: Decimal| {
            let kind = self.catalog.kind(&diagram.nodes().get(&id)?.kind);
            let at = kind.usage.iter().position(|usage| usage.key == key)?;
            let (usage, known) = (&kind.usage[at], workload.node(id).get(at).copied().flatten());
            let old = known.map_or_else(|| "–".to_owned(), amount);
            Some(Taken {
                node: id,
                label: usage.label.clone(),
                unit: usage.unit.clone(),
                old: (old, origin(diagram, workload, id, usage, known)),
                new: figure(value),
            })
        };
        let all = figures.iter().flat_map(|(id, figures)| figures.iter().map(move |(key, value)| (*id, key, *value)));
        all.filter_map(|(id, key, value)| of(id, key, value)).collect()
    }

    /// Writes figures into the nodes, as one step.
    pub(in crate::app) fn take_over(&mut self, figures: &Figures) {
        self.overlay = None;
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let taken = open.document.transact(&catalog, "Take usage over", |edit| write_usage(edit, figures));
        match taken {
            Ok(()) => {
                let nodes = figures.len();
                let text =
                    format!("Took the measured usage of {nodes} node{} over.", if nodes == 1 { "" } else { "s" });
                self.say(Tone::Done, text, Vec::new());
            }
            Err(refusal) => self.say(Tone::Trouble, refusal.0, Vec::new()),
        }
    }
}
