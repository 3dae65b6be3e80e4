//! What a node is joined to, in sections by what the arrows say.
//!
//! Must not know how arrows are drawn.

use eframe::egui::{Rect, Sense, Ui, UiBuilder, vec2};
use egui_phosphor::regular as icon;

use super::padded;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::Relation;
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Edge, Element, NodeId};
use crate::gui::widgets::{Row, divider, icon_button, section};

/// Whether the node is where an arrow starts or where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    From,
    To,
}

/// The sections in their order.
const SECTIONS: [(&str, Relation, Place); 8] = [
    ("Triggered by", Relation::Triggers, Place::To),
    ("Triggers", Relation::Triggers, Place::From),
    ("Accesses", Relation::Accesses, Place::From),
    ("Accessed by", Relation::Accesses, Place::To),
    ("Authorized by", Relation::Authorizes, Place::To),
    ("Authorizes", Relation::Authorizes, Place::From),
    ("On failure", Relation::DeadLetters, Place::From),
    ("Takes failures of", Relation::DeadLetters, Place::To),
];

/// Shows the sections that have something.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, id: NodeId, commands: &mut Vec<Command>) {
    let Some(open) = workspace.open() else { return };
    let diagram = open.document.diagram();
    for (title, relation, place) in SECTIONS {
        let here = |edge: &Edge| if place == Place::From { edge.from } else { edge.to };
        let edges: Vec<_> =
            diagram.edges_of(id).filter(|(_, edge)| edge.relation == relation && here(edge) == id).collect();
        if edges.is_empty() {
            continue;
        }
        padded(ui, |ui| section(ui, title));
        ui.add_space(-8.0);
        for (edge_id, edge) in edges {
            let other = if place == Place::From { edge.to } else { edge.from };
            let Some(node) = diagram.nodes().get(&other) else { continue };
            let kind = workspace.catalog().kind(&node.kind);
            let (detail, chip) = (detail(edge, workspace), chip(edge));
            let (title, kind) = (node.name.as_str(), Some(kind));
            let row = Row { title, detail: &detail, kind, chip: &chip, inset: 4.0, outset: 28.0, ..Row::default() };
            let shown = row.show(ui, 40.0, Sense::click());
            let place = Rect::from_center_size(shown.rect.right_center() - vec2(24.0, 0.0), vec2(24.0, 24.0));
            let mut corner = ui.new_child(UiBuilder::new().max_rect(place));
            let label = format!("Show the arrow of {title}");
            if icon_button(&mut corner, icon::FLOW_ARROW, 24.0, &label, true).clicked() {
                commands.push(Command::Select([Element::Edge(edge_id)].into(), Choose::Only));
            } else if shown.clicked() {
                commands.push(Command::Select([Element::Node(other)].into(), Choose::Only));
            }
        }
        ui.add_space(12.0);
        divider(ui);
    }
}

/// What an arrow has set, as its fields say it.
fn detail(edge: &Edge, workspace: &Workspace) -> String {
    let Some(open) = workspace.open() else { return String::new() };
    let (catalog, nodes) = (workspace.catalog(), open.document.diagram().nodes());
    let (Some(from), Some(to)) = (nodes.get(&edge.from), nodes.get(&edge.to)) else { return String::new() };
    let (from, to) = (catalog.kind(&from.kind), catalog.kind(&to.kind));
    let Ok(capability) = catalog.connection(from, to, Some(edge.relation)) else { return String::new() };
    let set = capability.fields.iter().filter_map(|field| {
        let value = edge.settings.get(&field.key)?;
        Some(field.shown(value))
    });
    let set: Vec<String> = set.filter(|text| !text.is_empty()).take(3).collect();
    let level = edge.settings.get(ACCESS).and_then(|value| value.as_str());
    if let Some(level) = level.filter(|_| set.is_empty()) {
        let actions = to.grants_of(level).flat_map(|grant| &grant.actions);
        let names: Vec<&str> = actions.filter_map(|action| action.split(':').next_back()).take(4).collect();
        return names.join(", ");
    }
    if set.is_empty() { capability.verb.trim_end_matches(',').to_owned() } else { set.join(" · ") }
}

/// How far an access goes.
fn chip(edge: &Edge) -> String {
    let level = edge.settings.get(ACCESS).and_then(|value| value.as_str()).unwrap_or_default();
    match (edge.settings.contains_key(ACTIONS), edge.step) {
        (true, _) => "actions".to_owned(),
        (false, _) if !level.is_empty() => level.replace('_', " "),
        (false, Some(step)) => format!("step {step}"),
        (false, None) => String::new(),
    }
}
