//! The table of commands that stand in menus and have keys: menu, palette, shortcuts and the README are made from it.
//!
//! Must not know what a command does.

mod file;
mod observed;

use super::Workspace;
use super::command::Action;
use crate::catalog::names::Named as _;
use file::FILE;
use observed::OBSERVED;

/// A key with its modifiers, as people read it: "Ctrl+Shift+S". `Ctrl` is the command key on a Mac.
pub type Chord = &'static str;

/// A row of the command table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The command.
    pub action: Action,
    /// Menu that it stands in.
    pub menu: &'static str,
    /// Name in menus; "…" when it asks for something first.
    pub label: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Its keys, the first of which is shown.
    pub chords: &'static [Chord],
    /// Whether it can be done now.
    pub enabled: fn(&Workspace) -> bool,
}

const fn row(
    action: Action,
    menu: &'static str,
    label: &'static str,
    help: &'static str,
    chords: &'static [Chord],
    enabled: fn(&Workspace) -> bool,
) -> Row {
    Row { action, menu, label, help, chords, enabled }
}

fn always(_: &Workspace) -> bool {
    true
}

/// Every command, in the order of menus and palette.
pub const TABLE: &[Row] =
    &joined::<{ FILE.len() + REST.len() + OBSERVED.len() + LAST.len() }>([FILE, REST, OBSERVED, LAST]);

/// Parts of the table, one behind the other.
const fn joined<const N: usize>(parts: [&[Row]; 4]) -> [Row; N] {
    let mut all = [parts[0][0]; N];
    let (mut at, mut part, mut within) = (0, 0, 0);
    while at < N {
        if within == parts[part].len() {
            (part, within) = (part + 1, 0);
            continue;
        }
        all[at] = parts[part][within];
        (at, within) = (at + 1, within + 1);
    }
    all
}

/// What is about the diagram and how it is seen.
const REST: &[Row] = &[
    row(Action::Undo, "Edit", "Undo", "Take back the last step.", &["Ctrl+Z"], Workspace::can_undo),
    row(
        Action::Redo,
        "Edit",
        "Redo",
        "Do again what was taken back.",
        &["Ctrl+Shift+Z", "Ctrl+Y"],
        Workspace::can_redo,
    ),
    row(Action::Cut, "Edit", "Cut", "Take what is selected to the clipboard.", &["Ctrl+X"], Workspace::has_parts),
    row(Action::Copy, "Edit", "Copy", "Copy what is selected to the clipboard.", &["Ctrl+C"], Workspace::has_parts),
    row(Action::Paste, "Edit", "Paste", "Put in what the clipboard has.", &["Ctrl+V"], Workspace::is_open),
    row(
        Action::Duplicate,
        "Edit",
        "Duplicate",
        "Put a copy of what is selected beside it.",
        &["Ctrl+D"],
        Workspace::has_parts,
    ),
    row(
        Action::Delete,
        "Edit",
        "Delete",
        "Remove what is selected.",
        &["Delete", "Backspace"],
        Workspace::has_selection,
    ),
    row(Action::SelectAll, "Edit", "Select all", "Select every element.", &["Ctrl+A"], Workspace::has_nodes),
    row(Action::Find, "Edit", "Find…", "Go to a node, arrow, container or note.", &["Ctrl+F"], Workspace::has_any),
    row(
        Action::Escape,
        "Edit",
        "Deselect",
        "End what is going on, select nothing, or put the last notice away.",
        &["Escape"],
        always,
    ),
    row(
        Action::Rename,
        "Edit",
        "Rename",
        "Edit the name of what is selected, or a note's text.",
        &["F2"],
        Workspace::has_one_named,
    ),
    row(
        Action::Settings,
        "Edit",
        "Edit settings",
        "Go to the settings of what is selected.",
        &["Enter"],
        Workspace::has_selection,
    ),
    row(Action::Add, "Insert", "Add a node…", "Type what it is and press Enter.", &["A"], Workspace::is_open),
    row(
        Action::Connect,
        "Insert",
        "Connect to…",
        "Join the selected node to another.",
        &["C"],
        Workspace::has_one_node,
    ),
    row(
        Action::AddNext,
        "Insert",
        "Add and connect…",
        "Add a node behind the selected one and join it.",
        &["Shift+A"],
        Workspace::has_one_node,
    ),
    row(Action::AddNote, "Insert", "Add a note", "Write on the canvas.", &["N"], Workspace::is_open),
    row(
        Action::Attach,
        "Insert",
        "Attach note",
        "Attach the selected note to the selected node, or detach it.",
        &[],
        Workspace::has_note_to_attach,
    ),
    row(Action::Group, "Arrange", "Group", "Put a group around what is selected.", &["Ctrl+G"], Workspace::has_parts),
    row(
        Action::Ungroup,
        "Arrange",
        "Ungroup",
        "Take groups away and leave what stands in them.",
        &["Ctrl+Shift+G"],
        Workspace::has_groups,
    ),
    row(Action::NextNode, "Select", "Next node", "Select the next node.", &["Tab"], Workspace::has_nodes),
    row(
        Action::PreviousNode,
        "Select",
        "Previous node",
        "Select the node before.",
        &["Shift+Tab"],
        Workspace::has_nodes,
    ),
    row(
        Action::NudgeLeft,
        "Arrange",
        "Move left",
        "Move the selection by the grid.",
        &["Left"],
        Workspace::has_selection,
    ),
    row(
        Action::NudgeRight,
        "Arrange",
        "Move right",
        "Move the selection by the grid.",
        &["Right"],
        Workspace::has_selection,
    ),
    row(Action::NudgeUp, "Arrange", "Move up", "Move the selection by the grid.", &["Up"], Workspace::has_selection),
    row(
        Action::NudgeDown,
        "Arrange",
        "Move down",
        "Move the selection by the grid.",
        &["Down"],
        Workspace::has_selection,
    ),
    row(
        Action::FarLeft,
        "Arrange",
        "Move far left",
        "Move the selection by ten steps of the grid.",
        &["Shift+Left"],
        Workspace::has_selection,
    ),
    row(
        Action::FarRight,
        "Arrange",
        "Move far right",
        "Move the selection by ten steps of the grid.",
        &["Shift+Right"],
        Workspace::has_selection,
    ),
    row(
        Action::FarUp,
        "Arrange",
        "Move far up",
        "Move the selection by ten steps of the grid.",
        &["Shift+Up"],
        Workspace::has_selection,
    ),
    row(
        Action::FarDown,
        "Arrange",
        "Move far down",
        "Move the selection by ten steps of the grid.",
        &["Shift+Down"],
        Workspace::has_selection,
    ),
    row(
        Action::AlignLeft,
        "Arrange",
        "Align left",
        "Put the left edges of the selection in one line.",
        &[],
        Workspace::has_two,
    ),
    row(Action::AlignCentre, "Arrange", "Align centres", "Put the selection in one column.", &[], Workspace::has_two),
    row(
        Action::AlignRight,
        "Arrange",
        "Align right",
        "Put the right edges of the selection in one line.",
        &[],
        Workspace::has_two,
    ),
    row(
        Action::AlignTop,
        "Arrange",
        "Align top",
        "Put the upper edges of the selection in one line.",
        &[],
        Workspace::has_two,
    ),
    row(Action::AlignMiddle, "Arrange", "Align middles", "Put the selection in one row.", &[], Workspace::has_two),
    row(
        Action::AlignBottom,
        "Arrange",
        "Align bottom",
        "Put the lower edges of the selection in one line.",
        &[],
        Workspace::has_two,
    ),
    row(
        Action::DistributeAcross,
        "Arrange",
        "Distribute horizontally",
        "Make the gaps from left to right equal.",
        &[],
        Workspace::has_three,
    ),
    row(
        Action::DistributeDown,
        "Arrange",
        "Distribute vertically",
        "Make the gaps from top to bottom equal.",
        &[],
        Workspace::has_three,
    ),
    row(
        Action::Tidy,
        "Arrange",
        "Tidy up",
        "Straighten rows and columns and part what is too near; everything keeps its order.",
        &["Ctrl+Shift+L"],
        Workspace::has_nodes,
    ),
    row(
        Action::LayOut,
        "Arrange",
        "Lay out anew",
        "Place everything from left to right by data flow.",
        &["Alt+Shift+L"],
        Workspace::has_nodes,
    ),
    row(Action::Fit, "View", "Fit", "Show everything.", &["F"], Workspace::has_nodes),
    row(
        Action::FitSelection,
        "View",
        "Zoom to selection",
        "Show what is selected, as large as it may be.",
        &["Shift+F"],
        Workspace::has_selection,
    ),
    row(Action::ZoomIn, "View", "Zoom in", "Show less, larger.", &["Ctrl+Plus", "Ctrl+Equals"], Workspace::is_open),
    row(Action::ZoomOut, "View", "Zoom out", "Show more, smaller.", &["Ctrl+Minus"], Workspace::is_open),
    row(
        Action::ZoomActual,
        "View",
        "Zoom to 100 %",
        "Show everything in its own size.",
        &["Ctrl+0"],
        Workspace::is_open,
    ),
    row(Action::StyleAuto, "View", "Cards near, tiles far", "Choose cards or tiles by zoom.", &[], Workspace::is_open),
    row(Action::StyleCards, "View", "Always cards", "Draw nodes as cards at any zoom.", &[], Workspace::is_open),
    row(Action::StyleTiles, "View", "Always tiles", "Draw nodes as tiles at any zoom.", &[], Workspace::is_open),
    row(
        Action::Snap,
        "View",
        "Snap",
        "Let what is dragged fall in line and on the grid, or not.",
        &["Ctrl+Quote"],
        Workspace::is_open,
    ),
    row(
        Action::Minimap,
        "View",
        "Mini-map",
        "Show the whole diagram in a corner while only a part is seen.",
        &["M"],
        Workspace::is_open,
    ),
    row(
        Action::EdgesOrthogonal,
        "View",
        "Orthogonal arrows",
        "Draw arrows in level and upright legs.",
        &[],
        Workspace::is_open,
    ),
    row(Action::EdgesCurved, "View", "Curved arrows", "Draw arrows in curves.", &[], Workspace::is_open),
    row(Action::Theme, "View", "Switch theme", "Dark or light.", &["Ctrl+Shift+T"], always),
    row(Action::Palette, "View", "Palette", "Show or hide the kinds.", &["Ctrl+1"], Workspace::is_open),
    row(Action::Outline, "View", "Kinds or outline", "Switch the left panel.", &["Ctrl+3"], Workspace::is_open),
    row(Action::Inspector, "View", "Inspector", "Show or hide the settings.", &["Ctrl+2"], Workspace::is_open),
    row(
        Action::Preferences,
        "View",
        "Settings…",
        "Theme, interface scale, motion, file dialogs.",
        &["Ctrl+Comma"],
        always,
    ),
    row(Action::Messages, "View", "Messages…", "List what was told in this session.", &["Ctrl+Shift+M"], always),
    row(Action::DesignLens, "View", "Design lens", "Let nodes carry their settings.", &["Alt+1"], Workspace::is_open),
    row(
        Action::CostLens,
        "View",
        "Cost lens",
        "Let nodes and arrows carry what they cost a month.",
        &["Alt+2"],
        Workspace::is_open,
    ),
    row(
        Action::LiveLens,
        "View",
        "Live lens",
        "Let nodes carry what the attached log says of them.",
        &["Alt+3"],
        Workspace::awaits_live,
    ),
    row(
        Action::PlayTime,
        "View",
        "Play or pause",
        "Let the time that the Live lens shows go on as it was recorded, or stop it.",
        &["Alt+P"],
        Workspace::sees_live,
    ),
    row(
        Action::Template,
        "View",
        "Template",
        "Show or fold below the canvas what an export would write.",
        &["Ctrl+4"],
        Workspace::is_open,
    ),
    row(
        Action::Cost,
        "View",
        "Cost",
        "Show or fold below the canvas the monthly bill, line by line.",
        &["Ctrl+5"],
        Workspace::is_open,
    ),
    row(
        Action::Usage,
        "View",
        "Usage",
        "Show or fold below the canvas every figure that the bill depends on, and where it comes from.",
        &["Ctrl+6"],
        Workspace::is_open,
    ),
];

/// What comes last.
const LAST: &[Row] = &[
    row(
        Action::CompareFile,
        "View",
        "Compare bills…",
        "Put the bill beside that of another diagram.",
        &[],
        Workspace::has_nodes,
    ),
    row(
        Action::CompareRunning,
        "View",
        "Cost of what runs",
        "Put what was measured, scaled to a month, beside the estimate.",
        &[],
        Workspace::has_attached,
    ),
    row(
        Action::TakeOver,
        "Edit",
        "Take measured usage over…",
        "Write what was measured into the nodes, as the usage that the estimate works with.",
        &[],
        Workspace::has_live,
    ),
    row(
        Action::Dock,
        "View",
        "Panel below",
        "Fold or unfold the panel below the canvas.",
        &["Ctrl+J"],
        Workspace::is_open,
    ),
    row(Action::Commands, "View", "Search commands…", "List every command and run one.", &["Ctrl+K"], always),
];

impl Action {
    /// Its row in the table. A test holds that every action has one.
    #[must_use]
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.action == self).unwrap_or(&TABLE[0])
    }

    /// Every action.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().map(|(_, action)| *action)
    }
}
