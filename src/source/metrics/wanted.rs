//! Which metrics a stack has: those that the kinds of its resources show as figures.
//!
//! Must not know when they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::terms::Wanted;
use crate::catalog::figure::Shows;
use crate::catalog::kind::Signal;
use crate::catalog::physical::{Physical, plain_name};
use crate::catalog::{Catalog, Dialect};
use crate::source::Deployed;
use crate::telemetry::record::Metric;

/// The metrics of a stack's resources. Where several kinds stand for a type, those of all: only the design knows which it is.
#[must_use]
pub fn wanted(stack: &str, resources: &[Deployed], catalog: &Catalog) -> Vec<Wanted> {
    let mut by_type: BTreeMap<&str, Vec<&Signal>> = BTreeMap::new();
    for kind in catalog.kinds() {
        if let Some(name) = kind.types.get(&Dialect::CloudFormation) {
            by_type.entry(name).or_default().extend(&kind.signals);
        }
    }
    let mut all: Vec<Wanted> = Vec::new();
    for Deployed { logical, physical, kind } in resources {
        let node: Arc<str> = logical.as_str().into();
        let physical = Physical { id: physical, stack: plain_name(stack) };
        for metric in by_type.get(kind.as_str()).into_iter().flatten().filter_map(|signal| metric(physical, signal)) {
            let wanted = Wanted { node: Arc::clone(&node), metric: Arc::new(metric) };
            if !all.iter().rev().take_while(|other| other.node == node).any(|other| *other == wanted) {
                all.push(wanted);
            }
        }
    }
    all
}

/// The metric of a signal that is shown; a namespace or name that a setting fills in is not known here.
fn metric(physical: Physical<'_>, signal: &Signal) -> Option<Metric> {
    let Signal::Metric { namespace, name, statistic, figure: Some(figure), .. } = signal else { return None };
    let dimensions = physical.dimensions(signal);
    let is_known = !dimensions.is_empty() && ![namespace, name].into_iter().any(|text| text.contains('{'));
    is_known.then(|| Metric {
        namespace: namespace.as_str().into(),
        name: name.as_str().into(),
        dimensions: dimensions.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        statistic: statistic.as_str().into(),
        unit: unit(figure.shows, name).into(),
    })
}

/// The unit of a metric, which answers do not say.
fn unit(shows: Shows, name: &str) -> &'static str {
    match shows {
        Shows::Age if !name.ends_with("Milliseconds") => "Seconds",
        Shows::Age | Shows::Duration => "Milliseconds",
        _ => "Count",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_of_a_stack_are_those_that_its_kinds_show() {
        let resource = |logical: &str, physical: &str, kind: &str| Deployed {
            logical: logical.to_owned(),
            physical: physical.to_owned(),
            kind: kind.to_owned(),
        };
        let resources = [
            resource("OrdersFn", "shop-OrdersFn-1A", "AWS::Lambda::Function"),
            resource("Clicks", "shop-Clicks-2B", "AWS::Kinesis::Stream"),
            resource("Api", "d4e5f6", "AWS::ApiGateway::RestApi"),
            resource("Role", "shop-Role-3C", "AWS::IAM::Role"),
        ];
        let all = wanted("arn:aws:cloudformation:eu-west-1:1:stack/shop/1a", &resources, &Catalog::builtin());
        let told: Vec<String> = all
            .iter()
            .map(|Wanted { node, metric }| {
                let dimensions: Vec<String> = metric.dimensions.iter().map(|(n, v)| format!("{n}={v}")).collect();
                let Metric { name, statistic, unit, .. } = &**metric;
                format!("{node}: {name} {statistic} {unit} {}", dimensions.join(" "))
            })
            .collect();
        assert!(told.contains(&"OrdersFn: Invocations Sum Count FunctionName=shop-OrdersFn-1A".to_owned()), "{told:?}");
        assert!(told.contains(&"OrdersFn: Duration p95 Milliseconds FunctionName=shop-OrdersFn-1A".to_owned()));
        let age = "Clicks: GetRecords.IteratorAgeMilliseconds Maximum Milliseconds StreamName=shop-Clicks-2B";
        assert!(told.contains(&age.to_owned()), "{told:?}");
        assert!(told.contains(&"Api: Count Sum Count ApiName=shop".to_owned()), "an API is called by the stack's name");
        assert!(!told.iter().any(|told| told.contains("IncomingBytes")), "nobody would see it");
        assert!(!told.iter().any(|told| told.starts_with("Role")));
    }
}
