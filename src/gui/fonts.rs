//! The faces of the window: ours as families, an icon face for the interface, and what the system of egui brings for
//! signs that ours do not have.
//!
//! Must not know what is written.

use std::sync::Arc;

use eframe::egui::{Context, FontData, FontDefinitions, FontFamily, FontId};

use crate::picture::text::{FONTS, Face};

/// Family of the interface icons.
const ICONS: &str = "icons";
/// Family of the filled interface icons, which say a state.
const FILLED: &str = "icons-filled";

/// The family of a face.
#[must_use]
pub fn family(face: Face) -> FontFamily {
    match face {
        Face::Regular => FontFamily::Proportional,
        Face::Medium => FontFamily::Name("medium".into()),
        Face::SemiBold => FontFamily::Name("semibold".into()),
        Face::Mono => FontFamily::Monospace,
    }
}

/// A face in a size.
#[must_use]
pub fn font(face: Face, size_px: f32) -> FontId {
    FontId::new(size_px, family(face))
}

/// Interface icons in a size.
#[must_use]
pub fn icon(size_px: f32) -> FontId {
    FontId::new(size_px, FontFamily::Name(ICONS.into()))
}

/// Filled interface icons in a size.
#[must_use]
pub fn icon_filled(size_px: f32) -> FontId {
    FontId::new(size_px, FontFamily::Name(FILLED.into()))
}

/// Gives egui the faces.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
}

/// Ours first, then what egui brings.
fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let spare = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (face, name, bytes) in FONTS {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut keys = vec![name.to_owned()];
        // File dialogs mix icons into their texts.
        keys.push(ICONS.to_owned());
        keys.extend(spare.iter().cloned());
        fonts.families.insert(family(face), keys);
    }
    let sets = [(ICONS, egui_phosphor::Variant::Regular), (FILLED, egui_phosphor::Variant::Fill)];
    for (name, variant) in sets {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(variant.font_bytes())));
        fonts.families.insert(FontFamily::Name(name.into()), vec![name.to_owned()]);
    }
    fonts
}
