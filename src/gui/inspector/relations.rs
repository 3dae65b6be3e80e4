//! What a node is joined to, in sections by what the arrows say.
//!
//! Must not know how arrows are drawn.

use eframe::egui::{Align, Frame, Layout, Margin, Rect, Sense, Ui, UiBuilder, vec2};
use egui_phosphor::regular as icon;

use super::Desk;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::{Catalog, Kind, Relation};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Edge, EdgeId, Element, NodeId};
use crate::gui::widgets::{Row, divider, icon_button, section};
use crate::picture::Port;

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

/// The sections that are there although they are empty, when the kind can have such arrows. What accesses others rarely
/// triggers them: its “Triggers” come with the first arrow.
const ALWAYS: [&str; 4] = ["Triggered by", "Triggers", "Accesses", "On failure"];

/// Shows the sections that have something, and those that a person will look for.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, id: NodeId) {
    let diagram = desk.open.document.diagram();
    let Some(node) = diagram.nodes().get(&id) else { return };
    let kind = desk.workspace.catalog().kind(&node.kind);
    let accesses = possible(desk.workspace.catalog(), kind, Relation::Accesses, Place::From);
    for (title, relation, place) in SECTIONS {
        let here = |edge: &Edge| if place == Place::From { edge.from } else { edge.to };
        let edges: Vec<(EdgeId, &Edge)> =
            diagram.edges_of(id).filter(|(_, edge)| edge.relation == relation && here(edge) == id).collect();
        let is_possible = possible(desk.workspace.catalog(), kind, relation, place);
        let is_awaited = is_possible && ALWAYS.contains(&title) && !(title == "Triggers" && accesses);
        if edges.is_empty() && !is_awaited {
            continue;
        }
        ui.add_space(8.0);
        head(ui, desk, id, (title, relation, place), is_possible);
        for (edge_id, edge) in edges {
            row(ui, desk, edge_id, edge, place);
        }
        ui.add_space(8.0);
        divider(ui);
    }
}

/// Whether a kind can have such an arrow at all.
fn possible(catalog: &Catalog, kind: &Kind, relation: Relation, place: Place) -> bool {
    let has = |row: &crate::catalog::Capability| match place {
        Place::From => kind.offers.contains(&row.offers),
        Place::To => kind.accepts.contains(&row.accepts),
    };
    catalog.capabilities().iter().any(|row| row.relation == relation && has(row))
}

fn head(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    id: NodeId,
    (title, relation, place): (&str, Relation, Place),
    is_possible: bool,
) {
    let frame = Frame::new().inner_margin(Margin { left: 16, right: 12, top: 0, bottom: 0 });
    frame.show(ui, |ui| {
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 28.0), Layout::right_to_left(Align::Center), |ui| {
            if is_possible && icon_button(ui, icon::PLUS, 24.0, &format!("Add to “{title}”"), true).clicked() {
                let port = if place == Place::From { Port::Out } else { Port::In };
                desk.commands.push(Command::AskConnect(id, port, Some(relation)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| section(ui, title));
        });
    });
}

fn row(ui: &mut Ui, desk: &mut Desk<'_>, edge_id: EdgeId, edge: &Edge, place: Place) {
    let other = if place == Place::From { edge.to } else { edge.from };
    let Some(node) = desk.open.document.diagram().nodes().get(&other) else { return };
    let kind = Some(desk.workspace.catalog().kind(&node.kind));
    let (detail, chip, title) = (detail(edge, desk.workspace), chip(edge), node.name.as_str());
    let row = Row { title, detail: &detail, kind, chip: &chip, inset: 4.0, outset: 28.0, ..Row::default() };
    let shown = row.show(ui, 40.0, Sense::click());
    let at = Rect::from_center_size(shown.rect.right_center() - vec2(24.0, 0.0), vec2(24.0, 24.0));
    let mut corner = ui.new_child(UiBuilder::new().max_rect(at));
    let label = format!("Show the arrow of {title}");
    let element = if icon_button(&mut corner, icon::FLOW_ARROW, 24.0, &label, true).clicked() {
        Element::Edge(edge_id)
    } else if shown.clicked() {
        Element::Node(other)
    } else {
        return;
    };
    desk.commands.push(Command::Select([element].into(), Choose::Only));
    desk.commands.push(Command::Reveal(element));
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
        // On and off say nothing by themselves.
        let name = if value.is_boolean() { format!("{}: ", field.label) } else { String::new() };
        Some(name + &field.shown(value))
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
