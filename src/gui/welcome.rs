//! The welcome page: how to start, and the reference diagrams to start from.
//!
//! Must not know how diagrams are opened.

mod recent;

use std::sync::Arc;

use eframe::egui::{
    Align, Align2, CentralPanel, CornerRadius, Frame, Id, Key, Label, Layout, Margin, Modifiers, Panel, Rect, Response,
    RichText, ScrollArea, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::canvas::Canvas;
use super::fonts;
use super::theme::{colour, line, tokens};
use super::widgets::{Button, Line, Search, caption, key_caps, section, text_line};
use crate::app::{Action, Command, Workspace};
use crate::diagram::Diagram;
use crate::picture::Picture;
use crate::picture::text::{self, Face, wrapped};

/// Width of the column at the left, in points.
const SIDE: f32 = 376.0;
/// The least that it takes, in points.
const SIDE_LEAST: f32 = 304.0;
/// Least width of a card, and its height: picture and words.
const CARD: (f32, f32, f32) = (248.0, 186.0, 78.0);
/// Greatest width of a card.
const CARD_MAX: f32 = 380.0;
/// Distance of two cards.
const GAP: f32 = 16.0;

/// Widths of the filter: what it has, and the least that it takes.
const FILTER: f32 = 240.0;
const FILTER_LEAST: f32 = 150.0;

/// The three steps: title, words, key.
const STEPS: [(&str, &str, &str); 3] = [
    ("Place", "Press A and type, or drag from the palette.", "A"),
    ("Connect", "Drag from a port: the trigger, the rights and the variable are written for you.", "C"),
    ("Export", "A project that deploys, with least-privilege rights.", "Ctrl+E"),
];

/// The welcome page.
#[derive(Default)]
pub struct Welcome {
    query: String,
    chosen: usize,
    /// Geometry of the references, made once.
    pictures: Vec<Picture>,
}

impl Welcome {
    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, canvas: &mut Canvas, commands: &mut Vec<Command>) {
        if self.pictures.len() != workspace.references().len() {
            let picture = |diagram: &Arc<Diagram>| Picture::of(diagram, workspace.catalog());
            self.pictures = workspace.references().iter().map(picture).collect();
        }
        let frame = Frame::new().fill(colour(tokens(ui).panel)).inner_margin(Margin::symmetric(32, 32));
        let width = SIDE.min((ui.available_width() * 0.36).max(SIDE_LEAST));
        Panel::left("welcome side").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| side(ui, workspace, commands));
        });
        let frame = Frame::new().fill(colour(tokens(ui).window)).inner_margin(Margin {
            left: 32,
            right: 32,
            top: 20,
            bottom: 0,
        });
        CentralPanel::no_frame().frame(frame).show(ui, |ui| self.gallery(ui, workspace, canvas, commands));
    }

    fn gallery(&mut self, ui: &mut Ui, workspace: &Workspace, canvas: &mut Canvas, commands: &mut Vec<Command>) {
        self.head(ui);
        let references = workspace.references();
        let found: Vec<usize> =
            (0..references.len()).filter(|at| fits(&references[*at], &self.query, workspace)).collect();
        let columns = (((ui.available_width() + GAP) / (CARD.0 + GAP)) as usize).max(1);
        let moved = self.keys(ui, found.len(), columns, workspace);
        let entered = workspace.overlay().is_none()
            && no_other_focus(ui)
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        if let Some(index) = found.get(self.chosen).filter(|_| entered) {
            commands.push(Command::OpenReference(*index));
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if found.is_empty() {
                caption(ui, "No reference diagram has these letters in its name, its story or its services.");
            }
            let room = ui.available_width() - (columns as f32 - 1.0) * GAP;
            let width = (room / columns as f32).min(CARD_MAX).floor();
            ui.spacing_mut().item_spacing = vec2(GAP, GAP);
            for (row, line) in found.chunks(columns).enumerate() {
                ui.horizontal_top(|ui| {
                    for (column, index) in line.iter().enumerate() {
                        let chosen = row * columns + column == self.chosen;
                        let shown = card(ui, &references[*index], width, chosen);
                        if ui.is_rect_visible(shown.rect) {
                            let above = Rect::from_min_size(shown.rect.min, vec2(width, CARD.1));
                            canvas.thumbnail(ui, above.shrink(12.0), &self.pictures[*index], tokens(ui));
                        }
                        if shown.clicked() {
                            commands.push(Command::OpenReference(*index));
                        }
                        if moved && chosen {
                            shown.scroll_to_me(None);
                        }
                    }
                });
            }
            ui.add_space(24.0);
        });
    }

    fn head(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let (long, short) = ("Start from a reference diagram", "Reference diagrams");
            let room = ui.available_width() - FILTER_LEAST - GAP;
            let title = if text::width(long, Face::SemiBold, 18.0) <= room { long } else { short };
            let title = RichText::new(title).font(fonts::font(Face::SemiBold, 18.0));
            ui.add(Label::new(title.color(colour(tokens(ui).text))));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.set_max_width(ui.available_width().min(FILTER));
                let (hint, label) = ("Filter by name or service", "Filter the reference diagrams");
                let field = Search { hint, label, chord: None, id: Id::new("welcome filter"), height: 28.0 };
                if field.show(ui, &mut self.query).changed() {
                    self.chosen = 0;
                }
            });
        });
        ui.add_space(8.0);
    }

    /// Moves the choice; returns whether it did.
    fn keys(&mut self, ui: &Ui, count: usize, columns: usize, workspace: &Workspace) -> bool {
        if workspace.overlay().is_some() || !no_other_focus(ui) {
            return false;
        }
        let (before, last) = (self.chosen, count.saturating_sub(1));
        let typing = ui.ctx().text_edit_focused();
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            if !typing && pressed(Key::ArrowRight) {
                self.chosen += 1;
            }
            if !typing && pressed(Key::ArrowLeft) {
                self.chosen = self.chosen.saturating_sub(1);
            }
            if pressed(Key::ArrowDown) && self.chosen + columns <= last {
                self.chosen += columns;
            }
            if pressed(Key::ArrowUp) {
                self.chosen = self.chosen.checked_sub(columns).unwrap_or(self.chosen);
            }
        });
        self.chosen = self.chosen.min(last);
        self.chosen != before
    }
}

/// The card of a reference, without its picture.
fn card(ui: &mut Ui, diagram: &Diagram, width: f32, chosen: bool) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, CARD.1 + CARD.2), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, chosen, diagram.name()));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter();
    let above = Rect::from_min_size(rect.min, vec2(width, CARD.1));
    painter.rect_filled(rect, 8.0, colour(t.card));
    painter.rect_filled(above, CornerRadius { nw: 8, ne: 8, sw: 0, se: 0 }, colour(t.canvas));
    painter.hline(rect.x_range(), above.bottom(), line(t.divider));
    let border = if chosen || response.has_focus() {
        t.accent
    } else if response.hovered() {
        t.card_hover
    } else {
        t.card_border
    };
    painter.rect_stroke(rect, 8.0, line(border), StrokeKind::Inside);
    let at = pos2(rect.left() + 12.0, above.bottom() + 20.0);
    let right = if chosen { key_caps(painter, pos2(rect.right() - 12.0, at.y), "Enter", t) } else { rect.right() };
    let set = Line { face: Face::SemiBold, size: 13.0, colour: colour(t.text) };
    text_line(painter, at, Align2::LEFT_CENTER, diagram.name(), right - 12.0 - at.x, set);
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    for (index, words) in gist(&story(diagram), width - 24.0).iter().enumerate() {
        let at = at + vec2(0.0, 20.0 + index as f32 * 17.0);
        text_line(painter, at, Align2::LEFT_CENTER, words, width - 24.0, set);
    }
    response
}

/// Nothing has the focus that would take arrows and Enter for itself; the filter does not.
fn no_other_focus(ui: &Ui) -> bool {
    ui.memory(|memory| memory.focused().is_none_or(|focused| focused == Id::new("welcome filter")))
}

/// The beginning of a story in two lines: it ends where a sentence or at least a part of one does. Only where that would
/// leave next to nothing, it is cut and ends with an ellipsis.
fn gist(story: &str, width: f32) -> Vec<String> {
    let lines = |words: &str| wrapped(words, Face::Regular, 12.0, width);
    let whole = lines(story);
    if whole.len() <= 2 {
        return whole;
    }
    let ends = |signs: &[char]| {
        let ends = story.match_indices(signs).filter(|(at, _)| story[at + 1..].starts_with(' '));
        let parts = ends.map(|(at, sign)| if sign == "." { &story[..=at] } else { &story[..at] });
        parts.map(lines).take_while(|lines| lines.len() <= 2).last().filter(|lines| lines.len() == 2)
    };
    ends(&['.']).or_else(|| ends(&['.', ',', ':', ';'])).unwrap_or_else(|| {
        let mut kept: Vec<String> = whole.into_iter().take(2).collect();
        if let Some(last) = kept.last_mut() {
            last.push('…');
        }
        kept
    })
}

/// What a diagram is about: its first note that is about no single node.
fn story(diagram: &Diagram) -> String {
    let about = diagram.notes().values().find(|note| note.attached.is_none());
    about.or_else(|| diagram.notes().values().next()).map(|note| note.text.clone()).unwrap_or_default()
}

fn fits(diagram: &Diagram, query: &str, workspace: &Workspace) -> bool {
    let query = query.trim().to_lowercase();
    let kinds = diagram.nodes().values().map(|node| workspace.catalog().kind(&node.kind).label.clone());
    kinds.chain([diagram.name().to_owned(), story(diagram)]).any(|text| text.to_lowercase().contains(&query))
}

fn side(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let title = RichText::new("Draw it, check it, ship it").font(fonts::font(Face::SemiBold, 24.0));
    ui.add(Label::new(title.color(colour(t.text))).wrap());
    let text = RichText::new("One graph of event sources, functions and stores. No account needed.");
    ui.add(Label::new(text.color(colour(t.text2))).wrap());
    ui.add_space(16.0);
    let width = ui.available_width();
    let chord = |action: Action| action.row().chords.first().copied();
    let fresh = Button::new("New diagram").icon(icon::FILE_PLUS).primary().chord(chord(Action::New));
    if fresh.wide(width, 48.0).show(ui).clicked() {
        commands.push(Command::Act(Action::New));
    }
    let open = Button::new("Open a diagram").icon(icon::FOLDER_OPEN).chord(chord(Action::Open));
    if open.wide(width, 48.0).show(ui).clicked() {
        commands.push(Command::Act(Action::Open));
    }
    let example = Button::new(Action::Example.row().label).icon(icon::PULSE);
    if example.wide(width, 48.0).show(ui).on_hover_text(Action::Example.row().help).clicked() {
        commands.push(Command::Act(Action::Example));
    }
    caption(ui, "Or drop a diagram, a log, a trace or a recording anywhere.");
    ui.add_space(16.0);
    if workspace.has_recent() {
        ui.scope(|ui| recent::ui(ui, workspace, commands));
        ui.add_space(24.0);
    }
    section(ui, "Three steps");
    ui.add_space(4.0);
    for (index, (title, words, key)) in STEPS.iter().enumerate() {
        step(ui, index + 1, title, words, key);
    }
}

fn step(ui: &mut Ui, number: usize, title: &str, words: &str, key: &str) {
    let t = tokens(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(22.0, 20.0), Sense::hover());
        let middle = rect.left_center() + vec2(9.0, 0.0);
        ui.painter().circle_filled(middle, 9.0, colour(t.badge));
        let font = fonts::font(Face::SemiBold, 11.0);
        ui.painter().text(middle, Align2::CENTER_CENTER, number, font, colour(t.on_badge));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
            let set = Line { face: Face::SemiBold, size: 13.0, colour: colour(t.text) };
            text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, title, rect.width() - 60.0, set);
            key_caps(ui.painter(), rect.right_center(), key, t);
            ui.scope(|ui| {
                ui.set_max_width((ui.available_width() - 48.0).max(80.0));
                caption(ui, words);
            });
        });
    });
    ui.add_space(8.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_ends_where_a_part_of_it_does() {
        let check = |story: &str, expected: &str| assert_eq!(gist(story, 240.0).join(" "), expected, "{story}");
        check("Short.", "Short.");
        let tail = "And then there is so much more to be said about it that nobody would read it here.";
        check(
            &format!("A shop takes orders and keeps them in a table of its own. {tail}"),
            "A shop takes orders and keeps them in a table of its own.",
        );
        check(
            &format!("A shop takes orders and keeps them in a table of its own, so that {tail}"),
            "A shop takes orders and keeps them in a table of its own",
        );
        let cut = gist(tail, 240.0);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
    }
}
