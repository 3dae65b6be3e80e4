//! What frames of the window cost while logs come, and while much is scrolled: interface and tessellation without
//! rasterising, CPU time of the window's thread. Everything is the program's own but the source of the records.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use cpu_time::ThreadTime;
use eframe::egui::{
    self, Context, Event as Input, Id, Modifiers, MouseWheelUnit, Pos2, RawInput, TouchPhase, pos2, vec2,
};
use stratoscope::app::observe::Wanted;
use stratoscope::app::{Action, Command, Workspace};
use stratoscope::catalog::Catalog;
use stratoscope::engine::Engine;
use stratoscope::engine::protocol::{Event, Link, Request, Ticket, Watched};
use stratoscope::gui::prefs::Prefs;
use stratoscope::gui::views::Views;
use stratoscope::gui::{fonts, theme};
use stratoscope::picture::Theme;
use stratoscope::telemetry::log::Chunk;
use stratoscope::telemetry::observed::Observer;
use stratoscope::telemetry::record::Stream;
use stratoscope::telemetry::trace::{Read, Span};

use crate::{line, now, told_p99};

/// Width and height of the window, in points.
const WINDOW: (f32, f32) = (1600.0, 1000.0);
/// Where the panel below the canvas is.
const BELOW: Pos2 = pos2(560.0, 860.0);
/// Milliseconds that a frame may take.
const FRAME_MS: f64 = 8.0;
/// Frames of a scrolled list.
const FRAMES: usize = 600;
/// So many events come in a second, for so many seconds.
const RATE: usize = 200_000;
const SECONDS: usize = 10;
/// Events come in heaps, so many a second.
const HEAPS: usize = 20;
/// Which of the reference diagrams is watched: the one with a web shop.
const SHOP: usize = 4;
const FUNCTIONS: [&str; 4] = ["ProductsFn", "CartFn", "OrdersFn", "FulfilFn"];

#[expect(clippy::disallowed_methods, reason = "records and frames come at their times")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A window without a screen.
struct Bench {
    ctx: Context,
    views: Views,
    prefs: Prefs,
    workspace: Workspace,
    engine: Engine,
    ticket: Ticket,
    time_s: f64,
}

impl Bench {
    /// The window with the shop, through the Live lens, with something attached that tells nothing yet.
    fn new() -> Self {
        let catalog = Arc::new(Catalog::builtin());
        let ctx = Context::default();
        theme::install(&ctx);
        let views = Views::new(fonts::install(&ctx, &catalog));
        let engine = Engine::start(Arc::clone(&catalog), None, None, None, || ()).expect("a thread");
        let workspace = Workspace::new(catalog, Theme::Dark);
        let prefs = Prefs::default();
        let mut bench = Self { ctx, views, prefs, workspace, engine, ticket: Ticket::default(), time_s: 0.0 };
        bench.ask(Command::OpenReference(SHOP));
        for request in bench.workspace.run(Command::AttachFiles(vec!["bench.log".into()])) {
            if let Request::Attach(ticket, _) = request {
                bench.ticket = ticket;
            }
        }
        bench
    }

    fn ask(&mut self, command: Command) {
        let requests = self.workspace.run(command);
        self.send(requests);
    }

    fn send(&self, requests: Vec<Request>) {
        requests.into_iter().for_each(|request| drop(self.engine.send(request)));
    }

    fn absorb(&mut self, event: Event) {
        let requests = self.workspace.absorb(event);
        self.send(requests);
    }

    fn show(&mut self, observer: &Observer, link: Link) {
        let observed = Arc::new(observer.observed());
        let watched = Watched { observed, ..Watched::nothing(link) };
        self.absorb(Event::Watched(self.ticket, Box::new(watched)));
    }

    /// One frame as the window does it; gives how long it took, in milliseconds.
    fn frame(&mut self, inputs: Vec<Input>, news: &mut dyn Iterator<Item = Watched>) -> f64 {
        self.time_s += 1.0 / 60.0;
        let before = ThreadTime::now();
        for watched in news {
            self.absorb(Event::Watched(self.ticket, Box::new(watched)));
        }
        for event in self.engine.drain(Duration::from_millis(4)) {
            self.absorb(event);
        }
        self.workspace.play(self.time_s);
        self.workspace.follow_load();
        let requests = self.workspace.search_logs();
        self.send(requests);
        let input = RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, vec2(WINDOW.0, WINDOW.1))),
            time: Some(self.time_s),
            events: inputs,
            ..RawInput::default()
        };
        let (mut commands, Self { ctx, views, workspace, prefs, .. }) = (Vec::new(), &mut *self);
        let mut output = ctx.run_ui(input, |ui| views.ui(ui, workspace, prefs, &mut commands));
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(self.ctx.tessellate(shapes, output.pixels_per_point));
        output.textures_delta.clear();
        commands.into_iter().for_each(|command| self.ask(command));
        before.elapsed().as_secs_f64() * 1000.0
    }

    fn settle(&mut self) {
        for _ in 0..30 {
            self.frame(Vec::new(), &mut std::iter::empty());
            pause(Duration::from_millis(2));
        }
    }

    /// Frames in which the panel below the canvas is scrolled, further and further.
    fn scrolled(&mut self) -> Vec<f64> {
        let wheel = |by: f32| Input::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, by),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
        };
        self.frame(vec![Input::PointerMoved(BELOW)], &mut std::iter::empty());
        let step = |number: usize| {
            let far = [-90.0, -700.0, -30_000.0][number % 3];
            if number % 200 > 150 { -far * 3.0 } else { far }
        };
        (0..FRAMES).map(|number| self.frame(vec![wheel(step(number))], &mut std::iter::empty())).collect()
    }
}

/// Every bar that is about frames; whether all are held.
pub(crate) fn held() -> bool {
    let mut bench = Bench::new();
    let (mut held, observer) = ingest(&mut bench);
    bench.show(&observer, Link::Ended);
    drop(observer);
    bench.ask(Command::Act(Action::DesignLens));
    bench.ask(Command::Act(Action::Logs));
    bench.settle();
    held &= told_p99("scroll 2,000,000 lines", bench.scrolled(), "ms", FRAME_MS);
    drop(bench);
    held & traces()
}

/// Records by the million while the Live lens and the log are watched, a question stands, and time goes on.
#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn ingest(bench: &mut Bench) -> (bool, Observer) {
    let (news, feeder) = feed();
    let begun = now();
    let mut frames = Vec::new();
    let mut is_asked = false;
    while begun.elapsed().as_secs_f64() < SECONDS as f64 + 0.5 {
        if !is_asked && bench.workspace.has_live() {
            is_asked = true;
            bench.ask(Command::Act(Action::LiveLens));
            bench.ask(Command::Want(Wanted { query: "declined".to_owned(), ..Wanted::default() }));
        }
        frames.push(bench.frame(Vec::new(), &mut news.try_iter()));
        pause(Duration::from_millis(8));
    }
    bench.ask(Command::Want(Wanted::default()));
    let (observer, seconds) = feeder.join().expect("it ends");
    let rate = (RATE * SECONDS) as f64 / seconds;
    println!("ingested {} events at {rate:.0} events/s while the window was drawn", RATE * SECONDS);
    let kept_up = rate >= RATE as f64 * 0.98;
    (told_p99("frame while 200,000 events/s come", frames, "ms", FRAME_MS) & kept_up, observer)
}

/// What takes records in beside the window, as the engine does, and tells of it as often.
fn feed() -> (Receiver<Watched>, std::thread::JoinHandle<(Observer, f64)>) {
    let (tell, news) = sync_channel(4);
    let streams: Vec<Arc<Stream>> =
        (0..40).map(|n| Stream::new(&format!("/aws/lambda/{}", FUNCTIONS[n % 4]), &format!("s{n}"))).collect();
    let lines: Vec<String> = (0..100_000).map(|number| line(number, number / 5)).collect();
    let work = move || {
        let mut observer = Observer::new(1 << 30);
        let (begun, mut told) = (now(), now());
        let heap = RATE / HEAPS;
        for number in 0..SECONDS * HEAPS {
            let mut chunk = Chunk::default();
            for place in 0..heap {
                let event = number * heap + place;
                let time_ms = 1_795_420_800_000 + (event / 20) as i64;
                chunk.push(
                    &streams[event % 40],
                    Some(time_ms),
                    Some(time_ms + 800),
                    lines[event % lines.len()].as_bytes(),
                );
            }
            observer.take(chunk);
            if told.elapsed() > Duration::from_millis(150) {
                let observed = Arc::new(observer.observed());
                let link = Link::Live;
                let watched = Watched { observed, ..Watched::nothing(link) };
                // A window that is gone does not want to know.
                drop(tell.send(watched));
                told = now();
            }
            let due = Duration::from_secs_f64((number + 1) as f64 / HEAPS as f64);
            pause(due.saturating_sub(begun.elapsed()));
        }
        (observer, begun.elapsed().as_secs_f64())
    };
    let thread = std::thread::Builder::new().name("source".to_owned()).spawn(work).expect("a thread");
    (news, thread)
}

/// A span of a trace; every third stands for itself, the others are parts of it.
fn span(trace: usize, number: usize) -> Span {
    let id = |number: usize| format!("{:08x}{:08x}", trace, number.wrapping_mul(0x9e37_79b9) & 0xffff_ffff);
    let start_ns = 1_795_420_800_000_000_000 + trace as i64 * 1_000_000_000 + number as i64 * 1000;
    Span {
        trace_id: format!("1-{trace:08x}-0").into(),
        id: id(number).into(),
        parent: (number > 0).then(|| id((number - 1) / 4).into()),
        name: FUNCTIONS[number % 4].into(),
        origin: if number.is_multiple_of(3) { "AWS::Lambda::Function" } else { "" }.into(),
        start_ns,
        end_ns: Some(start_ns + 50_000_000),
        is_segment: number.is_multiple_of(3),
        ..Span::default()
    }
}

/// One trace of 10,000 spans, and 20,000 traces.
fn traces() -> bool {
    let mut bench = Bench::new();
    let mut observer = Observer::new(1 << 20);
    let mut read = Read::default();
    read.spans.extend((0..10_000).map(|number| span(0, number)));
    observer.take_traces(read);
    bench.show(&observer, Link::Ended);
    bench.ask(Command::ShowTrace(Some(0)));
    bench.settle();
    let mut held = told_p99("scroll a trace of 10,000 spans", bench.scrolled(), "ms", FRAME_MS);
    let mut bench = Bench::new();
    let mut read = Read::default();
    read.spans.extend((0..20_000).flat_map(|trace| (0..8).map(move |number| span(trace, number))));
    observer.take_traces(read);
    bench.show(&observer, Link::Ended);
    bench.ask(Command::ShowTrace(None));
    bench.settle();
    held &= told_p99("scroll 20,000 traces", bench.scrolled(), "ms", FRAME_MS);
    bench.ctx.memory_mut(|memory| memory.request_focus(Id::new("trace filter")));
    bench.frame(Vec::new(), &mut std::iter::empty());
    let mut typed = Vec::new();
    for _ in 0..25 {
        for letter in ["f", "u", "l", "f"] {
            typed.push(bench.frame(vec![Input::Text(letter.to_owned())], &mut std::iter::empty()));
        }
        for _ in 0..4 {
            let key = egui::Key::Backspace;
            let (pressed, repeat, modifiers) = (true, false, Modifiers::NONE);
            let back = Input::Key { key, physical_key: None, pressed, repeat, modifiers };
            typed.push(bench.frame(vec![back], &mut std::iter::empty()));
        }
    }
    held & told_p99("filter 20,000 traces by each letter", typed, "ms", FRAME_MS)
}
