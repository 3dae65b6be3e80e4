//! The picture as PNG: the SVG, rasterised with the faces that are part of the program.
//!
//! Must not know where the bytes are written to.

use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use crate::picture::text::FONTS;

/// A side of the image has at most so many pixels; larger pictures are scaled down.
const MAX_SIDE: f32 = 16_384.0;

/// Why a picture could not be rasterised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpaintable {
    /// The SVG cannot be read.
    #[error("the picture cannot be drawn: {0}")]
    Svg(String),
    /// There is no image of that size.
    #[error("the picture is too large for an image")]
    TooLarge,
    /// The image cannot be packed.
    #[error("the image cannot be packed: {0}")]
    Packing(String),
}

/// Rasterises an SVG text at `scale` pixels a unit.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, Unpaintable> {
    let mut options = usvg::Options::default();
    let fonts = Arc::make_mut(&mut options.fontdb);
    for (_, _, bytes) in FONTS {
        fonts.load_font_data(bytes.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| Unpaintable::Svg(error.to_string()))?;
    let size = tree.size();
    let scale = scale.min(MAX_SIDE / size.width()).min(MAX_SIDE / size.height());
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut image = tiny_skia::Pixmap::new(width, height).ok_or(Unpaintable::TooLarge)?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut image.as_mut());
    image.encode_png().map_err(|error| Unpaintable::Packing(error.to_string()))
}
