//! Tailing an account for the window: what is found there, and the stack as a diagram where nobody has drawn one.
//!
//! Must not know panels, nor how an account is read.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::{Watch, Watched};
use crate::catalog::kind::Archetype;
use crate::catalog::physical::plain_name;
use crate::catalog::{Catalog, Dialect, KindId};
use crate::diagram::{Diagram, Document, Point, Target};
use crate::engine::protocol::{Loaded, Mark};
use crate::engine::recording::Design;
#[cfg(feature = "aws")]
use crate::source::Source;
#[cfg(feature = "aws")]
use crate::source::aws::{LiveMetrics, LiveTail, LiveTraces, Place, Watched as Tailed};
use crate::source::probe::Tried;
use crate::source::tail::{REQUEST_EVERY_MS, Standing};
use crate::source::{Deployed, Failure, Found, Link, Paid, Spending, Wishes, metrics, xray};

/// From one node to the next, across and down, in canvas units.
const STEP: (i32, i32) = (240, 112);
/// So many nodes stand in a column.
const MOST_ROWS: usize = 8;

/// How it stands with an account that is tailed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// What was found there.
    pub found: Found,
    /// How true the picture of each log group is, in the order of those that were found.
    pub standings: Vec<Standing>,
    /// What was asked for that must be paid.
    pub spending: BTreeMap<Paid, Spending>,
    /// How true the picture of its traces is; `None` while none are read.
    pub traces: Option<xray::Standing>,
    /// How it stands with metrics; `None` where nobody asks for them.
    pub metrics: Option<metrics::Standing>,
}

/// What of the log groups is tailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// From so many milliseconds back.
    pub since_ms: i64,
    /// Only what fits this filter pattern of CloudWatch, which the service applies; empty for all.
    pub filter: String,
    /// So long stands between two requests, in milliseconds.
    pub request_every_ms: i64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { since_ms: 0, filter: String::new(), request_every_ms: REQUEST_EVERY_MS }
    }
}

/// Tails what a target names until nobody listens.
pub(in crate::engine) fn tail(
    target: &Target,
    reach: Reach,
    wishes: &Wishes,
    catalog: &Catalog,
    tell: impl FnMut(Watched) -> ControlFlow<()>,
) {
    let mut watch = Watch::new(tell, catalog).by_time();
    let mut is_over = false;
    let run = run(target, reach, wishes, catalog, &mut |delivery| {
        let flow = watch.take(delivery);
        is_over |= flow.is_break();
        flow
    });
    if is_over {
        return;
    }
    let link = match run {
        Ok(()) => Link::Ended,
        Err(failure) => {
            watch.troubles.push(failure.to_string());
            Link::Failed(failure)
        }
    };
    let _ = watch.say(link).is_break();
}

#[cfg(feature = "aws")]
fn run(
    target: &Target,
    reach: Reach,
    wishes: &Wishes,
    catalog: &Catalog,
    mut outlet: &mut dyn FnMut(crate::source::Delivery) -> ControlFlow<()>,
) -> Result<(), Failure> {
    use crate::source::Cursor;
    use crate::source::beside::Beside;
    use crate::source::tail::Order;

    let (place, watched) = place(target);
    let Reach { since_ms, filter, request_every_ms } = reach;
    let filter = (!filter.trim().is_empty()).then(|| filter.trim().to_owned());
    let (for_ms, seed) = (None, u64::from(std::process::id()));
    let at = place.clone();
    let first = LiveTail {
        place,
        watched,
        filter,
        since_ms,
        for_ms,
        order: Order::AsRead,
        request_every_ms,
        tells_head: true,
        wishes: Some(wishes.clone()),
        seed,
    };
    let others = |found: &Found| beside(found, (&at, since_ms, seed), catalog, wishes);
    Beside { first, others, waits: false }.run(&Cursor::default(), &mut outlet)
}

/// Where a target is, and what of it is watched.
#[cfg(feature = "aws")]
pub(super) fn place(target: &Target) -> (Place, Tailed) {
    let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let groups = target.log_groups.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let watched = match (told(&target.stack), told(&target.tag)) {
        (Some(stack), _) => Tailed::Stack(stack),
        (None, Some(tag)) => Tailed::Tag(tag),
        (None, None) => Tailed::Groups(groups.collect()),
    };
    let place =
        Place { profile: told(&target.profile), region: told(&target.region), endpoint: told(&target.endpoint) };
    (place, watched)
}

/// Tries which permissions there are in an account, until all were tried or nobody listens.
pub(in crate::engine) fn try_account(target: &Target, mut tell: impl FnMut(&Tried) -> ControlFlow<()>) {
    #[cfg(feature = "aws")]
    let tried = {
        let (place, watched) = place(target);
        crate::source::aws::try_account(&place, &watched, &mut tell)
    };
    #[cfg(not(feature = "aws"))]
    let tried = no_account(target);
    if let Err(failure) = tried {
        let told = Tried { trouble: Some(failure.to_string()), is_over: true, ..Tried::default() };
        let _ = tell(&told).is_break();
    }
}

/// What is read of a stack beside its logs.
#[cfg(feature = "aws")]
fn beside(
    found: &Found,
    (place, since_ms, seed): (&Place, i64, u64),
    catalog: &Catalog,
    wishes: &Wishes,
) -> Vec<Box<dyn Source>> {
    let traces = LiveTraces::parties(found).map(|parties| {
        let (place, for_ms, wishes) = (place.clone(), None, Some(wishes.clone()));
        Box::new(LiveTraces { place, parties, since_ms, for_ms, wishes, seed }) as Box<dyn Source>
    });
    let metrics = (!found.resources.is_empty()).then(|| {
        let wanted = metrics::wanted(&found.stack, &found.resources, catalog);
        let (place, resources, wishes) = (place.clone(), found.resources.clone(), Some(wishes.clone()));
        Box::new(LiveMetrics { place, wanted, resources, since_ms, for_ms: None, wishes, seed }) as Box<dyn Source>
    });
    traces.into_iter().chain(metrics).collect()
}

#[cfg(not(feature = "aws"))]
fn run(
    target: &Target,
    _: Reach,
    _: &Wishes,
    _: &Catalog,
    _: &mut dyn FnMut(crate::source::Delivery) -> ControlFlow<()>,
) -> Result<(), Failure> {
    no_account(target)
}

#[cfg(not(feature = "aws"))]
pub(super) fn no_account(_: &Target) -> Result<(), Failure> {
    Err(Failure::Input("This build of the program reads no AWS account: it was built without the feature aws.".into()))
}

/// The design of a stack: a node for each resource that a kind stands for, under its logical name, and which of them wrote into
/// which log group.
pub(crate) fn design(found: &Found, catalog: &Catalog) -> Design {
    let nodes = found.groups.iter().filter_map(|(group, node)| Some((group.clone(), node.clone()?)));
    let nodes = nodes.chain(found.quiet.iter().cloned());
    let diagram = drawn(&found.stack, &found.resources, catalog);
    let physical = found.resources.iter().map(|resource| (resource.logical.clone(), resource.physical.clone()));
    Design {
        loaded: Loaded::new(diagram, Mark::default(), catalog),
        nodes: nodes.collect::<BTreeMap<_, _>>(),
        stack: plain_name(&found.stack).to_owned(),
        physical: physical.collect(),
    }
}

/// Nodes in columns, one for what behaves alike.
fn drawn(stack: &str, resources: &[Deployed], catalog: &Catalog) -> Diagram {
    let mut columns: BTreeMap<Archetype, Vec<(&KindId, &str)>> = BTreeMap::new();
    for resource in resources {
        let of = |dialect| catalog.kinds().find(|kind| kind.types.get(&dialect) == Some(&resource.kind));
        if let Some(kind) = of(Dialect::CloudFormation).or_else(|| of(Dialect::Sam)) {
            columns.entry(kind.archetype).or_default().push((&kind.id, &resource.logical));
        }
    }
    let mut document = Document::new(Diagram::new(if stack.is_empty() { "untitled" } else { stack }));
    let columns = columns.values().flat_map(|column| column.chunks(MOST_ROWS)).enumerate();
    for (x, column) in columns {
        for (y, (kind, name)) in column.iter().enumerate() {
            let at = Point { x: x as i32 * STEP.0, y: y as i32 * STEP.1 };
            // A name that is taken or cannot be one is passed over: the rest of the stack is worth seeing.
            document.transact(catalog, "Draw", |edit| edit.add_node(kind, Some(name), at)).ok();
        }
    }
    document.diagram().clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_that_nobody_drew_has_a_node_for_each_resource_that_a_kind_stands_for() {
        let resource = |logical: &str, kind: &str| Deployed {
            logical: logical.into(),
            physical: format!("shop-{logical}-1AB"),
            kind: kind.into(),
        };
        let found = Found {
            stack: "shop".into(),
            groups: vec![("/aws/lambda/shop-OrdersFn-1AB".into(), Some("OrdersFn".into()))],
            quiet: Vec::new(),
            resources: vec![
                resource("OrdersFn", "AWS::Lambda::Function"),
                resource("PayFn", "AWS::Lambda::Function"),
                resource("Orders", "AWS::DynamoDB::Table"),
                resource("OrdersFnRole", "AWS::IAM::Role"),
            ],
            ..Found::default()
        };
        let design = design(&found, &Catalog::builtin());
        let diagram = &design.loaded.diagram;
        assert_eq!(diagram.name(), "shop");
        let at = |name: &str| diagram.nodes()[&diagram.node_named(name).expect(name)].position;
        assert_eq!(diagram.nodes().len(), 3, "a role is no node");
        assert_eq!(
            (at("OrdersFn").x, at("PayFn").x),
            (at("OrdersFn").x, at("OrdersFn").x),
            "what is alike stands together"
        );
        assert_ne!(at("OrdersFn").x, at("Orders").x);
        assert_eq!(design.nodes.get("/aws/lambda/shop-OrdersFn-1AB").map(String::as_str), Some("OrdersFn"));
    }
}
