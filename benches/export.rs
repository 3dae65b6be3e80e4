//! How long an export takes: a diagram lowered to a stack, and the stack printed as a project, CPU time of the thread.
//!
//! `cargo bench --bench export` prints median, 99th percentile and worst of every dialect, and fails over the budget.

use std::process::ExitCode;

use cpu_time::ThreadTime;
use stratoscope::catalog::names::Named as _;
use stratoscope::catalog::{Catalog, Dialect, KindId, Relation};
use stratoscope::diagram::{Diagram, Document, Point};
use stratoscope::export::export;
use stratoscope::export::sheet::sheet;
use stratoscope::stack::lower;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nodes of the diagrams; the budget is for the first.
const NODES: [usize; 3] = [500, 50, 2000];
/// The median of lowering and printing the first may take so long.
const BUDGET_MS: f64 = 10.0;
/// So long it may take until the template beside the canvas shows one change.
const PANEL_MS: f64 = 20.0;
/// Runs that are measured, and runs before them.
const RUNS: (usize, usize) = (200, 10);

/// One service of the diagram: what it is made of, and who is joined to whom, by index.
const BLOCK: [(&str, &str); 10] = [
    ("aws.rest_api", "Api"),
    ("aws.lambda_function", "Take"),
    ("aws.dynamodb_table", "Orders"),
    ("aws.sqs_queue", "Work"),
    ("aws.lambda_function", "Work off"),
    ("aws.sqs_queue", "Failures"),
    ("aws.s3_bucket", "Receipts"),
    ("aws.sns_topic", "News"),
    ("aws.event_bus", "Events"),
    ("aws.step_functions", "Fulfil"),
];
const ARROWS: [(usize, usize, Relation); 13] = [
    (0, 1, Relation::Triggers),
    (1, 2, Relation::Accesses),
    (1, 3, Relation::Accesses),
    (3, 4, Relation::Triggers),
    (3, 5, Relation::DeadLetters),
    (4, 2, Relation::Accesses),
    (4, 6, Relation::Accesses),
    (6, 4, Relation::Triggers),
    (4, 7, Relation::Accesses),
    (7, 3, Relation::Triggers),
    (2, 4, Relation::Triggers),
    (8, 9, Relation::Triggers),
    (9, 4, Relation::Triggers),
];

#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn main() -> ExitCode {
    let catalog = Catalog::builtin();
    let mut is_within = true;
    for nodes in NODES {
        let diagram = services(&catalog, nodes);
        for (name, dialect) in Dialect::ALL {
            let (times, bytes) = measured(&diagram, &catalog, *dialect);
            let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
            let (median, p99, worst) = (at(0.5), at(0.99), at(1.0));
            println!(
                "export nodes={} arrows={} to={name} median_ms={median:.2} p99_ms={p99:.2} worst_ms={worst:.2} template_kb={}",
                diagram.nodes().len(),
                diagram.edges().len(),
                bytes / 1024
            );
            is_within &= nodes != NODES[0] || median <= BUDGET_MS;
        }
    }
    for (name, dialect) in Dialect::ALL {
        let times = followed(&catalog, *dialect);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        let (median, p99, worst) = (at(0.5), at(0.99), at(1.0));
        println!("panel nodes={} to={name} median_ms={median:.2} p99_ms={p99:.2} worst_ms={worst:.2}", NODES[0]);
        is_within &= median <= PANEL_MS;
    }
    println!("budget nodes={} median_ms<={BUDGET_MS} held={is_within}", NODES[0]);
    if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sorted times in milliseconds, and the size of the template.
fn measured(diagram: &Diagram, catalog: &Catalog, dialect: Dialect) -> (Vec<f64>, usize) {
    let (runs, before) = RUNS;
    let mut times = Vec::with_capacity(runs);
    let mut bytes = 0;
    for run in 0..runs + before {
        let start = ThreadTime::now();
        let (stack, problems) = lower(diagram, catalog);
        let project = std::hint::black_box(export(&stack, dialect));
        let elapsed = start.elapsed().as_secs_f64() * 1000.0;
        bytes = project.files["template.yaml"].text.len();
        drop((problems, stack));
        times.extend((run >= before).then_some(elapsed));
    }
    times.sort_by(f64::total_cmp);
    (times, bytes)
}

/// Sorted times in milliseconds until the sheet of a template shows that a setting in the middle has changed.
fn followed(catalog: &Catalog, dialect: Dialect) -> Vec<f64> {
    let mut document = Document::new(services(catalog, NODES[0]));
    let function = document.diagram().node_named("Work off 25").expect("a function in the middle");
    let mut shown = sheet(document.diagram(), catalog, dialect, None);
    let mut times: Vec<f64> = Vec::with_capacity(RUNS.0);
    for run in 0..RUNS.0 {
        let timeout = serde_json::Value::from(30 + run);
        document
            .transact(catalog, "Set", |edit| edit.set_node(function, "timeout_s", Some(timeout)))
            .expect("it is set");
        let start = ThreadTime::now();
        shown = sheet(document.diagram(), catalog, dialect, Some(shown));
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        assert!(!shown.changes.is_empty(), "the change shows");
    }
    times.sort_by(f64::total_cmp);
    times
}

/// A diagram of services, one like the other.
fn services(catalog: &Catalog, nodes: usize) -> Diagram {
    let mut document = Document::new(Diagram::new("bench"));
    let drawn = document.transact(catalog, "Draw", |edit| {
        for block in 0..nodes / BLOCK.len() {
            let mut ids = Vec::new();
            for (kind, name) in BLOCK {
                ids.push(edit.add_node(&KindId::new(kind), Some(&format!("{name} {block}")), Point::default())?);
            }
            for (from, to, relation) in ARROWS {
                edit.connect(ids[from], ids[to], Some(relation))?;
            }
        }
        Ok(())
    });
    drawn.expect("the services can be drawn");
    document.diagram().clone()
}
