//! The monthly bill of the open diagram: under which terms it is asked for, who works it out, and what is known.
//!
//! A small diagram is priced at once, a large one in the background; what is shown stays until there is an answer, and an
//! answer to an older question is dropped. Must not know formulas or tiers.

pub mod overlay;
pub mod table;
pub mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Lens, Tab, Tone, Workspace};
use crate::catalog::Catalog;
use crate::cost::{Book, Estimate, Terms};
use crate::diagram::{Diagram, NodeId};
use crate::engine::protocol::{Case, Request, Ticket};
use crate::picture::lens::Overlay;
use crate::workload::Outside;
use overlay::NodeBill;

/// With no more nodes than this a bill is worked out at once: it takes less than a part of a frame.
const FEW: usize = 1000;

/// Words about a node's bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told(pub String);

/// A bill with all that is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// Its lines.
    pub estimate: Estimate,
    /// What there is to say about each node.
    pub nodes: BTreeMap<NodeId, NodeBill>,
    /// The same in words.
    pub told: BTreeMap<NodeId, Told>,
    /// What the canvas shows of it.
    pub overlay: Overlay,
}

impl Bill {
    /// The bill of a diagram whose lines are known.
    #[must_use]
    pub fn of(estimate: Estimate, diagram: &Diagram) -> Self {
        let nodes = overlay::by_node(&estimate);
        let told = nodes.iter().map(|(id, bill)| (*id, overlay::told(bill, estimate.total))).collect();
        let overlay = overlay::overlay(diagram, &nodes, estimate.total);
        Self { estimate, nodes, told, overlay }
    }
}

/// What a question is about: the diagram, its revision, and how often terms or assumptions have changed.
type About = (u64, u64, u64);

/// A question, and what was answered last.
#[derive(Debug)]
struct Slot<T> {
    waiting: Option<(Ticket, About)>,
    known: Option<(About, T)>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { waiting: None, known: None }
    }
}

impl<T> Slot<T> {
    /// Whether it is to be asked about this.
    fn lacks(&self, about: About) -> bool {
        self.waiting.is_none() && self.known.as_ref().is_none_or(|(known, _)| *known != about)
    }

    fn known_of(&self, serial: u64) -> Option<&T> {
        self.known.as_ref().filter(|(about, _)| about.0 == serial).map(|(_, known)| known)
    }
}

/// The bill, and under which terms it is asked for.
#[derive(Debug)]
pub(super) struct Bills {
    book: Arc<Book>,
    terms: Terms,
    /// How often terms, assumptions or the book have changed.
    changes: u64,
    bill: Slot<Arc<Bill>>,
}

impl Default for Bills {
    fn default() -> Self {
        Self { book: Arc::new(Book::builtin()), terms: Terms::default(), changes: 0, bill: Slot::default() }
    }
}

impl Workspace {
    /// The bill of the open diagram; `None` until it was worked out.
    #[must_use]
    pub fn bill(&self) -> Option<&Arc<Bill>> {
        self.bills.bill.known_of(self.open.as_ref()?.serial)
    }

    /// Tells one state of the bill from another.
    #[must_use]
    pub fn bill_key(&self) -> Option<(u64, u64, u64)> {
        self.bills.bill.known.as_ref().map(|(about, _)| *about)
    }

    /// Under which terms it is worked out.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.bills.terms
    }

    pub(super) fn set_terms(&mut self, terms: Terms) {
        if self.bills.terms != terms {
            self.bills.terms = terms;
            self.bills.changes += 1;
        }
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
        }
    }

    /// Whether anything that is shown tells of the bill.
    fn looks_at_bill(&self) -> bool {
        self.lens() == Lens::Cost || self.shows(Tab::Cost)
    }

    /// Works out what is shown of the bill, or asks for it when that would take long.
    pub fn price(&mut self) -> Vec<Request> {
        let Some(open) = self.open.as_ref().filter(|_| self.looks_at_bill()) else { return Vec::new() };
        let about = (open.serial, open.document.revision(), self.bills.changes);
        if !self.bills.bill.lacks(about) {
            return Vec::new();
        }
        let diagram = open.document.diagram();
        if diagram.nodes().len() <= FEW {
            let estimate = estimate(&self.catalog, diagram, &self.outside(), &self.bills);
            let bill = Arc::new(Bill::of(estimate, diagram));
            self.bills.bill.known = Some((about, bill));
            return Vec::new();
        }
        let case = self.case(Arc::new(diagram.clone()));
        let ticket = self.ticket();
        self.bills.bill.waiting = Some((ticket, about));
        vec![Request::Price(ticket, Arc::clone(&self.bills.book), vec![case])]
    }

    /// What a person has assumed beside the document.
    fn outside(&self) -> Outside {
        Outside::default()
    }

    fn case(&self, diagram: Arc<Diagram>) -> Case {
        Case { diagram, outside: self.outside(), terms: self.bills.terms.clone() }
    }

    /// Takes in an answer; one that nobody waits for any more is dropped.
    pub(super) fn priced(&mut self, ticket: Ticket, result: Result<Vec<Estimate>, String>) {
        let Some((_, about)) = self.bills.bill.waiting.take_if(|(current, _)| *current == ticket) else { return };
        match result {
            Ok(estimates) => {
                let open = self.open.as_ref().filter(|open| open.serial == about.0);
                if let Some((open, estimate)) = open.zip(estimates.into_iter().next()) {
                    let bill = Arc::new(Bill::of(estimate, open.document.diagram()));
                    self.bills.bill.known = Some((about, bill));
                }
            }
            Err(text) => {
                // Asking again at once would be refused again.
                self.shown.lens = Lens::Design;
                self.shown.dock &= self.shown.tab != Tab::Cost;
                self.say(Tone::Trouble, text, Vec::new());
            }
        }
    }
}

fn estimate(catalog: &Catalog, diagram: &Diagram, outside: &Outside, bills: &Bills) -> Estimate {
    let workload = crate::workload::Workload::of(catalog, diagram, outside);
    Estimate::of(catalog, diagram, &workload, &bills.book, &bills.terms)
}
