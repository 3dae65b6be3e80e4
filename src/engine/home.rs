//! Where a person's own files are kept on this system.
//!
//! Must not know what is kept there.

use std::path::PathBuf;

/// A folder of this program: in the folder that the environment variable `named` names, or on Windows in the local data of
/// the person, or else in `usual` below the home; `None` without a home.
pub(super) fn folder(named: &str, usual: &str, own: &str) -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let around = variable(named).or_else(|| variable("LOCALAPPDATA"));
    let around = around.or_else(|| variable("HOME").map(|home| home.join(usual)));
    around.map(|around| around.join("stratoscope").join(own))
}
