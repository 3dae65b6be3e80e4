//! Runs commands: each changes the workspace at once, and what must wait becomes a request.
//!
//! Must not know where commands come from.

mod arrange;
mod clip;
mod drag;
mod group;
mod note;
mod open;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::view_after;
use super::drawing::form_of;
use super::observe::is_observing;
use super::{Action, Command, Lens, Open, Overlay, Tab, Tone, Workspace};
use crate::catalog::Dialect;
use crate::diagram::{Diagram, Element, Point, Rejected};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::arrange::Arrangement;
use crate::picture::{Picture, Port};

/// One step of zoom.
const ZOOM_STEP: f32 = 1.25;

/// What an action does nothing but ask.
fn asked_by(action: Action) -> Option<Overlay> {
    match action {
        Action::Open => Some(Overlay::Open),
        Action::SaveAs => Some(Overlay::SaveAs),
        Action::Export => Some(Overlay::Export),
        Action::ExportBill => Some(Overlay::Bill),
        Action::CompareFile => Some(Overlay::CompareFile),
        Action::Picture => Some(Overlay::Picture),
        Action::Commands => Some(Overlay::Commands),
        Action::Add => Some(Overlay::Add),
        Action::Preferences => Some(Overlay::Settings),
        Action::Find => Some(Overlay::Find),
        _ => None,
    }
}

impl Workspace {
    /// Does what was asked; what cannot be done at once is returned for the background.
    pub fn run(&mut self, command: Command) -> Vec<Request> {
        let requests = match command {
            Command::Act(action) => self.act(action),
            Command::OpenFile(path) => self.guarded(Command::OpenFile(path)),
            Command::OpenReference(index) => self.guarded(Command::OpenReference(index)),
            Command::SaveFile(path) => self.save_to(path),
            Command::ExportTo(dialect, path) => self.export_to(dialect, path),
            Command::Draw(drawing, path) => self.draw(drawing, path),
            Command::ShowDialect(dialect) => {
                self.show_dialect(dialect);
                Vec::new()
            }
            command if is_observing(&command) => self.observe(command),
            Command::Discard(next) => self.leave(*next),
            Command::SaveThen(next) => {
                let requests = self.save();
                // Where there is no file yet, the dialog for one stands open now and the command waits for it as well.
                self.after_save = Some(*next);
                requests
            }
            Command::SetPanel(width, height) => {
                if let Some(open) = &mut self.open {
                    open.panel = (width, height);
                }
                Vec::new()
            }
            Command::Paste(text, at) => {
                self.paste(&text, at);
                Vec::new()
            }
            Command::Recover(name) => self.recover(&name),
            Command::Forget(name) => self.forget(&name),
            Command::OpenWindow(path) => vec![Request::Window(self.ticket(), path)],
            Command::Overwrite => self.overwrite(),
            Command::SetUp(settings) => {
                self.take_settings(settings);
                Vec::new()
            }
            Command::Dismiss(id) => {
                self.dismiss(id);
                Vec::new()
            }
            other => self.run_on_bill(other),
        };
        if let Some(open) = &mut self.open {
            open.refresh(&self.catalog);
        }
        self.follow_usage();
        requests
    }

    fn act(&mut self, action: Action) -> Vec<Request> {
        if !(action.row().enabled)(self) {
            return Vec::new();
        }
        if let Some(requests) = self.act_observed(action) {
            return requests;
        }
        if let Some(asked) = asked_by(action) {
            self.overlay = Some(asked);
            return Vec::new();
        }
        match action {
            Action::Tidy => return self.ask_for_order(Arrangement::Tidy),
            Action::LayOut => return self.ask_for_order(Arrangement::Flow),
            Action::New | Action::Welcome | Action::Quit => return self.guarded(Command::Act(action)),
            Action::RefreshPrices => return self.refresh_prices(),
            Action::StopRefresh => return vec![Request::StopRefresh],
            Action::NewWindow => return vec![Request::Window(self.ticket(), None)],
            Action::Save => return self.save(),
            Action::CopySvg | Action::CopyPng | Action::CopyMermaid => {
                let drawing = form_of(action).map(|form| self.as_shown(form));
                return drawing.map(|drawing| self.draw(drawing, None)).unwrap_or_default();
            }
            Action::Messages => {
                self.read_told();
                self.overlay = Some(Overlay::Messages);
            }
            Action::Connect => {
                let node = self.open.as_ref().and_then(Open::one_node);
                self.overlay = node.map(|id| Overlay::Connect(id, Port::Out, None));
            }
            Action::AddNext => self.overlay = self.open.as_ref().and_then(Open::offer_beside),
            Action::Rename => self.renaming = self.open.as_ref().and_then(Open::one_named),
            Action::Escape => self.escape(),
            Action::Copy => self.copy(),
            Action::Cut => self.cut(),
            Action::Paste => self.clipboard.wanted = true,
            Action::Duplicate => self.duplicate(),
            Action::AddNote => self.add_note(),
            Action::ClearRecent => self.recent.clear(),
            Action::Theme => self.switch_theme(),
            Action::DesignLens => self.look_through(Lens::Design),
            Action::CostLens => self.look_through(Lens::Cost),
            Action::Template => self.switch_tab(Tab::Template),
            Action::Cost => self.switch_tab(Tab::Cost),
            Action::Usage => self.switch_tab(Tab::Usage),
            Action::Dock => self.shown.dock = !self.shown.dock,
            Action::CopyTemplate => self.copy_template(),
            Action::OpenFolder => return self.show_exported(),
            Action::Snap => self.settings.snaps ^= true,
            Action::Minimap => self.shown.minimap = !self.shown.minimap,
            Action::Palette => self.shown.palette = !self.shown.palette,
            Action::Outline => self.switch_side(),
            Action::Settings => {
                self.shown.inspector = true;
                self.settings_asked += 1;
            }
            Action::Inspector => self.shown.inspector = !self.shown.inspector,
            other => return self.act_on_bill(other),
        }
        Vec::new()
    }

    fn export_to(&mut self, dialect: Dialect, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let ticket = self.ticket();
        self.exporting = Some(ticket);
        let diagram = self.open.as_ref().map(|open| Arc::new(open.document.diagram().clone()));
        diagram.map(|diagram| Request::Export(ticket, diagram, dialect, path)).into_iter().collect()
    }

    /// Actions on the open diagram.
    pub(super) fn act_open(&mut self, action: Action) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let result = match action {
            Action::Undo => {
                open.document.undo();
                Ok(())
            }
            Action::Redo => {
                open.document.redo();
                Ok(())
            }
            Action::Delete => open.delete(&catalog),
            Action::SelectAll => {
                open.selection = open.everything();
                Ok(())
            }
            Action::NextNode => open.walk(1),
            Action::PreviousNode => open.walk(-1),
            Action::Group => open.wrap(&catalog, &group::plain()),
            Action::Ungroup => open.ungroup(&catalog),
            Action::Attach => open.attach(&catalog),
            Action::Fit => {
                open.fit();
                Ok(())
            }
            Action::FitSelection => {
                open.fit_selection();
                Ok(())
            }
            Action::ZoomIn => open.zoom(|zoom| zoom * ZOOM_STEP),
            Action::ZoomOut => open.zoom(|zoom| zoom / ZOOM_STEP),
            Action::ZoomActual => open.zoom(|_| 1.0),
            other if drag::step_of(other).is_some() => open.nudge(&catalog, other),
            other if arrange::order_of(other).is_some() => open.bring_in_order(&catalog, other),
            other => match view_after(other, open.document.diagram().view()) {
                Some(view) => open.document.transact(&catalog, "Change the style", |edit| edit.set_view(view)),
                None => Ok(()),
            },
        };
        self.told(result);
    }

    /// Commands on the open diagram that carry data.
    pub(super) fn run_open(&mut self, command: Command) {
        let catalog = Arc::clone(&self.catalog);
        // What was chosen from a list answers it.
        if matches!(command, Command::AddNode(..) | Command::Connect(..) | Command::AddJoined(..) | Command::Wrap(_)) {
            self.overlay = None;
        }
        let Some(open) = &mut self.open else { return };
        let result = match command {
            Command::Select(elements, how) => {
                open.choose(elements, how);
                Ok(())
            }
            Command::Reveal(element) => {
                open.reveal(element);
                Ok(())
            }
            Command::SetCamera(camera) => {
                open.camera = Some(camera);
                Ok(())
            }
            Command::AddNode(kind, at) => open.add(&catalog, &kind, at),
            Command::Connect(from, to, relation) => {
                let joined = open.document.transact(&catalog, "Connect", |edit| edit.connect(from, to, relation));
                joined.map(|edge| open.selection = BTreeSet::from([Element::Edge(edge)]))
            }
            Command::AskConnect(node, port, relation) => {
                self.overlay = Some(Overlay::Connect(node, port, relation));
                Ok(())
            }
            Command::BeginCopy => open.begin_copy(&catalog),
            Command::Offer(from, port, at) => {
                self.overlay = Some(Overlay::Offer(from, port, at));
                Ok(())
            }
            Command::AddJoined(kind, from, port, at) => open.add_joined(&catalog, &kind, (from, port), at),
            Command::Wrap(kind) => open.wrap(&catalog, &kind),
            Command::Resize(element, frame) => open.resize(&catalog, element, frame),
            Command::MoveBy(x, y, snap) => open.move_by(&catalog, Point { x, y }, snap),
            Command::BeginMove | Command::BeginField(_) | Command::RestartGesture | Command::CancelGesture => {
                open.hold(&command);
                Ok(())
            }
            Command::FinishGesture => open.land(&catalog),
            Command::Rename(id, name) => {
                self.renaming = None;
                open.in_gesture(&catalog, "Rename", |edit| edit.rename(id, &name))
            }
            other => {
                if matches!(other, Command::RenameGroup(..) | Command::WriteNote(..)) {
                    self.renaming = None;
                }
                open.write(&catalog, other)
            }
        };
        self.told(result);
    }

    /// A refusal is told once, where notices stand.
    pub(super) fn told(&mut self, result: Result<(), Rejected>) {
        if let Err(refusal) = result {
            self.say(Tone::Trouble, refusal.0, Vec::new());
        }
    }

    fn escape(&mut self) {
        self.after_save = None;
        if self.overlay.take().is_some() || self.renaming.take().is_some() {
            return;
        }
        match &mut self.open {
            Some(open) if open.document.in_gesture() => open.cancel(),
            Some(open) if !open.selection.is_empty() => open.selection.clear(),
            _ => self.dismiss_last(),
        }
    }

    /// Leaves the open diagram, unless it has changes that its file does not have: then it asks.
    pub(super) fn guarded(&mut self, command: Command) -> Vec<Request> {
        if self.open.as_ref().is_some_and(|open| open.document.is_edited()) {
            self.overlay = Some(Overlay::Unsaved(Box::new(command)));
            return Vec::new();
        }
        self.leave(command)
    }

    /// Leaves the open diagram, whatever it has.
    pub fn leave(&mut self, command: Command) -> Vec<Request> {
        self.overlay = None;
        self.renaming = None;
        self.after_save = None;
        match command {
            Command::OpenFile(path) => {
                let ticket = self.ticket();
                self.loading = Some(ticket);
                return vec![Request::Load(ticket, path)];
            }
            Command::OpenReference(index) => {
                if let Some(reference) = self.references.get(index).cloned() {
                    self.show(Diagram::clone(&reference));
                }
            }
            Command::Act(Action::Example) => {
                // Its design takes the place of what is open.
                self.open = None;
                let (mut requests, ticket) = (self.detach(), self.ticket());
                self.loading = Some(ticket);
                requests.push(Request::Example(ticket));
                return requests;
            }
            Command::Act(Action::New) => self.show(Diagram::new("untitled")),
            Command::Act(Action::Welcome) => {
                self.open = None;
                let mut requests = self.detach();
                requests.extend(self.look_for_recent());
                return requests;
            }
            Command::Act(Action::Quit) => self.quitting = true,
            _ => {}
        }
        Vec::new()
    }

    /// Opens a diagram that no file has.
    pub(super) fn show(&mut self, diagram: Diagram) {
        let picture = Picture::of(&diagram, &self.catalog);
        self.show_drawn(diagram, picture);
    }

    /// Opens a diagram with its geometry.
    pub(super) fn show_drawn(&mut self, diagram: Diagram, picture: Picture) {
        let Ticket(serial) = self.ticket();
        self.open = Some(Open::new(serial, diagram, picture));
        self.overlay = None;
        self.bills.forget();
        self.rebind();
    }

    fn save(&mut self) -> Vec<Request> {
        match self.open.as_ref().and_then(|open| open.path.clone()) {
            Some(path) => self.save_to(path),
            None => {
                self.overlay = Some(Overlay::SaveAs);
                Vec::new()
            }
        }
    }

    /// Writes over a file that something else has changed: the person has said so.
    fn overwrite(&mut self) -> Vec<Request> {
        if let Some(open) = &mut self.open {
            open.mark = None;
        }
        self.save()
    }

    fn save_to(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let ticket = self.ticket();
        let Some(open) = &mut self.open else { return Vec::new() };
        open.document.finish();
        open.saving = Some((ticket, open.document.revision()));
        // Another file is written over only after the dialog has asked about it.
        let mark = open.mark.filter(|_| open.path.as_ref() == Some(&path));
        vec![Request::Save(ticket, Arc::new(open.document.diagram().clone()), path, mark)]
    }
}
