//! What one text in block style has and another does not: the new lines, and the lines above that say where they stand.
//!
//! Must not know what the texts say.

/// A line of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line as it stands in the text.
    pub text: String,
    /// Whether only the second text has it; others say where the new ones stand.
    pub is_new: bool,
}

/// A line with what is indented under it.
#[derive(Debug, PartialEq)]
struct Block<'t> {
    head: &'t str,
    inner: Vec<Self>,
}

/// What `after` has and `before` does not, in the order of `after`.
#[must_use]
pub fn added(before: &str, after: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    compare(&blocks(before), &blocks(after), &mut lines);
    lines
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    nested(&lines, &mut 0, 0)
}

/// The blocks that start at `at` and are indented by `least` or more.
fn nested<'t>(lines: &[&'t str], at: &mut usize, least: usize) -> Vec<Block<'t>> {
    let mut blocks = Vec::new();
    while let Some(line) = lines.get(*at) {
        let indent = line.len() - line.trim_start().len();
        if indent < least {
            break;
        }
        *at += 1;
        blocks.push(Block { head: line, inner: nested(lines, at, indent + 1) });
    }
    blocks
}

fn compare(before: &[Block<'_>], after: &[Block<'_>], lines: &mut Vec<Line>) {
    let mut left: Vec<&Block<'_>> = before.iter().collect();
    let mut rest: Vec<&Block<'_>> = Vec::new();
    // What is the same in both goes first, so that an item of a list is never taken for its neighbour.
    for block in after {
        let same = left.iter().position(|other| *other == block);
        if let Some(at) = same {
            left.remove(at);
        } else {
            rest.push(block);
        }
    }
    for block in rest {
        let Some(at) = left.iter().position(|other| other.head == block.head) else {
            whole(block, lines);
            continue;
        };
        let other = left.remove(at);
        let mut inner = Vec::new();
        compare(&other.inner, &block.inner, &mut inner);
        if !inner.is_empty() {
            lines.push(Line { text: block.head.to_owned(), is_new: false });
            lines.extend(inner);
        }
    }
}

fn whole(block: &Block<'_>, lines: &mut Vec<Line>) {
    lines.push(Line { text: block.head.to_owned(), is_new: true });
    block.inner.iter().for_each(|inner| whole(inner, lines));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let told: Vec<String> = added(before, after)
            .into_iter()
            .map(|line| format!("{}{}", if line.is_new { "+" } else { " " }, line.text))
            .collect();
        assert_eq!(told.join("\n"), expected);
    }

    const TEXT: &str = "Resources:\n  A:\n    Type: X\n    Rights:\n      - Effect: Allow\n        Action: a\n";

    #[test]
    fn the_same_text_has_nothing_new_and_every_line_of_a_text_is_new_to_an_empty_one() {
        check(TEXT, TEXT, "");
        assert_eq!(added("", TEXT).len(), TEXT.lines().count());
        assert!(added(TEXT, "").is_empty());
    }

    #[test]
    fn new_lines_stand_under_what_they_belong_to() {
        let more = format!("{TEXT}      - Effect: Allow\n        Action: b\n  B:\n    Type: Y\n");
        let expected =
            " Resources:\n   A:\n     Rights:\n+      - Effect: Allow\n+        Action: b\n+  B:\n+    Type: Y";
        check(TEXT, &more, expected);
        check(TEXT, &TEXT.replace("Type: X", "Type: Z"), " Resources:\n   A:\n+    Type: Z");
        let first = TEXT.replace("      - Effect", "      - Effect: Deny\n        Action: c\n      - Effect");
        let expected = " Resources:\n   A:\n     Rights:\n+      - Effect: Deny\n+        Action: c";
        check(TEXT, &first, expected);
    }
}
