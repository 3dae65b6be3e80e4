//! A program that is killed while somebody edits loses nothing older than two seconds.
//!
//! What is killed is the window itself with its engine and its journal, drawn without a screen, while notes are pasted
//! into a diagram; each says when it was pasted. `STRATOSCOPE_KILLS=200 cargo test --test it crash` kills so many.
//!
//! Time is the window's: it passes from frame to frame, more slowly than a clock, so that a busy machine is not blamed on the journal.

#![expect(clippy::disallowed_methods, reason = "what is tested are two processes that really run")]
#![expect(clippy::print_stderr, reason = "the figures are shown when somebody asks for them")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stratoscope::catalog::Catalog;
use stratoscope::diagram::Diagram;
use stratoscope::engine::journal::Journal;

use crate::folder::Folder;

/// Tells the program under test that it is to edit until it is killed, with its journal in this folder.
const CHILD: &str = "STRATOSCOPE_CRASH_CHILD";

/// Nothing older than this may be lost, in milliseconds.
const MAX_LOSS_MS: u64 = 2_000;

/// A program is killed within so many milliseconds after its first edit.
const MAX_LIFE_MS: u64 = 3_500;

/// From one frame to the next so many milliseconds pass; it takes longer to draw one.
const FRAME_MS: u64 = 10;

/// A program that nobody kills ends by itself.
const LONGEST_LIFE_MS: u64 = 60_000;

/// So many programs run at a time.
const AT_A_TIME: u64 = 6;

/// Where the program under test says, line by line, at what time it has made an edit.
fn edits(folder: &Path) -> PathBuf {
    folder.join("edits")
}

/// What the killed process does: it pastes the time, over and over.
#[test]
fn edits_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let (mut told, mut at_ms) = (File::create(edits(&folder)).expect("the folder can be written"), 0);
    edit(&folder, |edited| {
        at_ms += FRAME_MS;
        edited.paste(&at_ms.to_string(), at_ms as f64 / 1e3);
        told.write_all(format!("{at_ms}\n").as_bytes()).expect("there is room");
        std::thread::sleep(Duration::from_millis(FRAME_MS));
        at_ms < LONGEST_LIFE_MS
    });
}

/// Something that a diagram is edited with.
trait Edited {
    /// Pastes a text at a moment, in seconds since the start.
    fn paste(&mut self, text: &str, at_s: f64);
}

#[cfg(feature = "gui")]
fn edit(_: &Path, mut go_on: impl FnMut(&mut dyn Edited) -> bool) {
    use eframe::egui::{Event, Key};
    use egui_kittest::Harness;
    use stratoscope::gui::Shell;

    struct Desk(Harness<'static, Shell>);

    impl Edited for Desk {
        fn paste(&mut self, text: &str, at_s: f64) {
            self.0.input_mut().time = Some(at_s);
            self.0.event(Event::Paste(text.to_owned()));
            self.0.step();
        }
    }

    // The window finds the folder of its journal by the environment, as it does everywhere.
    let mut window: Harness<'static, Shell> =
        Harness::builder().build_eframe(|cc| Shell::new(cc, None).expect("a window needs only a thread"));
    window.run_steps(4);
    window.key_press(Key::Enter);
    window.run_steps(4);
    assert!(window.state().workspace().is_open(), "Enter opens the marked reference");
    let mut desk = Desk(window);
    while go_on(&mut desk) {}
}

#[cfg(not(feature = "gui"))]
fn edit(folder: &Path, mut go_on: impl FnMut(&mut dyn Edited) -> bool) {
    use std::sync::Arc;

    use stratoscope::app::{Command, Workspace};
    use stratoscope::engine::Engine;
    use stratoscope::engine::protocol::Request;
    use stratoscope::picture::Theme;

    /// What the window does with every frame, without the window.
    struct Desk(Workspace, Engine);

    impl Desk {
        fn send(&self, requests: Vec<Request>) {
            requests.into_iter().for_each(|request| drop(self.1.send(request)));
        }
    }

    impl Edited for Desk {
        fn paste(&mut self, text: &str, at_s: f64) {
            self.0.run(Command::Paste(text.to_owned(), None));
            let requests = self.0.keep(at_s);
            self.send(requests);
            for event in self.1.drain(Duration::from_millis(4)) {
                let requests = self.0.absorb(event);
                self.send(requests);
            }
        }
    }

    let catalog = Arc::new(Catalog::builtin());
    let journal = Journal::start(&journals(folder)).expect("a journal");
    let engine = Engine::start(Arc::clone(&catalog), Some(journal), None, None, || {}).expect("a thread");
    let mut desk = Desk(Workspace::new(catalog, Theme::Dark), engine);
    desk.0.run(Command::OpenReference(0));
    while go_on(&mut desk) {}
}

/// The folder of the journals where this folder holds the state of programs.
fn journals(state: &Path) -> PathBuf {
    state.join("stratoscope").join("journal")
}

fn start(folder: &Folder) -> Child {
    let program = std::env::current_exe().expect("the tests know themselves");
    let mut child = Command::new(program);
    child.args(["--exact", "crash::edits_until_it_is_killed"]);
    child.env(CHILD, folder.path()).env("XDG_STATE_HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
    child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

/// When the program made its last edit; the line that it is writing does not count.
fn last_edit_ms(folder: &Folder) -> u64 {
    let told = std::fs::read_to_string(edits(folder.path())).unwrap_or_default();
    let whole = told.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().next_back().and_then(|line| line.parse().ok()).unwrap_or(0)
}

/// The moment of the newest note.
fn newest_ms(diagram: &Diagram) -> Option<u64> {
    diagram.notes().values().filter_map(|note| note.text.trim().parse().ok()).max()
}

/// Numbers that look random and differ from run to run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Kills a program at its moment; returns how much older than that what is left is, in milliseconds.
fn kill(folder: &Folder, mut child: Child, life_ms: u64, catalog: &Catalog) -> Option<u64> {
    while last_edit_ms(folder) <= life_ms {
        assert_eq!(child.try_wait().ok().flatten(), None, "the program ended by itself");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let killed_ms = last_edit_ms(folder);
    let next = Journal::start(&journals(folder.path())).expect("the next window");
    let kept_ms = next.orphans(catalog).iter().filter_map(|orphan| newest_ms(&orphan.diagram)).max();
    let lost_ms = killed_ms.saturating_sub(kept_ms.unwrap_or_default());
    assert!(lost_ms <= MAX_LOSS_MS, "{lost_ms} ms were lost of {killed_ms} ms");
    kept_ms.map(|_| lost_ms)
}

#[test]
fn a_killed_program_loses_two_seconds_at_most() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let kills: u64 = std::env::var("STRATOSCOPE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(AT_A_TIME);
    let catalog = Catalog::builtin();
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set").as_millis();
    let mut dice = Dice(seed as u64 | 1);
    let mut losses_ms = Vec::new();
    for round in 0..kills.div_ceil(AT_A_TIME) {
        let count = AT_A_TIME.min(kills - round * AT_A_TIME);
        let mut lives: Vec<u64> = (1..count).map(|_| dice.below(MAX_LIFE_MS)).collect();
        // One of them lives long enough that something must be left of it.
        lives.push(MAX_LIFE_MS);
        lives.sort_unstable();
        let running: Vec<(Folder, u64, Child)> = lives
            .into_iter()
            .map(|life_ms| {
                let folder = Folder::new();
                let child = start(&folder);
                (folder, life_ms, child)
            })
            .collect();
        losses_ms.extend(running.into_iter().filter_map(|(folder, life, child)| kill(&folder, child, life, &catalog)));
    }
    losses_ms.sort_unstable();
    let (median, worst) = (losses_ms.get(losses_ms.len() / 2), losses_ms.last());
    eprintln!("kills={kills} recovered={} median_ms={median:?} worst_ms={worst:?}", losses_ms.len());
    assert!(losses_ms.len() as u64 >= kills.div_ceil(AT_A_TIME), "only {} of {kills} left anything", losses_ms.len());
}
