//! What a node or an arrow writes when the diagram is exported: in words, and as the exact text.
//!
//! Must not know how any of it comes about.

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{Align, Frame, Label, Layout, Margin, RichText, ScrollArea, Ui, vec2};
use egui_phosphor::regular as icon;

use super::{Desk, padded};
use crate::app::{Choose, Command, Seen};
use crate::diagram::Element;
use crate::export::excerpt::Line;
use crate::export::preview::{Right, Sentence, Variable, Written};
use crate::gui::fonts;
use crate::gui::status_bar::counted;
use crate::gui::theme::{RADIUS, colour, line, tokens};
use crate::gui::widgets::{caption, divider, icon_button, section};
use crate::picture::text::{Face, width};

/// So many lines of a template are shown; the rest is in the export.
const MAX_LINES: usize = 400;

/// Shows all that is written.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, element: Element) {
    let written = match desk.workspace.written(element) {
        Seen::Nothing => {
            padded(ui, |ui| caption(ui, "Working out what the export says…"));
            return;
        }
        Seen::Refused(reason) => {
            padded(ui, |ui| caption(ui, reason));
            return;
        }
        Seen::Written { written, is_current } => {
            if !is_current {
                ui.disable();
            }
            written
        }
    };
    if *written == Written::default() {
        padded(ui, |ui| caption(ui, "The export is the same without it."));
        return;
    }
    if !written.left_out.is_empty() {
        part(ui, "Not written", |ui| written.left_out.iter().for_each(|reason| drop(caption(ui, reason))));
    }
    sentences(ui, desk, "Wiring", element, &written.wires);
    sentences(ui, desk, "Failures", element, &written.failures);
    rights(ui, &written.rights);
    variables(ui, element, &written.variables);
    if !written.resources.is_empty() {
        part(ui, "Resources", |ui| written.resources.iter().for_each(|(id, type_name)| pair(ui, id, type_name)));
    }
    lines(ui, element, &written.lines);
}

/// Shows the short form: variables and roles.
pub(super) fn short(ui: &mut Ui, desk: &Desk<'_>, element: Element) {
    let Seen::Written { written, .. } = desk.workspace.written(element) else { return };
    if written.variables.is_empty() && written.rights.is_empty() {
        return;
    }
    padded(ui, |ui| {
        let told = [(written.variables.len(), "variable"), (written.rights.len(), "statement")];
        let told: Vec<String> =
            told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 20.0), Layout::right_to_left(Align::Center), |ui| {
            caption(ui, &told.join(" · "));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| section(ui, "Written by the wiring"));
        });
        ui.add_space(4.0);
        for variable in &written.variables {
            pair(ui, &variable.name, &variable.value);
        }
        for right in &written.rights {
            ui.add(Label::new(mono(ui, &actions(right))).truncate()).on_hover_text(&right.text);
        }
    });
}

/// The actions of a statement on one line.
fn actions(right: &Right) -> String {
    let lines = right.text.lines().skip_while(|line| !line.starts_with("Action:"));
    let lines = lines.take_while(|line| !line.starts_with("Resource:"));
    let names =
        lines.filter_map(|line| line.trim_start_matches("Action:").trim().trim_start_matches("- ").split_once(':'));
    names.map(|(service, name)| format!("{service}:{name}")).collect::<Vec<_>>().join(", ")
}

fn part(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui)) {
    padded(ui, |ui| {
        section(ui, title);
        ui.add_space(2.0);
        contents(ui);
    });
    divider(ui);
}

fn mono(ui: &Ui, text: &str) -> RichText {
    RichText::new(text).font(fonts::font(Face::Mono, 12.0)).color(colour(tokens(ui).text))
}

/// A name and what it stands for, both as they are written.
fn pair(ui: &mut Ui, name: &str, value: &str) {
    let t = tokens(ui);
    let mut job = LayoutJob::default();
    let font = fonts::font(Face::Mono, 12.0);
    // What does not fit beside the name stands under it, further in.
    let fits = width(&format!("{name} {value}"), Face::Mono, 12.0) + 4.0 <= ui.available_width();
    let (gap, room) = if fits { (" ", 0.0) } else { ("\n", 16.0) };
    job.append(name, 0.0, TextFormat { font_id: font.clone(), color: colour(t.text2), ..TextFormat::default() });
    job.append(gap, 0.0, TextFormat { font_id: font.clone(), ..TextFormat::default() });
    job.append(value, room, TextFormat { font_id: font, color: colour(t.text), ..TextFormat::default() });
    ui.add(Label::new(job).wrap().selectable(true));
}

fn sentences(ui: &mut Ui, desk: &mut Desk<'_>, title: &str, about: Element, sentences: &[Sentence]) {
    if sentences.is_empty() {
        return;
    }
    part(ui, title, |ui| {
        for sentence in sentences {
            ui.horizontal_top(|ui| {
                let edge = Element::Edge(sentence.edge);
                let room = ui.available_width() - if edge == about { 0.0 } else { 32.0 };
                ui.vertical(|ui| {
                    ui.set_width(room);
                    let words = RichText::new(&sentence.words).size(13.0).color(colour(tokens(ui).text));
                    ui.add(Label::new(words).wrap());
                    for (name, value) in &sentence.settings {
                        caption(ui, &format!("{name}: {value}"));
                    }
                });
                let label = format!("Show the arrow: {}", sentence.words);
                if edge != about && icon_button(ui, icon::FLOW_ARROW, 24.0, &label, true).clicked() {
                    desk.commands.push(Command::Select([edge].into(), Choose::Only));
                    desk.commands.push(Command::Reveal(edge));
                }
            });
            ui.add_space(4.0);
        }
    });
}

fn rights(ui: &mut Ui, rights: &[Right]) {
    if rights.is_empty() {
        return;
    }
    part(ui, "Policy", |ui| {
        let mut last = "";
        for right in rights {
            if right.owner != last {
                last = &right.owner;
                caption(ui, &format!("Role or policy of {last}:"));
            }
            block(ui, &right.text, &format!("Copy the statement of {last}"), |ui| {
                ui.add(Label::new(mono(ui, &right.text)).wrap().selectable(true));
            });
        }
    });
}

fn variables(ui: &mut Ui, about: Element, variables: &[Variable]) {
    if variables.is_empty() {
        return;
    }
    part(ui, "Variables", |ui| {
        // A node's variables are its own; those of an arrow are its source's.
        if let (Element::Edge(_), Some(first)) = (about, variables.first()) {
            caption(ui, &format!("In the environment of {}:", first.owner));
        }
        variables.iter().for_each(|variable| pair(ui, &variable.name, &variable.value));
    });
}

fn lines(ui: &mut Ui, about: Element, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let is_edge = matches!(about, Element::Edge(_));
    part(ui, "In the template", |ui| {
        let told =
            if is_edge { "The marked lines are there because of the arrow." } else { "The lines of its resources." };
        caption(ui, told);
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        block(ui, &text.join("\n"), "Copy the lines", |ui| {
            // Lines keep their shape, in which the indent says what belongs to what.
            ScrollArea::horizontal().id_salt("lines").show(ui, |ui| {
                ui.add(Label::new(marked(ui, lines)).extend().selectable(true));
            });
        });
        if lines.len() > MAX_LINES {
            caption(ui, &format!("{} more lines stand in the export.", lines.len() - MAX_LINES));
        }
    });
}

/// The lines with a mark before each that is new.
fn marked(ui: &Ui, lines: &[Line]) -> LayoutJob {
    let t = tokens(ui);
    let has_new = lines.iter().any(|line| line.is_new);
    let format =
        |rgb| TextFormat { font_id: fonts::font(Face::Mono, 12.0), color: colour(rgb), ..TextFormat::default() };
    let mut job = LayoutJob::default();
    for (at, line) in lines.iter().take(MAX_LINES).enumerate() {
        let end = if at + 1 == lines.len().min(MAX_LINES) { "" } else { "\n" };
        let mark = match (has_new, line.is_new) {
            (false, _) => "",
            (true, true) => "+ ",
            (true, false) => "  ",
        };
        let ink = if has_new && !line.is_new { t.text2 } else { t.text };
        job.append(&format!("{mark}{}{end}", line.text), 0.0, format(ink));
    }
    job
}

/// A text as it is written, on a ground of its own, with a way to copy it.
fn block(ui: &mut Ui, text: &str, label: &str, contents: impl FnOnce(&mut Ui)) {
    let t = tokens(ui);
    let frame = Frame::new().fill(colour(t.field)).stroke(line(t.divider)).corner_radius(RADIUS);
    frame.inner_margin(Margin::symmetric(8, 6)).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            if icon_button(ui, icon::COPY, 20.0, label, true).clicked() {
                ui.ctx().copy_text(text.to_owned());
            }
            ui.with_layout(Layout::top_down(Align::Min), contents);
        });
    });
}
