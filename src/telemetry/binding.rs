//! Which node of the design a record is about: by the log groups, metrics and segments that its kind declares, filled in with
//! physical names.
//!
//! What finds no node is listed by whoever asks, and can be bound by hand. Must not know how physical names were found out.

use std::collections::BTreeMap;

use super::record::Metric;
use super::trace::Span;
use crate::catalog::Catalog;
use crate::catalog::kind::Signal;
use crate::diagram::{Diagram, NodeId};

/// Which records belong to which node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Binding {
    names: BTreeMap<NodeId, String>,
    groups: BTreeMap<String, NodeId>,
    segments: BTreeMap<(String, String), NodeId>,
    metrics: BTreeMap<(String, String, String), NodeId>,
}

/// Physical names of nodes, as a stack tells them: `shop-OrdersFn-1ABC`.
pub type Physical = BTreeMap<NodeId, String>;

/// Log groups that a person has bound.
pub type ByHand = BTreeMap<String, NodeId>;

impl Binding {
    /// Works it out. A node without a physical name is looked for under its own.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, physical: &Physical, by_hand: &ByHand) -> Self {
        let mut binding = Self::default();
        for (id, node) in diagram.nodes() {
            let name = physical.get(id).unwrap_or(&node.name);
            binding.names.insert(*id, node.name.clone());
            for signal in &catalog.kind(&node.kind).signals {
                binding.take(*id, name, signal);
            }
        }
        binding.groups.extend(by_hand.iter().map(|(group, node)| (group.clone(), *node)));
        binding
    }

    fn take(&mut self, id: NodeId, name: &str, signal: &Signal) {
        match signal {
            Signal::Logs { group } => {
                self.groups.insert(group.replace("{name}", name), id);
            }
            Signal::Metric { namespace, dimension, .. } => {
                self.metrics.insert((namespace.clone(), dimension.clone(), name.to_owned()), id);
            }
            Signal::Segment { origin } => {
                self.segments.insert((origin.clone(), name.to_owned()), id);
            }
        }
    }

    /// The node that writes into a log group.
    #[must_use]
    pub fn node_of_group(&self, group: &str) -> Option<NodeId> {
        self.groups.get(group).copied()
    }

    /// The node that did the work of a span: by origin and name, else by the resource that a call names.
    #[must_use]
    pub fn node_of_span(&self, span: &Span) -> Option<NodeId> {
        let by = |name: &str| self.segments.get(&(span.origin.to_string(), name.to_owned())).copied();
        let resource = span.attribute("aws.resource_name");
        let of_call = |name: &str| {
            let mut fitting = self.segments.iter().filter(|((_, known), _)| known == name);
            fitting.next().map(|(_, node)| *node)
        };
        by(&span.name)
            .or_else(|| resource.and_then(by))
            .or_else(|| resource.filter(|_| !span.is_segment).and_then(of_call))
    }

    /// The node that a metric is about.
    #[must_use]
    pub fn node_of_metric(&self, metric: &Metric) -> Option<NodeId> {
        metric.dimensions.iter().find_map(|(dimension, value)| {
            self.metrics.get(&(metric.namespace.to_string(), dimension.to_string(), value.to_string())).copied()
        })
    }

    /// The node's name.
    #[must_use]
    pub fn name(&self, node: NodeId) -> Option<&str> {
        self.names.get(&node).map(String::as_str)
    }

    /// The log groups of the node with a name, whose case does not count.
    pub fn groups_of_name<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        let is_it = move |node: &NodeId| self.names.get(node).is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.groups.iter().filter(move |(_, node)| is_it(node)).map(|(group, _)| group.as_str())
    }
}
