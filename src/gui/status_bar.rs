//! The bar at the bottom: how much there is, what is being waited for, how near it is seen.
//!
//! Must not know the panels.

use eframe::egui::{Align, Align2, Layout, Rect, Response, Sense, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use super::fonts;
use super::theme::{colour, tokens};
use super::widgets::{Line, icon_button, spinner, text_line};
use crate::app::bill::overlay::NodeBill;
use crate::app::bill::words::range;
use crate::app::{Action, Command, Lens, Progress, Workspace};
use crate::catalog::field::grouped;
use crate::picture::geometry::GRID;
use crate::picture::text::{Face, width};

/// Room for what stands at the right, in points.
const RIGHT: f32 = 210.0;

/// Shows it.
pub fn ui(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        match workspace.open() {
            Some(open) => {
                let diagram = open.document.diagram();
                let (nodes, edges) = (diagram.nodes().len(), diagram.edges().len());
                words(ui, &format!("{} · {}", counted(nodes, "node"), counted(edges, "edge")));
                if !open.selection.is_empty() {
                    words(ui, &format!("{} selected", grouped(open.selection.len() as i64)));
                }
            }
            None => {
                words(ui, "Everything on this page works without a network");
            }
        }
        total(ui, workspace);
        troubles(ui, workspace, commands);
        if let Some(what) = workspace.waiting() {
            ui.spacing_mut().item_spacing.x = 6.0;
            spinner(ui, 12.0);
            words(ui, what);
        }
        watching(ui, workspace, commands);
        if let Some(progress) = workspace.refreshing() {
            ui.spacing_mut().item_spacing.x = 6.0;
            refresh(ui, progress, commands);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| match workspace.open() {
            Some(open) => {
                zoom(ui, open.camera.map(|camera| camera.zoom), commands);
                ui.add_space(8.0);
                snap(ui, workspace.snaps(), commands);
            }
            None => {
                words(ui, "Opens as a copy, the original stays");
                words(ui, concat!("Version ", env!("CARGO_PKG_VERSION")));
            }
        });
    });
}

/// How far the refresh of prices is, and a way to stop it.
fn refresh(ui: &mut Ui, progress: &Progress, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(80.0, 16.0), Sense::hover());
    let share = progress.done as f32 / progress.of.max(1) as f32;
    let bar = Rect::from_center_size(rect.center(), vec2(rect.width(), 4.0));
    ui.painter().rect_filled(bar, 2.0, colour(t.row_hover));
    ui.painter().rect_filled(bar.with_max_x(bar.left() + bar.width() * share), 2.0, colour(t.accent));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ProgressIndicator, true, "Refreshing prices"));
    let kilobytes = if progress.bytes == 0 { String::new() } else { format!(" · {} KB", progress.bytes / 1024) };
    let what = if progress.what.is_empty() { "…".to_owned() } else { format!(": {}", progress.what) };
    words(ui, &format!("Refreshing prices{what}{kilobytes}"));
    if icon_button(ui, icon::X, 20.0, Action::StopRefresh.row().label, true).clicked() {
        commands.push(Command::Act(Action::StopRefresh));
    }
}

/// What the diagram costs, while its nodes tell what each does.
fn total(ui: &mut Ui, workspace: &Workspace) {
    let Some(bill) = workspace.bill().filter(|_| workspace.lens() == Lens::Cost) else { return };
    let more = if bill.nodes.values().any(NodeBill::is_partial) { " +" } else { "" };
    let assumed = if workspace.has_assumed() { ", what if" } else { "" };
    let text = format!("{}{more} a month{assumed}", range(bill.estimate.total));
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width(&text, Face::SemiBold, 11.0), 16.0), Sense::hover());
    let set = Line { face: Face::SemiBold, size: 11.0, colour: colour(t.text) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &text, rect.width(), set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("Total {text}")));
}

/// How many troubles were told, once there are any; leads to the list.
fn troubles(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let (count, unread) = workspace.troubles();
    if count == 0 {
        return;
    }
    let t = tokens(ui);
    let text = counted(count, "error");
    let room = vec2(width(&text, Face::Regular, 11.0) + 26.0, 20.0);
    let (rect, response) = ui.allocate_exact_size(room, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("{text}, show messages")));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colour(t.row_hover));
    }
    let ink = if unread > 0 { t.danger } else { t.text2 };
    let at = rect.left_center() + vec2(10.0, 0.0);
    ui.painter().text(at, Align2::CENTER_CENTER, icon::X_CIRCLE, fonts::icon(14.0), colour(ink));
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(ink) };
    text_line(ui.painter(), at + vec2(10.0, 0.0), Align2::LEFT_CENTER, &text, rect.width(), set);
    if response.on_hover_text(Action::Messages.row().help).clicked() {
        commands.push(Command::Act(Action::Messages));
    }
}

/// How true the picture of the account that is watched is, whatever is shown of it; leads to the list of its log groups.
fn watching(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let Some(attached) = workspace.attached().filter(|_| workspace.is_watching()) else { return };
    let Some(truth) = attached.truth(workspace.zone()) else { return };
    let t = tokens(ui);
    let room = (ui.available_width() - RIGHT).max(0.0);
    let wide = (width(&truth.words, Face::Regular, 11.0) + 26.0).min(room);
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 20.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Watching, {}", truth.words)));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colour(t.row_hover));
    }
    let ink = if truth.is_whole { t.text2 } else { t.warn };
    let at = rect.left_center() + vec2(10.0, 0.0);
    ui.painter().text(at, Align2::CENTER_CENTER, icon::BROADCAST, fonts::icon(14.0), colour(ink));
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(ink) };
    text_line(ui.painter(), at + vec2(11.0, 0.0), Align2::LEFT_CENTER, &truth.words, wide - 22.0, set);
    let row = Action::LogGroups.row();
    if response.on_hover_text(row.help).clicked() && (row.enabled)(workspace) {
        commands.push(Command::Act(row.action));
    }
}

/// "1 node", "2,000 nodes".
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(count as i64), if count == 1 { "" } else { "s" })
}

fn words(ui: &mut Ui, text: &str) -> Response {
    let t = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width(text, Face::Regular, 11.0), 16.0), Sense::hover());
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
    text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, text, rect.width(), set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    response
}

/// Whether what is dragged falls in line; a click switches it.
fn snap(ui: &mut Ui, snaps: bool, commands: &mut Vec<Command>) {
    let text = if snaps { format!("Snap {GRID}") } else { "Snap off".to_owned() };
    let response = words(ui, &text).interact(Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, snaps, "Snap"));
    if response.on_hover_text(Action::Snap.row().help).clicked() {
        commands.push(Command::Act(Action::Snap));
    }
}

fn zoom(ui: &mut Ui, zoom: Option<f32>, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = 4.0;
    if icon_button(ui, icon::CORNERS_OUT, 20.0, "Show everything", true).clicked() {
        commands.push(Command::Act(Action::Fit));
    }
    if icon_button(ui, icon::PLUS, 20.0, "Zoom in", true).clicked() {
        commands.push(Command::Act(Action::ZoomIn));
    }
    let percent = format!("{} %", (zoom.unwrap_or(1.0) * 100.0).round());
    let (rect, response) = ui.allocate_exact_size(vec2(40.0, 20.0), Sense::click());
    let set = Line { face: Face::Regular, size: 11.0, colour: colour(tokens(ui).text2) };
    text_line(ui.painter(), rect.center(), Align2::CENTER_CENTER, &percent, 60.0, set);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Zoom {percent}")));
    if response.on_hover_text(Action::ZoomActual.row().label).clicked() {
        commands.push(Command::Act(Action::ZoomActual));
    }
    if icon_button(ui, icon::MINUS, 20.0, "Zoom out", true).clicked() {
        commands.push(Command::Act(Action::ZoomOut));
    }
}
