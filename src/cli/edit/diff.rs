//! What changed between two texts, in the unified form that `patch` and people read.
//!
//! Must not know what the texts are.

use crate::export::difference::{Line, compared};

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The unified difference; empty when the texts are the same. Both texts end with a line break or are empty.
pub(super) fn unified(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let lines = compared(old, new);
    let mut text = format!("--- {old_name}\n+++ {new_name}\n");
    for (from, to) in hunks(&lines) {
        hunk(&mut text, &lines, from, to);
    }
    text
}

/// The stretches of lines to show.
fn hunks(lines: &[Line<'_>]) -> Vec<(usize, usize)> {
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| !matches!(line, Line::Same(_))) {
        let (from, to) = (at.saturating_sub(CONTEXT), (at + 1 + CONTEXT).min(lines.len()));
        match hunks.last_mut() {
            Some((_, end)) if from <= *end => *end = to,
            _ => hunks.push((from, to)),
        }
    }
    hunks
}

fn hunk(text: &mut String, lines: &[Line<'_>], from: usize, to: usize) {
    let in_old = |line: &&Line<'_>| !matches!(line, Line::New(_));
    let in_new = |line: &&Line<'_>| !matches!(line, Line::Old(_));
    let (before, inside) = (&lines[..from], &lines[from..to]);
    let old = range(before.iter().filter(in_old).count(), inside.iter().filter(in_old).count());
    let new = range(before.iter().filter(in_new).count(), inside.iter().filter(in_new).count());
    text.extend(["@@ -", &old, " +", &new, " @@\n"]);
    for line in inside {
        let (sign, line) = match line {
            Line::Same(line) => (" ", line),
            Line::Old(line) => ("-", line),
            Line::New(line) => ("+", line),
        };
        text.extend([sign, line, "\n"]);
    }
}

/// `first,count`; an empty range names the line before it.
fn range(before: usize, count: usize) -> String {
    match count {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{count}", before + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn changes_are_shown_with_their_places() {
        let check = |old: &str, new: &str, expected: &str| assert_eq!(unified("a", "b", old, new), expected);
        check("1\n2\n", "1\n2\n", "");
        check("", "1\n2\n", "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+1\n+2\n");
        check("1\n", "", "--- a\n+++ b\n@@ -1 +0,0 @@\n-1\n");
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n";
        let hunks = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+13\n";
        check(old, new, &format!("--- a\n+++ b\n{hunks}"));
    }
}
