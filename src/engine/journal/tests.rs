//! What a window leaves behind is found by the next, and only then.

use super::*;
use crate::diagram::Document;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("stratoscope-journal-{name}-{}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    folder
}

fn drawn(name: &str) -> Diagram {
    let mut document = Document::new(Diagram::new("x"));
    let catalog = Catalog::builtin();
    document.transact(&catalog, "Name", |edit| edit.rename_diagram(name)).expect("a name");
    document.diagram().clone()
}

#[test]
fn what_a_crash_leaves_is_found_once() {
    let (folder, catalog) = (folder("crash"), Catalog::builtin());
    let gone = Journal::start(&folder).expect("a journal");
    gone.write(&drawn("first"), None, None).expect("an entry");
    gone.write(&drawn("second"), Some(Path::new("/a/b.strato.json")), Some(Mark::of(b"x"))).expect("an entry");
    let other = Journal::start(&folder).expect("a second window");
    assert_eq!(other.orphans(&catalog), Vec::new(), "its window lives");
    // A crash lets go of the lock and removes nothing.
    let name = gone.name.clone();
    let Journal { _lock: lock, .. } = &gone;
    lock.unlock().expect("the lock is held");
    std::mem::forget(gone);
    let found = other.orphans(&catalog);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].diagram.name(), "second");
    assert_eq!(found[0].path.as_deref(), Some(Path::new("/a/b.strato.json")));
    assert_eq!(found[0].mark, Some(Mark::of(b"x")));
    let third = Journal::start(&folder).expect("a third window");
    assert_ne!(third.name, name, "what is left is not written over");
    other.forget(&name);
    assert_eq!(other.orphans(&catalog), Vec::new());
    fs::remove_dir_all(&folder).ok();
}

#[test]
fn ending_in_order_leaves_nothing() {
    let folder = folder("order");
    let journal = Journal::start(&folder).expect("a journal");
    journal.write(&drawn("x"), None, None).expect("an entry");
    drop(journal);
    assert_eq!(fs::read_dir(&folder).map(Iterator::count).unwrap_or_default(), 0);
    fs::remove_dir_all(&folder).ok();
}

#[test]
fn what_is_no_entry_is_passed_over() {
    let (folder, catalog) = (folder("odd"), Catalog::builtin());
    let journal = Journal::start(&folder).expect("a journal");
    for (name, text) in [("a", "{"), ("b", "{\"path\":null,\"document\":\"{}\"}"), ("c", "")] {
        fs::write(folder.join(format!("{name}{ENTRY}")), text).expect("a file");
    }
    assert_eq!(journal.orphans(&catalog), Vec::new());
    journal.forget("../outside");
    drop(journal);
    fs::remove_dir_all(&folder).ok();
}
