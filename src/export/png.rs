//! The picture as pixels: the SVG, rasterised with the faces that are part of the program.
//!
//! Must not know where they go.

use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use crate::picture::text::FONTS;

/// A side of the image has at most so many pixels; larger pictures are scaled down.
const MAX_SIDE: f32 = 16_384.0;
/// The image has at most so many pixels, four bytes each.
const MAX_AREA: f32 = 64_000_000.0;

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

/// A picture as pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Image(tiny_skia::Pixmap);

impl Image {
    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.0.width() as usize, self.0.height() as usize]
    }

    /// Red, green, blue and alpha of each pixel, row by row; the colours are multiplied by the alpha.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        self.0.data()
    }

    /// The bytes of a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, Unpaintable> {
        self.0.encode_png().map_err(|error| Unpaintable::Packing(error.to_string()))
    }
}

/// Rasterises an SVG text at `scale` pixels a unit.
pub fn image(svg: &str, scale: f32) -> Result<Image, Unpaintable> {
    let mut options = usvg::Options::default();
    let fonts = Arc::make_mut(&mut options.fontdb);
    for (_, _, bytes) in FONTS {
        fonts.load_font_data(bytes.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| Unpaintable::Svg(error.to_string()))?;
    let size = tree.size();
    let scale = scale.min(MAX_SIDE / size.width()).min(MAX_SIDE / size.height());
    let scale = scale.min((MAX_AREA / (size.width() * size.height())).sqrt());
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut image = tiny_skia::Pixmap::new(width, height).ok_or(Unpaintable::TooLarge)?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut image.as_mut());
    Ok(Image(image))
}
