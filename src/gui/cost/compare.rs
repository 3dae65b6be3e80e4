//! The bill beside another one: of a saved version, another file, another region, other processors, other memory.
//!
//! Must not know how the bills were worked out.

use eframe::egui::{Align2, Frame, Margin, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::head::{priced_regions, select};
use super::pane::{hint, waiting};
use crate::app::bill::compare::{Against, Compared, Comparison};
use crate::app::bill::words::{dollars, range};
use crate::app::{Action, Command, Workspace};
use crate::cost::{Money, Span};
use crate::gui::theme::{colour, line, tokens};
use crate::gui::widgets::{Button, Line, text_line};
use crate::picture::text::{Face, width, wrapped};

/// Height of a row, in points.
const ROW: f32 = 26.0;
/// Room between two columns of figures, and that of the widest, in points.
const GAP: f32 = 16.0;
const WIDEST: f32 = 120.0;
/// The least width of names, in points.
const NAMES: f32 = 84.0;
/// With fewer rows than these in sight, notes have one line of this height, in points.
const FEW: usize = 4;
const LINE: f32 = 24.0;
/// Height of a line of a note, and what stands above and below it, in points.
const NOTE: (f32, f32) = (15.0, 8.0);

/// What it remembers between two frames.
#[derive(Default)]
pub(super) struct Compare {
    /// The region that was chosen last.
    region: String,
}

/// The sorts of comparison, as they are chosen.
const SORTS: [(&str, &str); 6] = [
    ("running", "What runs"),
    ("saved", "The saved version"),
    ("file", "Another file…"),
    ("region", "Another region"),
    ("processors", "Processors of functions"),
    ("memory", "Memory of the function"),
];

impl Compare {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 0, bottom: 8 }).show(ui, |ui| {
            ui.horizontal(|ui| self.choices(ui, workspace, commands));
        });
        match (workspace.against(), workspace.comparison()) {
            (None, _) => hint(ui, "Choose what the bill is to be compared with."),
            (Some(Against::Memory(_)), None) => hint(ui, "This function has no size of memory or no duration."),
            (Some(Against::Running), None) if !workspace.measures_use() => {
                hint(
                    ui,
                    "No usage is measured: no invocation is reported and no metric counts, in the time looked at.",
                );
            }
            (Some(_), None) => waiting(ui),
            (Some(_), Some(comparison)) => table(ui, comparison),
        }
    }

    fn choices(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let has_file = workspace.open().is_some_and(|open| open.path.is_some());
        let node = workspace.open().and_then(crate::app::Open::one_node);
        let can = |sort: &str| match sort {
            "saved" => has_file,
            "running" => workspace.has_live() || workspace.against() == Some(&Against::Running),
            "memory" => node.is_some() && workspace.selects_function(),
            _ => true,
        };
        let options: Vec<(&str, &str)> = SORTS.into_iter().filter(|(sort, _)| can(sort)).collect();
        let chosen = match workspace.against() {
            None => "",
            Some(Against::Saved) => "saved",
            Some(Against::File(_)) => "file",
            Some(Against::Region(_)) => "region",
            Some(Against::Processors) => "processors",
            Some(Against::Memory(_)) => "memory",
            Some(Against::Running) => "running",
        };
        let help = "What the bill is compared with; for the memory of a function, select one first.";
        let picked = select(ui, 190.0, "Compare with", help, &options, chosen);
        let against = match picked.as_deref() {
            Some("saved") => Some(Against::Saved),
            Some("region") => Some(Against::Region(self.region(workspace))),
            Some("running") => Some(Against::Running),
            Some("processors") => Some(Against::Processors),
            Some("memory") => node.map(Against::Memory),
            Some("file") => {
                commands.push(Command::Act(Action::CompareFile));
                None
            }
            _ => None,
        };
        commands.extend(against.map(Command::Compare));
        if workspace.against() == Some(&Against::Running) && workspace.running().is_some() {
            take_over(ui, commands);
        }
        if let Some(Against::Region(region)) = workspace.against() {
            let regions = priced_regions(workspace);
            let regions: Vec<(&str, &str)> = regions.iter().map(|(code, words)| (*code, words.as_str())).collect();
            if let Some(picked) = select(ui, 176.0, "Other region", "The region to compare with.", &regions, region) {
                self.region.clone_from(&picked);
                commands.push(Command::Compare(Against::Region(picked)));
            }
        }
    }

    /// The region that was chosen last, or another one than those that are priced now.
    fn region(&self, workspace: &Workspace) -> String {
        if !self.region.is_empty() {
            return self.region.clone();
        }
        let codes: Vec<&str> = priced_regions(workspace).into_iter().map(|(code, _)| code).collect();
        let mut now: Vec<String> = workspace.terms().region.clone().into_iter().collect();
        if now.is_empty() {
            now = workspace.drawn_regions();
        }
        // What stands in no region is priced in the first one.
        now.extend(codes.first().filter(|_| now.is_empty()).map(|first| (*first).to_owned()));
        let other = codes.iter().find(|code| now.iter().all(|now| now != *code)).or(codes.first());
        other.map(|code| (*code).to_owned()).unwrap_or_default()
    }
}

/// The way from what was measured to the document.
fn take_over(ui: &mut Ui, commands: &mut Vec<Command>) {
    let shown = Button::new("Take usage over…").small().show(ui);
    if shown.on_hover_text(Action::TakeOver.row().help).clicked() {
        commands.push(Command::Act(Action::TakeOver));
    }
}

/// Names, columns of figures, and notes under them.
fn table(ui: &mut Ui, comparison: &Comparison) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let differ = comparison.totals.len() == 2;
    let mut heads = comparison.heads.clone();
    heads.extend(differ.then(|| "Difference".to_owned()));
    let total = (!comparison.totals.is_empty()).then(|| {
        let totals: Vec<Option<Span<Money>>> = comparison.totals.iter().copied().map(Some).collect();
        let mut cells = comparison.total_words.clone();
        cells.extend(figures(&totals, differ.then(|| apart(summed(comparison)))));
        cells
    });
    let rows: Vec<Vec<String>> = comparison.rows.iter().map(|compared| cells(compared, differ)).collect();
    let across = ui.available_width() - 24.0;
    let columns = columns(&heads, total.iter().chain(&rows), across);
    let first = if total.is_none() { "Memory" } else { "Node" };
    row(ui, (first, &heads), &columns, Look::Head);
    if let Some(total) = &total {
        row(ui, ("Total", total), &columns, Look::Sum);
    }
    let notes: f32 = comparison.notes.iter().map(|note| height(note, across)).sum();
    // In a low panel rows come first.
    let is_low = ui.available_height() - notes < ROW * rows.len().min(FEW) as f32;
    let room = (ui.available_height() - if is_low { LINE } else { notes }).max(ROW * 2.0);
    let area = ScrollArea::vertical().auto_shrink([false, true]).max_height(room).id_salt("compared");
    area.show_rows(ui, ROW, rows.len(), |ui, seen| {
        for at in seen {
            let is_best = comparison.best.contains(&Some(at));
            let look = if is_best { Look::Best } else { Look::Plain };
            row(ui, (&comparison.rows[at].name, &rows[at]), &columns, look);
        }
    });
    if is_low {
        return briefly(ui, &comparison.notes);
    }
    for note in &comparison.notes {
        hint(ui, note);
    }
}

/// The notes in one line, and whole when the pointer rests on it.
fn briefly(ui: &mut Ui, notes: &[String]) {
    let words = notes.join(" ");
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(tokens(ui).text2) };
    let at = rect.left_center() + vec2(12.0, 0.0);
    text_line(ui.painter(), at, Align2::LEFT_CENTER, &words, rect.width() - 24.0, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
    if !notes.is_empty() {
        response.on_hover_text(notes.join("\n"));
    }
}

/// How far both are apart; not told where nothing but what costs nothing can be compared.
fn summed(comparison: &Comparison) -> Option<Money> {
    let difference = comparison.difference();
    let is_whole = comparison.rows.iter().all(|row| row.difference().is_some());
    (is_whole || difference != Money::ZERO).then_some(difference)
}

/// What stands in the row of a node.
fn cells(compared: &Compared, differ: bool) -> Vec<String> {
    let mut cells = compared.words.clone();
    cells.extend(figures(&compared.costs, differ.then(|| apart(compared.difference()))));
    cells
}

/// The widths of columns, each as wide as what is longest in it; names keep their part of what there is across.
fn columns<'r>(heads: &[String], rows: impl Iterator<Item = &'r Vec<String>>, across: f32) -> Vec<f32> {
    let mut longest: Vec<&str> = heads.iter().map(String::as_str).collect();
    for cells in rows {
        for (longest, cell) in longest.iter_mut().zip(cells) {
            // Figures have one width, so that who has more letters is longer.
            *longest = if cell.len() > longest.len() { cell } else { longest };
        }
    }
    let wanted: Vec<f32> = longest.iter().zip(heads).map(|(words, head)| wide(words).max(wide(head))).collect();
    let share = ((across - NAMES) / wanted.iter().sum::<f32>()).clamp(0.0, 1.0);
    wanted.into_iter().map(|wanted| wanted * share).collect()
}

fn wide(words: &str) -> f32 {
    width(words, Face::SemiBold, 12.0).min(WIDEST) + GAP
}

/// How high a note is.
fn height(note: &str, across: f32) -> f32 {
    wrapped(note, Face::Regular, 12.0, across).len() as f32 * NOTE.0 + NOTE.1
}

/// The costs in words and, where two are compared, how far the second is from the first.
fn figures(costs: &[Option<Span<Money>>], difference: Option<String>) -> Vec<String> {
    let mut cells: Vec<String> = costs.iter().map(|cost| cost.map_or_else(|| "no cost".to_owned(), range)).collect();
    cells.extend(difference);
    cells
}

/// How far two figures are apart, where that can be said.
fn apart(difference: Option<Money>) -> String {
    let told = |money: Money| format!("{}{}", if money > Money::ZERO { "+" } else { "" }, dollars(money));
    difference.map_or_else(|| "–".to_owned(), told)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Head,
    Sum,
    Plain,
    Best,
}

fn row(ui: &mut Ui, (name, cells): (&str, &[String]), columns: &[f32], look: Look) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let told = format!("{name}: {}{}", cells.join(", "), if look == Look::Best { ", cheapest" } else { "" });
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let ground = match look {
        Look::Best => Some(t.ok_soft),
        Look::Sum => Some(t.raised),
        Look::Head | Look::Plain => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 0.0, colour(ground));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    let (face, ink) = match look {
        Look::Head => (Face::Regular, t.text2),
        Look::Sum | Look::Best => (Face::SemiBold, t.text),
        Look::Plain => (Face::Regular, t.text),
    };
    let set = Line { face, size: 12.0, colour: colour(ink) };
    let y = rect.center().y;
    let mut right = rect.right() - 12.0;
    for (cell, column) in cells.iter().zip(columns).rev() {
        text_line(ui.painter(), pos2(right, y), Align2::RIGHT_CENTER, cell, column - GAP / 2.0, set);
        right -= column;
    }
    let part = Rect::from_min_max(rect.min + vec2(12.0, 0.0), pos2(right, rect.max.y));
    text_line(ui.painter(), part.left_center(), Align2::LEFT_CENTER, name, part.width() - 8.0, set);
}
