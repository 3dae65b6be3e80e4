//! Logs Insights: the question that a person writes, what it will scan and cost, how it goes, and the table that answers it.
//!
//! The account is that which is watched, or the document's own before anything is. One question at a time. Must not know who asks
//! it, nor how anything is drawn.

mod links;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Attached;
use crate::app::{Copied, Tab, Tone, Workspace};
use crate::catalog::names::named;
use crate::diagram::{Element, Target};
use crate::engine::protocol::insights::{Asked, MOST_GROUPS, Span, Survey, Told};
use crate::engine::protocol::{Request, Ticket};
use crate::telemetry::insights::estimate::{Estimate, Volume};
use crate::telemetry::insights::ready::READY;
use crate::telemetry::insights::table::Table;
pub use links::To;
pub(super) use words::gigabytes;
pub use words::{Forecast, bytes};

/// A minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;
/// While the time line grows, what comes in is counted anew so often.
const STALE_MS: i64 = 10 * MINUTE_MS;
/// So many rows are sorted at most: more take longer than a frame, and the question itself can sort.
const MOST_SORTED: usize = 20_000;
/// So many rows are copied at most.
const MOST_COPIED: usize = 10_000;

named! {
    /// Which span of time is asked about.
    pub enum Lookback {
        /// A quarter of an hour back.
        Quarter = "Last 15 minutes",
        /// An hour back.
        Hour = "Last hour",
        /// Six hours back.
        Hours = "Last 6 hours",
        /// A day back.
        Day = "Last day",
        /// A week back.
        Week = "Last 7 days",
        /// Thirty days back.
        Month = "Last 30 days",
        /// What the time line shows.
        Shown = "Time line",
    }
}

impl Lookback {
    /// How far that is, in milliseconds; `None` for the time line.
    fn back_ms(self) -> Option<i64> {
        let minutes = match self {
            Self::Quarter => 15,
            Self::Hour => 60,
            Self::Hours => 6 * 60,
            Self::Day => 24 * 60,
            Self::Week => 7 * 24 * 60,
            Self::Month => 30 * 24 * 60,
            Self::Shown => return None,
        };
        Some(minutes * MINUTE_MS)
    }
}

/// A question as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// In the language of Logs Insights.
    pub text: String,
    /// About which time.
    pub lookback: Lookback,
    /// Of which log groups; of all, when none was chosen.
    pub groups: Option<BTreeSet<String>>,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self { text: READY[0].text.to_owned(), lookback: Lookback::Hour, groups: None }
    }
}

/// A question that was asked, and how it goes.
#[derive(Debug)]
pub struct Answer {
    ticket: Ticket,
    /// What was asked.
    pub asked: Asked,
    /// How it goes.
    pub told: Told,
    /// Why it was not asked at all, in a sentence.
    pub trouble: Option<String>,
    /// A person has stopped it, and it is not over yet.
    pub is_stopping: bool,
}

impl Answer {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.told.is_over || self.trouble.is_some()
    }
}

/// What a survey is of: the account, log groups that are known already, the span of time, and how often it was asked for anew.
type Key = (Target, Vec<String>, Span, u64);

/// The column by which rows stand and whether from the greatest on, and their places then.
type Sorted = ((usize, bool), Arc<Vec<u32>>);

/// What questions have cost in this session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many were asked.
    pub questions: u64,
    /// Bytes that they have scanned.
    pub bytes: u64,
    /// Metrics that were asked for before, to know how much that would be.
    pub metrics: u64,
}

/// Questions and answers.
#[derive(Debug, Default)]
pub struct Insights {
    inquiry: Inquiry,
    surveying: Option<(Ticket, Key)>,
    surveyed: Option<(Key, Result<Survey, String>)>,
    /// How often a person wanted to have it counted anew.
    again: u64,
    /// A person is asked whether so much is to be scanned.
    asks: bool,
    answer: Option<Answer>,
    /// How rows stand, when not as they came.
    sort: Option<Sorted>,
    spent: Spent,
    saving: Option<Ticket>,
}

impl Insights {
    /// The question as it is written.
    #[must_use]
    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    /// Whether it is being found out how much the log groups hold.
    #[must_use]
    pub fn is_surveying(&self) -> bool {
        self.surveying.is_some()
    }

    /// What is known of the log groups, or why nothing is.
    #[must_use]
    pub fn survey(&self) -> Option<Result<&Survey, &str>> {
        self.surveyed.as_ref().map(|(_, survey)| survey.as_ref().map_err(String::as_str))
    }

    /// Whether a person is asked if so much is to be scanned.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.asks
    }

    /// The question that was asked last.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Its table, as far as it is there.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.answer.as_ref().map(|answer| &*answer.told.table)
    }

    /// The column by which rows stand, and whether from the greatest on.
    #[must_use]
    pub fn sort(&self) -> Option<(usize, bool)> {
        self.sort.as_ref().map(|(by, _)| *by)
    }

    /// Whether rows can be sorted: the question can do that for any number.
    #[must_use]
    pub fn sorts(&self) -> bool {
        self.table().is_some_and(|table| table.len() <= MOST_SORTED)
    }

    /// The row of the table that stands at a place.
    #[must_use]
    pub fn row_at(&self, place: usize) -> usize {
        self.sort.as_ref().and_then(|(_, order)| order.get(place)).map_or(place, |row| *row as usize)
    }

    /// What questions have cost in this session, with the one that goes on.
    #[must_use]
    pub fn spent(&self) -> Spent {
        let going = self.answer.as_ref().filter(|answer| !answer.is_over());
        let bytes = going.map_or(0, |answer| answer.told.statistics.scanned_bytes);
        Spent { bytes: self.spent.bytes + bytes, ..self.spent }
    }

    fn is_asking(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| !answer.is_over())
    }

    /// Where the log groups are, as far as is known: `eu-central-1`.
    pub(super) fn region(&self) -> &str {
        self.surveyed.as_ref().and_then(|(_, survey)| survey.as_ref().ok()).map_or("", |survey| &survey.region)
    }

    fn sort_by(&mut self, by: Option<(usize, bool)>) {
        let by = by.filter(|_| self.sorts());
        self.sort = by.and_then(|by| Some((by, Arc::new(self.table()?.sorted(by)))));
    }
}

impl Workspace {
    /// Questions to Logs Insights, and their answers.
    #[must_use]
    pub fn insights(&self) -> &Insights {
        &self.insights
    }

    /// An account is watched, or the document names one.
    #[must_use]
    pub fn has_account(&self) -> bool {
        self.account().is_some()
    }

    /// The account that questions go to.
    fn account(&self) -> Option<Target> {
        let own = || self.open.as_ref()?.document.diagram().target().filter(Target::is_named);
        self.attached().and_then(|attached| attached.target.clone()).or_else(own)
    }

    /// The log groups that the tail has found, when it is one of that account.
    fn known_groups(&self) -> Vec<String> {
        let account = self.attached().and_then(|attached| attached.watched.account.as_ref());
        account.map(|account| account.found.groups.iter().map(|(group, _)| group.clone()).collect()).unwrap_or_default()
    }

    /// The span of time that is asked about; `None` for that of a time line which shows nothing.
    fn asked_span(&self) -> Option<Span> {
        let shown = || self.attached().and_then(|attached| attached.span_ms().or(attached.whole_ms()));
        match self.insights.inquiry.lookback.back_ms() {
            Some(ms) => Some(Span::Back(ms)),
            None => shown().map(|(from_ms, to_ms)| Span::Between(from_ms, to_ms)),
        }
    }

    /// The choices of time that there are now.
    pub fn lookbacks(&self) -> impl Iterator<Item = Lookback> {
        use crate::catalog::names::Named as _;
        let has_line = self.attached().and_then(Attached::whole_ms).is_some();
        Lookback::ALL.iter().map(|(_, lookback)| *lookback).filter(move |one| has_line || *one != Lookback::Shown)
    }

    /// The log groups that can be asked, with what is known of them.
    #[must_use]
    pub fn candidates(&self) -> Vec<Volume> {
        match self.insights.survey() {
            Some(Ok(survey)) => survey.volumes.clone(),
            _ => self.known_groups().into_iter().map(|group| Volume { group, ..Volume::default() }).collect(),
        }
    }

    /// Those that are asked, at most as many as a question takes, and how many more were chosen; those that hold most come first then.
    #[must_use]
    pub fn asked_groups(&self) -> (Vec<Volume>, usize) {
        let is_chosen =
            |volume: &Volume| self.insights.inquiry.groups.as_ref().is_none_or(|chosen| chosen.contains(&volume.group));
        let mut chosen: Vec<Volume> = self.candidates().into_iter().filter(is_chosen).collect();
        let more = chosen.len().saturating_sub(MOST_GROUPS);
        if more > 0 {
            chosen.sort_by_key(|volume| std::cmp::Reverse(volume.came_bytes.or(volume.stored_bytes)));
            chosen.truncate(MOST_GROUPS);
        }
        (chosen, more)
    }

    /// The log groups of the nodes that are selected.
    #[must_use]
    pub fn selected_groups(&self) -> BTreeSet<String> {
        let Some(open) = &self.open else { return BTreeSet::new() };
        let is_selected = |volume: &Volume| {
            self.node_of_group(&volume.group).is_some_and(|node| open.selection.contains(&Element::Node(node)))
        };
        self.candidates().into_iter().filter(is_selected).map(|volume| volume.group).collect()
    }

    /// Writes another question.
    pub(in crate::app) fn inquire(&mut self, inquiry: Inquiry) {
        let insights = &mut self.insights;
        (insights.inquiry, insights.asks) = (inquiry, false);
    }

    /// Has it counted anew how much the log groups hold.
    pub(in crate::app) fn survey_again(&mut self) {
        self.insights.again += 1;
    }

    fn survey_key(&self) -> Option<Key> {
        let span = match self.asked_span()? {
            // What is counted while the line grows stays good for a while.
            Span::Between(from_ms, to_ms) if self.attached().is_some_and(|attached| attached.span_ms().is_none()) => {
                let up = |ms: i64| (ms.div_euclid(STALE_MS) + 1) * STALE_MS;
                Span::Between(from_ms, up(to_ms))
            }
            span => span,
        };
        Some((self.account()?, self.known_groups(), span, self.insights.again))
    }

    /// What is to be found out at this moment, while the question is seen.
    pub fn survey(&mut self) -> Vec<Request> {
        if !self.shows(Tab::Insights) || self.insights.surveying.is_some() {
            return Vec::new();
        }
        let Some(key) = self.survey_key() else { return Vec::new() };
        if self.insights.surveyed.as_ref().is_some_and(|(known, _)| *known == key) {
            return Vec::new();
        }
        let ticket = self.ticket();
        let (target, groups, span, _) = key.clone();
        self.insights.surveying = Some((ticket, key));
        vec![Request::Survey(ticket, Box::new(target), groups, span)]
    }

    pub(in crate::app) fn surveyed(&mut self, ticket: Ticket, result: Result<Survey, String>) {
        let insights = &mut self.insights;
        let Some((_, key)) = insights.surveying.take_if(|(own, _)| *own == ticket) else { return };
        insights.spent.metrics += result.as_ref().map_or(0, |survey| survey.metrics);
        (insights.surveyed, insights.asks) = (Some((key, result)), false);
    }

    /// How much the question will scan; `None` while that is being found out, or for another time or account than asked.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let key = self.survey_key()?;
        let (_, survey) = self.insights.surveyed.as_ref().filter(|(known, _)| *known == key)?;
        survey.as_ref().ok().map(|_| Estimate::of(&self.asked_groups().0))
    }

    /// The question can be asked.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.shows(Tab::Insights)
            && !self.insights.is_asking()
            && !self.insights.inquiry.text.trim().is_empty()
            && self.asked_span().is_some()
            && !self.asked_groups().0.is_empty()
    }

    /// A question goes on that can be stopped.
    #[must_use]
    pub fn can_stop_asking(&self) -> bool {
        self.insights.answer.as_ref().is_some_and(|answer| !answer.is_over() && !answer.is_stopping)
    }

    /// Asks the question, or first whether so much is to be scanned.
    pub(in crate::app) fn ask_insights(&mut self) -> Vec<Request> {
        let is_dear = self.estimate().is_none_or(|estimate| estimate.asks());
        if is_dear && !self.insights.asks {
            self.insights.asks = true;
            return Vec::new();
        }
        let (Some(target), Some(span)) = (self.account(), self.asked_span()) else { return Vec::new() };
        let groups = self.asked_groups().0.into_iter().map(|volume| volume.group).collect();
        let asked = Asked { target, groups, span, text: self.insights.inquiry.text.clone() };
        let ticket = self.ticket();
        let insights = &mut self.insights;
        (insights.asks, insights.sort) = (false, None);
        insights.spent.questions += 1;
        let (told, trouble, is_stopping) = (Told::default(), None, false);
        insights.answer = Some(Answer { ticket, asked: asked.clone(), told, trouble, is_stopping });
        vec![Request::Ask(ticket, Box::new(asked))]
    }

    /// Stops the question that goes on, or does not ask it after all.
    pub(in crate::app) fn stop_asking(&mut self) -> Vec<Request> {
        self.insights.asks = false;
        let going = self.insights.answer.as_mut().filter(|answer| !answer.is_over() && !answer.is_stopping);
        let stopped = going.map(|answer| {
            answer.is_stopping = true;
            Request::StopAsking(answer.ticket)
        });
        stopped.into_iter().collect()
    }

    pub(in crate::app) fn answered(&mut self, ticket: Ticket, result: Result<Told, String>) {
        let insights = &mut self.insights;
        let Some(answer) = insights.answer.as_mut().filter(|answer| answer.ticket == ticket) else { return };
        match result {
            Ok(told) => {
                if told.is_over && !answer.is_over() {
                    insights.spent.bytes += told.statistics.scanned_bytes;
                }
                answer.told = told;
            }
            Err(text) => answer.trouble = Some(text),
        }
        insights.sort_by(insights.sort());
    }

    /// Lets rows stand by a column: the greatest first, then the least first, then as they came.
    pub(in crate::app) fn sort_answer(&mut self, column: usize) {
        let by = match self.insights.sort() {
            Some((own, true)) if own == column => Some((column, false)),
            Some((own, false)) if own == column => None,
            _ => Some((column, true)),
        };
        self.insights.sort_by(by);
    }

    /// There are rows that can be saved.
    #[must_use]
    pub fn has_answer(&self) -> bool {
        self.insights.table().is_some_and(|table| !table.is_empty())
    }

    /// There are rows, and not too many for the clipboard.
    #[must_use]
    pub fn can_copy_answer(&self) -> bool {
        self.insights.table().is_some_and(|table| (1..=MOST_COPIED).contains(&table.len()))
    }

    pub(in crate::app) fn copy_answer(&mut self) {
        let insights = &self.insights;
        let text = insights.table().map(|table| table.csv((0..table.len()).map(|place| insights.row_at(place))));
        self.clipboard.copied = text.map(Copied::Text);
    }

    pub(in crate::app) fn save_answer(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let Some(table) = self.insights.answer.as_ref().map(|answer| Arc::clone(&answer.told.table)) else {
            return Vec::new();
        };
        let (ticket, order) = (self.ticket(), self.insights.sort.as_ref().map(|(_, order)| Arc::clone(order)));
        self.insights.saving = Some(ticket);
        vec![Request::SaveTable(ticket, table, order, path)]
    }

    pub(in crate::app) fn answer_saved(&mut self, ticket: Ticket, path: &Path, result: Result<usize, String>) {
        if self.insights.saving.take_if(|own| *own == ticket).is_none() {
            return;
        }
        match result {
            Ok(count) => self.say(Tone::Done, format!("Saved {count} rows as {}.", path.display()), Vec::new()),
            Err(text) => self.say(Tone::Trouble, text, Vec::new()),
        }
    }
}
