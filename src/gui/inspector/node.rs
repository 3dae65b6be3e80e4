//! A node: its name, its settings, and what it is joined to.
//!
//! Must not know how settings are edited.

use eframe::egui::{Align2, Id, Rect, Sense, Ui, vec2};

use super::draft::Spec;
use super::{Desk, Tab, alarms, menu, padded, relations, settings, usage, writes};
use crate::app::Command;
use crate::catalog::{Dialect, Kind};
use crate::diagram::change::MAX_NAME_LENGTH;
use crate::diagram::{Diagram, Element, Node, NodeId};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, divider, text_line, tile};
use crate::picture::text::Face;

/// Shows it.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, id: NodeId) {
    let (diagram, catalog) = (desk.open.document.diagram(), desk.workspace.catalog());
    let Some(node) = diagram.nodes().get(&id) else { return };
    let kind = catalog.kind(&node.kind);
    header(ui, desk, (id, node), kind);
    alarms::ui(ui, desk, id);
    desk.tab.ui(ui);
    divider(ui);
    if *desk.tab == Tab::Writes {
        writes::ui(ui, desk, Element::Node(id));
        return;
    }
    if *desk.tab == Tab::Usage {
        usage::nodes(ui, desk, &[id]);
        return;
    }
    if !desk.fields.is_empty() {
        padded(ui, |ui| settings::ui(ui, desk, &[Element::Node(id)], &types(kind)));
        divider(ui);
    }
    if let Some(raw) = &node.raw {
        settings::kept(ui, raw);
        divider(ui);
    }
    relations::ui(ui, desk, id);
    writes::short(ui, desk, Element::Node(id));
}

/// What each dialect calls the kind; dialects that agree stand together.
fn types(kind: &Kind) -> Vec<(String, String)> {
    let mut types: Vec<(String, String)> = Vec::new();
    for (dialect, type_name) in &kind.types {
        let name = match dialect {
            Dialect::Sam => "SAM",
            Dialect::CloudFormation => "CloudFormation",
        };
        match types.iter_mut().find(|(_, known)| known == type_name) {
            Some((dialects, _)) => *dialects = format!("{dialects}, {name}"),
            None => types.push((name.to_owned(), type_name.clone())),
        }
    }
    types
}

fn header(ui: &mut Ui, desk: &mut Desk<'_>, (id, node): (NodeId, &Node), kind: &Kind) {
    let diagram = desk.open.document.diagram();
    let is_known = desk.workspace.catalog().get(&node.kind).is_some();
    let label = if is_known { kind.label.as_str() } else { node.kind.as_str() };
    let under = format!("{label} · {id}");
    padded(ui, |ui| {
        let t = tokens(ui);
        ui.horizontal_top(|ui| {
            let (rect, response) = ui.allocate_exact_size(vec2(40.0, 40.0), Sense::hover());
            tile(ui.painter(), Rect::from_center_size(rect.center(), vec2(40.0, 40.0)), kind, t);
            response.on_hover_text(&kind.help);
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 0.0;
                let spec = Spec {
                    set: (Face::SemiBold, 15.0),
                    quiet: true,
                    help: "Its name here; the template's logical id is made of it.",
                    ..Spec::new(Id::new(("node name", id.0)), "Name", &node.name)
                };
                let judge = |text: &str| named(text, id, diagram).map(|text| Command::Rename(id, text));
                desk.drafts.text(ui, &spec, judge, desk.commands);
                desk.drafts.refusal(ui, spec.id, spec.label);
                let (rect, shown) = ui.allocate_exact_size(vec2(ui.available_width(), 14.0), Sense::hover());
                let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
                let at = rect.left_center() + vec2(8.0, 0.0);
                text_line(ui.painter(), at, Align2::LEFT_CENTER, &under, rect.width() - 8.0, set);
                shown.on_hover_text(&under);
            });
            menu::ui(ui, desk.workspace, menu::OF_NODE, desk.commands);
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
