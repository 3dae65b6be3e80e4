//! What flows through small diagrams of every wiring, and laws for any diagram.

mod loops;

use serde_json::{Value, json};

use super::*;
use crate::catalog::{Capability, KindId, Wiring};
use crate::diagram::edit::Edit;
use crate::diagram::{Document, Element, Point, file};

/// A diagram of `name kind` lines and `from > to key=value …` lines, with figures as `name.key=value`.
pub(super) fn drawn(catalog: &Catalog, text: &str) -> Diagram {
    let mut document = Document::new(Diagram::new("d"));
    let drawn = document.transact(catalog, "Draw", |edit| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| draw(edit, line));
        Ok(())
    });
    drawn.expect("the diagram can be drawn");
    document.diagram().clone()
}

fn draw(edit: &mut Edit<'_>, line: &str) {
    let mut words = line.split_whitespace();
    let first = words.next().expect("a line has words");
    let rest: Vec<&str> = words.collect();
    let node =
        |edit: &Edit<'_>, name: &str| edit.diagram().node_named(name).unwrap_or_else(|| panic!("no node {name}"));
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.replace('·', " ")));
    match rest.as_slice() {
        [">", to, settings @ ..] => {
            let (from, to) = (node(edit, first), node(edit, to));
            let relation = settings.iter().find_map(|text| text.strip_prefix("relation="));
            let relation = relation.and_then(<crate::catalog::Relation as crate::catalog::names::Named>::from_name);
            let edge = edit.connect(from, to, relation).expect(line);
            for (key, text) in
                settings.iter().filter_map(|text| text.split_once('=')).filter(|(key, _)| *key != "relation")
            {
                edit.set(Element::Edge(edge), key, Some(value(text))).expect(line);
            }
        }
        [kind, figures @ ..] => {
            let id = edit.add_node(&KindId::new(kind), Some(first), Point::default()).expect(line);
            for (key, text) in figures.iter().filter_map(|text| text.split_once('=')) {
                match key.strip_prefix("set.") {
                    Some(key) => edit.set(Element::Node(id), key, Some(value(text))).expect(line),
                    None => edit.set_usage(id, key, Some(value(text))).expect(line),
                }
            }
        }
        [] => panic!("{line}"),
    }
}

fn figure(catalog: &Catalog, diagram: &Diagram, workload: &Workload, what: &str) -> Option<Amount> {
    let (name, key) = what.split_once('.').expect("NODE.KEY");
    let id = diagram.node_named(name).unwrap_or_else(|| panic!("no node {name}"));
    let kind = catalog.kind(&diagram.nodes()[&id].kind);
    let at = kind.usage.iter().position(|usage| usage.key == key).unwrap_or_else(|| panic!("{name} has no {key}"));
    workload.node(id)[at]
}

fn told(amount: Option<Amount>) -> String {
    match amount {
        None => "unknown".to_owned(),
        Some(Amount { low, high, .. }) if low == high => low.round_dp(3).normalize().to_string(),
        Some(Amount { low, high, .. }) => format!("{}..{}", low.round_dp(3).normalize(), high.round_dp(3).normalize()),
    }
}

/// Each figure of the diagram is as expected.
fn check(text: &str, expected: &[(&str, &str)]) {
    let catalog = Catalog::builtin();
    let diagram = drawn(&catalog, text);
    let workload = Workload::of(&catalog, &diagram, &Outside::default());
    for (what, expected) in expected {
        assert_eq!(told(figure(&catalog, &diagram, &workload, what)), *expected, "{what} in\n{text}");
    }
}

#[test]
fn traffic_goes_through_every_wiring() {
    check(
        "web client.browser requests=1000\n api aws.http_api\n fn aws.lambda_function cold_starts=1%\n t aws.dynamodb_table item_kb=3\n
         web > api\n api > fn\n fn > t access=read_write fan_out=2",
        &[("api.http_requests", "1000"), ("fn.requests", "1000"), ("fn.cold_starts", "10"), ("t.wru", "6000"), ("t.rru", "1000")],
    );
    // Routes divide what comes; what declares a share keeps it.
    check(
        "api aws.http_api http_requests=1000\n a aws.lambda_function\n b aws.lambda_function\n c aws.lambda_function\n
         api > a share=0.5\n api > b\n api > c",
        &[("a.requests", "500"), ("b.requests", "250"), ("c.requests", "250")],
    );
    // A topic gives each subscriber all; a queue makes batches and three calls a message or fewer.
    check(
        "t aws.sns_topic requests=1000 message_kb=2\n q aws.sqs_queue\n fn aws.lambda_function\n u client.user\n
         t > q\n q > fn mean_batch=10\n t > u fan_out=3",
        &[
            ("q.messages", "1000"),
            ("q.message_kb", "2"),
            ("fn.requests", "100"),
            ("q.standard_requests", "1200"),
            ("t.email", "3000"),
            ("t.push", "0"),
        ],
    );
    // Events match rules, and rules hand them on.
    check(
        "b aws.event_bus events=100\n r aws.event_rule\n w aws.step_functions\n fn aws.lambda_function\n b > r share=0.2\n r > w\n w > fn",
        &[("w.workflows", "20"), ("fn.requests", "20"), ("w.transitions_per_workflow", "2")],
    );
    // A stream is read in batches by the second, at most as large as they may be.
    check(
        "s aws.kinesis_stream records=1000/s record_kb=2\n fn aws.lambda_function\n f aws.firehose\n b aws.s3_bucket\n
         s > fn batch_size=100\n s > f\n f > b",
        &[
            ("fn.requests", "26280000"),
            ("s.read_gb", "10025.024"),
            ("f.records", "2628000000"),
            ("f.record_kb", "2"),
            ("b.get", "0"),
        ],
    );
    // A clock knows how often it ticks; what failed is nothing until somebody says so.
    check(
        "s aws.schedule set.expression=rate(5·minutes)\n fn aws.lambda_function\n q aws.sqs_queue\n s > fn\n fn > q relation=dead_letters",
        &[("s.invocations", "8760"), ("fn.requests", "8760"), ("q.messages", "0"), ("q.standard_requests", "0")],
    );
    // A field that lists items reads them; one that puts an item writes it.
    check(
        "a aws.appsync operations=80\n t aws.dynamodb_table\n u aws.dynamodb_table\n a > t operation=list\n a > u operation=put share=0.25",
        &[("t.rru", "30"), ("t.wru", "0"), ("u.wru", "20"), ("u.rru", "0")],
    );
    // Who decides about callers is asked for each request, unless the arrow says how few are not remembered.
    check(
        "a aws.http_api http_requests=80\n r aws.rest_api rest_requests=9\n g aws.appsync operations=2\n fn aws.lambda_function\n
         guard aws.lambda_function\n a > fn\n guard > a relation=authorizes share=0.5\n guard > r relation=authorizes\n
         guard > g relation=authorizes",
        &[("guard.requests", "51"), ("fn.requests", "80"), ("a.http_requests", "80")],
    );
    // Messages of devices, in units of 5 KB.
    check(
        "d client.device requests=10 payload_kb=12\n c aws.iot_core\n r aws.iot_rule\n s aws.kinesis_stream\n fn aws.lambda_function\n d > c\n c > r\n r > s\n r > fn",
        &[("c.messages", "30"), ("r.triggered", "30"), ("r.actions", "20"), ("s.records", "10"), ("s.record_kb", "12")],
    );
}

#[test]
fn what_is_not_known_stays_unknown() {
    check(
        "web client.browser\n api aws.http_api\n fn aws.lambda_function\n t aws.dynamodb_table\n web > api\n api > fn\n fn > t access=write",
        &[
            ("api.http_requests", "unknown"),
            ("fn.requests", "unknown"),
            ("t.wru", "unknown"),
            ("fn.duration_ms", "100"),
        ],
    );
    // One unknown caller makes the sum unknown; what a node tells itself does not care.
    check(
        "a aws.http_api http_requests=5\n b aws.http_api\n c client.browser\n fn aws.lambda_function\n g aws.lambda_function requests=7\n
         c > b\n a > fn\n b > fn\n b > g",
        &[("fn.requests", "unknown"), ("g.requests", "7")],
    );
    // Actions that no figure speaks of start nothing.
    check(
        "fn aws.lambda_function requests=5\n w aws.step_functions\n fn > w actions=[\"states:SendTaskSuccess\"]",
        &[("w.workflows", "0")],
    );
}

#[test]
fn what_is_told_beats_what_flows() {
    let catalog = Catalog::builtin();
    let diagram = drawn(&catalog, "a aws.http_api http_requests=10\n f aws.lambda_function duration_ms=7\n a > f");
    let f = diagram.node_named("f").expect("a node");
    let origin = |outside: &Outside, key: &str| {
        let workload = Workload::of(&catalog, &diagram, outside);
        figure(&catalog, &diagram, &workload, key).map(|amount| (amount.low, amount.origin))
    };
    let figures =
        |requests: i64| Figures::from([(f, BTreeMap::from([("requests".to_owned(), Decimal::from(requests))]))]);
    let none = Outside::default();
    let measured = Outside { measured: figures(3), ..Outside::default() };
    let given = Outside { given: figures(4), ..measured.clone() };
    assert_eq!(origin(&none, "f.requests"), Some((10.into(), Origin::Propagated)));
    assert_eq!(origin(&none, "f.duration_ms"), Some((7.into(), Origin::Own)));
    assert_eq!(origin(&none, "f.init_ms").map(|found| found.1), Some(Origin::Assumed));
    assert_eq!(origin(&measured, "f.requests"), Some((3.into(), Origin::Measured)));
    assert_eq!(origin(&given, "f.requests"), Some((4.into(), Origin::Given)));
}

#[test]
fn peaks_follow_the_sources() {
    let catalog = Catalog::builtin();
    let diagram = drawn(
        &catalog,
        "c client.browser requests=10/s curve=evening burst=5x10\n d client.browser requests=10/s\n a aws.http_api\n
         f aws.lambda_function duration_ms=500\n c > a\n d > a\n a > f",
    );
    let workload = Workload::of(&catalog, &diagram, &Outside::default());
    let peak = |name: &str| workload.peak(diagram.node_named(name).expect("a node")).expect("a peak");
    assert_eq!(peak("d").per_second, Decimal::from(10));
    assert!(peak("c").per_second > Decimal::from(100), "{:?}", peak("c"));
    assert_eq!(peak("f").per_second.round_dp(6), (peak("c").per_second + peak("d").per_second).round_dp(6));
    assert_eq!(
        peak("f").concurrency.map(|at_once| at_once.round_dp(6)),
        Some((peak("f").per_second / Decimal::TWO).round_dp(6))
    );
    // Neither changes the month.
    assert_eq!(told(figure(&catalog, &diagram, &workload, "f.requests")), "52560000");
}

/// Figures that nothing in a diagram tells, so that people do.
const PEOPLE: &[&str] = &[
    "storage_gb",
    "pitr_gb",
    "connection_minutes",
    "mau",
    "readers",
    "metrics",
    "scanned_tb",
    "crawler_dpu_hours",
    "acu_hours",
    "io_requests",
    "log_kb",
    "response_kb",
    "object_kb",
    "payload_kb",
    "peak_seconds",
    "traces_recorded",
    "writes",
    "reads",
    "ru",
    "class1",
    "class2",
    "class_a",
    "class_b",
    "published_tib",
    "duration_ms",
    "internet_gb",
];

/// Ports along which no events are handed on: those that only watch, lend or answer.
const QUIET: &[&str] = &["metric", "alarm", "code", "decision", "identity", "data", "tables", "rows"];

#[test]
fn every_kind_says_where_its_figures_come_from() {
    let catalog = Catalog::builtin();
    for kind in catalog.kinds() {
        for key in &kind.usage {
            // Neither do kinds that no arrow reaches.
            let is_source = kind.archetype == crate::catalog::Archetype::Client || kind.accepts.is_empty();
            let is_told =
                key.from.is_some() || key.default.is_some() || PEOPLE.contains(&key.key.as_str()) || is_source;
            assert!(is_told, "{}: where does {} come from?", kind.id, key.key);
        }
        for (port, _) in &kind.flow.leaves {
            // Who decides about callers is asked at the port that takes the decision.
            let takes = |row: &Capability| row.wiring == Wiring::AuthorizerFunction && row.accepts == *port;
            let leads = catalog.capabilities().iter().any(|row| row.offers == *port || takes(row));
            assert!(leads, "{}: nothing takes what leaves at {port}", kind.id);
        }
    }
    // Every arrow that hands events on carries traffic, save those that only watch or lend.
    for kind in catalog.kinds().filter(|kind| catalog.get(&kind.id).is_some()) {
        for port in kind.offers.iter().filter(|port| !QUIET.contains(&port.as_str())) {
            let leaves = kind.flow.leaves.iter().any(|(known, _)| known == port);
            assert!(leaves, "{}: how much leaves at {port}?", kind.id);
        }
    }
}

#[test]
fn every_figure_of_the_references_is_known_or_left_open_on_purpose() {
    // Sizes that only help to work out others; how long a Standard workflow runs costs nothing.
    const OPEN: &[&str] = &["payload_kb", "object_kb", "response_kb", "duration_ms"];
    let catalog = Catalog::builtin();
    for (path, text) in crate::diagram::REFERENCES {
        let diagram = file::read(text.as_bytes(), &catalog).expect(path);
        let workload = Workload::of(&catalog, &diagram, &Outside::default());
        assert!(workload.loops().iter().all(|found| !found.is_endless), "{path}: {:?}", workload.loops());
        for (id, node) in diagram.nodes() {
            let kind = catalog.kind(&node.kind);
            let is_source = kind.archetype == crate::catalog::Archetype::Client;
            let is_quiet = is_source && diagram.edges_from(*id).next().is_none();
            let known = kind.usage.iter().zip(workload.node(*id)).filter(|(_, amount)| amount.is_none());
            let unknown: Vec<&str> = known.map(|(key, _)| key.key.as_str()).filter(|key| !OPEN.contains(key)).collect();
            assert!(unknown.is_empty() || is_quiet, "{path}: {} of {}?", unknown.join(", "), node.name);
        }
    }
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    /// Kinds through which traffic goes on to a function, and back from one.
    const KINDS: [&str; 5] =
        ["aws.lambda_function", "aws.event_bus", "aws.sqs_queue", "aws.dynamodb_table", "aws.sns_topic"];

    /// A diagram of a source and nodes behind it, joined as far as they can be.
    fn any_diagram() -> impl Strategy<Value = (Vec<usize>, Vec<(usize, usize, u32)>)> {
        let nodes = proptest::collection::vec(0..KINDS.len(), 1..9);
        let arrows = proptest::collection::vec((0..9_usize, 0..9_usize, 0..=100_u32), 0..16);
        (nodes, arrows)
    }

    fn made(
        catalog: &Catalog,
        requests: u64,
        (kinds, arrows): &(Vec<usize>, Vec<(usize, usize, u32)>),
        factor: u32,
    ) -> Diagram {
        let mut document = Document::new(Diagram::new("d"));
        let made = document.transact(catalog, "Draw", |edit| {
            let api = edit.add_node(&KindId::new("aws.http_api"), None, Point::default())?;
            edit.set_usage(api, "http_requests", Some(json!(requests)))?;
            let first = edit.add_node(&KindId::new(KINDS[0]), None, Point::default())?;
            edit.connect(api, first, None)?;
            let mut nodes = vec![first];
            for kind in kinds {
                nodes.push(edit.add_node(&KindId::new(KINDS[*kind]), None, Point::default())?);
            }
            for (from, to, share) in arrows {
                let (Some(from), Some(to)) = (nodes.get(*from), nodes.get(*to)) else { continue };
                let Ok(edge) = edit.connect(*from, *to, None) else { continue };
                edit.set_edge(edge, "share", Some(json!(f64::from(*share * factor) / 1000.0)))?;
                // Batches are the one thing that is not in proportion.
                edit.set_edge(edge, "mean_batch", Some(json!(1)))?;
            }
            Ok(())
        });
        made.expect("the diagram can be drawn");
        document.diagram().clone()
    }

    fn figures(catalog: &Catalog, diagram: &Diagram) -> Vec<Option<Decimal>> {
        let workload = Workload::of(catalog, diagram, &Outside::default());
        let of = |(id, node): (&NodeId, &crate::diagram::Node)| {
            let keys = catalog.kind(&node.kind).usage.iter().zip(workload.node(*id));
            keys.filter(|(key, _)| key.is_rate())
                .map(|(_, amount)| amount.map(|amount| amount.high))
                .collect::<Vec<_>>()
        };
        diagram.nodes().iter().flat_map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Twice as much at the source is twice as much everywhere, unless a loop never ends.
        #[test]
        fn what_comes_in_is_in_proportion(shape in any_diagram(), requests in 1..1_000_000_u64) {
            let catalog = Catalog::builtin();
            let (once, thrice) = (made(&catalog, requests, &shape, 3), made(&catalog, requests * 3, &shape, 3));
            for (one, three) in figures(&catalog, &once).into_iter().zip(figures(&catalog, &thrice)) {
                let (Some(one), Some(three)) = (one, three) else { prop_assert_eq!(one, three); continue };
                let expected = one.saturating_mul(Decimal::from(3));
                // What is assumed does not grow.
                let is_near = (three - expected).abs() <= expected * Decimal::new(1, 6) + Decimal::new(1, 6);
                prop_assert!(is_near || one == three, "{} became {}", one, three);
            }
        }

        /// More at an arrow is less nowhere, while loops come to rest.
        #[test]
        fn more_along_arrows_is_less_nowhere(shape in any_diagram()) {
            let catalog = Catalog::builtin();
            let (less, more) = (made(&catalog, 1000, &shape, 1), made(&catalog, 1000, &shape, 2));
            let is_endless = |diagram| Workload::of(&catalog, diagram, &Outside::default()).loops().iter().any(|found| found.is_endless);
            prop_assume!(!is_endless(&more));
            for (less, more) in figures(&catalog, &less).into_iter().zip(figures(&catalog, &more)) {
                let (Some(less), Some(more)) = (less, more) else { prop_assert_eq!(less, more); continue };
                prop_assert!(more >= less - less.abs() * Decimal::new(1, 6) - Decimal::new(1, 6), "{} became {}", less, more);
            }
        }

        /// What leaves at a port whose arrows divide it is all there is, whatever some of them declare.
        #[test]
        fn routes_divide_all(shares in proptest::collection::vec(proptest::option::of(0..25_u32), 1..5), requests in 0..10_000_000_u64) {
            let catalog = Catalog::builtin();
            let mut text = format!("api aws.http_api http_requests={requests}\n");
            for (at, share) in shares.iter().enumerate() {
                let share = share.map(|share| format!(" share=0.{share:02}")).unwrap_or_default();
                text = format!("{text}f{at} aws.lambda_function\napi > f{at}{share}\n");
            }
            let diagram = drawn(&catalog, &text);
            let workload = Workload::of(&catalog, &diagram, &Outside::default());
            let sum: Decimal = diagram.edges().keys().filter_map(|id| workload.edge(*id)).map(|amount| amount.low).sum();
            let declared: Decimal = shares.iter().flatten().map(|share| Decimal::new(i64::from(*share), 2)).sum();
            let expected = if shares.contains(&None) { Decimal::from(requests) } else { declared * Decimal::from(requests) };
            prop_assert!((sum - expected).abs() < Decimal::new(1, 4), "{} of {}", sum, expected);
        }
    }
}
