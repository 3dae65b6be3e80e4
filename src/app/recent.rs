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

    /// Takes over what other windows have added to the list that all keep together. What stood there when this window
    /// last looked, and is gone here, was forgotten here and stays so.
    pub fn learn(&mut self, kept: &[Recent], seen: &[Recent]) {
        for other in kept.iter().filter(|other| !seen.contains(other)) {
            let is_older = |own: &Recent| own.path == other.path && own.at_s < other.at_s;
            self.recent.retain(|own| !is_older(own));
            if self.recent.iter().all(|own| own.path != other.path) {
                self.recent.push(other.clone());
            }
        }
        self.recent.sort_by_key(|recent| std::cmp::Reverse(recent.at_s));
        self.recent.truncate(MOST);
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
    fn what_other_windows_opened_is_learnt_and_what_was_forgotten_stays_so() {
        use std::sync::Arc;

        let files = |list: &[(&str, u64)]| -> Vec<Recent> {
            let recent = |(name, at_s): &(&str, u64)| Recent {
                name: (*name).to_owned(),
                path: PathBuf::from(format!("/{name}")),
                at_s: *at_s,
            };
            list.iter().map(recent).collect()
        };
        let check = |own: &[(&str, u64)], kept: &[(&str, u64)], seen: &[(&str, u64)], expected: &[(&str, u64)]| {
            let catalog = Arc::new(crate::catalog::Catalog::builtin());
            let mut workspace = Workspace::new(catalog, crate::picture::Theme::Dark).remembering(&files(own));
            workspace.learn(&files(kept), &files(seen));
            assert_eq!(workspace.recent(), files(expected));
        };
        check(&[("a", 5)], &[("b", 7), ("c", 3)], &[("c", 3)], &[("b", 7), ("a", 5)]);
        check(&[("a", 5), ("b", 4)], &[("b", 7), ("a", 2)], &[], &[("b", 7), ("a", 5)]);
        check(&[], &[("a", 1)], &[("a", 1)], &[]);
        let many: Vec<(&str, u64)> = ["a", "b", "c", "d", "e", "f", "g", "h"].into_iter().zip((1..9).rev()).collect();
        check(&[("x", 9)], &many, &[], &[&[("x", 9)], &many[..7]].concat());
    }

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
