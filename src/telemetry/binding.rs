//! Which node of the design a record is about: by the log groups, metrics and segments that its kind declares, filled in with
//! physical names.
//!
//! What finds no node is listed by whoever asks, and can be bound by hand. Must not know how physical names were found out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::alarm::Alarm;
use super::chart::Measure;
use super::record::Metric;
use super::trace::{Service, Span};
use crate::catalog::Catalog;
use crate::catalog::kind::Signal;
use crate::catalog::physical;
use crate::diagram::names::logical_names;
use crate::diagram::{Bindings, Bound, Diagram, NodeId};

/// Which records belong to which node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Binding {
    names: BTreeMap<NodeId, String>,
    groups: BTreeMap<String, NodeId>,
    /// Logical id → what the name of its log group begins with, before the name of a stack that is not known.
    stacked: BTreeMap<String, (String, NodeId)>,
    segments: BTreeMap<(String, String), NodeId>,
    metrics: BTreeMap<(String, String, String), NodeId>,
    services: BTreeMap<String, NodeId>,
    measures: BTreeMap<(String, String), Measure>,
}

/// What nodes are where they run, as a stack tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Physical {
    /// The stack's name; empty where none is known.
    pub stack: String,
    /// Physical ids: `shop-OrdersFn-1ABC`.
    pub ids: BTreeMap<NodeId, String>,
}

impl Binding {
    /// Works it out. A node without a physical id is looked for under its own name.
    #[must_use]
    pub fn of(catalog: &Catalog, diagram: &Diagram, physical: &Physical, by_hand: &Bindings) -> Self {
        let mut binding = Self { measures: measures(catalog), ..Self::default() };
        let logical = logical_names(diagram);
        for (id, node) in diagram.nodes() {
            let own = physical::Physical { id: &node.name, stack: "" };
            let told = physical.ids.get(id).map(|id| physical::Physical { id, stack: &physical.stack });
            binding.names.insert(*id, node.name.clone());
            for signal in &catalog.kind(&node.kind).signals {
                binding.take(*id, told.unwrap_or(own), signal);
            }
            if let (Some(group), Some(logical)) = (&catalog.kind(&node.kind).log_group, logical.get(id)) {
                binding.exported(*id, logical, &group.name, &physical.stack);
            }
        }
        for ((bound, name), node) in by_hand {
            let bindings = match bound {
                Bound::LogGroup => &mut binding.groups,
                Bound::Service => &mut binding.services,
            };
            bindings.insert(name.clone(), *node);
        }
        binding
    }

    /// A binding of log groups to names alone, where there is no design.
    #[must_use]
    pub fn of_groups(groups: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut binding = Self::default();
        for (number, (group, name)) in groups.into_iter().enumerate() {
            let id = NodeId(number as u32 + 1);
            binding.names.insert(id, name);
            binding.groups.insert(group, id);
        }
        binding
    }

    fn take(&mut self, id: NodeId, physical: physical::Physical<'_>, signal: &Signal) {
        match signal {
            Signal::Logs { group, .. } => {
                self.groups.insert(group.replace("{name}", physical.name()), id);
            }
            Signal::Metric { namespace, dimension, .. } => {
                let dimensions = physical.dimensions(signal).into_iter().filter(|(name, _)| name == dimension);
                self.metrics.extend(dimensions.map(|(name, value)| ((namespace.clone(), name.to_owned(), value), id)));
            }
            Signal::Segment { origin, value } => {
                // By its physical name it is known from the resource name that segments carry, whatever they are called.
                let called = value.iter().map(|value| physical.handle(value)).chain([physical.name().to_owned()]);
                self.segments.extend(called.map(|name| ((origin.clone(), name), id)));
            }
        }
    }

    /// The group that an export makes under a name of the stack and the node: `/aws/vendedlogs/states/shop-OrderSaga`.
    fn exported(&mut self, id: NodeId, logical: &str, form: &str, stack: &str) {
        let Some(start) = form.strip_suffix("${AWS::StackName}-{id}") else { return };
        if stack.is_empty() {
            self.stacked.insert(logical.to_owned(), (start.to_owned(), id));
        } else {
            self.groups.insert(format!("{start}{stack}-{logical}"), id);
        }
    }

    /// The node that writes into a log group.
    #[must_use]
    pub fn node_of_group(&self, group: &str) -> Option<NodeId> {
        let of_some_stack = || {
            // A logical id has no hyphen.
            let (head, logical) = group.rsplit_once('-')?;
            self.stacked.get(logical).filter(|(start, _)| head.starts_with(start)).map(|(_, node)| *node)
        };
        self.groups.get(group).copied().or_else(of_some_stack)
    }

    /// The node that did the work of a span: as a person has bound it, by origin and name, else by the resource that a call
    /// names.
    #[must_use]
    pub fn node_of_span(&self, span: &Span) -> Option<NodeId> {
        if let Some(node) = self.services.get(span.service()).filter(|_| span.is_service()) {
            return Some(*node);
        }
        let by = |name: &str| self.segments.get(&(span.origin.to_string(), name.to_owned())).copied();
        let resource = span.resource();
        let of_call = |name: &str| {
            let mut fitting = self.segments.iter().filter(|((_, known), _)| known == name);
            fitting.next().map(|(_, node)| *node)
        };
        // A stage of an API is named with it: `shop/prod`.
        let of_stage = || span.name.split_once('/').and_then(|(api, _)| by(api));
        by(&span.name)
            .or_else(of_stage)
            .or_else(|| resource.and_then(by))
            .or_else(|| resource.filter(|_| !span.is_segment).and_then(of_call))
    }

    /// The node of a service, by name and origin.
    #[must_use]
    pub fn node_of_service(&self, (name, origin): &Service) -> Option<NodeId> {
        let is_segment = !origin.is_empty();
        let attributes = vec![("resource.name".into(), name.to_string())];
        let (name, origin, namespace) = (Arc::clone(name), Arc::clone(origin), "aws".into());
        self.node_of_span(&Span { name, origin, namespace, is_segment, attributes, ..Span::default() })
    }

    /// The node that a metric is about.
    #[must_use]
    pub fn node_of_metric(&self, metric: &Metric) -> Option<NodeId> {
        metric.dimensions.iter().find_map(|(dimension, value)| {
            self.metrics.get(&(metric.namespace.to_string(), dimension.to_string(), value.to_string())).copied()
        })
    }

    /// The nodes that an alarm watches, be it by alarms of its own.
    #[must_use]
    pub fn nodes_of_alarm(&self, alarm: &Alarm, all: &[Alarm]) -> BTreeSet<NodeId> {
        let mut metrics: Vec<&Metric> = alarm.metrics.iter().collect();
        for other in all.iter().filter(|other| alarm.names(other)) {
            metrics.extend(&other.metrics);
        }
        metrics.into_iter().filter_map(|metric| self.node_of_metric(metric)).collect()
    }

    /// What a metric measures, when that is something that nodes of several kinds have.
    #[must_use]
    pub fn measure_of(&self, metric: &Metric) -> Option<Measure> {
        if self.measures.is_empty() {
            return None;
        }
        self.measures.get(&(metric.namespace.to_string(), metric.name.to_string())).copied()
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

/// What metrics measure, by namespace and name.
fn measures(catalog: &Catalog) -> BTreeMap<(String, String), Measure> {
    let signals = catalog.kinds().flat_map(|kind| &kind.signals);
    let told = |signal: &Signal| match signal {
        Signal::Metric { namespace, name, figure: Some(figure), .. } => {
            Some(((namespace.clone(), name.clone()), Measure::of(figure.shows)?))
        }
        _ => None,
    };
    signals.filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::KindId;
    use crate::diagram::{Document, Point};

    const URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-Inbox-2B";

    /// A function, a table, an API and a queue, as they are bound where they run.
    fn shop() -> (Vec<NodeId>, Binding) {
        let catalog = Catalog::builtin();
        let mut document = Document::new(Diagram::new("shop"));
        let mut ids = Vec::new();
        let drawn = document.transact(&catalog, "Draw", |edit| {
            let kinds =
                ["lambda_function", "dynamodb_table", "rest_api", "sqs_queue"].map(|kind| format!("aws.{kind}"));
            for (kind, name) in kinds.iter().zip(["OrdersFn", "Orders", "Shop", "Inbox"]) {
                ids.push(edit.add_node(&KindId::new(kind), Some(name), Point::default())?);
            }
            Ok(())
        });
        drawn.expect("it can be drawn");
        let physical = Physical {
            stack: "shop".into(),
            ids: [(ids[0], "shop-OrdersFn-1A".to_owned()), (ids[2], "a1b2".to_owned()), (ids[3], URL.to_owned())]
                .into(),
        };
        let bound = |bound, name: &str| ((bound, name.to_owned()), ids[1]);
        let by_hand = Bindings::from([bound(Bound::LogGroup, "/own/group"), bound(Bound::Service, "pay.example.com")]);
        let binding = Binding::of(&catalog, document.diagram(), &physical, &by_hand);
        (ids, binding)
    }

    fn span(name: &str, origin: &str) -> Span {
        Span { name: name.into(), origin: origin.into(), ..Span::default() }
    }

    #[test]
    fn a_span_finds_its_node_by_the_resource_name_that_it_carries() {
        let (ids, binding) = shop();
        let check = |span: Span, name: &str, value: &str, node: usize| {
            let carrying = Span { attributes: vec![(name.into(), value.into())], ..span };
            assert_eq!(binding.node_of_span(&carrying), Some(ids[node]), "{value}");
        };
        // An API may be called otherwise than its stack.
        let stage = "arn:aws:apigateway:eu-central-1::/restapis/a1b2/stages/prod";
        check(span("Storefront/prod", "AWS::ApiGateway::Stage"), "resource.arn", stage, 2);
        check(span("SQS", ""), "queue.url", URL, 3);
        check(span("Lambda", ""), "resource.arn", "arn:aws:lambda:eu-central-1:1:function:shop-OrdersFn-1A:live", 0);
    }

    #[test]
    fn records_find_their_node_by_the_signals_of_its_kind() {
        let (ids, binding) = shop();
        assert_eq!(binding.node_of_group("/aws/lambda/shop-OrdersFn-1A"), Some(ids[0]));
        assert_eq!(binding.node_of_group("/aws/lambda/OrdersFn"), None, "the physical name counts");
        assert_eq!(binding.node_of_group("/own/group"), Some(ids[1]));
        assert_eq!(binding.groups_of_name("ordersfn").collect::<Vec<_>>(), ["/aws/lambda/shop-OrdersFn-1A"]);
        assert_eq!(binding.node_of_span(&span("shop-OrdersFn-1A", "AWS::Lambda::Function")), Some(ids[0]));
        assert_eq!(binding.node_of_span(&span("Orders", "AWS::DynamoDB::Table")), Some(ids[1]));
        let call = Span { attributes: vec![("resource.name".into(), "Orders".to_owned())], ..span("DynamoDB", "") };
        assert_eq!(binding.node_of_span(&call), Some(ids[1]), "a call names its resource");
        let remote = Span { namespace: "remote".into(), ..span("pay.example.com", "") };
        assert_eq!(binding.node_of_span(&remote), Some(ids[1]), "bound by hand");
        assert_eq!(binding.node_of_span(&span("pay.example.com", "")), None, "a part of other work is no service");
        let metric = |namespace: &str, dimension: &str, value: &str| Metric {
            namespace: namespace.into(),
            dimensions: vec![(dimension.into(), value.into())],
            ..Metric::default()
        };
        assert_eq!(binding.node_of_metric(&metric("AWS/Lambda", "FunctionName", "shop-OrdersFn-1A")), Some(ids[0]));
        assert_eq!(binding.node_of_metric(&metric("AWS/DynamoDB", "TableName", "Elsewhere")), None);
        assert_eq!(
            binding.node_of_metric(&metric("AWS/ApiGateway", "ApiName", "shop")),
            Some(ids[2]),
            "the stack's name"
        );
        assert_eq!(binding.node_of_span(&span("shop/prod", "AWS::ApiGateway::Stage")), Some(ids[2]));
        assert_eq!(
            binding.node_of_metric(&metric("AWS/SQS", "QueueName", "shop-Inbox-2B")),
            Some(ids[3]),
            "out of a URL"
        );
        let alarm = |name: &str, metrics, rule: &str| Alarm { metrics, rule: rule.into(), ..Alarm::named(name) };
        let full = alarm("full", vec![metric("AWS/SQS", "QueueName", "shop-Inbox-2B")], "");
        let any = alarm("any", Vec::new(), "ALARM(\"full\") OR ALARM(other)");
        let all = [full, any];
        let nodes = all.each_ref().map(|alarm| binding.nodes_of_alarm(alarm, &all));
        assert_eq!(nodes, [[ids[3]].into(), [ids[3]].into()], "an alarm of alarms watches what they do");
    }

    #[test]
    fn log_groups_of_workflows_and_apis_are_known_by_stack_and_logical_id() {
        let catalog = Catalog::builtin();
        let mut document = Document::new(Diagram::new("shop"));
        let mut ids = Vec::new();
        let drawn = document.transact(&catalog, "Draw", |edit| {
            for (kind, name) in [("aws.step_functions", "Order saga"), ("aws.http_api", "Api"), ("aws.rest_api", "Old")]
            {
                ids.push(edit.add_node(&KindId::new(kind), Some(name), Point::default())?);
            }
            Ok(())
        });
        drawn.expect("it can be drawn");
        let check = |stack: &str, group: &str, expected: Option<usize>| {
            let physical = Physical { stack: stack.to_owned(), ..Physical::default() };
            let binding = Binding::of(&catalog, document.diagram(), &physical, &Bindings::new());
            assert_eq!(binding.node_of_group(group), expected.map(|at| ids[at]), "{group} of {stack:?}");
        };
        for stack in ["", "shop-dev"] {
            check(stack, "/aws/vendedlogs/states/shop-dev-Ordersaga", Some(0));
            check(stack, "/aws/vendedlogs/apis/shop-dev-Api", Some(1));
            check(stack, "/aws/apigateway/shop-dev-Old", Some(2));
            check(stack, "/aws/apigateway/shop-dev-Api", None);
            check(stack, "/aws/vendedlogs/states/shop-dev-Other", None);
        }
        check("shop-dev", "/aws/vendedlogs/states/pay-Ordersaga", None);
    }
}
