//! Names for people and machines that do not see the picture: each node, arrow and port that is shown is a named widget.
//!
//! Must not know how they are drawn.

use eframe::egui::{self, Id, Response, Sense, Ui, WidgetInfo, WidgetType};

use super::draw::visible_edges;
use super::hit::{Shown, node_rect, ports};
use super::pen::area;
use crate::app::Workspace;
use crate::diagram::Element;
use crate::picture::{EdgeShape, NodeShape, Port, Pos, Rect, bend, pos};

/// Side of the widget that stands for an arrow, in pixels.
const SPOT: f32 = 12.0;

/// Names what can be seen; nothing when nobody listens.
pub(super) fn tell(ui: &Ui, response: &Response, workspace: &Workspace, shown: &Shown) {
    let Some(open) = workspace.open() else { return };
    let catalog = workspace.catalog();
    let listened = ui.ctx().accesskit_node_builder(response.id, |_| ()).is_some();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Canvas"));
    if shown.far || !listened {
        return;
    }
    let panel = response.rect;
    let seen = Rect { min: pos(panel.min.x, panel.min.y), max: pos(panel.max.x, panel.max.y) };
    let seen = shown.camera.rect_to_canvas(&seen);
    for edge in visible_edges(&open.picture, &seen) {
        let Some(middle) = middle(edge) else { continue };
        let spot = Rect::around(shown.camera.to_screen(middle), SPOT, SPOT);
        let label = match workspace.told_of_arrow(edge.id) {
            Some(told) => format!("{}, {told}", edge.told),
            None => edge.told.clone(),
        };
        name(ui, panel, &spot, Id::new(edge.id), &label, open.selection.contains(&Element::Edge(edge.id)));
    }
    for group in open.picture.groups().values() {
        let label = format!("{}, {}", group.name, catalog.kind(&group.kind).label);
        let tag = shown.camera.rect_to_screen(&group.tag());
        name(ui, panel, &tag, Id::new(group.id), &label, open.selection.contains(&Element::Group(group.id)));
    }
    for note in open.picture.notes().values().filter(|note| note.rect.overlaps(&seen)) {
        let words = if note.title.is_empty() { note.lines.first().map_or("", String::as_str) } else { &note.title };
        let rect = shown.camera.rect_to_screen(&note.rect);
        let is_selected = open.selection.contains(&Element::Note(note.id));
        name(ui, panel, &rect, Id::new(note.id), &format!("Note: {words}"), is_selected);
    }
    let near = open.picture.nodes_near(&seen);
    for node in near.iter().filter_map(|id| open.picture.nodes().get(id)) {
        node_names(ui, panel, workspace, shown, node);
    }
}

fn node_names(ui: &Ui, panel: egui::Rect, workspace: &Workspace, shown: &Shown, node: &NodeShape) {
    let id = Id::new(node.id);
    let selected = workspace.open().is_some_and(|open| open.selection.contains(&Element::Node(node.id)));
    let mut label = format!("{}, {}", node.name, workspace.catalog().kind(&node.kind).label);
    if let Some(told) = workspace.laid_over().and_then(|_| workspace.told_of(node.id)) {
        label = format!("{label}, {told}");
    }
    name(ui, panel, &node_rect(node, shown), id, &label, selected);
    for (port, at) in ports(node, shown) {
        let which = told(port);
        name(ui, panel, &Rect::around(at, 2.0, 2.0), id.with(port), &format!("{}, {which} port", node.name), false);
    }
}

/// A port in a word.
pub(super) fn told(port: Port) -> &'static str {
    match port {
        Port::In => "in",
        Port::Out => "out",
        Port::Failure => "failure",
    }
}

/// The middle of the longest leg of an arrow, where its badge mostly stands.
fn middle(edge: &EdgeShape) -> Option<Pos> {
    let longest = edge.way.windows(2).max_by(|a, b| a[0].distance(a[1]).total_cmp(&b[0].distance(b[1])));
    longest.map(|leg| bend::nearest(&bend::bent(&edge.way, edge.radius), leg[0].towards(leg[1], 0.5)))
}

fn name(ui: &Ui, panel: egui::Rect, rect: &Rect, id: Id, label: &str, selected: bool) {
    let rect = area(rect).intersect(panel);
    if !rect.is_positive() {
        return;
    }
    let response = ui.interact(rect, ui.id().with(id), Sense::hover());
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, label));
}
