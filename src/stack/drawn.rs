//! A node on its way into a stack: its kind, its logical id, and its settings as they count.
//!
//! Worked out once for every node, before anything is asked about any of them. Must not know arrows or dialects.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::properties::{Settings, settings, shown};
use super::{Code, Problem, Severity};
use crate::catalog::kind::{Handles, Hook, Kind};
use crate::catalog::names::Named as _;
use crate::catalog::{Catalog, Dialect};
use crate::diagram::{Diagram, Node, NodeId};

/// A node, with what the catalogue knows of it.
pub(super) struct Drawn<'d> {
    pub(super) node: &'d Node,
    /// Its kind, or the stand-in for one that the catalogue does not know.
    pub(super) kind: &'d Kind,
    /// Its logical id.
    pub(super) id: &'d str,
    pub(super) settings: Settings<'d>,
    /// Its type in each dialect; empty when nothing is deployed for it.
    pub(super) types: Cow<'d, BTreeMap<Dialect, String>>,
    /// Whether the catalogue knows its kind.
    pub(super) is_known: bool,
}

/// Every node of a diagram; what is wrong with their settings goes to `problems`.
pub(super) fn drawn<'d>(
    diagram: &'d Diagram,
    catalog: &'d Catalog,
    names: &'d BTreeMap<NodeId, String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<NodeId, Drawn<'d>> {
    let named = diagram.nodes().iter().filter_map(|(id, node)| Some((*id, node, names.get(id)?)));
    named.map(|(id, node, name)| (id, Drawn::of(node, name, catalog, problems))).collect()
}

impl<'d> Drawn<'d> {
    fn of(node: &'d Node, id: &'d str, catalog: &'d Catalog, problems: &mut Vec<Problem>) -> Self {
        let known = catalog.get(&node.kind);
        let kind = known.unwrap_or_else(|| catalog.kind(&node.kind));
        let first = problems.len();
        let settings = settings(&kind.fields, &node.settings, &node.name, &|| shown(&node.name), problems);
        if known.is_none() {
            // What the stand-in would ask for is no business of a node that nobody knows.
            problems.truncate(first);
            let (name, kind) = (shown(&node.name), shown(node.kind.as_str()));
            let message = format!("{name} has the kind {kind}, which the catalogue does not know.");
            let subject = node.name.clone();
            problems.push(Problem { severity: Severity::Warning, code: Code::UnknownKind, message, subject });
        }
        let types = types(kind, &settings);
        Self { node, kind, id, settings, types, is_known: known.is_some() }
    }

    /// A setting as text; empty when it is not set.
    pub(super) fn text(&self, key: &str) -> &'d str {
        self.settings.get(key).and_then(|value| value.as_str()).unwrap_or_default()
    }

    /// The logical id, when something is deployed for it.
    pub(super) fn deployed(&self) -> Option<&'d str> {
        (!self.types.is_empty()).then_some(self.id)
    }

    /// How others refer to it, with the suffix that its settings ask for.
    pub(super) fn handles(&self) -> Arc<Handles> {
        let mut handles = Arc::clone(&self.kind.handles);
        let asked = handles.name.as_ref().and_then(|name| name.suffix_when.as_ref());
        if asked.is_some_and(|(key, value)| self.text(key) != value)
            && let Some(name) = &mut Arc::make_mut(&mut handles).name
        {
            name.suffix.clear();
        }
        handles
    }
}

/// A node's type in each dialect; one that a node names itself is the same in all.
fn types<'d>(kind: &'d Kind, settings: &Settings<'d>) -> Cow<'d, BTreeMap<Dialect, String>> {
    if !kind.hooks.contains(&Hook::Raw) {
        return Cow::Borrowed(&kind.types);
    }
    let named = settings.get("type").and_then(|value| value.as_str()).filter(|name| is_type(name));
    let all = named.map(|name| Dialect::ALL.iter().map(|(_, dialect)| (*dialect, name.to_owned())).collect());
    Cow::Owned(all.unwrap_or_default())
}

/// Whether a text can be the type of a resource: `Vendor::Service::Thing`.
fn is_type(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "@_-".contains(c));
    name.contains("::") && name.split("::").all(plain)
}
