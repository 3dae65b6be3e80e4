//! Traces in files: X-Ray's answers and documents, OTLP in JSON, rows of `aws/spans`; one document or many behind one another.
//!
//! Must not know how traces are put together.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use serde_json::Value;

use super::content::Content;
use super::{Failure, could_not, open};
use crate::telemetry::trace::Read;

/// So long one document may be, in bytes.
const LONGEST: u64 = 256 << 20;

/// Reads the traces of a file; `progress` is told bytes done, and of how many.
pub fn read_traces(path: &Path, read: &mut Read, mut progress: impl FnMut(u64, u64)) -> Result<(), Failure> {
    let opened = open(path)?;
    let refused = |why: &str| Err(Failure::Input(format!("Cannot read {}: {why}", path.display())));
    match Content::of(&opened.head) {
        Content::Traces | Content::Export => {}
        Content::Binary => return refused("it is not text."),
        Content::Wide => return refused("it is UTF-16 text; save it as UTF-8."),
        _ => return refused("it holds neither X-Ray nor OTLP documents."),
    }
    let (before, partial_before) = (read.spans.len(), read.partial.len());
    let mut reader = BufReader::with_capacity(1 << 16, opened.reader);
    loop {
        let buffer = reader.fill_buf().map_err(|error| could_not("read", path, &error))?;
        let Some(first) = buffer.first().copied() else { break };
        if first.is_ascii_whitespace() || matches!(first, 0xef | 0xbb | 0xbf | b',') {
            reader.consume(1);
            continue;
        }
        let mut limited = (&mut reader).take(LONGEST);
        let mut documents = serde_json::Deserializer::from_reader(&mut limited);
        match <Value as serde::Deserialize<'_>>::deserialize(&mut documents) {
            Ok(document) => read.take(&document),
            Err(_) if limited.limit() == 0 => {
                return refused(&format!("one document in it has more than {} MB.", LONGEST >> 20));
            }
            Err(error) => {
                return Err(Failure::Input(format!("Cannot read {} to its end: {error}.", path.display())));
            }
        }
        progress(opened.done.load(std::sync::atomic::Ordering::Relaxed), opened.size_bytes);
    }
    if read.spans.len() == before && read.partial.len() == partial_before {
        return refused("it holds neither X-Ray nor OTLP documents.");
    }
    Ok(())
}
