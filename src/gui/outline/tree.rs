//! The tree of containers and nodes as a list of rows, in reading order: left to right, then down.
//!
//! Must not know how rows look.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, KindId};
use crate::diagram::{Diagram, Element, GroupId};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// What it is about.
    pub(super) element: Element,
    /// How many containers stand around it.
    pub(super) depth: usize,
    /// Its name.
    pub(super) name: String,
    /// Its kind.
    pub(super) kind: KindId,
    /// It has the letters of the filter itself; others are shown for what is in them.
    pub(super) fits: bool,
}

impl Entry {
    /// The container that it is about.
    pub(super) fn group(&self) -> Option<GroupId> {
        match self.element {
            Element::Group(id) => Some(id),
            _ => None,
        }
    }
}

/// What stands in each container, with its place.
type Children = BTreeMap<Option<GroupId>, Vec<((i32, i32), Entry)>>;

/// The rows: what has the letters of the filter, and the containers around it. Whoever filters sees into every container.
pub(super) fn entries(diagram: &Diagram, catalog: &Catalog, query: &str, folded: &BTreeSet<GroupId>) -> Vec<Entry> {
    let query = query.trim().to_lowercase();
    let fits = |name: &str, kind: &KindId| {
        name.to_lowercase().contains(&query) || catalog.kind(kind).label.to_lowercase().contains(&query)
    };
    let entry = |element, name: &str, kind: &KindId| {
        let fits = fits(name, kind);
        Entry { element, depth: 0, name: name.to_owned(), kind: kind.clone(), fits }
    };
    let mut children = Children::new();
    for (id, node) in diagram.nodes() {
        let place = (node.position.x, node.position.y);
        children.entry(node.group).or_default().push((place, entry(Element::Node(*id), &node.name, &node.kind)));
    }
    for (id, group) in diagram.groups() {
        let place = (group.frame.x, group.frame.y);
        children.entry(group.parent).or_default().push((place, entry(Element::Group(*id), &group.name, &group.kind)));
    }
    children.values_mut().for_each(|level| level.sort_by_key(|(place, entry)| (*place, entry.element)));
    let mut rows = Vec::new();
    let folded = if query.is_empty() { folded.clone() } else { BTreeSet::new() };
    level(&mut children, None, 0, &folded, &mut rows);
    rows
}

/// Adds what stands in a container.
fn level(
    children: &mut Children,
    parent: Option<GroupId>,
    depth: usize,
    folded: &BTreeSet<GroupId>,
    rows: &mut Vec<Entry>,
) {
    for (_, entry) in children.remove(&parent).unwrap_or_default() {
        let (group, at) = (entry.group(), rows.len());
        let is_kept = entry.fits;
        rows.push(Entry { depth, ..entry });
        if let Some(id) = group.filter(|id| !folded.contains(id)) {
            level(children, Some(id), depth + 1, folded, rows);
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
            let rows = entries(&diagram, &catalog, "", &BTreeSet::new());
            assert_eq!(rows.len(), diagram.nodes().len() + diagram.groups().len(), "{name}");
            for node in diagram.nodes().values() {
                let found = entries(&diagram, &catalog, &node.name.to_uppercase(), &BTreeSet::new());
                assert!(found.iter().any(|row| row.name == node.name && row.fits), "{}", node.name);
                assert!(found.iter().all(|row| row.fits || row.group().is_some()), "{}", node.name);
            }
            let all: BTreeSet<GroupId> = diagram.groups().keys().copied().collect();
            let top = entries(&diagram, &catalog, "", &all);
            assert!(top.iter().all(|row| row.depth == 0), "{name}");
        }
    }
}
