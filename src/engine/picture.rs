//! Draws pictures of diagrams, into files or to take along.
//!
//! Must not know who wants them.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::{DiskLayer, write_file};
use super::protocol::Drawn;
use crate::catalog::Catalog;
use crate::diagram::Diagram;
use crate::export::drawing::{Drawing, Form};

/// Draws; what goes wrong is a sentence.
pub(super) fn draw(
    diagram: &Diagram,
    catalog: &Catalog,
    drawing: Drawing,
    path: Option<PathBuf>,
) -> Result<Drawn, String> {
    let unpainted = |error: crate::export::png::Unpaintable| format!("Cannot draw the diagram: {error}.");
    match (path, drawing.form) {
        (Some(path), _) => {
            let bytes = drawing.bytes(diagram, catalog).map_err(unpainted)?;
            write_file(&mut DiskLayer, &path, &bytes).map_err(|failure| failure.to_string())?;
            Ok(Drawn::File(path))
        }
        (None, Form::Png) => Ok(Drawn::Image(Arc::new(drawing.image(diagram, catalog).map_err(unpainted)?))),
        (None, Form::Svg | Form::Mermaid) => Ok(Drawn::Text(drawing.text(diagram, catalog))),
    }
}
