//! What the window asks the background thread for, and what comes back: closed sets of plain data.
//!
//! Must not know who asks or who answers.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::{Catalog, Dialect};
use crate::cost::{Basis, Book, Estimate, Terms};
use crate::diagram::layout::Placement;
use crate::diagram::{Diagram, Element, Target};
use crate::export::drawing::{Drawing, Image};
use crate::export::preview::Preview;
use crate::export::sheet::Sheet;
use crate::picture::Picture;
use crate::picture::arrange::Arrangement;
use crate::workload::{Outside, Workload};

pub use super::observe::account::Reach;
pub use super::observe::measure::Gauge;
pub use super::observe::{Account, Found, Question, Sorted, Watched};
pub use super::prices::Books;
pub use super::prices::refresh::{Progress, Refreshed};
pub use super::recording::{Design, Recorded};
pub use crate::source::insights;
pub use crate::source::metrics;
pub use crate::source::probe::{Answer, Reader, Tried};
pub use crate::source::tail::{Standing, Trouble, View};
pub use crate::source::xray;
pub use crate::source::{Deployed, Link, Paid, Spending, Wish};
pub use crate::telemetry::chart::Charts;
use crate::telemetry::insights::table::Table;

/// Tells which request an event answers. An answer whose ticket is no longer current is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// Something to do in the background.
#[derive(Clone, Debug)]
pub enum Request {
    /// Read a diagram.
    Load(Ticket, PathBuf),
    /// Write a diagram; with a mark, only where the file is still as it was then.
    Save(Ticket, Arc<Diagram>, PathBuf, Option<Mark>),
    /// Write a deployable project into a folder.
    Export(Ticket, Arc<Diagram>, Dialect, PathBuf),
    /// Lay out the template of a diagram, and mark what has changed since a sheet was laid out before.
    Sheet(Ticket, Arc<Diagram>, Dialect, Option<Arc<Sheet>>),
    /// Show a folder in the system's own window.
    Folder(Ticket, PathBuf),
    /// Show what a diagram will be once it is exported, and what one of its nodes or arrows writes.
    Preview(Ticket, Arc<Diagram>, Dialect, Option<Element>),
    /// Work out where everything goes in a diagram.
    Arrange(Ticket, Arc<Diagram>, Arrangement),
    /// Work out bills, in this order.
    Price(Ticket, Arc<Book>, Vec<Case>),
    /// Write a bill, into a file or to take along.
    Bill(Ticket, Arc<Book>, Case, Option<PathBuf>),
    /// Draw a picture of a diagram, into a file or to take along.
    Draw(Ticket, Arc<Diagram>, Drawing, Option<PathBuf>),
    /// Read logs and traces from files; answered by what there is so far, again and again until all has come.
    Attach(Ticket, Vec<PathBuf>),
    /// Tail an account: this of its log groups; answered like files that are read.
    Tail(Ticket, Box<Target>, Reach),
    /// What is wished of the account that is tailed under this ticket; answered by nothing.
    Wish(Ticket, Wish),
    /// Try which permissions there are in an account; answered by what is known so far, until all were tried. None ends it.
    Try(Ticket, Option<Box<Target>>),
    /// Find out how much these log groups of an account hold, or all that it watches when none is named.
    Survey(Ticket, Box<Target>, Vec<String>, insights::Span),
    /// Ask a question of an account's log groups; answered by what was found so far, until it is over. A newer one ends it.
    Ask(Ticket, Box<insights::Asked>),
    /// Stop the question that was asked under this ticket; its last words answer.
    StopAsking(Ticket),
    /// Write the rows of a table into a file, in this order if one is given.
    SaveTable(Ticket, Arc<Table>, Option<Arc<Vec<u32>>>, PathBuf),
    /// Stop reading; answered by nothing more.
    Detach(Ticket),
    /// Look for records; answered by what was found so far, until all was looked at. A newer question ends it.
    Search(Ticket, Arc<Question>),
    /// Write the records that were found into a file.
    SaveLines(Ticket, Arc<Question>, PathBuf),
    /// Work out charts.
    Measure(Ticket, Arc<Gauge>),
    /// Write the values of charts into a file.
    SaveCharts(Ticket, Arc<Gauge>, PathBuf),
    /// Write logs, metrics and traces with the design into a recording; answered like records that were written.
    Record(Ticket, Arc<Recorded>, PathBuf),
    /// Lay the recording that ships where it can be read; answered like a diagram that turns out to be one.
    Example(Ticket),
    /// Find out which files are diagrams and which hold logs or traces.
    Sort(Ticket, Vec<PathBuf>),
    /// Keep a diagram with unsaved changes in the journal, with the file that it came from and how that was then.
    Keep(Ticket, Arc<Diagram>, Option<PathBuf>, Option<Mark>),
    /// Open another window, with a file if one is given.
    Window(Ticket, Option<PathBuf>),
    /// Find out which of these files are not there.
    Look(Ticket, Vec<PathBuf>),
    /// Empty the journal: there are no unsaved changes any more.
    Unkeep(Ticket),
    /// Look for what windows that are gone have left.
    Orphans(Ticket),
    /// Remove what a window that is gone has left, by its name.
    Forget(Ticket, String),
    /// Read the price book.
    Book(Ticket),
    /// Fetch prices: of every region that the book knows, and of these.
    Refresh(Ticket, Vec<String>),
    /// Stop fetching prices. The answer is that of the request which is stopped.
    StopRefresh,
}

impl Request {
    /// The answer to a request that cannot be done.
    #[must_use]
    pub fn refused(self, reason: &str) -> Event {
        let reason = reason.to_owned();
        match self {
            Self::Load(ticket, path) => Event::Loaded(ticket, path, Err(Unopened::because(reason))),
            Self::Save(ticket, _, path, _) => Event::Saved(ticket, path, Err(Unsaved::Failed(reason))),
            Self::Export(ticket, _, _, path) => Event::Exported(ticket, path, Err(reason)),
            Self::Sheet(ticket, ..) => Event::Sheet(ticket, Err(reason)),
            Self::Preview(ticket, ..) => Event::Previewed(ticket, Err(reason)),
            Self::Arrange(ticket, ..) => Event::Arranged(ticket, Err(reason)),
            Self::Bill(ticket, ..) => Event::Bill(ticket, Err(reason)),
            Self::Price(ticket, ..) => Event::Priced(ticket, Err(reason)),
            Self::Draw(ticket, ..) => Event::Drawn(ticket, Err(reason)),
            Self::Keep(ticket, ..) | Self::Unkeep(ticket) | Self::Forget(ticket, _) => Event::Kept(ticket, Err(reason)),
            Self::Window(ticket, _) | Self::Folder(ticket, _) => Event::Windowed(ticket, Err(reason)),
            Self::Look(ticket, _) => Event::Missing(ticket, BTreeSet::new()),
            Self::Orphans(ticket) => Event::Orphans(ticket, Vec::new()),
            Self::Book(ticket) => Event::Book(ticket, Box::new(Books { problems: vec![reason], ..Books::builtin() })),
            Self::Refresh(ticket, _) => Event::Refreshed(ticket, Err(Unrefreshed::Failed(reason))),
            // There is no ticket to answer with; whoever asked is told when the refresh or the question ends.
            Self::StopRefresh | Self::StopAsking(_) => Event::Kept(Ticket::default(), Ok(())),
            Self::Attach(ticket, _) | Self::Tail(ticket, ..) | Self::Wish(ticket, _) | Self::Detach(ticket) => {
                Event::Watched(ticket, Box::new(Watched::failed(reason)))
            }
            Self::Try(ticket, _) => {
                Event::Tried(ticket, Box::new(Tried { trouble: Some(reason), is_over: true, ..Tried::default() }))
            }
            Self::Survey(ticket, ..) => Event::Surveyed(ticket, Err(reason)),
            Self::Ask(ticket, _) => Event::Answered(ticket, Err(reason)),
            Self::SaveTable(ticket, _, _, path) => Event::TableSaved(ticket, path, Err(reason)),
            Self::Search(ticket, _) => Event::Found(ticket, Err(reason)),
            Self::Example(ticket) => Event::Loaded(ticket, PathBuf::new(), Err(Unopened::because(reason))),
            Self::Sort(ticket, paths) => Event::Sorted(ticket, Sorted { diagrams: paths, telemetry: Vec::new() }),
            Self::SaveLines(ticket, _, path) | Self::Record(ticket, _, path) => {
                Event::LinesSaved(ticket, path, Err(reason))
            }
            Self::Measure(ticket, _) => Event::Measured(ticket, Err(reason)),
            Self::SaveCharts(ticket, _, path) => Event::ChartsSaved(ticket, path, Err(reason)),
        }
    }
}

/// Something that was done or went wrong. Texts are sentences for people.
#[derive(Clone, Debug)]
pub enum Event {
    /// A diagram was read, or why not.
    Loaded(Ticket, PathBuf, Result<Box<Loaded>, Unopened>),
    /// A diagram was written, or why not.
    Saved(Ticket, PathBuf, Result<Mark, Unsaved>),
    /// A project was written, or why not.
    Exported(Ticket, PathBuf, Result<Exported, String>),
    /// The template of a diagram, or why it cannot be shown.
    Sheet(Ticket, Result<Arc<Sheet>, String>),
    /// What a diagram will be once it is exported, or why that cannot be shown.
    Previewed(Ticket, Result<Arc<Preview>, String>),
    /// Where everything goes, or why that is not known.
    Arranged(Ticket, Result<Placement, String>),
    /// Bills in the order in which they were asked for, or why there are none.
    Priced(Ticket, Result<Vec<Priced>, String>),
    /// A bill was written, or why not.
    Bill(Ticket, Result<Drawn, String>),
    /// A picture was drawn, or why not.
    Drawn(Ticket, Result<Drawn, String>),
    /// The journal is as it was asked for, or why not.
    Kept(Ticket, Result<(), String>),
    /// Another window was started or a folder shown, or why not.
    Windowed(Ticket, Result<(), String>),
    /// These files are not there.
    Missing(Ticket, BTreeSet<PathBuf>),
    /// What windows that are gone have left.
    Orphans(Ticket, Vec<Orphan>),
    /// The price book.
    Book(Ticket, Box<Books>),
    /// Prices are being fetched; the answer is still to come.
    Refreshing(Ticket, Progress),
    /// Prices were fetched, or why not.
    Refreshed(Ticket, Result<Box<Refreshed>, Unrefreshed>),
    /// What was read from logs and traces so far.
    Watched(Ticket, Box<Watched>),
    /// What is known so far of an account that is tried.
    Tried(Ticket, Box<Tried>),
    /// How much log groups hold, or why that is not known.
    Surveyed(Ticket, Result<Box<insights::Survey>, String>),
    /// What a question has found so far, or why it was not asked.
    Answered(Ticket, Result<Box<insights::Told>, String>),
    /// So many rows were written, or why not.
    TableSaved(Ticket, PathBuf, Result<usize, String>),
    /// What was found so far, or why there is nothing to be found.
    Found(Ticket, Result<Arc<Found>, String>),
    /// What files hold.
    Sorted(Ticket, Sorted),
    /// So many records were written, or why not.
    LinesSaved(Ticket, PathBuf, Result<usize, String>),
    /// Charts, or why there are none.
    Measured(Ticket, Result<Arc<Charts>, String>),
    /// So many values were written, or why not.
    ChartsSaved(Ticket, PathBuf, Result<usize, String>),
}

/// What a bill is worked out from, beside the prices.
#[derive(Clone, Debug)]
pub struct Case {
    /// The diagram.
    pub diagram: Arc<Diagram>,
    /// Figures that stand above its own.
    pub outside: Outside,
    /// Under which terms.
    pub terms: Terms,
}

impl Case {
    /// Works the bill out.
    #[must_use]
    pub fn priced(&self, catalog: &Catalog, book: &Book) -> Priced {
        let workload = Workload::of(catalog, &self.diagram, &self.outside);
        let estimate = Estimate::of(catalog, &self.diagram, &workload, book, &self.terms);
        Priced { estimate, workload }
    }

    /// What its bill is made of.
    #[must_use]
    pub fn basis<'b>(&'b self, catalog: &'b Catalog, workload: &'b Workload, book: &'b Book) -> Basis<'b> {
        Basis { catalog, diagram: &self.diagram, workload, book, terms: &self.terms }
    }
}

/// A bill, and the traffic that it was worked out from.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The bill.
    pub estimate: Estimate,
    /// The traffic.
    pub workload: Workload,
}

/// Tells what a file holds from what it held before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    size_bytes: u64,
    hash: u64,
}

impl Mark {
    /// The mark of these contents.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self { size_bytes: bytes.len() as u64, hash: bytes.iter().fold(0xcbf2_9ce4_8422_2325, step) }
    }

    /// A number that contents share with few others.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.hash
    }
}

/// A diagram that was read, with everything about it that takes long.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The diagram.
    pub diagram: Diagram,
    /// Its geometry.
    pub picture: Picture,
    /// What its file held.
    pub mark: Mark,
}

impl Loaded {
    /// A diagram with its geometry.
    #[must_use]
    pub fn new(diagram: Diagram, mark: Mark, catalog: &Catalog) -> Self {
        let picture = Picture::of(&diagram, catalog);
        Self { diagram, picture, mark }
    }
}

/// Why a diagram was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// The file holds something else than it did when it was opened or saved.
    Changed,
    /// A sentence.
    Failed(String),
}

/// Why prices were not refreshed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrefreshed {
    /// Somebody has stopped it.
    Stopped,
    /// A sentence.
    Failed(String),
}

/// A picture that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawn {
    /// As text.
    Text(String),
    /// As pixels.
    Image(Arc<Image>),
    /// Into a file.
    File(PathBuf),
}

/// Why a diagram was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unopened {
    /// A sentence.
    pub text: String,
    /// There is no such file any more.
    pub is_gone: bool,
    /// It holds logs or traces.
    pub is_telemetry: bool,
}

impl Unopened {
    /// It is there, but cannot be read.
    #[must_use]
    pub fn because(text: String) -> Self {
        Self { text, is_gone: false, is_telemetry: false }
    }
}

/// A diagram with unsaved changes whose window is gone.
#[derive(Clone, Debug)]
pub struct Orphan {
    /// Name of its entry in the journal.
    pub name: String,
    /// The file that it came from.
    pub path: Option<PathBuf>,
    /// What that file held then.
    pub mark: Option<Mark>,
    /// The diagram.
    pub diagram: Arc<Diagram>,
    /// Its geometry.
    pub picture: Arc<Picture>,
}

impl PartialEq for Orphan {
    fn eq(&self, other: &Self) -> bool {
        // The geometry follows from the diagram.
        (&self.name, &self.path, self.mark, &self.diagram) == (&other.name, &other.path, other.mark, &other.diagram)
    }
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many files were written.
    pub written: usize,
    /// Files of people's own that were kept.
    pub kept: Vec<String>,
    /// What the dialect cannot say: subject and reason.
    pub left_out: Vec<(String, String)>,
    /// What to look at: sentences.
    pub problems: Vec<String>,
}
