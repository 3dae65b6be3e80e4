//! Loading, saving and writing projects on the real disk.

use stratoscope::catalog::Catalog;
use stratoscope::diagram::{Diagram, file};
use stratoscope::engine::files::{DiskLayer, Failure, Output, backup_path, load, save, write_project};

use crate::bad_input;
use crate::folder::Folder;

fn document(name: &str) -> String {
    file::write(&Diagram::new(name))
}

#[test]
fn what_is_no_diagram_is_refused_in_one_sentence() {
    let folder = Folder::new();
    let catalog = Catalog::builtin();
    for (path, part) in bad_input::all(&folder) {
        let failure = load(&mut DiskLayer, &path, &catalog).expect_err("this is no diagram");
        let text = failure.to_string();
        assert!(text.contains(part) && text.contains("Cannot open ") && !text.contains('\n'), "{text}");
    }
}

#[test]
fn a_document_is_saved_with_its_backup() {
    let folder = Folder::new();
    let path = folder.join("orders.strato.json");
    for name in ["one", "two"] {
        save(&mut DiskLayer, &path, &document(name)).expect("the folder can be written");
    }
    let name = |path| load(&mut DiskLayer, path, &Catalog::builtin()).expect("it was saved").name().to_owned();
    assert_eq!(name(&path), "two");
    assert_eq!(name(&backup_path(&path)), "one");
    assert_eq!(folder.files(), ["orders.strato.json", "orders.strato.json~"]);
}

#[test]
fn places_that_cannot_be_saved_to_are_named() {
    let folder = Folder::new();
    let protected = folder.write("protected.strato.json", "kept");
    let mut permissions = std::fs::metadata(&protected).expect("just written").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&protected, permissions).expect("ours");
    let check = |path: std::path::PathBuf, is_input: bool, part: &str| {
        let failure = save(&mut DiskLayer, &path, &document("x")).expect_err("it cannot be saved there");
        assert!(failure.to_string().contains(part), "{failure}");
        assert_eq!(matches!(failure, Failure::Input(_)), is_input, "{failure}");
    };
    check(folder.path().to_owned(), true, "it is a folder");
    check(folder.join("no/such/folder.json"), true, "does not exist");
    check(protected.clone(), false, "write-protected");
    check(protected.join("below"), true, "is a file and no folder");
    assert_eq!(folder.read("protected.strato.json"), "kept");
    assert_eq!(folder.files(), ["protected.strato.json"]);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_survive() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    std::fs::create_dir(folder.join("real")).expect("made");
    let real = folder.write("real/orders.strato.json", &document("one"));
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("ours");
    let link = folder.join("link.strato.json");
    symlink("real/orders.strato.json", &link).expect("made");
    symlink("real/new.strato.json", folder.join("new.strato.json")).expect("made");
    save(&mut DiskLayer, &link, &document("two")).expect("saved");
    save(&mut DiskLayer, &folder.join("new.strato.json"), &document("three")).expect("saved");
    assert!(link.is_symlink());
    assert_eq!(std::fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.read("real/orders.strato.json"), document("two"));
    assert_eq!(folder.read("real/new.strato.json"), document("three"));
    let expected = [
        "link.strato.json",
        "new.strato.json",
        "real/new.strato.json",
        "real/orders.strato.json",
        "real/orders.strato.json~",
    ];
    assert_eq!(folder.files(), expected);
}

fn output<'t>(path: &'t str, text: &'t str, owned: bool) -> Output<'t> {
    Output { path, text, owned }
}

#[test]
fn a_project_keeps_handlers_and_rewrites_its_own() {
    let folder = Folder::new();
    let target = folder.join("out/project");
    let first =
        [output("template.yaml", "one", true), output("src/a/index.mjs", "stub", false), output("same", "s", true)];
    let made = write_project(&mut DiskLayer, &target, &first).expect("written");
    assert_eq!(made.written, ["template.yaml", "src/a/index.mjs", "same"]);
    folder.write("out/project/src/a/index.mjs", "mine");
    let second =
        [output("template.yaml", "two", true), output("src/a/index.mjs", "stub", false), output("same", "s", true)];
    let again = write_project(&mut DiskLayer, &target, &second).expect("written");
    assert_eq!(
        (again.written, again.unchanged, again.kept),
        (vec!["template.yaml".to_owned()], vec!["same".to_owned()], vec!["src/a/index.mjs".to_owned()])
    );
    assert_eq!(folder.read("out/project/template.yaml"), "two");
    assert_eq!(folder.read("out/project/src/a/index.mjs"), "mine");
    assert_eq!(folder.files(), ["out/project/same", "out/project/src/a/index.mjs", "out/project/template.yaml"]);
}

#[test]
fn a_project_stays_inside_its_folder() {
    let folder = Folder::new();
    let target = folder.join("project");
    for path in ["../out", "/tmp/stratoscope-out", "a/../../out", "", ".", "..", "a/..", "a\\..\\..\\out"] {
        let files = [output("fine", "x", true), output(path, "x", true)];
        let failure = write_project(&mut DiskLayer, &target, &files).expect_err(path);
        assert!(matches!(failure, Failure::Input(_)), "{path}: {failure}");
    }
    assert_eq!(folder.files(), Vec::<String>::new());
    let file = folder.write("file", "x");
    let failure = write_project(&mut DiskLayer, &file, &[]).expect_err("a file is no folder");
    assert!(failure.to_string().contains("it is a file and no folder"), "{failure}");
}

#[cfg(unix)]
#[test]
fn a_project_does_not_follow_links_outside() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let target = folder.join("project");
    std::fs::create_dir_all(folder.join("outside")).expect("made");
    std::fs::create_dir_all(target.join("inside")).expect("made");
    folder.write("outside/victim", "untouched");
    symlink("../outside", target.join("src")).expect("made");
    symlink("../outside/victim", target.join("template.yaml")).expect("made");
    symlink("../outside/nothing", target.join("nothing")).expect("made");
    symlink("inside", target.join("lib")).expect("made");
    for path in ["src/a", "src/victim", "template.yaml", "nothing"] {
        for owned in [true, false] {
            let failure =
                write_project(&mut DiskLayer, &target, &[output("lib/x", "x", true), output(path, "x", owned)]);
            let failure = failure.expect_err(path);
            assert!(failure.to_string().contains("outside the project's folder"), "{failure}");
        }
    }
    assert_eq!(folder.read("outside/victim"), "untouched");
    assert!(!folder.join("outside/nothing").exists() && !folder.join("outside/a").exists());
    write_project(&mut DiskLayer, &target, &[output("lib/x", "x", true)]).expect("a link that stays inside is fine");
    assert_eq!(folder.read("project/inside/x"), "x");
}
