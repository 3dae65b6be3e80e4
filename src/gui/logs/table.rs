//! The records: only rows that are seen are laid out, so that millions scroll as well as ten.
//!
//! A record and its node are selected together; several are selected for copying. What is seen stays in its place while records
//! come and go. Must not know how records are kept or searched.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::{Align2, Event, Id, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, WidgetType};

use super::cells::Frame;
use super::columns::Columns;
use super::rows::{Row, Rows, Stored};
use super::scroll::{BAR, Scroll, keys, marks};
use crate::app::observe::Attached;
use crate::app::{Choose, Command, Workspace};
use crate::diagram::Element;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::Face;

/// Height of a row, in points.
pub(super) const ROW: f32 = 22.0;
/// So many rows are selected at once at most.
const MOST_SELECTED: usize = 100_000;

/// What the table remembers between two frames.
#[derive(Default)]
pub(super) struct Table {
    scroll: Scroll,
    pub(super) columns: Columns,
    cursor: usize,
    /// The other end of what is selected.
    anchor: usize,
    /// Records that are selected, by their numbers.
    selected: BTreeSet<u64>,
    /// Invocations that are unfolded.
    unfolded: BTreeSet<usize>,
    /// How often the workspace went to a record when the table last followed.
    gone: u64,
    /// The record that is looked at, by its number.
    cursor_number: Option<u64>,
    /// Of what the rows are, and the record at the top with how much of it lies above.
    top: Option<(About, u64, f64)>,
    has_focus: bool,
    /// What is looked at was only seen live.
    is_fresh: bool,
    /// An account is tailed.
    is_tail: bool,
}

/// Tells one set of rows from another: what has come, what was found, and how it stands.
type About = (u64, usize, bool, usize);

impl Table {
    /// Whether it stays at the newest record.
    pub(super) fn follows(&self) -> bool {
        self.scroll.follows
    }

    /// Stays at the newest record, or no longer.
    pub(super) fn follow(&mut self) {
        self.scroll.follows = !self.scroll.follows;
    }

    /// The number of the record that is looked at.
    pub(super) fn looked_at(&self) -> u64 {
        self.cursor_number.unwrap_or(0)
    }

    /// Numbers of the records that are selected, ascending.
    pub(super) fn selected(&self) -> Vec<u64> {
        self.selected.iter().copied().collect()
    }

    /// Whether keys are its own.
    pub(super) fn has_focus(&self) -> bool {
        self.has_focus
    }

    /// Shows heads and rows in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, attached: &Attached, commands: &mut Vec<Command>) {
        let unfolded = std::mem::take(&mut self.unfolded);
        let rows = Rows::of(attached, &unfolded);
        self.columns.heads(ui, workspace, attached, matches!(rows.stored, Stored::Folded(..)));
        let view = ui.available_rect_before_wrap();
        let count = rows.count();
        // Who begins to tail wants to see what comes.
        self.scroll.follows |= attached.target.is_some() && !self.is_tail;
        self.is_tail = attached.target.is_some();
        self.stay(attached, &rows);
        self.follow_workspace(attached, &rows, view);
        let id = ui.id().with("log records");
        let moved = self.moved(ui, id, (&rows, attached), view);
        let focus = ui.interact(view.with_max_x(view.right() - BAR), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Log records"));
        self.has_focus = ui.memory(|memory| memory.has_focus(id));
        self.copy(ui, commands);
        let seen = self.scroll.rows(ui, view, ROW, count);
        if let Some(found) = attached.shelf().found().filter(|_| matches!(rows.stored, Stored::All(..))) {
            marks(ui, view, &found.hits, count, |hit| rows.stored.row_near(hit));
        }
        let clicked = self.rows(ui, workspace, attached, (&rows, seen), view);
        if count == 0 {
            empty(ui, view, attached);
        }
        if clicked.is_some() {
            focus.request_focus();
        }
        let unfolds = self.has_focus && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let toggled = match (rows.get(self.cursor), clicked == Some(Modifiers::NONE) || unfolds) {
            (Some(Row::Invocation(place, ..)), true) => Some(place),
            _ => None,
        };
        if let Some(row) = rows.get(self.cursor).filter(|_| clicked == Some(Modifiers::NONE) || moved) {
            choose(workspace, attached, (&rows, row), commands);
        }
        self.keep_top(attached, &rows);
        self.unfolded = unfolded;
        if let Some(place) = toggled
            && !self.unfolded.remove(&place)
        {
            self.unfolded.insert(place);
        }
        if attached.shelf().found().is_none_or(|found| found.folded.is_none()) {
            self.unfolded.clear();
        }
        ui.advance_cursor_after_rect(view);
    }

    /// Paints the rows that are seen; gives with which keys one was clicked.
    fn rows(
        &mut self,
        ui: &Ui,
        workspace: &Workspace,
        attached: &Attached,
        (rows, seen): (&Rows<'_>, std::ops::Range<usize>),
        view: Rect,
    ) -> Option<Modifiers> {
        let painted = ui.painter_at(view);
        let mut clicked = None;
        for at in seen {
            let Some(row) = rows.get(at) else { break };
            let rect = self.scroll.rect(view, ROW, at);
            let response = ui.interact(rect.intersect(view), ui.id().with(("record", at)), Sense::CLICK);
            let telling = row.telling();
            let fresh = if let Row::Fresh(place) = row { rows.fresh(place) } else { None };
            let selected = telling.is_some_and(|telling| self.selected.contains(&telling))
                || fresh.is_some_and(|record| attached.looks_at_fresh(&record));
            if let Some(record) = telling.and_then(|telling| attached.observed().records.get(telling)) {
                self.columns.learn(&record);
            }
            let frame =
                Frame { painter: &painted, workspace, attached, rect, tokens: tokens(ui), columns: &self.columns };
            frame.ground(selected, &response);
            let told = match row {
                Row::Record(number, is_inner) => frame.record(number, is_inner),
                Row::Invocation(_, invocation, is_open) => frame.invocation(invocation, is_open),
                Row::Fresh(_) => fresh.map(|record| frame.fresh(&record)).unwrap_or_default(),
            };
            response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &told.words));
            if response.clicked() {
                clicked = Some((at, ui.input(|input| input.modifiers)));
            }
            if !told.tip.is_empty() {
                response.on_hover_text(told.tip);
            }
        }
        let (at, modifiers) = clicked?;
        self.cursor = at;
        self.select(rows, attached, modifiers);
        Some(if modifiers.shift || modifiers.command { modifiers } else { Modifiers::NONE })
    }

    /// Selects what the cursor is on: alone, with all up to where it was, or beside what is selected.
    fn select(&mut self, rows: &Rows<'_>, attached: &Attached, modifiers: Modifiers) {
        let numbers = |at: usize| rows.get(at).map(|row| row.numbers(attached)).unwrap_or_default();
        if modifiers.shift {
            let (from, to) = (self.anchor.min(self.cursor), self.anchor.max(self.cursor));
            self.selected = (from..=to).take(MOST_SELECTED).flat_map(numbers).collect();
            return;
        }
        self.anchor = self.cursor;
        let own = numbers(self.cursor);
        if !modifiers.command {
            self.selected = own.into_iter().collect();
        } else if own.iter().all(|number| self.selected.contains(number)) {
            self.selected.retain(|number| !own.contains(number));
        } else {
            self.selected.extend(own);
        }
    }

    /// Moves the cursor by keys; gives whether it was moved.
    fn moved(&mut self, ui: &Ui, id: Id, (rows, attached): (&Rows<'_>, &Attached), view: Rect) -> bool {
        let (count, before) = (rows.count(), self.cursor);
        let mut moved = keys(ui, id, &mut self.cursor, count, (view.height() / ROW) as usize);
        let mut extends = false;
        if ui.memory(|memory| memory.has_focus(id)) && count > 0 {
            ui.input_mut(|input| {
                let down = input.consume_key(Modifiers::SHIFT, Key::ArrowDown);
                let up = input.consume_key(Modifiers::SHIFT, Key::ArrowUp);
                self.cursor = (self.cursor + usize::from(down)).saturating_sub(usize::from(up)).min(count - 1);
                extends = down || up;
            });
        }
        moved |= self.cursor != before;
        if moved {
            self.scroll.reveal(view.height(), ROW, self.cursor);
            self.select(rows, attached, if extends { Modifiers::SHIFT } else { Modifiers::NONE });
        }
        moved
    }

    /// Copies what is selected, when the table has the focus.
    fn copy(&self, ui: &Ui, commands: &mut Vec<Command>) {
        if !self.has_focus || self.selected.is_empty() {
            return;
        }
        let asked = ui.input_mut(|input| {
            let told = input.events.iter().position(|event| *event == Event::Copy);
            let told = told.map(|at| input.events.remove(at)).is_some();
            input.consume_key(Modifiers::COMMAND, Key::C) || told
        });
        if asked {
            commands.push(Command::CopyLines(self.selected()));
        }
    }

    /// Goes where the workspace has gone.
    fn follow_workspace(&mut self, attached: &Attached, rows: &Rows<'_>, view: Rect) {
        let (at, gone) = attached.shelf().at();
        self.cursor_number = at;
        let was_fresh = std::mem::replace(&mut self.is_fresh, attached.shelf().is_open() && at.is_none());
        if was_fresh && let Some(row) = at.and_then(|number| rows.stored.row_of(number)) {
            (self.cursor, self.anchor, self.selected) = (row, row, at.into_iter().collect());
        }
        if self.gone != gone
            && let Some(row) = at.and_then(|number| rows.stored.row_of(number))
        {
            self.gone = gone;
            (self.cursor, self.anchor) = (row, row);
            self.selected = at.into_iter().collect();
            self.scroll.reveal(view.height(), ROW, row);
        }
    }

    /// Brings what stood at the top back there, when other rows stand around it now.
    fn stay(&mut self, attached: &Attached, rows: &Rows<'_>) {
        let key = key(attached, rows);
        let Some((_, number, above)) = self.top.filter(|(known, ..)| *known != key && !self.scroll.follows) else {
            return;
        };
        self.scroll.offset = rows.stored.row_near(number) as f64 * f64::from(ROW) + above;
        if let Some(row) = self.cursor_number.and_then(|number| rows.stored.row_of(number)) {
            (self.cursor, self.anchor) = (row, row);
        }
    }

    fn keep_top(&mut self, attached: &Attached, rows: &Rows<'_>) {
        let first = (self.scroll.offset / f64::from(ROW)) as usize;
        let above = self.scroll.offset - first as f64 * f64::from(ROW);
        // What is not stored yet keeps its row while it becomes so.
        self.top = rows.get(first).and_then(|row| Some((key(attached, rows), row.first(attached)?, above)));
    }
}

fn key(attached: &Attached, rows: &Rows<'_>) -> About {
    let found = attached.shelf().found().map_or(0, |found| Arc::as_ptr(found) as usize);
    (
        attached.version,
        found,
        attached.shelf().wanted().hides_others,
        usize::from(matches!(rows.stored, Stored::Folded(..))),
    )
}

/// Looks at what stands in a row, and selects its node.
fn choose(workspace: &Workspace, attached: &Attached, (rows, row): (&Rows<'_>, Row<'_>), commands: &mut Vec<Command>) {
    let node = match row {
        Row::Fresh(place) => {
            let record = rows.fresh(place);
            commands.extend(record.map(|record| Command::LookAtFresh(record.event())));
            record.and_then(|record| attached.node_of(&record))
        }
        row => {
            commands.push(Command::LookAt(row.telling()));
            let record = row.telling().and_then(|number| attached.observed().records.get(number));
            record.and_then(|record| attached.node_of(&record))
        }
    };
    let selected = workspace.open().and_then(crate::app::Open::one_node);
    if let Some(node) = node.filter(|node| selected != Some(*node)) {
        commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
        commands.push(Command::Reveal(Element::Node(node)));
    }
}

fn empty(ui: &Ui, view: Rect, attached: &Attached) {
    let is_busy = attached.shelf().is_searching();
    let is_none = attached.observed().records.is_empty() && attached.fresh().1.is_empty();
    let words = match attached.target {
        _ if is_busy => "Searching…",
        Some(_) if attached.is_logless() => "There are no log groups: metrics, alarms and traces are shown.",
        Some(_) if is_none => "No record has come yet.",
        _ => "No record is what is looked for.",
    };
    let set = Line { face: Face::Regular, size: 13.0, colour: colour(tokens(ui).text2) };
    text_line(ui.painter(), view.center(), Align2::CENTER_CENTER, words, view.width(), set);
}
