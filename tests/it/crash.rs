//! A program that is killed while somebody edits loses nothing older than two seconds.
//!
//! `STRATOSCOPE_KILLS=200 cargo test --test it crash` kills so many.

#![expect(clippy::disallowed_methods, reason = "what is tested is real time between two processes")]
#![expect(clippy::print_stderr, reason = "the figures are shown when somebody asks for them")]

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stratoscope::app::{self, Action, Workspace};
use stratoscope::catalog::Catalog;
use stratoscope::engine::Engine;
use stratoscope::engine::journal::Journal;
use stratoscope::engine::protocol::Request;
use stratoscope::picture::Theme;

use crate::folder::Folder;

/// Tells the program under test that it is to edit until it is killed, with its journal in this folder.
const CHILD: &str = "STRATOSCOPE_CRASH_CHILD";

/// Nothing older than this may be lost, in milliseconds.
const MAX_LOSS_MS: u128 = 2_000;

/// A process may take this long before its first edit, in milliseconds.
const STARTUP_MS: u128 = 2_000;

fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set").as_millis()
}

/// What the killed process does: the name of the diagram is the time of its last edit.
#[test]
fn edits_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let catalog = Arc::new(Catalog::builtin());
    let journal = Journal::start(folder.as_ref()).expect("a journal");
    let mut engine = Engine::start(Arc::clone(&catalog), Some(journal), None, || {}).expect("a thread");
    let mut workspace = Workspace::new(catalog, Theme::Dark);
    workspace.run(app::Command::OpenReference(0));
    let start = std::time::Instant::now();
    let send = |engine: &Engine, requests: Vec<Request>| {
        requests.into_iter().for_each(|request| drop(engine.send(request)));
    };
    while start.elapsed() < Duration::from_secs(30) {
        workspace.run(app::Command::RenameDiagram(now_ms().to_string()));
        workspace.run(app::Command::Act(Action::NudgeRight));
        let requests = workspace.keep(start.elapsed().as_secs_f64());
        send(&engine, requests);
        for event in engine.drain(Duration::from_millis(4)) {
            let requests = workspace.absorb(event);
            send(&engine, requests);
        }
        std::thread::sleep(Duration::from_millis(7));
    }
}

fn start(folder: &Folder) -> Child {
    let program = std::env::current_exe().expect("the tests know themselves");
    let mut child = Command::new(program);
    child.args(["--exact", "crash::edits_until_it_is_killed"]).env(CHILD, folder.path());
    child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

#[test]
fn a_killed_program_loses_two_seconds_at_most() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let kills: u64 = std::env::var("STRATOSCOPE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(6);
    let catalog = Catalog::builtin();
    let (mut recovered, mut worst_ms) = (0, 0);
    for round in 0..kills.div_ceil(6) {
        let running: Vec<(Folder, Child, u128)> = (0..6)
            .map(|_| {
                let folder = Folder::new();
                let child = start(&folder);
                (folder, child, now_ms())
            })
            .collect();
        for (place, (folder, mut child, started_ms)) in (0..).zip(running) {
            // Moments that look random and are the same every time.
            std::thread::sleep(Duration::from_millis(250 + (round * 7 + place) * 7_919 % 700));
            let killed_ms = now_ms();
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            let next = Journal::start(folder.path()).expect("the next window");
            let orphans = next.orphans(&catalog);
            let may_be_empty = killed_ms - started_ms < MAX_LOSS_MS + STARTUP_MS;
            assert!(may_be_empty || !orphans.is_empty(), "nothing was kept of {} ms", killed_ms - started_ms);
            for orphan in orphans {
                let kept_ms: u128 = orphan.diagram.name().parse().expect("the time of an edit");
                worst_ms = worst_ms.max(killed_ms.saturating_sub(kept_ms));
                recovered += 1;
            }
        }
    }
    eprintln!("kills={kills} recovered={recovered} worst_ms={worst_ms}");
    assert!(recovered > kills / 3, "only {recovered} of {kills} left anything");
    assert!(worst_ms <= MAX_LOSS_MS, "{worst_ms} ms were lost");
}
