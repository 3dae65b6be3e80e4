//! The tree of containers, nodes, arrows and notes as a list of rows, in reading order: left to right, then down.
//!
//! Must not know how rows look.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, KindId, Relation};
use crate::diagram::{Diagram, Edge, Element, Node, NodeId, Note};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// What it is about.
    pub(super) element: Element,
    /// How many rows stand above it in the tree.
    pub(super) depth: usize,
    /// What is read.
    pub(super) name: String,
    /// What it is, in words.
    pub(super) detail: String,
    /// What is edited when it is renamed.
    pub(super) text: String,
    /// Its kind, if it has one.
    pub(super) kind: Option<KindId>,
    /// It has the letters of the filter itself; others are shown for what is in them.
    pub(super) fits: bool,
    /// Whether what stands in it is shown; `None` when nothing does.
    pub(super) is_open: Option<bool>,
}

impl Entry {
    /// The row above it in the tree.
    pub(super) fn parent(rows: &[Self], at: usize) -> Option<usize> {
        (0..at).rev().find(|above| rows[*above].depth < rows[at].depth)
    }
}

/// What stands under something, with its place.
type Children = BTreeMap<Option<Element>, Vec<((i32, i32), Entry)>>;

/// The rows: what has the letters of the filter, and what is around it. Whoever filters sees into everything; otherwise
/// containers are open and nodes closed, except those that were `toggled`.
pub(super) fn entries(diagram: &Diagram, catalog: &Catalog, query: &str, toggled: &BTreeSet<Element>) -> Vec<Entry> {
    let query = query.trim().to_lowercase();
    let mut children = Children::new();
    let mut put = |parent: Option<Element>, place: (i32, i32), mut entry: Entry| {
        entry.fits = [&entry.name, &entry.detail, &entry.text].iter().any(|text| text.to_lowercase().contains(&query));
        children.entry(parent).or_default().push((place, entry));
    };
    for (id, node) in diagram.nodes() {
        let entry = named(Element::Node(*id), &node.name, catalog, &node.kind);
        put(node.group.map(Element::Group), (node.position.x, node.position.y), entry);
    }
    for (id, group) in diagram.groups() {
        let entry = named(Element::Group(*id), &group.name, catalog, &group.kind);
        put(group.parent.map(Element::Group), (group.frame.x, group.frame.y), entry);
    }
    for (at, (id, edge)) in (0..).zip(diagram.edges()) {
        put(Some(Element::Node(edge.from)), (0, at), of_edge(Element::Edge(*id), edge, diagram.nodes()));
    }
    for (id, note) in diagram.notes() {
        let place = if note.attached.is_some() { (1, 0) } else { (note.position.x, note.position.y) };
        put(note.attached.map(Element::Node), place, of_note(Element::Note(*id), note));
    }
    children.values_mut().for_each(|level| level.sort_by_key(|(place, entry)| (*place, entry.element)));
    let mut rows = Vec::new();
    let is_open =
        |element: Element| !query.is_empty() || matches!(element, Element::Group(_)) != toggled.contains(&element);
    level(&mut children, None, 0, &is_open, &mut rows);
    rows
}

fn named(element: Element, name: &str, catalog: &Catalog, kind: &KindId) -> Entry {
    let label = &catalog.kind(kind).label;
    let detail = if label == name { String::new() } else { label.clone() };
    let (name, text, kind) = (name.to_owned(), name.to_owned(), Some(kind.clone()));
    Entry { element, depth: 0, name, detail, text, kind, fits: false, is_open: None }
}

fn of_edge(element: Element, edge: &Edge, nodes: &BTreeMap<NodeId, Node>) -> Entry {
    let to = nodes.get(&edge.to).map(|node| node.name.as_str()).unwrap_or_default();
    let says = match edge.relation {
        Relation::Triggers => "triggers",
        Relation::Accesses => "accesses",
        Relation::DeadLetters => "failures",
        Relation::Authorizes => "authorizes",
    };
    let text = edge.label.clone().unwrap_or_default();
    let step = edge.step.map(|step| format!("step {step}"));
    let words = (!text.is_empty()).then(|| text.clone());
    let detail: Vec<String> = std::iter::once(says.to_owned()).chain(step).chain(words).collect();
    // The other end comes first: it tells the arrows of a node apart where there is little room.
    let (name, detail) = (to.to_owned(), detail.join(" · "));
    Entry { element, depth: 0, name, detail, text, kind: None, fits: false, is_open: None }
}

fn of_note(element: Element, note: &Note) -> Entry {
    let first = note.text.lines().next().unwrap_or_default();
    let name = if note.title.is_empty() { first } else { &note.title };
    let (name, text) = (name.to_owned(), note.title.clone());
    Entry { element, depth: 0, name, detail: "Note".to_owned(), text, kind: None, fits: false, is_open: None }
}

/// Adds what stands under something.
fn level(
    children: &mut Children,
    parent: Option<Element>,
    depth: usize,
    is_open: &dyn Fn(Element) -> bool,
    rows: &mut Vec<Entry>,
) {
    for (_, entry) in children.remove(&parent).unwrap_or_default() {
        let (element, at, is_kept) = (entry.element, rows.len(), entry.fits);
        let opens = children.contains_key(&Some(element)).then(|| is_open(element));
        rows.push(Entry { depth, is_open: opens, ..entry });
        if opens == Some(true) {
            level(children, Some(element), depth + 1, is_open, rows);
        }
        if !is_kept && rows.len() == at + 1 {
            rows.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_of_the_references_has_a_row_and_is_found() {
        let catalog = Catalog::builtin();
        for (name, text) in crate::diagram::REFERENCES {
            let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect(name);
            let (nodes, groups, notes) = (diagram.nodes(), diagram.groups(), diagram.notes());
            let rows = entries(&diagram, &catalog, "", &BTreeSet::new());
            let loose = notes.values().filter(|note| note.attached.is_none()).count();
            assert_eq!(rows.len(), nodes.len() + groups.len() + loose, "{name}");
            let opened: BTreeSet<Element> = nodes.keys().map(|id| Element::Node(*id)).collect();
            let all = entries(&diagram, &catalog, "", &opened);
            assert_eq!(all.len(), nodes.len() + groups.len() + notes.len() + diagram.edges().len(), "{name}");
            for node in nodes.values() {
                let found = entries(&diagram, &catalog, &node.name.to_uppercase(), &BTreeSet::new());
                assert!(found.iter().any(|row| row.name == node.name && row.fits), "{}", node.name);
                assert!(found.iter().all(|row| row.fits || row.is_open == Some(true)), "{}", node.name);
            }
            let closed: BTreeSet<Element> = groups.keys().map(|id| Element::Group(*id)).collect();
            let top = entries(&diagram, &catalog, "", &closed);
            assert!(top.iter().all(|row| row.depth == 0), "{name}");
            for at in 0..all.len() {
                let parent = Entry::parent(&all, at);
                assert_eq!(
                    parent.map(|above| all[above].depth + 1),
                    (all[at].depth > 0).then_some(all[at].depth),
                    "{name}"
                );
            }
        }
    }
}
