//! A container: its name, its kind, its settings, and what stands in it.
//!
//! Must not know how settings are edited.

use eframe::egui::{Id, Ui};

use super::controls::Select;
use super::draft::Spec;
use super::fields::{column, labelled};
use super::{Desk, heading, menu, padded, settings};
use crate::app::Command;
use crate::catalog::{Archetype, KindId};
use crate::diagram::{Element, GroupId};
use crate::gui::status_bar::counted;
use crate::gui::widgets::{caption, divider};

/// Shows it.
pub(super) fn ui(ui: &mut Ui, desk: &mut Desk<'_>, id: GroupId) {
    let (diagram, catalog) = (desk.open.document.diagram(), desk.workspace.catalog());
    let Some(group) = diagram.groups().get(&id) else { return };
    let kind = catalog.kind(&group.kind);
    padded(ui, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                heading(ui, &kind.label, &kind.help);
            });
            menu::ui(ui, desk.workspace, menu::OF_GROUP, desk.commands);
        });
        ui.add_space(4.0);
        labelled(ui, "Name", column(&[]), |ui| {
            let spec = Spec::new(Id::new(("group name", id.0)), "Container name", &group.name);
            desk.drafts.text(ui, &spec, |text| Ok(Command::RenameGroup(id, text.to_owned())), desk.commands);
        });
        let kinds = catalog.kinds().filter(|kind| kind.archetype == Archetype::Container);
        let options: Vec<(&str, &str)> = kinds.map(|kind| (kind.id.as_str(), kind.label.as_str())).collect();
        labelled(ui, "Kind", column(&[]), |ui| {
            let (help, none) = ("What the container stands for.", "not set");
            let chosen = group.kind.as_str();
            let select =
                Select { id: Id::new(("group kind", id.0)), label: "Kind", help, options: &options, chosen, none };
            desk.commands.extend(select.show(ui).map(|kind| Command::RecastGroup(id, KindId::new(&kind))));
        });
        let nodes = diagram.nodes().values().filter(|node| node.group == Some(id)).count();
        let groups = diagram.groups().values().filter(|group| group.parent == Some(id)).count();
        caption(ui, &format!("Inside: {} · {}.", counted(nodes, "node"), counted(groups, "container")));
    });
    if !desk.fields.is_empty() {
        divider(ui);
        padded(ui, |ui| settings::ui(ui, desk, &[Element::Group(id)], &[]));
    }
}
