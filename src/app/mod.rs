//! The application without a window: what is open, what is selected, what is going on. Commands come in, requests go out.
//!
//! Must not know egui, files or threads.

pub mod command;
pub mod table;
mod ask;
mod clipboard;
pub mod bill;
pub mod observe;
pub mod fields;
mod drawing;
mod run;
mod absorb;
mod keep;
mod lens;
mod notice;
mod preview;
mod prices;
mod recent;
mod reveal;
mod settings;
mod template;
pub mod usage;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

pub use crate::engine::protocol::{Answer, Found, Link, Orphan, Paid, Progress, Reach, Reader, Standing, Tried};
pub use clipboard::Copied;
pub use command::{Action, Choose, Command, Snap};
pub use drawing::called;
pub use lens::{Lens, Tab};
pub use notice::{Notice, Tone};
pub use preview::Seen;
pub use recent::Recent;
pub use settings::{SCALE_STEP, SCALES, Settings};
pub use table::{Row, TABLE};

use crate::catalog::{Catalog, Kind, Relation};
use crate::diagram::{Bound, Diagram, Document, Element, GroupId, NodeId, Point};
use crate::engine::protocol::{Mark, Ticket};
use crate::export::drawing::Form;
use crate::picture::arrange::Arrangement;
use crate::picture::guide::Guide;
use crate::picture::{Camera, Picture, Port, Rect, Theme};
use crate::telemetry::zone::Zone;
use crate::workload::Figures;

/// A diagram that is open.
#[derive(Debug)]
pub struct Open {
    /// The document with its history.
    pub document: Document,
    /// Its geometry, which follows it.
    pub picture: Picture,
    /// The document's revision that the picture shows.
    pub pictured: u64,
    /// Its file; `None` when it was never saved.
    pub path: Option<PathBuf>,
    /// What that file held when it was opened or saved.
    pub mark: Option<Mark>,
    /// What is selected.
    pub selection: BTreeSet<Element>,
    /// What the window shows; `None` until the canvas has fitted it.
    pub camera: Option<Camera>,
    /// Width and height of the canvas, in pixels.
    pub panel: (f32, f32),
    /// Tells this document from those that were open before.
    pub serial: u64,
    /// How often the camera was sent somewhere.
    sent: u64,
    /// What is being dragged.
    drag: Drag,
    /// The group that is being resized.
    sized: Option<GroupId>,
    /// The layout that is being worked out: its ticket, the document's revision then, and which.
    arranging: Option<(Ticket, u64, Arrangement)>,
    /// The save that is under way: its ticket, and the document's revision then.
    saving: Option<(Ticket, u64)>,
}

/// What is being dragged, and what it falls in line with.
#[derive(Clone, Debug, Default)]
struct Drag {
    /// Where the nodes, groups and notes stood at the start.
    from: Vec<(Element, Point)>,
    /// The rectangle around them at the start, in canvas units.
    bounds: Rect,
    /// What stands around them, in canvas units.
    around: Vec<Rect>,
    /// What they fall in line with now.
    guides: Vec<Guide>,
}

/// Something that lies over the window and asks for an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// The list of every command.
    Commands,
    /// The list of kinds to add.
    Add,
    /// The list of kinds that can be joined to a port of a node, to stand at a place.
    Offer(NodeId, Port, Point),
    /// The list of nodes and kinds to join to a port of this one, by an arrow that says this.
    Connect(NodeId, Port, Option<Relation>),
    /// The list of everything in the diagram.
    Find,
    /// Which file to open.
    Open,
    /// Which file to save to.
    SaveAs,
    /// Which folder to export to.
    Export,
    /// Which file with logs or traces to read.
    OpenLogs,
    /// Which account to tail.
    Account,
    /// Which file to write log records to.
    SaveLines,
    /// Which file to write the values of charts to.
    SaveCharts,
    /// Which file to write the rows of an answer to.
    SaveAnswer,
    /// What no node is bound to, and what a person has bound.
    Bindings,
    /// How true the picture of each log group is.
    LogGroups,
    /// Which time to go to.
    GoToTime,
    /// Which node a log group or service is about.
    BindTo(Bound, String),
    /// Which file to record to.
    SaveRecording,
    /// Which file to write the bill to.
    Bill,
    /// Which diagram to compare the bill with.
    CompareFile,
    /// Whether these measured figures are to be written into the nodes; and in which window they were seen.
    TakeOver(Figures, String),
    /// How to draw a picture and which file to save it to.
    Picture,
    /// What holds for the whole program.
    Settings,
    /// What was told in this session.
    Messages,
    /// The diagram has changes that its file does not have; what was asked for waits for the answer.
    Unsaved(Box<Command>),
    /// The file holds something else than it did when it was opened or saved; the save waits for the answer.
    Changed(PathBuf),
    /// What windows that are gone have left: recover or discard.
    Recover(Vec<Orphan>),
}

/// The whole state of the application.
#[derive(Debug)]
pub struct Workspace {
    catalog: Arc<Catalog>,
    references: Vec<Arc<Diagram>>,
    open: Option<Open>,
    overlay: Option<Overlay>,
    /// What is being named or written on the canvas.
    renaming: Option<Element>,
    notices: notice::Notices,
    settings: Settings,
    /// What the system shows, as told last.
    system_theme: Theme,
    shown: Shown,
    /// What the left panel shows.
    side: Side,
    quitting: bool,
    next_ticket: u64,
    loading: Option<Ticket>,
    exporting: Option<Ticket>,
    /// The picture that is being drawn.
    drawing: Option<(Ticket, Form)>,
    /// What is to be done once the diagram is saved.
    after_save: Option<Command>,
    /// What the journal has, and when it was written.
    kept: keep::Kept,
    /// What the open diagram will be once it is exported.
    previews: preview::Previews,
    /// The template of the open diagram.
    templates: template::Templates,
    /// The refresh of prices that is under way.
    refreshing: Option<(Ticket, Progress)>,
    /// The bill of the open diagram.
    bills: bill::Bills,
    /// How much the open diagram is used.
    usages: usage::Usages,
    /// Logs and traces that are attached to the open diagram.
    attached: Option<observe::Attached>,
    /// The account that was tried last.
    trial: observe::Trial,
    /// Questions to Logs Insights.
    insights: observe::insights::Insights,
    /// The time that the system's clocks show.
    local: Zone,
    /// How often a person asked to get to the settings.
    settings_asked: u64,
    /// How often a person asked to get to a tab below the canvas.
    tab_asked: u64,
    /// What goes to the clipboard and what is wanted from there.
    clipboard: clipboard::Clipboard,
    recent: Vec<Recent>,
    /// Those of them that are not there, as told last.
    missing: BTreeSet<PathBuf>,
    /// Seconds since 1970, as told last.
    now_s: u64,
}

/// What the left panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// What can be added.
    Kinds,
    /// What is there.
    Outline,
}

/// What is shown beside and over the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is shown or not, whatever the others are")]
pub struct Shown {
    /// The palette.
    pub palette: bool,
    /// The inspector.
    pub inspector: bool,
    /// The mini-map, while only a part of the diagram is seen.
    pub minimap: bool,
    /// The panel below the canvas; folded, only its tabs are seen.
    pub dock: bool,
    /// The tab of that panel.
    pub tab: Tab,
    /// What nodes and arrows carry.
    pub lens: Lens,
}

impl Default for Shown {
    fn default() -> Self {
        Self { palette: true, inspector: true, minimap: true, dock: false, tab: Tab::Template, lens: Lens::Design }
    }
}

impl Workspace {
    /// A workspace that shows the welcome page, in the theme of the system.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>, system_theme: Theme) -> Self {
        let read = |(_, text): &(&str, &str)| crate::diagram::file::read(text.as_bytes(), &catalog).ok().map(Arc::new);
        let references = crate::diagram::REFERENCES.iter().filter_map(read).collect();
        Self {
            catalog,
            references,
            open: None,
            overlay: None,
            renaming: None,
            notices: notice::Notices::default(),
            settings: Settings::default(),
            system_theme,
            shown: Shown::default(),
            side: Side::Kinds,
            quitting: false,
            next_ticket: 1,
            loading: None,
            exporting: None,
            drawing: None,
            after_save: None,
            kept: keep::Kept::default(),
            previews: preview::Previews::default(),
            templates: template::Templates::default(),
            refreshing: None,
            bills: bill::Bills::new(),
            usages: usage::Usages::default(),
            attached: None,
            trial: observe::Trial::default(),
            insights: observe::insights::Insights::default(),
            local: Zone::UTC,
            settings_asked: 0,
            tab_asked: 0,
            clipboard: clipboard::Clipboard::default(),
            recent: Vec::new(),
            missing: BTreeSet::new(),
            now_s: 0,
        }
    }

    /// The same, with the panels that a person had last time.
    #[must_use]
    pub fn arranged(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// The kinds.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The diagrams that the program ships, in the order of the welcome page.
    #[must_use]
    pub fn references(&self) -> &[Arc<Diagram>] {
        &self.references
    }

    /// The open diagram; `None` on the welcome page.
    #[must_use]
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// What lies over the window.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// The kinds that a wire from a port of a node may end at.
    pub fn fitting(&self, from: NodeId, port: Port) -> impl Iterator<Item = &Kind> {
        let node = self.open.as_ref().and_then(|open| open.document.diagram().nodes().get(&from));
        let source = node.map(|node| self.catalog.kind(&node.kind));
        let wanted = command::joined(from, port, from).2;
        let fits = move |kind: &Kind| {
            source.is_some_and(|source| {
                let (from, to) = if port == Port::In { (kind, source) } else { (source, kind) };
                self.catalog.connection(from, to, wanted).is_ok()
            })
        };
        self.catalog.kinds().filter(move |kind| fits(kind))
    }

    /// The node or group whose name, or the note whose text, is being edited on the canvas.
    #[must_use]
    pub fn renaming(&self) -> Option<Element> {
        self.renaming
    }

    /// Whether the palette is shown.
    #[must_use]
    pub fn palette_shown(&self) -> bool {
        self.shown.palette
    }

    /// Whether the left panel shows the outline and not the kinds.
    #[must_use]
    pub fn outline_shown(&self) -> bool {
        self.side == Side::Outline
    }

    /// Whether the inspector is shown.
    #[must_use]
    pub fn inspector_shown(&self) -> bool {
        self.shown.inspector
    }

    /// Whether the mini-map is shown while only a part of the diagram is seen.
    #[must_use]
    pub fn minimap_shown(&self) -> bool {
        self.shown.minimap
    }

    /// Whether the window is to be closed.
    #[must_use]
    pub fn quitting(&self) -> bool {
        self.quitting
    }

    /// What is being waited for, in words.
    #[must_use]
    pub fn waiting(&self) -> Option<&'static str> {
        let saving = self.open.as_ref().is_some_and(|open| open.saving.is_some());
        if self.open.as_ref().is_some_and(|open| open.arranging.is_some()) {
            return Some("Laying out…");
        }
        match (self.loading, saving, self.exporting) {
            (Some(_), ..) => Some("Opening…"),
            (_, true, _) => Some("Saving…"),
            (.., Some(_)) => Some("Exporting…"),
            _ if self.drawing.is_some() => Some("Drawing…"),
            // Who watches is told how true it is, and waits for nothing.
            _ if self.is_reading() && !self.is_watching() => Some("Reading…"),
            _ => None,
        }
    }

    /// From kinds to outline or back; a panel that is hidden comes with the outline.
    fn switch_side(&mut self) {
        let to_outline = self.side == Side::Kinds || !self.shown.palette;
        self.side = if to_outline { Side::Outline } else { Side::Kinds };
        self.shown.palette = true;
    }

    fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }
}

impl Open {
    fn new(serial: u64, diagram: Diagram, picture: Picture) -> Self {
        Self {
            document: Document::new(diagram),
            picture,
            pictured: 0,
            path: None,
            mark: None,
            selection: BTreeSet::new(),
            camera: None,
            panel: (1200.0, 800.0),
            serial,
            sent: 0,
            drag: Drag::default(),
            sized: None,
            saving: None,
            arranging: None,
        }
    }

    /// The selected node, when it is the only selected element.
    #[must_use]
    pub fn one_node(&self) -> Option<NodeId> {
        match self.selection.iter().next() {
            Some(Element::Node(id)) if self.selection.len() == 1 => Some(*id),
            _ => None,
        }
    }

    /// How often the camera was sent somewhere; when it grows, the canvas lets it fly there.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What the things that are being dragged fall in line with.
    #[must_use]
    pub fn guides(&self) -> &[Guide] {
        &self.drag.guides
    }

    /// How many selected things have a place of their own.
    fn placed(&self) -> usize {
        self.selection.iter().filter(|element| !matches!(element, Element::Edge(_))).count()
    }

    /// The selected node, group or note, when it is the only selected element.
    #[must_use]
    pub fn one_named(&self) -> Option<Element> {
        let mut selected = self.selection.iter();
        let first = selected.next().filter(|element| !matches!(element, Element::Edge(_)));
        first.filter(|_| selected.next().is_none()).copied()
    }

    /// Brings the picture up to date with the document and drops what is no longer there from the selection.
    fn refresh(&mut self, catalog: &Catalog) {
        let is_carrying = self.document.in_gesture();
        if self.pictured == self.document.revision() {
            if !is_carrying {
                self.picture.put_down(self.document.diagram(), catalog);
            }
            return;
        }
        let touched = self.document.touched_since(self.pictured);
        if is_carrying {
            self.picture.carry(self.document.diagram(), catalog, touched.as_ref());
        } else {
            self.picture.follow(self.document.diagram(), catalog, touched.as_ref());
            self.picture.put_down(self.document.diagram(), catalog);
        }
        self.pictured = self.document.revision();
        self.unselect_gone();
    }

    /// Drops what is no longer there from the selection.
    fn unselect_gone(&mut self) {
        let diagram = self.document.diagram();
        self.selection.retain(|element| match element {
            Element::Node(id) => diagram.nodes().contains_key(id),
            Element::Edge(id) => diagram.edges().contains_key(id),
            Element::Group(id) => diagram.groups().contains_key(id),
            Element::Note(id) => diagram.notes().contains_key(id),
        });
    }
}

#[cfg(test)]
mod tests;
