//! Everything that can have the focus has a name, whatever is shown.

use super::*;
use crate::app::bill::Pane;
use crate::app::{Action, Choose, Command};
use crate::catalog::names::Named as _;
use crate::diagram::Element;

/// What can have the focus or be pressed and says nothing of itself.
fn nameless(window: &Harness<'static, Shell>) -> Vec<String> {
    let is_silent = |node: &egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        let data = node.data();
        let acts = data.supports_action(eframe::egui::accesskit::Action::Focus)
            || data.supports_action(eframe::egui::accesskit::Action::Click);
        let is_text = |text: Option<String>| text.is_some_and(|text| !text.trim().is_empty());
        // egui's own: what is behind a dialog takes clicks away from the rest, and bars that scroll say all by their role.
        let is_ground = node.role() == Role::Unknown && node.bounding_box().is_some_and(|all| all.width() >= 1600.0);
        acts && !is_ground
            && node.role() != Role::ScrollBar
            && !is_text(node.label())
            && !(node.role() == Role::Label && is_text(node.value()))
    };
    let silent = window.root().children_recursive().filter(is_silent);
    silent.map(|node| format!("{:?} {:?}", node.accesskit_node().role(), node.rect())).collect()
}

fn check(window: &mut Harness<'static, Shell>, what: &str) {
    window.run_steps(4);
    let silent = nameless(window);
    assert!(silent.is_empty(), "{what}: {silent:#?}");
}

#[test]
fn every_control_of_a_full_window_has_a_name() {
    check(&mut window(), "the welcome page");
    let mut window = with_reference();
    check(&mut window, "nothing selected");
    let diagram = workspace(&window).open().expect("open").document.diagram().clone();
    let nodes = diagram.nodes().keys().map(|id| Element::Node(*id));
    let edges = diagram.edges().keys().map(|id| Element::Edge(*id));
    let groups = diagram.groups().keys().map(|id| Element::Group(*id));
    let all: Vec<Element> =
        nodes.chain(edges).chain(groups).chain(diagram.notes().keys().map(|id| Element::Note(*id))).collect();
    for tab in ["Settings", "Usage", "Writes"] {
        for element in &all {
            window.state_mut().ask(Command::Select([*element].into(), Choose::Only));
            window.run_steps(2);
            let label = format!("Show: {tab}");
            if window.query_by_label(&label).is_some() {
                click(&mut window, &label);
            }
            check(&mut window, &format!("{element:?}, {tab}"));
        }
    }
    window.state_mut().ask(Command::Act(Action::SelectAll));
    check(&mut window, "everything selected");
    window.state_mut().ask(Command::Act(Action::Outline));
    check(&mut window, "the outline");
    window.state_mut().ask(Command::Act(Action::CostLens));
    window.state_mut().ask(Command::Act(Action::Cost));
    let function = all.iter().find(|element| matches!(element, Element::Node(_))).copied();
    window.state_mut().ask(Command::Select(function.into_iter().collect(), Choose::Only));
    for (name, pane) in Pane::ALL {
        window.state_mut().ask(Command::ShowPane(*pane));
        check(&mut window, name);
    }
}

#[test]
fn every_list_and_dialog_has_names() {
    // The list of files is another library's own.
    let files = [
        Action::Open,
        Action::SaveAs,
        Action::Export,
        Action::Picture,
        Action::ExportBill,
        Action::CompareFile,
        Action::OpenLogs,
        Action::SaveLines,
        Action::Record,
    ];
    let asking = Action::all().filter(|action| action.row().label.ends_with('…') && !files.contains(action));
    for action in asking {
        let mut window = with_reference();
        press(&mut window, Modifiers::NONE, Key::Tab);
        window.state_mut().ask(Command::Act(action));
        check(&mut window, action.row().label);
    }
}
