//! Which node records are about, what is about none, and how a person says so.
//!
//! What a person binds stands in the document, so that it is saved and undone with it. Must not know what records say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Attached;
use crate::app::{Overlay, Workspace};
use crate::diagram::{Bindings, Bound, Diagram, NodeId};
use crate::telemetry::binding::{Binding, Physical};

/// A log group or service that no node is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// What it is.
    pub bound: Bound,
    /// What it is called; lines without a log group stand under an empty name.
    pub name: String,
    /// How many records it has, or how often it was called.
    pub count: u64,
}

impl Attached {
    /// Log groups and services that no node is bound to.
    #[must_use]
    pub fn unbound(&self) -> &[Unbound] {
        &self.unbound
    }

    fn find_unbound(&mut self) {
        let about = (self.version, self.bindings);
        if self.unbound_at == Some(about) {
            return;
        }
        let groups = self.observed().groups.iter().filter(|(group, _)| self.binding.node_of_group(group).is_none());
        let groups =
            groups.map(|(group, count)| Unbound { bound: Bound::LogGroup, name: group.to_string(), count: *count });
        let mut services: BTreeMap<&str, u64> = BTreeMap::new();
        for ((name, _), example, minutes) in self.observed().calls.services() {
            if self.binding.node_of_span(example).is_none() {
                *services.entry(name).or_default() +=
                    minutes.values().map(|happened| happened.invocations).sum::<u64>();
            }
        }
        let services =
            services.into_iter().map(|(name, count)| Unbound { bound: Bound::Service, name: name.to_owned(), count });
        self.unbound = groups.chain(services).collect();
        self.unbound_at = Some(about);
    }
}

impl Workspace {
    /// Works out anew which node records are about, when the diagram has changed.
    pub(in crate::app) fn bind(&mut self) {
        let (Some(open), Some(attached)) = (&self.open, &mut self.attached) else { return };
        let revision = open.document.revision();
        if attached.bound_at != Some(revision) {
            attached.bound_at = Some(revision);
            let diagram = open.document.diagram();
            let by_hand =
                named_by_files(diagram, attached).chain(attached.told.clone()).chain(diagram.bindings()).collect();
            let physical = physical(diagram, attached);
            let binding = Binding::of(&self.catalog, diagram, &physical, &by_hand);
            if *attached.binding != binding {
                attached.binding = Arc::new(binding);
                attached.bindings += 1;
                attached.live = None;
                attached.shelf.changed();
            }
        }
        attached.find_unbound();
        attached.find_alarmed(open.document.diagram());
    }

    /// What is attached belongs to another diagram now.
    pub(in crate::app) fn rebind(&mut self) {
        if let Some(attached) = &mut self.attached {
            (attached.bound_at, attached.told) = (None, Bindings::new());
        }
    }

    /// Says which node a log group or service is about; `None`: about no other than its name tells.
    pub(in crate::app) fn bind_by_hand(&mut self, bound: Bound, name: &str, node: Option<NodeId>) {
        if matches!(self.overlay, Some(Overlay::BindTo(..))) {
            self.overlay = Some(Overlay::Bindings);
        }
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let label = if node.is_some() { "Bind" } else { "Unbind" };
        let bound = open.document.transact(&catalog, label, |edit| edit.bind(bound, name, node));
        self.told(bound);
        self.bind();
    }

    /// What a person has bound, and what waits for it.
    #[must_use]
    pub fn has_bindings(&self) -> bool {
        let bound = || self.open.as_ref().is_some_and(|open| !open.document.diagram().bindings().is_empty());
        self.attached().is_some_and(|attached| !attached.unbound.is_empty()) || bound()
    }
}

/// What nodes are where they run, as the account, or a recording of it, tells it of the resources that they are named like.
pub(super) fn physical(diagram: &Diagram, attached: &Attached) -> Physical {
    let Some(design) = &attached.watched.design else { return Physical::default() };
    let id = |(logical, id): &(String, String)| Some((diagram.node_named(logical)?, id.clone()));
    Physical { stack: design.stack.clone(), ids: design.physical.iter().filter_map(id).collect() }
}

/// Lines that name no log group are those of the node that their file is called after.
fn named_by_files<'a>(
    diagram: &'a Diagram,
    attached: &Attached,
) -> impl Iterator<Item = ((Bound, String), NodeId)> + use<'a> {
    let named = attached.paths.iter().map(|path| node_named(diagram, path));
    let mut named: Vec<Option<NodeId>> = named.collect();
    named.dedup();
    let only = if let [Some(only)] = named[..] { Some(only) } else { None };
    only.map(|only| ((Bound::LogGroup, String::new()), only)).into_iter().collect::<Bindings>().into_iter()
}

/// The node that a file is called after: `orders.events.json` after `Orders`.
fn node_named(diagram: &Diagram, path: &std::path::Path) -> Option<NodeId> {
    let name = path.file_name()?.to_string_lossy();
    let stem = name.split('.').next()?;
    diagram.nodes().iter().find(|(_, node)| node.name.eq_ignore_ascii_case(stem)).map(|(id, _)| *id)
}
