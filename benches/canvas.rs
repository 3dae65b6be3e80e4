//! How long a frame of the canvas takes: interface and tessellation without rasterising, CPU time of the thread.
//!
//! The camera moves a little in every frame, so that nothing is drawn from memory. `cargo bench --bench canvas`;
//! with `-- --diagram N` it only writes its diagram of N nodes, for `benches/idle.sh`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use eframe::egui::{self, Context, Pos2, RawInput, ViewportId, vec2};
use serde_json::{Value, json};
use stratoscope::app::{Action, Choose, Command, Snap, Workspace};
use stratoscope::catalog::kind::Archetype;
use stratoscope::catalog::names::Named as _;
use stratoscope::catalog::{Catalog, Kind};
use stratoscope::diagram::{Element, NodeId};
use stratoscope::engine::protocol::{Event, Loaded, Mark, Request};
use stratoscope::gui::canvas::Canvas;
use stratoscope::gui::{fonts, theme};
use stratoscope::picture::arrange::{Arrangement, arrange};
use stratoscope::picture::{Camera, Picture, Rect, Theme, pos};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Width and height of the window, in pixels.
const WINDOW: (f32, f32) = (1600.0, 1000.0);
/// Distance of two nodes, in canvas units.
const PITCH: (i32, i32) = (240, 140);
/// Arrows for every ten nodes.
const EDGES_PER_TEN: usize = 13;
/// Frames that are measured, and frames before them.
const FRAMES: (usize, usize) = (120, 12);
/// Zooms of the sweep.
const SWEEP: [f32; 20] = [
    0.05, 0.08, 0.12, 0.16, 0.19, 0.2, 0.21, 0.23, 0.25, 0.27, 0.28, 0.3, 0.34, 0.38, 0.42, 0.46, 0.5, 0.62, 0.7, 0.85,
];

fn main() {
    let catalog = Arc::new(Catalog::builtin());
    if let Some(nodes) = std::env::args().skip_while(|argument| argument != "--diagram").nth(1) {
        write_diagram(&catalog, nodes.parse().unwrap_or(200));
        return;
    }
    for nodes in [50, 500, 2000, 10_000, 50_000] {
        let mut bench = Bench::new(&catalog, nodes);
        for (name, zoom, style) in [
            ("fit", None, Action::StyleAuto),
            ("1", Some(1.0), Action::StyleAuto),
            ("0.25", Some(0.25), Action::StyleCards),
        ] {
            let times = bench.measure(zoom, style);
            report(nodes, name, &times, &format!("cards={}", bench.cards()));
        }
        let (zoom, style, times) = bench.worst();
        report(nodes, "worst", &times, &format!("at={zoom} style={style:?}"));
    }
    drag(&catalog, 1);
    drag(&catalog, 500);
    layout(&catalog);
    idle(&catalog);
}

/// What one step of a drag of some nodes in the middle costs: the document, its picture, and the frame that shows it; and
/// what making the picture costs.
#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn drag(catalog: &Arc<Catalog>, dragged: usize) {
    let mut bench = Bench::new(catalog, 10_000);
    let Some(open) = bench.workspace.open() else { return };
    let (before, diagram) = (ThreadTime::now(), open.document.diagram());
    std::hint::black_box(Picture::of(diagram, catalog));
    let whole = before.elapsed().as_secs_f64() * 1000.0;
    let middle = block(diagram.nodes().len(), dragged);
    let middle: BTreeSet<Element> = middle.iter().map(|index| Element::Node(NodeId(*index as u32 + 1))).collect();
    let _ = bench.workspace.run(Command::Select(middle, Choose::Only));
    let _ = bench.workspace.run(Command::Act(Action::FitSelection));
    (0..20).for_each(|_| {
        bench.frame();
    });
    let _ = bench.workspace.run(Command::BeginMove);
    let mut times = Vec::new();
    for step in 1..=120 {
        let before = ThreadTime::now();
        // What falls in line stands still for some steps; here every step moves.
        let _ = bench.workspace.run(Command::MoveBy(step * 3, step * 2, Snap::Free));
        bench.frame();
        times.push(before.elapsed().as_secs_f64() * 1000.0);
    }
    let (median, p95, worst) = (quantile(&times, 0.5), quantile(&times, 0.95), quantile(&times, 1.0));
    println!(
        "drag nodes=10000 dragged={dragged} median_ms={median:.3} p95_ms={p95:.3} worst_ms={worst:.3} \
         whole_picture_ms={whole:.1}"
    );
}

/// The places in the list of nodes that stand in a block in the middle of the diagram.
fn block(count: usize, wanted: usize) -> Vec<usize> {
    let columns = columns(count);
    let (wide, middle) = ((wanted as f64).sqrt().ceil() as usize, (columns / 2, count / columns / 2));
    let rows = wanted.div_ceil(wide);
    let cells = (0..rows).flat_map(|row| (0..wide).map(move |column| (column, row)));
    cells
        .map(|(column, row)| (middle.1 + row - rows / 2) * columns + middle.0 + column - wide / 2)
        .take(wanted)
        .collect()
}

/// What working out where everything goes costs.
#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn layout(catalog: &Catalog) {
    for (nodes, runs) in [(500, 100), (5000, 10)] {
        let text = diagram(catalog, nodes).to_string();
        let diagram = stratoscope::diagram::file::read(text.as_bytes(), catalog).expect("the diagram can be read");
        for (name, how) in Arrangement::ALL {
            let times: Vec<f64> = (0..runs)
                .map(|_| {
                    let before = ThreadTime::now();
                    std::hint::black_box(arrange(&diagram, catalog, *how));
                    before.elapsed().as_secs_f64() * 1000.0
                })
                .collect();
            let (median, worst) = (quantile(&times, 0.5), quantile(&times, 1.0));
            println!("layout nodes={nodes} how={name} median_ms={median:.1} worst_ms={worst:.1} runs={runs}");
        }
    }
}

/// How many nodes stand in a row of a diagram of so many.
fn columns(count: usize) -> usize {
    ((count as f64 * f64::from(PITCH.1) * 1.6 / f64::from(PITCH.0)).sqrt().ceil() as usize).max(1)
}

#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn report(nodes: usize, zoom: &str, times: &[f64], rest: &str) {
    let (median, p95) = (quantile(times, 0.5), quantile(times, 0.95));
    println!("canvas nodes={nodes} zoom={zoom} median_ms={median:.3} p95_ms={p95:.3} {rest}");
}

#[expect(clippy::print_stdout, reason = "asked for on the command line")]
fn write_diagram(catalog: &Catalog, nodes: usize) {
    println!("{}", diagram(catalog, nodes));
}

fn quantile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// A window without a screen.
struct Bench {
    ctx: Context,
    canvas: Canvas,
    workspace: Workspace,
    time_s: f64,
}

impl Bench {
    fn new(catalog: &Arc<Catalog>, nodes: usize) -> Self {
        let ctx = Context::default();
        theme::install(&ctx);
        let canvas = Canvas::new(fonts::install(&ctx, catalog));
        let mut workspace = Workspace::new(Arc::clone(catalog), Theme::Dark);
        let text = diagram(catalog, nodes).to_string();
        let diagram = stratoscope::diagram::file::read(text.as_bytes(), catalog).expect("the diagram can be read");
        for request in workspace.run(Command::OpenFile("bench".into())) {
            let Request::Load(ticket, path, ..) = request else { continue };
            let _ = workspace.absorb(Event::Loaded(
                ticket,
                path,
                Ok(Loaded::new(diagram.clone(), Mark::default(), catalog).into()),
            ));
        }
        let mut bench = Self { ctx, canvas, workspace, time_s: 0.0 };
        (0..4).for_each(|_| {
            bench.frame();
        });
        bench
    }

    /// One frame; what egui wants to be called again after.
    fn frame(&mut self) -> Duration {
        self.time_s += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, vec2(WINDOW.0, WINDOW.1))),
            time: Some(self.time_s),
            ..RawInput::default()
        };
        let mut commands = Vec::new();
        let mut output = self.ctx.run_ui(input, |ui| self.canvas.ui(ui, &self.workspace, &mut commands));
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(self.ctx.tessellate(shapes, output.pixels_per_point));
        output.textures_delta.clear();
        for command in commands {
            let _ = self.workspace.run(command);
        }
        output.viewport_output.get(&ViewportId::ROOT).map_or(Duration::MAX, |viewport| viewport.repaint_delay)
    }

    /// Times of frames at a zoom around the middle of the diagram, in milliseconds; no zoom: all of it.
    fn measure(&mut self, zoom: Option<f32>, style: Action) -> Vec<f64> {
        let _ = self.workspace.run(Command::Act(style));
        let _ = self.workspace.run(Command::Act(Action::Fit));
        self.frame();
        let start = self.camera();
        let middle = pos(WINDOW.0 / 2.0, WINDOW.1 / 2.0);
        let start = zoom.map_or(start, |zoom| start.zoomed(zoom / start.zoom, middle));
        let mut times = Vec::new();
        for frame in 0..FRAMES.0 + FRAMES.1 {
            let along = (frame % 40) as f32 * 3.0;
            let _ = self.workspace.run(Command::SetCamera(start.moved(along, along / 2.0)));
            let before = ThreadTime::now();
            self.frame();
            times.push(before.elapsed().as_secs_f64() * 1000.0);
        }
        times.split_off(FRAMES.1)
    }

    /// The zoom and style with the highest median.
    fn worst(&mut self) -> (f32, Action, Vec<f64>) {
        let mut worst = (0.0, Action::StyleAuto, vec![0.0]);
        for style in [Action::StyleAuto, Action::StyleCards] {
            for zoom in SWEEP {
                let times = self.measure(Some(zoom), style);
                if quantile(&times, 0.5) > quantile(&worst.2, 0.5) {
                    worst = (zoom, style, times);
                }
            }
        }
        worst
    }

    fn camera(&self) -> Camera {
        self.workspace.open().and_then(|open| open.camera).unwrap_or_default()
    }

    /// How many nodes the last frame drew one by one.
    fn cards(&self) -> usize {
        let (Some(open), camera) = (self.workspace.open(), self.camera()) else { return 0 };
        if camera.zoom < 0.2 {
            return 0;
        }
        let seen = camera.rect_to_canvas(&Rect::new(0.0, 0.0, WINDOW.0, WINDOW.1));
        open.picture.nodes().values().filter(|node| node.rect.overlaps(&seen)).count()
    }
}

/// A still window must not work: what the frames that it asks for within ten seconds cost.
#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn idle(catalog: &Arc<Catalog>) {
    let mut bench = Bench::new(catalog, 200);
    (0..20).for_each(|_| {
        bench.frame();
    });
    let (end, mut frames) = (bench.time_s + 10.0, 0);
    let before = ThreadTime::now();
    while bench.time_s < end {
        let delay = bench.frame();
        frames += 1;
        bench.time_s += delay.as_secs_f64().min(10.0);
    }
    let spent = before.elapsed().as_secs_f64() * 1000.0;
    println!("idle nodes=200 cpu_ms_in_10s={spent:.3} frames={frames} window=none");
}

/// Nodes of every kind on a grid, each joined to neighbours to its right and below where their kinds allow it.
fn diagram(catalog: &Catalog, count: usize) -> Value {
    let kinds: Vec<&Kind> = catalog
        .kinds()
        .filter(|kind| !matches!(kind.archetype, Archetype::Container | Archetype::Workflow))
        .filter(|kind| !kind.offers.is_empty() || !kind.accepts.is_empty())
        .collect();
    let columns = columns(count);
    // Functions stand between the others, as in real diagrams, so that most neighbours can be joined.
    let function = kinds.iter().position(|kind| kind.archetype == Archetype::Function).unwrap_or_default();
    let other = |index: usize| (index / 2 + index / columns * 5) % kinds.len();
    let kind_at = |index: usize| kinds[if index.is_multiple_of(2) { function } else { other(index) }];
    let nodes = (0..count).map(|index| {
        let (x, y) = ((index % columns) as i32 * PITCH.0, (index / columns) as i32 * PITCH.1);
        let kind = kind_at(index);
        let name = format!("{}{index}", kind.name_stem);
        json!({ "id": format!("n{}", index + 1), "kind": kind.id, "name": name, "position": { "x": x, "y": y } })
    });
    let nodes: Vec<Value> = nodes.collect();
    let mut edges: Vec<Value> = Vec::new();
    let wanted = count * EDGES_PER_TEN / 10;
    for step in [1, columns, columns + 1, columns - 1, 2, 2 * columns, 3] {
        for index in 0..count.saturating_sub(step) {
            let row_end = index % columns + step % columns >= columns;
            let capability = catalog.connection(kind_at(index), kind_at(index + step), None).ok();
            if let Some(capability) = capability.filter(|_| !row_end && edges.len() < wanted) {
                let id = format!("e{}", count + edges.len() + 1);
                let (from, to) = (format!("n{}", index + 1), format!("n{}", index + step + 1));
                edges.push(json!({ "id": id, "from": from, "to": to, "relation": capability.relation.to_string() }));
            }
        }
    }
    let next_id = count + edges.len() + 1;
    json!({ "stratoscope": 1, "name": "bench", "next_id": next_id, "nodes": nodes, "edges": edges })
}
