//! What must hold in every diagram, as code: swept after each command in tests and after each file that is opened.
//!
//! Must not know how a diagram came about.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::definition_path;
use super::model::{Diagram, Edge, EdgeId, NodeId};
use super::{names, workflow};
use crate::catalog::{Catalog, Relation, TextForm, Wiring};

/// Everything that is wrong, a sentence each; empty for a sound diagram.
#[must_use]
pub fn integrity(diagram: &Diagram, catalog: &Catalog) -> Vec<String> {
    let mut problems = Vec::new();
    names_differ(diagram, &mut problems);
    references_exist(diagram, &mut problems);
    ids_were_given(diagram, &mut problems);
    for path in diagram.files.keys().filter(|path| !TextForm::Path.allows(path)) {
        problems.push(format!("The text `{path}` has a path that leaves its folder."));
    }
    let (missing, surplus) = workflow_edges(diagram, catalog);
    let name = |id: NodeId| diagram.nodes.get(&id).map_or_else(|| id.to_string(), |node| node.name.clone());
    for (from, to) in missing {
        problems.push(format!("{} runs {} in its definition, but no arrow shows it.", name(from), name(to)));
    }
    for id in surplus {
        let edge = &diagram.edges[&id];
        problems.push(format!(
            "The definition of {} does not run {}, as the arrow {id} says.",
            name(edge.from),
            name(edge.to)
        ));
    }
    problems
}

fn names_differ(diagram: &Diagram, problems: &mut Vec<String>) {
    let mut seen = BTreeMap::new();
    for (id, node) in &diagram.nodes {
        if node.name.trim().is_empty() {
            problems.push(format!("The node {id} has no name."));
        }
        if node.name.chars().count() > super::change::MAX_NAME_LENGTH {
            problems.push(format!("The name of the node {id} is too long."));
        }
        if let Some(other) = seen.insert(node.name.as_str(), *id) {
            problems.push(format!("The nodes {other} and {id} are both named {}.", node.name));
        }
    }
}

fn references_exist(diagram: &Diagram, problems: &mut Vec<String>) {
    let mut joined = BTreeSet::new();
    for (id, edge) in &diagram.edges {
        for end in [edge.from, edge.to].into_iter().filter(|end| !diagram.nodes.contains_key(end)) {
            problems.push(format!("The edge {id} ends at the node {end}, which is not there."));
        }
        if !joined.insert((edge.from, edge.to, edge.relation)) {
            problems.push(format!("The edge {id} stands twice."));
        }
    }
    for (id, node) in &diagram.nodes {
        if let Some(group) = node.group.filter(|group| !diagram.groups.contains_key(group)) {
            problems.push(format!("The node {id} stands in the group {group}, which is not there."));
        }
    }
    for (id, note) in &diagram.notes {
        if let Some(node) = note.attached.filter(|node| !diagram.nodes.contains_key(node)) {
            problems.push(format!("The note {id} is attached to the node {node}, which is not there."));
        }
    }
    groups_nest(diagram, problems);
}

fn groups_nest(diagram: &Diagram, problems: &mut Vec<String>) {
    for (id, group) in &diagram.groups {
        let mut above = group.parent;
        let mut steps = 0;
        while let Some(parent) = above {
            let Some(group) = diagram.groups.get(&parent) else {
                problems.push(format!("The group {id} stands in the group {parent}, which is not there."));
                break;
            };
            steps += 1;
            if parent == *id || steps > diagram.groups.len() {
                problems.push(format!("The group {id} stands inside itself."));
                break;
            }
            above = group.parent;
        }
    }
}

fn ids_were_given(diagram: &Diagram, problems: &mut Vec<String>) {
    let ids = diagram.nodes.keys().map(|id| id.0).chain(diagram.edges.keys().map(|id| id.0));
    let ids = ids.chain(diagram.groups.keys().map(|id| id.0)).chain(diagram.notes.keys().map(|id| id.0));
    if let Some(beyond) = ids.max().filter(|max| *max >= diagram.next_id) {
        problems.push(format!("The id {beyond} was never given out: `next_id` is {}.", diagram.next_id));
    }
}

/// Where the arrows of workflows differ from their definitions: arrows that are missing, and arrows too many.
#[must_use]
pub fn workflow_edges(diagram: &Diagram, catalog: &Catalog) -> (Vec<(NodeId, NodeId)>, Vec<EdgeId>) {
    let (mut missing, mut surplus) = (Vec::new(), Vec::new());
    let workflows = diagram.nodes.keys().filter_map(|id| Some((*id, definition_path(diagram, catalog, *id)?)));
    let workflows: Vec<(NodeId, String)> = workflows.collect();
    if workflows.is_empty() {
        return (missing, surplus);
    }
    let by_name: BTreeMap<String, NodeId> =
        names::logical_names(diagram).into_iter().map(|(id, name)| (name, id)).collect();
    for (id, path) in workflows {
        let calls = diagram.files.get(&path).map(|text| workflow::calls(text)).unwrap_or_default();
        let called: BTreeSet<NodeId> = calls.iter().filter_map(|name| by_name.get(name).copied()).collect();
        let can_run = |to: &NodeId| {
            let target = diagram.nodes.get(to).map(|node| catalog.kind(&node.kind));
            let source = catalog.kind(&diagram.nodes[&id].kind);
            let row = target.and_then(|target| catalog.connection(source, target, Some(Relation::Triggers)).ok());
            row.is_some_and(|row| row.wiring == Wiring::WorkflowTask)
        };
        let triggers = |edge: &Edge| edge.from == id && edge.relation == Relation::Triggers && can_run(&edge.to);
        let drawn: BTreeMap<NodeId, EdgeId> = diagram
            .edges
            .iter()
            .filter(|(_, edge)| triggers(edge))
            .map(|(edge_id, edge)| (edge.to, *edge_id))
            .collect();
        missing.extend(called.iter().filter(|to| !drawn.contains_key(to) && can_run(to)).map(|to| (id, *to)));
        surplus.extend(drawn.iter().filter(|(to, _)| !called.contains(to)).map(|(_, edge)| *edge));
    }
    (missing, surplus)
}
