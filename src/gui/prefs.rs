//! What a person has set up and wants to find again: settings, panels, the folder of the last file.
//!
//! Each value is read by itself, so that one that cannot be read costs no other. Must not hold anything of a diagram.

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::bill::habits::Habits;
use crate::app::{Lens, Recent, Settings, Shown, Tab, Workspace};

/// Key of the settings in the storage.
const SETTINGS: &str = "settings";
/// Key of everything else in the storage.
pub const PLACES: &str = "places";

/// Widths that the palette may have, in points.
pub const PALETTE_WIDTH: std::ops::RangeInclusive<f32> = 168.0..=320.0;
/// Widths that the inspector may have, in points.
pub const INSPECTOR_WIDTH: std::ops::RangeInclusive<f32> = 280.0..=480.0;

/// Heights that the panel below the canvas may have, in points.
pub const DOCK_HEIGHT: std::ops::RangeInclusive<f32> = 120.0..=640.0;

/// What is kept between two starts.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each panel is shown or not, whatever the others are")]
pub struct Prefs {
    /// What holds for the whole program; kept under a key of its own.
    #[serde(skip)]
    pub settings: Settings,
    /// Width and height of the window, in points that no scale changes.
    pub window: Option<(f32, f32)>,
    /// Width of the palette.
    pub palette_width: f32,
    /// Width of the inspector.
    pub inspector_width: f32,
    /// Height of the panel below the canvas while it shows the template.
    pub dock_height: f32,
    /// Height of the panel below the canvas while it shows the bill, which has more to show side by side.
    pub cost_height: f32,
    /// Height of the panel below the canvas while it shows how much everything is used.
    pub usage_height: f32,
    /// Whether the palette is shown.
    pub palette_shown: bool,
    /// Whether the inspector is shown.
    pub inspector_shown: bool,
    /// Whether the mini-map is shown.
    pub minimap_shown: bool,
    /// Whether the panel below the canvas is unfolded.
    pub dock_shown: bool,
    /// The tab of that panel.
    pub dock_tab: Tab,
    /// What nodes and arrows carry.
    pub lens: Lens,
    /// Under which terms bills are worked out, and what stands beside them.
    pub bill: Habits,
    /// Folder of the file that was opened or saved last.
    pub folder: Option<PathBuf>,
    /// Files that were opened or saved lately, newest first.
    pub recent: Vec<Recent>,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            window: None,
            palette_width: 208.0,
            inspector_width: 320.0,
            dock_height: 240.0,
            cost_height: 376.0,
            usage_height: 300.0,
            palette_shown: true,
            inspector_shown: true,
            minimap_shown: true,
            dock_shown: false,
            dock_tab: Tab::Template,
            lens: Lens::Design,
            bill: Habits::default(),
            folder: None,
            recent: Vec::new(),
        }
    }
}

impl Prefs {
    /// How high the panel below the canvas is while it shows a tab.
    pub fn height_of(&mut self, tab: Tab) -> &mut f32 {
        match tab {
            Tab::Template => &mut self.dock_height,
            Tab::Usage => &mut self.usage_height,
            Tab::Cost | Tab::Logs | Tab::Errors | Tab::Metrics | Tab::Traces | Tab::Insights => &mut self.cost_height,
        }
    }

    /// What was kept, and the names of values that cannot be read; those have their defaults.
    #[must_use]
    pub fn load(storage: Option<&dyn eframe::Storage>) -> (Self, Vec<String>) {
        let mut wrong = Vec::new();
        let kept = |key: &str| storage.and_then(|storage| storage.get_string(key));
        let settings = read(SETTINGS, kept(SETTINGS), &mut wrong);
        let places: Self = read(PLACES, kept(PLACES), &mut wrong);
        (Self { settings, ..places.sane() }, wrong)
    }

    /// Keeps them.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        let mut put = |key: &str, text: serde_json::Result<String>| {
            if let Ok(text) = text {
                storage.set_string(key, text);
            }
        };
        put(SETTINGS, serde_json::to_string(&self.settings));
        put(PLACES, serde_json::to_string(self));
    }

    /// Takes over what the workspace has been switched to.
    pub fn follow(&mut self, workspace: &Workspace) {
        self.settings = workspace.settings();
        self.follow_recent(workspace);
        self.palette_shown = workspace.palette_shown();
        self.inspector_shown = workspace.inspector_shown();
        self.minimap_shown = workspace.minimap_shown();
        self.dock_shown = workspace.dock_shown();
        self.dock_tab = workspace.tab();
        self.lens = workspace.lens();
        self.bill = workspace.habits();
        let path = workspace.open().and_then(|open| open.path.as_deref());
        if let Some(folder) = path.and_then(std::path::Path::parent).filter(|folder| folder.is_absolute()) {
            self.folder = Some(folder.to_owned());
        }
    }

    /// Takes over which files were opened or saved: that may happen without a command.
    pub fn follow_recent(&mut self, workspace: &Workspace) {
        self.recent = workspace.recent().to_vec();
    }

    /// The files that were opened or saved lately, of a text that was kept under [`PLACES`].
    #[must_use]
    pub fn recent_of(kept: Option<String>) -> Vec<Recent> {
        read::<Self>(PLACES, kept, &mut Vec::new()).recent
    }

    /// The panels that were shown.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let (palette, inspector) = (self.palette_shown, self.inspector_shown);
        let (dock, tab, lens) = (self.dock_shown, self.dock_tab, self.lens);
        Shown { palette, inspector, minimap: self.minimap_shown, dock, tab, lens }
    }

    /// Widths that somebody wrote by hand must not hide the canvas.
    fn sane(self) -> Self {
        let within = |width: f32, range: &std::ops::RangeInclusive<f32>, usual: f32| {
            if width.is_finite() { width.clamp(*range.start(), *range.end()) } else { usual }
        };
        let usual = Self::default();
        Self {
            window: self.window.filter(|(width, height)| {
                super::MIN_SIZE[0] <= *width && super::MIN_SIZE[1] <= *height && width.max(*height) < 20_000.0
            }),
            palette_width: within(self.palette_width, &PALETTE_WIDTH, usual.palette_width),
            inspector_width: within(self.inspector_width, &INSPECTOR_WIDTH, usual.inspector_width),
            dock_height: within(self.dock_height, &DOCK_HEIGHT, usual.dock_height),
            cost_height: within(self.cost_height, &DOCK_HEIGHT, usual.cost_height),
            usage_height: within(self.usage_height, &DOCK_HEIGHT, usual.usage_height),
            ..self
        }
    }
}

/// Reads one value after the other over the defaults. What a later version has written beside is passed over.
fn read<T: Default + Serialize + DeserializeOwned>(name: &str, text: Option<String>, wrong: &mut Vec<String>) -> T {
    let Some(text) = text else { return T::default() };
    let Ok(kept) = serde_json::from_str::<Map<String, Value>>(&text) else {
        wrong.push(name.to_owned());
        return T::default();
    };
    let Ok(Value::Object(mut whole)) = serde_json::to_value(T::default()) else { return T::default() };
    let mut read = T::default();
    for (key, value) in kept {
        for value in parts(whole.get(&key), value) {
            let Some(before) = whole.get(&key).cloned() else { continue };
            whole.insert(key.clone(), joined(&before, value));
            match serde_json::from_value(Value::Object(whole.clone())) {
                Ok(better) => read = better,
                Err(_) => {
                    whole.insert(key.clone(), before);
                    wrong.push(key.clone());
                }
            }
        }
    }
    read
}

/// The entries of a list one by one, so that one of them costs no other.
fn parts(usual: Option<&Value>, value: Value) -> Vec<Value> {
    match (usual, value) {
        (Some(Value::Array(_)), Value::Array(entries)) => {
            entries.into_iter().map(|entry| Value::Array(vec![entry])).collect()
        }
        (_, value) => vec![value],
    }
}

/// The value with what lists had before.
fn joined(before: &Value, value: Value) -> Value {
    match (before, value) {
        (Value::Array(before), Value::Array(more)) => Value::Array(before.iter().cloned().chain(more).collect()),
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::picture::Theme;

    #[derive(Default)]
    struct Kept(BTreeMap<String, String>);

    impl eframe::Storage for Kept {
        fn get_string(&self, key: &str) -> Option<String> {
            self.0.get(key).cloned()
        }
        fn set_string(&mut self, key: &str, value: String) {
            self.0.insert(key.to_owned(), value);
        }
        fn remove_string(&mut self, key: &str) {
            self.0.remove(key);
        }
        fn flush(&mut self) {}
    }

    fn load(settings: &str, places: &str) -> (Prefs, Vec<String>) {
        let kept = [(SETTINGS, settings), (PLACES, places)].map(|(key, text)| (key.to_owned(), text.to_owned()));
        Prefs::load(Some(&Kept(BTreeMap::from(kept))))
    }

    #[test]
    fn what_is_kept_comes_back() {
        let recent = Recent { name: "a".to_owned(), path: PathBuf::from("/a/b"), at_s: 7 };
        let settings = Settings {
            theme: Some(Theme::Light),
            scale_percent: 150,
            reduce_motion: true,
            system_dialogs: false,
            snaps: false,
            utc: true,
        };
        let (folder, window) = (Some(PathBuf::from("/a")), Some((1400.0, 900.0)));
        let prefs = Prefs {
            settings,
            palette_width: 200.5,
            recent: vec![recent.clone(), recent],
            folder,
            window,
            ..Prefs::default()
        };
        let mut storage = Kept::default();
        prefs.save(&mut storage);
        assert_eq!(Prefs::load(Some(&storage)), (prefs, Vec::new()));
        assert_eq!(Prefs::load(None), (Prefs::default(), Vec::new()));
    }

    #[test]
    fn one_wrong_value_costs_no_other_and_is_named() {
        let (prefs, wrong) = load(
            r#"{"theme": "purple", "scale_percent": 150, "reduce_motion": "yes", "system_dialogs": false, "later": 1}"#,
            r#"{"palette_width": "wide", "palette_shown": false, "recent":
                [{"name": "a", "path": "/a", "at_s": 1}, {"name": 5}, {"name": "b", "path": "/b", "at_s": 2}]}"#,
        );
        assert_eq!((prefs.settings.scale_percent, prefs.settings.theme), (150, None));
        assert!(!prefs.settings.system_dialogs && !prefs.palette_shown);
        let names: Vec<&str> = prefs.recent.iter().map(|recent| recent.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(wrong, ["theme", "reduce_motion", "palette_width", "recent"]);
    }

    #[test]
    fn widths_written_by_hand_leave_room_for_the_canvas() {
        for text in
            ["", "{", "[]", r#"{"palette_width": -1e30, "inspector_width": 1e30}"#, r#"{"palette_width": null}"#]
        {
            let (prefs, _) = load("{}", text);
            assert!(PALETTE_WIDTH.contains(&prefs.palette_width), "{text}");
            assert!(INSPECTOR_WIDTH.contains(&prefs.inspector_width), "{text}");
        }
        assert_eq!(load("}{", "{}").1, ["settings"]);
    }
}
