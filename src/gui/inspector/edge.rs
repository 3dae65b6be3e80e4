//! An arrow: what it says in words, its settings, its access level, its number and its words.
//!
//! Must not know how it is drawn.

use eframe::egui::{Id, Label, RichText, Ui};
use serde_json::Value;

use super::draft::{Drafts, Spec};
use super::fields::{Subject, labelled, select, setting};
use super::padded;
use crate::app::{Choose, Command, Workspace};
use crate::catalog::{Capability, Catalog, Field, FieldType, Relation, Wiring, is_set};
use crate::diagram::edit::{ACCESS, ACTIONS};
use crate::diagram::{Edge, EdgeId, Element, Node};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Row, caption, divider, section};
use crate::picture::text::Face;

/// Shows it.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, id: EdgeId, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let (Some(open), catalog) = (workspace.open(), workspace.catalog()) else { return };
    let diagram = open.document.diagram();
    let Some(edge) = diagram.edges().get(&id) else { return };
    let (Some(from), Some(to)) = (diagram.nodes().get(&edge.from), diagram.nodes().get(&edge.to)) else { return };
    let told = open.picture.edges().get(&id).map(|shape| shape.told.clone()).unwrap_or_default();
    padded(ui, |ui| heading(ui, &told, relation_words(edge.relation)));
    ends(ui, catalog, [(edge.from, from), (edge.to, to)], commands);
    divider(ui);
    let capability = catalog.connection(catalog.kind(&from.kind), catalog.kind(&to.kind), Some(edge.relation)).ok();
    padded(ui, |ui| {
        section(ui, "Settings");
        ui.add_space(4.0);
        let set = |key: &str, value: Option<Value>| Command::SetEdge(id, key.to_owned(), value);
        let subject = Subject { id: Id::new(("edge field", id.0)), set: &set, file_size: &|_| None };
        for field in capability.map(|capability| relevant(capability, edge)).unwrap_or_default() {
            setting(ui, &subject, field, edge.settings.get(&field.key), drafts, commands);
        }
        if capability.is_some_and(|capability| capability.wiring == Wiring::Call) {
            access(ui, id, edge, catalog.kind(&to.kind), commands);
        }
        story(ui, id, edge, drafts, commands);
    });
}

fn relation_words(relation: Relation) -> &'static str {
    match relation {
        Relation::Triggers => "An arrow that triggers",
        Relation::Accesses => "An arrow that gives access",
        Relation::DeadLetters => "An arrow that keeps what failed",
        Relation::Authorizes => "An arrow that decides who may call",
    }
}

/// Words in the size of a heading, and a line under them.
pub(super) fn heading(ui: &mut Ui, words: &str, under: &str) {
    let text = RichText::new(words).font(fonts::font(Face::SemiBold, 15.0)).color(colour(tokens(ui).text));
    ui.add(Label::new(text).wrap());
    caption(ui, under);
}

fn ends(ui: &mut Ui, catalog: &Catalog, ends: [(crate::diagram::NodeId, &Node); 2], commands: &mut Vec<Command>) {
    for ((id, node), way) in ends.into_iter().zip(["From", "To"]) {
        let kind = catalog.kind(&node.kind);
        let detail = format!("{way} · {}", kind.label);
        let row = Row { title: &node.name, detail: &detail, kind: Some(kind), inset: 4.0, ..Row::default() };
        if row.show(ui, 40.0, eframe::egui::Sense::click()).clicked() {
            commands.push(Command::Select([Element::Node(id)].into(), Choose::Only));
        }
    }
    ui.add_space(8.0);
}

/// The fields that apply: those that depend on another appear when that one is set.
fn relevant<'c>(capability: &'c Capability, edge: &Edge) -> Vec<&'c Field> {
    let value = |key: &str| {
        let default = || capability.field(key).and_then(|field| field.default.as_ref());
        edge.settings.get(key).or_else(default)
    };
    let applies = |field: &&Field| field.when.as_deref().is_none_or(|other| value(other).is_some_and(is_set));
    capability.fields.iter().filter(applies).collect()
}

/// How far the access goes.
fn access(ui: &mut Ui, id: EdgeId, edge: &Edge, target: &crate::catalog::Kind, commands: &mut Vec<Command>) {
    let levels = target.access_levels();
    if levels.is_empty() || edge.relation != Relation::Accesses {
        return;
    }
    if let Some(Value::Array(actions)) = edge.settings.get(ACTIONS) {
        let named: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
        caption(ui, &format!("Gives the named actions: {}.", named.join(", ")));
        return;
    }
    let words: Vec<String> = levels.iter().map(|level| level.replace('_', " and ")).collect();
    let options: Vec<(&str, &str)> = levels.iter().copied().zip(words.iter().map(String::as_str)).collect();
    let chosen = edge.settings.get(ACCESS).and_then(Value::as_str).unwrap_or_default();
    labelled(ui, "Access", |ui| {
        if let Some(level) = select(ui, Id::new(("access", id.0)), "Access", &options, chosen) {
            commands.push(Command::SetEdge(id, ACCESS.to_owned(), Some(Value::from(level))));
        }
    });
}

/// Its number in the story of the diagram, and its words.
fn story(ui: &mut Ui, id: EdgeId, edge: &Edge, drafts: &mut Drafts, commands: &mut Vec<Command>) {
    let number = step_field();
    let set = |key: &str, value: Option<Value>| match key {
        "step" => Command::NumberEdge(id, value.and_then(|value| value.as_i64()).and_then(|step| step.try_into().ok())),
        _ => Command::LabelEdge(id, value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()),
    };
    let subject = Subject { id: Id::new(("edge story", id.0)), set: &set, file_size: &|_| None };
    let step = edge.step.map(Value::from);
    setting(ui, &subject, &number, step.as_ref(), drafts, commands);
    labelled(ui, "Label", |ui| {
        let shown = edge.label.as_deref().unwrap_or_default();
        let spec = Spec {
            id: Id::new(("edge label", id.0)),
            label: "Label",
            shown,
            hint: "no words",
            unit: "",
            set: (Face::Regular, 13.0),
            quiet: false,
            lines: 1,
            restore: Command::LabelEdge(id, shown.to_owned()),
        };
        drafts.text(ui, &spec, |text| Ok(Command::LabelEdge(id, text.to_owned())), commands);
    });
}

/// The step number as a setting, so that it is edited as all numbers are.
fn step_field() -> Field {
    Field {
        key: "step".to_owned(),
        label: "Step".to_owned(),
        field_type: FieldType::Integer,
        form: crate::catalog::TextForm::Any,
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
