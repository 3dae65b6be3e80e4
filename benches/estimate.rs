//! How long a bill takes: CPU time of the thread, for diagrams of 500 and 10 000 nodes.
//!
//! Three shapes: every kind that costs something, and functions alone, both with a figure for every key; and applications
//! whose figures all come along arrows, each with a loop. Measured are the workload, the bill, and all that the program does
//! when a slider moves. `cargo bench --bench estimate`. The bars of a bill are 1 ms and 30 ms; a slider has a frame, 16 ms.

use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use rust_decimal::Decimal;
use serde_json::json;
use stratoscope::app::bill::assume::Assumptions;
use stratoscope::app::{Action, Command, Workspace};
use stratoscope::catalog::{Catalog, Kind, KindId};
use stratoscope::cost::{Book, Estimate, FreeTier, Terms};
use stratoscope::diagram::edit::Edit;
use stratoscope::diagram::{Diagram, Document, NodeId, Point, Rejected};
use stratoscope::engine::protocol::{Event, Loaded, Mark, Request};
use stratoscope::picture::Theme;
use stratoscope::workload::{Figures, Outside, Workload};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bills that are made of each diagram.
const RUNS: usize = 200;

/// A frame at 60 a second.
const FRAME_MS: u32 = 16;

fn main() {
    let (catalog, book) = (Arc::new(Catalog::builtin()), Book::builtin());
    let all: Vec<&Kind> = catalog.kinds().filter(|kind| !kind.costs.is_empty()).collect();
    let functions: Vec<&Kind> = all.iter().copied().filter(|kind| kind.costs.len() > 12).collect();
    for (nodes, bar_ms) in [(500, 1), (10_000, 30)] {
        for (name, diagram) in [
            ("every kind", drawn(&catalog, |edit| apart(edit, &all, nodes))),
            ("functions", drawn(&catalog, |edit| apart(edit, &functions, nodes))),
            ("applications", drawn(&catalog, |edit| applications(edit, nodes))),
        ] {
            let outside = Outside::default();
            let terms = Terms { free_tier: FreeTier::Always, ..Terms::default() };
            let workload = Workload::of(&catalog, &diagram, &outside);
            let flow = measured(|| drop(std::hint::black_box(Workload::of(&catalog, &diagram, &outside))));
            report(name, nodes, "workload", bar_ms, &flow);
            let bill = || drop(std::hint::black_box(Estimate::of(&catalog, &diagram, &workload, &book, &terms)));
            report(name, nodes, "bill", bar_ms, &measured(bill));
            report(name, nodes, "slider", FRAME_MS, &Desk::with(&catalog, &diagram).slide());
        }
    }
}

fn drawn(catalog: &Catalog, draw: impl FnOnce(&mut Edit<'_>) -> Result<(), Rejected>) -> Diagram {
    let mut document = Document::new(Diagram::new("bench"));
    document.transact(catalog, "Draw", draw).expect("the nodes can be drawn");
    document.diagram().clone()
}

/// `count` nodes without arrows, with figures for each of their usage keys.
fn apart(edit: &mut Edit<'_>, kinds: &[&Kind], count: usize) -> Result<(), Rejected> {
    for (at, kind) in kinds.iter().cycle().take(count).enumerate() {
        let id: NodeId = edit.add_node(&kind.id, Some(&format!("Node{at}")), place(at))?;
        for (key, usage) in kind.usage.iter().enumerate() {
            edit.set_usage(id, &usage.key, Some(json!(1000 + at * 7 + key)))?;
        }
    }
    Ok(())
}

/// Somewhere on a grid.
fn place(at: usize) -> Point {
    Point { x: (at % 80) as i32 * 240, y: (at / 80) as i32 * 140 }
}

/// One application: name of each node and its kind.
const NODES: [(&str, &str); 8] = [
    ("Api", "aws.http_api"),
    ("Orders", "aws.lambda_function"),
    ("Table", "aws.dynamodb_table"),
    ("Bus", "aws.event_bus"),
    ("Rule", "aws.event_rule"),
    ("Queue", "aws.sqs_queue"),
    ("Worker", "aws.lambda_function"),
    ("Files", "aws.s3_bucket"),
];

/// Its arrows and the share of each; the worker tells the bus, which may call the worker again.
const ARROWS: [(usize, usize, f64); 8] =
    [(0, 1, 1.0), (1, 2, 1.0), (1, 3, 0.5), (3, 4, 0.5), (4, 5, 1.0), (5, 6, 1.0), (6, 7, 1.0), (6, 3, 0.25)];

/// So many such applications that there are `count` nodes.
fn applications(edit: &mut Edit<'_>, count: usize) -> Result<(), Rejected> {
    for at in 0..count.div_ceil(NODES.len()) {
        let mut nodes = Vec::new();
        for (turn, (name, kind)) in NODES.iter().enumerate() {
            let place = place(at * NODES.len() + turn);
            nodes.push(edit.add_node(&KindId::new(kind), Some(&format!("{name}{at}")), place)?);
        }
        edit.set_usage(nodes[0], "http_requests", Some(json!(1_000_000 + at)))?;
        for (from, to, share) in ARROWS {
            let edge = edit.connect(nodes[from], nodes[to], None)?;
            edit.set_edge(edge, "share", Some(json!(share)))?;
        }
    }
    Ok(())
}

fn measured(mut run: impl FnMut()) -> Vec<Duration> {
    let mut one = |_run| {
        let start = ThreadTime::now();
        run();
        start.elapsed()
    };
    (0..RUNS).map(&mut one).collect()
}

/// The program without its window, with the bill in view.
struct Desk {
    workspace: Workspace,
    catalog: Arc<Catalog>,
    /// What the slider moves.
    node: NodeId,
    key: String,
}

impl Desk {
    fn with(catalog: &Arc<Catalog>, diagram: &Diagram) -> Self {
        let mut workspace = Workspace::new(Arc::clone(catalog), Theme::Dark);
        for request in workspace.run(Command::OpenFile("bench".into())) {
            let Request::Load(ticket, path, ..) = request else { continue };
            let loaded = Loaded::new(diagram.clone(), Mark::default(), catalog);
            workspace.absorb(Event::Loaded(ticket, path, Ok(loaded.into())));
        }
        workspace.run(Command::Act(Action::CostLens));
        let (id, node) = diagram.nodes().first_key_value().expect("there are nodes");
        let key = catalog.kind(&node.kind).usage[0].key.clone();
        Self { workspace, catalog: Arc::clone(catalog), node: *id, key }
    }

    /// Moves the slider, and waits for the bill that follows; what the background would do counts as well.
    fn slide(mut self) -> Vec<Duration> {
        let mut at = 0;
        let times = measured(|| {
            at += 1;
            let usage = Figures::from([(self.node, [(self.key.clone(), Decimal::from(1000 + at))].into())]);
            self.workspace.run(Command::Assume(Assumptions { usage, ..Assumptions::default() }));
            for request in self.workspace.price() {
                let Request::Price(ticket, book, cases) = request else { continue };
                let priced = cases.iter().map(|case| case.priced(&self.catalog, &book)).collect();
                self.workspace.absorb(Event::Priced(ticket, Ok(priced)));
            }
        });
        assert!(self.workspace.bill().is_some(), "there is a bill");
        times
    }
}

#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn report(shape: &str, nodes: usize, what: &str, bar_ms: u32, times: &[Duration]) {
    let mut times = times.to_vec();
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let (median, p99, worst) = (times[times.len() / 2], times[times.len() * 99 / 100], times[times.len() - 1]);
    println!(
        "{nodes:6} nodes, {shape:12} {what:8}: median {:7.3} ms, p99 {:7.3} ms, worst {:7.3} ms (bar {bar_ms} ms)",
        ms(median),
        ms(p99),
        ms(worst)
    );
}
