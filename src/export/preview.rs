//! What a diagram will be once it is exported: its template, the lines of each node, and what one node or arrow writes.
//!
//! Everything here is read from the stack and the template that an export prints; nothing is worked out a second time.
//! Must not know who looks.

mod rights;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use super::excerpt::{Line, added};
use super::{template_alone, yaml};
use crate::catalog::{Catalog, Dialect, Wiring};
use crate::diagram::{Diagram, Document, EdgeId, Element, NodeId};
use crate::stack::{Stack, Wire, lower};

/// What a diagram will be once it is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The template.
    pub template: Template,
    /// What the node or arrow that was asked about writes.
    pub written: Option<Written>,
}

/// A template, and whose its lines are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The text.
    pub text: String,
    /// The lines of each node's resources, from 0, in order.
    pub lines: BTreeMap<NodeId, Vec<Range<usize>>>,
}

/// What one node or arrow writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What triggers what by which means.
    pub wires: Vec<Sentence>,
    /// What becomes of what failed.
    pub failures: Vec<Sentence>,
    /// What roles and policies allow.
    pub rights: Vec<Right>,
    /// Environment variables.
    pub variables: Vec<Variable>,
    /// Resources: logical id and type.
    pub resources: Vec<(String, String)>,
    /// The lines of the template; of an arrow those that would not be there without it.
    pub lines: Vec<Line>,
    /// What the export cannot say, with the reason.
    pub left_out: Vec<String>,
}

/// What an arrow does, with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The arrow.
    pub edge: EdgeId,
    /// A sentence.
    pub words: String,
    /// What is set: name and value.
    pub settings: Vec<(String, String)>,
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// Whose role or policy it stands in.
    pub owner: String,
    /// The statement as it is written.
    pub text: String,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The function that gets it.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Its value as it is written.
    pub value: String,
}

/// The preview of a diagram in a dialect, with what one node or arrow writes.
#[must_use]
pub fn preview(diagram: &Diagram, catalog: &Catalog, dialect: Dialect, about: Option<Element>) -> Preview {
    let print = Print::of(diagram, catalog, dialect);
    let written = match about {
        Some(Element::Node(id)) => Some(of_node(diagram, catalog, &print, id)),
        Some(Element::Edge(id)) => Some(of_edge(diagram, catalog, dialect, &print, id)),
        Some(Element::Group(_) | Element::Note(_)) | None => None,
    };
    Preview { template: print.template, written }
}

/// A diagram, lowered and printed.
struct Print {
    stack: Stack,
    template: Template,
    /// Logical id of a resource of the template → its node.
    owners: BTreeMap<String, NodeId>,
    /// What neither stack nor dialect can say: subject and reason.
    left_out: Vec<(String, String)>,
}

impl Print {
    fn of(diagram: &Diagram, catalog: &Catalog, dialect: Dialect) -> Self {
        let (stack, _) = lower(diagram, catalog);
        let (text, owners, left_out) = template_alone(&stack, dialect);
        let lines = lines(&text, |section, id| match section {
            "Parameters:" => stack.parameters.get(id)?.node,
            "Conditions:" => stack.node_of_condition(id),
            "Resources:" => owners.get(id).copied(),
            "Outputs:" => stack.outputs.get(id)?.node,
            _ => None,
        });
        let left_out = left_out.into_iter().map(|left| (left.subject, left.reason)).collect();
        Self { stack, template: Template { text, lines }, owners, left_out }
    }
}

/// The lines of each node: from a logical id to the next; `owner` knows whose it is in a section.
fn lines(text: &str, owner: impl Fn(&str, &str) -> Option<NodeId>) -> BTreeMap<NodeId, Vec<Range<usize>>> {
    let mut lines: BTreeMap<NodeId, Vec<Range<usize>>> = BTreeMap::new();
    let mut open: Option<(NodeId, usize)> = None;
    let mut section = "";
    let count = text.lines().count();
    for (at, line) in text.lines().chain([""]).enumerate() {
        let indent = line.len() - line.trim_start().len();
        if indent > 2 && at < count {
            continue;
        }
        if let Some((node, start)) = open.take() {
            lines.entry(node).or_default().push(start..at);
        }
        if indent == 0 && !line.is_empty() {
            section = line;
        }
        let id = line.trim().split(':').next().unwrap_or_default().trim_matches('\'');
        open = owner(section, id).filter(|_| indent == 2).map(|node| (node, at));
    }
    lines
}

fn of_node(diagram: &Diagram, catalog: &Catalog, print: &Print, id: NodeId) -> Written {
    let stack = &print.stack;
    let own: Vec<&String> = print.owners.iter().filter(|(_, owner)| **owner == id).map(|(own, _)| own).collect();
    let is_own = |name: &String| own.contains(&name);
    let wires: Vec<&Wire> = stack.wires.iter().filter(|wire| is_own(&wire.from) || is_own(&wire.to)).collect();
    let text: Vec<&str> = print.template.text.lines().collect();
    let ranges = print.template.lines.get(&id).into_iter().flatten();
    let lines = ranges.flat_map(|range| &text[range.clone()]).map(|line| (*line).to_owned());
    let name = diagram.nodes().get(&id).map(|node| node.name.as_str()).unwrap_or_default();
    Written {
        wires: sentences(diagram, catalog, &wires, |wiring| !is_failure(wiring) && wiring != Wiring::Call),
        failures: sentences(diagram, catalog, &wires, is_failure),
        rights: rights::of(stack, |owner| is_own(owner)),
        variables: variables(stack).into_iter().filter(|(owner, _)| is_own(owner)).map(|(_, own)| own).collect(),
        resources: own.iter().map(|id| ((*id).clone(), type_of(&text, id))).collect(),
        lines: lines.map(|text| Line { text, is_new: false }).collect(),
        left_out: left_out(print, name),
    }
}

/// What is there with an arrow and not without it.
fn of_edge(diagram: &Diagram, catalog: &Catalog, dialect: Dialect, print: &Print, id: EdgeId) -> Written {
    let Some(edge) = diagram.edges().get(&id) else { return Written::default() };
    let mut without = Document::new(diagram.clone());
    // An arrow that cannot be taken away, since a definition is broken, leaves no lines of its own.
    without.transact(catalog, "Part", |edit| edit.disconnect(id)).ok();
    let before = Print::of(without.diagram(), catalog, dialect);
    let wires: Vec<&Wire> = print.stack.wires.iter().filter(|wire| wire.edge == id).collect();
    let name = |node| diagram.nodes().get(&node).map(|node| node.name.as_str()).unwrap_or_default();
    let known = variables(&before.stack);
    let lines = added(&before.template.text, &print.template.text);
    let text: Vec<&str> = print.template.text.lines().collect();
    let new = print.owners.keys().filter(|id| !before.owners.contains_key(*id));
    Written {
        wires: sentences(diagram, catalog, &wires, |wiring| !is_failure(wiring)),
        failures: sentences(diagram, catalog, &wires, is_failure),
        rights: rights::added(&before.stack, &print.stack),
        variables: variables(&print.stack).into_iter().filter(|own| !known.contains(own)).map(|(_, own)| own).collect(),
        resources: new.map(|id| (id.clone(), type_of(&text, id))).collect(),
        lines,
        left_out: left_out(print, &format!("{} → {}", name(edge.from), name(edge.to))),
    }
}

fn is_failure(wiring: Wiring) -> bool {
    matches!(wiring, Wiring::DeadLetter | Wiring::Destination)
}

fn left_out(print: &Print, subject: &str) -> Vec<String> {
    print.left_out.iter().filter(|(about, _)| about == subject).map(|(_, reason)| reason.clone()).collect()
}

/// The type that the template gives to a resource.
fn type_of(template: &[&str], id: &str) -> String {
    let head = format!("  {id}:");
    let mut after = template.iter().skip_while(|line| **line != head).skip(1);
    let line = after.find(|line| line.trim_start().starts_with("Type: "));
    line.map(|line| line.trim_start().trim_start_matches("Type: ").to_owned()).unwrap_or_default()
}

/// Every variable with the logical id of its function.
fn variables(stack: &Stack) -> Vec<(String, Variable)> {
    let mut all = Vec::new();
    for (id, variables) in &stack.variables {
        let owner = stack.resources.get(id).map_or(id, |resource| &resource.name);
        for (name, variable) in variables {
            let value = yaml::inline(&variable.value);
            all.push((id.clone(), Variable { owner: owner.clone(), name: name.clone(), value }));
        }
    }
    all
}

fn sentences(diagram: &Diagram, catalog: &Catalog, wires: &[&Wire], wanted: impl Fn(Wiring) -> bool) -> Vec<Sentence> {
    wires.iter().filter(|wire| wanted(wire.wiring)).filter_map(|wire| words::sentence(diagram, catalog, wire)).collect()
}

#[cfg(test)]
mod tests;
