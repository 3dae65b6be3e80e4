//! The file layer on a real disk.
//!
//! Must not know what the files hold.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Entry, FileLayer};

/// Links in a row that are followed before they count as a circle.
const MAX_LINKS: usize = 40;

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskLayer;

impl FileLayer for DiskLayer {
    fn look(&mut self, path: &Path) -> io::Result<Option<Entry>> {
        let found = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found?,
        };
        Ok(Some(if found.is_file() {
            Entry::File { size_bytes: found.len(), read_only: found.permissions().readonly() }
        } else if found.is_dir() {
            Entry::Folder
        } else {
            Entry::Other
        }))
    }

    fn resolve(&mut self, path: &Path) -> io::Result<PathBuf> {
        resolve(path, MAX_LINKS)
    }

    fn list(&mut self, folder: &Path) -> io::Result<Vec<OsString>> {
        let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    fn read(&mut self, path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit_bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn create_new(&mut self, path: &Path, like: Option<&Path>) -> io::Result<()> {
        let made = File::create_new(path)?;
        match like {
            Some(like) => made.set_permissions(fs::metadata(like)?.permissions()),
            None => Ok(()),
        }
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        File::options().write(true).truncate(true).open(path)?.write_all(bytes)
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        File::options().write(true).open(path)?.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn duplicate(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        // Some file systems know no second names.
        fs::hard_link(from, to).or_else(|_no_links| fs::copy(from, to).map(drop).and_then(|()| self.sync(to)))
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        // Where a folder cannot be opened as a file, the system keeps its names safe by itself.
        let Ok(opened) = File::open(folder) else { return Ok(()) };
        match opened.sync_all() {
            Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => Ok(()),
            done => done,
        }
    }

    fn create_folders(&mut self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }
}

fn resolve(path: &Path, links: usize) -> io::Result<PathBuf> {
    let missing = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => error,
        found => return found,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if let Ok(target) = fs::read_link(path) {
        return if links == 0 { Err(missing) } else { resolve(&folder.join(target), links - 1) };
    }
    let Some(name) = path.file_name() else { return Err(missing) };
    Ok(resolve(folder, links)?.join(name))
}
