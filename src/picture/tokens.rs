//! Design tokens as numbers: the colours of `assets/theme`, parsed once, and what they are called.
//!
//! Must not know who draws with them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalog::names::named;
use crate::catalog::{Category, Relation};

named! {
    /// The two themes.
    pub enum Theme {
        /// Light ground.
        Light = "light",
        /// Dark ground.
        Dark = "dark",
    }
}

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number = number.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a colour")))?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self(red, green, blue))
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Rgb {
    /// This colour laid over `ground` with the given share.
    #[must_use]
    pub fn over(self, ground: Self, share: f32) -> Self {
        let mix = |top: u8, below: u8| (f32::from(top) * share + f32::from(below) * (1.0 - share)).round() as u8;
        Self(mix(self.0, ground.0), mix(self.1, ground.1), mix(self.2, ground.2))
    }

    /// Contrast with another colour, from 1 to 21 (WCAG 2).
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f32 {
        let linear = |channel: u8| {
            let share = f32::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

/// The colours of one theme; what each is used for stands in the theme's file by its name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation; they are the keys of the theme files")]
pub struct Tokens {
    pub window: Rgb,
    pub panel: Rgb,
    pub raised: Rgb,
    pub field: Rgb,
    pub control: Rgb,
    pub control_hover: Rgb,
    pub row_hover: Rgb,
    pub popup: Rgb,
    pub popup_border: Rgb,
    pub divider: Rgb,
    pub control_border: Rgb,
    pub canvas: Rgb,
    pub grid_dot: Rgb,
    pub container: Rgb,
    pub container_fill: Rgb,
    pub container_tag: Rgb,
    pub card: Rgb,
    pub card_border: Rgb,
    pub card_hover: Rgb,
    pub text: Rgb,
    pub text2: Rgb,
    pub disabled: Rgb,
    pub accent: Rgb,
    pub accent_fill: Rgb,
    pub on_accent: Rgb,
    pub accent_soft: Rgb,
    pub danger: Rgb,
    pub danger_fill: Rgb,
    pub danger_soft: Rgb,
    pub warn: Rgb,
    pub warn_fill: Rgb,
    pub warn_soft: Rgb,
    pub ok: Rgb,
    pub ok_fill: Rgb,
    pub ok_soft: Rgb,
    pub trigger: Rgb,
    pub access: Rgb,
    pub deadletter: Rgb,
    pub flow: Rgb,
    pub badge: Rgb,
    pub on_badge: Rgb,
    pub heat: [Rgb; 5],
    pub on_heat: [Rgb; 5],
    pub series: [Rgb; 6],
    pub note: Rgb,
    pub note_border: Rgb,
    pub shadow: Rgb,
    pub category: BTreeMap<Category, Rgb>,
    pub on_tile: Rgb,
}

impl Tokens {
    /// The colours of a theme. The files are part of the program; a test holds that both can be read.
    #[must_use]
    pub fn of(theme: Theme) -> &'static Self {
        static LIGHT: std::sync::LazyLock<Tokens> =
            std::sync::LazyLock::new(|| Tokens::parse(include_str!("../../assets/theme/light.ron")));
        static DARK: std::sync::LazyLock<Tokens> =
            std::sync::LazyLock::new(|| Tokens::parse(include_str!("../../assets/theme/dark.ron")));
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    fn parse(text: &str) -> Self {
        ron::from_str(text).expect("the theme files are compiled in and a test reads them")
    }

    /// The ground of a tile.
    #[must_use]
    pub fn tile(&self, category: Category) -> Rgb {
        self.category.get(&category).copied().unwrap_or(self.text2)
    }

    /// The colour of an arrow.
    #[must_use]
    pub fn edge(&self, relation: Relation) -> Rgb {
        match relation {
            Relation::Triggers => self.trigger,
            Relation::Accesses | Relation::Authorizes => self.access,
            Relation::DeadLetters => self.deadletter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::names::Named as _;

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for (name, theme) in Theme::ALL {
            let t = Tokens::of(*theme);
            let grounds = [
                t.window,
                t.panel,
                t.field,
                t.control,
                t.popup,
                t.canvas,
                t.container_fill,
                t.container_tag,
                t.card,
                t.note,
            ];
            for text in [t.text, t.text2, t.disabled, t.accent, t.danger, t.warn, t.ok] {
                for ground in grounds {
                    assert!(text.contrast(ground) >= 4.5, "{name}: {text} on {ground} has {}", text.contrast(ground));
                }
            }
            for (category, tile) in &t.category {
                assert!(t.on_tile.contrast(*tile) >= 4.5, "{name}: {category}");
            }
            assert_eq!(t.category.len(), Category::ALL.len());
            assert!(t.on_accent.contrast(t.accent_fill) >= 4.5);
            assert!(t.on_badge.contrast(t.badge) >= 4.5);
            for (heat, words) in t.heat.iter().zip(t.on_heat) {
                assert!(words.contrast(*heat) >= 4.5, "{name}: {words} on {heat} has {}", words.contrast(*heat));
            }
            for series in t.series {
                assert!(series.contrast(t.panel) >= 3.0, "{name}: {series} has {}", series.contrast(t.panel));
            }
        }
    }
}
