//! An arrow: what it says in words, its ends, its settings, its access, its number and its words.
//!
//! Must not know how it is drawn.

use eframe::egui::{Id, Sense, Ui};
use serde_json::Value;

use super::draft::Spec;
use super::fields::{Subject, column, labelled, setting};
use super::{Desk, Tab, access, heading, menu, padded, settings, usage, writes};
use crate::app::fields::{CommonField, Shared, capability};
use crate::app::{Choose, Command};
use crate::catalog::{Field, FieldType, Relation, TextForm};
use crate::diagram::{Edge, EdgeId, Element, Node, NodeId};
use crate::gui::widgets::{Row, divider};

/// Shows it.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, id: EdgeId) {
    let (diagram, catalog) = (desk.open.document.diagram(), desk.workspace.catalog());
    let Some(edge) = diagram.edges().get(&id) else { return };
    let (Some(from), Some(to)) = (diagram.nodes().get(&edge.from), diagram.nodes().get(&edge.to)) else { return };
    let told = desk.open.picture.edges().get(&id).map(|shape| shape.told.clone()).unwrap_or_default();
    let wiring = capability(diagram, catalog, edge).map(|row| row.wiring.to_string().replace('_', " "));
    let under = format!("{} · {} · {id}", relation_words(edge.relation), wiring.unwrap_or_default());
    padded(ui, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                heading(ui, &told, &under);
            });
            menu::ui(ui, desk.workspace, menu::OF_EDGE, desk.commands);
        });
    });
    ends(ui, desk, [(edge.from, from), (edge.to, to)]);
    desk.tab.ui(ui);
    divider(ui);
    let element = Element::Edge(id);
    if *desk.tab == Tab::Writes {
        writes::ui(ui, desk, element);
        return;
    }
    if *desk.tab == Tab::Usage {
        usage::edge(ui, desk, id);
        return;
    }
    let levels = access::common(desk, &[element]);
    if !desk.fields.is_empty() || levels.is_some() {
        padded(ui, |ui| {
            settings::ui(ui, desk, &[element], &[]);
            levels.iter().for_each(|levels| access::level(ui, desk, &[element], levels));
            access::actions(ui, desk, element);
        });
        divider(ui);
    }
    padded(ui, |ui| story(ui, desk, id, edge));
}

fn relation_words(relation: Relation) -> &'static str {
    match relation {
        Relation::Triggers => "Triggers",
        Relation::Accesses => "Gives access",
        Relation::DeadLetters => "Keeps what failed",
        Relation::Authorizes => "Decides who may call",
    }
}

fn ends(ui: &mut Ui, desk: &mut Desk<'_>, ends: [(NodeId, &Node); 2]) {
    for ((id, node), way) in ends.into_iter().zip(["From", "To"]) {
        let kind = desk.workspace.catalog().kind(&node.kind);
        let detail = format!("{way} · {}", kind.label);
        let row = Row { title: &node.name, detail: &detail, kind: Some(kind), inset: 4.0, ..Row::default() };
        if row.show(ui, 40.0, Sense::click()).clicked() {
            desk.commands.push(Command::Select([Element::Node(id)].into(), Choose::Only));
            desk.commands.push(Command::Reveal(Element::Node(id)));
        }
    }
    ui.add_space(8.0);
}

/// Its number in the story of the diagram, and its words.
fn story(ui: &mut Ui, desk: &mut Desk<'_>, id: EdgeId, edge: &Edge) {
    let set = |_: &str, value: Option<Value>| {
        Command::NumberEdge(id, value.and_then(|value| value.as_i64()).and_then(|step| step.try_into().ok()))
    };
    let subject =
        Subject { id: Id::new(("edge story", id.0)), set: &set, file_size: &|_| None, column: column(&[]), types: &[] };
    let step = CommonField { field: step_field(), shared: Shared::Same(edge.step.map(Value::from)) };
    setting(ui, &subject, &step, desk.drafts, desk.commands);
    labelled(ui, "Label", column(&[]), |ui| {
        let shown = edge.label.as_deref().unwrap_or_default();
        let spec = Spec {
            hint: "no words",
            help: "Words beside the arrow.",
            ..Spec::new(Id::new(("edge label", id.0)), "Label", shown)
        };
        desk.drafts.text(ui, &spec, |text| Ok(Command::LabelEdge(id, text.to_owned())), desk.commands);
    });
}

/// The step number as a setting, so that it is edited as all numbers are.
fn step_field() -> Field {
    Field {
        key: "step".to_owned(),
        label: "Step".to_owned(),
        field_type: FieldType::Integer,
        form: TextForm::Any,
        unit: String::new(),
        default: None,
        min: Some(1),
        max: None,
        choices: Vec::new(),
        when: None,
        required: false,
        help: "The number of this arrow in the story that the diagram tells.".to_owned(),
        vendor: String::new(),
        properties: Vec::new(),
    }
}
