//! A picture of a whole diagram to take along: which form, which theme, which style.
//!
//! Must not know where it goes.

use std::path::Path;

pub use super::png::Image;
use super::png::{self, Unpaintable};
use super::{mermaid, svg};
use crate::catalog::Catalog;
use crate::catalog::names::{Named as _, named};
use crate::diagram::Diagram;
use crate::picture::{Picture, Theme, Tokens};

/// Pixels of a PNG for each unit of the picture, so that it is sharp on dense screens too.
const PNG_SCALE: f32 = 2.0;

named! {
    /// What a picture is written as; the name is the extension of its files.
    pub enum Form {
        /// Scalable.
        Svg = "svg",
        /// Pixels.
        Png = "png",
        /// A text that others draw.
        Mermaid = "mmd",
    }
}

impl Form {
    /// The form that a file's extension says.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        Self::from_name(&path.extension()?.to_str()?.to_ascii_lowercase())
    }
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// What it is written as.
    pub form: Form,
    /// Light or dark ground; Mermaid has neither.
    pub theme: Theme,
    /// Nodes as tiles instead of cards.
    pub tiles: bool,
}

impl Drawing {
    /// The picture as text; that of a PNG is the SVG that it is made from.
    #[must_use]
    pub fn text(self, diagram: &Diagram, catalog: &Catalog) -> String {
        match self.form {
            Form::Mermaid => mermaid::mermaid(diagram, catalog),
            Form::Svg | Form::Png => {
                svg::svg(&Picture::of(diagram, catalog), catalog, Tokens::of(self.theme), self.tiles)
            }
        }
    }

    /// The picture as pixels.
    pub fn image(self, diagram: &Diagram, catalog: &Catalog) -> Result<Image, Unpaintable> {
        png::image(&self.text(diagram, catalog), PNG_SCALE)
    }

    /// The picture as its file has it.
    pub fn bytes(self, diagram: &Diagram, catalog: &Catalog) -> Result<Vec<u8>, Unpaintable> {
        match self.form {
            Form::Svg | Form::Mermaid => Ok(self.text(diagram, catalog).into_bytes()),
            Form::Png => self.image(diagram, catalog)?.png(),
        }
    }
}
