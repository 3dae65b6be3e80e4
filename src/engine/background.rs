//! The thread that does what must not hold up the window: files and long work.
//!
//! Must not know the window; whoever starts it says how it is woken. Every request is answered by one event, beside which a
//! refresh of prices tells how far it is; those that read or look for records tell what they have again and again, until all
//! is told or a newer one ends them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinSet, spawn_blocking};

use super::bill;
use super::deploy;
use super::files::{self, DiskLayer, FileLayer as _};
use super::journal::Journal;
use super::observe::{self, Watched};
use super::picture;
use super::prices::refresh::{Desk, Progress, unless};
use super::prices::{self, Books};
use super::protocol::{Event, Loaded, Mark, Request, Ticket, Unopened, Unrefreshed, Unsaved, Wish};
use super::recording;
use super::window;
use crate::catalog::Catalog;
use crate::diagram::file;
use crate::export::preview::preview;
use crate::export::sheet::sheet;
use crate::picture::arrange::arrange;

/// So many requests may wait; a person cannot ask for more, a mistake could.
const MAX_REQUESTS: usize = 64;
/// So many events may wait for the window; the work waits when it is full.
const MAX_EVENTS: usize = 256;
/// So many jobs run at the same time.
const MAX_WORKERS: usize = 4;

/// The background thread. Dropping it waits until everything that was asked for is done.
pub struct Engine {
    requests: Option<mpsc::Sender<Request>>,
    events: mpsc::Receiver<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the thread; `wake` is called whenever there is a new event.
    ///
    /// Without a journal, unsaved changes are not kept; without a program to start, there are no other windows; without a
    /// desk, there are no prices but those that ship.
    pub fn start(
        catalog: Arc<Catalog>,
        journal: Option<Journal>,
        program: Option<PathBuf>,
        desk: Option<Desk>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let (requests, asked) = mpsc::channel(MAX_REQUESTS);
        let (told, events) = mpsc::channel(MAX_EVENTS);
        let mut runtime = Builder::new_current_thread();
        let runtime = runtime.thread_name("engine-work").max_blocking_threads(MAX_WORKERS).enable_all().build()?;
        let tools = Arc::new(Tools { catalog, journal, program, desk, current: Current::default() });
        let saves = Arc::new(Semaphore::new(1));
        let office = Office { tools, told, wake: Arc::new(wake), saves };
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || runtime.block_on(office.serve(asked)))?;
        Ok(Self { requests: Some(requests), events, thread: Some(thread) })
    }

    /// Asks for something. It never waits: when too much is asked for already, the answer is the refusal.
    pub fn send(&self, request: Request) -> Result<(), Event> {
        let Some(requests) = &self.requests else { return Err(request.refused(BUSY)) };
        requests.try_send(request).map_err(|error| match error {
            mpsc::error::TrySendError::Full(request) => request.refused(BUSY),
            mpsc::error::TrySendError::Closed(request) => request.refused(ENDED),
        })
    }

    /// What has happened since, for as long as `budget` allows; the rest comes with the next call.
    pub fn drain(&mut self, budget: Duration) -> Vec<Event> {
        let mut drained = Vec::new();
        let start = now();
        while start.elapsed() < budget {
            let Ok(event) = self.events.try_recv() else { break };
            drained.push(event);
        }
        drained
    }

    /// Whether events wait.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.events.is_empty()
    }
}

const BUSY: &str = "Too much is waiting to be done; try again in a moment.";
const ENDED: &str = "The background thread has ended; save under another name from a new window.";
const BROKEN: &str = "The program made a mistake while doing it; nothing was changed in the diagram.";

const NO_DESK: &str =
    "Prices cannot be fetched: there is no home folder to keep them in, or STRATOSCOPE_PRICES_FROM names no server.";

#[expect(clippy::disallowed_methods, reason = "the budget of a frame is real time, and the engine may know the clock")]
pub(super) fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// What the system's clock says, in seconds since 1970.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "people are told when they had a file open, and the engine may know")]
pub fn unix_s() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.requests = None;
        self.events.close();
        // A thread that panicked has nothing left to wait for.
        self.thread.take().map(JoinHandle::join);
    }
}

/// What requests are done with.
struct Tools {
    catalog: Arc<Catalog>,
    journal: Option<Journal>,
    /// Started for another window.
    program: Option<PathBuf>,
    /// Where prices come from and are kept.
    desk: Option<Desk>,
    current: Current,
}

/// Tickets of the long work that is still wanted.
#[derive(Default)]
struct Current {
    attached: AtomicU64,
    searched: AtomicU64,
    tried: AtomicU64,
    asked: AtomicU64,
    /// What is wished of the account that is tailed.
    wish: watch::Sender<Wish>,
}

/// Where long work tells what it has so far.
struct Told<W> {
    told: mpsc::Sender<Event>,
    wake: Arc<W>,
}

impl<W: Fn()> Told<W> {
    /// Hands an event over and waits while too many are there; breaks when nobody takes them any more.
    fn tell(&self, event: Event) -> ControlFlow<()> {
        let sent = self.told.blocking_send(event);
        (self.wake)();
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// What the thread works with.
struct Office<W> {
    tools: Arc<Tools>,
    told: mpsc::Sender<Event>,
    wake: Arc<W>,
    /// One at a time and in order, so that an older save never lands over a newer one.
    saves: Arc<Semaphore>,
}

impl<W: Fn() + Send + Sync + 'static> Office<W> {
    async fn serve(self, mut asked: mpsc::Receiver<Request>) {
        let mut jobs = JoinSet::new();
        // For as long as this is there, the refresh of prices that is under way goes on.
        let mut going: Option<oneshot::Sender<()>> = None;
        while let Some(request) = asked.recv().await {
            // Those that are done make room; without this the set would grow for as long as the program runs.
            while jobs.try_join_next().is_some() {}
            match request {
                Request::StopRefresh => drop(going.take()),
                Request::Refresh(ticket, more) => {
                    let (goes_on, stop) = oneshot::channel();
                    drop(going.replace(goes_on));
                    let (tools, tell) = (Arc::clone(&self.tools), self.teller(ticket));
                    self.start(&mut jobs, Request::Refresh(ticket, more.clone()), None, move || {
                        Some(tools.refresh(ticket, &more, stop, &tell))
                    });
                }
                request => {
                    let in_order = matches!(request, Request::Save(..) | Request::Keep(..) | Request::Unkeep(_));
                    let turn = if in_order { Some(Arc::clone(&self.saves)) } else { None };
                    self.tools.take_note(&request);
                    let (tools, asked) = (Arc::clone(&self.tools), request.clone());
                    let along = Told { told: self.told.clone(), wake: Arc::clone(&self.wake) };
                    self.start(&mut jobs, request, turn, move || tools.work(asked, &along));
                }
            }
        }
        drop(going);
        while jobs.join_next().await.is_some() {}
    }

    /// Lets a worker do what was asked, when it is its turn, and tells the answer.
    fn start(
        &self,
        jobs: &mut JoinSet<()>,
        request: Request,
        turn: Option<Arc<Semaphore>>,
        work: impl FnOnce() -> Option<Event> + Send + 'static,
    ) {
        let (told, wake) = (self.told.clone(), Arc::clone(&self.wake));
        jobs.spawn(async move {
            let _turn = match turn {
                Some(turn) => turn.acquire_owned().await.ok(),
                None => None,
            };
            let event = spawn_blocking(work).await;
            if let Some(event) = event.unwrap_or_else(|_panic| Some(request.refused(BROKEN))) {
                // A window that is gone does not want to know.
                told.send(event).await.ok();
                wake();
            }
        });
    }

    /// What tells how far a refresh is; nobody misses a step that finds no room.
    fn teller(&self, ticket: Ticket) -> impl Fn(Progress) + Send + 'static {
        let (told, wake) = (self.told.clone(), Arc::clone(&self.wake));
        move |progress| {
            told.try_send(Event::Refreshing(ticket, progress)).ok();
            wake();
        }
    }
}

/// The path from the root, so that it leads to the same file from any folder.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

impl Tools {
    /// Ends what a new request takes the place of.
    fn take_note(&self, request: &Request) {
        match request {
            Request::Attach(Ticket(ticket), _) | Request::Tail(Ticket(ticket), ..) => {
                self.current.attached.store(*ticket, Ordering::Relaxed);
                self.current.wish.send_replace(Wish::default());
            }
            Request::Wish(Ticket(ticket), wish) => {
                let is_current = self.current.attached.load(Ordering::Relaxed) == *ticket;
                self.current.wish.send_if_modified(|now| {
                    let is_new = is_current && now != wish;
                    if is_new {
                        now.clone_from(wish);
                    }
                    is_new
                });
            }
            Request::Detach(_) => self.current.attached.store(0, Ordering::Relaxed),
            Request::Ask(Ticket(ticket), _) => self.current.asked.store(*ticket, Ordering::Relaxed),
            Request::StopAsking(Ticket(ticket)) => {
                // A newer one goes on.
                let swap = self.current.asked.compare_exchange(*ticket, 0, Ordering::Relaxed, Ordering::Relaxed);
                swap.ok();
            }
            Request::Try(Ticket(ticket), _) => self.current.tried.store(*ticket, Ordering::Relaxed),
            Request::Search(Ticket(ticket), _) => self.current.searched.store(*ticket, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Tells what has come of what is attached, as long as it is.
    fn watched<W: Fn()>(&self, ticket: Ticket, watched: Watched, along: &Told<W>) -> ControlFlow<()> {
        if self.current.attached.load(Ordering::Relaxed) == ticket.0 {
            along.tell(Event::Watched(ticket, Box::new(watched)))
        } else {
            ControlFlow::Break(())
        }
    }

    /// Does what was asked. Long work tells what it has on its way and has no last word.
    fn work<W: Fn()>(&self, request: Request, along: &Told<W>) -> Option<Event> {
        match request {
            Request::Attach(ticket, paths) => {
                let paths = paths.into_iter().map(absolute).collect();
                observe::attach(paths, &self.catalog, |watched| self.watched(ticket, watched, along));
            }
            Request::Tail(ticket, target, reach) => {
                let wishes = self.current.wish.subscribe();
                observe::account::tail(&target, reach, &wishes, &self.catalog, |watched| {
                    self.watched(ticket, watched, along)
                });
            }
            Request::Detach(_) | Request::Wish(..) | Request::Try(_, None) | Request::StopAsking(_) => {}
            Request::Ask(ticket, asked) => {
                let is_wanted = || self.current.asked.load(Ordering::Relaxed) == ticket.0 && !along.told.is_closed();
                let asked = observe::insights::ask(&asked, &is_wanted, &mut |told| {
                    // Whether anybody listens is asked for by itself: what is over must still be stopped.
                    let _ = along.tell(Event::Answered(ticket, Ok(Box::new(told.clone())))).is_break();
                });
                return asked.err().map(|text| Event::Answered(ticket, Err(text)));
            }
            Request::Try(ticket, Some(target)) => observe::account::try_account(&target, |tried| {
                if self.current.tried.load(Ordering::Relaxed) == ticket.0 {
                    along.tell(Event::Tried(ticket, Box::new(tried.clone())))
                } else {
                    ControlFlow::Break(())
                }
            }),
            Request::Search(ticket, question) => {
                let is_wanted = || self.current.searched.load(Ordering::Relaxed) == ticket.0 && !along.told.is_closed();
                observe::search(&question, |found| along.tell(Event::Found(ticket, Ok(found))), is_wanted);
            }
            request => return Some(self.done(request)),
        }
        None
    }

    /// Does what was asked.
    fn done(&self, request: Request) -> Event {
        let mut disk = DiskLayer;
        match request {
            Request::Load(ticket, path) => self.load(ticket, absolute(path)),
            Request::Save(ticket, diagram, path, mark) => {
                let path = absolute(path);
                let saved = save(&path, &file::write(&diagram), mark);
                Event::Saved(ticket, path, saved)
            }
            Request::Export(ticket, diagram, dialect, path) => {
                let report = deploy::export(&mut disk, &diagram, &self.catalog, dialect, &path);
                Event::Exported(ticket, path, report.map(Into::into).map_err(|failure| failure.to_string()))
            }
            Request::Sheet(ticket, diagram, dialect, before) => {
                Event::Sheet(ticket, Ok(sheet(&diagram, &self.catalog, dialect, before)))
            }
            Request::Folder(ticket, folder) => Event::Windowed(ticket, window::show_folder(&folder)),
            Request::Preview(ticket, diagram, dialect, about) => {
                Event::Previewed(ticket, Ok(Arc::new(preview(&diagram, &self.catalog, dialect, about))))
            }
            Request::Arrange(ticket, diagram, how) => {
                Event::Arranged(ticket, Ok(arrange(&diagram, &self.catalog, how)))
            }
            Request::Price(ticket, book, cases) => {
                let bills = cases.iter().map(|case| case.priced(&self.catalog, &book));
                Event::Priced(ticket, Ok(bills.collect()))
            }
            Request::Bill(ticket, book, case, path) => {
                Event::Bill(ticket, bill::write(&self.catalog, &book, &case, path.map(absolute)))
            }
            Request::Draw(ticket, diagram, drawing, path) => {
                Event::Drawn(ticket, picture::draw(&diagram, &self.catalog, drawing, path))
            }
            request @ (Request::SaveLines(..)
            | Request::Measure(..)
            | Request::SaveCharts(..)
            | Request::Survey(..)
            | Request::SaveTable(..)
            | Request::Record(..)
            | Request::Example(_)
            | Request::Sort(..)) => observed(request),
            Request::Window(ticket, path) => {
                let path = path.map(absolute);
                Event::Windowed(ticket, window::open(self.program.as_deref(), path.as_deref()))
            }
            Request::Look(ticket, paths) => {
                let is_gone = |path: &PathBuf| matches!(disk.look(path), Ok(None));
                Event::Missing(ticket, paths.into_iter().filter(is_gone).collect())
            }
            Request::Book(ticket) => {
                let folder = self.desk.as_ref().map(|desk| desk.folder.as_path());
                Event::Book(ticket, Box::new(Books::open(&mut disk, folder)))
            }
            Request::Orphans(ticket) => {
                let orphans = self.journal.as_ref().map(|journal| journal.orphans(&self.catalog));
                Event::Orphans(ticket, orphans.unwrap_or_default())
            }
            request => self.keep(request),
        }
    }

    fn load(&self, ticket: Ticket, path: PathBuf) -> Event {
        let mut disk = DiskLayer;
        let loaded = files::load_marked(&mut disk, &path, &self.catalog);
        let loaded = loaded.map(|(diagram, mark)| Box::new(Loaded::new(diagram, mark, &self.catalog)));
        let unopened = |failure: files::Failure| Unopened {
            text: failure.to_string(),
            is_gone: matches!(disk.look(&path), Ok(None)),
            is_telemetry: observe::is_telemetry(&path),
        };
        let loaded = loaded.map_err(unopened);
        Event::Loaded(ticket, path, loaded)
    }

    /// Fetches prices until it is stopped.
    fn refresh(&self, ticket: Ticket, more: &[String], stop: oneshot::Receiver<()>, tell: &dyn Fn(Progress)) -> Event {
        let failed = |text: String| Event::Refreshed(ticket, Err(Unrefreshed::Failed(text)));
        let Some(desk) = &self.desk else { return failed(NO_DESK.to_owned()) };
        let today = prices::day_of(unix_s());
        let done = Handle::current().block_on(unless(stop, desk.refresh(more, &today, tell)));
        match done {
            Some(Ok(refreshed)) => Event::Refreshed(ticket, Ok(Box::new(refreshed))),
            Some(Err(failure)) => failed(failure.to_string()),
            None => Event::Refreshed(ticket, Err(Unrefreshed::Stopped)),
        }
    }

    /// What is about the journal.
    fn keep(&self, request: Request) -> Event {
        let journal = self.journal.as_ref();
        match request {
            Request::Keep(ticket, diagram, path, mark) => {
                let kept = journal.map_or(Ok(()), |journal| journal.write(&diagram, path.as_deref(), mark));
                Event::Kept(ticket, kept.map_err(|failure| failure.to_string()))
            }
            Request::Unkeep(ticket) => {
                journal.into_iter().for_each(Journal::clear);
                Event::Kept(ticket, Ok(()))
            }
            Request::Forget(ticket, name) => {
                journal.into_iter().for_each(|journal| journal.forget(&name));
                Event::Kept(ticket, Ok(()))
            }
            other => other.refused(BROKEN),
        }
    }
}

/// Does what is about logs, metrics and traces that are there already.
fn observed(request: Request) -> Event {
    match request {
        Request::SaveLines(ticket, question, path) => {
            let path = absolute(path);
            let saved = observe::save(&question, &path);
            Event::LinesSaved(ticket, path, saved)
        }
        Request::Measure(ticket, gauge) => Event::Measured(ticket, Ok(Arc::new(gauge.charts()))),
        Request::SaveCharts(ticket, gauge, path) => {
            let path = absolute(path);
            let saved = gauge.save(&path);
            Event::ChartsSaved(ticket, path, saved)
        }
        Request::Survey(ticket, target, groups, span) => {
            Event::Surveyed(ticket, observe::insights::survey(&target, groups, span).map(Box::new))
        }
        Request::SaveTable(ticket, table, order, path) => {
            let path = absolute(path);
            let order = order.as_ref().map(|order| order.as_slice());
            let saved = observe::insights::save(&table, order, &path);
            Event::TableSaved(ticket, path, saved)
        }
        Request::Record(ticket, recorded, path) => {
            let path = absolute(path);
            let written = recording::record(&recorded, &path);
            Event::LinesSaved(ticket, path, written)
        }
        Request::Example(ticket) => {
            let (path, text, is_telemetry) = match recording::example() {
                Ok(path) => (path, String::new(), true),
                Err(text) => (PathBuf::new(), text, false),
            };
            Event::Loaded(ticket, path, Err(Unopened { text, is_gone: false, is_telemetry }))
        }
        Request::Sort(ticket, paths) => {
            Event::Sorted(ticket, observe::sorted(paths.into_iter().map(absolute).collect()))
        }
        other => other.refused(BROKEN),
    }
}

/// Writes a document; with a mark, only where the file still holds what has it.
fn save(path: &Path, text: &str, mark: Option<Mark>) -> Result<Mark, Unsaved> {
    let mut disk = DiskLayer;
    if mark.is_some_and(|mark| files::has_changed(&mut disk, path, mark)) {
        return Err(Unsaved::Changed);
    }
    let saved = files::save(&mut disk, path, text).map_err(|failure| Unsaved::Failed(failure.to_string()));
    saved.map(|()| Mark::of(text.as_bytes()))
}

#[cfg(test)]
mod tests;
