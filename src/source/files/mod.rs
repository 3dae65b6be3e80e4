//! Files that people have: plain logs, JSON lines, exports of CloudWatch, traces; packed by gzip or not; told by their content.
//!
//! Memory is bounded by the size of a block, whatever a file holds; what cannot be read is said with its place. Must not know
//! what the records are wanted for.

mod content;
mod export;
mod table;
mod text;
mod traces;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::{Batch, Cursor, Delivery, Failure, Link, Outlet, Source};
use crate::telemetry::log::Chunk;
use content::Content;
pub use traces::read_traces;

/// So much of a file is looked at to tell what it is.
const HEAD: usize = 64 << 10;

/// Files, read one after the other.
#[derive(Clone, Debug)]
pub struct Files {
    paths: Vec<PathBuf>,
    /// Ids of events that came, so that files that overlap give each event once.
    seen: BTreeSet<u64>,
}

impl Files {
    /// Files to read.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths, seen: BTreeSet::new() }
    }
}

impl Source for Files {
    /// A cursor names the number of files that were read whole.
    fn run(&mut self, from: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let done: usize = from.0.parse().unwrap_or(0);
        for (number, path) in self.paths.iter().enumerate().skip(done) {
            let mut sink = Sink { outlet, cursor: number, seen: &mut self.seen, chunk: Chunk::default() };
            if run_file(path, &mut sink)?.is_break() {
                return Ok(());
            }
        }
        // Nobody need take the last word.
        let _ = outlet.deliver(Delivery::Link(Link::Ended)).is_break();
        Ok(())
    }
}

/// What a file holds, for whoever must choose how to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Log events, in a form that is for nothing else.
    Events,
    /// Lines of text, which may be a log.
    Lines,
    /// A JSON document that is neither log nor trace, such as a diagram.
    Document,
    /// Traces.
    Traces,
    /// A recording, with logs and traces.
    Recording,
    /// Nothing that can be read.
    Nothing,
}

impl Held {
    /// Whether it is something to attach, and no document.
    #[must_use]
    pub fn is_telemetry(self) -> bool {
        match self {
            Self::Events | Self::Lines | Self::Traces | Self::Recording => true,
            Self::Document | Self::Nothing => false,
        }
    }
}

/// Looks at the beginning of a file.
pub fn held(path: &Path) -> Result<Held, Failure> {
    // What only a pipe holds is gone once it was looked at, and may never come.
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        return Ok(Held::Nothing);
    }
    let head = open(path)?.head;
    Ok(match Content::of(&head) {
        Content::Lines(_) if content::is_document(&head) || is_named_json(path) && content::is_one_line(&head) => {
            Held::Document
        }
        Content::Traces => Held::Traces,
        Content::Recording => Held::Recording,
        Content::Export | Content::Table => Held::Events,
        Content::Lines(_) => Held::Lines,
        Content::Empty | Content::Binary | Content::Wide => Held::Nothing,
    })
}

/// Whether a name says that there is one JSON document, and not one in each line.
fn is_named_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Takes records of one file and hands them over in chunks.
struct Sink<'o> {
    outlet: &'o mut dyn Outlet,
    cursor: usize,
    seen: &'o mut BTreeSet<u64>,
    chunk: Chunk,
}

impl Sink<'_> {
    fn deliver(&mut self, logs: Chunk) -> ControlFlow<()> {
        let cursor = Cursor(self.cursor.to_string());
        self.outlet.deliver(Delivery::Records(Batch { logs, cursor, ..Batch::default() }))
    }

    fn flush(&mut self) -> ControlFlow<()> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() { ControlFlow::Continue(()) } else { self.deliver(chunk) }
    }

    fn progress(&mut self, opened: &Opened) -> ControlFlow<()> {
        self.outlet.deliver(Delivery::Progress(opened.done.load(Ordering::Relaxed), opened.size_bytes))
    }
}

/// A file that was opened and looked at.
struct Opened {
    head: Vec<u8>,
    /// The whole, unpacked, from its beginning.
    reader: Box<dyn Read + Send>,
    size_bytes: u64,
    /// Bytes of the file that were read.
    done: Arc<AtomicU64>,
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    done: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

fn open(path: &Path) -> Result<Opened, Failure> {
    let failed = |error: io::Error| could_not("read", path, &error);
    let file = File::open(path).map_err(failed)?;
    let kind = file.metadata().map_err(failed)?;
    if kind.is_dir() {
        return Err(Failure::Input(format!("Cannot read {}: it is a folder; name the files in it.", path.display())));
    }
    let done = Arc::new(AtomicU64::new(0));
    let mut reader: Box<dyn Read + Send> = Box::new(Counted { inner: file, done: Arc::clone(&done) });
    let mut head = head_of(&mut reader).map_err(failed)?;
    reader = Box::new(io::Cursor::new(head.clone()).chain(reader));
    if head.starts_with(&[0x1f, 0x8b]) {
        reader = Box::new(MultiGzDecoder::new(BufReader::with_capacity(HEAD, reader)));
        head = head_of(&mut reader).map_err(failed)?;
        reader = Box::new(io::Cursor::new(head.clone()).chain(reader));
    }
    Ok(Opened { head, reader, size_bytes: kind.len(), done })
}

fn head_of(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn could_not(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let told = format!("Cannot {doing} {}: {error}.", path.display());
    match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::UnexpectedEof => Failure::Input(told),
        _ => Failure::World(told),
    }
}

fn run_file(path: &Path, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, Failure> {
    let opened = open(path)?;
    let refused = |why: &str| Err(Failure::Input(format!("Cannot read {}: {why}", path.display())));
    match Content::of(&opened.head) {
        Content::Empty => Ok(ControlFlow::Continue(())),
        Content::Recording => refused("it is a recording; ask for `replay`."),
        Content::Binary => refused("it is not text."),
        Content::Wide => refused("it is UTF-16 text; save it as UTF-8."),
        Content::Traces => refused("it holds traces, not log events; ask for `traces`."),
        Content::Export => export::run(path, opened, sink),
        Content::Table => table::run(path, opened, sink),
        Content::Lines(style) => text::run(path, opened, style, sink),
    }
}
