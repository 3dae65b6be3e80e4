//! The journal: what a window has not saved yet, kept on disk so that a crash takes no more than the last moments.
//!
//! Each window has a lock that the system lets go of when the program ends, however it ends; an entry whose lock is free
//! belongs to a window that is gone. Must not know when it is written; the application says that.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::{DiskLayer, Failure, write_file};
use super::home;
use super::protocol::{Mark, Orphan};
use crate::catalog::Catalog;
use crate::diagram::{Diagram, file};
use crate::picture::Picture;

/// Entries larger than this are not read, in bytes: a diagram and what JSON adds to it.
const MAX_ENTRY_BYTES: u64 = 2 * file::MAX_SIZE_BYTES;

/// What stands in an entry.
#[derive(Serialize, Deserialize)]
struct Entry {
    /// The file that the diagram came from.
    path: Option<PathBuf>,
    /// What that file held then.
    #[serde(default)]
    mark: Option<Mark>,
    /// The diagram as its file would be.
    document: String,
}

/// The journal of one window. Dropping it removes its entry: whoever ends in order has been asked about changes.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    name: String,
    /// Held for as long as the window lives.
    _lock: File,
}

impl Journal {
    /// Starts the journal of this window in a folder that it shares with others.
    pub fn start(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for number in 0..u32::MAX {
            let name = format!("{}-{number}", std::process::id());
            let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock_path(folder, &name))?;
            // A number that is taken belongs to another window; one whose entry is left, to a window that is gone.
            if lock.try_lock().is_ok() && !entry_path(folder, &name).exists() {
                return Ok(Self { folder: folder.to_owned(), name, _lock: lock });
            }
        }
        Err(io::Error::other("every journal is taken"))
    }

    /// Writes the diagram as it stands, in place of what was written before.
    pub fn write(&self, diagram: &Diagram, path: Option<&Path>, mark: Option<Mark>) -> Result<(), Failure> {
        let entry = Entry { path: path.map(Path::to_owned), mark, document: file::write(diagram) };
        let text =
            serde_json::to_vec(&entry).map_err(|error| Failure::World(format!("Cannot keep a journal: {error}.")))?;
        write_file(&mut DiskLayer, &entry_path(&self.folder, &self.name), &text)
    }

    /// Removes the entry: the file has everything, or nobody wants it.
    pub fn clear(&self) {
        forget(&self.folder, &self.name, false);
    }

    /// What windows that are gone have left, oldest name first. What cannot be read is left where it is.
    #[must_use]
    pub fn orphans(&self, catalog: &Catalog) -> Vec<Orphan> {
        let mut names: Vec<String> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|found| found.file_name().to_str()?.strip_suffix(ENTRY).map(str::to_owned))
            .filter(|name| *name != self.name && is_free(&self.folder, name))
            .collect();
        names.sort();
        names.into_iter().filter_map(|name| orphan(&self.folder, name, catalog)).collect()
    }

    /// Removes what a window that is gone has left.
    pub fn forget(&self, name: &str) {
        if !name.contains(['/', '\\']) && is_free(&self.folder, name) {
            forget(&self.folder, name, true);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        forget(&self.folder, &self.name, true);
    }
}

const ENTRY: &str = ".journal";

fn entry_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{ENTRY}"))
}

fn lock_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.lock"))
}

/// What is not there need not be removed; what cannot be removed is offered again, which loses nothing.
fn forget(folder: &Path, name: &str, with_lock: bool) {
    fs::remove_file(entry_path(folder, name)).ok();
    if with_lock {
        fs::remove_file(lock_path(folder, name)).ok();
    }
}

/// Whether no living window holds the entry.
fn is_free(folder: &Path, name: &str) -> bool {
    match File::open(lock_path(folder, name)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn orphan(folder: &Path, name: String, catalog: &Catalog) -> Option<Orphan> {
    let path = entry_path(folder, &name);
    let size = fs::metadata(&path).ok()?.len();
    let text = if size <= MAX_ENTRY_BYTES { fs::read_to_string(&path).ok()? } else { return None };
    let entry: Entry = serde_json::from_str(&text).ok()?;
    let diagram = file::read(entry.document.as_bytes(), catalog).ok()?;
    let picture = Picture::of(&diagram, catalog).into();
    Some(Orphan { name, path: entry.path, mark: entry.mark, diagram: diagram.into(), picture })
}

/// The folder of the journals of this user: `$XDG_STATE_HOME` or its like on other systems; `None` without a home.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    home::folder("XDG_STATE_HOME", ".local/state", "journal")
}

#[cfg(test)]
mod tests;
