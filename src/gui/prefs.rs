//! What a person has set up and wants to find again: theme, panels, the folder of the last file.
//!
//! Must not hold anything of a diagram.

use std::path::PathBuf;

use crate::app::{Recent, Shown, Workspace};
use crate::picture::Theme;

/// Key in the storage.
const KEY: &str = "prefs";

/// Widths that the palette may have, in points.
pub const PALETTE_WIDTH: std::ops::RangeInclusive<f32> = 168.0..=320.0;
/// Widths that the inspector may have, in points.
pub const INSPECTOR_WIDTH: std::ops::RangeInclusive<f32> = 280.0..=480.0;

/// What is kept between two starts.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// Light or dark; `None` follows the system.
    pub theme: Option<Theme>,
    /// Width of the palette.
    pub palette_width: f32,
    /// Width of the inspector.
    pub inspector_width: f32,
    /// Whether the palette is shown.
    pub palette_shown: bool,
    /// Whether the inspector is shown.
    pub inspector_shown: bool,
    /// Whether the mini-map is shown.
    pub minimap_shown: bool,
    /// Folder of the file that was opened or saved last.
    pub folder: Option<PathBuf>,
    /// Files that were opened or saved lately, newest first.
    pub recent: Vec<Recent>,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            theme: None,
            palette_width: 208.0,
            inspector_width: 320.0,
            palette_shown: true,
            inspector_shown: true,
            minimap_shown: true,
            folder: None,
            recent: Vec::new(),
        }
    }
}

impl Prefs {
    /// What was kept; the defaults when there is nothing or it cannot be read.
    #[must_use]
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        let kept: Option<Self> = storage.and_then(|storage| eframe::get_value(storage, KEY));
        kept.unwrap_or_default().sane()
    }

    /// Keeps them.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, KEY, self);
    }

    /// Takes over what the workspace has been switched to.
    pub fn follow(&mut self, workspace: &Workspace) {
        self.theme = Some(workspace.theme());
        self.follow_recent(workspace);
        self.palette_shown = workspace.palette_shown();
        self.inspector_shown = workspace.inspector_shown();
        self.minimap_shown = workspace.minimap_shown();
        let path = workspace.open().and_then(|open| open.path.as_deref());
        if let Some(folder) = path.and_then(std::path::Path::parent).filter(|folder| folder.is_absolute()) {
            self.folder = Some(folder.to_owned());
        }
    }

    /// Takes over which files were opened or saved: that may happen without a command.
    pub fn follow_recent(&mut self, workspace: &Workspace) {
        self.recent = workspace.recent().to_vec();
    }

    /// The panels that were shown.
    #[must_use]
    pub fn shown(&self) -> Shown {
        Shown { palette: self.palette_shown, inspector: self.inspector_shown, minimap: self.minimap_shown }
    }

    /// Widths that somebody wrote by hand must not hide the canvas.
    fn sane(self) -> Self {
        let within = |width: f32, range: &std::ops::RangeInclusive<f32>, usual: f32| {
            if width.is_finite() { width.clamp(*range.start(), *range.end()) } else { usual }
        };
        let usual = Self::default();
        Self {
            palette_width: within(self.palette_width, &PALETTE_WIDTH, usual.palette_width),
            inspector_width: within(self.inspector_width, &INSPECTOR_WIDTH, usual.inspector_width),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_prefs_are_ignored() {
        struct Kept(&'static str);
        impl eframe::Storage for Kept {
            fn get_string(&self, _: &str) -> Option<String> {
                Some(self.0.to_owned())
            }
            fn set_string(&mut self, _: &str, _: String) {}
            fn remove_string(&mut self, _: &str) {}
            fn flush(&mut self) {}
        }
        for text in ["", "(theme: 12)", "}{", "(palette_width: NaN)", "(palette_width: -1e30, inspector_width: inf)"] {
            let prefs = Prefs::load(Some(&Kept(text)));
            assert!(PALETTE_WIDTH.contains(&prefs.palette_width), "{text}");
            assert!(INSPECTOR_WIDTH.contains(&prefs.inspector_width), "{text}");
        }
    }
}
