//! A template as it is shown beside the canvas: its lines, whose they are, and which of them the last gesture changed.
//!
//! Must not know windows.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::difference::{Line, compared};
use super::preview::preview;
use crate::catalog::{Catalog, Dialect};
use crate::diagram::{Diagram, NodeId};

/// What the last gesture did to a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// It was there before.
    #[default]
    Same,
    /// It is new, and nothing went for it.
    Added,
    /// It took the place of another.
    Changed,
    /// It was there before, and lines above it are gone.
    BelowRemoved,
}

/// A line of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// Where it stands in the text, in bytes, without its end.
    pub range: Range<usize>,
    /// The node whose resource it is a part of.
    pub owner: Option<NodeId>,
    /// What the last gesture did to it.
    pub mark: Mark,
}

/// A template, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The whole text.
    pub text: String,
    /// Its lines.
    pub lines: Vec<SheetLine>,
    /// The first line of each stretch of changed lines.
    pub changes: Vec<usize>,
}

/// The sheet of a diagram, with what has changed since `before`. Where a change did nothing to the template, the marks of the
/// one before it stay.
#[must_use]
pub fn sheet(diagram: &Diagram, catalog: &Catalog, dialect: Dialect, before: Option<Arc<Sheet>>) -> Arc<Sheet> {
    let template = preview(diagram, catalog, dialect, None).template;
    match before {
        Some(before) if before.text == template.text => before,
        before => {
            let before = before.as_ref().map(|before| before.text.as_str());
            Arc::new(Sheet::of(template.text, &template.lines, before))
        }
    }
}

impl Sheet {
    /// The sheet of a text; `owners` are the lines of each node, `before` is the text before the last gesture.
    #[must_use]
    pub fn of(text: String, owners: &BTreeMap<NodeId, Vec<Range<usize>>>, before: Option<&str>) -> Self {
        let mut lines: Vec<SheetLine> = text
            .lines()
            .map(|line| {
                let start = line.as_ptr() as usize - text.as_ptr() as usize;
                SheetLine { range: start..start + line.len(), owner: None, mark: Mark::Same }
            })
            .collect();
        for (node, ranges) in owners {
            for line in ranges.iter().flat_map(Clone::clone) {
                if let Some(line) = lines.get_mut(line) {
                    line.owner = Some(*node);
                }
            }
        }
        if let Some(before) = before {
            mark(&mut lines, &compared(before, &text));
        }
        let is_marked = |at: usize| lines[at].mark != Mark::Same;
        let changes = (0..lines.len()).filter(|at| is_marked(*at) && (*at == 0 || !is_marked(at - 1))).collect();
        Self { text, lines, changes }
    }

    /// The text of a line; empty when there is no such line.
    #[must_use]
    pub fn line(&self, at: usize) -> &str {
        self.lines.get(at).and_then(|line| self.text.get(line.range.clone())).unwrap_or_default()
    }

    /// The first line of a node's resources.
    #[must_use]
    pub fn first_of(&self, node: NodeId) -> Option<usize> {
        self.lines.iter().position(|line| line.owner == Some(node))
    }

    /// The start of the next stretch of changed lines after a line, or the one before it; round and round.
    #[must_use]
    pub fn change_from(&self, at: usize, forwards: bool) -> Option<usize> {
        let (first, last) = (self.changes.first()?, self.changes.last()?);
        let found = if forwards {
            self.changes.iter().find(|change| **change > at).unwrap_or(first)
        } else {
            self.changes.iter().rev().find(|change| **change < at).unwrap_or(last)
        };
        Some(*found)
    }
}

/// Marks the lines of the new text.
fn mark(lines: &mut [SheetLine], compared: &[Line<'_>]) {
    // How many lines of the old text have gone since the last that stayed.
    let (mut at, mut gone) = (0, 0_usize);
    for line in compared {
        match line {
            Line::Old(_) => gone += 1,
            Line::New(_) => {
                lines[at].mark = if gone > 0 { Mark::Changed } else { Mark::Added };
                gone = gone.saturating_sub(1);
                at += 1;
            }
            Line::Same(_) => {
                if gone > 0 {
                    lines[at].mark = Mark::BelowRemoved;
                }
                gone = 0;
                at += 1;
            }
        }
    }
    // What went at the end is shown at the last line that is left.
    if let Some(last) = lines.last_mut().filter(|last| gone > 0 && last.mark == Mark::Same) {
        last.mark = Mark::BelowRemoved;
    }
}

#[cfg(test)]
mod tests {
    use super::Mark::{Added, BelowRemoved, Changed, Same};
    use super::*;

    #[test]
    fn lines_say_what_became_of_them() {
        let check = |before: &str, after: &str, expected: &[Mark]| {
            let sheet = Sheet::of(after.to_owned(), &BTreeMap::new(), Some(before));
            let marks: Vec<Mark> = sheet.lines.iter().map(|line| line.mark).collect();
            assert_eq!(marks, expected, "{before:?} to {after:?}");
        };
        check("a\nb\n", "a\nb\n", &[Same, Same]);
        check("a\nb\n", "a\nx\nb\n", &[Same, Added, Same]);
        check("a\nb\nc\n", "a\nx\nc\n", &[Same, Changed, Same]);
        check("a\nb\nc\n", "a\nc\n", &[Same, BelowRemoved]);
        check("a\nb\n", "a\n", &[BelowRemoved]);
        check("", "a\nb\n", &[Added, Added]);
        check("a\n", "", &[]);
    }

    #[test]
    fn changes_are_walked_in_both_directions_and_lines_know_their_node() {
        let before = "1\n2\n3\n4\n5\n6\n";
        let owners = BTreeMap::from([(NodeId(7), vec![1..3, 4..9])]);
        let sheet = Sheet::of("1\ntwo\n3\n4\nfive\n6\n".to_owned(), &owners, Some(before));
        assert_eq!(sheet.changes, [1, 4]);
        let walk = [(0, true), (1, true), (4, true), (0, false), (4, false), (1, false)];
        let found: Vec<_> = walk.map(|(at, forwards)| sheet.change_from(at, forwards)).to_vec();
        assert_eq!(found, [Some(1), Some(4), Some(1), Some(4), Some(1), Some(4)]);
        assert_eq!(sheet.first_of(NodeId(7)), Some(1));
        let owned: Vec<bool> = sheet.lines.iter().map(|line| line.owner.is_some()).collect();
        assert_eq!(owned, [false, true, true, false, true, true]);
        assert_eq!((sheet.line(4), sheet.line(99)), ("five", ""));
    }
}
