//! Writes the files of an export into one folder, and never outside it, whatever the files are called.
//!
//! Must not know deployment languages.

use std::path::{Component, Path, PathBuf};

use super::{Backup, Entry, Failure, FileLayer, replace, shown};
use crate::diagram::file::MAX_SIZE_BYTES;

/// A file of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output<'t> {
    /// Where, relative to the project's folder, with `/` between the parts.
    pub path: &'t str,
    /// What it holds.
    pub text: &'t str,
    /// Whether the diagram owns it: then it is rewritten, else one that exists is kept.
    pub owned: bool,
}

/// What became of the files of a project; each list in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Made, or replaced by another text.
    pub written: Vec<String>,
    /// Owned by the diagram and already as they should be.
    pub unchanged: Vec<String>,
    /// Not owned by the diagram, and there before.
    pub kept: Vec<String>,
}

/// A file that is to be written, checked.
struct Planned<'t> {
    output: Output<'t>,
    place: PathBuf,
    there: bool,
}

/// Writes `files` below `folder`, which is made when it is missing. Everything is checked before anything is written.
pub fn write_project(layer: &mut dyn FileLayer, folder: &Path, files: &[Output<'_>]) -> Result<Written, Failure> {
    let failed = |error: std::io::Error| Failure::system("write into", folder, &error);
    match layer.look(folder).map_err(failed)? {
        None | Some(Entry::Folder) => {}
        Some(_) => return Err(Failure::input("write into", folder, "it is a file and no folder")),
    }
    let root = layer.resolve(folder).map_err(failed)?;
    let plan = files.iter().map(|file| planned(layer, &root, *file)).collect::<Result<Vec<_>, _>>()?;
    layer.create_folders(&root).map_err(failed)?;
    let mut written = Written::default();
    for Planned { output, place, there } in plan {
        let list = if there && !output.owned {
            &mut written.kept
        } else if there && holds(layer, &place, output.text) {
            &mut written.unchanged
        } else {
            put(layer, &place, output.text)?;
            &mut written.written
        };
        list.push(output.path.to_owned());
    }
    Ok(written)
}

/// Where a file goes; refused when that is outside `root` or when something else stands there.
fn planned<'t>(layer: &mut dyn FileLayer, root: &Path, output: Output<'t>) -> Result<Planned<'t>, Failure> {
    let wanted = Path::new(output.path);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if output.path.is_empty() || output.path.contains('\\') || !wanted.components().all(plain) {
        return Err(Failure::input("write", wanted, "its path leaves the folder of the project"));
    }
    let asked = root.join(wanted);
    let place = layer.resolve(&asked).map_err(|error| Failure::system("write", &asked, &error))?;
    if !place.starts_with(root) || place == root {
        let reason = format!("it is a link to {}, which is outside the project's folder", shown(&place));
        return Err(Failure::input("write", &asked, &reason));
    }
    match layer.look(&place).map_err(|error| Failure::system("write", &asked, &error))? {
        Some(Entry::Folder) => Err(Failure::input("write", &asked, "it is a folder")),
        Some(Entry::Other) => Err(Failure::input("write", &asked, "it is neither a file nor a folder")),
        found => Ok(Planned { output, place, there: found.is_some() }),
    }
}

fn holds(layer: &mut dyn FileLayer, place: &Path, text: &str) -> bool {
    layer.read(place, MAX_SIZE_BYTES).is_ok_and(|bytes| bytes == text.as_bytes())
}

fn put(layer: &mut dyn FileLayer, place: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = place.parent() {
        layer.create_folders(folder).map_err(|error| Failure::system("write into", folder, &error))?;
    }
    replace(layer, place, text.as_bytes(), Backup::Drop)
}
