//! Files that were opened or saved lately, newest first, and how long ago that was in words.
//!
//! Time is passed in, in seconds since 1970. Must not know the clock, nor where the list is kept.

use std::path::{Path, PathBuf};

use super::Workspace;
use crate::engine::protocol::Request;

/// So many files are remembered.
const MOST: usize = 8;

/// A file that was opened or saved.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recent {
    /// Name of the diagram then.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// When, in seconds since 1970.
    pub at_s: u64,
}

impl Workspace {
    /// The same, with the files of last time.
    #[must_use]
    pub fn remembering(mut self, recent: &[Recent]) -> Self {
        self.recent = recent.iter().take(MOST).cloned().collect();
        self
    }

    /// Files that were opened or saved lately, newest first.
    #[must_use]
    pub fn recent(&self) -> &[Recent] {
        &self.recent
    }

    /// Some file was opened or saved lately.
    #[must_use]
    pub fn has_recent(&self) -> bool {
        !self.recent.is_empty()
    }

    /// How long ago a file was opened or saved, in words.
    #[must_use]
    pub fn ago(&self, recent: &Recent) -> String {
        ago(self.now_s.saturating_sub(recent.at_s))
    }

    /// Whether a file that was opened or saved lately was not there when it was looked for.
    #[must_use]
    pub fn is_missing(&self, recent: &Recent) -> bool {
        self.missing.contains(&recent.path)
    }

    /// Asks which of the files are still there.
    pub fn look_for_recent(&mut self) -> Vec<Request> {
        let paths: Vec<PathBuf> = self.recent.iter().map(|recent| recent.path.clone()).collect();
        if paths.is_empty() { Vec::new() } else { vec![Request::Look(self.ticket(), paths)] }
    }

    /// It is so many seconds after 1970.
    pub fn clock(&mut self, now_s: u64) {
        self.now_s = now_s;
    }

    /// Puts a file at the head.
    pub(super) fn remember(&mut self, name: &str, path: &Path) {
        self.forget_file(path);
        // A path that is no text cannot be kept, and a relative one leads elsewhere from another folder.
        if path.to_str().is_some() && path.is_absolute() {
            self.recent.insert(0, Recent { name: name.to_owned(), path: path.to_owned(), at_s: self.now_s });
            self.recent.truncate(MOST);
        }
    }

    pub(super) fn forget_file(&mut self, path: &Path) {
        self.recent.retain(|recent| recent.path != path);
    }
}

/// Length in seconds and name of each span of time.
const SPANS: [(u64, &str); 5] =
    [(60, "minute"), (3600, "hour"), (86_400, "day"), (30 * 86_400, "month"), (365 * 86_400, "year")];

/// So many seconds ago, in words.
pub(super) fn ago(seconds: u64) -> String {
    let Some((span, name)) = SPANS.iter().rev().find(|(span, _)| seconds >= *span) else {
        return "just now".to_owned();
    };
    match seconds / span {
        1 => format!("1 {name} ago"),
        count => format!("{count} {name}s ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_words() {
        let check = |seconds, expected: &str| assert_eq!(ago(seconds), expected, "{seconds}");
        check(0, "just now");
        check(59, "just now");
        check(60, "1 minute ago");
        check(7200, "2 hours ago");
        check(86_400, "1 day ago");
        check(3 * 86_400, "3 days ago");
        check(61 * 86_400, "2 months ago");
        check(800 * 86_400, "2 years ago");
    }
}
