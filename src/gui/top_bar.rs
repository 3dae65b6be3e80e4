//! The bar at the top: what is open, what can be taken back, search, theme, export.
//!
//! Must not know the panels.

use eframe::egui::{
    Align, Align2, Layout, Popup, PopupCloseBehavior, Rect, RectAlign, Response, Sense, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::fonts;
use super::theme::{POPUP_RADIUS, RADIUS, colour, line, tokens};
use super::widgets::{Button, Line, icon_button, key_caps, mark, menu_row, text_line};
use crate::app::{Action, Command, Lens, TABLE, Workspace};
use crate::catalog::names::Named as _;
use crate::picture::text::{Face, width};

/// Greatest width of the document's name, in points.
const NAME_MAX: f32 = 320.0;
/// Width of the command field, in points.
const SEARCH: f32 = 252.0;
/// Width of one lens in the switch, in points.
const LENS: f32 = 92.0;

/// Shows it.
pub fn ui(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let bar = ui.max_rect();
    ui.horizontal_centered(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::hover());
        mark(ui.painter(), rect, tokens(ui));
        name(ui, bar, workspace, commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if workspace.is_open() {
                action_button(ui, workspace, commands, Action::Export, icon::EXPORT, "Export");
            }
            settings(ui, commands);
            let left = if workspace.is_open() { lenses_rect(bar, workspace).right() + 92.0 } else { 0.0 };
            search(ui, left, commands);
            if workspace.is_open() {
                ui.add_space(4.0);
                history(ui, workspace, commands);
            }
        });
    });
    if workspace.is_open() {
        lenses(ui, bar, workspace, commands);
    }
}

/// Which lens is looked through, in the middle of the window.
fn lenses(ui: &Ui, bar: Rect, workspace: &Workspace, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let lenses = Lens::ALL.iter().filter(|(_, lens)| workspace.has_lens(*lens));
    let trough = lenses_rect(bar, workspace);
    ui.painter().rect(trough, f32::from(POPUP_RADIUS), colour(t.field), line(t.divider), StrokeKind::Inside);
    for (index, (name, lens)) in lenses.enumerate() {
        let corner = trough.min + vec2(2.0 + index as f32 * LENS, 2.0);
        let part = Rect::from_min_size(corner, vec2(LENS, trough.height() - 4.0));
        let (glyph, label) = told(*lens);
        let on = *lens == workspace.lens();
        let response = ui.interact(part, ui.id().with(("lens", name)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("Lens: {label}")));
        if on {
            let border = line(t.control_border);
            ui.painter().rect(part, f32::from(RADIUS), colour(t.control), border, StrokeKind::Inside);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(part, f32::from(RADIUS), line(t.accent), StrokeKind::Inside);
        }
        let (face, ink) = if on { (Face::SemiBold, t.text) } else { (Face::Medium, t.text2) };
        let ink = colour(if response.hovered() { t.text } else { ink });
        let words = width(label, face, 13.0);
        let left = part.center().x - words / 2.0 - 11.0;
        let at = pos2(left + 8.0, part.center().y);
        ui.painter().text(at, Align2::CENTER_CENTER, glyph, fonts::icon(16.0), ink);
        text_line(
            ui.painter(),
            pos2(left + 22.0, at.y),
            Align2::LEFT_CENTER,
            label,
            LENS,
            Line { face, size: 13.0, colour: ink },
        );
        let row = lens.action().row();
        let chord = row.chords.first().copied().unwrap_or_default();
        if response.on_hover_text(format!("{} ({chord})", row.help)).clicked() && !on {
            commands.push(Command::Act(lens.action()));
        }
    }
}

/// Where the lenses stand.
fn lenses_rect(bar: Rect, workspace: &Workspace) -> Rect {
    let count = Lens::ALL.iter().filter(|(_, lens)| workspace.has_lens(*lens)).count();
    Rect::from_center_size(bar.center(), vec2(count as f32 * LENS + 4.0, 32.0))
}

/// Icon and word of a lens.
fn told(lens: Lens) -> (&'static str, &'static str) {
    match lens {
        Lens::Design => (icon::SQUARES_FOUR, "Design"),
        Lens::Cost => (icon::CURRENCY_DOLLAR, "Cost"),
        Lens::Live => (icon::PULSE, "Live"),
    }
}

/// The document's name, with the menu of files behind it.
fn name(ui: &mut Ui, bar: Rect, workspace: &Workspace, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let open = workspace.open();
    let words = open.map_or("Stratoscope", |open| open.document.diagram().name());
    let words = if words.is_empty() { "untitled" } else { words };
    // What says that it is edited stands between the name and the lenses.
    let until = if open.is_some() { lenses_rect(bar, workspace).left() - ui.cursor().left() - 112.0 } else { NAME_MAX };
    let room = until.clamp(60.0, NAME_MAX);
    let taken = width(words, Face::SemiBold, 13.0).min(room);
    let (rect, response) = ui.allocate_exact_size(vec2(taken + 36.0, 32.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("File menu of {words}")));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(RADIUS), colour(t.row_hover));
    }
    let set = Line { face: Face::SemiBold, size: 13.0, colour: colour(t.text) };
    text_line(ui.painter(), rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, words, room, set);
    let caret = pos2(rect.right() - 14.0, rect.center().y);
    ui.painter().text(caret, Align2::CENTER_CENTER, icon::CARET_DOWN, fonts::icon(12.0), colour(t.text2));
    file_menu(&response, workspace, commands);
    if taken >= room {
        response.on_hover_text(words);
    }
    if open.is_some_and(|open| open.document.is_edited()) {
        edited(ui);
    }
}

fn edited(ui: &mut Ui) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(56.0, 32.0), Sense::hover());
    ui.painter().circle_filled(rect.left_center() + vec2(4.0, 0.0), 3.0, colour(t.text2));
    let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
    text_line(ui.painter(), rect.left_center() + vec2(13.0, 0.0), Align2::LEFT_CENTER, "Edited", 60.0, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, "Edited"));
    response.on_hover_text("The diagram has changes that its file does not have.");
}

fn file_menu(button: &Response, workspace: &Workspace, commands: &mut Vec<Command>) {
    let popup = Popup::menu(button).align(RectAlign::BOTTOM_START).width(260.0);
    popup.close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for row in TABLE.iter().filter(|row| row.menu == "File") {
            let chord = row.chords.first().copied().unwrap_or_default();
            let shown = menu_row(ui, row.label, chord, (row.enabled)(workspace));
            if shown.clicked() {
                commands.push(Command::Act(row.action));
            }
        }
    });
}

fn history(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let document = workspace.open().map(|open| &open.document);
    let told = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb}: {what}"),
        None => verb.to_owned(),
    };
    let redo = document.and_then(|document| document.redo_label());
    if icon_button(ui, icon::ARROW_U_UP_RIGHT, 32.0, &told("Redo", redo), redo.is_some()).clicked() {
        commands.push(Command::Act(Action::Redo));
    }
    let undo = document.and_then(|document| document.undo_label());
    if icon_button(ui, icon::ARROW_U_UP_LEFT, 32.0, &told("Undo", undo), undo.is_some()).clicked() {
        commands.push(Command::Act(Action::Undo));
    }
}

/// Looks like a field and opens the list of commands; it ends before `left`.
fn search(ui: &mut Ui, left: f32, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let room = SEARCH.min(ui.available_width() - 90.0).min(ui.cursor().right() - left).max(40.0);
    let (rect, response) = ui.allocate_exact_size(vec2(room, 32.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Search or run a command"));
    let border = if response.has_focus() {
        t.accent
    } else if response.hovered() {
        t.card_hover
    } else {
        t.control_border
    };
    ui.painter().rect(rect, f32::from(RADIUS), colour(t.field), line(border), StrokeKind::Inside);
    let at = rect.left_center();
    let ink = colour(t.text2);
    let glass = icon::MAGNIFYING_GLASS;
    ui.painter().text(at + vec2(18.0, 0.0), Align2::CENTER_CENTER, glass, fonts::icon(16.0), ink);
    let chord = Action::Commands.row().chords.first().copied().unwrap_or_default();
    let right = key_caps(ui.painter(), rect.right_center() - vec2(8.0, 0.0), chord, t);
    let words = Rect::from_min_max(pos2(rect.left() + 32.0, rect.top()), pos2(right - 8.0, rect.bottom()));
    let set = Line { face: Face::Regular, size: 13.0, colour: ink };
    let label = "Search or run a command";
    text_line(ui.painter(), words.left_center(), Align2::LEFT_CENTER, label, words.width(), set);
    if response.clicked() {
        commands.push(Command::Act(Action::Commands));
    }
}

fn settings(ui: &mut Ui, commands: &mut Vec<Command>) {
    if icon_button(ui, icon::GEAR_SIX, 32.0, "Settings", true).clicked() {
        commands.push(Command::Act(Action::Preferences));
    }
}

fn action_button(
    ui: &mut Ui,
    workspace: &Workspace,
    commands: &mut Vec<Command>,
    action: Action,
    icon: &'static str,
    label: &str,
) {
    let row = action.row();
    let enabled = (row.enabled)(workspace);
    let shown = Button::new(label).icon(icon).enabled(enabled).show(ui);
    if shown.on_hover_text(row.help).clicked() {
        commands.push(Command::Act(action));
    }
}
