//! The template beside the canvas: what an export would write now, line by line, with what the last gesture changed.
//!
//! A line and its node are selected together, both ways. Must not know how a template is made.

mod head;
mod highlight;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align2, Color32, EventFilter, FontId, Key, Modifiers, Rect, Response, ScrollArea, Sense, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

use super::fonts;
use super::theme::{colour, tokens};
use crate::app::{Choose, Command, Open};
use crate::diagram::{Element, NodeId};
use crate::export::sheet::{Mark, Sheet};
use crate::picture::Tokens;
use crate::picture::text::{Face, width};
use highlight::{Part, parts};

/// Height of a line, in points.
const ROW: f32 = 18.0;
/// Size of the letters, in points.
const SIZE: f32 = 12.0;
/// Width of the bar that marks a changed line, in points.
const BAR: f32 = 3.0;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Template {
    /// The line that the cursor is in.
    cursor: usize,
    /// The node that was selected when the panel last went to its lines.
    gone_to: Option<NodeId>,
    /// A line that is to be brought into view.
    wanted: Option<usize>,
}

impl Template {
    /// Goes to the next stretch of changed lines, or to the one before.
    pub fn go_to_change(&mut self, sheet: &Sheet, forwards: bool) {
        if let Some(line) = sheet.change_from(self.cursor, forwards) {
            self.cursor = line;
            self.wanted = Some(line);
        }
    }

    /// Shows the lines.
    pub fn ui(&mut self, ui: &mut Ui, sheet: &Sheet, open: &Open, commands: &mut Vec<Command>) {
        self.follow(sheet, open.one_node());
        let id = ui.id().with("template lines");
        let focused = ui.memory(|memory| memory.has_focus(id));
        let moved = if focused { self.keys(ui, sheet) } else { false };
        let numbers = width(&sheet.lines.len().max(100).to_string(), Face::Mono, SIZE) + 32.0;
        let widest = sheet.lines.iter().map(|line| line.range.len()).max().unwrap_or_default();
        let wide = numbers + widest as f32 * width("m", Face::Mono, SIZE) + 24.0;
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let area = ScrollArea::both().auto_shrink(false).id_salt("template");
        let area = match self.wanted.take() {
            Some(line) => area.vertical_scroll_offset((line as f32 * ROW - ui.available_height() / 3.0).max(0.0)),
            None => area,
        };
        let mut clicked = false;
        let output = area.show_rows(ui, ROW, sheet.lines.len(), |ui, rows| {
            let size = vec2(wide.max(ui.available_width()), ROW * rows.len() as f32);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let look =
                Look { tokens: tokens(ui), numbers, cursor: focused.then_some(self.cursor), one: open.one_node() };
            for (place, at) in rows.enumerate() {
                let row = Rect::from_min_size(rect.min + vec2(0.0, place as f32 * ROW), vec2(rect.width(), ROW));
                if look.row(ui, row, sheet, at).clicked() {
                    (self.cursor, clicked) = (at, true);
                }
            }
        });
        let response = ui.interact(output.inner_rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Template lines"));
        // A click on a line is a click beside the area itself, which gives the focus away; so it comes last.
        if clicked {
            response.request_focus();
        }
        if moved || clicked {
            self.select(sheet, commands);
        }
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }

    /// Goes to the lines of a node that was selected elsewhere.
    fn follow(&mut self, sheet: &Sheet, selected: Option<NodeId>) {
        if self.gone_to == selected {
            return;
        }
        self.gone_to = selected;
        let is_there = |line: usize| sheet.lines.get(line).is_some_and(|line| line.owner == selected);
        if let Some(line) = selected.and_then(|node| sheet.first_of(node)).filter(|_| !is_there(self.cursor)) {
            (self.cursor, self.wanted) = (line, Some(line));
        }
    }

    /// Selects the node whose line the cursor is in.
    fn select(&mut self, sheet: &Sheet, commands: &mut Vec<Command>) {
        let owner = sheet.lines.get(self.cursor).and_then(|line| line.owner);
        if let Some(node) = owner.filter(|node| self.gone_to != Some(*node)) {
            self.gone_to = Some(node);
            commands.push(Command::Select([Element::Node(node)].into(), Choose::Only));
            commands.push(Command::Reveal(Element::Node(node)));
        }
    }

    /// Moves the cursor; returns whether it did.
    fn keys(&mut self, ui: &Ui, sheet: &Sheet) -> bool {
        let (before, last) = (self.cursor, sheet.lines.len().saturating_sub(1));
        let page = (ui.available_height() / ROW) as usize;
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            let steps = [(Key::ArrowDown, 1), (Key::PageDown, page), (Key::End, sheet.lines.len())];
            let back = [(Key::ArrowUp, 1), (Key::PageUp, page), (Key::Home, sheet.lines.len())];
            for (key, by) in steps {
                self.cursor = if pressed(key) { self.cursor + by } else { self.cursor }.min(last);
            }
            for (key, by) in back {
                self.cursor = if pressed(key) { self.cursor.saturating_sub(by) } else { self.cursor };
            }
        });
        if self.cursor != before {
            self.wanted = Some(self.cursor);
        }
        self.cursor != before
    }
}

/// How lines are drawn in this frame.
struct Look<'l> {
    tokens: &'l Tokens,
    /// Width of the numbers' column, in points.
    numbers: f32,
    cursor: Option<usize>,
    /// The node that is selected.
    one: Option<NodeId>,
}

impl Look<'_> {
    fn row(&self, ui: &Ui, rect: Rect, sheet: &Sheet, at: usize) -> Response {
        let (line, t) = (&sheet.lines[at], self.tokens);
        let response = ui.interact(rect, ui.id().with(("line", at)), Sense::CLICK);
        let told = format!("Line {}{}: {}", at + 1, told(line.mark), sheet.line(at));
        let is_own = line.owner.is_some() && line.owner == self.one;
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_own, &told));
        let painter = ui.painter();
        let ground = match line.owner {
            Some(_) if is_own => Some(t.accent_soft),
            _ if line.mark == Mark::Added || line.mark == Mark::Changed => Some(t.ok_soft),
            _ if response.hovered() => Some(t.row_hover),
            _ => None,
        };
        if let Some(ground) = ground {
            painter.rect_filled(rect, 0.0, colour(ground));
        }
        if self.cursor == Some(at) {
            painter.rect_stroke(rect.shrink(0.5), 2.0, (1.0, colour(t.accent)), eframe::egui::StrokeKind::Inside);
        }
        self.mark(ui, rect, line.mark);
        let mono = fonts::font(Face::Mono, SIZE);
        let number = pos2(rect.left() + self.numbers - 12.0, rect.center().y);
        painter.text(number, Align2::RIGHT_CENTER, at + 1, mono.clone(), colour(t.disabled));
        let galley = ui.ctx().fonts_mut(|fonts| fonts.layout_job(job(sheet.line(at), &mono, t)));
        let top = rect.center().y - galley.size().y / 2.0;
        painter.galley(pos2(rect.left() + self.numbers, top), galley, colour(t.text));
        response
    }

    /// A bar at the left of a line that the last gesture changed; where lines are gone, a wedge between two lines.
    fn mark(&self, ui: &Ui, rect: Rect, mark: Mark) {
        let (t, painter) = (self.tokens, ui.painter());
        let sign = match mark {
            Mark::Same => return,
            Mark::Added => "+",
            Mark::Changed => "~",
            Mark::BelowRemoved => "−",
        };
        let shade = colour(if mark == Mark::BelowRemoved { t.danger_fill } else { t.ok_fill });
        let words = colour(if mark == Mark::BelowRemoved { t.danger } else { t.ok });
        let bar = Rect::from_min_size(rect.min, vec2(BAR, if mark == Mark::BelowRemoved { 4.0 } else { ROW }));
        painter.rect_filled(bar, 0.0, shade);
        let at = pos2(rect.left() + 9.0, rect.center().y);
        painter.text(at, Align2::CENTER_CENTER, sign, fonts::font(Face::Mono, SIZE), words);
    }
}

/// What became of a line, for those who do not see the marks.
fn told(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "",
        Mark::Added => ", added",
        Mark::Changed => ", changed",
        Mark::BelowRemoved => ", lines above it removed",
    }
}

/// A line with its parts in their colours.
fn job(line: &str, font: &FontId, t: &Tokens) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (range, part) in parts(line) {
        job.append(
            &line[range],
            0.0,
            TextFormat { font_id: font.clone(), color: shade(part, t), ..TextFormat::default() },
        );
    }
    job
}

fn shade(part: Part, t: &Tokens) -> Color32 {
    colour(match part {
        Part::Key => t.series[0],
        Part::Tag => t.series[3],
        Part::Quoted => t.series[2],
        Part::Literal => t.series[1],
        Part::Comment => t.disabled,
        Part::Plain => t.text,
    })
}
