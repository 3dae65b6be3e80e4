//! A node: its name, its settings, and what it is joined to.
//!
//! Must not know how settings are edited.

use eframe::egui::{Align2, Id, Rect, Sense, Ui, vec2};
use serde_json::Value;

use super::draft::{Drafts, Spec};
use super::fields::{Subject, setting};
use super::{padded, relations};
use crate::app::{Command, Workspace};
use crate::catalog::{Field, Kind, is_set};
use crate::diagram::change::MAX_NAME_LENGTH;
use crate::diagram::{Diagram, NodeId};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, divider, section, text_line, tile};
use crate::picture::text::Face;

/// Shows it.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, id: NodeId, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let (Some(open), catalog) = (workspace.open(), workspace.catalog()) else { return };
    let diagram = open.document.diagram();
    let Some(node) = diagram.nodes().get(&id) else { return };
    let kind = catalog.kind(&node.kind);
    let known = catalog.get(&node.kind).is_some();
    let label = if known { kind.label.as_str() } else { node.kind.as_str() };
    padded(ui, |ui| header(ui, kind, diagram, id, &format!("{label} · {id}"), drafts, commands));
    divider(ui);
    let fields = relevant(kind, diagram, workspace, id);
    if !fields.is_empty() {
        padded(ui, |ui| {
            section(ui, "Settings");
            ui.add_space(4.0);
            let set = |key: &str, value: Option<Value>| Command::SetNode(id, key.to_owned(), value);
            let file_size = |path: &str| diagram.files().get(path).map(String::len);
            let subject = Subject { id: Id::new(("node field", id.0)), set: &set, file_size: &file_size };
            for field in fields {
                setting(ui, &subject, field, node.settings.get(&field.key), drafts, commands);
            }
        });
        divider(ui);
    }
    relations::ui(ui, workspace, id, commands);
}

/// The fields that apply: those that depend on another appear when that one is set.
fn relevant<'k>(kind: &'k Kind, diagram: &Diagram, workspace: &Workspace, id: NodeId) -> Vec<&'k Field> {
    let applies = |field: &&Field| {
        let Some(other) = &field.when else { return true };
        diagram.setting(workspace.catalog(), id, other).is_some_and(is_set)
    };
    kind.fields.iter().filter(applies).collect()
}

fn header(
    ui: &mut Ui,
    kind: &Kind,
    diagram: &Diagram,
    id: NodeId,
    under: &str,
    drafts: &mut Drafts,
    commands: &mut Vec<Command>,
) {
    let t = tokens(ui);
    let name = diagram.nodes().get(&id).map(|node| node.name.as_str()).unwrap_or_default();
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(40.0, 40.0), Sense::hover());
        tile(ui.painter(), Rect::from_center_size(rect.center(), vec2(40.0, 40.0)), kind, t);
        response.on_hover_text(&kind.help);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let spec = Spec {
                id: Id::new(("node name", id.0)),
                label: "Name",
                shown: name,
                hint: "",
                unit: "",
                set: (Face::SemiBold, 15.0),
                quiet: true,
                lines: 1,
                restore: Command::Rename(id, name.to_owned()),
            };
            let judge = |text: &str| named(text, id, diagram).map(|text| Command::Rename(id, text));
            drafts.text(ui, &spec, judge, commands);
            drafts.refusal(ui, spec.id, spec.label);
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
            let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
            let at = rect.left_center() + vec2(9.0, 0.0);
            text_line(ui.painter(), at, Align2::LEFT_CENTER, under, rect.width() - 9.0, set);
        });
    });
}

/// A name that the node may have, without the spaces around it.
fn named(text: &str, id: NodeId, diagram: &Diagram) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().count() > MAX_NAME_LENGTH {
        return Err(format!("must have {MAX_NAME_LENGTH} characters at most"));
    }
    match diagram.node_named(text) {
        Some(other) if other != id => Err("belongs to another node already".to_owned()),
        _ => Ok(text.to_owned()),
    }
}
