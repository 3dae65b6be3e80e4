//! What the window costs while an account gives all that it can: 60,000 events a second for a minute, from the wire through source and
//! engine into the store, with the Live lens, the log and a question for it on the screen.
//!
//! `cargo bench --bench live` serves the events itself, over real sockets. Sweeps alone bring all of them once, and what they look back
//! over again and again on top: more than the five requests a second of an account allow, so that forty may be taken. Live tails show what
//! they can, 7,500 a second. Frames are interface and tessellation, CPU time of the thread that draws.

#[path = "live/cloud.rs"]
mod cloud;
#[path = "logs/lines.rs"]
mod lines;
#[path = "logs/window.rs"]
mod window;

use std::process::{Command as Process, ExitCode};
use std::sync::atomic::Ordering;
use std::time::Duration;

use cloud::{Cloud, GROUPS, PER_GROUP, name, now_ms};
use cpu_time::ProcessTime;
use stratoscope::app::observe::Wanted;
use stratoscope::app::{Action, Command, Reach};
use stratoscope::diagram::Target;
use window::{Bench, FRAME_MS, pause};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So long events come, in milliseconds.
const FOR_MS: i64 = 60_000;
/// Milliseconds between two requests.
const EVERY_MS: i64 = 25;
/// All must be in the store so long after the last has happened: the sweeps' overlap and a round of all log groups, in milliseconds.
const BEHIND_MS: i64 = 40_000;
/// Set in the process that has credentials.
const READY: &str = "STRATOSCOPE_BENCH_READY";

#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn main() -> ExitCode {
    if std::env::var_os(READY).is_none() {
        let mut again = Process::new(std::env::current_exe().expect("a program runs"));
        again.env(READY, "yes").env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
        again.env("AWS_REGION", "eu-central-1").env("AWS_EC2_METADATA_DISABLED", "true").env_remove("AWS_PROFILE");
        let status = again.status().expect("it starts");
        return if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (cloud, address) = Cloud::start(FOR_MS);
    let mut bench = connected(address);
    let expected = GROUPS * PER_GROUP * FOR_MS as usize / 1_000;
    let begin_ms = now_ms() + 1_000;
    cloud.begin(begin_ms);
    let (work, mut frames, mut halves) = (ProcessTime::now(), Vec::new(), Vec::new());
    let mut is_asked = false;
    while stored(&bench) < expected && now_ms() < begin_ms + FOR_MS + 2 * BEHIND_MS {
        if !is_asked && bench.workspace.has_live() {
            is_asked = true;
            bench.ask(Command::Act(Action::LiveLens));
            bench.ask(Command::Want(Wanted { query: "declined".to_owned(), ..Wanted::default() }));
        }
        frames.push(bench.frame(Vec::new(), &mut std::iter::empty()));
        if halves.len() as i64 * 10_000 < now_ms() - begin_ms {
            halves.push(stored(&bench));
        }
        pause(Duration::from_millis(8));
    }
    let behind_s = (now_ms() - begin_ms - FOR_MS) as f64 / 1_000.0;
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "stored {} of {expected} events, all {behind_s:.1} s after the last happened (every 10 s: {halves:?}); {} pages with {} events, {} shown live; CPU of all with the server {:.0} s",
        stored(&bench),
        count(&cloud.pages),
        count(&cloud.read),
        count(&cloud.shown),
        work.elapsed().as_secs_f64()
    );
    let is_whole = stored(&bench) == expected && behind_s * 1_000.0 <= BEHIND_MS as f64;
    if told(frames) && is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A window that tails all log groups.
fn connected(address: String) -> Bench {
    let names: Vec<String> = (0..GROUPS).map(name).collect();
    let target = Target { endpoint: address, log_groups: names.join(","), ..Target::default() };
    let mut bench = Bench::new();
    let reach = Reach { request_every_ms: EVERY_MS, ..Reach::default() };
    bench.ask(Command::Tail(Box::new(target), reach));
    for _ in 0..2_000 {
        bench.frame(Vec::new(), &mut std::iter::empty());
        if bench.workspace.has_standings() {
            break;
        }
        pause(Duration::from_millis(10));
    }
    assert!(bench.workspace.has_standings(), "{:?}", bench.workspace.notices());
    bench
}

fn stored(bench: &Bench) -> usize {
    bench.workspace.attached().map_or(0, |attached| attached.observed().records.len())
}

/// Frames, judged by the time that all but one in a hundred keep.
#[expect(clippy::print_stdout, reason = "a bench reports on the standard output")]
fn told(mut frames: Vec<f64>) -> bool {
    frames.sort_by(f64::total_cmp);
    let at = |share: usize| frames[(frames.len() - 1) * share / 100];
    let (median, p99, worst) = (at(50), at(99), at(100));
    println!(
        "frame while 60,000 events/s come runs={} median={median:.3} p99={p99:.3} worst={worst:.3} ms budget p99<={FRAME_MS} held={}",
        frames.len(),
        p99 <= FRAME_MS
    );
    p99 <= FRAME_MS
}
