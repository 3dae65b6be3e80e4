//! Finding by some of the letters: which texts hold them in order, and which holds them best.
//!
//! Must not know what the texts name.

/// How well `query` is found in `text`, higher is better; `None` when a letter is missing. An empty query fits all alike.
#[must_use]
pub fn score(query: &str, text: &str) -> Option<i32> {
    let letters: Vec<char> = text.chars().collect();
    let mut wanted = query.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase);
    let Some(first) = wanted.next() else { return Some(0) };
    // For each place, the best score of the query so far with its last letter found there.
    let fits = |at: usize, letter: char| letters[at].to_lowercase().eq([letter]);
    let mut best: Vec<Option<i32>> =
        (0..letters.len()).map(|at| fits(at, first).then(|| worth(&letters, at, false) - (at as i32).min(6))).collect();
    for letter in wanted {
        let mut next = vec![None; letters.len()];
        let mut before: Option<i32> = None;
        for (at, slot) in next.iter_mut().enumerate() {
            let follows = at.checked_sub(1).and_then(|at| best[at]).map(|score| score + worth(&letters, at, true));
            let later = before.map(|score| score + worth(&letters, at, false) - 1);
            if fits(at, letter) {
                *slot = follows.max(later);
            }
            before = before.max(at.checked_sub(1).and_then(|at| best[at]));
        }
        best = next;
    }
    // Of two that hold the letters alike, the shorter one is meant.
    best.into_iter().flatten().max().map(|score| score - (letters.len() / 6).min(8) as i32)
}

/// Letters at the start of a word and right after the letter before are what a person means.
fn worth(letters: &[char], at: usize, follows: bool) -> i32 {
    let starts =
        at == 0 || !letters[at - 1].is_alphanumeric() || letters[at].is_uppercase() && letters[at - 1].is_lowercase();
    1 + if follows { 8 } else { 0 } + if starts { 6 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn what_is_meant_comes_first() {
        let check = |query: &str, better: &str, worse: &str| {
            assert!(score(query, better) > score(query, worse), "{query}: {better} must come before {worse}");
        };
        check("sq", "SQS queue", "Select all elements quickly");
        check("lam", "Lambda function", "Clear all messages");
        check("save", "Save", "Save as…");
        check("zi", "Zoom in", "Resize");
        check("dy", "DynamoDB table", "Identity");
        assert_eq!(score("xyz", "Lambda function"), None);
        assert_eq!(score("", "anything"), Some(0));
        assert_eq!(score("a", ""), None);
    }
}
