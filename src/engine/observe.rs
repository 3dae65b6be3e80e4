//! Reading logs and traces, and looking for records in them: long work that hands over what it has as it goes.
//!
//! Each kind of work ends when a newer one of its kind begins or nobody listens any more. Must not know panels.

pub(super) mod account;
pub(super) mod insights;
pub(super) mod measure;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::background::now;
use super::recording::{Design, design};
use crate::catalog::Catalog;
use crate::source::files::{Files, Held, held, read_traces};
use crate::source::recording::Replay;
use crate::source::tail::Standing;
use crate::source::xray;
use crate::source::{Cursor, Delivery, Failure, Link, Source as _};
use crate::telemetry::binding::Binding;
use crate::telemetry::fold::Folded;
use crate::telemetry::log::{Chunk, Records};
use crate::telemetry::observed::{Observed, Observer};
use crate::telemetry::query::search::Search;
use crate::telemetry::query::{Matcher, Query};
use crate::telemetry::trace::Read;
pub use account::Account;

/// So much text and index of logs is kept.
const BUDGET_BYTES: usize = 2 << 30;
/// So many traces of an account are kept.
const MOST_TRACES: usize = 20_000;
/// What there is so far is told so often, so that the window is not kept busy.
const OFTEN: Duration = Duration::from_millis(150);
/// And so often when nothing is new.
const SELDOM: Duration = Duration::from_secs(1);
/// So much is searched between two looks at whether anybody still wants it.
const STEP_BYTES: usize = 4 << 20;

/// What was read so far, and how it goes.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What there is.
    pub observed: Arc<Observed>,
    /// Log events that were seen live and are not found stored yet.
    pub head: Arc<Chunk>,
    /// How the source is doing.
    pub link: Link,
    /// Bytes that were read of the file that is being read, and its size.
    pub progress: (u64, u64),
    /// What could not be read, as sentences.
    pub troubles: Vec<String>,
    /// The design that a recording holds, or a stack.
    pub design: Option<Arc<Design>>,
    /// How it stands with the account that is tailed.
    pub account: Option<Arc<Account>>,
}

/// Files by what is done with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// Those that hold logs or traces.
    pub telemetry: Vec<PathBuf>,
    /// All others, which are diagrams or nothing.
    pub diagrams: Vec<PathBuf>,
}

impl Watched {
    /// Nothing else than how the source is doing.
    #[must_use]
    pub fn nothing(link: Link) -> Self {
        let (observed, head, troubles) = (Arc::default(), Arc::default(), Vec::new());
        Self { observed, head, link, progress: (0, 0), troubles, design: None, account: None }
    }

    /// Nothing could be read.
    pub(super) fn failed(reason: String) -> Self {
        let link = Link::Failed(Failure::World(reason.clone()));
        Self { troubles: vec![reason], ..Self::nothing(link) }
    }
}

/// What is looked for, and in what.
#[derive(Clone, Debug)]
pub struct Question {
    /// The records.
    pub records: Records,
    /// What was seen live and is not found stored yet.
    pub head: Arc<Chunk>,
    /// What they must be.
    pub query: Query,
    /// Which nodes their log groups belong to.
    pub binding: Arc<Binding>,
    /// Only these, when they are given: numbers, ascending.
    pub only: Option<Arc<Vec<u64>>>,
    /// Whether what is found is folded to invocations.
    pub folds: bool,
    /// What an earlier search for the same has found: it goes on from there.
    pub so_far: Option<Arc<Found>>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Numbers of the records, in the order in which these stand.
    pub hits: Vec<u64>,
    /// What was seen live and is not found stored yet, and the places of what fits in it.
    pub fresh: (Arc<Chunk>, Vec<usize>),
    /// The same, folded to invocations, when that was asked for.
    pub folded: Option<Folded>,
    /// The records before this number were looked at.
    pub searched_to: u64,
    /// Whether all were.
    pub is_whole: bool,
    /// The search, to go on with when more records come.
    search: Option<Search>,
}

impl Question {
    /// Looks for the records step by step; `tell` breaks the search off.
    fn search(&self, mut tell: impl FnMut(Found) -> ControlFlow<()>, mut wanted: impl FnMut() -> bool) {
        if let Some(only) = &self.only {
            let matcher = Matcher::new(&self.query, &self.binding);
            let fits = |number: &u64| self.records.get(*number).is_some_and(|record| matcher.matches(&record));
            let mut hits = only.iter().copied().filter(fits).collect();
            self.records.arrange(&mut hits, 0);
            let _ = tell(self.found(hits, self.records.range().end, true, None)).is_break();
            return;
        }
        let before = self.so_far.as_ref().and_then(|found| found.search.clone());
        let mut search = before.unwrap_or_else(|| Search::new(&self.query, &self.binding));
        let mut last = now();
        loop {
            let is_whole = search.step(&self.records, STEP_BYTES);
            if is_whole || last.elapsed() > OFTEN {
                let hits = self.arranged(search.hits());
                let kept = is_whole.then(|| search.clone());
                let found = self.found(hits, search.searched_to(), is_whole, kept);
                if tell(found).is_break() || is_whole {
                    return;
                }
                last = now();
            }
            if !wanted() {
                return;
            }
        }
    }

    fn found(&self, hits: Vec<u64>, searched_to: u64, is_whole: bool, search: Option<Search>) -> Found {
        let folded = (self.folds && is_whole).then(|| Folded::of(&self.records, hits.iter().copied()));
        let fresh = (Arc::clone(&self.head), search.as_ref().map(|search| self.fresh(search)).unwrap_or_default());
        Found { hits, fresh, folded, searched_to, is_whole, search }
    }

    /// The places of what fits in what was only seen live.
    fn fresh(&self, search: &Search) -> Vec<usize> {
        self.head
            .records()
            .filter(|record| search.matcher().matches(record))
            .map(|record| record.number as usize)
            .collect()
    }

    /// What was found in the order in which it stands: what an earlier search has found is in it already.
    fn arranged(&self, hits: &[u64]) -> Vec<u64> {
        let so_far = self.so_far.as_ref().filter(|found| found.is_whole);
        let Some(found) = so_far.filter(|_| self.records.is_by_time()) else {
            let mut hits = hits.to_vec();
            self.records.arrange(&mut hits, 0);
            return hits;
        };
        let first = self.records.range().start;
        let mut all: Vec<u64> = found.hits.iter().copied().filter(|hit| *hit >= first).collect();
        let known = all.len();
        all.extend_from_slice(&hits[hits.partition_point(|hit| *hit < found.searched_to)..]);
        self.records.arrange(&mut all, known);
        all
    }
}

/// Whether a file holds logs or traces, by its content.
pub(super) fn is_telemetry(path: &Path) -> bool {
    held(path).is_ok_and(Held::is_telemetry)
}

/// Which of these files hold logs or traces.
pub(super) fn sorted(paths: Vec<PathBuf>) -> Sorted {
    let (telemetry, diagrams) = paths.into_iter().partition(|path| is_telemetry(path));
    Sorted { telemetry, diagrams }
}

/// Looks for records; `tell` is given what was found so far, and `wanted` tells whether anybody still asks.
pub(super) fn search(
    question: &Question,
    mut tell: impl FnMut(Arc<Found>) -> ControlFlow<()>,
    wanted: impl FnMut() -> bool,
) {
    question.search(|found| tell(Arc::new(found)), wanted);
}

/// Writes the records that are found into a file; gives how many.
pub(super) fn save(question: &Question, path: &Path) -> Result<usize, String> {
    let mut hits = Vec::new();
    let keep = |found: Found| {
        hits = found.hits;
        ControlFlow::Continue(())
    };
    question.search(keep, || true);
    let failed = |error: std::io::Error| format!("Cannot write {}: {error}.", path.display());
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    for record in hits.iter().filter_map(|number| question.records.get(*number)) {
        file.write_all(record.text).and_then(|()| file.write_all(b"\n")).map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    Ok(hits.len())
}

/// Reads files and tells what there is, again and again until all has come; `tell` breaks it off.
pub(super) fn attach(paths: Vec<PathBuf>, catalog: &Catalog, tell: impl FnMut(Watched) -> ControlFlow<()>) {
    let mut watch = Watch::new(tell, catalog);
    let Some(sorted) = watch.sorted(paths) else { return };
    if watch.read_traces(&sorted.traces).is_break()
        || watch.read_recordings(&sorted.recordings).is_break()
        || watch.read_logs(&sorted.logs).is_break()
    {
        return;
    }
    let _ = watch.say(Link::Ended).is_break();
}

/// Files by what they hold.
#[derive(Default)]
struct Piles {
    logs: Vec<PathBuf>,
    traces: Vec<PathBuf>,
    recordings: Vec<PathBuf>,
}

/// A source that is being read.
struct Watch<'c, T> {
    observer: Observer,
    head: Arc<Chunk>,
    /// Spans that have come and are not taken in yet.
    spans: Read,
    troubles: Vec<String>,
    progress: (u64, u64),
    told: std::time::Instant,
    tell: T,
    design: Option<Arc<Design>>,
    account: Option<Account>,
    /// How an account's tail is doing.
    link: Link,
    catalog: &'c Catalog,
}

impl<'c, T: FnMut(Watched) -> ControlFlow<()>> Watch<'c, T> {
    fn new(tell: T, catalog: &'c Catalog) -> Self {
        Self {
            observer: Observer::new(BUDGET_BYTES),
            head: Arc::default(),
            spans: Read::default(),
            troubles: Vec::new(),
            progress: (0, 0),
            told: now(),
            tell,
            design: None,
            account: None,
            link: Link::Live,
            catalog,
        }
    }

    /// The same, whose records stand in the order of their times: an account's come log group by log group.
    fn by_time(self) -> Self {
        Self { observer: self.observer.by_time(), ..self }
    }

    /// Files by what they hold; `None` when nobody listens.
    fn sorted(&mut self, paths: Vec<PathBuf>) -> Option<Piles> {
        let mut sorted = Piles::default();
        for path in paths {
            match held(&path) {
                Ok(Held::Traces) => sorted.traces.push(path),
                Ok(Held::Recording) => sorted.recordings.push(path),
                Ok(_) => sorted.logs.push(path),
                Err(failure) => self.troubles.push(failure.to_string()),
            }
        }
        // Who recorded a tail wrote lines as they came.
        if !sorted.recordings.is_empty() {
            self.observer = Observer::new(BUDGET_BYTES).by_time();
        }
        self.say(Link::Connecting).is_continue().then_some(sorted)
    }

    fn read_traces(&mut self, paths: &[PathBuf]) -> ControlFlow<()> {
        for path in paths {
            if let Err(failure) = read_traces(path, &mut self.spans, |done, of| self.progress = (done, of)) {
                self.troubles.push(failure.to_string());
            }
        }
        self.say_traces(paths)
    }

    fn read_recordings(&mut self, paths: &[PathBuf]) -> ControlFlow<()> {
        for path in paths {
            let mut is_over = false;
            let replayed = Replay::open(path).and_then(|mut replay| {
                match design(&replay, path, self.catalog) {
                    Ok(design) => self.design = self.design.take().or(design.map(Arc::new)),
                    Err(text) => self.troubles.push(text),
                }
                replay.run(&Cursor::default(), &mut |delivery| {
                    let flow = self.take(delivery);
                    is_over |= flow.is_break();
                    flow
                })
            });
            if is_over {
                return ControlFlow::Break(());
            }
            self.troubles.extend(replayed.err().map(|failure| failure.to_string()));
        }
        self.say_traces(paths)
    }

    /// Puts the spans that have come together, after these files were read.
    fn say_traces(&mut self, paths: &[PathBuf]) -> ControlFlow<()> {
        if paths.is_empty() {
            return ControlFlow::Continue(());
        }
        self.say(Link::Live)
    }

    /// Reads one file after the other; one that cannot be read does not hide those behind it.
    fn read_logs(&mut self, paths: &[PathBuf]) -> ControlFlow<()> {
        let (mut files, mut from) = (Files::new(paths.to_vec()), 0);
        while from < paths.len() {
            let mut is_over = false;
            let outlet = &mut |delivery| {
                let flow = self.take(delivery);
                is_over |= flow.is_break();
                flow
            };
            let result = files.run(&Cursor(from.to_string()), outlet);
            if is_over {
                return ControlFlow::Break(());
            }
            let Err(failure) = result else { break };
            let text = failure.to_string();
            let named = paths.iter().skip(from).position(|path| text.contains(&path.display().to_string()));
            from += named.unwrap_or(0) + 1;
            self.troubles.push(text);
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, delivery: Delivery) -> ControlFlow<()> {
        match delivery {
            Delivery::Records(batch) => {
                self.observer.take(batch.logs);
                self.head = batch.head.map_or_else(|| Arc::clone(&self.head), Arc::new);
                self.observer.take_metrics(batch.metrics);
                self.spans.spans.extend(batch.spans);
            }
            Delivery::Progress(done, of) => self.progress = (done, of),
            // What files are read from has no other state than that it is read.
            Delivery::Link(link) if self.account.is_some() => self.link = link,
            Delivery::Link(_) => return ControlFlow::Continue(()),
            Delivery::Groups(found) => {
                self.design = Some(Arc::new(account::design(&found, self.catalog)));
                let spending = self.account.take().map(|account| account.spending).unwrap_or_default();
                self.account = Some(Account { found, spending, ..Account::default() });
            }
            Delivery::Appeared(group, node) => {
                let found = &mut self.account_mut().found;
                found.quiet.retain(|(awaited, _)| *awaited != group);
                found.groups.push((group, node));
            }
            Delivery::Standings(standings) => return self.stand(standings),
            Delivery::Traces(standing) => return self.stand_traces(standing),
            Delivery::Metrics(standing) => self.account_mut().metrics = Some(standing),
            Delivery::Alarms(alarms) => self.observer.take_alarms(alarms),
            Delivery::Spending(spending) => drop(self.account_mut().spending.insert(spending.paid, spending)),
            Delivery::Trouble(text) => self.troubles.push(text),
            Delivery::Idle => return self.stay(),
        }
        self.say_sometimes()
    }

    /// What is known already is told again seldom, to hear whether anybody still listens.
    fn stand(&mut self, standings: Vec<Standing>) -> ControlFlow<()> {
        let Some(account) = &mut self.account else { return ControlFlow::Continue(()) };
        let is_news = account.standings != standings;
        account.standings = standings;
        if is_news { self.say_sometimes() } else { self.stay() }
    }

    /// The account that is tailed.
    fn account_mut(&mut self) -> &mut Account {
        self.account.get_or_insert_default()
    }

    fn stay(&mut self) -> ControlFlow<()> {
        if self.told.elapsed() > SELDOM { self.say_sometimes() } else { ControlFlow::Continue(()) }
    }

    /// The same of traces.
    fn stand_traces(&mut self, standing: xray::Standing) -> ControlFlow<()> {
        let Some(account) = &mut self.account else { return ControlFlow::Continue(()) };
        let is_news = account.traces.as_ref() != Some(&standing);
        account.traces = Some(standing);
        if is_news { self.say_sometimes() } else { ControlFlow::Continue(()) }
    }

    fn say_sometimes(&mut self) -> ControlFlow<()> {
        if self.told.elapsed() < OFTEN { ControlFlow::Continue(()) } else { self.say(self.link.clone()) }
    }

    fn say(&mut self, link: Link) -> ControlFlow<()> {
        self.observer.take_traces(std::mem::take(&mut self.spans));
        if self.account.is_some() {
            self.observer.keep_traces(MOST_TRACES);
        }
        let (observed, head) = (Arc::new(self.observer.observed()), Arc::clone(&self.head));
        let (troubles, design) = (self.troubles.clone(), self.design.clone());
        let account = self.account.clone().map(Arc::new);
        let said = (self.tell)(Watched { observed, head, link, progress: self.progress, troubles, design, account });
        self.told = now();
        said
    }
}
