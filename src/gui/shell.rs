//! The program's window: takes in what the engine has done, draws, and then does what was asked.
//!
//! The only file of the window that knows the engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{ColorImage, Context, Ui, ViewportCommand, Visuals, vec2};

use super::overlays::chooser::{self, Opener};
use super::prefs::{self, Prefs};
use super::views::Views;
use super::{fonts, theme};
use crate::app::{Action, Command, Copied, Settings, Workspace};
use crate::catalog::Catalog;
use crate::engine::Engine;
use crate::engine::background::unix_s;
use crate::engine::journal::{self, Journal};
use crate::engine::kept;
use crate::engine::prices::refresh::Desk;
use crate::engine::{window, zone};
use crate::picture::Theme;

/// So long events may be taken in for one frame; the rest waits for the next.
const DRAIN_BUDGET: Duration = Duration::from_millis(4);

/// While recorded time goes on, it does so in steps of this length.
const STEP: Duration = Duration::from_millis(33);

/// The window.
pub struct Shell {
    workspace: Workspace,
    engine: Engine,
    views: Views,
    commands: Vec<Command>,
    prefs: Prefs,
    /// The same as they were kept last.
    kept: Prefs,
    /// The file in which all windows keep theirs.
    store: Option<PathBuf>,
    /// The title that the system shows.
    title: String,
}

impl Shell {
    /// The window with what a person had set up, and a diagram if one is given.
    pub fn new(cc: &eframe::CreationContext<'_>, file: Option<PathBuf>) -> Result<Self, std::io::Error> {
        let mut shell = Self::bare(cc, file, window::program(), Desk::usual().ok())?;
        shell.workspace.set_zone(zone::local());
        shell.open_with(chooser::system);
        Ok(shell)
    }

    /// The same without what leads out of the window: dialogs of the system and, without a program to start or a desk to
    /// keep prices at, others and price lists.
    pub(super) fn bare(
        cc: &eframe::CreationContext<'_>,
        file: Option<PathBuf>,
        program: Option<PathBuf>,
        desk: Option<Desk>,
    ) -> Result<Self, std::io::Error> {
        let catalog = Arc::new(Catalog::builtin());
        let (prefs, wrong) = Prefs::load(cc.storage);
        let icons = fonts::install(&cc.egui_ctx, &catalog);
        theme::install(&cc.egui_ctx);
        // Its keys zoom the canvas; the scale of the interface is a setting.
        cc.egui_ctx.options_mut(|options| {
            options.zoom_with_keyboard = false;
            // Set at once, since what is asked for later holds from the second frame on.
            options.zoom_factor = factor(prefs.settings);
        });
        restore_size(&cc.egui_ctx, &prefs);
        let ctx = cc.egui_ctx.clone();
        // A home that cannot be written costs the journal, not the window.
        let journal = journal::folder().and_then(|folder| Journal::start(&folder).ok());
        let engine = Engine::start(Arc::clone(&catalog), journal, program, desk, move || ctx.request_repaint())?;
        let workspace = Workspace::new(catalog, system_theme(&cc.egui_ctx)).set_up(prefs.settings);
        let mut workspace = workspace.arranged(prefs.shown()).used_to(&prefs.bill).remembering(&prefs.recent);
        workspace.clock(unix_s());
        workspace.miss(&wrong);
        look(&cc.egui_ctx, &workspace);
        let commands = file.map(Command::OpenFile).into_iter().collect();
        // What cannot be read is written anew.
        let fresh = Prefs { recent: prefs.recent.clone(), ..Prefs::default() };
        let kept = if wrong.is_empty() { prefs.clone() } else { fresh };
        let (views, title) = (Views::new(icons), String::new());
        let store = cc.storage.and_then(|_| eframe::storage_dir(super::APP_ID)).map(|folder| folder.join("app.ron"));
        let mut shell = Self { workspace, engine, views, commands, prefs, kept, store, title };
        shell.run_commands();
        let requests = shell.workspace.look_for_orphans();
        shell.send(requests);
        let requests = shell.workspace.ask_for_book();
        shell.send(requests);
        let requests = shell.workspace.look_for_recent();
        shell.send(requests);
        Ok(shell)
    }

    /// From now on the system's file dialogs are opened by this.
    pub(super) fn open_with(&mut self, opener: Opener) {
        self.views.open_with(opener);
    }

    /// The state behind the window.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The system's clocks show this time.
    #[cfg(test)]
    pub(super) fn set_zone(&mut self, local: crate::telemetry::zone::Zone) {
        self.workspace.set_zone(local);
    }

    /// Does what a panel would have asked for.
    #[cfg(test)]
    pub(super) fn ask(&mut self, command: Command) {
        self.commands.push(command);
        self.run_commands();
    }

    fn run_commands(&mut self) {
        for command in std::mem::take(&mut self.commands) {
            let requests = self.workspace.run(command);
            self.send(requests);
        }
    }

    fn send(&mut self, requests: Vec<crate::engine::protocol::Request>) {
        for request in requests {
            if let Err(refusal) = self.engine.send(request) {
                let next = self.workspace.absorb(refusal);
                self.send(next);
            }
        }
    }

    /// Hands the system's clipboard what was copied.
    fn copy(&mut self, ctx: &Context) {
        match self.workspace.take_copied() {
            Some(Copied::Text(text)) => ctx.copy_text(text),
            Some(Copied::Image(image)) => {
                ctx.copy_image(ColorImage::from_rgba_premultiplied(image.size(), image.rgba()));
            }
            None => {}
        }
    }

    /// Brings unsaved changes to the journal, now or soon.
    fn keep(&mut self, ctx: &Context) {
        let now_s = ctx.input(|input| input.time);
        let requests = self.workspace.keep(now_s);
        self.send(requests);
        if let Some(seconds) = self.workspace.keep_within_s(now_s) {
            ctx.request_repaint_after_secs(seconds as f32);
        }
    }

    /// Tells the account that is watched which nodes are seen, now or soon.
    fn wish(&mut self, ctx: &Context) {
        // While the window is hidden, the time of its frames stands still.
        let (now_s, is_hidden) = (unix_s() as f64, ctx.input(|input| input.viewport().visible()) == Some(false));
        let requests = self.workspace.wish(now_s, is_hidden);
        self.send(requests);
        if let Some(seconds) = self.workspace.wish_within_s(now_s) {
            ctx.request_repaint_after_secs(seconds as f32);
        }
    }

    /// The window's close button asks as the command does.
    fn close_as_asked(&mut self, ctx: &Context) {
        if self.workspace.quitting() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else if ctx.input(|input| input.viewport().close_requested()) {
            self.commands.push(Command::Act(Action::Quit));
            self.run_commands();
            if !self.workspace.quitting() {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
        }
    }

    fn retitle(&mut self, ctx: &Context) {
        let title = match self.workspace.open() {
            Some(open) => format!("{} – Stratoscope", open.document.diagram().name()),
            None => "Stratoscope".to_owned(),
        };
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

/// Brings theme, scale and motion to what is set.
fn look(ctx: &Context, workspace: &Workspace) {
    let settings = workspace.settings();
    theme::apply(ctx, workspace.theme());
    theme::still(ctx, settings.reduce_motion);
    let factor = factor(settings);
    if (ctx.zoom_factor() - factor).abs() > f32::EPSILON {
        ctx.set_zoom_factor(factor);
    }
}

/// How many times its usual size the interface has.
fn factor(settings: Settings) -> f32 {
    f32::from(settings.scale_percent) / 100.0
}

/// Gives a scaled window the size that it had: whoever made it took its points for unscaled ones.
fn restore_size(ctx: &Context, prefs: &Prefs) {
    if let Some((width, height)) = prefs.window.filter(|_| prefs.settings.scale_percent != 100) {
        ctx.send_viewport_cmd(ViewportCommand::InnerSize(vec2(width, height) / factor(prefs.settings)));
    }
}

/// Size of the window in points that no scale changes; `None` while it fills the screen.
fn size(ctx: &Context) -> Option<(f32, f32)> {
    let (shown, fills) = ctx.input(|input| {
        let viewport = input.viewport();
        (viewport.inner_rect, viewport.maximized == Some(true) || viewport.fullscreen == Some(true))
    });
    let size = shown.filter(|_| !fills)?.size() * ctx.zoom_factor();
    Some((size.x, size.y))
}

fn system_theme(ctx: &Context) -> Theme {
    match ctx.system_theme() {
        Some(eframe::egui::Theme::Light) => Theme::Light,
        _ => Theme::Dark,
    }
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &Context, _: &mut eframe::Frame) {
        self.workspace.clock(unix_s());
        self.workspace.follow_system(system_theme(ctx));
        look(ctx, &self.workspace);
        for event in self.engine.drain(DRAIN_BUDGET) {
            let requests = self.workspace.absorb(event);
            self.send(requests);
        }
        if self.engine.has_pending() {
            ctx.request_repaint();
        }
        self.copy(ctx);
        self.prefs.window = size(ctx).or(self.prefs.window);
        self.keep(ctx);
        let requests = self.workspace.preview();
        self.send(requests);
        let requests = self.workspace.ask_for_template();
        self.send(requests);
        self.workspace.play(ctx.input(|input| input.time));
        self.workspace.follow_load();
        if self.workspace.is_playing() {
            ctx.request_repaint_after(STEP);
        }
        let requests = self.workspace.search_logs();
        self.send(requests);
        let requests = self.workspace.measure();
        self.send(requests);
        let requests = self.workspace.survey();
        self.send(requests);
        self.wish(ctx);
        let requests = self.workspace.price();
        self.send(requests);
        self.close_as_asked(ctx);
        self.retitle(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let Self { workspace, views, commands, prefs, .. } = self;
        views.ui(ui, workspace, prefs, commands);
        if self.commands.is_empty() {
            return;
        }
        self.run_commands();
        self.copy(ui.ctx());
        if self.workspace.take_paste_wish() {
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        self.prefs.follow(&self.workspace);
        look(ui.ctx(), &self.workspace);
        // What was done is seen in the next frame.
        ui.ctx().request_repaint();
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.prefs.follow_recent(&self.workspace);
        if self.prefs == self.kept {
            return;
        }
        let others = self.store.as_deref().and_then(|store| kept::text(store, prefs::PLACES));
        self.workspace.learn(&Prefs::recent_of(others), &self.kept.recent);
        self.prefs.follow_recent(&self.workspace);
        self.prefs.save(storage);
        self.kept = self.prefs.clone();
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        theme::colour(theme::tokens_of(visuals).window).to_normalized_gamma_f32()
    }
}
