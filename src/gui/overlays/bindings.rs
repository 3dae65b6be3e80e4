//! What no node is bound to, and what a person has bound: log groups and services, each with a way to choose its node.
//!
//! Must not know how records find their node.

use eframe::egui::{Align, Context, Frame, Id, Label, Layout, Modal, RichText, ScrollArea, Ui, vec2};
use egui_phosphor::regular as icon;

use super::picker::{Item, Picked, Picker};
use crate::app::{Command, Open, Workspace};
use crate::catalog::field::grouped;
use crate::diagram::{Bound, NodeId};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, caption, divider, icon_button};
use crate::picture::text::Face;

/// Width of the list, in points.
const WIDTH: f32 = 640.0;
/// Height of the rows together, at most.
const ROWS: f32 = 460.0;

/// Shows them; returns whether the list stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace, commands: &mut Vec<Command>) -> bool {
    let Some(open) = workspace.open() else { return false };
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let area = Modal::default_area(Id::new("bindings")).default_size([WIDTH, ROWS + 140.0]);
    let modal = Modal::new(Id::new("bindings")).area(area).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
        let height = (ui.ctx().content_rect().height() - 220.0).clamp(120.0, ROWS);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            unbound(ui, workspace, open, commands);
            bound(ui, workspace, open, commands);
        });
        ui.add_space(8.0);
        super::files::line(ui, |ui| !Button::new("Done").primary().show(ui).clicked())
    });
    shown.inner && !shown.should_close()
}

fn title(ui: &mut Ui, words: &str) {
    let title = RichText::new(words).font(fonts::font(Face::SemiBold, 15.0));
    ui.add(Label::new(title.color(colour(tokens(ui).text))));
    ui.add_space(6.0);
}

/// What waits for a node.
fn unbound(ui: &mut Ui, workspace: &Workspace, open: &Open, commands: &mut Vec<Command>) {
    let unbound = workspace.attached().map(crate::app::observe::Attached::unbound).unwrap_or_default();
    title(ui, "Bound to no node");
    if unbound.is_empty() {
        caption(ui, "Every log group and service has found its node.");
    }
    let selected = open.one_node().and_then(|node| Some((node, workspace.name_of(node)?)));
    for one in unbound {
        let counted = match one.bound {
            Bound::LogGroup => format!("Log group, {} records", grouped(one.count as i64)),
            Bound::Service => format!("Service, {} calls", grouped(one.count as i64)),
        };
        row(ui, called(&one.name), &counted, |ui| {
            let choose = format!("Bind {} to…", called(&one.name));
            if named(ui, "Bind to…", &choose) {
                commands.push(Command::AskBind(one.bound, one.name.clone()));
            }
            if let Some((node, name)) = selected
                && named(ui, &format!("Bind to {name}"), &format!("Bind {} to {name}", called(&one.name)))
            {
                commands.push(Command::Bind(one.bound, one.name.clone(), Some(node)));
            }
        });
    }
}

/// What a person has bound.
fn bound(ui: &mut Ui, workspace: &Workspace, open: &Open, commands: &mut Vec<Command>) {
    let bindings = open.document.diagram().bindings();
    if bindings.is_empty() {
        return;
    }
    ui.add_space(12.0);
    title(ui, "Bound by hand");
    caption(ui, "It stands in the diagram's file; the names of nodes bind all else.");
    for ((bound, name), node) in &bindings {
        let what = if *bound == Bound::LogGroup { "Log group of" } else { "Service of" };
        row(ui, called(name), &format!("{what} {}", node_name(workspace, *node)), |ui| {
            if icon_button(ui, icon::LINK_BREAK, 28.0, &format!("Unbind {}", called(name)), true).clicked() {
                commands.push(Command::Bind(*bound, name.clone(), None));
            }
        });
    }
}

fn node_name(workspace: &Workspace, node: NodeId) -> &str {
    workspace.name_of(node).unwrap_or_default()
}

/// Lines without a log group have a name, too.
fn called(name: &str) -> &str {
    if name.is_empty() { "Lines without a log group" } else { name }
}

/// A small button whose name says more than its words.
fn named(ui: &mut Ui, words: &str, name: &str) -> bool {
    let shown = Button::new(words).icon(icon::LINK_SIMPLE).small().show(ui);
    ui.ctx().accesskit_node_builder(shown.id, |node| node.set_label(name));
    shown.clicked()
}

fn row(ui: &mut Ui, name: &str, words: &str, ways: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 46.0), Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(8.0);
        ways(ui);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(5.0);
            let name = RichText::new(name).font(fonts::font(Face::Medium, 13.0)).color(colour(tokens(ui).text));
            ui.add(Label::new(name).truncate());
            caption(ui, words);
        });
    });
    divider(ui);
}

/// Every node; returns whether the list stays open.
pub(super) fn choose(
    ctx: &Context,
    picker: &mut Picker,
    workspace: &Workspace,
    (bound, name): (Bound, &str),
    commands: &mut Vec<Command>,
) -> bool {
    let Some(open) = workspace.open() else { return false };
    let mut nodes: Vec<_> = open.document.diagram().nodes().iter().collect();
    nodes.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    let items: Vec<Item<'_>> = nodes
        .iter()
        .map(|(_, node)| {
            let kind = workspace.catalog().kind(&node.kind);
            Item { title: &node.name, detail: kind.label.as_str().into(), kind: Some(kind), ..Item::default() }
        })
        .collect();
    match picker.ui(ctx, &format!("Bind {} to", called(name)), "No node has these letters.", &items) {
        Picked::Nothing => true,
        Picked::Left => false,
        Picked::Item(index) => {
            commands.push(Command::Bind(bound, name.to_owned(), Some(*nodes[index].0)));
            true
        }
    }
}
