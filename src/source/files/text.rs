//! Lines: read in blocks that end between records, cut up on several threads, handed over in their order.
//!
//! Must not know what a line says.

use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::{Failure, Opened, Sink, could_not};
use crate::telemetry::log::{Chunk, Style, cut};
use crate::telemetry::record::Stream;

/// So much is read at once. A line that is longer is cut, so that no line can take all memory.
const BLOCK: usize = 1 << 20;
/// So many blocks are cut up side by side at most.
const MOST_WORKERS: usize = 4;

pub(super) fn run(path: &Path, opened: Opened, style: Style, sink: &mut Sink<'_>) -> Result<ControlFlow<()>, Failure> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let stream = Stream::new("", &name);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let mut blocks = Blocks { path, opened, rest: Vec::new(), read_bytes: 0, is_done: false, fault: None };
    while !blocks.is_done {
        let together: Vec<Vec<u8>> = std::iter::from_fn(|| blocks.next()).take(workers).collect();
        for chunk in cut_up(&together, style, &stream) {
            if sink.deliver(chunk).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if sink.progress(&blocks.opened).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    blocks.fault.map_or(Ok(ControlFlow::Continue(())), Err)
}

/// Cuts blocks up side by side.
fn cut_up(blocks: &[Vec<u8>], style: Style, stream: &Arc<Stream>) -> Vec<Chunk> {
    let [first, others @ ..] = blocks else { return Vec::new() };
    thread::scope(|scope| {
        let spawn = |block| {
            let work = move || Chunk::of_lines(block, style, stream);
            thread::Builder::new().name("cut lines".to_owned()).spawn_scoped(scope, work).ok()
        };
        let running: Vec<_> = others.iter().map(|block| (block, spawn(block.as_slice()))).collect();
        let mut chunks = vec![Chunk::of_lines(first, style, stream)];
        for (block, worker) in running {
            // A thread that cannot be started is no reason to stop.
            let cut_here = || Chunk::of_lines(block, style, stream);
            chunks.push(worker.and_then(|worker| worker.join().ok()).unwrap_or_else(cut_here));
        }
        chunks
    })
}

/// A file in blocks.
struct Blocks<'p> {
    path: &'p Path,
    opened: Opened,
    /// What was read behind the last cut.
    rest: Vec<u8>,
    read_bytes: u64,
    is_done: bool,
    /// Why it ends early.
    fault: Option<Failure>,
}

impl Blocks<'_> {
    /// The next block; what was read before a fault comes before the fault is told.
    fn next(&mut self) -> Option<Vec<u8>> {
        if self.is_done {
            return None;
        }
        let mut block = Vec::with_capacity(BLOCK + self.rest.len());
        block.append(&mut self.rest);
        let kept = block.len();
        let wanted = BLOCK.saturating_sub(kept).max(BLOCK / 4);
        let read = (&mut self.opened.reader).take(wanted as u64).read_to_end(&mut block);
        let count = block.len() - kept;
        if self.read_bytes == 0 && block.starts_with(b"\xef\xbb\xbf") {
            block.drain(..3);
        }
        let is_hole = count == wanted && block[block.len() - count.min(block.len())..].iter().all(|byte| *byte == 0);
        self.fault = match read {
            Err(error) => Some(could_not("read", self.path, &error)),
            Ok(_) if is_hole => Some(self.hole()),
            Ok(_) => None,
        };
        self.read_bytes += count as u64;
        self.is_done = count < wanted || self.fault.is_some();
        if is_hole {
            block.truncate(block.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        }
        if !self.is_done {
            let end = cut(&block).unwrap_or_else(|| letter_end(&block));
            self.rest = block.split_off(end);
        }
        Some(block)
    }

    fn hole(&self) -> Failure {
        let at = self.read_bytes;
        Failure::Input(format!("Cannot read {} to its end: from byte {at} on it has only zeros.", self.path.display()))
    }
}

/// The end of the last whole letter.
fn letter_end(text: &[u8]) -> usize {
    let is_inside = |byte: &u8| byte & 0xc0 == 0x80;
    let back = text.iter().rev().take(3).take_while(|byte| is_inside(byte)).count();
    let lead = text.len().saturating_sub(back + 1);
    if text.get(lead).is_some_and(|byte| *byte >= 0xc0) && lead > 0 { lead } else { text.len() }
}
