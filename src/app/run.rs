//! Runs commands: each changes the workspace at once, and what must wait becomes a request.
//!
//! Must not know where commands come from.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::style_of;
use super::{Action, Choose, Command, Open, Overlay, Tone, Workspace};
use crate::diagram::layout::{Spacing, arrange};
use crate::diagram::{Diagram, Element, GroupId, NodeId, Point, Rejected, View};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::geometry::{GRID, GROUP_PADDING, GROUP_PADDING_TOP};
use crate::picture::pos;

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
            Action::Rename => self.renaming = self.open.as_ref().and_then(Open::one_node),
            Action::Escape => self.escape(),
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
            Action::Tidy => open.tidy(&catalog),
            Action::Fit => {
                open.camera = None;
                Ok(())
            }
            Action::ZoomIn => open.zoom(|zoom| zoom * ZOOM_STEP),
            Action::ZoomOut => open.zoom(|zoom| zoom / ZOOM_STEP),
            Action::ZoomActual => open.zoom(|_| 1.0),
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
            Command::AddNode(kind, at) => {
                self.overlay = None;
                open.add(&catalog, &kind, at)
            }
            Command::Connect(from, to, relation) => {
                self.overlay = None;
                let joined = open.document.transact(&catalog, "Connect", |edit| edit.connect(from, to, relation));
                joined.map(|edge| open.selection = BTreeSet::from([Element::Edge(edge)]))
            }
            Command::BeginMove => {
                open.begin_move();
                Ok(())
            }
            Command::MoveBy(x, y) => open.move_by(&catalog, x, y),
            Command::BeginField(label) => {
                open.document.begin(&label);
                Ok(())
            }
            Command::FinishGesture => open.land(&catalog),
            Command::CancelGesture => {
                open.document.cancel();
                Ok(())
            }
            Command::Rename(id, name) => {
                self.renaming = None;
                open.in_gesture(&catalog, "Rename", |edit| edit.rename(id, &name))
            }
            other => open.write(&catalog, other),
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
                open.document.cancel();
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

    fn delete(&mut self, catalog: &crate::catalog::Catalog) -> Result<(), Rejected> {
        let elements = std::mem::take(&mut self.selection);
        self.document.transact(catalog, "Delete", |edit| edit.remove(&elements))
    }

    fn add(
        &mut self,
        catalog: &crate::catalog::Catalog,
        kind: &crate::catalog::KindId,
        at: Point,
    ) -> Result<(), Rejected> {
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
    fn write(&mut self, catalog: &crate::catalog::Catalog, command: Command) -> Result<(), Rejected> {
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
        catalog: &crate::catalog::Catalog,
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

    fn begin_move(&mut self) {
        self.document.begin("Move");
        let mut moved: BTreeSet<Element> = self.selection.clone();
        let groups: Vec<GroupId> = self
            .selection
            .iter()
            .filter_map(|element| if let Element::Group(id) = element { Some(*id) } else { None })
            .collect();
        moved.extend(self.inside(&groups));
        let diagram = self.document.diagram();
        let place = |element: Element| match element {
            Element::Node(id) => diagram.nodes().get(&id).map(|node| node.position),
            Element::Group(id) => diagram.groups().get(&id).map(|group| Point { x: group.frame.x, y: group.frame.y }),
            Element::Note(id) => diagram.notes().get(&id).map(|note| note.position),
            Element::Edge(_) => None,
        };
        self.drag = moved.into_iter().filter_map(|element| Some((element, place(element)?))).collect();
    }

    /// Everything in the groups, at any depth.
    fn inside(&self, groups: &[GroupId]) -> BTreeSet<Element> {
        let diagram = self.document.diagram();
        let mut found = BTreeSet::new();
        let mut open: Vec<GroupId> = groups.to_vec();
        while let Some(group) = open.pop() {
            let nodes = diagram.nodes().iter().filter(|(_, node)| node.group == Some(group));
            found.extend(nodes.map(|(id, _)| Element::Node(*id)));
            for (id, _) in diagram.groups().iter().filter(|(_, other)| other.parent == Some(group)) {
                if found.insert(Element::Group(*id)) {
                    open.push(*id);
                }
            }
        }
        found
    }

    /// Moves what is dragged to where it started plus a distance, on the grid.
    fn move_by(&mut self, catalog: &crate::catalog::Catalog, x: i32, y: i32) -> Result<(), Rejected> {
        let places = self.drag.clone();
        self.document.gesture(catalog, |edit| {
            for (element, from) in &places {
                let to = snapped(Point { x: from.x + x, y: from.y + y });
                match element {
                    Element::Node(id) => edit.move_nodes([(*id, to)])?,
                    Element::Group(id) => {
                        let Some(mut group) = edit.diagram().groups().get(id).cloned() else { continue };
                        (group.frame.x, group.frame.y) = (to.x, to.y);
                        edit.put_group(*id, group)?;
                    }
                    Element::Note(id) => {
                        let Some(mut note) = edit.diagram().notes().get(id).cloned() else { continue };
                        note.position = to;
                        edit.put_note(*id, note)?;
                    }
                    Element::Edge(_) => {}
                }
            }
            Ok(())
        })
    }

    /// Ends a gesture; nodes that were moved join the group in which they stand now, unless they went along with theirs.
    fn land(&mut self, catalog: &crate::catalog::Catalog) -> Result<(), Rejected> {
        let moved = std::mem::take(&mut self.drag);
        let went_along = |group: Option<GroupId>| {
            group.is_some_and(|id| moved.iter().any(|(element, _)| *element == Element::Group(id)))
        };
        let landed = moved.iter().filter_map(|(element, from)| {
            let Element::Node(id) = *element else { return None };
            let node = self.document.diagram().nodes().get(&id).filter(|node| node.position != *from)?;
            let around = self.picture.group_around(self.picture.nodes().get(&id)?.rect.middle());
            (around != node.group && !went_along(node.group)).then_some((id, around))
        });
        let landed: Vec<(NodeId, Option<GroupId>)> = landed.collect();
        let result = if landed.is_empty() {
            Ok(())
        } else {
            let join = |(id, group)| move |edit: &mut crate::diagram::edit::Edit<'_>| edit.join_group(id, group);
            landed.into_iter().try_for_each(|place| self.document.gesture(catalog, join(place)))
        };
        self.document.finish();
        result
    }

    fn moved_at_once(&mut self, catalog: &crate::catalog::Catalog, command: &Command) -> Result<(), Rejected> {
        let Command::MoveBy(x, y) = command else { return Ok(()) };
        self.begin_move();
        let result = self.move_by(catalog, *x, *y);
        self.refresh(catalog);
        result.and(self.land(catalog))
    }

    fn tidy(&mut self, catalog: &crate::catalog::Catalog) -> Result<(), Rejected> {
        let size = |id: NodeId| {
            let rect = self.picture.nodes().get(&id).map(|node| node.rect).unwrap_or_default();
            (rect.width() as i32, rect.height() as i32)
        };
        let placement = arrange(self.document.diagram(), &size, spacing());
        self.camera = None;
        self.document.transact(catalog, "Tidy up", |edit| {
            edit.move_nodes(placement.nodes)?;
            for (id, frame) in placement.groups {
                let Some(group) = edit.diagram().groups().get(&id).cloned() else { continue };
                edit.put_group(id, crate::diagram::Group { frame, ..group })?;
            }
            Ok(())
        })
    }
}

/// The distances of automatic layout.
fn spacing() -> Spacing {
    Spacing {
        column_gap: 64,
        row_gap: 48,
        padding: GROUP_PADDING as i32,
        padding_top: GROUP_PADDING_TOP as i32,
        grid: GRID as i32,
    }
}

/// The nearest place on the grid.
fn snapped(at: Point) -> Point {
    let grid = GRID as i32;
    let snap = |at: i32| (at + grid / 2).div_euclid(grid) * grid;
    Point { x: snap(at.x), y: snap(at.y) }
}
