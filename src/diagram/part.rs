//! Parts of a diagram: what is copied out of one and put into another, with new ids and free names.
//!
//! Must not know clipboards, windows or where a part comes to stand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Rejected};
use super::edit::{DEFINITION, Edit, Element, definition_path};
use super::model::{Diagram, Edge, EdgeId, Group, GroupId, Node, NodeId, Note, NoteId, Point};
use super::{names, workflow};
use crate::catalog::Catalog;

/// The ids that the elements of a part got: those of the part → those of the diagram.
#[derive(Default)]
struct Ids {
    nodes: BTreeMap<NodeId, NodeId>,
    groups: BTreeMap<GroupId, GroupId>,
}

impl Diagram {
    /// A diagram with nothing but a note.
    #[must_use]
    pub fn with_note(note: Note) -> Self {
        Self { notes: BTreeMap::from([(NoteId(1), note)]), next_id: 2, ..Self::default() }
    }

    /// Everything in the groups, at any depth.
    #[must_use]
    pub fn inside(&self, groups: impl IntoIterator<Item = GroupId>) -> BTreeSet<Element> {
        let mut found = BTreeSet::new();
        let mut open: Vec<GroupId> = groups.into_iter().collect();
        while let Some(group) = open.pop() {
            let nodes = self.nodes.iter().filter(|(_, node)| node.group == Some(group));
            found.extend(nodes.map(|(id, _)| Element::Node(*id)));
            for (id, _) in self.groups.iter().filter(|(_, other)| other.parent == Some(group)) {
                if found.insert(Element::Group(*id)) {
                    open.push(*id);
                }
            }
        }
        found
    }

    /// The elements with what stands in the groups among them and the arrows between them, as a diagram of its own.
    #[must_use]
    pub fn part(&self, catalog: &Catalog, elements: &BTreeSet<Element>) -> Self {
        let groups = elements.iter().filter_map(|element| element.group());
        let all: BTreeSet<Element> = elements.iter().copied().chain(self.inside(groups)).collect();
        let mut part = Self { name: self.name.clone(), next_id: self.next_id, ..Self::default() };
        let has = |element: Element| all.contains(&element);
        part.nodes.extend(self.nodes.iter().filter(|(id, _)| has(Element::Node(**id))).map(|(id, node)| {
            (*id, Node { group: node.group.filter(|group| has(Element::Group(*group))), ..node.clone() })
        }));
        part.groups.extend(self.groups.iter().filter(|(id, _)| has(Element::Group(**id))).map(|(id, group)| {
            (*id, Group { parent: group.parent.filter(|parent| has(Element::Group(*parent))), ..group.clone() })
        }));
        part.notes.extend(self.notes.iter().filter(|(id, _)| has(Element::Note(**id))).map(|(id, note)| {
            (*id, Note { attached: note.attached.filter(|node| has(Element::Node(*node))), ..note.clone() })
        }));
        let within = |edge: &Edge| has(Element::Node(edge.from)) && has(Element::Node(edge.to));
        part.edges.extend(self.edges.iter().filter(|(_, edge)| within(edge)).map(|(id, edge)| (*id, edge.clone())));
        self.put_definitions(catalog, &mut part);
        part
    }

    /// Gives a part the definitions of its workflows. A part may need fewer numbers to tell its names apart, so the
    /// placeholders are written anew.
    fn put_definitions(&self, catalog: &Catalog, part: &mut Self) {
        let paths: Vec<String> = part.nodes.keys().filter_map(|id| definition_path(self, catalog, *id)).collect();
        if paths.is_empty() {
            return;
        }
        let (before, after) = (names::logical_names(self), names::logical_names(part));
        let changed: Vec<(&str, &str)> =
            after.iter().filter_map(|(id, new)| Some((before.get(id)?.as_str(), new.as_str()))).collect();
        for path in paths {
            if let Some(text) = self.files.get(&path) {
                let text = workflow::all_renamed(text, &changed);
                part.files.insert(path, text);
            }
        }
    }
}

impl Edit<'_> {
    /// Puts a part into the diagram, moved by a distance. Every element gets a new id, nodes get free names and
    /// workflows a definition of their own. Returns what was put in, arrows left out.
    pub fn insert(&mut self, part: &Diagram, by: Point) -> Result<BTreeSet<Element>, Rejected> {
        let mut ids = Ids::default();
        self.insert_groups(part, by, &mut ids)?;
        self.insert_nodes(part, by, &mut ids)?;
        for edge in part.edges.values() {
            let (Some(from), Some(to)) = (ids.nodes.get(&edge.from), ids.nodes.get(&edge.to)) else { continue };
            let id = EdgeId(self.fresh_id());
            self.apply(Change::AddEdge(id, Box::new(Edge { from: *from, to: *to, ..edge.clone() })))?;
        }
        let mut put: BTreeSet<Element> = ids.nodes.values().map(|id| Element::Node(*id)).collect();
        put.extend(ids.groups.values().map(|id| Element::Group(*id)));
        for note in part.notes.values() {
            let id = NoteId(self.fresh_id());
            let attached = note.attached.and_then(|node| ids.nodes.get(&node)).copied();
            self.put_note(id, Note { position: moved(note.position, by), attached, ..note.clone() })?;
            put.insert(Element::Note(id));
        }
        Ok(put)
    }

    /// Groups come before those that stand in them.
    fn insert_groups(&mut self, part: &Diagram, by: Point, ids: &mut Ids) -> Result<(), Rejected> {
        let mut left: Vec<(&GroupId, &Group)> = part.groups.iter().collect();
        while !left.is_empty() {
            let is_next = |group: &Group| group.parent.is_none_or(|parent| ids.groups.contains_key(&parent));
            let (ready, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, group)| is_next(group));
            if ready.is_empty() {
                return Err(Rejected("The groups of that part stand inside each other.".to_owned()));
            }
            for (old, group) in ready {
                let parent = group.parent.and_then(|parent| ids.groups.get(&parent)).copied();
                let mut group = Group { parent, ..group.clone() };
                let corner = moved(Point { x: group.frame.x, y: group.frame.y }, by);
                (group.frame.x, group.frame.y) = (corner.x, corner.y);
                ids.groups.insert(*old, self.add_group(group)?);
            }
            left = rest;
        }
        Ok(())
    }

    fn insert_nodes(&mut self, part: &Diagram, by: Point, ids: &mut Ids) -> Result<(), Rejected> {
        let mut taken: BTreeSet<String> = self.diagram().nodes.values().map(|node| node.name.clone()).collect();
        let mut definitions = BTreeMap::new();
        self.keeping_placeholders(|edit| {
            for (old, node) in &part.nodes {
                let id = NodeId(edit.fresh_id());
                let group = node.group.and_then(|group| ids.groups.get(&group)).copied();
                let name = free(&mut taken, &node.name);
                let mut node = Node { name, group, position: moved(node.position, by), ..node.clone() };
                if let Some(path) = definition_path(part, edit.catalog(), *old) {
                    let own = format!("workflows/{id}.asl.json");
                    node.settings.insert(DEFINITION.to_owned(), Value::from(own.as_str()));
                    definitions.insert(own, path);
                }
                edit.apply(Change::AddNode(id, Box::new(node)))?;
                ids.nodes.insert(*old, id);
            }
            Ok(())
        })?;
        self.insert_definitions(part, definitions, ids)
    }

    /// Writes the definitions of a part's workflows, own path → path in the part, with the names that its nodes have now.
    fn insert_definitions(
        &mut self,
        part: &Diagram,
        definitions: BTreeMap<String, String>,
        ids: &Ids,
    ) -> Result<(), Rejected> {
        if definitions.is_empty() {
            return Ok(());
        }
        let (before, after) = (names::logical_names(part), names::logical_names(self.diagram()));
        let name = |(old, new): (&NodeId, &NodeId)| Some((before.get(old)?.as_str(), after.get(new)?.as_str()));
        let changed: Vec<(&str, &str)> = ids.nodes.iter().filter_map(name).collect();
        for (own, path) in definitions {
            if let Some(text) = part.files.get(&path) {
                self.set_file(&own, Some(workflow::all_renamed(text, &changed)))?;
            }
        }
        Ok(())
    }
}

fn moved(at: Point, by: Point) -> Point {
    Point { x: at.x.saturating_add(by.x), y: at.y.saturating_add(by.y) }
}

/// The name itself, or the first of its numbered forms that is free; it is taken from then on.
fn free(taken: &mut BTreeSet<String>, name: &str) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = if stem.is_empty() { name } else { stem };
    let numbered = (2..).map(|number: u32| format!("{stem}{number}"));
    let found = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name));
    let found = found.unwrap_or_default();
    taken.insert(found.clone());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Document, file, integrity};

    /// Every reference goes into a copy of itself and through its text, and comes out whole.
    #[test]
    fn a_part_keeps_everything_but_ids_names_and_places() {
        let catalog = Catalog::builtin();
        for (path, text) in crate::diagram::REFERENCES {
            let original = file::read(text.as_bytes(), &catalog).expect(path);
            let groups = original.groups().keys().map(|id| Element::Group(*id));
            let notes = original.notes().keys().map(|id| Element::Note(*id));
            let all = original.nodes().keys().map(|id| Element::Node(*id)).chain(groups).chain(notes).collect();
            let part = original.part(&catalog, &all);
            let part = file::read(file::write(&part).as_bytes(), &catalog).expect(path);
            let mut document = Document::new(original.clone());
            let by = Point { x: 4000, y: 80 };
            let put = document.transact(&catalog, "Paste", |edit| edit.insert(&part, by)).expect(path);
            let after = document.diagram().clone();
            assert_eq!(put.len(), all.len(), "{path}");
            assert_eq!(after.edges().len(), 2 * original.edges().len(), "{path}");
            assert_eq!(integrity(&after, &catalog), Vec::<String>::new(), "{path}");
            let copy = after.part(&catalog, &put);
            let kinds = |diagram: &Diagram| diagram.nodes().values().map(|node| node.kind.clone()).collect::<Vec<_>>();
            assert_eq!(kinds(&copy), kinds(&original), "{path}");
            assert_eq!(copy.files().len(), original.files().len(), "{path}");
            document.undo();
            assert_eq!(document.diagram(), &original, "{path}");
        }
    }

    #[test]
    fn numbers_count_on() {
        let mut taken: BTreeSet<String> = ["Queue", "Queue2", "7"].map(str::to_owned).into();
        for (name, expected) in [("Queue", "Queue3"), ("Queue2", "Queue4"), ("7", "72"), ("Table", "Table")] {
            assert_eq!(free(&mut taken, name), expected);
        }
    }
}
