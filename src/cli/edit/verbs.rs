//! The edits of the command line: each reads its text against the diagram as it then is, and uses one verb of the diagram.
//!
//! Must not know files or output.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::{self, Arrow};
use super::place::Places;
use crate::catalog::connect::with_article;
use crate::catalog::names::{Named as _, nearest};
use crate::catalog::{Archetype, Catalog, Field, Kind, KindId, Relation};
use crate::diagram::edit::{ACCESS, ACTIONS, Edit};
use crate::diagram::{Diagram, EdgeId, Element, Group, NodeId, Rejected};

/// One edit, with its text as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Verb {
    /// `KIND[:NAME]`
    Add(String),
    /// `NAME`
    Remove(String),
    /// `OLD=NEW`
    Rename(String),
    /// `NODE.FIELD=VALUE`, `NODE.usage.KEY=VALUE` or `FROM>TO.FIELD=VALUE`
    Set(String),
    /// `FROM:TO[:ACCESS]`
    Connect(String),
    /// `FROM:TO[:RELATION]`
    Disconnect(String),
}

/// Makes an edit of its text.
type Make = fn(String) -> Verb;

/// Every option with the edit that it is.
pub(super) const VERBS: [(&str, Make); 6] = [
    ("add", Verb::Add),
    ("remove", Verb::Remove),
    ("rename", Verb::Rename),
    ("set", Verb::Set),
    ("connect", Verb::Connect),
    ("disconnect", Verb::Disconnect),
];

fn reject<T>(message: String) -> Result<T, Rejected> {
    Err(Rejected(message))
}

/// " Did you mean X?", or nothing.
pub(super) fn hint<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |known| format!(" Did you mean {known}?"))
}

impl Verb {
    /// Runs the edit.
    pub(super) fn apply(&self, edit: &mut Edit<'_>, catalog: &Catalog, places: &mut Places) -> Result<(), Rejected> {
        match self {
            Self::Add(text) => add(edit, catalog, places, text),
            Self::Remove(name) => remove(edit, name),
            Self::Rename(text) => {
                let (node, name) = names::node_before(edit.diagram(), text, '=', "OLD=NEW")?;
                edit.rename(node, name)
            }
            Self::Set(text) => set(edit, catalog, text),
            Self::Connect(text) => connect(edit, catalog, text),
            Self::Disconnect(text) => disconnect(edit, text),
        }
    }
}

fn add(edit: &mut Edit<'_>, catalog: &Catalog, places: &mut Places, text: &str) -> Result<(), Rejected> {
    let (kind, name) = match text.split_once(':') {
        Some((kind, name)) => (KindId::new(kind), Some(name.trim())),
        None => (KindId::new(text), None),
    };
    match catalog.get(&kind).filter(|kind| kind.archetype == Archetype::Container) {
        Some(container) => {
            let name = name.unwrap_or(&container.label).to_owned();
            let frame = places.container();
            edit.add_group(Group { kind, name, frame, parent: None, settings: std::collections::BTreeMap::new() })?;
        }
        None => {
            edit.add_node(&kind, name, places.node())?;
        }
    }
    Ok(())
}

fn remove(edit: &mut Edit<'_>, name: &str) -> Result<(), Rejected> {
    let diagram = edit.diagram();
    let group = || diagram.groups().iter().find(|(_, group)| group.name == name).map(|(id, _)| Element::Group(*id));
    let element = diagram.node_named(name).map(Element::Node).or_else(group);
    let Some(element) = element else { return Err(names::no_node(diagram, name)) };
    edit.remove(&BTreeSet::from([element]))
}

fn set(edit: &mut Edit<'_>, catalog: &Catalog, text: &str) -> Result<(), Rejected> {
    let form = "NODE.FIELD=VALUE, NODE.usage.KEY=VALUE or FROM>TO.FIELD=VALUE";
    let subject = names::subject(edit.diagram(), text, form)?;
    let Some((key, value)) = subject.rest.split_once('=') else {
        return reject(format!("--set {text} has no `=`: write {form}."));
    };
    match subject.arrow {
        Arrow { from, to: None } if key.starts_with(USAGE) => {
            set_usage(edit, catalog, from, &key[USAGE.len()..], value)
        }
        Arrow { from, to: None } => {
            let kind = kind_of(edit.diagram(), catalog, from);
            let value = kind.field(key).map_or(Ok(None), |field| parsed(field, value))?;
            edit.set_node(from, key, value)
        }
        Arrow { from, to: Some(to) } => set_arrow(edit, catalog, (from, to), key, value),
    }
}

/// What stands before the key of a figure of use: `NODE.usage.KEY=VALUE`.
const USAGE: &str = "usage.";

/// Sets a figure of use, a curve or a burst; nothing typed takes it away.
fn set_usage(edit: &mut Edit<'_>, catalog: &Catalog, node: NodeId, key: &str, typed: &str) -> Result<(), Rejected> {
    if typed.is_empty() {
        return edit.set_usage(node, key, None);
    }
    let value = kind_of(edit.diagram(), catalog, node).parse_usage(key, typed).map_err(Rejected)?;
    edit.set_usage(node, key, Some(value))
}

/// A value as the field reads it; nothing typed takes the setting away, so that the default counts.
fn parsed(field: &Field, typed: &str) -> Result<Option<Value>, Rejected> {
    if typed.is_empty() {
        return Ok(None);
    }
    field.parse(typed).map(Some).map_err(|refusal| Rejected(format!("{} {refusal}.", field.label)))
}

fn kind_of<'c>(diagram: &Diagram, catalog: &'c Catalog, node: NodeId) -> &'c Kind {
    let kind = diagram.nodes().get(&node).map_or_else(|| KindId::new(""), |node| node.kind.clone());
    catalog.kind(&kind)
}

/// Sets a setting of the first arrow between the two that has it.
fn set_arrow(
    edit: &mut Edit<'_>,
    catalog: &Catalog,
    (from, to): (NodeId, NodeId),
    key: &str,
    typed: &str,
) -> Result<(), Rejected> {
    let arrows = arrows(edit.diagram(), from, to)?;
    let (source, target) = (kind_of(edit.diagram(), catalog, from), kind_of(edit.diagram(), catalog, to));
    let field_of = |relation| catalog.connection(source, target, Some(relation)).ok().and_then(|row| row.field(key));
    for (arrow, relation) in &arrows {
        if let Some(field) = field_of(*relation).or_else(|| catalog.traffic().field(key)) {
            return edit.set_edge(*arrow, key, parsed(field, typed)?);
        }
    }
    let accesses = arrows.iter().find(|(_, relation)| *relation == Relation::Accesses);
    let (arrow, relation) = *accesses.unwrap_or(&arrows[0]);
    let value = Some(typed).filter(|typed| !typed.is_empty());
    if key == ACTIONS {
        return edit.set_edge(arrow, key, value.map(action_list));
    }
    if key == ACCESS {
        return edit.set_edge(arrow, key, value.map(Value::from));
    }
    let row = catalog.connection(source, target, Some(relation)).ok();
    let known = row.into_iter().flat_map(|row| &row.fields).map(|field| field.key.as_str()).chain([ACCESS, ACTIONS]);
    let known = known.chain(catalog.traffic().fields.iter().map(|field| field.key.as_str()));
    reject(format!("Such an arrow has no setting {key}.{}", hint(key, known)))
}

/// `a:B+a:C` as a list.
fn action_list(typed: &str) -> Value {
    typed.split('+').map(str::trim).filter(|action| !action.is_empty()).map(Value::from).collect()
}

/// The arrows from one node to another, at least one.
fn arrows(diagram: &Diagram, from: NodeId, to: NodeId) -> Result<Vec<(EdgeId, Relation)>, Rejected> {
    let between = diagram.edges_from(from).filter(|(_, edge)| edge.to == to);
    let arrows: Vec<(EdgeId, Relation)> = between.map(|(id, edge)| (id, edge.relation)).collect();
    if !arrows.is_empty() {
        return Ok(arrows);
    }
    let name = |id: NodeId| diagram.nodes().get(&id).map_or("", |node| node.name.as_str());
    let is_other_way = diagram.edges_from(to).any(|(_, edge)| edge.to == from);
    let other = if is_other_way { " There is one the other way round." } else { "" };
    reject(format!("There is no arrow from {} to {}.{other}", name(from), name(to)))
}

fn connect(edit: &mut Edit<'_>, catalog: &Catalog, text: &str) -> Result<(), Rejected> {
    let (from, to, access) = names::pair(edit.diagram(), text, "FROM:TO[:ACCESS]")?;
    let Some(access) = access else { return edit.connect(from, to, None).map(drop) };
    if let Some(relation) = Relation::from_name(access) {
        return edit.connect(from, to, Some(relation)).map(drop);
    }
    let target = kind_of(edit.diagram(), catalog, to);
    let levels = target.access_levels();
    let is_level = levels.contains(&access);
    if !is_level && !access.contains(':') {
        let known = levels.iter().copied().chain(Relation::ALL.iter().map(|(name, _)| *name));
        let hint = hint(access, known);
        let levels = if levels.is_empty() { "no access levels".to_owned() } else { levels.join(", ") };
        return reject(format!(
            "{access} is no access to {}, which has {levels}, and no relation.{hint}",
            with_article(&target.label)
        ));
    }
    let arrow = edit.connect(from, to, Some(Relation::Accesses))?;
    if is_level {
        edit.set_edge(arrow, ACCESS, Some(Value::from(access)))
    } else {
        edit.set_edge(arrow, ACTIONS, Some(action_list(access)))
    }
}

fn disconnect(edit: &mut Edit<'_>, text: &str) -> Result<(), Rejected> {
    let (from, to, relation) = names::pair(edit.diagram(), text, "FROM:TO[:RELATION]")?;
    let mut arrows = arrows(edit.diagram(), from, to)?;
    if let Some(wanted) = relation {
        arrows.retain(|(_, relation)| relation.name() == wanted);
        if arrows.is_empty() {
            let hint = hint(wanted, Relation::ALL.iter().map(|(name, _)| *name));
            return reject(format!("There is no arrow of the relation {wanted} between them.{hint}"));
        }
    }
    arrows.into_iter().try_for_each(|(arrow, _)| edit.disconnect(arrow))
}
