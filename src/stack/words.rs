//! Names made of other names: folders, environment variables, stack names.
//!
//! Whatever a person calls a node, what comes out is short, plain and cannot leave a folder. Must not know dialects.

/// Device names that Windows does not take as names of files.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Longest logical id before a number is put behind it; CloudFormation takes 255 characters.
pub const MAX_STEM: usize = 245;

/// Variables that the platform sets itself, and prefixes that it keeps to itself.
const RESERVED_PREFIXES: [&str; 3] = ["AWS_", "LAMBDA_", "_"];

/// The words of a name in camel case: `DocumentsTable` → Documents, Table.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after_small = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let before_small = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let starts = letter.is_ascii_uppercase() && (after_small || before_small);
        match words.last_mut() {
            Some(word) if letter.is_ascii_alphanumeric() && !starts => word.push(*letter),
            _ if letter.is_ascii_alphanumeric() => words.push((*letter).to_string()),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A logical name as the name of a folder or file: `ReadDataFn` → `read-data-fn`. Different logical names stay different.
#[must_use]
pub fn folder(logical: &str) -> String {
    let name = words(logical).join("-").to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|stem| name.strip_prefix(stem).is_some_and(|rest| rest.len() == 1));
    if numbered || DEVICES.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The environment variable for a node: its name and `suffix` in capitals, words that both have only once; never one
/// that is taken, never one that the platform keeps to itself.
#[must_use]
pub fn variable(logical: &str, suffix: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    let upper = |word: &String| word.to_ascii_uppercase();
    let node: Vec<String> = words(logical).iter().map(upper).collect();
    let suffix: Vec<String> = suffix.split('_').map(str::to_owned).collect();
    let longest = node.len().min(suffix.len());
    let overlap = (0..=longest).rev().find(|count| node[node.len() - count..] == suffix[..*count]).unwrap_or(0);
    let joined = [&node[..], &suffix[overlap..]].concat().join("_");
    let is_kept = RESERVED_PREFIXES.iter().any(|prefix| joined.starts_with(prefix));
    let plain = if is_kept || !joined.starts_with(|c: char| c.is_ascii_alphabetic()) {
        format!("APP_{joined}")
    } else {
        joined
    };
    let numbered = (2..).map(|number| format!("{plain}_{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(plain)
}

/// A stack's name: letters, digits and hyphens, a letter first, 128 characters at most.
#[must_use]
pub fn stack_name(diagram: &str) -> String {
    let parts: Vec<&str> =
        diagram.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").chars().skip_while(|c| !c.is_ascii_alphabetic()).take(128).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "stack".to_owned() } else { name.to_owned() }
}

/// A short text that differs where `text` differs, the same at each run (FNV-1a).
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let mixed = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:08x}", mixed >> 32)
}

/// `id` in at most `length` characters; what is cut off lives on as a fingerprint, so that two long names stay two.
#[must_use]
pub fn shortened(id: &str, length: usize) -> String {
    if id.len() <= length {
        return id.to_owned();
    }
    let mark = fingerprint(id);
    let kept: String = id.chars().take(length.saturating_sub(mark.len())).collect();
    format!("{kept}{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_plain() {
        let check = |logical: &str, expected: &str| assert_eq!(folder(logical), expected);
        check("ReadDataFn", "read-data-fn");
        check("HTTPApi2", "http-api2");
        check("x", "x");
        check("Con", "con_");
        check("Com1", "com1_");
        check("42Fn", "42-fn");
    }

    #[test]
    fn variables_merge_overlaps_and_keep_off_reserved_names() {
        let check =
            |logical: &str, suffix: &str, expected: &str| assert_eq!(variable(logical, suffix, &|_| false), expected);
        check("DocumentsTable", "TABLE_NAME", "DOCUMENTS_TABLE_NAME");
        check("Documents", "BUCKET_NAME", "DOCUMENTS_BUCKET_NAME");
        check("TableName", "TABLE_NAME", "TABLE_NAME");
        check("AwsTable", "TABLE_NAME", "APP_AWS_TABLE_NAME");
        check("LambdaTable", "TABLE_NAME", "APP_LAMBDA_TABLE_NAME");
        check("1Table", "TABLE_NAME", "APP_1_TABLE_NAME");
        let is_taken = |name: &str| name == "ORDERS_TABLE_NAME";
        assert_eq!(variable("Orders", "TABLE_NAME", &is_taken), "ORDERS_TABLE_NAME_2");
    }

    #[test]
    fn stack_names_are_allowed() {
        let check = |name: &str, expected: &str| assert_eq!(stack_name(name), expected);
        check("file-upload-and-read", "file-upload-and-read");
        check("01 Orders & more", "Orders-more");
        check("😀", "stack");
        check("../../etc", "etc");
    }
}
