//! What the program's windows keep between two starts, as the window's toolkit writes it: a map of texts in one file.
//!
//! Every window writes the whole file, so whoever is about to write looks first at what others have put there. Must not
//! know what the texts mean.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// Files larger than this are not read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The text under a key; `None` when there is no such file or it is something else.
#[must_use]
pub fn text(path: &Path, key: &str) -> Option<String> {
    let mut whole = String::new();
    std::fs::File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut whole).ok()?;
    ron::from_str::<BTreeMap<String, String>>(&whole).ok()?.remove(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_under_its_key_and_nothing_else_is_taken_for_one() {
        let folder = std::env::temp_dir().join(format!("stratoscope-kept-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("app.ron");
        assert_eq!(text(&path, "a"), None, "there is no file");
        for (content, expected) in
            [(r#"{"a": "x \"y\"", "b": "z"}"#, Some(r#"x "y""#)), (r#"{"b": "z"}"#, None), ("{", None), ("", None)]
        {
            std::fs::write(&path, content).expect("a file");
            assert_eq!(text(&path, "a").as_deref(), expected, "{content}");
        }
        std::fs::remove_dir_all(&folder).expect("its own folder");
    }
}
