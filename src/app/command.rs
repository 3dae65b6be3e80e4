//! Everything that a person can do: actions, and commands with their data.
//!
//! Must not know how a command is given or shown.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::bill::Pane;
use super::bill::assume::Assumptions;
use super::bill::compare::Against;
use super::observe::Wanted;
use super::observe::insights::Inquiry;
use super::{Reach, Settings};
use crate::catalog::names::named;
use crate::catalog::{Dialect, KindId, Relation};
use crate::cost::Terms;
use crate::diagram::{
    Bound, EdgeId, EdgeStyle, Element, Frame, GroupId, Move, NodeId, NodeStyle, NoteId, Point, Target, View,
};
use crate::export::drawing::Drawing;
use crate::picture::{Camera, Port};
use crate::telemetry::chart::Stat;
use crate::telemetry::record::LogEvent;
use crate::workload::Figures;

named! {
    /// A command without data. Menus, toolbar, command palette, shortcuts and the README's table are made from these.
    pub enum Action {
        /// Starts an empty diagram.
        New = "new",
        /// Opens another window.
        NewWindow = "new_window",
        /// Asks for a file and opens it.
        Open = "open",
        /// Saves to the file that the diagram came from, or asks for one.
        Save = "save",
        /// Asks for a file and saves to it.
        SaveAs = "save_as",
        /// Asks for a folder and writes a deployable project.
        Export = "export",
        /// Asks for a file with logs or traces and attaches it.
        OpenLogs = "open_logs",
        /// Asks for an account and tails it.
        Account = "account",
        /// Stops reading what is attached.
        StopReading = "stop_reading",
        /// Tail again what was tailed last.
        WatchAgain = "watch_again",
        /// Detaches logs and traces.
        CloseLogs = "close_logs",
        /// Asks for a file and records what is attached into it.
        Record = "record",
        /// Opens the recording that ships.
        Example = "example",
        /// Asks for a file and writes the log records that are found to it.
        SaveLines = "save_lines",
        /// Asks how to draw a picture, and saves it to a file.
        Picture = "picture",
        /// Copies the whole diagram as a scalable picture.
        CopySvg = "copy_svg",
        /// Copies the whole diagram as pixels.
        CopyPng = "copy_png",
        /// Copies the whole diagram as a text that others draw.
        CopyMermaid = "copy_mermaid",
        /// Shows the welcome page.
        Welcome = "welcome",
        /// Forgets which files were opened or saved.
        ClearRecent = "clear_recent",
        /// Takes back the last step.
        Undo = "undo",
        /// Does again what was taken back.
        Redo = "redo",
        /// Takes what is selected to the clipboard.
        Cut = "cut",
        /// Copies what is selected to the clipboard.
        Copy = "copy",
        /// Puts in what the clipboard has.
        Paste = "paste",
        /// Puts a copy of what is selected beside it.
        Duplicate = "duplicate",
        /// Removes what is selected.
        Delete = "delete",
        /// Selects every element.
        SelectAll = "select_all",
        /// Asks for a name and goes there.
        Find = "find",
        /// Ends what is going on, selects nothing, or puts the last notice away.
        Escape = "escape",
        /// Selects the next node.
        NextNode = "next_node",
        /// Selects the node before.
        PreviousNode = "previous_node",
        /// Moves the selection left by the grid.
        NudgeLeft = "nudge_left",
        /// Moves the selection right by the grid.
        NudgeRight = "nudge_right",
        /// Moves the selection up by the grid.
        NudgeUp = "nudge_up",
        /// Moves the selection down by the grid.
        NudgeDown = "nudge_down",
        /// Moves the selection left by ten steps of the grid.
        FarLeft = "far_left",
        /// Moves the selection right by ten steps of the grid.
        FarRight = "far_right",
        /// Moves the selection up by ten steps of the grid.
        FarUp = "far_up",
        /// Moves the selection down by ten steps of the grid.
        FarDown = "far_down",
        /// Asks for a kind and adds a node.
        Add = "add",
        /// Asks for a kind that fits behind the selected node, adds one and joins it.
        AddNext = "add_next",
        /// Edits the name of what is selected, or the text of a note.
        Rename = "rename",
        /// Puts a group around what is selected.
        Group = "group",
        /// Takes groups away and leaves what stands in them.
        Ungroup = "ungroup",
        /// Adds a note.
        AddNote = "add_note",
        /// Attaches a note to a node, or detaches it.
        Attach = "attach",
        /// Goes to the settings of what is selected.
        Settings = "settings",
        /// Asks for a node to join the selected one to.
        Connect = "connect",
        /// Puts the left edges of the selection in one line.
        AlignLeft = "align_left",
        /// Puts the selection in one column.
        AlignCentre = "align_centre",
        /// Puts the right edges of the selection in one line.
        AlignRight = "align_right",
        /// Puts the upper edges of the selection in one line.
        AlignTop = "align_top",
        /// Puts the selection in one row.
        AlignMiddle = "align_middle",
        /// Puts the lower edges of the selection in one line.
        AlignBottom = "align_bottom",
        /// Makes the gaps from left to right equal.
        DistributeAcross = "distribute_across",
        /// Makes the gaps from top to bottom equal.
        DistributeDown = "distribute_down",
        /// Straightens rows and columns and parts what is too near, and keeps the order of what was placed.
        Tidy = "tidy",
        /// Lays the whole diagram out anew by data flow.
        LayOut = "lay_out",
        /// Shows everything.
        Fit = "fit",
        /// Shows what is selected, as large as it may be.
        FitSelection = "fit_selection",
        /// Zooms in.
        ZoomIn = "zoom_in",
        /// Zooms out.
        ZoomOut = "zoom_out",
        /// Zooms to 100 %.
        ZoomActual = "zoom_actual",
        /// Cards when near, tiles when far.
        StyleAuto = "style_auto",
        /// Cards at any zoom.
        StyleCards = "style_cards",
        /// Tiles at any zoom.
        StyleTiles = "style_tiles",
        /// Lets what is dragged fall in line, or not.
        Snap = "snap",
        /// Shows or hides the mini-map.
        Minimap = "minimap",
        /// Arrows in level and upright legs.
        EdgesOrthogonal = "edges_orthogonal",
        /// Arrows in curves.
        EdgesCurved = "edges_curved",
        /// Nodes carry their settings.
        DesignLens = "design_lens",
        /// Nodes carry their dollars.
        CostLens = "cost_lens",
        /// Nodes carry what happened.
        LiveLens = "live_lens",
        /// Lets the time that is looked at go on, or stops it.
        PlayTime = "play_time",
        /// Shows the template below the canvas, or folds it.
        Template = "template",
        /// Shows the bill below the canvas, or folds it.
        Cost = "cost",
        /// Shows how much every node is used below the canvas, or folds it.
        Usage = "usage",
        /// Shows the log below the canvas, or folds it.
        Logs = "logs",
        /// Shows errors in groups below the canvas, or folds them.
        Errors = "errors",
        /// Shows charts of what was measured below the canvas, or folds them.
        Metrics = "metrics",
        /// Shows traces below the canvas, or folds them.
        Traces = "traces",
        /// Shows Logs Insights below the canvas, or folds it.
        Insights = "insights",
        /// Asks the question that stands there, or whether so much is to be scanned.
        AskInsights = "ask_insights",
        /// Stops the question that goes on.
        StopInsights = "stop_insights",
        /// Asks for a file and writes the rows of the answer to it.
        SaveAnswer = "save_answer",
        /// Copies the rows of the answer.
        CopyAnswer = "copy_answer",
        /// Asks for a file and writes the values of the charts to it.
        SaveCharts = "save_charts",
        /// Lists what no node is bound to, and what a person has bound.
        Bindings = "bindings",
        /// Lists how true the picture of each log group is.
        LogGroups = "log_groups",
        /// Asks for a time and goes to its record.
        GoToTime = "go_to_time",
        /// Shows times as the system's clocks do, or in UTC.
        TimeZone = "time_zone",
        /// Shows the log records of the selected node.
        NodeLogs = "node_logs",
        /// Writes what is assumed into the document.
        ApplyAssumptions = "apply_assumptions",
        /// Forgets what is assumed.
        DropAssumptions = "drop_assumptions",
        /// Asks for a diagram to compare the bill with.
        CompareFile = "compare_file",
        /// Shows the bill of what runs beside the estimate.
        CompareRunning = "compare_running",
        /// Asks whether measured usage is to be written into the nodes.
        TakeOver = "take_over",
        /// Asks for a file and writes the bill to it.
        ExportBill = "export_bill",
        /// Copies the bill as a text.
        CopyBill = "copy_bill",
        /// Folds or unfolds the panel below the canvas.
        Dock = "dock",
        /// Copies the template that is shown.
        CopyTemplate = "copy_template",
        /// Shows the folder of the last export.
        OpenFolder = "open_folder",
        /// Dark or light.
        Theme = "theme",
        /// Shows or hides the palette.
        Palette = "palette",
        /// Switches the left panel between kinds and outline.
        Outline = "outline",
        /// Shows or hides the inspector.
        Inspector = "inspector",
        /// Fetches prices from the vendors' lists.
        RefreshPrices = "refresh_prices",
        /// Ends the fetching of prices.
        StopRefresh = "stop_refresh",
        /// Shows what holds for the whole program.
        Preferences = "preferences",
        /// Lists what was told in this session.
        Messages = "messages",
        /// Lists every command.
        Commands = "commands",
        /// Ends the program.
        Quit = "quit",
    }
}

/// How a selection joins the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// It takes its place.
    Only,
    /// What was selected is not any more, and the other way round.
    Toggle,
    /// It is added.
    Add,
}

/// Whether what is dragged falls in line with what stands around it and with the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Snap {
    /// It falls in line.
    #[default]
    InLine,
    /// It goes where it is put.
    Free,
}

/// Something to do, with its data.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A row of the table.
    Act(Action),
    /// Open a file.
    OpenFile(PathBuf),
    /// Open another window, with a file if one is given.
    OpenWindow(Option<PathBuf>),
    /// Open a copy of a reference diagram, by its place in the list.
    OpenReference(usize),
    /// Show the template in this language.
    ShowDialect(Dialect),
    /// Work out the bill under these terms.
    SetTerms(Terms),
    /// Assume this beside the document.
    Assume(Assumptions),
    /// Show this beside the lines of the bill.
    ShowPane(Pane),
    /// Let traffic grow by so many percent a month, where months are looked ahead.
    Grow(u8),
    /// Compare the bill with another one.
    Compare(Against),
    /// Add, name, remove or switch environments.
    Environment(Move),
    /// Keep an account as that of the current environment.
    KeepTarget(Box<Target>),
    /// Try which permissions there are in an account; none ends it.
    TryAccount(Option<Box<Target>>),
    /// Write measured figures into the nodes.
    TakeOver(Figures),
    /// Write the bill to a file, in the form that its name ends with.
    SaveBill(PathBuf),
    /// Read logs and traces from files.
    AttachFiles(Vec<PathBuf>),
    /// Tail an account: this of its log groups.
    Tail(Box<Target>, Reach),
    /// Look for this in the log.
    Want(Wanted),
    /// The same, and show the log.
    ShowLines(Wanted),
    /// Look at a log record, by its number.
    LookAt(Option<u64>),
    /// Look at what was seen live and is not found stored yet.
    LookAtFresh(LogEvent),
    /// Go to a log record, by its number.
    GoToLine(u64),
    /// Go to the log record that stands at a time, in milliseconds since 1970.
    GoToTime(i64),
    /// Look at a trace, by its place.
    ShowTrace(Option<usize>),
    /// Look at a span of time, in milliseconds since 1970; without one, at all of it.
    LookAtSpan(Option<(i64, i64)>),
    /// A log group or service is about a node, or no longer.
    Bind(Bound, String, Option<NodeId>),
    /// Ask which node a log group or service is about.
    AskBind(Bound, String),
    /// What stands for many durations.
    MeasureBy(Stat),
    /// Write the values of the charts to a file.
    SaveCharts(PathBuf),
    /// Write another question to Logs Insights.
    Inquire(Inquiry),
    /// Count anew what the question would scan.
    SurveyAgain,
    /// Let the rows of the answer stand by a column.
    SortAnswer(usize),
    /// Write the rows of the answer to a file.
    SaveAnswer(PathBuf),
    /// Copy log records, by their numbers.
    CopyLines(Vec<u64>),
    /// Copy the log record that is looked at.
    CopyLine,
    /// Write the log records that are found to a file.
    SaveLines(PathBuf),
    /// Save to a file.
    SaveFile(PathBuf),
    /// Answer of a person who is told that the file has changed: save nevertheless.
    Overwrite,
    /// Write a project into a folder.
    ExportTo(Dialect, PathBuf),
    /// Draw a picture for the clipboard or, with a path, into a file.
    Draw(Drawing, Option<PathBuf>),
    /// Select elements.
    Select(BTreeSet<Element>, Choose),
    /// Move the camera so that an element is seen.
    Reveal(Element),
    /// Move the camera.
    SetCamera(Camera),
    /// The canvas is so wide and high, in pixels.
    SetPanel(f32, f32),
    /// Add a node of a kind with its upper left corner at a place; it joins the group around it and is selected.
    AddNode(KindId, Point),
    /// Join two nodes.
    Connect(NodeId, NodeId, Option<Relation>),
    /// Ask for a node or kind to join to a port of a node, by an arrow that says this.
    AskConnect(NodeId, Port, Option<Relation>),
    /// Ask for a kind to join to a port of a node, and to stand at a place.
    Offer(NodeId, Port, Point),
    /// Add a node of a kind with its upper left corner at a place, and join it to a port of a node.
    AddJoined(KindId, NodeId, Port, Point),
    /// Put a container of a kind around the selection.
    Wrap(KindId),
    /// Give a container another outline, or a note another width.
    Resize(Element, Frame),
    /// Put in a part of a diagram, or a text as a note, with its middle at a place or where there is room.
    Paste(String, Option<Point>),
    /// Start a drag of the selection.
    BeginMove,
    /// Put a copy where the selection stands and start a drag of the copy; both are one step.
    BeginCopy,
    /// The selection is so far from where the drag started, in canvas units.
    MoveBy(i32, i32, Snap),
    /// Start editing a text or number: everything until it is finished is one step of undo.
    BeginField(String),
    /// Take back what the editing has done so far; it goes on.
    RestartGesture,
    /// End the drag or the editing.
    FinishGesture,
    /// Take back the drag or the editing.
    CancelGesture,
    /// Give a node another name.
    Rename(NodeId, String),
    /// Set or clear a setting of nodes, arrows and containers, as one step.
    Set(BTreeSet<Element>, String, Option<Value>),
    /// Set or clear a figure of the use of nodes, as one step.
    SetUsage(BTreeSet<NodeId>, String, Option<Value>),
    /// Give every setting of nodes, arrows and containers back to its default.
    Reset(BTreeSet<Element>),
    /// Number an arrow.
    NumberEdge(EdgeId, Option<u32>),
    /// Write words beside an arrow.
    LabelEdge(EdgeId, String),
    /// Rename the diagram.
    RenameDiagram(String),
    /// Change the text of a container's tag.
    RenameGroup(GroupId, String),
    /// Make a container one of another kind.
    RecastGroup(GroupId, KindId),
    /// Change the title and the text of a note.
    WriteNote(NoteId, String, String),
    /// Do with files what they are for, such as those that were dropped on the window.
    TakeFiles(Vec<PathBuf>),
    /// Write what is attached into a recording.
    SaveRecording(PathBuf),
    /// Attach a note to a node, or detach it.
    AttachNote(NoteId, Option<NodeId>),
    /// Answer of a person who is asked about unsaved changes: give them up and go on with this.
    Discard(Box<Self>),
    /// Answer of a person who is asked about unsaved changes: save them, then go on with this.
    SaveThen(Box<Self>),
    /// Open what a window that is gone has left, by its name in the journal.
    Recover(String),
    /// Remove what a window that is gone has left, by its name in the journal.
    Forget(String),
    /// Take these settings for the whole program.
    SetUp(Settings),
    /// Put a notice away.
    Dismiss(usize),
}

/// The arrow that a wire from a port of a node to another node stands for.
#[must_use]
pub fn joined(from: NodeId, port: Port, over: NodeId) -> (NodeId, NodeId, Option<Relation>) {
    match port {
        Port::Out => (from, over, None),
        Port::In => (over, from, None),
        Port::Failure => (from, over, Some(Relation::DeadLetters)),
    }
}

/// How an action wants the document to be shown, which is shown as `view` at the moment.
#[must_use]
pub(super) fn view_after(action: Action, view: View) -> Option<View> {
    match action {
        Action::StyleAuto => Some(View { nodes: NodeStyle::Auto, ..view }),
        Action::StyleCards => Some(View { nodes: NodeStyle::Cards, ..view }),
        Action::StyleTiles => Some(View { nodes: NodeStyle::Tiles, ..view }),
        Action::EdgesOrthogonal => Some(View { edges: EdgeStyle::Orthogonal, ..view }),
        Action::EdgesCurved => Some(View { edges: EdgeStyle::Curved, ..view }),
        _ => None,
    }
}
