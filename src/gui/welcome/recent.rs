//! The files of last time on the welcome page.
//!
//! Must not know how files are opened.

use std::path::Path;

use eframe::egui::{Align, Align2, Frame, Layout, Margin, Response, Sense, Ui, vec2};
use egui_phosphor::regular as icon;

use crate::app::{Action, Command, Recent, Workspace};
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Line, Row, section, text_line};
use crate::picture::text::{Face, width};

/// How far rows reach beyond the column on either side, in points.
const OUTSIDE: i8 = 12;
/// Height of a row, in points.
const ROW: f32 = 48.0;
/// Left of a row's words and right of its end, in points.
const INSET: f32 = 48.0;

/// Shows the list with its head.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    // What lies under the pointer reaches beyond the column, so that words and icons stand in its line.
    let whole = Margin { left: -OUTSIDE, right: -OUTSIDE, top: 0, bottom: 0 };
    Frame::new().outer_margin(whole).show(ui, |ui| rows(ui, workspace, commands));
}

fn rows(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 28.0), Layout::right_to_left(Align::Center), |ui| {
        if Button::new("Clear").bare().small().show(ui).on_hover_text(Action::ClearRecent.row().help).clicked() {
            commands.push(Command::Act(Action::ClearRecent));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(f32::from(OUTSIDE));
            section(ui, "Recent");
        });
    });
    ui.spacing_mut().item_spacing.y = 0.0;
    for recent in workspace.recent() {
        let shown = row(ui, workspace, recent);
        if shown.clicked() {
            // The same as with files that are dropped and links elsewhere: held, the key asks for another window.
            let apart = ui.input(|input| input.modifiers.command);
            commands.push(if apart {
                Command::OpenWindow(Some(recent.path.clone()))
            } else {
                Command::OpenFile(recent.path.clone())
            });
        }
    }
}

/// A file: its name over its place, and at the right what it is over when it was opened.
fn row(ui: &mut Ui, workspace: &Workspace, recent: &Recent) -> Response {
    let t = tokens(ui);
    let is_missing = workspace.is_missing(recent);
    let (kind, when) = if is_missing { ("not found", String::new()) } else { ("diagram", workspace.ago(recent)) };
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    let outset = width(&when, set.face, set.size).max(width(kind, set.face, set.size)) + 12.0;
    let room = ui.available_width() - INSET - outset;
    let place = tail(&recent.path, |words| width(words, set.face, set.size) <= room);
    let sign = if is_missing { icon::FILE_X } else { icon::FILE_TEXT };
    let row = Row { title: &recent.name, detail: &place, icon: Some(sign), outset, ..Row::default() };
    let shown = row.show(ui, ROW, Sense::click());
    let right = shown.rect.right_center() - vec2(12.0, 0.0);
    let ink = if is_missing { t.warn } else { t.text2 };
    let up = if is_missing { 0.0 } else { 9.0 };
    let sort = Line { colour: colour(ink), ..set };
    text_line(ui.painter(), right - vec2(0.0, up), Align2::RIGHT_CENTER, kind, outset, sort);
    text_line(ui.painter(), right + vec2(0.0, 8.0), Align2::RIGHT_CENTER, &when, outset, set);
    let name = format!("{}, {}, {kind} {when}", recent.name, recent.path.display());
    ui.ctx().accesskit_node_builder(shown.id, |node| node.set_label(name.trim_end()));
    shown.on_hover_text(format!("{}\nCtrl+click opens it in a window of its own.", recent.path.display()))
}

/// As much of the end of a path as fits: its end tells files apart.
fn tail(path: &Path, fits: impl Fn(&str) -> bool) -> String {
    let whole = path.display().to_string();
    if fits(&whole) {
        return whole;
    }
    let mut rest = path.components();
    while rest.next().is_some() && !rest.as_path().as_os_str().is_empty() {
        let words = format!("…{}{}", std::path::MAIN_SEPARATOR, rest.as_path().display());
        if fits(&words) {
            return words;
        }
    }
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_loses_its_beginning() {
        let check = |most: usize, expected: &str| {
            let shown = tail(Path::new("/home/ada/shop/orders.json"), |words| words.chars().count() <= most);
            assert_eq!(shown, expected, "{most}");
        };
        check(40, "/home/ada/shop/orders.json");
        check(20, "…/shop/orders.json");
        check(13, "…/orders.json");
        check(3, "orders.json");
    }
}
