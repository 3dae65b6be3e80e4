//! `stratoscope render`: the picture of a diagram as SVG or PNG.
//!
//! Must not know what is in the picture.

use std::path::PathBuf;

use clap::ValueEnum;

use super::console::{Console, Stop};
use super::open;
use crate::catalog::Catalog;
use crate::engine::files::{DiskLayer, write_file};
use crate::export::{png, svg};
use crate::picture::{Picture, Theme, Tokens};

/// Pixels of a PNG for each unit of the picture, so that it is sharp on dense screens too.
const PNG_SCALE: f32 = 2.0;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagram to draw
    file: PathBuf,
    /// Picture to write; its extension, svg or png, says which
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Light or dark ground
    #[arg(long, value_enum, default_value_t)]
    theme: Ground,
    /// Nodes as tiles, as in printed reference diagrams, or as cards with their settings
    #[arg(long, value_enum, default_value_t)]
    style: Style,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Ground {
    #[default]
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Style {
    Tile,
    #[default]
    Card,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    let extension = arguments.output.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let is_png = match extension.as_deref() {
        Some("png") => true,
        Some("svg") => false,
        _ => {
            let path = arguments.output.display();
            return Err(Stop::wrong(format!("Cannot tell the form of {path}: name a file that ends in .svg or .png.")));
        }
    };
    let diagram = open(&arguments.file, catalog)?;
    let tokens = Tokens::of(match arguments.theme {
        Ground::Light => Theme::Light,
        Ground::Dark => Theme::Dark,
    });
    let tiles = matches!(arguments.style, Style::Tile);
    let text = svg::svg(&Picture::of(&diagram, catalog), catalog, tokens, tiles);
    let bytes = if is_png {
        let painted = png::png(&text, PNG_SCALE);
        painted.map_err(|error| Stop::wrong(format!("Cannot draw {}: {error}.", arguments.file.display())))?
    } else {
        text.into_bytes()
    };
    write_file(&mut DiskLayer, &arguments.output, &bytes)?;
    console.line(&format!("Wrote {}.", arguments.output.display()))
}
