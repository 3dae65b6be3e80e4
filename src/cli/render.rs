//! `stratoscope render`: the picture of a diagram as SVG, PNG or Mermaid text.
//!
//! Must not know what is in the picture.

use std::path::PathBuf;

use clap::ValueEnum;

use super::console::{Console, Stop};
use super::open;
use crate::catalog::Catalog;
use crate::engine::files::{DiskLayer, write_file};
use crate::export::drawing::{Drawing, Form};
use crate::picture::Theme;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagram to draw
    file: PathBuf,
    /// Picture to write; its extension, svg, png or mmd (Mermaid text), says which
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
    let Some(form) = Form::of(&arguments.output) else {
        let path = arguments.output.display();
        let advice = "name a file that ends in .svg, .png or .mmd";
        return Err(Stop::wrong(format!("Cannot tell the form of {path}: {advice}.")));
    };
    let diagram = open(&arguments.file, catalog)?;
    let theme = match arguments.theme {
        Ground::Light => Theme::Light,
        Ground::Dark => Theme::Dark,
    };
    let drawing = Drawing { form, theme, tiles: matches!(arguments.style, Style::Tile) };
    let painted = drawing.bytes(&diagram, catalog);
    let bytes = painted.map_err(|error| Stop::wrong(format!("Cannot draw {}: {error}.", arguments.file.display())))?;
    write_file(&mut DiskLayer, &arguments.output, &bytes)?;
    console.line(&format!("Wrote {}.", arguments.output.display()))
}
