//! How long a bill takes: CPU time of the thread, for diagrams of 500 and 10 000 nodes of every kind that costs something.
//!
//! `cargo bench --bench estimate`. The bars are 1 ms and 30 ms.

use std::time::Duration;

use cpu_time::ThreadTime;
use rust_decimal::Decimal;
use stratoscope::catalog::{Catalog, Kind};
use stratoscope::cost::{Book, Estimate, FreeTier, Terms};
use stratoscope::diagram::{Diagram, Document, NodeId, Point};
use stratoscope::workload::{Figures, Outside, Workload};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bills that are made of each diagram.
const RUNS: usize = 200;

fn main() {
    let (catalog, book) = (Catalog::builtin(), Book::builtin());
    let all: Vec<&Kind> = catalog.kinds().filter(|kind| !kind.costs.is_empty()).collect();
    let functions: Vec<&Kind> = all.iter().copied().filter(|kind| kind.costs.len() > 12).collect();
    for (name, kinds) in [("every kind", &all), ("functions", &functions)] {
        for (nodes, bar_ms) in [(500, 1), (10_000, 30)] {
            let (diagram, workload) = drawn(&catalog, kinds, nodes);
            report(name, nodes, bar_ms, &measured(&catalog, &diagram, &workload, &book));
        }
    }
}

/// A diagram of `count` nodes, and figures for each of their usage keys.
fn drawn(catalog: &Catalog, kinds: &[&Kind], count: usize) -> (Diagram, Workload) {
    let mut document = Document::new(Diagram::new("bench"));
    let mut given = Figures::new();
    let drawn = document.transact(catalog, "Draw", |edit| {
        for (at, kind) in kinds.iter().cycle().take(count).enumerate() {
            let id: NodeId = edit.add_node(&kind.id, Some(&format!("Node{at}")), Point::default())?;
            let figure = |key: usize| Decimal::from(1000 + at * 7 + key);
            let figures = kind.usage.iter().enumerate().map(|(key, usage)| (usage.key.clone(), figure(key)));
            given.insert(id, figures.collect());
        }
        Ok(())
    });
    drawn.expect("the nodes can be drawn");
    let diagram = document.diagram().clone();
    let workload = Workload::of(catalog, &diagram, &Outside { given, ..Outside::default() });
    (diagram, workload)
}

fn measured(catalog: &Catalog, diagram: &Diagram, workload: &Workload, book: &Book) -> Vec<Duration> {
    let terms = Terms { free_tier: FreeTier::Always, ..Terms::default() };
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_run| {
            let start = ThreadTime::now();
            std::hint::black_box(Estimate::of(catalog, diagram, workload, book, &terms));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times
}

#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn report(name: &str, nodes: usize, bar_ms: u32, times: &[Duration]) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let (median, p99, worst) = (times[times.len() / 2], times[times.len() * 99 / 100], times[times.len() - 1]);
    println!(
        "{nodes:6} nodes, {name}: median {:.3} ms, p99 {:.3} ms, worst {:.3} ms (bar {bar_ms} ms)",
        ms(median),
        ms(p99),
        ms(worst)
    );
}
