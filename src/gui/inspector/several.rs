//! Several things at once: how many of what, their order on the canvas, and the settings that they share.
//!
//! Must not know how settings are edited.

use std::collections::BTreeMap;

use eframe::egui::Ui;
use egui_phosphor::regular as icon;

use super::{Desk, Tab, access, heading, menu, padded, settings, usage};
use crate::app::{Action, Command};
use crate::diagram::{Element, NodeId};
use crate::gui::status_bar::counted;
use crate::gui::widgets::{caption, divider, icon_button};

/// What brings things into order.
const ORDER: [(Action, &str); 9] = [
    (Action::AlignLeft, icon::ALIGN_LEFT_SIMPLE),
    (Action::AlignCentre, icon::ALIGN_CENTER_HORIZONTAL_SIMPLE),
    (Action::AlignRight, icon::ALIGN_RIGHT_SIMPLE),
    (Action::AlignTop, icon::ALIGN_TOP_SIMPLE),
    (Action::AlignMiddle, icon::ALIGN_CENTER_VERTICAL_SIMPLE),
    (Action::AlignBottom, icon::ALIGN_BOTTOM_SIMPLE),
    (Action::DistributeAcross, icon::ARROWS_OUT_LINE_HORIZONTAL),
    (Action::DistributeDown, icon::ARROWS_OUT_LINE_VERTICAL),
    (Action::Group, icon::SELECTION_PLUS),
];

/// Shows them.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, selection: &[Element]) {
    padded(ui, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                heading(ui, &format!("{} selected", selection.len()), &counts(selection).join(" · "));
                caption(ui, &kinds(desk, selection).join(" · "));
            });
            menu::ui(ui, desk.workspace, menu::OF_SEVERAL, desk.commands);
        });
        if desk.workspace.has_two() {
            ui.add_space(4.0);
            order(ui, desk);
        }
    });
    let nodes: Vec<NodeId> = selection.iter().filter_map(|element| element.node()).collect();
    if nodes.len() == selection.len() {
        desk.tab.of_several(ui);
        divider(ui);
        if *desk.tab == Tab::Usage {
            usage::nodes(ui, desk, &nodes);
            return;
        }
    } else {
        divider(ui);
    }
    padded(ui, |ui| {
        let levels = access::common(desk, selection);
        if desk.fields.is_empty() && levels.is_none() {
            caption(
                ui,
                "They have no setting in common. Drag one of them to move all; arrow keys move them by the grid.",
            );
            return;
        }
        if !desk.fields.is_empty() {
            settings::ui(ui, desk, selection, &[]);
        }
        levels.iter().for_each(|levels| access::level(ui, desk, selection, levels));
    });
}

fn order(ui: &mut Ui, desk: &mut Desk<'_>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (action, sign) in ORDER {
            let row = action.row();
            if icon_button(ui, sign, 28.0, row.label, (row.enabled)(desk.workspace)).clicked() {
                desk.commands.push(Command::Act(action));
            }
        }
    });
}

/// How many there are of each sort.
fn counts(selection: &[Element]) -> Vec<String> {
    let count = |is: fn(&Element) -> bool| selection.iter().filter(|element| is(element)).count();
    let counts = [
        (count(|element| matches!(element, Element::Node(_))), "node"),
        (count(|element| matches!(element, Element::Edge(_))), "edge"),
        (count(|element| matches!(element, Element::Group(_))), "container"),
        (count(|element| matches!(element, Element::Note(_))), "note"),
    ];
    counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect()
}

/// How many nodes there are of each kind, most first.
fn kinds(desk: &Desk<'_>, selection: &[Element]) -> Vec<String> {
    let (nodes, catalog) = (desk.open.document.diagram().nodes(), desk.workspace.catalog());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for node in selection.iter().filter_map(|element| nodes.get(&element.node()?)) {
        *counts.entry(catalog.kind(&node.kind).label.as_str()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
    counts.into_iter().map(|(label, count)| format!("{count} × {label}")).collect()
}
