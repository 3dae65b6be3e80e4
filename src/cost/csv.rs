//! Rows of comma-separated text, with quoted fields as spreadsheets write them.
//!
//! Must not know what the columns mean.

/// The fields of each line, with the number of the line that it starts at; empty lines are left out.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| (at + 1, fields(line)))
}

/// The fields of one line. A quote that is never closed takes the rest of the line.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut letters, mut quoted) = (line.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        let Some(field) = fields.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn quotes_hold_commas_and_quotes() {
        let check = |line: &str, expected: &[&str]| assert_eq!(fields(line), expected);
        check("a,b,,", &["a", "b", "", ""]);
        check("\"a, \"\"b\"\"\",c", &["a, \"b\"", "c"]);
        check("\"open,c", &["open,c"]);
    }
}
