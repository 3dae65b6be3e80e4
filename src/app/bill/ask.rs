//! Who works bills out: at once where it takes less than a part of a frame, else the background, one question of each sort
//! at a time.
//!
//! Must not know what is shown of an answer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::compare::{Against, Ground, Plan};
use super::curve::{self, Axis, Curve};
use super::running::Running;
use super::{About, Bill, Pane};
use crate::app::{Command, Lens, Tab, Tone, Workspace};
use crate::cost::Estimate;
use crate::diagram::Diagram;
use crate::engine::protocol::{Case, Loaded, Priced, Request, Ticket, Unopened};
use crate::workload::Outside;

/// With no more nodes than this, counted over all bills of a question, it is answered at once.
const FEW: usize = 1000;

/// The sorts of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Bill,
    Plain,
    Curve,
    Comparison,
    Running,
}

/// Questions that wait for an answer.
#[derive(Debug, Default)]
pub(super) struct Asked {
    waiting: BTreeMap<Sort, (Ticket, About, Vec<Case>)>,
    /// What the comparison that waits is made of.
    plan: Option<Plan>,
    /// Along what the chart that waits goes, and with which growth.
    chart: Option<(Axis, u8)>,
}

/// A diagram of another file, for a comparison.
#[derive(Debug, Default)]
pub(super) struct Other {
    loading: Option<Ticket>,
    diagram: Option<Arc<Diagram>>,
}

impl Workspace {
    /// Works out what is shown of the bill, or asks for it.
    pub fn price(&mut self) -> Vec<Request> {
        let is_seen = self.sees_bill() || self.sees_running();
        let Some(open) = self.open.as_ref().filter(|_| is_seen) else { return Vec::new() };
        // In the middle of a gesture a large diagram is not copied over and over: its end is soon enough.
        if open.document.in_gesture() && open.document.diagram().nodes().len() > FEW {
            return Vec::new();
        }
        let key = (open.serial, open.document.revision());
        self.follow_use();
        let wanted: Vec<Sort> = [Sort::Bill, Sort::Plain, Sort::Curve, Sort::Comparison, Sort::Running]
            .into_iter()
            .filter(|sort| self.wants(*sort) && self.lacks(*sort, self.about(*sort, key)))
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        // One copy for all of them.
        let diagram = self.open.as_ref().map(|open| Arc::new(open.document.diagram().clone()));
        let Some(diagram) = diagram else { return Vec::new() };
        wanted.into_iter().filter_map(|sort| self.ask(sort, self.about(sort, key), &diagram)).collect()
    }

    fn sees_bill(&self) -> bool {
        self.lens() == Lens::Cost || self.shows(Tab::Cost) || self.shows(Tab::Metrics)
    }

    /// Whether what runs is looked at: on the canvas, or beside the bill.
    fn sees_running(&self) -> bool {
        let is_compared = self.shows(Tab::Cost) && self.bills.pane == Pane::Compare;
        let is_seen = self.sees_live() || (is_compared && self.bills.against == Some(Against::Running));
        is_seen && self.has_attached()
    }

    /// What a question is about; the bill of what runs also goes by what was measured.
    fn about(&self, sort: Sort, (serial, revision): (u64, u64)) -> About {
        let measured = if sort == Sort::Running { self.bills.measured.changes } else { 0 };
        (serial, revision, self.bills.changes + measured)
    }

    /// Whether a sort of answer can be seen.
    fn wants(&self, sort: Sort) -> bool {
        let shows = |pane: Pane| self.shows(Tab::Cost) && self.bills.pane == pane;
        match sort {
            Sort::Bill => self.sees_bill(),
            Sort::Running => self.sees_running() && self.measures_use(),
            Sort::Plain => !self.bills.assumed.is_empty(),
            Sort::Curve => self.shows(Tab::Cost) && self.bills.pane.axis().is_some(),
            Sort::Comparison => shows(Pane::Compare) && self.bills.against.is_some(),
        }
    }

    fn lacks(&self, sort: Sort, about: About) -> bool {
        let bills = &self.bills;
        let known = match sort {
            Sort::Bill => bills.bill.as_ref().map(|(about, _)| *about),
            Sort::Plain => bills.plain.as_ref().map(|(about, _)| *about),
            Sort::Curve => {
                let axis = bills.pane.axis();
                bills.curve.as_ref().filter(|(_, curve)| Some(curve.axis) == axis).map(|(about, _)| *about)
            }
            Sort::Comparison => bills.comparison.as_ref().map(|(about, _)| *about),
            Sort::Running => bills.running.as_ref().map(|(about, _)| *about),
        };
        known != Some(about) && !bills.asked.waiting.contains_key(&sort)
    }

    fn ask(&mut self, sort: Sort, about: About, diagram: &Arc<Diagram>) -> Option<Request> {
        let cases = self.cases(sort, diagram)?;
        if cases.iter().map(|case| case.diagram.nodes().len()).sum::<usize>() <= FEW {
            let priced = cases.iter().map(|case| case.priced(&self.catalog, &self.bills.book)).collect();
            self.answer(sort, about, cases, priced);
            return None;
        }
        let ticket = self.ticket();
        self.bills.asked.waiting.insert(sort, (ticket, about, cases.clone()));
        Some(Request::Price(ticket, Arc::clone(&self.bills.book), cases))
    }

    /// What is to be priced for an answer; `None` when it cannot be said yet.
    fn cases(&mut self, sort: Sort, diagram: &Arc<Diagram>) -> Option<Vec<Case>> {
        let (catalog, bills) = (Arc::clone(&self.catalog), &mut self.bills);
        let terms = bills.terms.clone();
        let plain = || Case { diagram: Arc::clone(diagram), outside: Outside::default(), terms: terms.clone() };
        let given = bills.assumed.clone();
        let assumed = |times| given.case(&catalog, diagram, times, plain());
        match sort {
            Sort::Bill => Some(vec![assumed(Decimal::ONE)]),
            Sort::Plain => Some(vec![plain()]),
            Sort::Running => {
                let known = &bills.measured.known;
                Some(known.cases(&catalog, diagram, &bills.terms))
            }
            Sort::Curve => {
                let (axis, growth) = (bills.pane.axis()?, bills.growth_percent);
                bills.asked.chart = Some((axis, growth));
                let asked = curve::asked(axis, &bills.terms, growth);
                Some(asked.into_iter().map(|(times, terms)| Case { terms, ..assumed(times) }).collect())
            }
            Sort::Comparison => {
                let (terms, assumed, other) = (&bills.terms, &bills.assumed, bills.other.diagram.as_ref());
                let ground = Ground { catalog: &catalog, diagram, other, terms, assumed };
                let plan = ground.plan(bills.against.as_ref()?)?;
                let cases = plan.cases();
                bills.asked.plan = Some(plan);
                Some(cases)
            }
        }
    }

    fn answer(&mut self, sort: Sort, about: About, mut cases: Vec<Case>, mut priced: Vec<Priced>) {
        if self.open.as_ref().is_none_or(|open| open.serial != about.0) {
            return;
        }
        let (catalog, bills) = (&self.catalog, &mut self.bills);
        match sort {
            Sort::Bill => {
                let bill = cases.pop().zip(priced.pop()).map(|(case, priced)| Bill::of(case, priced, catalog));
                bills.bill = bill.map(|bill| (about, Arc::new(bill)));
            }
            Sort::Plain => bills.plain = priced.pop().map(|priced| (about, Arc::new(priced.estimate))),
            Sort::Curve => {
                let asked = cases.first().zip(bills.asked.chart);
                let curve = asked.map(|(case, (axis, growth))| Curve::of(axis, &priced, case, catalog, growth));
                bills.curve = curve.map(|curve| (about, Arc::new(curve)));
            }
            Sort::Running => {
                let running = Running::of(&bills.measured.known, catalog, &cases, &priced);
                bills.running = running.map(|running| (about, Arc::new(running)));
            }
            Sort::Comparison => {
                let estimates: Vec<Estimate> = priced.into_iter().map(|priced| priced.estimate).collect();
                let compared = bills.asked.plan.take().map(|plan| plan.compared(&estimates));
                bills.comparison = compared.map(|compared| (about, Arc::new(compared)));
            }
        }
    }

    /// What the bill of a diagram is worked out from.
    pub(super) fn case(&self, diagram: &Arc<Diagram>) -> Case {
        let (bills, diagram) = (&self.bills, Arc::clone(diagram));
        let plain = Case { diagram: Arc::clone(&diagram), outside: Outside::default(), terms: bills.terms.clone() };
        bills.assumed.case(&self.catalog, &diagram, Decimal::ONE, plain)
    }

    /// Takes in an answer of the background; one that nobody waits for any more is dropped.
    pub(in crate::app) fn priced(&mut self, ticket: Ticket, result: Result<Vec<Priced>, String>) {
        let waiting = &mut self.bills.asked.waiting;
        let Some(sort) = waiting.iter().find(|(_, (current, ..))| *current == ticket).map(|(sort, _)| *sort) else {
            return;
        };
        let Some((_, about, cases)) = waiting.remove(&sort) else { return };
        match result {
            Ok(priced) => self.answer(sort, about, cases, priced),
            Err(text) => {
                // Asking again at once would be refused again.
                self.shown.lens = Lens::Design;
                self.shown.dock &= self.shown.tab != Tab::Cost;
                self.say(Tone::Trouble, text, Vec::new());
            }
        }
    }

    /// Takes other terms, assumptions, or another pane.
    pub(in crate::app) fn ask_otherwise(&mut self, command: Command) {
        match command {
            Command::SetTerms(terms) => self.bills.terms = terms,
            Command::Assume(assumed) => {
                let Some(open) = &self.open else { return };
                self.bills.assumed = assumed.without_gone(open.document.diagram());
            }
            Command::Grow(percent) => self.bills.growth_percent = percent,
            Command::ShowPane(pane) => {
                self.bills.pane = pane;
                return;
            }
            _ => return,
        }
        self.bills.changes += 1;
    }

    /// Compares the bill with something else; a file is read first.
    pub(in crate::app) fn compare(&mut self, against: Against) -> Vec<Request> {
        self.overlay = None;
        let ticket = self.ticket();
        let saved = self.open.as_ref().and_then(|open| open.path.clone());
        let path: Option<PathBuf> = match &against {
            Against::Saved => saved,
            Against::File(path) => Some(path.clone()),
            Against::Region(_) | Against::Processors | Against::Memory(_) | Against::Running => None,
        };
        let bills = &mut self.bills;
        (bills.pane, bills.against, bills.comparison) = (Pane::Compare, Some(against), None);
        bills.changes += 1;
        bills.other = Other { loading: path.is_some().then_some(ticket), diagram: None };
        path.map(|path| Request::Load(ticket, path)).into_iter().collect()
    }

    /// Takes in the diagram of another file, when it was asked for by a comparison; else gives it back.
    pub(in crate::app) fn take_other(
        &mut self,
        ticket: Ticket,
        result: Result<Box<Loaded>, Unopened>,
    ) -> Option<Result<Box<Loaded>, Unopened>> {
        if self.bills.other.loading != Some(ticket) {
            return Some(result);
        }
        self.bills.other.loading = None;
        match result {
            Ok(loaded) => {
                self.bills.other.diagram = Some(Arc::new(loaded.diagram));
                self.bills.changes += 1;
            }
            Err(unopened) => {
                self.bills.against = None;
                self.say(Tone::Trouble, unopened.text, Vec::new());
            }
        }
        None
    }
}
