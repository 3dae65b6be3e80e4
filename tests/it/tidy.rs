//! The rules of the house that no lint can hold: which room may use which, what is banned where, sizes and module heads.
//!
//! The rules stand as data in `rules`; `scan` takes Rust text apart; every rule is shown to find what it forbids in `broken`.

mod broken;
mod rules;
mod scan;

use std::path::{Path, PathBuf};

/// Folders whose Rust files are held to the rules.
const FOLDERS: &[&str] = &["src", "tests", "benches", "assets"];

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 20, "the sources are not where they are looked for");
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        let path = file.strip_prefix(root).expect("found under the root").to_string_lossy().replace('\\', "/");
        found.extend(rules::violations(&path, &text));
    }
    assert!(found.is_empty(), "{} rules are broken:\n{}", found.len(), found.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
