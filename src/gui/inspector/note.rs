//! A note: its title, its text, its width, and the node that it is about.
//!
//! Must not know settings.

use eframe::egui::{Id, Ui};
use serde_json::Value;

use super::controls::Select;
use super::draft::Spec;
use super::fields::{Subject, column, labelled, setting};
use super::{Desk, heading, menu, padded};
use crate::app::Command;
use crate::app::fields::{CommonField, Shared};
use crate::catalog::{Field, FieldType, TextForm};
use crate::diagram::{Element, Frame, NodeId, Note, NoteId};

/// Least and greatest width of a note, in canvas units.
const WIDTHS: (i64, i64) = (80, 1_600);

/// Shows it.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, id: NoteId) {
    let Some(note) = desk.open.document.diagram().notes().get(&id) else { return };
    padded(ui, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                heading(ui, "Note", "A text on the canvas; it is not exported.");
            });
            menu::ui(ui, desk.workspace, menu::OF_NOTE, desk.commands);
        });
        ui.add_space(4.0);
        let spec = Spec { hint: "no title", ..Spec::new(Id::new(("note title", id.0)), "Title", &note.title) };
        let write = |typed: &str| Ok(Command::WriteNote(id, typed.to_owned(), note.text.clone()));
        desk.drafts.text(ui, &spec, write, desk.commands);
        let spec = Spec { lines: 5, ..Spec::new(Id::new(("note text", id.0)), "Text", &note.text) };
        let write = |typed: &str| Ok(Command::WriteNote(id, note.title.clone(), typed.to_owned()));
        desk.drafts.text(ui, &spec, write, desk.commands);
        ui.add_space(4.0);
        width(ui, desk, id, note);
        about(ui, desk, id, note);
    });
}

fn width(ui: &mut Ui, desk: &mut Desk<'_>, id: NoteId, note: &Note) {
    let frame = Frame { x: note.position.x, y: note.position.y, width: note.width, height: 0 };
    let set = |_: &str, value: Option<Value>| {
        let width = value.and_then(|value| value.as_i64()?.try_into().ok()).unwrap_or(note.width);
        Command::Resize(Element::Note(id), Frame { width, ..frame })
    };
    let field = Field {
        key: "width".to_owned(),
        label: "Width".to_owned(),
        field_type: FieldType::Integer,
        form: TextForm::Any,
        unit: "px".to_owned(),
        default: Some(Value::from(note.width)),
        min: Some(WIDTHS.0),
        max: Some(WIDTHS.1),
        choices: Vec::new(),
        when: None,
        required: true,
        help: "How wide the note is at 100 %; its height follows from its text.".to_owned(),
        vendor: String::new(),
        properties: Vec::new(),
    };
    let subject =
        Subject { id: Id::new(("note", id.0)), set: &set, file_size: &|_| None, column: column(&[]), types: &[] };
    let common = CommonField { field, shared: Shared::Same(None) };
    setting(ui, &subject, &common, desk.drafts, desk.commands);
}

/// The node that the note is about.
fn about(ui: &mut Ui, desk: &mut Desk<'_>, id: NoteId, note: &Note) {
    let mut nodes: Vec<(String, &str)> =
        desk.open.document.diagram().nodes().iter().map(|(id, node)| (id.0.to_string(), node.name.as_str())).collect();
    nodes.sort_by(|a, b| a.1.cmp(b.1));
    let nodes = nodes.iter().map(|(id, name)| (id.as_str(), *name));
    let options: Vec<(&str, &str)> = std::iter::once(("none", "no node")).chain(nodes).collect();
    let attached = note.attached.map_or_else(|| "none".to_owned(), |node| node.0.to_string());
    labelled(ui, "About", column(&[]), |ui| {
        let help = "The node that the note is about; a line leads there.";
        let select = Select {
            id: Id::new(("note about", id.0)),
            label: "About",
            help,
            options: &options,
            chosen: &attached,
            none: "no node",
        };
        let picked = select.show(ui);
        desk.commands.extend(picked.map(|node| Command::AttachNote(id, node.parse().ok().map(NodeId))));
    });
}
