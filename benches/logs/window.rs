//! The window without a screen, for benches: frames of the interface and tessellation without rasterising, timed by the CPU time of the
//! thread that draws.

use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use eframe::egui::{self, Context, Event as Input, Pos2, RawInput, vec2};
use stratoscope::app::{Command, Workspace};
use stratoscope::catalog::Catalog;
use stratoscope::engine::Engine;
use stratoscope::engine::protocol::{Event, Request, Ticket, Watched};
use stratoscope::gui::prefs::Prefs;
use stratoscope::gui::views::Views;
use stratoscope::gui::{fonts, theme};
use stratoscope::picture::Theme;

/// Width and height of the window, in points.
const WINDOW: (f32, f32) = (1600.0, 1000.0);
/// Milliseconds that a frame may take.
pub(crate) const FRAME_MS: f64 = 8.0;
/// Which of the reference diagrams is watched: the one with a web shop.
const SHOP: usize = 4;
/// Its functions.
pub(crate) const FUNCTIONS: [&str; 4] = ["ProductsFn", "CartFn", "OrdersFn", "FulfilFn"];

#[expect(clippy::disallowed_methods, reason = "records and frames come at their times")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A window without a screen.
pub(crate) struct Bench {
    pub(crate) ctx: Context,
    views: Views,
    prefs: Prefs,
    pub(crate) workspace: Workspace,
    engine: Engine,
    /// The ticket under which something is attached.
    pub(crate) ticket: Ticket,
    time_s: f64,
}

impl Bench {
    /// The window with the shop and nothing attached.
    pub(crate) fn new() -> Self {
        let catalog = Arc::new(Catalog::builtin());
        let ctx = Context::default();
        theme::install(&ctx);
        let views = Views::new(fonts::install(&ctx, &catalog));
        let engine = Engine::start(Arc::clone(&catalog), None, None, None, || ()).expect("a thread");
        let workspace = Workspace::new(catalog, Theme::Dark);
        let prefs = Prefs::default();
        let mut bench = Self { ctx, views, prefs, workspace, engine, ticket: Ticket::default(), time_s: 0.0 };
        bench.ask(Command::OpenReference(SHOP));
        bench
    }

    pub(crate) fn ask(&mut self, command: Command) {
        let requests = self.workspace.run(command);
        self.send(requests);
    }

    fn send(&self, requests: Vec<Request>) {
        requests.into_iter().for_each(|request| drop(self.engine.send(request)));
    }

    pub(crate) fn absorb(&mut self, event: Event) {
        let requests = self.workspace.absorb(event);
        self.send(requests);
    }

    /// One frame as the window does it; gives how long it took, in milliseconds.
    pub(crate) fn frame(&mut self, inputs: Vec<Input>, news: &mut dyn Iterator<Item = Watched>) -> f64 {
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
}
