//! The faces of the window: ours as families, an icon face for the interface, and what the system of egui brings for
//! signs that ours do not have.
//!
//! Must not know what is written.

use std::sync::Arc;

use eframe::egui::{Context, FontData, FontDefinitions, FontFamily, FontId, Id};

use super::canvas::{Icons, install_icons};
use crate::catalog::{Catalog, KindId};
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

/// Gives egui the faces and the pictograms of the kinds; call once, when the window is made.
#[must_use]
pub fn install(ctx: &Context, catalog: &Catalog) -> Icons {
    ctx.set_fonts(definitions());
    let icons = install_icons(ctx, catalog);
    // Widgets find the pictograms here, so that not every one has to be given them.
    ctx.data_mut(|data| data.insert_temp(Id::NULL, Arc::new(icons.clone())));
    icons
}

/// The pictogram of a kind: a letter of the family of pictograms.
#[must_use]
pub fn pictogram(ctx: &Context, kind: &KindId) -> char {
    let icons: Option<Arc<Icons>> = ctx.data(|data| data.get_temp(Id::NULL));
    icons.map_or(' ', |icons| icons.letter(kind))
}

/// Ours first, then what egui brings.
#[must_use]
pub fn definitions() -> FontDefinitions {
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
