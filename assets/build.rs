//! Lists the catalogue texts, the price files and the reference diagrams, so that a new kind, book or diagram is a new file
//! and nothing else. Writes a slice of each into the build folder, which `catalog`, `cost::book` and `diagram` include.

use std::{env, fmt::Write as _, fs, io, path::Path, path::PathBuf};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let catalog = listing(&root, Path::new("assets/catalog"), &["toml", "svg"])?;
    let prices = listing(&root, Path::new("assets/prices"), &["csv"])?;
    let diagrams = listing(&root, Path::new("diagrams"), &["json"])?;
    fs::write(out.join("embedded_catalog.rs"), catalog)?;
    fs::write(out.join("embedded_prices.rs"), prices)?;
    fs::write(out.join("embedded_diagrams.rs"), diagrams)
}

/// A Rust slice of `(path, text)` for every file under `folder` with one of `extensions`, sorted by path.
fn listing(root: &Path, folder: &Path, extensions: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    collect(root, folder, extensions, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let path = file.display().to_string().replace('\\', "/");
        let absolute = root.join(&file).display().to_string();
        writeln!(code, "    ({path:?}, include_str!({absolute:?})),").map_err(io::Error::other)?;
    }
    code.push_str("]\n");
    Ok(code)
}

fn collect(root: &Path, folder: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    // A checkout without reference diagrams has no such folder.
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, extensions, files)?;
        } else if path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted)) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
