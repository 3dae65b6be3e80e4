//! Runs commands: each changes the workspace at once, and what must wait becomes a request.
//!
//! Must not know where commands come from.

mod arrange;
mod clip;
mod drag;
mod group;
mod note;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::style_of;
use super::{Action, Choose, Command, Open, Overlay, Tone, Workspace};
use crate::catalog::{Archetype, Catalog};
use crate::diagram::{Diagram, Element, NodeId, Point, Rejected, View};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::geometry::GRID;
use crate::picture::pos;
use drag::snapped;

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
            Action::Connect => self.overlay = self.open.as_ref().and_then(Open::one_node).map(Overlay::Connect),
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
            Command::BeginMove => {
                open.begin_move();
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
            Command::BeginField(label) => {
                open.document.begin(&label);
                Ok(())
            }
            Command::FinishGesture => open.land(&catalog),
            Command::CancelGesture => {
                open.cancel();
                Ok(())
            }
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

impl Open {
    fn everything(&self) -> BTreeSet<Element> {
        let diagram = self.document.diagram();
        let nodes = diagram.nodes().keys().map(|id| Element::Node(*id));
        let groups = diagram.groups().keys().map(|id| Element::Group(*id));
        nodes.chain(groups).chain(diagram.notes().keys().map(|id| Element::Note(*id))).collect()
    }

    fn choose(&mut self, elements: BTreeSet<Element>, how: Choose) {
        match how {
            Choose::Only => self.selection = elements,
            Choose::Add => self.selection.extend(elements),
            Choose::Toggle => self.selection = &self.selection ^ &elements,
        }
    }

    fn delete(&mut self, catalog: &Catalog) -> Result<(), Rejected> {
        let elements = std::mem::take(&mut self.selection);
        self.document.transact(catalog, "Delete", |edit| edit.remove(&elements))
    }

    fn add(&mut self, catalog: &Catalog, kind: &crate::catalog::KindId, at: Point) -> Result<(), Rejected> {
        if catalog.kind(kind).archetype == Archetype::Container {
            return self.add_container(catalog, kind, at);
        }
        let at = snapped(at);
        let group = self.picture.group_around(pos(at.x as f32 + GRID, at.y as f32 + GRID));
        let added = self.document.transact(catalog, "Add", |edit| {
            let id = edit.add_node(kind, None, at)?;
            edit.join_group(id, group)?;
            Ok(id)
        })?;
        self.selection = BTreeSet::from([Element::Node(added)]);
        Ok(())
    }

    /// What asks for a kind to join to the selected node, where there is room behind it.
    fn offer_beside(&self) -> Option<Overlay> {
        let id = self.one_node()?;
        let card = self.picture.nodes().get(&id)?.rect;
        let by = clip::room_for(&self.picture, &card, Some(pos(card.max.x + card.width(), card.middle().y)));
        let at = Point { x: card.min.x as i32 + by.x, y: card.min.y as i32 + by.y };
        Some(Overlay::Offer(id, crate::picture::Port::Out, at))
    }

    /// Adds a node and joins it to a port of another, as one step.
    fn add_joined(
        &mut self,
        catalog: &Catalog,
        kind: &crate::catalog::KindId,
        (from, port): (NodeId, crate::picture::Port),
        at: Point,
    ) -> Result<(), Rejected> {
        let at = snapped(at);
        let group = self.picture.group_around(pos(at.x as f32 + GRID, at.y as f32 + GRID));
        let added = self.document.transact(catalog, "Add", |edit| {
            let id = edit.add_node(kind, None, at)?;
            edit.join_group(id, group)?;
            let (from, to, relation) = super::command::joined(from, port, id);
            edit.connect(from, to, relation)?;
            Ok(id)
        })?;
        self.selection = BTreeSet::from([Element::Node(added)]);
        Ok(())
    }

    /// Selects the node that comes `by` places after the selected one, in reading order.
    fn walk(&mut self, by: isize) -> Result<(), Rejected> {
        let mut nodes: Vec<(i32, i32, NodeId)> =
            self.document.diagram().nodes().iter().map(|(id, node)| (node.position.x, node.position.y, *id)).collect();
        nodes.sort_unstable();
        let at = self.one_node().and_then(|id| nodes.iter().position(|(.., node)| *node == id));
        let count = nodes.len() as isize;
        let next = at.map_or(if by > 0 { 0 } else { count - 1 }, |at| (at as isize + by).rem_euclid(count.max(1)));
        if let Some((.., id)) = usize::try_from(next).ok().and_then(|next| nodes.get(next)) {
            self.selection = BTreeSet::from([Element::Node(*id)]);
        }
        Ok(())
    }

    fn zoom(&mut self, to: impl Fn(f32) -> f32) -> Result<(), Rejected> {
        let middle = pos(self.panel.0 / 2.0, self.panel.1 / 2.0);
        if let Some(camera) = &mut self.camera {
            *camera = camera.zoomed(to(camera.zoom) / camera.zoom, middle);
        }
        Ok(())
    }

    /// Commands that write a value.
    fn write(&mut self, catalog: &Catalog, command: Command) -> Result<(), Rejected> {
        match command {
            Command::SetNode(id, key, value) => {
                let kind = self.document.diagram().nodes().get(&id).map(|node| catalog.kind(&node.kind));
                let label = kind.and_then(|kind| kind.field(&key)).map_or(key.as_str(), |field| &field.label);
                let label = format!("Change {}", label.to_lowercase());
                self.in_gesture(catalog, &label, |edit| edit.set_node(id, &key, value))
            }
            Command::SetEdge(id, key, value) => {
                let label = format!("Change {}", key.replace('_', " "));
                self.in_gesture(catalog, &label, |edit| edit.set_edge(id, &key, value))
            }
            Command::NumberEdge(id, step) => self.in_gesture(catalog, "Number", |edit| edit.number_edge(id, step)),
            Command::LabelEdge(id, text) => self.in_gesture(catalog, "Label", |edit| edit.label_edge(id, Some(&text))),
            Command::RenameGroup(id, name) => self.in_gesture(catalog, "Rename", |edit| {
                let Some(group) = edit.diagram().groups().get(&id).cloned() else { return Ok(()) };
                edit.put_group(id, crate::diagram::Group { name, ..group })
            }),
            Command::WriteNote(id, title, text) => self.in_gesture(catalog, "Write", |edit| {
                let Some(note) = edit.diagram().notes().get(&id).cloned() else { return Ok(()) };
                edit.put_note(id, crate::diagram::Note { title, text, ..note })
            }),
            Command::RenameDiagram(name) => self.in_gesture(catalog, "Rename", |edit| edit.rename_diagram(&name)),
            _ => Ok(()),
        }
    }

    /// Runs a change inside the gesture that is open, or as a step of its own.
    fn in_gesture<T>(
        &mut self,
        catalog: &Catalog,
        label: &str,
        verbs: impl FnOnce(&mut crate::diagram::edit::Edit<'_>) -> Result<T, Rejected>,
    ) -> Result<(), Rejected> {
        let result = if self.document.in_gesture() {
            self.document.gesture(catalog, verbs)
        } else {
            self.document.transact(catalog, label, verbs)
        };
        result.map(drop)
    }
}
