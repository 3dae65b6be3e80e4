//! Files that are no diagrams, one of each way to be none, with a part of the sentence that a person must get to read.

use std::path::PathBuf;

use crate::folder::Folder;

/// Makes every bad file in `folder`: `(path, part of the message)`.
pub(crate) fn all(folder: &Folder) -> Vec<(PathBuf, &'static str)> {
    let sound = "{\n  \"stratoscope\": 1,\n  \"name\": \"x\",\n  \"nodes\": []\n}\n";
    let huge = folder.write("huge.strato.json", sound);
    let file = std::fs::File::options().write(true).open(&huge).expect("just written");
    file.set_len(100 * 1024 * 1024).expect("the file system has sparse files");
    let binary = folder.join("binary.strato.json");
    std::fs::write(&binary, [0x7f, b'E', b'L', b'F', 0, 0xff]).expect("written");
    let inside = folder.write("file", "x").join("below.strato.json");
    let nested = |open: &str, close: &str| {
        format!("{{\"stratoscope\":1,\"workload\":{}{}}}", open.repeat(100_000), close.repeat(100_000))
    };
    let mut files = vec![
        (folder.join("missing.strato.json"), "does not exist"),
        (folder.path().to_owned(), "it is a folder"),
        (inside, "a part of its path is a file"),
        (huge, "MB large"),
        (binary, "not a text file"),
        (folder.write("empty.strato.json", ""), "EOF"),
        (folder.write("truncated.strato.json", &sound[..sound.len() / 2]), "line "),
        (folder.write("zeros.strato.json", "\0\0\0\0"), "not a text file"),
        (folder.write("other.strato.json", "{\"Resources\": {}}"), "not a Stratoscope diagram"),
        (folder.write("list.strato.json", "[1, 2]"), "line 1"),
        (folder.write("newer.strato.json", "{\"stratoscope\": 99}"), "update Stratoscope"),
        (folder.write("ancient.strato.json", "{\"stratoscope\": 0}"), "no format version 0"),
        (folder.write("deep.strato.json", &nested("[", "]")), "recursion limit"),
        (folder.write("deeper.strato.json", &"[".repeat(100_000)), "line 1"),
        (folder.write("dangling.strato.json", DANGLING), "contradicts itself"),
        (folder.write("twice.strato.json", TWICE), "stands twice"),
    ];
    #[cfg(unix)]
    files.extend(endless(folder));
    files
}

/// Reading these to the end would never end.
#[cfg(unix)]
fn endless(folder: &Folder) -> Vec<(PathBuf, &'static str)> {
    let pipe = folder.join("pipe.strato.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is part of every Unix");
    assert!(made.success(), "the pipe cannot be made");
    let link = folder.join("zero.strato.json");
    std::os::unix::fs::symlink("/dev/zero", &link).expect("links can be made");
    let circle = folder.join("circle.strato.json");
    std::os::unix::fs::symlink(&circle, &circle).expect("links can be made");
    let neither = "neither a file nor a folder";
    vec![(pipe, neither), (link, neither), (circle, "leads back to itself"), (PathBuf::from("/dev/zero"), neither)]
}

const DANGLING: &str =
    r#"{"stratoscope":1,"nodes":[],"edges":[{"id":"e1","from":"n1","to":"n2","relation":"triggers"}]}"#;

const TWICE: &str = r#"{"stratoscope":1,"nodes":[
{"id":"n1","kind":"generic.resource","name":"A"},{"id":"n1","kind":"generic.resource","name":"B"}]}"#;
