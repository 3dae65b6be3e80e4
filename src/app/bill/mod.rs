//! The monthly bill of the open diagram: under which terms it is asked for, who works it out, and what is known.
//!
//! A small diagram is priced at once, a large one in the background; what is shown stays until there is an answer, and an
//! answer to an older question is dropped. Must not know formulas or tiers.

pub mod arrows;
pub mod assume;
mod ask;
mod hand_on;
pub mod compare;
pub mod curve;
pub mod habits;
mod hours;
pub mod overlay;
pub mod running;
pub mod table;
mod take_over;
pub mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Lens, Workspace};
use crate::catalog::Catalog;
use crate::catalog::names::named;
use crate::cost::{Book, Estimate, Terms};
use crate::diagram::{EdgeId, NodeId};
use crate::engine::protocol::{Case, Priced, Ticket};
use crate::picture::lens::Overlay;
use crate::workload::Workload;
use arrows::ArrowBill;
use ask::Asked;
use assume::Assumptions;
use compare::{Against, Comparison};
use curve::{Axis, Curve};
use habits::Habits;
use overlay::NodeBill;
use running::Running;
pub use take_over::Taken;

named! {
    /// What stands beside the lines of the bill.
    pub enum Pane {
        /// The bill at other traffic.
        Traffic = "Traffic",
        /// The bill of the next months.
        Months = "Months",
        /// The bill of a day, hour by hour.
        Day = "Day",
        /// The bill by node.
        Nodes = "Nodes",
        /// Sliders that price as they move.
        WhatIf = "What if",
        /// The bill beside another one.
        Compare = "Compare",
    }
}

impl Pane {
    /// What the chart that it shows goes along, if it shows one.
    #[must_use]
    pub fn axis(self) -> Option<Axis> {
        match self {
            Self::Traffic => Some(Axis::Traffic),
            Self::Months => Some(Axis::Months),
            Self::Day => Some(Axis::Day),
            Self::Nodes | Self::WhatIf | Self::Compare => None,
        }
    }
}

/// Words about a node's bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told(pub String);

/// A bill with all that is shown of it.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Its lines.
    pub estimate: Estimate,
    /// What there is to say about each node.
    pub nodes: BTreeMap<NodeId, NodeBill>,
    /// The same in words.
    pub told: BTreeMap<NodeId, Told>,
    /// What of it is paid for what flows along arrows.
    pub arrows: BTreeMap<EdgeId, ArrowBill>,
    /// What the canvas shows of it.
    pub overlay: Overlay,
    /// What it was worked out from.
    pub case: Case,
    /// The traffic that was found.
    pub workload: Workload,
}

impl Bill {
    /// The bill of a diagram whose lines are known.
    #[must_use]
    pub fn of(case: Case, priced: Priced, catalog: &Catalog) -> Self {
        let Priced { estimate, workload } = priced;
        let nodes = overlay::by_node(&estimate);
        let told = nodes.iter().map(|(id, bill)| (*id, overlay::told(bill, estimate.total))).collect();
        let arrows = arrows::by_arrow(catalog, &case.diagram, &workload, &estimate);
        let overlay = overlay::overlay(&case.diagram, &workload, &nodes, &arrows, estimate.total);
        Self { estimate, nodes, told, arrows, overlay, case, workload }
    }
}

/// What a question is about: the diagram, its revision, and how often terms or assumptions have changed.
type About = (u64, u64, u64);

/// The bill, and under which terms it is asked for.
#[derive(Debug)]
pub(super) struct Bills {
    book: Arc<Book>,
    terms: Terms,
    assumed: Assumptions,
    pane: Pane,
    /// By how many percent traffic grows in a month, where months are looked ahead.
    growth_percent: u8,
    against: Option<Against>,
    /// The diagram of another file, and the ticket with which it was asked for.
    other: ask::Other,
    /// How often any of these has changed.
    changes: u64,
    asked: Asked,
    bill: Option<(About, Arc<Bill>)>,
    /// The bill without assumptions, while there are some.
    plain: Option<(About, Arc<Estimate>)>,
    curve: Option<(About, Arc<Curve>)>,
    comparison: Option<(About, Arc<Comparison>)>,
    /// What was measured, and the bill of it.
    measured: running::Measured,
    running: Option<(About, Arc<Running>)>,
    /// The bill that is being written.
    handing: Option<Ticket>,
}

impl Bills {
    /// Nothing is known yet; the built-in prices hold.
    pub(super) fn new() -> Self {
        Self::under(Arc::new(Book::builtin()), &Habits::default())
    }

    fn under(book: Arc<Book>, habits: &Habits) -> Self {
        Self {
            book,
            terms: habits.terms(),
            assumed: Assumptions::default(),
            pane: habits.pane,
            growth_percent: habits.growth_percent.min(habits::FASTEST),
            against: None,
            other: ask::Other::default(),
            changes: 0,
            asked: Asked::default(),
            bill: None,
            plain: None,
            curve: None,
            comparison: None,
            measured: running::Measured::default(),
            running: None,
            handing: None,
        }
    }

    /// From now on these prices hold; what was worked out with others is worked out anew.
    pub(super) fn take_book(&mut self, book: Arc<Book>) {
        self.book = book;
        self.changes += 1;
    }

    /// Drops what was known and assumed about another diagram; the terms stay.
    pub(super) fn forget(&mut self) {
        *self = Self::under(Arc::clone(&self.book), &self.habits());
    }
}

impl Workspace {
    /// What is known of the open diagram.
    fn known<'k, T>(&self, known: Option<&'k (About, Arc<T>)>) -> Option<&'k Arc<T>> {
        let serial = self.open.as_ref()?.serial;
        known.filter(|(about, _)| about.0 == serial).map(|(_, known)| known)
    }

    /// The bill of the open diagram; `None` until it was worked out.
    #[must_use]
    pub fn bill(&self) -> Option<&Arc<Bill>> {
        self.known(self.bills.bill.as_ref())
    }

    /// The bill without assumptions, while there are some.
    #[must_use]
    pub fn plain_bill(&self) -> Option<&Arc<Estimate>> {
        self.known(self.bills.plain.as_ref()).filter(|_| !self.bills.assumed.is_empty())
    }

    /// The chart of the bill that is shown.
    #[must_use]
    pub fn curve(&self) -> Option<&Arc<Curve>> {
        self.known(self.bills.curve.as_ref()).filter(|curve| Some(curve.axis) == self.pane().axis())
    }

    /// By how many percent traffic is to grow in a month, where months are looked ahead.
    #[must_use]
    pub fn growth_percent(&self) -> u8 {
        self.bills.growth_percent
    }

    /// The bill beside another one.
    #[must_use]
    pub fn comparison(&self) -> Option<&Comparison> {
        if self.bills.against == Some(Against::Running) {
            return self.running().map(|running| &running.comparison);
        }
        self.known(self.bills.comparison.as_ref()).map(|known| &**known)
    }

    /// The bill of what runs.
    #[must_use]
    pub fn running(&self) -> Option<&Running> {
        let is_measured = self.has_attached() && self.measures_use();
        self.known(self.bills.running.as_ref()).map(|known| &**known).filter(|_| is_measured)
    }

    /// Whether the use of any node is measured.
    #[must_use]
    pub fn measures_use(&self) -> bool {
        !self.bills.measured.known.used.is_empty()
    }

    /// Tells one state of the bill of what runs from another.
    pub(super) fn running_key(&self) -> u64 {
        self.running().and(self.bills.running.as_ref()).map_or(0, |(about, _)| about.2 + 1)
    }

    /// Tells one state of the bill from another.
    #[must_use]
    pub fn bill_key(&self) -> Option<(u64, u64, u64)> {
        self.bills.bill.as_ref().map(|(about, _)| *about)
    }

    /// Under which terms it is worked out.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.bills.terms
    }

    /// What is assumed beside the document.
    #[must_use]
    pub fn assumed(&self) -> &Assumptions {
        &self.bills.assumed
    }

    /// Whether anything is assumed beside the document.
    #[must_use]
    pub fn has_assumed(&self) -> bool {
        self.is_open() && !self.bills.assumed.is_empty()
    }

    /// What stands beside the lines of the bill.
    #[must_use]
    pub fn pane(&self) -> Pane {
        self.bills.pane
    }

    /// What the bill is compared with.
    #[must_use]
    pub fn against(&self) -> Option<&Against> {
        self.bills.against.as_ref()
    }

    /// The prices.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.bills.book
    }

    /// What the lens lays over the canvas.
    #[must_use]
    pub fn laid_over(&self) -> Option<&Overlay> {
        match self.lens() {
            Lens::Design => None,
            Lens::Cost => self.bill().map(|bill| &bill.overlay),
            Lens::Live => self.live_overlay(),
        }
    }

    /// What the lens has to say about an arrow.
    #[must_use]
    pub fn told_of_arrow(&self, edge: EdgeId) -> Option<&str> {
        let told = &self.laid_over()?.edges.get(&edge)?.told;
        (!told.is_empty()).then_some(told.as_str())
    }
}
