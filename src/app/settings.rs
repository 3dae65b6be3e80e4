//! What a person sets for the whole program, whichever diagram is open.
//!
//! Must not know where it is kept.

use std::ops::RangeInclusive;

use super::{Tone, Workspace};
use crate::picture::Theme;
use crate::telemetry::zone::Zone;

/// Scales of the interface that can be set, in percent.
pub const SCALES: RangeInclusive<u16> = 80..=200;
/// One step of the interface's scale, in percent.
pub const SCALE_STEP: u16 = 10;

/// What holds for the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each holds or does not, whatever the others do")]
pub struct Settings {
    /// Light or dark; `None` follows the system.
    pub theme: Option<Theme>,
    /// Size of everything but the canvas' own zoom, in percent.
    pub scale_percent: u16,
    /// Nothing moves that need not.
    pub reduce_motion: bool,
    /// Files are chosen in the system's dialogs where there are any.
    pub system_dialogs: bool,
    /// What is dragged falls in line with what is around and with the grid.
    pub snaps: bool,
    /// Times are shown in UTC, whatever the system's clocks show.
    pub utc: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: None, scale_percent: 100, reduce_motion: false, system_dialogs: true, snaps: true, utc: false }
    }
}

impl Workspace {
    /// The same, with what a person had set.
    #[must_use]
    pub fn set_up(mut self, settings: Settings) -> Self {
        self.take_settings(settings);
        self
    }

    /// What holds for the whole program.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Whether nothing is to move that need not.
    #[must_use]
    pub fn reduces_motion(&self) -> bool {
        self.settings.reduce_motion
    }

    /// Whether what is dragged falls in line with what is around and with the grid.
    #[must_use]
    pub fn snaps(&self) -> bool {
        self.settings.snaps
    }

    /// The system's clocks show this time.
    pub fn set_zone(&mut self, local: Zone) {
        self.local = local;
    }

    /// The time that is shown.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        const UTC: &Zone = &Zone::UTC;
        if self.settings.utc { UTC } else { &self.local }
    }

    /// The system's clocks show another time than UTC.
    #[must_use]
    pub fn has_zone(&self) -> bool {
        !self.local.is_utc()
    }

    /// From the system's time to UTC or back.
    pub(super) fn switch_zone(&mut self) {
        self.settings.utc ^= true;
        self.reread();
    }

    /// Light or dark.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.settings.theme.unwrap_or(self.system_theme)
    }

    /// The system shows its windows light or dark.
    pub fn follow_system(&mut self, theme: Theme) {
        self.system_theme = theme;
    }

    /// Tells which kept values cannot be read.
    pub fn miss(&mut self, names: &[String]) {
        if !names.is_empty() {
            let text = "Some settings could not be read and are as at the first start.".to_owned();
            let details = names.iter().map(|name| format!("Not read: {}", name.replace('_', " "))).collect();
            self.say(Tone::Trouble, text, details);
        }
    }

    pub(super) fn take_settings(&mut self, settings: Settings) {
        let scale_percent = settings.scale_percent.clamp(*SCALES.start(), *SCALES.end());
        let is_other_time = self.settings.utc != settings.utc;
        self.settings = Settings { scale_percent, ..settings };
        if is_other_time {
            self.reread();
        }
    }

    /// From dark to light or back.
    pub(super) fn switch_theme(&mut self) {
        let other = if self.theme() == Theme::Dark { Theme::Light } else { Theme::Dark };
        self.settings.theme = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_theme_follows_the_system_until_one_is_chosen() {
        let mut workspace = Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark);
        workspace.follow_system(Theme::Light);
        assert_eq!(workspace.theme(), Theme::Light);
        workspace.switch_theme();
        assert_eq!((workspace.theme(), workspace.settings().theme), (Theme::Dark, Some(Theme::Dark)));
        workspace.follow_system(Theme::Light);
        assert_eq!(workspace.theme(), Theme::Dark);
    }

    #[test]
    fn the_scale_stays_where_the_window_can_be_used() {
        for (asked, expected) in [(0, 80), (79, 80), (150, 150), (201, 200), (u16::MAX, 200)] {
            let mut workspace = Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark);
            workspace.take_settings(Settings { scale_percent: asked, ..Settings::default() });
            assert_eq!(workspace.settings().scale_percent, expected, "{asked}");
        }
    }
}
