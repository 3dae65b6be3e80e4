//! Pictures of the open diagram: in the style that is on screen or another, for the clipboard or into a file.
//!
//! Must not know how a picture is drawn.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Action, Copied, Tone, Workspace};
use crate::engine::protocol::{Drawn, Request, Ticket};
use crate::export::drawing::{Drawing, Form};
use crate::picture::shape::{PLAIN, draws_tiles};

impl Workspace {
    /// How the diagram would be drawn as it is on screen.
    #[must_use]
    pub fn as_shown(&self, form: Form) -> Drawing {
        let tiles = self.open.as_ref().is_some_and(|open| {
            let zoom = open.camera.map_or(1.0, |camera| camera.zoom);
            draws_tiles(open.document.diagram().view().nodes, zoom, false, PLAIN)
        });
        Drawing { form, theme: self.theme(), tiles }
    }

    /// Asks for a picture for the clipboard or, with a path, into a file.
    pub(super) fn draw(&mut self, drawing: Drawing, path: Option<PathBuf>) -> Vec<Request> {
        self.overlay = None;
        let Some(open) = &self.open else { return Vec::new() };
        let diagram = Arc::new(open.document.diagram().clone());
        let drawing = match path.as_deref().map(Form::of) {
            Some(None) => {
                let advice = "name a file that ends in .svg, .png or .mmd".to_owned();
                self.say(Tone::Trouble, format!("Cannot tell the form of the picture: {advice}."), Vec::new());
                return Vec::new();
            }
            Some(Some(form)) => Drawing { form, ..drawing },
            None => drawing,
        };
        let ticket = self.ticket();
        self.drawing = Some((ticket, drawing.form));
        vec![Request::Draw(ticket, diagram, drawing, path)]
    }

    pub(super) fn drawn(&mut self, ticket: Ticket, result: Result<Drawn, String>) {
        let Some((_, form)) = self.drawing.take_if(|(current, _)| *current == ticket) else { return };
        let (tone, text) = match result {
            Ok(Drawn::File(path)) => (Tone::Done, format!("Saved the picture as {}.", path.display())),
            Ok(Drawn::Text(text)) => {
                self.clipboard.copied = Some(Copied::Text(text));
                (Tone::Done, format!("Copied the diagram as {}.", called(form)))
            }
            Ok(Drawn::Image(image)) => {
                self.clipboard.copied = Some(Copied::Image(image));
                (Tone::Done, format!("Copied the diagram as {}.", called(form)))
            }
            Err(text) => (Tone::Trouble, text),
        };
        self.say(tone, text, Vec::new());
    }
}

/// The form that a copying action makes.
pub(super) fn form_of(action: Action) -> Option<Form> {
    match action {
        Action::CopySvg => Some(Form::Svg),
        Action::CopyPng => Some(Form::Png),
        Action::CopyMermaid => Some(Form::Mermaid),
        _ => None,
    }
}

/// What people call a form.
#[must_use]
pub fn called(form: Form) -> &'static str {
    match form {
        Form::Svg => "SVG",
        Form::Png => "PNG",
        Form::Mermaid => "Mermaid",
    }
}
