//! Diagrams on disk: loading with limits, atomic saving with one backup, and writing projects inside one folder only.
//!
//! Everything goes through [`FileLayer`], so that tests can let any single call fail. Must not know who asks.
//!
//! Saving writes a temporary file beside the target, waits until the disk has it, keeps the version before as `NAME~`, and
//! renames the temporary over the target: at every moment the target is the old document or the new one, whole.

mod disk;
mod project;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

pub use disk::DiskLayer;
pub use project::{Output, Written, write_project};

use super::protocol::Mark;
use crate::catalog::Catalog;
use crate::diagram::{Diagram, file};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File {
        /// Its size.
        size_bytes: u64,
        /// Whether it is protected from being written.
        read_only: bool,
    },
    /// A folder.
    Folder,
    /// A pipe, a device, a socket.
    Other,
}

/// The few calls that loading and saving need. Links are followed everywhere except by `rename`, `duplicate` and `remove`.
pub trait FileLayer {
    /// What stands at `path`; `None` when nothing does.
    fn look(&mut self, path: &Path) -> io::Result<Option<Entry>>;
    /// The place that `path` leads to, without links; the last parts need not exist.
    fn resolve(&mut self, path: &Path) -> io::Result<PathBuf>;
    /// The names in a folder.
    fn list(&mut self, folder: &Path) -> io::Result<Vec<OsString>>;
    /// The first `limit_bytes` of a file.
    fn read(&mut self, path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>>;
    /// Makes an empty file where there is none, with the permissions of `like` if one is given.
    fn create_new(&mut self, path: &Path, like: Option<&Path>) -> io::Result<()>;
    /// Fills a file that was just made.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Waits until the disk has the contents of a file.
    fn sync(&mut self, path: &Path) -> io::Result<()>;
    /// Gives a file another name, in place of whatever file had it.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name, or copies it where that is not possible.
    fn duplicate(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    /// Waits until the disk has the names in a folder.
    fn sync_folder(&mut self, folder: &Path) -> io::Result<()>;
    /// Makes a folder and those around it.
    fn create_folders(&mut self, folder: &Path) -> io::Result<()>;
}

/// Why something could not be read or written, as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// What was asked for or read is wrong; asking again will not help.
    #[error("{0}")]
    Input(String),
    /// Permission, disk or network.
    #[error("{0}")]
    World(String),
}

impl Failure {
    /// Says that `doing` ("open", "save") the file at `path` failed for a reason that is no error of the system.
    pub(crate) fn input(doing: &str, path: &Path, reason: &str) -> Self {
        Self::Input(format!("Cannot {doing} {}: {reason}.", shown(path)))
    }

    /// Says that `doing` the file at `path` failed with an error of the system.
    pub(crate) fn system(doing: &str, path: &Path, error: &io::Error) -> Self {
        let (is_input, reason) = reason(error);
        let text = format!("Cannot {doing} {}: {reason}.", shown(path));
        if is_input { Self::Input(text) } else { Self::World(text) }
    }
}

/// Whether an error is about what was asked for, and its words.
fn reason(error: &io::Error) -> (bool, String) {
    let (is_input, words) = match error.kind() {
        io::ErrorKind::NotFound => (true, "it, or the folder that it is in, does not exist"),
        io::ErrorKind::IsADirectory => (true, "it is a folder"),
        io::ErrorKind::NotADirectory => (true, "a part of its path is a file and no folder"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename => (true, "this is no possible path"),
        io::ErrorKind::PermissionDenied => (false, "permission is denied"),
        io::ErrorKind::StorageFull => (false, "the disk is full"),
        io::ErrorKind::QuotaExceeded => (false, "your share of the disk is used up"),
        io::ErrorKind::ReadOnlyFilesystem => (false, "the disk cannot be written"),
        // The kind has a name, but it cannot be written in stable Rust yet.
        kind if format!("{kind:?}") == "FilesystemLoop" => (true, "its link leads back to itself"),
        _ => {
            let text = error.to_string();
            return (false, text.split(" (os error").next().unwrap_or_default().to_lowercase());
        }
    };
    (is_input, words.to_owned())
}

/// A path as people read it, on one line whatever it holds.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string().chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// Opens the diagram at `path`. Nothing larger than [`file::MAX_SIZE_BYTES`], and nothing that is no file, is read.
pub fn load(layer: &mut dyn FileLayer, path: &Path, catalog: &Catalog) -> Result<Diagram, Failure> {
    load_marked(layer, path, catalog).map(|(diagram, _)| diagram)
}

/// The same, with the mark of what the file holds.
pub fn load_marked(layer: &mut dyn FileLayer, path: &Path, catalog: &Catalog) -> Result<(Diagram, Mark), Failure> {
    let bytes = contents(layer, path)?;
    let diagram = file::read(&bytes, catalog).map_err(|error| Failure::input("open", path, &error.to_string()))?;
    Ok((diagram, Mark::of(&bytes)))
}

/// What the file at `path` holds, under the same limits.
pub fn contents(layer: &mut dyn FileLayer, path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |reason: &str| Failure::input("open", path, reason);
    match layer.look(path).map_err(|error| Failure::system("open", path, &error))? {
        None => return Err(unreadable("it does not exist")),
        Some(Entry::Folder) => return Err(unreadable("it is a folder")),
        Some(Entry::Other) => return Err(unreadable("it is neither a file nor a folder")),
        Some(Entry::File { size_bytes, .. }) if size_bytes > file::MAX_SIZE_BYTES => {
            return Err(unreadable(&file::Unreadable::TooLarge { size_bytes }.to_string()));
        }
        Some(Entry::File { .. }) => {}
    }
    // One byte more than allowed, so that a file which grew in the meantime is refused and not cut.
    layer.read(path, file::MAX_SIZE_BYTES + 1).map_err(|error| Failure::system("open", path, &error))
}

/// Whether the file at `path` holds something else than what has this mark. A file that is gone holds nothing that a
/// save could destroy, and what cannot be read now is told by the save.
pub fn has_changed(layer: &mut dyn FileLayer, path: &Path, mark: Mark) -> bool {
    match layer.look(path) {
        Ok(Some(Entry::File { .. })) => {}
        _ => return false,
    }
    layer.read(path, file::MAX_SIZE_BYTES + 1).is_ok_and(|bytes| Mark::of(&bytes) != mark)
}

/// Saves a document atomically at `path`; the version before stays beside it, see [`backup_path`].
pub fn save(layer: &mut dyn FileLayer, path: &Path, text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Err(Failure::input("save", path, "there is nothing to write"));
    }
    replace(layer, path, text.as_bytes(), Backup::Keep)
}

/// Writes a file that can be made again, such as a picture, atomically and without a backup.
pub fn write_file(layer: &mut dyn FileLayer, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(layer, path, bytes, Backup::Drop)
}

/// Where the version before is kept: the name with `~` behind it.
#[must_use]
pub fn backup_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push("~");
    path.with_file_name(name)
}

/// Whether the version before is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backup {
    Keep,
    Drop,
}

/// Puts `bytes` in place of the file at `path`, or makes that file.
fn replace(layer: &mut dyn FileLayer, path: &Path, bytes: &[u8], backup: Backup) -> Result<(), Failure> {
    let target = layer.resolve(path).map_err(|error| Failure::system("save", path, &error))?;
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(Failure::input("save", path, "it is a folder"));
    };
    let before = layer.look(&target).map_err(|error| Failure::system("save", path, &error))?;
    match before {
        Some(Entry::Folder) => return Err(Failure::input("save", path, "it is a folder")),
        Some(Entry::Other) => return Err(Failure::input("save", path, "it is neither a file nor a folder")),
        Some(Entry::File { read_only: true, .. }) => {
            return Err(Failure::World(format!("Cannot save {}: it is write-protected.", shown(path))));
        }
        Some(Entry::File { .. }) | None => {}
    }
    clean(layer, folder, name);
    let temporary = folder.join(format!("{}{}.saving", temporary_stem(name), std::process::id()));
    let old = before.map(|_| target.as_path());
    let outcome = write_temporary(layer, &temporary, old, bytes)
        .and_then(|()| if backup == Backup::Keep { keep_before(layer, old) } else { Ok(()) })
        .and_then(|()| layer.rename(&temporary, &target));
    if let Err(error) = outcome {
        // Best effort: what cannot be removed now is removed by the next save.
        layer.remove(&temporary).ok();
        return Err(Failure::system("save", path, &error));
    }
    layer.sync_folder(folder).map_err(|error| {
        let (_, reason) = reason(&error);
        Failure::World(format!("{} is written, but the disk did not confirm it: {reason}.", shown(path)))
    })
}

fn write_temporary(layer: &mut dyn FileLayer, temporary: &Path, like: Option<&Path>, bytes: &[u8]) -> io::Result<()> {
    layer.create_new(temporary, like)?;
    layer.write(temporary, bytes)?;
    layer.sync(temporary)
}

/// Makes what is at `target` the backup; the target itself stays where it is.
fn keep_before(layer: &mut dyn FileLayer, target: Option<&Path>) -> io::Result<()> {
    let Some(target) = target else { return Ok(()) };
    let backup = backup_path(target);
    match layer.remove(&backup) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    layer.duplicate(target, &backup)
}

/// Removes what a save that was interrupted left beside the file `name`.
fn clean(layer: &mut dyn FileLayer, folder: &Path, name: &OsStr) {
    let stem = temporary_stem(name);
    let names = layer.list(folder).unwrap_or_default();
    for left in names.iter().filter(|left| left.to_str().is_some_and(|left| is_temporary(left, &stem))) {
        layer.remove(&folder.join(left)).ok();
    }
}

fn is_temporary(name: &str, stem: &str) -> bool {
    let process = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".saving"));
    process.is_some_and(|process| !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How the temporaries of the file `name` begin; short whatever the name, because names have a greatest length.
fn temporary_stem(name: &OsStr) -> String {
    let hash = Mark::of(name.as_encoded_bytes()).hash();
    format!(".stratoscope-{hash:016x}-")
}

#[cfg(test)]
mod tests;
