//! What frames of the window cost while logs come, and while much is scrolled: interface and tessellation without
//! rasterising, CPU time of the window's thread. Everything is the program's own but the source of the records.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use cpu_time::ThreadTime;
use eframe::egui::{self, Event as Input, Id, Modifiers, MouseWheelUnit, Pos2, TouchPhase, pos2, vec2};
use stratoscope::app::observe::Wanted;
use stratoscope::app::{Action, Command};
use stratoscope::engine::protocol::{Event, Link, Request, Watched};
use stratoscope::telemetry::log::Chunk;
use stratoscope::telemetry::observed::Observer;
use stratoscope::telemetry::record::Stream;
use stratoscope::telemetry::trace::{Read, Span};

use crate::window::{Bench, FRAME_MS, FUNCTIONS, pause};
use crate::{line, now, told_p99};

/// Where the panel below the canvas is.
const BELOW: Pos2 = pos2(560.0, 860.0);
/// Frames of a scrolled list.
const FRAMES: usize = 600;
/// So many events come in a second, for so many seconds.
const RATE: usize = 200_000;
const SECONDS: usize = 10;
/// Events come in heaps, so many a second.
const HEAPS: usize = 20;
impl Bench {
    /// The same with something attached that tells nothing yet.
    fn attached() -> Self {
        let mut bench = Self::new();
        for request in bench.workspace.run(Command::AttachFiles(vec!["bench.log".into()])) {
            if let Request::Attach(ticket, _) = request {
                bench.ticket = ticket;
            }
        }
        bench
    }

    fn show(&mut self, observer: &Observer, link: Link) {
        let observed = Arc::new(observer.observed());
        let watched = Watched { observed, ..Watched::nothing(link) };
        self.absorb(Event::Watched(self.ticket, Box::new(watched)));
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
    let mut bench = Bench::attached();
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
    let mut bench = Bench::attached();
    let mut observer = Observer::new(1 << 20);
    let mut read = Read::default();
    read.spans.extend((0..10_000).map(|number| span(0, number)));
    observer.take_traces(read);
    bench.show(&observer, Link::Ended);
    bench.ask(Command::ShowTrace(Some(0)));
    bench.settle();
    let mut held = told_p99("scroll a trace of 10,000 spans", bench.scrolled(), "ms", FRAME_MS);
    let mut bench = Bench::attached();
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
    let (mut taken, mut shown) = (Vec::new(), observer.observed());
    for trace in 20_000..20_120 {
        let work = ThreadTime::now();
        let mut read = Read::default();
        read.spans.extend((trace..trace + 5).flat_map(|trace| (0..8).map(move |number| span(trace, number))));
        observer.take_traces(read);
        observer.keep_traces(20_000);
        // What was told before is held by the window until the next is told.
        shown = observer.observed();
        taken.push(work.elapsed().as_secs_f64() * 1e3);
    }
    drop(shown);
    held &= told_p99("take 5 traces beside 20,000", taken, "ms", 20.0);
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
