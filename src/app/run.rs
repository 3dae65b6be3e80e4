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

use super::command::style_of;
use super::{Action, Command, Open, Overlay, Tone, Workspace};
use crate::diagram::{Diagram, Element, Rejected, View};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::Port;
use crate::picture::geometry::GRID;

/// One step of zoom.
const ZOOM_STEP: f32 = 1.25;

impl Workspace {
    /// Does what was asked; what cannot be done at once is returned for the background.
    pub fn run(&mut self, command: Command) -> Vec<Request> {
        let requests = match command {
            Command::Act(action) => self.act(action),
            Command::OpenFile(path) => self.guarded(Command::OpenFile(path)),
            Command::OpenReference(index) => self.guarded(Command::OpenReference(index)),
            Command::SaveFile(path) => self.save_to(path),
            Command::ExportTo(dialect, path) => {
                self.overlay = None;
                let ticket = self.ticket();
                self.exporting = Some(ticket);
                let diagram = self.open.as_ref().map(|open| Arc::new(open.document.diagram().clone()));
                diagram.map(|diagram| Request::Export(ticket, diagram, dialect, path)).into_iter().collect()
            }
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
            Command::Dismiss(id) => {
                self.notices.retain(|notice| notice.id != id);
                Vec::new()
            }
            other => {
                self.run_open(other);
                Vec::new()
            }
        };
        if let Some(open) = &mut self.open {
            open.refresh(&self.catalog);
        }
        requests
    }

    fn act(&mut self, action: Action) -> Vec<Request> {
        if !(action.row().enabled)(self) {
            return Vec::new();
        }
        match action {
            Action::New | Action::Welcome | Action::Quit => return self.guarded(Command::Act(action)),
            Action::Open => self.overlay = Some(Overlay::Open),
            Action::Save => return self.save(),
            Action::SaveAs => self.overlay = Some(Overlay::SaveAs),
            Action::Export => self.overlay = Some(Overlay::Export),
            Action::Commands => self.overlay = Some(Overlay::Commands),
            Action::Add => self.overlay = Some(Overlay::Add),
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
            Action::Theme => {
                use crate::picture::Theme;
                self.theme = if self.theme == Theme::Dark { Theme::Light } else { Theme::Dark };
            }
            Action::Palette => self.palette_shown = !self.palette_shown,
            Action::Outline => self.switch_side(),
            Action::Settings => {
                self.inspector_shown = true;
                self.settings_asked += 1;
            }
            Action::Inspector => self.inspector_shown = !self.inspector_shown,
            other => self.act_open(other),
        }
        Vec::new()
    }

    /// Actions on the open diagram.
    fn act_open(&mut self, action: Action) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let nudge = |x: i32, y: i32| Command::MoveBy(x * GRID as i32, y * GRID as i32);
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
            Action::NudgeLeft => open.moved_at_once(&catalog, &nudge(-1, 0)),
            Action::NudgeRight => open.moved_at_once(&catalog, &nudge(1, 0)),
            Action::NudgeUp => open.moved_at_once(&catalog, &nudge(0, -1)),
            Action::NudgeDown => open.moved_at_once(&catalog, &nudge(0, 1)),
            Action::Group => open.wrap(&catalog, &group::plain()),
            Action::Ungroup => open.ungroup(&catalog),
            Action::Attach => open.attach(&catalog),
            Action::Tidy => open.tidy(&catalog),
            Action::Fit => {
                open.camera = None;
                Ok(())
            }
            Action::ZoomIn => open.zoom(|zoom| zoom * ZOOM_STEP),
            Action::ZoomOut => open.zoom(|zoom| zoom / ZOOM_STEP),
            Action::ZoomActual => open.zoom(|_| 1.0),
            other if arrange::order_of(other).is_some() => open.bring_in_order(&catalog, other),
            other => match style_of(other) {
                Some(nodes) => {
                    open.document.transact(&catalog, "Change the style", |edit| edit.set_view(View { nodes }))
                }
                None => Ok(()),
            },
        };
        self.told(result);
    }

    /// Commands on the open diagram that carry data.
    fn run_open(&mut self, command: Command) {
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
            Command::Offer(from, port, at) => {
                self.overlay = Some(Overlay::Offer(from, port, at));
                Ok(())
            }
            Command::AddJoined(kind, from, port, at) => open.add_joined(&catalog, &kind, (from, port), at),
            Command::Wrap(kind) => open.wrap(&catalog, &kind),
            Command::Resize(element, frame) => open.resize(&catalog, element, frame),
            Command::MoveBy(x, y) => open.move_by(&catalog, x, y),
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
    fn told(&mut self, result: Result<(), Rejected>) {
        if let Err(refusal) = result {
            self.say(Tone::Trouble, refusal.0, Vec::new());
        }
    }

    fn escape(&mut self) {
        self.after_save = None;
        if self.overlay.take().is_some() || self.renaming.take().is_some() {
            return;
        }
        if let Some(open) = &mut self.open {
            if open.document.in_gesture() {
                open.cancel();
            } else {
                open.selection.clear();
            }
        }
    }

    /// Leaves the open diagram, unless it has changes that its file does not have: then it asks.
    fn guarded(&mut self, command: Command) -> Vec<Request> {
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
                    self.show(Diagram::clone(&reference), None);
                }
            }
            Command::Act(Action::New) => self.show(Diagram::new("untitled"), None),
            Command::Act(Action::Welcome) => self.open = None,
            Command::Act(Action::Quit) => self.quitting = true,
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn show(&mut self, diagram: Diagram, path: Option<PathBuf>) {
        let Ticket(serial) = self.ticket();
        self.open = Some(Open::new(serial, diagram, &self.catalog, path));
        self.overlay = None;
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

    fn save_to(&mut self, path: PathBuf) -> Vec<Request> {
        self.overlay = None;
        let ticket = self.ticket();
        let Some(open) = &mut self.open else { return Vec::new() };
        open.document.finish();
        open.saving = Some((ticket, open.document.revision()));
        vec![Request::Save(ticket, Arc::new(open.document.diagram().clone()), path)]
    }
}
